/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "base/fk-range.h"
#include "image/fk-image.h"

G_BEGIN_DECLS

/**
 * FkAlignKind:
 * @FK_ALIGN_SAME: the same bytes, maybe at other addresses
 * @FK_ALIGN_CHANGED: as many bytes on both sides, the first and the last of which differ
 * @FK_ALIGN_INSERTED: bytes that only the second has
 * @FK_ALIGN_DELETED: bytes that only the first has
 */
typedef enum
{
  FK_ALIGN_SAME,
  FK_ALIGN_CHANGED,
  FK_ALIGN_INSERTED,
  FK_ALIGN_DELETED
} FkAlignKind;

/**
 * FkAlignRun:
 * @a: where in the first image; empty, at the place of the insertion, for FK_ALIGN_INSERTED
 * @b: where in the second one; empty, at the place of the deletion, for FK_ALIGN_DELETED
 *
 * A run lies within one segment on either side.
 */
typedef struct
{
  FkAlignKind kind;
  FkRange a;
  FkRange b;
} FkAlignRun;

/**
 * FkAlignment:
 * @runs: (element-type FkAlignRun): every byte of both images once, in ascending order
 * @same: bytes in runs that are the same
 * @changed: bytes in changed runs that differ
 * @inserted: bytes that only the second has
 * @deleted: bytes that only the first has
 *
 * Two images side by side, with shifted parts found again.  Replacing and inserting what the runs
 * say makes the second image of the first.
 */
typedef struct
{
  GArray *runs;
  guint64 same;
  guint64 changed;
  guint64 inserted;
  guint64 deleted;
} FkAlignment;

FkAlignment *fk_align (FkImage *a, FkImage *b, GCancellable *cancellable);
void fk_alignment_free (FkAlignment *alignment);
gboolean fk_align_run_get_shift (const FkAlignRun *run, gint64 *shift);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (FkAlignment, fk_alignment_free)

G_END_DECLS
