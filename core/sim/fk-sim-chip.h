/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * FkSimChip:
 *
 * A chip in software, seen from its debug access port: memories, flash controller, option bytes,
 * debug and reset registers, and a core that runs code (Unicorn).  Register-accurate as the
 * reference manuals say; it knows nothing of probes or USB.  Time is modelled: nothing happens
 * unless fk_sim_chip_advance() says that time went by.
 */
typedef struct _FkSimChip FkSimChip;

/**
 * FkSimCrc:
 * @FK_SIM_CRC_WORKS: as the manual says
 * @FK_SIM_CRC_NONE: there is none: its registers read as 0, as in a clone that has left it out
 * @FK_SIM_CRC_LIES: it takes in each word with a wrong bit
 *
 * The chip's CRC unit.
 */
typedef enum
{
  FK_SIM_CRC_WORKS,
  FK_SIM_CRC_NONE,
  FK_SIM_CRC_LIES,
} FkSimCrc;

/**
 * FkSimDma:
 * @FK_SIM_DMA_WORKS: as the manual says
 * @FK_SIM_DMA_NONE: there is none: its clock cannot be switched on, its registers read as 0
 * @FK_SIM_DMA_STUCK: its registers take everything, and its channels never move
 *
 * The DMA controller of a chip of F0 or F1; the others are simulated without.
 */
typedef enum
{
  FK_SIM_DMA_WORKS,
  FK_SIM_DMA_NONE,
  FK_SIM_DMA_STUCK,
} FkSimDma;

/**
 * FkSimChipConfig:
 * @model: "stm32f405", "stm32f407", "stm32f103c8", "stm32f103rc", "stm32f030f4",
 *   "stm32f746", "stm32g0b1", "stm32l152rc", "stm32l151vdx", "stm32l073rz", "stm32u575",
 *   "stm32l552ze", "stm32h503rb", "stm32h743"
 * @flash_size: bytes that really answer, a multiple of 4096 up to 2 MiB; 0 for the model's own
 * @eeprom_size: bytes of data EEPROM that really answer; 0 for the model's own
 * @size_register: KiB that the flash size register tells; 0 for the truth
 * @dev_id: the device ID that the chip tells; 0 for the truth
 * @idcode: all of DBGMCU_IDCODE, which @dev_id is a part of; 0 for the truth
 * @designer: who designed it by the ROM table that debuggers ask, as JEP106 counts (0x020 is ST);
 *   0 for ST
 * @rom_part: the part number there; 0 for the truth
 * @cpuid: SCB_CPUID; 0 for the truth
 * @dpidr: the debug port's DPIDR; 0 for the truth
 * @core_ap: the access port that the core is behind, 1 at most, with the debug components alone
 *   behind the first one, as H5 has it; 0 for the truth
 * @owner_key: it has a key (OEM1) without which read protection is not removed
 * @second_core: it has the access port of a second core, as H745 has it
 * @uid: 12 bytes, in the order of rising addresses
 * @millivolts: of the board; 0 is no power.  Decides on F4 whether what is programmed wide is
 * retained (RM0090 3.6.2)
 * @crc: its CRC unit
 * @dma: its DMA controller
 * @dead_cell: the address of a byte of flash of which the lowest bit that is to be programmed never
 * is; 0: none
 * @swd_off: the program turns the SWD pins off 3 ms after it started; a blank chip has no program
 */
typedef struct
{
  const char *model;
  guint32 flash_size;
  guint32 eeprom_size;
  guint16 size_register;
  guint16 dev_id;
  guint16 designer;
  guint16 rom_part;
  guint32 idcode;
  guint32 cpuid;
  guint32 dpidr;
  guint core_ap;
  gboolean owner_key;
  gboolean second_core;
  guint8 uid[12];
  guint millivolts;
  FkSimCrc crc;
  FkSimDma dma;
  guint32 dead_cell;
  gboolean swd_off;
} FkSimChipConfig;

