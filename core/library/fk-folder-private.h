/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define FK_FOLDER_INI       "backup.ini"
#define FK_FOLDER_SUMS      "SHA256SUMS"
#define FK_FOLDER_INI_MAX   (1024 * 1024)
#define FK_FOLDER_FILE_MAX  (64 * 1024 * 1024) /* no chip has a region of this size */
#define FK_FOLDER_FILES_MAX 64

typedef enum
{
  FK_FOLDER_LIST_ALL,
  FK_FOLDER_LIST_HIDDEN,
  FK_FOLDER_LIST_FOLDERS, /* that are not hidden */
} FkFolderList;

GBytes *fk_folder_make_ini (GKeyFile *ini);
gboolean fk_folder_is_plain_name (const char *name);
int fk_folder_open (const char *path, GError **error);
GBytes *fk_folder_read (
    int folder, const char *name, guint64 max, GCancellable *cancellable, GError **error);
GPtrArray *fk_folder_list (int folder, FkFolderList what, GError **error); /* of char *, sorted */
GHashTable *
fk_folder_load (const char *path, GCancellable *cancellable, GError **error); /* name -> GBytes */

GTree *fk_sums_new (void); /* name -> 64 hex digits */
GTree *fk_sums_parse (GBytes *text, GError **error);
GBytes *fk_sums_format (GTree *sums);
GBytes *fk_sums_make (GHashTable *contents);
void fk_sums_check_file (const char *name, GBytes *bytes, const char *sum, GString *problems);
gboolean fk_sums_check (GHashTable *contents, GError **error);

void fk_folder_set_io_error (GError **error, int code, const char *path, guint64 needed);
void fk_folder_add_problem (GString *problems, const char *format, ...) G_GNUC_PRINTF (2, 3);
void fk_folder_prefix_error (GError **error, const char *what);

G_END_DECLS
