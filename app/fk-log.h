/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How many messages are kept; older ones make room. */
#define FK_LOG_MAX_LINES 2000

void fk_log_start (void);
char *fk_log_dup_text (void);

G_END_DECLS
