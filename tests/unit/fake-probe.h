/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/fk-error.h"
#include "probe/fk-probe-private.h"

/* A probe that is nothing but memory and the debug registers of a Cortex-M3. */

#define FLASH      0x08000000u
#define FLASH_SIZE 0x10000u
#define RAM        0x20000000u
#define RAM_SIZE   0x5000u
#define DBGMCU_CR  0xe0042004u

#define FAKE_TYPE_PROBE (fake_probe_get_type ())
G_DECLARE_FINAL_TYPE (FakeProbe, fake_probe, FAKE, PROBE, FkProbe)

struct _FakeProbe
{
  FkProbe parent_instance;

  /* How it behaves. */
  guint max_khz;           /* SWD is silent above */
  gboolean firmware_quiet; /* the program turns SWD off; only a reset that is held brings it back */
  gboolean nrst_wired;
  gboolean sysreset_works;
  gboolean never_halts;
  guint stops_late; /* looks at DHCSR until the core has stopped */
  guint attach_at;  /* SWD is silent until this many attempts */
  guint dies_in;    /* accesses until SWD goes silent for good; 0 never */
  FkError death;
  guint millivolts;
  gboolean no_sense;    /* the probe cannot measure */
  guint faults_once;    /* spurious bus faults of reads */
  gboolean lists_twice; /* each list is carried out once more from its beginning */
  guint slow_after;     /* core registers until one takes longer; 0: never */

  /* What happened. */
  guint n_attaches;
  guint n_attaches_under_reset;
  guint n_words_read;
  guint n_words_written;
  guint n_lists;
  guint n_slow;
  gboolean attached;
  gboolean ran_while_hot; /* DHCSR was written */
  GString *widths;        /* of every access by read and write */

  /* The chip. */
  gboolean nrst_low;
  gboolean halted;
  gboolean locked_up;
  gboolean reset_seen;
  gboolean silent; /* its firmware has run and turned SWD off */
  guint32 control; /* DHCSR bits 15:0 */
  guint32 demcr;
  guint32 dfsr;
  guint32 dcrdr;
  guint stopping;
  guint32 dcrsr;
  guint transfer; /* looks at DHCSR until what DCRSR asked for is done */
  guint n_transfers;
  guint32 registers[21];
  guint32 fp_ctrl;
  guint32 dbgmcu_cr;
  guint32 cfsr;
  guint32 bfar;
  guint32 mpu_ctrl;
  guint8 designer[3]; /* PIDR4, PIDR2, PIDR1 */
  guint8 *flash;
  guint8 ram[RAM_SIZE];
};
