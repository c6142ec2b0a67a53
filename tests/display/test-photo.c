/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The photo of a board: how it is made smaller, and how it is added and removed. */

#include "config.h"

#include "find-widget.h"
#include "base/fk-error.h"
#include "fk-photo.h"
#include "pages/fk-backup-photo.h"

#include <stdlib.h>
#include <unistd.h>

typedef struct
{
  char *dir;
  FkLibrary *library;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autofree char *path = NULL;

  f->dir = g_dir_make_tmp ("fk-photo-XXXXXX", NULL);
  path = g_build_filename (f->dir, "library", NULL);
  f->library = fk_library_new (path);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_autofree char *command = g_strdup_printf ("rm -rf '%s'", f->dir);

  g_assert_finalize_object (f->library);
  g_assert_cmpint (system (command), ==, 0);
  g_free (f->dir);
}

static GFile *
save_picture (Fixture *f, const char *name, gboolean alpha, int width, int height)
{
  g_autoptr (GdkPixbuf) picture = gdk_pixbuf_new (GDK_COLORSPACE_RGB, alpha, 8, width, height);
  g_autofree char *path = g_build_filename (f->dir, name, NULL);
  g_autoptr (GError) error = NULL;

  gdk_pixbuf_fill (picture, 0x3366cc80);
  gdk_pixbuf_save (picture, path, "png", &error, NULL);
  g_assert_no_error (error);
  return g_file_new_for_path (path);
}

static void
test_make (Fixture *f, gconstpointer data)
{
  static const struct
  {
    gboolean alpha;
    int width;
    int height;
    int made_width;
    int made_height;
    guint8 first; /* of the file's bytes */
  } rows[] = {
    { FALSE, 3200, 1000, 1600, 500, 0xff }, { FALSE, 40, 4000, 16, 1600, 0xff },
    { FALSE, 4000, 1, 1600, 1, 0xff },      { FALSE, 320, 200, 320, 200, 0xff },
    { TRUE, 320, 200, 320, 200, 0x89 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GFile) file =
          save_picture (f, "a.png", rows[i].alpha, rows[i].width, rows[i].height);
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) made = fk_photo_make (file, NULL, &error);
      g_autoptr (GdkTexture) texture = NULL;

      g_assert_no_error (error);
      texture = gdk_texture_new_from_bytes (made, &error);
      g_assert_no_error (error);
      g_assert_cmpint (gdk_texture_get_width (texture), ==, rows[i].made_width);
      g_assert_cmpint (gdk_texture_get_height (texture), ==, rows[i].made_height);
      g_assert_cmphex (*(const guint8 *)g_bytes_get_data (made, NULL), ==, rows[i].first);
    }
}

static void
test_make_refused (Fixture *f, gconstpointer data)
{
  g_autoptr (GFile) text = g_file_new_build_filename (f->dir, "text.jpg", NULL);
  g_autoptr (GFile) cut = save_picture (f, "cut.png", FALSE, 300, 300);
  g_autoptr (GFile) none = g_file_new_build_filename (f->dir, "none.jpg", NULL);
  g_autoptr (GFile) folder = g_file_new_for_path (f->dir);
  const struct
  {
    GFile *file;
    int code;
  } rows[] = { { text, FK_ERROR_BAD_FILE },
               { cut, FK_ERROR_BAD_FILE },
               { none, FK_ERROR_FILE_ACCESS },
               { folder, FK_ERROR_BAD_FILE } };

  g_assert_true (g_file_set_contents (g_file_peek_path (text), "no picture", -1, NULL));
  g_assert_cmpint (truncate (g_file_peek_path (cut), 100), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (fk_photo_make (rows[i].file, NULL, &error));
      g_assert_error (error, FK_ERROR, rows[i].code);
    }
}

static FkBackup *
store (FkLibrary *library)
{
  g_autoptr (FkBackupDraft) draft = fk_backup_draft_new ();
  g_autoptr (GBytes) flash = g_bytes_new_static ("firmware", 8);
  g_autoptr (GError) error = NULL;
  FkBackup *backup;

  fk_backup_draft_set (draft, "Chip", "DevId", "0x413");
  fk_backup_draft_set (draft, "Chip", "FlashSize", "1024");
  fk_backup_draft_add_region (draft, "flash", 0x08000000, flash, 0xff, "crc");
  backup = fk_library_store (library, draft, NULL, &error);
  g_assert_no_error (error);
  return backup;
}

