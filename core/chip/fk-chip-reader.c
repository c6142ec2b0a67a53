/* SPDX-License-Identifier: GPL-3.0-or-later */

/* From the keys of a description file to FkChipDesc.  What a key means is said in
 * data/chips/README.md; whether the values agree with one another is fk_chip_desc_check()'s
 * business. */

#include "config.h"

#include "chip/fk-chip-reader.h"

#include "base/fk-error.h"
#include "chip/fk-chip-keys.h"
#include "chip/fk-chip-private.h"

#include <string.h>

#define FORMAT      1
#define UP_TO       ".." /* before the size in SwitchLayout */
#define SWITCH_AREA "SwitchArea."

/* What an option group says.  The chips of a family share most of them, so each is read once. */
typedef struct
{
  FkOptionField field;
  GArray *values; /* of FkOptionValue: what the field points into */
} ReadOption;

static void
read_option_free (gpointer data)
{
  ReadOption *self = data;

  g_array_unref (self->values);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ReadOption, read_option_free)

/* "4x16K", "64K" or "*128K". */
static gboolean
parse_run (
    const FkChipGroup *group, const char *key, const char *text, FkChipRun *run, GError **error)
{
  const char *cross = strchr (text, 'x');
  g_autofree char *count = NULL;

  run->count = 1;
  if (text[0] == '*')
    {
      run->count = 0;
      return fk_chip_group_parse (group, key, text + 1, G_MAXINT32, &run->size, error);
    }
  if (cross == NULL || cross == text || text[0] == '0')
    return fk_chip_group_parse (group, key, text, G_MAXINT32, &run->size, error);
  count = g_strndup (text, (gsize)(cross - text));
  return fk_chip_group_parse (group, key, count, 4096, &run->count, error) &&
         fk_chip_group_parse (group, key, cross + 1, G_MAXINT32, &run->size, error);
}

static gboolean
read_runs (const FkChipGroup *group, FkChipLayout *layout, GError **error)
{
  g_auto (GStrv) words = NULL;

  if (!fk_chip_group_get_words (group, "Sectors", &words, error))
    return FALSE;
  layout->n_runs = g_strv_length (words);
  if (layout->n_runs > FK_CHIP_MAX_RUNS)
    {
      fk_chip_group_fail (group, "Sectors", error, "at most %d runs", FK_CHIP_MAX_RUNS);
      return FALSE;
    }
  for (guint i = 0; i < layout->n_runs; i++)
    {
      if (!parse_run (group, "Sectors", words[i], &layout->runs[i], error))
        return FALSE;
      if (layout->runs[i].size == 0 || (layout->runs[i].count == 0 && words[i + 1] != NULL))
        {
          fk_chip_group_fail (group, "Sectors", error, "\"%s\" cannot stand there", words[i]);
          return FALSE;
        }
    }
  return TRUE;
}

static gboolean
read_banks (const FkChipGroup *group, FkChipLayout *layout, GError **error)
{
  g_autoptr (GArray) numbers = g_array_new (FALSE, FALSE, sizeof (guint32));
  guint32 n_banks = 1;

  if (fk_chip_group_has (group, "Banks") &&
      !fk_chip_group_get_number (group, "Banks", &n_banks, error))
    return FALSE;
  if (n_banks == 0 || n_banks > FK_CHIP_MAX_BANKS)
    {
      fk_chip_group_fail (group, "Banks", error, "1 to %d, not %u", FK_CHIP_MAX_BANKS, n_banks);
      return FALSE;
    }
  layout->n_banks = n_banks;
  if ((fk_chip_group_has (group, "BankSize") &&
       !fk_chip_group_get_number (group, "BankSize", &layout->bank_size, error)) ||
      (fk_chip_group_has (group, "BankDistance") &&
       !fk_chip_group_get_number (group, "BankDistance", &layout->bank_distance, error)))
    return FALSE;
  if (!fk_chip_group_has (group, "BankNumbers"))
    return TRUE;
  if (!fk_chip_group_get_numbers (group, "BankNumbers", numbers, error))
    return FALSE;
  if (numbers->len != n_banks)
    {
      fk_chip_group_fail (group, "BankNumbers", error, "%u numbers for %u banks", numbers->len,
                          n_banks);
      return FALSE;
    }
  for (guint i = 0; i < n_banks; i++)
    layout->first_numbers[i] = (guint16)g_array_index (numbers, guint32, i);
  return TRUE;
}

