/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "compare/fk-finding.h"
#include "compare/fk-program.h"
#include "compare/fk-uid-search.h"

G_BEGIN_DECLS

/* Findings that a comparison and an inspection share; @where is "this image", "the first", "the
 * second", "both". */
void fk_image_note_uid (
    GPtrArray *findings, const char *where, const char *owner, const FkUidHit *hit, guint n_hits);
void fk_image_note_reference (GPtrArray *findings,
                              const char *where,
                              const FkUidReference *reference,
                              guint n_references);
void fk_image_note_foreign_reference (GPtrArray *findings,
                                      const FkUidReference *reference,
                                      guint n_references,
                                      guint32 uid_address);
void fk_image_note_link (GPtrArray *findings, const char *where, const FkProgram *program);

char *fk_image_describe_boards (guint32 address);

G_END_DECLS
