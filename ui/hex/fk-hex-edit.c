/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What was overwritten is kept beside the source, which is never written.  Undo is a list of steps,
 * each with the bytes before and after it. */

#include "config.h"

#include "hex/fk-hex-edit.h"

#include <glib/gi18n.h>
#include <string.h>

#include "base/fk-error.h"
#include "hex/fk-hex-changes.h"

/* So much is looked at in one go. */
#define PORTION 4096

typedef struct
{
  guint64 position;
  GByteArray *before;
  GByteArray *after;
} Step;

struct _FkHexEdit
{
  GObject parent_instance;

  FkByteSource *base;
  FkHexChanges *changes;
  GPtrArray *steps;   /* of Step */
  guint n_done;       /* of @steps; those behind were undone */
  gboolean is_typing; /* what is typed next belongs to the last step */
};

static void
step_free (Step *step)
{
  g_byte_array_unref (step->before);
  g_byte_array_unref (step->after);
  g_free (step);
}

static void
fk_hex_edit_get_extent (FkByteSource *source, guint64 *start, guint64 *size)
{
  fk_byte_source_get_extent (FK_HEX_EDIT (source)->base, start, size);
}

static gboolean
fk_hex_edit_get_address (FkByteSource *source, guint64 position, guint64 *address)
{
  return fk_byte_source_get_address (FK_HEX_EDIT (source)->base, position, address);
}

static gboolean
fk_hex_edit_get_position (FkByteSource *source, guint64 address, guint64 *position)
{
  return fk_byte_source_get_position (FK_HEX_EDIT (source)->base, address, position);
}

static char *
fk_hex_edit_dup_reason (FkByteSource *source, guint64 position)
{
  return fk_byte_source_dup_reason (FK_HEX_EDIT (source)->base, position);
}

static void
fk_hex_edit_read (
    FkByteSource *source, guint64 position, guint8 *bytes, guint8 *present, gsize length)
{
  FkHexEdit *self = FK_HEX_EDIT (source);

  fk_byte_source_read (self->base, position, bytes, present, length);
  fk_hex_changes_apply (self->changes, position, bytes, length);
}

static gboolean
fk_hex_edit_can_read_in_thread (FkByteSource *source)
{
  return fk_byte_source_can_read_in_thread (FK_HEX_EDIT (source)->base);
}

static void
fk_hex_edit_read_in_thread (
    FkByteSource *source, guint64 position, guint8 *bytes, guint8 *present, gsize length)
{
  FkHexEdit *self = FK_HEX_EDIT (source);

  fk_byte_source_read_in_thread (self->base, position, bytes, present, length);
  fk_hex_changes_apply (self->changes, position, bytes, length);
}

