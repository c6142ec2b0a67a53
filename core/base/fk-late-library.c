/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Shared libraries that are loaded when they are first needed, so that a start without them does
 * not pay for their relocations. */

#include "config.h"

#include "base/fk-late-library.h"

#include <dlfcn.h>
#include <string.h>

/*
 * fk_late_library_load:
 * @file: name of the shared library, as the dynamic linker looks for it
 * @wanted: (array length=n_wanted): its functions
 * @functions: (out caller-allocates): a structure of pointers to functions
 *
 * The library stays for as long as the program runs.  For once per library: the caller keeps what
 * comes of it.
 *
 * Returns: (transfer full) (nullable): what is missing; %NULL if all functions are there
 */
char *
fk_late_library_load (const char *file,
                      const FkLateFunction *wanted,
                      guint n_wanted,
                      gpointer functions)
{
  void *handle = dlopen (file, RTLD_LAZY | RTLD_LOCAL);

  if (handle == NULL)
    return g_strdup (dlerror ());
  for (guint i = 0; i < n_wanted; i++)
    {
      void *function = dlsym (handle, wanted[i].name);

      if (function == NULL)
        return g_strdup_printf ("%s has no %s", file, wanted[i].name);
      memcpy ((guint8 *)functions + wanted[i].offset, &function, sizeof function);
    }
  return NULL;
}
