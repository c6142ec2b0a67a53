/* SPDX-License-Identifier: GPL-3.0-or-later */

/* About the program, with what a report about a fault should hold: under Troubleshooting it can be
 * copied or saved. */

#include "config.h"

#include "fk-about.h"

#include <glib/gi18n.h>

#include "fk-board.h"
#include "fk-log.h"
#include "usb/fk-usb-bus.h"

static void
add_versions (GString *text)
{
  g_autofree char *usb = fk_usb_bus_dup_library_version ();
  g_autofree char *system = g_get_os_info (G_OS_INFO_KEY_PRETTY_NAME);

  g_string_append_printf (text, "Flashkeep %s\n", FK_VERSION);
  g_string_append_printf (text, "System: %s\n", system != NULL ? system : "unknown");
  g_string_append_printf (text, "GTK %u.%u.%u, libadwaita %u.%u.%u, GLib %u.%u.%u, libusb %s\n",
                          gtk_get_major_version (), gtk_get_minor_version (),
                          gtk_get_micro_version (), adw_get_major_version (),
                          adw_get_minor_version (), adw_get_micro_version (), glib_major_version,
                          glib_minor_version, glib_micro_version, usb);
  g_string_append_printf (text, "Display: %s, language: %s\n",
                          G_OBJECT_TYPE_NAME (gdk_display_get_default ()),
                          pango_language_to_string (gtk_get_default_language ()));
}

static void
add_board (GString *text, FkBoard *board)
{
  FkProbe *probe = fk_board_get_probe (board);
  g_autofree char *title = fk_board_dup_title (board);
  const char *serial = fk_probe_get_serial (probe);
  const char *firmware = fk_board_get_firmware (board);
  const GError *error = fk_board_get_error (board);

  g_string_append_printf (text, "Probe: %s, serial %s, firmware %s, at %s\n",
                          fk_probe_get_kind (probe), serial != NULL ? serial : "unknown",
                          firmware != NULL ? firmware : "unknown", fk_probe_get_port_path (probe));
  g_string_append_printf (text, "  Board: %s, %u mV\n", title, fk_board_get_millivolts (board));
  if (error != NULL)
    g_string_append_printf (text, "  Trouble: %s\n", error->message);
}

/* The home folder's name is nobody's business. */
static char *
hide_home (const char *text)
{
  const char *home = g_get_home_dir ();
  g_auto (GStrv) parts = NULL;

  if (home == NULL || strlen (home) < 2)
    return g_strdup (text);
  parts = g_strsplit (text, home, -1);
  return g_strjoinv ("~", parts);
}

static char *
dup_report (FkApplication *application)
{
  GListModel *boards = fk_application_get_boards (application);
  FkLibraryModel *library = fk_application_get_library (application);
  guint n_boards = g_list_model_get_n_items (boards);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *log = fk_log_dup_text ();

  add_versions (text);
  for (guint i = 0; i < n_boards; i++)
    {
      g_autoptr (FkBoard) board = g_list_model_get_item (boards, i);

      add_board (text, board);
    }
  if (n_boards == 0)
    g_string_append (text, "Probe: none\n");
  g_string_append_printf (text, "Library: %s\n",
                          fk_library_get_path (fk_library_model_get_library (library)));
  g_string_append_printf (text, "\n%s", log);
  return hide_home (text->str);
}

/**
 * fk_about_present:
 *
 * Shows the window about the program above @parent.
 */
void
fk_about_present (GtkWindow *parent, FkApplication *application)
{
  g_autofree char *report = NULL;

  g_return_if_fail (FK_IS_APPLICATION (application));

  report = dup_report (application);
  adw_show_about_window (parent, "application-name", "Flashkeep", "application-icon", FK_APP_ID,
                         "version", FK_VERSION, "developer-name", _ ("The Flashkeep developers"),
                         "license-type", GTK_LICENSE_GPL_3_0, "comments",
                         _ ("Keeps the firmware of STM32 boards safe"),
                         /* The names of those who translated, one a line. */
                         "translator-credits", _ ("translator-credits"), "debug-info", report,
                         "debug-info-filename", "flashkeep-report.txt", NULL);
}
