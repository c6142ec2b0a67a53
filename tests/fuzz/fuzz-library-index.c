/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The index of a library; its checksum is mended, or nothing behind it would ever be reached. */

#include "config.h"

#include "base/fk-crc32.h"
#include "base/fk-reader.h"
#include "library/fk-library-index-private.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (FkLibraryIndex) index = NULL;
  g_autoptr (FkBackup) backup = NULL;
  g_autofree guint8 *copy = g_memdup2 (data, size);
  g_autoptr (GBytes) bytes = NULL;
  struct stat info = { .st_mode = S_IFREG };

  if (size > 12)
    fk_store_u32le (copy + 8, fk_crc32 (copy + 12, size - 12));
  bytes = g_bytes_new_take (g_steal_pointer (&copy), size);
  index = fk_library_index_new_for_bytes ("/l", bytes);
  backup = fk_library_index_find (index, "b", &info);
  return 0;
}
