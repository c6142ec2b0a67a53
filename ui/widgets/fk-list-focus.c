/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "widgets/fk-list-focus.h"

static gboolean
on_key_pressed (GtkEventControllerKey *controller,
                guint keyval,
                guint keycode,
                GdkModifierType state,
                GtkWidget *list)
{
  GtkWidget *root = GTK_WIDGET (gtk_widget_get_root (list));
  gboolean backward = keyval == GDK_KEY_ISO_Left_Tab || (state & GDK_SHIFT_MASK) != 0;

  if ((keyval != GDK_KEY_Tab && keyval != GDK_KEY_ISO_Left_Tab) ||
      (state & GDK_CONTROL_MASK) != 0 || root == NULL)
    return GDK_EVENT_PROPAGATE;
  gtk_widget_set_can_focus (list, FALSE);
  gtk_widget_child_focus (root, backward ? GTK_DIR_TAB_BACKWARD : GTK_DIR_TAB_FORWARD);
  gtk_widget_set_can_focus (list, TRUE);
  return GDK_EVENT_STOP;
}

/**
 * fk_list_focus_make_one_stop:
 * @list: a #GtkListBox, #GtkListView or #GtkColumnView
 *
 * Makes Tab leave the list.  By itself it walks from row to row, a trap as long as the list; the
 * property against that came with GTK 4.12.
 */
void
fk_list_focus_make_one_stop (GtkWidget *list)
{
  GtkEventController *keys = gtk_event_controller_key_new ();

  g_return_if_fail (GTK_IS_WIDGET (list));

  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (on_key_pressed), list);
  gtk_widget_add_controller (list, keys);
}

static GtkWidget *
find_list_box (GtkWidget *widget)
{
  if (GTK_IS_LIST_BOX (widget))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_list_box (child);

      if (found != NULL)
        return found;
    }
  return NULL;
}

/**
 * fk_list_focus_make_group_one_stop:
 * @group: an #AdwPreferencesGroup, or whatever else has a #GtkListBox inside
 */
void
fk_list_focus_make_group_one_stop (GtkWidget *group)
{
  GtkWidget *list;

  g_return_if_fail (GTK_IS_WIDGET (group));

  list = find_list_box (group);
  if (list != NULL)
    fk_list_focus_make_one_stop (list);
}
