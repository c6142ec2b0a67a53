/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Editing a copy of a backup.  The bytes are overwritten in memory only; the backup stays as it is,
 * and what is saved is another one.  Bookmarks that are set meanwhile go with the copy. */

#include "config.h"

#include "pages/fk-bytes-page-private.h"

#include <glib/gi18n.h>

#include "dialogs/fk-fill-dialog.h"
#include "dialogs/fk-message.h"
#include "fk-save-copy.h"
#include "hex/fk-hex-bookmarks.h"
#include "hex/fk-image-source.h"
#include "widgets/fk-details.h"

/* What the view does, offered by the page: by its buttons, its menu, and wherever the focus is. */
static const struct
{
  const char *name;
  const char *of_view;
  guint key;
  GdkModifierType modifiers;
} forwarded[] = {
  { "bytes.undo", "hex.undo", GDK_KEY_z, GDK_CONTROL_MASK },
  { "bytes.redo", "hex.redo", GDK_KEY_z, GDK_CONTROL_MASK | GDK_SHIFT_MASK },
  { "bytes.next-change", "hex.next-change", GDK_KEY_F8, 0 },
  { "bytes.previous-change", "hex.previous-change", GDK_KEY_F7, 0 },
  { "bytes.type-text", "hex.type-text", GDK_KEY_t, GDK_CONTROL_MASK },
};

static void
on_forwarded (GtkWidget *widget, const char *action, GVariant *parameter)
{
  GtkWidget *view = GTK_WIDGET (FK_BYTES_PAGE (widget)->view);

  for (guint i = 0; i < G_N_ELEMENTS (forwarded); i++)
    if (g_str_equal (action, forwarded[i].name))
      gtk_widget_activate_action (view, forwarded[i].of_view, NULL);
}

static void
update_forwarded (FkBytesPage *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  gboolean is_edit = self->edit != NULL && !self->is_saving;
  gboolean any_change = is_edit && fk_hex_edit_get_n_changed (self->edit) > 0;

  gtk_widget_action_set_enabled (widget, "bytes.undo",
                                 is_edit && fk_hex_edit_can_undo (self->edit));
  gtk_widget_action_set_enabled (widget, "bytes.redo",
                                 is_edit && fk_hex_edit_can_redo (self->edit));
  gtk_widget_action_set_enabled (widget, "bytes.next-change", any_change);
  gtk_widget_action_set_enabled (widget, "bytes.previous-change", any_change);
  gtk_widget_action_set_enabled (widget, "bytes.type-text", is_edit);
  gtk_widget_action_set_enabled (widget, "bytes.fill", is_edit);
  gtk_widget_action_set_enabled (widget, "bytes.bookmark", !self->is_saving);
  fk_bytes_page_update_bookmark_panel (self);
}

static void
update_strip (FkBytesPage *self)
{
  gulong n = self->edit != NULL ? (gulong)fk_hex_edit_get_n_changed (self->edit) : 0;
  g_autofree char *text = NULL;

  gtk_widget_set_visible (self->edit_strip, self->edit != NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "bytes.edit-copy",
                                 self->edit == NULL && self->backup != NULL);
  update_forwarded (self);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "bytes.discard",
                                 self->edit != NULL && !self->is_saving);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "bytes.save-copy",
                                 fk_bytes_page_is_unsaved (FK_PAGE (self)) && !self->is_saving);
  if (self->is_saving)
    text = g_strdup (_ ("Saving…"));
  else if (n > 0)
    text = g_strdup_printf (ngettext ("%lu byte changed", "%lu bytes changed", n), n);
  else
    text = g_strdup (_ ("The backup itself stays as it is"));
  gtk_label_set_label (self->edit_status, text);
  fk_bytes_page_update_inhibition (self, fk_bytes_page_is_unsaved (FK_PAGE (self)));
}

/* Shows @source in place of what is shown, and the same of it. */
static void
exchange_source (FkBytesPage *self, FkByteSource *source)
{
  guint64 cursor = fk_hex_view_get_cursor (self->view);

  fk_hex_view_set_source (self->view, source);
  fk_hex_view_set_cursor (self->view, cursor);
}

static void
start (FkBytesPage *self)
{
  self->edit = fk_hex_edit_new (fk_hex_view_get_source (self->view));
  self->has_new_bookmarks = FALSE;
  g_signal_connect_object (self->edit, "changed", G_CALLBACK (update_strip), self,
                           G_CONNECT_SWAPPED);
  exchange_source (self, FK_BYTE_SOURCE (self->edit));
  update_strip (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->view));
}

