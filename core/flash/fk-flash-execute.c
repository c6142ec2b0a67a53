/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Carrying a plan out: the chip is stopped at its reset vector, the flash unlocked, each sector
 * erased and programmed as planned, the flash locked, and all of it proved.  Sector by sector in
 * ascending order, so that after a failure it can be said which sectors are done, which one is not
 * whole, and which were never touched.  What the chip does lags behind what was queued for it, so
 * that is counted by what the chip says. */

#include "config.h"

#include "flash/fk-flash.h"

#include <glib/gi18n.h>

#include "base/fk-error.h"
#include "flash/fk-flash-private.h"
#include "flash/fk-option-bytes-private.h"
#include "flash/fk-option-protection.h"

/* The share of proving in the whole: what the chip sums in a millisecond, about. */
#define SUM_BYTES_A_MS 1000

typedef struct
{
  FkFlash *flash;
  FkFlashPlan *plan;
  FkFlashUnlocked *unlocked;
  FkFlashWriter *writer;
  FkProgress *progress;
  GCancellable *cancellable;
  guint64 bytes_total;
  GArray *marks; /* of guint32: where in the writer's queue each sector that is all there ends */
  const FkPlanEntry **begun; /* sectors, in the order of @marks, and the one under way */
  guint n_begun;
} Execution;

static gboolean
is_cancelled (Execution *execution, GError **error)
{
  return g_cancellable_set_error_if_cancelled (execution->cancellable, error);
}

static gboolean
program_run (Execution *execution, FkRange run, GError **error)
{
  g_autofree guint8 *data = g_malloc (run.size);
  gboolean known = fk_image_read (fk_flash_plan_get_result (execution->plan), run, data);

  g_assert (known);
  return fk_flash_writer_write (execution->writer, run.address, data, run.size, error);
}

static gboolean
erases (const FkPlanEntry *entry)
{
  return entry->action == FK_SECTOR_ERASE || entry->action == FK_SECTOR_REWRITE;
}

static gboolean
erase_entry (Execution *execution, const FkPlanEntry *entry, GError **error)
{
  if (!erases (entry) || fk_flash_plan_is_mass_erase (execution->plan))
    return TRUE;
  return fk_flash_writer_erase (execution->writer, &entry->sector, error);
}

static gboolean
write_entry (Execution *execution, const FkPlanEntry *entry, GError **error)
{
  guint n_runs;
  const FkRange *runs = fk_flash_plan_get_runs (execution->plan, &n_runs);
  guint32 mark;

  if (is_cancelled (execution, error))
    return FALSE;
  execution->begun[execution->n_begun++] = entry;
  if (execution->flash->touch == FK_TOUCH_NOTHING)
    execution->flash->touch = FK_TOUCH_SECTORS;
  if (!erase_entry (execution, entry, error))
    return FALSE;
  if (entry->n_runs > 0 && !fk_flash_writer_begin (execution->writer, entry->sector.bank, error))
    return FALSE;
  for (guint i = 0; i < entry->n_runs; i++)
    if (!program_run (execution, runs[entry->first_run + i], error))
      return FALSE;
  if (entry->n_runs == 0 && !fk_flash_writer_flush (execution->writer, entry->sector.range.address,
                                                    entry->sector.range.size, error))
    return FALSE;
  mark = fk_flash_writer_get_mark (execution->writer);
  g_array_append_val (execution->marks, mark);
  return TRUE;
}

static gboolean
erase_everything (Execution *execution, GError **error)
{
  if (is_cancelled (execution, error))
    return FALSE;
  fk_progress_note (execution->progress, "%s", _ ("Erasing the whole flash at once"));
  execution->flash->touch = FK_TOUCH_ERASED;
  if (fk_flash_writer_erase_all (execution->writer, error))
    return TRUE;
  g_prefix_error (error, "Erasing the whole flash: ");
  return FALSE;
}

static guint
count_done (Execution *execution)
{
  guint n = 0;

  while (n < execution->marks->len &&
         fk_flash_writer_has_done (execution->writer, g_array_index (execution->marks, guint32, n)))
    n++;
  return n;
}

/* Says what state the chip is left in, before the cause.  Where the chip cannot be asked any more,
 * each sector that waited in its queue may be begun, or done. */
