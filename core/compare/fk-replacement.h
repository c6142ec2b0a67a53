/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "compare/fk-finding.h"
#include "image/fk-image.h"

G_BEGIN_DECLS

gboolean fk_replacement_is_plain (FkImage *image,
                                  const guint8 *start,
                                  gsize length,
                                  const FkCompareContext *context);
void fk_replacement_note (GPtrArray *findings,
                          FkImage *image,
                          FkImage *present,
                          const FkCompareContext *context);

G_END_DECLS
