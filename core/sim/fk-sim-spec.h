/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sim/fk-sim-stlink-device.h"

G_BEGIN_DECLS

/**
 * FkSimBoardModel:
 * @name: as in sim:NAME
 * @description: one line for lists
 * @chip: as in #FkSimChipConfig
 * @probe: as in #FkSimStlinkModel
 * @firmware: (nullable): of the probe; %NULL for what its model comes with
 * @serial: of the probe, 24 hexadecimal digits
 * @raw_serial: the probe is one of those that tell the digits' bytes
 * @uid: of the chip
 * @millivolts: of the board
 */
typedef struct
{
  const char *name;
  const char *description;
  const char *chip;
  const char *probe;
  const char *firmware;
  const char *serial;
  gboolean raw_serial;
  guint8 uid[12];
  guint millivolts;
} FkSimBoardModel;

/**
 * FkSimSpec:
 *
 * A board's specification, taken apart; what was not given has the board's own value.
 */
typedef struct
{
  const FkSimBoardModel *board;
  const FkSimStlinkModel *probe;
  FkSimStlinkFirmware firmware;
  gboolean has_firmware;
  FkSimStlinkMode mode;
  gboolean has_mode;
  char *serial;
  gboolean raw_serial;
  guint16 language;
  gboolean nrst_wired;
  guint max_khz;
  gboolean wraps;
  FkSimAccess access;
  FkSimChipConfig chip;
  guint protection;
  gboolean blank;
  char *state_path;
  guint pace;
  FkSimFault fault;
  guint64 fault_at;
} FkSimSpec;

const FkSimBoardModel *fk_sim_spec_get_boards (gsize *n_boards);
FkSimSpec *fk_sim_spec_parse (const char *text, GError **error);
void fk_sim_spec_free (FkSimSpec *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (FkSimSpec, fk_sim_spec_free)

G_END_DECLS
