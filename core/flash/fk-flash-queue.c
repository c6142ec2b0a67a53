/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The host's end of the write loader: a ring of slots in the chip's RAM, which we fill and the
 * loader empties.  The protocol stands in loaders/fk-loader-write.S.
 *
 * What takes longer, the flash or the wire?  A word by an ST-LINK/V2 at 4 MHz is 13.5 us on SWD and
 * 3.3 us on USB, and a slot of 6 KiB costs some 1.2 ms more in commands: 17.6 us a word, where an
 * F4 programs one in 16 us and an F1 in 105.  But an F4 erases a sector of 128 KiB for a second,
 * and as erases wait in the ring like data, the ring fills up meanwhile; with 100 KiB of it hardly
 * anything is left to be sent when the erase ends.  So the ring takes all the RAM there is.  Only a
 * blank chip, which needs no erase, is programmed at the pace of the wire.
 *
 * Each question for what is done takes 0.6 ms of the wire.  It is asked only when the ring is full,
 * and not before the data sheet's typical times let hope for an answer.
 *
 * The RAM is not given back as it was: who writes flash resets the chip afterwards. */

#include "config.h"

#include "flash/fk-flash-private.h"

#include "base/fk-error.h"
#include "base/fk-reader.h"
#include "flash/loaders/fk-loaders.h"

#include <string.h>

/* Nothing is pushed by our code; this is for a fault on the way, so that it overwrites nothing. */
#define STACK 64

/* A slot is as large as one transfer of the probes carries, or smaller so that there are a few: one
 * that is programmed, some that wait, one that is filled. */
#define LARGEST_SLOT  6144
#define SMALLEST_SLOT 384
#define N_SLOTS       8
#define MOST_SLOTS    64

/* The smallest has room for a unit behind the most orders. */
G_STATIC_ASSERT (SMALLEST_SLOT >=
                 FK_LOADER_SLOT_HEAD + FK_FLASH_ORDERS_MAX * 8 + FK_FLASH_UNIT_MAX);

#define START_TIMEOUT_MS 500

/* Between two questions; short enough that a cancel is heard and progress seen. */
#define LONGEST_NAP_US  50000
#define SHORTEST_NAP_US 500

/* A slot that is on its way. */
typedef struct
{
  guint32 address; /* where it goes */
  guint typical_us;
  guint timeout_ms;
  gsize n_bytes;
} Pending;

struct _FkFlashQueue
{
  FkFlash *flash;
  const FkFlashDriver *driver;
  FkFlashPort *port;

  FkTargetRam *ram;
  gboolean running;
  gboolean known; /* where the loader stopped */
  guint32 control;
  guint32 first_slot;
  guint32 stride;
  guint n_slots;
  guint32
      base; /* number of the first slot: a slot that an earlier run left in the RAM has another */
  guint32 sent;
  guint32 done;
  guint64 bytes_done;
  gint64 since; /* when the slot that is worked at was begun, as near as is known */
  gint64 asked; /* the last time */
  Pending pending[MOST_SLOTS];
};

static Pending *
get_pending (FkFlashQueue *self, guint32 number)
{
  return &self->pending[number % self->n_slots];
}

/* Returns whether code, control block, slots and stack fit. */
static gboolean
lay_out (FkFlashQueue *self, FkRange ram, gsize *used)
{
  gsize overhead = fk_loader_write.size + FK_LOADER_CONTROL_SIZE + STACK;
  gsize room = ram.size > overhead ? ram.size - overhead : 0;

  self->stride = (guint32)MIN (room / N_SLOTS & ~(gsize)3, LARGEST_SLOT);
  if (self->stride < SMALLEST_SLOT)
    self->stride = SMALLEST_SLOT;
  self->n_slots = (guint)MIN (room / self->stride, MOST_SLOTS);
  if (self->n_slots < 2)
    return FALSE;
  self->control = ram.address + (guint32)fk_loader_write.size;
  self->first_slot = self->control + FK_LOADER_CONTROL_SIZE;
  *used = overhead + self->n_slots * (gsize)self->stride;
  return TRUE;
}

