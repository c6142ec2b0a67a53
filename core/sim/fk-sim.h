/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "sim/fk-sim-chip.h"
#include "usb/fk-usb-device.h"

G_BEGIN_DECLS

/* fk-sim-stlink.h: the probe at the level of USB transfers, for a mocked bus. */
typedef struct _FkSimStlink FkSimStlink;

/**
 * FkSimFault:
 * @FK_SIM_FAULT_NONE: all is well
 * @FK_SIM_FAULT_UNPLUG: the USB cable is pulled and stays out
 * @FK_SIM_FAULT_STALL: the endpoint stalls until its halt is cleared; a reply that waited is lost
 * @FK_SIM_FAULT_TIMEOUT: this transfer never ends: what was sent is lost, what was to come comes
 *   with the next transfer
 * @FK_SIM_FAULT_SHORT: the reply (the next one, when the transfer is not a reply) is cut to half
 * @FK_SIM_FAULT_SWD: the next access over SWD is answered with FAULT, as with a loose wire
 * @FK_SIM_FAULT_SWD_LOST: SWD answers no more at all
 * @FK_SIM_FAULT_FLIP: one bit is wrong in the first data from the chip that come from now on
 * @FK_SIM_FAULT_DEAD_CELL: the next cell that is programmed keeps a bit at 1
 * @FK_SIM_FAULT_CRC_LIES: the chip's CRC unit takes in each word with a wrong bit from now on
 * @FK_SIM_FAULT_CRC_SLIP: … the next word alone
 * @FK_SIM_FAULT_STUCK: code that runs from RAM gets nowhere, from now or from its next start on; it
 *   looks as if it ran until the core is halted or reset
 *
 * What goes wrong, once, at one USB bulk transfer, counted from 0 since the board was made.
 * What concerns SWD passes when the probe leaves debug mode before it has struck.
 */
typedef enum
{
  FK_SIM_FAULT_NONE,
  FK_SIM_FAULT_UNPLUG,
  FK_SIM_FAULT_STALL,
  FK_SIM_FAULT_TIMEOUT,
  FK_SIM_FAULT_SHORT,
  FK_SIM_FAULT_SWD,
  FK_SIM_FAULT_SWD_LOST,
  FK_SIM_FAULT_FLIP,
  FK_SIM_FAULT_DEAD_CELL,
  FK_SIM_FAULT_CRC_LIES,
  FK_SIM_FAULT_CRC_SLIP,
  FK_SIM_FAULT_STUCK,
} FkSimFault;

/**
 * FkSimCounters:
 * @n_transfers: bulk transfers that ended
 * @n_bytes: bytes in them
 * @n_commands: commands that the probe carried out
 * @n_swd_words: transfers on SWD
 * @usb_ns: modelled time on USB
 * @probe_ns: modelled time in the probe
 * @swd_ns: modelled time on SWD
 * @total_ns: all the time that has gone by, waiting included
 * @transfer_end_ns: how much of it had when the last transfer ended; a probe goes on working after
 *   it has been given a command or data
 * @chip: what the chip did
 *
 * What a simulated board has done so far.  Modelled time is what the same work would take on the
 * real thing; nothing sleeps for it.
 */
typedef struct
{
  guint64 n_transfers;
  guint64 n_bytes;
  guint64 n_commands;
  guint64 n_swd_words;
  guint64 usb_ns;
  guint64 probe_ns;
  guint64 swd_ns;
  guint64 total_ns;
  guint64 transfer_end_ns;
  FkSimChipCounters chip;
} FkSimCounters;

