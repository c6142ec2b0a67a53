/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The simulated ST-LINK's debug commands: modes, core control, registers, clocks, NRST and the raw
 * debug and access port.  After the users of the protocol (OpenOCD, stlink-org, pyOCD, probe-rs),
 * and ARM DDI 0403E, C1.6, for the core's debug registers. */

#include "config.h"

#include "sim/fk-sim-stlink-private.h"

#include <string.h>

#include "base/fk-reader.h"

#define AIRCR             0xe000ed0c
#define AIRCR_SYSRESETREQ 0x05fa0004
#define DHCSR             0xe000edf0
#define DHCSR_KEY         0xa05f0000
#define DHCSR_DEBUGEN     (1u << 0)
#define DHCSR_HALT        (1u << 1)
#define DHCSR_STEP        (1u << 2)
#define DHCSR_MASKINTS    (1u << 3)
#define DHCSR_S_REGRDY    (1u << 16)
#define DHCSR_S_HALT      (1u << 17)
#define DCRSR             0xe000edf4
#define DCRSR_WRITE       (1u << 16)
#define DCRDR             0xe000edf8
#define FP_CTRL           0xe0002000
#define FP_CTRL_ENABLE    3
#define FP_COMP0          0xe0002008

#define REGRDY_TRIES 100

/* Registers from here on belong to the FPU; known since V2J15. */
#define FIRST_FPU_REGISTER 0x20
#define FPU_SINCE_V2       15

#define NRST_PULSE_NS 100000

#define AP_IDR_REGISTER 0xfc

#define CORE_REGISTERS 21 /* R0 to R15, xPSR, MSP, PSP, two packed words */

#define BOARD_IDS_SIZE 128

guint
fk_sim_stlink_get_status (FkSimAck ack)
{
  switch (ack)
    {
    case FK_SIM_ACK_OK:
      return SIM_STLINK_OK;
    case FK_SIM_ACK_FAULT:
      return SIM_STLINK_DP_FAULT;
    case FK_SIM_ACK_PARITY:
      return SIM_STLINK_AP_PARITY_ERROR;
    case FK_SIM_ACK_WDATA:
      return SIM_STLINK_AP_WDATA_ERROR;
    case FK_SIM_ACK_BUS_FAULT:
      return SIM_STLINK_AP_FAULT;
    case FK_SIM_ACK_NONE:
      return SIM_STLINK_DP_ERROR;
    }
  g_assert_not_reached ();
}

/* The firmware clears the port's sticky flags after an error of its own access.  Commands that know
 * no access port are said to go through the one that was initialised last (stlink, pull request
 * 1492, tried with an H5). */
static FkSimAck
read_word (FkSimStlink *self, guint32 address, guint32 *value)
{
  guint8 bytes[4] = { 0 };
  FkSimAck ack;

  fk_sim_dap_read_memory (self->dap, self->core_ap, address, 4, TRUE, bytes, sizeof bytes, &ack);
  if (ack != FK_SIM_ACK_OK)
    fk_sim_dap_clear_errors (self->dap);
  *value = fk_load_u32le (bytes);
  return ack;
}

static FkSimAck
write_word (FkSimStlink *self, guint32 address, guint32 value)
{
  guint8 bytes[4];
  FkSimAck ack;

  fk_store_u32le (bytes, value);
  fk_sim_dap_write_memory (self->dap, self->core_ap, address, 4, TRUE, bytes, sizeof bytes, &ack);
  if (ack != FK_SIM_ACK_OK)
    fk_sim_dap_clear_errors (self->dap);
  return ack;
}

/* DDI 0403E, C1.6.3 and C1.6.4: the selector starts the transfer, S_REGRDY tells its end. */
static FkSimAck
wait_for_register (FkSimStlink *self)
{
  FkSimAck ack = FK_SIM_ACK_OK;
  guint32 status = 0;

  for (guint i = 0; i < REGRDY_TRIES && !(status & DHCSR_S_REGRDY) && ack == FK_SIM_ACK_OK; i++)
    ack = read_word (self, DHCSR, &status);
  return ack;
}

