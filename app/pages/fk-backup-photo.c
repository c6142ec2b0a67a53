/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Pictures are decoded, scaled and stored on other threads; what is seen follows. */

#include "config.h"

#include "pages/fk-backup-photo.h"

#include <glib/gi18n.h>

#include "dialogs/fk-file-chooser.h"
#include "fk-photo.h"

struct _FkBackupPhoto
{
  AdwBin parent_instance;

  GtkPicture *picture;
  GtkButton *choose_button;
  GtkWidget *remove_button;

  FkBackup *backup;
  FkLibraryModel *library;
};

enum
{
  FAILED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (FkBackupPhoto, fk_backup_photo, ADW_TYPE_BIN)

static void
fail (FkBackupPhoto *self, const GError *error)
{
  if (self->library != NULL)
    g_signal_emit (self, signals[FAILED], 0, error);
}

static void
show_texture (FkBackupPhoto *self, GdkTexture *texture)
{
  gtk_picture_set_paintable (self->picture, GDK_PAINTABLE (texture));
  gtk_widget_set_visible (GTK_WIDGET (self->picture), texture != NULL);
}

static void
set_busy (FkBackupPhoto *self, gboolean busy)
{
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "photo.choose", !busy);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "photo.remove", !busy);
}

static void
load_thread (GTask *task, gpointer source, gpointer backup, GCancellable *cancellable)
{
  GError *error = NULL;
  GdkTexture *texture = fk_photo_load (backup, cancellable, &error);

  if (texture != NULL)
    g_task_return_pointer (task, texture, g_object_unref);
  else
    g_task_return_error (task, error);
}

static void
on_loaded (GObject *source, GAsyncResult *result, gpointer user_data)
{
  FkBackupPhoto *self = FK_BACKUP_PHOTO (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (GdkTexture) texture = g_task_propagate_pointer (G_TASK (result), &error);

  if (self->library == NULL || g_task_get_task_data (G_TASK (result)) != self->backup)
    return;
  show_texture (self, texture);
  if (texture == NULL)
    g_info ("%s", error->message); /* a check of the library tells of it */
}

static void
show_photo (FkBackupPhoto *self)
{
  gboolean has_photo = *fk_backup_get_photo (self->backup) != '\0';
  g_autoptr (GTask) task = NULL;

  gtk_button_set_label (self->choose_button,
                        has_photo ? _ ("_Change Photo…") : _ ("Add a _Photo of the Board…"));
  gtk_widget_set_visible (self->remove_button, has_photo);
  if (!has_photo)
    {
      show_texture (self, NULL);
      return;
    }
  task = g_task_new (self, NULL, on_loaded, NULL);
  g_task_set_task_data (task, g_object_ref (self->backup), g_object_unref);
  g_task_run_in_thread (task, load_thread);
}

static void
on_edited (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (FkBackupPhoto) self = FK_BACKUP_PHOTO (user_data);
  g_autoptr (GError) error = NULL;
  g_autoptr (FkBackup) backup =
      fk_library_model_edit_finish (FK_LIBRARY_MODEL (source), result, &error);

  if (self->library == NULL)
    return;
  set_busy (self, FALSE);
  if (backup == NULL)
    {
      fail (self, error);
      return;
    }
  g_set_object (&self->backup, backup);
  show_photo (self);
}

/* @image: (nullable): %NULL removes it */
static void
store (FkBackupPhoto *self, GBytes *image)
{
  FkBackupEdit *edit = fk_backup_edit_new ();

  fk_backup_edit_set_photo (edit, image);
  fk_library_model_edit_async (self->library, self->backup, edit, NULL, on_edited,
                               g_object_ref (self));
}

static void
make_thread (GTask *task, gpointer source, gpointer file, GCancellable *cancellable)
{
  GError *error = NULL;
  GBytes *image = fk_photo_make (file, cancellable, &error);

  if (image != NULL)
    g_task_return_pointer (task, image, (GDestroyNotify)g_bytes_unref);
  else
    g_task_return_error (task, error);
}

static void
on_made (GObject *source, GAsyncResult *result, gpointer user_data)
{
  FkBackupPhoto *self = FK_BACKUP_PHOTO (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) image = g_task_propagate_pointer (G_TASK (result), &error);

  if (self->library == NULL)
    return;
  if (image != NULL)
    {
      store (self, image);
      return;
    }
  set_busy (self, FALSE);
  fail (self, error);
}

/**
 * fk_backup_photo_take_file:
 * @file: a picture, which becomes the photo
 */
void
fk_backup_photo_take_file (FkBackupPhoto *self, GFile *file)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (FK_IS_BACKUP_PHOTO (self));
  g_return_if_fail (G_IS_FILE (file));

  set_busy (self, TRUE);
  task = g_task_new (self, NULL, on_made, NULL);
  g_task_set_task_data (task, g_object_ref (file), g_object_unref);
  g_task_run_in_thread (task, make_thread);
}

