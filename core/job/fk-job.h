/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "base/fk-progress.h"
#include "flash/fk-flash.h"
#include "flash/fk-identify.h"
#include "library/fk-library.h"

G_BEGIN_DECLS

/**
 * FkConnection:
 * @flash: (nullable): %NULL for an unknown chip
 * @millivolts: of the board; 0: not known
 * @hot_plugged: the program on the chip runs on while the job works
 * @leave: how to leave; a job that changed the flash sets %FK_LEAVE_RESET unless it is
 *   %FK_LEAVE_HALTED, which is the person's wish
 * @holds: (nullable): what was proved last to be in the flash, or in a part of it
 *
 * What a job works on: an attached chip.  Made by the session before the job runs and undone after
 * it, also on error and cancel.
 */
typedef struct
{
  FkProbe *probe;
  FkTarget *target;
  FkIdentity *identity;
  FkFlash *flash;
  FkLibrary *library;
  guint millivolts;
  gboolean hot_plugged;
  FkLeave leave;
  FkImage *holds;
} FkConnection;

/**
 * FkJob:
 *
 * One thing that a person would name.  Made and configured in the main thread, run once on the
 * session's thread, then asked for its results in the main thread.  While it runs nobody else
 * touches it.
 */
#define FK_TYPE_JOB (fk_job_get_type ())
G_DECLARE_DERIVABLE_TYPE (FkJob, fk_job, FK, JOB, GObject)

/**
 * FkJobClass:
 * @title: "Backing up"
 * @changes_chip: (nullable): whether it stops the program for longer than a look, and so cannot run
 *   hot-plugged; %NULL for never
 * @prepare: (nullable): looks into what needs no chip, before @run; on a thread of its own, while
 *   the chip is being connected.  It may be left out, and then @run has to do it
 * @run: does it, on the session's thread
 * @finish: (nullable): what is left of it and needs no chip, once @run has succeeded: to store what
 *   was read.  On a thread of its own, while the session's thread lets the chip go; both have ended
 *   before the result is told
 */
struct _FkJobClass
{
  GObjectClass parent_class;

  const char *title;
  gboolean (*changes_chip) (FkJob *self);
  void (*prepare) (FkJob *self, FkLibrary *library);
  gboolean (*run) (FkJob *self,
                   FkConnection *connection,
                   FkProgress *progress,
                   GCancellable *cancellable,
                   GError **error);
  gboolean (*finish) (FkJob *self, FkLibrary *library, GCancellable *cancellable, GError **error);
};

const char *fk_job_get_title (FkJob *self);
gboolean fk_job_changes_chip (FkJob *self);
void fk_job_set_expected_uid (FkJob *self, const char *uid);

G_END_DECLS
