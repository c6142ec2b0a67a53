/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The first half of every change: what can be refused is refused, what is there is read, the plan
 * is made, and what will be lost is backed up.  Nothing here changes the chip. */

#include "config.h"

#include "job/fk-change-job-private.h"

#include <glib/gi18n.h>

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
  static const char *const always[] = { "stack-outside",    "foreign-uid-address",
                                        "linked-elsewhere", "reset-outside",
                                        "cut-off",          NULL };
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
 * Returns: where the data EEPROM is that can be written; empty where there is none
 */
FkRange
fk_change_job_get_eeprom (FkChip *chip)
{
  return fk_flash_can_write_eeprom (chip) ? fk_chip_find_region (chip, "eeprom")->range
                                          : (FkRange){ 0 };
}

/* Returns: (transfer full): @image without what goes to the data EEPROM */
static FkImage *
get_flash_part (FkChip *chip, FkImage *image)
{
  FkRange eeprom = fk_change_job_get_eeprom (chip);

  return eeprom.size > 0 && fk_image_touches (image, eeprom)
             ? fk_image_slice (image, fk_chip_find_region (chip, "flash")->range)
             : g_object_ref (image);
}

/*
 * Warns of what core/compare finds in @image, which is to be written to @chip, where that is a
 * reason to think twice.
 *
 * @origin: (nullable): the unique ID of the chip that the image comes from, where that is known
 */
void
fk_change_job_judge (FkChangeJob *self, FkIdentity *identity, FkImage *image, const char *origin)
{
  FkChip *chip = fk_identity_get_chip (identity);
  g_autoptr (FkImage) program = get_flash_part (chip, image);
  gboolean is_clone =
      origin != NULL && g_ascii_strcasecmp (origin, fk_identity_get_uid (identity)) != 0;
  g_autoptr (FkChipFacts) facts = fk_chip_facts_new (chip);
  g_autoptr (GBytes) uid = is_clone ? parse_uid (origin) : NULL;
  g_autoptr (FkInspection) inspection = NULL;
  GPtrArray *findings;

  if (is_clone && *origin != '\0')
    fk_change_job_warn (self, "other-board",
                        _ ("This is of another board: it was read from a chip with the unique ID "
                           "%s, and the one that is connected has %s."),
                        origin, fk_identity_get_uid (identity));
  if (fk_image_get_n_segments (program) == 0)
    return; /* data for the EEPROM alone */
  facts->context.uid_a = uid;
  inspection = fk_inspect (program, &facts->context);
  findings = fk_inspection_get_findings (inspection);
  for (guint i = 0; i < findings->len; i++)
    {
      const FkFinding *finding = g_ptr_array_index (findings, i);

      if (is_reason (finding, facts->context.flash, program, is_clone))
        fk_change_job_warn (self, finding->kind, "%s", finding->text);
    }
}

/* Whether it is firmware that belongs elsewhere, and not, say, a patch. */
static gboolean
is_displaced (FkChangeJob *self)
{
  static const char *const kinds[] = { "linked-elsewhere", "reset-outside", "other-start" };

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (fk_findings_have (PRIV (self)->warnings, kinds[i]))
      return TRUE;
  return FALSE;
}

static const FkFinding *
find_warning (FkChangeJob *self, const char *kind)
{
  GPtrArray *warnings = PRIV (self)->warnings;

  for (guint i = 0; i < warnings->len; i++)
    {
      const FkFinding *warning = g_ptr_array_index (warnings, i);

      if (g_str_equal (warning->kind, kind))
        return warning;
    }
  return NULL;
}

/* Warns of what would be lost; a bootloader that nobody was asked about is not given away. */
static gboolean
judge_loss (
    FkChangeJob *self, FkIdentity *identity, FkImage *wanted, FkImage *present, GError **error)
{
  FkChangeJobPrivate *priv = PRIV (self);
  g_autoptr (FkChipFacts) facts = fk_chip_facts_new (fk_identity_get_chip (identity));
  g_autoptr (GPtrArray) losses = fk_findings_new ();
  const FkFinding *loss;

  facts->context.uid_a = fk_identity_get_uid_bytes (identity);
  fk_replacement_note (losses, wanted, present, &facts->context);
  for (guint i = 0; i < losses->len; i++)
    {
      loss = g_ptr_array_index (losses, i);
      fk_change_job_warn (self, loss->kind, "%s", loss->text);
    }
  loss = find_warning (self, "over-bootloader");
  if (loss == NULL || !priv->spares_bootloader || !is_displaced (self))
    return TRUE;
  g_set_error (error, FK_ERROR, FK_ERROR_USAGE,
               "%s  That is not done unasked: if it is what you want, run it in a terminal, "
               "without --yes.  Nothing was changed",
               loss->text);
  g_ptr_array_remove (priv->warnings, (gpointer)loss);
  return FALSE;
}

