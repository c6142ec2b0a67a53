/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sim/fk-sim-unicorn.h"

#include "sim/fk-sim-chip.h"

G_BEGIN_DECLS

/* Who asks the bus: the debug port, the core or the DMA controller.  Protection and faults depend
 * on it. */
typedef enum
{
  FK_SIM_BY_DEBUG,
  FK_SIM_BY_CORE,
  FK_SIM_BY_DMA,
} FkSimMaster;

typedef enum
{
  FK_SIM_FAMILY_F0,
  FK_SIM_FAMILY_F1,
  FK_SIM_FAMILY_F4,
  FK_SIM_FAMILY_G0,
  FK_SIM_FAMILY_F7,
  FK_SIM_FAMILY_L1,
  FK_SIM_FAMILY_L0,
  FK_SIM_FAMILY_U5,
  FK_SIM_FAMILY_L4,
  FK_SIM_FAMILY_G4,
  FK_SIM_FAMILY_H7,
  FK_SIM_FAMILY_L5,
  FK_SIM_FAMILY_H5,
} FkSimFamily;

typedef enum
{
  FK_SIM_CORE_M0,
  FK_SIM_CORE_M3,
  FK_SIM_CORE_M4,
  FK_SIM_CORE_M0_PLUS,
  FK_SIM_CORE_M7,
  FK_SIM_CORE_M3_R2, /* r2p0 */
  FK_SIM_CORE_M33,
  FK_SIM_CORE_M7_R1, /* r1p1 */
} FkSimCoreKind;

typedef enum
{
  FK_SIM_MEMORY_FLASH,
  FK_SIM_MEMORY_RAM,
  FK_SIM_MEMORY_SYSTEM, /* bootloader, UID, flash size: only ST writes them */
  FK_SIM_MEMORY_OTP,
  FK_SIM_MEMORY_OPTIONS,
  FK_SIM_MEMORY_EEPROM, /* data, beside the flash and under its controller */
} FkSimMemoryKind;

/**
 * FkSimMemory: a range of plain memory.  @bytes is owned by the chip; aliases share it.
 */
typedef struct
{
  FkSimMemoryKind kind;
  guint32 base;
  guint32 size;
  guint32 hole;      /* in it, from this offset on, ... */
  guint32 hole_size; /* ... this much answers nothing; 0: there is none */
  guint8 *bytes;
  gboolean alias;      /* @bytes belongs to another entry */
  gboolean hidden;     /* cells that registers alone show; @base is that of the registers */
  gboolean executable; /* the CCM of F4 hangs on the data bus alone (RM0090 2.3.1) */
} FkSimMemory;

/**
 * FkSimModel: the facts of one part, from its data sheet and reference manual
 */
typedef struct
{
  const char *name;
  FkSimFamily family;
  FkSimCoreKind core;
  guint core_ap;
  guint32 idcode; /* DBGMCU_IDCODE */
  guint32 flash_size;
  guint32 bank_distance; /* where that is more than half of it: from bank to bank; else 0 */
  guint32 page_size;     /* all but F4/F7; there the first four sectors */
  guint32 pages_per_wrp_bit;
  guint32 ram_size;
  guint32 ccm_size; /* L4: SRAM2 */
  guint32 eeprom_size;
  gboolean blank_is_zero; /* erasing clears bits, and programming sets them */
} FkSimModel;

typedef struct _FkSimPeripheral FkSimPeripheral;

/**
 * FkSimPeripheral:
 * @word_only: bytes and half-words fault
 * @write: @mask has ones in the byte lanes that the access drives; FALSE: the bus faults
 */
struct _FkSimPeripheral
{
  guint32 base;
  guint32 size;
  gboolean word_only;
  guint32 (*read) (FkSimChip *self, guint32 offset, FkSimMaster master);
  gboolean (*write) (
      FkSimChip *self, guint32 offset, guint32 value, guint32 mask, FkSimMaster master);
};

