/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "fk-window.h"
#include "pages/fk-compare-side.h"

G_BEGIN_DECLS

void fk_compare_with (FkWindow *window, FkCompareSide *side);

G_END_DECLS
