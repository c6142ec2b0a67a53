/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Bulk transfers through libusb's asynchronous interface.  The transfers of one link are handed
 * over at once, so that the bus does not idle between a command and its reply.  The next link of a
 * chain is handed over in the callback of the transfer that ends the one before, if all in it is
 * well: nobody has to wake up for that, and nothing is on its way that could disturb a reply.
 *
 * libusb's rule is that a transfer may be freed only after its callback has come, also after it was
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
  FkUsbTransfer *transfers;
  Slot *slots;
  guint n_slots;
  guint n_good;  /* have moved all their bytes and passed their checks */
  guint n_begun; /* slots of the links that were begun; those behind never were */
  guint n_pending;
  gint64 timeout_us;
  gint64 deadline; /* of the link under way */
  gboolean has_failed;
  gboolean is_cancelled;
  gboolean is_stopping; /* what is pending is being cancelled */
};

/* Takes the slots of the next link as pending, with the mutex held.  Returns: how many */
static guint
begin_link (Batch *batch)
{
  guint first = batch->n_begun;

  do
    batch->slots[batch->n_begun++].is_pending = TRUE;
  while (batch->n_begun < batch->n_slots && !batch->transfers[batch->n_begun].begins_link);
  batch->n_pending += batch->n_begun - first;
  batch->deadline = g_get_monotonic_time () + batch->timeout_us;
  return batch->n_begun - first;
}

/* With the mutex held. */
static void
end_slot (Batch *batch, Slot *slot, int code)
{
  slot->is_pending = FALSE;
  slot->code = code;
  if (code != LIBUSB_SUCCESS)
    batch->has_failed = TRUE;
  batch->n_pending--;
  if (batch->n_pending == 0 || batch->has_failed)
    g_cond_signal (&batch->cond);
}

static gboolean
may_submit (const Batch *batch)
{
  return !batch->has_failed && !batch->is_cancelled && !batch->is_stopping;
}

/* Hands @n slots from @first on over.  In the event thread it may be that somebody has looked for
 * what is pending, to cancel it, between our look and the submission; so there is a second look. */
static void
submit (Batch *batch, guint first, guint n)
{
  for (guint i = first; i < first + n; i++)
    {
      Slot *slot = &batch->slots[i];
      gboolean may_go;
      int code = LIBUSB_ERROR_INTERRUPTED;

      g_mutex_lock (&batch->mutex);
      may_go = may_submit (batch);
      g_mutex_unlock (&batch->mutex);
      /* Not under the mutex: a submission may wait for the event thread, and that for us.  The
       * transfer may be over before this returns, so only a refusal is noted here. */
      if (may_go)
        code = libusb_submit_transfer (slot->libusb);

      g_mutex_lock (&batch->mutex);
      if (code != LIBUSB_SUCCESS)
        end_slot (batch, slot, code);
      may_go = !batch->is_stopping || !slot->is_pending;
      g_mutex_unlock (&batch->mutex);
      if (!may_go)
        libusb_cancel_transfer (slot->libusb);
    }
}

/* In the event thread. */
static void LIBUSB_CALL
on_transfer_done (struct libusb_transfer *libusb)
{
  Slot *slot = libusb->user_data;
  Batch *batch = slot->batch;
  FkUsbTransfer *transfer = &batch->transfers[slot - batch->slots];
  int code = fk_usb_code_of_status (libusb->status);
  guint n_next = 0;
  guint next;

  transfer->actual = (gsize)libusb->actual_length;
  g_mutex_lock (&batch->mutex);
  next = batch->n_begun;
  if (code == LIBUSB_SUCCESS && fk_usb_transfer_is_good (transfer))
    batch->n_good++;
  if (batch->n_good == next && next < batch->n_slots && may_submit (batch))
    n_next = begin_link (batch);
  end_slot (batch, slot, code);
  g_mutex_unlock (&batch->mutex);

  if (n_next > 0)
    submit (batch, next, n_next);
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

/* Returns: whether the time of a link was up before it had ended */
static gboolean
wait_for_all (Batch *batch)
{
  gboolean timed_out = FALSE;

  g_mutex_lock (&batch->mutex);
  while (batch->n_pending > 0 && !batch->has_failed && !batch->is_cancelled && !timed_out)
    {
      gint64 deadline = batch->deadline;

      timed_out =
          !g_cond_wait_until (&batch->cond, &batch->mutex, deadline) && batch->deadline == deadline;
    }
  timed_out = timed_out && batch->n_pending > 0;
  batch->is_stopping = TRUE;
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

  for (guint i = 0; i < batch->n_begun; i++)
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
  batch->transfers = transfers;
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
  Batch batch = { .timeout_us = timeout_ms * G_TIME_SPAN_MILLISECOND };
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
      submit (&batch, 0, begin_link (&batch));
      timed_out = wait_for_all (&batch);
      g_cancellable_disconnect (cancellable, handler);
      code = find_failure (&batch, timed_out);
    }
  clear (&batch);

  if (!prepared)
    return FALSE;
  /* Cancelled between two links, a chain has ended too early although nothing went wrong. */
  if (code == LIBUSB_SUCCESS && batch.is_cancelled && batch.n_begun < n_transfers)
    code = LIBUSB_ERROR_INTERRUPTED;
  if (code == LIBUSB_ERROR_INTERRUPTED && g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  if (code != LIBUSB_SUCCESS)
    fk_usb_set_error (error, code, FK_USB_OPENED, "Talking to %s", name);
  return code == LIBUSB_SUCCESS;
}