static void
prefix_state (Execution *execution, guint n_to_do, GError **error)
{
  guint n_done = count_done (execution);
  gboolean known = fk_flash_writer_is_known (execution->writer);
  guint n_open = known ? MIN (n_done + 1, execution->n_begun) : execution->n_begun;
  FkRange first, last;

  if (fk_flash_plan_is_mass_erase (execution->plan))
    {
      g_prefix_error (error, "The whole flash was erased, and %u of %u sectors are written since: ",
                      n_done, n_to_do);
      return;
    }
  if (n_open == n_done)
    {
      g_prefix_error (error, "%u of %u sectors were written: ", n_done, n_to_do);
      return;
    }
  first = execution->begun[n_done]->sector.range;
  last = execution->begun[n_open - 1]->sector.range;
  if (n_open == n_done + 1)
    g_prefix_error (error,
                    "%u of %u sectors were written, the sector " FK_RANGE_FORMAT
                    " is not whole, and the others were not touched: ",
                    n_done, n_to_do, FK_RANGE_ARGS (first));
  else
    g_prefix_error (error,
                    "%u of %u sectors were written, those from 0x%08x to 0x%08" G_GINT64_MODIFIER
                    "x may not be whole, and the others were not touched: ",
                    n_done, n_to_do, first.address, fk_range_end (last) - 1);
}

static gboolean
write_all_entries (Execution *execution, GError **error)
{
  guint n_entries;
  const FkPlanEntry *entries = fk_flash_plan_get_entries (execution->plan, &n_entries);

  for (guint i = 0; i < n_entries; i++)
    if (entries[i].action != FK_SECTOR_KEEP && !write_entry (execution, &entries[i], error))
      return FALSE;
  return fk_flash_writer_end (execution->writer, error);
}

static gboolean
write_sectors (Execution *execution, GError **error)
{
  guint n_entries;
  guint n_to_do;

  fk_flash_plan_get_entries (execution->plan, &n_entries);
  n_to_do = n_entries - fk_flash_plan_count (execution->plan, FK_SECTOR_KEEP);
  if (fk_flash_plan_is_mass_erase (execution->plan) && !erase_everything (execution, error))
    return FALSE;
  if (!write_all_entries (execution, error))
    {
      fk_flash_writer_stop (execution->writer);
      prefix_state (execution, n_to_do, error);
      return FALSE;
    }
  execution->flash->touch = FK_TOUCH_SECTORS;
  return TRUE;
}

/* Writer first, lock second, also after an error: what they do on the way out is theirs. */
static gboolean
write_unlocked (Execution *execution, GError **error)
{
  g_autoptr (FkFlashUnlocked) unlocked = fk_flash_unlock (execution->flash, error);
  g_autoptr (FkFlashWriter) writer = NULL;
  gboolean written;

  if (unlocked == NULL)
    return FALSE;
  writer = fk_flash_writer_new (execution->flash, unlocked, execution->bytes_total,
                                execution->progress, execution->cancellable, error);
  if (writer == NULL)
    return FALSE;
  execution->unlocked = unlocked;
  execution->writer = writer;
  written = write_sectors (execution, error);
  g_clear_pointer (&writer, fk_flash_writer_free);
  return fk_flash_unlocked_end (unlocked, written ? error : NULL) && written;
}

static guint64
sum_work (FkFlashPlan *plan)
{
  guint n_entries;
  const FkPlanEntry *entries = fk_flash_plan_get_entries (plan, &n_entries);
  guint n_runs;
  const FkRange *runs = fk_flash_plan_get_runs (plan, &n_runs);
  guint64 bytes = 0;

  for (guint i = 0; i < n_runs; i++)
    bytes += runs[i].size;
  for (guint i = 0; i < n_entries; i++)
    if (entries[i].action != FK_SECTOR_KEEP && entries[i].n_runs == 0)
      bytes += entries[i].sector.range.size;
  return bytes;
}

/* Once the program is gone for good: what raises it is undone by the reset in the end. */
static void
raise_clock (FkFlash *self)
{
  const FkFlashDriver *driver = fk_flash_driver_find (fk_chip_get_driver (self->chip));
  FkFlashPort port = { .target = self->target, .chip = self->chip, .width = 1 };

  if (driver != NULL && driver->raise_clock != NULL && self->use_ram)
    driver->raise_clock (&port);
}

