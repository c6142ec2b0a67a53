/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How the target is connected, and how it is left. */

#include "config.h"

#include "target-bench.h"

#include "base/fk-error.h"
#include "base/fk-reader.h"

static void
test_normal (TargetBench *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->probe->mpu_ctrl = 0x5;
  connect_as (fixture, FK_CONNECT_AUTO);
  assert_note (fixture, "Connecting normally, at 4000 kHz");
  g_assert_cmpstr (fk_target_get_connection (fixture->target), ==, "normally, at 4000 kHz");
  g_assert_true (fixture->probe->halted);
  g_assert_true (fk_target_settle (fixture->target, &error));
  g_assert_cmphex (fixture->probe->dbgmcu_cr, ==, 0x7);
  g_assert_cmpuint (fk_target_get_core (fixture->target), ==, FK_CORE_CORTEX_M3);
  g_assert_cmpstr (fk_core_get_name (fk_target_get_core (fixture->target)), ==, "Cortex-M3");
  g_assert_cmphex (fk_target_get_designer (fixture->target), ==, FK_JEP106_ST);
  g_assert_cmpstr (fk_target_get_designer_name (fixture->target), ==, "ST");
  g_assert_cmphex (fk_target_get_part (fixture->target), ==, 0x410);
  g_assert_cmphex (fk_target_get_dpidr (fixture->target), ==, 0x1ba01477);
  g_assert_cmpuint (fk_target_get_millivolts (fixture->target), ==, 3300);
  g_assert_cmpuint (fk_target_get_nrst (fixture->target), ==, FK_WIRING_UNKNOWN);
  g_assert_cmpuint (fixture->probe->n_attaches_under_reset, ==, 0);

  fk_target_disconnect (fixture->target, FK_LEAVE_RESUMED, &error);
  g_assert_no_error (error);
  g_assert_cmphex (fixture->probe->registers[FK_REG_PC], ==, 0x08000200);
  assert_left (fixture->probe);
}

/* GigaDevice: seven continuation codes. */
static void
test_designer (TargetBench *fixture, gconstpointer data)
{
  fixture->probe->designer[0] = 0x07;
  fixture->probe->designer[1] = 0x0d;
  fixture->probe->designer[2] = 0x14;
  connect_as (fixture, FK_CONNECT_NORMAL);
  g_assert_cmphex (fk_target_get_designer (fixture->target), ==, 0x751);
  g_assert_cmpstr (fk_target_get_designer_name (fixture->target), ==, "GigaDevice");
}

static void
test_slower (TargetBench *fixture, gconstpointer data)
{
  fixture->probe->max_khz = 100;
  connect_as (fixture, FK_CONNECT_NORMAL);
  assert_note (fixture, "trying again normally, at 950 kHz");
  g_assert_cmpstr (fk_target_get_connection (fixture->target), ==, "normally, at 95 kHz");
  g_assert_cmpuint (fixture->probe->n_attaches, ==, 5);
}

