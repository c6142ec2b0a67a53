/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How much flash the bootloaders of known boards take: the build settings of Klipper
 * (src/stm32/Kconfig and the comments of config/printer-*.cfg, generic-*.cfg) and of Marlin
 * (ini/stm32f1.ini, ini/stm32f4.ini) say so. */

#include "config.h"

#include "compare/fk-board-offsets.h"

static const FkBoardOffset offsets[] = {
  { 0x00800, "Blue Pill with the HID bootloader" },
  { 0x02000, "BTT SKR Mini E3 v3, Manta; Blue Pill with the stm32duino bootloader" },
  { 0x05000, "MKS Robin E3" },
  { 0x07000, "BTT SKR Mini E3 v1 and v2, Creality 4.2.x, MKS Robin Nano v1 and v2, Sovol SV05" },
  { 0x08000, "BTT SKR Pro, SKR 2, GTR and Octopus, Anycubic Vyper, Mellow Fly, Elegoo Neptune 3" },
  { 0x08800, "Tronxy and others with a Chitu board" },
  { 0x0a000, "JGAurora A5S" },
  { 0x0c000, "MKS Robin Nano v3, MKS Monster8, TH3D EZBoard, Artillery X3" },
  { 0x10000, "FlashForge, Ender-3 S1 with an STM32F401, CR-10 Smart Pro, Lerdge" },
  { 0x20000, "BTT SKR 3, Octopus Pro" },
  { 0x20200, "Prusa MINI and other Buddy boards" },
};

/**
 * fk_board_offset_get_all:
 * @n_offsets: (out): how many
 *
 * Returns: (array length=n_offsets) (transfer none): all rows, by ascending offset
 */
const FkBoardOffset *
fk_board_offset_get_all (guint *n_offsets)
{
  g_return_val_if_fail (n_offsets != NULL, NULL);

  *n_offsets = G_N_ELEMENTS (offsets);
  return offsets;
}

/**
 * fk_board_offset_find:
 * @offset: from the start of the flash, in bytes
 *
 * Returns: (nullable) (transfer none): the boards whose bootloader takes just that much
 */
const FkBoardOffset *
fk_board_offset_find (guint32 offset)
{
  guint i;

  for (i = 0; i < G_N_ELEMENTS (offsets); i++)
    if (offsets[i].offset == offset)
      return &offsets[i];
  return NULL;
}
