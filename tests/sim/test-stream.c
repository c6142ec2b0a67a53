/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Long reads and writes: many blocks in one chain of transfers, across the borders of the access
 * port's counter where the firmware can, and every fault at every transfer of them. */

#include "config.h"

#include "base/fk-error.h"
#include "probe/fk-probe-list.h"
#include "sim/fk-sim.h"
#include "target/fk-target.h"

#define FLASH 0x08000000u
#define RAM   0x20000000u

typedef struct
{
  FkSimBoard *board;
  FkProbe *probe;
  FkTarget *target;
} Bench;

static Bench
bench_new (const char *specification)
{
  g_autoptr (GError) error = NULL;
  Bench bench;

  bench.board = fk_sim_board_new (specification, &error);
  g_assert_no_error (error);
  bench.probe = fk_probe_new_for_usb (fk_sim_board_get_usb_device (bench.board));
  fk_probe_open (bench.probe, NULL, &error);
  g_assert_no_error (error);
  bench.target = fk_target_new (bench.probe);
  return bench;
}

static void
bench_clear (Bench *bench)
{
  g_assert_finalize_object (bench->target);
  fk_probe_close (bench->probe);
  g_assert_finalize_object (bench->probe);
  g_assert_finalize_object (bench->board);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Bench, bench_clear)

static void
bench_connect (Bench *bench, guint khz)
{
  g_autoptr (GError) error = NULL;

  fk_target_connect (bench->target, FK_CONNECT_NORMAL, khz, NULL, NULL, &error);
  g_assert_no_error (error);
}

static void
fill (guint8 *data, gsize length, guint seed)
{
  for (gsize i = 0; i < length; i++)
    data[i] = (guint8)(i * 7 + i / 256 + seed);
}

