/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What every device ID has where, so that the descriptions cannot drift.  The figures are not the
 * descriptions' own.  ST's device headers (stm32f030x6.h to stm32f779xx.h: FLASHSIZE_BASE,
 * UID_BASE, OB_BASE, FLASH_OTP_BASE, FLASH_END, FLASH_R_BASE, FLASH_OPTCR_*, FLASH_OBR_*, OB_WRP*)
 * give the addresses and the option bits, the HAL's flash headers the sectors and what one bit
 * protects, the LL headers and the manuals the device IDs.  System memory is AN2606's table, RAM
 * what ST's device packs say of every part that is sold, in one piece from 0x20000000 on; where it
 * may be another core's or is seen there once more, it counts for the largest part only. */

#include "config.h"

#include "chip/fk-chip-db.h"

#define KIB 1024u

typedef struct
{
  guint16 dev_id;
  const char *core;
  guint32 size_register;
  guint32 uid;
  guint32 system_memory;
  guint system_kib;
  guint otp_size; /* at 0x1FFF7800: 16 blocks of 32 bytes and 16 lock bytes */
  guint32 flash;  /* registers */
  guint ccm_kib;  /* that every part has */
  guint32 otp;    /* 0: 0x1FFF7800 */
  guint eeprom;   /* bytes, at 0x08080000: L0 and L1, which erase to 0 */
} Place;

