/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Looking for words in the flash by code on the chip, which takes a tenth of a second for a MiB
 * where reading it takes four.  That nothing was found is believed only after the code has found
 * what it had to find. */

#include "config.h"

#include "flash/fk-flash.h"

#include "base/fk-error.h"
#include "base/fk-reader.h"
#include "flash/fk-flash-private.h"
#include "flash/loaders/fk-loaders.h"

#include <string.h>

#define TABLE_SIZE 1024u
#define FACTOR     0x9e3779b1u /* as in the loader */
#define MOST_WORDS 200u
#define MOST_SAME  4u /* words of one hash */
#define STRIDE     8u

/* What the loader pushes, and a fault on the way. */
#define STACK 80

/* The chip may run at any clock: this allows 1 MHz at some 2 cycles a byte, ten times over. */
#define TIMEOUT_BASE_MS    1000
#define TIMEOUT_BYTES_A_MS 50

/* Between two looks at the core: a part of the time that it has taken so far. */
#define NAP_PART   8
#define NAP_MIN_US 500
#define NAP_MAX_US 20000

/* The control block: the watchdog, the table, how many words, where; then the runs, each where to
 * begin, where to end and what is found; and a run of zeros. */
#define CONTROL_SIZE 16u
#define RUN_SIZE     12u

enum
{
  RUN_WORDS, /* has to find the first of the words themselves */
  RUN_CODE,  /* has to find nothing in the loader's own code */
  RUN_RANGE,
  N_RUNS,
};

typedef struct
{
  FkFlash *flash;
  FkTargetRam *ram;
  guint32 code;
  guint32 control;
  guint32 words;
  guint32 table;
  guint32 stack;
  gsize size; /* of all of it */
  FkRange runs[N_RUNS];
  gint64 started;
  gint64 waited; /* microseconds since, as far as they were slept */
} Finder;

static guint
hash_word (guint32 word)
{
  return word * FACTOR >> 22;
}

static int
compare_hashes (gconstpointer a, gconstpointer b)
{
  guint left = hash_word (*(const guint32 *)a);
  guint right = hash_word (*(const guint32 *)b);

  return (left > right) - (left < right);
}

/* Returns: (transfer full): the words as the loader wants them, with what its last look may reach
 *   beyond */
static GArray *
sort_words (GArray *words, GError **error)
{
  g_autoptr (GArray) sorted = g_array_copy (words);
  guint32 last;
  guint n_same = 0;

  g_assert (words->len > 0 && words->len <= MOST_WORDS);
  g_array_sort (sorted, compare_hashes);
  for (guint i = 1; i < sorted->len; i++)
    {
      gboolean same = compare_hashes (&g_array_index (sorted, guint32, i),
                                      &g_array_index (sorted, guint32, i - 1)) == 0;

      n_same = same ? n_same + 1 : 0;
      if (n_same >= MOST_SAME)
        {
          g_set_error (error, FK_ERROR, FK_ERROR_NOT_SUPPORTED,
                       "What is looked for is too much alike");
          return NULL;
        }
    }
  last = g_array_index (sorted, guint32, sorted->len - 1);
  for (guint i = 1; i < MOST_SAME; i++)
    g_array_append_val (sorted, last);
  return g_steal_pointer (&sorted);
}

static void
lay_out (Finder *self, guint32 start, guint n_words)
{
  self->code = start;
  self->control = start + (guint32)fk_loader_find.size;
  self->words = (self->control + CONTROL_SIZE + (N_RUNS + 1) * RUN_SIZE + STRIDE - 1) &
                ~(guint32)(STRIDE - 1);
  self->table = self->words + n_words * 4;
  self->size = (self->table + TABLE_SIZE + 4 + STACK + 7 - start) & ~(gsize)7;
  self->stack = start + (guint32)self->size;
  self->runs[RUN_WORDS] = (FkRange){ self->words, STRIDE };
  self->runs[RUN_CODE] = (FkRange){ self->code, (guint32)fk_loader_find.size / STRIDE * STRIDE };
}

/* Code, control block and words, in one go. */
static gboolean
upload (Finder *self, GArray *words, guint n_words, GError **error)
{
  gsize size = self->table - self->code;
  g_autofree guint8 *bytes = g_malloc0 (size);
  guint8 *control = bytes + (self->control - self->code);

  memcpy (bytes, fk_loader_find.code, fk_loader_find.size);
  fk_store_u32le (control, fk_flash_get_watchdog (self->flash, self->table + TABLE_SIZE));
  fk_store_u32le (control + 4, self->table);
  fk_store_u32le (control + 8, n_words);
  fk_store_u32le (control + 12, self->words);
  for (guint i = 0; i < N_RUNS; i++)
    {
      guint8 *run = control + CONTROL_SIZE + i * RUN_SIZE;

      fk_store_u32le (run, self->runs[i].address);
      fk_store_u32le (run + 4, (guint32)fk_range_end (self->runs[i]));
    }
  for (guint i = 0; i < words->len; i++)
    fk_store_u32le (bytes + (self->words - self->code) + i * 4, g_array_index (words, guint32, i));
  return fk_flash_upload (self->flash, self->code, bytes, size, error);
}

static gboolean
borrow (Finder *self, GArray *words, guint n_words, GCancellable *cancellable, GError **error)
{
  const FkRegion *region = fk_chip_find_region (self->flash->chip, "ram");

  if (region != NULL)
    lay_out (self, region->range.address, words->len);
  if (!self->flash->use_ram || region == NULL || region->range.size < self->size)
    {
      g_set_error (error, FK_ERROR, FK_ERROR_NOT_SUPPORTED, "No code may be run in the chip's RAM");
      return FALSE;
    }
  if (!fk_flash_check_window_watchdog (self->flash, error))
    return FALSE;
  self->ram =
      fk_flash_borrow_ram (self->flash, self->size, fk_loader_find.used, cancellable, error);
  return self->ram != NULL && upload (self, words, n_words, error);
}

