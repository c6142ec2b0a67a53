/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "hex/fk-byte-source.h"
#include "hex/fk-hex-layout.h"
#include "hex/fk-hex-mark.h"
#include "hex/fk-hex-notes.h"

G_BEGIN_DECLS

/**
 * FkHexFoldKind: what a fold hides
 */
typedef enum
{
  FK_HEX_FOLD_SAME, /* bytes that are the same elsewhere */
  FK_HEX_FOLD_BLANK,
} FkHexFoldKind;

/**
 * FkHexView:
 *
 * Bytes as addresses, hex digits and text, for sources of any size.  Scrolls in a
 * #GtkScrolledWindow; two views that share an adjustment scroll together.  Its actions: "hex.copy"
 * (the selection as hex digits), "hex.copy-text", "hex.copy-c", "hex.copy-base64",
 * "hex.select-all", "hex.menu".
 *
 * The bytes of an #FkHexEdit can be overwritten: by typing, and by "hex.paste", "hex.cut",
 * "hex.erase"; "hex.undo", "hex.redo", "hex.next-change", "hex.previous-change"; "hex.type-text"
 * chooses whether digits are typed or text.
 *
 * Signals: "fold-activated" (guint64, its start) asks to see what a fold hides; "message" (a
 * string) has something to tell the person, such as that a copy is too big; "decorated": marks,
 * hits or notes are others now.
 *
 * Properties: "source" (#FkByteSource), "cursor" (guint64, an address), "types-text" (gboolean).
 */
#define FK_TYPE_HEX_VIEW (fk_hex_view_get_type ())
G_DECLARE_FINAL_TYPE (FkHexView, fk_hex_view, FK, HEX_VIEW, GtkWidget)

GtkWidget *fk_hex_view_new (void);
void fk_hex_view_set_source (FkHexView *self, FkByteSource *source);
FkByteSource *fk_hex_view_get_source (FkHexView *self);
void fk_hex_view_set_extent (FkHexView *self, guint64 start, guint64 size);
void fk_hex_view_set_marks (FkHexView *self, const FkHexMark *marks, guint n_marks);
void fk_hex_view_set_folds (FkHexView *self, const FkHexFold *folds, guint n_folds);
void fk_hex_view_set_hits (FkHexView *self, GArray *hits, guint size);
void fk_hex_view_set_notes (FkHexView *self, FkHexNotes *notes);
FkHexNotes *fk_hex_view_get_notes (FkHexView *self);
void fk_hex_view_set_cursor (FkHexView *self, guint64 address);
guint64 fk_hex_view_get_cursor (FkHexView *self);
void fk_hex_view_select (FkHexView *self, guint64 start, guint64 size);
gboolean fk_hex_view_get_selection (FkHexView *self, guint64 *start, guint64 *size);
void fk_hex_view_set_editable (FkHexView *self, gboolean editable);
void fk_hex_view_set_erased_value (FkHexView *self, guint8 value);
void fk_hex_view_set_extra_menu (FkHexView *self, GMenuModel *menu);
void fk_hex_view_paste_text (FkHexView *self, const char *text);
void fk_hex_view_fill (FkHexView *self, GBytes *pattern);
gboolean fk_hex_view_handle_key (FkHexView *self, guint keyval, GdkModifierType state);

G_END_DECLS