typedef enum
{
  FK_SIM_RESET_POWER,
  FK_SIM_RESET_PIN,
  FK_SIM_RESET_SOFTWARE, /* SYSRESETREQ */
  FK_SIM_RESET_WATCHDOG,
  FK_SIM_RESET_OPTIONS, /* OBL_LAUNCH */
  FK_SIM_RESET_CORE,    /* VECTRESET: the core alone */
} FkSimReset;

/**
 * FkSimFlashOps: one generation of flash controller
 * @make_options: (nullable): fills the option bytes of a new chip
 * @reset: system reset of its registers
 * @load_options: the option byte loader, at each reset but that of the core alone
 * @program: a store into flash, OTP or option bytes; FALSE: the bus faults
 * @finish: the operation under way is over
 * @is_busy_at: (nullable): whether a read at this offset of the flash waits for the operation under
 *   way; without it, all do
 * @hides: (nullable): whether any of @length bytes at this offset of the flash may not be read
 * @refuse_read: (nullable): somebody tried to read there, at this offset of the flash
 * @set_protection: back door: writes the option bytes for this RDP level
 * @get_start: (nullable): where options say that the vectors are; without it, at 0
 */
typedef struct
{
  FkSimPeripheral registers;
  void (*make_options) (FkSimChip *self);
  void (*reset) (FkSimChip *self);
  void (*load_options) (FkSimChip *self, FkSimReset kind);
  gboolean (*program) (FkSimChip *self,
                       const FkSimMemory *memory,
                       guint32 address,
                       guint width,
                       guint32 value,
                       FkSimMaster master);
  void (*finish) (FkSimChip *self);
  gboolean (*is_busy_at) (FkSimChip *self, guint32 offset);
  gboolean (*hides) (FkSimChip *self, guint32 offset, guint32 length);
  void (*refuse_read) (FkSimChip *self, guint32 offset);
  gboolean (*is_locked) (FkSimChip *self);
  void (*set_protection) (FkSimChip *self, guint level);
  guint32 (*get_start) (FkSimChip *self);
} FkSimFlashOps;

typedef enum
{
  FK_SIM_OP_NONE,
  FK_SIM_OP_PROGRAM,
  FK_SIM_OP_ERASE,
  FK_SIM_OP_MASS_ERASE,
  FK_SIM_OP_OPTION_PROGRAM,
  FK_SIM_OP_OPTION_ERASE,
} FkSimOp;

#define FK_SIM_MAX_OPTIONS 16
#define FK_SIM_MAX_ROW     128

/**
 * FkSimFlashBank: a bank that has registers of its own, as on H7
 */
typedef struct
{
  guint32 cr;
  guint32 sr;
  guint key_step;
  gboolean key_jammed;
  guint8 row[FK_SIM_MAX_ROW]; /* the write buffer */
  guint32 row_address;
  guint32 row_filled; /* a bit for each byte of it */
} FkSimFlashBank;

/**
 * FkSimFlash: state of the flash controller; one union of all generations' registers is not worth
 * its trouble, so a generation leaves alone what it does not have
 */
typedef struct
{
  guint32 acr;
  guint32 cr;
  guint32 sr;
  guint32 ar;
  guint32 optcr;
  guint32 optcr1; /* F7 */
  guint32 obr;
  guint32 wrpr;
  guint32 options[FK_SIM_MAX_OPTIONS]; /* as their registers show them */
  guint32 options_in_force[FK_SIM_MAX_OPTIONS];
  guint key_step;
  guint optkey_step;
  guint prgkey_step;   /* L0, L1 */
  gboolean key_jammed; /* a wrong key: locked until the next reset */
  gboolean optkey_jammed;
  gboolean prgkey_jammed;

  FkSimOp op;
  guint64 busy_since; /* modelled ns; these three are meaningful while op is not NONE */
  guint64 busy_until;
  guint64 op_duration;
  gboolean op_waits; /* for the oscillator that times it */
  guint32 op_address;
  guint64 op_value;
  guint op_width;
  guint op_banks; /* a bit for each bank that is busy */
  guint8 op_old[FK_SIM_MAX_ROW];
  gboolean op_weak;        /* done with too little voltage: reads back well, is not retained */
  gboolean has_first_word; /* of a double word; the second has not come */
  guint32 first_address;
  guint32 first_word;
  FkSimFlashBank banks[2];    /* H7 */
  guint8 row[FK_SIM_MAX_ROW]; /* what is programmed at one go */
  guint row_done;             /* bytes of a row that have come while more are to come */
  guint32 row_address;
} FkSimFlash;

