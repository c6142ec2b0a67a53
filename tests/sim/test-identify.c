/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Who the simulated boards say they are, and chips that lie. */

#include "config.h"

#include "flash/fk-identify-private.h"
#include "identify-bench.h"
#include "known-chip.h"

#include "base/fk-error.h"
#include "target/fk-cortex-m.h"

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
  { "nucleo-l476", "STM32L4", "27003E000C51353031383930", FK_CORE_CORTEX_M4, 0x415, 0x1007,
    0x100000 },
  { "nucleo-g474", "STM32G4", "490033001350325437363120", FK_CORE_CORTEX_M4, 0x469, 0x2002,
    0x80000 },
  { "nucleo-l4r5", "STM32L4", "1F002C000A51363336363831", FK_CORE_CORTEX_M4, 0x470, 0x100f,
    0x200000 },
  { "esc-g4", "STM32G4", "41002B001650325431303020", FK_CORE_CORTEX_M4, 0x468, 0x2001, 0x20000 },
  { "skr-3", "STM32H7", "410025000E50425656383420", FK_CORE_CORTEX_M7, 0x450, 0x2003, 0x200000 },
  { "octopus-h723", "STM32H7", "2F001D000451333333333039", FK_CORE_CORTEX_M7, 0x483, 0x1001,
    0x100000 },
  { "nucleo-h7a3", "STM32H7", "1C003C000B50425633373620", FK_CORE_CORTEX_M7, 0x480, 0x1000,
    0x200000 },
};

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
  const FkChipDesc *desc = fk_chip_db_find (db, 0x410, "Cortex-M3");
  g_autoptr (FkChip) largest = fk_chip_desc_make_chip (desc, 0x20000, NULL);
  g_autoptr (GPtrArray) warnings = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;
  guint32 size;
  guint32 answering;
  Bench bench;

  bench_open (&bench, specification);
  for (guint i = 0; zeros[i] != 0; i++)
    g_assert_true (fk_sim_board_poke (bench.board, zeros[i], low, sizeof low));
  identify (&bench);
  fk_identify_flash_size (bench.target, desc, largest, TRUE, TRUE, NULL, 0, warnings, &size,
                          &answering, NULL, &error);
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
  /* The F7 starts from the flash's other place. */
  assert_warning (identity,
                  g_str_equal (data, "nucleo-f746")
                      ? "The core has locked up: the vector table at 0x00200000 is blank"
                      : "The core has locked up: the vector table at 0x08000000 is blank");
  assert_warning (identity, "there is no program to run");
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
  g_test_add_func ("/identify/unknown", test_unknown);
  g_test_add_func ("/identify/idcode-zero", test_idcode_zero);
  g_test_add_func ("/identify/early-f4", test_early_f4);
  g_test_add_func ("/identify/unknown-core", test_unknown_core);
  g_test_add_func ("/identify/layout", test_layout);
  g_test_add_func ("/identify/silent", test_silent);
  return g_test_run ();
}
