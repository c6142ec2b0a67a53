/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Everything a chip holds, proved against the chip, as the draft of a backup.  Both the backup job
 * and the safety backup before a change are this.
 *
 * A copy is proved by sums that the chip itself computes meanwhile, or by a second read.  If that
 * fails the copy is made once more: a flipped bit on a long wire does not happen twice at the same
 * place, flash that changes by itself does. */

#include "config.h"

#include "job/fk-job-private.h"

#include <glib/gi18n.h>

#include "base/fk-error.h"
#include "base/fk-number.h"
#include "flash/fk-flash-driver.h"

#include <string.h>

#define ATTEMPTS 2

static void
explain_mismatch (FkConnection *connection, GError **error)
{
  if (connection->hot_plugged)
    g_prefix_error (error, "The program on the chip changes this memory while it runs, so that no "
                           "copy of it is right; connect in a way that stops it: ");
  else
    g_prefix_error (error,
                    "The chip was read twice and did not answer the same; the wires are bad, "
                    "or SWD is too fast for them: ");
}

/*
 * Reads @range and proves what was read against the chip.
 *
 * @how: (out): by what
 *
 * Returns: (transfer full): all of @range; %FK_ERROR_VERIFY_MISMATCH when the chip does not give
 * the same twice
 */
GBytes *
fk_capture_range (FkConnection *connection,
                  FkRange range,
                  FkVerified *how,
                  FkProgress *progress,
                  GCancellable *cancellable,
                  GError **error)
{
  for (guint attempt = 1;; attempt++)
    {
      g_autoptr (GError) local_error = NULL;
      GBytes *bytes =
          fk_flash_read_proved (connection->flash, range, how, progress, cancellable, &local_error);
      gboolean mismatch = g_error_matches (local_error, FK_ERROR, FK_ERROR_VERIFY_MISMATCH);

      if (bytes != NULL)
        return bytes;
      if (mismatch && attempt < ATTEMPTS)
        {
          fk_progress_note (progress, "%s",
                            _ ("What was read is not what the chip holds; reading again"));
          fk_target_lower_speed (connection->target, progress);
          continue;
        }
      if (mismatch)
        explain_mismatch (connection, &local_error);
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }
}

/* What is proved worse counts for all. */
static FkVerified
join_proofs (FkVerified a, FkVerified b)
{
  if (a == FK_VERIFIED_NO || b == FK_VERIFIED_NO)
    return FK_VERIFIED_NO;
  return a == b ? a : FK_VERIFIED_REREAD;
}

static void
set_part_steps (FkProgress *progress, const FkRange *parts, guint n_parts)
{
  g_autofree FkProgressStep *steps = g_new0 (FkProgressStep, n_parts);

  for (guint i = 0; i < n_parts; i++)
    steps[i] = (FkProgressStep){ NULL, parts[i].size };
  fk_progress_set_steps (progress, steps, n_parts);
}

/*
 * As fk_capture_range(), for the whole flash, which may be in two parts.
 *
 * Returns: (transfer full): all of it, and nothing where there is none
 */
FkImage *
fk_capture_flash (FkConnection *connection,
                  FkVerified *how,
                  FkProgress *progress,
                  GCancellable *cancellable,
                  GError **error)
{
  g_autoptr (FkImage) image = fk_image_new ();
  guint n_parts;
  const FkRange *parts =
      fk_chip_get_flash_parts (fk_identity_get_chip (connection->identity), &n_parts);

  if (n_parts > 1)
    set_part_steps (progress, parts, n_parts);
  for (guint i = 0; i < n_parts; i++)
    {
      FkVerified proof = FK_VERIFIED_NO;
      FkProgress *step = n_parts > 1 ? fk_progress_get_child (progress) : progress;
      g_autoptr (GBytes) bytes =
          fk_capture_range (connection, parts[i], &proof, step, cancellable, error);

      if (bytes == NULL || !fk_image_add (image, parts[i].address, bytes, error))
        return NULL;
      *how = i == 0 ? proof : join_proofs (*how, proof);
      if (n_parts > 1)
        fk_progress_step_done (progress);
    }
  return g_steal_pointer (&image);
}

/* fk_flash_read_options() gives what was the same twice running. */
static GBytes *
capture_options (FkConnection *connection,
                 FkVerified *how,
                 GCancellable *cancellable,
                 GError **error)
{
  g_autoptr (FkOptionBytes) options = fk_flash_read_options (connection->flash, cancellable, error);

  if (options == NULL)
    return NULL;
  *how = FK_VERIFIED_REREAD;
  return fk_option_bytes_get_raw (options);
}