static gboolean
upload_loader (FkFlashQueue *self, guint32 code, guint32 stack, GError **error)
{
  gsize size = fk_loader_write.size + FK_LOADER_CONTROL_SIZE;
  g_autofree guint8 *bytes = g_malloc0 (size);
  guint8 *control = bytes + fk_loader_write.size;
  guint8 blank = fk_chip_get_erased_value (self->port->chip);

  memcpy (bytes, fk_loader_write.code, fk_loader_write.size);
  memset (control + FK_LOADER_BLANK, blank, 4);
  fk_store_u32le (control + FK_LOADER_WIDTH, self->port->width);
  fk_store_u32le (control + FK_LOADER_WATCHDOG, fk_flash_get_watchdog (self->flash, stack - STACK));
  fk_store_u32le (control + FK_LOADER_FIRST_SLOT, self->first_slot);
  fk_store_u32le (control + FK_LOADER_END_OF_SLOTS,
                  self->first_slot + self->n_slots * self->stride);
  fk_store_u32le (control + FK_LOADER_SLOT_STRIDE, self->stride);
  fk_store_u32le (control + FK_LOADER_FIRST_NUMBER, self->base);
  return fk_flash_upload (self->flash, code, bytes, size, error);
}

static void
take_report (FkFlashQueue *self, guint32 report, guint *state, guint32 *done)
{
  *state = report & FK_LOADER_REPORT_STATE;
  *done = ((report >> FK_LOADER_REPORT_SHIFT) - (self->base - 1)) &
          (G_MAXUINT32 >> FK_LOADER_REPORT_SHIFT);
}

static gboolean
read_report (FkFlashQueue *self, guint *state, guint32 *done, GError **error)
{
  guint32 report;

  if (!fk_target_read_u32 (self->port->target, self->control + FK_LOADER_REPORT, &report, error))
    return FALSE;
  take_report (self, report, state, done);
  return TRUE;
}

static gboolean
wait_until_running (FkFlashQueue *self, GError **error)
{
  gint64 limit = g_get_monotonic_time () + START_TIMEOUT_MS * 1000;
  guint state;
  guint32 done;

  do
    {
      if (!read_report (self, &state, &done, error))
        return FALSE;
      if (state == FK_LOADER_STATE_RUNNING && done == 0)
        return TRUE;
    }
  while (g_get_monotonic_time () < limit);
  g_set_error (error, FK_ERROR, FK_ERROR_NOT_SUPPORTED, "Code in the chip's RAM does not run");
  return FALSE;
}

static gboolean
start_loader (FkFlashQueue *self, GError **error)
{
  FkTarget *target = self->port->target;
  const FkRegion *region = fk_chip_find_region (self->port->chip, "ram");
  guint32 registers[4] = { 0 };
  guint32 stack;
  gsize used;

  if (!self->flash->use_ram || region == NULL || !lay_out (self, region->range, &used))
    {
      g_set_error (error, FK_ERROR, FK_ERROR_NOT_SUPPORTED, "No code may be run in the chip's RAM");
      return FALSE;
    }
  self->ram = fk_target_borrow_ram (target, region->range.address, used, fk_loader_write.used,
                                    FALSE, NULL, error);
  if (self->ram == NULL)
    return FALSE;
  stack = (guint32)(region->range.address + used) & ~7u; /* ARM DDI 0419C, B1.5.7 */
  registers[0] = self->control;
  if (!upload_loader (self, region->range.address, stack, error))
    return FALSE;
  self->running = TRUE;
  self->since = self->asked = g_get_monotonic_time ();
  return fk_target_start (target, region->range.address, stack, registers, error) &&
         wait_until_running (self, error);
}

/* The slot that comes next is not what was sent.  What it says of itself is no use then. */
static void
set_garbled (FkFlashQueue *self, GError **error)
{
  g_autofree char *place =
      fk_flash_port_describe_place (self->port, get_pending (self, self->done + 1)->address);

  g_set_error (error, FK_ERROR, FK_ERROR_VERIFY_MISMATCH,
               "What was sent for %s did not arrive whole in the chip's RAM; the wires are bad, "
               "or "
               "SWD is too fast for them",
               place);
}

