/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The USB side of the simulated ST-LINK: endpoints, packets, what stays behind when a program stops
 * in the middle, and the faults of FkSimFault.  After USB 2.0 (5.8, bulk transfers; 8.5.3 and 9,
 * control transfers).  An ST-LINK answers in three phases: a command of one packet, data in one
 * direction, and for some commands a second command that asks how it went.  It ends no transfer
 * with an empty packet, so a reply of a whole number of packets leaves a longer transfer waiting.
 *
 * What the firmware makes of the commands is in fk-sim-stlink-firmware.c. */

#include "config.h"

#include "sim/fk-sim-stlink-private.h"

#include <string.h>

#include "base/fk-handover.h"
#include "base/fk-reader.h"

/* Standard requests (USB 2.0, table 9-4). */
#define REQUEST_GET_STATUS        0
#define REQUEST_CLEAR_FEATURE     1
#define REQUEST_GET_DESCRIPTOR    6
#define LANGUAGE_ENGLISH          0x0409
#define REQUEST_GET_CONFIGURATION 8
#define REQUEST_SET_CONFIGURATION 9
#define REQUEST_SET_INTERFACE     11
#define DESCRIPTOR_DEVICE         1
#define DESCRIPTOR_CONFIGURATION  2
#define DESCRIPTOR_STRING         3
#define DEVICE_DESCRIPTOR_SIZE    18
#define RECIPIENT_ENDPOINT        0x02

#define IN_ENDPOINT 0x81

static void
forget_transfers (FkSimStlink *self)
{
  self->reply_length = 0;
  self->reply_sent = 0;
  self->reply_is_cut = FALSE;
  self->data_length = 0;
  self->armed_length = 0;
  self->receive = NULL;
  self->data_expected = 0;
  self->data_received = 0;
  self->cut_next = FALSE;
  self->flip_next = FALSE;
}

/**
 * fk_sim_stlink_new:
 * @chip: (transfer none): what hangs on the probe; outlives it
 *
 * Returns: (transfer full): a probe that has just been plugged in
 */
FkSimStlink *
fk_sim_stlink_new (const FkSimStlinkConfig *config, FkSimChip *chip)
{
  FkSimStlink *self = g_new0 (FkSimStlink, 1);

  g_return_val_if_fail (config != NULL && config->model != NULL && config->serial != NULL, NULL);
  g_return_val_if_fail (chip != NULL, NULL);

  g_mutex_init (&self->mutex);
  self->model = config->model;
  self->firmware = config->firmware;
  self->serial = g_strdup (config->serial);
  self->raw_serial = config->raw_serial;
  self->language = config->language != 0 ? config->language : LANGUAGE_ENGLISH;
  self->millivolts = config->millivolts;
  self->nrst_wired = config->nrst_wired;
  self->first_mode = config->mode;
  self->chip = chip;
  self->n_plugs = 1;
  fk_sim_clock_init (&self->clock, chip,
                     config->model->high_speed ? &fk_sim_times_high_speed
                                               : &fk_sim_times_full_speed);
  self->clock.pace = config->pace;
  self->dap = fk_sim_dap_new (chip, &self->clock);
  fk_sim_dap_set_max_khz (self->dap, config->max_khz);
  fk_sim_dap_set_wraps (self->dap, config->wraps);
  if (config->millivolts == 0)
    fk_sim_dap_set_cut (self->dap, TRUE);
  fk_sim_stlink_boot (self);
  return self;
}

void
fk_sim_stlink_free (FkSimStlink *self)
{
  if (self == NULL)
    return;
  fk_sim_dap_free (self->dap);
  g_mutex_clear (&self->mutex);
  g_free (self->serial);
  g_free (self);
}

/* For somebody who uses the chip behind the probe's back. */
void
fk_sim_stlink_lock (FkSimStlink *self)
{
  g_mutex_lock (&self->mutex);
  fk_handover_take (self);
}

void
fk_sim_stlink_unlock (FkSimStlink *self)
{
  fk_handover_give (self);
  g_mutex_unlock (&self->mutex);
}

