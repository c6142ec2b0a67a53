/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "probe/fk-probe-list.h"

G_BEGIN_DECLS

/* For tests: a list without a bus, and what the bus tells it. */
FkProbeList *fk_probe_list_new_empty (void);
void fk_probe_list_add_device (FkProbeList *self, FkUsbDevice *device);
void fk_probe_list_meet_device (FkProbeList *self, FkUsbDevice *device);
void fk_probe_list_remove_device (FkProbeList *self, FkUsbDevice *device);

G_END_DECLS
