/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Typing into the hex view: digits in the bytes, characters in the text.  What is typed overwrites;
 * the first digit of a byte shows at once, and waits for the second. */

#include "config.h"

#include "hex/fk-hex-view-private.h"

#include <glib/gi18n.h>

/**
 * fk_hex_view_end_typing:
 *
 * What is typed from now on begins anew.
 */
void
fk_hex_view_end_typing (FkHexView *self)
{
  self->is_half = FALSE;
  self->is_at_end = FALSE;
  if (self->edit != NULL)
    fk_hex_edit_end_typing (self->edit);
}

/* Behind the byte that was typed; behind the last one there is no place for the cursor. */
static void
step_on (FkHexView *self)
{
  self->is_half = FALSE;
  if (self->cursor + 1 < self->layout.end)
    fk_hex_view_place_cursor (self, self->cursor + 1, FALSE);
  else
    self->is_at_end = TRUE;
}

static gboolean
put (FkHexView *self, guint8 byte)
{
  g_autoptr (GError) error = NULL;

  if (fk_hex_edit_write (self->edit, self->cursor, &byte, 1, FK_HEX_EDIT_TYPED, &error))
    return TRUE;
  gtk_widget_error_bell (GTK_WIDGET (self));
  fk_hex_view_say (self, error->message);
  return FALSE;
}

static void
type_digit (FkHexView *self, guint8 digit)
{
  guint64 typed = self->cursor;
  guint8 byte = 0;
  guint8 present;

  fk_byte_source_read (self->source, typed, &byte, &present, 1);
  byte = self->is_half ? (byte & 0xf0) | digit : (guint8)(digit << 4) | (byte & 0x0f);
  if (!put (self, byte))
    return;
  if (self->is_half)
    step_on (self);
  else
    self->is_half = TRUE;
  fk_hex_view_describe_byte (self, typed);
}

static void
type_character (FkHexView *self, guint8 character)
{
  guint64 typed = self->cursor;

  if (!put (self, character))
    return;
  step_on (self);
  fk_hex_view_describe_byte (self, typed);
}

/* Where the person has selected something, it is typed over from its beginning. */
static void
leave_selection (FkHexView *self)
{
  guint64 start;
  guint64 size;

  if (fk_hex_view_get_selection (self, &start, &size))
    fk_hex_view_move (self, start, FALSE);
}

/**
 * fk_hex_view_type:
 *
 * Returns: whether the key is one that is typed
 */
gboolean
fk_hex_view_type (FkHexView *self, guint keyval, GdkModifierType state)
{
  guint32 character = gdk_keyval_to_unicode (keyval);

  if (self->edit == NULL || self->is_locked || character < 0x20 || character >= 0x7f ||
      (state & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SUPER_MASK | GDK_META_MASK)) != 0)
    return FALSE;
  if (!self->types_text && !g_ascii_isxdigit ((char)character))
    return FALSE;
  if (fk_hex_view_get_fold_at_cursor (self) != NULL)
    return FALSE;
  leave_selection (self);
  if (self->is_at_end)
    {
      gtk_widget_error_bell (GTK_WIDGET (self));
      fk_hex_view_say (self, _ ("This is the end. Bytes are overwritten; none can be added."));
    }
  else if (self->types_text)
    type_character (self, (guint8)character);
  else
    type_digit (self, (guint8)g_ascii_xdigit_value ((char)character));
  gtk_widget_queue_draw (GTK_WIDGET (self));
  return TRUE;
}

/**
 * fk_hex_view_set_types_text:
 * @types_text: whether what is typed goes to the text, and not to the bytes
 */
void
fk_hex_view_set_types_text (FkHexView *self, gboolean types_text)
{
  if (self->types_text == types_text)
    return;
  self->types_text = types_text;
  fk_hex_view_end_typing (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_object_notify (G_OBJECT (self), "types-text");
}
