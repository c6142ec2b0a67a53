/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "sim/fk-sim-flash-l4-private.h"

/*
 * What is not the same in the flash controllers of STM32G0B1, L476, G431 and G474: registers,
 * option words and banks, after RM0444 (3 Embedded flash memory), RM0351 (3 Embedded Flash memory)
 * and RM0440 (Embedded flash memory); values that ST ships as these chips show them when they are
 * new.
 */

#define PCROP_RDP (1u << 31)

static const FkSimL4Kind g0b1 = {
  .dev_id = 0x467,
  .times = &fk_sim_times_flash_g0,
  .option_bytes = 0x1fff7800,
  .acr_reset = 0x00040600,
  .acr_plain = 0x00040f07,
  .acr_empty = 1u << 16,
  .cr_plain = 0x0704bfff,
  .pages = 0x3ff,
  .second_bank = 1u << 13,
  .secure = { 1u << 28, 1u << 29 },
  .busy = { 1u << 16, 1u << 17 },
  .settings_busy = 1u << 18,
  .two_banks = 1u << 21,
  .pcrop_unit = 512,
  .words = {
    [FK_SIM_L4_OPTR] = { 0x20, 0x00, 0xffffffff, 0xfffffeaa, 0xfffffeff },
    [FK_SIM_L4_PCROP1ASR] = { 0x24, 0x08, 0x000001ff, 0x000001ff, 0 },
    [FK_SIM_L4_PCROP1AER] = { 0x28, 0x10, PCROP_RDP | 0x1ff, 0, 0x1ff },
    [FK_SIM_L4_WRP1AR] = { 0x2c, 0x18, 0x007f007f, 0x0000007f, 0x0000007f },
    [FK_SIM_L4_WRP1BR] = { 0x30, 0x20, 0x007f007f, 0x0000007f, 0x0000007f },
    [FK_SIM_L4_PCROP1BSR] = { 0x34, 0x28, 0x000001ff, 0x000001ff, 0 },
    [FK_SIM_L4_PCROP1BER] = { 0x38, 0x30, 0x000001ff, 0, 0x1ff },
    [FK_SIM_L4_PCROP2ASR] = { 0x44, 0x38, 0x000001ff, 0x000001ff, 0 },
    [FK_SIM_L4_PCROP2AER] = { 0x48, 0x40, 0x000001ff, 0, 0x1ff },
    [FK_SIM_L4_WRP2AR] = { 0x4c, 0x48, 0x007f007f, 0x0000007f, 0x0000007f },
    [FK_SIM_L4_WRP2BR] = { 0x50, 0x50, 0x007f007f, 0x0000007f, 0x0000007f },
    [FK_SIM_L4_PCROP2BSR] = { 0x54, 0x58, 0x000001ff, 0x000001ff, 0 },
    [FK_SIM_L4_PCROP2BER] = { 0x58, 0x60, 0x000001ff, 0, 0x1ff },
    [FK_SIM_L4_SECR] = { 0x80, 0x70, 0x0ff100ff, 0, 0 },
  },
};

/* The words of the second bank lie 32 KiB behind those of the first. */
static const FkSimL4Kind l476 = {
  .dev_id = 0x415,
  .times = &fk_sim_times_flash_l4,
  .option_bytes = 0x1fff7800,
  .second_options = 0x8000,
  .acr_reset = 0x00000600,
  .acr_plain = 0x00007f07,
  .cr_plain = 0x07048fff,
  .pages = 0xff,
  .second_bank = 1u << 11,
  .busy = { 1u << 16, 1u << 16 },
  .two_banks = 1u << 21,
  .always_two = 1024 * 1024,
  .pcrop_unit = 8,
  .ones = TRUE,
  .words = {
    [FK_SIM_L4_OPTR] = { 0x20, 0x00, 0xffffffff, 0xffeff8aa, 0xffeff8ff },
    [FK_SIM_L4_PCROP1ASR] = { 0x24, 0x08, 0x0000ffff, 0x0000ffff, 0 },
    [FK_SIM_L4_PCROP1AER] = { 0x28, 0x10, PCROP_RDP | 0xffff, 0, 0xffff },
    [FK_SIM_L4_WRP1AR] = { 0x2c, 0x18, 0x00ff00ff, 0x000000ff, 0x000000ff },
    [FK_SIM_L4_WRP1BR] = { 0x30, 0x20, 0x00ff00ff, 0x000000ff, 0x000000ff },
    [FK_SIM_L4_PCROP2ASR] = { 0x44, 0x8008, 0x0000ffff, 0x0000ffff, 0 },
    [FK_SIM_L4_PCROP2AER] = { 0x48, 0x8010, 0x0000ffff, 0, 0xffff },
    [FK_SIM_L4_WRP2AR] = { 0x4c, 0x8018, 0x00ff00ff, 0x000000ff, 0x000000ff },
    [FK_SIM_L4_WRP2BR] = { 0x50, 0x8020, 0x00ff00ff, 0x000000ff, 0x000000ff },
  },
};

/* Which of WRP1B and WRP2A is which goes by ST's stm32l4r5xx.h, as in OpenOCD; stm32-rs has it the
 * other way round from RM0432.  The option bytes in memory: RM0432 3.4.1. */
