/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chip/fk-chip-db.h"
#include "target/fk-target.h"

G_BEGIN_DECLS

/**
 * FkReach:
 * @bank_distance: how far behind the first bank the second one begins, bytes; 0 where it follows it
 * @secure_start: how far behind the start of the flash that of the second core begins, bytes;
 *   %G_MAXUINT32 where it has none
 *
 * What of the flash is where a description has it, and can be read.
 */
typedef struct
{
  guint32 bank_distance;
  guint32 secure_start;
} FkReach;

/* fk-identify-reach.c */
gboolean fk_identify_reach (FkTarget *target, FkChip *largest, FkReach *reach, GError **error);
gboolean fk_reach_is_all (const FkReach *self);
gboolean fk_reach_has_gap (const FkReach *self, guint32 flash_size);
char *fk_reach_limit (const FkReach *self, FkChip *chip, guint32 *size);

/* fk-identify-size.c */
gboolean fk_identify_flash_size (FkTarget *target,
                                 const FkChipDesc *desc,
                                 gboolean readable,
                                 gboolean is_first,
                                 const guint32 *soon,
                                 guint n_soon,
                                 GPtrArray *warnings,
                                 guint32 *size,
                                 guint32 *answering,
                                 GCancellable *cancellable,
                                 GError **error);

G_END_DECLS
