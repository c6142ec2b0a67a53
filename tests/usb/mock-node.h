/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "mock-server.h"
#include "sim/fk-sim-stlink.h"

G_BEGIN_DECLS

/**
 * MockNode:
 *
 * One device node of usbfs with a simulated ST-LINK behind it: from the moment it is plugged in
 * until it is pulled.
 */
typedef struct _MockNode MockNode;

/**
 * MockNodeConfig:
 * @root: folder of the testbed
 * @path: of the node, "/dev/bus/usb/001/002"
 * @device_number: its last part
 * @haste: how many seconds the board lives through while the program's machine lives through one
 * @real_time: transfers take as long as they would with the real thing; wants a @haste of 1
 * @trace: transfers are told on standard error
 * @busy: another program holds the debug interface
 * @on_gone: (nullable): the probe went away by itself; called in any thread
 */
typedef struct
{
  const char *root;
  const char *path;
  guint device_number;
  double haste;
  gboolean real_time;
  gboolean trace;
  gboolean busy;
  void (*on_gone) (gpointer user_data);
  gpointer user_data;
} MockNodeConfig;

/**
 * MockCost:
 * @processor_ns: processor time of the simulation
 * @late_ns: by how much it took longer than the real thing would have, where it did, in all
 */
typedef struct
{
  gint64 processor_ns;
  gint64 late_ns;
} MockCost;

MockNode *mock_node_new (FkSimStlink *stlink, const MockNodeConfig *config);
void mock_node_disconnect (MockNode *self);
void mock_node_set_busy (MockNode *self, gboolean busy);
const char *mock_node_get_driver (MockNode *self, guint interface);
guint mock_node_get_n_ioctls (MockNode *self);
void mock_node_get_cost (MockNode *self, MockCost *cost);
void mock_node_free (MockNode *self);

G_END_DECLS
