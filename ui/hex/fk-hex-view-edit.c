/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Changing many bytes of the hex view at once, undoing it, and going from change to change.  The
 * length never changes: what would be removed becomes as it is after erasing. */

#include "config.h"

#include "hex/fk-hex-view-private.h"

#include <glib/gi18n.h>
#include <string.h>

#include "hex/fk-hex-paste.h"

/* As much as can be copied, too. */
#define MAX_PASTE (1024 * 1024)

/**
 * fk_hex_view_update_edit_actions:
 *
 * What can be done with the source as it is now.
 */
void
fk_hex_view_update_edit_actions (FkHexView *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  gboolean is_edit = self->edit != NULL && !self->is_locked;
  gboolean any_change = is_edit && fk_hex_edit_get_n_changed (self->edit) > 0;
  const struct
  {
    const char *name;
    gboolean enabled;
  } actions[] = {
    { "hex.paste", is_edit },
    { "hex.cut", is_edit },
    { "hex.erase", is_edit },
    { "hex.type-text", is_edit },
    { "hex.undo", is_edit && fk_hex_edit_can_undo (self->edit) },
    { "hex.redo", is_edit && fk_hex_edit_can_redo (self->edit) },
    { "hex.next-change", any_change },
    { "hex.previous-change", any_change },
  };

  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    gtk_widget_action_set_enabled (widget, actions[i].name, actions[i].enabled);
}

static gboolean
overwrite (FkHexView *self, guint64 position, GBytes *bytes, FkHexViewDeed deed)
{
  g_autoptr (GError) error = NULL;
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);

  fk_hex_view_end_typing (self);
  if (fk_hex_edit_write (self->edit, position, data, size, FK_HEX_EDIT_WHOLE, &error))
    {
      fk_hex_view_describe_deed (self, deed, (FkHexMark){ position, size });
      return TRUE;
    }
  fk_hex_view_say (self, error->message);
  return FALSE;
}

static void
say_too_long (FkHexView *self, guint64 size, guint64 room, gboolean is_selection)
{
  g_autofree char *sizes =
      g_strdup_printf (ngettext ("The clipboard holds %lu byte", "The clipboard holds %lu bytes",
                                 (gulong)size),
                       (gulong)size);
  g_autofree char *text = NULL;
  gulong n = (gulong)room;

  if (is_selection)
    text = g_strdup_printf (ngettext ("%s, and %lu byte is selected. Nothing was changed.",
                                      "%s, and %lu bytes are selected. Nothing was changed.", n),
                            sizes, n);
  else
    text = g_strdup_printf (ngettext ("%s, and %lu byte fits here. Nothing was changed.",
                                      "%s, and %lu bytes fit here. Nothing was changed.", n),
                            sizes, n);
  fk_hex_view_say (self, text);
}

static void
say_too_much (FkHexView *self)
{
  g_autofree char *limit = g_format_size_full (MAX_PASTE, G_FORMAT_SIZE_IEC_UNITS);
  g_autofree char *text =
      g_strdup_printf (_ ("There is too much on the clipboard: at most %s can be pasted."), limit);

  fk_hex_view_say (self, text);
}

/* What is typed as text goes in as it is; otherwise the text tells of bytes. */
static GBytes *
parse (FkHexView *self, const char *text, GError **error)
{
  return self->types_text && *text != '\0' ? g_bytes_new (text, strlen (text))
                                           : fk_hex_paste_parse (text, error);
}

/**
 * fk_hex_view_paste_text:
 * @text: hex digits or an array of C, or any text while text is typed
 *
 * Overwrites from the cursor on, or the beginning of the selection, which must have room for it.
 */
void
fk_hex_view_paste_text (FkHexView *self, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = NULL;
  guint64 start;
  guint64 selected;
  guint64 size;
  guint64 room;
  gboolean is_selection;

  g_return_if_fail (FK_IS_HEX_VIEW (self));
  g_return_if_fail (text != NULL);

  if (self->edit == NULL || self->is_locked)
    return;
  bytes = parse (self, text, &error);
  if (bytes == NULL)
    {
      g_autofree char *message = g_strdup_printf (_ ("Nothing was pasted: %s."), error->message);

      fk_hex_view_say (self, message);
      return;
    }
  size = g_bytes_get_size (bytes);
  if (size > MAX_PASTE)
    {
      say_too_much (self);
      return;
    }
  is_selection = fk_hex_view_get_selection (self, &start, &selected);
  room = fk_hex_edit_count_writable (self->edit, start, is_selection ? selected : size);
  if (size > room)
    say_too_long (self, size, room, is_selection);
  else if (overwrite (self, start, bytes, FK_HEX_VIEW_OVERWRITTEN) && !is_selection)
    {
      fk_hex_view_move (self, start + size, FALSE);
      fk_hex_view_describe_deed (self, FK_HEX_VIEW_OVERWRITTEN, (FkHexMark){ start, size });
    }
}

static void
on_clipboard_read (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (FkHexView) self = user_data;
  g_autofree char *text = gdk_clipboard_read_text_finish (GDK_CLIPBOARD (source), result, NULL);

  if (text == NULL)
    fk_hex_view_say (self, _ ("There is no text on the clipboard."));
  else if (strlen (text) > MAX_PASTE * 6)
    say_too_much (self);
  else
    fk_hex_view_paste_text (self, text);
}

static void
on_paste (GtkWidget *widget, const char *action, GVariant *parameter)
{
  gdk_clipboard_read_text_async (gtk_widget_get_clipboard (widget), NULL, on_clipboard_read,
                                 g_object_ref (widget));
}

