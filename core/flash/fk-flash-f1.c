/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The flash controller of F0, F1 and F3 (PM0075 for F10x, PM0063 for the value line, PM0068 for XL
 * density, RM0091 3 for F0, RM0316 4 and RM0313 3 for F3).  It programs half-words, nothing else,
 * and only where both bytes are erased (or to 0x0000); it erases pages.  XL density has a second
 * bank with key, status, control and address registers of its own (PM0068, 3). */

#include "config.h"

#include "flash/fk-flash-driver.h"

#include "base/fk-error.h"
#include "base/fk-reader.h"

#include <string.h>

/* Offsets from the controller's base (PM0075, 3; RM0091, 3.5).  The registers of bank 2 repeat
 * KEYR, SR, CR and AR at a base of their own (PM0068, 3.10 to 3.13). */
#define KEYR    0x04
#define OPTKEYR 0x08
#define SR      0x0c
#define CR      0x10
#define AR      0x14
#define OBR     0x1c

#define SR_BSY      (1u << 0)
#define SR_PGERR    (1u << 2)
#define SR_WRPRTERR (1u << 4)
#define SR_EOP      (1u << 5)
#define SR_ERRORS   (SR_PGERR | SR_WRPRTERR)

#define CR_PG     (1u << 0)
#define CR_PER    (1u << 1)
#define CR_MER    (1u << 2)
#define CR_OPTPG  (1u << 4)
#define CR_OPTER  (1u << 5)
#define CR_STRT   (1u << 6)
#define CR_LOCK   (1u << 7)
#define CR_OPTWRE (1u << 9)

/* RDPRT; F0 and F3 have two bits, F1 the lower one (PM0075, 3.7; RM0091, 3.5.7; RM0316, 4.5.7). */
#define OBR_RDPRT   (1u << 1)
#define OBR_RDPRT_2 (2u << 1)

#define KEY1 0x45670123
#define KEY2 0xcdef89ab

/* RCC_CR, the first register of the clock controller (RM0008, 7.3.1; RM0091, 6.4.1; RM0316,
 * 9.4.1). */
#define RCC_CR_HSION   (1u << 0)
#define RCC_CR_HSIRDY  (1u << 1)
#define HSI_TIMEOUT_MS 100

#define OPTION_ATTEMPTS 3

#define WIDTH          2
#define MIN_MILLIVOLTS 1650 /* F0x8 and F3x8 run at 1.8 V - 8 % (DS9890, general conditions) */

static guint32
get_register (FkFlashPort *port, guint bank, guint offset)
{
  return fk_chip_get_register (port->chip, bank == 0 ? "flash" : "flash2") + offset;
}

static FkFlashStatus
get_status (FkFlashPort *port, guint bank)
{
  return (FkFlashStatus){ .address = get_register (port, bank, SR),
                          .busy = SR_BSY,
                          .errors = SR_ERRORS };
}

static gboolean
write_control (FkFlashPort *port, guint bank, guint32 value, GError **error)
{
  return fk_target_write_u32 (port->target, get_register (port, bank, CR), value, error);
}

static gboolean
f1_choose_width (FkChip *chip, guint millivolts, guint *width, GError **error)
{
  *width = WIDTH;
  return fk_flash_port_check_supply (chip, millivolts, MIN_MILLIVOLTS, error);
}

/* "The internal RC oscillator (HSI) must be ON for write and erase operations" (PM0075, 2.3). */
static gboolean
switch_hsi_on (FkFlashPort *port, GError **error)
{
  guint32 address = fk_chip_get_register (port->chip, "rcc");
  gint64 limit = g_get_monotonic_time () + HSI_TIMEOUT_MS * 1000;
  guint32 control;

  if (!fk_target_read_u32 (port->target, address, &control, error))
    return FALSE;
  if ((control & RCC_CR_HSIRDY) != 0)
    return TRUE;
  if (!fk_target_write_u32 (port->target, address, control | RCC_CR_HSION, error))
    return FALSE;
  while ((control & RCC_CR_HSIRDY) == 0)
    {
      if (g_get_monotonic_time () > limit)
        {
          g_set_error (error, FK_ERROR, FK_ERROR_TIMEOUT,
                       "The chip's internal oscillator, which its flash needs, does not start");
          return FALSE;
        }
      if (!fk_target_read_u32 (port->target, address, &control, error))
        return FALSE;
    }
  return TRUE;
}

