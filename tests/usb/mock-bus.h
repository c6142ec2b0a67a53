/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sim/fk-sim.h"

G_BEGIN_DECLS

/**
 * MockBus:
 *
 * A USB bus that exists only for programs under libumockdev's preload library, with simulated
 * boards plugged into it.  The process that makes one has to run under that library itself
 * (mock_bus_preload()), or nobody hears of what is plugged in and out.  One at a time.
 *
 * Boards are known by their number, from 0; the first is at "1-1", the next at "1-2".  All calls
 * from one thread.
 */
typedef struct _MockBus MockBus;

void mock_bus_preload (char **argv);

MockBus *mock_bus_new (void);
void mock_bus_free (MockBus *self);
void mock_bus_set_haste (MockBus *self, double haste);
void mock_bus_set_real_time (MockBus *self);
void mock_bus_set_trace (MockBus *self);

gboolean mock_bus_add (MockBus *self, const char *specification, GError **error);
guint mock_bus_get_n_boards (MockBus *self);
FkSimBoard *mock_bus_get_board (MockBus *self, guint number);
gboolean mock_bus_is_plugged (MockBus *self, guint number);
void mock_bus_unplug (MockBus *self, guint number);
void mock_bus_plug (MockBus *self, guint number);
gboolean mock_bus_has_denied (MockBus *self);
void mock_bus_set_denied (MockBus *self, guint number, gboolean denied);
void mock_bus_set_busy (MockBus *self, guint number, gboolean busy);
const char *mock_bus_get_driver (MockBus *self, guint number, guint interface);
guint mock_bus_get_n_ioctls (MockBus *self, guint number);
void mock_bus_get_cost (MockBus *self, guint number, gint64 *processor_ns, gint64 *late_ns);

gboolean mock_bus_save (MockBus *self, GError **error);

gboolean mock_bus_drop_root_rights (void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MockBus, mock_bus_free)

G_END_DECLS
