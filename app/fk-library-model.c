/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The library as the window sees it.  The library itself is synchronous and may be on a slow disk;
 * every call to it runs on a thread of GTask's. */

#include "config.h"

#include "fk-library-model.h"

#include "base/fk-error.h"
#include "fk-backup-damage.h"
#include "fk-backup-search.h"
#include "fk-task.h"
#include "job/fk-backup-image.h"
#include "library/fk-verdict.h"

/* Longer than a backup takes to be put in its place. */
#define REFRESH_DELAY_MS 300

struct _FkLibraryModel
{
  GObject parent_instance;

  FkLibrary *library;
  GListStore *backups;
  GFileMonitor *monitor; /* (nullable): of the library's folder */
  guint late_refresh;    /* source: somebody changed the folder */
  gboolean looking;      /* the last refresh is under way */
  guint refreshes;       /* counts them; only the last one's answer is taken */
};

enum
{
  LOOKED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (FkLibraryModel, fk_library_model, G_TYPE_OBJECT)

static void
fk_library_model_dispose (GObject *object)
{
  FkLibraryModel *self = FK_LIBRARY_MODEL (object);

  g_clear_handle_id (&self->late_refresh, g_source_remove);
  g_clear_object (&self->monitor);
  g_clear_object (&self->library);
  g_clear_object (&self->backups);
  G_OBJECT_CLASS (fk_library_model_parent_class)->dispose (object);
}

static void
fk_library_model_class_init (FkLibraryModelClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = fk_library_model_dispose;

  signals[LOOKED] = g_signal_new ("looked", FK_TYPE_LIBRARY_MODEL, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                  NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
fk_library_model_init (FkLibraryModel *self)
{
  self->backups = g_list_store_new (FK_TYPE_BACKUP);
}

static gboolean
on_late_refresh (gpointer data)
{
  FkLibraryModel *self = FK_LIBRARY_MODEL (data);

  self->late_refresh = 0;
  fk_library_model_refresh (self);
  return G_SOURCE_REMOVE;
}

/* Another program, or another computer that shares the folder; or we.  Much happens at once. */
static void
on_folder_changed (FkLibraryModel *self)
{
  if (self->late_refresh == 0)
    self->late_refresh = g_timeout_add (REFRESH_DELAY_MS, on_late_refresh, self);
}

static void
watch (FkLibraryModel *self)
{
  g_autoptr (GFile) folder = g_file_new_for_path (fk_library_get_path (self->library));

  /* Where nothing tells of changes, the next look at the disk finds them. */
  g_clear_object (&self->monitor);
  self->monitor = g_file_monitor_directory (folder, G_FILE_MONITOR_WATCH_MOVES, NULL, NULL);
  if (self->monitor != NULL)
    g_signal_connect_object (self->monitor, "changed", G_CALLBACK (on_folder_changed), self,
                             G_CONNECT_SWAPPED);
}

/**
 * fk_library_model_new: (constructor)
 *
 * Returns: (transfer full): a model that is empty until the first refresh is done
 */
FkLibraryModel *
fk_library_model_new (FkLibrary *library)
{
  FkLibraryModel *self;

  g_return_val_if_fail (FK_IS_LIBRARY (library), NULL);

  self = g_object_new (FK_TYPE_LIBRARY_MODEL, NULL);
  self->library = g_object_ref (library);
  watch (self);
  return self;
}

/**
 * fk_library_model_set_library:
 *
 * Shows another library from now on.
 */
void
fk_library_model_set_library (FkLibraryModel *self, FkLibrary *library)
{
  g_return_if_fail (FK_IS_LIBRARY_MODEL (self));
  g_return_if_fail (FK_IS_LIBRARY (library));

  if (!g_set_object (&self->library, library))
    return;
  watch (self);
  fk_library_model_refresh (self);
}

FkLibrary *
fk_library_model_get_library (FkLibraryModel *self)
{
  g_return_val_if_fail (FK_IS_LIBRARY_MODEL (self), NULL);

  return self->library;
}

/**
 * fk_library_model_get_backups:
 *
 * Returns: (transfer none): of #FkBackup
 */
GListModel *
fk_library_model_get_backups (FkLibraryModel *self)
{
  g_return_val_if_fail (FK_IS_LIBRARY_MODEL (self), NULL);

  return G_LIST_MODEL (self->backups);
}

/**
 * fk_library_model_find:
 * @id: of a backup
 *
 * Returns: (transfer full) (nullable): the backup as the library has it now
 */
FkBackup *
fk_library_model_find (FkLibraryModel *self, const char *id)
{
  guint n_backups;

  g_return_val_if_fail (FK_IS_LIBRARY_MODEL (self), NULL);
  g_return_val_if_fail (id != NULL, NULL);

  n_backups = g_list_model_get_n_items (G_LIST_MODEL (self->backups));
  for (guint i = 0; i < n_backups; i++)
    {
      g_autoptr (FkBackup) backup = g_list_model_get_item (G_LIST_MODEL (self->backups), i);

      if (g_str_equal (fk_backup_get_id (backup), id))
        return g_steal_pointer (&backup);
    }
  return NULL;
}

/* The newest backup that was read from this very chip, before that one if there is one; what was
 * edited was never on the chip. */
static FkBackup *
find_of_chip (FkLibraryModel *self, const char *uid, FkBackup *before)
{
  guint n_backups = g_list_model_get_n_items (G_LIST_MODEL (self->backups));

  for (guint i = 0; *uid != '\0' && i < n_backups; i++)
    {
      g_autoptr (FkBackup) backup = g_list_model_get_item (G_LIST_MODEL (self->backups), i);

      if (g_ascii_strcasecmp (fk_backup_get_uid (backup), uid) == 0 &&
          *fk_backup_get_edited_from (backup) == '\0' &&
          (before == NULL || fk_backup_compare_age (backup, before) < 0))
        return g_steal_pointer (&backup);
    }
  return NULL;
}

/**
 * fk_library_model_find_last:
 * @uid: (nullable): of a chip
 *
 * Returns: (transfer full) (nullable): the newest backup that was made of this very chip
 */
FkBackup *
fk_library_model_find_last (FkLibraryModel *self, const char *uid)
{
  g_return_val_if_fail (FK_IS_LIBRARY_MODEL (self), NULL);

  return uid != NULL ? find_of_chip (self, uid, NULL) : NULL;
}

/**
 * fk_library_model_find_previous:
 *
 * Returns: (transfer full) (nullable): what an edited copy was made of; of others the newest backup
 *   of the same chip that is older
 */
FkBackup *
fk_library_model_find_previous (FkLibraryModel *self, FkBackup *backup)
{
  g_return_val_if_fail (FK_IS_LIBRARY_MODEL (self), NULL);
  g_return_val_if_fail (FK_IS_BACKUP (backup), NULL);

  if (*fk_backup_get_edited_from (backup) != '\0')
    return fk_library_model_find (self, fk_backup_get_edited_from (backup));
  return find_of_chip (self, fk_backup_get_uid (backup), backup);
}

static gboolean
is_same (FkBackup *a, FkBackup *b)
{
  return g_str_equal (fk_backup_get_id (a), fk_backup_get_id (b)) &&
         g_str_equal (fk_backup_get_name (a), fk_backup_get_name (b)) &&
         g_str_equal (fk_backup_get_note (a), fk_backup_get_note (b)) &&
         g_str_equal (fk_backup_get_photo (a), fk_backup_get_photo (b)) &&
         g_strcmp0 (fk_backup_damage_get (a), fk_backup_damage_get (b)) == 0 &&
         g_strv_equal (fk_backup_get_tags (a), fk_backup_get_tags (b));
}

/* Replaces only what changed, so that rows, selection and scrolling stay. */
static void
take (FkLibraryModel *self, GPtrArray *found)
{
  GListModel *model = G_LIST_MODEL (self->backups);
  guint n_old = g_list_model_get_n_items (model);
  guint head = 0;
  guint tail = 0;

  for (; head < n_old && head < found->len; head++)
    {
      g_autoptr (FkBackup) old = g_list_model_get_item (model, head);

      if (!is_same (old, g_ptr_array_index (found, head)))
        break;
    }
  for (; tail < n_old - head && tail < found->len - head; tail++)
    {
      g_autoptr (FkBackup) old = g_list_model_get_item (model, n_old - 1 - tail);

      if (!is_same (old, g_ptr_array_index (found, found->len - 1 - tail)))
        break;
    }
  if (head + tail < n_old || head + tail < found->len)
    g_list_store_splice (self->backups, head, n_old - head - tail, found->pdata + head,
                         found->len - head - tail);
}

static void
drop_thread (GTask *task, gpointer source, gpointer backups, GCancellable *cancellable)
{
  g_ptr_array_unref (backups);
}

/* Takes @backups.  To free some thousands takes so long that it would be seen. */
static void
drop (GPtrArray *backups)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, NULL, NULL);

  g_task_set_task_data (task, backups, NULL);
  g_task_run_in_thread (task, drop_thread);
}

static void
list_thread (GTask *task, gpointer source, gpointer library, GCancellable *cancellable)
{
  GError *error = NULL;
  GPtrArray *backups = fk_library_list (library, NULL, cancellable, &error);
  g_autoptr (GHashTable) known = fk_library_list_known_damage (library);

  for (guint i = 0; backups != NULL && i < backups->len; i++)
    {
      FkBackup *backup = g_ptr_array_index (backups, i);

      fk_backup_search_prepare (backup);
      fk_backup_damage_set (backup, g_hash_table_lookup (known, fk_backup_get_id (backup)));
    }
  if (backups == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, backups, (GDestroyNotify)g_ptr_array_unref);
}

static void
on_listed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  FkLibraryModel *self = FK_LIBRARY_MODEL (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) backups = g_task_propagate_pointer (G_TASK (result), &error);

