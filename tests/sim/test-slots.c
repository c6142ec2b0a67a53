/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What goes wrong in the middle of the stream to the write loader: a word that arrives otherwise
 * than it was sent, or a cell that does not take what it is given, somewhere in a slot.  It is
 * named, with its place; the flash is locked; and running it again heals what can be healed. */

#include "config.h"

#include "flash-bench.h"
#include "spoiling-device.h"

#include "base/fk-error.h"
#include "base/fk-reader.h"

#include <stdio.h>
#include <string.h>

/* The end of a slot, as in loaders/fk-loader-write.S. */
#define HEAD_SIZE   20
#define MOST_ORDERS 32
#define MOST_DATA   6144

typedef enum
{
  PART_ADDRESS,
  PART_LENGTH,
  PART_N_ORDERS,
  PART_CHECK,
  PART_NUMBER,
  PART_ORDER,
  PART_DATA,
} Part;

static const struct
{
  const char *name;
  guint32 start; /* of what is written: a sector */
  guint32 size;  /* of it: some slots, some sectors */
} boards[] = {
  { "blue-pill", FLASH + 0x2000, 9 * 1024 },
  { "f030", FLASH + 0x800, 4 * 1024 },
  { "disco-f4", FLASH + 0xc000, 20 * 1024 },
};

typedef struct
{
  FkRange range; /* that is written */
  Part part;
  guint number; /* of the slot, of those that have such a part */
  guint n_seen;
  guint32 address; /* (out): where what was spoilt was to go; 0: nothing was */
} Spoiling;

/* The number of orders of the slot that @data end; -1: they end none. */
static int
find_slot (Spoiling *self, const guint8 *data, gsize length)
{
  const guint8 *head = data + length - HEAD_SIZE;
  guint32 n_orders;

  if (length < HEAD_SIZE || !fk_range_has (self->range, fk_load_u32le (head)) ||
      fk_load_u32le (head + 4) > MOST_DATA)
    return -1;
  n_orders = fk_load_u32le (head + 8);
  return n_orders <= MOST_ORDERS && length >= HEAD_SIZE + 8 * n_orders ? (int)n_orders : -1;
}

static void
spoil (guint32 address, guint8 *data, gsize length, gpointer user_data)
{
  Spoiling *self = user_data;
  int n_orders = address >= RAM ? find_slot (self, data, length) : -1;
  guint8 *head = data + length - HEAD_SIZE;
  gsize n_data;

  if (n_orders < 0)
    return;
  n_data = MIN (fk_load_u32le (head + 4), length - HEAD_SIZE - 8 * (gsize)n_orders);
  if ((self->part == PART_ORDER && n_orders == 0) || (self->part == PART_DATA && n_data == 0) ||
      self->n_seen++ != self->number)
    return;
  self->address = fk_load_u32le (head);
  if (self->part == PART_ORDER)
    head[4 - 8 * n_orders] ^= 0x02;
  else if (self->part == PART_DATA)
    {
      head[-8 * n_orders - (int)n_data + (int)(n_data / 2)] ^= 0x10;
      self->address += fk_load_u32le (head + 4) - (guint32)n_data + (guint32)(n_data / 2);
    }
  else
    head[4 * self->part + 1] ^= 0x04;
}

/* Without blank stretches, which would make small slots of it. */
static GBytes *
make_data (guint32 size)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (31);
  guint8 *data = g_malloc (size);

  for (guint32 i = 0; i < size; i++)
    data[i] = (guint8)g_rand_int_range (rand, 0, 255);
  return g_bytes_new_take (data, size);
}

/* Once more, and all is as it should be. */
static void
heal (FlashBench *bench, guint32 address, GBytes *data, const guint8 *before)
{
  g_autoptr (FkFlashPlan) plan = NULL;
  g_autoptr (GBytes) whole = NULL;
  g_autofree guint8 *wanted = g_memdup2 (before, bench->range.size);
  FkVerified how = FK_VERIFIED_NO;

  memcpy (wanted + (address - FLASH), g_bytes_get_data (data, NULL), g_bytes_get_size (data));
  flash_bench_reconnect (bench);
  /* What else the sector held that is not whole comes from a backup. */
  whole = g_bytes_new (wanted, bench->range.size);
  plan = flash_bench_plan (bench, FLASH, whole, FK_PLAN_DEFAULT);
  flash_bench_execute (bench, plan, &how);
  g_assert_cmpint (how, ==, FK_VERIFIED_CRC);
  flash_bench_assert_holds (bench, wanted);
}

