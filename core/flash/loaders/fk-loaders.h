/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * FkLoader:
 * @name: of its source: loaders/fk-loader-NAME.S
 * @code: Thumb instructions, position independent, to be started at the first one
 * @size: bytes
 * @used: bits of the registers R0 to R12 that it uses, its arguments in R0 to R3 included, or
 *   FK_TARGET_CODE_SAVES
 *
 * Code of ours that runs in the chip's RAM.
 */
typedef struct
{
  const char *name;
  const guint8 *code;
  gsize size;
  guint used;
} FkLoader;

extern const FkLoader fk_loader_write;
extern const FkLoader fk_loader_crc32;
extern const FkLoader fk_loader_crc_unit;
extern const FkLoader fk_loader_crc_unit_reversing;
extern const FkLoader fk_loader_poke;
extern const FkLoader fk_loader_find;

/* The control block of the write loader: offsets of its words (see the source). */
enum
{
  FK_LOADER_REPORT = 0,
  FK_LOADER_FAULT_FLAGS = 4,
  FK_LOADER_FAULT_ADDRESS = 8,
  FK_LOADER_STOP = 12,
  FK_LOADER_BLANK = 16,
  FK_LOADER_STATUS_REGISTER = 20,
  FK_LOADER_BUSY_MASK = 24,
  FK_LOADER_ERROR_MASK = 28,
  FK_LOADER_WIDTH = 32,
  FK_LOADER_WATCHDOG = 36,
  FK_LOADER_FIRST_SLOT = 40,
  FK_LOADER_END_OF_SLOTS = 44,
  FK_LOADER_SLOT_STRIDE = 48,
  FK_LOADER_FIRST_NUMBER = 52,
  FK_LOADER_CONTROL_SIZE = 56,
};

/* Behind data and orders of a slot: address, length, number of orders, check, number. */
#define FK_LOADER_SLOT_HEAD 20

typedef enum
{
  FK_LOADER_STATE_NOT_STARTED,
  FK_LOADER_STATE_RUNNING,
  FK_LOADER_STATE_STOPPED,     /* as it was asked to */
  FK_LOADER_STATE_FLASH_ERROR, /* FAULT_FLAGS: the status register */
  FK_LOADER_STATE_MISMATCH,    /* FAULT_FLAGS: the byte that was read back */
  FK_LOADER_STATE_GARBLED,     /* a slot did not arrive as it was sent */
} FkLoaderState;

/* The word at FK_LOADER_REPORT: number of the last slot that is done, and the state. */
#define FK_LOADER_REPORT_SHIFT 4
#define FK_LOADER_REPORT_STATE 0xfu

/* The CRC loaders (see the sources): their control block begins with three words, then runs of
 * three words come; and the table of the one. */
#define FK_LOADER_CRC32_FIRST_RUN 12
#define FK_LOADER_CRC32_RUN       12
#define FK_LOADER_CRC32_TABLE     1024

G_END_DECLS
