/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The bytes of one image, with a way to go to an address. */

#include "config.h"

#include "pages/fk-bytes-page.h"

#include <glib/gi18n.h>

#include "base/fk-number.h"
#include "fk-window.h"
#include "hex/fk-hex-view.h"
#include "hex/fk-image-source.h"

struct _FkBytesPage
{
  FkPage parent_instance;

  FkHexView *view;
  GtkLabel *status;
  GtkEntry *address_entry;
};

G_DEFINE_FINAL_TYPE (FkBytesPage, fk_bytes_page, FK_TYPE_PAGE)

static void
update_status (FkBytesPage *self)
{
  guint64 start;
  guint64 size;
  g_autofree char *text = NULL;

  if (fk_hex_view_get_selection (self->view, &start, &size))
    text = g_strdup_printf (_ ("0x%08" G_GINT64_MODIFIER "x to 0x%08" G_GINT64_MODIFIER "x, %" G_GUINT64_FORMAT " bytes"),
                               start, start + size - 1, size);
  else
    text = g_strdup_printf ("0x%08" G_GINT64_MODIFIER "x", start);
  gtk_label_set_label (self->status, text);
}

static void
on_go_to (GtkEntry *entry, FkBytesPage *self)
{
  guint32 address;

  if (!fk_number_parse_u32 (gtk_editable_get_text (GTK_EDITABLE (entry)), &address, NULL))
    {
      gtk_widget_add_css_class (GTK_WIDGET (entry), "error");
      return;
    }
  gtk_widget_remove_css_class (GTK_WIDGET (entry), "error");
  fk_hex_view_set_cursor (self->view, address);
  gtk_widget_grab_focus (GTK_WIDGET (self->view));
}

static void
on_message (FkBytesPage *self, const char *text)
{
  FkWindow *window = fk_page_get_window (FK_PAGE (self));

  if (window != NULL)
    fk_window_toast (window, text);
}

static void
fk_bytes_page_class_init (FkBytesPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (FK_TYPE_HEX_VIEW);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/flashkeep/Flashkeep/pages/"
                                                             "fk-bytes-page.ui");
  gtk_widget_class_bind_template_child (widget_class, FkBytesPage, view);
  gtk_widget_class_bind_template_child (widget_class, FkBytesPage, status);
  gtk_widget_class_bind_template_child (widget_class, FkBytesPage, address_entry);
  gtk_widget_class_bind_template_callback (widget_class, on_go_to);
}

static void
fk_bytes_page_init (FkBytesPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_swapped (self->view, "notify::cursor", G_CALLBACK (update_status), self);
  g_signal_connect_swapped (self->view, "message", G_CALLBACK (on_message), self);
}

/**
 * fk_bytes_page_new: (constructor)
 * @image: what to show; not changed from now on
 */
FkPage *
fk_bytes_page_new (const char *title, const char *subtitle, FkImage *image)
{
  FkBytesPage *self = g_object_new (FK_TYPE_BYTES_PAGE, NULL);
  g_autoptr (FkByteSource) source = fk_image_source_new (image);

  fk_page_set_title (FK_PAGE (self), title, subtitle);
  fk_hex_view_set_source (self->view, source);
  update_status (self);
  return FK_PAGE (self);
}
