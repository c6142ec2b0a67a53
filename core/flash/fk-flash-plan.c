/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The plan of a write: for each sector that the wanted image touches, whether it is kept,
 * programmed in place, erased or rewritten, and which runs of it are programmed.  Pure data, made
 * from the chip's layout, the wanted bytes and the bytes that are there now; no hardware is asked.
 *
 * Two rules follow from how NOR flash works on all these chips (PM0075, 2.3; RM0090, 3.6): bits go
 * from erased to programmed one by one, back only by the sector; and a unit that was programmed
 * once is not programmed again, even where the bits would allow it, because F0/F1/F3 refuse that,
 * F2/F4 do not promise that it lasts, and where each unit has an error-correcting code, its bits
 * would not match any more.  So a unit of which a byte is programmed is programmed whole. */

#include "config.h"

#include "flash/fk-flash-plan-private.h"

#include "base/fk-error.h"
#include "flash/fk-flash-driver.h"

#include <string.h>

/* Blank cells inside a run cost a few bytes on the wire (whoever programs skips them); a new run
 * costs a header.  This is where the two meet. */
#define LONGEST_BLANK_INSIDE 32

struct _FkFlashPlan
{
  GObject parent_instance;

  FkChip *chip;
  guint unit;      /* bytes */
  GArray *entries; /* of FkPlanEntry, ascending */
  GArray *runs;    /* of FkRange, ascending */
  FkImage *result;
  guint counts[FK_SECTOR_N_ACTIONS];
  guint64 program_bytes;
  guint64 estimate_us;
  gboolean mass_erase;
};

G_DEFINE_FINAL_TYPE (FkFlashPlan, fk_flash_plan, G_TYPE_OBJECT)

static void
fk_flash_plan_finalize (GObject *object)
{
  FkFlashPlan *self = FK_FLASH_PLAN (object);

  g_clear_object (&self->chip);
  g_clear_object (&self->result);
  g_clear_pointer (&self->entries, g_array_unref);
  g_clear_pointer (&self->runs, g_array_unref);
  G_OBJECT_CLASS (fk_flash_plan_parent_class)->finalize (object);
}

static void
fk_flash_plan_class_init (FkFlashPlanClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = fk_flash_plan_finalize;
}

static void
fk_flash_plan_init (FkFlashPlan *self)
{
  self->entries = g_array_new (FALSE, FALSE, sizeof (FkPlanEntry));
  self->runs = g_array_new (FALSE, FALSE, sizeof (FkRange));
  self->result = fk_image_new ();
}

/* What is known of one sector while the plan is made. */
typedef struct
{
  const FkSector *sector;
  guint8 *present;
  guint8 *result;
  guint8 blank;
  guint unit;
  gboolean covered; /* the wanted image has all of it, or what it does not have is blank */
} Work;

static gboolean
is_blank (const guint8 *data, gsize length, guint8 blank)
{
  return length == 0 || (data[0] == blank && memcmp (data, data + 1, length - 1) == 0);
}

static gboolean
unit_differs (const Work *work, guint32 offset)
{
  return memcmp (work->present + offset, work->result + offset, work->unit) != 0;
}

/* Every unit that has to change is blank now. */
static gboolean
can_program_in_place (const Work *work)
{
  for (guint32 offset = 0; offset < work->sector->range.size; offset += work->unit)
    if (unit_differs (work, offset) && !is_blank (work->present + offset, work->unit, work->blank))
      return FALSE;
  return TRUE;
}

static FkSectorAction
choose_action (const Work *work, gboolean full)
{
  gsize size = work->sector->range.size;
  gboolean ends_blank = is_blank (work->result, size, work->blank);

  if (!full && memcmp (work->present, work->result, size) == 0)
    return FK_SECTOR_KEEP;
  if (ends_blank)
    return FK_SECTOR_ERASE;
  if (!full && can_program_in_place (work))
    return FK_SECTOR_PROGRAM;
  return FK_SECTOR_REWRITE;
}

/* Splits what has to be programmed into runs.  In a sector that is programmed in place, units that
 * hold the right bytes already end a run: they must not be programmed twice. */
