/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The list of backups and what governs it.  Order and filters are actions with a state; the menu
 * offers the chips and tags that there are. */

#include "config.h"

#include "fk-library-pane.h"

#include <glib/gi18n.h>

#include "fk-backup-list.h"
#include "fk-backup-menu.h"
#include "fk-backup-row.h"
#include "widgets/fk-gradual-list.h"
#include "widgets/fk-list-focus.h"

struct _FkLibraryPane
{
  AdwBin parent_instance;

  GtkWidget *tools;
  GtkSearchEntry *search;
  GtkMenuButton *view_button;
  GMenuModel *order_menu;
  GtkStack *stack;
  GtkWidget *empty;
  GtkWidget *nothing_found;
  GtkWidget *broken;
  GtkLabel *broken_text;
  GtkWidget *scroller;
  GtkListView *list_view;
  GtkPopoverMenu *menu; /* of one backup */

  GSimpleActionGroup *actions;
  GListModel *backups; /* all of them */
  FkBackupList *list;  /* what is to be seen of them */
  GtkSingleSelection *selection;
  FkBackup *chosen; /* (nullable): the last that was told of */
  guint position;   /* where it was then */
};

enum
{
  BACKUP_CHOSEN,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (FkLibraryPane, fk_library_pane, ADW_TYPE_BIN)

static void
on_row_pressed (GtkGestureClick *gesture, int n_press, double x, double y, GtkListItem *item)
{
  GtkWidget *row = gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (gesture));
  GtkWidget *pane = gtk_widget_get_ancestor (row, FK_TYPE_LIBRARY_PANE);
  GObject *object = gtk_list_item_get_item (item);

  if (pane == NULL || !FK_IS_BACKUP (object))
    return;
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  fk_backup_menu_popup (FK_LIBRARY_PANE (pane)->menu, FK_BACKUP (object), row, x, y);
}

static void
on_menu (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  FkLibraryPane *self = user_data;
  GtkWidget *row = gtk_root_get_focus (gtk_widget_get_root (GTK_WIDGET (self)));
  GtkWidget *child;
  GObject *object;

  /* Ctrl+Down moves the focus away from what is chosen. */
  if (row == NULL || !gtk_widget_is_ancestor (row, GTK_WIDGET (self->list_view)))
    return;
  child = gtk_widget_get_first_child (row);
  object = FK_IS_BACKUP_ROW (child) ? fk_backup_row_get_item (FK_BACKUP_ROW (child)) : NULL;
  if (FK_IS_BACKUP (object))
    fk_backup_menu_popup (self->menu, FK_BACKUP (object), row, 24, gtk_widget_get_height (row));
}

static void
on_setup (GtkSignalListItemFactory *factory, GtkListItem *item, FkLibraryPane *self)
{
  GtkWidget *row = fk_backup_row_new (self->list);
  GtkGesture *click = gtk_gesture_click_new ();

  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), GDK_BUTTON_SECONDARY);
  g_signal_connect (click, "pressed", G_CALLBACK (on_row_pressed), item);
  gtk_widget_add_controller (row, GTK_EVENT_CONTROLLER (click));
  gtk_list_item_set_child (item, row);
}

static void
on_bind (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  GObject *object = gtk_list_item_get_item (item);

  gtk_list_item_set_activatable (item, FK_IS_BACKUP (object));
  fk_backup_row_set_item (FK_BACKUP_ROW (gtk_list_item_get_child (item)), object);
}

static void
on_unbind (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  fk_backup_row_set_item (FK_BACKUP_ROW (gtk_list_item_get_child (item)), NULL);
}

/* A heading takes the focus on the way, or Tab would not get into the list; what is chosen then is
 * the backup beyond it, seen from where one comes. */
static void
leave_heading (FkLibraryPane *self, guint position)
{
  gboolean upward = self->chosen != NULL && self->position == position + 1 && position > 0;

  gtk_single_selection_set_selected (self->selection, upward ? position - 1 : position + 1);
}

static void
on_selected (FkLibraryPane *self)
{
  GObject *item = gtk_single_selection_get_selected_item (self->selection);
  guint position = gtk_single_selection_get_selected (self->selection);

  if (FK_IS_BACKUP_GROUP (item))
    {
      leave_heading (self, position);
      return;
    }
  self->position = position;
  /* GTK tells also when the same backup only moved down. */
  if (item == NULL || !g_set_object (&self->chosen, FK_BACKUP (item)))
    return;
  g_signal_emit (self, signals[BACKUP_CHOSEN], 0, item);
}

