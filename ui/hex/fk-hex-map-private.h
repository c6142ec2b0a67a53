/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hex/fk-hex-density.h"
#include "hex/fk-hex-map.h"
#include "hex/fk-hex-view-private.h"

G_BEGIN_DECLS

#define FK_HEX_MAP_MARGIN 4

struct _FkHexMap
{
  GtkWidget parent_instance;

  FkHexView *view;
  GtkAdjustment *adjustment;
  GSignalGroup *source_signals;
  GArray *parts;             /* of FkHexDensity, or %NULL while they are not known */
  GCancellable *cancellable; /* of the measuring that runs */
  guint first;               /* of the parts that it measures */
  guint64 changed_start;     /* what has changed since, ... */
  guint64 changed_end;       /* ... which is nothing if this is not above */
  guint delay;               /* until that is measured */
};

/* fk-hex-map.c */
double fk_hex_map_get_upper (FkHexMap *self);
double fk_hex_map_get_inner_height (FkHexMap *self);

/* fk-hex-map-draw.c */
void fk_hex_map_snapshot (GtkWidget *widget, GtkSnapshot *snapshot);

/* fk-hex-map-input.c */
void fk_hex_map_take_input (FkHexMap *self);

G_END_DECLS
