/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Proving what the chip holds: by sums that the chip computes, or by reading all of it back.  A sum
 * that differs is never the last word: the piece is read, and what is wrong with it is told by its
 * first address, both bytes, and the pattern of the differences (field notes: "verify failed" alone
 * helps nobody). */

#include "config.h"

#include "flash/fk-flash.h"

#include <glib/gi18n.h>

#include "base/fk-crc32.h"
#include "base/fk-error.h"
#include "flash/fk-flash-private.h"
#include "flash/fk-option-protection.h"

#include <string.h>

/* What is summed and, where a sum differs, read at a time. */
#define PIECES_MAX 128
#define PIECE_MIN  1024

/* What is read back at a time where no sums can be had. */
#define PIECE_READ (64 * 1024)

/* What is known of the differences in one piece. */
typedef struct
{
  guint32 first;
  guint32 last;
  guint n_bytes;
  guint8 held;
  guint8 wanted;
  gboolean all_blank;      /* the chip has the erased value wherever it differs */
  gboolean only_cleared;   /* ... has zeros where there should be ones, nothing else */
  gboolean only_unwritten; /* ... has ones where there should be zeros, nothing else */
} Differences;

static gboolean
find_differences (FkSegment wanted, const guint8 *held, guint8 blank, Differences *out)
{
  *out = (Differences){ .all_blank = TRUE, .only_cleared = TRUE, .only_unwritten = TRUE };
  for (guint32 i = 0; i < wanted.range.size; i++)
    {
      guint8 is = held[i];
      guint8 should = wanted.data[i];

      if (is == should)
        continue;
      if (out->n_bytes++ == 0)
        {
          out->first = wanted.range.address + i;
          out->held = is;
          out->wanted = should;
        }
      out->last = wanted.range.address + i;
      out->all_blank = out->all_blank && is == blank;
      out->only_cleared = out->only_cleared && (is & should) == is;
      out->only_unwritten = out->only_unwritten && (is & should) == should;
    }
  return out->n_bytes > 0;
}

/* It is not known here whether the bytes were written just now, or whether the chip simply holds
 * another program; both are asked for. */
static const char *
explain_differences (const Differences *differences, guint8 blank)
{
  if (differences->all_blank)
    return "it is not programmed there";
  if (blank == 0 && differences->only_cleared)
    return "bits that should be 1 are 0; if this was written just now, the cells are worn out, or "
           "the supply was too weak";
  if (blank == 0 && differences->only_unwritten)
    return "bits that should be 0 are 1; if this was written just now, it was programmed over what "
           "was there, without an erase in between";
  if (differences->only_unwritten)
    return "bits that should be 0 are 1; if this was written just now, the cells are worn out, or "
           "the "
           "supply was too weak";
  if (differences->only_cleared)
    return "bits that should be 1 are 0; if this was written just now, it was programmed over what "
           "was "
           "there, without an erase in between";
  return "it holds something else there";
}

static void
set_mismatch (const Differences *differences, guint8 blank, gboolean steady, GError **error)
{
  g_autofree char *more = differences->n_bytes == 1
                              ? g_strdup ("this byte alone differs nearby")
                              : g_strdup_printf ("%u bytes differ between there and 0x%08x",
                                                 differences->n_bytes, differences->last);

  g_set_error (error, FK_ERROR, FK_ERROR_VERIFY_MISMATCH,
               "The chip holds 0x%02x instead of 0x%02x at 0x%08x (%s): %s", differences->held,
               differences->wanted, differences->first, more,
               steady ? explain_differences (differences, blank)
                      : "two readings of it were not the same, so the connection is not reliable; "
                        "try shorter wires or a lower speed");
}

/* Reads one piece and compares; what differs is read once more, to tell a wrong cell from a wrong
 * reading. */
static gboolean
compare_piece (FkFlash *self, FkSegment wanted, GCancellable *cancellable, GError **error)
{
  guint8 blank = fk_chip_get_erased_value (self->chip);
  g_autoptr (GBytes) held = NULL;
  g_autoptr (GBytes) again = NULL;
  Differences differences;

  held = fk_flash_read (self, wanted.range, NULL, cancellable, error);
  if (held == NULL)
    return FALSE;
  if (!find_differences (wanted, g_bytes_get_data (held, NULL), blank, &differences))
    return TRUE;
  again = fk_flash_read (self, wanted.range, NULL, cancellable, error);
  if (again == NULL)
    return FALSE;
  set_mismatch (&differences, fk_chip_get_erased_value (self->chip), g_bytes_equal (held, again),
                error);
  return FALSE;
}

