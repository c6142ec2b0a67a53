/* SPDX-License-Identifier: GPL-3.0-or-later */

/* mock-usb [--haste=N] [--dump=ADDRESS:LENGTH:FILE] BOARD… -- COMMAND [ARGUMENT…]
 *
 * Runs a program with simulated boards on its USB, whatever it is: OpenOCD, st-flash, lsusb.  Each
 * BOARD is a specification as of fk_sim_board_new().  With --haste the boards live N times as fast
 * as the program.  With --dump the memory of the first board is written to a file afterwards,
 * through the back door.  Ends as the command ends. */

#include "config.h"

#include <string.h>
#include <sys/wait.h>

#include "base/fk-error.h"
#include "base/fk-number.h"
#include "mock-bus.h"
#include "sim/fk-sim.h"

#define USAGE_STATUS 64

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
complain (const char *message)
{
  g_printerr ("mock-usb: %s\n", message);
  return USAGE_STATUS;
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

static gboolean
dump (FkSimBoard *board, const char *what, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (what, ":", 3);
  g_autofree guint8 *data = NULL;
  guint32 address, length;

  if (g_strv_length (parts) != 3)
    {
      g_set_error (error, FK_ERROR, FK_ERROR_USAGE, "--dump takes ADDRESS:LENGTH:FILE");
      return FALSE;
    }
  if (!fk_number_parse_u32 (parts[0], &address, error) ||
      !fk_number_parse_u32 (parts[1], &length, error))
    return FALSE;
  data = g_malloc (length);
  if (!fk_sim_board_peek (board, address, data, length))
    {
      g_set_error (error, FK_ERROR, FK_ERROR_OUT_OF_RANGE, "no memory at %s", what);
      return FALSE;
    }
  return g_file_set_contents (parts[2], (const char *)data, length, error);
}

int
main (int argc, char **argv)
{
  g_autoptr (GPtrArray) boards = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GError) error = NULL;
  g_autoptr (GOptionContext) context = g_option_context_new ("BOARD… -- COMMAND [ARGUMENT…]");
  g_autofree char *dump_what = NULL;
  int haste = 1, status, at = 1;
  const GOptionEntry options[] = {
    { "haste", 0, 0, G_OPTION_ARG_INT, &haste, "Boards live N times as fast", "N" },
    { "dump", 0, 0, G_OPTION_ARG_STRING, &dump_what, "Memory to save", "ADDRESS:LENGTH:FILE" },
    { NULL }
  };

  mock_bus_preload (argv);
  g_option_context_add_main_entries (context, options, NULL);
  g_option_context_set_strict_posix (context, TRUE);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    return complain (error->message);
  for (; at < argc && strcmp (argv[at], "--") != 0; at++)
    {
      FkSimBoard *board = fk_sim_board_new (argv[at], &error);

      if (board == NULL)
        return complain (error->message);
      g_ptr_array_add (boards, board);
    }
  if (boards->len == 0 || at + 1 >= argc || haste < 1)
    return complain ("usage: mock-usb [--haste=N] [--dump=A:L:FILE] BOARD… -- COMMAND…");
  status = run_with_boards (boards, haste, argv + at + 1);
  if (dump_what != NULL && !dump (boards->pdata[0], dump_what, &error))
    return complain (error->message);
  return status;
}
