/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The rows of the option bytes page, for a chip of each kind. */

#include "config.h"

#include "find-widget.h"
#include "chip/fk-chip-areas.h"
#include "chip/fk-chip-db.h"
#include "pages/fk-area-row.h"
#include "pages/fk-option-row.h"
#include "pages/fk-option-text.h"
#include "pages/fk-sector-row.h"

/* As they are on a new chip: F4 keeps them in a register, F1 beside their complements. */
static FkOptionBytes *
make_options (guint16 dev_id, const char *core, guint32 flash_size)
{
  static const guint8 f4[] = { 0xed, 0xaa, 0xff, 0x0f };
  static const guint8 f1[] = { 0xa5, 0x5a, 0xff, 0x00, 0xff, 0x00, 0xff, 0x00,
                               0xff, 0x00, 0xff, 0x00, 0xff, 0x00, 0xff, 0x00 };
  const FkChipDesc *desc = fk_chip_db_find (fk_chip_db_get_default (), dev_id, core);
  g_autoptr (GError) error = NULL;
  g_autoptr (FkChip) chip = NULL;
  g_autoptr (GBytes) raw = NULL;
  FkOptionBytes *options;

  g_assert_nonnull (desc);
  chip = fk_chip_desc_make_chip (desc, flash_size, &error);
  g_assert_no_error (error);
  raw = dev_id == 0x413 ? g_bytes_new_static (f4, sizeof f4) : g_bytes_new_static (f1, sizeof f1);
  options = fk_option_bytes_new (chip, raw, &error);
  g_assert_no_error (error);
  return options;
}

/* All of them 0, which no chip has.  Returns: (nullable): none where options are not written */
static FkOptionBytes *
make_zero_options (const FkChipDesc *desc, guint32 flash_size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FkChip) chip = fk_chip_desc_make_chip (desc, flash_size, &error);
  g_autoptr (GBytes) raw = NULL;
  const FkRegion *region;
  FkOptionBytes *options;

  g_assert_no_error (error);
  region = fk_chip_find_region (chip, "option-bytes");
  if (region == NULL || g_strcmp0 (fk_chip_get_driver (chip), "none") == 0)
    return NULL;
  raw = g_bytes_new_take (g_malloc0 (region->range.size), region->range.size);
  options = fk_option_bytes_new (chip, raw, &error);
  g_assert_no_error (error);
  return options;
}

static void
on_edited (GtkWidget *row, guint value, guint *told)
{
  *told = value;
}

static void
test_choice (void)
{
  g_autoptr (FkOptionBytes) present = make_options (0x413, "Cortex-M4", 1 << 20);
  g_autoptr (FkOptionBytes) wanted = fk_option_bytes_dup (present);
  FkOptionsView view = { present, wanted, NULL, NULL, TRUE };
  g_autoptr (GtkWidget) row =
      g_object_ref_sink (fk_option_row_new (fk_option_bytes_get_chip (present),
                                            fk_option_bytes_find_field (present, "WDG_SW")));
  GtkWidget *choice = find_widget_of_type (row, GTK_TYPE_DROP_DOWN);
  guint told = 77;

  g_signal_connect (row, "edited", G_CALLBACK (on_edited), &told);
  g_assert_nonnull (choice);
  fk_option_row_update (FK_OPTION_ROW (row), &view);
  g_assert_cmpuint (gtk_drop_down_get_selected (GTK_DROP_DOWN (choice)), ==, 1);
  g_assert_cmpuint (told, ==, 77); /* showing is not editing */

  gtk_drop_down_set_selected (GTK_DROP_DOWN (choice), 0);
  g_assert_cmpuint (told, ==, 0);

  view.editable = FALSE;
  fk_option_row_update (FK_OPTION_ROW (row), &view);
  g_assert_false (gtk_widget_get_sensitive (choice));
}