/**
 * FkSimHalt: why the core is in debug state, as DFSR tells it
 */
enum
{
  FK_SIM_DFSR_HALTED = 1 << 0,
  FK_SIM_DFSR_BKPT = 1 << 1,
  FK_SIM_DFSR_DWTTRAP = 1 << 2,
  FK_SIM_DFSR_VCATCH = 1 << 3,
  FK_SIM_DFSR_EXTERNAL = 1 << 4,
};

typedef enum
{
  FK_SIM_CORE_IN_RESET,
  FK_SIM_CORE_RUNNING,
  FK_SIM_CORE_SLEEPING,
  FK_SIM_CORE_HALTED,
  FK_SIM_CORE_LOCKED_UP,
} FkSimCoreState;

typedef enum
{
  FK_SIM_FAULT_CAUSE_UNDEFINED,   /* CFSR.UNDEFINSTR */
  FK_SIM_FAULT_CAUSE_STATE,       /* CFSR.INVSTATE */
  FK_SIM_FAULT_CAUSE_EXIT,        /* CFSR.INVPC */
  FK_SIM_FAULT_CAUSE_UNALIGNED,   /* CFSR.UNALIGNED */
  FK_SIM_FAULT_CAUSE_COPROCESSOR, /* CFSR.NOCP */
  FK_SIM_FAULT_CAUSE_FETCH,       /* CFSR.IBUSERR */
  FK_SIM_FAULT_CAUSE_DATA,        /* CFSR.PRECISERR, BFAR */
  FK_SIM_FAULT_CAUSE_BREAKPOINT,  /* BKPT without a debugger: HFSR.DEBUGEVT */
} FkSimFaultCause;

#define FK_SIM_MAX_BREAKPOINTS 8
#define FK_SIM_N_DWT_WORDS     64

/* What a block of code has been found to take; a @size of 0 stands for nothing. */
typedef struct
{
  guint32 pc;
  guint16 size;
  guint16 cycles;
  guint16 pauses;
} FkSimBlockCost;

#define FK_SIM_N_BLOCK_COSTS 256

/**
 * FkSimCore: the processor: Unicorn, and what Unicorn does not know of debugging
 */
