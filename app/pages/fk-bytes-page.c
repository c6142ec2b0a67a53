/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Bytes of whatever kind, with a map of them and a way to go to an address; the panels beside them
 * are in fk-bytes-page-panels.c. */

#include "config.h"

#include "pages/fk-bytes-page-private.h"

#include <glib/gi18n.h>

#include "base/fk-blank.h"
#include "chip/fk-chip-db.h"
#include "fk-chip-source.h"
#include "fk-window.h"
#include "hex/fk-image-source.h"
#include "pages/fk-bytes-notes.h"

/* From this width on the panel stands beside the bytes, not below them. */
#define WIDE 760

G_DEFINE_FINAL_TYPE (FkBytesPage, fk_bytes_page, FK_TYPE_PAGE)

static char *
format_address (guint64 address)
{
  return g_strdup_printf ("0x%08" G_GINT64_MODIFIER "x", address);
}

/* Why the byte cannot be read, or else what it is. */
static char *
dup_note (FkBytesPage *self, guint64 position)
{
  FkByteSource *source = fk_hex_view_get_source (self->view);
  g_autofree char *reason = source != NULL ? fk_byte_source_dup_reason (source, position) : NULL;

  if (reason != NULL)
    return g_steal_pointer (&reason);
  return fk_hex_notes_describe_byte (self->notes, position);
}

static void
update_status (FkBytesPage *self)
{
  guint64 start;
  guint64 size;
  gboolean selected = fk_hex_view_get_selection (self->view, &start, &size);
  g_autofree char *first = format_address (start);
  g_autofree char *last = format_address (start + size - 1);
  g_autofree char *n_bytes = g_strdup_printf ("%" G_GUINT64_FORMAT, size);
  g_autofree char *text = g_strdup_printf (_ ("%s to %s, %s bytes"), first, last, n_bytes);
  g_autofree char *note = dup_note (self, start);
  g_autofree char *place = note != NULL ? g_strdup_printf ("%s · %s", first, note) : NULL;

  gtk_label_set_label (self->status, selected ? text : place != NULL ? place : first);
}

static void
on_go_to (GtkEntry *entry, FkBytesPage *self)
{
  g_autoptr (GError) error = NULL;
  FkWindow *window = fk_page_get_window (FK_PAGE (self));
  guint64 address;

  if (!fk_hex_places_parse (self->places, gtk_editable_get_text (GTK_EDITABLE (entry)),
                            fk_hex_view_get_cursor (self->view), &address, &error))
    {
      gtk_widget_add_css_class (GTK_WIDGET (entry), "error");
      if (window != NULL)
        fk_window_toast (window, error->message);
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
on_focus_address (GtkWidget *widget, const char *action, GVariant *parameter)
{
  gtk_widget_grab_focus (GTK_WIDGET (FK_BYTES_PAGE (widget)->address_entry));
}

static void
on_refresh (GtkWidget *widget, const char *action, GVariant *parameter)
{
  FkByteSource *source = fk_hex_view_get_source (FK_BYTES_PAGE (widget)->view);

  if (FK_IS_CHIP_SOURCE (source))
    fk_chip_source_refresh (FK_CHIP_SOURCE (source));
}

static gboolean
arrange (gpointer user_data)
{
  FkBytesPage *self = user_data;
  gboolean wide = gtk_widget_get_width (GTK_WIDGET (self)) >= WIDE;

  gtk_orientable_set_orientation (GTK_ORIENTABLE (self->body),
                                  wide ? GTK_ORIENTATION_HORIZONTAL : GTK_ORIENTATION_VERTICAL);
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self->edit_strip),
                                  wide ? GTK_ORIENTATION_HORIZONTAL : GTK_ORIENTATION_VERTICAL);
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self->separator),
                                  wide ? GTK_ORIENTATION_VERTICAL : GTK_ORIENTATION_HORIZONTAL);
  return G_SOURCE_REMOVE;
}

static void
fk_bytes_page_measure (GtkWidget *widget,
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
fk_bytes_page_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  FkBytesPage *self = FK_BYTES_PAGE (widget);
  gboolean is_wide =
      gtk_orientable_get_orientation (GTK_ORIENTABLE (self->body)) == GTK_ORIENTATION_HORIZONTAL;

  gtk_widget_allocate (adw_bin_get_child (ADW_BIN (widget)), width, height, baseline, NULL);
  if (is_wide != (width >= WIDE))
    g_idle_add_full (G_PRIORITY_HIGH_IDLE, arrange, g_object_ref (self), g_object_unref);
}

