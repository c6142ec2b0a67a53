/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * FkLoader:
 * @name: of its source: loaders/fk-loader-NAME.S
 * @code: Thumb instructions, position independent, to be started at the first one
 * @size: bytes
 *
 * Code of ours that runs in the chip's RAM.
 */
typedef struct
{
  const char *name;
  const guint8 *code;
  gsize size;
} FkLoader;

extern const FkLoader fk_loader_write;
extern const FkLoader fk_loader_crc32;
extern const FkLoader fk_loader_crc_unit;
extern const FkLoader fk_loader_poke;

/* The control block of the write loader: offsets of its words (see the source). */
enum
{
  FK_LOADER_PRODUCED = 0,
  FK_LOADER_CONSUMED = 4,
  FK_LOADER_STATE = 8,
  FK_LOADER_FAULT_FLAGS = 12,
  FK_LOADER_FAULT_ADDRESS = 16,
  FK_LOADER_BLANK = 20,
  FK_LOADER_STATUS_REGISTER = 24,
  FK_LOADER_BUSY_MASK = 28,
  FK_LOADER_ERROR_MASK = 32,
  FK_LOADER_WIDTH = 36,
  FK_LOADER_WATCHDOG = 40,
  FK_LOADER_FIRST_SLOT = 44,
  FK_LOADER_END_OF_SLOTS = 48,
  FK_LOADER_SLOT_STRIDE = 52,
  FK_LOADER_CONTROL_SIZE = 56,
};

/* Address and length in front of the data. */
#define FK_LOADER_SLOT_HEADER 8

typedef enum
{
  FK_LOADER_STATE_NOT_STARTED,
  FK_LOADER_STATE_RUNNING,
  FK_LOADER_STATE_DONE,
  FK_LOADER_STATE_FLASH_ERROR, /* FAULT_FLAGS: the status register */
  FK_LOADER_STATE_MISMATCH,    /* FAULT_FLAGS: what was read back */
} FkLoaderState;

/* The CRC loaders (see the sources): their control block begins with three words, then runs of
 * three words come; and the table of the one. */
#define FK_LOADER_CRC32_FIRST_RUN 12
#define FK_LOADER_CRC32_RUN       12
#define FK_LOADER_CRC32_TABLE     1024

G_END_DECLS
