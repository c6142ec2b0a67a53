/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "known-chip.h"

FkChip *
known_chip_new (guint16 dev_id, const char *core, guint32 flash_size)
{
  const FkChipDesc *desc = fk_chip_db_find (fk_chip_db_get_default (), dev_id, core);
  g_autoptr (GError) error = NULL;
  FkChip *chip;

  g_assert_nonnull (desc);
  chip = fk_chip_desc_make_chip (desc, flash_size, &error);
  g_assert_no_error (error);
  return chip;
}

FkChipDb *
known_chip_make_erased_low (void)
{
  static const char *const names[] = { "low.ini", NULL };
  g_autofree char *path =
      g_test_build_filename (G_TEST_DIST, "..", "data", "chips", "stm32f1.ini", NULL);
  g_autofree char *text = NULL;
  g_autoptr (GString) changed = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  FkChipDb *db;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  changed = g_string_new (text);
  g_assert_cmpuint (g_string_replace (changed, "ErasedValue=0xFF", "ErasedValue=0", 0), >, 0);
  bytes = g_bytes_new (changed->str, changed->len);
  db = fk_chip_db_new_from_bytes (&bytes, names, &error);
  g_assert_no_error (error);
  return db;
}
