/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Commands to an ST-LINK and their replies.  The probe has one buffer for everything and numbers
 * nothing, so who loses step reads the reply to the last question as the answer to the present one.
 * Hence: a reply is asked for with its exact length and used only if it has it, and after any
 * failure of USB the probe is brought back into step before anything else is sent.  The first
 * questions of all have more room, for what an earlier program may have left, see
 * fk_stlink_exchange_first().
 *
 * Within a command, its transfers are queued together.  The next command is not queued behind a
 * reply that has not come: nobody's program does that, and what the firmware would make of it is
 * not known.  In a chain it leaves as soon as the reply has come, and no sooner. */

#include "config.h"

#include "probe/fk-stlink-private.h"

#include "base/fk-reader.h"

#include <string.h>

#define TIMEOUT_MS          1000 /* for what the probe does by itself */
#define RESYNC_TIMEOUT_MS   500
#define DRAIN_TIMEOUT_MS    20
#define DRAIN_SIZE          4096 /* whole packets, also of a high-speed device */
#define FIRST_SIZE          512  /* the same, at least one */
#define DRAIN_MAX           16   /* reads; more than the probe's buffer holds */
#define RESET_SETTLE_MS     200
#define CLOCKS_PER_ACCESS   400 /* 46 for a word on the wire; address, status and reserve */
#define MAX_WAITS           9   /* 1 + 2 + 4 + … + 256 ms, about half a second */
#define MAX_WAITS_ATTACHING 3
#define MAX_TRIES_IN_STEP   2
#define SLOWEST_KHZ         5

FkStlinkCommand
fk_stlink_command_single (guint8 first)
{
  FkStlinkCommand command = { { first }, 1 };

  return command;
}

FkStlinkCommand
fk_stlink_command (guint8 first, guint8 second)
{
  FkStlinkCommand command = { { first, second }, 2 };

  return command;
}

void
fk_stlink_command_u8 (FkStlinkCommand *command, guint8 value)
{
  g_assert (command->length + 1 <= sizeof command->bytes);

  command->bytes[command->length++] = value;
}

void
fk_stlink_command_u16 (FkStlinkCommand *command, guint16 value)
{
  fk_stlink_command_u8 (command, value & 0xff);
  fk_stlink_command_u8 (command, value >> 8);
}

void
fk_stlink_command_u32 (FkStlinkCommand *command, guint32 value)
{
  fk_stlink_command_u16 (command, value & 0xffff);
  fk_stlink_command_u16 (command, value >> 16);
}

/* Returns: a time limit in ms that even the slowest clock keeps while all is well */
guint
fk_stlink_get_timeout (FkStlink *self, gsize n_accesses)
{
  guint khz = MAX (fk_probe_get_speed (FK_PROBE (self)), SLOWEST_KHZ);

  return TIMEOUT_MS + (guint)(n_accesses * CLOCKS_PER_ACCESS / khz);
}

static void
set_length_error (const FkUsbTransfer *transfer, GError **error)
{
  g_set_error (error, FK_ERROR, FK_ERROR_PROBE_LOST,
               "The probe %s %" G_GSIZE_FORMAT " bytes where %" G_GSIZE_FORMAT " were expected",
               transfer->endpoint & FK_USB_IN ? "sent" : "took", transfer->actual,
               transfer->length);
}

static gboolean
check_lengths (const FkUsbTransfer *transfers, guint n_transfers, GError **error)
{
  for (guint i = 0; i < n_transfers; i++)
    if (transfers[i].actual != transfers[i].length)
      {
        set_length_error (&transfers[i], error);
        return FALSE;
      }
  return TRUE;
}

/* Runs the transfers, each of which must move all its bytes. */
static gboolean
run (FkStlink *self, FkUsbTransfer *transfers, guint n_transfers, guint timeout_ms, GError **error)
{
  return fk_usb_device_transfer (self->device, transfers, n_transfers, timeout_ms, NULL, error) &&
         check_lengths (transfers, n_transfers, error);
}

