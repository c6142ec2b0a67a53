/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "library/fk-backup.h"

G_BEGIN_DECLS

/* The longer side of a photo that is kept, in pixels. */
#define FK_PHOTO_SIDE_MAX 1600

GBytes *fk_photo_make (GFile *file, GCancellable *cancellable, GError **error);
GdkTexture *fk_photo_load (FkBackup *backup, GCancellable *cancellable, GError **error);

G_END_DECLS
