/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Erases and programs flash from a queue in RAM, on the chip itself.  Position independent, no
 * stack, ARMv6-M instructions only (ARM DDI 0419), so it runs on every Cortex-M.  It knows nothing
 * of one flash controller: how it is made to erase or to program comes as orders, writes to its
 * registers; where the status register is, which bits mean busy and which mean failed, and how wide
 * a step is, stand in the control block.  fk-flash-writer.c is the other end.
 *
 * The queue is a ring of slots of equal size.  A slot is filled from its end:
 *
 *      data, orders, address, length, number of orders, check, number
 *
 * The host writes it in one go, upwards, so what it writes last is the number, which counts slots
 * from where the control block says: a slot is there when it has the number that comes next.  `check` is the sum of all
 * words from the first order on but itself: orders that came garbled erase nothing.  An order is an
 * address and a value, which is written there; the address 0 means to wait until the controller is
 * idle, and to look at what it says of failures.  Orders come before the data, which go to `address`.
 * So an erase waits in the queue like everything else, and what follows it is in RAM when it ends.
 *
 * A step is a byte, a half-word, a word, or some words, which are stored one after the other,
 * upwards, and waited for once.  Data are whole steps.  A step is left out where all of it is blank.
 * When the last step of a slot is done, all of it is read back: a cell that did not take its data is
 * found before the next slot is begun, with its address.
 *
 * `report` is 16 times the number of the last slot that is done, and the state.  Before each slot the host's wish to
 * stop is looked at.
 *
 * While it waits, and with each step, it feeds the independent watchdog, which a chip whose option bytes
 * start it in hardware would otherwise use to reset us (RM0008, 19.4.1: 0xAAAA into IWDG_KR).
 *
 * On entry: r0 = the control block.  Ends in BKPT, the reason in `report`. */

        .syntax unified
        .cpu    cortex-m0
        .thumb

        /* The control block, words. */
        .equ    REPORT, 0
        .equ    FAULT_FLAGS, 4
        .equ    FAULT_ADDRESS, 8
        .equ    STOP, 12
        .equ    BLANK, 16
        .equ    STATUS_REGISTER, 20
        .equ    BUSY_MASK, 24
        .equ    ERROR_MASK, 28
        .equ    WIDTH, 32
        .equ    WATCHDOG, 36
        .equ    FIRST_SLOT, 40
        .equ    END_OF_SLOTS, 44
        .equ    SLOT_STRIDE, 48
        .equ    FIRST_NUMBER, 52

        /* The end of a slot. */
        .equ    ADDRESS, 0
        .equ    LENGTH, 4
        .equ    N_ORDERS, 8
        .equ    CHECK, 12
        .equ    NUMBER, 16
        .equ    HEAD_SIZE, 20

        .equ    MOST_ORDERS, 32

        .equ    STATE_RUNNING, 1
        .equ    STATE_STOPPED, 2
        .equ    STATE_FLASH_ERROR, 3
        .equ    STATE_MISMATCH, 4
        .equ    STATE_GARBLED, 5

        .text