  if (GPOINTER_TO_UINT (user_data) != self->refreshes)
    return;
  self->looking = FALSE;
  if (backups == NULL)
    backups = g_ptr_array_new ();
  take (self, backups);
  drop (g_steal_pointer (&backups));
  g_signal_emit (self, signals[LOOKED], 0, error);
}

/* A task whose data is the library. */
static GTask *
make_task (FkLibraryModel *self,
           GCancellable *cancellable,
           GAsyncReadyCallback callback,
           gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_task_data (task, g_object_ref (self->library), g_object_unref);
  return task;
}

/**
 * fk_library_model_refresh:
 *
 * Looks at the disk again.
 */
void
fk_library_model_refresh (FkLibraryModel *self)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (FK_IS_LIBRARY_MODEL (self));

  self->looking = TRUE;
  task = make_task (self, NULL, on_listed, GUINT_TO_POINTER (++self->refreshes));
  g_task_run_in_thread (task, list_thread);
}

/**
 * fk_library_model_look_again:
 *
 * As fk_library_model_refresh(), unless that is under way: for whoever has no reason to know that
 * something changed.
 */
void
fk_library_model_look_again (FkLibraryModel *self)
{
  g_return_if_fail (FK_IS_LIBRARY_MODEL (self));

  if (!self->looking)
    fk_library_model_refresh (self);
}

