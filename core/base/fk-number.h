/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean fk_number_parse (const char *text, guint64 max, guint64 *out, GError **error);
gboolean fk_number_parse_u32 (const char *text, guint32 *out, GError **error);
gboolean fk_number_parse_address (const char *text, guint32 *out, GError **error);
char *fk_number_format_size (guint64 size);
char *fk_number_format_hex (GBytes *bytes);

G_END_DECLS
