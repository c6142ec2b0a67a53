/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chip/fk-chip-db.h"
#include "image/fk-image-format.h"
#include "library/fk-library.h"

G_BEGIN_DECLS

FkImage *fk_backup_image_load (FkBackup *backup, GCancellable *cancellable, GError **error);
char *fk_backup_image_describe_fill (FkBackup *backup, const FkImageFormat *format);
gboolean fk_backup_image_export (FkBackup *backup,
                                 GFile *file,
                                 const FkImageFormat *format,
                                 gboolean replace,
                                 GCancellable *cancellable,
                                 GError **error);
FkBackup *fk_backup_image_import (FkLibrary *library,
                                  FkImage *image,
                                  const FkChipDesc *chip,
                                  guint32 flash_size,
                                  const char *name,
                                  const char *source,
                                  gboolean *was_there,
                                  GCancellable *cancellable,
                                  GError **error);

G_END_DECLS
