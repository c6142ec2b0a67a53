/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The list of clones, and what is refused in one. */

#include "config.h"

#include "base/fk-error.h"
#include "chip/fk-chip-db.h"
#include "chip/fk-clone.h"

#include <string.h>

#define ROW                                                                           \
  "[Clone A]\nName=Alpha\nDesigner=0x751\nDevIds=0x410 0x414\nDiffers=It has less.\n" \
  "Source=OpenOCD, stm32f1x.c\nConfidence=told\n\n"

static FkCloneList *
load_text (const char *text, GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  return fk_clone_list_new (bytes, "bad.ini", error);
}

typedef struct
{
  const char *what;
  const char *from; /* in ROW */
  const char *to;
  const char *message;
} Spoiled;

static const Spoiled spoiled[] = {
  { "unknown-key", "Differs=", "Size=1\nDiffers=", "bad.ini: [Clone A] Size: unknown key" },
  { "no-name", "Name=Alpha\n", "", "bad.ini: [Clone A] Name: missing" },
  { "no-sentence", "Differs=It has less.\n", "", "bad.ini: [Clone A] Differs: missing" },
  { "no-source", "Source=OpenOCD, stm32f1x.c\n", "", "bad.ini: [Clone A] Source: missing" },
  { "vague-source", "OpenOCD, stm32f1x.c", "OpenOCD", "does not name who says it and where" },
  { "confidence", "=told", "=high", "Confidence: \"high\" is not measured or told" },
  { "nothing-told", "Designer=0x751\nDevIds=0x410 0x414\n", "",
    "nothing tells this chip from others" },
  { "zero", "0x751", "0", "Designer: needs a value that is not 0" },
  { "outside-mask", "0x751", "0x751 0xFF0", "Designer: needs a value that is not 0" },
  { "three-numbers", "0x751", "0x751 0xFFF 1", "Designer: needs a value that is not 0" },
  { "not-a-number", "0x414", "x414", "[Clone A] DevIds: " },
  { "other-group", "[Clone A]", "[Timing A]", "bad.ini: [Timing A] " },
};

static char *
replace (const char *from, const char *to)
{
  g_auto (GStrv) parts = g_strsplit (ROW, from, 2);

  g_assert_cmpuint (g_strv_length (parts), ==, 2);
  return g_strjoinv (to, parts);
}

static void
test_spoiled (gconstpointer data)
{
  const Spoiled *row = data;
  g_autofree char *text = replace (row->from, row->to);
  g_autoptr (GError) error = NULL;
  g_autoptr (FkCloneList) list = load_text (text, &error);

  g_assert_null (list);
  g_assert_error (error, FK_ERROR, FK_ERROR_BAD_FILE);
  if (strstr (error->message, row->message) == NULL)
    g_error ("\"%s\" is not in \"%s\"", row->message, error->message);
}

static const char *
find (const FkCloneList *list, guint16 designer, guint32 idcode)
{
  const FkCloneSigns signs = { .designer = designer, .idcode = idcode };
  const FkClone *clone = fk_clone_list_find (list, &signs);

  return clone != NULL ? clone->name : NULL;
}

