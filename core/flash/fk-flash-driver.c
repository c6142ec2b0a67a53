/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The registry of flash controllers, and what their drivers have in common: waiting with a time
 * limit that follows from the data sheet's longest times, and words for a place and for write
 * protection. */

#include "config.h"

#include "flash/fk-flash-driver.h"

#include "base/fk-error.h"
#include "base/fk-reader.h"
#include "flash/fk-option-protection.h"

/* Limits are twice the data sheet's longest time and this much again: real chips were seen to
 * exceed the maximum, clones do by far (a page of a GD32F103 takes 100 ms, where ST says 40 at
 * most), and the cable takes its time too. */
#define SLACK_MS 1000

/* Where a description has no times: the longest that any chip of these families takes for a sector
 * of 128 KiB and for 2 MiB at 8 bits (DS9405, table 49: 4 s and 32 s). */
#define FALLBACK_ERASE_MS      4000
#define FALLBACK_MASS_ERASE_MS 32000
#define FALLBACK_PROGRAM_US    100

#define KEY1 0x45670123
#define KEY2 0xcdef89ab

static const FkFlashDriver *const drivers[] = {
  &fk_flash_driver_f1, &fk_flash_driver_f4, &fk_flash_driver_l0,  &fk_flash_driver_l1,
  &fk_flash_driver_l4, &fk_flash_driver_h7, &fk_flash_driver_h7a, &fk_flash_driver_l5,
  &fk_flash_driver_u5, &fk_flash_driver_h5,
};

/**
 * fk_flash_driver_find:
 * @name: as fk_chip_get_driver() returns it
 *
 * Returns: (transfer none) (nullable): the driver, or %NULL when there is none
 */
const FkFlashDriver *
fk_flash_driver_find (const char *name)
{
  g_return_val_if_fail (name != NULL, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (drivers); i++)
    if (g_str_equal (drivers[i]->name, name))
      return drivers[i];
  return NULL;
}

/**
 * fk_flash_driver_find_unit:
 *
 * Returns: the @unit of the chip's driver, in bytes; 4 when there is none, so that what could be
 *   written can be planned all the same
 */
guint
fk_flash_driver_find_unit (FkChip *chip)
{
  const FkFlashDriver *driver = fk_flash_driver_find (fk_chip_get_driver (chip));

  return driver != NULL ? driver->unit : 4;
}

/**
 * fk_flash_port_wait:
 * @status: which register, and its busy bits
 * @timeout_ms: the limit
 * @flags: (out): what the register held when it was no longer busy
 *
 * Asks the controller until it is idle.  There is no sleep between two questions: one takes the
 * probe longer than most programming steps take the chip.  It is never cancelled, because an
 * operation of the flash is not.
 *
 * Errors: TIMEOUT, or what the target says.
 */
gboolean
fk_flash_port_wait (FkFlashPort *port,
                    const FkFlashStatus *status,
                    guint timeout_ms,
                    guint32 *flags,
                    GError **error)
{
  gint64 limit = g_get_monotonic_time () + (gint64)timeout_ms * 1000;
  gboolean late;

  do
    {
      late = g_get_monotonic_time () > limit; /* asked once more after the limit, not before it */
      if (!fk_target_read_u32 (port->target, status->address, flags, error))
        return FALSE;
      if ((*flags & status->busy) == 0)
        return TRUE;
    }
  while (!late);
  g_set_error (error, FK_ERROR, FK_ERROR_TIMEOUT,
               "The flash controller is still busy after %u ms (status register 0x%08x: 0x%08x)",
               timeout_ms, status->address, *flags);
  return FALSE;
}

/**
 * fk_flash_port_send_keys:
 * @lock_bit: of the control register; set while the controller is locked
 * @control: (out): what the control register held then
 *
 * Unlocks a controller, if it is locked.  All generations take the same two keys, and a wrong key
 * locks any of them until the next reset (PM0075, 2.3.1; RM0090, 3.6.1; RM0440, 3.3.5).
 */
