/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A fact in words.  Programs go by its kind, people read its text. */

#include "config.h"

#include "compare/fk-finding.h"

void
fk_finding_free (FkFinding *finding)
{
  if (finding == NULL)
    return;
  g_free (finding->text);
  g_free (finding);
}

static void
free_element (gpointer data)
{
  fk_finding_free (data);
}

/**
 * fk_findings_new:
 *
 * Returns: (transfer full) (element-type FkFinding): an empty list
 */
GPtrArray *
fk_findings_new (void)
{
  return g_ptr_array_new_with_free_func (free_element);
}

/**
 * fk_findings_add:
 * @kind: a static string
 */
void
fk_findings_add (GPtrArray *findings, const char *kind, FkRange range, const char *format, ...)
{
  FkFinding *finding;
  va_list args;

  g_return_if_fail (findings != NULL && kind != NULL && format != NULL);

  finding = g_new0 (FkFinding, 1);
  finding->kind = kind;
  finding->range = range;
  va_start (args, format);
  finding->text = g_strdup_vprintf (format, args);
  va_end (args);
  g_ptr_array_add (findings, finding);
}

gboolean
fk_findings_have (GPtrArray *findings, const char *kind)
{
  guint i;

  g_return_val_if_fail (findings != NULL && kind != NULL, FALSE);

  for (i = 0; i < findings->len; i++)
    if (g_str_equal (((FkFinding *)g_ptr_array_index (findings, i))->kind, kind))
      return TRUE;
  return FALSE;
}
