/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Memory through an ST-LINK: into which blocks a piece is split, and in what manner they are moved.
 *
 * The chip's access port counts its address by itself up to a border only: 1 KiB is all that is
 * guaranteed (ARM IHI 0031, "Auto-incrementing the TAR"), and a Cortex-M0 really wraps there, a
 * Cortex-M3 or M4 at 4 KiB.  ST's own people say that newer firmware sets the address anew where
 * that is needed, and send blocks across the borders to V2J32 and V3J2 and later (OpenOCD,
 * fd0b4dd15 and da15f9f8c); other programs do so with any firmware, and nobody has told of trouble.
 * It still is nowhere written down, and the bytes of a block that wrapped look as good as any.  So:
 *
 * - Older firmware never crosses.
 * - The first long read of flash proves the firmware, at no cost.  Had the address wrapped, the
 *   bytes behind a border would be those in front of it once more, with the period of the counter.
 *   Where they differ by more than chance for every period that there may be, the firmware counts
 *   on, and the block is as good as one that was cut; so is every later one.  Where they repeat,
 *   nothing is known: what is behind the border is read again, cut, and after a few such blocks (a
 *   chip full of 0xff) no more is tried.
 * - Only what stands still can prove anything: code memory, not RAM or peripherals.
 * - A write that wrapped would spoil what is in front of it: code of ours that runs, or RAM of the
 *   program's.  So no real write proves anything.  A small one is tried out in RAM that is
 * nobody's, with room for all of the harm that it can do, and read back; before that, and outside
 * of memory, no write crosses.
 *
 * Blocks are as long as the probe's buffer, but take no longer than a cancellation may. */

#include "config.h"

#include "probe/fk-stlink-block-private.h"

#include "base/fk-reader.h"
#include "probe/fk-probe-private.h"

/* What stands in code memory stands still (ARM DDI 0403E, B3.1). */
#define CODE_END 0x20000000u

/* And here RAM ends: above are registers. */
#define RAM_END 0x40000000u

/* The counters that there are, from the smallest to the largest. */
#define SMALLEST_COUNTER 1024
#define LARGEST_COUNTER  4096

#define MIN_DIFFERENT 16 /* words; one or two may come of noise */
#define MAX_TRIALS    3

#define TRIAL 128 /* bytes on both sides of a border */

#define BLOCK_MS        50
#define CLOCKS_PER_WORD 54 /* 46, and 8 idle ones (ARM IHI 0031, 4.1.4 and 4.2.2) */
#define MIN_SLOW_BLOCK  256u

/* How many bytes one command may move, also for the sake of who waits for it. */
static gsize
get_max_block (FkStlink *self, FkAccess access)
{
  gsize max = fk_stlink_version_get_max_block (&self->version, access);
  gsize n_accesses = (gsize)fk_probe_get_speed (FK_PROBE (self)) * BLOCK_MS / CLOCKS_PER_WORD;

  return MIN (max, MAX (n_accesses * access & ~(gsize)(MIN_SLOW_BLOCK - 1), MIN_SLOW_BLOCK));
}

static gsize
get_border (FkStlink *self, guint32 address, gsize length, gboolean is_write)
{
  if (is_write ? self->writes_count && (guint64)address + length <= RAM_END
               : self->counting == FK_STLINK_COUNTS)
    return (gsize)1 << 31;
  return fk_probe_get_auto_increment (FK_PROBE (self));
}

static FkStlinkStream
start_stream (FkStlink *self, guint32 address, gsize length, FkAccess access, gboolean is_write)
{
  return (FkStlinkStream){ .address = address,
                           .length = length,
                           .access = access,
                           .max_block = get_max_block (self, access),
                           .border = get_border (self, address, length, is_write) };
}

/* Whether enough of the block differs from what is @period bytes in front of it. */
static gboolean
differs (const guint8 *data, gsize length, gsize period)
{
  guint n_different = 0;

  for (gsize i = period; i + 4 <= length; i += 4)
    n_different += memcmp (data + i, data + i - period, 4) != 0;
  return n_different >= MIN_DIFFERENT;
}

static gboolean
may_try_counting (FkStlink *self, const FkStlinkStream *stream)
{
  return self->counting == FK_STLINK_MAY_WRAP && self->n_trials < MAX_TRIALS &&
         stream->access == FK_ACCESS_32 && stream->length >= stream->max_block &&
         stream->max_block > LARGEST_COUNTER + MIN_DIFFERENT * 4 &&
         stream->address <= CODE_END - stream->max_block &&
         fk_stlink_version_has (&self->version, FK_STLINK_COUNTING);
}

/* Reads a block across borders, and finds out whether that works.  Returns: %FALSE with an error,
 * or the stream is moved behind what is sure. */
static gboolean
try_counting (FkStlink *self, FkStlinkStream *stream, guint8 *data, GError **error)
{
  gsize sure = stream->max_block;
  gboolean counts = TRUE;

  if (!fk_stlink_read_block (self, stream->address, data, stream->max_block, stream->access, NULL,
                             error))
    return FALSE;
  for (gsize period = SMALLEST_COUNTER; period <= LARGEST_COUNTER; period *= 2)
    counts = counts && differs (data, stream->max_block, period);
  self->n_trials++;
  if (counts)
    self->counting = FK_STLINK_COUNTS;
  else
    sure = fk_stlink_stream_next (stream);
  stream->address += (guint32)sure;
  stream->length -= sure;
  stream->border = get_border (self, stream->address, stream->length, FALSE);
  return TRUE;
}

