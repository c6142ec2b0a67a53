/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the differences between two images mean, for somebody who has two dumps and a board that
 * does not start.  Each function looks for one cause and adds a finding, or none. */

#include "config.h"

#include "compare/fk-comparison-findings.h"

#include <glib/gi18n.h>

#include "base/fk-number.h"
#include "compare/fk-image-notes.h"
#include "compare/fk-known-lengths.h"
#include "compare/fk-program.h"
#include "compare/fk-uid-search.h"
#include "compare/fk-vectors.h"

#include <string.h>

#define FEW_BYTES     16u
#define LISTED_BYTES  8u
#define MAX_BIT_FLIPS 256u
#define PROBE_SIZE    256u /* how much of an image is looked for in the other */
#define CUT_SIZE      64u /* so many blank bytes after its end, and an image was not cut off there */
#define VECTORS_STEP  0x100u /* what a vector table is at least aligned to, ARM DDI 0403E B3.2.5 */
#define UNKNOWN_PAGE  2048u  /* where no sectors are known: the largest page of the F0, F1, F3 */

static const FkRange nowhere = { 0, 0 };

/* Everything that the functions below look at. */
typedef struct
{
  FkImage *a;
  FkImage *b;
  const FkDiff *diff;
  const FkCompareContext *context;
  GPtrArray *findings;

  /* Of the bytes that both have and that differ: */
  FkRange span; /* from the first to the last */
  guint64 blank_a;
  guint64 blank_b;
  guint64 bit_flips; /* those with one bit changed */
} Work;

static FkRange
get_span (const FkDiff *diff)
{
  FkRange first;
  FkRange last;

  if (diff->common_runs->len == 0)
    return nowhere;
  first = g_array_index (diff->common_runs, FkRange, 0);
  last = g_array_index (diff->common_runs, FkRange, diff->common_runs->len - 1);
  return (FkRange){ first.address, (guint32)(fk_range_end (last) - first.address) };
}

/* The bytes of a run that both have; a run never leaves a segment of either. */
static const guint8 *
get_bytes (FkImage *image, FkRange run, guint *index)
{
  FkSegment segment = fk_image_get_segment (image, *index);

  while (run.address >= fk_range_end (segment.range))
    segment = fk_image_get_segment (image, ++*index);
  return segment.data + (run.address - segment.range.address);
}

static void
count_changes (Work *work)
{
  guint8 blank = work->context->blank;
  guint index_a = 0;
  guint index_b = 0;
  guint i;

  for (i = 0; i < work->diff->common_runs->len; i++)
    {
      FkRange run = g_array_index (work->diff->common_runs, FkRange, i);
      const guint8 *a = get_bytes (work->a, run, &index_a);
      const guint8 *b = get_bytes (work->b, run, &index_b);
      guint32 k;

      for (k = 0; k < run.size; k++)
        {
          guint8 flipped = a[k] ^ b[k];

          work->blank_a += a[k] == blank;
          work->blank_b += b[k] == blank;
          work->bit_flips += (flipped & (flipped - 1)) == 0;
        }
    }
}

static gboolean
is_blank (FkImage *image, guint8 blank)
{
  return fk_image_get_size (image) > 0 && fk_image_get_used (image, blank) == 0;
}

static gboolean
are_blank_in (FkImage *image, FkRange run, guint8 blank)
{
  g_autoptr (FkImage) slice = fk_image_slice (image, run);

  return fk_image_get_used (slice, blank) == 0;
}

/* Whether all bytes that only one image has are blank. */
static gboolean
is_surplus_blank (Work *work)
{
  guint i;

  for (i = 0; i < work->diff->runs->len; i++)
    {
      FkRange run = g_array_index (work->diff->runs, FkRange, i);

      if (!are_blank_in (work->a, run, work->context->blank) ||
          !are_blank_in (work->b, run, work->context->blank))
        return FALSE;
    }
  return TRUE;
}

static void
note_same (Work *work)
{
  g_autofree char *size = fk_number_format_size (work->diff->common);
  FkRange extent = nowhere;

  if (work->diff->runs->len > 0)
    return;
  fk_image_get_extent (work->a, &extent);
  fk_findings_add (work->findings, "identical", extent, _ ("Every byte is the same (%s)."), size);
}

/* Whether a chip that holds @image starts with what is in it */
static gboolean
holds_start (FkImage *image)
{
  FkRange extent;

  return fk_image_get_extent (image, &extent) && fk_range_has (extent, FK_FLASH_START);
}

