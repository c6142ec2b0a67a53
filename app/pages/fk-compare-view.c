/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Two images side by side, aligned, with gaps where the other side has more; with what their
 * differences mean, the list of them, and a way from one to the next. */

#include "config.h"

#include "pages/fk-compare-view-private.h"

#include <glib/gi18n.h>

#include "widgets/fk-list-focus.h"

/* From this width on the bytes stand side by side, not one below the other. */
#define WIDE 560

/* What the search takes beside them. */
#define SEARCH_WIDTH 280

/* What the findings may take of the height. */
#define FINDINGS_HEIGHT        150
#define FINDINGS_HEIGHT_NARROW 84

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

static void
show_folds (FkCompareView *self)
{
  const FkHexFold *folds = (const FkHexFold *)(gpointer)self->folds->data;

  fk_hex_view_set_folds (self->view_a, folds, self->folds->len);
  fk_hex_view_set_folds (self->view_b, folds, self->folds->len);
}

/* All of them, or none. */
static void
reset_folds (FkCompareView *self)
{
  g_array_set_size (self->folds, 0);
  if (self->fold && self->result != NULL)
    g_array_append_vals (self->folds, self->result->folds->data, self->result->folds->len);
  show_folds (self);
}

/* Opens what hides any of the bytes from @position on. */
static void
unfold (FkCompareView *self, guint64 position, guint64 size)
{
  guint n_before = self->folds->len;

  for (guint i = self->folds->len; i > 0; i--)
    {
      const FkHexFold *fold = &g_array_index (self->folds, FkHexFold, i - 1);

      if (fold->start < position + size && position < fold->start + fold->size)
        g_array_remove_index (self->folds, i - 1);
    }
  if (self->folds->len != n_before)
    show_folds (self);
}

static void
on_fold_activated (FkHexView *view, guint64 start, FkCompareView *self)
{
  unfold (self, start, 1);
  fk_hex_view_set_cursor (view, start);
}

/**
 * fk_compare_view_go_to:
 *
 * Shows and selects what stands at @position, on both sides.
 */
void
fk_compare_view_go_to (FkCompareView *self, guint64 position, guint64 size)
{
  unfold (self, position, 1);
  fk_hex_view_select (self->view_a, position, size);
  fk_hex_view_select (self->view_b, position, size);
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
  guint64 position;
  guint64 size;

  if (finding == NULL)
    {
      g_signal_emit (self, signals[FIELDS_ACTIVATED], 0);
      return;
    }
  size = fk_compare_result_get_span (self->result, finding->range, &position);
  if (size > 0)
    fk_compare_view_go_to (self, position, size);
}

static void
on_difference_activated (FkDiffList *list, guint index, FkCompareView *self)
{
  go_to_difference (self, index);
}

static guint
count_differences (FkCompareView *self)
{
  return self->result != NULL ? fk_diff_layout_get_n_differences (self->result->layout) : 0;
}

static void
on_next (GtkWidget *widget, const char *action, GVariant *parameter)
{
  FkCompareView *self = FK_COMPARE_VIEW (widget);
  guint n = count_differences (self);
  guint64 start;
  guint64 size;
  guint next;

  if (n == 0)
    return;
  fk_hex_view_get_selection (self->view_a, &start, &size);
  next = fk_diff_layout_find_difference (self->result->layout, start);
  go_to_difference (self, next < n ? next : 0);
}

static void
on_previous (GtkWidget *widget, const char *action, GVariant *parameter)
{
  FkCompareView *self = FK_COMPARE_VIEW (widget);
  guint n = count_differences (self);
  guint64 start;
  guint64 size;
  guint behind;

  if (n == 0)
    return;
  fk_hex_view_get_selection (self->view_a, &start, &size);
  behind = start > 0 ? fk_diff_layout_find_difference (self->result->layout, start - 1) : 0;
  go_to_difference (self, behind > 0 ? behind - 1 : n - 1);
}

