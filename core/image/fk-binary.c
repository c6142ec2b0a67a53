/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Raw binary: the bytes and nothing else.  Where they belong has to be said beside the file, and a
 * gap has to be filled, with what erased flash of the chip reads as. */

#include "config.h"

#include "image/fk-image-format-private.h"

#include "base/fk-error.h"

static const char *const suffixes[] = { "bin", "img", "raw", "rom", "dat", NULL };

static FkImage *
parse (GBytes *bytes, guint32 base, GError **error)
{
  if (g_bytes_get_size (bytes) == 0)
    {
      g_set_error (error, FK_ERROR, FK_ERROR_BAD_FILE, "the file is empty");
      return NULL;
    }
  return fk_image_new_for_bytes (base, bytes, error);
}

static GBytes *
write_image (FkImage *image, guint8 fill, GError **error)
{
  return fk_image_to_bytes (image, fill, error);
}

const FkImageFormat fk_binary_format = {
  .name = "binary",
  .title = "raw binary",
  .suffixes = suffixes,
  .has_addresses = FALSE,
  .matches = NULL,
  .parse = parse,
  .write = write_image,
};
