/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "fk-backup-group.h"

struct _FkBackupGroup
{
  GObject parent_instance;

  FkBackup *first;    /* whose chip is the group's */
  FkBackup *named;    /* (nullable): the newest one with a name, as read from the board */
  GPtrArray *backups; /* of FkBackup, those that are listed */
};

G_DEFINE_FINAL_TYPE (FkBackupGroup, fk_backup_group, G_TYPE_OBJECT)

static void
fk_backup_group_dispose (GObject *object)
{
  FkBackupGroup *self = FK_BACKUP_GROUP (object);

  g_clear_object (&self->first);
  g_clear_object (&self->named);
  g_clear_pointer (&self->backups, g_ptr_array_unref);
  G_OBJECT_CLASS (fk_backup_group_parent_class)->dispose (object);
}

static void
fk_backup_group_class_init (FkBackupGroupClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = fk_backup_group_dispose;
}

static void
fk_backup_group_init (FkBackupGroup *self)
{
  self->backups = g_ptr_array_new_with_free_func (g_object_unref);
}

/**
 * fk_backup_group_new: (constructor)
 * @backup: one of the board; it is not yet in the group
 */
FkBackupGroup *
fk_backup_group_new (FkBackup *backup)
{
  FkBackupGroup *self;

  g_return_val_if_fail (FK_IS_BACKUP (backup), NULL);

  self = g_object_new (FK_TYPE_BACKUP_GROUP, NULL);
  self->first = g_object_ref (backup);
  return self;
}

void
fk_backup_group_clear (FkBackupGroup *self)
{
  g_return_if_fail (FK_IS_BACKUP_GROUP (self));

  g_clear_object (&self->named);
  g_ptr_array_set_size (self->backups, 0);
}

/* What a person had read from the board names it rather than what somebody edited.  What was made
 * by itself says of what was done, and nothing of the board. */
static gboolean
is_better_name (FkBackup *backup, FkBackup *named)
{
  gboolean is_edited = *fk_backup_get_edited_from (backup) != '\0';

  if (*fk_backup_get_name (backup) == '\0' || fk_backup_is_safety (backup))
    return FALSE;
  if (named == NULL)
    return TRUE;
  if (is_edited != (*fk_backup_get_edited_from (named) != '\0'))
    return !is_edited;
  return fk_backup_compare_age (backup, named) > 0;
}

void
fk_backup_group_add (FkBackupGroup *self, FkBackup *backup)
{
  g_return_if_fail (FK_IS_BACKUP_GROUP (self));
  g_return_if_fail (FK_IS_BACKUP (backup));

  g_ptr_array_add (self->backups, g_object_ref (backup));
  if (is_better_name (backup, self->named))
    g_set_object (&self->named, backup);
}

/* Returns: (transfer none) (element-type FkBackup): may be sorted, belongs to the group */
GPtrArray *
fk_backup_group_get_backups (FkBackupGroup *self)
{
  g_return_val_if_fail (FK_IS_BACKUP_GROUP (self), NULL);

  return self->backups;
}

const char *
fk_backup_group_get_title (FkBackupGroup *self)
{
  g_return_val_if_fail (FK_IS_BACKUP_GROUP (self), NULL);

  return self->named != NULL ? fk_backup_get_name (self->named)
                             : fk_backup_get_chip_name (self->first);
}

const char *
fk_backup_group_get_chip (FkBackupGroup *self)
{
  g_return_val_if_fail (FK_IS_BACKUP_GROUP (self), NULL);

  return fk_backup_get_chip_name (self->first);
}

const char *
fk_backup_group_get_uid (FkBackupGroup *self)
{
  g_return_val_if_fail (FK_IS_BACKUP_GROUP (self), NULL);

  return fk_backup_get_uid (self->first);
}