static void
note_blank_image (Work *work)
{
  gboolean blank_a = is_blank (work->a, work->context->blank);
  gboolean blank_b = is_blank (work->b, work->context->blank);
  FkImage *blank = blank_a ? work->a : work->b;
  FkRange extent = nowhere;
  g_autofree char *text = NULL;

  if (!blank_a && !blank_b)
    return;
  fk_image_get_extent (blank, &extent);
  text =
      g_strdup_printf (blank_a && blank_b
                           ? _ ("Both are blank: nothing but 0x%02X, as after an erase.")
                       : blank_a ? _ ("The first is blank: nothing but 0x%02X, as after an erase.")
                                 : _ ("The second is blank: nothing but 0x%02X, as after an "
                                      "erase."),
                       work->context->blank);
  if (holds_start (blank))
    fk_findings_add (work->findings, "blank", extent, "%s %s", text,
                     _ ("A board whose chip holds no firmware cannot start."));
  else
    fk_findings_add (work->findings, "blank", extent, "%s", text);
}

static void
note_no_overlap (Work *work)
{
  g_autofree char *text_a = NULL;
  g_autofree char *text_b = NULL;
  FkRange a;
  FkRange b;

  if (!fk_image_get_extent (work->a, &a) || !fk_image_get_extent (work->b, &b))
    {
      fk_findings_add (work->findings, "no-overlap", nowhere, "%s",
                       fk_image_get_size (work->a) == 0 ? _ ("The first holds no bytes at all.")
                                                        : _ ("The second holds no bytes at all."));
      return;
    }
  text_a = fk_range_dup_text (a);
  text_b = fk_range_dup_text (b);
  fk_findings_add (work->findings, "no-overlap", nowhere,
                   _ ("The two share no address: the first lies at %s, the second at %s."), text_a,
                   text_b);
}

/* One ends before the other does.  @out is what comes after that in the longer one. */
static gboolean
get_tail (Work *work, gboolean *first_is_short, FkRange *out)
{
  FkRange a;
  FkRange b;
  FkRange whole;
  guint64 end;

  if (work->diff->common == 0 || !fk_image_get_extent (work->a, &a) ||
      !fk_image_get_extent (work->b, &b) || fk_range_end (a) == fk_range_end (b))
    return FALSE;
  *first_is_short = fk_range_end (a) < fk_range_end (b);
  whole = *first_is_short ? b : a;
  end = *first_is_short ? fk_range_end (a) : fk_range_end (b);
  *out = (FkRange){ (guint32)end, (guint32)(fk_range_end (whole) - end) };
  return TRUE;
}

static void
note_tail (Work *work)
{
  gboolean first_is_short;
  g_autofree char *size = NULL;
  g_autofree char *text = NULL;
  const char *shorter;
  const char *longer;
  const char *cause = NULL;
  FkRange tail;
  FkRange kept;

  if (!get_tail (work, &first_is_short, &tail) || work->diff->changed * 4 > work->diff->common)
    return;
  /* One of two, as what a sentence speaks of. */
  shorter = first_is_short ? C_ ("subject", "first") : C_ ("subject", "second");
  longer = first_is_short ? C_ ("subject", "second") : C_ ("subject", "first");
  size = fk_number_format_size (tail.size);

  if (tail.size == 1 &&
      are_blank_in (first_is_short ? work->b : work->a, tail, work->context->blank))
    {
      fk_findings_add (work->findings, "trailing-blank", tail,
                       _ ("The %s is one byte too short: it ends with 0x%08x, the last but one. "
                          "The last address was probably typed where a length was asked for. The "
                          "byte that is missing is blank (0x%02X), so no firmware is lost."),
                       shorter, tail.address - 1, work->context->blank);
      return;
    }
  if (are_blank_in (first_is_short ? work->b : work->a, tail, work->context->blank))
    {
      fk_findings_add (work->findings, "trailing-blank", tail,
                       _ ("After 0x%08x, where the %s ends, the %s has only blank flash (%s of "
                          "0x%02X): nothing is missing."),
                       tail.address - 1, shorter, longer, size, work->context->blank);
      return;
    }

  fk_image_get_extent (first_is_short ? work->a : work->b, &kept);
  cause = fk_known_length_explain (kept.size);
  if (cause == NULL &&
      are_blank_in (first_is_short ? work->b : work->a,
                    (FkRange){ tail.address, MIN (tail.size, CUT_SIZE) }, work->context->blank))
    {
      fk_findings_add (work->findings, "only-in-one", tail,
                       _ ("After 0x%08x, where the %s ends, the %s goes on with blank flash, but "
                          "there are more bytes behind it, such as settings, that the %s does not "
                          "cover."),
                       tail.address - 1, shorter, longer, shorter);
      return;
    }
  text = g_strdup_printf (
      tail.size == 1 ? _ ("The %s ends too early, after 0x%08x: %s that the %s has is missing.")
                     : _ ("The %s ends too early, after 0x%08x: %s that the %s has are missing."),
      shorter, tail.address - 1, size, longer);
  fk_findings_add (work->findings, "truncated", tail, "%s%s%s", text, cause != NULL ? " " : "",
                   cause != NULL ? cause : "");
}

