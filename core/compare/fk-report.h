/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "compare/fk-comparison.h"

G_BEGIN_DECLS

typedef enum
{
  FK_REPORT_TEXT,
  FK_REPORT_HTML, /* one file, for a browser or a printer */
} FkReportFormat;

/**
 * FkReportSide:
 * @name: what it is, for the person
 * @chip: (nullable): name of the chip
 * @uid: (nullable): its unique ID
 * @date: (nullable): when the bytes were taken
 *
 * One of the two that were compared.
 */
typedef struct
{
  const char *name;
  const char *chip;
  const char *uid;
  const char *date;
  FkImage *image;
} FkReportSide;

char *fk_report_make (FkReportFormat format,
                      const FkReportSide *a,
                      const FkReportSide *b,
                      FkComparison *comparison);

G_END_DECLS
