/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The way to a comparison: its sides are loaded one after the other, then compared on another
 * thread.  Leaving the page cancels whatever still runs for it. */

#include "config.h"

#include "pages/fk-compare-page.h"

#include <glib/gi18n.h>

#include "dialogs/fk-compare-dialog.h"
#include "dialogs/fk-file-chooser.h"
#include "fk-board-card.h"
#include "fk-board-check.h"
#include "fk-error-text.h"
#include "pages/fk-compare-fields-page.h"
#include "pages/fk-compare-report.h"
#include "pages/fk-compare-view.h"
#include "widgets/fk-details.h"
#include "widgets/fk-progress-card.h"

struct _FkComparePage
{
  FkPage parent_instance;

  GtkStack *stack;
  GtkSpinner *spinner;
  FkProgressCard *progress_card;
  AdwStatusPage *failure;
  AdwBin *failure_details;
  FkCompareView *view;

  GPtrArray *sides; /* of FkCompareSide; never changed, others come in its place */
  guint n_loaded;
  gboolean has_focus; /* before the button that had it went away */
  FkBoard *board;     /* (nullable): whose chip is being read */
  FkBoard *fresh;     /* (nullable): whose chip was read for this comparison */
  GCancellable *cancellable;
};

G_DEFINE_FINAL_TYPE (FkComparePage, fk_compare_page, FK_TYPE_PAGE)

static void load_next (FkComparePage *self);

static void
on_board_changed (FkComparePage *self)
{
  fk_board_card_update (self->progress_card, self->board);
}

static void
watch_board (FkComparePage *self, FkBoard *board)
{
  if (self->board != NULL)
    g_signal_handlers_disconnect_by_data (self->board, self);
  g_set_object (&self->board, board);
  if (board != NULL)
    g_signal_connect_object (board, "changed", G_CALLBACK (on_board_changed), self,
                             G_CONNECT_SWAPPED);
  gtk_widget_set_visible (GTK_WIDGET (self->progress_card), board != NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->spinner), board == NULL);
}

static void
enable_actions (FkComparePage *self, gboolean shown)
{
  GtkWidget *widget = GTK_WIDGET (self);

  gtk_widget_action_set_enabled (widget, "compare.save-report", shown);
  gtk_widget_action_set_enabled (widget, "compare.add",
                                 shown && self->sides->len < FK_LINEUP_MAX_SIDES);
  gtk_widget_action_set_enabled (widget, "compare.remove", shown && self->sides->len > 2);
}

static void
update_title (FkComparePage *self)
{
  g_autofree char *subtitle = fk_compare_side_list_titles (self->sides);

  fk_page_set_title (FK_PAGE (self), _ ("Compare"), subtitle);
}

static void
fail (FkComparePage *self, const GError *error)
{
  FkWindow *window = fk_page_get_window (FK_PAGE (self));

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      if (window != NULL)
        fk_window_close_page (window, FK_PAGE (self));
      return;
    }
  adw_status_page_set_title (self->failure, fk_error_text_get_title (error));
  adw_status_page_set_description (self->failure, fk_error_text_get_advice (error));
  adw_bin_set_child (self->failure_details, fk_details_new (error->message));
  gtk_stack_set_visible_child_name (self->stack, "failed");
}

/* For what is done meanwhile: who leaves the page cancels, so it must be able to go.
 *
 * Returns: (transfer full): for take_page() */
static GWeakRef *
lend_page (FkComparePage *self)
{
  GWeakRef *page = g_new0 (GWeakRef, 1);

  g_weak_ref_init (page, self);
  return page;
}

/* @page: (transfer full)
 *
 * Returns: (transfer full) (nullable): unless it is gone */
static FkComparePage *
take_page (GWeakRef *page)
{
  FkComparePage *self = g_weak_ref_get (page);

  g_weak_ref_clear (page);
  g_free (page);
  return self;
}

static void
free_result (gpointer data)
{
  fk_compare_result_free (data);
}

static void
compare_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  GError *error = NULL;
  FkCompareResult *result = fk_compare_result_new (task_data, cancellable, &error);

  if (result != NULL)
    g_task_return_pointer (task, result, free_result);
  else
    g_task_return_error (task, error);
}

/* What two have shown of a chip and a backup holds until the chip is changed. */
static void
tell_board (FkComparePage *self, FkCompareResult *found)
{
  FkWindow *window = fk_page_get_window (FK_PAGE (self));
  FkCompareSide *a = g_ptr_array_index (self->sides, 0);
  FkCompareSide *b = g_ptr_array_index (self->sides, 1);
  FkBackup *backup = fk_compare_side_get_backup (fk_compare_side_get_board (a) != NULL ? b : a);
  g_autoptr (GArray) differences = g_array_new (FALSE, FALSE, sizeof (FkRange));
  const FkRange *ranges;
  guint n_ranges;

  if (window == NULL || backup == NULL || self->fresh == NULL || self->sides->len != 2 ||
      fk_board_is_working (self->fresh) ||
      fk_image_get_size (fk_compare_side_get_image (a)) !=
          fk_image_get_size (fk_compare_side_get_image (b)))
    return;
  ranges = fk_collation_get_ranges (found->collation, &n_ranges);
  if (n_ranges > 0)
    g_array_append_vals (differences, ranges, n_ranges);
  fk_board_check_learn_comparison (fk_board_check_get (self->fresh, fk_window_get_library (window)),
                                   backup, differences);
}