/* After a reset there is nothing to clear. */
static gboolean
unlock_bank (FkFlashPort *port, guint bank, GError **error)
{
  FkFlashStatus status = get_status (port, bank);
  guint timeout_ms = fk_flash_port_get_mass_erase_timeout (port);
  guint32 flags;
  guint32 control;

  return fk_flash_port_wait (port, &status, timeout_ms, &flags, error) &&
         fk_flash_port_send_keys (port, get_register (port, bank, KEYR),
                                  get_register (port, bank, CR), CR_LOCK, &control, error) &&
         (control == 0 || write_control (port, bank, 0, error)) &&
         ((flags & (SR_EOP | SR_ERRORS)) == 0 ||
          fk_target_write_u32 (port->target, status.address, SR_EOP | SR_ERRORS, error));
}

static gboolean
f1_unlock (FkFlashPort *port, GError **error)
{
  if (!switch_hsi_on (port, error))
    return FALSE;
  for (guint bank = 0; bank < fk_flash_port_get_n_banks (port); bank++)
    if (!unlock_bank (port, bank, error))
      return FALSE;
  return TRUE;
}

static gboolean
f1_lock (FkFlashPort *port, GError **error)
{
  gboolean ok = TRUE;

  for (guint bank = 0; bank < fk_flash_port_get_n_banks (port); bank++)
    ok = write_control (port, bank, CR_LOCK, ok ? error : NULL) && ok;
  return ok;
}

static void
f1_explain (FkFlashPort *port, guint32 flags, guint32 address, GError **error)
{
  g_autofree char *place = fk_flash_port_describe_place (port, address);

  if ((flags & SR_WRPRTERR) != 0)
    fk_flash_port_set_write_protected (port, address, error);
  else
    g_set_error (error, FK_ERROR, FK_ERROR_FLASH_FAULT,
                 "The flash at %s was not programmed: the controller found it not erased (FLASH_SR "
                 "0x%08x); its cells may be worn out, or the supply is weak",
                 place, flags);
}

static gboolean
finish_command (FkFlashPort *port, guint bank, guint timeout_ms, guint32 address, GError **error)
{
  FkFlashStatus status = get_status (port, bank);

  return fk_flash_port_finish (port, &status, SR_EOP | SR_ERRORS, f1_explain, timeout_ms, address,
                               error);
}

static gboolean
f1_erase_sector (FkFlashPort *port, const FkSector *sector, GError **error)
{
  guint32 address = sector->range.address;

  return write_control (port, sector->bank, CR_PER, error) &&
         fk_target_write_u32 (port->target, get_register (port, sector->bank, AR), address,
                              error) &&
         write_control (port, sector->bank, CR_PER | CR_STRT, error) &&
         finish_command (port, sector->bank,
                         fk_flash_port_get_erase_timeout (port, sector->range.size), address,
                         error) &&
         write_control (port, sector->bank, 0, error);
}

static gboolean
f1_erase_all (FkFlashPort *port, GError **error)
{
  guint32 base = fk_chip_find_region (port->chip, "flash")->range.address;

  for (guint bank = 0; bank < fk_flash_port_get_n_banks (port); bank++)
    if (!write_control (port, bank, CR_MER, error) ||
        !write_control (port, bank, CR_MER | CR_STRT, error) ||
        !finish_command (port, bank, fk_flash_port_get_mass_erase_timeout (port), base, error) ||
        !write_control (port, bank, 0, error))
      return FALSE;
  return TRUE;
}

static gboolean
f1_begin_program (FkFlashPort *port, guint bank, FkFlashStatus *status, GError **error)
{
  *status = get_status (port, bank);
  return fk_target_write_u32 (port->target, status->address, SR_EOP | SR_ERRORS, error) &&
         write_control (port, bank, CR_PG, error);
}

