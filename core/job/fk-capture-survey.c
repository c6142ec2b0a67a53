/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the flash of a chip holds, without reading what can be known otherwise.  The chip sums its
 * flash in one pass, piece by piece, in a fraction of the time that reading takes.  A piece whose
 * sum is that of blank cells, of what is to be written there, or of what one of the chip's backups
 * has there, is known; the others are read, and have to have the sum that the chip computed.  So
 * whatever comes out of this agrees with the chip: nothing gets in on trust. */

#include "config.h"

#include "job/fk-job-private.h"

#include <glib/gi18n.h>

#include "base/fk-crc32.h"
#include "base/fk-error.h"
#include "compare/fk-compare.h"
#include "compare/fk-uid-search.h"
#include "flash/fk-flash-driver.h"
#include "job/fk-chip-facts.h"

#include <string.h>

/* One changed byte costs reading this much, 20 ms; finer pieces cost a sum each.  Small sectors
 * share one. */
#define PIECE 4096u

/* Readings, each with sums of its own, until they agree. */
#define ATTEMPTS 2

/* Backups of the chip that are compared with it. */
#define KNOWN_MAX 3

/* Of a piece that is to be replaced: enough to see that it cannot be programmed in place; never
 * less than a unit. */
#define SAMPLE 64u

/* Sectors that turned out to have to be erased; then the rest is believed to have to be, too. */
#define SAMPLES_MAX 8

typedef struct
{
  FkConnection *connection;
  FkRange flash;
  guint8 blank;
  guint unit; /* bytes that are programmed together */
  FkFlashSum *sums;
  guint n;            /* pieces */
  guint8 *bytes;      /* of the whole flash, right where a piece is known */
  gboolean *known;    /* of each piece */
  gboolean *wanted;   /* whether an unknown one has to be read */
  gboolean has_first; /* piece, which was read while the chip summed */
  FkImage *image;     /* that is to be written */
  gboolean chosen;    /* what has to be read for that */
} Survey;

static void
survey_free (Survey *self)
{
  g_free (self->sums);
  g_free (self->bytes);
  g_free (self->known);
  g_free (self->wanted);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Survey, survey_free)

static void
add_pieces (Survey *self, FkRange part)
{
  for (guint32 offset = 0; offset < part.size; offset += PIECE)
    self->sums[self->n++].range =
        (FkRange){ part.address + offset, MIN (PIECE, part.size - offset) };
}

static Survey *
survey_new (FkConnection *connection)
{
  FkChip *chip = fk_identity_get_chip (connection->identity);
  Survey *self = g_new0 (Survey, 1);
  const FkRange *parts;
  guint n_parts;

  self->connection = connection;
  self->flash = fk_chip_find_region (chip, "flash")->range;
  self->blank = fk_chip_get_erased_value (chip);
  self->unit = fk_flash_driver_find_unit (chip);
  parts = fk_chip_get_flash_parts (chip, &n_parts);
  self->sums = g_new0 (FkFlashSum, self->flash.size / PIECE + n_parts);
  for (guint i = 0; i < n_parts; i++)
    add_pieces (self, parts[i]);
  self->bytes = g_malloc (self->flash.size);
  self->known = g_new0 (gboolean, self->n);
  self->wanted = g_new0 (gboolean, self->n);
  return self;
}

static guint8 *
get_bytes (Survey *self, guint i)
{
  return self->bytes + (self->sums[i].range.address - self->flash.address);
}

static gboolean
agrees (Survey *self, guint i)
{
  return fk_crc32 (get_bytes (self, i), self->sums[i].range.size) == self->sums[i].crc;
}

static gboolean
is_all_known (Survey *self)
{
  for (guint i = 0; i < self->n; i++)
    if (!self->known[i])
      return FALSE;
  return TRUE;
}

static void
try_blank (Survey *self)
{
  for (guint i = 0; i < self->n; i++)
    if (!self->known[i])
      {
        memset (get_bytes (self, i), self->blank, self->sums[i].range.size);
        self->known[i] = agrees (self, i);
      }
}

