/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "fake-chip.h"

#include <string.h>

#include "base/fk-reader.h"

#define AIRCR 0xe000ed0c
#define DHCSR 0xe000edf0
#define DCRSR 0xe000edf4
#define DCRDR 0xe000edf8

struct _FkSimChip
{
  guint8 flash[FAKE_FLASH_SIZE];
  guint8 ram[FAKE_RAM_SIZE];
  guint32 registers[128];
  guint32 dhcsr;
  guint32 dcrdr;
  guint64 time;
  gboolean answers;
  gboolean cortex_m0;
  guint core_ap;
  guint32 debug_word;
  gboolean nrst_low;
  guint n_killed;
  gboolean crc_lies;
  guint n_resets;
  guint n_writes;
  guint last_width;
};

FkSimChip *
fk_sim_chip_new (const FkSimChipConfig *config, GError **error)
{
  FkSimChip *self = g_new0 (FkSimChip, 1);

  for (guint i = 0; i < FAKE_FLASH_SIZE; i++)
    self->flash[i] = i ^ i >> 8;
  self->answers = TRUE;
  return self;
}

void
fk_sim_chip_free (FkSimChip *self)
{
  g_free (self);
}

void
fake_chip_set_answers (FkSimChip *self, gboolean answers)
{
  self->answers = answers;
}

void
fake_chip_set_cortex_m0 (FkSimChip *self)
{
  self->cortex_m0 = TRUE;
}

void
fake_chip_set_core_ap (FkSimChip *self, guint ap)
{
  self->core_ap = ap;
}

guint32
fake_chip_get_register (FkSimChip *self, guint index)
{
  return self->registers[index];
}

gboolean
fake_chip_is_nrst_low (FkSimChip *self)
{
  return self->nrst_low;
}

guint
fake_chip_get_n_killed (FkSimChip *self)
{
  return self->n_killed;
}

guint
fake_chip_get_n_resets (FkSimChip *self)
{
  return self->n_resets;
}

guint
fake_chip_get_n_writes (FkSimChip *self)
{
  return self->n_writes;
}

guint
fake_chip_get_last_width (FkSimChip *self)
{
  return self->last_width;
}

guint32
fk_sim_chip_get_dpidr (FkSimChip *self)
{
  return self->cortex_m0 ? 0x0bb11477 : 0x1ba01477;
}

guint32
fk_sim_chip_get_ap_idr (FkSimChip *self, guint ap)
{
  if (ap != self->core_ap)
    return ap == 0 ? 0x54770002 : 0;
  return self->cortex_m0 ? 0x04770021 : 0x14770011;
}

guint32
fk_sim_chip_get_ap_base (FkSimChip *self, guint ap)
{
  return ap == self->core_ap ? 0xe00ff003 : 0xe00e0003;
}

guint
fk_sim_chip_get_core_ap (FkSimChip *self)
{
  return self->core_ap;
}

gboolean
fk_sim_chip_read_debug_bus (FkSimChip *self, guint32 address, guint32 *value)
{
  *value = self->debug_word;
  return address == FAKE_DEBUG_WORD;
}

gboolean
fk_sim_chip_write_debug_bus (FkSimChip *self, guint32 address, guint32 value)
{
  if (address != FAKE_DEBUG_WORD)
    return FALSE;
  self->debug_word = value;
  return TRUE;
}

gboolean
fk_sim_chip_swd_answers (FkSimChip *self)
{
  return self->answers;
}

static guint8 *
find_memory (FkSimChip *self, guint32 address, gsize length)
{
  if (address >= FAKE_FLASH && address + length <= FAKE_FLASH + FAKE_FLASH_SIZE)
    return self->flash + (address - FAKE_FLASH);
  if (address >= FAKE_RAM && address + length <= FAKE_RAM + FAKE_RAM_SIZE)
    return self->ram + (address - FAKE_RAM);
  return NULL;
}

gboolean
fk_sim_chip_read (FkSimChip *self, guint32 address, guint width, guint32 *value)
{
  const guint8 *memory = find_memory (self, address, width);

  self->last_width = width;
  if (memory != NULL)
    *value = width == 4 ? fk_load_u32le (memory) : width == 2 ? fk_load_u16le (memory) : *memory;
  else if (address == DHCSR)
    *value = (self->dhcsr & 0xffff) | 1u << 16 | (self->dhcsr & 2) << 16;
  else if (address == DCRDR)
    *value = self->dcrdr;
  else
    return FALSE;
  return TRUE;
}

