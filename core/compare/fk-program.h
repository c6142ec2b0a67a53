/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "compare/fk-link-address.h"
#include "image/fk-image.h"

G_BEGIN_DECLS

/**
 * FkProgram:
 * @data: the bytes that are looked at: from the image's first on, gaps blank, at most 2 MiB
 * @used: the number of them up to the last that is not blank
 * @start: the address of the first
 * @has_vectors: whether it begins with a vector table
 * @stack: the initial stack pointer
 * @reset: the reset vector, bit 0 set
 * @is_linked: whether it is certain where it was linked to run
 * @link: and where
 *
 * An image, seen as a program.
 */
typedef struct
{
  GBytes *data;
  gsize used;
  guint32 start;
  gboolean has_vectors;
  guint32 stack;
  guint32 reset;
  gboolean is_linked;
  FkLinkAddress link;
} FkProgram;

FkProgram *fk_program_new (FkImage *image, guint8 blank);
void fk_program_free (FkProgram *program);
gboolean fk_program_lies_elsewhere (const FkProgram *program);
gsize fk_program_find_next (const FkProgram *program, gsize offset);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (FkProgram, fk_program_free)

G_END_DECLS
