/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Proving what the flash of the simulated boards holds: by sums that the chip computes, and by
 * reading. */

#include "config.h"

#include "each-board.h"
#include "flash-bench.h"

#include "base/fk-crc32.h"
#include "base/fk-error.h"
#include "compare/fk-uid-search.h"
#include "flash/fk-flash-private.h"

#include <string.h>

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

static gboolean
read_meanwhile (gpointer data, GError **error)
{
  FlashBench *bench = data;
  guint32 word;

  return fk_target_read_u32 (bench->target, FLASH, &word, error);
}

/* What sums and a search borrow one after the other, and more of it, is given back as it was before
 * the first, also where others that give back at once come in between. */
static void
test_kept_loan (gconstpointer name)
{
  static const guint8 numbers[] = { 0,
                                    1,
                                    2,
                                    3,
                                    4,
                                    5,
                                    6,
                                    7,
                                    8,
                                    9,
                                    10,
                                    11,
                                    12,
                                    FK_REG_LR,
                                    FK_REG_PC,
                                    FK_REG_XPSR,
                                    FK_REG_MSP,
                                    FK_REG_PSP,
                                    FK_REG_CONTROL_PRIMASK };
  g_autoptr (GArray) words = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree guint8 *flash = NULL;
  guint8 before[4096], now[4096];
  guint32 registers[G_N_ELEMENTS (numbers)], registers_now[G_N_ELEMENTS (numbers)];
  FlashBench bench;

  flash_bench_open (&bench, name);
  flash = flash_bench_peek_all (&bench);
  words = fk_uid_list_words (fk_identity_get_uid_bytes (bench.identity));
  for (guint8 i = 0; i < 13; i++)
    g_assert_true (fk_target_write_register (bench.target, i, 0x11111111u * i, NULL));
  g_assert_true (fk_target_read (bench.target, RAM, before, sizeof before, NULL, NULL, NULL));
  g_assert_true (
      fk_target_read_registers (bench.target, numbers, registers, G_N_ELEMENTS (numbers), NULL));
  for (guint i = 0; i < 4; i++)
    {
      FkFlashSum sum = { .range = bench.range };
      guint32 crc;
      gboolean found;
      guint32 pc;

      if (i != 1)
        {
          g_assert_true (fk_flash_sum_and_read (bench.flash, &sum, 1, read_meanwhile, &bench, NULL,
                                                NULL, &error));
          g_assert_no_error (error);
          g_assert_cmphex (sum.crc, ==, fk_crc32 (flash, bench.range.size));
          g_assert_true (fk_target_read_register (bench.target, FK_REG_PC, &pc, NULL));
          g_assert_cmphex (pc, !=, registers[14]);
        }
      if (i != 2)
        g_assert_true (
            fk_flash_has_word (bench.flash, bench.range, words, &found, NULL, NULL, NULL, &error));
      if (i == 3)
        {
          g_assert_true (
              fk_flash_checksum (bench.flash, (FkRange){ FLASH, 100 }, &crc, NULL, NULL, &error));
          g_assert_cmphex (crc, ==, fk_crc32 (flash, 100));
          g_assert_true (fk_flash_checksum (bench.flash, bench.range, &crc, NULL, NULL, &error));
          g_assert_cmphex (crc, ==, fk_crc32 (flash, bench.range.size));
        }
      g_assert_true (fk_flash_give_back (bench.flash, &error));
      g_assert_no_error (error);
      g_assert_true (fk_target_read (bench.target, RAM, now, sizeof now, NULL, NULL, NULL));
      g_assert_cmpmem (now, sizeof now, before, sizeof before);
      g_assert_true (fk_target_read_registers (bench.target, numbers, registers_now,
                                               G_N_ELEMENTS (numbers), NULL));
      for (guint j = 0; j < G_N_ELEMENTS (numbers); j++)
        g_assert_cmphex (registers_now[j], ==, registers[j]);
    }
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

#define CRC_DR  0x00u
#define CRC_CR  0x08u
#define CRC_POL 0x14u

/* A program was interrupted in the middle of a sum of its own, with bits turned round or not, or
 * has just switched the unit's clock off: it finds all of that again. */
static void
test_unit_given_back (gconstpointer name)
{
  FlashBench bench;
  guint32 base, clock, bits;
  gboolean reverses;

  flash_bench_open (&bench, name);
  base = fk_chip_get_register (bench.chip, "crc");
  clock = fk_chip_get_register (bench.chip, "crc-clock");
  bits = fk_chip_get_number (bench.chip, "crc-clock", 0);
  reverses = fk_chip_get_number (bench.chip, "crc-reverses", 0) != 0;
  for (guint i = 0; i < 4; i++)
    {
      guint32 enabled = flash_bench_get (&bench, clock);
      guint32 control = reverses && i >= 2 ? 0xa0 : 0;
      guint32 before, crc = 0;
      g_autofree guint8 *held = flash_bench_peek_all (&bench);

      flash_bench_set (&bench, clock, enabled | bits);
      flash_bench_set (&bench, base + CRC_CR, control);
      flash_bench_set (&bench, base + CRC_DR, 0x12345678 + i);
      before = flash_bench_get (&bench, base + CRC_DR);
      if (i % 2 == 0)
        flash_bench_set (&bench, clock, enabled);
      g_assert_true (fk_flash_checksum (bench.flash, bench.range, &crc, NULL, NULL, NULL));
      g_assert_cmphex (crc, ==, fk_crc32 (held, bench.range.size));
      g_assert_true (bench.flash->summed_by_unit);
      g_assert_cmphex (flash_bench_get (&bench, clock), ==, i % 2 == 0 ? enabled : enabled | bits);
      flash_bench_set (&bench, clock, enabled | bits);
      g_assert_cmphex (flash_bench_get (&bench, base + CRC_DR), ==, before);
      if (reverses)
        g_assert_cmphex (flash_bench_get (&bench, base + CRC_CR), ==, control);
      flash_bench_set (&bench, clock, enabled);
    }
  flash_bench_close (&bench);
}

/* A program has given the unit another polynomial: it is left as it was, and done without. */
static void
test_unit_refused (gconstpointer name)
{
  static const guint32 offsets[] = { CRC_CR, CRC_POL, CRC_DR };
  FlashBench bench;
  guint32 base, clock, bits;

  flash_bench_open (&bench, name);
  base = fk_chip_get_register (bench.chip, "crc");
  clock = fk_chip_get_register (bench.chip, "crc-clock");
  bits = fk_chip_get_number (bench.chip, "crc-clock", 0);
  for (guint i = 0; i < 2; i++)
    {
      guint32 enabled = flash_bench_get (&bench, clock);
      guint32 before[G_N_ELEMENTS (offsets)];
      guint32 crc = 0;
      g_autofree guint8 *held = flash_bench_peek_all (&bench);

      flash_bench_set (&bench, clock, enabled | bits);
      flash_bench_set (&bench, base + CRC_CR, 0x80 | 2 << 3);
      flash_bench_set (&bench, base + CRC_POL, 0x9b);
      flash_bench_set (&bench, base + CRC_DR, 0x12345678);
      for (guint j = 0; j < G_N_ELEMENTS (offsets); j++)
        before[j] = flash_bench_get (&bench, base + offsets[j]);
      g_assert_cmphex (before[1], ==, 0x9b);
      if (i == 0)
        flash_bench_set (&bench, clock, enabled);
      g_assert_true (fk_flash_checksum (bench.flash, bench.range, &crc, NULL, NULL, NULL));
      g_assert_cmphex (crc, ==, fk_crc32 (held, bench.range.size));
      g_assert_false (bench.flash->summed_by_unit);
      g_assert_cmphex (flash_bench_get (&bench, clock), ==, i == 0 ? enabled : enabled | bits);
      flash_bench_set (&bench, clock, enabled | bits);
      for (guint j = 0; j < G_N_ELEMENTS (offsets); j++)
        g_assert_cmphex (flash_bench_get (&bench, base + offsets[j]), ==, before[j]);
      flash_bench_set (&bench, clock, enabled);
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
  FkProgress *progress = fk_progress_new (flash_bench_collect_note, notes, NULL);
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

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  add_for_each_board ("/flash/checksum/", test_checksum);
  add_for_each_board ("/flash/find-uid/", test_find_uid);
  add_for_each_board ("/flash/find-gives-back/", test_find_gives_back);
  add_for_each_board ("/flash/kept-loan/", test_kept_loan);
  add_for_each_board ("/flash/many-sums/", test_many_sums);
  add_for_each_board ("/flash/read-proved/", test_read_proved);
  add_for_each_board ("/flash/unit-given-back/", test_unit_given_back);
  g_test_add_data_func ("/flash/unit-refused", "nucleo-f746", test_unit_refused);
  add_for_each_board ("/flash/wrong-unit/", test_wrong_unit);
  add_for_each_board ("/flash/read-proved-flip/", test_read_proved_flip);
  add_for_each_board ("/flash/sum-of-nothing/", test_sum_of_nothing);
  add_for_each_board ("/flash/ram-given-back/", test_ram_given_back);
  g_test_add_func ("/flash/mismatch", test_mismatch);
  g_test_add_func ("/flash/running-core", test_running_core);
  g_test_add_func ("/flash/read", test_read);

  return g_test_run ();
}
