/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What is known of the contents of a board's flash, from its jobs and its last backup. */

#include "config.h"

#include "fk-board-check-private.h"

#define DATA_KEY "fk-board-check" /* of a board */

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (FkBoardCheck, fk_board_check, G_TYPE_OBJECT)

/* @differences: (nullable) */
void
fk_board_check_set_verdict (FkBoardCheck *self,
                            FkCheckVerdict verdict,
                            FkBackup *backup,
                            GArray *differences)
{
  self->verdict = verdict;
  g_set_object (&self->backup, backup);
  g_clear_pointer (&self->differences, g_array_unref);
  self->differences = differences != NULL ? g_array_ref (differences) : NULL;
  g_clear_pointer (&self->time, g_date_time_unref);
  if (verdict == FK_CHECK_EQUAL || verdict == FK_CHECK_DIFFERS)
    self->time = g_date_time_new_now_local ();
  g_signal_emit (self, signals[CHANGED], 0);
}

FkChip *
fk_board_check_get_chip (FkBoardCheck *self)
{
  FkIdentity *identity = self->board != NULL ? fk_board_get_identity (self->board) : NULL;

  return identity != NULL ? fk_identity_get_chip (identity) : NULL;
}

void
fk_board_check_keep_look (FkBoardCheck *self, FkBoardLook *look)
{
  if (look->age != self->age || look->use == NULL)
    return;
  g_clear_pointer (&self->use, fk_flash_use_unref);
  self->use = fk_flash_use_ref (look->use);
  g_set_object (&self->use_source, look->backup);
}

static void
on_use_found (GObject *source, GAsyncResult *result, gpointer user_data)
{
  FkBoardCheck *self = FK_BOARD_CHECK (source);
  g_autoptr (GError) error = NULL;

  /* A backup that cannot be loaded says so where it is asked for. */
  if (!g_task_propagate_boolean (G_TASK (result), &error))
    {
      g_debug ("no map of the flash: %s", error->message);
      return;
    }
  fk_board_check_keep_look (self, g_task_get_task_data (G_TASK (result)));
  g_signal_emit (self, signals[CHANGED], 0);
}

void
fk_board_check_forget (FkBoardCheck *self)
{
  self->age++;
  self->learnt = TRUE;
  g_clear_pointer (&self->use, fk_flash_use_unref);
  g_clear_object (&self->use_source);
}

/* As long as nothing better is known, the last backup tells what is where. */
static void
learn_from_library (FkBoardCheck *self)
{
  g_autoptr (FkBackup) last = fk_board_check_dup_last_backup (self);

  if (last == NULL || fk_board_check_get_chip (self) == NULL || self->learnt ||
      (self->use_source != NULL &&
       g_str_equal (fk_backup_get_id (self->use_source), fk_backup_get_id (last))))
    return;
  fk_board_check_take_look (self, fk_board_look_new (self, last, NULL), on_use_found, NULL);
}

static gboolean
is_whole_flash (FkBoardCheck *self, FkImage *image)
{
  FkChip *chip = fk_board_check_get_chip (self);
  guint n_parts = 0;
  const FkRange *parts = chip != NULL ? fk_chip_get_flash_parts (chip, &n_parts) : NULL;

  for (guint i = 0; i < n_parts; i++)
    if (!fk_image_has (image, parts[i]))
      return FALSE;
  return chip != NULL;
}

static void
learn_from_read (FkBoardCheck *self, FkImage *image)
{
  if (!is_whole_flash (self, image))
    return;
  fk_board_check_forget (self);
  fk_board_check_take_look (self, fk_board_look_new (self, NULL, image), on_use_found, NULL);
}

static void
learn_from_backup (FkBoardCheck *self, FkBackup *backup)
{
  fk_board_check_forget (self);
  if (fk_board_check_get_chip (self) != NULL)
    fk_board_check_take_look (self, fk_board_look_new (self, backup, NULL), on_use_found, NULL);
  fk_board_check_set_verdict (self, FK_CHECK_EQUAL, backup, NULL);
}

