/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Whose chip it is: clones that say who they are, and those that copy ST's name. */

#include "config.h"

#include "identify-bench.h"

#include "probe/fk-probe-list.h"
#include "target/fk-cortex-m.h"

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
  const char *chip;  /* NULL: that cannot be told; else its name begins so */
} CloneCase;

/* What chips of known makers said, and what is told of others (doc/clone-chips.md 1.2, 2.1, 3). */
static const CloneCase clones[] = {
  { "gd32f103", "blue-pill?designer=751&rom-part=76f&cpuid=412fc231&idcode=13030410",
    "GigaDevice GD32F10x or GD32F1x0", "STM32F10xx8" },
  { "gd32f303", "skr-mini-e3?designer=751&cpuid=410fc241&dpidr=2ba01477", "GigaDevice GD32F30x",
    "GD32F30xC" },
  { "gd32f303-copied", "skr-mini-e3?cpuid=410fc241&dpidr=2ba01477", "GigaDevice GD32F30x",
    "GD32F30xC" },
  { "gd32f3x0", "blue-pill?designer=751&cpuid=410fc241&idcode=17040410", "GigaDevice GD32F3x0",
    "GD32F3x08" },
  { "gd32f450", "creator-pro?designer=751&dev-id=2b3", "GigaDevice GD32F4xx", "GD32F4xx" },
  { "gd32f470", "creator-pro?designer=751&dev-id=a2e", "GigaDevice GD32F4xx", "GD32F4xx" },
  { "gd32e230", "f030?designer=43b&rom-part=4cb&cpuid=411cd200&dpidr=0bf11477",
    "GigaDevice GD32E23x", NULL },
  { "gd32e508", "blue-pill?designer=751&cpuid=410fd213&dpidr=0be11477", "GigaDevice GD32E50x",
    NULL },
  { "at32f403a", "skr-mini-e3?cpuid=410fc241&designer=43b&rom-part=4c4&idcode=70050242",
    "Artery AT32F403A or", "AT32F403AC" },
  { "at32f413", "skr-mini-e3?cpuid=410fc241&designer=43b&rom-part=4c4&idcode=70030240",
    "Artery AT32F413", "AT32F41xC" },
  { "at32f421", "blue-pill?cpuid=410fc241&designer=43b&rom-part=4c4&idcode=50020100",
    "Artery AT32F421", "AT32F4218" },
  { "at32f425", "blue-pill?cpuid=410fc241&designer=43b&rom-part=4c4&idcode=50092106",
    "Artery AT32F425", "AT32F4258" },
  { "ch32f103", "blue-pill?designer=43b&rom-part=4c3&dpidr=2ba01477&idcode=20000410",
    "WCH CH32F103", "STM32F10xx8" },
  { "cs32f103", "blue-pill?designer=43b&rom-part=4c3&cpuid=412fc231&dpidr=2ba01477&idcode=20036410",
    "China Key Systems CS32F103", "STM32F10xx8" },
  { "apm32f103",
    "blue-pill?designer=43b&rom-part=4c3&cpuid=412fc231&dpidr=2ba01477&idcode=10016410",
    "Geehy APM32F103", "STM32F10xx8" },
  { "apm32f030", "f030?designer=43b&rom-part=4c0&cpuid=410cc601&dpidr=0bc11477&idcode=20006440",
    "Geehy APM32F030", "STM32F0" },
  { "py32f002a", "f030?designer=43b&rom-part=4c0&cpuid=410cc601&idcode=60001000", "Puya PY32F0",
    NULL },
  { "n32g455", "skr-mini-e3?cpuid=410fc241&designer=43b&rom-part=4c4&dev-id=511", "Nations N32G45x",
    "N32G45xC" },
  { "air32f103", "blue-pill?designer=43b&dpidr=2ba01477&uid=b05b5a1a0000000000000000",
    "Luat AIR32F103", "STM32F10xx8" },
  { "hk32f103", "blue-pill?designer=555&rom-part=29b", "Hangshun HK32F103", "STM32F10xx8" },
  { "copied", "blue-pill?cpuid=412fc231&dpidr=2ba01477", "GigaDevice GD32F103, China Key",
    "STM32F10xx8" },
  /* All that ST's name is true of, but for the core's revision: then that is the reason. */
  { "core-only", "blue-pill?cpuid=412fc231", "GigaDevice GD32F103, China Key", "STM32F10xx8" },
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
  g_assert_true ((fk_identity_get_chip (identity) != NULL) == (row->chip != NULL));
  if (row->chip != NULL)
    g_assert_true (
        g_str_has_prefix (fk_chip_get_name (fk_identity_get_chip (identity)), row->chip));
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

/* An AT32 has IDs of its own, in all 32 bits, of which one may be new; one that has ST's is
 * read-only as a clone is. */
static void
test_artery (void)
{
  Bench bench;

  bench_open (&bench, "creator-pro");
  tell_designer (&bench, 0x93b);
  lying_probe_set_word (liar (&bench), 0xe0042000, 0x90050345);
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
      g_autofree char *path = g_strconcat ("/identify-maker/flipped/", flipped[i].name, NULL);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_flipped);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/identify-maker/nameless", test_nameless);
  g_test_add_func ("/identify-maker/clone", test_clone);
  g_test_add_func ("/identify-maker/clone-debug-port", test_clone_debug_port);
  for (guint i = 0; i < G_N_ELEMENTS (clones); i++)
    {
      g_autofree char *path = g_strconcat ("/identify-maker/clone-row/", clones[i].name, NULL);

      g_test_add_data_func (path, &clones[i], test_clone_row);
    }
  g_test_add_func ("/identify-maker/clone-core", test_clone_core);
  g_test_add_func ("/identify-maker/artery", test_artery);
  add_flipped ();
  return g_test_run ();
}
