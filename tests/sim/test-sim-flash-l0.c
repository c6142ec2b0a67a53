/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Where the simulated L0 is not as the L1, of test-sim-flash-l1.c: its flash controller (RM0367 3),
 * and what else of it is its own: identity, debug unit and clocks. */

#include "config.h"

#include "sim-flash-bench.h"

#define OFFSET(l1)     ((l1)-L1 + 0x40022000u)
#define ACR            OFFSET (L1_ACR)
#define PECR           OFFSET (L1_PECR)
#define PEKEYR         OFFSET (L1_PEKEYR)
#define PRGKEYR        OFFSET (L1_PRGKEYR)
#define OPTKEYR        OFFSET (L1_OPTKEYR)
#define SR             OFFSET (L1_SR)
#define OPTR           OFFSET (L1_OBR)
#define WRPR1          OFFSET (L1_WRPR1)
#define WRPR2          OFFSET (L1_WRPR2)
#define IDLE           (L1_ENDHV | L1_READY)
#define PECR_NZDISABLE (1u << 22)
#define SR_NOTZEROERR  (1u << 16)
#define RCC            0x40021000u
#define DBGMCU         0x40015800u

static void
open_all (FkSimChip *chip)
{
  set (chip, PEKEYR, 0x89abcdef);
  set (chip, PEKEYR, 0x02030405);
  set (chip, PRGKEYR, 0x8c9daebf);
  set (chip, PRGKEYR, 0x13141516);
  set (chip, OPTKEYR, 0xfbead9c8);
  set (chip, OPTKEYR, 0x24252627);
  g_assert_cmphex (get (chip, PECR) & L1_LOCKS, ==, 0);
}

static FkSimChip *
new_open (void)
{
  FkSimChip *chip = bench_new ("stm32l073rz");

  open_all (chip);
  return chip;
}

static guint32
take_flags (FkSimChip *chip)
{
  guint32 sr;

  wait_idle (chip, SR, L1_BSY);
  sr = get (chip, SR);
  set (chip, SR, sr);
  g_assert_cmphex (get (chip, SR), ==, IDLE);
  return sr & ~IDLE;
}

static void
test_identity (void)
{
  g_autoptr (FkSimChip) chip = bench_new ("stm32l073rz");

  g_assert_cmphex (fk_sim_chip_get_dpidr (chip), ==, 0x0bc11477);
  g_assert_cmphex (get (chip, 0xe000ed00), ==, 0x410cc601);
  g_assert_cmphex (get (chip, DBGMCU) & 0xfff, ==, 0x447);
  g_assert_cmpuint (get_as (chip, 0x1ff8007c, 2), ==, 192);
  g_assert_cmphex (get (chip, 0x1ff80050), ==, 0x33323130);
  g_assert_cmphex (get (chip, 0x1ff80054), ==, 0x37363534);
  g_assert_cmphex (get (chip, 0x1ff80064), ==, 0x3b3a3938);
  g_assert_cmphex (get (chip, FLASH + 0x2fffc), ==, 0);
  g_assert_true (faults (chip, FLASH + 0x30000, 4));
  g_assert_cmphex (get (chip, L1_EEPROM + 0x17fc), ==, 0);
  g_assert_true (faults (chip, L1_EEPROM + 0x1800, 4));
  g_assert_cmphex (get (chip, L1_OPTIONS), ==, 0xff5500aa);
  g_assert_cmphex (get (chip, L1_OPTIONS + 4), ==, 0x7f8f8070);
  g_assert_cmphex (get (chip, L1_OPTIONS + 16), ==, 0xffff0000);
  g_assert_true (faults (chip, L1_OPTIONS + 20, 4));
  g_assert_cmphex (get (chip, OPTR), ==, 0x807000aa);
  g_assert_cmphex (get (chip, WRPR1) | get (chip, WRPR2), ==, 0);
}

/* The ROM table of ST leads to that of the core, as others print it of an L072. */
static void
test_rom_table (void)
{
  g_autoptr (FkSimChip) chip = bench_new ("stm32l073rz");

  g_assert_cmphex (fk_sim_chip_get_ap_base (chip, 0), ==, 0xf0000003);
  g_assert_cmphex (get (chip, 0xf0000000), ==, 0xf00ff003);
  g_assert_cmphex (get (chip, 0xf0000fe0), ==, 0x47);
}

