/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The common course of everything that changes flash.
 *
 * The order is the promise: first what can be refused (unknown, protected, wrong chip), then
 * reading and planning, then the safety backup, and only then the first erase.  Until there the
 * chip is as it was; from there on every message says where its former contents are. */

#include "config.h"

#include "job/fk-change-job-private.h"

#include <glib/gi18n.h>

#include "base/fk-error.h"
#include "base/fk-handover.h"
#include "flash/fk-option-protection.h"
#include "job/fk-job-private.h"

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (FkChangeJob, fk_change_job, FK_TYPE_JOB)

#define PRIV(self) fk_change_job_get_private (self)

FkChangeJobPrivate *
fk_change_job_get_private (FkChangeJob *self)
{
  return fk_change_job_get_instance_private (self);
}

/*
 * @kind: as #FkFinding has them, or of the job's own; static
 */
void
fk_change_job_warn (FkChangeJob *self, const char *kind, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  fk_findings_add (PRIV (self)->warnings, kind, (FkRange){ 0 }, "%s", text);
}

/*
 * For get_wanted_options(), which says with it why it returns %NULL.
 */
void
fk_change_job_set_options_fate (FkChangeJob *self, FkOptionsFate fate)
{
  PRIV (self)->result.options = fate;
}

/* What the option bytes have to be while the flash is written: with nothing protected that is not
 * protected before or after.  %NULL when they may come last, as they do where nothing in them is in
 * the way: a chip is reset with its old flash or its new one, never with options for the other.
 *
 * They come first where they lift write protection, and where an earlier write of them was cut
 * short, because then no reset may come before they are whole. */
static FkOptionBytes *
get_early_options (FkChangeJob *self)
{
  FkChangeJobPrivate *priv = PRIV (self);
  g_autoptr (FkOptionBytes) early = NULL;
  gboolean needed;

  if (priv->options_after == NULL || priv->plan == NULL || fk_flash_plan_is_empty (priv->plan))
    return NULL;
  needed = fk_option_bytes_get_protection (priv->options_before) != FK_PROTECTION_NONE;
  early = fk_option_bytes_dup (priv->options_after);
  needed |= fk_option_bytes_lift_protection (early, priv->options_before);
  return needed ? g_steal_pointer (&early) : NULL;
}

static gboolean
write_flash (FkChangeJob *self,
             FkConnection *connection,
             FkProgress *progress,
             GCancellable *cancellable,
             GError **error)
{
  FkChangeJobPrivate *priv = PRIV (self);

  if (priv->plan == NULL)
    return TRUE;
  /* That nothing has to be written is what was proved when the plan was made. */
  if (fk_flash_plan_is_empty (priv->plan) && priv->found != FK_VERIFIED_NO)
    priv->result.verified = priv->found;
  else
    {
      g_clear_object (&connection->holds);
      if (!fk_flash_execute (connection->flash, priv->plan, &priv->result.verified, progress,
                             cancellable, error))
        return FALSE;
    }
  g_set_object (&connection->holds, fk_flash_plan_get_result (priv->plan));
  return TRUE;
}

static gboolean
do_it (FkChangeJob *self,
       FkConnection *connection,
       FkProgress *progress,
       GCancellable *cancellable,
       GError **error)
{
  static const FkProgressStep steps[] = {
    { "Option bytes", 1 }, { "Writing flash", 20 }, { "Writing EEPROM", 2 }, { "Option bytes", 1 }
  };
  FkChangeJobPrivate *priv = PRIV (self);
  g_autoptr (FkOptionBytes) early = get_early_options (self);

  fk_progress_set_steps (progress, steps, G_N_ELEMENTS (steps));
  priv->options_begun = early != NULL;
  if (early != NULL &&
      !fk_connection_write_options (connection, early, fk_progress_get_child (progress),
                                    cancellable, error))
    return FALSE;
  fk_progress_step_done (progress);
  if (!write_flash (self, connection, fk_progress_get_child (progress), cancellable, error))
    return FALSE;
  fk_progress_step_done (progress);
  priv->eeprom_begun = priv->eeprom_after != NULL;
  if (priv->eeprom_after != NULL &&
      !fk_flash_write_eeprom (connection->flash, priv->eeprom_address, priv->eeprom_after,
                              fk_progress_get_child (progress), cancellable, error))
    return FALSE;
  fk_progress_step_done (progress);
  priv->options_begun = priv->options_after != NULL;
  /* Writes nothing where the early ones were these. */
  if (priv->options_after != NULL &&
      !fk_connection_write_options (connection, priv->options_after,
                                    fk_progress_get_child (progress), cancellable, error))
    return FALSE;
  fk_progress_step_done (progress);
  if (priv->plan == NULL)
    priv->result.verified = FK_VERIFIED_REREAD; /* as EEPROM and option bytes are when written */
  return TRUE;
}

