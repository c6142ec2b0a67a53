/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sim/fk-sim-chip-private.h"
#include "sim/fk-sim-times.h"

G_BEGIN_DECLS

/* What the parts of the flash controller of G0, G4 and L4 know of each other: its registers are in
 * fk-sim-flash-l4.c, its option bytes and what they protect in fk-sim-flash-l4-options.c, and what
 * is not the same in all of them in fk-sim-flash-l4-kinds.c. */

#define FK_SIM_L4_SR_OPTVERR (1u << 15)

/* The option words that there are in one kind or another; L4 and G4 have one PCROP area in a bank,
 * here the first; G4 calls SECR SEC1R, and some of it have one for the second bank. */
typedef enum
{
  FK_SIM_L4_OPTR,
  FK_SIM_L4_PCROP1ASR,
  FK_SIM_L4_PCROP1AER,
  FK_SIM_L4_WRP1AR,
  FK_SIM_L4_WRP1BR,
  FK_SIM_L4_PCROP1BSR,
  FK_SIM_L4_PCROP1BER,
  FK_SIM_L4_PCROP2ASR,
  FK_SIM_L4_PCROP2AER,
  FK_SIM_L4_WRP2AR,
  FK_SIM_L4_WRP2BR,
  FK_SIM_L4_PCROP2BSR,
  FK_SIM_L4_PCROP2BER,
  FK_SIM_L4_SECR,
  FK_SIM_L4_SEC2R,
  FK_SIM_L4_N_OPTIONS,
} FkSimL4Option;

G_STATIC_ASSERT (FK_SIM_L4_N_OPTIONS <= FK_SIM_MAX_OPTIONS);

/**
 * FkSimL4Word:
 * @offset: of its register
 * @memory: where it lies among the option bytes, from the first of them on
 * @mask: the bits that there are; 0: there is no such word
 * @factory: what ST ships
 * @mismatch: what stands for it when its complement does not confirm it (RM0440 3.4.2)
 */
typedef struct
{
  guint8 offset;
  guint16 memory;
  guint32 mask;
  guint32 factory;
  guint32 mismatch;
} FkSimL4Word;

/**
 * FkSimL4Kind:
 * @dev_id: the chip
 * @option_bytes: the address of the first of them
 * @second_options: where those of the second bank begin, from there on; 0: they follow the others
 * @acr_reset: FLASH_ACR after a reset
 * @acr_plain: its bits that keep what is written, but for @acr_empty
 * @acr_empty: its bit that tells that the flash was blank when power came, or 0
 * @sr_empty: the bit of FLASH_SR that tells the same, and changes when a 1 is written, or 0
 * @cr_plain: bits of FLASH_CR that keep what is written, and start nothing
 * @pages: the numbers of pages that FLASH_CR takes
 * @second_bank: its bit that names the second bank
 * @secure: its bits that close the securable area of each bank
 * @busy: bits of FLASH_SR while the first bank, and the second, is at work
 * @settings_busy: its bit that is set from the first word of a double word on, or 0
 * @two_banks: the option bit that is 1 with two banks; 0: there is one
 * @always_two: a flash of that size has two whatever the options say
 * @doubles: with one bank pages and the unit of PCROP are twice as large, and all areas are in it
 * @pcrop_unit: bytes that PCROP counts in
 * @ones: reserved bits of the option registers read as 1
 * @words: the option words
 */
typedef struct
{
  guint16 dev_id;
  const FkSimFlashL4Times *times;
  guint32 option_bytes;
  guint32 second_options;
  guint32 acr_reset;
  guint32 acr_plain;
  guint32 acr_empty;
  guint32 sr_empty;
  guint32 cr_plain;
  guint32 pages;
  guint32 second_bank;
  guint32 secure[2];
  guint32 busy[2];
  guint32 settings_busy;
  guint32 two_banks;
  guint32 always_two;
  gboolean doubles;
  guint32 pcrop_unit;
  gboolean ones;
  FkSimL4Word words[FK_SIM_L4_N_OPTIONS];
} FkSimL4Kind;

/* fk-sim-flash-l4-kinds.c */
const FkSimL4Kind *fk_sim_l4_get_kind (FkSimChip *self);

/* fk-sim-flash-l4-options.c */
gboolean fk_sim_l4_find_option (FkSimChip *self, guint32 offset, guint *option);
void fk_sim_l4_write_option (FkSimChip *self, guint option, guint32 value, guint32 mask);
guint32 fk_sim_l4_read_option (FkSimChip *self, guint option);
void fk_sim_l4_make_options (FkSimChip *self);
void fk_sim_l4_load_options (FkSimChip *self, FkSimReset kind);
void fk_sim_l4_finish_options (FkSimChip *self);
void fk_sim_l4_set_protection (FkSimChip *self, guint level);

gboolean fk_sim_l4_has_two_banks (FkSimChip *self);
guint32 fk_sim_l4_get_bank_size (FkSimChip *self);
guint32 fk_sim_l4_get_page_size (FkSimChip *self);
gboolean fk_sim_l4_is_write_protected (FkSimChip *self, guint bank, guint32 start, guint32 end);
gboolean fk_sim_l4_hides (FkSimChip *self, guint32 offset, guint32 length);

G_END_DECLS
