/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "ctl-progress.h"

#include <stdio.h>
#include <unistd.h>

struct _CtlProgress
{
  gboolean quiet;
  gboolean terminal;
  gboolean drawn;
  char *stage;
  char *note;
};

CtlProgress *
ctl_progress_new (gboolean quiet)
{
  CtlProgress *self = g_new0 (CtlProgress, 1);

  self->quiet = quiet;
  self->terminal = isatty (STDERR_FILENO);
  return self;
}

static void
clear_line (CtlProgress *self)
{
  if (self->drawn)
    fputs ("\r\033[K", stderr);
  self->drawn = FALSE;
}

static void
draw_line (CtlProgress *self, const FkProgressStatus *status)
{
  clear_line (self);
  fprintf (stderr, "%3.0f %%  %s", status->fraction * 100,
           status->stage != NULL ? status->stage : "");
  if (status->bytes_total > 0)
    fprintf (stderr, "  %" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT " KiB",
             status->bytes_done / 1024, (status->bytes_total + 1023) / 1024);
  fflush (stderr);
  self->drawn = TRUE;
}

/**
 * ctl_progress_update:
 *
 * An #FkProgressFunc.  Remarks of the core are printed once and stay.
 */
void
ctl_progress_update (const FkProgressStatus *status, gpointer progress)
{
  CtlProgress *self = progress;

  if (self->quiet)
    return;
  if (status->note != NULL && g_strcmp0 (status->note, self->note) != 0)
    {
      clear_line (self);
      fprintf (stderr, "%s\n", status->note);
      g_free (self->note);
      self->note = g_strdup (status->note);
    }
  if (self->terminal)
    draw_line (self, status);
  else if (status->stage != NULL && g_strcmp0 (status->stage, self->stage) != 0)
    {
      fprintf (stderr, "%s\n", status->stage);
      g_free (self->stage);
      self->stage = g_strdup (status->stage);
    }
}

void
ctl_progress_finish (CtlProgress *self)
{
  clear_line (self);
  fflush (stderr);
}

void
ctl_progress_free (CtlProgress *self)
{
  g_free (self->stage);
  g_free (self->note);
  g_free (self);
}