/* A reset ends whatever the program was doing: its interrupts, its DMA into the RAM that we need,
 * its clocks, its use of the flash.  Where no reset gets through, halting it has to do. */
static gboolean
stop_program (FkFlash *self, FkProgress *progress, GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) local_error = NULL;

  if (fk_target_reset_halt (self->target, cancellable, &local_error))
    {
      fk_target_abandon_program (self->target);
      raise_clock (self);
      return TRUE;
    }
  if (g_error_matches (local_error, G_IO_ERROR, G_IO_ERROR_CANCELLED) ||
      !fk_target_halt (self->target, cancellable, NULL))
    {
      g_propagate_prefixed_error (error, g_steal_pointer (&local_error), "Stopping the program: ");
      return FALSE;
    }
  fk_progress_note (progress, _ ("The chip was halted without a reset: %s"), local_error->message);
  return TRUE;
}

static gboolean
check_protection (FkFlash *self, GError **error)
{
  FkProtection protection;

  if (!fk_flash_get_protection (self, &protection, error))
    return FALSE;
  if (protection == FK_PROTECTION_NONE)
    return TRUE;
  g_set_error (error, FK_ERROR, FK_ERROR_PROTECTED,
               "The chip is read-protected, so its flash cannot be written; nothing was changed");
  return FALSE;
}

/* Where SPRMOD is set, bits mean something else, and the controller's own flags have to do. */
static const FkProtectedRange *
find_protected (const GArray *protected, FkRange sector)
{
  for (guint i = 0; i < protected->len; i++)
    {
      const FkProtectedRange *one = &g_array_index (protected, FkProtectedRange, i);

      if (fk_range_overlaps (one->range, sector) &&
          (one->area != NULL || one->kind == FK_AREA_WRITE))
        return one;
    }
  return NULL;
}

static void
set_area_protected (const FkProtectedRange *found, GError **error)
{
  const FkOptionArea *area = found->area;

  if (area->kind == FK_AREA_WRITE)
    g_set_error (error, FK_ERROR, FK_ERROR_WRITE_PROTECTED,
                 "The flash at " FK_RANGE_FORMAT " is write-protected: it is the area %s of the "
                 "options; %s=0x%x and %s=0x0 remove that",
                 FK_RANGE_ARGS (found->range), area->name, area->first->name,
                 (1u << area->first->width) - 1, area->last->name);
  else
    g_set_error (error, FK_ERROR, FK_ERROR_WRITE_PROTECTED,
                 "The flash at " FK_RANGE_FORMAT " can be neither read nor written: it is the area "
                 "%s of the options",
                 FK_RANGE_ARGS (found->range), area->name);
}

/* Write protection is found before anything is erased, so that nothing is left half done; a mass
 * erase is refused by the controller when a single sector is protected (PM0075, 2.4.2;
 * RM0090, 3.6.3). */
static gboolean
check_options (FkFlash *self, FkFlashPlan *plan, GCancellable *cancellable, GError **error)
{
  g_autoptr (FkOptionBytes) options = fk_flash_read_options (self, cancellable, error);
  FkFlashPort port = { .target = self->target, .chip = self->chip, .width = 1 };
  g_autoptr (GArray) protected = NULL;
  const FkPlanEntry *entries;
  guint n_entries;

  if (options == NULL)
    return FALSE;
  if (fk_option_bytes_get_protection (options) != FK_PROTECTION_NONE)
    {
      g_set_error (error, FK_ERROR, FK_ERROR_OPTIONS_BROKEN,
                   "Nothing was changed: the chip's option bytes will read-protect it at its next "
                   "reset; write the option bytes first");
      return FALSE;
    }
  protected = fk_option_bytes_list_protected (options);
  entries = fk_flash_plan_get_entries (plan, &n_entries);
  for (guint i = 0; i < n_entries; i++)
    {
      const FkProtectedRange *found = NULL;

      if (entries[i].action != FK_SECTOR_KEEP)
        found = find_protected (protected, entries[i].sector.range);
      if (found == NULL)
        continue;
      if (found->area != NULL)
        set_area_protected (found, error);
      else
        fk_flash_port_set_write_protected (&port, entries[i].sector.range.address, error);
      g_prefix_error (error, "Nothing was changed: ");
      return FALSE;
    }
  return TRUE;
}

