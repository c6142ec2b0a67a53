/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The list of differences: a column view whose cells are labels, filled when they come into view.
 * The view has a row for each of the first 200 differences; to make or free all of them takes
 * longer than a frame, so they come and go in portions, one a turn of the main loop. */

#include "config.h"

#include "widgets/fk-diff-list.h"

#include <glib/gi18n.h>

#include "widgets/fk-diff-items.h"
#include "widgets/fk-list-focus.h"

/* As many bytes of each side as tell a pointer or a version from its neighbour. */
#define N_SHOWN 8u

#define PORTION 8
#define NEAR    256

struct _FkDiffList
{
  GtkWidget parent_instance;

  GtkWidget *scroller;
  GtkColumnView *view;
  GtkColumnViewColumn *third_column;
  GtkColumnViewColumn *sector_column;
  GtkSingleSelection *selection;
  GtkSliceListModel *slice; /* what there are rows for, from the beginning */
  guint next_turn;          /* source: more are to come */
  guint n_sides;
  FkImage *images[FK_LINEUP_MAX_SIDES];
  GArray *sectors; /* of FkRange */
};

enum
{
  ACTIVATED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (FkDiffList, fk_diff_list, GTK_TYPE_WIDGET)

typedef char *(*CellFunc) (FkDiffList *self, const FkDiffPiece *piece);

static char *
make_address (const FkDiffPiece *piece, FkDiffSide side)
{
  FkRange range = piece->ranges[side];

  return range.size > 0 ? g_strdup_printf ("0x%08x", range.address) : g_strdup ("–");
}

static char *
make_first (FkDiffList *self, const FkDiffPiece *piece)
{
  return make_address (piece, FK_DIFF_FIRST);
}

static char *
make_second (FkDiffList *self, const FkDiffPiece *piece)
{
  return make_address (piece, FK_DIFF_SECOND);
}

static char *
make_third (FkDiffList *self, const FkDiffPiece *piece)
{
  return make_address (piece, FK_DIFF_THIRD);
}

static char *
make_length (FkDiffList *self, const FkDiffPiece *piece)
{
  return g_strdup_printf (ngettext ("%lu byte", "%lu bytes", (gulong)piece->size),
                          (gulong)piece->size);
}

static const char *
get_kind_of_two (const FkDiffPiece *piece)
{
  if (piece->relation == FK_LINEUP_SAME)
    return _ ("The same");
  if (piece->ranges[FK_DIFF_FIRST].size == 0)
    return _ ("Only in the second");
  return piece->ranges[FK_DIFF_SECOND].size == 0 ? _ ("Only in the first") : _ ("Changed");
}

static const char *
get_kind_of_three (const FkDiffPiece *piece)
{
  gboolean first = piece->ranges[FK_DIFF_FIRST].size > 0;
  gboolean second = piece->ranges[FK_DIFF_SECOND].size > 0;
  gboolean third = piece->ranges[FK_DIFF_THIRD].size > 0;

  switch (piece->relation)
    {
    case FK_LINEUP_FIRST:
      return !first    ? _ ("Not in the first")
             : !second ? _ ("Only in the first")
                       : _ ("The first differs");
    case FK_LINEUP_SECOND:
      return !second  ? _ ("Not in the second")
             : !first ? _ ("Only in the second")
                      : _ ("The second differs");
    case FK_LINEUP_THIRD:
      return !third   ? _ ("Not in the third")
             : !first ? _ ("Only in the third")
                      : _ ("The third differs");
    case FK_LINEUP_ALL:
      return _ ("All differ");
    case FK_LINEUP_SAME:
    case FK_LINEUP_N_RELATIONS:
    default:
      return _ ("The same");
    }
}

static char *
make_kind (FkDiffList *self, const FkDiffPiece *piece)
{
  return g_strdup (self->n_sides == 2 ? get_kind_of_two (piece) : get_kind_of_three (piece));
}

static char *
make_sector (FkDiffList *self, const FkDiffPiece *piece)
{
  FkRange range;
  guint side = FK_DIFF_FIRST;

  while (piece->ranges[side].size == 0)
    side++;
  range = piece->ranges[side];
  for (guint i = 0; i < self->sectors->len; i++)
    if (fk_range_has (g_array_index (self->sectors, FkRange, i), range.address))
      return g_strdup_printf ("%u", i);
  return g_strdup ("–");
}

static void
append_bytes (GString *text, FkImage *image, FkRange range, guint n_shown)
{
  guint8 bytes[N_SHOWN];
  guint n = MIN (range.size, n_shown);

  if (n == 0 || !fk_image_read (image, (FkRange){ range.address, n }, bytes))
    {
      g_string_append (text, "–");
      return;
    }
  for (guint i = 0; i < n; i++)
    g_string_append_printf (text, i > 0 ? " %02x" : "%02x", bytes[i]);
  if (range.size > n)
    g_string_append (text, " …");
}

static char *
make_bytes (FkDiffList *self, const FkDiffPiece *piece)
{
  GString *text = g_string_new (NULL);

  for (guint side = 0; side < self->n_sides; side++)
    {
      if (side > 0)
        g_string_append (text, self->n_sides == 2 ? " → " : " · ");
      append_bytes (text, self->images[side], piece->ranges[side],
                    self->n_sides == 2 ? N_SHOWN : N_SHOWN / 2);
    }
  return g_string_free (text, FALSE);
}

static const struct
{
  const char *title;
  CellFunc make;
  gboolean expand;
} columns[] = {
  { N_ ("First"), make_first, FALSE },      { N_ ("Second"), make_second, FALSE },
  { N_ ("Third"), make_third, FALSE },      { N_ ("Length"), make_length, FALSE },
  { N_ ("Kind"), make_kind, FALSE },        { N_ ("Sector"), make_sector, FALSE },
  { N_ ("First Bytes"), make_bytes, TRUE },
};

static void
on_setup (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer user_data)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_add_css_class (label, "numeric");
  gtk_list_item_set_child (item, label);
}

