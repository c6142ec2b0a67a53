/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sim/fk-sim-chip-private.h"
#include "sim/fk-sim-times.h"

G_BEGIN_DECLS

/* What the parts of the flash controller of L0 and L1 know of each other: its registers and cells
 * are in fk-sim-flash-l1.c, its option bytes and what they protect in fk-sim-flash-l1-options.c. */

#define FK_SIM_L1_SECTOR 4096u /* what a bit of write protection is for */

#define FK_SIM_L1_SR_OPTVERR    (1u << 11)
#define FK_SIM_L1_SR_OPTVERRUSR (1u << 12)

/* The words in the option bytes: 16 bits, and above them their complement. */
typedef enum
{
  FK_SIM_L1_RDP, /* and SPRMOD, which L0 calls WPRMOD */
  FK_SIM_L1_USER,
  FK_SIM_L1_WRP1,
  FK_SIM_L1_WRP1_HIGH,
  FK_SIM_L1_WRP2,
  FK_SIM_L1_WRP2_HIGH,
  FK_SIM_L1_WRP3,
  FK_SIM_L1_WRP3_HIGH,
  FK_SIM_L1_WRP4, /* from here on they are kept elsewhere */
  FK_SIM_L1_WRP4_HIGH,
  FK_SIM_L1_N_WORDS,
} FkSimL1Word;

/**
 * FkSimL1Kind:
 * @half_page: bytes
 * @n_words: of the option bytes
 * @options_size: of the memory that they are in
 * @has_pcrop: whether there is SPRMOD
 * @user_mask: bits of the user options that there are
 * @user_factory: what a new chip has in them
 * @user_error: flag that tells that they do not agree with their complement
 * @sticky: flags of SR that are cleared by writing 1
 * @pecr_plain: bits of PECR that are kept and mean nothing here
 * @acr_plain: bits of ACR that are kept
 * @nzdisable: bit of PECR that lets what is not blank be programmed; 0 where all may be
 *
 * Where the chips differ.
 */
typedef struct
{
  guint32 half_page;
  guint n_words;
  guint32 options_size;
  gboolean has_pcrop;
  guint32 user_mask;
  guint32 user_factory;
  guint32 user_error;
  guint32 sticky;
  guint32 pecr_plain;
  guint32 acr_plain;
  guint32 nzdisable;
} FkSimL1Kind;

/* fk-sim-flash-l1.c */
const FkSimL1Kind *fk_sim_l1_get_kind (FkSimChip *self);

/* fk-sim-flash-l1-options.c */
guint32 fk_sim_l1_get_option (FkSimChip *self, FkSimL1Word word);
gboolean fk_sim_l1_has_pcrop (FkSimChip *self);
gboolean fk_sim_l1_is_write_protected (FkSimChip *self, guint32 offset);
void fk_sim_l1_make_options (FkSimChip *self);
void fk_sim_l1_load_options (FkSimChip *self, FkSimReset kind);
void fk_sim_l1_program_option (FkSimChip *self, guint32 address, guint32 value);
void fk_sim_l1_finish_option (FkSimChip *self);
void fk_sim_l1_set_protection (FkSimChip *self, guint level);

G_END_DECLS
