/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Programming erased flash.  The fast way feeds the write loader, which runs on the chip: blocks go
 * into a ring of slots in RAM while the loader works on earlier ones, so the chip never waits for
 * the cable unless the cable is the slower of the two.  The slow way has the debugger program step
 * by step, for a chip on which the loader does not run.  The protocol of the ring stands in
 * loaders/fk-loader-write.S.
 *
 * The RAM is not given back as it was: who writes flash resets the chip afterwards. */

#include "config.h"

#include "flash/fk-flash-private.h"

#include <glib/gi18n.h>

#include "base/fk-error.h"
#include "base/fk-reader.h"
#include "flash/loaders/fk-loaders.h"

#include <string.h>

/* Nothing is pushed by our code; this is for a fault on the way, so that it overwrites nothing. */
#define STACK 64

/* A slot is as large as one transfer of the probes carries well, or smaller so that three of them
 * fit: one that is programmed, one that waits, one that is filled. */
#define LARGEST_SLOT  4096
#define SMALLEST_SLOT 128
#define N_SLOTS       3
#define MOST_SLOTS    4

#define START_TIMEOUT_MS 500

struct _FkFlashWriter
{
  FkFlash *flash;
  const FkFlashDriver *driver;
  FkFlashPort *port;
  FkFlashStatus status;
  gboolean programming; /* the bank's controller takes writes as programming */
  guint bank;

  FkFlashPoker *poker; /* (nullable): for half-words, the slow way */
  FkTargetRam *ram;    /* (nullable): NULL goes the slow way */
  gboolean running;
  guint32 control;
  guint32 first_slot;
  guint n_slots;
  gsize slot_size; /* data of one slot, in bytes */
  guint32 produced;
  guint32 consumed;
};

/* --- The fast way --- */

/* Returns whether code, control block, slots and stack fit. */
static gboolean
lay_out (FkFlashWriter *self, FkRange ram, gsize *used)
{
  gsize overhead = fk_loader_write.size + FK_LOADER_CONTROL_SIZE + STACK;
  gsize room = ram.size > overhead ? ram.size - overhead : 0;
  gsize slot = MIN (room / N_SLOTS, LARGEST_SLOT + FK_LOADER_SLOT_HEADER);

  if (slot < SMALLEST_SLOT + FK_LOADER_SLOT_HEADER)
    return FALSE;
  self->slot_size = (slot - FK_LOADER_SLOT_HEADER) / SMALLEST_SLOT * SMALLEST_SLOT;
  self->n_slots = (guint)MIN (room / (self->slot_size + FK_LOADER_SLOT_HEADER), MOST_SLOTS);
  self->control = ram.address + (guint32)fk_loader_write.size;
  self->first_slot = self->control + FK_LOADER_CONTROL_SIZE;
  *used = overhead + self->n_slots * (self->slot_size + FK_LOADER_SLOT_HEADER);
  return TRUE;
}

static gboolean
upload_loader (FkFlashWriter *self, guint32 code, guint32 stack, GError **error)
{
  guint32 stride = (guint32)self->slot_size + FK_LOADER_SLOT_HEADER;
  guint8 control[FK_LOADER_CONTROL_SIZE] = { 0 };
  guint8 blank = fk_chip_get_erased_value (self->port->chip);

  memset (control + FK_LOADER_BLANK, blank, 4);
  fk_store_u32le (control + FK_LOADER_WIDTH, self->port->width);
  fk_store_u32le (control + FK_LOADER_WATCHDOG, fk_flash_get_watchdog (self->flash, stack - STACK));
  fk_store_u32le (control + FK_LOADER_FIRST_SLOT, self->first_slot);
  fk_store_u32le (control + FK_LOADER_END_OF_SLOTS, self->first_slot + self->n_slots * stride);
  fk_store_u32le (control + FK_LOADER_SLOT_STRIDE, stride);
  return fk_flash_upload (self->flash, code, fk_loader_write.code, fk_loader_write.size, error) &&
         fk_flash_upload (self->flash, self->control, control, sizeof control, error);
}

/* What the loader tells, read in one piece so that the parts belong together. */
typedef struct
{
  guint32 consumed;
  guint32 state;
  guint32 fault_flags;
  guint32 fault_address;
} Report;

