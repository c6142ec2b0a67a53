/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The asynchronous transfers against a libusb of our own: the functions below take the place of the
 * library's.  Each transfer ends in another thread, as its endpoint's script says. */

#include "config.h"

#include "base/fk-error.h"
#include "usb/fk-usb-context-private.h"

typedef enum
{
  COMPLETES,
  COMPLETES_SHORT,
  COMPLETES_AT_ONCE, /* before the submission returns */
  STALLS,
  VANISHES,
  TAKES_20_MS,
  HANGS,   /* until cancelled */
  REFUSED, /* the submission fails */
  COMPLETES_WHEN_CANCELLED,
} Script;

static GAsyncQueue *jobs;
static GThread *event_thread;
static gint n_living;
static gint n_submitted;
static gint n_cancelled;

struct libusb_transfer *LIBUSB_CALL
libusb_alloc_transfer (int iso_packets)
{
  g_atomic_int_inc (&n_living);
  return g_new0 (struct libusb_transfer, 1);
}

void LIBUSB_CALL
libusb_free_transfer (struct libusb_transfer *transfer)
{
  if (transfer == NULL)
    return;
  g_atomic_int_add (&n_living, -1);
  g_free (transfer);
}

static void
finish (struct libusb_transfer *transfer, enum libusb_transfer_status status, int actual)
{
  transfer->status = status;
  transfer->actual_length = actual;
  transfer->callback (transfer);
}

static gpointer
run_event_thread (gpointer user_data)
{
  for (;;)
    {
      struct libusb_transfer *transfer = g_async_queue_pop (jobs);

      if ((gpointer)transfer == (gpointer)jobs)
        return NULL;
      switch ((Script)(transfer->endpoint & 0x7f))
        {
        case TAKES_20_MS:
          g_usleep (20 * G_TIME_SPAN_MILLISECOND);
          finish (transfer, LIBUSB_TRANSFER_COMPLETED, transfer->length);
          break;
        case COMPLETES:
          finish (transfer, LIBUSB_TRANSFER_COMPLETED, transfer->length);
          break;
        case COMPLETES_SHORT:
          finish (transfer, LIBUSB_TRANSFER_COMPLETED, transfer->length / 2);
          break;
        case STALLS:
          finish (transfer, LIBUSB_TRANSFER_STALL, 0);
          break;
        case VANISHES:
          finish (transfer, LIBUSB_TRANSFER_NO_DEVICE, 0);
          break;
        case HANGS:
          finish (transfer, LIBUSB_TRANSFER_CANCELLED, 1);
          break;
        case COMPLETES_WHEN_CANCELLED:
          finish (transfer, LIBUSB_TRANSFER_COMPLETED, transfer->length);
          break;
        case COMPLETES_AT_ONCE:
        case REFUSED:
          g_assert_not_reached ();
        }
    }
}

static gboolean
waits_for_cancel (struct libusb_transfer *transfer)
{
  Script script = transfer->endpoint & 0x7f;

  return script == HANGS || script == COMPLETES_WHEN_CANCELLED;
}

int LIBUSB_CALL
libusb_submit_transfer (struct libusb_transfer *transfer)
{
  Script script = transfer->endpoint & 0x7f;

  g_atomic_int_inc (&n_submitted);
  if (script == REFUSED)
    return LIBUSB_ERROR_NO_DEVICE;
  if (script == COMPLETES_AT_ONCE)
    finish (transfer, LIBUSB_TRANSFER_STALL, 0);
  else if (!waits_for_cancel (transfer))
    g_async_queue_push (jobs, transfer);
  return LIBUSB_SUCCESS;
}

int LIBUSB_CALL
libusb_cancel_transfer (struct libusb_transfer *transfer)
{
  g_atomic_int_inc (&n_cancelled);
  if (!waits_for_cancel (transfer))
    return LIBUSB_ERROR_NOT_FOUND;
  g_async_queue_push (jobs, transfer);
  return LIBUSB_SUCCESS;
}

static gboolean chained; /* every transfer is a link of its own */

static gboolean
run_scripts (const Script *scripts,
             guint n_scripts,
             guint timeout_ms,
             GCancellable *cancellable,
             FkUsbTransfer *transfers,
             GError **error)
{
  static guint8 data[64];
  gboolean ok;

  g_atomic_int_set (&n_submitted, 0);
  g_atomic_int_set (&n_cancelled, 0);
  for (guint i = 0; i < n_scripts; i++)
    transfers[i] = (FkUsbTransfer){
      (guint8)scripts[i],
      data,
      sizeof data,
      .begins_link = chained,
    };
  ok = fk_usb_run_transfers (NULL, transfers, n_scripts, timeout_ms, "the thing", cancellable,
                             error);
  /* Whatever happened: nothing is left behind. */
  g_assert_cmpint (g_atomic_int_get (&n_living), ==, 0);
  return ok;
}

