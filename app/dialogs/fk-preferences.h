/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * FkPreferences: what a person chooses once; each choice acts at once, and is kept
 */
#define FK_TYPE_PREFERENCES (fk_preferences_get_type ())
G_DECLARE_FINAL_TYPE (FkPreferences, fk_preferences, FK, PREFERENCES, AdwPreferencesWindow)

void fk_preferences_present (GtkWindow *parent, GSettings *settings, const char *given_folder);

G_END_DECLS
