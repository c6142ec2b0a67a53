/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "sim/fk-sim-chip-private.h"

#include <string.h>

#include "base/fk-error.h"
#include "base/fk-reader.h"

/*
 * The core: runs code in Unicorn 2.0.1, in slices of modelled time.  How Unicorn is driven, and
 * what of it was found out by trying:
 *
 * - A hook at each basic block counts time and stops the slice.  There the program counter is
 * right; in a memory hook it is that of the block's start, so whatever a memory access brings about
 *   (faults, resets) is noted and acted upon at the next block.
 * - Flash is mapped read-only.  The hook for forbidden writes tells the flash controller; when it
 *   says "handled", Unicorn stores the bytes all the same, so they are put back before anybody
 * looks.
 * - Translated code does not notice that the memory under it was changed from outside; such ranges
 *   are dropped from the translation cache before the next slice.
 * - The address at which to stop is compiled into the block, so the cache is dropped there as well.
 *
 * Code that runs from flash waits while flash is busy; data that code in RAM reads from flash
 * meanwhile is not made to wait (no loader looks before BSY is gone).
 *
 * Not modelled: interrupts; a floating-point unit that is switched off (on Cortex-M4 its
 * instructions run all the same); and that handlers and debuggers are privileged where the program
 * is not (to them MSP, PSP and the masks then read as 0).  The PC of a fault is that of its basic
 * block.
 *
 * A loop that neither stores nor changes a register waits for the outside: it is left alone until
 * time moves on, unless DMA is what it may wait for.  What DMA does is seen from block to block.
 * Feeding the watchdog is no store in this sense.  One that polls the flash controller moves time
 * itself (fk_sim_flash_poll()).
 */

/* Programs in flash may run for ever; more than this for each call of advance() shows nobody
 * anything new. */
#define FIRMWARE_BUDGET  (200 * 1000)
#define UNWATCHED_BUDGET 20000

#define NOWHERE 0xfffffff0u

#define EXCEPTION_RETURN 0xf0000000u

/* Of each 256 blocks, 32 are looked at for a loop that gets nowhere. */
#define IDLE_PERIOD 256
#define IDLE_WINDOW 32

#define UC_EXCEPTION_SVC   2
#define UC_EXCEPTION_FETCH 3
#define UC_EXCEPTION_DATA  4
#define UC_EXCEPTION_BKPT  7
#define UC_EXCEPTION_NOCP  17
#define UC_EXCEPTION_STATE 18

static void
undo_store (FkSimChip *self)
{
  FkSimCore *core = &self->core;

  if (core->undo.where != NULL)
    memcpy (core->undo.where, core->undo.bytes, core->undo.width);
  core->undo.where = NULL;
}

static void
note_fault (FkSimChip *self, FkSimFaultCause cause, guint32 address)
{
  FkSimCore *core = &self->core;

  if (core->fault_pending)
    return;
  core->fault_pending = TRUE;
  core->fault_cause = cause;
  core->fault_address = address;
}

static void
stop_here (FkSimChip *self)
{
  self->core.stopped = TRUE;
  uc_emu_stop (self->core.uc);
}

static void
skip_slice (FkSimChip *self)
{
  self->now = self->core.slice_end;
  stop_here (self);
}

static void
snapshot_registers (FkSimChip *self, guint32 *values)
{
  void *where[17];
  int ids[17];

  for (guint i = 0; i < 16; i++)
    {
      ids[i] = fk_sim_core_general_registers[i];
      where[i] = &values[i];
    }
  ids[15] = UC_ARM_REG_APSR; /* instead of the PC, which is known */
  uc_reg_read_batch (self->core.uc, ids, where, 16);
}

/* TRUE when the core came back to where it was, with nothing changed and nothing stored.  A store
 * instruction feeds the watchdog once at most, so the numbers agree only if all of them did that.
 */