/* The image in pieces of @size bytes. */
static GArray *
list_pieces (FkImage *image, guint32 size)
{
  g_autoptr (GArray) pieces = g_array_new (FALSE, FALSE, sizeof (FkSegment));

  for (guint i = 0; i < fk_image_get_n_segments (image); i++)
    {
      FkSegment segment = fk_image_get_segment (image, i);

      for (guint32 offset = 0; offset < segment.range.size; offset += size)
        {
          FkSegment piece = { { segment.range.address + offset,
                                MIN (size, segment.range.size - offset) },
                              segment.data + offset };

          g_array_append_val (pieces, piece);
        }
    }
  return g_steal_pointer (&pieces);
}

/* Leaves in @pieces those whose sums differ.  @summed: (out): %FALSE where no sums can be had. */
static gboolean
keep_different (FkFlash *self,
                GArray *pieces,
                gboolean *summed,
                FkProgress *progress,
                GCancellable *cancellable,
                GError **error)
{
  g_autofree FkFlashSum *sums = g_new0 (FkFlashSum, MAX (pieces->len, 1));
  g_autofree guint32 *expected = NULL;
  const FkSegment *all = (const FkSegment *)(gpointer)pieces->data;
  g_autoptr (GError) local_error = NULL;
  gboolean cannot_run;
  guint n_kept = 0;

  for (guint i = 0; i < pieces->len; i++)
    sums[i].range = all[i].range;
  *summed = fk_flash_sum_if_can (self, sums, pieces->len, &cannot_run, progress, cancellable,
                                 &local_error);
  if (!*summed && !cannot_run)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  if (!*summed)
    {
      fk_progress_note (progress, _ ("Verifying by reading everything back, which is slower: %s"),
                        local_error->message);
      return TRUE;
    }
  expected = g_new (guint32, MAX (pieces->len, 1));
  for (guint i = 0; i < pieces->len; i++)
    expected[i] = fk_crc32 (all[i].data, all[i].range.size);
  if (!fk_flash_check_unit (self, sums, expected, pieces->len, progress, cancellable, error))
    return FALSE;
  for (guint i = 0; i < pieces->len; i++)
    if (sums[i].crc != expected[i])
      g_array_index (pieces, FkSegment, n_kept++) = all[i];
  g_array_set_size (pieces, n_kept);
  return TRUE;
}

static gboolean
compare_pieces (
    FkFlash *self, GArray *pieces, FkProgress *progress, GCancellable *cancellable, GError **error)
{
  guint64 total = 0;
  guint64 done = 0;

  for (guint i = 0; i < pieces->len; i++)
    total += g_array_index (pieces, FkSegment, i).range.size;
  for (guint i = 0; i < pieces->len; i++)
    {
      FkSegment piece = g_array_index (pieces, FkSegment, i);

      if (g_cancellable_set_error_if_cancelled (cancellable, error) ||
          !compare_piece (self, piece, cancellable, error))
        return FALSE;
      done += piece.range.size;
      fk_progress_set_bytes (progress, done, total);
    }
  return TRUE;
}

static gboolean
may_hide_code (FkChip *chip)
{
  guint n_areas;
  const FkOptionArea *areas = fk_chip_get_option_areas (chip, &n_areas);

  for (guint i = 0; i < n_areas; i++)
    if (areas[i].kind != FK_AREA_WRITE)
      return TRUE;
  return fk_chip_find_option_field (chip, "SPRMOD") != NULL;
}

/* As it is in the chip's register. */
static gboolean
read_field (FkFlash *self, const FkOptionField *field, guint32 *value, GError **error)
{
  if (!fk_target_read_u32 (self->target, field->address & ~3u, value, error))
    {
      g_prefix_error (error, "Reading option %s: ", field->name);
      return FALSE;
    }
  *value >>= field->shift + field->address % 4 * 8;
  *value &= (1u << field->width) - 1;
  return TRUE;
}

/* Of a chip that is only read, or whose security is not known well enough, which parts of the flash
 * do not answer is not worked out, only whether there are any: the registers of the options say so.
 */
static gboolean
check_hiding (FkFlash *self, GError **error)
{
  const FkOptionField *field;
  guint n_areas;
  const FkOptionArea *areas = fk_chip_get_option_areas (self->chip, &n_areas);
  const char *name = NULL;
  guint32 first = 0;
  guint32 last = 0;

  for (guint i = 0; name == NULL && (field = fk_chip_find_hiding_field (self->chip, i)) != NULL;
       i++)
    {
      if (!read_field (self, field, &first, error))
        return FALSE;
      if (first != field->factory)
        name = field->name;
    }
  for (guint i = 0; i < n_areas && name == NULL; i++)
    {
      if (!read_field (self, areas[i].first, &first, error) ||
          !read_field (self, areas[i].last, &last, error))
        return FALSE;
      if (areas[i].kind != FK_AREA_WRITE && first <= last)
        name = areas[i].name;
    }
  if (name == NULL)
    return TRUE;
  g_set_error (error, FK_ERROR, FK_ERROR_PROTECTED,
               "The option %s is set: parts of the flash may not be read, and nobody can tell "
               "through this port what they hold",
               name);
  return FALSE;
}

