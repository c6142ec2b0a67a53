/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The flash controller of G0, C0, U0, G4, L4, L4+, WB and WL (RM0444, Embedded flash memory;
 * RM0440, Embedded flash memory; RM0351 and RM0394, Embedded Flash memory).  It programs double
 * words of 64 bits with an error-correcting code, each as two words, the lower one first, and
 * erases pages.  What these families do not share (how to tell that it is busy, which bits name a
 * second bank) is in the chip descriptions.
 *
 * That of L5 (RM0438, Embedded flash memory) is the same with its registers elsewhere: those for
 * what is not secure, of which it has another set.  It has no cache of its own; there is one in
 * front of it.  That of U5 (RM0456, Embedded flash memory) is that of L5 with quad words of 128
 * bits. */

#include "config.h"

#include "flash/fk-flash-driver.h"

#include "base/fk-error.h"
#include "base/fk-reader.h"
#include "flash/fk-option-bytes-private.h"

typedef enum
{
  ACR,
  KEYR,
  OPTKEYR,
  SR,
  CR,
  OPTR,
  N_REGISTERS,
} Register;

#define OPTR_OFFSET_L4 0x20
#define OPTR_OFFSET_L5 0x40

/* Offsets from the controller's base (RM0444, 3.7; RM0438 and RM0456, FLASH registers). */
static const guint8 offsets_l4[N_REGISTERS] = { 0x00, 0x08, 0x0c, 0x10, 0x14, OPTR_OFFSET_L4 };
static const guint8 offsets_l5[N_REGISTERS] = { 0x00, 0x08, 0x10, 0x20, 0x28, OPTR_OFFSET_L5 };

#define ACR_PRFTEN (1u << 8)
#define ACR_ICRST  (1u << 11)
#define ACR_DCRST  (1u << 12)
/* ICEN is bit 9 and DCEN bit 10: each two below the bit that empties the cache. */
#define ACR_RESET_TO_ENABLE 2

#define SR_EOP     (1u << 0)
#define SR_OPERR   (1u << 1)
#define SR_PROGERR (1u << 3)
#define SR_WRPERR  (1u << 4)
#define SR_PGAERR  (1u << 5)
#define SR_SIZERR  (1u << 6)
#define SR_PGSERR  (1u << 7)
#define SR_MISERR  (1u << 8)
#define SR_FASTERR (1u << 9)
#define SR_OPTWERR (1u << 13) /* L5 and U5 */
#define SR_RDERR   (1u << 14)
#define SR_OPTVERR (1u << 15)
#define SR_BSY     (1u << 16)
#define SR_ERRORS                                                                      \
  (SR_OPERR | SR_PROGERR | SR_WRPERR | SR_PGAERR | SR_SIZERR | SR_PGSERR | SR_MISERR | \
   SR_FASTERR | SR_OPTWERR | SR_RDERR)
/* OPTVERR tells of options that were loaded wrong, not of what is done now; it goes with the others
 * all the same. */
#define SR_FLAGS (SR_EOP | SR_ERRORS | SR_OPTVERR)

#define CR_PG         (1u << 0)
#define CR_PER        (1u << 1)
#define CR_MER1       (1u << 2)
#define CR_PNB_SHIFT  3
#define CR_STRT       (1u << 16)
#define CR_OPTSTRT    (1u << 17)
#define CR_OBL_LAUNCH (1u << 27)
#define CR_OPTLOCK    (1u << 30)
#define CR_LOCK       (1u << 31)

#define OPTR_RDP  0xff
#define OPTR_TZEN (1u << 31) /* L5 and U5 */

#define OPTKEY1 0x08192a3b
#define OPTKEY2 0x4c5d6e7f

#define WIDTH_L4 8
#define WIDTH_U5 16

/* ICACHE_CR (RM0438 and RM0456, Instruction cache): CACHEINV is what empties it, and so does
 * switching it off.
 */
