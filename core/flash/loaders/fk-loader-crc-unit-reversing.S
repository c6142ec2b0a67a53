/* SPDX-License-Identifier: GPL-3.0-or-later */

/* fk-loader-crc-unit.S for a unit that turns words round by itself, both ways (RM0360 5.4): its
 * control register is set so. */

        .equ    reversing, 1
        .include "fk-loader-crc-unit.S"