/* Nothing outside of the sectors that are written was touched, whatever came garbled. */
static void
assert_rest_untouched (FlashBench *bench, FkRange range, const guint8 *before)
{
  g_autofree guint8 *after = flash_bench_peek_all (bench);
  guint32 end = (guint32)fk_range_end (range);
  const FkSector *last = fk_chip_find_sector (bench->chip, end - 1);
  gsize behind = (gsize)(fk_range_end (last->range) - FLASH);

  g_assert_cmpmem (after, range.address - FLASH, before, range.address - FLASH);
  g_assert_cmpmem (after + behind, bench->range.size - behind, before + behind,
                   bench->range.size - behind);
}

/* All sectors before that of @address are written, and those behind it were not begun. */
static void
assert_tells_state (FlashBench *bench, FkRange range, guint32 address, const GError *error)
{
  guint n_sectors;
  const FkSector *sectors = fk_chip_get_sectors (bench->chip, &n_sectors);
  FkRange broken = fk_chip_find_sector (bench->chip, address)->range;
  g_autofree char *text = NULL;
  guint n_done = 0;
  guint n_all = 0;

  for (guint i = 0; i < n_sectors; i++)
    {
      n_all += fk_range_overlaps (sectors[i].range, range);
      n_done +=
          fk_range_overlaps (sectors[i].range, range) && sectors[i].range.address < broken.address;
    }
  text = g_strdup_printf ("%u of %u sectors were written, the sector " FK_RANGE_FORMAT
                          " is not whole, and the others were not touched",
                          n_done, n_all, FK_RANGE_ARGS (broken));
  if (strstr (error->message, text) == NULL)
    g_error ("\"%s\" does not say \"%s\"", error->message, text);
}

#define NONE G_MAXUINT

/* @number: of the slot; NONE: nothing goes wrong.  Returns: how many there were */
static guint
check_garbled (guint board, Part part, guint number)
{
  FkRange range = { boards[board].start, boards[board].size };
  Spoiling spoiling = { .range = range, .part = part, .number = number };
  g_autoptr (GBytes) data = make_data (range.size);
  g_autoptr (FkFlashPlan) plan = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree guint8 *before = NULL;
  g_autofree char *place = NULL;
  FkVerified how = FK_VERIFIED_CRC;
  FlashBench bench;
  gboolean done;

  flash_bench_open_behind (&bench, boards[board].name, spoiling_device_new);
  before = flash_bench_peek_all (&bench);
  plan = flash_bench_plan (&bench, range.address, data, FK_PLAN_FULL);
  spoiling_device_set (bench.device, spoil, &spoiling);
  done = fk_flash_execute (bench.flash, plan, &how, NULL, NULL, &error);
  spoiling_device_set (bench.device, NULL, NULL);
  g_test_message ("%s, part %d, slot %u: %s", boards[board].name, (int)part, number,
                  done ? "done" : error->message);
  g_assert_true (done == (spoiling.address == 0));
  g_assert_true (done == (number == NONE));
  if (!done)
    {
      place = g_strdup_printf (part == PART_DATA ? "at 0x%08x" : "for 0x%08x", spoiling.address);
      g_assert_error (error, FK_ERROR, FK_ERROR_VERIFY_MISMATCH);
      if (strstr (error->message, place) == NULL)
        g_error ("\"%s\" does not say \"%s\"", error->message, place);
      if (part != PART_DATA)
        {
          g_assert_nonnull (strstr (error->message, "did not arrive whole"));
          assert_tells_state (&bench, range, spoiling.address, error);
        }
      g_assert_cmpint (how, ==, FK_VERIFIED_NO);
      g_assert_true (fk_sim_board_is_flash_locked (bench.board));
      assert_rest_untouched (&bench, range, before);
      heal (&bench, range.address, data, before);
    }
  flash_bench_close (&bench);
  return spoiling.n_seen;
}