static void
append_runs (FkFlashPlan *self, FkPlanEntry *entry, const Work *work)
{
  gboolean in_place = entry->action == FK_SECTOR_PROGRAM;
  FkRange run = { 0 };
  guint32 gap = 0;

  entry->first_run = self->runs->len;
  for (guint32 offset = 0; offset < work->sector->range.size; offset += work->unit)
    {
      gboolean blank = is_blank (work->result + offset, work->unit, work->blank);

      if (blank)
        {
          gap += work->unit;
          continue;
        }
      if (in_place && !unit_differs (work, offset))
        {
          gap = G_MAXUINT32 / 2; /* no run reaches over it */
          continue;
        }
      if (run.size > 0 && gap > LONGEST_BLANK_INSIDE)
        {
          g_array_append_val (self->runs, run);
          run.size = 0;
        }
      if (run.size == 0)
        run.address = work->sector->range.address + offset;
      run.size = work->sector->range.address + offset + work->unit - run.address;
      gap = 0;
      self->program_bytes += work->unit;
    }
  if (run.size > 0)
    g_array_append_val (self->runs, run);
  entry->n_runs = self->runs->len - entry->first_run;
}

static guint32
find_first_outside (FkChip *chip, FkRange range)
{
  guint n_parts;
  const FkRange *parts = fk_chip_get_flash_parts (chip, &n_parts);

  for (guint i = 0; i < n_parts; i++)
    if (fk_range_has (parts[i], range.address))
      return (guint32)fk_range_end (parts[i]);
  return range.address;
}

static gboolean
check_inside (FkChip *chip, FkImage *wanted, GError **error)
{
  const FkRegion *flash = fk_chip_find_region (chip, "flash");

  g_assert (flash != NULL);
  if (fk_image_get_n_segments (wanted) == 0)
    {
      g_set_error (error, FK_ERROR, FK_ERROR_USAGE,
                   "The image is empty; there is nothing to write");
      return FALSE;
    }
  for (guint i = 0; i < fk_image_get_n_segments (wanted); i++)
    {
      FkRange range = fk_image_get_segment (wanted, i).range;
      guint32 first_bad;

      if (fk_chip_has_flash (chip, range))
        continue;
      first_bad = find_first_outside (chip, range);
      g_set_error (error, FK_ERROR, FK_ERROR_OUT_OF_RANGE,
                   "The image has bytes at 0x%08x (in " FK_RANGE_FORMAT
                   "), outside the chip's flash, " FK_RANGE_FORMAT,
                   first_bad, FK_RANGE_ARGS (range), FK_RANGE_ARGS (flash->range));
      return FALSE;
    }
  return TRUE;
}

/* What is not known of the sector is neither blank nor right. */
static void
fill_unknown (FkImage *wanted, Work *work)
{
  FkRange range = work->sector->range;

  if (wanted == NULL)
    memset (work->present, (guint8)~work->blank, range.size);
  else
    {
      fk_image_read_filled (wanted, range, work->blank, work->present);
      for (guint32 i = 0; i < range.size; i++)
        work->present[i] = (guint8)(work->present[i] ^ 0x55) == work->blank
                               ? work->present[i] ^ 0xaa
                               : work->present[i] ^ 0x55;
    }
}

/* Lays the segments of @part over @data, which begins at @base. */
static void
lay_over (FkImage *part, guint32 base, guint8 *data)
{
  for (guint i = 0; i < fk_image_get_n_segments (part); i++)
    {
      FkSegment segment = fk_image_get_segment (part, i);

      memcpy (data + (segment.range.address - base), segment.data, segment.range.size);
    }
}

/* Whether each byte of @range is in one of the two. */
static gboolean
is_covered (FkImage *a, FkImage *b, FkRange range)
{
  guint64 size = 0;
  g_autoptr (FkImage) both = fk_image_slice (a, range);
  g_autoptr (FkImage) more = fk_image_slice (b, range);

  for (guint i = 0; i < fk_image_get_n_segments (more); i++)
    {
      FkSegment segment = fk_image_get_segment (more, i);
      g_autoptr (FkImage) same = fk_image_slice (both, segment.range);

      size += segment.range.size - fk_image_get_size (same);
    }
  return size + fk_image_get_size (both) == range.size;
}

static gboolean
read_present (FkImage *present, FkImage *wanted, Work *work, GError **error)
{
  FkRange range = work->sector->range;
  g_autoptr (FkImage) part = NULL;

  if (present != NULL && fk_image_read (present, range, work->present))
    return TRUE;
  fill_unknown (wanted, work);
  if (present == NULL)
    return TRUE;
  if (wanted == NULL || !is_covered (wanted, present, range))
    {
      g_set_error (error, FK_ERROR, FK_ERROR_USAGE,
                   "What the chip holds in the sector " FK_RANGE_FORMAT
                   " was not read, so its other bytes could not be kept",
                   FK_RANGE_ARGS (range));
      return FALSE;
    }
  part = fk_image_slice (present, range);
  lay_over (part, range.address, work->present);
  return TRUE;
}