/* Bytes that one of them does not mention, other than at the end. */
static void
note_surplus (Work *work)
{
  guint64 only_a = work->diff->only_a;
  guint64 only_b = work->diff->only_b;
  g_autofree char *size_a = NULL;
  g_autofree char *size_b = NULL;
  g_autofree char *text = NULL;
  gboolean first_is_short;
  FkRange tail;

  if (get_tail (work, &first_is_short, &tail))
    {
      g_autoptr (FkImage) slice = fk_image_slice (first_is_short ? work->b : work->a, tail);

      *(first_is_short ? &only_b : &only_a) -= fk_image_get_size (slice);
    }
  if (only_a + only_b == 0)
    return;

  size_a = fk_number_format_size (only_a);
  size_b = fk_number_format_size (only_b);
  if (only_a > 0 && only_b > 0)
    text = g_strdup_printf (_ ("%s in the first only, and %s in the second only"), size_a, size_b);
  else if (only_a > 0)
    text = g_strdup_printf (_ ("%s in the first only"), size_a);
  else
    text = g_strdup_printf (_ ("%s in the second only"), size_b);
  if (work->diff->changed == 0 && is_surplus_blank (work))
    fk_findings_add (work->findings, "only-blank", nowhere,
                     _ ("Where both have bytes they are the same; there are %s, and all of that "
                        "is blank."),
                     text);
  else if (work->diff->changed == 0)
    fk_findings_add (work->findings, "only-in-one", nowhere,
                     _ ("Where both have bytes they are the same. There are %s: a part of the chip "
                        "that the other does not cover."),
                     text);
  else
    fk_findings_add (work->findings, "only-in-one", nowhere,
                     _ ("There are %s: a part of the chip that the other does not cover."), text);
}

static char *
list_bytes (Work *work)
{
  GString *text = g_string_new (NULL);
  guint index_a = 0;
  guint index_b = 0;
  guint listed = 0;
  guint i;

  for (i = 0; i < work->diff->common_runs->len; i++)
    {
      FkRange run = g_array_index (work->diff->common_runs, FkRange, i);
      const guint8 *a = get_bytes (work->a, run, &index_a);
      const guint8 *b = get_bytes (work->b, run, &index_b);
      guint32 k;

      for (k = 0; k < run.size && listed < LISTED_BYTES; k++, listed++)
        g_string_append_printf (text, "%s0x%08x: %02X, %02X", listed > 0 ? "; " : "",
                                run.address + k, a[k], b[k]);
    }
  if (listed < work->diff->changed)
    g_string_append (text, "; …");
  return g_string_free (text, FALSE);
}

static void
note_few_bytes (Work *work)
{
  guint64 n = work->diff->changed;
  g_autofree char *list = NULL;

  if (n > FEW_BYTES)
    return;
  list = list_bytes (work);
  if (n > 1 && work->span.size <= FK_UID_SIZE)
    fk_findings_add (work->findings, "uid-difference", work->span,
                     _ ("All differences lie within %u bytes at 0x%08x; a chip's unique ID is 12 "
                        "bytes long. The firmware is probably tied to its chip by them: when "
                        "copying to another board, keep that board's own bytes there."),
                     work->span.size, work->span.address);
  fk_findings_add (work->findings, "few-bytes", work->span,
                   ngettext ("Only %u byte differs: a serial number, a counter, a checksum or a "
                             "tie to the chip, not another firmware (%s).",
                             "Only %u bytes differ: a serial number, a counter, a checksum or a "
                             "tie to the chip, not another firmware (%s).",
                             n),
                   (guint)n, list);
}

