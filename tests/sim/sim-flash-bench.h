/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chip-bench.h"

/* The flash controllers of the simulated chips, and what every test of them waits for. */

#define F1         0x40022000u
#define F1_SR      (F1 + 0x0c)
#define F1_CR      (F1 + 0x10)
#define F1_AR      (F1 + 0x14)
#define F1_OBR     (F1 + 0x1c)
#define F1_WRPR    (F1 + 0x20)
#define F1_BSY     1u
#define F1_PGERR   4u
#define F1_WRP     0x10u
#define F1_EOP     0x20u
#define F1_PG      0x001u
#define F1_PER     0x002u
#define F1_MER     0x004u
#define F1_OPTPG   0x010u
#define F1_OPTER   0x020u
#define F1_STRT    0x040u
#define F1_LOCK    0x080u
#define F1_OPTWRE  0x200u
#define F1_OBL     0x2000u
#define F1_OPTIONS 0x1ffff800u

#define F4        0x40023c00u
#define F4_SR     (F4 + 0x0c)
#define F4_CR     (F4 + 0x10)
#define F4_OPTCR  (F4 + 0x14)
#define F4_BSY    0x10000u
#define F4_EOP    0x01u
#define F4_OPERR  0x02u
#define F4_WRPERR 0x10u
#define F4_PGAERR 0x20u
#define F4_PGPERR 0x40u
#define F4_PGSERR 0x80u
#define F4_PG     0x1u
#define F4_SER    0x2u
#define F4_MER    0x4u
#define F4_X8     0x000u
#define F4_X16    0x100u
#define F4_X32    0x200u
#define F4_X64    0x300u
#define F4_STRT   0x10000u
#define F4_LOCK   0x80000000u

#define L4            0x40022000u
#define L4_ACR        (L4 + 0x00)
#define L4_KEYR       (L4 + 0x08)
#define L4_OPTKEYR    (L4 + 0x0c)
#define L4_SR         (L4 + 0x10)
#define L4_CR         (L4 + 0x14)
#define L4_OPTR       (L4 + 0x20)
#define L4_PCROP1AER  (L4 + 0x28)
#define L4_WRP1AR     (L4 + 0x2c)
#define L4_PCROP2ASR  (L4 + 0x44)
#define L4_PCROP2AER  (L4 + 0x48)
#define L4_WRP2BR     (L4 + 0x50)
#define L4_SECR       (L4 + 0x80)
#define L4_OPTIONS    0x1fff7800u
#define L4_EOP        0x0001u
#define L4_OPERR      0x0002u
#define L4_PROGERR    0x0008u
#define L4_WRPERR     0x0010u
#define L4_PGAERR     0x0020u
#define L4_SIZERR     0x0040u
#define L4_PGSERR     0x0080u
#define L4_RDERR      0x4000u
#define L4_OPTVERR    0x8000u
#define L4_BSY1       (1u << 16)
#define L4_BSY2       (1u << 17)
#define L4_CFGBSY     (1u << 18)
#define L4_PG         (1u << 0)
#define L4_PER        (1u << 1)
#define L4_MER1       (1u << 2)
#define L4_BKER       (1u << 13)
#define L4_MER2       (1u << 15)
#define L4_STRT       (1u << 16)
#define L4_OPTSTRT    (1u << 17)
#define L4_EOPIE      (1u << 24)
#define L4_ERRIE      (1u << 25)
#define L4_OBL_LAUNCH (1u << 27)
#define L4_SEC_PROT   (1u << 28)
#define L4_OPTLOCK    (1u << 30)
#define L4_LOCK       (1u << 31)

#define L1            0x40023c00u
#define L1_ACR        (L1 + 0x00)
#define L1_PECR       (L1 + 0x04)
#define L1_PEKEYR     (L1 + 0x0c)
#define L1_PRGKEYR    (L1 + 0x10)
#define L1_OPTKEYR    (L1 + 0x14)
#define L1_SR         (L1 + 0x18)
#define L1_OBR        (L1 + 0x1c)
#define L1_WRPR1      (L1 + 0x20)
#define L1_WRPR2      (L1 + 0x80)
#define L1_EEPROM     0x08080000u
#define L1_OPTIONS    0x1ff80000u
#define L1_PELOCK     (1u << 0)
#define L1_PRGLOCK    (1u << 1)
#define L1_OPTLOCK    (1u << 2)
#define L1_LOCKS      7u
#define L1_PROG       (1u << 3)
#define L1_DATA       (1u << 4)
#define L1_FTDW       (1u << 8)
#define L1_ERASE      (1u << 9)
#define L1_FPRG       (1u << 10)
#define L1_OBL_LAUNCH (1u << 18)
#define L1_BSY        (1u << 0)
#define L1_EOP        (1u << 1)
#define L1_ENDHV      (1u << 2)
#define L1_READY      (1u << 3)
#define L1_WRPERR     (1u << 8)
#define L1_PGAERR     (1u << 9)
#define L1_SIZERR     (1u << 10)
#define L1_OPTVERR    (1u << 11)
#define L1_OPTVERRUSR (1u << 12)
#define L1_RDERR      (1u << 13)

#define H7           0x52002000u
#define H7_2         0x100u /* the second bank's registers */
#define H7_KEYR      (H7 + 0x04)
#define H7_OPTKEYR   (H7 + 0x08)
#define H7_CR        (H7 + 0x0c)
#define H7_SR        (H7 + 0x10)
#define H7_CCR       (H7 + 0x14)
#define H7_OPTCR     (H7 + 0x18)
#define H7_OPTSR     (H7 + 0x1c) /* in force; 4 behind it, as it is to be */
#define H7_OPTCCR    (H7 + 0x24)
#define H7_PRAR      (H7 + 0x28)
#define H7_WPSN      (H7 + 0x38)
#define H7_BOOT      (H7 + 0x40)
#define H7_PRG       4u
#define H7_LOCK      (1u << 0)
#define H7_PG        (1u << 1)
#define H7_SER       (1u << 2)
#define H7_BER       (1u << 3)
#define H7_X64       (3u << 4)
#define H7_FW        (1u << 6)
#define H7_START     (1u << 7)
#define H7_EOPIE     (1u << 16)
#define H7_BSY       (1u << 0)
#define H7_WBNE      (1u << 1)
#define H7_QW        (1u << 2)
#define H7_EOP       (1u << 16)
#define H7_WRPERR    (1u << 17)
#define H7_PGSERR    (1u << 18)
#define H7_STRBERR   (1u << 19)
#define H7_INCERR    (1u << 21)
#define H7_RDPERR    (1u << 23)
#define H7_DBECC     (1u << 26)
#define H7_OPTSTART  (1u << 1)
#define H7_MER       (1u << 4)
#define H7_CHANGEERR (1u << 30)

static inline void
wait_idle (FkSimChip *chip, guint32 status, guint32 busy)
{
  for (guint i = 0; i < 1000 && (get (chip, status) & busy) != 0; i++)
    fk_sim_chip_advance (chip, 20 * MS);
  g_assert_cmphex (get (chip, status) & busy, ==, 0);
}

static inline void
pin_reset (FkSimChip *chip)
{
  fk_sim_chip_set_nrst (chip, TRUE);
  fk_sim_chip_set_nrst (chip, FALSE);
}
