/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Reports of a comparison, of two and of three. */

#include "config.h"

#include "compare-bench.h"
#include "known-chip.h"

#include "job/fk-report-fields.h"

#include <string.h>

static void
test_compare_report (void)
{
  g_auto (Pair) pair = make_pair (0x4000, 0x2000);
  g_autoptr (FkImage) a = make_image (BASE, pair.a, pair.size);
  g_autoptr (FkImage) b = NULL;
  g_autoptr (FkCollation) collation = NULL;
  g_autofree char *text = NULL;
  g_autofree char *html = NULL;
  static const guint8 start_of_uid[] = { 0x3a, 0x00, 0x27 };
  g_autoptr (GBytes) uid_b = g_bytes_new_static (start_of_uid, sizeof start_of_uid);
  FkReportSide sides[] = { { "Good <b> & old", "STM32F405RG", NULL, "2026-11-27", NULL },
                           { "chip", NULL, uid_b, NULL, NULL } };

  pair.b[0x1234] ^= 0xff;
  b = make_image (BASE, pair.b, pair.size);
  collation = fk_collate ((FkCollationSide[]){ { a, NULL }, { b, NULL } }, 2, NULL, NULL, NULL);
  sides[0].image = a;
  sides[1].image = b;
  text = fk_report_make (FK_REPORT_TEXT, sides, collation, NULL, FALSE);
  html = fk_report_make (FK_REPORT_HTML, sides, collation, NULL, FALSE);

  g_assert_nonnull (strstr (text, "  Name                Good <b> & old\n"));
  g_assert_nonnull (strstr (text, "  Unique ID           3A0027\n"));
  g_assert_nonnull (strstr (text, "  Changed             1\n"));
  g_assert_nonnull (strstr (text, "  0x08001234  0x08001234  1 "));
  g_assert_nonnull (strstr (html, "<td>Good &lt;b&gt; &amp; old</td>"));
  g_assert_null (strstr (html, "<b>"));
  g_assert_nonnull (strstr (html, "<td>0x08001234</td>"));
  g_assert_true (g_str_has_suffix (html, "</html>\n"));
}

/* Settings and OTP stand in the report by name, and only those that differ. */
static void
test_compare_report_fields (void)
{
  static const guint8 old_options[] = { 0xed, 0xaa, 0xff, 0x0f };
  static const guint8 new_options[] = { 0xcd, 0xaa, 0xff, 0x0f };
  g_autoptr (FkChip) chip = known_chip_new (0x413, "Cortex-M4", 1 << 20);
  g_autoptr (GBytes) raw_a = g_bytes_new_static (old_options, sizeof old_options);
  g_autoptr (GBytes) raw_b = g_bytes_new_static (new_options, sizeof new_options);
  g_autoptr (FkOptionBytes) a = fk_option_bytes_new (chip, raw_a, NULL);
  g_autoptr (FkOptionBytes) b = fk_option_bytes_new (chip, raw_b, NULL);
  guint8 otp[528];
  g_autoptr (GBytes) otp_a = NULL;
  g_autoptr (GBytes) otp_b = NULL;
  g_autoptr (GPtrArray) fields = NULL;
  g_autoptr (FkImage) image = make_image (BASE, old_options, sizeof old_options);
  g_autoptr (FkCollation) collation = NULL;
  FkReportSide side = { "one", NULL, NULL, NULL, image };
  FkReportSide sides[] = { side, side, side };
  FkReportSettings settings[] = { { a, NULL }, { NULL, NULL }, { b, NULL } };
  g_autofree char *text = NULL;

  memset (otp, 0xff, sizeof otp);
  otp_a = g_bytes_new (otp, sizeof otp);
  otp[0x21] = 0x42;
  otp_b = g_bytes_new (otp, sizeof otp);
  settings[0].otp = otp_a;
  settings[2].otp = otp_b;
  fields = fk_report_fields_new (settings, 3);
  g_assert_cmpuint (fields->len, ==, 2);
  collation = fk_collate ((FkCollationSide[]){ { image, NULL }, { image, NULL }, { image, NULL } },
                          3, NULL, NULL, NULL);
  text = fk_report_make (FK_REPORT_TEXT, sides, collation, fields, FALSE);
  g_assert_nonnull (strstr (text, "  WDG_SW  "));
  g_assert_nonnull (strstr (text, "  OTP 0x1FFF7820  "));
  g_assert_nonnull (strstr (text, "blank"));
  g_assert_nonnull (strstr (text, "ff 42 ff"));
  g_assert_null (strstr (text, "BOR_LEV"));
  g_assert_nonnull (strstr (text, "  not known  "));
  g_assert_null (fk_report_fields_new (settings, 2));
}

