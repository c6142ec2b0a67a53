/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Programming in steps of several words, from the writer to the memory of a board, by the loader
 * and step by step.  No simulated flash takes such steps, so the flash is RAM that nothing else
 * uses, and the controller a word of it: what is looked at is that all words arrive, in slots that
 * end with a whole step, and that errors come back.  What a controller sees is in
 * test-loader-write.c. */

#include "config.h"

#include "flash-bench.h"

#include "base/fk-error.h"
#include "base/fk-reader.h"
#include "flash/fk-flash-private.h"

#include <string.h>

#define BOARD "disco-f4"

/* The core-coupled memory of the F4 (RM0090, 2.3.1 Embedded SRAM). */
#define CCM      0x10000000u
#define STATUS   (CCM + 0xf000)
#define ORDERED  (CCM + 0xf004)
#define BUSY     1u
#define REFUSED  2u
#define SIZE     (20 * 1024u) /* more than three slots */
#define NO_ERROR 0u

static FkFlashStatus
wide_get_status (FkFlashPort *port, guint bank)
{
  return (FkFlashStatus){ .address = STATUS, .busy = BUSY, .errors = REFUSED };
}

static gboolean
wide_begin_program (FkFlashPort *port, guint bank, FkFlashStatus *status, GError **error)
{
  *status = wide_get_status (port, bank);
  return fk_target_write_u32 (port->target, ORDERED, 1, error);
}

static gboolean
wide_end_program (FkFlashPort *port, guint bank, GError **error)
{
  return TRUE;
}

static void
wide_order_program (FkFlashPort *port, guint bank, FkFlashOrders *orders)
{
  fk_flash_orders_add (orders, ORDERED, 1);
}

static gboolean
wide_lock (FkFlashPort *port, GError **error)
{
  return TRUE;
}

static void
wide_explain (FkFlashPort *port, guint32 flags, guint32 address, GError **error)
{
  g_set_error (error, FK_ERROR, FK_ERROR_FLASH_FAULT, "flags 0x%x at 0x%08x", flags, address);
}

typedef struct
{
  FlashBench bench;
  FkFlashDriver driver;
  FkFlashUnlocked *unlocked;
  FkFlashWriter *writer;
} Wide;

static void
wide_open (Wide *self, guint width, guint unit, gboolean use_ram, guint32 status)
{
  g_autofree guint8 *erased = g_malloc (SIZE);
  g_autoptr (GError) error = NULL;

  memset (self, 0, sizeof *self);
  flash_bench_open (&self->bench, BOARD);
  g_assert_true (fk_target_reset_halt (self->bench.target, NULL, &error));
  fk_flash_set_use_ram (self->bench.flash, use_ram);
  self->driver = (FkFlashDriver){
    .name = "wide",
    .max_width = width,
    .unit = unit,
    .lock = wide_lock,
    .begin_program = wide_begin_program,
    .end_program = wide_end_program,
    .get_status = wide_get_status,
    .order_program = wide_order_program,
    .explain = wide_explain,
  };
  self->unlocked = g_new0 (FkFlashUnlocked, 1);
  self->unlocked->driver = &self->driver;
  self->unlocked->port = (FkFlashPort){ .target = g_object_ref (self->bench.target),
                                        .chip = g_object_ref (self->bench.chip),
                                        .width = width };
  memset (erased, 0xff, SIZE);
  fk_target_write (self->bench.target, CCM, erased, SIZE, NULL, NULL, &error);
  g_assert_no_error (error);
  fk_target_write_u32 (self->bench.target, STATUS, status, &error);
  g_assert_no_error (error);
  fk_target_write_u32 (self->bench.target, ORDERED, 0, &error);
  g_assert_no_error (error);
  self->writer = fk_flash_writer_new (self->bench.flash, self->unlocked, SIZE, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (fk_flash_writer_uses_ram (self->writer), ==, use_ram);
  g_assert_true (fk_flash_writer_begin (self->writer, 0, &error));
}

static void
wide_close (Wide *self)
{
  g_clear_pointer (&self->writer, fk_flash_writer_free);
  g_clear_pointer (&self->unlocked, fk_flash_unlocked_free);
  flash_bench_close (&self->bench);
}

static const struct
{
  guint width;
  guint unit;
} shapes[] = { { 4, 16 }, { 8, 8 }, { 16, 16 }, { 32, 32 }, { 64, 64 }, { 128, 128 } };

/* Random, with blank stretches of all lengths, and two runs: the first is odd in slots. */
static GBytes *
make_data (guint unit)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (unit);
  guint8 *data = g_malloc (SIZE);

  flash_bench_fill_random (unit, data, SIZE);
  for (guint i = 0; i < 40; i++)
    {
      guint32 at = (guint32)g_rand_int_range (rand, 0, SIZE - 200);

      memset (data + at, 0xff, (gsize)g_rand_int_range (rand, 1, 200));
    }
  return g_bytes_new_take (data, SIZE);
}

