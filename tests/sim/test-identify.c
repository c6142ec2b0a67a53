/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Who the simulated boards say they are, and chips that lie. */

#include "config.h"

#include "flash/fk-flash.h"
#include "flash/fk-identify.h"
#include "flash/fk-identify-private.h"
#include "known-chip.h"
#include "lying-probe.h"

#include "base/fk-error.h"
#include "chip/fk-chip-private.h"
#include "probe/fk-probe-list.h"
#include "sim/fk-sim.h"
#include "target/fk-cortex-m.h"

typedef struct
{
  FkSimBoard *board;
  FkProbe *inner;
  FkProbe *probe;
  FkTarget *target;
  FkIdentity *identity;
} Bench;

static void
bench_open (Bench *bench, const char *specification)
{
  g_autoptr (GError) error = NULL;

  bench->board = fk_sim_board_new (specification, &error);
  g_assert_no_error (error);
  bench->inner = fk_probe_new_for_usb (fk_sim_board_get_usb_device (bench->board));
  bench->probe = lying_probe_new (bench->inner);
  fk_probe_open (bench->probe, NULL, &error);
  g_assert_no_error (error);
  bench->target = fk_target_new (bench->probe);
  bench->identity = NULL;
}

static LyingProbe *
liar (Bench *bench)
{
  return LYING_PROBE (bench->probe);
}

static FkIdentity *
identify_as (Bench *bench, FkConnect how)
{
  g_autoptr (GError) error = NULL;

  fk_target_connect (bench->target, how, 0, NULL, NULL, &error);
  g_assert_no_error (error);
  bench->identity = fk_identify (bench->target, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (bench->identity);
  return bench->identity;
}

static FkIdentity *
identify (Bench *bench)
{
  return identify_as (bench, FK_CONNECT_AUTO);
}

static void
bench_close (Bench *bench)
{
  g_autoptr (GError) error = NULL;

  fk_target_disconnect (bench->target, FK_LEAVE_RESUMED, &error);
  g_assert_no_error (error);
  /* A core that had locked up does so again, and one whose flash is closed to it because a debugger
   * came has nothing to run (RM0090 3.7.3). */
  g_assert_true (fk_sim_board_is_core_running (bench->board) ||
                 fk_identity_get_locked_up (bench->identity) ||
                 fk_identity_get_protection (bench->identity) == FK_PROTECTION_READ);
  g_assert_false (fk_sim_board_is_debug_enabled (bench->board));
  g_assert_true (fk_sim_board_is_flash_locked (bench->board));
  g_assert_finalize_object (bench->identity);
  g_assert_finalize_object (bench->target);
  fk_probe_close (bench->probe);
  g_assert_finalize_object (bench->probe);
  g_assert_finalize_object (bench->inner);
  g_assert_finalize_object (bench->board);
}

static void
assert_warning (FkIdentity *identity, const char *part)
{
  g_autofree char *all = g_strjoinv ("\n", (char **)(gpointer)fk_identity_get_warnings (identity));

  if (strstr (all, part) == NULL)
    g_error ("no \"%s\" in the warnings:\n%s", part, all);
}

static void
assert_no_warnings (FkIdentity *identity)
{
  g_autofree char *all = g_strjoinv ("\n", (char **)(gpointer)fk_identity_get_warnings (identity));

  g_assert_cmpstr (all, ==, "");
}

typedef struct
{
  const char *board;
  const char *family;
  const char *uid;
  FkCore core;
  guint16 dev_id;
  guint16 rev_id;
  guint32 flash_size;
} BoardCase;

static const BoardCase boards[] = {
  { "creator-pro", "STM32F4", "3A0027000C51383334373238", FK_CORE_CORTEX_M4, 0x413, 0x1007,
    0x100000 },
  { "blue-pill", "STM32F1", "52FF6B065089495213391067", FK_CORE_CORTEX_M3, 0x410, 0x2003, 0x10000 },
  { "disco-f4", "STM32F4", "2E0041001547333237333535", FK_CORE_CORTEX_M4, 0x413, 0x1007, 0x100000 },
  { "f030", "STM32F0", "38001C000B434E5736363720", FK_CORE_CORTEX_M0, 0x444, 0x1000, 0x4000 },
  { "nucleo-f746", "STM32F7", "33002D000E51363438323736", FK_CORE_CORTEX_M7, 0x449, 0x1001,
    0x100000 },
  { "skr-mini-e3", "STM32F1", "34FFD9054E4E383951250643", FK_CORE_CORTEX_M3, 0x414, 0x1003,
    0x40000 },
  { "skr-mini-e3-v3", "STM32G0", "340027000C51383334373239", FK_CORE_CORTEX_M0_PLUS, 0x467, 0x1000,
    0x80000 },
};

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
      assert_warning (identity, "There is no way yet to write the flash of STM32L1 category 3");
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
      g_assert_true (fk_identity_get_read_only (identity));
      g_assert_cmphex (fk_chip_get_erased_value (chip), ==, 0);
      g_assert_cmphex (fk_chip_find_region (chip, "eeprom")->range.size, ==, 0x2000);
      g_assert_true (fk_target_read_u32 (bench.target, 0xe0042008, &freeze, NULL));
      g_assert_cmphex (freeze, ==, 0x1800);
      bench_close (&bench);
    }
}

