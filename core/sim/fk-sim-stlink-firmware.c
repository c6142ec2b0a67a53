/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The firmware of the simulated ST-LINK: start, modes, versions, and where each command goes.  ST
 * publishes no document of the protocol; this follows what OpenOCD, stlink-org, pyOCD and probe-rs
 * send and expect, and from which firmware on they do. */

#include "config.h"

#include "sim/fk-sim-stlink-private.h"

#include <string.h>

#include "base/fk-reader.h"

/* What GET_CURRENT_MODE calls the modes. */
static const guint8 mode_numbers[] = {
  [FK_SIM_STLINK_MODE_DFU] = 0,  [FK_SIM_STLINK_MODE_MASS] = 1, [FK_SIM_STLINK_MODE_SWD] = 2,
  [FK_SIM_STLINK_MODE_JTAG] = 2, [FK_SIM_STLINK_MODE_SWIM] = 3,
};

/* The voltmeter compares with a reference of 1.2 V, both converted in 12 bits against the probe's
 * own 3.3 V, the target's behind a divider by two. */
#define ADC_REFERENCE 1489
#define ADC_SCALE_MV  2400

#define VENDOR_ID 0x0483

/* The unknown command has a status of its own only in later firmware. */
#define UNKNOWN_STATUS_SINCE_V2 24

static gboolean
is_debugging (FkSimStlink *self)
{
  return self->mode == FK_SIM_STLINK_MODE_SWD || self->mode == FK_SIM_STLINK_MODE_JTAG;
}

/* The probe gets its power. */
void
fk_sim_stlink_boot (FkSimStlink *self)
{
  memset (self->buffer, 0, sizeof self->buffer);
  self->reply_length = 0;
  self->reply_sent = 0;
  self->armed_length = 0;
  self->receive = NULL;
  self->mode = self->first_mode;
  self->rw_status = SIM_STLINK_OK;
  self->rw_address = 0;
  self->swd_khz = self->clock.times->default_swd_khz;
  self->jtag_khz = 1000;
  fk_sim_clock_set_swd_period (&self->clock, 1000000000 / self->swd_khz);
  memset (self->open_aps, 0, sizeof self->open_aps);
  self->core_ap = 0;
  self->misc_items = 0;
  self->tracing = FALSE;
  if (is_debugging (self))
    {
      guint32 idcode;

      if (fk_sim_dap_connect (self->dap, &idcode) == FK_SIM_ACK_OK)
        fk_sim_dap_power_up (self->dap);
    }
}

void
fk_sim_stlink_drive_nrst (FkSimStlink *self, gboolean low)
{
  if (self->nrst_wired && self->nrst_low != low)
    fk_sim_chip_set_nrst (self->chip, low);
  self->nrst_low = low;
}

/* The pins are let go, but NRST stays as it was driven. */
void
fk_sim_stlink_leave_debug (FkSimStlink *self)
{
  fk_sim_dap_disconnect (self->dap);
  memset (self->open_aps, 0, sizeof self->open_aps);
  self->tracing = FALSE;
  self->flip_next = FALSE;
  self->mode = FK_SIM_STLINK_MODE_MASS;
}

/* Two bytes, most significant first: generation in 4 bits, debug part in 6, SWIM part in 6 (on a
 * V2-1 the mass storage part), then vendor and product.  A V3 tells only its generation here. */
static void
get_version (FkSimStlink *self)
{
  const FkSimStlinkFirmware *firmware = &self->firmware;
  guint8 *reply = fk_sim_stlink_reply (self, 6);
  guint16 version = firmware->generation << 12;

  if (firmware->generation < 3)
    version |= (firmware->jtag & 0x3f) << 6 |
               ((self->model->mass_storage ? firmware->msd : firmware->swim) & 0x3f);
  reply[0] = version >> 8;
  reply[1] = version & 0xff;
  fk_store_u16le (reply + 2, VENDOR_ID);
  fk_store_u16le (reply + 4, self->model->product_id);
}

static void
get_version_ex (FkSimStlink *self)
{
  const FkSimStlinkFirmware *firmware = &self->firmware;
  guint8 *reply;

  if (firmware->generation < 3)
    return;
  reply = fk_sim_stlink_reply (self, 12);
  memset (reply, 0, 12);
  reply[0] = firmware->generation;
  reply[1] = firmware->swim;
  reply[2] = firmware->jtag;
  reply[3] = firmware->msd;
  reply[4] = firmware->bridge;
  fk_store_u16le (reply + 8, VENDOR_ID);
  fk_store_u16le (reply + 10, self->model->product_id);
}

static void
get_current_mode (FkSimStlink *self)
{
  fk_sim_stlink_reply_status (self, mode_numbers[self->mode]);
}

