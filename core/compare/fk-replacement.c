/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What is lost when an image is written over what a chip holds, and whether the chip starts it.
 *
 * The dearest is the bootloader: it is what starts the application, and the makers of boards do not
 * give it away.  It starts what lies at one address and nothing else, so firmware for another
 * address, which is firmware for another board, leaves a board that does not start; and more often
 * than not it lies where this board's bootloader is. */

#include "config.h"

#include "compare/fk-replacement.h"

#include <glib/gi18n.h>

#include "compare/fk-board-offsets.h"
#include "compare/fk-diff.h"
#include "compare/fk-image-notes.h"
#include "compare/fk-pointers.h"
#include "compare/fk-program.h"
#include "compare/fk-uid-search.h"
#include "compare/fk-vectors.h"

#define GAP        256u  /* so much blank, and a bootloader has ended */
#define LONG_GAP   1024u /* so much, and an application has */
#define TEXT_BEGIN 16u

/* What is compared, and how the flash is divided now. */
typedef struct
{
  GPtrArray *findings;
  const FkCompareContext *context;
  FkImage *image;
  FkImage *present;
  const FkProgram *now;
  const FkProgram *then;
  FkRange boot;        /* size 0: there is none */
  guint32 application; /* where the one begins that the bootloader starts; 0: not known */
  FkRange program;     /* what runs: the application, or without a bootloader what is there */
} Work;

/* Whether the reset handler is no part of the image as it lies. */
static gboolean
starts_outside (const FkProgram *program)
{
  guint32 reset = program->reset & ~1u;

  return reset < program->start || reset - program->start >= g_bytes_get_size (program->data);
}

/* Whether a chip starts from @program as it lies at the start of the flash: then it takes the place
 * of all that is there, and brings its own bootloader or needs none. */
static gboolean
starts_chip (const FkProgram *program, FkRange flash)
{
  return program->start == flash.address && program->has_vectors &&
         !fk_program_lies_elsewhere (program) && !starts_outside (program);
}

static gsize
skip_blank_back (const FkProgram *program, gsize end, guint8 blank)
{
  const guint8 *data = g_bytes_get_data (program->data, NULL);

  while (end > 0 && data[end - 1] == blank)
    end--;
  return end;
}

/* Returns: the offset of the first @gap blank bytes behind @offset */
static gsize
find_gap (const FkProgram *program, gsize offset, gsize gap, guint8 blank)
{
  const guint8 *data = g_bytes_get_data (program->data, NULL);
  gsize run = 0;

  for (; offset < program->used && run < gap; offset++)
    run = data[offset] == blank ? run + 1 : 0;
  return run < gap ? program->used : offset - run;
}

/* A bootloader knows what it starts, also when that is gone or broken: it mentions its address,
 * which is one of those that boards are known to use.
 *
 * Returns: the offset of the nearest; 0 when there is none */
static gsize
find_mentioned (const FkProgram *now, guint8 blank, FkRange flash, gboolean *is_only_one)
{
  const guint8 *data = g_bytes_get_data (now->data, NULL);
  gsize end = find_gap (now, 0, GAP, blank);
  g_autoptr (GArray) pointers = fk_pointers_collect (data, end);
  gsize nearest = 0;

  for (guint i = 0; i < pointers->len; i++)
    {
      guint32 pointer = g_array_index (pointers, guint32, i);

      if (pointer < now->start + end || !fk_range_has (flash, pointer) ||
          fk_board_offset_find (pointer - now->start) == NULL)
        continue;
      *is_only_one = nearest == 0;
      if (nearest == 0)
        nearest = pointer - now->start;
    }
  return nearest;
}

/* Whether @room at the start of the flash holds a program that ends well before, or in it. */
static gboolean
leaves_room (const FkProgram *now, gsize room, guint8 blank)
{
  return room < g_bytes_get_size (now->data) &&
         (now->used <= room || room - skip_blank_back (now, room, blank) >= GAP);
}

/* What is at the start of the flash is a bootloader if an application is behind it, if it mentions
 * where one belongs, or if it leaves room for the one that the image was made to be. */
