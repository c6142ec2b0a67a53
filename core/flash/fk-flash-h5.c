/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The flash controller of H5 (RM0481, 7 Embedded flash memory; RM0492, Embedded flash memory).  It
 * programs quad words of 128 bits with ECC, which is why none is programmed twice without an erase,
 * and erases sectors of 8 KiB.  There is one set of registers for what is not secure, in which a
 * bit names the bank.
 *
 * Each option register is there twice: as it is in force, and 4 behind it as it is to be.  There is
 * no level of read protection but a product state, from which only ST's debug authentication leads
 * back: it is never changed here. */

#include "config.h"

#include "flash/fk-flash-driver.h"

#include "base/fk-error.h"
#include "base/fk-reader.h"
#include "flash/fk-option-bytes-private.h"

/* Offsets from the controller's base (RM0481, FLASH registers). */
#define KEYR    0x04
#define OPTKEYR 0x0c
#define OPTCR   0x1c
#define SR      0x20
#define CR      0x28
#define CCR     0x30
#define OPTSR   0x50
#define OPTSR2  0x70
#define EDATA1R 0xf0
#define EDATA2R 0x1f0

#define PRG 4 /* from what is in force to what is to be */

#define CR_LOCK      (1u << 0)
#define CR_PG        (1u << 1)
#define CR_SER       (1u << 2)
#define CR_START     (1u << 5)
#define CR_SNB_SHIFT 6
#define CR_MER       (1u << 15)
#define CR_BKSEL     (1u << 31)

#define SR_BSY          (1u << 0)
#define SR_WBNE         (1u << 1)
#define SR_DBNE         (1u << 3)
#define SR_WRPERR       (1u << 17)
#define SR_PGSERR       (1u << 18)
#define SR_STRBERR      (1u << 19)
#define SR_INCERR       (1u << 20)
#define SR_OPTCHANGEERR (1u << 23)
#define SR_ERRORS       (SR_WRPERR | SR_PGSERR | SR_STRBERR | SR_INCERR)
/* EOP, and the two of the keys that the chip stores, go with the others. */
#define SR_FLAGS 0x00ff0000u

#define OPTCR_OPTLOCK  (1u << 0)
#define OPTCR_OPTSTART (1u << 1)

/* In OPTCR: that they are; in OPTSR: that they will be after a reset */
#define SWAP_BANK (1u << 31)

#define OPTSR_STATE_SHIFT 8
#define OPTSR_STATE       (0xffu << OPTSR_STATE_SHIFT)
#define OPTSR2_TZEN_SHIFT 24
#define TZEN_OFF          0xc3
#define EDATA_EN          (1u << 15)

#define OPTKEY1 0x08192a3b
#define OPTKEY2 0x4c5d6e7f

#define WIDTH 16

/* ICACHE_CR (RM0481, Instruction cache) */
#define ICACHE_EN       (1u << 0)
#define ICACHE_CACHEINV (1u << 1)

/* The least supply is 1.71 V (DS14258, General operating conditions); a probe measures a bit less
 * than there is. */
#define MIN_MILLIVOLTS 1650

static guint32
get_register (FkFlashPort *port, guint offset)
{
  return fk_chip_get_register (port->chip, "flash") + offset;
}

static FkFlashStatus
h5_get_status (FkFlashPort *port, guint bank)
{
  return (FkFlashStatus){ .address = get_register (port, SR),
                          .busy = SR_BSY | SR_WBNE | SR_DBNE,
                          .errors = SR_ERRORS };
}

static gboolean
write_control (FkFlashPort *port, guint32 value, GError **error)
{
  return fk_target_write_u32 (port->target, get_register (port, CR), value, error);
}

static gboolean
clear_flags (FkFlashPort *port, GError **error)
{
  return fk_target_write_u32 (port->target, get_register (port, CCR), SR_FLAGS, error);
}

static gboolean
h5_choose_width (FkChip *chip, guint millivolts, guint *width, GError **error)
{
  *width = WIDTH;
  return fk_flash_port_check_supply (chip, millivolts, MIN_MILLIVOLTS, error);
}

static gboolean
refuse (const char *option, const char *why, GError **error)
{
  g_set_error (error, FK_ERROR, FK_ERROR_NOT_SUPPORTED,
               "The option %s %s; the flash can only be read while it is so", option, why);
  return FALSE;
}

/* Which bank a bit means while they are exchanged, sources know of a part of these chips alone. */
static gboolean
check_banks (FkFlashPort *port, GError **error)
{
  guint32 control;
  guint32 options;

  if (!fk_target_read_u32 (port->target, get_register (port, OPTCR), &control, error) ||
      !fk_target_read_u32 (port->target, get_register (port, OPTSR), &options, error))
    return FALSE;
  return ((control | options) & SWAP_BANK) == 0 ||
         refuse ("SWAP_BANK", "has exchanged the two banks", error);
}

/* Sectors that data flash is made of, or that are secure, do not answer here.  An H503 has neither.
 */
