/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The flash controller of the simulated G0: RM0444 3, and for the rules of programming, erasing and
 * protection RM0440 3.3.5 to 3.5.4. */

#include "config.h"

#include "sim-flash-bench.h"

#include <string.h>

#define BANK_2 (FLASH + 0x40000)
#define BLANK  0xffffffffu

static FkSimChip *
new_open (void)
{
  FkSimChip *chip = bench_new ("stm32g0b1");

  set (chip, L4_KEYR, KEY1);
  set (chip, L4_KEYR, KEY2);
  g_assert_false (fk_sim_chip_is_flash_locked (chip));
  return chip;
}

static void
open_options (FkSimChip *chip)
{
  set (chip, L4_OPTKEYR, 0x08192a3b);
  set (chip, L4_OPTKEYR, 0x4c5d6e7f);
  g_assert_cmphex (get (chip, L4_CR) & (L4_LOCK | L4_OPTLOCK), ==, 0);
}

static void
wait_l4 (FkSimChip *chip)
{
  wait_idle (chip, L4_SR, L4_BSY1 | L4_BSY2 | L4_CFGBSY);
}

static void
program (FkSimChip *chip, guint32 address, guint32 low, guint32 high)
{
  set (chip, L4_CR, L4_PG);
  set (chip, address, low);
  set (chip, address + 4, high);
  wait_l4 (chip);
  set (chip, L4_CR, 0);
}

static guint32
take_errors (FkSimChip *chip)
{
  guint32 sr = get (chip, L4_SR);

  set (chip, L4_SR, sr);
  g_assert_cmphex (get (chip, L4_SR) & 0xffff, ==, 0);
  return sr;
}

static void
erase (FkSimChip *chip, guint32 what)
{
  set (chip, L4_CR, what);
  set (chip, L4_CR, what | L4_STRT);
  wait_l4 (chip);
  set (chip, L4_CR, 0);
}

static void
program_options (FkSimChip *chip)
{
  set (chip, L4_CR, L4_OPTSTRT);
  wait_l4 (chip);
}

static void
launch (FkSimChip *chip)
{
  set (chip, L4_CR, L4_OBL_LAUNCH);
  set (chip, L4_KEYR, KEY1);
  set (chip, L4_KEYR, KEY2);
  open_options (chip);
}

static void
test_keys (void)
{
  g_autoptr (FkSimChip) chip = bench_new ("stm32g0b1");

  g_assert_cmphex (get (chip, L4_CR), ==, L4_LOCK | L4_OPTLOCK);
  set (chip, L4_CR, L4_PG);
  g_assert_cmphex (get (chip, L4_CR), ==, L4_LOCK | L4_OPTLOCK);
  /* The option keys alone open nothing. */
  set (chip, L4_OPTKEYR, 0x08192a3b);
  set (chip, L4_OPTKEYR, 0x4c5d6e7f);
  g_assert_cmphex (get (chip, L4_CR), ==, L4_LOCK | L4_OPTLOCK);
  set (chip, L4_KEYR, KEY1);
  set (chip, L4_KEYR, KEY2);
  g_assert_cmphex (get (chip, L4_CR), ==, L4_OPTLOCK);
  open_options (chip);
  g_assert_cmphex (get (chip, L4_CR), ==, 0);
  /* OPTLOCK closes alone, LOCK closes both. */
  set (chip, L4_CR, L4_OPTLOCK);
  g_assert_cmphex (get (chip, L4_CR), ==, L4_OPTLOCK);
  set (chip, L4_CR, 0);
  g_assert_cmphex (get (chip, L4_CR), ==, L4_OPTLOCK);
  open_options (chip);
  set (chip, L4_CR, L4_LOCK);
  g_assert_cmphex (get (chip, L4_CR), ==, L4_LOCK | L4_OPTLOCK);
  /* A wrong key: a bus error, and nothing more until a reset. */
  g_assert_false (fk_sim_chip_write (chip, L4_KEYR, 4, KEY2));
  g_assert_false (fk_sim_chip_write (chip, L4_KEYR, 4, KEY1));
  pin_reset (chip);
  set (chip, L4_KEYR, KEY1);
  g_assert_false (fk_sim_chip_write (chip, L4_KEYR, 4, KEY1));
  pin_reset (chip);
  set (chip, L4_KEYR, KEY1);
  set (chip, L4_KEYR, KEY2);
  g_assert_false (fk_sim_chip_is_flash_locked (chip));
}

