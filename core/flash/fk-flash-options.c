/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Option bytes and read protection of a connected chip.  Writing options never changes the
 * protection; removing and adding it are calls of their own, and there is no call for level 2. */

#include "config.h"

#include "flash/fk-flash.h"

#include <glib/gi18n.h>

#include "base/fk-error.h"
#include "flash/fk-flash-private.h"
#include "flash/fk-option-bytes-private.h"

#include <string.h>

#define STEADY_TRIES 5

static FkFlashPort
get_port (FkFlash *self)
{
  return (FkFlashPort){ .target = self->target, .chip = self->chip, .width = 1 };
}

/* The words of @range, each twice.  Returns: how many, of at most @max; else 0 */
static guint
list_twice (FkRange range, guint32 *addresses, guint max)
{
  guint n = 0;

  if (range.size % 4 != 0 || range.size / 4 * 2 > max)
    return 0;
  for (guint i = 0; i < 2; i++)
    for (guint32 offset = 0; offset < range.size; offset += 4)
      addresses[n++] = range.address + offset;
  return n;
}

/* In one exchange with a probe that can. */
static gboolean
foresee_options (FkFlashPort *port, FkRange range, GError **error)
{
  guint32 addresses[FK_TARGET_MAX_FORESEEN];
  guint n = list_twice (range, addresses, G_N_ELEMENTS (addresses));

  return n == 0 || fk_target_foresee (port->target, addresses, n, error);
}

/**
 * fk_flash_foresee_options:
 *
 * For who calls fk_flash_read_proved() now, and then fk_flash_read_options(): has the one read what
 * the other will ask for, if it can.
 */
void
fk_flash_foresee_options (FkFlash *self)
{
  const FkRegion *region;
  guint32 addresses[FK_TARGET_MAX_WANTED];
  guint n;

  g_return_if_fail (FK_IS_FLASH (self));

  region = fk_chip_find_region (self->chip, "option-bytes");
  n = region != NULL ? list_twice (region->range, addresses, G_N_ELEMENTS (addresses)) : 0;
  fk_target_foresee_with_return (self->target, addresses, n);
}

static gboolean
read_steadily (
    const FkFlashDriver *driver, FkFlashPort *port, guint8 *raw, FkRange range, GError **error)
{
  gsize size = range.size;
  g_autofree guint8 *last = g_malloc (size);

  if (!foresee_options (port, range, error))
    return FALSE;
  for (guint i = 0; i < STEADY_TRIES; i++)
    {
      if (!driver->read_options (port, raw, error))
        return FALSE;
      if (i > 0 && memcmp (raw, last, size) == 0)
        return TRUE;
      memcpy (last, raw, size);
    }
  g_set_error (error, FK_ERROR, FK_ERROR_VERIFY_MISMATCH,
               "They read differently each time; the wires are bad, or SWD is too fast for them");
  return FALSE;
}

static gboolean
get_protection_steadily (const FkFlashDriver *driver,
                         FkFlashPort *port,
                         FkProtection *protection,
                         GError **error)
{
  for (guint i = 0; i < STEADY_TRIES; i++)
    {
      FkProtection last = *protection;

      if (!driver->get_protection (port, protection, error))
        return FALSE;
      if (i > 0 && *protection == last)
        return TRUE;
    }
  g_set_error (error, FK_ERROR, FK_ERROR_VERIFY_MISMATCH,
               "It reads differently each time; the wires are bad, or SWD is too fast for them");
  return FALSE;
}

/**
 * fk_flash_get_protection:
 * @protection: (out): what the chip obeys now, which may differ from what its option bytes ask for
 *   until the next reset
 */
