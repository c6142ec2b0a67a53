/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Connecting: a ladder of ways, from the gentlest to the most insistent, each of which is told to
 * the person as it is tried and once more when all have failed.
 *
 * Normal, at falling speeds: long or thin wires.  Under reset: firmware that turns the SWD pins
 * into something else, or sleeps so deeply that SWD is silent, has not run yet while NRST is low;
 * the debug logic is not part of that reset (RM0008 31.3, ARM DDI 0403E C1.4), so the core is told
 * to stop at its first instruction, then NRST is let go.  Catching: where the probe's reset wire is
 * missing, the person presses RESET or switches the board on, while we try to attach and stop the
 * core over and over, each time within a few milliseconds. */

#include "config.h"

#include "target/fk-cortex-m.h"

#include <glib/gi18n.h>
#include "target/fk-target-private.h"

#include "base/fk-error.h"

/* Below this no STM32 works (data sheets: VDD from 1.65 V on, some F0 from 1.8 V), also when the
 * probe measures a tenth too little. */
#define POWER_MV 1500

/* A board may have a large capacitor on NRST. */
#define RELEASE_LIMIT_MS 300
#define UNWIRED_LIMIT_MS 20
#define NRST_LOW_US      2000
#define CATCH_PAUSE_US   1000
#define CATCH_PULSE_US   1000000
#define CATCH_HALT_MS    5

typedef enum
{
  RUNG_NORMAL,
  RUNG_HOT_PLUG,
  RUNG_UNDER_RESET,
  RUNG_CATCH,
} RungKind;

typedef struct
{
  RungKind kind;
  guint khz;
} Rung;

/* Returns: (transfer full): the rung in words, to stand behind "Connecting" or "Connected" */
static char *
describe_rung (FkTarget *self, const Rung *rung, gboolean is_translated)
{
  static const char catching[] = N_ ("catching the start for %.1f s, at %u kHz");
  static const char *const formats[] = {
    [RUNG_HOT_PLUG] = N_ ("without stopping the program, at %u kHz"),
    [RUNG_UNDER_RESET] = N_ ("under reset, at %u kHz"),
    [RUNG_NORMAL] = N_ ("normally, at %u kHz"),
  };
  const char *format = rung->kind == RUNG_CATCH ? catching : formats[rung->kind];

  if (is_translated)
    format = _ (format);
  if (rung->kind == RUNG_CATCH)
    return g_strdup_printf (format, self->catch_limit_ms / 1000.0, rung->khz);
  return g_strdup_printf (format, rung->khz);
}

static void
add_rungs (GArray *rungs, RungKind kind, const guint *khz, guint n_khz)
{
  for (guint i = 0; i < n_khz; i++)
    {
      Rung rung = { kind, khz[i] };

      g_array_append_val (rungs, rung);
    }
}

static GArray *
make_ladder (FkTarget *self, FkConnect how, guint speed_khz)
{
  GArray *rungs = g_array_new (FALSE, FALSE, sizeof (Rung));
  guint khz[FK_TARGET_MAX_SPEEDS];
  guint n = fk_target_choose_speeds (self, speed_khz, khz);

  switch (how)
    {
    case FK_CONNECT_NORMAL:
      add_rungs (rungs, RUNG_NORMAL, khz, n);
      break;
    case FK_CONNECT_HOT_PLUG:
      add_rungs (rungs, RUNG_HOT_PLUG, khz, n);
      break;
    case FK_CONNECT_UNDER_RESET:
      add_rungs (rungs, RUNG_UNDER_RESET, khz, n);
      break;
    case FK_CONNECT_AUTO:
    default:
      add_rungs (rungs, RUNG_NORMAL, khz, n);
      add_rungs (rungs, RUNG_UNDER_RESET, khz, n);
      if (self->catch_limit_ms > 0)
        add_rungs (rungs, RUNG_CATCH, &khz[n > 1 ? 1 : 0], 1);
      break;
    }
  return rungs;
}

/* With NRST low: tells the core to stop where it will begin.  S_RESET_ST that is back after a read
 * has cleared it shows that the chip is in reset right now. */
static gboolean
prepare_first_instruction (FkTarget *self, GError **error)
{
  guint32 dhcsr;

  g_usleep (NRST_LOW_US);
  if (!fk_target_read_cpuid (self, error) || !fk_target_enable_debug (self, &dhcsr, error) ||
      !fk_target_set_vector_catch (self, FK_DEMCR_VC_CORERESET, error) ||
      !fk_target_write_word (self, FK_SCB_DFSR, FK_DFSR_ALL, error) ||
      !fk_target_read_word (self, FK_DHCSR, &dhcsr, error) ||
      !fk_target_read_word (self, FK_DHCSR, &dhcsr, error))
    return FALSE;
  self->nrst = (dhcsr & FK_DHCSR_S_RESET_ST) != 0 ? FK_WIRING_YES : FK_WIRING_NO;
  return TRUE;
}