static void
test_program (void)
{
  g_autoptr (FkSimChip) chip = new_open ();
  FkSimChipCounters counters;

  set (chip, FLASH, 1);
  g_assert_cmphex (take_errors (chip), ==, L4_PGSERR); /* PG is off */
  set (chip, L4_CR, L4_PG);
  set (chip, FLASH + 8, 0x11223344);
  g_assert_cmphex (get (chip, L4_SR), ==, L4_CFGBSY);
  g_assert_cmphex (get (chip, FLASH + 8), ==, BLANK);
  set (chip, FLASH + 12, 0x55667788);
  g_assert_cmphex (get (chip, L4_SR), ==, L4_CFGBSY | L4_BSY1);
  fk_sim_chip_advance (chip, 84 * US);
  g_assert_cmphex (get (chip, L4_SR), ==, L4_CFGBSY | L4_BSY1);
  fk_sim_chip_advance (chip, 1 * US);
  g_assert_cmphex (get (chip, L4_SR), ==, 0); /* EOP needs EOPIE */
  g_assert_cmphex (get (chip, FLASH + 8), ==, 0x11223344);
  g_assert_cmphex (get (chip, FLASH + 12), ==, 0x55667788);
  fk_sim_chip_get_counters (chip, &counters);
  g_assert_cmpuint (counters.n_programmed, ==, 1);

  set (chip, L4_CR, L4_PG | L4_EOPIE);
  set (chip, BANK_2, 0);
  set (chip, BANK_2 + 4, 1);
  g_assert_cmphex (get (chip, L4_SR), ==, L4_CFGBSY | L4_BSY2);
  wait_l4 (chip);
  g_assert_cmphex (take_errors (chip), ==, L4_EOP);
  g_assert_cmphex (get (chip, BANK_2 + 4), ==, 1);
  /* The next one need not wait on our side: the bus waits. */
  set (chip, L4_CR, L4_PG);
  for (guint i = 0; i < 8; i++)
    set (chip, FLASH + 0x20 + 4 * i, i + 1);
  wait_l4 (chip);
  g_assert_cmphex (get (chip, L4_SR), ==, 0);
  for (guint i = 0; i < 8; i++)
    g_assert_cmphex (get (chip, FLASH + 0x20 + 4 * i), ==, i + 1);
}

/* ECC: a double word is written once, with whatever value, and once more with zeros. */
static void
test_program_once (void)
{
  g_autoptr (FkSimChip) chip = new_open ();

  program (chip, FLASH, 0xffff0000, BLANK);
  g_assert_cmphex (take_errors (chip), ==, 0);
  program (chip, FLASH, 0x00000000, BLANK); /* would only clear bits */
  g_assert_cmphex (take_errors (chip), ==, L4_PROGERR);
  g_assert_cmphex (get (chip, FLASH), ==, 0xffff0000);
  program (chip, FLASH, 0xffff0000, BLANK); /* not even the same */
  g_assert_cmphex (take_errors (chip), ==, L4_PROGERR);
  program (chip, FLASH, 0, 0);
  g_assert_cmphex (take_errors (chip), ==, 0);
  g_assert_cmphex (get (chip, FLASH) | get (chip, FLASH + 4), ==, 0);

  /* Ones look blank, and are written all the same. */
  program (chip, FLASH + 0x800, BLANK, BLANK);
  g_assert_cmphex (take_errors (chip), ==, 0);
  program (chip, FLASH + 0x800, 1, 2);
  g_assert_cmphex (take_errors (chip), ==, L4_PROGERR);
  erase (chip, L4_PER | 1 << 3);
  program (chip, FLASH + 0x800, 1, 2);
  g_assert_cmphex (take_errors (chip), ==, 0);
  g_assert_cmphex (get (chip, FLASH + 0x800), ==, 1);
}

