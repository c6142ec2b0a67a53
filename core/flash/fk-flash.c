/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The flash of a connected chip: the object, reading, unlocking as a scope, and what the loaders
 * share.  Proving is in fk-flash-verify.c, writing in fk-flash-execute.c, option bytes and
 * protection in fk-flash-options.c. */

#include "config.h"

#include "flash/fk-flash.h"

#include "base/fk-error.h"
#include "flash/fk-flash-private.h"

#include <string.h>

G_DEFINE_FINAL_TYPE (FkFlash, fk_flash, G_TYPE_OBJECT)

static void
fk_flash_finalize (GObject *object)
{
  FkFlash *self = FK_FLASH (object);

  g_clear_pointer (&self->kept, fk_target_ram_free);
  g_clear_object (&self->target);
  g_clear_object (&self->chip);
  G_OBJECT_CLASS (fk_flash_parent_class)->finalize (object);
}

static void
fk_flash_class_init (FkFlashClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = fk_flash_finalize;
}

static void
fk_flash_init (FkFlash *self)
{
  self->use_ram = TRUE;
}

/**
 * fk_verified_get_nick:
 *
 * Returns: (transfer none): the word that backup.ini and the command line use: "no", "crc",
 * "reread"
 */
const char *
fk_verified_get_nick (FkVerified verified)
{
  switch (verified)
    {
    case FK_VERIFIED_CRC:
      return "crc";
    case FK_VERIFIED_REREAD:
      return "reread";
    case FK_VERIFIED_NO:
    default:
      return "no";
    }
}

/**
 * fk_flash_new:
 * @target: connected
 * @chip: what it is
 * @millivolts: of the board, which decide how wide the flash may be programmed; 0 when the probe
 *   cannot measure them, which counts as low
 *
 * Returns: (transfer full): the flash
 */
FkFlash *
fk_flash_new (FkTarget *target, FkChip *chip, guint millivolts)
{
  FkFlash *self;

  g_return_val_if_fail (FK_IS_TARGET (target), NULL);
  g_return_val_if_fail (FK_IS_CHIP (chip), NULL);

  self = g_object_new (FK_TYPE_FLASH, NULL);
  self->target = g_object_ref (target);
  self->chip = g_object_ref (chip);
  self->millivolts = millivolts;
  return self;
}

FkTarget *
fk_flash_get_target (FkFlash *self)
{
  g_return_val_if_fail (FK_IS_FLASH (self), NULL);

  return self->target;
}

FkChip *
fk_flash_get_chip (FkFlash *self)
{
  g_return_val_if_fail (FK_IS_FLASH (self), NULL);

  return self->chip;
}

/**
 * fk_flash_set_use_ram:
 * @use_ram: %FALSE to run no code on the chip: everything is then done by the debugger alone, which
 *   is slower.  %TRUE, at first: loaders are used wherever they run.
 */
void
fk_flash_set_use_ram (FkFlash *self, gboolean use_ram)
{
  g_return_if_fail (FK_IS_FLASH (self));

  self->use_ram = use_ram;
}

/**
 * fk_flash_read:
 * @range: any range of the chip's memory
 *
 * Never short: all of @range or an error.
 *
 * Returns: (transfer full): exactly as many bytes as @range has, or %NULL with @error set
 */
GBytes *
fk_flash_read (
    FkFlash *self, FkRange range, FkProgress *progress, GCancellable *cancellable, GError **error)
{
  g_autofree guint8 *data = NULL;

  g_return_val_if_fail (FK_IS_FLASH (self), NULL);

  data = g_malloc (MAX (range.size, 1));
  if (range.size > 0 &&
      !fk_target_read (self->target, range.address, data, range.size, progress, cancellable, error))
    {
      g_prefix_error (error, "Reading " FK_RANGE_FORMAT ": ", FK_RANGE_ARGS (range));
      return NULL;
    }
  return g_bytes_new_take (g_steal_pointer (&data), range.size);
}

const FkFlashDriver *
fk_flash_require_driver (FkFlash *self, GError **error)
{
  const FkFlashDriver *driver = fk_flash_driver_find (fk_chip_get_driver (self->chip));

  if (driver == NULL)
    g_set_error (error, FK_ERROR, FK_ERROR_NOT_SUPPORTED,
                 "The flash of %s can only be read, its option bytes not at all: its controller is "
                 "not known yet",
                 fk_chip_get_name (self->chip));
  return driver;
}

FkFlashUnlocked *
fk_flash_unlock (FkFlash *self, GError **error)
{
  const FkFlashDriver *driver = fk_flash_require_driver (self, error);
  g_autoptr (FkFlashUnlocked) unlocked = NULL;
  guint width;

  if (driver == NULL || !driver->choose_width (self->chip, self->millivolts, &width, error))
    return NULL;
  unlocked = g_new0 (FkFlashUnlocked, 1);
  unlocked->driver = driver;
  unlocked->port = (FkFlashPort){ .target = g_object_ref (self->target),
                                  .chip = g_object_ref (self->chip),
                                  .width = width };
  if (driver->unlock (&unlocked->port, error))
    return g_steal_pointer (&unlocked);
  g_prefix_error (error, "Unlocking the flash: ");
  return NULL;
}

