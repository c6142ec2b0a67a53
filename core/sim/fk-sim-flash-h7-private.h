/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sim/fk-sim-chip-private.h"

G_BEGIN_DECLS

/* What the two halves of the flash controller of H7 know of each other: its registers are in
 * fk-sim-flash-h7.c, its options and what they protect in fk-sim-flash-h7-options.c. */

#define FK_SIM_H7_SECTOR  (128u * 1024)
#define FK_SIM_H7_WORD    32u
#define FK_SIM_H7_N_BANKS 2

#define FK_SIM_H7_OPT_BUSY     (1u << 0)
#define FK_SIM_H7_OPTCHANGEERR (1u << 30)

gboolean fk_sim_h7_read_option (FkSimChip *self, guint32 offset, guint32 *value);
void fk_sim_h7_write_option (FkSimChip *self, guint32 offset, guint32 value, guint32 mask);
void fk_sim_h7_make_options (FkSimChip *self);
void fk_sim_h7_load_options (FkSimChip *self, FkSimReset kind);
gboolean fk_sim_h7_will_erase (FkSimChip *self);
void fk_sim_h7_finish_options (FkSimChip *self);
void fk_sim_h7_set_protection (FkSimChip *self, guint level);
guint32 fk_sim_h7_get_start (FkSimChip *self);

guint32 fk_sim_h7_get_bank_size (FkSimChip *self);
gboolean fk_sim_h7_is_write_protected (FkSimChip *self, guint bank, guint32 start, guint32 end);
gboolean fk_sim_h7_is_under_pcrop (FkSimChip *self, guint bank, guint32 start, guint32 end);

G_END_DECLS
