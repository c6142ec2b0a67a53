/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "flash-bench.h"

#include "base/fk-reader.h"
#include "probe/fk-probe-list.h"

static void
connect_and_identify (FlashBench *bench)
{
  guint n_parts;
  g_autoptr (GError) error = NULL;

  bench->probe = fk_probe_new_for_usb (bench->device);
  fk_probe_open (bench->probe, NULL, &error);
  g_assert_no_error (error);
  bench->target = fk_target_new (bench->probe);
  fk_target_connect (bench->target, FK_CONNECT_AUTO, 0, NULL, NULL, &error);
  g_assert_no_error (error);
  bench->identity = fk_identify (bench->target, NULL, NULL, &error);
  g_assert_no_error (error);
  bench->chip = fk_identity_get_chip (bench->identity);
  g_assert_nonnull (bench->chip);
  bench->flash =
      fk_flash_new (bench->target, bench->chip, fk_target_get_millivolts (bench->target));
  bench->range = fk_chip_get_flash_parts (bench->chip, &n_parts)[0];
}

static void
disconnect (FlashBench *bench)
{
  g_assert_finalize_object (bench->flash);
  g_clear_object (&bench->identity);
  if (fk_target_is_connected (bench->target))
    fk_target_disconnect (bench->target, FK_LEAVE_RESET, NULL);
  g_assert_finalize_object (bench->target);
  fk_probe_close (bench->probe);
  g_assert_finalize_object (bench->probe);
}

void
flash_bench_open_behind (FlashBench *bench,
                         const char *specification,
                         FkUsbDevice *(*wrap) (FkUsbDevice *device))
{
  g_autoptr (GError) error = NULL;

  bench->board = fk_sim_board_new (specification, &error);
  g_assert_no_error (error);
  bench->device = wrap (fk_sim_board_get_usb_device (bench->board));
  connect_and_identify (bench);
}

static FkUsbDevice *
leave_bare (FkUsbDevice *device)
{
  return g_object_ref (device);
}

void
flash_bench_open (FlashBench *bench, const char *specification)
{
  flash_bench_open_behind (bench, specification, leave_bare);
}

/* A new session on the same board: the cable back in, all faults over. */
void
flash_bench_reconnect (FlashBench *bench)
{
  disconnect (bench);
  fk_sim_board_set_unplugged (bench->board, FALSE);
  fk_sim_board_set_fault (bench->board, FK_SIM_FAULT_NONE, 0);
  connect_and_identify (bench);
}

void
flash_bench_poke_option (FlashBench *bench, guint32 address, guint32 value)
{
  guint8 words[8];

  fk_store_u32le (words, value);
  fk_store_u32le (words + 4, ~value);
  g_assert_true (fk_sim_board_poke (bench->board, address, words, sizeof words));
  fk_target_disconnect (bench->target, FK_LEAVE_RESET, NULL);
  fk_sim_board_power_cycle (bench->board);
  flash_bench_reconnect (bench);
}

void
flash_bench_close (FlashBench *bench)
{
  disconnect (bench);
  g_clear_object (&bench->device);
  g_assert_finalize_object (bench->board);
}

guint32
flash_bench_get (FlashBench *bench, guint32 address)
{
  guint32 value = 0;

  g_assert_true (fk_target_read_u32 (bench->target, address, &value, NULL));
  return value;
}

void
flash_bench_set (FlashBench *bench, guint32 address, guint32 value)
{
  g_assert_true (fk_target_write_u32 (bench->target, address, value, NULL));
}

guint8 *
flash_bench_peek_all (FlashBench *bench)
{
  guint8 *data = g_malloc (bench->range.size);

  g_assert_true (fk_sim_board_peek (bench->board, bench->range.address, data, bench->range.size));
  return data;
}

void
flash_bench_poke_all (FlashBench *bench, const guint8 *data)
{
  g_assert_true (fk_sim_board_poke (bench->board, bench->range.address, data, bench->range.size));
}

/* Every eighth stretch of 64 bytes is blank, as in real programs. */
void
flash_bench_fill_random (guint32 seed, guint8 *data, gsize length)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);

  for (gsize i = 0; i < length; i++)
    data[i] = i / 64 % 8 == 7 ? 0xff : (guint8)g_rand_int_range (rand, 0, 256);
}

/* What is there comes by the back door: how a job reads it is not what is tested here. */
FkFlashPlan *
flash_bench_plan (FlashBench *bench, guint32 address, GBytes *data, FkPlanFlags flags)
{
  g_autofree guint8 *held = flash_bench_peek_all (bench);
  g_autoptr (GBytes) bytes = g_bytes_new_static (held, bench->range.size);
  g_autoptr (GError) error = NULL;
  g_autoptr (FkImage) present = fk_image_new_for_bytes (bench->range.address, bytes, &error);
  g_autoptr (FkImage) wanted = fk_image_new_for_bytes (address, data, &error);
  FkFlashPlan *plan = fk_flash_plan_new (bench->chip, wanted, present, flags, &error);

  g_assert_no_error (error);
  return plan;
}

void
flash_bench_execute (FlashBench *bench, FkFlashPlan *plan, FkVerified *how)
{
  g_autoptr (GError) error = NULL;

  fk_flash_execute (bench->flash, plan, how, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (fk_sim_board_is_flash_locked (bench->board));
}

void
flash_bench_assert_holds (FlashBench *bench, const guint8 *expected)
{
  g_autofree guint8 *held = flash_bench_peek_all (bench);

  g_assert_cmpmem (held, bench->range.size, expected, bench->range.size);
}

GBytes *
flash_bench_random_bytes (guint32 seed, gsize length)
{
  guint8 *data = g_malloc (length);

  flash_bench_fill_random (seed, data, length);
  return g_bytes_new_take (data, length);
}

void
flash_bench_write_and_look (
    FlashBench *bench, guint32 address, GBytes *data, FkPlanFlags flags, FkVerified wanted)
{
  g_autofree guint8 *expected = flash_bench_peek_all (bench);
  g_autoptr (FkFlashPlan) plan = flash_bench_plan (bench, address, data, flags);
  FkVerified how = FK_VERIFIED_NO;
  guint64 n_erases = fk_sim_board_get_n_erases (bench->board);
  /* An H7 erases its banks one by one. */
  guint n_mass_erases =
      g_str_has_prefix (fk_chip_get_driver (bench->chip), "stm32h7")
          ? fk_chip_find_sector (bench->chip, FLASH + bench->range.size - 1)->bank + 1u
          : 1;
  guint n_planned = fk_flash_plan_is_mass_erase (plan)
                        ? n_mass_erases
                        : fk_flash_plan_count (plan, FK_SECTOR_ERASE) +
                              fk_flash_plan_count (plan, FK_SECTOR_REWRITE);

  memcpy (expected + address - FLASH, g_bytes_get_data (data, NULL), g_bytes_get_size (data));
  flash_bench_execute (bench, plan, &how);
  flash_bench_assert_holds (bench, expected);
  g_assert_cmpint (how, ==, wanted);
  g_assert_cmpuint (fk_sim_board_get_n_erases (bench->board) - n_erases, ==, n_planned);
}

void
flash_bench_open_with_new_probe (FlashBench *bench, const char *name)
{
  g_autofree char *specification = g_strdup_printf ("%s?probe=v2-1", name);

  flash_bench_open (bench, specification);
}

void
flash_bench_collect_note (const FkProgressStatus *status, gpointer user_data)
{
  GString *notes = user_data;

  if (status->note != NULL && strstr (notes->str, status->note) == NULL)
    g_string_append_printf (notes, "%s\n", status->note);
}