static void
note_bit_errors (Work *work)
{
  guint64 n = work->diff->changed;

  if (n < 3 || n > MAX_BIT_FLIPS || work->bit_flips != n || work->span.size < 4096 ||
      work->diff->common_runs->len != n)
    return;
  fk_findings_add (work->findings, "bit-errors", work->span,
                   _ ("Each of the %u differing bytes has one flipped bit, scattered over the "
                      "flash. That looks like errors on the wires, not like other contents: read "
                      "again, slower, with shorter wires."),
                   (guint)n);
}

static void
note_erased (Work *work)
{
  const char *which;

  if (work->blank_a == work->diff->changed)
    which = C_ ("subject", "first");
  else if (work->blank_b == work->diff->changed)
    which = C_ ("subject", "second");
  else
    return;
  fk_findings_add (work->findings, "erased-in-one", work->span,
                   _ ("Wherever the two differ, the %s is blank: it was erased there, or never "
                      "written."),
                   which);
}

static gboolean
find_sector (const FkCompareContext *context, guint32 address, guint *index)
{
  guint i;

  for (i = 0; i < context->n_sectors; i++)
    {
      if (fk_range_has (context->sectors[i], address))
        {
          *index = i;
          return TRUE;
        }
    }
  return FALSE;
}

static gboolean
is_mostly_different (Work *work)
{
  return work->diff->changed * 2 > work->diff->common;
}

/* Whether a program begins in @where: what the chip starts from is nobody's settings. */
static gboolean
has_program (FkImage *image, FkRange where)
{
  g_autoptr (FkImage) slice = fk_image_slice (image, where);

  for (guint i = 0; i < fk_image_get_n_segments (slice); i++)
    {
      FkSegment segment = fk_image_get_segment (slice, i);

      for (guint32 offset = 0; offset + 8 <= segment.range.size; offset += VECTORS_STEP)
        if (fk_vectors_read (segment.data + offset, segment.range.size - offset, NULL, NULL))
          return TRUE;
    }
  return FALSE;
}

/* What differences in a part of the flash mean.  Calming words only where nothing speaks against
 * them: both are of the whole, neither is erased there, and no program begins there. */
static const char *
explain_part (Work *work, FkRange where)
{
  if (work->diff->only_a + work->diff->only_b > 0)
    return "";
  if (has_program (work->a, where) || has_program (work->b, where))
    return _ ("A program begins there, so this is a change of the firmware, or damage to it.");
  if (work->blank_a == work->diff->changed || work->blank_b == work->diff->changed)
    return _ ("Whether the firmware needs what was erased there cannot be told.");
  return _ ("The rest is the same, so this is not another firmware; settings or counters that the "
            "program writes while it runs look like that.");
}

/* @where_text: the sentence that says where they are, to which what it means is added */
static void
add_part (Work *work, const char *kind, FkRange where, const char *where_text)
{
  const char *meaning = explain_part (work, where);

  fk_findings_add (work->findings, kind, where, "%s%s%s", where_text, *meaning != '\0' ? " " : "",
                   meaning);
}

static void
note_sectors (Work *work)
{
  const FkCompareContext *context = work->context;
  FkRange span = work->span;
  FkRange part;
  g_autofree char *range = NULL;
  g_autofree char *text = NULL;
  guint first;
  guint last;

  /* Where there is hardly a rest, that it is the same says nothing. */
  if (is_mostly_different (work))
    return;
  if (context->n_sectors == 0 &&
      span.address / UNKNOWN_PAGE == (guint32)(fk_range_end (span) - 1) / UNKNOWN_PAGE &&
      work->diff->common > 4 * UNKNOWN_PAGE)
    {
      range = fk_range_dup_text (span);
      text = g_strdup_printf (_ ("All differences lie close together, at %s."), range);
      add_part (work, "one-sector", span, text);
      return;
    }
  if (context->n_sectors < 2 || !find_sector (context, span.address, &first) ||
      !find_sector (context, (guint32)(fk_range_end (span) - 1), &last))
    return;

  part =
      (FkRange){ context->sectors[first].address, (guint32)(fk_range_end (context->sectors[last]) -
                                                            context->sectors[first].address) };
  range = fk_range_dup_text (part);
  if (first == last)
    {
      text = g_strdup_printf (first + 1 == context->n_sectors
                                  ? _ ("All differences lie in one sector of the flash, %s (sector "
                                       "%u of %u, the last).")
                                  : _ ("All differences lie in one sector of the flash, %s (sector "
                                       "%u of %u)."),
                              range, first, context->n_sectors);
      add_part (work, "one-sector", part, text);
    }
  else if ((last - first + 1) * 8 <= context->n_sectors)
    {
      text = g_strdup_printf (_ ("All differences lie in %u of the %u sectors, %s."),
                              last - first + 1, context->n_sectors, range);
      add_part (work, "few-sectors", part, text);
    }
}

