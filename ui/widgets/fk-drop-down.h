/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

void fk_drop_down_set_name (GtkDropDown *drop_down, const char *name);
