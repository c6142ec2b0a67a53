/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What one image tells about itself.  Each function looks for one thing and adds a finding, or
 * none. */

#include "config.h"

#include "compare/fk-inspection-findings.h"

#include <glib/gi18n.h>

#include "base/fk-number.h"
#include "compare/fk-image-notes.h"
#include "compare/fk-known-lengths.h"
#include "compare/fk-pointers.h"
#include "compare/fk-uid-search.h"
#include "compare/fk-vectors.h"

#include <math.h>
#include <string.h>

#define LONG_BLANK   1024u /* what parts a program from what is kept behind it, */
#define SHORT_BLANK  256u  /* or this, if what is kept begins at a multiple of it */
#define CUT_POINTERS 12u   /* so many beyond the end of a program, */
#define CUT_SHARE    10u   /* one in so many, */
#define CUT_WINDOW   4u    /* within so many times its length, and the rest of it is missing */
#define ENTROPY_SIZE 4096u
#define ENTROPY_BITS 7.9 /* of 8 for each byte; machine code has 5 to 7 */

/* What is looked at, and what is known. */
typedef struct
{
  FkImage *image;
  const FkProgram *program;
  const FkCompareContext *context;
  GPtrArray *findings;
  const guint8 *data;
  gsize length;
  gsize second_program; /* its offset; 0 when there is none */
} Work;

static FkRange
make_range (Work *work, gsize offset, gsize length)
{
  return (FkRange){ work->program->start + (guint32)offset, (guint32)length };
}

/* Raw bytes that nobody gave an address begin at 0, where a chip shows its flash too. */
static gboolean
lies_in_flash (Work *work)
{
  guint32 start = work->program->start;

  return start == 0 || (start >= FK_FLASH_START && start < FK_FLASH_START + FK_FLASH_MAX);
}

static void
note_blank (Work *work)
{
  g_autofree char *text =
      g_strdup_printf (_ ("This image is blank: nothing but 0x%02X, as after an erase."),
                       work->context->blank);
  gboolean is_start = work->program->start == FK_FLASH_START;

  fk_findings_add (work->findings, "blank", make_range (work, 0, work->length), "%s%s%s", text,
                   is_start ? " " : "",
                   is_start ? _ ("A board whose chip holds no firmware cannot start.") : "");
}

static void
note_link (Work *work)
{
  if (work->program->has_vectors && work->program->is_linked)
    fk_image_note_link (work->findings, _ ("In this image"), work->program);
}

/* Shannon entropy, in bits for each byte. */
static double
get_entropy (const guint8 *data, gsize length)
{
  gsize counts[256] = { 0 };
  double entropy = 0;
  gsize i;

  for (i = 0; i < length; i++)
    counts[data[i]]++;
  for (i = 0; i < G_N_ELEMENTS (counts); i++)
    {
      if (counts[i] > 0)
        {
          double share = (double)counts[i] / (double)length;

          entropy -= share * log2 (share);
        }
    }
  return entropy;
}

static void
note_no_vectors (Work *work)
{
  if (work->program->has_vectors || !lies_in_flash (work))
    return;
  if (work->program->used >= ENTROPY_SIZE &&
      get_entropy (work->data, work->program->used) >= ENTROPY_BITS)
    fk_findings_add (work->findings, "looks-encrypted", make_range (work, 0, work->program->used),
                     "%s",
                     _ ("This image has no structure at all: it is encrypted or compressed. Only "
                        "the bootloader that it was made for can use it; written to the flash as "
                        "it is, it does not start."));
  else
    fk_findings_add (work->findings, "no-vectors", make_range (work, 0, MIN (work->length, 8)),
                     "%s",
                     _ ("This image does not begin with a vector table (a stack address in RAM "
                        "and a start address in flash), so no chip starts from it."));
}

/* The start address lies in bytes that are not there: the chip takes a fault, and another inside
 * that, which debuggers report as "core is locked up". */
