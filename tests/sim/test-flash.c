/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Writing and proving flash on the simulated boards: through the ST-LINK driver, with our loaders
 * run by the chip's core, and without them. */

#include "config.h"

#include "flash-bench.h"

#include "compare/fk-uid-search.h"
#include "base/fk-crc32.h"
#include "base/fk-error.h"
#include "base/fk-reader.h"
#include "flash/fk-flash-private.h"

#include <string.h>

#define FLASH 0x08000000u
#define RAM   0x20000000u

static const char *const names[] = { "creator-pro", "blue-pill", "disco-f4", "f030",
                                     "skr-mini-e3" };

static GBytes *
random_bytes (guint32 seed, gsize length)
{
  guint8 *data = g_malloc (length);

  flash_bench_fill_random (seed, data, length);
  return g_bytes_new_take (data, length);
}

/* Writes @data at @address over what the board holds, and looks at every byte of the flash. */
static void
write_and_look (
    FlashBench *bench, guint32 address, GBytes *data, FkPlanFlags flags, FkVerified wanted)
{
  g_autofree guint8 *expected = flash_bench_peek_all (bench);
  g_autoptr (FkFlashPlan) plan = flash_bench_plan (bench, address, data, flags);
  FkVerified how = FK_VERIFIED_NO;
  guint64 n_erases = fk_sim_board_get_n_erases (bench->board);
  guint n_planned = fk_flash_plan_is_mass_erase (plan)
                        ? 1
                        : fk_flash_plan_count (plan, FK_SECTOR_ERASE) +
                              fk_flash_plan_count (plan, FK_SECTOR_REWRITE);

  memcpy (expected + address - FLASH, g_bytes_get_data (data, NULL), g_bytes_get_size (data));
  flash_bench_execute (bench, plan, &how);
  flash_bench_assert_holds (bench, expected);
  g_assert_cmpint (how, ==, wanted);
  g_assert_cmpuint (fk_sim_board_get_n_erases (bench->board) - n_erases, ==, n_planned);
}

/* Odd addresses and lengths, across sectors, at both ends, one byte. */
static void
test_odd_places (gconstpointer name)
{
  FlashBench bench;
  guint32 size;
  g_autoptr (GBytes) one = g_bytes_new ("\x5a", 1);

  flash_bench_open (&bench, name);
  size = bench.range.size;
  {
    g_autoptr (GBytes) across = random_bytes (1, 2051);
    g_autoptr (GBytes) tail = random_bytes (2, 777);

    write_and_look (&bench, FLASH + 1021, across, FK_PLAN_DEFAULT, FK_VERIFIED_CRC);
    write_and_look (&bench, FLASH + size - 777, tail, FK_PLAN_DEFAULT, FK_VERIFIED_CRC);
    write_and_look (&bench, FLASH + 3, one, FK_PLAN_DEFAULT, FK_VERIFIED_CRC);
    write_and_look (&bench, FLASH + size - 1, one, FK_PLAN_DEFAULT, FK_VERIFIED_CRC);
    write_and_look (&bench, FLASH + 1021, across, FK_PLAN_DEFAULT, FK_VERIFIED_CRC);
  }
  flash_bench_close (&bench);
}

/* A probe of today on every board: what the debugger does alone needs half-words. */
static void
open_with_new_probe (FlashBench *bench, const char *name)
{
  g_autofree char *specification = g_strdup_printf ("%s?probe=v2-1", name);

  flash_bench_open (bench, specification);
}

/* The same with the debugger alone, and the person is told why it is slow. */
static void
on_note (const FkProgressStatus *status, gpointer user_data)
{
  GString *notes = user_data;

  if (status->note != NULL && strstr (notes->str, status->note) == NULL)
    g_string_append_printf (notes, "%s\n", status->note);
}

static void
test_without_ram (gconstpointer name)
{
  g_autoptr (GString) notes = g_string_new (NULL);
  FkProgress *progress = fk_progress_new (on_note, notes, NULL);
  g_autoptr (GBytes) data = random_bytes (3, 301);
  g_autoptr (FkFlashPlan) plan = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree guint8 *expected = NULL;
  FkVerified how = FK_VERIFIED_NO;
  FlashBench bench;

  open_with_new_probe (&bench, name);
  expected = flash_bench_peek_all (&bench);
  memset (expected, 0xff, 4096);
  flash_bench_poke_all (&bench, expected);
  memcpy (expected + 33, g_bytes_get_data (data, NULL), 301);
  fk_flash_set_use_ram (bench.flash, FALSE);
  plan = flash_bench_plan (&bench, FLASH + 33, data, FK_PLAN_DEFAULT);
  fk_flash_execute (bench.flash, plan, &how, progress, NULL, &error);
  g_assert_no_error (error);
  flash_bench_assert_holds (&bench, expected);
  g_assert_cmpint (how, ==, FK_VERIFIED_REREAD);
  g_assert_true (fk_sim_board_is_flash_locked (bench.board));
  g_assert_nonnull (strstr (notes->str, "Programming step by step"));
  g_assert_nonnull (strstr (notes->str, "Verifying by reading"));
  fk_progress_free (progress);
  flash_bench_close (&bench);
}

