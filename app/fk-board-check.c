/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What is known of the contents of a board's flash.  Checking takes up to four steps: the backup is
 * loaded, the chip sums its flash, and where that differs the flash is read and compared.  The
 * first and the last run on a thread, the others are jobs of the board. */

#include "config.h"

#include "fk-board-check.h"

#include <glib/gi18n.h>

#include "base/fk-error.h"
#include "compare/fk-diff.h"
#include "job/fk-backup-image.h"

#define DATA_KEY "fk-board-check" /* of a board */

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

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (FkBoardCheck, fk_board_check, G_TYPE_OBJECT)

/**
 * Look:
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
} Look;

static void
look_free (gpointer data)
{
  Look *look = data;

  g_object_unref (look->chip);
  g_clear_object (&look->backup);
  g_clear_object (&look->held);
  g_clear_object (&look->wanted);
  g_clear_pointer (&look->use, fk_flash_use_unref);
  g_clear_pointer (&look->differences, g_array_unref);
  g_free (look);
}

static void
look_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Look *look = data;
  GError *error = NULL;

  if (look->held == NULL)
    look->held = fk_backup_image_load (look->backup, cancellable, &error);
  if (look->held == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  look->use = fk_flash_use_new (look->chip, look->held);
  if (look->wanted != NULL)
    {
      g_autoptr (FkDiff) diff = fk_diff_new (look->wanted, look->held);

      look->differences = g_array_ref (diff->runs);
    }
  g_task_return_boolean (task, TRUE);
}

/* @differences: (nullable) */
static void
set_verdict (FkBoardCheck *self, FkCheckVerdict verdict, FkBackup *backup, GArray *differences)
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

static FkChip *
get_chip (FkBoardCheck *self)
{
  FkIdentity *identity = self->board != NULL ? fk_board_get_identity (self->board) : NULL;

  return identity != NULL ? fk_identity_get_chip (identity) : NULL;
}

/* Returns: (transfer full): a look that nobody has begun yet */
static Look *
look_new (FkBoardCheck *self, FkBackup *backup, FkImage *held)
{
  Look *look = g_new0 (Look, 1);

  look->age = self->age;
  look->chip = g_object_ref (get_chip (self));
  g_set_object (&look->backup, backup);
  g_set_object (&look->held, held);
  return look;
}

/* @look: (transfer full) */
static void
take_look (FkBoardCheck *self, Look *look, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);

  g_task_set_task_data (task, look, look_free);
  g_task_run_in_thread (task, look_thread);
}

static void
keep_use (FkBoardCheck *self, Look *look)
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
  keep_use (self, g_task_get_task_data (G_TASK (result)));
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
forget (FkBoardCheck *self)
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

  if (last == NULL || get_chip (self) == NULL || self->learnt ||
      (self->use_source != NULL &&
       g_str_equal (fk_backup_get_id (self->use_source), fk_backup_get_id (last))))
    return;
  take_look (self, look_new (self, last, NULL), on_use_found, NULL);
}

static gboolean
is_whole_flash (FkBoardCheck *self, FkImage *image)
{
  FkChip *chip = get_chip (self);
  const FkRegion *flash = chip != NULL ? fk_chip_find_region (chip, "flash") : NULL;

  return flash != NULL && fk_image_has (image, flash->range);
}

static void
learn_from_read (FkBoardCheck *self, FkImage *image)
{
  if (!is_whole_flash (self, image))
    return;
  forget (self);
  take_look (self, look_new (self, NULL, image), on_use_found, NULL);
}

static void
learn_from_backup (FkBoardCheck *self, FkBackup *backup)
{
  forget (self);
  if (get_chip (self) != NULL)
    take_look (self, look_new (self, backup, NULL), on_use_found, NULL);
  set_verdict (self, FK_CHECK_EQUAL, backup, NULL);
}