static gboolean
is_kept (FkChip *chip, const FkRegion *region)
{
  switch (region->kind)
    {
    case FK_REGION_OPTION_BYTES:
      /* Without a driver it is not known what they mean, nor whether these are all. */
      return fk_flash_driver_find (fk_chip_get_driver (chip)) != NULL;
    case FK_REGION_FLASH:
    case FK_REGION_OTP:
    case FK_REGION_EEPROM:
      return TRUE;
    case FK_REGION_SYSTEM_MEMORY:
    case FK_REGION_UID:
    case FK_REGION_RAM:
    default:
      return FALSE;
    }
}

static const char *
get_stage (const FkRegion *region)
{
  switch (region->kind)
    {
    case FK_REGION_FLASH:
      return "Reading flash";
    case FK_REGION_OPTION_BYTES:
      return "Reading option bytes";
    case FK_REGION_OTP:
      return "Reading OTP";
    case FK_REGION_EEPROM:
      return "Reading EEPROM";
    case FK_REGION_SYSTEM_MEMORY:
    case FK_REGION_UID:
    case FK_REGION_RAM:
    default:
      return NULL;
    }
}

/* Bytes of all regions that belong into a backup. */
guint64
fk_capture_get_size (FkChip *chip)
{
  guint n_regions;
  const FkRegion *regions = fk_chip_get_regions (chip, &n_regions);
  guint64 size = 0;

  for (guint i = 0; i < n_regions; i++)
    if (is_kept (chip, &regions[i]))
      size += regions[i].range.size;
  return size;
}

G_GNUC_PRINTF (4, 5)
static void
set_formatted (FkBackupDraft *draft, const char *group, const char *key, const char *format, ...)
{
  g_autofree char *value = NULL;
  va_list args;

  va_start (args, format);
  value = g_strdup_vprintf (format, args);
  va_end (args);
  fk_backup_draft_set (draft, group, key, value);
}

static void
describe (FkConnection *connection, FkBackupDraft *draft)
{
  FkIdentity *identity = connection->identity;
  FkProbe *probe = connection->probe;
  FkChip *chip = fk_identity_get_chip (identity);

  fk_backup_draft_set (draft, "Chip", "Name", fk_chip_get_name (chip));
  fk_backup_draft_set (draft, "Chip", "Family", fk_chip_get_family (chip));
  set_formatted (draft, "Chip", "DevId", "0x%03X", fk_identity_get_dev_id (identity));
  set_formatted (draft, "Chip", "RevId", "0x%04X", fk_identity_get_rev_id (identity));
  fk_backup_draft_set (draft, "Chip", "Core", fk_core_get_name (fk_identity_get_core (identity)));
  fk_backup_draft_set (draft, "Chip", "UID", fk_identity_get_uid (identity));
  set_formatted (draft, "Chip", "FlashSize", "%u", fk_chip_get_flash_size (chip));
  fk_backup_draft_set (draft, "Chip", "Protection",
                       fk_protection_get_nick (fk_identity_get_protection (identity)));
  fk_backup_draft_set (draft, "Probe", "Kind", fk_probe_get_kind (probe));
  fk_backup_draft_set (draft, "Probe", "Serial", fk_probe_get_serial (probe));
  fk_backup_draft_set (draft, "Probe", "Firmware", fk_probe_get_firmware (probe));
  set_formatted (draft, "Probe", "TargetMillivolts", "%u", connection->millivolts);
  if (fk_probe_is_simulated (probe))
    fk_backup_draft_set (draft, "Probe", "Simulated", "true");
}

/* What was read says why the core has locked up, without reading anything again. */
static gboolean
learn (FkConnection *connection, FkImage *flash, GCancellable *cancellable, GError **error)
{
  if (!fk_identity_get_locked_up (connection->identity))
    return TRUE;
  g_set_object (&connection->holds, flash);
  return fk_connection_improve_identity (connection, cancellable, error);
}

/* Last, as the flash may tell more of them. */
static gboolean
warn (FkConnection *connection, FkBackupDraft *draft, GCancellable *cancellable, GError **error)
{
  g_autofree char *warnings = fk_connection_warn_in_english (connection, cancellable, error);

  if (warnings == NULL)
    return FALSE;
  if (*warnings != '\0')
    fk_backup_draft_set (draft, "Chip", "Warnings", warnings);
  return TRUE;
}

static void
begin_steps (FkChip *chip, FkProgress *progress)
{
  guint n_regions;
  const FkRegion *regions = fk_chip_get_regions (chip, &n_regions);
  g_autoptr (GArray) steps = g_array_new (FALSE, FALSE, sizeof (FkProgressStep));

  for (guint i = 0; i < n_regions; i++)
    {
      FkProgressStep step = { get_stage (&regions[i]), regions[i].range.size };

      if (is_kept (chip, &regions[i]))
        g_array_append_val (steps, step);
    }
  fk_progress_set_steps (progress, (const FkProgressStep *)(gpointer)steps->data, steps->len);
}