static gboolean
check_sectors (FkFlashPort *port, GError **error)
{
  static const struct
  {
    const char *option;
    guint offset;
  } banks[] = { { "EDATA1_EN", EDATA1R }, { "EDATA2_EN", EDATA2R } };
  guint32 value;

  if (fk_chip_find_option_field (port->chip, "TZEN") == NULL)
    return TRUE;
  if (!fk_target_read_u32 (port->target, get_register (port, OPTSR2), &value, error))
    return FALSE;
  if (value >> OPTSR2_TZEN_SHIFT != TZEN_OFF)
    return refuse ("TZEN", "has made secure memory (TrustZone)", error);
  for (guint i = 0; i < G_N_ELEMENTS (banks); i++)
    {
      if (!fk_target_read_u32 (port->target, get_register (port, banks[i].offset), &value, error))
        return FALSE;
      if ((value & EDATA_EN) != 0)
        return refuse (banks[i].option, "has made data flash of some sectors", error);
    }
  return TRUE;
}

/* After a reset there are no flags to clear. */
static gboolean
h5_unlock (FkFlashPort *port, GError **error)
{
  FkFlashStatus status = h5_get_status (port, 0);
  guint timeout_ms = fk_flash_port_get_mass_erase_timeout (port);
  guint32 flags;
  guint32 control;

  return check_sectors (port, error) && check_banks (port, error) &&
         fk_flash_port_wait (port, &status, timeout_ms, &flags, error) &&
         fk_flash_port_switch_caches_off (port, fk_chip_get_register (port->chip, "cache"),
                                          ICACHE_EN, ICACHE_CACHEINV, error) &&
         fk_flash_port_send_keys (port, get_register (port, KEYR), get_register (port, CR), CR_LOCK,
                                  &control, error) &&
         (control == 0 || write_control (port, 0, error)) &&
         ((flags & SR_FLAGS) == 0 || clear_flags (port, error));
}

static gboolean
h5_lock (FkFlashPort *port, GError **error)
{
  gboolean locked = write_control (port, CR_LOCK, error);
  gboolean cached = TRUE;

  if (port->saved != 0)
    cached = fk_target_write_u32 (port->target, fk_chip_get_register (port->chip, "cache"),
                                  port->saved & ~ICACHE_CACHEINV, locked ? error : NULL);
  return locked && cached;
}

static void
h5_explain (FkFlashPort *port, guint32 flags, guint32 address, GError **error)
{
  g_autofree char *place = fk_flash_port_describe_place (port, address);

  if ((flags & SR_WRPERR) != 0)
    {
      fk_flash_port_set_write_protected (port, address, error);
      return;
    }
  g_set_error (error, FK_ERROR, FK_ERROR_FLASH_FAULT,
               "The flash at %s was not written: the controller refused the access; something else "
               "on the chip may be using it (FLASH_NSSR 0x%08x)",
               place, flags);
}

/* Flags are cleared in a register of their own. */
static gboolean
finish_command (FkFlashPort *port, guint timeout_ms, guint32 address, GError **error)
{
  FkFlashStatus status = h5_get_status (port, 0);
  guint32 flags;

  if (!fk_flash_port_wait (port, &status, timeout_ms, &flags, error) || !clear_flags (port, error))
    return FALSE;
  if ((flags & status.errors) == 0)
    return TRUE;
  h5_explain (port, flags, address, error);
  return FALSE;
}

static gboolean
run_erase (FkFlashPort *port, guint32 command, guint timeout_ms, guint32 address, GError **error)
{
  return write_control (port, command, error) && write_control (port, command | CR_START, error) &&
         finish_command (port, timeout_ms, address, error) && write_control (port, 0, error);
}

/* Sectors are counted from 0 in each bank. */
static guint32
get_sector_erase (const FkSector *sector)
{
  return CR_SER | (guint32)sector->number << CR_SNB_SHIFT | (sector->bank > 0 ? CR_BKSEL : 0);
}

static gboolean
h5_erase_sector (FkFlashPort *port, const FkSector *sector, GError **error)
{
  return run_erase (port, get_sector_erase (sector),
                    fk_flash_port_get_erase_timeout (port, sector->range.size),
                    sector->range.address, error);
}

static gboolean
h5_erase_all (FkFlashPort *port, GError **error)
{
  return run_erase (port, CR_MER, fk_flash_port_get_mass_erase_timeout (port),
                    fk_chip_find_region (port->chip, "flash")->range.address, error);
}

static gboolean
h5_begin_program (FkFlashPort *port, guint bank, FkFlashStatus *status, GError **error)
{
  *status = h5_get_status (port, bank);
  return clear_flags (port, error) && write_control (port, CR_PG, error);
}

static gboolean
h5_end_program (FkFlashPort *port, guint bank, GError **error)
{
  return write_control (port, 0, error);
}

static void
order_control (FkFlashPort *port, guint32 value, FkFlashOrders *orders)
{
  fk_flash_orders_add (orders, get_register (port, CR), value);
}

