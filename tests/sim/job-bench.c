/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "job-bench.h"

#include "base/fk-error.h"
#include "base/fk-reader.h"
#include "job/fk-job-private.h"
#include "probe/fk-probe-list.h"

#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void
open_board (Bench *bench, const char *specification)
{
  g_autoptr (GError) error = NULL;

  bench->board = fk_sim_board_new (specification, &error);
  g_assert_no_error (error);
  bench->probe = fk_probe_new_for_usb (fk_sim_board_get_usb_device (bench->board));
  g_assert_nonnull (bench->probe);
  bench->session = fk_session_new (bench->probe, bench->library);
}

static void
close_board (Bench *bench)
{
  g_assert_finalize_object (g_steal_pointer (&bench->session));
  g_assert_false (fk_probe_is_open (bench->probe));
  g_assert_finalize_object (g_steal_pointer (&bench->probe));
  g_assert_finalize_object (g_steal_pointer (&bench->board));
}

void
bench_open (Bench *bench, const char *specification)
{
  g_autofree char *path = NULL;

  memset (bench, 0, sizeof *bench);
  /* In memory: that everything is synced is tested elsewhere, and a disk takes its time for it. */
  bench->dir = g_access ("/dev/shm", W_OK) == 0 ? g_mkdtemp (g_strdup ("/dev/shm/fk-jobs-XXXXXX"))
                                                : g_dir_make_tmp ("fk-jobs-XXXXXX", NULL);
  path = g_build_filename (bench->dir, "library", NULL);
  bench->library = fk_library_new (path);
  open_board (bench, specification);
}

void
bench_swap_board (Bench *bench, const char *specification)
{
  close_board (bench);
  open_board (bench, specification);
}

void
bench_close (Bench *bench)
{
  g_autofree char *command = g_strdup_printf ("rm -rf '%s'", bench->dir);

  close_board (bench);
  g_assert_finalize_object (bench->library);
  g_assert_cmpint (system (command), ==, 0);
  g_free (bench->dir);
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

static gboolean
run_job (Bench *bench, FkJob *job, GCancellable *cancellable, Run *run, GError **error)
{
  fk_session_run_async (bench->session, job, NULL, NULL, NULL, cancellable, on_done, run);
  while (!run->done)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (run->ok == (run->error == NULL));
  if (run->error != NULL)
    {
      g_test_message ("%s", run->error->message);
      g_propagate_error (error, run->error);
    }
  return run->ok;
}

gboolean
bench_run_cancellable (Bench *bench, FkJob *job, GCancellable *cancellable, GError **error)
{
  Run run = { 0 };

  return run_job (bench, job, cancellable, &run, error);
}

gboolean
bench_run (Bench *bench, FkJob *job, GError **error)
{
  return bench_run_cancellable (bench, job, NULL, error);
}

typedef struct
{
  GCancellable *cancellable;
  double fraction;
} Limit;

static void
cancel_at (const FkProgressStatus *status, gpointer user_data)
{
  Limit *limit = user_data;

  if (status->fraction >= limit->fraction)
    g_cancellable_cancel (limit->cancellable);
}

static gboolean
run_here (Bench *bench, FkJob *job, FkProgress *progress, GCancellable *cancellable, GError **error)
{
  static const FkConnectionOptions options = { .how = FK_CONNECT_AUTO };
  FkConnection *connection =
      fk_connection_open (bench->probe, bench->library, &options, NULL, NULL, NULL, error);
  gboolean ok;

  g_assert_nonnull (connection);
  ok = fk_job_run (job, connection, progress, cancellable, error);
  g_assert_true (fk_connection_close (connection, NULL) ||
                 (!ok && g_error_matches (*error, FK_ERROR, FK_ERROR_PROBE_LOST)));
  return ok &&
         (!fk_job_has_finish (job) || fk_job_finish (job, bench->library, cancellable, error));
}

typedef struct
{
  FkSimBoard *board;
  guint64 n_erases;
} Pull;

static void
pull_after_erase (const FkProgressStatus *status, gpointer user_data)
{
  Pull *pull = user_data;

  if (fk_sim_board_get_n_erases (pull->board) > pull->n_erases)
    fk_sim_board_set_unplugged (pull->board, TRUE);
}

gboolean
bench_run_unplugged (Bench *bench, FkJob *job, GError **error)
{
  Pull pull = { bench->board, fk_sim_board_get_n_erases (bench->board) };
  g_autoptr (FkProgress) progress = fk_progress_new (pull_after_erase, &pull, NULL);

  return run_here (bench, job, progress, NULL, error);
}

/* On this thread and without the session, whose progress comes too seldom for a sharp cut. */
gboolean
bench_run_until (Bench *bench, FkJob *job, double fraction, GError **error)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Limit limit = { cancellable, fraction };
  g_autoptr (FkProgress) progress = fk_progress_new (cancel_at, &limit, NULL);

  return run_here (bench, job, progress, cancellable, error);
}

