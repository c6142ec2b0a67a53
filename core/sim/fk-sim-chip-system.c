/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "sim/fk-sim-flash-h7-private.h"
#include "sim/fk-sim-times.h"

/*
 * What surrounds core and flash: clocks (RM0008 7, RM0360 7, RM0090 7), independent watchdog
 * (RM0008 19, RM0090 21) and the debug support unit DBGMCU (RM0008 31.16, RM0360 26.9, RM0090
 * 38.16).  Clocks are modelled as far as programs wait for them: what is
 * switched on is ready at once.
 */

#define RCC_CR       0x00
#define RCC_CR_HSION (1u << 0)

#define RCC_AHBENR     0x14 /* F0, F1 */
#define RCC_AHBENR_DMA (1u << 0)

#define RCC_CSR_LSION    (1u << 0)
#define RCC_CSR_RMVF     (1u << 24)
#define RCC_CSR_OBLRSTF  (1u << 25)
#define RCC_CSR_PINRSTF  (1u << 26)
#define RCC_CSR_PORRSTF  (1u << 27)
#define RCC_CSR_SFTRSTF  (1u << 28)
#define RCC_CSR_IWDGRSTF (1u << 29)

#define IWDG_START  0xccccu
#define IWDG_RELOAD 0xaaaau
#define IWDG_UNLOCK 0x5555u

/* F7 has the clocks of F4, and more. */
static gboolean
is_f4 (FkSimChip *self)
{
  return self->model->family == FK_SIM_FAMILY_F4 || self->model->family == FK_SIM_FAMILY_F7;
}

static gboolean
is_g0 (FkSimChip *self)
{
  return self->model->family == FK_SIM_FAMILY_G0;
}

static gboolean
is_l1 (FkSimChip *self)
{
  return self->model->family == FK_SIM_FAMILY_L1;
}

static gboolean
is_l0 (FkSimChip *self)
{
  return self->model->family == FK_SIM_FAMILY_L0;
}

static gboolean
is_u5 (FkSimChip *self)
{
  return self->model->family == FK_SIM_FAMILY_U5;
}

/* L5 and G4 have the clocks of L4, G4 without MSI. */
static gboolean
is_l4 (FkSimChip *self)
{
  return self->model->family == FK_SIM_FAMILY_L4 || self->model->family == FK_SIM_FAMILY_L5 ||
         self->model->family == FK_SIM_FAMILY_G4;
}

static gboolean
is_h5 (FkSimChip *self)
{
  return self->model->family == FK_SIM_FAMILY_H5;
}

static gboolean
is_h7 (FkSimChip *self)
{
  return self->model->family == FK_SIM_FAMILY_H7;
}

/* IWDG_KR comes first. */
static guint32
get_watchdog_base (FkSimChip *self)
{
  return is_h7 (self) ? 0x58004800 : 0x40003000;
}

static guint
get_cfgr_index (FkSimChip *self)
{
  return is_f4 (self) ? 0x08 / 4 : 0x04 / 4;
}

static guint
get_csr_index (FkSimChip *self)
{
  return is_f4 (self) ? 0x74 / 4 : 0x24 / 4;
}

/* AHBENR.CRCEN is bit 6 on F0 and F1 (RM0008 7.3.6), AHB1ENR.CRCEN bit 12 on F4 (RM0090 7.3.10),
 * AHBENR.CRCEN bit 12 on G0 (RM0444, RCC_AHBENR), L1 (RM0038, RCC_AHBENR) and L0 (RM0367,
 * RCC_AHBENR), AHB1ENR.CRCEN bit 12 on L4, G4 (RM0351, RM0440, RCC_AHB1ENR), U5 and H5 (RM0456,
 * RM0492, RCC_AHB1ENR), and AHB4ENR.CRCEN bit 19 on H7 (RM0433, RCC_AHB4ENR), AHB1ENR.CRCEN bit 9
 * on H7A3 (RM0455, RCC_AHB1ENR). */
