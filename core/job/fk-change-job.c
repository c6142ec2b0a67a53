/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The common course of everything that changes flash.
 *
 * The order is the promise: first what can be refused (unknown, protected, wrong chip), then
 * reading and planning, then the safety backup, and only then the first erase.  Until there the
 * chip is as it was; from there on every message says where its former contents are. */

#include "config.h"

#include "job/fk-change-job-private.h"

#include "base/fk-error.h"
#include "compare/fk-compare.h"
#include "job/fk-job-private.h"

#include <string.h>

typedef struct
{
  gboolean plan_only;
  gboolean full;
  gboolean safety_backup;
  char *expected_uid;

  FkIdentity *identity;
  FkFlashPlan *plan;
  FkOptionBytes *options_before;
  FkOptionBytes *options_after;
  FkBackup *safety;
  gboolean safety_is_new;
  FkChangeResult result;
  GPtrArray *warnings; /* of char *, ends with NULL when the job was run */
} FkChangeJobPrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (FkChangeJob, fk_change_job, FK_TYPE_JOB)

#define PRIV(self) ((FkChangeJobPrivate *)fk_change_job_get_instance_private (self))

static void
add_warning (FkChangeJob *self, char *text)
{
  GPtrArray *warnings = PRIV (self)->warnings;

  g_ptr_array_insert (warnings, (int)warnings->len - 1, text);
}

void
fk_change_job_warn (FkChangeJob *self, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  add_warning (self, g_strdup_vprintf (format, args));
  va_end (args);
}

static GBytes *
parse_uid (const char *uid)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  for (const char *c = uid; g_ascii_isxdigit (c[0]) && g_ascii_isxdigit (c[1]); c += 2)
    {
      guint8 byte = (guint8)(g_ascii_xdigit_value (c[0]) << 4 | g_ascii_xdigit_value (c[1]));

      g_byte_array_append (bytes, &byte, 1);
    }
  return bytes->len == 12 ? g_byte_array_free_to_bytes (g_steal_pointer (&bytes)) : NULL;
}

/*
 * What core/compare finds in @image, of those @kinds that are a reason to think twice.
 *
 * @uid: (nullable): of the chip that the image comes from
 */
void
fk_change_job_warn_findings (
    FkChangeJob *self, FkChip *chip, FkImage *image, const char *uid, const char *const *kinds)
{
  const FkRegion *flash = fk_chip_find_region (chip, "flash");
  const FkRegion *uid_region = fk_chip_find_region (chip, "uid");
  g_autoptr (GBytes) uid_bytes = uid != NULL ? parse_uid (uid) : NULL;
  FkCompareContext context = { .flash = flash->range,
                               .uid_a = uid_bytes,
                               .uid_address = uid_region != NULL ? uid_region->range.address : 0,
                               .blank = fk_chip_get_erased_value (chip) };
  g_autoptr (FkInspection) inspection = fk_inspect (image, &context);
  GPtrArray *findings = fk_inspection_get_findings (inspection);

  for (guint i = 0; i < findings->len; i++)
    {
      const FkFinding *finding = g_ptr_array_index (findings, i);

      if (g_strv_contains (kinds, finding->kind))
        add_warning (self, g_strdup (finding->text));
    }
}

/* --- before anything is changed --- */

static gboolean
check_chip (FkChangeJob *self, FkConnection *connection, GError **error)
{
  FkChangeJobPrivate *priv = PRIV (self);

  return fk_connection_require_writable (connection, error) &&
         (priv->expected_uid == NULL ||
          fk_connection_require_uid (connection, priv->expected_uid, error)) &&
         fk_connection_require_readable (connection, error);
}