/* The loader stopped by itself, or tells nonsense. */
static gboolean
explain (FkFlashQueue *self, guint state, guint32 done, GError **error)
{
  g_autofree char *place = NULL;
  guint8 words[8];
  guint32 flags, address;

  if (!fk_target_read (self->port->target, self->control + FK_LOADER_FAULT_FLAGS, words,
                       sizeof words, NULL, NULL, error))
    return FALSE;
  flags = fk_load_u32le (words);
  address = fk_load_u32le (words + FK_LOADER_FAULT_ADDRESS - FK_LOADER_FAULT_FLAGS);
  place = fk_flash_port_describe_place (self->port, address);
  if (state == FK_LOADER_STATE_FLASH_ERROR)
    self->driver->explain (self->port, flags, address, error);
  else if (state == FK_LOADER_STATE_MISMATCH)
    g_set_error (error, FK_ERROR, FK_ERROR_FLASH_FAULT,
                 "The flash at %s did not take its data (0x%x was read back): its cells are worn "
                 "out, or the supply is weak",
                 place, flags);
  else if (state == FK_LOADER_STATE_GARBLED && self->done < self->sent)
    set_garbled (self, error);
  else
    g_set_error (error, FK_ERROR, FK_ERROR_TARGET_LOST,
                 "The code that programs the flash is gone (its state is 0x%x, %u of %u blocks "
                 "done); the chip may have been reset",
                 state, done, self->sent);
  return FALSE;
}

/* The last of them ended about when it should have, but after it was last asked, and before now. */
static void
count_done (FkFlashQueue *self, guint32 done)
{
  gint64 now = g_get_monotonic_time ();

  if (done > self->done)
    {
      while (self->done < done)
        {
          const Pending *pending = get_pending (self, ++self->done);

          self->bytes_done += pending->n_bytes;
          self->since += pending->typical_us;
        }
      self->since = CLAMP (self->since, self->asked, now);
    }
  self->asked = now;
}

static gboolean
ask (FkFlashQueue *self, GError **error)
{
  guint state;
  guint32 done;

  if (!read_report (self, &state, &done, error))
    return FALSE;
  if (done >= self->done && done <= self->sent)
    {
      count_done (self, done);
      self->known = state != FK_LOADER_STATE_RUNNING;
      if (state == FK_LOADER_STATE_RUNNING)
        return TRUE;
    }
  return explain (self, state, done, error);
}

/* Until something may be worth asking for. */
static guint
choose_nap (FkFlashQueue *self, guint32 until)
{
  gint64 us = self->since - g_get_monotonic_time ();

  for (guint32 number = self->done + 1; number <= until; number++)
    us += get_pending (self, number)->typical_us;
  if (us > 10 * SHORTEST_NAP_US)
    us -= us / 16;
  else if (us < 0) /* slower than it should be */
    us = -us / 8;
  return (guint)CLAMP (us, SHORTEST_NAP_US, LONGEST_NAP_US);
}

/* The next slot is late: the loader waits for it, too, if its number came garbled. */
static void
explain_late (FkFlashQueue *self, guint timeout_ms, GError **error)
{
  guint32 end = self->first_slot + (self->done % self->n_slots + 1) * self->stride;
  guint32 number;

  if (!fk_target_read_u32 (self->port->target, end - 4, &number, error))
    return;
  if (number != self->base + self->done)
    set_garbled (self, error);
  else
    g_set_error (error, FK_ERROR, FK_ERROR_TIMEOUT,
                 "Erasing or programming a block took longer than %u ms", timeout_ms);
}

/* Waits until at most @n_left slots are still to be worked at. */
static gboolean
wait_for_slots (FkFlashQueue *self, guint n_left, GCancellable *cancellable, GError **error)
{
  while (self->sent - self->done > n_left)
    {
      guint timeout_ms = get_pending (self, self->done + 1)->timeout_ms;
      gboolean late = g_get_monotonic_time () > self->since + (gint64)timeout_ms * 1000;
      guint32 before = self->done;

      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      fk_target_pass_time (self->port->target, choose_nap (self, self->sent - n_left));
      if (!ask (self, error))
        return FALSE;
      if (self->done == before && late)
        {
          explain_late (self, timeout_ms, error);
          return FALSE;
        }
    }
  return TRUE;
}

