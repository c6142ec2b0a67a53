/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "widgets/fk-progress-card.h"

#include <glib/gi18n.h>

#include "base/fk-estimator.h"

struct _FkProgressCard
{
  AdwBin parent_instance;

  GtkLabel *title;
  GtkLabel *stage;
  GtkLabel *hint;
  GtkProgressBar *bar;
  GtkButton *cancel;
  FkEstimator *estimator; /* of the present operation */
};

G_DEFINE_FINAL_TYPE (FkProgressCard, fk_progress_card, ADW_TYPE_BIN)

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
fk_progress_card_finalize (GObject *object)
{
  fk_estimator_free (FK_PROGRESS_CARD (object)->estimator);
  G_OBJECT_CLASS (fk_progress_card_parent_class)->finalize (object);
}

static void
fk_progress_card_class_init (FkProgressCardClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = fk_progress_card_finalize;
}

static void
fk_progress_card_init (FkProgressCard *self)
{
  GtkWidget *outer = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *inner = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);

  self->estimator = fk_estimator_new ();
  self->title = add_label (inner, "heading");
  self->bar = GTK_PROGRESS_BAR (gtk_progress_bar_new ());
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->bar), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Progress"), -1);
  gtk_box_append (GTK_BOX (inner), GTK_WIDGET (self->bar));
  self->stage = add_label (inner, "dim-label");
  self->hint = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_xalign (self->hint, 0);
  gtk_label_set_wrap (self->hint, TRUE);
  gtk_label_set_natural_wrap_mode (self->hint, GTK_NATURAL_WRAP_NONE);
  gtk_widget_add_css_class (GTK_WIDGET (self->hint), "caption");
  gtk_widget_set_visible (GTK_WIDGET (self->hint), FALSE);
  gtk_box_append (GTK_BOX (inner), GTK_WIDGET (self->hint));
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

/**
 * fk_progress_card_set_hint:
 * @hint: (nullable): what is to be known before somebody cancels
 */
void
fk_progress_card_set_hint (FkProgressCard *self, const char *hint)
{
  g_return_if_fail (FK_IS_PROGRESS_CARD (self));

  if (hint != NULL && g_strcmp0 (hint, gtk_label_get_label (self->hint)) != 0)
    gtk_label_set_label (self->hint, hint);
  gtk_widget_set_visible (GTK_WIDGET (self->hint), hint != NULL);
}

/* "about 12 seconds left" */
static char *
describe_left (int seconds)
{
  guint minutes = ((guint)seconds + 59) / 60;

  if (seconds >= 60)
    return g_strdup_printf (ngettext ("about %u minute left", "about %u minutes left", minutes),
                            minutes);
  return g_strdup_printf (ngettext ("about %d second left", "about %d seconds left",
                                    (gulong)seconds),
                          seconds);
}

/* "Reading flash · 84 KiB/s · about 12 seconds left", as far as it is known */
static char *
describe (FkProgressCard *self, const char *stage)
{
  double rate = fk_estimator_get_rate (self->estimator);
  int seconds = fk_estimator_get_seconds_left (self->estimator);
  GString *text = g_string_new (stage);

  if (rate >= 1)
    {
      g_autofree char *size = g_format_size_full ((guint64)rate, G_FORMAT_SIZE_IEC_UNITS);

      g_string_append_printf (text, _ ("%s%s/s"), text->len > 0 ? " · " : "", size);
    }
  if (seconds >= 0)
    {
      g_autofree char *left = describe_left (MAX (seconds, 1));

      g_string_append_printf (text, "%s%s", text->len > 0 ? " · " : "", left);
    }
  return g_string_free (text, FALSE);
}

/**
 * fk_progress_card_update:
 * @title: (nullable): "Backing up"
 * @stage: (nullable): "Reading flash"
 * @fraction: of the whole, 0 to 1; a smaller one than before begins a new operation
 * @bytes_done: of the stage; 0 where it counts none
 */
void
fk_progress_card_update (
    FkProgressCard *self, const char *title, const char *stage, double fraction, guint64 bytes_done)
{
  g_autofree char *text = NULL;

  g_return_if_fail (FK_IS_PROGRESS_CARD (self));

  if (fraction < gtk_progress_bar_get_fraction (self->bar))
    {
      fk_estimator_free (self->estimator);
      self->estimator = fk_estimator_new ();
    }
  fk_estimator_add (self->estimator, g_get_monotonic_time (), fraction, bytes_done);
  text = describe (self, stage);
  gtk_label_set_label (self->title, title != NULL ? title : "");
  gtk_label_set_label (self->stage, text);
  gtk_progress_bar_set_fraction (self->bar, CLAMP (fraction, 0, 1));
}
