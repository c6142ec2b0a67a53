/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * FkSimTimes:
 * @packet_size: bytes of a full bulk packet (USB 2.0, 5.8.3)
 * @packet_ns: what one full packet takes on the bus
 * @transfer_ns: from the end of one transfer to the start of the next, host and probe together
 * @command_ns: what the probe's firmware takes to understand and answer one command
 * @default_swd_khz: the SWD clock after power-on
 *
 * The speed of one generation of probes.
 */
typedef struct
{
  guint packet_size;
  guint packet_ns;
  guint transfer_ns;
  guint command_ns;
  guint default_swd_khz;
} FkSimTimes;

extern const FkSimTimes fk_sim_times_full_speed;
extern const FkSimTimes fk_sim_times_high_speed;

/* Clocks of one transfer of 32 bits on SWD. */
#define FK_SIM_SWD_WORD_CLOCKS (46 + 8)

/**
 * FkSimFpecTimes:
 * @program_ns: one half-word
 * @erase_ns: one page, or all of them, or the option bytes
 *
 * The flash of F0 and F1.
 */
typedef struct
{
  guint64 program_ns;
  guint64 erase_ns;
} FkSimFpecTimes;

extern const FkSimFpecTimes fk_sim_times_flash_f0;
extern const FkSimFpecTimes fk_sim_times_flash_f1;

/**
 * FkSimFlashF4Times:
 * @program_ns: one operation, whatever its width
 * @erase_small_ns: one of the first four sectors, by CR.PSIZE: x8, x16, x32, x64
 * @erase_middle_ns: the fifth
 * @erase_large_ns: one of the others
 * @mass_erase_ns: all of them
 *
 * The flash of F4 and F7.
 */
typedef struct
{
  guint64 program_ns;
  guint64 erase_small_ns[4];
  guint64 erase_middle_ns[4];
  guint64 erase_large_ns[4];
  guint64 mass_erase_ns[4];
} FkSimFlashF4Times;

extern const FkSimFlashF4Times fk_sim_times_flash_f4;
extern const FkSimFlashF4Times fk_sim_times_flash_f7;

/**
 * FkSimFlashL4Times:
 * @program_ns: one double word, or quad word
 * @erase_ns: one page
 * @mass_erase_ns: one bank, or both
 *
 * The flash of G0 and of what has the same controller, and that of U5.
 */
typedef struct
{
  guint64 program_ns;
  guint64 erase_ns;
  guint64 mass_erase_ns;
} FkSimFlashL4Times;

extern const FkSimFlashL4Times fk_sim_times_flash_g0;
extern const FkSimFlashL4Times fk_sim_times_flash_l4;

extern const FkSimFlashL4Times fk_sim_times_flash_u5;

/**
 * FkSimFlashL1Times:
 * @program_ns: one word, or half a page
 * @erase_ns: one page
 * @eeprom_ns: one word of data EEPROM or option bytes, erased and written; half of it without
 *   erasing
 * @mass_erase_ns: what leaving read protection takes on top
 *
 * The flash of L1.
 */
typedef struct
{
  guint64 program_ns;
  guint64 erase_ns;
  guint64 eeprom_ns;
  guint64 mass_erase_ns;
} FkSimFlashL1Times;

extern const FkSimFlashL1Times fk_sim_times_flash_l1;

/**
 * FkSimFlashH7Times:
 * @program_ns: one flash word, by CR.PSIZE: x8, x16, x32, x64
 * @erase_ns: one sector
 * @bank_ns: one bank, or both
 * @options_ns: the option bytes
 *
 * The flash of H7.
 */
typedef struct
{
  guint64 program_ns[4];
  guint64 erase_ns[4];
  guint64 bank_ns[4];
  guint64 options_ns;
} FkSimFlashH7Times;

extern const FkSimFlashH7Times fk_sim_times_flash_h7; /* H743, H723 */
extern const FkSimFlashH7Times fk_sim_times_flash_h7a3;

/* Hz of the oscillator that the chips start from, and of the one that the watchdog counts. */
#define FK_SIM_HSI_HZ_F0_F1 8000000
#define FK_SIM_HSI_HZ_F4    16000000
#define FK_SIM_HSI_HZ_G0    16000000
#define FK_SIM_HSI_HZ_L1    16000000
#define FK_SIM_HSI_HZ_H7    64000000
#define FK_SIM_LSI_HZ_F0_F1 40000
#define FK_SIM_LSI_HZ_F4    32000
#define FK_SIM_LSI_HZ_L1    37000

/* HCLK cycles in which the CRC unit takes in one word. */
#define FK_SIM_CRC_WORD_CYCLES 4

/* HCLK cycles in which the DMA controller moves one element from memory to memory, without wait
 * states: arbitration, addresses, reading, writing. */
#define FK_SIM_DMA_ELEMENT_CYCLES (1 + 1 + 2 + 2)

G_END_DECLS