/* A backup that was edited is another object; it stays chosen, and nobody chose it anew. */
static void
keep_chosen (FkLibraryPane *self, GListModel *shown)
{
  guint n_items = g_list_model_get_n_items (shown);

  if (self->chosen == NULL || gtk_single_selection_get_selected_item (self->selection) != NULL)
    return;
  for (guint i = 0; i < n_items; i++)
    {
      g_autoptr (GObject) item = g_list_model_get_item (shown, i);

      if (!FK_IS_BACKUP (item) ||
          !g_str_equal (fk_backup_get_id (FK_BACKUP (item)), fk_backup_get_id (self->chosen)))
        continue;
      g_set_object (&self->chosen, FK_BACKUP (item));
      gtk_single_selection_set_selected (self->selection, i);
      return;
    }
}

static void
update_stack (FkLibraryPane *self)
{
  gboolean none = g_list_model_get_n_items (self->backups) == 0;
  gboolean found = fk_backup_list_get_n_backups (self->list) > 0;
  gboolean broken = *gtk_label_get_label (self->broken_text) != '\0';

  gtk_widget_set_visible (self->tools, !none);
  gtk_stack_set_visible_child (self->stack, broken  ? self->broken
                                            : none  ? self->empty
                                            : found ? self->scroller
                                                    : self->nothing_found);
}

static void
on_search_changed (FkLibraryPane *self)
{
  if (self->list == NULL)
    return;
  fk_backup_list_set_search (self->list, gtk_editable_get_text (GTK_EDITABLE (self->search)));
  update_stack (self);
}

static GVariant *
dup_state (FkLibraryPane *self, const char *action)
{
  return g_action_group_get_action_state (G_ACTION_GROUP (self->actions), action);
}

static void
apply_filter (FkLibraryPane *self)
{
  g_autoptr (GVariant) chip = dup_state (self, "chip");
  g_autoptr (GVariant) tag = dup_state (self, "tag");
  g_autoptr (GVariant) verified = dup_state (self, "verified");
  g_autoptr (GVariant) connected = dup_state (self, "connected");
  FkBackupFilter filter = {
    .chip = g_variant_get_string (chip, NULL),
    .tag = g_variant_get_string (tag, NULL),
    .verified = g_variant_get_boolean (verified),
    .connected = g_variant_get_boolean (connected),
  };

  if (*filter.chip == '\0')
    filter.chip = NULL;
  if (*filter.tag == '\0')
    filter.tag = NULL;
  if (self->list == NULL)
    return;
  fk_backup_list_set_filter (self->list, &filter);
  update_stack (self);
}

static void
on_filter_changed (GSimpleAction *action, GVariant *state, gpointer user_data)
{
  g_simple_action_set_state (action, state);
  apply_filter (FK_LIBRARY_PANE (user_data));
}

static void
on_order_changed (GSimpleAction *action, GVariant *state, gpointer user_data)
{
  static const char *const orders[] = { "newest", "oldest", "name", "size" };
  FkLibraryPane *self = FK_LIBRARY_PANE (user_data);

  for (guint i = 0; i < G_N_ELEMENTS (orders); i++)
    if (g_str_equal (g_variant_get_string (state, NULL), orders[i]))
      {
        g_simple_action_set_state (action, state);
        fk_backup_list_set_sort (self->list, (FkBackupSort)i);
      }
}

static void
on_search (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  gtk_widget_grab_focus (GTK_WIDGET (FK_LIBRARY_PANE (user_data)->search));
}

static void
set_state (FkLibraryPane *self, const char *name, GVariant *state)
{
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self->actions), name);

  g_simple_action_set_state (G_SIMPLE_ACTION (action), state);
}

static void
on_show_all (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  FkLibraryPane *self = FK_LIBRARY_PANE (user_data);

  gtk_editable_set_text (GTK_EDITABLE (self->search), "");
  /* All at once, for the list is made anew when they are applied. */
  set_state (self, "chip", g_variant_new_string (""));
  set_state (self, "tag", g_variant_new_string (""));
  set_state (self, "verified", g_variant_new_boolean (FALSE));
  set_state (self, "connected", g_variant_new_boolean (FALSE));
  apply_filter (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->list_view));
}

static void
append_target (GMenu *menu, const char *label, const char *action, const char *target)
{
  g_autoptr (GMenuItem) item = g_menu_item_new (label, NULL);

  g_menu_item_set_action_and_target (item, action, "s", target);
  g_menu_append_item (menu, item);
}

/* Names are no labels: an underline in one is no mnemonic. */
static void
append_choices (
    GMenu *menu, const char *title, const char *all, const char *action, GHashTable *values)
{
  g_autoptr (GMenu) choices = g_menu_new ();
  g_autoptr (GList) sorted =
      g_list_sort (g_hash_table_get_keys (values), (GCompareFunc)g_utf8_collate);

  append_target (choices, all, action, "");
  for (GList *l = sorted; l != NULL; l = l->next)
    {
      g_auto (GStrv) parts = g_strsplit (l->data, "_", -1);
      g_autofree char *label = g_strjoinv ("__", parts);

      append_target (choices, label, action, l->data);
    }
  if (sorted != NULL)
    g_menu_append_submenu (menu, title, G_MENU_MODEL (choices));
}

