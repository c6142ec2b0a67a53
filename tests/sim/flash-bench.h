/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "flash/fk-flash.h"
#include "flash/fk-identify.h"
#include "sim/fk-sim.h"

#define FLASH 0x08000000u
#define RAM   0x20000000u

G_BEGIN_DECLS

/* A simulated board, connected and identified, with its flash. */
typedef struct
{
  FkSimBoard *board;
  FkUsbDevice *device; /* of the probe, or what stands before it */
  FkProbe *probe;
  FkTarget *target;
  FkIdentity *identity;
  FkChip *chip;
  FkFlash *flash;
  FkRange range; /* the whole flash, or its first part */
} FlashBench;

void flash_bench_open (FlashBench *bench, const char *specification);
/* With a device before the board's own that @wrap makes. */
void flash_bench_open_behind (FlashBench *bench,
                              const char *specification,
                              FkUsbDevice *(*wrap) (FkUsbDevice *device));
void flash_bench_reconnect (FlashBench *bench);
/* A word of the option bytes in memory and its complement behind it (G0, G4, L4, WB): in force, and
 * the board connected anew. */
void flash_bench_poke_option (FlashBench *bench, guint32 address, guint32 value);
void flash_bench_close (FlashBench *bench);

/* A word over the probe, as the program has left it. */
guint32 flash_bench_get (FlashBench *bench, guint32 address);
void flash_bench_set (FlashBench *bench, guint32 address, guint32 value);

guint8 *flash_bench_peek_all (FlashBench *bench);
void flash_bench_poke_all (FlashBench *bench, const guint8 *data);
void flash_bench_fill_random (guint32 seed, guint8 *data, gsize length);
FkFlashPlan *flash_bench_plan (FlashBench *bench, guint32 address, GBytes *data, FkPlanFlags flags);
void flash_bench_execute (FlashBench *bench, FkFlashPlan *plan, FkVerified *how);
void flash_bench_assert_holds (FlashBench *bench, const guint8 *expected);

GBytes *flash_bench_random_bytes (guint32 seed, gsize length);
/* Writes @data at @address over what the board holds, and looks at every byte of the flash. */
void flash_bench_write_and_look (
    FlashBench *bench, guint32 address, GBytes *data, FkPlanFlags flags, FkVerified wanted);
/* A probe of today on every board: what the debugger does alone needs half-words. */
void flash_bench_open_with_new_probe (FlashBench *bench, const char *name);
/* For a progress: adds each note once to the GString that is @user_data. */
void flash_bench_collect_note (const FkProgressStatus *status, gpointer user_data);

G_END_DECLS