static const Place places[] = {
  { 0x440, "Cortex-M0", 0x1FFFF7CC, 0x1FFFF7AC, 0x1FFFEC00, 3, 0, 0x40022000, 0 },
  { 0x442, "Cortex-M0", 0x1FFFF7CC, 0x1FFFF7AC, 0x1FFFD800, 8, 0, 0x40022000, 0 },
  { 0x444, "Cortex-M0", 0x1FFFF7CC, 0x1FFFF7AC, 0x1FFFEC00, 3, 0, 0x40022000, 0 },
  { 0x445, "Cortex-M0", 0x1FFFF7CC, 0x1FFFF7AC, 0x1FFFC400, 13, 0, 0x40022000, 0 },
  { 0x448, "Cortex-M0", 0x1FFFF7CC, 0x1FFFF7AC, 0x1FFFC800, 12, 0, 0x40022000, 0 },
  { 0x410, "Cortex-M3", 0x1FFFF7E0, 0x1FFFF7E8, 0x1FFFF000, 2, 0, 0x40022000, 0 },
  { 0x412, "Cortex-M3", 0x1FFFF7E0, 0x1FFFF7E8, 0x1FFFF000, 2, 0, 0x40022000, 0 },
  { 0x414, "Cortex-M3", 0x1FFFF7E0, 0x1FFFF7E8, 0x1FFFF000, 2, 0, 0x40022000, 0 },
  { 0x418, "Cortex-M3", 0x1FFFF7E0, 0x1FFFF7E8, 0x1FFFB000, 18, 0, 0x40022000, 0 },
  { 0x420, "Cortex-M3", 0x1FFFF7E0, 0x1FFFF7E8, 0x1FFFF000, 2, 0, 0x40022000, 0 },
  { 0x428, "Cortex-M3", 0x1FFFF7E0, 0x1FFFF7E8, 0x1FFFF000, 2, 0, 0x40022000, 0 },
  { 0x430, "Cortex-M3", 0x1FFFF7E0, 0x1FFFF7E8, 0x1FFFE000, 6, 0, 0x40022000, 0 },
  { 0x411, "Cortex-M3", 0x1FFF7A22, 0x1FFF7A10, 0x1FFF0000, 30, 528, 0x40023C00, 0 },
  { 0x422, "Cortex-M4", 0x1FFFF7CC, 0x1FFFF7AC, 0x1FFFD800, 8, 0, 0x40022000, 0 },
  { 0x432, "Cortex-M4", 0x1FFFF7CC, 0x1FFFF7AC, 0x1FFFD800, 8, 0, 0x40022000, 0 },
  { 0x438, "Cortex-M4", 0x1FFFF7CC, 0x1FFFF7AC, 0x1FFFD800, 8, 0, 0x40022000, 4 },
  { 0x439, "Cortex-M4", 0x1FFFF7CC, 0x1FFFF7AC, 0x1FFFD800, 8, 0, 0x40022000, 0 },
  { 0x446, "Cortex-M4", 0x1FFFF7CC, 0x1FFFF7AC, 0x1FFFD800, 8, 0, 0x40022000, 0 },
  { 0x413, "Cortex-M4", 0x1FFF7A22, 0x1FFF7A10, 0x1FFF0000, 30, 528, 0x40023C00, 64 },
  { 0x419, "Cortex-M4", 0x1FFF7A22, 0x1FFF7A10, 0x1FFF0000, 30, 528, 0x40023C00, 64 },
  { 0x421, "Cortex-M4", 0x1FFF7A22, 0x1FFF7A10, 0x1FFF0000, 30, 528, 0x40023C00, 0 },
  { 0x423, "Cortex-M4", 0x1FFF7A22, 0x1FFF7A10, 0x1FFF0000, 30, 528, 0x40023C00, 0 },
  { 0x431, "Cortex-M4", 0x1FFF7A22, 0x1FFF7A10, 0x1FFF0000, 30, 528, 0x40023C00, 0 },
  { 0x433, "Cortex-M4", 0x1FFF7A22, 0x1FFF7A10, 0x1FFF0000, 30, 528, 0x40023C00, 0 },
  { 0x434, "Cortex-M4", 0x1FFF7A22, 0x1FFF7A10, 0x1FFF0000, 30, 528, 0x40023C00, 64 },
  { 0x441, "Cortex-M4", 0x1FFF7A22, 0x1FFF7A10, 0x1FFF0000, 30, 528, 0x40023C00, 0 },
  { 0x458, "Cortex-M4", 0x1FFF7A22, 0x1FFF7A10, 0x1FFF0000, 30, 528, 0x40023C00, 0 },
  { 0x463, "Cortex-M4", 0x1FFF7A22, 0x1FFF7A10, 0x1FFF0000, 30, 528, 0x40023C00, 0 },
  { 0x449, "Cortex-M7", 0x1FF0F442, 0x1FF0F420, 0x00100000, 60, 1056, 0x40023C00, 0, 0x1FF0F000 },
  { 0x451, "Cortex-M7", 0x1FF0F442, 0x1FF0F420, 0x00100000, 60, 1056, 0x40023C00, 0, 0x1FF0F000 },
  { 0x452, "Cortex-M7", 0x1FF07A22, 0x1FF07A10, 0x00100000, 60, 528, 0x40023C00, 0, 0x1FF07800 },
  { 0x460, "Cortex-M0+", 0x1FFF75E0, 0x1FFF7590, 0x1FFF0000, 28, 1024, 0x40022000, 0, 0x1FFF7000 },
  { 0x466, "Cortex-M0+", 0x1FFF75E0, 0x1FFF7590, 0x1FFF0000, 8, 1024, 0x40022000, 0, 0x1FFF7000 },
  { 0x456, "Cortex-M0+", 0x1FFF75E0, 0x1FFF7590, 0x1FFF0000, 8, 1024, 0x40022000, 0, 0x1FFF7000 },
  { 0x467, "Cortex-M0+", 0x1FFF75E0, 0x1FFF7590, 0x1FFF0000, 28, 1024, 0x40022000, 0, 0x1FFF7000 },
  { 0x468, "Cortex-M4", 0x1FFF75E0, 0x1FFF7590, 0x1FFF0000, 28, 1024, 0x40022000, 10, 0x1FFF7000 },
  { 0x469, "Cortex-M4", 0x1FFF75E0, 0x1FFF7590, 0x1FFF0000, 28, 1024, 0x40022000, 16, 0x1FFF7000 },
  { 0x479, "Cortex-M4", 0x1FFF75E0, 0x1FFF7590, 0x1FFF0000, 28, 1024, 0x40022000, 16, 0x1FFF7000 },
  { 0x464, "Cortex-M4", 0x1FFF75E0, 0x1FFF7590, 0x1FFF0000, 28, 1024, 0x40022000, 8, 0x1FFF7000 },
  { 0x435, "Cortex-M4", 0x1FFF75E0, 0x1FFF7590, 0x1FFF0000, 28, 1024, 0x40022000, 16, 0x1FFF7000 },
  { 0x462, "Cortex-M4", 0x1FFF75E0, 0x1FFF7590, 0x1FFF0000, 28, 1024, 0x40022000, 32, 0x1FFF7000 },
  { 0x415, "Cortex-M4", 0x1FFF75E0, 0x1FFF7590, 0x1FFF0000, 28, 1024, 0x40022000, 32, 0x1FFF7000 },
  { 0x461, "Cortex-M4", 0x1FFF75E0, 0x1FFF7590, 0x1FFF0000, 28, 1024, 0x40022000, 64, 0x1FFF7000 },
  { 0x470, "Cortex-M4", 0x1FFF75E0, 0x1FFF7590, 0x1FFF0000, 28, 1024, 0x40022000, 64, 0x1FFF7000 },
  { 0x471, "Cortex-M4", 0x1FFF75E0, 0x1FFF7590, 0x1FFF0000, 28, 1024, 0x40022000, 64, 0x1FFF7000 },
  { 0x495, "Cortex-M4", 0x1FFF75E0, 0x1FFF7590, 0x1FFF0000, 28, 1024, 0x58004000, 0, 0x1FFF7000 },
  { 0x494, "Cortex-M4", 0x1FFF75E0, 0x1FFF7590, 0x1FFF0000, 28, 1024, 0x58004000, 0, 0x1FFF7000 },
  { 0x497, "Cortex-M4", 0x1FFF75E0, 0x1FFF7590, 0x1FFF0000, 16, 1024, 0x58004000, 0, 0x1FFF7000 },
  { 0x443, "Cortex-M0+", 0x1FFF75A0, 0x1FFF7550, 0x1FFF0000, 6, 1024, 0x40022000, 0, 0x1FFF7000 },
  { 0x453, "Cortex-M0+", 0x1FFF75A0, 0x1FFF7550, 0x1FFF0000, 6, 1024, 0x40022000, 0, 0x1FFF7000 },
  { 0x44C, "Cortex-M0+", 0x1FFF75A0, 0x1FFF7550, 0x1FFF0000, 12, 1024, 0x40022000, 0, 0x1FFF7000 },
  { 0x493, "Cortex-M0+", 0x1FFF75A0, 0x1FFF7550, 0x1FFF0000, 26, 1024, 0x40022000, 0, 0x1FFF7000 },
  { 0x44D, "Cortex-M0+", 0x1FFF75A0, 0x1FFF7550, 0x1FFF0000, 16, 1024, 0x40022000, 0, 0x1FFF7000 },
  { 0x459, "Cortex-M0+", 0x1FFF3EA0, 0x1FFF3E50, 0x1FFF0000, 14, 1024, 0x40022000, 0, 0x1FFF6800 },
  { 0x489, "Cortex-M0+", 0x1FFF6EA0, 0x1FFF6E50, 0x1FFF0000, 26, 1024, 0x40022000, 0, 0x1FFF6800 },
  { 0x457, "Cortex-M0+", 0x1FF8007C, 0x1FF80050, 0x1FF00000, 4, 0, 0x40022000, 0, 0, 512 },
  { 0x425, "Cortex-M0+", 0x1FF8007C, 0x1FF80050, 0x1FF00000, 4, 0, 0x40022000, 0, 0, 1024 },
  { 0x417, "Cortex-M0+", 0x1FF8007C, 0x1FF80050, 0x1FF00000, 4, 0, 0x40022000, 0, 0, 2048 },
  { 0x447, "Cortex-M0+", 0x1FF8007C, 0x1FF80050, 0x1FF00000, 8, 0, 0x40022000, 0, 0, 6144 },
  { 0x416, "Cortex-M3", 0x1FF8004C, 0x1FF80050, 0x1FF00000, 4, 0, 0x40023C00, 0, 0, 4096 },
  { 0x429, "Cortex-M3", 0x1FF8004C, 0x1FF80050, 0x1FF00000, 4, 0, 0x40023C00, 0, 0, 4096 },
  { 0x427, "Cortex-M3", 0x1FF800CC, 0x1FF800D0, 0x1FF00000, 8, 0, 0x40023C00, 0, 0, 8192 },
  { 0x436, "Cortex-M3", 0x1FF800CC, 0x1FF800D0, 0x1FF00000, 8, 0, 0x40023C00, 0, 0, 12288 },
  { 0x437, "Cortex-M3", 0x1FF800CC, 0x1FF800D0, 0x1FF00000, 8, 0, 0x40023C00, 0, 0, 16384 },
  { 0x472, "Cortex-M33", 0x0BFA05E0, 0x0BFA0590, 0x0BF90000, 32, 512, 0x40022000, 0, 0x0BFA0000 },
  { 0x455, "Cortex-M33", 0x0BFA07A0, 0x0BFA0700, 0x0BF90000, 64, 512, 0x40022000, 0, 0x0BFA0000 },
  { 0x482, "Cortex-M33", 0x0BFA07A0, 0x0BFA0700, 0x0BF90000, 64, 512, 0x40022000, 0, 0x0BFA0000 },
  { 0x481, "Cortex-M33", 0x0BFA07A0, 0x0BFA0700, 0x0BF90000, 64, 512, 0x40022000, 0, 0x0BFA0000 },
  { 0x476, "Cortex-M33", 0x0BFA07A0, 0x0BFA0700, 0x0BF90000, 64, 512, 0x40022000, 0, 0x0BFA0000 },
  { 0x450, "Cortex-M7", 0x1FF1E880, 0x1FF1E800, 0x1FF00000, 128, 0, 0x52002000, 0 },
  { 0x480, "Cortex-M7", 0x08FFF80C, 0x08FFF800, 0x1FF00000, 128, 0, 0x52002000, 0 },
  { 0x483, "Cortex-M7", 0x1FF1E880, 0x1FF1E800, 0x1FF00000, 128, 0, 0x52002000, 0 },
  { 0x474, "Cortex-M33", 0x08FFF80C, 0x08FFF800, 0x0BF80000, 32, 0, 0x40022000, 0 },
  { 0x478, "Cortex-M33", 0x08FFF80C, 0x08FFF800, 0x0BF80000, 64, 0, 0x40022000, 0 },
  { 0x484, "Cortex-M33", 0x08FFF80C, 0x08FFF800, 0x0BF80000, 64, 0, 0x40022000, 0 },
  { 0x485, "Cortex-M7", 0x08FFF80C, 0x08FFF800, 0x1FF00000, 128, 0, 0x52002000, 0 },
  { 0x492, "Cortex-M33", 0x0BF907A0, 0x0BF90700, 0x0BF88000, 32, 512, 0x40022000, 0, 0x0BF90000 },
  { 0x4B0, "Cortex-M33", 0x0BFA07A0, 0x0BFA0700, 0x0BF88000, 64, 512, 0x40022000, 0, 0x0BFA0000 },
};

