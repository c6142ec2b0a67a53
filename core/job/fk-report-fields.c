/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Option bytes, OTP and data EEPROM of chips of one kind, by name: what differs, for a report, in
 * the person's language. */

#include "config.h"

#include "job/fk-report-fields.h"

#include <glib/gi18n.h>

/* What has no names is compared in rows of this size. */
#define ROW 16u

/* What stands beside flash and option bytes. */
static const struct
{
  const char *region;
  const char *title;
  const char *text;
  gsize where; /* in #FkReportSettings */
} others[] = {
  { "otp", "OTP", N_ ("Bytes that can be written once and never again"),
    G_STRUCT_OFFSET (FkReportSettings, otp) },
  { "eeprom", "EEPROM", N_ ("Bytes that the program keeps beside the flash"),
    G_STRUCT_OFFSET (FkReportSettings, eeprom) },
};

/* Returns: (transfer none) (nullable) */
static GBytes *
get_other (const FkReportSettings *side, guint which)
{
  return *(GBytes *const *)((const guint8 *)side + others[which].where);
}

static void
free_field (gpointer field)
{
  fk_report_field_free (field);
}

/**
 * fk_report_fields_new_empty:
 *
 * Returns: (transfer full) (element-type FkReportField): to be added to
 */
GPtrArray *
fk_report_fields_new_empty (void)
{
  return g_ptr_array_new_with_free_func (free_field);
}

static gboolean
is_kind (const FkReportSettings *side, FkChip *chip)
{
  return side->options != NULL &&
         fk_chip_get_dev_id (fk_option_bytes_get_chip (side->options)) == fk_chip_get_dev_id (chip);
}

/**
 * fk_report_fields_get_chip:
 * @sides: (array length=n_sides)
 *
 * Returns: (transfer none) (nullable): the chip whose kind two of the sides are of, with options
 *   that are known; a bit means something else on another kind
 */
FkChip *
fk_report_fields_get_chip (const FkReportSettings *sides, guint n_sides)
{
  g_return_val_if_fail (sides != NULL, NULL);

  for (guint i = 0; i < n_sides; i++)
    for (guint j = i + 1; j < n_sides && sides[i].options != NULL; j++)
      if (is_kind (&sides[j], fk_option_bytes_get_chip (sides[i].options)))
        return fk_option_bytes_get_chip (sides[i].options);
  return NULL;
}

/**
 * fk_report_fields_get_values:
 * @values: (out caller-allocates): what each side has in @field, where it is known
 * @known: (out caller-allocates): where that is
 *
 * Returns: whether two that are known differ
 */
gboolean
fk_report_fields_get_values (FkChip *chip,
                             const char *field,
                             const FkReportSettings *sides,
                             guint n_sides,
                             guint32 *values,
                             gboolean *known)
{
  const guint32 *first = NULL;
  gboolean differ = FALSE;

  g_return_val_if_fail (FK_IS_CHIP (chip) && field != NULL, FALSE);
  g_return_val_if_fail (sides != NULL && values != NULL && known != NULL, FALSE);

  for (guint side = 0; side < n_sides; side++)
    {
      known[side] = is_kind (&sides[side], chip) &&
                    fk_option_bytes_get (sides[side].options, field, &values[side], NULL);
      if (!known[side])
        continue;
      differ = differ || (first != NULL && *first != values[side]);
      first = &values[side];
    }
  return differ;
}

/* Returns: (transfer full): in words, or as the number where that says it all */
static char *
explain (FkOptionBytes *options, const FkOptionField *field, guint32 value)
{
  char *meaning = fk_option_bytes_explain (options, field, value);

  return meaning != NULL ? meaning : g_strdup_printf ("0x%0*X", (field->width + 3) / 4, value);
}

static void
add_options (GPtrArray *fields, FkChip *chip, const FkReportSettings *sides, guint n_sides)
{
  guint n_options;
  const FkOptionField *options = fk_chip_get_option_fields (chip, &n_options);

  for (guint i = 0; i < n_options; i++)
    {
      guint32 values[FK_LINEUP_MAX_SIDES];
      gboolean known[FK_LINEUP_MAX_SIDES];
      FkReportField *field;

      if (!fk_report_fields_get_values (chip, options[i].name, sides, n_sides, values, known))
        continue;
      field = g_new0 (FkReportField, 1);
      field->name = g_strdup (options[i].name);
      field->text = fk_option_field_dup_text (&options[i]);
      for (guint side = 0; side < n_sides; side++)
        if (known[side])
          field->values[side] = explain (sides[side].options, &options[i], values[side]);
      g_ptr_array_add (fields, field);
    }
}

