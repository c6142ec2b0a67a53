/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Prints what each job costs on each simulated board: USB transfers, bytes and modelled seconds,
 * which are the same on every machine and run, and seconds of this processor.  It asserts only
 * that the jobs do what they say; figures are for a person to compare. */

#include "config.h"

#include "job-bench.h"

#include <string.h>
#include <time.h>

typedef struct
{
  FkSimCounters counters;
  guint64 erases;
  guint64 programmed;
  double cpu;
} Figures;

static double
get_cpu (void)
{
  struct timespec now;

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &now);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static Figures
take_figures (Bench *bench)
{
  Figures figures = { .cpu = get_cpu () };

  fk_sim_board_get_counters (bench->board, &figures.counters);
  figures.erases = fk_sim_board_get_n_erases (bench->board);
  figures.programmed = fk_sim_board_get_n_programmed (bench->board);
  return figures;
}

static void
measure (Bench *bench, const char *board, const char *what, FkJob *job)
{
  Figures before = take_figures (bench);
  Figures after;

  bench_run_well (bench, job);
  after = take_figures (bench);
  g_print ("%-16s %-24s %9" G_GUINT64_FORMAT " %9" G_GUINT64_FORMAT " %7" G_GUINT64_FORMAT
           " %8" G_GUINT64_FORMAT " %9.3f %8.3f\n",
           board, what, after.counters.n_transfers - before.counters.n_transfers,
           (after.counters.n_bytes - before.counters.n_bytes) / 1024, after.erases - before.erases,
           after.programmed - before.programmed,
           (double)(after.counters.total_ns - before.counters.total_ns) / 1e9,
           after.cpu - before.cpu);
  g_object_unref (job);
}

static void
measure_board (const char *board)
{
  Bench bench;
  g_autoptr (FkBackup) backup = NULL;
  FkJob *job = fk_backup_job_new ("Bench", NULL);
  guint8 changed[4] = { 0 };

  bench_open (&bench, board);
  measure (&bench, board, "identify", fk_info_job_new ());
  g_object_ref (job);
  measure (&bench, board, "back up", job);
  backup = g_object_ref (fk_backup_job_get_backup (FK_BACKUP_JOB (job)));
  g_object_unref (job);

  measure (&bench, board, "restore, nothing differs", fk_restore_job_new (backup));
  bench_poke (&bench, FLASH + 0x400, changed, sizeof changed);
  measure (&bench, board, "restore, 4 bytes differ", fk_restore_job_new (backup));
  measure (&bench, board, "erase all", fk_erase_job_new_all ());
  measure (&bench, board, "restore onto blank", fk_restore_job_new (backup));
  bench_close (&bench);
}

int
main (int argc, char **argv)
{
  static const char *const boards[] = { "f030", "blue-pill", "skr-mini-e3", "creator-pro" };

  g_print ("%-16s %-24s %9s %9s %7s %8s %9s %8s\n", "board", "job", "transfers", "KiB", "erases",
           "units", "modelled", "cpu s");
  for (guint i = 0; i < G_N_ELEMENTS (boards); i++)
    measure_board (boards[i]);
  return 0;
}
