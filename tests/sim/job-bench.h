/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "job/fk-jobs.h"
#include "job/fk-session.h"
#include "sim/fk-sim.h"

#define FLASH 0x08000000u

/* A simulated board, a session with its probe, and a library of its own. */
typedef struct
{
  FkSimBoard *board;
  FkProbe *probe;
  FkLibrary *library;
  FkSession *session;
  char *dir;
  guint32 flash_size; /* from its first byte to its last, once there was a backup */
  guint32 middle;     /* an address near half of it */
} Bench;

void bench_open (Bench *bench, const char *specification);
void bench_close (Bench *bench);
/* Another board with the same library. */
void bench_swap_board (Bench *bench, const char *specification);

/* Runs @job to its end; returns its result. */
gboolean bench_run (Bench *bench, FkJob *job, GError **error);
gboolean
bench_run_cancellable (Bench *bench, FkJob *job, GCancellable *cancellable, GError **error);
void bench_run_well (Bench *bench, FkJob *job);
/* As bench_run(), cancelled as soon as the job's progress has come to @fraction. */
gboolean bench_run_until (Bench *bench, FkJob *job, double fraction, GError **error);
/* As bench_run(); the cable is pulled as soon as something was erased. */
gboolean bench_run_unplugged (Bench *bench, FkJob *job, GError **error);
/* As bench_run(); the empty library goes when half is done, and a file stands in its place. */
gboolean bench_run_without_library (Bench *bench, FkJob *job, GError **error);
/* As bench_run(), with all that the job notes on its way added to @notes. */
gboolean bench_run_noting (Bench *bench, FkJob *job, GString *notes, GError **error);

FkBackup *bench_back_up (Bench *bench);
GBytes *bench_peek (Bench *bench, guint32 address, gsize length);
GBytes *bench_peek_misplaced (Bench *bench);
void bench_poke (Bench *bench, guint32 address, const void *data, gsize length);
guint bench_count_backups (Bench *bench);
void bench_assert_let_go (Bench *bench);
void bench_assert_left_well (Bench *bench);
void bench_assert_backup_sound (Bench *bench, FkBackup *backup);
void bench_assert_equal (GBytes *a, GBytes *b);

/* Changes the flash here and there: one byte, some around the middle, all of the end. */
void bench_damage (Bench *bench);
/* @size bytes at @address that follow a pattern. */
FkImage *bench_make_image (guint32 address, gsize size);
/* Returns: (nullable): the first of the job's warnings that has @part in it. */
const char *bench_find_warning (FkChangeJob *job, const char *part);
