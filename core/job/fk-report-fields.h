/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "compare/fk-report.h"
#include "flash/fk-option-bytes.h"

G_BEGIN_DECLS

gboolean fk_report_fields_are_comparable (FkOptionBytes *a, FkOptionBytes *b);
GPtrArray *fk_report_fields_new_empty (void);
GPtrArray *fk_report_fields_new (FkOptionBytes *a, FkOptionBytes *b, GBytes *otp_a, GBytes *otp_b);
void fk_report_fields_add_otp (GPtrArray *fields, const FkRegion *otp, GBytes *a, GBytes *b);

G_END_DECLS
