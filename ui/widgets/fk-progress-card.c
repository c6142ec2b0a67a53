/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "widgets/fk-progress-card.h"

#include <glib/gi18n.h>

struct _FkProgressCard
{
  AdwBin parent_instance;

  GtkLabel *title;
  GtkLabel *stage;
  GtkProgressBar *bar;
  GtkButton *cancel;
  gint64 started; /* of the monotonic clock; 0 until the first fraction */
};

G_DEFINE_FINAL_TYPE (FkProgressCard, fk_progress_card, ADW_TYPE_BIN)

/* No promise before this much is known. */
#define MIN_FRACTION 0.03
#define MIN_ELAPSED  (1.5 * G_USEC_PER_SEC)

static GtkLabel *
add_label (GtkWidget *box, const char *css_class)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_widget_add_css_class (label, css_class);
  gtk_box_append (GTK_BOX (box), label);
  return GTK_LABEL (label);
}

static void
fk_progress_card_class_init (FkProgressCardClass *klass)
{
}

static void
fk_progress_card_init (FkProgressCard *self)
{
  GtkWidget *outer = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *inner = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);

  self->title = add_label (inner, "heading");
  self->bar = GTK_PROGRESS_BAR (gtk_progress_bar_new ());
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->bar), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Progress"), -1);
  gtk_box_append (GTK_BOX (inner), GTK_WIDGET (self->bar));
  self->stage = add_label (inner, "dim-label");
  self->cancel = GTK_BUTTON (gtk_button_new_with_mnemonic (_ ("_Cancel")));
  gtk_widget_set_valign (GTK_WIDGET (self->cancel), GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (outer), inner);
  gtk_box_append (GTK_BOX (outer), GTK_WIDGET (self->cancel));
  gtk_widget_set_margin_top (outer, 12);
  gtk_widget_set_margin_bottom (outer, 12);
  gtk_widget_set_margin_start (outer, 12);
  gtk_widget_set_margin_end (outer, 12);
  gtk_widget_add_css_class (GTK_WIDGET (self), "card");
  adw_bin_set_child (ADW_BIN (self), outer);
}

GtkWidget *
fk_progress_card_new (void)
{
  return g_object_new (FK_TYPE_PROGRESS_CARD, NULL);
}

/**
 * fk_progress_card_set_cancel_action:
 * @action: a detailed action name that cancels the operation
 */
void
fk_progress_card_set_cancel_action (FkProgressCard *self, const char *action)
{
  g_return_if_fail (FK_IS_PROGRESS_CARD (self));

  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->cancel), action);
}

static char *
describe_left (FkProgressCard *self, double fraction)
{
  gint64 elapsed = g_get_monotonic_time () - self->started;
  guint seconds;

  if (fraction < MIN_FRACTION || elapsed < MIN_ELAPSED)
    return NULL;
  seconds = (guint)((double)elapsed * (1 - fraction) / fraction / G_USEC_PER_SEC) + 1;
  if (seconds >= 60)
    return g_strdup_printf (ngettext ("about %u minute left", "about %u minutes left",
                                      (seconds + 59) / 60),
                            (seconds + 59) / 60);
  return g_strdup_printf (ngettext ("about %u second left", "about %u seconds left", seconds),
                          seconds);
}

/**
 * fk_progress_card_update:
 * @title: (nullable): "Backing up"
 * @stage: (nullable): "Reading flash"
 * @fraction: of the whole, 0 to 1; a smaller one than before begins a new operation
 */
void
fk_progress_card_update (FkProgressCard *self,
                         const char *title,
                         const char *stage,
                         double fraction)
{
  g_autofree char *left = NULL;
  g_autofree char *text = NULL;

  g_return_if_fail (FK_IS_PROGRESS_CARD (self));

  if (self->started == 0 || fraction < gtk_progress_bar_get_fraction (self->bar))
    self->started = g_get_monotonic_time ();
  left = describe_left (self, fraction);
  text = left != NULL && stage != NULL ? g_strdup_printf ("%s · %s", stage, left)
                                       : g_strdup (stage != NULL ? stage : "");
  gtk_label_set_label (self->title, title != NULL ? title : "");
  gtk_label_set_label (self->stage, text);
  gtk_progress_bar_set_fraction (self->bar, CLAMP (fraction, 0, 1));
}