static char *
make_row (const guint8 *bytes, gsize size, guint8 erased)
{
  GString *text = g_string_new (NULL);
  gboolean blank = TRUE;

  for (gsize i = 0; i < size; i++)
    {
      g_string_append_printf (text, i > 0 ? " %02x" : "%02x", bytes[i]);
      blank = blank && bytes[i] == erased;
    }
  if (blank)
    g_string_assign (text, _ ("blank"));
  return g_string_free (text, FALSE);
}

/* Returns: (transfer full) (nullable): the row at @offset, if two that are known differ there */
static FkReportField *
compare_row (FkChip *chip, const FkReportSettings *sides, guint n_sides, guint which, gsize offset)
{
  FkReportField *field = g_new0 (FkReportField, 1);
  const char *first = NULL;
  gboolean differ = FALSE;

  for (guint side = 0; side < n_sides; side++)
    {
      GBytes *bytes = get_other (&sides[side], which);
      gsize size = 0;
      const guint8 *data =
          bytes != NULL && is_kind (&sides[side], chip) ? g_bytes_get_data (bytes, &size) : NULL;

      if (offset >= size)
        continue;
      field->values[side] =
          make_row (data + offset, MIN (ROW, size - offset), fk_chip_get_erased_value (chip));
      differ = differ || (first != NULL && !g_str_equal (first, field->values[side]));
      first = field->values[side];
    }
  if (!differ)
    g_clear_pointer (&field, fk_report_field_free);
  return field;
}

/**
 * fk_report_fields_add_bytes:
 * @fields: (element-type FkReportField): to which is added
 * @chip: of the kind that is compared
 * @sides: (array length=n_sides)
 *
 * Adds the rows of OTP and data EEPROM that differ.
 */
void
fk_report_fields_add_bytes (GPtrArray *fields,
                            FkChip *chip,
                            const FkReportSettings *sides,
                            guint n_sides)
{
  g_return_if_fail (fields != NULL && FK_IS_CHIP (chip));
  g_return_if_fail (sides != NULL && n_sides <= FK_LINEUP_MAX_SIDES);

  for (guint which = 0; which < G_N_ELEMENTS (others); which++)
    {
      const FkRegion *region = fk_chip_find_region (chip, others[which].region);

      for (gsize offset = 0; region != NULL && offset < region->range.size; offset += ROW)
        {
          FkReportField *field = compare_row (chip, sides, n_sides, which, offset);

          if (field == NULL)
            continue;
          field->name = g_strdup_printf ("%s 0x%08X", others[which].title,
                                         (guint)(region->range.address + offset));
          field->text = g_strdup (_ (others[which].text));
          g_ptr_array_add (fields, field);
        }
    }
}

/* Whether all that the chip has of it is known. */
static gboolean
is_other_whole (FkChip *chip, const FkReportSettings *side, guint which)
{
  const FkRegion *region = fk_chip_find_region (chip, others[which].region);
  GBytes *bytes = get_other (side, which);

  return region == NULL || (bytes != NULL && g_bytes_get_size (bytes) >= region->range.size);
}

/**
 * fk_report_fields_are_whole:
 * @sides: (array length=n_sides): what each is set to
 *
 * Returns: whether all are of one kind of chip, and everything that can be compared is known of
 *   each; where it is not, what is known may be the same and the rest not
 */
gboolean
fk_report_fields_are_whole (const FkReportSettings *sides, guint n_sides)
{
  FkChip *chip;

  g_return_val_if_fail (sides != NULL && n_sides <= FK_LINEUP_MAX_SIDES, FALSE);

  chip = fk_report_fields_get_chip (sides, n_sides);
  for (guint side = 0; side < n_sides; side++)
    {
      if (chip == NULL || !is_kind (&sides[side], chip))
        return FALSE;
      for (guint which = 0; which < G_N_ELEMENTS (others); which++)
        if (!is_other_whole (chip, &sides[side], which))
          return FALSE;
    }
  return TRUE;
}

/**
 * fk_report_fields_new:
 * @sides: (array length=n_sides): what each is set to
 *
 * Returns: (transfer full) (nullable) (element-type FkReportField): what differs, in the chip's
 *   order; %NULL where no two can be compared
 */
GPtrArray *
fk_report_fields_new (const FkReportSettings *sides, guint n_sides)
{
  FkChip *chip;
  GPtrArray *fields;

  g_return_val_if_fail (sides != NULL && n_sides <= FK_LINEUP_MAX_SIDES, NULL);

  chip = fk_report_fields_get_chip (sides, n_sides);
  if (chip == NULL)
    return NULL;
  fields = fk_report_fields_new_empty ();
  add_options (fields, chip, sides, n_sides);
  fk_report_fields_add_bytes (fields, chip, sides, n_sides);
  return fields;
}