static void
note_reset (Work *work)
{
  const FkProgram *program = work->program;
  guint32 base = program->is_linked ? program->link.address : program->start;
  guint32 reset = program->reset & ~1u;

  if (!program->has_vectors || (base == 0 && !program->is_linked) ||
      (reset >= base && reset - base < work->length))
    return;
  fk_findings_add (work->findings, "reset-outside", make_range (work, 4, 4),
                   _ ("The program starts at 0x%08x, but this image only reaches from 0x%08x to "
                      "0x%08x: the rest is missing, or it lies at the wrong address. A chip that "
                      "holds this much locks up when it starts."),
                   reset, base, base + (guint32)work->length - 1);
}

static void
note_length (Work *work)
{
  FkRange flash = work->context->flash;
  FkRange range = make_range (work, 0, work->length);
  guint64 whole = fk_image_get_size (work->image);
  const char *cause = fk_known_length_explain (whole);
  g_autofree char *size = fk_number_format_size (whole);
  g_autofree char *flash_size = fk_number_format_size (flash.size);
  g_autofree char *text = NULL;

  if (fk_image_get_n_segments (work->image) != 1)
    return;
  if (flash.size > 0 && range.address == flash.address && whole < flash.size &&
      (cause != NULL || work->program->used == whole))
    {
      text = g_strdup_printf (_ ("This image holds %s of a flash of %s."), size, flash_size);
      fk_findings_add (work->findings, "truncated", range, "%s%s%s", text, cause != NULL ? " " : "",
                       cause != NULL ? cause : "");
    }
  else if (flash.size == 0 && work->program->used == whole && fk_known_length_is_default (whole))
    fk_findings_add (work->findings, "truncated", range,
                     _ ("This image is probably not whole: it holds %s and ends in the middle of "
                        "something. %s"),
                     size, cause);
}

static void
note_second_program (Work *work)
{
  guint32 address = work->program->start + (guint32)work->second_program;
  g_autofree char *size = fk_number_format_size (work->second_program);
  g_autofree char *boards = fk_image_describe_boards (address);

  if (work->second_program == 0)
    return;
  fk_findings_add (work->findings, "second-program",
                   make_range (work, work->second_program,
                               work->program->used - work->second_program),
                   _ ("Another program begins at 0x%08x. What lies before it, %s, is then a "
                      "bootloader%s. It has to stay when the program is replaced."),
                   address, size, boards);
}

/* One past the last byte of RAM is where a stack usually begins. */
static gboolean
is_in_ram (const FkCompareContext *context, guint32 stack)
{
  guint i;

  for (i = 0; i < context->n_rams; i++)
    if (stack > context->rams[i].address && stack <= fk_range_end (context->rams[i]))
      return TRUE;
  return FALSE;
}

/* What a program points at lies in it, but for its settings, say.  The end of a program is strings
 * and tables, which most of the others lead to: where it is missing, many lead a little beyond.
 * Numbers and instructions that look like an address do not know where the program ends, and lead
 * as often far beyond. */
static void
note_cut (Work *work)
{
  const FkProgram *program = work->program;
  guint64 end = (guint64)program->link.address + program->used;
  guint64 limit = FK_FLASH_START + FK_FLASH_MAX;
  g_autoptr (GArray) pointers = NULL;
  guint64 window;
  guint inside;
  guint near;
  guint64 by_chance;

  if (!program->has_vectors || !program->is_linked || end >= limit)
    return;
  window = MIN (CUT_WINDOW * program->used, (limit - end) / 2);
  pointers = fk_pointers_collect (work->data, program->used);
  inside = fk_pointers_count (pointers, program->link.address, end);
  near = fk_pointers_count (pointers, end + 1, end + window);
  by_chance =
      window * fk_pointers_count (pointers, end + window, limit) / MAX (limit - end - window, 1);
  if (near < 2 * by_chance + CUT_POINTERS || near - by_chance < inside / CUT_SHARE)
    return;
  fk_findings_add (work->findings, "cut-off", make_range (work, program->used - 1, 1),
                   _ ("The end of this program is missing: it uses %u addresses behind its last "
                      "byte, which would lie at 0x%08x. Get the file again and compare its size; a "
                      "download or a copy that was not finished looks like this, and does not "
                      "run."),
                   near - (guint)by_chance, (guint32)end - 1);
}

/* Of the first program that begins with such a stack: a bootloader is often content with less RAM
 * than the application behind it. */
