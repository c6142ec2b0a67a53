/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hex/fk-hex-bookmark-panel.h"
#include "hex/fk-hex-edit.h"
#include "hex/fk-hex-find-panel.h"
#include "hex/fk-hex-inspector.h"
#include "hex/fk-hex-map.h"
#include "hex/fk-hex-places.h"
#include "hex/fk-hex-string-panel.h"
#include "hex/fk-hex-view.h"
#include "pages/fk-bytes-bookmarks.h"
#include "pages/fk-bytes-page.h"

G_BEGIN_DECLS

struct _FkBytesPage
{
  FkPage parent_instance;

  GtkBox *body;
  GtkSeparator *separator;
  GtkWidget *panel_box;
  GtkWidget *panel_header;
  GtkLabel *panel_title;
  GtkStack *panels;
  FkHexFindPanel *find_panel; /* (nullable), as the others: until it is wanted */
  FkHexInspector *inspector;
  FkHexStringPanel *string_panel;
  FkHexBookmarkPanel *bookmark_panel;
  FkHexView *view;
  FkHexMap *map;
  GtkWidget *menu_button;
  GtkWidget *refresh_button;
  GtkWidget *edit_strip;
  GtkLabel *edit_status;
  GtkLabel *status;
  GtkEntry *address_entry;

  FkImage *image; /* (nullable) */
  FkHexPlaces *places;
  FkHexRegions *regions; /* (nullable): for the inspector to be */
  FkHexNotes *notes;
  FkBytesBookmarks *bookmarks; /* (nullable): kept nowhere */

  FkBackup *backup; /* (nullable): that the bytes are of */
  FkLibraryModel *library;
  gboolean wants_edit;        /* once the bookmarks have settled */
  FkHexEdit *edit;            /* (nullable): while a copy is edited */
  gboolean has_new_bookmarks; /* that go with the copy */
  gboolean is_saving;
  GTask *leaving;            /* (nullable): to be told whether it was saved */
  GtkApplication *inhibited; /* (nullable): asked not to end the session */
  guint inhibition;          /* by which it is told that it may */
};

/* fk-bytes-page-panels.c */
void fk_bytes_page_install_panels (GtkWidgetClass *widget_class);
void fk_bytes_page_init_panels (FkBytesPage *self);
void fk_bytes_page_take_regions (FkBytesPage *self, FkHexRegions *regions);
void fk_bytes_page_keep_bookmarks (FkBytesPage *self, FkBackup *backup, FkLibraryModel *library);
void fk_bytes_page_update_bookmark_panel (FkBytesPage *self);

/* fk-bytes-page-edit.c */
void fk_bytes_page_install_edit (GtkWidgetClass *widget_class);
void fk_bytes_page_update_edit (FkBytesPage *self);
void fk_bytes_page_start_edit_if_wanted (FkBytesPage *self);
void fk_bytes_page_save_copy (FkBytesPage *self);
void fk_bytes_page_discard (FkBytesPage *self);

/* fk-bytes-page-leave.c */
gboolean fk_bytes_page_is_unsaved (FkPage *page);
void fk_bytes_page_ask_to_leave (FkPage *page, GTask *task);
void fk_bytes_page_answer_leaving (FkBytesPage *self, gboolean saved);
void fk_bytes_page_update_inhibition (FkBytesPage *self, gboolean unsaved);

G_END_DECLS