gboolean
fk_flash_get_protection (FkFlash *self, FkProtection *protection, GError **error)
{
  const FkFlashDriver *driver;
  FkFlashPort port;

  g_return_val_if_fail (FK_IS_FLASH (self), FALSE);
  g_return_val_if_fail (protection != NULL, FALSE);

  *protection = FK_PROTECTION_UNKNOWN;
  driver = fk_flash_require_driver (self, error);
  if (driver == NULL)
    return FALSE;
  port = get_port (self);
  if (get_protection_steadily (driver, &port, protection, error))
    return TRUE;
  g_prefix_error (error, "Reading the protection level: ");
  return FALSE;
}

/**
 * fk_flash_read_options:
 *
 * Reads them until they are the same twice running, so that what is decided by them, stored or
 * written back is what the chip holds.
 *
 * Returns: (transfer full): the option bytes as the chip holds them, right or wrong complements
 *   included; %NULL with @error set: VERIFY_MISMATCH when they are never the same
 */
FkOptionBytes *
fk_flash_read_options (FkFlash *self, GCancellable *cancellable, GError **error)
{
  const FkFlashDriver *driver;
  const FkRegion *region;
  g_autofree guint8 *raw = NULL;
  g_autoptr (GBytes) bytes = NULL;
  FkFlashPort port;

  g_return_val_if_fail (FK_IS_FLASH (self), NULL);

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  driver = fk_flash_require_driver (self, error);
  if (driver == NULL)
    return NULL;
  port = get_port (self);
  region = fk_chip_find_region (self->chip, "option-bytes");
  raw = g_malloc (region->range.size);
  if (!read_steadily (driver, &port, raw, region->range, error))
    {
      g_prefix_error (error, "Reading the option bytes: ");
      return NULL;
    }
  bytes = g_bytes_new (raw, region->range.size);
  return fk_option_bytes_new (self->chip, bytes, error);
}

/**
 * fk_flash_are_options_open:
 * @open: (out): whether fk_flash_read_options() may give what the chip does not hold: a session
 * that was cut off has left their registers unlocked.  fk_flash_write_options() resets the chip
 * first.
 */
gboolean
fk_flash_are_options_open (FkFlash *self, gboolean *open, GError **error)
{
  const FkFlashDriver *driver;
  FkFlashPort port;

  g_return_val_if_fail (FK_IS_FLASH (self), FALSE);
  g_return_val_if_fail (open != NULL, FALSE);

  *open = FALSE;
  driver = fk_flash_require_driver (self, error);
  if (driver == NULL)
    return FALSE;
  port = get_port (self);
  return driver->are_options_open == NULL || driver->are_options_open (&port, open, error);
}

/* Unlocks, writes, locks. */
static gboolean
store_once (FkFlash *self, FkOptionBytes *options, gboolean may_erase_flash, GError **error)
{
  g_autoptr (FkFlashUnlocked) unlocked = NULL;
  g_autoptr (GBytes) raw = fk_option_bytes_get_raw (options);
  const FkSector *first;
  guint timeout_ms, n_sectors;
  gboolean stored;

  unlocked = fk_flash_unlock (self, error);
  if (unlocked == NULL)
    return FALSE;
  first = fk_chip_get_sectors (self->chip, &n_sectors);
  timeout_ms = may_erase_flash
                   ? fk_flash_port_get_mass_erase_timeout (&unlocked->port)
                   : fk_flash_port_get_erase_timeout (&unlocked->port, first->range.size);
  stored = unlocked->driver->write_options (&unlocked->port, g_bytes_get_data (raw, NULL),
                                            timeout_ms, error);
  return fk_flash_unlocked_end (unlocked, stored ? error : NULL) && stored;
}

/* A reset makes the chip obey what its option bytes are now.  While they are half written that
 * would protect it, and only erasing its flash would open it again.  Returns: whether that could be
 * found out */
static gboolean
ask_reset (FkFlash *self, gboolean *protects)
{
  g_autoptr (FkOptionBytes) held = fk_flash_read_options (self, NULL, NULL);
  FkProtection protection;

  *protects = FALSE;
  if (held == NULL || !fk_flash_get_protection (self, &protection, NULL))
    return FALSE;
  *protects = protection == FK_PROTECTION_NONE &&
              fk_option_bytes_get_protection (held) != FK_PROTECTION_NONE;
  return TRUE;
}

