/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Proving what the flash holds by the chip's DMA controller and CRC unit, and giving both back to
 * the program. */

#include "config.h"

#include "flash-bench.h"

#include "base/fk-crc32.h"
#include "base/fk-error.h"
#include "flash/fk-flash-private.h"

#include <string.h>

#define RCC_AHBENR 0x40021014u
#define DMAEN      (1u << 0)
#define CRCEN      (1u << 6)

#define DMA 0x40020000u
#define CRC 0x40023000u

#define CCR_EN 1u

/* V3 reads about as fast as the controller carries. */
static const char *const boards[] = { "blue-pill", "f030", "blue-pill?probe=v3" };

/* CCR, of which the other three follow; @channel from 0 */
static guint32
get_channel (guint channel)
{
  return DMA + 0x08 + 0x14 * channel;
}

static guint
count_channels (const char *name)
{
  return g_str_has_prefix (name, "f030") ? 5 : 7;
}

/* What a program may have there: clocks, all of the DMA controller, the CRC unit. */
#define MAX_STATE 64

static guint
read_state (FlashBench *bench, const char *name, guint32 *state)
{
  guint32 clocks = flash_bench_get (bench, RCC_AHBENR);
  guint n = 0;

  state[n++] = clocks;
  flash_bench_set (bench, RCC_AHBENR, clocks | DMAEN | CRCEN);
  state[n++] = flash_bench_get (bench, DMA);
  for (guint i = 0; i < count_channels (name); i++)
    for (guint j = 0; j < 4; j++)
      state[n++] = flash_bench_get (bench, get_channel (i) + 4 * j);
  state[n++] = flash_bench_get (bench, CRC);
  state[n++] = flash_bench_get (bench, CRC + 8);
  flash_bench_set (bench, RCC_AHBENR, clocks);
  g_assert_cmpuint (n, <=, MAX_STATE);
  return n;
}

static void
assert_state (FlashBench *bench, const char *name, const guint32 *expected, guint n)
{
  guint32 state[MAX_STATE];

  g_assert_cmpuint (read_state (bench, name, state), ==, n);
  for (guint i = 0; i < n; i++)
    g_assert_cmphex (state[i], ==, expected[i]);
}

/* Reads all with proof.  Returns: the transfers that it took; @carried: (out) (optional): whether
 * no code of ours has run */
static guint64
read_proved (FlashBench *bench, GString *notes, gboolean *carried)
{
  g_autofree guint8 *held = flash_bench_peek_all (bench);
  FkProgress *progress = fk_progress_new (flash_bench_collect_note, notes, NULL);
  guint64 start = fk_sim_board_get_n_transfers (bench->board);
  FkVerified how = FK_VERIFIED_NO;
  FkSimCounters before, after;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = NULL;

  fk_sim_board_get_counters (bench->board, &before);
  bytes = fk_flash_read_proved (bench->flash, bench->range, &how, progress, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (how, ==, FK_VERIFIED_CRC);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), held,
                   bench->range.size);
  fk_sim_board_get_counters (bench->board, &after);
  if (carried != NULL)
    *carried = after.chip.ram_code_cycles == before.chip.ram_code_cycles;
  fk_progress_free (progress);
  return fk_sim_board_get_n_transfers (bench->board) - start;
}

