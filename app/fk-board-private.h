/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "fk-board.h"

G_BEGIN_DECLS

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
};

/* fk-board.c */
void fk_board_changed (FkBoard *self);
void fk_board_job_done (FkBoard *self, FkJob *job, const GError *error);

G_END_DECLS
