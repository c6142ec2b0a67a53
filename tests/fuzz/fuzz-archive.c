/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "library/fk-archive.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  g_autoptr (GHashTable) contents = fk_archive_parse (bytes, "fuzz", NULL, NULL);

  return 0;
}
