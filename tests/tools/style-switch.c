/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Preloaded into the window program, so that a picture can be taken in another style without a
 * start for each: SIGUSR1 turns the dark style on and off, SIGUSR2 the scale of 200 %. */

#include <adwaita.h>
#include <gdk/x11/gdkx.h>
#include <glib-unix.h>
#include <signal.h>

static gboolean
switch_colours (gpointer data)
{
  AdwStyleManager *manager = adw_style_manager_get_default ();

  adw_style_manager_set_color_scheme (manager, adw_style_manager_get_dark (manager)
                                                   ? ADW_COLOR_SCHEME_DEFAULT
                                                   : ADW_COLOR_SCHEME_FORCE_DARK);
  return G_SOURCE_CONTINUE;
}

static gboolean
switch_scale (gpointer data)
{
  GdkDisplay *display = gdk_display_get_default ();
  GListModel *monitors = gdk_display_get_monitors (display);
  g_autoptr (GdkMonitor) monitor = g_list_model_get_item (monitors, 0);

  gdk_x11_display_set_surface_scale (display, gdk_monitor_get_scale_factor (monitor) == 1 ? 2 : 1);
  return G_SOURCE_CONTINUE;
}

__attribute__ ((constructor)) static void
listen (void)
{
  g_unix_signal_add (SIGUSR1, switch_colours, NULL);
  g_unix_signal_add (SIGUSR2, switch_scale, NULL);
}
