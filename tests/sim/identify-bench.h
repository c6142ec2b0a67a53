/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "flash/fk-identify.h"
#include "lying-probe.h"
#include "sim/fk-sim.h"

/* A simulated board behind a probe that can be made to lie, and what it is taken for. */
typedef struct
{
  FkSimBoard *board;
  FkProbe *inner;
  FkProbe *probe;
  FkTarget *target;
  FkIdentity *identity;
} Bench;

void bench_open (Bench *bench, const char *specification);
LyingProbe *liar (Bench *bench);
FkIdentity *identify_as (Bench *bench, FkConnect how);
FkIdentity *identify (Bench *bench);
void bench_close (Bench *bench);
void assert_warning (FkIdentity *identity, const char *part);
void assert_no_warnings (FkIdentity *identity);
