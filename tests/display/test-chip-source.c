/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A chip's memory as a byte source, on a simulated board: what is looked at is read, and nothing
 * else. */

#include "config.h"

#include <gio/gio.h>

#include "fk-chip-source.h"
#include "job/fk-jobs.h"
#include "probe/fk-probe-list.h"
#include "sim/fk-sim.h"

#define PATIENCE_S 60 /* others use the machine, too */

typedef struct
{
  FkLibrary *library;
  FkSimBoard *sim;
  FkProbe *probe;
  FkBoard *board;
  FkByteSource *source;
  GArray *read; /* of FkRange */
} Bench;

static void
on_job_done (FkBoard *board, FkJob *job, const GError *error, Bench *bench)
{
  FkRange range;

  if (FK_IS_READ_JOB (job) && error == NULL &&
      fk_image_get_extent (fk_read_job_get_image (FK_READ_JOB (job)), &range))
    g_array_append_val (bench->read, range);
}

static gboolean
wake_up (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

static void
set_up (Bench *bench, gconstpointer data)
{
  gint64 deadline = g_get_monotonic_time () + PATIENCE_S * G_USEC_PER_SEC;
  guint alarm = g_timeout_add (100, wake_up, NULL);

  bench->read = g_array_new (FALSE, FALSE, sizeof (FkRange));
  bench->library = fk_library_new ("/nonexistent");
  bench->sim = fk_sim_board_new ("creator-pro", NULL);
  bench->probe = fk_probe_new_for_usb (fk_sim_board_get_usb_device (bench->sim));
  bench->board = fk_board_new (bench->probe, bench->library);
  g_signal_connect (bench->board, "job-done", G_CALLBACK (on_job_done), bench);
  g_signal_connect (bench->board, "looked", G_CALLBACK (on_job_done), bench);
  fk_board_identify (bench->board);
  while (fk_board_get_state (bench->board) != FK_BOARD_READY)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, deadline);
      g_main_context_iteration (NULL, TRUE);
    }
  g_source_remove (alarm);
  bench->source = FK_BYTE_SOURCE (fk_chip_source_new (bench->board));
}

static void
tear_down (Bench *bench, gconstpointer data)
{
  while (fk_board_is_working (bench->board) || fk_board_is_looking (bench->board))
    g_main_context_iteration (NULL, TRUE);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_signal_handlers_disconnect_by_data (bench->board, bench);
  if (bench->source != NULL)
    g_assert_finalize_object (bench->source);
  g_object_unref (bench->board);
  g_object_unref (bench->probe);
  g_object_unref (bench->sim);
  g_object_unref (bench->library);
  g_array_unref (bench->read);
}

static guint8
wait_state (Bench *bench, guint64 position, guint8 *byte)
{
  gint64 deadline = g_get_monotonic_time () + PATIENCE_S * G_USEC_PER_SEC;
  guint alarm = g_timeout_add (100, wake_up, NULL);
  guint8 state;

  while (fk_byte_source_read (bench->source, position, byte, &state, 1), state == FK_BYTE_PENDING)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, deadline);
      g_main_context_iteration (NULL, TRUE);
    }
  g_source_remove (alarm);
  return state;
}

static void
assert_read (Bench *bench, guint n, guint32 address, guint32 size)
{
  FkRange range;

  g_assert_cmpuint (bench->read->len, ==, n);
  range = g_array_index (bench->read, FkRange, n - 1);
  g_assert_cmphex (range.address, ==, address);
  g_assert_cmpuint (range.size, ==, size);
}

static void
test_only_what_is_seen (Bench *bench, gconstpointer data)
{
  guint8 byte;

  g_assert_false (fk_byte_source_can_read_in_thread (bench->source));
  g_assert_cmpuint (wait_state (bench, 0x40020004, &byte), ==, FK_BYTE_PRESENT);
  assert_read (bench, 1, 0x40020000, 16);
  g_assert_cmpuint (wait_state (bench, 0x08000005, &byte), ==, FK_BYTE_PRESENT);
  assert_read (bench, 2, 0x08000000, 1024);
  g_assert_cmpuint (wait_state (bench, 0x1fff7a10, &byte), ==, FK_BYTE_PRESENT);
  assert_read (bench, 3, 0x1fff7a10, 16);
  /* What is known is not read again, but for a refresh. */
  g_assert_cmpuint (wait_state (bench, 0x40020000, &byte), ==, FK_BYTE_PRESENT);
  g_assert_cmpuint (bench->read->len, ==, 3);
  fk_chip_source_refresh (FK_CHIP_SOURCE (bench->source));
  g_assert_cmpuint (wait_state (bench, 0x40020000, &byte), ==, FK_BYTE_PRESENT);
  assert_read (bench, 4, 0x40020000, 16);
}

static void
test_unreadable (Bench *bench, gconstpointer data)
{
  g_autofree char *reason = NULL;
  g_autofree char *none = NULL;
  guint8 byte;
  guint8 state;

  g_assert_cmpuint (wait_state (bench, 0x60000001, &byte), ==, FK_BYTE_UNREADABLE);
  reason = fk_byte_source_dup_reason (bench->source, 0x6000000f);
  g_assert_cmpstr (reason, ==, "nothing answers there");
  none = fk_byte_source_dup_reason (bench->source, 0x60000010);
  g_assert_null (none);
  fk_byte_source_read (bench->source, G_GUINT64_CONSTANT (0x100000000), &byte, &state, 1);
  g_assert_cmpuint (state, ==, FK_BYTE_ABSENT);
}