static void
test_debug_unit (void)
{
  g_autoptr (FkSimChip) chip = bench_new ("stm32l073rz");

  set (chip, DBGMCU + 4, 7);
  g_assert_cmphex (get (chip, DBGMCU + 4), ==, 0);
  set (chip, RCC + 0x34, 1u << 22); /* DBGEN */
  set (chip, DBGMCU + 4, 7);
  g_assert_cmphex (get (chip, DBGMCU + 4), ==, 7);
  g_assert_true (faults (chip, 0xe0042000, 4));
}

static void
test_clocks (void)
{
  g_autoptr (FkSimChip) chip = bench_new ("stm32l073rz");

  g_assert_cmphex (get (chip, RCC), ==, 0x300); /* MSI */
  set (chip, RCC + 0x0c, 1);
  g_assert_cmphex (get (chip, RCC + 0x0c), ==, 1); /* HSI16 is not ready */
  set (chip, RCC, 0x101);
  g_assert_cmphex (get (chip, RCC), ==, 0x305);
  set (chip, RCC + 0x0c, 1);
  g_assert_cmphex (get (chip, RCC + 0x0c), ==, 5);
  set (chip, RCC, 0x109); /* by 4 */
  g_assert_cmphex (get (chip, RCC), ==, 0x31d);
  /* The CRC unit needs its clock. */
  set (chip, 0x40023000, 0x12345678);
  g_assert_cmphex (get (chip, 0x40023000), ==, 0);
  set (chip, RCC + 0x30, get (chip, RCC + 0x30) | 1u << 12);
  set (chip, 0x40023008, 1);
  set (chip, 0x40023000, 0x12345678);
  g_assert_cmphex (get (chip, 0x40023000), ==, 0xdf8a8a2b);
  pin_reset (chip);
  g_assert_cmphex (get (chip, RCC + 0x0c), ==, 0);
  g_assert_cmphex (get (chip, RCC + 0x30), ==, 0x100);
  g_assert_cmphex (get (chip, RCC + 0x50) & 1u << 26, ==, 1u << 26);
  set (chip, RCC + 0x50, 1u << 23); /* RMVF */
  g_assert_cmphex (get (chip, RCC + 0x50), ==, 0);
}

static void
test_access (void)
{
  g_autoptr (FkSimChip) chip = bench_new ("stm32l073rz");

  set (chip, ACR, 0x7f);
  g_assert_cmphex (get (chip, ACR), ==, 0x6b);
}

/* Half a page is 64 bytes, and a page 128. */
static void
test_pages (void)
{
  g_autoptr (FkSimChip) chip = new_open ();

  set (chip, PECR, L1_FPRG | L1_PROG);
  for (guint i = 0; i < 16; i++)
    {
      g_assert_cmphex (get (chip, SR), ==, IDLE);
      set (chip, FLASH + 0x40 + 4 * i, 0x100 + i);
    }
  g_assert_cmphex (get (chip, SR), ==, L1_BSY | L1_READY);
  fk_sim_chip_advance (chip, 3280 * US);
  g_assert_cmphex (take_flags (chip), ==, L1_EOP);
  for (guint i = 0; i < 16; i++)
    g_assert_cmphex (get (chip, FLASH + 0x40 + 4 * i), ==, 0x100 + i);
  g_assert_cmphex (get (chip, FLASH + 0x3c) | get (chip, FLASH + 0x80), ==, 0);
  set (chip, FLASH + 0xa0, 1);
  g_assert_cmphex (take_flags (chip), ==, L1_PGAERR);
  set (chip, PECR, 0);
  set (chip, FLASH + 0x80, 2);
  g_assert_cmphex (take_flags (chip), ==, L1_EOP);
  set (chip, PECR, L1_ERASE | L1_PROG);
  set (chip, FLASH + 0x40, 0);
  g_assert_cmphex (take_flags (chip), ==, L1_PGAERR);
  set (chip, FLASH, 0);
  g_assert_cmphex (take_flags (chip), ==, L1_EOP);
  g_assert_cmphex (get (chip, FLASH + 0x44), ==, 0);
  g_assert_cmphex (get (chip, FLASH + 0x80), ==, 2);
}

