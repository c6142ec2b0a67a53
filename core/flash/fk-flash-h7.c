/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The flash controller of H7 (RM0433, 4 Embedded flash memory; RM0399 and RM0468, Embedded flash
 * memory).  It programs flash words of 256 bits with ECC, which is why none is programmed twice
 * without an erase, and erases sectors of 128 KiB.  Each bank has a set of registers of its own.
 *
 * H7A3, H7B0 and H7B3 have words of 128 bits, sectors of 8 KiB, and another control register
 * (RM0455, Embedded flash memory).
 *
 * Each option register is there twice: as it is in force, and 4 behind it as it is to be. */

#include "config.h"

#include "flash/fk-flash-driver.h"

#include "base/fk-error.h"
#include "flash/fk-option-bytes-private.h"
#include "target/fk-cortex-m.h"

/* Offsets from the controller's base (RM0433, 4, FLASH register map). */
#define KEYR    0x04
#define OPTKEYR 0x08
#define CR      0x0c
#define SR      0x10
#define CCR     0x14
#define OPTCR   0x18
#define OPTSR   0x1c
#define OPTCCR  0x24
#define BANK_2  0x100

#define PRG 4 /* from what is in force to what is to be */

#define CR_LOCK (1u << 0)
#define CR_PG   (1u << 1)
#define CR_SER  (1u << 2)
#define CR_BER  (1u << 3)

#define SR_BSY     (1u << 0)
#define SR_QW      (1u << 2)
#define SR_WRPERR  (1u << 17)
#define SR_PGSERR  (1u << 18)
#define SR_STRBERR (1u << 19)
#define SR_INCERR  (1u << 21)
#define SR_OPERR   (1u << 22)
#define SR_ERRORS  (SR_WRPERR | SR_PGSERR | SR_STRBERR | SR_INCERR | SR_OPERR)
/* EOP, and what reading leaves behind, go with the others. */
#define SR_FLAGS 0x1fef0000u

#define OPTCR_OPTLOCK  (1u << 0)
#define OPTCR_OPTSTART (1u << 1)

/* In OPTCR: that they are; in OPTSR: that they will be after a reset */
#define SWAP_BANK (1u << 31)

#define OPTSR_OPT_BUSY     (1u << 0)
#define OPTSR_RDP_SHIFT    8
#define OPTSR_OPTCHANGEERR (1u << 30)

#define OPTKEY1 0x08192a3b
#define OPTKEY2 0x4c5d6e7f

/* What is at other places in the control register, or not there.
 *
 * @width: bytes of a flash word
 * @fastest: PSIZE of 64 bits; lower ones are slower and draw less current
 * @start: START
 * @sector_shift: of SNB */
typedef struct
{
  guint8 width;
  guint32 fastest;
  guint32 start;
  guint8 sector_shift;
} Layout;

static const Layout layout_h7 = { 32, 3u << 4, 1u << 7, 8 };
static const Layout layout_h7a = { 16, 0, 1u << 5, 6 };

#define SECOND_CORE_AP 3

/* The least supply is 1.62 V (DS12110, General operating conditions); a probe measures a bit less
 * than there is. */
#define MIN_MILLIVOLTS 1570

static const Layout *
get_layout (FkChip *chip)
{
  return g_str_equal (fk_chip_get_driver (chip), fk_flash_driver_h7a.name) ? &layout_h7a
                                                                           : &layout_h7;
}

static guint32
get_register (FkFlashPort *port, guint bank, guint offset)
{
  return fk_chip_get_register (port->chip, "flash") + bank * BANK_2 + offset;
}

static FkFlashStatus
h7_get_status (FkFlashPort *port, guint bank)
{
  return (FkFlashStatus){ .address = get_register (port, bank, SR),
                          .busy = SR_BSY | SR_QW,
                          .errors = SR_ERRORS };
}

static gboolean
write_control (FkFlashPort *port, guint bank, guint32 value, GError **error)
{
  return fk_target_write_u32 (port->target, get_register (port, bank, CR),
                              get_layout (port->chip)->fastest | value, error);
}

