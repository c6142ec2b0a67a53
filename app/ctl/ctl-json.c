/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "ctl-json.h"

void
ctl_json_string (JsonBuilder *builder, const char *name, const char *value)
{
  json_builder_set_member_name (builder, name);
  if (value != NULL)
    json_builder_add_string_value (builder, value);
  else
    json_builder_add_null_value (builder);
}

void
ctl_json_int (JsonBuilder *builder, const char *name, gint64 value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_int_value (builder, value);
}

void
ctl_json_bool (JsonBuilder *builder, const char *name, gboolean value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_boolean_value (builder, value);
}

/**
 * ctl_json_id:
 * @digits: how many hex digits the manuals write: 3 for a device ID
 *
 * An identifier: a string such as "0x413".
 */
void
ctl_json_id (JsonBuilder *builder, const char *name, guint value, guint digits)
{
  g_autofree char *text = g_strdup_printf ("0x%0*x", (int)digits, value);

  ctl_json_string (builder, name, text);
}

void
ctl_json_begin_object (JsonBuilder *builder, const char *name)
{
  json_builder_set_member_name (builder, name);
  json_builder_begin_object (builder);
}

void
ctl_json_begin_array (JsonBuilder *builder, const char *name)
{
  json_builder_set_member_name (builder, name);
  json_builder_begin_array (builder);
}

void
ctl_json_range (JsonBuilder *builder, FkRange range)
{
  ctl_json_int (builder, "address", range.address);
  ctl_json_int (builder, "length", range.size);
}

void
ctl_json_findings (JsonBuilder *builder, GPtrArray *findings)
{
  ctl_json_begin_array (builder, "findings");
  for (guint i = 0; i < findings->len; i++)
    {
      const FkFinding *finding = g_ptr_array_index (findings, i);

      json_builder_begin_object (builder);
      ctl_json_string (builder, "kind", finding->kind);
      ctl_json_range (builder, finding->range);
      ctl_json_string (builder, "text", finding->text);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

void
ctl_json_warning (JsonBuilder *builder, const char *kind, const char *text)
{
  json_builder_begin_object (builder);
  ctl_json_string (builder, "kind", kind);
  ctl_json_string (builder, "text", text);
  json_builder_end_object (builder);
}

void
ctl_json_backup (JsonBuilder *builder, FkBackup *backup)
{
  GPtrArray *regions = fk_backup_get_regions (backup);

  ctl_json_string (builder, "id", fk_backup_get_id (backup));
  ctl_json_string (builder, "path", fk_backup_get_path (backup));
  ctl_json_begin_array (builder, "regions");
  for (guint i = 0; i < regions->len; i++)
    {
      const FkBackupRegion *region = g_ptr_array_index (regions, i);

      json_builder_begin_object (builder);
      ctl_json_string (builder, "name", region->name);
      ctl_json_int (builder, "address", region->range.address);
      ctl_json_int (builder, "size", region->range.size);
      ctl_json_int (builder, "used", (gint64)region->used);
      ctl_json_string (builder, "sha256", region->sha256);
      ctl_json_string (builder, "verified", region->verified);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

/* What restore, write and erase tell of their deed. */
void
ctl_json_change (JsonBuilder *builder, FkChangeJob *job)
{
  const FkChangeResult *result = fk_change_job_get_result (job);
  FkBackup *safety = fk_change_job_get_safety_backup (job);
  GPtrArray *warnings = fk_change_job_get_warnings (job);

  ctl_json_begin_object (builder, "sectors");
  ctl_json_int (builder, "total", result->sectors_total);
  ctl_json_int (builder, "unchanged", result->sectors_unchanged);
  ctl_json_int (builder, "erased", result->sectors_erased);
  ctl_json_int (builder, "programmed", result->sectors_programmed);
  json_builder_end_object (builder);
  ctl_json_int (builder, "bytes", (gint64)result->bytes);
  ctl_json_int (builder, "eeprom_bytes", result->eeprom_bytes);
  json_builder_set_member_name (builder, "seconds");
  json_builder_add_double_value (builder, result->seconds);
  ctl_json_string (builder, "verified", fk_verified_get_nick (result->verified));
  ctl_json_string (builder, "safety_backup", safety != NULL ? fk_backup_get_id (safety) : NULL);
  ctl_json_begin_array (builder, "warnings");
  for (guint i = 0; i < warnings->len; i++)
    {
      const FkFinding *warning = g_ptr_array_index (warnings, i);

      ctl_json_warning (builder, warning->kind, warning->text);
    }
  json_builder_end_array (builder);
}
