/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The ST-LINK driver in front of the simulated probes: every generation, firmware of every age,
 * every state that an earlier program may have left, and each fault at each transfer. */

#include "config.h"

#include "base/fk-error.h"
#include "fake-chip.h"
#include "probe/fk-probe-list.h"
#include "sim/fk-sim.h"

#define DHCSR  0xe000edf0u
#define DBGKEY 0xa05f0000u
#define LENGTH 2500

static const char *const probes[] = {
  "probe=v2&firmware=V2J11S0",
  "probe=v2&firmware=V2J14S0",
  "probe=v2&firmware=V2J17S4",
  "probe=v2&firmware=V2J22S4",
  "probe=v2&firmware=V2J24S4",
  "probe=v2&firmware=V2J26S6",
  "probe=v2&firmware=V2J28S6",
  "probe=v2&firmware=V2J29S7",
  "probe=v2&firmware=V2J37S7",
  "probe=v2-1",
  "probe=v2-1-nomsd",
  "probe=v2-1&firmware=V2J28M18",
  "probe=v3",
  "probe=v3e",
  "probe=v3&firmware=V3J2M1",
  "probe=v3pwr",
};

typedef struct
{
  FkSimBoard *board;
  FkProbe *probe;
} Bench;

static Bench
bench_new (const char *options)
{
  g_autofree char *specification = g_strconcat ("blue-pill?", options, NULL);
  g_autoptr (GError) error = NULL;
  Bench bench;

  bench.board = fk_sim_board_new (specification, &error);
  g_assert_no_error (error);
  bench.probe = fk_probe_new_for_usb (fk_sim_board_get_usb_device (bench.board));
  g_assert_nonnull (bench.probe);
  return bench;
}

static void
bench_clear (Bench *bench)
{
  fk_probe_close (bench->probe);
  g_assert_finalize_object (bench->probe);
  g_object_unref (bench->board);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Bench, bench_clear)

static Bench
bench_ready (const char *options)
{
  Bench bench = bench_new (options);
  g_autoptr (GError) error = NULL;

  fk_probe_open (bench.probe, NULL, &error);
  g_assert_no_error (error);
  fk_probe_attach (bench.probe, FALSE, NULL, &error);
  g_assert_no_error (error);
  return bench;
}

static void
fill (guint8 *data, gsize length, guint seed)
{
  for (gsize i = 0; i < length; i++)
    data[i] = (guint8)(i * 7 + i / 256 + seed);
}

static void
test_every_probe (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (probes); i++)
    {
      g_auto (Bench) bench = bench_ready (probes[i]);
      g_autoptr (GError) error = NULL;
      g_autofree guint8 *data = g_malloc (LENGTH);
      g_autofree guint8 *got = g_malloc0 (LENGTH);
      guint32 idcode = 0;
      guint32 value = 0;

      fill (data, LENGTH, i);
      g_assert_true (fk_probe_read_idcode (bench.probe, TRUE, &idcode, &error));
      g_assert_cmphex (idcode & 1, ==, 1);
      g_assert_true (fk_probe_write (bench.probe, FAKE_RAM + 0x3fd, data, LENGTH, NULL, &error));
      g_assert_no_error (error);
      g_assert_true (fk_sim_board_peek (bench.board, FAKE_RAM + 0x3fd, got, LENGTH));
      g_assert_cmpmem (got, LENGTH, data, LENGTH);
      memset (got, 0, LENGTH);
      g_assert_true (fk_probe_read (bench.probe, FAKE_RAM + 0x3fd, got, LENGTH, NULL, &error));
      g_assert_no_error (error);
      g_assert_cmpmem (got, LENGTH, data, LENGTH);
      for (guint width = 1; width <= 4; width *= 2)
        {
          memset (got, 0, LENGTH);
          fk_probe_read_as (bench.probe, FAKE_RAM + 0x400, got, 1200, width, NULL, &error);
          g_assert_no_error (error);
          g_assert_cmpmem (got, 1200, data + 3, 1200);
        }

      g_assert_true (fk_probe_write_word (bench.probe, FAKE_RAM, 0x12345678, &error));
      g_assert_true (fk_probe_read_word (bench.probe, FAKE_RAM, &value, &error));
      g_assert_cmphex (value, ==, 0x12345678);
    }
}