static void
test_program_errors (void)
{
  g_autoptr (FkSimChip) chip = new_open ();

  set (chip, L4_CR, L4_PG);
  set_as (chip, FLASH, 2, 1);
  g_assert_cmphex (take_errors (chip), ==, L4_SIZERR);
  set_as (chip, FLASH, 1, 1);
  g_assert_cmphex (take_errors (chip), ==, L4_SIZERR);
  set (chip, FLASH + 4, 1);
  g_assert_cmphex (take_errors (chip), ==, L4_PGAERR);
  set (chip, FLASH + 8, 1);
  set (chip, FLASH + 0x14, 1); /* of another double word */
  g_assert_cmphex (take_errors (chip), ==, L4_PGAERR);
  set (chip, FLASH + 8, 1);
  set (chip, FLASH + 8, 1);
  g_assert_cmphex (get (chip, L4_SR), ==, L4_PGAERR);
  /* As long as an error stands, nothing goes. */
  set (chip, FLASH + 8, 1);
  g_assert_cmphex (get (chip, L4_SR), ==, L4_PGAERR | L4_PGSERR);
  set (chip, L4_CR, L4_PER);
  set (chip, L4_CR, L4_PER | L4_STRT);
  g_assert_cmphex (take_errors (chip), ==, L4_PGAERR | L4_PGSERR);
  g_assert_cmphex (get (chip, FLASH + 8), ==, BLANK);
  /* Nor with bits of two operations, nor with none. */
  set (chip, L4_CR, L4_PG | L4_PER);
  set (chip, FLASH, 1);
  g_assert_cmphex (take_errors (chip), ==, L4_PGSERR);
  set (chip, L4_CR, L4_PG | L4_PER | L4_STRT);
  g_assert_cmphex (take_errors (chip), ==, L4_PGSERR);
  set (chip, L4_CR, L4_PER | L4_MER1 | L4_STRT);
  g_assert_cmphex (take_errors (chip), ==, L4_PGSERR);
  set (chip, L4_CR, L4_STRT);
  g_assert_cmphex (take_errors (chip), ==, L4_PGSERR);
  /* With ERRIE an error shows as OPERR too. */
  set (chip, L4_CR, L4_PG | L4_ERRIE);
  set_as (chip, FLASH, 2, 1);
  g_assert_cmphex (take_errors (chip), ==, L4_SIZERR | L4_OPERR);
  g_assert_cmpuint (fk_sim_chip_get_n_programmed (chip), ==, 0);
}

/* The first word alone holds the settings until the second comes, or a reset. */
static void
test_half_a_double_word (void)
{
  g_autoptr (FkSimChip) chip = new_open ();

  set (chip, L4_CR, L4_PG);
  set (chip, FLASH, 0x1234);
  fk_sim_chip_advance (chip, 1000 * MS);
  g_assert_cmphex (get (chip, L4_SR), ==, L4_CFGBSY);
  set (chip, L4_CR, 0);
  g_assert_cmphex (get (chip, L4_CR) & L4_PG, ==, L4_PG);
  set (chip, FLASH + 4, 0x5678);
  wait_l4 (chip);
  g_assert_cmphex (get (chip, FLASH), ==, 0x1234);
  set (chip, FLASH + 8, 0x1234);
  pin_reset (chip);
  g_assert_cmphex (get (chip, L4_SR), ==, 0);
  g_assert_cmphex (get (chip, L4_CR), ==, L4_LOCK | L4_OPTLOCK);
  g_assert_cmphex (get (chip, FLASH + 8), ==, BLANK);
}

static void
fill (FkSimChip *chip)
{
  g_autofree guint8 *zeros = g_malloc0 (0x80000);

  g_assert_true (fk_sim_chip_poke (chip, FLASH, zeros, 0x80000));
}

/* That what is blank is [@from, @to) of the flash, and nothing else is. */
static void
assert_blank (FkSimChip *chip, guint32 from, guint32 to)
{
  g_autofree guint8 *after = g_malloc (0x80000);

  g_assert_true (fk_sim_chip_peek (chip, FLASH, after, 0x80000));
  for (guint32 i = 0; i < 0x80000; i += 0x400)
    g_assert_cmphex (after[i], ==, i >= from && i < to ? 0xff : 0);
}