static FkUsbTransfer
make_out (FkStlink *self, const guint8 *data, gsize length)
{
  return (FkUsbTransfer){ self->row->endpoint_out, (guint8 *)data, length, 0 };
}

static FkUsbTransfer
make_in (FkStlink *self, guint8 *data, gsize length)
{
  return (FkUsbTransfer){ self->row->endpoint_in, data, length, 0 };
}

static gboolean
run_command (FkStlink *self,
             const FkStlinkCommand *command,
             guint8 *reply,
             gsize length,
             guint timeout_ms,
             GError **error)
{
  FkUsbTransfer transfers[] = { make_out (self, command->bytes, sizeof command->bytes),
                                make_in (self, reply, length) };

  return run (self, transfers, length > 0 ? 2 : 1, timeout_ms, error);
}

/* Reads away whatever the probe still wants to say: the reply that came too late for us. */
void
fk_stlink_drain (FkStlink *self)
{
  g_autofree guint8 *junk = g_malloc (DRAIN_SIZE);

  for (guint i = 0; i < DRAIN_MAX; i++)
    {
      FkUsbTransfer transfer = make_in (self, junk, DRAIN_SIZE);

      fk_usb_device_transfer (self->device, &transfer, 1, DRAIN_TIMEOUT_MS, NULL, NULL);
      if (transfer.actual == 0)
        return;
    }
}

static gboolean
ask_mode (FkStlink *self, guint8 *mode, guint timeout_ms, GError **error)
{
  FkStlinkCommand command = fk_stlink_command_single (STLINK_GET_CURRENT_MODE);
  guint8 reply[STLINK_MODE_SIZE];

  if (!run_command (self, &command, reply, sizeof reply, timeout_ms, error))
    return FALSE;
  *mode = reply[0];
  return TRUE;
}

static void
clear_halts (FkStlink *self)
{
  fk_usb_device_clear_halt (self->device, self->row->endpoint_out, NULL);
  fk_usb_device_clear_halt (self->device, self->row->endpoint_in, NULL);
}

/* Whether the probe answers a harmless question with a reply of the right length, after milder and
 * then stronger means.  Halts are cleared only where one may be: it also resets the data toggle,
 * which is one more thing for a clone to get wrong. */
static gboolean
bring_into_step (FkStlink *self, gboolean may_be_halted, guint8 *mode)
{
  if (may_be_halted)
    clear_halts (self);
  fk_stlink_drain (self);
  if (ask_mode (self, mode, RESYNC_TIMEOUT_MS, NULL))
    return TRUE;

  clear_halts (self);
  fk_stlink_drain (self);
  if (ask_mode (self, mode, RESYNC_TIMEOUT_MS, NULL))
    return TRUE;

  if (!fk_usb_device_reset (self->device, NULL))
    return FALSE;
  self->is_speed_set = FALSE;
  g_usleep (RESET_SETTLE_MS * G_TIME_SPAN_MILLISECOND);
  fk_stlink_drain (self);
  return ask_mode (self, mode, RESYNC_TIMEOUT_MS, NULL);
}

/* What the probe forgot when it had to be reset. */
static void
restore_state (FkStlink *self, guint8 mode)
{
  FkStlinkCommand enter = fk_stlink_command (STLINK_DEBUG, STLINK_ENTER);
  FkStlinkCommand reset = fk_stlink_command (STLINK_DEBUG, STLINK_DRIVE_NRST);
  guint8 status[STLINK_STATUS_SIZE];

  if (!self->is_attached || mode == STLINK_MODE_DEBUG)
    return;
  memset (self->open_aps, 0, sizeof self->open_aps);
  fk_stlink_command_u8 (&enter, STLINK_ENTER_SWD_NO_RESET);
  fk_stlink_command_u8 (&reset, STLINK_NRST_LOW);
  /* What goes wrong here shows in the next command. */
  run_command (self, &enter, status, sizeof status, TIMEOUT_MS, NULL);
  if (self->is_reset_low)
    run_command (self, &reset, status, sizeof status, TIMEOUT_MS, NULL);
}

/* After @error: either the probe is in step again and @error stands as it is, or the probe is lost
 * and @error says so. */