#define ICACHE_EN       (1u << 0)
#define ICACHE_CACHEINV (1u << 1)

/* The least supply is 1.7 V (DS13560, General operating conditions; of L5 and U5 1.71 V); a probe
 * measures a bit less than there is. */
#define MIN_MILLIVOLTS 1650

static const struct
{
  guint32 flag;
  const char *name;
} flag_names[] = {
  { SR_OPERR, "OPERR" },   { SR_PROGERR, "PROGERR" }, { SR_WRPERR, "WRPERR" },
  { SR_PGAERR, "PGAERR" }, { SR_SIZERR, "SIZERR" },   { SR_PGSERR, "PGSERR" },
  { SR_MISERR, "MISERR" }, { SR_FASTERR, "FASTERR" }, { SR_OPTWERR, "OPTWERR" },
  { SR_RDERR, "RDERR" },
};

/* Whether its registers are those of L5 and U5. */
static gboolean
is_l5 (FkChip *chip)
{
  return !g_str_equal (fk_chip_get_driver (chip), fk_flash_driver_l4.name);
}

static guint32
get_register (FkFlashPort *port, Register which)
{
  const guint8 *offsets = is_l5 (port->chip) ? offsets_l5 : offsets_l4;

  return fk_chip_get_register (port->chip, "flash") + offsets[which];
}

static FkFlashStatus
get_status (FkFlashPort *port)
{
  return (FkFlashStatus){ .address = get_register (port, SR),
                          .busy = fk_chip_get_number (port->chip, "flash-busy", SR_BSY),
                          .errors = SR_ERRORS };
}

static gboolean
write_control (FkFlashPort *port, guint32 value, GError **error)
{
  return fk_target_write_u32 (port->target, get_register (port, CR), value, error);
}

static gboolean
l4_choose_width (FkChip *chip, guint millivolts, guint *width, GError **error)
{
  *width = fk_flash_driver_find (fk_chip_get_driver (chip))->max_width;
  return fk_flash_port_check_supply (chip, millivolts, MIN_MILLIVOLTS, error);
}

/* Where one bank instead of two makes larger pages, as on L5, sources contradict each other about
 * which of them the options protect then; of an L4+ that is not the largest about which of two
 * options divides it, and how. */
static gboolean
check_division (FkFlashPort *port, GError **error)
{
  guint32 divided = fk_chip_get_number (port->chip, "banks-divided", 0);
  guint32 options;

  if (fk_flash_port_get_n_banks (port) > 1)
    divided |= fk_chip_get_number (port->chip, "banks-certain", 0);
  if (divided == 0)
    return TRUE;
  if (!fk_target_read_u32 (port->target, get_register (port, OPTR), &options, error))
    return FALSE;
  if ((options & divided) == divided)
    return TRUE;
  g_set_error (error, FK_ERROR, FK_ERROR_NOT_SUPPORTED,
               "By its options (FLASH_OPTR 0x%08x) the flash is, or may be, one bank instead of "
               "two; "
               "it can only be read while it is",
               options);
  return FALSE;
}

/* While the banks are exchanged, an address is in another bank than its number says.  Which of the
 * two the controller goes by is not certain enough to erase by it.  G0 has an option that does it;
 * L4 and G4 have one that makes the bootloader do it if the second bank holds a program (RM0351,
 * Boot configuration). */
static gboolean
check_banks (FkFlashPort *port, GError **error)
{
  guint32 in_order = fk_chip_get_number (port->chip, "banks-in-order", 0);
  guint32 exchanged = fk_chip_get_number (port->chip, "banks-exchanged", 0);
  guint32 options;

  if ((in_order | exchanged) == 0 || fk_flash_port_get_n_banks (port) < 2)
    return TRUE;
  if (!fk_target_read_u32 (port->target, get_register (port, OPTR), &options, error))
    return FALSE;
  if ((options & in_order) == in_order && (options & exchanged) == 0)
    return TRUE;
  g_set_error (error, FK_ERROR, FK_ERROR_NOT_SUPPORTED,
               "The option %s has exchanged the two banks of the flash, or may have; it can only "
               "be read while they are",
               is_l5 (port->chip) ? "SWAP_BANK"
               : exchanged != 0   ? "BFB2"
                                  : "nSWAP_BANK");
  return FALSE;
}

