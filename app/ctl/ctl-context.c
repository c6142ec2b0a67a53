/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the commands share: options, output, questions, and one job run to its end. */

#include "config.h"

#include "ctl-context.h"

#include "base/fk-error.h"
#include "base/fk-number.h"
#include "ctl-json.h"
#include "ctl-progress.h"
#include "ctl-settings.h"
#include "probe/fk-probe-list.h"
#include "sim/fk-sim.h"

#include <glib-unix.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SIM_PREFIX "sim:"
#define PROGRAM    "flashkeepctl"

struct _CtlContext
{
  char *called;  /* (nullable): what the program was called by */
  char *program; /* as a shell takes it; NULL until somebody asks */
  char *probe_name;
  guint speed_khz; /* 0: not given */
  char *connect;
  char *library_path;
  gboolean json;
  gboolean quiet;
  gboolean yes;
  gboolean halt;
  gboolean version;
  GHashTable *options; /* of the command: char * -> char * */
  GHashTable *told;    /* set of char *: the warnings that were printed */

  FkLibrary *library;
  CtlLibraryFrom library_from;
  FkProbeList *probes;
  FkSimBoard *board;
  FkProbe *probe;
  FkSession *session;
  GCancellable *cancellable;
  CtlProgress *progress;
  JsonBuilder *builder;
};

CtlContext *
ctl_context_new (void)
{
  CtlContext *self = g_new0 (CtlContext, 1);

  self->options = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->told = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->cancellable = g_cancellable_new ();
  self->builder = json_builder_new ();
  json_builder_begin_object (self->builder);
  return self;
}

static void
on_closed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  gboolean *closed = user_data;

  fk_session_close_finish (FK_SESSION (source), result, NULL);
  *closed = TRUE;
}

static void
close_session (CtlContext *self)
{
  gboolean closed = FALSE;

  if (self->session == NULL)
    return;
  fk_session_close_async (self->session, on_closed, &closed);
  while (!closed)
    g_main_context_iteration (NULL, TRUE);
  g_clear_object (&self->session);
}

void
ctl_context_free (CtlContext *self)
{
  close_session (self);
  g_clear_object (&self->probe);
  g_clear_object (&self->board);
  g_clear_object (&self->probes);
  g_clear_object (&self->library);
  g_hash_table_unref (self->options);
  g_hash_table_unref (self->told);
  g_object_unref (self->cancellable);
  g_clear_pointer (&self->progress, ctl_progress_free);
  g_object_unref (self->builder);
  g_free (self->called);
  g_free (self->program);
  g_free (self->probe_name);
  g_free (self->connect);
  g_free (self->library_path);
  g_free (self);
}

/* Options are parsed twice, before and behind the command; the last one given counts.  GLib's own
 * texts would lose the first. */
static gboolean
replace_text (char **text, const char *value)
{
  g_free (*text);
  *text = g_strdup (value);
  return TRUE;
}

static gboolean
on_probe (const char *name, const char *value, gpointer self, GError **error)
{
  return replace_text (&((CtlContext *)self)->probe_name, value);
}

static gboolean
on_speed (const char *name, const char *value, gpointer self, GError **error)
{
  guint64 khz;

  if (!g_ascii_string_to_unsigned (value, 10, 1, G_MAXINT32, &khz, NULL))
    {
      g_set_error (error, FK_ERROR, FK_ERROR_USAGE, "--speed takes a number of kHz, not \"%s\"",
                   value);
      return FALSE;
    }
  ((CtlContext *)self)->speed_khz = (guint)khz;
  return TRUE;
}

static gboolean
on_connect (const char *name, const char *value, gpointer self, GError **error)
{
  return replace_text (&((CtlContext *)self)->connect, value);
}

static gboolean
on_library (const char *name, const char *value, gpointer self, GError **error)
{
  /* A script's variable that is empty; else the folder that one happens to be in would be it. */
  if (*value == '\0')
    {
      g_set_error (error, FK_ERROR, FK_ERROR_USAGE,
                   "--library takes a folder, and got an empty name");
      return FALSE;
    }
  return replace_text (&((CtlContext *)self)->library_path, value);
}

/**
 * ctl_context_add_options:
 *
 * Adds the options that every command takes to @group; parsing fills @self.
 */