static void
test_erase (void)
{
  g_autoptr (FkSimChip) chip = new_open ();
  FkSimChipCounters counters;

  fill (chip);
  erase (chip, L4_PER | 127 << 3);
  assert_blank (chip, 0x3f800, 0x40000);
  fill (chip);
  erase (chip, L4_PER | L4_BKER | 3 << 3);
  assert_blank (chip, 0x41800, 0x42000);
  fill (chip);
  erase (chip, L4_PER | L4_BKER | (256 + 127) << 3);
  assert_blank (chip, 0x7f800, 0x80000);
  fk_sim_chip_get_counters (chip, &counters);
  g_assert_cmpuint (counters.n_sector_erases, ==, 3);
  g_assert_cmpuint (counters.flash_busy_ns, ==, 3 * 22 * MS);
  /* Bank 1 has no page 128. */
  fill (chip);
  erase (chip, L4_PER | 128 << 3);
  g_assert_cmphex (take_errors (chip), ==, 0);
  assert_blank (chip, 0, 0);

  erase (chip, L4_MER2);
  assert_blank (chip, 0x40000, 0x80000);
  fill (chip);
  erase (chip, L4_MER1);
  assert_blank (chip, 0, 0x40000);
  fill (chip);
  set (chip, L4_CR, L4_MER1 | L4_MER2 | L4_STRT | L4_EOPIE);
  g_assert_cmphex (get (chip, L4_SR), ==, L4_CFGBSY | L4_BSY1 | L4_BSY2);
  fk_sim_chip_advance (chip, 22 * MS);
  g_assert_cmphex (get (chip, L4_SR) & L4_BSY1, ==, L4_BSY1);
  fk_sim_chip_advance (chip, 100 * US);
  g_assert_cmphex (get (chip, L4_SR), ==, L4_EOP);
  g_assert_cmphex (get (chip, L4_CR) & L4_STRT, ==, 0);
  assert_blank (chip, 0, 0x80000);
}

/* A reset in the middle leaves half a page. */
static void
test_erase_cut_short (void)
{
  g_autoptr (FkSimChip) chip = new_open ();

  fill (chip);
  set (chip, L4_CR, L4_PER | L4_BKER);
  set (chip, L4_CR, L4_PER | L4_BKER | L4_STRT);
  fk_sim_chip_advance (chip, 5 * MS);
  pin_reset (chip);
  assert_blank (chip, 0x40000, 0x40400);
}

/* RM0440 3.3.8: the other bank answers at once, this one when the operation is over. */
static void
test_read_while_write (void)
{
  g_autoptr (FkSimChip) chip = new_open ();
  guint8 block[32];
  guint64 before;

  set (chip, L4_CR, L4_PER | L4_BKER);
  set (chip, L4_CR, L4_PER | L4_BKER | L4_STRT);
  before = fk_sim_chip_get_time (chip);
  get (chip, FLASH);
  get (chip, 0);
  g_assert_cmpuint (fk_sim_chip_get_time (chip), ==, before);
  g_assert_cmphex (get (chip, L4_SR) & L4_BSY2, ==, L4_BSY2);
  g_assert_cmpuint (fk_sim_chip_read_block (chip, BANK_2 - 16, 4, block, 32), ==, 32);
  g_assert_cmpuint (fk_sim_chip_get_time (chip), ==, before + 22 * MS);
  set (chip, L4_CR, L4_PER | L4_STRT);
  before = fk_sim_chip_get_time (chip);
  get (chip, BANK_2);
  g_assert_cmpuint (fk_sim_chip_get_time (chip), ==, before);
  get (chip, 0);
  g_assert_cmpuint (fk_sim_chip_get_time (chip), ==, before + 22 * MS);
  /* So does a write to CR. */
  set (chip, L4_CR, L4_PER | L4_STRT);
  before = fk_sim_chip_get_time (chip);
  set (chip, L4_CR, L4_LOCK);
  g_assert_cmpuint (fk_sim_chip_get_time (chip), ==, before + 22 * MS);
}