static gboolean
read_report (FkFlashWriter *self, Report *report, GError **error)
{
  guint8 words[FK_LOADER_FAULT_ADDRESS + 4 - FK_LOADER_CONSUMED];

  if (!fk_target_read (self->port->target, self->control + FK_LOADER_CONSUMED, words, sizeof words,
                       NULL, NULL, error))
    return FALSE;
  report->consumed = fk_load_u32le (words);
  report->state = fk_load_u32le (words + FK_LOADER_STATE - FK_LOADER_CONSUMED);
  report->fault_flags = fk_load_u32le (words + FK_LOADER_FAULT_FLAGS - FK_LOADER_CONSUMED);
  report->fault_address = fk_load_u32le (words + FK_LOADER_FAULT_ADDRESS - FK_LOADER_CONSUMED);
  return TRUE;
}

static gboolean
wait_until_running (FkFlashWriter *self, GError **error)
{
  gint64 limit = g_get_monotonic_time () + START_TIMEOUT_MS * 1000;
  Report report;

  do
    {
      if (!read_report (self, &report, error))
        return FALSE;
      if (report.state == FK_LOADER_STATE_RUNNING && report.consumed == 0)
        return TRUE;
    }
  while (g_get_monotonic_time () < limit);
  g_set_error (error, FK_ERROR, FK_ERROR_NOT_SUPPORTED, "Code in the chip's RAM does not run");
  return FALSE;
}

static gboolean
start_loader (FkFlashWriter *self, GError **error)
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
  self->ram = fk_target_borrow_ram (target, region->range.address, used, FALSE, NULL, error);
  if (self->ram == NULL)
    return FALSE;
  stack = (guint32)(region->range.address + used) & ~7u; /* ARM DDI 0419C, B1.5.7 */
  registers[0] = self->control;
  if (!upload_loader (self, region->range.address, stack, error))
    return FALSE;
  self->running = TRUE;
  return fk_target_start (target, region->range.address, stack, registers, error) &&
         wait_until_running (self, error);
}

/* The loader stopped, or tells nonsense. */
static void
explain_report (FkFlashWriter *self, const Report *report, GError **error)
{
  g_autofree char *place = fk_flash_port_describe_place (self->port, report->fault_address);

  if (report->state == FK_LOADER_STATE_FLASH_ERROR)
    self->driver->explain (self->port, report->fault_flags, report->fault_address, error);
  else if (report->state == FK_LOADER_STATE_MISMATCH)
    g_set_error (error, FK_ERROR, FK_ERROR_FLASH_FAULT,
                 "The flash at %s did not take its data (0x%x was read back): its cells are worn "
                 "out, or the supply is weak",
                 place, report->fault_flags);
  else
    g_set_error (error, FK_ERROR, FK_ERROR_TARGET_LOST,
                 "The code that programs the flash is gone (its state is 0x%x, %u of %u blocks "
                 "done); the chip may have been reset",
                 report->state, report->consumed, self->produced);
}

/* Waits until at most @n_left slots are still to be programmed. */
static gboolean
wait_for_slots (FkFlashWriter *self, guint n_left, GError **error)
{
  guint timeout_ms = fk_flash_port_get_program_timeout (self->port, self->slot_size);
  gint64 limit = g_get_monotonic_time () + (gint64)timeout_ms * 1000;

  while (self->produced - self->consumed > n_left)
    {
      gboolean late = g_get_monotonic_time () > limit;
      guint32 before = self->consumed;
      Report report;

      if (!read_report (self, &report, error))
        return FALSE;
      if (report.state != FK_LOADER_STATE_RUNNING ||
          self->produced - report.consumed > self->produced - before)
        {
          explain_report (self, &report, error);
          return FALSE;
        }
      self->consumed = report.consumed;
      if (self->consumed != before)
        limit = g_get_monotonic_time () + (gint64)timeout_ms * 1000;
      else if (late)
        {
          g_set_error (error, FK_ERROR, FK_ERROR_TIMEOUT,
                       "Programming a block took longer than %u ms", timeout_ms);
          return FALSE;
        }
    }
  return TRUE;
}

