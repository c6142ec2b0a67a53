/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "fk-connect-check.h"

#include "fk-board-check.h"
#include "fk-settings.h"

/* Lives as long as its board. */
typedef struct
{
  FkBoardCheck *check;
  GSettings *settings;
  gboolean begun;
} Watch;

static void
watch_free (gpointer data)
{
  Watch *watch = data;

  g_object_unref (watch->settings);
  g_free (watch);
}

static void
on_checked (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  /* Nobody asked, so nobody is told: the page says that it is not known. */
  if (!fk_board_check_run_finish (FK_BOARD_CHECK (source), result, &error) && error != NULL)
    g_message ("The check on connecting failed: %s", error->message);
}

static gboolean
is_readable (FkBoard *board)
{
  FkIdentity *identity = fk_board_get_identity (board);

  return fk_board_get_state (board) == FK_BOARD_READY && fk_identity_get_chip (identity) != NULL &&
         fk_identity_get_protection (identity) == FK_PROTECTION_NONE;
}

/* Board and library are known in either order. */
static void
check_if_wanted (FkBoard *board)
{
  Watch *watch = g_object_get_data (G_OBJECT (board), "fk-connect-check");
  g_autoptr (FkBackup) last = NULL;

  if (watch->begun || !is_readable (board))
    return;
  last = fk_board_check_dup_last_backup (watch->check);
  if (last == NULL)
    return;
  watch->begun = TRUE;
  if (g_settings_get_boolean (watch->settings, FK_SETTINGS_CHECK_ON_CONNECT) &&
      fk_board_check_get_verdict (watch->check) == FK_CHECK_UNKNOWN)
    fk_board_check_run_async (watch->check, last, FK_CHECK_WHETHER, on_checked, NULL);
}

void
fk_connect_check_watch (FkBoard *board, FkLibraryModel *library, GSettings *settings)
{
  Watch *watch;

  g_return_if_fail (FK_IS_BOARD (board));
  g_return_if_fail (FK_IS_LIBRARY_MODEL (library));
  g_return_if_fail (G_IS_SETTINGS (settings));

  watch = g_new0 (Watch, 1);
  watch->check = fk_board_check_get (board, library);
  watch->settings = g_object_ref (settings);
  g_object_set_data_full (G_OBJECT (board), "fk-connect-check", watch, watch_free);
  g_signal_connect_object (board, "changed", G_CALLBACK (check_if_wanted), board, 0);
  g_signal_connect_object (fk_library_model_get_backups (library), "items-changed",
                           G_CALLBACK (check_if_wanted), board, G_CONNECT_SWAPPED);
  check_if_wanted (board);
}
