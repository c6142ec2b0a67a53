/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A main-loop watchdog from outside, to be preloaded into a GTK program.  It stands where the main
 * loop polls, so that it sees each turn of the loop from waking up to going to sleep, and counts
 * what the turn took of the main thread's own processor time: a busy machine does not count.
 *
 * Whose time it was is told by samples.  While a turn lasts, a timer that runs with the main
 * thread's processor time notes the stack every few milliseconds, together with what was used since
 * the note before.  A sample is the program's own if one of the functions of its executable stands
 * on the stack: a handler, a callback of ours, a widget that draws itself, with all that they made
 * GTK do.  It is the toolkit's where none does, and in four more cases, all of them in no function
 * of ours:
 *
 *  - GTK by itself lays out or draws: the outermost function of ours was called by its layout, and
 *    the innermost has called it again, for a child that is not ours;
 *  - GTK makes the surface of a window or a menu that we present, or gives it its first size;
 *  - GTK makes or shows its own file chooser, or libadwaita its about window, each in one call that
 *    cannot be divided;
 *  - GTK tells assistive technology of a widget that came or went.  Without a screen reader it does
 *    not: here the test is the screen reader.
 *
 * A turn may also sleep: wait for a disk, a lock or the X server.  That is what is left of the
 * clock's time when the processor time and the wait for a processor (/proc/…/schedstat, second
 * number) are taken off; where it slept after THRESHOLD_MS is noted.
 *
 * Turns of which the program's own part, the whole or the sleep is longer than THRESHOLD_MS go to
 * the file $STALL_REPORT; its last line has the number of turns and the longest of each. */

#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <glib.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <time.h>
#include <unistd.h>

#ifndef sigev_notify_thread_id
#define sigev_notify_thread_id _sigev_un._tid
#endif

#define THRESHOLD_MS 30
#define FIRST_MS     2
#define INTERVAL_MS  4
#define MAX_FRAMES   250
#define MAX_SAMPLES  100
#define SHOWN_FRAMES 120

/**
 * Sample:
 * @used_ns: processor time since the sample before
 */
typedef struct
{
  void *frames[MAX_FRAMES];
  int n_frames;
  gint64 used_ns;
} Sample;

static FILE *report;
static void *program; /* where the executable is loaded */
static timer_t processor_timer;
static timer_t clock_timer;

/* The present turn of the loop. */
static Sample samples[MAX_SAMPLES];
static volatile int n_samples;
static Sample sleeping;
static volatile gint64 noted_ns;
static gboolean has_begun;
static gint64 begun_ns;
static gint64 begun_clock_ns;
static gint64 begun_waited_ns;

static guint n_turns;
static double worst_own_ms;
static double worst_ms;

static gint64
read_clock (clockid_t clock)
{
  struct timespec time;

  clock_gettime (clock, &time);
  return time.tv_sec * (gint64)1000000000 + time.tv_nsec;
}

static gint64
read_waited (void)
{
  long long ran = 0;
  long long waited = 0;
  FILE *file = fopen ("/proc/thread-self/schedstat", "re");

  if (file == NULL)
    return 0;
  if (fscanf (file, "%lld %lld", &ran, &waited) != 2)
    waited = 0;
  fclose (file);
  return waited;
}

static void
take_sample (Sample *sample)
{
  gint64 now = read_clock (CLOCK_THREAD_CPUTIME_ID);

  sample->n_frames = backtrace (sample->frames, MAX_FRAMES);
  sample->used_ns = now - noted_ns;
}

static void
on_processor_used (int number)
{
  if (n_samples == MAX_SAMPLES)
    return;
  take_sample (&samples[n_samples]);
  noted_ns += samples[n_samples].used_ns;
  n_samples++;
}

static void
on_clock (int number)
{
  take_sample (&sleeping);
}

static gboolean
is_one_of (const char *symbol, const char *const *names)
{
  return symbol != NULL && g_strv_contains (names, symbol);
}

/* What stands outside the main loop, such as main(), runs all the time.  From GLib 2.80 on, what
 * the loop calls to dispatch has no name. */
