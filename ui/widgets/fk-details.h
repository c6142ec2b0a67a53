/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * FkDetails:
 *
 * Raw facts that most people do not need: folded away, with Copy.
 */
#define FK_TYPE_DETAILS (fk_details_get_type ())
G_DECLARE_FINAL_TYPE (FkDetails, fk_details, FK, DETAILS, AdwBin)

GtkWidget *fk_details_new (const char *text);
void fk_details_set_text (FkDetails *self, const char *text);

G_END_DECLS
