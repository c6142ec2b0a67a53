/* SPDX-License-Identifier: GPL-3.0-or-later */

/* flashkeepctl: finds the command in the table, parses options before and after it, runs it, and
 * turns its result into an exit status: 0 done, 1 the two differ, 2 wrong usage, 3 any other
 * failure. */

#include "config.h"

#include "base/fk-error.h"
#include "ctl-command.h"
#include "ctl-json.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define HELP      "help" /* a command that is the option --help */
#define MAX_WORD  32u
#define MAX_SLIPS 2u

static const CtlCommand *const commands[] = {
  &ctl_command_probes,  &ctl_command_info,    &ctl_command_backup, &ctl_command_restore,
  &ctl_command_read,    &ctl_command_write,   &ctl_command_verify, &ctl_command_erase,
  &ctl_command_options, &ctl_command_unlock,  &ctl_command_reset,  &ctl_command_compare,
  &ctl_command_inspect, &ctl_command_library,
};

static const CtlCommand *
find_command (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    if (g_str_equal (commands[i]->name, name))
      return commands[i];
  return NULL;
}

/* How many letters have to be put in, left out, changed, or swapped with their neighbour, to make
 * one word of the other (optimal string alignment). */
static guint
count_slips (const char *a, const char *b)
{
  guint rows[3][MAX_WORD + 1] = { { 0 } };
  gsize length_a = strlen (a);
  gsize length_b = strlen (b);

  if (length_a > MAX_WORD || length_b > MAX_WORD)
    return G_MAXUINT;
  for (guint k = 0; k <= length_b; k++)
    rows[0][k] = k;
  for (guint i = 1; i <= length_a; i++)
    {
      guint *now = rows[i % 3];
      const guint *last = rows[(i + 2) % 3];
      const guint *before = rows[(i + 1) % 3];

      now[0] = i;
      for (guint k = 1; k <= length_b; k++)
        {
          now[k] = MIN (MIN (last[k], now[k - 1]) + 1, last[k - 1] + (a[i - 1] != b[k - 1]));
          if (i > 1 && k > 1 && a[i - 1] == b[k - 2] && a[i - 2] == b[k - 1])
            now[k] = MIN (now[k], before[k - 2] + 1);
        }
    }
  return rows[length_a % 3][length_b];
}

/* Returns: (nullable): what @name probably was meant to be */
static const char *
find_nearest (const char *name)
{
  g_autofree char *lower = g_ascii_strdown (name, -1);
  const char *nearest = NULL;
  guint fewest = MAX_SLIPS + 1;

  for (guint i = 0; i <= G_N_ELEMENTS (commands); i++)
    {
      const char *word = i < G_N_ELEMENTS (commands) ? commands[i]->name : HELP;
      gboolean is_beginning = strlen (lower) >= 3 && g_str_has_prefix (word, lower);
      guint slips = is_beginning ? 0 : count_slips (lower, word);

      if (slips < fewest && slips < strlen (word) - 1)
        {
          fewest = slips;
          nearest = word;
        }
    }
  return nearest;
}

static void
fail_without_command (const char *name, GError **error)
{
  const char *nearest = find_nearest (name);

  if (nearest != NULL)
    g_set_error (error, FK_ERROR, FK_ERROR_USAGE,
                 "There is no command \"%s\"; did you mean \"%s\"?", name, nearest);
  else
    g_set_error (error, FK_ERROR, FK_ERROR_USAGE, "There is no command \"%s\"", name);
}

static char *
make_description (void)
{
  GString *text = g_string_new ("Commands:\n");

  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    g_string_append_printf (text, "  %-10s %s\n", commands[i]->name, commands[i]->summary);
  g_string_append_printf (text, "  %-10s %s\n", HELP, "Tells how a command is used");
  g_string_append (text,
                   "\n\"flashkeepctl help COMMAND\" tells more of one; the manual is "
                   "flashkeepctl(1).\n"
                   "Exit status: 0 done, 1 the two differ, 2 wrong usage, 3 any other failure.");
  return g_string_free (text, FALSE);
}

