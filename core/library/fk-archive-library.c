/* SPDX-License-Identifier: GPL-3.0-or-later */

/* libarchive, loaded when it is first needed. */

#include "config.h"

#include "library/fk-archive-library.h"

#include "base/fk-error.h"
#include "base/fk-late-library.h"

typedef struct
{
  FkArchiveLibrary functions;
  char *problem; /* (nullable): why there are none */
} Library;

#define ROW(name) { #name, G_STRUCT_OFFSET (FkArchiveLibrary, name) },

static const FkLateFunction wanted[] = { FK_ARCHIVE_FUNCTIONS (ROW) };

static Library *
load (void)
{
  Library *library = g_new0 (Library, 1);

  library->problem =
      fk_late_library_load (FK_LIBARCHIVE, wanted, G_N_ELEMENTS (wanted), &library->functions);
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