const FkSimStlinkModel *
fk_sim_stlink_get_model (FkSimStlink *self)
{
  return self->model;
}

guint
fk_sim_stlink_get_packet_size (FkSimStlink *self)
{
  return self->clock.times->packet_size;
}

guint
fk_sim_stlink_get_turnaround (FkSimStlink *self)
{
  return self->clock.times->transfer_ns;
}

static void
unplug (FkSimStlink *self)
{
  self->unplugged = TRUE;
  forget_transfers (self);
  fk_sim_stlink_drive_nrst (self, FALSE);
}

/* Counts a transfer that is about to happen, and lets the fault happen that waits for it. */
static FkSimUsbStatus
begin_transfer (FkSimStlink *self, guint8 endpoint)
{
  guint64 number = self->clock.counters.n_transfers;
  FkSimFault fault = self->fault;

  if (fault == FK_SIM_FAULT_NONE || number < self->fault_at)
    return FK_SIM_USB_DONE;

  self->fault = FK_SIM_FAULT_NONE;
  switch (fault)
    {
    case FK_SIM_FAULT_UNPLUG:
      unplug (self);
      return FK_SIM_USB_GONE;
    case FK_SIM_FAULT_STALL:
      self->clock.counters.n_transfers++;
      if (endpoint & FK_USB_IN)
        self->halted_in = TRUE;
      else
        self->halted_out = TRUE;
      self->reply_sent = self->reply_length;
      self->armed_length = 0;
      return FK_SIM_USB_STALL;
    case FK_SIM_FAULT_TIMEOUT:
      self->clock.counters.n_transfers++;
      return FK_SIM_USB_NEVER;
    case FK_SIM_FAULT_SHORT:
      self->cut_next = TRUE;
      break;
    case FK_SIM_FAULT_FLIP:
      self->flip_next = TRUE;
      break;
    case FK_SIM_FAULT_SWD:
      fk_sim_dap_fault_once (self->dap);
      break;
    case FK_SIM_FAULT_SWD_LOST:
      fk_sim_dap_set_cut (self->dap, TRUE);
      break;
    case FK_SIM_FAULT_DEAD_CELL:
      fk_sim_chip_kill_cell (self->chip);
      break;
    case FK_SIM_FAULT_CRC_LIES:
      fk_sim_chip_set_crc_lies (self->chip, TRUE);
      break;
    case FK_SIM_FAULT_CRC_SLIP:
      fk_sim_chip_slip_crc (self->chip);
      break;
    case FK_SIM_FAULT_STUCK:
      fk_sim_chip_stall_core (self->chip);
      break;
    case FK_SIM_FAULT_NONE:
      break;
    }
  return FK_SIM_USB_DONE;
}

/* Opens a reply of @length bytes in the buffer, which still holds what was there before. */
guint8 *
fk_sim_stlink_reply (FkSimStlink *self, gsize length)
{
  g_assert (length <= sizeof self->buffer);

  self->reply_length = length;
  self->reply_sent = 0;
  self->reply_is_cut = FALSE;
  self->data_length = 0;
  return self->buffer;
}

/* Says which part of the reply is data of the chip, for a fault that flips a bit in it. */
void
fk_sim_stlink_reply_data (FkSimStlink *self, gsize offset, gsize length)
{
  self->data_offset = offset;
  self->data_length = length;
}

/* The shortest reply: status and a byte of zero. */
void
fk_sim_stlink_reply_status (FkSimStlink *self, guint status)
{
  fk_store_u16le (fk_sim_stlink_reply (self, 2), status);
}

/* Says that @length bytes of data come before the next command, and who takes them. */
void
fk_sim_stlink_expect_data (FkSimStlink *self, void (*receive) (FkSimStlink *self), gsize length)
{
  g_assert (length <= sizeof self->buffer);

  if (length == 0)
    return;
  self->receive = receive;
  self->data_expected = length;
  self->data_received = 0;
}

/* A command while a reply has not been fetched: the packet that the hardware already holds will
 * still be sent, the rest of that reply is gone. */
