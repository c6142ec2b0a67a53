/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The first half of every change: what can be refused is refused, what is there is read, the plan
 * is made, and what will be lost is backed up.  Nothing here changes the chip. */

#include "config.h"

#include "job/fk-change-job-private.h"

#include "base/fk-error.h"
#include "compare/fk-compare.h"
#include "job/fk-chip-facts.h"
#include "job/fk-job-private.h"

#include <string.h>

#define PRIV(self) fk_change_job_get_private (self)

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

static gboolean
is_reason (const FkFinding *finding, FkRange flash, FkImage *image, gboolean clone)
{
  static const char *const always[] = { "stack-outside", "foreign-uid-address", "linked-elsewhere",
                                        "reset-outside", NULL };
  static const char *const at_start[] = { "no-vectors", "looks-encrypted", NULL };
  static const char *const in_clone[] = { "uid-in-image", "uid-address", NULL };
  FkRange extent;

  /* Settings in the middle of the flash need no vectors; what the chip starts from does. */
  return g_strv_contains (always, finding->kind) ||
         (g_strv_contains (at_start, finding->kind) && fk_image_get_extent (image, &extent) &&
          extent.address == flash.address) ||
         (clone && g_strv_contains (in_clone, finding->kind));
}

/*
 * Warns of what core/compare finds in @image, which is to be written to @chip, where that is a
 * reason to think twice.
 *
 * @clone_uid: (nullable): of the chip that the image comes from, where that is another one
 */
void
fk_change_job_judge (FkChangeJob *self, FkChip *chip, FkImage *image, const char *clone_uid)
{
  g_autoptr (FkChipFacts) facts = fk_chip_facts_new (chip);
  g_autoptr (GBytes) uid = clone_uid != NULL ? parse_uid (clone_uid) : NULL;
  g_autoptr (FkInspection) inspection = NULL;
  GPtrArray *findings;

  facts->context.uid_a = uid;
  inspection = fk_inspect (image, &facts->context);
  findings = fk_inspection_get_findings (inspection);
  for (guint i = 0; i < findings->len; i++)
    {
      const FkFinding *finding = g_ptr_array_index (findings, i);

      if (is_reason (finding, facts->context.flash, image, clone_uid != NULL))
        fk_change_job_warn (self, finding->kind, "%s", finding->text);
    }
  PRIV (self)->suspect = fk_replacement_is_suspect (image, &facts->context);
}

/* Whether it is an application that was made for another place, and not, say, a patch. */
static gboolean
is_displaced (FkChangeJob *self)
{
  GPtrArray *warnings = PRIV (self)->warnings;

  return fk_findings_have (warnings, "linked-elsewhere") ||
         fk_findings_have (warnings, "reset-outside");
}

/* Warns of a bootloader that would be lost; or, where nobody was asked, fails. */
static gboolean
judge_loss (FkChangeJob *self, FkChip *chip, FkImage *wanted, FkImage *present, GError **error)
{
  FkChangeJobPrivate *priv = PRIV (self);
  g_autoptr (FkChipFacts) facts = NULL;
  g_autoptr (GPtrArray) losses = NULL;
  const FkFinding *loss;

  if (!priv->suspect)
    return TRUE;
  facts = fk_chip_facts_new (chip);
  losses = fk_findings_new ();
  fk_replacement_note (losses, wanted, present, &facts->context);
  if (losses->len == 0)
    return TRUE;
  loss = g_ptr_array_index (losses, 0);
  if (!priv->spares_bootloader || !is_displaced (self))
    {
      fk_change_job_warn (self, loss->kind, "%s", loss->text);
      return TRUE;
    }
  g_set_error (error, FK_ERROR, FK_ERROR_USAGE,
               "%s  That is not done unasked: if it is what you want, run it in a terminal, "
               "without "
               "--yes.  Nothing was changed",
               loss->text);
  return FALSE;
}

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
  priv->result.options = FK_OPTIONS_SAME;
  priv->options_after =
      klass->get_wanted_options (self, connection, priv->options_before, cancellable, &local_error);
  if (priv->options_after != NULL)
    priv->result.options = FK_OPTIONS_CHANGED;
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

