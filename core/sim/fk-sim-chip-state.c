/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "sim/fk-sim-chip.h"

#include <string.h>

#include "base/fk-crc32.h"
#include "base/fk-error.h"
#include "base/fk-reader.h"
#include "sim/fk-sim-chip-private.h"

/*
 * What of a simulated chip outlives the program: flash, option bytes, OTP, as they would be after
 * power was lost.  Format of our own: the magic; the model's name; for each memory its kind, base
 * and size, and its bytes; the CRC-32 of all that came before.  Integers are little-endian.
 */

#define MAGIC "FKSIMCHIP1\n"

static gboolean
is_kept (const FkSimMemory *memory)
{
  return !memory->alias && memory->kind != FK_SIM_MEMORY_RAM &&
         memory->kind != FK_SIM_MEMORY_SYSTEM;
}

GBytes *
fk_sim_chip_save (FkSimChip *self)
{
  GByteArray *array = g_byte_array_new ();

  g_return_val_if_fail (self != NULL, NULL);

  fk_sim_flash_lose_weak_cells (self);
  g_byte_array_append (array, (const guint8 *)MAGIC, strlen (MAGIC));
  g_byte_array_append (array, (const guint8 *)self->model->name, strlen (self->model->name) + 1);
  for (guint i = 0; i < self->n_memories; i++)
    {
      const FkSimMemory *memory = &self->memories[i];

      if (!is_kept (memory))
        continue;
      fk_writer_u32le (array, memory->kind);
      fk_writer_u32le (array, memory->base);
      fk_writer_u32le (array, memory->size);
      g_byte_array_append (array, memory->bytes, memory->size);
    }
  fk_writer_u32le (array, fk_crc32 (array->data, array->len));

  return g_byte_array_free_to_bytes (array);
}

static gboolean
refuse (GError **error, const char *why)
{
  g_set_error (error, FK_ERROR, FK_ERROR_BAD_BOARD_FILE, "Not the state of this simulated chip: %s",
               why);
  return FALSE;
}

/* Reads up to the NUL into the model's name and compares. */
static gboolean
read_model (FkSimChip *self, FkReader *reader, GError **error)
{
  gsize length = strlen (self->model->name) + 1;
  char name[32] = { 0 };

  g_assert (length <= sizeof name);
  if (!fk_reader_copy (reader, (guint8 *)name, length) ||
      memcmp (name, self->model->name, length) != 0)
    return refuse (error, "it is of another model");
  return TRUE;
}

static gboolean
read_memories (FkSimChip *self, FkReader *reader, gboolean apply, GError **error)
{
  for (guint i = 0; i < self->n_memories; i++)
    {
      FkSimMemory *memory = &self->memories[i];
      guint32 kind;
      guint32 base;
      guint32 size;

      if (!is_kept (memory))
        continue;
      if (!fk_reader_u32le (reader, &kind) || !fk_reader_u32le (reader, &base) ||
          !fk_reader_u32le (reader, &size))
        return refuse (error, "it ends too early");
      if (kind != memory->kind || base != memory->base || size != memory->size)
        return refuse (error, "its memories have other sizes");
      if (apply ? !fk_reader_copy (reader, memory->bytes, size) : !fk_reader_skip (reader, size))
        return refuse (error, "it ends too early");
      fk_sim_core_memory_changed (self, base, size);
    }

  return TRUE;
}

gboolean
fk_sim_chip_load (FkSimChip *self, GBytes *state, GError **error)
{
  const guint8 *data;
  gsize length;
  gsize magic = strlen (MAGIC);
  FkReader reader;
  FkReader again;

  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (state != NULL, FALSE);

  data = g_bytes_get_data (state, &length);
  if (length < magic + 4 || memcmp (data, MAGIC, magic) != 0)
    return refuse (error, "it does not begin as one");
  if (fk_crc32 (data, length - 4) != fk_load_u32le (data + length - 4))
    return refuse (error, "its checksum is wrong");

  reader = fk_reader_init (data, length - 4);
  if (!fk_reader_skip (&reader, magic) || !read_model (self, &reader, error))
    return FALSE;
  again = reader;
  if (!read_memories (self, &reader, FALSE, error))
    return FALSE;
  if (fk_reader_get_left (&reader) != 0)
    return refuse (error, "it goes on after its end");
  if (!read_memories (self, &again, TRUE, error))
    return FALSE;

  g_hash_table_remove_all (self->weak);
  g_hash_table_remove_all (self->ones);
  g_hash_table_remove_all (self->torn);
  fk_sim_chip_power_cycle (self);
  return TRUE;
}
