/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The numbers that an ST-LINK understands, for the simulated one.  They stand here a second time,
 * apart from those of the driver in core/probe, so that one cannot repeat the other's mistake. ST
 * publishes no document; they are what OpenOCD, stlink-org, pyOCD and probe-rs agree on. */

#define SIM_STLINK_COMMAND_SIZE 16
#define SIM_STLINK_MAX_READ     6144 /* bytes of memory in one reply */

/* First byte. */
#define SIM_STLINK_GET_VERSION        0xf1
#define SIM_STLINK_DEBUG              0xf2
#define SIM_STLINK_DFU                0xf3
#define SIM_STLINK_SWIM               0xf4
#define SIM_STLINK_GET_CURRENT_MODE   0xf5
#define SIM_STLINK_GET_TARGET_VOLTAGE 0xf7
#define SIM_STLINK_GET_VERSION_EX     0xfb

#define SIM_STLINK_DFU_EXIT 0x07

#define SIM_STLINK_SWIM_ENTER          0x00
#define SIM_STLINK_SWIM_EXIT           0x01
#define SIM_STLINK_SWIM_READ_CAP       0x02
#define SIM_STLINK_SWIM_ASSERT_RESET   0x07
#define SIM_STLINK_SWIM_DEASSERT_RESET 0x08
#define SIM_STLINK_SWIM_READSTATUS     0x09

/* Second byte after SIM_STLINK_DEBUG: what the first interface had. */
#define SIM_STLINK_GETSTATUS      0x01
#define SIM_STLINK_FORCEDEBUG     0x02
#define SIM_STLINK_V1_RESETSYS    0x03
#define SIM_STLINK_V1_READALLREGS 0x04
#define SIM_STLINK_V1_READREG     0x05
#define SIM_STLINK_V1_WRITEREG    0x06
#define SIM_STLINK_READMEM_32     0x07
#define SIM_STLINK_WRITEMEM_32    0x08
#define SIM_STLINK_RUNCORE        0x09
#define SIM_STLINK_STEPCORE       0x0a
#define SIM_STLINK_V1_SETFP       0x0b
#define SIM_STLINK_READMEM_8      0x0c
#define SIM_STLINK_WRITEMEM_8     0x0d
#define SIM_STLINK_V1_CLEARFP     0x0e
#define SIM_STLINK_V1_WRITEDEBUG  0x0f
#define SIM_STLINK_V1_ENTER       0x20
#define SIM_STLINK_EXIT           0x21
#define SIM_STLINK_READCOREID     0x22

/* The second interface. */
#define SIM_STLINK_ENTER             0x30
#define SIM_STLINK_READ_IDCODES      0x31
#define SIM_STLINK_RESETSYS          0x32
#define SIM_STLINK_READREG           0x33
#define SIM_STLINK_WRITEREG          0x34
#define SIM_STLINK_WRITEDEBUGREG     0x35
#define SIM_STLINK_READDEBUGREG      0x36
#define SIM_STLINK_READALLREGS       0x3a
#define SIM_STLINK_GETLASTRWSTATUS   0x3b
#define SIM_STLINK_DRIVE_NRST        0x3c
#define SIM_STLINK_GETLASTRWSTATUS2  0x3e
#define SIM_STLINK_START_TRACE       0x40
#define SIM_STLINK_STOP_TRACE        0x41
#define SIM_STLINK_GET_TRACE_NB      0x42
#define SIM_STLINK_SWD_SET_FREQ      0x43
#define SIM_STLINK_JTAG_SET_FREQ     0x44
#define SIM_STLINK_READ_DAP_REG      0x45
#define SIM_STLINK_WRITE_DAP_REG     0x46
#define SIM_STLINK_READMEM_16        0x47
#define SIM_STLINK_WRITEMEM_16       0x48
#define SIM_STLINK_BLINK_LED         0x49
#define SIM_STLINK_INIT_AP           0x4b
#define SIM_STLINK_CLOSE_AP          0x4c
#define SIM_STLINK_WRITEMEM_32_NOINC 0x50
#define SIM_STLINK_RW_MISC_OUT       0x51
#define SIM_STLINK_RW_MISC_IN        0x52
#define SIM_STLINK_READMEM_32_NOINC  0x54
#define SIM_STLINK_GET_BOARD_IDS     0x56

/* The third, of the V3. */
#define SIM_STLINK_SET_COM_FREQ 0x61
#define SIM_STLINK_GET_COM_FREQ 0x62
#define SIM_STLINK_SWITCH_FREQ  0x63

#define SIM_STLINK_ENTER_JTAG_RESET    0x00
#define SIM_STLINK_ENTER_SWD_NO_RESET  0xa3
#define SIM_STLINK_ENTER_JTAG_NO_RESET 0xa4

#define SIM_STLINK_NRST_LOW   0x00
#define SIM_STLINK_NRST_HIGH  0x01
#define SIM_STLINK_NRST_PULSE 0x02

#define SIM_STLINK_DP_PORT 0xffff

#define SIM_STLINK_MISC_ADDRESS 1
#define SIM_STLINK_MISC_WRITE   2
#define SIM_STLINK_MISC_READ    3
#define SIM_STLINK_MISC_APNUM   5

/* Status, first byte of most replies. */
#define SIM_STLINK_OK               0x80
#define SIM_STLINK_UNKNOWN_ERROR    0x01
#define SIM_STLINK_UNKNOWN_CHAIN    0x04
#define SIM_STLINK_NO_DEVICE        0x05
#define SIM_STLINK_COMMAND_ERROR    0x08
#define SIM_STLINK_GET_IDCODE_ERROR 0x09
#define SIM_STLINK_ALIGNMENT_ERROR  0x0a
#define SIM_STLINK_OTHER_MODE       0x0e
#define SIM_STLINK_AP_FAULT         0x11
#define SIM_STLINK_AP_PARITY_ERROR  0x13
#define SIM_STLINK_DP_FAULT         0x15
#define SIM_STLINK_DP_ERROR         0x16
#define SIM_STLINK_AP_WDATA_ERROR   0x18
#define SIM_STLINK_BAD_AP           0x1d
#define SIM_STLINK_CONF_CHANGED     0x40
#define SIM_STLINK_FREQ_UNSUPPORTED 0x41
#define SIM_STLINK_UNKNOWN_COMMAND  0x42
#define SIM_STLINK_CORE_RUNNING     0x80
#define SIM_STLINK_CORE_HALTED      0x81
#define SIM_STLINK_SWIM_OK          0x00
#define SIM_STLINK_SWIM_NO_RESPONSE 0x04