static FkSimAck
read_register (FkSimStlink *self, guint index, guint32 *value)
{
  FkSimAck ack = write_word (self, DCRSR, index);

  if (ack == FK_SIM_ACK_OK)
    ack = wait_for_register (self);
  if (ack == FK_SIM_ACK_OK)
    ack = read_word (self, DCRDR, value);
  return ack;
}

static FkSimAck
write_register (FkSimStlink *self, guint index, guint32 value)
{
  FkSimAck ack = write_word (self, DCRDR, value);

  if (ack == FK_SIM_ACK_OK)
    ack = write_word (self, DCRSR, DCRSR_WRITE | index);
  if (ack == FK_SIM_ACK_OK)
    ack = wait_for_register (self);
  return ack;
}

static gboolean
has_register (FkSimStlink *self, guint index)
{
  return index < FIRST_FPU_REGISTER || self->firmware.generation > 2 ||
         self->firmware.jtag >= FPU_SINCE_V2;
}

/* Modes. */

/* Only SWJ-DPs have a TAP: its IDCODE differs from DPIDR in the version and part number (0xba00);
 * the Cortex-M0's port of ST is SWD only. */
static guint32
get_tap_idcode (guint32 dpidr)
{
  switch (dpidr)
    {
    case 0x1ba01477:
      return 0x3ba00477;
    case 0x2ba01477:
      return 0x4ba00477;
    case 0x5ba02477:
      return 0x5ba00477;
    default:
      return 0;
    }
}

/* Entered anew, the wire gets a line reset and the port its power; the core is left alone. */
static guint
enter_mode (FkSimStlink *self, FkSimStlinkMode mode)
{
  guint32 dpidr;

  if (self->mode != FK_SIM_STLINK_MODE_MASS && self->mode != mode)
    return SIM_STLINK_OTHER_MODE;
  if (fk_sim_dap_connect (self->dap, &dpidr) != FK_SIM_ACK_OK)
    return SIM_STLINK_GET_IDCODE_ERROR;
  if (mode == FK_SIM_STLINK_MODE_JTAG && get_tap_idcode (dpidr) == 0)
    return SIM_STLINK_UNKNOWN_CHAIN;
  if (fk_sim_dap_power_up (self->dap) != FK_SIM_ACK_OK)
    return SIM_STLINK_DP_ERROR;
  memset (self->open_aps, 0, sizeof self->open_aps);
  self->core_ap = 0;
  self->mode = mode;
  return SIM_STLINK_OK;
}

static guint
enter (FkSimStlink *self)
{
  switch (self->command[2])
    {
    case SIM_STLINK_ENTER_SWD_NO_RESET:
      return enter_mode (self, FK_SIM_STLINK_MODE_SWD);
    case SIM_STLINK_ENTER_JTAG_RESET:
    case SIM_STLINK_ENTER_JTAG_NO_RESET:
      return enter_mode (self, FK_SIM_STLINK_MODE_JTAG);
    default:
      return SIM_STLINK_COMMAND_ERROR;
    }
}

static void
run_enter (FkSimStlink *self)
{
  fk_sim_stlink_reply_status (self, enter (self));
}

static void
run_v1_enter (FkSimStlink *self)
{
  enter (self);
}

static void
run_exit (FkSimStlink *self)
{
  if (self->mode == FK_SIM_STLINK_MODE_SWD || self->mode == FK_SIM_STLINK_MODE_JTAG)
    fk_sim_stlink_leave_debug (self);
}

static FkSimAck
read_idcode (FkSimStlink *self, guint32 *idcode)
{
  FkSimAck ack = fk_sim_dap_read_dp (self->dap, 0, idcode);

  if (ack == FK_SIM_ACK_OK && self->mode == FK_SIM_STLINK_MODE_JTAG)
    *idcode = get_tap_idcode (*idcode);
  return ack;
}

