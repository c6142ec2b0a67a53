/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What nobody needs to see of images that are lined up: long stretches that are the same, and
 * erased flash wherever it is.  Some rows next to a difference stay, so that it stands among its
 * neighbours. */

#include "config.h"

#include "widgets/fk-diff-folds.h"

/* Positions that stay at each end of a stretch; with 16 bytes in a row, four rows. */
#define CONTEXT 64u

/* The shortest fold. */
#define MIN_FOLD 256u

/* Erased flash is looked for in parts of this size. */
#define BLOCK 4096u

static void
add_fold (GArray *folds, guint64 start, guint64 end, FkHexFoldKind kind)
{
  guint64 first = (start + FK_HEX_MAX_COLUMNS - 1) / FK_HEX_MAX_COLUMNS * FK_HEX_MAX_COLUMNS;
  guint64 last = end / FK_HEX_MAX_COLUMNS * FK_HEX_MAX_COLUMNS;
  FkHexFold fold = { first, last - first, kind, 0 };

  if (last > first && fold.size >= MIN_FOLD)
    g_array_append_val (folds, fold);
}

/* Returns: how many bytes at the end of @range are erased */
static guint32
count_blank_end (FkImage *image, FkRange range, guint8 erased)
{
  guint8 bytes[BLOCK];
  guint32 n = 0;

  while (n < range.size)
    {
      guint32 size = MIN (BLOCK, range.size - n);

      if (!fk_image_read (image, (FkRange){ range.address + (range.size - n - size), size }, bytes))
        return n;
      for (guint32 i = size; i > 0; i--, n++)
        if (bytes[i - 1] != erased)
          return n;
    }
  return n;
}

/* What is the same, then what is erased at its end. */
static void
fold_same (GArray *folds,
           const FkDiffPiece *piece,
           FkImage *first,
           gboolean is_first,
           gboolean is_last,
           guint8 erased)
{
  guint64 start = piece->position + (is_first ? 0 : CONTEXT);
  guint64 end;
  guint64 middle;
  guint32 blank;

  if (piece->size < MIN_FOLD)
    return;
  end = piece->position + piece->size - (is_last ? 0 : CONTEXT);
  blank = count_blank_end (first, piece->ranges[FK_DIFF_FIRST], erased);
  middle = MAX (piece->position + piece->size - blank, start);
  /* Two folds meet at a whole row. */
  middle = (middle + FK_HEX_MAX_COLUMNS - 1) / FK_HEX_MAX_COLUMNS * FK_HEX_MAX_COLUMNS;
  if (middle + MIN_FOLD > end)
    middle = end;
  add_fold (folds, start, middle, FK_HEX_FOLD_SAME);
  add_fold (folds, middle, end, FK_HEX_FOLD_BLANK);
}

/* Whether those sides that have bytes there have the same, while another one has none.
 *
 * @side: (out): one of those that have */
static gboolean
is_surplus (const FkDiffPiece *piece, guint n_sides, guint *side)
{
  guint n_present = 0;
  guint missing = 0;

  *side = FK_DIFF_FIRST;
  for (guint i = 0; i < n_sides; i++)
    if (piece->ranges[i].size > 0)
      {
        n_present++;
        *side = i;
      }
    else
      missing = i;
  return n_present == 1 || (n_present < n_sides && piece->relation == FK_LINEUP_FIRST + missing);
}

/* Erased flash that not every side has, as where a file ends before the flash does. */
static void
fold_surplus (GArray *folds, const FkDiffPiece *piece, FkImage *image, FkRange range, guint8 erased)
{
  guint32 blank = count_blank_end (image, range, erased);

  if (blank > CONTEXT)
    add_fold (folds, piece->position + range.size - blank + CONTEXT, piece->position + range.size,
              FK_HEX_FOLD_BLANK);
}

/**
 * fk_diff_folds_find:
 * @images: (array): on the sides of @layout
 * @blank: what an erased byte reads as
 *
 * Takes time with the size of the images.
 *
 * Returns: (transfer full) (element-type FkHexFold): ascending, in positions of @layout
 */
GArray *
fk_diff_folds_find (FkDiffLayout *layout, FkImage *const *images, guint8 blank)
{
  GArray *folds;
  guint n_pieces;
  guint n_sides;
  guint side;

  g_return_val_if_fail (layout != NULL, NULL);
  g_return_val_if_fail (images != NULL, NULL);

  folds = g_array_new (FALSE, FALSE, sizeof (FkHexFold));
  n_pieces = fk_diff_layout_get_n_pieces (layout);
  n_sides = fk_diff_layout_get_n_sides (layout);
  for (guint i = 0; i < n_pieces; i++)
    {
      const FkDiffPiece *piece = fk_diff_layout_get_piece (layout, i);

      if (piece->relation == FK_LINEUP_SAME)
        fold_same (folds, piece, images[FK_DIFF_FIRST], i == 0, i + 1 == n_pieces, blank);
      else if (is_surplus (piece, n_sides, &side))
        fold_surplus (folds, piece, images[side], piece->ranges[side], blank);
    }
  return folds;
}
