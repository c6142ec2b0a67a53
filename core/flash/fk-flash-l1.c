/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The flash controller of L1 (RM0038, 3 Flash program memory and data EEPROM) and of L0, whose half
 * pages are of 64 bytes (RM0367, 3 Flash program memory and data EEPROM).  An erased bit is 0, and
 * programming sets it. Every operation is a store into the memory itself, and the bits of PECR say
 * what it means: a page is erased by a store to its first word, half a page is programmed by
 * storing its words one after the other, and a word by a store alone.  The first takes as long as
 * the last, so half pages are the fast way; between their words nothing may touch the flash, so
 * only code in RAM stores them, and the debugger goes word by word.  Nothing erases the whole flash
 * but leaving read protection. What is said below without a source is from that chapter. */

#include "config.h"

#include "flash/fk-flash-driver.h"

#include "base/fk-error.h"
#include "base/fk-reader.h"
#include "flash/fk-option-bytes-private.h"

/* Offsets from the controller's base. */
#define PECR    0x04
#define PEKEYR  0x0c
#define PRGKEYR 0x10
#define OPTKEYR 0x14
#define SR      0x18
#define OBR     0x1c
#define WRPR1   0x20
#define WRPR2   0x80
#define WRPR3   0x84
#define WRPR4   0x88

#define PECR_PELOCK     (1u << 0)
#define PECR_PRGLOCK    (1u << 1)
#define PECR_OPTLOCK    (1u << 2)
#define PECR_PROG       (1u << 3)
#define PECR_ERASE      (1u << 9)
#define PECR_FPRG       (1u << 10)
#define PECR_OBL_LAUNCH (1u << 18)

#define SR_BSY        (1u << 0)
#define SR_EOP        (1u << 1)
#define SR_WRPERR     (1u << 8)
#define SR_PGAERR     (1u << 9)
#define SR_SIZERR     (1u << 10)
#define SR_OPTVERR    (1u << 11)
#define SR_OPTVERRUSR (1u << 12)
#define SR_RDERR      (1u << 13)
#define SR_NOTZEROERR (1u << 16)
#define SR_FWWERR     (1u << 17)
#define SR_ERRORS     (SR_WRPERR | SR_PGAERR | SR_SIZERR | SR_RDERR | SR_NOTZEROERR | SR_FWWERR)
/* OPTVERR tells of options that were loaded wrong, not of what is done now; it goes with the others
 * all the same. */
#define SR_FLAGS (SR_EOP | SR_ERRORS | SR_OPTVERR | SR_OPTVERRUSR)

#define OBR_RDP 0xff

#define HALF_PAGE_L1 128
#define HALF_PAGE_L0 64
#define WORD         4

/* The least supply is 1.65 V (DS6876 and DS10685, Memory characteristics); a probe measures a bit
 * less than there is. */
#define MIN_MILLIVOLTS 1600

static const guint32 control_keys[] = { 0x89abcdef, 0x02030405 };
static const guint32 program_keys[] = { 0x8c9daebf, 0x13141516 };
static const guint32 option_keys[] = { 0xfbead9c8, 0x24252627 };

/* Where the halves of the option registers are kept: a word for each, with the complement above it.
 * RDP comes last: with what is in the way of it already there. */
static const struct
{
  guint source;
  guint shift;
  guint offset;
} option_words[] = {
  { OBR, 16, 0x04 },   { WRPR1, 0, 0x08 }, { WRPR1, 16, 0x0c }, { WRPR2, 0, 0x10 },
  { WRPR2, 16, 0x14 }, { WRPR3, 0, 0x18 }, { WRPR3, 16, 0x1c }, { WRPR4, 0, 0x80 },
  { WRPR4, 16, 0x84 }, { OBR, 0, 0x00 },
};

