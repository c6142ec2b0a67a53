/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "fk-board.h"

G_BEGIN_DECLS

typedef struct _FkBoardRun FkBoardRun;
typedef struct _FkBoardLook FkBoardLook;

struct _FkBoard
{
  GObject parent_instance;

  FkProbe *probe;
  FkSession *session;
  FkBoardState state;
  FkIdentity *identity;
  FkOptionBytes *options;
  FkBackup *way_back; /* (nullable) */
  guint millivolts;
  char *firmware;
  gboolean has_twin;
  GError *error;

  FkJob *job;
  GCancellable *cancellable;
  double fraction;
  guint64 bytes_done;
  char *stage;
  char *note;

  GQueue looks;        /* of FkBoardLook, quiet jobs, each in its turn */
  FkBoardLook *look;   /* (nullable): the one that runs */
  FkBoardRun *waiting; /* (nullable): @job's, until that is over */
  guint look_source;   /* that begins the next */
  gboolean no_more;    /* nothing quiet is begun any more */
};

/* fk-board.c */
void fk_board_changed (FkBoard *self);
void fk_board_job_done (FkBoard *self, FkJob *job, const GError *error);
void fk_board_looked (FkBoard *self, FkJob *job, const GError *error);

/* fk-board-run.c */
void fk_board_begin (FkBoard *self, FkBoardRun *run);

/* fk-board-look.c */
void fk_board_look_later (FkBoard *self);
void fk_board_clear_looks (FkBoard *self);

G_END_DECLS
