/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Transfers on a mocked device node, as usbfs treats them (Linux, drivers/usb/core/devio.c): they
 * are handed over with SUBMITURB, run in order on each endpoint, and come back with REAPURB.
 *
 * libusb learns that something can be reaped by polling the node for POLLOUT.  The node is a FIFO
 * with room for one page: while a byte lies in it, it cannot be written to and poll() waits;
 * without the byte it is writable.  A regular file in its place would always be writable, and
 * libusb would never sleep. */

#include "config.h"

#include "mock-node-private.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define SETUP_SIZE   8
#define MAX_TRANSFER (1024 * 1024)
#define TRACE_BYTES  16

static void
mock_urb_free (MockUrb *urb)
{
  g_free (urb->buffer);
  g_free (urb);
}

static void
set_fifo (MockNode *self, gboolean full)
{
  char byte = 0;
  gssize n;

  if (full == self->fifo_is_full)
    return;
  n = full ? write (self->fifo, &byte, 1) : read (self->fifo, &byte, 1);
  if (n != 1)
    g_error ("The FIFO of a mocked device: %s", g_strerror (errno));
  self->fifo_is_full = full;
}

void
mock_node_fill_fifo (MockNode *self)
{
  set_fifo (self, TRUE);
}

/* One line: modelled time, endpoint, length, status, the first bytes. */
static void
trace_urb (MockNode *self, const MockUrb *urb)
{
  g_autoptr (GString) line = g_string_new (NULL);

  g_string_append_printf (line, "%12.3f ms  %02x %5zu %4d ",
                          (double)mock_node_get_transfer_end (self) / 1e6, urb->urb.endpoint,
                          urb->actual, urb->urb.status);
  for (gsize i = 0; i < MIN (urb->actual, TRACE_BYTES); i++)
    g_string_append_printf (line, " %02x", urb->buffer[i]);
  g_printerr ("%s%s\n", line->str, urb->actual > TRACE_BYTES ? " …" : "");
}

void
mock_node_offer (MockNode *self, MockUrb *urb)
{
  g_queue_push_tail (&self->done, urb);
  set_fifo (self, FALSE);
}

/* Of two that are due together the one that is in the queue comes first. */
static int
compare_due (gconstpointer queued, gconstpointer urb, gpointer user_data)
{
  return ((const MockUrb *)queued)->due <= ((const MockUrb *)urb)->due ? -1 : 1;
}

/* The simulation is done with it; for the program it ends when it is due. */
static void
end_urb (MockNode *self, MockUrb *urb, int status)
{
  g_queue_remove (&self->flying, urb);
  urb->urb.status = status;
  urb->urb.actual_length = (int)urb->actual;
  urb->due = status == 0 ? mock_node_get_due (self) : 0;
  if (self->trace)
    trace_urb (self, urb);
  if (urb->due > 0 && (self->landing.head != NULL || mock_node_is_early (urb)))
    g_queue_insert_sorted (&self->landing, urb, compare_due, NULL);
  else
    mock_node_offer (self, urb);
  g_cond_broadcast (&self->changed);
}

/* The cable was pulled: everything in flight fails with ESHUTDOWN, and can still be reaped. */
void
mock_node_lose (MockNode *self)
{
  self->gone = TRUE;
  while (self->flying.head != NULL)
    end_urb (self, self->flying.head->data, -ESHUTDOWN);
  g_cond_broadcast (&self->changed);
}

static FkSimUsbStatus
transfer (MockNode *self, MockUrb *urb)
{
  guint8 *data = urb->buffer;
  gsize length = (gsize)urb->urb.buffer_length;

  if (urb->urb.type == USBDEVFS_URB_TYPE_CONTROL)
    return fk_sim_stlink_control (self->stlink, data, data + SETUP_SIZE, length - SETUP_SIZE,
                                  &urb->actual);
  if (urb->urb.endpoint & FK_USB_IN)
    return fk_sim_stlink_bulk_in (self->stlink, urb->urb.endpoint, data, length, &urb->actual);
  return fk_sim_stlink_bulk_out (self->stlink, urb->urb.endpoint, data, length, &urb->actual);
}