/* What a suspect image would destroy may show only behind it. */
static FkImage *
read_whole (FkConnection *connection,
            FkProgress *progress,
            GCancellable *cancellable,
            GError **error)
{
  FkRange flash = fk_chip_find_region (fk_identity_get_chip (connection->identity), "flash")->range;
  g_autoptr (GBytes) bytes = NULL;
  FkVerified how;

  bytes = fk_capture_range (connection, flash, &how, progress, cancellable, error);
  return bytes != NULL ? fk_image_new_for_bytes (flash.address, bytes, error) : NULL;
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

  if (!judge_loss (self, chip, wanted, present, error))
    return FALSE;
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

/* Returns: (nullable): another part of the chip's memory that has bytes of @range, so that it can
 * be named: the option bytes that some firmware files bring along, say */
static const FkRegion *
find_other_region (FkChip *chip, FkRange range)
{
  guint n_regions;
  const FkRegion *regions = fk_chip_get_regions (chip, &n_regions);

  for (guint i = 0; i < n_regions; i++)
    if (strcmp (regions[i].name, "flash") != 0 && fk_range_overlaps (regions[i].range, range))
      return &regions[i];
  return NULL;
}

/* Every segment must lie in flash: found out before minutes are spent on reading. */
static gboolean
check_inside (FkChip *chip, FkImage *wanted, GError **error)
{
  FkRange flash = fk_chip_find_region (chip, "flash")->range;

  for (guint i = 0; i < fk_image_get_n_segments (wanted); i++)
    {
      FkRange range = fk_image_get_segment (wanted, i).range;
      const FkRegion *other;

      if (fk_range_covers (flash, range))
        continue;
      other = find_other_region (chip, range);
      g_set_error (error, FK_ERROR, FK_ERROR_OUT_OF_RANGE,
                   "The image has bytes at " FK_RANGE_FORMAT
                   ", which is not all in the chip's flash, " FK_RANGE_FORMAT
                   "%s%s%s.  Nothing was changed",
                   FK_RANGE_ARGS (range), FK_RANGE_ARGS (flash),
                   other != NULL ? ", but in its region \"" : "", other != NULL ? other->name : "",
                   other != NULL ? "\", which no file is written to" : "");
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

/* Whether flash and option bytes are as wanted already. */
gboolean
fk_change_job_is_no_change (FkChangeJob *self)
{
  FkChangeJobPrivate *priv = PRIV (self);

  return (priv->plan == NULL || fk_flash_plan_is_empty (priv->plan)) && priv->options_after == NULL;
}

/* A program that keeps settings or counters in its flash may rewrite them at any time. */
static gboolean
check_consent (FkChangeJob *self, GError **error)
{
  if (PRIV (self)->may_change || fk_change_job_is_no_change (self))
    return TRUE;
  g_set_error (error, FK_ERROR, FK_ERROR_NEEDS_CONSENT,
               "The chip held the right bytes when the plan was made, but its program has changed "
               "some since.  Nothing was changed; run this again to be asked about them");
  return FALSE;
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
  return check_consent (self, error) &&
         (fk_change_job_is_no_change (self) ||
          store_safety_backup (self, connection, draft, cancellable, error));
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
  else if (PRIV (self)->suspect)
    present = read_whole (connection, progress, cancellable, error);
  else
    present = read_touched (connection, wanted, progress, cancellable, error);
  return present != NULL && make_plan (self, connection, wanted, present, error);
}

/* All that comes before the first change: the plan, and the safety backup unless it only plans. */
gboolean
fk_change_job_prepare (FkChangeJob *self,
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
  return read_and_plan (self, connection, wanted, progress, cancellable, error) &&
         check_consent (self, error);
}