gboolean
fk_sim_system_is_crc_clocked (FkSimChip *self)
{
  if (is_g0 (self))
    return (self->rcc[0x38 / 4] & (1u << 12)) != 0;
  if (is_l1 (self))
    return (self->rcc[0x1c / 4] & (1u << 12)) != 0;
  if (is_l0 (self))
    return (self->rcc[0x30 / 4] & (1u << 12)) != 0;
  if (is_u5 (self) || is_h5 (self))
    return (self->rcc[0x88 / 4] & (1u << 12)) != 0;
  if (is_l4 (self))
    return (self->rcc[0x48 / 4] & (1u << 12)) != 0;
  if (is_h7 (self))
    {
      const FkSimH7Kind *kind = fk_sim_h7_get_kind (self);

      return (self->rcc[kind->crc_clock / 4] & kind->crc_enable) != 0;
    }
  return is_f4 (self) ? (self->rcc[0x30 / 4] & (1u << 12)) != 0
                      : (self->rcc[RCC_AHBENR / 4] & (1u << 6)) != 0;
}

/* AHBENR.DMAEN on F0 (RM0360 7.4.6), DMA1EN on F1 (RM0008 7.3.6); elsewhere there is none of it. */
gboolean
fk_sim_system_is_dma_clocked (FkSimChip *self)
{
  return (self->model->family == FK_SIM_FAMILY_F0 || self->model->family == FK_SIM_FAMILY_F1) &&
         (self->rcc[RCC_AHBENR / 4] & RCC_AHBENR_DMA) != 0;
}

static guint32
rcc_read (FkSimChip *self, guint32 offset, FkSimMaster master)
{
  return self->rcc[offset / 4];
}

/* Oscillator on bits 0, 16, 24 and 26 (PLLI2S, F4) have their ready bits to the left of them. */
static void
write_rcc_cr (FkSimChip *self, guint32 value)
{
  const guint32 on_bits = 1u << 0 | 1u << 16 | 1u << 24 | (is_f4 (self) ? 1u << 26 : 0);
  const guint32 plain = 0x1fu << 3 | 1u << 18 | 1u << 19;
  guint32 source = self->rcc[get_cfgr_index (self)] >> 2 & 3;
  guint32 kept = self->rcc[0] & 0xff00;
  guint32 on = value & on_bits;

  /* The oscillator that feeds the core cannot be switched off. */
  if (source == 0)
    on |= RCC_CR_HSION;
  else
    on |= self->rcc[0] & (source == 1 ? 1u << 16 : 1u << 24);
  self->rcc[0] = kept | (value & plain) | on | on << 1;
  if (on & RCC_CR_HSION)
    fk_sim_flash_hsi_came_on (self);
}

/* Only the manuals of F0 and F1 make flash depend on it. */
gboolean
fk_sim_system_has_hsi (FkSimChip *self)
{
  return (self->model->family != FK_SIM_FAMILY_F0 && self->model->family != FK_SIM_FAMILY_F1) ||
         (self->rcc[0] & RCC_CR_HSION) != 0;
}

static void
write_rcc_cfgr (FkSimChip *self, guint32 value)
{
  static const guint32 ready[] = { 1u << 1, 1u << 17, 1u << 25, 0 };
  guint index = get_cfgr_index (self);
  guint32 source = self->rcc[index] >> 2 & 3;

  if (self->rcc[0] & ready[value & 3])
    source = value & 3;
  self->rcc[index] = (value & ~0xcu) | source << 2;
}