/* Returns: FALSE if the transfer goes on, and what is behind it on its endpoint has to wait */
static gboolean
run_urb (MockNode *self, MockUrb *urb)
{
  if (urb->stuck)
    return FALSE;
  switch (transfer (self, urb))
    {
    case FK_SIM_USB_DONE:
      end_urb (self, urb, 0);
      return TRUE;
    case FK_SIM_USB_STALL:
      end_urb (self, urb, -EPIPE);
      return TRUE;
    case FK_SIM_USB_OVERFLOW:
      end_urb (self, urb, -EOVERFLOW);
      return TRUE;
    case FK_SIM_USB_GONE:
      mock_node_lose (self);
      self->must_tell_gone = TRUE;
      return TRUE;
    case FK_SIM_USB_NEVER:
      urb->stuck = TRUE;
      return FALSE;
    case FK_SIM_USB_WAIT:
      return FALSE;
    }
  g_assert_not_reached ();
}

/* Endpoints are told apart by their address; one bit each, IN ones in the upper half. */
static guint32
get_endpoint_bit (const MockUrb *urb)
{
  return 1u << ((urb->urb.endpoint & 0x0f) + (urb->urb.endpoint & FK_USB_IN ? 16 : 0));
}

static gboolean
run_some_urb (MockNode *self)
{
  guint32 blocked = 0;

  for (GList *link = self->flying.head; link != NULL; link = link->next)
    {
      MockUrb *urb = link->data;
      guint32 bit = get_endpoint_bit (urb);

      if (blocked & bit)
        continue;
      if (run_urb (self, urb))
        return TRUE;
      blocked |= bit;
    }
  return FALSE;
}

/* Runs what can be run, until nothing moves any more: a command may bring the reply that an
 * earlier transfer waits for. */
void
mock_node_run (MockNode *self)
{
  while (!self->gone && run_some_urb (self))
    ;
  self->last_work = g_get_monotonic_time ();
}

void
mock_node_cancel_urbs (MockNode *self, MockFile *file, int status)
{
  GList *link = self->flying.head;

  while (link != NULL)
    {
      MockUrb *urb = link->data;

      link = link->next;
      if (file == NULL || urb->file == file)
        end_urb (self, urb, status);
    }
}

static void
forget_urbs (GQueue *queue, MockFile *file)
{
  GList *link = queue->head;

  while (link != NULL)
    {
      GList *next = link->next;
      MockUrb *urb = link->data;

      if (file == NULL || urb->file == file)
        {
          g_queue_delete_link (queue, link);
          mock_urb_free (urb);
        }
      link = next;
    }
}

/* The program closed the node: nobody will ask for these. */
void
mock_node_forget_file (MockNode *self, MockFile *file)
{
  mock_node_cancel_urbs (self, file, -ENOENT);
  forget_urbs (&self->landing, file);
  forget_urbs (&self->done, file);
  set_fifo (self, self->done.head == NULL);
}

/* A transfer claims its interface by itself where nobody has it (usbfs: "did not claim interface
 * before use"). */
int
mock_node_check_endpoint (MockNode *self, MockFile *file, guint8 address)
{
  for (guint i = 0; i < self->n_endpoints; i++)
    if (self->endpoints[i].address == address)
      {
        MockInterface *interface = &self->interfaces[self->endpoints[i].interface];

        if (interface->driver != NULL || (interface->file != NULL && interface->file != file))
          return -EBUSY;
        interface->file = file;
        return 0;
      }
  return -ENOENT;
}

