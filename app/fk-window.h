/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "fk-application.h"
#include "fk-board.h"

G_BEGIN_DECLS

typedef struct _FkPage FkPage; /* pages/fk-page.h, which needs this header */

/**
 * FkWindow:
 *
 * Sidebar and pages.  It moves between pages and says what concerns no single one; what a page does
 * is the page's.
 */
#define FK_TYPE_WINDOW (fk_window_get_type ())
G_DECLARE_FINAL_TYPE (FkWindow, fk_window, FK, WINDOW, AdwApplicationWindow)

FkWindow *fk_window_new (FkApplication *application);
FkLibraryModel *fk_window_get_library (FkWindow *self);
FkBoard *fk_window_get_only_board (FkWindow *self);
FkBoard *fk_window_get_board_for_uid (FkWindow *self, const char *uid);

void fk_window_open (FkWindow *self, FkPage *page);
void fk_window_push (FkWindow *self, FkPage *page);
void fk_window_close_page (FkWindow *self, FkPage *page);

void fk_window_open_file (FkWindow *self, GFile *file);
void fk_window_compare_files (FkWindow *self, GListModel *files);

void fk_window_toast (FkWindow *self, const char *text);
void fk_window_add_toast (FkWindow *self, AdwToast *toast);
void fk_window_show_error (FkWindow *self, const GError *error);

G_END_DECLS
