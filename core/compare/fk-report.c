/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A comparison to keep, to print or to send: what was compared, how much differs, what that means,
 * and the list of differences with their first bytes.  Pure: plain text, or HTML that needs nothing
 * else and in which whatever comes from outside is escaped.  It is in the person's language, as
 * what was found is. */

#include "config.h"

#include "compare/fk-report.h"

#include <glib/gi18n.h>

#include "base/fk-number.h"

#define N_SHOWN 8u

/* Differences that are listed; who has more looks at the program. */
#define MAX_LISTED 10000u

/* Columns of the text: an address, and the name and the value of a setting. */
#define ADDRESS_WIDTH 10u
#define NAME_WIDTH    16u
#define VALUE_WIDTH   32u

static const char html_style[] =
    "<style>\n"
    "body { font-family: sans-serif; max-width: 60em; margin: 2em auto; padding: 0 1em; }\n"
    "table { border-collapse: collapse; }\n"
    "th, td { text-align: left; vertical-align: top; padding: 0.2em 1em 0.2em 0; }\n"
    "td { font-family: monospace; overflow-wrap: anywhere; }\n"
    "tr { border-bottom: 1px solid #ccc; break-inside: avoid; }\n"
    "</style>\n";

static const char *const titles[] = { N_ ("First"), N_ ("Second"), N_ ("Third") };

/* What differs among three. */
static const char *const relations[] = { N_ ("The same"), N_ ("The first differs"),
                                         N_ ("The second differs"), N_ ("The third differs"),
                                         N_ ("All differ") };

/* What differs between two. */
enum
{
  KIND_CHANGED,
  KIND_ONLY_FIRST,
  KIND_ONLY_SECOND,
};

static const char *const kinds[] = { N_ ("Changed"), N_ ("Only in the first"),
                                     N_ ("Only in the second") };

typedef struct
{
  gboolean html;
  guint fact_width;  /* of what a fact is called, in text */
  guint kind_width;  /* of what a difference is */
  guint place_width; /* of an address or a length */
  GString *out;
} Report;

static guint
get_width (const char *text)
{
  return (guint)g_utf8_strlen (text, -1);
}

/* Leaves room for all that may stand in a column, whatever the language. */
static void
measure (Report *report, guint n_sides)
{
  const char *facts[] = { _ ("Name"), _ ("Chip"), _ ("Unique ID"), _ ("Date"), _ ("Size") };

  report->kind_width = get_width (_ ("Kind"));
  for (guint i = 0; n_sides == 2 && i < G_N_ELEMENTS (kinds); i++)
    report->kind_width = MAX (report->kind_width, get_width (_ (kinds[i])));
  for (guint i = FK_LINEUP_FIRST; n_sides == 3 && i < G_N_ELEMENTS (relations); i++)
    report->kind_width = MAX (report->kind_width, get_width (_ (relations[i])));

  report->fact_width = MAX (report->kind_width, get_width (_ (relations[FK_LINEUP_SAME])));
  for (guint i = 0; i < G_N_ELEMENTS (facts); i++)
    report->fact_width = MAX (report->fact_width, get_width (facts[i]));

  report->place_width = MAX (ADDRESS_WIDTH, get_width (_ ("Length")));
  for (guint i = 0; i < n_sides; i++)
    report->place_width = MAX (report->place_width, get_width (_ (titles[i])));
}

static void
add_head (Report *report)
{
  const char *title = _ ("Comparison");
  g_autofree char *escaped = g_markup_escape_text (title, -1);
  /* The code of the language that you translate into, as a page of the web names it: "de". */
  g_autofree char *language = g_markup_escape_text (C_ ("code of the language", "en"), -1);

  if (report->html)
    g_string_append_printf (report->out,
                            "<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n"
                            "<meta charset=\"utf-8\">\n<title>%s</title>\n%s"
                            "</head>\n<body>\n<h1>%s</h1>\n",
                            language, escaped, html_style, escaped);
  else
    g_string_append_printf (report->out, "%s\n", title);
}

static void
add_title (Report *report, const char *title)
{
  g_autofree char *escaped = g_markup_escape_text (title, -1);

  if (report->html)
    g_string_append_printf (report->out, "<h2>%s</h2>\n", escaped);
  else
    g_string_append_printf (report->out, "\n%s\n\n", title);
}

/* A sentence of its own. */
static void
add_sentence (Report *report, const char *text)
{
  g_autofree char *escaped = g_markup_escape_text (text, -1);

  if (report->html)
    g_string_append_printf (report->out, "<p>%s</p>\n", escaped);
  else
    g_string_append_printf (report->out, "  %s\n", text);
}

