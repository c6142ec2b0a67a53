/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "sim/fk-sim-chip.h"

#include <string.h>

#include "base/fk-error.h"
#include "sim/fk-sim-chip-private.h"

/*
 * A simulated STM32 as its debug port and its pins see it: power, reset, time, and the back door
 * for tests.  The parts are in files of their own: memory map and facts (-models), buses (-bus),
 * clocks and watchdog (-system), flash controllers (fk-sim-flash*), core (fk-sim-core*).
 */

/* Firmware that gives the SWD pins another job does so a few ms after start. */
#define SWD_OFF_NS (3 * G_GUINT64_CONSTANT (1000000))

/* Below this no STM32 runs (RM0090 5.1: 1.8 V; F0 and F1 data sheets: 2.0 V and more). */
#define LEAST_MILLIVOLTS 1700

static gboolean
check_config (const FkSimChipConfig *config, const FkSimModel *model, GError **error)
{
  if (model == NULL)
    {
      g_autofree char *list = fk_sim_model_list ();

      g_set_error (error, FK_ERROR, FK_ERROR_USAGE,
                   "No chip named “%s” can be simulated; there are %s",
                   config->model != NULL ? config->model : "", list);
      return FALSE;
    }
  if (config->flash_size % 4096 != 0 || config->flash_size > 2 * 1024 * 1024)
    {
      g_set_error (error, FK_ERROR, FK_ERROR_USAGE,
                   "A simulated flash has a multiple of 4 KiB and at most 2 MiB, not %u bytes",
                   config->flash_size);
      return FALSE;
    }

  if (model->eeprom_size != 0 && config->flash_size > 512 * 1024)
    {
      g_set_error (error, FK_ERROR, FK_ERROR_USAGE,
                   "A simulated %s has at most 512 KiB of flash, not %u bytes", model->name,
                   config->flash_size);
      return FALSE;
    }

  if (model->family == FK_SIM_FAMILY_H7 && config->flash_size != 0 &&
      config->flash_size != model->flash_size && config->flash_size != model->flash_size / 2)
    {
      g_set_error (error, FK_ERROR, FK_ERROR_USAGE,
                   "A simulated %s has %u or %u KiB of flash, not %u bytes", model->name,
                   model->flash_size / 1024, model->flash_size / 2048, config->flash_size);
      return FALSE;
    }

  return TRUE;
}

FkSimChip *
fk_sim_chip_new (const FkSimChipConfig *config, GError **error)
{
  const FkSimModel *model;
  FkSimChip *self;

  g_return_val_if_fail (config != NULL, NULL);

  model = fk_sim_model_find (config->model);
  if (!check_config (config, model, error))
    return NULL;

  self = g_new0 (FkSimChip, 1);
  self->model = model;
  self->config = *config;
  self->config.model = model->name;
  self->weak = g_hash_table_new (NULL, NULL);
  self->ones = g_hash_table_new (NULL, NULL);
  self->torn = g_hash_table_new (NULL, NULL);
  fk_sim_model_build (self);
  fk_sim_system_build (self);
  if (!fk_sim_core_init (self, error))
    {
      fk_sim_chip_free (self);
      return NULL;
    }
  fk_sim_chip_reset (self, FK_SIM_RESET_POWER);

  return self;
}

void
fk_sim_chip_free (FkSimChip *self)
{
  if (self == NULL)
    return;

  fk_sim_core_clear (self);
  for (guint i = 0; i < self->n_memories; i++)
    {
      if (!self->memories[i].alias)
        g_aligned_free (self->memories[i].bytes);
    }
  g_clear_pointer (&self->weak, g_hash_table_unref);
  g_clear_pointer (&self->ones, g_hash_table_unref);
  g_clear_pointer (&self->torn, g_hash_table_unref);
  g_free (self);
}

gboolean
fk_sim_chip_swd_answers (FkSimChip *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  if (self->config.millivolts < LEAST_MILLIVOLTS || self->rdp == 2)
    return FALSE;
  return self->nrst_low || !self->config.swd_off || self->core.run_time < SWD_OFF_NS;
}

/* Read protection and who is kept out: F1 keeps the debugger out, with it DMA, which it could
 * steer, and lets the program run (PM0075 2.4.1); F0 and F4 close the flash for everybody once a
 * debugger was there (RM0091 3.3.1, RM0090 3.7.3), until power goes.  L0 and L1 are taken to be
 * like those, its data EEPROM included (RM0367 3.4, table of memory access). */
gboolean
fk_sim_chip_is_flash_blocked (FkSimChip *self, FkSimMaster master)
{
  if (self->rdp == 0)
    return FALSE;
  if (master == FK_SIM_BY_DEBUG)
    return TRUE;
  if (master == FK_SIM_BY_DMA)
    return self->debug_seen;
  return self->debug_seen && self->model->family != FK_SIM_FAMILY_F1;
}

