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
 * FkVerified:
 * @FK_VERIFIED_NO: nothing was proved
 * @FK_VERIFIED_CRC: code on the chip computed CRC-32 sums, and they were right
 * @FK_VERIFIED_REREAD: every byte was read and compared
 */
typedef enum
{
  FK_VERIFIED_NO,
  FK_VERIFIED_CRC,
  FK_VERIFIED_REREAD,
} FkVerified;

const char *fk_verified_get_nick (FkVerified verified);

/**
 * FkFlashTouch:
 * @FK_TOUCH_NOTHING: nothing was erased or programmed
 * @FK_TOUCH_SECTORS: some sectors are changed, or all are as planned
 * @FK_TOUCH_ERASED: the whole flash was erased at once, and not all of it is written since
 *
 * What a fk_flash_execute() that may have failed has done to the flash.
 */
typedef enum
{
  FK_TOUCH_NOTHING,
  FK_TOUCH_SECTORS,
  FK_TOUCH_ERASED,
} FkFlashTouch;

/**
 * FkFlashSum:
 * @range: memory of the chip
 * @crc: becomes its CRC-32, as fk_crc32() computes it
 */
typedef struct
{
  FkRange range;
  guint32 crc;
} FkFlashSum;

/**
 * FkFlashMeanwhile:
 *
 * Reads memory of the chip, by fk_flash_read(), while code of ours runs on it.
 *
 * Returns: whether to go on; %FALSE with @error set
 */
typedef gboolean (*FkFlashMeanwhile) (gpointer data, GError **error);

/**
 * FkFlash:
 *
 * The flash of a connected chip: reads, proves, carries plans out, changes option bytes.  Whatever
 * it unlocks it locks again before it returns, and RAM that it borrowed it gives back, also after
 * an error or when it was cancelled.  All calls come from the thread that owns the probe.
 */
#define FK_TYPE_FLASH (fk_flash_get_type ())
G_DECLARE_FINAL_TYPE (FkFlash, fk_flash, FK, FLASH, GObject)

FkFlash *fk_flash_new (FkTarget *target, FkChip *chip, guint millivolts);
FkTarget *fk_flash_get_target (FkFlash *self);
FkChip *fk_flash_get_chip (FkFlash *self);
void fk_flash_set_use_ram (FkFlash *self, gboolean use_ram);

gboolean fk_flash_loader_cannot_run (const GError *error);

GBytes *fk_flash_read (
    FkFlash *self, FkRange range, FkProgress *progress, GCancellable *cancellable, GError **error);
gboolean fk_flash_check_readable (FkFlash *self, GCancellable *cancellable, GError **error);
GBytes *fk_flash_read_proved (FkFlash *self,
                              FkRange range,
                              FkVerified *how,
                              FkProgress *progress,
                              GCancellable *cancellable,
                              GError **error);
gboolean fk_flash_checksum (FkFlash *self,
                            FkRange range,
                            guint32 *crc,
                            FkProgress *progress,
                            GCancellable *cancellable,
                            GError **error);
gboolean fk_flash_sum (FkFlash *self,
                       FkFlashSum *sums,
                       guint n_sums,
                       FkProgress *progress,
                       GCancellable *cancellable,
                       GError **error);
gboolean fk_flash_sum_and_read (FkFlash *self,
                                FkFlashSum *sums,
                                guint n_sums,
                                FkFlashMeanwhile meanwhile,
                                gpointer meanwhile_data,
                                FkProgress *progress,
                                GCancellable *cancellable,
                                GError **error);
gboolean fk_flash_check_unit (FkFlash *self,
                              FkFlashSum *sums,
                              const guint32 *expected,
                              guint n_sums,
                              FkProgress *progress,
                              GCancellable *cancellable,
                              GError **error);
gboolean fk_flash_has_word (FkFlash *self,
                            FkRange range,
                            GArray *words,
                            gboolean *found,
                            FkFlashMeanwhile meanwhile,
                            gpointer meanwhile_data,
                            GCancellable *cancellable,
                            GError **error);
gboolean fk_flash_give_back (FkFlash *self, GError **error);
gboolean fk_flash_verify (FkFlash *self,
                          FkImage *image,
                          FkVerified *how,
                          FkProgress *progress,
                          GCancellable *cancellable,
                          GError **error);
gboolean fk_flash_execute (FkFlash *self,
                           FkFlashPlan *plan,
                           FkVerified *how,
                           FkProgress *progress,
                           GCancellable *cancellable,
                           GError **error);
FkFlashTouch fk_flash_get_touch (FkFlash *self);

gboolean fk_flash_can_write_eeprom (FkChip *chip);
gboolean fk_flash_find_eeprom (FkFlash *self, FkRange *range, GError **error);
gboolean fk_flash_write_eeprom (FkFlash *self,
                                guint32 address,
                                GBytes *wanted,
                                FkProgress *progress,
                                GCancellable *cancellable,
                                GError **error);

gboolean fk_flash_get_protection (FkFlash *self, FkProtection *protection, GError **error);
gboolean fk_flash_would_reset_protect (FkFlash *self);
void fk_flash_foresee_options (FkFlash *self);
gboolean fk_flash_are_options_open (FkFlash *self, gboolean *open, GError **error);
FkOptionBytes *fk_flash_read_options (FkFlash *self, GCancellable *cancellable, GError **error);
gboolean fk_flash_write_options (FkFlash *self,
                                 FkOptionBytes *options,
                                 FkProgress *progress,
                                 GCancellable *cancellable,
                                 GError **error);
gboolean fk_flash_remove_protection (FkFlash *self,
                                     FkProgress *progress,
                                     GCancellable *cancellable,
                                     GError **error);
gboolean fk_flash_add_protection (FkFlash *self,
                                  FkProgress *progress,
                                  GCancellable *cancellable,
                                  GError **error);

G_END_DECLS
