/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Option bytes and OTP of two chips of one kind, by name: what differs, for a report. */

#include "config.h"

#include "job/fk-report-fields.h"

#include <string.h>

/* OTP has no names: it is compared in rows of this size. */
#define OTP_ROW 16u

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

/**
 * fk_report_fields_are_comparable:
 * @a: (nullable)
 * @b: (nullable)
 *
 * Returns: whether both are there, and of the same kind of chip; a bit means something else on
 *   another
 */
gboolean
fk_report_fields_are_comparable (FkOptionBytes *a, FkOptionBytes *b)
{
  return a != NULL && b != NULL &&
         fk_chip_get_dev_id (fk_option_bytes_get_chip (a)) ==
             fk_chip_get_dev_id (fk_option_bytes_get_chip (b));
}

static void
add_options (GPtrArray *fields, FkOptionBytes *a, FkOptionBytes *b)
{
  g_autoptr (GPtrArray) differing = fk_option_bytes_diff (a, b);

  for (guint i = 0; i < differing->len; i++)
    {
      const FkOptionField *option = g_ptr_array_index (differing, i);
      FkReportField *field = g_new0 (FkReportField, 1);
      guint32 value_a = 0;
      guint32 value_b = 0;

      fk_option_bytes_get (a, option->name, &value_a, NULL);
      fk_option_bytes_get (b, option->name, &value_b, NULL);
      field->name = g_strdup (option->name);
      field->text = g_strdup (option->text);
      field->a = fk_option_bytes_explain (a, option, value_a);
      field->b = fk_option_bytes_explain (b, option, value_b);
      g_ptr_array_add (fields, field);
    }
}

static char *
make_row (const guint8 *bytes, gsize size)
{
  GString *text = g_string_new (NULL);
  gboolean blank = TRUE;

  for (gsize i = 0; i < size; i++)
    {
      g_string_append_printf (text, i > 0 ? " %02x" : "%02x", bytes[i]);
      blank = blank && bytes[i] == 0xff;
    }
  if (blank)
    g_string_assign (text, "blank");
  return g_string_free (text, FALSE);
}

/**
 * fk_report_fields_add_otp:
 * @fields: (element-type FkReportField): to which is added
 * @otp: where it is
 *
 * Adds the rows of OTP that differ.
 */
void
fk_report_fields_add_otp (GPtrArray *fields, const FkRegion *otp, GBytes *a, GBytes *b)
{
  gsize size_a;
  gsize size_b;
  const guint8 *data_a;
  const guint8 *data_b;

  g_return_if_fail (fields != NULL && otp != NULL);
  g_return_if_fail (a != NULL && b != NULL);

  data_a = g_bytes_get_data (a, &size_a);
  data_b = g_bytes_get_data (b, &size_b);
  for (gsize offset = 0; offset < MIN (size_a, size_b); offset += OTP_ROW)
    {
      gsize size = MIN (OTP_ROW, MIN (size_a, size_b) - offset);
      FkReportField *field;

      if (memcmp (data_a + offset, data_b + offset, size) == 0)
        continue;
      field = g_new0 (FkReportField, 1);
      field->name = g_strdup_printf ("OTP 0x%08X", (guint)(otp->range.address + offset));
      field->text = g_strdup ("Bytes that can be written once");
      field->a = make_row (data_a + offset, size);
      field->b = make_row (data_b + offset, size);
      g_ptr_array_add (fields, field);
    }
}

/**
 * fk_report_fields_new:
 * @a: (nullable)
 * @b: (nullable)
 * @otp_a: (nullable)
 * @otp_b: (nullable)
 *
 * Returns: (transfer full) (nullable) (element-type FkReportField): what differs, in the chip's
 *   order; %NULL where it cannot be compared
 */
GPtrArray *
fk_report_fields_new (FkOptionBytes *a, FkOptionBytes *b, GBytes *otp_a, GBytes *otp_b)
{
  GPtrArray *fields;
  const FkRegion *otp;

  if (!fk_report_fields_are_comparable (a, b))
    return NULL;
  fields = fk_report_fields_new_empty ();
  add_options (fields, a, b);
  otp = fk_chip_find_region (fk_option_bytes_get_chip (a), "otp");
  if (otp != NULL && otp_a != NULL && otp_b != NULL)
    fk_report_fields_add_otp (fields, otp, otp_a, otp_b);
  return fields;
}