static void
divide (Work *work)
{
  const FkProgram *now = work->now;
  const FkLinkAddress *link = &work->then->link;
  guint8 blank = work->context->blank;
  gboolean is_sure = TRUE;
  gsize room = fk_program_find_next (now, 0);

  if (room == 0)
    room = find_mentioned (now, blank, work->context->flash, &is_sure);
  if (room == 0 && work->then->is_linked && link->address > now->start &&
      leaves_room (now, link->address - now->start, blank))
    room = link->address - now->start;
  work->boot = (FkRange){ now->start, (guint32)skip_blank_back (now, room, blank) };
  work->application = room > 0 && is_sure ? now->start + (guint32)room : 0;
  work->program = (FkRange){ now->start + (guint32)room,
                             (guint32)(find_gap (now, room, LONG_GAP, blank) - room) };
}

static gboolean
would_change (Work *work, FkRange range)
{
  g_autoptr (FkImage) after = fk_image_slice (work->image, range);
  g_autoptr (FkImage) before = fk_image_slice (work->present, range);
  g_autoptr (FkDiff) diff = fk_diff_new (after, before);

  return range.size > 0 && diff->changed > 0;
}

static void
note_erased (Work *work)
{
  g_autofree char *boot = fk_range_dup_text (work->boot);
  g_autofree char *program = fk_range_dup_text (work->program);

  if (would_change (work, work->boot))
    fk_findings_add (work->findings, "over-bootloader", work->boot,
                     _ ("The bootloader of the chip, at %s, would be erased, or a part of it: "
                        "without it the board does not start any more, and takes no firmware from "
                        "a card or over USB."),
                     boot);
  else if (would_change (work, work->program))
    fk_findings_add (work->findings, "over-program", work->program,
                     _ ("The firmware of the chip, at %s, would be erased, or a part of it: the "
                        "board does not start until firmware is written again."),
                     program);
}

/* ", which was made to run at 0x08007000" */
static char *
describe_link (const FkProgram *then)
{
  if (!then->has_vectors || !then->is_linked)
    return g_strdup ("");
  return g_strdup_printf (_ (", which was made to run at 0x%08x,"), then->link.address);
}

static void
note_bootloader (Work *work)
{
  g_autofree char *belongs = describe_link (work->then);
  g_autofree char *boot = fk_range_dup_text (work->boot);

  if (would_change (work, work->boot))
    fk_findings_add (work->findings, "over-bootloader", work->boot,
                     _ ("The chip has a bootloader at %s, and this image%s would be written over "
                        "it: without its bootloader the board does not start any more."),
                     boot, belongs);
}

/* Some bootloaders know more than one place. */
static gboolean
begins_program (const FkProgram *now, guint32 address)
{
  for (gsize offset = fk_program_find_next (now, 0); offset > 0;
       offset = fk_program_find_next (now, offset))
    if (now->start + offset == address)
      return TRUE;
  return FALSE;
}

/* Firmware that begins elsewhere than the chip's own is not started by what the chip has. */
static void
note_start (Work *work)
{
  const FkProgram *then = work->then;
  guint32 start = then->is_linked ? then->link.address : then->start;
  g_autofree char *boards = fk_image_describe_boards (start);
  g_autofree char *program = fk_range_dup_text (work->program);
  FkRange range = { then->start, (guint32)then->used };

  if (!then->has_vectors || start == work->context->flash.address)
    return;
  if (work->now->used == 0 || !work->now->has_vectors)
    fk_findings_add (work->findings, "no-bootloader", range,
                     _ ("This firmware begins at 0x%08x and needs a bootloader before it%s, and "
                        "there is none on the chip: nothing would start it."),
                     start, boards);
  else if (work->application != 0 && start != work->application &&
           !begins_program (work->now, start))
    fk_findings_add (work->findings, "other-start", range,
                     _ ("The firmware of this board begins at 0x%08x, and this one begins at "
                        "0x%08x%s. It is probably made for another board, and the bootloader of "
                        "this one does not start it."),
                     work->application, start, boards);
  else if (work->boot.size == 0 && fk_range_has (work->program, then->start))
    fk_findings_add (work->findings, "over-program", work->program,
                     _ ("The chip starts from a program at %s, and this image, which begins at "
                        "0x%08x, would be written into the middle of it. It needs a bootloader%s, "
                        "and this chip has none: neither of the two would run."),
                     program, start, boards);
}

/* Whatever was saved instead of the firmware: a web page, a message that it was not found. */
static gboolean
is_text (const guint8 *data, gsize length)
{
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isprint (data[i]) && !g_ascii_isspace (data[i]))
      return FALSE;
  return TRUE;
}

