/* SPDX-License-Identifier: GPL-3.0-or-later */

/* g_usleep() and g_get_monotonic_time() of our own: the linker takes these for the core, which is a
 * static library.  GLib itself keeps its own. */

#include "config.h"

#include "virtual-time.h"

#include "sim/fk-sim-stlink.h"

#include <time.h>

static FkSimBoard *current;

void
virtual_time_set_board (FkSimBoard *board)
{
  g_atomic_pointer_set (&current, board);
}

void
g_usleep (gulong microseconds)
{
  FkSimBoard *board = g_atomic_pointer_get (&current);
  struct timespec real = { (time_t)(microseconds / G_USEC_PER_SEC),
                           (long)(microseconds % G_USEC_PER_SEC) * 1000 };

  if (board != NULL)
    fk_sim_stlink_wait (fk_sim_board_get_stlink (board), (guint64)microseconds * 1000);
  else
    nanosleep (&real, NULL);
}

gint64
g_get_monotonic_time (void)
{
  FkSimBoard *board = g_atomic_pointer_get (&current);
  FkSimCounters counters;
  struct timespec now;

  if (board != NULL)
    {
      fk_sim_board_get_counters (board, &counters);
      return (gint64)(counters.total_ns / 1000);
    }
  clock_gettime (CLOCK_MONOTONIC, &now);
  return (gint64)now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}
