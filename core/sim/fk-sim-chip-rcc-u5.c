/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "sim/fk-sim-chip-private.h"
#include "sim/fk-sim-times.h"

/*
 * The clock control of STM32U5, after RM0456 (Reset and clock control): it starts from MSI at 4
 * MHz.  What is switched on is ready at once.  And what of the power control programs wait for
 * before they run fast.
 */

#define CR       0x00
#define ICSCR1   0x08
#define CFGR1    0x1c
#define CFGR2    0x20
#define PLL1CFGR 0x28
#define PLL1DIVR 0x34
#define AHB1ENR  0x88
#define AHB3ENR  0x94
#define BDCR     0xf0
#define CSR      0xf4

#define CR_MSISON (1u << 0)
#define CR_MSIKON (1u << 4)
#define CR_HSION  (1u << 8)
#define CR_HSEON  (1u << 16)
#define CR_PLL1ON (1u << 24)
#define CR_PLLS   (5u << 24 | 1u << 28)
#define CR_PLAIN  (1u << 3 | 1u << 6 | 1u << 7 | 1u << 9 | 1u << 18 | 1u << 19 | 1u << 20)

#define AHB3ENR_PWREN (1u << 2)

#define BDCR_LSION (1u << 26)

#define CSR_RMVF  (1u << 23)
#define CSR_FLAGS 0xfe000000u

#define PWR_VOSR      0x0c
#define VOSR_BOOSTRDY (1u << 14)
#define VOSR_VOSRDY   (1u << 15)
#define VOSR_BOOSTEN  (1u << 18)

#define SOURCE_MSI 0
#define SOURCE_HSI 1
#define SOURCE_HSE 2
#define SOURCE_PLL 3

#define HSE_HZ     16000000u
#define MSI_HZ     4000000u /* the range after reset, the only one that is modelled */
#define HIGHEST_HZ 160000000u

static const guint32 sources[] = { CR_MSISON, CR_HSION, CR_HSEON, CR_PLL1ON };

static guint32 *
get_register (FkSimChip *self, guint32 offset)
{
  return &self->rcc[offset / 4];
}

static guint
get_source (FkSimChip *self)
{
  return *get_register (self, CFGR1) >> 2 & 3;
}

/* The ready bits: MSIS's and HSI's two to the left, the others' one. */
static void
write_cr (FkSimChip *self, guint32 value)
{
  const guint32 far = CR_MSISON | CR_HSION;
  const guint32 near = CR_MSIKON | CR_HSEON | CR_PLLS;
  /* What feeds the core cannot be switched off. */
  guint32 on = (value & (far | near)) | sources[get_source (self)];

  *get_register (self, CR) = (value & CR_PLAIN) | on | (on & far) << 2 | (on & near) << 1;
}

static void
write_cfgr1 (FkSimChip *self, guint32 value)
{
  guint source = get_source (self);

  if ((*get_register (self, CR) & sources[value & 3]) != 0)
    source = value & 3;
  *get_register (self, CFGR1) = (value & ~0xcu) | source << 2;
}

static gboolean
rcc_u5_write (FkSimChip *self, guint32 offset, guint32 value, guint32 mask, FkSimMaster master)
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
    case CSR:
      *reg = (wanted & CSR_RMVF) != 0 ? 0 : *reg & CSR_FLAGS;
      break;
    default:
      *reg = wanted;
      break;
    }

  return TRUE;
}

/* PWR_VOSR: whatever range and booster are asked for are there at once (RM0456, Power control). */
static guint32
pwr_read (FkSimChip *self, guint32 offset, FkSimMaster master)
{
  if (offset != PWR_VOSR || (*get_register (self, AHB3ENR) & AHB3ENR_PWREN) == 0)
    return 0;
  return self->pwr_vosr | VOSR_VOSRDY | ((self->pwr_vosr & VOSR_BOOSTEN) != 0 ? VOSR_BOOSTRDY : 0);
}

static gboolean
pwr_write (FkSimChip *self, guint32 offset, guint32 value, guint32 mask, FkSimMaster master)
{
  if (offset == PWR_VOSR && (*get_register (self, AHB3ENR) & AHB3ENR_PWREN) != 0)
    self->pwr_vosr = ((self->pwr_vosr & ~mask) | (value & mask)) & ~(VOSR_VOSRDY | VOSR_BOOSTRDY);
  return TRUE;
}

const FkSimPeripheral fk_sim_pwr_u5_registers = { 0x46020800, 0x400, FALSE, pwr_read, pwr_write };

static void
rcc_u5_reset (FkSimChip *self, FkSimReset kind)
{
  guint32 flags = kind == FK_SIM_RESET_POWER ? 0 : *get_register (self, CSR) & CSR_FLAGS;

  for (guint i = 0; i < G_N_ELEMENTS (self->rcc); i++)
    self->rcc[i] = 0;
  self->pwr_vosr = 0;
  *get_register (self, CR) = CR_MSISON | CR_MSISON << 2 | CR_MSIKON | CR_MSIKON << 1;
  *get_register (self, ICSCR1) = 4u << 28 | 4u << 24;
  *get_register (self, AHB1ENR) = 0xd0200100; /* the flash interface, caches, SRAM1 */
  *get_register (self, CSR) = flags | fk_sim_system_get_reset_flag (kind);
}

/* A source and two dividers and a factor that count from 1 */
static guint32
get_pll_clock (FkSimChip *self)
{
  static const guint32 inputs[] = { 0, MSI_HZ, FK_SIM_HSI_HZ_G0, HSE_HZ };
  guint32 config = *get_register (self, PLL1CFGR);
  guint32 dividers = *get_register (self, PLL1DIVR);

  return (guint32)((guint64)inputs[config & 3] / ((config >> 8 & 0xf) + 1) *
                   ((dividers & 0x1ff) + 1) / ((dividers >> 24 & 0x7f) + 1));
}

/* Hz of the core's clock.  A crystal of 16 MHz, as the board has it. */
static guint32
rcc_u5_get_clock (FkSimChip *self)
{
  static const guint8 shifts[] = { 1, 2, 3, 4, 6, 7, 8, 9 };
  guint32 cfgr2 = *get_register (self, CFGR2);
  guint32 clock = MSI_HZ;

  switch (get_source (self))
    {
    case SOURCE_HSI:
      clock = FK_SIM_HSI_HZ_G0;
      break;
    case SOURCE_HSE:
      clock = HSE_HZ;
      break;
    case SOURCE_PLL:
      clock = get_pll_clock (self);
      break;
    case SOURCE_MSI:
    default:
      break;
    }
  if ((cfgr2 & 1u << 3) != 0)
    clock >>= shifts[cfgr2 & 7];

  return CLAMP (clock, 10000, HIGHEST_HZ);
}

const FkSimRcc fk_sim_rcc_u5 = { 0x46020c00, rcc_u5_write, rcc_u5_reset, rcc_u5_get_clock };
