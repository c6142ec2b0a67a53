/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* What the manuals say of a chip that is simulated. */
typedef struct
{
  const char *model;
  guint32 dpidr;
  guint32 ap_idr;
  guint32 cpuid;
  guint32 idcode_at;
  guint32 idcode;
  guint32 flash;
  guint32 ram;
  guint32 size_at;
  guint32 uid_at;
  guint32 flash_regs;
} Facts;

/* Adds @func for each simulated chip, with its Facts, as "/sim-chip/NAME/MODEL". */
void add_for_each_chip (const char *name, GTestDataFunc func);
