/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * FkHexCopyFormat: how bytes are written for the clipboard
 */
typedef enum
{
  FK_HEX_COPY_HEX,     /* "00 20 ff" */
  FK_HEX_COPY_C_ARRAY, /* "const uint8_t data[3] = {…};" */
  FK_HEX_COPY_TEXT,    /* what is printable, dots for the rest */
  FK_HEX_COPY_BASE64,
} FkHexCopyFormat;

char *fk_hex_copy_format (FkHexCopyFormat format, const guint8 *bytes, gsize size);

G_END_DECLS
