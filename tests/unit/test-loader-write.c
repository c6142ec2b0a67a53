/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The write loader, in the emulator, with a controller that is made up and strict: it takes the
 * words of a step one after the other and upwards, wants to be idle when one begins, and is asked
 * for that once a step. */

#include "config.h"

#include "flash/loaders/fk-loaders.h"

#include "base/fk-error.h"
#include "base/fk-reader.h"
#include "sim/fk-sim-unicorn.h"

#include <string.h>

#define FLASH      0x08000000u
#define RAM        0x20000000u
#define CONTROLLER 0x40022000u
#define WATCHDOG   0x40003000u
#define WINDOW     0x1000u

#define STATUS 0x0cu
#define ORDER  0x10u
#define BUSY   (1u << 16)
#define ERRORS 0xfau

#define CONTROL     (RAM + 0x400)
#define FIRST_SLOT  (RAM + 0x800)
#define SLOT_STRIDE 0x800u
#define N_SLOTS     2
#define NUMBER      77u /* of the first slot */

#define SIZE       1024u /* of the data of a slot */
#define BUSY_READS 3u

typedef struct
{
  uc_engine *uc;
  guint8 *ram;
  guint8 *flash;
  guint32 width;
  guint8 blank;

  guint32 next;    /* where the next store of the step has to go; 0: a step may begin */
  guint busy;      /* times that it will still say busy */
  guint32 flags;   /* what is wrong */
  guint n_steps;   /* that were taken */
  guint n_idle;    /* times that it said that it is idle */
  guint n_fed;     /* the watchdog */
  guint32 ordered; /* what the order register got */
  guint n_strange; /* things that the controller does not stand */

  guint32 weak;    /* a byte that does not take its bit 4; 0: none */
  guint32 refused; /* a place at which a step is refused; 0: none */
  guint32 warned;  /* a step that is taken with an error flag; 0: none */
} Fake;

static guint64
read_flash (uc_engine *uc, guint64 offset, unsigned size, void *data)
{
  Fake *self = data;
  guint64 value = 0;

  for (unsigned i = size; i-- > 0;)
    value = value << 8 | self->flash[offset + i];
  return value;
}

static void
take_step (Fake *self, guint32 begin)
{
  gboolean is_refused = self->refused >= begin && self->refused < begin + self->width;

  if (is_refused)
    {
      memset (self->flash + (begin - FLASH), self->blank, self->width);
      self->flags |= 0x10;
    }
  if (self->warned >= begin && self->warned < begin + self->width)
    self->flags |= 0x80;
  if (self->weak >= begin && self->weak < begin + self->width)
    self->flash[self->weak - FLASH] ^= 0x10;
  self->next = 0;
  self->busy = BUSY_READS;
  self->n_steps++;
}

static void
write_flash (uc_engine *uc, guint64 offset, unsigned size, guint64 value, void *data)
{
  Fake *self = data;
  guint32 address = FLASH + (guint32)offset;

  if (size != MIN (self->width, 4) || self->busy > 0 ||
      (self->next == 0 ? address % self->width != 0 : address != self->next))
    self->n_strange++;
  for (unsigned i = 0; i < size; i++)
    {
      if (self->flash[offset + i] != self->blank)
        self->n_strange++;
      self->flash[offset + i] = (guint8)(value >> 8 * i);
    }
  self->next = address + size;
  if (self->next % self->width == 0)
    take_step (self, self->next - self->width);
}

static guint64
read_controller (uc_engine *uc, guint64 offset, unsigned size, void *data)
{
  Fake *self = data;

  if (offset != STATUS || size != 4 || self->next != 0)
    self->n_strange++;
  if (self->busy > 0)
    {
      self->busy--;
      return self->flags | BUSY;
    }
  self->n_idle++;
  return self->flags;
}

static void
write_controller (uc_engine *uc, guint64 offset, unsigned size, guint64 value, void *data)
{
  Fake *self = data;

  if (offset != ORDER || size != 4 || self->next != 0)
    self->n_strange++;
  self->ordered = (guint32)value;
}