/* Whether option bytes are what is read next after the region before @i. */
static gboolean
are_options_next (FkChip *chip, const FkRegion *regions, guint n_regions, guint i)
{
  while (i < n_regions && !is_kept (chip, &regions[i]))
    i++;
  return i < n_regions && regions[i].kind == FK_REGION_OPTION_BYTES;
}

/* What there is of data EEPROM, which may be less than the description has.  @range: (out) */
static gboolean
find_region (FkConnection *connection,
             const FkRegion *region,
             FkRange *range,
             FkProgress *progress,
             GError **error)
{
  g_autofree char *size = NULL;

  *range = region->range;
  if (region->kind != FK_REGION_EEPROM)
    return TRUE;
  if (!fk_flash_find_eeprom (connection->flash, range, error))
    return FALSE;
  size = fk_number_format_size (range->size);
  if (range->size < region->range.size)
    fk_progress_note (progress, _ ("This chip has %s of data EEPROM, less than others of its kind"),
                      size);
  return TRUE;
}

/* The bytes of the flash, where there are gaps filled as a file's are. */
static GBytes *
capture_flash (FkConnection *connection,
               FkImage *known,
               FkVerified *how,
               FkProgress *progress,
               GCancellable *cancellable,
               GError **error)
{
  guint8 blank = fk_chip_get_erased_value (fk_identity_get_chip (connection->identity));
  g_autoptr (FkImage) image =
      known != NULL ? g_object_ref (known)
                    : fk_capture_flash (connection, how, progress, cancellable, error);

  if (image == NULL || !learn (connection, image, cancellable, error))
    return NULL;
  return fk_image_to_bytes (image, blank, error);
}

/* @flash: (nullable): what it holds, where that is known */
static GBytes *
capture_region (FkConnection *connection,
                const FkRegion *region,
                FkRange range,
                FkImage *flash,
                FkVerified *how,
                FkProgress *progress,
                GCancellable *cancellable,
                GError **error)
{
  if (region->kind == FK_REGION_OPTION_BYTES)
    return capture_options (connection, how, cancellable, error);
  if (region->kind == FK_REGION_FLASH)
    return capture_flash (connection, flash, how, progress, cancellable, error);
  return fk_capture_range (connection, range, how, progress, cancellable, error);
}

/* Of a flash in two parts, which. */
static void
note_parts (FkBackupDraft *draft, FkChip *chip)
{
  guint n_parts;
  const FkRange *parts = fk_chip_get_flash_parts (chip, &n_parts);

  if (n_parts > 1)
    fk_backup_draft_set_covered (draft, "flash", parts, n_parts);
}

/*
 * Reads all that a backup holds.  The connection's identity may know more afterwards.
 *
 * @flash: (nullable): what the flash holds, all of it, where that is known already
 * @flash_how: by what that was proved
 *
 * Returns: (transfer full): complete but for name and note
 */
FkBackupDraft *
fk_capture_chip (FkConnection *connection,
                 FkImage *flash,
                 FkVerified flash_how,
                 FkProgress *progress,
                 GCancellable *cancellable,
                 GError **error)
{
  FkChip *chip = fk_identity_get_chip (connection->identity);
  g_autoptr (FkBackupDraft) draft = fk_backup_draft_new ();
  guint n_regions;
  const FkRegion *regions = fk_chip_get_regions (chip, &n_regions);

  describe (connection, draft);
  begin_steps (chip, progress);
  for (guint i = 0; i < n_regions; i++)
    {
      FkVerified how = flash_how;
      g_autoptr (GBytes) bytes = NULL;
      FkRange range;

      if (!is_kept (chip, &regions[i]))
        continue;
      if (!find_region (connection, &regions[i], &range, progress, error))
        return NULL;
      if (range.size == 0)
        {
          fk_progress_get_child (progress);
          fk_progress_step_done (progress);
          continue;
        }
      if (are_options_next (chip, regions, n_regions, i + 1))
        fk_flash_foresee_options (connection->flash);
      bytes = capture_region (connection, &regions[i], range, flash, &how,
                              fk_progress_get_child (progress), cancellable, error);
      if (bytes == NULL)
        return NULL;
      fk_backup_draft_add_region (draft, regions[i].name, regions[i].range.address, bytes,
                                  fk_chip_get_erased_value (chip), fk_verified_get_nick (how));
      fk_progress_step_done (progress);
    }
  note_parts (draft, chip);
  return warn (connection, draft, cancellable, error) ? g_steal_pointer (&draft) : NULL;
}
