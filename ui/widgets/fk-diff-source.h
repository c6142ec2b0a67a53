/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hex/fk-byte-source.h"
#include "image/fk-image.h"
#include "widgets/fk-diff-layout.h"

G_BEGIN_DECLS

/**
 * FkDiffSource:
 *
 * One side of images that are lined up for a hex view, with gaps where another side has more.
 */
#define FK_TYPE_DIFF_SOURCE (fk_diff_source_get_type ())
G_DECLARE_FINAL_TYPE (FkDiffSource, fk_diff_source, FK, DIFF_SOURCE, GObject)

FkByteSource *fk_diff_source_new (FkDiffLayout *layout, FkDiffSide side, FkImage *image);

G_END_DECLS