/* Locks the flash; once is enough.  What made an operation fail may be over by now or on the next
 * try, so it is tried twice: a chip that is left unlocked is one stray write away from damage. */
gboolean
fk_flash_unlocked_end (FkFlashUnlocked *self, GError **error)
{
  if (self->ended)
    return TRUE;
  self->ended = TRUE;
  if (self->driver->lock (&self->port, NULL) || self->driver->lock (&self->port, error))
    return TRUE;
  g_prefix_error (error, "Locking the flash: ");
  return FALSE;
}

void
fk_flash_unlocked_free (FkFlashUnlocked *self)
{
  if (self == NULL)
    return;
  fk_flash_unlocked_end (self, NULL);
  g_object_unref (self->port.target);
  g_object_unref (self->port.chip);
  g_free (self);
}

/**
 * fk_flash_loader_cannot_run:
 *
 * Returns: whether @error says something of running code on this chip, and nothing of the way to
 *   it: worth trying without
 */
gboolean
fk_flash_loader_cannot_run (const GError *error)
{
  return g_error_matches (error, FK_ERROR, FK_ERROR_BUS_FAULT) ||
         g_error_matches (error, FK_ERROR, FK_ERROR_CORE_LOCKED) ||
         g_error_matches (error, FK_ERROR, FK_ERROR_NOT_SUPPORTED) ||
         g_error_matches (error, FK_ERROR, FK_ERROR_VERIFY_MISMATCH);
}

/* Where loaders feed the independent watchdog: its key register, or a word of our own when the
 * description does not have it. */
guint32
fk_flash_get_watchdog (FkFlash *self, guint32 spare_word)
{
  guint32 address = fk_chip_get_register (self->chip, "watchdog");

  return address != 0 ? address : spare_word;
}

/* Code that did not arrive whole must not be started on somebody's board. */
gboolean
fk_flash_upload (FkFlash *self, guint32 address, const guint8 *data, gsize length, GError **error)
{
  g_autofree guint8 *back = g_malloc (length);

  if (!fk_target_write (self->target, address, data, length, NULL, NULL, error) ||
      !fk_target_read (self->target, address, back, length, NULL, NULL, error))
    return FALSE;
  if (memcmp (data, back, length) == 0)
    return TRUE;
  g_set_error (error, FK_ERROR, FK_ERROR_VERIFY_MISMATCH, "The RAM at 0x%08x does not keep data",
               address);
  return FALSE;
}

/**
 * fk_flash_give_back:
 *
 * Gives back what fk_flash_has_word() and fk_flash_sum_and_read() borrowed, so that the program can
 * go on.  Where the chip is reset there is nothing to give back, and who is about to do that saves
 * the time.
 */
gboolean
fk_flash_give_back (FkFlash *self, GError **error)
{
  gboolean returned;

  g_return_val_if_fail (FK_IS_FLASH (self), FALSE);

  returned = self->kept == NULL || fk_target_ram_return (self->kept, error);
  g_clear_pointer (&self->kept, fk_target_ram_free);
  return returned;
}

/*
 * Borrows RAM, from its beginning on, and what is @used of the registers for a loader, see
 * fk_target_borrow_ram().  A loan that is kept is taken over where it does, and grows if it must,
 * so that less of it has to be read; else it is given back first.
 *
 * Returns: (transfer full): to be given back, or kept by fk_flash_keep_ram()
 */
FkTargetRam *
fk_flash_borrow_ram (
    FkFlash *self, gsize size, guint used, GCancellable *cancellable, GError **error)
{
  guint32 address = fk_chip_find_region (self->chip, "ram")->range.address;
  g_autoptr (GError) local_error = NULL;

  if (self->kept != NULL && fk_target_ram_covers (self->kept, used))
    return fk_target_ram_grow (self->kept, size, cancellable, error) ? g_steal_pointer (&self->kept)
                                                                     : NULL;
  if (fk_flash_give_back (self, &local_error))
    return fk_target_borrow_ram (self->target, address, size, used, TRUE, cancellable, error);
  /* Never one of those after which it is worth trying without code of ours. */
  g_set_error_literal (error, FK_ERROR, FK_ERROR_TARGET_LOST, local_error->message);
  return NULL;
}

/*
 * After code in borrowed RAM has ended: keeps the loan until fk_flash_give_back(), with the core
 * halted and interrupts unmasked.  Where that cannot be it is given back at once.
 *
 * @ram: (inout): %NULL afterwards
 */
gboolean
fk_flash_keep_ram (FkFlash *self, FkTargetRam **ram, GError **error)
{
  gboolean returned;

  g_assert (self->kept == NULL);

  if (fk_target_halt (self->target, NULL, NULL))
    {
      self->kept = g_steal_pointer (ram);
      return TRUE;
    }
  returned = fk_target_ram_return (*ram, error);
  g_clear_pointer (ram, fk_target_ram_free);
  return returned;
}