static gboolean
is_reset_safe (FkFlash *self)
{
  gboolean protects;

  return ask_reset (self, &protects) && !protects;
}

/**
 * fk_flash_would_reset_protect:
 *
 * Returns: whether the chip is open now, and would be read-protected after a reset, because its
 *   option bytes were changed or left half written since the last one; %FALSE as well where the
 *   chip cannot be asked
 */
gboolean
fk_flash_would_reset_protect (FkFlash *self)
{
  gboolean protects;

  g_return_val_if_fail (FK_IS_FLASH (self), FALSE);

  /* Twice: one answer that got lost must not decide this. */
  return (ask_reset (self, &protects) || ask_reset (self, &protects)) && protects;
}

/* What an earlier session that was cut off left in the registers, F2/F4's option registers among
 * them, is not what the chip holds. */
static gboolean
start_afresh (FkFlash *self, GCancellable *cancellable, GError **error)
{
  return is_reset_safe (self) ? fk_target_reset_halt (self->target, cancellable, error)
                              : fk_target_halt (self->target, cancellable, error);
}

/* A session that was cut off between two keys leaves a controller that takes none until it is reset
 * (RM0090, 3.6.1; PM0075, 2.3.1). */
static gboolean
store (FkFlash *self, FkOptionBytes *options, gboolean may_erase_flash, GError **error)
{
  g_autoptr (GError) local_error = NULL;

  if (store_once (self, options, may_erase_flash, &local_error))
    return TRUE;
  if (is_reset_safe (self) && fk_target_reset_halt (self->target, NULL, NULL) &&
      store_once (self, options, may_erase_flash, NULL))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

/* Returns: (nullable): the first field that differs, but for those that @erased takes back: what
 * hid a part of the flash goes with what it hid (RM0440, 3.5.2 and 3.5.4) */
static const FkOptionField *
find_differing (FkOptionBytes *wanted, FkOptionBytes *held, gboolean erased)
{
  g_autoptr (GPtrArray) differing = fk_option_bytes_diff (wanted, held);

  for (guint i = 0; i < differing->len; i++)
    {
      const FkOptionField *field = g_ptr_array_index (differing, i);

      if (!erased || !field->guarded || g_str_equal (field->name, "RDP"))
        return field;
    }
  return NULL;
}

/* @erased: whether the flash was erased by what was written */
static gboolean
check_stored (FkFlash *self, FkOptionBytes *wanted, gboolean erased, GError **error)
{
  g_autoptr (FkOptionBytes) held = fk_flash_read_options (self, NULL, error);
  const FkOptionField *field;

  if (held == NULL)
    return FALSE;
  field = find_differing (wanted, held, erased);
  if (field == NULL)
    return fk_option_bytes_check_complements (held, error);
  g_set_error (error, FK_ERROR, FK_ERROR_VERIFY_MISMATCH,
               "The option %s reads back as 0x%x instead of 0x%x", field->name,
               fk_option_bytes_read_field (held, field),
               fk_option_bytes_read_field (wanted, field));
  return FALSE;
}

static gboolean
reload (FkFlash *self, GError **error)
{
  const FkFlashDriver *driver = fk_flash_require_driver (self, error);
  FkFlashPort port = get_port (self);

  if (driver == NULL)
    return FALSE;
  if (driver->reload_options (&port, error))
    return TRUE;
  g_prefix_error (error, "Making the chip load its new option bytes: ");
  return FALSE;
}

static gboolean
require_protection (FkFlash *self, FkProtection wanted, GError **error)
{
  FkProtection protection;

  if (!fk_flash_get_protection (self, &protection, error))
    return FALSE;
  if (protection == wanted)
    return TRUE;
  if (protection == FK_PROTECTION_PERMANENT)
    g_set_error (error, FK_ERROR, FK_ERROR_LOCKED_FOR_EVER,
                 "The chip is locked for ever (level 2): nobody can change its options again");
  else if (wanted == FK_PROTECTION_NONE)
    g_set_error (error, FK_ERROR, FK_ERROR_PROTECTED,
                 "The chip is read-protected, and its options are not changed while it is");
  else
    g_set_error (error, FK_ERROR, FK_ERROR_USAGE, "The chip is not read-protected");
  return FALSE;
}

/* Everything that is guarded stays as it is; RDP as the level that is in force, whatever an earlier
 * write that was cut short may have left in the byte. */
static gboolean
check_guarded (FkOptionBytes *present, FkOptionBytes *wanted, GError **error)
{
  g_autoptr (GPtrArray) differing = fk_option_bytes_diff (present, wanted);

  if (fk_option_bytes_get_protection (wanted) != FK_PROTECTION_NONE)
    {
      g_set_error (error, FK_ERROR, FK_ERROR_GUARDED_OPTION,
                   "These option bytes would read-protect the chip; nothing was written");
      return FALSE;
    }
  for (guint i = 0; i < differing->len; i++)
    {
      const FkOptionField *field = g_ptr_array_index (differing, i);

      if (!fk_option_bytes_is_guarded (present, field) || g_str_equal (field->name, "RDP"))
        continue;
      g_set_error (error, FK_ERROR, FK_ERROR_GUARDED_OPTION,
                   "The option %s would change from 0x%x to 0x%x, which can make the flash "
                   "unreadable; nothing was written",
                   field->name, fk_option_bytes_read_field (present, field),
                   fk_option_bytes_read_field (wanted, field));
      return FALSE;
    }
  return TRUE;
}

static gboolean
check_same_chip (FkFlash *self, FkOptionBytes *options, GError **error)
{
  FkChip *chip = fk_option_bytes_get_chip (options);

  if (fk_chip_get_dev_id (chip) == fk_chip_get_dev_id (self->chip))
    return TRUE;
  g_set_error (error, FK_ERROR, FK_ERROR_WRONG_CHIP,
               "These are the option bytes of %s, and this is %s", fk_chip_get_name (chip),
               fk_chip_get_name (self->chip));
  return FALSE;
}

static gboolean
write_and_check (FkFlash *self, FkOptionBytes *wanted, GError **error)
{
  return store (self, wanted, FALSE, error) && check_stored (self, wanted, FALSE, error) &&
         reload (self, error) && check_stored (self, wanted, FALSE, error);
}

/**
 * fk_flash_write_options:
 * @options: of this kind of chip, from fk_flash_read_options() or from a backup
 *
 * Resets the chip, writes the fields of @options, reads them back, makes the chip load them by
 * another reset, and reads them back again.  Reserved bits stay as they are.  Nothing is written
 * when every field is as wanted.  Afterwards the core is halted after a reset.  It is not cancelled
 * once writing has begun.
 *
 * Errors: PROTECTED when the chip is read-protected or the protection would change; VERIFY_MISMATCH
 * when a complement in @options is wrong, or the chip does not hold what was written.
 */
gboolean
fk_flash_write_options (FkFlash *self,
                        FkOptionBytes *options,
                        FkProgress *progress,
                        GCancellable *cancellable,
                        GError **error)
{
  g_autoptr (FkOptionBytes) present = NULL;
  g_autoptr (FkOptionBytes) wanted = NULL;
  g_autoptr (GBytes) before = NULL;
  g_autoptr (GBytes) after = NULL;

  g_return_val_if_fail (FK_IS_FLASH (self), FALSE);
  g_return_val_if_fail (FK_IS_OPTION_BYTES (options), FALSE);

  if (!check_same_chip (self, options, error) ||
      !fk_option_bytes_check_complements (options, error) ||
      !require_protection (self, FK_PROTECTION_NONE, error) ||
      !start_afresh (self, cancellable, error))
    return FALSE;
  present = fk_flash_read_options (self, cancellable, error);
  if (present == NULL || !check_guarded (present, options, error))
    return FALSE;
  wanted = fk_option_bytes_dup (present);
  fk_option_bytes_assign (wanted, options);
  before = fk_option_bytes_get_raw (present);
  after = fk_option_bytes_get_raw (wanted);
  if (g_bytes_equal (before, after))
    return TRUE;
  if (write_and_check (self, wanted, error))
    {
      fk_progress_set_bytes (progress, 1, 1);
      return TRUE;
    }
  g_prefix_error (error, "Writing the option bytes: ");
  return FALSE;
}

/* A chip that does not show its option bytes while it is protected gets the factory's. */
static FkOptionBytes *
read_or_factory (FkFlash *self, FkProgress *progress, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  FkOptionBytes *options = fk_flash_read_options (self, NULL, &local_error);

  if (options != NULL)
    return options;
  if (!g_error_matches (local_error, FK_ERROR, FK_ERROR_BUS_FAULT))
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }
  fk_progress_note (progress, "%s",
                    _ ("The other option bytes cannot be read and go back to the factory's"));
  return fk_option_bytes_new_factory (self->chip);
}