static int
check_urb (MockNode *self, MockFile *file, const struct usbdevfs_urb *urb)
{
  if (urb->buffer_length < 0 || urb->buffer_length > MAX_TRANSFER)
    return -EINVAL;
  switch (urb->type)
    {
    case USBDEVFS_URB_TYPE_CONTROL:
      return urb->buffer_length < SETUP_SIZE ? -EINVAL : 0;
    case USBDEVFS_URB_TYPE_BULK:
    case USBDEVFS_URB_TYPE_INTERRUPT:
      return mock_node_check_endpoint (self, file, urb->endpoint);
    default:
      return -EINVAL;
    }
}

int
mock_node_submit (MockNode *self, MockFile *file, gulong argument)
{
  g_autofree guint8 *buffer = NULL;
  struct usbdevfs_urb urb;
  MockUrb *mine;
  int result;

  if (!mock_file_load (file, argument, &urb, sizeof urb))
    return -EFAULT;
  result = check_urb (self, file, &urb);
  if (result != 0)
    return result;

  buffer = g_malloc0 (MAX (urb.buffer_length, 1));
  if ((urb.type == USBDEVFS_URB_TYPE_CONTROL || !(urb.endpoint & FK_USB_IN)) &&
      !mock_file_load (file, (gulong)urb.buffer, buffer, (gsize)urb.buffer_length))
    return -EFAULT;
  mine = g_new0 (MockUrb, 1);
  mine->file = file;
  mine->address = argument;
  mine->urb = urb;
  mine->buffer = g_steal_pointer (&buffer);
  g_queue_push_tail (&self->flying, mine);

  mock_node_work (self);
  return 0;
}

/* One that the simulation has ended cannot be taken back, though its end is still to come. */
int
mock_node_discard (MockNode *self, MockFile *file, gulong argument)
{
  for (GList *link = self->flying.head; link != NULL; link = link->next)
    {
      MockUrb *urb = link->data;

      if (urb->file == file && urb->address == argument)
        {
          end_urb (self, urb, -ENOENT);
          mock_node_work (self);
          return 0;
        }
    }
  return -EINVAL;
}

static MockUrb *
take_done (MockNode *self, MockFile *file)
{
  for (GList *link = self->done.head; link != NULL; link = link->next)
    {
      MockUrb *urb = link->data;

      if (urb->file != file)
        continue;
      g_queue_delete_link (&self->done, link);
      set_fifo (self, self->done.head == NULL);
      return urb;
    }
  return NULL;
}

static gboolean
give_back (MockFile *file, MockUrb *urb, gulong argument)
{
  gsize offset = urb->urb.type == USBDEVFS_URB_TYPE_CONTROL ? SETUP_SIZE : 0;
  gboolean is_in = offset > 0 ? (urb->buffer[0] & FK_USB_IN) : (urb->urb.endpoint & FK_USB_IN);

  return (!is_in || mock_file_store (file, (gulong)urb->urb.buffer + offset, urb->buffer + offset,
                                     urb->actual)) &&
         mock_file_store (file, urb->address, &urb->urb, sizeof urb->urb) &&
         mock_file_store (file, argument, &urb->address, sizeof urb->address);
}

static gboolean
has_urb (const GQueue *queue, MockFile *file)
{
  for (GList *link = queue->head; link != NULL; link = link->next)
    if (((MockUrb *)link->data)->file == file)
      return TRUE;
  return FALSE;
}

/* REAPURBNDELAY.  After an unplug what had been queued comes back first, then ENODEV. */
int
mock_node_reap (MockNode *self, MockFile *file, gulong argument)
{
  MockUrb *urb = take_done (self, file);
  gboolean ok;

  if (urb == NULL)
    return self->gone && !has_urb (&self->landing, file) ? -ENODEV : -EAGAIN;
  mock_node_wait_for (self, urb);
  ok = give_back (file, urb, argument);
  mock_urb_free (urb);
  return ok ? 0 : -EFAULT;
}