static void
fk_hex_edit_iface_init (FkByteSourceInterface *iface)
{
  iface->get_extent = fk_hex_edit_get_extent;
  iface->get_address = fk_hex_edit_get_address;
  iface->get_position = fk_hex_edit_get_position;
  iface->dup_reason = fk_hex_edit_dup_reason;
  iface->read = fk_hex_edit_read;
  iface->can_read_in_thread = fk_hex_edit_can_read_in_thread;
  iface->read_in_thread = fk_hex_edit_read_in_thread;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (FkHexEdit,
                               fk_hex_edit,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (FK_TYPE_BYTE_SOURCE, fk_hex_edit_iface_init))

static void
fk_hex_edit_finalize (GObject *object)
{
  FkHexEdit *self = FK_HEX_EDIT (object);

  if (self->base != NULL)
    g_signal_handlers_disconnect_by_data (self->base, self);
  g_clear_object (&self->base);
  g_ptr_array_unref (self->steps);
  fk_hex_changes_free (self->changes);
  G_OBJECT_CLASS (fk_hex_edit_parent_class)->finalize (object);
}

static void
fk_hex_edit_class_init (FkHexEditClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = fk_hex_edit_finalize;
}

static void
fk_hex_edit_init (FkHexEdit *self)
{
  self->changes = fk_hex_changes_new ();
  self->steps = g_ptr_array_new_with_free_func ((GDestroyNotify)step_free);
}

/**
 * fk_hex_edit_new: (constructor)
 * @base: what is overwritten, and stays as it is
 */
FkHexEdit *
fk_hex_edit_new (FkByteSource *base)
{
  FkHexEdit *self;

  g_return_val_if_fail (FK_IS_BYTE_SOURCE (base), NULL);

  self = g_object_new (FK_TYPE_HEX_EDIT, NULL);
  self->base = g_object_ref (base);
  g_signal_connect_swapped (base, "changed", G_CALLBACK (fk_byte_source_changed), self);
  return self;
}

FkByteSource *
fk_hex_edit_get_base (FkHexEdit *self)
{
  g_return_val_if_fail (FK_IS_HEX_EDIT (self), NULL);

  return self->base;
}

static void
put (FkHexEdit *self, guint64 position, const guint8 *bytes, gsize size)
{
  g_autofree guint8 *originals = g_malloc (size);
  g_autofree guint8 *present = g_malloc (size);

  fk_byte_source_read (self->base, position, originals, present, size);
  fk_hex_changes_put (self->changes, position, bytes, originals, size);
  fk_byte_source_changed (FK_BYTE_SOURCE (self), position, size);
}

/**
 * fk_hex_edit_count_writable:
 * @max: so many are wanted
 *
 * Returns: how many bytes there are from @position on without a gap, at most @max
 */
guint64
fk_hex_edit_count_writable (FkHexEdit *self, guint64 position, guint64 max)
{
  guint8 bytes[PORTION];
  guint8 present[PORTION];
  guint64 done = 0;

  g_return_val_if_fail (FK_IS_HEX_EDIT (self), 0);

  while (done < max)
    {
      gsize n = MIN (max - done, PORTION);

      fk_byte_source_read (self->base, position + done, bytes, present, n);
      for (gsize i = 0; i < n; i++)
        if (present[i] != FK_BYTE_PRESENT)
          return done + i;
      done += n;
    }
  return done;
}

/* Returns: (nullable): the last step, if what is typed at @position belongs to it */
static Step *
find_typed_step (FkHexEdit *self, guint64 position)
{
  Step *last;

  if (!self->is_typing || self->n_done == 0)
    return NULL;
  last = g_ptr_array_index (self->steps, self->n_done - 1);
  return position >= last->position && position <= last->position + last->after->len ? last : NULL;
}

/* Of the last step, @offset bytes in, the rest is typed anew or more is typed behind it. */
static void
extend_step (Step *step, gsize offset, const guint8 *bytes, const guint8 *before, gsize size)
{
  gsize known = MIN (step->after->len - offset, size);

  memcpy (step->after->data + offset, bytes, known);
  g_byte_array_append (step->after, bytes + known, (guint)(size - known));
  g_byte_array_append (step->before, before + known, (guint)(size - known));
}

static void
add_step (FkHexEdit *self,
          guint64 position,
          const guint8 *bytes,
          const guint8 *before,
          gsize size,
          FkHexEditKind kind)
{
  Step *step = g_new0 (Step, 1);

  self->is_typing = kind == FK_HEX_EDIT_TYPED;
  g_ptr_array_set_size (self->steps, (int)self->n_done);
  step->position = position;
  step->before = g_byte_array_append (g_byte_array_new (), before, (guint)size);
  step->after = g_byte_array_append (g_byte_array_new (), bytes, (guint)size);
  g_ptr_array_add (self->steps, step);
  self->n_done = self->steps->len;
}

static void
set_gap_error (GError **error, guint64 position)
{
  g_autofree char *place = g_strdup_printf ("0x%08" G_GINT64_MODIFIER "x", position);

  g_set_error (error, FK_ERROR, FK_ERROR_OUT_OF_RANGE,
               _ ("There is no byte at %s that could be changed."), place);
}

/**
 * fk_hex_edit_write:
 * @size: at least 1
 *
 * Overwrites.  Either all is written or nothing.  What changes nothing is no step to undo.
 *
 * Returns: %FALSE with %FK_ERROR_OUT_OF_RANGE where there is no byte
 */
gboolean
fk_hex_edit_write (FkHexEdit *self,
                   guint64 position,
                   const guint8 *bytes,
                   gsize size,
                   FkHexEditKind kind,
                   GError **error)
{
  g_autofree guint8 *before = NULL;
  g_autofree guint8 *present = NULL;
  Step *typed;

  g_return_val_if_fail (FK_IS_HEX_EDIT (self), FALSE);
  g_return_val_if_fail (bytes != NULL && size > 0 && size <= G_MAXUINT / 2, FALSE);

  before = g_malloc (size);
  present = g_malloc (size);
  fk_byte_source_read (FK_BYTE_SOURCE (self), position, before, present, size);
  for (gsize i = 0; i < size; i++)
    if (present[i] != FK_BYTE_PRESENT)
      {
        set_gap_error (error, position + i);
        return FALSE;
      }
  typed = kind == FK_HEX_EDIT_TYPED ? find_typed_step (self, position) : NULL;
  if (typed != NULL)
    extend_step (typed, position - typed->position, bytes, before, size);
  else if (memcmp (before, bytes, size) == 0)
    return TRUE;
  else
    add_step (self, position, bytes, before, size, kind);
  put (self, position, bytes, size);
  return TRUE;
}

/**
 * fk_hex_edit_end_typing:
 *
 * What is typed from now on is undone by itself.
 */
void
fk_hex_edit_end_typing (FkHexEdit *self)
{
  g_return_if_fail (FK_IS_HEX_EDIT (self));

  self->is_typing = FALSE;
}

gboolean
fk_hex_edit_can_undo (FkHexEdit *self)
{
  g_return_val_if_fail (FK_IS_HEX_EDIT (self), FALSE);

  return self->n_done > 0;
}

gboolean
fk_hex_edit_can_redo (FkHexEdit *self)
{
  g_return_val_if_fail (FK_IS_HEX_EDIT (self), FALSE);

  return self->n_done < self->steps->len;
}

/**
 * fk_hex_edit_undo:
 * @place: (out): what is as it was before
 *
 * Returns: whether there was a step
 */
gboolean
fk_hex_edit_undo (FkHexEdit *self, FkHexMark *place)
{
  const Step *step;

  g_return_val_if_fail (FK_IS_HEX_EDIT (self), FALSE);

  self->is_typing = FALSE;
  if (self->n_done == 0)
    return FALSE;
  step = g_ptr_array_index (self->steps, --self->n_done);
  *place = (FkHexMark){ step->position, step->before->len };
  put (self, step->position, step->before->data, step->before->len);
  return TRUE;
}

/**
 * fk_hex_edit_redo:
 * @place: (out): what is changed again
 *
 * Returns: whether there was a step that had been undone
 */
gboolean
fk_hex_edit_redo (FkHexEdit *self, FkHexMark *place)
{
  const Step *step;

  g_return_val_if_fail (FK_IS_HEX_EDIT (self), FALSE);

  self->is_typing = FALSE;
  if (self->n_done == self->steps->len)
    return FALSE;
  step = g_ptr_array_index (self->steps, self->n_done++);
  *place = (FkHexMark){ step->position, step->after->len };
  put (self, step->position, step->after->data, step->after->len);
  return TRUE;
}

/**
 * fk_hex_edit_get_n_changed:
 *
 * Returns: how many bytes differ from the base
 */
guint64
fk_hex_edit_get_n_changed (FkHexEdit *self)
{
  g_return_val_if_fail (FK_IS_HEX_EDIT (self), 0);

  return fk_hex_changes_get_n (self->changes);
}

/**
 * fk_hex_edit_get_original:
 * @byte: (out): what the base has at @position
 *
 * Returns: whether the byte is changed
 */
gboolean
fk_hex_edit_get_original (FkHexEdit *self, guint64 position, guint8 *byte)
{
  guint8 present;

  g_return_val_if_fail (FK_IS_HEX_EDIT (self), FALSE);
  g_return_val_if_fail (byte != NULL, FALSE);

  if (!fk_hex_changes_have (self->changes, position))
    return FALSE;
  fk_byte_source_read (self->base, position, byte, &present, 1);
  return TRUE;
}

/**
 * fk_hex_edit_get_changes:
 *
 * Returns: (transfer none) (element-type FkHexMark): the runs of changed bytes, ascending; until
 *   the next change
 */
GArray *
fk_hex_edit_get_changes (FkHexEdit *self)
{
  g_return_val_if_fail (FK_IS_HEX_EDIT (self), NULL);

  return fk_hex_changes_get_runs (self->changes);
}
