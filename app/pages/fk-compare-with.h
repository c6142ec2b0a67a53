/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "fk-library-model.h"
#include "pages/fk-page.h"

G_BEGIN_DECLS

void fk_compare_with (FkPage *from, FkBackup *backup, FkLibraryModel *library);

G_END_DECLS
