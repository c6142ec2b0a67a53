/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The library, searched, filtered, sorted and grouped by board.  It is made anew as a whole
 * whenever something of that changes: 10,000 backups take some milliseconds, and what is the same
 * at either end is not told of, so that rows and scrolling stay. */

#include "config.h"

#include "fk-backup-list.h"

#include "fk-backup-search.h"

#include <gio/gio.h>
#include <string.h>

struct _FkBackupList
{
  GObject parent_instance;

  GListModel *backups; /* of FkBackup, newest first */
  GPtrArray *items;    /* of FkBackupGroup and FkBackup */
  GHashTable *groups;  /* upper-case UID -> FkBackupGroup */
  GHashTable *uids;    /* upper-case, of the boards that are plugged in */
  guint n_backups;     /* in items */
  GStrv words;
  FkBackupSort sort;
  char *chip;
  char *tag;
  gboolean verified;
  gboolean connected;
};

enum
{
  MARKS_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void fk_backup_list_model_init (GListModelInterface *interface);

G_DEFINE_FINAL_TYPE_WITH_CODE (FkBackupList,
                               fk_backup_list,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, fk_backup_list_model_init))

static GType
get_item_type (GListModel *model)
{
  return G_TYPE_OBJECT;
}

static guint
get_n_items (GListModel *model)
{
  return FK_BACKUP_LIST (model)->items->len;
}

static gpointer
get_item (GListModel *model, guint position)
{
  GPtrArray *items = FK_BACKUP_LIST (model)->items;

  return position < items->len ? g_object_ref (g_ptr_array_index (items, position)) : NULL;
}

static void
fk_backup_list_model_init (GListModelInterface *interface)
{
  interface->get_item_type = get_item_type;
  interface->get_n_items = get_n_items;
  interface->get_item = get_item;
}

static gboolean
has_tag (FkBackup *backup, const char *tag)
{
  return g_strv_contains (fk_backup_get_tags (backup), tag);
}

static gboolean
is_wanted (FkBackupList *self, FkBackup *backup)
{
  if (self->chip != NULL && !g_str_equal (self->chip, fk_backup_get_chip_name (backup)))
    return FALSE;
  if (self->tag != NULL && !has_tag (backup, self->tag))
    return FALSE;
  if (self->verified && !fk_backup_search_is_verified (backup))
    return FALSE;
  if (self->connected && !fk_backup_list_is_connected (self, fk_backup_get_uid (backup)))
    return FALSE;
  return fk_backup_search_matches (backup, (const char *const *)self->words);
}

static FkBackupGroup *
get_group (FkBackupList *self, GPtrArray *groups, FkBackup *backup)
{
  const char *board = fk_backup_search_get_board (backup);
  FkBackupGroup *group = g_hash_table_lookup (self->groups, board);

  if (group == NULL)
    {
      group = fk_backup_group_new (backup);
      g_hash_table_insert (self->groups, g_strdup (board), group);
    }
  if (fk_backup_group_get_backups (group)->len == 0)
    g_ptr_array_add (groups, group);
  return group;
}

static int
compare (FkBackupSort sort, FkBackup *a, FkBackup *b)
{
  switch (sort)
    {
    case FK_BACKUP_SORT_NAME:
      return strcmp (fk_backup_search_get_name_key (a), fk_backup_search_get_name_key (b));
    case FK_BACKUP_SORT_SIZE:
      {
        guint64 left = fk_backup_get_size (a);
        guint64 right = fk_backup_get_size (b);

        return left < right ? 1 : left > right ? -1 : 0;
      }
    case FK_BACKUP_SORT_OLDEST:
      return fk_backup_compare_age (a, b);
    case FK_BACKUP_SORT_NEWEST:
    default:
      return fk_backup_compare_age (b, a);
    }
}

static int
compare_backups (gconstpointer a, gconstpointer b, gpointer sort)
{
  return compare (GPOINTER_TO_INT (sort), *(FkBackup *const *)a, *(FkBackup *const *)b);
}