static void
assert_reads (Bench *bench, guint32 address, gsize length)
{
  g_autoptr (GError) error = NULL;
  g_autofree guint8 *expected = g_malloc (length);
  g_autofree guint8 *got = g_malloc0 (length);

  fk_target_read (bench->target, address, got, length, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (fk_sim_board_peek (bench->board, address, expected, length));
  g_assert_cmpmem (got, length, expected, length);
}

static void
assert_writes (Bench *bench, guint32 address, gsize length, guint seed)
{
  g_autoptr (GError) error = NULL;
  g_autofree guint8 *wanted = g_malloc (length);
  g_autofree guint8 *got = g_malloc0 (length);

  fill (wanted, length, seed);
  fk_target_write (bench->target, address, wanted, length, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (fk_sim_board_peek (bench->board, address, got, length));
  g_assert_cmpmem (got, length, wanted, length);
}

/* Memory as it is, whatever the firmware makes of the borders of the access port's counter; and in
 * few transfers where the firmware has shown that it counts on. */
static void
test_borders (void)
{
  static const struct
  {
    const char *specification;
    guint max_blocks; /* for 16 KiB */
  } rows[] = {
    { "blue-pill?probe=v2-1", 3 },
    { "blue-pill?probe=v2-1&wraps=yes", 5 },
    { "blue-pill?probe=v2-1&blank=yes", 5 },
    { "blue-pill?probe=v2-1&blank=yes&wraps=yes", 5 },
    { "blue-pill?wraps=yes", 4 },
    { "blue-pill?probe=v3&wraps=yes", 5 },
    { "f030?probe=v2-1", 3 },
    { "f030?probe=v2-1&wraps=yes", 17 },
    { "f030?probe=v3&blank=yes", 17 },
    { "f030?probe=v3&blank=yes&wraps=yes", 17 },
    { "f030?wraps=yes", 16 },
    { "disco-f4?wraps=yes", 5 },
  };
  const gsize length = 16384;

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_auto (Bench) bench = bench_new (rows[i].specification);
      g_autoptr (GError) error = NULL;
      guint64 n_transfers;

      bench_connect (&bench, 0);
      g_assert_true (fk_probe_set_speed (bench.probe, 8000, &error));
      n_transfers = fk_sim_board_get_n_transfers (bench.board);
      assert_reads (&bench, FLASH, length);
      n_transfers = fk_sim_board_get_n_transfers (bench.board) - n_transfers;
      g_test_message ("%s: %" G_GUINT64_FORMAT " transfers", rows[i].specification, n_transfers);
      g_assert_cmpuint (n_transfers, <=, 4 * rows[i].max_blocks);
      assert_reads (&bench, FLASH + 4, length - 8);
      assert_reads (&bench, FLASH + 0x3fd, length - 0x3fd);

      assert_writes (&bench, RAM + 0x200, 3000, i);
      assert_reads (&bench, RAM, 4096);
    }
}

/* Writes cross the borders only behind a trial in RAM that is nobody's, whatever is known of reads,
 * and a firmware that cannot do it spoils nothing but that. */
static void
test_write_borders (void)
{
  static const struct
  {
    const char *specification;
    gsize room;
    guint n_blocks; /* for nearly 16 KiB, which cross three borders */
  } rows[] = {
    { "blue-pill?probe=v2-1", 8192, 3 },
    { "blue-pill?probe=v2-1", 4096 + 127, 4 },
    { "blue-pill?probe=v2-1&wraps=yes", 8192, 4 },
    { "blue-pill?firmware=V2J17S4", 8192, 4 },
    { "disco-f4?probe=v3", 8192, 3 },
    { "disco-f4?probe=v3&wraps=yes", 8192, 4 },
  };
  const gsize length = 4 * 4096 - 0x200;
  const gsize size = 16384;

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_auto (Bench) bench = bench_new (rows[i].specification);
      g_autofree guint8 *before = g_malloc (size);
      g_autofree guint8 *after = g_malloc (size);
      gsize end = 0x1000 + rows[i].room;
      guint64 n_transfers;

      bench_connect (&bench, 0);
      assert_reads (&bench, FLASH, size);
      g_assert_true (fk_sim_board_peek (bench.board, RAM, before, size));
      fk_probe_try_out (bench.probe, RAM + 0x1000, rows[i].room);
      g_assert_true (fk_sim_board_peek (bench.board, RAM, after, size));
      g_assert_cmpmem (after, 0x1000, before, 0x1000);
      g_assert_cmpmem (after + end, size - end, before + end, size - end);

      n_transfers = fk_sim_board_get_n_transfers (bench.board);
      assert_writes (&bench, RAM + 0x200, length, i);
      n_transfers = fk_sim_board_get_n_transfers (bench.board) - n_transfers;
      g_test_message ("%s: %" G_GUINT64_FORMAT " transfers", rows[i].specification, n_transfers);
      g_assert_cmpuint (n_transfers, ==, 4 * rows[i].n_blocks);
    }
}

#define N_FLASH 40000
#define N_RAM   9000

typedef struct
{
  guint8 flash[N_FLASH];
  guint8 ram[N_RAM];
} Work;

static gboolean
work (Bench *bench, Work *result, GError **error)
{
  guint8 data[N_RAM];

  fill (data, N_RAM, 3);
  return fk_target_read (bench->target, FLASH, result->flash, N_FLASH, NULL, NULL, error) &&
         fk_target_write (bench->target, RAM + 0x100, data, N_RAM, NULL, NULL, error) &&
         fk_target_read (bench->target, RAM + 0x100, result->ram, N_RAM, NULL, NULL, error);
}

/* Whatever happens in mid-stream: what is said to be done is right, and what is not is named.  A
 * read heals by itself, as long as there is anybody to read from. */