void
fk_compare_view_say (FkCompareView *self, const char *text)
{
  g_signal_emit (self, signals[MESSAGE], 0, text);
}

static FkCompareArrangement
choose_arrangement (FkCompareView *self, int width)
{
  gboolean searching = gtk_widget_get_visible (self->find_box);
  FkCompareArrangement arrangement = 0;

  if (width - (searching && width >= WIDE ? SEARCH_WIDTH : 0) >= WIDE)
    arrangement |= FK_COMPARE_BYTES_BESIDE;
  if (width >= WIDE)
    arrangement |= FK_COMPARE_SEARCH_BESIDE;
  else if (searching)
    arrangement |= FK_COMPARE_BYTES_ONLY;
  return arrangement;
}

static gboolean
arrange (gpointer user_data)
{
  FkCompareView *self = user_data;
  gboolean bytes_beside = (self->arrangement & FK_COMPARE_BYTES_BESIDE) != 0;
  gboolean search_beside = (self->arrangement & FK_COMPARE_SEARCH_BESIDE) != 0;
  gboolean bytes_only = (self->arrangement & FK_COMPARE_BYTES_ONLY) != 0;

  gtk_orientable_set_orientation (GTK_ORIENTABLE (self->body), bytes_beside
                                                                   ? GTK_ORIENTATION_HORIZONTAL
                                                                   : GTK_ORIENTATION_VERTICAL);
  fk_compare_view_arrange_find (self, search_beside);
  gtk_widget_set_visible (GTK_WIDGET (self->findings_scroller), !bytes_only);
  gtk_widget_set_visible (GTK_WIDGET (self->list), !bytes_only && count_differences (self) > 0);
  gtk_scrolled_window_set_max_content_height (self->findings_scroller,
                                              search_beside ? FINDINGS_HEIGHT
                                                            : FINDINGS_HEIGHT_NARROW);
  return G_SOURCE_REMOVE;
}

static void
fk_compare_view_measure (GtkWidget *widget,
                         GtkOrientation orientation,
                         int for_size,
                         int *minimum,
                         int *natural,
                         int *minimum_baseline,
                         int *natural_baseline)
{
  gtk_widget_measure (adw_bin_get_child (ADW_BIN (widget)), orientation, for_size, minimum, natural,
                      minimum_baseline, natural_baseline);
}

/* While sizes are being given out they cannot be asked for anew. */
static void
fk_compare_view_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  FkCompareView *self = FK_COMPARE_VIEW (widget);
  FkCompareArrangement arrangement = choose_arrangement (self, width);

  gtk_widget_allocate (adw_bin_get_child (ADW_BIN (widget)), width, height, baseline, NULL);
  if (arrangement == self->arrangement)
    return;
  self->arrangement = arrangement;
  g_idle_add_full (G_PRIORITY_HIGH_IDLE, arrange, g_object_ref (self), g_object_unref);
}

