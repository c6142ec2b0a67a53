/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The hex view's clipboard, and the menu that offers it. */

#include "config.h"

#include "hex/fk-hex-view-private.h"

#include <glib/gi18n.h>

/* More than this is not put on the clipboard: a person wants a file then. */
#define MAX_COPY (1024 * 1024)

/* Moves the bytes that are there to the front.  Returns: how many. */
static gsize
leave_out_absent (guint8 *bytes, const guint8 *present, gsize size)
{
  gsize n = 0;

  for (gsize i = 0; i < size; i++)
    if (present[i] == FK_BYTE_PRESENT)
      bytes[n++] = bytes[i];
  return n;
}

/* What is said of a copy from which bytes are missing must not be overlooked: it is shorter than
 * the selection. */
static void
tell_missing (FkHexView *self, gulong n, gsize copied)
{
  g_autofree char *text = NULL;

  if (copied == 0)
    text = g_strdup (_ ("Nothing was copied: no byte of the selection is there."));
  else
    text = g_strdup_printf (ngettext ("Copied without %lu byte that is not there.",
                                      "Copied without %lu bytes that are not there.", n),
                            n);
  fk_hex_view_say (self, text);
}

/**
 * fk_hex_view_copy:
 *
 * Puts the selection, or the byte at the cursor, on the clipboard; says so when it does not, or not
 * all of it.
 *
 * Returns: whether something is there now
 */
gboolean
fk_hex_view_copy (FkHexView *self, FkHexCopyFormat format)
{
  g_autofree guint8 *bytes = NULL;
  g_autofree guint8 *present = NULL;
  g_autofree char *text = NULL;
  guint64 start;
  guint64 size;
  gsize n;

  if (self->source == NULL)
    return FALSE;
  fk_hex_view_get_selection (self, &start, &size);
  if (size > MAX_COPY)
    {
      g_autofree char *limit = g_format_size_full (MAX_COPY, G_FORMAT_SIZE_IEC_UNITS);
      g_autofree char *refusal =
          g_strdup_printf (_ ("Too much to copy: select at most %s."), limit);

      fk_hex_view_say (self, refusal);
      return FALSE;
    }
  bytes = g_malloc (size);
  present = g_malloc (size);
  fk_byte_source_read (self->source, start, bytes, present, size);
  n = leave_out_absent (bytes, present, size);
  if (n < size)
    tell_missing (self, (gulong)(size - n), n);
  if (n == 0)
    return FALSE;
  text = fk_hex_copy_format (format, bytes, n);
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), text);
  return TRUE;
}

static void
on_copy (GtkWidget *widget, const char *action, GVariant *parameter)
{
  fk_hex_view_copy (FK_HEX_VIEW (widget), FK_HEX_COPY_HEX);
}

static void
on_copy_c (GtkWidget *widget, const char *action, GVariant *parameter)
{
  fk_hex_view_copy (FK_HEX_VIEW (widget), FK_HEX_COPY_C_ARRAY);
}

static void
on_copy_text (GtkWidget *widget, const char *action, GVariant *parameter)
{
  fk_hex_view_copy (FK_HEX_VIEW (widget), FK_HEX_COPY_TEXT);
}

static void
on_copy_base64 (GtkWidget *widget, const char *action, GVariant *parameter)
{
  fk_hex_view_copy (FK_HEX_VIEW (widget), FK_HEX_COPY_BASE64);
}

static void
on_select_all (GtkWidget *widget, const char *action, GVariant *parameter)
{
  FkHexView *self = FK_HEX_VIEW (widget);

  if (self->layout.end > self->layout.start)
    fk_hex_view_select (self, self->layout.start, self->layout.end - self->layout.start);
}

/* What is only there while bytes can be overwritten. */
static GMenuModel *
make_edit_section (void)
{
  static const struct
  {
    const char *label;
    const char *action;
  } items[] = {
    { N_ ("_Undo"), "hex.undo" },
    { N_ ("_Redo"), "hex.redo" },
    { N_ ("_Paste"), "hex.paste" },
    { N_ ("_Erase"), "hex.erase" },
  };
  g_autoptr (GMenu) menu = g_menu_new ();

  for (guint i = 0; i < G_N_ELEMENTS (items); i++)
    {
      g_autoptr (GMenuItem) item = g_menu_item_new (_ (items[i].label), items[i].action);

      g_menu_item_set_attribute (item, "hidden-when", "s", "action-disabled");
      g_menu_append_item (menu, item);
    }
  return G_MENU_MODEL (g_steal_pointer (&menu));
}