static gboolean
rcc_write (FkSimChip *self, guint32 offset, guint32 value, guint32 mask, FkSimMaster master)
{
  guint index = offset / 4;
  guint32 wanted = (self->rcc[index] & ~mask) | (value & mask);
  gboolean crc_was_clocked = fk_sim_system_is_crc_clocked (self);

  if (offset == RCC_CR)
    write_rcc_cr (self, wanted);
  else if (index == get_cfgr_index (self))
    write_rcc_cfgr (self, wanted);
  else if (index == get_csr_index (self))
    {
      guint32 flags = self->rcc[index] & 0xfe000000;

      if (wanted & RCC_CSR_RMVF)
        flags = 0;
      self->rcc[index] = flags | (wanted & RCC_CSR_LSION) | (wanted & RCC_CSR_LSION) << 1;
    }
  else
    self->rcc[index] = wanted;
  if (self->config.dma == FK_SIM_DMA_NONE && !is_f4 (self))
    self->rcc[RCC_AHBENR / 4] &= ~RCC_AHBENR_DMA;
  if (master == FK_SIM_BY_CORE && !crc_was_clocked && fk_sim_system_is_crc_clocked (self))
    fk_sim_crc_wake (self);

  return TRUE;
}

static guint32
get_pll_clock_f4 (FkSimChip *self, guint32 hsi, guint32 hse)
{
  guint32 pll = self->rcc[0x04 / 4];
  guint32 input = pll & (1u << 22) ? hse : hsi;
  guint32 m = MAX (pll & 0x3f, 2);
  guint32 n = MAX (pll >> 6 & 0x1ff, 2);
  guint32 p = 2 * ((pll >> 16 & 3) + 1);

  return (guint32)((guint64)input * n / m / p);
}

static guint32
get_pll_clock_f1 (FkSimChip *self, guint32 hsi, guint32 hse)
{
  guint32 cfgr = self->rcc[0x04 / 4];
  guint32 input = hsi / 2;

  if (cfgr & (1u << 16))
    input = cfgr & (1u << 17) ? hse / 2 : hse;

  return input * MIN ((cfgr >> 18 & 0xf) + 2, 16);
}

/* Crystals of 8 MHz, as the boards have them. */
static guint32
rcc_get_clock (FkSimChip *self)
{
  static const guint8 shifts[] = { 1, 2, 3, 4, 6, 7, 8, 9 };
  guint32 hsi = is_f4 (self) ? FK_SIM_HSI_HZ_F4 : FK_SIM_HSI_HZ_F0_F1;
  guint32 hse = 8000000;
  guint32 cfgr = self->rcc[get_cfgr_index (self)];
  guint32 clock = hsi;

  if ((cfgr >> 2 & 3) == 1)
    clock = hse;
  else if ((cfgr >> 2 & 3) == 2)
    clock = is_f4 (self) ? get_pll_clock_f4 (self, hsi, hse) : get_pll_clock_f1 (self, hsi, hse);
  if (cfgr & 0x80)
    clock >>= shifts[cfgr >> 4 & 7];

  return CLAMP (clock, 10000, self->model->family == FK_SIM_FAMILY_F7 ? 216000000 : 180000000);
}

static void
reset_rcc (FkSimChip *self, FkSimReset kind)
{
  guint32 flags = kind == FK_SIM_RESET_POWER ? 0 : self->rcc[get_csr_index (self)] & 0xfe000000;

  for (guint i = 0; i < G_N_ELEMENTS (self->rcc); i++)
    self->rcc[i] = 0;
  self->rcc[0] = 0x00007f83; /* HSI on and ready, trimmed and calibrated */
  self->rcc[get_csr_index (self)] = flags | fk_sim_system_get_reset_flag (kind);
  if (is_f4 (self))
    {
      self->rcc[0x04 / 4] = 0x24003010; /* RM0090 7.3.2 */
      self->rcc[0x30 / 4] = 0x00100000; /* RM0090 7.3.10: CCM clocked */
    }
  else
    self->rcc[RCC_AHBENR / 4] =
        0x00000014; /* RM0008 7.3.6: SRAM and flash interface clocked in sleep */
}

static const FkSimRcc rcc_f0_to_f3 = { 0x40021000, rcc_write, reset_rcc, rcc_get_clock };
static const FkSimRcc rcc_f4 = { 0x40023800, rcc_write, reset_rcc, rcc_get_clock };

