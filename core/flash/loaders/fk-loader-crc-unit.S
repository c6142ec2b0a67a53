/* SPDX-License-Identifier: GPL-3.0-or-later */

/* As fk-loader-crc32.S, by the chip's own CRC unit (RM0008 4, RM0090 4, RM0360 5): 4 cycles for a
 * word, and no table.  Its clock is on, and what it held has been put away.
 *
 * The unit is never reset: from the state s, the word s ^ FRESH leads to all ones, which is where a
 * sum begins.  It takes whole words, and this loop two at a time: pieces start at a multiple of 4
 * and are a multiple of 8 bytes long.
 *
 * Nothing is expected in registers: the control block begins right behind this code, its second
 * word is the address of the unit's data register, its third that of the results.  The first
 * instruction pushes R0 to R7 and LR, which are popped before the BKPT, so that a core which stands
 * there has them as they were, and they need not go over the wires.  44 bytes of stack in all.
 *
 * This one turns words round by RBIT, which is ARMv7-M.  fk-loader-crc-unit-reversing.S makes of it
 * the other, for a unit that is set to do that by itself; all else is ARMv6-M. */

        .syntax unified
        .ifdef  reversing
        .cpu    cortex-m0
        .equ    FRESH, 0x9226f562
        .macro  turn register
        .endm
        .else
        .cpu    cortex-m3
        .equ    FRESH, 0x46af6449
        .macro  turn register
        rbit    \register, \register
        .endm
        .endif
        .thumb

        .text
start:
        push    {r0-r7, lr}
        adr     r0, control
        ldmia   r0!, {r3, r4, r5}
        mov     r2, r4
        mov     lr, r5
        adds    r1, r5, #4
        sub     sp, #8

        /* r0 = next run, r1 = where the next sum goes, r2 = data register, r3 = watchdog, lr =
         * count of what is done; [sp] = length of a piece, [sp + 4] = pieces left of this run */
next_run:
        ldmia   r0!, {r4, r5, r6}
        str     r5, [sp]
        cmp     r6, #0
        bne     next_piece

        ldr     r0, [sp, #40]
        mov     lr, r0
        add     sp, #8
        pop     {r0-r7}
halt:
        bkpt    #0
        b       halt

        /* r4 = address, r7 = end of the piece */
next_piece:
        str     r6, [sp, #4]
        ldr     r7, [sp]
        adds    r7, r7, r4
        ldr     r5, [r2]
        ldr     r6, fresh
        eors    r5, r6
        str     r5, [r2]

        /* At least every 64 words, and for every piece. */
feed_watchdog:
        ldr     r5, feed
        str     r5, [r3]
two_words:
        ldmia   r4!, {r5, r6}
        turn    r5
        str     r5, [r2]
        turn    r6
        str     r6, [r2]
        cmp     r4, r7
        beq     done
        lsls    r5, r4, #24
        bne     two_words
        b       feed_watchdog

done:
        dsb
        ldr     r5, [r2]
        turn    r5
        mvns    r5, r5
        stmia   r1!, {r5}
        mov     r6, lr
        ldr     r5, [r6]
        adds    r5, #1
        str     r5, [r6]
        ldr     r6, [sp, #4]
        subs    r6, #1
        bne     next_piece
        b       next_run

        .balign 4
feed:
        .word   0x0000aaaa
fresh:
        .word   FRESH
        .balign 8
control:
