/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What goes wrong when flash of the simulated boards is written, and what is said of it. */

#include "config.h"

#include "each-board.h"
#include "flash-bench.h"

#include "base/fk-error.h"
#include "chip/fk-chip-db.h"
#include "flash/fk-flash-private.h"

#include <string.h>

static void
expect_execute_error (FlashBench *bench, FkFlashPlan *plan, int code, char **message)
{
  g_autoptr (GError) error = NULL;
  FkVerified how = FK_VERIFIED_CRC;

  g_assert_false (fk_flash_execute (bench->flash, plan, &how, NULL, NULL, &error));
  g_assert_error (error, FK_ERROR, code);
  g_assert_cmpint (how, ==, FK_VERIFIED_NO);
  *message = g_strdup (error->message);
}

/* A cell that does not take its data is found at once by the loader, by verification without it;
 * the message has the address, and the same write heals the chip when the cell behaves again. */
static void
check_dead_cell (const char *name, gboolean use_ram)
{
  g_autoptr (GBytes) data = flash_bench_random_bytes (7, 600);
  g_autoptr (FkFlashPlan) plan = NULL;
  g_autofree char *message = NULL;
  FlashBench bench;

  flash_bench_open_with_new_probe (&bench, name);
  fk_flash_set_use_ram (bench.flash, use_ram);
  plan = flash_bench_plan (&bench, FLASH + 0x800, data, FK_PLAN_FULL);
  fk_sim_board_set_fault (bench.board, FK_SIM_FAULT_DEAD_CELL,
                          fk_sim_board_get_n_transfers (bench.board));
  expect_execute_error (&bench, plan, use_ram ? FK_ERROR_FLASH_FAULT : FK_ERROR_VERIFY_MISMATCH,
                        &message);
  g_assert_nonnull (strstr (message, "0x0800"));
  g_assert_nonnull (strstr (message, "worn out"));
  if (use_ram)
    g_assert_nonnull (strstr (message, "is not whole"));
  g_assert_true (fk_sim_board_is_flash_locked (bench.board));
  flash_bench_reconnect (&bench);
  flash_bench_write_and_look (&bench, FLASH + 0x800, data, FK_PLAN_DEFAULT, FK_VERIFIED_CRC);
  flash_bench_close (&bench);
}

static void
test_dead_cell (gconstpointer name)
{
  check_dead_cell (name, TRUE);
  check_dead_cell (name, FALSE);
}

/* What the controller says when nobody looked at the option bytes first. */
static void
check_driver_says_protected (FlashBench *bench, guint32 address)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) late = NULL;
  g_autoptr (FkFlashUnlocked) unlocked = fk_flash_unlock (bench->flash, &error);
  const FkSector *sector = fk_chip_find_sector (bench->chip, address);
  g_autoptr (FkFlashWriter) writer = NULL;

  g_assert_no_error (error);
  g_assert_false (unlocked->driver->erase_sector (&unlocked->port, sector, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_WRITE_PROTECTED);
  g_assert_nonnull (strstr (error->message, "write-protected"));

  writer = fk_flash_writer_new (bench->flash, unlocked, 0, NULL, NULL, &late);
  g_assert_no_error (late);
  g_assert_true (fk_flash_writer_uses_ram (writer));
  g_assert_true (fk_flash_writer_begin (writer, sector->bank, &late));
  g_assert_true (fk_flash_writer_write (writer, address,
                                        (const guint8 *)"abcdefghijklmnopqrstuvwxyzABCDEF", 32,
                                        &late));
  g_assert_false (fk_flash_writer_end (writer, &late));
  g_assert_error (late, FK_ERROR, FK_ERROR_WRITE_PROTECTED);
  g_assert_nonnull (strstr (late->message, "0x08"));
}

