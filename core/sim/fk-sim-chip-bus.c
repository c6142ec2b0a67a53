/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "sim/fk-sim-chip-private.h"

#include <string.h>

#include "base/fk-reader.h"

/*
 * The buses of the simulated chip: which address belongs to what, and who may go there.  After the
 * memory map chapters of RM0008 (3), RM0360 (2), RM0090 (2), RM0444 (2), RM0038 (2), RM0456 (2) and
 * the Cortex-M system address map (ARM DDI 0403E B3.1).  An address where nothing lives answers
 * with a fault.
 */

/* Returns: how many bytes from @address on answer, without a hole in between */
guint32
fk_sim_memory_get_room (const FkSimMemory *memory, guint32 address)
{
  guint32 offset = address - memory->base;

  if (memory->hole_size == 0 || offset >= memory->hole + memory->hole_size)
    return memory->size - offset;
  return offset < memory->hole ? memory->hole - offset : 0;
}

static FkSimMemory *
find (FkSimChip *self, guint32 address, gsize length, gboolean hidden)
{
  for (guint i = 0; i < self->n_memories; i++)
    {
      FkSimMemory *memory = &self->memories[i];
      guint32 offset = address - memory->base;

      if (memory->hidden == hidden && offset < memory->size)
        return length <= fk_sim_memory_get_room (memory, address) ? memory : NULL;
    }

  return NULL;
}

FkSimMemory *
fk_sim_bus_find_memory (FkSimChip *self, guint32 address, gsize length)
{
  return find (self, address, length, FALSE);
}

/* The same, and cells that the bus does not reach */
FkSimMemory *
fk_sim_bus_find_cells (FkSimChip *self, guint32 address, gsize length)
{
  FkSimMemory *memory = find (self, address, length, FALSE);

  return memory != NULL ? memory : find (self, address, length, TRUE);
}

static const FkSimPeripheral *
find_peripheral (FkSimChip *self, guint32 address)
{
  for (guint i = 0; i < self->n_peripherals; i++)
    {
      if (address - self->peripherals[i].base < self->peripherals[i].size)
        return &self->peripherals[i];
    }

  return NULL;
}

static gboolean
is_private (guint32 address)
{
  return address >= 0xe0000000 && address < 0xe0100000;
}

/* Where the core and the debug port get, but not the master port of the DMA controller, which is on
 * the other side of the bus matrix: also the bit-band aliases, at which nothing else lives. */
static gboolean
is_inside_core (guint32 address)
{
  guint32 region = address & ~0x01ffffffu;

  return is_private (address) || region == 0x22000000 || region == 0x42000000;
}

/* While NRST is low the bus matrix is in reset with everything behind it; the core's own debug
 * registers and the debug support unit are not (RM0008 31.16.3: "can be written by the debugger
 * under system reset"). */
static gboolean
is_reachable (FkSimChip *self, guint32 address, FkSimMaster master)
{
  if (master == FK_SIM_BY_DMA && is_inside_core (address))
    return FALSE;
  if (!self->nrst_low || is_private (address))
    return TRUE;
  return fk_sim_model_is_v6m (self->model) && (address & ~0x3ffu) == 0x40015800;
}

/* Cortex-M3 and M4, but not M7 and M33, show each bit of the first megabyte of RAM and peripherals
 * as a word of its own (ARM DDI 0337E 4.3).  FALSE: not such an address. */
static gboolean
find_bit (FkSimChip *self, guint32 address, guint32 *byte, guint *bit)
{
  guint32 offset = address & 0x01ffffff;
  guint32 region = address & ~0x01ffffffu;

  if (fk_sim_model_is_v6m (self->model) || fk_sim_model_has_new_breakpoints (self->model) ||
      (region != 0x22000000 && region != 0x42000000))
    return FALSE;
  *byte = region - 0x02000000 + offset / 32;
  *bit = offset / 4 % 8;

  return TRUE;
}

static gboolean
write_bit (FkSimChip *self, guint32 byte, guint bit, gboolean value, FkSimMaster master)
{
  guint32 word;
  guint32 mask = 1u << (bit + 8 * (byte & 3));

  if (!fk_sim_bus_read (self, byte & ~3u, 4, &word, master))
    return FALSE;
  return fk_sim_bus_write (self, byte & ~3u, 4, value ? word | mask : word & ~mask, master);
}

static guint32
load (const guint8 *bytes, guint width)
{
  switch (width)
    {
    case 1:
      return bytes[0];
    case 2:
      return fk_load_u16le (bytes);
    default:
      return fk_load_u32le (bytes);
    }
}

static void
store (guint8 *bytes, guint width, guint32 value)
{
  switch (width)
    {
    case 1:
      bytes[0] = value & 0xff;
      break;
    case 2:
      fk_store_u16le (bytes, value & 0xffff);
      break;
    default:
      fk_store_u32le (bytes, value);
      break;
    }
}