static gboolean
is_idle (FkSimChip *self, guint32 pc, guint size)
{
  FkSimCore *core = &self->core;
  const FkSimMemory *memory;
  guint32 registers[16];

  if (core->n_blocks++ % IDLE_PERIOD == 0)
    {
      core->idle_pc = pc;
      core->idle_window = IDLE_WINDOW;
      core->idle_stores = 0;
      core->idle_feeds = 0;
      snapshot_registers (self, core->idle_regs);
    }
  else if (core->idle_window > 0)
    {
      core->idle_window--;
      if (pc == core->idle_pc)
        {
          core->idle_window = 0;
          snapshot_registers (self, registers);
          return core->idle_stores == core->idle_feeds &&
                 memcmp (registers, core->idle_regs, sizeof registers) == 0;
        }
    }
  else
    return FALSE;

  memory = fk_sim_bus_find_memory (self, pc, size);
  if (memory != NULL)
    core->idle_stores += fk_sim_scan_count_stores (memory->bytes + (pc - memory->base), size);

  return FALSE;
}

/* Where in this block the core must stop to be looked at: a breakpoint or an instruction that this
 * core does not have.  TRUE: here. */
static gboolean
must_stop_in (FkSimChip *self, guint32 pc, guint size)
{
  FkSimCore *core = &self->core;
  guint32 where = pc + size;
  const FkSimMemory *memory;
  guint offset;

  core->stop_for_breakpoint = fk_sim_ppb_find_breakpoint (self, pc, size, &where);
  if (fk_sim_model_is_v6m (self->model))
    {
      memory = fk_sim_bus_find_memory (self, pc, size);
      if (memory != NULL &&
          fk_sim_scan_find_illegal_v6m (memory->bytes + (pc - memory->base), size, &offset) &&
          pc + offset < where)
        {
          where = pc + offset;
          core->stop_for_breakpoint = FALSE;
        }
    }
  if (where == pc + size)
    return FALSE;
  core->run_until = where;

  return TRUE;
}

static gboolean
is_in_flash (FkSimChip *self, guint32 pc)
{
  return pc < self->flash_memory->size || pc - self->flash_memory->base < self->flash_memory->size;
}

static const FkSimBlockCost *
get_block_cost (FkSimChip *self, guint32 pc, guint size)
{
  FkSimBlockCost *cost = &self->core.block_costs[pc / 2 % FK_SIM_N_BLOCK_COSTS];
  const FkSimMemory *memory;
  guint pauses = 0;

  if (cost->size == size && cost->pc == pc)
    return cost;
  memory = fk_sim_bus_find_memory (self, pc, size);
  *cost = (FkSimBlockCost){ .pc = pc, .size = (guint16)size, .cycles = 1 };
  if (memory != NULL)
    cost->cycles =
        (guint16)MIN (fk_sim_cycles_count (self->model->core, !is_in_flash (self, pc),
                                           memory->bytes + (pc - memory->base), size, &pauses),
                      G_MAXUINT16);
  cost->pauses = (guint16)pauses;
  return cost;
}

/* Whether the core is still in that block, and did not pause in it for two cycles or more. */
gboolean
fk_sim_core_is_too_early (FkSimChip *self, guint64 block_number)
{
  const FkSimCore *core = &self->core;

  return block_number != 0 && block_number == core->block_number && core->block_pauses < 2;
}

static void
on_block (uc_engine *uc, guint64 address, guint32 size, void *data)
{
  FkSimChip *self = data;
  FkSimCore *core = &self->core;
  guint32 pc = (guint32)address;
  guint halfwords = MAX (size / 2, 1);
  const FkSimBlockCost *cost;
  guint64 picoseconds;

  undo_store (self);
  core->block_number++;
  if (core->stepping)
    {
      if (core->let_through)
        core->let_through = FALSE;
      else
        stop_here (self);
      return;
    }
  /* Code in flash waits for flash. */
  if (is_in_flash (self, pc) && fk_sim_flash_is_busy_at (self, pc))
    fk_sim_flash_stall (self, FK_SIM_BY_CORE);
  /* A block that begins after a stop inside it has been looked at already. */
  if (!core->let_through)
    fk_sim_dma_settle (self);
  if (core->want_stop || core->fault_pending || core->reset_wanted || self->now >= core->slice_end)
    {
      stop_here (self);
      return;
    }
  if (core->stall_wanted && !is_in_flash (self, pc))
    {
      core->stall_wanted = FALSE;
      core->stalled = TRUE;
      skip_slice (self);
      return;
    }
  if (core->let_through)
    core->let_through = FALSE;
  else if (must_stop_in (self, pc, size))
    {
      stop_here (self);
      return;
    }
  if (core->budget < halfwords)
    {
      skip_slice (self);
      return;
    }
  if (is_idle (self, pc, size) && !fk_sim_dma_is_moving (self))
    {
      skip_slice (self);
      if (core->idle_feeds > 0)
        fk_sim_system_feed_watchdog (self);
      return;
    }

  cost = get_block_cost (self, pc, size);
  if (is_in_flash (self, pc))
    core->budget -= halfwords;
  else
    self->counters.ram_code_cycles += cost->cycles;
  picoseconds = core->ps_left_over + cost->cycles * core->ps_per_cycle;
  core->block_start = self->now;
  core->block_pauses = cost->pauses;
  self->now += picoseconds / 1000;
  core->ps_left_over = picoseconds % 1000;
}

