/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * FkStlinkVersion:
 * @hardware: V: 2 for ST-LINK/V2 and V2-1, 3 and 4 for V3
 * @jtag: J: the debug part; 0 when the probe only speaks SWIM
 * @swim: S: the STM8 part
 * @mass: M: disk and serial port
 * @bridge: B: the bridge to other buses
 *
 * The firmware of an ST-LINK, as ST writes it: "V2J37S7".
 */
typedef struct
{
  guint hardware;
  guint jtag;
  guint swim;
  guint mass;
  guint bridge;
} FkStlinkVersion;

/* What firmware learned in the course of time. */
typedef enum
{
  FK_STLINK_STATUS,    /* tells at all how a memory transfer went */
  FK_STLINK_VOLTAGE,   /* measures the board's voltage */
  FK_STLINK_STATUS2,   /* tells at which address a memory transfer failed */
  FK_STLINK_SPEED,     /* changes the SWD clock */
  FK_STLINK_DAP,       /* accesses registers of debug and access ports */
  FK_STLINK_MEM16,     /* accesses memory by half-words */
  FK_STLINK_INIT_AP,   /* wants an access port to be opened, and has more than one */
  FK_STLINK_COUNTING,  /* counts addresses on where the access port would wrap */
  FK_STLINK_MEMORY_AP, /* accesses memory through whichever access port a command names */
  FK_STLINK_LISTS,     /* takes a list of accesses to registers */
  FK_STLINK_FAST_WAIT, /* understands the chip's WAIT at 24 MHz too */
  FK_STLINK_DP_BANKS,  /* reaches banked registers of the debug port */
} FkStlinkFeature;

gboolean fk_stlink_version_parse (FkStlinkVersion *self,
                                  const guint8 *reply,
                                  gsize length,
                                  gboolean is_v2_1);
gboolean fk_stlink_version_parse_ex (FkStlinkVersion *self, const guint8 *reply, gsize length);
char *fk_stlink_version_to_string (const FkStlinkVersion *self);
gboolean fk_stlink_version_has (const FkStlinkVersion *self, FkStlinkFeature feature);
gboolean
fk_stlink_version_require (const FkStlinkVersion *self, FkStlinkFeature feature, GError **error);
gsize fk_stlink_version_get_max_block (const FkStlinkVersion *self, guint access);
guint fk_stlink_version_get_max_list (const FkStlinkVersion *self);

G_END_DECLS
