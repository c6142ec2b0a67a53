/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "fake-probe.h"

#include "target/fk-cortex-m.h"
#include "target/fk-target.h"

/* The target over a fake probe, and what it notes on its way. */
typedef struct
{
  FakeProbe *probe;
  FkTarget *target;
  FkProgress *progress;
  GString *notes;
} TargetBench;

/* As g_test_add(), each test with a bench of its own. */
void target_bench_add (const char *path, void (*run) (TargetBench *bench, gconstpointer data));

void connect_as (TargetBench *fixture, FkConnect how);
/* Fails the test unless @part is in the notes. */
void assert_note (TargetBench *fixture, const char *part);
/* Fails the test where anything of ours is left behind, or the core does not run. */
void assert_left (FakeProbe *probe);
/* Connects to a core that is locked up: its description must contain @part. */
void check_lockup_of (TargetBench *fixture, guint8 erased_value, const char *part);
void check_lockup (TargetBench *fixture, const char *part);
