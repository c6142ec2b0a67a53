/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "image/fk-image.h"
#include "library/fk-backup.h"

G_BEGIN_DECLS

char *ctl_words_for_date (FkBackup *backup);
char *ctl_words_for_backup (FkBackup *backup);
gboolean ctl_words_is_blank (FkBackup *backup);
char *ctl_words_for_used (FkImage *image, guint8 blank);

G_END_DECLS
