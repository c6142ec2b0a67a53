/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "job/fk-jobs.h"
#include "job/fk-session.h"
#include "sim/fk-sim.h"

#define FLASH 0x08000000u

/* A board as new, a session with its probe, and a library. */
typedef struct
{
  FkSimBoard *board;
  FkUsbDevice *device;
  FkProbe *probe;
  FkSession *session;
} Rig;

void rig_open (Rig *rig, const char *specification, FkLibrary *library);
void rig_close (Rig *rig);
/* Runs @job to its end, with modelled time. */
gboolean rig_run (Rig *rig, FkJob *job, GCancellable *cancellable, GError **error);
guint64 rig_get_time_ms (Rig *rig);
GBytes *rig_peek (Rig *rig, guint32 address, gsize length);
/* Nothing of ours is left on the chip, and its program runs; else (transfer full): what is wrong */
#define REMAINS_CORE " the core does not run;"
char *rig_find_remains (Rig *rig);

/* Calls abort() when the next one does not come within @seconds. */
void bench_watch (guint seconds, const char *name);

/* What a backup says of the chip, without what differs from one backup to the next; with its flash
 * replaced by @flash where that is given. */
char *bench_digest_backup (const char *folder, GBytes *flash);
void bench_remove_folder (const char *path);
