/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "fk-sidebar.h"
#include "fk-window.h"
#include "pages/fk-page.h"
#include "widgets/fk-fold-view.h"

G_BEGIN_DECLS

struct _FkWindow
{
  AdwApplicationWindow parent_instance;

  AdwToastOverlay *toasts;
  FkFoldView *fold;
  FkSidebar *sidebar;
  AdwHeaderBar *sidebar_header;
  AdwHeaderBar *content_header;
  AdwWindowTitle *content_title;
  GtkWidget *menu_button;
  GMenu *recent_menu;
  GtkWidget *back_button;
  GtkStack *stack;
  GtkWidget *empty_page;
  GtkWidget *wires_group;

  FkLibraryModel *library;
  GPtrArray *history; /* the stack's children that Back leads to, the last one first */
  gboolean closing;   /* closes as soon as no board is worked on */
  gboolean asking;    /* what shall become of a page's changes */
};

/* fk-window.c */
FkPage *fk_window_get_page (FkWindow *self);
void fk_window_go_back (FkWindow *self);

/* fk-window-leave.c */
typedef void (*FkWindowFunc) (FkWindow *self, gpointer data);

gboolean fk_window_ask_before (
    FkWindow *self, FkPage *page, FkWindowFunc leave, gpointer data, GDestroyNotify destroy);

/* fk-window-files.c */
void fk_window_accept_files (FkWindow *self);
void fk_window_choose_file (FkWindow *self);

/* fk-window-compare.c */
void fk_window_install_comparing (GtkWidgetClass *widget_class);

/* fk-window-actions.c */
void fk_window_install_actions (GtkWidgetClass *widget_class);
gboolean fk_window_close_request (GtkWindow *window);

G_END_DECLS
