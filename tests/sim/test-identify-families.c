/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Families by what their registers say, many of which no simulated board has: where they are asked,
 * how their flash is divided, and what of it cannot be had. */

#include "config.h"

#include "flash/fk-flash.h"
#include "identify-bench.h"

#include "base/fk-error.h"
#include "chip/fk-chip-private.h"
#include "target/fk-cortex-m.h"

/* A chip that is known, and that nothing writes yet: its protection is told all the same.  Which
 * that is changes, so one is described so here. */
static void
test_without_driver (void)
{
  static const struct
  {
    const char *board;
    FkProtection protection;
  } rows[] = {
    { "skr-mini-e3-v3", FK_PROTECTION_NONE },
    { "skr-mini-e3-v3?rdp=1", FK_PROTECTION_READ },
  };

  FkChipDesc *desc = (FkChipDesc *)fk_chip_db_find (fk_chip_db_get_default (), 0x467, NULL);
  const char *driver = desc->driver;

  desc->driver = "none";
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      FkIdentity *identity;
      Bench bench;

      bench_open (&bench, rows[i].board);
      identity = identify (&bench);
      assert_warning (identity, "There is no way yet to write the flash of STM32G0B0, G0B1 and "
                                "G0C1");
      if (rows[i].protection == FK_PROTECTION_READ)
        assert_warning (identity, "The chip is read-protected");
      g_assert_cmpstr (fk_chip_get_name (fk_identity_get_chip (identity)), ==, "STM32G0BxxE");
      g_assert_cmpuint (fk_identity_get_core (identity), ==, FK_CORE_CORTEX_M0_PLUS);
      g_assert_cmphex (fk_identity_get_dev_id (identity), ==, 0x467);
      g_assert_cmpuint (fk_identity_get_flash_size (identity), ==, 0x80000);
      g_assert_cmpstr (fk_identity_get_uid (identity), ==, "340027000C51383334373239");
      g_assert_cmpuint (fk_identity_get_protection (identity), ==, rows[i].protection);
      g_assert_true (fk_identity_get_read_only (identity));
      bench_close (&bench);
    }
  desc->driver = driver;
}