/* The core is faster while the flash is written, and as ever after the reset. */
static void
test_clock (gconstpointer name)
{
  g_autoptr (GBytes) data = random_bytes (5, 3000);
  g_autoptr (FkFlashPlan) plan = NULL;
  guint32 configuration;
  FlashBench bench;

  flash_bench_open (&bench, name);
  plan = flash_bench_plan (&bench, FLASH, data, FK_PLAN_DEFAULT);
  flash_bench_execute (&bench, plan, NULL);
  g_assert_true (fk_target_read_u32 (bench.target, 0x40021004, &configuration, NULL));
  g_assert_cmphex (configuration, ==, 3u << 18 | 2u << 2 | 2u);
  g_assert_true (fk_target_reset_halt (bench.target, NULL, NULL));
  g_assert_true (fk_target_read_u32 (bench.target, 0x40021004, &configuration, NULL));
  g_assert_cmphex (configuration, ==, 0);
  flash_bench_close (&bench);
}

/* An old loader word stays blank: erased cells get data without an erase. */
static void
test_in_place (gconstpointer name)
{
  g_autoptr (GBytes) first = random_bytes (4, 1000);
  g_autoptr (GBytes) second = random_bytes (5, 444);
  g_autofree guint8 *blank = NULL;
  FlashBench bench;
  guint64 n_erases;

  flash_bench_open (&bench, name);
  blank = g_malloc (bench.range.size);
  memset (blank, 0xff, bench.range.size);
  flash_bench_poke_all (&bench, blank);
  n_erases = fk_sim_board_get_n_erases (bench.board);
  write_and_look (&bench, FLASH, first, FK_PLAN_DEFAULT, FK_VERIFIED_CRC);
  write_and_look (&bench, FLASH + 1000, second, FK_PLAN_DEFAULT, FK_VERIFIED_CRC);
  g_assert_cmpuint (fk_sim_board_get_n_erases (bench.board), ==, n_erases);
  flash_bench_close (&bench);
}

/* A whole chip at once; where that is a megabyte, most of it stays blank. */
static void
test_mass_erase (gconstpointer name)
{
  g_autofree guint8 *full = NULL;
  guint8 *wanted;
  g_autoptr (GBytes) data = NULL;
  g_autoptr (FkFlashPlan) plan = NULL;
  FlashBench bench;

  flash_bench_open (&bench, name);
  full = g_malloc (bench.range.size);
  flash_bench_fill_random (60, full, bench.range.size);
  flash_bench_poke_all (&bench, full);
  wanted = g_malloc (bench.range.size);
  memset (wanted, 0xff, bench.range.size);
  flash_bench_fill_random (6, wanted, MIN (bench.range.size, 65536));
  data = g_bytes_new_take (wanted, bench.range.size);
  plan = flash_bench_plan (&bench, FLASH, data, FK_PLAN_ALLOW_MASS_ERASE);
  g_assert_true (fk_flash_plan_is_mass_erase (plan));
  write_and_look (&bench, FLASH, data, FK_PLAN_ALLOW_MASS_ERASE, FK_VERIFIED_CRC);
  flash_bench_close (&bench);
}

static void
test_erase (void)
{
  g_autoptr (FkFlashPlan) plan = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree guint8 *expected = NULL;
  FkVerified how;
  FlashBench bench;

  flash_bench_open (&bench, "skr-mini-e3");
  expected = flash_bench_peek_all (&bench);
  flash_bench_fill_random (9, expected, bench.range.size);
  flash_bench_poke_all (&bench, expected);
  plan = fk_flash_plan_new_erase (bench.chip, (FkRange){ FLASH + 4096, 6144 }, NULL, &error);
  g_assert_no_error (error);
  flash_bench_execute (&bench, plan, &how);
  memset (expected + 4096, 0xff, 6144);
  flash_bench_assert_holds (&bench, expected);
  flash_bench_close (&bench);
}

typedef struct
{
  double fraction;
  guint n_calls;
  gboolean wrote;
  gboolean verified;
} Heard;

static void
on_progress (const FkProgressStatus *status, gpointer user_data)
{
  Heard *heard = user_data;

  g_assert_cmpfloat (status->fraction, >=, heard->fraction);
  g_assert_cmpuint (status->bytes_done, <=, status->bytes_total);
  heard->fraction = status->fraction;
  heard->n_calls++;
  heard->wrote = heard->wrote || g_strcmp0 (status->stage, "Writing flash") == 0;
  heard->verified = heard->verified || g_strcmp0 (status->stage, "Verifying") == 0;
}

