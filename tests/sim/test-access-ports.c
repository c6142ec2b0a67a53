/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Boards whose core is behind the second access port: found on every way of connecting, read and
 * written like any other, and told where the probe cannot reach it. */

#include "config.h"

#include "job-bench.h"

#include "base/fk-error.h"
#include "base/fk-reader.h"
#include "flash/fk-identify.h"
#include "probe/fk-probe-list.h"
#include "target/fk-target.h"

#include <string.h>

#define BEHIND "?core-ap=1&probe=v2&firmware=V2J37S7"
#define RAM    0x20000000u

/* Each core is asked in its own way. */
static const char *const boards[] = { "blue-pill" BEHIND, "f030" BEHIND, "nucleo-f746" BEHIND,
                                      "blue-pill?core-ap=1&probe=v3&firmware=V3J2M1" };

typedef struct
{
  FkSimBoard *board;
  FkProbe *probe;
  FkTarget *target;
} Connection;

static void
connection_open (Connection *self, const char *specification)
{
  g_autoptr (GError) error = NULL;

  self->board = fk_sim_board_new (specification, &error);
  g_assert_no_error (error);
  self->probe = fk_probe_new_for_usb (fk_sim_board_get_usb_device (self->board));
  g_assert_true (fk_probe_open (self->probe, NULL, &error));
  self->target = fk_target_new (self->probe);
  fk_target_set_catch_limit (self->target, 300);
}

static void
connection_close (Connection *self)
{
  g_assert_finalize_object (self->target);
  g_assert_false (fk_sim_board_is_debug_enabled (self->board));
  fk_probe_close (self->probe);
  g_assert_finalize_object (self->probe);
  g_assert_finalize_object (self->board);
}