/**
 * FkSimBoard:
 *
 * A probe and a chip in software.  Specification: "[sim:]NAME[?KEY=VALUE[&KEY=VALUE…]]"; keys:
 *
 * - state=FILE: the chip's memories are kept in this file between runs
 * - probe=v2|v2-1|v3|…, firmware=V2J24S4, serial=…, serial-form=raw|text: another probe
 * - language=HEX: of the probe's strings, as USB numbers languages; 0409 otherwise
 * - mode=dfu|mass|swd|jtag|swim: what the probe is in at first, as an earlier program left it
 * - access=denied|busy: what opening it over USB meets
 * - flash=KIB, size-register=KIB: the flash that answers, and what the chip says of it
 * - eeprom=BYTES: the data EEPROM that answers, of L0 and L1
 * - dev-id=HEX, or with the revision idcode=HEX: what the chip says it is, such as one that nobody
 * described
 * - designer=HEX, rom-part=HEX, cpuid=HEX, dpidr=HEX: what else it says of itself, for chips that
 *   pass for the board's
 * - core-ap=1: the core is behind the second access port, as on H5
 * - owner-key=yes: a U5 has a key without which its read protection is not removed
 * - second-core=yes: the chip has the access port of a second core, as an H745
 * - uid=HEX, rdp=0|1|2, blank=yes: the chip at first; a state file knows protection and contents
 *   better
 * - crc=works|none|lies: the chip's CRC unit, see #FkSimCrc
 * - dma=works|none|stuck: the DMA controller of a chip of F0 or F1, see #FkSimDma
 * - dead-cell=ADDRESS: a byte of the flash that does not take what is programmed
 * - millivolts=N (0: no power), nrst=no (the reset wire is off), swd=off (firmware that switches
 *   SWD off), max-khz=N (wires that flip bits at any faster SWD clock): the board
 * - wraps=yes: a probe whose firmware reads and writes on at the start of the same KiB (Cortex-M0)
 *   or 4 KiB where the chip's access port stops counting
 * - pace=PERCENT: of the time that the real thing takes; without it everything is done at once
 * - fault=KIND@INDEX: see #FkSimFault
 *
 * Values may hold bytes as %XX.  An unknown key, name or value is %FK_ERROR_USAGE that tells what
 * there is.  All calls lock: a board may be looked at while another thread uses its probe.
 */
#define FK_TYPE_SIM_BOARD (fk_sim_board_get_type ())
G_DECLARE_FINAL_TYPE (FkSimBoard, fk_sim_board, FK, SIM_BOARD, GObject)

const char *const *fk_sim_board_get_names (void);
const char *fk_sim_board_get_description (const char *name);

FkSimBoard *fk_sim_board_new (const char *specification, GError **error);
FkUsbDevice *fk_sim_board_get_usb_device (FkSimBoard *self);
FkSimStlink *fk_sim_board_get_stlink (FkSimBoard *self);
GBytes *fk_sim_board_get_usb_descriptors (FkSimBoard *self);
const char *fk_sim_board_get_name (FkSimBoard *self);

/* The back door, for tests: no probe, no protection, no controller. */
FkSimChip *fk_sim_board_get_chip (FkSimBoard *self); /* while nobody uses the probe */
gboolean fk_sim_board_peek (FkSimBoard *self, guint32 address, guint8 *out, gsize length);
gboolean fk_sim_board_poke (FkSimBoard *self, guint32 address, const guint8 *data, gsize length);
void fk_sim_board_power_cycle (FkSimBoard *self);
gboolean fk_sim_board_is_core_running (FkSimBoard *self);
gboolean fk_sim_board_is_debug_enabled (FkSimBoard *self); /* DHCSR.C_DEBUGEN */
gboolean fk_sim_board_is_flash_locked (FkSimBoard *self);
gboolean fk_sim_board_is_reset_held (FkSimBoard *self);
void fk_sim_board_set_unplugged (FkSimBoard *self, gboolean unplugged);

void fk_sim_board_set_fault (FkSimBoard *self, FkSimFault fault, guint64 at_transfer);
void fk_sim_board_get_counters (FkSimBoard *self, FkSimCounters *counters);
guint64 fk_sim_board_get_n_transfers (FkSimBoard *self);
guint64 fk_sim_board_get_n_erases (FkSimBoard *self);
guint64 fk_sim_board_get_n_programmed (FkSimBoard *self); /* program units */

gboolean fk_sim_board_save (FkSimBoard *self, GError **error);

G_END_DECLS
