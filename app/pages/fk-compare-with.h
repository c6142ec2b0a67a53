/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "pages/fk-compare-side.h"
#include "pages/fk-page.h"

G_BEGIN_DECLS

void fk_compare_with (FkPage *from, FkCompareSide *side);

G_END_DECLS