static void
recover (FkStlink *self, GError **error)
{
  gboolean timed_out = g_error_matches (*error, FK_ERROR, FK_ERROR_TIMEOUT);
  guint8 mode;

  if (bring_into_step (self, !timed_out, &mode))
    {
      restore_state (self, mode);
      return;
    }
  self->is_lost = TRUE;
  if (timed_out)
    {
      g_clear_error (error);
      g_set_error_literal (error, FK_ERROR, FK_ERROR_PROBE_LOST,
                           "The probe does not answer any more");
    }
}

static gboolean
finish (FkStlink *self, GError *local_error, GError **error)
{
  if (local_error == NULL)
    return TRUE;
  recover (self, &local_error);
  g_propagate_error (error, local_error);
  return FALSE;
}

static gboolean
check_lost (FkStlink *self, GError **error)
{
  if (!self->is_lost)
    return TRUE;
  g_set_error_literal (error, FK_ERROR, FK_ERROR_PROBE_LOST, "The probe does not answer any more");
  return FALSE;
}

/*
 * fk_stlink_exchange:
 * @reply: (nullable): room for the reply
 * @length: exactly how long the reply will be; 0 for none
 *
 * Sends a command and takes its reply, whose status is for the caller to check.  After an error the
 * probe is in step again, or is_lost is set.
 */
gboolean
fk_stlink_exchange (FkStlink *self,
                    const FkStlinkCommand *command,
                    guint8 *reply,
                    gsize length,
                    guint timeout_ms,
                    GError **error)
{
  GError *local_error = NULL;

  if (!check_lost (self, error))
    return FALSE;
  run_command (self, command, reply, length, timeout_ms, &local_error);
  return finish (self, local_error, error);
}

/*
 * fk_stlink_exchange_first:
 * @reply: room for the reply
 * @length: how long the reply will be; no whole number of packets
 *
 * The same for who does not know yet whether the probe is in step: a reply that an earlier program
 * did not fetch comes in place of ours.  There is room for whole packets, so that it is taken, of
 * whatever length it is, without the overflow that a short buffer would be (USB 2.0, 8.7.4:
 * babble).  Its length then says that it is not ours, and it is drained with all that follows,
 * ours included; nothing is wrong with the endpoints.  One that is as long as ours comes to light
 * at the next question, if that has a reply of another length.
 */
gboolean
fk_stlink_exchange_first (
    FkStlink *self, const FkStlinkCommand *command, guint8 *reply, gsize length, GError **error)
{
  guint8 room[FIRST_SIZE];
  FkUsbTransfer transfers[] = { make_out (self, command->bytes, sizeof command->bytes),
                                make_in (self, room, sizeof room) };
  GError *local_error = NULL;

  g_assert (length < sizeof room);

  if (!check_lost (self, error))
    return FALSE;
  if (!fk_usb_device_transfer (self->device, transfers, G_N_ELEMENTS (transfers), TIMEOUT_MS, NULL,
                               &local_error))
    return finish (self, local_error, error);
  transfers[1].length = length;
  if (check_lengths (transfers, G_N_ELEMENTS (transfers), error))
    {
      memcpy (reply, room, length);
      return TRUE;
    }
  fk_stlink_drain (self);
  return FALSE;
}

gboolean
fk_stlink_send (FkStlink *self, const FkStlinkCommand *command, GError **error)
{
  return fk_stlink_exchange (self, command, NULL, 0, TIMEOUT_MS, error);
}

/*
 * fk_stlink_exchange_write:
 * @data: what goes behind @command
 * @status_command: the question how it went
 * @reply: room for the answer to that
 * @data_went: (out): whether all of @data reached the probe, also after an error
 *
 * The same for a command that takes data.  On the wire this is what a program does that sends
 * command, data and question as soon as the one before it was taken; so queueing them is safe.
 */
