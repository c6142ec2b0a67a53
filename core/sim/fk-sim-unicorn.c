/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The emulator library, loaded when it is first needed. */

#include "config.h"

#include "sim/fk-sim-unicorn.h"

#include <dlfcn.h>

#include "base/fk-error.h"

typedef struct
{
  FkSimUnicorn functions;
  char *problem; /* (nullable): why there are none */
} Library;

#define LOAD(name)                                                     \
  *(void **)&library->functions.p_##name = dlsym (handle, #name);      \
  if (library->functions.p_##name == NULL && library->problem == NULL) \
    library->problem = g_strdup_printf ("%s has no %s", FK_UNICORN, #name);

/* It stays for as long as the program runs: its engines may outlive any one board. */
static Library *
load (void)
{
  Library *library = g_new0 (Library, 1);
  void *handle = dlopen (FK_UNICORN, RTLD_LAZY | RTLD_LOCAL);

  if (handle == NULL)
    library->problem = g_strdup (dlerror ());
  else
    {
      FK_SIM_UNICORN_FUNCTIONS (LOAD)
    }
  return library;
}

static const Library *
get_library (void)
{
  static Library *library = NULL;

  if (g_once_init_enter (&library))
    g_once_init_leave (&library, load ());
  return library;
}

/*
 * fk_sim_unicorn_load:
 *
 * Before anything else of the library is used; from any thread, as often as one likes.
 *
 * Errors: NOT_SUPPORTED where there is no such library.
 */
gboolean
fk_sim_unicorn_load (GError **error)
{
  const Library *library = get_library ();

  if (library->problem == NULL)
    return TRUE;
  g_set_error (error, FK_ERROR, FK_ERROR_NOT_SUPPORTED,
               "The emulator library (Unicorn) is missing, without which there are no simulated "
               "boards: %s",
               library->problem);
  return FALSE;
}

const FkSimUnicorn *
fk_sim_unicorn_get (void)
{
  return &get_library ()->functions;
}