static gboolean
check_chip (FkConnection *connection, GError **error)
{
  return fk_connection_require_writable (connection, error) &&
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

  if (!judge_loss (self, connection->identity, wanted, present, error))
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

/* Every segment must lie in flash, or in data EEPROM: found out before minutes are spent on
 * reading. */
static gboolean
check_inside (FkChip *chip, FkImage *wanted, GError **error)
{
  FkRange flash = fk_chip_find_region (chip, "flash")->range;
  FkRange eeprom = fk_change_job_get_eeprom (chip);

  for (guint i = 0; i < fk_image_get_n_segments (wanted); i++)
    {
      FkRange range = fk_image_get_segment (wanted, i).range;
      const FkRegion *other;

      if (fk_chip_has_flash (chip, range) || (eeprom.size > 0 && fk_range_covers (eeprom, range)))
        continue;
      other = find_other_region (chip, range);
      g_set_error (error, FK_ERROR, FK_ERROR_OUT_OF_RANGE,
                   "The image has bytes at " FK_RANGE_FORMAT
                   ", which is not all in the chip's flash, " FK_RANGE_FORMAT
                   "%s%s%s.  Nothing was changed",
                   FK_RANGE_ARGS (range), FK_RANGE_ARGS (flash),
                   other != NULL ? ", but in its region \"" : "", other != NULL ? other->name : "",
                   other != NULL
                       ? "\", which no file is written to"
                       : ": it was made for a chip with more flash, or for another board");
      return FALSE;
    }
  return TRUE;
}

/* What the person calls this board: the name of its newest backup that has one of theirs. */
static char *
find_board_name (FkConnection *connection, GCancellable *cancellable)
{
  const char *uid = fk_identity_get_uid (connection->identity);
  g_autoptr (GPtrArray) backups = fk_library_list (connection->library, NULL, cancellable, NULL);

  for (guint i = 0; backups != NULL && *uid != '\0' && i < backups->len; i++)
    {
      FkBackup *backup = g_ptr_array_index (backups, i);

      if (g_ascii_strcasecmp (uid, fk_backup_get_uid (backup)) == 0 &&
          *fk_backup_get_name (backup) != '\0' && !fk_backup_is_safety (backup))
        return g_strdup (fk_backup_get_name (backup));
    }
  return NULL;
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
  g_autofree char *board = NULL;
  g_autofree char *name = NULL;

  priv->safety = fk_library_find_same (connection->library, draft, cancellable);
  if (priv->safety != NULL)
    return TRUE;
  deed = FK_CHANGE_JOB_GET_CLASS (self)->describe (self);
  note = g_strdup_printf (FK_BACKUP_SAFETY_NOTE "%s.", deed);
  board = find_board_name (connection, cancellable);
  name = FK_CHANGE_JOB_GET_CLASS (self)->name_safety (self, board);
  fk_backup_draft_set (draft, "Backup", "Name", name);
  fk_backup_draft_set (draft, "Backup", "Note", note);
  priv->safety = fk_library_store (connection->library, draft, cancellable, error);
  if (priv->safety == NULL)
    g_prefix_error (error, "Nothing was changed on the chip, because what it holds could not be "
                           "backed up first: ");
  priv->safety_is_new = priv->safety != NULL;
  return priv->safety != NULL;
}

/* Whether flash, data EEPROM and option bytes are as wanted already. */
gboolean
fk_change_job_is_no_change (FkChangeJob *self)
{
  FkChangeJobPrivate *priv = PRIV (self);

  return (priv->plan == NULL || fk_flash_plan_is_empty (priv->plan)) &&
         priv->options_after == NULL && priv->eeprom_after == NULL;
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

/* What the flash holds: all of it where the safety backup wants that; else what the plan needs, and
 * what tells what would be lost, which may show only behind the sectors that change, an application
 * making a bootloader of what is before it. */
static FkImage *
find_present (FkChangeJob *self,
              FkConnection *connection,
              FkImage *wanted,
              gboolean all,
              FkProgress *progress,
              GCancellable *cancellable,
              GError **error)
{
  return fk_capture_survey (connection, wanted, all, &PRIV (self)->found, progress, cancellable,
                            error);
}

/* For the plan, and for the safety backup, which is stored unless nothing is going to change. */
static gboolean
capture_and_plan (FkChangeJob *self,
                  FkConnection *connection,
                  FkImage *wanted,
                  FkProgress *progress,
                  GCancellable *cancellable,
                  GError **error)
{
  static const FkProgressStep steps[] = { { "Reading flash", 20 }, { NULL, 1 } };
  g_autoptr (FkImage) present = NULL;
  g_autoptr (FkBackupDraft) draft = NULL;

  fk_progress_set_steps (progress, steps, G_N_ELEMENTS (steps));
  present = find_present (self, connection, wanted, TRUE, fk_progress_get_child (progress),
                          cancellable, error);
  if (present == NULL)
    return FALSE;
  fk_progress_step_done (progress);
  if (fk_image_get_n_segments (wanted) > 0 && !make_plan (self, connection, wanted, present, error))
    return FALSE;
  if (!check_consent (self, error))
    return FALSE;
  if (fk_change_job_is_no_change (self))
    return TRUE;
  draft = fk_capture_chip (connection, present, PRIV (self)->found,
                           fk_progress_get_child (progress), cancellable, error);
  return draft != NULL && store_safety_backup (self, connection, draft, cancellable, error);
}

static gboolean
read_and_plan (FkChangeJob *self,
               FkConnection *connection,
               FkImage *wanted,
               FkProgress *progress,
               GCancellable *cancellable,
               GError **error)
{
  g_autoptr (FkImage) present = NULL;

  if (fk_image_get_n_segments (wanted) == 0)
    return TRUE;
  present = find_present (self, connection, wanted, FALSE, progress, cancellable, error);
  return present != NULL && make_plan (self, connection, wanted, present, error);
}

/* The bytes of the data EEPROM that the image does not have stay as they are. */
static gboolean
prepare_eeprom (FkChangeJob *self,
                FkConnection *connection,
                FkImage *wanted,
                GCancellable *cancellable,
                GError **error)
{
  FkChangeJobPrivate *priv = PRIV (self);
  FkRange eeprom = fk_change_job_get_eeprom (fk_identity_get_chip (connection->identity));
  g_autoptr (FkImage) part = fk_image_slice (wanted, eeprom);
  g_autoptr (GBytes) present = NULL;
  g_autofree guint8 *after = NULL;
  const guint8 *before;
  FkRange extent;

  if (!fk_image_get_extent (part, &extent))
    return TRUE;
  /* Not more than is needed: the chip may have less data EEPROM than its description says. */
  eeprom.address = extent.address / 4 * 4;
  eeprom.size = (fk_range_end (extent) + 3) / 4 * 4 - eeprom.address;
  present = fk_flash_read (connection->flash, eeprom, NULL, cancellable, error);
  if (present == NULL)
    return FALSE;
  before = g_bytes_get_data (present, NULL);
  after = g_memdup2 (before, eeprom.size);
  for (guint i = 0; i < fk_image_get_n_segments (part); i++)
    {
      FkSegment segment = fk_image_get_segment (part, i);

      memcpy (after + (segment.range.address - eeprom.address), segment.data, segment.range.size);
    }
  for (guint32 i = 0; i < eeprom.size; i++)
    priv->result.eeprom_bytes += before[i] != after[i];
  priv->eeprom_address = eeprom.address;
  if (priv->result.eeprom_bytes > 0)
    priv->eeprom_after = g_bytes_new_take (g_steal_pointer (&after), eeprom.size);
  return TRUE;
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
  g_autoptr (FkImage) told = NULL;
  g_autoptr (FkImage) all = NULL;
  g_autoptr (FkImage) wanted = NULL;
  FkChip *chip;

  if (!check_chip (connection, error))
    return FALSE;
  chip = fk_identity_get_chip (connection->identity);
  told = FK_CHANGE_JOB_GET_CLASS (self)->get_wanted (self, connection, cancellable, error);
  all = told != NULL ? fk_flash_parts_fit (chip, told, error) : NULL;
  if (all == NULL || !check_inside (chip, all, error) ||
      !prepare_options (self, connection, cancellable, error) ||
      !prepare_eeprom (self, connection, all, cancellable, error))
    return FALSE;
  wanted = get_flash_part (chip, all);
  if (priv->safety_backup && !priv->plan_only)
    return capture_and_plan (self, connection, wanted, progress, cancellable, error);
  return read_and_plan (self, connection, wanted, progress, cancellable, error) &&
         check_consent (self, error);
}
