/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "fk-window.h"

G_BEGIN_DECLS

/**
 * FkPage:
 *
 * What the window shows beside its sidebar: a widget with a title, which may change.
 *
 * Properties: "title", "subtitle" (strings).
 */
#define FK_TYPE_PAGE (fk_page_get_type ())
G_DECLARE_DERIVABLE_TYPE (FkPage, fk_page, FK, PAGE, AdwBin)

struct _FkPageClass
{
  AdwBinClass parent_class;

  /* Optional, for pages on which something can be lost; the answer to the question is a GTask of
   * the page's that returns a boolean. */
  gboolean (*is_unsaved) (FkPage *self);
  void (*ask_to_leave) (FkPage *self, GTask *task);

  /* Optional, for pages that take longer to free than a frame: frees some of it, in a turn of the
   * main loop of its own, and returns whether there is more. */
  gboolean (*free_some) (FkPage *self);
};

gboolean fk_page_is_unsaved (FkPage *self);
void fk_page_ask_to_leave_async (FkPage *self, GAsyncReadyCallback callback, gpointer user_data);
gboolean fk_page_ask_to_leave_finish (FkPage *self, GAsyncResult *result);
void fk_page_leave (FkPage *self);

void fk_page_set_window (FkPage *self, FkWindow *window);
FkWindow *fk_page_get_window (FkPage *self);
const char *fk_page_get_title (FkPage *self);
const char *fk_page_get_subtitle (FkPage *self);
void fk_page_set_title (FkPage *self, const char *title, const char *subtitle);

G_END_DECLS