gboolean
fk_flash_port_send_keys (FkFlashPort *port,
                         guint32 key_register,
                         guint32 control_register,
                         guint32 lock_bit,
                         guint32 *control,
                         GError **error)
{
  if (!fk_target_read_u32 (port->target, control_register, control, error))
    return FALSE;
  if ((*control & lock_bit) == 0)
    return TRUE;
  if (!fk_target_write_u32 (port->target, key_register, KEY1, error) ||
      !fk_target_write_u32 (port->target, key_register, KEY2, error) ||
      !fk_target_read_u32 (port->target, control_register, control, error))
    return FALSE;
  if ((*control & lock_bit) == 0)
    return TRUE;
  g_set_error (error, FK_ERROR, FK_ERROR_FLASH_FAULT,
               "The flash controller stays locked; reset the chip and try again");
  return FALSE;
}

/**
 * fk_flash_port_send_option_keys:
 * @mask: bits of the control register that tell whether the options are locked
 * @open: what they are when they are not
 *
 * Unlocks the options, which want keys of their own after those of the flash, if they are locked.
 */
gboolean
fk_flash_port_send_option_keys (FkFlashPort *port,
                                guint32 key_register,
                                const guint32 keys[2],
                                guint32 control_register,
                                guint32 mask,
                                guint32 open,
                                GError **error)
{
  guint32 control;

  if (!fk_target_read_u32 (port->target, control_register, &control, error))
    return FALSE;
  if ((control & mask) == open)
    return TRUE;
  if (!fk_target_write_u32 (port->target, key_register, keys[0], error) ||
      !fk_target_write_u32 (port->target, key_register, keys[1], error) ||
      !fk_target_read_u32 (port->target, control_register, &control, error))
    return FALSE;
  if ((control & mask) == open)
    return TRUE;
  g_set_error (error, FK_ERROR, FK_ERROR_FLASH_FAULT,
               "The option bytes stay locked; reset the chip and try again");
  return FALSE;
}

/**
 * fk_flash_port_finish:
 * @clear: flags that are cleared by writing 1 to them
 * @explain: makes the error
 * @address: what the command was for
 *
 * After a command: waits, clears the flags for the next one, and reports what they said.
 */
gboolean
fk_flash_port_finish (FkFlashPort *port,
                      const FkFlashStatus *status,
                      guint32 clear,
                      FkFlashExplain explain,
                      guint timeout_ms,
                      guint32 address,
                      GError **error)
{
  guint32 flags;

  if (!fk_flash_port_wait (port, status, timeout_ms, &flags, error) ||
      !fk_target_write_u32 (port->target, status->address, clear, error))
    return FALSE;
  if ((flags & status->errors) == 0)
    return TRUE;
  explain (port, flags, address, error);
  return FALSE;
}

/**
 * fk_flash_port_switch_caches_off:
 * @access_register: FLASH_ACR
 * @enable: bits of it that switch the caches and the prefetch on
 * @reset: bits that empty the caches
 *
 * Caches would go on showing what the flash held before; they may be emptied only while they are
 * off, and stay off until the driver puts back what is in @port's `saved` (RM0090, 3.5.2 and 3.6.5;
 * RM0440, FLASH_ACR).
 */
gboolean
fk_flash_port_switch_caches_off (
    FkFlashPort *port, guint32 access_register, guint32 enable, guint32 reset, GError **error)
{
  guint32 off;

  if (!fk_target_read_u32 (port->target, access_register, &port->saved, error))
    return FALSE;
  off = port->saved & ~(enable | reset);
  return fk_target_write_u32 (port->target, access_register, off, error) &&
         fk_target_write_u32 (port->target, access_register, off | reset, error) &&
         fk_target_write_u32 (port->target, access_register, off, error);
}

/**
 * fk_flash_port_check_supply:
 * @millivolts: 0 when they are not known, which is no error
 * @least: what the chip needs, as a probe measures it
 *
 * Errors: NO_POWER
 */
gboolean
fk_flash_port_check_supply (FkChip *chip, guint millivolts, guint least, GError **error)
{
  if (millivolts == 0 || millivolts >= least)
    return TRUE;
  g_set_error (error, FK_ERROR, FK_ERROR_NO_POWER,
               "The board has %u.%02u V; %s cannot be written with less than %u.%02u V",
               millivolts / 1000, millivolts % 1000 / 10, fk_chip_get_name (chip), least / 1000,
               least % 1000 / 10);
  return FALSE;
}