static gboolean
clear_flags (FkFlashPort *port, guint bank, GError **error)
{
  return fk_target_write_u32 (port->target, get_register (port, bank, CCR), SR_FLAGS, error);
}

static gboolean
h7_choose_width (FkChip *chip, guint millivolts, guint *width, GError **error)
{
  *width = get_layout (chip)->width;
  return fk_flash_port_check_supply (chip, millivolts, MIN_MILLIVOLTS, error);
}

/* Which registers serve which addresses while the banks are exchanged is not certain enough to
 * erase by it. */
static gboolean
check_banks (FkFlashPort *port, GError **error)
{
  guint32 control;
  guint32 options;

  if (fk_flash_port_get_n_banks (port) < 2)
    return TRUE;
  if (!fk_target_read_u32 (port->target, get_register (port, 0, OPTCR), &control, error) ||
      !fk_target_read_u32 (port->target, get_register (port, 0, OPTSR), &options, error))
    return FALSE;
  if (((control | options) & SWAP_BANK) == 0)
    return TRUE;
  g_set_error (error, FK_ERROR, FK_ERROR_NOT_SUPPORTED,
               "The option SWAP_BANK_OPT has exchanged the two banks of the flash; it can only be "
               "read while they are");
  return FALSE;
}

/* H745, H747, H755 and H757 have the same device ID, and behind another access port a Cortex-M4
 * (RM0399, Debug infrastructure) that halting this core does not halt: its program may be in the
 * second bank.  Where there is no port its register reads 0 (ARM IHI 0031E, C1.3). */
static gboolean
check_cores (FkFlashPort *port, GError **error)
{
  guint32 idr;

  if (!fk_probe_read_dap (fk_target_get_probe (port->target), SECOND_CORE_AP, FK_AP_IDR, &idr,
                          error))
    return FALSE;
  if (idr == 0)
    return TRUE;
  g_set_error (error, FK_ERROR, FK_ERROR_NOT_SUPPORTED,
               "The chip has a second core, which may run a program in this flash; there is no way "
               "yet to write the flash of STM32H745, H747, H755 and H757");
  return FALSE;
}

/* After a reset there are no flags to clear. */
static gboolean
unlock_bank (FkFlashPort *port, guint bank, GError **error)
{
  FkFlashStatus status = h7_get_status (port, bank);
  guint timeout_ms = fk_flash_port_get_mass_erase_timeout (port);
  guint32 flags;
  guint32 control;

  return fk_flash_port_wait (port, &status, timeout_ms, &flags, error) &&
         fk_flash_port_send_keys (port, get_register (port, bank, KEYR),
                                  get_register (port, bank, CR), CR_LOCK, &control, error) &&
         (control == get_layout (port->chip)->fastest || write_control (port, bank, 0, error)) &&
         ((flags & SR_FLAGS) == 0 || clear_flags (port, bank, error));
}

static gboolean
h7_unlock (FkFlashPort *port, GError **error)
{
  if (!check_cores (port, error) || !check_banks (port, error))
    return FALSE;
  for (guint bank = 0; bank < fk_flash_port_get_n_banks (port); bank++)
    if (!unlock_bank (port, bank, error))
      return FALSE;
  return TRUE;
}

static gboolean
h7_lock (FkFlashPort *port, GError **error)
{
  gboolean locked = TRUE;

  for (guint bank = 0; bank < fk_flash_port_get_n_banks (port); bank++)
    locked = write_control (port, bank, CR_LOCK, locked ? error : NULL) && locked;
  return locked;
}

