/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "pages/fk-option-box.h"

#include <glib/gi18n.h>

typedef struct
{
  GtkLabel *title;
  GtkLabel *code; /* the names in the manual, and the values */
  GtkLabel *purpose;
  GtkBox *controls;
  GtkLabel *note;
  GtkLabel *reference;
} FkOptionBoxPrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (FkOptionBox, fk_option_box, ADW_TYPE_BIN)

static FkOptionBoxPrivate *
get_private (FkOptionBox *self)
{
  return fk_option_box_get_instance_private (self);
}

static GtkLabel *
add_label (GtkBox *box, const char *css_class)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_add_css_class (label, css_class);
  gtk_box_append (box, label);
  return GTK_LABEL (label);
}

static void
fk_option_box_class_init (FkOptionBoxClass *klass)
{
}

static void
fk_option_box_init (FkOptionBox *self)
{
  FkOptionBoxPrivate *priv = get_private (self);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);

  gtk_widget_set_margin_top (box, 12);
  gtk_widget_set_margin_bottom (box, 12);
  gtk_widget_set_margin_start (box, 12);
  gtk_widget_set_margin_end (box, 12);
  adw_bin_set_child (ADW_BIN (self), box);

  gtk_box_append (GTK_BOX (box), head);
  priv->title = add_label (GTK_BOX (head), "heading");
  gtk_widget_set_hexpand (GTK_WIDGET (priv->title), TRUE);
  priv->code = add_label (GTK_BOX (head), "caption");
  gtk_widget_add_css_class (GTK_WIDGET (priv->code), "dim-label");
  gtk_label_set_wrap (priv->code, FALSE);
  priv->purpose = add_label (GTK_BOX (box), "dim-label");
  priv->controls = GTK_BOX (gtk_box_new (GTK_ORIENTATION_VERTICAL, 6));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (priv->controls));
  priv->note = add_label (GTK_BOX (box), "body");
  priv->reference = add_label (GTK_BOX (box), "dim-label");
}

/**
 * fk_option_box_set_names:
 * @title: what a person calls it
 * @purpose: a sentence
 */
void
fk_option_box_set_names (FkOptionBox *self, const char *title, const char *purpose)
{
  g_return_if_fail (FK_IS_OPTION_BOX (self));

  gtk_label_set_label (get_private (self)->title, title);
  gtk_label_set_label (get_private (self)->purpose, purpose);
}

/**
 * fk_option_box_add:
 * @control: below those that are there
 */
void
fk_option_box_add (FkOptionBox *self, GtkWidget *control)
{
  g_return_if_fail (FK_IS_OPTION_BOX (self));
  g_return_if_fail (GTK_IS_WIDGET (control));

  gtk_box_append (get_private (self)->controls, control);
}

/**
 * fk_option_box_add_label:
 *
 * Returns: (transfer none): an empty text among the controls, which wraps
 */
GtkLabel *
fk_option_box_add_label (FkOptionBox *self, const char *css_class)
{
  g_return_val_if_fail (FK_IS_OPTION_BOX (self), NULL);

  return add_label (get_private (self)->controls, css_class);
}

/**
 * fk_option_box_set_code:
 * @code: what the manual calls it, and its value: "WDG_SW = 1"
 */
void
fk_option_box_set_code (FkOptionBox *self, const char *code)
{
  g_return_if_fail (FK_IS_OPTION_BOX (self));

  gtk_label_set_label (get_private (self)->code, code);
}

/**
 * fk_option_box_show_note:
 * @meaning: what the chip has now
 * @effect: (nullable): what comes of the change
 * @danger: whether that may leave a board that does not start
 */
void
fk_option_box_show_note (FkOptionBox *self,
                         const char *meaning,
                         const char *effect,
                         gboolean danger)
{
  FkOptionBoxPrivate *priv = get_private (self);
  g_autofree char *before = NULL;
  g_autofree char *text = NULL;

  g_return_if_fail (FK_IS_OPTION_BOX (self));
  g_return_if_fail (meaning != NULL);

  before = g_strdup_printf (_ ("At present: %s."), meaning);
  text = g_strjoin (" ", before, effect, NULL);
  gtk_label_set_label (priv->note, text);
  gtk_widget_set_visible (GTK_WIDGET (priv->note), TRUE);
  if (danger)
    gtk_widget_add_css_class (GTK_WIDGET (priv->note), "warning");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (priv->note), "warning");
}

/* Nothing is changed. */
void
fk_option_box_hide_note (FkOptionBox *self)
{
  g_return_if_fail (FK_IS_OPTION_BOX (self));

  gtk_widget_set_visible (GTK_WIDGET (get_private (self)->note), FALSE);
}

/**
 * fk_option_box_show_reference:
 * @name: (nullable): of the reference
 * @meaning: (nullable): what it has instead; %NULL where it has the same, or there is none
 */
void
fk_option_box_show_reference (FkOptionBox *self, const char *name, const char *meaning)
{
  FkOptionBoxPrivate *priv = get_private (self);
  g_autofree char *text = NULL;

  g_return_if_fail (FK_IS_OPTION_BOX (self));

  gtk_widget_set_visible (GTK_WIDGET (priv->reference), meaning != NULL);
  if (meaning == NULL)
    return;
  text = g_strdup_printf ("%s: %s", name, meaning);
  gtk_label_set_label (priv->reference, text);
}
