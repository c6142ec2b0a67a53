/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sim/fk-sim-chip.h"
#include "sim/fk-sim.h"

G_BEGIN_DECLS

/* FkSimStlink (fk-sim.h):
 *
 * An ST-LINK in software, at the level of USB transfers: the same object answers our own driver
 * through #FkUsbDevice and other people's programs through a mocked USB bus.  Every call locks, so
 * a board may be looked at from one thread while another uses its probe.
 */

/**
 * FkSimUsbStatus:
 * @FK_SIM_USB_DONE: the transfer has ended, be it short
 * @FK_SIM_USB_WAIT: there is nothing (more) to give now; an IN transfer stays open, to be asked for
 *   again with the same @actual after the next OUT transfer
 * @FK_SIM_USB_NEVER: this transfer will never end by itself
 * @FK_SIM_USB_STALL: the endpoint is halted (EPIPE)
 * @FK_SIM_USB_OVERFLOW: a packet was larger than the room that was left for it (EOVERFLOW)
 * @FK_SIM_USB_GONE: nobody is there (ENODEV)
 *
 * What became of one transfer.
 */
typedef enum
{
  FK_SIM_USB_DONE,
  FK_SIM_USB_WAIT,
  FK_SIM_USB_NEVER,
  FK_SIM_USB_STALL,
  FK_SIM_USB_OVERFLOW,
  FK_SIM_USB_GONE,
} FkSimUsbStatus;

/**
 * FkSimStlinkModel:
 * @name: as in probe=NAME
 * @description: product name that USB tells
 * @product_id: of vendor 0x0483
 * @generation: 2 or 3
 * @out_endpoint: where commands go; replies come from 0x81
 * @trace_endpoint: where SWO data would come from
 * @high_speed: packets of 512 bytes
 * @mass_storage: has the drive to drop files on
 * @serial_ports: number of virtual serial ports
 * @bridge: has the bridge interface
 * @firmware: what it comes with
 */
typedef struct
{
  const char *name;
  const char *description;
  guint16 product_id;
  guint generation;
  guint8 out_endpoint;
  guint8 trace_endpoint;
  gboolean high_speed;
  gboolean mass_storage;
  guint serial_ports;
  gboolean bridge;
  const char *firmware;
} FkSimStlinkModel;

/**
 * FkSimStlinkFirmware:
 *
 * Version numbers of a probe's firmware, as in "V2J37S7" or "V3J9M3B5": hardware generation, debug
 * part (JTAG and SWD), SWIM part, mass storage part, bridge part.
 */
typedef struct
{
  guint generation;
  guint jtag;
  guint swim;
  guint msd;
  guint bridge;
} FkSimStlinkFirmware;

/**
 * FkSimStlinkMode:
 *
 * What GET_CURRENT_MODE answers.  JTAG and SWD share one number on the wire.
 */
typedef enum
{
  FK_SIM_STLINK_MODE_DFU,
  FK_SIM_STLINK_MODE_MASS,
  FK_SIM_STLINK_MODE_SWD,
  FK_SIM_STLINK_MODE_JTAG,
  FK_SIM_STLINK_MODE_SWIM,
} FkSimStlinkMode;

/**
 * FkSimStlinkConfig:
 * @model: (not nullable)
 * @firmware: what it runs
 * @serial: 24 hexadecimal digits, or any text when not @raw_serial
 * @raw_serial: the serial number descriptor holds 12 bytes of it as characters, as on many clones
 *   and on old firmware
 * @language: of its strings (USB 2.0, 9.6.7), which it does not tell in any other one; 0 for
 * English
 * @millivolts: of the board, for the probe's voltmeter and for the debug port; 0 for no power
 * @pace: percent of the modelled time that really passes; 0 for none
 * @nrst_wired: the reset wire is connected
 * @max_khz: the fastest SWD clock that the wires are good for; 0 for any
 * @wraps: the firmware does not set the address anew where the access port stops counting
 * @mode: what the probe is in at first
 */
typedef struct
{
  const FkSimStlinkModel *model;
  FkSimStlinkFirmware firmware;
  const char *serial;
  gboolean raw_serial;
  guint16 language;
  guint millivolts;
  guint pace;
  gboolean nrst_wired;
  guint max_khz;
  gboolean wraps;
  FkSimStlinkMode mode;
} FkSimStlinkConfig;

const FkSimStlinkModel *fk_sim_stlink_get_models (gsize *n_models);
const FkSimStlinkModel *fk_sim_stlink_find_model (const char *name);
gboolean fk_sim_stlink_parse_firmware (const char *text, FkSimStlinkFirmware *firmware);

FkSimStlink *fk_sim_stlink_new (const FkSimStlinkConfig *config, FkSimChip *chip);
void fk_sim_stlink_free (FkSimStlink *self);
void fk_sim_stlink_lock (FkSimStlink *self);
void fk_sim_stlink_unlock (FkSimStlink *self);

/* The bus. */
const FkSimStlinkModel *fk_sim_stlink_get_model (FkSimStlink *self);
guint fk_sim_stlink_get_packet_size (FkSimStlink *self);
guint fk_sim_stlink_get_turnaround (FkSimStlink *self); /* ns; see FkSimTimes */
GBytes *fk_sim_stlink_dup_descriptors (FkSimStlink *self);
GBytes *fk_sim_stlink_dup_string (FkSimStlink *self, guint index);
FkSimUsbStatus fk_sim_stlink_bulk_out (
    FkSimStlink *self, guint8 endpoint, const guint8 *data, gsize length, gsize *actual);
FkSimUsbStatus fk_sim_stlink_bulk_in (
    FkSimStlink *self, guint8 endpoint, guint8 *data, gsize length, gsize *actual);
FkSimUsbStatus fk_sim_stlink_control (
    FkSimStlink *self, const guint8 setup[8], guint8 *data, gsize length, gsize *actual);
FkSimUsbStatus fk_sim_stlink_clear_halt (FkSimStlink *self, guint8 endpoint);
FkSimUsbStatus fk_sim_stlink_bus_reset (FkSimStlink *self);
void fk_sim_stlink_wait (FkSimStlink *self, guint64 nanoseconds);

/* The bench around it. */
void fk_sim_stlink_set_fault (FkSimStlink *self, FkSimFault fault, guint64 at_transfer);
void fk_sim_stlink_set_unplugged (FkSimStlink *self, gboolean unplugged);
gboolean fk_sim_stlink_is_unplugged (FkSimStlink *self);
guint fk_sim_stlink_get_n_plugs (FkSimStlink *self);
gboolean fk_sim_stlink_is_reset_held (FkSimStlink *self);
void fk_sim_stlink_power_cycle (FkSimStlink *self);
void fk_sim_stlink_get_counters (FkSimStlink *self, FkSimCounters *counters);

G_END_DECLS
