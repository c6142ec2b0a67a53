/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "fk-application.h"

G_BEGIN_DECLS

void fk_about_present (GtkWindow *parent, FkApplication *application);

G_END_DECLS
