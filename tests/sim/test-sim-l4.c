/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What of the simulated L476, L4R5, G431 and G474 is not as on G0: clocks, banks, busy flags and
 * option words (RM0351, RM0440). */

#include "config.h"

#include "sim-flash-bench.h"

#include <string.h>

#define RCC        0x40021000u
#define RCC_CR     (RCC + 0x00)
#define RCC_CFGR   (RCC + 0x08)
#define RCC_CSR    (RCC + 0x94)
#define BSY        (1u << 16)
#define BKER       (1u << 11)
#define PEMPTY     (1u << 17)
#define BANK_2     (FLASH + 0x80000)
#define OPTIONS_2  0x1ffff800u
#define PCROP1SR   (L4 + 0x24)
#define WRP2AR     (L4 + 0x4c)
#define PCROP2SR   (L4 + 0x44)
#define PCROP2ER   (L4 + 0x48)
#define SEC1R      (L4 + 0x70)
#define SEC2R      (L4 + 0x74)
#define ONES       0xffffffffu
#define FLASH_SIZE 0x100000u
#define HALF_SIZE  0x80000u

static void
open_flash (FkSimChip *chip)
{
  set (chip, L4_KEYR, KEY1);
  set (chip, L4_KEYR, KEY2);
  set (chip, L4_OPTKEYR, 0x08192a3b);
  set (chip, L4_OPTKEYR, 0x4c5d6e7f);
  g_assert_cmphex (get (chip, L4_CR), ==, 0);
}

static FkSimChip *
new_open (const char *model, guint32 flash_size)
{
  FkSimChip *chip = bench_new_with ((FkSimChipConfig){ .model = model, .flash_size = flash_size });

  open_flash (chip);
  return chip;
}

static void
start (FkSimChip *chip, guint32 what)
{
  set (chip, L4_CR, what);
  set (chip, L4_CR, what | L4_STRT);
  wait_idle (chip, L4_SR, BSY);
  set (chip, L4_CR, 0);
}

static void
load_options (FkSimChip *chip)
{
  set (chip, L4_CR, L4_OPTSTRT);
  wait_idle (chip, L4_SR, BSY);
  set (chip, L4_CR, L4_OBL_LAUNCH);
  open_flash (chip);
}

static void
fill (FkSimChip *chip, guint32 size)
{
  g_autofree guint8 *zeros = g_malloc0 (size);

  g_assert_true (fk_sim_chip_poke (chip, FLASH, zeros, size));
}

/* That what is blank is [@from, @to) of the flash, and nothing else is. */
static void
assert_blank (FkSimChip *chip, guint32 size, guint32 from, guint32 to)
{
  g_autofree guint8 *after = g_malloc (size);

  g_assert_true (fk_sim_chip_peek (chip, FLASH, after, size));
  for (guint32 i = 0; i < size; i += 0x400)
    g_assert_cmphex (after[i], ==, i >= from && i < to ? 0xff : 0);
}

static void
test_identity (void)
{
  static const struct
  {
    const char *model;
    guint32 dev_id;
    guint32 kib;
  } rows[] = { { "stm32l476rg", 0x415, 1024 },
               { "stm32l4r5zi", 0x470, 2048 },
               { "stm32g431cb", 0x468, 128 },
               { "stm32g474re", 0x469, 512 } };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (FkSimChip) chip = bench_new (rows[i].model);

      g_assert_cmphex (fk_sim_chip_get_dpidr (chip), ==, 0x2ba01477);
      g_assert_cmphex (get (chip, 0xe0042000) & 0xfff, ==, rows[i].dev_id);
      g_assert_cmpuint (get_as (chip, 0x1fff75e0, 2), ==, rows[i].kib);
      for (guint k = 0; k < 12; k++)
        g_assert_cmphex (get_as (chip, 0x1fff7590 + k, 1), ==, 0x30 + k);
      g_assert_true (faults (chip, FLASH + rows[i].kib * 1024, 4));
      set (chip, 0x40023000, 1);
      g_assert_cmphex (get (chip, 0x40023014), ==, 0); /* no clock */
      set (chip, RCC + 0x48, 1u << 12);
      g_assert_cmphex (get (chip, 0x40023014), ==, 0x04c11db7);
    }
}

