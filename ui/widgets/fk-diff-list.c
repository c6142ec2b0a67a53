/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The list of differences: a column view whose cells are labels, filled when they come into view.
 */

#include "config.h"

#include "widgets/fk-diff-list.h"

#include <glib/gi18n.h>

#include "widgets/fk-diff-items.h"
#include "widgets/fk-list-focus.h"

/* As many bytes of each side as tell a pointer or a version from its neighbour. */
#define N_SHOWN 8u

struct _FkDiffList
{
  GtkWidget parent_instance;

  GtkWidget *scroller;
  GtkColumnView *view;
  GtkColumnViewColumn *sector_column;
  GtkSingleSelection *selection;
  FkImage *images[2];
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
make_length (FkDiffList *self, const FkDiffPiece *piece)
{
  return g_strdup_printf (ngettext ("%lu byte", "%lu bytes", (gulong)piece->size),
                          (gulong)piece->size);
}

static char *
make_kind (FkDiffList *self, const FkDiffPiece *piece)
{
  switch (piece->kind)
    {
    case FK_ALIGN_CHANGED:
      return g_strdup (_ ("Changed"));
    case FK_ALIGN_INSERTED:
      return g_strdup (_ ("Only in the second"));
    case FK_ALIGN_DELETED:
      return g_strdup (_ ("Only in the first"));
    case FK_ALIGN_SAME:
    default:
      return g_strdup (_ ("The same"));
    }
}

static char *
make_sector (FkDiffList *self, const FkDiffPiece *piece)
{
  FkRange range =
      piece->ranges[piece->ranges[FK_DIFF_FIRST].size > 0 ? FK_DIFF_FIRST : FK_DIFF_SECOND];

  for (guint i = 0; i < self->sectors->len; i++)
    if (fk_range_has (g_array_index (self->sectors, FkRange, i), range.address))
      return g_strdup_printf ("%u", i);
  return g_strdup ("–");
}

static void
append_bytes (GString *text, FkImage *image, FkRange range)
{
  guint8 bytes[N_SHOWN];
  guint n = MIN (range.size, N_SHOWN);

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

  append_bytes (text, self->images[0], piece->ranges[FK_DIFF_FIRST]);
  g_string_append (text, " → ");
  append_bytes (text, self->images[1], piece->ranges[FK_DIFF_SECOND]);
  return g_string_free (text, FALSE);
}

static const struct
{
  const char *title;
  CellFunc make;
  gboolean expand;
} columns[] = {
  { N_ ("First"), make_first, FALSE },   { N_ ("Second"), make_second, FALSE },
  { N_ ("Length"), make_length, FALSE }, { N_ ("Kind"), make_kind, FALSE },
  { N_ ("Sector"), make_sector, FALSE }, { N_ ("First Bytes"), make_bytes, TRUE },
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
  g_autofree char *first = make_first (self, piece);
  g_autofree char *second = make_second (self, piece);
  g_autofree char *length = make_length (self, piece);
  g_autofree char *name = g_strdup_printf ("%s, %s, %s, %s", kind, first, second, length);

  if (row != NULL)
    gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
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

  g_clear_pointer (&self->scroller, gtk_widget_unparent);
  g_clear_object (&self->images[0]);
  g_clear_object (&self->images[1]);
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
  self->selection = gtk_single_selection_new (NULL);
  self->view = GTK_COLUMN_VIEW (gtk_column_view_new (GTK_SELECTION_MODEL (self->selection)));
  gtk_widget_add_css_class (GTK_WIDGET (self->view), "data-table");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->view), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Differences"), -1);
  for (guint i = 0; i < G_N_ELEMENTS (columns); i++)
    {
      g_autoptr (GtkColumnViewColumn) column = make_column (self, i);

      gtk_column_view_append_column (self->view, column);
      if (columns[i].make == make_sector)
        self->sector_column = column;
    }
  gtk_column_view_column_set_visible (self->sector_column, FALSE);
  fk_list_focus_make_one_stop (GTK_WIDGET (self->view));
  g_signal_connect (self->view, "activate", G_CALLBACK (on_activate), self);

  self->scroller = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scroller), GTK_WIDGET (self->view));
  gtk_widget_set_parent (self->scroller, GTK_WIDGET (self));
}

/**
 * fk_diff_list_show:
 * @layout: whose differences are listed
 * @sectors: (array length=n_sectors) (nullable): of the flash, ascending; without them the column
 * is not seen
 */
void
fk_diff_list_show (FkDiffList *self,
                   FkDiffLayout *layout,
                   FkImage *first,
                   FkImage *second,
                   const FkRange *sectors,
                   guint n_sectors)
{
  g_autoptr (GListModel) items = NULL;

  g_return_if_fail (FK_IS_DIFF_LIST (self));
  g_return_if_fail (layout != NULL);

  g_set_object (&self->images[0], first);
  g_set_object (&self->images[1], second);
  g_array_set_size (self->sectors, 0);
  if (n_sectors > 0)
    g_array_append_vals (self->sectors, sectors, n_sectors);
  gtk_column_view_column_set_visible (self->sector_column, n_sectors > 0);
  items = fk_diff_items_new (layout);
  gtk_single_selection_set_model (self->selection, items);
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

  gtk_single_selection_set_selected (self->selection, index);
  gtk_widget_activate_action (gtk_widget_get_last_child (GTK_WIDGET (self->view)),
                              "list.scroll-to-item", "u", index);
}
