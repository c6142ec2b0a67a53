/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The keys, as data/io.github.flashkeep.Flashkeep.gschema.xml describes them. */
#define FK_SETTINGS_LIBRARY_FOLDER   "library-folder"   /* string; "": the usual place */
#define FK_SETTINGS_CONNECT          "connect"          /* enum, as #FkConnect */
#define FK_SETTINGS_SPEED_KHZ        "speed-khz"        /* uint; 0: automatic */
#define FK_SETTINGS_CHECK_ON_CONNECT "check-on-connect" /* boolean */
#define FK_SETTINGS_WINDOW_WIDTH     "window-width"     /* int */
#define FK_SETTINGS_WINDOW_HEIGHT    "window-height"    /* int */
#define FK_SETTINGS_WINDOW_MAXIMIZED "window-maximized" /* boolean */

GSettings *fk_settings_new (void);

G_END_DECLS
