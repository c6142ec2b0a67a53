/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Photos of boards: what a camera made is turned upright, made smaller and stored as JPEG, or as
 * PNG where it is partly transparent.  All of it takes its time: not for the main thread. */

#include "config.h"

#include "fk-photo.h"

#include "base/fk-error.h"

#define FILE_MAX   (64 * 1024 * 1024)
#define PIXELS_MAX (200 * 1000 * 1000) /* no camera makes as many */
#define QUALITY    "88"

static gboolean
set_picture_error (GFile *file, const GError *cause, GError **error)
{
  g_autofree char *name = g_file_get_parse_name (file);

  if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_propagate_error (error, g_error_copy (cause));
  else if (cause->domain == GDK_PIXBUF_ERROR)
    g_set_error (error, FK_ERROR, FK_ERROR_BAD_FILE, "%s is no picture that can be read: %s", name,
                 cause->message);
  else
    g_set_error (error, FK_ERROR, FK_ERROR_FILE_ACCESS, "cannot read %s: %s", name, cause->message);
  return FALSE;
}

/* Before anything is decoded: how large it says it is. */
static gboolean
check_size (GFile *file, GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) cause = NULL;
  g_autoptr (GFileInfo) info = g_file_query_info (file, G_FILE_ATTRIBUTE_STANDARD_SIZE,
                                                  G_FILE_QUERY_INFO_NONE, cancellable, &cause);
  g_autofree char *name = g_file_get_parse_name (file);
  int width = 0;
  int height = 0;

  if (info == NULL)
    return set_picture_error (file, cause, error);
  if (g_file_peek_path (file) != NULL)
    gdk_pixbuf_get_file_info (g_file_peek_path (file), &width, &height);
  if (g_file_info_get_size (info) <= FILE_MAX && (gint64)width * height <= PIXELS_MAX)
    return TRUE;
  g_set_error (error, FK_ERROR, FK_ERROR_BAD_FILE, "%s is too large for a photo", name);
  return FALSE;
}

static GdkPixbuf *
load (GFile *file, GCancellable *cancellable, GError **error)
{
  g_autoptr (GFileInputStream) stream = NULL;

  /* Not from a stream where there is a file: that takes half a PNG for a picture. */
  if (g_file_peek_path (file) != NULL)
    return gdk_pixbuf_new_from_file (g_file_peek_path (file), error);
  stream = g_file_read (file, cancellable, error);
  return stream != NULL ? gdk_pixbuf_new_from_stream (G_INPUT_STREAM (stream), cancellable, error)
                        : NULL;
}

static GdkPixbuf *
load_upright (GFile *file, GCancellable *cancellable, GError **error)
{
  g_autoptr (GdkPixbuf) loaded = load (file, cancellable, error);

  return loaded != NULL ? gdk_pixbuf_apply_embedded_orientation (loaded) : NULL;
}

static GdkPixbuf *
shrink (GdkPixbuf *picture)
{
  int width = gdk_pixbuf_get_width (picture);
  int height = gdk_pixbuf_get_height (picture);
  double scale = (double)FK_PHOTO_SIDE_MAX / MAX (width, height);

  if (scale >= 1)
    return g_object_ref (picture);
  return gdk_pixbuf_scale_simple (picture, MAX ((int)(width * scale + 0.5), 1),
                                  MAX ((int)(height * scale + 0.5), 1), GDK_INTERP_BILINEAR);
}

static GBytes *
encode (GdkPixbuf *picture, GError **error)
{
  char *data = NULL;
  gsize size = 0;
  gboolean done = gdk_pixbuf_get_has_alpha (picture)
                      ? gdk_pixbuf_save_to_buffer (picture, &data, &size, "png", error, NULL)
                      : gdk_pixbuf_save_to_buffer (picture, &data, &size, "jpeg", error, "quality",
                                                   QUALITY, NULL);

  return done ? g_bytes_new_take (data, size) : NULL;
}

/**
 * fk_photo_make:
 * @file: a picture of any format that the system knows
 *
 * Returns: (transfer full): the picture as it is kept with a backup, at most %FK_PHOTO_SIDE_MAX
 *   wide and high.  %FK_ERROR_BAD_FILE when it is none, or too large, %FK_ERROR_FILE_ACCESS when it
 *   cannot be read
 */
GBytes *
fk_photo_make (GFile *file, GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) cause = NULL;
  g_autoptr (GdkPixbuf) picture = NULL;
  g_autoptr (GdkPixbuf) small = NULL;
  GBytes *bytes = NULL;

  g_return_val_if_fail (G_IS_FILE (file), NULL);

  if (!check_size (file, cancellable, error))
    return NULL;
  picture = load_upright (file, cancellable, &cause);
  small = picture != NULL ? shrink (picture) : NULL;
  if (small != NULL)
    bytes = encode (small, &cause);
  else if (cause == NULL)
    g_set_error_literal (&cause, GDK_PIXBUF_ERROR, GDK_PIXBUF_ERROR_INSUFFICIENT_MEMORY,
                         "there is not enough memory");
  if (bytes == NULL)
    set_picture_error (file, cause, error);
  return bytes;
}

/**
 * fk_photo_load:
 *
 * Returns: (transfer full): the backup's photo, checked; %FK_ERROR_BACKUP_DAMAGED when it is not
 *   what it was
 */
GdkTexture *
fk_photo_load (FkBackup *backup, GCancellable *cancellable, GError **error)
{
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) cause = NULL;
  GdkTexture *texture;

  g_return_val_if_fail (FK_IS_BACKUP (backup), NULL);

  bytes = fk_backup_load_file (backup, fk_backup_get_photo (backup), cancellable, error);
  if (bytes == NULL)
    return NULL;
  texture = gdk_texture_new_from_bytes (bytes, &cause);
  if (texture == NULL)
    g_set_error (error, FK_ERROR, FK_ERROR_BAD_FILE, "the photo cannot be shown: %s",
                 cause->message);
  return texture;
}
