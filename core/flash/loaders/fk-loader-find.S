/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Looks for any of some words in memory, at every eighth byte.  Position independent, ARMv6-M
 * instructions only (ARM DDI 0419).
 *
 * The control block begins right behind this code: the watchdog's key register (or any word that
 * may be written), room for a table of 1024 bytes, how many words, where they are; then runs of
 * three words: where to begin and where to end, multiples of 8, and room for what is found: where
 * the first of the words stands, or the end.  A run that ends at 0 is the last.
 *
 * The table has a byte for each of 1024 hashes (the upper ten bits of a product with `factor`): 0
 * where no word has it, else the number, from 1, of the first of four words that it may be.  Words
 * of one hash have to be neighbours, and three more stand behind the last.
 *
 * It feeds the independent watchdog at least every 4 KiB (RM0008, 19.4.1: 0xAAAA into IWDG_KR).
 *
 * Nothing is expected in registers.  R0 to R7 and LR are pushed, and popped before the BKPT. */

        .syntax unified
        .cpu    cortex-m0
        .thumb

        .text
start:
        push    {r0-r7, lr}
        adr     r5, control
        ldr     r2, [r5, #4]
        ldr     r4, [r5, #8]
        ldr     r7, [r5, #12]
        adds    r5, #16
        mov     lr, r5
        ldr     r6, factor

        movs    r3, #0
        movs    r0, r2
        movs    r1, #1
        lsls    r1, r1, #10
        adds    r1, r1, r2
clear:
        stm     r0!, {r3}
        cmp     r0, r1
        bne     clear

        movs    r0, r7
        movs    r1, #0
enter:
        ldm     r0!, {r3}
        adds    r1, #1
        muls    r3, r6, r3
        lsrs    r3, r3, #22
        ldrb    r5, [r2, r3]
        cmp     r5, #0
        bne     has_one
        strb    r1, [r2, r3]
has_one:
        cmp     r1, r4
        bne     enter
        subs    r7, #4

        /* r0 = place, r1 = end, r2 = table, r6 = factor, r7 = words, 4 bytes before the first, lr =
         * behind the run */
next_run:
        mov     r3, lr
        ldm     r3!, {r0, r1}
        adds    r3, #4
        mov     lr, r3
        cmp     r1, #0
        beq     finish
feed:
        adr     r3, control
        ldr     r3, [r3]
        ldr     r4, key
        str     r4, [r3]
go_on:
        cmp     r0, r1
        beq     end_of_run
        lsls    r3, r0, #27
        bne     one
        movs    r4, r1
        subs    r4, #32
        cmp     r0, r4
        bhi     one

        /* Four at a time, from a multiple of 32; r4 = the last place for that. */
        .macro  look offset, hit
        ldr     r3, [r0, #\offset]
        muls    r3, r6, r3
        lsrs    r3, r3, #22
        ldrb    r5, [r2, r3]
        cmp     r5, #0
        bne     \hit
        .endm

        .balign 4
four:
        look    0, hit_0
        look    8, hit_8
        look    16, hit_16
        look    24, hit_24
        adds    r0, #32
        lsls    r3, r0, #20
        beq     feed
        cmp     r0, r4
        bls     four
        b       go_on

one:
        look    0, hit_0
miss:
        adds    r0, #8
        lsls    r3, r0, #20
        bne     go_on
        b       feed

        /* r5 = which words */
hit_24:
        adds    r0, #8
hit_16:
        adds    r0, #8
hit_8:
        adds    r0, #8
hit_0:
        ldr     r3, [r0]
        lsls    r5, r5, #2
        adds    r5, r5, r7
        ldr     r4, [r5]
        cmp     r4, r3
        beq     end_of_run
        ldr     r4, [r5, #4]
        cmp     r4, r3
        beq     end_of_run
        ldr     r4, [r5, #8]
        cmp     r4, r3
        beq     end_of_run
        ldr     r4, [r5, #12]
        cmp     r4, r3
        bne     miss

end_of_run:
        mov     r3, lr
        subs    r3, #4
        str     r0, [r3]
        b       next_run

finish:
        ldr     r0, [sp, #32]
        mov     lr, r0
        pop     {r0-r7}
halt:
        bkpt    #0
        b       halt

        .balign 4
key:
        .word   0x0000aaaa
factor:
        .word   0x9e3779b1              /* 2^32 by the golden ratio, odd */
        .balign 8
control:
