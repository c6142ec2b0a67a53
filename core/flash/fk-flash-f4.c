/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The flash controller of F2, F4 and F7 (RM0033 2 and PM0059 for F2; RM0090 3, RM0368 3, RM0383 3,
 * RM0390 3, RM0402 3, RM0430 3, RM0401 3, RM0386 3 for F4; RM0385 3, RM0410 3, RM0431 3 for F7). It
 * programs 8, 16 or 32 bits at a time, as many as the supply allows, and erases sectors of 16 to
 * 256 KiB.  Parts with two banks have one set of registers for both. */

#include "config.h"

#include "flash/fk-flash-driver.h"

#include "base/fk-error.h"
#include "base/fk-reader.h"
#include "flash/fk-option-bytes-private.h"

/* Offsets from the controller's base (RM0090, 3.9). */
#define ACR     0x00
#define KEYR    0x04
#define OPTKEYR 0x08
#define SR      0x0c
#define CR      0x10
#define OPTCR   0x14

#define ACR_PRFTEN (1u << 8)
#define ACR_ICEN   (1u << 9)
#define ACR_DCEN   (1u << 10)
#define ACR_ICRST  (1u << 11)
#define ACR_DCRST  (1u << 12)

#define SR_EOP    (1u << 0)
#define SR_OPERR  (1u << 1)
#define SR_WRPERR (1u << 4)
#define SR_PGAERR (1u << 5)
#define SR_PGPERR (1u << 6)
#define SR_PGSERR (1u << 7)
#define SR_RDERR  (1u << 8) /* parts with PCROP */
#define SR_BSY    (1u << 16)
#define SR_ERRORS (SR_OPERR | SR_WRPERR | SR_PGAERR | SR_PGPERR | SR_PGSERR | SR_RDERR)

#define CR_PG          (1u << 0)
#define CR_SER         (1u << 1)
#define CR_MER         (1u << 2)
#define CR_SNB_SHIFT   3
#define CR_PSIZE_SHIFT 8
#define CR_MER1        (1u << 15) /* the second bank (RM0090, 3.9.8) */
#define CR_STRT        (1u << 16)
#define CR_LOCK        (1u << 31)

#define OPTCR_OPTLOCK   (1u << 0)
#define OPTCR_OPTSTRT   (1u << 1)
#define OPTCR_RDP_SHIFT 8

#define OPTKEY1 0x08192a3b
#define OPTKEY2 0x4c5d6e7f

/* The step that a supply allows (RM0090, 3.6.2, table "Program/erase parallelism"; RM0033, 2.3.2;
 * the same in the other manuals).  64 bits want a second supply on VPP that no debug probe has.
 * Too wide a step may read back well and not last, so what is not known counts as low. */
static const struct
{
  guint min_millivolts;
  guint width;
} widths[] = {
  { 2700, 4 },
  { 2100, 2 },
  { 1650, 1 },
};

static guint32
get_register (FkFlashPort *port, guint offset)
{
  return fk_chip_get_register (port->chip, "flash") + offset;
}

static FkFlashStatus
get_status (FkFlashPort *port)
{
  return (FkFlashStatus){ .address = get_register (port, SR), .busy = SR_BSY, .errors = SR_ERRORS };
}

/* PSIZE: 0, 1, 2 for 8, 16, 32 bits; it decides how fast an erase is, too. */
static guint32
get_control (FkFlashPort *port, guint32 value)
{
  guint32 psize = port->width / 2;

  return value | psize << CR_PSIZE_SHIFT;
}

static gboolean
write_control (FkFlashPort *port, guint32 value, GError **error)
{
  return fk_target_write_u32 (port->target, get_register (port, CR), get_control (port, value),
                              error);
}

static gboolean
f4_choose_width (FkChip *chip, guint millivolts, guint *width, GError **error)
{
  if (millivolts == 0)
    {
      *width = 1;
      return TRUE;
    }
  for (guint i = 0; i < G_N_ELEMENTS (widths); i++)
    if (millivolts >= widths[i].min_millivolts)
      {
        *width = widths[i].width;
        return TRUE;
      }
  g_set_error (error, FK_ERROR, FK_ERROR_NO_POWER,
               "The board has %u.%02u V; %s cannot be written with so little", millivolts / 1000,
               millivolts % 1000 / 10, fk_chip_get_name (chip));
  return FALSE;
}

/* F7 has one bit here that empties its ART accelerator. */
static guint32
get_cache_reset (FkFlashPort *port)
{
  return fk_chip_get_number (port->chip, "cache-reset", ACR_ICRST | ACR_DCRST);
}

/* The caches of a Cortex-M7 are its own; the reset that comes before anything is written leaves
 * them off. */
