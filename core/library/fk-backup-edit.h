/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * FkBackupEdit:
 *
 * What shall be different about a backup, for fk_library_edit(); whatever is not set stays as it
 * is.  What was read from the chip cannot be edited.  Used by one thread.
 */
typedef struct _FkBackupEdit FkBackupEdit;

FkBackupEdit *fk_backup_edit_new (void);
void fk_backup_edit_free (FkBackupEdit *self);
void fk_backup_edit_set_name (FkBackupEdit *self, const char *name);
void fk_backup_edit_set_note (FkBackupEdit *self, const char *note);
void fk_backup_edit_set_tags (FkBackupEdit *self, const char *const *tags);
void fk_backup_edit_set_photo (FkBackupEdit *self, GBytes *image);
void fk_backup_edit_set_file (FkBackupEdit *self, const char *name, GBytes *bytes);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FkBackupEdit, fk_backup_edit_free)

G_END_DECLS
