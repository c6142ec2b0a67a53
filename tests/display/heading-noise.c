/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Up to 1.9, libadwaita measures the heading of a message for less than its width, which GTK 4.18
 * warns of.  It is harmless and not ours, and all other warnings stay fatal.  To be linked into a
 * test that opens messages. */

#include "config.h"

#include <glib.h>

static GLogWriterOutput
write_log (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer user_data)
{
  for (gsize i = 0; i < n_fields; i++)
    if (g_str_equal (fields[i].key, "MESSAGE") && fields[i].length < 0 &&
        g_str_has_prefix (fields[i].value, "Trying to measure GtkLabel"))
      return G_LOG_WRITER_HANDLED;
  return g_log_writer_default (level, fields, n_fields, user_data);
}

__attribute__ ((constructor)) static void
install (void)
{
  g_log_set_writer_func (write_log, NULL, NULL);
}
