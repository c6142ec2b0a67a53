/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the last check found wrong with a backup travels with the object that the window lists. */

#include "config.h"

#include "fk-backup-damage.h"

static GQuark
get_quark (void)
{
  return g_quark_from_static_string ("fk-backup-damage");
}

/**
 * fk_backup_damage_set:
 * @problem: (nullable): what is wrong; %NULL when nothing is known
 *
 * Before anybody else has the object.
 */
void
fk_backup_damage_set (FkBackup *backup, const char *problem)
{
  g_return_if_fail (FK_IS_BACKUP (backup));

  g_object_set_qdata_full (G_OBJECT (backup), get_quark (), g_strdup (problem), g_free);
}

/* Returns: (nullable) (transfer none): what is wrong with it, as far as that is known */
const char *
fk_backup_damage_get (FkBackup *backup)
{
  g_return_val_if_fail (FK_IS_BACKUP (backup), NULL);

  return g_object_get_qdata (G_OBJECT (backup), get_quark ());
}