static void
learn_from_change (FkBoardCheck *self, FkChangeJob *job, const GError *error)
{
  gboolean done = error == NULL && fk_change_job_get_result (job)->verified != FK_VERIFIED_NO;
  gboolean begun = error != NULL && fk_change_job_get_safety_backup (job) != NULL;
  FkFlashPlan *plan = fk_change_job_get_plan (job);
  FkBackup *before = fk_change_job_get_safety_backup (job);

  if (!done && !begun)
    return;
  if (done && FK_IS_RESTORE_JOB (job))
    {
      learn_from_backup (self, fk_restore_job_get_backup (FK_RESTORE_JOB (job)));
      return;
    }
  fk_board_check_forget (self);
  if (done && plan != NULL)
    learn_from_read (self, fk_flash_plan_get_result (plan));
  if (done && before != NULL && plan != NULL && !fk_flash_plan_is_empty (plan))
    fk_board_check_set_verdict (self, FK_CHECK_DIFFERS, before, NULL);
  else
    fk_board_check_set_verdict (self, FK_CHECK_UNKNOWN, NULL, NULL);
}

/* Another chip at the same probe, or the same one with other sectors since its option bytes were
 * changed: nothing holds of what was known. */
static void
on_board_changed (FkBoardCheck *self)
{
  FkIdentity *identity = fk_board_get_identity (self->board);
  FkChip *chip = fk_board_check_get_chip (self);
  const char *uid = identity != NULL ? fk_identity_get_uid (identity) : NULL;
  guint n_sectors = 0;
  gboolean was_known = self->uid != NULL;

  if (uid == NULL)
    return;
  if (chip != NULL)
    fk_chip_get_sectors (chip, &n_sectors);
  if (was_known && g_str_equal (uid, self->uid) && n_sectors == self->n_sectors)
    return;
  g_free (self->uid);
  self->uid = g_strdup (uid);
  self->n_sectors = n_sectors;
  if (!was_known)
    return;
  fk_board_check_forget (self);
  self->learnt = FALSE;
  fk_board_check_set_verdict (self, FK_CHECK_UNKNOWN, NULL, NULL);
}

static void
on_job_done (FkBoardCheck *self, FkJob *job, const GError *error)
{
  if (FK_IS_CHANGE_JOB (job))
    learn_from_change (self, FK_CHANGE_JOB (job), error);
  else if (FK_IS_UNLOCK_JOB (job) || (FK_IS_OPTIONS_JOB (job) && fk_job_changes_chip (job)))
    {
      fk_board_check_forget (self);
      fk_board_check_set_verdict (self, FK_CHECK_UNKNOWN, NULL, NULL);
    }
  else if (FK_IS_BACKUP_JOB (job) && error == NULL)
    learn_from_backup (self, fk_backup_job_get_backup (FK_BACKUP_JOB (job)));
  else if (FK_IS_READ_JOB (job) && error == NULL)
    learn_from_read (self, fk_read_job_get_image (FK_READ_JOB (job)));
  else if (FK_IS_INFO_JOB (job) && error == NULL)
    learn_from_library (self);
}

/**
 * fk_board_check_learn_comparison:
 * @backup: that the chip's flash, which was just read, was compared with
 * @differences: (element-type FkRange): where they differ; empty: nowhere
 */
void
fk_board_check_learn_comparison (FkBoardCheck *self, FkBackup *backup, GArray *differences)
{
  g_return_if_fail (FK_IS_BOARD_CHECK (self));
  g_return_if_fail (FK_IS_BACKUP (backup));
  g_return_if_fail (differences != NULL);

  if (differences->len == 0)
    fk_board_check_set_verdict (self, FK_CHECK_EQUAL, backup, NULL);
  else
    fk_board_check_set_verdict (self, FK_CHECK_DIFFERS, backup, differences);
}

static void
fk_board_check_dispose (GObject *object)
{
  FkBoardCheck *self = FK_BOARD_CHECK (object);

  g_clear_weak_pointer (&self->board);
  g_clear_object (&self->library);
  g_clear_pointer (&self->uid, g_free);
  g_clear_object (&self->backup);
  g_clear_object (&self->use_source);
  g_clear_pointer (&self->time, g_date_time_unref);
  g_clear_pointer (&self->differences, g_array_unref);
  g_clear_pointer (&self->use, fk_flash_use_unref);
  G_OBJECT_CLASS (fk_board_check_parent_class)->dispose (object);
}

