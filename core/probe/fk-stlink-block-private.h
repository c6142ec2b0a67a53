/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "probe/fk-stlink-private.h"

G_BEGIN_DECLS

/* Where a transfer of some bytes failed, as exactly as the probe tells. */
typedef struct
{
  guint8 status;
  guint32 address;
  gsize length;
} FkStlinkOutcome;

/* fk-stlink-block.c */
FkStlinkCommand fk_stlink_block_command (
    FkStlink *self, FkAccess access, gboolean is_write, guint32 address, gsize length);
FkStlinkCommand fk_stlink_outcome_command (FkStlink *self, gsize *size);
gboolean fk_stlink_outcome_parse (
    FkStlinkOutcome *outcome, const guint8 *reply, gsize size, guint32 address, gsize length);
gboolean fk_stlink_outcome_ask (
    FkStlinkOutcome *outcome, FkStlink *self, guint32 address, gsize length, GError **error);
gboolean fk_stlink_read_block (FkStlink *self,
                               guint32 address,
                               guint8 *data,
                               gsize length,
                               FkAccess access,
                               const FkStlinkOutcome *first,
                               GError **error);
gboolean fk_stlink_write_block (FkStlink *self,
                                guint32 address,
                                const guint8 *data,
                                gsize length,
                                FkAccess access,
                                const FkStlinkOutcome *first,
                                GError **error);

/* fk-stlink-stream.c */

/**
 * FkStlinkStream:
 * @address: where the next block begins
 * @length: bytes that are left
 * @access: width of the accesses
 * @max_block: how many bytes one command may move at most
 * @border: no block crosses a multiple of this
 * @needs_care: a chain ended in front of the first of the blocks that are left, so it is moved
 * alone
 * @has_outcome: the probe has told how that block went
 * @outcome: what it told
 *
 * Blocks on their way to or from the chip.
 */
typedef struct
{
  guint32 address;
  gsize length;
  FkAccess access;
  gsize max_block;
  gsize border;
  gboolean needs_care;
  gboolean has_outcome;
  FkStlinkOutcome outcome;
} FkStlinkStream;

gsize fk_stlink_stream_next (const FkStlinkStream *stream);
gboolean fk_stlink_stream_read (FkStlinkStream *stream,
                                FkStlink *self,
                                guint8 *data,
                                GCancellable *cancellable,
                                GError **error);
gboolean fk_stlink_stream_write (FkStlinkStream *stream,
                                 FkStlink *self,
                                 const guint8 *data,
                                 GCancellable *cancellable,
                                 GError **error);

G_END_DECLS
