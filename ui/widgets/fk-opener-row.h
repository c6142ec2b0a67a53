/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * FkOpenerRow:
 *
 * A row of a preferences group that shows and hides others below it.  The property "open" tells
 * whether they are shown; whoever has many rows to add waits for the first "notify::open".
 */
#define FK_TYPE_OPENER_ROW (fk_opener_row_get_type ())
G_DECLARE_FINAL_TYPE (FkOpenerRow, fk_opener_row, FK, OPENER_ROW, AdwActionRow)

gboolean fk_opener_row_get_open (FkOpenerRow *self);
void fk_opener_row_add (FkOpenerRow *self, GtkWidget *row);
void fk_opener_row_remove_all (FkOpenerRow *self);

G_END_DECLS