/* @raw: as long as the option-bytes region */
gboolean
fk_flash_port_read_options (FkFlashPort *port, guint8 *raw, GError **error)
{
  const FkRegion *region = fk_chip_find_region (port->chip, "option-bytes");

  return fk_target_read (port->target, region->range.address, raw, region->range.size, NULL, NULL,
                         error);
}

/**
 * fk_flash_port_get_option_mask:
 * @address: of an option register
 *
 * Returns: the bits of it that the description has fields for; reserved bits may read as they like
 */
guint32
fk_flash_port_get_option_mask (FkFlashPort *port, guint32 address)
{
  const FkOptionField *fields;
  guint n_fields;
  guint32 mask = 0;

  fields = fk_chip_get_option_fields (port->chip, &n_fields);
  for (guint i = 0; i < n_fields; i++)
    if (fields[i].address == address)
      mask |= ((1u << fields[i].width) - 1) << fields[i].shift;
  return mask;
}

/**
 * fk_flash_port_check_option:
 * @address: of an option register
 * @distance: from it to the register that was written: 0, unless that is another one
 * @value: what was written there
 *
 * The last look before the options are programmed: a bit that flipped on the wire could protect the
 * chip for ever.
 *
 * Errors: FLASH_FAULT when a field holds something else.
 */
gboolean
fk_flash_port_check_option (
    FkFlashPort *port, guint32 address, guint distance, guint32 value, GError **error)
{
  guint32 mask = fk_flash_port_get_option_mask (port, address);
  guint32 held;

  if (!fk_target_read_u32 (port->target, address + distance, &held, error))
    return FALSE;
  if (((held ^ value) & mask) == 0)
    return TRUE;
  g_set_error (error, FK_ERROR, FK_ERROR_FLASH_FAULT,
               "The option register at 0x%08x took 0x%08x instead of 0x%08x; nothing was written",
               address, held, value);
  return FALSE;
}

/**
 * fk_flash_port_fill_options:
 * @raw: as long as the option-bytes region
 * @distance: from an option register that is in force to the one that says what is to be
 *
 * Writes what is to be.  Reserved bits are to be what is in force, and registers that no field is
 * in are left alone.
 *
 * Errors: FLASH_FAULT when a field holds something else afterwards.
 */
gboolean
fk_flash_port_fill_options (FkFlashPort *port, const guint8 *raw, guint distance, GError **error)
{
  FkRange range = fk_chip_find_region (port->chip, "option-bytes")->range;

  for (guint offset = 0; offset < range.size; offset += 4)
    {
      guint32 address = range.address + offset;
      guint32 mask = fk_flash_port_get_option_mask (port, address);
      guint32 wanted = fk_load_u32le (raw + offset);
      guint32 value;

      if (mask == 0)
        continue;
      if (!fk_target_read_u32 (port->target, address, &value, error) ||
          !fk_target_write_u32 (port->target, address + distance, (value & ~mask) | (wanted & mask),
                                error))
        return FALSE;
    }
  for (guint offset = 0; offset < range.size; offset += 4)
    if (fk_flash_port_get_option_mask (port, range.address + offset) != 0 &&
        !fk_flash_port_check_option (port, range.address + offset, distance,
                                     fk_load_u32le (raw + offset), error))
      return FALSE;
  return TRUE;
}

void
fk_flash_orders_add (FkFlashOrders *self, guint32 address, guint32 value)
{
  g_assert (self->n < FK_FLASH_ORDERS_MAX);

  self->orders[self->n].address = address;
  self->orders[self->n++].value = value;
}

void
fk_flash_orders_wait (FkFlashOrders *self)
{
  fk_flash_orders_add (self, 0, 0);
}

guint
fk_flash_port_get_n_banks (FkFlashPort *port)
{
  guint n_sectors;
  const FkSector *sectors = fk_chip_get_sectors (port->chip, &n_sectors);

  return n_sectors > 0 ? sectors[n_sectors - 1].bank + 1u : 1;
}

