/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What an alignment says in words: parts that are the same, but a little further on, as code is
 * behind the place where an upgrade put something in. */

#include "config.h"

#include "compare/fk-shift-findings.h"

#include <glib/gi18n.h>

#include "base/fk-number.h"

/* Shorter ones are seen in the list; more than a few of them say that it is another program. */
#define MIN_SAME   256u
#define MAX_SHIFTS 4u

typedef struct
{
  FkRange a; /* from the first byte of the part to its last */
  guint32 start_b;
  guint64 same;
  gint64 shift;
} Part;

static void
add_part (GArray *parts, const Part *part)
{
  if (part->shift != 0 && part->same >= MIN_SAME)
    g_array_append_val (parts, *part);
}

/* Returns: (element-type Part): what lies shifted by one distance after the other */
static GArray *
find_parts (const FkAlignment *alignment)
{
  GArray *parts = g_array_new (FALSE, FALSE, sizeof (Part));
  Part part = { 0 };

  for (guint i = 0; i < alignment->runs->len; i++)
    {
      const FkAlignRun *run = &g_array_index (alignment->runs, FkAlignRun, i);
      gint64 shift;

      if (run->kind != FK_ALIGN_SAME)
        continue;
      fk_align_run_get_shift (run, &shift);
      if (shift != part.shift)
        {
          add_part (parts, &part);
          part = (Part){ run->a, run->b.address, 0, shift };
        }
      part.a.size = (guint32)(fk_range_end (run->a) - part.a.address);
      part.same += run->a.size;
    }
  add_part (parts, &part);
  return parts;
}

static void
add_finding (GPtrArray *findings, const Part *part)
{
  g_autofree char *same = fk_number_format_size (part->same);
  gulong distance = (gulong)ABS (part->shift);
  const char *format =
      part->shift > 0
          ? ngettext ("From 0x%08x to 0x%08x, the second is the same shifted up by %lu byte: "
                      "%s lie there from 0x%08x on.",
                      "From 0x%08x to 0x%08x, the second is the same shifted up by %lu bytes: "
                      "%s lie there from 0x%08x on.",
                      distance)
          : ngettext ("From 0x%08x to 0x%08x, the second is the same shifted down by %lu byte: "
                      "%s lie there from 0x%08x on.",
                      "From 0x%08x to 0x%08x, the second is the same shifted down by %lu bytes: "
                      "%s lie there from 0x%08x on.",
                      distance);

  fk_findings_add (findings, "shifted", part->a, format, part->a.address,
                   (guint32)(fk_range_end (part->a) - 1), distance, same, part->start_b);
}

/**
 * fk_findings_add_shifts:
 *
 * Adds the largest parts that are the same at other addresses, in their order.  A program that lies
 * elsewhere as a whole ("moved") has been told already.
 */
void
fk_findings_add_shifts (GPtrArray *findings, const FkAlignment *alignment)
{
  g_autoptr (GArray) parts = NULL;
  guint64 least = MIN_SAME;

  g_return_if_fail (findings != NULL && alignment != NULL);

  if (fk_findings_have (findings, "moved"))
    return;
  parts = find_parts (alignment);
  for (guint n = parts->len; n > MAX_SHIFTS;)
    {
      least *= 2;
      n = 0;
      for (guint i = 0; i < parts->len; i++)
        n += g_array_index (parts, Part, i).same >= least;
    }
  for (guint i = 0; i < parts->len; i++)
    if (g_array_index (parts, Part, i).same >= least)
      add_finding (findings, &g_array_index (parts, Part, i));
}