static gboolean
prepare_options (FkChangeJob *self,
                 FkConnection *connection,
                 GCancellable *cancellable,
                 GError **error)
{
  FkChangeJobPrivate *priv = PRIV (self);
  FkChangeJobClass *klass = FK_CHANGE_JOB_GET_CLASS (self);
  g_autoptr (GError) local_error = NULL;

  if (klass->get_wanted_options == NULL)
    return TRUE;
  priv->options_before = fk_flash_read_options (connection->flash, cancellable, error);
  if (priv->options_before == NULL)
    return FALSE;
  priv->options_after =
      klass->get_wanted_options (self, connection, priv->options_before, cancellable, &local_error);
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

/* The next run of neighbouring sectors that @wanted touches, from sector *@next on; none: of size
 * 0. Proving a run costs hardly more than proving one sector. */
static FkRange
take_touched_run (FkImage *wanted, const FkSector *sectors, guint n_sectors, guint *next)
{
  FkRange run = { 0, 0 };

  for (; *next < n_sectors; (*next)++)
    {
      FkRange range = sectors[*next].range;

      if (!fk_image_touches (wanted, range) ||
          (run.size > 0 && range.address != run.address + run.size))
        {
          if (run.size > 0)
            break;
          continue;
        }
      if (run.size == 0)
        run.address = range.address;
      run.size += range.size;
    }
  return run;
}

/* Reads the sectors that @wanted touches, for a plan; with no safety backup nobody needs the rest.
 */
static FkImage *
read_touched (FkConnection *connection,
              FkImage *wanted,
              FkProgress *progress,
              GCancellable *cancellable,
              GError **error)
{
  FkChip *chip = fk_identity_get_chip (connection->identity);
  g_autoptr (FkImage) present = fk_image_new ();
  guint n_sectors, next = 0;
  const FkSector *sectors = fk_chip_get_sectors (chip, &n_sectors);
  FkRange flash = fk_chip_find_region (chip, "flash")->range;

  while (next < n_sectors)
    {
      g_autoptr (GBytes) bytes = NULL;
      FkRange run;
      FkVerified how;

      fk_progress_set_bytes (progress, sectors[next].range.address - flash.address, flash.size);
      run = take_touched_run (wanted, sectors, n_sectors, &next);
      if (run.size == 0)
        break;
      bytes = fk_capture_range (connection, run, &how, NULL, cancellable, error);
      if (bytes == NULL || !fk_image_add (present, run.address, bytes, error))
        return NULL;
    }
  return g_steal_pointer (&present);
}

static void
count (FkChangeResult *result, FkFlashPlan *plan)
{
  guint keep = fk_flash_plan_count (plan, FK_SECTOR_KEEP);
  guint program = fk_flash_plan_count (plan, FK_SECTOR_PROGRAM);
  guint erase = fk_flash_plan_count (plan, FK_SECTOR_ERASE);
  guint rewrite = fk_flash_plan_count (plan, FK_SECTOR_REWRITE);

  result->sectors_total = keep + program + erase + rewrite;
  result->sectors_unchanged = keep;
  result->sectors_erased = erase + rewrite;
  result->sectors_programmed = program + rewrite;
  result->bytes = fk_flash_plan_get_program_bytes (plan);
  result->mass_erase = fk_flash_plan_is_mass_erase (plan);
}

/* Whether a mass erase would take more than the flash that is known.  A chip may have more of it
 * than it admits, and then no backup has the rest.  Even what looks like a mirror may be a second
 * copy of the program, so whatever answers counts. */
static gboolean
hides_flash (FkConnection *connection)
{
  FkChip *chip = fk_identity_get_chip (connection->identity);
  FkRange flash = fk_chip_find_region (chip, "flash")->range;
  guint32 word;

  return fk_identity_get_answering_size (connection->identity) >
             fk_identity_get_flash_size (connection->identity) ||
         fk_target_read_u32 (connection->target, (guint32)fk_range_end (flash), &word, NULL);
}

static gboolean
make_plan (
    FkChangeJob *self, FkConnection *connection, FkImage *wanted, FkImage *present, GError **error)
{
  FkChangeJobPrivate *priv = PRIV (self);
  FkChip *chip = fk_identity_get_chip (connection->identity);
  FkPlanFlags flags = FK_PLAN_DEFAULT;

  if (priv->full)
    flags |= FK_PLAN_FULL;
  if (FK_CHANGE_JOB_GET_CLASS (self)->may_mass_erase)
    flags |= FK_PLAN_ALLOW_MASS_ERASE;
  priv->plan = fk_flash_plan_new (chip, wanted, present, flags, error);
  if (priv->plan != NULL && fk_flash_plan_is_mass_erase (priv->plan) && hides_flash (connection))
    {
      g_clear_object (&priv->plan);
      flags &= ~(guint)FK_PLAN_ALLOW_MASS_ERASE;
      priv->plan = fk_flash_plan_new (chip, wanted, present, flags, error);
    }
  if (priv->plan == NULL)
    return FALSE;
  count (&priv->result, priv->plan);
  return TRUE;
}

/* Every segment must lie in flash: found out before minutes are spent on reading. */
static gboolean
check_inside (FkChip *chip, FkImage *wanted, GError **error)
{
  FkRange flash = fk_chip_find_region (chip, "flash")->range;

  for (guint i = 0; i < fk_image_get_n_segments (wanted); i++)
    {
      FkRange range = fk_image_get_segment (wanted, i).range;

      if (fk_range_covers (flash, range))
        continue;
      g_set_error (error, FK_ERROR, FK_ERROR_OUT_OF_RANGE,
                   "The image has bytes at " FK_RANGE_FORMAT
                   ", which is not all in the chip's flash, " FK_RANGE_FORMAT
                   ".  Nothing was changed",
                   FK_RANGE_ARGS (range), FK_RANGE_ARGS (flash));
      return FALSE;
    }
  return TRUE;
}

static gboolean
store_safety_backup (FkChangeJob *self,
                     FkConnection *connection,
                     FkBackupDraft *draft,
                     GCancellable *cancellable,
                     GError **error)
{
  FkChangeJobPrivate *priv = PRIV (self);
  g_autofree char *deed = NULL;
  g_autofree char *note = NULL;

  priv->safety = fk_library_find_same (connection->library, draft, cancellable);
  if (priv->safety != NULL)
    return TRUE;
  deed = FK_CHANGE_JOB_GET_CLASS (self)->describe (self);
  note = g_strdup_printf ("Made by itself before %s.", deed);
  fk_backup_draft_set (draft, "Backup", "Name", "Safety backup");
  fk_backup_draft_set (draft, "Backup", "Note", note);
  priv->safety = fk_library_store (connection->library, draft, cancellable, error);
  if (priv->safety == NULL)
    g_prefix_error (error, "Nothing was changed on the chip, because what it holds could not be "
                           "backed up first: ");
  priv->safety_is_new = priv->safety != NULL;
  return priv->safety != NULL;
}

static gboolean
is_no_change (FkChangeJob *self)
{
  FkChangeJobPrivate *priv = PRIV (self);

  return (priv->plan == NULL || fk_flash_plan_is_empty (priv->plan)) && priv->options_after == NULL;
}

/* Reads all of the chip: for the plan, and for the safety backup, which is stored unless nothing is
 * going to change. */
static gboolean
capture_and_plan (FkChangeJob *self,
                  FkConnection *connection,
                  FkImage *wanted,
                  FkProgress *progress,
                  GCancellable *cancellable,
                  GError **error)
{
  FkChip *chip = fk_identity_get_chip (connection->identity);
  g_autoptr (FkBackupDraft) draft = NULL;
  g_autoptr (GBytes) flash = NULL;
  g_autoptr (FkImage) present = NULL;

  draft = fk_capture_chip (connection, TRUE, &flash, progress, cancellable, error);
  if (draft == NULL)
    return FALSE;
  present =
      fk_image_new_for_bytes (fk_chip_find_region (chip, "flash")->range.address, flash, error);
  if (present == NULL)
    return FALSE;
  if (fk_image_get_n_segments (wanted) > 0 && !make_plan (self, connection, wanted, present, error))
    return FALSE;
  return is_no_change (self) || store_safety_backup (self, connection, draft, cancellable, error);
}

static gboolean
read_and_plan (FkChangeJob *self,
               FkConnection *connection,
               FkImage *wanted,
               FkProgress *progress,
               GCancellable *cancellable,
               GError **error)
{
  FkChip *chip = fk_identity_get_chip (connection->identity);
  g_autoptr (GError) local_error = NULL;
  g_autoptr (GBytes) known = NULL;
  g_autoptr (FkImage) present = NULL;
  FkVerified how;

  if (fk_image_get_n_segments (wanted) == 0)
    return TRUE;
  known = fk_capture_find_known (connection, &how, progress, cancellable, &local_error);
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  if (known != NULL)
    present =
        fk_image_new_for_bytes (fk_chip_find_region (chip, "flash")->range.address, known, error);
  else
    present = read_touched (connection, wanted, progress, cancellable, error);
  return present != NULL && make_plan (self, connection, wanted, present, error);
}

static gboolean
prepare (FkChangeJob *self,
         FkConnection *connection,
         FkProgress *progress,
         GCancellable *cancellable,
         GError **error)
{
  FkChangeJobPrivate *priv = PRIV (self);
  g_autoptr (FkImage) wanted = NULL;

  if (!check_chip (self, connection, error))
    return FALSE;
  wanted = FK_CHANGE_JOB_GET_CLASS (self)->get_wanted (self, connection, cancellable, error);
  if (wanted == NULL ||
      !check_inside (fk_identity_get_chip (connection->identity), wanted, error) ||
      !prepare_options (self, connection, cancellable, error))
    return FALSE;
  if (priv->safety_backup && !priv->plan_only)
    return capture_and_plan (self, connection, wanted, progress, cancellable, error);
  return read_and_plan (self, connection, wanted, progress, cancellable, error);
}

/* --- the deed --- */

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
  g_autoptr (GPtrArray) differing = NULL;
  gboolean needed;

  if (priv->options_after == NULL || priv->plan == NULL || fk_flash_plan_is_empty (priv->plan))
    return NULL;
  needed = fk_option_bytes_get_protection (priv->options_before) != FK_PROTECTION_NONE;
  early = fk_option_bytes_dup (priv->options_after);
  differing = fk_option_bytes_diff (priv->options_before, priv->options_after);
  for (guint i = 0; i < differing->len; i++)
    {
      const FkOptionField *field = g_ptr_array_index (differing, i);
      guint32 old_value;
      guint32 new_value;

      if (!field->write_protects ||
          !fk_option_bytes_get (priv->options_before, field->name, &old_value, NULL) ||
          !fk_option_bytes_get (priv->options_after, field->name, &new_value, NULL))
        continue;
      needed = needed || (new_value & ~old_value) != 0;
      fk_option_bytes_set (early, field->name, new_value | old_value, NULL);
    }
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

  return priv->plan == NULL ||
         fk_flash_execute (connection->flash, priv->plan, &priv->result.verified, progress,
                           cancellable, error);
}

