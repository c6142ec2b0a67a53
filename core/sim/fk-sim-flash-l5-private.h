/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sim/fk-sim-chip-private.h"

G_BEGIN_DECLS

/* What the two halves of the flash controller of U5 know of each other: its registers are in
 * fk-sim-flash-l5.c, its options and what they protect in fk-sim-flash-l5-options.c. */

#define FK_SIM_L5_PAGE 8192u
#define FK_SIM_L5_UNIT 16u /* bytes that one error-correcting code is for */

/* The option words, OPTR first. */
#define FK_SIM_L5_OPTR      0
#define FK_SIM_L5_N_OPTIONS 12

gboolean fk_sim_l5_find_option (guint32 offset, guint *option);
void fk_sim_l5_write_option (FkSimChip *self, guint option, guint32 value, guint32 mask);
void fk_sim_l5_make_options (FkSimChip *self);
void fk_sim_l5_load_options (FkSimChip *self, FkSimReset kind);
void fk_sim_l5_finish_options (FkSimChip *self);
void fk_sim_l5_set_protection (FkSimChip *self, guint level);

gboolean fk_sim_l5_has_two_banks (FkSimChip *self);
guint32 fk_sim_l5_get_bank_size (FkSimChip *self);
gboolean fk_sim_l5_is_write_protected (FkSimChip *self, guint bank, guint32 start, guint32 end);

G_END_DECLS