void
ctl_context_add_options (CtlContext *self, GOptionGroup *group)
{
  const GOptionEntry entries[] = {
    { "probe", 0, 0, G_OPTION_ARG_CALLBACK, on_probe, "Use this probe, or a simulated board",
      "SERIAL|sim:NAME" },
    { "speed", 0, 0, G_OPTION_ARG_CALLBACK, on_speed, "SWD clock at most KHZ", "KHZ" },
    { "connect", 0, 0, G_OPTION_ARG_CALLBACK, on_connect, "auto, normal, under-reset or hot-plug",
      "HOW" },
    { "library", 0, G_OPTION_FLAG_FILENAME, G_OPTION_ARG_CALLBACK, on_library,
      "Folder of the backups", "DIR" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &self->json, "Print one JSON document", NULL },
    { "quiet", 'q', 0, G_OPTION_ARG_NONE, &self->quiet, "Print only results and errors", NULL },
    { "yes", 'y', 0, G_OPTION_ARG_NONE, &self->yes, "Do not ask before the chip is changed", NULL },
    { "halt", 0, 0, G_OPTION_ARG_NONE, &self->halt, "Leave the program stopped in the end", NULL },
    { "version", 0, 0, G_OPTION_ARG_NONE, &self->version, "Print the version", NULL },
    { NULL },
  };

  g_option_group_add_entries (group, entries);
}

/**
 * ctl_context_set_option:
 * @value: (nullable): %NULL for a switch
 *
 * Remembers an option of the command; the last one given counts.
 */
void
ctl_context_set_option (CtlContext *self, const char *name, const char *value)
{
  g_hash_table_replace (self->options, g_strdup (name), g_strdup (value));
}

/**
 * ctl_context_get_option:
 *
 * Returns: (transfer none) (nullable): what the person gave for the command's option @name
 */
const char *
ctl_context_get_option (CtlContext *self, const char *name)
{
  return g_hash_table_lookup (self->options, name);
}

gboolean
ctl_context_has_option (CtlContext *self, const char *name)
{
  return g_hash_table_contains (self->options, name);
}

/* Whether a shell that is given the bare name runs the file at @path. */
static gboolean
is_on_path (const char *path)
{
  g_autofree char *found = g_find_program_in_path (PROGRAM);
  g_autofree char *real = realpath (path, NULL);
  g_autofree char *other = found != NULL ? realpath (found, NULL) : NULL;

  return g_strcmp0 (real, other) == 0;
}

/**
 * ctl_context_set_program:
 * @called: what the program was called by; a path that the shell does not know by its name goes
 *   into the command lines that are suggested, so that they work
 */
void
ctl_context_set_program (CtlContext *self, const char *called)
{
  g_clear_pointer (&self->program, g_free);
  g_free (self->called);
  self->called = g_strdup (called);
}

/* Looks through $PATH, once. */
static const char *
get_program (CtlContext *self)
{
  const char *called = self->called;

  if (self->program != NULL)
    return self->program;
  if (called == NULL || strchr (called, '/') == NULL || is_on_path (called))
    self->program = g_strdup (PROGRAM);
  else
    self->program =
        strpbrk (called, " '\"\\$&;()*?<>|~") != NULL ? g_shell_quote (called) : g_strdup (called);
  return self->program;
}

gboolean
ctl_context_get_json (CtlContext *self)
{
  return self->json;
}

void
ctl_context_set_json (CtlContext *self)
{
  self->json = TRUE;
}

gboolean
ctl_context_get_quiet (CtlContext *self)
{
  return self->quiet;
}

gboolean
ctl_context_get_yes (CtlContext *self)
{
  return self->yes;
}

gboolean
ctl_context_get_halt (CtlContext *self)
{
  return self->halt;
}

gboolean
ctl_context_get_version (CtlContext *self)
{
  return self->version;
}

/**
 * ctl_context_get_library:
 *
 * Returns: (transfer none): the one that --library names; else the one that was chosen in the
 *   window, where that is installed; else the usual one
 */
FkLibrary *
ctl_context_get_library (CtlContext *self)
{
  g_autofree char *chosen = NULL;

  if (self->library != NULL)
    return self->library;
  if (self->library_path == NULL)
    chosen = ctl_settings_dup_library_folder ();
  self->library_from = self->library_path != NULL ? CTL_LIBRARY_FROM_OPTION
                       : chosen != NULL           ? CTL_LIBRARY_FROM_PREFERENCES
                                                  : CTL_LIBRARY_USUAL;
  self->library = fk_library_new (chosen != NULL ? chosen : self->library_path);
  if (chosen != NULL)
    fk_library_require_folder (self->library);
  return self->library;
}

/* Returns: why the library is the one that it is */
CtlLibraryFrom
ctl_context_get_library_from (CtlContext *self)
{
  ctl_context_get_library (self);
  return self->library_from;
}

