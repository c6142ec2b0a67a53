/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "sim/fk-sim-chip-private.h"

#include <string.h>

#include "base/fk-reader.h"

/*
 * What the flash controllers of all generations share: one operation at a time that takes modelled
 * time, cells that erasing sets and programming clears, and cells that were written with too little
 * voltage.  On L1 it is the other way round: erasing clears cells and programming sets them.  The
 * registers are in fk-sim-flash-f1.c, fk-sim-flash-f4.c, fk-sim-flash-l4.c, fk-sim-flash-l1.c,
 * fk-sim-flash-l5.c and fk-sim-flash-h7.c.
 */

gboolean
fk_sim_flash_is_busy (FkSimChip *self)
{
  return self->flash.op != FK_SIM_OP_NONE;
}

static guint32
get_offset (FkSimChip *self, guint32 address)
{
  const FkSimMemory *flash = self->flash_memory;

  return address >= flash->base ? address - flash->base : address;
}

/* @address: in the flash, or in its alias at 0.  Whether a read there waits for the controller. */
gboolean
fk_sim_flash_is_busy_at (FkSimChip *self, guint32 address)
{
  if (!fk_sim_flash_is_busy (self))
    return FALSE;
  return self->flash_ops->is_busy_at == NULL ||
         self->flash_ops->is_busy_at (self, get_offset (self, address));
}

/* @address: as above.  Whether any of @length bytes may not be read by what is not code there. */
gboolean
fk_sim_flash_hides (FkSimChip *self, guint32 address, gsize length)
{
  return self->flash_ops->hides != NULL &&
         self->flash_ops->hides (self, get_offset (self, address), (guint32)length);
}

void
fk_sim_flash_begin (FkSimChip *self, FkSimOp op, guint64 duration_ns)
{
  g_assert (self->flash.op == FK_SIM_OP_NONE);

  self->flash.op = op;
  self->flash.op_duration = duration_ns;
  self->flash.op_waits = !fk_sim_system_has_hsi (self);
  self->flash.busy_since = self->now;
  self->flash.busy_until = self->now + duration_ns;
}

/* Programming and erasing are timed by the internal oscillator, which "must be ON" (PM0075 2.3); an
 * operation that was started without it begins when it comes. */
void
fk_sim_flash_hsi_came_on (FkSimChip *self)
{
  FkSimFlash *flash = &self->flash;

  if (!flash->op_waits)
    return;
  flash->op_waits = FALSE;
  flash->busy_since = self->now;
  flash->busy_until = self->now + flash->op_duration;
}

static gboolean
is_time_up (FkSimChip *self)
{
  return self->flash.op != FK_SIM_OP_NONE && !self->flash.op_waits &&
         self->now >= self->flash.busy_until;
}

/* Ends the operation under way if its time has come.  DMA, which may have waited for that, comes
 * first, as long as it can be seen until when. */
void
fk_sim_flash_settle (FkSimChip *self)
{
  if (is_time_up (self))
    fk_sim_dma_settle (self);
  if (!is_time_up (self))
    return;

  self->counters.flash_busy_ns += self->flash.op_duration;
  self->flash_ops->finish (self);
  self->flash.op = FK_SIM_OP_NONE;
}

static void
restore_cells (FkSimChip *self)
{
  FkSimFlash *flash = &self->flash;
  FkSimMemory *memory = fk_sim_bus_find_memory (self, flash->op_address, flash->op_width);

  g_assert (memory != NULL);
  memcpy (memory->bytes + (flash->op_address - memory->base), flash->op_old, flash->op_width);
  if (memory->kind == FK_SIM_MEMORY_FLASH)
    fk_sim_flash_forget_cells (self, flash->op_address - memory->base, flash->op_width);
  fk_sim_core_memory_changed (self, flash->op_address, flash->op_width);
}

/* A reset in the middle of an erase leaves cells in between: half of the range is blank, the rest
 * is what it was.  A program operation that is cut short leaves nothing.  (RM0090 3.5: "the
 * contents of the flash memory are not guaranteed".) */
void
fk_sim_flash_abort (FkSimChip *self)
{
  FkSimFlash *flash = &self->flash;

  fk_sim_flash_settle (self);
  if (flash->op != FK_SIM_OP_NONE && !flash->op_waits)
    self->counters.flash_busy_ns += self->now - flash->busy_since;
  if (flash->op == FK_SIM_OP_ERASE || flash->op == FK_SIM_OP_MASS_ERASE)
    fk_sim_flash_apply_erase (self, flash->op_address, (guint32)flash->op_value / 2);
  else if (flash->op == FK_SIM_OP_OPTION_ERASE)
    self->flash_ops->finish (self);
  else if (flash->op == FK_SIM_OP_PROGRAM)
    restore_cells (self);
  flash->op = FK_SIM_OP_NONE;
  flash->op_waits = FALSE;
}