/* An L4 starts from MSI, a G4 from HSI16. */
static void
test_clocks (void)
{
  g_autoptr (FkSimChip) l4 = bench_new ("stm32l476rg");
  g_autoptr (FkSimChip) g4 = bench_new ("stm32g431cb");

  g_assert_cmphex (get (l4, RCC_CR), ==, 0x63);
  g_assert_cmphex (get (l4, RCC_CFGR), ==, 0);
  set (l4, RCC_CR, 0);
  g_assert_cmphex (get (l4, RCC_CR) & 3, ==, 3); /* feeds the core */
  set (l4, RCC_CFGR, 1);
  g_assert_cmphex (get (l4, RCC_CFGR), ==, 1); /* not ready yet */
  set (l4, RCC_CR, 0x100);
  g_assert_cmphex (get (l4, RCC_CR), ==, 0x503);
  set (l4, RCC_CFGR, 1);
  g_assert_cmphex (get (l4, RCC_CFGR), ==, 5);
  set (l4, RCC_CR, 0x100);
  g_assert_cmphex (get (l4, RCC_CR), ==, 0x500);
  pin_reset (l4);
  g_assert_cmphex (get (l4, RCC_CR), ==, 0x63);
  g_assert_cmphex (get (l4, RCC_CSR) & 0xf00, ==, 0x600);

  g_assert_cmphex (get (g4, RCC_CR), ==, 0x500);
  g_assert_cmphex (get (g4, RCC_CFGR), ==, 5);
  set (g4, RCC_CR, 0x501);
  g_assert_cmphex (get (g4, RCC_CR), ==, 0x500); /* has no MSI */
}

/* BSY for either bank, and nothing that tells of a first word alone. */
static void
test_program (void)
{
  static const char *const models[] = { "stm32l476rg", "stm32l4r5zi", "stm32g431cb",
                                        "stm32g474re" };

  for (guint i = 0; i < G_N_ELEMENTS (models); i++)
    {
      g_autoptr (FkSimChip) chip = new_open (models[i], 0);

      set (chip, L4_CR, L4_PG);
      set (chip, FLASH + 8, 0x11223344);
      g_assert_cmphex (get (chip, L4_SR) & ~PEMPTY, ==, 0);
      set (chip, FLASH + 12, 0x55667788);
      g_assert_cmphex (get (chip, L4_SR) & ~PEMPTY, ==, BSY);
      wait_idle (chip, L4_SR, BSY);
      g_assert_cmphex (get (chip, L4_SR) & ~PEMPTY, ==, 0);
      g_assert_cmphex (get (chip, FLASH + 8), ==, 0x11223344);
      g_assert_cmphex (get (chip, FLASH + 12), ==, 0x55667788);
      set (chip, FLASH + 8, 0x11223300);
      set (chip, FLASH + 12, 0x55667700);
      g_assert_cmphex (get (chip, L4_SR) & ~PEMPTY, ==, L4_PROGERR);
    }
}

static void
test_banks (void)
{
  g_autoptr (FkSimChip) chip = new_open ("stm32l476rg", 0);

  fill (chip, FLASH_SIZE);
  start (chip, L4_PER | 255u << 3);
  assert_blank (chip, FLASH_SIZE, 0x7f800, 0x80000);
  fill (chip, FLASH_SIZE);
  start (chip, L4_PER | BKER | 3u << 3);
  assert_blank (chip, FLASH_SIZE, 0x81800, 0x82000);
  /* Where G0 has BKER there is nothing. */
  fill (chip, FLASH_SIZE);
  start (chip, L4_PER | L4_BKER | 3u << 3);
  assert_blank (chip, FLASH_SIZE, 0x1800, 0x2000);
  fill (chip, FLASH_SIZE);
  start (chip, L4_MER1);
  assert_blank (chip, FLASH_SIZE, 0, 0x80000);
  fill (chip, FLASH_SIZE);
  start (chip, L4_MER2);
  assert_blank (chip, FLASH_SIZE, 0x80000, FLASH_SIZE);
  start (chip, L4_MER1 | L4_MER2);
  assert_blank (chip, FLASH_SIZE, 0, FLASH_SIZE);
  g_assert_cmphex (get (chip, L4_SR), ==, 0);
}

/* DUALBANK divides a flash of 512 KiB, and not one of 1 MiB. */
static void
test_divided (void)
{
  g_autoptr (FkSimChip) whole = new_open ("stm32l476rg", 0);
  g_autoptr (FkSimChip) half = new_open ("stm32l476rg", 512 * 1024);

  fill (half, 0x80000);
  start (half, L4_PER | BKER | 1u << 3);
  assert_blank (half, 0x80000, 0x40800, 0x41000);
  set (half, L4_OPTR, 0xffcff8aa);
  load_options (half);
  fill (half, 0x80000);
  start (half, L4_PER | 200u << 3);
  assert_blank (half, 0x80000, 200 * 0x800, 201 * 0x800);

  set (whole, L4_OPTR, 0xffcff8aa);
  load_options (whole);
  fill (whole, FLASH_SIZE);
  start (whole, L4_PER | BKER | 1u << 3);
  assert_blank (whole, FLASH_SIZE, 0x80800, 0x81000);
}

/* With DBANK at 0 a G474 has one bank with pages of 4 KiB, areas in units twice as large, and a
 * mass erase that wants both its bits. */
