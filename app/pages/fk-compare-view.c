/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Two images or three side by side, aligned, with gaps where another side has more; with what their
 * differences mean, the list of them, and a way from one to the next. */

#include "config.h"

#include "pages/fk-compare-view-private.h"

#include <glib/gi18n.h>

#include "widgets/fk-list-focus.h"

enum
{
  PROP_0,
  PROP_FOLD,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

enum
{
  FIELDS_ACTIVATED,
  MESSAGE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (FkCompareView, fk_compare_view, ADW_TYPE_BIN)

FkHexView *
fk_compare_view_get_bytes (FkCompareView *self, guint side)
{
  g_assert (side < self->n_sides);

  return fk_compare_pane_get_view (self->panes[side]);
}

FkImage *
fk_compare_view_get_image (FkCompareView *self, guint side)
{
  return fk_compare_side_get_image (g_ptr_array_index (self->sides, side));
}

/**
 * fk_compare_view_go_to:
 *
 * Shows and selects what stands at @position, on every side.
 */
void
fk_compare_view_go_to (FkCompareView *self, guint64 position, guint64 size)
{
  fk_compare_view_unfold (self, position, 1);
  for (guint side = 0; side < self->n_sides; side++)
    fk_hex_view_select (fk_compare_view_get_bytes (self, side), position, size);
}

static void
go_to_difference (FkCompareView *self, guint index)
{
  const FkDiffPiece *piece = fk_diff_layout_get_difference (self->result->layout, index);

  fk_compare_view_go_to (self, piece->position, piece->size);
  fk_diff_list_select (self->list, index);
}

static void
on_finding_activated (GtkListBox *list, GtkListBoxRow *row, FkCompareView *self)
{
  const FkFinding *finding = g_object_get_data (G_OBJECT (row), "finding");
  guint pair = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (row), "pair"));
  guint64 position;
  guint64 size;

  if (finding == NULL)
    {
      g_signal_emit (self, signals[FIELDS_ACTIVATED], 0);
      return;
    }
  size = fk_compare_result_get_span (self->result, pair, finding->range, &position);
  if (size > 0)
    fk_compare_view_go_to (self, position, size);
}

static void
on_difference_activated (FkDiffList *list, guint index, FkCompareView *self)
{
  go_to_difference (self, index);
}

guint
fk_compare_view_count_differences (FkCompareView *self)
{
  return self->result != NULL ? fk_diff_layout_get_n_differences (self->result->layout) : 0;
}

static void
on_next (GtkWidget *widget, const char *action, GVariant *parameter)
{
  FkCompareView *self = FK_COMPARE_VIEW (widget);
  guint n = fk_compare_view_count_differences (self);
  guint64 start;
  guint64 size;
  guint next;

  if (n == 0)
    return;
  fk_hex_view_get_selection (fk_compare_view_get_bytes (self, FK_DIFF_FIRST), &start, &size);
  next = fk_diff_layout_find_difference (self->result->layout, start);
  go_to_difference (self, next < n ? next : 0);
}

static void
on_previous (GtkWidget *widget, const char *action, GVariant *parameter)
{
  FkCompareView *self = FK_COMPARE_VIEW (widget);
  guint n = fk_compare_view_count_differences (self);
  guint64 start;
  guint64 size;
  guint behind;

  if (n == 0)
    return;
  fk_hex_view_get_selection (fk_compare_view_get_bytes (self, FK_DIFF_FIRST), &start, &size);
  behind = start > 0 ? fk_diff_layout_find_difference (self->result->layout, start - 1) : 0;
  go_to_difference (self, behind > 0 ? behind - 1 : n - 1);
}

void
fk_compare_view_say (FkCompareView *self, const char *text)
{
  g_signal_emit (self, signals[MESSAGE], 0, text);
}

static void
fk_compare_view_dispose (GObject *object)
{
  FkCompareView *self = FK_COMPARE_VIEW (object);

  g_clear_pointer (&self->sides, g_ptr_array_unref);
  g_clear_pointer (&self->result, fk_compare_result_free);
  g_clear_pointer (&self->folds, g_array_unref);
  G_OBJECT_CLASS (fk_compare_view_parent_class)->dispose (object);
}