/* Sectors of the largest part by their size in KiB, and where its second bank begins. */
typedef struct
{
  guint16 dev_id;
  guint kib;
  guint n_1k;
  guint n_2k;
  guint n_16k;
  guint n_64k;
  guint n_128k;
  guint32 bank2;
  guint n_32k;
  guint n_256k;
  guint n_4k;
  guint n_pages; /* of less than 1 KiB: L0 has 128 bytes, L1 256 */
  guint n_8k;
} Sectors;

/* clang-format off */
static const Sectors sectors_of[] = {
  { 0x440, 64, 64, 0, 0, 0, 0, 0 },
  { 0x442, 256, 0, 128, 0, 0, 0, 0 },
  { 0x444, 32, 32, 0, 0, 0, 0, 0 },
  { 0x445, 32, 32, 0, 0, 0, 0, 0 },
  { 0x448, 128, 0, 64, 0, 0, 0, 0 },
  { 0x410, 128, 128, 0, 0, 0, 0, 0 },
  { 0x412, 32, 32, 0, 0, 0, 0, 0 },
  { 0x414, 512, 0, 256, 0, 0, 0, 0 },
  { 0x418, 256, 0, 128, 0, 0, 0, 0 },
  { 0x420, 128, 128, 0, 0, 0, 0, 0 },
  { 0x428, 512, 0, 256, 0, 0, 0, 0 },
  { 0x430, 1024, 0, 512, 0, 0, 0, 0x08080000 },
  { 0x411, 1024, 0, 0, 4, 1, 7, 0 },
  { 0x422, 256, 0, 128, 0, 0, 0, 0 },
  { 0x432, 256, 0, 128, 0, 0, 0, 0 },
  { 0x438, 64, 0, 32, 0, 0, 0, 0 },
  { 0x439, 64, 0, 32, 0, 0, 0, 0 },
  { 0x446, 512, 0, 256, 0, 0, 0, 0 },
  { 0x413, 1024, 0, 0, 4, 1, 7, 0 },
  { 0x419, 2048, 0, 0, 8, 2, 14, 0x08100000 },
  { 0x421, 512, 0, 0, 4, 1, 3, 0 },
  { 0x423, 256, 0, 0, 4, 1, 1, 0 },
  { 0x431, 512, 0, 0, 4, 1, 3, 0 },
  { 0x433, 512, 0, 0, 4, 1, 3, 0 },
  { 0x434, 2048, 0, 0, 8, 2, 14, 0x08100000 },
  { 0x441, 1024, 0, 0, 4, 1, 7, 0 },
  { 0x458, 128, 0, 0, 4, 1, 0, 0 },
  { 0x463, 1536, 0, 0, 4, 1, 11, 0 },
  { 0x449, 1024, 0, 0, 0, 0, 1, 0, 4, 3 },
  { 0x451, 2048, 0, 0, 0, 0, 1, 0, 4, 7 },
  { 0x452, 512, 0, 0, 4, 1, 3, 0 },
  { 0x460, 128, 0, 64, 0, 0, 0, 0 },
  { 0x466, 64, 0, 32, 0, 0, 0, 0 },
  { 0x456, 64, 0, 32, 0, 0, 0, 0 },
  { 0x467, 512, 0, 256, 0, 0, 0, 0x08040000 },
  { 0x468, 128, 0, 64, 0, 0, 0, 0 },
  { 0x469, 512, 0, 256, 0, 0, 0, 0x08040000 },
  { 0x479, 512, 0, 256, 0, 0, 0, 0 },
  { 0x464, 128, 0, 64, 0, 0, 0, 0 },
  { 0x435, 256, 0, 128, 0, 0, 0, 0 },
  { 0x462, 512, 0, 256, 0, 0, 0, 0 },
  { 0x415, 1024, 0, 512, 0, 0, 0, 0x08080000 },
  { 0x461, 1024, 0, 512, 0, 0, 0, 0x08080000 },
  { 0x470, 2048, 0, 0, 0, 0, 0, 0x08100000, 0, 0, 512 },
  { 0x471, 1024, 0, 0, 0, 0, 0, 0x08080000, 0, 0, 256 },
  { 0x495, 1024, 0, 0, 0, 0, 0, 0, 0, 0, 256 },
  { 0x494, 320, 0, 160, 0, 0, 0, 0 },
  { 0x497, 256, 0, 128, 0, 0, 0, 0 },
  { 0x443, 32, 0, 16, 0, 0, 0, 0 },
  { 0x453, 32, 0, 16, 0, 0, 0, 0 },
  { 0x44C, 64, 0, 32, 0, 0, 0, 0 },
  { 0x493, 128, 0, 64, 0, 0, 0, 0 },
  { 0x44D, 256, 0, 128, 0, 0, 0, 0 },
  { 0x459, 64, 0, 32, 0, 0, 0, 0 },
  { 0x489, 256, 0, 128, 0, 0, 0, 0 },
  { 0x457, 16, 0, 0, 0, 0, 0, 0, 0, 0, 0, 128 },
  { 0x425, 32, 0, 0, 0, 0, 0, 0, 0, 0, 0, 256 },
  { 0x417, 64, 0, 0, 0, 0, 0, 0, 0, 0, 0, 512 },
  { 0x447, 192, 0, 0, 0, 0, 0, 0x08018000, 0, 0, 0, 1536 },
  { 0x416, 128, 0, 0, 0, 0, 0, 0, 0, 0, 0, 512 },
  { 0x429, 128, 0, 0, 0, 0, 0, 0, 0, 0, 0, 512 },
  { 0x427, 256, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1024 },
  { 0x436, 384, 0, 0, 0, 0, 0, 0x08030000, 0, 0, 0, 1536 },
  { 0x437, 512, 0, 0, 0, 0, 0, 0x08040000, 0, 0, 0, 2048 },
  { 0x472, 512, 0, 256, 0, 0, 0, 0x08040000 },
  { 0x455, 512, 0, 0, 0, 0, 0, 0x08040000, 0, 0, 0, 0, 64 },
  { 0x482, 2048, 0, 0, 0, 0, 0, 0x08100000, 0, 0, 0, 0, 256 },
  { 0x481, 4096, 0, 0, 0, 0, 0, 0x08200000, 0, 0, 0, 0, 512 },
  { 0x476, 4096, 0, 0, 0, 0, 0, 0x08200000, 0, 0, 0, 0, 512 },
  { 0x450, 2048, 0, 0, 0, 0, 16, 0x08100000 },
  { 0x480, 2048, 0, 0, 0, 0, 0, 0x08100000, 0, 0, 0, 0, 256 },
  { 0x483, 1024, 0, 0, 0, 0, 8, 0 },
  { 0x474, 128, 0, 0, 0, 0, 0, 0x08010000, 0, 0, 0, 0, 16 },
  { 0x478, 512, 0, 0, 0, 0, 0, 0x08040000, 0, 0, 0, 0, 64 },
  { 0x484, 2048, 0, 0, 0, 0, 0, 0x08100000, 0, 0, 0, 0, 256 },
  { 0x485, 64, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 8 },
  { 0x492, 1024, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 128 },
  { 0x4B0, 2048, 0, 0, 0, 0, 0, 0x08100000, 0, 0, 0, 0, 256 },
};
/* clang-format on */

