/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One file format's parser: survives anything, and what it accepts comes back from its writer. */

#include "config.h"

#include "base/fk-blank.h"
#include "image/fk-image-format.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  const FkImageFormat *format = fk_image_format_find (FK_FUZZ_FORMAT);
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (FkImage) image = format->parse (bytes, 0x08000000, &error);
  g_autoptr (GBytes) written = NULL;
  g_autoptr (FkImage) back = NULL;

  fk_image_format_guess (bytes, NULL);
  g_assert ((image == NULL) == (error != NULL));
  if (image == NULL || format->write == NULL)
    return 0;
  written = format->write (image, FK_BLANK, NULL);
  back = format->parse (written, 0x08000000, NULL);
  g_assert (fk_image_get_size (back) == fk_image_get_size (image));
  g_assert (fk_image_get_n_segments (back) == fk_image_get_n_segments (image));
  return 0;
}
