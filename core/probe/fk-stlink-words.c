/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Single registers through an ST-LINK, and what all accesses to memory share: opening the access
 * port, clearing what a fault left in the debug port, and what becomes of a status that is not
 * success. */

#include "config.h"

#include "probe/fk-stlink-block-private.h"

#include "base/fk-error.h"
#include "base/fk-reader.h"

/* Clears what a fault left behind in the debug port, where it would fail every access to come (ARM
 * IHI 0031, B1.2, sticky flags).  Older firmware does it when SWD is taken up anew. */
void
fk_stlink_clear_sticky (FkStlink *self)
{
  FkStlinkCommand command = fk_stlink_command (STLINK_DEBUG, STLINK_WRITE_DAP_REG);

  if (!fk_stlink_version_has (&self->version, FK_STLINK_DAP))
    {
      fk_stlink_enter_swd (self, NULL);
      return;
    }
  fk_stlink_command_u16 (&command, STLINK_DEBUG_PORT);
  fk_stlink_command_u16 (&command, DP_ABORT);
  fk_stlink_command_u32 (&command, DP_ABORT_CLEAR);
  fk_stlink_ask_done (self, &command, "Clearing the fault", NULL);
}

/* After a disturbance on the wire: the next slower clock, for the rest of the connection.  As long
 * as there is one, trying again is worth it.  Not while connecting, which has a ladder of clocks of
 * its own. */
static gboolean
calm_down (FkStlink *self)
{
  return self->is_attached && !self->is_attaching && fk_probe_lower_speed (FK_PROBE (self));
}

/* The same where nobody answers any more in the middle of a long transfer, which a disturbed
 * acknowledge looks like: the chip wants the sequence that SWD begins with (ARM IHI 0031, 4.2.5).
 * Returns: whether it is back */
gboolean
fk_stlink_rejoin (FkStlink *self, FkStlinkPatience *patience)
{
  return patience->n_repeats++ < FK_STLINK_MAX_REPEATS && calm_down (self) &&
         fk_stlink_enter_swd (self, NULL);
}

/* What to do about an outcome that is not success: waits, clears, or drains, and says whether it
 * is worth trying again. */
FkStlinkVerdict
fk_stlink_judge (FkStlink *self, guint8 status, FkStlinkPatience *patience)
{
  gboolean is_slower;

  switch (fk_stlink_status_get_meaning (status))
    {
    case FK_STLINK_WAIT:
      if (!fk_stlink_can_wait (self, patience->n_waits))
        return FK_STLINK_GIVE_UP;
      fk_stlink_back_off (patience->n_waits++);
      return FK_STLINK_REPEAT;
    case FK_STLINK_NOISE:
      is_slower = calm_down (self);
      fk_stlink_clear_sticky (self);
      return is_slower || patience->n_repeats++ < FK_STLINK_MAX_REPEATS ? FK_STLINK_REPEAT
                                                                        : FK_STLINK_GIVE_UP;
    case FK_STLINK_OUT_OF_STEP:
      fk_stlink_drain (self);
      return patience->n_repeats++ < FK_STLINK_MAX_REPEATS ? FK_STLINK_REPEAT : FK_STLINK_GIVE_UP;
    case FK_STLINK_BUS_FAULT:
      fk_stlink_clear_sticky (self);
      return FK_STLINK_GIVE_UP;
    case FK_STLINK_DONE:
    case FK_STLINK_NO_ANSWER:
    case FK_STLINK_NOT_KNOWN:
    case FK_STLINK_BROKEN:
      break;
    }
  return FK_STLINK_GIVE_UP;
}

/* INIT_AP, once for each port since SWD was taken up.  (Wanted since J28, unknown before.) */
gboolean
fk_stlink_open_ap (FkStlink *self, guint16 ap, GError **error)
{
  FkStlinkCommand command = fk_stlink_command (STLINK_DEBUG, STLINK_INIT_AP);

  if (!fk_stlink_version_has (&self->version, FK_STLINK_INIT_AP))
    return ap == 0 || fk_stlink_version_require (&self->version, FK_STLINK_INIT_AP, error);
  if (ap > G_MAXUINT8)
    {
      g_set_error (error, FK_ERROR, FK_ERROR_OUT_OF_RANGE, "There is no access port %u", ap);
      return FALSE;
    }
  if (self->open_aps[ap / 8] & 1 << ap % 8)
    return TRUE;
  fk_stlink_command_u8 (&command, (guint8)ap);
  if (!fk_stlink_ask_done (self, &command, "Opening the access port", error))
    return FALSE;
  self->open_aps[ap / 8] |= 1 << ap % 8;
  return TRUE;
}

