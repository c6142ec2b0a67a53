/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "compare/fk-collation.h"

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
 * One of those that were compared.
 */
typedef struct
{
  const char *name;
  const char *chip;
  GBytes *uid;
  const char *date;
  FkImage *image;
} FkReportSide;

/**
 * FkReportField:
 * @name: as the manual has it
 * @text: what it is, in a sentence in the person's language
 * @values: (array) (element-type utf8): what each has there; %NULL where it is not known
 *
 * A setting that differs.
 */
typedef struct
{
  char *name;
  char *text;
  char *values[FK_LINEUP_MAX_SIDES];
} FkReportField;

void fk_report_field_free (FkReportField *field);
char *fk_report_make (FkReportFormat format,
                      const FkReportSide *sides,
                      FkCollation *collation,
                      GPtrArray *fields,
                      gboolean fields_are_whole);

G_END_DECLS
