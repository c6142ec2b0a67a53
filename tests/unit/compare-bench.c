/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "compare-bench.h"

#include "fake-program.h"

#include <string.h>

Pair
make_pair (gsize size, gsize used)
{
  g_autoptr (GBytes) bytes = fake_program_new (BASE, used, 11, FAKE_PROGRAM_PLAIN);
  Pair pair = { size, g_malloc (size), g_malloc (size) };

  memset (pair.a, 0xff, size);
  memcpy (pair.a, g_bytes_get_data (bytes, NULL), used);
  pair.a[used - 1] = 0x55;
  memcpy (pair.b, pair.a, size);
  return pair;
}

void
free_pair (Pair *pair)
{
  g_free (pair->a);
  g_free (pair->b);
}

FkImage *
make_image (guint32 address, const void *data, gsize length)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, length);

  return fk_image_new_for_bytes (address, bytes, NULL);
}

FkComparison *
compare (const guint8 *a,
         gsize length_a,
         const guint8 *b,
         gsize length_b,
         const FkCompareContext *context)
{
  g_autoptr (FkImage) left = make_image (BASE, a, length_a);
  g_autoptr (FkImage) right = make_image (BASE, b, length_b);

  return fk_compare (left, right, context, NULL, NULL);
}

const FkFinding *
find (FkComparison *comparison, const char *kind)
{
  GPtrArray *findings = fk_comparison_get_findings (comparison);
  guint i;

  for (i = 0; i < findings->len; i++)
    {
      const FkFinding *finding = g_ptr_array_index (findings, i);

      if (g_str_equal (finding->kind, kind))
        return finding;
    }
  return NULL;
}

void
assert_headline (FkComparison *comparison, const char *kind, const char *text)
{
  const FkFinding *first = g_ptr_array_index (fk_comparison_get_findings (comparison), 0);

  g_assert_cmpstr (first->kind, ==, kind);
  g_assert_cmpstr (first->text, ==, text);
}

void
assert_text (FkComparison *comparison, const char *kind, const char *text)
{
  const FkFinding *finding = find (comparison, kind);

  g_assert_nonnull (finding);
  g_assert_cmpstr (finding->text, ==, text);
}
