/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A firmware file with the address that it belongs to: from the file, from --address, or found in
 * the firmware's own pointers. */

#include "config.h"

#include "ctl-file.h"
#include "ctl-json.h"

#include "base/fk-error.h"
#include "base/fk-number.h"

/* Where a raw file was linked to run; an error that says what the file is when that cannot be told.
 * No address is suggested for what nobody knows: it would be typed. */
static gboolean
find_linked_at (FkImage *image, const char *path, guint32 *address, GError **error)
{
  g_autoptr (FkInspection) inspection = fk_inspect (image, NULL);

  if (fk_inspection_get_linked_at (inspection, address))
    return TRUE;
  if (fk_inspection_get_vectors (inspection, NULL, NULL))
    g_set_error (error, FK_ERROR, FK_ERROR_USAGE,
                 "%s begins as firmware does, but does not say where it belongs; give the address "
                 "that its maker names with --address",
                 path);
  else
    g_set_error (error, FK_ERROR, FK_ERROR_USAGE,
                 "%s does not look like firmware (it does not begin with a vector table).  If you "
                 "are sure that it belongs on this chip, the board's maker says at which --address",
                 path);
  return FALSE;
}

/* Who gives the id of a backup means another command. */
static void
explain_missing (CtlContext *context, const char *path, GError **error)
{
  g_autoptr (FkBackup) backup = NULL;
  g_autofree char *command = ctl_context_make_command (context);

  if (g_file_test (path, G_FILE_TEST_EXISTS))
    return;
  backup = fk_library_find (ctl_context_get_library (context), path, NULL);
  if (backup == NULL)
    return;
  g_clear_error (error);
  g_set_error (error, FK_ERROR, FK_ERROR_USAGE,
               "%s is a backup of the library, and a file is needed here.  To compare it with the "
               "chip: %s compare %s chip.  To put it back: %s restore %s",
               path, command, path, command, path);
}

static gboolean
choose_address (CtlContext *context,
                FkImage *image,
                const char *path,
                const char *text,
                guint32 *address,
                GError **error)
{
  if (text == NULL)
    {
      if (!find_linked_at (image, path, address, error))
        return FALSE;
      ctl_context_remark (context, "%s was linked to run at 0x%08x; that address is used.\n", path,
                          *address);
      return TRUE;
    }

  if (fk_number_parse_address (text, address, error))
    return TRUE;
  g_prefix_error (error, "--address: ");
  return FALSE;
}

/**
 * ctl_file_load_placed:
 * @address: (nullable): what --address said
 *
 * Loads a file in whatever format it is in.  A raw binary is placed where --address says, or
 * where its own pointers say that it was linked to run; another format refuses --address.
 *
 * Returns: (transfer full): the image, or %NULL with @error
 */
FkImage *
ctl_file_load_placed (CtlContext *context, const char *path, const char *address, GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_commandline_arg (path);
  g_autoptr (FkImage) image = NULL;
  const FkImageFormat *format;
  guint32 base;

  image = fk_image_load_file (file, 0, &format, NULL, error);
  if (image == NULL)
    {
      explain_missing (context, path, error);
      return NULL;
    }
  if (format->has_addresses)
    {
      if (address == NULL)
        return g_steal_pointer (&image);
      g_set_error (error, FK_ERROR, FK_ERROR_USAGE,
                   "%s is %s, which says itself where it belongs; --address is for raw binaries",
                   path, format->title);
      return NULL;
    }

  if (!choose_address (context, image, path, address, &base, error))
    return NULL;
  ctl_json_int (ctl_context_get_builder (context), "address", base);
  return fk_image_move (image, base, error);
}