/* Read protection can lock the chip for ever: nothing offers it. */
static void
test_guarded (void)
{
  g_autoptr (FkOptionBytes) present = make_options (0x413, "Cortex-M4", 1 << 20);
  FkOptionsView view = { present, present, NULL, NULL, TRUE };
  g_autoptr (GtkWidget) row =
      g_object_ref_sink (fk_option_row_new (fk_option_bytes_get_chip (present),
                                            fk_option_bytes_find_field (present, "RDP")));

  fk_option_row_update (FK_OPTION_ROW (row), &view);
  g_assert_null (find_widget_of_type (row, GTK_TYPE_DROP_DOWN));
  g_assert_null (find_widget_of_type (row, GTK_TYPE_SWITCH));
  g_assert_null (find_widget_of_type (row, GTK_TYPE_SPIN_BUTTON));
}

static void
test_byte (void)
{
  g_autoptr (FkOptionBytes) present = make_options (0x410, "Cortex-M3", 64 << 10);
  FkOptionsView view = { present, present, NULL, NULL, TRUE };
  g_autoptr (GtkWidget) row =
      g_object_ref_sink (fk_option_row_new (fk_option_bytes_get_chip (present),
                                            fk_option_bytes_find_field (present, "Data0")));
  GtkWidget *number = find_widget_of_type (row, GTK_TYPE_SPIN_BUTTON);
  guint told = 77;

  g_signal_connect (row, "edited", G_CALLBACK (on_edited), &told);
  g_assert_nonnull (number);
  fk_option_row_update (FK_OPTION_ROW (row), &view);
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (number)), ==, "0xFF");

  gtk_editable_set_text (GTK_EDITABLE (number), "0x1C");
  gtk_spin_button_update (GTK_SPIN_BUTTON (number));
  g_assert_cmpuint (told, ==, 0x1c);
  gtk_editable_set_text (GTK_EDITABLE (number), "nonsense");
  gtk_spin_button_update (GTK_SPIN_BUTTON (number));
  g_assert_cmpuint (told, ==, 0x1c);
}

typedef struct
{
  guint n_rows;
  guint64 bytes;
} Sum;

static void
add_up (const FkOptionField *field, guint bit, FkRange range, guint n_sectors, gpointer user_data)
{
  Sum *sum = user_data;

  sum->n_rows++;
  sum->bytes += range.size;
}

/* Every byte of the flash is in one of the parts, and in one only. */
static void
test_parts (void)
{
  g_autoptr (FkOptionBytes) f4 = make_options (0x413, "Cortex-M4", 1 << 20);
  g_autoptr (FkOptionBytes) f1 = make_options (0x410, "Cortex-M3", 64 << 10);
  Sum sum = { 0 };

  fk_option_text_foreach_protected (fk_option_bytes_get_chip (f4), add_up, &sum);
  g_assert_cmpuint (sum.n_rows, ==, 12);
  g_assert_cmpuint (sum.bytes, ==, 1 << 20);
  sum = (Sum){ 0 };
  fk_option_text_foreach_protected (fk_option_bytes_get_chip (f1), add_up, &sum);
  g_assert_cmpuint (sum.n_rows, ==, 16);
  g_assert_cmpuint (sum.bytes, ==, 64 << 10);
}

static void
test_sector (void)
{
  g_autoptr (FkOptionBytes) present = make_options (0x410, "Cortex-M3", 64 << 10);
  FkOptionsView view = { present, present, NULL, NULL, TRUE };
  g_autoptr (GtkWidget) row =
      g_object_ref_sink (fk_sector_row_new (fk_option_bytes_find_field (present, "WRP0"), 2,
                                            (FkRange){ 0x08002000, 4096 }, 4));
  GtkWidget *protect = find_widget_of_type (row, GTK_TYPE_SWITCH);
  guint told = 77;

  g_signal_connect (row, "edited", G_CALLBACK (on_edited), &told);
  fk_sector_row_update (FK_SECTOR_ROW (row), &view);
  g_assert_false (gtk_switch_get_active (GTK_SWITCH (protect)));
  gtk_switch_set_active (GTK_SWITCH (protect), TRUE);
  g_assert_cmpuint (told, ==, 0xfb); /* a bit that is 0 protects */
}