static void
check_write_protection (const char *name, const char *field, guint32 value, guint32 address)
{
  g_autoptr (GBytes) data = flash_bench_random_bytes (8, 100);
  g_autoptr (FkFlashPlan) plan = NULL;
  g_autoptr (FkOptionBytes) options = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree guint8 *before = NULL;
  g_autofree char *message = NULL;
  FlashBench bench;

  flash_bench_open (&bench, name);
  options = fk_flash_read_options (bench.flash, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (fk_option_bytes_set (options, field, value, &error));
  fk_flash_write_options (bench.flash, options, NULL, NULL, &error);
  g_assert_no_error (error);
  before = flash_bench_peek_all (&bench);
  plan = flash_bench_plan (&bench, address, data, FK_PLAN_DEFAULT);
  expect_execute_error (&bench, plan, FK_ERROR_WRITE_PROTECTED, &message);
  g_assert_nonnull (strstr (message, field));
  g_assert_cmpint (fk_flash_get_touch (bench.flash), ==, FK_TOUCH_NOTHING);
  g_assert_nonnull (strstr (message, "Nothing was changed"));
  flash_bench_assert_holds (&bench, before);
  g_assert_true (fk_target_reset_halt (bench.target, NULL, NULL));
  check_driver_says_protected (&bench, address);
  flash_bench_assert_holds (&bench, before);
  g_assert_true (fk_sim_board_is_flash_locked (bench.board));
  flash_bench_close (&bench);
}

/* A chip that nobody makes: the bits of the F4 that protect its sectors are the ends of an area.
 * The board's own controller knows nothing of it, so what is
 * looked at is what is found out from the options before anything happens. */
static const char area_chip[] =
    "[Family]\nFormat=1\nName=STM32F4\n\n"
    "[Layout l]\nSectors=4x16K 64K *128K\nSource=RM9999, 1\nTested=none\n\n"
    "[Timing t]\nErase.16K=250/500\nErase.64K=550/1100\nErase.128K=1000/2000\n"
    "MassErase=8000/16000\nProgram=16/100\nSource=RM9999, 2\nTested=none\n\n"
    "[Option RDP]\nAddress=0x40023C14\nBits=8-15\nFactory=0xAA\nGuarded=true\n"
    "Text=Read protection.\nValue.0xAA=none\nOtherwise=protected\n"
    "Source=RM9999, 3\nTested=none\n\n"
    "[Option WRP]\nAddress=0x40023C14\nBits=5\nFactory=1\nWriteProtects=true\nText=None.\n"
    "Source=RM9999, 3\nTested=none\n\n"
    "[Option A_FIRST]\nAddress=0x40023C14\nBits=16-21\nFactory=0x3F\nGuarded=true\n"
    "Text=First.\nSource=RM9999, 3\nTested=none\n\n"
    "[Option A_LAST]\nAddress=0x40023C14\nBits=22-27\nFactory=0x3F\nGuarded=true\n"
    "Text=Last.\nSource=RM9999, 3\nTested=none\n\n"
    "[Chip 0x413]\nLine=Line\nName=STM32F4area\nParts=Some\nCore=Cortex-M4\nManual=RM9999\n"
    "Driver=stm32f4\nIdcode=0xE0042000\nSizeRegister=0x1FFF7A22\nUid=0x1FFF7A10\n"
    "ErasedValue=0xFF\nFlashBase=0x08000000\nFlashSizes=1M\nRamBase=0x20000000\nRam=128K\n"
    "OptionBytes=0x40023C14 4\nSystemMemory=0x1FFF0000 30K\nProtectUnit=64\n"
    "Register.flash=0x40023C00\nRegister.rcc=0x40023800\nNumber.rdp-none=0xAA\n"
    "Number.rdp-permanent=0xCC\nOptions=RDP WRP A_FIRST A_LAST\n"
    "Area.A=KIND A_FIRST A_LAST 16K 1\nLayout=l\nTiming=t\nSource=RM9999, 4\nTested=none\n";

static FkChip *
make_area_chip (const char *kind)
{
  const char *names[] = { "area.ini", NULL };
  g_autoptr (GString) text = g_string_new (area_chip);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (FkChipDb) db = NULL;
  g_autoptr (GError) error = NULL;
  FkChip *chip;

  g_string_replace (text, "KIND", kind, 1);
  bytes = g_bytes_new (text->str, text->len);
  db = fk_chip_db_new_from_bytes (&bytes, names, &error);
  g_assert_no_error (error);
  chip = fk_chip_desc_make_chip (fk_chip_db_find (db, 0x413, "Cortex-M4"), 1 << 20, &error);
  g_assert_no_error (error);
  return chip;
}

static void
open_area (FlashBench *bench, const char *kind)
{
  g_autoptr (FkChip) chip = make_area_chip (kind);

  flash_bench_open (bench, "disco-f4");
  g_clear_object (&bench->flash);
  bench->flash = fk_flash_new (bench->target, chip, fk_target_get_millivolts (bench->target));
  bench->chip = fk_flash_get_chip (bench->flash);
}

/* All ones: the area is the last unit it can be, 16 KiB before the end of the flash. */
static void
test_area (void)
{
  g_autoptr (GBytes) data = flash_bench_random_bytes (8, 100);
  g_autoptr (FkFlashPlan) plan = NULL;
  g_autoptr (FkFlashPlan) beside = NULL;
  g_autofree guint8 *before = NULL;
  g_autofree char *message = NULL;
  FlashBench bench;

  open_area (&bench, "write");
  before = flash_bench_peek_all (&bench);
  plan = flash_bench_plan (&bench, FLASH + 0xe0000, data, FK_PLAN_FULL);
  expect_execute_error (&bench, plan, FK_ERROR_WRITE_PROTECTED, &message);
  g_assert_cmpstr (message, ==,
                   "Nothing was changed: The flash at 0x080fc000-0x080fffff is write-protected: it "
                   "is the area A of the options; A_FIRST=0x3f and A_LAST=0x0 remove that");
  g_assert_cmpint (fk_flash_get_touch (bench.flash), ==, FK_TOUCH_NOTHING);
  flash_bench_assert_holds (&bench, before);
  /* It protects no sector but that. */
  beside = flash_bench_plan (&bench, FLASH + 0xc0000, data, FK_PLAN_FULL);
  flash_bench_execute (&bench, beside, NULL);
  flash_bench_close (&bench);
}

/* What may be run but not read can be neither written nor told. */
static void
test_hidden_area (void)
{
  static const char *const kinds[] = { "pcrop", "secure" };

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autoptr (GBytes) data = flash_bench_random_bytes (8, 100);
      g_autoptr (FkFlashPlan) plan = NULL;
      g_autoptr (GError) error = NULL;
      g_autofree char *message = NULL;
      FlashBench bench;

      open_area (&bench, kinds[i]);
      plan = flash_bench_plan (&bench, FLASH + 0xe0000, data, FK_PLAN_FULL);
      expect_execute_error (&bench, plan, FK_ERROR_WRITE_PROTECTED, &message);
      g_assert_nonnull (strstr (message, "can be neither read nor written: it is the area A"));
      g_assert_false (fk_flash_check_readable (bench.flash, NULL, &error));
      g_assert_error (error, FK_ERROR, FK_ERROR_PROTECTED);
      g_assert_nonnull (strstr (error->message, "0x080fc000-0x080fffff"));
      flash_bench_close (&bench);
    }
}