static const struct
{
  guint32 flag;
  const char *name;
} flag_names[] = {
  { SR_WRPERR, "WRPERR" }, { SR_PGAERR, "PGAERR" },         { SR_SIZERR, "SIZERR" },
  { SR_RDERR, "RDERR" },   { SR_NOTZEROERR, "NOTZEROERR" }, { SR_FWWERR, "FWWERR" },
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

static gboolean
write_control (FkFlashPort *port, guint32 value, GError **error)
{
  return fk_target_write_u32 (port->target, get_register (port, PECR), value, error);
}

static gboolean
l1_choose_width (FkChip *chip, guint millivolts, guint *width, GError **error)
{
  *width = fk_flash_driver_find_unit (chip);
  return fk_flash_port_check_supply (chip, millivolts, MIN_MILLIVOLTS, error);
}

/* PRGLOCK and OPTLOCK open only after PELOCK. */
static gboolean
open_lock (
    FkFlashPort *port, guint key_register, const guint32 keys[2], guint32 lock, GError **error)
{
  return fk_flash_port_send_option_keys (port, get_register (port, key_register), keys,
                                         get_register (port, PECR), lock, 0, error);
}

static gboolean
l1_unlock (FkFlashPort *port, GError **error)
{
  FkFlashStatus status = get_status (port);
  guint timeout_ms = fk_flash_port_get_mass_erase_timeout (port);
  guint32 flags;

  return fk_flash_port_wait (port, &status, timeout_ms, &flags, error) &&
         open_lock (port, PEKEYR, control_keys, PECR_PELOCK, error) &&
         open_lock (port, PRGKEYR, program_keys, PECR_PRGLOCK, error) &&
         write_control (port, 0, error) &&
         fk_target_write_u32 (port->target, status.address, SR_FLAGS, error);
}

/* PELOCK closes the others, too. */
static gboolean
l1_lock (FkFlashPort *port, GError **error)
{
  return write_control (port, PECR_PELOCK | PECR_PRGLOCK | PECR_OPTLOCK, error);
}

/* "PGAERR, SIZERR" */
static char *
list_flags (guint32 flags)
{
  g_autoptr (GString) list = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (flag_names); i++)
    if ((flags & flag_names[i].flag) != 0)
      g_string_append_printf (list, "%s%s", list->len > 0 ? ", " : "", flag_names[i].name);
  return g_strdup (list->str);
}

static void
l1_explain (FkFlashPort *port, guint32 flags, guint32 address, GError **error)
{
  g_autofree char *place = fk_flash_port_describe_place (port, address);
  g_autofree char *list = list_flags (flags);
  const char *cause = "the controller refused the access; something else on the chip may be using "
                      "it";

  if ((flags & SR_WRPERR) != 0 && fk_chip_find_sector (port->chip, address) != NULL)
    {
      fk_flash_port_set_write_protected (port, address, error);
      return;
    }
  if ((flags & SR_RDERR) != 0)
    cause = "it is protected against being read out (PCROP)";
  else if ((flags & SR_NOTZEROERR) != 0)
    cause = "the controller found it not erased; its cells may be worn out, or the supply is weak";
  g_set_error (error, FK_ERROR, FK_ERROR_FLASH_FAULT,
               "The %s at %s was not written: %s (FLASH_SR 0x%08x: %s)",
               fk_chip_find_sector (port->chip, address) != NULL ? "flash" : "data EEPROM", place,
               cause, flags, list);
}

static gboolean
finish_command (FkFlashPort *port, guint timeout_ms, guint32 address, GError **error)
{
  FkFlashStatus status = get_status (port);

  return fk_flash_port_finish (port, &status, SR_FLAGS, l1_explain, timeout_ms, address, error);
}

static gboolean
l1_erase_sector (FkFlashPort *port, const FkSector *sector, GError **error)
{
  guint32 page = sector->range.address;

  return write_control (port, PECR_ERASE | PECR_PROG, error) &&
         fk_target_write_u32 (port->target, page, 0, error) &&
         finish_command (port, fk_flash_port_get_erase_timeout (port, sector->range.size), page,
                         error) &&
         write_control (port, 0, error);
}

/* This is the debugger's way: word by word. */
static gboolean
l1_begin_program (FkFlashPort *port, guint bank, FkFlashStatus *status, GError **error)
{
  *status = get_status (port);
  port->width = WORD;
  return fk_target_write_u32 (port->target, status->address, SR_FLAGS, error) &&
         write_control (port, 0, error);
}

static gboolean
l1_end_program (FkFlashPort *port, guint bank, GError **error)
{
  return write_control (port, 0, error);
}

static FkFlashStatus
l1_get_status (FkFlashPort *port, guint bank)
{
  return get_status (port);
}

static void
l1_order_erase (FkFlashPort *port, const FkSector *sector, FkFlashOrders *orders)
{
  guint32 control = get_register (port, PECR);

  fk_flash_orders_add (orders, control, PECR_ERASE | PECR_PROG);
  fk_flash_orders_add (orders, sector->range.address, 0);
  fk_flash_orders_wait (orders);
  fk_flash_orders_add (orders, get_register (port, SR), SR_FLAGS);
  fk_flash_orders_add (orders, control, 0);
}

