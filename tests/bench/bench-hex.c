/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Prints how long a frame takes while one hex view, and two beside each other, are scrolled: from
 * before the frame's paint to after it, layout and drawing included, on whatever renderer is set.
 * "CPU" is what the main thread worked for it, which other work on the machine changes less.
 *
 * Then how long it takes to find all places of a text, from asking to the answer in the main loop:
 * the best of several, because other work only ever adds. */

#include "config.h"

#include "hex/fk-hex-find.h"
#include "hex/fk-hex-view.h"
#include "hex/fk-image-source.h"

#include <adwaita.h>
#include <stdlib.h>
#include <time.h>

#define SIZE     (2 * 1024 * 1024)
#define N_FRAMES 400
#define N_FINDS  9

typedef struct
{
  GtkAdjustment *adjustment;
  GArray *times; /* of gint64, microseconds */
  GArray *cpu_times;
  gint64 begun;
  gint64 cpu_begun;
  GMainLoop *loop;
} Run;

/* Like firmware: mostly code, some text, some of it blank. */
static FkByteSource *
make_source (guint32 seed)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (FkImage) image = NULL;
  guint8 *data = g_malloc (SIZE);

  for (gsize i = 0; i < SIZE; i++)
    data[i] = i % 4096 < 512 ? 0xff : (guint8)g_rand_int (random);
  bytes = g_bytes_new_take (data, SIZE);
  image = fk_image_new_for_bytes (0x08000000, bytes, NULL);
  return fk_image_source_new (image);
}

static gint64
get_cpu_time (void)
{
  struct timespec now;

  if (clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now) != 0)
    return 0;
  return (gint64)now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

static void
on_before_paint (GdkFrameClock *clock, Run *run)
{
  run->begun = g_get_monotonic_time ();
  run->cpu_begun = get_cpu_time ();
}

static void
on_after_paint (GdkFrameClock *clock, Run *run)
{
  gint64 time = g_get_monotonic_time () - run->begun;
  gint64 cpu_time = get_cpu_time () - run->cpu_begun;

  g_array_append_val (run->times, time);
  g_array_append_val (run->cpu_times, cpu_time);
  if (run->times->len >= N_FRAMES)
    g_main_loop_quit (run->loop);
}

static gboolean
on_tick (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  Run *run = user_data;

  gtk_adjustment_set_value (run->adjustment, gtk_adjustment_get_value (run->adjustment) + 43);
  return G_SOURCE_CONTINUE;
}

static int
compare_times (gconstpointer a, gconstpointer b)
{
  gint64 first = *(const gint64 *)a;
  gint64 second = *(const gint64 *)b;

  return (first > second) - (first < second);
}

static double
get_percentile (GArray *times, guint percent)
{
  return (double)g_array_index (times, gint64, (times->len - 1) * percent / 100) / 1000;
}

static void
print_times (GArray *times, const char *what)
{
  g_array_sort (times, compare_times);
  g_print ("%-24s p50 %5.1f ms  p95 %5.1f ms  max %5.1f ms\n", what, get_percentile (times, 50),
           get_percentile (times, 95), get_percentile (times, 100));
}

static void
measure (guint n_views)
{
  GtkWidget *window = adw_window_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  g_autoptr (GtkAdjustment) adjustment = NULL;
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GArray) cpu_times = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  Run run = { .times = times, .cpu_times = cpu_times, .loop = loop };
  GdkFrameClock *clock;

  for (guint i = 0; i < n_views; i++)
    {
      GtkWidget *view = fk_hex_view_new ();
      GtkWidget *scroller = gtk_scrolled_window_new ();
      g_autoptr (FkByteSource) source = make_source (i);

      fk_hex_view_set_source (FK_HEX_VIEW (view), source);
      gtk_widget_set_hexpand (scroller, TRUE);
      gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), view);
      if (adjustment != NULL)
        gtk_scrolled_window_set_vadjustment (GTK_SCROLLED_WINDOW (scroller), adjustment);
      else
        g_object_get (view, "vadjustment", &adjustment, NULL);
      gtk_box_append (GTK_BOX (box), scroller);
    }
  gtk_window_set_default_size (GTK_WINDOW (window), 1200, 800);
  adw_window_set_content (ADW_WINDOW (window), box);
  gtk_window_present (GTK_WINDOW (window));
  gtk_test_widget_wait_for_draw (window);

  run.adjustment = adjustment;
  clock = gtk_widget_get_frame_clock (window);
  g_signal_connect (clock, "before-paint", G_CALLBACK (on_before_paint), &run);
  g_signal_connect_after (clock, "after-paint", G_CALLBACK (on_after_paint), &run);
  gtk_widget_add_tick_callback (box, on_tick, &run, NULL);
  g_main_loop_run (loop);
  g_signal_handlers_disconnect_by_data (clock, &run);
  print_times (times, n_views == 1 ? "one hex view" : "two hex views");
  print_times (cpu_times, n_views == 1 ? "one hex view, CPU" : "two hex views, CPU");
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
on_found (GObject *source, GAsyncResult *result, gpointer user_data)
{
  guint64 n_found = 0;
  g_autoptr (GArray) hits = fk_hex_find_finish (FK_BYTE_SOURCE (source), result, &n_found, NULL);
  gint64 *n = user_data;

  *n = hits != NULL ? (gint64)n_found : 0;
}

/* A long text stands nowhere in bytes that chance made: all of them are looked through. */
static void
measure_find (const char *what, FkHexPatternKind kind, const char *text, gboolean fold)
{
  g_autoptr (FkByteSource) source = make_source (1);
  g_autoptr (FkHexPattern) pattern = fk_hex_pattern_new (kind, text, fold, NULL);
  gint64 best = G_MAXINT64;
  gint64 n = 0;

  for (guint i = 0; i < N_FINDS; i++)
    {
      gint64 begun = g_get_monotonic_time ();

      n = -1;
      fk_hex_find_async (source, pattern, NULL, on_found, &n);
      while (n < 0)
        g_main_context_iteration (NULL, TRUE);
      best = MIN (best, g_get_monotonic_time () - begun);
    }
  g_print ("%-24s best %5.1f ms, %" G_GINT64_FORMAT " places\n", what, (double)best / 1000, n);
}

int
main (int argc, char **argv)
{
  gtk_init ();
  adw_init ();
  measure (1);
  measure (2);
  measure_find ("find a text in 2 MiB", FK_HEX_PATTERN_TEXT, "Marlin bugfix", FALSE);
  measure_find ("in any case", FK_HEX_PATTERN_TEXT, "marlin bugfix", TRUE);
  measure_find ("find two bytes", FK_HEX_PATTERN_HEX, "00 20", FALSE);
  return EXIT_SUCCESS;
}