typedef struct
{
  uc_engine *uc;
  uc_context *at_reset; /* Unicorn's registers before anything ran */
  FkSimCoreState state;

  /* Execution; see fk-sim-core.c */
  guint64 ps_per_cycle;
  guint64 ps_left_over;
  guint64 slice_end;
  guint64 ahead_until; /* the core waits for the bus until then */
  guint64 budget;
  gboolean let_through;
  gboolean stepping;
  gboolean stopped; /* we stopped Unicorn, it did not end by itself */
  guint exception;  /* Unicorn's number, 0 for none */
  gboolean want_stop;
  gboolean stall_wanted; /* code in RAM gets stuck */
  gboolean stalled;
  gboolean reset_wanted;
  FkSimReset reset_kind;
  gboolean flash_closed;  /* by read protection: to all */
  gboolean flash_guarded; /* … to data accesses of code that is elsewhere */
  gboolean fault_pending;
  FkSimFaultCause fault_cause;
  guint32 fault_address;
  guint32
      run_until; /* next run stops here: a breakpoint or an illegal instruction inside a block */
  gboolean stop_for_breakpoint; /* … the former */
  guint64 n_blocks;
  guint64 block_number; /* counts all blocks, from 1 */
  guint64 block_start;  /* modelled ns */
  guint block_pauses;
  FkSimBlockCost block_costs[FK_SIM_N_BLOCK_COSTS];
  guint32 idle_pc;
  guint idle_window;
  guint idle_stores; /* store instructions seen since */
  guint idle_feeds;  /* … of which so many only fed the watchdog */
  guint32 idle_regs[16];
  guint32 code_low; /* range of memory changed since the core last ran */
  guint32 code_high;
  guint64 run_time; /* ns that the program ran since the last reset */

  /* Bytes that Unicorn stores into flash although the controller did not */
  struct
  {
    guint8 *where; /* NULL: none */
    guint width;
    guint8 bytes[8];
  } undo;
  /* The bytes of an unaligned store that Unicorn may announce again. */
  guint32 split_next;
  guint32 split_end;

  /* Program status that Unicorn keeps in another way */
  guint ipsr;
  gboolean thumb;

  /* Debug; cleared by power-on alone */
  gboolean debug_enabled;
  gboolean mask_interrupts;
  gboolean step;
  gboolean register_ready;
  gboolean retired;   /* DHCSR.S_RETIRE_ST */
  gboolean was_reset; /* DHCSR.S_RESET_ST */
  guint32 dcrdr;
  guint32 demcr;
  guint32 dfsr;
  guint32 fp_ctrl;
  guint32 fp_comp[FK_SIM_MAX_BREAKPOINTS];
  guint32 dwt[FK_SIM_N_DWT_WORDS];

  /* System control; cleared by every reset */
  guint32 vtor;
  guint32 aircr;
  guint32 scr;
  guint32 ccr;
  guint32 shpr[3];
  guint32 shcsr;
  guint32 cfsr;
  guint32 hfsr;
  guint32 mmfar;
  guint32 bfar;
  guint32 cpacr;
  guint32 icsr;
  guint32 syst[3];
  guint32 nvic_enable[8];
  guint8 nvic_priority[240];
  guint32 fpu[33]; /* S0-S31, FPSCR as a debugger stores them */
} FkSimCore;

#define FK_SIM_MAX_DMA_CHANNELS 7

/**
 * FkSimDmaChannel:
 * @ccr: and the three that follow: the registers
 * @peripheral_at: where the next element is read or written, which no register tells
 * @memory_at: the same at the other end
 * @half: what CNDTR says when half is done
 */
typedef struct
{
  guint32 ccr;
  guint32 cndtr;
  guint32 cpar;
  guint32 cmar;
  guint32 peripheral_at;
  guint32 memory_at;
  guint32 half;
} FkSimDmaChannel;

/**
 * FkSimDmaUnit:
 * @ready: a bit for each channel that moves while the controller has its clock
 * @settling: fk_sim_dma_settle() is at work
 * @element_began: modelled ns; meaningful while @ready has a bit
 * @ps_left_over: … and so many ps
 */
typedef struct
{
  guint32 isr;
  FkSimDmaChannel channels[FK_SIM_MAX_DMA_CHANNELS];
  guint32 ready;
  gboolean settling;
  guint64 element_began;
  guint64 ps_left_over;
} FkSimDmaUnit;

/* The ROM table of G0 and L0, which leads to that of the core. */
#define FK_SIM_ROM_M0_PLUS 0xf0000000u

#define FK_SIM_MAX_MEMORIES    12
#define FK_SIM_MAX_PERIPHERALS 24

struct _FkSimChip
{
  const FkSimModel *model;
  FkSimChipConfig config;
  guint64 now; /* modelled ns since power came */

  FkSimMemory memories[FK_SIM_MAX_MEMORIES];
  guint n_memories;
  FkSimMemory *flash_memory;
  FkSimMemory *options_memory;
  FkSimMemory *otp_memory;
  FkSimMemory *eeprom_memory;
  FkSimPeripheral peripherals[FK_SIM_MAX_PERIPHERALS];
  guint n_peripherals;

