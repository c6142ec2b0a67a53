/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The one question before a restore: which board, what is written, what stays, and that it can be
 * undone. */

#include "config.h"

#include "dialogs/fk-restore-dialog.h"

#include <glib/gi18n.h>

#include "base/fk-number.h"
#include "dialogs/fk-message.h"
#include "widgets/fk-memory-map.h"
#include "widgets/fk-value-row.h"

static GtkWidget *
make_map (FkFlashPlan *plan, FkChip *chip)
{
  g_autoptr (GArray) parts = g_array_new (FALSE, FALSE, sizeof (FkMapPart));
  const FkRegion *flash = fk_chip_find_region (chip, "flash");
  GtkWidget *map = fk_memory_map_new ();
  guint n_entries;
  const FkPlanEntry *entries = fk_flash_plan_get_entries (plan, &n_entries);

  for (guint i = 0; i < n_entries; i++)
    {
      FkMapPart part = { entries[i].sector.range.address, entries[i].sector.range.size,
                         entries[i].action == FK_SECTOR_KEEP ? FK_MAP_USED : FK_MAP_CHANGED };

      g_array_append_val (parts, part);
    }
  fk_memory_map_set_extent (FK_MEMORY_MAP (map), flash->range.address, flash->range.size);
  fk_memory_map_set_parts (FK_MEMORY_MAP (map), (const FkMapPart *)(gpointer)parts->data,
                           parts->len);
  fk_memory_map_set_description (FK_MEMORY_MAP (map),
                                 _ ("Map of the flash: sectors that change and sectors that stay"));
  return map;
}

static char *
describe_changes (const FkChangeResult *result)
{
  guint changed = result->sectors_total - result->sectors_unchanged;
  g_autofree char *bytes = fk_number_format_size (result->bytes);

  if (result->mass_erase)
    return g_strdup_printf (_ ("The whole flash is erased, %s written"), bytes);
  return g_strdup_printf (ngettext ("%u of %u sectors, %s written", "%u of %u sectors, %s written",
                                    changed),
                          changed, result->sectors_total, bytes);
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
make_summary (FkBackup *backup, FkChangeJob *planned)
{
  FkFlashPlan *plan = fk_change_job_get_plan (planned);
  FkIdentity *identity = fk_change_job_get_identity (planned);
  FkChip *chip = fk_identity_get_chip (identity);
  const FkChangeResult *result = fk_change_job_get_result (planned);
  GPtrArray *warnings = fk_change_job_get_warnings (planned);
  GtkWidget *group = adw_preferences_group_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  g_autofree char *changes = describe_changes (result);
  g_autofree char *kept =
      g_strdup_printf (ngettext ("%u sector is right already", "%u sectors are right already",
                                 result->sectors_unchanged),
                       result->sectors_unchanged);

  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group),
                             fk_value_row_new (_ ("Chip"), fk_chip_get_name (chip)));
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group),
                             fk_value_row_new (_ ("Unique ID"), fk_identity_get_uid (identity)));
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group),
                             fk_value_row_new (_ ("Changes"), changes));
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), fk_value_row_new (_ ("Stays"), kept));
  if (plan != NULL)
    gtk_box_append (GTK_BOX (box), make_map (plan, chip));
  if (warnings->len > 0)
    gtk_box_append (GTK_BOX (box), make_warnings (warnings));
  gtk_box_append (GTK_BOX (box), group);
  return box;
}

/**
 * fk_restore_dialog_ask_async:
 * @parent: a widget of the window
 * @planned: the restore of @backup after it ran with plan-only
 */
void
fk_restore_dialog_ask_async (GtkWidget *parent,
                             FkBackup *backup,
                             FkChangeJob *planned,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  g_return_if_fail (FK_IS_BACKUP (backup));
  g_return_if_fail (FK_IS_CHANGE_JOB (planned));

  fk_message_ask_async (parent, _ ("Restore This Backup?"),
                                   _ ("What the chip holds now is backed up first, unless the library has it already, so that this can be undone."),
                                      make_summary (backup, planned),
                                      _ ("_Cancel"), _ ("_Restore"), FK_MESSAGE_SUGGESTED, callback,
                                                        user_data);
}

gboolean
fk_restore_dialog_ask_finish (GAsyncResult *result)
{
  return fk_message_ask_finish (result);
}