static void
run_read_idcodes (FkSimStlink *self)
{
  guint32 idcode = 0;
  FkSimAck ack = read_idcode (self, &idcode);
  guint8 *reply = fk_sim_stlink_reply (self, 12);

  fk_store_u32le (reply, fk_sim_stlink_get_status (ack));
  if (ack != FK_SIM_ACK_OK)
    return;
  fk_store_u32le (reply + 4, idcode);
  fk_store_u32le (reply + 8, 0);
  fk_sim_stlink_reply_data (self, 4, 4);
}

static void
run_read_core_id (FkSimStlink *self)
{
  guint32 idcode = 0;

  if (read_idcode (self, &idcode) == FK_SIM_ACK_OK)
    fk_store_u32le (fk_sim_stlink_reply (self, 4), idcode);
  else
    fk_sim_stlink_reply (self, 4);
}

/* The core. */

static void
reply_ack (FkSimStlink *self, FkSimAck ack)
{
  fk_sim_stlink_reply_status (self, fk_sim_stlink_get_status (ack));
}

static void
run_get_status (FkSimStlink *self)
{
  guint32 status = 0;
  FkSimAck ack = read_word (self, DHCSR, &status);

  if (ack != FK_SIM_ACK_OK)
    reply_ack (self, ack);
  else
    fk_sim_stlink_reply_status (self, status & DHCSR_S_HALT ? SIM_STLINK_CORE_HALTED
                                                            : SIM_STLINK_CORE_RUNNING);
}

static void
run_force_debug (FkSimStlink *self)
{
  reply_ack (self, write_word (self, DHCSR, DHCSR_KEY | DHCSR_HALT | DHCSR_DEBUGEN));
}

static void
run_core (FkSimStlink *self)
{
  reply_ack (self, write_word (self, DHCSR, DHCSR_KEY | DHCSR_DEBUGEN));
}

static void
run_step (FkSimStlink *self)
{
  const guint32 base = DHCSR_KEY | DHCSR_MASKINTS | DHCSR_DEBUGEN;
  FkSimAck ack = write_word (self, DHCSR, base | DHCSR_HALT);

  if (ack == FK_SIM_ACK_OK)
    ack = write_word (self, DHCSR, base | DHCSR_STEP);
  if (ack == FK_SIM_ACK_OK)
    ack = write_word (self, DHCSR, DHCSR_KEY | DHCSR_HALT | DHCSR_DEBUGEN);
  reply_ack (self, ack);
}

static void
run_reset_sys (FkSimStlink *self)
{
  reply_ack (self, write_word (self, AIRCR, AIRCR_SYSRESETREQ));
}

static void
run_read_reg (FkSimStlink *self)
{
  guint index = self->command[2];
  guint32 value = 0;
  guint8 *reply;
  FkSimAck ack;

  if (!has_register (self, index))
    {
      fk_sim_stlink_reply_status (self, SIM_STLINK_COMMAND_ERROR);
      return;
    }
  ack = read_register (self, index, &value);
  reply = fk_sim_stlink_reply (self, 8);
  fk_store_u32le (reply, fk_sim_stlink_get_status (ack));
  if (ack == FK_SIM_ACK_OK)
    {
      fk_store_u32le (reply + 4, value);
      fk_sim_stlink_reply_data (self, 4, 4);
    }
}

static void
run_v1_read_reg (FkSimStlink *self)
{
  guint32 value = 0;
  FkSimAck ack = read_register (self, self->command[2], &value);
  guint8 *reply = fk_sim_stlink_reply (self, 4);

  if (ack == FK_SIM_ACK_OK)
    fk_store_u32le (reply, value);
}

static void
run_write_reg (FkSimStlink *self)
{
  guint index = self->command[2];

  if (has_register (self, index))
    reply_ack (self, write_register (self, index, fk_load_u32le (self->command + 3)));
  else
    fk_sim_stlink_reply_status (self, SIM_STLINK_COMMAND_ERROR);
}

