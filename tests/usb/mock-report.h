/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "mock-bus.h"

G_BEGIN_DECLS

/**
 * MockRun:
 * @exit_status: of the program
 * @wall_us: from its start to its end
 * @user_us: processor time of the program and of those that it has waited for, outside the kernel
 * @system_us: inside the kernel
 *
 * What a program that ran on the bus has cost, the bus and its boards apart.
 */
typedef struct
{
  int exit_status;
  gint64 wall_us;
  gint64 user_us;
  gint64 system_us;
} MockRun;

void mock_run_begin (MockRun *self);
void mock_run_end (MockRun *self, int exit_status);

void mock_report_print (MockBus *bus);
gboolean mock_report_write (MockBus *bus, const MockRun *run, const char *path, GError **error);

G_END_DECLS