/**
 * fk_flash_remove_protection:
 *
 * Takes a chip from level 1 to level 0, which erases its whole flash.  The caller has the typed
 * consent for that.  The other option bytes stay as they are, where they can be read.  Afterwards
 * the core is halted after a reset; a chip that still counts as protected then
 * (fk_flash_get_protection()) wants to be switched off and on, as F1 may.
 *
 * Errors: PROTECTED at level 2; USAGE when the chip is not protected.
 */
gboolean
fk_flash_remove_protection (FkFlash *self,
                            FkProgress *progress,
                            GCancellable *cancellable,
                            GError **error)
{
  g_autoptr (FkOptionBytes) options = NULL;
  g_autoptr (FkOptionBytes) wanted = NULL;

  g_return_val_if_fail (FK_IS_FLASH (self), FALSE);

  if (!require_protection (self, FK_PROTECTION_READ, error) ||
      !start_afresh (self, cancellable, error))
    return FALSE;
  options = read_or_factory (self, progress, error);
  if (options == NULL)
    return FALSE;
  wanted = fk_option_bytes_dup (options);
  fk_option_bytes_assign (wanted, options); /* puts complements right */
  if (fk_option_bytes_set_protection (wanted, FK_PROTECTION_NONE, error) &&
      store (self, wanted, TRUE, error) && reload (self, error) &&
      check_stored (self, wanted, TRUE, error))
    return TRUE;
  g_prefix_error (error, "Removing the read protection: ");
  return FALSE;
}

/**
 * fk_flash_add_protection:
 *
 * Takes a chip from level 0 to level 1: from its next reset on, which this causes, a debugger can
 * neither read nor write the flash, until the protection is removed and the flash erased with it.
 *
 * Errors: PROTECTED when the chip is protected already; GUARDED_OPTION while BOOT_LOCK is set, with
 * which nobody could remove the protection again.
 */
gboolean
fk_flash_add_protection (FkFlash *self,
                         FkProgress *progress,
                         GCancellable *cancellable,
                         GError **error)
{
  g_autoptr (FkOptionBytes) wanted = NULL;

  g_return_val_if_fail (FK_IS_FLASH (self), FALSE);

  if (!require_protection (self, FK_PROTECTION_NONE, error) ||
      !start_afresh (self, cancellable, error))
    return FALSE;
  wanted = fk_flash_read_options (self, cancellable, error);
  if (wanted == NULL)
    return FALSE;
  if (fk_option_bytes_set_protection (wanted, FK_PROTECTION_READ, error) &&
      store (self, wanted, FALSE, error) && reload (self, error) &&
      require_protection (self, FK_PROTECTION_READ, error))
    return TRUE;
  g_prefix_error (error, "Adding read protection: ");
  return FALSE;
}