static void
test_write_protection (void)
{
  check_write_protection ("blue-pill", "WRP1", 0xfd, FLASH + 9 * 4096);
  check_write_protection ("skr-mini-e3", "WRP3", 0x7f, FLASH + 0x3f800);
  check_write_protection ("f030", "WRP0", 0xf7, FLASH + 3 * 4096);
  check_write_protection ("creator-pro", "nWRP5", 0, FLASH + 0x20000);
  /* Areas that are their bank's last page. */
  check_write_protection ("skr-mini-e3-v3", "WRP1A_END", 0x7f, FLASH + 0x3f800);
  check_write_protection ("skr-mini-e3-v3", "WRP2B_END", 0x7f, FLASH + 0x7f800);
  check_write_protection ("skr-3", "nWRP7", 0, FLASH + 0xe0000);
  check_write_protection ("skr-3", "nWRP15", 0, FLASH + 0x1e0000);
  check_write_protection ("octopus-h723", "nWRP7", 0, FLASH + 0xe0000);
  check_write_protection ("nucleo-h7a3", "nWRP31", 0, FLASH + 0xf8000);
  check_write_protection ("nucleo-h7a3", "nWRP63", 0, FLASH + 0x1fe000);
  check_write_protection ("nucleo-u575", "WRP2A_END", 0x7f, FLASH + 0x1fe000);
  check_write_protection ("nucleo-h503", "nWRP15", 0, FLASH + 0x1e000);
  check_write_protection ("nucleo-l552", "WRP2A_END", 0x7f, FLASH + 0x7f800);
}

