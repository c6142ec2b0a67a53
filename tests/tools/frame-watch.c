/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Tells of each frame that a GTK 4 program draws, from outside: to be preloaded.  Appends a line a
 * frame to $FRAME_REPORT: when it was done, in microseconds after $FRAME_START (a time of
 * CLOCK_MONOTONIC), and what it took of the clock and of the main thread's processor time. */

#include <gtk/gtk.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

typedef struct
{
  gint64 clock_us;
  gint64 processor_us;
} Moment;

static FILE *report;
static gint64 start_us;
static Moment begun;

static Moment
get_moment (void)
{
  struct timespec used;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &used);
  return (Moment){ g_get_monotonic_time (), used.tv_sec * G_USEC_PER_SEC + used.tv_nsec / 1000 };
}

static gboolean
on_before_paint (GSignalInvocationHint *hint,
                 guint n_values,
                 const GValue *values,
                 gpointer user_data)
{
  begun = get_moment ();
  return TRUE;
}

static gboolean
on_after_paint (GSignalInvocationHint *hint,
                guint n_values,
                const GValue *values,
                gpointer user_data)
{
  Moment now = get_moment ();

  fprintf (report, "%" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT "\n",
           now.clock_us - start_us, now.clock_us - begun.clock_us,
           now.processor_us - begun.processor_us);
  fflush (report);
  return TRUE;
}

static __attribute__ ((constructor)) void
watch (void)
{
  const char *path = getenv ("FRAME_REPORT");
  const char *start = getenv ("FRAME_START");

  if (path == NULL || start == NULL)
    return;
  report = fopen (path, "ae");
  start_us = g_ascii_strtoll (start, NULL, 10);
  /* Of this program only, not of what it starts. */
  g_unsetenv ("FRAME_REPORT");
  if (report == NULL)
    return;
  g_type_class_ref (GDK_TYPE_FRAME_CLOCK);
  g_signal_add_emission_hook (g_signal_lookup ("before-paint", GDK_TYPE_FRAME_CLOCK), 0,
                              on_before_paint, NULL, NULL);
  g_signal_add_emission_hook (g_signal_lookup ("after-paint", GDK_TYPE_FRAME_CLOCK), 0,
                              on_after_paint, NULL, NULL);
}
