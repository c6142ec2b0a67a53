/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a screen reader says of the hex view, and a test reads. */

#include "config.h"

#include "hex/fk-hex-view-private.h"

#include <glib/gi18n.h>

void
fk_hex_view_describe_cursor (FkHexView *self)
{
  g_autofree char *text = NULL;
  g_autofree char *where = NULL;
  guint64 address = self->cursor;
  guint64 start;
  guint64 size;
  guint8 byte = 0;
  guint8 present = 0;
  gboolean has_address = TRUE;
  const FkHexFold *fold = fk_hex_view_get_fold_at_cursor (self);

  if (self->source != NULL)
    {
      fk_byte_source_read (self->source, self->cursor, &byte, &present, 1);
      has_address = fk_byte_source_get_address (self->source, self->cursor, &address);
    }
  where =
      g_strdup_printf ("0x%0*" G_GINT64_MODIFIER "x", (int)self->layout.address_digits, address);
  if (fold != NULL)
    {
      g_autofree char *hidden = fk_hex_view_dup_fold_text (self, fold);

      text = g_strdup_printf (_ ("%s, Enter shows it"), hidden);
    }
  else if (!has_address)
    text = g_strdup (_ ("A gap, no byte"));
  else if (present == FK_BYTE_PRESENT)
    text = g_strdup_printf (_ ("Address %s, value 0x%02x"), where, byte);
  else if (present == FK_BYTE_PENDING)
    text = g_strdup_printf (_ ("Address %s, not read yet"), where);
  else if (present == FK_BYTE_UNREADABLE)
    {
      g_autofree char *reason = fk_byte_source_dup_reason (self->source, self->cursor);

      text = reason != NULL ? g_strdup_printf (_ ("Address %s, cannot be read: %s"), where, reason)
                            : g_strdup_printf (_ ("Address %s, cannot be read"), where);
    }
  else
    text = g_strdup_printf (_ ("Address %s, no byte"), where);
  if (fk_hex_view_get_selection (self, &start, &size))
    {
      g_autofree char *at_cursor = g_steal_pointer (&text);
      gulong n = (gulong)size;

      text = g_strdup_printf (ngettext ("%s, %lu byte selected", "%s, %lu bytes selected", n),
                              at_cursor, n);
    }
  else if (self->notes != NULL && has_address)
    {
      g_autofree char *byte_text = g_steal_pointer (&text);
      g_autofree char *note = fk_hex_notes_describe_byte (self->notes, address);

      text = note != NULL ? g_strdup_printf ("%s, %s", byte_text, note) : g_strdup (byte_text);
    }
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, text,
                                  -1);
}
