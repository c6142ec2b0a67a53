/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "sim/fk-sim-flash-h7-private.h"

/*
 * What is not the same in STM32H743, H723 and H7A3, above all in their flash controllers: flash
 * words, sectors, banks and registers, after RM0433, RM0468 and RM0455 (Embedded flash memory) and
 * ST's device headers.  FLASH_OPTSR that ST ships was read from an H743; what those of the others
 * hold in their reserved bits is not known, and taken to be the same.  RAM is after the chapters on
 * memory and bus architecture; on H723 some of the first can be ITCM instead, which it is not when
 * it is new.
 */

#define AREA       0x0fff0fffu
#define AREA_ERASE (1u << 31) /* DMEP */
#define SWAP_BANK  (1u << 31)
#define MER        (1u << 4)

static const FkSimH7Kind h743 = {
  .times = &fk_sim_times_flash_h7,
  .sector = 128 * 1024,
  .word = 32,
  .n_banks = 2,
  .sectors_per_bit = 1,
  .acr_reset = 0x37,
  .cr_plain = 0x1fff873e,
  .cr_reset = 1u << 0 | 3u << 4,
  .force = 1u << 6,
  .start = 1u << 7,
  .has_speed = TRUE,
  .sector_shift = 8,
  .sticky = 0x1fef0000,
  .erase_both = MER,
  .rams = { 512, 288, 64 },
  .uid = 0x1ff1e800,
  .size_register = 0x1ff1e880,
  .crc = 0x58024c00,
  .crc_clock = 0xe0, /* RCC_AHB4ENR */
  .crc_enable = 1u << 19,
  .words = {
    [FK_SIM_H7_OPTSR] = { 0x01c, 0x201effdc | SWAP_BANK, 0x1bc6aaf0 },
    [FK_SIM_H7_PRAR1] = { 0x028, AREA | AREA_ERASE, 0x000000ff },
    [FK_SIM_H7_SCAR1] = { 0x030, 0, 0x000000ff },
    [FK_SIM_H7_WPSN1] = { 0x038, 0x000000ff, 0x000000ff },
    [FK_SIM_H7_BOOT] = { 0x040, 0xffffffff, 0x1ff00800 },
    [FK_SIM_H7_PRAR2] = { 0x128, AREA | AREA_ERASE, 0x000000ff },
    [FK_SIM_H7_SCAR2] = { 0x130, 0, 0x000000ff },
    [FK_SIM_H7_WPSN2] = { 0x138, 0x000000ff, 0x000000ff },
  },
};

/* One bank, and nothing to exchange it with. */
static const FkSimH7Kind h723 = {
  .times = &fk_sim_times_flash_h7,
  .sector = 128 * 1024,
  .word = 32,
  .n_banks = 1,
  .sectors_per_bit = 1,
  .acr_reset = 0x37,
  .cr_plain = 0x1fff873e,
  .cr_reset = 1u << 0 | 3u << 4,
  .force = 1u << 6,
  .start = 1u << 7,
  .has_speed = TRUE,
  .sector_shift = 8,
  .sticky = 0x1fef0000,
  .rams = { 320, 32, 16 },
  .uid = 0x1ff1e800,
  .size_register = 0x1ff1e880,
  .crc = 0x58024c00,
  .crc_clock = 0xe0, /* RCC_AHB4ENR */
  .crc_enable = 1u << 19,
  .words = {
    [FK_SIM_H7_OPTSR] = { 0x01c, 0x231effdc, 0x1bc6aaf0 },
    [FK_SIM_H7_PRAR1] = { 0x028, AREA | AREA_ERASE, 0x000000ff },
    [FK_SIM_H7_SCAR1] = { 0x030, 0, 0x000000ff },
    [FK_SIM_H7_WPSN1] = { 0x038, 0x000000ff, 0x000000ff },
    [FK_SIM_H7_BOOT] = { 0x040, 0xffffffff, 0x1ff00800 },
    [FK_SIM_H7_OPTSR2] = { 0x070, 0x00000007, 0 },
  },
};

/* Small sectors, words of 128 bits, and no choice of how fast. */
static const FkSimH7Kind h7a3 = {
  .times = &fk_sim_times_flash_h7a3,
  .sector = 8 * 1024,
  .word = 16,
  .n_banks = 2,
  .sectors_per_bit = 4,
  .acr_reset = 0x13,
  .cr_plain = 0x1faf9fce,
  .cr_reset = 1u << 0,
  .force = 1u << 4,
  .start = 1u << 5,
  .sector_shift = 6,
  .sticky = 0x1faf0000,
  .erase_both = MER,
  .rams = { 1024, 128, 32 },
  .uid = 0x08fff800,
  .size_register = 0x08fff80c,
  .crc = 0x40023000,
  .crc_clock = 0xd8, /* RCC_AHB1ENR */
  .crc_enable = 1u << 9,
  .words = {
    [FK_SIM_H7_OPTSR] = { 0x01c, 0x201fffdc | SWAP_BANK, 0x1bc6aaf0 },
    [FK_SIM_H7_PRAR1] = { 0x028, AREA | AREA_ERASE, 0x000000ff },
    [FK_SIM_H7_SCAR1] = { 0x030, 0, 0x000000ff },
    [FK_SIM_H7_WPSN1] = { 0x038, 0xffffffff, 0xffffffff },
    [FK_SIM_H7_BOOT] = { 0x040, 0xffffffff, 0x1ff00800 },
    [FK_SIM_H7_PRAR2] = { 0x128, AREA | AREA_ERASE, 0x000000ff },
    [FK_SIM_H7_SCAR2] = { 0x130, 0, 0x000000ff },
    [FK_SIM_H7_WPSN2] = { 0x138, 0xffffffff, 0xffffffff },
    [FK_SIM_H7_OTPBL] = { 0x068, 0x0000ffff, 0 },
  },
};

const FkSimH7Kind *
fk_sim_h7_get_kind (FkSimChip *self)
{
  switch (self->model->idcode & 0xfff)
    {
    case 0x483:
      return &h723;
    case 0x480:
      return &h7a3;
    default:
      return &h743;
    }
}