/**
 * FkSimChipCounters:
 * @n_sector_erases: sectors or pages that were erased
 * @n_mass_erases: of all flash, those that removing read protection brings included
 * @n_option_erases: of the option bytes (F0, F1)
 * @n_programmed: program operations: one a half-word on F0 and F1, one a store on F4, one a double
 *   word on G0, a word or half a page on L1, a flash word on H7; option bytes and data EEPROM
 * included
 * @n_option_programs: of these, in the option bytes
 * @flash_busy_ns: modelled time in which the flash controller was busy
 * @ram_code_cycles: cycles of code that ran from RAM, as a debugger's loaders do
 * @ram_code_ns: modelled time in which the core ran such code, its waits for flash included
 *
 * What a chip has done since it was made.
 */
typedef struct
{
  guint64 n_sector_erases;
  guint64 n_mass_erases;
  guint64 n_option_erases;
  guint64 n_programmed;
  guint64 n_option_programs;
  guint64 flash_busy_ns;
  guint64 ram_code_cycles;
  guint64 ram_code_ns;
} FkSimChipCounters;

/**
 * fk_sim_chip_new: (constructor)
 *
 * A chip with blank flash and factory option bytes, just powered on.
 *
 * Returns: (transfer full): or %NULL with FK_ERROR_USAGE for a model that there is not or a flash
 * size that cannot be, FK_ERROR_NOT_SUPPORTED when Unicorn refuses
 */
FkSimChip *fk_sim_chip_new (const FkSimChipConfig *config, GError **error);
void fk_sim_chip_free (FkSimChip *self);

/* What a debug port says of itself: DPIDR; IDR (0: there is none) and BASE (the ROM table) of an
 * access port. */
guint32 fk_sim_chip_get_dpidr (FkSimChip *self);
guint32 fk_sim_chip_get_ap_idr (FkSimChip *self, guint ap);
guint32 fk_sim_chip_get_ap_base (FkSimChip *self, guint ap);

/**
 * fk_sim_chip_get_core_ap:
 *
 * Returns: the access port that the core and its bus are behind.  All that follows is seen through
 *   it, but for fk_sim_chip_read_debug_bus() and its sister, which are what there is behind the
 *   first port where that is another one
 */
guint fk_sim_chip_get_core_ap (FkSimChip *self);
gboolean fk_sim_chip_read_debug_bus (FkSimChip *self, guint32 address, guint32 *value);
gboolean fk_sim_chip_write_debug_bus (FkSimChip *self, guint32 address, guint32 value);

/**
 * fk_sim_chip_swd_answers:
 *
 * Returns: %FALSE without power, at protection level 2, and when the program took the pins away;
 * NRST low brings the pins back for as long as it lasts, and 3 ms more
 */
gboolean fk_sim_chip_swd_answers (FkSimChip *self);

/**
 * fk_sim_chip_read:
 * @width: 1, 2 or 4; @address is aligned to it
 *
 * One bus access by the AHB-AP.  Costs no time, except that flash which is busy makes the bus wait:
 * then fk_sim_chip_get_time() is later afterwards by up to the erase time.  While NRST is low only
 * the core's private bus and the debug support unit answer.
 *
 * Returns: %FALSE: the bus answered with a fault
 */
gboolean fk_sim_chip_read (FkSimChip *self, guint32 address, guint width, guint32 *value);

/**
 * fk_sim_chip_write:
 *
 * The same the other way.  What a write starts (an erase, the core) goes on as time is advanced; a
 * reset by AIRCR and a single step are over when this returns.
 */
gboolean fk_sim_chip_write (FkSimChip *self, guint32 address, guint width, guint32 value);

/**
 * fk_sim_chip_read_block:
 *
 * The same as fk_sim_chip_read() of @width on every address from @address on, but fast where that
 * is plain memory.
 *
 * Returns: the bytes read before the first fault, so @length when all is well
 */
gsize
fk_sim_chip_read_block (FkSimChip *self, guint32 address, guint width, guint8 *out, gsize length);

/**
 * fk_sim_chip_write_block:
 *
 * The same the other way; fast where that is RAM.
 *
 * Returns: the bytes written before the first fault
 */
gsize fk_sim_chip_write_block (
    FkSimChip *self, guint32 address, guint width, const guint8 *data, gsize length);

/**
 * fk_sim_chip_advance:
 *
 * Lets modelled time pass: operations end, DMA moves data, the watchdog bites, a running core
 * executes what it can execute in that time at its clock.  Cheap when it only waits, however long.
 */