static void
note_different_programs (Work *work)
{
  if (!is_mostly_different (work) || fk_findings_have (work->findings, "moved") ||
      work->blank_a == work->diff->changed || work->blank_b == work->diff->changed)
    return;
  fk_findings_add (work->findings, "different-programs", work->span,
                   _ ("%lu of the %lu bytes that both have differ: two different programs, or two "
                      "versions of one."),
                   (gulong)work->diff->changed, (gulong)work->diff->common);
}

/* Looks for all of @small, blank at its end aside, at another address of @large. */
static gboolean
find_moved (FkImage *large, FkImage *small, guint8 blank, guint32 *from, guint32 *to)
{
  FkSegment wanted;
  guint32 used;
  guint i;

  if (fk_image_get_n_segments (small) != 1)
    return FALSE;
  wanted = fk_image_get_segment (small, 0);
  used = (guint32)fk_image_get_used (small, blank);
  if (used < PROBE_SIZE)
    return FALSE;

  for (i = 0; i < fk_image_get_n_segments (large); i++)
    {
      FkSegment segment = fk_image_get_segment (large, i);
      const guint8 *found = memmem (segment.data, segment.range.size, wanted.data, PROBE_SIZE);
      gsize offset = found != NULL ? (gsize)(found - segment.data) : 0;

      if (found != NULL && segment.range.size - offset >= used &&
          segment.range.address + offset != wanted.range.address &&
          memcmp (found, wanted.data, used) == 0)
        {
          *from = wanted.range.address;
          *to = segment.range.address + (guint32)offset;
          return TRUE;
        }
    }
  return FALSE;
}

static void
note_moved (Work *work)
{
  guint8 blank = work->context->blank;
  guint32 from;
  guint32 to;
  gboolean first_is_inner = FALSE;

  if (work->diff->changed * 4 <= work->diff->common && work->diff->common > 0)
    return;
  if (!find_moved (work->a, work->b, blank, &from, &to))
    {
      first_is_inner = find_moved (work->b, work->a, blank, &from, &to);
      if (!first_is_inner)
        return;
    }
  fk_findings_add (work->findings, "moved",
                   ((FkRange){ to, (guint32)fk_image_get_used (first_is_inner ? work->a : work->b,
                                                               blank) }),
                   first_is_inner ? _ ("All of the first is contained in the second, but at 0x%08x "
                                       "instead of 0x%08x.")
                                  : _ ("All of the second is contained in the first, but at 0x%08x "
                                       "instead of 0x%08x."),
                   to, from);
}

static void
note_uid (Work *work, GBytes *uid, const char *owner)
{
  FkUidHit a;
  FkUidHit b;
  guint n_a;
  guint n_b;
  gboolean in_a = fk_uid_find (work->a, uid, &a, &n_a);
  gboolean in_b = fk_uid_find (work->b, uid, &b, &n_b);

  if (in_a && in_b && a.range.address == b.range.address && n_a == n_b)
    {
      fk_image_note_uid (work->findings, _ ("In both"), owner, &a, n_a);
      return;
    }
  if (in_a)
    fk_image_note_uid (work->findings, _ ("In the first"), owner, &a, n_a);
  if (in_b)
    fk_image_note_uid (work->findings, _ ("In the second"), owner, &b, n_b);
}

/* Nobody knows what chip @image is from; perhaps from that of the other. */
static void
note_uid_of_other (Work *work, FkImage *image, const char *where, GBytes *uid, const char *owner)
{
  FkUidHit hit;
  guint n;

  if (fk_uid_find (image, uid, &hit, &n))
    fk_image_note_uid (work->findings, where, owner, &hit, n);
}

