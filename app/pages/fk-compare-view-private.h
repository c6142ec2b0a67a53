/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hex/fk-hex-view.h"
#include "pages/fk-compare-view.h"
#include "widgets/fk-diff-list.h"
#include "widgets/fk-memory-map.h"

G_BEGIN_DECLS

struct _FkCompareView
{
  AdwBin parent_instance;

  GtkLabel *summary;
  GtkLabel *counts;
  FkMemoryMap *map_a;
  FkMemoryMap *map_b;
  GtkScrolledWindow *findings_scroller;
  GtkListBox *findings;
  GtkBox *body;
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
  GArray *folds;           /* of FkHexFold: those that were not opened */
  gboolean fold;
};

/* fk-compare-view-show.c */
void fk_compare_view_show_result (FkCompareView *self);

G_END_DECLS
