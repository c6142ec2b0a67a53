/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

const char *fk_error_text_get_title (const GError *error);
const char *fk_error_text_get_advice (const GError *error);

G_END_DECLS