/* An access of the debug port beyond the core's own registers is what counts as "debug connected".
 */
void
fk_sim_chip_note_debugger (FkSimChip *self, guint32 address)
{
  if (self->debug_seen || (address >= 0xe0000000 && address < 0xe0100000))
    return;

  self->debug_seen = TRUE;
  fk_sim_core_protect_flash (self);
}

gboolean
fk_sim_chip_read (FkSimChip *self, guint32 address, guint width, guint32 *value)
{
  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (width == 1 || width == 2 || width == 4, FALSE);
  g_return_val_if_fail (address % width == 0, FALSE);
  g_return_val_if_fail (value != NULL, FALSE);

  if (!fk_sim_chip_swd_answers (self))
    return FALSE;
  fk_sim_chip_note_debugger (self, address);
  return fk_sim_bus_read (self, address, width, value, FK_SIM_BY_DEBUG);
}

gboolean
fk_sim_chip_write (FkSimChip *self, guint32 address, guint width, guint32 value)
{
  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (width == 1 || width == 2 || width == 4, FALSE);
  g_return_val_if_fail (address % width == 0, FALSE);

  if (!fk_sim_chip_swd_answers (self))
    return FALSE;
  fk_sim_chip_note_debugger (self, address);
  return fk_sim_bus_write (self, address, width, value, FK_SIM_BY_DEBUG);
}

/* Whether all of it can be read without waiting and without being refused. */
static gboolean
is_plain (FkSimChip *self, const FkSimMemory *memory, guint32 address, gsize length)
{
  return memory->kind != FK_SIM_MEMORY_FLASH ||
         (!fk_sim_flash_is_busy (self) && !fk_sim_flash_hides (self, address, length));
}

gsize
fk_sim_chip_read_block (FkSimChip *self, guint32 address, guint width, guint8 *out, gsize length)
{
  gsize done = 0;

  g_return_val_if_fail (self != NULL, 0);
  g_return_val_if_fail (width == 1 || width == 2 || width == 4, 0);
  g_return_val_if_fail (address % width == 0 && length % width == 0, 0);
  g_return_val_if_fail (out != NULL || length == 0, 0);

  while (done < length)
    {
      guint32 at = address + (guint32)done;
      FkSimMemory *memory;
      guint32 value;

      /* The slow way decides whether the memory may be read; what remains of it is a copy. */
      if (!fk_sim_chip_read (self, at, width, &value))
        break;
      memory = fk_sim_bus_find_memory (self, at, width);
      if (memory != NULL)
        {
          gsize here = MIN (length - done, fk_sim_memory_get_room (memory, at));

          if (!is_plain (self, memory, at, here))
            here = width;
          here -= here % width;
          memcpy (out + done, memory->bytes + (at - memory->base), here);
          done += here;
          continue;
        }
      for (guint i = 0; i < width; i++)
        out[done++] = value >> (8 * i) & 0xff;
    }

  return done;
}

gsize
fk_sim_chip_write_block (
    FkSimChip *self, guint32 address, guint width, const guint8 *data, gsize length)
{
  gsize done = 0;

  g_return_val_if_fail (self != NULL, 0);
  g_return_val_if_fail (width == 1 || width == 2 || width == 4, 0);
  g_return_val_if_fail (address % width == 0 && length % width == 0, 0);
  g_return_val_if_fail (data != NULL || length == 0, 0);

  while (done < length)
    {
      guint32 at = address + (guint32)done;
      FkSimMemory *memory = fk_sim_bus_find_memory (self, at, width);
      guint32 value = 0;

      for (guint i = 0; i < width; i++)
        value |= (guint32)data[done + i] << (8 * i);
      if (!fk_sim_chip_write (self, at, width, value))
        break;
      done += width;
      if (memory != NULL && memory->kind == FK_SIM_MEMORY_RAM)
        {
          gsize here = MIN (length - done, memory->size - (at + width - memory->base));

          here -= here % width;
          memcpy (memory->bytes + (at + width - memory->base), data + done, here);
          fk_sim_core_memory_changed (self, at + width, here);
          done += here;
        }
    }

  return done;
}

void
fk_sim_chip_advance (FkSimChip *self, guint64 nanoseconds)
{
  guint64 until;

  g_return_if_fail (self != NULL);

  until = self->now + nanoseconds;
  fk_sim_core_run (self, until);
  self->now = until;
  fk_sim_dma_settle (self);
  fk_sim_flash_settle (self);
  fk_sim_system_tick (self);
}

