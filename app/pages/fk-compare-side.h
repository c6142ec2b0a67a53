/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "fk-board.h"
#include "flash/fk-option-bytes.h"
#include "job/fk-report-fields.h"
#include "library/fk-backup.h"

G_BEGIN_DECLS

/**
 * FkCompareSide:
 *
 * One of the things that are compared: a backup, a file, or the chip of a board.  It is loaded when
 * the comparison is opened; until then it has a title and nothing else.
 */
#define FK_TYPE_COMPARE_SIDE (fk_compare_side_get_type ())
G_DECLARE_FINAL_TYPE (FkCompareSide, fk_compare_side, FK, COMPARE_SIDE, GObject)

FkCompareSide *fk_compare_side_new_for_backup (FkBackup *backup);
FkCompareSide *fk_compare_side_new_for_file (GFile *file);
FkCompareSide *fk_compare_side_new_for_board (FkBoard *board);

void fk_compare_side_load_async (FkCompareSide *self,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);
gboolean fk_compare_side_load_finish (FkCompareSide *self, GAsyncResult *result, GError **error);

const char *fk_compare_side_get_title (FkCompareSide *self);
const char *fk_compare_side_get_detail (FkCompareSide *self);
char *fk_compare_side_list_titles (GPtrArray *sides);
FkBoard *fk_compare_side_get_board (FkCompareSide *self);
FkBackup *fk_compare_side_get_backup (FkCompareSide *self);
FkImage *fk_compare_side_get_image (FkCompareSide *self);
FkChip *fk_compare_side_get_chip (FkCompareSide *self);
GBytes *fk_compare_side_get_uid (FkCompareSide *self);
FkReportSettings fk_compare_side_get_settings (FkCompareSide *self);

G_END_DECLS