/* All signs of a row must fit, one that could not be read does not; the first row counts. */
static void
test_find (void)
{
  static const char text[] =
      "[Clone B]\nName=Beta\nDesigner=0x751\nIdcode=0x13030410\n"
      "Differs=It has less.\nSource=OpenOCD, stm32f1x.c\n"
      "Confidence=told\n\n" ROW "[Clone C]\nName=Gamma\nIdcode=0x70050000 0xFFFF0000\n"
      "Differs=It has less.\nSource=OpenOCD, stm32f1x.c\n"
      "Confidence=told\n";
  g_autoptr (GError) error = NULL;
  g_autoptr (FkCloneList) list = load_text (text, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (find (list, 0x751, 0x13030410), ==, "Beta");
  g_assert_cmpstr (find (list, 0x751, 0x20036410), ==, "Alpha");
  g_assert_cmpstr (find (list, 0x751, 0x20036414), ==, "Alpha");
  g_assert_cmpstr (find (list, 0x751, 0x20036418), ==, NULL);
  g_assert_cmpstr (find (list, 0x020, 0x20036410), ==, NULL);
  g_assert_cmpstr (find (list, 0, 0x13030410), ==, NULL);
  g_assert_cmpstr (find (list, 0, 0x70050345), ==, "Gamma");
  g_assert_cmpstr (find (list, 0, 0x70040345), ==, NULL);
  g_assert_cmpstr (find (list, 0, 0), ==, NULL);
}

/* What stands behind a wider row would never be found. */
static void
test_hidden (void)
{
  static const char *const rows[] = {
    "Designer=0x751\nDevIds=0x410\n",
    "Designer=0x751\nIdcode=0x13030410\n",
    "Designer=0x751\nCpuid=0x410FC241\nDevIds=0x414 0x410\n",
  };
  static const char *const good[] = {
    "Designer=0x751\nDevIds=0x410 0x418\n",
    "Designer=0x750\nDevIds=0x410\n",
    "Designer=0x751\nIdcode=0x13030000 0xFFFF0000\n",
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows) + G_N_ELEMENTS (good); i++)
    {
      gboolean is_good = i >= G_N_ELEMENTS (rows);
      g_autofree char *text = g_strdup_printf (ROW "[Clone B]\nName=Beta\n%sDiffers=It has "
                                                   "less.\nSource=OpenOCD, stm32f1x.c\n"
                                                   "Confidence=told\n",
                                               is_good ? good[i - G_N_ELEMENTS (rows)] : rows[i]);
      g_autoptr (GError) error = NULL;
      g_autoptr (FkCloneList) list = load_text (text, &error);

      if (is_good)
        {
          g_assert_no_error (error);
          continue;
        }
      g_assert_error (error, FK_ERROR, FK_ERROR_BAD_FILE);
      g_assert_cmpstr (error->message, ==,
                       "bad.ini: [Clone B] Name: [Clone A] stands before it and fits all that this "
                       "fits");
    }
}

/* Every chip that is described, with ST's name, the core and the debug port that ST builds in, is
 * what it says. */
static void
test_genuine (void)
{
  static const struct
  {
    const char *core;
    guint32 cpuid;
    guint32 dpidr;
  } cores[] = {
    { "Cortex-M0", 0x410cc200, 0x0bb11477 }, { "Cortex-M0+", 0x410cc601, 0x0bc11477 },
    { "Cortex-M3", 0x411fc231, 0x1ba01477 }, { "Cortex-M3", 0x412fc230, 0x2ba01477 },
    { "Cortex-M4", 0x410fc241, 0x2ba01477 }, { "Cortex-M7", 0x410fc271, 0x5ba02477 },
    { "Cortex-M7", 0x411fc270, 0x5ba02477 },
  };
  static const guint32 revisions[] = { 0x10000000, 0x10010000, 0x10030000, 0x10070000, 0x20000000,
                                       0x20010000, 0x20030000, 0x20036000, 0x10006000 };
  FkChipDb *db = fk_chip_db_get_default ();
  guint n = 0;

  for (guint i = 0; i < fk_chip_db_get_n_descs (db); i++)
    for (guint k = 0; k < G_N_ELEMENTS (cores); k++)
      for (guint m = 0; m < G_N_ELEMENTS (revisions); m++)
        {
          const FkChipDesc *desc = fk_chip_db_get_desc (db, i);
          guint16 dev_id = fk_chip_desc_get_dev_id (desc);
          const FkCloneSigns signs = { 0x020, dev_id, cores[k].cpuid, cores[k].dpidr,
                                       revisions[m] | dev_id };

          if (!g_str_equal (fk_chip_desc_get_core (desc), cores[k].core))
            continue;
          g_assert_null (fk_clone_list_find (fk_clone_list_get_default (), &signs));
          n++;
        }
  g_assert_cmpuint (n, >, fk_chip_db_get_n_descs (db));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (spoiled); i++)
    {
      g_autofree char *path = g_strdup_printf ("/clone/spoiled/%s", spoiled[i].what);

      g_test_add_data_func (path, &spoiled[i], test_spoiled);
    }
  g_test_add_func ("/clone/find", test_find);
  g_test_add_func ("/clone/hidden", test_hidden);
  g_test_add_func ("/clone/genuine", test_genuine);
  return g_test_run ();
}
