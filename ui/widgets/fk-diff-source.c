/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One side of images that are lined up as a byte source. */

#include "config.h"

#include "widgets/fk-diff-source.h"

#include <string.h>

struct _FkDiffSource
{
  GObject parent_instance;

  FkDiffLayout *layout;
  FkDiffSide side;
  FkImage *image;
};

static void
fk_diff_source_get_extent (FkByteSource *source, guint64 *start, guint64 *size)
{
  fk_diff_layout_get_extent (FK_DIFF_SOURCE (source)->layout, start, size);
}

static void
fk_diff_source_read (
    FkByteSource *source, guint64 position, guint8 *bytes, guint8 *present, gsize length)
{
  FkDiffSource *self = FK_DIFF_SOURCE (source);
  guint n_pieces = fk_diff_layout_get_n_pieces (self->layout);

  memset (present, 0, length);
  for (guint i = fk_diff_layout_find (self->layout, position); i < n_pieces; i++)
    {
      const FkDiffPiece *piece = fk_diff_layout_get_piece (self->layout, i);
      FkRange range = piece->ranges[self->side];
      guint64 start = MAX (position, piece->position);
      guint64 end = MIN (position + length, piece->position + range.size);

      if (piece->position >= position + length)
        break;
      if (start >= end)
        continue;
      range.address += (guint32)(start - piece->position);
      range.size = (guint32)(end - start);
      if (fk_image_read (self->image, range, bytes + (start - position)))
        memset (present + (start - position), 1, range.size);
    }
}

static gboolean
fk_diff_source_get_address (FkByteSource *source, guint64 position, guint64 *address)
{
  FkDiffSource *self = FK_DIFF_SOURCE (source);
  guint index = fk_diff_layout_find (self->layout, position);
  const FkDiffPiece *piece;

  if (index == fk_diff_layout_get_n_pieces (self->layout))
    return FALSE;
  piece = fk_diff_layout_get_piece (self->layout, index);
  if (position < piece->position || position - piece->position >= piece->ranges[self->side].size)
    return FALSE;
  *address = piece->ranges[self->side].address + (position - piece->position);
  return TRUE;
}

static gboolean
fk_diff_source_get_position (FkByteSource *source, guint64 address, guint64 *position)
{
  FkDiffSource *self = FK_DIFF_SOURCE (source);

  return fk_diff_layout_get_position (self->layout, self->side, address, position);
}

static void
fk_diff_source_iface_init (FkByteSourceInterface *iface)
{
  iface->get_extent = fk_diff_source_get_extent;
  iface->read = fk_diff_source_read;
  iface->get_address = fk_diff_source_get_address;
  iface->get_position = fk_diff_source_get_position;
  iface->read_in_thread = fk_diff_source_read; /* neither image nor layout change */
}

G_DEFINE_FINAL_TYPE_WITH_CODE (FkDiffSource,
                               fk_diff_source,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (FK_TYPE_BYTE_SOURCE,
                                                      fk_diff_source_iface_init))

static void
fk_diff_source_finalize (GObject *object)
{
  FkDiffSource *self = FK_DIFF_SOURCE (object);

  g_clear_pointer (&self->layout, fk_diff_layout_unref);
  g_clear_object (&self->image);
  G_OBJECT_CLASS (fk_diff_source_parent_class)->finalize (object);
}

static void
fk_diff_source_class_init (FkDiffSourceClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = fk_diff_source_finalize;
}

static void
fk_diff_source_init (FkDiffSource *self)
{
}

/**
 * fk_diff_source_new: (constructor)
 * @image: the one of @side; not changed from now on
 *
 * Returns: (transfer full): its bytes, as @layout places them
 */
FkByteSource *
fk_diff_source_new (FkDiffLayout *layout, FkDiffSide side, FkImage *image)
{
  FkDiffSource *self;

  g_return_val_if_fail (layout != NULL, NULL);
  g_return_val_if_fail (FK_IS_IMAGE (image), NULL);

  self = g_object_new (FK_TYPE_DIFF_SOURCE, NULL);
  self->layout = fk_diff_layout_ref (layout);
  self->side = side;
  self->image = g_object_ref (image);
  return FK_BYTE_SOURCE (self);
}
