/* SPDX-License-Identifier: GPL-3.0-or-later */

/* CRC-32 sums computed by the chip itself: the CRC loader in borrowed RAM.  Before a sum is
 * believed the loader has to get the sum of its own code right.  The program that was interrupted
 * finds RAM and registers as they were. */

#include "config.h"

#include "flash/fk-flash-private.h"

#include "base/fk-crc32.h"
#include "base/fk-error.h"
#include "flash/loaders/fk-loaders.h"

#include "base/fk-reader.h"

/* Nothing is pushed by our code; this is for a fault on the way, so that it overwrites nothing. */
#define STACK 64

/* The chip may run at any clock: this allows 1 MHz at some 10 cycles a byte, ten times over. */
#define TIMEOUT_BASE_MS    1000
#define TIMEOUT_BYTES_A_MS 10

#define WWDG_CR_WDGA (1u << 7)

struct _FkFlashSummer
{
  FkFlash *flash;
  FkTargetRam *ram;
  guint32 code;
  guint32 work;
  guint32 stack;
};

static gboolean
check_itself (FkFlashSummer *self, GCancellable *cancellable, GError **error)
{
  const FkLoader *loader = &fk_loader_crc32;
  FkRange range = { .address = self->code, .size = (guint32)loader->size };
  guint32 crc = FK_CRC32_INIT;

  if (!fk_flash_summer_update (self, range, &crc, cancellable, error))
    return FALSE;
  if (crc == fk_crc32_update (FK_CRC32_INIT, loader->code, loader->size))
    return TRUE;
  g_set_error (error, FK_ERROR, FK_ERROR_NOT_SUPPORTED,
               "The chip computes wrong checksums of known data");
  return FALSE;
}

/* The window watchdog cannot be fed from outside: it bites when it is fed too early as well
 * (RM0008, 20.3).  It stands still while the core is halted, and would go on with our code.  A chip
 * that does not clock it reads as zero; one that has none answers with a fault. */
static gboolean
check_window_watchdog (FkFlash *flash, GError **error)
{
  guint32 address = fk_chip_get_register (flash->chip, "window-watchdog");
  g_autoptr (GError) local_error = NULL;
  guint32 control;

  if (address == 0)
    return TRUE;
  if (!fk_target_read_u32 (flash->target, address, &control, &local_error))
    {
      if (g_error_matches (local_error, FK_ERROR, FK_ERROR_BUS_FAULT))
        return TRUE;
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  if ((control & WWDG_CR_WDGA) == 0)
    return TRUE;
  g_set_error (error, FK_ERROR, FK_ERROR_NOT_SUPPORTED,
               "The program's window watchdog would reset the chip if other code ran");
  return FALSE;
}

FkFlashSummer *
fk_flash_summer_new (FkFlash *flash, GCancellable *cancellable, GError **error)
{
  const FkLoader *loader = &fk_loader_crc32;
  const FkRegion *region = fk_chip_find_region (flash->chip, "ram");
  gsize size = loader->size + FK_LOADER_CRC32_WORK + STACK;
  g_autoptr (FkFlashSummer) self = NULL;
  guint32 watchdog;
  guint8 word[4];

  g_assert (loader->size % 4 == 0);
  if (!flash->use_ram || region == NULL || region->range.size < size)
    {
      g_set_error (error, FK_ERROR, FK_ERROR_NOT_SUPPORTED, "No code may be run in the chip's RAM");
      return NULL;
    }
  if (!check_window_watchdog (flash, error))
    return NULL;
  self = g_new0 (FkFlashSummer, 1);
  self->flash = g_object_ref (flash);
  self->ram =
      fk_target_borrow_ram (flash->target, region->range.address, size, TRUE, cancellable, error);
  if (self->ram == NULL)
    return NULL;
  self->code = region->range.address;
  self->work = self->code + (guint32)loader->size;
  self->stack = (self->work + FK_LOADER_CRC32_WORK + STACK) & ~7u; /* ARM DDI 0419C, B1.5.7 */
  watchdog = fk_flash_get_watchdog (flash, self->stack - STACK);
  fk_store_u32le (word, watchdog);
  if (!fk_flash_upload (flash, self->code, loader->code, loader->size, error) ||
      !fk_flash_upload (flash, self->work, word, sizeof word, error) ||
      !check_itself (self, cancellable, error))
    return NULL;
  return g_steal_pointer (&self);
}

/* It has to stand at its own BKPT, all of the range behind it: a fault stops elsewhere. */
static gboolean
check_end (FkFlashSummer *self, GError **error)
{
  FkTarget *target = self->flash->target;
  guint32 pc, left;

  if (!fk_target_read_register (target, FK_REG_PC, &pc, error) ||
      !fk_target_read_register (target, FK_REG_R1, &left, error))
    return FALSE;
  if (pc >= self->code && pc < self->work && left == 0)
    return TRUE;
  g_set_error (error, FK_ERROR, FK_ERROR_NOT_SUPPORTED,
               "The code that computes checksums stopped at 0x%08x with 0x%x bytes left", pc, left);
  return FALSE;
}

/* @crc: (inout): the running remainder, as fk_crc32_update() has it */
gboolean
fk_flash_summer_update (
    FkFlashSummer *self, FkRange range, guint32 *crc, GCancellable *cancellable, GError **error)
{
  FkTarget *target = self->flash->target;
  guint32 registers[4] = { range.address, range.size, *crc, self->work };
  g_autoptr (GError) local_error = NULL;

  if (!fk_target_start (target, self->code, self->stack, registers, error))
    return FALSE;
  if (fk_target_wait_halted (target, TIMEOUT_BASE_MS + range.size / TIMEOUT_BYTES_A_MS, cancellable,
                             &local_error))
    return check_end (self, error) && fk_target_read_register (target, FK_REG_R0, crc, error);
  fk_target_halt (target, NULL, NULL);
  if (g_error_matches (local_error, FK_ERROR, FK_ERROR_TIMEOUT))
    g_set_error (error, FK_ERROR, FK_ERROR_NOT_SUPPORTED,
                 "The code that computes checksums did not end in time");
  else
    g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

gboolean
fk_flash_summer_end (FkFlashSummer *self, GError **error)
{
  return fk_target_ram_return (self->ram, error);
}

void
fk_flash_summer_free (FkFlashSummer *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->ram, fk_target_ram_free);
  g_object_unref (self->flash);
  g_free (self);
}