/* Half-words on firmware that cannot: the words around them, which for memory comes to the same. */
static gboolean
read_words_around (FkProbe *probe,
                   guint32 address,
                   guint8 *data,
                   gsize length,
                   GCancellable *cancellable,
                   GError **error)
{
  guint32 start = address & ~3u;
  gsize size = (address - start + length + 3) & ~(gsize)3;
  g_autofree guint8 *words = g_malloc (size);

  if (!fk_stlink_read (probe, start, words, size, FK_ACCESS_32, cancellable, error))
    return FALSE;
  memcpy (data, words + (address - start), length);
  return TRUE;
}

/* Whether what is left is worth a chain: bytes are not, nor is one block. */
static gboolean
is_long (const FkStlinkStream *stream)
{
  return stream->access != FK_ACCESS_8 && !stream->needs_care &&
         stream->length > fk_stlink_stream_next (stream);
}

/* After a block that was moved alone. */
static void
move_behind (FkStlinkStream *stream, gsize block)
{
  stream->has_outcome = FALSE;
  stream->needs_care = FALSE;
  stream->address += (guint32)block;
  stream->length -= block;
}

static gboolean
read_next (FkStlink *self, FkStlinkStream *stream, guint8 *data, GError **error)
{
  gsize block = fk_stlink_stream_next (stream);

  if (!fk_stlink_read_block (self, stream->address, data, block, stream->access,
                             stream->has_outcome ? &stream->outcome : NULL, error))
    return FALSE;
  move_behind (stream, block);
  return TRUE;
}

/* After a chain that ended early, one block is moved alone, with patience, before the next. */
gboolean
fk_stlink_read (FkProbe *probe,
                guint32 address,
                guint8 *data,
                gsize length,
                FkAccess access,
                GCancellable *cancellable,
                GError **error)
{
  FkStlink *self = FK_STLINK (probe);
  FkStlinkStream stream = start_stream (self, address, length, access, FALSE);

  if (access == FK_ACCESS_16 && !fk_stlink_version_has (&self->version, FK_STLINK_MEM16))
    return read_words_around (probe, address, data, length, cancellable, error);

  while (stream.length > 0)
    {
      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      if (may_try_counting (self, &stream))
        {
          if (!try_counting (self, &stream, data + length - stream.length, error))
            return FALSE;
          continue;
        }
      if (is_long (&stream))
        {
          if (!fk_stlink_stream_read (&stream, self, data + length - stream.length, cancellable,
                                      error))
            return FALSE;
        }
      else if (!read_next (self, &stream, data + length - stream.length, error))
        return FALSE;
    }
  return TRUE;
}

/* Writes the opposite of what is there over a border of any counter.  Had the address wrapped, it
 * would be the same as before behind the border. */
static gboolean
counts_when_writing (FkStlink *self, guint32 address)
{
  guint8 before[2 * TRIAL];
  guint8 after[2 * TRIAL];

  if (!fk_stlink_read (FK_PROBE (self), address, before, sizeof before, FK_ACCESS_32, NULL, NULL))
    return FALSE;
  for (gsize i = 0; i < sizeof before; i++)
    before[i] ^= 0xff;
  return fk_stlink_write_block (self, address, before, sizeof before, FK_ACCESS_32, NULL, NULL) &&
         fk_stlink_read (FK_PROBE (self), address, after, sizeof after, FK_ACCESS_32, NULL, NULL) &&
         memcmp (before, after, sizeof before) == 0;
}

/* FkProbeClass.try_out: an address that wraps goes back by the largest counter at most. */
void
fk_stlink_try_out (FkProbe *probe, guint32 address, gsize length)
{
  FkStlink *self = FK_STLINK (probe);
  guint64 end = (guint64)address + length;
  guint64 border = (address + (guint64)LARGEST_COUNTER - 1) / LARGEST_COUNTER * LARGEST_COUNTER +
                   LARGEST_COUNTER;

  if (!self->writes_count && self->n_writes_tried < MAX_TRIALS && end <= RAM_END &&
      border + TRIAL <= end && fk_stlink_version_has (&self->version, FK_STLINK_COUNTING))
    {
      self->n_writes_tried++;
      self->writes_count = counts_when_writing (self, (guint32)border - TRIAL);
    }
}

static gboolean
write_next (FkStlink *self, FkStlinkStream *stream, const guint8 *data, GError **error)
{
  gsize block = fk_stlink_stream_next (stream);

  if (!fk_stlink_write_block (self, stream->address, data, block, stream->access,
                              stream->has_outcome ? &stream->outcome : NULL, error))
    return FALSE;
  move_behind (stream, block);
  return TRUE;
}

gboolean
fk_stlink_write (FkProbe *probe,
                 guint32 address,
                 const guint8 *data,
                 gsize length,
                 FkAccess access,
                 GCancellable *cancellable,
                 GError **error)
{
  FkStlink *self = FK_STLINK (probe);
  FkStlinkStream stream = start_stream (self, address, length, access, TRUE);

  /* Bytes or words instead would not be the same: registers tell the difference. */
  if (access == FK_ACCESS_16 && !fk_stlink_version_require (&self->version, FK_STLINK_MEM16, error))
    return FALSE;

  while (stream.length > 0)
    {
      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      if (is_long (&stream))
        {
          if (!fk_stlink_stream_write (&stream, self, data + length - stream.length, cancellable,
                                       error))
            return FALSE;
        }
      else if (!write_next (self, &stream, data + length - stream.length, error))
        return FALSE;
    }
  return TRUE;
}
