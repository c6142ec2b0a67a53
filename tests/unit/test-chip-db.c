/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A chip is found without reading more than the file that describes it, and what is found so is
 * what reading all files gives. */

#include "config.h"

#include "chip/fk-chip-private.h"

#include "chip/fk-chip-reader.h"

#include <string.h>

/* The files of the source tree. */
typedef struct
{
  GPtrArray *bytes; /* of GBytes */
  GPtrArray *names; /* ends in NULL */
} Files;

static Files
load_files (void)
{
  g_autofree char *folder = g_test_build_filename (G_TEST_DIST, "..", "data", "chips", NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  Files files = { g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref),
                  g_ptr_array_new_with_free_func (g_free) };
  const char *name;

  g_assert_nonnull (dir);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_autoptr (GError) error = NULL;
      char *text;
      gsize size;

      if (!g_str_has_suffix (name, ".ini") || g_str_equal (name, "clones.ini"))
        continue;
      g_file_get_contents (path, &text, &size, &error);
      g_assert_no_error (error);
      g_ptr_array_add (files.bytes, g_bytes_new_take (text, size));
      g_ptr_array_add (files.names, g_strdup (name));
    }
  g_assert_cmpuint (files.names->len, >=, 5);
  g_ptr_array_add (files.names, NULL);
  return files;
}

static void
clear_files (Files *files)
{
  g_ptr_array_unref (files->bytes);
  g_ptr_array_unref (files->names);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Files, clear_files)

static FkChipDb *
make_unread (const Files *files)
{
  return fk_chip_db_new_unread ((GBytes **)files->bytes->pdata,
                                (const char *const *)files->names->pdata);
}

