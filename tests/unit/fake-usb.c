/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "fake-usb.h"

#include "base/fk-error.h"

#define COMMAND_SIZE 16

typedef enum
{
  STEP_OUT,
  STEP_IN,
  STEP_FAULT,
  STEP_RESET,
} StepKind;

typedef struct
{
  StepKind kind;
  GByteArray *bytes;
  FakeFault fault;
} Step;

struct _FakeUsb
{
  FkUsbDevice parent_instance;

  GQueue steps;
  GByteArray *allowed; /* (nullable) */
  GBytes *serial;
  guint serial_ms; /* until it is told */
  int open_error;
  gboolean is_stalled;
  gboolean is_unplugged;
  guint n_silent;
  guint n_halts_cleared;
  guint n_resets;
};

G_DEFINE_FINAL_TYPE (FakeUsb, fake_usb, FK_TYPE_USB_DEVICE)

static void
step_free (gpointer data)
{
  Step *step = data;

  if (step->bytes != NULL)
    g_byte_array_unref (step->bytes);
  g_free (step);
}

static GByteArray *
parse_hex (const char *text)
{
  GByteArray *bytes = g_byte_array_new ();
  const char *p = text;

  while (*p != '\0')
    {
      char *end;
      guint8 byte = (guint8)g_ascii_strtoull (p, &end, 16);

      g_assert_true (end == p + 2);
      g_byte_array_append (bytes, &byte, 1);
      p = *end == ' ' ? end + 1 : end;
    }
  return bytes;
}

static void
push (FakeUsb *self, StepKind kind, GByteArray *bytes)
{
  Step *step = g_new0 (Step, 1);

  step->kind = kind;
  step->bytes = bytes;
  g_queue_push_tail (&self->steps, step);
}

void
fake_usb_expect (FakeUsb *self, const char *command, const char *reply)
{
  GByteArray *bytes = parse_hex (command);
  guint length = bytes->len;

  g_assert_cmpuint (length, <=, COMMAND_SIZE);
  g_byte_array_set_size (bytes, COMMAND_SIZE);
  memset (bytes->data + length, 0, COMMAND_SIZE - length);
  push (self, STEP_OUT, bytes);
  if (reply != NULL)
    push (self, STEP_IN, parse_hex (reply));
}

/* This command may come behind all that is expected, and is not answered. */
void
fake_usb_allow (FakeUsb *self, const char *command)
{
  g_clear_pointer (&self->allowed, g_byte_array_unref);
  self->allowed = parse_hex (command);
}

void
fake_usb_expect_data (FakeUsb *self, const guint8 *data, gsize length)
{
  push (self, STEP_OUT, g_byte_array_append (g_byte_array_new (), data, (guint)length));
}

void
fake_usb_reply (FakeUsb *self, const guint8 *data, gsize length)
{
  push (self, STEP_IN, g_byte_array_append (g_byte_array_new (), data, (guint)length));
}

/* The next transfer, in whichever direction, fails. */
void
fake_usb_fail (FakeUsb *self, FakeFault fault)
{
  push (self, STEP_FAULT, NULL);
  ((Step *)g_queue_peek_tail (&self->steps))->fault = fault;
}

void
fake_usb_expect_reset (FakeUsb *self)
{
  push (self, STEP_RESET, NULL);
}

void
fake_usb_set_open_error (FakeUsb *self, int code)
{
  self->open_error = code;
}

void
fake_usb_assert_done (FakeUsb *self)
{
  g_assert_cmpuint (g_queue_get_length (&self->steps), ==, 0);
}

/* How often it was asked for something where it had nothing to say. */
guint
fake_usb_get_n_silent (FakeUsb *self)
{
  return self->n_silent;
}

guint
fake_usb_get_n_halts_cleared (FakeUsb *self)
{
  return self->n_halts_cleared;
}

guint
fake_usb_get_n_resets (FakeUsb *self)
{
  return self->n_resets;
}

static gboolean
set_fault (FakeUsb *self, FakeFault fault, GError **error)
{
  switch (fault)
    {
    case FAULT_TIMEOUT:
      g_set_error_literal (error, FK_ERROR, FK_ERROR_TIMEOUT, "fake: timed out");
      break;
    case FAULT_STALL:
      self->is_stalled = TRUE;
      g_set_error_literal (error, FK_ERROR, FK_ERROR_PROBE_LOST, "fake: stalled");
      break;
    case FAULT_OVERFLOW:
      g_set_error_literal (error, FK_ERROR, FK_ERROR_PROBE_LOST, "fake: overflow");
      break;
    case FAULT_UNPLUG:
      self->is_unplugged = TRUE;
      g_set_error_literal (error, FK_ERROR, FK_ERROR_PROBE_LOST, "fake: unplugged");
      break;
    }
  return FALSE;
}

