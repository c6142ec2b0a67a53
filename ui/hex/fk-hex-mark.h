/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * FkHexMark:
 * @start: first position
 * @size: how many
 *
 * A run of bytes that is noteworthy, such as a difference or a change.
 */
typedef struct
{
  guint64 start;
  guint64 size;
} FkHexMark;

guint fk_hex_marks_find (GArray *marks, guint64 position);

G_END_DECLS