  FkSimCore core;
  const FkSimFlashOps *flash_ops;
  FkSimFlash flash;
  GHashTable *weak; /* offsets of flash bytes that will not be retained */
  GHashTable *ones; /* offsets of double words that were programmed with nothing but ones */
  GHashTable *torn; /* offsets of flash words whose error correction does not fit them */

  guint rdp;           /* the level in force */
  gboolean debug_seen; /* a debugger touched the buses since power-on */
  gboolean nrst_low;
  gboolean kill_next_cell;
  FkSimChipCounters counters;

  guint32 rcc[64];
  guint32 pwr_vosr; /* U5 */
  guint32 dbgmcu[24];
  guint32 crc_data;
  guint32 crc_init;
  guint32 crc_cr;
  guint32 crc_idr;
  guint32 crc_pol;
  guint64 crc_busy_until; /* modelled ns */
  guint64 crc_woken_in;   /* the core's block in which it got its clock or a RESET */
  gboolean crc_lies;
  gboolean crc_slips; /* it takes in the next word wrongly */
  FkSimDmaUnit dma;
  guint32 iwdg_pr;
  guint32 iwdg_rlr;
  gboolean iwdg_unlocked;
  gboolean iwdg_running;
  guint64 iwdg_deadline;
};

/* fk-sim-chip-models.c */
const FkSimModel *fk_sim_model_find (const char *name);
char *fk_sim_model_list (void);
gboolean fk_sim_model_is_v6m (const FkSimModel *model);
gboolean fk_sim_model_has_fpu (const FkSimModel *model);
gboolean fk_sim_model_has_new_breakpoints (const FkSimModel *model);
gboolean fk_sim_model_is_m7 (const FkSimModel *model);
guint8 fk_sim_model_get_blank (const FkSimModel *model);
void fk_sim_model_build (FkSimChip *self);

/* fk-sim-chip.c */
void fk_sim_chip_reset (FkSimChip *self, FkSimReset kind);
guint32 fk_sim_chip_get_idcode (FkSimChip *self);
gboolean fk_sim_chip_is_flash_blocked (FkSimChip *self, FkSimMaster master);
void fk_sim_chip_note_debugger (FkSimChip *self, guint32 address);

/* fk-sim-chip-bus.c */
guint32 fk_sim_memory_get_room (const FkSimMemory *memory, guint32 address);
FkSimMemory *fk_sim_bus_find_memory (FkSimChip *self, guint32 address, gsize length);
FkSimMemory *fk_sim_bus_find_cells (FkSimChip *self, guint32 address, gsize length);
gboolean
fk_sim_bus_read (FkSimChip *self, guint32 address, guint width, guint32 *value, FkSimMaster master);
gboolean
fk_sim_bus_write (FkSimChip *self, guint32 address, guint width, guint32 value, FkSimMaster master);

/* fk-sim-chip-system.c: clocks, watchdog, debug support unit */
void fk_sim_system_build (FkSimChip *self);
void fk_sim_system_reset (FkSimChip *self, FkSimReset kind);
guint32 fk_sim_system_get_reset_flag (FkSimReset kind);
gboolean fk_sim_system_has_hsi (FkSimChip *self);
guint32 fk_sim_system_get_clock (FkSimChip *self);
void fk_sim_system_tick (FkSimChip *self);
gboolean fk_sim_system_is_crc_clocked (FkSimChip *self);
gboolean fk_sim_system_is_dma_clocked (FkSimChip *self);
void fk_sim_system_start_watchdog (FkSimChip *self);
void fk_sim_system_feed_watchdog (FkSimChip *self);
gboolean fk_sim_system_is_feed (FkSimChip *self, guint32 address, guint32 value);

/**
 * FkSimRcc:
 * @base: of its registers, which are kept as they are read
 * @write: as #FkSimPeripheral has it
 * @reset: what a reset of this kind leaves in them
 * @get_clock: Hz of the core's clock
 *
 * The reset and clock control of a family.
 */
