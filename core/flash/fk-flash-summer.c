/* SPDX-License-Identifier: GPL-3.0-or-later */

/* CRC-32 sums computed by the chip itself: a CRC loader in borrowed RAM, with a table of the
 * ranges, all of which it sums in one run while the probe may do something else.  There are two:
 * one has the chip's CRC unit do the work, which is faster and needs less RAM; the other makes a
 * table of its own, and is for little, and where the unit cannot be trusted.  Before a sum is
 * believed the loader has to get the sum of its own code right, which is the first entry of each
 * table.  The program that was interrupted finds RAM and registers as they were. */

#include "config.h"

#include "flash/fk-flash-private.h"

#include "base/fk-crc32.h"
#include "base/fk-error.h"
#include "flash/loaders/fk-loaders.h"

#include "base/fk-reader.h"

#include <string.h>

/* For what a fault on the way pushes, 32 bytes (ARM DDI 0403E B1.5.6), so that it overwrites
 * nothing, and for 8 bytes of the loader's, and a word that may be written in place of a
 * watchdog's.  On top of it, for a loader that saves registers, those. */
#define STACK 48

/* So many words of results are looked at together with the core.  Of more than that it is only the
 * first, and all are read once it has ended: a word costs a list of accesses three times what it
 * costs a block, and the core is looked at more than once. */
#define LOOK_MAX 12

/* The chip may run at any clock, of 32 kHz at the least: there a byte takes some 10 cycles.  How
 * long a piece may take without another one being done: some time for all else, with the table of
 * the one loader, and four times as long as at the pace so far, or at that clock, whichever is
 * less. */
#define PATIENCE_MS    1000
#define SLOWEST_US     (10 * 1000 / 32)
#define PACE_ALLOWANCE 4

/* Between two looks. */
#define NAP_MIN_US 200
#define NAP_MAX_US 20000

/* Less than this takes the loader without the unit no longer than borrowing the unit. */
#define UNIT_MIN (16 * 1024)

/* RAM is read twice, and written back, for each loan: many ranges are done in portions. */
#define LOAN_MAX 8192

#define WWDG_CR_WDGA (1u << 7)

struct _FkFlashSummer
{
  FkFlash *flash;
  FkFlashSum *sums;
  guint n_sums;
  const FkLoader *loader;
  gsize table; /* bytes that it needs beside what is uploaded */
  FkTargetRam *ram;
  FkCrcUnit *unit; /* (nullable) */
  gsize space;     /* for runs and results */
  guint32 code;    /* the loader, then its control block with the runs, then the results */
  guint32 results; /* of the portion that is under way */
  guint32 stack;
  guint32 spare;           /* a word that may be written */
  guint32 found[LOOK_MAX]; /* what the results were when the core was looked at */
  guint first;             /* sum of that portion */
  guint n;                 /* how many sums it has */
  gint64 started;
  gint64 waited; /* microseconds since, as far as they were slept */
  gboolean loaded;
  gboolean running;
};

/* The window watchdog cannot be fed from outside: it bites when it is fed too early as well
 * (RM0008, 20.3).  It stands still while the core is halted, and would go on with our code.  A chip
 * that does not clock it reads as zero; one that has none answers with a fault. */
