/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "pages/fk-page.h"

G_BEGIN_DECLS

/**
 * FkDeedTellFunc:
 * @text: (nullable): what became of it, in a sentence; %NULL where nothing has to be said any more
 */
typedef void (*FkDeedTellFunc) (FkPage *page, const char *text);

/* Changes of a chip, from the plan over the question to the outcome.  Each stays bound to the chip
 * that the question was about, also after a replug. */
void fk_deed_restore (FkPage *page, FkBoard *board, FkBackup *backup, FkDeedTellFunc tell);
void fk_deed_copy (FkPage *page, FkBoard *board, FkBackup *backup, FkDeedTellFunc tell);
void fk_deed_write (FkPage *page, FkBoard *board, FkImage *image, FkDeedTellFunc tell);
void fk_deed_erase (FkPage *page, FkBoard *board, FkDeedTellFunc tell);

char *fk_deed_describe (FkJob *job, const GError *error);

G_END_DECLS