/* What a layout says of write protection goes before what the chip says. */
static gboolean
read_protect (const FkChipGroup *group, FkChipLayout *layout, GError **error)
{
  return (!fk_chip_group_has (group, "ProtectUnit") ||
          fk_chip_group_get_number (group, "ProtectUnit", &layout->protect_unit, error)) &&
         (!fk_chip_group_has (group, "ProtectBank") ||
          fk_chip_group_get_number (group, "ProtectBank", &layout->protect_bank, error));
}

static gboolean
read_layout (const FkChipGroup *chip,
             const char *key,
             const char *name,
             FkChipLayout *layout,
             GError **error)
{
  FkChipGroup group;

  if (!fk_chip_keys_find (chip->keys, chip, key, "Layout", name, &group, error))
    return FALSE;
  layout->name = g_string_chunk_insert_const (chip->keys->strings, name);
  return read_runs (&group, layout, error) && read_banks (&group, layout, error) &&
         read_protect (&group, layout, error);
}

static gboolean
read_switch (const FkChipGroup *chip, FkChipDesc *desc, GError **error)
{
  g_auto (GStrv) words = NULL;
  g_auto (GStrv) option = NULL;

  if (!fk_chip_group_get_words (chip, "SwitchLayout", &words, error))
    return FALSE;
  if (g_strv_length (words) == 3)
    option = g_strsplit (words[0], "=", 2);
  if (option == NULL || option[1] == NULL)
    {
      fk_chip_group_fail (chip, "SwitchLayout", error,
                          "needs an option and its value, a size and a layout");
      return FALSE;
    }
  desc->switch_field = g_string_chunk_insert_const (chip->keys->strings, option[0]);
  desc->switch_up_to = g_str_has_prefix (words[1], UP_TO);
  return fk_chip_group_parse (chip, "SwitchLayout", option[1], G_MAXINT32, &desc->switch_value,
                              error) &&
         (g_str_equal (words[1], "all") ||
          fk_chip_group_parse (chip, "SwitchLayout",
                               words[1] + (desc->switch_up_to ? strlen (UP_TO) : 0), G_MAXINT32,
                               &desc->switch_size, error)) &&
         read_layout (chip, "SwitchLayout", words[2], &desc->switched_layout, error);
}

/* "Layout=NAME", "LargeLayout=1M NAME" (sizes above 1M) and "SwitchLayout=DB1M=1 1M NAME" (1M
 * while the option DB1M is 1; "all" for every size, "..512K" for all up to 512K). */
static gboolean
read_layouts (const FkChipGroup *chip, FkChipDesc *desc, GError **error)
{
  g_auto (GStrv) large = NULL;
  const char *name;

  if (!fk_chip_group_get_text (chip, "Layout", &name, error) ||
      !read_layout (chip, "Layout", name, &desc->layout, error))
    return FALSE;
  if (fk_chip_group_has (chip, "LargeLayout"))
    {
      if (!fk_chip_group_get_words (chip, "LargeLayout", &large, error))
        return FALSE;
      if (g_strv_length (large) != 2)
        {
          fk_chip_group_fail (chip, "LargeLayout", error, "needs a size and a layout");
          return FALSE;
        }
      if (!fk_chip_group_parse (chip, "LargeLayout", large[0], G_MAXINT32, &desc->large_above,
                                error) ||
          !read_layout (chip, "LargeLayout", large[1], &desc->large_layout, error))
        return FALSE;
    }
  return !fk_chip_group_has (chip, "SwitchLayout") || read_switch (chip, desc, error);
}

