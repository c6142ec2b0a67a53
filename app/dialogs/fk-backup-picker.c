/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "dialogs/fk-backup-picker.h"

#include "fk-backup-row.h"
#include "widgets/fk-list-focus.h"

struct _FkBackupPicker
{
  AdwBin parent_instance;

  GtkSearchEntry *search;
  GtkStack *stack;
  GtkListView *view;
  AdwStatusPage *empty;

  FkBackupList *list; /* (nullable): until it is set */
};

enum
{
  PROP_0,
  PROP_EMPTY_ADVICE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

enum
{
  CHOSEN,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (FkBackupPicker, fk_backup_picker, ADW_TYPE_BIN)

/* Whoever listens may destroy the picker.
 *
 * Returns: whether there is a backup at @position, and not the name of a group */
static gboolean
choose (FkBackupPicker *self, guint position)
{
  g_autoptr (GObject) item = g_list_model_get_item (G_LIST_MODEL (self->list), position);

  if (!FK_IS_BACKUP (item))
    return FALSE;
  g_signal_emit (self, signals[CHOSEN], 0, item);
  return TRUE;
}

static void
on_activate (GtkListView *view, guint position, FkBackupPicker *self)
{
  choose (self, position);
}

static void
update_stack (FkBackupPicker *self)
{
  gtk_stack_set_visible_child_name (self->stack, fk_backup_list_get_n_backups (self->list) > 0
                                                     ? "list"
                                                     : "empty");
}

static void
on_search_changed (GtkSearchEntry *entry, FkBackupPicker *self)
{
  if (self->list != NULL)
    fk_backup_list_set_search (self->list, gtk_editable_get_text (GTK_EDITABLE (entry)));
}

/* Return takes what is selected, or the first that was found. */
static void
on_search_activate (GtkSearchEntry *entry, FkBackupPicker *self)
{
  GtkSingleSelection *selection = GTK_SINGLE_SELECTION (gtk_list_view_get_model (self->view));
  guint n_items;

  if (self->list == NULL)
    return;
  on_search_changed (entry, self);
  n_items = g_list_model_get_n_items (G_LIST_MODEL (self->list));
  for (guint i = gtk_single_selection_get_selected (selection); i < n_items; i++)
    if (choose (self, i))
      return;
}

static void
on_setup (GtkSignalListItemFactory *factory, GtkListItem *item, FkBackupPicker *self)
{
  gtk_list_item_set_child (item, fk_backup_row_new (self->list));
}

static void
on_bind (GtkSignalListItemFactory *factory, GtkListItem *item, FkBackupPicker *self)
{
  GObject *object = gtk_list_item_get_item (item);

  fk_backup_row_set_item (FK_BACKUP_ROW (gtk_list_item_get_child (item)), object);
  gtk_list_item_set_activatable (item, FK_IS_BACKUP (object));
}

static void
on_unbind (GtkSignalListItemFactory *factory, GtkListItem *item, FkBackupPicker *self)
{
  fk_backup_row_set_item (FK_BACKUP_ROW (gtk_list_item_get_child (item)), NULL);
}

static void
fk_backup_picker_dispose (GObject *object)
{
  g_clear_object (&FK_BACKUP_PICKER (object)->list);
  G_OBJECT_CLASS (fk_backup_picker_parent_class)->dispose (object);
}

static void
fk_backup_picker_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_EMPTY_ADVICE:
      g_value_set_string (value,
                          adw_status_page_get_description (FK_BACKUP_PICKER (object)->empty));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
fk_backup_picker_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_EMPTY_ADVICE:
      adw_status_page_set_description (FK_BACKUP_PICKER (object)->empty,
                                       g_value_get_string (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
fk_backup_picker_class_init (FkBackupPickerClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = fk_backup_picker_dispose;
  G_OBJECT_CLASS (klass)->get_property = fk_backup_picker_get_property;
  G_OBJECT_CLASS (klass)->set_property = fk_backup_picker_set_property;
  properties[PROP_EMPTY_ADVICE] = g_param_spec_string ("empty-advice", NULL, NULL, NULL,
                                                       G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (G_OBJECT_CLASS (klass), N_PROPS, properties);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/flashkeep/Flashkeep/"
                                                             "dialogs/fk-backup-picker.ui");
  gtk_widget_class_bind_template_child (widget_class, FkBackupPicker, search);
  gtk_widget_class_bind_template_child (widget_class, FkBackupPicker, stack);
  gtk_widget_class_bind_template_child (widget_class, FkBackupPicker, view);
  gtk_widget_class_bind_template_child (widget_class, FkBackupPicker, empty);
  gtk_widget_class_bind_template_callback (widget_class, on_activate);
  gtk_widget_class_bind_template_callback (widget_class, on_search_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_search_activate);
  signals[CHOSEN] = g_signal_new ("chosen", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 1, FK_TYPE_BACKUP);
}

static void
fk_backup_picker_init (FkBackupPicker *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  fk_list_focus_make_one_stop (GTK_WIDGET (self->view));
}

/**
 * fk_backup_picker_set_list:
 * @list: what there is to choose from; once
 */
void
fk_backup_picker_set_list (FkBackupPicker *self, FkBackupList *list)
{
  g_autoptr (GtkListItemFactory) factory = NULL;
  g_autoptr (GtkSingleSelection) selection = NULL;

  g_return_if_fail (FK_IS_BACKUP_PICKER (self));
  g_return_if_fail (FK_IS_BACKUP_LIST (list) && self->list == NULL);

  self->list = g_object_ref (list);
  factory = gtk_signal_list_item_factory_new ();
  selection = gtk_single_selection_new (g_object_ref (G_LIST_MODEL (list)));
  g_signal_connect (factory, "setup", G_CALLBACK (on_setup), self);
  g_signal_connect (factory, "bind", G_CALLBACK (on_bind), self);
  g_signal_connect (factory, "unbind", G_CALLBACK (on_unbind), self);
  gtk_list_view_set_factory (self->view, factory);
  gtk_list_view_set_model (self->view, GTK_SELECTION_MODEL (selection));
  g_signal_connect_object (list, "items-changed", G_CALLBACK (update_stack), self,
                           G_CONNECT_SWAPPED);
  update_stack (self);
}

/**
 * fk_backup_picker_focus:
 *
 * Keys go to the search.
 */
void
fk_backup_picker_focus (FkBackupPicker *self)
{
  g_return_if_fail (FK_IS_BACKUP_PICKER (self));

  gtk_widget_grab_focus (GTK_WIDGET (self->search));
}
