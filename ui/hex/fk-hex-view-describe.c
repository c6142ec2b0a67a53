/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a screen reader says of the hex view, and a test reads. */

#include "config.h"

#include "hex/fk-hex-view-private.h"

#include <glib/gi18n.h>

/* What @position is called: its address. */
static char *
dup_place (FkHexView *self, guint64 position)
{
  guint64 address = position;

  if (self->source != NULL)
    fk_byte_source_get_address (self->source, position, &address);
  return g_strdup_printf ("0x%0*" G_GINT64_MODIFIER "x", (int)self->layout.address_digits, address);
}

/* @where: what the byte, which is there, is called */
static char *
dup_value_text (FkHexView *self, guint64 position, const char *where, guint8 byte)
{
  guint8 original;

  if (self->edit != NULL && fk_hex_edit_get_original (self->edit, position, &original))
    return g_strdup_printf (_ ("Address %s, changed from 0x%02x to 0x%02x"), where, original, byte);
  return g_strdup_printf (_ ("Address %s, value 0x%02x"), where, byte);
}

static char *
dup_unreadable_text (FkHexView *self, guint64 position, const char *where)
{
  g_autofree char *reason = fk_byte_source_dup_reason (self->source, position);

  return reason != NULL ? g_strdup_printf (_ ("Address %s, cannot be read: %s"), where, reason)
                        : g_strdup_printf (_ ("Address %s, cannot be read"), where);
}

static char *
dup_byte_text (FkHexView *self, guint64 position)
{
  g_autofree char *where = dup_place (self, position);
  guint64 address;
  guint8 byte = 0;
  guint8 present = FK_BYTE_ABSENT;

  if (self->source != NULL)
    {
      fk_byte_source_read (self->source, position, &byte, &present, 1);
      if (!fk_byte_source_get_address (self->source, position, &address))
        return g_strdup (_ ("A gap, no byte"));
    }
  switch ((FkByteState)present)
    {
    case FK_BYTE_PRESENT:
      return dup_value_text (self, position, where, byte);
    case FK_BYTE_PENDING:
      return g_strdup_printf (_ ("Address %s, not read yet"), where);
    case FK_BYTE_UNREADABLE:
      return dup_unreadable_text (self, position, where);
    case FK_BYTE_ABSENT:
    default:
      return g_strdup_printf (_ ("Address %s, no byte"), where);
    }
}

/* Returns: (nullable): what is noted of the byte at the cursor */
static char *
dup_note (FkHexView *self)
{
  guint64 address = self->cursor;

  if (self->notes == NULL ||
      (self->source != NULL && !fk_byte_source_get_address (self->source, self->cursor, &address)))
    return NULL;
  return fk_hex_notes_describe_byte (self->notes, address);
}

/* The byte or the fold at the cursor. */
static char *
dup_cursor_text (FkHexView *self)
{
  const FkHexFold *fold = fk_hex_view_get_fold_at_cursor (self);
  g_autofree char *hidden = fold != NULL ? fk_hex_view_dup_fold_text (self, fold) : NULL;

  return hidden != NULL ? g_strdup_printf (_ ("%s, Enter shows it"), hidden)
                        : dup_byte_text (self, self->cursor);
}

/**
 * fk_hex_view_describe:
 *
 * What is said until the cursor moves.
 */
void
fk_hex_view_describe (FkHexView *self, const char *text)
{
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, text,
                                  -1);
}

/**
 * fk_hex_view_describe_byte:
 *
 * Says what stands at @position, which need not be the cursor's.
 */
void
fk_hex_view_describe_byte (FkHexView *self, guint64 position)
{
  g_autofree char *text = dup_byte_text (self, position);

  fk_hex_view_describe (self, text);
}

/**
 * fk_hex_view_describe_deed:
 * @place: what it was done to
 *
 * Says what became of bytes.
 */
void
fk_hex_view_describe_deed (FkHexView *self, FkHexViewDeed deed, FkHexMark place)
{
  static const char *const formats[] = {
    [FK_HEX_VIEW_UNDONE] = N_ ("Undone. %s"),
    [FK_HEX_VIEW_REDONE] = N_ ("Done again. %s"),
    [FK_HEX_VIEW_OVERWRITTEN] = N_ ("Overwritten. %s"),
    [FK_HEX_VIEW_ERASED] = N_ ("Erased. %s"),
  };
  g_autofree char *where = dup_place (self, place.start);
  g_autofree char *what = NULL;
  g_autofree char *text = NULL;
  gulong n = (gulong)place.size;

  if (place.size == 1)
    what = dup_byte_text (self, place.start);
  else
    what = g_strdup_printf (ngettext ("%lu byte from address %s on", "%lu bytes from address %s on",
                                      n),
                            n, where);
  text = g_strdup_printf (_ (formats[deed]), what);
  fk_hex_view_describe (self, text);
}

/**
 * fk_hex_view_describe_cursor:
 *
 * Says where the cursor is.
 */
void
fk_hex_view_describe_cursor (FkHexView *self)
{
  g_autofree char *at_cursor = dup_cursor_text (self);
  g_autofree char *note = NULL;
  g_autofree char *text = NULL;
  guint64 start;
  guint64 size;

  if (fk_hex_view_get_selection (self, &start, &size))
    text =
        g_strdup_printf (ngettext ("%s, %lu byte selected", "%s, %lu bytes selected", (gulong)size),
                         at_cursor, (gulong)size);
  else if ((note = dup_note (self)) != NULL)
    text = g_strdup_printf ("%s, %s", at_cursor, note);
  fk_hex_view_describe (self, text != NULL ? text : at_cursor);
}
