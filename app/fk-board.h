/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "job/fk-jobs.h"
#include "job/fk-session.h"

G_BEGIN_DECLS

typedef enum
{
  FK_BOARD_IDENTIFYING,
  FK_BOARD_READY,
  FK_BOARD_TROUBLED, /* the chip could not be identified; see fk_board_get_error() */
  FK_BOARD_BUSY,
  FK_BOARD_GONE, /* unplugged */
} FkBoardState;

/**
 * FkBoard:
 *
 * A probe that is plugged in and the chip behind it, as the window sees them: who it is, what it
 * is doing, what went wrong.  Emits "changed" whenever any of that is different, "job-done"
 * (FkJob, nullable #GError) after each job, and "looked" with the same after each quiet one, in the
 * main context.
 *
 * A quiet job reads a little of the chip while somebody looks around in it.  It is no deed: nothing
 * above tells of it, and what the person has the board do goes before it.
 */
#define FK_TYPE_BOARD (fk_board_get_type ())
G_DECLARE_FINAL_TYPE (FkBoard, fk_board, FK, BOARD, GObject)

typedef void (*FkBoardDoneFunc) (FkBoard *self,
                                 FkJob *job,
                                 const GError *error,
                                 gpointer user_data);

FkBoard *fk_board_new (FkProbe *probe, FkLibrary *library);
FkProbe *fk_board_get_probe (FkBoard *self);
FkBoardState fk_board_get_state (FkBoard *self);
FkIdentity *fk_board_get_identity (FkBoard *self);
FkOptionBytes *fk_board_get_options (FkBoard *self);
FkBackup *fk_board_get_way_back (FkBoard *self);
guint fk_board_get_millivolts (FkBoard *self);
const char *fk_board_get_firmware (FkBoard *self);
const GError *fk_board_get_error (FkBoard *self);
void fk_board_set_has_twin (FkBoard *self, gboolean has_twin);
char *fk_board_dup_title (FkBoard *self);
char *fk_board_dup_probe_kind (FkBoard *self);
char *fk_board_dup_subtitle (FkBoard *self);

void fk_board_set_library (FkBoard *self, FkLibrary *library);
void fk_board_set_connect (FkBoard *self, FkConnect how, guint speed_khz);
void fk_board_identify (FkBoard *self);
void fk_board_identify_under_reset (FkBoard *self);
void fk_board_run (
    FkBoard *self, FkJob *job, FkBoardDoneFunc done, gpointer user_data, GDestroyNotify destroy);
void fk_board_run_quietly (FkBoard *self,
                           FkJob *job,
                           GCancellable *cancellable,
                           FkBoardDoneFunc done,
                           gpointer user_data,
                           GDestroyNotify destroy);
gboolean fk_board_is_working (FkBoard *self);
gboolean fk_board_is_looking (FkBoard *self);
gboolean fk_board_is_changing (FkBoard *self);
gboolean fk_board_can_cancel (FkBoard *self);
void fk_board_cancel (FkBoard *self);
void fk_board_stop_looking (FkBoard *self);
void fk_board_unplugged (FkBoard *self);

const char *fk_board_get_job_title (FkBoard *self);
double fk_board_get_fraction (FkBoard *self);
guint64 fk_board_get_bytes_done (FkBoard *self);
const char *fk_board_get_stage (FkBoard *self);
const char *fk_board_get_note (FkBoard *self);

G_END_DECLS