static void
on_failed (FkBackupPhoto *photo, GError *error, GError **kept)
{
  g_set_error_literal (kept, error->domain, error->code, error->message);
}

static FkBackup *
load (Fixture *f, FkBackup *backup)
{
  return fk_library_find (f->library, fk_backup_get_id (backup), NULL);
}

/* Whether the backup has a photo now, as soon as it is so. */
static void
wait_for_photo (Fixture *f, FkBackup *backup, const char *wanted)
{
  gint64 end = g_get_monotonic_time () + 30 * G_USEC_PER_SEC;

  while (g_get_monotonic_time () < end)
    {
      g_autoptr (FkBackup) now = load (f, backup);

      if (g_str_equal (fk_backup_get_photo (now), wanted))
        break;
      g_main_context_iteration (NULL, FALSE);
    }
}

static void
wait_for_sight (GtkWidget *picture, gboolean seen)
{
  gint64 end = g_get_monotonic_time () + 30 * G_USEC_PER_SEC;

  while (g_get_monotonic_time () < end && gtk_widget_get_visible (picture) != seen)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (gtk_widget_get_visible (picture), ==, seen);
}

static void
test_widget (Fixture *f, gconstpointer data)
{
  g_autoptr (FkBackup) backup = store (f->library);
  g_autoptr (FkLibraryModel) model = fk_library_model_new (f->library);
  GtkWidget *window = gtk_window_new ();
  GtkWidget *photo = g_object_new (FK_TYPE_BACKUP_PHOTO, NULL);
  GtkWidget *picture = find_widget_of_type (photo, GTK_TYPE_PICTURE);
  g_autoptr (GFile) good = save_picture (f, "good.png", FALSE, 2000, 1000);
  g_autoptr (GFile) bad = g_file_new_build_filename (f->dir, "bad.jpg", NULL);
  g_autoptr (GError) failure = NULL;
  g_autoptr (FkBackup) now = NULL;

  g_signal_connect (photo, "failed", G_CALLBACK (on_failed), &failure);
  gtk_window_set_child (GTK_WINDOW (window), photo);
  fk_backup_photo_set_backup (FK_BACKUP_PHOTO (photo), backup, model);
  gtk_window_present (GTK_WINDOW (window));
  g_assert_false (gtk_widget_get_visible (picture));

  fk_backup_photo_take_file (FK_BACKUP_PHOTO (photo), good);
  wait_for_photo (f, backup, "photo.jpg");
  wait_for_sight (picture, TRUE);
  now = load (f, backup);
  g_assert_true (fk_library_check (f->library, now, NULL, NULL));

  /* What is no picture leaves the photo that is there. */
  g_assert_true (g_file_set_contents (g_file_peek_path (bad), "no picture", -1, NULL));
  fk_backup_photo_take_file (FK_BACKUP_PHOTO (photo), bad);
  while (failure == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_error (failure, FK_ERROR, FK_ERROR_BAD_FILE);
  g_assert_true (gtk_widget_get_visible (picture));

  gtk_widget_activate_action (photo, "photo.remove", NULL);
  wait_for_photo (f, backup, "");
  wait_for_sight (picture, FALSE);
  g_clear_object (&now);
  now = load (f, backup);
  g_assert_cmpstr (fk_backup_get_photo (now), ==, "");
  g_assert_true (fk_library_check (f->library, now, NULL, NULL));
  gtk_window_destroy (GTK_WINDOW (window));
  /* The model looks at the disk once more after each edit. */
  for (guint i = 0; i < 100; i++)
    {
      g_main_context_iteration (NULL, FALSE);
      g_usleep (2000);
    }
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add ("/photo/make", Fixture, NULL, set_up, test_make, tear_down);
  g_test_add ("/photo/make-refused", Fixture, NULL, set_up, test_make_refused, tear_down);
  g_test_add ("/photo/widget", Fixture, NULL, set_up, test_widget, tear_down);
  return g_test_run ();
}