int
mock_node_reap_waiting (MockNode *self, MockFile *file, gulong argument)
{
  while (!has_urb (&self->done, file) && (!self->gone || has_urb (&self->landing, file)))
    g_cond_wait (&self->changed, &self->mutex);
  return mock_node_reap (self, file, argument);
}

/* A transfer that is waited for in the ioctl itself.  Returns: the bytes moved */
static int
run_waiting (MockNode *self, MockUrb *urb, guint timeout_ms)
{
  gint64 deadline =
      timeout_ms == 0 ? G_MAXINT64 : g_get_monotonic_time () + timeout_ms * G_TIME_SPAN_MILLISECOND;

  g_queue_push_tail (&self->flying, urb);
  mock_node_work (self);
  while (g_queue_find (&self->flying, urb) != NULL)
    if (!g_cond_wait_until (&self->changed, &self->mutex, deadline))
      {
        if (g_queue_find (&self->flying, urb) != NULL)
          end_urb (self, urb, -ETIMEDOUT);
        break;
      }
  g_queue_remove (&self->landing, urb);
  g_queue_remove (&self->done, urb);
  set_fifo (self, self->done.head == NULL);
  mock_node_wait_for (self, urb);
  return urb->urb.status != 0 ? urb->urb.status : (int)urb->actual;
}

int
mock_node_bulk (MockNode *self, MockFile *file, gulong argument)
{
  struct usbdevfs_bulktransfer bulk;
  MockUrb *urb;
  int result;

  if (!mock_file_load (file, argument, &bulk, sizeof bulk))
    return -EFAULT;
  if (bulk.len > MAX_TRANSFER)
    return -EINVAL;
  result = mock_node_check_endpoint (self, file, (guint8)bulk.ep);
  if (result != 0)
    return result;

  urb = g_new0 (MockUrb, 1);
  urb->file = file;
  urb->urb.type = USBDEVFS_URB_TYPE_BULK;
  urb->urb.endpoint = (guchar)bulk.ep;
  urb->urb.buffer_length = (int)bulk.len;
  urb->buffer = g_malloc0 (MAX (bulk.len, 1));
  if (!(bulk.ep & FK_USB_IN) && !mock_file_load (file, (gulong)bulk.data, urb->buffer, bulk.len))
    result = -EFAULT;
  if (result == 0)
    result = run_waiting (self, urb, bulk.timeout);
  if (result > 0 && (bulk.ep & FK_USB_IN) &&
      !mock_file_store (file, (gulong)bulk.data, urb->buffer, (gsize)result))
    result = -EFAULT;
  mock_urb_free (urb);
  return result;
}

int
mock_node_control (MockNode *self, MockFile *file, gulong argument)
{
  struct usbdevfs_ctrltransfer control;
  g_autofree guint8 *data = NULL;
  gsize actual;
  gboolean is_in;

  if (!mock_file_load (file, argument, &control, sizeof control))
    return -EFAULT;
  is_in = (control.bRequestType & FK_USB_IN) != 0;
  data = g_malloc0 (SETUP_SIZE + control.wLength);
  memcpy (data, &control, SETUP_SIZE);
  if (!is_in && !mock_file_load (file, (gulong)control.data, data + SETUP_SIZE, control.wLength))
    return -EFAULT;
  switch (fk_sim_stlink_control (self->stlink, data, data + SETUP_SIZE, control.wLength, &actual))
    {
    case FK_SIM_USB_DONE:
      break;
    case FK_SIM_USB_GONE:
      return -ENODEV;
    case FK_SIM_USB_WAIT:
    case FK_SIM_USB_NEVER:
    case FK_SIM_USB_STALL:
    case FK_SIM_USB_OVERFLOW:
      return -EPIPE;
    }
  if (is_in && !mock_file_store (file, (gulong)control.data, data + SETUP_SIZE, actual))
    return -EFAULT;
  return (int)actual;
}
