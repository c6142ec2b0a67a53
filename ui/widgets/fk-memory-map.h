/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

typedef enum
{
  FK_MAP_BLANK,
  FK_MAP_USED,
  FK_MAP_CHANGED,
  FK_MAP_ERASED,
  FK_MAP_OTHER, /* there, and nothing is said of its contents */
} FkMapKind;

/**
 * FkMapPart:
 * @start: first address
 * @size: how many
 */
typedef struct
{
  guint64 start;
  guint64 size;
  FkMapKind kind;
} FkMapPart;

/**
 * FkMapCell:
 * @text: what is said of it: its number, address, size, state
 *
 * A piece that one can point at, a sector say.
 */
typedef struct
{
  guint64 start;
  guint64 size;
  const char *text;
} FkMapCell;

/**
 * FkMemoryMap:
 *
 * A bar that shows a range of memory to scale, with its parts.  A part that is narrower than a
 * pixel is still seen.  With cells it shows their borders, and tells of the one that the pointer or
 * the keyboard is at.
 *
 * Properties: "cell-text" (string, nullable, read-only): of the cell that is pointed at;
 * "thickness" (int, construct-only): height in pixels.
 */
#define FK_TYPE_MEMORY_MAP (fk_memory_map_get_type ())
G_DECLARE_FINAL_TYPE (FkMemoryMap, fk_memory_map, FK, MEMORY_MAP, GtkWidget)

GtkWidget *fk_memory_map_new (void);
GtkWidget *fk_memory_map_new_swatch (FkMapKind kind);
void fk_memory_map_set_extent (FkMemoryMap *self, guint64 start, guint64 size);
void fk_memory_map_set_parts (FkMemoryMap *self, const FkMapPart *parts, guint n_parts);
void fk_memory_map_set_cells (FkMemoryMap *self, const FkMapCell *cells, guint n_cells);
gboolean fk_memory_map_point_at (FkMemoryMap *self, int cell);
const char *fk_memory_map_get_cell_text (FkMemoryMap *self);
void fk_memory_map_set_description (FkMemoryMap *self, const char *text);

G_END_DECLS
