/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "sim/fk-sim-chip-private.h"
#include "sim/fk-sim-times.h"

/*
 * The clock control of STM32H7, after RM0433 (Reset and clock control): its registers lie and read
 * in another way than those in fk-sim-chip-system.c.  What is switched on is ready at once.  The
 * dividers of PLL1 are modelled without their fraction.
 */

#define CR        0x00
#define CFGR      0x10
#define D1CFGR    0x18
#define PLLCKSELR 0x28
#define PLL1DIVR  0x30
#define RSR       0xd0
#define CSR       0x74

#define CR_HSION   (1u << 0)
#define CR_HSIRDY  (1u << 2)
#define CR_HSIDIVF (1u << 5)
#define CR_CSION   (1u << 7)
#define CR_CSIRDY  (1u << 8)
#define CR_HSI48ON (1u << 12)
#define CR_DOMAINS (1u << 14 | 1u << 15)
#define CR_HSEON   (1u << 16)
#define CR_PLL1ON  (1u << 24)
/* Those whose ready bit is one to the left: HSI48, HSE, three PLLs */
#define CR_PAIRS (CR_HSI48ON | CR_HSEON | CR_PLL1ON | 1u << 26 | 1u << 28)
#define CR_PLAIN (1u << 1 | 3u << 3 | 1u << 9 | 1u << 18 | 1u << 19)

#define RSR_RMVF     (1u << 16)
#define RSR_CPURSTF  (1u << 17)
#define RSR_DOMAINS  (1u << 19 | 1u << 20)
#define RSR_BORRSTF  (1u << 21)
#define RSR_PINRSTF  (1u << 22)
#define RSR_PORRSTF  (1u << 23)
#define RSR_SFTRSTF  (1u << 24)
#define RSR_IWDGRSTF (1u << 26)

#define SOURCE_HSI 0
#define SOURCE_CSI 1
#define SOURCE_HSE 2
#define SOURCE_PLL 3

#define CSI_HZ 4000000u
#define HSE_HZ 25000000u

static const guint32 sources[] = { CR_HSION, CR_CSION, CR_HSEON, CR_PLL1ON };

static guint32 *
get_register (FkSimChip *self, guint32 offset)
{
  return &self->rcc[offset / 4];
}

static guint
get_source (FkSimChip *self)
{
  return *get_register (self, CFGR) >> 3 & 7;
}

/* What feeds the core cannot be switched off. */
static void
write_cr (FkSimChip *self, guint32 value)
{
  guint32 on = (value & (CR_HSION | CR_CSION | CR_PAIRS)) | sources[get_source (self)];

  *get_register (self, CR) = (value & CR_PLAIN) | on | CR_HSIDIVF | CR_DOMAINS |
                             (on & CR_HSION ? CR_HSIRDY : 0) | (on & CR_CSION ? CR_CSIRDY : 0) |
                             (on & CR_PAIRS) << 1;
}

static void
write_cfgr (FkSimChip *self, guint32 value)
{
  guint wanted = value & 7;
  guint source = get_source (self);

  if (wanted < G_N_ELEMENTS (sources) && (*get_register (self, CR) & sources[wanted]) != 0)
    source = wanted;
  *get_register (self, CFGR) = (value & ~(7u << 3)) | source << 3;
}

static gboolean
rcc_h7_write (FkSimChip *self, guint32 offset, guint32 value, guint32 mask, FkSimMaster master)
{
  guint32 *reg = get_register (self, offset);
  guint32 wanted = (*reg & ~mask) | (value & mask);

  switch (offset)
    {
    case CR:
      write_cr (self, wanted);
      break;
    case CFGR:
      write_cfgr (self, wanted);
      break;
    case CSR: /* LSION, and LSIRDY to the left of it */
      *reg = (wanted & 1) | (wanted & 1) << 1;
      break;
    case RSR:
      if ((wanted & RSR_RMVF) != 0)
        *reg = 0;
      break;
    default:
      *reg = wanted;
      break;
    }

  return TRUE;
}

static guint32
get_reset_flags (FkSimReset kind)
{
  switch (kind)
    {
    case FK_SIM_RESET_POWER:
      return RSR_PORRSTF | RSR_PINRSTF | RSR_BORRSTF | RSR_DOMAINS | RSR_CPURSTF;
    case FK_SIM_RESET_SOFTWARE:
      return RSR_SFTRSTF | RSR_PINRSTF | RSR_CPURSTF;
    case FK_SIM_RESET_WATCHDOG:
      return RSR_IWDGRSTF | RSR_PINRSTF | RSR_CPURSTF;
    case FK_SIM_RESET_PIN:
    case FK_SIM_RESET_OPTIONS:
    case FK_SIM_RESET_CORE:
    default:
      return RSR_PINRSTF | RSR_CPURSTF;
    }
}

static void
rcc_h7_reset (FkSimChip *self, FkSimReset kind)
{
  guint32 flags = kind == FK_SIM_RESET_POWER ? 0 : *get_register (self, RSR);

  for (guint i = 0; i < G_N_ELEMENTS (self->rcc); i++)
    self->rcc[i] = 0;
  *get_register (self, CR) = CR_HSION;
  write_cr (self, CR_HSION);
  *get_register (self, PLLCKSELR) = 0x02020200;
  *get_register (self, PLL1DIVR) = 0x01010280;
  *get_register (self, RSR) = flags | get_reset_flags (kind);
}

static guint32
get_hsi_clock (FkSimChip *self)
{
  return FK_SIM_HSI_HZ_H7 >> (*get_register (self, CR) >> 3 & 3);
}

static guint32
get_pll_clock (FkSimChip *self)
{
  guint32 select = *get_register (self, PLLCKSELR);
  guint32 divide = *get_register (self, PLL1DIVR);
  guint32 m = MAX (select >> 4 & 0x3f, 1);
  guint32 input = get_hsi_clock (self);

  if ((select & 3) == SOURCE_CSI)
    input = CSI_HZ;
  else if ((select & 3) == SOURCE_HSE)
    input = HSE_HZ;
  return (guint32)((guint64)input / m * ((divide & 0x1ff) + 1) / ((divide >> 9 & 0x7f) + 1));
}

/* Hz of the core's clock.  A crystal of 25 MHz, as the board has it. */
static guint32
rcc_h7_get_clock (FkSimChip *self)
{
  static const guint8 shifts[] = { 1, 2, 3, 4, 6, 7, 8, 9 };
  guint32 d1 = *get_register (self, D1CFGR);
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
  if ((d1 & 1u << 11) != 0)
    clock >>= shifts[d1 >> 8 & 7];

  return CLAMP (clock, 10000, 480000000);
}

const FkSimRcc fk_sim_rcc_h7 = { 0x58024400, rcc_h7_write, rcc_h7_reset, rcc_h7_get_clock };