static void
test_progress (void)
{
  Heard heard = { 0 };
  FkProgress *progress = fk_progress_new (on_progress, &heard, NULL);
  g_autoptr (GBytes) data = random_bytes (15, 30000);
  g_autoptr (FkFlashPlan) plan = NULL;
  g_autoptr (GError) error = NULL;
  FlashBench bench;

  flash_bench_open (&bench, "blue-pill");
  plan = flash_bench_plan (&bench, FLASH + 0x1000, data, FK_PLAN_FULL);
  fk_flash_execute (bench.flash, plan, NULL, progress, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpfloat_with_epsilon (heard.fraction, 1, 1e-9);
  g_assert_cmpuint (heard.n_calls, >, 10);
  g_assert_true (heard.wrote && heard.verified);
  fk_progress_free (progress);
  flash_bench_close (&bench);
}

/* The same again is proved and nothing else: no reset, no erase, no unlock. */
static void
test_same_again (void)
{
  g_autoptr (FkFlashPlan) plan = NULL;
  g_autoptr (GBytes) data = NULL;
  FkVerified how = FK_VERIFIED_NO;
  FlashBench bench;
  guint64 n_erases, n_programmed;

  flash_bench_open (&bench, "blue-pill");
  data = g_bytes_new_take (flash_bench_peek_all (&bench), bench.range.size);
  plan = flash_bench_plan (&bench, FLASH, data, FK_PLAN_DEFAULT);
  g_assert_true (fk_flash_plan_is_empty (plan));
  n_erases = fk_sim_board_get_n_erases (bench.board);
  n_programmed = fk_sim_board_get_n_programmed (bench.board);
  flash_bench_execute (&bench, plan, &how);
  g_assert_cmpint (how, ==, FK_VERIFIED_CRC);
  g_assert_cmpuint (fk_sim_board_get_n_erases (bench.board), ==, n_erases);
  g_assert_cmpuint (fk_sim_board_get_n_programmed (bench.board), ==, n_programmed);
  flash_bench_close (&bench);
}

/* RM0090, 3.6.2: the width of a step follows from the supply.  Too wide a step would be weak in the
 * simulation as in silicon. */
static void
test_width (void)
{
  static const struct
  {
    const char *specification;
    guint width;
  } rows[] = { { "creator-pro?millivolts=1800", 1 },
               { "creator-pro?millivolts=2400", 2 },
               { "creator-pro?millivolts=2690", 2 },
               { "creator-pro?millivolts=3300", 4 } };
  guint8 word[64];

  memset (word, 0x11, sizeof word);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GBytes) data = g_bytes_new (word, sizeof word);
      g_autofree guint8 *blank = NULL;
      FlashBench bench;
      guint64 before;

      flash_bench_open (&bench, rows[i].specification);
      blank = g_malloc (bench.range.size);
      memset (blank, 0xff, bench.range.size);
      flash_bench_poke_all (&bench, blank);
      before = fk_sim_board_get_n_programmed (bench.board);
      write_and_look (&bench, FLASH + 0x40000, data, FK_PLAN_DEFAULT, FK_VERIFIED_CRC);
      g_assert_cmpuint (fk_sim_board_get_n_programmed (bench.board) - before, ==,
                        sizeof word / rows[i].width);
      flash_bench_close (&bench);
    }
}

/* --- What goes wrong --- */

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
  g_autoptr (GBytes) data = random_bytes (7, 600);
  g_autoptr (FkFlashPlan) plan = NULL;
  g_autofree char *message = NULL;
  FlashBench bench;

  open_with_new_probe (&bench, name);
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
  write_and_look (&bench, FLASH + 0x800, data, FK_PLAN_DEFAULT, FK_VERIFIED_CRC);
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
  g_assert_true (fk_flash_writer_write (writer, address, (const guint8 *)"abcd", 4, &late));
  g_assert_false (fk_flash_writer_end (writer, &late));
  g_assert_error (late, FK_ERROR, FK_ERROR_WRITE_PROTECTED);
  g_assert_nonnull (strstr (late->message, "0x08"));
}

