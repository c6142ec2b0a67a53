/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chip/fk-chip.h"
#include "image/fk-image.h"

G_BEGIN_DECLS

/**
 * FkSectorAction:
 * @FK_SECTOR_KEEP: holds the right bytes already
 * @FK_SECTOR_PROGRAM: only blank cells change; nothing to erase
 * @FK_SECTOR_ERASE: to become blank
 * @FK_SECTOR_REWRITE: erased, then programmed
 */
typedef enum
{
  FK_SECTOR_KEEP,
  FK_SECTOR_PROGRAM,
  FK_SECTOR_ERASE,
  FK_SECTOR_REWRITE,
} FkSectorAction;

/**
 * FkPlanEntry: what happens to one sector; only sectors that the wanted image touches have one
 */
typedef struct
{
  FkSector sector;
  FkSectorAction action;
} FkPlanEntry;

/**
 * FkFlashPlan:
 *
 * What a write will do, made without hardware, shown to the person, then carried out.  Immutable.
 */
#define FK_TYPE_FLASH_PLAN (fk_flash_plan_get_type ())
G_DECLARE_FINAL_TYPE (FkFlashPlan, fk_flash_plan, FK, FLASH_PLAN, GObject)

typedef enum
{
  FK_PLAN_DEFAULT = 0,
  FK_PLAN_FULL = 1 << 0, /* rewrite also what is equal already (--full) */
  FK_PLAN_ALLOW_MASS_ERASE = 1 << 1,
} FkPlanFlags;

/* @wanted: what flash shall hold where it has bytes; the rest of each touched sector is kept.
 * @present: must cover every sector that @wanted touches. */
FkFlashPlan *fk_flash_plan_new (
    FkChip *chip, FkImage *wanted, FkImage *present, FkPlanFlags flags, GError **error);
FkFlashPlan *
fk_flash_plan_new_erase (FkChip *chip,
                         FkRange range,
                         FkImage *present,
                         GError **error); /* whole sectors that overlap range become blank;
                                             OUT_OF_RANGE unless aligned to sectors */

FkChip *fk_flash_plan_get_chip (FkFlashPlan *self);
const FkPlanEntry *fk_flash_plan_get_entries (FkFlashPlan *self, guint *n_entries);
guint fk_flash_plan_count (FkFlashPlan *self, FkSectorAction action);
gboolean fk_flash_plan_is_mass_erase (FkFlashPlan *self);
gboolean fk_flash_plan_is_empty (FkFlashPlan *self);
FkImage *
fk_flash_plan_get_result (FkFlashPlan *self); /* what the touched sectors hold afterwards */
guint64 fk_flash_plan_get_program_bytes (FkFlashPlan *self);

G_END_DECLS