guint
fk_flash_port_get_erase_timeout (FkFlashPort *port, guint32 sector_size)
{
  guint typical, max;

  if (!fk_chip_get_erase_time (port->chip, sector_size, port->width * 8, &typical, &max))
    max = FALLBACK_ERASE_MS;
  return 2 * max + SLACK_MS;
}

guint
fk_flash_port_get_mass_erase_timeout (FkFlashPort *port)
{
  guint typical, max;

  if (!fk_chip_get_mass_erase_time (port->chip, port->width * 8, &typical, &max))
    max = FALLBACK_MASS_ERASE_MS;
  return 2 * max + SLACK_MS;
}

/* For @length bytes, one step after the other. */
guint
fk_flash_port_get_program_timeout (FkFlashPort *port, gsize length)
{
  guint typical, max;

  if (!fk_chip_get_program_time (port->chip, port->width * 8, &typical, &max))
    max = FALLBACK_PROGRAM_US;
  return (guint)(2 * (length / port->width + 1) * max / 1000) + SLACK_MS;
}

/* Typical times, to know when it is worth asking; 0 where the description has none. */
guint
fk_flash_port_get_erase_us (FkFlashPort *port, guint32 sector_size)
{
  guint typical = 0, max;

  fk_chip_get_erase_time (port->chip, sector_size, port->width * 8, &typical, &max);
  return typical * 1000;
}

guint
fk_flash_port_get_mass_erase_us (FkFlashPort *port)
{
  guint typical = 0, max;

  fk_chip_get_mass_erase_time (port->chip, port->width * 8, &typical, &max);
  return typical * 1000;
}

guint
fk_flash_port_get_program_us (FkFlashPort *port, gsize length)
{
  guint typical = 0, max;

  fk_chip_get_program_time (port->chip, port->width * 8, &typical, &max);
  return (guint)(length / port->width) * typical;
}

/* "0x08004010 (sector 0x08004000-0x08007fff)" */
char *
fk_flash_port_describe_place (FkFlashPort *port, guint32 address)
{
  const FkSector *sector = fk_chip_find_sector (port->chip, address);

  if (sector == NULL)
    return g_strdup_printf ("0x%08x", address);
  return g_strdup_printf ("0x%08x (sector " FK_RANGE_FORMAT ")", address,
                          FK_RANGE_ARGS (sector->range));
}

void
fk_flash_port_set_write_protected (FkFlashPort *port, guint32 address, GError **error)
{
  const FkSector *sector = fk_chip_find_sector (port->chip, address);
  const FkOptionField *field = NULL;
  g_autofree char *place = fk_flash_port_describe_place (port, address);
  guint bit = 0;

  if (sector != NULL)
    field = fk_chip_find_write_protection (port->chip, sector, &bit);
  if (field != NULL)
    g_set_error (error, FK_ERROR, FK_ERROR_WRITE_PROTECTED,
                 "The flash at %s is write-protected: bit %u of the option %s covers it; %s=0x%x "
                 "removes that",
                 place, bit, field->name, field->name, fk_option_field_get_unprotecting (field));
  else
    g_set_error (error, FK_ERROR, FK_ERROR_WRITE_PROTECTED,
                 "The flash at %s is write-protected by an option byte", place);
}
/**
 * fk_flash_port_launch_options:
 * @address: of the control register
 * @value: that has the controller load the option bytes (OBL_LAUNCH)
 *
 * What was written counts when it is loaded: when power comes, or on request, which resets the chip
 * and may cut off the very write that asked for it (RM0444, 3.4.2; RM0038, 3 Flash program memory
 * and data EEPROM).
 *
 * Returns: %FALSE with @error set where the core could not be halted after that reset
 */
gboolean
fk_flash_port_launch_options (FkFlashPort *port, guint32 address, guint32 value, GError **error)
{
  g_autoptr (GError) cut_off = NULL;

  if (!fk_target_write_u32 (port->target, address, value, &cut_off))
    g_debug ("Loading the option bytes: %s", cut_off->message);
  return fk_target_reset_halt (port->target, NULL, error);
}