static int
compare_groups (gconstpointer a, gconstpointer b, gpointer sort)
{
  FkBackupGroup *left = *(FkBackupGroup *const *)a;
  FkBackupGroup *right = *(FkBackupGroup *const *)b;

  if (GPOINTER_TO_INT (sort) == FK_BACKUP_SORT_NAME)
    return g_utf8_collate (fk_backup_group_get_title (left), fk_backup_group_get_title (right));
  return compare (GPOINTER_TO_INT (sort), g_ptr_array_index (fk_backup_group_get_backups (left), 0),
                  g_ptr_array_index (fk_backup_group_get_backups (right), 0));
}

/* Returns: (transfer full): the groups with their backups, in order */
static GPtrArray *
make_items (FkBackupList *self)
{
  g_autoptr (GPtrArray) groups = g_ptr_array_new ();
  GPtrArray *items = g_ptr_array_new_with_free_func (g_object_unref);
  guint n_backups = g_list_model_get_n_items (self->backups);
  GHashTableIter iter;
  gpointer old;

  g_hash_table_iter_init (&iter, self->groups);
  while (g_hash_table_iter_next (&iter, NULL, &old))
    fk_backup_group_clear (old);
  self->n_backups = 0;
  for (guint i = 0; i < n_backups; i++)
    {
      g_autoptr (FkBackup) backup = g_list_model_get_item (self->backups, i);

      if (!is_wanted (self, backup))
        continue;
      fk_backup_group_add (get_group (self, groups, backup), backup);
      self->n_backups++;
    }
  /* They come newest first. */
  for (guint i = 0; self->sort != FK_BACKUP_SORT_NEWEST && i < groups->len; i++)
    g_ptr_array_sort_with_data (fk_backup_group_get_backups (g_ptr_array_index (groups, i)),
                                compare_backups, GINT_TO_POINTER (self->sort));
  if (self->sort != FK_BACKUP_SORT_NEWEST)
    g_ptr_array_sort_with_data (groups, compare_groups, GINT_TO_POINTER (self->sort));
  for (guint i = 0; i < groups->len; i++)
    {
      FkBackupGroup *group = g_ptr_array_index (groups, i);

      g_ptr_array_add (items, g_object_ref (group));
      g_ptr_array_extend (items, fk_backup_group_get_backups (group),
                          (GCopyFunc)(void *)g_object_ref, NULL);
    }
  return items;
}

static void
rebuild (FkBackupList *self)
{
  g_autoptr (GPtrArray) old = g_steal_pointer (&self->items);
  guint head = 0;
  guint tail = 0;

  self->items = make_items (self);
  while (head < old->len && head < self->items->len &&
         g_ptr_array_index (old, head) == g_ptr_array_index (self->items, head))
    head++;
  while (tail < old->len - head && tail < self->items->len - head &&
         g_ptr_array_index (old, old->len - 1 - tail) ==
             g_ptr_array_index (self->items, self->items->len - 1 - tail))
    tail++;
  if (head + tail < old->len || head + tail < self->items->len)
    g_list_model_items_changed (G_LIST_MODEL (self), head, old->len - head - tail,
                                self->items->len - head - tail);
}

static void
fk_backup_list_dispose (GObject *object)
{
  FkBackupList *self = FK_BACKUP_LIST (object);

  g_clear_object (&self->backups);
  g_ptr_array_set_size (self->items, 0);
  g_hash_table_remove_all (self->groups);
  G_OBJECT_CLASS (fk_backup_list_parent_class)->dispose (object);
}

static void
fk_backup_list_finalize (GObject *object)
{
  FkBackupList *self = FK_BACKUP_LIST (object);

  g_ptr_array_unref (self->items);
  g_hash_table_unref (self->groups);
  g_hash_table_unref (self->uids);
  g_strfreev (self->words);
  g_free (self->chip);
  g_free (self->tag);
  G_OBJECT_CLASS (fk_backup_list_parent_class)->finalize (object);
}

