/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The chip's memory as a picture: the flash to scale with its sectors and what is used of them, and
 * below it the small regions beside the flash. */

#include "config.h"

#include "pages/fk-board-page-private.h"

#include <glib/gi18n.h>

#include "base/fk-number.h"

#define SMALLEST 1024 /* bytes that a region beside the flash takes on its map at least */

static char *
describe_state (const FkSector *sector, guint32 used)
{
  g_autofree char *size = NULL;

  if (used == 0)
    return g_strdup (_ ("blank"));
  if (used == sector->range.size)
    return g_strdup (_ ("full"));
  size = g_format_size_full (used, G_FORMAT_SIZE_IEC_UNITS);
  return g_strdup_printf (_ ("%s used"), size);
}

static char *
describe_sector (const FkSector *sector, guint index, FkFlashUse *use, gboolean differs)
{
  g_autofree char *size = fk_number_format_size (sector->range.size);
  gboolean known = use != NULL && index < use->n_sectors;
  g_autofree char *state = known ? describe_state (sector, use->used[index]) : NULL;
  GString *text = g_string_new (NULL);

  g_string_append_printf (text, _ ("Sector %u: 0x%08x – 0x%08x, %s"), index, sector->range.address,
                          (guint)(fk_range_end (sector->range) - 1), size);
  if (state != NULL)
    g_string_append_printf (text, ", %s", state);
  if (differs)
    g_string_append_printf (text, ", %s", _ ("differs from the backup"));
  return g_string_free (text, FALSE);
}

static gboolean
touches (GArray *runs, FkRange range)
{
  for (guint i = 0; runs != NULL && i < runs->len; i++)
    if (fk_range_overlaps (g_array_index (runs, FkRange, i), range))
      return TRUE;
  return FALSE;
}

static void
clear_cell (gpointer data)
{
  g_free ((char *)((FkMapCell *)data)->text);
}

static GArray *
cells_new (void)
{
  GArray *cells = g_array_new (FALSE, FALSE, sizeof (FkMapCell));

  g_array_set_clear_func (cells, clear_cell);
  return cells;
}

static void
set_cells (FkMemoryMap *map, GArray *cells)
{
  fk_memory_map_set_cells (map, (const FkMapCell *)(gpointer)cells->data, cells->len);
}

static void
show_sectors (FkBoardPage *self, FkChip *chip)
{
  FkFlashUse *use = fk_board_check_get_use (self->check);
  GArray *differences = fk_board_check_get_differences (self->check);
  g_autoptr (GArray) cells = cells_new ();
  guint n_sectors;
  const FkSector *sectors = fk_chip_get_sectors (chip, &n_sectors);

  for (guint i = 0; i < n_sectors; i++)
    {
      FkMapCell cell = { sectors[i].range.address, sectors[i].range.size,
                         describe_sector (&sectors[i], i, use,
                                          touches (differences, sectors[i].range)) };

      g_array_append_val (cells, cell);
    }
  set_cells (self->flash_map, cells);
}

static void
add_parts (GArray *parts, GArray *runs, FkMapKind kind)
{
  for (guint i = 0; runs != NULL && i < runs->len; i++)
    {
      FkRange run = g_array_index (runs, FkRange, i);
      FkMapPart part = { run.address, run.size, kind };

      g_array_append_val (parts, part);
    }
}

static void
show_flash (FkBoardPage *self, FkChip *chip)
{
  const FkRegion *flash = fk_chip_find_region (chip, "flash");
  FkFlashUse *use = fk_board_check_get_use (self->check);
  g_autoptr (GArray) parts = g_array_new (FALSE, FALSE, sizeof (FkMapPart));

  add_parts (parts, use != NULL ? use->runs : NULL, FK_MAP_USED);
  add_parts (parts, fk_board_check_get_differences (self->check), FK_MAP_CHANGED);
  fk_memory_map_set_extent (self->flash_map, flash->range.address, flash->range.size);
  fk_memory_map_set_parts (self->flash_map, (const FkMapPart *)(gpointer)parts->data, parts->len);
  show_sectors (self, chip);
}

/* What a person who looks at flash would want beside it; RAM is told in the facts, and the unique
 * ID lies in system memory on most chips. */
static gboolean
is_beside (const FkRegion *region)
{
  return region->kind == FK_REGION_SYSTEM_MEMORY || region->kind == FK_REGION_OTP ||
         region->kind == FK_REGION_OPTION_BYTES || region->kind == FK_REGION_EEPROM;
}

