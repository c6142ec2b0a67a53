/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Toasts of the window.  An AdwToast cuts its title short where the window is narrow, and takes it
 * for markup, which names of backups and errors are not. */

#include "config.h"

#include "fk-window-private.h"

#define MAX_LINES    3
#define AROUND       110 /* what the window keeps beside a toast, and the toast beside its title */
#define BUTTON_WIDTH 90

static int
get_room (GtkWidget *title)
{
  GtkRoot *root = gtk_widget_get_root (title);
  GtkWidget *button = gtk_widget_get_next_sibling (gtk_widget_get_parent (title));
  int room = root != NULL ? gtk_widget_get_width (GTK_WIDGET (root)) - AROUND : G_MAXINT;

  if (button != NULL && GTK_IS_BUTTON (button) && gtk_widget_get_visible (button))
    room -= BUTTON_WIDTH;
  return room;
}

/* The overlay takes the height that goes with the natural width, also where there is less. */
static void
measure_title (GtkWidget *title,
               GtkOrientation orientation,
               int for_size,
               int *minimum,
               int *natural,
               int *minimum_baseline,
               int *natural_baseline)
{
  gtk_widget_measure (gtk_widget_get_first_child (title), orientation, for_size, minimum, natural,
                      minimum_baseline, natural_baseline);
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    *natural = MAX (*minimum, MIN (*natural, get_room (title)));
}

static void
allocate_title (GtkWidget *title, int width, int height, int baseline)
{
  gtk_widget_allocate (gtk_widget_get_first_child (title), width, height, baseline, NULL);
}

static GtkSizeRequestMode
get_title_mode (GtkWidget *title)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static GtkWidget *
make_title (const char *text)
{
  GtkWidget *title = adw_bin_new ();
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_natural_wrap_mode (GTK_LABEL (label), GTK_NATURAL_WRAP_NONE);
  gtk_label_set_lines (GTK_LABEL (label), MAX_LINES);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_add_css_class (label, "heading");
  adw_bin_set_child (ADW_BIN (title), label);
  gtk_widget_set_layout_manager (title, gtk_custom_layout_new (get_title_mode, measure_title,
                                                               allocate_title));
  return title;
}

/**
 * fk_window_add_toast:
 * @toast: (transfer full): one with a button or a signal; its title is plain text
 */
void
fk_window_add_toast (FkWindow *self, AdwToast *toast)
{
  GtkWidget *title;

  g_return_if_fail (FK_IS_WINDOW (self));
  g_return_if_fail (ADW_IS_TOAST (toast));

  title = make_title (adw_toast_get_title (toast));
  /* What was measured is remembered, and the width of the window is no part of it. */
  g_signal_connect_object (self, "notify::default-width", G_CALLBACK (gtk_widget_queue_resize),
                           title, G_CONNECT_SWAPPED);
  adw_toast_set_custom_title (toast, title);
  adw_toast_overlay_add_toast (self->toasts, toast);
}

void
fk_window_toast (FkWindow *self, const char *text)
{
  g_return_if_fail (FK_IS_WINDOW (self));

  fk_window_add_toast (self, adw_toast_new (text));
}