/* The other L1 with this register, of 384 KiB: between 192 and 192 there is nothing. */
static void
test_gap (void)
{
  FkIdentity *identity;
  Bench bench;

  bench_open (&bench, "disco-l1");
  lying_probe_set_word (liar (&bench), 0xe0042000, 0x10186437);
  lying_probe_set_word (liar (&bench), 0xe00ff000 + FK_ROM_TABLE_PIDR0, 0x37);
  lying_probe_set_word (liar (&bench), 0x1ff800cc, 384);
  identity = identify (&bench);
  assert_warning (identity,
                  "The flash of this STM32L1 categories 5 and 6, 384 KiB, is in two parts");
  g_assert_null (fk_identity_get_chip (identity));
  g_assert_true (fk_identity_get_read_only (identity));
  g_assert_cmpuint (fk_identity_get_flash_size (identity), ==, 0);
  g_assert_cmpuint (fk_identity_get_protection (identity), ==, FK_PROTECTION_UNKNOWN);
  g_assert_cmpstr (fk_identity_get_uid (identity), ==, "330A3133323232343B001D00");
  bench_close (&bench);
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
      g_assert_true (fk_identity_get_read_only (identity));
      assert_warning (identity, "There is no way yet to write the flash of STM32U575 and U585");
      assert_readable (&bench, chip, rows[i].options >> 31 != 0 ? "TZEN" : NULL);
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
      };
      FkIdentity *identity;
      FkChip *chip;
      Bench bench;

      bench_open (&bench, "nucleo-f746");
      for (guint k = 0; k < G_N_ELEMENTS (words); k++)
        lying_probe_set_word (liar (&bench), words[k][0], words[k][1]);
      lying_probe_set_fault (liar (&bench), 0xe0042000);
      identity = identify (&bench);
      chip = fk_identity_get_chip (identity);
      g_assert_cmphex (fk_identity_get_dev_id (identity), ==, ids[i]);
      g_assert_cmpstr (fk_identity_get_uid (identity), ==, "410025000E50425656383420");
      g_assert_true (fk_identity_get_read_only (identity));
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
          g_assert_null (chip);
          assert_warning (identity, "is in two parts with a gap between them");
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

static void
test_board (gconstpointer data)
{
  const BoardCase *board = data;
  FkIdentity *identity;
  Bench bench;

  bench_open (&bench, board->board);
  identity = identify (&bench);
  assert_no_warnings (identity);
  g_assert_nonnull (fk_identity_get_chip (identity));
  g_assert_cmpstr (fk_chip_get_family (fk_identity_get_chip (identity)), ==, board->family);
  g_assert_cmpuint (fk_chip_get_flash_size (fk_identity_get_chip (identity)), ==,
                    board->flash_size);
  g_assert_cmpuint (fk_identity_get_flash_size (identity), ==, board->flash_size);
  g_assert_cmpuint (fk_identity_get_answering_size (identity), ==, board->flash_size);
  g_assert_cmpuint (fk_identity_get_core (identity), ==, board->core);
  g_assert_cmphex (fk_identity_get_designer (identity), ==, FK_JEP106_ST);
  g_assert_cmpstr (fk_identity_get_designer_name (identity), ==, "ST");
  g_assert_cmphex (fk_identity_get_dev_id (identity), ==, board->dev_id);
  g_assert_cmphex (fk_identity_get_rev_id (identity), ==, board->rev_id);
  g_assert_cmpstr (fk_identity_get_uid (identity), ==, board->uid);
  g_assert_cmpuint (g_bytes_get_size (fk_identity_get_uid_bytes (identity)), ==, 12);
  g_assert_cmpuint (fk_identity_get_protection (identity), ==, FK_PROTECTION_NONE);
  g_assert_false (fk_identity_get_locked_up (identity));
  g_assert_false (fk_identity_get_read_only (identity));
  g_assert_null (fk_identity_get_read_only_reason (identity));
  g_assert_null (fk_identity_get_clone_name (identity));
  bench_close (&bench);
}