gboolean
fk_flash_check_window_watchdog (FkFlash *flash, GError **error)
{
  guint32 address = fk_chip_get_register (flash->chip, "window-watchdog");
  g_autoptr (GError) local_error = NULL;
  guint32 control;

  if (address == 0)
    return TRUE;
  if (!fk_target_read_u32 (flash->target, address, &control, &local_error))
    {
      if (g_error_matches (local_error, FK_ERROR, FK_ERROR_BUS_FAULT))
        return TRUE;
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  if ((control & WWDG_CR_WDGA) == 0)
    return TRUE;
  g_set_error (error, FK_ERROR, FK_ERROR_NOT_SUPPORTED,
               "The program's window watchdog would reset the chip if other code ran");
  return FALSE;
}

static gsize
get_control_size (guint n_runs)
{
  return FK_LOADER_CRC32_FIRST_RUN + (n_runs + 1) * FK_LOADER_CRC32_RUN;
}

/* Neighbours of one size are one entry of the table. */
static gboolean
goes_on (const FkFlashSum *before, const FkFlashSum *sum)
{
  return sum->range.size == before->range.size &&
         sum->range.address == before->range.address + before->range.size;
}

/* How many of the sums from @first on fit into @space, and what they need of it: an entry and a
 * result for the loader's own code, and theirs. */
static guint
count_portion (FkFlashSummer *self, guint first, gsize space, gsize *used)
{
  guint n = 0;

  *used = get_control_size (1) + 2 * 4;
  while (first + n < self->n_sums)
    {
      const FkFlashSum *sum = &self->sums[first + n];
      gsize more = n > 0 && goes_on (sum - 1, sum) ? 4 : 4 + FK_LOADER_CRC32_RUN;

      if (*used + more > space)
        break;
      *used += more;
      n++;
    }
  return n;
}

static guint64
count_bytes (const FkFlashSum *sums, guint n_sums)
{
  guint64 bytes = 0;

  for (guint i = 0; i < n_sums; i++)
    bytes += sums[i].range.size;
  return bytes;
}

static void
append_word (GByteArray *bytes, guint32 value)
{
  guint8 word[4];

  fk_store_u32le (word, value);
  g_byte_array_append (bytes, word, sizeof word);
}

static void
append_run (GByteArray *bytes, FkRange piece, guint n_pieces)
{
  append_word (bytes, piece.address);
  append_word (bytes, piece.size);
  append_word (bytes, n_pieces);
}

static void
append_control (FkFlashSummer *self, GByteArray *bytes)
{
  FkRange own = { self->code, (guint32)self->loader->size };
  guint first = bytes->len;

  append_word (bytes, fk_flash_get_watchdog (self->flash, self->spare));
  append_word (bytes, self->unit != NULL ? fk_crc_unit_get_data (self->unit) : 0);
  append_word (bytes, 0);
  append_run (bytes, own, 1);
  for (guint i = 0; i < self->n;)
    {
      const FkFlashSum *sum = &self->sums[self->first + i];
      guint n = 1;

      while (i + n < self->n && goes_on (&sum[n - 1], &sum[n]))
        n++;
      append_run (bytes, sum->range, n);
      i += n;
    }
  append_run (bytes, (FkRange){ 0, 0 }, 0);
  self->results = self->code + (guint32)self->loader->size + (bytes->len - first);
  fk_store_u32le (bytes->data + first + 8, self->results);
}

/* The first time the unit is taken over on the way. */
static gboolean
prepare_loader (FkFlashSummer *self, const guint32 *arguments, gboolean is_first, GError **error)
{
  FkProbeAccess errands[FK_CRC_UNIT_ERRANDS];
  gboolean takes_unit = self->unit != NULL && is_first;
  guint n = takes_unit ? fk_crc_unit_make_errands (self->unit, errands) : 0;

  return fk_target_prepare (self->flash->target, self->code, self->stack,
                            self->unit != NULL ? NULL : arguments, errands, n, error) &&
         (!takes_unit || fk_crc_unit_take (self->unit, errands, error));
}

/* Takes up the portion that begins with the sum @first, and makes the loader ready for it. */
static gboolean
prepare_portion (FkFlashSummer *self, guint first, GError **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  gboolean is_first = !self->loaded;
  guint32 control = self->code + (guint32)self->loader->size;
  guint32 from = self->loaded ? control : self->code;
  guint32 arguments[] = { control, 0, self->spare - (guint32)self->table, 0 };
  gsize used;

  self->first = first;
  self->n = count_portion (self, first, self->space, &used);
  if (!self->loaded)
    g_byte_array_append (bytes, self->loader->code, (guint)self->loader->size);
  append_control (self, bytes);
  arguments[1] = self->results;
  append_word (bytes, 0);
  if (!fk_flash_upload (self->flash, from, bytes->data, bytes->len, error))
    return FALSE;
  self->loaded = TRUE;
  return prepare_loader (self, arguments, is_first, error);
}

static gboolean
start (FkFlashSummer *self, GError **error)
{
  self->running = TRUE;
  if (!fk_target_go (self->flash->target, error))
    return FALSE;
  self->started = g_get_monotonic_time ();
  self->waited = 0;
  return TRUE;
}

static const FkLoader *
choose_unit_loader (FkFlash *flash)
{
  return fk_crc_unit_reverses (flash) ? &fk_loader_crc_unit_reversing : &fk_loader_crc_unit;
}

/* Whether the loader that uses the unit can do @sums, and is the faster one: it takes words by
 * pairs. */
static gboolean
suits_unit (const FkFlashSum *sums, guint n_sums)
{
  for (guint i = 0; i < n_sums; i++)
    if (sums[i].range.address % 4 != 0 || sums[i].range.size % 8 != 0 || sums[i].range.size == 0)
      return FALSE;
  return count_bytes (sums, n_sums) >= UNIT_MIN;
}

/* What will be looked at between the loan and the start. */
static void
foresee (FkFlash *flash, gboolean by_unit)
{
  guint32 watchdog = fk_chip_get_register (flash->chip, "window-watchdog");
  guint32 addresses[FK_CRC_UNIT_CLOCK + 1];
  guint n = by_unit ? fk_crc_unit_list_clock (flash->chip, addresses) : 0;

  if (watchdog != 0)
    addresses[n++] = watchdog;
  fk_target_foresee_with_loan (flash->target, addresses, n);
}

static FkFlashSummer *
borrow (FkFlash *flash,
        FkFlashSum *sums,
        guint n_sums,
        gboolean by_unit,
        GCancellable *cancellable,
        GError **error)
{
  const FkRegion *region = fk_chip_find_region (flash->chip, "ram");
  const FkLoader *loader = by_unit ? choose_unit_loader (flash) : &fk_loader_crc32;
  gsize table = by_unit ? 0 : FK_LOADER_CRC32_TABLE;
  guint stack = STACK + (by_unit ? FK_TARGET_SAVED_SIZE : 0);
  gsize fixed = loader->size + table + stack;
  gsize limit = region != NULL ? MIN (region->range.size, LOAN_MAX) : 0;
  g_autoptr (FkFlashSummer) self = NULL;
  gsize used;

  g_assert (loader->size % (by_unit ? 8 : 4) == 0);
  if (!flash->use_ram || limit < fixed + get_control_size (2) + 3 * 4 + 8)
    {
      g_set_error (error, FK_ERROR, FK_ERROR_NOT_SUPPORTED, "No code may be run in the chip's RAM");
      return NULL;
    }
  self = g_new0 (FkFlashSummer, 1);
  self->flash = g_object_ref (flash);
  self->sums = sums;
  self->n_sums = n_sums;
  self->loader = loader;
  self->table = table;
  count_portion (self, 0, limit - fixed, &used);
  /* The stack ends on a multiple of 8 (ARM DDI 0419C, B1.5.7). */
  self->space = ((fixed + used + 7) & ~(gsize)7) - fixed;
  if (fixed + self->space > limit)
    self->space -= 8;
  self->code = region->range.address;
  self->stack = self->code + (guint32)(fixed + self->space);
  self->spare = self->stack - stack;
  foresee (flash, by_unit);
  self->ram = fk_flash_borrow_ram (flash, fixed + self->space, loader->used, cancellable, error);
  if (self->ram == NULL || !fk_flash_check_window_watchdog (flash, error))
    return NULL;
  if (by_unit)
    self->unit = fk_crc_unit_borrow (flash, 0, error);
  return (by_unit && self->unit == NULL) || !prepare_portion (self, 0, error)
             ? NULL
             : g_steal_pointer (&self);
}

/**
 * fk_flash_summer_new:
 * @sums: (array length=n_sums): which ranges; they have to last as long as the summer
 *
 * Borrows what the loader needs, and makes it ready.
 *
 * Returns: (transfer full): the summer; NOT_SUPPORTED where no code may run
 */
FkFlashSummer *
fk_flash_summer_new (
    FkFlash *flash, FkFlashSum *sums, guint n_sums, GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) local_error = NULL;

  if (!flash->doubts_unit && fk_crc_unit_is_known (flash) && suits_unit (sums, n_sums))
    {
      FkFlashSummer *self = borrow (flash, sums, n_sums, TRUE, cancellable, &local_error);

      if (self != NULL)
        return self;
      if (!fk_flash_loader_cannot_run (local_error))
        {
          g_propagate_error (error, g_steal_pointer (&local_error));
          return NULL;
        }
    }
  return borrow (flash, sums, n_sums, FALSE, cancellable, error);
}