/* What the person has the board do comes first. */
static void
test_busy (Bench *bench, gconstpointer data)
{
  g_autoptr (FkJob) job = fk_read_job_new ((FkRange){ 0x08000000, 0x40000 });
  guint8 byte;

  fk_board_run (bench->board, job, NULL, NULL, NULL);
  g_assert_cmpuint (wait_state (bench, 0x20000000, &byte), ==, FK_BYTE_PRESENT);
  g_assert_cmpuint (g_array_index (bench->read, FkRange, 0).size, ==, 0x40000);
  assert_read (bench, 2, 0x20000000, 1024);
}

static void
count (guint *n)
{
  (*n)++;
}

static void
on_done (FkBoard *board, FkJob *job, const GError *error, gpointer user_data)
{
  g_assert_no_error (error);
  *(gboolean *)user_data = TRUE;
}

static void
wait_looking (Bench *bench)
{
  while (!fk_board_is_looking (bench->board))
    g_main_context_iteration (NULL, TRUE);
}

/* Whoever looks around disturbs nobody, and is in nobody's way. */
static void
test_quiet (Bench *bench, gconstpointer data)
{
  g_autoptr (FkJob) job = fk_read_job_new ((FkRange){ 0x08000000, 0x1000 });
  guint n_changes = 0;
  gboolean done = FALSE;
  guint8 byte;
  guint8 state;

  g_signal_connect_swapped (bench->board, "changed", G_CALLBACK (count), &n_changes);
  fk_byte_source_read (bench->source, 0x08000000, &byte, &state, 1);
  g_assert_cmpuint (state, ==, FK_BYTE_PENDING);
  wait_looking (bench);
  g_assert_false (fk_board_is_working (bench->board));
  g_assert_cmpint (fk_board_get_state (bench->board), ==, FK_BOARD_READY);
  g_assert_cmpuint (wait_state (bench, 0x08000000, &byte), ==, FK_BYTE_PRESENT);
  g_assert_cmpuint (n_changes, ==, 0);

  fk_byte_source_read (bench->source, 0x08010000, &byte, &state, 1);
  wait_looking (bench);
  fk_board_run (bench->board, job, on_done, &done, NULL);
  g_assert_true (fk_board_is_working (bench->board));
  g_assert_cmpint (fk_board_get_state (bench->board), ==, FK_BOARD_BUSY);
  while (!done)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (bench->read->len, ==, 3);
  g_assert_cmpuint (g_array_index (bench->read, FkRange, 1).size, ==, 1024);
  g_assert_cmpuint (g_array_index (bench->read, FkRange, 2).size, ==, 0x1000);
  g_signal_handlers_disconnect_by_data (bench->board, &n_changes);
}

/* Nothing is read for a page that is gone. */
static void
test_page_gone (Bench *bench, gconstpointer data)
{
  guint n_looked = 0;
  guint8 byte;
  guint8 state;

  for (guint i = 0; i < 8; i++)
    fk_byte_source_read (bench->source, 0x08000000 + i * 0x4000, &byte, &state, 1);
  wait_looking (bench);
  g_signal_connect_swapped (bench->board, "looked", G_CALLBACK (count), &n_looked);
  g_assert_finalize_object (g_steal_pointer (&bench->source));
  while (fk_board_is_looking (bench->board) || g_main_context_pending (NULL))
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (n_looked, ==, 1);
  g_signal_handlers_disconnect_by_data (bench->board, &n_looked);
}

/* A window that closes waits for the one that runs, and no other is begun. */
static void
test_stop (Bench *bench, gconstpointer data)
{
  guint8 byte;
  guint8 state;

  fk_byte_source_read (bench->source, 0x08000000, &byte, &state, 1);
  fk_byte_source_read (bench->source, 0x40020000, &byte, &state, 1);
  wait_looking (bench);
  fk_board_stop_looking (bench->board);
  g_assert_cmpuint (wait_state (bench, 0x40020000, &byte), ==, FK_BYTE_UNREADABLE);
  g_assert_false (fk_board_is_looking (bench->board));
  g_assert_cmpuint (bench->read->len, <=, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/chip-source/only-what-is-seen", Bench, NULL, set_up, test_only_what_is_seen,
              tear_down);
  g_test_add ("/chip-source/unreadable", Bench, NULL, set_up, test_unreadable, tear_down);
  g_test_add ("/chip-source/busy", Bench, NULL, set_up, test_busy, tear_down);
  g_test_add ("/chip-source/quiet", Bench, NULL, set_up, test_quiet, tear_down);
  g_test_add ("/chip-source/page-gone", Bench, NULL, set_up, test_page_gone, tear_down);
  g_test_add ("/chip-source/stop", Bench, NULL, set_up, test_stop, tear_down);
  return g_test_run ();
}