/* However the program left clocks, unit and channels, it finds them so. */
static void
test_given_back (gconstpointer name)
{
  FlashBench bench;

  flash_bench_open (&bench, name);
  for (guint i = 0; i < 8; i++)
    {
      guint last = count_channels (name) - 1;
      guint32 clocks = flash_bench_get (&bench, RCC_AHBENR) & ~(DMAEN | CRCEN);
      g_autoptr (GString) notes = g_string_new (NULL);
      guint32 before[MAX_STATE];
      gboolean carried;
      guint n;

      flash_bench_set (&bench, RCC_AHBENR, clocks | DMAEN | CRCEN);
      if ((i & 4) != 0)
        {
          flash_bench_set (&bench, CRC, 0x12345678 + i);
          flash_bench_set (&bench, get_channel (last) + 4, 0x1234);
          flash_bench_set (&bench, get_channel (last) + 8, 0x40004404);
          flash_bench_set (&bench, get_channel (last) + 12, RAM + 0x40);
          flash_bench_set (&bench, get_channel (last), 0x2a92);
        }
      flash_bench_set (&bench, RCC_AHBENR,
                       clocks | ((i & 1) != 0 ? DMAEN : 0) | ((i & 2) != 0 ? CRCEN : 0));
      n = read_state (&bench, name, before);
      read_proved (&bench, notes, &carried);
      g_assert_true (carried);
      g_assert_cmpstr (notes->str, ==, "");
      assert_state (&bench, name, before, n);
    }
  flash_bench_close (&bench);
}

/* A channel that the program has switched on is its own, and one that has told something, too. */
static void
test_channels_in_use (gconstpointer name)
{
  guint n_channels = count_channels (name);
  FlashBench bench;

  flash_bench_open (&bench, name);
  flash_bench_set (&bench, RCC_AHBENR, flash_bench_get (&bench, RCC_AHBENR) | DMAEN | CRCEN);
  for (guint n_used = 1; n_used <= n_channels; n_used++)
    {
      guint32 channel = get_channel (n_channels - n_used);
      g_autoptr (GString) notes = g_string_new (NULL);
      guint32 before[MAX_STATE];
      gboolean carried;
      guint n;

      if (n_used == 2)
        {
          /* A copy of a word of RAM, which is done and not looked at. */
          flash_bench_set (&bench, channel + 4, 1);
          flash_bench_set (&bench, channel + 8, RAM);
          flash_bench_set (&bench, channel + 12, RAM + 4);
          flash_bench_set (&bench, channel, 0x4a00 | CCR_EN);
          fk_target_pass_time (bench.target, 1000);
          flash_bench_set (&bench, channel, 0);
          g_assert_cmphex (flash_bench_get (&bench, DMA), !=, 0);
        }
      else
        {
          flash_bench_set (&bench, channel + 4, 100);
          flash_bench_set (&bench, channel + 8, 0x40004404);
          flash_bench_set (&bench, channel + 12, RAM);
          flash_bench_set (&bench, channel, 0x80 | CCR_EN);
        }
      bench.flash->doubts_dma = FALSE;
      n = read_state (&bench, name, before);
      read_proved (&bench, notes, &carried);
      g_assert_cmpint (carried, ==, n_used < n_channels);
      g_assert_cmpint (bench.flash->doubts_dma, ==, n_used == n_channels);
      assert_state (&bench, name, before, n);
    }
  flash_bench_close (&bench);
}

/* The core, its registers and RAM are not wanted, which is what it saves. */
static void
test_saves_transfers (gconstpointer name)
{
  g_autoptr (GString) notes = g_string_new (NULL);
  guint64 n_carried, n_coded;
  gboolean carried;
  FlashBench bench;

  flash_bench_open (&bench, name);
  n_carried = read_proved (&bench, notes, &carried);
  g_assert_true (carried);
  bench.flash->doubts_dma = TRUE;
  n_coded = read_proved (&bench, notes, &carried);
  g_assert_false (carried);
  g_test_message ("%" G_GUINT64_FORMAT " transfers instead of %" G_GUINT64_FORMAT, n_carried,
                  n_coded);
  g_assert_cmpuint (n_carried + 10, <=, n_coded);
  flash_bench_close (&bench);
}