static void
on_interrupt (uc_engine *uc, guint32 number, void *data)
{
  FkSimChip *self = data;

  self->core.exception = number;
  stop_here (self);
}

/* An unaligned store is announced as a whole; then each of its bytes once more, or not, as Unicorn
 * sees fit (2.0.1 and 2.1.1 differ).  What has been on the bus is not to go there again. */
static gboolean
is_part_of_split (FkSimCore *core, guint32 address, int size)
{
  if (size != 1 || address != core->split_next || address >= core->split_end)
    return FALSE;
  core->split_next++;

  return TRUE;
}

/* Code stores into flash. */
static bool
on_flash_store (
    uc_engine *uc, uc_mem_type type, guint64 address, int size, gint64 value, void *data)
{
  FkSimChip *self = data;
  FkSimCore *core = &self->core;
  FkSimMemory *memory = fk_sim_bus_find_memory (self, (guint32)address, size);

  if (memory == NULL || memory->kind != FK_SIM_MEMORY_FLASH)
    return false;
  /* The one before in this block may have gone to the same place. */
  undo_store (self);
  if (!is_part_of_split (core, (guint32)address, size))
    {
      /* The bus carries a word at most, and an unaligned store byte by byte. */
      guint width = MIN (size, 4);
      guint step = address % width == 0 ? width : 1;

      for (guint at = 0; at < (guint)size; at += step)
        {
          guint32 part = step == 1 ? value >> 8 * at & 0xff : (guint32)(value >> 8 * at);

          if (!fk_sim_bus_write (self, (guint32)address + at, step, part, FK_SIM_BY_CORE))
            note_fault (self, FK_SIM_FAULT_CAUSE_DATA, (guint32)address + at);
        }
      core->split_next = (guint32)address;
      core->split_end = (guint32)address + (address % size == 0 ? 0 : size);
    }
  core->undo.where = memory->bytes + (address - memory->base);
  core->undo.width = size;
  memcpy (core->undo.bytes, core->undo.where, size);

  return true;
}

static bool
on_bad_access (uc_engine *uc, uc_mem_type type, guint64 address, int size, gint64 value, void *data)
{
  FkSimChip *self = data;
  gboolean fetch = type == UC_MEM_FETCH_UNMAPPED || type == UC_MEM_FETCH_PROT;

  /* A protected F1: the program reads its own constants, code in RAM does not (PM0075 2.4.1). */
  if (type == UC_MEM_READ_PROT && self->core.flash_guarded &&
      is_in_flash (self, fk_sim_core_read_uc (self, UC_ARM_REG_PC)))
    return true;
  note_fault (self, fetch ? FK_SIM_FAULT_CAUSE_FETCH : FK_SIM_FAULT_CAUSE_DATA, (guint32)address);
  return false;
}

/* Cortex-M0 alone: every unaligned access is a fault (ARM DDI 0419C A3.2). */
static void
on_access_v6m (uc_engine *uc, uc_mem_type type, guint64 address, int size, gint64 value, void *data)
{
  if (address % size != 0)
    note_fault (data, FK_SIM_FAULT_CAUSE_UNALIGNED, (guint32)address);
}

static guint64
on_device_read (FkSimChip *self, guint32 address, guint size)
{
  guint32 value = 0;

  undo_store (self);
  if (!fk_sim_bus_read (self, address, size, &value, FK_SIM_BY_CORE))
    note_fault (self, FK_SIM_FAULT_CAUSE_DATA, address);

  return value;
}

