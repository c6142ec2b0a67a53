/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "image/fk-image-format.h"

G_BEGIN_DECLS

extern const FkImageFormat fk_binary_format;
extern const FkImageFormat fk_ihex_format;
extern const FkImageFormat fk_srec_format;
extern const FkImageFormat fk_elf_format;

G_END_DECLS