/* A running machine is identified and never stopped. */
static void
test_hot_plug (void)
{
  Bench bench;

  bench_open (&bench, "creator-pro");
  assert_no_warnings (identify_as (&bench, FK_CONNECT_HOT_PLUG));
  g_assert_true (fk_sim_board_is_core_running (bench.board));
  g_assert_false (fk_sim_board_is_debug_enabled (bench.board));
  bench_close (&bench);
}

static void
test_hidden_flash (void)
{
  FkIdentity *identity;
  Bench bench;

  bench_open (&bench, "blue-pill?flash=128&size-register=64");
  identity = identify (&bench);
  assert_warning (identity, "The size register says 64 KiB, but 128 KiB answer");
  assert_warning (identity, "\"flashkeepctl read 0x08010000 0x10000 FILE\" saves what lies behind");
  g_assert_cmpuint (fk_identity_get_flash_size (identity), ==, 0x10000);
  g_assert_cmpuint (fk_identity_get_answering_size (identity), ==, 0x20000);
  g_assert_cmpuint (fk_chip_get_flash_size (fk_identity_get_chip (identity)), ==, 0x10000);
  bench_close (&bench);
}

/* What answers behind the end is the flash once more: nothing is hidden there. */
static void
test_mirror (void)
{
  FkIdentity *identity;
  Bench bench;

  bench_open (&bench, "blue-pill");
  lying_probe_set_mirror (liar (&bench), 0x08010000, 0x10000);
  identity = identify (&bench);
  assert_no_warnings (identity);
  g_assert_cmpuint (fk_identity_get_answering_size (identity), ==, 0x10000);
  bench_close (&bench);
}

static void
test_blank_beyond (void)
{
  FkIdentity *identity;
  Bench bench;

  bench_open (&bench, "blue-pill?flash=128&size-register=64&blank=yes");
  identity = identify (&bench);
  assert_warning (identity, "128 KiB answer (blank, as the start is");
  bench_close (&bench);
}