static GBytes *
repeat (GBytes *pattern, gsize size)
{
  gsize length;
  const guint8 *data = g_bytes_get_data (pattern, &length);
  guint8 *bytes = g_malloc (size);

  for (gsize i = 0; i < size; i++)
    bytes[i] = data[i % length];
  return g_bytes_new_take (bytes, size);
}

static void
fill (FkHexView *self, GBytes *pattern, FkHexViewDeed deed)
{
  g_autoptr (GBytes) bytes = NULL;
  guint64 start;
  guint64 size;

  fk_hex_view_get_selection (self, &start, &size);
  if (fk_hex_edit_count_writable (self->edit, start, size) < size)
    {
      fk_hex_view_say (self, _ ("Not every byte of the selection is there. Nothing was changed."));
      return;
    }
  bytes = repeat (pattern, size);
  overwrite (self, start, bytes, deed);
}

/**
 * fk_hex_view_fill:
 * @pattern: at least one byte, which is repeated; the last time perhaps not all of it
 *
 * Overwrites the selection, or the byte at the cursor.
 */
void
fk_hex_view_fill (FkHexView *self, GBytes *pattern)
{
  g_return_if_fail (FK_IS_HEX_VIEW (self));
  g_return_if_fail (pattern != NULL && g_bytes_get_size (pattern) > 0);

  if (self->edit != NULL && !self->is_locked)
    fill (self, pattern, FK_HEX_VIEW_OVERWRITTEN);
}

static void
on_erase (GtkWidget *widget, const char *action, GVariant *parameter)
{
  FkHexView *self = FK_HEX_VIEW (widget);
  g_autoptr (GBytes) pattern = g_bytes_new (&self->erased_value, 1);

  fill (self, pattern, FK_HEX_VIEW_ERASED);
}

static void
on_cut (GtkWidget *widget, const char *action, GVariant *parameter)
{
  if (fk_hex_view_copy (FK_HEX_VIEW (widget), FK_HEX_COPY_HEX))
    gtk_widget_activate_action (widget, "hex.erase", NULL);
}

static void
step_history (FkHexView *self, gboolean undo)
{
  FkHexMark place;

  fk_hex_view_end_typing (self);
  if (!(undo ? fk_hex_edit_undo (self->edit, &place) : fk_hex_edit_redo (self->edit, &place)))
    return;
  fk_hex_view_move (self, place.start, FALSE);
  fk_hex_view_describe_deed (self, undo ? FK_HEX_VIEW_UNDONE : FK_HEX_VIEW_REDONE, place);
}

static void
on_undo (GtkWidget *widget, const char *action, GVariant *parameter)
{
  step_history (FK_HEX_VIEW (widget), TRUE);
}

static void
on_redo (GtkWidget *widget, const char *action, GVariant *parameter)
{
  step_history (FK_HEX_VIEW (widget), FALSE);
}

/* From the cursor on, round at the end. */
static void
step_change (FkHexView *self, gboolean forward)
{
  GArray *changes = fk_hex_edit_get_changes (self->edit);
  guint n = changes->len;
  guint index = fk_hex_marks_find (changes, self->cursor);
  FkHexMark change;

  if (n == 0)
    return;
  /* The one that the cursor is in is no news. */
  if (forward && index < n && g_array_index (changes, FkHexMark, index).start <= self->cursor)
    index++;
  change = g_array_index (changes, FkHexMark, forward ? index % n : (index + n - 1) % n);
  if (forward ? change.start <= self->cursor : change.start >= self->cursor)
    fk_hex_view_say (self, n == 1    ? _ ("There is only one change.")
                           : forward ? _ ("The first change again.")
                                     : _ ("The last change again."));
  fk_hex_view_move (self, change.start, FALSE);
}

static void
on_next_change (GtkWidget *widget, const char *action, GVariant *parameter)
{
  step_change (FK_HEX_VIEW (widget), TRUE);
}

static void
on_previous_change (GtkWidget *widget, const char *action, GVariant *parameter)
{
  step_change (FK_HEX_VIEW (widget), FALSE);
}

void
fk_hex_view_install_edit_actions (GtkWidgetClass *widget_class)
{
  static const struct
  {
    const char *name;
    GtkWidgetActionActivateFunc activate;
    guint key;
    GdkModifierType modifiers;
  } actions[] = {
    { "hex.undo", on_undo, GDK_KEY_z, GDK_CONTROL_MASK },
    { "hex.redo", on_redo, GDK_KEY_z, GDK_CONTROL_MASK | GDK_SHIFT_MASK },
    { "hex.paste", on_paste, GDK_KEY_v, GDK_CONTROL_MASK },
    { "hex.cut", on_cut, GDK_KEY_x, GDK_CONTROL_MASK },
    { "hex.erase", on_erase, GDK_KEY_Delete, 0 },
    { "hex.next-change", on_next_change, GDK_KEY_F8, 0 },
    { "hex.previous-change", on_previous_change, GDK_KEY_F7, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    {
      gtk_widget_class_install_action (widget_class, actions[i].name, NULL, actions[i].activate);
      gtk_widget_class_add_binding_action (widget_class, actions[i].key, actions[i].modifiers,
                                           actions[i].name, NULL);
    }
  gtk_widget_class_install_property_action (widget_class, "hex.type-text", "types-text");
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_t, GDK_CONTROL_MASK, "hex.type-text",
                                       NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_y, GDK_CONTROL_MASK, "hex.redo", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_KP_Delete, 0, "hex.erase", NULL);
}