gboolean
fk_stlink_exchange_write (FkStlink *self,
                          const FkStlinkCommand *command,
                          const guint8 *data,
                          gsize data_length,
                          const FkStlinkCommand *status_command,
                          guint8 *reply,
                          gsize length,
                          guint timeout_ms,
                          gboolean *data_went,
                          GError **error)
{
  FkUsbTransfer transfers[] = {
    make_out (self, command->bytes, sizeof command->bytes), make_out (self, data, data_length),
    make_out (self, status_command->bytes, sizeof status_command->bytes),
    make_in (self, reply, length)
  };
  GError *local_error = NULL;

  *data_went = FALSE;
  if (!check_lost (self, error))
    return FALSE;
  run (self, transfers, G_N_ELEMENTS (transfers), timeout_ms, &local_error);
  *data_went =
      transfers[0].actual == transfers[0].length && transfers[1].actual == transfers[1].length;
  return finish (self, local_error, error);
}

/*
 * fk_stlink_run_chain:
 * @timeout_ms: for each of its links
 *
 * A chain of commands with their data and replies.  One that ends early between two links, because
 * of a check, has not failed.
 */
gboolean
fk_stlink_run_chain (
    FkStlink *self, FkUsbTransfer *transfers, guint n_transfers, guint timeout_ms, GError **error)
{
  GError *local_error = NULL;

  if (!check_lost (self, error))
    return FALSE;
  if (fk_usb_device_transfer (self->device, transfers, n_transfers, timeout_ms, NULL, &local_error))
    for (guint i = 0; i < n_transfers; i++)
      if (transfers[i].actual != transfers[i].length)
        {
          if (!transfers[i].begins_link || transfers[i].actual > 0)
            set_length_error (&transfers[i], &local_error);
          break;
        }
  return finish (self, local_error, error);
}

/* Waiting for a busy bus: 1 ms at first, then twice as long each time. */
void
fk_stlink_back_off (guint n_waits)
{
  g_usleep ((1ul << MIN (n_waits, MAX_WAITS)) * G_TIME_SPAN_MILLISECOND);
}

/* Less long while attaching: who tries to catch a chip that has just started has to be quick. */
gboolean
fk_stlink_can_wait (FkStlink *self, guint n_waits)
{
  return n_waits < (self->is_attaching ? MAX_WAITS_ATTACHING : MAX_WAITS);
}

/*
 * fk_stlink_ask:
 * @reply: room for the reply, which begins with a status
 * @status: (out): the status; never one that means WAIT while waiting still makes sense
 *
 * For commands that may be repeated when the chip's bus is busy.
 *
 * Returns: %FALSE if USB failed or the reply was not one to this command; the status is for the
 *   caller to judge
 */
gboolean
fk_stlink_ask (FkStlink *self,
               const FkStlinkCommand *command,
               guint8 *reply,
               gsize length,
               guint8 *status,
               GError **error)
{
  GError *local_error = NULL;

  g_assert (length >= 1);

  for (guint n_waits = 0;; n_waits++)
    {
      if (!fk_stlink_exchange (self, command, reply, length, fk_stlink_get_timeout (self, 4),
                               error))
        return FALSE;
      *status = reply[0];
      switch (fk_stlink_status_get_meaning (*status))
        {
        case FK_STLINK_WAIT:
          break;
        case FK_STLINK_OUT_OF_STEP:
          fk_stlink_set_status_error (self, *status, "Talking to the probe", &local_error);
          return finish (self, local_error, error);
        case FK_STLINK_DONE:
        case FK_STLINK_BUS_FAULT:
        case FK_STLINK_NOISE:
        case FK_STLINK_NO_ANSWER:
        case FK_STLINK_NOT_KNOWN:
        case FK_STLINK_BROKEN:
          return TRUE;
        }
      if (!fk_stlink_can_wait (self, n_waits))
        return TRUE;
      fk_stlink_back_off (n_waits);
    }
}

/* Asks where the reply is a status and nothing else. */
gboolean
fk_stlink_ask_done (FkStlink *self,
                    const FkStlinkCommand *command,
                    const char *what,
                    GError **error)
{
  guint8 reply[STLINK_STATUS_SIZE];
  guint8 status;

  if (!fk_stlink_ask (self, command, reply, sizeof reply, &status, error))
    {
      g_prefix_error (error, "%s: ", what);
      return FALSE;
    }
  if (fk_stlink_status_get_meaning (status) == FK_STLINK_DONE)
    return TRUE;
  fk_stlink_set_status_error (self, status, what, error);
  return FALSE;
}