static void
test_doubled (void)
{
  g_autoptr (FkSimChip) chip = new_open ("stm32g474re", 0);

  fill (chip, HALF_SIZE);
  start (chip, L4_PER | BKER | 3u << 3);
  assert_blank (chip, HALF_SIZE, 0x41800, 0x42000);
  fill (chip, HALF_SIZE);
  start (chip, L4_PER | 127u << 3);
  assert_blank (chip, HALF_SIZE, 0x3f800, 0x40000);
  fill (chip, HALF_SIZE);
  start (chip, L4_MER2);
  assert_blank (chip, HALF_SIZE, 0x40000, HALF_SIZE);

  set (chip, L4_OPTR, 0xffaff8aa);
  set (chip, WRP2AR, 0x00410041);
  load_options (chip);
  g_assert_cmphex (get (chip, WRP2AR), ==, 0xffc1ffc1);
  fill (chip, HALF_SIZE);
  start (chip, L4_PER | 127u << 3);
  assert_blank (chip, HALF_SIZE, 0x7f000, HALF_SIZE);
  fill (chip, HALF_SIZE);
  start (chip, L4_PER | BKER | 3u << 3); /* the bank's bit does not count */
  assert_blank (chip, HALF_SIZE, 0x3000, 0x4000);
  g_assert_cmphex (get (chip, L4_SR), ==, 0);
  start (chip, L4_PER | 0x41u << 3);
  g_assert_cmphex (get (chip, L4_SR), ==, L4_WRPERR);
  set (chip, L4_SR, L4_WRPERR);
  set (chip, WRP2AR, 0x7f);
  load_options (chip);
  fill (chip, HALF_SIZE);
  start (chip, L4_MER1);
  assert_blank (chip, HALF_SIZE, 0, 0);
  start (chip, L4_MER1 | L4_MER2);
  assert_blank (chip, HALF_SIZE, 0, HALF_SIZE);

  set (chip, PCROP2SR, 1);
  set (chip, PCROP2ER, 1);
  load_options (chip);
  get (chip, FLASH + 0xc);
  g_assert_true (faults (chip, FLASH + 0x10, 4));
  g_assert_true (faults (chip, FLASH + 0x1c, 4));
  get (chip, FLASH + 0x20);
}

/* L4+ has pages of 4 KiB in two banks and of 8 KiB in one, its option bytes at the start of what is
 * L4's system memory, and a flag that the flash was blank which a 1 turns round. */
static void
test_plus (void)
{
  g_autoptr (FkSimChip) chip = new_open ("stm32l4r5zi", 0);

  g_assert_cmphex (get (chip, 0x1ff00000), ==, 0xffeff8aa);
  g_assert_cmphex (get (chip, 0x1ff00018), ==, 0xff00ffff);
  g_assert_cmphex (get (chip, 0x1ff01018), ==, 0xff00ffff);
  fill (chip, 2 * FLASH_SIZE);
  start (chip, L4_PER | BKER | 255u << 3);
  assert_blank (chip, 2 * FLASH_SIZE, 0x1ff000, 2 * FLASH_SIZE);
  set (chip, L4_OPTR, 0xffaff8aa);
  load_options (chip);
  g_assert_cmphex (get (chip, 0x1ff00000), ==, 0xffaff8aa);
  fill (chip, 2 * FLASH_SIZE);
  start (chip, L4_PER | 255u << 3);
  assert_blank (chip, 2 * FLASH_SIZE, 0x1fe000, 2 * FLASH_SIZE);

  g_assert_cmphex (get (chip, L4_SR) & PEMPTY, ==, 0);
  start (chip, L4_PER);
  load_options (chip);
  g_assert_cmphex (get (chip, L4_SR) & PEMPTY, ==, PEMPTY);
  set (chip, L4_SR, ~PEMPTY);
  pin_reset (chip);
  g_assert_cmphex (get (chip, L4_SR) & PEMPTY, ==, PEMPTY);
  set (chip, L4_SR, PEMPTY);
  g_assert_cmphex (get (chip, L4_SR) & PEMPTY, ==, 0);
  set (chip, L4_SR, PEMPTY);
  g_assert_cmphex (get (chip, L4_SR) & PEMPTY, ==, PEMPTY);
}