static gboolean
on_option (const char *name, const char *value, gpointer data, GError **error)
{
  ctl_context_set_option (data, name + strlen ("--"), value);
  return TRUE;
}

static void
add_command_options (GOptionGroup *group, const CtlCommand *command)
{
  g_autoptr (GArray) entries = g_array_new (TRUE, TRUE, sizeof (GOptionEntry));

  for (const CtlOption *option = command->options; option != NULL && option->name != NULL; option++)
    {
      GOptionEntry entry = { .long_name = option->name,
                             .flags = option->argument == NULL ? G_OPTION_FLAG_NO_ARG : 0,
                             .arg = G_OPTION_ARG_CALLBACK,
                             .arg_data = on_option,
                             .description = option->summary,
                             .arg_description = option->argument };

      g_array_append_val (entries, entry);
    }
  if (entries->len > 0)
    g_option_group_add_entries (group, (const GOptionEntry *)(gpointer)entries->data);
}

/* @command: NULL for what stands before the command */
static GOptionContext *
new_parser (CtlContext *context, const CtlCommand *command)
{
  GOptionContext *parser =
      g_option_context_new (command != NULL ? command->arguments : "COMMAND …");
  GOptionGroup *group = g_option_group_new ("flashkeepctl", NULL, NULL, context, NULL);

  if (command != NULL)
    {
      g_option_context_set_summary (parser, command->summary);
      add_command_options (group, command);
    }
  else
    {
      g_autofree char *description = make_description ();

      g_option_context_set_summary (parser, "Keeps the firmware of STM32 boards safe.");
      g_option_context_set_description (parser, description);
      g_option_context_set_strict_posix (parser, TRUE);
    }
  ctl_context_add_options (context, group);
  g_option_context_set_main_group (parser, group);
  return parser;
}