static void
learn_from_change (FkBoardCheck *self, FkChangeJob *job, const GError *error)
{
  gboolean done = error == NULL && fk_change_job_get_result (job)->verified != FK_VERIFIED_NO;
  gboolean begun = error != NULL && fk_change_job_get_safety_backup (job) != NULL;
  FkFlashPlan *plan = fk_change_job_get_plan (job);

  if (!done && !begun)
    return;
  if (done && FK_IS_RESTORE_JOB (job))
    {
      learn_from_backup (self, fk_restore_job_get_backup (FK_RESTORE_JOB (job)));
      return;
    }
  forget (self);
  if (done && plan != NULL)
    learn_from_read (self, fk_flash_plan_get_result (plan));
  set_verdict (self, FK_CHECK_UNKNOWN, NULL, NULL);
}

/* Another chip at the same probe, or the same one with other sectors since its option bytes were
 * changed: nothing holds of what was known. */
static void
on_board_changed (FkBoardCheck *self)
{
  FkIdentity *identity = fk_board_get_identity (self->board);
  FkChip *chip = get_chip (self);
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
  forget (self);
  self->learnt = FALSE;
  set_verdict (self, FK_CHECK_UNKNOWN, NULL, NULL);
}

static void
on_job_done (FkBoardCheck *self, FkJob *job, const GError *error)
{
  if (FK_IS_CHANGE_JOB (job))
    learn_from_change (self, FK_CHANGE_JOB (job), error);
  else if (FK_IS_UNLOCK_JOB (job) || (FK_IS_OPTIONS_JOB (job) && fk_job_changes_chip (job)))
    {
      forget (self);
      set_verdict (self, FK_CHECK_UNKNOWN, NULL, NULL);
    }
  else if (FK_IS_BACKUP_JOB (job) && error == NULL)
    learn_from_backup (self, fk_backup_job_get_backup (FK_BACKUP_JOB (job)));
  else if (FK_IS_READ_JOB (job) && error == NULL)
    learn_from_read (self, fk_read_job_get_image (FK_READ_JOB (job)));
  else if (FK_IS_INFO_JOB (job) && error == NULL)
    learn_from_library (self);
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

static guint
count_sectors (FkChip *chip, GArray *runs)
{
  guint n_sectors;
  const FkSector *sectors = fk_chip_get_sectors (chip, &n_sectors);
  guint n_touched = 0;

  for (guint i = 0; i < n_sectors; i++)
    for (guint j = 0; j < runs->len; j++)
      if (fk_range_overlaps (sectors[i].range, g_array_index (runs, FkRange, j)))
        {
          n_touched++;
          break;
        }
  return n_touched;
}

static char *
describe_differences (FkChip *chip, GArray *runs)
{
  g_autofree char *size = NULL;
  guint32 bytes = 0;
  guint n_sectors;

  if (runs == NULL || runs->len == 0 || chip == NULL)
    return g_strdup (_ ("The chip holds something else by now."));
  for (guint i = 0; i < runs->len; i++)
    bytes += g_array_index (runs, FkRange, i).size;
  size = g_format_size_full (bytes, G_FORMAT_SIZE_IEC_UNITS);
  n_sectors = count_sectors (chip, runs);
  /* The first is a size: "4 bytes", "12.5 KiB". */
  return g_strdup_printf (ngettext ("The chip differs: %s in %u sector, from 0x%08x on.",
                                    "The chip differs: %s in %u sectors, from 0x%08x on.",
                                    n_sectors),
                          size, n_sectors, g_array_index (runs, FkRange, 0).address);
}

/**
 * fk_board_check_describe:
 *
 * Returns: (transfer full): the verdict in a sentence
 */
char *
fk_board_check_describe (FkBoardCheck *self)
{
  g_return_val_if_fail (FK_IS_BOARD_CHECK (self), NULL);

  switch (self->verdict)
    {
    case FK_CHECK_RUNNING:
      return g_strdup (_ ("Checking…"));
    case FK_CHECK_EQUAL:
      return g_strdup (_ ("The chip holds exactly this backup."));
    case FK_CHECK_DIFFERS:
      return describe_differences (get_chip (self), self->differences);
    case FK_CHECK_UNKNOWN:
    default:
      return g_strdup (_ ("Whether the chip still holds it was not checked."));
    }
}

/**
 * Check: one that runs
 */
typedef struct
{
  FkBackup *backup;
  FkCheckDepth depth;
  FkImage *image; /* of @backup, once it is loaded */
} Check;

static void
check_free (gpointer data)
{
  Check *check = data;

  g_object_unref (check->backup);
  g_clear_object (&check->image);
  g_free (check);
}

static void
finish (GTask *task, FkCheckVerdict verdict, GArray *differences)
{
  Check *check = g_task_get_task_data (task);

  set_verdict (g_task_get_source_object (task), verdict, check->backup, differences);
  g_task_return_boolean (task, TRUE);
}

static void
fail (GTask *task, const GError *error)
{
  set_verdict (g_task_get_source_object (task), FK_CHECK_UNKNOWN, NULL, NULL);
  g_task_return_error (task, g_error_copy (error));
}

static void
on_compared (GObject *source, GAsyncResult *result, gpointer user_data)
{
  FkBoardCheck *self = FK_BOARD_CHECK (source);
  g_autoptr (GTask) task = G_TASK (user_data);
  Look *look = g_task_get_task_data (G_TASK (result));

  keep_use (self, look);
  /* The two readings of the chip may well differ: its program runs in between. */
  if (look->differences->len == 0)
    finish (task, FK_CHECK_EQUAL, NULL);
  else
    finish (task, FK_CHECK_DIFFERS, look->differences);
}

static void
on_read (FkBoard *board, FkJob *job, const GError *error, gpointer user_data)
{
  GTask *task = G_TASK (user_data);
  FkBoardCheck *self = g_task_get_source_object (task);
  Check *check = g_task_get_task_data (task);
  Look *look;

  if (error != NULL)
    {
      fail (task, error);
      return;
    }
  forget (self);
  look = look_new (self, NULL, fk_read_job_get_image (FK_READ_JOB (job)));
  g_set_object (&look->wanted, check->image);
  take_look (self, look, on_compared, g_object_ref (task));
}

static void
on_verified (FkBoard *board, FkJob *job, const GError *error, gpointer user_data)
{
  GTask *task = G_TASK (user_data);
  Check *check = g_task_get_task_data (task);
  g_autoptr (FkJob) read = NULL;

  if (error == NULL)
    {
      finish (task, FK_CHECK_EQUAL, NULL);
      return;
    }
  if (!g_error_matches (error, FK_ERROR, FK_ERROR_VERIFY_MISMATCH))
    {
      fail (task, error);
      return;
    }
  if (check->depth == FK_CHECK_WHETHER)
    {
      finish (task, FK_CHECK_DIFFERS, NULL);
      return;
    }
  read = fk_read_job_new_flash ();
  fk_board_run (board, read, on_read, g_object_ref (task), g_object_unref);
}

static void
on_loaded (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  FkBoardCheck *self = g_task_get_source_object (task);
  Check *check = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (FkJob) verify = NULL;

  check->image = fk_library_model_load_flash_finish (FK_LIBRARY_MODEL (source), result, &error);
  if (check->image == NULL)
    {
      fail (task, error);
      return;
    }
  if (self->board == NULL)
    {
      set_verdict (self, FK_CHECK_UNKNOWN, NULL, NULL);
      g_task_return_boolean (task, FALSE);
      return;
    }
  verify = fk_verify_job_new (check->image);
  fk_board_run (self->board, verify, on_verified, g_object_ref (task), g_object_unref);
}

/**
 * fk_board_check_run_async:
 *
 * Finds out whether the flash holds @backup.
 */
void
fk_board_check_run_async (FkBoardCheck *self,
                          FkBackup *backup,
                          FkCheckDepth depth,
                          GAsyncReadyCallback callback,
                          gpointer user_data)
{
  Check *check;
  GTask *task;

  g_return_if_fail (FK_IS_BOARD_CHECK (self));
  g_return_if_fail (FK_IS_BACKUP (backup));

  task = g_task_new (self, NULL, callback, user_data);
  check = g_new0 (Check, 1);
  check->backup = g_object_ref (backup);
  check->depth = depth;
  g_task_set_task_data (task, check, check_free);
  set_verdict (self, FK_CHECK_RUNNING, backup, NULL);
  fk_library_model_load_flash_async (self->library, backup, NULL, on_loaded, task);
}

/**
 * fk_board_check_run_finish:
 *
 * Returns: whether a verdict was found
 */
gboolean
fk_board_check_run_finish (FkBoardCheck *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
