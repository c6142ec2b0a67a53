/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sim/fk-sim-chip-private.h"
#include "sim/fk-sim-times.h"

G_BEGIN_DECLS

/* What the parts of the flash controller of H7 know of each other: its registers are in
 * fk-sim-flash-h7.c, its options and what they protect in fk-sim-flash-h7-options.c, and what is
 * not the same in all of them in fk-sim-flash-h7-kinds.c. */

#define FK_SIM_H7_MAX_WORD 32u

#define FK_SIM_H7_OPT_BUSY     (1u << 0)
#define FK_SIM_H7_OPTCHANGEERR (1u << 30)

typedef enum
{
  FK_SIM_H7_OPTSR,
  FK_SIM_H7_PRAR1,
  FK_SIM_H7_SCAR1,
  FK_SIM_H7_WPSN1,
  FK_SIM_H7_BOOT,
  FK_SIM_H7_PRAR2,
  FK_SIM_H7_SCAR2,
  FK_SIM_H7_WPSN2,
  FK_SIM_H7_OTPBL,
  FK_SIM_H7_OPTSR2,
  FK_SIM_H7_N_OPTIONS,
} FkSimH7Option;

G_STATIC_ASSERT (FK_SIM_H7_N_OPTIONS <= FK_SIM_MAX_OPTIONS);

/**
 * FkSimH7Word:
 * @offset: of the register that is in force; 0: there is no such word
 * @mask: the bits that can be changed
 * @factory: what ST ships
 */
typedef struct
{
  guint16 offset;
  guint32 mask;
  guint32 factory;
} FkSimH7Word;

/**
 * FkSimH7Kind:
 * @sector: bytes
 * @word: bytes of a flash word
 * @n_banks: one or two
 * @sectors_per_bit: how many a bit of WPSN protects
 * @acr_reset: FLASH_ACR after a reset
 * @cr_plain: bits of FLASH_CR that are held
 * @cr_reset: FLASH_CR after a reset
 * @force: FW
 * @start: START
 * @has_speed: whether there is PSIZE
 * @sector_shift: of SNB
 * @sticky: flags of FLASH_SR that stay
 * @erase_both: OPTCR.MER; 0: there is none
 * @rams: KiB of AXI SRAM, of SRAM in the second domain, and in the third
 * @uid: where the UID is
 * @size_register: where the size of the flash is
 * @crc: the CRC unit
 * @crc_clock: the register in RCC that has the bit @crc_enable
 *
 * One kind of H7: of its flash controller, and what little else of it is its own.
 */
typedef struct
{
  const FkSimFlashH7Times *times;
  guint32 sector;
  guint32 word;
  guint n_banks;
  guint sectors_per_bit;
  guint32 acr_reset;
  guint32 cr_plain;
  guint32 cr_reset;
  guint32 force;
  guint32 start;
  gboolean has_speed;
  guint sector_shift;
  guint32 sticky;
  guint32 erase_both;
  guint16 rams[3];
  guint32 uid;
  guint32 size_register;
  guint32 crc;
  guint32 crc_clock;
  guint32 crc_enable;
  FkSimH7Word words[FK_SIM_H7_N_OPTIONS];
} FkSimH7Kind;

const FkSimH7Kind *fk_sim_h7_get_kind (FkSimChip *self);

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
