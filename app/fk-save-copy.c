/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Stores an edited copy of a backup on a thread, and finds out whether the edit did harm. */

#include "config.h"

#include "fk-save-copy.h"

#include "compare/fk-inspection.h"
#include "fk-task.h"
#include "job/fk-backup-copy.h"

typedef struct
{
  FkLibrary *library;
  FkBackup *backup;
  FkImage *original;
  FkImage *changed;
  FkBackupEdit *edit;
  char *problems; /* found on the thread */
} Saving;

static void
saving_free (gpointer data)
{
  Saving *saving = data;

  g_object_unref (saving->library);
  g_object_unref (saving->backup);
  g_object_unref (saving->original);
  g_object_unref (saving->changed);
  fk_backup_edit_free (saving->edit);
  g_free (saving->problems);
  g_free (saving);
}

/* Whether firmware of which that is found does not run. */
static gboolean
is_harm (const char *kind)
{
  static const char *const kinds[] = { "no-vectors",    "reset-outside", "cut-off",
                                       "stack-outside", "blank",         NULL };

  return g_strv_contains (kinds, kind);
}

/* Returns: (nullable): what is wrong with @changed that is not with @original */
static char *
find_harm (FkImage *original, FkImage *changed)
{
  g_autoptr (FkInspection) before = fk_inspect (original, NULL);
  g_autoptr (FkInspection) after = fk_inspect (changed, NULL);
  GPtrArray *findings = fk_inspection_get_findings (after);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < findings->len; i++)
    {
      const FkFinding *finding = g_ptr_array_index (findings, i);

      if (is_harm (finding->kind) &&
          !fk_findings_have (fk_inspection_get_findings (before), finding->kind))
        g_string_append_printf (text, "%s%s", text->len > 0 ? "\n\n" : "", finding->text);
    }
  return text->len > 0 ? g_string_free (g_steal_pointer (&text), FALSE) : NULL;
}

static void
save_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Saving *saving = task_data;
  GError *error = NULL;
  FkBackup *made = fk_backup_copy_edited (saving->library, saving->backup, saving->changed,
                                          saving->edit, cancellable, &error);

  if (made == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  saving->problems = find_harm (saving->original, saving->changed);
  g_task_return_pointer (task, made, g_object_unref);
}

/**
 * fk_save_copy_async:
 * @original: the flash of @backup
 * @changed: the same with some bytes changed
 * @edit: (transfer full): what the copy shall say and hold besides
 *
 * Makes a new backup with the changed bytes.  The program does not end before it is done.
 */
void
fk_save_copy_async (FkLibraryModel *library,
                    FkBackup *backup,
                    FkImage *original,
                    FkImage *changed,
                    FkBackupEdit *edit,
                    GAsyncReadyCallback callback,
                    gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  Saving *saving;

  g_return_if_fail (FK_IS_LIBRARY_MODEL (library));
  g_return_if_fail (FK_IS_BACKUP (backup));
  g_return_if_fail (FK_IS_IMAGE (original) && FK_IS_IMAGE (changed));
  g_return_if_fail (edit != NULL);

  saving = g_new0 (Saving, 1);
  saving->library = g_object_ref (fk_library_model_get_library (library));
  saving->backup = g_object_ref (backup);
  saving->original = g_object_ref (original);
  saving->changed = g_object_ref (changed);
  saving->edit = edit;
  task = g_task_new (library, NULL, callback, user_data);
  g_task_set_source_tag (task, fk_save_copy_async);
  g_task_set_task_data (task, saving, saving_free);
  fk_task_hold_application (task);
  g_task_run_in_thread (task, save_thread);
}

/**
 * fk_save_copy_finish:
 * @problems: (out) (nullable): why the copy would not run, though @original did
 *
 * Returns: (transfer full): the new backup
 */
FkBackup *
fk_save_copy_finish (FkLibraryModel *library, GAsyncResult *result, char **problems, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, library), NULL);
  g_return_val_if_fail (problems != NULL, NULL);

  fk_library_model_refresh (library);
  *problems = g_strdup (((Saving *)g_task_get_task_data (G_TASK (result)))->problems);
  return g_task_propagate_pointer (G_TASK (result), error);
}
