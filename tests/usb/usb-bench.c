/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "usb-bench.h"

#include <string.h>

#include "probe/fk-probe-list.h"

/* Returns: (transfer full) (nullable) */
FkUsbDevice *
usb_bench_find_device (FkUsbBus *bus, const char *port_path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) devices = fk_usb_bus_list (bus, &error);

  g_assert_no_error (error);
  for (guint i = 0; i < devices->len; i++)
    if (g_str_equal (fk_usb_device_get_port_path (devices->pdata[i]), port_path))
      return g_object_ref (devices->pdata[i]);
  return NULL;
}

/* @second: (nullable): specification of another board */
void
usb_bench_set_up (UsbBench *self, const char *specification, const char *second)
{
  g_autoptr (GError) error = NULL;

  *self = (UsbBench){ .mock = mock_bus_new () };
  mock_bus_add (self->mock, specification, &error);
  g_assert_no_error (error);
  if (second != NULL)
    mock_bus_add (self->mock, second, &error);
  g_assert_no_error (error);
  self->board = mock_bus_get_board (self->mock, 0);
  self->bus = fk_usb_bus_new (&error);
  g_assert_no_error (error);
  self->device = usb_bench_find_device (self->bus, "1-1");
  g_assert_nonnull (self->device);
  if (second != NULL)
    self->second = usb_bench_find_device (self->bus, "1-2");
}

void
usb_bench_tear_down (UsbBench *self)
{
  g_assert_finalize_object (self->bus);
  g_assert_finalize_object (self->device);
  if (self->second != NULL)
    g_assert_finalize_object (self->second);
  mock_bus_free (self->mock);
}

FkProbe *
usb_bench_open_probe (UsbBench *self)
{
  g_autoptr (GError) error = NULL;
  FkProbe *probe = fk_probe_new_for_usb (self->device);

  g_assert_true (FK_IS_PROBE (probe));
  fk_probe_open (probe, NULL, &error);
  g_assert_no_error (error);
  return probe;
}

static gboolean
on_patience_ends (gpointer user_data)
{
  g_error ("What the test waits for does not happen");
  return G_SOURCE_REMOVE;
}

/* Runs the main context until @condition is true. */
void
usb_bench_wait_for (gboolean (*condition) (gpointer user_data), gpointer user_data)
{
  guint patience = g_timeout_add_seconds (BENCH_PATIENCE_S, on_patience_ends, NULL);

  while (!condition (user_data))
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (patience);
}

void
usb_bench_assert_says (const GError *error, const char *words)
{
  if (strstr (error->message, words) == NULL)
    g_error ("“%s” does not say “%s”", error->message, words);
}

/* Root may open what it may not: without that right a device that is denied is denied. */
int
usb_bench_run (int argc, char **argv, void (*add_tests) (void))
{
  mock_bus_preload (argv);
  g_assert_true (mock_bus_drop_root_rights ());
  g_test_init (&argc, &argv, NULL);
  add_tests ();
  return g_test_run ();
}
