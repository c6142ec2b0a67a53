/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Writing flash on the simulated boards: through the ST-LINK driver, with our loaders run by the
 * chip's core, and without them. */

#include "config.h"

#include "each-board.h"
#include "flash-bench.h"

#include "base/fk-error.h"

#include <string.h>

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
    g_autoptr (GBytes) across = flash_bench_random_bytes (1, 2051);
    g_autoptr (GBytes) tail = flash_bench_random_bytes (2, 777);

    flash_bench_write_and_look (&bench, FLASH + 1021, across, FK_PLAN_DEFAULT, FK_VERIFIED_CRC);
    flash_bench_write_and_look (&bench, FLASH + size - 777, tail, FK_PLAN_DEFAULT, FK_VERIFIED_CRC);
    flash_bench_write_and_look (&bench, FLASH + 3, one, FK_PLAN_DEFAULT, FK_VERIFIED_CRC);
    flash_bench_write_and_look (&bench, FLASH + size - 1, one, FK_PLAN_DEFAULT, FK_VERIFIED_CRC);
    flash_bench_write_and_look (&bench, FLASH + 1021, across, FK_PLAN_DEFAULT, FK_VERIFIED_CRC);
  }
  flash_bench_close (&bench);
}

#define L4_SR     0x40022010u
#define L4_PEMPTY (1u << 17)

/* A chip that was blank when power came starts what was programmed since, and one that still is
 * blank goes on saying so. */
static void
test_first_program (void)
{
  g_autoptr (GBytes) data = flash_bench_random_bytes (5, 256);
  g_autofree guint8 *blank = NULL;
  FlashBench bench;

  flash_bench_open (&bench, "nucleo-l4r5");
  blank = g_malloc (bench.range.size);
  memset (blank, 0xff, bench.range.size);
  flash_bench_poke_all (&bench, blank);
  flash_bench_poke_option (&bench, 0x1ff00000, 0xffeff8aa);
  g_assert_cmphex (flash_bench_get (&bench, L4_SR), ==, L4_PEMPTY);
  flash_bench_write_and_look (&bench, FLASH + 0x1000, data, FK_PLAN_DEFAULT, FK_VERIFIED_CRC);
  g_assert_cmphex (flash_bench_get (&bench, L4_SR) & L4_PEMPTY, ==, L4_PEMPTY);
  flash_bench_write_and_look (&bench, FLASH, data, FK_PLAN_DEFAULT, FK_VERIFIED_CRC);
  g_assert_cmphex (flash_bench_get (&bench, L4_SR) & L4_PEMPTY, ==, 0);
  flash_bench_write_and_look (&bench, FLASH + 8, data, FK_PLAN_DEFAULT, FK_VERIFIED_CRC);
  g_assert_cmphex (flash_bench_get (&bench, L4_SR) & L4_PEMPTY, ==, 0);
  flash_bench_close (&bench);
}

/* What DB1M and DBANK do together to a flash of 1 MiB is not certain. */
static void
test_uncertain_banks (void)
{
  static const guint32 options[] = { 0xffcff8aa, 0xffaff8aa, 0xff8ff8aa };
  g_autoptr (GBytes) data = flash_bench_random_bytes (6, 256);

  for (guint i = 0; i < G_N_ELEMENTS (options); i++)
    {
      g_autoptr (FkFlashPlan) plan = NULL;
      g_autoptr (GError) error = NULL;
      g_autofree guint8 *before = NULL;
      FlashBench bench;

      flash_bench_open (&bench, "nucleo-l4r5?flash=1024");
      flash_bench_poke_option (&bench, 0x1ff00000, options[i]);
      before = flash_bench_peek_all (&bench);
      plan = flash_bench_plan (&bench, FLASH + 0x800, data, FK_PLAN_DEFAULT);
      g_assert_false (fk_flash_execute (bench.flash, plan, NULL, NULL, NULL, &error));
      g_assert_error (error, FK_ERROR, FK_ERROR_NOT_SUPPORTED);
      g_assert_nonnull (strstr (error->message, "one bank instead of two"));
      flash_bench_assert_holds (&bench, before);
      flash_bench_close (&bench);
    }
}

