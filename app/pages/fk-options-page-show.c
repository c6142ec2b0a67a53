/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the option bytes page shows: a row for each field, the raw words, what is damaged, what is
 * different elsewhere, and what was changed and not written yet. */

#include "config.h"

#include "pages/fk-options-page-private.h"

#include <glib/gi18n.h>
#include <string.h>

#include "flash/fk-option-protection.h"
#include "pages/fk-area-row.h"
#include "pages/fk-option-row.h"
#include "pages/fk-option-text.h"
#include "pages/fk-sector-row.h"
#include "widgets/fk-value-row.h"

static gboolean
is_damaged (FkOptionsPage *self)
{
  return self->present != NULL && !fk_option_bytes_check_complements (self->present, NULL);
}

/* Words of 32 bits, as the manual prints them; nothing as long as nobody looks. */
static void
show_raw (FkOptionsPage *self)
{
  const FkRegion *region;
  g_autoptr (GBytes) present = NULL;
  g_autoptr (GBytes) wanted = NULL;
  const guint8 *before;
  const guint8 *after;

  if (self->present == NULL || !fk_opener_row_get_open (self->raw))
    return;
  region = fk_chip_find_region (fk_option_bytes_get_chip (self->present), "option-bytes");
  present = fk_option_bytes_get_raw (self->present);
  wanted = fk_option_bytes_get_raw (self->wanted);
  before = g_bytes_get_data (present, NULL);
  after = g_bytes_get_data (wanted, NULL);
  fk_opener_row_remove_all (self->raw);
  for (gsize offset = 0; offset + 4 <= region->range.size; offset += 4)
    {
      guint32 old_word;
      guint32 new_word;
      g_autofree char *title = g_strdup_printf ("0x%08X", (guint)(region->range.address + offset));
      g_autofree char *text = NULL;

      memcpy (&old_word, before + offset, 4);
      memcpy (&new_word, after + offset, 4);
      old_word = GUINT32_FROM_LE (old_word);
      new_word = GUINT32_FROM_LE (new_word);
      text = old_word == new_word ? g_strdup_printf ("0x%08X", old_word)
                                  : g_strdup_printf ("0x%08X → 0x%08X", old_word, new_word);
      fk_opener_row_add (self->raw, fk_value_row_new (title, text));
    }
}

/**
 * Protected:
 * @n_wanted: parts that are protected as the person wants it
 * @n_changed: parts of which the chip has it otherwise
 */
typedef struct
{
  FkOptionsPage *page;
  guint n_parts;
  guint n_wanted;
  guint n_changed;
} Protected;

static void
count_part (
    const FkOptionField *field, guint bit, FkRange range, guint n_sectors, gpointer user_data)
{
  Protected *protected = user_data;
  guint32 present = 0;
  guint32 wanted = 0;

  fk_option_bytes_get (protected->page->present, field->name, &present, NULL);
  fk_option_bytes_get (protected->page->wanted, field->name, &wanted, NULL);
  protected->n_parts++;
  protected->n_wanted += fk_option_field_bit_protects (field, wanted, bit);
  protected->n_changed += ((wanted ^ present) >> bit & 1) != 0;
}

static void
show_protected (FkOptionsPage *self)
{
  Protected protected = { self, 0, 0, 0 };
  g_autofree char *text = NULL;
  g_autofree char *subtitle = NULL;

  fk_option_text_foreach_protected (self->chip, count_part, &protected);
  gtk_widget_set_visible (GTK_WIDGET (self->sectors_group), protected.n_parts > 0);
  text = protected.n_wanted == 0
             ? g_strdup_printf (ngettext ("%u part, not protected", "%u parts, none protected",
                                          protected.n_parts),
                                protected.n_parts)
             : g_strdup_printf (ngettext ("%u of %u parts is protected",
                                          "%u of %u parts are protected", protected.n_wanted),
                                protected.n_wanted, protected.n_parts);
  subtitle = protected.n_changed > 0 ? g_strdup_printf (_ ("%s · not written yet"), text)
                                     : g_strdup (text);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->sectors), subtitle);
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
  fields = fk_option_text_diff (self->wanted, self->reference);
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
      else if (FK_IS_AREA_ROW (row))
        fk_area_row_update (FK_AREA_ROW (row), &view);
      else
        fk_sector_row_update (FK_SECTOR_ROW (row), &view);
    }
  show_protected (self);
  show_raw (self);
  show_damage (self);
  show_reference (self);
  show_changes (self);
}

