/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sim/fk-sim-stlink.h"

G_BEGIN_DECLS

/**
 * MockBus:
 *
 * A USB bus of one's own behind real libusb: simulated ST-LINKs as device nodes of a umockdev test
 * bed.  The process has to run under libumockdev-preload (mock_bus_preload()), and so do the
 * programs that it starts; they and this process itself see the bus.
 */
typedef struct _MockBus MockBus;

void mock_bus_preload (char **argv);

MockBus *mock_bus_new (void);
void mock_bus_free (MockBus *self);
void mock_bus_set_haste (MockBus *self, guint haste);
guint mock_bus_plug (MockBus *self, FkSimStlink *stlink, const char *port);
void mock_bus_unplug (MockBus *self, guint device_number);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MockBus, mock_bus_free)

G_END_DECLS
