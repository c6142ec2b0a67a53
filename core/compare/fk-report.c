/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A comparison to keep, to print or to send: what was compared, how much differs, what that means,
 * and the list of differences with their first bytes.  Pure: plain text, or HTML that needs nothing
 * else and in which whatever comes from outside is escaped. */

#include "config.h"

#include "compare/fk-report.h"

#define N_SHOWN 8u

/* Differences that are listed; who has more looks at the program. */
#define MAX_LISTED 10000u

static const char html_head[] =
    "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
    "<title>Comparison</title>\n<style>\n"
    "body { font-family: sans-serif; max-width: 60em; margin: 2em auto; padding: 0 1em; }\n"
    "table { border-collapse: collapse; }\n"
    "th, td { text-align: left; vertical-align: top; padding: 0.2em 1em 0.2em 0; }\n"
    "td { font-family: monospace; overflow-wrap: anywhere; }\n"
    "tr { border-bottom: 1px solid #ccc; break-inside: avoid; }\n"
    "</style>\n</head>\n<body>\n<h1>Comparison</h1>\n";

typedef struct
{
  gboolean html;
  GString *out;
} Report;

static void
add_title (Report *report, const char *title)
{
  if (report->html)
    g_string_append_printf (report->out, "<h2>%s</h2>\n", title);
  else
    g_string_append_printf (report->out, "\n%s\n\n", title);
}

/* A row of cells: in text they stand in columns. */
static void
add_cells (Report *report, const char *tag, const char *const *cells, const guint *widths, guint n)
{
  g_string_append (report->out, report->html ? "<tr>" : "  ");
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *escaped = report->html ? g_markup_escape_text (cells[i], -1) : NULL;

      if (report->html)
        g_string_append_printf (report->out, "<%s>%s</%s>", tag, escaped, tag);
      else if (i + 1 < n)
        g_string_append_printf (report->out, "%-*s  ", (int)widths[i], cells[i]);
      else
        g_string_append (report->out, cells[i]);
    }
  g_string_append (report->out, report->html ? "</tr>\n" : "\n");
}

static void
add_table (Report *report, gboolean begin)
{
  if (report->html)
    g_string_append (report->out, begin ? "<table>\n" : "</table>\n");
}

static void
add_fact (Report *report, const char *what, const char *value)
{
  static const guint widths[] = { 12 };
  const char *cells[] = { what, value };

  if (value != NULL)
    add_cells (report, "td", cells, widths, G_N_ELEMENTS (cells));
}

static void
add_side (Report *report, const char *title, const FkReportSide *side)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree char *size =
      g_strdup_printf ("%" G_GUINT64_FORMAT " bytes", fk_image_get_size (side->image));

  for (guint i = 0; i < fk_image_get_n_segments (side->image); i++)
    {
      FkSegment segment = fk_image_get_segment (side->image, i);

      g_checksum_update (checksum, segment.data, segment.range.size);
    }
  add_title (report, title);
  add_table (report, TRUE);
  add_fact (report, "Name", side->name);
  add_fact (report, "Chip", side->chip);
  add_fact (report, "Unique ID", side->uid);
  add_fact (report, "Date", side->date);
  add_fact (report, "Size", size);
  add_fact (report, "SHA-256", g_checksum_get_string (checksum));
  add_table (report, FALSE);
}

static void
add_counts (Report *report, FkComparison *comparison)
{
  const FkAlignment *alignment = fk_comparison_get_alignment (comparison);
  const struct
  {
    const char *what;
    guint64 n;
  } rows[] = { { "The same", alignment->same },
               { "Changed", alignment->changed },
               { "Only first", alignment->deleted },
               { "Only second", alignment->inserted } };

  add_title (report, "Bytes");
  add_table (report, TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *text = g_strdup_printf ("%" G_GUINT64_FORMAT, rows[i].n);

      add_fact (report, rows[i].what, text);
    }
  add_table (report, FALSE);
}

static void
add_findings (Report *report, FkComparison *comparison)
{
  GPtrArray *findings = fk_comparison_get_findings (comparison);

  add_title (report, "Findings");
  g_string_append (report->out, report->html ? "<ul>\n" : "");
  for (guint i = 0; i < findings->len; i++)
    {
      const char *text = ((const FkFinding *)g_ptr_array_index (findings, i))->text;
      g_autofree char *escaped = g_markup_escape_text (text, -1);

      if (report->html)
        g_string_append_printf (report->out, "<li>%s</li>\n", escaped);
      else
        g_string_append_printf (report->out, "  * %s\n", text);
    }
  g_string_append (report->out, report->html ? "</ul>\n" : "");
}

