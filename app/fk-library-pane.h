/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "fk-library-model.h"

G_BEGIN_DECLS

/**
 * FkLibraryPane:
 *
 * The library in the sidebar: search, what is shown in which order, and the backups by board.
 * "backup-chosen" (#FkBackup) tells what was chosen.
 */
#define FK_TYPE_LIBRARY_PANE (fk_library_pane_get_type ())
G_DECLARE_FINAL_TYPE (FkLibraryPane, fk_library_pane, FK, LIBRARY_PANE, AdwBin)

void fk_library_pane_set_backups (FkLibraryPane *self, GListModel *backups);
void fk_library_pane_set_error (FkLibraryPane *self, const GError *error);
void fk_library_pane_set_connected (FkLibraryPane *self, const char *const *uids);
void fk_library_pane_choose_nothing (FkLibraryPane *self);
void fk_library_pane_show_choice (FkLibraryPane *self, FkBackup *backup);

G_END_DECLS