/* Whoever touches flash while the controller is busy waits on the bus.  The debugger's wait moves
 * the time of the whole chip; the core's only its own, until the slice ends.  FALSE: it would wait
 * for ever. */
gboolean
fk_sim_flash_stall (FkSimChip *self, FkSimMaster master)
{
  fk_sim_flash_settle (self);
  if (!fk_sim_flash_is_busy (self))
    return TRUE;
  if (self->flash.op_waits)
    return FALSE;

  if (master == FK_SIM_BY_DEBUG)
    fk_sim_chip_advance (self, self->flash.busy_until - self->now);
  else
    self->now = self->flash.busy_until;
  fk_sim_flash_settle (self);

  return !fk_sim_flash_is_busy (self);
}

/* The core reads the status register: a loop that waits for BSY is not executed a million times,
 * its time is. */
void
fk_sim_flash_poll (FkSimChip *self, FkSimMaster master)
{
  fk_sim_flash_settle (self);
  if (master != FK_SIM_BY_CORE || !fk_sim_flash_is_busy (self))
    return;

  self->now =
      MAX (self->now, self->flash.op_waits ? self->core.slice_end
                                           : MIN (self->flash.busy_until, self->core.slice_end));
  fk_sim_flash_settle (self);
}

/* One of the two keys that open a controller that is locked: a wrong one jams it until the next
 * reset, in every generation.  @opens: (out): whether it was the second of the right ones.  FALSE:
 * the bus faults. */
gboolean
fk_sim_flash_take_key (
    const guint32 keys[2], guint32 value, guint *step, gboolean *jammed, gboolean *opens)
{
  *opens = FALSE;
  if (*jammed || value != keys[*step])
    {
      *jammed = TRUE;
      return FALSE;
    }
  *opens = ++*step == 2;
  *step %= 2;
  return TRUE;
}

/* The same for a controller to which keys that come when it is open are wrong ones. @may_open:
 * whether the right ones open it. */
gboolean
fk_sim_flash_open_lock (const FkSimLock *lock,
                        const guint32 keys[2],
                        guint32 value,
                        gboolean may_open)
{
  gboolean opens;

  if ((*lock->control & lock->bit) == 0)
    *lock->jammed = TRUE;
  if (!fk_sim_flash_take_key (keys, value, lock->step, lock->jammed, &opens))
    {
      *lock->control |= lock->closes;
      return FALSE;
    }
  if (opens && may_open)
    *lock->control &= ~lock->bit;
  return TRUE;
}

static guint64
get_lowest_bit (guint64 value)
{
  return value & (~value + 1);
}

/* Programs what op_address, op_width and op_value say.  The cells change at once, because nobody
 * can look at them before the operation is over: the bus would make him wait. */
void
fk_sim_flash_begin_program (FkSimChip *self, const FkSimMemory *memory, guint64 duration_ns)
{
  FkSimFlash *flash = &self->flash;

  g_assert (flash->op_width <= sizeof flash->op_old);

  memcpy (flash->op_old, memory->bytes + (flash->op_address - memory->base), flash->op_width);
  fk_sim_flash_begin (self, FK_SIM_OP_PROGRAM, duration_ns);
  fk_sim_flash_apply_program (self, memory);
}

/* What a cell that is dead for good keeps of @changed, bits that are about to change at @address.
 */
static guint64
find_dead_bit (FkSimChip *self, guint32 address, guint width, guint64 changed)
{
  guint32 at = self->config.dead_cell - address;

  if (self->config.dead_cell == 0 || at >= width)
    return 0;
  return get_lowest_bit (changed & (guint64)0xff << (8 * at));
}

/* Programming clears bits and never sets one, or the other way round where blank cells are 0.  A
 * dead cell keeps its charge: the lowest bit that this operation should change stays. */
static void
change_cells (
    FkSimChip *self, const FkSimMemory *memory, guint32 address, guint width, guint64 value)
{
  FkSimFlash *flash = &self->flash;
  guint32 offset = address - memory->base;
  guint64 flip = self->model->blank_is_zero ? G_MAXUINT64 : 0;
  guint64 old = 0;
  guint64 now;

  g_assert (offset + width <= memory->size);

  for (guint i = 0; i < width; i++)
    old |= (guint64)(memory->bytes[offset + i] ^ (flip & 0xff)) << (8 * i);
  now = old & (value ^ flip);
  now |= find_dead_bit (self, address, width, old & ~now);
  if (self->kill_next_cell && now != old)
    {
      now |= get_lowest_bit (old & ~now);
      self->kill_next_cell = FALSE;
    }
  for (guint i = 0; i < width; i++)
    {
      if (flash->op_weak && memory->kind == FK_SIM_MEMORY_FLASH)
        g_hash_table_add (self->weak, GUINT_TO_POINTER (offset + i));
      memory->bytes[offset + i] = (now ^ flip) >> (8 * i) & 0xff;
    }
}

