/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Numbers of the ST-LINK protocol, versions 2 and 3 of its command set.  ST publishes no
 * description; these are what ST's and other people's programs send.  Multi-byte numbers are
 * little-endian, but for the version word.  A command is always 16 bytes, padded with zeroes. */

#define STLINK_COMMAND_SIZE 16

/* First byte. */
#define STLINK_GET_VERSION        0xf1 /* reply 6: version word (big-endian), VID, PID */
#define STLINK_DEBUG              0xf2
#define STLINK_DFU                0xf3
#define STLINK_SWIM               0xf4
#define STLINK_GET_CURRENT_MODE   0xf5 /* reply 2: mode, 0 */
#define STLINK_GET_TARGET_VOLTAGE 0xf7 /* reply 8: reading of 1.2 V, reading of half the target */
#define STLINK_GET_VERSION_EX     0xfb /* reply 12: V, S, J, M, B, power, 2 x 0, VID, PID */

/* Second byte after STLINK_DFU and STLINK_SWIM; no reply. */
#define STLINK_DFU_EXIT  0x07
#define STLINK_SWIM_EXIT 0x01

/* Second byte after STLINK_DEBUG.  "S" is one byte of status and one or three of nothing. */
#define STLINK_READMEM_32BIT    0x07 /* address, length, port (8 bit); reply: the data */
#define STLINK_WRITEMEM_32BIT   0x08 /* address, length, port; then the data; no reply */
#define STLINK_READMEM_8BIT     0x0c
#define STLINK_WRITEMEM_8BIT    0x0d
#define STLINK_EXIT             0x21 /* no reply */
#define STLINK_ENTER            0x30 /* how; reply S */
#define STLINK_READ_IDCODES     0x31 /* reply 12: S, DPIDR, 0 */
#define STLINK_WRITE_DEBUGREG   0x35 /* address, value; reply S */
#define STLINK_READ_DEBUGREG    0x36 /* address; reply 8: S, value */
#define STLINK_GETLASTRWSTATUS  0x3b /* reply S */
#define STLINK_DRIVE_NRST       0x3c /* 0 low, 1 high; reply S */
#define STLINK_GETLASTRWSTATUS2 0x3e /* reply 12: S, address of the fault, 0 */
#define STLINK_SWD_SET_FREQ     0x43 /* divisor (16 bit); reply S */
#define STLINK_READ_DAP_REG     0x45 /* port, register (16 bit each); reply 8: S, value */
#define STLINK_WRITE_DAP_REG    0x46 /* port, register, value; reply S */
#define STLINK_READMEM_16BIT    0x47
#define STLINK_WRITEMEM_16BIT   0x48
#define STLINK_INIT_AP          0x4b /* port (8 bit); reply S */
#define STLINK_RW_MISC_OUT      0x51 /* items (32 bit); then opcodes, operands; no reply */
#define STLINK_RW_MISC_IN       0x52 /* reply 8 for each item: results, then statuses */
#define STLINK_SET_COM_FREQ     0x61 /* 0, 0, kHz; reply 8: S, kHz */
#define STLINK_GET_COM_FREQ     0x62 /* 0; reply 52: S, kHz now, how many, kHz of each (10) */

#define STLINK_ENTER_SWD_NO_RESET 0xa3
#define STLINK_NRST_LOW           0x00
#define STLINK_NRST_HIGH          0x01
#define STLINK_COM_SWD            0x00

/* Items of a list: as many bytes of opcodes as there are items, padded to a multiple of 4, then a
 * word for each.  A write does not count the address on. */
#define STLINK_MISC_ADDRESS 1 /* of the writes that follow */
#define STLINK_MISC_WRITE   2 /* value */
#define STLINK_MISC_READ    3 /* address */
#define STLINK_MISC_APNUM   5 /* port, before all others */

/* Lengths of replies. */
#define STLINK_VERSION_SIZE    6
#define STLINK_VERSION_EX_SIZE 12
#define STLINK_MODE_SIZE       2
#define STLINK_VOLTAGE_SIZE    8
#define STLINK_STATUS_SIZE     2
#define STLINK_STATUS2_SIZE    12
#define STLINK_IDCODES_SIZE    12
#define STLINK_VALUE_SIZE      8
#define STLINK_SET_COM_SIZE    8
#define STLINK_GET_COM_SIZE    52
#define STLINK_GET_COM_MAX     10

/* What GET_CURRENT_MODE answers. */
#define STLINK_MODE_DFU        0x00
#define STLINK_MODE_MASS       0x01
#define STLINK_MODE_DEBUG      0x02
#define STLINK_MODE_SWIM       0x03
#define STLINK_MODE_BOOTLOADER 0x04

/* First byte of S. */
#define STLINK_OK                  0x80
#define STLINK_FAULT               0x81
#define STLINK_UNKNOWN_ERROR       0x01
#define STLINK_SPI_ERROR           0x02
#define STLINK_DMA_ERROR           0x03
#define STLINK_UNKNOWN_CHAIN       0x04
#define STLINK_NO_DEVICE           0x05
#define STLINK_INTERNAL_ERROR      0x06
#define STLINK_CMD_WAIT            0x07
#define STLINK_CMD_ERROR           0x08
#define STLINK_GET_IDCODE_ERROR    0x09
#define STLINK_ALIGNMENT_ERROR     0x0a
#define STLINK_DBG_POWER_ERROR     0x0b
#define STLINK_WRITE_ERROR         0x0c
#define STLINK_WRITE_VERIF_ERROR   0x0d
#define STLINK_ALREADY_OPENED      0x0e
#define STLINK_SWD_AP_WAIT         0x10
#define STLINK_SWD_AP_FAULT        0x11
#define STLINK_SWD_AP_ERROR        0x12
#define STLINK_SWD_AP_PARITY_ERROR 0x13
#define STLINK_SWD_DP_WAIT         0x14
#define STLINK_SWD_DP_FAULT        0x15
#define STLINK_SWD_DP_ERROR        0x16
#define STLINK_SWD_DP_PARITY_ERROR 0x17
#define STLINK_SWD_AP_WDATA_ERROR  0x18
#define STLINK_SWD_AP_STICKY_ERROR 0x19
#define STLINK_SWD_AP_STICKYORUN   0x1a
#define STLINK_BAD_AP_ERROR        0x1d
#define STLINK_CONF_CHANGED        0x40
#define STLINK_FREQ_NOT_SUPPORTED  0x41
#define STLINK_UNKNOWN_COMMAND     0x42

/* Debug port: register 0 written is ABORT; these bits clear every sticky flag (ARM IHI 0031,
 * B2.2.1: ORUNERRCLR, WDERRCLR, STKERRCLR, STKCMPCLR). */
#define STLINK_DEBUG_PORT 0xffff
#define AP_IDR            0xfc
#define DP_ABORT          0x00
#define DP_ABORT_CLEAR    0x0000001e
