/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "compare/fk-comparison.h"
#include "compare/fk-lineup.h"

G_BEGIN_DECLS

/**
 * FkCollationSide:
 * @uid: (nullable): 12 bytes: the unique ID of the chip that it is from
 */
typedef struct
{
  FkImage *image;
  GBytes *uid;
} FkCollationSide;

/**
 * FkCollation:
 *
 * Two or three images compared: all beside each other, and each with each other one.  Immutable,
 * and independent of the images.
 */
#define FK_TYPE_COLLATION (fk_collation_get_type ())
G_DECLARE_FINAL_TYPE (FkCollation, fk_collation, FK, COLLATION, GObject)

FkCollation *fk_collate (const FkCollationSide *sides,
                         guint n_sides,
                         const FkCompareContext *context,
                         GCancellable *cancellable,
                         GError **error);
guint fk_collation_get_n_sides (FkCollation *self);
const FkLineup *fk_collation_get_lineup (FkCollation *self);
char *fk_collation_make_headline (FkCollation *self);
gboolean fk_collation_get_identical (FkCollation *self);
guint64 fk_collation_get_differing_bytes (FkCollation *self);
const FkRange *fk_collation_get_ranges (FkCollation *self, guint *n_ranges);
guint fk_collation_get_n_pairs (FkCollation *self);
FkComparison *fk_collation_get_pair (FkCollation *self, guint index, guint *a, guint *b);

G_END_DECLS
