/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "mock-bus.h"
#include "probe/fk-probe.h"
#include "usb/fk-usb-bus.h"

G_BEGIN_DECLS

/**
 * UsbBench:
 * @mock: the bus that the system seems to have
 * @board: the first board on it, and @device what libusb makes of its probe
 * @bus: our own
 * @second: another board, where there is one
 *
 * What each test of this folder begins with.
 */
typedef struct
{
  MockBus *mock;
  FkSimBoard *board;
  FkUsbBus *bus;
  FkUsbDevice *device;
  FkUsbDevice *second;
} UsbBench;

#define BENCH_PATIENCE_S 10

void usb_bench_set_up (UsbBench *self, const char *specification, const char *second);
void usb_bench_tear_down (UsbBench *self);
FkProbe *usb_bench_open_probe (UsbBench *self);
FkUsbDevice *usb_bench_find_device (FkUsbBus *bus, const char *port_path);
void usb_bench_wait_for (gboolean (*condition) (gpointer user_data), gpointer user_data);
void usb_bench_assert_says (const GError *error, const char *words);
int usb_bench_run (int argc, char **argv, void (*add_tests) (void));

G_END_DECLS