static int
find_loop (const Sample *sample)
{
  static const char *const loop[] = { "g_main_context_dispatch", "g_main_context_iteration",
                                      "g_main_loop_run", NULL };

  for (int i = sample->n_frames - 1; i >= 0; i--)
    {
      Dl_info info;

      if (dladdr (sample->frames[i], &info) && is_one_of (info.dli_sname, loop))
        return i;
    }
  return sample->n_frames;
}

static gboolean
is_own (const Sample *sample)
{
  static const char *const layout[] = { "gtk_widget_measure",          "gtk_widget_allocate",
                                        "gtk_widget_snapshot_child",   "gtk_layout_manager_measure",
                                        "gtk_layout_manager_allocate", NULL };
  static const char *const present[] = { "gtk_window_present", "gtk_window_present_with_time",
                                         "gtk_popover_popup", "gtk_widget_show", NULL };
  static const char *const whole[] = { "gtk_file_chooser_native_new", "gtk_native_dialog_show",
                                       "adw_about_window_new", "adw_show_about_window", NULL };
  static const char *const tell[] = { "g_dbus_connection_emit_signal", NULL };
  int loop = find_loop (sample);
  gboolean has_own = FALSE;
  gboolean layout_inside = FALSE; /* of all functions of the program */
  gboolean present_inside = FALSE;
  gboolean surface_inside = FALSE; /* of a window: what is mapped in one has its surface */
  gboolean layout_outside = FALSE; /* of them */

  for (int i = 0; i < loop; i++)
    {
      Dl_info info;

      if (!dladdr (sample->frames[i], &info))
        continue;
      if (info.dli_fbase == program)
        {
          has_own = TRUE;
          layout_outside = FALSE;
        }
      if (!has_own && (is_one_of (info.dli_sname, tell) || is_one_of (info.dli_sname, whole)))
        return FALSE;
      if (is_one_of (info.dli_sname, layout))
        {
          layout_inside |= !has_own;
          layout_outside = TRUE;
        }
      if (!has_own && g_strcmp0 (info.dli_sname, "gtk_widget_realize") == 0)
        surface_inside = TRUE;
      else if (!has_own && g_strcmp0 (info.dli_sname, "gtk_widget_map") == 0)
        surface_inside = FALSE;
      present_inside |= !has_own && is_one_of (info.dli_sname, present);
    }
  return has_own && !(layout_inside && layout_outside) &&
         !(present_inside && (layout_inside || surface_inside));
}

static void
write_stack (const Sample *sample)
{
  char **names = backtrace_symbols (sample->frames, sample->n_frames);

  /* The first two are the signal's. */
  for (int i = 2; names != NULL && i < MIN (sample->n_frames, SHOWN_FRAMES); i++)
    fprintf (report, "    %s\n", names[i]);
  free (names);
}

/* Returns: the sample in the middle of those that are the program's own, or are not */
static const Sample *
choose_sample (gboolean own)
{
  guint n_such = 0;
  guint n_passed = 0;

  for (int i = 0; i < n_samples; i++)
    n_such += is_own (&samples[i]) == own;
  for (int i = 0; i < n_samples; i++)
    if (is_own (&samples[i]) == own && n_passed++ == n_such / 2)
      return &samples[i];
  return NULL;
}

static double
count_own (void)
{
  gint64 sum = 0;

  for (int i = 0; i < n_samples; i++)
    if (is_own (&samples[i]))
      sum += samples[i].used_ns;
  return (double)sum / 1e6;
}

/* With a point, whatever the language of the program. */
static const char *
format_ms (char *text, double ms)
{
  return g_ascii_formatd (text, G_ASCII_DTOSTR_BUF_SIZE, "%.1f", ms);
}

static void
write_turn (const char *what, double own_ms, double ms, double sleep_ms, const Sample *sample)
{
  char own[G_ASCII_DTOSTR_BUF_SIZE];
  char whole[G_ASCII_DTOSTR_BUF_SIZE];
  char slept[G_ASCII_DTOSTR_BUF_SIZE];

  fprintf (report, "%s: own %s of %s ms, slept %s ms\n", what, format_ms (own, own_ms),
           format_ms (whole, ms), format_ms (slept, sleep_ms));
  if (sample != NULL)
    write_stack (sample);
  fflush (report);
}