static gboolean
run_one (FakeUsb *self, FkUsbTransfer *transfer, GError **error)
{
  gboolean is_in = (transfer->endpoint & FK_USB_IN) != 0;
  Step *step = g_queue_peek_head (&self->steps);
  gboolean ok = TRUE;

  if (self->is_unplugged)
    return set_fault (self, FAULT_UNPLUG, error);
  if (self->is_stalled)
    return set_fault (self, FAULT_STALL, error);
  /* Nothing to say, as long as nothing is asked. */
  if (is_in && (step == NULL || step->kind == STEP_OUT || step->kind == STEP_RESET))
    {
      self->n_silent++;
      return set_fault (self, FAULT_TIMEOUT, error);
    }

  if (step == NULL && !is_in && self->allowed != NULL &&
      memcmp (transfer->data, self->allowed->data, self->allowed->len) == 0)
    {
      transfer->actual = transfer->length;
      return TRUE;
    }
  g_assert_nonnull (step);
  g_queue_pop_head (&self->steps);
  if (step->kind == STEP_FAULT)
    ok = set_fault (self, step->fault, error);
  else if (is_in)
    {
      transfer->actual = MIN (transfer->length, step->bytes->len);
      memcpy (transfer->data, step->bytes->data, transfer->actual);
      if (step->bytes->len > transfer->length)
        ok = set_fault (self, FAULT_OVERFLOW, error);
    }
  else
    {
      g_assert_cmpint (step->kind, ==, STEP_OUT);
      g_assert_cmpmem (transfer->data, transfer->length, step->bytes->data, step->bytes->len);
      transfer->actual = transfer->length;
    }
  step_free (step);
  return ok;
}

static gboolean
fake_usb_transfer (FkUsbDevice *device,
                   FkUsbTransfer *transfers,
                   guint n_transfers,
                   guint timeout_ms,
                   GCancellable *cancellable,
                   GError **error)
{
  for (guint i = 0; i < n_transfers; i++)
    if (!run_one (FAKE_USB (device), &transfers[i], error))
      return FALSE;
  return TRUE;
}

static gboolean
fake_usb_open (FkUsbDevice *device, guint8 interface_number, GError **error)
{
  FakeUsb *self = FAKE_USB (device);

  g_assert_cmpuint (interface_number, ==, 0);
  if (self->open_error < 0)
    return TRUE;
  g_set_error_literal (error, FK_ERROR, self->open_error, "fake: cannot be opened");
  return FALSE;
}

static void
fake_usb_close (FkUsbDevice *device)
{
}

static gboolean
fake_usb_clear_halt (FkUsbDevice *device, guint8 endpoint, GError **error)
{
  FakeUsb *self = FAKE_USB (device);

  self->is_stalled = FALSE;
  self->n_halts_cleared++;
  return !self->is_unplugged || set_fault (self, FAULT_UNPLUG, error);
}

static gboolean
fake_usb_reset (FkUsbDevice *device, GError **error)
{
  FakeUsb *self = FAKE_USB (device);
  Step *step = g_queue_peek_head (&self->steps);

  if (self->is_unplugged)
    return set_fault (self, FAULT_UNPLUG, error);
  self->n_resets++;
  if (step != NULL && step->kind == STEP_RESET)
    step_free (g_queue_pop_head (&self->steps));
  return TRUE;
}

static GBytes *
fake_usb_dup_serial (FkUsbDevice *device, guint enough, GError **error)
{
  FakeUsb *self = FAKE_USB (device);

  g_usleep (self->serial_ms * 1000);
  if (self->serial != NULL)
    return g_bytes_ref (self->serial);
  g_set_error_literal (error, FK_ERROR, FK_ERROR_PROBE_DENIED, "fake: denied");
  return NULL;
}

static void
fake_usb_finalize (GObject *object)
{
  FakeUsb *self = FAKE_USB (object);

  g_queue_clear_full (&self->steps, step_free);
  g_clear_pointer (&self->serial, g_bytes_unref);
  g_clear_pointer (&self->allowed, g_byte_array_unref);

  G_OBJECT_CLASS (fake_usb_parent_class)->finalize (object);
}

static void
fake_usb_class_init (FakeUsbClass *klass)
{
  FkUsbDeviceClass *device_class = FK_USB_DEVICE_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = fake_usb_finalize;
  device_class->open = fake_usb_open;
  device_class->close = fake_usb_close;
  device_class->transfer = fake_usb_transfer;
  device_class->clear_halt = fake_usb_clear_halt;
  device_class->reset = fake_usb_reset;
  device_class->dup_serial = fake_usb_dup_serial;
}

static void
fake_usb_init (FakeUsb *self)
{
  g_queue_init (&self->steps);
  self->open_error = -1;
}

FakeUsb *
fake_usb_new (guint16 product_id, const char *port_path, const char *serial_hex)
{
  FakeUsb *self = g_object_new (TYPE_FAKE_USB, "vendor-id", 0x0483u, "product-id",
                                (guint)product_id, "port-path", port_path, NULL);

  if (serial_hex != NULL)
    self->serial = g_byte_array_free_to_bytes (parse_hex (serial_hex));
  return self;
}

/* As a probe that hangs: it answers late. */
void
fake_usb_set_serial_delay (FakeUsb *self, guint ms)
{
  self->serial_ms = ms;
}