static void
on_device_write (FkSimChip *self, guint32 address, guint size, guint32 value)
{
  undo_store (self);
  if (!fk_sim_bus_write (self, address, size, value, FK_SIM_BY_CORE))
    note_fault (self, FK_SIM_FAULT_CAUSE_DATA, address);
  if (fk_sim_system_is_feed (self, address, value))
    self->core.idle_feeds++;
  else
    self->core.idle_stores++;
}

/* Unicorn gives the offset in a window and one pointer, so each window has functions of its own. */
#define DEFINE_WINDOW(name, base)                                                        \
  static guint64 name##_read (uc_engine *uc, guint64 offset, unsigned size, void *data)  \
  {                                                                                      \
    return on_device_read (data, (base) + (guint32)offset, size);                        \
  }                                                                                      \
                                                                                         \
  static void name##_write (uc_engine *uc, guint64 offset, unsigned size, guint64 value, \
                            void *data)                                                  \
  {                                                                                      \
    on_device_write (data, (base) + (guint32)offset, size, (guint32)value);              \
  }

#define EEPROM_WINDOW     0x08080000u /* of L0 and L1 */
#define SYSTEM_WINDOW     0x1ff00000u
#define LOW_SYSTEM_WINDOW 0x0bf00000u
#define BIT_WINDOW        0x22000000u
#define PERIPHERAL_WINDOW 0x40000000u
#define PRIVATE_WINDOW    0xe0000000u

DEFINE_WINDOW (eeprom_window, EEPROM_WINDOW)
DEFINE_WINDOW (system_window, SYSTEM_WINDOW)
DEFINE_WINDOW (low_system_window, LOW_SYSTEM_WINDOW)
DEFINE_WINDOW (bit_window, BIT_WINDOW)
DEFINE_WINDOW (peripheral_window, PERIPHERAL_WINDOW)
DEFINE_WINDOW (private_window, PRIVATE_WINDOW)

static gboolean
map_window (FkSimChip *self,
            guint32 base,
            guint32 size,
            uc_cb_mmio_read_t read_window,
            uc_cb_mmio_write_t write_window)
{
  return uc_mmio_map (self->core.uc, base, size, read_window, self, write_window, self) ==
         UC_ERR_OK;
}

/* On both sides of a hole in it. */
static gboolean
map_memory (uc_engine *uc, const FkSimMemory *memory, guint32 permissions)
{
  guint32 behind = memory->hole + memory->hole_size;

  if (memory->hole_size == 0)
    return uc_mem_map_ptr (uc, memory->base, memory->size, permissions, memory->bytes) == UC_ERR_OK;
  return uc_mem_map_ptr (uc, memory->base, memory->hole, permissions, memory->bytes) == UC_ERR_OK &&
         uc_mem_map_ptr (uc, memory->base + behind, memory->size - behind, permissions,
                         memory->bytes + behind) == UC_ERR_OK;
}

static gboolean
map_all (FkSimChip *self)
{
  uc_engine *uc = self->core.uc;

  for (guint i = 0; i < self->n_memories; i++)
    {
      FkSimMemory *memory = &self->memories[i];
      guint32 permissions = UC_PROT_READ | (memory->executable ? UC_PROT_EXEC : 0);

      if (memory->kind != FK_SIM_MEMORY_FLASH && memory->kind != FK_SIM_MEMORY_RAM)
        continue;
      if (memory->base >= PERIPHERAL_WINDOW)
        continue;
      if (memory->kind == FK_SIM_MEMORY_RAM)
        permissions |= UC_PROT_WRITE;
      if (!map_memory (uc, memory, permissions))
        return FALSE;
    }

  /* In whole pages; what is behind the EEPROM is a bus error all the same. */
  if (self->eeprom_memory != NULL &&
      !map_window (self, EEPROM_WINDOW, (self->eeprom_memory->size + 0xfff) & ~0xfffu,
                   eeprom_window_read, eeprom_window_write))
    return FALSE;

  if (self->model->core == FK_SIM_CORE_M33 &&
      !map_window (self, LOW_SYSTEM_WINDOW, 0x100000, low_system_window_read,
                   low_system_window_write))
    return FALSE;

  return map_window (self, SYSTEM_WINDOW, 0x100000, system_window_read, system_window_write) &&
         map_window (self, BIT_WINDOW, 0x2000000, bit_window_read, bit_window_write) &&
         map_window (self, PERIPHERAL_WINDOW, 0x20000000, peripheral_window_read,
                     peripheral_window_write) &&
         map_window (self, PRIVATE_WINDOW, 0x100000, private_window_read, private_window_write);
}