/* Since V2J13; nothing measures while the loader runs. */
static void
get_target_voltage (FkSimStlink *self)
{
  guint8 *reply;

  if (self->mode == FK_SIM_STLINK_MODE_DFU ||
      (self->firmware.generation < 3 && self->firmware.jtag < 13))
    return;
  reply = fk_sim_stlink_reply (self, 8);
  fk_store_u32le (reply, ADC_REFERENCE);
  fk_store_u32le (reply + 4, (self->millivolts * ADC_REFERENCE + ADC_SCALE_MV / 2) / ADC_SCALE_MV);
}

static void
run_dfu (FkSimStlink *self)
{
  if (self->command[1] == SIM_STLINK_DFU_EXIT && self->mode == FK_SIM_STLINK_MODE_DFU)
    self->mode = FK_SIM_STLINK_MODE_MASS;
}

/* There is no STM8 on the wire: SWIM can be entered and left, and says that nobody answers. */
static void
run_swim (FkSimStlink *self)
{
  guint8 *reply;

  if (self->mode == FK_SIM_STLINK_MODE_DFU)
    return;
  switch (self->command[1])
    {
    case SIM_STLINK_SWIM_ENTER:
      if (is_debugging (self))
        fk_sim_stlink_leave_debug (self);
      self->mode = FK_SIM_STLINK_MODE_SWIM;
      break;
    case SIM_STLINK_SWIM_EXIT:
      if (self->mode == FK_SIM_STLINK_MODE_SWIM)
        self->mode = FK_SIM_STLINK_MODE_MASS;
      break;
    case SIM_STLINK_SWIM_READ_CAP:
      reply = fk_sim_stlink_reply (self, 8);
      memcpy (reply, "\x00\x01\x02\x06\x00\x00\x00\x00", 8); /* as OpenOCD saw it from SWIM V6 */
      break;
    case SIM_STLINK_SWIM_ASSERT_RESET:
      fk_sim_stlink_drive_nrst (self, TRUE);
      break;
    case SIM_STLINK_SWIM_DEASSERT_RESET:
      fk_sim_stlink_drive_nrst (self, FALSE);
      break;
    case SIM_STLINK_SWIM_READSTATUS:
      reply = fk_sim_stlink_reply (self, 4);
      memset (reply, 0, 4);
      reply[0] =
          self->mode == FK_SIM_STLINK_MODE_SWIM ? SIM_STLINK_SWIM_OK : SIM_STLINK_SWIM_NO_RESPONSE;
      break;
    default:
      break;
    }
}

static const FkSimStlinkCommand *
find_command (const FkSimStlinkCommand *commands, gsize n_commands, guint code)
{
  for (gsize i = 0; i < n_commands; i++)
    if (commands[i].code == code)
      return &commands[i];
  return NULL;
}

static gboolean
is_known (FkSimStlink *self, const FkSimStlinkCommand *command)
{
  guint since = self->firmware.generation < 3 ? command->min_v2 : command->min_v3;

  return since != G_MAXUINT8 && self->firmware.jtag >= since;
}

static void
run_debug (FkSimStlink *self)
{
  const FkSimStlinkCommand *command =
      find_command (fk_sim_stlink_debug_commands, fk_sim_stlink_n_debug_commands, self->command[1]);

  if (self->mode == FK_SIM_STLINK_MODE_DFU)
    return;
  if (command == NULL)
    command = find_command (fk_sim_stlink_memory_commands, fk_sim_stlink_n_memory_commands,
                            self->command[1]);

  if (command == NULL || !is_known (self, command))
    fk_sim_stlink_reply_status (self, self->firmware.generation < 3 &&
                                              self->firmware.jtag < UNKNOWN_STATUS_SINCE_V2
                                          ? SIM_STLINK_UNKNOWN_ERROR
                                          : SIM_STLINK_UNKNOWN_COMMAND);
  else if (!command->any_mode && self->mode == FK_SIM_STLINK_MODE_SWIM)
    fk_sim_stlink_reply_status (self, SIM_STLINK_OTHER_MODE);
  else if (!command->any_mode && !is_debugging (self))
    fk_sim_stlink_reply_status (self, SIM_STLINK_NO_DEVICE);
  else
    command->run (self);
}

/* What is not understood gets no answer at all. */
void
fk_sim_stlink_run_command (FkSimStlink *self)
{
  switch (self->command[0])
    {
    case SIM_STLINK_GET_VERSION:
      get_version (self);
      break;
    case SIM_STLINK_GET_VERSION_EX:
      get_version_ex (self);
      break;
    case SIM_STLINK_GET_CURRENT_MODE:
      get_current_mode (self);
      break;
    case SIM_STLINK_GET_TARGET_VOLTAGE:
      get_target_voltage (self);
      break;
    case SIM_STLINK_DFU:
      run_dfu (self);
      break;
    case SIM_STLINK_SWIM:
      run_swim (self);
      break;
    case SIM_STLINK_DEBUG:
      run_debug (self);
      break;
    default:
      break;
    }
}