static FkProbe *
open_simulated (CtlContext *self, GError **error)
{
  g_autoptr (FkProbe) probe = NULL;

  self->board = fk_sim_board_new (self->probe_name + strlen (SIM_PREFIX), error);
  if (self->board == NULL)
    return NULL;
  probe = fk_probe_new_for_usb (fk_sim_board_get_usb_device (self->board));
  g_return_val_if_fail (probe != NULL, NULL);
  fk_probe_set_simulated (probe);
  return g_steal_pointer (&probe);
}

/**
 * ctl_context_get_probe:
 *
 * Returns: (transfer none) (nullable): the probe that --probe names, or the only one that is there
 */
FkProbe *
ctl_context_get_probe (CtlContext *self, GError **error)
{
  if (self->probe != NULL)
    return self->probe;

  if (self->probe_name != NULL && g_str_has_prefix (self->probe_name, SIM_PREFIX))
    {
      self->probe = open_simulated (self, error);
      return self->probe;
    }

  if (self->probes == NULL)
    self->probes = fk_probe_list_new (error);
  if (self->probes == NULL)
    return NULL;
  self->probe = fk_probe_list_find (self->probes, self->probe_name, error);
  return self->probe;
}

static gboolean
parse_connect (const char *text, FkConnect *how, GError **error)
{
  static const struct
  {
    const char *name;
    FkConnect how;
  } rows[] = { { "auto", FK_CONNECT_AUTO },
               { "normal", FK_CONNECT_NORMAL },
               { "under-reset", FK_CONNECT_UNDER_RESET },
               { "hot-plug", FK_CONNECT_HOT_PLUG } };

  *how = FK_CONNECT_AUTO;
  if (text == NULL)
    return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    if (g_str_equal (rows[i].name, text))
      {
        *how = rows[i].how;
        return TRUE;
      }
  g_set_error (error, FK_ERROR, FK_ERROR_USAGE,
               "--connect takes auto, normal, under-reset or hot-plug, not \"%s\"", text);
  return FALSE;
}

static FkSession *
get_session (CtlContext *self, GError **error)
{
  FkConnect how;
  FkProbe *probe;

  if (self->session != NULL)
    return self->session;
  if (!parse_connect (self->connect, &how, error))
    return NULL;
  if (self->halt && how == FK_CONNECT_HOT_PLUG)
    {
      g_set_error (error, FK_ERROR, FK_ERROR_USAGE,
                   "A chip that is connected hot-plug is never stopped, so --halt cannot be had");
      return NULL;
    }
  probe = ctl_context_get_probe (self, error);
  if (probe == NULL)
    return NULL;

  self->session = fk_session_new (probe, ctl_context_get_library (self));
  fk_session_set_connect (self->session, how, self->speed_khz);
  fk_session_set_leave_halted (self->session, self->halt);
  return self->session;
}

typedef struct
{
  gboolean done;
  gboolean ok;
  GError *error;
} CtlRun;

static void
on_ran (GObject *source, GAsyncResult *result, gpointer user_data)
{
  CtlRun *run = user_data;

  run->ok = fk_session_run_finish (FK_SESSION (source), result, &run->error);
  run->done = TRUE;
}

/* Ctrl+C, a shutdown, a terminal that was closed. */
static const int ending_signals[] = { SIGINT, SIGTERM, SIGHUP };

static gboolean
on_interrupt (gpointer user_data)
{
  g_cancellable_cancel (user_data);
  return G_SOURCE_CONTINUE;
}

/* Who has just pressed Ctrl+C wants to know one thing.  Jobs that change the chip say themselves
 * how far they came. */
static void
reassure (FkJob *job, GError *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) && !fk_job_changes_chip (job))
    {
      g_free (error->message);
      error->message = g_strdup ("Cancelled; nothing was changed on the chip");
    }
}

/**
 * ctl_context_run:
 *
 * Runs @job on the chosen probe to its end.  Ctrl+C cancels it at the next safe point.
 */
gboolean
ctl_context_run (CtlContext *self, FkJob *job, GError **error)
{
  CtlRun run = { 0 };
  FkSession *session = get_session (self, error);
  guint signals[G_N_ELEMENTS (ending_signals)];

  if (session == NULL)
    return FALSE;

  if (self->progress == NULL)
    self->progress = ctl_progress_new (self->quiet);
  for (guint i = 0; i < G_N_ELEMENTS (signals); i++)
    signals[i] = g_unix_signal_add (ending_signals[i], on_interrupt, self->cancellable);
  fk_session_run_async (session, job, ctl_progress_update, self->progress, NULL, self->cancellable,
                        on_ran, &run);
  /* It takes the probe some milliseconds to answer; what will be wanted is got ready meanwhile. */
  get_program (self);
  while (!run.done)
    g_main_context_iteration (NULL, TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (signals); i++)
    g_source_remove (signals[i]);
  ctl_progress_finish (self->progress);

  if (!run.ok)
    {
      reassure (job, run.error);
      g_propagate_error (error, run.error);
    }
  return run.ok;
}