/* R0 to R15, xPSR, MSP and PSP in the order of DCRSR, then the word with CONTROL and the masks, and
 * one that is reserved. */
static FkSimAck
read_all_registers (FkSimStlink *self, guint32 values[CORE_REGISTERS])
{
  FkSimAck ack = FK_SIM_ACK_OK;

  values[CORE_REGISTERS - 1] = 0;
  for (guint i = 0; i < CORE_REGISTERS - 1 && ack == FK_SIM_ACK_OK; i++)
    ack = read_register (self, i == 19 ? 20 : i, &values[i]);
  return ack;
}

static void
reply_all_registers (FkSimStlink *self, gsize offset)
{
  guint32 values[CORE_REGISTERS];
  FkSimAck ack = read_all_registers (self, values);
  guint8 *reply = fk_sim_stlink_reply (self, offset + 4 * CORE_REGISTERS);

  if (offset > 0)
    fk_store_u32le (reply, fk_sim_stlink_get_status (ack));
  if (ack != FK_SIM_ACK_OK)
    return;
  for (guint i = 0; i < CORE_REGISTERS; i++)
    fk_store_u32le (reply + offset + 4 * i, values[i]);
  fk_sim_stlink_reply_data (self, offset, 4 * CORE_REGISTERS);
}

static void
run_read_all_regs (FkSimStlink *self)
{
  reply_all_registers (self, 4);
}

static void
run_v1_read_all_regs (FkSimStlink *self)
{
  reply_all_registers (self, 0);
}

static void
run_read_debug_reg (FkSimStlink *self)
{
  guint32 value = 0;
  FkSimAck ack = read_word (self, fk_load_u32le (self->command + 2), &value);
  guint8 *reply = fk_sim_stlink_reply (self, 8);

  fk_store_u32le (reply, fk_sim_stlink_get_status (ack));
  if (ack == FK_SIM_ACK_OK)
    {
      fk_store_u32le (reply + 4, value);
      fk_sim_stlink_reply_data (self, 4, 4);
    }
}

static void
run_write_debug_reg (FkSimStlink *self)
{
  reply_ack (self, write_word (self, fk_load_u32le (self->command + 2),
                               fk_load_u32le (self->command + 6)));
}

/* Breakpoints of the first interface: comparators of the flash patch unit (DDI 0403E, C1.11). */
static void
run_set_fp (FkSimStlink *self)
{
  guint index = self->command[2];
  guint32 address = fk_load_u32le (self->command + 3);
  guint32 half = address & 2 ? 2u << 30 : 1u << 30;
  FkSimAck ack = write_word (self, FP_CTRL, FP_CTRL_ENABLE);

  if (ack == FK_SIM_ACK_OK)
    ack = write_word (self, FP_COMP0 + 4 * index, (address & 0x1ffffffc) | half | 1);
  reply_ack (self, ack);
}

static void
run_clear_fp (FkSimStlink *self)
{
  reply_ack (self, write_word (self, FP_COMP0 + 4 * self->command[2], 0));
}

/* Works in every mode: the pin belongs to nobody else. */
static void
run_drive_nrst (FkSimStlink *self)
{
  switch (self->command[2])
    {
    case SIM_STLINK_NRST_LOW:
      fk_sim_stlink_drive_nrst (self, TRUE);
      break;
    case SIM_STLINK_NRST_HIGH:
      fk_sim_stlink_drive_nrst (self, FALSE);
      break;
    case SIM_STLINK_NRST_PULSE:
      fk_sim_stlink_drive_nrst (self, TRUE);
      fk_sim_clock_spend (&self->clock, NRST_PULSE_NS);
      fk_sim_clock_flush (&self->clock);
      fk_sim_stlink_drive_nrst (self, FALSE);
      break;
    default:
      fk_sim_stlink_reply_status (self, SIM_STLINK_COMMAND_ERROR);
      return;
    }
  fk_sim_stlink_reply_status (self, SIM_STLINK_OK);
}

/* Clocks. */

