/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define FK_ARCHIVE_SUFFIX ".flashkeep"

/* Bytes of all files of one archive, unpacked. */
#define FK_ARCHIVE_MAX (256u << 20)

gboolean fk_archive_is_zip (const char *path);
GHashTable *
fk_archive_parse (GBytes *bytes, const char *name, GCancellable *cancellable, GError **error);
GHashTable *fk_archive_load (const char *path, GCancellable *cancellable, GError **error);
GBytes *fk_archive_make (const char *folder,
                         GHashTable *contents, /* name -> GBytes */
                         GDateTime *time,
                         GCancellable *cancellable,
                         GError **error);

G_END_DECLS
