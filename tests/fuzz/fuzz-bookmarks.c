/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hex/fk-hex-bookmarks.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

/* What is read is written so that it is read the same again. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  g_autoptr (FkHexNotes) notes = fk_hex_notes_new ();
  g_autoptr (FkHexNotes) again = fk_hex_notes_new ();
  g_autoptr (GBytes) written = NULL;
  g_autoptr (GBytes) rewritten = NULL;

  if (!fk_hex_bookmarks_parse (notes, bytes, NULL))
    return 0;
  written = fk_hex_bookmarks_format (notes);
  g_assert_true (fk_hex_bookmarks_parse (again, written, NULL));
  rewritten = fk_hex_bookmarks_format (again);
  g_assert_true (g_bytes_equal (written, rewritten));
  return 0;
}