static void
fk_backup_list_class_init (FkBackupListClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = fk_backup_list_dispose;
  G_OBJECT_CLASS (klass)->finalize = fk_backup_list_finalize;
  signals[MARKS_CHANGED] = g_signal_new ("marks-changed", FK_TYPE_BACKUP_LIST, G_SIGNAL_RUN_LAST, 0,
                                         NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
fk_backup_list_init (FkBackupList *self)
{
  self->items = g_ptr_array_new_with_free_func (g_object_unref);
  self->groups = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  self->uids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->words = g_new0 (char *, 1);
}

/**
 * fk_backup_list_new: (constructor)
 * @backups: of #FkBackup, newest first; followed as it changes
 */
FkBackupList *
fk_backup_list_new (GListModel *backups)
{
  FkBackupList *self;

  g_return_val_if_fail (G_IS_LIST_MODEL (backups), NULL);

  self = g_object_new (FK_TYPE_BACKUP_LIST, NULL);
  self->backups = g_object_ref (backups);
  g_signal_connect_object (backups, "items-changed", G_CALLBACK (rebuild), self, G_CONNECT_SWAPPED);
  rebuild (self);
  return self;
}

/**
 * fk_backup_list_set_search:
 * @text: words that each must be in the name, note, tags, chip, UID, hash or date; "" finds all
 */
void
fk_backup_list_set_search (FkBackupList *self, const char *text)
{
  g_auto (GStrv) words = NULL;

  g_return_if_fail (FK_IS_BACKUP_LIST (self));
  g_return_if_fail (text != NULL);

  words = fk_backup_search_split (text);
  if (g_strv_equal ((const char *const *)words, (const char *const *)self->words))
    return;
  g_strfreev (self->words);
  self->words = g_steal_pointer (&words);
  rebuild (self);
}

void
fk_backup_list_set_sort (FkBackupList *self, FkBackupSort sort)
{
  g_return_if_fail (FK_IS_BACKUP_LIST (self));

  if (self->sort == sort)
    return;
  self->sort = sort;
  rebuild (self);
}

void
fk_backup_list_set_filter (FkBackupList *self, const FkBackupFilter *filter)
{
  g_return_if_fail (FK_IS_BACKUP_LIST (self));
  g_return_if_fail (filter != NULL);

  if (g_strcmp0 (self->chip, filter->chip) == 0 && g_strcmp0 (self->tag, filter->tag) == 0 &&
      self->verified == filter->verified && self->connected == filter->connected)
    return;
  g_free (self->chip);
  g_free (self->tag);
  self->chip = g_strdup (filter->chip);
  self->tag = g_strdup (filter->tag);
  self->verified = filter->verified;
  self->connected = filter->connected;
  rebuild (self);
}

/**
 * fk_backup_list_set_connected:
 * @uids: of the chips that are plugged in
 */
void
fk_backup_list_set_connected (FkBackupList *self, const char *const *uids)
{
  gboolean same = TRUE;

  g_return_if_fail (FK_IS_BACKUP_LIST (self));
  g_return_if_fail (uids != NULL);

  for (guint i = 0; uids[i] != NULL; i++)
    same = same && fk_backup_list_is_connected (self, uids[i]);
  if (same && g_strv_length ((char **)uids) == g_hash_table_size (self->uids))
    return;
  g_hash_table_remove_all (self->uids);
  for (guint i = 0; uids[i] != NULL; i++)
    g_hash_table_add (self->uids, g_ascii_strup (uids[i], -1));
  if (self->connected)
    rebuild (self);
  g_signal_emit (self, signals[MARKS_CHANGED], 0);
}

/* Whether the chip with this UID is plugged in. */
gboolean
fk_backup_list_is_connected (FkBackupList *self, const char *uid)
{
  g_autofree char *key = NULL;

  g_return_val_if_fail (FK_IS_BACKUP_LIST (self), FALSE);

  key = g_ascii_strup (uid, -1);
  return *uid != '\0' && g_hash_table_contains (self->uids, key);
}

/* Returns: how many backups are listed */
guint
fk_backup_list_get_n_backups (FkBackupList *self)
{
  g_return_val_if_fail (FK_IS_BACKUP_LIST (self), 0);

  return self->n_backups;
}