static gboolean
focus_view (gpointer user_data)
{
  FkBytesPage *self = user_data;

  if (gtk_widget_get_mapped (GTK_WIDGET (self->view)))
    gtk_widget_grab_focus (GTK_WIDGET (self->view));
  return G_SOURCE_REMOVE;
}

/* Keys go to the bytes at once.  Not yet here: whoever shows the page may still move the focus. */
static void
fk_bytes_page_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (fk_bytes_page_parent_class)->map (widget);
  g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, focus_view, g_object_ref (widget), g_object_unref);
}

static void
install_actions (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "bytes.refresh", NULL, on_refresh);
  gtk_widget_class_install_action (widget_class, "bytes.go-to", NULL, on_focus_address);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_F5, 0, "bytes.refresh", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_l, GDK_CONTROL_MASK, "bytes.go-to",
                                       NULL);
}

static void
fk_bytes_page_finalize (GObject *object)
{
  FkBytesPage *self = FK_BYTES_PAGE (object);

  fk_bytes_page_update_inhibition (self, FALSE);
  g_clear_pointer (&self->places, fk_hex_places_free);
  g_clear_pointer (&self->regions, fk_hex_regions_free);
  g_clear_object (&self->notes);
  g_clear_object (&self->bookmarks);
  g_clear_object (&self->backup);
  g_clear_object (&self->library);
  g_clear_object (&self->edit);
  g_clear_object (&self->image);
  G_OBJECT_CLASS (fk_bytes_page_parent_class)->finalize (object);
}

static void
fk_bytes_page_class_init (FkBytesPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = fk_bytes_page_finalize;
  FK_PAGE_CLASS (klass)->is_unsaved = fk_bytes_page_is_unsaved;
  FK_PAGE_CLASS (klass)->ask_to_leave = fk_bytes_page_ask_to_leave;
  widget_class->map = fk_bytes_page_map;
  widget_class->measure = fk_bytes_page_measure;
  widget_class->size_allocate = fk_bytes_page_size_allocate;

  g_type_ensure (FK_TYPE_HEX_MAP);
  g_type_ensure (FK_TYPE_HEX_VIEW);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/flashkeep/Flashkeep/pages/"
                                                             "fk-bytes-page.ui");
  gtk_widget_class_bind_template_child (widget_class, FkBytesPage, body);
  gtk_widget_class_bind_template_child (widget_class, FkBytesPage, separator);
  gtk_widget_class_bind_template_child (widget_class, FkBytesPage, view);
  gtk_widget_class_bind_template_child (widget_class, FkBytesPage, map);
  gtk_widget_class_bind_template_child (widget_class, FkBytesPage, menu_button);
  gtk_widget_class_bind_template_child (widget_class, FkBytesPage, refresh_button);
  gtk_widget_class_bind_template_child (widget_class, FkBytesPage, status);
  gtk_widget_class_bind_template_child (widget_class, FkBytesPage, address_entry);
  gtk_widget_class_bind_template_callback (widget_class, on_go_to);
  install_actions (widget_class);
  fk_bytes_page_install_panels (widget_class);
  fk_bytes_page_install_edit (widget_class);
}

/* What the page offers in the menu of the bytes. */
static void
init_menu (FkBytesPage *self)
{
  g_autoptr (GMenu) menu = g_menu_new ();
  g_autoptr (GMenuItem) fill = g_menu_item_new (_ ("_Fill Selection…"), "bytes.fill");

  g_menu_item_set_attribute (fill, "hidden-when", "s", "action-disabled");
  g_menu_append_item (menu, fill);
  g_menu_append (menu, _ ("Add _Bookmark"), "bytes.bookmark");
  fk_hex_view_set_extra_menu (self->view, G_MENU_MODEL (menu));
}

static void
fk_bytes_page_init (FkBytesPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->notes = fk_hex_notes_new ();
  fk_hex_view_set_notes (self->view, self->notes);
  fk_hex_map_set_view (self->map, self->view);
  g_signal_connect_object (self->notes, "changed", G_CALLBACK (update_status), self,
                           G_CONNECT_SWAPPED);
  /* With a layout manager nobody is told the width. */
  gtk_widget_set_layout_manager (GTK_WIDGET (self), NULL);
  g_signal_connect_swapped (self->view, "notify::cursor", G_CALLBACK (update_status), self);
  g_signal_connect_swapped (self->view, "message", G_CALLBACK (on_message), self);
  init_menu (self);
  fk_bytes_page_init_panels (self);
  fk_bytes_page_update_edit (self);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "bytes.refresh", FALSE);
  /* GTK 4.8 names a menu button by its inner toggle. */
  gtk_accessible_update_property (GTK_ACCESSIBLE (gtk_widget_get_first_child (self->menu_button)),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("What to Show"), -1);
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
  self->image = g_object_ref (image);
  self->places = fk_hex_places_new_for_image (image, FK_BLANK);
  fk_bytes_notes_fill (self->notes, image, NULL);
  fk_hex_view_set_source (self->view, source);
  update_status (self);
  return FK_PAGE (self);
}

