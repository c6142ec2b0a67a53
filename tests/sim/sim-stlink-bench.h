/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sim/fk-sim-stlink.h"
#include "fake-chip.h"

/* The simulated ST-LINK against the bytes that its users document: OpenOCD's
 * src/jtag/drivers/stlink_usb.c, stlink-org's usb.c, pyOCD's and probe-rs's drivers. */

#define COMMAND(...) ((const guint8[16]){ __VA_ARGS__ })
#define U32(v)       (v) & 0xff, (v) >> 8 & 0xff, (v) >> 16 & 0xff, (guint32)(v) >> 24
#define U16(v)       (v) & 0xff, (v) >> 8

/* A simulated ST-LINK in front of a fake chip. */
typedef struct
{
  FkSimChip *chip;
  FkSimStlink *probe;
  guint8 out_endpoint;
} Bench;

/* A probe of @model with @firmware, like "v2" with "V2J37S7". */
Bench bench_new (const char *model, const char *firmware);
void bench_clear (Bench *bench);

void send (Bench *bench, const guint8 *data, gsize length);
void receive (Bench *bench, guint8 *data, gsize length);
/* Sends @command and receives @length bytes. */
void ask (Bench *bench, const guint8 command[16], guint8 *reply, gsize length);
/* Returns: the status that @command is answered with. */
guint ask_status (Bench *bench, const guint8 command[16]);
/* Nothing waits to be received. */
void assert_silent (Bench *bench);
void enter_swd (Bench *bench);
/* How the last transfer of memory went, by both commands that ask. */
void assert_rw_status (Bench *bench, guint status, guint32 address);