/* Which bits of the first option words mean something.  F0, F1 and F3: the option bytes without
 * their complements.  F2, F4 and F7: FLASH_OPTCR, FLASH_OPTCR1 and FLASH_OPTCR2. */
typedef struct
{
  guint16 dev_id;
  guint32 address;
  guint n_words;
  guint32 bits[25];
  guint n_protecting; /* bits that protect from writing */
  guint rdp_none;
  guint rdp_permanent; /* 0: has no level 2 */
} Options;

/* clang-format off */
static const Options options_of[] = {
  { 0x440, 0x1FFFF800, 4, { 0x007700FF, 0x00FF00FF, 0x00FF00FF, 0 }, 16, 0xAA, 0xCC },
  { 0x442, 0x1FFFF800, 4, { 0x00FF00FF, 0x00FF00FF, 0x00FF00FF, 0x00FF00FF }, 32, 0xAA, 0xCC },
  { 0x444, 0x1FFFF800, 4, { 0x007700FF, 0x00FF00FF, 0x000000FF, 0 }, 8, 0xAA, 0xCC },
  { 0x445, 0x1FFFF800, 4, { 0x00FF00FF, 0x00FF00FF, 0x000000FF, 0 }, 8, 0xAA, 0xCC },
  { 0x448, 0x1FFFF800, 4, { 0x007700FF, 0x00FF00FF, 0x00FF00FF, 0x00FF00FF }, 32, 0xAA, 0xCC },
  { 0x410, 0x1FFFF800, 4, { 0x000700FF, 0x00FF00FF, 0x00FF00FF, 0x00FF00FF }, 32, 0xA5, 0 },
  { 0x412, 0x1FFFF800, 4, { 0x000700FF, 0x00FF00FF, 0x000000FF, 0 }, 8, 0xA5, 0 },
  { 0x414, 0x1FFFF800, 4, { 0x000700FF, 0x00FF00FF, 0x00FF00FF, 0x00FF00FF }, 32, 0xA5, 0 },
  { 0x418, 0x1FFFF800, 4, { 0x000700FF, 0x00FF00FF, 0x00FF00FF, 0x00FF00FF }, 32, 0xA5, 0 },
  { 0x420, 0x1FFFF800, 4, { 0x000700FF, 0x00FF00FF, 0x00FF00FF, 0x00FF00FF }, 32, 0xA5, 0 },
  { 0x428, 0x1FFFF800, 4, { 0x000700FF, 0x00FF00FF, 0x00FF00FF, 0x00FF00FF }, 32, 0xA5, 0 },
  { 0x430, 0x1FFFF800, 4, { 0x000F00FF, 0x00FF00FF, 0x00FF00FF, 0x00FF00FF }, 32, 0xA5, 0 },
  { 0x411, 0x40023C14, 1, { 0x0FFFFFEC, 0, 0, 0 }, 12, 0xAA, 0xCC },
  { 0x422, 0x1FFFF800, 4, { 0x007700FF, 0x00FF00FF, 0x00FF00FF, 0x00FF00FF }, 32, 0xAA, 0xCC },
  { 0x432, 0x1FFFF800, 4, { 0x00F700FF, 0x00FF00FF, 0x00FF00FF, 0x00FF00FF }, 32, 0xAA, 0xCC },
  { 0x438, 0x1FFFF800, 4, { 0x007700FF, 0x00FF00FF, 0x00FF00FF, 0 }, 16, 0xAA, 0xCC },
  /* The header's SRAM_PE is reserved here: RM0366, 4. */
  { 0x439, 0x1FFFF800, 4, { 0x003700FF, 0x00FF00FF, 0x00FF00FF, 0 }, 16, 0xAA, 0xCC },
  { 0x446, 0x1FFFF800, 4, { 0x007700FF, 0x00FF00FF, 0x00FF00FF, 0x00FF00FF }, 32, 0xAA, 0xCC },
  /* The headers give nWRP twelve bits on smaller chips, too; the HAL has one for each sector, and
   * SPRMOD, bit 31, on all but F405, F407, F415 and F417. */
  { 0x413, 0x40023C14, 1, { 0x0FFFFFEC, 0, 0, 0 }, 12, 0xAA, 0xCC },
  { 0x419, 0x40023C14, 2, { 0xCFFFFFFC, 0x0FFF0000, 0, 0 }, 24, 0xAA, 0xCC },
  { 0x421, 0x40023C14, 1, { 0x80FFFFEC, 0, 0, 0 }, 8, 0xAA, 0xCC },
  { 0x423, 0x40023C14, 1, { 0x803FFFEC, 0, 0, 0 }, 6, 0xAA, 0xCC },
  { 0x431, 0x40023C14, 1, { 0x80FFFFEC, 0, 0, 0 }, 8, 0xAA, 0xCC },
  { 0x433, 0x40023C14, 1, { 0x80FFFFEC, 0, 0, 0 }, 8, 0xAA, 0xCC },
  { 0x434, 0x40023C14, 2, { 0xCFFFFFFC, 0x0FFF0000, 0, 0 }, 24, 0xAA, 0xCC },
  { 0x441, 0x40023C14, 1, { 0x8FFFFFEC, 0, 0, 0 }, 12, 0xAA, 0xCC },
  { 0x458, 0x40023C14, 1, { 0x801FFFEC, 0, 0, 0 }, 5, 0xAA, 0xCC },
  { 0x463, 0x40023C14, 1, { 0xFFFFFFEC, 0, 0, 0 }, 15, 0xAA, 0xCC },
  { 0x449, 0x40023C14, 2, { 0xC0FFFFFC, 0xFFFFFFFF, 0, 0 }, 8, 0xAA, 0xCC },
  { 0x451, 0x40023C14, 2, { 0xFFFFFFFC, 0xFFFFFFFF, 0, 0 }, 12, 0xAA, 0xCC },
  { 0x452, 0x40023C14, 3, { 0xC0FFFFFC, 0xFFFFFFFF, 0x800000FF, 0 }, 8, 0xAA, 0xCC },
  /* FLASH_OPTR, FLASH_WRP1AR, 1BR, 2AR, 2BR and FLASH_SECR */
  { 0x460, 0x40022020, 25, { [0] = 0x3F4FFFFF, [3] = 0x003F003F, [4] = 0x003F003F, [24] =
    0x0001007F }, 0, 0xAA, 0xCC },
  { 0x466, 0x40022020, 25, { [0] = 0x3F4FFFFF, [3] = 0x001F001F, [4] = 0x001F001F, [24] =
    0x0001003F }, 0, 0xAA, 0xCC },
  { 0x456, 0x40022020, 25, { [0] = 0x3F4FFFFF, [3] = 0x001F001F, [4] = 0x001F001F, [24] =
    0x0001003F }, 0, 0xAA, 0xCC },
  { 0x467, 0x40022020, 25, { [0] = 0x3F7FFFFF, [3] = 0x007F007F, [4] = 0x007F007F, [11] =
    0x007F007F, [12] = 0x007F007F, [24] = 0x0FF100FF }, 0, 0xAA, 0xCC },
  /* FLASH_OPTR and what follows it, or FLASH_OBR, as far as it is described */
  { 0x468, 0x40022020, 22, { [0] = 0x7F8F77FF, [1] = 0x00003FFF, [2] = 0x80003FFF, [3] =
    0x003F003F, [4] = 0x003F003F, [20] = 0x00010000 }, 0, 0xAA, 0xCC },
  { 0x469, 0x40022020, 22, { [0] = 0x7FDF77FF, [1] = 0x00007FFF, [2] = 0x80007FFF, [3] =
    0x007F007F, [4] = 0x007F007F, [9] = 0x00007FFF, [10] = 0x00007FFF, [11] = 0x007F007F, [12] =
    0x007F007F, [20] = 0x00010000 }, 0, 0xAA, 0xCC },
  { 0x479, 0x40022020, 22, { [0] = 0x7F8F77FF, [3] = 0x00FF00FF, [4] = 0x00FF00FF, [20] =
    0x00010000 }, 0, 0xAA, 0xCC },
  { 0x464, 0x40022020, 13, { [0] = 0x0F8F77FF, [1] = 0x00003FFF, [2] = 0x80003FFF, [3] =
    0x003F003F, [4] = 0x003F003F }, 0, 0xAA, 0xCC },
  { 0x435, 0x40022020, 13, { [0] = 0x0F8F77FF, [1] = 0x00007FFF, [2] = 0x80007FFF, [3] =
    0x007F007F, [4] = 0x007F007F }, 0, 0xAA, 0xCC },
  { 0x462, 0x40022020, 13, { [0] = 0x0F8F77FF, [1] = 0x0000FFFF, [2] = 0x8000FFFF, [3] =
    0x00FF00FF, [4] = 0x00FF00FF }, 0, 0xAA, 0xCC },
  { 0x415, 0x40022020, 13, { [0] = 0x03BF77FF, [1] = 0x0000FFFF, [2] = 0x8000FFFF, [3] =
    0x00FF00FF, [4] = 0x00FF00FF, [9] = 0x0000FFFF, [10] = 0x0000FFFF, [11] = 0x00FF00FF, [12] =
    0x00FF00FF }, 0, 0xAA, 0xCC },
  { 0x461, 0x40022020, 13, { [0] = 0x0FBF77FF, [1] = 0x0000FFFF, [2] = 0x8000FFFF, [3] =
    0x00FF00FF, [4] = 0x00FF00FF, [9] = 0x0000FFFF, [10] = 0x0000FFFF, [11] = 0x00FF00FF, [12] =
    0x00FF00FF }, 0, 0xAA, 0xCC },
  { 0x470, 0x40022020, 13, { [0] = 0x0FFF77FF, [1] = 0x0001FFFF, [2] = 0x8001FFFF, [3] =
    0x00FF00FF, [4] = 0x00FF00FF, [9] = 0x0001FFFF, [10] = 0x0001FFFF, [11] = 0x00FF00FF, [12] =
    0x00FF00FF }, 0, 0xAA, 0xCC },
  { 0x471, 0x40022020, 13, { [0] = 0x0FFF77FF, [1] = 0x0000FFFF, [2] = 0x8000FFFF, [3] =
    0x007F007F, [4] = 0x007F007F, [9] = 0x0000FFFF, [10] = 0x0000FFFF, [11] = 0x007F007F, [12] =
    0x007F007F }, 0, 0xAA, 0xCC },
  { 0x495, 0x58004020, 1, { 0x000000FF, 0, 0, 0 }, 0, 0xAA, 0xCC },
  { 0x494, 0x58004020, 1, { 0x000000FF, 0, 0, 0 }, 0, 0xAA, 0xCC },
  { 0x497, 0x58004020, 7, { [0] = 0x0F8F7FFF, [1] = 0x000000FF, [2] = 0x800000FF, [3] =
    0x007F007F, [4] = 0x007F007F, [5] = 0x000000FF, [6] = 0x000000FF }, 0, 0xAA, 0xCC },
  { 0x443, 0x40022020, 25, { [0] = 0x000000FF, [3] = 0x000F000F, [4] = 0x000F000F, [24] =
    0x00010000 }, 0, 0xAA, 0xCC },
  { 0x453, 0x40022020, 25, { [0] = 0x000000FF, [3] = 0x000F000F, [4] = 0x000F000F, [24] =
    0x00010000 }, 0, 0xAA, 0xCC },
  { 0x44C, 0x40022020, 25, { [0] = 0x000000FF, [3] = 0x001F001F, [4] = 0x001F001F, [24] =
    0x00010000 }, 0, 0xAA, 0xCC },
  { 0x493, 0x40022020, 25, { [0] = 0x000000FF, [3] = 0x003F003F, [4] = 0x003F003F, [24] =
    0x00010000 }, 0, 0xAA, 0xCC },
  { 0x44D, 0x40022020, 25, { [0] = 0x000000FF, [3] = 0x007F007F, [4] = 0x007F007F, [24] =
    0x00010000 }, 0, 0xAA, 0xCC },
  { 0x459, 0x40022020, 25, { [0] = 0x000000FF, [3] = 0x007F007F, [4] = 0x007F007F, [24] =
    0x00010000 }, 0, 0xAA, 0xCC },
  { 0x489, 0x40022020, 25, { [0] = 0x000000FF, [3] = 0x007F007F, [4] = 0x007F007F, [24] =
    0x00010000 }, 0, 0xAA, 0xCC },
  { 0x457, 0x4002201C, 26, { 0x807F01FF, 0x0000000F, 0, 0 }, 4, 0xAA, 0xCC },
  { 0x425, 0x4002201C, 26, { 0x807F01FF, 0x000000FF, 0, 0 }, 8, 0xAA, 0xCC },
  { 0x417, 0x4002201C, 26, { 0x807F01FF, 0x0000FFFF, 0, 0 }, 16, 0xAA, 0xCC },
  { 0x447, 0x4002201C, 26, { 0x80FF01FF, 0xFFFFFFFF, 0, 0 }, 48, 0xAA, 0xCC },
  { 0x416, 0x40023C1C, 28, { 0x007F00FF, 0xFFFFFFFF, 0, 0 }, 32, 0xAA, 0xCC },
  { 0x429, 0x40023C1C, 28, { 0x007F01FF, 0xFFFFFFFF, 0, 0 }, 32, 0xAA, 0xCC },
  { 0x427, 0x40023C1C, 28, { 0x007F01FF, 0xFFFFFFFF, 0, 0 }, 64, 0xAA, 0xCC },
  { 0x436, 0x40023C1C, 28, { 0x00FF00FF, 0xFFFFFFFF, 0, 0 }, 96, 0xAA, 0xCC },
  { 0x437, 0x40023C1C, 28, { 0x00FF00FF, 0xFFFFFFFF, 0, 0 }, 128, 0xAA, 0xCC },
  { 0x472, 0x40022040, 12, { [0] = 0x8F7F77FF, [1] = 0xFFFFFF80, [2] = 0xFFFFFF80, [6] =
    0x007F007F, [7] = 0x007F007F, [10] = 0x007F007F, [11] = 0x007F007F }, 0, 0xAA, 0xCC },
  { 0x455, 0x40022040, 12, { [0] = 0x8F7FF7FF, [1] = 0xFFFFFF80, [2] = 0xFFFFFF80, [6] =
    0x001F001F, [7] = 0x001F001F, [10] = 0x001F001F, [11] = 0x001F001F }, 0, 0xAA, 0xCC },
  { 0x482, 0x40022040, 12, { [0] = 0x8FFFF7FF, [1] = 0xFFFFFF80, [2] = 0xFFFFFF80, [6] =
    0x007F007F, [7] = 0x007F007F, [10] = 0x007F007F, [11] = 0x007F007F }, 0, 0xAA, 0xCC },
  { 0x481, 0x40022040, 12, { [0] = 0x8FFFF7FF, [1] = 0xFFFFFF80, [2] = 0xFFFFFF80, [6] =
    0x00FF00FF, [7] = 0x00FF00FF, [10] = 0x00FF00FF, [11] = 0x00FF00FF }, 0, 0xAA, 0xCC },
  { 0x476, 0x40022040, 12, { [0] = 0x8FFFF7FF, [1] = 0xFFFFFF80, [2] = 0xFFFFFF80, [6] =
    0x00FF00FF, [7] = 0x00FF00FF, [10] = 0x00FF00FF, [11] = 0x00FF00FF }, 0, 0xAA, 0xCC },
  { 0x450, 0x5200201C, 72, { [0] = 0xA03EFFDC, [3] = 0x0FFF0FFF, [7] = 0x000000FF, [9] = 0xFFFFFFFF },
    16, 0xAA, 0xCC },
  { 0x480, 0x5200201C, 72, { [0] = 0xA03FFFDC, [3] = 0x0FFF0FFF, [7] = 0xFFFFFFFF, [9] = 0xFFFFFFFF },
    64, 0xAA, 0xCC },
  { 0x483, 0x5200201C, 22, { [0] = 0x203EFFDC, [3] = 0x0FFF0FFF, [7] = 0x000000FF, [9] = 0xFFFFFFFF,
    [21] = 0x00000007 }, 8, 0xAA, 0xCC },
  { 0x474, 0x40022050, 105, { [0] = 0x8030FFDF, [8] = 0x00000658, [12] = 0xFFFFFFFF }, 16, 0xED, 0x5C },
  { 0x478, 0x40022050, 105, { [0] = 0x8030FFDF, [8] = 0xFF00005C, [12] = 0xFFFFFFFF }, 16, 0xED,
    0x5C },
  { 0x484, 0x40022050, 105, { [0] = 0x8030FFDF, [8] = 0xFF00007C, [12] = 0xFFFFFFFF }, 64, 0xED,
    0x5C },
  { 0x485, 0x52002200, 1, { 0x000000FF }, 0, 0xB4, 0 },
  { 0x492, 0x40022040, 1, { 0x800000FF }, 0, 0xAA, 0xCC },
  { 0x4B0, 0x40022040, 1, { 0x802000FF }, 0, 0xAA, 0xCC },
};
/* clang-format on */

