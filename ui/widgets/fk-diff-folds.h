/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hex/fk-hex-view.h"
#include "image/fk-image.h"
#include "widgets/fk-diff-layout.h"

G_BEGIN_DECLS

GArray *fk_diff_folds_find (FkDiffLayout *layout, FkImage *const *images, guint8 blank);

G_END_DECLS
