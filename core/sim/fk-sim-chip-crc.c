/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "sim/fk-sim-flash-h7-private.h"
#include "sim/fk-sim-times.h"

/*
 * The CRC unit.  F1 and F4 have the old one (RM0008 4, RM0090 4): words alone, nothing to choose.
 * F0 has the new one (RM0360 5): narrower writes, bits reversed on the way in and out, a start
 * value of one's own; a polynomial of one's own the F030 has not, but G0 has (RM0444, CRC
 * calculation unit: of 32, 16, 8 or 7 bits).
 */

#define CRC_DR   0x00
#define CRC_IDR  0x04
#define CRC_CR   0x08
#define CRC_INIT 0x10
#define CRC_POL  0x14

#define CR_RESET   (1u << 0)
#define CR_SIZE    (3u << 3)
#define CR_REV_IN  (3u << 5)
#define CR_REV_OUT (1u << 7)

#define POLYNOMIAL 0x04c11db7u
#define BLANK      0xffffffffu
#define MASK(size) (0xffffffffu >> (32 - (size)))

static gboolean
has_polynomial (FkSimChip *self)
{
  switch (self->model->family)
    {
    case FK_SIM_FAMILY_G0:
    case FK_SIM_FAMILY_L0:
    case FK_SIM_FAMILY_F7:
    case FK_SIM_FAMILY_L4:
    case FK_SIM_FAMILY_G4:
    case FK_SIM_FAMILY_L5:
    case FK_SIM_FAMILY_H5:
    case FK_SIM_FAMILY_U5:
    case FK_SIM_FAMILY_H7:
      return TRUE;
    case FK_SIM_FAMILY_F0:
    case FK_SIM_FAMILY_F1:
    case FK_SIM_FAMILY_F4:
    case FK_SIM_FAMILY_L1:
    default:
      return FALSE;
    }
}

static gboolean
is_new (FkSimChip *self)
{
  return self->model->family == FK_SIM_FAMILY_F0 || has_polynomial (self);
}

/* Bits of the sum */
static guint
get_size (FkSimChip *self)
{
  static const guint sizes[] = { 32, 16, 8, 7 };

  return sizes[self->crc_cr >> 3 & 3];
}

static gboolean
is_there (FkSimChip *self)
{
  return self->config.crc != FK_SIM_CRC_NONE && fk_sim_system_is_crc_clocked (self);
}

/* Reverses the bits in each part of @part bits, a power of two. */
static guint32
reverse (guint32 value, guint part)
{
  static const guint32 masks[] = { 0x55555555, 0x33333333, 0x0f0f0f0f, 0x00ff00ff, 0x0000ffff };

  for (guint i = 0; 1u << i < part; i++)
    value = (value >> (1u << i) & masks[i]) | (value & masks[i]) << (1u << i);
  return value;
}

static guint
get_width (guint32 mask)
{
  return mask == 0xff ? 8 : mask == 0xffff ? 16 : 32;
}

static guint32
reverse_input (FkSimChip *self, guint32 value, guint width)
{
  static const guint parts[] = { 1, 8, 16, 32 };

  return reverse (value, MIN (parts[self->crc_cr >> 5 & 3], width));
}

/* A unit that lies takes in a word with a wrong bit. */
static guint32
spoil (FkSimChip *self, guint32 value)
{
  if (self->crc_slips)
    self->crc_slips = FALSE;
  else if (self->config.crc != FK_SIM_CRC_LIES && !self->crc_lies)
    return value;
  return value ^ 1u << 17;
}

static void
take_in (FkSimChip *self, guint32 value, guint width)
{
  guint size = get_size (self);

  for (guint i = 0; i < width; i++)
    {
      guint32 bit = (self->crc_data >> (size - 1) ^ value >> (width - 1 - i)) & 1;

      self->crc_data = (self->crc_data << 1 ^ (bit != 0 ? self->crc_pol : 0)) & MASK (size);
    }
}

static guint64
get_cycles_ns (FkSimChip *self, guint cycles)
{
  return cycles * G_GUINT64_CONSTANT (1000000000) / fk_sim_system_get_clock (self);
}

/* The core waits for the unit.  The old one holds the bus until the word is done (RM0008 4.3), and
 * with it the code that comes over the same bus; the new one has room for one word more (RM0360
 * 5.3.3).  The time of the block that the store is in has already been counted. */