static void
check_write_protection (const char *name, const char *field, guint32 value, guint32 address)
{
  g_autoptr (GBytes) data = random_bytes (8, 100);
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

static void
test_write_protection (void)
{
  check_write_protection ("blue-pill", "WRP1", 0xfd, FLASH + 9 * 4096);
  check_write_protection ("skr-mini-e3", "WRP3", 0x7f, FLASH + 0x3f800);
  check_write_protection ("f030", "WRP0", 0xf7, FLASH + 3 * 4096);
  check_write_protection ("creator-pro", "nWRP5", 0, FLASH + 0x20000);
}

static void
test_read_protected (gconstpointer specification)
{
  g_autoptr (GBytes) data = random_bytes (10, 100);
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
  g_autoptr (GBytes) data = random_bytes (11, 12000);
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
  write_and_look (&bench, FLASH, data, FK_PLAN_DEFAULT, FK_VERIFIED_CRC);
  flash_bench_close (&bench);
}

/* A probe that cannot write half-words, and no code on the chip either: said before anything is
 * erased. */
static void
test_old_probe (void)
{
  g_autoptr (GBytes) data = random_bytes (14, 100);
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
  write_and_look (&bench, FLASH, data, FK_PLAN_FULL, FK_VERIFIED_CRC);
  flash_bench_close (&bench);
}

static void
test_wrong_chip (void)
{
  g_autoptr (GBytes) data = random_bytes (12, 100);
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
  whole = g_bytes_new (expected, 0x4000);
  write_and_look (&bench, FLASH, whole, FK_PLAN_DEFAULT, FK_VERIFIED_CRC);
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
  g_autoptr (GBytes) data = random_bytes (13, 1500);
  guint64 n_transfers = check_fault (name, FK_SIM_FAULT_NONE, 0, data);
  guint64 step = g_test_slow () ? 1 : n_transfers / 10;

  for (guint64 at = 0; at <= n_transfers; at += step)
    for (guint i = 0; i < G_N_ELEMENTS (faults); i++)
      check_fault (name, faults[i], at + i * (step > 1), data);
}

/* --- Proving --- */

static void
expect_mismatch (FlashBench *bench, FkImage *image, const char *const *says)
{
  for (guint use_ram = 0; use_ram < 2; use_ram++)
    {
      g_autoptr (GError) error = NULL;
      FkVerified how = FK_VERIFIED_CRC;

      fk_flash_set_use_ram (bench->flash, use_ram);
      g_assert_false (fk_flash_verify (bench->flash, image, &how, NULL, NULL, &error));
      g_assert_error (error, FK_ERROR, FK_ERROR_VERIFY_MISMATCH);
      g_assert_cmpint (how, ==, FK_VERIFIED_NO);
      for (guint i = 0; says[i] != NULL; i++)
        if (strstr (error->message, says[i]) == NULL)
          g_error ("\"%s\" does not say \"%s\"", error->message, says[i]);
    }
}

static void
poke (FlashBench *bench, guint32 address, guint8 value)
{
  g_assert_true (fk_sim_board_poke (bench->board, address, &value, 1));
}

static void
test_mismatch (void)
{
  static const char *const not_programmed[] = { "0xff instead of 0x12 at 0x08002345",
                                                "this byte alone", "not programmed", NULL };
  static const char *const worn[] = { "0x13 instead of 0x12 at 0x08002345", "worn out", NULL };
  static const char *const twice[] = { "0x02 instead of 0x12", "without an erase", NULL };
  static const char *const other[] = { "0x21 instead of 0x12", "2 bytes differ", "0x08002349",
                                       "something else", NULL };
  g_autoptr (FkImage) image = NULL;
  g_autoptr (GBytes) data = NULL;
  g_autoptr (GError) error = NULL;
  guint8 *bytes;
  FkVerified how;
  FlashBench bench;

  flash_bench_open (&bench, "blue-pill");
  bytes = flash_bench_peek_all (&bench);
  bytes[0x2345] = 0x12;
  bytes[0x2349] = 0x77;
  flash_bench_poke_all (&bench, bytes);
  data = g_bytes_new_take (bytes, bench.range.size);
  image = fk_image_new_for_bytes (FLASH, data, NULL);
  fk_flash_verify (bench.flash, image, &how, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (how, ==, FK_VERIFIED_CRC);

  poke (&bench, FLASH + 0x2345, 0xff);
  expect_mismatch (&bench, image, not_programmed);
  poke (&bench, FLASH + 0x2345, 0x13);
  expect_mismatch (&bench, image, worn);
  poke (&bench, FLASH + 0x2345, 0x02);
  expect_mismatch (&bench, image, twice);
  poke (&bench, FLASH + 0x2345, 0x21);
  poke (&bench, FLASH + 0x2349, 0x78);
  expect_mismatch (&bench, image, other);
  flash_bench_close (&bench);
}

/* Sums of ranges that begin and end anywhere, the same as ours. */
static void
test_checksum (gconstpointer name)
{
  static const FkRange pieces[] = { { FLASH, 0 },        { FLASH, 1 },       { FLASH + 1, 2 },
                                    { FLASH + 3, 1 },    { FLASH + 2, 7 },   { FLASH, 4 },
                                    { FLASH + 5, 1027 }, { FLASH + 4, 255 }, { FLASH, 16384 } };
  FlashBench bench;
  g_autofree guint8 *held = NULL;

  flash_bench_open (&bench, name);
  held = flash_bench_peek_all (&bench);
  for (guint i = 0; i < G_N_ELEMENTS (pieces); i++)
    {
      g_autoptr (GError) error = NULL;
      guint32 crc = 0;

      fk_flash_checksum (bench.flash, pieces[i], &crc, NULL, NULL, &error);
      g_assert_no_error (error);
      g_assert_cmphex (crc, ==, fk_crc32 (held + (pieces[i].address - FLASH), pieces[i].size));
    }
  flash_bench_close (&bench);
}

/* Wherever and however the unique ID stands, the chip finds it itself; and finds nothing where it
 * does not stand. */
static void
test_find_uid (gconstpointer name)
{
  g_autoptr (GArray) words = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree guint8 *flash = NULL;
  const guint8 *uid;
  FlashBench bench;
  gboolean found = TRUE;

  flash_bench_open (&bench, name);
  uid = g_bytes_get_data (fk_identity_get_uid_bytes (bench.identity), NULL);
  words = fk_uid_list_words (fk_identity_get_uid_bytes (bench.identity));
  flash = g_malloc (bench.range.size);
  flash_bench_fill_random (78, flash, bench.range.size);
  for (guint i = 0; i < 2 * 8; i++)
    {
      g_autofree guint8 *data = g_memdup2 (flash, bench.range.size);
      guint32 place = i % 3 == 0 ? bench.range.size - 12 - i % 8 : 0x1ff0 + i;

      flash_bench_poke_all (&bench, data);
      fk_flash_has_word (bench.flash, bench.range, words, &found, NULL, NULL, NULL, &error);
      g_assert_no_error (error);
      g_assert_false (found);
      for (guint k = 0; k < 12; k++)
        data[place + k] = i < 8 ? uid[k] : (guint8)~uid[k];
      flash_bench_poke_all (&bench, data);
      fk_flash_has_word (bench.flash, bench.range, words, &found, NULL, NULL, NULL, &error);
      g_assert_no_error (error);
      g_assert_true (found);
    }
  flash_bench_close (&bench);
}

/* The chip stands still, as code of ours left it, until all is given back. */
static void
test_find_gives_back (gconstpointer name)
{
  g_autoptr (GArray) words = NULL;
  g_autoptr (GError) error = NULL;
  guint8 before[2048], now[2048];
  guint32 pc_before, pc;
  gboolean found;
  FlashBench bench;

  flash_bench_open (&bench, name);
  words = fk_uid_list_words (fk_identity_get_uid_bytes (bench.identity));
  g_assert_true (fk_target_read (bench.target, RAM, before, sizeof before, NULL, NULL, NULL));
  g_assert_true (fk_target_read_register (bench.target, FK_REG_PC, &pc_before, NULL));
  for (guint i = 0; i < 2; i++)
    g_assert_true (
        fk_flash_has_word (bench.flash, bench.range, words, &found, NULL, NULL, NULL, &error));
  g_assert_true (fk_target_read_register (bench.target, FK_REG_PC, &pc, NULL));
  g_assert_cmphex (pc, !=, pc_before);
  g_assert_true (fk_flash_give_back (bench.flash, &error));
  g_assert_true (fk_target_read (bench.target, RAM, now, sizeof now, NULL, NULL, NULL));
  g_assert_true (fk_target_read_register (bench.target, FK_REG_PC, &pc, NULL));
  g_assert_cmpmem (now, sizeof now, before, sizeof before);
  g_assert_cmphex (pc, ==, pc_before);
  g_assert_true (fk_flash_give_back (bench.flash, &error));
  flash_bench_close (&bench);
}

/* More ranges than fit into the chip's RAM at once: neighbours and loners, of 0 to 23 bytes. */
static void
test_many_sums (gconstpointer name)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (77);
  g_autoptr (GError) error = NULL;
  g_autofree FkFlashSum *sums = g_new0 (FkFlashSum, 900);
  g_autofree guint8 *held = NULL;
  guint32 address = FLASH;
  FlashBench bench;

  flash_bench_open (&bench, name);
  held = flash_bench_peek_all (&bench);
  for (guint i = 0; i < 900; i++)
    {
      guint32 size = i / 100 % 2 == 0 ? (guint32)g_rand_int_range (rand, 0, 24) : 17;

      address += i % 7 == 0 ? 5 : 0;
      if (address + size > FLASH + bench.range.size)
        address = FLASH + 1;
      sums[i].range = (FkRange){ address, size };
      address += size;
    }
  fk_flash_sum (bench.flash, sums, 900, NULL, NULL, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < 900; i++)
    g_assert_cmphex (sums[i].crc, ==,
                     fk_crc32 (held + (sums[i].range.address - FLASH), sums[i].range.size));
  fk_flash_sum (bench.flash, sums, 0, NULL, NULL, &error);
  g_assert_no_error (error);
  flash_bench_close (&bench);
}

/* What does not answer stops the sums, and the program finds its RAM as it was. */
static void
test_sum_of_nothing (gconstpointer name)
{
  FkFlashSum sums[] = { { .range = { FLASH, 64 } },
                        { .range = { 0x07000000, 64 } },
                        { .range = { FLASH, 64 } } };
  g_autoptr (GError) error = NULL;
  guint8 before[2048], after[2048];
  FlashBench bench;

  flash_bench_open (&bench, name);
  flash_bench_fill_random (5, before, sizeof before);
  g_assert_true (fk_sim_board_poke (bench.board, RAM, before, sizeof before));
  g_assert_false (fk_flash_sum (bench.flash, sums, G_N_ELEMENTS (sums), NULL, NULL, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_CORE_LOCKED);
  g_assert_true (fk_sim_board_peek (bench.board, RAM, after, sizeof after));
  g_assert_cmpmem (after, sizeof after, before, sizeof before);
  flash_bench_close (&bench);
}

/* Read once, and summed by the chip meanwhile; what is not flash is read twice. */
static void
test_read_proved (gconstpointer name)
{
  static const FkRange pieces[] = {
    { FLASH, 16384 }, { FLASH + 1, 16381 }, { FLASH + 3, 2049 }, { FLASH + 8, 100 }, { RAM, 4096 }
  };
  guint8 ram[4096];
  FlashBench bench;

  flash_bench_open (&bench, name);
  flash_bench_fill_random (8, ram, sizeof ram);
  g_assert_true (fk_sim_board_poke (bench.board, RAM, ram, sizeof ram));
  for (guint i = 0; i < G_N_ELEMENTS (pieces); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree guint8 *held = g_malloc (pieces[i].size);
      FkVerified how = FK_VERIFIED_NO;
      g_autoptr (GBytes) bytes =
          fk_flash_read_proved (bench.flash, pieces[i], &how, NULL, NULL, &error);
      gboolean summed = pieces[i].size > 2048 && pieces[i].address < RAM;

      g_assert_no_error (error);
      g_assert_true (fk_sim_board_peek (bench.board, pieces[i].address, held, pieces[i].size));
      g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), held,
                       pieces[i].size);
      g_assert_cmpint (how, ==, summed ? FK_VERIFIED_CRC : FK_VERIFIED_REREAD);
    }
  g_assert_true (fk_sim_board_is_core_running (bench.board) == FALSE);
  flash_bench_close (&bench);
}

