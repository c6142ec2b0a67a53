/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the option bytes page shows: a row for each field, the raw words, what is damaged, what is
 * different elsewhere, and what was changed and not written yet. */

#include "config.h"

#include "pages/fk-options-page-private.h"

#include <glib/gi18n.h>
#include <string.h>

#include "pages/fk-option-row.h"
#include "pages/fk-option-text.h"
#include "pages/fk-sector-row.h"
#include "widgets/fk-value-row.h"

static gboolean
is_damaged (FkOptionsPage *self)
{
  return self->present != NULL && !fk_option_bytes_check_complements (self->present, NULL);
}

/* Words of 32 bits, as the manual prints them. */
static void
show_raw (FkOptionsPage *self)
{
  const FkRegion *region =
      fk_chip_find_region (fk_option_bytes_get_chip (self->present), "option-bytes");
  g_autoptr (GBytes) present = fk_option_bytes_get_raw (self->present);
  g_autoptr (GBytes) wanted = fk_option_bytes_get_raw (self->wanted);
  const guint8 *before = g_bytes_get_data (present, NULL);
  const guint8 *after = g_bytes_get_data (wanted, NULL);

  for (guint i = 0; i < self->raw_rows->len; i++)
    adw_preferences_group_remove (self->raw_group, g_ptr_array_index (self->raw_rows, i));
  g_ptr_array_set_size (self->raw_rows, 0);
  for (gsize offset = 0; offset + 4 <= region->range.size; offset += 4)
    {
      guint32 old_word;
      guint32 new_word;
      g_autofree char *title = g_strdup_printf ("0x%08X", (guint)(region->range.address + offset));
      g_autofree char *text = NULL;
      GtkWidget *row;

      memcpy (&old_word, before + offset, 4);
      memcpy (&new_word, after + offset, 4);
      old_word = GUINT32_FROM_LE (old_word);
      new_word = GUINT32_FROM_LE (new_word);
      text = old_word == new_word ? g_strdup_printf ("0x%08X", old_word)
                                  : g_strdup_printf ("0x%08X → 0x%08X", old_word, new_word);
      row = fk_value_row_new (title, text);
      adw_preferences_group_add (self->raw_group, row);
      g_ptr_array_add (self->raw_rows, row);
    }
}

static void
show_damage (FkOptionsPage *self)
{
  g_autoptr (GError) damage = NULL;
  gboolean whole = fk_option_bytes_check_complements (self->present, &damage);

  gtk_widget_set_visible (self->damage_box, !whole);
  if (!whole)
    gtk_label_set_label (self->damage_label, damage->message);
}

static void
show_reference (FkOptionsPage *self)
{
  g_autoptr (GPtrArray) fields = NULL;
  g_autofree char *text = NULL;

  gtk_widget_set_visible (self->reference_box, self->reference != NULL);
  if (self->reference == NULL)
    return;
  fields = fk_option_bytes_diff (self->wanted, self->reference);
  text = fields->len > 0
             ? g_strdup_printf (ngettext ("%s: %u option is different.",
                                          "%s: %u options are different.", fields->len),
                                self->reference_name, fields->len)
             : g_strdup_printf (_ ("%s: all options are the same."), self->reference_name);
  gtk_label_set_label (self->reference_label, text);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "options.take-over",
                                 fields->len > 0 && fk_options_page_is_editable (self));
}

static void
show_changes (FkOptionsPage *self)
{
  guint n_changes = fk_options_page_count_changes (self);
  gboolean editable = fk_options_page_is_editable (self);
  g_autofree char *text = g_strdup_printf (ngettext ("%u change, not written yet",
                                                     "%u changes, not written yet", n_changes),
                                           n_changes);

  gtk_label_set_label (self->changes_label, text);
  gtk_revealer_set_reveal_child (self->changes_bar, n_changes > 0);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "options.write", editable && n_changes > 0);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "options.discard", n_changes > 0);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "options.factory", editable);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "options.repair",
                                 editable && is_damaged (self));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "options.reread",
                                 fk_options_page_is_ready (self));
}

void
fk_options_page_update (FkOptionsPage *self)
{
  FkOptionsView view = { self->present, self->wanted, self->reference, self->reference_name,
                         fk_options_page_is_editable (self) };

  if (self->present == NULL)
    return;
  for (guint i = 0; i < self->rows->len; i++)
    {
      GtkWidget *row = g_ptr_array_index (self->rows, i);

      if (FK_IS_OPTION_ROW (row))
        fk_option_row_update (FK_OPTION_ROW (row), &view);
      else
        fk_sector_row_update (FK_SECTOR_ROW (row), &view);
    }
  show_raw (self);
  show_damage (self);
  show_reference (self);
  show_changes (self);
}

static void
edit (FkOptionsPage *self, const FkOptionField *field, guint value)
{
  g_autoptr (GError) error = NULL;

  if (!fk_option_bytes_set (self->wanted, field->name, value, &error))
    fk_options_page_show_error (self, error);
  fk_options_page_update (self);
}

static void
on_option_edited (FkOptionRow *row, guint value, FkOptionsPage *self)
{
  edit (self, fk_option_row_get_field (row), value);
}

static void
on_sector_edited (FkSectorRow *row, guint value, FkOptionsPage *self)
{
  edit (self, fk_sector_row_get_field (row), value);
}

static void
add_sector (
    const FkOptionField *field, guint bit, FkRange range, guint n_sectors, gpointer user_data)
{
  FkOptionsPage *self = FK_OPTIONS_PAGE (user_data);
  GtkWidget *row = fk_sector_row_new (field, bit, range, n_sectors);

  g_signal_connect (row, "edited", G_CALLBACK (on_sector_edited), self);
  adw_preferences_group_add (self->sectors_group, row);
  g_ptr_array_add (self->rows, row);
}

void
fk_options_page_add_rows (FkOptionsPage *self)
{
  guint n_fields;
  const FkOptionField *fields = fk_chip_get_option_fields (self->chip, &n_fields);

  for (guint i = 0; i < n_fields; i++)
    {
      GtkWidget *row;

      if (fields[i].write_protects)
        continue;
      row = fk_option_row_new (&fields[i]);
      g_signal_connect (row, "edited", G_CALLBACK (on_option_edited), self);
      if (gtk_widget_get_first_child (GTK_WIDGET (self->fields_box)) != NULL)
        gtk_box_append (self->fields_box, gtk_separator_new (GTK_ORIENTATION_HORIZONTAL));
      gtk_box_append (self->fields_box, row);
      g_ptr_array_add (self->rows, row);
    }
  fk_option_text_foreach_protected (self->chip, add_sector, self);
}
