/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

const char *fk_known_length_explain (guint64 length);
gboolean fk_known_length_is_default (guint64 length);

G_END_DECLS
