/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "flash/fk-flash-plan.h"

G_BEGIN_DECLS

/* As fk_flash_plan_new(), in units of @unit bytes, a power of two from 4 to %FK_FLASH_UNIT_MAX,
 * whatever the driver of @chip has: for tests of units that no driver has. */
FkFlashPlan *fk_flash_plan_new_in_units (
    FkChip *chip, guint unit, FkImage *wanted, FkImage *present, FkPlanFlags flags, GError **error);

G_END_DECLS
