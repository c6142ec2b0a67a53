/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sim/fk-sim-dap.h"
#include "sim/fk-sim-stlink-protocol.h"
#include "sim/fk-sim-stlink.h"

G_BEGIN_DECLS

#define SIM_STLINK_MAX_PACKET 512
#define SIM_STLINK_N_APS      256
#define SIM_STLINK_BUFFER     65536 /* as much as a command can announce */

struct _FkSimStlink
{
  GMutex mutex;
  const FkSimStlinkModel *model;
  FkSimStlinkFirmware firmware;
  char *serial;
  gboolean raw_serial;
  guint16 language;
  guint millivolts;
  gboolean nrst_wired;
  FkSimStlinkMode first_mode;

  FkSimChip *chip;
  FkSimClock clock;
  FkSimDap *dap;

  /* The bus side (fk-sim-stlink.c). */
  gboolean unplugged;
  guint n_plugs; /* how often it was plugged in */
  gboolean halted_out;
  gboolean halted_in;
  FkSimFault fault;
  guint64 fault_at;
  gboolean cut_next;  /* the next reply comes at half its length */
  gboolean flip_next; /* the next data from the chip comes with a wrong bit */

  /* One buffer for all that goes in and out, never cleared, as in the real firmware: a reply to a
   * command that failed holds what was there before. */
  guint8 buffer[SIM_STLINK_BUFFER];
  gsize reply_length;
  gsize reply_sent;
  gboolean reply_is_cut; /* ends here although its length is a whole number of packets */
  gsize data_offset;     /* what in the reply comes from the chip */
  gsize data_length;
  guint8 armed[SIM_STLINK_MAX_PACKET]; /* packet of an older reply, already in the USB hardware */
  gsize armed_length;

  guint8 command[SIM_STLINK_COMMAND_SIZE];
  void (*receive) (FkSimStlink *self); /* not NULL: data is expected, and for whom */
  gsize data_expected;
  gsize data_received;

  /* The firmware side (fk-sim-stlink-*.c). */
  FkSimStlinkMode mode;
  guint16 rw_status;
  guint32 rw_address;
  gboolean nrst_low;
  guint swd_khz; /* V3 */
  guint jtag_khz;
  guint32 open_aps[SIM_STLINK_N_APS / 32];
  guint core_ap; /* that commands go through which name none: the one that was opened last */
  guint misc_ap; /* that a list of accesses has chosen */
  gsize misc_items;
  gboolean tracing;
};

/* A command of the debug interface: known from these firmware versions on (G_MAXUINT8: never), in
 * any mode or only while in debug mode; @receive runs when its data phase is complete. */
typedef struct
{
  guint8 code;
  guint8 min_v2;
  guint8 min_v3;
  gboolean any_mode;
  void (*run) (FkSimStlink *self);
} FkSimStlinkCommand;

/* fk-sim-stlink.c */
guint8 *fk_sim_stlink_reply (FkSimStlink *self, gsize length);
void fk_sim_stlink_reply_data (FkSimStlink *self, gsize offset, gsize length);
void fk_sim_stlink_reply_status (FkSimStlink *self, guint status);
void
fk_sim_stlink_expect_data (FkSimStlink *self, void (*receive) (FkSimStlink *self), gsize length);

/* fk-sim-stlink-firmware.c */
void fk_sim_stlink_boot (FkSimStlink *self);
void fk_sim_stlink_run_command (FkSimStlink *self);
void fk_sim_stlink_drive_nrst (FkSimStlink *self, gboolean low);
void fk_sim_stlink_leave_debug (FkSimStlink *self);

/* fk-sim-stlink-debug.c */
extern const FkSimStlinkCommand fk_sim_stlink_debug_commands[];
extern const gsize fk_sim_stlink_n_debug_commands;
guint fk_sim_stlink_get_status (FkSimAck ack);
gboolean fk_sim_stlink_is_ap_open (FkSimStlink *self, guint ap);

/* fk-sim-stlink-memory.c */
extern const FkSimStlinkCommand fk_sim_stlink_memory_commands[];
extern const gsize fk_sim_stlink_n_memory_commands;

G_END_DECLS
