/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* Firmware made up for tests: a vector table, Thumb functions with literal pools, strings.  It has
 * the shape of the real thing, and its pointers are right for one address only. */

typedef enum
{
  FAKE_PROGRAM_PLAIN = 0,
  FAKE_PROGRAM_MOVES = 1 << 0,      /* constants by MOVW and MOVT, as clang likes them */
  FAKE_PROGRAM_NO_STRINGS = 1 << 1, /* nothing printable */
} FakeProgramFlags;

GBytes *fake_program_new (guint32 address, gsize size, guint32 seed, FakeProgramFlags flags);
