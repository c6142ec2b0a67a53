/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "sim/fk-sim-chip-private.h"
#include "sim/fk-sim-times.h"

/*
 * The clock control of STM32G0, after RM0444 (5 Reset and clock control): its registers lie and
 * read in another way than those in fk-sim-chip-system.c.  What is switched on is ready at once.
 */

#define CR      0x00
#define CFGR    0x08
#define PLLCFGR 0x0c
#define AHBENR  0x38
#define CSR     0x60

#define CR_HSION (1u << 8)
#define CR_HSEON (1u << 16)
#define CR_PLLON (1u << 24)
#define CR_PLAIN (1u << 9 | 7u << 11 | 1u << 18 | 1u << 19) /* HSIKERON, HSIDIV, HSEBYP, CSSON */

#define CSR_LSION (1u << 0)
#define CSR_RMVF  (1u << 23)
#define CSR_FLAGS 0xfe000000u

#define SOURCE_HSI 0
#define SOURCE_HSE 1
#define SOURCE_PLL 2
#define SOURCE_LSI 3

#define HSE_HZ 8000000u

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

/* The oscillators' ready bits: HSI's two to the left, those of HSE and PLL one. */
static void
write_cr (FkSimChip *self, guint32 value)
{
  static const guint32 needed[] = { CR_HSION, CR_HSEON, CR_PLLON };
  guint source = get_source (self);
  guint32 on = value & (CR_HSION | CR_HSEON | CR_PLLON);

  /* What feeds the core cannot be switched off. */
  if (source < G_N_ELEMENTS (needed))
    on |= needed[source];
  *get_register (self, CR) =
      (value & CR_PLAIN) | on | (on & CR_HSION) << 2 | (on & (CR_HSEON | CR_PLLON)) << 1;
}

static gboolean
is_ready (FkSimChip *self, guint source)
{
  switch (source)
    {
    case SOURCE_HSI:
      return (*get_register (self, CR) & CR_HSION) != 0;
    case SOURCE_HSE:
      return (*get_register (self, CR) & CR_HSEON) != 0;
    case SOURCE_PLL:
      return (*get_register (self, CR) & CR_PLLON) != 0;
    case SOURCE_LSI:
      return (*get_register (self, CSR) & CSR_LSION) != 0;
    default:
      return FALSE;
    }
}

static void
write_csr (FkSimChip *self, guint32 value)
{
  guint32 *csr = get_register (self, CSR);
  guint32 flags = (value & CSR_RMVF) != 0 ? 0 : *csr & CSR_FLAGS;

  *csr = flags | (value & CSR_LSION) | (value & CSR_LSION) << 1;
}

static gboolean
rcc_g0_write (FkSimChip *self, guint32 offset, guint32 value, guint32 mask, FkSimMaster master)
{
  guint32 *reg = get_register (self, offset);
  guint32 wanted = (*reg & ~mask) | (value & mask);

  switch (offset)
    {
    case CR:
      write_cr (self, wanted);
      break;
    case CFGR:
      *reg = (wanted & ~(7u << 3)) | (is_ready (self, wanted & 7) ? wanted & 7 : get_source (self))
                                         << 3;
      break;
    case CSR:
      write_csr (self, wanted);
      break;
    default:
      *reg = wanted;
      break;
    }

  return TRUE;
}

static void
rcc_g0_reset (FkSimChip *self, FkSimReset kind)
{
  guint32 flags = kind == FK_SIM_RESET_POWER ? 0 : *get_register (self, CSR) & CSR_FLAGS;

  for (guint i = 0; i < G_N_ELEMENTS (self->rcc); i++)
    self->rcc[i] = 0;
  *get_register (self, CR) = CR_HSION | CR_HSION << 2;
  *get_register (self, PLLCFGR) = 0x00001000;
  *get_register (self, AHBENR) = 0x00000100; /* the flash interface */
  *get_register (self, CSR) = flags | fk_sim_system_get_reset_flag (kind);
}

static guint32
get_pll_clock (FkSimChip *self)
{
  guint32 pll = *get_register (self, PLLCFGR);
  guint32 input = (pll & 3) == 3 ? HSE_HZ : FK_SIM_HSI_HZ_G0;

  return (guint32)((guint64)input * (pll >> 8 & 0x7f) / ((pll >> 4 & 7) + 1) / ((pll >> 29) + 1));
}

/* Hz of the core's clock.  A crystal of 8 MHz, as the boards have it. */
static guint32
rcc_g0_get_clock (FkSimChip *self)
{
  static const guint8 shifts[] = { 1, 2, 3, 4, 6, 7, 8, 9 };
  guint32 cfgr = *get_register (self, CFGR);
  guint32 clock = FK_SIM_HSI_HZ_G0 >> (*get_register (self, CR) >> 11 & 7);

  switch (get_source (self))
    {
    case SOURCE_HSE:
      clock = HSE_HZ;
      break;
    case SOURCE_PLL:
      clock = get_pll_clock (self);
      break;
    case SOURCE_LSI:
      clock = FK_SIM_LSI_HZ_F4;
      break;
    case SOURCE_HSI:
    default:
      break;
    }
  if ((cfgr & 1u << 11) != 0)
    clock >>= shifts[cfgr >> 8 & 7];

  return CLAMP (clock, 10000, 64000000);
}

const FkSimRcc fk_sim_rcc_g0 = { 0x40021000, rcc_g0_write, rcc_g0_reset, rcc_g0_get_clock };