static void
test_fixed_speed (TargetBench *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->probe->max_khz = 100;
  g_assert_false (fk_target_connect (fixture->target, FK_CONNECT_NORMAL, 1000, NULL, NULL, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_NO_TARGET);
  g_assert_nonnull (strstr (error->message, "normally, at 950 kHz"));
  g_assert_cmpuint (fixture->probe->n_attaches, ==, 1);
}

static void
test_under_reset (TargetBench *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->probe->mpu_ctrl = 0x5;
  fixture->probe->firmware_quiet = fixture->probe->silent = TRUE;
  connect_as (fixture, FK_CONNECT_AUTO);
  assert_note (fixture, "trying again normally, at 95 kHz");
  g_assert_cmpstr (fk_target_get_connection (fixture->target), ==, "under reset, at 4000 kHz");
  g_assert_cmpuint (fk_target_get_nrst (fixture->target), ==, FK_WIRING_YES);
  g_assert_true (fixture->probe->halted);
  g_assert_cmphex (fixture->probe->registers[FK_REG_PC], ==, FLASH + 0x144);
  g_assert_cmphex (fixture->probe->demcr, ==, FK_DEMCR_TRCENA);
  g_assert_false (fixture->probe->nrst_low);

  fk_target_disconnect (fixture->target, FK_LEAVE_RESET, &error);
  g_assert_no_error (error);
  assert_left (fixture->probe);
}

static void
test_under_reset_unwired (TargetBench *fixture, gconstpointer data)
{
  fixture->probe->nrst_wired = FALSE;
  connect_as (fixture, FK_CONNECT_UNDER_RESET);
  g_assert_cmpuint (fk_target_get_nrst (fixture->target), ==, FK_WIRING_NO);
  assert_note (fixture, "reset wire (NRST) does not reach the chip");
  /* It stands at the first instruction all the same. */
  g_assert_true (fixture->probe->halted);
  g_assert_cmphex (fixture->probe->registers[FK_REG_PC], ==, FLASH + 0x144);
}

static void
test_catch (TargetBench *fixture, gconstpointer data)
{
  fixture->probe->silent = TRUE;
  fixture->probe->nrst_wired = FALSE;
  fixture->probe->attach_at = 12;
  connect_as (fixture, FK_CONNECT_AUTO);
  assert_note (fixture, "Press the board's RESET button now");
  g_assert_true (g_str_has_prefix (fk_target_get_connection (fixture->target), "catching"));
  g_assert_true (fixture->probe->halted);
}

static void
test_all_fail (TargetBench *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->probe->max_khz = 0;
  g_assert_false (
      fk_target_connect (fixture->target, FK_CONNECT_AUTO, 0, fixture->progress, NULL, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_NO_TARGET);
  g_assert_nonnull (strstr (error->message, "3.30 V"));
  g_assert_nonnull (strstr (error->message, "normally, at 4000 kHz"));
  g_assert_nonnull (strstr (error->message, "under reset, at 95 kHz"));
  g_assert_nonnull (strstr (error->message, "catching the start"));
  g_assert_false (fk_target_is_connected (fixture->target));
  g_assert_false (fixture->probe->nrst_low);
}

static void
test_no_power (TargetBench *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->probe->max_khz = 0;
  fixture->probe->millivolts = 40;
  g_assert_false (fk_target_connect (fixture->target, FK_CONNECT_AUTO, 0, NULL, NULL, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_NO_POWER);
  g_assert_nonnull (strstr (error->message, "0.04 V"));
  g_assert_cmpuint (fixture->probe->n_attaches, ==, 1);
}

/* A clone whose sense wire is missing. */
static void
test_no_sense_wire (TargetBench *fixture, gconstpointer data)
{
  fixture->probe->millivolts = 0;
  connect_as (fixture, FK_CONNECT_AUTO);
  g_assert_cmpuint (fk_target_get_millivolts (fixture->target), ==, 0);
  g_assert_true (fk_target_disconnect (fixture->target, FK_LEAVE_RESUMED, NULL));

  fixture->probe->no_sense = TRUE;
  connect_as (fixture, FK_CONNECT_AUTO);
}

static void
test_never_halts (TargetBench *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->probe->mpu_ctrl = 0x5;
  fixture->probe->dbgmcu_cr = 0x1;
  fixture->probe->never_halts = TRUE;
  g_assert_false (fk_target_connect (fixture->target, FK_CONNECT_NORMAL, 480, NULL, NULL, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_NO_TARGET);
  g_assert_nonnull (strstr (error->message, "does not stop"));
  assert_left (fixture->probe);
}

static void
test_hot_plug (TargetBench *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  FkTargetRam *ram;
  guint32 value;

  connect_as (fixture, FK_CONNECT_HOT_PLUG);
  g_assert_true (fk_target_is_hot_plugged (fixture->target));
  g_assert_true (fk_target_read_u32 (fixture->target, FLASH + 4, &value, NULL));
  g_assert_cmphex (value, ==, FLASH + 0x145);
  g_assert_false (fk_target_halt (fixture->target, NULL, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_NOT_SUPPORTED);
  g_clear_error (&error);
  ram =
      fk_target_borrow_ram (fixture->target, RAM, 16, FK_TARGET_ALL_REGISTERS, TRUE, NULL, &error);
  g_assert_null (ram);
  g_assert_error (error, FK_ERROR, FK_ERROR_NOT_SUPPORTED);
  g_assert_true (fk_target_disconnect (fixture->target, FK_LEAVE_RESUMED, NULL));
  g_assert_false (fixture->probe->ran_while_hot);
  g_assert_cmpuint (fixture->probe->n_words_written, ==, 0);
}

static void
test_leave_halted (TargetBench *fixture, gconstpointer data)
{
  connect_as (fixture, FK_CONNECT_NORMAL);
  g_assert_true (fk_target_settle (fixture->target, NULL));
  g_assert_true (fk_target_disconnect (fixture->target, FK_LEAVE_HALTED, NULL));
  g_assert_true (fixture->probe->halted);
  g_assert_cmphex (fixture->probe->dbgmcu_cr, ==, 0x7);
  g_assert_cmphex (fixture->probe->fp_ctrl, ==, 0);
}

/* The last reference goes while connected. */
static void
test_leave_on_free (TargetBench *fixture, gconstpointer data)
{
  fixture->probe->mpu_ctrl = 0x5;
  connect_as (fixture, FK_CONNECT_NORMAL);
  g_assert_finalize_object (fixture->target);
  assert_left (fixture->probe);
  fixture->target = fk_target_new (FK_PROBE (fixture->probe));
}

/* The chip goes silent at each access in turn: always an error or success, never a chip that
 * answers and stays halted, and never a hang. */
static void
test_dies_anywhere (TargetBench *fixture, gconstpointer data)
{
  gboolean whole = FALSE;

  fixture->probe->mpu_ctrl = 0x5;
  for (guint i = 1; !whole; i++)
    {
      g_autoptr (GError) error = NULL;
      gint64 start = g_get_monotonic_time ();

      g_assert_cmpuint (i, <, 200);
      fixture->probe->max_khz = 4000;
      fixture->probe->dies_in = i;
      fixture->probe->death = i % 2 != 0 ? FK_ERROR_TARGET_LOST : FK_ERROR_PROBE_LOST;
      whole = fk_target_connect (fixture->target, FK_CONNECT_NORMAL, 480, NULL, NULL, &error) &&
              fk_target_disconnect (fixture->target, FK_LEAVE_RESET, &error);
      g_assert_true (whole == (error == NULL));
      g_assert_false (fk_target_is_connected (fixture->target));
      g_assert_cmpint (g_get_monotonic_time () - start, <, 3 * G_USEC_PER_SEC);
      if (whole)
        assert_left (fixture->probe);
      /* Takes a new chip. */
      fixture->probe->control = 0;
      fixture->probe->halted = FALSE;
      fixture->probe->demcr = FK_DEMCR_TRCENA;
      fixture->probe->dbgmcu_cr = 0x1;
    }
}

static void
test_cancel (TargetBench *fixture, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  guint8 bytes[8];

  g_cancellable_cancel (cancellable);
  g_assert_false (
      fk_target_connect (fixture->target, FK_CONNECT_AUTO, 0, NULL, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  connect_as (fixture, FK_CONNECT_AUTO);
  g_assert_false (fk_target_read (fixture->target, RAM, bytes, 8, NULL, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
test_held_bits (TargetBench *fixture, gconstpointer data)
{
  guint32 value;

  connect_as (fixture, FK_CONNECT_NORMAL);
  fk_store_u32le (fixture->probe->ram, 0x00f0);
  g_assert_true (fk_target_hold_bits (fixture->target, RAM, 0x0ff0, NULL));
  g_assert_true (fk_target_read_u32 (fixture->target, RAM, &value, NULL));
  g_assert_cmphex (value, ==, 0x0ff0);
  /* The program changes a bit of its own meanwhile. */
  fk_store_u32le (fixture->probe->ram, 0x1ff0);
  g_assert_true (fk_target_disconnect (fixture->target, FK_LEAVE_RESUMED, NULL));
  g_assert_cmphex (fk_load_u32le (fixture->probe->ram), ==, 0x10f0);
}

/* What the program cannot have changed is not read again when it is given back; what it may have
 * changed is. */
static void
test_held_given_back (TargetBench *fixture, gconstpointer data)
{
  FakeProbe *probe = fixture->probe;

  probe->mpu_ctrl = 0x5;
  connect_as (fixture, FK_CONNECT_NORMAL);
  g_assert_true (fk_target_settle (fixture->target, NULL));
  g_assert_cmphex (probe->dbgmcu_cr, ==, 0x7);
  probe->n_lists = 0;
  g_assert_true (fk_target_disconnect (fixture->target, FK_LEAVE_RESUMED, NULL));
  g_assert_cmphex (probe->dbgmcu_cr, ==, 0x1);
  g_assert_cmpuint (probe->n_lists, ==, 1);
  assert_left (probe);

  connect_as (fixture, FK_CONNECT_NORMAL);
  g_assert_true (fk_target_resume (fixture->target, NULL));
  probe->dbgmcu_cr |= 0x100;
  g_assert_true (fk_target_halt (fixture->target, NULL, NULL));
  g_assert_true (fk_target_disconnect (fixture->target, FK_LEAVE_RESUMED, NULL));
  g_assert_cmphex (probe->dbgmcu_cr, ==, 0x101);
}

/* A register whose value is known is not read again, unless something may have changed it. */
static void
test_held_again (TargetBench *fixture, gconstpointer data)
{
  guint8 *ram = fixture->probe->ram;

  connect_as (fixture, FK_CONNECT_NORMAL);
  fk_store_u32le (ram, 0x10);
  g_assert_true (fk_target_hold_bits (fixture->target, RAM, 0x1, NULL));
  g_assert_true (fk_target_hold_bits (fixture->target, RAM, 0x12, NULL));
  g_assert_cmphex (fk_load_u32le (ram), ==, 0x13);
  g_assert_true (fk_target_resume (fixture->target, NULL));
  fk_store_u32le (ram, 0x1013);
  g_assert_true (fk_target_halt (fixture->target, NULL, NULL));
  g_assert_true (fk_target_hold_bits (fixture->target, RAM, 0x8, NULL));
  g_assert_cmphex (fk_load_u32le (ram), ==, 0x101b);
  g_assert_true (fk_target_disconnect (fixture->target, FK_LEAVE_RESUMED, NULL));
  g_assert_cmphex (fk_load_u32le (ram), ==, 0x1010);
}

/* The core takes some time to stop: it is waited for, and nothing is believed that was read before
 * it did. */
static void
test_stops_late (TargetBench *fixture, gconstpointer data)
{
  fixture->probe->mpu_ctrl = 0x5;
  fixture->probe->stops_late = 3;
  connect_as (fixture, FK_CONNECT_NORMAL);
  g_assert_true (fixture->probe->halted);
  g_assert_true (fk_target_settle (fixture->target, NULL));
  g_assert_cmphex (fixture->probe->dbgmcu_cr, ==, 0x7);
  g_assert_true (fk_target_disconnect (fixture->target, FK_LEAVE_RESUMED, NULL));
  assert_left (fixture->probe);
}

/* After trouble a probe may begin a list anew, also the one that stops the core. */
static void
test_lists_twice (TargetBench *fixture, gconstpointer data)
{
  fixture->probe->mpu_ctrl = 0x5;
  fixture->probe->lists_twice = TRUE;
  connect_as (fixture, FK_CONNECT_NORMAL);
  g_assert_false (fk_target_was_stopped (fixture->target));
  g_assert_true (fk_target_disconnect (fixture->target, FK_LEAVE_RESUMED, NULL));
  assert_left (fixture->probe);
  check_lockup (fixture, "looks right");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  target_bench_add ("/target/connect/normal", test_normal);
  target_bench_add ("/target/connect/designer", test_designer);
  target_bench_add ("/target/connect/slower", test_slower);
  target_bench_add ("/target/connect/fixed-speed", test_fixed_speed);
  target_bench_add ("/target/connect/under-reset", test_under_reset);
  target_bench_add ("/target/connect/under-reset-unwired", test_under_reset_unwired);
  target_bench_add ("/target/connect/catch", test_catch);
  target_bench_add ("/target/connect/all-fail", test_all_fail);
  target_bench_add ("/target/connect/no-power", test_no_power);
  target_bench_add ("/target/connect/no-sense-wire", test_no_sense_wire);
  target_bench_add ("/target/connect/never-halts", test_never_halts);
  target_bench_add ("/target/connect/stops-late", test_stops_late);
  target_bench_add ("/target/connect/lists-twice", test_lists_twice);
  target_bench_add ("/target/connect/hot-plug", test_hot_plug);
  target_bench_add ("/target/connect/cancel", test_cancel);
  target_bench_add ("/target/leave/halted", test_leave_halted);
  target_bench_add ("/target/leave/on-free", test_leave_on_free);
  target_bench_add ("/target/leave/dies-anywhere", test_dies_anywhere);
  target_bench_add ("/target/leave/held-bits", test_held_bits);
  target_bench_add ("/target/leave/held-again", test_held_again);
  target_bench_add ("/target/leave/held-given-back", test_held_given_back);
  return g_test_run ();
}