static void
l1_order_program (FkFlashPort *port, guint bank, FkFlashOrders *orders)
{
  fk_flash_orders_add (orders, get_register (port, SR), SR_FLAGS);
  fk_flash_orders_add (orders, get_register (port, PECR), PECR_FPRG | PECR_PROG);
}

/* With FIX (FTDW) at 0 a word that is not blank is erased first, by itself. */
static gboolean
l1_write_eeprom (FkFlashPort *port, guint32 address, guint32 value, GError **error)
{
  return fk_target_write_u32 (port->target, address, value, error) &&
         finish_command (port, fk_flash_port_get_program_timeout (port, port->width), address,
                         error);
}

/* --- Options: words in a memory of their own, which are loaded into OBR and WRPR1 to 4 --- */

static gboolean
l1_get_protection (FkFlashPort *port, FkProtection *protection, GError **error)
{
  guint32 options;

  if (!fk_target_read_u32 (port->target, get_register (port, OBR), &options, error))
    return FALSE;
  *protection = fk_protection_from_rdp (port->chip, options & OBR_RDP);
  return TRUE;
}

/* A word that is right already is left alone: writing RDP costs the chip all it holds, if it is
 * level 1, and level 0 over level 0 some take amiss.  Bits that no field is in stay as they are. */
static gboolean
program_option (FkFlashPort *port,
                guint32 address,
                guint32 mask,
                guint32 value,
                guint timeout_ms,
                GError **error)
{
  guint32 held;

  if (mask == 0)
    return TRUE;
  if (!fk_target_read_u32 (port->target, address, &held, error))
    return FALSE;
  value &= mask;
  if ((held & 0xffff) == (~held >> 16))
    value |= held & 0xffff & ~mask;
  value |= ~value << 16;
  if (held == value)
    return TRUE;
  return fk_target_write_u32 (port->target, address, value, error) &&
         finish_command (port, timeout_ms, address, error);
}

static gboolean
program_options (FkFlashPort *port, const guint8 *raw, guint timeout_ms, GError **error)
{
  guint32 memory = fk_chip_get_register (port->chip, "option-memory");
  FkRange region = fk_chip_find_region (port->chip, "option-bytes")->range;

  for (guint i = 0; i < G_N_ELEMENTS (option_words); i++)
    {
      guint32 source = get_register (port, option_words[i].source);
      guint32 mask = fk_flash_port_get_option_mask (port, source) >> option_words[i].shift;

      if (!fk_range_has (region, source) || (mask & 0xffff) == 0)
        continue;
      if (!program_option (port, memory + option_words[i].offset, mask & 0xffff,
                           fk_load_u32le (raw + (source - region.address)) >> option_words[i].shift,
                           timeout_ms, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
launch_options (FkFlashPort *port, GError **error)
{
  return fk_flash_port_launch_options (port, get_register (port, PECR), PECR_OBL_LAUNCH, error);
}

static gboolean
l1_write_options (FkFlashPort *port, const guint8 *raw, guint timeout_ms, GError **error)
{
  return open_lock (port, OPTKEYR, option_keys, PECR_OPTLOCK, error) &&
         program_options (port, raw, timeout_ms, error) && launch_options (port, error);
}

/* They are loaded already. */
static gboolean
l1_reload_options (FkFlashPort *port, GError **error)
{
  return fk_target_reset_halt (port->target, NULL, error);
}

/* What both have in common */
#define OPERATIONS                                                                                 \
  .has_complements = FALSE, .choose_width = l1_choose_width, .unlock = l1_unlock, .lock = l1_lock, \
  .erase_sector = l1_erase_sector, .begin_program = l1_begin_program,                              \
  .end_program = l1_end_program, .get_status = l1_get_status, .order_erase = l1_order_erase,       \
  .order_program = l1_order_program, .explain = l1_explain, .get_protection = l1_get_protection,   \
  .read_options = fk_flash_port_read_options, .write_options = l1_write_options,                   \
  .reload_options = l1_reload_options, .write_eeprom = l1_write_eeprom

const FkFlashDriver fk_flash_driver_l0 = {
  .name = "stm32l0",
  .max_width = HALF_PAGE_L0,
  .unit = HALF_PAGE_L0,
  .protection_register = OBR,
  OPERATIONS,
};

const FkFlashDriver fk_flash_driver_l1 = {
  .name = "stm32l1",
  .max_width = HALF_PAGE_L1,
  .unit = HALF_PAGE_L1,
  .protection_register = OBR,
  OPERATIONS,
};
