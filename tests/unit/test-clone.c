/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The list of clones, and what is refused in one. */

#include "config.h"

#include "base/fk-error.h"
#include "chip/fk-chip-db.h"
#include "chip/fk-chip.h"
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
          const FkCloneSigns signs = {
            0x020, dev_id, cores[k].cpuid, cores[k].dpidr, revisions[m] | dev_id, 0x0035003a
          };

          if (fk_chip_desc_get_maker (desc) != NULL ||
              !g_str_equal (fk_chip_desc_get_core (desc), cores[k].core))
            continue;
          g_assert_null (fk_clone_list_find (fk_clone_list_get_default (), &signs));
          n++;
        }
  g_assert_cmpuint (n, >, fk_chip_db_get_n_descs (db));
}

static const struct
{
  guint32 designer;
  guint32 idcode;
  guint32 unique_id;
  const char *core;
  const char *name; /* of the chip, with the largest flash */
  guint32 kib;
  guint n_sectors;
  guint32 rdp; /* where it is */
} makers[] = {
  { 0x43b, 0x70050242, 0, "Cortex-M4", "AT32F403AG", 1024, 512, 0x4002201c },
  { 0x43b, 0x700301c5, 0, "Cortex-M4", "AT32F41xC", 256, 128, 0x4002201c },
  { 0x43b, 0x5001000c, 0, "Cortex-M4", "AT32F4214", 16, 16, 0x4002201c },
  { 0x43b, 0x50020100, 0, "Cortex-M4", "AT32F4218", 64, 64, 0x4002201c },
  { 0x43b, 0x50092100, 0, "Cortex-M4", "AT32F4258", 64, 64, 0x4002201c },
  { 0x43b, 0x7003210b, 0, "Cortex-M4", "AT32F4238", 64, 64, 0x40023c1c },
  { 0x43b, 0x700a21ca, 0, "Cortex-M4", "AT32F423B", 128, 128, 0x40023c1c },
  { 0x43b, 0x700a3249, 0, "Cortex-M4", "AT32F423C", 256, 128, 0x40023c1c },
  { 0x43b, 0x70042240, 0, "Cortex-M4", "AT32F405B", 128, 128, 0x40023c1c },
  { 0x43b, 0x70053240, 0, "Cortex-M4", "AT32F405C", 256, 128, 0x40023c1c },
  { 0x43b, 0x7008334a, 0, "Cortex-M4", "AT32F43xG", 1024, 512, 0x40023c1c },
  { 0x43b, 0x70084540, 0, "Cortex-M4", "AT32F43x", 4032, 1008, 0x40023c1c },
  { 0x751, 0x17040410, 0, "Cortex-M4", "GD32F3x0B", 128, 128, 0x4002201c },
  { 0x751, 0x19040414, 0, "Cortex-M4", "GD32F30xE", 512, 256, 0x4002201c },
  { 0x751, 0x19040418, 0, "Cortex-M4", "GD32F30xG", 1024, 384, 0x4002201c },
  { 0x751, 0x19040430, 0, "Cortex-M4", "GD32F30x", 3072, 896, 0x4002201c },
  { 0x751, 0x2b3002b3, 0, "Cortex-M4", "GD32F4xx", 3072, 28, 0x40023c14 },
  { 0x43b, 0x10000511, 0, "Cortex-M4", "N32G45xE", 512, 256, 0x4002201c },
  { 0x43b, 0xcc568091, 0, "Cortex-M0", "MM32L07xB", 128, 128, 0x4002201c },
  { 0x43b, 0xcc4460b1, 0, "Cortex-M0", "MM32SPIN056", 32, 32, 0x4002201c },
  { 0x43b, 0xcc56a097, 0, "Cortex-M0", "MM32SPIN27B", 128, 128, 0x4002201c },
};

/* Each chip of another maker is found by what it says of itself, and none is written. */
static void
test_described (void)
{
  FkChipDb *db = fk_chip_db_get_default ();
  guint n_others = 0;

  for (guint i = 0; i < G_N_ELEMENTS (makers); i++)
    {
      gboolean is_m0 = g_str_equal (makers[i].core, "Cortex-M0");
      const FkCloneSigns signs = {
        makers[i].designer, 0x4c4, is_m0 ? 0x410cc200 : 0x410fc241, 0x2ba01477, makers[i].idcode,
        makers[i].unique_id
      };
      const FkClone *clone = fk_clone_list_find (fk_clone_list_get_default (), &signs);
      const FkChipDesc *desc;
      g_autoptr (FkChip) chip = NULL;
      const FkOptionField *rdp;
      guint n;

      g_assert_nonnull (clone);
      desc = fk_chip_db_find (db,
                              (guint16)(clone->chip_id != 0 ? clone->chip_id
                                                            : makers[i].idcode & 0xfff),
                              makers[i].core);
      g_assert_nonnull (desc);
      g_assert_nonnull (strstr (clone->name, fk_chip_desc_get_maker (desc)));
      g_assert_cmpuint (fk_chip_desc_get_max_flash_size (desc), ==, makers[i].kib * 1024);
      chip = fk_chip_desc_make_chip (desc, makers[i].kib * 1024, NULL);
      g_assert_cmpstr (fk_chip_get_name (chip), ==, makers[i].name);
      g_assert_cmpstr (fk_chip_get_driver (chip), ==, "none");
      fk_chip_get_sectors (chip, &n);
      g_assert_cmpuint (n, ==, makers[i].n_sectors);
      rdp = fk_chip_find_option_field (chip, "RDP");
      g_assert_cmphex (rdp->address & ~3u, ==, makers[i].rdp);
    }
  for (guint i = 0; i < fk_chip_db_get_n_descs (db); i++)
    n_others += fk_chip_desc_get_maker (fk_chip_db_get_desc (db, i)) != NULL;
  g_assert_cmpuint (n_others, ==, G_N_ELEMENTS (makers));
}

/* What stands where ST has the unique ID names one of them. */
static void
test_unique_id (void)
{
  const FkCloneSigns air = { 0x43b, 0x4c3, 0x412fc231, 0x2ba01477, 0x20036410, 0x1a5a5bb0 };
  const FkCloneSigns other = { 0x43b, 0x4c3, 0x412fc231, 0x2ba01477, 0x20036410, 0x0035003a };

  g_assert_cmpstr (fk_clone_list_find (fk_clone_list_get_default (), &air)->name, ==,
                   "Luat AIR32F103 or MH32F103A");
  g_assert_cmpstr (fk_clone_list_find (fk_clone_list_get_default (), &other)->name, ==,
                   "China Key Systems CS32F103 or CKS32F103");
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
  g_test_add_func ("/clone/described", test_described);
  g_test_add_func ("/clone/unique-id", test_unique_id);
  return g_test_run ();
}