/* Every flash size that is sold: the RAM of its smallest part, and of its largest. */
typedef struct
{
  guint16 dev_id;
  guint kib;
  guint ram_kib;
  guint ram_max_kib;
} Ram;

static const Ram rams[] = {
  { 0x440, 16, 8, 8 },         { 0x440, 32, 8, 8 },         { 0x440, 64, 8, 8 },
  { 0x442, 128, 32, 32 },      { 0x442, 256, 32, 32 },      { 0x444, 16, 4, 4 },
  { 0x444, 32, 4, 4 },         { 0x445, 16, 6, 6 },         { 0x445, 32, 6, 6 },
  { 0x448, 64, 16, 16 },       { 0x448, 128, 16, 16 },      { 0x410, 64, 10, 20 },
  { 0x410, 128, 16, 20 },      { 0x412, 16, 4, 6 },         { 0x412, 32, 6, 10 },
  { 0x414, 256, 32, 48 },      { 0x414, 384, 48, 64 },      { 0x414, 512, 48, 64 },
  { 0x418, 64, 64, 64 },       { 0x418, 128, 64, 64 },      { 0x418, 256, 64, 64 },
  { 0x420, 16, 4, 4 },         { 0x420, 32, 4, 4 },         { 0x420, 64, 8, 8 },
  { 0x420, 128, 8, 8 },        { 0x428, 256, 24, 24 },      { 0x428, 384, 32, 32 },
  { 0x428, 512, 32, 32 },      { 0x430, 768, 80, 96 },      { 0x430, 1024, 80, 96 },
  { 0x411, 128, 64, 64 },      { 0x411, 256, 96, 128 },     { 0x411, 512, 128, 128 },
  { 0x411, 768, 128, 128 },    { 0x411, 1024, 128, 128 },   { 0x422, 128, 32, 32 },
  { 0x422, 256, 40, 40 },      { 0x432, 64, 16, 16 },       { 0x432, 128, 24, 24 },
  { 0x432, 256, 32, 32 },      { 0x438, 16, 12, 12 },       { 0x438, 32, 12, 12 },
  { 0x438, 64, 12, 12 },       { 0x439, 32, 16, 16 },       { 0x439, 64, 16, 16 },
  { 0x446, 384, 64, 64 },      { 0x446, 512, 64, 64 },      { 0x413, 512, 128, 128 },
  { 0x413, 1024, 128, 128 },   { 0x419, 512, 192, 192 },    { 0x419, 1024, 192, 192 },
  { 0x419, 2048, 192, 192 },   { 0x421, 256, 128, 128 },    { 0x421, 512, 128, 128 },
  { 0x423, 128, 64, 64 },      { 0x423, 256, 64, 64 },      { 0x431, 256, 128, 128 },
  { 0x431, 512, 128, 128 },    { 0x433, 384, 96, 96 },      { 0x433, 512, 96, 96 },
  { 0x434, 512, 320, 320 },    { 0x434, 1024, 320, 320 },   { 0x434, 2048, 320, 320 },
  { 0x441, 512, 256, 256 },    { 0x441, 1024, 256, 256 },   { 0x458, 64, 32, 32 },
  { 0x458, 128, 32, 32 },      { 0x463, 1024, 320, 320 },   { 0x463, 1536, 320, 320 },
  { 0x449, 64, 320, 320 },     { 0x449, 512, 320, 320 },    { 0x449, 1024, 320, 320 },
  { 0x451, 1024, 512, 512 },   { 0x451, 2048, 512, 512 },   { 0x452, 64, 256, 256 },
  { 0x452, 256, 256, 256 },    { 0x452, 512, 256, 256 },    { 0x460, 64, 32, 36 },
  { 0x460, 128, 32, 36 },      { 0x466, 16, 8, 8 },         { 0x466, 32, 8, 8 },
  { 0x466, 64, 8, 8 },         { 0x456, 32, 16, 18 },       { 0x456, 64, 16, 18 },
  { 0x467, 128, 128, 144 },    { 0x467, 256, 128, 144 },    { 0x467, 512, 128, 144 },
  { 0x468, 32, 22, 32 },       { 0x468, 64, 22, 32 },       { 0x468, 128, 22, 32 },
  { 0x469, 128, 40, 128 },     { 0x469, 256, 40, 128 },     { 0x469, 512, 40, 128 },
  { 0x479, 256, 96, 112 },     { 0x479, 512, 96, 112 },     { 0x464, 64, 32, 40 },
  { 0x464, 128, 32, 40 },      { 0x435, 128, 48, 64 },      { 0x435, 256, 48, 64 },
  { 0x462, 256, 128, 160 },    { 0x462, 512, 128, 160 },    { 0x415, 256, 96, 96 },
  { 0x415, 512, 96, 96 },      { 0x415, 1024, 96, 96 },     { 0x461, 256, 256, 320 },
  { 0x461, 512, 256, 320 },    { 0x461, 1024, 256, 320 },   { 0x470, 1024, 192, 640 },
  { 0x470, 2048, 192, 640 },   { 0x471, 512, 128, 320 },    { 0x471, 1024, 128, 320 },
  { 0x495, 256, 32, 64 },      { 0x495, 512, 32, 192 },     { 0x495, 640, 192, 192 },
  { 0x495, 1024, 64, 192 },    { 0x494, 320, 12, 12 },      { 0x497, 64, 10, 20 },
  { 0x497, 128, 24, 48 },      { 0x497, 256, 32, 64 },      { 0x443, 16, 6, 6 },
  { 0x443, 32, 6, 6 },         { 0x453, 16, 12, 12 },       { 0x453, 32, 12, 12 },
  { 0x44C, 32, 12, 12 },       { 0x44C, 64, 12, 12 },       { 0x493, 64, 24, 24 },
  { 0x493, 128, 24, 24 },      { 0x44D, 128, 30, 36 },      { 0x44D, 256, 30, 36 },
  { 0x459, 16, 8, 12 },        { 0x459, 32, 8, 12 },        { 0x459, 64, 8, 12 },
  { 0x489, 64, 32, 40 },       { 0x489, 128, 32, 40 },      { 0x489, 256, 32, 40 },
  { 0x457, 8, 2, 2 },          { 0x457, 16, 2, 2 },         { 0x425, 16, 8, 8 },
  { 0x425, 32, 8, 8 },         { 0x417, 32, 8, 8 },         { 0x417, 64, 8, 8 },
  { 0x447, 64, 20, 20 },       { 0x447, 128, 20, 20 },      { 0x447, 192, 20, 20 },
  { 0x416, 32, 4, 10 },        { 0x416, 64, 8, 10 },        { 0x416, 128, 10, 16 },
  { 0x429, 32, 4, 16 },        { 0x429, 64, 8, 32 },        { 0x429, 128, 16, 32 },
  { 0x427, 256, 16, 32 },      { 0x436, 256, 32, 32 },      { 0x436, 384, 48, 48 },
  { 0x437, 384, 48, 80 },      { 0x437, 512, 48, 80 },      { 0x472, 256, 256, 256 },
  { 0x472, 512, 256, 256 },    { 0x455, 128, 256, 256 },    { 0x455, 256, 256, 256 },
  { 0x455, 512, 256, 256 },    { 0x482, 1024, 768, 768 },   { 0x482, 2048, 768, 768 },
  { 0x481, 2048, 2496, 2496 }, { 0x481, 4096, 2496, 2496 }, { 0x476, 2048, 3008, 3008 },
  { 0x476, 4096, 3008, 3008 }, { 0x450, 128, 128, 128 },    { 0x450, 1024, 128, 128 },
  { 0x450, 2048, 128, 128 },   { 0x480, 128, 128, 128 },    { 0x480, 1024, 128, 128 },
  { 0x480, 2048, 128, 128 },   { 0x483, 128, 128, 128 },    { 0x483, 512, 128, 128 },
  { 0x483, 1024, 128, 128 },   { 0x474, 128, 32, 32 },      { 0x478, 256, 272, 272 },
  { 0x478, 512, 272, 272 },    { 0x484, 1024, 640, 640 },   { 0x484, 2048, 640, 640 },
  { 0x485, 64, 64, 64 },       { 0x492, 512, 16, 96 },      { 0x492, 1024, 16, 128 },
  { 0x4B0, 1024, 192, 192 },   { 0x4B0, 2048, 512, 512 },
};

