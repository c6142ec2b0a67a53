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
 *
 * What a job works on: an attached chip.  Made by the session before the job runs and undone after
 * it, also on error and cancel.
 */
typedef struct
{
  FkProbe *probe;
  FkTarget *target;
  FkIdentity *identity;
  FkFlash *flash; /* (nullable): NULL for an unknown chip */
  FkLibrary *library;
  guint millivolts; /* 0: not known */
  FkLeave leave;    /* how to leave; a job that changed the flash sets FK_LEAVE_RESET */
} FkConnection;

/**
 * FkJob:
 *
 * One thing that a person would name.  Made and configured in the main thread, run once on the
 * session's thread, then asked for its results in the main thread.
 */
#define FK_TYPE_JOB (fk_job_get_type ())
G_DECLARE_DERIVABLE_TYPE (FkJob, fk_job, FK, JOB, GObject)

struct _FkJobClass
{
  GObjectClass parent_class;

  const char *title; /* "Backing up" */
  gboolean changes_chip;
  gboolean (*run) (FkJob *self,
                   FkConnection *connection,
                   FkProgress *progress,
                   GCancellable *cancellable,
                   GError **error);
};

const char *fk_job_get_title (FkJob *self);

G_END_DECLS
