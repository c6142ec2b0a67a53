/* SPDX-License-Identifier: GPL-3.0-or-later */

/* mock-usb [--haste=N] BOARD… -- COMMAND [ARGUMENT…]
 *
 * Runs a program with simulated boards on its USB, whatever it is: OpenOCD, st-flash, lsusb.  Each
 * BOARD is a specification as of fk_sim_board_new().  With --haste the boards live N times as fast
 * as the program.  Ends as the command ends. */

#include "config.h"

#include <string.h>
#include <sys/wait.h>

#include "mock-bus.h"
#include "sim/fk-sim.h"

#define USAGE_STATUS 64
#define HASTE        "--haste="

static int
run (char **command)
{
  g_autoptr (GError) error = NULL;
  int status;

  if (!g_spawn_sync (NULL, command, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_CHILD_INHERITS_STDIN, NULL,
                     NULL, NULL, NULL, &status, &error))
    {
      g_printerr ("mock-usb: %s\n", error->message);
      return USAGE_STATUS;
    }
  return WIFEXITED (status) ? WEXITSTATUS (status) : 128 + WTERMSIG (status);
}

static int
run_with_boards (GPtrArray *boards, guint haste, char **command)
{
  g_autoptr (MockBus) bus = mock_bus_new ();

  mock_bus_set_haste (bus, haste);
  for (guint i = 0; i < boards->len; i++)
    {
      g_autofree char *port = g_strdup_printf ("1-%u", i + 1);

      mock_bus_plug (bus, fk_sim_board_get_stlink (boards->pdata[i]), port);
    }
  return run (command);
}

static int
complain (const char *message)
{
  g_printerr ("mock-usb: %s\n", message);
  return USAGE_STATUS;
}

int
main (int argc, char **argv)
{
  g_autoptr (GPtrArray) boards = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GError) error = NULL;
  guint64 haste = 1;
  int at = 1;

  if (argc < 4)
    return complain ("usage: mock-usb [--haste=N] BOARD… -- COMMAND [ARGUMENT…]");
  mock_bus_preload (argv);
  if (g_str_has_prefix (argv[at], HASTE) &&
      !g_ascii_string_to_unsigned (argv[at++] + strlen (HASTE), 10, 1, 1000, &haste, &error))
    return complain (error->message);
  for (; at < argc && strcmp (argv[at], "--") != 0; at++)
    {
      FkSimBoard *board = fk_sim_board_new (argv[at], &error);

      if (board == NULL)
        return complain (error->message);
      g_ptr_array_add (boards, board);
    }
  if (at + 1 >= argc)
    return complain ("there is no command after --");
  return run_with_boards (boards, haste, argv + at + 1);
}