/* What a screen reader says of the row; of cells GTK tells none. */
static void
name_row (FkDiffList *self, GtkWidget *label, const FkDiffPiece *piece)
{
  GtkWidget *cell = gtk_widget_get_parent (label);
  GtkWidget *row = cell != NULL ? gtk_widget_get_parent (cell) : NULL;
  g_autofree char *kind = make_kind (self, piece);
  g_autofree char *length = make_length (self, piece);
  GString *name = g_string_new (kind);

  for (guint side = 0; side < self->n_sides; side++)
    {
      g_autofree char *address = make_address (piece, side);

      g_string_append_printf (name, ", %s", address);
    }
  g_string_append_printf (name, ", %s", length);
  if (row != NULL)
    gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, name->str,
                                    -1);
  g_string_free (name, TRUE);
}

static void
on_bind (GtkSignalListItemFactory *factory, GtkListItem *item, FkDiffList *self)
{
  guint column = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (factory), "column"));
  FkDiffItem *difference = gtk_list_item_get_item (item);
  g_autofree char *text = columns[column].make (self, fk_diff_item_get_piece (difference));

  gtk_label_set_label (GTK_LABEL (gtk_list_item_get_child (item)), text);
  if (column == 0)
    name_row (self, gtk_list_item_get_child (item), fk_diff_item_get_piece (difference));
}

static void
on_activate (GtkColumnView *view, guint position, FkDiffList *self)
{
  g_signal_emit (self, signals[ACTIVATED], 0, position);
}

static void
fk_diff_list_dispose (GObject *object)
{
  FkDiffList *self = FK_DIFF_LIST (object);

  g_clear_handle_id (&self->next_turn, g_source_remove);
  g_clear_pointer (&self->scroller, gtk_widget_unparent);
  for (guint side = 0; side < FK_LINEUP_MAX_SIDES; side++)
    g_clear_object (&self->images[side]);
  g_clear_pointer (&self->sectors, g_array_unref);
  G_OBJECT_CLASS (fk_diff_list_parent_class)->dispose (object);
}

static void
fk_diff_list_class_init (FkDiffListClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = fk_diff_list_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  signals[ACTIVATED] = g_signal_new ("activated", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                     NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
}

static GtkColumnViewColumn *
make_column (FkDiffList *self, guint index)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkColumnViewColumn *column;

  g_object_set_data (G_OBJECT (factory), "column", GUINT_TO_POINTER (index));
  g_signal_connect (factory, "setup", G_CALLBACK (on_setup), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (on_bind), self);
  column = gtk_column_view_column_new (_ (columns[index].title), factory);
  gtk_column_view_column_set_expand (column, columns[index].expand);
  gtk_column_view_column_set_resizable (column, TRUE);
  return column;
}

