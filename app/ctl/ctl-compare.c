/* SPDX-License-Identifier: GPL-3.0-or-later */

/* compare: what differs between two of backup, file and chip, and what that means. */

#include "config.h"

#include "ctl-command.h"
#include "ctl-json.h"
#include "ctl-operand.h"

#include "job/fk-report-fields.h"

/* Runs that are listed for a person; --json lists all. */
#define MAX_PRINTED_RANGES 20

static void
print_count (CtlContext *context, guint64 n)
{
  if (n > 0)
    ctl_context_print (context, "%" G_GUINT64_FORMAT " byte%s\n", n,
                       n == 1 ? " differs" : "s differ");
}

static void
print_ranges (CtlContext *context, FkComparison *comparison)
{
  guint n_ranges;
  const FkRange *ranges = fk_comparison_get_ranges (comparison, &n_ranges);

  for (guint i = 0; i < MIN (n_ranges, MAX_PRINTED_RANGES); i++)
    ctl_context_print (context, "  " FK_RANGE_FORMAT "  %u byte%s\n", FK_RANGE_ARGS (ranges[i]),
                       ranges[i].size, ranges[i].size == 1 ? "" : "s");
  if (n_ranges > MAX_PRINTED_RANGES)
    ctl_context_print (context, "  and %u more runs (--json lists all)\n",
                       n_ranges - MAX_PRINTED_RANGES);
}

static void
add_ranges (JsonBuilder *builder, FkComparison *comparison)
{
  guint n_ranges;
  const FkRange *ranges = fk_comparison_get_ranges (comparison, &n_ranges);

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

      ctl_context_print (context, "* %s\n", finding->text);
    }
}

/* Option bytes decide how a chip starts; equal flash with other option bytes is not the same board.
 */
static gboolean
options_differ (const CtlOperand *a, const CtlOperand *b)
{
  return a->options != NULL && b->options != NULL && !g_bytes_equal (a->options, b->options);
}

static char *
make_uid (GBytes *uid)
{
  GString *text = g_string_new (NULL);
  gsize size;
  const guint8 *bytes = g_bytes_get_data (uid, &size);

  for (gsize i = 0; i < size; i++)
    g_string_append_printf (text, "%02X", bytes[i]);
  return g_string_free (text, FALSE);
}

static FkOptionBytes *
understand (const CtlOperand *operand)
{
  return operand->options != NULL && operand->chip != NULL
             ? fk_option_bytes_new (operand->chip, operand->options, NULL)
             : NULL;
}

/* Returns: (transfer full) (nullable): the options that differ, by name */
static GPtrArray *
make_fields (const CtlOperand *a, const CtlOperand *b)
{
  g_autoptr (FkOptionBytes) options_a = understand (a);
  g_autoptr (FkOptionBytes) options_b = understand (b);

  return fk_report_fields_new (options_a, options_b, NULL, NULL);
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

static gboolean
save_report (CtlContext *context,
             char **names,
             const CtlOperand *a,
             const CtlOperand *b,
             FkComparison *comparison,
             GError **error)
{
  const char *path = ctl_context_get_option (context, "report");
  const CtlOperand *operands[] = { a, b };
  FkReportSide sides[2] = { 0 };
  g_autofree char *uid_a = a->uid != NULL ? make_uid (a->uid) : NULL;
  g_autofree char *uid_b = b->uid != NULL ? make_uid (b->uid) : NULL;
  g_autofree char *text = NULL;
  g_autoptr (GPtrArray) fields = NULL;
  gboolean html;

  if (path == NULL)
    return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (operands); i++)
    {
      sides[i].name = names[i];
      sides[i].chip = operands[i]->chip != NULL ? fk_chip_get_name (operands[i]->chip) : NULL;
      sides[i].image = operands[i]->image;
    }
  sides[0].uid = uid_a;
  sides[1].uid = uid_b;
  html = g_str_has_suffix (path, ".html") || g_str_has_suffix (path, ".htm");
  fields = make_fields (a, b);
  text = fk_report_make (html ? FK_REPORT_HTML : FK_REPORT_TEXT, &sides[0], &sides[1], comparison,
                         fields);
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
  g_auto (CtlOperand) a = { 0 };
  g_auto (CtlOperand) b = { 0 };
  g_autoptr (FkChipFacts) facts = NULL;
  g_autoptr (FkComparison) comparison = NULL;
  gboolean same;
  gboolean other_options;

  if (!check_report (context, error) || !ctl_operand_load (&a, context, arguments[0], error) ||
      !ctl_operand_place (&a, context, arguments[0], error) ||
      !ctl_operand_load (&b, context, arguments[1], error) ||
      !ctl_operand_place (&b, context, arguments[1], error))
    return CTL_EXIT_FAILED;
  facts = ctl_operand_make_facts (&a, &b);
  comparison = fk_compare (a.image, b.image, &facts->context);
  other_options = options_differ (&a, &b);
  if (!save_report (context, arguments, &a, &b, comparison, error))
    return CTL_EXIT_FAILED;
  same = fk_comparison_get_identical (comparison) && !other_options;

  ctl_json_bool (builder, "identical", same);
  ctl_json_int (builder, "differing_bytes", (gint64)fk_comparison_get_differing_bytes (comparison));
  ctl_json_bool (builder, "option_bytes_differ", other_options);
  add_ranges (builder, comparison);
  ctl_json_findings (builder, fk_comparison_get_findings (comparison));
  print_count (context, fk_comparison_get_differing_bytes (comparison));
  print_findings (context, fk_comparison_get_findings (comparison));
  if (other_options)
    ctl_context_print (context,
                       "* The option bytes differ; \"flashkeepctl options\" explains them.\n");
  print_ranges (context, comparison);
  return same ? CTL_EXIT_DONE : CTL_EXIT_DIFFERENT;
}

static const CtlOption options[] = {
  { "report", "FILE", "Saves a report too: HTML if FILE ends in .html, else text" },
  { NULL },
};

const CtlCommand ctl_command_compare = {
  .name = "compare",
  .arguments = "A B",
  .summary = "Compares two of: a backup's id, a file, chip",
  .min_arguments = 2,
  .max_arguments = 2,
  .options = options,
  .run = run,
};