static gboolean
f1_end_program (FkFlashPort *port, guint bank, GError **error)
{
  return write_control (port, bank, 0, error);
}

static void
finish_order (FkFlashPort *port, guint bank, FkFlashOrders *orders)
{
  fk_flash_orders_wait (orders);
  fk_flash_orders_add (orders, get_register (port, bank, SR), SR_EOP | SR_ERRORS);
  fk_flash_orders_add (orders, get_register (port, bank, CR), 0);
}

static void
f1_order_erase (FkFlashPort *port, const FkSector *sector, FkFlashOrders *orders)
{
  guint32 control = get_register (port, sector->bank, CR);

  fk_flash_orders_add (orders, control, CR_PER);
  fk_flash_orders_add (orders, get_register (port, sector->bank, AR), sector->range.address);
  fk_flash_orders_add (orders, control, CR_PER | CR_STRT);
  finish_order (port, sector->bank, orders);
}

static void
f1_order_erase_all (FkFlashPort *port, guint bank, FkFlashOrders *orders)
{
  guint32 control = get_register (port, bank, CR);

  fk_flash_orders_add (orders, control, CR_MER);
  fk_flash_orders_add (orders, control, CR_MER | CR_STRT);
  finish_order (port, bank, orders);
}

static void
f1_order_program (FkFlashPort *port, guint bank, FkFlashOrders *orders)
{
  fk_flash_orders_add (orders, get_register (port, bank, SR), SR_EOP | SR_ERRORS);
  fk_flash_orders_add (orders, get_register (port, bank, CR), CR_PG);
}

/* --- Option bytes --- */

static gboolean
f1_get_protection (FkFlashPort *port, FkProtection *protection, GError **error)
{
  gboolean has_level_2 = fk_chip_get_number (port->chip, "rdp-permanent", 0) != 0;
  guint32 loaded;

  if (!fk_target_read_u32 (port->target, get_register (port, 0, OBR), &loaded, error))
    return FALSE;
  if (has_level_2 && (loaded & OBR_RDPRT_2) != 0)
    *protection = FK_PROTECTION_PERMANENT;
  else
    *protection = (loaded & OBR_RDPRT) != 0 ? FK_PROTECTION_READ : FK_PROTECTION_NONE;
  return TRUE;
}

/* The option bytes want the flash's two keys once more (PM0075, 2.3.5). */
static gboolean
unlock_options (FkFlashPort *port, GError **error)
{
  static const guint32 keys[] = { KEY1, KEY2 };

  return fk_flash_port_send_option_keys (port, get_register (port, 0, OPTKEYR), keys,
                                         get_register (port, 0, CR), CR_OPTWRE, CR_OPTWRE, error);
}

static gboolean
program_option (FkFlashPort *port,
                FkFlashPoker *poker,
                guint32 address,
                guint16 value,
                guint timeout_ms,
                GError **error)
{
  return fk_flash_poker_write (poker, address, value, error) &&
         finish_command (port, 0, timeout_ms, address, error);
}

