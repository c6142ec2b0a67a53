/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "probe/fk-probe.h"

G_BEGIN_DECLS

/* For classes derived from FkProbe only. */
void fk_probe_take_serial (FkProbe *self, char *serial);
void fk_probe_set_firmware (FkProbe *self, const char *firmware);
void fk_probe_set_current_speed (FkProbe *self, guint khz);

G_END_DECLS
