/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The parts of the address space that STM32 share (any reference manual, "Memory map"): flash, and
 * as much of it as the largest part has. */
#define FK_FLASH_START 0x08000000u
#define FK_FLASH_MAX   0x00200000u

gboolean fk_vectors_read (const guint8 *data, gsize length, guint32 *stack, guint32 *reset);
guint fk_vectors_count_handlers (const guint8 *data, gsize length, guint32 start, guint32 end);

G_END_DECLS