static void
update_menu (FkLibraryPane *self)
{
  g_autoptr (GHashTable) chips = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) tags = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GMenu) menu = g_menu_new ();
  g_autoptr (GMenu) filters = g_menu_new ();

  for (guint i = 0; i < g_list_model_get_n_items (self->backups); i++)
    {
      g_autoptr (FkBackup) backup = g_list_model_get_item (self->backups, i);
      const char *const *names = fk_backup_get_tags (backup);

      if (!g_hash_table_contains (chips, fk_backup_get_chip_name (backup)))
        g_hash_table_add (chips, g_strdup (fk_backup_get_chip_name (backup)));
      for (guint j = 0; names[j] != NULL; j++)
        if (!g_hash_table_contains (tags, names[j]))
          g_hash_table_add (tags, g_strdup (names[j]));
    }
  g_menu_append (filters, _ ("Only _Verified"), "library.verified");
  g_menu_append (filters, _ ("Only the _Connected Board"), "library.connected");
  append_choices (filters, _ ("C_hip"), _ ("_Any Chip"), "library.chip", chips);
  append_choices (filters, _ ("_Tag"), _ ("_Any Tag"), "library.tag", tags);
  g_menu_append_section (menu, NULL, self->order_menu);
  g_menu_append_section (menu, _ ("Show"), G_MENU_MODEL (filters));
  gtk_menu_button_set_menu_model (self->view_button, G_MENU_MODEL (menu));
}

/* Elsewhere in the window files are only looked at; here they are meant to be kept. */
static gboolean
on_drop (GtkDropTarget *target, const GValue *value, double x, double y, FkLibraryPane *self)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) uris = NULL;

  for (GSList *link = g_value_get_boxed (value); link != NULL; link = link->next)
    {
      g_autofree char *uri = g_file_get_uri (link->data);

      g_strv_builder_add (builder, uri);
    }
  uris = g_strv_builder_end (builder);
  return *uris != NULL &&
         gtk_widget_activate_action (GTK_WIDGET (self), "win.import-files", "^as", uris);
}

static void
accept_files (FkLibraryPane *self)
{
  GtkDropTarget *target = gtk_drop_target_new (GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);

  g_signal_connect (target, "drop", G_CALLBACK (on_drop), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));
}

static void
fk_library_pane_dispose (GObject *object)
{
  FkLibraryPane *self = FK_LIBRARY_PANE (object);

  if (self->menu != NULL)
    gtk_widget_unparent (GTK_WIDGET (g_steal_pointer (&self->menu)));
  g_clear_object (&self->selection);
  g_clear_object (&self->list);
  g_clear_object (&self->backups);
  g_clear_object (&self->chosen);
  g_clear_object (&self->actions);
  G_OBJECT_CLASS (fk_library_pane_parent_class)->dispose (object);
}

static void
fk_library_pane_class_init (FkLibraryPaneClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = fk_library_pane_dispose;
  signals[BACKUP_CHOSEN] = g_signal_new ("backup-chosen", FK_TYPE_LIBRARY_PANE, G_SIGNAL_RUN_LAST,
                                         0, NULL, NULL, NULL, G_TYPE_NONE, 1, FK_TYPE_BACKUP);

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/flashkeep/Flashkeep/"
                                                             "fk-library-pane.ui");
  gtk_widget_class_bind_template_child (widget_class, FkLibraryPane, tools);
  gtk_widget_class_bind_template_child (widget_class, FkLibraryPane, search);
  gtk_widget_class_bind_template_child (widget_class, FkLibraryPane, view_button);
  gtk_widget_class_bind_template_child (widget_class, FkLibraryPane, order_menu);
  gtk_widget_class_bind_template_child (widget_class, FkLibraryPane, stack);
  gtk_widget_class_bind_template_child (widget_class, FkLibraryPane, empty);
  gtk_widget_class_bind_template_child (widget_class, FkLibraryPane, nothing_found);
  gtk_widget_class_bind_template_child (widget_class, FkLibraryPane, broken);
  gtk_widget_class_bind_template_child (widget_class, FkLibraryPane, broken_text);
  gtk_widget_class_bind_template_child (widget_class, FkLibraryPane, scroller);
  gtk_widget_class_bind_template_child (widget_class, FkLibraryPane, list_view);
  gtk_widget_class_bind_template_callback (widget_class, on_search_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_setup);
  gtk_widget_class_bind_template_callback (widget_class, on_bind);
  gtk_widget_class_bind_template_callback (widget_class, on_unbind);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_f, GDK_CONTROL_MASK, "library.search",
                                       NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Menu, 0, "library.menu", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_F10, GDK_SHIFT_MASK, "library.menu",
                                       NULL);
}

