/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * FkTroubleView:
 *
 * Why there is no connection to a chip, or nothing to be done with it: a drawing that shows where
 * it hangs, what happened, what to do now, and a button for what the program can do itself.  Its
 * buttons use the actions "board.identify", "board.identify-under-reset" and "board.unlock" of
 * whoever holds it.
 */
#define FK_TYPE_TROUBLE_VIEW (fk_trouble_view_get_type ())
G_DECLARE_FINAL_TYPE (FkTroubleView, fk_trouble_view, FK, TROUBLE_VIEW, AdwBin)

void fk_trouble_view_show (FkTroubleView *self, const GError *error, const char *port_path);
const char *fk_trouble_view_get_drawing (const GError *error);

G_END_DECLS
