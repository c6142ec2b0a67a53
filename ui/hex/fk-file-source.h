/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hex/fk-byte-source.h"

G_BEGIN_DECLS

FkByteSource *fk_file_source_open (const char *path, guint64 address, GError **error);

G_END_DECLS