static void
h7_explain (FkFlashPort *port, guint32 flags, guint32 address, GError **error)
{
  g_autofree char *place = fk_flash_port_describe_place (port, address);
  const char *cause = "the controller gave up; the supply may be weak or the cells worn out";

  if ((flags & SR_WRPERR) != 0)
    {
      fk_flash_port_set_write_protected (port, address, error);
      return;
    }
  if ((flags & (SR_PGSERR | SR_STRBERR | SR_INCERR)) != 0)
    cause = "the controller refused the access; something else on the chip may be using it";
  g_set_error (error, FK_ERROR, FK_ERROR_FLASH_FAULT,
               "The flash at %s was not written: %s (FLASH_SR 0x%08x)", place, cause, flags);
}

/* Here flags are cleared in a register of their own. */
static gboolean
finish_command (FkFlashPort *port, guint bank, guint timeout_ms, guint32 address, GError **error)
{
  FkFlashStatus status = h7_get_status (port, bank);
  guint32 flags;

  if (!fk_flash_port_wait (port, &status, timeout_ms, &flags, error) ||
      !clear_flags (port, bank, error))
    return FALSE;
  if ((flags & status.errors) == 0)
    return TRUE;
  h7_explain (port, flags, address, error);
  return FALSE;
}

static gboolean
run_erase (FkFlashPort *port,
           guint bank,
           guint32 command,
           guint timeout_ms,
           guint32 address,
           GError **error)
{
  return write_control (port, bank, command, error) &&
         write_control (port, bank, command | get_layout (port->chip)->start, error) &&
         finish_command (port, bank, timeout_ms, address, error) &&
         write_control (port, bank, 0, error);
}

/* Sectors are counted from 0 in each bank. */
static guint32
get_sector_erase (FkFlashPort *port, const FkSector *sector)
{
  return CR_SER | (guint32)sector->number << get_layout (port->chip)->sector_shift;
}

static gboolean
h7_erase_sector (FkFlashPort *port, const FkSector *sector, GError **error)
{
  return run_erase (port, sector->bank, get_sector_erase (port, sector),
                    fk_flash_port_get_erase_timeout (port, sector->range.size),
                    sector->range.address, error);
}

static guint32
find_bank_start (FkFlashPort *port, guint bank)
{
  guint n;
  const FkSector *sectors = fk_chip_get_sectors (port->chip, &n);
  guint first = 0;

  while (first + 1 < n && sectors[first].bank < bank)
    first++;
  return sectors[first].range.address;
}

static gboolean
h7_erase_all (FkFlashPort *port, GError **error)
{
  for (guint bank = 0; bank < fk_flash_port_get_n_banks (port); bank++)
    if (!run_erase (port, bank, CR_BER, fk_flash_port_get_mass_erase_timeout (port),
                    find_bank_start (port, bank), error))
      return FALSE;
  return TRUE;
}

static gboolean
h7_begin_program (FkFlashPort *port, guint bank, FkFlashStatus *status, GError **error)
{
  *status = h7_get_status (port, bank);
  return clear_flags (port, bank, error) && write_control (port, bank, CR_PG, error);
}

static gboolean
h7_end_program (FkFlashPort *port, guint bank, GError **error)
{
  return write_control (port, bank, 0, error);
}

static void
order_control (FkFlashPort *port, guint bank, guint32 value, FkFlashOrders *orders)
{
  fk_flash_orders_add (orders, get_register (port, bank, CR),
                       get_layout (port->chip)->fastest | value);
}

static void
order_clear (FkFlashPort *port, guint bank, FkFlashOrders *orders)
{
  fk_flash_orders_add (orders, get_register (port, bank, CCR), SR_FLAGS);
}

static void
order_command (FkFlashPort *port, guint bank, guint32 command, FkFlashOrders *orders)
{
  order_control (port, bank, command, orders);
  order_control (port, bank, command | get_layout (port->chip)->start, orders);
  fk_flash_orders_wait (orders);
  order_clear (port, bank, orders);
  order_control (port, bank, 0, orders);
}

static void
h7_order_erase (FkFlashPort *port, const FkSector *sector, FkFlashOrders *orders)
{
  order_command (port, sector->bank, get_sector_erase (port, sector), orders);
}

static void
h7_order_erase_all (FkFlashPort *port, guint bank, FkFlashOrders *orders)
{
  order_command (port, bank, CR_BER, orders);
}

