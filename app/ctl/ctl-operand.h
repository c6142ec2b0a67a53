/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ctl-context.h"

#include "image/fk-image-format.h"
#include "job/fk-chip-facts.h"

G_BEGIN_DECLS

/**
 * CtlOperand:
 *
 * One side of a comparison, or what is inspected: a backup, a file, or the chip.
 * @format: (nullable): of a file
 * @chip: (nullable): of a backup or the chip
 * @uid: (nullable): 12 bytes
 * @options: (nullable): raw option bytes, of ctl_operand_load_settings()
 * @otp: (nullable): bytes that can be written once, likewise
 * @eeprom: (nullable): data EEPROM, likewise
 */
typedef struct
{
  FkImage *image;
  FkBackup *backup;    /* (nullable): that it is of */
  char *connected_uid; /* (nullable): of the chip, if that is it */
  const FkImageFormat *format;
  FkChip *chip;
  GBytes *uid;
  GBytes *options;
  GBytes *otp;
  GBytes *eeprom;
} CtlOperand;

gboolean ctl_operand_load (CtlOperand *self, CtlContext *context, const char *name, GError **error);
gboolean ctl_operand_load_settings (CtlOperand *self, CtlContext *context, GError **error);
gboolean ctl_operand_load_backup (CtlOperand *self, FkBackup *backup, GError **error);
gboolean
ctl_operand_place (CtlOperand *self, CtlContext *context, const char *name, GError **error);
void ctl_operand_clear (CtlOperand *self);
FkChipFacts *ctl_operand_make_facts (const CtlOperand *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CtlOperand, ctl_operand_clear)

G_END_DECLS