/* They lie far apart: here one behind the other. */
static void
show_others (FkBoardPage *self, FkChip *chip)
{
  g_autoptr (GArray) cells = cells_new ();
  g_autoptr (GArray) parts = g_array_new (FALSE, FALSE, sizeof (FkMapPart));
  guint n_regions;
  const FkRegion *regions = fk_chip_get_regions (chip, &n_regions);
  guint64 position = 0;

  for (guint i = 0; i < n_regions; i++)
    {
      g_autofree char *size = fk_number_format_size (regions[i].range.size);
      /* To scale they would not be seen beside system memory. */
      guint32 width = MAX (regions[i].range.size, SMALLEST);
      FkMapPart part = { position, width, FK_MAP_OTHER };
      FkMapCell cell = { position, width, NULL };

      if (!is_beside (&regions[i]))
        continue;
      cell.text =
          g_strdup_printf ("%s: 0x%08x – 0x%08x, %s", fk_board_page_get_region_title (&regions[i]),
                           regions[i].range.address, (guint)(fk_range_end (regions[i].range) - 1),
                           size);
      g_array_append_val (parts, part);
      g_array_append_val (cells, cell);
      position += width;
    }
  gtk_widget_set_visible (GTK_WIDGET (self->other_map), cells->len > 0);
  fk_memory_map_set_extent (self->other_map, 0, position);
  fk_memory_map_set_parts (self->other_map, (const FkMapPart *)(gpointer)parts->data, parts->len);
  set_cells (self->other_map, cells);
}

static char *
summarize (FkBoardPage *self, FkChip *chip)
{
  FkFlashUse *use = fk_board_check_get_use (self->check);
  g_autofree char *size = fk_number_format_size (fk_chip_get_flash_size (chip));
  g_autofree char *used = NULL;

  if (fk_identity_get_protection (fk_board_get_identity (self->board)) != FK_PROTECTION_NONE)
    return g_strdup (_ ("Which parts of the flash are used cannot be read."));
  if (use == NULL)
    return g_strdup (_ ("Which parts of the flash are used is known once it was read."));
  used = g_format_size_full (use->total, G_FORMAT_SIZE_IEC_UNITS);
  return g_strdup_printf (fk_board_check_get_use_source (self->check) != NULL
                              ? _ ("%s of %s are used, as the backup tells.")
                              : _ ("%s of %s are used."),
                          used, size);
}

/* Whoever points at something hears of it; else the map tells of the whole. */
static void
show_text (FkBoardPage *self)
{
  const char *text = fk_memory_map_get_cell_text (self->flash_map);

  if (text == NULL)
    text = fk_memory_map_get_cell_text (self->other_map);
  if (text == NULL)
    text = self->map_summary;
  if (g_strcmp0 (text, gtk_label_get_label (self->map_text)) != 0)
    gtk_label_set_label (self->map_text, text != NULL ? text : "");
}

void
fk_board_page_show_memory (FkBoardPage *self)
{
  FkIdentity *identity = fk_board_get_identity (self->board);
  FkChip *chip = identity != NULL ? fk_identity_get_chip (identity) : NULL;

  gtk_widget_set_visible (self->memory_box, chip != NULL);
  if (chip == NULL)
    return;
  show_flash (self, chip);
  show_others (self, chip);
  g_free (self->map_summary);
  self->map_summary = summarize (self, chip);
  show_text (self);
  gtk_widget_set_visible (self->map_legend, fk_board_check_get_use (self->check) != NULL);
  gtk_widget_set_visible (self->differs_legend,
                          fk_board_check_get_differences (self->check) != NULL);
}

static GtkWidget *
add_legend (FkBoardPage *self, FkMapKind kind, const char *text)
{
  GtkWidget *entry = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *label = gtk_label_new (text);

  gtk_widget_add_css_class (label, "caption");
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_box_append (GTK_BOX (entry), fk_memory_map_new_swatch (kind));
  gtk_box_append (GTK_BOX (entry), label);
  gtk_box_append (GTK_BOX (self->map_legend), entry);
  return entry;
}

void
fk_board_page_set_up_memory (FkBoardPage *self)
{
  add_legend (self, FK_MAP_USED, _ ("Used"));
  add_legend (self, FK_MAP_BLANK, _ ("Blank"));
  self->differs_legend = add_legend (self, FK_MAP_CHANGED, _ ("Differs"));
  fk_memory_map_set_description (self->flash_map, _ ("Map of the flash"));
  fk_memory_map_set_description (self->other_map, _ ("Map of the other regions"));
  g_signal_connect_object (self->flash_map, "notify::cell-text", G_CALLBACK (show_text), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->other_map, "notify::cell-text", G_CALLBACK (show_text), self,
                           G_CONNECT_SWAPPED);
}
