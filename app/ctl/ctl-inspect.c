/* SPDX-License-Identifier: GPL-3.0-or-later */

/* inspect: what one image is: used bytes, vectors, where it was linked to run, findings. */

#include "config.h"

#include "ctl-command.h"
#include "ctl-json.h"
#include "ctl-operand.h"
#include "ctl-words.h"

#include "base/fk-number.h"

static void
add_segments (JsonBuilder *builder, FkImage *image)
{
  ctl_json_begin_array (builder, "segments");
  for (guint i = 0; i < fk_image_get_n_segments (image); i++)
    {
      json_builder_begin_object (builder);
      ctl_json_range (builder, fk_image_get_segment (image, i).range);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

/* Over the segments in order of address: of a dump, what sha256sum says of the file. */
static char *
hash_image (FkImage *image)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);

  for (guint i = 0; i < fk_image_get_n_segments (image); i++)
    {
      FkSegment segment = fk_image_get_segment (image, i);

      g_checksum_update (checksum, segment.data, segment.range.size);
    }
  return g_strdup (g_checksum_get_string (checksum));
}

static void
add_vectors (CtlContext *context, FkInspection *inspection)
{
  JsonBuilder *builder = ctl_context_get_builder (context);
  guint32 stack;
  guint32 reset;

  if (!fk_inspection_get_vectors (inspection, &stack, &reset))
    {
      ctl_json_string (builder, "vectors", NULL);
      ctl_context_print (context, "Vectors     none at the start\n");
      return;
    }
  ctl_json_begin_object (builder, "vectors");
  ctl_json_int (builder, "stack", stack);
  ctl_json_int (builder, "reset", reset);
  json_builder_end_object (builder);
  ctl_context_print (context, "Vectors     stack 0x%08x, reset 0x%08x\n", stack, reset);
}

static void
add_linked_at (CtlContext *context, FkInspection *inspection)
{
  guint32 address;

  if (fk_inspection_get_linked_at (inspection, &address))
    {
      ctl_json_id (ctl_context_get_builder (context), "linked_at", address, 8);
      ctl_context_print (context, "Linked at   0x%08x\n", address);
      return;
    }
  ctl_json_string (ctl_context_get_builder (context), "linked_at", NULL);
  ctl_context_print (context, "Linked at   cannot be told\n");
}

static CtlExit
run (CtlContext *context, char **arguments, GError **error)
{
  JsonBuilder *builder = ctl_context_get_builder (context);
  g_auto (CtlOperand) operand = { 0 };
  g_autoptr (FkChipFacts) facts = NULL;
  g_autoptr (FkInspection) inspection = NULL;
  g_autofree char *hash = NULL;
  g_autofree char *used = NULL;
  GPtrArray *findings;
  const char *format;

  if (!ctl_operand_load (&operand, context, arguments[0], error))
    return CTL_EXIT_FAILED;
  facts = ctl_operand_make_facts (&operand);
  inspection = fk_inspect (operand.image, &facts->context);
  findings = fk_inspection_get_findings (inspection);
  format = operand.format != NULL ? operand.format->name : "binary";
  hash = hash_image (operand.image);
  used = fk_image_get_n_segments (operand.image) == 1
             ? ctl_words_for_used (operand.image, facts->context.blank)
             : fk_number_format_size (fk_inspection_get_used (inspection));

  ctl_json_string (builder, "format", format);
  add_segments (builder, operand.image);
  ctl_json_int (builder, "used", (gint64)fk_inspection_get_used (inspection));
  ctl_json_string (builder, "sha256", hash);
  ctl_context_print (context, "Format      %s\nUsed        %s\nSHA-256     %s\n", format,
                     used != NULL ? used : "nothing", hash);
  add_vectors (context, inspection);
  add_linked_at (context, inspection);
  ctl_json_findings (builder, findings);
  for (guint i = 0; i < findings->len; i++)
    ctl_context_print (context, "* %s\n",
                       ((const FkFinding *)g_ptr_array_index (findings, i))->text);
  return CTL_EXIT_DONE;
}

const CtlCommand ctl_command_inspect = {
  .name = "inspect",
  .arguments = "A",
  .summary = "Tells what a backup, a file or the chip holds",
  .min_arguments = 1,
  .max_arguments = 1,
  .run = run,
};