/* Longer than any firmware takes in one; writes and reads in their order. */
#define N_LIST 700

static void
fill_list (FkProbeAccess list[N_LIST])
{
  for (guint i = 0; i < N_LIST; i++)
    list[i] = (FkProbeAccess){ FAKE_RAM + i / 2 * 8, i * 0x01010101u, i % 2 == 0 };
}

static void
test_lists (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (probes); i++)
    {
      g_auto (Bench) bench = bench_ready (probes[i]);
      g_autoptr (GError) error = NULL;
      FkProbeAccess list[N_LIST];
      guint64 before = fk_sim_board_get_n_transfers (bench.board);

      fill_list (list);
      fk_probe_run_list (bench.probe, list, N_LIST, &error);
      g_assert_no_error (error);
      for (guint j = 0; j < N_LIST; j++)
        g_assert_cmphex (list[j].value, ==, (j - j % 2) * 0x01010101u);
      g_test_message ("%s: %u accesses in %" G_GUINT64_FORMAT " transfers", probes[i], N_LIST,
                      fk_sim_board_get_n_transfers (bench.board) - before);

      list[N_LIST - 1].address = 0x30000000;
      g_assert_false (fk_probe_run_list (bench.probe, list, N_LIST, &error));
      g_assert_error (error, FK_ERROR, FK_ERROR_BUS_FAULT);
      g_assert_nonnull (strstr (error->message, "0x30000000"));
      g_clear_error (&error);
      list[N_LIST - 1].address = FAKE_RAM;
      g_assert_true (fk_probe_run_list (bench.probe, list, N_LIST, &error));
    }
}

static void
test_lists_are_short (void)
{
  static const struct
  {
    const char *options;
    guint n_transfers;
  } rows[] = { { "probe=v2&firmware=V2J29S7", 2 * N_LIST },
               { "probe=v2&firmware=V2J32S7", 17 * 4 },
               { "probe=v3", 4 } };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_auto (Bench) bench = bench_ready (rows[i].options);
      g_autoptr (GError) error = NULL;
      FkProbeAccess list[N_LIST];
      guint64 before = fk_sim_board_get_n_transfers (bench.board);

      fill_list (list);
      fk_probe_run_list (bench.probe, list, N_LIST, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (fk_sim_board_get_n_transfers (bench.board) - before, ==,
                        rows[i].n_transfers);
    }
}

/* The fault is named, and the next access works again. */
static void
test_bus_fault (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (probes); i++)
    {
      g_auto (Bench) bench = bench_ready (probes[i]);
      g_autoptr (GError) error = NULL;
      guint8 data[64] = { 0 };
      guint32 value;

      g_assert_false (
          fk_probe_read (bench.probe, FAKE_RAM + FAKE_RAM_SIZE - 32, data, 64, NULL, &error));
      g_assert_error (error, FK_ERROR, FK_ERROR_BUS_FAULT);
      g_assert_true (strstr (error->message, "0x20005000") != NULL ||
                     strstr (error->message, "0x20004fe0-0x2000501f") != NULL);
      g_clear_error (&error);
      g_assert_false (fk_probe_write (bench.probe, 0x30000000, data, 64, NULL, &error));
      g_assert_error (error, FK_ERROR, FK_ERROR_BUS_FAULT);
      g_clear_error (&error);
      g_assert_false (fk_probe_read_word (bench.probe, 0x30000000, &value, &error));
      g_assert_error (error, FK_ERROR, FK_ERROR_BUS_FAULT);
      g_assert_nonnull (strstr (error->message, "0x30000000"));
      g_clear_error (&error);
      g_assert_true (fk_probe_read (bench.probe, FAKE_RAM, data, 64, NULL, &error));
      g_assert_no_error (error);
    }
}

static void
test_every_speed (void)
{
  static const char *const options[] = { "probe=v2", "probe=v2-1", "probe=v3" };

  for (guint i = 0; i < G_N_ELEMENTS (options); i++)
    {
      g_auto (Bench) bench = bench_ready (options[i]);
      guint n_speeds;
      const guint *speeds = fk_probe_get_speeds (bench.probe, &n_speeds);

      g_assert_cmpuint (n_speeds, >, 3);
      for (guint j = 0; j < n_speeds; j++)
        {
          g_autoptr (GError) error = NULL;
          guint8 data[100];

          g_assert_true (fk_probe_set_speed (bench.probe, speeds[j], &error));
          g_assert_cmpuint (fk_probe_get_speed (bench.probe), ==, speeds[j]);
          g_assert_true (fk_probe_attach (bench.probe, FALSE, NULL, &error));
          g_assert_true (fk_probe_read (bench.probe, FAKE_FLASH + 1, data, 100, NULL, &error));
          g_assert_no_error (error);
        }
    }
}