static guint64
read_watchdog (uc_engine *uc, guint64 offset, unsigned size, void *data)
{
  return 0;
}

static void
write_watchdog (uc_engine *uc, guint64 offset, unsigned size, guint64 value, void *data)
{
  Fake *self = data;

  if (offset != 0 || value != 0xaaaa)
    self->n_strange++;
  self->n_fed++;
}

static void
on_interrupt (uc_engine *uc, guint32 number, void *data)
{
  uc_emu_stop (uc);
}

static guint32
get_control (Fake *self, guint offset)
{
  return fk_load_u32le (self->ram + (CONTROL - RAM) + offset);
}

static void
set_control (Fake *self, guint offset, guint32 value)
{
  fk_store_u32le (self->ram + (CONTROL - RAM) + offset, value);
}

static void
fake_open (Fake *self, guint width, guint8 blank)
{
  uc_hook hook;

  *self = (Fake){ .width = width, .blank = blank };
  self->ram = g_aligned_alloc0 (4, WINDOW, WINDOW);
  self->flash = g_malloc (WINDOW);
  memset (self->flash, blank, WINDOW);
  g_assert_cmpint (uc_open (UC_ARCH_ARM, UC_MODE_THUMB, &self->uc), ==, UC_ERR_OK);
  g_assert_cmpint (uc_ctl_set_cpu_model (self->uc, UC_CPU_ARM_CORTEX_M0), ==, UC_ERR_OK);
  g_assert_cmpint (uc_mem_map_ptr (self->uc, RAM, 4 * WINDOW, UC_PROT_ALL, self->ram), ==,
                   UC_ERR_OK);
  g_assert_cmpint (uc_mmio_map (self->uc, FLASH, WINDOW, read_flash, self, write_flash, self), ==,
                   UC_ERR_OK);
  g_assert_cmpint (uc_mmio_map (self->uc, CONTROLLER, WINDOW, read_controller, self,
                                write_controller, self),
                   ==, UC_ERR_OK);
  g_assert_cmpint (uc_mmio_map (self->uc, WATCHDOG, WINDOW, read_watchdog, self, write_watchdog,
                                self),
                   ==, UC_ERR_OK);
  g_assert_cmpint (uc_hook_add (self->uc, &hook, UC_HOOK_INTR, (void *)on_interrupt, self,
                                (guint64)1, (guint64)0),
                   ==, UC_ERR_OK);

  g_assert_cmpuint (fk_loader_write.size, <=, CONTROL - RAM);
  memcpy (self->ram, fk_loader_write.code, fk_loader_write.size);
  set_control (self, FK_LOADER_BLANK, 0x01010101u * blank);
  set_control (self, FK_LOADER_STATUS_REGISTER, CONTROLLER + STATUS);
  set_control (self, FK_LOADER_BUSY_MASK, BUSY);
  set_control (self, FK_LOADER_ERROR_MASK, ERRORS);
  set_control (self, FK_LOADER_WIDTH, width);
  set_control (self, FK_LOADER_WATCHDOG, WATCHDOG);
  set_control (self, FK_LOADER_FIRST_SLOT, FIRST_SLOT);
  set_control (self, FK_LOADER_END_OF_SLOTS, FIRST_SLOT + N_SLOTS * SLOT_STRIDE);
  set_control (self, FK_LOADER_SLOT_STRIDE, SLOT_STRIDE);
  set_control (self, FK_LOADER_FIRST_NUMBER, NUMBER);
}

static void
fake_close (Fake *self)
{
  uc_close (self->uc);
  g_aligned_free (self->ram);
  g_free (self->flash);
}

static void
put (guint8 **place, guint32 value, guint32 *sum)
{
  fk_store_u32le (*place, value);
  *place += 4;
  *sum += value;
}