static const FkChipDesc *
find (guint16 dev_id)
{
  const FkChipDesc *desc = fk_chip_db_find (fk_chip_db_get_default (), dev_id, NULL);

  g_test_message ("device ID 0x%03x", dev_id);
  g_assert_nonnull (desc);
  g_assert_cmphex (fk_chip_desc_get_dev_id (desc), ==, dev_id);
  return desc;
}

static FkChip *
make_largest (guint16 dev_id)
{
  const FkChipDesc *desc = find (dev_id);
  FkChip *chip = fk_chip_desc_make_chip (desc, fk_chip_desc_get_max_flash_size (desc), NULL);

  g_assert_nonnull (chip);
  return chip;
}

static void
assert_region (FkChip *chip, const char *name, guint32 address, guint32 size)
{
  const FkRegion *region = fk_chip_find_region (chip, name);

  if (size == 0)
    {
      g_assert_null (region);
      return;
    }
  g_assert_nonnull (region);
  g_assert_cmphex (region->range.address, ==, address);
  g_assert_cmphex (region->range.size, ==, size);
}

static void
test_places (void)
{
  FkChipDb *db = fk_chip_db_get_default ();
  guint n_others = 0;

  for (guint i = 0; i < fk_chip_db_get_n_descs (db); i++)
    n_others += fk_chip_desc_get_maker (fk_chip_db_get_desc (db, i)) != NULL;
  g_assert_cmpuint (fk_chip_db_get_n_descs (db), ==, G_N_ELEMENTS (places) + n_others);
  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    {
      const Place *place = &places[i];
      const FkChipDesc *desc = find (place->dev_id);
      g_autoptr (FkChip) chip = make_largest (place->dev_id);
      gboolean is_m0 = g_str_has_prefix (place->core, "Cortex-M0");
      gboolean is_m33 = g_str_equal (place->core, "Cortex-M33");
      gboolean is_h7 = place->flash == 0x52002000;
      gboolean is_h5 = is_m33 && place->system_memory == 0x0BF80000;
      gboolean is_u5 = is_m33 && place->dev_id != 0x472 && !is_h5;

      g_assert_cmpstr (fk_chip_get_core (chip), ==, place->core);
      g_assert_cmphex (fk_chip_desc_get_idcode_address (desc), ==,
                       is_h7    ? 0x5C001000
                       : is_m0  ? 0x40015800
                       : is_h5  ? 0x44024000
                       : is_m33 ? 0xE0044000
                                : 0xE0042000);
      g_assert_cmphex (fk_chip_desc_get_size_register (desc), ==, place->size_register);
      g_assert_cmphex (fk_chip_desc_get_flash_base (desc), ==, 0x08000000);
      g_assert_cmphex (fk_chip_get_erased_value (chip), ==, place->eeprom != 0 ? 0 : 0xff);
      g_assert_cmphex (fk_chip_desc_get_uid_words (desc)[1], ==, place->uid + 4);
      g_assert_cmphex (fk_chip_desc_get_uid_words (desc)[2], ==,
                       place->uid + (place->eeprom != 0 ? 0x14 : 8));
      assert_region (chip, "uid", place->uid, place->eeprom != 0 ? 0x18 : 12);
      assert_region (chip, "eeprom", 0x08080000, place->eeprom);
      assert_region (chip, "system-memory", place->system_memory, place->system_kib * KIB);
      assert_region (chip, "otp", place->otp != 0 ? place->otp : 0x1FFF7800, place->otp_size);
      assert_region (chip, "ccm", 0x10000000, place->ccm_kib * KIB);
      g_assert_cmphex (fk_chip_get_register (chip, "flash"), ==, place->flash);
      g_assert_cmphex (fk_chip_get_register (chip, "rcc"), ==,
                       is_h7                        ? 0x58024400
                       : is_u5                      ? 0x46020C00
                       : is_h5                      ? 0x44020C00
                       : place->flash == 0x40023C00 ? 0x40023800
                       : place->flash == 0x58004000 ? 0x58000000
                                                    : 0x40021000);
    }
}