static void
fk_compare_view_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_FOLD:
      g_value_set_boolean (value, FK_COMPARE_VIEW (object)->fold);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
fk_compare_view_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  FkCompareView *self = FK_COMPARE_VIEW (object);

  switch (id)
    {
    case PROP_FOLD:
      if (self->fold == g_value_get_boolean (value))
        break;
      self->fold = g_value_get_boolean (value);
      fk_compare_view_reset_folds (self);
      g_object_notify_by_pspec (object, pspec);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
fk_compare_view_class_init (FkCompareViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (FK_TYPE_DIFF_LIST);
  G_OBJECT_CLASS (klass)->dispose = fk_compare_view_dispose;
  G_OBJECT_CLASS (klass)->get_property = fk_compare_view_get_property;
  G_OBJECT_CLASS (klass)->set_property = fk_compare_view_set_property;
  fk_compare_view_install_arranging (widget_class);
  properties[PROP_FOLD] =
      g_param_spec_boolean ("fold", NULL, NULL, TRUE,
                            G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (G_OBJECT_CLASS (klass), N_PROPS, properties);
  signals[FIELDS_ACTIVATED] = g_signal_new ("fields-activated", G_TYPE_FROM_CLASS (klass),
                                            G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[MESSAGE] = g_signal_new ("message", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/flashkeep/Flashkeep/pages/"
                                                             "fk-compare-view.ui");
  gtk_widget_class_bind_template_child (widget_class, FkCompareView, summary);
  gtk_widget_class_bind_template_child (widget_class, FkCompareView, counts);
  gtk_widget_class_bind_template_child (widget_class, FkCompareView, menu_button);
  gtk_widget_class_bind_template_child_full (widget_class, "maps", FALSE,
                                             G_STRUCT_OFFSET (FkCompareView, maps_box));
  gtk_widget_class_bind_template_child (widget_class, FkCompareView, findings);
  gtk_widget_class_bind_template_child (widget_class, FkCompareView, findings_scroller);
  gtk_widget_class_bind_template_child (widget_class, FkCompareView, switcher);
  gtk_widget_class_bind_template_child (widget_class, FkCompareView, body);
  fk_compare_view_install_find (widget_class);
  gtk_widget_class_bind_template_child (widget_class, FkCompareView, list);
  gtk_widget_class_bind_template_callback (widget_class, on_finding_activated);
  gtk_widget_class_bind_template_callback (widget_class, on_difference_activated);
  gtk_widget_class_install_property_action (widget_class, "compare.fold", "fold");
  gtk_widget_class_install_action (widget_class, "compare.next", NULL, on_next);
  gtk_widget_class_install_action (widget_class, "compare.previous", NULL, on_previous);
}

static void
add_side (FkCompareView *self)
{
  static const char *const names[] = { N_ ("First"), N_ ("Second"), N_ ("Third") };
  static const char *const descriptions[] = { N_ ("Map of the differences in the first"),
                                              N_ ("Map of the differences in the second"),
                                              N_ ("Map of the differences in the third") };
  guint side = self->n_sides++;

  self->maps[side] = FK_MEMORY_MAP (fk_memory_map_new ());
  fk_memory_map_set_description (self->maps[side], _ (descriptions[side]));
  gtk_box_append (self->maps_box, GTK_WIDGET (self->maps[side]));
  self->panes[side] = fk_compare_pane_new (side);
  if (side > FK_DIFF_FIRST)
    fk_compare_pane_follow (self->panes[side], self->panes[FK_DIFF_FIRST]);
  gtk_box_append (self->body, GTK_WIDGET (self->panes[side]));
  gtk_string_list_append (self->side_names, _ (names[side]));
  fk_compare_view_add_ways (self, side);
  fk_compare_view_add_switch (self, side, _ (names[side]));
  fk_compare_view_add_folding (self, side);
}

static void
remove_side (FkCompareView *self)
{
  guint side = --self->n_sides;

  gtk_string_list_remove (self->side_names, side);
  gtk_box_remove (self->body, GTK_WIDGET (self->panes[side]));
  gtk_box_remove (self->maps_box, GTK_WIDGET (self->maps[side]));
  gtk_box_remove (self->switcher, GTK_WIDGET (self->switches[side]));
  self->panes[side] = NULL;
  self->switches[side] = NULL;
  self->maps[side] = NULL;
}

static void
set_n_sides (FkCompareView *self, guint n_sides)
{
  fk_compare_view_leave_find (self);
  while (self->n_sides > n_sides)
    remove_side (self);
  while (self->n_sides < n_sides)
    add_side (self);
  fk_hex_find_panel_set_view (self->find_panel, fk_compare_view_get_bytes (self, FK_DIFF_FIRST));
  fk_compare_view_update_switch (self);
  for (guint side = 0; side < n_sides; side++)
    fk_compare_pane_set_removable (self->panes[side], n_sides > 2);
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

static void
fk_compare_view_init (FkCompareView *self)
{
  self->folds = g_array_new (FALSE, FALSE, sizeof (FkHexFold));
  self->fold = TRUE;
  self->arrangement = FK_COMPARE_NOT_ARRANGED;
  gtk_widget_init_template (GTK_WIDGET (self));
  /* With a layout manager nobody is told the width. */
  gtk_widget_set_layout_manager (GTK_WIDGET (self), NULL);
  fk_compare_view_add_shortcuts (self);
  fk_compare_view_prepare_find (self);
  set_n_sides (self, 2);
  gtk_accessible_update_property (GTK_ACCESSIBLE (
                                      gtk_widget_get_first_child (GTK_WIDGET (self->menu_button))),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Comparison Menu"), -1);
  fk_list_focus_make_one_stop (GTK_WIDGET (self->findings));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "compare.next", FALSE);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "compare.previous", FALSE);
}

/**
 * fk_compare_view_show:
 * @result: (transfer full): of comparing @sides
 * @sides: (element-type FkCompareSide): not changed from now on
 *
 * In place of what was shown before.
 */
void
fk_compare_view_show (FkCompareView *self, FkCompareResult *result, GPtrArray *sides)
{
  gboolean differs;

  g_return_if_fail (FK_IS_COMPARE_VIEW (self));
  g_return_if_fail (result != NULL && sides != NULL);

  set_n_sides (self, sides->len);
  fk_compare_view_forget_result (self);
  self->result = result;
  self->sides = g_ptr_array_ref (sides);
  fk_compare_view_show_result (self);
  fk_compare_view_reset_folds (self);
  differs = fk_compare_view_count_differences (self) > 0;
  gtk_widget_set_visible (GTK_WIDGET (self->list), differs);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "compare.next", differs);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "compare.previous", differs);
}

/**
 * fk_compare_view_get_result:
 *
 * Returns: (transfer none) (nullable): %NULL until it is shown
 */
const FkCompareResult *
fk_compare_view_get_result (FkCompareView *self)
{
  g_return_val_if_fail (FK_IS_COMPARE_VIEW (self), NULL);

  return self->result;
}

/**
 * fk_compare_view_focus:
 *
 * Keys go to the bytes.
 */
void
fk_compare_view_focus (FkCompareView *self)
{
  g_return_if_fail (FK_IS_COMPARE_VIEW (self));

  gtk_widget_grab_focus (GTK_WIDGET (fk_compare_view_get_bytes (self, self->active)));
}

/**
 * fk_compare_view_free_some:
 *
 * For a view that is not seen any more: frees some of what takes long to free.
 *
 * Returns: whether there is more, and this is to be called again
 */
gboolean
fk_compare_view_free_some (FkCompareView *self)
{
  g_return_val_if_fail (FK_IS_COMPARE_VIEW (self), FALSE);

  return fk_diff_list_free_some (self->list);
}
