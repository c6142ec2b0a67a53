/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Why a probe cannot be opened, told from a machine that is only a folder. */

#include "config.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <unistd.h>

#include "base/fk-error.h"
#include "fk-trouble-cause.h"

typedef struct
{
  char *root;
  GError *denied;
  GError *busy;
} Machine;

static void
put (Machine *machine, const char *path, const char *text)
{
  g_autofree char *file = g_build_filename (machine->root, path, NULL);
  g_autofree char *folder = g_path_get_dirname (file);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (file, text, -1, NULL));
}

static void
set_up (Machine *machine, gconstpointer data)
{
  machine->root = g_dir_make_tmp ("flashkeep-XXXXXX", NULL);
  machine->denied = g_error_new_literal (FK_ERROR, FK_ERROR_PROBE_DENIED, "denied");
  machine->busy = g_error_new_literal (FK_ERROR, FK_ERROR_PROBE_BUSY, "busy");
  g_setenv ("XDG_SESSION_ID", "7", TRUE);
}

static void
tear_down (Machine *machine, gconstpointer data)
{
  const char *const command[] = { "rm", "-r", machine->root, NULL };

  g_assert_true (g_spawn_sync (NULL, (char **)command, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL,
                               NULL, NULL, NULL));
  g_free (machine->root);
  g_error_free (machine->denied);
  g_error_free (machine->busy);
}

static void
assert_cause (Machine *machine, const GError *error, FkTroubleCause cause, const char *program)
{
  g_autofree char *found = NULL;

  g_assert_cmpint (fk_trouble_cause_find (machine->root, error, "1-2", &found), ==, cause);
  g_assert_cmpstr (found, ==, program);
}

static void
test_denied (Machine *machine, gconstpointer data)
{
  assert_cause (machine, machine->denied, FK_CAUSE_NO_RULE, NULL);
  put (machine, "usr/lib/udev/rules.d/70-flashkeep-probes.rules", "");
  assert_cause (machine, machine->denied, FK_CAUSE_NOT_REPLUGGED, NULL);
  put (machine, "run/systemd/sessions/7", "UID=1000\nREMOTE=0\n");
  assert_cause (machine, machine->denied, FK_CAUSE_NOT_REPLUGGED, NULL);
  put (machine, "run/systemd/sessions/7", "UID=1000\nREMOTE=1\n");
  assert_cause (machine, machine->denied, FK_CAUSE_REMOTE, NULL);
}

static void
test_busy (Machine *machine, gconstpointer data)
{
  g_autofree char *link = g_build_filename (machine->root, "proc/4711/fd/5", NULL);

  assert_cause (machine, machine->busy, FK_CAUSE_UNKNOWN, NULL);
  put (machine, "sys/bus/usb/devices/1-2/busnum", "1\n");
  put (machine, "sys/bus/usb/devices/1-2/devnum", "12\n");
  put (machine, "proc/4711/comm", "openocd\n");
  put (machine, "proc/4711/fd/4", "");
  g_assert_cmpint (symlink ("/dev/bus/usb/001/011", link), ==, 0);
  assert_cause (machine, machine->busy, FK_CAUSE_UNKNOWN, NULL);
  g_assert_cmpint (g_unlink (link), ==, 0);
  g_assert_cmpint (symlink ("/dev/bus/usb/001/012", link), ==, 0);
  assert_cause (machine, machine->busy, FK_CAUSE_PROGRAM, "openocd");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/trouble/denied", Machine, NULL, set_up, test_denied, tear_down);
  g_test_add ("/trouble/busy", Machine, NULL, set_up, test_busy, tear_down);
  return g_test_run ();
}