static gboolean
do_it (FkChangeJob *self,
       FkConnection *connection,
       FkProgress *progress,
       GCancellable *cancellable,
       GError **error)
{
  static const FkProgressStep steps[] = { { "Option bytes", 1 },
                                          { "Writing flash", 20 },
                                          { "Option bytes", 1 } };
  FkChangeJobPrivate *priv = PRIV (self);
  g_autoptr (FkOptionBytes) early = get_early_options (self);

  fk_progress_set_steps (progress, steps, G_N_ELEMENTS (steps));
  if (early != NULL &&
      !fk_connection_write_options (connection, early, fk_progress_get_child (progress),
                                    cancellable, error))
    return FALSE;
  fk_progress_step_done (progress);
  if (!write_flash (self, connection, fk_progress_get_child (progress), cancellable, error))
    return FALSE;
  fk_progress_step_done (progress);
  /* Writes nothing where the early ones were these. */
  if (priv->options_after != NULL &&
      !fk_connection_write_options (connection, priv->options_after,
                                    fk_progress_get_child (progress), cancellable, error))
    return FALSE;
  fk_progress_step_done (progress);
  if (priv->plan == NULL)
    priv->result.verified = FK_VERIFIED_REREAD; /* option bytes are read back when written */
  return TRUE;
}

