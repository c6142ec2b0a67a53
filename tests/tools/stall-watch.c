/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A main-loop watchdog from outside, to be preloaded into a GTK program.  Its thread wakes the
 * default main context every few milliseconds at high priority and measures how long the answer
 * takes.  The time for which the kernel let the main thread wait for a processor
 * (/proc/…/schedstat, second number) is taken off: on a busy machine that is not the program's.
 *
 * Answers that take longer than THRESHOLD_MS go to the file $STALL_REPORT with the main thread's
 * stack; when the program ends the last line says how many answers there were and the longest
 * ones. */

#include <execinfo.h>
#include <glib.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define INTERVAL_US  4000
#define THRESHOLD_MS 30
#define MAX_FRAMES   40

static FILE *report;
static pthread_t main_thread;
static pid_t main_id;
static gint answered;
static gint stopping;
static void *frames[MAX_FRAMES];
static volatile int n_frames;

static guint64
read_waited_ns (void)
{
  char path[64];
  unsigned long long ran = 0;
  unsigned long long waited = 0;
  FILE *file;

  snprintf (path, sizeof path, "/proc/self/task/%d/schedstat", (int)main_id);
  file = fopen (path, "r");
  if (file == NULL)
    return 0;
  if (fscanf (file, "%llu %llu", &ran, &waited) != 2)
    waited = 0;
  fclose (file);
  return waited;
}

static void
on_signal (int number)
{
  n_frames = backtrace (frames, MAX_FRAMES);
}

static gboolean
answer (gpointer data)
{
  g_atomic_int_set (&answered, 1);
  return G_SOURCE_REMOVE;
}

static void
write_stack (double ms, double wall_ms)
{
  char **names = backtrace_symbols (frames, n_frames);

  fprintf (report, "stall %.1f ms (%.1f ms with waiting for a processor)\n", ms, wall_ms);
  for (int i = 2; names != NULL && i < n_frames; i++)
    fprintf (report, "    %s\n", names[i]);
  fflush (report);
  free (names);
}

/* Not g_main_context_invoke(), which would run it here where nobody owns the context yet. */
static void
wake (void)
{
  GSource *source = g_idle_source_new ();

  g_source_set_priority (source, G_PRIORITY_HIGH - 100);
  g_source_set_callback (source, answer, NULL, NULL);
  g_source_attach (source, NULL);
  g_source_unref (source);
}

/* Asks once.  Returns: how long the answer took, in milliseconds, without waiting for a processor.
 */
static double
ask (double *wall_ms)
{
  guint64 waited = read_waited_ns ();
  gint64 start = g_get_monotonic_time ();
  gboolean signalled = FALSE;
  double own_ms;

  g_atomic_int_set (&answered, 0);
  n_frames = 0;
  wake ();
  while (!g_atomic_int_get (&answered) && !g_atomic_int_get (&stopping))
    {
      usleep (500);
      if (!signalled && g_get_monotonic_time () - start > THRESHOLD_MS * 1000)
        {
          pthread_kill (main_thread, SIGPROF);
          signalled = TRUE;
        }
    }
  *wall_ms = (double)(g_get_monotonic_time () - start) / 1000;
  own_ms = *wall_ms - (double)(read_waited_ns () - waited) / 1e6;
  if (own_ms > THRESHOLD_MS && n_frames > 0)
    write_stack (own_ms, *wall_ms);
  return own_ms;
}

static void
wait_for_loop (void)
{
  g_atomic_int_set (&answered, 0);
  wake ();
  while (!g_atomic_int_get (&answered) && !g_atomic_int_get (&stopping))
    usleep (500);
}

static gpointer
watch (gpointer data)
{
  double worst = 0;
  double worst_wall = 0;
  guint n_answers = 0;
  guint n_long = 0;

  /* The first answer comes when the main loop begins to run: what the toolkit did until then, such
   * as reading its own styles, is not meant. */
  wait_for_loop ();
  while (!g_atomic_int_get (&stopping))
    {
      double wall;
      double own = ask (&wall);

      if (g_atomic_int_get (&stopping))
        break;
      n_answers++;
      n_long += own > THRESHOLD_MS;
      worst = MAX (worst, own);
      worst_wall = MAX (worst_wall, wall);
      usleep (INTERVAL_US);
    }
  fprintf (report, "answers %u longer %u worst %.1f worst-with-waiting %.1f\n", n_answers, n_long,
           worst, worst_wall);
  fclose (report);
  return NULL;
}

static GThread *thread;

__attribute__ ((constructor)) static void
begin (void)
{
  struct sigaction action = { .sa_handler = on_signal, .sa_flags = SA_RESTART };
  const char *path = g_getenv ("STALL_REPORT");

  /* Programs that this one starts are not meant. */
  g_unsetenv ("LD_PRELOAD");
  report = path != NULL ? fopen (path, "w") : NULL;
  if (report == NULL)
    return;
  main_thread = pthread_self ();
  main_id = getpid ();
  n_frames = backtrace (frames, MAX_FRAMES); /* loads what it needs; not in a signal handler */
  sigaction (SIGPROF, &action, NULL);
  thread = g_thread_new ("stall-watch", watch, NULL);
}

__attribute__ ((destructor)) static void
end (void)
{
  if (thread == NULL)
    return;
  g_atomic_int_set (&stopping, 1);
  g_thread_join (thread);
}
