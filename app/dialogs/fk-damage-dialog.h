/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "fk-window.h"

G_BEGIN_DECLS

void fk_damage_dialog_present (FkWindow *window, GPtrArray *verdicts);

G_END_DECLS
