/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * FkBoardOffset:
 * @offset: how much of the flash the bootloader takes, in bytes
 * @boards: boards that have such a one, for a sentence
 */
typedef struct
{
  guint32 offset;
  const char *boards;
} FkBoardOffset;

const FkBoardOffset *fk_board_offset_get_all (guint *n_offsets);
const FkBoardOffset *fk_board_offset_find (guint32 offset);

G_END_DECLS
