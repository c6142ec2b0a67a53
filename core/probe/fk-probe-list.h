/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "probe/fk-probe.h"
#include "usb/fk-usb-device.h"

G_BEGIN_DECLS

/* The registry: which USB devices are probes.  Returns NULL for any other device. */
FkProbe *fk_probe_new_for_usb (FkUsbDevice *device);

/**
 * FkProbeList:
 *
 * A #GListModel of the #FkProbe objects that are plugged in, kept up to date in the main context
 * of the thread that made it.  A probe that this user may not open is listed too, and so is one
 * that cannot be used (an ST-LINK/V1): opening it says why.  A probe that was unplugged leaves the
 * list; whoever still holds it gets PROBE_LOST.
 */
#define FK_TYPE_PROBE_LIST (fk_probe_list_get_type ())
G_DECLARE_FINAL_TYPE (FkProbeList, fk_probe_list, FK, PROBE_LIST, GObject)

FkProbeList *fk_probe_list_new (GError **error);
FkProbeList *fk_probe_list_new_live (GError **error);
FkProbe *fk_probe_list_find (FkProbeList *self, const char *serial, GError **error);

G_END_DECLS
