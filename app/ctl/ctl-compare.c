/* SPDX-License-Identifier: GPL-3.0-or-later */

/* compare: what differs among two or three of backup, file and chip, and what that means. */

#include "config.h"

#include "ctl-command.h"
#include "ctl-json.h"
#include "ctl-operand.h"

#include "job/fk-report-fields.h"

/* Those that are listed for a person. */
#define MAX_PRINTED_PLACES 20

/* Those that are compared, as they were named. */
typedef struct
{
  CtlOperand operands[FK_LINEUP_MAX_SIDES];
  char **names;
  guint n;
} Operands;

static void
operands_clear (Operands *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (self->operands); i++)
    ctl_operand_clear (&self->operands[i]);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Operands, operands_clear)

static gboolean
load_all (Operands *self, CtlContext *context, GError **error)
{
  for (guint i = 0; i < self->n; i++)
    if (!ctl_operand_load (&self->operands[i], context, self->names[i], error) ||
        !ctl_operand_load_settings (&self->operands[i], context, error) ||
        !ctl_operand_place (&self->operands[i], context, self->names[i], error))
      return FALSE;
  return TRUE;
}

static FkCollation *
collate (const Operands *self)
{
  FkCollationSide sides[FK_LINEUP_MAX_SIDES];
  const CtlOperand *known = &self->operands[0];
  g_autoptr (FkChipFacts) facts = NULL;

  for (guint i = 0; i < self->n; i++)
    {
      sides[i] = (FkCollationSide){ self->operands[i].image, self->operands[i].uid };
      if (known->chip == NULL)
        known = &self->operands[i];
    }
  facts = ctl_operand_make_facts (known);
  return fk_collate (sides, self->n, &facts->context, NULL, NULL);
}

static void
print_headline (CtlContext *context, FkCollation *collation)
{
  g_autofree char *headline = NULL;

  if (fk_collation_get_identical (collation))
    return; /* the findings say what that means */
  headline = fk_collation_make_headline (collation);
  ctl_context_print (context, "%s\n", headline);
}

/* Where the first that has it has it, and where in the second, if something shifted it. */
static void
print_place (CtlContext *context, const FkLineupPiece *piece, guint n_sides)
{
  static const char *const titles[] = { "first", "second", "third" };
  guint32 size = fk_lineup_piece_get_size (piece);
  guint n_have = 0;
  guint first = 0;

  for (guint side = n_sides; side-- > 0;)
    if (fk_lineup_piece_has (piece, side))
      {
        first = side;
        n_have++;
      }
  ctl_context_print (context, "  " FK_RANGE_FORMAT "  %u byte%s",
                     FK_RANGE_ARGS (piece->ranges[first]), size, size == 1 ? "" : "s");
  if (n_have == 1)
    ctl_context_print (context, ", only in the %s", titles[first]);
  for (guint side = first + 1; side < n_sides; side++)
    if (fk_lineup_piece_has (piece, side) &&
        piece->ranges[side].address != piece->ranges[first].address)
      ctl_context_print (context, ", in the %s at 0x%08x", titles[side],
                         piece->ranges[side].address);
  ctl_context_print (context, "\n");
}

/* The same that the window lists and counts. */
static void
print_places (CtlContext *context, const FkLineup *lineup)
{
  guint n_places = 0;

  for (guint i = 0; i < lineup->pieces->len; i++)
    {
      const FkLineupPiece *piece = &g_array_index (lineup->pieces, FkLineupPiece, i);

      if (piece->relation != FK_LINEUP_SAME && n_places++ < MAX_PRINTED_PLACES)
        print_place (context, piece, lineup->n_sides);
    }
  if (n_places > MAX_PRINTED_PLACES)
    ctl_context_print (context, "  and %u more place%s (--report FILE lists all)\n",
                       n_places - MAX_PRINTED_PLACES,
                       n_places - MAX_PRINTED_PLACES == 1 ? "" : "s");
}

