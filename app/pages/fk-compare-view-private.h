/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hex/fk-hex-find-panel.h"
#include "hex/fk-hex-view.h"
#include "pages/fk-compare-view.h"
#include "widgets/fk-diff-list.h"
#include "widgets/fk-memory-map.h"

G_BEGIN_DECLS

/* How things stand at a width. */
typedef enum
{
  FK_COMPARE_BYTES_BESIDE = 1 << 0,  /* else one below the other */
  FK_COMPARE_SEARCH_BESIDE = 1 << 1, /* else below the bytes */
  FK_COMPARE_BYTES_ONLY = 1 << 2,    /* while there is no room for findings and list */
} FkCompareArrangement;

struct _FkCompareView
{
  AdwBin parent_instance;

  GtkLabel *summary;
  GtkLabel *counts;
  GtkMenuButton *menu_button;
  FkMemoryMap *map_a;
  FkMemoryMap *map_b;
  GtkScrolledWindow *findings_scroller;
  GtkListBox *findings;
  GtkBox *content;
  GtkBox *body;
  GtkWidget *find_box;
  GtkSeparator *find_separator;
  GtkDropDown *find_side;
  GtkEntry *address_entry;
  FkHexFindPanel *find_panel;
  GtkLabel *title_a;
  GtkLabel *detail_a;
  GtkLabel *title_b;
  GtkLabel *detail_b;
  GtkScrolledWindow *scroller_a;
  GtkScrolledWindow *scroller_b;
  FkHexView *view_a;
  FkHexView *view_b;
  FkDiffList *list;

  FkCompareSide *sides[2];
  FkCompareResult *result; /* (nullable): until it is shown */
  FkCompareArrangement arrangement;
  GArray *folds; /* of FkHexFold: those that were not opened */
  gboolean fold;
  guint active; /* the side that was worked in last */
};

/* fk-compare-view.c */
void fk_compare_view_go_to (FkCompareView *self, guint64 position, guint64 size);
void fk_compare_view_say (FkCompareView *self, const char *text);

/* fk-compare-view-find.c */
void fk_compare_view_install_find (GtkWidgetClass *widget_class);
void fk_compare_view_prepare_find (FkCompareView *self);
void fk_compare_view_arrange_find (FkCompareView *self, gboolean wide);

/* fk-compare-view-show.c */
gboolean fk_compare_view_get_map_extent (FkCompareView *self, FkRange *extent);
void fk_compare_view_show_result (FkCompareView *self);

G_END_DECLS