/* Whether anything on the chip is not what it was. */
static gboolean
is_touched (FkChangeJob *self, FkConnection *connection)
{
  FkChangeJobPrivate *priv = PRIV (self);

  return priv->options_begun || priv->eeprom_begun ||
         (priv->plan != NULL && fk_flash_get_touch (connection->flash) != FK_TOUCH_NOTHING);
}

/* Whoever cancels wants to know one thing. */
static void
say_untouched (GError **error)
{
  g_autofree char *text = NULL;

  if (error == NULL || *error == NULL || strstr ((*error)->message, "othing was ") != NULL)
    return;
  if (g_error_matches (*error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    text = g_strdup ("Cancelled; nothing was changed on the chip");
  else
    text = g_strdup_printf ("%s.  Nothing was changed", (*error)->message);
  g_free ((*error)->message);
  (*error)->message = g_steal_pointer (&text);
}

/* Whoever reads the message must learn from it what state the chip is in, and where its former
 * contents are; a backup of a blank chip is no way back. */
static void
add_way_back (FkChangeJob *self, FkConnection *connection, GError **error)
{
  FkChangeJobPrivate *priv = PRIV (self);
  FkBackup *back = fk_change_job_get_way_back (self);
  gboolean erased = priv->plan != NULL && fk_flash_get_touch (connection->flash) == FK_TOUCH_ERASED;
  GString *text;

  if (error == NULL || *error == NULL)
    return;
  text = g_string_new (erased && g_error_matches (*error, G_IO_ERROR, G_IO_ERROR_CANCELLED)
                           ? "Stopped"
                           : (*error)->message);
  if (erased)
    g_string_append (text, ".  The flash IS ERASED now, and the board does not start until you run "
                           "this again");
  else
    g_string_append (text, "; run this again to finish it");
  if (priv->safety == NULL && fk_flash_get_touch (connection->flash) == FK_TOUCH_SECTORS)
    g_string_append (text, ".  No backup was made before: a sector that is not whole has lost what "
                           "else it held");
  if (back != NULL)
    g_string_append_printf (text, ", or restore backup %s, which is what the chip held before",
                            fk_backup_get_id (back));
  g_free ((*error)->message);
  (*error)->message = g_string_free (text, FALSE);
}

static gboolean
look_after (FkChangeJob *self, FkConnection *connection, GError **error)
{
  g_autofree char *warning = NULL;

  /* What had to be done is done: a cancel that comes now comes too late. */
  if (!fk_connection_restart (connection, &warning, NULL, error))
    {
      g_prefix_error (error, "Everything was written and verified, but then: ");
      return FALSE;
    }
  if (warning == NULL || FK_CHANGE_JOB_GET_CLASS (self)->leaves_nothing_to_run)
    return TRUE;
  if (fk_change_job_get_way_back (self) != NULL)
    fk_change_job_warn (self, "does-not-run",
                        _ ("%s  If the board does not start, restore backup %s."), warning,
                        fk_backup_get_id (fk_change_job_get_way_back (self)));
  else
    fk_change_job_warn (self, "does-not-run", "%s", warning);
  return TRUE;
}

static gboolean
carry_out (FkChangeJob *self,
           FkConnection *connection,
           FkProgress *progress,
           GCancellable *cancellable,
           GError **error)
{
  gboolean done;

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    {
      say_untouched (error);
      return FALSE;
    }
  /* From here on the program on the chip must start anew, whatever happens.  That also holds when
   * there is nothing to write: a run before this one may have been cut off after its last byte,
   * with the flash unlocked and a loader of ours in the program's RAM. */
  if (connection->leave != FK_LEAVE_HALTED)
    connection->leave = FK_LEAVE_RESET;
  done = do_it (self, connection, progress, cancellable, error);
  PRIV (self)->touched = is_touched (self, connection);
  if (!done)
    {
      if (PRIV (self)->touched)
        add_way_back (self, connection, error);
      else if (!fk_change_job_is_no_change (self))
        say_untouched (error);
      return FALSE;
    }
  return look_after (self, connection, error);
}

typedef struct
{
  FkChangeJob *job;
  GMutex lock;
  GCond told;
  gboolean is_told;
} Planned;

static gboolean
call_planned (gpointer data)
{
  Planned *planned = data;
  FkChangeJobPrivate *priv;

  fk_handover_take (planned);
  priv = PRIV (planned->job);
  priv->planned (planned->job, priv->planned_data);
  g_mutex_lock (&planned->lock);
  fk_handover_take (planned);
  planned->is_told = TRUE;
  fk_handover_give (planned);
  g_cond_signal (&planned->told);
  g_mutex_unlock (&planned->lock);
  return G_SOURCE_REMOVE;
}

/* Warnings are for before the deed, so it waits until they were told. */
static void
tell_planned (FkChangeJob *self)
{
  FkChangeJobPrivate *priv = PRIV (self);
  g_autoptr (GSource) source = NULL;
  Planned planned = { .job = self };

  if (priv->planned == NULL)
    return;
  g_mutex_init (&planned.lock);
  g_cond_init (&planned.told);
  source = g_idle_source_new ();
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, call_planned, &planned, NULL);
  fk_handover_give (&planned);
  g_source_attach (source, priv->planned_context);
  g_mutex_lock (&planned.lock);
  fk_handover_take (&planned);
  while (!planned.is_told)
    {
      fk_handover_give (&planned);
      g_cond_wait (&planned.told, &planned.lock);
      fk_handover_take (&planned);
    }
  g_mutex_unlock (&planned.lock);
  g_cond_clear (&planned.told);
  g_mutex_clear (&planned.lock);
}

/* Unless the chip is reset now, its program goes on. */
static gboolean
prepare (FkChangeJob *self,
         FkConnection *connection,
         FkProgress *progress,
         GCancellable *cancellable,
         GError **error)
{
  gboolean done = fk_change_job_prepare (self, connection, progress, cancellable, error);

  if (done && !PRIV (self)->plan_only)
    return TRUE;
  return (connection->flash == NULL ||
          fk_flash_give_back (connection->flash, done ? error : NULL)) &&
         done;
}

static gboolean
fk_change_job_run (FkJob *job,
                   FkConnection *connection,
                   FkProgress *progress,
                   GCancellable *cancellable,
                   GError **error)
{
  static const FkProgressStep steps[] = { { "Reading what is there", 1 }, { NULL, 2 } };
  FkChangeJob *self = FK_CHANGE_JOB (job);
  FkChangeJobPrivate *priv = PRIV (self);
  gint64 started = g_get_monotonic_time ();

  priv->identity = g_object_ref (connection->identity);
  fk_progress_set_steps (progress, steps, G_N_ELEMENTS (steps));
  if (!prepare (self, connection, fk_progress_get_child (progress), cancellable, error))
    {
      say_untouched (error);
      return FALSE;
    }
  fk_progress_step_done (progress);
  tell_planned (self);
  if (!priv->plan_only &&
      !carry_out (self, connection, fk_progress_get_child (progress), cancellable, error))
    {
      /* In case that no reset came about. */
      fk_flash_give_back (connection->flash, NULL);
      return FALSE;
    }
  priv->result.seconds = (double)(g_get_monotonic_time () - started) / G_USEC_PER_SEC;
  fk_progress_step_done (progress);
  return TRUE;
}

static gboolean
fk_change_job_changes_chip (FkJob *job)
{
  return !PRIV (FK_CHANGE_JOB (job))->plan_only;
}

static void
fk_change_job_finalize (GObject *object)
{
  FkChangeJobPrivate *priv = PRIV (FK_CHANGE_JOB (object));

  g_clear_pointer (&priv->planned_context, g_main_context_unref);
  g_clear_object (&priv->identity);
  g_clear_object (&priv->plan);
  g_clear_object (&priv->options_before);
  g_clear_object (&priv->options_after);
  g_clear_pointer (&priv->eeprom_after, g_bytes_unref);
  g_clear_object (&priv->safety);
  g_ptr_array_unref (priv->warnings);
  G_OBJECT_CLASS (fk_change_job_parent_class)->finalize (object);
}

static void
fk_change_job_class_init (FkChangeJobClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = fk_change_job_finalize;
  FK_JOB_CLASS (klass)->run = fk_change_job_run;
  FK_JOB_CLASS (klass)->changes_chip = fk_change_job_changes_chip;
}

static void
fk_change_job_init (FkChangeJob *self)
{
  FkChangeJobPrivate *priv = PRIV (self);

  priv->safety_backup = TRUE;
  priv->may_change = TRUE;
  priv->warnings = fk_findings_new ();
}

/**
 * fk_change_job_set_plan_only:
 * @plan_only: whether the job shall stop after planning, with the chip as it was
 */
void
fk_change_job_set_plan_only (FkChangeJob *self, gboolean plan_only)
{
  g_return_if_fail (FK_IS_CHANGE_JOB (self));
  PRIV (self)->plan_only = plan_only;
}

/**
 * fk_change_job_set_full:
 * @full: whether sectors shall be rewritten that hold the right bytes already
 */
void
fk_change_job_set_full (FkChangeJob *self, gboolean full)
{
  g_return_if_fail (FK_IS_CHANGE_JOB (self));
  PRIV (self)->full = full;
}

/**
 * fk_change_job_set_safety_backup:
 * @safety_backup: whether what the chip holds is backed up first, unless the library has it; %TRUE
 *   at first
 */
void
fk_change_job_set_safety_backup (FkChangeJob *self, gboolean safety_backup)
{
  g_return_if_fail (FK_IS_CHANGE_JOB (self));
  PRIV (self)->safety_backup = safety_backup;
}

/**
 * fk_change_job_set_spares_bootloader:
 * @spares_bootloader: whether an application that would be written over a bootloader is refused,
 *   rather than warned of, because nobody was asked; %FALSE at first
 */
void
fk_change_job_set_spares_bootloader (FkChangeJob *self, gboolean spares_bootloader)
{
  g_return_if_fail (FK_IS_CHANGE_JOB (self));
  PRIV (self)->spares_bootloader = spares_bootloader;
}

/**
 * fk_change_job_set_may_change:
 * @may_change: %FALSE for who saw a plan that changes nothing, and so was not asked.  If the
 * program on the chip has rewritten something since, the job is %FK_ERROR_NEEDS_CONSENT; %TRUE at
 * first
 */
void
fk_change_job_set_may_change (FkChangeJob *self, gboolean may_change)
{
  g_return_if_fail (FK_IS_CHANGE_JOB (self));
  PRIV (self)->may_change = may_change;
}

/**
 * fk_change_job_set_planned_func:
 * @func: (scope forever): for who does not plan first and ask
 */
void
fk_change_job_set_planned_func (FkChangeJob *self, FkPlannedFunc func, gpointer user_data)
{
  FkChangeJobPrivate *priv;

  g_return_if_fail (FK_IS_CHANGE_JOB (self));
  priv = PRIV (self);
  g_clear_pointer (&priv->planned_context, g_main_context_unref);
  priv->planned = func;
  priv->planned_data = user_data;
  priv->planned_context = g_main_context_ref_thread_default ();
}

FkIdentity *
fk_change_job_get_identity (FkChangeJob *self)
{
  g_return_val_if_fail (FK_IS_CHANGE_JOB (self), NULL);
  return PRIV (self)->identity;
}

/**
 * fk_change_job_get_plan:
 *
 * Returns: (transfer none) (nullable): what was, or would be, done to the flash; %NULL when it is
 *   not touched at all
 */
FkFlashPlan *
fk_change_job_get_plan (FkChangeJob *self)
{
  g_return_val_if_fail (FK_IS_CHANGE_JOB (self), NULL);
  return PRIV (self)->plan;
}

/**
 * fk_change_job_get_options_before:
 *
 * Returns: (transfer none) (nullable): the option bytes that were there; %NULL when the job has
 *   nothing to do with them
 */
FkOptionBytes *
fk_change_job_get_options_before (FkChangeJob *self)
{
  g_return_val_if_fail (FK_IS_CHANGE_JOB (self), NULL);
  return PRIV (self)->options_before;
}

/**
 * fk_change_job_get_options_after:
 *
 * Returns: (transfer none) (nullable): what the option bytes become; %NULL when they stay
 */
FkOptionBytes *
fk_change_job_get_options_after (FkChangeJob *self)
{
  g_return_val_if_fail (FK_IS_CHANGE_JOB (self), NULL);
  return PRIV (self)->options_after;
}

/**
 * fk_change_job_get_result:
 *
 * Returns: (transfer none): what was done; after plan-only what would be
 */
const FkChangeResult *
fk_change_job_get_result (FkChangeJob *self)
{
  g_return_val_if_fail (FK_IS_CHANGE_JOB (self), NULL);
  return &PRIV (self)->result;
}

/**
 * fk_change_job_get_safety_backup:
 *
 * Returns: (transfer none) (nullable): the backup of what the chip held, the one made or the one
 *   that the library already had; also after the job failed
 */
FkBackup *
fk_change_job_get_safety_backup (FkChangeJob *self)
{
  g_return_val_if_fail (FK_IS_CHANGE_JOB (self), NULL);
  return PRIV (self)->safety;
}

/**
 * fk_change_job_get_way_back:
 *
 * Returns: (transfer none) (nullable): the backup to restore for who wants to undo the job: the
 *   safety backup, unless nothing was to change or the chip was blank
 */
FkBackup *
fk_change_job_get_way_back (FkChangeJob *self)
{
  FkChangeJobPrivate *priv;
  const FkBackupRegion *flash;

  g_return_val_if_fail (FK_IS_CHANGE_JOB (self), NULL);

  priv = PRIV (self);
  if (priv->safety == NULL || fk_change_job_is_no_change (self))
    return NULL;
  flash = fk_backup_find_region (priv->safety, "flash");
  return flash != NULL && flash->used > 0 ? priv->safety : NULL;
}

/**
 * fk_change_job_is_chip_touched:
 *
 * Returns: whether anything on the chip is not what it was before the job, which may have failed or
 *   been cancelled
 */
gboolean
fk_change_job_is_chip_touched (FkChangeJob *self)
{
  g_return_val_if_fail (FK_IS_CHANGE_JOB (self), FALSE);
  return PRIV (self)->touched;
}

/**
 * fk_change_job_get_safety_is_new:
 *
 * Returns: whether the safety backup was made by this job
 */
gboolean
fk_change_job_get_safety_is_new (FkChangeJob *self)
{
  g_return_val_if_fail (FK_IS_CHANGE_JOB (self), FALSE);
  return PRIV (self)->safety_is_new;
}

/**
 * fk_change_job_get_warnings:
 *
 * Returns: (transfer none) (element-type FkFinding): reasons to think twice.  Beside the kinds of
 *   #FkFinding: "other-board", the image was read from another chip; "other-chip", from another
 * kind of chip; "no-uid", whether it is of this very one cannot be known; "options-left", option
 * bytes differ and stay; "does-not-run", the new program was watched, and fails
 */
GPtrArray *
fk_change_job_get_warnings (FkChangeJob *self)
{
  g_return_val_if_fail (FK_IS_CHANGE_JOB (self), NULL);
  return PRIV (self)->warnings;
}
