/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sim/fk-sim-chip-private.h"

G_BEGIN_DECLS

/* What the two halves of the flash controller of G0 know of each other: its registers are in
 * fk-sim-flash-l4.c, its option bytes and what they protect in fk-sim-flash-l4-options.c. */

#define FK_SIM_L4_PAGE          2048u
#define FK_SIM_L4_ACR_PROGEMPTY (1u << 16)
#define FK_SIM_L4_SR_OPTVERR    (1u << 15)
#define FK_SIM_L4_CR_SEC_PROT   (1u << 28)
#define FK_SIM_L4_CR_SEC_PROT2  (1u << 29)

/* The option words, OPTR first. */
#define FK_SIM_L4_OPTR      0
#define FK_SIM_L4_N_OPTIONS 14

guint fk_sim_l4_get_level (guint32 optr);
gboolean fk_sim_l4_find_option (guint32 offset, guint *option);
void fk_sim_l4_write_option (FkSimChip *self, guint option, guint32 value, guint32 mask);
void fk_sim_l4_make_options (FkSimChip *self);
void fk_sim_l4_load_options (FkSimChip *self, FkSimReset kind);
void fk_sim_l4_finish_options (FkSimChip *self);
void fk_sim_l4_set_protection (FkSimChip *self, guint level);

gboolean fk_sim_l4_has_two_banks (FkSimChip *self);
guint32 fk_sim_l4_get_bank_size (FkSimChip *self);
gboolean fk_sim_l4_is_write_protected (FkSimChip *self, guint bank, guint32 start, guint32 end);
gboolean fk_sim_l4_hides (FkSimChip *self, guint32 offset, guint32 length);

G_END_DECLS
