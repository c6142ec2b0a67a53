/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "probe/fk-probe-row.h"

G_BEGIN_DECLS

/**
 * FkStlink:
 *
 * ST's probes, versions 2, 2-1 and 3, and their clones.
 */
#define FK_TYPE_STLINK (fk_stlink_get_type ())
G_DECLARE_FINAL_TYPE (FkStlink, fk_stlink, FK, STLINK, FkProbe)

FkProbe *fk_stlink_new (const FkProbeRow *row, FkUsbDevice *device);
/* Of the shortest serial number. */
#define FK_STLINK_SERIAL_UNITS 12

char *fk_stlink_format_serial (GBytes *descriptor);

G_END_DECLS