/* With TrustZone some pages, and option bits, are those of the registers for what is secure. */
static gboolean
check_security (FkFlashPort *port, GError **error)
{
  guint32 options;

  if (!is_l5 (port->chip))
    return TRUE;
  if (!fk_target_read_u32 (port->target, get_register (port, OPTR), &options, error))
    return FALSE;
  if ((options & OPTR_TZEN) == 0)
    return TRUE;
  g_set_error (error, FK_ERROR, FK_ERROR_NOT_SUPPORTED,
               "The option TZEN is set: a flash with secure memory (TrustZone) cannot be written");
  return FALSE;
}

static guint32
get_cache_reset (FkFlashPort *port)
{
  return fk_chip_get_number (port->chip, "cache-reset",
                             is_l5 (port->chip) ? ICACHE_CACHEINV : ACR_ICRST | ACR_DCRST);
}

/* Where what is in @port's `saved` came from */
static guint32
get_cache_register (FkFlashPort *port)
{
  guint32 cache = fk_chip_get_register (port->chip, "cache");

  return cache != 0 ? cache : get_register (port, ACR);
}

static gboolean
switch_caches_off (FkFlashPort *port, GError **error)
{
  guint32 reset = get_cache_reset (port);

  if (is_l5 (port->chip))
    return fk_flash_port_switch_caches_off (port, get_cache_register (port), ICACHE_EN, reset,
                                            error);
  return fk_flash_port_switch_caches_off (port, get_register (port, ACR),
                                          ACR_PRFTEN | reset >> ACR_RESET_TO_ENABLE, reset, error);
}

/* After a reset there are no flags to clear. */
static gboolean
l4_unlock (FkFlashPort *port, GError **error)
{
  FkFlashStatus status = get_status (port);
  guint timeout_ms = fk_flash_port_get_mass_erase_timeout (port);
  guint32 flags;
  guint32 control;

  return check_security (port, error) && check_division (port, error) &&
         check_banks (port, error) &&
         fk_flash_port_wait (port, &status, timeout_ms, &flags, error) &&
         switch_caches_off (port, error) &&
         fk_flash_port_send_keys (port, get_register (port, KEYR), get_register (port, CR), CR_LOCK,
                                  &control, error) &&
         ((control & ~CR_OPTLOCK) == 0 || write_control (port, 0, error)) &&
         ((flags & SR_FLAGS) == 0 ||
          fk_target_write_u32 (port->target, status.address, SR_FLAGS, error));
}

static gboolean
is_first_word_programmed (FkFlashPort *port)
{
  guint32 base = fk_chip_find_region (port->chip, "flash")->range.address;
  guint32 blank = fk_chip_get_erased_value (port->chip) * 0x01010101u;
  guint32 first;

  return fk_target_read_u32 (port->target, base, &first, NULL) && first != blank;
}

/* Whether the chip was blank is asked only when power comes or options are loaded; until then a
 * reset starts the bootloader, whatever was programmed since (RM0444, 2 Memory and bus
 * architecture, Empty check).  So who has programmed the first word says so.  What cannot be read
 * is taken for blank. */
static guint32
note_program (FkFlashPort *port, guint32 access)
{
  guint32 empty = fk_chip_get_number (port->chip, "flash-empty", 0);

  if ((access & empty) == 0 || !is_first_word_programmed (port))
    return access;
  return access & ~empty;
}

/* L4 with one bank and L4+ have that bit in FLASH_SR, where a 1 makes the other of it (RM0394, 3,
 * FLASH_SR, PEMPTY). */