/* The port that memory is behind. */
gboolean
fk_stlink_open_memory (FkStlink *self, GError **error)
{
  return fk_stlink_open_ap (self, fk_probe_get_ap (FK_PROBE (self)), error);
}

/* Behind another port than the first a word is moved as a block: the commands for single registers
 * name no port.  They go through the one that was opened last, it is said (stlink, #1492), and
 * nobody else sends them for another port than the first. */
static gboolean
is_block (FkProbe *probe)
{
  return fk_probe_get_ap (probe) != 0;
}

gboolean
fk_stlink_read_word (FkProbe *probe, guint32 address, guint32 *value, GError **error)
{
  FkStlink *self = FK_STLINK (probe);
  guint8 bytes[4];
  FkStlinkCommand command = fk_stlink_command (STLINK_DEBUG, STLINK_READ_DEBUGREG);
  guint8 reply[STLINK_VALUE_SIZE];
  FkStlinkPatience patience = { 0 };

  if (is_block (probe))
    {
      if (!fk_stlink_read_block (self, address, bytes, sizeof bytes, FK_ACCESS_32, NULL, error))
        return FALSE;
      *value = fk_load_u32le (bytes);
      return TRUE;
    }
  fk_stlink_command_u32 (&command, address);
  for (;;)
    {
      g_autoptr (GError) local_error = NULL;
      guint8 status;

      if (fk_stlink_open_memory (self, &local_error) &&
          fk_stlink_ask (self, &command, reply, sizeof reply, &status, &local_error))
        {
          if (fk_stlink_status_get_meaning (status) == FK_STLINK_DONE)
            {
              *value = fk_load_u32le (reply + 4);
              return TRUE;
            }
          patience.n_waits = G_MAXUINT; /* fk_stlink_ask() has waited */
          if (fk_stlink_judge (self, status, &patience) == FK_STLINK_GIVE_UP)
            {
              fk_stlink_set_bus_error (self, status, "Reading", address, sizeof *value, error);
              return FALSE;
            }
        }
      else if (self->is_lost || patience.n_repeats++ >= FK_STLINK_MAX_REPEATS)
        {
          g_propagate_prefixed_error (error, g_steal_pointer (&local_error),
                                      "Reading 0x%08x: ", address);
          return FALSE;
        }
    }
}

gboolean
fk_stlink_write_word (FkProbe *probe, guint32 address, guint32 value, GError **error)
{
  FkStlink *self = FK_STLINK (probe);
  FkStlinkCommand command = fk_stlink_command (STLINK_DEBUG, STLINK_WRITE_DEBUGREG);
  guint8 reply[STLINK_STATUS_SIZE];
  FkStlinkPatience patience = { G_MAXUINT, G_MAXUINT - 1 }; /* it is written once, or not */
  guint8 bytes[4];
  guint8 status;

  if (is_block (probe))
    {
      fk_store_u32le (bytes, value);
      return fk_stlink_write_block (self, address, bytes, sizeof bytes, FK_ACCESS_32, NULL, error);
    }
  fk_stlink_command_u32 (&command, address);
  fk_stlink_command_u32 (&command, value);
  if (!fk_stlink_open_memory (self, error) ||
      !fk_stlink_ask (self, &command, reply, sizeof reply, &status, error))
    {
      g_prefix_error (error, "Writing 0x%08x: ", address);
      return FALSE;
    }
  if (fk_stlink_status_get_meaning (status) == FK_STLINK_DONE)
    return TRUE;
  fk_stlink_judge (self, status, &patience);
  fk_stlink_set_bus_error (self, status, "Writing", address, sizeof value, error);
  return FALSE;
}