/* What is not known is not the same. */
static void
test_compare_report_unknown (void)
{
  static const guint8 raw[] = { 0xed, 0xaa, 0xff, 0x0f };
  g_autoptr (FkChip) chip = known_chip_new (0x413, "Cortex-M4", 1 << 20);
  g_autoptr (GBytes) bytes = g_bytes_new_static (raw, sizeof raw);
  g_autoptr (FkOptionBytes) options = fk_option_bytes_new (chip, bytes, NULL);
  g_autofree guint8 *blank = g_malloc0 (528);
  g_autoptr (GBytes) otp = g_bytes_new (blank, 528);
  FkReportSettings settings[] = { { options, otp }, { options, NULL }, { NULL, NULL } };
  g_autoptr (FkImage) image = make_image (BASE, raw, sizeof raw);
  g_autoptr (FkCollation) collation =
      fk_collate ((FkCollationSide[]){ { image, NULL }, { image, NULL } }, 2, NULL, NULL, NULL);
  FkReportSide side = { "one", NULL, NULL, NULL, image };
  FkReportSide sides[] = { side, side };
  g_autoptr (GPtrArray) fields = fk_report_fields_new (settings, 2);
  g_autofree char *known = fk_report_make (FK_REPORT_TEXT, sides, collation, fields, TRUE);
  g_autofree char *unknown = fk_report_make (FK_REPORT_TEXT, sides, collation, fields, FALSE);

  g_assert_cmpuint (fields->len, ==, 0);
  g_assert_nonnull (strstr (known, "All are the same."));
  g_assert_null (strstr (unknown, "All are the same."));
  g_assert_nonnull (strstr (unknown, "as far as they are known"));

  g_assert_false (fk_report_fields_are_whole (settings, 2));
  settings[1].otp = otp;
  g_assert_true (fk_report_fields_are_whole (settings, 2));
  g_assert_false (fk_report_fields_are_whole (settings, 3));
}

/* Three: who differs from whom, and what each two have against each other. */
static void
test_compare_three (void)
{
  g_auto (Pair) pair = make_pair (0x4000, 0x2000);
  FkCollationSide sides[3] = { { NULL, NULL } };
  FkReportSide named[3] = { { "one", NULL, NULL, NULL, NULL },
                            { "two", NULL, NULL, NULL, NULL },
                            { "three", NULL, NULL, NULL, NULL } };
  g_autoptr (FkCollation) collation = NULL;
  g_autofree char *text = NULL;
  const FkRange *ranges;
  guint n_ranges;

  sides[0].image = make_image (BASE, pair.a, pair.size);
  pair.b[0x1000] ^= 0xff;
  pair.b[0x1100] ^= 0xff;
  sides[1].image = make_image (BASE, pair.b, pair.size);
  pair.b[0x1100] ^= 0x0f;
  pair.b[0x1101] ^= 0x0f;
  sides[2].image = make_image (BASE, pair.b, pair.size);
  for (guint i = 0; i < 3; i++)
    named[i].image = sides[i].image;
  collation = fk_collate (sides, 3, NULL, NULL, NULL);
  g_assert_false (fk_collation_get_identical (collation));
  g_assert_cmpuint (fk_collation_get_differing_bytes (collation), ==, 3);
  ranges = fk_collation_get_ranges (collation, &n_ranges);
  g_assert_cmpuint (n_ranges, ==, 2);
  g_assert_cmphex (ranges[1].address, ==, BASE + 0x1100);
  g_assert_cmpuint (ranges[1].size, ==, 2);

  text = fk_report_make (FK_REPORT_TEXT, named, collation, NULL, FALSE);
  g_assert_nonnull (strstr (text, "  The first differs   1\n"));
  g_assert_nonnull (strstr (text, "  The third differs   1\n"));
  g_assert_nonnull (strstr (text, "  All differ          1\n"));
  g_assert_nonnull (strstr (text, "\nSecond against Third\n"));
  g_assert_nonnull (strstr (text, "  0x08001000  0x08001000  0x08001000  1 "));
  for (guint i = 0; i < 3; i++)
    g_assert_finalize_object (sides[i].image);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/compare/report", test_compare_report);
  g_test_add_func ("/compare/report-fields", test_compare_report_fields);
  g_test_add_func ("/compare/report-unknown", test_compare_report_unknown);
  g_test_add_func ("/compare/three", test_compare_three);
  return g_test_run ();
}