void fk_sim_chip_advance (FkSimChip *self, guint64 nanoseconds);

/* Modelled ns since the chip was made. */
guint64 fk_sim_chip_get_time (FkSimChip *self);

/* Drives the reset pin; the fall resets the chip, the rise lets it start. */
void fk_sim_chip_set_nrst (FkSimChip *self, gboolean low);

/* Off and on: RAM becomes noise, debug registers are cleared, weakly programmed cells are lost. */
void fk_sim_chip_power_cycle (FkSimChip *self);

/* The next cell that is to change keeps its lowest bit that should have been cleared. */
void fk_sim_chip_kill_cell (FkSimChip *self);

/* From now on the CRC unit takes in each word with a wrong bit, or it does so no more. */
void fk_sim_chip_set_crc_lies (FkSimChip *self, gboolean lies);

/* The next word that the CRC unit takes in has a wrong bit. */
void fk_sim_chip_slip_crc (FkSimChip *self);

/* The next code that runs from RAM gets nowhere: the core is neither halted nor locked up, but does
 * nothing until it is halted or reset. */
void fk_sim_chip_stall_core (FkSimChip *self);

/* The back door: all memories as they are, at their bus addresses, whatever the protection says.
 * %FALSE unless all of the range lies in one memory.  Option bytes act from the next reset on,
 * those of G0 from the next power-on or OBL_LAUNCH on. */
gboolean fk_sim_chip_peek (FkSimChip *self, guint32 address, guint8 *out, gsize length);
gboolean fk_sim_chip_poke (FkSimChip *self, guint32 address, const guint8 *data, gsize length);

/* Sets the option bytes for readout protection level 0, 1 or 2 and cycles the power; erases
 * nothing.
 */
void fk_sim_chip_set_protection (FkSimChip *self, guint level);

gboolean fk_sim_chip_is_running (FkSimChip *self); /* neither halted, locked up nor in reset */
gboolean fk_sim_chip_is_debug_enabled (FkSimChip *self); /* DHCSR.C_DEBUGEN */
gboolean fk_sim_chip_is_flash_locked (FkSimChip *self);  /* CR.LOCK */
guint64 fk_sim_chip_get_n_erases (FkSimChip *self); /* operations: pages, sectors, whole chips */
guint64 fk_sim_chip_get_n_programmed (FkSimChip *self); /* operations, option bytes included */
void fk_sim_chip_get_counters (FkSimChip *self, FkSimChipCounters *counters);

/**
 * fk_sim_chip_save:
 *
 * Flash, option bytes and OTP, as they would be after power was lost.
 *
 * Returns: (transfer full):
 */
GBytes *fk_sim_chip_save (FkSimChip *self);

/**
 * fk_sim_chip_load:
 *
 * Takes what fk_sim_chip_save() of a chip of the same model and size gave, and powers on.
 *
 * Returns: %FALSE with FK_ERROR_BAD_BOARD_FILE; the chip is then what it was
 */
gboolean fk_sim_chip_load (FkSimChip *self, GBytes *state, GError **error);

/* A word of RAM that the demo firmware counts up for ever, and where the demo printer that is tied
 * to its chip keeps the chip's UID. */
#define FK_SIM_DEMO_COUNTER    0x20000040u
#define FK_SIM_DEMO_UID_RECORD 0x0800c000u

/**
 * fk_sim_chip_load_demo_firmware:
 * @board: "creator-pro", "skr-mini-e3", "blue-pill", "disco-f4", "f030", "nucleo-f746",
 *   "skr-mini-e3-v3", "disco-l1", "meter-l1", "nucleo-l073", "nucleo-u575", "nucleo-l552",
 *   "nucleo-h503",
 *   "nucleo-l476", "nucleo-l4r5", "esc-g4", "nucleo-g474", "skr-3", "octopus-h723" or "nucleo-h7a3"
 *
 * Factory contents, made by us, the same each time: a bootloader where such boards have one, an
 * application that runs, settings near the end of the flash.  Powers on.
 */
void fk_sim_chip_load_demo_firmware (FkSimChip *self, const char *board);

G_END_DECLS