/* One bit flips, at any moment: what comes out is right all the same, or nothing does. */
static void
test_read_proved_flip (gconstpointer name)
{
  FkRange range = { FLASH, 16384 };
  g_autofree guint8 *held = NULL;
  FlashBench bench;
  guint n_healed = 0;
  guint64 n_transfers;

  flash_bench_open (&bench, name);
  held = flash_bench_peek_all (&bench);
  n_transfers = fk_sim_board_get_n_transfers (bench.board);
  {
    FkVerified how;
    g_autoptr (GBytes) bytes = fk_flash_read_proved (bench.flash, range, &how, NULL, NULL, NULL);

    n_transfers = fk_sim_board_get_n_transfers (bench.board) - n_transfers;
    g_assert_nonnull (bytes);
  }
  for (guint at = 0; at < n_transfers; at += g_test_slow () ? 1 : 3)
    {
      g_autoptr (GError) error = NULL;
      FkVerified how = FK_VERIFIED_NO;
      g_autoptr (GBytes) bytes = NULL;

      fk_sim_board_set_fault (bench.board, FK_SIM_FAULT_FLIP,
                              fk_sim_board_get_n_transfers (bench.board) + at);
      bytes = fk_flash_read_proved (bench.flash, range, &how, NULL, NULL, &error);
      if (bytes != NULL)
        {
          g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), held,
                           range.size);
          g_assert_cmpint (how, !=, FK_VERIFIED_NO);
          n_healed++;
        }
      else
        flash_bench_reconnect (&bench);
    }
  g_assert_cmpuint (n_healed, >, 0);
  flash_bench_close (&bench);
}