/* "400/800 300/600 250/500": typical and longest, for 8, 16 and 32 bits; or one pair for all. */
static gboolean
read_time (const FkChipGroup *group, const char *key, FkChipTime *time, GError **error)
{
  g_auto (GStrv) words = NULL;

  if (!fk_chip_group_get_words (group, key, &words, error))
    return FALSE;
  time->n_widths = g_strv_length (words);
  if (time->n_widths != 1 && time->n_widths != FK_CHIP_MAX_WIDTHS)
    {
      fk_chip_group_fail (group, key, error,
                          "one pair of times, or one each for 8, 16 and 32 bits");
      return FALSE;
    }
  for (guint i = 0; i < time->n_widths; i++)
    {
      g_auto (GStrv) pair = g_strsplit (words[i], "/", -1);

      if (g_strv_length (pair) != 2)
        {
          fk_chip_group_fail (group, key, error, "\"%s\" is not typical/longest", words[i]);
          return FALSE;
        }
      if (!fk_chip_group_parse (group, key, pair[0], 1000000, &time->typical[i], error) ||
          !fk_chip_group_parse (group, key, pair[1], 1000000, &time->max[i], error))
        return FALSE;
      if (time->typical[i] == 0 || time->typical[i] > time->max[i])
        {
          fk_chip_group_fail (group, key, error, "typical %u and longest %u do not agree",
                              time->typical[i], time->max[i]);
          return FALSE;
        }
    }
  return TRUE;
}

static gboolean
read_timing (const FkChipGroup *chip, FkChipDesc *desc, GError **error)
{
  g_autoptr (GPtrArray) keys = NULL;
  FkChipGroup group;
  const char *name;

  /* How long what nobody can do takes may be unknown. */
  if (!fk_chip_group_has (chip, "Timing") && g_str_equal (desc->driver, "none"))
    return TRUE;
  if (!fk_chip_group_get_text (chip, "Timing", &name, error) ||
      !fk_chip_keys_find (chip->keys, chip, "Timing", "Timing", name, &group, error))
    return FALSE;
  keys = fk_chip_group_list_prefixed (&group, "Erase.");
  for (guint i = 0; i < keys->len; i++)
    {
      const char *key = g_ptr_array_index (keys, i);
      FkChipTime time = { 0 };

      if (!fk_chip_group_parse (&group, key, key + strlen ("Erase."), G_MAXINT32, &time.sector_size,
                                error) ||
          !read_time (&group, key, &time, error))
        return FALSE;
      g_array_append_val (desc->erase_times, time);
    }
  return (!fk_chip_group_has (&group, "MassErase") ||
          read_time (&group, "MassErase", &desc->mass_erase_time, error)) &&
         read_time (&group, "Program", &desc->program_time, error);
}

/* "7" or "8-15". */
static gboolean
read_bits (const FkChipGroup *group, FkOptionField *field, GError **error)
{
  g_auto (GStrv) ends = NULL;
  const char *text;
  guint32 low;
  guint32 high;

  if (!fk_chip_group_get_text (group, "Bits", &text, error))
    return FALSE;
  ends = g_strsplit (text, "-", 2);
  if (!fk_chip_group_parse (group, "Bits", ends[0], 31, &low, error))
    return FALSE;
  high = low;
  if (ends[1] != NULL && !fk_chip_group_parse (group, "Bits", ends[1], 31, &high, error))
    return FALSE;
  if (high < low || high - low > 30)
    {
      fk_chip_group_fail (group, "Bits", error, "\"%s\" is not 1 to 31 bits, lowest first", text);
      return FALSE;
    }
  field->shift = (guint8)low;
  field->width = (guint8)(high - low + 1);
  return TRUE;
}

static gboolean
read_flag (const FkChipGroup *group, const char *key, gboolean *out, GError **error)
{
  const char *text;

  if (!fk_chip_group_has (group, key))
    return TRUE;
  if (!fk_chip_group_get_text (group, key, &text, error))
    return FALSE;
  if (!g_str_equal (text, "true"))
    {
      fk_chip_group_fail (group, key, error, "\"%s\": say true, or leave the key out", text);
      return FALSE;
    }
  *out = TRUE;
  return TRUE;
}

/* "true": bits that are 0 protect; "set": those that are 1. */
static gboolean
read_write_protects (const FkChipGroup *group, FkOptionField *field, GError **error)
{
  const char *text;

  if (!fk_chip_group_has (group, "WriteProtects"))
    return TRUE;
  if (!fk_chip_group_get_text (group, "WriteProtects", &text, error))
    return FALSE;
  field->set_protects = g_str_equal (text, "set");
  field->write_protects = field->set_protects || g_str_equal (text, "true");
  if (field->write_protects)
    return TRUE;
  fk_chip_group_fail (group, "WriteProtects", error,
                      "\"%s\": say true or set, or leave the key out", text);
  return FALSE;
}