static void
on_compared (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (FkComparePage) self = take_page (user_data);
  g_autoptr (GError) error = NULL;
  g_autoptr (FkCompareResult) found = g_task_propagate_pointer (G_TASK (result), &error);
  FkCompareResult *shown = found;

  if (self == NULL)
    return;
  if (found == NULL)
    {
      fail (self, error);
      return;
    }
  fk_compare_view_show (self->view, g_steal_pointer (&found), self->sides);
  enable_actions (self, TRUE);
  gtk_stack_set_visible_child_name (self->stack, "result");
  tell_board (self, shown);
  if (self->has_focus)
    fk_compare_view_focus (self->view);
}

static void
compare (FkComparePage *self)
{
  g_autoptr (GTask) task = g_task_new (NULL, self->cancellable, on_compared, lend_page (self));

  g_task_set_task_data (task, g_ptr_array_ref (self->sides), (GDestroyNotify)g_ptr_array_unref);
  g_task_run_in_thread (task, compare_thread);
}

static gboolean
has_focus (FkComparePage *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  return self->has_focus || focus == NULL || gtk_widget_is_ancestor (focus, GTK_WIDGET (self));
}

static void
on_side_loaded (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (FkComparePage) self = take_page (user_data);
  g_autoptr (GError) error = NULL;
  gboolean loaded = fk_compare_side_load_finish (FK_COMPARE_SIDE (source), result, &error);

  if (self == NULL)
    return;
  self->has_focus = has_focus (self);
  watch_board (self, NULL);
  if (!loaded)
    {
      fail (self, error);
      return;
    }
  self->n_loaded++;
  load_next (self);
}

/* One after the other: two probes at once are no faster than the computer. */
static void
load_next (FkComparePage *self)
{
  FkCompareSide *side;
  FkBoard *board;

  if (self->n_loaded == self->sides->len)
    {
      compare (self);
      return;
    }
  side = g_ptr_array_index (self->sides, self->n_loaded);
  board = fk_compare_side_get_board (side);
  if (board != NULL && fk_compare_side_get_image (side) == NULL)
    g_set_object (&self->fresh, board);
  /* What else the board is busy with is not for this page to show or to cancel. */
  watch_board (self, board != NULL && !fk_board_is_working (board) ? board : NULL);
  fk_compare_side_load_async (side, self->cancellable, on_side_loaded, lend_page (self));
}

static void
on_fields_activated (FkComparePage *self)
{
  FkWindow *window = fk_page_get_window (FK_PAGE (self));

  if (window != NULL)
    fk_window_push (window, fk_compare_fields_page_new (self->sides));
}

static void
on_message (FkComparePage *self, const char *text)
{
  FkWindow *window = fk_page_get_window (FK_PAGE (self));

  if (window != NULL)
    fk_window_toast (window, text);
}

static void
on_report_saved (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (FkWindow) window = user_data;
  g_autoptr (GError) error = NULL;

  if (fk_compare_report_save_finish (result, &error))
    fk_window_toast (window, _ ("Report saved"));
  else
    fk_window_show_error (window, error);
}

static void
on_report_chosen (GObject *source, GAsyncResult *result, gpointer user_data)
{
  FkComparePage *self = FK_COMPARE_PAGE (source);
  g_autoptr (GFile) file = fk_file_chooser_finish_one (result);
  FkWindow *window = fk_page_get_window (FK_PAGE (self));

  if (file != NULL && window != NULL)
    fk_compare_report_save_async (self->sides, fk_compare_view_get_result (self->view), file, NULL,
                                  on_report_saved, g_object_ref (window));
}

static void
on_save_report (GtkWidget *widget, const char *action, GVariant *parameter)
{
  fk_file_chooser_save_async (widget, _ ("Save Report"), _ ("_Save"), FK_FILE_REPORT,
                              _ ("Comparison.html"), on_report_chosen, NULL);
}

static gpointer
copy_side (gconstpointer side, gpointer user_data)
{
  return g_object_ref ((gpointer)side);
}

/* A page of its own: back leads to what was compared before.  What is loaded stays loaded.
 *
 * @sides: (transfer full) */
static void
show_others (FkComparePage *self, GPtrArray *sides)
{
  FkWindow *window = fk_page_get_window (FK_PAGE (self));

  if (window != NULL)
    fk_window_push (window, fk_compare_page_new_for_sides (sides));
  g_ptr_array_unref (sides);
}

static void
on_third_chosen (FkCompareDialog *dialog, GPtrArray *chosen, FkComparePage *self)
{
  GPtrArray *sides = g_ptr_array_copy (self->sides, copy_side, NULL);

  g_ptr_array_extend (sides, chosen, copy_side, NULL);
  show_others (self, sides);
}