static void
on_store (uc_engine *uc, uc_mem_type type, guint64 address, int size, gint64 value, void *data)
{
}

/* From 2.1 on Unicorn tells of the first store to a page of flash, and then lets what it has
 * translated store there by itself.  It does not where stores have a hook, whatever for. */
static gboolean
hold_stores (FkSimChip *self)
{
  const FkSimMemory *flash = self->flash_memory;
  guint major = 0;
  guint minor = 0;
  uc_hook hook;

  uc_version (&major, &minor);
  return (major == 2 && minor == 0) ||
         uc_hook_add (self->core.uc, &hook, UC_HOOK_MEM_WRITE, on_store, self, flash->base,
                      flash->base) == UC_ERR_OK;
}

static gboolean
add_hooks (FkSimChip *self)
{
  uc_engine *uc = self->core.uc;
  const int bad = UC_HOOK_MEM_UNMAPPED | UC_HOOK_MEM_READ_PROT | UC_HOOK_MEM_FETCH_PROT;
  gboolean v6m = fk_sim_model_is_v6m (self->model);
  uc_hook hook;

  return hold_stores (self) &&
         uc_hook_add (uc, &hook, UC_HOOK_BLOCK, on_block, self, 1, 0) == UC_ERR_OK &&
         uc_hook_add (uc, &hook, UC_HOOK_INTR, on_interrupt, self, 1, 0) == UC_ERR_OK &&
         uc_hook_add (uc, &hook, UC_HOOK_MEM_WRITE_PROT, on_flash_store, self, 1, 0) == UC_ERR_OK &&
         uc_hook_add (uc, &hook, bad, on_bad_access, self, 1, 0) == UC_ERR_OK &&
         (!v6m || uc_hook_add (uc, &hook, UC_HOOK_MEM_READ | UC_HOOK_MEM_WRITE, on_access_v6m, self,
                               1, 0) == UC_ERR_OK);
}

/* Without UC_MODE_MCLASS, which stands for a Cortex-M33 whatever model is asked for (Unicorn 2.0.0
 * to 2.1.4).  That core has two security states, and no register that can be written leads back
 * out of the other one: a BXNS would outlast every reset.  An M33 whose TrustZone is off is taken
 * for an M4, whose instructions it has. */
gboolean
fk_sim_core_init (FkSimChip *self, GError **error)
{
  static const int models[] = {
    UC_CPU_ARM_CORTEX_M0, UC_CPU_ARM_CORTEX_M3,
    UC_CPU_ARM_CORTEX_M4, UC_CPU_ARM_CORTEX_M0, /* there is no M0+: the same instructions */
    UC_CPU_ARM_CORTEX_M7, UC_CPU_ARM_CORTEX_M3,
    UC_CPU_ARM_CORTEX_M4, /* for an M33, for the reason above */
    UC_CPU_ARM_CORTEX_M7,
  };
  FkSimCore *core = &self->core;

  core->code_low = G_MAXUINT32;
  if (!fk_sim_unicorn_load (error))
    return FALSE;
  if (uc_open (UC_ARCH_ARM, UC_MODE_THUMB, &core->uc) != UC_ERR_OK ||
      uc_ctl_set_cpu_model (core->uc, models[self->model->core]) != UC_ERR_OK || !map_all (self) ||
      !add_hooks (self) || uc_context_alloc (core->uc, &core->at_reset) != UC_ERR_OK ||
      uc_context_save (core->uc, core->at_reset) != UC_ERR_OK)
    {
      g_set_error (error, FK_ERROR, FK_ERROR_NOT_SUPPORTED,
                   "The emulator library (Unicorn) cannot run a simulated %s", self->model->name);
      return FALSE;
    }

  return TRUE;
}

