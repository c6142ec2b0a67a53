/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "sim/fk-sim-chip-private.h"
#include "sim/fk-sim-times.h"

/*
 * The clock control of STM32H5, after RM0492 and RM0481 (Reset and clock control): it starts from
 * half of HSI's 64 MHz.  What is switched on is ready at once.  The dividers of PLL1 are modelled
 * without their fraction.
 */

#define CR       0x00
#define CFGR1    0x1c
#define CFGR2    0x20
#define PLL1CFGR 0x28
#define PLL1DIVR 0x34
#define AHB1ENR  0x88
#define BDCR     0xf0
#define RSR      0xf4

#define CR_HSION    (1u << 0)
#define CR_HSIDIV_2 (1u << 3)
#define CR_HSIDIVF  (1u << 5)
#define CR_CSION    (1u << 8)
#define CR_HSEON    (1u << 16)
#define CR_PLL1ON   (1u << 24)
/* HSI, CSI, HSI48, HSE, two PLLs: their ready bits are one to the left */
#define CR_PAIRS (CR_HSION | CR_CSION | 1u << 12 | CR_HSEON | CR_PLL1ON | 1u << 26)
/* HSIKERON, HSIDIV, CSIKERON, HSEBYP, HSECSSON, HSEEXT */
#define CR_PLAIN (1u << 2 | 3u << 3 | 1u << 10 | 7u << 18)

#define BDCR_LSION (1u << 26)
#define RSR_RMVF   (1u << 23)
#define RSR_FLAGS  0xfc000000u

#define SOURCE_HSI 0
#define SOURCE_CSI 1
#define SOURCE_HSE 2
#define SOURCE_PLL 3

#define CSI_HZ     4000000u
#define HSE_HZ     24000000u
#define HIGHEST_HZ 250000000u

static const guint32 sources[] = { CR_HSION, CR_CSION, CR_HSEON, CR_PLL1ON };

static guint32 *
get_register (FkSimChip *self, guint32 offset)
{
  return &self->rcc[offset / 4];
}

static guint
get_source (FkSimChip *self)
{
  return *get_register (self, CFGR1) >> 3 & 3;
}

/* What feeds the core cannot be switched off. */
static void
write_cr (FkSimChip *self, guint32 value)
{
  guint32 on = (value & CR_PAIRS) | sources[get_source (self)];

  *get_register (self, CR) = (value & CR_PLAIN) | on | on << 1 | CR_HSIDIVF;
}

static void
write_cfgr1 (FkSimChip *self, guint32 value)
{
  guint source = get_source (self);

  if ((*get_register (self, CR) & sources[value & 3]) != 0)
    source = value & 3;
  *get_register (self, CFGR1) = (value & ~(7u << 3)) | source << 3;
}

static gboolean
rcc_h5_write (FkSimChip *self, guint32 offset, guint32 value, guint32 mask, FkSimMaster master)
{
  guint32 *reg = get_register (self, offset);
  guint32 wanted = (*reg & ~mask) | (value & mask);

  switch (offset)
    {
    case CR:
      write_cr (self, wanted);
      break;
    case CFGR1:
      write_cfgr1 (self, wanted);
      break;
    case BDCR:
      *reg = (wanted & ~(BDCR_LSION << 1)) | (wanted & BDCR_LSION) << 1;
      break;
    case RSR:
      *reg = (wanted & RSR_RMVF) != 0 ? 0 : *reg & RSR_FLAGS;
      break;
    default:
      *reg = wanted;
      break;
    }

  return TRUE;
}

static void
rcc_h5_reset (FkSimChip *self, FkSimReset kind)
{
  guint32 flags = kind == FK_SIM_RESET_POWER ? 0 : *get_register (self, RSR) & RSR_FLAGS;

  for (guint i = 0; i < G_N_ELEMENTS (self->rcc); i++)
    self->rcc[i] = 0;
  write_cr (self, CR_HSION | CR_HSIDIV_2);
  *get_register (self, PLL1DIVR) = 0x01010280;
  *get_register (self, AHB1ENR) = 0x90000100; /* RAM, and the flash interface */
  *get_register (self, RSR) = flags | fk_sim_system_get_reset_flag (kind);
}

static guint32
get_hsi_clock (FkSimChip *self)
{
  return FK_SIM_HSI_HZ_H7 >> (*get_register (self, CR) >> 3 & 3);
}

/* Its sources are counted from 1. */
static guint32
get_pll_clock (FkSimChip *self)
{
  const guint32 inputs[] = { 0, get_hsi_clock (self), CSI_HZ, HSE_HZ };
  guint32 config = *get_register (self, PLL1CFGR);
  guint32 dividers = *get_register (self, PLL1DIVR);

  return (guint32)((guint64)inputs[config & 3] / MAX (config >> 8 & 0x3f, 1) *
                   ((dividers & 0x1ff) + 1) / ((dividers >> 9 & 0x7f) + 1));
}

/* Hz of the core's clock.  A crystal of 24 MHz, as the board has it. */
static guint32
rcc_h5_get_clock (FkSimChip *self)
{
  static const guint8 shifts[] = { 1, 2, 3, 4, 6, 7, 8, 9 };
  guint32 cfgr2 = *get_register (self, CFGR2);
  guint32 clock = get_hsi_clock (self);

  switch (get_source (self))
    {
    case SOURCE_CSI:
      clock = CSI_HZ;
      break;
    case SOURCE_HSE:
      clock = HSE_HZ;
      break;
    case SOURCE_PLL:
      clock = get_pll_clock (self);
      break;
    case SOURCE_HSI:
    default:
      break;
    }
  if ((cfgr2 & 1u << 3) != 0)
    clock >>= shifts[cfgr2 & 7];

  return CLAMP (clock, 10000, HIGHEST_HZ);
}

const FkSimRcc fk_sim_rcc_h5 = { 0x44020c00, rcc_h5_write, rcc_h5_reset, rcc_h5_get_clock };