static gboolean
switch_caches_off (FkFlashPort *port, GError **error)
{
  return fk_flash_port_switch_caches_off (port, get_register (port, ACR),
                                          ACR_PRFTEN | ACR_ICEN | ACR_DCEN, get_cache_reset (port),
                                          error);
}

/* After a reset there are no flags to clear. */
static gboolean
f4_unlock (FkFlashPort *port, GError **error)
{
  FkFlashStatus status = get_status (port);
  guint timeout_ms = fk_flash_port_get_mass_erase_timeout (port);
  guint32 flags;
  guint32 control;

  return fk_flash_port_wait (port, &status, timeout_ms, &flags, error) &&
         switch_caches_off (port, error) &&
         fk_flash_port_send_keys (port, get_register (port, KEYR), get_register (port, CR), CR_LOCK,
                                  &control, error) &&
         (control == get_control (port, 0) || write_control (port, 0, error)) &&
         ((flags & (SR_EOP | SR_ERRORS)) == 0 ||
          fk_target_write_u32 (port->target, status.address, SR_EOP | SR_ERRORS, error));
}

static gboolean
f4_lock (FkFlashPort *port, GError **error)
{
  gboolean locked = fk_target_write_u32 (port->target, get_register (port, CR), CR_LOCK, error);
  gboolean cached = TRUE;

  if (port->saved != 0)
    cached = fk_target_write_u32 (port->target, get_register (port, ACR),
                                  port->saved & ~get_cache_reset (port), locked ? error : NULL);
  return locked && cached;
}

static void
f4_explain (FkFlashPort *port, guint32 flags, guint32 address, GError **error)
{
  g_autofree char *place = fk_flash_port_describe_place (port, address);
  const char *cause = "the controller gave up; the supply may be weak or the cells worn out";

  if ((flags & SR_WRPERR) != 0)
    {
      fk_flash_port_set_write_protected (port, address, error);
      return;
    }
  if ((flags & SR_RDERR) != 0)
    cause = "the sector is protected against being read out (PCROP)";
  else if ((flags & (SR_PGSERR | SR_PGPERR | SR_PGAERR)) != 0)
    cause = "the controller refused the access; something else on the chip may be using it";
  g_set_error (error, FK_ERROR, FK_ERROR_FLASH_FAULT,
               "The flash at %s was not written: %s (FLASH_SR 0x%08x, %u bits at a time)", place,
               cause, flags, port->width * 8);
}

static gboolean
finish_command (FkFlashPort *port, guint timeout_ms, guint32 address, GError **error)
{
  FkFlashStatus status = get_status (port);

  return fk_flash_port_finish (port, &status, SR_EOP | SR_ERRORS, f4_explain, timeout_ms, address,
                               error);
}

static gboolean
f4_erase_sector (FkFlashPort *port, const FkSector *sector, GError **error)
{
  guint32 command = CR_SER | (guint32)sector->number << CR_SNB_SHIFT;

  return write_control (port, command, error) && write_control (port, command | CR_STRT, error) &&
         finish_command (port, fk_flash_port_get_erase_timeout (port, sector->range.size),
                         sector->range.address, error) &&
         write_control (port, 0, error);
}

static gboolean
f4_erase_all (FkFlashPort *port, GError **error)
{
  guint32 base = fk_chip_find_region (port->chip, "flash")->range.address;
  guint32 command = CR_MER;

  if (fk_flash_port_get_n_banks (port) > 1)
    command |= CR_MER1;
  return write_control (port, command, error) && write_control (port, command | CR_STRT, error) &&
         finish_command (port, fk_flash_port_get_mass_erase_timeout (port), base, error) &&
         write_control (port, 0, error);
}

static gboolean
f4_begin_program (FkFlashPort *port, guint bank, FkFlashStatus *status, GError **error)
{
  *status = get_status (port);
  return fk_target_write_u32 (port->target, status->address, SR_EOP | SR_ERRORS, error) &&
         write_control (port, CR_PG, error);
}

static gboolean
f4_end_program (FkFlashPort *port, guint bank, GError **error)
{
  return write_control (port, 0, error);
}

static FkFlashStatus
f4_get_status (FkFlashPort *port, guint bank)
{
  return get_status (port);
}

static void
order_control (FkFlashPort *port, guint32 value, FkFlashOrders *orders)
{
  fk_flash_orders_add (orders, get_register (port, CR), get_control (port, value));
}

static void
finish_order (FkFlashPort *port, FkFlashOrders *orders)
{
  fk_flash_orders_wait (orders);
  fk_flash_orders_add (orders, get_register (port, SR), SR_EOP | SR_ERRORS);
  order_control (port, 0, orders);
}

static void
f4_order_erase (FkFlashPort *port, const FkSector *sector, FkFlashOrders *orders)
{
  guint32 command = CR_SER | (guint32)sector->number << CR_SNB_SHIFT;

  order_control (port, command, orders);
  order_control (port, command | CR_STRT, orders);
  finish_order (port, orders);
}