static int
compare_values (gconstpointer a, gconstpointer b)
{
  const FkOptionValue *one = a;
  const FkOptionValue *two = b;

  return one->value < two->value ? -1 : one->value > two->value;
}

static gboolean
read_values (const FkChipGroup *group, GArray *values, FkOptionField *field, GError **error)
{
  g_autoptr (GPtrArray) keys = fk_chip_group_list_prefixed (group, "Value.");
  const guint32 max = (1u << field->width) - 1;

  for (guint i = 0; i < keys->len; i++)
    {
      const char *key = g_ptr_array_index (keys, i);
      FkOptionValue value;

      if (!fk_chip_group_parse (group, key, key + strlen ("Value."), max, &value.value, error) ||
          !fk_chip_group_get_text (group, key, &value.meaning, error))
        return FALSE;
      g_array_append_val (values, value);
    }
  g_array_sort (values, compare_values);
  for (guint i = 1; i < values->len; i++)
    {
      if (g_array_index (values, FkOptionValue, i).value !=
          g_array_index (values, FkOptionValue, i - 1).value)
        continue;
      fk_chip_group_fail (group, "Value.", error, "the value 0x%x has two meanings",
                          g_array_index (values, FkOptionValue, i).value);
      return FALSE;
    }
  field->values = (const FkOptionValue *)(gpointer)values->data;
  field->n_values = values->len;
  return TRUE;
}

static gboolean
read_field (const FkChipGroup *group, GArray *values, FkOptionField *field, GError **error)
{
  if (!fk_chip_group_get_text (group, "Text", &field->text, error) ||
      !fk_chip_group_get_number (group, "Address", &field->address, error) ||
      !read_bits (group, field, error) ||
      !fk_chip_group_get_number (group, "Factory", &field->factory, error) ||
      !read_flag (group, "Guarded", &field->guarded, error) ||
      !read_write_protects (group, field, error))
    return FALSE;
  if (fk_chip_group_has (group, "Otherwise") &&
      !fk_chip_group_get_text (group, "Otherwise", &field->otherwise, error))
    return FALSE;
  if (field->factory >= 1u << field->width)
    {
      fk_chip_group_fail (group, "Factory", error, "0x%x does not fit into %u bits", field->factory,
                          field->width);
      return FALSE;
    }
  return read_values (group, values, field, error);
}

/* @name: of the group, and of the field if the group does not say another one
 * @options: (element-type utf8 ReadOption): those that have been read, by their groups
 *
 * Returns: (transfer none) (nullable): the option; NULL on error */
static const ReadOption *
get_option (const FkChipGroup *group, const char *name, GHashTable *options, GError **error)
{
  const ReadOption *known = g_hash_table_lookup (options, group->group);
  g_autoptr (ReadOption) option = NULL;

  if (known != NULL)
    return known;
  option = g_new0 (ReadOption, 1);
  option->values = g_array_new (FALSE, FALSE, sizeof (FkOptionValue));
  option->field.name = g_string_chunk_insert_const (group->keys->strings, name);
  if (fk_chip_group_has (group, "Name") &&
      !fk_chip_group_get_text (group, "Name", &option->field.name, error))
    return NULL;
  if (!read_field (group, option->values, &option->field, error))
    return NULL;
  known = option;
  g_hash_table_insert (options, (gpointer)group->group, g_steal_pointer (&option));
  return known;
}

