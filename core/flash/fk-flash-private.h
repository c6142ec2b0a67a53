/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "flash/fk-flash-driver.h"
#include "flash/fk-flash.h"

G_BEGIN_DECLS

struct _FkFlash
{
  GObject parent_instance;

  FkTarget *target;
  FkChip *chip;
  guint millivolts;
  gboolean use_ram;
  FkFlashTouch touch;
  FkTargetRam *kept;       /* (nullable): what fk_flash_give_back() has still to give back */
  gboolean doubts_unit;    /* the chip's CRC unit was wrong once */
  gboolean doubts_dma;     /* … or could not be used with its DMA controller */
  gboolean summed_by_unit; /* the last sums are the CRC unit's */
};

void fk_flash_doubt_unit (FkFlash *self, FkProgress *progress, const char *why);
gboolean fk_flash_sum_if_can (FkFlash *self,
                              FkFlashSum *sums,
                              guint n_sums,
                              gboolean *cannot_run,
                              FkProgress *progress,
                              GCancellable *cancellable,
                              GError **error);
gboolean fk_flash_sum_without_unit (FkFlash *self,
                                    FkFlashSum *sums,
                                    guint n_sums,
                                    gboolean *cannot_run,
                                    GCancellable *cancellable,
                                    GError **error);
guint32 fk_flash_get_piece_size (guint64 total, guint n_max, guint32 minimum);
gboolean fk_flash_check_range_readable (FkFlash *self,
                                        FkRange range,
                                        GCancellable *cancellable,
                                        GError **error);
gboolean fk_flash_check_window_watchdog (FkFlash *flash, GError **error);
guint32 fk_flash_get_watchdog (FkFlash *self, guint32 spare_word);
FkTargetRam *fk_flash_borrow_ram (
    FkFlash *self, gsize size, guint used, GCancellable *cancellable, GError **error);
gboolean fk_flash_keep_ram (FkFlash *self, FkTargetRam **ram, GError **error);
gboolean
fk_flash_upload (FkFlash *self, guint32 address, const guint8 *data, gsize length, GError **error);

/**
 * FkFlashUnlocked: the flash controller unlocked, until fk_flash_unlocked_end() or free
 */
typedef struct
{
  const FkFlashDriver *driver;
  FkFlashPort port;
  gboolean ended;
} FkFlashUnlocked;

FkFlashUnlocked *fk_flash_unlock (FkFlash *self, GError **error);
gboolean fk_flash_unlocked_end (FkFlashUnlocked *self, GError **error);
void fk_flash_unlocked_free (FkFlashUnlocked *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FkFlashUnlocked, fk_flash_unlocked_free)

const FkFlashDriver *fk_flash_require_driver (FkFlash *self, GError **error);

/**
 * FkCrcUnit: the chip's CRC unit, until fk_crc_unit_return() or free
 */
typedef struct _FkCrcUnit FkCrcUnit;

gboolean fk_crc_unit_is_known (FkFlash *flash);
gboolean fk_crc_unit_reverses (FkFlash *flash);
FkCrcUnit *fk_crc_unit_borrow (FkFlash *flash, guint32 also, GError **error);
#define FK_CRC_UNIT_CLOCK   2
#define FK_CRC_UNIT_ERRANDS 9
#define FK_CRC_UNIT_RETURN  6

guint fk_crc_unit_make_clocking (FkCrcUnit *self, FkProbeAccess *access);
guint fk_crc_unit_make_errands (FkCrcUnit *self, FkProbeAccess *errands);
gboolean fk_crc_unit_take (FkCrcUnit *self, const FkProbeAccess *errands, GError **error);
guint fk_crc_unit_list_clock (FkChip *chip, guint32 *addresses);
guint32 fk_crc_unit_get_data (FkCrcUnit *self);

guint32 fk_crc_unit_predict (FkCrcUnit *self, const guint8 *data, gsize length);
guint fk_crc_unit_make_return (FkCrcUnit *self, FkProbeAccess *list);
void fk_crc_unit_take_return (FkCrcUnit *self, const FkProbeAccess *list, guint n);
gboolean fk_crc_unit_return (FkCrcUnit *self, GError **error);
gboolean fk_crc_unit_return_with (FkCrcUnit *self, FkTargetRam *ram, GError **error);
void fk_crc_unit_free (FkCrcUnit *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FkCrcUnit, fk_crc_unit_free)

/**
 * FkDmaSum: a sum that the chip's DMA controller has its CRC unit compute, until
 * fk_dma_sum_return() or free
 */