static void
add_ranges (JsonBuilder *builder, FkCollation *collation)
{
  guint n_ranges;
  const FkRange *ranges = fk_collation_get_ranges (collation, &n_ranges);

  ctl_json_begin_array (builder, "ranges");
  for (guint i = 0; i < n_ranges; i++)
    {
      json_builder_begin_object (builder);
      ctl_json_range (builder, ranges[i]);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

static void
print_findings (CtlContext *context, GPtrArray *findings)
{
  for (guint i = 0; i < findings->len; i++)
    {
      const FkFinding *finding = g_ptr_array_index (findings, i);

      /* The headline has said that, and how many. */
      if (!g_str_equal (finding->kind, "differences"))
        ctl_context_print (context, "* %s\n", finding->text);
    }
}

/* Of three: by who differs from whom, with shifted parts found again. */
static void
tell_counts (CtlContext *context, JsonBuilder *builder, FkCollation *collation)
{
  static const struct
  {
    const char *key;
    const char *text;
  } rows[] = { { "same", "the same in all" },
               { "first", "the first differs" },
               { "second", "the second differs" },
               { "third", "the third differs" },
               { "all", "all differ" } };
  const FkLineup *lineup = fk_collation_get_lineup (collation);

  ctl_json_begin_object (builder, "counts");
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      ctl_json_int (builder, rows[i].key, (gint64)lineup->counts[i]);
      if (lineup->counts[i] > 0)
        ctl_context_print (context, "  %" G_GUINT64_FORMAT " byte%s: %s\n", lineup->counts[i],
                           lineup->counts[i] == 1 ? "" : "s", rows[i].text);
    }
  json_builder_end_object (builder);
}

/* What the findings of a pair call the first and the second is told before them. */
static void
tell_pairs (CtlContext *context, JsonBuilder *builder, FkCollation *collation)
{
  static const char *const titles[] = { "first", "second", "third" };

  ctl_json_begin_array (builder, "pairs");
  for (guint i = 0; i < fk_collation_get_n_pairs (collation); i++)
    {
      guint a;
      guint b;
      FkComparison *pair = fk_collation_get_pair (collation, i, &a, &b);

      json_builder_begin_object (builder);
      ctl_json_int (builder, "a", a + 1);
      ctl_json_int (builder, "b", b + 1);
      ctl_json_bool (builder, "identical", fk_comparison_get_identical (pair));
      ctl_json_int (builder, "differing_bytes", (gint64)fk_comparison_get_differing_bytes (pair));
      ctl_json_findings (builder, fk_comparison_get_findings (pair));
      json_builder_end_object (builder);
      ctl_context_print (context, "The %s against the %s:\n", titles[a], titles[b]);
      print_findings (context, fk_comparison_get_findings (pair));
    }
  json_builder_end_array (builder);
}

/* Option bytes decide how a chip starts; equal flash with other option bytes is not the same board.
 */
static GBytes *
get_options (const CtlOperand *operand)
{
  return operand->options;
}

/* Serial numbers and calibration stand there, and never change again. */
static GBytes *
get_otp (const CtlOperand *operand)
{
  return operand->otp;
}

static GBytes *
get_eeprom (const CtlOperand *operand)
{
  return operand->eeprom;
}

/* Returns: whether two that are known differ */
static gboolean
bytes_differ (const Operands *self, GBytes *(*get) (const CtlOperand *operand))
{
  GBytes *first = NULL;

  for (guint i = 0; i < self->n; i++)
    {
      GBytes *bytes = get (&self->operands[i]);

      if (bytes != NULL && first != NULL && !g_bytes_equal (bytes, first))
        return TRUE;
      if (bytes != NULL)
        first = bytes;
    }
  return FALSE;
}

static FkOptionBytes *
understand (const CtlOperand *operand)
{
  return operand->options != NULL && operand->chip != NULL
             ? fk_option_bytes_new (operand->chip, operand->options, NULL)
             : NULL;
}

/* @are_whole: (out): whether all that can be compared is known
 *
 * Returns: (transfer full) (nullable): the options, OTP and EEPROM that differ, by name */
static GPtrArray *
make_fields (const Operands *self, gboolean *are_whole)
{
  FkReportSettings settings[FK_LINEUP_MAX_SIDES] = { { NULL } };
  GPtrArray *fields;

  for (guint i = 0; i < self->n; i++)
    {
      settings[i].options = understand (&self->operands[i]);
      settings[i].otp = self->operands[i].otp;
      settings[i].eeprom = self->operands[i].eeprom;
    }
  fields = fk_report_fields_new (settings, self->n);
  *are_whole = fk_report_fields_are_whole (settings, self->n);
  for (guint i = 0; i < self->n; i++)
    g_clear_object (&settings[i].options);
  return fields;
}

/* Asks before anything is read from a chip, not after minutes of work. */
static gboolean
check_report (CtlContext *context, GError **error)
{
  const char *path = ctl_context_get_option (context, "report");
  g_autofree char *what = g_strdup_printf ("%s is there already.", path);

  if (path == NULL || !g_file_test (path, G_FILE_TEST_IS_REGULAR))
    return TRUE;
  return ctl_context_confirm_if_asked (context, what, "Replace it", error);
}

static char *
make_report (const Operands *self, FkCollation *collation, FkReportFormat format)
{
  FkReportSide sides[FK_LINEUP_MAX_SIDES] = { { NULL } };
  gboolean are_whole;
  g_autoptr (GPtrArray) fields = make_fields (self, &are_whole);

  for (guint i = 0; i < self->n; i++)
    {
      const CtlOperand *operand = &self->operands[i];

      sides[i].name = self->names[i];
      sides[i].chip = operand->chip != NULL ? fk_chip_get_name (operand->chip) : NULL;
      sides[i].uid = operand->uid;
      sides[i].image = operand->image;
    }
  return fk_report_make (format, sides, collation, fields, are_whole);
}

static gboolean
save_report (const Operands *self, CtlContext *context, FkCollation *collation, GError **error)
{
  const char *path = ctl_context_get_option (context, "report");
  g_autofree char *text = NULL;
  gboolean html;

  if (path == NULL)
    return TRUE;
  html = g_str_has_suffix (path, ".html") || g_str_has_suffix (path, ".htm");
  text = make_report (self, collation, html ? FK_REPORT_HTML : FK_REPORT_TEXT);
  if (!g_file_set_contents_full (path, text, -1,
                                 G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0666,
                                 error))
    {
      g_prefix_error (error, "The report could not be saved: ");
      return FALSE;
    }
  ctl_context_remark (context, "The report is in %s.\n", path);
  return TRUE;
}

static CtlExit
run (CtlContext *context, char **arguments, GError **error)
{
  JsonBuilder *builder = ctl_context_get_builder (context);
  g_auto (Operands) operands = { .names = arguments, .n = g_strv_length (arguments) };
  g_autoptr (FkCollation) collation = NULL;
  gboolean same;
  gboolean other_options;
  gboolean other_otp;
  gboolean other_eeprom;

  if (!check_report (context, error) || !load_all (&operands, context, error))
    return CTL_EXIT_FAILED;
  collation = collate (&operands);
  other_options = bytes_differ (&operands, get_options);
  other_otp = bytes_differ (&operands, get_otp);
  other_eeprom = bytes_differ (&operands, get_eeprom);
  if (!save_report (&operands, context, collation, error))
    return CTL_EXIT_FAILED;
  same = fk_collation_get_identical (collation) && !other_options && !other_otp && !other_eeprom;

  ctl_json_bool (builder, "identical", same);
  ctl_json_int (builder, "differing_bytes", (gint64)fk_collation_get_differing_bytes (collation));
  ctl_json_bool (builder, "option_bytes_differ", other_options);
  ctl_json_bool (builder, "otp_differ", other_otp);
  ctl_json_bool (builder, "eeprom_differ", other_eeprom);
  add_ranges (builder, collation);
  print_headline (context, collation);
  if (operands.n == 2)
    {
      GPtrArray *findings =
          fk_comparison_get_findings (fk_collation_get_pair (collation, 0, NULL, NULL));

      ctl_json_findings (builder, findings);
      print_findings (context, findings);
    }
  else
    {
      tell_counts (context, builder, collation);
      tell_pairs (context, builder, collation);
    }
  if (other_options)
    ctl_context_print (context,
                       "* The option bytes differ; \"flashkeepctl options\" explains them.\n");
  if (other_otp)
    ctl_context_print (context, "* The OTP differs; --report lists where.\n");
  if (other_eeprom)
    ctl_context_print (context, "* The data EEPROM differs; --report lists where.\n");
  print_places (context, fk_collation_get_lineup (collation));
  return same ? CTL_EXIT_DONE : CTL_EXIT_DIFFERENT;
}

static const CtlOption options[] = {
  { "report", "FILE", "Saves a report too: HTML if FILE ends in .html, else text" },
  { NULL },
};

const CtlCommand ctl_command_compare = {
  .name = "compare",
  .arguments = "A B [C]",
  .summary = "Compares two or three of: a backup's id, a file, chip",
  .min_arguments = 2,
  .max_arguments = 3,
  .options = options,
  .run = run,
};