/**
 * ctl_context_print:
 *
 * What was asked for, in words, on standard output; nothing with --json.
 */
void
ctl_context_print (CtlContext *self, const char *format, ...)
{
  va_list args;

  if (self->json)
    return;
  va_start (args, format);
  vprintf (format, args);
  va_end (args);
}

/**
 * ctl_context_remark:
 *
 * What is good to know beside the result; nothing with --json or --quiet.
 */
void
ctl_context_remark (CtlContext *self, const char *format, ...)
{
  va_list args;

  if (self->json || self->quiet)
    return;
  va_start (args, format);
  vprintf (format, args);
  va_end (args);
}

/**
 * ctl_context_warn:
 *
 * A warning for a person, on standard error, also with --quiet; once, where a plan and its deed
 * both have it.
 */
void
ctl_context_warn (CtlContext *self, const char *format, ...)
{
  char *text;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  if (!g_hash_table_add (self->told, text))
    return;
  if (self->progress != NULL)
    ctl_progress_finish (self->progress); /* its line is not to run into this one */
  fprintf (stderr, "Warning: %s\n", text);
  fflush (stderr);
}

/**
 * ctl_context_warn_of:
 * @findings: (element-type FkFinding)
 */
void
ctl_context_warn_of (CtlContext *self, GPtrArray *findings)
{
  for (guint i = 0; i < findings->len; i++)
    ctl_context_warn (self, "%s", ((const FkFinding *)g_ptr_array_index (findings, i))->text);
}

/**
 * ctl_context_warn_all:
 * @warnings: (nullable) (array zero-terminated=1): whole sentences
 */
void
ctl_context_warn_all (CtlContext *self, const char *const *warnings)
{
  for (guint i = 0; warnings != NULL && warnings[i] != NULL; i++)
    ctl_context_warn (self, "%s", warnings[i]);
}

/**
 * ctl_context_tell_warnings:
 * @kind: of all of them
 * @warnings: (nullable) (array zero-terminated=1): whole sentences
 *
 * As ctl_context_warn_all(), and as the member "warnings" of the JSON document.
 */
void
ctl_context_tell_warnings (CtlContext *self, const char *kind, const char *const *warnings)
{
  ctl_json_begin_array (self->builder, "warnings");
  for (guint i = 0; warnings != NULL && warnings[i] != NULL; i++)
    ctl_json_warning (self->builder, kind, warnings[i]);
  json_builder_end_array (self->builder);
  ctl_context_warn_all (self, warnings);
}

gboolean
ctl_context_can_ask (CtlContext *self)
{
  return isatty (STDIN_FILENO) && isatty (STDERR_FILENO);
}

static void
ignore_signal (int number)
{
}

/* Reads a line; Ctrl+C ends it as the end of input does, so that the last word can be said. */
static char *
read_line (void)
{
  const struct sigaction interrupt = { .sa_handler = ignore_signal };
  struct sigaction before;
  char *raw = NULL;
  size_t size = 0;
  gssize length;
  char *line;

  sigaction (SIGINT, &interrupt, &before);
  length = getline (&raw, &size, stdin);
  sigaction (SIGINT, &before, NULL);
  line = length > 0 ? g_strstrip (g_strndup (raw, (gsize)length)) : NULL;
  free (raw);
  return line;
}

/**
 * ctl_context_ask:
 *
 * Returns: (transfer full) (nullable): the line that the person typed, without blanks around it;
 *   %NULL at the end of input, and on Ctrl+C
 */
char *
ctl_context_ask (CtlContext *self, const char *question)
{
  char *line;

  fputs (question, stderr);
  fflush (stderr);
  line = read_line ();
  if (line == NULL)
    fputc ('\n', stderr);
  return line;
}

/**
 * ctl_context_check_change:
 *
 * Returns: whether the chosen connection lets a chip be changed at all, for commands that ask a
 *   person first; the job would say so, too
 */
gboolean
ctl_context_check_change (CtlContext *self, GError **error)
{
  if (g_strcmp0 (self->connect, "hot-plug") != 0)
    return TRUE;
  g_set_error (error, FK_ERROR, FK_ERROR_USAGE,
               "A chip that is connected hot-plug is never stopped, and so cannot be changed; "
               "connect in another way");
  return FALSE;
}

