/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Everything that takes time on a simulated board, and who says so.  Nothing here comes from the
 * chip descriptions that the programs plan with (data/chips): what is wrong there shall show. */

#include "config.h"

#include "sim/fk-sim-times.h"

#define US G_GUINT64_CONSTANT (1000)
#define MS (1000 * US)

/* SWD, both generations: FK_SIM_SWD_WORD_CLOCKS.  8 bits of request, a turnaround, 3 bits of
 * acknowledge, 32 of data and their parity, a turnaround (ARM IHI 0031, 4.2.2), and the 8 idle
 * clocks that let the access through (4.1.4).  That is the best that the wire allows.  Probes are
 * slower in places: one STLINK-V3 at 24 MHz took the time of 151 clocks for a word of a block
 * (ST community, topic 165967), and some firmware of the V2 writes the address for each word. */

/* Full speed: at most 19 bulk packets of 64 bytes in a frame of 1 ms (USB 2.0, table 5-9).  An
 * ST-LINK/V2 has a Cortex-M3 at 72 MHz and needs some 0.2 ms both between two transfers and for a
 * command: so OpenOCD 0.12 reads the published 98 KiB/s in blocks of 1 KiB at 1.8 MHz. */
const FkSimTimes fk_sim_times_full_speed = {
  .packet_size = 64,
  .packet_ns = 1000000 / 19,
  .transfer_ns = 200000,
  .command_ns = 200000,
  .default_swd_khz = 1800,
};

/* High speed: at most 13 bulk packets of 512 bytes in a microframe of 125 us (USB 2.0, table
 * 5-10).  Traced on USB, a STLINK-V3MINIE (V3J17M10) answered reads of 1024 bytes after 1642 us and
 * read 633 KB/s in blocks of 6144: a straight line through both leaves some 35 us that do not
 * depend on the length, for a command and its reply (ST community, topic 165967).  What the host
 * needs before it sends the next command comes on top, as it does there. */
const FkSimTimes fk_sim_times_high_speed = {
  .packet_size = 512,
  .packet_ns = 125000 / 13,
  .transfer_ns = 10000,
  .command_ns = 15000,
  .default_swd_khz = 1000,
};

/* A half-word: 53.5 us typical.  A page, or all: 30 ms, the only figure there is (DS9773 table
 * 39).  Option bytes are cells like any other (RM0360 3.2.2). */
const FkSimFpecTimes fk_sim_times_flash_f0 = { 53500, 30 * MS };

/* A half-word: 52.5 us typical.  A page, or all: between 20 and 40 ms, and no typical value
 * (DS5319 table 28, DS5792 table 29); the middle. */
const FkSimFpecTimes fk_sim_times_flash_f1 = { 52500, 30 * MS };

/* Typical values of DS8626 tables 40 (x8, x16, x32) and 41 (x64). */
const FkSimFlashF4Times fk_sim_times_flash_f4 = {
  .program_ns = 16 * US,
  .erase_small_ns = { 400 * MS, 300 * MS, 250 * MS, 230 * MS },
  .erase_middle_ns = { 1200 * MS, 700 * MS, 550 * MS, 490 * MS },
  .erase_large_ns = { 2000 * MS, 1300 * MS, 1000 * MS, 875 * MS },
  .mass_erase_ns = { 16000 * MS, 11000 * MS, 8000 * MS, 6900 * MS },
};

/* F746: 32, 128 and 256 KiB.  DS10916 was not looked up; those of x64, for which no board has the
 * supply, are those of x32. */
const FkSimFlashF4Times fk_sim_times_flash_f7 = {
  .program_ns = 16 * US,
  .erase_small_ns = { 400 * MS, 250 * MS, 200 * MS, 200 * MS },
  .erase_middle_ns = { 1100 * MS, 800 * MS, 500 * MS, 500 * MS },
  .erase_large_ns = { 2100 * MS, 1500 * MS, 1000 * MS, 1000 * MS },
  .mass_erase_ns = { 8000 * MS, 5600 * MS, 4000 * MS, 4000 * MS },
};

/* Typical values of the data sheets of G0 (DS13560, flash memory characteristics), as quoted by
 * others: 85 us for a double word, 22 ms for a page, 22.1 ms for all of a bank.  Not looked up in
 * the data sheet itself. */
const FkSimFlashL4Times fk_sim_times_flash_g0 = { 85 * US, 22 * MS, 22100 * US };

/* The same of L4 (DS10198) and G4 (DS12589), which are alike: 81.7 us, 22.0 ms, 22.1 ms, as quoted
 * by others. */
const FkSimFlashL4Times fk_sim_times_flash_l4 = { 81700, 22020 * US, 22130 * US };

/* U5: 118 us for a quad word, 1.5 ms for a page, 195 ms for a bank: from memory of the data sheet
 * of STM32U575xx (Flash memory characteristics), not looked up. */
const FkSimFlashL4Times fk_sim_times_flash_u5 = { 118 * US, 1500 * US, 195 * MS };

/* L1: 3.28 ms typical for all of them, and for a mass erase "a few ms"; as quoted by others, not
 * looked up in the data sheet. */
const FkSimFlashL1Times fk_sim_times_flash_l1 = { 3280 * US, 3280 * US, 3280 * US, 3280 * US };

/* Typical values of DS12110 table 53, as quoted by others; those of a bank were not looked up.  For
 * H723 none were found, and they are taken to be the same; for H7A3 neither, and they are those of
 * U5, which has sectors and words of that size.  That of the options is a quarter of a second, as
 * others have measured about 300 ms. */
const FkSimFlashH7Times fk_sim_times_flash_h7 = {
  .program_ns = { 290 * US, 180 * US, 130 * US, 100 * US },
  .erase_ns = { 2000 * MS, 1800 * MS, 1100 * MS, 1000 * MS },
  .bank_ns = { 13000 * MS, 8000 * MS, 6000 * MS, 5000 * MS },
  .options_ns = 250 * MS,
};

const FkSimFlashH7Times fk_sim_times_flash_h7a3 = {
  .program_ns = { 118 * US, 118 * US, 118 * US, 118 * US },
  .erase_ns = { 1500 * US, 1500 * US, 1500 * US, 1500 * US },
  .bank_ns = { 195 * MS, 195 * MS, 195 * MS, 195 * MS },
  .options_ns = 250 * MS,
};

/* HSI: 8 MHz on F0 and F1 (DS9773 table 35, DS5319 table 24), 16 MHz on F4 (DS8626 table 34) and G0
 * (DS13560), as L1, L4 and G4 have it (RM0038 5, HSI clock; RM0351 and RM0440, HSI16 clock), 64 MHz
 * on H7 (RM0433, HSI oscillator).  LSI: 40 kHz typical on F0 and F1 (DS5319 table 25), 32 kHz on F4
 * (DS8626 table 36) and G0 (DS13560), 37 kHz on L1 (RM0038 5, LSI clock).
 *
 * The CRC unit: 4 cycles of HCLK for a word (RM0008 4.2, RM0090 4.2, RM0360 5.3.3).
 *
 * The DMA controller: AN2548 (DMA latency) has a cycle for sampling and arbitration, one for
 * computing addresses, those of the bus, and one of acknowledging, which is left out here because
 * there is no peripheral to acknowledge.  That the two accesses do not overlap, so that each takes
 * its address phase and its data phase, is an assumption; so are wait states of the flash for each
 * element, as if no buffer kept what was read.  Not measured: it may be a cycle less, or two more.
 */