static guint n_checked;

static gboolean
count_check (const FkUsbTransfer *transfer, gpointer user_data)
{
  g_assert_cmpuint (transfer->actual, ==, transfer->length);
  n_checked++;
  return n_checked < GPOINTER_TO_UINT (user_data);
}

static void
test_all_complete (void)
{
  static const Script scripts[] = { COMPLETES, COMPLETES_SHORT, COMPLETES };
  FkUsbTransfer transfers[G_N_ELEMENTS (scripts)];
  g_autoptr (GError) error = NULL;

  g_assert_true (run_scripts (scripts, 3, 1000, NULL, transfers, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (transfers[0].actual, ==, 64);
  g_assert_cmpuint (transfers[1].actual, ==, 32);
  g_assert_cmpuint (transfers[2].actual, ==, 64);
  g_assert_cmpint (g_atomic_int_get (&n_cancelled), ==, 0);
}

static void
test_failures (void)
{
  static const struct
  {
    Script scripts[3];
    FkError code;
    const char *words;
  } rows[] = {
    { { COMPLETES, STALLS, HANGS }, FK_ERROR_PROBE_LOST, "stalled" },
    { { STALLS, HANGS, HANGS }, FK_ERROR_PROBE_LOST, "stalled" },
    { { HANGS, VANISHES, HANGS }, FK_ERROR_PROBE_LOST, "unplugged" },
    { { COMPLETES, REFUSED, COMPLETES }, FK_ERROR_PROBE_LOST, "unplugged" },
    { { COMPLETES_AT_ONCE, HANGS, HANGS }, FK_ERROR_PROBE_LOST, "stalled" },
    { { COMPLETES, HANGS, COMPLETES }, FK_ERROR_TIMEOUT, "in time" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      FkUsbTransfer transfers[3];
      g_autoptr (GError) error = NULL;

      g_assert_false (run_scripts (rows[i].scripts, 3, 50, NULL, transfers, &error));
      g_assert_error (error, FK_ERROR, (int)rows[i].code);
      g_assert_nonnull (strstr (error->message, rows[i].words));
      g_assert_true (g_str_has_prefix (error->message, "Talking to the thing: "));
    }
}

static void
test_refused_stops (void)
{
  static const Script scripts[] = { REFUSED, COMPLETES };
  FkUsbTransfer transfers[2];
  g_autoptr (GError) error = NULL;

  g_assert_false (run_scripts (scripts, 2, 50, NULL, transfers, &error));
  g_assert_cmpint (g_atomic_int_get (&n_submitted), ==, 1);
}

static void
test_timeout_keeps_bytes (void)
{
  static const Script scripts[] = { HANGS };
  FkUsbTransfer transfers[1];
  g_autoptr (GError) error = NULL;
  gint64 start = g_get_monotonic_time ();

  g_assert_false (run_scripts (scripts, 1, 30, NULL, transfers, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_TIMEOUT);
  g_assert_cmpuint (transfers[0].actual, ==, 1);
  g_assert_cmpint (g_get_monotonic_time () - start, >=, 30 * G_TIME_SPAN_MILLISECOND);
}

/* At the very end of the time the last one came after all: that is no failure. */
static void
test_timeout_lost_race (void)
{
  static const Script scripts[] = { COMPLETES, COMPLETES_WHEN_CANCELLED };
  FkUsbTransfer transfers[2];
  g_autoptr (GError) error = NULL;

  g_assert_true (run_scripts (scripts, 2, 20, NULL, transfers, &error));
  g_assert_no_error (error);
}

static gpointer
cancel_soon (gpointer user_data)
{
  g_usleep (20 * G_TIME_SPAN_MILLISECOND);
  g_cancellable_cancel (user_data);
  return NULL;
}

static void
test_cancel (void)
{
  static const Script scripts[] = { COMPLETES, HANGS, HANGS };
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  FkUsbTransfer transfers[3];
  g_autoptr (GError) error = NULL;
  gint64 start = g_get_monotonic_time ();
  GThread *thread = g_thread_new ("cancel", cancel_soon, cancellable);

  g_assert_false (run_scripts (scripts, 3, 10000, cancellable, transfers, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (g_get_monotonic_time () - start, <, 5 * G_TIME_SPAN_SECOND);
  g_assert_cmpuint (transfers[0].actual, ==, 64);
  g_thread_join (thread);
  g_clear_error (&error);

  g_assert_false (run_scripts (scripts, 3, 10000, cancellable, transfers, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (g_atomic_int_get (&n_submitted), ==, 0);
}

#define N_CHAIN 200

static void
run_chain (Script last,
           guint timeout_ms,
           GCancellable *cancellable,
           FkUsbTransfer transfers[N_CHAIN],
           gboolean expected,
           GError **error)
{
  Script scripts[N_CHAIN];
  gboolean ok;

  for (guint i = 0; i < N_CHAIN; i++)
    scripts[i] = i == N_CHAIN / 2 ? last : COMPLETES;
  chained = TRUE;
  ok = run_scripts (scripts, N_CHAIN, timeout_ms, cancellable, transfers, error);
  chained = FALSE;
  g_assert_true (ok == expected);
  for (guint i = 0; i < N_CHAIN / 2; i++)
    g_assert_cmpuint (transfers[i].actual, ==, 64);
  if (last != COMPLETES)
    for (guint i = N_CHAIN / 2 + 1; i < N_CHAIN; i++)
      g_assert_cmpuint (transfers[i].actual, ==, 0);
  g_assert_cmpint (g_atomic_int_get (&n_submitted), ==,
                   last == COMPLETES ? N_CHAIN : N_CHAIN / 2 + 1);
}

/* A link that ends badly, or too early, ends the chain; only the first is an error. */
static void
test_chain (void)
{
  FkUsbTransfer transfers[N_CHAIN];
  g_autoptr (GError) error = NULL;

  run_chain (COMPLETES, 1000, NULL, transfers, TRUE, &error);
  g_assert_cmpuint (transfers[N_CHAIN - 1].actual, ==, 64);
  run_chain (COMPLETES_SHORT, 1000, NULL, transfers, TRUE, &error);
  g_assert_cmpuint (transfers[N_CHAIN / 2].actual, ==, 32);
  g_assert_no_error (error);
  run_chain (STALLS, 1000, NULL, transfers, FALSE, &error);
  g_assert_error (error, FK_ERROR, FK_ERROR_PROBE_LOST);
  g_clear_error (&error);
  run_chain (REFUSED, 1000, NULL, transfers, FALSE, &error);
  g_assert_error (error, FK_ERROR, FK_ERROR_PROBE_LOST);
  g_clear_error (&error);
  run_chain (HANGS, 50, NULL, transfers, FALSE, &error);
  g_assert_error (error, FK_ERROR, FK_ERROR_TIMEOUT);
}

/* The time limit is for each link. */
static void
test_chain_time (void)
{
  static const Script scripts[] = { TAKES_20_MS, TAKES_20_MS, TAKES_20_MS, TAKES_20_MS,
                                    TAKES_20_MS, TAKES_20_MS, TAKES_20_MS, TAKES_20_MS };
  FkUsbTransfer transfers[G_N_ELEMENTS (scripts)];
  g_autoptr (GError) error = NULL;

  chained = TRUE;
  run_scripts (scripts, G_N_ELEMENTS (scripts), 120, NULL, transfers, &error);
  chained = FALSE;
  g_assert_no_error (error);
  g_assert_cmpuint (transfers[G_N_ELEMENTS (scripts) - 1].actual, ==, 64);
}

static void
test_chain_cancel (void)
{
  FkUsbTransfer transfers[N_CHAIN];
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  GThread *thread = g_thread_new ("cancel", cancel_soon, cancellable);

  run_chain (HANGS, 10000, cancellable, transfers, FALSE, &error);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_thread_join (thread);
}

/* What a transfer brought decides whether the next link begins. */
static void
test_chain_check (void)
{
  static guint8 data[64];
  FkUsbTransfer transfers[10];
  g_autoptr (GError) error = NULL;

  n_checked = 0;
  for (guint i = 0; i < G_N_ELEMENTS (transfers); i++)
    transfers[i] = (FkUsbTransfer){ COMPLETES,  data,        sizeof data,         0,
                                    i % 2 == 0, count_check, GUINT_TO_POINTER (5) };
  g_assert_true (fk_usb_run_transfers (NULL, transfers, G_N_ELEMENTS (transfers), 1000, "the thing",
                                       NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (transfers[5].actual, ==, 64);
  g_assert_cmpuint (transfers[6].actual, ==, 0);
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  jobs = g_async_queue_new ();
  event_thread = g_thread_new ("events", run_event_thread, NULL);
  g_test_add_func ("/usb/transfer/all-complete", test_all_complete);
  g_test_add_func ("/usb/transfer/failures", test_failures);
  g_test_add_func ("/usb/transfer/refused-stops", test_refused_stops);
  g_test_add_func ("/usb/transfer/timeout-keeps-bytes", test_timeout_keeps_bytes);
  g_test_add_func ("/usb/transfer/timeout-lost-race", test_timeout_lost_race);
  g_test_add_func ("/usb/transfer/cancel", test_cancel);
  g_test_add_func ("/usb/chain/order", test_chain);
  g_test_add_func ("/usb/chain/time", test_chain_time);
  g_test_add_func ("/usb/chain/cancel", test_chain_cancel);
  g_test_add_func ("/usb/chain/check", test_chain_check);
  status = g_test_run ();
  g_async_queue_push (jobs, jobs);
  g_thread_join (event_thread);
  g_async_queue_unref (jobs);
  return status;
}