void
fk_sim_core_clear (FkSimChip *self)
{
  g_clear_pointer (&self->core.at_reset, uc_context_free);
  g_clear_pointer (&self->core.uc, uc_close);
}

/* Where the flash can be seen once more, if there is such a place. */
static guint32
get_alias (FkSimChip *self)
{
  for (guint i = 0; i < self->n_memories; i++)
    if (self->memories[i].alias)
      return self->memories[i].base;
  return self->flash_memory->base;
}

/* Only notes the range: this is also called while Unicorn runs. */
void
fk_sim_core_memory_changed (FkSimChip *self, guint32 address, gsize length)
{
  FkSimCore *core = &self->core;

  if (length == 0)
    return;
  /* The alias is dropped together with the flash. */
  if (address - get_alias (self) < self->flash_memory->size)
    address += self->flash_memory->base - get_alias (self);
  core->code_low = MIN (core->code_low, address);
  core->code_high = MAX (core->code_high, address + (guint32)length);
  core->want_stop = TRUE;
}

static void
forget_code (FkSimChip *self, guint32 start, guint32 end)
{
  for (guint i = 0; i < self->n_memories; i++)
    {
      const FkSimMemory *memory = &self->memories[i];
      guint32 low = MAX (start, memory->base);
      guint32 high = MIN (end, memory->base + memory->size);

      if (memory->executable && low < high)
        uc_ctl_remove_cache (self->core.uc, low, high);
    }
}

static void
forget_changed_code (FkSimChip *self)
{
  FkSimCore *core = &self->core;
  const FkSimMemory *flash = self->flash_memory;

  core->want_stop = FALSE;
  if (core->code_low >= core->code_high)
    return;
  forget_code (self, core->code_low, core->code_high);
  memset (core->block_costs, 0, sizeof core->block_costs);
  if (core->code_high > flash->base && core->code_low < flash->base + flash->size)
    forget_code (self, MAX (core->code_low, flash->base) - flash->base + get_alias (self),
                 MIN (core->code_high, flash->base + flash->size) - flash->base + get_alias (self));
  core->code_low = G_MAXUINT32;
  core->code_high = 0;
}

/* On both sides of a hole in it. */
static void
protect_memory (FkSimChip *self, const FkSimMemory *memory, guint32 permissions)
{
  guint32 behind = memory->hole + memory->hole_size;

  if (memory->hole_size == 0)
    {
      uc_mem_protect (self->core.uc, memory->base, memory->size, permissions);
      return;
    }
  uc_mem_protect (self->core.uc, memory->base, memory->hole, permissions);
  uc_mem_protect (self->core.uc, memory->base + behind, memory->size - behind, permissions);
}

/* Read protection may close the flash for the core too. */
void
fk_sim_core_protect_flash (FkSimChip *self)
{
  gboolean blocked = fk_sim_chip_is_flash_blocked (self, FK_SIM_BY_CORE);
  gboolean guarded = !blocked && self->rdp > 0 && self->debug_seen;
  guint32 permissions = UC_PROT_READ | UC_PROT_EXEC;

  if (self->core.uc == NULL ||
      (blocked == self->core.flash_closed && guarded == self->core.flash_guarded))
    return;
  if (blocked)
    permissions = UC_PROT_NONE;
  else if (guarded)
    permissions = UC_PROT_EXEC;

  for (guint i = 0; i < self->n_memories; i++)
    {
      const FkSimMemory *memory = &self->memories[i];

      if (memory->kind == FK_SIM_MEMORY_FLASH)
        protect_memory (self, memory, permissions);
    }
  self->core.flash_closed = blocked;
  self->core.flash_guarded = guarded;
  fk_sim_core_memory_changed (self, self->flash_memory->base, self->flash_memory->size);
}

static const FkSimMemory *
find_code (FkSimChip *self, guint32 pc)
{
  const FkSimMemory *memory = fk_sim_bus_find_memory (self, pc, 2);

  return memory != NULL && memory->executable ? memory : NULL;
}

