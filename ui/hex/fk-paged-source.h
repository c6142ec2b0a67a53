/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hex/fk-byte-source.h"

G_BEGIN_DECLS

/**
 * FkPagedSource:
 *
 * A byte source whose bytes take time to come: a large file, a chip.  It fetches the page that is
 * asked for, one at a time and the latest wish first, keeps the last ones, and tells what is not
 * there yet as %FK_BYTE_PENDING.
 */
#define FK_TYPE_PAGED_SOURCE (fk_paged_source_get_type ())
G_DECLARE_FINAL_TYPE (FkPagedSource, fk_paged_source, FK, PAGED_SOURCE, GObject)

/**
 * FkPageLoadFunc:
 * @position: where the page begins
 * @length: how many bytes are wanted
 *
 * Begins to fetch a page.  fk_paged_source_answer() must follow, once, in the main context and
 * after this function returned.
 */
typedef void (*FkPageLoadFunc) (FkPagedSource *self,
                                guint64 position,
                                gsize length,
                                gpointer user_data);

/**
 * FkPageReadFunc:
 * @bytes: (out caller-allocates) (array length=length)
 *
 * Reads at once, on any thread, while pages are loaded on others.
 *
 * Returns: how many bytes could be read from @position on
 */
typedef gsize (*FkPageReadFunc) (guint64 position, guint8 *bytes, gsize length, gpointer user_data);

FkByteSource *fk_paged_source_new (guint64 start,
                                   guint64 size,
                                   gsize page_size,
                                   FkPageLoadFunc load,
                                   gpointer user_data,
                                   GDestroyNotify destroy);
void fk_paged_source_set_read_func (FkPagedSource *self, FkPageReadFunc read);
void fk_paged_source_set_max_together (FkPagedSource *self, guint n_pages);
void fk_paged_source_answer (FkPagedSource *self, GBytes *bytes);
void fk_paged_source_refresh (FkPagedSource *self);

G_END_DECLS
