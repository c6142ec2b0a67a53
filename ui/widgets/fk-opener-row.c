/* SPDX-License-Identifier: GPL-3.0-or-later */

/* An AdwExpanderRow keeps its rows in a list within the list, whose outer row takes the focus and
 * says nothing; here there is one list, in which the arrow keys go from row to row. */

#include "config.h"

#include "widgets/fk-opener-row.h"

struct _FkOpenerRow
{
  AdwActionRow parent_instance;

  GtkImage *arrow;
  GPtrArray *rows;
  gboolean open;
};

enum
{
  PROP_0,
  PROP_OPEN,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (FkOpenerRow, fk_opener_row, ADW_TYPE_ACTION_ROW)

static AdwPreferencesGroup *
get_group (FkOpenerRow *self)
{
  return ADW_PREFERENCES_GROUP (
      gtk_widget_get_ancestor (GTK_WIDGET (self), ADW_TYPE_PREFERENCES_GROUP));
}

static void
show_open (FkOpenerRow *self)
{
  gtk_image_set_from_icon_name (self->arrow, self->open ? "pan-up-symbolic" : "pan-down-symbolic");
  gtk_accessible_update_state (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_STATE_EXPANDED,
                               (int)self->open, -1);
}

static void
fk_opener_row_activate (AdwActionRow *row)
{
  FkOpenerRow *self = FK_OPENER_ROW (row);

  self->open = !self->open;
  show_open (self);
  for (guint i = 0; i < self->rows->len; i++)
    gtk_widget_set_visible (g_ptr_array_index (self->rows, i), self->open);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_OPEN]);
}

static void
fk_opener_row_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_OPEN)
    g_value_set_boolean (value, FK_OPENER_ROW (object)->open);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
fk_opener_row_finalize (GObject *object)
{
  g_ptr_array_unref (FK_OPENER_ROW (object)->rows);
  G_OBJECT_CLASS (fk_opener_row_parent_class)->finalize (object);
}

static void
fk_opener_row_class_init (FkOpenerRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = fk_opener_row_get_property;
  object_class->finalize = fk_opener_row_finalize;
  ADW_ACTION_ROW_CLASS (klass)->activate = fk_opener_row_activate;
  properties[PROP_OPEN] =
      g_param_spec_boolean ("open", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
fk_opener_row_init (FkOpenerRow *self)
{
  self->rows = g_ptr_array_new_with_free_func (g_object_unref);
  self->arrow = GTK_IMAGE (
      g_object_new (GTK_TYPE_IMAGE, "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL));
  adw_action_row_add_suffix (ADW_ACTION_ROW (self), GTK_WIDGET (self->arrow));
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (self), TRUE);
  show_open (self);
}

gboolean
fk_opener_row_get_open (FkOpenerRow *self)
{
  g_return_val_if_fail (FK_IS_OPENER_ROW (self), FALSE);

  return self->open;
}

/**
 * fk_opener_row_add:
 * @row: goes to the end of the group in which the opener is
 */
void
fk_opener_row_add (FkOpenerRow *self, GtkWidget *row)
{
  g_return_if_fail (FK_IS_OPENER_ROW (self));
  g_return_if_fail (ADW_IS_PREFERENCES_ROW (row));

  gtk_widget_set_visible (row, self->open);
  g_ptr_array_add (self->rows, g_object_ref_sink (row));
  adw_preferences_group_add (get_group (self), row);
}

void
fk_opener_row_remove_all (FkOpenerRow *self)
{
  g_return_if_fail (FK_IS_OPENER_ROW (self));

  for (guint i = 0; i < self->rows->len; i++)
    adw_preferences_group_remove (get_group (self), g_ptr_array_index (self->rows, i));
  g_ptr_array_set_size (self->rows, 0);
}