/* That a chip's own firmware has its own ID in it is no news. */
static void
note_uids (Work *work)
{
  /* Whose unique ID it is. */
  const char *first = _ ("the chip that the first is from");
  const char *second = _ ("the chip that the second is from");
  GBytes *a = work->context->uid_a;
  GBytes *b = work->context->uid_b;

  if (a != NULL && b != NULL && !g_bytes_equal (a, b))
    {
      note_uid (work, a, first);
      note_uid (work, b, second);
    }
  else if (a == NULL && b != NULL)
    note_uid_of_other (work, work->a, _ ("In the first"), b, second);
  else if (a != NULL && b == NULL)
    note_uid_of_other (work, work->b, _ ("In the second"), a, first);
}

/* Whether it matters that the firmware knows one chip from another. */
static gboolean
are_of_two_chips (Work *work)
{
  GBytes *a = work->context->uid_a;
  GBytes *b = work->context->uid_b;

  return (a != NULL && b != NULL && !g_bytes_equal (a, b)) ||
         fk_findings_have (work->findings, "uid-in-image") ||
         fk_findings_have (work->findings, "uid-difference");
}

static void
note_references (Work *work)
{
  guint32 uid_address = work->context->uid_address;
  FkUidReference a;
  FkUidReference b;
  guint n_a;
  guint n_b;
  gboolean in_a;
  gboolean in_b;

  if (!are_of_two_chips (work))
    return;
  in_a = fk_uid_find_reference (work->a, uid_address, &a, &n_a);
  in_b = fk_uid_find_reference (work->b, uid_address, &b, &n_b);
  if (in_a && in_b && a.range.address == b.range.address && a.address == b.address)
    {
      fk_image_note_reference (work->findings, _ ("In both"), &a, n_a);
      return;
    }
  if (in_a)
    fk_image_note_reference (work->findings, _ ("In the first"), &a, n_a);
  if (in_b)
    fk_image_note_reference (work->findings, _ ("In the second"), &b, n_b);
}

static void
note_links (Work *work)
{
  g_autoptr (FkProgram) a = fk_program_new (work->a, work->context->blank);
  g_autoptr (FkProgram) b = fk_program_new (work->b, work->context->blank);
  gboolean wrong_a = a != NULL && fk_program_lies_elsewhere (a);
  gboolean wrong_b = b != NULL && fk_program_lies_elsewhere (b);

  if (wrong_a && wrong_b && a->start == b->start && a->link.address == b->link.address)
    {
      fk_image_note_link (work->findings, _ ("In both"), a);
      return;
    }
  if (wrong_a)
    fk_image_note_link (work->findings, _ ("In the first"), a);
  if (wrong_b)
    fk_image_note_link (work->findings, _ ("In the second"), b);
}

static void
note_changes (Work *work)
{
  if (work->diff->changed == 0)
    return;
  note_few_bytes (work);
  note_bit_errors (work);
  note_erased (work);
  note_sectors (work);
  note_different_programs (work);
}

/* When nothing above applies there still is a headline. */
static void
note_plain (Work *work)
{
  g_autofree char *size = NULL;

  if (work->findings->len > 0)
    return;
  size = fk_number_format_size (work->diff->changed);
  fk_findings_add (work->findings, "differences", work->span,
                   _ ("%s differ, all between 0x%08x and 0x%08x."), size, work->span.address,
                   (guint32)(fk_range_end (work->span) - 1));
}

static void
note_places (Work *work)
{
  if (work->diff->runs->len == 0)
    return;
  note_moved (work);
  if (work->diff->common == 0)
    note_no_overlap (work);
  else
    note_surplus (work);
}

/**
 * fk_comparison_make_findings:
 * @diff: of @a and @b
 * @cancellable: (nullable): looked at now and then
 *
 * Returns: (transfer full) (element-type FkFinding): at least one, the headline first; when
 *   cancelled some, or none
 */
GPtrArray *
fk_comparison_make_findings (FkImage *a,
                             FkImage *b,
                             const FkDiff *diff,
                             const FkCompareContext *context,
                             GCancellable *cancellable)
{
  /* Each of them looks at all bytes at most a few times. */
  static void (*const steps[]) (Work * work) = {
    count_changes, note_same,  note_blank_image, note_tail,       note_places,
    note_changes,  note_plain, note_uids,        note_references, note_links,
  };
  Work work = { a, b, diff, context, fk_findings_new (), get_span (diff), 0, 0, 0 };

  for (guint i = 0; i < G_N_ELEMENTS (steps) && !g_cancellable_is_cancelled (cancellable); i++)
    steps[i](&work);
  return work.findings;
}