static const FkSimRcc *
get_rcc (FkSimChip *self)
{
  if (is_g0 (self))
    return &fk_sim_rcc_g0;
  if (is_l1 (self))
    return &fk_sim_rcc_l1;
  if (is_l0 (self))
    return &fk_sim_rcc_l0;
  if (is_u5 (self))
    return &fk_sim_rcc_u5;
  if (is_h5 (self))
    return &fk_sim_rcc_h5;
  if (is_l4 (self))
    return &fk_sim_rcc_l4;
  if (is_h7 (self))
    return &fk_sim_rcc_h7;
  return is_f4 (self) ? &rcc_f4 : &rcc_f0_to_f3;
}

/* Hz of the core's clock. */
guint32
fk_sim_system_get_clock (FkSimChip *self)
{
  return get_rcc (self)->get_clock (self);
}

/* Counts the low-speed oscillator. */
static void
restart_watchdog (FkSimChip *self)
{
  guint64 period = (guint64)(self->iwdg_rlr + 1) * (4u << MIN (self->iwdg_pr, 6));

  guint32 hz =
      is_l1 (self) || is_l0 (self) ? FK_SIM_LSI_HZ_L1
      : is_f4 (self) || is_g0 (self) || is_l4 (self) || is_u5 (self) || is_h5 (self) || is_h7 (self)
          ? FK_SIM_LSI_HZ_F4
          : FK_SIM_LSI_HZ_F0_F1;

  self->iwdg_deadline = self->now + period * (G_TIME_SPAN_SECOND * 1000 / hz);
}

static guint32
iwdg_read (FkSimChip *self, guint32 offset, FkSimMaster master)
{
  switch (offset)
    {
    case 0x04:
      return self->iwdg_pr;
    case 0x08:
      return self->iwdg_rlr;
    default:
      return 0;
    }
}

static gboolean
iwdg_write (FkSimChip *self, guint32 offset, guint32 value, guint32 mask, FkSimMaster master)
{
  value &= mask;
  switch (offset)
    {
    case 0x00:
      self->iwdg_unlocked = (value & 0xffff) == IWDG_UNLOCK;
      if ((value & 0xffff) == IWDG_START)
        self->iwdg_running = TRUE;
      if ((value & 0xffff) == IWDG_START || (value & 0xffff) == IWDG_RELOAD)
        restart_watchdog (self);
      break;
    case 0x04:
      if (self->iwdg_unlocked)
        self->iwdg_pr = value & 7;
      break;
    case 0x08:
      if (self->iwdg_unlocked)
        self->iwdg_rlr = value & 0xfff;
      break;
    default:
      break;
    }

  return TRUE;
}

/* DBG_IWDG_STOP: DBGMCU_CR bit 8 on F1, APB4FZ1 bit 18 on H7 (RM0433, Debug infrastructure),
 * APB1_FZ bit 12 elsewhere. */
static gboolean
is_watchdog_frozen (FkSimChip *self)
{
  guint32 bit = self->model->family == FK_SIM_FAMILY_F1 ? self->dbgmcu[1] & (1u << 8)
                : is_h7 (self)                          ? self->dbgmcu[0x54 / 4] & (1u << 18)
                                                        : self->dbgmcu[2] & (1u << 12);

  return bit != 0 && self->core.state == FK_SIM_CORE_HALTED;
}

/* Called after time went by. */
void
fk_sim_system_tick (FkSimChip *self)
{
  if (!self->iwdg_running || self->nrst_low)
    return;

  if (is_watchdog_frozen (self))
    restart_watchdog (self);
  else if (self->now >= self->iwdg_deadline)
    fk_sim_chip_reset (self, FK_SIM_RESET_WATCHDOG);
}

/* DBGMCU_IDCODE: revision above, device ID below. */
guint32
fk_sim_chip_get_idcode (FkSimChip *self)
{
  guint32 idcode = self->config.idcode != 0 ? self->config.idcode : self->model->idcode;

  return self->config.dev_id != 0 ? (idcode & ~0xfffu) | self->config.dev_id : idcode;
}

