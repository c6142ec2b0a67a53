/* SPDX-License-Identifier: GPL-3.0-or-later */

/* compare: what differs between two of backup, file and chip, and what that means. */

#include "config.h"

#include "ctl-command.h"
#include "ctl-json.h"
#include "ctl-operand.h"

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

  if (!ctl_operand_load (&a, context, arguments[0], error) ||
      !ctl_operand_place (&a, context, arguments[0], error) ||
      !ctl_operand_load (&b, context, arguments[1], error) ||
      !ctl_operand_place (&b, context, arguments[1], error))
    return CTL_EXIT_FAILED;
  facts = ctl_operand_make_facts (&a, &b);
  comparison = fk_compare (a.image, b.image, &facts->context);
  other_options = options_differ (&a, &b);
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

const CtlCommand ctl_command_compare = {
  .name = "compare",
  .arguments = "A B",
  .summary = "Compares two of: a backup's id, a file, chip",
  .min_arguments = 2,
  .max_arguments = 2,
  .run = run,
};