static void
test_garbled (gconstpointer data)
{
  static const Part parts[] = { PART_ADDRESS, PART_LENGTH, PART_N_ORDERS, PART_CHECK,
                                PART_NUMBER,  PART_ORDER,  PART_DATA };
  guint board = GPOINTER_TO_UINT (data);

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      guint n_slots = check_garbled (board, parts[i], NONE);

      g_assert_cmpuint (n_slots, >, 1);
      check_garbled (board, parts[i], n_slots / 2);
      /* The loader waits for a slot without its number, and so do we: for a second each time. */
      if (parts[i] == PART_NUMBER && !g_test_slow ())
        continue;
      check_garbled (board, parts[i], 0);
      check_garbled (board, parts[i], 1);
      check_garbled (board, parts[i], n_slots - 1);
    }
}

/* --- Cells --- */

/* A cell at @address does not take its value: the loader finds it at the end of its slot, reading
 * finds it where no loader runs.  Other values it has no trouble with. */
static void
check_dead_cell (guint board, guint32 offset, gboolean use_ram)
{
  FkRange range = { boards[board].start, boards[board].size };
  guint32 address = range.address + offset;
  g_autofree char *specification =
      g_strdup_printf ("%s?probe=v2-1&dead-cell=0x%08x", boards[board].name, address);
  g_autofree char *place = g_strdup_printf (use_ram ? "at 0x%08x" : "0x%08x", address);
  g_autoptr (GBytes) random = make_data (range.size);
  g_autofree guint8 *bytes = g_memdup2 (g_bytes_get_data (random, NULL), range.size);
  g_autoptr (GBytes) data = NULL;
  g_autoptr (GBytes) kind_data = NULL;
  g_autoptr (FkFlashPlan) plan = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree guint8 *before = NULL;
  g_autofree guint8 *after = NULL;
  FkVerified how = FK_VERIFIED_CRC;
  int code = use_ram ? FK_ERROR_FLASH_FAULT : FK_ERROR_VERIFY_MISMATCH;
  FlashBench bench;
  FkRange sector;

  bytes[offset] = 0x00;
  data = g_bytes_new (bytes, range.size);
  bytes[offset] = 0xff;
  kind_data = g_bytes_new (bytes, range.size);

  flash_bench_open (&bench, specification);
  before = flash_bench_peek_all (&bench);
  fk_flash_set_use_ram (bench.flash, use_ram);
  plan = flash_bench_plan (&bench, range.address, data, FK_PLAN_FULL);
  g_assert_false (fk_flash_execute (bench.flash, plan, &how, NULL, NULL, &error));
  g_test_message ("%s, 0x%08x: %s", boards[board].name, address, error->message);
  g_assert_error (error, FK_ERROR, code);
  g_assert_nonnull (strstr (error->message, place));
  g_assert_nonnull (strstr (error->message, "worn out"));
  g_assert_cmpint (how, ==, FK_VERIFIED_NO);
  g_assert_true (fk_sim_board_is_flash_locked (bench.board));
  assert_rest_untouched (&bench, range, before);
  if (use_ram)
    {
      assert_tells_state (&bench, range, address, error);
      sector = fk_chip_find_sector (bench.chip, address)->range;
      after = flash_bench_peek_all (&bench);
      g_assert_cmpmem (after + (range.address - FLASH), sector.address - range.address,
                       g_bytes_get_data (data, NULL), sector.address - range.address);
      g_assert_cmpmem (after + (fk_range_end (sector) - FLASH),
                       bench.range.size - (fk_range_end (sector) - FLASH),
                       before + (fk_range_end (sector) - FLASH),
                       bench.range.size - (fk_range_end (sector) - FLASH));
    }
  heal (&bench, range.address, kind_data, before);
  flash_bench_close (&bench);
}