static gboolean
send_slot (FkFlashWriter *self, guint32 address, const guint8 *data, gsize length, GError **error)
{
  guint32 slot = self->first_slot + self->produced % self->n_slots *
                                        (guint32)(self->slot_size + FK_LOADER_SLOT_HEADER);
  g_autofree guint8 *bytes = g_malloc (FK_LOADER_SLOT_HEADER + length);

  if (!wait_for_slots (self, self->n_slots - 1, error))
    return FALSE;
  fk_store_u32le (bytes, address);
  fk_store_u32le (bytes + 4, (guint32)length);
  if (length > 0)
    memcpy (bytes + FK_LOADER_SLOT_HEADER, data, length);
  if (!fk_target_write (self->port->target, slot, bytes, FK_LOADER_SLOT_HEADER + length, NULL, NULL,
                        error) ||
      !fk_target_write_u32 (self->port->target, self->control + FK_LOADER_PRODUCED,
                            self->produced + 1, error))
    return FALSE;
  self->produced++;
  return TRUE;
}

/* The loader looks at these only while it programs, and it is idle now. */
static gboolean
send_status (FkFlashWriter *self, GError **error)
{
  guint8 words[12];

  fk_store_u32le (words, self->status.address);
  fk_store_u32le (words + FK_LOADER_BUSY_MASK - FK_LOADER_STATUS_REGISTER, self->status.busy);
  fk_store_u32le (words + FK_LOADER_ERROR_MASK - FK_LOADER_STATUS_REGISTER, self->status.errors);
  return fk_target_write (self->port->target, self->control + FK_LOADER_STATUS_REGISTER, words,
                          sizeof words, NULL, NULL, error);
}

/* --- The slow way --- */

static gboolean
program_step (FkFlashWriter *self, guint32 address, const guint8 *data, GError **error)
{
  FkTarget *target = self->port->target;
  guint32 flags;
  gboolean sent;

  if (self->port->width == 4)
    sent = fk_target_write_u32 (target, address, fk_load_u32le (data), error);
  else if (self->port->width == 2)
    sent = fk_flash_poker_write (self->poker, address, fk_load_u16le (data), error);
  else
    sent = fk_target_write_u8 (target, address, *data, error);
  if (!sent ||
      !fk_flash_port_wait (self->port, &self->status,
                           fk_flash_port_get_program_timeout (self->port, 0), &flags, error))
    return FALSE;
  if ((flags & self->status.errors) == 0)
    return TRUE;
  self->driver->explain (self->port, flags, address, error);
  return FALSE;
}

static gboolean
program_steps (
    FkFlashWriter *self, guint32 address, const guint8 *data, gsize length, GError **error)
{
  guint8 blank = fk_chip_get_erased_value (self->port->chip);
  const guint8 nothing[4] = { blank, blank, blank, blank };
  gsize width = self->port->width;

  for (gsize offset = 0; offset < length; offset += width)
    if (memcmp (data + offset, nothing, width) != 0 &&
        !program_step (self, address + (guint32)offset, data + offset, error))
      return FALSE;
  return TRUE;
}

/* --- Both --- */

/* Gives back what a loader has that did not start. */
static gboolean
drop_loader (FkFlashWriter *self, GError **error)
{
  gboolean returned = self->ram == NULL || fk_target_ram_return (self->ram, error);

  self->running = FALSE;
  self->produced = 0;
  g_clear_pointer (&self->ram, fk_target_ram_free);
  return returned;
}

/* A bus fault, or a byte read wrong, that does not come back was a disturbance on the wires, which
 * is no reason to take hours for what takes a minute. */
