/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What was chosen in the preferences of the window, and holds for the command line, too.  Where the
 * window is not installed there is no schema, and nothing was chosen. */

#include "config.h"

#include "ctl-settings.h"

#define LIBRARY_FOLDER "library-folder"

/**
 * ctl_settings_dup_library_folder:
 *
 * Returns: (transfer full) (nullable): the folder that was chosen for the library; %NULL: none was
 */
char *
ctl_settings_dup_library_folder (void)
{
  GSettingsSchemaSource *source = g_settings_schema_source_get_default ();
  g_autoptr (GSettingsSchema) schema = NULL;
  g_autoptr (GSettings) settings = NULL;
  g_autofree char *folder = NULL;

  if (source != NULL)
    schema = g_settings_schema_source_lookup (source, FK_APP_ID, TRUE);
  /* That of an older version may be installed. */
  if (schema == NULL || !g_settings_schema_has_key (schema, LIBRARY_FOLDER))
    return NULL;
  settings = g_settings_new_full (schema, NULL, NULL);
  folder = g_settings_get_string (settings, LIBRARY_FOLDER);
  return *folder != '\0' ? g_steal_pointer (&folder) : NULL;
}
