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

/* Nothing is pushed by our code; this is for a fault on the way, so that it overwrites nothing. */
#define STACK 64

/* The chip may run at any clock: this allows 1 MHz at some 2 cycles a byte, ten times over. */
#define TIMEOUT_BASE_MS    1000
#define TIMEOUT_BYTES_A_MS 50

typedef struct
{
  FkTarget *target;
  guint32 code;
  guint32 table;
  guint32 watchdog;
  guint32 stack;
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

/* Table and words as the loader has them, with what its last look may reach beyond. */
static GByteArray *
make_table (GArray *words, GError **error)
{
  g_autoptr (GArray) sorted = g_array_copy (words);
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  guint n_same = 0;

  g_assert (words->len > 0 && words->len <= MOST_WORDS);
  g_array_sort (sorted, compare_hashes);
  g_byte_array_set_size (bytes, TABLE_SIZE + (words->len + MOST_SAME - 1) * 4);
  memset (bytes->data, 0, bytes->len);
  for (guint i = 0; i < sorted->len; i++)
    {
      guint32 word = g_array_index (sorted, guint32, i);
      guint8 *place = &bytes->data[hash_word (word)];

      n_same = *place != 0 ? n_same + 1 : 1;
      if (*place == 0)
        *place = (guint8)(i + 1);
      if (n_same > MOST_SAME)
        {
          g_set_error (error, FK_ERROR, FK_ERROR_NOT_SUPPORTED,
                       "What is looked for is too much alike");
          return NULL;
        }
      fk_store_u32le (bytes->data + TABLE_SIZE + i * 4, word);
    }
  for (guint i = sorted->len; i < sorted->len + MOST_SAME - 1; i++)
    fk_store_u32le (bytes->data + TABLE_SIZE + i * 4,
                    g_array_index (sorted, guint32, sorted->len - 1));
  return g_steal_pointer (&bytes);
}

/* @where: (out): of the first word, or the end */
static gboolean
run (Finder *self, FkRange range, guint32 *where, GCancellable *cancellable, GError **error)
{
  guint32 end = (guint32)fk_range_end (range);
  guint32 pc;

  if (!fk_target_start (self->target, self->code, self->stack,
                        (const guint32[]){ range.address, end, self->table, self->watchdog },
                        error) ||
      !fk_target_wait_halted (self->target, TIMEOUT_BASE_MS + range.size / TIMEOUT_BYTES_A_MS,
                              cancellable, error) ||
      !fk_target_read_register (self->target, FK_REG_PC, &pc, error) ||
      !fk_target_read_register (self->target, FK_REG_R0, where, error))
    return FALSE;
  if (pc >= self->code && pc < self->table && *where >= range.address && *where <= end)
    return TRUE;
  g_set_error (error, FK_ERROR, FK_ERROR_NOT_SUPPORTED,
               "The code that looks for words stopped at 0x%08x, and at 0x%08x of what it looks at",
               pc, *where);
  return FALSE;
}

/* The words themselves, and no other place of the table, are what it has to find. */
static gboolean
check_itself (Finder *self, GCancellable *cancellable, GError **error)
{
  FkRange words = { self->table + TABLE_SIZE, STRIDE };
  FkRange code = { self->code, (guint32)fk_loader_find.size / STRIDE * STRIDE };
  guint32 first, none;

  if (!run (self, words, &first, cancellable, error) ||
      !run (self, code, &none, cancellable, error))
    return FALSE;
  if (first == words.address && none == fk_range_end (code))
    return TRUE;
  g_set_error (error, FK_ERROR, FK_ERROR_NOT_SUPPORTED,
               "The code that looks for words does not find them");
  return FALSE;
}

/**
 * fk_flash_has_word:
 * @range: memory of the chip outside its RAM; whole multiples of 8 bytes
 * @words: (element-type guint32): at most 200
 * @found: (out): whether one of them stands at an address that is a multiple of 8
 *
 * Looks for words by code on the chip; RAM and registers are given back.  Whoever looks for more
 * than 10 bytes at any address gives the eight words that may be the first at such an address.
 *
 * Errors: as fk_flash_loader_cannot_run() tells where the code does not run: read instead.
 */
gboolean
fk_flash_has_word (FkFlash *self,
                   FkRange range,
                   GArray *words,
                   gboolean *found,
                   GCancellable *cancellable,
                   GError **error)
{
  const FkRegion *region = fk_chip_find_region (self->chip, "ram");
  g_autoptr (GByteArray) table = NULL;
  g_autoptr (FkTargetRam) ram = NULL;
  Finder finder = { .target = self->target };
  gsize size;
  guint32 where = 0;
  gboolean ran;

  g_return_val_if_fail (FK_IS_FLASH (self), FALSE);
  g_return_val_if_fail (words != NULL && found != NULL, FALSE);
  g_return_val_if_fail (range.address % STRIDE == 0 && range.size % STRIDE == 0, FALSE);

  table = make_table (words, error);
  if (table == NULL)
    return FALSE;
  size = (fk_loader_find.size + table->len + 4 + STACK + 7) & ~(gsize)7;
  if (!self->use_ram || region == NULL || region->range.size < size)
    {
      g_set_error (error, FK_ERROR, FK_ERROR_NOT_SUPPORTED, "No code may be run in the chip's RAM");
      return FALSE;
    }
  if (!fk_flash_check_window_watchdog (self, error))
    return FALSE;
  finder.code = region->range.address;
  finder.table = finder.code + (guint32)fk_loader_find.size;
  finder.stack = finder.code + (guint32)size;
  finder.watchdog = fk_flash_get_watchdog (self, finder.table + table->len);
  ram = fk_target_borrow_ram (self->target, finder.code, size, fk_loader_find.used, TRUE,
                              cancellable, error);
  if (ram == NULL)
    return FALSE;
  ran = fk_flash_upload (self, finder.code, fk_loader_find.code, fk_loader_find.size, error) &&
        fk_flash_upload (self, finder.table, table->data, table->len, error) &&
        check_itself (&finder, cancellable, error) &&
        run (&finder, range, &where, cancellable, error);
  *found = where != (guint32)fk_range_end (range);
  return fk_target_ram_return (ram, ran ? error : NULL) && ran;
}
