/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "compare/fk-align.h"
#include "compare/fk-finding.h"

G_BEGIN_DECLS

void fk_findings_add_shifts (GPtrArray *findings, const FkAlignment *alignment);

G_END_DECLS
