/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "usb/fk-usb-device.h"

G_BEGIN_DECLS

/**
 * FkSimFault:
 *
 * What goes wrong, at one USB transfer, counted from 0 since the board was made.
 */
typedef enum
{
  FK_SIM_FAULT_NONE,
  FK_SIM_FAULT_UNPLUG,    /* the cable is pulled and stays out */
  FK_SIM_FAULT_STALL,     /* the endpoint stalls until the halt is cleared */
  FK_SIM_FAULT_TIMEOUT,   /* this transfer never completes */
  FK_SIM_FAULT_SHORT,     /* the reply is cut to half its length */
  FK_SIM_FAULT_SWD,       /* the next SWD access is answered with FAULT (a loose wire) */
  FK_SIM_FAULT_SWD_LOST,  /* SWD answers no more at all */
  FK_SIM_FAULT_FLIP,      /* one bit of the data in the reply is wrong */
  FK_SIM_FAULT_DEAD_CELL, /* the next cell that is programmed keeps a bit at 1 */
} FkSimFault;

/**
 * FkSimBoard:
 *
 * A probe and a chip in software.  Specification: "NAME[?KEY=VALUE[&KEY=VALUE…]]"; keys:
 * state=FILE (memories kept between runs), probe=v2|v2-1|v3|…, firmware=V2J24, serial=…, flash=KIB,
 * size-register=KIB, rdp=0|1|2, millivolts=N, nrst=no, swd=off (firmware that switches SWD off),
 * blank=yes, uid=HEX, fault=KIND@INDEX.  An unknown key or name is FK_ERROR_USAGE that lists what
 * there is.
 */
#define FK_TYPE_SIM_BOARD (fk_sim_board_get_type ())
G_DECLARE_FINAL_TYPE (FkSimBoard, fk_sim_board, FK, SIM_BOARD, GObject)

const char *const *
fk_sim_board_get_names (void); /* "creator-pro", "blue-pill", "disco-f4", "f030", "skr-mini-e3" */
const char *fk_sim_board_get_description (const char *name);

FkSimBoard *fk_sim_board_new (const char *specification, GError **error);
FkUsbDevice *
fk_sim_board_get_usb_device (FkSimBoard *self); /* (transfer none): answers exactly as an ST-LINK */
GBytes *fk_sim_board_get_usb_descriptors (
    FkSimBoard *self); /* device + configuration descriptors, for the mocked bus */

/* The back door, for tests: no probe, no protection, no controller. FALSE where there is no memory.
 */
gboolean fk_sim_board_peek (FkSimBoard *self, guint32 address, guint8 *out, gsize length);
gboolean fk_sim_board_poke (FkSimBoard *self, guint32 address, const guint8 *data, gsize length);
void fk_sim_board_power_cycle (FkSimBoard *self);
gboolean fk_sim_board_is_core_running (FkSimBoard *self);
gboolean fk_sim_board_is_debug_enabled (FkSimBoard *self); /* DHCSR.C_DEBUGEN */
gboolean fk_sim_board_is_flash_locked (FkSimBoard *self);
gboolean fk_sim_board_is_reset_held (FkSimBoard *self);
void fk_sim_board_set_unplugged (FkSimBoard *self, gboolean unplugged);

void fk_sim_board_set_fault (FkSimBoard *self, FkSimFault fault, guint64 at_transfer);
guint64 fk_sim_board_get_n_transfers (FkSimBoard *self);
guint64 fk_sim_board_get_n_erases (FkSimBoard *self);
guint64 fk_sim_board_get_n_programmed (FkSimBoard *self); /* program units */

gboolean
fk_sim_board_save (FkSimBoard *self, GError **error); /* to state=FILE; also done on dispose */

G_END_DECLS