static void
test_options (void)
{
  g_autoptr (FkSimChip) chip = bench_new ("stm32g0b1");

  g_assert_cmphex (get (chip, L4_OPTR), ==, 0xfffffeaa);
  g_assert_cmphex (get (chip, L4_WRP1AR), ==, 0x7f);
  g_assert_cmphex (get (chip, L4_OPTIONS), ==, 0xfffffeaa);
  g_assert_cmphex (get (chip, L4_OPTIONS + 4), ==, 0x00000155);
  g_assert_cmphex (get (chip, L4_OPTIONS + 0x18), ==, 0x7f);
  set (chip, L4_OPTR, 0);
  g_assert_cmphex (get (chip, L4_OPTR), ==, 0xfffffeaa);
  g_assert_false (fk_sim_chip_write (chip, L4_OPTIONS, 4, 0));

  set (chip, L4_KEYR, KEY1);
  set (chip, L4_KEYR, KEY2);
  set (chip, L4_OPTR, 0);
  g_assert_cmphex (get (chip, L4_OPTR), ==, 0xfffffeaa);
  open_options (chip);
  /* Written, not programmed: gone with the next reset. */
  set (chip, L4_OPTR, 0xfbfffeaa);
  g_assert_cmphex (get (chip, L4_OPTR), ==, 0xfbfffeaa);
  pin_reset (chip);
  g_assert_cmphex (get (chip, L4_OPTR), ==, 0xfffffeaa);

  set (chip, L4_KEYR, KEY1);
  set (chip, L4_KEYR, KEY2);
  open_options (chip);
  set (chip, L4_OPTR, 0xfbfffeaa);
  set (chip, L4_CR, L4_OPTSTRT);
  g_assert_cmphex (get (chip, L4_SR) & L4_BSY1, ==, L4_BSY1);
  wait_l4 (chip);
  g_assert_cmphex (get (chip, L4_OPTIONS), ==, 0xfbfffeaa);
  g_assert_cmphex (get (chip, L4_OPTIONS + 4), ==, 0x04000155);
  /* Programmed, not loaded: a system reset does not load. */
  pin_reset (chip);
  g_assert_cmphex (get (chip, L4_OPTR), ==, 0xfffffeaa);
  set (chip, L4_KEYR, KEY1);
  set (chip, L4_KEYR, KEY2);
  set (chip, L4_CR, L4_OBL_LAUNCH); /* behind OPTLOCK */
  g_assert_cmphex (get (chip, L4_CR), ==, L4_OPTLOCK);
  open_options (chip);
  set (chip, L4_CR, L4_OBL_LAUNCH);
  g_assert_cmphex (get (chip, L4_CR), ==, L4_LOCK | L4_OPTLOCK);
  g_assert_cmphex (get (chip, L4_OPTR), ==, 0xfbfffeaa);
  g_assert_cmphex (get (chip, 0x40021060) & 1u << 25, ==, 1u << 25); /* OBLRSTF */
  fk_sim_chip_power_cycle (chip);
  g_assert_cmphex (get (chip, L4_OPTR), ==, 0xfbfffeaa);
}

/* RM0440 3.4.2: a word that its complement does not confirm */
static void
test_options_mismatch (void)
{
  g_autoptr (FkSimChip) chip = bench_new ("stm32g0b1");
  guint8 bad = 0x55;

  g_assert_true (fk_sim_chip_poke (chip, L4_OPTIONS, &bad, 1));
  pin_reset (chip);
  g_assert_cmphex (get (chip, L4_SR), ==, 0);
  fk_sim_chip_power_cycle (chip);
  g_assert_cmphex (get (chip, L4_SR), ==, L4_OPTVERR);
  g_assert_cmphex (get (chip, L4_OPTR), ==, 0xfffffeff);
  g_assert_true (faults (chip, FLASH, 4));
}

static void
test_write_protection (void)
{
  g_autoptr (FkSimChip) chip = new_open ();

  open_options (chip);
  set (chip, L4_WRP1AR, 2 | 3 << 16);
  set (chip, L4_WRP2BR, 5 | 5 << 16);
  program_options (chip);
  erase (chip, L4_PER | 2 << 3); /* not yet in force */
  g_assert_cmphex (take_errors (chip), ==, 0);
  launch (chip);

  for (guint page = 0; page < 6; page++)
    {
      gboolean closed = page == 2 || page == 3;

      program (chip, FLASH + page * 0x800, 1, 2);
      g_assert_cmphex (take_errors (chip), ==, closed ? L4_WRPERR : 0);
      g_assert_cmphex (get (chip, FLASH + page * 0x800), ==, closed ? BLANK : 1);
      erase (chip, L4_PER | page << 3);
      g_assert_cmphex (take_errors (chip), ==, closed ? L4_WRPERR : 0);
      erase (chip, L4_PER | L4_BKER | page << 3);
      g_assert_cmphex (take_errors (chip), ==, page == 5 ? L4_WRPERR : 0);
    }
  fill (chip);
  erase (chip, L4_MER1);
  g_assert_cmphex (take_errors (chip), ==, L4_WRPERR);
  erase (chip, L4_MER1 | L4_MER2);
  g_assert_cmphex (take_errors (chip), ==, L4_WRPERR);
  assert_blank (chip, 0, 0);
  set (chip, L4_WRP1AR, 0x7f);
  program_options (chip);
  launch (chip);
  erase (chip, L4_MER1 | L4_MER2); /* both or none */
  g_assert_cmphex (take_errors (chip), ==, L4_WRPERR);
  assert_blank (chip, 0, 0);
  erase (chip, L4_MER1);
  g_assert_cmphex (take_errors (chip), ==, 0);
  assert_blank (chip, 0, 0x40000);
}

