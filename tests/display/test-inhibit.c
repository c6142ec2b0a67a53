/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The machine stays awake while a board is worked on, and no longer: a session manager is played on
 * the test's own bus.  It has a thread, because GTK waits for its answers. */

#include "config.h"

#include <adwaita.h>
#include <glib/gstdio.h>

#include "fk-application.h"
#include "fk-board.h"
#include "fk-job-watch.h"
#include "probe/fk-probe-list.h"
#include "sim/fk-sim.h"

#define NAME     "org.gnome.SessionManager"
#define PATH     "/org/gnome/SessionManager"
#define LOGOUT   1u
#define SUSPEND  4u
#define COOKIE   4711u
#define PATIENCE (60 * G_USEC_PER_SEC)

static const char interface[] =
    "<node><interface name='" NAME "'>"
    "<method name='Inhibit'><arg type='s' direction='in'/><arg type='u' direction='in'/>"
    "<arg type='s' direction='in'/><arg type='u' direction='in'/>"
    "<arg type='u' direction='out'/></method>"
    "<method name='Uninhibit'><arg type='u' direction='in'/></method>"
    "</interface></node>";

typedef struct
{
  GThread *thread;
  GMainLoop *loop;
  int ready;
  int inhibited;   /* how often */
  int uninhibited; /* how often */
  int flags;       /* of the last time */
} Manager;

static void
on_call (GDBusConnection *connection,
         const char *sender,
         const char *path,
         const char *interface_name,
         const char *method,
         GVariant *parameters,
         GDBusMethodInvocation *invocation,
         gpointer user_data)
{
  Manager *manager = user_data;
  guint value;

  if (g_str_equal (method, "Inhibit"))
    {
      g_variant_get_child (parameters, 3, "u", &value);
      g_atomic_int_set (&manager->flags, (int)value);
      g_atomic_int_inc (&manager->inhibited);
      g_dbus_method_invocation_return_value (invocation, g_variant_new ("(u)", COOKIE));
      return;
    }
  g_variant_get_child (parameters, 0, "u", &value);
  g_assert_cmpuint (value, ==, COOKIE);
  g_atomic_int_inc (&manager->uninhibited);
  g_dbus_method_invocation_return_value (invocation, NULL);
}

static void
on_acquired (GDBusConnection *connection, const char *name, gpointer user_data)
{
  g_atomic_int_set (&((Manager *)user_data)->ready, TRUE);
}

static gpointer
run_manager (gpointer user_data)
{
  static const GDBusInterfaceVTable vtable = { .method_call = on_call };
  Manager *manager = user_data;
  g_autoptr (GMainContext) context = g_main_loop_get_context (manager->loop);
  g_autoptr (GDBusNodeInfo) node = NULL;
  g_autoptr (GDBusConnection) bus = NULL;
  g_autoptr (GError) error = NULL;
  guint owner;

  g_main_context_ref (context);
  g_main_context_push_thread_default (context);
  node = g_dbus_node_info_new_for_xml (interface, &error);
  g_assert_no_error (error);
  bus = g_dbus_connection_new_for_address_sync (g_getenv ("DBUS_SESSION_BUS_ADDRESS"),
                                                G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                                    G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                                NULL, NULL, &error);
  g_assert_no_error (error);
  g_dbus_connection_register_object (bus, PATH, node->interfaces[0], &vtable, manager, NULL,
                                     &error);
  g_assert_no_error (error);
  owner = g_bus_own_name_on_connection (bus, NAME, G_BUS_NAME_OWNER_FLAGS_NONE, on_acquired, NULL,
                                        manager, NULL);
  g_main_loop_run (manager->loop);
  g_bus_unown_name (owner);
  g_main_context_pop_thread_default (context);
  return NULL;
}

static void
start_manager (Manager *manager)
{
  g_autoptr (GMainContext) context = g_main_context_new ();

  manager->loop = g_main_loop_new (context, FALSE);
  manager->thread = g_thread_new ("session-manager", run_manager, manager);
  while (!g_atomic_int_get (&manager->ready))
    g_usleep (10000);
}

static void
stop_manager (Manager *manager)
{
  g_main_loop_quit (manager->loop);
  g_thread_join (manager->thread);
  g_main_loop_unref (manager->loop);
}

static void
on_done (FkBoard *board, FkJob *job, const GError *error, gpointer user_data)
{
  g_assert_no_error (error);
  *(gboolean *)user_data = TRUE;
}

/* Takes the job over. */
static void
run (FkBoard *board, FkJob *job)
{
  gint64 deadline = g_get_monotonic_time () + PATIENCE;
  gboolean done = FALSE;

  fk_board_run (board, job, on_done, &done, NULL);
  while (!done)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, deadline);
      g_main_context_iteration (NULL, TRUE);
    }
  g_object_unref (job);
}

/* Takes the job over. */
static void
run_quietly (FkBoard *board, FkJob *job)
{
  gboolean done = FALSE;

  fk_board_run_quietly (board, job, NULL, on_done, &done, NULL);
  while (!done)
    g_main_context_iteration (NULL, TRUE);
  g_object_unref (job);
}

static void
remove_folder (const char *path)
{
  const char *const command[] = { "rm", "-rf", path, NULL };

  g_assert_true (g_spawn_sync (NULL, (char **)command, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL,
                               NULL, NULL, NULL));
}

static void
test_inhibit (void)
{
  Manager manager = { NULL };
  g_autofree char *folder = g_dir_make_tmp ("fk-inhibit-XXXXXX", NULL);
  g_autoptr (FkLibrary) library = fk_library_new (folder);
  g_autoptr (FkApplication) application = fk_application_new ();
  g_autoptr (FkSimBoard) sim = fk_sim_board_new ("creator-pro", NULL);
  g_autoptr (FkProbe) probe = fk_probe_new_for_usb (fk_sim_board_get_usb_device (sim));
  g_autoptr (FkBoard) board = fk_board_new (probe, library);
  g_autoptr (GError) error = NULL;

  start_manager (&manager);
  g_assert_true (g_application_register (G_APPLICATION (application), NULL, &error));
  g_assert_no_error (error);
  fk_job_watch_board (application, board);

  /* Looking who or what is there is over at once: for that nobody needs to be kept awake. */
  run (board, fk_info_job_new ());
  g_assert_cmpint (g_atomic_int_get (&manager.inhibited), ==, 0);
  run_quietly (board, fk_read_job_new ((FkRange){ 0x08000000, 1024 }));
  g_assert_cmpint (g_atomic_int_get (&manager.inhibited), ==, 0);
  run (board, fk_backup_job_new (NULL, NULL));
  g_assert_cmpint (g_atomic_int_get (&manager.inhibited), ==, 1);
  g_assert_cmpuint ((guint)g_atomic_int_get (&manager.flags) & (LOGOUT | SUSPEND), ==,
                    LOGOUT | SUSPEND);
  for (guint i = 0; i < 500 && g_atomic_int_get (&manager.uninhibited) == 0; i++)
    {
      g_main_context_iteration (NULL, FALSE);
      g_usleep (10000);
    }
  g_assert_cmpint (g_atomic_int_get (&manager.uninhibited), ==, 1);
  stop_manager (&manager);
  remove_folder (folder);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add_func ("/inhibit/job", test_inhibit);
  return g_test_run ();
}
