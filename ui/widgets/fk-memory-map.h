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
 * FkMemoryMap:
 *
 * A bar that shows a range of memory to scale, with its parts.  A part that is narrower than a
 * pixel is still seen.
 */
#define FK_TYPE_MEMORY_MAP (fk_memory_map_get_type ())
G_DECLARE_FINAL_TYPE (FkMemoryMap, fk_memory_map, FK, MEMORY_MAP, GtkWidget)

GtkWidget *fk_memory_map_new (void);
GtkWidget *fk_memory_map_new_swatch (FkMapKind kind);
void fk_memory_map_set_extent (FkMemoryMap *self, guint64 start, guint64 size);
void fk_memory_map_set_parts (FkMemoryMap *self, const FkMapPart *parts, guint n_parts);
void fk_memory_map_set_description (FkMemoryMap *self, const char *text);

G_END_DECLS