/* A clone without the controller, or whose channels never move, costs a little time. */
static void
test_broken (gconstpointer name)
{
  static const char *const broken[] = { "dma=none", "dma=stuck" };

  for (guint i = 0; i < G_N_ELEMENTS (broken); i++)
    {
      const char *joint = strchr (name, '?') != NULL ? "&" : "?";
      g_autofree char *specification = g_strconcat (name, joint, broken[i], NULL);
      g_autoptr (GString) notes = g_string_new (NULL);
      gboolean carried;
      guint32 clocks;
      FlashBench bench;

      flash_bench_open (&bench, specification);
      clocks = flash_bench_get (&bench, RCC_AHBENR);
      read_proved (&bench, notes, &carried);
      g_assert_false (carried);
      g_assert_true (bench.flash->doubts_dma);
      g_assert_cmphex (flash_bench_get (&bench, RCC_AHBENR), ==, clocks);
      read_proved (&bench, notes, &carried);
      g_assert_false (carried);
      flash_bench_close (&bench);
    }
}

/* Wherever a bit is flipped, in what is read, in what the unit takes in, or on the way of the
 * commands, what comes out is what the chip holds. */
static void
test_faults (gconstpointer name)
{
  static const FkSimFault faults[] = { FK_SIM_FAULT_FLIP, FK_SIM_FAULT_CRC_SLIP };
  guint n_doubts = 0;
  guint n_healed = 0;

  for (guint i = 0; i < G_N_ELEMENTS (faults); i++)
    {
      guint64 n_transfers = 60;

      for (guint64 at = 0; at < n_transfers; at++)
        {
          g_autoptr (GString) notes = g_string_new (NULL);
          guint32 before[MAX_STATE];
          FlashBench bench;
          guint n;

          flash_bench_open (&bench, name);
          n = read_state (&bench, name, before);
          fk_sim_board_set_fault (bench.board, faults[i],
                                  fk_sim_board_get_n_transfers (bench.board) + at);
          n_transfers = read_proved (&bench, notes, NULL);
          fk_sim_board_set_fault (bench.board, FK_SIM_FAULT_NONE, 0);
          n_healed += strstr (notes->str, "reading again") != NULL;
          n_doubts += strstr (notes->str, "DMA controller is left alone") != NULL;
          assert_state (&bench, name, before, n);
          flash_bench_close (&bench);
        }
    }
  g_test_message ("%u times read again, %u times done without DMA", n_healed, n_doubts);
  g_assert_cmpuint (n_healed, >, 0);
  g_assert_cmpuint (n_doubts, >, 0);
}

/* A core that runs has a program that may use both. */
static void
test_running_core (void)
{
  g_autoptr (FkDmaSum) sum = NULL;
  g_autoptr (GError) error = NULL;
  FlashBench bench;

  flash_bench_open (&bench, "blue-pill");
  g_assert_true (fk_dma_sum_suits (bench.flash, bench.range));
  g_assert_false (fk_dma_sum_suits (bench.flash, (FkRange){ FLASH, 0x40000 }));
  g_assert_false (fk_dma_sum_suits (bench.flash, (FkRange){ FLASH + 2, 0x400 }));
  g_assert_true (fk_target_resume (bench.target, NULL));
  sum = fk_dma_sum_start (bench.flash, bench.range, &error);
  g_assert_null (sum);
  g_assert_error (error, FK_ERROR, FK_ERROR_NOT_SUPPORTED);
  g_assert_true (fk_sim_board_is_core_running (bench.board));
  flash_bench_close (&bench);
}

static void
add (const char *path, GTestDataFunc func)
{
  for (guint i = 0; i < G_N_ELEMENTS (boards); i++)
    {
      g_autofree char *name = g_strconcat (path, boards[i], NULL);

      g_test_add_data_func (name, boards[i], func);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  add ("/flash-dma/given-back/", test_given_back);
  add ("/flash-dma/channels-in-use/", test_channels_in_use);
  add ("/flash-dma/saves-transfers/", test_saves_transfers);
  add ("/flash-dma/broken/", test_broken);
  add ("/flash-dma/faults/", test_faults);
  g_test_add_func ("/flash-dma/running-core", test_running_core);

  return g_test_run ();
}
