/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "sim/fk-sim-chip-private.h"
#include "sim/fk-sim-times.h"

/*
 * The clock control of STM32L1, after RM0038 (5 Reset and clock control), and of STM32L0, after
 * RM0367 (7 Reset and clock control) and ST's header stm32l073xx.h: it starts from MSI, and its
 * registers lie and read in another way than those in fk-sim-chip-system.c.  What is switched on is
 * ready at once.
 */

#define CR    0x00
#define ICSCR 0x04

#define CR_HSION   (1u << 0)
#define CR_HSIDIV  (1u << 3) /* L0: by 4 */
#define CR_HSIDIVF (1u << 4)
#define CR_MSION   (1u << 8)
#define CR_HSEON   (1u << 16)
#define CR_PLLON   (1u << 24)
#define CR_ON      (CR_HSION | CR_MSION | CR_HSEON | CR_PLLON)

#define CFGR_PLLSRC (1u << 16)

#define CSR_LSION (1u << 0)
#define CSR_LSEON (1u << 8)
#define CSR_FLAGS 0xfe000000u

#define SOURCE_MSI 0
#define SOURCE_HSI 1
#define SOURCE_HSE 2
#define SOURCE_PLL 3

#define HSE_HZ 8000000u
#define MSI_HZ 65536u /* the lowest of its ranges; each doubles */

static const guint32 sources[] = { CR_MSION, CR_HSION, CR_HSEON, CR_PLLON };

/* Where the two differ. */
typedef struct
{
  guint32 cfgr; /* offsets of registers */
  guint32 ahbenr;
  guint32 csr;
  guint hsi_ready; /* bits from HSION to the left */
  guint32 cr_plain;
  guint32 cr_hsidiv;
  guint32 csr_rmvf;
  guint32 ahbenr_at_reset; /* the flash interface */
} Kind;

/* HSEBYP, CSSON, RTCPRE */
static const Kind kind_l1 = { 0x08, 0x1c,     0x34,    1, 1u << 18 | 1u << 28 | 3u << 29,
                              0,    1u << 24, 1u << 15 };
/* HSIKERON, HSIOUTEN, HSEBYP, CSSHSEON, RTCPRE */
static const Kind kind_l0 = {
  0x0c,      0x30,     0x50,   2, 1u << 1 | CR_HSIDIV | 1u << 5 | 3u << 18 | 3u << 20,
  CR_HSIDIV, 1u << 23, 1u << 8
};

static const Kind *
get_kind (FkSimChip *self)
{
  return self->model->family == FK_SIM_FAMILY_L0 ? &kind_l0 : &kind_l1;
}

static guint32 *
get_register (FkSimChip *self, guint32 offset)
{
  return &self->rcc[offset / 4];
}

static guint
get_source (FkSimChip *self)
{
  return *get_register (self, get_kind (self)->cfgr) >> 2 & 3;
}

/* Each oscillator has its ready bit to the left of it; what feeds the core cannot be switched off.
 */
static void
write_cr (FkSimChip *self, guint32 value)
{
  const Kind *kind = get_kind (self);
  guint32 on = (value & CR_ON) | sources[get_source (self)];
  guint32 divided = (value & kind->cr_hsidiv) != 0 ? CR_HSIDIVF : 0;

  *get_register (self, CR) = (value & kind->cr_plain) | divided | on |
                             (on & CR_HSION) << kind->hsi_ready | (on & ~CR_HSION) << 1;
}

static void
write_cfgr (FkSimChip *self, guint32 value)
{
  guint32 *cfgr = get_register (self, get_kind (self)->cfgr);
  guint source = get_source (self);

  if ((*get_register (self, CR) & sources[value & 3]) != 0)
    source = value & 3;
  *cfgr = (value & ~0xcu) | source << 2;
}

static void
write_csr (FkSimChip *self, guint32 value)
{
  const Kind *kind = get_kind (self);
  guint32 *csr = get_register (self, kind->csr);
  guint32 flags = (value & kind->csr_rmvf) != 0 ? 0 : *csr & CSR_FLAGS;
  guint32 on = value & (CSR_LSION | CSR_LSEON);

  *csr = flags | on | on << 1;
}

static gboolean
rcc_l1_write (FkSimChip *self, guint32 offset, guint32 value, guint32 mask, FkSimMaster master)
{
  const Kind *kind = get_kind (self);
  guint32 *reg = get_register (self, offset);
  guint32 wanted = (*reg & ~mask) | (value & mask);
  gboolean crc_was_clocked = fk_sim_system_is_crc_clocked (self);

  if (offset == CR)
    write_cr (self, wanted);
  else if (offset == kind->cfgr)
    write_cfgr (self, wanted);
  else if (offset == kind->csr)
    write_csr (self, wanted);
  else
    *reg = wanted;
  if (master == FK_SIM_BY_CORE && !crc_was_clocked && fk_sim_system_is_crc_clocked (self))
    fk_sim_crc_wake (self);

  return TRUE;
}

static void
rcc_l1_reset (FkSimChip *self, FkSimReset kind)
{
  const Kind *what = get_kind (self);
  guint32 flags = kind == FK_SIM_RESET_POWER ? 0 : *get_register (self, what->csr) & CSR_FLAGS;

  for (guint i = 0; i < G_N_ELEMENTS (self->rcc); i++)
    self->rcc[i] = 0;
  *get_register (self, CR) = CR_MSION | CR_MSION << 1;
  *get_register (self, ICSCR) = 5u << 13; /* MSI at 2.097 MHz */
  *get_register (self, what->ahbenr) = what->ahbenr_at_reset;
  *get_register (self, what->csr) = flags | fk_sim_system_get_reset_flag (kind);
}

static guint32
get_hsi_clock (FkSimChip *self)
{
  return (*get_register (self, CR) & get_kind (self)->cr_hsidiv) != 0 ? FK_SIM_HSI_HZ_L1 / 4
                                                                      : FK_SIM_HSI_HZ_L1;
}

static guint32
get_pll_clock (FkSimChip *self)
{
  static const guint8 factors[] = { 3, 4, 6, 8, 12, 16, 24, 32, 48 };
  guint32 cfgr = *get_register (self, get_kind (self)->cfgr);
  guint32 input = (cfgr & CFGR_PLLSRC) != 0 ? HSE_HZ : get_hsi_clock (self);
  guint factor = MIN (cfgr >> 18 & 0xf, G_N_ELEMENTS (factors) - 1);

  return input * factors[factor] / ((cfgr >> 22 & 3) + 1);
}

/* Hz of the core's clock.  A crystal of 8 MHz, as the boards have it. */
static guint32
rcc_l1_get_clock (FkSimChip *self)
{
  static const guint8 shifts[] = { 1, 2, 3, 4, 6, 7, 8, 9 };
  guint32 cfgr = *get_register (self, get_kind (self)->cfgr);
  guint32 clock = MSI_HZ << MIN (*get_register (self, ICSCR) >> 13 & 7, 6);

  switch (get_source (self))
    {
    case SOURCE_HSI:
      clock = get_hsi_clock (self);
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
  if ((cfgr & 1u << 7) != 0)
    clock >>= shifts[cfgr >> 4 & 7];

  return CLAMP (clock, 10000, 32000000);
}

const FkSimRcc fk_sim_rcc_l0 = { 0x40021000, rcc_l1_write, rcc_l1_reset, rcc_l1_get_clock };
const FkSimRcc fk_sim_rcc_l1 = { 0x40023800, rcc_l1_write, rcc_l1_reset, rcc_l1_get_clock };
