/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ctl-context.h"

#include "image/fk-image-format.h"

G_BEGIN_DECLS

FkImage *
ctl_file_load_placed (CtlContext *context, const char *path, const char *address, GError **error);

G_END_DECLS
