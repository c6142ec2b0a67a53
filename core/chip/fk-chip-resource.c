/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What data/chips has compiled into the program.  GLib registers such data when it is first asked
 * for any, and gives NULL to a second thread that asks while it does so; hence once, here, and
 * without its list of what is to be registered. */

#include "config.h"

#include "chip/fk-chip-resource.h"

#include "base/fk-handover.h"
#include "fk-chip-data.h"

/* Returns: (transfer none): from any thread */
GResource *
fk_chip_resource_get (void)
{
  static GResource *resource = NULL;

  if (g_once_init_enter (&resource))
    {
      fk_chip_data_register_resource ();
      fk_handover_give (&resource);
      g_once_init_leave (&resource, fk_chip_data_get_resource ());
    }
  fk_handover_take (&resource);
  return resource;
}