static void
fk_library_pane_init (FkLibraryPane *self)
{
  static const GActionEntry entries[] = {
    { .name = "search", .activate = on_search },
    { .name = "menu", .activate = on_menu },
    { .name = "show-all", .activate = on_show_all },
    { .name = "order",
      .parameter_type = "s",
      .state = "'newest'",
      .change_state = on_order_changed },
    { .name = "chip", .parameter_type = "s", .state = "''", .change_state = on_filter_changed },
    { .name = "tag", .parameter_type = "s", .state = "''", .change_state = on_filter_changed },
    { .name = "verified", .state = "false", .change_state = on_filter_changed },
    { .name = "connected", .state = "false", .change_state = on_filter_changed },
  };

  gtk_widget_init_template (GTK_WIDGET (self));
  self->actions = g_simple_action_group_new ();
  g_action_map_add_action_entries (G_ACTION_MAP (self->actions), entries, G_N_ELEMENTS (entries),
                                   self);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "library", G_ACTION_GROUP (self->actions));
  /* GTK 4.8 names a menu button by its inner toggle. */
  gtk_accessible_update_property (GTK_ACCESSIBLE (
                                      gtk_widget_get_first_child (GTK_WIDGET (self->view_button))),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Order and Filter"), -1);
  self->menu = GTK_POPOVER_MENU (fk_backup_menu_new ());
  gtk_widget_set_parent (GTK_WIDGET (self->menu), GTK_WIDGET (self));
  gtk_search_entry_set_key_capture_widget (self->search, GTK_WIDGET (self->list_view));
  fk_list_focus_make_one_stop (GTK_WIDGET (self->list_view));
  accept_files (self);
}

/**
 * fk_library_pane_set_backups:
 * @backups: of #FkBackup, newest first
 *
 * What to list.  To be called once.
 */
void
fk_library_pane_set_backups (FkLibraryPane *self, GListModel *backups)
{
  g_autoptr (FkGradualList) shown = NULL;

  g_return_if_fail (FK_IS_LIBRARY_PANE (self));
  g_return_if_fail (self->list == NULL);

  self->backups = g_object_ref (backups);
  self->list = fk_backup_list_new (backups);
  shown = fk_gradual_list_new (G_LIST_MODEL (self->list));
  self->selection = gtk_single_selection_new (NULL);
  gtk_single_selection_set_autoselect (self->selection, FALSE);
  gtk_single_selection_set_can_unselect (self->selection, TRUE);
  gtk_single_selection_set_model (self->selection, G_LIST_MODEL (shown));
  gtk_list_view_set_model (self->list_view, GTK_SELECTION_MODEL (self->selection));
  g_signal_connect_object (self->selection, "notify::selected-item", G_CALLBACK (on_selected), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (shown, "settled", G_CALLBACK (keep_chosen), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->list, "items-changed", G_CALLBACK (update_stack), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (backups, "items-changed", G_CALLBACK (update_menu), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (backups, "items-changed", G_CALLBACK (update_stack), self,
                           G_CONNECT_SWAPPED);
  update_menu (self);
  update_stack (self);
}

/**
 * fk_library_pane_set_error:
 * @error: (nullable): why the library cannot be read; %NULL: it can
 */
void
fk_library_pane_set_error (FkLibraryPane *self, const GError *error)
{
  g_return_if_fail (FK_IS_LIBRARY_PANE (self));

  gtk_label_set_label (self->broken_text, error != NULL ? error->message : "");
  update_stack (self);
}

/**
 * fk_library_pane_set_connected:
 * @uids: of the chips that are plugged in
 */
void
fk_library_pane_set_connected (FkLibraryPane *self, const char *const *uids)
{
  g_return_if_fail (FK_IS_LIBRARY_PANE (self));

  fk_backup_list_set_connected (self->list, uids);
  update_stack (self);
}

void
fk_library_pane_choose_nothing (FkLibraryPane *self)
{
  g_return_if_fail (FK_IS_LIBRARY_PANE (self));

  g_clear_object (&self->chosen);
  if (self->selection != NULL)
    gtk_single_selection_set_selected (self->selection, GTK_INVALID_LIST_POSITION);
}

/**
 * fk_library_pane_show_choice:
 *
 * Shows @backup as the one that is chosen, and tells nobody.
 */
void
fk_library_pane_show_choice (FkLibraryPane *self, FkBackup *backup)
{
  g_return_if_fail (FK_IS_LIBRARY_PANE (self));
  g_return_if_fail (FK_IS_BACKUP (backup));

  fk_library_pane_choose_nothing (self);
  g_set_object (&self->chosen, backup);
  if (self->selection != NULL)
    keep_chosen (self, gtk_single_selection_get_model (self->selection));
}