/* The most data that a slot with @orders takes, in whole units. */
gsize
fk_flash_queue_get_room (FkFlashQueue *self, const FkFlashOrders *orders)
{
  gsize room = self->stride - FK_LOADER_SLOT_HEAD - orders->n * sizeof orders->orders[0];

  return room - room % self->driver->unit;
}

static void
fill_slot (guint8 *bytes,
           guint32 address,
           const guint8 *data,
           gsize length,
           const FkFlashOrders *orders,
           guint32 number)
{
  guint8 *place = bytes + length;
  guint32 sum = number + address + (guint32)length + orders->n;

  if (length > 0)
    memcpy (bytes, data, length);
  for (guint i = 0; i < orders->n; i++, place += 8)
    {
      fk_store_u32le (place, orders->orders[i].address);
      fk_store_u32le (place + 4, orders->orders[i].value);
      sum += orders->orders[i].address + orders->orders[i].value;
    }
  fk_store_u32le (place, address);
  fk_store_u32le (place + 4, (guint32)length);
  fk_store_u32le (place + 8, orders->n);
  fk_store_u32le (place + 12, sum);
  fk_store_u32le (place + 16, number);
}

/* While the chip works at the first slot, which most often erases: by the slots behind it. */
static void
try_out (FkFlashQueue *self)
{
  fk_target_try_out (self->port->target, self->first_slot + self->stride,
                     (self->n_slots - 1) * (gsize)self->stride);
}

/*
 * Queues @orders, and data for @address behind them; @length is whole units and at most what
 * there is room for.  Errors of earlier slots come up here, too.
 *
 * @erase_us: that the orders take typically
 * @erase_ms: and at most, with some patience
 */
gboolean
fk_flash_queue_send (FkFlashQueue *self,
                     guint32 address,
                     const guint8 *data,
                     gsize length,
                     const FkFlashOrders *orders,
                     guint erase_us,
                     guint erase_ms,
                     GCancellable *cancellable,
                     GError **error)
{
  gsize size = length + orders->n * sizeof orders->orders[0] + FK_LOADER_SLOT_HEAD;
  g_autofree guint8 *bytes = g_malloc (size);
  guint32 end = self->first_slot + (self->sent % self->n_slots + 1) * self->stride;

  g_assert (size <= self->stride && length % self->driver->unit == 0);

  if (!wait_for_slots (self, self->n_slots - 1, cancellable, error))
    return FALSE;
  fill_slot (bytes, address, data, length, orders, self->base + self->sent);
  if (!fk_target_write (self->port->target, end - (guint32)size, bytes, size, NULL, NULL, error))
    return FALSE;
  if (self->sent == self->done)
    self->since = self->asked = g_get_monotonic_time ();
  self->sent++;
  if (self->sent == 1)
    try_out (self);
  *get_pending (self, self->sent) =
      (Pending){ .address = address,
                 .typical_us = erase_us + fk_flash_port_get_program_us (self->port, length),
                 .timeout_ms = erase_ms + fk_flash_port_get_program_timeout (self->port, length),
                 .n_bytes = length };
  return TRUE;
}

/* Bytes that have nothing to program and are done with all the same, with the last slot. */
void
fk_flash_queue_add_bytes (FkFlashQueue *self, gsize n_bytes)
{
  if (self->sent == self->done)
    self->bytes_done += n_bytes;
  else
    get_pending (self, self->sent)->n_bytes += n_bytes;
}

gboolean
fk_flash_queue_drain (FkFlashQueue *self, GCancellable *cancellable, GError **error)
{
  return wait_for_slots (self, 0, cancellable, error);
}

/* The control block, for orders that change what the loader itself goes by. */
void
fk_flash_queue_order_status (FkFlashQueue *self, const FkFlashStatus *status, FkFlashOrders *orders)
{
  fk_flash_orders_add (orders, self->control + FK_LOADER_STATUS_REGISTER, status->address);
  fk_flash_orders_add (orders, self->control + FK_LOADER_BUSY_MASK, status->busy);
  fk_flash_orders_add (orders, self->control + FK_LOADER_ERROR_MASK, status->errors);
}

