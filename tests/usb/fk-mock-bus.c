/* SPDX-License-Identifier: GPL-3.0-or-later */

/* fk-mock-bus [OPTION]… -- COMMAND [ARGUMENT]…: runs any program that uses libusb on a USB bus of
 * its own, with simulated boards plugged in.  See README.md in this folder. */

#include "config.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib-unix.h>
#include <locale.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <linux/capability.h>

#include "mock-bus.h"
#include "mock-report.h"

/* As env, timeout and nohup have it. */
#define EXIT_OURS      125
#define EXIT_NOT_FOUND 127
#define EXIT_SIGNAL    128

typedef struct
{
  MockBus *bus;
  GMainLoop *loop;
  GPid child;
  int status;
  MockRun run;
} Runner;

static char **board_specs;
static double haste;
static gboolean real_time;
static gboolean report;
static char *report_file;
static gboolean trace;
static char **dumps;
static char *control;
static char **command;

static const GOptionEntry entries[] = {
  { "board", 'b', 0, G_OPTION_ARG_STRING_ARRAY, &board_specs,
    "Plug in a simulated board, “blue-pill?probe=v2-1”; may be given more than once", "SPEC" },
  { "haste", 0, 0, G_OPTION_ARG_DOUBLE, &haste,
    "Let boards live N times as fast as the command while it sleeps (10)", "N" },
  { "real-time", 0, 0, G_OPTION_ARG_NONE, &real_time,
    "Let transfers take as long as with real probes", NULL },
  { "control", 0, 0, G_OPTION_ARG_FILENAME, &control,
    "Take “plug N”, “unplug N” and “chip N UID” from a FIFO, line by line; N counts the boards "
    "from 0",
    "FIFO" },
  { "trace", 0, 0, G_OPTION_ARG_NONE, &trace, "Tell every transfer on standard error", NULL },
  { "report", 0, 0, G_OPTION_ARG_NONE, &report,
    "Afterwards, tell on standard error what each board has lived through", NULL },
  { "report-json", 0, 0, G_OPTION_ARG_FILENAME, &report_file,
    "Afterwards, write that and more to a file", "FILE" },
  { "dump", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &dumps,
    "Afterwards, write memory of the first board to a file, through the back door",
    "ADDRESS:LENGTH:FILE" },
  { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &command, NULL, "COMMAND…" },
  { NULL },
};

/* In the child, before it becomes the command: the bounding set is what root gets of its rights in
 * a new program. */
static void
give_up_rights (gpointer user_data)
{
  prctl (PR_CAPBSET_DROP, CAP_DAC_OVERRIDE);
  prctl (PR_CAPBSET_DROP, CAP_DAC_READ_SEARCH);
}

static void
on_child_ended (GPid pid, int status, gpointer user_data)
{
  Runner *runner = user_data;

  runner->status = WIFEXITED (status) ? WEXITSTATUS (status) : EXIT_SIGNAL + WTERMSIG (status);
  g_main_loop_quit (runner->loop);
}

static gboolean
on_unplug (gpointer user_data)
{
  Runner *runner = user_data;

  for (guint i = 0; i < mock_bus_get_n_boards (runner->bus); i++)
    mock_bus_unplug (runner->bus, i);
  return G_SOURCE_CONTINUE;
}

static gboolean
on_plug (gpointer user_data)
{
  Runner *runner = user_data;

  for (guint i = 0; i < mock_bus_get_n_boards (runner->bus); i++)
    mock_bus_plug (runner->bus, i);
  return G_SOURCE_CONTINUE;
}

/* The wires are moved to another chip of the kind: what tells it is its UID. */
static gboolean
change_chip (FkSimBoard *board, const char *uid)
{
  /* RM0008 30.2, RM0090 39.1 */
  static const guint32 addresses[] = { 0x1ffff7e8, 0x1fff7a10 };
  guint8 bytes[12], old[sizeof bytes];

  if (strlen (uid) != 2 * sizeof bytes || strspn (uid, "0123456789abcdef") != strlen (uid))
    return FALSE;
  for (guint i = 0; i < sizeof bytes; i++)
    bytes[i] =
        (guint8)(g_ascii_xdigit_value (uid[2 * i]) << 4 | g_ascii_xdigit_value (uid[2 * i + 1]));
  for (guint i = 0; i < G_N_ELEMENTS (addresses); i++)
    if (fk_sim_board_peek (board, addresses[i], old, sizeof old))
      return fk_sim_board_poke (board, addresses[i], bytes, sizeof bytes);
  return FALSE;
}

static void
obey (MockBus *bus, const char *line)
{
  g_auto (GStrv) words = g_strsplit (line, " ", 3);
  guint64 number = words[0] != NULL && words[1] != NULL ? g_ascii_strtoull (words[1], NULL, 10) : 0;

  if (number < mock_bus_get_n_boards (bus) && g_strcmp0 (words[0], "plug") == 0)
    mock_bus_plug (bus, (guint)number);
  else if (number < mock_bus_get_n_boards (bus) && g_strcmp0 (words[0], "unplug") == 0)
    mock_bus_unplug (bus, (guint)number);
  else if (number < mock_bus_get_n_boards (bus) && g_strcmp0 (words[0], "chip") == 0 &&
           words[2] != NULL && change_chip (mock_bus_get_board (bus, (guint)number), words[2]))
    return;
  else
    g_printerr ("fk-mock-bus: not understood: %s\n", line);
}

static gboolean
on_control (GIOChannel *channel, GIOCondition condition, gpointer user_data)
{
  g_autofree char *line = NULL;
  gsize end;

  if (g_io_channel_read_line (channel, &line, NULL, &end, NULL) == G_IO_STATUS_NORMAL)
    {
      line[end] = '\0';
      obey (((Runner *)user_data)->bus, line);
    }
  return G_SOURCE_CONTINUE;
}

/* Opened for writing too, so that it does not end when a writer has gone. */
static gboolean
watch_control (Runner *runner, GError **error)
{
  g_autoptr (GIOChannel) channel = NULL;

  if (control == NULL)
    return TRUE;
  channel = g_io_channel_new_file (control, "r+", error);
  if (channel == NULL)
    return FALSE;
  g_io_add_watch (channel, G_IO_IN, on_control, runner);
  return TRUE;
}

/* From a keyboard the signal went to the command as well. */
static gboolean
on_interrupt (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

static gboolean
on_terminate (gpointer user_data)
{
  Runner *runner = user_data;

  kill (runner->child, SIGTERM);
  return G_SOURCE_CONTINUE;
}

static gboolean
run_command (Runner *runner, GError **error)
{
  GSpawnFlags flags =
      G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_CHILD_INHERITS_STDIN;
  GSpawnChildSetupFunc setup = mock_bus_has_denied (runner->bus) ? give_up_rights : NULL;

  /* The command may signal at once. */
  g_unix_signal_add (SIGUSR1, on_unplug, runner);
  g_unix_signal_add (SIGUSR2, on_plug, runner);
  g_unix_signal_add (SIGINT, on_interrupt, runner);
  g_unix_signal_add (SIGTERM, on_terminate, runner);
  if (!watch_control (runner, error))
    return FALSE;
  mock_run_begin (&runner->run);
  if (!g_spawn_async (NULL, command, NULL, flags, setup, NULL, &runner->child, error))
    return FALSE;
  runner->loop = g_main_loop_new (NULL, FALSE);
  g_child_watch_add (runner->child, on_child_ended, runner);
  g_main_loop_run (runner->loop);
  g_main_loop_unref (runner->loop);
  mock_run_end (&runner->run, runner->status);
  g_spawn_close_pid (runner->child);
  return TRUE;
}

static gboolean
dump (MockBus *bus, const char *request, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (request, ":", 3);
  g_autofree guint8 *bytes = NULL;
  guint64 address, length;

  if (g_strv_length (parts) != 3 || mock_bus_get_n_boards (bus) == 0)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   "--dump wants a board, and ADDRESS:LENGTH:FILE");
      return FALSE;
    }
  address = g_ascii_strtoull (parts[0], NULL, 0);
  length = g_ascii_strtoull (parts[1], NULL, 0);
  bytes = g_malloc0 (MAX (length, 1));
  if (address > G_MAXUINT32 ||
      !fk_sim_board_peek (mock_bus_get_board (bus, 0), (guint32)address, bytes, length))
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   "--dump=%s: there is no such memory", request);
      return FALSE;
    }
  return g_file_set_contents (parts[2], (const char *)bytes, (gssize)length, error);
}

static gboolean
dump_all (MockBus *bus, GError **error)
{
  for (guint i = 0; dumps != NULL && dumps[i] != NULL; i++)
    if (!dump (bus, dumps[i], error))
      return FALSE;
  return TRUE;
}

static gboolean
run (Runner *runner, GError **error)
{
  if (haste > 0)
    mock_bus_set_haste (runner->bus, haste);
  if (real_time)
    mock_bus_set_real_time (runner->bus);
  if (trace)
    mock_bus_set_trace (runner->bus);
  for (guint i = 0; board_specs != NULL && board_specs[i] != NULL; i++)
    if (!mock_bus_add (runner->bus, board_specs[i], error))
      return FALSE;
  if (!run_command (runner, error))
    return FALSE;
  if (report)
    mock_report_print (runner->bus);
  if (report_file != NULL && !mock_report_write (runner->bus, &runner->run, report_file, error))
    return FALSE;
  return dump_all (runner->bus, error) && mock_bus_save (runner->bus, error);
}

static gboolean
parse_options (int argc, char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new ("-- COMMAND [ARGUMENT…]");
  g_autoptr (GError) error = NULL;

  g_option_context_set_strict_posix (context, TRUE);
  g_option_context_set_summary (context,
                                "Runs a program on a USB bus of its own, with simulated boards "
                                "plugged in.\n"
                                "SIGUSR1 unplugs the boards, SIGUSR2 plugs them in again.");
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    g_printerr ("fk-mock-bus: %s\n", error->message);
  else if (command == NULL)
    g_printerr ("fk-mock-bus: which command?\n");
  else
    return TRUE;
  return FALSE;
}

int
main (int argc, char **argv)
{
  Runner runner = { 0 };
  g_autoptr (GError) error = NULL;

  setlocale (LC_ALL, "");
  mock_bus_preload (argv);
  if (!parse_options (argc, argv))
    return EXIT_OURS;

  runner.bus = mock_bus_new ();
  if (!run (&runner, &error))
    {
      g_printerr ("fk-mock-bus: %s\n", error->message);
      runner.status =
          g_error_matches (error, G_SPAWN_ERROR, G_SPAWN_ERROR_NOENT) ? EXIT_NOT_FOUND : EXIT_OURS;
    }
  mock_bus_free (runner.bus);
  return runner.status;
}
