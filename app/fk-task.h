/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

void fk_task_hold_application (GTask *task);

G_END_DECLS