static void
note_stack (Work *work)
{
  const FkCompareContext *context = work->context;
  g_autofree char *ram = NULL;
  gsize offset = 0;
  guint32 stack;

  if (context->n_rams == 0)
    return;
  while (!fk_vectors_read (work->data + offset, work->program->used - offset, &stack, NULL) ||
         is_in_ram (context, stack))
    {
      offset = fk_program_find_next (work->program, offset);
      if (offset == 0)
        return;
    }
  ram = fk_range_dup_text (context->rams[0]);
  fk_findings_add (work->findings, "stack-outside", make_range (work, offset, 4),
                   _ ("The program at 0x%08x begins with its stack at 0x%08x, where this chip has "
                      "no RAM (it has %s): it was made for another chip, and does not start on "
                      "this one."),
                   work->program->start + (guint32)offset, stack, ram);
}

/* Where the last long stretch of blank ends; 0 when there is none. */
static gsize
find_island (Work *work, gsize *blank_length)
{
  guint8 blank = work->context->blank;
  gsize end = work->program->used;
  gsize run = 0;
  gsize offset;

  for (offset = end; offset > 0; offset--)
    {
      if (work->data[offset - 1] == blank)
        {
          run++;
          continue;
        }
      if (run >= LONG_BLANK || (run >= SHORT_BLANK && (offset + run) % SHORT_BLANK == 0))
        {
          *blank_length = run;
          return offset + run;
        }
      run = 0;
    }
  return 0;
}

static void
note_island (Work *work)
{
  gsize blank_length = 0;
  gsize offset = find_island (work, &blank_length);
  g_autofree char *blank = NULL;
  g_autofree char *size = NULL;

  if (offset == 0 || offset <= work->second_program)
    return;
  blank = fk_number_format_size (blank_length);
  size = fk_number_format_size (work->program->used - offset);
  fk_findings_add (work->findings, "data-after-blank",
                   make_range (work, offset, work->program->used - offset),
                   _ ("After %s of blank flash there are %s more, at 0x%08x: probably settings. A "
                      "copy that stops where the blank begins loses them."),
                   blank, size, work->program->start + (guint32)offset);
}

static void
note_repeats (Work *work)
{
  gsize half = work->length / 2;
  g_autofree char *size = NULL;

  if (half < 1024 || work->length % 2 != 0 || (half & (half - 1)) != 0 ||
      memcmp (work->data, work->data + half, half) != 0)
    return;
  size = fk_number_format_size (half);
  fk_findings_add (work->findings, "repeats", make_range (work, half, half),
                   _ ("The second half is a copy of the first: the chip probably has %s only, and "
                      "shows them again beyond its end."),
                   size);
}

static void
note_uid (Work *work)
{
  FkUidHit hit;
  FkUidReference reference;
  guint32 uid_address = work->context->uid_address;
  guint n;

  if (work->context->uid_a != NULL && fk_uid_find (work->image, work->context->uid_a, &hit, &n))
    fk_image_note_uid (work->findings, _ ("In this image"), _ ("the chip that it is from"), &hit,
                       n);
  if (fk_uid_find_reference (work->image, uid_address, &reference, &n))
    fk_image_note_reference (work->findings, _ ("In this image"), &reference, n);
  else if (uid_address != 0 && work->program->has_vectors &&
           fk_uid_find_reference (work->image, 0, &reference, &n))
    fk_image_note_foreign_reference (work->findings, &reference, n, uid_address);
}

/**
 * fk_inspection_make_findings:
 * @program: of @image
 *
 * Returns: (transfer full) (element-type FkFinding): what is worth telling
 */
GPtrArray *
fk_inspection_make_findings (FkImage *image,
                             const FkProgram *program,
                             const FkCompareContext *context)
{
  Work work = {
    image, program, context, fk_findings_new (), NULL, 0, fk_program_find_next (program, 0)
  };

  work.data = g_bytes_get_data (program->data, &work.length);
  if (program->used == 0)
    {
      note_blank (&work);
      return work.findings;
    }
  note_link (&work);
  note_stack (&work);
  note_no_vectors (&work);
  note_reset (&work);
  note_cut (&work);
  note_length (&work);
  note_repeats (&work);
  note_second_program (&work);
  note_island (&work);
  note_uid (&work);
  return work.findings;
}
