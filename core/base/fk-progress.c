/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Weighted, nested progress.  A node owns at most one child: that of its present step.  The
 * root keeps what the listener is told; it does not limit how often, that is the session's
 * business. */

#include "config.h"

#include "base/fk-progress.h"

typedef struct
{
  FkProgressFunc func;
  gpointer user_data;
  GDestroyNotify destroy;
  char *note;
  double fraction;
} FkProgressRoot;

struct _FkProgress
{
  FkProgressRoot *root;
  FkProgress *child;
  const char *stage;
  FkProgressStep *steps;
  guint n_steps;
  guint step;
  double start; /* of the whole job */
  double span;
};

static void
report (FkProgress *self, double fraction, guint64 done, guint64 total)
{
  FkProgressRoot *root = self->root;

  root->fraction = CLAMP (MAX (root->fraction, fraction), 0.0, 1.0);
  if (root->func != NULL)
    {
      FkProgressStatus status = { .fraction = root->fraction,
                                  .stage = self->stage,
                                  .note = root->note,
                                  .bytes_done = done,
                                  .bytes_total = total };

      root->func (&status, root->user_data);
    }
}

static void
free_child (FkProgress *self)
{
  if (self->child == NULL)
    return;
  free_child (self->child);
  g_free (self->child->steps);
  g_clear_pointer (&self->child, g_free);
}

/* Returns: where in the job step @step of @self begins. */
static double
get_step_start (FkProgress *self, guint step)
{
  double before = 0;
  double sum = 0;

  for (guint i = 0; i < self->n_steps; i++)
    {
      if (i < step)
        before += self->steps[i].weight;
      sum += self->steps[i].weight;
    }
  if (sum <= 0)
    return self->start + (step > 0 ? self->span : 0);
  return self->start + self->span * before / sum;
}

static const char *
get_step_stage (FkProgress *self)
{
  if (self->step < self->n_steps && self->steps[self->step].stage != NULL)
    return self->steps[self->step].stage;
  return self->stage;
}

/**
 * fk_progress_new: (constructor)
 * @func: (nullable) (scope notified): told of every change, on the thread that works
 *
 * Returns: (transfer full): the root of a job's progress
 */
FkProgress *
fk_progress_new (FkProgressFunc func, gpointer user_data, GDestroyNotify destroy)
{
  FkProgress *self = g_new0 (FkProgress, 1);

  self->root = g_new0 (FkProgressRoot, 1);
  self->root->func = func;
  self->root->user_data = user_data;
  self->root->destroy = destroy;
  self->span = 1.0;
  return self;
}

/**
 * fk_progress_free:
 * @self: (nullable) (transfer full): a root; children belong to their parents
 */
void
fk_progress_free (FkProgress *self)
{
  if (self == NULL)
    return;
  free_child (self);
  if (self->root->destroy != NULL)
    self->root->destroy (self->root->user_data);
  g_free (self->root->note);
  g_free (self->root);
  g_free (self->steps);
  g_free (self);
}

/**
 * fk_progress_set_steps:
 * @steps: (array length=n_steps): what will be done, in order
 *
 * Replaces the steps of @self and begins the first.
 */
void
fk_progress_set_steps (FkProgress *self, const FkProgressStep *steps, guint n_steps)
{
  g_return_if_fail (steps != NULL && n_steps > 0);

  if (self == NULL)
    return;
  free_child (self);
  g_free (self->steps);
  self->steps = g_memdup2 (steps, sizeof *steps * n_steps);
  self->n_steps = n_steps;
  self->step = 0;
  fk_progress_set_bytes (fk_progress_get_child (self), 0, 0);
}

/**
 * fk_progress_get_child:
 *
 * Returns: (transfer none) (nullable): the progress of the present step, for whom does it; valid
 *   until the step is done
 */
FkProgress *
fk_progress_get_child (FkProgress *self)
{
  if (self == NULL)
    return NULL;
  if (self->child == NULL)
    {
      self->child = g_new0 (FkProgress, 1);
      self->child->root = self->root;
      self->child->stage = get_step_stage (self);
      self->child->start = get_step_start (self, self->step);
      self->child->span = get_step_start (self, self->step + 1) - self->child->start;
    }
  return self->child;
}

/**
 * fk_progress_step_done:
 *
 * Ends the present step, however far its child had come, and begins the next.
 */
void
fk_progress_step_done (FkProgress *self)
{
  if (self == NULL)
    return;
  g_return_if_fail (self->step < self->n_steps);

  free_child (self);
  self->step++;
  if (self->step < self->n_steps)
    fk_progress_set_bytes (fk_progress_get_child (self), 0, 0);
  else
    report (self, self->start + self->span, 0, 0);
}

/**
 * fk_progress_set_bytes:
 * @done: bytes of this step that are done
 * @total: all of them; 0 if the step counts none
 */
void
fk_progress_set_bytes (FkProgress *self, guint64 done, guint64 total)
{
  double part;

  if (self == NULL)
    return;
  part = total > 0 ? (double)MIN (done, total) / (double)total : 0.0;
  report (self, self->start + self->span * part, done, total);
}

/**
 * fk_progress_note:
 *
 * A remark that the person should see or that belongs into the log: "No answer at 4000 kHz;
 * trying 480 kHz".  It stays until the next one.
 */
void
fk_progress_note (FkProgress *self, const char *format, ...)
{
  va_list args;

  if (self == NULL)
    return;
  g_free (self->root->note);
  va_start (args, format);
  self->root->note = g_strdup_vprintf (format, args);
  va_end (args);
  g_debug ("%s", self->root->note);
  report (self, self->root->fraction, 0, 0);
}
