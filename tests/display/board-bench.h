/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "fk-board-check.h"
#include "sim/fk-sim.h"

/* The page of a simulated board in a window, with a library of its own. */
typedef struct
{
  char *folder;
  FkLibraryModel *library;
  FkSimBoard *sim;
  FkProbe *probe;
  FkBoard *board;
  FkBoardCheck *check;
  GtkWidget *page;
  GtkWidget *window;
  GError *error; /* of the last job */
  gboolean done;
} Bench;

/* For g_test_add(), with the board's specification as data. */
void bench_set_up (Bench *bench, gconstpointer specification);
void bench_tear_down (Bench *bench, gconstpointer specification);

/* Lets the program go on until @is_so; fails the test where that takes too long. */
void bench_wait_until (gboolean (*is_so) (Bench *bench), Bench *bench);
gboolean bench_is_ready (Bench *bench);
gboolean bench_has_use (Bench *bench);
gboolean bench_is_done (Bench *bench); /* what was begun */

void bench_begin (Bench *bench, FkJob *job);
/* Begins it and waits until it is done.  Takes the job over. */
void bench_run (Bench *bench, FkJob *job);
/* How it went is in bench->error. */
void bench_check (Bench *bench, FkBackup *backup, FkCheckDepth depth);
/* Returns: (transfer full) */
FkBackup *bench_back_up (Bench *bench);
/* Four bytes somewhere in the last sector of the creator-pro's program. */
void bench_write_bytes (Bench *bench);

/* Returns: (transfer none): the child of the page's template that has that id. */
GtkWidget *bench_find_named (GtkWidget *widget, const char *id);
