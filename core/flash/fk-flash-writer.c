/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Erasing and programming.  The fast way queues it for the write loader, which runs on the chip:
 * see fk-flash-queue.c.  The slow way has the debugger do it step by step, for a chip on which the
 * loader does not run. */

#include "config.h"

#include "flash/fk-flash-private.h"

#include <glib/gi18n.h>

#include "base/fk-error.h"
#include "base/fk-reader.h"

#include <string.h>

struct _FkFlashWriter
{
  FkFlash *flash;
  const FkFlashDriver *driver;
  FkFlashPort *port;
  FkProgress *progress;
  guint64 bytes_total;
  GCancellable *cancellable;

  FkFlashStatus status; /* of the bank that is worked at */
  gboolean programming; /* its controller takes writes as programming */
  guint bank;

  FkFlashQueue *queue;  /* (nullable): NULL goes the slow way */
  FkFlashOrders orders; /* that go before the next data */
  guint erase_us;       /* what they take */
  guint erase_ms;

  FkFlashPoker *poker; /* (nullable): for half-words, the slow way */
  guint64 bytes_done;  /* the slow way */
};

static void
tell_progress (FkFlashWriter *self)
{
  guint64 done =
      self->queue != NULL ? fk_flash_queue_get_bytes_done (self->queue) : self->bytes_done;

  fk_progress_set_bytes (self->progress, done, self->bytes_total);
}

/* --- The fast way --- */

static gboolean
send (FkFlashWriter *self, guint32 address, const guint8 *data, gsize length, GError **error)
{
  if (!fk_flash_queue_send (self->queue, address, data, length, &self->orders, self->erase_us,
                            self->erase_ms, self->cancellable, error))
    return FALSE;
  self->orders.n = 0;
  self->erase_us = 0;
  self->erase_ms = 0;
  tell_progress (self);
  return TRUE;
}

/* The loader goes by one status register at a time. */
static void
order_bank (FkFlashWriter *self, guint bank)
{
  FkFlashStatus status = self->driver->get_status (self->port, bank);

  if (memcmp (&status, &self->status, sizeof status) != 0)
    fk_flash_queue_order_status (self->queue, &status, &self->orders);
  self->status = status;
  self->bank = bank;
}

static gboolean
queue_data (FkFlashWriter *self, guint32 address, const guint8 *data, gsize length, GError **error)
{
  for (gsize offset = 0; offset < length;)
    {
      gsize size = MIN (fk_flash_queue_get_room (self->queue, &self->orders), length - offset);

      if (g_cancellable_set_error_if_cancelled (self->cancellable, error) ||
          !send (self, address + (guint32)offset, data + offset, size, error))
        return FALSE;
      offset += size;
    }
  return TRUE;
}

/* --- The slow way --- */

