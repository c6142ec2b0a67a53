/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "fk-window.h"

G_BEGIN_DECLS

void fk_check_library (FkWindow *window);

G_END_DECLS
