/* SPDX-License-Identifier: GPL-3.0-or-later */

/* An image, seen as a program: its vectors, and where it was linked to run. */

#include "config.h"

#include "compare/fk-program.h"

#include "compare/fk-vectors.h"

#define NEXT_STEP     0x100u
#define NEXT_HANDLERS 5u

static GBytes *
take_bytes (FkImage *image, FkRange range, guint8 blank)
{
  g_autofree guint8 *data = g_malloc (range.size);

  fk_image_read_filled (image, range, blank, data);
  return g_bytes_new_take (g_steal_pointer (&data), range.size);
}

/**
 * fk_program_new:
 * @blank: what an erased byte reads as
 *
 * Returns: (transfer full) (nullable): what the image holds; %NULL for one without a byte
 */
FkProgram *
fk_program_new (FkImage *image, guint8 blank)
{
  FkProgram *program;
  FkRange range;
  const guint8 *data;

  g_return_val_if_fail (FK_IS_IMAGE (image), NULL);

  if (!fk_image_get_extent (image, &range))
    return NULL;
  range.size = MIN (range.size, FK_FLASH_MAX);

  program = g_new0 (FkProgram, 1);
  program->start = range.address;
  program->data = take_bytes (image, range, blank);
  data = g_bytes_get_data (program->data, &program->used);
  while (program->used > 0 && data[program->used - 1] == blank)
    program->used--;
  program->has_vectors = fk_vectors_read (data, program->used, &program->stack, &program->reset);
  program->is_linked = fk_link_address_find (data, program->used, &program->link);
  return program;
}

void
fk_program_free (FkProgram *program)
{
  if (program == NULL)
    return;
  g_bytes_unref (program->data);
  g_free (program);
}

/**
 * fk_program_lies_elsewhere:
 *
 * Returns: whether it begins with a vector table, and it is certain that it was linked to run at
 *   another address than where it lies
 */
gboolean
fk_program_lies_elsewhere (const FkProgram *program)
{
  g_return_val_if_fail (program != NULL, FALSE);

  return program->has_vectors && program->is_linked && program->link.address != program->start;
}

static gboolean
begins_at (const FkProgram *program, gsize offset)
{
  const guint8 *data = g_bytes_get_data (program->data, NULL);
  guint64 start = (guint64)program->start + offset;

  if (program->is_linked && program->has_vectors)
    start = (guint64)program->link.address + offset;
  return start <= G_MAXUINT32 &&
         fk_vectors_read (data + offset, program->used - offset, NULL, NULL) &&
         fk_vectors_count_handlers (data + offset, program->used - offset, (guint32)start,
                                    FK_FLASH_START + FK_FLASH_MAX) >= NEXT_HANDLERS;
}

/**
 * fk_program_find_next:
 * @offset: into the bytes
 *
 * Returns: where in the bytes, behind @offset, another program begins, which makes a bootloader of
 *   the one before; 0 when there is none
 */
gsize
fk_program_find_next (const FkProgram *program, gsize offset)
{
  g_return_val_if_fail (program != NULL, 0);

  for (offset = (offset / NEXT_STEP + 1) * NEXT_STEP; offset + 64 <= program->used;
       offset += NEXT_STEP)
    if (begins_at (program, offset))
      return offset;
  return 0;
}