static void
order_clear (FkFlashPort *port, FkFlashOrders *orders)
{
  fk_flash_orders_add (orders, get_register (port, CCR), SR_FLAGS);
}

static void
order_command (FkFlashPort *port, guint32 command, FkFlashOrders *orders)
{
  order_control (port, command, orders);
  order_control (port, command | CR_START, orders);
  fk_flash_orders_wait (orders);
  order_clear (port, orders);
  order_control (port, 0, orders);
}

static void
h5_order_erase (FkFlashPort *port, const FkSector *sector, FkFlashOrders *orders)
{
  order_command (port, get_sector_erase (sector), orders);
}

static void
h5_order_erase_all (FkFlashPort *port, guint bank, FkFlashOrders *orders)
{
  if (bank == 0)
    order_command (port, CR_MER, orders);
}

static void
h5_order_program (FkFlashPort *port, guint bank, FkFlashOrders *orders)
{
  order_clear (port, orders);
  order_control (port, CR_PG, orders);
}

/* --- Options --- */

/* As it is in force, whatever a session that was cut off has left in what is to be. */
static gboolean
h5_get_protection (FkFlashPort *port, FkProtection *protection, GError **error)
{
  guint32 options;

  if (!fk_target_read_u32 (port->target, get_register (port, OPTSR), &options, error))
    return FALSE;
  *protection = fk_protection_from_rdp (port->chip, (options & OPTSR_STATE) >> OPTSR_STATE_SHIFT);
  return TRUE;
}

/* The last place where it can be stopped. */
static gboolean
check_state (FkFlashPort *port, const guint8 *raw, GError **error)
{
  guint32 base = fk_chip_find_region (port->chip, "option-bytes")->range.address;
  guint32 wanted = fk_load_u32le (raw + (get_register (port, OPTSR) - base));
  guint32 options;

  if (!fk_target_read_u32 (port->target, get_register (port, OPTSR), &options, error))
    return FALSE;
  if (((options ^ wanted) & OPTSR_STATE) == 0)
    return TRUE;
  g_set_error (error, FK_ERROR, FK_ERROR_NOT_SUPPORTED,
               "The product state of %s is never changed: only ST's debug authentication could "
               "undo "
               "it",
               fk_chip_get_name (port->chip));
  return FALSE;
}

static gboolean
unlock_options (FkFlashPort *port, GError **error)
{
  static const guint32 keys[] = { OPTKEY1, OPTKEY2 };

  return fk_flash_port_send_option_keys (port, get_register (port, OPTKEYR), keys,
                                         get_register (port, OPTCR), OPTCR_OPTLOCK, 0, error);
}

static gboolean
start_options (FkFlashPort *port, guint timeout_ms, GError **error)
{
  FkFlashStatus status = h5_get_status (port, 0);
  guint32 flags;

  if (!clear_flags (port, error) ||
      !fk_target_write_u32 (port->target, get_register (port, OPTCR), OPTCR_OPTSTART, error) ||
      !fk_flash_port_wait (port, &status, timeout_ms, &flags, error) || !clear_flags (port, error))
    return FALSE;
  if ((flags & (SR_OPTCHANGEERR | status.errors)) == 0)
    return TRUE;
  g_set_error (error, FK_ERROR, FK_ERROR_FLASH_FAULT,
               "The chip refused the new options: some of them cannot be changed as things are "
               "(FLASH_NSSR 0x%08x)",
               flags);
  return FALSE;
}

static gboolean
h5_write_options (FkFlashPort *port, const guint8 *raw, guint timeout_ms, GError **error)
{
  gboolean ok;

  if (!check_state (port, raw, error) || !unlock_options (port, error))
    return FALSE;
  ok =
      fk_flash_port_fill_options (port, raw, PRG, error) && start_options (port, timeout_ms, error);
  return fk_target_write_u32 (port->target, get_register (port, OPTCR), OPTCR_OPTLOCK,
                              ok ? error : NULL) &&
         ok;
}

/* Written options are in force at once; a reset lets those act that are looked at then (the
 * watchdog, the start address). */
static gboolean
h5_reload_options (FkFlashPort *port, GError **error)
{
  return fk_target_reset_halt (port->target, NULL, error);
}

const FkFlashDriver fk_flash_driver_h5 = {
  .name = "stm32h5",
  .max_width = WIDTH,
  .unit = WIDTH,
  .has_complements = FALSE,
  .protection_register = OPTSR,
  .choose_width = h5_choose_width,
  .unlock = h5_unlock,
  .lock = h5_lock,
  .erase_sector = h5_erase_sector,
  .erase_all = h5_erase_all,
  .begin_program = h5_begin_program,
  .end_program = h5_end_program,
  .get_status = h5_get_status,
  .order_erase = h5_order_erase,
  .order_erase_all = h5_order_erase_all,
  .order_program = h5_order_program,
  .explain = h5_explain,
  .get_protection = h5_get_protection,
  .read_options = fk_flash_port_read_options,
  .write_options = h5_write_options,
  .reload_options = h5_reload_options,
};
