/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "pages/fk-compare-pane.h"

#include <glib/gi18n.h>

struct _FkComparePane
{
  AdwBin parent_instance;

  guint index;
  GtkLabel *title;
  GtkLabel *detail;
  GtkButton *remove_button;
  GtkScrolledWindow *scroller;
  FkHexView *view;
};

G_DEFINE_FINAL_TYPE (FkComparePane, fk_compare_pane, ADW_TYPE_BIN)

static void
fk_compare_pane_class_init (FkComparePaneClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (FK_TYPE_HEX_VIEW);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/flashkeep/Flashkeep/pages/"
                                                             "fk-compare-pane.ui");
  gtk_widget_class_bind_template_child (widget_class, FkComparePane, title);
  gtk_widget_class_bind_template_child (widget_class, FkComparePane, detail);
  gtk_widget_class_bind_template_child (widget_class, FkComparePane, remove_button);
  gtk_widget_class_bind_template_child (widget_class, FkComparePane, scroller);
  gtk_widget_class_bind_template_child (widget_class, FkComparePane, view);
}

static void
fk_compare_pane_init (FkComparePane *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * fk_compare_pane_new: (constructor)
 * @index: which side it is, from 0 on
 */
FkComparePane *
fk_compare_pane_new (guint index)
{
  FkComparePane *self = g_object_new (FK_TYPE_COMPARE_PANE, NULL);

  self->index = index;
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->remove_button), "u", index);
  return self;
}

/* Two backups may have one title. */
static void
name_view (FkComparePane *self, const char *title)
{
  static const char *const formats[] = { N_ ("Bytes of the First, %s"),
                                         N_ ("Bytes of the Second, %s"),
                                         N_ ("Bytes of the Third, %s") };
  g_autofree char *name = NULL;

  g_assert (self->index < G_N_ELEMENTS (formats));
  name = g_strdup_printf (_ (formats[self->index]), title);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->view), GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                  -1);
}

/**
 * fk_compare_pane_show:
 * @marks: (element-type FkHexMark): what differs
 */
void
fk_compare_pane_show (FkComparePane *self, FkCompareSide *side, FkByteSource *source, GArray *marks)
{
  g_autofree char *remove = NULL;

  g_return_if_fail (FK_IS_COMPARE_PANE (self));
  g_return_if_fail (FK_IS_COMPARE_SIDE (side) && FK_IS_BYTE_SOURCE (source));
  g_return_if_fail (marks != NULL);

  gtk_label_set_label (self->title, fk_compare_side_get_title (side));
  gtk_label_set_label (self->detail, fk_compare_side_get_detail (side));
  /* TRANSLATORS: from what is compared, not from the library or the disk */
  remove = g_strdup_printf (_ ("Leave Out %s"), fk_compare_side_get_title (side));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->remove_button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, remove, -1);
  name_view (self, fk_compare_side_get_title (side));
  fk_hex_view_set_source (self->view, source);
  fk_hex_view_set_marks (self->view, (const FkHexMark *)(gpointer)marks->data, marks->len);
}

/**
 * fk_compare_pane_set_removable:
 *
 * Whether a button offers to compare without it: "compare.remove".
 */
void
fk_compare_pane_set_removable (FkComparePane *self, gboolean removable)
{
  g_return_if_fail (FK_IS_COMPARE_PANE (self));

  gtk_widget_set_visible (GTK_WIDGET (self->remove_button), removable);
}

/**
 * fk_compare_pane_follow:
 *
 * From now on it shows the same rows as @first.
 */
void
fk_compare_pane_follow (FkComparePane *self, FkComparePane *first)
{
  g_return_if_fail (FK_IS_COMPARE_PANE (self) && FK_IS_COMPARE_PANE (first));

  gtk_scrolled_window_set_vadjustment (self->scroller,
                                       gtk_scrolled_window_get_vadjustment (first->scroller));
}

/**
 * fk_compare_pane_set_is_last:
 *
 * Only the last one has the scroll bar of all.
 */
void
fk_compare_pane_set_is_last (FkComparePane *self, gboolean is_last)
{
  g_return_if_fail (FK_IS_COMPARE_PANE (self));

  gtk_scrolled_window_set_policy (self->scroller, GTK_POLICY_AUTOMATIC,
                                  is_last ? GTK_POLICY_AUTOMATIC : GTK_POLICY_EXTERNAL);
}

FkHexView *
fk_compare_pane_get_view (FkComparePane *self)
{
  g_return_val_if_fail (FK_IS_COMPARE_PANE (self), NULL);

  return self->view;
}
