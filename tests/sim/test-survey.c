/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A survey of the flash tells from the chip's sums what it holds, and reads what they do not tell.
 * A unit that errs while it sums, and a bit that flips on the way from the chip, at places all over
 * the survey: what comes out is right, and nobody has to run it again. */

#include "config.h"

#include "job-bench.h"

#include "base/fk-error.h"

#include <string.h>

/* A job that only plans, and so leaves the board as it is, run as often as there are places. */
typedef struct
{
  Bench bench;
  FkBackup *backup;
  guint64 n_transfers; /* of it, where all is well */
  guint n_replaced;    /* sectors that it finds to be changed */
  guint n_told;        /* how often a note said … */
  const char *note;    /* … this */
} Survey;

static void
survey_run (Survey *self, FkSimFault fault, guint64 at)
{
  g_autoptr (FkJob) job = fk_restore_job_new (self->backup);
  g_autoptr (GString) notes = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  const FkChangeResult *result;
  guint64 start = fk_sim_board_get_n_transfers (self->bench.board);

  fk_change_job_set_plan_only (FK_CHANGE_JOB (job), TRUE);
  fk_sim_board_set_fault (self->bench.board, fault, start + at);
  bench_run_noting (&self->bench, job, notes, &error);
  g_assert_no_error (error);
  result = fk_change_job_get_result (FK_CHANGE_JOB (job));
  if (fault == FK_SIM_FAULT_NONE)
    {
      self->n_transfers = fk_sim_board_get_n_transfers (self->bench.board) - start;
      self->n_replaced = result->sectors_total - result->sectors_unchanged;
      g_assert_cmpuint (self->n_replaced, >=, 3);
    }
  g_assert_cmpuint (result->sectors_total - result->sectors_unchanged, ==, self->n_replaced);
  self->n_told += strstr (notes->str, self->note) != NULL;
  fk_sim_board_set_fault (self->bench.board, FK_SIM_FAULT_NONE, 0);
}

/* At every transfer, or so: few of them bring sums.  Two thirds are connecting and making sure that
 * the sums can be had; other tests look at those. */
static void
sweep (Survey *self, const char *name, FkSimFault fault, const char *note, guint step)
{
  guint n_places = 0;

  memset (self, 0, sizeof *self);
  self->note = note;
  bench_open (&self->bench, name);
  self->backup = bench_back_up (&self->bench);
  bench_damage (&self->bench);
  survey_run (self, FK_SIM_FAULT_NONE, 0);
  g_assert_cmpuint (self->n_told, ==, 0);
  for (guint64 at = g_test_slow () ? 0 : self->n_transfers * 3 / 5; at < self->n_transfers;
       at += g_test_slow () ? 1 : step, n_places++)
    survey_run (self, fault, at);
  g_test_message ("%s, fault %d: of %" G_GUINT64_FORMAT " transfers, told at %u of %u places", name,
                  (int)fault, self->n_transfers, self->n_told, n_places);
  g_object_unref (self->backup);
  bench_close (&self->bench);
}

/* What is read tells, and from then on the unit is left alone. */
static void
test_wrong_unit (gconstpointer name)
{
  Survey survey;

  sweep (&survey, name, FK_SIM_FAULT_CRC_SLIP, "it computed wrong checksums", 2);
  g_assert_cmpuint (survey.n_told, >, 0);
}

/* A sum, or what was read, may come wrong over the wire. */
static void
test_flip (gconstpointer name)
{
  Survey survey;

  sweep (&survey, name, FK_SIM_FAULT_FLIP, "is not what the chip holds; reading again", 2);
  g_assert_cmpuint (survey.n_told, >, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/survey/wrong-unit/f1", "blue-pill", test_wrong_unit);
  g_test_add_data_func ("/survey/wrong-unit/f4", "disco-f4", test_wrong_unit);
  g_test_add_data_func ("/survey/flip/f1", "blue-pill", test_flip);
  g_test_add_data_func ("/survey/flip/f0", "f030", test_flip);
  g_test_add_data_func ("/survey/flip/no-unit", "f030?crc=none", test_flip);
  return g_test_run ();
}
