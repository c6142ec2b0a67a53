/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What is known of a chip, as rows: who it is, its memories, its option bytes, what is odd. */

#include "config.h"

#include "pages/fk-board-page-private.h"

#include <glib/gi18n.h>

#include "base/fk-number.h"
#include "flash/fk-option-protection.h"
#include "pages/fk-option-text.h"
#include "widgets/fk-value-row.h"

static void
add_row (FkBoardPage *self, AdwPreferencesGroup *group, GtkWidget *row)
{
  adw_preferences_group_add (group, row);
  g_ptr_array_add (self->rows, row);
}

static void
add_value (FkBoardPage *self, AdwPreferencesGroup *group, const char *title, const char *value)
{
  add_row (self, group, fk_value_row_new (title, value));
}

static void
clear_rows (FkBoardPage *self)
{
  for (guint i = 0; i < self->rows->len; i++)
    {
      GtkWidget *row = g_ptr_array_index (self->rows, i);
      GtkWidget *group = gtk_widget_get_ancestor (row, ADW_TYPE_PREFERENCES_GROUP);

      adw_preferences_group_remove (ADW_PREFERENCES_GROUP (group), row);
    }
  g_ptr_array_set_size (self->rows, 0);
}

static const char *
get_protection_text (FkProtection protection)
{
  switch (protection)
    {
    case FK_PROTECTION_NONE:
      return _ ("None: can be read and written");
    case FK_PROTECTION_READ:
      return _ ("Read-protected (level 1): contents cannot be read");
    case FK_PROTECTION_PERMANENT:
      return _ ("Locked for ever (level 2)");
    case FK_PROTECTION_UNKNOWN:
    default:
      return _ ("Unknown");
    }
}

static char *
describe_ram (FkChip *chip)
{
  guint n_regions;
  const FkRegion *regions = fk_chip_get_regions (chip, &n_regions);
  guint32 sum = 0;

  for (guint i = 0; i < n_regions; i++)
    if (regions[i].kind == FK_REGION_RAM)
      sum += regions[i].range.size;
  return fk_number_format_size (sum);
}

static void
show_chip_rows (FkBoardPage *self, FkIdentity *identity)
{
  FkProbe *probe = fk_board_get_probe (self->board);
  FkChip *chip = fk_identity_get_chip (identity);
  g_autofree char *ram = chip != NULL ? describe_ram (chip) : NULL;
  guint millivolts = fk_board_get_millivolts (self->board);
  g_autofree char *size = fk_number_format_size (fk_identity_get_flash_size (identity));
  g_autofree char *id =
      g_strdup_printf (_ ("0x%03x, revision 0x%04x"), fk_identity_get_dev_id (identity),
                       fk_identity_get_rev_id (identity));
  g_autofree char *volts =
      g_strdup_printf (_ ("%u.%02u V"), millivolts / 1000, millivolts % 1000 / 10);
  const char *firmware = fk_board_get_firmware (self->board);
  g_autofree char *kind = fk_board_dup_probe_kind (self->board);
  g_autofree char *probe_text = g_strdup_printf ("%s %s", kind, firmware != NULL ? firmware : "");

  add_value (self, self->chip_group, _ ("Core"),
             fk_core_get_name (fk_identity_get_core (identity)));
  if (chip != NULL)
    add_value (self, self->chip_group, _ ("Flash"), size);
  if (ram != NULL)
    add_value (self, self->chip_group, _ ("RAM"), ram);
  add_value (self, self->chip_group, _ ("Unique ID"), fk_identity_get_uid (identity));
  add_value (self, self->chip_group, _ ("Protection"),
             get_protection_text (fk_identity_get_protection (identity)));
  add_value (self, self->chip_group, _ ("Device ID"), id);
  if (millivolts > 0)
    add_value (self, self->chip_group, _ ("Board Voltage"), volts);
  add_value (self, self->chip_group, _ ("Probe"), probe_text);
  if (fk_probe_get_serial (probe) != NULL)
    add_value (self, self->chip_group, _ ("Probe Serial Number"), fk_probe_get_serial (probe));
}

