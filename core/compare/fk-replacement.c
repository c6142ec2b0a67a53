/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What is lost when an image is written over what a chip holds.  The dearest is the bootloader: it
 * is what starts the application, and the makers of boards do not give it away.  Whoever writes an
 * application to the start of the flash, instead of behind the bootloader, loses it. */

#include "config.h"

#include "compare/fk-replacement.h"

#include "compare/fk-diff.h"
#include "compare/fk-program.h"

#define GAP 256u /* so much blank, and a bootloader has ended */

/* Whether the reset handler is no part of the image as it lies. */
static gboolean
starts_outside (const FkProgram *program)
{
  guint32 reset = program->reset & ~1u;

  return reset < program->start || reset - program->start >= g_bytes_get_size (program->data);
}

/* Whether the chip could not start from @program as it lies in the flash. */
static gboolean
is_out_of_place (const FkProgram *program, FkRange flash)
{
  if (program->used == 0 || !fk_range_has (flash, program->start))
    return FALSE;
  if (!program->has_vectors)
    return program->start == flash.address;
  return fk_program_lies_elsewhere (program) || starts_outside (program);
}

/**
 * fk_replacement_is_suspect:
 * @context: with the flash of the chip
 *
 * Returns: whether @image, written as it lies, may take the place of a bootloader without being
 *   one: then all that the flash holds has to be looked at
 */
gboolean
fk_replacement_is_suspect (FkImage *image, const FkCompareContext *context)
{
  g_autoptr (FkProgram) program = NULL;

  g_return_val_if_fail (FK_IS_IMAGE (image), FALSE);
  g_return_val_if_fail (context != NULL, FALSE);

  program = fk_program_new (image, context->blank);
  return program != NULL && is_out_of_place (program, context->flash);
}

static gsize
skip_blank_back (const FkProgram *program, gsize end, guint8 blank)
{
  const guint8 *data = g_bytes_get_data (program->data, NULL);

  while (end > 0 && data[end - 1] == blank)
    end--;
  return end;
}

/* How long the bootloader at the start of the flash is; 0 when there is none.  It is one if an
 * application is behind it, or if it leaves room for the one that @image was made to be. */
static gsize
find_bootloader (const FkProgram *present, const FkProgram *image, guint8 blank)
{
  gsize room = fk_program_find_next (present, 0);
  gsize end;

  if (room > 0)
    return skip_blank_back (present, room, blank);
  if (!image->is_linked || image->link.address <= present->start)
    return 0;
  room = image->link.address - present->start;
  if (room >= g_bytes_get_size (present->data))
    return 0;
  end = skip_blank_back (present, room, blank);
  return present->used <= room || room - end >= GAP ? end : 0;
}

static gboolean
would_change (FkImage *image, FkImage *present, FkRange range)
{
  g_autoptr (FkImage) after = fk_image_slice (image, range);
  g_autoptr (FkImage) before = fk_image_slice (present, range);
  g_autoptr (FkDiff) diff = fk_diff_new (after, before);

  return diff->changed > 0;
}

/**
 * fk_replacement_note:
 * @image: what is to be written
 * @present: what the flash holds, all of it
 * @context: with the flash of the chip
 *
 * Adds "over-bootloader" if @image is suspect, and would be written over a bootloader.
 */
void
fk_replacement_note (GPtrArray *findings,
                     FkImage *image,
                     FkImage *present,
                     const FkCompareContext *context)
{
  g_autoptr (FkProgram) now = NULL;
  g_autoptr (FkProgram) then = NULL;
  g_autofree char *belongs = NULL;
  FkRange boot;

  g_return_if_fail (findings != NULL && context != NULL);
  g_return_if_fail (FK_IS_IMAGE (image) && FK_IS_IMAGE (present));

  now = fk_program_new (present, context->blank);
  then = fk_program_new (image, context->blank);
  if (now == NULL || then == NULL || now->start != context->flash.address || !now->has_vectors ||
      fk_program_lies_elsewhere (now) || !is_out_of_place (then, context->flash))
    return;
  boot = (FkRange){ now->start, (guint32)find_bootloader (now, then, context->blank) };
  if (boot.size == 0 || !would_change (image, present, boot))
    return;
  if (then->has_vectors && then->is_linked)
    belongs = g_strdup_printf (", which was made to run at 0x%08x,", then->link.address);
  fk_findings_add (findings, "over-bootloader", boot,
                   "The chip has a bootloader at " FK_RANGE_FORMAT ", and this image%s would be "
                   "written over it: without its bootloader the board does not start any more.",
                   FK_RANGE_ARGS (boot), belongs != NULL ? belongs : "");
}
