/* SPDX-License-Identifier: GPL-3.0-or-later */

/* libarchive, loaded when it is first needed. */

#include "config.h"

#include "library/fk-archive-library.h"

#include <dlfcn.h>

#include "base/fk-error.h"

typedef struct
{
  FkArchiveLibrary functions;
  char *problem; /* (nullable): why there are none */
} Library;

#define LOAD(name)                                                 \
  *(void **)&library->functions.name = dlsym (handle, #name);      \
  if (library->functions.name == NULL && library->problem == NULL) \
    library->problem = g_strdup_printf ("%s has no %s", FK_LIBARCHIVE, #name);

/* It stays for as long as the program runs. */
static Library *
load (void)
{
  Library *library = g_new0 (Library, 1);
  void *handle = dlopen (FK_LIBARCHIVE, RTLD_LAZY | RTLD_LOCAL);

  if (handle == NULL)
    library->problem = g_strdup (dlerror ());
  else
    {
      FK_ARCHIVE_FUNCTIONS (LOAD)
    }
  return library;
}

/*
 * fk_archive_library_load:
 *
 * From any thread, as often as one likes.
 *
 * Returns: (transfer none): its functions; NOT_SUPPORTED where there is no such library
 */
const FkArchiveLibrary *
fk_archive_library_load (GError **error)
{
  static Library *library = NULL;

  if (g_once_init_enter (&library))
    g_once_init_leave (&library, load ());
  if (library->problem == NULL)
    return &library->functions;
  g_set_error (error, FK_ERROR, FK_ERROR_NOT_SUPPORTED,
               "The library for archives (libarchive) is missing: %s", library->problem);
  return NULL;
}