static void
on_chosen (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GFile) file = fk_file_chooser_finish_one (result);

  if (file != NULL && FK_BACKUP_PHOTO (source)->library != NULL)
    fk_backup_photo_take_file (FK_BACKUP_PHOTO (source), file);
}

static void
on_choose (GtkWidget *widget, const char *action, GVariant *parameter)
{
  fk_file_chooser_open_async (widget, _ ("Photo of the Board"), _ ("_Add"), FK_FILE_PICTURE, FALSE,
                              on_chosen, NULL);
}

static void
on_remove (GtkWidget *widget, const char *action, GVariant *parameter)
{
  set_busy (FK_BACKUP_PHOTO (widget), TRUE);
  store (FK_BACKUP_PHOTO (widget), NULL);
}

static gboolean
on_drop (GtkDropTarget *target, const GValue *value, double x, double y, FkBackupPhoto *self)
{
  fk_backup_photo_take_file (self, G_FILE (g_value_get_object (value)));
  return TRUE;
}

static void
fk_backup_photo_dispose (GObject *object)
{
  FkBackupPhoto *self = FK_BACKUP_PHOTO (object);

  g_clear_object (&self->backup);
  g_clear_object (&self->library);
  G_OBJECT_CLASS (fk_backup_photo_parent_class)->dispose (object);
}

static void
fk_backup_photo_class_init (FkBackupPhotoClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = fk_backup_photo_dispose;
  signals[FAILED] = g_signal_new ("failed", FK_TYPE_BACKUP_PHOTO, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                  NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/flashkeep/Flashkeep/pages/"
                                                             "fk-backup-photo.ui");
  gtk_widget_class_bind_template_child (widget_class, FkBackupPhoto, picture);
  gtk_widget_class_bind_template_child (widget_class, FkBackupPhoto, choose_button);
  gtk_widget_class_bind_template_child (widget_class, FkBackupPhoto, remove_button);
  gtk_widget_class_install_action (widget_class, "photo.choose", NULL, on_choose);
  gtk_widget_class_install_action (widget_class, "photo.remove", NULL, on_remove);
}

static void
fk_backup_photo_init (FkBackupPhoto *self)
{
  GtkDropTarget *target = gtk_drop_target_new (G_TYPE_FILE, GDK_ACTION_COPY);

  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect (target, "drop", G_CALLBACK (on_drop), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));
}

/**
 * fk_backup_photo_set_backup:
 *
 * Whose photo is shown.  To be called once.
 */
void
fk_backup_photo_set_backup (FkBackupPhoto *self, FkBackup *backup, FkLibraryModel *library)
{
  g_return_if_fail (FK_IS_BACKUP_PHOTO (self));
  g_return_if_fail (self->library == NULL);

  self->backup = g_object_ref (backup);
  self->library = g_object_ref (library);
  show_photo (self);
}