/* The sector's bytes after the write: what is there, with the wanted bytes laid over it. */
static void
overlay (FkImage *wanted, Work *work)
{
  FkRange range = work->sector->range;
  g_autoptr (FkImage) part = fk_image_slice (wanted, range);
  g_autofree guint8 *left = g_memdup2 (work->present, range.size);

  memcpy (work->result, work->present, range.size);
  lay_over (part, range.address, work->result);
  for (guint i = 0; i < fk_image_get_n_segments (part); i++)
    {
      FkRange segment = fk_image_get_segment (part, i).range;

      memset (left + (segment.address - range.address), work->blank, segment.size);
    }
  work->covered = is_blank (left, range.size, work->blank);
}

/* --- What it costs, by the data sheet's typical times --- */

/* The widest step of the controller, in bytes: a plan does not know the voltage, and the comparison
 * of sectors with mass erase comes out the same at each width. */
static guint
find_width (FkChip *chip)
{
  const FkFlashDriver *driver = fk_flash_driver_find (fk_chip_get_driver (chip));

  return driver != NULL ? driver->max_width : 1;
}

static guint64
get_program_us (FkChip *chip, guint64 bytes)
{
  guint width = find_width (chip);
  guint typical = 0, max = 0;

  fk_chip_get_program_time (chip, width * 8, &typical, &max);
  return bytes / width * typical;
}

static guint64
get_erase_us (FkChip *chip, guint32 sector_size)
{
  guint typical = 0, max = 0;

  fk_chip_get_erase_time (chip, sector_size, find_width (chip) * 8, &typical, &max);
  return (guint64)typical * 1000;
}

static gboolean
erases (FkSectorAction action)
{
  return action == FK_SECTOR_ERASE || action == FK_SECTOR_REWRITE;
}

static guint64
get_cost_by_sectors (FkFlashPlan *self)
{
  guint64 us = get_program_us (self->chip, self->program_bytes);

  for (guint i = 0; i < self->entries->len; i++)
    {
      const FkPlanEntry *entry = &g_array_index (self->entries, FkPlanEntry, i);

      if (erases (entry->action))
        us += get_erase_us (self->chip, entry->sector.range.size);
    }
  return us;
}

static guint64
count_programmed (FkImage *image, guint unit, guint8 blank)
{
  guint64 bytes = 0;

  for (guint i = 0; i < fk_image_get_n_segments (image); i++)
    {
      FkSegment segment = fk_image_get_segment (image, i);

      for (guint32 offset = 0; offset < segment.range.size; offset += unit)
        if (!is_blank (segment.data + offset, unit, blank))
          bytes += unit;
    }
  return bytes;
}

/* Mass erase must destroy nothing that the wanted image does not bring, and must not wear sectors
 * that hold the right bytes. */
static gboolean
may_mass_erase (FkFlashPlan *self, gboolean all_covered)
{
  guint8 blank = fk_chip_get_erased_value (self->chip);
  guint n_sectors;

  fk_chip_get_sectors (self->chip, &n_sectors);
  if (!all_covered || self->entries->len != n_sectors)
    return FALSE;
  for (guint i = 0; i < self->entries->len; i++)
    {
      const FkPlanEntry *entry = &g_array_index (self->entries, FkPlanEntry, i);
      g_autofree guint8 *data = g_malloc (entry->sector.range.size);

      if (entry->action != FK_SECTOR_KEEP)
        continue;
      fk_image_read_filled (self->result, entry->sector.range, blank, data);
      if (!is_blank (data, entry->sector.range.size, blank))
        return FALSE;
    }
  return TRUE;
}

static gboolean
is_mass_erase_cheaper (FkFlashPlan *self, guint64 *mass_us)
{
  guint64 bytes =
      count_programmed (self->result, self->unit, fk_chip_get_erased_value (self->chip));
  guint typical, max;

  if (!fk_chip_get_mass_erase_time (self->chip, find_width (self->chip) * 8, &typical, &max))
    return FALSE;
  *mass_us = (guint64)typical * 1000 + get_program_us (self->chip, bytes);
  return *mass_us < self->estimate_us;
}