/* What is not blank is not programmed, unless NZDISABLE says so. */
static void
test_not_zero (void)
{
  g_autoptr (FkSimChip) chip = new_open ();

  set (chip, FLASH + 0x104, 0x0ff00ff0);
  g_assert_cmphex (take_flags (chip), ==, L1_EOP);
  set (chip, FLASH + 0x104, 0x0000ffff);
  g_assert_cmphex (take_flags (chip), ==, SR_NOTZEROERR);
  g_assert_cmphex (get (chip, FLASH + 0x104), ==, 0x0ff00ff0);
  set (chip, 0x104, 0x0000ffff);
  g_assert_cmphex (take_flags (chip), ==, SR_NOTZEROERR);
  set (chip, PECR, L1_FPRG | L1_PROG);
  for (guint i = 0; i < 16; i++)
    set (chip, FLASH + 0x100 + 4 * i, 0x55);
  g_assert_cmphex (take_flags (chip), ==, SR_NOTZEROERR);
  g_assert_cmphex (get (chip, FLASH + 0x100), ==, 0);
  set (chip, PECR, PECR_NZDISABLE);
  set (chip, FLASH + 0x104, 0x0000ffff);
  g_assert_cmphex (take_flags (chip), ==, L1_EOP);
  g_assert_cmphex (get (chip, FLASH + 0x104), ==, 0x0ff0ffff);
}

static void
set_option (FkSimChip *chip, guint word, guint32 value)
{
  set (chip, L1_OPTIONS + 4 * word, value | (~value & 0xffff) << 16);
  g_assert_cmphex (take_flags (chip), ==, L1_EOP);
}

static void
launch (FkSimChip *chip)
{
  set (chip, PECR, L1_OBL_LAUNCH);
  open_all (chip);
}

static void
test_options (void)
{
  g_autoptr (FkSimChip) chip = new_open ();
  FkSimChipCounters counters;

  set (chip, L1_EEPROM + 0x17fc, 0x600df00d);
  set_option (chip, 1, 0x8078);
  set_option (chip, 4, 0x8000); /* sector 47 */
  launch (chip);
  g_assert_cmphex (get (chip, OPTR), ==, 0x807800aa);
  g_assert_cmphex (get (chip, WRPR2), ==, 0x8000);
  set (chip, FLASH + 0x2fffc, 1);
  g_assert_cmphex (take_flags (chip), ==, L1_WRPERR);
  set (chip, FLASH + 0x2effc, 1);
  g_assert_cmphex (take_flags (chip), ==, L1_EOP);
  /* A word without its complement */
  set (chip, L1_OPTIONS + 4, 0x00000010);
  take_flags (chip);
  launch (chip);
  g_assert_cmphex (take_flags (chip), ==, L1_OPTVERR);
  g_assert_cmphex (get (chip, OPTR), ==, 0x807000aa);
  set_option (chip, 1, 0x8070);
  /* Level 1 and back */
  set_option (chip, 0, 0x00);
  launch (chip);
  g_assert_true (faults (chip, FLASH, 4));
  set_option (chip, 0, 0xaa);
  launch (chip);
  g_assert_cmphex (get (chip, L1_EEPROM + 0x17fc), ==, 0);
  fk_sim_chip_get_counters (chip, &counters);
  g_assert_cmpuint (counters.n_mass_erases, ==, 1);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/sim-flash-l0/identity", test_identity);
  g_test_add_func ("/sim-flash-l0/rom-table", test_rom_table);
  g_test_add_func ("/sim-flash-l0/debug-unit", test_debug_unit);
  g_test_add_func ("/sim-flash-l0/clocks", test_clocks);
  g_test_add_func ("/sim-flash-l0/access", test_access);
  g_test_add_func ("/sim-flash-l0/pages", test_pages);
  g_test_add_func ("/sim-flash-l0/not-zero", test_not_zero);
  g_test_add_func ("/sim-flash-l0/options", test_options);

  return g_test_run ();
}
