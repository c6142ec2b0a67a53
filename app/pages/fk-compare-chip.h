/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "fk-board.h"
#include "job/fk-report-fields.h"

G_BEGIN_DECLS

/**
 * FkCompareChip:
 * @options: (nullable): where the chip's are described
 * @otp: (nullable): where the chip has such bytes
 *
 * What a chip holds now, all of it read from one and the same.
 */
typedef struct
{
  FkImage *image;
  FkChip *chip;
  GBytes *uid;
  FkOptionBytes *options;
  GBytes *otp;
  GBytes *eeprom;
} FkCompareChip;

void fk_compare_chip_read_async (FkBoard *board, GAsyncReadyCallback callback, gpointer user_data);
FkCompareChip *fk_compare_chip_read_finish (FkBoard *board, GAsyncResult *result, GError **error);
void fk_compare_chip_free (FkCompareChip *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (FkCompareChip, fk_compare_chip_free)

G_END_DECLS
