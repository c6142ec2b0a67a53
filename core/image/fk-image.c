/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Bytes with addresses.  File parsers add a few bytes at a time, in any order that the file likes,
 * so a piece keeps room at both ends that doubles when it runs out, and two pieces that meet become
 * one by copying the smaller into the larger.  That keeps a file of any shape near linear. */

#include "config.h"

#include "image/fk-image.h"

#include "base/fk-error.h"

#include <string.h>

#define BLANK_STRETCH 1024u

typedef struct
{
  guint32 address;
  gsize length;
  guint8 *block; /* front unused bytes, then length bytes, then unused ones up to capacity */
  gsize front;
  gsize capacity;
} Piece;

struct _FkImage
{
  GObject parent_instance;

  GPtrArray *pieces; /* of Piece, by address, never touching */
  guint64 size;
};

G_DEFINE_FINAL_TYPE (FkImage, fk_image, G_TYPE_OBJECT)

static Piece *
piece_new (guint32 address, const guint8 *data, gsize length)
{
  Piece *piece = g_new0 (Piece, 1);

  piece->address = address;
  piece->length = length;
  piece->capacity = length;
  piece->block = g_memdup2 (data, length);
  return piece;
}

static void
piece_free (gpointer data)
{
  Piece *piece = data;

  g_free (piece->block);
  g_free (piece);
}

static guint8 *
piece_get_data (const Piece *piece)
{
  return piece->block + piece->front;
}

static FkRange
piece_get_range (const Piece *piece)
{
  return (FkRange){ .address = piece->address, .size = (guint32)piece->length };
}

static void
piece_move (Piece *piece, gsize front, gsize capacity)
{
  guint8 *block = g_malloc (capacity);

  memcpy (block + front, piece_get_data (piece), piece->length);
  g_free (piece->block);
  piece->block = block;
  piece->front = front;
  piece->capacity = capacity;
}

static void
piece_append (Piece *piece, const guint8 *data, gsize length)
{
  gsize end = piece->front + piece->length;

  if (piece->capacity - end < length)
    piece_move (piece, piece->front, end + length + piece->length);
  memcpy (piece->block + end, data, length);
  piece->length += length;
}

static void
piece_prepend (Piece *piece, const guint8 *data, gsize length)
{
  if (piece->front < length)
    {
      gsize front = length + piece->length;

      piece_move (piece, front, front + piece->capacity - piece->front);
    }
  piece->front -= length;
  memcpy (piece->block + piece->front, data, length);
  piece->address -= (guint32)length;
  piece->length += length;
}

static Piece *
get_piece (FkImage *self, guint index)
{
  g_assert (index < self->pieces->len);
  return g_ptr_array_index (self->pieces, index);
}

/* The number of pieces that end at @address or before it, which is also the index of the first one
 * that ends after it. */
