/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The library of backups: a folder of folders, after "The library on disk" in the design.  Listing
 * is fk-library-list.c, finding fk-library-find.c, storing fk-library-store.c, copying in and out
 * fk-library-import.c and fk-library-export.c, editing fk-library-edit.c, the trash
 * fk-library-trash.c.
 *
 * The object holds nothing but where the folder is, which is why it needs no lock. */

#include "config.h"

#include "library/fk-library-private.h"

#include "base/fk-error.h"
#include "library/fk-backup-private.h"
#include "library/fk-folder-private.h"

struct _FkLibrary
{
  GObject parent_instance;
  char *path;
  gboolean must_exist; /* set before any use */
};

G_DEFINE_FINAL_TYPE (FkLibrary, fk_library, G_TYPE_OBJECT)

static void
fk_library_finalize (GObject *object)
{
  g_free (FK_LIBRARY (object)->path);
  G_OBJECT_CLASS (fk_library_parent_class)->finalize (object);
}

static void
fk_library_class_init (FkLibraryClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = fk_library_finalize;
}

static void
fk_library_init (FkLibrary *self)
{
}

/**
 * fk_library_new: (constructor)
 * @path: (nullable): the folder, which need not exist yet; %NULL for
 *   $XDG_DATA_HOME/flashkeep/library
 */
FkLibrary *
fk_library_new (const char *path)
{
  FkLibrary *self = g_object_new (FK_TYPE_LIBRARY, NULL);

  self->path = path != NULL
                   ? g_canonicalize_filename (path, NULL)
                   : g_build_filename (g_get_user_data_dir (), "flashkeep", "library", NULL);
  return self;
}

/**
 * fk_library_require_folder:
 *
 * The folder was chosen by a person and may be on a disk that is not there now: from here on it is
 * an error when it is missing, and nobody makes it anew.  To be called before anything else.
 */
void
fk_library_require_folder (FkLibrary *self)
{
  g_return_if_fail (FK_IS_LIBRARY (self));

  self->must_exist = TRUE;
}

/* Whether the folder is there, if it must be. */
gboolean
fk_library_check_there (FkLibrary *self, GError **error)
{
  if (!self->must_exist || g_file_test (self->path, G_FILE_TEST_IS_DIR))
    return TRUE;
  g_set_error (error, FK_ERROR, FK_ERROR_LIBRARY,
               "The folder of the library is not there: %s.  If it is on another disk or computer, "
               "connect that first",
               self->path);
  return FALSE;
}

const char *
fk_library_get_path (FkLibrary *self)
{
  g_return_val_if_fail (FK_IS_LIBRARY (self), NULL);
  return self->path;
}

/* The backup whose folder is called @id. */
FkBackup *
fk_library_load (FkLibrary *self, const char *id, GCancellable *cancellable, GError **error)
{
  g_autofree char *path = g_build_filename (self->path, id, NULL);

  return fk_backup_new_for_folder (path, cancellable, error);
}

/**
 * fk_library_check:
 *
 * Hashes every file of the backup again, and looks for files that are missing or do not belong
 * there.
 *
 * Returns: whether the backup is what it was; %FK_ERROR_BACKUP_DAMAGED lists all that is wrong
 */
gboolean
fk_library_check (FkLibrary *self, FkBackup *backup, GCancellable *cancellable, GError **error)
{
  g_autoptr (GHashTable) contents = NULL;
  g_autoptr (FkBackup) fresh = NULL;

  g_return_val_if_fail (FK_IS_LIBRARY (self), FALSE);
  g_return_val_if_fail (FK_IS_BACKUP (backup), FALSE);

  contents = fk_folder_load (fk_backup_get_path (backup), cancellable, error);
  if (contents == NULL)
    return FALSE;
  fresh = fk_backup_new_for_ini (fk_backup_get_path (backup),
                                 g_hash_table_lookup (contents, FK_FOLDER_INI), error);
  /* SHA256SUMS and backup.ini must tell the same story. */
  return fresh != NULL && fk_backup_check_regions (fresh, cancellable, error);
}
