/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "probe/fk-probe.h"

G_BEGIN_DECLS

/**
 * LyingProbe:
 *
 * A probe that hands everything on to another one, but has its own opinion on some words of memory
 * and on the debug port's ID: for chips that no simulated board is.
 */
#define LYING_TYPE_PROBE (lying_probe_get_type ())
G_DECLARE_FINAL_TYPE (LyingProbe, lying_probe, LYING, PROBE, FkProbe)

FkProbe *lying_probe_new (FkProbe *inner);
void lying_probe_set_word (LyingProbe *self, guint32 address, guint32 value);
void lying_probe_set_fault (LyingProbe *self, guint32 address);
void lying_probe_set_idcode (LyingProbe *self, guint32 idcode);
void lying_probe_set_mirror (LyingProbe *self, guint32 address, guint32 size);

G_END_DECLS