static void
arm_stale_packet (FkSimStlink *self)
{
  gsize left = self->reply_length - self->reply_sent;

  if (left > 0 && self->armed_length == 0)
    {
      self->armed_length = MIN (left, fk_sim_stlink_get_packet_size (self));
      memcpy (self->armed, self->buffer + self->reply_sent, self->armed_length);
    }
  self->reply_length = 0;
  self->reply_sent = 0;
}

static void
receive_command (FkSimStlink *self, const guint8 *packet, gsize length)
{
  arm_stale_packet (self);
  memset (self->command, 0, sizeof self->command);
  memcpy (self->command, packet, MIN (length, sizeof self->command));
  fk_sim_clock_spend_command (&self->clock);
  fk_sim_clock_flush (&self->clock);
  fk_sim_stlink_run_command (self);
}

/* The data phase counts bytes: whoever announced more than he sends has his next commands taken
 * for data. */
static void
receive_data (FkSimStlink *self, const guint8 *packet, gsize length)
{
  gsize n = MIN (length, self->data_expected - self->data_received);
  void (*receive) (FkSimStlink * self) = self->receive;

  memcpy (self->buffer + self->data_received, packet, n);
  self->data_received += n;
  if (self->data_received < self->data_expected)
    return;
  self->receive = NULL;
  fk_sim_clock_flush (&self->clock);
  receive (self);
  fk_sim_clock_end_meanwhile (&self->clock);
}

/* Bytes of a transfer of @length that do not fit into the probe's buffer before it writes: st-flash
 * sends 32 KiB for one command to probes that have 20 KiB of RAM. */
static gsize
get_n_meanwhile (FkSimStlink *self, gsize length)
{
  gsize after = self->data_received + length;

  if (self->receive == NULL || after <= SIM_STLINK_MAX_READ)
    return 0;
  return MIN (length, after - SIM_STLINK_MAX_READ);
}

static FkSimUsbStatus
bulk_out (FkSimStlink *self, guint8 endpoint, const guint8 *data, gsize length, gsize *actual)
{
  gsize packet_size = fk_sim_stlink_get_packet_size (self);
  FkSimUsbStatus status;

  if (self->unplugged)
    return FK_SIM_USB_GONE;
  if (endpoint != self->model->out_endpoint)
    return FK_SIM_USB_NEVER;
  if (self->halted_out)
    return FK_SIM_USB_STALL;
  status = begin_transfer (self, endpoint);
  if (status != FK_SIM_USB_DONE)
    return status;

  fk_sim_clock_spend_long_transfer (&self->clock, length, get_n_meanwhile (self, length));
  for (gsize offset = 0; offset < length; offset += packet_size)
    {
      gsize n = MIN (packet_size, length - offset);

      if (self->receive != NULL)
        receive_data (self, data + offset, n);
      else
        receive_command (self, data + offset, n);
    }
  *actual = length;
  return FK_SIM_USB_DONE;
}

/* Faults in a reply strike when its first byte leaves. */
static void
spoil_reply (FkSimStlink *self)
{
  if (self->flip_next && self->data_length > 0)
    {
      self->buffer[self->data_offset + self->data_length / 2] ^= 0x10;
      self->flip_next = FALSE;
    }
  if (self->cut_next)
    {
      self->reply_length /= 2;
      self->reply_is_cut = TRUE;
      self->cut_next = FALSE;
    }
}

/* Sends packets from @source while there are any and room is left.  DONE means that the transfer
 * has ended, WAIT that it goes on. */
static FkSimUsbStatus
send_packets (FkSimStlink *self,
              const guint8 *source,
              gsize source_length,
              gsize *source_sent,
              guint8 *data,
              gsize length,
              gsize *actual)
{
  gsize packet_size = fk_sim_stlink_get_packet_size (self);

  while (*source_sent < source_length)
    {
      gsize n = MIN (packet_size, source_length - *source_sent);

      if (n > length - *actual)
        {
          memcpy (data + *actual, source + *source_sent, length - *actual);
          *actual = length;
          *source_sent += n;
          return FK_SIM_USB_OVERFLOW;
        }
      memcpy (data + *actual, source + *source_sent, n);
      *actual += n;
      *source_sent += n;
      if (n < packet_size || *actual == length)
        return FK_SIM_USB_DONE;
    }
  return FK_SIM_USB_WAIT;
}