static void
fk_board_check_class_init (FkBoardCheckClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = fk_board_check_dispose;
  signals[CHANGED] = g_signal_new ("changed", FK_TYPE_BOARD_CHECK, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 0);
}

static void
fk_board_check_init (FkBoardCheck *self)
{
}

/**
 * fk_board_check_get:
 * @library: where the board's backups are
 *
 * Returns: (transfer none): the one of @board, made when it is first asked for
 */
FkBoardCheck *
fk_board_check_get (FkBoard *board, FkLibraryModel *library)
{
  FkBoardCheck *self;

  g_return_val_if_fail (FK_IS_BOARD (board), NULL);
  g_return_val_if_fail (FK_IS_LIBRARY_MODEL (library), NULL);

  self = g_object_get_data (G_OBJECT (board), DATA_KEY);
  if (self != NULL)
    return self;
  self = g_object_new (FK_TYPE_BOARD_CHECK, NULL);
  g_set_weak_pointer (&self->board, board);
  self->library = g_object_ref (library);
  g_object_set_data_full (G_OBJECT (board), DATA_KEY, self, g_object_unref);
  /* Before any page that would draw what is known. */
  g_signal_connect_object (board, "changed", G_CALLBACK (on_board_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (board, "job-done", G_CALLBACK (on_job_done), self, G_CONNECT_SWAPPED);
  on_board_changed (self);
  g_signal_connect_object (fk_library_model_get_backups (library), "items-changed",
                           G_CALLBACK (learn_from_library), self, G_CONNECT_SWAPPED);
  learn_from_library (self);
  return self;
}

FkCheckVerdict
fk_board_check_get_verdict (FkBoardCheck *self)
{
  g_return_val_if_fail (FK_IS_BOARD_CHECK (self), FK_CHECK_UNKNOWN);

  return self->verdict;
}

/**
 * fk_board_check_get_backup:
 *
 * Returns: (transfer none) (nullable): the one that the verdict is about
 */
FkBackup *
fk_board_check_get_backup (FkBoardCheck *self)
{
  g_return_val_if_fail (FK_IS_BOARD_CHECK (self), NULL);

  return self->backup;
}

/**
 * fk_board_check_get_time:
 *
 * Returns: (transfer none) (nullable): when the verdict was found, in local time
 */
GDateTime *
fk_board_check_get_time (FkBoardCheck *self)
{
  g_return_val_if_fail (FK_IS_BOARD_CHECK (self), NULL);

  return self->time;
}

/**
 * fk_board_check_get_differences:
 *
 * Returns: (transfer none) (nullable) (element-type FkRange): where the flash differs from the
 *   backup, ascending; %NULL where that was not looked for
 */
GArray *
fk_board_check_get_differences (FkBoardCheck *self)
{
  g_return_val_if_fail (FK_IS_BOARD_CHECK (self), NULL);

  return self->differences;
}

/**
 * fk_board_check_get_use:
 *
 * Returns: (transfer none) (nullable): which parts of the flash are used, as far as it is known
 */
FkFlashUse *
fk_board_check_get_use (FkBoardCheck *self)
{
  g_return_val_if_fail (FK_IS_BOARD_CHECK (self), NULL);

  return self->use;
}

/**
 * fk_board_check_get_use_source:
 *
 * Returns: (transfer none) (nullable): the backup that fk_board_check_get_use() was learnt from;
 *   %NULL where it was the chip
 */
FkBackup *
fk_board_check_get_use_source (FkBoardCheck *self)
{
  g_return_val_if_fail (FK_IS_BOARD_CHECK (self), NULL);

  return self->use_source;
}

/**
 * fk_board_check_dup_last_backup:
 *
 * Returns: (transfer full) (nullable): the newest backup of this very board
 */
FkBackup *
fk_board_check_dup_last_backup (FkBoardCheck *self)
{
  FkIdentity *identity;

  g_return_val_if_fail (FK_IS_BOARD_CHECK (self), NULL);

  identity = self->board != NULL ? fk_board_get_identity (self->board) : NULL;
  return identity != NULL
             ? fk_library_model_find_last (self->library, fk_identity_get_uid (identity))
             : NULL;
}
