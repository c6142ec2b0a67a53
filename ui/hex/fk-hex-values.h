/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* No kind looks at more bytes. */
#define FK_HEX_VALUE_MAX_SIZE 8

/**
 * FkHexValueKind: what some bytes may mean
 */
typedef enum
{
  FK_HEX_VALUE_UNSIGNED_8,
  FK_HEX_VALUE_SIGNED_8,
  FK_HEX_VALUE_UNSIGNED_16,
  FK_HEX_VALUE_SIGNED_16,
  FK_HEX_VALUE_UNSIGNED_32,
  FK_HEX_VALUE_SIGNED_32,
  FK_HEX_VALUE_UNSIGNED_64,
  FK_HEX_VALUE_SIGNED_64,
  FK_HEX_VALUE_FLOAT,
  FK_HEX_VALUE_DOUBLE,
  FK_HEX_VALUE_BINARY,
  FK_HEX_VALUE_CHARACTER,
  FK_HEX_VALUE_TIME,
  FK_HEX_VALUE_ADDRESS,
  FK_HEX_N_VALUES,
} FkHexValueKind;

const char *fk_hex_value_get_name (FkHexValueKind kind);
char *
fk_hex_value_format (FkHexValueKind kind, const guint8 *bytes, gsize n_bytes, gboolean big_endian);

G_END_DECLS