/* "nWRP[12-23]": one field of one bit for each number; the group says where number First is. */
static gboolean
add_field_series (const FkChipGroup *group,
                  FkChipDesc *desc,
                  FkOptionField field,
                  const char *range,
                  GError **error)
{
  GStringChunk *strings = group->keys->strings;
  g_auto (GStrv) ends = g_strsplit (range, "-", 2);
  g_autofree char *high_text = NULL;
  const char *base = field.name;
  const char *text = field.text;
  guint32 first = 0;
  guint32 low;
  guint32 high;

  if (g_strv_length (ends) != 2 || !g_str_has_suffix (ends[1], "]"))
    {
      fk_chip_group_fail (group, "Bits", error, "\"[%s\" is not [FIRST-LAST]", range);
      return FALSE;
    }
  high_text = g_strndup (ends[1], strlen (ends[1]) - 1);
  if (!fk_chip_group_parse (group, "Bits", ends[0], 63, &low, error) ||
      !fk_chip_group_parse (group, "Bits", high_text, 63, &high, error) ||
      (fk_chip_group_has (group, "First") &&
       !fk_chip_group_get_number (group, "First", &first, error)))
    return FALSE;
  if (low < first || high < low || field.width != 1 || field.shift + high - first > 31)
    {
      fk_chip_group_fail (group, "Bits", error, "%s[%s is not a series of bits", base, range);
      return FALSE;
    }
  for (guint32 i = low; i <= high; i++)
    {
      g_autofree char *name = g_strdup_printf ("%s%u", base, i);
      g_autofree char *number = g_strdup_printf ("%u", i);
      g_auto (GStrv) parts = g_strsplit (text, "{n}", -1);
      g_autofree char *joined = g_strjoinv (number, parts);
      FkOptionField one = field;

      one.name = g_string_chunk_insert_const (strings, name);
      one.text = g_string_chunk_insert_const (strings, joined);
      one.pattern = text;
      one.number = i;
      one.shift = (guint8)(field.shift + i - first);
      g_array_append_val (desc->fields, one);
    }
  return TRUE;
}

