/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Why a core has locked up, from what its flash holds.  The vector table of an application that was
 * written to another address than it was made for looks right, and the fault registers say where it
 * stumbled, not why; its own pointers tell. */

#include "config.h"

#include "job/fk-job-private.h"

#include <glib/gi18n.h>

#include "compare/fk-program.h"
#include "compare/fk-vectors.h"
#include "job/fk-chip-facts.h"

/* How much of the program is read: twice as much each time, until its pointers agree; what has no
 * vectors has locked up for want of them, and is not read. */
#define VECTORS    64u
#define FIRST_SIZE 0x10000u
#define LAST_SIZE  0x40000u

/* Returns: (transfer full) (nullable): a sentence, where it is certain that the program lies at
 *   the wrong address */
static char *
explain_place (const FkProgram *program)
{
  if (program == NULL || !fk_program_lies_elsewhere (program))
    return NULL;
  return g_strdup_printf (_ ("The core has locked up: the program in the flash was made to run "
                             "at 0x%08x, but lies at 0x%08x.  Restore a backup, or write the "
                             "program to the address that it was made for, behind the bootloader."),
                          program->link.address, program->start);
}

static char *
explain_kind (FkImage *image, const FkCompareContext *context)
{
  static const char *const kinds[] = { "stack-outside", "foreign-uid-address", NULL };
  g_autoptr (FkInspection) inspection = fk_inspect (image, context);
  GPtrArray *findings = fk_inspection_get_findings (inspection);

  for (guint i = 0; i < findings->len; i++)
    {
      const FkFinding *finding = g_ptr_array_index (findings, i);

      if (g_strv_contains (kinds, finding->kind))
        return g_strdup_printf (_ ("The core has locked up.  %s"), finding->text);
    }
  return NULL;
}

/* Reads from @image's end on until it has @size bytes. */
static gboolean
read_on (FkConnection *self,
         FkImage *image,
         FkRange flash,
         guint32 size,
         GCancellable *cancellable,
         GError **error)
{
  guint32 done = (guint32)fk_image_get_size (image);
  g_autofree guint8 *data = g_malloc (size - done);
  g_autoptr (GBytes) bytes = NULL;

  if ((self->holds == NULL ||
       !fk_image_read (self->holds, (FkRange){ flash.address + done, size - done }, data)) &&
      !fk_target_read (self->target, flash.address + done, data, size - done, NULL, cancellable,
                       error))
    return FALSE;
  bytes = g_bytes_new_take (g_steal_pointer (&data), size - done);
  return fk_image_add (image, flash.address + done, bytes, error);
}

static gboolean
has_vectors (FkImage *image)
{
  FkSegment first = fk_image_get_segment (image, 0);

  return fk_vectors_read (first.data, first.range.size, NULL, NULL);
}

static gboolean
look (FkConnection *self,
      const FkCompareContext *context,
      char **reason,
      GCancellable *cancellable,
      GError **error)
{
  FkRange flash = context->flash;
  g_autoptr (FkImage) image = fk_image_new ();
  g_autofree char *place = NULL;
  guint32 last = MIN (LAST_SIZE, flash.size);
  guint32 size = MIN (FIRST_SIZE, flash.size);

  if (!read_on (self, image, flash, VECTORS, cancellable, error))
    return FALSE;
  if (!has_vectors (image))
    return TRUE;
  for (;;)
    {
      g_autoptr (FkProgram) program = NULL;

      if (!read_on (self, image, flash, size, cancellable, error))
        return FALSE;
      program = fk_program_new (image, context->blank);
      g_free (place);
      place = explain_place (program);
      if (program->is_linked || size == last)
        break;
      size = MIN (2 * size, last);
    }
  /* Who has firmware for another chip gains nothing by moving it. */
  *reason = explain_kind (image, context);
  if (*reason == NULL)
    *reason = g_steal_pointer (&place);
  return TRUE;
}

/*
 * Looks in the flash for why the core has locked up.
 *
 * @reason: (out) (nullable): a sentence; %NULL where the flash does not tell, or cannot be read
 *
 * Returns: %FALSE where the chip does not answer any more
 */
gboolean
fk_connection_explain_lockup (FkConnection *self,
                              char **reason,
                              GCancellable *cancellable,
                              GError **error)
{
  FkChip *chip = fk_identity_get_chip (self->identity);
  g_autoptr (FkChipFacts) facts = NULL;
  g_autoptr (GError) local_error = NULL;

  *reason = NULL;
  if (chip == NULL || fk_identity_get_protection (self->identity) != FK_PROTECTION_NONE)
    return TRUE;
  facts = fk_chip_facts_new (chip);
  if (look (self, &facts->context, reason, cancellable, &local_error) ||
      !fk_error_is_link (local_error))
    return TRUE;
  g_propagate_prefixed_error (error, g_steal_pointer (&local_error),
                              "Looking for why the core has locked up: ");
  return FALSE;
}