static FkSimUsbStatus
send_reply (FkSimStlink *self, guint8 *data, gsize length, gsize *actual)
{
  FkSimUsbStatus status;

  if (self->armed_length > 0)
    {
      gsize sent = 0;

      status = send_packets (self, self->armed, self->armed_length, &sent, data, length, actual);
      self->armed_length = 0;
      if (status != FK_SIM_USB_WAIT)
        return status;
    }
  if (self->reply_sent == 0)
    spoil_reply (self);
  status = send_packets (self, self->buffer, self->reply_length, &self->reply_sent, data, length,
                         actual);
  if (status == FK_SIM_USB_WAIT && self->reply_is_cut)
    {
      self->reply_is_cut = FALSE;
      return FK_SIM_USB_DONE;
    }
  return status;
}

static FkSimUsbStatus
bulk_in (FkSimStlink *self, guint8 endpoint, guint8 *data, gsize length, gsize *actual)
{
  FkSimUsbStatus status;

  if (self->unplugged)
    return FK_SIM_USB_GONE;
  if (endpoint != IN_ENDPOINT)
    return FK_SIM_USB_WAIT; /* trace data, or another interface: never any */
  if (self->halted_in)
    return FK_SIM_USB_STALL;
  if (self->armed_length == 0 && self->reply_sent == self->reply_length)
    return FK_SIM_USB_WAIT;
  if (*actual == 0)
    {
      status = begin_transfer (self, endpoint);
      if (status != FK_SIM_USB_DONE)
        return status;
    }

  status = send_reply (self, data, length, actual);
  if (status != FK_SIM_USB_WAIT)
    fk_sim_clock_spend_transfer (&self->clock, *actual);
  return status;
}

/**
 * fk_sim_stlink_bulk_out:
 * @actual: (out): bytes taken
 *
 * One bulk transfer towards the probe.
 */
FkSimUsbStatus
fk_sim_stlink_bulk_out (
    FkSimStlink *self, guint8 endpoint, const guint8 *data, gsize length, gsize *actual)
{
  FkSimUsbStatus status;

  g_return_val_if_fail (actual != NULL, FK_SIM_USB_GONE);

  *actual = 0;
  fk_sim_stlink_lock (self);
  status = bulk_out (self, endpoint, data, length, actual);
  fk_sim_clock_flush (&self->clock);
  fk_sim_stlink_unlock (self);
  return status;
}

/**
 * fk_sim_stlink_bulk_in:
 * @actual: (inout): bytes in @data so far, 0 for a new transfer
 *
 * One bulk transfer from the probe, or the rest of one that answered WAIT before.
 */
FkSimUsbStatus
fk_sim_stlink_bulk_in (
    FkSimStlink *self, guint8 endpoint, guint8 *data, gsize length, gsize *actual)
{
  FkSimUsbStatus status;

  g_return_val_if_fail (actual != NULL && *actual <= length, FK_SIM_USB_GONE);

  fk_sim_stlink_lock (self);
  status = bulk_in (self, endpoint, data, length, actual);
  fk_sim_clock_flush (&self->clock);
  fk_sim_stlink_unlock (self);
  return status;
}

static FkSimUsbStatus
clear_halt (FkSimStlink *self, guint8 endpoint)
{
  if (self->unplugged)
    return FK_SIM_USB_GONE;
  if (endpoint == IN_ENDPOINT)
    self->halted_in = FALSE;
  else if (endpoint == self->model->out_endpoint)
    self->halted_out = FALSE;
  return FK_SIM_USB_DONE;
}

