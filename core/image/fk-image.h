/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "base/fk-range.h"

G_BEGIN_DECLS

/**
 * FkSegment:
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
 * are one).  A gap stays a gap.  Filled by whoever makes it, not changed after it was handed on.
 */
#define FK_TYPE_IMAGE (fk_image_get_type ())
G_DECLARE_FINAL_TYPE (FkImage, fk_image, FK, IMAGE, GObject)

FkImage *fk_image_new (void);
FkImage *fk_image_new_for_bytes (guint32 address, GBytes *bytes, GError **error);
gboolean fk_image_add (FkImage *self,
                       guint32 address,
                       GBytes *bytes,
                       GError **error); /* BAD_FILE on overlap, OUT_OF_RANGE past 4 GiB */
guint fk_image_get_n_segments (FkImage *self);
FkSegment fk_image_get_segment (FkImage *self, guint index);
guint64 fk_image_get_size (FkImage *self);                  /* sum of the segments */
gboolean fk_image_get_extent (FkImage *self, FkRange *out); /* first to last byte, gaps included */
gboolean
fk_image_read (FkImage *self, FkRange range, guint8 *out); /* FALSE unless all of it is there */
void fk_image_read_filled (FkImage *self, FkRange range, guint8 fill, guint8 *out);
gboolean fk_image_has (FkImage *self, FkRange range);
gboolean fk_image_touches (FkImage *self, FkRange range);
FkImage *fk_image_slice (FkImage *self, FkRange range); /* the part that lies in range */
GBytes *fk_image_to_bytes (FkImage *self, guint8 fill); /* extent, gaps filled */
guint64 fk_image_get_used (FkImage *self,
                           guint8 blank); /* bytes up to and including the last that is not blank */

G_END_DECLS
