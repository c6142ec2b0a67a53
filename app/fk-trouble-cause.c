/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Looks around on the machine for why a probe cannot be opened: the udev rule, who sits here (the
 * file of the session that systemd-logind keeps), who holds the device (/proc). */

#include "config.h"

#include "fk-trouble-cause.h"

#include <string.h>
#include <unistd.h>

#include "base/fk-error.h"

#define RULE "70-flashkeep-probes.rules"

typedef struct
{
  GError *error;
  char *port_path;
  FkTroubleCause cause;
  char *program;
} Search;

static void
search_free (Search *search)
{
  g_error_free (search->error);
  g_free (search->port_path);
  g_free (search->program);
  g_free (search);
}

static gboolean
is_rule_installed (const char *root)
{
  static const char *const folders[] = { "/etc/udev/rules.d", "/run/udev/rules.d",
                                         "/usr/lib/udev/rules.d", "/lib/udev/rules.d" };

  for (guint i = 0; i < G_N_ELEMENTS (folders); i++)
    {
      g_autofree char *path = g_build_filename (root, folders[i], RULE, NULL);

      if (g_file_test (path, G_FILE_TEST_EXISTS))
        return TRUE;
    }
  return FALSE;
}

static gboolean
is_remote (const char *root)
{
  const char *session = g_getenv ("XDG_SESSION_ID");
  g_autofree char *path = NULL;
  g_autofree char *text = NULL;

  if (session == NULL || strchr (session, '/') != NULL)
    return FALSE;
  path = g_build_filename (root, "run/systemd/sessions", session, NULL);
  return g_file_get_contents (path, &text, NULL, NULL) && strstr (text, "\nREMOTE=1") != NULL;
}

static gboolean
read_number (const char *root, const char *port_path, const char *name, guint *number)
{
  g_autofree char *path = g_build_filename (root, "sys/bus/usb/devices", port_path, name, NULL);
  g_autofree char *text = NULL;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return FALSE;
  *number = (guint)g_ascii_strtoull (text, NULL, 10);
  return TRUE;
}

static gboolean
has_open (const char *process, const char *node)
{
  g_autofree char *path = g_build_filename (process, "fd", NULL);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *file = g_build_filename (path, name, NULL);
      g_autofree char *target = g_file_read_link (file, NULL);

      if (g_strcmp0 (target, node) == 0)
        return TRUE;
    }
  return FALSE;
}

/* Returns: (transfer full) (nullable): the name of a program that has @node open; what other people
 * run cannot be looked into */
static char *
find_holder (const char *root, const char *node)
{
  g_autofree char *path = g_build_filename (root, "proc", NULL);
  g_autofree char *own = g_strdup_printf ("%d", (int)getpid ());
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *process = g_build_filename (path, name, NULL);
      g_autofree char *comm = g_build_filename (process, "comm", NULL);
      char *program = NULL;

      if (!g_ascii_isdigit (name[0]) || g_str_equal (name, own) || !has_open (process, node))
        continue;
      if (g_file_get_contents (comm, &program, NULL, NULL))
        return g_strchomp (program);
    }
  return NULL;
}

/**
 * fk_trouble_cause_find:
 * @root: where the machine's files are: "/", but for tests
 * @error: what opening the probe said
 * @port_path: of the probe, "1-2"
 * @program: (out) (transfer full) (nullable): the program that holds it
 *
 * Looks at many files: not for the main loop.
 */
FkTroubleCause
fk_trouble_cause_find (const char *root, const GError *error, const char *port_path, char **program)
{
  g_autofree char *node = NULL;
  guint bus;
  guint device;

  *program = NULL;
  if (g_error_matches (error, FK_ERROR, FK_ERROR_PROBE_DENIED))
    {
      if (!is_rule_installed (root))
        return FK_CAUSE_NO_RULE;
      return is_remote (root) ? FK_CAUSE_REMOTE : FK_CAUSE_NOT_REPLUGGED;
    }
  if (!g_error_matches (error, FK_ERROR, FK_ERROR_PROBE_BUSY) || port_path == NULL ||
      !read_number (root, port_path, "busnum", &bus) ||
      !read_number (root, port_path, "devnum", &device))
    return FK_CAUSE_UNKNOWN;
  node = g_strdup_printf ("/dev/bus/usb/%03u/%03u", bus, device);
  *program = find_holder (root, node);
  return *program != NULL ? FK_CAUSE_PROGRAM : FK_CAUSE_UNKNOWN;
}

static void
run_search (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Search *search = task_data;

  search->cause = fk_trouble_cause_find ("/", search->error, search->port_path, &search->program);
  g_task_return_boolean (task, TRUE);
}

void
fk_trouble_cause_find_async (const GError *error,
                             const char *port_path,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Search *search = g_new0 (Search, 1);

  search->error = g_error_copy (error);
  search->port_path = g_strdup (port_path);
  g_task_set_task_data (task, search, (GDestroyNotify)search_free);
  g_task_run_in_thread (task, run_search);
}

/**
 * fk_trouble_cause_find_finish:
 * @program: (out) (transfer full) (nullable): as for fk_trouble_cause_find()
 *
 * Returns: %FK_CAUSE_UNKNOWN also when it was cancelled
 */
FkTroubleCause
fk_trouble_cause_find_finish (GAsyncResult *result, char **program)
{
  Search *search = g_task_get_task_data (G_TASK (result));

  *program = NULL;
  if (!g_task_propagate_boolean (G_TASK (result), NULL))
    return FK_CAUSE_UNKNOWN;
  *program = g_steal_pointer (&search->program);
  return search->cause;
}
