/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define FK_CRC32_INIT 0xffffffffu

guint32 fk_crc32_update (guint32 crc, const guint8 *data, gsize length);
guint32 fk_crc32 (const guint8 *data, gsize length);

G_END_DECLS