/* The V2 counts a loop of about 250 ns a round, 306 ns without it; the count of 0 has code of its
 * own, for 4 MHz.  That gives the frequencies that OpenOCD lists for the counts it uses. */
static void
run_swd_set_freq (FkSimStlink *self)
{
  guint64 count = fk_load_u16le (self->command + 2);

  fk_sim_clock_set_swd_period (&self->clock, count == 0 ? 250000 : 306000 + 250000 * count);
  fk_sim_stlink_reply_status (self, SIM_STLINK_OK);
}

/* Divides 36 MHz. */
static void
run_jtag_set_freq (FkSimStlink *self)
{
  guint divisor = fk_load_u16le (self->command + 2);

  if (divisor == 0)
    {
      fk_sim_stlink_reply_status (self, SIM_STLINK_FREQ_UNSUPPORTED);
      return;
    }
  self->jtag_khz = 36000 / divisor;
  fk_sim_stlink_reply_status (self, SIM_STLINK_OK);
}

/* What a V3 lists, in kHz. */
static const guint v3_swd_khz[] = { 24000, 8000, 3300, 1000, 200, 50, 5 };
static const guint v3_jtag_khz[] = { 21333, 16000, 12000, 8000, 2666, 1333, 1000, 600, 300, 100 };

static const guint *
get_v3_frequencies (FkSimStlink *self, guint *n_frequencies)
{
  if (self->command[2] == 0)
    {
      *n_frequencies = G_N_ELEMENTS (v3_swd_khz);
      return v3_swd_khz;
    }
  *n_frequencies = G_N_ELEMENTS (v3_jtag_khz);
  return v3_jtag_khz;
}

static void
run_get_com_freq (FkSimStlink *self)
{
  guint n_frequencies;
  const guint *frequencies = get_v3_frequencies (self, &n_frequencies);
  guint8 *reply = fk_sim_stlink_reply (self, 52);

  memset (reply, 0, 52);
  fk_store_u32le (reply, SIM_STLINK_OK);
  fk_store_u32le (reply + 4, self->command[2] == 0 ? self->swd_khz : self->jtag_khz);
  fk_store_u32le (reply + 8, n_frequencies);
  for (guint i = 0; i < n_frequencies; i++)
    fk_store_u32le (reply + 12 + 4 * i, frequencies[i]);
}

static void
run_set_com_freq (FkSimStlink *self)
{
  guint n_frequencies;
  const guint *frequencies = get_v3_frequencies (self, &n_frequencies);
  guint32 khz = fk_load_u32le (self->command + 4);
  gboolean listed = FALSE;
  guint8 *reply = fk_sim_stlink_reply (self, 8);

  for (guint i = 0; i < n_frequencies; i++)
    listed = listed || frequencies[i] == khz;
  memset (reply, 0, 8);
  if (!listed)
    {
      fk_store_u32le (reply, SIM_STLINK_FREQ_UNSUPPORTED);
      return;
    }
  if (self->command[2] == 0)
    {
      self->swd_khz = khz;
      fk_sim_clock_set_swd_period (&self->clock, 1000000000 / khz);
    }
  else
    {
      self->jtag_khz = khz;
    }
  fk_store_u32le (reply, SIM_STLINK_OK);
  fk_store_u32le (reply + 4, khz);
}

/* The probe's own clock: the answer says that the frequencies have to be asked for again. */
static void
run_switch_freq (FkSimStlink *self)
{
  guint8 *reply = fk_sim_stlink_reply (self, 8);

  memset (reply, 0, 8);
  fk_store_u32le (reply, SIM_STLINK_CONF_CHANGED);
}

/* The raw port. */

gboolean
fk_sim_stlink_is_ap_open (FkSimStlink *self, guint ap)
{
  return (self->open_aps[ap / 32] >> ap % 32 & 1) != 0;
}

