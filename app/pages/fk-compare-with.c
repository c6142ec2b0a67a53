/* SPDX-License-Identifier: GPL-3.0-or-later */

/* From one thing to its comparison with another one, which the person chooses. */

#include "config.h"

#include "pages/fk-compare-with.h"

#include "dialogs/fk-compare-dialog.h"
#include "pages/fk-compare-page.h"

static void
on_chosen (FkCompareDialog *dialog, FkCompareSide *chosen, FkPage *from)
{
  FkWindow *window = fk_page_get_window (from);
  FkCompareSide *side = g_object_get_data (G_OBJECT (dialog), "side");

  if (window == NULL)
    return;
  /* What a chip holds now comes after what was kept. */
  if (fk_compare_side_get_board (side) != NULL)
    fk_window_push (window, fk_compare_page_new (chosen, side));
  else
    fk_window_push (window, fk_compare_page_new (side, chosen));
}

/**
 * fk_compare_with:
 * @from: the page that leads to the comparison
 * @side: what is compared
 *
 * Asks what to compare @side with, and shows both.
 */
void
fk_compare_with (FkPage *from, FkCompareSide *side)
{
  FkWindow *window;
  FkCompareDialog *dialog;

  g_return_if_fail (FK_IS_PAGE (from));
  g_return_if_fail (FK_IS_COMPARE_SIDE (side));

  window = fk_page_get_window (from);
  if (window == NULL)
    return;
  dialog = fk_compare_dialog_new (window, side);
  g_object_set_data_full (G_OBJECT (dialog), "side", g_object_ref (side), g_object_unref);
  g_signal_connect_object (dialog, "chosen", G_CALLBACK (on_chosen), from, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}