typedef struct
{
  guint32 base;
  gboolean (*write) (
      FkSimChip *self, guint32 offset, guint32 value, guint32 mask, FkSimMaster master);
  void (*reset) (FkSimChip *self, FkSimReset kind);
  guint32 (*get_clock) (FkSimChip *self);
} FkSimRcc;

extern const FkSimRcc fk_sim_rcc_g0;                  /* fk-sim-chip-rcc-g0.c */
extern const FkSimRcc fk_sim_rcc_h5;                  /* fk-sim-chip-rcc-h5.c */
extern const FkSimRcc fk_sim_rcc_h7;                  /* fk-sim-chip-rcc-h7.c */
extern const FkSimRcc fk_sim_rcc_l1;                  /* fk-sim-chip-rcc-l1.c */
extern const FkSimRcc fk_sim_rcc_l0;                  /* the same */
extern const FkSimRcc fk_sim_rcc_l4;                  /* fk-sim-chip-rcc-l4.c */
extern const FkSimRcc fk_sim_rcc_u5;                  /* fk-sim-chip-rcc-u5.c */
extern const FkSimPeripheral fk_sim_pwr_u5_registers; /* the same */

/* fk-sim-chip-crc.c */
extern const FkSimPeripheral fk_sim_crc_registers;
guint32 fk_sim_crc_get_base (FkSimChip *self);
void fk_sim_crc_reset (FkSimChip *self);
void fk_sim_crc_wake (FkSimChip *self);
gboolean fk_sim_crc_holds_bus (FkSimChip *self, guint32 address);

/* fk-sim-chip-dma.c */
extern const FkSimPeripheral fk_sim_dma_registers;
void fk_sim_dma_reset (FkSimChip *self);
void fk_sim_dma_settle (FkSimChip *self);
gboolean fk_sim_dma_is_moving (FkSimChip *self);

/* fk-sim-core-registers.c */
extern const int fk_sim_core_general_registers[16];
guint32 fk_sim_core_read_uc (FkSimChip *self, int reg);
gboolean fk_sim_core_get_register (FkSimChip *self, guint number, guint32 *value);
gboolean fk_sim_core_set_register (FkSimChip *self, guint number, guint32 value);
void fk_sim_core_reset (FkSimChip *self);
void fk_sim_core_release (FkSimChip *self);
void fk_sim_core_halt (FkSimChip *self, guint32 reason);
void fk_sim_core_resume (FkSimChip *self);

/* fk-sim-core.c */
gboolean fk_sim_core_init (FkSimChip *self, GError **error);
void fk_sim_core_clear (FkSimChip *self);
void fk_sim_core_run (FkSimChip *self, guint64 until);
void fk_sim_core_step (FkSimChip *self);
void fk_sim_core_memory_changed (FkSimChip *self, guint32 address, gsize length);
void fk_sim_core_protect_flash (FkSimChip *self);
gboolean fk_sim_core_is_too_early (FkSimChip *self, guint64 block_number);

/* fk-sim-core-cycles.c */
guint fk_sim_cycles_count (
    FkSimCoreKind kind, gboolean from_ram, const guint8 *code, guint size, guint *n_pauses);

/* fk-sim-core-fault.c */
void fk_sim_core_fault (FkSimChip *self, FkSimFaultCause cause, guint32 address);
void fk_sim_core_call_supervisor (FkSimChip *self);
void fk_sim_core_return_from_exception (FkSimChip *self, guint32 code);

/* fk-sim-core-scan.c */
guint fk_sim_scan_count_stores (const guint8 *code, guint size);
gboolean fk_sim_scan_find_illegal_v6m (const guint8 *code, guint size, guint *offset);
guint fk_sim_scan_get_length (guint16 first);

/* fk-sim-core-debug.c: the system control space */
guint32 fk_sim_scs_read (FkSimChip *self, guint32 offset);
void
fk_sim_scs_write (FkSimChip *self, guint32 offset, guint32 value, guint32 mask, FkSimMaster master);

