/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "fk-application.h"
#include "fk-log.h"

#include <glib/gi18n.h>
#include <locale.h>

int
main (int argc, char **argv)
{
  g_autoptr (FkApplication) application = NULL;
  const char *catalogues = g_getenv ("FK_LOCALE_DIR"); /* of a build that is not installed */

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, catalogues != NULL ? catalogues : FK_LOCALE_DIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);

  fk_log_start ();
  application = fk_application_new ();
  return g_application_run (G_APPLICATION (application), argc, argv);
}
