/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * FkSimChip:
 *
 * A chip in software, seen from its debug access port: memories, flash controller, option bytes,
 * debug and reset registers, and a core that runs code (Unicorn).  Register-accurate as the
 * reference manuals say; it knows nothing of probes or USB.  Time is modelled: nothing happens
 * unless fk_sim_chip_advance() says that time went by.
 */
typedef struct _FkSimChip FkSimChip;

/**
 * FkSimChipConfig:
 * @model: "stm32f405", "stm32f407", "stm32f103c8", "stm32f103rc", "stm32f030f4"
 * @flash_size: bytes that really answer; 0 for the model's own
 * @size_register: KiB that the flash size register tells; 0 for the truth
 * @uid: 12 bytes
 * @millivolts: of the board; decides whether wide programming works (RM0090, 3.6.2)
 * @swd_off: the firmware turns the SWD pins off a few ms after it started
 */
typedef struct
{
  const char *model;
  guint32 flash_size;
  guint16 size_register;
  guint8 uid[12];
  guint millivolts;
  gboolean swd_off;
} FkSimChipConfig;

FkSimChip *fk_sim_chip_new (const FkSimChipConfig *config, GError **error);
void fk_sim_chip_free (FkSimChip *self);

/* What the debug port sees. */
guint32 fk_sim_chip_get_dpidr (FkSimChip *self);
guint32 fk_sim_chip_get_ap_idr (FkSimChip *self);
guint32 fk_sim_chip_get_ap_base (FkSimChip *self);  /* ROM table */
gboolean fk_sim_chip_swd_answers (FkSimChip *self); /* powered, not in a state where SWD is dead */
/* One bus access by the AHB-AP; width 1, 2 or 4 and address aligned to it. FALSE: the bus answered
 * with a fault. */
gboolean fk_sim_chip_read (FkSimChip *self, guint32 address, guint width, guint32 *value);
gboolean fk_sim_chip_write (FkSimChip *self, guint32 address, guint width, guint32 value);
/* The same as fk_sim_chip_read() of @width on every address from @address on, but fast where that
 * is plain memory; returns the bytes that were read before the first fault, so @length when all is
 * well.  No time passes meanwhile. */
gsize
fk_sim_chip_read_block (FkSimChip *self, guint32 address, guint width, guint8 *out, gsize length);
/* The same the other way; fast where that is RAM.  Returns the bytes before the first fault. */
gsize fk_sim_chip_write_block (
    FkSimChip *self, guint32 address, guint width, const guint8 *data, gsize length);

/* The world around it. */
void fk_sim_chip_advance (FkSimChip *self, guint64 nanoseconds);
guint64 fk_sim_chip_get_time (FkSimChip *self);
void fk_sim_chip_set_nrst (FkSimChip *self, gboolean low);
void fk_sim_chip_power_cycle (FkSimChip *self);
void fk_sim_chip_kill_cell (
    FkSimChip *self); /* the next cell that is programmed keeps its lowest cleared bit at 1 */

/* The back door: non-volatile memories and RAM, as they are; FALSE where there is none. */
gboolean fk_sim_chip_peek (FkSimChip *self, guint32 address, guint8 *out, gsize length);
gboolean fk_sim_chip_poke (FkSimChip *self, guint32 address, const guint8 *data, gsize length);
/* Sets the option bytes for readout protection level 0, 1 or 2 and cycles the power; erases
 * nothing.
 */
void fk_sim_chip_set_protection (FkSimChip *self, guint level);
gboolean fk_sim_chip_is_running (FkSimChip *self);
gboolean fk_sim_chip_is_debug_enabled (FkSimChip *self);
gboolean fk_sim_chip_is_flash_locked (FkSimChip *self);
guint64 fk_sim_chip_get_n_erases (FkSimChip *self);
guint64 fk_sim_chip_get_n_programmed (FkSimChip *self);

/* Non-volatile state (flash, option bytes, OTP), for state=FILE. */
GBytes *fk_sim_chip_save (FkSimChip *self);
gboolean fk_sim_chip_load (FkSimChip *self, GBytes *state, GError **error);

/* A word of RAM that the demo firmware counts up for ever, and where the demo printer that is tied
 * to its chip keeps the chip's UID. */
#define FK_SIM_DEMO_COUNTER    0x20000040u
#define FK_SIM_DEMO_UID_RECORD 0x0800c000u

/* Factory contents for the demo: bootloader, application, settings; made by us (fk-sim-firmware.c).
 */
void fk_sim_chip_load_demo_firmware (FkSimChip *self, const char *board);

G_END_DECLS