/* RCC_APB2ENR.DBGMCUEN (RM0360 7.4.7); on G0 RCC_APBENR1.DBGEN, on L0 RCC_APB2ENR.DBGEN */
static gboolean
is_dbgmcu_clocked (FkSimChip *self)
{
  if (is_l0 (self))
    return (self->rcc[0x34 / 4] & (1u << 22)) != 0;
  return is_g0 (self) ? (self->rcc[0x3c / 4] & (1u << 27)) != 0
                      : (self->rcc[0x18 / 4] & (1u << 22)) != 0;
}

/* On F0, G0 and L0 the unit hangs on an APB bus: its identity can be read at any time, its control
 * registers need their clock. */
static guint32
dbgmcu_read_m0 (FkSimChip *self, guint32 offset, FkSimMaster master)
{
  if (offset == 0)
    return fk_sim_chip_get_idcode (self);
  if (offset >= 0x10 || !is_dbgmcu_clocked (self))
    return 0;
  return self->dbgmcu[offset / 4];
}

static gboolean
dbgmcu_write_m0 (FkSimChip *self, guint32 offset, guint32 value, guint32 mask, FkSimMaster master)
{
  if (offset > 0 && offset < 0x10 && is_dbgmcu_clocked (self))
    self->dbgmcu[offset / 4] = (self->dbgmcu[offset / 4] & ~mask) | (value & mask);
  return TRUE;
}

/* On H7 it hangs on a bus of its own, which the core and its access port reach, on H5 among the
 * peripherals. */
static gboolean
dbgmcu_write_h7 (FkSimChip *self, guint32 offset, guint32 value, guint32 mask, FkSimMaster master)
{
  fk_sim_ppb_write_dbgmcu (self, offset, value, mask);
  return TRUE;
}

/* ST's own ROM table, with one entry, that of ARM's at 0xe00ff000: as debuggers print it. */
static guint32
rom_read_m0_plus (FkSimChip *self, guint32 offset, FkSimMaster master)
{
  if (offset == 0)
    return 0xf00ff003;
  return fk_sim_ppb_read_maker_id (self, offset);
}

static void
add_peripheral (FkSimChip *self, FkSimPeripheral peripheral)
{
  g_assert (self->n_peripherals < FK_SIM_MAX_PERIPHERALS);
  self->peripherals[self->n_peripherals++] = peripheral;
}

/* The windows at the end stand for all peripherals that are not modelled.  They have no clock after
 * reset, and a peripheral without a clock reads as 0 and ignores what is written (RM0090 7.3.10).
 */
