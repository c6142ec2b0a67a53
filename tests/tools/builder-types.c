/* SPDX-License-Identifier: GPL-3.0-or-later */

/* For LD_PRELOAD below gtk4-builder-tool, which knows GTK's own types only: the program's and
 * libadwaita's are found by their names once they are loaded, but for a template's parent, which
 * has to be registered. */

#include "config.h"

#include <adwaita.h>

#include "pages/fk-page.h"

static __attribute__ ((constructor)) void
register_parents (void)
{
  g_type_ensure (ADW_TYPE_APPLICATION_WINDOW);
  g_type_ensure (ADW_TYPE_BIN);
  g_type_ensure (ADW_TYPE_PREFERENCES_WINDOW);
  g_type_ensure (ADW_TYPE_WINDOW);
  g_type_ensure (FK_TYPE_PAGE);
}