/* A cell of a text, and two blanks before the next one. */
static void
add_padded (Report *report, const char *text, guint width)
{
  g_string_append (report->out, text);
  for (guint n = get_width (text); n < width; n++)
    g_string_append_c (report->out, ' ');
  g_string_append (report->out, "  ");
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
        add_padded (report, cells[i], widths[i]);
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
  guint widths[] = { report->fact_width };
  const char *cells[] = { what, value };

  if (value != NULL)
    add_cells (report, "td", cells, widths, G_N_ELEMENTS (cells));
}

static void
add_side (Report *report, const char *title, const FkReportSide *side)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  gulong n_bytes = (gulong)fk_image_get_size (side->image);
  g_autofree char *size = g_strdup_printf (ngettext ("%lu byte", "%lu bytes", n_bytes), n_bytes);
  g_autofree char *uid = side->uid != NULL ? fk_number_format_hex (side->uid) : NULL;

  for (guint i = 0; i < fk_image_get_n_segments (side->image); i++)
    {
      FkSegment segment = fk_image_get_segment (side->image, i);

      g_checksum_update (checksum, segment.data, segment.range.size);
    }
  add_title (report, title);
  add_table (report, TRUE);
  add_fact (report, _ ("Name"), side->name);
  add_fact (report, _ ("Chip"), side->chip);
  add_fact (report, _ ("Unique ID"), uid);
  add_fact (report, _ ("Date"), side->date);
  add_fact (report, _ ("Size"), size);
  add_fact (report, "SHA-256", g_checksum_get_string (checksum));
  add_table (report, FALSE);
}

static void
add_count (Report *report, const char *what, guint64 n)
{
  g_autofree char *text = g_strdup_printf ("%" G_GUINT64_FORMAT, n);

  add_fact (report, what, text);
}

static void
add_counts (Report *report, FkCollation *collation)
{
  const FkLineup *lineup = fk_collation_get_lineup (collation);
  const FkAlignment *alignment =
      fk_comparison_get_alignment (fk_collation_get_pair (collation, 0, NULL, NULL));

  add_title (report, _ ("Bytes"));
  add_table (report, TRUE);
  add_count (report, _ (relations[FK_LINEUP_SAME]), lineup->counts[FK_LINEUP_SAME]);
  if (lineup->n_sides == 2)
    {
      add_count (report, _ (kinds[KIND_CHANGED]), alignment->changed);
      add_count (report, _ (kinds[KIND_ONLY_FIRST]), alignment->deleted);
      add_count (report, _ (kinds[KIND_ONLY_SECOND]), alignment->inserted);
    }
  else
    for (guint i = FK_LINEUP_FIRST; i <= FK_LINEUP_ALL; i++)
      add_count (report, _ (relations[i]), lineup->counts[i]);
  add_table (report, FALSE);
}