void
fk_sim_system_build (FkSimChip *self)
{
  static const FkSimPeripheral f1_windows[] = {
    { 0x40000000, 0x8000 }, { 0x40010000, 0x5800 }, { 0x40018000, 0x400 }, { 0x40020000, 0x800 },
    { 0x40021000, 0x400 },  { 0x40022000, 0x400 },  { 0x40023000, 0x400 },
  };
  static const FkSimPeripheral f0_windows[] = {
    { 0x40000000, 0x8000 },
    { 0x40010000, 0x8000 },
    { 0x40020000, 0x4400 },
    { 0x48000000, 0x1800 },
  };
  static const FkSimPeripheral g0_windows[] = {
    { 0x40000000, 0x10000 },
    { 0x40010000, 0x8000 },
    { 0x40020000, 0x6400 },
    { 0x50000000, 0x1800 },
  };
  static const FkSimPeripheral dbgmcu_m0 = { 0x40015800, 0x400, FALSE, dbgmcu_read_m0,
                                             dbgmcu_write_m0 };
  static const FkSimPeripheral rom_m0_plus = { FK_SIM_ROM_M0_PLUS, 0x1000, FALSE,
                                               rom_read_m0_plus };
  static const FkSimPeripheral f4_windows[] = {
    { 0x40000000, 0x8000 }, { 0x40010000, 0x5800 },  { 0x40020000, 0x4000 },  { 0x40026000, 0x800 },
    { 0x40028000, 0x1400 }, { 0x40040000, 0x40000 }, { 0x50000000, 0x60c00 },
  };
  static const FkSimPeripheral l1_windows[] = {
    { 0x40000000, 0x8000 },
    { 0x40010000, 0x4000 },
    { 0x40020000, 0x2000 },
    { 0x40026000, 0x800 },
  };
  static const FkSimPeripheral l0_windows[] = {
    { 0x40000000, 0x8000 },
    { 0x40010000, 0x5c00 },
    { 0x40020000, 0x6400 },
    { 0x50000000, 0x2000 },
  };
  static const FkSimPeripheral u5_windows[] = {
    { 0x40000000, 0x10000 }, { 0x40010000, 0x8000 },  { 0x40020000, 0x16000 },
    { 0x42020000, 0xd0000 }, { 0x46000000, 0x28000 },
  };
  /* RM0438, Memory organization */
  static const FkSimPeripheral l5_windows[] = {
    { 0x40000000, 0x10000 }, { 0x40010000, 0x10000 }, { 0x40020000, 0x15000 },
    { 0x42020000, 0x2000 },  { 0x420c0000, 0x8c00 },
  };
  static const FkSimPeripheral l4_windows[] = {
    { 0x40000000, 0x10000 }, { 0x40010000, 0x8000 },  { 0x40020000, 0x4400 },
    { 0x48000000, 0x2400 },  { 0x50000000, 0x61000 },
  };
  static const FkSimPeripheral dbgmcu_h7 = { 0x5c001000, 0x400, FALSE, fk_sim_ppb_read_dbgmcu,
                                             dbgmcu_write_h7 };
  static const FkSimPeripheral dbgmcu_h5 = { 0x44024000, 0x400, FALSE, fk_sim_ppb_read_dbgmcu,
                                             dbgmcu_write_h7 };
  /* RM0492, Memory organization */
  static const FkSimPeripheral h5_windows[] = {
    { 0x40000000, 0x10000 }, { 0x40010000, 0x8000 }, { 0x40020000, 0x16c00 },
    { 0x42020000, 0xb0000 }, { 0x44000000, 0x8000 }, { 0x44020000, 0x5000 },
  };
  static const FkSimPeripheral h7_windows[] = {
    { 0x40000000, 0x18000 },  { 0x40020000, 0x6400 }, { 0x40040000, 0x40000 },
    { 0x48020000, 0x3000 },   { 0x50000000, 0x4000 }, { 0x51000000, 0x100000 },
    { 0x52000000, 0x9000 },   { 0x58000000, 0x7000 }, { 0x58020000, 0x7000 },
    { 0x5c000000, 0x100000 },
  };
  FkSimPeripheral crc = fk_sim_crc_registers;
  const FkSimRcc *rcc = get_rcc (self);

  add_peripheral (self, self->flash_ops->registers);
  add_peripheral (self, (FkSimPeripheral){ rcc->base, 0x100, FALSE, rcc_read, rcc->write });
  crc.base = fk_sim_crc_get_base (self);
  add_peripheral (self, crc);
  add_peripheral (self, (FkSimPeripheral){ get_watchdog_base (self), 0x400, FALSE, iwdg_read,
                                           iwdg_write });
  switch (self->model->family)
    {
    case FK_SIM_FAMILY_F0:
      add_peripheral (self, fk_sim_dma_registers);
      add_peripheral (self, dbgmcu_m0);
      for (guint i = 0; i < G_N_ELEMENTS (f0_windows); i++)
        add_peripheral (self, f0_windows[i]);
      break;
    case FK_SIM_FAMILY_F1:
      add_peripheral (self, fk_sim_dma_registers);
      for (guint i = 0; i < G_N_ELEMENTS (f1_windows); i++)
        add_peripheral (self, f1_windows[i]);
      break;
    case FK_SIM_FAMILY_G0:
      add_peripheral (self, dbgmcu_m0);
      add_peripheral (self, rom_m0_plus);
      for (guint i = 0; i < G_N_ELEMENTS (g0_windows); i++)
        add_peripheral (self, g0_windows[i]);
      break;
    case FK_SIM_FAMILY_L1:
      for (guint i = 0; i < G_N_ELEMENTS (l1_windows); i++)
        add_peripheral (self, l1_windows[i]);
      break;
    case FK_SIM_FAMILY_L0:
      add_peripheral (self, dbgmcu_m0);
      add_peripheral (self, rom_m0_plus);
      for (guint i = 0; i < G_N_ELEMENTS (l0_windows); i++)
        add_peripheral (self, l0_windows[i]);
      break;
    case FK_SIM_FAMILY_U5:
      add_peripheral (self, fk_sim_pwr_u5_registers);
      for (guint i = 0; i < G_N_ELEMENTS (u5_windows); i++)
        add_peripheral (self, u5_windows[i]);
      break;
    case FK_SIM_FAMILY_L5:
      for (guint i = 0; i < G_N_ELEMENTS (l5_windows); i++)
        add_peripheral (self, l5_windows[i]);
      break;
    case FK_SIM_FAMILY_L4:
    case FK_SIM_FAMILY_G4:
      for (guint i = 0; i < G_N_ELEMENTS (l4_windows); i++)
        add_peripheral (self, l4_windows[i]);
      break;
    case FK_SIM_FAMILY_H5:
      add_peripheral (self, dbgmcu_h5);
      for (guint i = 0; i < G_N_ELEMENTS (h5_windows); i++)
        add_peripheral (self, h5_windows[i]);
      break;
    case FK_SIM_FAMILY_H7:
      add_peripheral (self, dbgmcu_h7);
      for (guint i = 0; i < G_N_ELEMENTS (h7_windows); i++)
        add_peripheral (self, h7_windows[i]);
      break;
    case FK_SIM_FAMILY_F4:
    case FK_SIM_FAMILY_F7:
    default:
      for (guint i = 0; i < G_N_ELEMENTS (f4_windows); i++)
        add_peripheral (self, f4_windows[i]);
      break;
    }
}