/* Every sector is erased then, so every one is counted as erased. */
static void
turn_into_mass_erase (FkFlashPlan *self, guint64 mass_us)
{
  guint8 blank = fk_chip_get_erased_value (self->chip);

  self->mass_erase = TRUE;
  self->estimate_us = mass_us;
  self->program_bytes = 0;
  g_array_set_size (self->runs, 0);
  for (guint i = 0; i < self->entries->len; i++)
    {
      FkPlanEntry *entry = &g_array_index (self->entries, FkPlanEntry, i);
      g_autofree guint8 *data = g_malloc (entry->sector.range.size);
      Work work = { .sector = &entry->sector,
                    .present = data,
                    .result = data,
                    .blank = blank,
                    .unit = self->unit };

      fk_image_read_filled (self->result, entry->sector.range, blank, data);
      entry->action =
          is_blank (data, entry->sector.range.size, blank) ? FK_SECTOR_ERASE : FK_SECTOR_REWRITE;
      append_runs (self, entry, &work);
    }
}

static void
finish (FkFlashPlan *self, gboolean mass_erase_allowed)
{
  guint64 mass_us = 0;

  self->estimate_us = get_cost_by_sectors (self);
  if (mass_erase_allowed && is_mass_erase_cheaper (self, &mass_us))
    turn_into_mass_erase (self, mass_us);
  for (guint i = 0; i < self->entries->len; i++)
    self->counts[g_array_index (self->entries, FkPlanEntry, i).action]++;
}

static gboolean
append_entry (
    FkFlashPlan *self, FkImage *present, FkImage *wanted, gboolean full, Work *work, GError **error)
{
  FkRange range = work->sector->range;
  g_autofree guint8 *before = g_malloc (range.size);
  g_autofree guint8 *after = g_malloc (range.size);
  FkPlanEntry entry = { .sector = *work->sector };

  g_assert (range.size % work->unit == 0);
  work->present = before;
  work->result = after;
  if (!read_present (present, wanted, work, error))
    return FALSE;
  if (wanted != NULL)
    overlay (wanted, work);
  else
    memset (after, work->blank, range.size);
  if (!fk_image_add_data (self->result, range.address, after, range.size, error))
    return FALSE;
  entry.action = choose_action (work, full);
  if (entry.action == FK_SECTOR_PROGRAM || entry.action == FK_SECTOR_REWRITE)
    append_runs (self, &entry, work);
  g_array_append_val (self->entries, entry);
  return TRUE;
}

static FkFlashPlan *
plan_new_empty (FkChip *chip, guint unit)
{
  FkFlashPlan *self = g_object_new (FK_TYPE_FLASH_PLAN, NULL);

  self->chip = g_object_ref (chip);
  self->unit = unit;
  return self;
}

/* An entry for each sector that @wanted touches or, where there is no @wanted, that lies in @range.
 */
static gboolean
append_entries (FkFlashPlan *self,
                FkImage *wanted,
                FkRange range,
                FkImage *present,
                gboolean full,
                gboolean *all_covered,
                GError **error)
{
  guint n_sectors;
  const FkSector *sectors = fk_chip_get_sectors (self->chip, &n_sectors);

  *all_covered = TRUE;
  for (guint i = 0; i < n_sectors; i++)
    {
      Work work = { .sector = &sectors[i],
                    .blank = fk_chip_get_erased_value (self->chip),
                    .unit = self->unit };

      if (wanted != NULL ? !fk_image_touches (wanted, sectors[i].range)
                         : !fk_range_overlaps (range, sectors[i].range))
        continue;
      if (!append_entry (self, present, wanted, full, &work, error))
        return FALSE;
      *all_covered = *all_covered && (wanted == NULL || work.covered);
    }
  return TRUE;
}

/**
 * fk_flash_plan_new:
 * @chip: whose flash
 * @wanted: what the flash shall hold where it has bytes; every other byte stays as it is
 * @present: what the flash holds now, in each sector that @wanted touches; bytes that @wanted has
 * may be missing where they are known to be neither blank nor right: their sector is erased
 * @flags: see #FkPlanFlags
 *
 * Only sectors that @wanted touches come into the plan; the bytes of such a sector that @wanted
 * does not have are programmed back after an erase.  Mass erase is chosen only if @flags allow it,
 * every sector is touched, nothing is on the chip that @wanted does not replace, no sector that
 * holds data is right already, and the typical times of the chip's data sheet make it faster.
 *
 * Errors: OUT_OF_RANGE with the address when @wanted has bytes outside the flash; USAGE when it is
 * empty or when @present lacks a sector.
 *
 * Returns: (transfer full): the plan, or %NULL with @error set
 */