typedef struct
{
  guint n;
  guint first;
  guint last;
} Ends;

static void
on_area_edited (GtkWidget *row, guint first, guint last, Ends *told)
{
  told->n++;
  told->first = first;
  told->last = last;
}

/* A G0 protects pages from one to another, and its factory values protect none. */
static FkOptionBytes *
make_g0_options (void)
{
  const FkChipDesc *desc = fk_chip_db_find (fk_chip_db_get_default (), 0x460, "Cortex-M0+");
  FkOptionBytes *options = make_zero_options (desc, 128 << 10);

  fk_option_bytes_set (options, "WRP1A_STRT", 0x3f, NULL);
  fk_option_bytes_set (options, "WRP1B_STRT", 0x3f, NULL);
  return options;
}

static GtkWidget *
find_second_spin (GtkWidget *row)
{
  GtkWidget *grid = find_widget_of_type (row, GTK_TYPE_GRID);

  return gtk_grid_get_child_at (GTK_GRID (grid), 1, 1);
}

static void
test_area (void)
{
  g_autoptr (FkOptionBytes) present = make_g0_options ();
  g_autoptr (FkOptionBytes) wanted = fk_option_bytes_dup (present);
  FkOptionsView view = { present, wanted, NULL, NULL, TRUE };
  FkChip *chip = fk_option_bytes_get_chip (present);
  const FkOptionField *field = fk_option_bytes_find_field (present, "WRP1A_STRT");
  const FkOptionArea *area = fk_chip_find_option_area (chip, field);
  g_autoptr (GtkWidget) row = g_object_ref_sink (fk_area_row_new (chip, area));
  GtkWidget *protect = find_widget_of_type (row, GTK_TYPE_SWITCH);
  GtkWidget *first = find_widget_of_type (row, GTK_TYPE_SPIN_BUTTON);
  GtkWidget *last = find_second_spin (row);
  Ends told = { 0 };

  g_signal_connect (row, "edited", G_CALLBACK (on_area_edited), &told);
  fk_area_row_update (FK_AREA_ROW (row), &view);
  g_assert_false (gtk_switch_get_active (GTK_SWITCH (protect)));
  g_assert_false (gtk_widget_get_visible (gtk_widget_get_parent (first)));
  g_assert_cmpuint (told.n, ==, 0); /* showing is not editing */

  gtk_switch_set_active (GTK_SWITCH (protect), TRUE);
  g_assert_cmpuint (told.n, ==, 1);
  g_assert_cmpuint (told.first, ==, 0);
  g_assert_cmpuint (told.last, ==, 63);
  gtk_switch_set_active (GTK_SWITCH (protect), FALSE); /* back to what the chip has */
  g_assert_cmpuint (told.first, ==, 0x3f);
  g_assert_cmpuint (told.last, ==, 0);

  fk_option_bytes_set (wanted, "WRP1A_STRT", 2, NULL);
  fk_option_bytes_set (wanted, "WRP1A_END", 3, NULL);
  fk_area_row_update (FK_AREA_ROW (row), &view);
  g_assert_true (gtk_switch_get_active (GTK_SWITCH (protect)));
  g_assert_true (gtk_widget_get_visible (gtk_widget_get_parent (first)));
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (first)), ==, "0x08001000");
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (last)), ==, "0x08001fff");

  told = (Ends){ 0 };
  gtk_editable_set_text (GTK_EDITABLE (first), "0x08004123"); /* past the end, inside page 8 */
  gtk_spin_button_update (GTK_SPIN_BUTTON (first));
  g_assert_cmpuint (told.n, ==, 1);
  g_assert_cmpuint (told.first, ==, 8);
  g_assert_cmpuint (told.last, ==, 8);
  fk_option_bytes_set (wanted, "WRP1A_STRT", 8, NULL);
  fk_option_bytes_set (wanted, "WRP1A_END", 8, NULL);
  fk_area_row_update (FK_AREA_ROW (row), &view);
  gtk_editable_set_text (GTK_EDITABLE (last), "0x08020000"); /* behind the flash */
  gtk_spin_button_update (GTK_SPIN_BUTTON (last));
  g_assert_cmpuint (told.first, ==, 8);
  g_assert_cmpuint (told.last, ==, 8);
  gtk_editable_set_text (GTK_EDITABLE (last), "0x08002000"); /* page 4, before the first */
  gtk_spin_button_update (GTK_SPIN_BUTTON (last));
  g_assert_cmpuint (told.first, ==, 4);
  g_assert_cmpuint (told.last, ==, 4);
}

