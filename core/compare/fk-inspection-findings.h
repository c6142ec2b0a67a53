/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "compare/fk-finding.h"
#include "compare/fk-program.h"

G_BEGIN_DECLS

GPtrArray *fk_inspection_make_findings (FkImage *image,
                                        const FkProgram *program,
                                        const FkCompareContext *context);

G_END_DECLS
