/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Option bytes and read protection on the simulated boards. */

#include "config.h"

#include "each-board.h"
#include "flash-bench.h"

#include "base/fk-error.h"
#include "base/fk-reader.h"

#include <string.h>

/* FLASH_SECR of a G0 among the option bytes in memory (RM0444, 3.4) */
#define G0_SECR 0x1fff7870u

static guint32
get (FlashBench *bench, const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FkOptionBytes) options = fk_flash_read_options (bench->flash, NULL, &error);
  guint32 value = 0;

  g_assert_no_error (error);
  fk_option_bytes_get (options, name, &value, &error);
  g_assert_no_error (error);
  return value;
}

static void
assert_protection (FlashBench *bench, FkProtection wanted)
{
  g_autoptr (GError) error = NULL;
  FkProtection protection;

  fk_flash_get_protection (bench->flash, &protection, &error);
  g_assert_no_error (error);
  g_assert_cmpint (protection, ==, wanted);
}

/* Every field reads as the factory left it. */
static void
test_read (gconstpointer name)
{
  FlashBench bench;
  guint n_fields;
  const FkOptionField *fields;

  flash_bench_open (&bench, name);
  fields = fk_chip_get_option_fields (bench.chip, &n_fields);
  for (guint i = 0; i < n_fields; i++)
    g_assert_cmphex (get (&bench, fields[i].name), ==, fields[i].factory);
  assert_protection (&bench, FK_PROTECTION_NONE);
  flash_bench_close (&bench);
}