/* Where erased flash reads as zeros, zeros behind the end are flash as anything else is. */
static void
check_erased_low (const char *specification, const guint32 *zeros, const char *warning)
{
  static const guint8 low[4096];
  g_autoptr (FkChipDb) db = known_chip_make_erased_low ();
  g_autoptr (GPtrArray) warnings = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;
  guint32 size;
  guint32 answering;
  Bench bench;

  bench_open (&bench, specification);
  for (guint i = 0; zeros[i] != 0; i++)
    g_assert_true (fk_sim_board_poke (bench.board, zeros[i], low, sizeof low));
  identify (&bench);
  fk_identify_flash_size (bench.target, fk_chip_db_find (db, 0x410, "Cortex-M3"), TRUE, TRUE, NULL,
                          0, warnings, &size, &answering, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (size, ==, 0x10000);
  g_assert_cmpuint (answering, ==, 0x20000);
  g_assert_cmpuint (warnings->len, ==, 1);
  g_assert_nonnull (strstr (g_ptr_array_index (warnings, 0), warning));
  bench_close (&bench);
}

static void
test_erased_low (void)
{
  static const guint32 behind[] = { 0x08010000, 0 };
  static const guint32 both[] = { 0x08000000, 0x08010000, 0 };

  check_erased_low ("blue-pill?flash=128&size-register=64", behind, "but 128 KiB answer.");
  check_erased_low ("blue-pill?flash=128&size-register=64&blank=yes", both,
                    "128 KiB answer (blank, as the start is");
}

typedef struct
{
  const char *specification;
  guint32 size_word; /* what the register's word reads as; G_MAXUINT16 for no lie */
  const char *warning;
  guint32 flash_size;
} SizeCase;

static const SizeCase sizes[] = {
  { "blue-pill?size-register=128", G_MAXUINT16,
    "The size register says 128 KiB, but only 64 KiB answer", 0x10000 },
  { "blue-pill?size-register=65535", G_MAXUINT16,
    "The size register reads 0xFFFF, which is no size; 64 KiB answer", 0x10000 },
  { "blue-pill", 0xffff0000, "The size register reads 0x0000, which is no size; 64 KiB answer",
    0x10000 },
  { "blue-pill?size-register=25616", G_MAXUINT16, "more than any", 0x10000 },
  { "blue-pill?size-register=63", G_MAXUINT16, "a size in which no", 0x10000 },
  { "skr-mini-e3?size-register=65535", G_MAXUINT16, "256 KiB answer", 0x40000 },
  /* Protected flash cannot be asked. */
  { "blue-pill?size-register=65535&rdp=1", G_MAXUINT16,
    "which is no size; the largest size of this chip, 128 KiB, is assumed", 0x20000 },
};

static void
test_size (gconstpointer data)
{
  const SizeCase *size = data;
  FkIdentity *identity;
  Bench bench;

  bench_open (&bench, size->specification);
  if (size->size_word != G_MAXUINT16)
    lying_probe_set_word (liar (&bench), 0x1ffff7e0, size->size_word);
  identity = identify (&bench);
  assert_warning (identity, size->warning);
  g_assert_cmpuint (fk_identity_get_flash_size (identity), ==, size->flash_size);
  g_assert_cmpuint (fk_chip_get_flash_size (fk_identity_get_chip (identity)), ==, size->flash_size);
  bench_close (&bench);
}

static void
test_protected (gconstpointer data)
{
  const BoardCase *board = data;
  g_autofree char *specification = g_strconcat (board->board, "?rdp=1", NULL);
  FkIdentity *identity;
  Bench bench;

  bench_open (&bench, specification);
  identity = identify (&bench);
  assert_warning (identity, "read-protected");
  g_assert_cmpuint (fk_identity_get_protection (identity), ==, FK_PROTECTION_READ);
  g_assert_cmpuint (fk_identity_get_flash_size (identity), ==, board->flash_size);
  g_assert_cmpstr (fk_identity_get_uid (identity), ==, board->uid);
  g_assert_false (fk_identity_get_read_only (identity));
  bench_close (&bench);
}

static void
test_uid (void)
{
  Bench bench;

  bench_open (&bench, "skr-mini-e3?uid=FFFFFFFFFFFFFFFFFFFFFFFF");
  assert_warning (identify (&bench), "The unique ID reads all FF");
  g_assert_cmpstr (fk_identity_get_uid (bench.identity), ==, "FFFFFFFFFFFFFFFFFFFFFFFF");
  bench_close (&bench);
  bench_open (&bench, "f030?uid=000000000000000000000000");
  assert_warning (identify (&bench), "The unique ID reads all zeros");
  bench_close (&bench);
}

/* Story 3: the copy says "core is locked up". */
static void
test_locked_up (gconstpointer data)
{
  g_autofree char *specification = g_strconcat (data, "?blank=yes", NULL);
  FkIdentity *identity;
  Bench bench;

  bench_open (&bench, specification);
  identity = identify (&bench);
  g_assert_true (fk_identity_get_locked_up (identity));
  /* An F7 starts from the flash's other place. */
  assert_warning (identity,
                  fk_identity_get_core (identity) == FK_CORE_CORTEX_M7
                      ? "The core has locked up: the vector table at 0x00200000 is blank"
                      : "The core has locked up: the vector table at 0x08000000 is blank");
  assert_warning (identity, "there is no program to run");
  bench_close (&bench);
}

static void
tell_designer (Bench *bench, guint16 designer)
{
  lying_probe_set_word (liar (bench), FK_ROM_TABLE + FK_ROM_TABLE_PIDR4, designer >> 8);
  lying_probe_set_word (liar (bench), FK_ROM_TABLE + 0xfe4, (designer & 0xf) << 4 | 0x4);
  lying_probe_set_word (liar (bench), FK_ROM_TABLE + 0xfe8, 0x8 | (designer >> 4 & 7));
}

/* Nothing is written to what nobody says he made. */
static void
test_nameless (void)
{
  Bench bench;

  bench_open (&bench, "blue-pill");
  lying_probe_set_word (liar (&bench), FK_ROM_TABLE + 0xff0, 0); /* CIDR0: no ROM table */
  assert_warning (identify (&bench), "does not say who made it");
  g_assert_true (fk_identity_get_read_only (bench.identity));
  g_assert_nonnull (fk_identity_get_chip (bench.identity));
  bench_close (&bench);
}

static void
test_clone (void)
{
  FkIdentity *identity;
  Bench bench;

  bench_open (&bench, "blue-pill");
  tell_designer (&bench, 0x751);
  identity = identify (&bench);
  g_assert_true (fk_identity_get_read_only (identity));
  g_assert_nonnull (strstr (fk_identity_get_read_only_reason (identity), "GigaDevice"));
  assert_warning (identity, "is made by GigaDevice");
  g_assert_nonnull (fk_identity_get_chip (identity));
  g_assert_cmpuint (fk_identity_get_flash_size (identity), ==, 0x10000);
  bench_close (&bench);

  bench_open (&bench, "f030");
  tell_designer (&bench, FK_JEP106_ARM);
  assert_warning (identify (&bench), "it is a clone");
  g_assert_true (fk_identity_get_read_only (bench.identity));
  bench_close (&bench);

  bench_open (&bench, "blue-pill");
  tell_designer (&bench, 0x555);
  assert_warning (identify (&bench), "is made by Hangshun (HK), most likely (JEP106 0x555");
  g_assert_true (fk_identity_get_read_only (bench.identity));
  bench_close (&bench);
}

/* ST's name in the ROM table is copied easily; the debug port came with the core.  It says nothing
 * of who made it: CS32, APM32 and CH32 have the same one, and ARM's name in the table. */
static void
test_clone_debug_port (void)
{
  FkIdentity *identity;
  Bench bench;

  bench_open (&bench, "blue-pill");
  lying_probe_set_idcode (liar (&bench), 0x2ba01477);
  identity = identify (&bench);
  assert_warning (identity, "has the debug port 0x2BA01477 instead of 0x1BA01477: it is probably a "
                            "clone. It can be backed up");
  g_assert_cmpstr (fk_identity_get_designer_name (identity), ==, "ST");
  g_assert_null (strstr (fk_identity_get_read_only_reason (identity), "CKS"));
  g_assert_true (fk_identity_get_read_only (identity));
  g_assert_nonnull (fk_identity_get_chip (identity));
  bench_close (&bench);

  bench_open (&bench, "blue-pill");
  tell_designer (&bench, FK_JEP106_ARM);
  lying_probe_set_idcode (liar (&bench), 0x2ba01477);
  identity = identify (&bench);
  g_assert_nonnull (strstr (fk_identity_get_read_only_reason (identity), "left ARM's name in it"));
  assert_warning (identity, "has the debug port 0x2BA01477");
  bench_close (&bench);
}

typedef struct
{
  const char *name; /* of the test */
  const char *board;
  const char *clone; /* begins so */
} CloneCase;

/* What chips of known makers said, and what is told of others (doc/clone-chips.md 1.2, 2.1, 3). */
static const CloneCase clones[] = {
  { "gd32f103", "blue-pill?designer=751&rom-part=76f&cpuid=412fc231&idcode=13030410",
    "GigaDevice GD32F10x or GD32F1x0" },
  { "gd32f303", "skr-mini-e3?designer=751&cpuid=410fc241&dpidr=2ba01477", "GigaDevice GD32F30x" },
  { "gd32f3x0", "blue-pill?designer=751&cpuid=410fc241&idcode=17040410", "GigaDevice GD32F3x0" },
  { "gd32f450", "creator-pro?designer=751&dev-id=2b3", "GigaDevice GD32F4xx" },
  { "gd32e230", "f030?designer=43b&rom-part=4cb&cpuid=411cd200&dpidr=0bf11477",
    "GigaDevice GD32E23x" },
  { "gd32e508", "blue-pill?designer=751&cpuid=410fd213&dpidr=0be11477", "GigaDevice GD32E50x" },
  { "at32f403a", "creator-pro?designer=43b&rom-part=4c4&idcode=70050345", "Artery AT32F403A" },
  { "at32f405", "creator-pro?designer=43b&rom-part=4c4&idcode=70042240", "Artery AT32F402" },
  { "at32f413", "creator-pro?designer=43b&rom-part=4c4&idcode=700301c5", "Artery AT32F413" },
  { "at32f421", "creator-pro?designer=43b&rom-part=4c4&idcode=50020100", "Artery AT32F421" },
  { "at32f423", "creator-pro?designer=43b&rom-part=4c4&idcode=700a3240", "Artery AT32F423" },
  { "at32f425", "creator-pro?designer=43b&rom-part=4c4&idcode=50092087", "Artery AT32F425" },
  { "at32f437", "creator-pro?designer=43b&rom-part=4c4&idcode=70084540", "Artery AT32F435" },
  { "ch32f103", "blue-pill?designer=43b&rom-part=4c3&dpidr=2ba01477&idcode=20000410",
    "WCH CH32F103" },
  { "cs32f103", "blue-pill?designer=43b&rom-part=4c3&cpuid=412fc231&dpidr=2ba01477&idcode=20036410",
    "China Key Systems CS32F103" },
  { "apm32f103",
    "blue-pill?designer=43b&rom-part=4c3&cpuid=412fc231&dpidr=2ba01477&idcode=10016410",
    "Geehy APM32F103" },
  { "apm32f030", "f030?designer=43b&rom-part=4c0&cpuid=410cc601&dpidr=0bc11477&idcode=20006440",
    "Geehy APM32F030" },
  { "py32f002a", "f030?designer=43b&rom-part=4c0&cpuid=410cc601&idcode=60001000", "Puya PY32F0" },
  { "n32g455", "creator-pro?designer=43b&rom-part=4c4&dev-id=511", "Nations N32G45x" },
  { "hk32f103", "blue-pill?designer=555&rom-part=29b", "Hangshun HK32F103" },
  { "copied", "blue-pill?cpuid=412fc231&dpidr=2ba01477", "GigaDevice GD32F103, China Key" },
  /* All that ST's name is true of, but for the core's revision: then that is the reason. */
  { "core-only", "blue-pill?cpuid=412fc231", "GigaDevice GD32F103, China Key" },
};

static void
test_clone_row (gconstpointer data)
{
  const CloneCase *row = data;
  FkIdentity *identity;
  Bench bench;

  bench_open (&bench, row->board);
  identity = identify (&bench);
  g_assert_nonnull (fk_identity_get_clone_name (identity));
  g_assert_true (g_str_has_prefix (fk_identity_get_clone_name (identity), row->clone));
  assert_warning (identity, "What this chip says of itself fits ");
  assert_warning (identity, fk_identity_get_clone_name (identity));
  g_assert_true (fk_identity_get_read_only (identity));
  if (g_str_equal (row->name, "core-only"))
    g_assert_true (g_str_has_prefix (fk_identity_get_read_only_reason (identity),
                                     "What this chip says of itself fits GigaDevice GD32F103"));
  bench_close (&bench);
}

/* GD32F303: the ID of an F103 beside a Cortex-M4. */
static void
test_clone_core (void)
{
  FkIdentity *identity;
  Bench bench;

  bench_open (&bench, "skr-mini-e3");
  tell_designer (&bench, 0x751);
  lying_probe_set_word (liar (&bench), FK_SCB_CPUID, 0x410fc241);
  identity = identify (&bench);
  g_assert_cmpuint (fk_identity_get_core (identity), ==, FK_CORE_CORTEX_M4);
  g_assert_true (fk_identity_get_read_only (identity));
  g_assert_nonnull (fk_identity_get_chip (identity));
  g_assert_cmpuint (fk_identity_get_flash_size (identity), ==, 0x40000);
  bench_close (&bench);
}

static void
test_unknown (void)
{
  FkIdentity *identity;
  Bench bench;
  guint8 bytes[8];

  bench_open (&bench, "creator-pro");
  lying_probe_set_word (liar (&bench), 0xe0042000, 0x100064ff);
  identity = identify (&bench);
  assert_warning (identity, "Device ID 0x4FF is not in the descriptions (core Cortex-M4, designer "
                            "ST): it can be read at explicit addresses, not written.");
  g_assert_null (fk_identity_get_chip (identity));
  g_assert_true (fk_identity_get_read_only (identity));
  g_assert_cmpuint (fk_identity_get_flash_size (identity), ==, 0);
  g_assert_cmpstr (fk_identity_get_uid (identity), ==, "");
  g_assert_null (fk_identity_get_uid_bytes (identity));
  g_assert_true (fk_target_read (bench.target, 0x08000000, bytes, 8, NULL, NULL, NULL));
  bench_close (&bench);
}

/* An AT32F403A has IDs of its own, in all 32 bits; one that has ST's is read-only as a clone is. */
static void
test_artery (void)
{
  Bench bench;

  bench_open (&bench, "creator-pro");
  tell_designer (&bench, 0x93b);
  lying_probe_set_word (liar (&bench), 0xe0042000, 0x70050345);
  assert_warning (identify (&bench), "Device ID 0x345 is not in the descriptions (core Cortex-M4, "
                                     "designer Artery): it can be read");
  g_assert_null (fk_identity_get_chip (bench.identity));
  g_assert_true (fk_identity_get_read_only (bench.identity));
  bench_close (&bench);

  bench_open (&bench, "creator-pro");
  tell_designer (&bench, 0x93b);
  assert_warning (identify (&bench), "is made by Artery (JEP106 0x93B, Cortex-M4)");
  g_assert_nonnull (fk_identity_get_chip (bench.identity));
  g_assert_true (fk_identity_get_read_only (bench.identity));
  bench_close (&bench);
}

static void
test_idcode_zero (void)
{
  FkIdentity *identity;
  Bench bench;

  bench_open (&bench, "blue-pill");
  lying_probe_set_word (liar (&bench), 0xe0042000, 0);
  identity = identify (&bench);
  assert_warning (identity, "The device ID register reads 0");
  g_assert_cmphex (fk_identity_get_dev_id (identity), ==, 0x410);
  g_assert_nonnull (fk_identity_get_chip (identity));
  bench_close (&bench);

  bench_open (&bench, "creator-pro");
  lying_probe_set_word (liar (&bench), 0xe0042000, 0);
  identity = identify (&bench);
  assert_warning (identity, "so the chip cannot be told");
  g_assert_null (fk_identity_get_chip (identity));
  bench_close (&bench);
}

/* 0x411 beside a Cortex-M4 is early silicon of 0x413. */
static void
test_early_f4 (void)
{
  Bench bench;

  bench_open (&bench, "creator-pro");
  lying_probe_set_word (liar (&bench), 0xe0042000, 0x20006411);
  identify (&bench);
  g_assert_nonnull (fk_identity_get_chip (bench.identity));
  g_assert_cmpstr (fk_chip_get_family (fk_identity_get_chip (bench.identity)), ==, "STM32F4");
  bench_close (&bench);
}

static void
test_unknown_core (void)
{
  Bench bench;

  bench_open (&bench, "blue-pill");
  lying_probe_set_word (liar (&bench), FK_SCB_CPUID, 0x410fd222);
  assert_warning (identify (&bench), "The chip's core is none that is known here");
  g_assert_cmpuint (fk_identity_get_core (bench.identity), ==, FK_CORE_UNKNOWN);
  g_assert_null (fk_identity_get_chip (bench.identity));
  g_assert_true (fk_identity_get_read_only (bench.identity));
  bench_close (&bench);
}

/* The option DB1M makes two banks of the 1 MiB of an F42x (RM0090, 3.4). */
static void
test_layout (void)
{
  static const guint32 optcr[] = { 0x0fffaaed, 0x4fffaaed };
  static const guint n_expected[] = { 12, 16 };

  for (guint i = 0; i < G_N_ELEMENTS (optcr); i++)
    {
      guint n_sectors;
      Bench bench;

      bench_open (&bench, "disco-f4");
      lying_probe_set_word (liar (&bench), 0xe0042000, 0x20036419);
      lying_probe_set_word (liar (&bench), 0x40023c14, optcr[i]);
      identify (&bench);
      g_assert_nonnull (fk_identity_get_chip (bench.identity));
      fk_chip_get_sectors (fk_identity_get_chip (bench.identity), &n_sectors);
      g_assert_cmpuint (n_sectors, ==, n_expected[i]);
      bench_close (&bench);
    }
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
    const char *name; /* NULL: has a gap, and is only named */
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
    { 0x470, 1024, 0xffaff8aa, 0, "STM32L4RxxG", 128, 1, 0x100000, NULL },
    { 0x471, 1024, 0xffaff8aa, 0, "STM32L4PxxG", 128, 1, 0x100000, NULL },
    { 0x469, 512, 0xffeff8aa, 0, "STM32G47xxE", 256, 2, 0x80000, NULL },
    { 0x469, 512, 0xffaff8aa, 0, "STM32G47xxE", 128, 1, 0x80000, NULL },
    { 0x469, 256, 0xffaff8aa, 0, "STM32G47xxC", 64, 1, 0x40000, NULL },
    { 0x469, 256, 0xffeff8aa, 0, NULL, 0, 0, 0,
      "STM32G414, 256 KiB, is in two parts with a gap between them, which cannot be backed up" },
    { 0x469, 128, 0xffeff8aa, 0, NULL, 0, 0, 0, "STM32G414, 128 KiB, is in two parts" },
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
      g_assert_true (fk_identity_get_read_only (identity));
      if (rows[i].name == NULL)
        {
          g_assert_null (chip);
          bench_close (&bench);
          continue;
        }
      g_assert_cmpstr (fk_chip_get_name (chip), ==, rows[i].name);
      g_assert_cmpuint (fk_identity_get_flash_size (identity), ==, rows[i].kib * 1024);
      g_assert_cmphex (fk_chip_get_flash_size (chip), ==, rows[i].size);
      g_assert_cmphex (fk_chip_find_region (chip, "flash")->range.size, ==, rows[i].size);
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

/* The chip goes silent at each transfer in turn: an error or an identity, never anything else. */
static void
test_silent (void)
{
  gboolean whole = FALSE;
  guint n_errors = 0;

  for (guint i = 0; !whole; i += 7)
    {
      g_autoptr (GError) error = NULL;
      Bench bench;

      bench_open (&bench, "blue-pill");
      g_assert_true (fk_target_connect (bench.target, FK_CONNECT_NORMAL, 0, NULL, NULL, NULL));
      fk_sim_board_set_fault (bench.board, FK_SIM_FAULT_SWD_LOST,
                              fk_sim_board_get_n_transfers (bench.board) + i);
      bench.identity = fk_identify (bench.target, NULL, NULL, &error);
      whole = bench.identity != NULL;
      g_assert_true (whole == (error == NULL));
      n_errors += !whole;
      if (!whole)
        g_assert_error (error, FK_ERROR, FK_ERROR_TARGET_LOST);
      fk_target_disconnect (bench.target, FK_LEAVE_RESUMED, NULL);
      g_clear_object (&bench.identity);
      g_assert_finalize_object (bench.target);
      fk_probe_close (bench.probe);
      g_assert_finalize_object (bench.probe);
      g_assert_finalize_object (bench.inner);
      g_assert_finalize_object (bench.board);
    }
  g_assert_cmpuint (n_errors, >, 3);
}

/* Wrong signs that one flipped bit of one answer could make up, or hide. */
static const struct
{
  const char *name;
  const char *specification;
  gboolean read_only;
} flipped[] = {
  { "genuine", "blue-pill", FALSE },
  { "genuine-f4", "creator-pro", FALSE },
  { "port", "blue-pill?dpidr=2ba01477", TRUE },
  { "gd32", "blue-pill?designer=751&rom-part=76f&cpuid=412fc231&idcode=13030410", TRUE },
};

/* A bit of each answer in turn comes wrong: what the chip is taken for stays the same. */
static void
test_flipped (gconstpointer data)
{
  guint row = GPOINTER_TO_UINT (data);
  guint n_identified = 0;
  guint n_transfers = 1;

  for (guint i = 0; i < n_transfers; i++)
    {
      g_autoptr (FkSimBoard) board = fk_sim_board_new (flipped[row].specification, NULL);
      g_autoptr (FkProbe) probe = fk_probe_new_for_usb (fk_sim_board_get_usb_device (board));
      g_autoptr (FkTarget) target = fk_target_new (probe);
      g_autoptr (FkIdentity) identity = NULL;
      guint64 before;

      g_assert_true (fk_probe_open (probe, NULL, NULL));
      before = fk_sim_board_get_n_transfers (board);
      fk_sim_board_set_fault (board, FK_SIM_FAULT_FLIP, before + i);
      if (fk_target_connect (target, FK_CONNECT_NORMAL, 0, NULL, NULL, NULL))
        {
          identity = fk_identify (target, NULL, NULL, NULL);
          fk_target_disconnect (target, FK_LEAVE_RESUMED, NULL);
        }
      if (identity != NULL)
        {
          g_assert_true (fk_identity_get_read_only (identity) == flipped[row].read_only);
          n_identified++;
        }
      n_transfers = MAX (n_transfers, (guint)(fk_sim_board_get_n_transfers (board) - before));
      g_clear_object (&target);
      fk_probe_close (probe);
    }
  g_assert_cmpuint (n_identified, >, 20);
}

static void
add_flipped (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (flipped); i++)
    {
      g_autofree char *path = g_strconcat ("/identify/flipped/", flipped[i].name, NULL);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_flipped);
    }
}

