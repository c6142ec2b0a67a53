/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hex/fk-hex-search.h"

#include <string.h>

#include "base/fk-error.h"
#include "hex/fk-byte-source.h"

/* Feeds @size bytes in pieces of @piece; absent are those that @absent points at. */
static char *
find_all (FkHexPattern *pattern, const void *bytes, gsize size, gsize piece, gssize absent)
{
  g_autoptr (FkHexSearch) search = fk_hex_search_new (pattern, 1000);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree guint8 *present = g_malloc (size);
  GArray *hits = fk_hex_search_get_hits (search);

  memset (present, FK_BYTE_PRESENT, size);
  if (absent >= 0)
    present[absent] = FK_BYTE_PENDING;
  for (gsize i = 0; i < size; i += piece)
    fk_hex_search_feed (search, i, (const guint8 *)bytes + i, present + i, MIN (piece, size - i));
  for (guint i = 0; i < hits->len; i++)
    g_string_append_printf (text, i > 0 ? " %u" : "%u", (guint)g_array_index (hits, guint64, i));
  g_assert_cmpuint (fk_hex_search_get_n_found (search), ==, hits->len);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* However the bytes are cut, the same is found. */
static void
assert_found (FkHexPatternKind kind,
              const char *what,
              gboolean ignore_case,
              const void *bytes,
              gsize size,
              gssize absent,
              const char *wanted)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FkHexPattern) pattern = fk_hex_pattern_new (kind, what, ignore_case, &error);

  g_assert_no_error (error);
  for (gsize piece = 1; piece <= size; piece++)
    {
      g_autofree char *found = find_all (pattern, bytes, size, piece, absent);

      g_assert_cmpstr (found, ==, wanted);
    }
}

static void
test_hex (void)
{
  static const guint8 bytes[] = { 0x00, 0x08, 0x2f, 0x08, 0x20, 0x08, 0x08, 0xff };

  assert_found (FK_HEX_PATTERN_HEX, "08", FALSE, bytes, sizeof bytes, -1, "1 3 5 6");
  assert_found (FK_HEX_PATTERN_HEX, "?? 08", FALSE, bytes, sizeof bytes, -1, "0 2 4 5");
  assert_found (FK_HEX_PATTERN_HEX, "2? 08", FALSE, bytes, sizeof bytes, -1, "2 4");
  assert_found (FK_HEX_PATTERN_HEX, "2??8", FALSE, bytes, sizeof bytes, -1, "2 4");
  assert_found (FK_HEX_PATTERN_HEX, "082F 08", FALSE, bytes, sizeof bytes, -1, "1");
  assert_found (FK_HEX_PATTERN_HEX, "08 ff 00", FALSE, bytes, sizeof bytes, -1, "");
}

static void
test_overlapping (void)
{
  assert_found (FK_HEX_PATTERN_TEXT, "aa", FALSE, "aaaa", 4, -1, "0 1 2");
  assert_found (FK_HEX_PATTERN_TEXT, "abab", FALSE, "ababababab", 10, -1, "0 2 4 6");
  assert_found (FK_HEX_PATTERN_HEX, "?a ?a", FALSE, "jjzZj", 5, -1, "0 1 2 3");
}

/* A byte that is not there breaks a match, also under a wildcard. */
static void
test_absent (void)
{
  assert_found (FK_HEX_PATTERN_TEXT, "aa", FALSE, "aaaaa", 5, 2, "0 3");
  assert_found (FK_HEX_PATTERN_HEX, "61 ?? 61", FALSE, "abaca", 5, 1, "2");
}

