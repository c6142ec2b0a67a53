/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "pages/fk-compare-view-private.h"

/* Before the pane between bytes and list sees them, for which F8 means to move itself. */
void
fk_compare_view_add_shortcuts (FkCompareView *self)
{
  static const struct
  {
    guint key;
    GdkModifierType modifiers;
    const char *action;
  } keys[] = { { GDK_KEY_F7, 0, "compare.previous" },
               { GDK_KEY_F8, 0, "compare.next" },
               { GDK_KEY_f, GDK_CONTROL_MASK, "compare.find" },
               { GDK_KEY_g, GDK_CONTROL_MASK, "compare.find-next" },
               { GDK_KEY_g, GDK_CONTROL_MASK | GDK_SHIFT_MASK, "compare.find-previous" },
               { GDK_KEY_F3, 0, "compare.find-next" },
               { GDK_KEY_F3, GDK_SHIFT_MASK, "compare.find-previous" },
               { GDK_KEY_l, GDK_CONTROL_MASK, "compare.go-to" },
               { GDK_KEY_s, GDK_CONTROL_MASK, "compare.save-report" },
               { GDK_KEY_Up, GDK_ALT_MASK, "compare.previous" },
               { GDK_KEY_Down, GDK_ALT_MASK, "compare.next" } };
  GtkEventController *controller = gtk_shortcut_controller_new ();

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (controller),
                                          gtk_shortcut_new (gtk_keyval_trigger_new (keys[i].key,
                                                                                    keys[i]
                                                                                        .modifiers),
                                                            gtk_named_action_new (keys[i].action)));
  gtk_event_controller_set_propagation_phase (controller, GTK_PHASE_CAPTURE);
  gtk_widget_add_controller (GTK_WIDGET (self), controller);
}