/* What shall be done with a backup; the model may have another library meanwhile. */
typedef struct
{
  FkLibrary *library;
  FkBackup *backup;
  FkBackupEdit *edit; /* (nullable) */
} Deed;

static Deed *
deed_new (FkLibraryModel *self, FkBackup *backup, FkBackupEdit *edit)
{
  Deed *deed = g_new0 (Deed, 1);

  deed->library = g_object_ref (self->library);
  deed->backup = g_object_ref (backup);
  deed->edit = edit;
  return deed;
}

static void
deed_free (gpointer data)
{
  Deed *deed = data;

  g_object_unref (deed->library);
  g_object_unref (deed->backup);
  g_clear_pointer (&deed->edit, fk_backup_edit_free);
  g_free (deed);
}

static void
edit_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Deed *deed = task_data;
  GError *error = NULL;
  FkBackup *backup = fk_library_edit (deed->library, deed->backup, deed->edit, cancellable, &error);

  if (backup != NULL)
    g_task_return_pointer (task, backup, g_object_unref);
  else
    g_task_return_error (task, error);
}

/**
 * fk_library_model_edit_async:
 * @edit: (transfer full): what shall be different
 *
 * Changes what a person may say of @backup.  The program does not end before it is done.
 */
void
fk_library_model_edit_async (FkLibraryModel *self,
                             FkBackup *backup,
                             FkBackupEdit *edit,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (FK_IS_LIBRARY_MODEL (self));
  g_return_if_fail (FK_IS_BACKUP (backup));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, fk_library_model_edit_async);
  g_task_set_task_data (task, deed_new (self, backup, edit), deed_free);
  fk_task_hold_application (task);
  g_task_run_in_thread (task, edit_thread);
}

