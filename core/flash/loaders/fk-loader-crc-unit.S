/* SPDX-License-Identifier: GPL-3.0-or-later */

/* As fk-loader-crc32.S, by the chip's own CRC unit (RM0008 4, RM0090 4, RM0360 5): 4 cycles for a
 * word, and no table.  The unit takes whole words; bytes before and behind them are done bit by
 * bit.  It is never reset: a unit in the state s goes on from the remainder r when the first word
 * is sent with s ^ r on it.  Its clock is on, and what it held has been put away.
 *
 * Two words of the control block are for this loader: the address of the unit's data register, and
 * whether the unit turns words round by itself (its control register is set so).  Where it does
 * not, RBIT does: that is ARMv7-M, all else is ARMv6-M. */

        .syntax unified
        .cpu    cortex-m3
        .thumb

        .text
start:
        ldmia   r0!, {r4, r5, r6}
        mov     r12, r4
        movs    r7, r5
        mov     r11, r6
        mov     r8, r0
        mov     r9, r1
        adds    r1, #4
        mov     r10, r1

        /* r7 = data register, r8 = next run, r9 = count of what is done, r10 = where the next sum
         * goes, r11 = whether the unit reverses, r12 = watchdog */
next_run:
        mov     r4, r8
        ldmia   r4!, {r0, r1, r2}
        mov     r8, r4
        cmp     r2, #0
        bne     next_piece
halt:
        bkpt    #0
        b       halt

        /* r0 = address, r2 = pieces that are left of this run */
next_piece:
        mov     lr, r2
        mov     r1, r8
        subs    r1, #8
        ldr     r1, [r1]
        movs    r2, #0
        mvns    r2, r2

        /* A byte at a time until the address is aligned, and for what is left at the end. */
bytes:
        cmp     r1, #0
        beq     done
        mov     r4, r12
        ldr     r5, feed
        str     r5, [r4]
        lsls    r4, r0, #30
        bne     one_byte
        cmp     r1, #4
        bhs     block
one_byte:
        ldrb    r4, [r0]
        adds    r0, #1
        subs    r1, #1
        eors    r2, r4
        ldr     r5, polynomial
        movs    r4, #8
one_bit:
        lsrs    r2, r2, #1
        bcc     no_carry
        eors    r2, r5
no_carry:
        subs    r4, #1
        bne     one_bit
        b       bytes

        /* At most 64 words, then the watchdog is fed again.  r6 = words */
block:
        lsrs    r6, r1, #2
        cmp     r6, #64
        bls     short
        movs    r6, #64
short:
        lsls    r4, r6, #2
        subs    r1, r1, r4
        ldmia   r0!, {r4}
        eors    r4, r2
        ldr     r5, [r7]
        mov     r3, r11
        cmp     r3, #0
        bne     reversing
        rbit    r4, r4
        eors    r4, r5
        str     r4, [r7]
        subs    r6, #1
four:
        cmp     r6, #4
        blo     less
        ldmia   r0!, {r2, r3, r4, r5}
        rbit    r2, r2
        str     r2, [r7]
        rbit    r3, r3
        str     r3, [r7]
        rbit    r4, r4
        str     r4, [r7]
        rbit    r5, r5
        str     r5, [r7]
        subs    r6, #4
        b       four
less:
        cmp     r6, #0
        beq     taken
        ldmia   r0!, {r2}
        rbit    r2, r2
        str     r2, [r7]
        subs    r6, #1
        b       less
taken:
        ldr     r2, [r7]
        rbit    r2, r2
        b       bytes

reversing:
        eors    r4, r5
        str     r4, [r7]
        subs    r6, #1
four_reversed:
        cmp     r6, #4
        blo     less_reversed
        ldmia   r0!, {r2, r3, r4, r5}
        str     r2, [r7]
        str     r3, [r7]
        str     r4, [r7]
        str     r5, [r7]
        subs    r6, #4
        b       four_reversed
less_reversed:
        cmp     r6, #0
        beq     taken_reversed
        ldmia   r0!, {r2}
        str     r2, [r7]
        subs    r6, #1
        b       less_reversed
taken_reversed:
        dsb
        ldr     r2, [r7]
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