static gboolean
start_loader_steadily (FkFlashWriter *self, GError **error)
{
  g_autoptr (GError) local_error = NULL;

  if (start_loader (self, &local_error))
    return TRUE;
  if (g_error_matches (local_error, FK_ERROR, FK_ERROR_BUS_FAULT) ||
      g_error_matches (local_error, FK_ERROR, FK_ERROR_VERIFY_MISMATCH))
    return drop_loader (self, error) && start_loader (self, error);
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

/* @unlocked stays the caller's and outlives the writer. */
FkFlashWriter *
fk_flash_writer_new (FkFlash *flash,
                     FkFlashUnlocked *unlocked,
                     FkProgress *progress,
                     GError **error)
{
  g_autoptr (FkFlashWriter) self = g_new0 (FkFlashWriter, 1);
  g_autoptr (GError) local_error = NULL;

  self->flash = g_object_ref (flash);
  self->driver = unlocked->driver;
  self->port = &unlocked->port;
  if (start_loader_steadily (self, &local_error))
    return g_steal_pointer (&self);
  if (!fk_flash_loader_cannot_run (local_error))
    {
      g_propagate_prefixed_error (error, g_steal_pointer (&local_error),
                                  "Starting the code that programs the flash: ");
      return NULL;
    }
  fk_progress_note (progress, _ ("Programming step by step, which is slower: %s"),
                    local_error->message);
  if (!drop_loader (self, error))
    return NULL;
  if (self->port->width == 2)
    {
      self->poker = fk_flash_poker_new (self->port, flash->use_ram, error);
      if (self->poker == NULL)
        return NULL;
    }
  return g_steal_pointer (&self);
}

gboolean
fk_flash_writer_uses_ram (FkFlashWriter *self)
{
  return self->ram != NULL;
}

/* The most that one fk_flash_writer_write() should bring, so that progress and cancel come often.
 */
gsize
fk_flash_writer_get_block_size (FkFlashWriter *self)
{
  return self->ram != NULL ? self->slot_size : 256;
}

/* From here to the pause, only @bank is programmed. */
gboolean
fk_flash_writer_begin (FkFlashWriter *self, guint bank, GError **error)
{
  if (self->programming && self->bank == bank)
    return TRUE;
  if (!fk_flash_writer_pause (self, error))
    return FALSE;
  self->programming = TRUE;
  self->bank = bank;
  return self->driver->begin_program (self->port, bank, &self->status, error) &&
         (self->ram == NULL || send_status (self, error));
}

/* @address and @length are multiples of %FK_PLAN_UNIT.  With the loader this only queues the data;
 * errors of earlier blocks come up here, too. */
gboolean
fk_flash_writer_write (
    FkFlashWriter *self, guint32 address, const guint8 *data, gsize length, GError **error)
{
  g_assert (self->programming);
  g_assert (address % FK_PLAN_UNIT == 0 && length % FK_PLAN_UNIT == 0);

  if (self->ram == NULL)
    return program_steps (self, address, data, length, error);
  for (gsize offset = 0; offset < length;)
    {
      gsize size = MIN (self->slot_size, length - offset);

      if (!send_slot (self, address + (guint32)offset, data + offset, size, error))
        return FALSE;
      offset += size;
    }
  return TRUE;
}

/* Waits until all is programmed; then other commands can be given to the controller. */
gboolean
fk_flash_writer_pause (FkFlashWriter *self, GError **error)
{
  if (!self->programming)
    return TRUE;
  if (self->ram != NULL && !wait_for_slots (self, 0, error))
    return FALSE;
  self->programming = FALSE;
  return self->driver->end_program (self->port, self->bank, error);
}

/* Everything programmed, the loader ended, the core halted. */
gboolean
fk_flash_writer_end (FkFlashWriter *self, GError **error)
{
  Report report;

  if (!fk_flash_writer_pause (self, error))
    return FALSE;
  if (self->ram == NULL)
    return TRUE;
  if (!send_slot (self, 0, NULL, 0, error) ||
      !fk_target_wait_halted (self->port->target, START_TIMEOUT_MS, NULL, error) ||
      !read_report (self, &report, error))
    return FALSE;
  if (report.state != FK_LOADER_STATE_DONE)
    {
      explain_report (self, &report, error);
      return FALSE;
    }
  self->running = FALSE;
  return fk_target_ram_return (self->ram, error);
}

void
fk_flash_writer_free (FkFlashWriter *self)
{
  if (self == NULL)
    return;
  if (self->running)
    fk_target_halt (self->port->target, NULL, NULL);
  if (self->programming)
    self->driver->end_program (self->port, self->bank, NULL);
  g_clear_pointer (&self->poker, fk_flash_poker_free);
  g_clear_pointer (&self->ram, fk_target_ram_free);
  g_object_unref (self->flash);
  g_free (self);
}