static void
try_image (Survey *self, FkImage *image)
{
  for (guint i = 0; i < self->n; i++)
    if (!self->known[i] && fk_image_read (image, self->sums[i].range, get_bytes (self, i)))
      self->known[i] = agrees (self, i);
}

static gboolean
is_candidate (FkBackup *backup, const char *uid, FkRange flash)
{
  const FkBackupRegion *region = fk_backup_find_region (backup, "flash");

  return *uid != '\0' && g_ascii_strcasecmp (uid, fk_backup_get_uid (backup)) == 0 &&
         region != NULL && region->range.address == flash.address &&
         region->range.size == flash.size;
}

/* The newest backups of this chip, as long as they differ; edited ones, which perhaps no chip has
 * held, come last. */
static GPtrArray *
list_candidates (FkConnection *connection, FkRange flash, GCancellable *cancellable)
{
  const char *uid = fk_identity_get_uid (connection->identity);
  g_autoptr (GPtrArray) backups = fk_library_list (connection->library, NULL, cancellable, NULL);
  g_autoptr (GPtrArray) candidates = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GHashTable) sums = g_hash_table_new (g_str_hash, g_str_equal);
  guint n_backups = backups != NULL ? backups->len : 0;

  for (guint i = 0; i < 2 * n_backups && candidates->len < KNOWN_MAX; i++)
    {
      FkBackup *backup = g_ptr_array_index (backups, i % n_backups);
      gboolean is_edited = *fk_backup_get_edited_from (backup) != '\0';

      if (is_edited == (i >= n_backups) && is_candidate (backup, uid, flash) &&
          g_hash_table_add (sums, fk_backup_find_region (backup, "flash")->sha256))
        g_ptr_array_add (candidates, g_object_ref (backup));
    }
  return g_steal_pointer (&candidates);
}

static void
try_backups (Survey *self, GCancellable *cancellable)
{
  g_autoptr (GPtrArray) candidates = NULL;

  if (is_all_known (self))
    return;
  candidates = list_candidates (self->connection, self->flash, cancellable);
  for (guint i = 0; i < candidates->len && !is_all_known (self); i++)
    {
      g_autoptr (GBytes) bytes =
          fk_backup_load_region (g_ptr_array_index (candidates, i), "flash", cancellable, NULL);
      g_autoptr (FkImage) image =
          bytes != NULL ? fk_image_new_for_bytes (self->flash.address, bytes, NULL) : NULL;

      if (image != NULL)
        try_image (self, image);
    }
}

/* --- What has to be read --- */

static gboolean
is_blank (Survey *self, const guint8 *data)
{
  for (guint i = 0; i < self->unit; i++)
    if (data[i] != self->blank)
      return FALSE;
  return TRUE;
}

/* Whether what is at @address could become what @image has there without an erase, as far as the
 * first bytes of it tell. */
static gboolean
sample_fits (Survey *self, FkRange piece, FkImage *image, gboolean *fits, GError **error)
{
  FkRange range = { piece.address, MIN (MAX (SAMPLE, self->unit), piece.size) };
  g_autoptr (GBytes) held = fk_flash_read (self->connection->flash, range, NULL, NULL, error);
  guint8 after[MAX (SAMPLE, FK_FLASH_UNIT_MAX)];
  const guint8 *before;

  if (held == NULL)
    return FALSE;
  before = g_bytes_get_data (held, NULL);
  fk_image_read_filled (image, range, self->blank, after);
  *fits = TRUE;
  for (guint i = 0; i < range.size && *fits; i += self->unit)
    *fits = is_blank (self, before + i) || memcmp (before + i, after + i, self->unit) == 0;
  return TRUE;
}

/* The pieces @first to @end, of one sector or of several small ones.  What @image does not replace
 * has to be preserved, so it is read.  The rest is worth reading only while it looks as if an erase
 * could be saved by it.  @doomed counts where it could not. */