static void
note_program (FkSimChip *self, const FkSimMemory *memory)
{
  self->counters.n_programmed++;
  if (memory->kind == FK_SIM_MEMORY_OPTIONS)
    self->counters.n_option_programs++;
  fk_sim_core_memory_changed (self, self->flash.op_address, self->flash.op_width);
}

void
fk_sim_flash_apply_program (FkSimChip *self, const FkSimMemory *memory)
{
  FkSimFlash *flash = &self->flash;

  change_cells (self, memory, flash->op_address, flash->op_width, flash->op_value);
  note_program (self, memory);
}

/* Programs @length bytes, a multiple of 4, at one go.  @address: that of @memory, not of an alias
 */
void
fk_sim_flash_begin_row (FkSimChip *self,
                        const FkSimMemory *memory,
                        guint32 address,
                        const guint8 *row,
                        guint length,
                        guint64 duration_ns)
{
  FkSimFlash *flash = &self->flash;

  g_assert (length <= sizeof flash->op_old && length % 4 == 0);

  flash->op_address = address;
  flash->op_width = length;
  memcpy (flash->op_old, memory->bytes + (address - memory->base), length);
  fk_sim_flash_begin (self, FK_SIM_OP_PROGRAM, duration_ns);
  for (guint at = 0; at < length; at += 4)
    change_cells (self, memory, address + at, 4, fk_load_u32le (row + at));
  note_program (self, memory);
}

static void
forget (GHashTable *cells, guint32 offset, guint32 size)
{
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, cells);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      if (GPOINTER_TO_UINT (key) - offset < size)
        g_hash_table_iter_remove (&iter);
    }
}

/* What is there now came to be in another way.  @offset: from the start of the flash */
void
fk_sim_flash_forget_cells (FkSimChip *self, guint32 offset, guint32 size)
{
  forget (self->weak, offset, size);
  forget (self->ones, offset, size);
  forget (self->torn, offset, size);
}

/* @offset: from the start of the flash */
void
fk_sim_flash_apply_erase (FkSimChip *self, guint32 offset, guint32 size)
{
  FkSimMemory *memory = self->flash_memory;

  if (offset >= memory->size)
    return;
  size = MIN (size, memory->size - offset);

  memset (memory->bytes + offset, fk_sim_model_get_blank (self->model), size);
  fk_sim_flash_forget_cells (self, offset, size);
  fk_sim_core_memory_changed (self, memory->base + offset, size);
}

/* RM0090 3.6.2: with too little voltage for the parallelism, what was written "may not be retained"
 * although it reads back.  Here it is lost when power goes: one cleared bit of each such byte comes
 * back. */
void
fk_sim_flash_lose_weak_cells (FkSimChip *self)
{
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, self->weak);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      guint8 *byte = self->flash_memory->bytes + GPOINTER_TO_UINT (key);

      *byte |= get_lowest_bit ((guint8) ~*byte);
    }
  g_hash_table_remove_all (self->weak);
}

/* OBL_LAUNCH: the option bytes are loaded anew, which resets the chip.  A core that asked for it is
 * still in the middle of its store. */
void
fk_sim_flash_launch_options (FkSimChip *self, FkSimMaster master)
{
  if (master == FK_SIM_BY_DEBUG)
    fk_sim_chip_reset (self, FK_SIM_RESET_OPTIONS);
  else
    {
      self->core.reset_wanted = TRUE;
      self->core.reset_kind = FK_SIM_RESET_OPTIONS;
    }
}

/* The level of read protection that the low byte of an option word stands for. */
guint
fk_sim_flash_get_level (guint32 rdp)
{
  switch (rdp & 0xff)
    {
    case 0xaa:
      return 0;
    case 0xcc:
      return 2;
    default:
      return 1;
    }
}

/* What an erase was for is blank now. */
void
fk_sim_flash_finish_erase (FkSimChip *self)
{
  FkSimFlash *flash = &self->flash;

  fk_sim_flash_apply_erase (self, flash->op_address, (guint32)flash->op_value);
  if (flash->op == FK_SIM_OP_MASS_ERASE)
    self->counters.n_mass_erases++;
  else
    self->counters.n_sector_erases++;
}
