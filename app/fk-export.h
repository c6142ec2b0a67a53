/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "pages/fk-page.h"

G_BEGIN_DECLS

void fk_export_choose (FkPage *page, FkBackup *backup, const char *kind);

G_END_DECLS