static void
on_add (GtkWidget *widget, const char *action, GVariant *parameter)
{
  FkComparePage *self = FK_COMPARE_PAGE (widget);
  FkWindow *window = fk_page_get_window (FK_PAGE (self));
  FkCompareDialog *dialog;

  if (window == NULL)
    return;
  dialog = fk_compare_dialog_new (window, self->sides);
  g_signal_connect_object (dialog, "chosen", G_CALLBACK (on_third_chosen), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
on_remove (GtkWidget *widget, const char *action, GVariant *parameter)
{
  FkComparePage *self = FK_COMPARE_PAGE (widget);
  guint index = g_variant_get_uint32 (parameter);
  GPtrArray *sides;

  if (index >= self->sides->len)
    return;
  sides = g_ptr_array_copy (self->sides, copy_side, NULL);
  g_ptr_array_remove_index (sides, index);
  show_others (self, sides);
}

static void
on_retry (GtkWidget *widget, const char *action, GVariant *parameter)
{
  FkComparePage *self = FK_COMPARE_PAGE (widget);

  gtk_stack_set_visible_child_name (self->stack, "loading");
  load_next (self);
}

static void
stop (FkComparePage *self)
{
  g_cancellable_cancel (self->cancellable);
  if (self->board != NULL)
    fk_board_cancel (self->board);
}

static void
on_cancel (GtkWidget *widget, const char *action, GVariant *parameter)
{
  stop (FK_COMPARE_PAGE (widget));
}

static void
fk_compare_page_dispose (GObject *object)
{
  FkComparePage *self = FK_COMPARE_PAGE (object);

  if (self->cancellable != NULL)
    stop (self);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->board);
  g_clear_object (&self->fresh);
  g_clear_pointer (&self->sides, g_ptr_array_unref);
  G_OBJECT_CLASS (fk_compare_page_parent_class)->dispose (object);
}

static gboolean
fk_compare_page_free_some (FkPage *page)
{
  return fk_compare_view_free_some (FK_COMPARE_PAGE (page)->view);
}

static void
fk_compare_page_class_init (FkComparePageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (FK_TYPE_COMPARE_VIEW);
  g_type_ensure (FK_TYPE_PROGRESS_CARD);
  FK_PAGE_CLASS (klass)->free_some = fk_compare_page_free_some;
  G_OBJECT_CLASS (klass)->dispose = fk_compare_page_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/flashkeep/Flashkeep/pages/"
                                                             "fk-compare-page.ui");
  gtk_widget_class_bind_template_child (widget_class, FkComparePage, stack);
  gtk_widget_class_bind_template_child (widget_class, FkComparePage, spinner);
  gtk_widget_class_bind_template_child (widget_class, FkComparePage, progress_card);
  gtk_widget_class_bind_template_child (widget_class, FkComparePage, failure);
  gtk_widget_class_bind_template_child (widget_class, FkComparePage, failure_details);
  gtk_widget_class_bind_template_child (widget_class, FkComparePage, view);
  gtk_widget_class_bind_template_callback (widget_class, on_fields_activated);
  gtk_widget_class_bind_template_callback (widget_class, on_message);
  gtk_widget_class_install_action (widget_class, "compare.save-report", NULL, on_save_report);
  gtk_widget_class_install_action (widget_class, "compare.add", NULL, on_add);
  gtk_widget_class_install_action (widget_class, "compare.remove", "u", on_remove);
  gtk_widget_class_install_action (widget_class, "compare.retry", NULL, on_retry);
  gtk_widget_class_install_action (widget_class, "compare.cancel", NULL, on_cancel);
}

static void
fk_compare_page_init (FkComparePage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->cancellable = g_cancellable_new ();
  fk_progress_card_set_cancel_action (self->progress_card, "compare.cancel");
}

/**
 * fk_compare_page_new_for_sides: (constructor)
 * @sides: (element-type FkCompareSide): two or three, the older ones first where some are; not
 *   changed from now on
 */
FkPage *
fk_compare_page_new_for_sides (GPtrArray *sides)
{
  FkComparePage *self;

  g_return_val_if_fail (sides != NULL, NULL);
  g_return_val_if_fail (sides->len >= 2 && sides->len <= FK_LINEUP_MAX_SIDES, NULL);

  self = g_object_new (FK_TYPE_COMPARE_PAGE, NULL);
  self->sides = g_ptr_array_ref (sides);
  enable_actions (self, FALSE);
  update_title (self);
  load_next (self);
  return FK_PAGE (self);
}

/**
 * fk_compare_page_new: (constructor)
 * @a: the older one, where there is one
 */
FkPage *
fk_compare_page_new (FkCompareSide *a, FkCompareSide *b)
{
  g_autoptr (GPtrArray) sides = g_ptr_array_new_with_free_func (g_object_unref);

  g_return_val_if_fail (FK_IS_COMPARE_SIDE (a), NULL);
  g_return_val_if_fail (FK_IS_COMPARE_SIDE (b), NULL);

  g_ptr_array_add (sides, g_object_ref (a));
  g_ptr_array_add (sides, g_object_ref (b));
  return fk_compare_page_new_for_sides (sides);
}
