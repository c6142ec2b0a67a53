/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "compare/fk-align.h"

G_BEGIN_DECLS

/* A stretch that is the same on both sides; positions count the bytes of an image, not addresses.
 */
typedef struct
{
  guint32 a;
  guint32 b;
  guint32 length;
  guint32 weight; /* how much the match is worth, for the choice among those that exclude it */
} FkAlignMatch;

/* A piece of either side. */
typedef struct
{
  guint32 a;
  guint32 size_a;
  guint32 b;
  guint32 size_b;
} FkAlignGap;

/* Room for the blocks of one search after the other. */
typedef struct
{
  struct
  {
    guint32 hash;
    guint32 position;
  } * slots;
  gsize n_slots;
  guint64 *filter; /* a bit for some of each hash's own: most of what is absent is seen here */
  guint bits;      /* of a slot's number */
  GCancellable *cancellable; /* (nullable): a search that it ends finds only some */
} FkAlignTable;

/* An image, and its bytes in one piece. */
typedef struct
{
  FkImage *image;
  const guint8 *data;
  guint8 *copy; /* (nullable): @data when it had to be put together */
  guint32 size;
  guint segment; /* where the last position asked for was; they only grow */
  guint32 segment_start;
} FkAlignSide;

/* One alignment while it is made. */
typedef struct
{
  FkAlignSide a;
  FkAlignSide b;
  gboolean swapped;
  GArray *shared;  /* of FkAlignMatch: where both have the same addresses */
  guint32 minimum; /* of a run that counts as equal between changed bytes */
  FkAlignTable table;
  FkAlignment *result;
  GCancellable *cancellable;
} FkAlignWork;

/* fk-align-emit.c */
void fk_align_emit (FkAlignWork *work, FkAlignKind kind, guint32 a, guint32 b, guint32 size);
void fk_align_emit_pairs (FkAlignWork *work, const FkAlignGap *gap);

/* fk-align-match.c */
guint32 fk_align_weigh (const guint8 *data, guint32 size);
void fk_align_match_diagonal (GArray *matches,
                              const guint8 *a,
                              const guint8 *b,
                              const FkAlignMatch *diagonal,
                              guint32 minimum);
void fk_align_match_blocks (
    GArray *matches, FkAlignTable *table, const guint8 *a, const guint8 *b, const FkAlignGap *gap);
void fk_align_table_clear (FkAlignTable *table);

/* fk-align-chain.c */
void fk_align_chain (GArray *matches);

G_END_DECLS
