/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "target-bench.h"

static void
collect_note (const FkProgressStatus *status, gpointer user_data)
{
  GString *notes = user_data;

  if (status->note != NULL && !g_str_has_suffix (notes->str, status->note))
    g_string_append_printf (notes, "|%s", status->note);
}

static void
target_bench_set_up (TargetBench *fixture, gconstpointer data)
{
  fixture->probe = g_object_new (FAKE_TYPE_PROBE, NULL);
  g_assert_true (fk_probe_open (FK_PROBE (fixture->probe), NULL, NULL));
  fixture->target = fk_target_new (FK_PROBE (fixture->probe));
  fk_target_set_catch_limit (fixture->target, 40);
  fixture->notes = g_string_new (NULL);
  fixture->progress = fk_progress_new (collect_note, fixture->notes, NULL);
}

static void
target_bench_tear_down (TargetBench *fixture, gconstpointer data)
{
  g_assert_finalize_object (fixture->target);
  fk_probe_close (FK_PROBE (fixture->probe));
  g_assert_finalize_object (fixture->probe);
  fk_progress_free (fixture->progress);
  g_string_free (fixture->notes, TRUE);
}

void
connect_as (TargetBench *fixture, FkConnect how)
{
  g_autoptr (GError) error = NULL;

  fk_target_connect (fixture->target, how, 0, fixture->progress, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (fk_target_is_connected (fixture->target));
}

void
assert_note (TargetBench *fixture, const char *part)
{
  if (strstr (fixture->notes->str, part) == NULL)
    g_error ("no \"%s\" in the notes: %s", part, fixture->notes->str);
}

/* Nothing of ours is left behind, and the core runs. */
void
assert_left (FakeProbe *probe)
{
  g_assert_false (probe->halted);
  g_assert_cmphex (probe->control, ==, 0);
  g_assert_cmphex (probe->demcr, ==, FK_DEMCR_TRCENA);
  g_assert_cmphex (probe->dbgmcu_cr, ==, 0x1);
  g_assert_cmphex (probe->fp_ctrl, ==, 0);
  g_assert_cmphex (probe->mpu_ctrl, ==, 0x5);
  g_assert_false (probe->nrst_low);
  g_assert_false (probe->attached);
}

void
check_lockup_of (TargetBench *fixture, guint8 erased_value, const char *part)
{
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  gboolean locked_up;

  fixture->probe->locked_up = TRUE;
  connect_as (fixture, FK_CONNECT_NORMAL);
  g_assert_true (fk_target_is_locked_up (fixture->target, &locked_up, NULL));
  g_assert_true (locked_up);
  text = fk_target_describe_lockup (fixture->target, erased_value, NULL, &error);
  g_assert_no_error (error);
  if (strstr (text, part) == NULL)
    g_error ("no \"%s\" in: %s", part, text);
  g_assert_true (fk_target_disconnect (fixture->target, FK_LEAVE_RESUMED, NULL));
}

void
check_lockup (TargetBench *fixture, const char *part)
{
  check_lockup_of (fixture, 0xff, part);
}

void
target_bench_add (const char *path, void (*run) (TargetBench *bench, gconstpointer data))
{
  g_test_add (path, TargetBench, NULL, target_bench_set_up, run, target_bench_tear_down);
}