static void
fk_diff_list_init (FkDiffList *self)
{
  self->sectors = g_array_new (FALSE, FALSE, sizeof (FkRange));
  self->slice = gtk_slice_list_model_new (NULL, 0, G_MAXUINT);
  self->selection = gtk_single_selection_new (G_LIST_MODEL (self->slice));
  self->view = GTK_COLUMN_VIEW (gtk_column_view_new (GTK_SELECTION_MODEL (self->selection)));
  gtk_widget_add_css_class (GTK_WIDGET (self->view), "data-table");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->view), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Differences"), -1);
  for (guint i = 0; i < G_N_ELEMENTS (columns); i++)
    {
      g_autoptr (GtkColumnViewColumn) column = make_column (self, i);

      gtk_column_view_append_column (self->view, column);
      if (columns[i].make == make_third)
        self->third_column = column;
      else if (columns[i].make == make_sector)
        self->sector_column = column;
    }
  gtk_column_view_column_set_visible (self->third_column, FALSE);
  gtk_column_view_column_set_visible (self->sector_column, FALSE);
  fk_list_focus_make_one_stop (GTK_WIDGET (self->view));
  g_signal_connect (self->view, "activate", G_CALLBACK (on_activate), self);

  self->scroller = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scroller), GTK_WIDGET (self->view));
  gtk_widget_set_parent (self->scroller, GTK_WIDGET (self));
}

static gboolean
on_turn (gpointer user_data)
{
  FkDiffList *self = FK_DIFF_LIST (user_data);
  guint size = gtk_slice_list_model_get_size (self->slice);

  if (size < NEAR)
    {
      gtk_slice_list_model_set_size (self->slice, size + PORTION);
      return G_SOURCE_CONTINUE;
    }
  self->next_turn = 0;
  gtk_slice_list_model_set_size (self->slice, G_MAXUINT);
  return G_SOURCE_REMOVE;
}

/**
 * fk_diff_list_show:
 * @layout: whose differences are listed
 * @images: (array): on the sides of @layout
 * @sectors: (array length=n_sectors) (nullable): of the flash, ascending; without them the column
 * is not seen
 */
void
fk_diff_list_show (FkDiffList *self,
                   FkDiffLayout *layout,
                   FkImage *const *images,
                   const FkRange *sectors,
                   guint n_sectors)
{
  g_autoptr (GListModel) items = NULL;

  g_return_if_fail (FK_IS_DIFF_LIST (self));
  g_return_if_fail (layout != NULL);

  self->n_sides = fk_diff_layout_get_n_sides (layout);
  for (guint side = 0; side < FK_LINEUP_MAX_SIDES; side++)
    {
      FkImage *image = side < self->n_sides ? images[side] : NULL;

      g_set_object (&self->images[side], image);
    }
  gtk_column_view_column_set_visible (self->third_column, self->n_sides == 3);
  g_array_set_size (self->sectors, 0);
  if (n_sectors > 0)
    g_array_append_vals (self->sectors, sectors, n_sectors);
  gtk_column_view_column_set_visible (self->sector_column, n_sectors > 0);
  items = fk_diff_items_new (layout);
  gtk_slice_list_model_set_size (self->slice, PORTION);
  gtk_slice_list_model_set_model (self->slice, items);
  if (self->next_turn == 0)
    self->next_turn = g_idle_add (on_turn, self);
}

/**
 * fk_diff_list_free_some:
 *
 * For a list that is not seen any more: frees some rows.
 *
 * Returns: whether there are more, and this is to be called again
 */
gboolean
fk_diff_list_free_some (FkDiffList *self)
{
  guint size;

  g_return_val_if_fail (FK_IS_DIFF_LIST (self), FALSE);

  g_clear_handle_id (&self->next_turn, g_source_remove);
  size = MIN (g_list_model_get_n_items (G_LIST_MODEL (self->slice)), NEAR);
  gtk_slice_list_model_set_size (self->slice, size > PORTION ? size - PORTION : 0);
  return size > PORTION;
}

/**
 * fk_diff_list_select:
 *
 * Marks the row of a difference, and brings it into view.
 */
void
fk_diff_list_select (FkDiffList *self, guint index)
{
  g_return_if_fail (FK_IS_DIFF_LIST (self));

  if (index >= gtk_slice_list_model_get_size (self->slice))
    gtk_slice_list_model_set_size (self->slice, G_MAXUINT);
  gtk_single_selection_set_selected (self->selection, index);
  gtk_widget_activate_action (gtk_widget_get_last_child (GTK_WIDGET (self->view)),
                              "list.scroll-to-item", "u", index);
}
