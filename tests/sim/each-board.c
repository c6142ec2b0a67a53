/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "each-board.h"

static void
add_for (const char *const *boards, guint n_boards, const char *prefix, GTestDataFunc func)
{
  for (guint i = 0; i < n_boards; i++)
    {
      g_autofree char *path = g_strconcat (prefix, boards[i], NULL);

      g_test_add_data_func (path, boards[i], func);
    }
}

void
add_for_each_board (const char *prefix, GTestDataFunc func)
{
  static const char *const boards[] = {
    "creator-pro", "blue-pill",      "disco-f4",    "f030",     "skr-mini-e3",
    "nucleo-f746", "skr-mini-e3-v3", "nucleo-l476", "esc-g4",   "nucleo-g474",
    "nucleo-u575", "disco-l1",       "nucleo-l073", "skr-3",    "octopus-h723",
    "nucleo-h7a3", "nucleo-l552",    "nucleo-l4r5", "meter-l1", "nucleo-h503"
  };

  add_for (boards, G_N_ELEMENTS (boards), prefix, func);
}

gboolean
is_h7 (const char *board)
{
  return g_str_equal (board, "skr-3") || g_str_equal (board, "octopus-h723") ||
         g_str_equal (board, "nucleo-h7a3");
}

const char *
get_plain_option (const char *board)
{
  if (g_str_equal (board, "nucleo-h7a3") || g_str_equal (board, "nucleo-h503"))
    return "NRST_STOP";
  return is_h7 (board) ? "NRST_STOP_D1" : "nRST_STOP";
}

void
add_for_two_boards (const char *prefix, GTestDataFunc func)
{
  static const char *const boards[] = { "blue-pill", "disco-f4" };

  add_for (boards, G_N_ELEMENTS (boards), prefix, func);
}
