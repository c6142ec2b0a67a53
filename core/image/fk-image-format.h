/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "image/fk-image.h"

G_BEGIN_DECLS

/* The longest file that is looked at, in bytes; 64 MiB of QSPI flash as Intel HEX is 180 MB. */
#define FK_IMAGE_MAX_FILE (256u << 20)

/**
 * FkImageFormat:
 * @name: for machines: "binary", "ihex", "srec", "elf"
 * @title: for people
 * @suffixes: (array zero-terminated=1): file name endings, lower case, without the dot
 * @has_addresses: whether the file itself says where its bytes belong
 * @matches: (nullable): whether the bytes look like this format, damaged or not; %NULL when
 *   anything at all may be of this format
 * @parse: makes an image of the bytes.  The base is the address of the first byte, and means
 *   nothing to a format with addresses.  A file without data records is an image without a byte; an
 *   empty file is %FK_ERROR_BAD_FILE, as is all that is damaged, and the message says at which line
 *   or offset.  %FK_ERROR_OUT_OF_RANGE past 4 GiB
 * @write: (nullable): the reverse; %NULL for a format that is only read.  The fill is what gaps
 *   become, and means nothing to a format with addresses.  Fails with %FK_ERROR_OUT_OF_RANGE where
 *   the format cannot hold such an image
 *
 * One row a file format.  @parse and @write take and give bytes and do no I/O.
 */
typedef struct
{
  const char *name;
  const char *title;
  const char *const *suffixes;
  gboolean has_addresses;
  gboolean (*matches) (GBytes *bytes);
  FkImage *(*parse) (GBytes *bytes, guint32 base, GError **error);
  GBytes *(*write) (FkImage *image, guint8 fill, GError **error);
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
                             guint8 fill,
                             GCancellable *cancellable,
                             GError **error);

G_END_DECLS