/**
 * fk_bytes_page_new_for_source: (constructor)
 * @source: what to show, of which nothing is known but the addresses
 */
FkPage *
fk_bytes_page_new_for_source (const char *title, const char *subtitle, FkByteSource *source)
{
  FkBytesPage *self = g_object_new (FK_TYPE_BYTES_PAGE, NULL);
  guint64 start;
  guint64 size;

  fk_byte_source_get_extent (source, &start, &size);
  fk_page_set_title (FK_PAGE (self), title, subtitle);
  self->places = fk_hex_places_new (start, size);
  fk_hex_view_set_source (self->view, source);
  update_status (self);
  return FK_PAGE (self);
}

/**
 * fk_bytes_page_new_for_board: (constructor)
 * @board: whose chip was identified, and all of whose addresses are shown
 */
FkPage *
fk_bytes_page_new_for_board (FkBoard *board)
{
  g_autoptr (FkChipSource) source = fk_chip_source_new (board);
  g_autofree char *title = fk_board_dup_title (board);
  FkPage *page =
      fk_bytes_page_new_for_source (_ ("Memory of the Chip"), title, FK_BYTE_SOURCE (source));
  FkBytesPage *self = FK_BYTES_PAGE (page);
  FkIdentity *identity = fk_board_get_identity (board);
  FkChip *chip = identity != NULL ? fk_identity_get_chip (identity) : NULL;

  g_signal_connect_object (source, "changed", G_CALLBACK (update_status), self, G_CONNECT_SWAPPED);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "bytes.refresh", TRUE);
  gtk_widget_set_visible (self->refresh_button, TRUE);
  if (chip != NULL)
    {
      fk_bytes_page_set_chip (self, chip);
      fk_bytes_notes_add_places (self->places, chip);
      fk_hex_view_set_cursor (self->view, fk_chip_find_region (chip, "flash")->range.address);
    }
  return page;
}

/* What is not blank ends where the last byte is that reads as something else. */
static void
take_erased_value (FkBytesPage *self, guint8 value)
{
  fk_hex_view_set_erased_value (self->view, value);
  if (self->image == NULL)
    return;
  fk_hex_places_free (self->places);
  self->places = fk_hex_places_new_for_image (self->image, value);
}

/**
 * fk_bytes_page_set_chip:
 * @chip: that the bytes are of: its sectors are told apart, and addresses called by what is there
 */
void
fk_bytes_page_set_chip (FkBytesPage *self, FkChip *chip)
{
  g_return_if_fail (FK_IS_BYTES_PAGE (self));
  g_return_if_fail (FK_IS_CHIP (chip));

  fk_bytes_notes_fill (self->notes, self->image, chip);
  fk_bytes_page_take_regions (self, fk_bytes_notes_make_regions (chip));
  take_erased_value (self, fk_chip_get_erased_value (chip));
}

/**
 * fk_bytes_page_set_backup:
 * @backup: that the bytes are of, and with which bookmarks are kept
 * @library: that it is in
 */
void
fk_bytes_page_set_backup (FkBytesPage *self, FkBackup *backup, FkLibraryModel *library)
{
  const FkChipDesc *desc;
  g_autoptr (FkChip) chip = NULL;

  g_return_if_fail (FK_IS_BYTES_PAGE (self));
  g_return_if_fail (FK_IS_BACKUP (backup));

  desc = fk_chip_db_find (fk_chip_db_get_default (), fk_backup_get_dev_id (backup),
                          fk_backup_get_core (backup));
  if (desc != NULL)
    chip = fk_chip_desc_make_chip (desc, fk_backup_get_flash_size (backup), NULL);
  if (chip != NULL)
    fk_bytes_page_set_chip (self, chip);
  else
    fk_bytes_notes_fill (self->notes, self->image, NULL);
  take_erased_value (self, fk_backup_get_erased_value (backup));
  g_set_object (&self->backup, backup);
  g_set_object (&self->library, library);
  fk_bytes_page_update_edit (self);
  fk_bytes_page_keep_bookmarks (self, backup, library);
}
