/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The file formats, one row each.  What a file is, its contents say; its name is asked only where
 * the contents may be anything. */

#include "config.h"

#include "image/fk-image-format.h"
#include "image/fk-image-format-private.h"

#include <string.h>

static const FkImageFormat *const formats[] = {
  &fk_elf_format,
  &fk_ihex_format,
  &fk_srec_format,
  &fk_binary_format,
};

/**
 * fk_image_format_get_all:
 * @n_formats: (out) (optional): how many
 *
 * Returns: (array length=n_formats) (transfer none): every format
 */
const FkImageFormat *const *
fk_image_format_get_all (guint *n_formats)
{
  if (n_formats != NULL)
    *n_formats = G_N_ELEMENTS (formats);
  return formats;
}

/**
 * fk_image_format_find:
 * @name: such as "ihex"
 *
 * Returns: (nullable) (transfer none): the format of that name
 */
const FkImageFormat *
fk_image_format_find (const char *name)
{
  guint i;

  g_return_val_if_fail (name != NULL, NULL);

  for (i = 0; i < G_N_ELEMENTS (formats); i++)
    if (g_str_equal (formats[i]->name, name))
      return formats[i];
  return NULL;
}

/**
 * fk_image_format_for_path:
 * @path: a file name, with or without folders
 *
 * Returns: (nullable) (transfer none): the format that goes with the file name's ending; %NULL when
 *   none does
 */
const FkImageFormat *
fk_image_format_for_path (const char *path)
{
  g_autofree char *name = NULL;
  const char *dot;
  guint i;

  g_return_val_if_fail (path != NULL, NULL);

  name = g_path_get_basename (path);
  dot = strrchr (name, '.');
  if (dot == NULL)
    return NULL;

  for (i = 0; i < G_N_ELEMENTS (formats); i++)
    {
      const char *const *suffix;

      for (suffix = formats[i]->suffixes; *suffix != NULL; suffix++)
        if (g_ascii_strcasecmp (dot + 1, *suffix) == 0)
          return formats[i];
    }
  return NULL;
}

/**
 * fk_image_format_guess:
 * @path: (nullable): the file's name
 *
 * Returns: (transfer none): what @bytes are by their contents, else by @path, else raw binary
 */
const FkImageFormat *
fk_image_format_guess (GBytes *bytes, const char *path)
{
  const FkImageFormat *format = NULL;
  guint i;

  g_return_val_if_fail (bytes != NULL, NULL);

  for (i = 0; i < G_N_ELEMENTS (formats); i++)
    if (formats[i]->matches != NULL && formats[i]->matches (bytes))
      return formats[i];

  if (path != NULL)
    format = fk_image_format_for_path (path);
  return format != NULL ? format : &fk_binary_format;
}