FkSimUsbStatus
fk_sim_stlink_clear_halt (FkSimStlink *self, guint8 endpoint)
{
  FkSimUsbStatus status;

  fk_sim_stlink_lock (self);
  status = clear_halt (self, endpoint);
  fk_sim_stlink_unlock (self);
  return status;
}

/**
 * fk_sim_stlink_bus_reset:
 *
 * A reset of the port: transfers in both directions are forgotten, halts cleared.  The firmware
 * stays in its mode, and NRST as it was driven.
 */
FkSimUsbStatus
fk_sim_stlink_bus_reset (FkSimStlink *self)
{
  FkSimUsbStatus status = FK_SIM_USB_DONE;

  fk_sim_stlink_lock (self);
  forget_transfers (self);
  self->halted_in = FALSE;
  self->halted_out = FALSE;
  if (self->unplugged)
    status = FK_SIM_USB_GONE;
  fk_sim_stlink_unlock (self);
  return status;
}

static GBytes *
get_descriptor (FkSimStlink *self, guint type, guint index, guint16 language)
{
  g_autoptr (GBytes) all = NULL;
  gsize size;

  if (type == DESCRIPTOR_STRING && index > 0 && language != self->language)
    return NULL;
  if (type == DESCRIPTOR_STRING)
    return fk_sim_stlink_dup_string (self, index);
  all = fk_sim_stlink_dup_descriptors (self);
  size = g_bytes_get_size (all);
  if (type == DESCRIPTOR_DEVICE)
    return g_bytes_new_from_bytes (all, 0, DEVICE_DESCRIPTOR_SIZE);
  if (type == DESCRIPTOR_CONFIGURATION && index == 0)
    return g_bytes_new_from_bytes (all, DEVICE_DESCRIPTOR_SIZE, size - DEVICE_DESCRIPTOR_SIZE);
  return NULL;
}

static GBytes *
answer_request (FkSimStlink *self, const guint8 setup[8])
{
  static const guint8 zeros[2] = { 0, 0 };
  static const guint8 one[2] = { 1, 0 };
  gboolean is_endpoint = (setup[0] & 0x1f) == RECIPIENT_ENDPOINT;

  switch (setup[1])
    {
    case REQUEST_GET_DESCRIPTOR:
      return get_descriptor (self, setup[3], setup[2], fk_load_u16le (setup + 4));
    case REQUEST_GET_STATUS:
      if (is_endpoint && ((setup[4] == IN_ENDPOINT && self->halted_in) ||
                          (setup[4] == self->model->out_endpoint && self->halted_out)))
        return g_bytes_new_static (one, 2);
      return g_bytes_new_static (zeros, 2);
    case REQUEST_GET_CONFIGURATION:
      return g_bytes_new_static (one, 1);
    case REQUEST_CLEAR_FEATURE:
      if (is_endpoint)
        clear_halt (self, setup[4]);
      return g_bytes_new_static (NULL, 0);
    case REQUEST_SET_CONFIGURATION:
    case REQUEST_SET_INTERFACE: /* both clear all halts (USB 2.0, 9.1.1.5) */
      self->halted_in = FALSE;
      self->halted_out = FALSE;
      return g_bytes_new_static (NULL, 0);
    default:
      return NULL;
    }
}

/**
 * fk_sim_stlink_control:
 * @setup: the setup packet (USB 2.0, 9.3)
 * @data: room for the data stage; an ST-LINK takes no data there
 * @actual: (out): bytes of it
 *
 * One control transfer on endpoint 0.
 */
FkSimUsbStatus
fk_sim_stlink_control (
    FkSimStlink *self, const guint8 setup[8], guint8 *data, gsize length, gsize *actual)
{
  g_autoptr (GBytes) answer = NULL;
  gboolean gone;

  g_return_val_if_fail (actual != NULL, FK_SIM_USB_GONE);

  *actual = 0;
  fk_sim_stlink_lock (self);
  gone = self->unplugged;
  if (!gone)
    answer = answer_request (self, setup);
  fk_sim_stlink_unlock (self);
  if (gone)
    return FK_SIM_USB_GONE;
  if (answer == NULL)
    return FK_SIM_USB_STALL;
  *actual = MIN (g_bytes_get_size (answer), MIN (length, fk_load_u16le (setup + 6)));
  if (*actual > 0)
    memcpy (data, g_bytes_get_data (answer, NULL), *actual);
  return FK_SIM_USB_DONE;
}