static gboolean
clear_empty (FkFlashPort *port, GError **error)
{
  guint32 empty = fk_chip_get_number (port->chip, "program-empty", 0);
  guint32 address = get_register (port, SR);
  guint32 flags;

  if (empty == 0)
    return TRUE;
  if (!fk_target_read_u32 (port->target, address, &flags, error))
    return FALSE;
  return (flags & empty) == 0 || !is_first_word_programmed (port) ||
         fk_target_write_u32 (port->target, address, empty, error);
}

static gboolean
l4_lock (FkFlashPort *port, GError **error)
{
  gboolean noted = clear_empty (port, error);
  gboolean locked = write_control (port, CR_LOCK, noted ? error : NULL);
  gboolean cached = TRUE;

  if (port->saved != 0)
    cached = fk_target_write_u32 (port->target, get_cache_register (port),
                                  note_program (port, port->saved & ~get_cache_reset (port)),
                                  noted && locked ? error : NULL);
  return noted && locked && cached;
}

/* "PROGERR, PGSERR" */
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
l4_explain (FkFlashPort *port, guint32 flags, guint32 address, GError **error)
{
  g_autofree char *place = fk_flash_port_describe_place (port, address);
  g_autofree char *list = list_flags (flags);
  const char *cause = "the controller gave up; the supply may be weak or the cells worn out";

  if ((flags & SR_WRPERR) != 0)
    {
      fk_flash_port_set_write_protected (port, address, error);
      return;
    }
  if ((flags & SR_RDERR) != 0)
    cause = "it is protected against being read out (PCROP)";
  else if ((flags & SR_PROGERR) != 0)
    cause = "the controller found it not erased; its cells may be worn out, or the supply is weak";
  else if ((flags & SR_ERRORS & ~SR_OPERR) != 0)
    cause = "the controller refused the access; something else on the chip may be using it";
  g_set_error (error, FK_ERROR, FK_ERROR_FLASH_FAULT,
               "The flash at %s was not written: %s (FLASH_SR 0x%08x: %s)", place, cause, flags,
               list);
}

static gboolean
finish_command (FkFlashPort *port, guint timeout_ms, guint32 address, GError **error)
{
  FkFlashStatus status = get_status (port);

  return fk_flash_port_finish (port, &status, SR_FLAGS, l4_explain, timeout_ms, address, error);
}

/* Pages are counted from 0 in each bank. */
static guint32
get_page_erase (FkFlashPort *port, const FkSector *sector)
{
  guint32 command = CR_PER | (guint32)sector->number << CR_PNB_SHIFT;

  if (sector->bank > 0)
    command |= fk_chip_get_number (port->chip, "second-bank", 0);
  return command;
}

/* Of both banks, where there are two: each has its bit. */
static guint32
get_mass_erase (FkFlashPort *port)
{
  return fk_chip_get_number (port->chip, "mass-erase", CR_MER1);
}

static gboolean
l4_erase_sector (FkFlashPort *port, const FkSector *sector, GError **error)
{
  guint32 command = get_page_erase (port, sector);

  return write_control (port, command, error) && write_control (port, command | CR_STRT, error) &&
         finish_command (port, fk_flash_port_get_erase_timeout (port, sector->range.size),
                         sector->range.address, error) &&
         write_control (port, 0, error);
}

static gboolean
l4_erase_all (FkFlashPort *port, GError **error)
{
  guint32 base = fk_chip_find_region (port->chip, "flash")->range.address;
  guint32 command = get_mass_erase (port);

  return write_control (port, command, error) && write_control (port, command | CR_STRT, error) &&
         finish_command (port, fk_flash_port_get_mass_erase_timeout (port), base, error) &&
         write_control (port, 0, error);
}

static gboolean
l4_begin_program (FkFlashPort *port, guint bank, FkFlashStatus *status, GError **error)
{
  *status = get_status (port);
  return fk_target_write_u32 (port->target, status->address, SR_FLAGS, error) &&
         write_control (port, CR_PG, error);
}

