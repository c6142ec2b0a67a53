/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Pages on which something would be lost are not left before the person said what shall become of
 * it. */

#include "config.h"

#include "fk-window-private.h"

#include "pages/fk-backup-page.h"
#include "pages/fk-board-page.h"

typedef struct
{
  FkWindow *window;
  FkWindowFunc leave;
  gpointer data;
  GDestroyNotify destroy;
} Leaving;

static void
leaving_free (Leaving *leaving)
{
  if (leaving->destroy != NULL)
    leaving->destroy (leaving->data);
  g_object_unref (leaving->window);
  g_free (leaving);
}

static FkPage *
find_unsaved (FkWindow *self)
{
  GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self->stack));

  for (; child != NULL; child = gtk_widget_get_next_sibling (child))
    if (FK_IS_PAGE (child) && fk_page_is_unsaved (FK_PAGE (child)))
      return FK_PAGE (child);
  return NULL;
}

/* What was chosen at the side, and not come to. */
static void
take_choice_back (FkWindow *self)
{
  GtkWidget *first = self->history->len > 0 ? g_ptr_array_index (self->history, 0)
                                            : gtk_stack_get_visible_child (self->stack);

  fk_sidebar_show_choice (self->sidebar,
                          FK_IS_BOARD_PAGE (first) ? fk_board_page_get_board (FK_BOARD_PAGE (first))
                                                   : NULL,
                          FK_IS_BACKUP_PAGE (first)
                              ? fk_backup_page_get_backup (FK_BACKUP_PAGE (first))
                              : NULL);
}

static void
on_answered (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Leaving *leaving = user_data;
  FkWindow *self = leaving->window;

  self->asking = FALSE;
  if (fk_page_ask_to_leave_finish (FK_PAGE (source), result))
    leaving->leave (self, leaving->data);
  else
    take_choice_back (self);
  leaving_free (leaving);
}

/**
 * fk_window_ask_before:
 * @page: (nullable): that goes; %NULL: all of them
 * @leave: called when the person agrees
 * @data: for @leave; taken only if the person is asked
 *
 * Returns: whether something would be lost, so that the person is asked; otherwise the caller goes
 *   on at once
 */
gboolean
fk_window_ask_before (
    FkWindow *self, FkPage *page, FkWindowFunc leave, gpointer data, GDestroyNotify destroy)
{
  FkPage *unsaved = page == NULL ? find_unsaved (self) : fk_page_is_unsaved (page) ? page : NULL;
  Leaving *leaving;

  if (unsaved == NULL)
    return FALSE;
  if (self->asking)
    {
      if (destroy != NULL)
        destroy (data);
      return TRUE;
    }
  self->asking = TRUE;
  leaving = g_new (Leaving, 1);
  *leaving = (Leaving){ g_object_ref (self), leave, data, destroy };
  fk_page_ask_to_leave_async (unsaved, on_answered, leaving);
  return TRUE;
}