static gboolean
start (Finder *self, GError **error)
{
  self->started = g_get_monotonic_time ();
  self->waited = 0;
  return fk_target_start (self->flash->target, self->code, self->stack, NULL, error);
}

static gint64
get_elapsed (Finder *self)
{
  /* Naps of a simulated chip take no time here. */
  return MAX (g_get_monotonic_time () - self->started, self->waited);
}

static gboolean
wait_for_end (Finder *self, GCancellable *cancellable, GError **error)
{
  FkTarget *target = self->flash->target;
  guint timeout_ms = TIMEOUT_BASE_MS + self->runs[RUN_RANGE].size / TIMEOUT_BYTES_A_MS;

  for (;;)
    {
      gint64 elapsed = get_elapsed (self);
      guint us = (guint)CLAMP (elapsed / NAP_PART, NAP_MIN_US, NAP_MAX_US);
      gboolean ended;

      if (g_cancellable_set_error_if_cancelled (cancellable, error) ||
          !fk_target_has_ended (target, &ended, error))
        return FALSE;
      if (ended)
        return TRUE;
      if (elapsed > (gint64)timeout_ms * 1000)
        break;
      fk_target_pass_time (target, us);
      self->waited += us;
    }
  g_set_error (error, FK_ERROR, FK_ERROR_NOT_SUPPORTED,
               "The code that looks for words did not end within %u ms", timeout_ms);
  return FALSE;
}

/* It stands, but has not done all: a fault stops elsewhere. */
static gboolean
explain_end (Finder *self, GError **error)
{
  FkTarget *target = self->flash->target;
  guint32 pc;

  if (!fk_target_wait_halted (target, 0, NULL, error) ||
      !fk_target_read_register (target, FK_REG_PC, &pc, error))
    return FALSE;
  g_set_error (error, FK_ERROR, FK_ERROR_NOT_SUPPORTED,
               "The code that looks for words stopped at 0x%08x, or does not find them", pc);
  return FALSE;
}

/* With another look at how it ended. */
static gboolean
take_results (Finder *self, gboolean *found, GError **error)
{
  guint32 words[N_RUNS * RUN_SIZE / 4];
  guint32 where[N_RUNS];
  FkRange range = self->runs[RUN_RANGE];
  gboolean ended;

  if (!fk_target_has_ended_with (self->flash->target, self->control + CONTROL_SIZE, words,
                                 G_N_ELEMENTS (words), &ended, error))
    return FALSE;
  for (guint i = 0; i < N_RUNS; i++)
    where[i] = words[i * RUN_SIZE / 4 + 2];
  if (where[RUN_WORDS] != self->words ||
      where[RUN_CODE] != (guint32)fk_range_end (self->runs[RUN_CODE]) ||
      where[RUN_RANGE] < range.address || where[RUN_RANGE] > (guint32)fk_range_end (range))
    return explain_end (self, error);
  *found = where[RUN_RANGE] != (guint32)fk_range_end (range);
  return TRUE;
}

/**
 * fk_flash_has_word:
 * @range: memory of the chip outside its RAM; whole multiples of 8 bytes
 * @words: (element-type guint32): at most 200
 * @found: (out): whether one of them stands at an address that is a multiple of 8
 * @meanwhile: (nullable): called once, while the chip looks; it may read memory of the chip, and
 *   what it reports of an error is reported here
 *
 * Looks for words by code on the chip, which stands still afterwards.  RAM and registers are given
 * back by fk_flash_give_back() or, after an error, before this returns.  Whoever looks for more
 * than 10 bytes at any address gives the eight words that may be the first at such an address.
 *
 * Errors: as fk_flash_loader_cannot_run() tells where the code does not run: read instead.
 */
gboolean
fk_flash_has_word (FkFlash *self,
                   FkRange range,
                   GArray *words,
                   gboolean *found,
                   FkFlashMeanwhile meanwhile,
                   gpointer meanwhile_data,
                   GCancellable *cancellable,
                   GError **error)
{
  Finder finder = { .flash = self };
  g_autoptr (GArray) sorted = NULL;
  g_autoptr (GError) local_error = NULL;
  g_autoptr (GError) end_error = NULL;

  g_return_val_if_fail (FK_IS_FLASH (self), FALSE);
  g_return_val_if_fail (words != NULL && found != NULL, FALSE);
  g_return_val_if_fail (range.address % STRIDE == 0 && range.size % STRIDE == 0, FALSE);

  sorted = sort_words (words, error);
  if (sorted == NULL)
    return FALSE;
  finder.runs[RUN_RANGE] = range;
  if (borrow (&finder, sorted, words->len, cancellable, &local_error) &&
      start (&finder, &local_error) &&
      (meanwhile == NULL || meanwhile (meanwhile_data, &local_error)) &&
      wait_for_end (&finder, cancellable, &local_error) &&
      take_results (&finder, found, &local_error) &&
      fk_flash_keep_ram (self, &finder.ram, &local_error))
    return TRUE;
  if (finder.ram != NULL)
    fk_target_ram_return (finder.ram, &end_error);
  g_clear_pointer (&finder.ram, fk_target_ram_free);
  /* That RAM was not given back matters more than that code did not run. */
  if (end_error != NULL && fk_flash_loader_cannot_run (local_error))
    g_propagate_error (error, g_steal_pointer (&end_error));
  else
    g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}
