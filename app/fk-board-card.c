/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "fk-board-card.h"

#include <glib/gi18n.h>

#include "fk-board-words.h"

/* Returns: (nullable): what is to be known before somebody presses Cancel */
static const char *
find_hint (FkBoard *board)
{
  if (!fk_board_can_cancel (board))
    return _ ("This cannot be stopped: the chip would be left unusable.");
  if (fk_board_is_changing (board))
    return _ ("Stopping now leaves the board without its program until a backup is restored.");
  return NULL;
}

/**
 * fk_board_card_update:
 * @board: that is busy
 */
void
fk_board_card_update (FkProgressCard *card, FkBoard *board)
{
  g_return_if_fail (FK_IS_PROGRESS_CARD (card));
  g_return_if_fail (FK_IS_BOARD (board));

  fk_progress_card_update (card, fk_board_get_job_title (board),
                           fk_board_words_translate (fk_board_get_stage (board)),
                           fk_board_get_fraction (board), fk_board_get_bytes_done (board));
  fk_progress_card_set_hint (card, find_hint (board));
}