/* Makes an error of a status other than DONE; BUS_FAULT has one of its own where there is an
 * address. */
void
fk_stlink_set_status_error (FkStlink *self, guint8 status, const char *what, GError **error)
{
  FkError silence = self->is_attaching ? FK_ERROR_NO_TARGET : FK_ERROR_TARGET_LOST;
  const char *text = fk_stlink_status_get_text (status);
  FkError code = FK_ERROR_PROBE_LOST;
  const char *why = NULL;

  switch (fk_stlink_status_get_meaning (status))
    {
    case FK_STLINK_WAIT:
      code = self->is_attaching ? FK_ERROR_NO_TARGET : FK_ERROR_TIMEOUT;
      why = "the chip keeps the probe waiting";
      break;
    case FK_STLINK_BUS_FAULT:
      code = silence;
      why = "the chip refuses";
      break;
    case FK_STLINK_NOISE:
      code = silence;
      why = "the signal on SWDIO is disturbed";
      break;
    case FK_STLINK_NO_ANSWER:
      code = silence;
      why = self->is_attaching ? "no chip answers" : "the chip does not answer any more";
      break;
    case FK_STLINK_NOT_KNOWN:
      code = FK_ERROR_PROBE_FIRMWARE_OLD;
      why = "the probe's firmware cannot do it";
      break;
    case FK_STLINK_BROKEN:
      why = "the probe is in trouble";
      break;
    case FK_STLINK_DONE:
    case FK_STLINK_OUT_OF_STEP:
      why = "the probe's reply makes no sense";
      break;
    }
  g_set_error (error, FK_ERROR, code, "%s: %s (%s, status 0x%02x)", what, why, text, status);
}

/*
 * fk_stlink_set_bus_error:
 * @verb: "Reading" or "Writing"
 * @length: 1 to 4 where @address is exact; otherwise the fault is somewhere in that many bytes
 */
void
fk_stlink_set_bus_error (
    FkStlink *self, guint8 status, const char *verb, guint32 address, gsize length, GError **error)
{
  g_autofree char *what =
      length <= sizeof (guint32)
          ? g_strdup_printf ("%s at 0x%08x", verb, address)
          : g_strdup_printf ("%s 0x%08x-0x%08x", verb, address, (guint32)(address + length - 1));

  if (fk_stlink_status_get_meaning (status) == FK_STLINK_BUS_FAULT)
    g_set_error (error, FK_ERROR, FK_ERROR_BUS_FAULT,
                 "%s: nothing lives there, or it may not be accessed (%s, status 0x%02x)", what,
                 fk_stlink_status_get_text (status), status);
  else
    fk_stlink_set_status_error (self, status, what, error);
}

/* Tried twice: opening and closing hang on it. */
gboolean
fk_stlink_get_mode (FkStlink *self, guint8 *mode, GError **error)
{
  FkStlinkCommand command = fk_stlink_command_single (STLINK_GET_CURRENT_MODE);
  guint8 reply[STLINK_MODE_SIZE];

  for (guint i = 0; i < MAX_TRIES_IN_STEP; i++)
    {
      g_clear_error (error);
      if (fk_stlink_exchange (self, &command, reply, sizeof reply, TIMEOUT_MS, error))
        {
          *mode = reply[0];
          return TRUE;
        }
      if (self->is_lost)
        break;
    }
  g_prefix_error (error, "Asking the probe for its mode: ");
  return FALSE;
}

gboolean
fk_stlink_enter_swd (FkStlink *self, GError **error)
{
  FkStlinkCommand command = fk_stlink_command (STLINK_DEBUG, STLINK_ENTER);

  fk_stlink_command_u8 (&command, STLINK_ENTER_SWD_NO_RESET);
  memset (self->open_aps, 0, sizeof self->open_aps);
  self->may_debug = TRUE;
  return fk_stlink_ask_done (self, &command, "Taking up SWD", error);
}