static void
check_writing (guint width, guint unit, gboolean use_ram)
{
  g_autoptr (GBytes) bytes = make_data (unit);
  const guint8 *data = g_bytes_get_data (bytes, NULL);
  g_autofree guint8 *held = g_malloc (SIZE);
  gsize size = use_ram ? SIZE : 2048; /* which is slow */
  gsize first = size / 2 + unit;
  g_autoptr (GError) error = NULL;
  guint32 ordered;
  Wide wide;

  wide_open (&wide, width, unit, use_ram, NO_ERROR);
  fk_flash_writer_write (wide.writer, CCM, data, first, &error);
  g_assert_no_error (error);
  fk_flash_writer_write (wide.writer, CCM + (guint32)first, data + first, size - first, &error);
  g_assert_no_error (error);
  fk_flash_writer_end (wide.writer, &error);
  g_assert_no_error (error);
  fk_target_read (wide.bench.target, CCM, held, SIZE, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (held, size, data, size);
  fk_target_read_u32 (wide.bench.target, ORDERED, &ordered, &error);
  g_assert_no_error (error);
  g_assert_cmphex (ordered, ==, 1);
  wide_close (&wide);
}

static void
test_writing (gconstpointer use_ram)
{
  for (guint i = 0; i < G_N_ELEMENTS (shapes); i++)
    check_writing (shapes[i].width, shapes[i].unit, use_ram != NULL);
}

/* Nothing is written where blank data are: a cell that is not blank stays.  The loader would find
 * that what it did not write is not there, so this is for the slow way. */
static void
test_blank_left_out (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (shapes); i++)
    {
      guint width = shapes[i].width;
      g_autofree guint8 *data = g_malloc (3 * 128);
      g_autofree guint8 *held = g_malloc (3 * 128);
      gsize size = 3 * shapes[i].unit;
      g_autoptr (GError) error = NULL;
      Wide wide;

      memset (data, 0x11, size);
      memset (data + width, 0xff, width);
      wide_open (&wide, width, shapes[i].unit, FALSE, NO_ERROR);
      fk_target_write_u32 (wide.bench.target, CCM + width, 0x12345678, &error);
      fk_flash_writer_write (wide.writer, CCM, data, size, &error);
      g_assert_no_error (error);
      fk_flash_writer_end (wide.writer, &error);
      g_assert_no_error (error);
      fk_target_read (wide.bench.target, CCM, held, size, NULL, NULL, &error);
      g_assert_no_error (error);
      fk_store_u32le (data + width, 0x12345678);
      g_assert_cmpmem (held, size, data, size);
      wide_close (&wide);
    }
}

static void
test_refused (gconstpointer use_ram)
{
  for (guint i = 0; i < G_N_ELEMENTS (shapes); i++)
    {
      g_autofree guint8 *data = g_malloc (1024);
      g_autoptr (GError) error = NULL;
      Wide wide;

      memset (data, 0x22, 1024);
      wide_open (&wide, shapes[i].width, shapes[i].unit, use_ram != NULL, REFUSED);
      if (fk_flash_writer_write (wide.writer, CCM, data, 1024, &error))
        fk_flash_writer_end (wide.writer, &error);
      g_assert_error (error, FK_ERROR, FK_ERROR_FLASH_FAULT);
      g_assert_nonnull (strstr (error->message, "flags 0x2 at 0x10000"));
      wide_close (&wide);
    }
}

int
main (int argc, char **argv)
{
  static const gboolean yes = TRUE;

  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/flash-wide/writing/loader", &yes, test_writing);
  g_test_add_data_func ("/flash-wide/writing/steps", NULL, test_writing);
  g_test_add_func ("/flash-wide/blank-left-out", test_blank_left_out);
  g_test_add_data_func ("/flash-wide/refused/loader", &yes, test_refused);
  g_test_add_data_func ("/flash-wide/refused/steps", NULL, test_refused);
  return g_test_run ();
}
