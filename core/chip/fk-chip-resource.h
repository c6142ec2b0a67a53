/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

GResource *fk_chip_resource_get (void);

G_END_DECLS
