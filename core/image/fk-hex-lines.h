/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The longest record: Intel HEX with 255 data bytes, length, offset, type and checksum. */
#define FK_HEX_RECORD_MAX 260

/**
 * FkHexLines: a cursor over the lines of a text file; LF, CRLF and CR end a line
 */
typedef struct
{
  /*< private >*/
  const char *text;
  gsize length;
  gsize offset;
  guint number;
} FkHexLines;

/**
 * FkHexLine: one line
 * @text: without blanks at either end; not terminated
 * @length: at least 1
 * @number: as an editor counts, from 1
 */
typedef struct
{
  const char *text;
  gsize length;
  guint number;
} FkHexLine;

FkHexLines fk_hex_lines_init (GBytes *bytes);
gboolean fk_hex_lines_next (FkHexLines *lines, FkHexLine *line);
gboolean fk_hex_line_decode (const FkHexLine *line,
                             gsize skip,
                             guint8 out[FK_HEX_RECORD_MAX],
                             gsize *n_bytes,
                             GError **error);
gboolean fk_hex_line_is_digits (const FkHexLine *line, gsize skip);

void fk_hex_append (GString *string, const guint8 *data, gsize length);

G_END_DECLS
