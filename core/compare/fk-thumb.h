/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean fk_thumb_is_entry (const guint8 *data, gsize length, gsize offset);
gboolean fk_thumb_read_move_pair (const guint8 *data, gsize length, gsize offset, guint32 *value);
gboolean fk_thumb_read_call (const guint8 *data, gsize length, gsize offset, gsize *target);

G_END_DECLS
