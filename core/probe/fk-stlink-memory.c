/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Memory through an ST-LINK.  A memory command says nothing about its success: after a failed read
 * the probe delivers whatever its buffer holds.  So the status is asked after every single one.
 *
 * Blocks never cross the boundary up to which the chip's access port increments its address by
 * itself: 1 KiB is all that is guaranteed (ARM IHI 0031, "Auto-incrementing the TAR"), and a
 * Cortex-M0 really wraps there.  ST says that the firmware does single accesses on SWD and so would
 * get across (a remark in OpenOCD); that is not written down anywhere, so it is not relied upon.
 * fk_probe_set_auto_increment() raises the limit once the core is known.
 *
 * Reads are repeated after trouble on USB, on noise and when the chip's bus is busy.  Writes are
 * not, unless nothing can come of it: a flash controller takes a key that comes twice for an
 * attack, and locks itself until the next reset (RM0008 3.3.3). */

#include "config.h"

#include "probe/fk-stlink-private.h"

#include "base/fk-reader.h"
#include "probe/fk-probe-private.h"

/* ARMv7-M's and ARMv6-M's region for RAM (ARM DDI 0403E, B3.1). */
#define SRAM_START 0x20000000u
#define SRAM_END   0x40000000u

static const struct
{
  FkAccess access;
  guint8 read;
  guint8 write;
} codes[] = {
  { FK_ACCESS_8, STLINK_READMEM_8BIT, STLINK_WRITEMEM_8BIT },
  { FK_ACCESS_16, STLINK_READMEM_16BIT, STLINK_WRITEMEM_16BIT },
  { FK_ACCESS_32, STLINK_READMEM_32BIT, STLINK_WRITEMEM_32BIT },
};

static FkStlinkCommand
make_command (FkAccess access, gboolean is_write, guint32 address, gsize length)
{
  FkStlinkCommand command = { 0 };

  g_assert (length <= G_MAXUINT16);
  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    if (codes[i].access == access)
      command = fk_stlink_command (STLINK_DEBUG, is_write ? codes[i].write : codes[i].read);
  g_assert (command.length > 0);
  fk_stlink_command_u32 (&command, address);
  fk_stlink_command_u16 (&command, (guint16)length);
  return command;
}

static FkStlinkCommand
make_status_command (FkStlink *self)
{
  gboolean has_address = fk_stlink_version_has (&self->version, FK_STLINK_STATUS2);

  return fk_stlink_command (STLINK_DEBUG,
                            has_address ? STLINK_GETLASTRWSTATUS2 : STLINK_GETLASTRWSTATUS);
}

static gsize
get_status_size (FkStlink *self)
{
  return fk_stlink_version_has (&self->version, FK_STLINK_STATUS2) ? STLINK_STATUS2_SIZE
                                                                   : STLINK_STATUS_SIZE;
}

/* Where a transfer of @length bytes at @address failed, as exactly as the probe tells. */
typedef struct
{
  guint8 status;
  guint32 address;
  gsize length;
} Outcome;

static gboolean
parse_outcome (const guint8 *reply, gsize size, guint32 address, gsize length, Outcome *outcome)
{
  FkReader reader = fk_reader_init (reply, size);
  guint32 fault;

  outcome->address = address;
  outcome->length = length;
  if (!fk_reader_u8 (&reader, &outcome->status))
    return FALSE;
  if (fk_reader_seek (&reader, 4) && fk_reader_u32le (&reader, &fault) && fault >= address &&
      fault - address < length)
    {
      outcome->address = fault;
      outcome->length = 1;
    }
  return TRUE;
}

/* How the last memory command went.  Asking changes nothing, so it is asked again when the answer
 * got lost. */
static gboolean
ask_outcome (FkStlink *self, guint32 address, gsize length, Outcome *outcome, GError **error)
{
  FkStlinkCommand command = make_status_command (self);
  guint8 reply[STLINK_STATUS2_SIZE];
  gsize size = get_status_size (self);

  for (guint n_repeats = 0;; n_repeats++)
    {
      g_autoptr (GError) local_error = NULL;

      if (fk_stlink_exchange (self, &command, reply, size, fk_stlink_get_timeout (self, 0),
                              &local_error))
        return parse_outcome (reply, size, address, length, outcome);
      if (self->is_lost || n_repeats >= FK_STLINK_MAX_REPEATS)
        {
          g_propagate_error (error, g_steal_pointer (&local_error));
          return FALSE;
        }
    }
}

/* Reads once.  Returns: %FALSE if USB failed; the outcome is for the caller to judge */
static gboolean
try_read (FkStlink *self,
          guint32 address,
          guint8 *data,
          gsize length,
          FkAccess access,
          Outcome *outcome,
          GError **error)
{
  FkStlinkCommand command = make_command (access, FALSE, address, length);
  guint timeout_ms = fk_stlink_get_timeout (self, length / access);
  guint8 pair[2];

  if (!fk_stlink_open_ap (self, 0, error))
    return FALSE;
  /* The reply to a request for one byte has two (OpenOCD, probe-rs #609); the second is junk. */
  if (!fk_stlink_exchange (self, &command, length == 1 ? pair : data, MAX (length, 2), timeout_ms,
                           error))
    return FALSE;
  if (length == 1)
    data[0] = pair[0];
  return ask_outcome (self, address, length, outcome, error);
}

