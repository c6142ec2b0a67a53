/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A report is in one language: each is made in German and in English, and of the words of the one
 * none may be left in the other. */

#include "config.h"

#include <glib/gi18n.h>
#include <locale.h>
#include <string.h>

#include "chip/fk-chip-db.h"
#include "fake-program.h"
#include "job/fk-report-fields.h"
#include "known-chip.h"

#define BASE 0x08000000u
#define OTP  0x21u /* a byte of it */

/* What is the same in both languages: names of things, of fields and of files. */
static const char *const same_words[] = { "Bytes", "Chip",    "Code", "Firmware", "Flash",
                                          "in",    "Name",    "OTP",  "Reset",    "SHA",
                                          "Stop",  "Standby", "RAM",  "nWRP" };

static void
speak (const char *messages)
{
  setlocale (LC_ALL, "");
  if (messages != NULL)
    setlocale (LC_MESSAGES, messages);
}

static gboolean
is_word_character (gunichar c)
{
  return g_unichar_isalnum (c) || c == '_';
}

/* Whether @word is one that a language has: no number, field or byte. */
static gboolean
is_word (const char *word)
{
  gsize length = strlen (word);

  for (const char *c = word; *c != '\0'; c = g_utf8_next_char (c))
    if (!g_unichar_isalpha (g_utf8_get_char (c)))
      return FALSE;
  return length > 2 || (length == 2 && strspn (word, "0123456789abcdefABCDEF") < 2);
}

/* Returns: (transfer full): a set of the words in @report, without the tags of HTML */
static GHashTable *
list_words (const char *report)
{
  GHashTable *words = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  const char *style = strstr (report, "</style>");
  const char *c = style != NULL ? style : report;
  gboolean is_html = style != NULL;

  while (*c != '\0')
    {
      const char *start = c;
      g_autofree char *word = NULL;

      if (is_html && *c == '<')
        c = strchr (c, '>');
      while (is_word_character (g_utf8_get_char (c)))
        c = g_utf8_next_char (c);
      word = g_strndup (start, (gsize)(c - start));
      if (is_word (word))
        g_hash_table_add (words, g_steal_pointer (&word));
      if (*c != '\0' && !(is_html && *c == '<'))
        c = g_utf8_next_char (c);
    }
  return words;
}

static void
assert_no_common_word (const char *german, const char *english, GPtrArray *names)
{
  g_autoptr (GHashTable) left = list_words (german);
  g_autoptr (GHashTable) words = list_words (english);
  GHashTableIter iter;
  gpointer word;

  g_assert_cmpuint (g_hash_table_size (left), >, 10);
  for (guint i = 0; i < G_N_ELEMENTS (same_words); i++)
    g_hash_table_remove (left, same_words[i]);
  for (guint i = 0; names != NULL && i < names->len; i++)
    g_hash_table_remove (left, g_ptr_array_index (names, i));
  g_hash_table_iter_init (&iter, left);
  while (g_hash_table_iter_next (&iter, &word, NULL))
    if (g_hash_table_contains (words, word))
      {
        g_test_message ("in both: %s", (const char *)word);
        g_test_fail ();
      }
  if (g_test_failed ())
    g_test_message ("%s", german);
}

/* What is compared, as far as it does not depend on the language. */
typedef struct
{
  FkImage *images[FK_LINEUP_MAX_SIDES];
  FkReportSettings settings[FK_LINEUP_MAX_SIDES];
  guint n;
} Bench;

static void
bench_clear (Bench *bench)
{
  for (guint i = 0; i < G_N_ELEMENTS (bench->images); i++)
    {
      g_clear_object (&bench->images[i]);
      g_clear_object (&bench->settings[i].options);
      g_clear_pointer (&bench->settings[i].otp, g_bytes_unref);
    }
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Bench, bench_clear)

static void
add_image (Bench *bench, const guint8 *data, gsize size)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);

  bench->images[bench->n] = fk_image_new_for_bytes (BASE, bytes, NULL);
  g_assert_nonnull (bench->images[bench->n++]);
}

