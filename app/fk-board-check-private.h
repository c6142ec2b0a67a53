/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "fk-board-check.h"

G_BEGIN_DECLS

struct _FkBoardCheck
{
  GObject parent_instance;

  FkBoard *board; /* weak: it owns this */
  FkLibraryModel *library;
  char *uid;       /* (nullable): of the chip that all below is about */
  guint n_sectors; /* of its flash */

  FkCheckVerdict verdict;
  FkBackup *backup;    /* (nullable): that the verdict is about */
  GDateTime *time;     /* (nullable): of the verdict, local */
  GArray *differences; /* (nullable) (element-type FkRange) */

  FkFlashUse *use;      /* (nullable) */
  FkBackup *use_source; /* (nullable): whose contents @use tells; NULL: the chip's own */
  gboolean learnt;      /* from a job: more than the last backup could tell */
  guint age;            /* counts what made earlier looks worthless */
};

/**
 * FkBoardLook:
 * @age: of what was known when it began
 * @backup: (nullable): what @held is loaded from where that is not given
 * @wanted: (nullable): what @held is compared with
 *
 * One look at bytes, on a thread.
 */
typedef struct
{
  guint age;
  FkChip *chip;
  FkBackup *backup;
  FkImage *held;
  FkImage *wanted;

  FkFlashUse *use;
  GArray *differences;
} FkBoardLook;

/* fk-board-check.c */
FkChip *fk_board_check_get_chip (FkBoardCheck *self);
void fk_board_check_set_verdict (FkBoardCheck *self,
                                 FkCheckVerdict verdict,
                                 FkBackup *backup,
                                 GArray *differences);
void fk_board_check_forget (FkBoardCheck *self);
void fk_board_check_keep_look (FkBoardCheck *self, FkBoardLook *look);

/* fk-board-check-look.c */
FkBoardLook *fk_board_look_new (FkBoardCheck *self, FkBackup *backup, FkImage *held);
void fk_board_check_take_look (FkBoardCheck *self,
                               FkBoardLook *look,
                               GAsyncReadyCallback callback,
                               gpointer user_data);

G_END_DECLS