/* The two ends of an area are one change to a person. */
static void
test_area_is_one_change (void)
{
  g_autoptr (FkOptionBytes) present = make_g0_options ();
  g_autoptr (FkOptionBytes) wanted = fk_option_bytes_dup (present);
  g_autoptr (GPtrArray) both = NULL;
  g_autoptr (GPtrArray) end = NULL;
  const FkOptionField *field;

  fk_option_bytes_set (wanted, "WRP1B_END", 0x3f, NULL);
  end = fk_option_text_diff (present, wanted);
  g_assert_cmpuint (end->len, ==, 1);
  fk_option_bytes_set (wanted, "WRP1B_STRT", 0, NULL);
  fk_option_bytes_set (wanted, "nRST_STOP", 1, NULL);
  both = fk_option_text_diff (present, wanted);
  g_assert_cmpuint (both->len, ==, 2);
  field = g_ptr_array_index (end, 0);
  g_assert_cmpstr (field->name, ==, "WRP1B_STRT");
}

static void
test_words (void)
{
  g_autoptr (FkOptionBytes) options = make_options (0x410, "Cortex-M3", 64 << 10);
  const FkOptionField *field = fk_option_bytes_find_field (options, "WRP0");
  g_autofree char *none = fk_option_text_explain (options, field, 0xff);
  g_autofree char *one = fk_option_text_explain (options, field, 0xfe);
  gboolean danger = FALSE;

  g_assert_cmpstr (none, ==, "Not protected");
  g_assert_cmpstr (one, ==, "Protected: 0x08000000-0x08000fff");
  g_assert_nonnull (fk_option_text_get_effect (options,
                                               fk_option_bytes_find_field (options, "WDG_SW"), 0,
                                               &danger));
  g_assert_true (danger);
}

/* The danger and the words are those of the chip that is meant: level 0 of BOR_LEV is below 2.7 V
 * in F4, and below 1.7 V in L4. */
static void
test_brown_out (void)
{
  g_autoptr (FkOptionBytes) f4 = make_options (0x413, "Cortex-M4", 1 << 20);
  const FkChipDesc *desc = fk_chip_db_find (fk_chip_db_get_default (), 0x415, "Cortex-M4");
  g_autoptr (FkOptionBytes) l4 = make_zero_options (desc, 1 << 20);
  gboolean danger = FALSE;
  const char *effect;

  effect = fk_option_text_get_effect (f4, fk_option_bytes_find_field (f4, "BOR_LEV"), 0, &danger);
  g_assert_nonnull (strstr (effect, "2.7 V"));
  g_assert_true (danger);
  effect = fk_option_text_get_effect (l4, fk_option_bytes_find_field (l4, "BOR_LEV"), 0, &danger);
  g_assert_nonnull (strstr (effect, "1.7 V"));
  g_assert_false (danger);
  effect = fk_option_text_get_effect (l4, fk_option_bytes_find_field (l4, "BOR_LEV"), 4, &danger);
  g_assert_nonnull (strstr (effect, "2.8 V"));
  g_assert_true (danger);
}

