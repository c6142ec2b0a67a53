/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

char *ctl_settings_dup_library_folder (void);

G_END_DECLS