static gboolean
l4_end_program (FkFlashPort *port, guint bank, GError **error)
{
  return write_control (port, 0, error);
}

static FkFlashStatus
l4_get_status (FkFlashPort *port, guint bank)
{
  return get_status (port);
}

static void
order_command (FkFlashPort *port, guint32 command, FkFlashOrders *orders)
{
  guint32 control = get_register (port, CR);

  fk_flash_orders_add (orders, control, command);
  fk_flash_orders_add (orders, control, command | CR_STRT);
  fk_flash_orders_wait (orders);
  fk_flash_orders_add (orders, get_register (port, SR), SR_FLAGS);
  fk_flash_orders_add (orders, control, 0);
}

static void
l4_order_erase (FkFlashPort *port, const FkSector *sector, FkFlashOrders *orders)
{
  order_command (port, get_page_erase (port, sector), orders);
}

static void
l4_order_erase_all (FkFlashPort *port, guint bank, FkFlashOrders *orders)
{
  if (bank == 0)
    order_command (port, get_mass_erase (port), orders);
}

static void
l4_order_program (FkFlashPort *port, guint bank, FkFlashOrders *orders)
{
  fk_flash_orders_add (orders, get_register (port, SR), SR_FLAGS);
  fk_flash_orders_add (orders, get_register (port, CR), CR_PG);
}

/* --- Options: FLASH_OPTR and what follows it --- */

static gboolean
l4_are_options_open (FkFlashPort *port, gboolean *open, GError **error)
{
  guint32 control;

  if (!fk_target_read_u32 (port->target, get_register (port, CR), &control, error))
    return FALSE;
  *open = (control & CR_OPTLOCK) == 0;
  return TRUE;
}

/* At level 1 a debugger that reads the flash gets a bus error (RM0444, 3.5). */
static gboolean
try_flash (FkFlashPort *port, FkProtection *protection, GError **error)
{
  guint32 base = fk_chip_find_region (port->chip, "flash")->range.address;
  g_autoptr (GError) local_error = NULL;
  guint32 word;

  *protection = FK_PROTECTION_NONE;
  if (fk_target_read_u32 (port->target, base, &word, &local_error))
    return TRUE;
  if (!g_error_matches (local_error, FK_ERROR, FK_ERROR_BUS_FAULT))
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  *protection = FK_PROTECTION_READ;
  return TRUE;
}

/* What a session that was cut off has left in the options' registers, unlocked, counts for nothing
 * before it is programmed and loaded. */
static gboolean
l4_get_protection (FkFlashPort *port, FkProtection *protection, GError **error)
{
  guint32 options;
  gboolean open;

  if (!fk_target_read_u32 (port->target, get_register (port, OPTR), &options, error) ||
      !l4_are_options_open (port, &open, error))
    return FALSE;
  if (open)
    return try_flash (port, protection, error);
  *protection = fk_protection_from_rdp (port->chip, options & OPTR_RDP);
  return TRUE;
}

/* OPTLOCK opens only after LOCK (RM0444, 3.4.2). */
static gboolean
unlock_options (FkFlashPort *port, GError **error)
{
  static const guint32 keys[] = { OPTKEY1, OPTKEY2 };

  return fk_flash_port_send_option_keys (port, get_register (port, OPTKEYR), keys,
                                         get_register (port, CR), CR_OPTLOCK, 0, error);
}

/* Registers that no field is in are another's, or reserved, and stay as they are. */
static gboolean
fill_registers (FkFlashPort *port, const guint8 *raw, GError **error)
{
  const FkRegion *region = fk_chip_find_region (port->chip, "option-bytes");
  FkRange range = region->range;

  for (guint offset = 0; offset < range.size; offset += 4)
    if (fk_flash_port_get_option_mask (port, range.address + offset) != 0 &&
        !fk_target_write_u32 (port->target, range.address + offset, fk_load_u32le (raw + offset),
                              error))
      return FALSE;
  for (guint offset = 0; offset < range.size; offset += 4)
    if (!fk_flash_port_check_option (port, range.address + offset, 0, fk_load_u32le (raw + offset),
                                     error))
      return FALSE;
  return TRUE;
}