/* Levels 5 to 7 mean nothing: they are not offered, and shown as what they are. */
static void
test_few_values (void)
{
  const FkChipDesc *desc = fk_chip_db_find (fk_chip_db_get_default (), 0x415, "Cortex-M4");
  g_autoptr (FkOptionBytes) present = make_zero_options (desc, 1 << 20);
  FkOptionsView view = { present, present, NULL, NULL, TRUE };
  g_autoptr (GtkWidget) row =
      g_object_ref_sink (fk_option_row_new (fk_option_bytes_get_chip (present),
                                            fk_option_bytes_find_field (present, "BOR_LEV")));
  GtkWidget *choice = find_widget_of_type (row, GTK_TYPE_DROP_DOWN);

  g_assert_nonnull (choice);
  g_assert_cmpuint (g_list_model_get_n_items (gtk_drop_down_get_model (GTK_DROP_DOWN (choice))), ==,
                    5);
  fk_option_row_update (FK_OPTION_ROW (row), &view);
  g_assert_cmpuint (gtk_drop_down_get_selected (GTK_DROP_DOWN (choice)), ==, 0);
  g_assert_true (fk_option_bytes_set (present, "BOR_LEV", 7, NULL));
  fk_option_row_update (FK_OPTION_ROW (row), &view);
  g_assert_cmpuint (gtk_drop_down_get_selected (GTK_DROP_DOWN (choice)), ==,
                    GTK_INVALID_LIST_POSITION);
}

/* Of every value that a person can choose, on every chip, it is said what comes of it, and every
 * field has a name that is not its register's. */
static void
check_fields (FkOptionBytes *options)
{
  FkChip *chip = fk_option_bytes_get_chip (options);
  guint n_fields;
  const FkOptionField *fields = fk_chip_get_option_fields (chip, &n_fields);

  for (guint i = 0; i < n_fields; i++)
    {
      g_autofree char *title = fk_option_text_dup_title (chip, &fields[i]);

      if (fk_chip_find_option_area (chip, &fields[i]) != NULL || fields[i].guarded)
        continue;
      if (g_str_equal (title, fields[i].name))
        g_error ("%s has no title", fields[i].name);
      for (guint v = 0; v < fields[i].n_values && !fields[i].write_protects; v++)
        {
          gboolean danger = FALSE;

          if (fk_option_text_get_effect (options, &fields[i], fields[i].values[v].value, &danger) ==
              NULL)
            g_error ("%s: nothing is said of \"%s\"", fields[i].name, fields[i].values[v].meaning);
        }
    }
}

static void
test_every_chip (void)
{
  FkChipDb *db = fk_chip_db_get_default ();
  guint n_checked = 0;

  for (guint i = 0; i < fk_chip_db_get_n_descs (db); i++)
    {
      const FkChipDesc *desc = fk_chip_db_get_desc (db, i);
      guint n_sizes;
      const guint32 *sizes = fk_chip_desc_get_flash_sizes (desc, &n_sizes);
      g_autoptr (FkOptionBytes) options = make_zero_options (desc, sizes[n_sizes - 1]);

      if (options == NULL)
        continue;
      check_fields (options);
      n_checked++;
    }
  g_assert_cmpuint (n_checked, >, 20);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add_func ("/options/choice", test_choice);
  g_test_add_func ("/options/guarded", test_guarded);
  g_test_add_func ("/options/byte", test_byte);
  g_test_add_func ("/options/parts", test_parts);
  g_test_add_func ("/options/sector", test_sector);
  g_test_add_func ("/options/area", test_area);
  g_test_add_func ("/options/area-is-one-change", test_area_is_one_change);
  g_test_add_func ("/options/words", test_words);
  g_test_add_func ("/options/brown-out", test_brown_out);
  g_test_add_func ("/options/few-values", test_few_values);
  g_test_add_func ("/options/every-chip", test_every_chip);
  return g_test_run ();
}
