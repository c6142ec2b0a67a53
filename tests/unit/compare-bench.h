/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "compare/fk-compare.h"

#define BASE 0x08000000u

/* Two copies of the same firmware in a flash of some size, to be changed by the test. */
typedef struct
{
  gsize size;
  guint8 *a;
  guint8 *b;
} Pair;

/* Two times firmware of @used bytes, in a flash of @size bytes. */
Pair make_pair (gsize size, gsize used);
void free_pair (Pair *pair);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Pair, free_pair)

FkImage *make_image (guint32 address, const void *data, gsize length);
FkComparison *compare (const guint8 *a,
                       gsize length_a,
                       const guint8 *b,
                       gsize length_b,
                       const FkCompareContext *context);

/* Returns: (transfer none) (nullable): the first finding of that kind. */
const FkFinding *find (FkComparison *comparison, const char *kind);
/* What the comparison says first. */
void assert_headline (FkComparison *comparison, const char *kind, const char *text);
void assert_text (FkComparison *comparison, const char *kind, const char *text);