/* Until they are loaded the registers show what the chip does not obey; that they are unlocked is
 * all that tells it, so the one follows the other at once. */
static gboolean
launch_options (FkFlashPort *port, GError **error)
{
  return fk_flash_port_launch_options (port, get_register (port, CR), CR_OBL_LAUNCH, error);
}

/* Of U5 and U0: level 1 is left by whoever has shown the key that its owner has stored (RM0456 and
 * RM0503, Readout protection). */
static gboolean
check_owner_key (FkFlashPort *port, const guint8 *raw, GError **error)
{
  guint32 locked = fk_chip_get_number (port->chip, "owner-key", 0);
  FkProtection protection;
  guint32 flags;

  if (locked == 0 || fk_protection_from_rdp (port->chip, raw[0]) != FK_PROTECTION_NONE)
    return TRUE;
  if (!l4_get_protection (port, &protection, error) ||
      !fk_target_read_u32 (port->target, get_register (port, SR), &flags, error))
    return FALSE;
  if (protection == FK_PROTECTION_NONE || (flags & locked) == 0)
    return TRUE;
  g_set_error (error, FK_ERROR, FK_ERROR_NOT_SUPPORTED,
               "The owner of this chip has stored a key (OEM1) in it, without which its read "
               "protection is not removed; there is no way here to show it.  Nothing was changed");
  return FALSE;
}

/* All registers first, then the start bit, which erases the options and programs all of them
 * (RM0444, 3.4.2). */
static gboolean
l4_write_options (FkFlashPort *port, const guint8 *raw, guint timeout_ms, GError **error)
{
  guint32 base = fk_chip_find_region (port->chip, "option-bytes")->range.address;

  if (!check_owner_key (port, raw, error))
    return FALSE;
  if (unlock_options (port, error) && fill_registers (port, raw, error) &&
      write_control (port, CR_OPTSTRT, error) && finish_command (port, timeout_ms, base, error) &&
      launch_options (port, error))
    return TRUE;
  write_control (port, CR_OPTLOCK, NULL);
  return FALSE;
}

/* They are loaded already. */
static gboolean
l4_reload_options (FkFlashPort *port, GError **error)
{
  return fk_target_reset_halt (port->target, NULL, error);
}

/* What all of them have in common */
#define OPERATIONS                                                                                 \
  .has_complements = FALSE, .choose_width = l4_choose_width, .unlock = l4_unlock, .lock = l4_lock, \
  .erase_sector = l4_erase_sector, .erase_all = l4_erase_all, .begin_program = l4_begin_program,   \
  .end_program = l4_end_program, .get_status = l4_get_status, .order_erase = l4_order_erase,       \
  .order_erase_all = l4_order_erase_all, .order_program = l4_order_program, .explain = l4_explain, \
  .get_protection = l4_get_protection, .read_options = fk_flash_port_read_options,                 \
  .write_options = l4_write_options, .reload_options = l4_reload_options,                          \
  .are_options_open = l4_are_options_open

const FkFlashDriver fk_flash_driver_l4 = {
  .name = "stm32l4",
  .max_width = WIDTH_L4,
  .unit = WIDTH_L4,
  .protection_register = OPTR_OFFSET_L4,
  OPERATIONS,
};

const FkFlashDriver fk_flash_driver_l5 = {
  .name = "stm32l5",
  .max_width = WIDTH_L4,
  .unit = WIDTH_L4,
  .protection_register = OPTR_OFFSET_L5,
  OPERATIONS,
};

const FkFlashDriver fk_flash_driver_u5 = {
  .name = "stm32u5",
  .max_width = WIDTH_U5,
  .unit = WIDTH_U5,
  .protection_register = OPTR_OFFSET_L5,
  OPERATIONS,
};