static void
test_every_mode (void)
{
  static const char *const modes[] = { "dfu", "mass", "swd", "jtag", "swim" };
  static const char *const options[] = { "probe=v2", "probe=v2-1", "probe=v3",
                                         "probe=v2&firmware=V2J17S4" };

  for (guint i = 0; i < G_N_ELEMENTS (modes); i++)
    for (guint j = 0; j < G_N_ELEMENTS (options); j++)
      {
        g_autofree char *both = g_strdup_printf ("%s&mode=%s", options[j], modes[i]);
        g_auto (Bench) bench = bench_ready (both);
        g_autoptr (GError) error = NULL;
        guint8 data[4];

        g_assert_true (fk_probe_read (bench.probe, FAKE_FLASH, data, 4, NULL, &error));
        g_assert_no_error (error);
      }
}

static void
test_voltage (void)
{
  g_auto (Bench) bench = bench_new ("probe=v2&millivolts=3300");
  g_auto (Bench) dead = bench_new ("probe=v2&millivolts=0");
  g_autoptr (GError) error = NULL;
  guint millivolts = 0;

  g_assert_true (fk_probe_open (bench.probe, NULL, &error));
  g_assert_true (fk_probe_get_voltage (bench.probe, &millivolts, &error));
  g_assert_cmpint (ABS ((int)millivolts - 3300), <, 50);
  g_assert_true (fk_probe_open (dead.probe, NULL, &error));
  g_assert_true (fk_probe_get_voltage (dead.probe, &millivolts, &error));
  g_assert_cmpuint (millivolts, <, 100);
  g_assert_false (fk_probe_attach (dead.probe, FALSE, NULL, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_NO_TARGET);
}

static void
test_reset_line (void)
{
  g_auto (Bench) bench = bench_new ("probe=v2");
  g_autoptr (GError) error = NULL;

  g_assert_true (fk_probe_open (bench.probe, NULL, &error));
  g_assert_true (fk_probe_attach (bench.probe, TRUE, NULL, &error));
  g_assert_no_error (error);
  g_assert_true (fk_sim_board_is_reset_held (bench.board));
  g_assert_true (fk_probe_set_reset (bench.probe, FALSE, &error));
  g_assert_false (fk_sim_board_is_reset_held (bench.board));
  g_assert_true (fk_probe_set_reset (bench.probe, TRUE, &error));
  g_assert_true (fk_sim_board_is_reset_held (bench.board));
  fk_probe_close (bench.probe);
  g_assert_false (fk_sim_board_is_reset_held (bench.board));
}

static void
test_serials (void)
{
  g_auto (Bench) raw = bench_new ("probe=v2&serial=57FF72067265575742132067&serial-form=raw");
  g_auto (Bench) text = bench_new ("probe=v2-1&serial=0667FF525750877267074130");
  g_auto (Bench) denied = bench_new ("probe=v2&access=denied");
  g_auto (Bench) busy = bench_new ("probe=v2&access=busy");
  g_autoptr (GError) error = NULL;

  g_assert_cmpstr (fk_probe_get_serial (raw.probe), ==, "57FF72067265575742132067");
  g_assert_cmpstr (fk_probe_get_serial (text.probe), ==, "0667FF525750877267074130");
  g_assert_null (fk_probe_get_serial (denied.probe));
  g_assert_false (fk_probe_open (denied.probe, NULL, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_PROBE_DENIED);
  g_clear_error (&error);
  g_assert_false (fk_probe_open (busy.probe, NULL, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_PROBE_BUSY);
}

/* What is in RAM looks like the version of a much older probe, with ST as its maker. */
static const guint8 false_version[] = { 0x22, 0x80, 0x83, 0x04, 0x48, 0x37 };

/* A program sends @command, takes @n_taken bytes of the reply, and is killed. */
static void
leave_in_the_middle (Bench *bench, guint8 endpoint, const guint8 *command, gsize n_taken)
{
  FkUsbDevice *device = fk_sim_board_get_usb_device (bench->board);
  guint8 taken[512];
  FkUsbTransfer transfers[] = { { endpoint, (guint8 *)command, 16, 0 },
                                { 0x81, taken, n_taken, 0 } };
  g_autoptr (GError) error = NULL;

  g_assert_true (fk_usb_device_open (device, 0, &error));
  g_assert_true (
      fk_usb_device_transfer (device, transfers, n_taken > 0 ? 2 : 1, 1000, NULL, &error));
  fk_usb_device_close (device);
}

static char *
dup_firmware (const char *options)
{
  g_auto (Bench) bench = bench_ready (options);

  return g_strdup (fk_probe_get_firmware (bench.probe));
}

/* What a program left that was killed behind any one of its transfers. */
static void
test_left_in_the_middle (void)
{
  static const struct
  {
    const char *options;
    guint8 endpoint;
  } probes_of_kind[] = { { "probe=v2", 0x02 }, { "probe=v2-1", 0x01 }, { "probe=v3", 0x01 } };
  static const struct
  {
    guint8 command[16];
    gsize n_taken; /* whole packets */
  } rows[] = {
    { { 0xf1 }, 0 },
    { { 0xf5 }, 0 },
    { { 0xf7 }, 0 },
    { { 0xf2, 0x31 }, 0 },
    { { 0xf2, 0x36, 0xf0, 0xed, 0x00, 0xe0 }, 0 },
    { { 0xf2, 0x0c, 0x00, 0x00, 0x00, 0x20, 0x06, 0x00 }, 0 }, /* the false version */
    { { 0xf2, 0x07, 0x00, 0x00, 0x00, 0x08, 0x40, 0x00 }, 0 },
    { { 0xf2, 0x07, 0x00, 0x00, 0x00, 0x08, 0x00, 0x10 }, 0 },
    { { 0xf2, 0x07, 0x00, 0x00, 0x00, 0x08, 0x00, 0x10 }, 512 },
    { { 0xf2, 0x07, 0x00, 0x00, 0x00, 0x08, 0x00, 0x18 }, 0 },
    { { 0xf2, 0x08, 0x00, 0x00, 0x00, 0x20, 0x10, 0x00 }, 0 },
    { { 0xf2, 0x08, 0x00, 0x00, 0x00, 0x20, 0x00, 0x10 }, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (probes_of_kind); i++)
    for (guint j = 0; j < G_N_ELEMENTS (rows); j++)
      {
        g_autofree char *options = g_strdup_printf ("%s&mode=swd", probes_of_kind[i].options);
        g_autofree char *firmware = dup_firmware (options);
        g_auto (Bench) bench = bench_new (options);
        g_autoptr (GError) error = NULL;
        guint8 data[4];

        g_assert_true (
            fk_sim_board_poke (bench.board, FAKE_RAM, false_version, sizeof false_version));
        leave_in_the_middle (&bench, probes_of_kind[i].endpoint, rows[j].command, rows[j].n_taken);

        fk_probe_open (bench.probe, NULL, &error);
        g_assert_no_error (error);
        g_assert_cmpstr (fk_probe_get_firmware (bench.probe), ==, firmware);
        g_assert_true (fk_probe_attach (bench.probe, FALSE, NULL, &error));
        g_assert_true (fk_probe_read (bench.probe, FAKE_FLASH, data, 4, NULL, &error));
        g_assert_no_error (error);
      }
}

#define N_WORK_LIST 40

typedef struct
{
  guint8 flash[LENGTH];
  guint8 ram[LENGTH];
  FkProbeAccess list[N_WORK_LIST];
} Work;

/* Some of everything that a job does. */
static gboolean
work (FkProbe *probe, Work *result, GError **error)
{
  guint8 data[LENGTH];
  guint32 value;

  fill (data, LENGTH, 99);
  for (guint i = 0; i < N_WORK_LIST; i++)
    result->list[i] = (FkProbeAccess){ FAKE_RAM + 0x2000 + 4 * (i / 2), i, i % 2 == 0 };
  return fk_probe_open (probe, NULL, error) && fk_probe_attach (probe, FALSE, NULL, error) &&
         fk_probe_write_word (probe, DHCSR, DBGKEY | 3, error) &&
         fk_probe_read_word (probe, DHCSR, &value, error) &&
         fk_probe_read (probe, FAKE_FLASH + 3, result->flash, LENGTH, NULL, error) &&
         fk_probe_write (probe, FAKE_RAM + 5, data, LENGTH, NULL, error) &&
         fk_probe_read (probe, FAKE_RAM + 5, result->ram, LENGTH, NULL, error) &&
         fk_probe_run_list (probe, result->list, N_WORK_LIST, error);
}

static void
sweep (const char *options, FkSimFault fault, gboolean may_lie)
{
  Work good = { 0 };
  guint64 n_transfers;
  guint n_healed = 0;

  {
    g_auto (Bench) bench = bench_new (options);
    g_autoptr (GError) error = NULL;

    g_assert_true (work (bench.probe, &good, &error));
    g_assert_no_error (error);
    n_transfers = fk_sim_board_get_n_transfers (bench.board);
  }
  for (guint64 at = 0; at < n_transfers; at++)
    {
      g_auto (Bench) bench = bench_new (options);
      g_autoptr (GError) error = NULL;
      Work result = { 0 };

      fk_sim_board_set_fault (bench.board, fault, at);
      if (work (bench.probe, &result, &error))
        {
          n_healed++;
          if (!may_lie)
            g_assert_true (memcmp (&result, &good, sizeof good) == 0);
        }
      else
        {
          g_assert_true (error->domain == FK_ERROR);
          g_assert_cmpint ((int)strlen (error->message), >, 20);
        }
      fk_probe_close (bench.probe);

      /* The same probe serves again, unless it is gone. */
      g_clear_error (&error);
      fk_sim_board_set_unplugged (bench.board, FALSE);
      if (fault != FK_SIM_FAULT_SWD_LOST && fault != FK_SIM_FAULT_UNPLUG)
        {
          gboolean ok = work (bench.probe, &result, &error);

          /* A loose wire may have waited for the first access of the second time. */
          if (fault == FK_SIM_FAULT_SWD && !ok)
            {
              g_clear_error (&error);
              fk_probe_close (bench.probe);
              ok = work (bench.probe, &result, &error);
            }
          g_assert_no_error (error);
          g_assert_true (ok);
          g_assert_true (may_lie || memcmp (&result, &good, sizeof good) == 0);
        }
    }
  g_test_message ("%s: fault %d healed at %u of %" G_GUINT64_FORMAT " transfers", options, fault,
                  n_healed, n_transfers);
}

static void
test_faults (void)
{
  static const char *const options[] = { "probe=v2", "probe=v2&firmware=V2J17S4", "probe=v2-1",
                                         "probe=v3" };
  static const FkSimFault faults[] = { FK_SIM_FAULT_UNPLUG,  FK_SIM_FAULT_STALL,
                                       FK_SIM_FAULT_TIMEOUT, FK_SIM_FAULT_SHORT,
                                       FK_SIM_FAULT_SWD,     FK_SIM_FAULT_SWD_LOST };

  for (guint i = 0; i < G_N_ELEMENTS (options); i++)
    {
      for (guint j = 0; j < G_N_ELEMENTS (faults); j++)
        sweep (options[i], faults[j], FALSE);
      /* Nobody on this floor can know; the backup reads twice. */
      sweep (options[i], FK_SIM_FAULT_FLIP, TRUE);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/probe-sim/every-probe", test_every_probe);
  g_test_add_func ("/probe-sim/lists", test_lists);
  g_test_add_func ("/probe-sim/lists-are-short", test_lists_are_short);
  g_test_add_func ("/probe-sim/bus-fault", test_bus_fault);
  g_test_add_func ("/probe-sim/every-speed", test_every_speed);
  g_test_add_func ("/probe-sim/every-mode", test_every_mode);
  g_test_add_func ("/probe-sim/voltage", test_voltage);
  g_test_add_func ("/probe-sim/reset-line", test_reset_line);
  g_test_add_func ("/probe-sim/serials", test_serials);
  g_test_add_func ("/probe-sim/left-in-the-middle", test_left_in_the_middle);
  g_test_add_func ("/probe-sim/faults", test_faults);
  return g_test_run ();
}
