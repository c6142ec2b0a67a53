/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

gboolean fk_save_bytes (
    const char *path, GBytes *bytes, gboolean replace, GCancellable *cancellable, GError **error);

gboolean fk_save_write_all (int fd, GBytes *bytes, GCancellable *cancellable, GError **error);

G_END_DECLS