static void
add_findings (Report *report, GPtrArray *findings)
{
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

/* In the words of each pair, its own first and second. */
static void
add_pairs (Report *report, FkCollation *collation)
{
  static const char *const pairs[] = { N_ ("First against Second"), N_ ("First against Third"),
                                       N_ ("Second against Third") };
  guint n_pairs = fk_collation_get_n_pairs (collation);

  for (guint i = 0; i < n_pairs; i++)
    {
      FkComparison *pair = fk_collation_get_pair (collation, i, NULL, NULL);

      add_title (report, n_pairs == 1 ? _ ("Findings") : _ (pairs[i]));
      add_findings (report, fk_comparison_get_findings (pair));
    }
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

/* Returns: (transfer none): what @piece is, in the person's language */
static const char *
get_kind (const FkLineupPiece *piece, guint n_sides)
{
  if (n_sides == 3)
    return _ (relations[piece->relation]);
  if (!fk_lineup_piece_has (piece, 0))
    return _ (kinds[KIND_ONLY_SECOND]);
  return _ (kinds[fk_lineup_piece_has (piece, 1) ? KIND_CHANGED : KIND_ONLY_FIRST]);
}

/* The cells of a table, filled one after the other; in text with a width each. */
typedef struct
{
  char *texts[2 * FK_LINEUP_MAX_SIDES + 2];
  guint widths[2 * FK_LINEUP_MAX_SIDES + 2];
  guint n;
} Cells;

/* @text: (transfer full) */
static void
cells_add (Cells *cells, guint width, char *text)
{
  cells->widths[cells->n] = width;
  cells->texts[cells->n++] = text;
}

static void
cells_flush (Cells *cells, Report *report, const char *tag)
{
  add_cells (report, tag, (const char *const *)cells->texts, cells->widths, cells->n);
  while (cells->n > 0)
    g_free (cells->texts[--cells->n]);
}

static void
add_piece (Report *report, const FkReportSide *sides, guint n_sides, const FkLineupPiece *piece)
{
  Cells cells = { .n = 0 };

  for (guint side = 0; side < n_sides; side++)
    cells_add (&cells, report->place_width, make_address (piece->ranges[side]));
  cells_add (&cells, report->place_width, g_strdup_printf ("%u", fk_lineup_piece_get_size (piece)));
  cells_add (&cells, report->kind_width, g_strdup (get_kind (piece, n_sides)));
  for (guint side = 0; side < n_sides; side++)
    cells_add (&cells, 3 * N_SHOWN - 1, make_bytes (sides[side].image, piece->ranges[side]));
  cells_flush (&cells, report, "td");
}

static void
add_pieces_head (Report *report, guint n_sides)
{
  Cells cells = { .n = 0 };

  for (guint side = 0; side < n_sides; side++)
    cells_add (&cells, report->place_width, g_strdup (_ (titles[side])));
  cells_add (&cells, report->place_width, g_strdup (_ ("Length")));
  cells_add (&cells, report->kind_width, g_strdup (_ ("Kind")));
  for (guint side = 0; side < n_sides; side++)
    cells_add (&cells, 3 * N_SHOWN - 1, g_strdup (side == 0 ? _ ("First Bytes") : ""));
  cells_flush (&cells, report, "th");
}

static void
add_pieces (Report *report, const FkReportSide *sides, const FkLineup *lineup)
{
  guint n = 0;

  add_title (report, _ ("Differences"));
  add_table (report, TRUE);
  add_pieces_head (report, lineup->n_sides);
  for (guint i = 0; i < lineup->pieces->len; i++)
    {
      const FkLineupPiece *piece = &g_array_index (lineup->pieces, FkLineupPiece, i);

      if (piece->relation != FK_LINEUP_SAME && n++ < MAX_LISTED)
        add_piece (report, sides, lineup->n_sides, piece);
    }
  add_table (report, FALSE);
  if (n > MAX_LISTED)
    {
      g_autofree char *text = g_strdup_printf (ngettext ("%u more is not listed.",
                                                         "%u more are not listed.", n - MAX_LISTED),
                                               n - MAX_LISTED);

      add_sentence (report, text);
    }
}

static void
add_fields (Report *report, GPtrArray *fields, gboolean are_whole, guint n_sides)
{
  Cells cells = { .n = 0 };

  add_title (report, _ ("Option bytes and OTP"));
  if (fields->len == 0)
    {
      add_sentence (report, are_whole ? _ ("All are the same.")
                                      : _ ("They are the same as far as they are known."));
      return;
    }
  add_table (report, TRUE);
  cells_add (&cells, NAME_WIDTH, g_strdup (_ ("Name")));
  for (guint side = 0; side < n_sides; side++)
    cells_add (&cells, VALUE_WIDTH, g_strdup (_ (titles[side])));
  cells_add (&cells, 0, g_strdup (_ ("Meaning")));
  cells_flush (&cells, report, "th");
  for (guint i = 0; i < fields->len; i++)
    {
      const FkReportField *field = g_ptr_array_index (fields, i);

      cells_add (&cells, NAME_WIDTH, g_strdup (field->name));
      for (guint side = 0; side < n_sides; side++)
        cells_add (&cells, VALUE_WIDTH,
                   g_strdup (field->values[side] != NULL ? field->values[side] : _ ("not known")));
      cells_add (&cells, 0, g_strdup (field->text));
      cells_flush (&cells, report, "td");
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
  for (guint side = 0; side < FK_LINEUP_MAX_SIDES; side++)
    g_free (field->values[side]);
  g_free (field);
}

/**
 * fk_report_make:
 * @sides: (array): of @collation
 * @fields: (nullable) (element-type FkReportField): settings that differ; %NULL if there are none
 *   to compare
 * @fields_are_whole: whether all that can be compared is known of each side
 *
 * Returns: (transfer full): the report
 */
char *
fk_report_make (FkReportFormat format,
                const FkReportSide *sides,
                FkCollation *collation,
                GPtrArray *fields,
                gboolean fields_are_whole)
{
  Report report = { .html = format == FK_REPORT_HTML };
  guint n_sides;

  g_return_val_if_fail (sides != NULL, NULL);
  g_return_val_if_fail (FK_IS_COLLATION (collation), NULL);

  n_sides = fk_collation_get_n_sides (collation);
  report.out = g_string_new (NULL);
  measure (&report, n_sides);
  add_head (&report);
  for (guint side = 0; side < n_sides; side++)
    add_side (&report, _ (titles[side]), &sides[side]);
  add_counts (&report, collation);
  add_pairs (&report, collation);
  if (fields != NULL)
    add_fields (&report, fields, fields_are_whole, n_sides);
  add_pieces (&report, sides, fk_collation_get_lineup (collation));
  if (report.html)
    g_string_append (report.out, "</body>\n</html>\n");
  return g_string_free (report.out, FALSE);
}