static gboolean
choose_among (Survey *self, guint first, guint end, FkImage *image, guint *doomed, GError **error)
{
  gboolean fits = *doomed < SAMPLES_MAX;

  for (guint i = first; i < end; i++)
    self->wanted[i] = !self->known[i] && !fk_image_has (image, self->sums[i].range);
  for (guint i = first; i < end && fits; i++)
    if (!self->known[i] && !self->wanted[i])
      {
        if (!sample_fits (self, self->sums[i].range, image, &fits, error))
          return FALSE;
        *doomed += !fits;
      }
  for (guint i = first; i < end && fits; i++)
    self->wanted[i] = !self->known[i];
  return TRUE;
}

/* Only what a plan for @image needs. */
static gboolean
choose (Survey *self, FkImage *image, GError **error)
{
  guint doomed = 0;

  for (guint first = 0; first < self->n;)
    {
      FkChip *chip = fk_identity_get_chip (self->connection->identity);
      FkRange group = self->sums[first].range;
      FkRange sector = fk_chip_find_sector (chip, group.address)->range;
      guint end = first + 1;

      while (end < self->n && fk_range_has (sector, self->sums[end].range.address))
        group.size += self->sums[end++].range.size;
      if (fk_image_touches (image, group) &&
          !choose_among (self, first, end, image, &doomed, error))
        return FALSE;
      first = end;
    }
  return TRUE;
}

static void
choose_all (Survey *self)
{
  for (guint i = 0; i < self->n; i++)
    self->wanted[i] = !self->known[i];
}

/* --- Reading --- */

static gboolean
read_run (Survey *self, guint first, guint end, GCancellable *cancellable, GError **error)
{
  FkRange last = self->sums[end - 1].range;
  FkRange run = { .address = self->sums[first].range.address };
  g_autoptr (GBytes) bytes = NULL;

  run.size = (guint32)(fk_range_end (last) - run.address);
  bytes = fk_flash_read (self->connection->flash, run, NULL, cancellable, error);
  if (bytes == NULL)
    return FALSE;
  memcpy (get_bytes (self, first), g_bytes_get_data (bytes, NULL), run.size);
  for (guint i = first; i < end; i++)
    self->known[i] = agrees (self, i);
  return TRUE;
}

static gboolean
is_to_read (Survey *self, guint i)
{
  return self->wanted[i] && !self->known[i];
}

static guint
count_to_read (Survey *self)
{
  guint n = 0;

  for (guint i = 0; i < self->n; i++)
    n += is_to_read (self, i);
  return n;
}

/* Whether there is no gap before the piece @i. */
static gboolean
follows (Survey *self, guint i)
{
  return fk_range_end (self->sums[i - 1].range) == self->sums[i].range.address;
}

/* Enough for some 100 ms, so that progress and cancel come often. */
#define RUN_MAX 4

static gboolean
read_pieces (Survey *self, FkProgress *progress, GCancellable *cancellable, GError **error)
{
  guint n_to_read = count_to_read (self);
  guint n_read = 0;

  for (guint first = 0; first < self->n;)
    {
      guint end = first;

      while (end < self->n && end - first < RUN_MAX && is_to_read (self, end) &&
             (end == first || follows (self, end)))
        end++;
      if (end > first && !read_run (self, first, end, cancellable, error))
        return FALSE;
      n_read += end - first;
      if (n_to_read > 0)
        fk_progress_set_bytes (progress, n_read, n_to_read);
      first = MAX (end, first + 1);
    }
  return TRUE;
}

/* What was read has not its sum.  The chip's CRC unit may have been wrong; a sum may have come over
 * the wire wrong, as the bytes may. */