static void
assert_gone_but_for_pcrop (FkSimChip *chip)
{
  guint8 page[0x800];

  g_assert_true (fk_sim_chip_peek (chip, BANK_2, page, sizeof page));
  for (guint i = 0; i < sizeof page; i++)
    g_assert_cmphex (page[i], ==, 0);
  memset (page, 0xff, sizeof page);
  g_assert_true (fk_sim_chip_poke (chip, BANK_2, page, sizeof page));
  assert_blank (chip, 0, 0x80000);
}

static void
test_pcrop (void)
{
  g_autoptr (FkSimChip) chip = new_open ();
  guint8 block[0x1000];

  fill (chip);
  open_options (chip);
  set (chip, L4_PCROP2ASR, 1); /* 0x200 to 0x5ff of bank 2 */
  set (chip, L4_PCROP2AER, 2);
  program_options (chip);
  launch (chip);
  get (chip, BANK_2 + 0x1fc);
  g_assert_true (faults (chip, BANK_2 + 0x200, 4));
  g_assert_cmphex (take_errors (chip), ==, L4_RDERR);
  g_assert_true (faults (chip, 0x40200, 1));
  g_assert_true (faults (chip, BANK_2 + 0x5fc, 4));
  get (chip, BANK_2 + 0x600);
  g_assert_cmpuint (fk_sim_chip_read_block (chip, BANK_2, 4, block, sizeof block), ==, 0x200);
  take_errors (chip);
  /* Its page is protected, and with it the bank. */
  erase (chip, L4_PER | L4_BKER);
  g_assert_cmphex (take_errors (chip), ==, L4_WRPERR);
  erase (chip, L4_MER2);
  g_assert_cmphex (take_errors (chip), ==, L4_WRPERR);
  program (chip, BANK_2 + 0x400, 0, 0);
  g_assert_cmphex (take_errors (chip), ==, L4_WRPERR);
  /* It grows and does not shrink. */
  set (chip, L4_PCROP2ASR, 0x1ff);
  set (chip, L4_PCROP2AER, 3);
  program_options (chip);
  launch (chip);
  g_assert_cmphex (get (chip, L4_PCROP2ASR), ==, 1);
  g_assert_cmphex (get (chip, L4_PCROP2AER), ==, 3);
  /* Without PCROP_RDP it outlasts the step from level 1 to level 0. */
  set (chip, L4_OPTR, 0xfffffe55);
  program_options (chip);
  launch (chip);
  set (chip, L4_OPTR, 0xfffffeaa);
  program_options (chip);
  assert_gone_but_for_pcrop (chip);
  /* With it, it goes. */
  launch (chip);
  set (chip, L4_PCROP1AER, 1u << 31);
  set (chip, L4_OPTR, 0xfffffe55);
  program_options (chip);
  launch (chip);
  fill (chip);
  set (chip, L4_PCROP1AER, 0); /* is not taken back */
  program_options (chip);
  launch (chip);
  g_assert_cmphex (get (chip, L4_PCROP1AER), ==, 1u << 31);
  set (chip, L4_OPTR, 0xfffffeaa);
  program_options (chip);
  assert_blank (chip, 0, 0x80000);
  launch (chip);
  g_assert_cmphex (get (chip, L4_PCROP2ASR), ==, 0x1ff);
  g_assert_cmphex (get (chip, BANK_2 + 0x200), ==, BLANK);
}

static void
test_read_protection (void)
{
  g_autoptr (FkSimChip) chip = new_open ();
  guint8 word[4];

  fill (chip);
  open_options (chip);
  set (chip, L4_OPTR, 0xfffffebb);
  program_options (chip);
  get (chip, FLASH); /* not yet in force */
  launch (chip);
  g_assert_true (faults (chip, FLASH, 4));
  g_assert_true (faults (chip, 0, 4));
  get (chip, 0x1fff7590);
  get (chip, RAM);
  set (chip, L4_CR, L4_PG);
  g_assert_false (fk_sim_chip_write (chip, FLASH, 4, 1));
  g_assert_cmphex (take_errors (chip), ==, L4_WRPERR);
  erase (chip, L4_PER);
  g_assert_cmphex (take_errors (chip), ==, L4_WRPERR);
  erase (chip, L4_MER1 | L4_MER2);
  g_assert_cmphex (take_errors (chip), ==, L4_WRPERR);
  assert_blank (chip, 0, 0);

  set (chip, L4_OPTR, 0xfffffeaa);
  program_options (chip);
  assert_blank (chip, 0, 0x80000);
  g_assert_true (faults (chip, FLASH, 4)); /* until it is loaded */
  launch (chip);
  g_assert_cmphex (get (chip, FLASH), ==, BLANK);
  /* Level 2 is for ever. */
  set (chip, L4_OPTR, 0xfffffecc);
  program_options (chip);
  g_assert_true (fk_sim_chip_swd_answers (chip));
  set (chip, L4_CR, L4_OBL_LAUNCH);
  g_assert_false (fk_sim_chip_swd_answers (chip));
  fk_sim_chip_power_cycle (chip);
  g_assert_false (fk_sim_chip_swd_answers (chip));
  g_assert_true (fk_sim_chip_peek (chip, L4_OPTIONS, word, 4));
  g_assert_cmphex (word[0], ==, 0xcc);
}

