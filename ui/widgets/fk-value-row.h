/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* A row of a boxed list: what, and its value, which can be selected and copied. */
GtkWidget *fk_value_row_new (const char *title, const char *value);

/* The same with the text below the title, for sentences. */
GtkWidget *fk_value_row_new_text (const char *title, const char *text);
/* A symbol before the texts of either. */
void fk_value_row_add_prefix (GtkWidget *row, GtkWidget *prefix);

G_END_DECLS