/* The slot @number, from 0 on: an order to the controller, and in the last slot one to stop. */
static void
fill_slot (Fake *self, guint number, guint32 address, const guint8 *data, gsize length)
{
  guint n_orders = number + 1 == N_SLOTS ? 2 : 1;
  guint8 *end = self->ram + (FIRST_SLOT - RAM) + (number + 1) * SLOT_STRIDE;
  guint8 *place = end - FK_LOADER_SLOT_HEAD - 8 * n_orders;
  guint32 sum = NUMBER + number;

  memcpy (place - length, data, length);
  put (&place, CONTROLLER + ORDER, &sum);
  put (&place, 100 + number, &sum);
  if (n_orders == 2)
    {
      put (&place, CONTROL + FK_LOADER_STOP, &sum);
      put (&place, 1, &sum);
    }
  put (&place, address, &sum);
  put (&place, (guint32)length, &sum);
  put (&place, n_orders, &sum);
  fk_store_u32le (place, sum);
  fk_store_u32le (place + 4, NUMBER + number);
}

/* Returns the state in which it ended, and how many slots were done. */
static guint
run (Fake *self, guint *n_done)
{
  guint32 registers[2] = { CONTROL, RAM + 4 * WINDOW };
  guint32 report;

  g_assert_cmpint (uc_reg_write (self->uc, UC_ARM_REG_R0, &registers[0]), ==, UC_ERR_OK);
  g_assert_cmpint (uc_reg_write (self->uc, UC_ARM_REG_SP, &registers[1]), ==, UC_ERR_OK);
  g_assert_cmpint (uc_emu_start (self->uc, RAM | 1, 0, 20 * 1000 * 1000, 0), ==, UC_ERR_OK);
  report = get_control (self, FK_LOADER_REPORT);
  *n_done = (report >> FK_LOADER_REPORT_SHIFT) - (NUMBER - 1);
  return report & FK_LOADER_REPORT_STATE;
}

/* Steps of which a third is blank, and a third has some blank words; none of the other bytes is. */
static guint8 *
make_data (guint width, guint8 blank, guint *n_steps)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (width);
  guint8 *data = g_malloc (SIZE);

  *n_steps = 0;
  for (guint32 step = 0; step < SIZE / width; step++)
    {
      guint8 *bytes = data + step * width;
      guint kind = (guint)g_rand_int_range (rand, 0, 3);

      for (guint i = 0; i < width; i++)
        bytes[i] = (guint8)g_rand_int_range (rand, 1, 255);
      if (kind == 0)
        memset (bytes, blank, width);
      else if (kind == 1 && width > 4)
        memset (bytes + (step % 2) * (width - 4), blank, 4);
      *n_steps += kind != 0;
    }
  return data;
}

static const guint widths[] = { 1, 2, 4, 8, 16, 32, 64, 128 };
static const guint8 blanks[] = { 0xff, 0x00 };

static void
check_steps (guint width, guint8 blank)
{
  guint n_steps, n_done;
  g_autofree guint8 *data = make_data (width, blank, &n_steps);
  Fake fake;

  fake_open (&fake, width, blank);
  fill_slot (&fake, 0, FLASH, data, SIZE);
  fill_slot (&fake, 1, FLASH + 2 * SIZE, data, SIZE);
  g_assert_cmpuint (run (&fake, &n_done), ==, FK_LOADER_STATE_STOPPED);
  g_assert_cmpuint (n_done, ==, 2);
  g_assert_cmpuint (fake.n_strange, ==, 0);
  g_assert_cmpuint (fake.ordered, ==, 101);
  g_assert_cmpmem (fake.flash, SIZE, data, SIZE);
  g_assert_cmpmem (fake.flash + 2 * SIZE, SIZE, data, SIZE);
  g_assert_cmpuint (fake.flash[SIZE], ==, blank);
  /* Once before each step; after the last one of a slot, and for what the slot came to. */
  g_assert_cmpuint (fake.n_steps, ==, 2 * n_steps);
  g_assert_cmpuint (fake.n_idle, ==, 2 * n_steps + 2 * 2);
  g_assert_cmpuint (fake.n_fed, >=, 2 * SIZE / width);
  fake_close (&fake);
}

static void
test_steps (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (widths); i++)
    for (guint b = 0; b < G_N_ELEMENTS (blanks); b++)
      check_steps (widths[i], blanks[b]);
}