typedef struct _FkDmaSum FkDmaSum;

gboolean fk_dma_sum_suits (FkFlash *flash, FkRange range);
FkDmaSum *fk_dma_sum_start (FkFlash *flash, FkRange range, GError **error);
gboolean fk_dma_sum_finish (
    FkDmaSum *self, const guint8 *data, gboolean *same, GCancellable *cancellable, GError **error);
gboolean fk_dma_sum_return (FkDmaSum *self, GError **error);
void fk_dma_sum_free (FkDmaSum *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FkDmaSum, fk_dma_sum_free)

/**
 * FkFlashSummer: a CRC loader in borrowed RAM, until fk_flash_summer_end() or free
 */
typedef struct _FkFlashSummer FkFlashSummer;

FkFlashSummer *fk_flash_summer_new (
    FkFlash *flash, FkFlashSum *sums, guint n_sums, GCancellable *cancellable, GError **error);
gboolean fk_flash_summer_start (FkFlashSummer *self, GError **error);
gboolean fk_flash_summer_finish (FkFlashSummer *self,
                                 FkProgress *progress,
                                 GCancellable *cancellable,
                                 GError **error);
gboolean fk_flash_summer_uses_unit (FkFlashSummer *self);
gboolean fk_flash_summer_end (FkFlashSummer *self, gboolean keep, GError **error);
void fk_flash_summer_free (FkFlashSummer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FkFlashSummer, fk_flash_summer_free)

/**
 * FkFlashQueue: the write loader in RAM, and the slots that it works at
 */
typedef struct _FkFlashQueue FkFlashQueue;

FkFlashQueue *fk_flash_queue_new (FkFlash *flash, FkFlashUnlocked *unlocked, GError **error);
gsize fk_flash_queue_get_room (FkFlashQueue *self, const FkFlashOrders *orders);
void fk_flash_queue_order_status (FkFlashQueue *self,
                                  const FkFlashStatus *status,
                                  FkFlashOrders *orders);
gboolean fk_flash_queue_send (FkFlashQueue *self,
                              guint32 address,
                              const guint8 *data,
                              gsize length,
                              const FkFlashOrders *orders,
                              guint erase_us,
                              guint erase_ms,
                              GCancellable *cancellable,
                              GError **error);
void fk_flash_queue_add_bytes (FkFlashQueue *self, gsize n_bytes);
gboolean fk_flash_queue_drain (FkFlashQueue *self, GCancellable *cancellable, GError **error);
gboolean fk_flash_queue_stop (FkFlashQueue *self, GError **error);
gboolean fk_flash_queue_end (FkFlashQueue *self, GError **error);
guint32 fk_flash_queue_get_sent (FkFlashQueue *self);
guint32 fk_flash_queue_get_done (FkFlashQueue *self);
guint64 fk_flash_queue_get_bytes_done (FkFlashQueue *self);
gboolean fk_flash_queue_is_known (FkFlashQueue *self);
void fk_flash_queue_free (FkFlashQueue *self);

/**
 * FkFlashWriter: erases and programs flash, by a loader in RAM or, where that cannot be, by the
 * debugger
 */
typedef struct _FkFlashWriter FkFlashWriter;

FkFlashWriter *fk_flash_writer_new (FkFlash *flash,
                                    FkFlashUnlocked *unlocked,
                                    guint64 bytes_total,
                                    FkProgress *progress,
                                    GCancellable *cancellable,
                                    GError **error);
gboolean fk_flash_writer_erase (FkFlashWriter *self, const FkSector *sector, GError **error);
gboolean fk_flash_writer_erase_all (FkFlashWriter *self, GError **error);
gboolean fk_flash_writer_begin (FkFlashWriter *self, guint bank, GError **error);
gboolean fk_flash_writer_write (
    FkFlashWriter *self, guint32 address, const guint8 *data, gsize length, GError **error);
gboolean fk_flash_writer_flush (FkFlashWriter *self, guint32 address, gsize bytes, GError **error);
gboolean fk_flash_writer_end (FkFlashWriter *self, GError **error);
void fk_flash_writer_stop (FkFlashWriter *self);
guint32 fk_flash_writer_get_mark (FkFlashWriter *self);
gboolean fk_flash_writer_has_done (FkFlashWriter *self, guint32 mark);
gboolean fk_flash_writer_is_known (FkFlashWriter *self);
gboolean fk_flash_writer_uses_ram (FkFlashWriter *self);
void fk_flash_writer_free (FkFlashWriter *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FkFlashWriter, fk_flash_writer_free)

G_END_DECLS