/* Changed, read back, still there after the power was off, and the flash is as it was. */
static void
check_write (const char *name, const char *field, guint32 value)
{
  g_autoptr (FkOptionBytes) options = NULL;
  g_autoptr (FkOptionBytes) held = NULL;
  g_autoptr (GPtrArray) differing = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree guint8 *before = NULL;
  FlashBench bench;

  flash_bench_open (&bench, name);
  before = flash_bench_peek_all (&bench);
  options = fk_flash_read_options (bench.flash, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (fk_option_bytes_set (options, field, value, &error));
  fk_flash_write_options (bench.flash, options, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (fk_sim_board_is_flash_locked (bench.board));
  g_assert_false (fk_sim_board_is_core_running (bench.board));
  fk_target_disconnect (bench.target, FK_LEAVE_RESET, NULL);
  fk_sim_board_power_cycle (bench.board);
  flash_bench_reconnect (&bench);
  held = fk_flash_read_options (bench.flash, NULL, &error);
  g_assert_no_error (error);
  differing = fk_option_bytes_diff (held, options);
  g_assert_cmpuint (differing->len, ==, 0);
  g_assert_cmphex (get (&bench, field), ==, value);
  g_assert_true (fk_option_bytes_check_complements (held, NULL));
  assert_protection (&bench, FK_PROTECTION_NONE);
  flash_bench_assert_holds (&bench, before);
  flash_bench_close (&bench);
}

static void
test_write (void)
{
  check_write ("blue-pill", "nRST_STOP", 0);
  check_write ("blue-pill", "Data0", 0x42);
  check_write ("blue-pill?firmware=V2J24S4", "WRP0", 0xfe);
  check_write ("skr-mini-e3", "WRP3", 0);
  check_write ("nucleo-f746", "BOOT_ADD0", 0x2000);
  check_write ("nucleo-f746", "IWDG_STOP", 0);
  check_write ("nucleo-f746", "nWRP7", 0);
  check_write ("f030", "Data1", 0);
  check_write ("f030", "nRST_STDBY", 0);
  check_write ("creator-pro", "BOR_LEV", 1);
  check_write ("creator-pro?millivolts=1800", "nWRP3", 0);
  check_write ("disco-f4", "nRST_STOP", 0);
  check_write ("skr-mini-e3-v3", "nRST_SHDW", 0);
  check_write ("nucleo-g474", "WRP2B_END", 0x41);
  check_write ("nucleo-u575", "nRST_SHDW", 0);
  check_write ("nucleo-u575", "WRP1B_END", 3);
  check_write ("skr-3", "nWRP0", 0);
  check_write ("skr-3", "nWRP15", 0);
  check_write ("nucleo-u575", "NSBOOTADD0", 0x100080);
  check_write ("nucleo-h503", "nWRP8", 0);
  check_write ("nucleo-h503", "SRAM1_RST", 0);
  check_write ("nucleo-h503", "NSBOOTADD", 0x080080);
  check_write ("nucleo-l552", "SRAM2_PE", 0);
  check_write ("nucleo-l552", "WRP2B_END", 3);
  check_write ("skr-3", "BOR_LEV", 2);
  check_write ("skr-3", "BOOT_ADD1", 0x0810);
  check_write ("octopus-h723", "nWRP7", 0);
  check_write ("octopus-h723", "FZ_IWDG_STOP", 0);
  check_write ("nucleo-h7a3", "nWRP31", 0);
  check_write ("nucleo-h7a3", "nWRP63", 0);
  check_write ("nucleo-h7a3", "NRST_STBY", 0);
  check_write ("skr-mini-e3-v3", "BORF_LEV", 1);
  check_write ("skr-mini-e3-v3", "WRP1B_END", 0x55);
  check_write ("skr-mini-e3-v3", "WRP2A_STRT", 0x11);
}

/* A chip whose watchdog is started in hardware stays alive under a debugger and under our loaders.
 */
static void
test_hardware_watchdog (gconstpointer name)
{
  g_autoptr (FkOptionBytes) options = NULL;
  g_autoptr (FkFlashPlan) plan = NULL;
  g_autoptr (GBytes) data = NULL;
  g_autoptr (GError) error = NULL;
  guint8 *bytes;
  FkVerified how;
  FlashBench bench;

  flash_bench_open (&bench, name);
  options = fk_flash_read_options (bench.flash, NULL, &error);
  g_assert_true (fk_option_bytes_set (options, "WDG_SW", 0, &error));
  fk_flash_write_options (bench.flash, options, NULL, NULL, &error);
  g_assert_no_error (error);
  bytes = flash_bench_peek_all (&bench);
  flash_bench_fill_random (1, bytes, bench.range.size);
  data = g_bytes_new_take (bytes, 16384);
  plan = flash_bench_plan (&bench, FLASH, data, FK_PLAN_DEFAULT);
  flash_bench_execute (&bench, plan, &how);
  g_assert_cmpint (how, ==, FK_VERIFIED_CRC);
  flash_bench_close (&bench);
}

/* Nothing to change: nothing is written. */
static void
test_write_same (void)
{
  g_autoptr (FkOptionBytes) options = NULL;
  g_autoptr (GError) error = NULL;
  FlashBench bench;
  guint64 n_programmed, n_erases;

  flash_bench_open (&bench, "blue-pill");
  options = fk_flash_read_options (bench.flash, NULL, &error);
  n_programmed = fk_sim_board_get_n_programmed (bench.board);
  n_erases = fk_sim_board_get_n_erases (bench.board);
  fk_flash_write_options (bench.flash, options, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (fk_sim_board_get_n_programmed (bench.board), ==, n_programmed);
  g_assert_cmpuint (fk_sim_board_get_n_erases (bench.board), ==, n_erases);
  flash_bench_close (&bench);
}

/* Option bytes from a file that would protect the chip, for ever or not, are refused. */
static void
check_refused (const char *name, guint offset, guint8 rdp)
{
  g_autoptr (FkOptionBytes) options = NULL;
  g_autoptr (FkOptionBytes) changed = NULL;
  g_autoptr (GBytes) raw = NULL;
  g_autoptr (GBytes) other = NULL;
  g_autoptr (GError) error = NULL;
  guint8 *bytes;
  gsize length;
  FlashBench bench;

  flash_bench_open (&bench, name);
  options = fk_flash_read_options (bench.flash, NULL, NULL);
  raw = fk_option_bytes_get_raw (options);
  length = g_bytes_get_size (raw);
  bytes = g_memdup2 (g_bytes_get_data (raw, NULL), length);
  bytes[offset] = rdp;
  if (offset == 0)
    bytes[1] = (guint8)~rdp;
  other = g_bytes_new_take (bytes, length);
  changed = fk_option_bytes_new (bench.chip, other, NULL);
  g_assert_false (fk_flash_write_options (bench.flash, changed, NULL, NULL, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_GUARDED_OPTION);
  flash_bench_reconnect (&bench);
  assert_protection (&bench, FK_PROTECTION_NONE);
  flash_bench_close (&bench);
}

static void
test_refused (void)
{
  static const guint8 values[] = { 0xcc, 0x55, 0x00, 0xff };

  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    {
      check_refused ("creator-pro", 1, values[i]);
      check_refused ("f030", 0, values[i]);
      check_refused ("blue-pill", 0, values[i]);
      check_refused ("skr-mini-e3-v3", 0, values[i]);
      check_refused ("skr-3", 1, values[i]);
      check_refused ("nucleo-h503", 1, values[i]);
    }
}

/* From protected to open: the flash is blank, the other options are as they were. */
static void
test_remove_protection (gconstpointer name)
{
  g_autofree char *specification = g_strdup_printf ("%s?rdp=1", (const char *)name);
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) again = NULL;
  g_autofree guint8 *blank = NULL;
  FlashBench bench;

  flash_bench_open (&bench, specification);
  assert_protection (&bench, FK_PROTECTION_READ);
  fk_flash_remove_protection (bench.flash, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (fk_sim_board_is_flash_locked (bench.board));
  blank = g_malloc (bench.range.size);
  memset (blank, 0xff, bench.range.size);
  flash_bench_assert_holds (&bench, blank);
  fk_target_disconnect (bench.target, FK_LEAVE_RESET, NULL);
  fk_sim_board_power_cycle (bench.board);
  flash_bench_reconnect (&bench);
  assert_protection (&bench, FK_PROTECTION_NONE);
  g_assert_false (fk_flash_remove_protection (bench.flash, NULL, NULL, &again));
  g_assert_error (again, FK_ERROR, FK_ERROR_USAGE);
  flash_bench_close (&bench);
}

/* In place of a level it has a product state, which neither comes nor goes here. */
static void
check_state_stays (const char *specification, FkProtection state)
{
  g_autoptr (GError) error = NULL;
  FlashBench bench;

  flash_bench_open (&bench, specification);
  g_assert_false (state == FK_PROTECTION_NONE
                      ? fk_flash_add_protection (bench.flash, NULL, NULL, &error)
                      : fk_flash_remove_protection (bench.flash, NULL, NULL, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_NOT_SUPPORTED);
  g_assert_nonnull (strstr (error->message, "product state"));
  flash_bench_reconnect (&bench);
  assert_protection (&bench, state);
  flash_bench_close (&bench);
}

static void
test_product_state (void)
{
  check_state_stays ("nucleo-h503", FK_PROTECTION_NONE);
  check_state_stays ("nucleo-h503?rdp=1", FK_PROTECTION_READ);
}

/* There and back, with an option that was set before and survives. */
static void
test_add_protection (gconstpointer name)
{
  const char *survives = get_plain_option (name);
  g_autoptr (FkOptionBytes) options = NULL;
  g_autoptr (GBytes) read = NULL;
  g_autoptr (GError) error = NULL;
  FlashBench bench;

  flash_bench_open (&bench, name);
  options = fk_flash_read_options (bench.flash, NULL, &error);
  g_assert_true (fk_option_bytes_set (options, survives, 0, &error));
  fk_flash_write_options (bench.flash, options, NULL, NULL, &error);
  g_assert_no_error (error);
  fk_flash_add_protection (bench.flash, NULL, NULL, &error);
  g_assert_no_error (error);
  assert_protection (&bench, FK_PROTECTION_READ);
  read = fk_flash_read (bench.flash, (FkRange){ FLASH, 64 }, NULL, NULL, &error);
  g_assert_null (read);
  g_clear_error (&error);
  g_assert_false (fk_flash_write_options (bench.flash, options, NULL, NULL, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_PROTECTED);
  g_clear_error (&error);
  fk_flash_remove_protection (bench.flash, NULL, NULL, &error);
  g_assert_no_error (error);
  fk_target_disconnect (bench.target, FK_LEAVE_RESET, NULL);
  fk_sim_board_power_cycle (bench.board);
  flash_bench_reconnect (&bench);
  assert_protection (&bench, FK_PROTECTION_NONE);
  g_assert_cmphex (get (&bench, survives), ==, 0);
  flash_bench_close (&bench);
}

/* Where its owner has stored a key, level 1 stays: that is said before the chip refuses. */
static void
test_owner_key (void)
{
  g_autoptr (GError) error = NULL;
  guint64 programmed;
  FlashBench bench;

  flash_bench_open (&bench, "nucleo-u575?rdp=1&owner-key=yes");
  programmed = fk_sim_board_get_n_programmed (bench.board);
  g_assert_false (fk_flash_remove_protection (bench.flash, NULL, NULL, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_NOT_SUPPORTED);
  g_assert_nonnull (strstr (error->message, "a key (OEM1)"));
  g_assert_true (fk_sim_board_is_flash_locked (bench.board));
  g_assert_cmpuint (fk_sim_board_get_n_programmed (bench.board), ==, programmed);
  flash_bench_reconnect (&bench);
  assert_protection (&bench, FK_PROTECTION_READ);
  flash_bench_close (&bench);
}

/* Registers that a session left unlocked, and filled with what it did not come to program, are not
 * what the chip obeys. */
static void
test_left_open (void)
{
  static const struct
  {
    const char *specification;
    guint32 left;
    FkProtection protection;
  } rows[] = {
    { "skr-mini-e3-v3", 0xfffffe55, FK_PROTECTION_NONE },
    { "skr-mini-e3-v3", 0xfffffecc, FK_PROTECTION_NONE },
    { "skr-mini-e3-v3?rdp=1", 0xfffffeaa, FK_PROTECTION_READ },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      FlashBench bench;

      flash_bench_open (&bench, rows[i].specification);
      flash_bench_set (&bench, 0x40022008, 0x45670123);
      flash_bench_set (&bench, 0x40022008, 0xcdef89ab);
      flash_bench_set (&bench, 0x4002200c, 0x08192a3b);
      flash_bench_set (&bench, 0x4002200c, 0x4c5d6e7f);
      flash_bench_set (&bench, 0x40022020, rows[i].left);
      g_assert_cmphex (flash_bench_get (&bench, 0x40022020), ==, rows[i].left);
      assert_protection (&bench, rows[i].protection);
      g_assert_true (fk_target_reset_halt (bench.target, NULL, NULL));
      assert_protection (&bench, rows[i].protection);
      flash_bench_close (&bench);
    }
}

/* The area that the program can hide goes with the flash, which is no failure. */
static void
test_secured (void)
{
  g_autoptr (GError) error = NULL;
  FlashBench bench;

  flash_bench_open (&bench, "skr-mini-e3-v3?rdp=1");
  flash_bench_poke_option (&bench, G0_SECR, 0x00300004);
  g_assert_cmphex (get (&bench, "SEC_SIZE"), ==, 4);
  g_assert_cmphex (get (&bench, "SEC_SIZE2"), ==, 3);
  fk_flash_remove_protection (bench.flash, NULL, NULL, &error);
  g_assert_no_error (error);
  assert_protection (&bench, FK_PROTECTION_NONE);
  g_assert_cmphex (get (&bench, "SEC_SIZE"), ==, 0);
  flash_bench_close (&bench);
}

/* BOOT_LOCK and level 1 together let nobody in any more. */
static void
test_boot_lock (void)
{
  g_autoptr (FkOptionBytes) options = NULL;
  g_autoptr (GError) error = NULL;
  guint64 n_programs;
  FlashBench bench;

  flash_bench_open (&bench, "skr-mini-e3-v3");
  options = fk_flash_read_options (bench.flash, NULL, &error);
  g_assert_false (fk_option_bytes_set (options, "BOOT_LOCK", 1, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_GUARDED_OPTION);
  g_clear_error (&error);
  flash_bench_poke_option (&bench, G0_SECR, 0x00010000);
  g_assert_cmphex (get (&bench, "BOOT_LOCK"), ==, 1);
  n_programs = fk_sim_board_get_n_programmed (bench.board);
  g_assert_false (fk_flash_add_protection (bench.flash, NULL, NULL, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_GUARDED_OPTION);
  g_assert_nonnull (strstr (error->message, "BOOT_LOCK"));
  g_assert_cmpuint (fk_sim_board_get_n_programmed (bench.board), ==, n_programs);
  assert_protection (&bench, FK_PROTECTION_NONE);
  flash_bench_close (&bench);
}

/* Option bytes that were erased and not written, in a chip that has not been reset since: nothing
 * resets it, and writing them saves it. */
static void
test_half_written (void)
{
  static const guint8 erased[16] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                                     0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
  g_autoptr (FkOptionBytes) options = NULL;
  g_autoptr (FkFlashPlan) plan = NULL;
  g_autoptr (GBytes) data = g_bytes_new ("abcd", 4);
  g_autoptr (GError) error = NULL;
  FlashBench bench;

  flash_bench_open (&bench, "blue-pill");
  options = fk_flash_read_options (bench.flash, NULL, &error);
  g_assert_true (fk_sim_board_poke (bench.board, 0x1ffff800, erased, sizeof erased));
  plan = flash_bench_plan (&bench, FLASH, data, FK_PLAN_DEFAULT);
  g_assert_false (fk_flash_execute (bench.flash, plan, NULL, NULL, NULL, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_OPTIONS_BROKEN);
  g_assert_nonnull (strstr (error->message, "write the option bytes first"));
  assert_protection (&bench, FK_PROTECTION_NONE);
  g_clear_error (&error);
  fk_flash_write_options (bench.flash, options, NULL, NULL, &error);
  g_assert_no_error (error);
  fk_target_disconnect (bench.target, FK_LEAVE_RESET, NULL);
  fk_sim_board_power_cycle (bench.board);
  flash_bench_reconnect (&bench);
  assert_protection (&bench, FK_PROTECTION_NONE);
  flash_bench_close (&bench);
}

/* Whatever goes wrong while options are written, running it again makes them right, and no fault
 * leaves a chip that cannot be brought back. */
static void
check_fault (const char *name, FkSimFault fault, guint64 at)
{
  const char *option = get_plain_option (name);
  g_autoptr (FkOptionBytes) options = NULL;
  g_autoptr (GError) error = NULL;
  FlashBench bench;
  gboolean done;

  flash_bench_open (&bench, name);
  options = fk_flash_read_options (bench.flash, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (fk_option_bytes_set (options, option, 0, &error));
  fk_sim_board_set_fault (bench.board, fault, fk_sim_board_get_n_transfers (bench.board) + at);
  done = fk_flash_write_options (bench.flash, options, NULL, NULL, &error);
  g_test_message ("fault %d at %" G_GUINT64_FORMAT ": %s", fault, at,
                  done ? "done" : error->message);
  flash_bench_reconnect (&bench);
  if (done)
    g_assert_cmphex (get (&bench, option), ==, 0);
  g_clear_error (&error);
  fk_flash_write_options (bench.flash, options, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmphex (get (&bench, option), ==, 0);
  g_assert_true (fk_sim_board_is_flash_locked (bench.board));
  assert_protection (&bench, FK_PROTECTION_NONE);
  flash_bench_close (&bench);
}

static void
test_faults (gconstpointer name)
{
  static const FkSimFault faults[] = { FK_SIM_FAULT_UNPLUG, FK_SIM_FAULT_STALL, FK_SIM_FAULT_SHORT,
                                       FK_SIM_FAULT_SWD, FK_SIM_FAULT_FLIP };
  guint step = g_test_slow () ? 1 : 13;

  for (guint at = 0; at < 160; at += step)
    for (guint i = 0; i < G_N_ELEMENTS (faults); i++)
      check_fault (name, faults[i], at + i * (step > 1));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/flash-options/read/f1", "blue-pill", test_read);
  g_test_add_data_func ("/flash-options/read/f1-high", "skr-mini-e3", test_read);
  g_test_add_data_func ("/flash-options/read/f7", "nucleo-f746", test_read);
  g_test_add_data_func ("/flash-options/read/f0", "f030", test_read);
  g_test_add_data_func ("/flash-options/read/f4", "creator-pro", test_read);
  g_test_add_data_func ("/flash-options/read/g0", "skr-mini-e3-v3", test_read);
  g_test_add_data_func ("/flash-options/read/u5", "nucleo-u575", test_read);
  g_test_add_data_func ("/flash-options/read/h7", "skr-3", test_read);
  g_test_add_data_func ("/flash-options/read/l5", "nucleo-l552", test_read);
  g_test_add_data_func ("/flash-options/read/h723", "octopus-h723", test_read);
  g_test_add_data_func ("/flash-options/read/h7a3", "nucleo-h7a3", test_read);
  g_test_add_func ("/flash-options/write", test_write);
  g_test_add_func ("/flash-options/write-same", test_write_same);
  g_test_add_data_func ("/flash-options/hardware-watchdog/f1", "blue-pill", test_hardware_watchdog);
  g_test_add_data_func ("/flash-options/hardware-watchdog/f0", "f030", test_hardware_watchdog);
  g_test_add_data_func ("/flash-options/hardware-watchdog/f4", "creator-pro",
                        test_hardware_watchdog);
  g_test_add_func ("/flash-options/refused", test_refused);
  g_test_add_data_func ("/flash-options/remove-protection/f1", "blue-pill", test_remove_protection);
  g_test_add_data_func ("/flash-options/remove-protection/f0", "f030", test_remove_protection);
  g_test_add_data_func ("/flash-options/remove-protection/f4", "disco-f4", test_remove_protection);
  g_test_add_data_func ("/flash-options/remove-protection/g0", "skr-mini-e3-v3",
                        test_remove_protection);
  g_test_add_data_func ("/flash-options/remove-protection/u5", "nucleo-u575",
                        test_remove_protection);
  g_test_add_data_func ("/flash-options/remove-protection/h7", "skr-3", test_remove_protection);
  g_test_add_data_func ("/flash-options/remove-protection/l5", "nucleo-l552",
                        test_remove_protection);
  g_test_add_data_func ("/flash-options/remove-protection/h723", "octopus-h723",
                        test_remove_protection);
  g_test_add_data_func ("/flash-options/remove-protection/h7a3", "nucleo-h7a3",
                        test_remove_protection);
  g_test_add_data_func ("/flash-options/add-protection/f1", "skr-mini-e3", test_add_protection);
  g_test_add_data_func ("/flash-options/add-protection/f0", "f030", test_add_protection);
  g_test_add_data_func ("/flash-options/add-protection/f4", "creator-pro", test_add_protection);
  g_test_add_data_func ("/flash-options/add-protection/f7", "nucleo-f746", test_add_protection);
  g_test_add_data_func ("/flash-options/add-protection/g0", "skr-mini-e3-v3", test_add_protection);
  g_test_add_data_func ("/flash-options/add-protection/u5", "nucleo-u575", test_add_protection);
  g_test_add_data_func ("/flash-options/add-protection/h7", "skr-3", test_add_protection);
  g_test_add_data_func ("/flash-options/add-protection/l5", "nucleo-l552", test_add_protection);
  g_test_add_data_func ("/flash-options/add-protection/h723", "octopus-h723", test_add_protection);
  g_test_add_data_func ("/flash-options/add-protection/h7a3", "nucleo-h7a3", test_add_protection);
  g_test_add_func ("/flash-options/owner-key", test_owner_key);
  g_test_add_func ("/flash-options/left-open", test_left_open);
  g_test_add_func ("/flash-options/secured", test_secured);
  g_test_add_func ("/flash-options/boot-lock", test_boot_lock);
  g_test_add_func ("/flash-options/half-written", test_half_written);
  g_test_add_data_func ("/flash-options/faults/f1", "blue-pill", test_faults);
  g_test_add_data_func ("/flash-options/faults/f0", "f030", test_faults);
  g_test_add_data_func ("/flash-options/faults/f4", "creator-pro", test_faults);
  g_test_add_data_func ("/flash-options/faults/g0", "skr-mini-e3-v3", test_faults);
  g_test_add_func ("/flash-options/product-state", test_product_state);
  g_test_add_data_func ("/flash-options/read/h5", "nucleo-h503", test_read);
  g_test_add_data_func ("/flash-options/faults/h5", "nucleo-h503", test_faults);
  g_test_add_data_func ("/flash-options/faults/u5", "nucleo-u575", test_faults);
  g_test_add_data_func ("/flash-options/faults/h7", "skr-3", test_faults);
  g_test_add_data_func ("/flash-options/faults/l5", "nucleo-l552", test_faults);
  g_test_add_data_func ("/flash-options/faults/h7a3", "nucleo-h7a3", test_faults);
  return g_test_run ();
}