/**
 * fk_flash_summer_uses_unit:
 *
 * Returns: whether the sums are the CRC unit's, so that there is another way to them
 */
gboolean
fk_flash_summer_uses_unit (FkFlashSummer *self)
{
  return self->unit != NULL;
}

/**
 * fk_flash_summer_start:
 *
 * Starts the loader; the core is busy then until fk_flash_summer_finish() or
 * fk_flash_summer_end().  Memory that is not in a portion of the RAM that the loader needs can be
 * read meanwhile.
 */
gboolean
fk_flash_summer_start (FkFlashSummer *self, GError **error)
{
  return start (self, error);
}

static gint64
get_elapsed (FkFlashSummer *self)
{
  /* Naps of a simulated chip take no time here. */
  return MAX (g_get_monotonic_time () - self->started, self->waited);
}

/* How many bytes the first @n_done pieces are, the loader itself being the first. */
static guint64
count_done (FkFlashSummer *self, guint n_done)
{
  return n_done == 0 ? 0 : self->loader->size + count_bytes (self->sums + self->first, n_done - 1);
}

/* Microseconds that the piece after @n_done of them may take, when they took @elapsed. */
static gint64
get_patience (FkFlashSummer *self, guint n_done, gint64 elapsed)
{
  guint64 bytes = count_done (self, n_done + 1) - count_done (self, n_done);
  guint64 done = count_done (self, n_done);
  guint64 allowed = bytes * SLOWEST_US;

  if (done > 0)
    allowed = MIN (allowed, bytes * (guint64)elapsed * PACE_ALLOWANCE / done);
  return (gint64)allowed + PATIENCE_MS * 1000;
}