static char *
make (const Bench *bench, FkReportFormat format)
{
  FkCollationSide sides[FK_LINEUP_MAX_SIDES] = { { NULL } };
  FkReportSide named[FK_LINEUP_MAX_SIDES] = { { NULL } };
  g_autoptr (FkCollation) collation = NULL;
  g_autoptr (GPtrArray) fields = fk_report_fields_new (bench->settings, bench->n);
  g_autoptr (GBytes) uid = g_bytes_new_static ("\x3a\x00\x27", 3);

  for (guint i = 0; i < bench->n; i++)
    {
      sides[i].image = bench->images[i];
      named[i] = (FkReportSide){ "#1", "STM32F4", uid, "2026-11-27", bench->images[i] };
    }
  collation = fk_collate (sides, bench->n, NULL, NULL, NULL);
  return fk_report_make (format, named, collation, fields,
                         fk_report_fields_are_whole (bench->settings, bench->n));
}

/* In both forms and languages.  Returns: (transfer full): the German text */
static char *
check (const Bench *bench, GPtrArray *names)
{
  char *german[2];

  for (guint format = FK_REPORT_TEXT; format <= FK_REPORT_HTML; format++)
    {
      g_autofree char *english = NULL;

      speak (NULL);
      german[format] = make (bench, format);
      g_assert_true (g_utf8_validate (german[format], -1, NULL));
      speak ("C"); /* as flashkeepctl does, whose environment stays German */
      english = make (bench, format);
      assert_no_common_word (german[format], english, names);
      g_assert_nonnull (strstr (english, "Comparison"));
      if (format == FK_REPORT_HTML)
        {
          g_assert_nonnull (strstr (english, "<html lang=\"en\">"));
          g_assert_nonnull (strstr (german[format], "<html lang=\"de\">"));
          g_assert_nonnull (strstr (german[format], "<title>Vergleich</title>"));
        }
    }
  g_free (german[FK_REPORT_HTML]);
  return german[FK_REPORT_TEXT];
}

/* The column where @cell begins, in characters, in the line that starts with @line. */
static glong
find_column (const char *text, const char *line, const char *cell)
{
  g_autofree char *start = g_strconcat ("\n", line, NULL);
  const char *found = strstr (text, start);
  const char *place = found != NULL ? strstr (found, cell) : NULL;

  g_assert_nonnull (place);
  return g_utf8_pointer_to_offset (found + 1, place);
}

/* Of two: changed, only here and only there, and more than is listed. */
static void
test_two (void)
{
  g_auto (Bench) bench = { .n = 0 };
  const gsize size = 0x40000;
  g_autoptr (GBytes) program = fake_program_new (BASE, size, 11, FAKE_PROGRAM_PLAIN);
  g_autofree guint8 *data = g_memdup2 (g_bytes_get_data (program, NULL), size);
  g_autofree char *text = NULL;

  add_image (&bench, data, size);
  memmove (data + 0x1000, data + 0x1010, size - 0x1010);
  for (gsize i = 0x8000; i < size; i += 16)
    data[i] ^= 0xff;
  add_image (&bench, data, size);
  text = check (&bench, NULL);
  g_assert_nonnull (strstr (text, "sind nicht aufgeführt."));
  g_assert_nonnull (strstr (text, "  Nur im ersten"));
  g_assert_nonnull (strstr (text, "  Nur im zweiten"));
  /* Umlauts count as one. */
  g_assert_cmpint (find_column (text, "  Geändert ", "1"), ==, find_column (text, "  Name ", "#1"));
}

/* Of three, with settings that differ, and some that are not known. */
static void
compare_settings (guint16 dev_id, const char *core, const guint8 *a, const guint8 *b, gsize size)
{
  const FkChipDesc *desc = fk_chip_db_find (fk_chip_db_get_default (), dev_id, core);
  g_autoptr (FkChip) chip =
      fk_chip_desc_make_chip (desc, fk_chip_desc_get_max_flash_size (desc), NULL);
  g_autoptr (GBytes) raw_a = g_bytes_new (a, size);
  g_autoptr (GBytes) raw_b = g_bytes_new (b, size);
  g_autofree guint8 *otp = g_malloc (528);
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  g_auto (Bench) bench = { .n = 0 };
  const FkOptionField *fields;
  g_autofree char *text = NULL;
  guint8 data[] = { 1, 2, 3, 4, 5, 6, 7, 8 };
  guint n_fields;

  add_image (&bench, data, sizeof data);
  data[1] ^= 0xff;
  add_image (&bench, data, sizeof data);
  data[4] ^= 0xff;
  add_image (&bench, data, sizeof data);

  memset (otp, 0xff, 528);
  bench.settings[0].options = fk_option_bytes_new (chip, raw_a, NULL);
  bench.settings[0].otp = g_bytes_new (otp, 528);
  bench.settings[2].options = fk_option_bytes_new (chip, raw_b, NULL);
  otp[OTP] = 0x42;
  bench.settings[2].otp = g_bytes_new (otp, 528);

  fields = fk_chip_get_option_fields (chip, &n_fields);
  for (guint i = 0; i < n_fields; i++)
    g_ptr_array_add (names, (gpointer)fields[i].name);
  text = check (&bench, names);
  g_assert_nonnull (strstr (text, "\nErstes gegen Drittes\n"));
  g_assert_nonnull (strstr (text, "  nicht bekannt  "));
}