gsize
fk_sim_chip_read_block (FkSimChip *self, guint32 address, guint width, guint8 *out, gsize length)
{
  gsize done;

  for (done = 0; done < length; done += width)
    {
      guint32 value = 0;

      if (!fk_sim_chip_read (self, address + done, width, &value))
        break;
      for (guint i = 0; i < width; i++)
        out[done + i] = value >> 8 * i;
    }
  return done;
}

gboolean
fk_sim_chip_write (FkSimChip *self, guint32 address, guint width, guint32 value)
{
  guint8 *memory = find_memory (self, address, width);

  self->last_width = width;
  self->n_writes++;
  if (memory != NULL)
    {
      for (guint i = 0; i < width; i++)
        memory[i] = value >> 8 * i;
      return TRUE;
    }
  switch (address)
    {
    case AIRCR:
      if (value == 0x05fa0004)
        self->n_resets++;
      return TRUE;
    case DHCSR:
      if (value >> 16 == 0xa05f)
        self->dhcsr = value & 0xffff;
      return TRUE;
    case DCRSR:
      if (value & 1u << 16)
        self->registers[value & 0x7f] = self->dcrdr;
      else
        self->dcrdr = self->registers[value & 0x7f];
      return TRUE;
    case DCRDR:
      self->dcrdr = value;
      return TRUE;
    default:
      return FALSE;
    }
}

void
fk_sim_chip_advance (FkSimChip *self, guint64 nanoseconds)
{
  self->time += nanoseconds;
}

guint64
fk_sim_chip_get_time (FkSimChip *self)
{
  return self->time;
}

void
fk_sim_chip_set_nrst (FkSimChip *self, gboolean low)
{
  self->nrst_low = low;
}

void
fk_sim_chip_power_cycle (FkSimChip *self)
{
  self->n_resets++;
}

void
fk_sim_chip_set_protection (FkSimChip *self, guint level)
{
  g_assert_cmpuint (level, <=, 2);
}

void
fk_sim_chip_kill_cell (FkSimChip *self)
{
  self->n_killed++;
}

void
fk_sim_chip_set_crc_lies (FkSimChip *self, gboolean lies)
{
  self->crc_lies = lies;
}

void
fk_sim_chip_slip_crc (FkSimChip *self)
{
}

void
fk_sim_chip_stall_core (FkSimChip *self)
{
}

gboolean
fk_sim_chip_peek (FkSimChip *self, guint32 address, guint8 *out, gsize length)
{
  const guint8 *memory = find_memory (self, address, length);

  if (memory != NULL)
    memcpy (out, memory, length);
  return memory != NULL;
}

gboolean
fk_sim_chip_poke (FkSimChip *self, guint32 address, const guint8 *data, gsize length)
{
  guint8 *memory = find_memory (self, address, length);

  if (memory != NULL)
    memcpy (memory, data, length);
  return memory != NULL;
}

gboolean
fk_sim_chip_is_running (FkSimChip *self)
{
  return (self->dhcsr & 2) == 0;
}

gboolean
fk_sim_chip_is_debug_enabled (FkSimChip *self)
{
  return (self->dhcsr & 1) != 0;
}

gboolean
fk_sim_chip_is_flash_locked (FkSimChip *self)
{
  return TRUE;
}

guint64
fk_sim_chip_get_n_erases (FkSimChip *self)
{
  return 0;
}

guint64
fk_sim_chip_get_n_programmed (FkSimChip *self)
{
  return 0;
}

void
fk_sim_chip_get_counters (FkSimChip *self, FkSimChipCounters *counters)
{
  *counters = (FkSimChipCounters){ 0 };
}

GBytes *
fk_sim_chip_save (FkSimChip *self)
{
  return g_bytes_new (self->flash, sizeof self->flash);
}

gboolean
fk_sim_chip_load (FkSimChip *self, GBytes *state, GError **error)
{
  g_assert_cmpuint (g_bytes_get_size (state), ==, sizeof self->flash);
  memcpy (self->flash, g_bytes_get_data (state, NULL), sizeof self->flash);
  return TRUE;
}

void
fk_sim_chip_load_demo_firmware (FkSimChip *self, const char *board)
{
}
