/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chip/fk-chip.h"
#include "compare/fk-compare.h"

G_BEGIN_DECLS

/**
 * FkChipFacts:
 * @context: to be completed with the unique IDs; lives as long as the facts
 *
 * A chip, as core/compare wants to know it.
 */
typedef struct
{
  FkCompareContext context;
  GArray *sectors; /* of #FkRange */
  GArray *rams;
} FkChipFacts;

FkChipFacts *fk_chip_facts_new (FkChip *chip);
void fk_chip_facts_free (FkChipFacts *facts);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (FkChipFacts, fk_chip_facts_free)

G_END_DECLS
