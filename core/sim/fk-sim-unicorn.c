/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The emulator library, loaded when it is first needed. */

#include "config.h"

#include "sim/fk-sim-unicorn.h"

#include "base/fk-error.h"
#include "base/fk-late-library.h"

typedef struct
{
  FkSimUnicorn functions;
  char *problem; /* (nullable): why there are none */
} Library;

#define ROW(name) { #name, G_STRUCT_OFFSET (FkSimUnicorn, p_##name) },

static const FkLateFunction wanted[] = { FK_SIM_UNICORN_FUNCTIONS (ROW) };

static Library *
load (void)
{
  Library *library = g_new0 (Library, 1);

  library->problem =
      fk_late_library_load (FK_UNICORN, wanted, G_N_ELEMENTS (wanted), &library->functions);
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
