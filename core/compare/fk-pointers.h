/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

GArray *fk_pointers_collect (const guint8 *data, gsize length);
guint fk_pointers_count (GArray *pointers, guint64 start, guint64 end);

G_END_DECLS
