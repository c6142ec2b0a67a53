/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "pages/fk-bytes-bookmarks.h"

#include <glib/gi18n.h>

#include "hex/fk-hex-bookmarks.h"

struct _FkBytesBookmarks
{
  GObject parent_instance;

  FkHexNotes *notes;
  FkBackup *backup;
  FkLibraryModel *library;
  GError *broken;     /* why they cannot be read, and must not be written */
  gboolean is_loaded; /* before that nothing is saved: it would replace what is there */
  gboolean is_saving;
  gboolean is_dirty; /* changed while they were being loaded or saved */
};

enum
{
  FAILED,
  SETTLED,
  UNREADABLE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (FkBytesBookmarks, fk_bytes_bookmarks, G_TYPE_OBJECT)

static void
fk_bytes_bookmarks_finalize (GObject *object)
{
  FkBytesBookmarks *self = FK_BYTES_BOOKMARKS (object);

  g_clear_error (&self->broken);
  g_clear_object (&self->notes);
  g_clear_object (&self->backup);
  g_clear_object (&self->library);
  G_OBJECT_CLASS (fk_bytes_bookmarks_parent_class)->finalize (object);
}

static void
fk_bytes_bookmarks_class_init (FkBytesBookmarksClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = fk_bytes_bookmarks_finalize;
  signals[FAILED] = g_signal_new ("failed", FK_TYPE_BYTES_BOOKMARKS, G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);
  signals[SETTLED] = g_signal_new ("settled", FK_TYPE_BYTES_BOOKMARKS, G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
  signals[UNREADABLE] = g_signal_new ("unreadable", FK_TYPE_BYTES_BOOKMARKS, G_SIGNAL_RUN_LAST, 0,
                                      NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
fk_bytes_bookmarks_init (FkBytesBookmarks *self)
{
}

FkBytesBookmarks *
fk_bytes_bookmarks_new (FkHexNotes *notes, FkBackup *backup, FkLibraryModel *library)
{
  FkBytesBookmarks *self = g_object_new (FK_TYPE_BYTES_BOOKMARKS, NULL);

  self->notes = g_object_ref (notes);
  self->backup = g_object_ref (backup);
  self->library = g_object_ref (library);
  return self;
}

static void
load_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  FkBackup *backup = FK_BACKUP (data);
  GError *error = NULL;
  GBytes *bytes = NULL;

  if (fk_backup_has_file (backup, FK_BYTES_BOOKMARKS_FILE))
    bytes = fk_backup_load_file (backup, FK_BYTES_BOOKMARKS_FILE, cancellable, &error);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, bytes, (GDestroyNotify)g_bytes_unref);
}

/* What was marked before the others came stays, too. */
static gboolean
merge (FkHexNotes *notes, GBytes *bytes, GError **error)
{
  g_autoptr (FkHexNotes) loaded = fk_hex_notes_new ();
  guint n;

  if (!fk_hex_bookmarks_parse (loaded, bytes, error))
    return FALSE;
  n = fk_hex_notes_get_n (loaded, FK_HEX_NOTE_BOOKMARK);
  fk_hex_notes_freeze (notes);
  for (guint i = 0; i < n; i++)
    {
      const FkHexNote *note = fk_hex_notes_get (loaded, FK_HEX_NOTE_BOOKMARK, i);

      fk_hex_notes_add (notes, FK_HEX_NOTE_BOOKMARK, note->start, note->size, note->text,
                        note->color);
    }
  fk_hex_notes_thaw (notes);
  return TRUE;
}

/* What was changed meanwhile is saved now. */
static void
go_on (FkBytesBookmarks *self)
{
  if (self->is_dirty)
    fk_bytes_bookmarks_save (self);
  if (fk_bytes_bookmarks_are_settled (self))
    g_signal_emit (self, signals[SETTLED], 0);
}

static void
on_loaded (GObject *source, GAsyncResult *result, gpointer user_data)
{
  FkBytesBookmarks *self = FK_BYTES_BOOKMARKS (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = g_task_propagate_pointer (G_TASK (result), &error);

  self->is_loaded = TRUE;
  g_clear_error (&self->broken);
  if (bytes != NULL)
    merge (self->notes, bytes, &error);
  if (error != NULL)
    {
      self->is_dirty = FALSE;
      self->broken = g_steal_pointer (&error);
      g_signal_emit (self, signals[UNREADABLE], 0, self->broken);
    }
  go_on (self);
}

/**
 * fk_bytes_bookmarks_load:
 *
 * Fetches what the backup has, in place of what is there.
 */
void
fk_bytes_bookmarks_load (FkBytesBookmarks *self)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (FK_IS_BYTES_BOOKMARKS (self));

  self->is_loaded = FALSE;
  fk_hex_notes_clear (self->notes, FK_HEX_NOTE_BOOKMARK);
  task = g_task_new (self, NULL, on_loaded, NULL);
  g_task_set_source_tag (task, fk_bytes_bookmarks_load);
  g_task_set_task_data (task, g_object_ref (self->backup), g_object_unref);
  g_task_run_in_thread (task, load_thread);
}

static void
on_saved (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (FkBytesBookmarks) self = FK_BYTES_BOOKMARKS (user_data);
  g_autoptr (GError) error = NULL;
  g_autoptr (FkBackup) backup =
      fk_library_model_edit_finish (FK_LIBRARY_MODEL (source), result, &error);

  self->is_saving = FALSE;
  if (backup != NULL)
    g_set_object (&self->backup, backup);
  else
    {
      self->is_dirty = FALSE;
      g_prefix_error (&error, _ ("The bookmarks were not saved: "));
      g_signal_emit (self, signals[FAILED], 0, error);
    }
  go_on (self);
}

/**
 * fk_bytes_bookmarks_save:
 *
 * Keeps the bookmarks as they are now.
 */
void
fk_bytes_bookmarks_save (FkBytesBookmarks *self)
{
  FkBackupEdit *edit;
  g_autoptr (GBytes) bytes = NULL;

  g_return_if_fail (FK_IS_BYTES_BOOKMARKS (self));

  if (self->broken != NULL)
    {
      g_signal_emit (self, signals[UNREADABLE], 0, self->broken);
      return;
    }
  self->is_dirty = self->is_saving || !self->is_loaded;
  if (self->is_dirty)
    return;
  self->is_saving = TRUE;
  edit = fk_backup_edit_new ();
  if (fk_hex_notes_get_n (self->notes, FK_HEX_NOTE_BOOKMARK) > 0)
    bytes = fk_hex_bookmarks_format (self->notes);
  fk_backup_edit_set_file (edit, FK_BYTES_BOOKMARKS_FILE, bytes);
  fk_library_model_edit_async (self->library, self->backup, edit, NULL, on_saved,
                               g_object_ref (self));
}

/**
 * fk_bytes_bookmarks_are_settled:
 *
 * Returns: whether what is there and what the backup has are the same, as far as they can be: they
 *   are neither being loaded nor saved.  When they come to be, "settled" is emitted
 */
gboolean
fk_bytes_bookmarks_are_settled (FkBytesBookmarks *self)
{
  g_return_val_if_fail (FK_IS_BYTES_BOOKMARKS (self), TRUE);

  return self->is_loaded && !self->is_saving;
}