/* An L1: the UID's third word stands apart, erased flash is 0, and a part of the chip is EEPROM. */
static void
test_l1 (void)
{
  /* SPRMOD; then the bits of the sectors, of which the last is hidden. */
  static const guint8 pcrop[24] = { 0xaa, 0x01, 0x55, 0xfe, 0x78, 0x00, 0x87, 0xff,
                                    0xff, 0xff, 0x00, 0x00, 0xff, 0xff, 0x00, 0x00,
                                    0xff, 0xff, 0x00, 0x00, 0xff, 0x7f, 0x00, 0x80 };
  static const struct
  {
    const char *board;
    FkProtection protection;
  } rows[] = {
    { "disco-l1", FK_PROTECTION_NONE },
    { "disco-l1?rdp=1", FK_PROTECTION_READ },
    { "disco-l1", FK_PROTECTION_NONE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      FkIdentity *identity;
      FkChip *chip;
      guint32 freeze;
      Bench bench;

      bench_open (&bench, rows[i].board);
      if (i == 2)
        {
          g_assert_true (fk_sim_board_poke (bench.board, 0x1ff80000, pcrop, sizeof pcrop));
          fk_sim_board_power_cycle (bench.board);
        }
      identity = identify (&bench);
      chip = fk_identity_get_chip (identity);
      if (rows[i].protection == FK_PROTECTION_READ)
        assert_warning (identity, "The chip is read-protected");
      g_assert_cmpstr (fk_chip_get_name (chip), ==, "STM32L15xxC");
      g_assert_cmpuint (fk_identity_get_core (identity), ==, FK_CORE_CORTEX_M3);
      g_assert_cmphex (fk_identity_get_dev_id (identity), ==, 0x427);
      g_assert_cmphex (fk_identity_get_rev_id (identity), ==, 0x1018);
      g_assert_cmpuint (fk_identity_get_flash_size (identity), ==, 0x40000);
      g_assert_cmpuint (fk_identity_get_answering_size (identity), ==, 0x40000);
      g_assert_cmpstr (fk_identity_get_uid (identity), ==,
                       "330A313332323234"
                       "3B001D00");
      g_assert_cmpuint (fk_identity_get_protection (identity), ==, rows[i].protection);
      g_assert_null (fk_identity_get_clone_name (identity));
      g_assert_false (fk_identity_get_read_only (identity));
      g_assert_cmphex (fk_chip_get_erased_value (chip), ==, 0);
      g_assert_cmphex (fk_chip_find_region (chip, "eeprom")->range.size, ==, 0x2000);
      g_assert_true (fk_target_read_u32 (bench.target, 0xe0042008, &freeze, NULL));
      g_assert_cmphex (freeze, ==, 0x1800);
      bench_close (&bench);
    }
}

/* An L1 of 384 KiB: between 192 and 192 there is nothing.  What its size register says is looked
 * for where the second part ends. */
static void
test_gap (void)
{
  static const struct
  {
    guint32 size_register;
    guint kib;
    const char *warning;
  } rows[] = {
    { 384, 384, NULL },
    { 0xffff, 384, "384 KiB answer, so that is taken as the size" },
    { 512, 384, "The size register says 512 KiB, but only 384 KiB answer" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      FkIdentity *identity;
      const FkRange *parts;
      guint n;
      Bench bench;

      bench_open (&bench, "meter-l1");
      lying_probe_set_word (liar (&bench), 0x1ff800cc, rows[i].size_register);
      identity = identify (&bench);
      if (rows[i].warning != NULL)
        assert_warning (identity, rows[i].warning);
      else
        g_assert_null (*fk_identity_get_warnings (identity));
      g_assert_cmphex (fk_identity_get_dev_id (identity), ==, 0x437);
      g_assert_false (fk_identity_get_read_only (identity));
      g_assert_cmpuint (fk_identity_get_flash_size (identity), ==, rows[i].kib * 1024);
      g_assert_cmpuint (fk_identity_get_answering_size (identity), ==, rows[i].kib * 1024);
      g_assert_cmpuint (fk_identity_get_protection (identity), ==, FK_PROTECTION_NONE);
      parts = fk_chip_get_flash_parts (fk_identity_get_chip (identity), &n);
      g_assert_cmpuint (n, ==, 2);
      g_assert_cmphex (parts[0].address, ==, 0x08000000);
      g_assert_cmphex (parts[0].size, ==, 0x30000);
      g_assert_cmphex (parts[1].address, ==, 0x08040000);
      g_assert_cmphex (parts[1].size, ==, 0x30000);
      bench_close (&bench);
    }
}

/* Whether a backup may be made of what the flash answers. */
static void
assert_readable (Bench *bench, FkChip *chip, const char *hiding)
{
  g_autoptr (FkFlash) flash = fk_flash_new (bench->target, chip, 3300);
  g_autoptr (GError) error = NULL;

  fk_flash_check_readable (flash, NULL, &error);
  if (hiding == NULL)
    {
      g_assert_no_error (error);
      return;
    }
  g_assert_error (error, FK_ERROR, FK_ERROR_PROTECTED);
  g_assert_nonnull (strstr (error->message, hiding));
}

/* The core, device ID, options and ROM table of an U575 in front of an F746's flash. */
static void
tell_u575 (Bench *bench, guint32 options)
{
  static const guint32 words[][2] = {
    { FK_SCB_CPUID, 0x410fd214 }, { 0xe00fd000 + FK_ROM_TABLE_PIDR0, 0x82 },
    { 0xe00fd000 + 0xfe4, 0x04 }, { 0xe0044000, 0x20016482 },
    { 0x0bfa07a0, 0xffff0400 },   { 0x0bfa0700, 0x00250041 },
    { 0x0bfa0704, 0x5642500e },   { 0x0bfa0708, 0x20343856 },
    { 0x40022028, 0xc0000000 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    lying_probe_set_word (liar (bench), words[i][0], words[i][1]);
  lying_probe_set_word (liar (bench), 0x40022040, options);
}

/* A Cortex-M33 has its DBGMCU elsewhere; options say of how many banks the flash is, and whether a
 * part of it does not answer. */
static void
test_m33 (void)
{
  static const struct
  {
    guint32 options;
    FkProtection protection;
    guint8 bank; /* of the second half */
  } rows[] = {
    { 0x1feff8aa, FK_PROTECTION_NONE, 1 },
    { 0x1fcff8aa, FK_PROTECTION_NONE, 0 },
    { 0x1feff8bb, FK_PROTECTION_READ, 1 },
    { 0x9feff855, FK_PROTECTION_READ, 1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      FkIdentity *identity;
      FkChip *chip;
      Bench bench;

      bench_open (&bench, "nucleo-f746");
      tell_u575 (&bench, rows[i].options);
      identity = identify (&bench);
      chip = fk_identity_get_chip (identity);
      g_assert_nonnull (chip);
      g_assert_cmpuint (fk_identity_get_core (identity), ==, FK_CORE_CORTEX_M33);
      g_assert_cmpstr (fk_core_get_name (FK_CORE_CORTEX_M33), ==, "Cortex-M33");
      g_assert_cmphex (fk_identity_get_dev_id (identity), ==, 0x482);
      g_assert_cmpstr (fk_chip_get_name (chip), ==, "STM32U57xxG");
      g_assert_cmpuint (fk_identity_get_flash_size (identity), ==, 0x100000);
      g_assert_cmpstr (fk_identity_get_uid (identity), ==, "410025000E50425656383420");
      g_assert_cmpuint (fk_identity_get_protection (identity), ==, rows[i].protection);
      g_assert_cmpuint (fk_chip_find_sector (chip, 0x08080000)->bank, ==, rows[i].bank);
      g_assert_false (fk_identity_get_read_only (identity));
      assert_readable (&bench, chip, rows[i].options >> 31 != 0 ? "TZEN" : NULL);
      bench_close (&bench);
    }
}

#define BEHIND_SECOND "nucleo-f746?core-ap=1&firmware=V2J37M26"

/* An H563 of 1 MiB, its core behind the second access port and its DBGMCU among the peripherals. */
static void
test_h5 (void)
{
  static const guint32 words[][2] = {
    { FK_SCB_CPUID, 0x410fd214 }, { 0xe00fd000 + FK_ROM_TABLE_PIDR0, 0x84 },
    { 0xe00fd000 + 0xfe4, 0x04 }, { 0x44024000, 0x10016484 },
    { 0x08fff80c, 0xffff0400 },   { 0x08fff800, 0x00250041 },
    { 0x08fff804, 0x5642500e },   { 0x08fff808, 0x20343856 },
  };
  static const struct
  {
    guint32 optsr;
    guint32 optsr2;
    guint32 edata[2];
    FkProtection protection;
    const char *hiding;
  } rows[] = {
    { 0x2d30edf8, 0xc300017c, { 0, 0 }, FK_PROTECTION_NONE, NULL },
    { 0x2d3017f8, 0xc300017c, { 0, 0 }, FK_PROTECTION_READ, NULL },
    { 0x2d3072f8, 0xc300017c, { 0, 0 }, FK_PROTECTION_READ, NULL },
    { 0x2d305cf8, 0xc300017c, { 0, 0 }, FK_PROTECTION_PERMANENT, NULL },
    { 0x2d30edf8, 0xb400017c, { 0, 0 }, FK_PROTECTION_NONE, "TZEN" },
    { 0x2d30edf8, 0xc300017c, { 0x8000, 0 }, FK_PROTECTION_NONE, "EDATA1_EN" },
    { 0x2d30edf8, 0xc300017c, { 7, 0x8007 }, FK_PROTECTION_NONE, "EDATA2_EN" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      FkIdentity *identity;
      FkChip *chip;
      Bench bench;

      bench_open (&bench, BEHIND_SECOND);
      for (guint k = 0; k < G_N_ELEMENTS (words); k++)
        lying_probe_set_word (liar (&bench), words[k][0], words[k][1]);
      lying_probe_set_word (liar (&bench), 0x40022050, rows[i].optsr);
      lying_probe_set_word (liar (&bench), 0x40022070, rows[i].optsr2);
      lying_probe_set_word (liar (&bench), 0x400220f0, rows[i].edata[0]);
      lying_probe_set_word (liar (&bench), 0x400221f0, rows[i].edata[1]);
      identity = identify (&bench);
      chip = fk_identity_get_chip (identity);
      g_assert_nonnull (chip);
      g_assert_cmpuint (fk_probe_get_ap (bench.inner), ==, 1);
      g_assert_cmphex (fk_identity_get_dev_id (identity), ==, 0x484);
      g_assert_cmpstr (fk_chip_get_name (chip), ==, "STM32H56xxG");
      g_assert_cmpuint (fk_identity_get_flash_size (identity), ==, 0x100000);
      g_assert_cmpstr (fk_identity_get_uid (identity), ==, "410025000E50425656383420");
      g_assert_cmpuint (fk_identity_get_protection (identity), ==, rows[i].protection);
      g_assert_false (fk_identity_get_read_only (identity));
      if (rows[i].protection == FK_PROTECTION_NONE)
        assert_readable (&bench, chip, rows[i].hiding);
      bench_close (&bench);
    }
}

/* A WBA55 of 1 MiB has its core there, too, and its DBGMCU where a U5 has it. */
static void
test_wba (void)
{
  static const guint32 words[][2] = {
    { FK_SCB_CPUID, 0x410fd214 }, { 0xe00fd000 + FK_ROM_TABLE_PIDR0, 0x92 },
    { 0xe00fd000 + 0xfe4, 0x04 }, { 0xe0044000, 0x20010492 },
    { 0x0bf907a0, 0xffff0400 },   { 0x0bf90700, 0x00250041 },
    { 0x0bf90704, 0x5642500e },   { 0x0bf90708, 0x20343856 },
    { 0x40022040, 0x1feff8aa },
  };
  FkIdentity *identity;
  FkChip *chip;
  Bench bench;

  bench_open (&bench, BEHIND_SECOND);
  for (guint k = 0; k < G_N_ELEMENTS (words); k++)
    lying_probe_set_word (liar (&bench), words[k][0], words[k][1]);
  identity = identify (&bench);
  chip = fk_identity_get_chip (identity);
  g_assert_nonnull (chip);
  g_assert_cmpstr (fk_chip_get_name (chip), ==, "STM32WBA5xxxG");
  g_assert_cmpuint (fk_chip_find_sector (chip, 0x08080000)->bank, ==, 0);
  g_assert_cmpuint (fk_identity_get_protection (identity), ==, FK_PROTECTION_NONE);
  assert_readable (&bench, chip, NULL);
  lying_probe_set_word (liar (&bench), 0x40022040, 0x9feff8aa);
  assert_readable (&bench, chip, "TZEN");
  bench_close (&bench);
}

/* An H7S has 64 KiB, and a life cycle in place of a level. */
static void
test_h7rs (void)
{
  static const guint32 words[][2] = {
    { 0xe00fd000 + FK_ROM_TABLE_PIDR0, 0x85 },
    { 0xe00fd000 + 0xfe4, 0x04 },
    { 0x5c001000, 0x10030485 },
    { 0x08fff80c, 0xffff0040 },
    { 0x08fff800, 0x00250041 },
    { 0x08fff804, 0x5642500e },
    { 0x08fff808, 0x20343856 },
  };

  for (guint i = 0; i < 2; i++)
    {
      FkIdentity *identity;
      Bench bench;

      bench_open (&bench, BEHIND_SECOND "&flash=64");
      for (guint k = 0; k < G_N_ELEMENTS (words); k++)
        lying_probe_set_word (liar (&bench), words[k][0], words[k][1]);
      lying_probe_set_word (liar (&bench), 0x52002200, i == 0 ? 0xb4 : 0x51);
      lying_probe_set_fault (liar (&bench), 0xe0042000);
      identity = identify (&bench);
      g_assert_cmpstr (fk_chip_get_name (fk_identity_get_chip (identity)), ==, "STM32H7RSxx8");
      g_assert_cmpuint (fk_identity_get_protection (identity), ==,
                        i == 0 ? FK_PROTECTION_NONE : FK_PROTECTION_READ);
      bench_close (&bench);
    }
}

/* An H7 has its DBGMCU on a bus of its own, and flash of 1 MiB in one piece or in two. */
static void
test_h7 (void)
{
  static const guint16 ids[] = { 0x483, 0x450 };

  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      const guint32 words[][2] = {
        { 0xe00fd000 + FK_ROM_TABLE_PIDR0, ids[i] & 0xff },
        { 0x5c001000, 0x10010000u | ids[i] },
        { 0x1ff1e880, 0xffff0400 },
        { 0x1ff1e800, 0x00250041 },
        { 0x1ff1e804, 0x5642500e },
        { 0x1ff1e808, 0x20343856 },
        { 0x5200201c, 0x1bc6aaf0 },
        { 0x52002028, 0x000000ff },
        { 0x52002128, 0x000000ff },
        { 0x0817fffc, 0xffffffff },
      };
      FkIdentity *identity;
      FkChip *chip;
      Bench bench;

      bench_open (&bench, "nucleo-f746");
      for (guint32 at = 0x5200201c; at < 0x52002074; at += 4)
        lying_probe_set_word (liar (&bench), at, 0);
      for (guint k = 0; k < G_N_ELEMENTS (words); k++)
        lying_probe_set_word (liar (&bench), words[k][0], words[k][1]);
      lying_probe_set_fault (liar (&bench), 0xe0042000);
      identity = identify (&bench);
      chip = fk_identity_get_chip (identity);
      g_assert_cmphex (fk_identity_get_dev_id (identity), ==, ids[i]);
      g_assert_cmpstr (fk_identity_get_uid (identity), ==, "410025000E50425656383420");
      g_assert_false (fk_identity_get_read_only (identity));
      if (i == 0)
        {
          g_assert_cmpstr (fk_chip_get_name (chip), ==, "STM32H72xxG");
          g_assert_cmpuint (fk_identity_get_flash_size (identity), ==, 0x100000);
          g_assert_cmpuint (fk_identity_get_protection (identity), ==, FK_PROTECTION_NONE);
          assert_readable (&bench, chip, NULL);
          lying_probe_set_word (liar (&bench), 0x52002028, 0x00010001);
          assert_readable (&bench, chip, "PRAR1");
        }
      else
        {
          guint n;
          const FkRange *parts = fk_chip_get_flash_parts (chip, &n);

          g_assert_cmpstr (fk_chip_get_name (chip), ==, "STM32H74xxG");
          g_assert_cmpuint (fk_identity_get_flash_size (identity), ==, 0x100000);
          g_assert_cmpuint (n, ==, 2);
          g_assert_cmphex (parts[1].address, ==, 0x08100000);
          g_assert_cmphex (parts[1].size, ==, 0x80000);
        }
      bench_close (&bench);
    }
}

/* What stands where an F7 has its DBGMCU is left alone where ST's table names another chip. */
static void
test_other_dbgmcu (void)
{
  static const guint16 parts[] = { 0x449, 0x450 };

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      guint32 cr;
      Bench bench;

      bench_open (&bench, "nucleo-f746");
      lying_probe_set_word (liar (&bench), 0xe00fd000 + FK_ROM_TABLE_PIDR0, parts[i] & 0xff);
      identify (&bench);
      g_assert_true (fk_target_read_u32 (bench.target, 0xe0042004, &cr, NULL));
      g_assert_cmphex (cr, ==, i == 0 ? 7 : 0);
      bench_close (&bench);
    }
}

/* What an option says of the banks, and a watchdog that does not bite: its freeze register has a
 * clock that is off after a reset. */
static void
test_g0 (void)
{
  static const guint8 one_bank[4] = { 0xaa, 0xfe, 0xdf, 0xff };
  static const guint8 inverted[4] = { 0x55, 0x01, 0x20, 0x00 };
  FkIdentity *identity;
  guint32 freeze;
  guint n;
  Bench bench;

  bench_open (&bench, "skr-mini-e3-v3");
  identity = identify (&bench);
  g_assert_cmpuint (fk_chip_find_sector (fk_identity_get_chip (identity), 0x08040000)->bank, ==, 1);
  g_assert_true (fk_target_read_u32 (bench.target, 0x40015808, &freeze, NULL));
  g_assert_cmphex (freeze, ==, 0x1800);
  bench_close (&bench);

  bench_open (&bench, "skr-mini-e3-v3");
  g_assert_true (fk_sim_board_poke (bench.board, 0x1fff7800, one_bank, 4));
  g_assert_true (fk_sim_board_poke (bench.board, 0x1fff7804, inverted, 4));
  fk_sim_board_power_cycle (bench.board);
  identity = identify (&bench);
  fk_chip_get_sectors (fk_identity_get_chip (identity), &n);
  g_assert_cmpuint (n, ==, 256);
  g_assert_cmpuint (fk_chip_find_sector (fk_identity_get_chip (identity), 0x08040000)->bank, ==, 0);
  bench_close (&bench);
}

/* Chips that no simulated board is, by what their registers say: how the flash is divided, and how
 * much of it can be had. */
static void
test_divided (void)
{
  static const struct
  {
    guint16 dev_id;
    guint kib; /* in the size register */
    guint32 optr;
    guint32 sfr;
    const char *name;
    guint n_sectors;
    guint n_banks;
    guint32 size;        /* of what can be had */
    const char *warning; /* a part of it, if that is not all */
  } rows[] = {
    /* DUALBANK, bit 21, but a flash of 1 MiB always has two banks */
    { 0x415, 1024, 0xffeff8aa, 0, "STM32L47xxG", 512, 2, 0x100000, NULL },
    { 0x415, 1024, 0xffcff8aa, 0, "STM32L47xxG", 512, 2, 0x100000, NULL },
    { 0x415, 512, 0xffeff8aa, 0, "STM32L47xxE", 256, 2, 0x80000, NULL },
    { 0x461, 512, 0xffcff8aa, 0, "STM32L49xxE", 256, 1, 0x80000, NULL },
    { 0x415, 256, 0xffcff8aa, 0, "STM32L47xxC", 128, 1, 0x40000, NULL },
    { 0x435, 256, 0xffeff8aa, 0, "STM32L43xxC", 128, 1, 0x40000, NULL },
    /* DBANK, bit 22 */
    { 0x470, 1024, 0xffeff8aa, 0, "STM32L4RxxG", 256, 2, 0x100000, NULL },
    { 0x470, 1024, 0xffaff8aa, 0, "STM32L4RxxG", 256, 2, 0x100000, NULL },
    { 0x471, 1024, 0xffaff8aa, 0, "STM32L4PxxG", 128, 1, 0x100000, NULL },
    { 0x469, 512, 0xffeff8aa, 0, "STM32G47xxE", 256, 2, 0x80000, NULL },
    { 0x469, 512, 0xffaff8aa, 0, "STM32G47xxE", 128, 1, 0x80000, NULL },
    { 0x469, 256, 0xffaff8aa, 0, "STM32G47xxC", 64, 1, 0x40000, NULL },
    /* … where that is 1 there is a gap */
    { 0x469, 256, 0xffeff8aa, 0, "STM32G47xxC", 128, 2, 0x40000, NULL },
    { 0x469, 128, 0xffeff8aa, 0, "STM32G47xxB", 64, 2, 0x20000, NULL },
    /* ESE, bit 8, and FLASH_SFR */
    { 0x495, 1024, 0x3dfff1aa, 0x10cb, "STM32WB5xxG", 203, 1, 0xcb000,
      "The last 212 KiB of the flash, from 0x080cb000 on, are the second core's" },
    { 0x495, 1024, 0x3dfff1aa, 0x11cb, "STM32WB5xxG", 256, 1, 0x100000, NULL },
    { 0x495, 640, 0x3dfff1aa, 0x1080, "STM32WB5xxY", 128, 1, 0x80000, "The last 128 KiB" },
    { 0x494, 320, 0x3dfff1aa, 0x1090, "STM32WB1xxC", 144, 1, 0x48000, "The last 32 KiB" },
    { 0x497, 256, 0x3ffff0aa, 0, "STM32WLxxxC", 128, 1, 0x40000, NULL },
    { 0x497, 256, 0x3ffff1aa, 0x70, "STM32WLxxxC", 112, 1, 0x38000, "from 0x08038000 on" },
    { 0x497, 256, 0x3ffff1aa, 0xf0, "STM32WLxxxC", 128, 1, 0x40000, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      guint32 registers = rows[i].dev_id >= 0x494 ? 0x58004000 : 0x40022000;
      const FkSector *sectors;
      const FkRange *parts;
      FkIdentity *identity;
      FkChip *chip;
      Bench bench;
      guint n;

      bench_open (&bench, "disco-f4");
      lying_probe_set_word (liar (&bench), 0xe0042000, 0x20000000 | rows[i].dev_id);
      lying_probe_set_word (liar (&bench), 0x1fff75e0, 0xffff0000 | rows[i].kib);
      lying_probe_set_word (liar (&bench), registers + 0x20, rows[i].optr);
      lying_probe_set_word (liar (&bench), registers + 0x80, rows[i].sfr);
      for (guint k = 0; k < 3; k++)
        {
          /* The ends of PCROP: no such area */
          lying_probe_set_word (liar (&bench), registers + 0x24 + k * 0x10, 0xffffffff);
          lying_probe_set_word (liar (&bench), registers + 0x28 + k * 0x10, 0x7fff0000);
        }
      identity = identify (&bench);
      chip = fk_identity_get_chip (identity);
      g_test_message ("0x%03x, %u KiB", rows[i].dev_id, rows[i].kib);
      if (rows[i].warning != NULL)
        assert_warning (identity, rows[i].warning);
      g_assert_cmpint (fk_identity_get_read_only (identity), ==,
                       chip == NULL || strcmp (fk_chip_get_driver (chip), "none") == 0);
      g_assert_cmpstr (fk_chip_get_name (chip), ==, rows[i].name);
      g_assert_cmpuint (fk_identity_get_flash_size (identity), ==, rows[i].kib * 1024);
      g_assert_cmphex (fk_chip_get_flash_size (chip), ==, rows[i].size);
      parts = fk_chip_get_flash_parts (chip, &n);
      g_assert_cmphex (fk_chip_find_region (chip, "flash")->range.size, ==,
                       n == 1 ? rows[i].size : 0x40000 + rows[i].size / 2);
      g_assert_cmphex (parts[n - 1].address, ==, n == 1 ? 0x08000000 : 0x08040000);
      sectors = fk_chip_get_sectors (chip, &n);
      g_assert_cmpuint (n, ==, rows[i].n_sectors);
      g_assert_cmpuint (sectors[n - 1].bank + 1, ==, rows[i].n_banks);
      g_assert_cmpuint (fk_identity_get_protection (identity), ==, FK_PROTECTION_NONE);
      bench_close (&bench);
    }
}

/* Size register and unique ID of C0 and U0 are elsewhere than G0's, and so is U0's debug clock. */
static void
test_m0_plus (void)
{
  static const struct
  {
    guint16 dev_id;
    guint kib;
    guint32 size_register;
    guint32 uid;
    const char *name;
  } rows[] = {
    { 0x443, 16, 0x1fff75a0, 0x1fff7550, "STM32C01xx4" },
    { 0x453, 32, 0x1fff75a0, 0x1fff7550, "STM32C03xx6" },
    { 0x44c, 64, 0x1fff75a0, 0x1fff7550, "STM32C05xx8" },
    { 0x493, 128, 0x1fff75a0, 0x1fff7550, "STM32C07xxB" },
    { 0x44d, 256, 0x1fff75a0, 0x1fff7550, "STM32C09xxC" },
    { 0x459, 64, 0x1fff3ea0, 0x1fff3e50, "STM32U03xx8" },
    { 0x489, 256, 0x1fff6ea0, 0x1fff6e50, "STM32U07xxC" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      FkIdentity *identity;
      Bench bench;

      bench_open (&bench, "skr-mini-e3-v3");
      lying_probe_set_word (liar (&bench), 0x40015800, 0x10010000 | rows[i].dev_id);
      lying_probe_set_word (liar (&bench), rows[i].size_register, 0xffff0000 | rows[i].kib);
      for (guint k = 0; k < 3; k++)
        lying_probe_set_word (liar (&bench), rows[i].uid + 4 * k, 0x11111111 * (k + 1));
      identity = identify (&bench);
      g_assert_cmpstr (fk_chip_get_name (fk_identity_get_chip (identity)), ==, rows[i].name);
      g_assert_cmpuint (fk_identity_get_flash_size (identity), ==, rows[i].kib * 1024);
      g_assert_cmpstr (fk_identity_get_uid (identity), ==, "111111112222222233333333");
      g_assert_cmpuint (fk_identity_get_protection (identity), ==, FK_PROTECTION_NONE);
      bench_close (&bench);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/identify-families/without-driver", test_without_driver);
  g_test_add_func ("/identify-families/g0", test_g0);
  g_test_add_func ("/identify-families/divided", test_divided);
  g_test_add_func ("/identify-families/m0-plus", test_m0_plus);
  g_test_add_func ("/identify-families/l1", test_l1);
  g_test_add_func ("/identify-families/m33", test_m33);
  g_test_add_func ("/identify-families/h7", test_h7);
  g_test_add_func ("/identify-families/h5", test_h5);
  g_test_add_func ("/identify-families/wba", test_wba);
  g_test_add_func ("/identify-families/h7rs", test_h7rs);
  g_test_add_func ("/identify-families/other-dbgmcu", test_other_dbgmcu);
  g_test_add_func ("/identify-families/gap", test_gap);
  return g_test_run ();
}
