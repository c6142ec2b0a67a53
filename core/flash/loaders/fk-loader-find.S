/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Looks for any of some words in memory, at every eighth byte.  Position independent, no stack,
 * ARMv6-M instructions only (ARM DDI 0419).
 *
 * The table has a byte for each of 1024 hashes (the upper ten bits of a product with `factor`): 0
 * where no word has it, else the number, from 1, of the first of four words behind the table that
 * it may be.
 *
 * It feeds the independent watchdog every 4 KiB (RM0008, 19.4.1: 0xAAAA into IWDG_KR).
 *
 * On entry: r0 = where to begin, a multiple of 4; r1 = where to end, r0 and a multiple of 8;
 * r2 = the table; r3 = the watchdog.  Ends in BKPT, r0 at the first word that is one of them, or at
 * the end. */

        .syntax unified
        .cpu    cortex-m0
        .thumb

        .text
start:
        mov     r8, r3
        movs    r7, #1
        lsls    r7, r7, #10
        adds    r7, r7, r2              /* the words, 4 bytes before the first */
        subs    r7, #4
        ldr     r6, factor
feed:
        mov     r3, r8
        ldr     r4, key
        str     r4, [r3]
        cmp     r0, r1
        beq     halt
next:
        ldr     r3, [r0]
        movs    r4, r3
        muls    r4, r6, r4
        lsrs    r4, r4, #22
        ldrb    r5, [r2, r4]
        cmp     r5, #0
        bne     compare
again:
        adds    r0, #8
        lsls    r4, r0, #20
        beq     feed
        cmp     r0, r1
        bne     next
        b       halt

        /* r5 = which words */
compare:
        lsls    r5, r5, #2
        adds    r5, r5, r7
        ldr     r4, [r5]
        cmp     r4, r3
        beq     halt
        ldr     r4, [r5, #4]
        cmp     r4, r3
        beq     halt
        ldr     r4, [r5, #8]
        cmp     r4, r3
        beq     halt
        ldr     r4, [r5, #12]
        cmp     r4, r3
        bne     again
halt:
        bkpt    #0
        b       halt

        .balign 4
key:
        .word   0x0000aaaa
factor:
        .word   0x9e3779b1              /* 2^32 by the golden ratio, odd */