static guint
count_sectors (const FkSector *sectors, guint n, guint kib)
{
  guint count = 0;

  for (guint i = 0; i < n; i++)
    count += sectors[i].range.size == kib * KIB ? 1 : 0;
  return count;
}

static void
test_sectors (void)
{
  g_assert_cmpuint (G_N_ELEMENTS (sectors_of), ==, G_N_ELEMENTS (places));
  for (guint i = 0; i < G_N_ELEMENTS (sectors_of); i++)
    {
      const Sectors *fact = &sectors_of[i];
      g_autoptr (FkChip) chip = make_largest (fact->dev_id);
      const FkSector *sectors;
      guint32 bank2 = 0;
      guint n;

      g_assert_cmpuint (fk_chip_get_flash_size (chip), ==, fact->kib * KIB);
      sectors = fk_chip_get_sectors (chip, &n);
      g_assert_cmpuint (count_sectors (sectors, n, 1), ==, fact->n_1k);
      g_assert_cmpuint (count_sectors (sectors, n, 2), ==, fact->n_2k);
      g_assert_cmpuint (count_sectors (sectors, n, 16), ==, fact->n_16k);
      g_assert_cmpuint (count_sectors (sectors, n, 64), ==, fact->n_64k);
      g_assert_cmpuint (count_sectors (sectors, n, 128), ==, fact->n_128k);
      g_assert_cmpuint (count_sectors (sectors, n, 32), ==, fact->n_32k);
      g_assert_cmpuint (count_sectors (sectors, n, 256), ==, fact->n_256k);
      g_assert_cmpuint (count_sectors (sectors, n, 4), ==, fact->n_4k);
      g_assert_cmpuint (n, ==,
                        fact->n_1k + fact->n_2k + fact->n_16k + fact->n_64k + fact->n_128k +
                            fact->n_32k + fact->n_256k + fact->n_4k + fact->n_pages + fact->n_8k);
      g_assert_cmpuint (count_sectors (sectors, n, 8), ==, fact->n_8k);
      if (fact->n_pages > 0)
        g_assert_cmpuint (fk_chip_get_flash_size (chip) / fact->n_pages, ==, sectors[0].range.size);
      for (guint k = n; k-- > 0;)
        bank2 = sectors[k].bank == 1 ? sectors[k].range.address : bank2;
      g_assert_cmphex (bank2, ==, fact->bank2);
    }
}

/* What the fields of @chip take of the option word at @address. */
static guint32
collect_bits (FkChip *chip, guint32 address)
{
  const FkOptionField *fields;
  guint32 bits = 0;
  guint n;

  fields = fk_chip_get_option_fields (chip, &n);
  for (guint i = 0; i < n; i++)
    {
      guint32 mask = (1u << fields[i].width) - 1;

      if (fields[i].address >= address && fields[i].address < address + 4)
        bits |= mask << (fields[i].shift + 8 * (fields[i].address - address));
    }
  return bits;
}

static guint
count_protecting (FkChip *chip)
{
  const FkOptionField *fields;
  guint count = 0;
  guint n;

  fields = fk_chip_get_option_fields (chip, &n);
  for (guint i = 0; i < n; i++)
    count += fields[i].write_protects ? fields[i].width : 0;
  return count;
}

static void
test_options (void)
{
  g_assert_cmpuint (G_N_ELEMENTS (options_of), ==, G_N_ELEMENTS (places));
  for (guint i = 0; i < G_N_ELEMENTS (options_of); i++)
    {
      const Options *fact = &options_of[i];
      g_autoptr (FkChip) chip = make_largest (fact->dev_id);

      assert_region (chip, "option-bytes", fact->address, fact->n_words * 4);
      for (guint w = 0; w < MIN (fact->n_words, G_N_ELEMENTS (fact->bits)); w++)
        g_assert_cmphex (collect_bits (chip, fact->address + w * 4), ==, fact->bits[w]);
      g_assert_cmpuint (count_protecting (chip), ==, fact->n_protecting);
      g_assert_cmphex (fk_chip_get_number (chip, "rdp-none", 0), ==, fact->rdp_none);
      g_assert_cmphex (fk_chip_get_number (chip, "rdp-permanent", 0), ==, fact->rdp_permanent);
    }
}

/* On F0, F1 and F3 one bit protects 4 KiB, be that four pages or two. */
static void
test_protected_blocks (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (options_of); i++)
    {
      g_autoptr (FkChip) chip = make_largest (options_of[i].dev_id);

      if (options_of[i].n_words != 4)
        continue;
      for (guint block = 0; block < 8; block++)
        {
          const FkSector *first = fk_chip_find_sector (chip, 0x08000000 + block * 4 * KIB);
          const FkSector *last = fk_chip_find_sector (chip, 0x08000fff + block * 4 * KIB);
          guint bit = 99;

          g_assert_cmpstr (fk_chip_find_write_protection (chip, first, &bit)->name, ==, "WRP0");
          g_assert_cmpuint (bit, ==, block);
          g_assert_cmpstr (fk_chip_find_write_protection (chip, last, &bit)->name, ==, "WRP0");
          g_assert_cmpuint (bit, ==, block);
        }
    }
}

static void
test_sold_sizes (void)
{
  FkChipDb *db = fk_chip_db_get_default ();
  guint n_sizes = 0;

  for (guint i = 0; i < fk_chip_db_get_n_descs (db); i++)
    {
      const FkChipDesc *desc = fk_chip_db_get_desc (db, i);
      guint n;

      fk_chip_desc_get_flash_sizes (desc, &n);
      n_sizes += fk_chip_desc_get_maker (desc) == NULL ? n : 0;
    }
  g_assert_cmpuint (n_sizes, ==, G_N_ELEMENTS (rams));
  for (guint i = 0; i < G_N_ELEMENTS (rams); i++)
    {
      const FkChipDesc *desc = find (rams[i].dev_id);
      g_autoptr (FkChip) chip = fk_chip_desc_make_chip (desc, rams[i].kib * KIB, NULL);
      const guint32 *sizes;
      gboolean sold = FALSE;
      guint n;

      sizes = fk_chip_desc_get_flash_sizes (desc, &n);
      for (guint k = 0; k < n; k++)
        sold |= sizes[k] == rams[i].kib * KIB;
      g_assert_true (sold);
      assert_region (chip, "ram", 0x20000000, rams[i].ram_kib * KIB);
      g_assert_cmpuint (fk_chip_get_ram_max (chip), ==, rams[i].ram_max_kib * KIB);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/chip-facts/places", test_places);
  g_test_add_func ("/chip-facts/sectors", test_sectors);
  g_test_add_func ("/chip-facts/options", test_options);
  g_test_add_func ("/chip-facts/protected-blocks", test_protected_blocks);
  g_test_add_func ("/chip-facts/sold-sizes", test_sold_sizes);
  return g_test_run ();
}