static void
fk_compare_view_dispose (GObject *object)
{
  FkCompareView *self = FK_COMPARE_VIEW (object);

  g_clear_object (&self->sides[0]);
  g_clear_object (&self->sides[1]);
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
      reset_folds (self);
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
  g_type_ensure (FK_TYPE_HEX_VIEW);
  g_type_ensure (FK_TYPE_MEMORY_MAP);
  G_OBJECT_CLASS (klass)->dispose = fk_compare_view_dispose;
  G_OBJECT_CLASS (klass)->get_property = fk_compare_view_get_property;
  G_OBJECT_CLASS (klass)->set_property = fk_compare_view_set_property;
  widget_class->measure = fk_compare_view_measure;
  widget_class->size_allocate = fk_compare_view_size_allocate;
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
  gtk_widget_class_bind_template_child (widget_class, FkCompareView, map_a);
  gtk_widget_class_bind_template_child (widget_class, FkCompareView, map_b);
  gtk_widget_class_bind_template_child (widget_class, FkCompareView, findings);
  gtk_widget_class_bind_template_child (widget_class, FkCompareView, findings_scroller);
  gtk_widget_class_bind_template_child (widget_class, FkCompareView, body);
  fk_compare_view_install_find (widget_class);
  gtk_widget_class_bind_template_child (widget_class, FkCompareView, title_a);
  gtk_widget_class_bind_template_child (widget_class, FkCompareView, title_b);
  gtk_widget_class_bind_template_child (widget_class, FkCompareView, detail_a);
  gtk_widget_class_bind_template_child (widget_class, FkCompareView, detail_b);
  gtk_widget_class_bind_template_child (widget_class, FkCompareView, scroller_a);
  gtk_widget_class_bind_template_child (widget_class, FkCompareView, scroller_b);
  gtk_widget_class_bind_template_child (widget_class, FkCompareView, view_a);
  gtk_widget_class_bind_template_child (widget_class, FkCompareView, view_b);
  gtk_widget_class_bind_template_child (widget_class, FkCompareView, list);
  gtk_widget_class_bind_template_callback (widget_class, on_finding_activated);
  gtk_widget_class_bind_template_callback (widget_class, on_difference_activated);
  gtk_widget_class_bind_template_callback (widget_class, on_fold_activated);
  gtk_widget_class_install_property_action (widget_class, "compare.fold", "fold");
  gtk_widget_class_install_action (widget_class, "compare.next", NULL, on_next);
  gtk_widget_class_install_action (widget_class, "compare.previous", NULL, on_previous);
}

/* Before the pane between bytes and list sees them, for which F8 means to move itself. */
static void
add_shortcuts (FkCompareView *self)
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

static void
fk_compare_view_init (FkCompareView *self)
{
  self->folds = g_array_new (FALSE, FALSE, sizeof (FkHexFold));
  self->fold = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  /* With a layout manager nobody is told the width. */
  gtk_widget_set_layout_manager (GTK_WIDGET (self), NULL);
  add_shortcuts (self);
  fk_compare_view_prepare_find (self);
  gtk_accessible_update_property (GTK_ACCESSIBLE (
                                      gtk_widget_get_first_child (GTK_WIDGET (self->menu_button))),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Comparison Menu"), -1);
  fk_memory_map_set_description (self->map_a, _ ("Map of the differences in the first"));
  fk_memory_map_set_description (self->map_b, _ ("Map of the differences in the second"));
  fk_list_focus_make_one_stop (GTK_WIDGET (self->findings));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "compare.next", FALSE);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "compare.previous", FALSE);
  /* One adjustment: both sides always show the same rows. */
  gtk_scrolled_window_set_vadjustment (self->scroller_b,
                                       gtk_scrolled_window_get_vadjustment (self->scroller_a));
}

/**
 * fk_compare_view_show:
 * @result: (transfer full): of comparing @a with @b
 */
void
fk_compare_view_show (FkCompareView *self,
                      FkCompareResult *result,
                      FkCompareSide *a,
                      FkCompareSide *b)
{
  gboolean differs;

  g_return_if_fail (FK_IS_COMPARE_VIEW (self));
  g_return_if_fail (self->result == NULL && result != NULL);

  self->result = result;
  self->sides[0] = g_object_ref (a);
  self->sides[1] = g_object_ref (b);
  gtk_label_set_label (self->title_a, fk_compare_side_get_title (a));
  gtk_label_set_label (self->detail_a, fk_compare_side_get_detail (a));
  gtk_label_set_label (self->title_b, fk_compare_side_get_title (b));
  gtk_label_set_label (self->detail_b, fk_compare_side_get_detail (b));
  fk_compare_view_show_result (self);
  reset_folds (self);
  fk_diff_list_show (self->list, result->layout, fk_compare_side_get_image (a),
                     fk_compare_side_get_image (b),
                     (const FkRange *)(gpointer)result->sectors->data, result->sectors->len);
  differs = count_differences (self) > 0;
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

  gtk_widget_grab_focus (GTK_WIDGET (self->view_a));
}