FkFlashPlan *
fk_flash_plan_new (
    FkChip *chip, FkImage *wanted, FkImage *present, FkPlanFlags flags, GError **error)
{
  g_return_val_if_fail (FK_IS_CHIP (chip), NULL);

  return fk_flash_plan_new_in_units (chip, fk_flash_driver_find_unit (chip), wanted, present, flags,
                                     error);
}

FkFlashPlan *
fk_flash_plan_new_in_units (
    FkChip *chip, guint unit, FkImage *wanted, FkImage *present, FkPlanFlags flags, GError **error)
{
  g_autoptr (FkFlashPlan) self = NULL;
  gboolean all_covered;

  g_return_val_if_fail (FK_IS_CHIP (chip), NULL);
  g_return_val_if_fail (FK_IS_IMAGE (wanted), NULL);
  g_return_val_if_fail (FK_IS_IMAGE (present), NULL);

  if (!check_inside (chip, wanted, error))
    return NULL;
  self = plan_new_empty (chip, unit);
  if (!append_entries (self, wanted, (FkRange){ 0 }, present, (flags & FK_PLAN_FULL) != 0,
                       &all_covered, error))
    return NULL;
  finish (self, (flags & FK_PLAN_ALLOW_MASS_ERASE) != 0 && may_mass_erase (self, all_covered));
  return g_steal_pointer (&self);
}

static gboolean
check_edge (FkChip *chip, guint32 address, gboolean is_end, GError **error)
{
  const FkSector *sector = fk_chip_find_sector (chip, is_end ? address - 1 : address);

  if (sector == NULL)
    {
      g_set_error (error, FK_ERROR, FK_ERROR_OUT_OF_RANGE,
                   "0x%08x is in a gap of the chip's flash, where there is nothing", address);
      return FALSE;
    }
  if (is_end ? fk_range_end (sector->range) == address : sector->range.address == address)
    return TRUE;
  g_set_error (error, FK_ERROR, FK_ERROR_OUT_OF_RANGE,
               "0x%08x is inside the sector " FK_RANGE_FORMAT "; only whole sectors can be erased",
               address, FK_RANGE_ARGS (sector->range));
  return FALSE;
}

/**
 * fk_flash_plan_new_erase:
 * @chip: whose flash
 * @range: whole sectors, with the gap between them where it is in two parts of the flash
 * @present: (nullable): what the flash holds now, so that sectors which are blank already are left
 *   alone; %NULL erases without looking
 *
 * The plan that makes every sector of @range blank.  Where @range is the whole flash and no sector
 * is blank already that is not, mass erase is chosen when it is faster.
 *
 * Errors: OUT_OF_RANGE unless @range is made of whole sectors of the flash; USAGE when it is empty
 * or when @present lacks a sector of it.
 *
 * Returns: (transfer full): the plan, or %NULL with @error set
 */
FkFlashPlan *
fk_flash_plan_new_erase (FkChip *chip, FkRange range, FkImage *present, GError **error)
{
  g_autoptr (FkFlashPlan) self = NULL;
  const FkRegion *flash;
  gboolean all_covered;

  g_return_val_if_fail (FK_IS_CHIP (chip), NULL);
  g_return_val_if_fail (present == NULL || FK_IS_IMAGE (present), NULL);

  flash = fk_chip_find_region (chip, "flash");
  if (range.size == 0)
    {
      g_set_error (error, FK_ERROR, FK_ERROR_USAGE, "There is nothing to erase: the length is 0");
      return NULL;
    }
  if (!fk_range_covers (flash->range, range))
    {
      g_set_error (error, FK_ERROR, FK_ERROR_OUT_OF_RANGE,
                   FK_RANGE_FORMAT " is not inside the chip's flash, " FK_RANGE_FORMAT,
                   FK_RANGE_ARGS (range), FK_RANGE_ARGS (flash->range));
      return NULL;
    }
  if (!check_edge (chip, range.address, FALSE, error) ||
      !check_edge (chip, (guint32)fk_range_end (range), TRUE, error))
    return NULL;
  self = plan_new_empty (chip, fk_flash_driver_find_unit (chip));
  if (!append_entries (self, NULL, range, present, FALSE, &all_covered, error))
    return NULL;
  finish (self, may_mass_erase (self, all_covered));
  return g_steal_pointer (&self);
}