static GMenuModel *
make_menu (GMenuModel *extra)
{
  static const struct
  {
    const char *label;
    const char *action;
  } items[] = {
    { N_ ("Copy as _Hex"), "hex.copy" },
    { N_ ("Copy as _Text"), "hex.copy-text" },
    { N_ ("Copy as _C Array"), "hex.copy-c" },
    { N_ ("Copy as _Base64"), "hex.copy-base64" },
  };
  g_autoptr (GMenu) menu = g_menu_new ();
  g_autoptr (GMenu) copies = g_menu_new ();
  g_autoptr (GMenu) selection = g_menu_new ();
  g_autoptr (GMenuModel) edits = make_edit_section ();

  for (guint i = 0; i < G_N_ELEMENTS (items); i++)
    g_menu_append (copies, _ (items[i].label), items[i].action);
  g_menu_append (selection, _ ("Select _All"), "hex.select-all");
  g_menu_append_section (menu, NULL, edits);
  g_menu_append_section (menu, NULL, G_MENU_MODEL (copies));
  g_menu_append_section (menu, NULL, G_MENU_MODEL (selection));
  if (extra != NULL)
    g_menu_append_section (menu, NULL, extra);
  return G_MENU_MODEL (g_steal_pointer (&menu));
}

/**
 * fk_hex_view_set_extra_menu:
 * @menu: (nullable): what else is offered at the bytes, by whoever shows them
 */
void
fk_hex_view_set_extra_menu (FkHexView *self, GMenuModel *menu)
{
  g_return_if_fail (FK_IS_HEX_VIEW (self));
  g_return_if_fail (menu == NULL || G_IS_MENU_MODEL (menu));

  if (g_set_object (&self->extra_menu, menu))
    g_clear_pointer (&self->menu, gtk_widget_unparent);
}

/**
 * fk_hex_view_open_menu:
 *
 * Opens the menu at a point of the view.
 */
void
fk_hex_view_open_menu (FkHexView *self, double x, double y)
{
  if (self->menu == NULL)
    {
      g_autoptr (GMenuModel) model = make_menu (self->extra_menu);

      self->menu = gtk_popover_menu_new_from_model (model);
      gtk_widget_set_parent (self->menu, GTK_WIDGET (self));
      gtk_popover_set_has_arrow (GTK_POPOVER (self->menu), FALSE);
      gtk_widget_set_halign (self->menu, GTK_ALIGN_START);
      gtk_popover_set_position (GTK_POPOVER (self->menu), GTK_POS_BOTTOM);
    }
  gtk_popover_set_pointing_to (GTK_POPOVER (self->menu), &(GdkRectangle){ (int)x, (int)y, 1, 1 });
  gtk_popover_popup (GTK_POPOVER (self->menu));
}

/* From the keyboard: at the cursor, if that is seen. */
static void
on_menu (GtkWidget *widget, const char *action, GVariant *parameter)
{
  FkHexView *self = FK_HEX_VIEW (widget);
  guint64 row = fk_hex_layout_get_row_of (&self->layout, self->cursor);
  double top = self->vadjustment != NULL ? gtk_adjustment_get_value (self->vadjustment) : 0;
  double y = (double)(row + 1) * self->layout.row_height - top;
  guint column = (guint)(self->cursor - fk_hex_layout_get_row_address (&self->layout, row));
  double x =
      FK_HEX_MARGIN + fk_hex_layout_get_byte_cell (&self->layout, column) * self->layout.cell;

  fk_hex_view_open_menu (self, CLAMP (x, 0, gtk_widget_get_width (widget)),
                         CLAMP (y, 0, gtk_widget_get_height (widget)));
}

void
fk_hex_view_install_actions (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "hex.copy", NULL, on_copy);
  gtk_widget_class_install_action (widget_class, "hex.copy-c", NULL, on_copy_c);
  gtk_widget_class_install_action (widget_class, "hex.copy-text", NULL, on_copy_text);
  gtk_widget_class_install_action (widget_class, "hex.copy-base64", NULL, on_copy_base64);
  gtk_widget_class_install_action (widget_class, "hex.select-all", NULL, on_select_all);
  gtk_widget_class_install_action (widget_class, "hex.menu", NULL, on_menu);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_c, GDK_CONTROL_MASK, "hex.copy", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_a, GDK_CONTROL_MASK, "hex.select-all",
                                       NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_F10, GDK_SHIFT_MASK, "hex.menu", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Menu, 0, "hex.menu", NULL);
}
