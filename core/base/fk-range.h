/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * FkRange:
 * @address: first byte
 * @size: number of bytes; the range may end at 4 GiB exactly, never beyond
 *
 * A piece of a chip's 32-bit address space.
 */
typedef struct
{
  guint32 address;
  guint32 size;
} FkRange;

#define FK_RANGE_FORMAT      "0x%08" G_GINT32_MODIFIER "x-0x%08" G_GINT64_MODIFIER "x"
#define FK_RANGE_ARGS(range) (range).address, fk_range_end (range) - 1

/* One past the last byte; 64 bit, because a range may end at 4 GiB. */
static inline guint64
fk_range_end (FkRange range)
{
  return (guint64)range.address + range.size;
}

static inline gboolean
fk_range_has (FkRange range, guint32 address)
{
  return address >= range.address && address < fk_range_end (range);
}

static inline gboolean
fk_range_covers (FkRange outer, FkRange inner)
{
  return inner.address >= outer.address && fk_range_end (inner) <= fk_range_end (outer);
}

static inline gboolean
fk_range_overlaps (FkRange a, FkRange b)
{
  return a.address < fk_range_end (b) && b.address < fk_range_end (a);
}

gboolean fk_range_intersect (FkRange a, FkRange b, FkRange *out);
char *fk_range_dup_text (FkRange range);

G_END_DECLS