static void
add_for_each_board (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (boards); i++)
    {
      g_autofree char *board = g_strconcat ("/identify/board/", boards[i].board, NULL);
      g_autofree char *protection = g_strconcat ("/identify/protected/", boards[i].board, NULL);
      g_autofree char *lockup = g_strconcat ("/identify/locked-up/", boards[i].board, NULL);

      g_test_add_data_func (board, &boards[i], test_board);
      g_test_add_data_func (protection, &boards[i], test_protected);
      g_test_add_data_func (lockup, boards[i].board, test_locked_up);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add_for_each_board ();
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autofree char *name = g_strdup_printf ("/identify/size/%u", i);

      g_test_add_data_func (name, &sizes[i], test_size);
    }
  g_test_add_func ("/identify/hot-plug", test_hot_plug);
  g_test_add_func ("/identify/hidden-flash", test_hidden_flash);
  g_test_add_func ("/identify/mirror", test_mirror);
  g_test_add_func ("/identify/blank-beyond", test_blank_beyond);
  g_test_add_func ("/identify/erased-low", test_erased_low);
  g_test_add_func ("/identify/uid", test_uid);
  g_test_add_func ("/identify/nameless", test_nameless);
  g_test_add_func ("/identify/clone", test_clone);
  g_test_add_func ("/identify/clone-debug-port", test_clone_debug_port);
  for (guint i = 0; i < G_N_ELEMENTS (clones); i++)
    {
      g_autofree char *path = g_strconcat ("/identify/clone-row/", clones[i].name, NULL);

      g_test_add_data_func (path, &clones[i], test_clone_row);
    }
  g_test_add_func ("/identify/clone-core", test_clone_core);
  g_test_add_func ("/identify/unknown", test_unknown);
  g_test_add_func ("/identify/artery", test_artery);
  g_test_add_func ("/identify/idcode-zero", test_idcode_zero);
  g_test_add_func ("/identify/early-f4", test_early_f4);
  g_test_add_func ("/identify/unknown-core", test_unknown_core);
  g_test_add_func ("/identify/layout", test_layout);
  g_test_add_func ("/identify/without-driver", test_without_driver);
  g_test_add_func ("/identify/g0", test_g0);
  g_test_add_func ("/identify/divided", test_divided);
  g_test_add_func ("/identify/m0-plus", test_m0_plus);
  g_test_add_func ("/identify/l1", test_l1);
  g_test_add_func ("/identify/m33", test_m33);
  g_test_add_func ("/identify/h7", test_h7);
  g_test_add_func ("/identify/other-dbgmcu", test_other_dbgmcu);
  g_test_add_func ("/identify/gap", test_gap);
  g_test_add_func ("/identify/silent", test_silent);
  add_flipped ();
  return g_test_run ();
}