const char *
fk_board_page_get_region_title (const FkRegion *region)
{
  switch (region->kind)
    {
    case FK_REGION_FLASH:
      return _ ("Flash");
    case FK_REGION_OPTION_BYTES:
      return _ ("Option Bytes");
    case FK_REGION_OTP:
      return _ ("One-Time Programmable");
    case FK_REGION_SYSTEM_MEMORY:
      return _ ("System Memory (ST's Bootloader)");
    case FK_REGION_EEPROM:
      return _ ("EEPROM");
    case FK_REGION_UID:
      return _ ("Unique ID");
    case FK_REGION_RAM:
    default:
      return _ ("RAM");
    }
}

static void
show_region_rows (FkBoardPage *self, FkChip *chip)
{
  guint n_regions;
  const FkRegion *regions = fk_chip_get_regions (chip, &n_regions);

  for (guint i = 0; i < n_regions; i++)
    {
      g_autofree char *size = fk_number_format_size (regions[i].range.size);
      g_autofree char *text = g_strdup_printf ("0x%08x · %s", regions[i].range.address, size);

      add_value (self, self->regions_group, fk_board_page_get_region_title (&regions[i]), text);
    }
}

/* Only what is out of the ordinary: all of them have a page of their own. */
/* An area is told once, where it protects something. */
static gboolean
is_worth_telling (FkOptionBytes *options, const FkOptionField *field, guint32 value)
{
  const FkOptionArea *area = fk_chip_find_option_area (fk_option_bytes_get_chip (options), field);
  FkRange range;

  if (area == NULL)
    return value != field->factory;
  return field == area->first && fk_option_bytes_get_area (options, area, &range);
}

static void
show_option_rows (FkBoardPage *self, FkOptionBytes *options)
{
  guint n_fields;
  const FkOptionField *fields =
      fk_chip_get_option_fields (fk_option_bytes_get_chip (options), &n_fields);
  guint n_changed = 0;

  for (guint i = 0; i < n_fields; i++)
    {
      guint32 value;
      g_autofree char *meaning = NULL;
      g_autofree char *title = NULL;

      if (!fk_option_bytes_get (options, fields[i].name, &value, NULL) ||
          !is_worth_telling (options, &fields[i], value))
        continue;
      n_changed++;
      title = fk_option_text_dup_title (fk_option_bytes_get_chip (options), &fields[i]);
      meaning = fk_option_text_explain (options, &fields[i], value);
      add_row (self, self->options_group, fk_value_row_new_text (title, meaning));
    }
  if (n_changed == 0)
    add_row (self, self->options_group,
             fk_value_row_new_text (_ ("All are as the chip left the factory."), NULL));
}

static void
show_warnings (FkBoardPage *self, FkIdentity *identity)
{
  const char *const *warnings = fk_identity_get_warnings (identity);

  gtk_widget_set_visible (GTK_WIDGET (self->warnings_group),
                          warnings != NULL && warnings[0] != NULL);
  for (guint i = 0; warnings != NULL && warnings[i] != NULL; i++)
    add_row (self, self->warnings_group, fk_value_row_new_text (warnings[i], NULL));
}

/**
 * fk_board_page_show_facts:
 * @options: (nullable): where they could be read
 */
void
fk_board_page_show_facts (FkBoardPage *self, FkIdentity *identity, FkOptionBytes *options)
{
  FkChip *chip = fk_identity_get_chip (identity);

  clear_rows (self);
  show_warnings (self, identity);
  show_chip_rows (self, identity);
  gtk_widget_set_visible (GTK_WIDGET (self->regions_group), chip != NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->options_group), options != NULL);
  if (chip != NULL)
    show_region_rows (self, chip);
  if (options != NULL)
    show_option_rows (self, options);
}