static guint32
get_lane_mask (guint32 address, guint width)
{
  guint32 mask = width == 4 ? 0xffffffffu : (1u << (8 * width)) - 1;

  return mask << (8 * (address & 3));
}

static guint32
pick_lane (guint32 word, guint32 address, guint width)
{
  guint32 value = word >> (8 * (address & 3));

  return width == 4 ? value : value & ((1u << (8 * width)) - 1);
}

/* Flash, OTP and option bytes all come out of the one flash interface, which answers no read while
 * it is busy (PM0075 2.3.3, RM0090 3.5), with two banks from the other one alone (RM0440 3.3.8):
 * the bus waits. */
static gboolean
may_read (
    FkSimChip *self, const FkSimMemory *memory, guint32 address, guint width, FkSimMaster master)
{
  switch (memory->kind)
    {
    case FK_SIM_MEMORY_FLASH:
      fk_sim_flash_settle (self);
      if (fk_sim_flash_is_busy_at (self, address) && !fk_sim_flash_stall (self, master))
        return FALSE;
      if (!fk_sim_flash_hides (self, address, width))
        return !fk_sim_chip_is_flash_blocked (self, master);
      self->flash_ops->refuse_read (self, address - memory->base);
      return FALSE;
    case FK_SIM_MEMORY_EEPROM:
      return fk_sim_flash_stall (self, master) && !fk_sim_chip_is_flash_blocked (self, master);
    case FK_SIM_MEMORY_OTP:
    case FK_SIM_MEMORY_OPTIONS:
    case FK_SIM_MEMORY_SYSTEM:
      return fk_sim_flash_stall (self, master);
    case FK_SIM_MEMORY_RAM:
    default:
      return TRUE;
    }
}

gboolean
fk_sim_bus_read (FkSimChip *self, guint32 address, guint width, guint32 *value, FkSimMaster master)
{
  const FkSimMemory *memory;
  const FkSimPeripheral *peripheral;
  guint32 word = 0;
  guint32 byte;
  guint bit;

  fk_sim_dma_settle (self);
  if (!is_reachable (self, address, master))
    return FALSE;
  if (find_bit (self, address, &byte, &bit))
    {
      if (!fk_sim_bus_read (self, byte & ~3u, 4, &word, master))
        return FALSE;
      *value = word >> (bit + 8 * (byte & 3)) & 1;
      return TRUE;
    }

  memory = fk_sim_bus_find_memory (self, address, width);
  if (memory != NULL)
    {
      if (!may_read (self, memory, address, width, master))
        return FALSE;
      *value = load (memory->bytes + (address - memory->base), width);
      return TRUE;
    }

  if (is_private (address))
    {
      if (!fk_sim_ppb_read (self, address & ~3u, &word, master))
        return FALSE;
      *value = pick_lane (word, address, width);
      return TRUE;
    }

  peripheral = find_peripheral (self, address);
  if (peripheral == NULL || (peripheral->word_only && width != 4))
    return FALSE;
  if (peripheral->read != NULL)
    word = peripheral->read (self, (address & ~3u) - peripheral->base, master);
  *value = pick_lane (word, address, width);
  return TRUE;
}

gboolean
fk_sim_bus_write (FkSimChip *self, guint32 address, guint width, guint32 value, FkSimMaster master)
{
  const FkSimMemory *memory;
  const FkSimPeripheral *peripheral;
  guint32 mask = get_lane_mask (address, width);
  guint32 word = value << (8 * (address & 3));
  guint32 byte;
  guint bit;

  fk_sim_dma_settle (self);
  if (!is_reachable (self, address, master))
    return FALSE;
  if (find_bit (self, address, &byte, &bit))
    return write_bit (self, byte, bit, (value & 1) != 0, master);

  memory = fk_sim_bus_find_memory (self, address, width);
  if (memory != NULL)
    {
      if (memory->kind == FK_SIM_MEMORY_SYSTEM)
        return FALSE;
      if (memory->kind != FK_SIM_MEMORY_RAM)
        {
          /* The alias at 0 is the flash at 0x08000000. */
          if (memory->alias)
            address += self->flash_memory->base - memory->base;
          return self->flash_ops->program (self, memory, address, width, value, master);
        }
      store (memory->bytes + (address - memory->base), width, value);
      fk_sim_core_memory_changed (self, address, width);
      return TRUE;
    }

  if (is_private (address))
    return fk_sim_ppb_write (self, address & ~3u, word, mask, master);

  peripheral = find_peripheral (self, address);
  if (peripheral == NULL || (peripheral->word_only && width != 4))
    return FALSE;
  if (peripheral->write == NULL)
    return TRUE;
  return peripheral->write (self, (address & ~3u) - peripheral->base, word, mask, master);
}
