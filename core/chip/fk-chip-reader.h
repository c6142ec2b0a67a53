/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

gboolean fk_chip_reader_read (
    GBytes *bytes, const char *name, GStringChunk *strings, GPtrArray *descs, GError **error);

G_END_DECLS