/* Bits that there are none of read as 1, and the words of the second bank lie apart. */
static void
test_options (void)
{
  g_autoptr (FkSimChip) l4 = new_open ("stm32l476rg", 0);
  g_autoptr (FkSimChip) g4 = new_open ("stm32g431cb", 0);
  g_autoptr (FkSimChip) g474 = new_open ("stm32g474re", 0);

  g_assert_cmphex (get (l4, L4_OPTR), ==, 0xffeff8aa);
  g_assert_cmphex (get (l4, L4_WRP1AR), ==, 0xff00ffff);
  g_assert_cmphex (get (l4, L4_PCROP1AER), ==, 0x7fff0000);
  g_assert_cmphex (get (l4, OPTIONS_2 + 0x18), ==, 0xff00ffff);
  set (l4, WRP2AR, 0x00050003);
  g_assert_cmphex (get (l4, WRP2AR), ==, 0xff05ff03);
  load_options (l4);
  g_assert_cmphex (get (l4, OPTIONS_2 + 0x18), ==, 0xff05ff03);
  g_assert_cmphex (get (l4, OPTIONS_2 + 0x1c), ==, ~0xff05ff03u);
  start (l4, L4_PER | BKER | 3u << 3);
  g_assert_cmphex (get (l4, L4_SR), ==, L4_WRPERR);
  set (l4, L4_SR, L4_WRPERR);
  start (l4, L4_PER | 3u << 3);
  start (l4, L4_PER | BKER | 6u << 3);
  g_assert_cmphex (get (l4, L4_SR), ==, 0);
  start (l4, L4_MER1 | L4_MER2);
  g_assert_cmphex (get (l4, L4_SR), ==, L4_WRPERR);

  g_assert_cmphex (get (g4, L4_OPTR), ==, 0xffeff8aa);
  g_assert_cmphex (get (g4, PCROP1SR), ==, ONES);
  g_assert_cmphex (get (g4, L4_PCROP1AER), ==, 0x7fffc000);
  g_assert_cmphex (get (g4, L4_WRP1AR), ==, 0xffc0ffff);
  g_assert_cmphex (get (g4, SEC1R), ==, 0xfffeff80);
  g_assert_cmphex (get (g4, WRP2AR), ==, 0);
  set (g4, SEC1R, 2);
  load_options (g4);
  get (g4, FLASH);
  set (g4, L4_CR, L4_SEC_PROT);
  g_assert_true (faults (g4, FLASH + 0xffc, 4));
  get (g4, FLASH + 0x1000);

  g_assert_cmphex (get (g474, L4_WRP1AR), ==, 0xff80ffff);
  g_assert_cmphex (get (g474, SEC2R), ==, 0xffffff00);
  set (g474, SEC2R, 2);
  load_options (g474);
  set (g474, L4_CR, L4_SEC_PROT);
  get (g474, FLASH);
  get (g474, FLASH + 0x40000);
  set (g474, L4_CR, L4_SEC_PROT << 1);
  get (g474, FLASH);
  g_assert_true (faults (g474, FLASH + 0x40ffc, 4));
  get (g474, FLASH + 0x41000);
}

/* PCROP counts double words: here the second and the third. */
static void
test_pcrop (void)
{
  static const char *const models[] = { "stm32l476rg", "stm32l4r5zi", "stm32g431cb",
                                        "stm32g474re" };

  for (guint i = 0; i < G_N_ELEMENTS (models); i++)
    {
      g_autoptr (FkSimChip) chip = new_open (models[i], 0);

      set (chip, PCROP1SR, 1);
      set (chip, L4_PCROP1AER, 2);
      load_options (chip);
      get (chip, FLASH + 4);
      g_assert_true (faults (chip, FLASH + 8, 4));
      g_assert_true (faults (chip, FLASH + 0x14, 4));
      get (chip, FLASH + 0x18);
      g_assert_cmphex (get (chip, L4_SR) & ~PEMPTY, ==, L4_RDERR);
      /* It can only grow. */
      set (chip, PCROP1SR, ONES);
      set (chip, L4_PCROP1AER, 0);
      load_options (chip);
      g_assert_true (faults (chip, FLASH + 8, 4));
    }
}

static void
test_state (void)
{
  g_autoptr (FkSimChip) chip = new_open ("stm32l476rg", 0);
  g_autoptr (FkSimChip) other = bench_new ("stm32l476rg");
  g_autoptr (GBytes) state = NULL;
  g_autoptr (GError) error = NULL;

  set (chip, L4_WRP2BR, 0x00070001);
  load_options (chip);
  state = fk_sim_chip_save (chip);
  g_assert_true (fk_sim_chip_load (other, state, &error));
  g_assert_no_error (error);
  g_assert_cmphex (get (other, L4_WRP2BR), ==, 0xff07ff01);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/sim-l4/identity", test_identity);
  g_test_add_func ("/sim-l4/clocks", test_clocks);
  g_test_add_func ("/sim-l4/program", test_program);
  g_test_add_func ("/sim-l4/banks", test_banks);
  g_test_add_func ("/sim-l4/divided", test_divided);
  g_test_add_func ("/sim-l4/doubled", test_doubled);
  g_test_add_func ("/sim-l4/plus", test_plus);
  g_test_add_func ("/sim-l4/options", test_options);
  g_test_add_func ("/sim-l4/pcrop", test_pcrop);
  g_test_add_func ("/sim-l4/state", test_state);

  return g_test_run ();
}