static void
spend_time (FkSimChip *self, guint width)
{
  guint64 word_ns = get_cycles_ns (self, FK_SIM_CRC_WORD_CYCLES * width / 32);

  if (!is_new (self))
    {
      self->now += word_ns;
      return;
    }
  self->crc_busy_until = MAX (self->crc_busy_until, self->core.block_start) + word_ns;
  self->now = MAX (self->now, self->crc_busy_until - word_ns);
}

static void
write_data (FkSimChip *self, guint32 value, guint32 mask, FkSimMaster master)
{
  guint width = get_width (mask);

  if (width != 32 && !is_new (self))
    return; /* "have to be accessed by words" (RM0008 4.4) */
  if (master == FK_SIM_BY_CORE)
    {
      if (fk_sim_core_is_too_early (self, self->crc_woken_in))
        return;
      spend_time (self, width);
    }
  value = spoil (self, value & mask);
  take_in (self, reverse_input (self, value, width), width);
}

static void
write_control (FkSimChip *self, guint32 value, FkSimMaster master)
{
  if (is_new (self))
    self->crc_cr = value & (CR_REV_IN | CR_REV_OUT | (has_polynomial (self) ? CR_SIZE : 0));
  if ((value & CR_RESET) == 0)
    return;
  self->crc_data = is_new (self) ? self->crc_init : BLANK;
  if (master == FK_SIM_BY_CORE)
    fk_sim_crc_wake (self);
}

/* On an F407 what is written right after the unit got its clock, or right after RESET, is lost, and
 * reading in between does not help; two NOPs or a DSB do (measured: efton.sk/STM32/gotcha, 50 and
 * 183).  Called for either; only the core is so fast. */
void
fk_sim_crc_wake (FkSimChip *self)
{
  if (self->model->family == FK_SIM_FAMILY_F4)
    self->crc_woken_in = self->core.block_number;
}

static guint32
crc_read (FkSimChip *self, guint32 offset, FkSimMaster master)
{
  if (!is_there (self))
    return 0;

  switch (offset)
    {
    case CRC_DR:
      if (master == FK_SIM_BY_CORE && is_new (self))
        self->now = MAX (self->now, self->crc_busy_until);
      return self->crc_cr & CR_REV_OUT ? reverse (self->crc_data, 32) >> (32 - get_size (self))
                                       : self->crc_data;
    case CRC_IDR:
      return self->crc_idr;
    case CRC_CR:
      return self->crc_cr;
    case CRC_INIT:
      return is_new (self) ? self->crc_init : 0;
    case CRC_POL:
      return has_polynomial (self) ? self->crc_pol : 0;
    default:
      return 0;
    }
}

static gboolean
crc_write (FkSimChip *self, guint32 offset, guint32 value, guint32 mask, FkSimMaster master)
{
  if (!is_there (self))
    return TRUE;

  switch (offset)
    {
    case CRC_DR:
      write_data (self, value, mask, master);
      break;
    case CRC_IDR:
      self->crc_idr = has_polynomial (self) ? value : value & 0xff;
      break;
    case CRC_CR:
      write_control (self, value, master);
      break;
    case CRC_INIT: /* "CRC_DR is automatically initialized" (RM0360 5.3.3) */
      if (is_new (self))
        self->crc_init = self->crc_data = value;
      break;
    case CRC_POL:
      if (has_polynomial (self))
        self->crc_pol = value;
      break;
    default:
      break;
    }

  return TRUE;
}

/* RM0433, RM0468, RM0455, Memory and bus architecture: on H7 it is in domain D3, except on H7A3. */
guint32
fk_sim_crc_get_base (FkSimChip *self)
{
  return self->model->family == FK_SIM_FAMILY_H7 ? fk_sim_h7_get_kind (self)->crc : 0x40023000;
}

/* Whether a word that is stored there keeps the bus for FK_SIM_CRC_WORD_CYCLES: the old unit does
 * (RM0008 4.3).  The new one takes the word and goes on by itself, faster than DMA brings them. */
gboolean
fk_sim_crc_holds_bus (FkSimChip *self, guint32 address)
{
  return address == fk_sim_crc_get_base (self) + CRC_DR && is_there (self) && !is_new (self);
}

const FkSimPeripheral fk_sim_crc_registers = { 0x40023000, 0x400, FALSE, crc_read, crc_write };

void
fk_sim_crc_reset (FkSimChip *self)
{
  self->crc_data = BLANK;
  self->crc_init = BLANK;
  self->crc_pol = POLYNOMIAL;
  self->crc_cr = 0;
  self->crc_idr = 0;
  self->crc_busy_until = 0;
  self->crc_woken_in = 0;
}