/* The bootloader jumps to the application's address whatever lies there.  What is firmware, for
 * elsewhere, was judged as that. */
static void
note_no_application (Work *work)
{
  FkRange begin = { work->application, TEXT_BEGIN };
  guint8 data[TEXT_BEGIN];

  if (work->application == 0 || work->then->has_vectors ||
      !fk_image_has (work->image, (FkRange){ work->application, 8 }) || !would_change (work, begin))
    return;
  fk_image_read_filled (work->image, begin, work->context->blank, data);
  if (fk_vectors_read (data, sizeof data, NULL, NULL))
    return;
  fk_findings_add (work->findings, "no-vectors", begin,
                   _ ("The bootloader of this board starts what lies at 0x%08x, and what this "
                      "image puts there is no firmware that can run (it does not begin with a "
                      "stack address in RAM and a start address in flash)%s. The board would not "
                      "start."),
                   work->application,
                   is_text (data, sizeof data) ? _ (": it is text, perhaps a web page that was "
                                                    "saved instead of the file")
                                               : "");
}

/* Firmware that is tied to its chip carries the chip's unique ID at a certain place, and that of
 * another board has another one there. */
static void
note_uid (Work *work)
{
  GBytes *uid = work->context->uid_a;
  g_autoptr (FkImage) there = NULL;
  FkUidHit hit;
  FkUidHit other;
  guint n;

  if (uid == NULL || !fk_uid_find (work->present, uid, &hit, &n) ||
      fk_uid_find (work->image, uid, &other, &n) || !would_change (work, hit.range))
    return;
  there = fk_image_slice (work->image, hit.range);
  if (fk_image_get_used (there, work->context->blank) > 0)
    fk_findings_add (work->findings, "other-uid", hit.range,
                     _ ("The firmware on this chip carries the chip's unique ID at 0x%08x, and "
                        "this image has something else there: it is of another board, and firmware "
                        "that is tied to one chip does not run on another."),
                     hit.range.address);
}

/**
 * fk_replacement_is_plain:
 * @image: what is to be written
 * @start: (array length=length): what the flash begins with now
 * @context: as for fk_replacement_note()
 *
 * Returns: whether what is lost by writing @image does not depend on what else the flash holds, but
 *   for the chip's unique ID: either the chip starts from @image, which then takes the place of all
 *   that is there, or it does not start from what is there now
 */
gboolean
fk_replacement_is_plain (FkImage *image,
                         const guint8 *start,
                         gsize length,
                         const FkCompareContext *context)
{
  g_autoptr (FkProgram) then = NULL;

  g_return_val_if_fail (FK_IS_IMAGE (image), FALSE);
  g_return_val_if_fail (start != NULL && context != NULL, FALSE);

  if (!fk_vectors_read (start, length, NULL, NULL))
    return TRUE;
  then = fk_program_new (image, context->blank);
  return then != NULL && then->used > 0 && starts_chip (then, context->flash);
}

/**
 * fk_replacement_note:
 * @image: what is to be written
 * @present: what the flash holds; all of it, unless fk_replacement_is_plain() and the chip's unique
 *   ID is in none of the rest
 * @context: with the flash of the chip, and with its unique ID as that of the first image
 *
 * Adds what is lost by writing @image, and why the chip would not start from it: "over-bootloader",
 * "over-program", "no-bootloader", "other-start", "no-vectors", "other-uid".
 */
void
fk_replacement_note (GPtrArray *findings,
                     FkImage *image,
                     FkImage *present,
                     const FkCompareContext *context)
{
  g_autoptr (FkProgram) now = NULL;
  g_autoptr (FkProgram) then = NULL;
  Work work = { findings, context, image, present };
  guint before;

  g_return_if_fail (findings != NULL && context != NULL);
  g_return_if_fail (FK_IS_IMAGE (image) && FK_IS_IMAGE (present));

  before = findings->len;
  work.now = now = fk_program_new (present, context->blank);
  work.then = then = fk_program_new (image, context->blank);
  if (now == NULL || then == NULL || !fk_range_has (context->flash, then->start))
    return;
  if (starts_chip (now, context->flash))
    divide (&work);
  if (then->used == 0)
    {
      note_erased (&work);
      return;
    }
  if (!starts_chip (then, context->flash))
    {
      note_bootloader (&work);
      note_start (&work);
      note_no_application (&work);
    }
  if (findings->len == before)
    note_uid (&work);
}