/* The core did not stop although NRST went up: then the wire does not reach the chip, or the chip
 * did not take the catch.  It answers, so it can be stopped and reset through SWD. */
static gboolean
reset_through_swd (FkTarget *self, FkProgress *progress, GCancellable *cancellable, GError **error)
{
  if (self->nrst == FK_WIRING_NO)
    fk_progress_note (progress, "%s",
                      _ ("The probe's reset wire (NRST) does not reach the chip; resetting it "
                         "through SWD instead"));
  if (!fk_target_stop_core (self, cancellable, error))
    return FALSE;
  return fk_target_reset_core (self, TRUE, cancellable, error);
}

static gboolean
release_at_first_instruction (FkTarget *self,
                              FkProgress *progress,
                              GCancellable *cancellable,
                              GError **error)
{
  g_autoptr (GError) local_error = NULL;
  guint32 dhcsr;

  if (!fk_probe_set_reset (self->probe, FALSE, error))
    return FALSE;
  if (fk_target_poll_dhcsr (self, FK_DHCSR_S_HALT,
                            self->nrst == FK_WIRING_NO ? UNWIRED_LIMIT_MS : RELEASE_LIMIT_MS,
                            &dhcsr, cancellable, &local_error))
    {
      /* Only a reset can have stopped it. */
      self->nrst = FK_WIRING_YES;
      return fk_target_set_vector_catch (self, 0, error);
    }
  if (g_error_matches (local_error, FK_ERROR, FK_ERROR_TIMEOUT))
    return reset_through_swd (self, progress, cancellable, error);
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

static gboolean
attach_under_reset (FkTarget *self, FkProgress *progress, GCancellable *cancellable, GError **error)
{
  self->locked_up = FALSE;
  return fk_probe_attach (self->probe, TRUE, cancellable, error) &&
         prepare_first_instruction (self, error) &&
         release_at_first_instruction (self, progress, cancellable, error);
}

static gboolean
stop_blindly (FkTarget *self, GCancellable *cancellable, GError **error)
{
  guint32 dhcsr;

  return fk_target_write_word (self, FK_DHCSR,
                               FK_DHCSR_DBGKEY | FK_DHCSR_C_DEBUGEN | FK_DHCSR_C_HALT, error) &&
         fk_target_poll_dhcsr (self, FK_DHCSR_S_HALT, CATCH_HALT_MS, &dhcsr, cancellable, error);
}

/* The same behind the access port where the core is. */
static gboolean
stop_at_start (FkTarget *self, GCancellable *cancellable, GError **error)
{
  GError *local_error = NULL;

  if (stop_blindly (self, cancellable, &local_error) ||
      (fk_target_try_other_ap (self, &local_error) &&
       stop_blindly (self, cancellable, &local_error)))
    return TRUE;
  g_propagate_error (error, local_error);
  return FALSE;
}

/* One attempt to catch a chip that has just started, with as few transfers as possible. */
static gboolean
catch_once (FkTarget *self, GCancellable *cancellable, GError **error)
{
  guint32 pc;

  self->debug_on = TRUE;
  if (!fk_probe_attach (self->probe, FALSE, cancellable, error) ||
      !stop_at_start (self, cancellable, error) || !fk_target_read_cpuid (self, error) ||
      !fk_target_read_word (self, FK_DEMCR, &self->demcr, error))
    return FALSE;
  self->demcr_known = TRUE;
  self->connected = TRUE;
  if (!fk_target_read_register (self, FK_REG_PC, &pc, error))
    return FALSE;
  self->locked_up = fk_target_is_lockup_pc (self, pc);
  return TRUE;
}

/* What the probe can do of its own to make the chip start; that it cannot is why we are here. */
static void
pulse_reset (FkTarget *self)
{
  if (fk_probe_set_reset (self->probe, TRUE, NULL))
    g_usleep (NRST_LOW_US);
  fk_probe_set_reset (self->probe, FALSE, NULL);
}

/* What another attempt cannot cure. */
static gboolean
ends_ladder (const GError *error)
{
  if (error->domain != FK_ERROR)
    return TRUE;
  return error->code != FK_ERROR_NO_TARGET && error->code != FK_ERROR_TARGET_LOST &&
         error->code != FK_ERROR_TIMEOUT && error->code != FK_ERROR_BUS_FAULT;
}

static gboolean
catch_start (FkTarget *self, FkProgress *progress, GCancellable *cancellable, GError **error)
{
  gint64 now = g_get_monotonic_time ();
  gint64 limit = now + (gint64)self->catch_limit_ms * 1000;
  gint64 next_pulse = now;

  fk_progress_note (progress, "%s",
                    _ ("Press the board's RESET button now, or switch the board off and on: trying "
                       "to stop the chip as it starts"));
  for (;;)
    {
      g_autoptr (GError) local_error = NULL;

      now = g_get_monotonic_time ();
      if (now >= next_pulse)
        {
          pulse_reset (self);
          next_pulse = now + CATCH_PULSE_US;
        }
      if (catch_once (self, cancellable, &local_error))
        return TRUE;
      if (now >= limit || ends_ladder (local_error))
        {
          g_propagate_error (error, g_steal_pointer (&local_error));
          return FALSE;
        }
      self->connected = FALSE;
      g_usleep (CATCH_PAUSE_US);
    }
}

static gboolean
climb (FkTarget *self,
       const Rung *rung,
       FkProgress *progress,
       GCancellable *cancellable,
       GError **error)
{
  switch (rung->kind)
    {
    case RUNG_UNDER_RESET:
      return attach_under_reset (self, progress, cancellable, error);
    case RUNG_CATCH:
      return catch_start (self, progress, cancellable, error);
    case RUNG_HOT_PLUG:
      return fk_target_attach_normally (self, FALSE, cancellable, error);
    case RUNG_NORMAL:
    default:
      return fk_target_attach_normally (self, TRUE, cancellable, error);
    }
}

/* Whatever a rung began that came to nothing: NRST is released, the core goes on. */
static void
let_go (FkTarget *self, const Rung *rung)
{
  if (rung->kind == RUNG_UNDER_RESET)
    fk_probe_set_reset (self->probe, FALSE, NULL);
  fk_target_leave (self, FK_LEAVE_RESUMED, NULL);
  fk_probe_detach (self->probe);
  self->connected = FALSE;
}

static gboolean
try_rung (FkTarget *self,
          const Rung *rung,
          FkProgress *progress,
          GCancellable *cancellable,
          GError **error)
{
  self->hot_plug = rung->kind == RUNG_HOT_PLUG;
  self->identified = FALSE;
  self->awake = FALSE;
  self->put_off = (FkPutOff){ 0 };
  self->at_bkpt = FALSE;
  self->no_bpu = FALSE;
  if (fk_probe_set_speed (self->probe, rung->khz, error) &&
      climb (self, rung, progress, cancellable, error) && fk_target_read_identity (self, error) &&
      (self->hot_plug || fk_target_has_put_off (self) || fk_target_settle (self, error)))
    {
      self->connected = TRUE;
      return TRUE;
    }
  let_go (self, rung);
  return FALSE;
}

static void
measure (FkTarget *self, gboolean *no_power)
{
  guint millivolts;

  self->millivolts = 0;
  *no_power = FALSE;
  if (!fk_probe_get_voltage (self->probe, &millivolts, NULL))
    return;
  self->millivolts = millivolts;
  *no_power = millivolts < POWER_MV;
}

static void
set_no_power_error (FkTarget *self, GError **error)
{
  g_set_error (error, FK_ERROR, FK_ERROR_NO_POWER,
               "The board has no power: the probe measures %u.%02u V on it, and nothing answers",
               self->millivolts / 1000, self->millivolts % 1000 / 10);
}

/* All rungs have failed: says which there were, and what came of each. */
static void
set_no_target_error (FkTarget *self, const GString *tried, GError **error)
{
  g_autofree char *power = NULL;

  if (self->millivolts > 0)
    power = g_strdup_printf (" The board has %u.%02u V.", self->millivolts / 1000,
                             self->millivolts % 1000 / 10);
  g_set_error (error, FK_ERROR, FK_ERROR_NO_TARGET, "No connection to the chip.%s Tried: %s",
               power != NULL ? power : "", tried->str);
}

static gboolean
climb_ladder (FkTarget *self,
              GArray *rungs,
              gboolean no_power,
              FkProgress *progress,
              GCancellable *cancellable,
              GError **error)
{
  g_autoptr (GString) tried = g_string_new (NULL);
  g_autofree char *reason = NULL;

  for (guint i = 0; i < rungs->len; i++)
    {
      const Rung *rung = &g_array_index (rungs, Rung, i);
      g_autofree char *words = describe_rung (self, rung, TRUE);
      g_autofree char *fact = describe_rung (self, rung, FALSE);
      g_autoptr (GError) local_error = NULL;

      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      fk_progress_note (progress,
                        i == 0 ? _ ("Connecting %s") : _ ("No connection; trying again %s"), words);
      if (try_rung (self, rung, progress, cancellable, &local_error))
        {
          self->connection = g_steal_pointer (&words);
          return TRUE;
        }
      if (ends_ladder (local_error))
        {
          g_propagate_prefixed_error (error, g_steal_pointer (&local_error), "Connecting: ");
          return FALSE;
        }
      if (no_power)
        {
          set_no_power_error (self, error);
          return FALSE;
        }
      /* The reason stands behind all the rungs that failed for it. */
      if (reason != NULL && !g_str_equal (reason, local_error->message))
        {
          g_string_append_printf (tried, " (%s)", reason);
          g_clear_pointer (&reason, g_free);
        }
      g_string_append_printf (tried, "%s%s", i > 0 ? "; " : "", fact);
      if (reason == NULL)
        reason = g_strdup (local_error->message);
    }
  if (reason != NULL)
    g_string_append_printf (tried, " (%s)", reason);
  set_no_target_error (self, tried, error);
  return FALSE;
}

/**
 * fk_target_connect:
 * @how: %FK_CONNECT_AUTO climbs the whole ladder; the others only their own rungs, at falling
 * speeds
 * @speed_khz: the only speed to connect at; 0 for the default ones (the probe's fastest, 8000,
 * 3300, 1000, 480, 100 kHz or what the probe has nearest below)
 * @progress: (nullable): each rung is told as a note
 *
 * Connects to the chip behind the probe.  The core is halted afterwards, except by
 * %FK_CONNECT_HOT_PLUG, which never stops it.
 *
 * Returns: %TRUE if connected.  NO_POWER: the probe measures less than 1.5 V and nothing answers (a
 *   clone without a sense wire may measure 0 V next to a chip that answers, which is no error);
 *   NO_TARGET: its message says what was tried; PROBE_LOST.  After an error nothing of ours is left
 *   on the chip, as far as it answers.
 */
gboolean
fk_target_connect (FkTarget *self,
                   FkConnect how,
                   guint speed_khz,
                   FkProgress *progress,
                   GCancellable *cancellable,
                   GError **error)
{
  g_autoptr (GArray) rungs = NULL;
  gboolean no_power;

  g_return_val_if_fail (FK_IS_TARGET (self), FALSE);
  g_return_val_if_fail (!self->connected && fk_probe_is_open (self->probe), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  g_clear_pointer (&self->connection, g_free);
  self->nrst = FK_WIRING_UNKNOWN;
  self->locked_up = FALSE;
  measure (self, &no_power);
  fk_target_note_slowest (self, speed_khz, progress);
  rungs = make_ladder (self, how, speed_khz);
  if (!climb_ladder (self, rungs, no_power, progress, cancellable, error))
    return FALSE;
  if (no_power)
    {
      fk_progress_note (progress, "%s",
                        _ ("The probe measures no voltage on the board, but the chip answers"));
      self->millivolts = 0;
    }
  fk_progress_note (progress, _ ("Connected %s"), self->connection);
  self->noted_khz = fk_probe_get_speed (self->probe);
  return TRUE;
}

/**
 * fk_target_disconnect:
 * @leave: what becomes of the core.  %FK_LEAVE_HALTED leaves halting debug on, and what
 *   fk_target_hold_bits() set; on a hot-plug connection it is as %FK_LEAVE_RESUMED.
 *
 * Takes back everything that was done to the chip for debugging, and gives SWD up.  A target that
 * is not connected is left alone.
 *
 * Returns: %TRUE if the chip was left as wanted.  In any case the target is not connected any more,
 *   and NRST is released.
 */
gboolean
fk_target_disconnect (FkTarget *self, FkLeave leave, GError **error)
{
  gboolean left;

  g_return_val_if_fail (FK_IS_TARGET (self), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (!self->connected)
    return TRUE;
  /* A probe that was closed over our head has left debug mode itself. */
  left = !fk_probe_is_open (self->probe) || fk_target_leave (self, leave, error);
  if (!left)
    g_prefix_error (error, "Leaving the chip: ");
  if (fk_probe_is_open (self->probe))
    fk_probe_detach (self->probe);
  fk_target_forget (self);
  self->connected = FALSE;
  self->hot_plug = FALSE;
  return left;
}
