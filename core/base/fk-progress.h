/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * FkProgress:
 *
 * How far a job has come.  Whoever does the work declares weighted steps, hands the child of the
 * present step to whom it calls, and says when a step is done; a leaf counts bytes.  Only the
 * thread that does the work touches it.  Every function takes %NULL for "nobody listens".
 */
typedef struct _FkProgress FkProgress;

/**
 * FkProgressStatus:
 * @fraction: of the whole job, 0 to 1, never falling
 * @stage: (nullable): what is being done, in a word or two: "Reading flash"
 * @note: (nullable): the last remark, such as a rung of the connection ladder
 * @missed_notes: (nullable) (array zero-terminated=1): the remarks before @note that followed one
 *   another too fast to be told each with a status of its own, oldest first
 * @bytes_done: of the present stage
 * @bytes_total: of the present stage; 0 where the stage counts no bytes
 *
 * Valid during the callback only.
 */
typedef struct
{
  double fraction;
  const char *stage;
  const char *note;
  const char *const *missed_notes;
  guint64 bytes_done;
  guint64 bytes_total;
} FkProgressStatus;

typedef struct
{
  const char *stage; /* a static string; NULL keeps the parent's */
  double weight;     /* share of the parent, relative to its siblings */
} FkProgressStep;

typedef void (*FkProgressFunc) (const FkProgressStatus *status, gpointer user_data);

FkProgress *fk_progress_new (FkProgressFunc func, gpointer user_data, GDestroyNotify destroy);
void fk_progress_free (FkProgress *self);
void fk_progress_set_steps (FkProgress *self, const FkProgressStep *steps, guint n_steps);
FkProgress *fk_progress_get_child (FkProgress *self);
void fk_progress_step_done (FkProgress *self);
void fk_progress_set_bytes (FkProgress *self, guint64 done, guint64 total);
void fk_progress_note (FkProgress *self, const char *format, ...) G_GNUC_PRINTF (2, 3);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (FkProgress, fk_progress_free)

G_END_DECLS
