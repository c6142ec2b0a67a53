/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What one image holds: its vectors, how much of it is used, where its program was linked to run,
 * and what else is worth knowing before it is written to a chip. */

#include "config.h"

#include "compare/fk-inspection.h"

#include "base/fk-blank.h"
#include "compare/fk-inspection-findings.h"
#include "compare/fk-program.h"

struct _FkInspection
{
  GObject parent_instance;

  FkProgram *program; /* NULL for an image without a byte */
  guint64 used;
  GPtrArray *findings;
};

G_DEFINE_FINAL_TYPE (FkInspection, fk_inspection, G_TYPE_OBJECT)

static void
fk_inspection_finalize (GObject *object)
{
  FkInspection *self = FK_INSPECTION (object);

  g_clear_pointer (&self->program, fk_program_free);
  g_clear_pointer (&self->findings, g_ptr_array_unref);

  G_OBJECT_CLASS (fk_inspection_parent_class)->finalize (object);
}

static void
fk_inspection_class_init (FkInspectionClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = fk_inspection_finalize;
}

static void
fk_inspection_init (FkInspection *self)
{
}

/**
 * fk_inspect:
 * @context: (nullable): what is known beside the bytes; of the second image's fields none is used
 *
 * Returns: (transfer full): the inspection.  It takes some 20 ms for an image of 2 MiB
 */
FkInspection *
fk_inspect (FkImage *image, const FkCompareContext *context)
{
  static const FkCompareContext nothing_known = { .blank = FK_BLANK };
  FkInspection *self;

  g_return_val_if_fail (FK_IS_IMAGE (image), NULL);

  if (context == NULL)
    context = &nothing_known;
  self = g_object_new (FK_TYPE_INSPECTION, NULL);
  self->used = fk_image_get_used (image, context->blank);
  self->program = fk_program_new (image, context->blank);
  self->findings = self->program != NULL
                       ? fk_inspection_make_findings (image, self->program, context)
                       : fk_findings_new ();
  return self;
}

/**
 * fk_inspection_get_vectors:
 * @stack: (out) (optional): the initial stack pointer
 * @reset: (out) (optional): the reset vector, bit 0 set
 *
 * Returns: whether the image begins with a vector table: a stack in RAM, a handler in flash
 */
gboolean
fk_inspection_get_vectors (FkInspection *self, guint32 *stack, guint32 *reset)
{
  g_return_val_if_fail (FK_IS_INSPECTION (self), FALSE);

  if (self->program == NULL || !self->program->has_vectors)
    return FALSE;
  if (stack != NULL)
    *stack = self->program->stack;
  if (reset != NULL)
    *reset = self->program->reset;
  return TRUE;
}

/**
 * fk_inspection_get_linked_at:
 * @address: (out) (optional): where the program of the image was linked to run, by its own pointers
 *
 * Returns: %FALSE, and @address untouched, when that is not beyond doubt: data, too small,
 * encrypted
 */
gboolean
fk_inspection_get_linked_at (FkInspection *self, guint32 *address)
{
  g_return_val_if_fail (FK_IS_INSPECTION (self), FALSE);

  if (self->program == NULL || !self->program->is_linked)
    return FALSE;
  if (address != NULL)
    *address = self->program->link.address;
  return TRUE;
}

/**
 * fk_inspection_get_used:
 *
 * Returns: the number of bytes up to and including the last that is not blank
 */
guint64
fk_inspection_get_used (FkInspection *self)
{
  g_return_val_if_fail (FK_IS_INSPECTION (self), 0);

  return self->used;
}

/**
 * fk_inspection_get_findings:
 *
 * Returns: (element-type FkFinding) (transfer none): may be empty
 */
GPtrArray *
fk_inspection_get_findings (FkInspection *self)
{
  g_return_val_if_fail (FK_IS_INSPECTION (self), NULL);

  return self->findings;
}