/* Whoever reads the message must learn from it where the former contents are. */
static void
add_way_back (FkChangeJob *self, GError **error)
{
  FkChangeJobPrivate *priv = PRIV (self);
  g_autofree char *text = NULL;

  if (error == NULL || *error == NULL)
    return;
  if (priv->safety != NULL)
    text =
        g_strdup_printf ("%s.  What the chip held before is in the library as backup %s; run this "
                         "again to finish it, or restore that backup",
                         (*error)->message, fk_backup_get_id (priv->safety));
  else
    text = g_strdup_printf ("%s.  Run this again to finish it", (*error)->message);
  g_free ((*error)->message);
  (*error)->message = g_steal_pointer (&text);
}

/* Whoever cancels wants to know one thing. */
static void
say_untouched (GError **error)
{
  if (error == NULL || !g_error_matches (*error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_free ((*error)->message);
  (*error)->message = g_strdup ("Cancelled; nothing was changed on the chip");
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
  if (warning != NULL && !FK_CHANGE_JOB_GET_CLASS (self)->leaves_nothing_to_run)
    add_warning (self, g_steal_pointer (&warning));
  return TRUE;
}

static gboolean
carry_out (FkChangeJob *self,
           FkConnection *connection,
           FkProgress *progress,
           GCancellable *cancellable,
           GError **error)
{
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
  if (!do_it (self, connection, progress, cancellable, error))
    {
      if (!is_no_change (self))
        add_way_back (self, error);
      return FALSE;
    }
  return look_after (self, connection, error);
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
  if (!priv->plan_only &&
      !carry_out (self, connection, fk_progress_get_child (progress), cancellable, error))
    return FALSE;
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

  g_free (priv->expected_uid);
  g_clear_object (&priv->identity);
  g_clear_object (&priv->plan);
  g_clear_object (&priv->options_before);
  g_clear_object (&priv->options_after);
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
  priv->warnings = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (priv->warnings, NULL);
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
 * fk_change_job_set_expected_uid:
 * @uid: (nullable): of the chip that the person decided about.  If another one is connected when
 * the job runs, it is %FK_ERROR_WRONG_CHIP.
 */
void
fk_change_job_set_expected_uid (FkChangeJob *self, const char *uid)
{
  FkChangeJobPrivate *priv;

  g_return_if_fail (FK_IS_CHANGE_JOB (self));
  priv = PRIV (self);
  g_free (priv->expected_uid);
  priv->expected_uid = g_strdup (uid);
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
 * Returns: (transfer none) (array zero-terminated=1): whole sentences: the image is linked for
 *   another address, it carries another chip's UID, the core has locked up afterwards
 */
const char *const *
fk_change_job_get_warnings (FkChangeJob *self)
{
  g_return_val_if_fail (FK_IS_CHANGE_JOB (self), NULL);
  return (const char *const *)PRIV (self)->warnings->pdata;
}
