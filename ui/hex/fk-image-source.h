/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hex/fk-byte-source.h"
#include "image/fk-image.h"

G_BEGIN_DECLS

#define FK_TYPE_IMAGE_SOURCE (fk_image_source_get_type ())
G_DECLARE_FINAL_TYPE (FkImageSource, fk_image_source, FK, IMAGE_SOURCE, GObject)

FkByteSource *fk_image_source_new (FkImage *image);
FkImage *fk_image_source_get_image (FkImageSource *self);

G_END_DECLS
