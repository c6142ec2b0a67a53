/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One word that arrives in the chip's RAM otherwise than it was sent, in each write in turn: of
 * loaders, of what they go by, of what they work at, and of what a program finds again afterwards.
 * What is called done is right all the same; all else is named, and heals by running it again. */

#include "config.h"

#include "flash-bench.h"
#include "spoiling-device.h"

#include "base/fk-error.h"
#include "flash/fk-flash-private.h"

#include <string.h>

#define RAM_SIZE 4096u

static const char *const boards[] = { "blue-pill", "f030", "disco-f4" };

typedef struct
{
  guint number; /* of the write to RAM; NONE: nothing goes wrong */
  guint n_seen;
} Spoiling;

#define NONE G_MAXUINT

static void
spoil (guint32 address, guint8 *data, gsize length, gpointer user_data)
{
  Spoiling *self = user_data;

  if (address >= RAM && address < 0x40000000 && self->n_seen++ == self->number)
    data[length / 2] ^= 0x10;
}

static void
open_behind (FlashBench *bench, const char *name)
{
  g_autofree char *specification = g_strdup_printf ("%s?probe=v2-1", name);

  flash_bench_open_behind (bench, specification, spoiling_device_new);
}

/* --- Writing --- */

static guint
check_write (const char *name, guint number)
{
  Spoiling spoiling = { .number = number };
  guint8 *bytes = g_malloc (3000);
  g_autoptr (GBytes) data = g_bytes_new_take (bytes, 3000);
  g_autoptr (FkFlashPlan) plan = NULL;
  g_autoptr (FkFlashPlan) again = NULL;
  g_autoptr (GBytes) whole = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree guint8 *expected = NULL;
  FkVerified how = FK_VERIFIED_NO;
  FlashBench bench;
  gboolean done;

  flash_bench_fill_random (17, bytes, 3000);
  open_behind (&bench, name);
  expected = flash_bench_peek_all (&bench);
  memcpy (expected + 0x400, bytes, 3000);
  plan = flash_bench_plan (&bench, FLASH + 0x400, data, FK_PLAN_FULL);
  spoiling_device_set (bench.device, spoil, &spoiling);
  done = fk_flash_execute (bench.flash, plan, &how, NULL, NULL, &error);
  spoiling_device_set (bench.device, NULL, NULL);
  g_test_message ("%s, write %u: %s", name, number, done ? "done" : error->message);
  g_assert_true (done == (how != FK_VERIFIED_NO));
  g_assert_true (fk_sim_board_is_flash_locked (bench.board));
  if (done)
    flash_bench_assert_holds (&bench, expected);
  else
    g_assert_cmpstr (g_quark_to_string (error->domain), ==, g_quark_to_string (FK_ERROR));

  flash_bench_reconnect (&bench);
  whole = g_bytes_new (expected, bench.range.size);
  again = flash_bench_plan (&bench, FLASH, whole, FK_PLAN_DEFAULT);
  flash_bench_execute (&bench, again, &how);
  flash_bench_assert_holds (&bench, expected);
  flash_bench_close (&bench);
  return spoiling.n_seen;
}

static void
test_write (gconstpointer name)
{
  guint n_writes = check_write (name, NONE);

  g_assert_cmpuint (n_writes, >, 8);
  for (guint i = 0; i < n_writes; i++)
    check_write (name, i);
}

/* --- Reading and proving, with RAM on loan --- */

static guint
check_loan (FlashBench *bench, const guint8 *held, guint number)
{
  Spoiling spoiling = { .number = number };
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  FkVerified how = FK_VERIFIED_NO;
  guint8 before[RAM_SIZE], after[RAM_SIZE];

  flash_bench_fill_random (18 + number, before, RAM_SIZE);
  g_assert_true (fk_sim_board_poke (bench->board, RAM, before, RAM_SIZE));
  spoiling_device_set (bench->device, spoil, &spoiling);
  bytes = fk_flash_read_proved (bench->flash, bench->range, &how, NULL, NULL, &error);
  spoiling_device_set (bench->device, NULL, NULL);
  g_test_message ("write %u: %s", number, bytes != NULL ? "done" : error->message);
  if (bytes == NULL)
    {
      g_assert_cmpstr (g_quark_to_string (error->domain), ==, g_quark_to_string (FK_ERROR));
      return spoiling.n_seen;
    }
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), held,
                   bench->range.size);
  g_assert_cmpint (how, !=, FK_VERIFIED_NO);
  g_assert_true (fk_sim_board_peek (bench->board, RAM, after, RAM_SIZE));
  g_assert_cmpmem (after, RAM_SIZE, before, RAM_SIZE);
  return spoiling.n_seen;
}

static void
test_loan (gconstpointer name)
{
  FlashBench bench;
  g_autofree guint8 *held = NULL;
  guint n_writes;

  open_behind (&bench, name);
  bench.flash->doubts_dma = TRUE; /* which needs no loan */
  held = flash_bench_peek_all (&bench);
  n_writes = check_loan (&bench, held, NONE);
  g_assert_cmpuint (n_writes, >=, 2);
  for (guint i = 0; i < n_writes; i++)
    check_loan (&bench, held, i);
  flash_bench_close (&bench);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (boards); i++)
    {
      g_autofree char *write = g_strconcat ("/garbled/write/", boards[i], NULL);
      g_autofree char *loan = g_strconcat ("/garbled/loan/", boards[i], NULL);

      g_test_add_data_func (write, boards[i], test_write);
      g_test_add_data_func (loan, boards[i], test_loan);
    }
  return g_test_run ();
}
