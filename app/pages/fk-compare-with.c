/* SPDX-License-Identifier: GPL-3.0-or-later */

/* From one thing to its comparison with another one, which the person chooses. */

#include "config.h"

#include "pages/fk-compare-with.h"

#include "dialogs/fk-compare-dialog.h"
#include "pages/fk-compare-page.h"

static gpointer
copy_side (gconstpointer side, gpointer user_data)
{
  return g_object_ref ((gpointer)side);
}

/* What a chip holds now comes after what was kept, and of two backups the older one first. */
static gboolean
is_later (FkCompareSide *side, FkCompareSide *chosen)
{
  FkBackup *backup = fk_compare_side_get_backup (side);
  FkBackup *other = fk_compare_side_get_backup (chosen);

  if (backup == NULL || other == NULL)
    return fk_compare_side_get_board (side) != NULL;
  return fk_backup_compare_age (backup, other) > 0;
}

static void
on_chosen (FkCompareDialog *dialog, GPtrArray *chosen, FkWindow *window)
{
  FkCompareSide *side = g_object_get_data (G_OBJECT (dialog), "side");
  g_autoptr (GPtrArray) sides = g_ptr_array_copy (chosen, copy_side, NULL);

  g_ptr_array_insert (sides, is_later (side, g_ptr_array_index (chosen, 0)) ? -1 : 0,
                      g_object_ref (side));
  fk_window_push (window, fk_compare_page_new_for_sides (sides));
}

/**
 * fk_compare_with:
 * @side: what is compared
 *
 * Asks what to compare @side with, and shows both.
 */
void
fk_compare_with (FkWindow *window, FkCompareSide *side)
{
  FkCompareDialog *dialog;
  g_autoptr (GPtrArray) sides = NULL;

  g_return_if_fail (FK_IS_WINDOW (window));
  g_return_if_fail (FK_IS_COMPARE_SIDE (side));

  sides = g_ptr_array_new_with_free_func (g_object_unref);
  g_ptr_array_add (sides, g_object_ref (side));
  dialog = fk_compare_dialog_new (window, sides);
  g_object_set_data_full (G_OBJECT (dialog), "side", g_object_ref (side), g_object_unref);
  g_signal_connect_object (dialog, "chosen", G_CALLBACK (on_chosen), window, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}