/* A sector under code protection runs, but answers no debugger and no loader with what it holds
 * (RM0090, 3.7.5): twice the same zeros prove nothing.  Only sectors that @touches says anything of
 * count. */
static gboolean
check_code_protection (FkFlash *self,
                       gboolean (*touches) (gconstpointer what, FkRange sector),
                       gconstpointer what,
                       GCancellable *cancellable,
                       GError **error)
{
  g_autoptr (FkOptionBytes) options = NULL;
  g_autoptr (GArray) protected = NULL;
  gboolean is_written = fk_flash_driver_find (fk_chip_get_driver (self->chip)) != NULL;

  if ((!is_written || fk_chip_find_option_field (self->chip, "TZEN") != NULL) &&
      touches (what, fk_chip_find_region (self->chip, "flash")->range) &&
      !check_hiding (self, error))
    return FALSE;
  if (!is_written)
    return TRUE;
  if (!may_hide_code (self->chip))
    return TRUE;
  options = fk_flash_read_options (self, cancellable, error);
  if (options == NULL)
    return FALSE;
  protected = fk_option_bytes_list_protected (options);
  for (guint i = 0; i < protected->len; i++)
    {
      const FkProtectedRange *one = &g_array_index (protected, FkProtectedRange, i);

      if (one->kind == FK_AREA_WRITE || !touches (what, one->range))
        continue;
      if (one->area != NULL)
        g_set_error (error, FK_ERROR, FK_ERROR_PROTECTED,
                     "The area %s of the options, " FK_RANGE_FORMAT ", may be run but not read: "
                     "nobody can tell through this port what it holds",
                     one->area->name, FK_RANGE_ARGS (one->range));
      else
        g_set_error (error, FK_ERROR, FK_ERROR_PROTECTED,
                     "The sector " FK_RANGE_FORMAT
                     " may be run but not read (SPRMOD and %s are 1): "
                     "nobody can tell through this port what it holds",
                     FK_RANGE_ARGS (one->range), one->field->name);
      return FALSE;
    }
  return TRUE;
}

static gboolean
image_touches (gconstpointer image, FkRange sector)
{
  return fk_image_touches ((FkImage *)image, sector);
}

static gboolean
range_touches (gconstpointer what, FkRange sector)
{
  const FkRange *range = what;

  return range->address < (guint64)sector.address + sector.size &&
         sector.address < (guint64)range->address + range->size;
}

gboolean
fk_flash_check_range_readable (FkFlash *self,
                               FkRange range,
                               GCancellable *cancellable,
                               GError **error)
{
  return check_code_protection (self, range_touches, &range, cancellable, error);
}

/**
 * fk_flash_check_readable:
 *
 * Returns: whether what the flash answers is what it holds; PROTECTED names a sector that may be
 *   run but not read
 */
gboolean
fk_flash_check_readable (FkFlash *self, GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (FK_IS_FLASH (self), FALSE);

  return fk_flash_check_range_readable (self, fk_chip_find_region (self->chip, "flash")->range,
                                        cancellable, error);
}

/**
 * fk_flash_verify:
 * @image: what the chip should hold; nothing is said of bytes that it does not have
 * @how: (out) (optional): what proved it; %FK_VERIFIED_NO after an error
 *
 * Proves that the chip holds @image, by sums where our code runs on the chip (the core is halted),
 * else by reading it back.
 *
 * Errors: VERIFY_MISMATCH names the first address that differs, both bytes, and what the pattern of
 * the differences says of the cause; PROTECTED names a sector that may not be read.
 */
gboolean
fk_flash_verify (FkFlash *self,
                 FkImage *image,
                 FkVerified *how,
                 FkProgress *progress,
                 GCancellable *cancellable,
                 GError **error)
{
  g_autoptr (GArray) pieces = NULL;
  gboolean summed;

  g_return_val_if_fail (FK_IS_FLASH (self), FALSE);
  g_return_val_if_fail (FK_IS_IMAGE (image), FALSE);

  if (how != NULL)
    *how = FK_VERIFIED_NO;
  if (!check_code_protection (self, image_touches, image, cancellable, error))
    return FALSE;
  pieces = list_pieces (image,
                        fk_flash_get_piece_size (fk_image_get_size (image), PIECES_MAX, PIECE_MIN));
  if (!keep_different (self, pieces, &summed, progress, cancellable, error))
    return FALSE;
  if (!summed)
    {
      g_array_unref (pieces);
      pieces = list_pieces (image, PIECE_READ);
    }
  if (!compare_pieces (self, pieces, progress, cancellable, error))
    return FALSE;
  if (how != NULL)
    *how = summed && pieces->len == 0 ? FK_VERIFIED_CRC : FK_VERIFIED_REREAD;
  return TRUE;
}
