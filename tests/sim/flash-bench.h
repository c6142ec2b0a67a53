/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "flash/fk-flash.h"
#include "flash/fk-identify.h"
#include "sim/fk-sim.h"

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
  FkRange range; /* the whole flash */
} FlashBench;

void flash_bench_open (FlashBench *bench, const char *specification);
/* With a device before the board's own that @wrap makes. */
void flash_bench_open_behind (FlashBench *bench,
                              const char *specification,
                              FkUsbDevice *(*wrap) (FkUsbDevice *device));
void flash_bench_reconnect (FlashBench *bench);
void flash_bench_close (FlashBench *bench);

guint8 *flash_bench_peek_all (FlashBench *bench);
void flash_bench_poke_all (FlashBench *bench, const guint8 *data);
void flash_bench_fill_random (guint32 seed, guint8 *data, gsize length);
FkFlashPlan *flash_bench_plan (FlashBench *bench, guint32 address, GBytes *data, FkPlanFlags flags);
void flash_bench_execute (FlashBench *bench, FkFlashPlan *plan, FkVerified *how);
void flash_bench_assert_holds (FlashBench *bench, const guint8 *expected);

G_END_DECLS
