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
