/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chip/fk-chip.h"
#include "flash/fk-option-bytes.h"
#include "target/fk-target.h"

G_BEGIN_DECLS

/**
 * FkFlashPort:
 * @target: connected; its core is halted, or runs nothing but a loader of ours
 * @chip: what the description says of it
 * @width: bytes that one programming step takes: 1, 2, or a multiple of 4 that divides the driver's
 *   @unit; a step wider than 4 is the words of it, one after the other, upwards
 * @saved: what unlocking changed, for locking to put back
 *
 * What a driver works on.
 */
typedef struct
{
  FkTarget *target;
  FkChip *chip;
  guint width;
  guint32 saved;
} FkFlashPort;

/**
 * FkFlashStatus:
 * @address: of the status register of one bank
 * @busy: bits that are set while the controller works
 * @errors: bits that tell of a failure
 *
 * All that has to be known to program one step after the other.
 */
typedef struct
{
  guint32 address;
  guint32 busy;
  guint32 errors;
} FkFlashStatus;

/* The largest unit of any controller, in bytes: the half page of L0 and L1 (RM0367, 3 Flash program
 * memory and data EEPROM; RM0038, 3 Flash program memory and data EEPROM). */
#define FK_FLASH_UNIT_MAX 128

/* The most that any controller needs for one step of its work. */
#define FK_FLASH_ORDERS_MAX 24

/**
 * FkFlashOrders:
 * @n: how many
 * @orders: writes to registers, or to flash, in order; the address 0 stands for waiting until the
 * controller is idle and looking at what it says of failures
 *
 * How a controller is made to do something, for the loader that does it on the chip.
 */
typedef struct
{
  guint n;
  struct
  {
    guint32 address;
    guint32 value;
  } orders[FK_FLASH_ORDERS_MAX];
} FkFlashOrders;

/**
 * FkFlashExplain:
 * @flags: of the status register
 *
 * Turns what the controller says of a failure at @address into an error.
 */
typedef void (*FkFlashExplain) (FkFlashPort *port, guint32 flags, guint32 address, GError **error);

/**
 * FkFlashDriver:
 * @name: as the chip descriptions say it
 * @max_width: the widest programming step, in bytes
 * @unit: bytes that are programmed together, and once after each erase: a power of two from 4 to
 *   %FK_FLASH_UNIT_MAX, and a multiple of every width.  Where flash has an error-correcting code,
 *   what one code is for
 * @has_complements: each option byte has its complement beside it
 * @protection_register: where @get_protection looks, from the controller's first register on
 * @choose_width: the width of a programming step at @millivolts (0: not known); NO_POWER when the
 *   flash cannot be written at all with so little
 * @unlock: makes the controller ready: waits until it is idle, unlocks it, clears old error flags
 * @lock: undoes @unlock; harmless when it is locked
 * @erase_sector: erases one sector and waits until that is done
 * @erase_all: (nullable): erases the whole flash and waits until that is done; %NULL where nothing
 *   does, and then the chips' descriptions have no time for it
 * @begin_program: from here on, a write of @width bytes to an erased place of @bank programs it;
 *   waiting and looking at @status after each is the caller's part.  May make @width less, where
 *   the debugger's steps are shorter than those of code on the chip
 * @end_program: back to where other commands can be given
 * @get_status: the status register of @bank
 * @order_erase: what makes it erase one sector, and wait for it
 * @order_erase_all: (nullable): the same for all of @bank, or of all banks where one order is for
 *   all: then nothing for the others; %NULL where @erase_all is
 * @order_program: as @begin_program, so that data may follow
 * @explain: turns error flags of a status register into an error that names @address and the cause
 * @get_protection: the read protection that is in force
 * @read_options: fills @raw, as long as the option-bytes region
 * @write_options: makes the option bytes @raw, from unlocked flash to locked option bytes;
 *   @timeout_ms is for one step of it (a change of protection erases the flash meanwhile)
 * @reload_options: makes the chip obey what was written: a reset of some kind, after which the core
 *   is halted, or nothing
 * @are_options_open: (nullable): where options are registers: whether these are unlocked, and may
 *   hold what a session that was cut off has not programmed, or the chip not loaded
 * @write_eeprom: (nullable): makes the word of data EEPROM at an address that is a multiple of 4
 *   what is given, whatever it was, and waits until that is done
 * @raise_clock: (nullable): has the core run faster until the next reset, where it comes from one
 *   and nobody has touched its clocks since; never fails
 *
 * One generation of flash controllers.  A driver knows one sector and one step; layout, banks,
 * buffering and retries are its callers' business.
 */
