/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hex/fk-byte-source.h"

G_DEFINE_INTERFACE (FkByteSource, fk_byte_source, G_TYPE_OBJECT)

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
fk_byte_source_default_init (FkByteSourceInterface *iface)
{
  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_INTERFACE (iface), G_SIGNAL_RUN_LAST, 0,
                                   NULL, NULL, NULL, G_TYPE_NONE, 2, G_TYPE_UINT64, G_TYPE_UINT64);
}

/**
 * fk_byte_source_get_extent:
 * @start: (out): first position
 * @size: (out): positions from there on; 0 for an empty source
 */
void
fk_byte_source_get_extent (FkByteSource *self, guint64 *start, guint64 *size)
{
  g_return_if_fail (FK_IS_BYTE_SOURCE (self));

  FK_BYTE_SOURCE_GET_IFACE (self)->get_extent (self, start, size);
}

/**
 * fk_byte_source_read:
 * @bytes: (out caller-allocates) (array length=length)
 * @present: (out caller-allocates) (array length=length): an #FkByteState for each byte
 *
 * Positions outside the extent are absent.
 */
void
fk_byte_source_read (
    FkByteSource *self, guint64 position, guint8 *bytes, guint8 *present, gsize length)
{
  g_return_if_fail (FK_IS_BYTE_SOURCE (self));

  FK_BYTE_SOURCE_GET_IFACE (self)->read (self, position, bytes, present, length);
}

/**
 * fk_byte_source_get_address:
 * @address: (out): what the byte at @position has for an address
 *
 * Returns: %FALSE if @position is a gap that stands for no address
 */
gboolean
fk_byte_source_get_address (FkByteSource *self, guint64 position, guint64 *address)
{
  FkByteSourceInterface *iface;

  g_return_val_if_fail (FK_IS_BYTE_SOURCE (self), FALSE);
  g_return_val_if_fail (address != NULL, FALSE);

  iface = FK_BYTE_SOURCE_GET_IFACE (self);
  if (iface->get_address != NULL)
    return iface->get_address (self, position, address);
  *address = position;
  return TRUE;
}

/**
 * fk_byte_source_get_position:
 * @position: (out): where the byte of @address stands
 *
 * Returns: %FALSE if there is no byte of @address
 */
gboolean
fk_byte_source_get_position (FkByteSource *self, guint64 address, guint64 *position)
{
  FkByteSourceInterface *iface;

  g_return_val_if_fail (FK_IS_BYTE_SOURCE (self), FALSE);
  g_return_val_if_fail (position != NULL, FALSE);

  iface = FK_BYTE_SOURCE_GET_IFACE (self);
  if (iface->get_position != NULL)
    return iface->get_position (self, address, position);
  *position = address;
  return TRUE;
}

/**
 * fk_byte_source_count_consecutive:
 * @length: so many positions from @position on have a byte each; at least 1
 *
 * Returns: how many of them, from the first on, have addresses that follow each other
 */
gsize
fk_byte_source_count_consecutive (FkByteSource *self, guint64 position, gsize length)
{
  guint64 first = 0;
  gsize low = 1; /* so many have them; of more than @high it is known that they do not */
  gsize high = length;

  g_return_val_if_fail (length > 0, 0);

  if (!fk_byte_source_get_address (self, position, &first))
    return length;
  for (gsize n = length; low < high; n = high - (high - low) / 2)
    {
      guint64 last = 0;

      if (fk_byte_source_get_address (self, position + n - 1, &last) && last - first == n - 1)
        low = n;
      else
        high = n - 1;
    }
  return low;
}

/**
 * fk_byte_source_get_span:
 * @n_bytes: with addresses that follow each other, the first of which stands at @position
 *
 * Returns: how many positions they take; more than bytes if gaps divide them
 */
guint64
fk_byte_source_get_span (FkByteSource *self, guint64 position, guint64 n_bytes)
{
  guint64 address = 0;
  guint64 last = 0;

  g_return_val_if_fail (n_bytes > 0, 0);

  if (!fk_byte_source_get_address (self, position, &address) ||
      !fk_byte_source_get_position (self, address + n_bytes - 1, &last))
    return n_bytes;
  return last - position + 1;
}

/**
 * fk_byte_source_dup_reason:
 *
 * Returns: (transfer full) (nullable): why the byte at @position cannot be read, in words that may
 *   follow a colon; %NULL if it can, or nobody knows
 */
char *
fk_byte_source_dup_reason (FkByteSource *self, guint64 position)
{
  FkByteSourceInterface *iface;

  g_return_val_if_fail (FK_IS_BYTE_SOURCE (self), NULL);

  iface = FK_BYTE_SOURCE_GET_IFACE (self);
  return iface->dup_reason != NULL ? iface->dup_reason (self, position) : NULL;
}

gboolean
fk_byte_source_can_read_in_thread (FkByteSource *self)
{
  FkByteSourceInterface *iface;

  g_return_val_if_fail (FK_IS_BYTE_SOURCE (self), FALSE);

  iface = FK_BYTE_SOURCE_GET_IFACE (self);
  if (iface->can_read_in_thread != NULL)
    return iface->can_read_in_thread (self);
  return iface->read_in_thread != NULL;
}

/**
 * fk_byte_source_read_in_thread:
 *
 * Like fk_byte_source_read(), but nothing is pending, and it may block.  Only for sources that
 * fk_byte_source_can_read_in_thread().
 */
void
fk_byte_source_read_in_thread (
    FkByteSource *self, guint64 position, guint8 *bytes, guint8 *present, gsize length)
{
  g_return_if_fail (fk_byte_source_can_read_in_thread (self));

  FK_BYTE_SOURCE_GET_IFACE (self)->read_in_thread (self, position, bytes, present, length);
}

/**
 * fk_byte_source_read_found:
 *
 * Reads the few bytes that a list shows of what was found.  That was read on a thread, so where it
 * is possible this is read the same way: pages that are only fetched later would show nothing.
 */
void
fk_byte_source_read_found (
    FkByteSource *self, guint64 position, guint8 *bytes, guint8 *present, gsize length)
{
  if (fk_byte_source_can_read_in_thread (self))
    fk_byte_source_read_in_thread (self, position, bytes, present, length);
  else
    fk_byte_source_read (self, position, bytes, present, length);
}

/**
 * fk_byte_source_changed:
 * @size: how many positions from @position on may be different now
 *
 * For implementations: tells the views to draw again.
 */
void
fk_byte_source_changed (FkByteSource *self, guint64 position, guint64 size)
{
  g_return_if_fail (FK_IS_BYTE_SOURCE (self));

  g_signal_emit (self, signals[CHANGED], 0, position, size);
}
