/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/fk-progress.h"
#include "chip/fk-chip.h"
#include "flash/fk-flash-plan.h"
#include "flash/fk-option-bytes.h"
#include "image/fk-image.h"
#include "target/fk-target.h"

G_BEGIN_DECLS

/**
 * FkFlash:
 *
 * The flash of a connected chip: reads, proves, plans carried out, option bytes.  Whatever it
 * unlocks it locks again before it returns, and RAM that it borrowed it gives back.
 */
#define FK_TYPE_FLASH (fk_flash_get_type ())
G_DECLARE_FINAL_TYPE (FkFlash, fk_flash, FK, FLASH, GObject)

/* millivolts 0: not known (a probe that cannot measure): the most careful program width */
FkFlash *fk_flash_new (FkTarget *target, FkChip *chip, guint millivolts);
FkTarget *fk_flash_get_target (FkFlash *self);
FkChip *fk_flash_get_chip (FkFlash *self);

/* Never short: all of range or an error. */
GBytes *fk_flash_read (
    FkFlash *self, FkRange range, FkProgress *progress, GCancellable *cancellable, GError **error);
/* CRC-32 of memory, computed by code on the chip.  NOT_SUPPORTED when a loader cannot run (no RAM,
 * core locked): read instead. */
gboolean fk_flash_checksum (FkFlash *self,
                            FkRange range,
                            guint32 *crc,
                            FkProgress *progress,
                            GCancellable *cancellable,
                            GError **error);
typedef enum
{
  FK_VERIFIED_NO,
  FK_VERIFIED_CRC,
  FK_VERIFIED_REREAD
} FkVerified;
const char *fk_verified_get_nick (FkVerified verified); /* "no", "crc", "reread" */
/* Proves that the chip holds image; VERIFY_MISMATCH names the first differing address and both
 * bytes. */
gboolean fk_flash_verify (FkFlash *self,
                          FkImage *image,
                          FkVerified *how,
                          FkProgress *progress,
                          GCancellable *cancellable,
                          GError **error);
/* Erases and programs as planned, then verifies; after a failure the message says which sectors are
 * done. */
gboolean fk_flash_execute (FkFlash *self,
                           FkFlashPlan *plan,
                           FkVerified *how,
                           FkProgress *progress,
                           GCancellable *cancellable,
                           GError **error);

gboolean fk_flash_get_protection (FkFlash *self, FkProtection *protection, GError **error);
FkOptionBytes *fk_flash_read_options (FkFlash *self, GCancellable *cancellable, GError **error);
/* Writes, reads back, compares. Protection must not change by this. The new values act after the
 * next reset/reload. */
gboolean fk_flash_write_options (FkFlash *self,
                                 FkOptionBytes *options,
                                 FkProgress *progress,
                                 GCancellable *cancellable,
                                 GError **error);
/* RDP 1 -> 0: mass-erases. The caller has the typed consent. */
gboolean fk_flash_remove_protection (FkFlash *self,
                                     FkProgress *progress,
                                     GCancellable *cancellable,
                                     GError **error);

G_END_DECLS
