/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The settings.  A program that was not installed finds no schema in the system's folders (and one
 * without a schema ends in g_settings_new()), so the schema travels in the program as well. */

#include "config.h"

#include "fk-settings.h"

#include <glib/gstdio.h>

#define SCHEMA_FILE     "gschemas.compiled"
#define SCHEMA_RESOURCE "/io/github/flashkeep/Flashkeep/" SCHEMA_FILE

/* GLib reads compiled schemas from a folder only; it maps the file, which may go then. */
static GSettingsSchemaSource *
load_own_source (GSettingsSchemaSource *parent, GError **error)
{
  g_autoptr (GBytes) bytes = g_resources_lookup_data (SCHEMA_RESOURCE, 0, error);
  g_autofree char *folder = NULL;
  g_autofree char *file = NULL;
  GSettingsSchemaSource *source = NULL;

  if (bytes == NULL)
    return NULL;
  folder = g_dir_make_tmp ("flashkeep-XXXXXX", error);
  if (folder == NULL)
    return NULL;
  file = g_build_filename (folder, SCHEMA_FILE, NULL);
  if (g_file_set_contents (file, g_bytes_get_data (bytes, NULL), (gssize)g_bytes_get_size (bytes),
                           error))
    source = g_settings_schema_source_new_from_directory (folder, parent, TRUE, error);
  g_unlink (file);
  g_rmdir (folder);
  return source;
}

/**
 * fk_settings_new:
 *
 * Returns: (transfer full): the program's settings; kept by the desktop, whether the program is
 *   installed or not
 */
GSettings *
fk_settings_new (void)
{
  GSettingsSchemaSource *installed = g_settings_schema_source_get_default ();
  g_autoptr (GSettingsSchemaSource) own = NULL;
  g_autoptr (GSettingsSchema) schema = NULL;
  g_autoptr (GError) error = NULL;

  /* Its own first: an older version may be installed as well. */
  own = load_own_source (installed, &error);
  if (own != NULL)
    schema = g_settings_schema_source_lookup (own, FK_APP_ID, TRUE);
  else if (installed != NULL)
    schema = g_settings_schema_source_lookup (installed, FK_APP_ID, TRUE);
  if (schema == NULL)
    g_error ("No settings: %s", error != NULL ? error->message : "the schema is not installed");
  return g_settings_new_full (schema, NULL, NULL);
}