/* fk-sim-core-ppb.c: the private peripheral bus */
guint32
fk_sim_ppb_read_component_id (guint part, guint designer, guint component_class, guint32 offset);
guint32 fk_sim_ppb_read_maker_id (FkSimChip *self, guint32 offset);
guint32 fk_sim_ppb_read_dbgmcu (FkSimChip *self, guint32 offset, FkSimMaster master);
void fk_sim_ppb_write_dbgmcu (FkSimChip *self, guint32 offset, guint32 value, guint32 mask);
gboolean fk_sim_ppb_read (FkSimChip *self, guint32 address, guint32 *value, FkSimMaster master);
gboolean fk_sim_ppb_write (
    FkSimChip *self, guint32 address, guint32 value, guint32 mask, FkSimMaster master);
gboolean fk_sim_ppb_find_breakpoint (FkSimChip *self, guint32 start, guint size, guint32 *where);
void fk_sim_ppb_reset (FkSimChip *self, gboolean power_on);

/* fk-sim-flash.c: what all controllers share */
void fk_sim_flash_begin (FkSimChip *self, FkSimOp op, guint64 duration_ns);
void fk_sim_flash_begin_program (FkSimChip *self, const FkSimMemory *memory, guint64 duration_ns);
void fk_sim_flash_begin_row (FkSimChip *self,
                             const FkSimMemory *memory,
                             guint32 address,
                             const guint8 *row,
                             guint length,
                             guint64 duration_ns);
void fk_sim_flash_settle (FkSimChip *self);
void fk_sim_flash_abort (FkSimChip *self);
gboolean fk_sim_flash_is_busy (FkSimChip *self);
gboolean fk_sim_flash_is_busy_at (FkSimChip *self, guint32 address);
gboolean fk_sim_flash_hides (FkSimChip *self, guint32 address, gsize length);
gboolean fk_sim_flash_stall (FkSimChip *self, FkSimMaster master);
void fk_sim_flash_hsi_came_on (FkSimChip *self);
void fk_sim_flash_poll (FkSimChip *self, FkSimMaster master);
/* A lock of a flash controller, and how far its keys have come. */
typedef struct
{
  guint32 *control; /* the register */
  guint32 bit;      /* of it, set while it is locked */
  guint32 closes;   /* what a wrong key sets */
  guint *step;
  gboolean *jammed;
} FkSimLock;

gboolean fk_sim_flash_take_key (
    const guint32 keys[2], guint32 value, guint *step, gboolean *jammed, gboolean *opens);
gboolean fk_sim_flash_open_lock (const FkSimLock *lock,
                                 const guint32 keys[2],
                                 guint32 value,
                                 gboolean may_open);
void fk_sim_flash_launch_options (FkSimChip *self, FkSimMaster master);
guint fk_sim_flash_get_level (guint32 rdp);
void fk_sim_flash_finish_erase (FkSimChip *self);
void fk_sim_flash_apply_program (FkSimChip *self, const FkSimMemory *memory);
void fk_sim_flash_apply_erase (FkSimChip *self, guint32 offset, guint32 size);
void fk_sim_flash_forget_cells (FkSimChip *self, guint32 offset, guint32 size);
void fk_sim_flash_lose_weak_cells (FkSimChip *self);

extern const FkSimFlashOps fk_sim_flash_f1;
extern const FkSimFlashOps fk_sim_flash_f4; /* and F7 */
extern const FkSimFlashOps fk_sim_flash_l4;
extern const FkSimFlashOps fk_sim_flash_l1;
extern const FkSimFlashOps fk_sim_flash_l0; /* the same file */
guint32 fk_sim_l1_get_options_size (FkSimChip *self);
extern const FkSimFlashOps fk_sim_flash_l5; /* and U5 */
guint32 fk_sim_flash_l5_get_boot (FkSimChip *self);
extern const FkSimFlashOps fk_sim_flash_h5;
extern const FkSimFlashOps fk_sim_flash_h7;

G_END_DECLS