/* A program that was interrupted for a checksum finds RAM and registers as they were. */
static void
test_ram_given_back (gconstpointer name)
{
  static const FkRegister registers[] = { FK_REG_R0,
                                          FK_REG_R1,
                                          2,
                                          3,
                                          7,
                                          12,
                                          FK_REG_SP,
                                          FK_REG_LR,
                                          FK_REG_PC,
                                          FK_REG_XPSR,
                                          FK_REG_CONTROL_PRIMASK };
  guint32 before[G_N_ELEMENTS (registers)];
  g_autofree guint8 *ram = g_malloc (4096);
  g_autofree guint8 *after = g_malloc (4096);
  FlashBench bench;
  guint32 crc;

  flash_bench_open (&bench, name);
  for (guint i = 0; i < 4096; i++)
    ram[i] = (guint8)(i * 7 + (i >> 8));
  g_assert_true (fk_sim_board_poke (bench.board, RAM, ram, 4096));
  for (guint i = 0; i < G_N_ELEMENTS (registers); i++)
    g_assert_true (fk_target_read_register (bench.target, registers[i], &before[i], NULL));
  g_assert_true (fk_flash_checksum (bench.flash, bench.range, &crc, NULL, NULL, NULL));
  {
    FkVerified how;
    g_autoptr (GBytes) bytes =
        fk_flash_read_proved (bench.flash, bench.range, &how, NULL, NULL, NULL);

    g_assert_nonnull (bytes);
  }
  g_assert_true (fk_sim_board_peek (bench.board, RAM, after, 4096));
  g_assert_cmpmem (after, 4096, ram, 4096);
  for (guint i = 0; i < G_N_ELEMENTS (registers); i++)
    {
      guint32 value;

      g_assert_true (fk_target_read_register (bench.target, registers[i], &value, NULL));
      g_assert_cmphex (value, ==, before[i]);
    }
  flash_bench_close (&bench);
}

