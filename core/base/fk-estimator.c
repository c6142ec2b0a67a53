/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Rate and time left as a person expects them: of the last seconds, not of the whole job, because
 * erasing, programming and reading differ tenfold in speed; and nothing at all before there is
 * something to go by. */

#include "config.h"

#include "base/fk-estimator.h"

#include <math.h>

#define WINDOW_US  (10 * G_USEC_PER_SEC) /* what is older says little about what comes */
#define SPACING_US (200 * 1000)          /* between samples that are kept */
#define SETTLED_US G_USEC_PER_SEC        /* before anything is told */
#define N_SAMPLES  64                    /* more than WINDOW_US / SPACING_US */
#define MAX_LEFT   (24 * 60 * 60)

typedef struct
{
  gint64 time;
  double fraction;
  guint64 bytes;
} FkSample;

struct _FkEstimator
{
  FkSample samples[N_SAMPLES]; /* oldest first */
  guint n_samples;
  FkSample first_of_stage; /* rates do not reach back into another stage */
  FkSample last;
  gboolean started;
};

FkEstimator *
fk_estimator_new (void)
{
  return g_new0 (FkEstimator, 1);
}

void
fk_estimator_free (FkEstimator *self)
{
  g_free (self);
}

static void
drop_oldest (FkEstimator *self)
{
  self->n_samples--;
  for (guint i = 0; i < self->n_samples; i++)
    self->samples[i] = self->samples[i + 1];
}

/**
 * fk_estimator_add:
 * @now_us: of a clock that never goes back, in microseconds; what is earlier than the last call's
 *   is ignored
 * @fraction: of the whole job, 0 to 1
 * @bytes_done: of the present stage; a smaller number than before begins a stage
 */
void
fk_estimator_add (FkEstimator *self, gint64 now_us, double fraction, guint64 bytes_done)
{
  FkSample sample = { now_us, fraction, bytes_done };

  g_return_if_fail (self != NULL);

  if (self->started && now_us < self->last.time)
    return;
  if (!self->started || bytes_done < self->last.bytes)
    self->first_of_stage = sample;
  self->started = TRUE;
  self->last = sample;

  if (self->n_samples > 0 && now_us - self->samples[self->n_samples - 1].time < SPACING_US)
    return;
  while (self->n_samples == N_SAMPLES ||
         (self->n_samples > 1 && now_us - self->samples[1].time >= WINDOW_US))
    drop_oldest (self);
  self->samples[self->n_samples++] = sample;
}

/**
 * fk_estimator_get_rate:
 *
 * Returns: bytes a second over the last seconds of the present stage; 0 when not known
 */
double
fk_estimator_get_rate (FkEstimator *self)
{
  FkSample from;
  gint64 span;

  g_return_val_if_fail (self != NULL, 0);

  from = self->first_of_stage;
  if (self->n_samples > 0 && self->samples[0].time > from.time)
    from = self->samples[0];
  span = self->last.time - from.time;
  if (span < SETTLED_US || self->last.bytes <= from.bytes)
    return 0;
  return (double)(self->last.bytes - from.bytes) * G_USEC_PER_SEC / (double)span;
}

/**
 * fk_estimator_get_seconds_left:
 *
 * Returns: seconds until the job will be done, at least 1 before it is; 0 when it is; -1 when not
 *   known
 */
int
fk_estimator_get_seconds_left (FkEstimator *self)
{
  double gained;
  gint64 span;
  double left;

  g_return_val_if_fail (self != NULL, -1);

  if (self->started && self->last.fraction >= 1.0)
    return 0;
  if (self->n_samples == 0)
    return -1;
  gained = self->last.fraction - self->samples[0].fraction;
  span = self->last.time - self->samples[0].time;
  if (span < SETTLED_US || gained <= 0)
    return -1;
  left = (1.0 - self->last.fraction) / gained * (double)span / G_USEC_PER_SEC;
  return left > MAX_LEFT ? -1 : MAX (1, (int)ceil (left));
}