/* What Unicorn stopped for, other than our own wish. */
static void
handle_exception (FkSimChip *self, guint number)
{
  guint32 pc = fk_sim_core_read_uc (self, UC_ARM_REG_PC);

  switch (number)
    {
    case UC_EXCEPTION_BKPT:
      if (self->core.debug_enabled)
        fk_sim_core_halt (self, FK_SIM_DFSR_BKPT);
      else
        fk_sim_core_fault (self, FK_SIM_FAULT_CAUSE_BREAKPOINT, pc);
      break;
    case UC_EXCEPTION_SVC:
      fk_sim_core_call_supervisor (self);
      break;
    case UC_EXCEPTION_NOCP:
      fk_sim_core_fault (self, FK_SIM_FAULT_CAUSE_COPROCESSOR, pc);
      break;
    case UC_EXCEPTION_FETCH:
      fk_sim_core_fault (self, FK_SIM_FAULT_CAUSE_FETCH, pc);
      break;
    case UC_EXCEPTION_DATA:
      fk_sim_core_fault (self, FK_SIM_FAULT_CAUSE_DATA, self->core.fault_address);
      break;
    case UC_EXCEPTION_STATE:
      fk_sim_core_fault (self, FK_SIM_FAULT_CAUSE_STATE, pc);
      break;
    default:
      fk_sim_core_fault (self, FK_SIM_FAULT_CAUSE_UNDEFINED, pc);
      break;
    }
}

/* Unicorn 2.0.1 reports YIELD and WFE as illegal, with the PC behind them; to a core that is alone
 * they are NOPs.  @began: where this run started, which tells them from an illegal instruction that
 * comes next. */
static gboolean
is_harmless_hint (FkSimChip *self, uc_err result, guint32 began)
{
  guint32 pc = fk_sim_core_read_uc (self, UC_ARM_REG_PC);
  const FkSimMemory *memory = fk_sim_bus_find_memory (self, pc - 2, 2);
  guint16 hint;

  if (result != UC_ERR_INSN_INVALID || pc == began || memory == NULL)
    return FALSE;
  hint = fk_load_u16le (memory->bytes + (pc - 2 - memory->base));
  return hint == 0xbf10 || hint == 0xbf20;
}

/* A handler that branches into the last 256 MiB returns (ARM DDI 0403E B1.5.8).  To Unicorn, which
 * knows of no handler, there is no code at such an address. */
static gboolean
is_exception_return (FkSimChip *self, guint32 pc)
{
  const FkSimCore *core = &self->core;

  if (core->ipsr == 0 || pc < EXCEPTION_RETURN)
    return FALSE;
  return !core->fault_pending ||
         (core->fault_cause == FK_SIM_FAULT_CAUSE_FETCH && core->fault_address >= EXCEPTION_RETURN);
}

static void
handle_end (FkSimChip *self, uc_err result, guint32 began, gboolean may_sleep)
{
  FkSimCore *core = &self->core;
  guint32 pc = fk_sim_core_read_uc (self, UC_ARM_REG_PC);

  undo_store (self);
  core->retired = TRUE;
  if (core->reset_wanted)
    fk_sim_chip_reset (self, core->reset_kind);
  else if (is_exception_return (self, pc))
    {
      core->fault_pending = FALSE;
      fk_sim_core_return_from_exception (self, pc | 1);
    }
  else if (core->fault_pending)
    {
      core->fault_pending = FALSE;
      fk_sim_core_fault (self, core->fault_cause, core->fault_address);
    }
  else if (core->exception != 0)
    handle_exception (self, core->exception);
  else if (is_harmless_hint (self, result, began))
    return;
  else if (result != UC_ERR_OK)
    fk_sim_core_fault (self, FK_SIM_FAULT_CAUSE_UNDEFINED, 0);
  else if (!core->stopped && may_sleep)
    core->state = FK_SIM_CORE_SLEEPING; /* WFI: Unicorn comes back by itself */
}

/* TRUE if there is code to run at the PC; a fault is raised otherwise. */
static gboolean
check_pc (FkSimChip *self, guint32 pc)
{
  if (!self->core.thumb)
    fk_sim_core_fault (self, FK_SIM_FAULT_CAUSE_STATE, pc);
  else if (find_code (self, pc) == NULL || (pc & 1) != 0 ||
           (self->core.flash_closed && pc < 0x10000000))
    fk_sim_core_fault (self, FK_SIM_FAULT_CAUSE_FETCH, pc);
  else
    return TRUE;

  return FALSE;
}

