/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The time of a mocked device node: what the board has to live through before a transfer, and in
 * real time when that one ends for the program. */

#include "config.h"

#include "mock-node-private.h"

#include <time.h>

#define SPIN_US 60
#define LEAD_US 80  /* what a program needs to wake up and to reap */
#define NAP_US  500 /* programs think for less than this, and sleep for more */

/* In real time, while nobody asks: how often the board is brought up to date, and how much of its
 * time it lives through at once, so that a transfer that comes then does not wait for long. */
#define STEP_US         250
#define MOST_AT_ONCE_NS (1000 * 1000)

static guint64
get_model_time (MockNode *self)
{
  FkSimCounters counters;

  fk_sim_stlink_get_counters (self->stlink, &counters);
  return counters.total_ns;
}

guint64
mock_node_get_transfer_end (MockNode *self)
{
  FkSimCounters counters;

  fk_sim_stlink_get_counters (self->stlink, &counters);
  return counters.transfer_end_ns;
}

/* Processor time of this thread. */
static gint64
get_processor_ns (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return (gint64)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* Returns: ns by which the board is behind the program.  The price of the next transfer has the
 * host's turnaround in it: a program that took less has taken nothing. */
static guint64
get_lag (MockNode *self)
{
  gint64 now = g_get_monotonic_time ();
  gint64 gap = now - self->last_work;
  guint64 turnaround = fk_sim_stlink_get_turnaround (self->stlink);
  guint64 real, model;

  if (self->real_time)
    {
      real = (guint64)(now - self->real_start) * 1000;
      model = get_model_time (self) - self->model_start + turnaround;
    }
  else
    {
      real = (guint64)((double)gap * 1000 * (gap > NAP_US ? self->haste : 1));
      model = turnaround;
    }
  return real > model ? real - model : 0;
}

/* The board lives through the time that the program spent on its own since the last transfer: one
 * that sleeps while the flash is busy finds it done afterwards.  Time that the simulation took does
 * not count, or it would never catch up with itself. */
static void
catch_up (MockNode *self, guint64 most_ns)
{
  guint64 lag = MIN (get_lag (self), most_ns);

  if (lag > 0)
    fk_sim_stlink_wait (self->stlink, lag);
}

/* A real board does not wait for the next transfer.  Nor does this one, so that simulating what it
 * did meanwhile is over when that transfer comes. */
static void
live_on (MockNode *self)
{
  self->simulation_ns -= get_processor_ns ();
  catch_up (self, MOST_AT_ONCE_NS);
  self->simulation_ns += get_processor_ns ();
}

gint64
mock_node_get_due (MockNode *self)
{
  guint64 end = mock_node_get_transfer_end (self);

  if (!self->real_time || end < self->model_start)
    return 0;
  return self->real_start + (gint64)((end - self->model_start) / 1000);
}

/* Something has changed on the bus side alone. */
void
mock_node_run_urbs (MockNode *self)
{
  gint64 began = get_processor_ns ();

  mock_node_run (self);
  self->simulation_ns += get_processor_ns () - began;
}

/* The program did something. */
void
mock_node_work (MockNode *self)
{
  gint64 processor_ns = -get_processor_ns ();
  gint64 model_ns;

  catch_up (self, G_MAXUINT64);
  model_ns = -(gint64)get_model_time (self);
  mock_node_run (self);
  model_ns += (gint64)get_model_time (self);
  processor_ns += get_processor_ns ();
  self->simulation_ns += processor_ns;
  self->late_ns += MAX (processor_ns - model_ns, 0);
}

/* Whether the program has time before this one can be reaped. */
gboolean
mock_node_is_early (const MockUrb *urb)
{
  return urb->due - LEAD_US > g_get_monotonic_time ();
}

/* A thread of its own, in real time: the program sleeps until a transfer is about to end, and may
 * do other work meanwhile; the board lives on while the program does not ask. */
gpointer
mock_node_land_urbs (gpointer user_data)
{
  MockNode *self = user_data;

  g_mutex_lock (&self->mutex);
  while (!self->closing)
    {
      MockUrb *next = g_queue_peek_head (&self->landing);

      if (next == NULL)
        {
          gint64 until = g_get_monotonic_time () + STEP_US;

          if (!g_cond_wait_until (&self->changed, &self->mutex, until) &&
              self->landing.head == NULL && !self->closing)
            live_on (self);
        }
      else if (mock_node_is_early (next))
        g_cond_wait_until (&self->changed, &self->mutex, next->due - LEAD_US);
      else
        {
          mock_node_offer (self, g_queue_pop_head (&self->landing));
          g_cond_broadcast (&self->changed);
        }
    }
  g_mutex_unlock (&self->mutex);
  return NULL;
}

/* Sleeps for the coarse part only: a sleep may last 50 us too long. */
static void
wait_until (gint64 due)
{
  gint64 left = due - g_get_monotonic_time ();

  if (left > SPIN_US)
    g_usleep (left - SPIN_US);
  while (g_get_monotonic_time () < due)
    ;
}

void
mock_node_wait_for (MockNode *self, const MockUrb *urb)
{
  if (urb->due == 0)
    return;
  g_mutex_unlock (&self->mutex);
  wait_until (urb->due);
  g_mutex_lock (&self->mutex);
}