static void
count_turn (void)
{
  double ms = (double)(read_clock (CLOCK_THREAD_CPUTIME_ID) - begun_ns) / 1e6;
  double clock_ms = (double)(read_clock (CLOCK_MONOTONIC) - begun_clock_ns) / 1e6;
  double own_ms = 0;
  double sleep_ms = 0;

  n_turns++;
  if (ms > THRESHOLD_MS)
    own_ms = count_own ();
  if (clock_ms > THRESHOLD_MS)
    sleep_ms = MAX (0, clock_ms - ms - (double)(read_waited () - begun_waited_ns) / 1e6);
  if (own_ms > THRESHOLD_MS)
    write_turn ("own", own_ms, ms, sleep_ms, choose_sample (TRUE));
  else if (ms > THRESHOLD_MS)
    write_turn ("toolkit", own_ms, ms, sleep_ms, choose_sample (FALSE));
  if (sleep_ms > THRESHOLD_MS)
    write_turn ("sleep", own_ms, ms, sleep_ms, &sleeping);
  worst_own_ms = MAX (worst_own_ms, own_ms);
  worst_ms = MAX (worst_ms, ms);
}

static void
set_timers (guint first_ms, guint interval_ms, guint clock_ms)
{
  struct itimerspec used = { { 0, interval_ms * 1000000L }, { 0, first_ms * 1000000L } };
  struct itimerspec passed = { { 0, 0 }, { 0, clock_ms * 1000000L } };

  timer_settime (processor_timer, 0, &used, NULL);
  timer_settime (clock_timer, 0, &passed, NULL);
}

/* The first turn begins with the first poll: what the toolkit did until then, such as reading its
 * own styles, is not meant. */
static int
watched_poll (GPollFD *fds, guint n_fds, int timeout)
{
  int n_ready;

  if (has_begun)
    {
      set_timers (0, 0, 0);
      count_turn ();
    }
  n_ready = g_poll (fds, n_fds, timeout);
  has_begun = TRUE;
  n_samples = 0;
  sleeping.n_frames = 0;
  begun_waited_ns = read_waited ();
  begun_clock_ns = read_clock (CLOCK_MONOTONIC);
  begun_ns = read_clock (CLOCK_THREAD_CPUTIME_ID);
  noted_ns = begun_ns;
  set_timers (FIRST_MS, INTERVAL_MS, THRESHOLD_MS);
  return n_ready;
}

static timer_t
make_timer (clockid_t clock, int number, void (*handler) (int))
{
  struct sigaction action = { .sa_handler = handler, .sa_flags = SA_RESTART };
  struct sigevent event = { .sigev_notify = SIGEV_THREAD_ID, .sigev_signo = number };
  timer_t timer = NULL;

  sigaddset (&action.sa_mask, SIGPROF);
  sigaddset (&action.sa_mask, SIGVTALRM);
  sigaction (number, &action, NULL);
  event.sigev_notify_thread_id = getpid ();
  if (timer_create (clock, &event, &timer) != 0)
    g_error ("No timer for the watchdog: %s", g_strerror (errno));
  return timer;
}

__attribute__ ((constructor)) static void
begin (void)
{
  const char *path = g_getenv ("STALL_REPORT");
  Dl_info info;

  /* Programs that this one starts are not meant. */
  g_unsetenv ("LD_PRELOAD");
  report = path != NULL ? fopen (path, "we") : NULL;
  if (report == NULL)
    return;
  if (dladdr ((void *)getauxval (AT_ENTRY), &info))
    program = info.dli_fbase;
  take_sample (&sleeping); /* loads what it needs; not in a signal handler */
  processor_timer = make_timer (CLOCK_THREAD_CPUTIME_ID, SIGPROF, on_processor_used);
  clock_timer = make_timer (CLOCK_MONOTONIC, SIGVTALRM, on_clock);
  g_main_context_set_poll_func (NULL, watched_poll);
}

__attribute__ ((destructor)) static void
end (void)
{
  char own[G_ASCII_DTOSTR_BUF_SIZE];
  char whole[G_ASCII_DTOSTR_BUF_SIZE];

  if (report == NULL)
    return;
  set_timers (0, 0, 0);
  fprintf (report, "turns %u own %s whole %s\n", n_turns, format_ms (own, worst_own_ms),
           format_ms (whole, worst_ms));
  fclose (report);
}