static gboolean
read_block (
    FkStlink *self, guint32 address, guint8 *data, gsize length, FkAccess access, GError **error)
{
  FkStlinkPatience patience = { 0 };

  for (;;)
    {
      g_autoptr (GError) local_error = NULL;
      Outcome outcome;

      if (try_read (self, address, data, length, access, &outcome, &local_error))
        {
          if (fk_stlink_status_get_meaning (outcome.status) == FK_STLINK_DONE)
            return TRUE;
          if (fk_stlink_judge (self, outcome.status, &patience) == FK_STLINK_GIVE_UP)
            {
              fk_stlink_set_bus_error (self, outcome.status, "Reading", outcome.address,
                                       outcome.length, error);
              return FALSE;
            }
        }
      else if (self->is_lost || patience.n_repeats++ >= FK_STLINK_MAX_REPEATS)
        {
          g_propagate_prefixed_error (error, g_steal_pointer (&local_error),
                                      "Reading 0x%08x: ", address);
          return FALSE;
        }
    }
}

/* Writes once.  Returns: %FALSE if USB failed; then some of the data may have been written */
static gboolean
try_write (FkStlink *self,
           guint32 address,
           const guint8 *data,
           gsize length,
           FkAccess access,
           Outcome *outcome,
           GError **error)
{
  FkStlinkCommand command = make_command (access, TRUE, address, length);
  FkStlinkCommand status_command = make_status_command (self);
  g_autoptr (GError) local_error = NULL;
  guint8 reply[STLINK_STATUS2_SIZE];
  gsize size = get_status_size (self);
  gboolean data_went;

  if (!fk_stlink_open_ap (self, 0, error))
    return FALSE;
  if (fk_stlink_exchange_write (self, &command, data, length, &status_command, reply, size,
                                fk_stlink_get_timeout (self, length / access), &data_went,
                                &local_error))
    return parse_outcome (reply, size, address, length, outcome);
  /* Perhaps only the answer got lost. */
  if (data_went && !self->is_lost)
    return ask_outcome (self, address, length, outcome, error);
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

/* Whether writing twice does no more than writing once, for all that is known.  A WAIT is said of
 * an access that did not happen; the ones before it in the block did. */
static gboolean
may_repeat_write (guint32 address, gsize length, FkAccess access, guint8 status)
{
  if (address >= SRAM_START && address < SRAM_END)
    return TRUE;
  return length == (gsize)access && fk_stlink_status_get_meaning (status) == FK_STLINK_WAIT;
}

static gboolean
write_block (FkStlink *self,
             guint32 address,
             const guint8 *data,
             gsize length,
             FkAccess access,
             GError **error)
{
  FkStlinkPatience patience = { 0 };
  Outcome outcome;

  do
    {
      if (!try_write (self, address, data, length, access, &outcome, error))
        {
          g_prefix_error (error, "Writing 0x%08x: ", address);
          return FALSE;
        }
      if (fk_stlink_status_get_meaning (outcome.status) == FK_STLINK_DONE)
        return TRUE;
    }
  while (fk_stlink_judge (self, outcome.status, &patience) == FK_STLINK_REPEAT &&
         may_repeat_write (address, length, access, outcome.status));

  fk_stlink_set_bus_error (self, outcome.status, "Writing", outcome.address, outcome.length, error);
  return FALSE;
}

/* How much of what is left one command may move. */
static gsize
find_block_length (FkStlink *self, guint32 address, gsize left, FkAccess access)
{
  gsize max = fk_stlink_version_get_max_block (&self->version, access);
  gsize increment = fk_probe_get_auto_increment (FK_PROBE (self));

  return MIN (left, MIN (max, increment - address % increment));
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

  if (access == FK_ACCESS_16 && !fk_stlink_version_has (&self->version, FK_STLINK_MEM16))
    return read_words_around (probe, address, data, length, cancellable, error);

  while (length > 0)
    {
      gsize block = find_block_length (self, address, length, access);

      if (g_cancellable_set_error_if_cancelled (cancellable, error) ||
          !read_block (self, address, data, block, access, error))
        return FALSE;
      address += (guint32)block;
      data += block;
      length -= block;
    }
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

  /* Bytes or words instead would not be the same: registers tell the difference. */
  if (access == FK_ACCESS_16 && !fk_stlink_version_require (&self->version, FK_STLINK_MEM16, error))
    return FALSE;

  while (length > 0)
    {
      gsize block = find_block_length (self, address, length, access);

      if (g_cancellable_set_error_if_cancelled (cancellable, error) ||
          !write_block (self, address, data, block, access, error))
        return FALSE;
      address += (guint32)block;
      data += block;
      length -= block;
    }
  return TRUE;
}