static void
run_init_ap (FkSimStlink *self)
{
  guint ap = self->command[2];

  if (!fk_sim_dap_has_ap (self->dap, ap))
    {
      fk_sim_stlink_reply_status (self, SIM_STLINK_BAD_AP);
      return;
    }
  self->open_aps[ap / 32] |= 1u << ap % 32;
  self->core_ap = ap;
  fk_sim_stlink_reply_status (self, SIM_STLINK_OK);
}

/* Before V2J29 the status of this one was not to be trusted. */
static void
run_close_ap (FkSimStlink *self)
{
  guint ap = self->command[2];
  gboolean was_open = fk_sim_stlink_is_ap_open (self, ap);

  self->open_aps[ap / 32] &= ~(1u << ap % 32);
  if (self->firmware.generation < 3 && self->firmware.jtag < 29)
    fk_sim_stlink_reply_status (self, SIM_STLINK_UNKNOWN_ERROR);
  else
    fk_sim_stlink_reply_status (self, was_open ? SIM_STLINK_OK : SIM_STLINK_BAD_AP);
}

/* From V2J28 on an access port has to be initialised before anything but its IDR. */
static gboolean
may_use_ap (FkSimStlink *self, guint port, guint reg)
{
  if (port >= SIM_STLINK_N_APS)
    return FALSE;
  if (self->firmware.generation < 3 && self->firmware.jtag < 28)
    return TRUE;
  return reg == AP_IDR_REGISTER || fk_sim_stlink_is_ap_open (self, port);
}

static void
run_read_dap_reg (FkSimStlink *self)
{
  guint port = fk_load_u16le (self->command + 2);
  guint reg = fk_load_u16le (self->command + 4);
  guint32 value = 0;
  guint status;
  guint8 *reply;

  if (port == SIM_STLINK_DP_PORT)
    status = fk_sim_stlink_get_status (fk_sim_dap_read_dp (self->dap, reg, &value));
  else if (may_use_ap (self, port, reg))
    status = fk_sim_stlink_get_status (fk_sim_dap_read_ap (self->dap, port, reg, &value));
  else
    status = SIM_STLINK_BAD_AP;

  reply = fk_sim_stlink_reply (self, 8);
  fk_store_u32le (reply, status);
  if (status == SIM_STLINK_OK)
    {
      fk_store_u32le (reply + 4, value);
      fk_sim_stlink_reply_data (self, 4, 4);
    }
}

static void
run_write_dap_reg (FkSimStlink *self)
{
  guint port = fk_load_u16le (self->command + 2);
  guint reg = fk_load_u16le (self->command + 4);
  guint32 value = fk_load_u32le (self->command + 6);

  if (port == SIM_STLINK_DP_PORT)
    reply_ack (self, fk_sim_dap_write_dp (self->dap, reg, value));
  else if (may_use_ap (self, port, reg))
    reply_ack (self, fk_sim_dap_write_ap (self->dap, port, reg, value));
  else
    fk_sim_stlink_reply_status (self, SIM_STLINK_BAD_AP);
}

/* Trace reception can be switched on; nothing ever arrives. */

static void
run_start_trace (FkSimStlink *self)
{
  self->tracing = TRUE;
  fk_sim_stlink_reply_status (self, SIM_STLINK_OK);
}

static void
run_stop_trace (FkSimStlink *self)
{
  self->tracing = FALSE;
  fk_sim_stlink_reply_status (self, SIM_STLINK_OK);
}

static void
run_get_trace_nb (FkSimStlink *self)
{
  fk_sim_stlink_reply_status (self, 0);
}

static void
run_nothing (FkSimStlink *self)
{
  fk_sim_stlink_reply_status (self, SIM_STLINK_OK);
}

/* A board without an mbed identity. */
static void
run_get_board_ids (FkSimStlink *self)
{
  guint8 *reply = fk_sim_stlink_reply (self, BOARD_IDS_SIZE);

  memset (reply, 0, BOARD_IDS_SIZE);
  fk_store_u16le (reply, SIM_STLINK_OK);
}

#define NEVER G_MAXUINT8

