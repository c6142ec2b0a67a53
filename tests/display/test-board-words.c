/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a board says of itself is in the person's language, also what the core calls a job. */

#include "config.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <locale.h>

#include "base/fk-error.h"
#include "fk-board-words.h"
#include "probe/fk-probe-list.h"
#include "sim/fk-sim.h"

static void
on_refused (FkBoard *board, FkJob *job, const GError *error, gpointer user_data)
{
  *(char **)user_data = g_strdup (error->message);
}

static void
test_german (void)
{
  g_autofree char *folder = g_dir_make_tmp ("flashkeep-XXXXXX", NULL);
  g_autoptr (FkLibrary) library = fk_library_new (folder);
  g_autoptr (FkSimBoard) sim = fk_sim_board_new ("blue-pill?pace=100", NULL);
  g_autoptr (FkProbe) probe = fk_probe_new_for_usb (fk_sim_board_get_usb_device (sim));
  g_autoptr (FkBoard) board = fk_board_new (probe, library);
  g_autoptr (FkJob) job = fk_read_job_new_flash ();
  g_autofree char *subtitle = NULL;
  g_autofree char *refusal = NULL;

  fk_board_run (board, job, NULL, NULL, NULL);
  g_assert_cmpstr (fk_board_get_job_title (board), ==, "Lesen");
  subtitle = fk_board_dup_subtitle (board);
  g_assert_cmpstr (subtitle, ==, "Lesen, 0 %");
  fk_board_run (board, job, on_refused, &refusal, NULL);
  g_assert_cmpstr (refusal, ==, "Lesen läuft noch");
  fk_board_cancel (board);
  while (fk_board_is_working (board))
    g_main_context_iteration (NULL, TRUE);
  g_rmdir (folder);
}

/* A library is shared: what stands in a backup's file is English, whoever made it. */
static void
test_file (void)
{
  g_autofree char *folder = g_dir_make_tmp ("flashkeep-XXXXXX", NULL);
  g_autoptr (FkLibrary) library = fk_library_new (folder);
  g_autoptr (FkSimBoard) sim = fk_sim_board_new ("blue-pill?uid=FFFFFFFFFFFFFFFFFFFFFFFF", NULL);
  g_autoptr (FkProbe) probe = fk_probe_new_for_usb (fk_sim_board_get_usb_device (sim));
  g_autoptr (FkBoard) board = fk_board_new (probe, library);
  g_autoptr (FkJob) job = fk_backup_job_new (NULL, NULL);
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;
  g_autofree char *text = NULL;
  g_autofree char *command = NULL;
  FkBackup *backup;

  fk_board_run (board, job, NULL, NULL, NULL);
  while (fk_board_is_working (board))
    g_main_context_iteration (NULL, TRUE);
  backup = fk_backup_job_get_backup (FK_BACKUP_JOB (job));
  g_assert_true (g_str_has_prefix (fk_identity_get_warnings (
                                       fk_backup_job_get_identity (FK_BACKUP_JOB (job)))[0],
                                   "Die eindeutige"));
  path = g_build_filename (fk_backup_get_path (backup), "backup.ini", NULL);
  g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, &error);
  g_assert_no_error (error);
  text = g_key_file_get_string (file, "Chip", "Warnings", NULL);
  g_assert_cmpstr (text, ==,
                   "The unique ID reads all FF: it does not tell this chip from others like it.");
  command = g_strdup_printf ("rm -r '%s'", folder);
  g_spawn_command_line_sync (command, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
}

/* Every job has a title that is known, or it would stay English. */
static void
test_titles (void)
{
  const char *const image = "\0\0\0\0";
  g_autoptr (GBytes) bytes = g_bytes_new (image, 4);
  g_autoptr (FkImage) written = fk_image_new ();
  g_autoptr (GPtrArray) jobs = g_ptr_array_new_with_free_func (g_object_unref);

  fk_image_add (written, 0x08000000, bytes, NULL);
  g_ptr_array_add (jobs, fk_info_job_new ());
  g_ptr_array_add (jobs, fk_backup_job_new (NULL, NULL));
  g_ptr_array_add (jobs, fk_read_job_new_flash ());
  g_ptr_array_add (jobs, fk_verify_job_new (written));
  g_ptr_array_add (jobs, fk_write_job_new (written));
  g_ptr_array_add (jobs, fk_erase_job_new_all ());
  g_ptr_array_add (jobs, fk_options_job_new (NULL, TRUE));
  g_ptr_array_add (jobs, fk_unlock_job_new (""));
  g_ptr_array_add (jobs, fk_reset_job_new ());
  for (guint i = 0; i < jobs->len; i++)
    {
      const char *title = fk_job_get_title (g_ptr_array_index (jobs, i));

      g_assert_cmpstr (fk_board_words_translate (title), !=, title);
    }
  g_assert_cmpstr (fk_board_words_translate ("Nobody said this"), ==, "Nobody said this");
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, g_getenv ("FK_TEST_LOCALE_DIR"));
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/board-words/german", test_german);
  g_test_add_func ("/board-words/file", test_file);
  g_test_add_func ("/board-words/titles", test_titles);
  return g_test_run ();
}