static FkChipDb *
make_read (const Files *files)
{
  g_autoptr (GError) error = NULL;
  FkChipDb *db = fk_chip_db_new_from_bytes ((GBytes **)files->bytes->pdata,
                                            (const char *const *)files->names->pdata, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (fk_chip_db_count_read (db), ==, files->bytes->len);
  return db;
}

static void
tell_text (GString *out, const char *name, const char *text)
{
  g_string_append_printf (out, "%s=%s\n", name, text != NULL ? text : "(none)");
}

static void
tell_bytes (GString *out, const char *name, gconstpointer data, gsize size)
{
  g_string_append_printf (out, "%s=", name);
  for (gsize i = 0; i < size; i++)
    g_string_append_printf (out, "%02x", ((const guint8 *)data)[i]);
  g_string_append_c (out, '\n');
}

static void
tell_array (GString *out, const char *name, const GArray *array, gsize element_size)
{
  tell_bytes (out, name, array->data, array->len * element_size);
}

static void
tell_numbers (GString *out, const char *name, const GArray *numbers)
{
  for (guint i = 0; i < numbers->len; i++)
    {
      const FkChipNumber *number = &g_array_index (numbers, FkChipNumber, i);

      g_string_append_printf (out, "%s.%s=0x%x\n", name, number->key, number->value);
    }
}

static void
tell_layout (GString *out, const FkChipLayout *layout)
{
  tell_text (out, "Layout", layout->name);
  tell_bytes (out, "Runs", layout->runs, sizeof layout->runs);
  g_string_append_printf (out, "%u runs, %u banks of 0x%x, 0x%x apart\n", layout->n_runs,
                          layout->n_banks, layout->bank_size, layout->bank_distance);
  tell_bytes (out, "Numbers", layout->first_numbers, sizeof layout->first_numbers);
}

static void
tell_field (GString *out, const FkOptionField *field)
{
  tell_text (out, "Option", field->name);
  tell_text (out, "Text", field->text);
  tell_text (out, "Otherwise", field->otherwise);
  tell_text (out, "Pattern", field->pattern);
  g_string_append_printf (out, "0x%08x: %u bits from %u, %d %d, 0x%x, %u\n", field->address,
                          field->width, field->shift, field->guarded, field->write_protects,
                          field->factory, field->number);
  for (guint i = 0; i < field->n_values; i++)
    g_string_append_printf (out, "0x%x=%s\n", field->values[i].value, field->values[i].meaning);
}

static void
tell_facts (GString *out, const FkChipDesc *desc)
{
  const guint32 numbers[] = { desc->dev_id,       desc->idcode,      desc->size_register,
                              desc->erased_value, desc->flash_base,  desc->ram_base,
                              desc->large_above,  desc->switch_size, desc->protect_unit,
                              desc->protect_bank, desc->size_bits,   desc->uid_words[1],
                              desc->uid_words[2], desc->eeprom_base };
  const FkRange ranges[] = { desc->uid, desc->system_memory, desc->otp, desc->option_bytes,
                             desc->ccm };
  const char *const texts[] = { desc->file,  desc->group, desc->family, desc->line,  desc->name,
                                desc->parts, desc->core,  desc->driver, desc->manual };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    tell_text (out, "text", texts[i]);
  tell_text (out, "switch", desc->switch_field);
  tell_bytes (out, "numbers", numbers, sizeof numbers);
  tell_bytes (out, "ranges", ranges, sizeof ranges);
}

/* Returns: (transfer full): all that @desc says */
static char *
tell (const FkChipDesc *desc)
{
  GString *out = g_string_new (NULL);

  tell_facts (out, desc);
  tell_array (out, "aliases", desc->aliases, sizeof (guint32));
  tell_array (out, "flash-sizes", desc->flash_sizes, sizeof (guint32));
  tell_array (out, "ram-sizes", desc->ram_sizes, sizeof (guint32));
  tell_array (out, "ram-max", desc->ram_max, sizeof (guint32));
  tell_array (out, "size-codes", desc->size_codes, sizeof (guint32));
  tell_array (out, "eeprom", desc->eeprom_sizes, sizeof (guint32));
  tell_array (out, "erase", desc->erase_times, sizeof (FkChipTime));
  tell_bytes (out, "mass-erase", &desc->mass_erase_time, sizeof (FkChipTime));
  tell_bytes (out, "program", &desc->program_time, sizeof (FkChipTime));
  tell_layout (out, &desc->layout);
  tell_layout (out, &desc->large_layout);
  tell_layout (out, &desc->switched_layout);
  tell_numbers (out, "Register", desc->registers);
  tell_numbers (out, "Number", desc->numbers);
  for (guint i = 0; i < desc->fields->len; i++)
    tell_field (out, &g_array_index (desc->fields, FkOptionField, i));
  return g_string_free (out, FALSE);
}

static void
assert_same (const FkChipDesc *one, const FkChipDesc *two)
{
  g_autofree char *told = NULL;
  g_autofree char *other = NULL;

  g_assert_nonnull (one);
  g_assert_nonnull (two);
  told = tell (one);
  other = tell (two);
  g_assert_cmpstr (told, ==, other);
}

/* By @dev_id, in a database of which nothing has been read. */
static void
assert_found_alone (const Files *files, guint32 dev_id, const FkChipDesc *expected)
{
  g_autoptr (FkChipDb) db = make_unread (files);

  assert_same (fk_chip_db_find (db, (guint16)dev_id, expected->core), expected);
  g_assert_cmpuint (fk_chip_db_count_read (db), ==, 1);
  g_assert_finalize_object (g_steal_pointer (&db));
}

/* What there is to be found is taken from reading the files one by one, without a database. */
static void
test_every_chip (void)
{
  g_auto (Files) files = load_files ();
  guint n_chips = 0;

  for (guint i = 0; i < files.bytes->len; i++)
    {
      GStringChunk *strings = g_string_chunk_new (4096);
      g_autoptr (GPtrArray) descs =
          g_ptr_array_new_with_free_func ((GDestroyNotify)fk_chip_desc_free);
      g_autoptr (GError) error = NULL;

      fk_chip_reader_read (g_ptr_array_index (files.bytes, i), g_ptr_array_index (files.names, i),
                           strings, descs, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (descs->len, >, 0);
      n_chips += descs->len;
      for (guint k = 0; k < descs->len; k++)
        {
          const FkChipDesc *desc = g_ptr_array_index (descs, k);

          assert_found_alone (&files, desc->dev_id, desc);
          for (guint a = 0; a < desc->aliases->len; a++)
            assert_found_alone (&files, g_array_index (desc->aliases, guint32, a), desc);
        }
      g_string_chunk_free (strings);
    }
  g_assert_cmpuint (n_chips, ==, fk_chip_db_get_n_descs (fk_chip_db_get_default ()));
}

/* One after the other, in any order, until all is read; and what is compiled in is the same. */
static void
test_all_chips (void)
{
  g_auto (Files) files = load_files ();
  g_autoptr (FkChipDb) read = make_read (&files);
  g_autoptr (FkChipDb) unread = make_unread (&files);
  guint n = fk_chip_db_get_n_descs (read);

  g_assert_cmpuint (fk_chip_db_count_read (unread), ==, 0);
  g_assert_cmpuint (fk_chip_db_get_n_descs (unread), ==, n);
  g_assert_cmpuint (fk_chip_db_count_read (unread), ==, 0);
  for (guint i = n; i-- > 0;)
    {
      const FkChipDesc *desc = fk_chip_db_get_desc (read, i);

      assert_same (fk_chip_db_get_desc (unread, i), desc);
      assert_same (fk_chip_db_find (fk_chip_db_get_default (), (guint16)desc->dev_id, desc->core),
                   desc);
    }
  g_assert_cmpuint (fk_chip_db_count_read (unread), ==, files.bytes->len);
  g_assert_finalize_object (g_steal_pointer (&read));
  g_assert_finalize_object (g_steal_pointer (&unread));
}

static void
test_nothing_read (void)
{
  g_auto (Files) files = load_files ();
  g_autoptr (FkChipDb) read = make_read (&files);
  g_autoptr (FkChipDb) db = make_unread (&files);
  static const char *const cores[] = { "Cortex-M0", "Cortex-M3", "Cortex-M4", "Cortex-M33" };

  g_assert_null (fk_chip_db_find (db, 0x000, NULL));
  g_assert_null (fk_chip_db_find (db, 0xfff, NULL));
  g_assert_null (fk_chip_db_find (db, 0xffff, NULL));
  g_assert_null (fk_chip_db_find (db, 0x413, "Cortex-M3"));
  for (guint i = 0; i < G_N_ELEMENTS (cores); i++)
    {
      guint32 address;
      guint k = 0;

      do
        {
          address = fk_chip_db_get_idcode_address (db, cores[i], k);
          g_assert_cmphex (address, ==, fk_chip_db_get_idcode_address (read, cores[i], k));
          k++;
        }
      while (address != 0);
    }
  g_assert_cmpuint (fk_chip_db_count_read (db), ==, 0);
}

/* The addresses of DBGMCU_IDCODE are those of the descriptions, not only of one another. */
static void
test_idcode (void)
{
  g_auto (Files) files = load_files ();
  g_autoptr (FkChipDb) db = make_read (&files);

  for (guint i = 0; i < fk_chip_db_get_n_descs (db); i++)
    {
      const FkChipDesc *desc = fk_chip_db_get_desc (db, i);
      guint32 address = 0;

      for (guint k = 0; address != desc->idcode; k++)
        {
          address = fk_chip_db_get_idcode_address (db, desc->core, k);
          g_assert_cmphex (address, !=, 0);
        }
    }
}

/* The files, and behind them a copy of the first one, in which @from has become @to. */
static FkChipDb *
make_spoiled (const char *from, const char *to)
{
  g_auto (Files) files = load_files ();
  GBytes *first = g_ptr_array_index (files.bytes, 0);
  g_autofree char *text = g_strndup (g_bytes_get_data (first, NULL), g_bytes_get_size (first));
  g_auto (GStrv) parts = g_strsplit (text, from, 2);
  g_autofree char *spoiled = g_strjoinv (to, parts);

  g_assert_cmpuint (g_strv_length (parts), ==, 2);
  g_ptr_array_add (files.bytes, g_bytes_new (spoiled, strlen (spoiled)));
  g_ptr_array_insert (files.names, (int)files.names->len - 1, g_strdup ("bad.ini"));
  return make_unread (&files);
}

/* A mistake stays with its file until a chip of that is wanted, and is named then. */
static void
test_mistake (void)
{
  g_autoptr (FkChipDb) db = make_spoiled ("\n[Chip 0x", "\n[Chip 0x7ff]\nRom=1\n[Chop 0x");

  if (g_test_subprocess ())
    {
      fk_chip_db_find (db, 0x7ff, NULL);
      return;
    }
  g_assert_nonnull (fk_chip_db_find (db, 0x413, "Cortex-M4"));
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_failed ();
  g_test_trap_assert_stderr ("*bad.ini: ?Chip 0x7ff? Rom: unknown key*");
}

/* Two files that claim the same ID: whichever is read, the other one is named too. */
static void
test_clash (void)
{
  g_autoptr (FkChipDb) db = make_spoiled ("[Family]", "# A copy.\n[Family]");

  if (g_test_subprocess ())
    {
      fk_chip_db_get_desc (db, 0);
      return;
    }
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_failed ();
  g_test_trap_assert_stderr ("*bad.ini: ?Chip 0x* device ID 0x* also means ?Chip 0x*");
}

#define N_THREADS 8

/* Returns: (transfer full) (element-type FkChipDesc): all chips, asked for in an order that differs
 * from thread to thread */
static gpointer
find_all (gpointer data)
{
  FkChipDb *db = data;
  guint n = fk_chip_db_get_n_descs (db);
  guint start = g_random_int_range (0, (int)n);
  GPtrArray *found = g_ptr_array_new ();

  g_ptr_array_set_size (found, (int)n);
  for (guint i = 0; i < n; i++)
    {
      guint index = (start + i) % n;

      g_ptr_array_index (found, index) = (gpointer)fk_chip_db_get_desc (db, index);
    }
  return found;
}

static void
test_threads (void)
{
  g_auto (Files) files = load_files ();

  for (guint round = 0; round < 20; round++)
    {
      g_autoptr (FkChipDb) db = make_unread (&files);
      GThread *threads[N_THREADS];
      g_autoptr (GPtrArray) first = NULL;

      for (guint i = 0; i < N_THREADS; i++)
        threads[i] = g_thread_new ("find", find_all, db);
      for (guint i = 0; i < N_THREADS; i++)
        {
          g_autoptr (GPtrArray) found = g_thread_join (threads[i]);

          if (first == NULL)
            first = g_ptr_array_ref (found);
          for (guint k = 0; k < found->len; k++)
            g_assert_true (g_ptr_array_index (found, k) == g_ptr_array_index (first, k));
        }
      for (guint k = 0; k < first->len; k++)
        g_assert_true (g_ptr_array_index (first, k) == fk_chip_db_get_desc (db, k));
      g_assert_finalize_object (g_steal_pointer (&db));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/chip-db/every-chip", test_every_chip);
  g_test_add_func ("/chip-db/all-chips", test_all_chips);
  g_test_add_func ("/chip-db/nothing-read", test_nothing_read);
  g_test_add_func ("/chip-db/idcode", test_idcode);
  g_test_add_func ("/chip-db/mistake", test_mistake);
  g_test_add_func ("/chip-db/clash", test_clash);
  g_test_add_func ("/chip-db/threads", test_threads);
  return g_test_run ();
}
