/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "fk-board.h"
#include "fk-flash-use.h"
#include "fk-library-model.h"

G_BEGIN_DECLS

/**
 * FkCheckVerdict:
 * @FK_CHECK_UNKNOWN: nobody looked yet, or the chip was changed since
 * @FK_CHECK_RUNNING: being found out
 * @FK_CHECK_EQUAL: the flash held exactly the backup
 * @FK_CHECK_DIFFERS: it held something else
 */
typedef enum
{
  FK_CHECK_UNKNOWN,
  FK_CHECK_RUNNING,
  FK_CHECK_EQUAL,
  FK_CHECK_DIFFERS,
} FkCheckVerdict;

/**
 * FkBoardCheck:
 *
 * What is known of the contents of a board's flash: whether they equal a backup, and which parts
 * are used.  It learns from every job of the board, and looks itself when asked.  One for each
 * board, which owns it; gone with the replug.  Emits "changed".
 */
#define FK_TYPE_BOARD_CHECK (fk_board_check_get_type ())
G_DECLARE_FINAL_TYPE (FkBoardCheck, fk_board_check, FK, BOARD_CHECK, GObject)

FkBoardCheck *fk_board_check_get (FkBoard *board, FkLibraryModel *library);

FkCheckVerdict fk_board_check_get_verdict (FkBoardCheck *self);
FkBackup *fk_board_check_get_backup (FkBoardCheck *self);
GDateTime *fk_board_check_get_time (FkBoardCheck *self);
GArray *fk_board_check_get_differences (FkBoardCheck *self);
FkFlashUse *fk_board_check_get_use (FkBoardCheck *self);
FkBackup *fk_board_check_get_use_source (FkBoardCheck *self);
FkBackup *fk_board_check_dup_last_backup (FkBoardCheck *self);
char *fk_board_check_describe (FkBoardCheck *self);

/**
 * FkCheckDepth:
 * @FK_CHECK_WHETHER: sums, as far as the chip can compute them
 * @FK_CHECK_WHERE: and where it differs, which means to read all of the flash
 */
typedef enum
{
  FK_CHECK_WHETHER,
  FK_CHECK_WHERE,
} FkCheckDepth;

void fk_board_check_learn_comparison (FkBoardCheck *self, FkBackup *backup, GArray *differences);

void fk_board_check_run_async (FkBoardCheck *self,
                               FkBackup *backup,
                               FkCheckDepth depth,
                               GAsyncReadyCallback callback,
                               gpointer user_data);
gboolean fk_board_check_run_finish (FkBoardCheck *self, GAsyncResult *result, GError **error);

G_END_DECLS