/**
 * fk_sim_stlink_wait:
 *
 * Time goes by and nobody does anything, as when a program waits for a reply that does not come.
 */
void
fk_sim_stlink_wait (FkSimStlink *self, guint64 nanoseconds)
{
  fk_sim_stlink_lock (self);
  fk_sim_clock_spend (&self->clock, nanoseconds);
  fk_sim_clock_flush (&self->clock);
  fk_sim_stlink_unlock (self);
}

/**
 * fk_sim_stlink_set_fault:
 * @fault: what goes wrong, once; %FK_SIM_FAULT_NONE also mends what an earlier one has left
 *   (stalled endpoints, the cut wire, a CRC unit that lies), but does not plug the cable in
 * @at_transfer: at the first bulk transfer with this number or a later one
 */
void
fk_sim_stlink_set_fault (FkSimStlink *self, FkSimFault fault, guint64 at_transfer)
{
  fk_sim_stlink_lock (self);
  self->fault = fault;
  self->fault_at = at_transfer;
  if (fault == FK_SIM_FAULT_NONE)
    {
      self->cut_next = FALSE;
      self->flip_next = FALSE;
      self->halted_in = FALSE;
      self->halted_out = FALSE;
      fk_sim_dap_set_cut (self->dap, self->millivolts == 0);
      fk_sim_chip_set_crc_lies (self->chip, FALSE);
    }
  fk_sim_stlink_unlock (self);
}

/**
 * fk_sim_stlink_set_unplugged:
 *
 * Pulls the USB cable, or plugs it in again: then the probe starts anew.  The board has a supply of
 * its own and goes on.
 */
void
fk_sim_stlink_set_unplugged (FkSimStlink *self, gboolean unplugged)
{
  fk_sim_stlink_lock (self);
  if (unplugged && !self->unplugged)
    {
      unplug (self);
    }
  else if (!unplugged && self->unplugged)
    {
      self->unplugged = FALSE;
      self->n_plugs++;
      self->halted_in = FALSE;
      self->halted_out = FALSE;
      fk_sim_stlink_boot (self);
    }
  fk_sim_stlink_unlock (self);
}

gboolean
fk_sim_stlink_is_unplugged (FkSimStlink *self)
{
  gboolean unplugged;

  fk_sim_stlink_lock (self);
  unplugged = self->unplugged;
  fk_sim_stlink_unlock (self);
  return unplugged;
}

/* How often the cable has been plugged in: a handle of the time before is dead. */
guint
fk_sim_stlink_get_n_plugs (FkSimStlink *self)
{
  guint n_plugs;

  fk_sim_stlink_lock (self);
  n_plugs = self->n_plugs;
  fk_sim_stlink_unlock (self);
  return n_plugs;
}

gboolean
fk_sim_stlink_is_reset_held (FkSimStlink *self)
{
  gboolean held;

  fk_sim_stlink_lock (self);
  held = self->nrst_low && self->nrst_wired;
  fk_sim_stlink_unlock (self);
  return held;
}

/* The board's supply goes off and on again; the probe has its own. */
void
fk_sim_stlink_power_cycle (FkSimStlink *self)
{
  fk_sim_stlink_lock (self);
  fk_sim_chip_power_cycle (self->chip);
  fk_sim_dap_power_on_reset (self->dap);
  fk_sim_stlink_unlock (self);
}

void
fk_sim_stlink_get_counters (FkSimStlink *self, FkSimCounters *counters)
{
  fk_sim_stlink_lock (self);
  *counters = self->clock.counters;
  counters->total_ns = fk_sim_clock_get_total (&self->clock);
  fk_sim_chip_get_counters (self->chip, &counters->chip);
  fk_sim_stlink_unlock (self);
}