/* Leaves the editing state, with @source to be shown from now on. */
static void
stop (FkBytesPage *self, FkByteSource *source)
{
  g_signal_handlers_disconnect_by_func (self->edit, update_strip, self);
  exchange_source (self, source);
  g_clear_object (&self->edit);
  self->has_new_bookmarks = FALSE;
  update_strip (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->view));
}

/* Of the page that edits and does not save at the moment. */
void
fk_bytes_page_discard (FkBytesPage *self)
{
  gboolean reload = self->has_new_bookmarks;

  stop (self, fk_hex_edit_get_base (self->edit));
  if (reload)
    fk_bytes_bookmarks_load (self->bookmarks);
}

/* What is shown: the bytes of the image, as they are now. */
static FkImage *
make_changed (FkBytesPage *self, GError **error)
{
  g_autoptr (FkImage) image = fk_image_new ();

  for (guint i = 0; i < fk_image_get_n_segments (self->image); i++)
    {
      FkRange range = fk_image_get_segment (self->image, i).range;
      g_autofree guint8 *bytes = g_malloc (range.size);
      g_autofree guint8 *present = g_malloc (range.size);

      fk_byte_source_read (FK_BYTE_SOURCE (self->edit), range.address, bytes, present, range.size);
      if (!fk_image_add_data (image, range.address, bytes, range.size, error))
        return NULL;
    }
  return g_steal_pointer (&image);
}

/* The name of the copy, and its bookmarks. */
static FkBackupEdit *
make_edit (FkBytesPage *self)
{
  FkBackupEdit *edit = fk_backup_edit_new ();
  const char *name = fk_backup_get_name (self->backup);
  g_autofree char *copy_name =
      g_strdup_printf (_ ("Edited copy of %s"),
                       *name != '\0' ? name : fk_backup_get_chip_name (self->backup));

  fk_backup_edit_set_name (edit, copy_name);
  if (self->has_new_bookmarks)
    {
      g_autoptr (GBytes) bookmarks = NULL;

      if (fk_hex_notes_get_n (self->notes, FK_HEX_NOTE_BOOKMARK) > 0)
        bookmarks = fk_hex_bookmarks_format (self->notes);
      fk_backup_edit_set_file (edit, FK_BYTES_BOOKMARKS_FILE, bookmarks);
    }
  return edit;
}

typedef struct
{
  FkBytesPage *page;
  FkImage *changed;
} Saving;

static void
saving_free (Saving *saving)
{
  g_object_unref (saving->page);
  g_object_unref (saving->changed);
  g_free (saving);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Saving, saving_free)

static void
show_saved (FkBytesPage *self, FkBackup *backup, FkImage *image, const char *problems)
{
  FkWindow *window = fk_page_get_window (FK_PAGE (self));
  g_autoptr (FkByteSource) source = fk_image_source_new (image);
  g_autofree char *text = g_strdup_printf (_ ("Saved as “%s”"), fk_backup_get_name (backup));

  g_set_object (&self->image, image);
  stop (self, source);
  fk_bytes_page_set_backup (self, backup, self->library);
  fk_page_set_title (FK_PAGE (self), fk_page_get_title (FK_PAGE (self)),
                     fk_backup_get_name (backup));
  if (window == NULL)
    return;
  fk_window_toast (window, text);
  if (problems != NULL)
    fk_message_show (GTK_WIDGET (window), _ ("The Copy May Not Run"),
                     _ ("It was saved. But what was changed is what a chip starts from, or what "
                        "the firmware needs: look at the details before you restore it."),
                     fk_details_new (problems));
}

static void
on_saved (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Saving) saving = user_data;
  FkBytesPage *self = saving->page;
  FkWindow *window = fk_page_get_window (FK_PAGE (self));
  g_autoptr (GError) error = NULL;
  g_autofree char *problems = NULL;
  g_autoptr (FkBackup) backup =
      fk_save_copy_finish (FK_LIBRARY_MODEL (source), result, &problems, &error);

  self->is_saving = FALSE;
  if (backup != NULL)
    show_saved (self, backup, saving->changed, problems);
  else
    {
      fk_hex_view_set_editable (self->view, TRUE);
      update_strip (self);
      if (window != NULL)
        fk_window_show_error (window, error);
    }
  fk_bytes_page_answer_leaving (self, backup != NULL);
}

