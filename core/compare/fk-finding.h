/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/fk-range.h"

G_BEGIN_DECLS

/**
 * FkFinding:
 * @kind: a stable name for machines, from the list below; static
 * @range: where; size 0 when it is about the whole
 * @text: one or two sentences for a person
 *
 * A fact about one image or two.  The first of a list is the headline.
 *
 * About two images:
 * - "identical": the same bytes at the same addresses
 * - "no-overlap": they share no address
 * - "trailing-blank": the same, but for blank flash after the end of the shorter one
 * - "only-blank": the same, but for blank flash elsewhere that one of them does not mention
 * - "truncated": one is a copy of the other that ends too early (also of an inspection: the image
 *   ends too early for its chip, or at a length that smells of a tool's default)
 * - "only-in-one": bytes, not blank, that one of them does not mention
 * - "moved": one of them lies in the other as a whole, at another address
 * - "blank": one of them is all blank (also of an inspection)
 * - "uid-difference": all differences lie within 12 bytes, the length of a unique ID
 * - "few-bytes": no more than 16 bytes differ
 * - "one-sector": all differences lie in one sector
 * - "few-sectors": all differences lie in a few sectors next to each other
 * - "erased-in-one": wherever they differ, one of them is blank
 * - "bit-errors": single flipped bits all over the place
 * - "different-programs": more than half of all bytes differ
 * - "differences": none of these
 * - "shifted": a part is the same at another address, as code is behind what an upgrade put in;
 * @range is of the first image
 *
 * About one image, found by a comparison too, those of the unique ID only where it matters because
 * the two are, or may be, of different chips:
 * - "uid-in-image": the chip's unique ID stands in the image
 * - "uid-address": the program refers to the address where the chip has its unique ID
 * - "linked-elsewhere": the program was linked to run at another address than where it lies
 *
 * About one image that is to be on a chip:
 * - "stack-outside": a program begins with a stack pointer into what is no RAM of the chip
 * - "foreign-uid-address": it reads a unique ID where another family has it, and not the chip's
 *
 * About one image that is to be written to a chip, given what the chip holds:
 * - "over-bootloader": it would take the place of the bootloader that is on the chip
 * - "over-program": it would erase, or damage, the program that the chip runs
 * - "no-bootloader": it needs a bootloader, and the chip has none
 * - "other-start": it begins elsewhere than what the chip's bootloader starts
 * - "no-vectors": it is no program, where the bootloader starts one
 * - "other-uid": it has something else where the chip's firmware carries the chip's unique ID
 *
 * By an inspection only:
 * - "program": the image begins with a program that lies where it was linked to run
 * - "no-vectors": it does not begin with a vector table
 * - "looks-encrypted": neither that, nor any structure at all
 * - "reset-outside": the program begins at an address that the image does not have
 * - "cut-off": the program's own pointers lead beyond its end
 * - "second-program": another program begins further on; the first is a bootloader then
 * - "data-after-blank": bytes after a long stretch of blank, such as settings
 * - "repeats": the second half is a copy of the first
 */
typedef struct
{
  const char *kind;
  FkRange range;
  char *text;
} FkFinding;

/**
 * FkCompareContext:
 * @flash: of the chip; size 0 when unknown
 * @sectors: (array length=n_sectors) (nullable): of the flash, ascending
 * @uid_a: (nullable): 12 bytes: the unique ID of the chip that the image, or the first one, is from
 * @uid_b: (nullable): the same for the second image
 * @uid_address: where the chip has its unique ID; 0 when unknown, and then all known places count
 * @rams: (array length=n_rams) (nullable): where the chip may have RAM; none when unknown
 * @blank: what an erased byte reads as
 *
 * What is known beside the bytes.  Borrowed for the call.
 */
typedef struct
{
  FkRange flash;
  const FkRange *sectors;
  guint n_sectors;
  GBytes *uid_a;
  GBytes *uid_b;
  guint32 uid_address;
  const FkRange *rams;
  guint n_rams;
  guint8 blank;
} FkCompareContext;

void fk_finding_free (FkFinding *finding);

GPtrArray *fk_findings_new (void);
void fk_findings_add (GPtrArray *findings, const char *kind, FkRange range, const char *format, ...)
    G_GNUC_PRINTF (4, 5);
gboolean fk_findings_have (GPtrArray *findings, const char *kind);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (FkFinding, fk_finding_free)

G_END_DECLS