/* A core that runs is left alone: no sum, but a proof by reading. */
static void
test_running_core (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) data = NULL;
  g_autoptr (FkImage) image = NULL;
  FkVerified how;
  FlashBench bench;
  guint32 crc;

  flash_bench_open (&bench, "blue-pill");
  g_assert_true (fk_target_resume (bench.target, NULL));
  g_assert_false (fk_flash_checksum (bench.flash, bench.range, &crc, NULL, NULL, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_NOT_SUPPORTED);
  g_clear_error (&error);
  data = fk_flash_read (bench.flash, bench.range, NULL, NULL, &error);
  g_assert_no_error (error);
  image = fk_image_new_for_bytes (FLASH, data, NULL);
  fk_flash_verify (bench.flash, image, &how, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (how, ==, FK_VERIFIED_REREAD);
  g_assert_true (fk_sim_board_is_core_running (bench.board));
  flash_bench_close (&bench);
}

/* --- The chip's CRC unit --- */

#define CRC_DR 0x40023000u
#define CRC_CR 0x40023008u

static guint32
get_register (FlashBench *bench, guint32 address)
{
  guint32 value = 0;

  g_assert_true (fk_target_read_u32 (bench->target, address, &value, NULL));
  return value;
}

static void
set_register (FlashBench *bench, guint32 address, guint32 value)
{
  g_assert_true (fk_target_write_u32 (bench->target, address, value, NULL));
}

/* A program was interrupted in the middle of a sum of its own, with bits turned round or not, or
 * has just switched the unit's clock off: it finds all of that again. */
static void
test_unit_given_back (gconstpointer name)
{
  FlashBench bench;
  guint32 clock, bits;
  gboolean reverses;

  flash_bench_open (&bench, name);
  clock = fk_chip_get_register (bench.chip, "crc-clock");
  bits = fk_chip_get_number (bench.chip, "crc-clock", 0);
  reverses = fk_chip_get_number (bench.chip, "crc-reverses", 0) != 0;
  for (guint i = 0; i < 4; i++)
    {
      guint32 enabled = get_register (&bench, clock);
      guint32 control = reverses && i >= 2 ? 0xa0 : 0;
      guint32 before, crc = 0;
      g_autofree guint8 *held = flash_bench_peek_all (&bench);

      set_register (&bench, clock, enabled | bits);
      set_register (&bench, CRC_CR, control);
      set_register (&bench, CRC_DR, 0x12345678 + i);
      before = get_register (&bench, CRC_DR);
      if (i % 2 == 0)
        set_register (&bench, clock, enabled);
      g_assert_true (fk_flash_checksum (bench.flash, bench.range, &crc, NULL, NULL, NULL));
      g_assert_cmphex (crc, ==, fk_crc32 (held, bench.range.size));
      g_assert_true (bench.flash->summed_by_unit);
      g_assert_cmphex (get_register (&bench, clock), ==, i % 2 == 0 ? enabled : enabled | bits);
      set_register (&bench, clock, enabled | bits);
      g_assert_cmphex (get_register (&bench, CRC_DR), ==, before);
      if (reverses)
        g_assert_cmphex (get_register (&bench, CRC_CR), ==, control);
      set_register (&bench, clock, enabled);
    }
  flash_bench_close (&bench);
}

/* A unit that is wrong is found out, said to be so, and done without.  Returns: how many transfers
 * it took; @doubted: (optional): counts where it was found out */
static guint64
check_wrong_unit (
    const char *name, const char *how_wrong, FkSimFault fault, guint64 after, guint *doubted)
{
  g_autofree char *specification = g_strdup_printf ("%s%s", name, how_wrong);
  g_autoptr (GString) notes = g_string_new (NULL);
  FkProgress *progress = fk_progress_new (on_note, notes, NULL);
  FkVerified how = FK_VERIFIED_NO;
  g_autoptr (GError) error = NULL;
  g_autofree guint8 *held = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (FkImage) image = NULL;
  FlashBench bench;
  guint64 start;
  guint64 n_transfers;

  flash_bench_open (&bench, specification);
  held = flash_bench_peek_all (&bench);
  start = fk_sim_board_get_n_transfers (bench.board);
  fk_sim_board_set_fault (bench.board, fault, start + after);
  bytes = fk_flash_read_proved (bench.flash, bench.range, &how, progress, NULL, &error);
  n_transfers = fk_sim_board_get_n_transfers (bench.board) - start;
  g_assert_no_error (error);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), held,
                   bench.range.size);
  g_assert_cmpint (how, ==, FK_VERIFIED_CRC);
  if (bench.flash->doubts_unit)
    g_assert_nonnull (strstr (notes->str, "CRC unit is left alone"));
  if (doubted != NULL)
    *doubted += bench.flash->doubts_unit;
  image = fk_image_new_for_bytes (bench.range.address, bytes, NULL);
  fk_flash_verify (bench.flash, image, &how, progress, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (how, ==, FK_VERIFIED_CRC);
  fk_progress_free (progress);
  flash_bench_close (&bench);
  return n_transfers;
}

/* The first transfer of @n_transfers at which the unit is done, so that it may lie; about. */
static guint64
find_end_of_sums (const char *name, guint64 n_transfers)
{
  guint64 low = 0;
  guint64 high = n_transfers;

  while (high - low > MAX (1, n_transfers / 64))
    {
      guint64 middle = (low + high) / 2;
      guint doubted = 0;

      check_wrong_unit (name, "", FK_SIM_FAULT_CRC_LIES, middle, &doubted);
      if (doubted > 0)
        low = middle;
      else
        high = middle;
    }
  return high;
}

