/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "fake-usb.h"

#include "base/fk-error.h"
#include "base/fk-reader.h"
#include "probe/fk-probe-list.h"
#include "probe/fk-stlink.h"

#define V2J37S7 "29 47 83 04 48 37"
#define V2J17S4 "24 44 83 04 48 37"
#define V2J12S1 "23 01 83 04 48 37"
#define V2J10S0 "22 80 83 04 48 37"
#define OK      "80 00"
#define OK2     "80 00 00 00 00 00 00 00 00 00 00 00"
#define IDCODES "80 00 00 00 77 14 a0 2b 00 00 00 00"
#define V3_CLOCKS                                                                        \
  "80 00 00 00 e8 03 00 00 04 00 00 00 e8 03 00 00 c0 5d 00 00 e4 0c 00 00 40 1f 00 00 " \
  "00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00"

/* An ST-LINK that is played by a script. */
typedef struct
{
  FakeUsb *usb;
  FkProbe *probe;
} Bench;

Bench bench_new (guint16 product_id);
void bench_clear (Bench *bench);
void bench_open (Bench *bench, const char *version);
void bench_attach (Bench *bench);
Bench bench_ready (void);
void fill (guint8 *data, gsize length);
void expect_memory (Bench *bench, guint8 code, guint32 address, gsize length);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Bench, bench_clear)
