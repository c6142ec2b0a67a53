/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What inspect says about the boards of the demo. */

#include "config.h"

#include "compare/fk-compare.h"
#include "sim/fk-sim-chip.h"

#define FLASH 0x08000000u

typedef struct
{
  const char *board;
  const char *model;
  guint32 flash_size;
  guint32 application; /* offset; 0 without a bootloader */
} Row;

static const Row rows[] = {
  { "creator-pro", "stm32f405", 0x100000, 0x10000 },
  { "skr-mini-e3", "stm32f103rc", 0x40000, 0x7000 },
  { "blue-pill", "stm32f103c8", 0x10000, 0x2000 },
  { "disco-f4", "stm32f407", 0x100000, 0 },
  { "f030", "stm32f030f4", 0x4000, 0 },
  { "nucleo-f746", "stm32f746", 0x100000, 0 },
  { "skr-mini-e3-v3", "stm32g0b1", 0x80000, 0x2000 },
};

static const FkFinding *
find (FkInspection *inspection, const char *kind)
{
  GPtrArray *findings = fk_inspection_get_findings (inspection);
  guint i;

  for (i = 0; i < findings->len; i++)
    {
      const FkFinding *finding = g_ptr_array_index (findings, i);

      if (g_str_equal (finding->kind, kind))
        return finding;
    }
  return NULL;
}

static FkImage *
read_flash (const Row *row)
{
  FkSimChipConfig config = { .model = row->model,
                             .uid = { 0x34, 0xff, 0x6d, 6, 0x42, 0x59, 0x33, 0x36, 0x29, 0x12, 0x10,
                                      0x43 },
                             .millivolts = 3300 };
  g_autoptr (GError) error = NULL;
  FkSimChip *chip = fk_sim_chip_new (&config, &error);
  guint8 *data = g_malloc (row->flash_size);
  g_autoptr (GBytes) bytes = NULL;

  g_assert_no_error (error);
  fk_sim_chip_load_demo_firmware (chip, row->board);
  g_assert_true (fk_sim_chip_peek (chip, FLASH, data, row->flash_size));
  fk_sim_chip_free (chip);
  bytes = g_bytes_new_take (data, row->flash_size);
  return fk_image_new_for_bytes (FLASH, bytes, NULL);
}

static void
test_whole (gconstpointer data)
{
  const Row *row = data;
  g_autoptr (FkImage) image = read_flash (row);
  g_autoptr (FkInspection) inspection = fk_inspect (image, NULL);
  guint32 address = 0;

  g_assert_true (fk_inspection_get_vectors (inspection, NULL, NULL));
  g_assert_true (fk_inspection_get_linked_at (inspection, &address));
  g_assert_cmphex (address, ==, FLASH);
  g_assert_nonnull (find (inspection, "program"));
  g_assert_null (find (inspection, "reset-outside"));
  g_assert_nonnull (find (inspection, "data-after-blank"));
  if (row->application != 0)
    g_assert_cmphex (find (inspection, "second-program")->range.address, ==,
                     FLASH + row->application);
  else
    g_assert_null (find (inspection, "second-program"));
}

/* The application alone, in a raw file that does not say where it belongs. */
static void
test_application (gconstpointer data)
{
  const Row *row = data;
  g_autoptr (FkImage) image = read_flash (row);
  g_autoptr (FkImage) application = NULL;
  g_autoptr (FkImage) raw = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (FkInspection) inspection = NULL;
  guint32 address = 0;

  application = fk_image_slice (image, (FkRange){ FLASH + row->application,
                                                  row->flash_size - row->application });
  bytes = fk_image_to_bytes (application, 0xff, NULL);
  raw = fk_image_new_for_bytes (0, bytes, NULL);
  inspection = fk_inspect (raw, NULL);
  g_assert_true (fk_inspection_get_linked_at (inspection, &address));
  g_assert_cmphex (address, ==, FLASH + row->application);
  g_assert_nonnull (find (inspection, "linked-elsewhere"));
}

int
main (int argc, char **argv)
{
  guint i;

  g_test_init (&argc, &argv, NULL);
  for (i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *whole = g_strdup_printf ("/inspect-sim/%s/whole", rows[i].board);
      g_autofree char *application = g_strdup_printf ("/inspect-sim/%s/application", rows[i].board);

      g_test_add_data_func (whole, &rows[i], test_whole);
      g_test_add_data_func (application, &rows[i], test_application);
    }
  return g_test_run ();
}
