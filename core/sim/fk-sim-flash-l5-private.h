/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sim/fk-sim-chip-private.h"
#include "sim/fk-sim-times.h"

G_BEGIN_DECLS

/* What the parts of the flash controller of L5 and U5 know of each other: its registers are in
 * fk-sim-flash-l5.c, its options and what they protect in fk-sim-flash-l5-options.c, and there,
 * too, what is not the same in all of them. */

#define FK_SIM_L5_MAX_UNIT 16u

/* In FLASH_NSSR: options that cannot be */
#define FK_SIM_L5_SR_OPTWERR (1u << 13)

/* The option words, in the order of their registers. */
typedef enum
{
  FK_SIM_L5_OPTR,
  FK_SIM_L5_NSBOOTADD0R,
  FK_SIM_L5_NSBOOTADD1R,
  FK_SIM_L5_SECBOOTADD0R,
  FK_SIM_L5_SECWM1R1,
  FK_SIM_L5_SECWM1R2,
  FK_SIM_L5_WRP1AR,
  FK_SIM_L5_WRP1BR,
  FK_SIM_L5_SECWM2R1,
  FK_SIM_L5_SECWM2R2,
  FK_SIM_L5_WRP2AR,
  FK_SIM_L5_WRP2BR,
  FK_SIM_L5_N_OPTIONS,
} FkSimL5Option;

G_STATIC_ASSERT (FK_SIM_L5_N_OPTIONS <= FK_SIM_MAX_OPTIONS);

/**
 * FkSimL5Kind:
 * @unit: bytes that one error-correcting code is for, and that are programmed together
 * @acr_reset: FLASH_ACR after a reset
 * @acr_plain: its bits that keep what is written
 * @cr_plain: bits of FLASH_NSCR that keep what is written, and start nothing
 * @waits: its status tells that the first words of a unit have come (WDW)
 * @page: bytes
 * @pages: the numbers of pages that FLASH_NSCR takes
 * @two_banks: the option bit that is 1 with two banks; 0: there are always two
 * @two_banks_largest: the same of the largest flash of its kind
 * @small_pages: the option bit while which is 0 pages are twice as large, or 0
 * @locks_areas: an area of write protection has a bit that is 1 while it may be changed (UNLOCK)
 * @options: bits that can be written, and the value that ST ships
 */
typedef struct
{
  const FkSimFlashL4Times *times;
  guint unit;
  guint32 acr_reset;
  guint32 acr_plain;
  guint32 cr_plain;
  gboolean waits;
  guint32 page;
  guint32 pages;
  guint32 two_banks;
  guint32 two_banks_largest;
  guint32 small_pages;
  gboolean locks_areas;
  struct
  {
    guint32 mask;
    guint32 factory;
  } options[FK_SIM_L5_N_OPTIONS];
} FkSimL5Kind;

const FkSimL5Kind *fk_sim_l5_get_kind (FkSimChip *self);

gboolean fk_sim_l5_find_option (guint32 offset, guint *option);
void fk_sim_l5_write_option (FkSimChip *self, guint option, guint32 value, guint32 mask);
void fk_sim_l5_make_options (FkSimChip *self);
void fk_sim_l5_load_options (FkSimChip *self, FkSimReset kind);
void fk_sim_l5_finish_options (FkSimChip *self);
void fk_sim_l5_set_protection (FkSimChip *self, guint level);

gboolean fk_sim_l5_has_two_banks (FkSimChip *self);
guint32 fk_sim_l5_get_bank_size (FkSimChip *self);
guint32 fk_sim_l5_get_page_size (FkSimChip *self);
gboolean fk_sim_l5_is_write_protected (FkSimChip *self, guint bank, guint32 start, guint32 end);

G_END_DECLS
