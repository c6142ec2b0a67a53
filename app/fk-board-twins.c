/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "fk-board-twins.h"

static gboolean
are_twins (FkProbe *a, FkProbe *b)
{
  return g_strcmp0 (fk_probe_get_kind (a), fk_probe_get_kind (b)) == 0 &&
         g_strcmp0 (fk_probe_get_serial (a), fk_probe_get_serial (b)) == 0;
}

static gboolean
has_twin (GListModel *boards, FkBoard *board)
{
  for (guint i = 0; i < g_list_model_get_n_items (boards); i++)
    {
      g_autoptr (FkBoard) other = g_list_model_get_item (boards, i);

      if (other != board && are_twins (fk_board_get_probe (board), fk_board_get_probe (other)))
        return TRUE;
    }
  return FALSE;
}

void
fk_board_twins_update (GListModel *boards)
{
  g_return_if_fail (G_IS_LIST_MODEL (boards));

  for (guint i = 0; i < g_list_model_get_n_items (boards); i++)
    {
      g_autoptr (FkBoard) board = g_list_model_get_item (boards, i);

      fk_board_set_has_twin (board, has_twin (boards, board));
    }
}
