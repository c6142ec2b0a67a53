/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Where three sides do not fit beside each other, one is seen at a time, and buttons change it. */

#include "config.h"

#include "pages/fk-compare-view-private.h"

static void
on_toggled (GtkToggleButton *button, FkCompareView *self)
{
  if (!gtk_toggle_button_get_active (button))
    return;
  for (guint side = 0; side < self->n_sides; side++)
    if (button == self->switches[side])
      fk_compare_view_set_active (self, side);
}

/**
 * fk_compare_view_add_switch:
 *
 * For the making of a side.
 */
void
fk_compare_view_add_switch (FkCompareView *self, guint side, const char *name)
{
  GtkWidget *button = gtk_toggle_button_new_with_label (name);

  self->switches[side] = GTK_TOGGLE_BUTTON (button);
  if (side > FK_DIFF_FIRST)
    gtk_toggle_button_set_group (self->switches[side], self->switches[FK_DIFF_FIRST]);
  gtk_box_append (self->switcher, button);
  g_signal_connect (button, "toggled", G_CALLBACK (on_toggled), self);
}

/**
 * fk_compare_view_set_active:
 *
 * Which side is worked in, and where there is no room for more, seen.
 */
void
fk_compare_view_set_active (FkCompareView *self, guint side)
{
  self->active = side;
  fk_compare_view_update_switch (self);
}

/**
 * fk_compare_view_update_switch:
 *
 * Shows every side, or the one that is worked in.
 */
void
fk_compare_view_update_switch (FkCompareView *self)
{
  gboolean one_side = self->n_sides > 2 && (self->arrangement & FK_COMPARE_ONE_SIDE) != 0;

  for (guint side = 0; side < self->n_sides; side++)
    {
      gtk_widget_set_visible (GTK_WIDGET (self->panes[side]), !one_side || side == self->active);
      fk_compare_pane_set_is_last (self->panes[side], one_side || side + 1 == self->n_sides);
    }
  gtk_toggle_button_set_active (self->switches[self->active], TRUE);
  gtk_widget_set_visible (GTK_WIDGET (self->switcher), one_side);
}