static void
test_without_ram (gconstpointer name)
{
  g_autoptr (GString) notes = g_string_new (NULL);
  FkProgress *progress = fk_progress_new (flash_bench_collect_note, notes, NULL);
  g_autoptr (GBytes) data = flash_bench_random_bytes (3, 301);
  g_autoptr (FkFlashPlan) plan = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree guint8 *expected = NULL;
  FkVerified how = FK_VERIFIED_NO;
  FlashBench bench;

  flash_bench_open_with_new_probe (&bench, name);
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
  g_autoptr (GBytes) data = flash_bench_random_bytes (5, 3000);
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

/* Erased cells get data without an erase; what is programmed second begins a unit of any board. */
static void
test_in_place (gconstpointer name)
{
  g_autoptr (GBytes) first = flash_bench_random_bytes (4, 1000);
  g_autoptr (GBytes) second = flash_bench_random_bytes (5, 444);
  g_autofree guint8 *blank = NULL;
  FlashBench bench;
  guint64 n_erases;

  flash_bench_open (&bench, name);
  blank = g_malloc (bench.range.size);
  memset (blank, fk_chip_get_erased_value (bench.chip), bench.range.size);
  flash_bench_poke_all (&bench, blank);
  n_erases = fk_sim_board_get_n_erases (bench.board);
  flash_bench_write_and_look (&bench, FLASH, first, FK_PLAN_DEFAULT, FK_VERIFIED_CRC);
  flash_bench_write_and_look (&bench, FLASH + 1024, second, FK_PLAN_DEFAULT, FK_VERIFIED_CRC);
  g_assert_cmpuint (fk_sim_board_get_n_erases (bench.board), ==, n_erases);
  flash_bench_close (&bench);
}

/* A whole chip at once; where that is a megabyte, most of it stays blank. */
static void
check_mass_erase (FlashBench *bench)
{
  g_autofree guint8 *full = g_malloc (bench->range.size);
  guint8 *wanted = g_malloc (bench->range.size);
  g_autoptr (GBytes) data = NULL;
  g_autoptr (FkFlashPlan) plan = NULL;

  flash_bench_fill_random (60, full, bench->range.size);
  flash_bench_poke_all (bench, full);
  memset (wanted, 0xff, bench->range.size);
  flash_bench_fill_random (6, wanted, MIN (bench->range.size, 65536));
  data = g_bytes_new_take (wanted, bench->range.size);
  plan = flash_bench_plan (bench, FLASH, data, FK_PLAN_ALLOW_MASS_ERASE);
  g_assert_true (fk_flash_plan_is_mass_erase (plan));
  flash_bench_write_and_look (bench, FLASH, data, FK_PLAN_ALLOW_MASS_ERASE, FK_VERIFIED_CRC);
}

static void
test_mass_erase (gconstpointer name)
{
  FlashBench bench;

  flash_bench_open (&bench, name);
  check_mass_erase (&bench);
  flash_bench_close (&bench);
}

/* With one bank, as DBANK divides it, pages are twice as large, and a page of what is the second
 * bank else is protected by its number. */
static void
test_one_bank (void)
{
  g_autoptr (GBytes) data = flash_bench_random_bytes (4, 3000);
  g_autoptr (GError) error = NULL;
  g_autoptr (FkFlashPlan) plan = NULL;
  g_autoptr (FkOptionBytes) options = NULL;
  guint n_sectors;
  FlashBench bench;

  flash_bench_open (&bench, "nucleo-g474");
  flash_bench_poke_option (&bench, 0x1fff7800, 0xffaff8aa);
  g_assert_cmphex (fk_chip_get_sectors (bench.chip, &n_sectors)->range.size, ==, 4096);
  g_assert_cmpuint (n_sectors, ==, 128);
  flash_bench_write_and_look (&bench, FLASH + 0x40ff1, data, FK_PLAN_DEFAULT, FK_VERIFIED_CRC);
  flash_bench_write_and_look (&bench, FLASH + 0x7f448, data, FK_PLAN_DEFAULT, FK_VERIFIED_CRC);

  options = fk_flash_read_options (bench.flash, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (fk_option_bytes_set (options, "WRP2A_STRT", 0x41, NULL));
  g_assert_true (fk_option_bytes_set (options, "WRP2A_END", 0x41, NULL));
  fk_flash_write_options (bench.flash, options, NULL, NULL, &error);
  g_assert_no_error (error);
  plan = flash_bench_plan (&bench, FLASH + 0x41800, data, FK_PLAN_DEFAULT);
  g_assert_false (fk_flash_execute (bench.flash, plan, NULL, NULL, NULL, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_WRITE_PROTECTED);
  g_assert_nonnull (strstr (error->message, "0x08041000"));
  g_assert_nonnull (strstr (error->message, "WRP2A"));
  g_clear_error (&error);
  flash_bench_write_and_look (&bench, FLASH + 0x40000, data, FK_PLAN_DEFAULT, FK_VERIFIED_CRC);
  flash_bench_write_and_look (&bench, FLASH + 0x42000, data, FK_PLAN_DEFAULT, FK_VERIFIED_CRC);

  g_assert_true (fk_option_bytes_set (options, "WRP2A_STRT", 0x7f, NULL));
  g_assert_true (fk_option_bytes_set (options, "WRP2A_END", 0, NULL));
  fk_flash_write_options (bench.flash, options, NULL, NULL, &error);
  g_assert_no_error (error);
  check_mass_erase (&bench);
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
  g_autoptr (GBytes) data = flash_bench_random_bytes (15, 30000);
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
  } rows[] = { { "creator-pro?millivolts=1800", 1 },    { "creator-pro?millivolts=2400", 2 },
               { "creator-pro?millivolts=2690", 2 },    { "creator-pro?millivolts=3300", 4 },
               { "skr-mini-e3-v3?millivolts=1800", 8 }, { "nucleo-u575?millivolts=1800", 16 },
               { "skr-3?millivolts=1800", 32 },         { "octopus-h723?millivolts=1800", 32 },
               { "nucleo-h7a3?millivolts=1800", 16 } };
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
      memset (blank, fk_chip_get_erased_value (bench.chip), bench.range.size);
      flash_bench_poke_all (&bench, blank);
      before = fk_sim_board_get_n_programmed (bench.board);
      flash_bench_write_and_look (&bench, FLASH + 0x40000, data, FK_PLAN_DEFAULT, FK_VERIFIED_CRC);
      g_assert_cmpuint (fk_sim_board_get_n_programmed (bench.board) - before, ==,
                        sizeof word / rows[i].width);
      flash_bench_close (&bench);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_data_func ("/flash/clock/blue-pill", "blue-pill", test_clock);
  g_test_add_data_func ("/flash/clock/f030", "f030", test_clock);
  add_for_each_board ("/flash/odd-places/", test_odd_places);
  add_for_each_board ("/flash/without-ram/", test_without_ram);
  add_for_each_board ("/flash/in-place/", test_in_place);
  g_test_add_data_func ("/flash/mass-erase/f1", "blue-pill", test_mass_erase);
  g_test_add_data_func ("/flash/mass-erase/f0", "f030", test_mass_erase);
  g_test_add_data_func ("/flash/mass-erase/f4", "disco-f4", test_mass_erase);
  g_test_add_data_func ("/flash/mass-erase/g0", "skr-mini-e3-v3", test_mass_erase);
  g_test_add_data_func ("/flash/mass-erase/g4", "nucleo-g474", test_mass_erase);
  g_test_add_data_func ("/flash/mass-erase/u5", "nucleo-u575", test_mass_erase);
  g_test_add_data_func ("/flash/mass-erase/h7", "skr-3", test_mass_erase);
  g_test_add_data_func ("/flash/mass-erase/h723", "octopus-h723", test_mass_erase);
  g_test_add_data_func ("/flash/mass-erase/h7a3", "nucleo-h7a3", test_mass_erase);
  g_test_add_func ("/flash/one-bank", test_one_bank);
  g_test_add_func ("/flash/first-program", test_first_program);
  g_test_add_func ("/flash/uncertain-banks", test_uncertain_banks);
  g_test_add_func ("/flash/erase", test_erase);
  g_test_add_func ("/flash/progress", test_progress);
  g_test_add_func ("/flash/same-again", test_same_again);
  g_test_add_func ("/flash/width", test_width);

  return g_test_run ();
}