/* As long as the rest takes at the pace so far, but not so long that cancelling is not felt.  Of a
 * piece that is under way, half is done, or it is not known better. */
static void
nap (FkFlashSummer *self, guint n_done, gint64 elapsed)
{
  guint64 done = (count_done (self, n_done) + count_done (self, MIN (n_done, self->n) + 1)) / 2;
  guint64 left = count_done (self, self->n + 1) - done;
  guint64 needed = n_done > 1 ? left * (guint64)elapsed / done : NAP_MIN_US;
  guint us = (guint)CLAMP (needed, NAP_MIN_US, NAP_MAX_US);

  fk_target_pass_time (self->flash->target, us);
  self->waited += us;
}

/* How many words of results a look takes. */
static guint
get_n_found (FkFlashSummer *self)
{
  return self->n + 2 <= LOOK_MAX ? self->n + 2 : 1;
}

/* @n_done: (out): how many sums there are, the loader's own being the first */
static gboolean
look (FkFlashSummer *self, gboolean *ended, guint32 *n_done, GError **error)
{
  if (!fk_target_has_ended_with (self->flash->target, self->results, self->found,
                                 get_n_found (self), ended, error))
    return FALSE;
  *n_done = self->found[0];
  return TRUE;
}

/* Waits until the core stands still, or does not get on. */
static gboolean
wait_for_end (FkFlashSummer *self, FkProgress *progress, GCancellable *cancellable, GError **error)
{
  gint64 since = get_elapsed (self);
  gint64 limit = since + get_patience (self, 0, since);
  guint n_before = 0;

  for (;;)
    {
      gint64 elapsed = get_elapsed (self);
      gboolean ended;
      guint32 n_done;

      if (g_cancellable_set_error_if_cancelled (cancellable, error) ||
          !look (self, &ended, &n_done, error))
        return FALSE;
      if (ended)
        {
          self->running = FALSE;
          return TRUE;
        }
      elapsed += (get_elapsed (self) - elapsed) / 2; /* when it was counted */
      if (n_done > n_before && n_done <= self->n)
        {
          n_before = n_done;
          limit = elapsed + get_patience (self, n_done, elapsed);
          fk_progress_set_bytes (progress, self->first + n_done - 1, self->n_sums);
        }
      if (elapsed >= limit)
        break;
      /* All is summed, and the core about to stop. */
      nap (self, n_done == self->n + 1 ? n_done : n_before, elapsed);
    }
  g_set_error (error, FK_ERROR, FK_ERROR_NOT_SUPPORTED,
               "The code that computes checksums does not get on: %u of %u sums", n_before,
               self->n + 1);
  return FALSE;
}