/* FLASH_OPTR with the banks exchanged: which bank an erase is for would be a guess. */
static void
check_exchanged_banks (
    const char *board, guint32 address, const guint8 *exchanged, gsize size, const char *option)
{
  g_autoptr (GBytes) data = flash_bench_random_bytes (8, 100);
  g_autoptr (FkFlashPlan) plan = NULL;
  g_autofree guint8 *before = NULL;
  g_autofree char *message = NULL;
  FlashBench bench;

  flash_bench_open (&bench, board);
  g_assert_true (fk_sim_board_poke (bench.board, address, exchanged, size));
  fk_target_disconnect (bench.target, FK_LEAVE_RESET, NULL);
  fk_sim_board_power_cycle (bench.board);
  flash_bench_reconnect (&bench);
  before = flash_bench_peek_all (&bench);
  plan = flash_bench_plan (&bench, FLASH, data, FK_PLAN_DEFAULT);
  expect_execute_error (&bench, plan, FK_ERROR_NOT_SUPPORTED, &message);
  g_assert_cmpint (fk_flash_get_touch (bench.flash), ==, FK_TOUCH_NOTHING);
  g_assert_nonnull (strstr (message, option));
  flash_bench_assert_holds (&bench, before);
  g_assert_true (fk_sim_board_is_flash_locked (bench.board));
  flash_bench_close (&bench);
}

/* nSWAP_BANK of G0 at 0, with the complement beside it; SWAP_BANK of U5 at 1; TZEN, with which it
 * would be a guess, too; and DBANK of L5 at 0. */
static void
test_exchanged_banks (void)
{
  static const guint8 g0[] = { 0xaa, 0xfe, 0xef, 0xff, 0x55, 0x01, 0x10, 0x00 };
  static const guint8 u5[] = { 0xaa, 0xf8, 0xff, 0x1f };
  static const guint8 h7[] = { 0xf0, 0xaa, 0xc6, 0x9b };
  static const guint8 h5[] = { 0xf8, 0xed, 0x30, 0x80 };
  static const guint8 secure[] = { 0xaa, 0xf8, 0xef, 0x9f };
  static const guint8 secure_l5[] = { 0xaa, 0xf8, 0xef, 0xff };
  static const guint8 one[] = { 0xaa, 0xf8, 0xaf, 0x7f };

  check_exchanged_banks ("skr-mini-e3-v3", 0x1fff7800, g0, sizeof g0, " nSWAP_BANK ");
  check_exchanged_banks ("nucleo-u575", 0x40022040, u5, sizeof u5, " SWAP_BANK ");
  check_exchanged_banks ("skr-3", 0x5200201c, h7, sizeof h7, " SWAP_BANK_OPT ");
  check_exchanged_banks ("nucleo-h7a3", 0x5200201c, h7, sizeof h7, " SWAP_BANK_OPT ");
  check_exchanged_banks ("nucleo-u575", 0x40022040, secure, sizeof secure, " TZEN ");
  check_exchanged_banks ("nucleo-l552", 0x40022040, secure_l5, sizeof secure_l5, " TZEN ");
  check_exchanged_banks ("nucleo-h503", 0x40022050, h5, sizeof h5, " SWAP_BANK ");
  check_exchanged_banks ("nucleo-l552", 0x40022040, one, sizeof one, " one bank ");
}

