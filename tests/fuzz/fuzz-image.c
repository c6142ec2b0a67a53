/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "fuzz-image.h"

#include "base/fk-reader.h"

/* Makes an image of the front of the data: pieces of address, length and bytes, up to an empty one
 * or to the end.  Whatever overlaps is refused, which is part of the test. */
FkImage *
fuzz_image_take (const guint8 **data, gsize *size)
{
  FkImage *image = fk_image_new ();
  FkReader reader = fk_reader_init (*data, *size);
  guint32 address;
  guint16 length;

  while (fk_reader_u32le (&reader, &address) && fk_reader_u16le (&reader, &length) && length > 0)
    {
      gsize offset = fk_reader_get_offset (&reader);
      gsize taken = MIN (length, fk_reader_get_left (&reader));

      if (address < 0xffffff00) /* mostly close together, or all time goes into gaps */
        address = 0x08000000 + (address & 0x3fff);
      fk_image_add_data (image, address, *data + offset, taken, NULL);
      fk_reader_skip (&reader, taken);
    }
  *data += fk_reader_get_offset (&reader);
  *size = fk_reader_get_left (&reader);
  return image;
}