static char *
make_bytes (FkImage *image, FkRange range)
{
  guint8 bytes[N_SHOWN];
  guint n = MIN (range.size, N_SHOWN);
  GString *text = g_string_new (NULL);

  if (n > 0 && fk_image_read (image, (FkRange){ range.address, n }, bytes))
    for (guint i = 0; i < n; i++)
      g_string_append_printf (text, i > 0 ? " %02x" : "%02x", bytes[i]);
  else
    g_string_append (text, "-");
  return g_string_free (text, FALSE);
}

static char *
make_address (FkRange range)
{
  return range.size > 0 ? g_strdup_printf ("0x%08x", range.address) : g_strdup ("-");
}

static void
add_run (Report *report, const FkReportSide *a, const FkReportSide *b, const FkAlignRun *run)
{
  static const char *const kinds[] = { "the same", "changed", "only second", "only first" };
  static const guint widths[] = { 10, 10, 10, 11, 3 * N_SHOWN - 1 };
  g_autofree char *address_a = make_address (run->a);
  g_autofree char *address_b = make_address (run->b);
  g_autofree char *length = g_strdup_printf ("%u", MAX (run->a.size, run->b.size));
  g_autofree char *bytes_a = make_bytes (a->image, run->a);
  g_autofree char *bytes_b = make_bytes (b->image, run->b);
  const char *cells[] = { address_a, address_b, length, kinds[run->kind], bytes_a, bytes_b };

  add_cells (report, "td", cells, widths, G_N_ELEMENTS (cells));
}

static void
add_runs (Report *report, const FkReportSide *a, const FkReportSide *b, FkComparison *comparison)
{
  static const char *const titles[] = { "First", "Second", "Length", "Kind", "First bytes", "" };
  static const guint widths[] = { 10, 10, 10, 11, 3 * N_SHOWN - 1 };
  GArray *runs = fk_comparison_get_alignment (comparison)->runs;
  guint n = 0;

  add_title (report, "Differences");
  add_table (report, TRUE);
  add_cells (report, "th", titles, widths, G_N_ELEMENTS (titles));
  for (guint i = 0; i < runs->len; i++)
    {
      const FkAlignRun *run = &g_array_index (runs, FkAlignRun, i);

      if (run->kind != FK_ALIGN_SAME && n++ < MAX_LISTED)
        add_run (report, a, b, run);
    }
  add_table (report, FALSE);
  if (n > MAX_LISTED)
    g_string_append_printf (report->out,
                            report->html ? "<p>%u more are not listed.</p>\n"
                                         : "  %u more are not listed.\n",
                            n - MAX_LISTED);
}

static void
add_fields (Report *report, GPtrArray *fields)
{
  static const char *const titles[] = { "Name", "First", "Second", "Meaning" };
  static const guint widths[] = { 16, 32, 32 };

  add_title (report, "Option bytes and OTP");
  if (fields->len == 0)
    {
      g_string_append (report->out,
                       report->html ? "<p>All are the same.</p>\n" : "  All are the same.\n");
      return;
    }
  add_table (report, TRUE);
  add_cells (report, "th", titles, widths, G_N_ELEMENTS (titles));
  for (guint i = 0; i < fields->len; i++)
    {
      const FkReportField *field = g_ptr_array_index (fields, i);
      const char *cells[] = { field->name, field->a, field->b, field->text };

      add_cells (report, "td", cells, widths, G_N_ELEMENTS (cells));
    }
  add_table (report, FALSE);
}

void
fk_report_field_free (FkReportField *field)
{
  if (field == NULL)
    return;
  g_free (field->name);
  g_free (field->text);
  g_free (field->a);
  g_free (field->b);
  g_free (field);
}

/**
 * fk_report_make:
 * @a: the first of @comparison
 * @b: the second
 * @fields: (nullable) (element-type FkReportField): settings that differ; %NULL if there are none
 *   to compare
 *
 * Returns: (transfer full): the report
 */
char *
fk_report_make (FkReportFormat format,
                const FkReportSide *a,
                const FkReportSide *b,
                FkComparison *comparison,
                GPtrArray *fields)
{
  Report report = { format == FK_REPORT_HTML, g_string_new (NULL) };

  g_return_val_if_fail (a != NULL && b != NULL, NULL);
  g_return_val_if_fail (FK_IS_COMPARISON (comparison), NULL);

  g_string_append (report.out, report.html ? html_head : "Comparison\n");
  add_side (&report, "First", a);
  add_side (&report, "Second", b);
  add_counts (&report, comparison);
  add_findings (&report, comparison);
  if (fields != NULL)
    add_fields (&report, fields);
  add_runs (&report, a, b, comparison);
  if (report.html)
    g_string_append (report.out, "</body>\n</html>\n");
  return g_string_free (report.out, FALSE);
}
