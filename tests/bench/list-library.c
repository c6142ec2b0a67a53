/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Lists the library at the path given, and prints how many backups it has and what that took:
 * milliseconds of the clock, and of this processor. */

#include "config.h"

#include "library/fk-library.h"

#include <time.h>

static double
get_cpu_ms (void)
{
  return (double)clock () * 1000 / CLOCKS_PER_SEC;
}

int
main (int argc, char **argv)
{
  g_autoptr (FkLibrary) library = fk_library_new (argc > 1 ? argv[1] : NULL);
  g_autoptr (GError) error = NULL;
  gint64 start = g_get_monotonic_time ();
  double cpu_start = get_cpu_ms ();
  g_autoptr (GPtrArray) backups = fk_library_list (library, NULL, NULL, &error);

  if (backups == NULL)
    {
      g_printerr ("%s\n", error->message);
      return 1;
    }
  g_print ("%u %.1f %.1f\n", backups->len, (double)(g_get_monotonic_time () - start) / 1000,
           get_cpu_ms () - cpu_start);
  return 0;
}
