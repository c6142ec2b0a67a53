/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chip/fk-chip.h"
#include "image/fk-image.h"

G_BEGIN_DECLS

/**
 * FkSectorAction:
 * @FK_SECTOR_KEEP: holds the right bytes already; nothing is done to it
 * @FK_SECTOR_PROGRAM: only blank cells change; nothing to erase
 * @FK_SECTOR_ERASE: becomes blank
 * @FK_SECTOR_REWRITE: erased, then programmed
 */
typedef enum
{
  FK_SECTOR_KEEP,
  FK_SECTOR_PROGRAM,
  FK_SECTOR_ERASE,
  FK_SECTOR_REWRITE,
} FkSectorAction;

#define FK_SECTOR_N_ACTIONS (FK_SECTOR_REWRITE + 1)

/**
 * FkPlanEntry:
 * @sector: which one
 * @action: what happens to it
 * @first_run: index of its first run in fk_flash_plan_get_runs()
 * @n_runs: number of its runs; 0 unless @action programs
 *
 * What happens to one sector.  Only sectors that the wanted image touches have an entry.
 */
typedef struct
{
  FkSector sector;
  FkSectorAction action;
  guint first_run;
  guint n_runs;
} FkPlanEntry;

/**
 * FkPlanFlags:
 * @FK_PLAN_DEFAULT: leave alone what is right already; never mass-erase
 * @FK_PLAN_FULL: rewrite also what is equal already (--full)
 * @FK_PLAN_ALLOW_MASS_ERASE: erase the whole chip at once where nothing is lost by it and the
 *   chip's typical times say that it is faster
 */
typedef enum
{
  FK_PLAN_DEFAULT = 0,
  FK_PLAN_FULL = 1 << 0,
  FK_PLAN_ALLOW_MASS_ERASE = 1 << 1,
} FkPlanFlags;

/**
 * FkFlashPlan:
 *
 * What a write will do, made without hardware, shown to the person, then carried out by
 * fk_flash_execute().  Immutable; may be shared between threads.
 */
#define FK_TYPE_FLASH_PLAN (fk_flash_plan_get_type ())
G_DECLARE_FINAL_TYPE (FkFlashPlan, fk_flash_plan, FK, FLASH_PLAN, GObject)

FkFlashPlan *fk_flash_plan_new (
    FkChip *chip, FkImage *wanted, FkImage *present, FkPlanFlags flags, GError **error);
FkFlashPlan *
fk_flash_plan_new_erase (FkChip *chip, FkRange range, FkImage *present, GError **error);

FkChip *fk_flash_plan_get_chip (FkFlashPlan *self);
guint fk_flash_plan_get_unit (FkFlashPlan *self);
const FkPlanEntry *fk_flash_plan_get_entries (FkFlashPlan *self, guint *n_entries);
const FkRange *fk_flash_plan_get_runs (FkFlashPlan *self, guint *n_runs);
guint fk_flash_plan_count (FkFlashPlan *self, FkSectorAction action);
gboolean fk_flash_plan_is_mass_erase (FkFlashPlan *self);
gboolean fk_flash_plan_is_empty (FkFlashPlan *self);
FkImage *fk_flash_plan_get_result (FkFlashPlan *self);
guint64 fk_flash_plan_get_program_bytes (FkFlashPlan *self);
guint fk_flash_plan_get_estimate_ms (FkFlashPlan *self);

G_END_DECLS