typedef struct
{
  const char *name;
  guint max_width;
  guint unit;
  gboolean has_complements;
  guint32 protection_register;

  gboolean (*choose_width) (FkChip *chip, guint millivolts, guint *width, GError **error);
  gboolean (*unlock) (FkFlashPort *port, GError **error);
  gboolean (*lock) (FkFlashPort *port, GError **error);
  gboolean (*erase_sector) (FkFlashPort *port, const FkSector *sector, GError **error);
  gboolean (*erase_all) (FkFlashPort *port, GError **error);
  gboolean (*begin_program) (FkFlashPort *port, guint bank, FkFlashStatus *status, GError **error);
  gboolean (*end_program) (FkFlashPort *port, guint bank, GError **error);
  FkFlashStatus (*get_status) (FkFlashPort *port, guint bank);
  void (*order_erase) (FkFlashPort *port, const FkSector *sector, FkFlashOrders *orders);
  void (*order_erase_all) (FkFlashPort *port, guint bank, FkFlashOrders *orders);
  void (*order_program) (FkFlashPort *port, guint bank, FkFlashOrders *orders);
  FkFlashExplain explain;
  gboolean (*get_protection) (FkFlashPort *port, FkProtection *protection, GError **error);
  gboolean (*read_options) (FkFlashPort *port, guint8 *raw, GError **error);
  gboolean (*write_options) (FkFlashPort *port,
                             const guint8 *raw,
                             guint timeout_ms,
                             GError **error);
  gboolean (*reload_options) (FkFlashPort *port, GError **error);
  gboolean (*are_options_open) (FkFlashPort *port, gboolean *open, GError **error);
  gboolean (*write_eeprom) (FkFlashPort *port, guint32 address, guint32 value, GError **error);
  void (*raise_clock) (FkFlashPort *port);
} FkFlashDriver;

extern const FkFlashDriver fk_flash_driver_f1;
extern const FkFlashDriver fk_flash_driver_f4;
extern const FkFlashDriver fk_flash_driver_l0; /* in fk-flash-l1.c */
extern const FkFlashDriver fk_flash_driver_l1;
extern const FkFlashDriver fk_flash_driver_l4;
extern const FkFlashDriver fk_flash_driver_h5;
extern const FkFlashDriver fk_flash_driver_h7;
extern const FkFlashDriver fk_flash_driver_h7a; /* in fk-flash-h7.c */
extern const FkFlashDriver fk_flash_driver_l5;  /* in fk-flash-l4.c */
extern const FkFlashDriver fk_flash_driver_u5;  /* in fk-flash-l4.c */

const FkFlashDriver *fk_flash_driver_find (const char *name);
guint fk_flash_driver_find_unit (FkChip *chip);

/* For the drivers. */
gboolean fk_flash_port_wait (FkFlashPort *port,
                             const FkFlashStatus *status,
                             guint timeout_ms,
                             guint32 *flags,
                             GError **error);
gboolean fk_flash_port_send_keys (FkFlashPort *port,
                                  guint32 key_register,
                                  guint32 control_register,
                                  guint32 lock_bit,
                                  guint32 *control,
                                  GError **error);
gboolean fk_flash_port_send_option_keys (FkFlashPort *port,
                                         guint32 key_register,
                                         const guint32 keys[2],
                                         guint32 control_register,
                                         guint32 mask,
                                         guint32 open,
                                         GError **error);
gboolean fk_flash_port_finish (FkFlashPort *port,
                               const FkFlashStatus *status,
                               guint32 clear,
                               FkFlashExplain explain,
                               guint timeout_ms,
                               guint32 address,
                               GError **error);
gboolean fk_flash_port_switch_caches_off (
    FkFlashPort *port, guint32 access_register, guint32 enable, guint32 reset, GError **error);
gboolean fk_flash_port_check_supply (FkChip *chip, guint millivolts, guint least, GError **error);
gboolean
fk_flash_port_launch_options (FkFlashPort *port, guint32 address, guint32 value, GError **error);
gboolean fk_flash_port_read_options (FkFlashPort *port, guint8 *raw, GError **error);
guint32 fk_flash_port_get_option_mask (FkFlashPort *port, guint32 address);
gboolean fk_flash_port_check_option (
    FkFlashPort *port, guint32 address, guint distance, guint32 value, GError **error);
gboolean
fk_flash_port_fill_options (FkFlashPort *port, const guint8 *raw, guint distance, GError **error);
guint fk_flash_port_get_n_banks (FkFlashPort *port);
guint fk_flash_port_get_erase_timeout (FkFlashPort *port, guint32 sector_size);
guint fk_flash_port_get_mass_erase_timeout (FkFlashPort *port);
guint fk_flash_port_get_program_timeout (FkFlashPort *port, gsize length);
guint fk_flash_port_get_erase_us (FkFlashPort *port, guint32 sector_size);
guint fk_flash_port_get_mass_erase_us (FkFlashPort *port);
guint fk_flash_port_get_program_us (FkFlashPort *port, gsize length);
void fk_flash_orders_add (FkFlashOrders *self, guint32 address, guint32 value);
void fk_flash_orders_wait (FkFlashOrders *self);
char *fk_flash_port_describe_place (FkFlashPort *port, guint32 address);
void fk_flash_port_set_write_protected (FkFlashPort *port, guint32 address, GError **error);

/* fk-flash-f1-clock.c */
void fk_flash_f1_raise_clock (FkFlashPort *port);

/**
 * FkFlashPoker:
 *
 * Writes single half-words: by the probe, or by code on the chip where the probe's firmware is too
 * old for it.  Which of the two is found out, and tried in RAM, before the first one counts.
 */
typedef struct _FkFlashPoker FkFlashPoker;

FkFlashPoker *fk_flash_poker_new (FkFlashPort *port, gboolean may_use_ram, GError **error);
gboolean fk_flash_poker_write (FkFlashPoker *self, guint32 address, guint16 value, GError **error);
void fk_flash_poker_free (FkFlashPoker *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FkFlashPoker, fk_flash_poker_free)

G_END_DECLS
