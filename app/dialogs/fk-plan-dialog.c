/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The one question before a chip is changed: which board, what is written, what is erased, what
 * stays, and that it can be undone. */

#include "config.h"

#include "dialogs/fk-plan-dialog.h"

#include <glib/gi18n.h>

#include "base/fk-number.h"
#include "job/fk-erase-job.h"
#include "widgets/fk-memory-map.h"
#include "widgets/fk-value-row.h"

static FkMapKind
get_kind (FkSectorAction action, FkMapKind kept)
{
  switch (action)
    {
    case FK_SECTOR_PROGRAM:
    case FK_SECTOR_REWRITE:
      return FK_MAP_CHANGED;
    case FK_SECTOR_ERASE:
      return FK_MAP_ERASED;
    case FK_SECTOR_KEEP:
    default:
      return kept;
    }
}

static GtkWidget *
make_map (FkFlashPlan *plan, FkChip *chip, FkMapKind kept)
{
  g_autoptr (GArray) parts = g_array_new (FALSE, FALSE, sizeof (FkMapPart));
  const FkRegion *flash = fk_chip_find_region (chip, "flash");
  GtkWidget *map = fk_memory_map_new ();
  guint n_entries;
  const FkPlanEntry *entries = fk_flash_plan_get_entries (plan, &n_entries);

  for (guint i = 0; i < n_entries; i++)
    {
      FkMapPart part = { entries[i].sector.range.address, entries[i].sector.range.size,
                         get_kind (entries[i].action, kept) };

      g_array_append_val (parts, part);
    }
  fk_memory_map_set_extent (FK_MEMORY_MAP (map), flash->range.address, flash->range.size);
  fk_memory_map_set_parts (FK_MEMORY_MAP (map), (const FkMapPart *)(gpointer)parts->data,
                           parts->len);
  fk_memory_map_set_description (FK_MEMORY_MAP (map), _ ("Map of the flash: sectors that are "
                                                         "written, become blank, and stay"));
  return map;
}

/* The rows are the map's legend as well. */
static void
add_count (GtkWidget *group, FkMapKind kind, const char *title, const char *value)
{
  GtkWidget *row = fk_value_row_new (title, value);

  fk_value_row_add_prefix (row, fk_memory_map_new_swatch (kind));
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), row);
}

/* What an erase leaves as it is, is blank. */
static void
add_kept (GtkWidget *group, FkMapKind kept, guint n_sectors)
{
  const char *format = kept == FK_MAP_BLANK ? ngettext ("%u sector", "%u sectors", n_sectors)
                                            : ngettext ("%u sector is right already",
                                                        "%u sectors are right already", n_sectors);
  g_autofree char *text = g_strdup_printf (format, n_sectors);

  if (n_sectors > 0)
    add_count (group, kept, kept == FK_MAP_BLANK ? _ ("Blank Already") : _ ("Stays"), text);
}

static void
add_counts (GtkWidget *group, FkFlashPlan *plan, const FkChangeResult *result, FkMapKind kept)
{
  guint written =
      fk_flash_plan_count (plan, FK_SECTOR_PROGRAM) + fk_flash_plan_count (plan, FK_SECTOR_REWRITE);
  guint erased = fk_flash_plan_count (plan, FK_SECTOR_ERASE);
  g_autofree char *bytes = fk_number_format_size (result->bytes);
  g_autofree char *written_text =
      g_strdup_printf (ngettext ("%u of %u sectors, %s", "%u of %u sectors, %s",
                                 result->sectors_total),
                       written, result->sectors_total, bytes);
  g_autofree char *erased_text =
      g_strdup_printf (ngettext ("%u sector", "%u sectors", erased), erased);

  if (written > 0)
    add_count (group, FK_MAP_CHANGED, _ ("Written"), written_text);
  if (erased > 0)
    add_count (group, FK_MAP_ERASED, _ ("Becomes Blank"), erased_text);
  add_kept (group, kept, result->sectors_unchanged);
}

static void
add_eeprom (GtkWidget *group, guint n_bytes)
{
  g_autofree char *text =
      g_strdup_printf (ngettext ("%u byte changes", "%u bytes change", n_bytes), n_bytes);

  if (n_bytes > 0)
    add_count (group, FK_MAP_CHANGED, _ ("Data EEPROM"), text);
}

static GtkWidget *
make_warnings (GPtrArray *warnings)
{
  GtkWidget *group = adw_preferences_group_new ();

  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (group), _ ("Worth Knowing"));
  for (guint i = 0; i < warnings->len; i++)
    {
      const FkFinding *warning = g_ptr_array_index (warnings, i);

      adw_preferences_group_add (ADW_PREFERENCES_GROUP (group),
                                 fk_value_row_new_text (warning->text, NULL));
    }
  return group;
}

static GtkWidget *
make_summary (FkChangeJob *planned)
{
  FkFlashPlan *plan = fk_change_job_get_plan (planned);
  FkIdentity *identity = fk_change_job_get_identity (planned);
  FkChip *chip = fk_identity_get_chip (identity);
  GPtrArray *warnings = fk_change_job_get_warnings (planned);
  GtkWidget *group = adw_preferences_group_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  FkMapKind kept = FK_IS_ERASE_JOB (planned) ? FK_MAP_BLANK : FK_MAP_USED;

  if (plan != NULL)
    {
      gtk_box_append (GTK_BOX (box), make_map (plan, chip, kept));
      add_counts (group, plan, fk_change_job_get_result (planned), kept);
    }
  add_eeprom (group, fk_change_job_get_result (planned)->eeprom_bytes);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group),
                             fk_value_row_new (_ ("Chip"), fk_chip_get_name (chip)));
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group),
                             fk_value_row_new (_ ("Unique ID"), fk_identity_get_uid (identity)));
  if (warnings->len > 0)
    gtk_box_append (GTK_BOX (box), make_warnings (warnings));
  gtk_box_append (GTK_BOX (box), group);
  return box;
}

/**
 * fk_plan_dialog_ask_async:
 * @parent: a widget of the window
 * @planned: the change after it ran with plan-only
 */
void
fk_plan_dialog_ask_async (GtkWidget *parent,
                          const FkPlanQuestion *question,
                          FkChangeJob *planned,
                          GAsyncReadyCallback callback,
                          gpointer user_data)
{
  g_return_if_fail (FK_IS_CHANGE_JOB (planned));

  fk_message_ask_async (parent, question->heading, question->body, make_summary (planned),
                        _ ("_Cancel"), question->deed, question->kind, callback, user_data);
}

gboolean
fk_plan_dialog_ask_finish (GAsyncResult *result)
{
  return fk_message_ask_finish (result);
}