/* RM0440 3.5.4: closed by SEC_PROT until the next reset */
static void
test_securable_area (void)
{
  g_autoptr (FkSimChip) chip = new_open ();

  open_options (chip);
  set (chip, L4_SECR, 2);
  program_options (chip);
  launch (chip);
  get (chip, FLASH);
  set (chip, L4_CR, L4_SEC_PROT);
  g_assert_true (faults (chip, FLASH + 0xffc, 4));
  get (chip, FLASH + 0x1000);
  get (chip, BANK_2);
  take_errors (chip);
  set (chip, L4_CR, 0);
  g_assert_true (faults (chip, FLASH, 4));
  take_errors (chip);
  erase (chip, L4_PER | 1 << 3);
  g_assert_cmphex (take_errors (chip), ==, L4_WRPERR);
  pin_reset (chip);
  get (chip, FLASH);
}

/* DUAL_BANK at 0: pages count on */
static void
test_one_bank (void)
{
  g_autoptr (FkSimChip) chip = new_open ();

  open_options (chip);
  set (chip, L4_OPTR, 0xffdffeaa);
  program_options (chip);
  launch (chip);
  fill (chip);
  erase (chip, L4_PER | 200 << 3);
  assert_blank (chip, 200 * 0x800, 201 * 0x800);
  erase (chip, L4_MER1);
  assert_blank (chip, 0, 0x80000);
}

/* RM0444 3.3.1: in double words, each once */
static void
test_otp (void)
{
  g_autoptr (FkSimChip) chip = new_open ();

  program (chip, 0x1fff7008, 0x11223344, BLANK);
  g_assert_cmphex (take_errors (chip), ==, 0);
  g_assert_cmphex (get (chip, 0x1fff7008), ==, 0x11223344);
  program (chip, 0x1fff7008, 0, 0);
  g_assert_cmphex (take_errors (chip), ==, L4_WRPERR);
  g_assert_cmphex (get (chip, 0x1fff7008), ==, 0x11223344);
  erase (chip, L4_MER1 | L4_MER2);
  g_assert_cmphex (get (chip, 0x1fff7008), ==, 0x11223344);
  g_assert_true (faults (chip, 0x1fff7400, 4));
  g_assert_false (fk_sim_chip_write (chip, 0x1fff0000, 4, 0));
}

/* A loader in RAM: str r2, [r0]; str r3, [r0, #4]; wait for SR & r5; bkpt */
static void
test_loader (void)
{
  g_autoptr (FkSimChip) chip = bench_new ("stm32g0b1");

  reset_halt (chip);
  set (chip, L4_KEYR, KEY1);
  set (chip, L4_KEYR, KEY2);
  set (chip, L4_CR, L4_PG);
  PUT_CODE (chip, RAM, 0x6002, 0x6043, 0x6821, 0x4229, 0xd1fc, 0xbe00);
  set_core_register (chip, 0, FLASH + 0x7fff8);
  set_core_register (chip, 2, 0xcafe1234);
  set_core_register (chip, 3, 0x5678beef);
  set_core_register (chip, 4, L4_SR);
  set_core_register (chip, 5, L4_BSY1 | L4_BSY2 | L4_CFGBSY);
  run_from (chip, RAM);
  fk_sim_chip_advance (chip, 1 * MS);
  g_assert_true (is_halted (chip));
  g_assert_cmphex (get (chip, FLASH + 0x7fff8), ==, 0xcafe1234);
  g_assert_cmphex (get (chip, FLASH + 0x7fffc), ==, 0x5678beef);
  g_assert_cmphex (get (chip, L4_SR), ==, 0);
}

