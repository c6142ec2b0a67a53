/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hex/fk-hex-copy.h"
#include "hex/fk-hex-edit.h"
#include "hex/fk-hex-glyphs.h"
#include "hex/fk-hex-layout.h"
#include "hex/fk-hex-view.h"

G_BEGIN_DECLS

/* Room at the left and right of a row, in pixels. */
#define FK_HEX_MARGIN 12

/* As many as a tall screen shows. */
#define FK_HEX_N_KEPT_ROWS 256

/* What a row looks like; @node is %NULL while that is not known. */
typedef struct
{
  guint64 row;
  GskRenderNode *node;
} FkHexRow;

struct _FkHexView
{
  GtkWidget parent_instance;

  FkByteSource *source;
  FkHexEdit *edit; /* @source again, if it can be overwritten */
  FkHexLayout layout;
  FkHexNotes *notes; /* or %NULL */
  GArray *marks;     /* of FkHexMark, ascending */
  GArray *folds;     /* of FkHexFold, which the layout knows */
  GArray *hits;      /* of guint64, ascending: where what was found begins; or %NULL */
  guint hit_size;
  guint64 cursor;
  guint64 anchor; /* where the selection began; equals cursor when nothing is selected */

  guint8 erased_value; /* what an erased byte reads as */
  gboolean is_locked;  /* @edit is not overwritten at the moment */
  gboolean types_text; /* what is typed goes to the text, not to the bytes */
  gboolean is_half;    /* the first digit of the byte at the cursor was typed */
  gboolean is_at_end;  /* the last byte was typed, and the cursor could not go on */

  GtkAdjustment *hadjustment;
  GtkAdjustment *vadjustment;
  GtkScrollablePolicy hscroll_policy;
  GtkScrollablePolicy vscroll_policy;

  GtkWidget *menu;        /* made when it is first opened */
  GMenuModel *extra_menu; /* (nullable) */
  double drag_x;          /* where the mouse is that drags */
  double drag_y;
  guint scroll_timeout;
  guint edited_timeout;

  FkHexGlyphs *glyphs;
  GdkRGBA text_color;
  FkHexRow rows[FK_HEX_N_KEPT_ROWS]; /* by row modulo its length */
};

/* fk-hex-view-decor.c */
gboolean fk_hex_view_is_hit (FkHexView *self, guint64 position);

/* fk-hex-view-draw.c */
void fk_hex_view_snapshot (GtkWidget *widget, GtkSnapshot *snapshot);
void fk_hex_view_measure_font (FkHexView *self);
void fk_hex_view_forget_rows (FkHexView *self);
GdkRGBA fk_hex_view_get_bookmark_color (guint color);

/* fk-hex-view-row.c */
GdkRGBA fk_hex_view_fade (GdkRGBA color, float alpha);
GskRenderNode *fk_hex_view_make_row (FkHexView *self, guint64 position);

/* fk-hex-view-scroll.c */
void fk_hex_view_configure_adjustments (FkHexView *self);
void fk_hex_view_set_adjustment (FkHexView *self, GtkAdjustment **place, GtkAdjustment *adjustment);
void fk_hex_view_clear_adjustment (FkHexView *self, GtkAdjustment **place);
void fk_hex_view_measure (GtkWidget *widget,
                          GtkOrientation orientation,
                          int for_size,
                          int *minimum,
                          int *natural,
                          int *minimum_baseline,
                          int *natural_baseline);
void fk_hex_view_size_allocate (GtkWidget *widget, int width, int height, int baseline);
void fk_hex_view_scroll_to (FkHexView *self, guint64 address);

/* fk-hex-view-cursor.c */
void fk_hex_view_place_cursor (FkHexView *self, guint64 address, gboolean extend);
void fk_hex_view_move (FkHexView *self, guint64 address, gboolean extend);

/* fk-hex-view-describe.c */
typedef enum
{
  FK_HEX_VIEW_UNDONE,
  FK_HEX_VIEW_REDONE,
  FK_HEX_VIEW_OVERWRITTEN,
  FK_HEX_VIEW_ERASED,
} FkHexViewDeed;

void fk_hex_view_describe (FkHexView *self, const char *text);
void fk_hex_view_describe_byte (FkHexView *self, guint64 position);
void fk_hex_view_describe_deed (FkHexView *self, FkHexViewDeed deed, FkHexMark place);
void fk_hex_view_describe_cursor (FkHexView *self);

/* fk-hex-view-type.c */
gboolean fk_hex_view_type (FkHexView *self, guint keyval, GdkModifierType state);
void fk_hex_view_end_typing (FkHexView *self);
void fk_hex_view_set_types_text (FkHexView *self, gboolean types_text);

/* fk-hex-view-edit.c */
void fk_hex_view_install_edit_actions (GtkWidgetClass *widget_class);
void fk_hex_view_update_edit_actions (FkHexView *self);

/* fk-hex-view-fold.c */
const FkHexFold *fk_hex_view_get_fold_at_cursor (FkHexView *self);
gboolean fk_hex_view_activate_fold (FkHexView *self);
char *fk_hex_view_dup_fold_text (FkHexView *self, const FkHexFold *fold);
GskRenderNode *fk_hex_view_make_fold_row (FkHexView *self, const FkHexFold *fold);

/* fk-hex-view-input.c */
void fk_hex_view_install_input (FkHexView *self);
void fk_hex_view_select_word (FkHexView *self, guint64 address, FkHexArea area);

/* fk-hex-view-copy.c */
void fk_hex_view_install_actions (GtkWidgetClass *widget_class);
gboolean fk_hex_view_copy (FkHexView *self, FkHexCopyFormat format);
void fk_hex_view_open_menu (FkHexView *self, double x, double y);

/* fk-hex-view.c */
void fk_hex_view_decorated (FkHexView *self);
void fk_hex_view_emit_fold_activated (FkHexView *self, guint64 start);
void fk_hex_view_say (FkHexView *self, const char *text);

G_END_DECLS
