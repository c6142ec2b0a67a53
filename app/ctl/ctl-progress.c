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
  GHashTable *told; /* set of char *: lines that were printed; a command may run several jobs */
};

CtlProgress *
ctl_progress_new (gboolean quiet)
{
  CtlProgress *self = g_new0 (CtlProgress, 1);

  self->quiet = quiet;
  self->terminal = isatty (STDERR_FILENO);
  self->told = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
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

static void
tell_once (CtlProgress *self, const char *line)
{
  if (line == NULL || !g_hash_table_add (self->told, g_strdup (line)))
    return;
  clear_line (self);
  fprintf (stderr, "%s\n", line);
}

/**
 * ctl_progress_update:
 *
 * An #FkProgressFunc.  Remarks of the core are printed once and stay; without a terminal so are
 * the stages.
 */
void
ctl_progress_update (const FkProgressStatus *status, gpointer progress)
{
  CtlProgress *self = progress;

  if (self->quiet)
    return;
  /* When all is done the core falls back to the job's title, which is no news. */
  if (!self->terminal && status->fraction < 1)
    tell_once (self, status->stage);
  for (guint i = 0; status->missed_notes != NULL && status->missed_notes[i] != NULL; i++)
    tell_once (self, status->missed_notes[i]);
  tell_once (self, status->note);
  if (self->terminal)
    draw_line (self, status);
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
  g_hash_table_unref (self->told);
  g_free (self);
}
