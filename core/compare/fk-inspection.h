/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "compare/fk-finding.h"
#include "image/fk-image.h"

G_BEGIN_DECLS

/**
 * FkInspection:
 *
 * What an image holds.  Immutable, and independent of the image.
 */
#define FK_TYPE_INSPECTION (fk_inspection_get_type ())
G_DECLARE_FINAL_TYPE (FkInspection, fk_inspection, FK, INSPECTION, GObject)

FkInspection *fk_inspect (FkImage *image, const FkCompareContext *context);
gboolean fk_inspection_get_vectors (FkInspection *self, guint32 *stack, guint32 *reset);
gboolean fk_inspection_get_linked_at (FkInspection *self, guint32 *address);
guint64 fk_inspection_get_used (FkInspection *self);
GPtrArray *fk_inspection_get_findings (FkInspection *self);

G_END_DECLS