static void
start (FkSimChip *self, guint32 pc, guint32 until)
{
  FkSimCore *core = &self->core;
  uc_err result;

  core->stopped = FALSE;
  core->exception = 0;
  result = uc_emu_start (core->uc, pc | 1, until, 0, 0);
  handle_end (self, result, pc, until == NOWHERE);
}

static void
run_once (FkSimChip *self)
{
  FkSimCore *core = &self->core;
  guint32 pc = fk_sim_core_read_uc (self, UC_ARM_REG_PC);
  guint32 until = NOWHERE;

  fk_sim_dma_settle (self);
  forget_changed_code (self);
  if (!check_pc (self, pc))
    return;

  if (core->run_until != 0)
    {
      until = core->run_until;
      core->run_until = 0;
      if (until == pc && core->stop_for_breakpoint)
        {
          fk_sim_core_halt (self, FK_SIM_DFSR_BKPT);
          return;
        }
      if (until == pc)
        {
          fk_sim_core_fault (self, FK_SIM_FAULT_CAUSE_UNDEFINED, pc);
          return;
        }
      forget_code (self, pc, until + 4);
      core->let_through = TRUE;
    }
  start (self, pc, until);
  if (until != NOWHERE)
    forget_code (self, pc, until + 4);
}

/* Runs the core until the modelled moment; it may not use all of it. */
void
fk_sim_core_run (FkSimChip *self, guint64 until)
{
  FkSimCore *core = &self->core;
  guint64 began = self->now;

  if (core->state != FK_SIM_CORE_RUNNING && core->state != FK_SIM_CORE_SLEEPING)
    return;

  self->now = MAX (self->now, core->ahead_until);
  core->slice_end = until;
  core->budget = core->debug_enabled ? FIRMWARE_BUDGET : UNWATCHED_BUDGET;
  core->ps_per_cycle = G_GUINT64_CONSTANT (1000000000000) / fk_sim_system_get_clock (self);
  core->let_through = FALSE;
  core->n_blocks = 0;
  while (core->state == FK_SIM_CORE_RUNNING && self->now < until && !core->stalled)
    {
      gboolean in_flash = is_in_flash (self, fk_sim_core_read_uc (self, UC_ARM_REG_PC));
      guint64 before = self->now;

      run_once (self);
      if (!in_flash)
        self->counters.ram_code_ns += self->now - before;
    }
  core->ahead_until = core->state == FK_SIM_CORE_RUNNING && self->now > until ? self->now : 0;
  self->now = until;
  /* Code of a debugger's in RAM is not the program that switches SWD off. */
  if (fk_sim_chip_is_running (self) && fk_sim_core_read_uc (self, UC_ARM_REG_PC) < 0x10000000)
    core->run_time += until - began;
}

/* One instruction, for a debugger (DHCSR.C_STEP). */
void
fk_sim_core_step (FkSimChip *self)
{
  FkSimCore *core = &self->core;
  guint32 pc = fk_sim_core_read_uc (self, UC_ARM_REG_PC);
  const FkSimMemory *memory = find_code (self, pc);
  guint offset;

  core->state = FK_SIM_CORE_RUNNING;
  core->slice_end = self->now;
  forget_changed_code (self);
  if (check_pc (self, pc))
    {
      const guint8 *code = memory->bytes + (pc - memory->base);
      guint length = fk_sim_scan_get_length ((guint16)(code[0] | code[1] << 8));

      length = MIN (length, fk_sim_memory_get_room (memory, pc));
      forget_code (self, pc, pc + length + 4);
      if (fk_sim_model_is_v6m (self->model) && fk_sim_scan_find_illegal_v6m (code, length, &offset))
        fk_sim_core_fault (self, FK_SIM_FAULT_CAUSE_UNDEFINED, pc);
      else
        {
          core->stepping = TRUE;
          core->let_through = TRUE;
          start (self, pc, pc + length);
          core->stepping = FALSE;
        }
      forget_code (self, pc, pc + length + 4);
    }
  fk_sim_core_halt (self, FK_SIM_DFSR_HALTED);
}
