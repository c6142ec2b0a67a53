/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What erased flash is taken to read as where no chip says otherwise: of nearly all STM32 it does.
 * Who knows the chip or the backup asks that: fk_chip_get_erased_value(),
 * fk_backup_get_erased_value(). */
#define FK_BLANK 0xffu