static const FkSimL4Kind l4r5 = {
  .dev_id = 0x470,
  .times = &fk_sim_times_flash_l4,
  .option_bytes = 0x1ff00000,
  .second_options = 0x1000,
  .acr_reset = 0x00000600,
  .acr_plain = 0x00007f0f,
  .sr_empty = 1u << 17,
  .cr_plain = 0x07048fff,
  .pages = 0xff,
  .second_bank = 1u << 11,
  .busy = { 1u << 16, 1u << 16 },
  .two_banks = 1u << 22,
  .doubles = TRUE,
  .pcrop_unit = 8,
  .ones = TRUE,
  .words = {
    [FK_SIM_L4_OPTR] = { 0x20, 0x00, 0xffffffff, 0xffeff8aa, 0xffeff8ff },
    [FK_SIM_L4_PCROP1ASR] = { 0x24, 0x08, 0x0001ffff, 0x0001ffff, 0 },
    [FK_SIM_L4_PCROP1AER] = { 0x28, 0x10, PCROP_RDP | 0x1ffff, 0, 0x1ffff },
    [FK_SIM_L4_WRP1AR] = { 0x2c, 0x18, 0x00ff00ff, 0x000000ff, 0x000000ff },
    [FK_SIM_L4_WRP1BR] = { 0x30, 0x20, 0x00ff00ff, 0x000000ff, 0x000000ff },
    [FK_SIM_L4_PCROP2ASR] = { 0x44, 0x1008, 0x0001ffff, 0x0001ffff, 0 },
    [FK_SIM_L4_PCROP2AER] = { 0x48, 0x1010, 0x0001ffff, 0, 0x1ffff },
    [FK_SIM_L4_WRP2AR] = { 0x4c, 0x1018, 0x00ff00ff, 0x000000ff, 0x000000ff },
    [FK_SIM_L4_WRP2BR] = { 0x50, 0x1020, 0x00ff00ff, 0x000000ff, 0x000000ff },
  },
};

static const FkSimL4Kind g431 = {
  .dev_id = 0x468,
  .times = &fk_sim_times_flash_l4,
  .option_bytes = 0x1fff7800,
  .acr_reset = 0x00040600,
  .acr_plain = 0x00047f0f,
  .cr_plain = 0x070401ff,
  .pages = 0x3f,
  .secure = { 1u << 28, 0 },
  .busy = { 1u << 16, 1u << 16 },
  .pcrop_unit = 8,
  .ones = TRUE,
  .words = {
    [FK_SIM_L4_OPTR] = { 0x20, 0x00, 0xffffffff, 0xffeff8aa, 0xffeff8ff },
    [FK_SIM_L4_PCROP1ASR] = { 0x24, 0x08, 0x00003fff, 0x00003fff, 0 },
    [FK_SIM_L4_PCROP1AER] = { 0x28, 0x10, PCROP_RDP | 0x3fff, 0, 0x3fff },
    [FK_SIM_L4_WRP1AR] = { 0x2c, 0x18, 0x003f003f, 0x0000003f, 0x0000003f },
    [FK_SIM_L4_WRP1BR] = { 0x30, 0x20, 0x003f003f, 0x0000003f, 0x0000003f },
    [FK_SIM_L4_SECR] = { 0x70, 0x28, 0x0001007f, 0, 0 },
  },
};

/* With DBANK at 0 there is one bank of pages of 4 KiB (RM0440, Embedded flash memory, FLASH_OPTR).
 */
static const FkSimL4Kind g474 = {
  .dev_id = 0x469,
  .times = &fk_sim_times_flash_l4,
  .option_bytes = 0x1fff7800,
  .second_options = 0x8000,
  .acr_reset = 0x00040600,
  .acr_plain = 0x00047f0f,
  .cr_plain = 0x07048bff,
  .pages = 0x7f,
  .second_bank = 1u << 11,
  .secure = { 1u << 28, 1u << 29 },
  .busy = { 1u << 16, 1u << 16 },
  .two_banks = 1u << 22,
  .doubles = TRUE,
  .pcrop_unit = 8,
  .ones = TRUE,
  .words = {
    [FK_SIM_L4_OPTR] = { 0x20, 0x00, 0xffffffff, 0xffeff8aa, 0xffeff8ff },
    [FK_SIM_L4_PCROP1ASR] = { 0x24, 0x08, 0x00007fff, 0x00007fff, 0 },
    [FK_SIM_L4_PCROP1AER] = { 0x28, 0x10, PCROP_RDP | 0x7fff, 0, 0x7fff },
    [FK_SIM_L4_WRP1AR] = { 0x2c, 0x18, 0x007f007f, 0x0000007f, 0x0000007f },
    [FK_SIM_L4_WRP1BR] = { 0x30, 0x20, 0x007f007f, 0x0000007f, 0x0000007f },
    [FK_SIM_L4_PCROP2ASR] = { 0x44, 0x8008, 0x00007fff, 0x00007fff, 0 },
    [FK_SIM_L4_PCROP2AER] = { 0x48, 0x8010, 0x00007fff, 0, 0x7fff },
    [FK_SIM_L4_WRP2AR] = { 0x4c, 0x8018, 0x007f007f, 0x0000007f, 0x0000007f },
    [FK_SIM_L4_WRP2BR] = { 0x50, 0x8020, 0x007f007f, 0x0000007f, 0x0000007f },
    [FK_SIM_L4_SECR] = { 0x70, 0x28, 0x000100ff, 0, 0 },
    [FK_SIM_L4_SEC2R] = { 0x74, 0x8028, 0x000000ff, 0, 0 },
  },
};

static const FkSimL4Kind *const kinds[] = { &g0b1, &l476, &l4r5, &g431, &g474 };

const FkSimL4Kind *
fk_sim_l4_get_kind (FkSimChip *self)
{
  guint dev_id = self->model->idcode & 0xfff;
  guint i = 0;

  while (kinds[i]->dev_id != dev_id)
    {
      i++;
      g_assert (i < G_N_ELEMENTS (kinds));
    }
  return kinds[i];
}