static void
take_library_away (const FkProgressStatus *status, gpointer path)
{
  if (status->fraction < 0.5 || g_file_test (path, G_FILE_TEST_IS_REGULAR))
    return;
  g_assert_cmpint (g_rmdir (path), ==, 0);
  g_assert_true (g_file_set_contents (path, "", 0, NULL));
}

gboolean
bench_run_without_library (Bench *bench, FkJob *job, GError **error)
{
  g_autofree char *path = g_strdup (fk_library_get_path (bench->library));
  g_autoptr (FkProgress) progress = fk_progress_new (take_library_away, path, NULL);

  return run_here (bench, job, progress, NULL, error);
}

static void
add_note (const FkProgressStatus *status, gpointer user_data)
{
  if (status->note != NULL)
    g_string_append_printf (user_data, "%s\n", status->note);
}

gboolean
bench_run_noting (Bench *bench, FkJob *job, GString *notes, GError **error)
{
  g_autoptr (FkProgress) progress = fk_progress_new (add_note, notes, NULL);

  return run_here (bench, job, progress, NULL, error);
}

void
bench_run_well (Bench *bench, FkJob *job)
{
  g_autoptr (GError) error = NULL;

  bench_run (bench, job, &error);
  g_assert_no_error (error);
}

FkBackup *
bench_back_up (Bench *bench)
{
  g_autoptr (FkJob) job = fk_backup_job_new ("before", NULL);
  const FkBackupRegion *flash;
  FkBackup *backup;

  bench_run_well (bench, job);
  backup = fk_backup_job_get_backup (FK_BACKUP_JOB (job));
  g_assert_nonnull (backup);
  flash = fk_backup_find_region (backup, "flash");
  bench->flash_size = flash->range.size;
  bench->middle =
      flash->n_covered > 1 ? flash->covered[1].address + 300 : FLASH + bench->flash_size / 2;
  return g_object_ref (backup);
}

/* The flash of "meter-l1" is in two parts, and a backup has zeros between them. */
static void
peek_apart (Bench *bench, guint32 address, guint8 *data, gsize length)
{
  const FkRange gap = { 0x08030000, 0x10000 };

  for (gsize done = 0; done < length;)
    {
      gsize n = MIN (length - done, 0x1000 - (address + done) % 0x1000);
      gboolean there = !fk_range_has (gap, address + (guint32)done);

      g_assert_true (fk_sim_board_peek (bench->board, address + (guint32)done, data + done, n) ==
                     there);
      if (!there)
        memset (data + done, 0, n);
      done += n;
    }
}

GBytes *
bench_peek (Bench *bench, guint32 address, gsize length)
{
  guint8 *data = g_malloc (length);

  if (!fk_sim_board_peek (bench->board, address, data, length))
    peek_apart (bench, address, data, length);
  return g_bytes_new_take (data, length);
}

