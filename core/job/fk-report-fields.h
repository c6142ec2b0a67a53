/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "compare/fk-report.h"
#include "flash/fk-option-bytes.h"

G_BEGIN_DECLS

/**
 * FkReportSettings:
 * @options: (nullable)
 * @otp: (nullable)
 * @eeprom: (nullable): data EEPROM
 *
 * What a chip is set to, as far as it is known.
 */
typedef struct
{
  FkOptionBytes *options;
  GBytes *otp;
  GBytes *eeprom;
} FkReportSettings;

FkChip *fk_report_fields_get_chip (const FkReportSettings *sides, guint n_sides);
gboolean fk_report_fields_get_values (FkChip *chip,
                                      const char *field,
                                      const FkReportSettings *sides,
                                      guint n_sides,
                                      guint32 *values,
                                      gboolean *known);
gboolean fk_report_fields_are_whole (const FkReportSettings *sides, guint n_sides);
GPtrArray *fk_report_fields_new_empty (void);
GPtrArray *fk_report_fields_new (const FkReportSettings *sides, guint n_sides);
void fk_report_fields_add_bytes (GPtrArray *fields,
                                 FkChip *chip,
                                 const FkReportSettings *sides,
                                 guint n_sides);

G_END_DECLS
