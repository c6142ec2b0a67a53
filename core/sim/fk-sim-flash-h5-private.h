/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sim/fk-sim-chip-private.h"

G_BEGIN_DECLS

/* What the two halves of the flash controller of H5 know of each other: its registers are in
 * fk-sim-flash-h5.c, its options and what they protect in fk-sim-flash-h5-options.c. */

#define FK_SIM_H5_SECTOR  8192u
#define FK_SIM_H5_WORD    16u
#define FK_SIM_H5_N_BANKS 2

gboolean fk_sim_h5_read_option (FkSimChip *self, guint32 offset, guint32 *value);
void fk_sim_h5_write_option (FkSimChip *self, guint32 offset, guint32 value, guint32 mask);
void fk_sim_h5_make_options (FkSimChip *self);
void fk_sim_h5_load_options (FkSimChip *self, FkSimReset kind);
gboolean fk_sim_h5_finish_options (FkSimChip *self);
void fk_sim_h5_set_protection (FkSimChip *self, guint level);
guint32 fk_sim_h5_get_start (FkSimChip *self);

guint32 fk_sim_h5_get_bank_size (FkSimChip *self);
gboolean fk_sim_h5_is_write_protected (FkSimChip *self, guint bank, guint32 start, guint32 end);

G_END_DECLS