static gboolean
sum_again (Survey *self, FkProgress *progress, GCancellable *cancellable, GError **error)
{
  g_autofree guint32 *expected = g_new (guint32, self->n);

  for (guint i = 0; i < self->n; i++)
    expected[i] = is_to_read (self, i) ? fk_crc32 (get_bytes (self, i), self->sums[i].range.size)
                                       : self->sums[i].crc;
  if (!fk_flash_check_unit (self->connection->flash, self->sums, expected, self->n, progress,
                            cancellable, error))
    return FALSE;
  for (guint i = 0; i < self->n; i++)
    if (is_to_read (self, i))
      self->known[i] = agrees (self, i);
  for (guint i = 0; i < self->n; i++)
    if (is_to_read (self, i) &&
        !fk_flash_sum (self->connection->flash, &self->sums[i], 1, NULL, cancellable, error))
      return FALSE;
  return TRUE;
}

static gboolean
read_what_is_needed (Survey *self, FkProgress *progress, GCancellable *cancellable, GError **error)
{
  for (guint attempt = 1; count_to_read (self) > 0; attempt++)
    {
      if (attempt > ATTEMPTS)
        {
          g_set_error (error, FK_ERROR, FK_ERROR_VERIFY_MISMATCH,
                       "What was read is not what the chip holds");
          return FALSE;
        }
      if (attempt > 1)
        {
          fk_progress_note (progress, "%s",
                            _ ("What was read is not what the chip holds; reading again"));
          if (!sum_again (self, progress, cancellable, error))
            return FALSE;
        }
      if (!read_pieces (self, progress, cancellable, error))
        return FALSE;
    }
  return TRUE;
}

/* Reading this many pieces costs no more than looking for what is in them. */
#define FEW_PIECES 8

static guint
count_unknown (Survey *self)
{
  guint n = 0;

  for (guint i = 0; i < self->n; i++)
    n += !self->known[i];
  return n;
}

static gboolean
choose_meanwhile (gpointer data, GError **error)
{
  Survey *self = data;

  self->chosen = choose (self, self->image, error);
  return self->chosen;
}

/* Firmware that carries the chip's unique ID is not replaced by what has none without a warning. */
static gboolean
may_hold_uid (
    Survey *self, FkImage *image, gboolean *may_hold, GCancellable *cancellable, GError **error)
{
  GBytes *uid = fk_identity_get_uid_bytes (self->connection->identity);
  g_autoptr (GArray) words = uid != NULL ? fk_uid_list_words (uid) : NULL;
  const FkRange *parts;
  FkUidHit hit;
  guint n_parts;
  guint n_hits;

  *may_hold = FALSE;
  if (words == NULL || words->len == 0 || fk_uid_find (image, uid, &hit, &n_hits))
    return TRUE;
  self->image = image;
  parts = fk_chip_get_flash_parts (fk_identity_get_chip (self->connection->identity), &n_parts);
  for (guint i = 0; i < n_parts && !*may_hold; i++)
    if (!fk_flash_has_word (self->connection->flash, parts[i], words, may_hold,
                            i == 0 ? choose_meanwhile : NULL, self, cancellable, error))
      return FALSE;
  return TRUE;
}

/* Whether all that is still unknown has to be read to tell what would be lost. */
static gboolean
needs_all (Survey *self, FkImage *image, gboolean *needs, GCancellable *cancellable, GError **error)
{
  FkChip *chip = fk_identity_get_chip (self->connection->identity);
  g_autoptr (FkChipFacts) facts = fk_chip_facts_new (chip);

  *needs = TRUE;
  if (count_unknown (self) <= FEW_PIECES)
    return TRUE;
  if (!self->known[0])
    {
      self->wanted[0] = TRUE;
      if (!read_what_is_needed (self, NULL, cancellable, error))
        return FALSE;
    }
  return !fk_replacement_is_plain (image, get_bytes (self, 0), self->sums[0].range.size,
                                   &facts->context) ||
         may_hold_uid (self, image, needs, cancellable, error);
}

/* How much of the flash is summed in no more time than it takes to read a piece of it. */
#define READING_IS_FREE (32 * 1024)