static void
f4_order_erase_all (FkFlashPort *port, guint bank, FkFlashOrders *orders)
{
  guint32 command = CR_MER;

  if (bank > 0)
    return;
  if (fk_flash_port_get_n_banks (port) > 1)
    command |= CR_MER1;
  order_control (port, command, orders);
  order_control (port, command | CR_STRT, orders);
  finish_order (port, orders);
}

static void
f4_order_program (FkFlashPort *port, guint bank, FkFlashOrders *orders)
{
  fk_flash_orders_add (orders, get_register (port, SR), SR_EOP | SR_ERRORS);
  order_control (port, CR_PG, orders);
}

/* --- Option bytes: FLASH_OPTCR, FLASH_OPTCR1 on F7 and on parts with two banks, FLASH_OPTCR2 on
 * F72x and F73x --- */

static gboolean
f4_get_protection (FkFlashPort *port, FkProtection *protection, GError **error)
{
  guint32 options;

  if (!fk_target_read_u32 (port->target, get_register (port, OPTCR), &options, error))
    return FALSE;
  *protection = fk_protection_from_rdp (port->chip, options >> OPTCR_RDP_SHIFT & 0xff);
  return TRUE;
}

/* The registers at rest, whatever state an earlier program left the lock in. */
static gboolean
f4_read_options (FkFlashPort *port, guint8 *raw, GError **error)
{
  if (!fk_flash_port_read_options (port, raw, error))
    return FALSE;
  fk_store_u32le (raw, (fk_load_u32le (raw) | OPTCR_OPTLOCK) & ~OPTCR_OPTSTRT);
  return TRUE;
}

static gboolean
f4_are_options_open (FkFlashPort *port, gboolean *open, GError **error)
{
  guint32 options;

  if (!fk_target_read_u32 (port->target, get_register (port, OPTCR), &options, error))
    return FALSE;
  *open = (options & OPTCR_OPTLOCK) == 0;
  return TRUE;
}

static gboolean
unlock_options (FkFlashPort *port, GError **error)
{
  static const guint32 keys[] = { OPTKEY1, OPTKEY2 };

  return fk_flash_port_send_option_keys (port, get_register (port, OPTKEYR), keys,
                                         get_register (port, OPTCR), OPTCR_OPTLOCK, 0, error);
}

/* The other registers first, then the start bit, which writes them together (RM0090, 3.7.2). */
static gboolean
f4_write_options (FkFlashPort *port, const guint8 *raw, guint timeout_ms, GError **error)
{
  const FkRegion *region = fk_chip_find_region (port->chip, "option-bytes");
  guint32 base = region->range.address;
  guint32 options = fk_load_u32le (raw) & ~(OPTCR_OPTLOCK | OPTCR_OPTSTRT);
  gboolean ok;

  if (!unlock_options (port, error))
    return FALSE;
  ok = TRUE;
  for (guint offset = 4; offset < region->range.size && ok; offset += 4)
    ok = fk_target_write_u32 (port->target, base + offset, fk_load_u32le (raw + offset), error);
  ok = ok && fk_target_write_u32 (port->target, base, options, error) &&
       fk_flash_port_check_option (port, base, 0, options, error);
  for (guint offset = 4; offset < region->range.size && ok; offset += 4)
    ok = fk_flash_port_check_option (port, base + offset, 0, fk_load_u32le (raw + offset), error);
  ok = ok && fk_target_write_u32 (port->target, base, options | OPTCR_OPTSTRT, error) &&
       finish_command (port, timeout_ms, base, error);
  return fk_target_write_u32 (port->target, base, options | OPTCR_OPTLOCK, ok ? error : NULL) && ok;
}

/* Written options are in the registers at once; a reset lets those act that are looked at then (the
 * hardware watchdog, the boot bank). */
static gboolean
f4_reload_options (FkFlashPort *port, GError **error)
{
  return fk_target_reset_halt (port->target, NULL, error);
}

const FkFlashDriver fk_flash_driver_f4 = {
  .name = "stm32f4",
  .max_width = 4,
  .unit = 4,
  .has_complements = FALSE,
  .protection_register = OPTCR,
  .choose_width = f4_choose_width,
  .unlock = f4_unlock,
  .lock = f4_lock,
  .erase_sector = f4_erase_sector,
  .erase_all = f4_erase_all,
  .begin_program = f4_begin_program,
  .end_program = f4_end_program,
  .get_status = f4_get_status,
  .order_erase = f4_order_erase,
  .order_erase_all = f4_order_erase_all,
  .order_program = f4_order_program,
  .explain = f4_explain,
  .get_protection = f4_get_protection,
  .read_options = f4_read_options,
  .write_options = f4_write_options,
  .reload_options = f4_reload_options,
  .are_options_open = f4_are_options_open,
};