/* From the first of what the unit sums to the last, and beyond: it is done long before all is
 * read. */
static void
test_wrong_unit (gconstpointer name)
{
  const guint n_places = g_test_slow () ? 30 : 5;
  guint64 n_transfers = check_wrong_unit (name, "", FK_SIM_FAULT_NONE, 0, NULL);
  guint64 end = find_end_of_sums (name, n_transfers);
  guint n_lies = 0;
  guint n_slips = 0;
  guint n_wrong = 0;

  check_wrong_unit (name, "?crc=none", FK_SIM_FAULT_NONE, 0, &n_wrong);
  check_wrong_unit (name, "?crc=lies", FK_SIM_FAULT_NONE, 0, &n_wrong);
  g_assert_cmpuint (n_wrong, ==, 2);
  for (guint i = 0; i <= n_places; i++)
    {
      check_wrong_unit (name, "", FK_SIM_FAULT_CRC_LIES, end * i / n_places, &n_lies);
      n_slips += check_wrong_unit (name, "", FK_SIM_FAULT_CRC_SLIP, end * i / n_places, NULL) >
                 n_transfers;
    }
  g_test_message ("of %" G_GUINT64_FORMAT " transfers, %" G_GUINT64_FORMAT
                  " while the unit sums: of %u faults there, %u and %u made more work",
                  n_transfers, end, n_places, n_lies, n_slips);
  g_assert_cmpuint (n_lies, ==, n_places);
  g_assert_cmpuint (n_slips, >=, n_places - 1);
}

static void
test_read (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) data = NULL;
  g_autoptr (GBytes) beyond = NULL;
  FlashBench bench;

  flash_bench_open (&bench, "f030");
  data = fk_flash_read (bench.flash, (FkRange){ FLASH + 1, 16382 }, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_bytes_get_size (data), ==, 16382);
  beyond = fk_flash_read (bench.flash, (FkRange){ FLASH + 16000, 1000 }, NULL, NULL, &error);
  g_assert_null (beyond);
  g_assert_error (error, FK_ERROR, FK_ERROR_BUS_FAULT);
  g_assert_nonnull (strstr (error->message, "0x08003e80-0x08004267"));
  flash_bench_close (&bench);
}

static void
add_for_boards (const char *test, GTestDataFunc func)
{
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_strdup_printf ("/flash/%s/%s", test, names[i]);

      g_test_add_data_func (path, names[i], func);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add_for_boards ("checksum", test_checksum);
  g_test_add_data_func ("/flash/clock/blue-pill", "blue-pill", test_clock);
  g_test_add_data_func ("/flash/clock/f030", "f030", test_clock);
  add_for_boards ("find-uid", test_find_uid);
  add_for_boards ("find-gives-back", test_find_gives_back);
  add_for_boards ("many-sums", test_many_sums);
  add_for_boards ("read-proved", test_read_proved);
  add_for_boards ("unit-given-back", test_unit_given_back);
  add_for_boards ("wrong-unit", test_wrong_unit);
  add_for_boards ("read-proved-flip", test_read_proved_flip);
  add_for_boards ("sum-of-nothing", test_sum_of_nothing);
  add_for_boards ("ram-given-back", test_ram_given_back);
  add_for_boards ("odd-places", test_odd_places);
  add_for_boards ("without-ram", test_without_ram);
  add_for_boards ("in-place", test_in_place);
  g_test_add_data_func ("/flash/mass-erase/f1", "blue-pill", test_mass_erase);
  g_test_add_data_func ("/flash/mass-erase/f0", "f030", test_mass_erase);
  g_test_add_data_func ("/flash/mass-erase/f4", "disco-f4", test_mass_erase);
  g_test_add_func ("/flash/erase", test_erase);
  g_test_add_func ("/flash/progress", test_progress);
  g_test_add_func ("/flash/same-again", test_same_again);
  g_test_add_func ("/flash/width", test_width);
  g_test_add_func ("/flash/mismatch", test_mismatch);
  g_test_add_func ("/flash/running-core", test_running_core);
  g_test_add_func ("/flash/read", test_read);
  add_for_boards ("dead-cell", test_dead_cell);
  g_test_add_func ("/flash/write-protection", test_write_protection);
  g_test_add_data_func ("/flash/read-protected/f1", "blue-pill?rdp=1", test_read_protected);
  g_test_add_data_func ("/flash/read-protected/f0", "f030?rdp=1", test_read_protected);
  g_test_add_data_func ("/flash/read-protected/f4", "disco-f4?rdp=1", test_read_protected);
  add_for_boards ("cancel", test_cancel);
  g_test_add_func ("/flash/old-probe", test_old_probe);
  g_test_add_func ("/flash/wrong-chip", test_wrong_chip);
  g_test_add_data_func ("/flash/faults/f1", "blue-pill", test_faults);
  g_test_add_data_func ("/flash/faults/f4", "creator-pro", test_faults);
  return g_test_run ();
}
