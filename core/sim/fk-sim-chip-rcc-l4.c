/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "sim/fk-sim-chip-private.h"
#include "sim/fk-sim-times.h"

/*
 * The clock control of STM32L4, L5 and G4, after RM0351, RM0438 and RM0440 (Reset and clock
 * control): an L4 or L5 starts from MSI at 4 MHz, a G4, which has none, from HSI16; their registers
 * lie and read in another way than those in fk-sim-chip-system.c.  What is switched on is ready at
 * once.
 */

#define CR      0x00
#define CFGR    0x08
#define PLLCFGR 0x0c
#define AHB1ENR 0x48
#define CSR     0x94

#define CR_MSION       (1u << 0)
#define CR_MSIRGSEL    (1u << 3)
#define CR_MSIRANGE(n) ((guint32)(n) << 4)
#define CR_HSION       (1u << 8)
#define CR_HSEON       (1u << 16)
#define CR_PLLON       (1u << 24)
/* MSIPLLEN, MSIRGSEL, MSIRANGE, HSIKERON, HSIASFS, HSEBYP, CSSON */
#define CR_PLAIN (1u << 2 | CR_MSIRGSEL | CR_MSIRANGE (0xf) | 1u << 9 | 1u << 11 | 3u << 18)

#define CSR_LSION     (1u << 0)
#define CSR_MSISRANGE (0xfu << 8)
#define CSR_RMVF      (1u << 23)
#define CSR_FLAGS     0xfe000000u
#define MSI_AT_START  6

#define SOURCE_MSI 0
#define SOURCE_HSI 1
#define SOURCE_HSE 2
#define SOURCE_PLL 3

#define HSE_HZ 8000000u

static const guint32 sources[] = { CR_MSION, CR_HSION, CR_HSEON, CR_PLLON };

static guint32 *
get_register (FkSimChip *self, guint32 offset)
{
  return &self->rcc[offset / 4];
}

static gboolean
has_msi (FkSimChip *self)
{
  return self->model->family != FK_SIM_FAMILY_G4;
}

static guint
get_source (FkSimChip *self)
{
  return *get_register (self, CFGR) >> 2 & 3;
}

/* The oscillators' ready bits: HSI's two to the left, those of the others one.  What feeds the core
 * cannot be switched off. */
static void
write_cr (FkSimChip *self, guint32 value)
{
  guint32 on = (value & (CR_HSION | CR_HSEON | CR_PLLON | (has_msi (self) ? CR_MSION : 0))) |
               sources[get_source (self)];

  *get_register (self, CR) = (value & CR_PLAIN) | on | (on & CR_HSION) << 2 | (on & ~CR_HSION) << 1;
}

static void
write_cfgr (FkSimChip *self, guint32 value)
{
  guint source = get_source (self);

  if ((*get_register (self, CR) & sources[value & 3]) != 0)
    source = value & 3;
  *get_register (self, CFGR) = (value & ~0xcu) | source << 2;
}

static void
write_csr (FkSimChip *self, guint32 value)
{
  guint32 *csr = get_register (self, CSR);
  guint32 flags = (value & CSR_RMVF) != 0 ? 0 : *csr & CSR_FLAGS;

  *csr = flags | (value & (CSR_LSION | CSR_MSISRANGE)) | (value & CSR_LSION) << 1;
}

static gboolean
rcc_l4_write (FkSimChip *self, guint32 offset, guint32 value, guint32 mask, FkSimMaster master)
{
  guint32 *reg = get_register (self, offset);
  guint32 wanted = (*reg & ~mask) | (value & mask);
  gboolean crc_was_clocked = fk_sim_system_is_crc_clocked (self);

  switch (offset)
    {
    case CR:
      write_cr (self, wanted);
      break;
    case CFGR:
      write_cfgr (self, wanted);
      break;
    case CSR:
      write_csr (self, wanted);
      break;
    default:
      *reg = wanted;
      break;
    }
  if (master == FK_SIM_BY_CORE && !crc_was_clocked && fk_sim_system_is_crc_clocked (self))
    fk_sim_crc_wake (self);

  return TRUE;
}

static void
rcc_l4_reset (FkSimChip *self, FkSimReset kind)
{
  guint32 flags = kind == FK_SIM_RESET_POWER ? 0 : *get_register (self, CSR) & CSR_FLAGS;

  for (guint i = 0; i < G_N_ELEMENTS (self->rcc); i++)
    self->rcc[i] = 0;
  if (has_msi (self))
    {
      *get_register (self, CR) = CR_MSION | CR_MSION << 1 | CR_MSIRANGE (MSI_AT_START);
      flags |= MSI_AT_START << 8;
    }
  else
    {
      *get_register (self, CR) = CR_HSION | CR_HSION << 2;
      *get_register (self, CFGR) = SOURCE_HSI | SOURCE_HSI << 2;
    }
  *get_register (self, PLLCFGR) = 0x00001000;
  *get_register (self, AHB1ENR) = 0x00000100; /* the flash interface */
  *get_register (self, CSR) = flags | fk_sim_system_get_reset_flag (kind);
}

static guint32
get_msi_clock (FkSimChip *self)
{
  static const guint16 khz[] = { 100,  200,  400,   800,   1000,  2000,
                                 4000, 8000, 16000, 24000, 32000, 48000 };
  guint32 cr = *get_register (self, CR);
  guint range = (cr & CR_MSIRGSEL) != 0 ? cr >> 4 & 0xf : *get_register (self, CSR) >> 8 & 0xf;

  return khz[MIN (range, G_N_ELEMENTS (khz) - 1)] * 1000u;
}

static guint32
get_pll_clock (FkSimChip *self)
{
  guint32 pll = *get_register (self, PLLCFGR);
  guint32 input = (pll & 3) == 3   ? HSE_HZ
                  : (pll & 3) == 2 ? FK_SIM_HSI_HZ_G0
                                   : get_msi_clock (self);
  guint32 m = has_msi (self) ? (pll >> 4 & 7) + 1 : (pll >> 4 & 0xf) + 1;

  return (guint32)((guint64)input * (pll >> 8 & 0x7f) / m / (2 * ((pll >> 25 & 3) + 1)));
}

/* Hz of the core's clock.  A crystal of 8 MHz, as the boards have it. */
static guint32
rcc_l4_get_clock (FkSimChip *self)
{
  static const guint8 shifts[] = { 1, 2, 3, 4, 6, 7, 8, 9 };
  guint32 cfgr = *get_register (self, CFGR);
  guint32 clock = FK_SIM_HSI_HZ_G0;

  switch (get_source (self))
    {
    case SOURCE_MSI:
      clock = get_msi_clock (self);
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
  if ((cfgr & 1u << 7) != 0)
    clock >>= shifts[cfgr >> 4 & 7];

  return CLAMP (clock, 10000, has_msi (self) ? 80000000 : 170000000);
}

const FkSimRcc fk_sim_rcc_l4 = { 0x40021000, rcc_l4_write, rcc_l4_reset, rcc_l4_get_clock };
