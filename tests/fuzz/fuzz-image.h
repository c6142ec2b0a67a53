/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "image/fk-image.h"

FkImage *fuzz_image_take (const guint8 **data, gsize *size);
