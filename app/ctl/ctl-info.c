/* SPDX-License-Identifier: GPL-3.0-or-later */

/* info: identifies the chip. */

#include "config.h"

#include "ctl-command.h"
#include "ctl-json.h"

#include "base/fk-number.h"
#include "job/fk-info-job.h"

static void
add_probe (JsonBuilder *builder, FkProbe *probe, guint millivolts)
{
  ctl_json_begin_object (builder, "probe");
  ctl_json_string (builder, "kind", fk_probe_get_kind (probe));
  ctl_json_string (builder, "serial", fk_probe_get_serial (probe));
  ctl_json_string (builder, "firmware", fk_probe_get_firmware (probe));
  if (millivolts > 0)
    ctl_json_int (builder, "target_mv", millivolts);
  else
    ctl_json_string (builder, "target_mv", NULL);
  json_builder_end_object (builder);
}

static void
add_chip (JsonBuilder *builder, FkIdentity *identity)
{
  FkChip *chip = fk_identity_get_chip (identity);

  ctl_json_begin_object (builder, "chip");
  ctl_json_string (builder, "name", chip != NULL ? fk_chip_get_name (chip) : NULL);
  ctl_json_string (builder, "parts", chip != NULL ? fk_chip_get_parts (chip) : NULL);
  ctl_json_string (builder, "family", chip != NULL ? fk_chip_get_family (chip) : NULL);
  ctl_json_string (builder, "clone", fk_identity_get_clone_name (identity));
  ctl_json_id (builder, "dev_id", fk_identity_get_dev_id (identity), 3);
  ctl_json_id (builder, "rev_id", fk_identity_get_rev_id (identity), 4);
  ctl_json_string (builder, "core", fk_core_get_name (fk_identity_get_core (identity)));
  ctl_json_string (builder, "uid", fk_identity_get_uid (identity));
  ctl_json_int (builder, "flash_size", fk_identity_get_flash_size (identity));
  ctl_json_string (builder, "protection",
                   fk_protection_get_nick (fk_identity_get_protection (identity)));
  json_builder_end_object (builder);
}

/* Of a flash with a gap in it, where it is. */
static void
add_parts (JsonBuilder *builder, FkChip *chip)
{
  guint n_parts;
  const FkRange *parts = fk_chip_get_flash_parts (chip, &n_parts);

  if (n_parts < 2)
    return;
  ctl_json_begin_array (builder, "parts");
  for (guint i = 0; i < n_parts; i++)
    {
      json_builder_begin_object (builder);
      ctl_json_int (builder, "address", parts[i].address);
      ctl_json_int (builder, "size", parts[i].size);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

static void
add_regions (JsonBuilder *builder, FkChip *chip)
{
  guint n_regions = 0;
  const FkRegion *regions = chip != NULL ? fk_chip_get_regions (chip, &n_regions) : NULL;

  ctl_json_begin_array (builder, "regions");
  for (guint i = 0; i < n_regions; i++)
    {
      json_builder_begin_object (builder);
      ctl_json_string (builder, "name", regions[i].name);
      ctl_json_int (builder, "address", regions[i].range.address);
      ctl_json_int (builder, "size", regions[i].range.size);
      if (regions[i].kind == FK_REGION_FLASH)
        add_parts (builder, chip);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

static void
print_regions (CtlContext *context, FkChip *chip)
{
  guint n_regions;
  const FkRegion *regions = fk_chip_get_regions (chip, &n_regions);

  for (guint i = 0; i < n_regions; i++)
    {
      const FkRange *parts = &regions[i].range;
      guint n_parts = 1;

      if (regions[i].kind == FK_REGION_FLASH)
        parts = fk_chip_get_flash_parts (chip, &n_parts);
      for (guint k = 0; k < n_parts; k++)
        {
          g_autofree char *size = fk_number_format_size (parts[k].size);

          ctl_context_print (context, "  %-14s 0x%08x  %s\n", regions[i].name, parts[k].address,
                             size);
        }
    }
}

static void
print_identity (CtlContext *context, FkProbe *probe, FkIdentity *identity, guint millivolts)
{
  FkChip *chip = fk_identity_get_chip (identity);
  g_autofree char *size = fk_number_format_size (fk_identity_get_flash_size (identity));

  ctl_context_print (context, "Probe       %s, serial %s, firmware %s\n", fk_probe_get_kind (probe),
                     fk_probe_get_serial (probe) != NULL ? fk_probe_get_serial (probe) : "unknown",
                     fk_probe_get_firmware (probe));
  if (millivolts > 0)
    ctl_context_print (context, "Target      %u.%02u V\n", millivolts / 1000,
                       millivolts % 1000 / 10);
  if (chip != NULL)
    ctl_context_print (context, "Chip        %s (%s)\n", fk_chip_get_name (chip),
                       fk_chip_get_parts (chip));
  else
    ctl_context_print (context, "Chip        unknown\n");
  if (fk_identity_get_clone_name (identity) != NULL)
    ctl_context_print (context, "Looks like  %s\n", fk_identity_get_clone_name (identity));
  ctl_context_print (context,
                     "Device ID   0x%03x, revision 0x%04x\nCore        %s\nUnique ID   %s\n",
                     fk_identity_get_dev_id (identity), fk_identity_get_rev_id (identity),
                     fk_core_get_name (fk_identity_get_core (identity)),
                     fk_identity_get_uid (identity));
  ctl_context_print (context, "Flash       %s\nProtection  %s\n", chip != NULL ? size : "unknown",
                     fk_protection_get_nick (fk_identity_get_protection (identity)));
  if (fk_identity_get_locked_up (identity))
    ctl_context_print (context, "Core state  locked up: no firmware runs\n");
  if (chip != NULL)
    {
      ctl_context_print (context, "Regions\n");
      print_regions (context, chip);
    }
}

static void
tell_warnings (CtlContext *context, FkInfoJob *info)
{
  const char *const *known = fk_identity_get_warnings (fk_info_job_get_identity (info));
  FkOptionBytes *options = fk_info_job_get_options (info);
  g_autoptr (GPtrArray) warnings = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) damage = NULL;

  for (guint i = 0; known[i] != NULL; i++)
    g_ptr_array_add (warnings, g_strdup (known[i]));
  if (options != NULL && !fk_option_bytes_check_complements (options, &damage))
    g_ptr_array_add (warnings, g_strdup_printf ("%s.", damage->message));
  g_ptr_array_add (warnings, NULL);
  ctl_context_tell_warnings (context, "chip", (const char *const *)warnings->pdata);
}

static CtlExit
run (CtlContext *context, char **arguments, GError **error)
{
  JsonBuilder *builder = ctl_context_get_builder (context);
  g_autoptr (FkJob) job = fk_info_job_new ();
  FkInfoJob *info = FK_INFO_JOB (job);
  FkIdentity *identity;
  FkProbe *probe;
  guint millivolts;

  if (!ctl_context_run (context, job, error))
    return CTL_EXIT_FAILED;

  probe = ctl_context_get_probe (context, NULL);
  identity = fk_info_job_get_identity (info);
  millivolts = fk_info_job_get_millivolts (info);
  add_probe (builder, probe, millivolts);
  add_chip (builder, identity);
  add_regions (builder, fk_identity_get_chip (identity));
  print_identity (context, probe, identity, millivolts);
  tell_warnings (context, info);
  return CTL_EXIT_DONE;
}

const CtlCommand ctl_command_info = {
  .name = "info",
  .arguments = "",
  .summary = "Identifies the chip: name, IDs, unique ID, sizes, protection, target voltage",
  .run = run,
};