/* Runs it over data that are nowhere blank. */
static guint
run_over_full (Fake *fake, const guint8 *data, guint *n_done)
{
  fill_slot (fake, 0, FLASH, data, SIZE);
  fill_slot (fake, 1, FLASH + SIZE, data, SIZE);
  return run (fake, n_done);
}

static guint8 *
make_full_data (void)
{
  guint8 *data = g_malloc (SIZE);

  for (guint i = 0; i < SIZE; i++)
    data[i] = (guint8)(1 + i % 254);
  return data;
}

/* A byte in the middle of a step that does not take all of its bits is found, with its place, and
 * the next slot is not begun. */
static void
test_mismatch (void)
{
  g_autofree guint8 *data = make_full_data ();

  for (guint i = 0; i < G_N_ELEMENTS (widths); i++)
    for (guint32 place = 0; place < SIZE; place += place == 0 ? 517 : 506) /* 0, 517, 1023 */
      {
        guint n_done;
        Fake fake;

        fake_open (&fake, widths[i], 0xff);
        fake.weak = FLASH + place;
        g_assert_cmpuint (run_over_full (&fake, data, &n_done), ==, FK_LOADER_STATE_MISMATCH);
        g_assert_cmpuint (n_done, ==, 0);
        g_assert_cmpuint (fake.n_strange, ==, 0);
        g_assert_cmphex (get_control (&fake, FK_LOADER_FAULT_ADDRESS), ==, FLASH + place);
        g_assert_cmphex (get_control (&fake, FK_LOADER_FAULT_FLAGS), ==, data[place] ^ 0x10);
        g_assert_cmphex (fake.flash[SIZE], ==, 0xff);
        fake_close (&fake);
      }
}

/* A step that is refused reads back wrong, and it is the controller's word that counts. */
static void
test_refused (void)
{
  g_autofree guint8 *data = make_full_data ();

  for (guint i = 0; i < G_N_ELEMENTS (widths); i++)
    {
      guint32 place = FLASH + SIZE + 300;
      guint n_done;
      Fake fake;

      fake_open (&fake, widths[i], 0xff);
      fake.refused = place;
      g_assert_cmpuint (run_over_full (&fake, data, &n_done), ==, FK_LOADER_STATE_FLASH_ERROR);
      g_assert_cmpuint (n_done, ==, 1);
      g_assert_cmphex (get_control (&fake, FK_LOADER_FAULT_ADDRESS), ==, place - place % widths[i]);
      g_assert_cmphex (get_control (&fake, FK_LOADER_FAULT_FLAGS), ==, 0x10);
      fake_close (&fake);
    }
}

/* Flags count where all the bytes are right, too. */
static void
test_warned (void)
{
  g_autofree guint8 *data = make_full_data ();

  for (guint i = 0; i < G_N_ELEMENTS (widths); i++)
    {
      guint n_done;
      Fake fake;

      fake_open (&fake, widths[i], 0xff);
      fake.warned = FLASH + 300;
      g_assert_cmpuint (run_over_full (&fake, data, &n_done), ==, FK_LOADER_STATE_FLASH_ERROR);
      g_assert_cmpuint (n_done, ==, 0);
      g_assert_cmphex (get_control (&fake, FK_LOADER_FAULT_ADDRESS), ==, FLASH + SIZE - 1);
      g_assert_cmphex (get_control (&fake, FK_LOADER_FAULT_FLAGS), ==, 0x80);
      g_assert_cmphex (fake.flash[SIZE], ==, 0xff);
      fake_close (&fake);
    }
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;

  g_test_init (&argc, &argv, NULL);
  fk_sim_unicorn_load (&error);
  g_assert_no_error (error);
  g_test_add_func ("/loader-write/steps", test_steps);
  g_test_add_func ("/loader-write/mismatch", test_mismatch);
  g_test_add_func ("/loader-write/refused", test_refused);
  g_test_add_func ("/loader-write/warned", test_warned);
  return g_test_run ();
}