const FkSimStlinkCommand fk_sim_stlink_debug_commands[] = {
  /* code, since V2J, since V3J, in any mode, function */
  { SIM_STLINK_GETSTATUS, 0, 0, FALSE, run_get_status },
  { SIM_STLINK_FORCEDEBUG, 0, 0, FALSE, run_force_debug },
  { SIM_STLINK_V1_RESETSYS, 0, 0, FALSE, run_reset_sys },
  { SIM_STLINK_V1_READALLREGS, 0, 0, FALSE, run_v1_read_all_regs },
  { SIM_STLINK_V1_READREG, 0, 0, FALSE, run_v1_read_reg },
  { SIM_STLINK_V1_WRITEREG, 0, 0, FALSE, run_write_reg },
  { SIM_STLINK_RUNCORE, 0, 0, FALSE, run_core },
  { SIM_STLINK_STEPCORE, 0, 0, FALSE, run_step },
  { SIM_STLINK_V1_SETFP, 0, 0, FALSE, run_set_fp },
  { SIM_STLINK_V1_CLEARFP, 0, 0, FALSE, run_clear_fp },
  { SIM_STLINK_V1_WRITEDEBUG, 0, 0, FALSE, run_write_debug_reg },
  { SIM_STLINK_V1_ENTER, 0, 0, TRUE, run_v1_enter },
  { SIM_STLINK_EXIT, 0, 0, TRUE, run_exit },
  { SIM_STLINK_READCOREID, 0, 0, FALSE, run_read_core_id },
  { SIM_STLINK_ENTER, 0, 0, TRUE, run_enter },
  { SIM_STLINK_READ_IDCODES, 0, 0, FALSE, run_read_idcodes },
  { SIM_STLINK_RESETSYS, 0, 0, FALSE, run_reset_sys },
  { SIM_STLINK_READREG, 0, 0, FALSE, run_read_reg },
  { SIM_STLINK_WRITEREG, 0, 0, FALSE, run_write_reg },
  { SIM_STLINK_WRITEDEBUGREG, 0, 0, FALSE, run_write_debug_reg },
  { SIM_STLINK_READDEBUGREG, 0, 0, FALSE, run_read_debug_reg },
  { SIM_STLINK_READALLREGS, 0, 0, FALSE, run_read_all_regs },
  { SIM_STLINK_DRIVE_NRST, 0, 0, TRUE, run_drive_nrst },
  { SIM_STLINK_START_TRACE, 13, 0, FALSE, run_start_trace },
  { SIM_STLINK_STOP_TRACE, 13, 0, FALSE, run_stop_trace },
  { SIM_STLINK_GET_TRACE_NB, 13, 0, FALSE, run_get_trace_nb },
  { SIM_STLINK_SWD_SET_FREQ, 22, NEVER, TRUE, run_swd_set_freq },
  { SIM_STLINK_JTAG_SET_FREQ, 24, NEVER, TRUE, run_jtag_set_freq },
  { SIM_STLINK_READ_DAP_REG, 24, 0, FALSE, run_read_dap_reg },
  { SIM_STLINK_WRITE_DAP_REG, 24, 0, FALSE, run_write_dap_reg },
  { SIM_STLINK_BLINK_LED, 28, 0, TRUE, run_nothing },
  { SIM_STLINK_INIT_AP, 28, 0, FALSE, run_init_ap },
  { SIM_STLINK_CLOSE_AP, 28, 0, FALSE, run_close_ap },
  { SIM_STLINK_GET_BOARD_IDS, 36, 6, TRUE, run_get_board_ids },
  { SIM_STLINK_SET_COM_FREQ, NEVER, 0, TRUE, run_set_com_freq },
  { SIM_STLINK_GET_COM_FREQ, NEVER, 0, TRUE, run_get_com_freq },
  { SIM_STLINK_SWITCH_FREQ, NEVER, 0, TRUE, run_switch_freq },
};
const gsize fk_sim_stlink_n_debug_commands = G_N_ELEMENTS (fk_sim_stlink_debug_commands);