/**
 * fk_library_model_edit_finish:
 *
 * Returns: (transfer full): the backup as it is now
 */
FkBackup *
fk_library_model_edit_finish (FkLibraryModel *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  fk_library_model_refresh (self);
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
trash_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Deed *deed = task_data;
  GError *error = NULL;

  if (fk_library_trash (deed->library, deed->backup, cancellable, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

void
fk_library_model_trash_async (FkLibraryModel *self,
                              FkBackup *backup,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (FK_IS_LIBRARY_MODEL (self));
  g_return_if_fail (FK_IS_BACKUP (backup));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, fk_library_model_trash_async);
  g_task_set_task_data (task, deed_new (self, backup, NULL), deed_free);
  g_task_run_in_thread (task, trash_thread);
}

gboolean
fk_library_model_trash_finish (FkLibraryModel *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  fk_library_model_refresh (self);
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
untrash_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Deed *deed = task_data;
  GError *error = NULL;
  g_autoptr (FkBackup) back = fk_library_untrash (deed->library, deed->backup, cancellable, &error);

  if (back != NULL)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/**
 * fk_library_model_untrash_async:
 * @backup: that was moved to the trash
 *
 * Brings it back.
 */
void
fk_library_model_untrash_async (FkLibraryModel *self,
                                FkBackup *backup,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (FK_IS_LIBRARY_MODEL (self));
  g_return_if_fail (FK_IS_BACKUP (backup));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, fk_library_model_untrash_async);
  g_task_set_task_data (task, deed_new (self, backup, NULL), deed_free);
  g_task_run_in_thread (task, untrash_thread);
}

gboolean
fk_library_model_untrash_finish (FkLibraryModel *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  fk_library_model_refresh (self);
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
load_thread (GTask *task, gpointer source, gpointer backup, GCancellable *cancellable)
{
  GError *error = NULL;
  FkImage *image = fk_backup_image_load (backup, cancellable, &error);

  if (image != NULL)
    g_task_return_pointer (task, image, g_object_unref);
  else
    g_task_return_error (task, error);
}

/**
 * fk_library_model_load_flash_async:
 *
 * Reads what @backup has of the flash; a file that was imported may leave gaps.
 */
void
fk_library_model_load_flash_async (FkLibraryModel *self,
                                   FkBackup *backup,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (FK_IS_LIBRARY_MODEL (self));
  g_return_if_fail (FK_IS_BACKUP (backup));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, fk_library_model_load_flash_async);
  g_task_set_task_data (task, g_object_ref (backup), g_object_unref);
  g_task_run_in_thread (task, load_thread);
}

/**
 * fk_library_model_load_flash_finish:
 *
 * Returns: (transfer full): the flash at its address
 */
FkImage *
fk_library_model_load_flash_finish (FkLibraryModel *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