static guint
count_before (FkImage *self, guint32 address)
{
  guint low = 0;
  guint high = self->pieces->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (fk_range_end (piece_get_range (get_piece (self, middle))) <= address)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

static void
join_with_next (FkImage *self, guint index)
{
  Piece *left = get_piece (self, index);
  Piece *right = get_piece (self, index + 1);

  if (left->length >= right->length)
    {
      piece_append (left, piece_get_data (right), right->length);
      g_ptr_array_remove_index (self->pieces, index + 1);
    }
  else
    {
      piece_prepend (right, piece_get_data (left), left->length);
      g_ptr_array_remove_index (self->pieces, index);
    }
}

/* One image never spans all of the address space, so that its extent is an FkRange as well. */
static gboolean
check_span (FkImage *self, FkRange range, GError **error)
{
  guint64 start = range.address;
  guint64 end = fk_range_end (range);

  if (end > G_GUINT64_CONSTANT (0x100000000))
    {
      g_set_error (error, FK_ERROR, FK_ERROR_OUT_OF_RANGE,
                   "%u bytes at 0x%08x reach past the end of the address space (4 GiB)", range.size,
                   range.address);
      return FALSE;
    }

  if (self->pieces->len > 0)
    {
      start = MIN (start, get_piece (self, 0)->address);
      end = MAX (end, fk_range_end (piece_get_range (get_piece (self, self->pieces->len - 1))));
    }
  if (end - start > G_MAXUINT32)
    {
      g_set_error (error, FK_ERROR, FK_ERROR_OUT_OF_RANGE,
                   "there are bytes at 0x00000000 as well as at 0xffffffff: no chip has both");
      return FALSE;
    }
  return TRUE;
}

static gboolean
check_free (FkImage *self, FkRange range, guint index, GError **error)
{
  if (index < self->pieces->len)
    {
      FkRange there = piece_get_range (get_piece (self, index));

      if (fk_range_overlaps (there, range))
        {
          g_set_error (error, FK_ERROR, FK_ERROR_BAD_FILE,
                       FK_RANGE_FORMAT " overlaps " FK_RANGE_FORMAT ", which is there already",
                       FK_RANGE_ARGS (range), FK_RANGE_ARGS (there));
          return FALSE;
        }
    }
  return TRUE;
}

static void
fk_image_finalize (GObject *object)
{
  FkImage *self = FK_IMAGE (object);

  g_ptr_array_unref (self->pieces);

  G_OBJECT_CLASS (fk_image_parent_class)->finalize (object);
}

static void
fk_image_class_init (FkImageClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = fk_image_finalize;
}

static void
fk_image_init (FkImage *self)
{
  self->pieces = g_ptr_array_new_with_free_func (piece_free);
}

/**
 * fk_image_new:
 *
 * Returns: (transfer full): an image without a byte
 */
FkImage *
fk_image_new (void)
{
  return g_object_new (FK_TYPE_IMAGE, NULL);
}

/**
 * fk_image_new_for_bytes:
 * @address: of the first byte
 * @bytes: copied; may be empty
 *
 * Returns: (transfer full): an image of one segment, or %NULL with %FK_ERROR_OUT_OF_RANGE
 */
FkImage *
fk_image_new_for_bytes (guint32 address, GBytes *bytes, GError **error)
{
  g_autoptr (FkImage) self = NULL;

  g_return_val_if_fail (bytes != NULL, NULL);

  self = fk_image_new ();
  if (!fk_image_add (self, address, bytes, error))
    return NULL;
  return g_steal_pointer (&self);
}

/**
 * fk_image_add:
 * @address: of the first byte
 * @bytes: copied; nothing happens when there are none
 *
 * Adds bytes where there are none yet.  Pieces that touch become one.
 *
 * Returns: whether they were added; else the image is as before, with %FK_ERROR_BAD_FILE where
 *   they overlap what is there (the message names both ranges) or there are too many pieces, and
 *   %FK_ERROR_OUT_OF_RANGE past 4 GiB
 */
gboolean
fk_image_add (FkImage *self, guint32 address, GBytes *bytes, GError **error)
{
  const guint8 *data;
  gsize length;

  g_return_val_if_fail (bytes != NULL, FALSE);

  data = g_bytes_get_data (bytes, &length);
  return fk_image_add_data (self, address, data, length, error);
}

/**
 * fk_image_add_data:
 * @data: (array length=length) (nullable): copied
 *
 * As fk_image_add(), for bytes that are in no GBytes.
 */
gboolean
fk_image_add_data (FkImage *self, guint32 address, const guint8 *data, gsize length, GError **error)
{
  FkRange range = { .address = address, .size = (guint32)length };
  guint index;
  gboolean touches_left;
  gboolean touches_right;

  g_return_val_if_fail (FK_IS_IMAGE (self), FALSE);
  g_return_val_if_fail (data != NULL || length == 0, FALSE);

  if (length == 0)
    return TRUE;
  if (length > G_MAXUINT32)
    {
      g_set_error (error, FK_ERROR, FK_ERROR_OUT_OF_RANGE,
                   "4 GiB or more at 0x%08x: no chip is that large", address);
      return FALSE;
    }

  index = count_before (self, address);
  if (!check_span (self, range, error) || !check_free (self, range, index, error))
    return FALSE;

  touches_left =
      index > 0 && fk_range_end (piece_get_range (get_piece (self, index - 1))) == address;
  touches_right =
      index < self->pieces->len && get_piece (self, index)->address == fk_range_end (range);

  if (touches_left)
    {
      piece_append (get_piece (self, index - 1), data, length);
      if (touches_right)
        join_with_next (self, index - 1);
    }
  else if (touches_right)
    {
      piece_prepend (get_piece (self, index), data, length);
    }
  else if (self->pieces->len == FK_IMAGE_MAX_SEGMENTS)
    {
      g_set_error (error, FK_ERROR, FK_ERROR_BAD_FILE,
                   "more than %u separate pieces; 0x%08x would begin another",
                   FK_IMAGE_MAX_SEGMENTS, address);
      return FALSE;
    }
  else
    {
      g_ptr_array_insert (self->pieces, (int)index, piece_new (address, data, length));
    }

  self->size += length;
  return TRUE;
}

guint
fk_image_get_n_segments (FkImage *self)
{
  g_return_val_if_fail (FK_IS_IMAGE (self), 0);

  return self->pieces->len;
}

/**
 * fk_image_get_segment:
 * @index: less than fk_image_get_n_segments()
 *
 * Returns: the segment; by ascending address
 */
FkSegment
fk_image_get_segment (FkImage *self, guint index)
{
  FkSegment segment = { { 0, 0 }, NULL };
  Piece *piece;

  g_return_val_if_fail (FK_IS_IMAGE (self), segment);
  g_return_val_if_fail (index < self->pieces->len, segment);

  piece = get_piece (self, index);
  segment.range = piece_get_range (piece);
  segment.data = piece_get_data (piece);
  return segment;
}

/**
 * fk_image_get_size:
 *
 * Returns: the number of bytes that are there; gaps do not count
 */
guint64
fk_image_get_size (FkImage *self)
{
  g_return_val_if_fail (FK_IS_IMAGE (self), 0);

  return self->size;
}

/**
 * fk_image_get_extent:
 * @out: (out) (optional): from the first byte to the last, gaps included
 *
 * Returns: %FALSE for an image without a byte, and then @out is untouched
 */
gboolean
fk_image_get_extent (FkImage *self, FkRange *out)
{
  guint32 start;
  guint64 end;

  g_return_val_if_fail (FK_IS_IMAGE (self), FALSE);

  if (self->pieces->len == 0)
    return FALSE;

  start = get_piece (self, 0)->address;
  end = fk_range_end (piece_get_range (get_piece (self, self->pieces->len - 1)));
  if (out != NULL)
    *out = (FkRange){ .address = start, .size = (guint32)(end - start) };
  return TRUE;
}

/**
 * fk_image_get_used:
 * @blank: what an erased byte reads as
 *
 * Returns: the number of bytes from the first one of the image up to and including the last one
 *   that is not @blank, gaps in between included; 0 when everything is @blank
 */
guint64
fk_image_get_used (FkImage *self, guint8 blank)
{
  guint index;

  g_return_val_if_fail (FK_IS_IMAGE (self), 0);

  for (index = self->pieces->len; index > 0; index--)
    {
      Piece *piece = get_piece (self, index - 1);
      const guint8 *data = piece_get_data (piece);
      gsize length = piece->length;

      while (length > 0 && data[length - 1] == blank)
        length--;
      if (length > 0)
        return (guint64)piece->address + length - get_piece (self, 0)->address;
    }
  return 0;
}

/**
 * fk_image_get_blank_within:
 * @blank: what an erased byte reads as
 *
 * Returns: how many of the bytes that fk_image_get_used() counts are in stretches of 1 KiB or more
 *   of nothing but @blank and gaps: of a flash with settings at its end, what is free before them
 */
guint64
fk_image_get_blank_within (FkImage *self, guint8 blank)
{
  guint64 end; /* of the last byte that is not blank */
  guint64 total = 0;

  g_return_val_if_fail (FK_IS_IMAGE (self), 0);

  if (self->pieces->len == 0)
    return 0;
  end = get_piece (self, 0)->address;
  for (guint index = 0; index < self->pieces->len; index++)
    {
      Piece *piece = get_piece (self, index);
      const guint8 *data = piece_get_data (piece);

      for (gsize i = 0; i < piece->length; i++)
        {
          guint64 address = (guint64)piece->address + i;

          if (data[i] == blank)
            continue;
          if (address - end >= BLANK_STRETCH)
            total += address - end;
          end = address + 1;
        }
    }
  return total;
}

/**
 * fk_image_has:
 *
 * Returns: whether every byte of @range is there; so it is for an empty range
 */
gboolean
fk_image_has (FkImage *self, FkRange range)
{
  guint index;

  g_return_val_if_fail (FK_IS_IMAGE (self), FALSE);

  if (range.size == 0)
    return TRUE;
  index = count_before (self, range.address);
  return index < self->pieces->len &&
         fk_range_covers (piece_get_range (get_piece (self, index)), range);
}

/**
 * fk_image_touches:
 *
 * Returns: whether at least one byte of @range is there
 */
gboolean
fk_image_touches (FkImage *self, FkRange range)
{
  guint index;

  g_return_val_if_fail (FK_IS_IMAGE (self), FALSE);

  index = count_before (self, range.address);
  return index < self->pieces->len &&
         fk_range_intersect (piece_get_range (get_piece (self, index)), range, NULL);
}

/**
 * fk_image_read:
 * @out: (out caller-allocates): range.size bytes
 *
 * Returns: %FALSE, and @out untouched, unless every byte of @range is there
 */
gboolean
fk_image_read (FkImage *self, FkRange range, guint8 *out)
{
  Piece *piece;

  g_return_val_if_fail (FK_IS_IMAGE (self), FALSE);
  g_return_val_if_fail (out != NULL || range.size == 0, FALSE);

  if (!fk_image_has (self, range))
    return FALSE;
  if (range.size == 0)
    return TRUE;
  piece = get_piece (self, count_before (self, range.address));
  memcpy (out, piece_get_data (piece) + (range.address - piece->address), range.size);
  return TRUE;
}

/**
 * fk_image_read_filled:
 * @fill: what takes the place of bytes that are not there
 * @out: (out caller-allocates): range.size bytes
 */
void
fk_image_read_filled (FkImage *self, FkRange range, guint8 fill, guint8 *out)
{
  guint index;

  g_return_if_fail (FK_IS_IMAGE (self));
  g_return_if_fail (out != NULL || range.size == 0);

  if (range.size == 0)
    return;
  memset (out, fill, range.size);
  for (index = count_before (self, range.address); index < self->pieces->len; index++)
    {
      Piece *piece = get_piece (self, index);
      FkRange shared;

      if (!fk_range_intersect (piece_get_range (piece), range, &shared))
        break;
      memcpy (out + (shared.address - range.address),
              piece_get_data (piece) + (shared.address - piece->address), shared.size);
    }
}

/**
 * fk_image_slice:
 *
 * Returns: (transfer full): a copy of what lies in @range, at the same addresses; may have no byte
 */
FkImage *
fk_image_slice (FkImage *self, FkRange range)
{
  g_autoptr (FkImage) slice = NULL;
  guint index;

  g_return_val_if_fail (FK_IS_IMAGE (self), NULL);

  slice = fk_image_new ();
  for (index = count_before (self, range.address); index < self->pieces->len; index++)
    {
      Piece *piece = get_piece (self, index);
      FkRange shared;

      if (!fk_range_intersect (piece_get_range (piece), range, &shared))
        break;
      g_ptr_array_add (slice->pieces,
                       piece_new (shared.address,
                                  piece_get_data (piece) + (shared.address - piece->address),
                                  shared.size));
      slice->size += shared.size;
    }
  return g_steal_pointer (&slice);
}

/**
 * fk_image_move:
 * @address: of the first byte, then
 *
 * Returns: (transfer full): the same bytes elsewhere, gaps and all, or %NULL with
 *   %FK_ERROR_OUT_OF_RANGE
 */
FkImage *
fk_image_move (FkImage *self, guint32 address, GError **error)
{
  g_autoptr (FkImage) moved = NULL;
  FkRange extent;

  g_return_val_if_fail (FK_IS_IMAGE (self), NULL);

  moved = fk_image_new ();
  if (!fk_image_get_extent (self, &extent))
    return g_steal_pointer (&moved);
  if ((guint64)address + extent.size > (guint64)G_MAXUINT32 + 1)
    {
      g_set_error (error, FK_ERROR, FK_ERROR_OUT_OF_RANGE,
                   "%u bytes from 0x%08x on reach beyond the end of the address space, 0xffffffff",
                   extent.size, address);
      return NULL;
    }
  for (guint i = 0; i < self->pieces->len; i++)
    {
      Piece *piece = get_piece (self, i);

      g_ptr_array_add (moved->pieces, piece_new (address + (piece->address - extent.address),
                                                 piece_get_data (piece), piece->length));
    }
  moved->size = self->size;
  return g_steal_pointer (&moved);
}

/**
 * fk_image_to_bytes:
 * @fill: what gaps become
 *
 * Returns: (transfer full): the extent as one run of bytes, empty for an empty image; %NULL with
 *   %FK_ERROR_OUT_OF_RANGE when gaps make it longer than %FK_IMAGE_MAX_FILLED, as flash and option
 *   bytes in one image do
 */
GBytes *
fk_image_to_bytes (FkImage *self, guint8 fill, GError **error)
{
  FkRange extent = { 0, 0 };
  g_autofree guint8 *data = NULL;

  g_return_val_if_fail (FK_IS_IMAGE (self), NULL);

  if (fk_image_get_extent (self, &extent) && extent.size > FK_IMAGE_MAX_FILLED)
    {
      g_set_error (error, FK_ERROR, FK_ERROR_OUT_OF_RANGE,
                   "the bytes lie between 0x%08x and 0x%08" G_GINT64_MODIFIER
                   "x, too far apart to fill the gaps; keep them in a format with addresses, such "
                   "as Intel HEX",
                   extent.address, fk_range_end (extent) - 1);
      return NULL;
    }

  data = g_malloc (extent.size);
  fk_image_read_filled (self, extent, fill, data);
  return g_bytes_new_take (g_steal_pointer (&data), extent.size);
}
