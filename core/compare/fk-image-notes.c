/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The findings about one image that are worth telling whether it stands alone or beside another. */

#include "config.h"

#include "compare/fk-image-notes.h"

#include <glib/gi18n.h>

#include "base/fk-number.h"
#include "compare/fk-board-offsets.h"
#include "compare/fk-vectors.h"

/* The end of a sentence. */
static char *
describe_more (guint n)
{
  if (n == 2)
    return g_strdup (_ (", and at one more place"));
  return n > 2 ? g_strdup_printf (_ (", and at %u more places"), n - 1) : g_strdup ("");
}

/**
 * fk_image_note_uid:
 * @where: "In this image", "In both"
 * @owner: whose ID it is: "the chip that it is from"
 */
void
fk_image_note_uid (
    GPtrArray *findings, const char *where, const char *owner, const FkUidHit *hit, guint n_hits)
{
  g_autofree char *more = describe_more (n_hits);

  fk_findings_add (findings, "uid-in-image", hit->range,
                   _ ("%s, the unique ID of %s stands at 0x%08x, %s%s. Firmware that carries an ID "
                      "usually runs on that one chip only."),
                   where, owner, hit->range.address, _ (hit->form), more);
}

/**
 * fk_image_describe_boards:
 * @address: where an application begins
 *
 * Returns: (transfer full): ", as on these boards: …", or "" where none is known
 */
char *
fk_image_describe_boards (guint32 address)
{
  const FkBoardOffset *row = fk_board_offset_find (address - FK_FLASH_START);

  return row != NULL ? g_strdup_printf (_ (", as on these boards: %s"), row->boards)
                     : g_strdup ("");
}

void
fk_image_note_reference (GPtrArray *findings,
                         const char *where,
                         const FkUidReference *reference,
                         guint n_references)
{
  g_autofree char *more = describe_more (n_references);
  g_autofree char *family =
      reference->families != NULL ? g_strdup_printf (" (%s)", reference->families) : g_strdup ("");

  fk_findings_add (findings, "uid-address", reference->range,
                   _ ("%s, the program reads the chip's unique ID: 0x%08x%s is mentioned at "
                      "0x%08x%s. Often that is for a USB serial number only, but it can also tie "
                      "the firmware to one chip."),
                   where, reference->address, family, reference->range.address, more);
}

/**
 * fk_image_note_foreign_reference:
 * @reference: to the place where another family than the chip's has its unique ID
 * @uid_address: where the chip has it
 */
void
fk_image_note_foreign_reference (GPtrArray *findings,
                                 const FkUidReference *reference,
                                 guint n_references,
                                 guint32 uid_address)
{
  g_autofree char *more = describe_more (n_references);

  fk_findings_add (findings, "foreign-uid-address", reference->range,
                   _ ("The program reads the unique ID of another kind of chip: 0x%08x (%s) is "
                      "mentioned at 0x%08x%s, and this chip has its own at 0x%08x. It was made for "
                      "that other kind."),
                   reference->address, reference->families, reference->range.address, more,
                   uid_address);
}

/* What lies before a program that does not begin where the flash does. */
static char *
describe_offset (guint32 address)
{
  g_autofree char *size = fk_number_format_size (address - FK_FLASH_START);
  g_autofree char *boards = fk_image_describe_boards (address);

  if (address == FK_FLASH_START)
    return g_strdup ("");
  return g_strdup_printf (_ (" It leaves the first %s of the flash to a bootloader%s."), size,
                          boards);
}

/**
 * fk_image_note_link:
 * @program: with vectors, and with a certain link address
 *
 * Says where the program belongs, and whether it lies there.
 */
void
fk_image_note_link (GPtrArray *findings, const char *where, const FkProgram *program)
{
  FkRange range = { program->start, (guint32)program->used };
  g_autofree char *offset = describe_offset (program->link.address);

  if (fk_program_lies_elsewhere (program))
    fk_findings_add (findings, "linked-elsewhere", range,
                     _ ("%s, the program at 0x%08x was made to run at 0x%08x, and only starts "
                        "there.%s"),
                     where, program->start, program->link.address, offset);
  else
    fk_findings_add (findings, "program", range,
                     _ ("%s, a program lies where it was made to run, at 0x%08x.%s"), where,
                     program->start, offset);
}