static void
assert_reached (Connection *self)
{
  g_autoptr (GError) error = NULL;
  g_autofree guint8 *data = g_malloc (0x2001);
  g_autofree guint8 *expected = g_malloc (0x2001);
  guint16 half;
  guint8 byte;

  g_assert_cmpuint (fk_probe_get_ap (self->probe), ==, 1);
  g_assert_cmphex (fk_target_get_designer (self->target), ==, FK_JEP106_ST);
  g_assert_true (fk_sim_board_peek (self->board, FLASH + 3, expected, 0x2001));
  fk_target_read (self->target, FLASH + 3, data, 0x2001, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (data, 0x2001, expected, 0x2001);
  g_assert_true (fk_target_read_u16 (self->target, FLASH + 4, &half, &error));
  g_assert_cmphex (half, ==, fk_load_u16le (expected + 1));
  g_assert_true (fk_target_read_u8 (self->target, FLASH + 5, &byte, &error));
  g_assert_cmphex (byte, ==, expected[2]);
}

static void
assert_writes (Connection *self)
{
  g_autoptr (GError) error = NULL;
  guint8 block[700];
  guint8 got[700];

  for (guint i = 0; i < sizeof block; i++)
    block[i] = (guint8)(i * 3);
  g_assert_true (
      fk_target_write (self->target, RAM + 0x3fe, block, sizeof block, NULL, NULL, &error));
  g_assert_true (fk_target_write_u32 (self->target, RAM + 0x10, 0x12345678, &error));
  g_assert_true (fk_target_write_u16 (self->target, RAM + 0x16, 0xabcd, &error));
  g_assert_no_error (error);
  g_assert_true (fk_sim_board_peek (self->board, RAM + 0x3fe, got, sizeof got));
  g_assert_cmpmem (got, sizeof got, block, sizeof block);
  g_assert_true (fk_sim_board_peek (self->board, RAM + 0x10, got, 8));
  g_assert_cmphex (fk_load_u32le (got), ==, 0x12345678);
  g_assert_cmphex (fk_load_u16le (got + 6), ==, 0xabcd);
}

static void
test_connect (gconstpointer data)
{
  static const FkConnect ways[] = { FK_CONNECT_AUTO, FK_CONNECT_NORMAL, FK_CONNECT_UNDER_RESET,
                                    FK_CONNECT_HOT_PLUG };

  for (guint i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      g_autoptr (GError) error = NULL;
      Connection connection;

      connection_open (&connection, data);
      fk_target_connect (connection.target, ways[i], 0, NULL, NULL, &error);
      g_assert_no_error (error);
      assert_reached (&connection);
      if (ways[i] != FK_CONNECT_HOT_PLUG)
        assert_writes (&connection);
      /* And once more: nothing of the last time is left. */
      g_assert_true (fk_target_disconnect (connection.target, FK_LEAVE_RESET, &error));
      g_assert_true (fk_target_connect (connection.target, ways[i], 0, NULL, NULL, &error));
      assert_reached (&connection);
      g_assert_true (fk_target_disconnect (connection.target, FK_LEAVE_RESUMED, &error));
      g_assert_no_error (error);
      g_assert_true (fk_sim_board_is_core_running (connection.board));
      connection_close (&connection);
    }
}

/* Nobody presses RESET here, but the program leaves 3 ms after each start. */
static void
test_catch (void)
{
  g_autoptr (GError) error = NULL;
  Connection connection;

  connection_open (&connection, "blue-pill" BEHIND "&swd=off");
  fk_probe_wait (connection.probe, 20000);
  fk_target_connect (connection.target, FK_CONNECT_AUTO, 0, NULL, NULL, &error);
  g_assert_no_error (error);
  assert_reached (&connection);
  g_assert_true (fk_target_disconnect (connection.target, FK_LEAVE_RESUMED, &error));
  connection_close (&connection);
}

/* What cannot be reached is told, with what would help, and nothing is changed. */
static void
test_old_firmware (gconstpointer firmware)
{
  g_autofree char *specification =
      g_strconcat ("f030?core-ap=1&probe=v2&firmware=", firmware, NULL);
  g_autoptr (GError) error = NULL;
  Connection connection;

  connection_open (&connection, specification);
  g_assert_false (fk_target_connect (connection.target, FK_CONNECT_AUTO, 0, NULL, NULL, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_PROBE_FIRMWARE_OLD);
  g_assert_nonnull (strstr (error->message, "access port 1"));
  g_assert_nonnull (strstr (error->message, "V2J32"));
  g_assert_true (fk_sim_board_is_core_running (connection.board));
  connection_close (&connection);
}

/* Firmware that cannot even ask what a port is finds nobody, and says so. */
static void
test_oldest_firmware (void)
{
  g_autoptr (GError) error = NULL;
  Connection connection;

  connection_open (&connection, "f030?core-ap=1&probe=v2&firmware=V2J22S4");
  g_assert_false (fk_target_connect (connection.target, FK_CONNECT_NORMAL, 0, NULL, NULL, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_NO_TARGET);
  connection_close (&connection);
}

/* Chips whose core is where it nearly always is do not pay for the others. */
static void
test_costs_nothing (void)
{
  static const char *const pairs[][2] = { { "f030", "f030?core-ap=0" },
                                          { "f030?probe=v2&firmware=V2J37S7", "f030" BEHIND } };
  guint64 n[2][2];

  for (guint i = 0; i < 4; i++)
    {
      g_autoptr (GError) error = NULL;
      Connection connection;
      FkSimCounters counters;

      connection_open (&connection, pairs[i / 2][i % 2]);
      g_assert_true (
          fk_target_connect (connection.target, FK_CONNECT_NORMAL, 0, NULL, NULL, &error));
      fk_sim_board_get_counters (connection.board, &counters);
      n[i / 2][i % 2] = counters.n_commands;
      connection_close (&connection);
    }
  g_assert_cmpuint (n[0][0], ==, n[0][1]);
  g_test_message ("first port: %" G_GUINT64_FORMAT " commands, second: %" G_GUINT64_FORMAT, n[1][0],
                  n[1][1]);
  g_assert_cmpuint (n[1][1], <=, n[1][0] + 16);
}

/* Whatever fails at whichever transfer, the chip is found behind its port, or let go and found the
 * next time. */
static void
test_fault_anywhere (gconstpointer data)
{
  FkSimFault fault = GPOINTER_TO_INT (data);
  guint n = 1;

  for (guint at = 0; at < n; at++)
    {
      g_autoptr (GError) error = NULL;
      guint64 before;
      Connection connection;

      connection_open (&connection, "f030" BEHIND);
      before = fk_sim_board_get_n_transfers (connection.board);
      fk_sim_board_set_fault (connection.board, fault, before + at);
      if (fk_target_connect (connection.target, FK_CONNECT_NORMAL, 0, NULL, NULL, &error))
        {
          if (at == 0)
            n = (guint)(fk_sim_board_get_n_transfers (connection.board) - before);
          assert_reached (&connection);
          g_assert_true (fk_target_disconnect (connection.target, FK_LEAVE_RESUMED, NULL));
        }
      else
        {
          g_test_message ("%u: %s", at, error->message);
          g_clear_error (&error);
          fk_target_connect (connection.target, FK_CONNECT_NORMAL, 0, NULL, NULL, &error);
          g_assert_no_error (error);
          assert_reached (&connection);
          g_assert_true (fk_target_disconnect (connection.target, FK_LEAVE_RESUMED, NULL));
        }
      g_assert_true (fk_sim_board_is_core_running (connection.board));
      connection_close (&connection);
    }
  g_assert_cmpuint (n, >, 20);
}

static void
test_jobs (gconstpointer data)
{
  FkBackup *backup;
  Bench bench;

  bench_open (&bench, data);
  backup = bench_back_up (&bench);
  bench_assert_backup_sound (&bench, backup);
  bench_damage (&bench);
  {
    g_autoptr (FkJob) job = fk_restore_job_new (backup);
    g_autoptr (GBytes) wanted = NULL;
    g_autoptr (GBytes) got = NULL;
    g_autoptr (GError) error = NULL;

    bench_run_well (&bench, job);
    wanted = fk_backup_load_region (backup, "flash", NULL, &error);
    g_assert_no_error (error);
    got = bench_peek (&bench, FLASH, g_bytes_get_size (wanted));
    bench_assert_equal (got, wanted);
  }
  bench_assert_left_well (&bench);
  g_object_unref (backup);
  bench_close (&bench);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (boards); i++)
    {
      g_autofree char *connect = g_strdup_printf ("/access-ports/connect/%u", i);
      g_autofree char *jobs = g_strdup_printf ("/access-ports/jobs/%u", i);

      g_test_add_data_func (connect, boards[i], test_connect);
      g_test_add_data_func (jobs, boards[i], test_jobs);
    }
  g_test_add_func ("/access-ports/catch", test_catch);
  g_test_add_data_func ("/access-ports/old-firmware/24", "V2J24S4", test_old_firmware);
  g_test_add_data_func ("/access-ports/old-firmware/28", "V2J28S6", test_old_firmware);
  g_test_add_data_func ("/access-ports/old-firmware/29", "V2J29S7", test_old_firmware);
  g_test_add_func ("/access-ports/oldest-firmware", test_oldest_firmware);
  g_test_add_func ("/access-ports/costs-nothing", test_costs_nothing);
  g_test_add_data_func ("/access-ports/fault-anywhere/short", GINT_TO_POINTER (FK_SIM_FAULT_SHORT),
                        test_fault_anywhere);
  g_test_add_data_func ("/access-ports/fault-anywhere/timeout",
                        GINT_TO_POINTER (FK_SIM_FAULT_TIMEOUT), test_fault_anywhere);
  g_test_add_data_func ("/access-ports/fault-anywhere/swd", GINT_TO_POINTER (FK_SIM_FAULT_SWD),
                        test_fault_anywhere);
  return g_test_run ();
}
