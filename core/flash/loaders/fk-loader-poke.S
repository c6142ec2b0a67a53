/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Writes one half-word, for probes whose firmware cannot (ST-LINK/V2 before J26).  Position
 * independent, no stack, ARMv6-M instructions only (ARM DDI 0419).
 *
 * On entry: r0 = address, r1 = value.  Ends in BKPT. */

        .syntax unified
        .cpu    cortex-m0
        .thumb

        .text
start:
        strh    r1, [r0]
        dsb
halt:
        bkpt    #0
        b       halt
        .balign 4
