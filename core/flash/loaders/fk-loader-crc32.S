/* SPDX-License-Identifier: GPL-3.0-or-later */

/* CRC-32 sums of any stretches of memory, computed on the chip: the same ones as fk_crc32() has.
 * Position independent, no stack, ARMv6-M instructions only (ARM DDI 0419).  It makes its own table
 * of 256 words first, some 0.4 ms at 8 MHz, and then takes some 8 cycles for a byte.
 *
 * On entry: r0 = control block, r1 = results, r2 = room for the table.
 * Control block: a word with the address of the watchdog's key register (or of any word that may be
 * written), two for the loader that uses the CRC unit, then runs of three words: first
 * address, length of a piece, how many such pieces follow one another.  A run of 0 pieces is the
 * end.
 * Results: a word that counts the pieces that are done, then the sum of each.
 * At the BKPT all are done. */

        .syntax unified
        .cpu    cortex-m0
        .thumb

        .text
start:
        ldr     r3, [r0]
        mov     r12, r3
        adds    r0, #12
        mov     r8, r0
        mov     r9, r1
        adds    r1, #4
        mov     r10, r1
        movs    r3, r2
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

        /* r3 = table, r8 = next run, r9 = count of what is done, r10 = where the next sum goes */
next_run:
        mov     r4, r8
        ldmia   r4!, {r0, r1, r2}
        mov     r8, r4
        mov     r7, r12
        mov     r11, r1
        cmp     r2, #0
        bne     next_piece
halt:
        bkpt    #0
        b       halt

        /* r0 = address, r2 = pieces that are left of this run, r7 = watchdog, r11 = length */
next_piece:
        mov     lr, r2
        mov     r1, r11
        movs    r2, #0
        mvns    r2, r2

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
        bls     short
        movs    r6, #64
short:
        lsls    r4, r6, #2
        subs    r1, r1, r4
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
        subs    r6, #1
        bne     words
        b       bytes

done:
        mvns    r2, r2
        mov     r4, r10
        stmia   r4!, {r2}
        mov     r10, r4
        mov     r4, r9
        ldr     r5, [r4]
        adds    r5, #1
        str     r5, [r4]
        mov     r2, lr
        subs    r2, #1
        bne     next_piece
        b       next_run

        .balign 4
feed:
        .word   0x0000aaaa
polynomial:
        .word   0xedb88320