/* GLib's parser has a domain of its own; for the caller it is a wrong usage like any other. */
static gboolean
parse (GOptionContext *parser, char ***arguments, GError **error)
{
  g_autoptr (GError) local = NULL;

  if (g_option_context_parse_strv (parser, arguments, &local))
    return TRUE;
  if (local->domain == G_CONVERT_ERROR)
    g_set_error (error, FK_ERROR, FK_ERROR_USAGE,
                 "An option holds bytes that are no text in UTF-8 (%s)", local->message);
  else if (local->domain != FK_ERROR)
    g_set_error_literal (error, FK_ERROR, FK_ERROR_USAGE, local->message);
  else
    g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/* What follows "flashkeepctl COMMAND", with argv[0] rewritten so that --help names the command. */
static char **
make_command_line (char **arguments, const CtlCommand *command)
{
  GPtrArray *line = g_ptr_array_new ();

  g_ptr_array_add (line, g_strdup_printf ("flashkeepctl %s", command->name));
  for (guint i = 2; arguments[i] != NULL; i++)
    g_ptr_array_add (line, g_strdup (arguments[i]));
  g_ptr_array_add (line, NULL);
  return (char **)g_ptr_array_free (line, FALSE);
}

static CtlExit
tell_version (CtlContext *context)
{
  ctl_json_string (ctl_context_get_builder (context), "version", FK_VERSION);
  ctl_context_print (context, "flashkeepctl " FK_VERSION "\n");
  return CTL_EXIT_DONE;
}

static CtlExit
run_command (CtlContext *context, const CtlCommand *command, char **arguments, GError **error)
{
  g_autoptr (GOptionContext) parser = new_parser (context, command);
  g_auto (GStrv) line = make_command_line (arguments, command);
  guint n_words;

  g_set_prgname (line[0]); /* the parser's help names it */
  if (!parse (parser, &line, error))
    return CTL_EXIT_USAGE;
  if (ctl_context_get_version (context))
    return tell_version (context);
  n_words = g_strv_length (line) - 1;
  if (n_words < command->min_arguments || n_words > command->max_arguments)
    {
      g_set_error (error, FK_ERROR, FK_ERROR_USAGE, "\"%s\" is used as: flashkeepctl %s %s",
                   command->name, command->name, command->arguments);
      return CTL_EXIT_USAGE;
    }
  return command->run (context, line + 1, error);
}

/* As the option --help of what stands behind it, which prints and ends the program. */
static CtlExit
run_help (CtlContext *context, GOptionContext *parser, char **arguments, GError **error)
{
  const char *name = arguments[2];
  g_auto (GStrv) line = g_strdupv ((GStrv)(const char *const[]){ "flashkeepctl", "--help", NULL });
  char *const behind[] = { arguments[0], arguments[2], (char *)"--help", NULL };

  if (name != NULL && arguments[3] != NULL)
    {
      g_set_error (error, FK_ERROR, FK_ERROR_USAGE,
                   "\"help\" is used as: flashkeepctl help [COMMAND]");
      return CTL_EXIT_USAGE;
    }
  if (name == NULL || g_str_equal (name, HELP) || g_str_equal (name, "--help") ||
      g_str_equal (name, "-h"))
    return parse (parser, &line, error) ? CTL_EXIT_DONE : CTL_EXIT_USAGE;
  if (find_command (name) != NULL)
    return run_command (context, find_command (name), (char **)behind, error);
  fail_without_command (name, error);
  return CTL_EXIT_USAGE;
}

static CtlExit
run (CtlContext *context, char **argv, GError **error)
{
  g_autoptr (GOptionContext) parser = new_parser (context, NULL);
  g_auto (GStrv) arguments = g_strdupv (argv);
  const CtlCommand *command;

  if (!parse (parser, &arguments, error))
    return CTL_EXIT_USAGE;
  if (ctl_context_get_version (context))
    return tell_version (context);
  if (arguments[1] == NULL)
    {
      g_set_error (error, FK_ERROR, FK_ERROR_USAGE, "No command was given");
      return CTL_EXIT_USAGE;
    }
  if (g_str_equal (arguments[1], HELP))
    return run_help (context, parser, arguments, error);
  command = find_command (arguments[1]);
  if (command == NULL)
    {
      fail_without_command (arguments[1], error);
      return CTL_EXIT_USAGE;
    }
  return run_command (context, command, arguments, error);
}

/* Whoever reads the output must not take half of it for the whole. */
static CtlExit
check_output (CtlExit status)
{
  if (fflush (stdout) == 0 && !ferror (stdout))
    return status;
  fprintf (stderr, "flashkeepctl: The output could not be written: %s\n", g_strerror (errno));
  return CTL_EXIT_FAILED;
}

/* A file that is opened while standard output is closed would become standard output, and get the
 * messages into its middle.  Writing to the stand-in fails, and is told. */
static void
guard_standard_streams (void)
{
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
    if (fcntl (fd, F_GETFD) < 0 &&
        open ("/dev/null", fd == STDERR_FILENO ? O_WRONLY : O_RDONLY) != fd)
      exit (CTL_EXIT_FAILED);
}

int
main (int argc, char **argv)
{
  g_autoptr (CtlContext) context = NULL;
  g_autoptr (GError) error = NULL;
  CtlExit status;

  guard_standard_streams ();
  /* A pager that was closed must not kill us in the middle of a sector. */
  signal (SIGPIPE, SIG_IGN);
  setlocale (LC_ALL, "");
  /* What it says is quoted in reports, and read by scripts. */
  setlocale (LC_MESSAGES, "C");
  context = ctl_context_new ();
  ctl_context_set_program (context, argv[0]);
  status = run (context, argv, &error);
  if (error == NULL)
    {
      ctl_context_flush_json (context);
      return check_output (status);
    }

  /* Options that stand behind a mistake were not parsed; a program that asked for JSON gets it. */
  if (g_strv_contains ((const char *const *)argv, "--json"))
    ctl_context_set_json (context);
  ctl_context_report_error (context, error);
  if (g_error_matches (error, FK_ERROR, FK_ERROR_USAGE) ||
      g_error_matches (error, FK_ERROR, FK_ERROR_AMBIGUOUS))
    return CTL_EXIT_USAGE;
  return g_error_matches (error, FK_ERROR, FK_ERROR_VERIFY_MISMATCH) ? CTL_EXIT_DIFFERENT
                                                                     : CTL_EXIT_FAILED;
}
