/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The other thread only leaves two numbers; the dialog looks at them now and then. */

#include "config.h"

#include "dialogs/fk-wait-dialog.h"

#include <glib/gi18n.h>

#define SHOW_AFTER_MS 500
#define LOOK_EVERY_MS 100

struct _FkWaitDialog
{
  AdwWindow parent_instance;

  GtkLabel *heading;
  GtkProgressBar *bar;
  GtkLabel *count;

  GCancellable *cancellable;
  guint show_source;
  guint look_source;
  int done; /* atomic */
  int total;
};

G_DEFINE_FINAL_TYPE (FkWaitDialog, fk_wait_dialog, ADW_TYPE_WINDOW)

static void
show_progress (FkWaitDialog *self)
{
  int done = g_atomic_int_get (&self->done);
  int total = g_atomic_int_get (&self->total);
  g_autofree char *text = NULL;

  if (total <= 1)
    {
      gtk_progress_bar_pulse (self->bar);
      gtk_label_set_label (self->count, "");
      return;
    }
  text = g_strdup_printf (_ ("%d of %d"), done, total);
  gtk_progress_bar_set_fraction (self->bar, (double)done / total);
  gtk_label_set_label (self->count, text);
}

static gboolean
on_look (gpointer data)
{
  show_progress (FK_WAIT_DIALOG (data));
  return G_SOURCE_CONTINUE;
}

static gboolean
on_show (gpointer data)
{
  FkWaitDialog *self = FK_WAIT_DIALOG (data);

  self->show_source = 0;
  show_progress (self);
  gtk_window_present (GTK_WINDOW (self));
  self->look_source = g_timeout_add (LOOK_EVERY_MS, on_look, self);
  return G_SOURCE_REMOVE;
}

static void
on_cancel (GtkWidget *widget, const char *action, GVariant *parameter)
{
  g_cancellable_cancel (FK_WAIT_DIALOG (widget)->cancellable);
  gtk_widget_action_set_enabled (widget, "wait.cancel", FALSE);
}

/* It goes when the thread has ended. */
static gboolean
fk_wait_dialog_close_request (GtkWindow *window)
{
  on_cancel (GTK_WIDGET (window), NULL, NULL);
  return TRUE;
}

static void
fk_wait_dialog_dispose (GObject *object)
{
  FkWaitDialog *self = FK_WAIT_DIALOG (object);

  g_clear_handle_id (&self->show_source, g_source_remove);
  g_clear_handle_id (&self->look_source, g_source_remove);
  g_clear_object (&self->cancellable);
  G_OBJECT_CLASS (fk_wait_dialog_parent_class)->dispose (object);
}

static void
fk_wait_dialog_class_init (FkWaitDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = fk_wait_dialog_dispose;
  GTK_WINDOW_CLASS (klass)->close_request = fk_wait_dialog_close_request;
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/flashkeep/Flashkeep/"
                                                             "dialogs/fk-wait-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, FkWaitDialog, heading);
  gtk_widget_class_bind_template_child (widget_class, FkWaitDialog, bar);
  gtk_widget_class_bind_template_child (widget_class, FkWaitDialog, count);
  gtk_widget_class_install_action (widget_class, "wait.cancel", NULL, on_cancel);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "wait.cancel", NULL);
}

static void
fk_wait_dialog_init (FkWaitDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->cancellable = g_cancellable_new ();
}

/**
 * fk_wait_dialog_new: (constructor)
 * @parent: a widget of the window that waits
 * @title: what is being done
 *
 * Returns: (transfer none): to be ended with fk_wait_dialog_finish()
 */
FkWaitDialog *
fk_wait_dialog_new (GtkWidget *parent, const char *title)
{
  FkWaitDialog *self;

  g_return_val_if_fail (GTK_IS_WIDGET (parent), NULL);

  self = g_object_new (FK_TYPE_WAIT_DIALOG, "title", title, "transient-for",
                       gtk_widget_get_root (parent), NULL);
  gtk_label_set_label (self->heading, title);
  self->show_source = g_timeout_add (SHOW_AFTER_MS, on_show, self);
  return self;
}

/* Returns: (transfer none): cancelled by the person */
GCancellable *
fk_wait_dialog_get_cancellable (FkWaitDialog *self)
{
  g_return_val_if_fail (FK_IS_WAIT_DIALOG (self), NULL);

  return self->cancellable;
}

/**
 * fk_wait_dialog_set_progress:
 *
 * To be called from any thread.
 */
void
fk_wait_dialog_set_progress (FkWaitDialog *self, guint done, guint total)
{
  g_atomic_int_set (&self->total, (int)total);
  g_atomic_int_set (&self->done, (int)done);
}

/* Closes the dialog, whether it is seen or not. */
void
fk_wait_dialog_finish (FkWaitDialog *self)
{
  g_return_if_fail (FK_IS_WAIT_DIALOG (self));

  gtk_window_destroy (GTK_WINDOW (self));
}