/**
 * ctl_context_confirm:
 * @what: what will happen and what is lost, in whole sentences
 * @deed: what the question asks, without its mark: "Restore"
 *
 * Asks unless --yes was given.
 *
 * Returns: whether to go on; %FK_ERROR_DECLINED if the person said no, %FK_ERROR_NEEDS_CONSENT if
 *   nobody can be asked
 */
gboolean
ctl_context_confirm (CtlContext *self, const char *what, const char *deed, GError **error)
{
  g_autofree char *question = NULL;
  g_autofree char *answer = NULL;

  if (self->yes)
    return TRUE;
  if (!ctl_context_can_ask (self))
    {
      fprintf (stderr, "%s\n", what);
      g_set_error (error, FK_ERROR, FK_ERROR_NEEDS_CONSENT,
                   "Nothing was changed: this needs a yes, and there is no terminal to ask on");
      return FALSE;
    }

  question = g_strdup_printf ("%s\n%s? [y/N] ", what, deed);
  answer = ctl_context_ask (self, question);
  if (answer != NULL &&
      (g_ascii_strcasecmp (answer, "y") == 0 || g_ascii_strcasecmp (answer, "yes") == 0))
    return TRUE;
  g_set_error (error, FK_ERROR, FK_ERROR_DECLINED, "Nothing was changed: the answer was not yes");
  return FALSE;
}

/**
 * ctl_context_confirm_if_asked:
 *
 * As ctl_context_confirm(), for what does not change the chip: a person at a terminal is asked, a
 * script goes on.
 */
gboolean
ctl_context_confirm_if_asked (CtlContext *self, const char *what, const char *deed, GError **error)
{
  return !ctl_context_can_ask (self) || ctl_context_confirm (self, what, deed, error);
}

static void
append_option (GString *line, const char *name, const char *value)
{
  g_autofree char *quoted = value != NULL ? g_shell_quote (value) : NULL;

  if (quoted != NULL)
    g_string_append_printf (line, " --%s %s", name, quoted);
}

/**
 * ctl_context_make_command:
 *
 * Returns: (transfer full): the beginning of a command line that works on the same probe and
 *   library, for advice that can be copied as it is
 */
char *
ctl_context_make_command (CtlContext *self)
{
  GString *line = g_string_new (get_program (self));

  append_option (line, "probe", self->probe_name);
  append_option (line, "library", self->library_path);
  return g_string_free (line, FALSE);
}

/**
 * ctl_context_make_library_command:
 *
 * Returns: (transfer full): the same for what is done to backups and files alone, without a board
 */
char *
ctl_context_make_library_command (CtlContext *self)
{
  GString *line = g_string_new (get_program (self));

  append_option (line, "library", self->library_path);
  return g_string_free (line, FALSE);
}

/**
 * ctl_context_get_builder:
 *
 * Returns: (transfer none): the top-level object of the JSON document, open for members
 */
JsonBuilder *
ctl_context_get_builder (CtlContext *self)
{
  return self->builder;
}

static void
print_json (JsonBuilder *builder)
{
  g_autoptr (JsonGenerator) generator = json_generator_new ();
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *text = NULL;

  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  json_generator_set_root (generator, root);
  json_generator_set_pretty (generator, TRUE);
  text = json_generator_to_data (generator, NULL);
  puts (text);
}

void
ctl_context_flush_json (CtlContext *self)
{
  if (self->json)
    print_json (self->builder);
}

/**
 * ctl_context_report_error:
 *
 * With --json the error is the one document on standard output; else three parts on standard
 * error: what and why, then what to do next.
 */
void
ctl_context_report_error (CtlContext *self, const GError *error)
{
  const char *hint = fk_error_get_hint (error);

  if (self->json)
    {
      g_autoptr (JsonBuilder) builder = json_builder_new ();

      json_builder_begin_object (builder);
      json_builder_set_member_name (builder, "error");
      json_builder_begin_object (builder);
      json_builder_set_member_name (builder, "domain");
      json_builder_add_string_value (builder, g_quark_to_string (error->domain));
      json_builder_set_member_name (builder, "code");
      json_builder_add_string_value (builder, fk_error_get_nick (error));
      json_builder_set_member_name (builder, "message");
      json_builder_add_string_value (builder, error->message);
      json_builder_set_member_name (builder, "hint");
      json_builder_add_string_value (builder, hint != NULL ? hint : "");
      json_builder_end_object (builder);
      print_json (builder);
      return;
    }
  fprintf (stderr, "flashkeepctl: %s\n", error->message);
  if (hint != NULL)
    fprintf (stderr, "%s\n", hint);
}
