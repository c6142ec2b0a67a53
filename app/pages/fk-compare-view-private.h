/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hex/fk-hex-find-panel.h"
#include "pages/fk-compare-pane.h"
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
  FK_COMPARE_ONE_SIDE = 1 << 3,      /* the one that is worked in */
  FK_COMPARE_NOT_ARRANGED = 1 << 4,
} FkCompareArrangement;

struct _FkCompareView
{
  AdwBin parent_instance;

  GtkLabel *summary;
  GtkLabel *counts;
  GtkMenuButton *menu_button;
  GtkBox *maps_box;
  GtkScrolledWindow *findings_scroller;
  GtkListBox *findings;
  GtkBox *content;
  GtkBox *switcher;
  GtkBox *body;
  GtkWidget *find_box;
  GtkSeparator *find_separator;
  GtkDropDown *find_side;
  GtkStringList *side_names; /* in @find_side */
  GtkEntry *address_entry;
  FkHexFindPanel *find_panel;
  FkDiffList *list;

  FkMemoryMap *maps[FK_LINEUP_MAX_SIDES];
  FkComparePane *panes[FK_LINEUP_MAX_SIDES];
  GtkToggleButton *switches[FK_LINEUP_MAX_SIDES];
  guint n_sides;           /* that there are maps and panes for */
  GPtrArray *sides;        /* (nullable): of FkCompareSide; until it is shown */
  FkCompareResult *result; /* (nullable): until it is shown */
  FkCompareArrangement arrangement;
  GArray *folds; /* of FkHexFold: those that were not opened */
  gboolean fold;
  guint active; /* the side that was worked in last */
};

/* fk-compare-view.c */
FkHexView *fk_compare_view_get_bytes (FkCompareView *self, guint side);
FkImage *fk_compare_view_get_image (FkCompareView *self, guint side);
void fk_compare_view_go_to (FkCompareView *self, guint64 position, guint64 size);
guint fk_compare_view_count_differences (FkCompareView *self);
void fk_compare_view_say (FkCompareView *self, const char *text);

/* fk-compare-view-arrange.c */
void fk_compare_view_install_arranging (GtkWidgetClass *widget_class);

/* fk-compare-view-find.c */
void fk_compare_view_install_find (GtkWidgetClass *widget_class);
void fk_compare_view_prepare_find (FkCompareView *self);
void fk_compare_view_add_ways (FkCompareView *self, guint side);
void fk_compare_view_leave_find (FkCompareView *self);
void fk_compare_view_arrange_find (FkCompareView *self, gboolean wide);

/* fk-compare-view-fold.c */
void fk_compare_view_reset_folds (FkCompareView *self);
void fk_compare_view_unfold (FkCompareView *self, guint64 position, guint64 size);
void fk_compare_view_add_folding (FkCompareView *self, guint side);

/* fk-compare-view-switch.c */
void fk_compare_view_add_switch (FkCompareView *self, guint side, const char *name);
void fk_compare_view_set_active (FkCompareView *self, guint side);
void fk_compare_view_update_switch (FkCompareView *self);

/* fk-compare-view-keys.c */
void fk_compare_view_add_shortcuts (FkCompareView *self);

/* fk-compare-view-show.c */
gboolean fk_compare_view_get_map_extent (FkCompareView *self, FkRange *extent);
void fk_compare_view_show_result (FkCompareView *self);
void fk_compare_view_forget_result (FkCompareView *self);

G_END_DECLS
