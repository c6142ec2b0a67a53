/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "fk-window.h"

G_BEGIN_DECLS

void fk_import_choose (FkWindow *window, gboolean folder);
void fk_import_files (FkWindow *window, GListModel *files);
gboolean fk_import_is_backup (GFile *file);

G_END_DECLS