FkChip *
fk_flash_plan_get_chip (FkFlashPlan *self)
{
  g_return_val_if_fail (FK_IS_FLASH_PLAN (self), NULL);

  return self->chip;
}

/**
 * fk_flash_plan_get_unit:
 *
 * Returns: bytes that are programmed together; see #FkFlashDriver
 */
guint
fk_flash_plan_get_unit (FkFlashPlan *self)
{
  g_return_val_if_fail (FK_IS_FLASH_PLAN (self), 4);

  return self->unit;
}

/**
 * fk_flash_plan_get_entries:
 * @n_entries: (out): how many
 *
 * Returns: (transfer none) (array length=n_entries): one entry a touched sector, ascending
 */
const FkPlanEntry *
fk_flash_plan_get_entries (FkFlashPlan *self, guint *n_entries)
{
  g_return_val_if_fail (FK_IS_FLASH_PLAN (self), NULL);
  g_return_val_if_fail (n_entries != NULL, NULL);

  *n_entries = self->entries->len;
  return (const FkPlanEntry *)(gpointer)self->entries->data;
}

/**
 * fk_flash_plan_get_runs:
 * @n_runs: (out): how many
 *
 * What is programmed: ascending, whole units of fk_flash_plan_get_unit() bytes, never across two
 * sectors, starting and ending with a unit that is not blank.  A short stretch of blank units may
 * lie inside: whoever programs leaves those out.
 *
 * Returns: (transfer none) (array length=n_runs): the runs of all entries
 */
const FkRange *
fk_flash_plan_get_runs (FkFlashPlan *self, guint *n_runs)
{
  g_return_val_if_fail (FK_IS_FLASH_PLAN (self), NULL);
  g_return_val_if_fail (n_runs != NULL, NULL);

  *n_runs = self->runs->len;
  return (const FkRange *)(gpointer)self->runs->data;
}

/**
 * fk_flash_plan_count:
 *
 * Returns: the number of sectors to which @action happens
 */
guint
fk_flash_plan_count (FkFlashPlan *self, FkSectorAction action)
{
  g_return_val_if_fail (FK_IS_FLASH_PLAN (self), 0);
  g_return_val_if_fail ((guint)action < FK_SECTOR_N_ACTIONS, 0);

  return self->counts[action];
}

gboolean
fk_flash_plan_is_mass_erase (FkFlashPlan *self)
{
  g_return_val_if_fail (FK_IS_FLASH_PLAN (self), FALSE);

  return self->mass_erase;
}

/**
 * fk_flash_plan_is_empty:
 *
 * Returns: whether carrying the plan out changes nothing on the chip
 */
gboolean
fk_flash_plan_is_empty (FkFlashPlan *self)
{
  g_return_val_if_fail (FK_IS_FLASH_PLAN (self), FALSE);

  return self->counts[FK_SECTOR_KEEP] == self->entries->len;
}

/**
 * fk_flash_plan_get_result:
 *
 * Returns: (transfer none): what the touched sectors hold afterwards, every byte of them
 */
FkImage *
fk_flash_plan_get_result (FkFlashPlan *self)
{
  g_return_val_if_fail (FK_IS_FLASH_PLAN (self), NULL);

  return self->result;
}

/**
 * fk_flash_plan_get_program_bytes:
 *
 * Returns: how many bytes are programmed, in whole units; blank ones are not
 */
guint64
fk_flash_plan_get_program_bytes (FkFlashPlan *self)
{
  g_return_val_if_fail (FK_IS_FLASH_PLAN (self), 0);

  return self->program_bytes;
}

/**
 * fk_flash_plan_get_estimate_ms:
 *
 * Returns: how long the flash itself takes to erase and program, by the data sheet's typical times
 *   at the chip's widest access, in milliseconds; 0 where the description has no times
 */
guint
fk_flash_plan_get_estimate_ms (FkFlashPlan *self)
{
  g_return_val_if_fail (FK_IS_FLASH_PLAN (self), 0);

  return (guint)MIN (self->estimate_us / 1000, G_MAXUINT);
}
