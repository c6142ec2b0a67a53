/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Images from and to disk.  A file is saved beside its place, synced, then renamed, so that a full
 * disk, a crash or a power cut leaves the old file or the new one.  What is no regular file (a
 * pipe, /dev/stdout) cannot be renamed onto, and is written to. */

#include "config.h"

#include "image/fk-image-format.h"

#include "base/fk-error.h"

#include <gio/gunixoutputstream.h>
#include <glib/gstdio.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>

#define READ_SIZE (64u << 10)

/* Takes what GIO or GLib said into our domain; a cancel stays what it is. */
static void
set_access_error (GFile *file, const char *deed, GError *cause, GError **error)
{
  g_autofree char *name = g_file_get_parse_name (file);

  if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_propagate_error (error, g_error_copy (cause));
  else
    g_set_error (error, FK_ERROR, FK_ERROR_FILE_ACCESS, "cannot %s %s: %s", deed, name,
                 cause->message);
}

/* Not g_file_load_bytes(): that one does not stop at /dev/zero. */
static GBytes *
read_stream (GInputStream *stream, GCancellable *cancellable, gboolean *too_long, GError **error)
{
  g_autoptr (GByteArray) data = g_byte_array_new ();
  gsize length = 0;
  gssize n;

  *too_long = FALSE;
  do
    {
      if (length > FK_IMAGE_MAX_FILE)
        {
          *too_long = TRUE;
          return NULL;
        }
      g_byte_array_set_size (data, (guint)length + READ_SIZE);
      n = g_input_stream_read (stream, data->data + length, READ_SIZE, cancellable, error);
      if (n < 0)
        return NULL;
      length += (gsize)n;
    }
  while (n > 0);

  g_byte_array_set_size (data, (guint)length);
  return g_byte_array_free_to_bytes (g_steal_pointer (&data));
}

static GBytes *
load_bytes (GFile *file, GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) cause = NULL;
  g_autoptr (GFileInputStream) stream = g_file_read (file, cancellable, &cause);
  g_autoptr (GBytes) bytes = NULL;
  gboolean too_long = FALSE;

  if (stream != NULL)
    bytes = read_stream (G_INPUT_STREAM (stream), cancellable, &too_long, &cause);
  if (too_long)
    {
      g_autofree char *name = g_file_get_parse_name (file);

      g_set_error (error, FK_ERROR, FK_ERROR_BAD_FILE,
                   "%s is longer than %u MiB: that is no firmware", name, FK_IMAGE_MAX_FILE >> 20);
    }
  else if (bytes == NULL)
    set_access_error (file, "read", cause, error);
  return g_steal_pointer (&bytes);
}

/**
 * fk_image_load_file:
 * @base: address of the first byte, if the file's format has no addresses
 * @format: (out) (optional) (transfer none): what the file turned out to be, known also when it
 *   turned out to be damaged; %NULL if it could not be read
 *
 * Returns: (transfer full): the image, or %NULL with %FK_ERROR_FILE_ACCESS when it cannot be read,
 *   else as the format's parser: %FK_ERROR_BAD_FILE with line or offset, %FK_ERROR_OUT_OF_RANGE
 */
FkImage *
fk_image_load_file (GFile *file,
                    guint32 base,
                    const FkImageFormat **format,
                    GCancellable *cancellable,
                    GError **error)
{
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *name = NULL;
  const FkImageFormat *found;
  FkImage *image;

  g_return_val_if_fail (G_IS_FILE (file), NULL);

  if (format != NULL)
    *format = NULL;
  bytes = load_bytes (file, cancellable, error);
  if (bytes == NULL)
    return NULL;

  name = g_file_get_basename (file);
  found = fk_image_format_guess (bytes, name);
  if (format != NULL)
    *format = found;

  image = found->parse (bytes, base, error);
  if (image == NULL)
    g_prefix_error (error, "%s (%s): ", name, found->title);
  return image;
}

static gboolean
write_in_place (GFile *file, GBytes *bytes, GCancellable *cancellable, GError **error)
{
  g_autoptr (GOutputStream) stream = NULL;
  int fd = g_open (g_file_peek_path (file), O_WRONLY | O_CLOEXEC, 0);

  if (fd < 0)
    {
      int code = errno;

      g_set_error_literal (error, G_IO_ERROR, (int)g_io_error_from_errno (code), g_strerror (code));
      return FALSE;
    }
  stream = g_unix_output_stream_new (fd, TRUE);
  return g_output_stream_write_all (stream, g_bytes_get_data (bytes, NULL),
                                    g_bytes_get_size (bytes), NULL, cancellable, error) &&
         g_output_stream_close (stream, cancellable, error);
}

/* A new file takes the place of the one that a link leads to, not that of the link. */
static gboolean
replace (GFile *file, GBytes *bytes, GCancellable *cancellable, GError **error)
{
  g_autofree char *target = NULL;
  GStatBuf info;
  int mode = 0666;

  if (g_file_peek_path (file) == NULL)
    return g_file_replace_contents (file, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes),
                                    NULL, FALSE, G_FILE_CREATE_NONE, NULL, cancellable, error);

  if (g_stat (g_file_peek_path (file), &info) == 0)
    {
      if (!S_ISREG (info.st_mode) && !S_ISDIR (info.st_mode))
        return write_in_place (file, bytes, cancellable, error);
      mode = info.st_mode & 0777;
      target = realpath (g_file_peek_path (file), NULL);
    }
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  return g_file_set_contents_full (target != NULL ? target : g_file_peek_path (file),
                                   g_bytes_get_data (bytes, NULL), (gssize)g_bytes_get_size (bytes),
                                   G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE,
                                   mode, error);
}

/**
 * fk_image_save_file:
 * @format: (nullable): %NULL chooses by the file's ending, and raw binary where that says nothing
 * @fill: what gaps become in a raw binary: what erased flash of the chip reads as
 *
 * Writes the image, on disk when this returns.  A file of that name is replaced in one step.
 *
 * Returns: whether it was saved.  On failure a file of that name is as it was before, with
 *   %FK_ERROR_FILE_ACCESS (full, not permitted), %FK_ERROR_NOT_SUPPORTED for a format that is only
 *   read, %FK_ERROR_OUT_OF_RANGE where the format cannot hold the image
 */
gboolean
fk_image_save_file (FkImage *image,
                    GFile *file,
                    const FkImageFormat *format,
                    guint8 fill,
                    GCancellable *cancellable,
                    GError **error)
{
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) cause = NULL;
  g_autofree char *name = NULL;

  g_return_val_if_fail (FK_IS_IMAGE (image), FALSE);
  g_return_val_if_fail (G_IS_FILE (file), FALSE);

  name = g_file_get_basename (file);
  if (format == NULL)
    format = fk_image_format_for_path (name);
  if (format == NULL)
    format = fk_image_format_find ("binary");

  if (format->write == NULL)
    {
      g_set_error (error, FK_ERROR, FK_ERROR_NOT_SUPPORTED,
                   "%s: %s files can be read but not written; choose .bin, .hex or .srec", name,
                   format->title);
      return FALSE;
    }
  bytes = format->write (image, fill, error);
  if (bytes == NULL)
    {
      g_prefix_error (error, "%s (%s): ", name, format->title);
      return FALSE;
    }
  if (!replace (file, bytes, cancellable, &cause))
    {
      set_access_error (file, "save", cause, error);
      return FALSE;
    }
  return TRUE;
}
