/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chip/fk-chip.h"
#include "image/fk-image.h"

G_BEGIN_DECLS

/**
 * FkFlashUse:
 * @runs: (element-type FkRange): what is used, ascending, to the accuracy of a map
 * @used: (array length=n_sectors): bytes of each sector that are not erased
 * @n_sectors: of the chip
 * @total: bytes that are not erased
 *
 * Which parts of a chip's flash hold something.  Immutable; may be shared between threads.
 */
typedef struct
{
  GArray *runs;
  guint32 *used;
  guint n_sectors;
  guint64 total;
} FkFlashUse;

FkFlashUse *fk_flash_use_new (FkChip *chip, FkImage *image);
FkFlashUse *fk_flash_use_ref (FkFlashUse *self);
void fk_flash_use_unref (FkFlashUse *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (FkFlashUse, fk_flash_use_unref)

G_END_DECLS
