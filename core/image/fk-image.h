/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "base/fk-range.h"

G_BEGIN_DECLS

/* More pieces than any real file has; bounds what a hostile one can make us do. */
#define FK_IMAGE_MAX_SEGMENTS 65536u

/* The longest extent that fk_image_to_bytes() fills out, in bytes (256 MiB). */
#define FK_IMAGE_MAX_FILLED (256u << 20)

/**
 * FkSegment:
 * @range: where it lies; never empty
 * @data: range.size bytes, owned by the image and valid as long as it is
 *
 * A run of bytes without a gap.
 */
typedef struct
{
  FkRange range;
  const guint8 *data;
} FkSegment;

/**
 * FkImage:
 *
 * Bytes with addresses: segments in ascending order that neither overlap nor touch (touching ones
 * are one).  A gap stays a gap.  Filled by whoever makes it, not changed after it was handed on;
 * from then on any number of threads may read it.
 */
#define FK_TYPE_IMAGE (fk_image_get_type ())
G_DECLARE_FINAL_TYPE (FkImage, fk_image, FK, IMAGE, GObject)

FkImage *fk_image_new (void);
FkImage *fk_image_new_for_bytes (guint32 address, GBytes *bytes, GError **error);
gboolean fk_image_add (FkImage *self, guint32 address, GBytes *bytes, GError **error);
gboolean fk_image_add_data (
    FkImage *self, guint32 address, const guint8 *data, gsize length, GError **error);

guint fk_image_get_n_segments (FkImage *self);
FkSegment fk_image_get_segment (FkImage *self, guint index);
guint64 fk_image_get_size (FkImage *self);
gboolean fk_image_get_extent (FkImage *self, FkRange *out);
guint64 fk_image_get_used (FkImage *self, guint8 blank);
guint64 fk_image_get_blank_within (FkImage *self, guint8 blank);

gboolean fk_image_has (FkImage *self, FkRange range);
gboolean fk_image_touches (FkImage *self, FkRange range);
gboolean fk_image_read (FkImage *self, FkRange range, guint8 *out);
void fk_image_read_filled (FkImage *self, FkRange range, guint8 fill, guint8 *out);
FkImage *fk_image_slice (FkImage *self, FkRange range);
FkImage *fk_image_move (FkImage *self, guint32 address, GError **error);
GBytes *fk_image_to_bytes (FkImage *self, guint8 fill, GError **error);

G_END_DECLS