/* While the chip sums, the first piece comes over the wire: it tells what kind of program is there,
 * and is most often not known. */
static gboolean
read_first_meanwhile (gpointer data, GError **error)
{
  Survey *self = data;
  FkRange range = self->sums[0].range;
  g_autoptr (GBytes) bytes = fk_flash_read (self->connection->flash, range, NULL, NULL, error);

  if (bytes == NULL)
    return FALSE;
  memcpy (get_bytes (self, 0), g_bytes_get_data (bytes, NULL), range.size);
  self->has_first = TRUE;
  return TRUE;
}

static gboolean
sum_all (Survey *self,
         gboolean reads_first,
         FkProgress *progress,
         GCancellable *cancellable,
         GError **error)
{
  FkFlash *flash = self->connection->flash;

  if (!reads_first)
    return fk_flash_sum (flash, self->sums, self->n, progress, cancellable, error);
  if (!fk_flash_sum_and_read (flash, self->sums, self->n, read_first_meanwhile, self, progress,
                              cancellable, error))
    return FALSE;
  self->known[0] = self->has_first && agrees (self, 0);
  return TRUE;
}

static FkImage *
take_image (Survey *self, GError **error)
{
  g_autoptr (FkImage) image = fk_image_new ();

  for (guint i = 0; i < self->n; i++)
    if (self->known[i] && !fk_image_add_data (image, self->sums[i].range.address,
                                              get_bytes (self, i), self->sums[i].range.size, error))
      return NULL;
  return g_steal_pointer (&image);
}

static gboolean
survey (Survey *self,
        FkImage *wanted,
        gboolean all,
        FkProgress *progress,
        GCancellable *cancellable,
        GError **error)
{
  static const FkProgressStep steps[] = { { NULL, 1 }, { NULL, 8 } };
  gboolean reads_first = !all && self->flash.size > READING_IS_FREE;

  fk_progress_set_steps (progress, steps, G_N_ELEMENTS (steps));
  if (!fk_flash_check_readable (self->connection->flash, cancellable, error) ||
      !sum_all (self, reads_first, fk_progress_get_child (progress), cancellable, error))
    return FALSE;
  fk_progress_step_done (progress);
  if (wanted != NULL)
    try_image (self, wanted);
  try_blank (self);
  try_backups (self, cancellable);
  if (!all && !needs_all (self, wanted, &all, cancellable, error))
    return FALSE;
  if (all)
    choose_all (self);
  else if (!self->chosen && !choose (self, wanted, error))
    return FALSE;
  if (!read_what_is_needed (self, fk_progress_get_child (progress), cancellable, error))
    return FALSE;
  fk_progress_step_done (progress);
  return TRUE;
}

/*
 * Finds out what the flash holds.
 *
 * @wanted: (nullable): what is to be written to it
 * @all: whether every byte has to be known; %FALSE, with @wanted, for what a plan needs, and who
 *   tells what would be lost: bytes that @wanted replaces may then be missing where they are
 * neither blank nor right already, and bytes of sectors that it does not touch
 * @how: (out): by what it was proved
 *
 * Returns: (transfer full): what the flash holds
 */
FkImage *
fk_capture_survey (FkConnection *connection,
                   FkImage *wanted,
                   gboolean all,
                   FkVerified *how,
                   FkProgress *progress,
                   GCancellable *cancellable,
                   GError **error)
{
  g_autoptr (Survey) self = survey_new (connection);
  g_autoptr (GError) local_error = NULL;

  g_assert (all || wanted != NULL);

  if (survey (self, wanted, all, progress, cancellable, &local_error))
    {
      *how = FK_VERIFIED_CRC;
      return take_image (self, error);
    }
  /* Where the chip's sums are not to be had, or do not agree with what is read: by reading all. */
  if (fk_flash_loader_cannot_run (local_error))
    return fk_capture_flash (connection, how, progress, cancellable, error);
  g_propagate_error (error, g_steal_pointer (&local_error));
  return NULL;
}
