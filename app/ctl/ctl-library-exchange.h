/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ctl-command.h"

G_BEGIN_DECLS

CtlExit ctl_library_import (CtlContext *context, char **arguments, GError **error);
CtlExit ctl_library_export (CtlContext *context, char **arguments, GError **error);

G_END_DECLS