/* Has the core stop, and asks how far the loader got.  One that had nothing to do has stopped, and
 * said so, by the time that it is looked at. */
static gboolean
stop_loader (FkFlashQueue *self, guint timeout_ms, guint *state, guint32 *done, GError **error)
{
  FkTarget *target = self->port->target;
  guint32 report;
  gboolean ended;

  if (!fk_target_write_u32 (target, self->control + FK_LOADER_STOP, 1, error) ||
      !fk_target_has_ended_with (target, self->control + FK_LOADER_REPORT, &report, 1, &ended,
                                 error))
    return FALSE;
  take_report (self, report, state, done);
  return (ended && *state == FK_LOADER_STATE_STOPPED) ||
         (fk_target_wait_halted (target, timeout_ms, NULL, error) &&
          read_report (self, state, done, error));
}

/*
 * Has the loader end what it is at, and no more; then the core is halted.  Whatever was wrong
 * before, it is known afterwards how far the loader got, unless the chip cannot be reached.
 */
gboolean
fk_flash_queue_stop (FkFlashQueue *self, GError **error)
{
  guint timeout_ms = START_TIMEOUT_MS;
  guint state;
  guint32 done;

  if (!self->running)
    return TRUE;
  self->running = FALSE;
  if (self->sent > self->done)
    timeout_ms += get_pending (self, self->done + 1)->timeout_ms;
  if (!stop_loader (self, timeout_ms, &state, &done, error))
    {
      fk_target_halt (self->port->target, NULL, NULL);
      return FALSE;
    }
  if (done >= self->done && done <= self->sent)
    {
      count_done (self, done);
      self->known = TRUE;
      if (state == FK_LOADER_STATE_STOPPED)
        return TRUE;
    }
  return explain (self, state, done, error);
}

/* Gives the registers back. */
gboolean
fk_flash_queue_end (FkFlashQueue *self, GError **error)
{
  return fk_flash_queue_drain (self, NULL, error) && fk_flash_queue_stop (self, error) &&
         fk_target_ram_return (self->ram, error);
}

guint32
fk_flash_queue_get_sent (FkFlashQueue *self)
{
  return self->sent;
}

guint32
fk_flash_queue_get_done (FkFlashQueue *self)
{
  return self->done;
}

guint64
fk_flash_queue_get_bytes_done (FkFlashQueue *self)
{
  return self->bytes_done;
}

/* Whether the loader has stopped, so that nothing behind the slots that are done, but for the next
 * one, was begun. */
gboolean
fk_flash_queue_is_known (FkFlashQueue *self)
{
  return self->known;
}

/*
 * Starts the loader.
 *
 * Errors: as fk_flash_loader_cannot_run() tells; then the caller has to do without.
 */
FkFlashQueue *
fk_flash_queue_new (FkFlash *flash, FkFlashUnlocked *unlocked, GError **error)
{
  FkFlashQueue *self = g_new0 (FkFlashQueue, 1);
  gboolean returned;

  self->flash = g_object_ref (flash);
  self->driver = unlocked->driver;
  self->port = &unlocked->port;
  self->base = g_random_int () | 1; /* not 0, as RAM often is */
  if (start_loader (self, error))
    return self;
  returned = self->ram == NULL || fk_target_ram_return (self->ram, NULL);
  if (!returned && error != NULL)
    {
      g_clear_error (error);
      g_set_error (error, FK_ERROR, FK_ERROR_TARGET_LOST,
                   "The RAM that was borrowed could not be given back");
    }
  self->running = FALSE;
  fk_flash_queue_free (self);
  return NULL;
}

void
fk_flash_queue_free (FkFlashQueue *self)
{
  if (self == NULL)
    return;
  fk_flash_queue_stop (self, NULL);
  g_clear_pointer (&self->ram, fk_target_ram_free);
  g_object_unref (self->flash);
  g_free (self);
}
