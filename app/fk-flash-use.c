/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "fk-flash-use.h"

/* What a map can show: it is never wider than this. */
#define STEPS 1024

/* Bytes of @data that are not @blank. */
static guint32
count_used (const guint8 *data, guint32 size, guint8 blank)
{
  guint32 n_used = 0;

  for (guint32 i = 0; i < size; i++)
    n_used += data[i] != blank;
  return n_used;
}

static void
add_run (FkFlashUse *self, FkRange range)
{
  FkRange *last =
      self->runs->len > 0 ? &g_array_index (self->runs, FkRange, self->runs->len - 1) : NULL;

  if (last != NULL && fk_range_end (*last) == range.address)
    last->size += range.size;
  else
    g_array_append_val (self->runs, range);
}

/* Sector by sector, so that no run hides a border behind which all is blank. */
static void
look_at_sector (FkFlashUse *self, guint sector, FkSegment part, guint32 step, guint8 blank)
{
  for (guint32 offset = 0; offset < part.range.size; offset += step)
    {
      FkRange piece = { part.range.address + offset, MIN (step, part.range.size - offset) };
      guint32 n_used = count_used (part.data + offset, piece.size, blank);

      if (n_used == 0)
        continue;
      self->used[sector] += n_used;
      self->total += n_used;
      add_run (self, piece);
    }
}

/**
 * fk_flash_use_new:
 * @image: what the flash holds; what it does not cover counts as blank
 *
 * Looks at every byte: for a thread of its own.
 *
 * Returns: (transfer full)
 */
FkFlashUse *
fk_flash_use_new (FkChip *chip, FkImage *image)
{
  FkFlashUse *self;
  const FkSector *sectors;
  guint32 step;

  g_return_val_if_fail (FK_IS_CHIP (chip), NULL);
  g_return_val_if_fail (FK_IS_IMAGE (image), NULL);

  self = g_atomic_rc_box_new0 (FkFlashUse);
  self->runs = g_array_new (FALSE, FALSE, sizeof (FkRange));
  sectors = fk_chip_get_sectors (chip, &self->n_sectors);
  self->used = g_new0 (guint32, self->n_sectors);
  step = MAX (fk_chip_get_flash_size (chip) / STEPS, 16);
  for (guint i = 0; i < self->n_sectors; i++)
    {
      g_autoptr (FkImage) held = fk_image_slice (image, sectors[i].range);

      for (guint j = 0; j < fk_image_get_n_segments (held); j++)
        look_at_sector (self, i, fk_image_get_segment (held, j), step,
                        fk_chip_get_erased_value (chip));
    }
  return self;
}

FkFlashUse *
fk_flash_use_ref (FkFlashUse *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return g_atomic_rc_box_acquire (self);
}

static void
clear (gpointer data)
{
  FkFlashUse *self = data;

  g_array_unref (self->runs);
  g_free (self->used);
}

void
fk_flash_use_unref (FkFlashUse *self)
{
  g_return_if_fail (self != NULL);

  g_atomic_rc_box_release_full (self, clear);
}
