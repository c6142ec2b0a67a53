/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A function of a library, and where in a structure of pointers it goes. */
typedef struct
{
  const char *name;
  gsize offset; /* bytes */
} FkLateFunction;

char *fk_late_library_load (const char *file,
                            const FkLateFunction *wanted,
                            guint n_wanted,
                            gpointer functions);

G_END_DECLS
