/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The registers of a Cortex-M that a debugger needs.  Wire numbers only, no behaviour.
 *
 * ARM DDI 0403E (ARMv7-M): B3.2 system control block, C1.3 ROM table, C1.6 debug system registers,
 * C1.11 flash patch and breakpoint unit.  ARM DDI 0419C (ARMv6-M) has the subset of C1.6 there;
 * what is missing on it is marked. */

/* System control block, B3.2. */
#define FK_SCB_CPUID 0xe000ed00u
#define FK_SCB_VTOR  0xe000ed08u /* not on Cortex-M0 */
#define FK_SCB_AIRCR 0xe000ed0cu
#define FK_SCB_CFSR  0xe000ed28u /* ARMv7-M only, as HFSR, MMFAR and BFAR */
#define FK_SCB_HFSR  0xe000ed2cu
#define FK_SCB_DFSR  0xe000ed30u
#define FK_SCB_MMFAR 0xe000ed34u
#define FK_SCB_BFAR  0xe000ed38u

#define FK_AIRCR_VECTKEY     0x05fa0000u
#define FK_AIRCR_SYSRESETREQ 0x00000004u
#define FK_AIRCR_VECTRESET   0x00000001u /* ARMv7-M only; the core without the peripherals */

#define FK_CFSR_IACCVIOL    (1u << 0)
#define FK_CFSR_DACCVIOL    (1u << 1)
#define FK_CFSR_MUNSTKERR   (1u << 3)
#define FK_CFSR_MSTKERR     (1u << 4)
#define FK_CFSR_MMARVALID   (1u << 7)
#define FK_CFSR_IBUSERR     (1u << 8)
#define FK_CFSR_PRECISERR   (1u << 9)
#define FK_CFSR_IMPRECISERR (1u << 10)
#define FK_CFSR_UNSTKERR    (1u << 11)
#define FK_CFSR_STKERR      (1u << 12)
#define FK_CFSR_BFARVALID   (1u << 15)
#define FK_CFSR_UNDEFINSTR  (1u << 16)
#define FK_CFSR_INVSTATE    (1u << 17)
#define FK_CFSR_INVPC       (1u << 18)
#define FK_CFSR_NOCP        (1u << 19)
#define FK_CFSR_UNALIGNED   (1u << 24)
#define FK_CFSR_DIVBYZERO   (1u << 25)

#define FK_HFSR_VECTTBL (1u << 1)

#define FK_DFSR_BKPT   (1u << 1)
#define FK_DFSR_VCATCH (1u << 3)
#define FK_DFSR_ALL    0x1fu /* written back, clears them */

/* Memory protection unit, B3.5; ARMv7-M only. */
#define FK_MPU_TYPE        0xe000ed90u
#define FK_MPU_CTRL        0xe000ed94u
#define FK_MPU_CTRL_ENABLE 0x00000001u

/* Debug, C1.6. */
#define FK_DHCSR 0xe000edf0u
#define FK_DCRSR 0xe000edf4u
#define FK_DCRDR 0xe000edf8u
#define FK_DEMCR 0xe000edfcu

#define FK_DHCSR_DBGKEY     0xa05f0000u
#define FK_DHCSR_C_DEBUGEN  (1u << 0)
#define FK_DHCSR_C_HALT     (1u << 1)
#define FK_DHCSR_C_MASKINTS (1u << 3)
#define FK_DHCSR_S_REGRDY   (1u << 16)
#define FK_DHCSR_S_HALT     (1u << 17)
#define FK_DHCSR_S_SLEEP    (1u << 18)
#define FK_DHCSR_S_LOCKUP   (1u << 19)
#define FK_DHCSR_S_RESET_ST (1u << 25) /* since the last read; reading clears it */

#define FK_DCRSR_WRITE (1u << 16)

#define FK_DEMCR_VC_CORERESET (1u << 0)
#define FK_DEMCR_VC_HARDERR   (1u << 10)
#define FK_DEMCR_VC_FAULTS    0x000007f0u /* every fault there is; ARMv6-M has VC_HARDERR alone */
#define FK_DEMCR_VC_ALL       0x000007f1u
#define FK_DEMCR_TRCENA       (1u << 24)

/* Breakpoint units: FP_CTRL on ARMv7-M, BP_CTRL on ARMv6-M; the same place and bits. */
#define FK_FP_CTRL        0xe0002000u
#define FK_FP_CTRL_KEY    0x00000002u
#define FK_FP_CTRL_ENABLE 0x00000001u

/* What a core that has locked up has as its PC (B1.5.15); on ARMv8-M (ARM DDI 0553, Lockup). */
#define FK_LOCKUP_PC     0xfffffffeu
#define FK_LOCKUP_PC_V8M 0xeffffffeu

#define FK_XPSR_T         (1u << 24)
#define FK_XPSR_EXCEPTION 0x000001ffu

/* ROM table (C1.3, ARM IHI 0029): where it is unless the access port says otherwise. */
#define FK_ROM_TABLE       0xe00ff000u
#define FK_ROM_TABLE_PIDR4 0xfd0u
#define FK_ROM_TABLE_PIDR0 0xfe0u
#define FK_ROM_TABLE_CIDR1 0xff4u

/* Registers of a MEM-AP (ARM IHI 0031E, C2.5.1 and C2.6). */
#define FK_AP_BASE 0xf8u
#define FK_AP_IDR  0xfcu

#define FK_AP_IDR_CLASS(idr) ((idr) >> 13 & 0xf)
#define FK_AP_IDR_MEM_AP     8
#define FK_AP_IDR_TYPE(idr)  ((idr)&0xf)
#define FK_AP_IDR_AHB3       1
#define FK_AP_IDR_AHB5       5
#define FK_AP_IDR_AHB5_HPROT 8

/* ST's own DBGMCU, at one address for each core.  RM0008 31.16, RM0090 38.16; RM0360 26.9. */
#define FK_DBGMCU_CORTEX_M3  0xe0042000u /* also M4, and M7 of F7 */
#define FK_DBGMCU_CORTEX_M0  0x40015800u
#define FK_DBGMCU_CORTEX_M33 0xe0044000u /* RM0438, RM0456, Debug support */
#define FK_DBGMCU_H5         0x44024000u /* RM0481, RM0492, Debug support */
#define FK_DBGMCU_IDCODE     0x0u
#define FK_DBGMCU_CR         0x4u
#define FK_DBGMCU_CR_SLEEP   0x1u /* not on F0, where it reads 0 */
#define FK_DBGMCU_CR_STOP    0x2u
#define FK_DBGMCU_CR_STDBY   0x4u

/* On F0 DBGMCU's control registers need a clock to be written (RM0360 7.4.7). */
#define FK_RCC_F0_APB2ENR          0x40021018u
#define FK_RCC_F0_APB2ENR_DBGMCUEN (1u << 22)