#define APPLICATION      0x7000u
#define APPLICATION_SIZE 0x2a5d0
#define UNDEFINED        0xde00 /* UDF, ARM DDI 0403E A7.7.194 */

/* The demo application of the SKR Mini, which belongs behind its bootloader.  At the start of the
 * flash its vectors lead to undefined instructions, so that it locks up at once, whatever earlier
 * programs have left in the RAM. */
GBytes *
bench_peek_misplaced (Bench *bench)
{
  g_autoptr (GBytes) application = bench_peek (bench, FLASH + APPLICATION, APPLICATION_SIZE);
  gsize size;
  guint8 *data = g_bytes_unref_to_data (g_steal_pointer (&application), &size);

  for (guint vector = 1; vector <= 3; vector++)
    {
      guint32 offset = (fk_load_u32le (data + 4 * vector) & ~1u) - FLASH;

      g_assert_cmpuint (offset, <, size - 2);
      g_assert_cmpuint (offset, >=, 0x200);
      fk_store_u16le (data + offset, UNDEFINED);
    }
  return g_bytes_new_take (data, size);
}

void
bench_poke (Bench *bench, guint32 address, const void *data, gsize length)
{
  g_assert_true (fk_sim_board_poke (bench->board, address, data, length));
}

guint
bench_count_backups (Bench *bench)
{
  g_autoptr (GPtrArray) backups = fk_library_list (bench->library, NULL, NULL, NULL);

  return backups->len;
}

/* Nothing of ours is left on the chip. */
void
bench_assert_let_go (Bench *bench)
{
  g_assert_false (fk_sim_board_is_debug_enabled (bench->board));
  g_assert_true (fk_sim_board_is_flash_locked (bench->board));
  g_assert_false (fk_sim_board_is_reset_held (bench->board));
}

/* ... and its program runs. */
void
bench_assert_left_well (Bench *bench)
{
  g_assert_true (fk_sim_board_is_core_running (bench->board));
  bench_assert_let_go (bench);
}

void
bench_assert_backup_sound (Bench *bench, FkBackup *backup)
{
  g_autofree char *command = g_strdup_printf ("cd '%s' && sha256sum --strict --quiet -c SHA256SUMS",
                                              fk_backup_get_path (backup));
  g_autoptr (GError) error = NULL;

  fk_library_check (bench->library, backup, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (system (command), ==, 0);
}

void
bench_assert_equal (GBytes *a, GBytes *b)
{
  g_assert_cmpmem (g_bytes_get_data (a, NULL), g_bytes_get_size (a), g_bytes_get_data (b, NULL),
                   g_bytes_get_size (b));
}

void
bench_damage (Bench *bench)
{
  guint8 page[1024];

  memset (page, 0x5a, sizeof page);
  bench_poke (bench, FLASH + 0x104, "!", 1);
  bench_poke (bench, bench->middle - 300, page, 600);
  bench_poke (bench, FLASH + bench->flash_size - sizeof page, page, sizeof page);
}

FkImage *
bench_make_image (guint32 address, gsize size)
{
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  FkImage *image;
  guint8 *data = g_malloc (size);

  for (gsize i = 0; i < size; i++)
    data[i] = (guint8)(i * 31 + (i >> 7));
  bytes = g_bytes_new_take (data, size);
  image = fk_image_new_for_bytes (address, bytes, &error);
  g_assert_no_error (error);
  return image;
}

const char *
bench_find_warning (FkChangeJob *job, const char *part)
{
  GPtrArray *warnings = fk_change_job_get_warnings (job);

  for (guint i = 0; i < warnings->len; i++)
    {
      const FkFinding *warning = g_ptr_array_index (warnings, i);

      g_test_message ("%s: %s", warning->kind, warning->text);
      if (strstr (warning->text, part) != NULL)
        return warning->text;
    }
  return NULL;
}