/* The words of a wide step go in one command, upwards. */
static gboolean
program_step (FkFlashWriter *self, guint32 address, const guint8 *data, GError **error)
{
  FkTarget *target = self->port->target;
  guint32 flags;
  gboolean sent;

  if (self->port->width > 4)
    sent = fk_target_write (target, address, data, self->port->width, NULL, NULL, error);
  else if (self->port->width == 4)
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

#define BLOCK 256u /* after which the slow way looks up */

static gboolean
program_steps (
    FkFlashWriter *self, guint32 address, const guint8 *data, gsize length, GError **error)
{
  guint8 blank = fk_chip_get_erased_value (self->port->chip);
  guint8 nothing[FK_FLASH_UNIT_MAX];
  gsize width = self->port->width;

  memset (nothing, blank, sizeof nothing);
  for (gsize offset = 0; offset < length; offset += width)
    {
      if (offset % BLOCK == 0)
        {
          if (g_cancellable_set_error_if_cancelled (self->cancellable, error))
            return FALSE;
          tell_progress (self);
        }
      if (memcmp (data + offset, nothing, width) != 0 &&
          !program_step (self, address + (guint32)offset, data + offset, error))
        return FALSE;
      self->bytes_done += width;
    }
  tell_progress (self);
  return TRUE;
}

static gboolean
end_program (FkFlashWriter *self, GError **error)
{
  if (!self->programming)
    return TRUE;
  self->programming = FALSE;
  return self->driver->end_program (self->port, self->bank, error);
}

/* --- Both --- */

/* A bus fault, or a byte read wrong, that does not come back was a disturbance on the wires, which
 * is no reason to take hours for what takes a minute. */
static gboolean
start_queue_steadily (FkFlashWriter *self, FkFlashUnlocked *unlocked, GError **error)
{
  g_autoptr (GError) local_error = NULL;

  self->queue = fk_flash_queue_new (self->flash, unlocked, &local_error);
  if (self->queue != NULL)
    return TRUE;
  if (g_error_matches (local_error, FK_ERROR, FK_ERROR_BUS_FAULT) ||
      g_error_matches (local_error, FK_ERROR, FK_ERROR_VERIFY_MISMATCH))
    {
      self->queue = fk_flash_queue_new (self->flash, unlocked, error);
      return self->queue != NULL;
    }
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

/* @unlocked stays the caller's and outlives the writer.  @bytes_total is for the progress. */
FkFlashWriter *
fk_flash_writer_new (FkFlash *flash,
                     FkFlashUnlocked *unlocked,
                     guint64 bytes_total,
                     FkProgress *progress,
                     GCancellable *cancellable,
                     GError **error)
{
  g_autoptr (FkFlashWriter) self = g_new0 (FkFlashWriter, 1);
  g_autoptr (GError) local_error = NULL;

  self->flash = g_object_ref (flash);
  self->driver = unlocked->driver;
  self->port = &unlocked->port;
  self->progress = progress;
  self->bytes_total = bytes_total;
  self->cancellable = cancellable;
  if (start_queue_steadily (self, unlocked, &local_error))
    return g_steal_pointer (&self);
  if (!fk_flash_loader_cannot_run (local_error))
    {
      g_propagate_prefixed_error (error, g_steal_pointer (&local_error),
                                  "Starting the code that programs the flash: ");
      return NULL;
    }
  fk_progress_note (progress, _ ("Programming step by step, which is slower: %s"),
                    local_error->message);
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
  return self->queue != NULL;
}

/* Erases @sector before what is written next.  With the loader this only queues it. */
gboolean
fk_flash_writer_erase (FkFlashWriter *self, const FkSector *sector, GError **error)
{
  if (self->queue == NULL)
    return end_program (self, error) && self->driver->erase_sector (self->port, sector, error);
  order_bank (self, sector->bank);
  self->programming = FALSE;
  self->driver->order_erase (self->port, sector, &self->orders);
  self->erase_us += fk_flash_port_get_erase_us (self->port, sector->range.size);
  self->erase_ms += fk_flash_port_get_erase_timeout (self->port, sector->range.size);
  return TRUE;
}

/* Erases the whole flash at once. */
gboolean
fk_flash_writer_erase_all (FkFlashWriter *self, GError **error)
{
  guint32 base = fk_chip_find_region (self->port->chip, "flash")->range.address;

  if (self->queue == NULL)
    return self->driver->erase_all (self->port, error);
  for (guint bank = 0; bank < fk_flash_port_get_n_banks (self->port); bank++)
    {
      order_bank (self, bank);
      self->driver->order_erase_all (self->port, bank, &self->orders);
      self->erase_us += fk_flash_port_get_mass_erase_us (self->port);
      self->erase_ms += fk_flash_port_get_mass_erase_timeout (self->port);
      if (self->orders.n > 0 && !send (self, base, NULL, 0, error))
        return FALSE;
    }
  return TRUE;
}

/* What was ordered goes its way without data.  @bytes count as done with it. */
gboolean
fk_flash_writer_flush (FkFlashWriter *self, guint32 address, gsize bytes, GError **error)
{
  if (self->queue == NULL)
    {
      self->bytes_done += bytes;
      tell_progress (self);
      return TRUE;
    }
  if (self->orders.n > 0 && !send (self, address, NULL, 0, error))
    return FALSE;
  fk_flash_queue_add_bytes (self->queue, bytes);
  return TRUE;
}

/* From here to the next erase, only @bank is programmed. */
gboolean
fk_flash_writer_begin (FkFlashWriter *self, guint bank, GError **error)
{
  if (self->programming && self->bank == bank)
    return TRUE;
  if (self->queue == NULL)
    {
      if (!end_program (self, error))
        return FALSE;
      self->programming = TRUE;
      self->bank = bank;
      return self->driver->begin_program (self->port, bank, &self->status, error);
    }
  order_bank (self, bank);
  self->programming = TRUE;
  self->driver->order_program (self->port, bank, &self->orders);
  return TRUE;
}

/* @address and @length are multiples of the driver's unit.  With the loader this only queues the
 * data; errors of earlier blocks come up here, too.  Cancelling acts between blocks. */
gboolean
fk_flash_writer_write (
    FkFlashWriter *self, guint32 address, const guint8 *data, gsize length, GError **error)
{
  g_assert (self->programming);
  g_assert (address % self->driver->unit == 0 && length % self->driver->unit == 0);

  return self->queue != NULL ? queue_data (self, address, data, length, error)
                             : program_steps (self, address, data, length, error);
}

/* Everything programmed, the loader ended, the core halted.  What the loader made of the controller
 * ends when that is locked. */
gboolean
fk_flash_writer_end (FkFlashWriter *self, GError **error)
{
  if (self->queue == NULL)
    return end_program (self, error);
  if (!fk_flash_queue_drain (self->queue, self->cancellable, error))
    return FALSE;
  tell_progress (self);
  self->programming = FALSE;
  return fk_flash_queue_end (self->queue, error);
}

/* After an error: what is begun is ended, as far as it can be, and nothing else is begun. */
void
fk_flash_writer_stop (FkFlashWriter *self)
{
  if (self->queue != NULL)
    fk_flash_queue_stop (self->queue, NULL);
}

/* Marks what was written so far, to be asked for later. */
guint32
fk_flash_writer_get_mark (FkFlashWriter *self)
{
  return self->queue != NULL ? fk_flash_queue_get_sent (self->queue) : 0;
}

/* Returns whether all up to @mark is known to be done. */
gboolean
fk_flash_writer_has_done (FkFlashWriter *self, guint32 mark)
{
  return self->queue == NULL || fk_flash_queue_get_done (self->queue) >= mark;
}

/* Whether what comes behind what is done, and was not begun when it stopped, is known. */
gboolean
fk_flash_writer_is_known (FkFlashWriter *self)
{
  return self->queue == NULL || fk_flash_queue_is_known (self->queue);
}

void
fk_flash_writer_free (FkFlashWriter *self)
{
  if (self == NULL)
    return;
  if (self->queue != NULL)
    fk_flash_queue_stop (self->queue, NULL);
  if (self->programming)
    self->driver->end_program (self->port, self->bank, NULL);
  g_clear_pointer (&self->poker, fk_flash_poker_free);
  g_clear_pointer (&self->queue, fk_flash_queue_free);
  g_object_unref (self->flash);
  g_free (self);
}