guint64
fk_sim_chip_get_time (FkSimChip *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->now;
}

void
fk_sim_chip_reset (FkSimChip *self, FkSimReset kind)
{
  if (kind != FK_SIM_RESET_CORE)
    {
      fk_sim_flash_abort (self);
      if (kind == FK_SIM_RESET_POWER)
        {
          fk_sim_flash_lose_weak_cells (self);
          self->debug_seen = FALSE;
        }
      fk_sim_system_reset (self, kind);
      self->flash_ops->reset (self);
      self->flash_ops->load_options (self, kind);
    }
  fk_sim_ppb_reset (self, kind == FK_SIM_RESET_POWER);
  fk_sim_core_reset (self);
  fk_sim_core_protect_flash (self);
  if (!self->nrst_low)
    fk_sim_core_release (self);
}

void
fk_sim_chip_set_nrst (FkSimChip *self, gboolean low)
{
  g_return_if_fail (self != NULL);

  if (low == self->nrst_low)
    return;
  self->nrst_low = low;
  if (low)
    fk_sim_chip_reset (self, FK_SIM_RESET_PIN);
  else
    fk_sim_core_release (self);
}

void
fk_sim_chip_power_cycle (FkSimChip *self)
{
  g_return_if_fail (self != NULL);

  /* RAM forgets: noise, so that nobody comes to rely on zeros. */
  for (guint i = 0; i < self->n_memories; i++)
    {
      FkSimMemory *memory = &self->memories[i];
      guint32 noise = memory->base ^ (guint32)self->now;

      if (memory->kind != FK_SIM_MEMORY_RAM)
        continue;
      for (guint32 at = 0; at < memory->size; at++)
        {
          noise = noise * 1664525u + 1013904223u;
          memory->bytes[at] = noise >> 24;
        }
      fk_sim_core_memory_changed (self, memory->base, memory->size);
    }
  fk_sim_chip_reset (self, FK_SIM_RESET_POWER);
}

void
fk_sim_chip_kill_cell (FkSimChip *self)
{
  g_return_if_fail (self != NULL);

  self->kill_next_cell = TRUE;
}

void
fk_sim_chip_set_crc_lies (FkSimChip *self, gboolean lies)
{
  g_return_if_fail (self != NULL);

  self->crc_lies = lies;
}

void
fk_sim_chip_slip_crc (FkSimChip *self)
{
  g_return_if_fail (self != NULL);

  self->crc_slips = TRUE;
}

void
fk_sim_chip_stall_core (FkSimChip *self)
{
  g_return_if_fail (self != NULL);

  self->core.stall_wanted = TRUE;
}

gboolean
fk_sim_chip_peek (FkSimChip *self, guint32 address, guint8 *out, gsize length)
{
  FkSimMemory *memory;

  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (out != NULL || length == 0, FALSE);

  memory = fk_sim_bus_find_cells (self, address, length);
  if (memory == NULL)
    return FALSE;
  memcpy (out, memory->bytes + (address - memory->base), length);

  return TRUE;
}

gboolean
fk_sim_chip_poke (FkSimChip *self, guint32 address, const guint8 *data, gsize length)
{
  FkSimMemory *memory;

  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (data != NULL || length == 0, FALSE);

  memory = fk_sim_bus_find_cells (self, address, length);
  if (memory == NULL)
    return FALSE;
  memcpy (memory->bytes + (address - memory->base), data, length);
  if (memory->kind == FK_SIM_MEMORY_FLASH)
    fk_sim_flash_forget_cells (self, address - memory->base, (guint32)length);
  fk_sim_core_memory_changed (self, address, length);

  return TRUE;
}

void
fk_sim_chip_set_protection (FkSimChip *self, guint level)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (level <= 2);

  self->flash_ops->set_protection (self, level);
  fk_sim_chip_power_cycle (self);
}

gboolean
fk_sim_chip_is_running (FkSimChip *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->core.state == FK_SIM_CORE_RUNNING || self->core.state == FK_SIM_CORE_SLEEPING;
}

gboolean
fk_sim_chip_is_debug_enabled (FkSimChip *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->core.debug_enabled;
}

gboolean
fk_sim_chip_is_flash_locked (FkSimChip *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->flash_ops->is_locked (self);
}

guint64
fk_sim_chip_get_n_erases (FkSimChip *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->counters.n_sector_erases + self->counters.n_mass_erases +
         self->counters.n_option_erases;
}

guint64
fk_sim_chip_get_n_programmed (FkSimChip *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->counters.n_programmed;
}

void
fk_sim_chip_get_counters (FkSimChip *self, FkSimChipCounters *counters)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (counters != NULL);

  *counters = self->counters;
}
