/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "image/fk-image.h"

G_BEGIN_DECLS

/**
 * FkImageFormat:
 *
 * One row a file format.  @parse and @write take and give bytes and do no I/O.
 * @name: "binary", "ihex", "srec", "elf"
 * @suffixes: (array zero-terminated=1): without the dot
 */
typedef struct
{
  const char *name;
  const char *title;
  const char *const *suffixes;
  gboolean has_addresses;
  gboolean (*matches) (GBytes *bytes);
  FkImage *(*parse) (GBytes *bytes,
                     guint32 base,
                     GError **error);                /* base: only for a format without addresses */
  GBytes *(*write) (FkImage *image, GError **error); /* NULL: cannot be written */
} FkImageFormat;

const FkImageFormat *const *fk_image_format_get_all (guint *n_formats);
const FkImageFormat *fk_image_format_find (const char *name);
const FkImageFormat *fk_image_format_for_path (const char *path);
const FkImageFormat *fk_image_format_guess (GBytes *bytes, const char *path);

FkImage *fk_image_load_file (GFile *file,
                             guint32 base,
                             const FkImageFormat **format,
                             GCancellable *cancellable,
                             GError **error);
gboolean fk_image_save_file (FkImage *image,
                             GFile *file,
                             const FkImageFormat *format,
                             GCancellable *cancellable,
                             GError **error);

G_END_DECLS