static void
test_dead_cell (gconstpointer data)
{
  guint board = GPOINTER_TO_UINT (data);
  guint32 size = boards[board].size;
  const guint32 offsets[] = { 0, 1, size / 3 + 1, size / 2 + 3, size * 3 / 4 + 18, size - 1 };

  for (guint i = 0; i < G_N_ELEMENTS (offsets); i++)
    check_dead_cell (board, offsets[i], TRUE);
  check_dead_cell (board, offsets[2], FALSE);
}

/* --- Cancelling --- */

typedef struct
{
  GCancellable *cancellable;
  guint64 at;
} CancelAt;

static void
on_progress (const FkProgressStatus *status, gpointer user_data)
{
  CancelAt *cancel = user_data;

  if (status->bytes_done >= cancel->at)
    g_cancellable_cancel (cancel->cancellable);
}

/* What is said of a write that was cancelled is so: slots wait in the chip's RAM then that are not
 * carried out any more. */
static void
check_cancel (guint board, guint64 at)
{
  FkRange range = { boards[board].start, boards[board].size };
  guint8 *bytes = g_malloc (range.size);
  g_autoptr (GBytes) data = g_bytes_new_take (bytes, range.size);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  CancelAt cancel = { cancellable, at };
  g_autoptr (FkProgress) progress = fk_progress_new (on_progress, &cancel, NULL);
  g_autoptr (FkFlashPlan) plan = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree guint8 *before = NULL;
  g_autofree guint8 *after = NULL;
  guint32 done = range.address;
  guint32 open;
  FlashBench bench;
  guint n_done;

  flash_bench_fill_random (32, bytes, range.size); /* many small slots */
  flash_bench_open (&bench, boards[board].name);
  before = flash_bench_peek_all (&bench);
  plan = flash_bench_plan (&bench, range.address, data, FK_PLAN_FULL);
  g_assert_false (fk_flash_execute (bench.flash, plan, NULL, progress, cancellable, &error));
  g_test_message ("%s, %" G_GUINT64_FORMAT ": %s", boards[board].name, at, error->message);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_true (fk_sim_board_is_flash_locked (bench.board));
  /* On a busy computer all may be done before the cancel is heard. */
  if (sscanf (error->message, "%u of ", &n_done) != 1)
    {
      g_assert_true (g_str_has_prefix (error->message, "Verifying"));
      n_done = G_MAXUINT;
    }
  for (guint i = 0; i < n_done && done < fk_range_end (range); i++)
    done = (guint32)fk_range_end (fk_chip_find_sector (bench.chip, done)->range);
  open = done;
  if (strstr (error->message, "is not whole") != NULL)
    open = (guint32)fk_range_end (fk_chip_find_sector (bench.chip, done)->range);

  after = flash_bench_peek_all (&bench);
  g_assert_cmpmem (after + (range.address - FLASH), MIN (done - range.address, range.size), bytes,
                   MIN (done - range.address, range.size));
  g_assert_cmpmem (after + (open - FLASH), bench.range.size - (open - FLASH),
                   before + (open - FLASH), bench.range.size - (open - FLASH));
  assert_rest_untouched (&bench, range, before);
  heal (&bench, range.address, data, before);
  flash_bench_close (&bench);
}

static void
test_cancel (gconstpointer data)
{
  guint board = GPOINTER_TO_UINT (data);

  for (guint i = 1; i < 5; i++)
    check_cancel (board, boards[board].size * (guint64)i / 16);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (boards); i++)
    {
      g_autofree char *garbled = g_strconcat ("/slots/garbled/", boards[i].name, NULL);
      g_autofree char *dead_cell = g_strconcat ("/slots/dead-cell/", boards[i].name, NULL);
      g_autofree char *cancel = g_strconcat ("/slots/cancel/", boards[i].name, NULL);

      g_test_add_data_func (garbled, GUINT_TO_POINTER (i), test_garbled);
      g_test_add_data_func (cancel, GUINT_TO_POINTER (i), test_cancel);
      g_test_add_data_func (dead_cell, GUINT_TO_POINTER (i), test_dead_cell);
    }
  return g_test_run ();
}