/* An H745 says that it is an H743 but for the access port of its second core. */
static void
test_second_core (void)
{
  g_autoptr (GBytes) data = flash_bench_random_bytes (8, 100);
  g_autoptr (FkFlashPlan) plan = NULL;
  g_autoptr (FkOptionBytes) options = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree guint8 *before = NULL;
  g_autofree char *message = NULL;
  FlashBench bench;

  flash_bench_open (&bench, "skr-3?second-core=yes");
  before = flash_bench_peek_all (&bench);
  plan = flash_bench_plan (&bench, FLASH, data, FK_PLAN_DEFAULT);
  expect_execute_error (&bench, plan, FK_ERROR_NOT_SUPPORTED, &message);
  g_assert_nonnull (strstr (message, "second core"));
  options = fk_flash_read_options (bench.flash, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (fk_option_bytes_set (options, "nWRP7", 0, &error));
  g_assert_false (fk_flash_write_options (bench.flash, options, NULL, NULL, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_NOT_SUPPORTED);
  g_assert_cmpint (fk_flash_get_touch (bench.flash), ==, FK_TOUCH_NOTHING);
  flash_bench_assert_holds (&bench, before);
  g_assert_true (fk_sim_board_is_flash_locked (bench.board));
  flash_bench_close (&bench);
}

static void
test_read_protected (gconstpointer specification)
{
  g_autoptr (GBytes) data = flash_bench_random_bytes (10, 100);
  g_autoptr (FkFlashPlan) plan = NULL;
  g_autofree guint8 *before = NULL;
  g_autofree char *message = NULL;
  FlashBench bench;

  flash_bench_open (&bench, specification);
  before = flash_bench_peek_all (&bench);
  plan = flash_bench_plan (&bench, FLASH, data, FK_PLAN_DEFAULT);
  expect_execute_error (&bench, plan, FK_ERROR_PROTECTED, &message);
  g_assert_nonnull (strstr (message, "read-protected"));
  flash_bench_assert_holds (&bench, before);
  flash_bench_close (&bench);
}

typedef struct
{
  GCancellable *cancellable;
  guint64 at;
} CancelAt;

static void
on_progress_cancel (const FkProgressStatus *status, gpointer user_data)
{
  CancelAt *cancel = user_data;

  if (status->bytes_done >= cancel->at)
    g_cancellable_cancel (cancel->cancellable);
}

/* Cancelled in the middle: locked, stopped, and the next write makes it whole. */
static void
test_cancel (gconstpointer name)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  CancelAt cancel = { cancellable, 2000 };
  FkProgress *progress = fk_progress_new (on_progress_cancel, &cancel, NULL);
  /* More than goes to the chip at once. */
  gboolean much = g_str_equal (name, "nucleo-f746") || g_str_equal (name, "nucleo-u575") ||
                  is_h7 (name) || g_str_equal (name, "nucleo-l552") ||
                  g_str_equal (name, "nucleo-l4r5");
  gsize size = much ? 200000 : 12000;
  g_autoptr (GBytes) data = flash_bench_random_bytes (11, size);
  g_autoptr (FkFlashPlan) plan = NULL;
  g_autoptr (GError) error = NULL;
  FlashBench bench;

  flash_bench_open (&bench, name);
  plan = flash_bench_plan (&bench, FLASH, data, FK_PLAN_FULL);
  g_assert_false (fk_flash_execute (bench.flash, plan, NULL, progress, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_nonnull (strstr (error->message, "sectors were written"));
  g_assert_true (fk_sim_board_is_flash_locked (bench.board));
  g_assert_false (fk_sim_board_is_core_running (bench.board));
  fk_progress_free (progress);
  flash_bench_write_and_look (&bench, FLASH, data, FK_PLAN_DEFAULT, FK_VERIFIED_CRC);
  flash_bench_close (&bench);
}

/* A probe that cannot write half-words, and no code on the chip either: said before anything is
 * erased. */
static void
test_old_probe (void)
{
  g_autoptr (GBytes) data = flash_bench_random_bytes (14, 100);
  g_autoptr (FkFlashPlan) plan = NULL;
  g_autofree guint8 *before = NULL;
  g_autofree char *message = NULL;
  FlashBench bench;

  flash_bench_open (&bench, "blue-pill?probe=v2&firmware=V2J24S4");
  before = flash_bench_peek_all (&bench);
  plan = flash_bench_plan (&bench, FLASH, data, FK_PLAN_FULL);
  fk_flash_set_use_ram (bench.flash, FALSE);
  expect_execute_error (&bench, plan, FK_ERROR_PROBE_FIRMWARE_OLD, &message);
  flash_bench_assert_holds (&bench, before);
  g_assert_true (fk_sim_board_is_flash_locked (bench.board));
  fk_flash_set_use_ram (bench.flash, TRUE);
  flash_bench_write_and_look (&bench, FLASH, data, FK_PLAN_FULL, FK_VERIFIED_CRC);
  flash_bench_close (&bench);
}

static void
test_wrong_chip (void)
{
  g_autoptr (GBytes) data = flash_bench_random_bytes (12, 100);
  g_autoptr (FkFlashPlan) plan = NULL;
  g_autofree char *message = NULL;
  FlashBench one, other;

  flash_bench_open (&one, "blue-pill");
  flash_bench_open (&other, "skr-mini-e3");
  plan = flash_bench_plan (&one, FLASH, data, FK_PLAN_DEFAULT);
  expect_execute_error (&other, plan, FK_ERROR_WRONG_CHIP, &message);
  g_clear_object (&plan);
  flash_bench_close (&one);
  flash_bench_close (&other);
}

/* Every kind of trouble at many places of one write: always an error with a name or a chip that
 * holds what it should, never a claim over wrong bytes; and running it again heals.  Returns: how
 * many transfers it took */
static guint64
check_fault (const char *name, FkSimFault fault, guint64 at, GBytes *data)
{
  g_autoptr (FkFlashPlan) plan = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree guint8 *expected = NULL;
  g_autoptr (GBytes) whole = NULL;
  FkVerified how = FK_VERIFIED_NO;
  gboolean is_gone = fault == FK_SIM_FAULT_UNPLUG || fault == FK_SIM_FAULT_SWD_LOST;
  FlashBench bench;
  guint64 n_transfers;
  gboolean done;

  flash_bench_open (&bench, name);
  expected = flash_bench_peek_all (&bench);
  memcpy (expected + 0x400, g_bytes_get_data (data, NULL), g_bytes_get_size (data));
  plan = flash_bench_plan (&bench, FLASH + 0x400, data, FK_PLAN_FULL);
  n_transfers = fk_sim_board_get_n_transfers (bench.board);
  fk_sim_board_set_fault (bench.board, fault, n_transfers + at);
  done = fk_flash_execute (bench.flash, plan, &how, NULL, NULL, &error);
  n_transfers = fk_sim_board_get_n_transfers (bench.board) - n_transfers;
  g_test_message ("fault %d at %" G_GUINT64_FORMAT ": %s", fault, at,
                  done ? "done" : error->message);
  g_assert_true (done == (how != FK_VERIFIED_NO));
  if (done)
    flash_bench_assert_holds (&bench, expected);
  else
    g_assert_cmpstr (g_quark_to_string (error->domain), ==, g_quark_to_string (FK_ERROR));
  if (!is_gone)
    g_assert_true (fk_sim_board_is_flash_locked (bench.board));
  flash_bench_reconnect (&bench);
  /* What was queued in the chip's RAM was written all the same, perhaps all there was, by code that
   * still runs: a job resets the chip also when it finds nothing to do. */
  if (is_gone)
    g_assert_true (fk_target_reset_halt (bench.target, NULL, NULL));
  /* The bytes of a half-written sector that the image did not have come from a backup. */
  whole = g_bytes_new (expected, MAX (0x4000, fk_chip_find_sector (bench.chip, FLASH)->range.size));
  flash_bench_write_and_look (&bench, FLASH, whole, FK_PLAN_DEFAULT, FK_VERIFIED_CRC);
  flash_bench_assert_holds (&bench, expected);
  flash_bench_close (&bench);
  return n_transfers;
}

/* From the first transfer to the last. */
static void
test_faults (gconstpointer name)
{
  static const FkSimFault faults[] = { FK_SIM_FAULT_UNPLUG, FK_SIM_FAULT_STALL,
                                       FK_SIM_FAULT_SHORT,  FK_SIM_FAULT_TIMEOUT,
                                       FK_SIM_FAULT_SWD,    FK_SIM_FAULT_SWD_LOST,
                                       FK_SIM_FAULT_FLIP,   FK_SIM_FAULT_DEAD_CELL };
  g_autoptr (GBytes) data = flash_bench_random_bytes (13, 1500);
  guint64 n_transfers = check_fault (name, FK_SIM_FAULT_NONE, 0, data);
  guint64 step = g_test_slow () ? 1 : n_transfers / 10;

  for (guint64 at = 0; at <= n_transfers; at += step)
    for (guint i = 0; i < G_N_ELEMENTS (faults); i++)
      check_fault (name, faults[i], at + i * (step > 1), data);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  add_for_each_board ("/flash/dead-cell/", test_dead_cell);
  g_test_add_func ("/flash/write-protection", test_write_protection);
  g_test_add_func ("/flash/area", test_area);
  g_test_add_func ("/flash/area/hidden", test_hidden_area);
  g_test_add_func ("/flash/exchanged-banks", test_exchanged_banks);
  g_test_add_data_func ("/flash/read-protected/f1", "blue-pill?rdp=1", test_read_protected);
  g_test_add_data_func ("/flash/read-protected/f0", "f030?rdp=1", test_read_protected);
  g_test_add_data_func ("/flash/read-protected/f4", "disco-f4?rdp=1", test_read_protected);
  g_test_add_data_func ("/flash/read-protected/g0", "skr-mini-e3-v3?rdp=1", test_read_protected);
  g_test_add_data_func ("/flash/read-protected/u5", "nucleo-u575?rdp=1", test_read_protected);
  g_test_add_data_func ("/flash/read-protected/h7", "skr-3?rdp=1", test_read_protected);
  g_test_add_data_func ("/flash/read-protected/l5", "nucleo-l552?rdp=1", test_read_protected);
  add_for_each_board ("/flash/cancel/", test_cancel);
  g_test_add_func ("/flash/old-probe", test_old_probe);
  g_test_add_func ("/flash/wrong-chip", test_wrong_chip);
  g_test_add_data_func ("/flash/faults/f1", "blue-pill", test_faults);
  g_test_add_data_func ("/flash/faults/f4", "creator-pro", test_faults);
  g_test_add_data_func ("/flash/faults/g0", "skr-mini-e3-v3", test_faults);
  g_test_add_data_func ("/flash/faults/u5", "nucleo-u575", test_faults);
  g_test_add_data_func ("/flash/faults/h7", "skr-3", test_faults);
  g_test_add_data_func ("/flash/faults/h7a3", "nucleo-h7a3", test_faults);
  g_test_add_func ("/flash/second-core", test_second_core);

  return g_test_run ();
}
