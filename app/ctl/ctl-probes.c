/* SPDX-License-Identifier: GPL-3.0-or-later */

/* probes: lists the probes that are plugged in, also those that may not be opened. */

#include "config.h"

#include "ctl-command.h"
#include "ctl-json.h"

#include "base/fk-error.h"
#include "probe/fk-probe-list.h"

static void
list_probe (CtlContext *context, FkProbe *probe)
{
  JsonBuilder *builder = ctl_context_get_builder (context);
  g_autoptr (GError) error = NULL;
  gboolean opened = fk_probe_open (probe, NULL, &error);
  const char *serial = fk_probe_get_serial (probe);
  const char *firmware = fk_probe_get_firmware (probe);

  json_builder_begin_object (builder);
  ctl_json_string (builder, "kind", fk_probe_get_kind (probe));
  ctl_json_string (builder, "serial", serial);
  ctl_json_string (builder, "port", fk_probe_get_port_path (probe));
  ctl_json_string (builder, "firmware", opened ? firmware : NULL);
  ctl_json_string (builder, "problem", opened ? NULL : error->message);
  json_builder_end_object (builder);

  ctl_context_print (context, "%s  serial %s  port %s  firmware %s\n", fk_probe_get_kind (probe),
                     serial != NULL ? serial : "unknown", fk_probe_get_port_path (probe),
                     opened && firmware != NULL ? firmware : "unknown");
  if (!opened)
    ctl_context_warn (context, "%s\n%s", error->message,
                      fk_error_get_hint (error) ? fk_error_get_hint (error) : "");
  fk_probe_close (probe);
}

static CtlExit
run (CtlContext *context, char **arguments, GError **error)
{
  g_autoptr (FkProbeList) list = fk_probe_list_new (error);
  guint n_probes;

  if (list == NULL)
    return CTL_EXIT_FAILED;

  n_probes = g_list_model_get_n_items (G_LIST_MODEL (list));
  ctl_json_begin_array (ctl_context_get_builder (context), "probes");
  for (guint i = 0; i < n_probes; i++)
    {
      g_autoptr (FkProbe) probe = g_list_model_get_item (G_LIST_MODEL (list), i);

      list_probe (context, probe);
    }
  json_builder_end_array (ctl_context_get_builder (context));
  if (n_probes == 0)
    ctl_context_print (context, "No probe found. Plug in an ST-LINK, or try a simulated board: "
                                "flashkeepctl --probe sim:creator-pro info\n");
  return CTL_EXIT_DONE;
}

const CtlCommand ctl_command_probes = {
  .name = "probes",
  .arguments = "",
  .summary = "Lists the probes",
  .run = run,
};