/* A dead cell is told apart in the upper word too. */
static void
test_dead_cell (void)
{
  g_autoptr (FkSimChip) chip =
      bench_new_with ((FkSimChipConfig){ .model = "stm32g0b1", .dead_cell = FLASH + 6 });

  set (chip, L4_KEYR, KEY1);
  set (chip, L4_KEYR, KEY2);
  program (chip, FLASH, 0, 0);
  g_assert_cmphex (take_errors (chip), ==, 0);
  g_assert_cmphex (get (chip, FLASH), ==, 0);
  g_assert_cmphex (get (chip, FLASH + 4), ==, 0x00010000);
}

static void
test_empty_flag (void)
{
  g_autoptr (FkSimChip) chip = new_open ();

  g_assert_cmphex (get (chip, L4_ACR) & 1u << 16, ==, 1u << 16);
  program (chip, FLASH, 0x20001000, 0x08000101);
  pin_reset (chip);
  g_assert_cmphex (get (chip, L4_ACR) & 1u << 16, ==, 1u << 16);
  fk_sim_chip_power_cycle (chip);
  g_assert_cmphex (get (chip, L4_ACR) & 1u << 16, ==, 0);
}

static void
test_watchdog (void)
{
  g_autoptr (FkSimChip) chip = new_open ();

  open_options (chip);
  set (chip, L4_OPTR, 0xfffefeaa);
  program_options (chip);
  launch (chip);
  reset_halt (chip);
  get (chip, DHCSR);
  fk_sim_chip_advance (chip, 500 * MS);
  g_assert_cmphex (get (chip, DHCSR) & S_RESET, ==, 0);
  fk_sim_chip_advance (chip, 50 * MS); /* 4096 x 4 cycles of 32 kHz: 512 ms */
  g_assert_cmphex (get (chip, DHCSR) & S_RESET, ==, S_RESET);
  g_assert_cmphex (get (chip, 0x40021060) & 1u << 29, ==, 1u << 29);
}

static void
test_state (void)
{
  g_autoptr (FkSimChip) chip = new_open ();
  g_autoptr (FkSimChip) other = bench_new ("stm32g0b1");
  g_autoptr (GBytes) state = NULL;
  g_autoptr (GError) error = NULL;

  program (chip, BANK_2, 1, 2);
  open_options (chip);
  set (chip, L4_OPTR, 0xfbfffeaa);
  program_options (chip);
  state = fk_sim_chip_save (chip);
  g_assert_true (fk_sim_chip_load (other, state, &error));
  g_assert_no_error (error);
  g_assert_cmphex (get (other, BANK_2 + 4), ==, 2);
  g_assert_cmphex (get (other, L4_OPTR), ==, 0xfbfffeaa);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/sim-flash/l4/watchdog", test_watchdog);
  g_test_add_func ("/sim-flash/l4/keys", test_keys);
  g_test_add_func ("/sim-flash/l4/program", test_program);
  g_test_add_func ("/sim-flash/l4/program-once", test_program_once);
  g_test_add_func ("/sim-flash/l4/program-errors", test_program_errors);
  g_test_add_func ("/sim-flash/l4/half-a-double-word", test_half_a_double_word);
  g_test_add_func ("/sim-flash/l4/erase", test_erase);
  g_test_add_func ("/sim-flash/l4/erase-cut-short", test_erase_cut_short);
  g_test_add_func ("/sim-flash/l4/read-while-write", test_read_while_write);
  g_test_add_func ("/sim-flash/l4/options", test_options);
  g_test_add_func ("/sim-flash/l4/options-mismatch", test_options_mismatch);
  g_test_add_func ("/sim-flash/l4/write-protection", test_write_protection);
  g_test_add_func ("/sim-flash/l4/pcrop", test_pcrop);
  g_test_add_func ("/sim-flash/l4/read-protection", test_read_protection);
  g_test_add_func ("/sim-flash/l4/securable-area", test_securable_area);
  g_test_add_func ("/sim-flash/l4/one-bank", test_one_bank);
  g_test_add_func ("/sim-flash/l4/otp", test_otp);
  g_test_add_func ("/sim-flash/l4/loader", test_loader);
  g_test_add_func ("/sim-flash/l4/dead-cell", test_dead_cell);
  g_test_add_func ("/sim-flash/l4/empty-flag", test_empty_flag);
  g_test_add_func ("/sim-flash/l4/state", test_state);

  return g_test_run ();
}