static void
set (FkOptionsPage *self, const FkOptionField *field, guint value)
{
  g_autoptr (GError) error = NULL;

  if (!fk_option_bytes_set (self->wanted, field->name, value, &error))
    fk_options_page_show_error (self, error);
}

static void
edit (FkOptionsPage *self, const FkOptionField *field, guint value)
{
  set (self, field, value);
  fk_options_page_update (self);
}

static void
on_option_edited (FkOptionRow *row, guint value, FkOptionsPage *self)
{
  edit (self, fk_option_row_get_field (row), value);
}

static void
on_area_edited (FkAreaRow *row, guint first, guint last, FkOptionsPage *self)
{
  const FkOptionArea *area = fk_area_row_get_area (row);

  set (self, area->first, first);
  set (self, area->last, last);
  fk_options_page_update (self);
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
  fk_opener_row_add (self->sectors, row);
  g_ptr_array_add (self->rows, row);
}

static void
on_sectors_opened (FkOptionsPage *self)
{
  if (self->has_sectors || self->chip == NULL)
    return;
  self->has_sectors = TRUE;
  fk_option_text_foreach_protected (self->chip, add_sector, self);
  fk_options_page_update (self);
}

/* Returns: (nullable): none for the second end of an area, which the row of the first shows */
static GtkWidget *
make_row (FkOptionsPage *self, const FkOptionField *field)
{
  const FkOptionArea *area = fk_chip_find_option_area (self->chip, field);
  GtkWidget *row;

  if (area != NULL && field != area->first)
    return NULL;
  if (area == NULL)
    {
      row = fk_option_row_new (self->chip, field);
      g_signal_connect (row, "edited", G_CALLBACK (on_option_edited), self);
      return row;
    }
  row = fk_area_row_new (self->chip, area);
  g_signal_connect (row, "edited", G_CALLBACK (on_area_edited), self);
  return row;
}

void
fk_options_page_add_rows (FkOptionsPage *self)
{
  guint n_fields;
  const FkOptionField *fields = fk_chip_get_option_fields (self->chip, &n_fields);

  for (guint i = 0; i < n_fields; i++)
    {
      GtkWidget *row;

      row = fields[i].write_protects ? NULL : make_row (self, &fields[i]);
      if (row == NULL)
        continue;
      if (gtk_widget_get_first_child (GTK_WIDGET (self->fields_box)) != NULL)
        gtk_box_append (self->fields_box, gtk_separator_new (GTK_ORIENTATION_HORIZONTAL));
      gtk_box_append (self->fields_box, row);
      g_ptr_array_add (self->rows, row);
    }
}

static void
on_show_parts (GtkWidget *widget, const char *action, GVariant *parameter)
{
  adw_action_row_activate (ADW_ACTION_ROW (FK_OPTIONS_PAGE (widget)->sectors));
}

static void
on_show_raw (GtkWidget *widget, const char *action, GVariant *parameter)
{
  adw_action_row_activate (ADW_ACTION_ROW (FK_OPTIONS_PAGE (widget)->raw));
}

void
fk_options_page_install_show (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "options.show-parts", NULL, on_show_parts);
  gtk_widget_class_install_action (widget_class, "options.show-raw", NULL, on_show_raw);
  gtk_widget_class_bind_template_callback (widget_class, on_sectors_opened);
  gtk_widget_class_bind_template_callback (widget_class, show_raw);
}
