/* SPDX-License-Identifier: GPL-3.0-or-later */

/* An image as a byte source: its gaps are absent bytes. */

#include "config.h"

#include "hex/fk-image-source.h"

#include <string.h>

struct _FkImageSource
{
  GObject parent_instance;

  FkImage *image;
};

static void
fk_image_source_get_extent (FkByteSource *source, guint64 *start, guint64 *size)
{
  FkImageSource *self = FK_IMAGE_SOURCE (source);
  guint n_segments = fk_image_get_n_segments (self->image);
  FkSegment first;
  FkSegment last;

  *start = 0;
  *size = 0;
  if (n_segments == 0)
    return;
  first = fk_image_get_segment (self->image, 0);
  last = fk_image_get_segment (self->image, n_segments - 1);
  *start = first.range.address;
  *size = fk_range_end (last.range) - first.range.address;
}

/* Returns: the first segment that ends behind @address; a file may have 65536 of them. */
static guint
find_segment (FkImage *image, guint64 address)
{
  guint low = 0;
  guint high = fk_image_get_n_segments (image);

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (fk_range_end (fk_image_get_segment (image, middle).range) <= address)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

static void
fk_image_source_read (
    FkByteSource *source, guint64 address, guint8 *bytes, guint8 *present, gsize length)
{
  FkImageSource *self = FK_IMAGE_SOURCE (source);
  guint n_segments = fk_image_get_n_segments (self->image);

  memset (present, FK_BYTE_ABSENT, length);
  for (guint i = find_segment (self->image, address); i < n_segments; i++)
    {
      FkSegment segment = fk_image_get_segment (self->image, i);
      guint64 start = MAX (address, segment.range.address);
      guint64 end = MIN (address + length, fk_range_end (segment.range));

      if (start >= end)
        break;
      memcpy (bytes + (start - address), segment.data + (start - segment.range.address),
              end - start);
      memset (present + (start - address), FK_BYTE_PRESENT, end - start);
    }
}

static void
fk_image_source_iface_init (FkByteSourceInterface *iface)
{
  iface->get_extent = fk_image_source_get_extent;
  iface->read = fk_image_source_read;
  iface->read_in_thread = fk_image_source_read; /* the image does not change */
}

G_DEFINE_FINAL_TYPE_WITH_CODE (FkImageSource,
                               fk_image_source,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (FK_TYPE_BYTE_SOURCE,
                                                      fk_image_source_iface_init))

static void
fk_image_source_finalize (GObject *object)
{
  FkImageSource *self = FK_IMAGE_SOURCE (object);

  g_clear_object (&self->image);
  G_OBJECT_CLASS (fk_image_source_parent_class)->finalize (object);
}

static void
fk_image_source_class_init (FkImageSourceClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = fk_image_source_finalize;
}

static void
fk_image_source_init (FkImageSource *self)
{
}

/**
 * fk_image_source_new: (constructor)
 * @image: not changed from now on
 *
 * Returns: (transfer full): the image's bytes for a view
 */
FkByteSource *
fk_image_source_new (FkImage *image)
{
  FkImageSource *self;

  g_return_val_if_fail (FK_IS_IMAGE (image), NULL);

  self = g_object_new (FK_TYPE_IMAGE_SOURCE, NULL);
  self->image = g_object_ref (image);
  return FK_BYTE_SOURCE (self);
}

FkImage *
fk_image_source_get_image (FkImageSource *self)
{
  g_return_val_if_fail (FK_IS_IMAGE_SOURCE (self), NULL);

  return self->image;
}