/* Of the page that edits and does not save at the moment. */
void
fk_bytes_page_save_copy (FkBytesPage *self)
{
  FkWindow *window = fk_page_get_window (FK_PAGE (self));
  g_autoptr (GError) error = NULL;
  g_autoptr (FkImage) changed = make_changed (self, &error);
  Saving *saving;

  if (changed == NULL)
    {
      if (window != NULL)
        fk_window_show_error (window, error);
      fk_bytes_page_answer_leaving (self, FALSE);
      return;
    }
  saving = g_new (Saving, 1);
  saving->page = g_object_ref (self);
  saving->changed = g_object_ref (changed);
  self->is_saving = TRUE;
  /* What is typed now would be in no copy. */
  gtk_widget_grab_focus (GTK_WIDGET (self->view));
  fk_hex_view_set_editable (self->view, FALSE);
  update_strip (self);
  fk_save_copy_async (self->library, self->backup, self->image, changed, make_edit (self), on_saved,
                      saving);
}

/* The copy takes the bookmarks of the backup along, so they have to be there, and all of them with
 * the backup.  To be called whenever they have settled. */
void
fk_bytes_page_start_edit_if_wanted (FkBytesPage *self)
{
  if (self->wants_edit && fk_bytes_bookmarks_are_settled (self->bookmarks))
    {
      self->wants_edit = FALSE;
      start (self);
    }
}

static void
on_edit_copy (GtkWidget *widget, const char *action, GVariant *parameter)
{
  FkBytesPage *self = FK_BYTES_PAGE (widget);

  self->wants_edit = TRUE;
  fk_bytes_page_start_edit_if_wanted (self);
}

static void
on_save_copy (GtkWidget *widget, const char *action, GVariant *parameter)
{
  fk_bytes_page_save_copy (FK_BYTES_PAGE (widget));
}

static void
on_discard_answered (GObject *source, GAsyncResult *result, gpointer user_data)
{
  FkBytesPage *self = FK_BYTES_PAGE (source);

  if (fk_message_ask_finish (result) && self->edit != NULL && !self->is_saving)
    fk_bytes_page_discard (self);
}

static void
on_discard (GtkWidget *widget, const char *action, GVariant *parameter)
{
  FkBytesPage *self = FK_BYTES_PAGE (widget);

  if (fk_bytes_page_is_unsaved (FK_PAGE (self)))
    fk_message_ask_async (widget, _ ("Discard the Changes?"),
                          _ ("What you changed in this copy is lost. The backup itself stays as it "
                             "is."),
                          NULL, _ ("_Keep Editing"), _ ("_Discard"), FK_MESSAGE_DESTRUCTIVE,
                          on_discard_answered, NULL);
  else
    fk_bytes_page_discard (self);
}

static void
on_filled (GObject *source, GAsyncResult *result, gpointer user_data)
{
  FkBytesPage *self = FK_BYTES_PAGE (source);
  g_autoptr (GBytes) pattern = fk_fill_dialog_ask_finish (result);

  if (pattern != NULL)
    fk_hex_view_fill (self->view, pattern);
}

static void
on_fill (GtkWidget *widget, const char *action, GVariant *parameter)
{
  guint64 start_position;
  guint64 size;

  fk_hex_view_get_selection (FK_BYTES_PAGE (widget)->view, &start_position, &size);
  fk_fill_dialog_ask_async (widget, size, on_filled, NULL);
}

/* For the making of the class: actions and the template's children. */
void
fk_bytes_page_install_edit (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, FkBytesPage, edit_strip);
  gtk_widget_class_bind_template_child (widget_class, FkBytesPage, edit_status);
  gtk_widget_class_install_action (widget_class, "bytes.edit-copy", NULL, on_edit_copy);
  gtk_widget_class_install_action (widget_class, "bytes.save-copy", NULL, on_save_copy);
  gtk_widget_class_install_action (widget_class, "bytes.discard", NULL, on_discard);
  gtk_widget_class_install_action (widget_class, "bytes.fill", NULL, on_fill);
  for (guint i = 0; i < G_N_ELEMENTS (forwarded); i++)
    {
      gtk_widget_class_install_action (widget_class, forwarded[i].name, NULL, on_forwarded);
      gtk_widget_class_add_binding_action (widget_class, forwarded[i].key, forwarded[i].modifiers,
                                           forwarded[i].name, NULL);
    }
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_e, GDK_CONTROL_MASK, "bytes.edit-copy",
                                       NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_s, GDK_CONTROL_MASK, "bytes.save-copy",
                                       NULL);
}

void
fk_bytes_page_update_edit (FkBytesPage *self)
{
  update_strip (self);
}
