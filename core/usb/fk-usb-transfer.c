/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Several bulk transfers through libusb's asynchronous interface: all are handed over at once, so
 * that the bus does not idle between a command and its reply, under one time limit.  libusb's
 * rule is that a transfer may be freed only after its callback has come, also after it was
 * cancelled; so whatever happens, this waits for every callback before it returns.  (libusb,
 * "Asynchronous device I/O".) */

#include "config.h"

#include "usb/fk-usb-context-private.h"

#include "base/fk-error.h"
#include "usb/fk-usb-error.h"

typedef struct _Batch Batch;

typedef struct
{
  Batch *batch;
  struct libusb_transfer *libusb;
  int code; /* enum libusb_error, of the submission or of the end */
  gboolean is_pending;
} Slot;

struct _Batch
{
  GMutex mutex;
  GCond cond;
  Slot *slots;
  guint n_slots;
  guint n_pending;
  gboolean has_failed;
  gboolean is_cancelled;
};

/* In the event thread. */
static void LIBUSB_CALL
on_transfer_done (struct libusb_transfer *libusb)
{
  Slot *slot = libusb->user_data;
  Batch *batch = slot->batch;

  g_mutex_lock (&batch->mutex);
  slot->is_pending = FALSE;
  slot->code = fk_usb_code_of_status (libusb->status);
  if (slot->code != LIBUSB_SUCCESS)
    batch->has_failed = TRUE;
  batch->n_pending--;
  g_cond_signal (&batch->cond);
  g_mutex_unlock (&batch->mutex);
}

/* In whatever thread cancels. */
static void
on_cancelled (GCancellable *cancellable, gpointer user_data)
{
  Batch *batch = user_data;

  g_mutex_lock (&batch->mutex);
  batch->is_cancelled = TRUE;
  g_cond_signal (&batch->cond);
  g_mutex_unlock (&batch->mutex);
}

static void
submit_all (Batch *batch)
{
  g_mutex_lock (&batch->mutex);
  for (guint i = 0; i < batch->n_slots && !batch->has_failed && !batch->is_cancelled; i++)
    {
      Slot *slot = &batch->slots[i];
      int code;

      slot->is_pending = TRUE;
      batch->n_pending++;
      /* Not under the mutex: a submission may wait for the event thread, and that for us.  The
       * transfer may be over before this returns, so only a refusal is noted here. */
      g_mutex_unlock (&batch->mutex);
      code = libusb_submit_transfer (slot->libusb);
      g_mutex_lock (&batch->mutex);
      if (code != LIBUSB_SUCCESS)
        {
          slot->code = code;
          slot->is_pending = FALSE;
          batch->n_pending--;
          batch->has_failed = TRUE;
        }
    }
  g_mutex_unlock (&batch->mutex);
}

/* The last first, so that none of them starts because the one before it was taken away. */
static void
cancel_pending (Batch *batch)
{
  for (guint i = batch->n_slots; i-- > 0;)
    {
      gboolean is_pending;

      g_mutex_lock (&batch->mutex);
      is_pending = batch->slots[i].is_pending;
      g_mutex_unlock (&batch->mutex);
      /* It may end by itself meanwhile; then this says NOT_FOUND, and nothing is lost. */
      if (is_pending)
        libusb_cancel_transfer (batch->slots[i].libusb);
    }
}

/* Returns: whether the time was up before everything had ended */
static gboolean
wait_for_all (Batch *batch, gint64 deadline)
{
  gboolean timed_out = FALSE;

  g_mutex_lock (&batch->mutex);
  while (batch->n_pending > 0 && !batch->has_failed && !batch->is_cancelled && !timed_out)
    timed_out = !g_cond_wait_until (&batch->cond, &batch->mutex, deadline);
  timed_out = timed_out && batch->n_pending > 0;
  g_mutex_unlock (&batch->mutex);

  cancel_pending (batch);

  g_mutex_lock (&batch->mutex);
  while (batch->n_pending > 0)
    g_cond_wait (&batch->cond, &batch->mutex);
  g_mutex_unlock (&batch->mutex);
  return timed_out;
}

/* Why the batch failed: the first transfer that ended badly by itself, not because of another. */
static int
find_failure (const Batch *batch, gboolean timed_out)
{
  int found = LIBUSB_SUCCESS;

  for (guint i = 0; i < batch->n_slots; i++)
    {
      int code = batch->slots[i].code;

      if (code != LIBUSB_SUCCESS && code != LIBUSB_ERROR_INTERRUPTED)
        return code;
      if (code == LIBUSB_ERROR_INTERRUPTED)
        found = timed_out ? LIBUSB_ERROR_TIMEOUT : code;
    }
  return found;
}

static gboolean
prepare (Batch *batch,
         libusb_device_handle *handle,
         FkUsbTransfer *transfers,
         guint n_transfers,
         GError **error)
{
  batch->slots = g_new0 (Slot, n_transfers);
  batch->n_slots = n_transfers;
  for (guint i = 0; i < n_transfers; i++)
    {
      Slot *slot = &batch->slots[i];

      g_assert (transfers[i].length <= G_MAXINT);
      slot->batch = batch;
      slot->code = LIBUSB_ERROR_INTERRUPTED;
      slot->libusb = libusb_alloc_transfer (0);
      if (slot->libusb == NULL)
        {
          fk_usb_set_error (error, LIBUSB_ERROR_NO_MEM, FK_USB_OPENED, "Preparing a transfer");
          return FALSE;
        }
      libusb_fill_bulk_transfer (slot->libusb, handle, transfers[i].endpoint, transfers[i].data,
                                 (int)transfers[i].length, on_transfer_done, slot, 0);
    }
  return TRUE;
}

static void
clear (Batch *batch)
{
  for (guint i = 0; i < batch->n_slots; i++)
    libusb_free_transfer (batch->slots[i].libusb);
  g_free (batch->slots);
  g_mutex_clear (&batch->mutex);
  g_cond_clear (&batch->cond);
}

/*
 * fk_usb_run_transfers:
 * @name: of the device, for messages
 *
 * FkUsbDeviceClass.transfer on an open libusb handle.
 */
gboolean
fk_usb_run_transfers (libusb_device_handle *handle,
                      FkUsbTransfer *transfers,
                      guint n_transfers,
                      guint timeout_ms,
                      const char *name,
                      GCancellable *cancellable,
                      GError **error)
{
  gint64 deadline = g_get_monotonic_time () + timeout_ms * G_TIME_SPAN_MILLISECOND;
  Batch batch = { 0 };
  gboolean timed_out = FALSE;
  gboolean prepared;
  gulong handler = 0;
  int code = LIBUSB_SUCCESS;

  g_mutex_init (&batch.mutex);
  g_cond_init (&batch.cond);
  prepared = prepare (&batch, handle, transfers, n_transfers, error);
  if (prepared)
    {
      if (cancellable != NULL)
        handler = g_cancellable_connect (cancellable, G_CALLBACK (on_cancelled), &batch, NULL);
      submit_all (&batch);
      timed_out = wait_for_all (&batch, deadline);
      g_cancellable_disconnect (cancellable, handler);
      for (guint i = 0; i < n_transfers; i++)
        transfers[i].actual = (gsize)batch.slots[i].libusb->actual_length;
      code = find_failure (&batch, timed_out);
    }
  clear (&batch);

  if (!prepared)
    return FALSE;
  if (code == LIBUSB_ERROR_INTERRUPTED && g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  if (code != LIBUSB_SUCCESS)
    fk_usb_set_error (error, code, FK_USB_OPENED, "Talking to %s", name);
  return code == LIBUSB_SUCCESS;
}