static gboolean
read_options (const FkChipGroup *chip, FkChipDesc *desc, GHashTable *options, GError **error)
{
  g_auto (GStrv) words = NULL;

  if (!fk_chip_group_get_words (chip, "Options", &words, error))
    return FALSE;
  for (guint i = 0; words[i] != NULL; i++)
    {
      char *bracket = strchr (words[i], '[');
      const ReadOption *option;
      FkChipGroup group;

      if (bracket != NULL)
        *bracket = '\0';
      if (!fk_chip_keys_find (chip->keys, chip, "Options", "Option", words[i], &group, error))
        return FALSE;
      option = get_option (&group, words[i], options, error);
      if (option == NULL)
        return FALSE;
      g_ptr_array_add (desc->values, g_array_ref (option->values));
      if (bracket == NULL)
        g_array_append_val (desc->fields, option->field);
      else if (!add_field_series (&group, desc, option->field, bracket + 1, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
read_area_field (const FkChipGroup *chip,
                 const char *key,
                 const char *name,
                 const FkChipDesc *desc,
                 const FkOptionField **field,
                 GError **error)
{
  *field = fk_chip_desc_find_field (desc, name);
  if (*field != NULL)
    return TRUE;
  fk_chip_group_fail (chip, key, error, "there is no option %s", name);
  return FALSE;
}

/* "2K 1": the unit, and the bank, which the manual counts from 1. */
static gboolean
parse_area_place (const FkChipGroup *chip,
                  const char *key,
                  const char *unit,
                  const char *bank,
                  FkOptionArea *area,
                  GError **error)
{
  guint32 number;

  if (!fk_chip_group_parse (chip, key, unit, G_MAXINT32, &area->unit, error) ||
      !fk_chip_group_parse (chip, key, bank, FK_CHIP_MAX_BANKS, &number, error))
    return FALSE;
  if (number == 0)
    {
      fk_chip_group_fail (chip, key, error, "banks are counted from 1");
      return FALSE;
    }
  area->bank = (guint8)(number - 1);
  return TRUE;
}

/* What @area is while the flash is divided as SwitchLayout says. */
static gboolean
read_switched_area (const FkChipGroup *chip, FkOptionArea area, FkChipDesc *desc, GError **error)
{
  g_autofree char *key = g_strconcat (SWITCH_AREA, area.name, NULL);
  g_auto (GStrv) words = NULL;

  if (fk_chip_group_has (chip, key))
    {
      if (!fk_chip_group_get_words (chip, key, &words, error))
        return FALSE;
      if (g_strv_length (words) != 2)
        {
          fk_chip_group_fail (chip, key, error, "needs a unit and a bank");
          return FALSE;
        }
      if (!parse_area_place (chip, key, words[0], words[1], &area, error))
        return FALSE;
    }
  g_array_append_val (desc->switched_areas, area);
  return TRUE;
}

/* "write WRP1A_STRT WRP1A_END 2K 1": kind, the fields with the first and the last unit, and
 * where it is. */
static gboolean
read_area (const FkChipGroup *chip, const char *key, FkChipDesc *desc, GError **error)
{
  static const char *const kinds[] = {
    [FK_AREA_WRITE] = "write", [FK_AREA_CODE] = "pcrop", [FK_AREA_SECURE] = "secure"
  };
  g_auto (GStrv) words = NULL;
  FkOptionArea area = { .name = key + strlen ("Area.") };
  guint kind = 0;

  if (!fk_chip_group_get_words (chip, key, &words, error))
    return FALSE;
  if (g_strv_length (words) != 5)
    {
      fk_chip_group_fail (chip, key, error, "needs a kind, two options, a unit and a bank");
      return FALSE;
    }
  while (kind < G_N_ELEMENTS (kinds) && !g_str_equal (kinds[kind], words[0]))
    kind++;
  if (kind == G_N_ELEMENTS (kinds))
    {
      fk_chip_group_fail (chip, key, error, "\"%s\" is not write, pcrop or secure", words[0]);
      return FALSE;
    }
  area.kind = (FkAreaKind)kind;
  if (!read_area_field (chip, key, words[1], desc, &area.first, error) ||
      !read_area_field (chip, key, words[2], desc, &area.last, error) ||
      !parse_area_place (chip, key, words[3], words[4], &area, error))
    return FALSE;
  g_array_append_val (desc->areas, area);
  return read_switched_area (chip, area, desc, error);
}

/* After the options, which the areas point to. */
static gboolean
read_areas (const FkChipGroup *chip, FkChipDesc *desc, GError **error)
{
  g_autoptr (GPtrArray) keys = fk_chip_group_list_prefixed (chip, "Area.");
  g_autoptr (GPtrArray) switches = fk_chip_group_list_prefixed (chip, SWITCH_AREA);

  for (guint i = 0; i < keys->len; i++)
    if (!read_area (chip, g_ptr_array_index (keys, i), desc, error))
      return FALSE;
  for (guint i = 0; i < switches->len; i++)
    {
      const char *key = g_ptr_array_index (switches, i);
      g_autofree char *area = g_strconcat ("Area.", key + strlen (SWITCH_AREA), NULL);

      if (fk_chip_group_has (chip, area) && desc->switch_field != NULL)
        continue;
      fk_chip_group_fail (chip, key, error,
                          desc->switch_field != NULL ? "there is no such area"
                                                     : "there is no SwitchLayout");
      return FALSE;
    }
  return TRUE;
}

static gboolean
read_prefixed (const FkChipGroup *chip, const char *prefix, GArray *out, GError **error)
{
  g_autoptr (GPtrArray) keys = fk_chip_group_list_prefixed (chip, prefix);

  for (guint i = 0; i < keys->len; i++)
    {
      const char *key = g_ptr_array_index (keys, i);
      FkChipNumber number = { key + strlen (prefix), 0 };

      if (!fk_chip_group_get_number (chip, key, &number.value, error))
        return FALSE;
      g_array_append_val (out, number);
    }
  return TRUE;
}

static gboolean
read_texts (const FkChipGroup *chip, FkChipDesc *desc, GError **error)
{
  return fk_chip_group_get_text (chip, "Line", &desc->line, error) &&
         fk_chip_group_get_text (chip, "Name", &desc->name, error) &&
         fk_chip_group_get_text (chip, "Parts", &desc->parts, error) &&
         fk_chip_group_get_text (chip, "Core", &desc->core, error) &&
         fk_chip_group_get_text (chip, "Driver", &desc->driver, error) &&
         /* Of other makers none was opened. */
         ((desc->maker != NULL && !fk_chip_group_has (chip, "Manual")) ||
          fk_chip_group_get_text (chip, "Manual", &desc->manual, error));
}

/* "Uid=0x1FF80050" and, where its words do not stand in a row, "UidWords=0 4 0x14". */
static gboolean
read_uid (const FkChipGroup *chip, FkChipDesc *desc, GError **error)
{
  g_autoptr (GArray) offsets = g_array_new (FALSE, FALSE, sizeof (guint32));
  guint32 last = 0;

  if (!fk_chip_group_get_number (chip, "Uid", &desc->uid.address, error))
    return FALSE;
  for (guint32 i = 0; i < FK_CHIP_UID_WORDS && !fk_chip_group_has (chip, "UidWords"); i++)
    {
      guint32 offset = i * 4;

      g_array_append_val (offsets, offset);
    }
  if (offsets->len == 0 && !fk_chip_group_get_numbers (chip, "UidWords", offsets, error))
    return FALSE;
  for (guint i = 0; i < offsets->len; i++)
    {
      guint32 offset = g_array_index (offsets, guint32, i);

      if (i >= FK_CHIP_UID_WORDS || offset % 4 != 0 || offset > 0xff ||
          (i == 0 ? offset != 0 : offset <= last))
        break;
      desc->uid_words[i] = desc->uid.address + offset;
      desc->uid.size = offset + 4;
      last = offset;
      if (i + 1 == FK_CHIP_UID_WORDS && offsets->len == FK_CHIP_UID_WORDS)
        return TRUE;
    }
  fk_chip_group_fail (chip, "UidWords", error, "not the offsets of three words, ascending from 0");
  return FALSE;
}

/* "SizeBits=8": how many of the register's bits say KiB; or "SizeCodes=384K 256K": what its values
 * from 0 on stand for. */
static gboolean
read_size_form (const FkChipGroup *chip, FkChipDesc *desc, GError **error)
{
  desc->size_bits = 16;
  if (fk_chip_group_has (chip, "SizeBits") &&
      !fk_chip_group_get_number (chip, "SizeBits", &desc->size_bits, error))
    return FALSE;
  if (desc->size_bits == 0 || desc->size_bits > 16)
    {
      fk_chip_group_fail (chip, "SizeBits", error, "1 to 16, not %u", desc->size_bits);
      return FALSE;
    }
  return !fk_chip_group_has (chip, "SizeCodes") ||
         fk_chip_group_get_numbers (chip, "SizeCodes", desc->size_codes, error);
}

static gboolean
read_addresses (const FkChipGroup *chip, FkChipDesc *desc, GError **error)
{
  return fk_chip_group_get_number (chip, "Idcode", &desc->idcode, error) &&
         (!fk_chip_group_has (chip, "SizeRegister") ||
          fk_chip_group_get_number (chip, "SizeRegister", &desc->size_register, error)) &&
         fk_chip_group_get_number (chip, "FlashBase", &desc->flash_base, error) &&
         fk_chip_group_get_number (chip, "ErasedValue", &desc->erased_value, error) &&
         read_uid (chip, desc, error) && read_size_form (chip, desc, error) &&
         fk_chip_group_get_number (chip, "RamBase", &desc->ram_base, error) &&
         (!fk_chip_group_has (chip, "SystemMemory") ||
          fk_chip_group_get_range (chip, "SystemMemory", &desc->system_memory, error)) &&
         fk_chip_group_get_range (chip, "OptionBytes", &desc->option_bytes, error) &&
         (!fk_chip_group_has (chip, "Otp") ||
          fk_chip_group_get_range (chip, "Otp", &desc->otp, error)) &&
         (!fk_chip_group_has (chip, "Ccm") ||
          fk_chip_group_get_range (chip, "Ccm", &desc->ccm, error));
}

static gboolean
read_sizes (const FkChipGroup *chip, FkChipDesc *desc, GError **error)
{
  return fk_chip_group_get_numbers (chip, "FlashSizes", desc->flash_sizes, error) &&
         fk_chip_group_get_numbers (chip, "Ram", desc->ram_sizes, error) &&
         (!fk_chip_group_has (chip, "RamMax") ||
          fk_chip_group_get_numbers (chip, "RamMax", desc->ram_max, error)) &&
         (!fk_chip_group_has (chip, "Eeprom") ||
          (fk_chip_group_get_number (chip, "EepromBase", &desc->eeprom_base, error) &&
           fk_chip_group_get_numbers (chip, "Eeprom", desc->eeprom_sizes, error))) &&
         (!fk_chip_group_has (chip, "Alias") ||
          fk_chip_group_get_numbers (chip, "Alias", desc->aliases, error)) &&
         (!fk_chip_group_has (chip, "ProtectUnit") ||
          fk_chip_group_get_number (chip, "ProtectUnit", &desc->protect_unit, error)) &&
         (!fk_chip_group_has (chip, "ProtectBank") ||
          fk_chip_group_get_number (chip, "ProtectBank", &desc->protect_bank, error));
}

/* [Chip 0x413], with what [Common NAME] adds. */
static gboolean
begin_chip (FkChipKeys *keys, const char *name, FkChipGroup *chip, FkChipDesc *desc, GError **error)
{
  const char *common;
  FkChipGroup found;

  *chip = (FkChipGroup){ keys, g_string_chunk_insert_const (keys->strings, name), NULL };
  desc->file = keys->name;
  desc->group = chip->group;
  if (!fk_chip_group_parse (chip, "device ID", name + strlen ("Chip "),
                            desc->maker != NULL ? G_MAXUINT16 : 0xfff, &desc->dev_id, error))
    return FALSE;
  if (!fk_chip_group_has (chip, "Common"))
    return TRUE;
  if (!fk_chip_group_get_text (chip, "Common", &common, error) ||
      !fk_chip_keys_find (keys, chip, "Common", "Common", common, &found, error))
    return FALSE;
  chip->common = found.group;
  return TRUE;
}

/* What [Family] says of all chips of a file. */
typedef struct
{
  const char *name;
  const char *maker; /* NULL: ST */
} Family;

/* @options: see get_option() */
static FkChipDesc *
read_chip (
    FkChipKeys *keys, const char *name, const Family *family, GHashTable *options, GError **error)
{
  g_autoptr (FkChipDesc) desc = fk_chip_desc_new ();
  FkChipGroup chip;

  desc->family = family->name;
  desc->maker = family->maker;
  if (!begin_chip (keys, name, &chip, desc, error) || !read_texts (&chip, desc, error) ||
      !read_addresses (&chip, desc, error) || !read_sizes (&chip, desc, error) ||
      !read_layouts (&chip, desc, error) || !read_timing (&chip, desc, error) ||
      !read_options (&chip, desc, options, error) || !read_areas (&chip, desc, error) ||
      !read_prefixed (&chip, "Register.", desc->registers, error) ||
      !read_prefixed (&chip, "Number.", desc->numbers, error) || !fk_chip_desc_check (desc, error))
    return NULL;
  return g_steal_pointer (&desc);
}

static gboolean
read_family (FkChipKeys *keys, Family *out, GError **error)
{
  FkChipGroup family = { keys, "Family", NULL };
  guint32 format;

  if (!fk_chip_group_get_number (&family, "Format", &format, error))
    return FALSE;
  if (format != FORMAT)
    {
      fk_chip_group_fail (&family, "Format", error, "%u is not a format that is known here",
                          format);
      return FALSE;
    }
  out->maker = NULL;
  return fk_chip_group_get_text (&family, "Name", &out->name, error) &&
         (!fk_chip_group_has (&family, "Maker") ||
          fk_chip_group_get_text (&family, "Maker", &out->maker, error));
}

/**
 * fk_chip_reader_read:
 * @bytes: a description file
 * @name: its name, for messages
 * @strings: where texts are kept; must outlive the descriptions
 * @descs: (element-type FkChipDesc): where its chips are added, in the file's order
 *
 * Returns: success; %FK_ERROR_BAD_FILE names file, group and key, and @descs may have grown
 */
gboolean
fk_chip_reader_read (
    GBytes *bytes, const char *name, GStringChunk *strings, GPtrArray *descs, GError **error)
{
  g_autoptr (GHashTable) options =
      g_hash_table_new_full (g_str_hash, g_str_equal, NULL, read_option_free);
  g_auto (FkChipKeys) keys = { 0 };
  g_auto (GStrv) groups = NULL;
  Family family;

  if (!fk_chip_keys_init (&keys, bytes, name, strings, error) ||
      !read_family (&keys, &family, error))
    return FALSE;
  groups = g_key_file_get_groups (keys.file, NULL);
  for (guint i = 0; groups[i] != NULL; i++)
    {
      FkChipDesc *desc;

      if (!g_str_has_prefix (groups[i], "Chip "))
        continue;
      desc = read_chip (&keys, groups[i], &family, options, error);
      if (desc == NULL)
        return FALSE;
      g_ptr_array_add (descs, desc);
    }
  return fk_chip_keys_check_all_used (&keys, error);
}
