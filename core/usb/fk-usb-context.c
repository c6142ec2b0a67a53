/* SPDX-License-Identifier: GPL-3.0-or-later */

/* libusb's context and its event thread.  Transfers and hotplug both need somebody to run libusb's
 * events (libusb, "Multi-threaded applications and asynchronous I/O"); one thread for the life of
 * the context does it, so that nobody else has to.  A context outlives whatever uses it. */

#include "config.h"

#include "usb/fk-usb-context-private.h"

#include "usb/fk-usb-error.h"

struct _FkUsbContext
{
  gatomicrefcount ref_count;
  libusb_context *libusb;
  GThread *thread;
  int stopping;
  GDestroyNotify destroy; /* of what the event thread uses */
  gpointer data;
};

static gpointer
run_events (gpointer user_data)
{
  FkUsbContext *self = user_data;

  while (!g_atomic_int_get (&self->stopping))
    {
      int code = libusb_handle_events (self->libusb);

      /* Nothing that this thread could do about an error; but never spin on one. */
      if (code != LIBUSB_SUCCESS && code != LIBUSB_ERROR_INTERRUPTED)
        g_usleep (10 * G_TIME_SPAN_MILLISECOND);
    }
  return NULL;
}

/* Returns: NULL with an error where this system has no USB */
FkUsbContext *
fk_usb_context_new (GError **error)
{
  FkUsbContext *self;
  libusb_context *libusb;
  int code = libusb_init (&libusb);

  if (code != LIBUSB_SUCCESS)
    {
      fk_usb_set_error (error, code, FK_USB_OPENING, "Starting USB");
      return NULL;
    }
  self = g_new0 (FkUsbContext, 1);
  g_atomic_ref_count_init (&self->ref_count);
  self->libusb = libusb;
  self->thread = g_thread_new ("fk-usb", run_events, self);
  return self;
}

FkUsbContext *
fk_usb_context_ref (FkUsbContext *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/* Never in the event thread: the last one waits for that thread to end. */
void
fk_usb_context_unref (FkUsbContext *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_assert (g_thread_self () != self->thread);
  g_atomic_int_set (&self->stopping, TRUE);
  libusb_interrupt_event_handler (self->libusb);
  g_thread_join (self->thread);
  libusb_exit (self->libusb);
  if (self->destroy != NULL)
    self->destroy (self->data);
  g_free (self);
}

/*
 * fk_usb_context_take:
 *
 * Keeps @data, which callbacks in the event thread use, until that thread has ended; once.
 */
void
fk_usb_context_take (FkUsbContext *self, gpointer data, GDestroyNotify destroy)
{
  g_assert (self->destroy == NULL);

  self->data = data;
  self->destroy = destroy;
}

libusb_context *
fk_usb_context_get (FkUsbContext *self)
{
  return self->libusb;
}
