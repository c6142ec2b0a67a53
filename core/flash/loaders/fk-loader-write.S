/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Programs flash from a queue in RAM, on the chip itself.  Position independent, no stack, ARMv6-M
 * instructions only (ARM DDI 0419), so it runs on every Cortex-M.  It knows nothing of one flash
 * controller: where the status register is, which bits mean busy and which mean failed, and how wide
 * a step is, all stand in the control block.  fk-flash-writer.c is the other end.
 *
 * The queue is a ring of slots.  The host fills a slot and then counts `produced` up; this code
 * programs it and then counts `consumed` up; both count slots since the start and wrap at 2^32.  A
 * slot begins with the address and the length in bytes (a multiple of 4; 0 ends the program), then
 * the data.  While the queue is empty it goes round waiting, so the host may erase the next sector
 * meanwhile.
 *
 * A step whose data is blank is left out.  A step is read back: a cell that did not take its data
 * is found at once, with its address.
 *
 * Each round feeds the independent watchdog, which a chip whose option bytes start it in hardware
 * would otherwise use to reset us (RM0008, 19.4.1: 0xAAAA into IWDG_KR).
 *
 * On entry: r0 = the control block.  Ends in BKPT, the result in `state`. */

        .syntax unified
        .cpu    cortex-m0
        .thumb

        /* The control block, words. */
        .equ    PRODUCED, 0
        .equ    CONSUMED, 4
        .equ    STATE, 8
        .equ    FAULT_FLAGS, 12
        .equ    FAULT_ADDRESS, 16
        .equ    BLANK, 20
        .equ    STATUS_REGISTER, 24
        .equ    BUSY_MASK, 28
        .equ    ERROR_MASK, 32
        .equ    WIDTH, 36
        .equ    WATCHDOG, 40
        .equ    FIRST_SLOT, 44
        .equ    END_OF_SLOTS, 48
        .equ    SLOT_STRIDE, 52

        .equ    STATE_RUNNING, 1
        .equ    STATE_DONE, 2
        .equ    STATE_FLASH_ERROR, 3
        .equ    STATE_MISMATCH, 4

        .text
start:
        movs    r5, #STATE_RUNNING
        str     r5, [r0, #STATE]
        ldr     r1, [r0, #FIRST_SLOT]

        /* r1 = the slot that comes next */
wait:
        ldr     r5, [r0, #WATCHDOG]
        ldr     r6, feed
        str     r6, [r5]
        ldr     r5, [r0, #PRODUCED]
        ldr     r6, [r0, #CONSUMED]
        cmp     r5, r6
        beq     wait
        dmb
        ldr     r3, [r1]
        ldr     r4, [r1, #4]
        movs    r2, r1
        adds    r2, #8
        cmp     r4, #0
        beq     done

        /* r2 = data, r3 = where to, r4 = bytes left */
step:
        ldr     r7, [r0, #WIDTH]
        cmp     r7, #2
        beq     program_half
        bhi     program_word
        ldrb    r5, [r2]
        ldrb    r6, [r0, #BLANK]
        cmp     r5, r6
        beq     next
        strb    r5, [r3]
        b       settle
program_half:
        ldrh    r5, [r2]
        ldrh    r6, [r0, #BLANK]
        cmp     r5, r6
        beq     next
        strh    r5, [r3]
        b       settle
program_word:
        ldr     r5, [r2]
        ldr     r6, [r0, #BLANK]
        cmp     r5, r6
        beq     next
        str     r5, [r3]

        /* The store must have reached the flash before the status is asked for. */
settle:
        dsb
        ldr     r5, [r0, #STATUS_REGISTER]
        ldr     r6, [r0, #BUSY_MASK]
busy:
        ldr     r7, [r5]
        tst     r7, r6
        bne     busy
        ldr     r6, [r0, #ERROR_MASK]
        tst     r7, r6
        bne     flash_error

        ldr     r5, [r0, #WIDTH]
        cmp     r5, #2
        beq     check_half
        bhi     check_word
        ldrb    r5, [r2]
        ldrb    r6, [r3]
        b       check
check_half:
        ldrh    r5, [r2]
        ldrh    r6, [r3]
        b       check
check_word:
        ldr     r5, [r2]
        ldr     r6, [r3]
check:
        cmp     r5, r6
        bne     mismatch

next:
        ldr     r5, [r0, #WATCHDOG]
        ldr     r6, feed
        str     r6, [r5]
        ldr     r7, [r0, #WIDTH]
        adds    r2, r2, r7
        adds    r3, r3, r7
        subs    r4, r4, r7
        bne     step

        ldr     r5, [r0, #CONSUMED]
        adds    r5, #1
        str     r5, [r0, #CONSUMED]
        ldr     r5, [r0, #SLOT_STRIDE]
        adds    r1, r1, r5
        ldr     r5, [r0, #END_OF_SLOTS]
        cmp     r1, r5
        blo     wait
        ldr     r1, [r0, #FIRST_SLOT]
        b       wait

done:
        movs    r5, #STATE_DONE
        b       stop
flash_error:
        movs    r5, #STATE_FLASH_ERROR
        b       record
mismatch:
        movs    r7, r6
        movs    r5, #STATE_MISMATCH
record:
        str     r7, [r0, #FAULT_FLAGS]
        str     r3, [r0, #FAULT_ADDRESS]
stop:
        str     r5, [r0, #STATE]
        dsb
halt:
        bkpt    #0
        b       halt

        .balign 4
feed:
        .word   0x0000aaaa