static void
h7_order_program (FkFlashPort *port, guint bank, FkFlashOrders *orders)
{
  order_clear (port, bank, orders);
  order_control (port, bank, CR_PG, orders);
}

/* --- Options --- */

/* As it is in force, whatever a session that was cut off has left in what is to be. */
static gboolean
h7_get_protection (FkFlashPort *port, FkProtection *protection, GError **error)
{
  guint32 options;

  if (!fk_target_read_u32 (port->target, get_register (port, 0, OPTSR), &options, error))
    return FALSE;
  *protection = fk_protection_from_rdp (port->chip, options >> OPTSR_RDP_SHIFT & 0xff);
  return TRUE;
}

static gboolean
unlock_options (FkFlashPort *port, GError **error)
{
  static const guint32 keys[] = { OPTKEY1, OPTKEY2 };

  return fk_flash_port_send_option_keys (port, get_register (port, 0, OPTKEYR), keys,
                                         get_register (port, 0, OPTCR), OPTCR_OPTLOCK, 0, error);
}

static gboolean
start_options (FkFlashPort *port, guint timeout_ms, GError **error)
{
  const FkFlashStatus status = { .address = get_register (port, 0, OPTSR),
                                 .busy = OPTSR_OPT_BUSY,
                                 .errors = OPTSR_OPTCHANGEERR };
  guint32 flags;

  if (!fk_target_write_u32 (port->target, get_register (port, 0, OPTCCR), OPTSR_OPTCHANGEERR,
                            error) ||
      !fk_target_write_u32 (port->target, get_register (port, 0, OPTCR), OPTCR_OPTSTART, error) ||
      !fk_flash_port_wait (port, &status, timeout_ms, &flags, error))
    return FALSE;
  if ((flags & status.errors) == 0)
    return TRUE;
  g_set_error (error, FK_ERROR, FK_ERROR_FLASH_FAULT,
               "The chip refused the new options: some of them cannot be changed as things are "
               "(FLASH_OPTSR_CUR 0x%08x)",
               flags);
  return FALSE;
}

static gboolean
h7_write_options (FkFlashPort *port, const guint8 *raw, guint timeout_ms, GError **error)
{
  gboolean ok;

  if (!unlock_options (port, error))
    return FALSE;
  ok =
      fk_flash_port_fill_options (port, raw, PRG, error) && start_options (port, timeout_ms, error);
  return fk_target_write_u32 (port->target, get_register (port, 0, OPTCR), OPTCR_OPTLOCK,
                              ok ? error : NULL) &&
         ok;
}

/* Written options are in force at once; a reset lets those act that are looked at then (the
 * watchdog, the start address). */
static gboolean
h7_reload_options (FkFlashPort *port, GError **error)
{
  return fk_target_reset_halt (port->target, NULL, error);
}

/* What both have in common */
#define OPERATIONS                                                                                 \
  .has_complements = FALSE, .choose_width = h7_choose_width, .unlock = h7_unlock, .lock = h7_lock, \
  .erase_sector = h7_erase_sector, .erase_all = h7_erase_all, .begin_program = h7_begin_program,   \
  .end_program = h7_end_program, .get_status = h7_get_status, .order_erase = h7_order_erase,       \
  .order_erase_all = h7_order_erase_all, .order_program = h7_order_program, .explain = h7_explain, \
  .get_protection = h7_get_protection, .read_options = fk_flash_port_read_options,                 \
  .write_options = h7_write_options, .reload_options = h7_reload_options

const FkFlashDriver fk_flash_driver_h7 = {
  .name = "stm32h7",
  .max_width = 32,
  .unit = 32,
  .protection_register = OPTSR,
  OPERATIONS,
};

const FkFlashDriver fk_flash_driver_h7a = {
  .name = "stm32h7a",
  .max_width = 16,
  .unit = 16,
  .protection_register = OPTSR,
  OPERATIONS,
};