static void
test_text (void)
{
  assert_found (FK_HEX_PATTERN_TEXT, "Marlin", FALSE, "marlin Marlin MARLIN", 20, -1, "7");
  assert_found (FK_HEX_PATTERN_TEXT, "Marlin", TRUE, "marlin Marlin MARLIN", 20, -1, "0 7 14");
  /* Folding letters must not fold what is none: '@' and '`' differ in the same bit. */
  assert_found (FK_HEX_PATTERN_TEXT, "@", TRUE, "`@", 2, -1, "1");
  assert_found (FK_HEX_PATTERN_TEXT, "é", TRUE, "xé", 3, -1, "1");
  assert_found (FK_HEX_PATTERN_UTF16, "Hi", FALSE, "H\0i\0h\0i\0", 8, -1, "0");
  assert_found (FK_HEX_PATTERN_UTF16, "Hi", TRUE, "H\0i\0h\0i\0", 8, -1, "0 4");
  assert_found (FK_HEX_PATTERN_UTF16, "\xf0\x9f\x98\x80", FALSE, "..\x3d\xd8\x00\xde", 6, -1, "2");
}

/* Random bytes of a small alphabet, against looking at every place. */
static void
test_random (void)
{
  for (guint round = 0; round < 200; round++)
    {
      g_autoptr (FkHexPattern) pattern = NULL;
      g_autoptr (GString) wanted = g_string_new (NULL);
      g_autofree char *found = NULL;
      char text[3];
      guint8 bytes[64];

      for (guint i = 0; i < sizeof bytes; i++)
        bytes[i] = (guint8)g_test_rand_int_range ('a', 'c');
      for (guint i = 0; i < 2; i++)
        text[i] = (char)g_test_rand_int_range ('a', 'c');
      text[2] = '\0';
      for (guint i = 0; i + 2 <= sizeof bytes; i++)
        if (memcmp (bytes + i, text, 2) == 0)
          g_string_append_printf (wanted, wanted->len > 0 ? " %u" : "%u", i);
      pattern = fk_hex_pattern_new (FK_HEX_PATTERN_TEXT, text, FALSE, NULL);
      found = find_all (pattern, bytes, sizeof bytes, (gsize)g_test_rand_int_range (1, 65), -1);
      g_assert_cmpstr (found, ==, wanted->str);
    }
}

static void
test_refused (void)
{
  static const char *const wrong[] = { "", "   ", "0", "08 1", "0x08", "zz", "é8", "??", "8 ?" };

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (fk_hex_pattern_new (FK_HEX_PATTERN_HEX, wrong[i], FALSE, &error));
      g_assert_error (error, FK_ERROR, FK_ERROR_USAGE);
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
    }
}

static void
test_long (void)
{
  g_autofree char *longest = g_strnfill (FK_HEX_PATTERN_MAX, 'x');
  g_autofree char *too_long = g_strnfill (FK_HEX_PATTERN_MAX + 1, 'x');
  g_autoptr (GError) error = NULL;

  assert_found (FK_HEX_PATTERN_TEXT, longest, FALSE, too_long, strlen (too_long), -1, "0 1");
  g_assert_null (fk_hex_pattern_new (FK_HEX_PATTERN_TEXT, too_long, FALSE, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_USAGE);
}

/* More places than are remembered are counted. */
static void
test_many (void)
{
  g_autoptr (FkHexPattern) pattern = fk_hex_pattern_new (FK_HEX_PATTERN_HEX, "ff", FALSE, NULL);
  g_autoptr (FkHexSearch) search = fk_hex_search_new (pattern, 10);
  guint8 bytes[100];
  guint8 present[100];

  memset (bytes, 0xff, sizeof bytes);
  memset (present, FK_BYTE_PRESENT, sizeof present);
  fk_hex_search_feed (search, 0, bytes, present, sizeof bytes);
  g_assert_cmpuint (fk_hex_search_get_n_found (search), ==, 100);
  g_assert_cmpuint (fk_hex_search_get_hits (search)->len, ==, 10);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/hex-search/hex", test_hex);
  g_test_add_func ("/hex-search/overlapping", test_overlapping);
  g_test_add_func ("/hex-search/absent", test_absent);
  g_test_add_func ("/hex-search/text", test_text);
  g_test_add_func ("/hex-search/random", test_random);
  g_test_add_func ("/hex-search/refused", test_refused);
  g_test_add_func ("/hex-search/long", test_long);
  g_test_add_func ("/hex-search/many", test_many);
  return g_test_run ();
}