static void
test_settings (void)
{
  static const guint8 f4[2][4] = { { 0xed, 0xaa, 0xff, 0x0f }, { 0x00, 0x55, 0x00, 0x00 } };
  static const guint8 sprmod[2][4] = { { 0xed, 0xaa, 0xff, 0x00 }, { 0xed, 0xaa, 0xff, 0x80 } };
  static const guint8 f1[2][16] = { { 0xa5, 0x5a, 0xff, 0x00, 0xff, 0x00, 0xff, 0x00, 0xff, 0x00,
                                      0xff, 0x00, 0xff, 0x00, 0xff, 0x00 },
                                    { 0xff, 0x00, 0xf8, 0x07, 0x12, 0xed, 0x34, 0xcb, 0x00, 0xff,
                                      0x7c, 0x83, 0x00, 0xff, 0x00, 0xff } };

  compare_settings (0x413, "Cortex-M4", f4[0], f4[1], sizeof f4[0]);
  compare_settings (0x433, "Cortex-M4", sprmod[0], sprmod[1], sizeof sprmod[0]);
  compare_settings (0x410, "Cortex-M3", f1[0], f1[1], sizeof f1[0]);
}

/* Settings that are the same, and that are the same as far as they are known. */
static void
test_same (void)
{
  static const guint8 raw[] = { 0xed, 0xaa, 0xff, 0x0f };
  g_autoptr (FkChip) chip = known_chip_new (0x413, "Cortex-M4", 1 << 20);
  g_autoptr (GBytes) bytes = g_bytes_new_static (raw, sizeof raw);
  g_autofree guint8 *blank = g_malloc0 (528);
  g_auto (Bench) bench = { .n = 0 };
  g_autofree char *unknown = NULL;
  g_autofree char *known = NULL;

  for (guint i = 0; i < 2; i++)
    {
      add_image (&bench, raw, sizeof raw);
      bench.settings[i].options = fk_option_bytes_new (chip, bytes, NULL);
    }
  bench.settings[0].otp = g_bytes_new (blank, 528);
  unknown = check (&bench, NULL);
  g_assert_nonnull (strstr (unknown, "soweit"));
  bench.settings[1].otp = g_bytes_new (blank, 528);
  known = check (&bench, NULL);
  g_assert_null (strstr (known, "soweit"));
}

/* A number that has no words says it all, in any language. */
static void
test_number (void)
{
  static const guint8 raw[] = { 0xa5, 0x5a, 0xff, 0x00, 0xff, 0x00, 0xff, 0x00,
                                0xff, 0x00, 0xff, 0x00, 0xff, 0x00, 0xff, 0x00 };
  g_autoptr (FkChip) chip = known_chip_new (0x410, "Cortex-M3", 65536);
  g_autoptr (GBytes) bytes = g_bytes_new_static (raw, sizeof raw);
  g_autoptr (FkOptionBytes) a = fk_option_bytes_new (chip, bytes, NULL);
  g_autoptr (FkOptionBytes) b = fk_option_bytes_new (chip, bytes, NULL);
  FkReportSettings settings[] = { { a, NULL }, { b, NULL } };
  g_autoptr (GPtrArray) fields = NULL;
  const FkReportField *field;

  g_assert_true (fk_option_bytes_set (b, "Data0", 0x0c, NULL));
  fields = fk_report_fields_new (settings, 2);
  g_assert_cmpuint (fields->len, ==, 1);
  field = g_ptr_array_index (fields, 0);
  g_assert_cmpstr (field->values[0], ==, "0xFF");
  g_assert_cmpstr (field->values[1], ==, "0x0C");
}

int
main (int argc, char **argv)
{
  speak (NULL);
  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (argc, ==, 2); /* where the catalogues are */
  bindtextdomain (GETTEXT_PACKAGE, argv[1]);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  g_test_add_func ("/report-german/two", test_two);
  g_test_add_func ("/report-german/settings", test_settings);
  g_test_add_func ("/report-german/same", test_same);
  g_test_add_func ("/report-german/number", test_number);
  return g_test_run ();
}