start:
        mov     r8, r0
        ldr     r5, [r0, #FIRST_NUMBER]
        mov     r10, r5
        subs    r5, #1
        lsls    r5, r5, #4
        adds    r5, #STATE_RUNNING
        str     r5, [r0, #REPORT]
        ldr     r1, [r0, #FIRST_SLOT]

        /* r0 = control block, r1 = the slot that comes next, r10 = its number */
wait:
        ldr     r5, [r0, #WATCHDOG]
        ldr     r6, feed
        str     r6, [r5]
        movs    r3, #0
        movs    r6, #STATE_STOPPED
        ldr     r5, [r0, #STOP]
        cmp     r5, #0
        bne     stop
        ldr     r7, [r0, #SLOT_STRIDE]
        adds    r7, r7, r1
        subs    r7, #HEAD_SIZE
        ldr     r5, [r7, #NUMBER]
        cmp     r5, r10
        bne     wait
        dmb
        mov     r9, r1

        /* r3 = where to, r7 = the head of the slot, r2 = its first order, r5 = the sum */
        ldr     r3, [r7, #ADDRESS]
        ldr     r4, [r7, #LENGTH]
        ldr     r6, [r7, #N_ORDERS]
        adds    r5, r5, r3
        adds    r5, r5, r4
        adds    r5, r5, r6
        cmp     r6, #MOST_ORDERS
        bhi     garbled
        lsls    r6, r6, #3
        subs    r2, r7, r6
        subs    r4, r2, r4
        mov     r11, r4                 /* the data */
        mov     r12, r2                 /* and their end */
        movs    r6, r2
sum:
        cmp     r6, r7
        beq     summed
        ldm     r6!, {r1}
        adds    r5, r5, r1
        b       sum
summed:
        ldr     r6, [r7, #CHECK]
        cmp     r5, r6
        beq     order
garbled:
        movs    r6, #STATE_GARBLED

        /* r6 = state, r7 = flags, r3 = address */
stop:
        str     r7, [r0, #FAULT_FLAGS]
        str     r3, [r0, #FAULT_ADDRESS]
        mov     r5, r10
        subs    r5, #1
        lsls    r5, r5, #4
        adds    r5, r5, r6
        str     r5, [r0, #REPORT]
        dsb
halt:
        bkpt    #0
        b       halt

order:
        cmp     r2, r7
        beq     program
        ldm     r2!, {r5, r6}
        cmp     r5, #0
        beq     settle
        str     r6, [r5]
        dsb
        b       order
settle:
        ldr     r1, [r0, #WATCHDOG]
        ldr     r6, feed
        str     r6, [r1]
        ldr     r1, [r0, #STATUS_REGISTER]
        ldr     r5, [r1]
        ldr     r6, [r0, #BUSY_MASK]
        tst     r5, r6
        bne     settle
        ldr     r6, [r0, #ERROR_MASK]
        tst     r5, r6
        beq     order
        movs    r7, r5
        b       flash_error

        /* r2 = data, r4 = their end, r3 = from data to flash, r5 = blank, r0 = the status register,
         * r1 = its busy bits, lr = the watchdog, r12 = what feeds it */
program:
        mov     r2, r11
        mov     r4, r12
        subs    r3, r3, r2
        cmp     r2, r4
        beq     done
        ldr     r5, [r0, #WATCHDOG]
        mov     lr, r5
        ldr     r5, feed
        mov     r12, r5
        ldr     r5, [r0, #BLANK]
        ldr     r1, [r0, #BUSY_MASK]
        ldr     r6, [r0, #WIDTH]
        ldr     r0, [r0, #STATUS_REGISTER]
        cmp     r6, #2
        beq     program_halves
        bhi     program_words

        /* While the flash is busy with one step, the next datum is got ready.  The store must have
         * reached the flash before the status is asked for. */
        .macro  steps load, store, size
1:
        mov     r6, r12
        mov     r7, lr
        str     r6, [r7]
        \load   r6, [r2]
        cmp     r6, r5
        beq     3f
        dsb
        .balign 4
2:
        ldr     r7, [r0]
        tst     r7, r1
        bne     2b
        \store  r6, [r2, r3]
3:
        adds    r2, #\size
        cmp     r2, r4
        bne     1b
        .endm

        uxtb    r5, r5
        steps   ldrb, strb, 1
        b       compare
program_halves:
        uxth    r5, r5
        steps   ldrh, strh, 2
        b       compare
program_words:
        cmp     r6, #4
        bls     1f
        b       program_wide
        steps   ldr, str, 4

        /* All of the slot is compared when its last step is done: four words at a time for whether
         * they differ, which is kept in r1. */
compare:
        dsb
        ldr     r7, [r0]
        tst     r7, r1
        bne     compare
        mov     r12, r4
        subs    r4, #16
        mov     r0, r4
        mov     r2, r11
        adds    r3, r3, r2
        movs    r1, #0
        b       2f
        .balign 4
1:
        .rept   2
        ldm     r2!, {r4, r5}
        ldm     r3!, {r6, r7}
        eors    r4, r6
        orrs    r1, r4
        eors    r5, r7
        orrs    r1, r5
        .endr
2:
        cmp     r2, r0
        bls     1b

        /* Byte by byte: what is left, or all of it to find out where they differ. */
        subs    r3, r3, r2
        mov     r4, r12
        cmp     r1, #0
        beq     2f
        mov     r2, r11
1:
        ldrb    r6, [r2]
        ldrb    r7, [r2, r3]
        cmp     r6, r7
        bne     mismatch
        adds    r2, #1
2:
        cmp     r2, r4
        bne     1b

        /* What the controller says of the whole slot; then the next one. */
done:
        mov     r0, r8
        ldr     r5, [r0, #STATUS_REGISTER]
        ldr     r7, [r5]
        ldr     r6, [r0, #ERROR_MASK]
        subs    r2, r2, #1
        adds    r3, r3, r2
        tst     r7, r6
        bne     flash_error
        mov     r5, r10
        lsls    r6, r5, #4
        adds    r6, #STATE_RUNNING
        str     r6, [r0, #REPORT]
        adds    r5, #1
        mov     r10, r5
        mov     r1, r9
        ldr     r5, [r0, #SLOT_STRIDE]
        adds    r1, r1, r5
        ldr     r5, [r0, #END_OF_SLOTS]
        cmp     r1, r5
        blo     again
        ldr     r1, [r0, #FIRST_SLOT]
again:
        b       wait

        /* A step that was refused reads back wrong, too. */
mismatch:
        mov     r0, r8
        adds    r3, r3, r2
        ldr     r5, [r0, #STATUS_REGISTER]
        ldr     r5, [r5]
        ldr     r6, [r0, #ERROR_MASK]
        tst     r5, r6
        beq     refused_not
        movs    r7, r5
flash_error:
        movs    r6, #STATE_FLASH_ERROR
        b       stop
refused_not:
        movs    r6, #STATE_MISMATCH
        b       stop

        /* A step of some words.  r7 = its end; whether it is blank is looked at while the flash is
         * busy with the one before. */
program_wide:
        mov     r6, r12
        mov     r7, lr
        str     r6, [r7]
        mov     r7, r8
        ldr     r7, [r7, #WIDTH]
        adds    r7, r7, r2
1:
        ldm     r2!, {r6}
        cmp     r6, r5
        bne     2f
        cmp     r2, r7
        bne     1b
        b       4f
2:
        mov     r6, r8
        ldr     r6, [r6, #WIDTH]
        subs    r2, r7, r6
        dsb
3:
        ldr     r6, [r0]
        tst     r6, r1
        bne     3b
1:
        ldr     r6, [r2]
        str     r6, [r2, r3]
        adds    r2, #4
        cmp     r2, r7
        bne     1b
4:
        cmp     r2, r4
        bne     program_wide
        b       compare

        .balign 4
feed:
        .word   0x0000aaaa
