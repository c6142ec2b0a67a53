/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * FkHexRegions:
 *
 * What lies where in a chip's address space, in words.  What was not added is answered from the
 * map that all Cortex-M share.
 */
typedef struct _FkHexRegions FkHexRegions;

FkHexRegions *fk_hex_regions_new (void);
void fk_hex_regions_free (FkHexRegions *self);
void fk_hex_regions_add (FkHexRegions *self, const char *name, guint64 start, guint64 size);
const char *fk_hex_regions_find (const FkHexRegions *self, guint64 address);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (FkHexRegions, fk_hex_regions_free)

G_END_DECLS
