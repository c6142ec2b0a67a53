/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Many blocks of memory in a row through an ST-LINK, as a chain of USB transfers: the command for
 * the next block leaves from the callback that brought the status of the last one, so that nobody
 * has to wake up in between.  What is on its way at any one time is what it would be without a
 * chain: a command and its reply, or a command, its data and the question for the status.  Each
 * status is looked at before the next command leaves; a bad one ends the chain, and so does a
 * cancellation, behind a block.  What became of the block that ended it is for the caller. */

#include "config.h"

#include "probe/fk-stlink-block-private.h"

#define MAX_CHAIN           16
#define TRANSFERS_PER_BLOCK 4

typedef struct
{
  guint32 address;
  gsize length;
  FkStlinkCommand command;
  guint8 reply[STLINK_STATUS2_SIZE];
} Block;

typedef struct
{
  Block blocks[MAX_CHAIN];
  guint n_blocks;
  FkStlinkCommand question;
  gsize reply_size;
  guint timeout_ms;
  FkUsbTransfer transfers[MAX_CHAIN * TRANSFERS_PER_BLOCK];
} Chain;

/* Returns: how long the next block will be */
gsize
fk_stlink_stream_next (const FkStlinkStream *stream)
{
  return MIN (stream->length,
              MIN (stream->max_block, stream->border - stream->address % stream->border));
}

static gboolean
is_done (const FkUsbTransfer *transfer, gpointer user_data)
{
  GCancellable *cancellable = user_data;

  return fk_stlink_status_get_meaning (transfer->data[0]) == FK_STLINK_DONE &&
         !g_cancellable_is_cancelled (cancellable);
}

static void
add_block (Chain *chain,
           FkStlink *self,
           const FkStlinkStream *next,
           guint8 *data,
           gboolean is_write,
           GCancellable *cancellable)
{
  Block *block = &chain->blocks[chain->n_blocks];
  FkUsbTransfer *transfers = &chain->transfers[chain->n_blocks * TRANSFERS_PER_BLOCK];
  guint8 in = self->row->endpoint_in;
  guint8 out = self->row->endpoint_out;

  block->address = next->address;
  block->length = fk_stlink_stream_next (next);
  block->command =
      fk_stlink_block_command (self, next->access, is_write, block->address, block->length);
  transfers[0] = (FkUsbTransfer){ out, block->command.bytes, sizeof block->command.bytes,
                                  .begins_link = TRUE };
  transfers[1] = (FkUsbTransfer){ is_write ? out : in, data, block->length };
  transfers[2] = (FkUsbTransfer){ out, chain->question.bytes, sizeof chain->question.bytes,
                                  .begins_link = !is_write };
  transfers[3] = (FkUsbTransfer){ in, block->reply, chain->reply_size, .check = is_done,
                                  .check_data = cancellable };
  chain->timeout_ms =
      MAX (chain->timeout_ms, fk_stlink_get_timeout (self, block->length / next->access));
  chain->n_blocks++;
}

static Chain *
make_chain (const FkStlinkStream *stream,
            FkStlink *self,
            guint8 *data,
            gboolean is_write,
            GCancellable *cancellable)
{
  Chain *chain = g_new0 (Chain, 1);
  FkStlinkStream next = *stream;

  chain->question = fk_stlink_outcome_command (self, &chain->reply_size);
  while (chain->n_blocks < MAX_CHAIN && next.length > 0)
    {
      gsize length = fk_stlink_stream_next (&next);

      add_block (chain, self, &next, data, is_write, cancellable);
      data += length;
      next.address += (guint32)length;
      next.length -= length;
    }
  return chain;
}

/* Moves the stream behind the blocks that are done; tells how the next one went where the probe
 * said it.  Returns: the first block that is not done, or %NULL */
static const Block *
pass_done (FkStlinkStream *stream, const Chain *chain)
{
  for (guint i = 0; i < chain->n_blocks; i++)
    {
      const Block *block = &chain->blocks[i];
      const FkUsbTransfer *answer = &chain->transfers[i * TRANSFERS_PER_BLOCK + 3];

      stream->needs_care = TRUE;
      if (answer->actual != answer->length)
        return block;
      fk_stlink_outcome_parse (&stream->outcome, block->reply, chain->reply_size, block->address,
                               block->length);
      if (fk_stlink_status_get_meaning (stream->outcome.status) != FK_STLINK_DONE)
        {
          stream->has_outcome = TRUE;
          return block;
        }
      stream->needs_care = FALSE;
      stream->address += (guint32)block->length;
      stream->length -= block->length;
    }
  return NULL;
}

/*
 * fk_stlink_stream_read:
 * @stream: (inout): moved behind what was read
 *
 * Reads some of the blocks, from the first one on.  A read may be done again, so trouble is left to
 * whoever reads the next block.
 *
 * Returns: %FALSE if the probe is lost
 */
gboolean
fk_stlink_stream_read (
    FkStlinkStream *stream, FkStlink *self, guint8 *data, GCancellable *cancellable, GError **error)
{
  g_autofree Chain *chain = make_chain (stream, self, data, FALSE, cancellable);
  g_autoptr (GError) local_error = NULL;
  guint32 address = stream->address;

  stream->has_outcome = FALSE;
  stream->needs_care = TRUE;
  if (!fk_stlink_open_memory (self, NULL))
    return TRUE;
  fk_stlink_run_chain (self, chain->transfers, chain->n_blocks * TRANSFERS_PER_BLOCK,
                       chain->timeout_ms, &local_error);
  pass_done (stream, chain);
  if (!self->is_lost)
    return TRUE;
  g_propagate_prefixed_error (error, g_steal_pointer (&local_error), "Reading 0x%08x: ", address);
  return FALSE;
}

/*
 * fk_stlink_stream_write:
 *
 * As fk_stlink_stream_read(), the other way.  A write may not be done again without a thought: a
 * block whose data reached the probe is asked after, and USB's failure before that is an error.
 */
gboolean
fk_stlink_stream_write (FkStlinkStream *stream,
                        FkStlink *self,
                        const guint8 *data,
                        GCancellable *cancellable,
                        GError **error)
{
  g_autofree Chain *chain = make_chain (stream, self, (guint8 *)data, TRUE, cancellable);
  g_autoptr (GError) local_error = NULL;
  const Block *block;
  const FkUsbTransfer *sent;

  stream->has_outcome = FALSE;
  if (!fk_stlink_open_memory (self, error))
    return FALSE;
  if (fk_stlink_run_chain (self, chain->transfers, chain->n_blocks * TRANSFERS_PER_BLOCK,
                           chain->timeout_ms, &local_error))
    {
      pass_done (stream, chain);
      return TRUE;
    }
  block = pass_done (stream, chain);
  if (block == NULL || stream->has_outcome)
    return TRUE;
  sent = &chain->transfers[(block - chain->blocks) * TRANSFERS_PER_BLOCK];
  if (!self->is_lost && sent[0].actual == sent[0].length && sent[1].actual == sent[1].length)
    {
      stream->has_outcome = TRUE;
      return fk_stlink_outcome_ask (&stream->outcome, self, block->address, block->length, error);
    }
  g_propagate_prefixed_error (error, g_steal_pointer (&local_error),
                              "Writing 0x%08x: ", block->address);
  return FALSE;
}
