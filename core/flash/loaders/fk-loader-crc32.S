/* SPDX-License-Identifier: GPL-3.0-or-later */

/* CRC-32 of any stretch of memory, computed on the chip: the same one as fk_crc32_update(), not
 * inverted at the end, so that a long stretch can be done in pieces.  Position independent, no
 * stack, ARMv6-M instructions only (ARM DDI 0419).  It makes its own table of 256 words first, some
 * 0.4 ms at 8 MHz, and then takes some 8 cycles for a byte.
 *
 * On entry: r0 = address, r1 = length, r2 = remainder so far (0xFFFFFFFF at the start),
 * r3 = work space of 1028 bytes: a word with the address of the watchdog's key register (or of any
 * word that may be written), then room for the table.
 * On exit, at the BKPT: r0 = remainder, r1 = 0. */

        .syntax unified
        .cpu    cortex-m0
        .thumb

        .text
start:
        adds    r3, #4
        movs    r4, #0
        str     r4, [r3]

        /* r5 = a power of two, from 128 words down; the remainder r4 of that byte also makes, with
         * the entry of each multiple of the next power, the one in the middle between two. */
        movs    r4, #1
        movs    r5, #128
        lsls    r5, r5, #2
power:
        lsrs    r4, r4, #1
        bcc     no_carry
        ldr     r7, polynomial
        eors    r4, r7
no_carry:
        movs    r6, #0
entry:
        ldr     r7, [r3, r6]
        eors    r7, r4
        adds    r6, r6, r5
        str     r7, [r3, r6]
        adds    r6, r6, r5
        lsrs    r7, r6, #10
        beq     entry
        lsrs    r5, r5, #1
        cmp     r5, #4
        bhs     power

        /* r3 = table, r7 = watchdog */
        subs    r7, r3, #4
        ldr     r7, [r7]

        /* A byte at a time until the address is aligned, and for what is left at the end. */
bytes:
        cmp     r1, #0
        beq     done
        ldr     r4, feed
        str     r4, [r7]
        lsls    r4, r0, #30
        bne     one_byte
        cmp     r1, #4
        bhs     block
one_byte:
        ldrb    r4, [r0]
        adds    r0, #1
        subs    r1, #1
        eors    r2, r4
        uxtb    r5, r2
        lsls    r5, r5, #2
        ldr     r5, [r3, r5]
        lsrs    r2, r2, #8
        eors    r2, r5
        b       bytes

        /* At most 64 words, then the watchdog is fed again. */
block:
        lsrs    r6, r1, #2
        cmp     r6, #64
        bls     words
        movs    r6, #64
words:
        ldmia   r0!, {r4}
        eors    r2, r4
        .rept   4
        uxtb    r5, r2
        lsls    r5, r5, #2
        ldr     r5, [r3, r5]
        lsrs    r2, r2, #8
        eors    r2, r5
        .endr
        subs    r1, #4
        subs    r6, #1
        bne     words
        b       bytes

done:
        movs    r0, r2
halt:
        bkpt    #0
        b       halt

        .balign 4
feed:
        .word   0x0000aaaa
polynomial:
        .word   0xedb88320
