/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One block of memory through an ST-LINK, with all the care there is.  A memory command says
 * nothing about its success: after a failed read the probe delivers whatever its buffer holds.  So
 * the status is asked after every single one.
 *
 * Reads are repeated after trouble on USB, on noise and when the chip's bus is busy.  Writes are
 * not, unless nothing can come of it: a flash controller takes a key that comes twice for an
 * attack, and locks itself until the next reset (RM0008 3.3.3). */

#include "config.h"

#include "probe/fk-stlink-block-private.h"

#include "base/fk-reader.h"

/* ARMv7-M's and ARMv6-M's region for RAM (ARM DDI 0403E, B3.1). */
#define SRAM_START 0x20000000u
#define SRAM_END   0x40000000u

/* Shorter than this are the accesses by which somebody finds out whether the chip answers. */
#define MIN_LONG 256

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

FkStlinkCommand
fk_stlink_block_command (
    FkStlink *self, FkAccess access, gboolean is_write, guint32 address, gsize length)
{
  FkStlinkCommand command = { 0 };

  g_assert (length <= G_MAXUINT16);
  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    if (codes[i].access == access)
      command = fk_stlink_command (STLINK_DEBUG, is_write ? codes[i].write : codes[i].read);
  g_assert (command.length > 0);
  fk_stlink_command_u32 (&command, address);
  fk_stlink_command_u16 (&command, (guint16)length);
  fk_stlink_command_u8 (&command, fk_probe_get_ap (FK_PROBE (self)));
  return command;
}

/* The question how the last memory command went.  @size: (out): length of the reply */
FkStlinkCommand
fk_stlink_outcome_command (FkStlink *self, gsize *size)
{
  gboolean has_address = fk_stlink_version_has (&self->version, FK_STLINK_STATUS2);

  *size = has_address ? STLINK_STATUS2_SIZE : STLINK_STATUS_SIZE;
  return fk_stlink_command (STLINK_DEBUG,
                            has_address ? STLINK_GETLASTRWSTATUS2 : STLINK_GETLASTRWSTATUS);
}

/* Makes an outcome of the answer about a transfer of @length bytes at @address. */
gboolean
fk_stlink_outcome_parse (
    FkStlinkOutcome *outcome, const guint8 *reply, gsize size, guint32 address, gsize length)
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
gboolean
fk_stlink_outcome_ask (
    FkStlinkOutcome *outcome, FkStlink *self, guint32 address, gsize length, GError **error)
{
  gsize size;
  FkStlinkCommand command = fk_stlink_outcome_command (self, &size);
  guint8 reply[STLINK_STATUS2_SIZE];

  for (guint n_repeats = 0;; n_repeats++)
    {
      g_autoptr (GError) local_error = NULL;

      if (fk_stlink_exchange (self, &command, reply, size, fk_stlink_get_timeout (self, 0),
                              &local_error))
        return fk_stlink_outcome_parse (outcome, reply, size, address, length);
      if (self->is_lost || n_repeats >= FK_STLINK_MAX_REPEATS)
        {
          g_propagate_error (error, g_steal_pointer (&local_error));
          return FALSE;
        }
    }
}

static FkStlinkVerdict
judge (FkStlink *self, const FkStlinkOutcome *outcome, gsize length, FkStlinkPatience *patience)
{
  if (length >= MIN_LONG && fk_stlink_status_get_meaning (outcome->status) == FK_STLINK_NO_ANSWER)
    return fk_stlink_rejoin (self, patience) ? FK_STLINK_REPEAT : FK_STLINK_GIVE_UP;
  return fk_stlink_judge (self, outcome->status, patience);
}

/* Reads once.  Returns: %FALSE if USB failed; the outcome is for the caller to judge */
static gboolean
try_read (FkStlink *self,
          guint32 address,
          guint8 *data,
          gsize length,
          FkAccess access,
          FkStlinkOutcome *outcome,
          GError **error)
{
  FkStlinkCommand command = fk_stlink_block_command (self, access, FALSE, address, length);
  guint timeout_ms = fk_stlink_get_timeout (self, length / access);
  guint8 pair[2];

  if (!fk_stlink_open_memory (self, error))
    return FALSE;
  /* The reply to a request for one byte has two (OpenOCD, probe-rs #609); the second is junk. */
  if (!fk_stlink_exchange (self, &command, length == 1 ? pair : data, MAX (length, 2), timeout_ms,
                           error))
    return FALSE;
  if (length == 1)
    data[0] = pair[0];
  return fk_stlink_outcome_ask (outcome, self, address, length, error);
}

/*
 * fk_stlink_read_block:
 * @length: what one command may move
 * @first: (nullable): how a first attempt went that was not a success
 */
gboolean
fk_stlink_read_block (FkStlink *self,
                      guint32 address,
                      guint8 *data,
                      gsize length,
                      FkAccess access,
                      const FkStlinkOutcome *first,
                      GError **error)
{
  FkStlinkPatience patience = { 0 };

  for (;; first = NULL)
    {
      g_autoptr (GError) local_error = NULL;
      FkStlinkOutcome outcome;

      if (first != NULL)
        outcome = *first;
      if (first != NULL || try_read (self, address, data, length, access, &outcome, &local_error))
        {
          if (fk_stlink_status_get_meaning (outcome.status) == FK_STLINK_DONE)
            return TRUE;
          if (judge (self, &outcome, length, &patience) == FK_STLINK_GIVE_UP)
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
           FkStlinkOutcome *outcome,
           GError **error)
{
  gsize size;
  FkStlinkCommand command = fk_stlink_block_command (self, access, TRUE, address, length);
  FkStlinkCommand status_command = fk_stlink_outcome_command (self, &size);
  g_autoptr (GError) local_error = NULL;
  guint8 reply[STLINK_STATUS2_SIZE];
  gboolean data_went;

  if (!fk_stlink_open_memory (self, error))
    return FALSE;
  if (fk_stlink_exchange_write (self, &command, data, length, &status_command, reply, size,
                                fk_stlink_get_timeout (self, length / access), &data_went,
                                &local_error))
    return fk_stlink_outcome_parse (outcome, reply, size, address, length);
  /* Perhaps only the answer got lost. */
  if (data_went && !self->is_lost)
    return fk_stlink_outcome_ask (outcome, self, address, length, error);
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

/* As fk_stlink_read_block(), the other way. */
gboolean
fk_stlink_write_block (FkStlink *self,
                       guint32 address,
                       const guint8 *data,
                       gsize length,
                       FkAccess access,
                       const FkStlinkOutcome *first,
                       GError **error)
{
  FkStlinkPatience patience = { 0 };
  FkStlinkOutcome outcome;

  do
    {
      if (first != NULL)
        outcome = *first;
      else if (!try_write (self, address, data, length, access, &outcome, error))
        {
          g_prefix_error (error, "Writing 0x%08x: ", address);
          return FALSE;
        }
      if (fk_stlink_status_get_meaning (outcome.status) == FK_STLINK_DONE)
        return TRUE;
      first = NULL;
    }
  while (judge (self, &outcome, length, &patience) == FK_STLINK_REPEAT &&
         may_repeat_write (address, length, access, outcome.status));

  fk_stlink_set_bus_error (self, outcome.status, "Writing", outcome.address, outcome.length, error);
  return FALSE;
}
