/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "sweep-bench.h"

#include "base/fk-reader.h"
#include "cutting-device.h"
#include "probe/fk-probe-list.h"
#include "virtual-time.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char watched[256];

static void
on_alarm (int signal_number)
{
  static const char text[] = "Bail out! this case never ends: ";

  if (write (STDOUT_FILENO, text, sizeof text - 1) < 0 ||
      write (STDOUT_FILENO, watched, strlen (watched)) < 0 || write (STDOUT_FILENO, "\n", 1) < 0)
    _exit (1);
  abort ();
}

void
bench_watch (guint seconds, const char *name)
{
  g_strlcpy (watched, name, sizeof watched);
  signal (SIGALRM, on_alarm);
  alarm (seconds);
}

/* A program that does nothing, in the place of the board's own: it costs nothing to emulate, and
 * leaves RAM as it is. */
static void
quieten (FkSimBoard *board)
{
  static const guint8 loop[] = { 0xfe, 0xe7 }; /* B . */
  guint8 vector[4];

  g_assert_true (fk_sim_board_peek (board, FLASH + 4, vector, sizeof vector));
  g_assert_true (fk_sim_board_poke (board, fk_load_u32le (vector) & ~1u, loop, sizeof loop));
}

void
rig_open (Rig *rig, const char *specification, FkLibrary *library)
{
  g_autoptr (GError) error = NULL;

  memset (rig, 0, sizeof *rig);
  rig->board = fk_sim_board_new (specification, &error);
  g_assert_no_error (error);
  quieten (rig->board);
  rig->device = cutting_device_new (fk_sim_board_get_usb_device (rig->board));
  rig->probe = fk_probe_new_for_usb (rig->device);
  g_assert_nonnull (rig->probe);
  rig->session = fk_session_new (rig->probe, library);
}

void
rig_close (Rig *rig)
{
  g_assert_finalize_object (g_steal_pointer (&rig->session));
  g_assert_false (fk_probe_is_open (rig->probe));
  g_assert_finalize_object (g_steal_pointer (&rig->probe));
  g_assert_finalize_object (g_steal_pointer (&rig->device));
  g_assert_finalize_object (g_steal_pointer (&rig->board));
}

typedef struct
{
  gboolean done;
  gboolean ok;
  GError *error;
} Run;

static void
on_done (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Run *run = user_data;

  run->ok = fk_session_run_finish (FK_SESSION (source), result, &run->error);
  run->done = TRUE;
}

gboolean
rig_run (Rig *rig, FkJob *job, GCancellable *cancellable, GError **error)
{
  Run run = { 0 };

  virtual_time_set_board (rig->board);
  fk_session_run_async (rig->session, job, NULL, NULL, NULL, cancellable, on_done, &run);
  while (!run.done)
    g_main_context_iteration (NULL, TRUE);
  virtual_time_set_board (NULL);
  g_assert_true (run.ok == (run.error == NULL));
  if (run.error != NULL)
    g_propagate_error (error, run.error);
  return run.ok;
}

guint64
rig_get_time_ms (Rig *rig)
{
  FkSimCounters counters;

  fk_sim_board_get_counters (rig->board, &counters);
  return counters.total_ns / 1000000;
}

GBytes *
rig_peek (Rig *rig, guint32 address, gsize length)
{
  guint8 *data = g_malloc (length);

  g_assert_true (fk_sim_board_peek (rig->board, address, data, length));
  return g_bytes_new_take (data, length);
}

char *
rig_find_remains (Rig *rig)
{
  g_autoptr (GString) text = g_string_new (NULL);

  if (fk_sim_board_is_debug_enabled (rig->board))
    g_string_append (text, " debug is on;");
  if (!fk_sim_board_is_flash_locked (rig->board))
    g_string_append (text, " the flash is unlocked;");
  if (fk_sim_board_is_reset_held (rig->board))
    g_string_append (text, " the chip is held in reset;");
  if (!fk_sim_board_is_core_running (rig->board))
    g_string_append (text, REMAINS_CORE);
  return text->len == 0 ? NULL : g_string_free (g_steal_pointer (&text), FALSE);
}

char *
bench_digest_backup (const char *folder, GBytes *flash)
{
  static const char *const changing[] = { "Verified", "Used" };
  g_autofree char *path = g_build_filename (folder, "backup.ini", NULL);
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) groups = NULL;
  g_autofree char *warnings = NULL;

  g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, &error);
  g_assert_no_error (error);
  g_key_file_remove_group (file, "Backup", NULL);
  g_key_file_remove_key (file, "Probe", "TargetMillivolts", NULL);
  warnings = g_key_file_get_string (file, "Chip", "Warnings", NULL);
  /* True of a chip whose program is half written. */
  if (warnings != NULL && g_str_has_prefix (warnings, "The core has locked up"))
    g_key_file_remove_key (file, "Chip", "Warnings", NULL);
  groups = g_key_file_get_groups (file, NULL);
  for (guint i = 0; groups[i] != NULL; i++)
    {
      g_autofree char *verified = g_key_file_get_string (file, groups[i], "Verified", NULL);

      g_assert_cmpstr (verified, !=, "no");
      for (guint k = 0; k < G_N_ELEMENTS (changing); k++)
        g_key_file_remove_key (file, groups[i], changing[k], NULL);
    }
  if (flash != NULL)
    {
      g_autofree char *sum = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, flash);

      g_assert_true (g_key_file_has_key (file, "Region flash", "SHA256", NULL));
      g_key_file_set_string (file, "Region flash", "SHA256", sum);
    }
  return g_key_file_to_data (file, NULL, NULL);
}

void
bench_remove_folder (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      if (g_file_test (child, G_FILE_TEST_IS_DIR) && !g_file_test (child, G_FILE_TEST_IS_SYMLINK))
        bench_remove_folder (child);
      else
        g_unlink (child);
    }
  g_rmdir (path);
}
