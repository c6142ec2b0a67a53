/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "fk-library-model.h"
#include "fk-settings.h"

G_BEGIN_DECLS

#define FK_TYPE_APPLICATION (fk_application_get_type ())
G_DECLARE_FINAL_TYPE (FkApplication, fk_application, FK, APPLICATION, AdwApplication)

FkApplication *fk_application_new (void);
GSettings *fk_application_get_settings (FkApplication *self);
FkLibraryModel *fk_application_get_library (FkApplication *self);
GListModel *fk_application_get_boards (FkApplication *self);

G_END_DECLS