static gboolean
check_chip (FkFlash *self, FkFlashPlan *plan, GError **error)
{
  FkChip *planned = fk_flash_plan_get_chip (plan);

  if (fk_chip_get_dev_id (planned) == fk_chip_get_dev_id (self->chip) &&
      fk_chip_get_flash_size (planned) == fk_chip_get_flash_size (self->chip))
    return TRUE;
  g_set_error (error, FK_ERROR, FK_ERROR_WRONG_CHIP,
               "The plan is for %s with %u KiB of flash, and this is %s with %u KiB",
               fk_chip_get_name (planned), fk_chip_get_flash_size (planned) / 1024,
               fk_chip_get_name (self->chip), fk_chip_get_flash_size (self->chip) / 1024);
  return FALSE;
}

/**
 * fk_flash_execute:
 * @plan: for this chip
 * @how: (out) (optional): what proved the result; %FK_VERIFIED_NO after an error
 *
 * Erases and programs as planned, then proves that every sector of the plan holds what it should;
 * the proof is never left out.  Cancelling acts between blocks, never inside an erase.  Afterwards
 * the chip is halted, its RAM and registers are not what they were, and it should be reset; an
 * empty plan is proved without touching anything.
 *
 * A sector that is not whole after an error has lost what it held, also the bytes that the wanted
 * image did not have: they are in fk_flash_plan_get_result(), and in the backup that was made
 * before.
 *
 * Errors: PROTECTED, WRITE_PROTECTED, FLASH_FAULT with the address and what the
 * controller said, VERIFY_MISMATCH, NO_POWER, WRONG_CHIP, TIMEOUT; the message begins with which
 * sectors are done.
 */
gboolean
fk_flash_execute (FkFlash *self,
                  FkFlashPlan *plan,
                  FkVerified *how,
                  FkProgress *progress,
                  GCancellable *cancellable,
                  GError **error)
{
  guint64 proof_ms;
  FkProgressStep steps[] = { { "Writing flash", 0 }, { "Verifying", 0 } };
  g_autoptr (GArray) marks = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_autofree const FkPlanEntry **begun = NULL;
  Execution execution = { .flash = self, .plan = plan, .cancellable = cancellable, .marks = marks };
  guint n_entries;

  g_return_val_if_fail (FK_IS_FLASH (self), FALSE);
  g_return_val_if_fail (FK_IS_FLASH_PLAN (plan), FALSE);

  if (how != NULL)
    *how = FK_VERIFIED_NO;
  self->touch = FK_TOUCH_NOTHING;
  proof_ms = fk_image_get_size (fk_flash_plan_get_result (plan)) / SUM_BYTES_A_MS + 1;
  steps[0].weight = fk_flash_plan_get_estimate_ms (plan);
  steps[1].weight = proof_ms;
  fk_progress_set_steps (progress, steps, G_N_ELEMENTS (steps));
  execution.progress = fk_progress_get_child (progress);
  execution.bytes_total = sum_work (plan);
  fk_flash_plan_get_entries (plan, &n_entries);
  execution.begun = begun = g_new0 (const FkPlanEntry *, n_entries + 1);
  if (!check_chip (self, plan, error))
    return FALSE;
  if (!fk_flash_plan_is_empty (plan) &&
      !(check_protection (self, error) && check_options (self, plan, cancellable, error) &&
        stop_program (self, execution.progress, cancellable, error) &&
        write_unlocked (&execution, error)))
    return FALSE;
  fk_progress_step_done (progress);
  if (!fk_flash_verify (self, fk_flash_plan_get_result (plan), how,
                        fk_progress_get_child (progress), cancellable, error))
    {
      g_prefix_error (error, "Verifying what was written: ");
      return FALSE;
    }
  fk_progress_step_done (progress);
  return TRUE;
}

/**
 * fk_flash_get_touch:
 *
 * Returns: what the last fk_flash_execute() did to the flash; also after it failed
 */
FkFlashTouch
fk_flash_get_touch (FkFlash *self)
{
  g_return_val_if_fail (FK_IS_FLASH (self), FK_TOUCH_NOTHING);

  return self->touch;
}