/* A half-word of 0xFFFF is what the erase leaves. */
static gboolean
program_options (
    FkFlashPort *port, FkFlashPoker *poker, const guint8 *raw, guint timeout_ms, GError **error)
{
  const FkRegion *region = fk_chip_find_region (port->chip, "option-bytes");

  for (guint offset = 0; offset + 1 < region->range.size; offset += 2)
    {
      guint16 value = fk_load_u16le (raw + offset);

      if (value != 0xffff &&
          !program_option (port, poker, region->range.address + offset, value, timeout_ms, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
check_options (FkFlashPort *port, const guint8 *raw, GError **error)
{
  const FkRegion *region = fk_chip_find_region (port->chip, "option-bytes");
  g_autofree guint8 *held = g_malloc (region->range.size);

  if (!fk_flash_port_read_options (port, held, error))
    return FALSE;
  if (memcmp (held, raw, region->range.size) == 0)
    return TRUE;
  g_set_error (error, FK_ERROR, FK_ERROR_VERIFY_MISMATCH,
               "The option bytes do not read back as they were written");
  return FALSE;
}

/* One go: idle, erased, programmed, read back. */
static gboolean
replace_options (
    FkFlashPort *port, FkFlashPoker *poker, const guint8 *raw, guint timeout_ms, GError **error)
{
  guint32 address = fk_chip_find_region (port->chip, "option-bytes")->range.address;
  FkFlashStatus status = get_status (port, 0);
  guint32 flags;

  return fk_flash_port_wait (port, &status, timeout_ms, &flags, error) &&
         fk_target_write_u32 (port->target, status.address, SR_EOP | SR_ERRORS, error) &&
         write_control (port, 0, CR_OPTWRE | CR_OPTER, error) &&
         write_control (port, 0, CR_OPTWRE | CR_OPTER | CR_STRT, error) &&
         finish_command (port, 0, timeout_ms, address, error) &&
         write_control (port, 0, CR_OPTWRE | CR_OPTPG, error) &&
         program_options (port, poker, raw, timeout_ms, error) && check_options (port, raw, error);
}

/* From the erase until RDP is written, a chip that is reset comes back read-protected, and only an
 * erase of the whole flash gets it out of that.  So RDP, at offset 0, goes first; whatever could
 * fail beforehand (the keys, a probe without half-words) is tried before the erase; and a failure
 * after it is not the last word. */
static gboolean
f1_write_options (FkFlashPort *port, const guint8 *raw, guint timeout_ms, GError **error)
{
  g_autoptr (FkFlashPoker) poker = NULL;
  g_autoptr (GError) local_error = NULL;
  gboolean written = FALSE;

  poker = fk_flash_poker_new (port, TRUE, error);
  if (poker == NULL || !unlock_options (port, error))
    return FALSE;
  for (guint i = 0; i < OPTION_ATTEMPTS && !written; i++)
    {
      g_clear_error (&local_error);
      written = replace_options (port, poker, raw, timeout_ms, &local_error);
    }
  if (!written)
    g_propagate_prefixed_error (error, g_steal_pointer (&local_error),
                                "The chip's option bytes are not whole; unless they are written "
                                "again before it is reset or loses power, it will be "
                                "read-protected: ");
  return write_control (port, 0, 0, written ? error : NULL) && written;
}

/* F1 loads its option bytes at every reset (PM0075, 2.3.6).  F0 and F3 do it at power-on and on
 * request, which ends in a system reset that may cut off the very write that asked for it (RM0091,
 * 3.2.3). */
static gboolean
f1_reload_options (FkFlashPort *port, GError **error)
{
  guint32 launch = fk_chip_get_number (port->chip, "obl-launch", 0);

  if (launch != 0)
    {
      g_autoptr (GError) cut_off = NULL;

      if (!f1_unlock (port, error) || !unlock_options (port, error))
        {
          f1_lock (port, NULL);
          return FALSE;
        }
      if (!write_control (port, 0, CR_OPTWRE | launch, &cut_off))
        g_debug ("Reloading the option bytes: %s", cut_off->message);
    }
  return fk_target_reset_halt (port->target, NULL, error);
}

const FkFlashDriver fk_flash_driver_f1 = {
  .name = "stm32f1",
  .max_width = WIDTH,
  .unit = 4, /* two half-words, so that no word holds both new and old bytes */
  .has_complements = TRUE,
  .protection_register = OBR,
  .choose_width = f1_choose_width,
  .unlock = f1_unlock,
  .lock = f1_lock,
  .erase_sector = f1_erase_sector,
  .erase_all = f1_erase_all,
  .begin_program = f1_begin_program,
  .end_program = f1_end_program,
  .get_status = get_status,
  .order_erase = f1_order_erase,
  .order_erase_all = f1_order_erase_all,
  .order_program = f1_order_program,
  .explain = f1_explain,
  .get_protection = f1_get_protection,
  .read_options = fk_flash_port_read_options,
  .write_options = f1_write_options,
  .reload_options = f1_reload_options,
  .raise_clock = fk_flash_f1_raise_clock,
};
