/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/fk-range.h"
#include "image/fk-image.h"

G_BEGIN_DECLS

/**
 * FkFinding: a fact about one image or two, in words for a person
 * @kind: stable name for machines: "identical", "trailing-blank", "truncated", "uid-in-image", …
 * @range: where; size 0 when it is about the whole
 */
typedef struct
{
  const char *kind;
  FkRange range;
  char *text;
} FkFinding;

void fk_finding_free (FkFinding *finding);

/**
 * FkCompareContext: what is known beside the bytes; every pointer may be NULL
 */
typedef struct
{
  FkRange flash;          /* of the chip; size 0 when unknown */
  const FkRange *sectors; /* ascending */
  guint n_sectors;
  GBytes *uid_a; /* 12 bytes */
  GBytes *uid_b;
  guint32 uid_address; /* of the chip's UID; 0 unknown */
  guint8 blank;        /* erased value */
} FkCompareContext;

#define FK_TYPE_COMPARISON (fk_comparison_get_type ())
G_DECLARE_FINAL_TYPE (FkComparison, fk_comparison, FK, COMPARISON, GObject)

FkComparison *fk_compare (FkImage *a, FkImage *b, const FkCompareContext *context);
gboolean fk_comparison_get_identical (FkComparison *self);
guint64 fk_comparison_get_differing_bytes (FkComparison *self);
const FkRange *
fk_comparison_get_ranges (FkComparison *self,
                          guint *n_ranges); /* runs; a byte that only one has differs */
GPtrArray *fk_comparison_get_findings (FkComparison *self); /* of FkFinding */

#define FK_TYPE_INSPECTION (fk_inspection_get_type ())
G_DECLARE_FINAL_TYPE (FkInspection, fk_inspection, FK, INSPECTION, GObject)

FkInspection *fk_inspect (FkImage *image, const FkCompareContext *context);
gboolean fk_inspection_get_vectors (FkInspection *self, guint32 *stack, guint32 *reset);
gboolean
fk_inspection_get_linked_at (FkInspection *self, guint32 *address); /* FALSE: cannot tell */
guint64 fk_inspection_get_used (FkInspection *self);
GPtrArray *fk_inspection_get_findings (FkInspection *self);

G_END_DECLS