/* It stands, but has not done all: a fault stops elsewhere. */
static gboolean
explain_end (FkFlashSummer *self, guint n_done, GError **error)
{
  FkTarget *target = self->flash->target;
  guint32 pc;

  if (!fk_target_wait_halted (target, 0, NULL, error) ||
      !fk_target_read_register (target, FK_REG_PC, &pc, error))
    return FALSE;
  g_set_error (error, FK_ERROR, FK_ERROR_NOT_SUPPORTED,
               "The code that computes checksums stopped at 0x%08x after %u of %u sums", pc, n_done,
               self->n + 1);
  return FALSE;
}

static gboolean
take_results (FkFlashSummer *self, GError **error)
{
  guint n = self->n + 2;
  guint n_found = get_n_found (self);
  g_autofree guint8 *bytes = g_malloc (4 * (gsize)n);

  if (self->found[0] != self->n + 1)
    return explain_end (self, self->found[0], error);
  for (guint i = 0; i < n_found; i++)
    fk_store_u32le (bytes + 4 * i, self->found[i]);
  if (n > n_found &&
      !fk_target_read (self->flash->target, self->results + 4 * n_found, bytes + 4 * n_found,
                       4 * (gsize)(n - n_found), NULL, NULL, error))
    return FALSE;
  if (fk_load_u32le (bytes + 4) != fk_crc32 (self->loader->code, self->loader->size))
    {
      g_set_error (error, FK_ERROR, FK_ERROR_NOT_SUPPORTED,
                   "The chip computes wrong checksums of known data");
      return FALSE;
    }
  for (guint i = 0; i < self->n; i++)
    self->sums[self->first + i].crc = fk_load_u32le (bytes + 8 + 4 * i);
  return TRUE;
}

static gboolean
stop (FkFlashSummer *self, GError **error)
{
  if (self->running && !fk_target_halt (self->flash->target, NULL, error))
    return FALSE;
  self->running = FALSE;
  return TRUE;
}

/**
 * fk_flash_summer_finish:
 *
 * Waits for the loader, and has it do what did not fit into its table; then every sum has its crc.
 *
 * Errors: NOT_SUPPORTED and CORE_LOCKED when the code does not run as it should
 */
gboolean
fk_flash_summer_finish (FkFlashSummer *self,
                        FkProgress *progress,
                        GCancellable *cancellable,
                        GError **error)
{
  for (;;)
    {
      guint next;

      if (!wait_for_end (self, progress, cancellable, error))
        {
          stop (self, NULL);
          return FALSE;
        }
      if (!take_results (self, error))
        return FALSE;
      next = self->first + self->n;
      fk_progress_set_bytes (progress, next, self->n_sums);
      if (next == self->n_sums)
        {
          self->flash->summed_by_unit = self->unit != NULL;
          return TRUE;
        }
      if (!prepare_portion (self, next, error) || !start (self, error))
        return FALSE;
    }
}

static gboolean
return_all (FkFlashSummer *self, GError **error)
{
  gboolean stopped;

  if (self->unit == NULL)
    return fk_target_ram_return (self->ram, error);
  stopped = stop (self, error);
  return fk_crc_unit_return_with (self->unit, self->ram, stopped ? error : NULL) && stopped;
}

/* The loan only where the unit could be returned. */
static gboolean
keep_ram (FkFlashSummer *self, GError **error)
{
  if (self->unit == NULL || fk_crc_unit_return (self->unit, error))
    return fk_flash_keep_ram (self->flash, &self->ram, error);
  fk_target_ram_return (self->ram, NULL);
  return FALSE;
}

/* Gives all back, also when a part of it fails.
 *
 * @keep: after fk_flash_summer_finish() alone: the RAM is left for fk_flash_give_back() */
gboolean
fk_flash_summer_end (FkFlashSummer *self, gboolean keep, GError **error)
{
  return keep ? keep_ram (self, error) : return_all (self, error);
}

void
fk_flash_summer_free (FkFlashSummer *self)
{
  if (self == NULL)
    return;
  if (self->ram != NULL)
    fk_flash_summer_end (self, FALSE, NULL);
  g_clear_pointer (&self->unit, fk_crc_unit_free);
  g_clear_pointer (&self->ram, fk_target_ram_free);
  g_object_unref (self->flash);
  g_free (self);
}