/* What RCC_CSR says of a reset; F0 to U5 have these flags at the same bits. */
guint32
fk_sim_system_get_reset_flag (FkSimReset kind)
{
  switch (kind)
    {
    case FK_SIM_RESET_POWER:
      return RCC_CSR_PORRSTF | RCC_CSR_PINRSTF;
    case FK_SIM_RESET_SOFTWARE:
      return RCC_CSR_SFTRSTF | RCC_CSR_PINRSTF;
    case FK_SIM_RESET_WATCHDOG:
      return RCC_CSR_IWDGRSTF | RCC_CSR_PINRSTF;
    case FK_SIM_RESET_OPTIONS:
      return RCC_CSR_OBLRSTF | RCC_CSR_PINRSTF;
    case FK_SIM_RESET_PIN:
    case FK_SIM_RESET_CORE:
    default:
      return RCC_CSR_PINRSTF;
    }
}

void
fk_sim_system_reset (FkSimChip *self, FkSimReset kind)
{
  get_rcc (self)->reset (self, kind);
  fk_sim_crc_reset (self);
  fk_sim_dma_reset (self);
  self->iwdg_pr = 0;
  self->iwdg_rlr = 0xfff;
  self->iwdg_unlocked = FALSE;
  self->iwdg_running = FALSE;
  if (kind == FK_SIM_RESET_POWER)
    {
      for (guint i = 0; i < G_N_ELEMENTS (self->dbgmcu); i++)
        self->dbgmcu[i] = 0;
    }
}

/* The option WDG_SW at 0 starts the watchdog with the chip; called once the options are loaded. */
void
fk_sim_system_start_watchdog (FkSimChip *self)
{
  self->iwdg_running = TRUE;
  restart_watchdog (self);
}

/* What a program that does it again and again has done last. */
void
fk_sim_system_feed_watchdog (FkSimChip *self)
{
  restart_watchdog (self);
}

gboolean
fk_sim_system_is_feed (FkSimChip *self, guint32 address, guint32 value)
{
  return address == get_watchdog_base (self) && value == IWDG_RELOAD;
}
