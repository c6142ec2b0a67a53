/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Ways to a comparison that begin at no page: files that were dropped, a backup in the list. */

#include "config.h"

#include "fk-window-private.h"

#include <glib/gi18n.h>

#include "pages/fk-compare-page.h"
#include "pages/fk-compare-with.h"

/**
 * fk_window_compare_files:
 * @files: of #GFile; two or three
 *
 * Shows how they differ.
 */
void
fk_window_compare_files (FkWindow *self, GListModel *files)
{
  g_autoptr (GPtrArray) sides = g_ptr_array_new_with_free_func (g_object_unref);

  g_return_if_fail (FK_IS_WINDOW (self));
  g_return_if_fail (G_IS_LIST_MODEL (files));

  for (guint i = 0; i < g_list_model_get_n_items (files); i++)
    {
      g_autoptr (GFile) file = g_list_model_get_item (files, i);

      g_ptr_array_add (sides, fk_compare_side_new_for_file (file));
    }
  fk_window_push (self, fk_compare_page_new_for_sides (sides));
}

static void
on_compare_with (GtkWidget *widget, const char *action, GVariant *parameter)
{
  FkWindow *self = FK_WINDOW (widget);
  g_autoptr (FkBackup) backup =
      fk_library_model_find (self->library, g_variant_get_string (parameter, NULL));
  g_autoptr (FkCompareSide) side = NULL;

  if (backup == NULL)
    return;
  side = fk_compare_side_new_for_backup (backup);
  fk_compare_with (self, side);
}

static void
on_compare_previous (GtkWidget *widget, const char *action, GVariant *parameter)
{
  FkWindow *self = FK_WINDOW (widget);
  g_autoptr (FkBackup) backup =
      fk_library_model_find (self->library, g_variant_get_string (parameter, NULL));
  g_autoptr (FkBackup) previous = NULL;
  g_autoptr (FkCompareSide) older = NULL;
  g_autoptr (FkCompareSide) newer = NULL;

  if (backup == NULL)
    return;
  previous = fk_library_model_find_previous (self->library, backup);
  if (previous == NULL)
    {
      fk_window_toast (self, _ ("There is no older backup of this board"));
      return;
    }
  older = fk_compare_side_new_for_backup (previous);
  newer = fk_compare_side_new_for_backup (backup);
  fk_window_push (self, fk_compare_page_new (older, newer));
}

/**
 * fk_window_install_comparing:
 *
 * "win.compare-with" and "win.compare-previous", each with the ID of a backup.
 */
void
fk_window_install_comparing (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "win.compare-with", "s", on_compare_with);
  gtk_widget_class_install_action (widget_class, "win.compare-previous", "s", on_compare_previous);
}