static void
test_fault (gconstpointer data)
{
  const char *specification = data;
  static const FkSimFault faults[] = { FK_SIM_FAULT_UNPLUG,  FK_SIM_FAULT_STALL,
                                       FK_SIM_FAULT_TIMEOUT, FK_SIM_FAULT_SHORT,
                                       FK_SIM_FAULT_SWD,     FK_SIM_FAULT_SWD_LOST };
  g_autofree Work *good = g_new0 (Work, 1);
  guint64 n_transfers;

  {
    g_auto (Bench) bench = bench_new (specification);
    g_autoptr (GError) error = NULL;
    guint64 before;

    bench_connect (&bench, 0);
    before = fk_sim_board_get_n_transfers (bench.board);
    work (&bench, good, &error);
    g_assert_no_error (error);
    n_transfers = fk_sim_board_get_n_transfers (bench.board) - before;
  }
  for (guint i = 0; i < G_N_ELEMENTS (faults); i++)
    for (guint64 at = 0; at < n_transfers; at++)
      {
        gboolean is_over = faults[i] == FK_SIM_FAULT_UNPLUG || faults[i] == FK_SIM_FAULT_SWD_LOST;
        g_auto (Bench) bench = bench_new (specification);
        g_autofree Work *result = g_new0 (Work, 1);
        g_autoptr (GError) error = NULL;

        bench_connect (&bench, 0);
        fk_sim_board_set_fault (bench.board, faults[i],
                                fk_sim_board_get_n_transfers (bench.board) + at);
        if (!work (&bench, result, &error))
          {
            g_assert_true (error->domain == FK_ERROR);
            if (is_over)
              continue;
            g_clear_error (&error);
            work (&bench, result, &error);
          }
        g_assert_no_error (error);
        g_assert_true (memcmp (result, good, sizeof *good) == 0);
      }
}

/* Wires that are not good for the fastest clock: what is disturbed is done again, more slowly, and
 * from then on all is well. */
static void
test_long_wires (void)
{
  static const struct
  {
    const char *specification;
    guint max_khz;
  } rows[] = {
    { "disco-f4?max-khz=1800", 1800 },
    { "disco-f4?max-khz=1000", 950 },
    { "disco-f4?probe=v3&firmware=V3J12M3&max-khz=3300", 3300 },
    { "disco-f4?max-khz=4000", 4000 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_auto (Bench) bench = bench_new (rows[i].specification);
      g_autoptr (GError) error = NULL;
      g_autofree guint8 *data = g_malloc0 (20000);
      g_autofree guint8 *got = g_malloc0 (20000);
      guint64 n_transfers;

      bench_connect (&bench, 0);
      n_transfers = fk_sim_board_get_n_transfers (bench.board);
      for (guint j = 0; j < 30 && fk_probe_get_speed (bench.probe) > rows[i].max_khz; j++)
        {
          fill (data, 20000, i);
          fk_target_write (bench.target, RAM, data, 20000, NULL, NULL, &error);
          g_assert_no_error (error);
          fk_target_read (bench.target, RAM, got, 20000, NULL, NULL, &error);
          g_assert_no_error (error);
        }
      g_test_message ("%s: %u kHz after %" G_GUINT64_FORMAT " transfers", rows[i].specification,
                      fk_probe_get_speed (bench.probe),
                      fk_sim_board_get_n_transfers (bench.board) - n_transfers);
      g_assert_cmpuint (fk_probe_get_speed (bench.probe), <=, rows[i].max_khz);
      g_assert_cmpuint (fk_probe_get_speed (bench.probe), >=, rows[i].max_khz / 2);
      assert_writes (&bench, RAM, 20000, i);
      assert_reads (&bench, FLASH, 100000);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/stream/borders", test_borders);
  g_test_add_func ("/stream/write-borders", test_write_borders);
  g_test_add_data_func ("/stream/fault/v2-1", "blue-pill?probe=v2-1", test_fault);
  g_test_add_data_func ("/stream/fault/v2-old", "blue-pill?firmware=V2J17S4", test_fault);
  g_test_add_data_func ("/stream/fault/v3", "blue-pill?probe=v3", test_fault);
  g_test_add_func ("/stream/long-wires", test_long_wires);
  return g_test_run ();
}
