/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "sim/fk-sim-chip-private.h"
#include "sim/fk-sim-times.h"

/*
 * The DMA controller of F0 and F1, DMA1 (RM0008 13, RM0360 10): seven channels, five on an F030.
 * No peripheral asks for anything here, so what moves are channels with MEM2MEM, as modelled time
 * goes by, whether the core runs or not.  All work is done when somebody could see it: by
 * fk_sim_dma_settle(), at the moment that each element was due.  Interrupts are not modelled; their
 * enable bits are kept.
 *
 * The master port reaches the memories and peripherals of the chip, but not what is inside the
 * core: the private peripheral bus and the bit-band aliases.  Not modelled: that the core and the
 * controller slow each other down where they want the same memory, and the bridges to the APB
 * buses, which take longer.
 *
 * Where the manuals say nothing, or forbid something and do not tell what happens:
 *
 * - MEM2MEM with CIRC (RM0008 13.3.3: "may not be used") and the reserved width 3: nothing moves.
 * - Setting EN loads the addresses anew, and with them half of what CNDTR then holds as the point
 *   where HTIF is set; of an odd number, the larger half.
 * - While EN is set, the rest of CCR but its interrupt enables keeps its value, as RM0360 10.4.3
 *   has it; a write that clears EN changes all of it.
 * - An element that met an error at either end still counts in CNDTR.
 * - GIF stays until CGIF is written: "cleared by software writing 1 to the corresponding bit".
 * - At the end EN stays set.
 */

#define DMA_ISR      0x00
#define DMA_IFCR     0x04
#define CHANNEL_1    0x08
#define CHANNEL_SIZE 20

#define CHANNEL_CCR   0x00
#define CHANNEL_CNDTR 0x04
#define CHANNEL_CPAR  0x08
#define CHANNEL_CMAR  0x0c

#define CCR_EN      (1u << 0)
#define CCR_TCIE    (1u << 1)
#define CCR_HTIE    (1u << 2)
#define CCR_TEIE    (1u << 3)
#define CCR_DIR     (1u << 4)
#define CCR_CIRC    (1u << 5)
#define CCR_PINC    (1u << 6)
#define CCR_MINC    (1u << 7)
#define CCR_MEM2MEM (1u << 14)
#define CCR_ALL     0x7fffu
#define CCR_FREE    (CCR_EN | CCR_TCIE | CCR_HTIE | CCR_TEIE)

#define ISR_GIF  (1u << 0)
#define ISR_TCIF (1u << 1)
#define ISR_HTIF (1u << 2)
#define ISR_TEIF (1u << 3)
#define ISR_BITS 4

static guint
get_n_channels (FkSimChip *self)
{
  return self->model->family == FK_SIM_FAMILY_F0 ? 5 : FK_SIM_MAX_DMA_CHANNELS;
}

/* Bytes of an element at the peripheral's end and at the memory's, 8 if reserved */
static guint
get_peripheral_width (const FkSimDmaChannel *channel)
{
  return 1u << (channel->ccr >> 8 & 3);
}

static guint
get_memory_width (const FkSimDmaChannel *channel)
{
  return 1u << (channel->ccr >> 10 & 3);
}

static guint
get_priority (const FkSimDmaChannel *channel)
{
  return channel->ccr >> 12 & 3;
}

static void
raise_flag (FkSimChip *self, guint index, guint32 flag)
{
  self->dma.isr |= (flag | ISR_GIF) << (ISR_BITS * index);
}

/* The one that the arbiter takes: the highest priority, then the lowest number (RM0008 13.3.2). */
static guint
pick_channel (FkSimChip *self)
{
  const FkSimDmaUnit *dma = &self->dma;
  guint best = FK_SIM_MAX_DMA_CHANNELS;

  for (guint i = 0; i < FK_SIM_MAX_DMA_CHANNELS; i++)
    if ((dma->ready & 1u << i) != 0 &&
        (best == FK_SIM_MAX_DMA_CHANNELS ||
         get_priority (&dma->channels[i]) > get_priority (&dma->channels[best])))
      best = i;
  g_assert (best < FK_SIM_MAX_DMA_CHANNELS);

  return best;
}

/* Whether the flash interface answers there. */
static gboolean
is_behind_flash (FkSimChip *self, guint32 address)
{
  const FkSimMemory *memory = fk_sim_bus_find_memory (self, address, 1);

  return memory != NULL && memory->kind != FK_SIM_MEMORY_RAM;
}

static guint
count_cycles (FkSimChip *self, guint32 from, guint32 to, guint to_width)
{
  guint cycles = FK_SIM_DMA_ELEMENT_CYCLES;

  if (is_behind_flash (self, from))
    cycles += self->flash.acr & 7; /* LATENCY */
  if (to_width == 4 && fk_sim_crc_holds_bus (self, to))
    cycles += FK_SIM_CRC_WORD_CYCLES;

  return cycles;
}

/* Narrower targets get the low bits, wider ones zeros above (RM0008 13.3.4, "Programmable data
 * width, data alignment and endians"). */
static gboolean
carry (FkSimChip *self, guint32 from, guint from_width, guint32 to, guint to_width)
{
  guint32 value;

  if (!fk_sim_bus_read (self, from, from_width, &value, FK_SIM_BY_DMA))
    return FALSE;
  if (to_width < 4)
    value &= (1u << (8 * to_width)) - 1;
  return fk_sim_bus_write (self, to, to_width, value, FK_SIM_BY_DMA);
}

static void
count_element (FkSimChip *self, guint index)
{
  FkSimDmaChannel *channel = &self->dma.channels[index];

  if (channel->ccr & CCR_PINC)
    channel->peripheral_at += get_peripheral_width (channel);
  if (channel->ccr & CCR_MINC)
    channel->memory_at += get_memory_width (channel);
  channel->cndtr--;
  if (channel->cndtr == channel->half)
    raise_flag (self, index, ISR_HTIF);
  if (channel->cndtr == 0)
    {
      raise_flag (self, index, ISR_TCIF);
      self->dma.ready &= ~(1u << index);
    }
}

/* Moves one element if it is done by @now, and sets the chip's clock to when that was.  FALSE: none
 * is. */
static gboolean
move_element (FkSimChip *self, guint64 now)
{
  FkSimDmaUnit *dma = &self->dma;
  guint index = pick_channel (self);
  FkSimDmaChannel *channel = &dma->channels[index];
  gboolean to_peripheral = (channel->ccr & CCR_DIR) != 0;
  guint32 from = to_peripheral ? channel->memory_at : channel->peripheral_at;
  guint32 to = to_peripheral ? channel->peripheral_at : channel->memory_at;
  guint from_width = to_peripheral ? get_memory_width (channel) : get_peripheral_width (channel);
  guint to_width = to_peripheral ? get_peripheral_width (channel) : get_memory_width (channel);
  guint64 picoseconds;

  /* Flash that is busy makes it wait, as it does the core. */
  if (fk_sim_flash_is_busy (self) && (is_behind_flash (self, from) || is_behind_flash (self, to)))
    {
      if (self->flash.op_waits || self->flash.busy_until > now)
        return FALSE;
      dma->element_began = MAX (dma->element_began, self->flash.busy_until);
    }
  picoseconds =
      dma->ps_left_over + count_cycles (self, from, to, to_width) *
                              (G_GUINT64_CONSTANT (1000000000000) / fk_sim_system_get_clock (self));
  if (dma->element_began + picoseconds / 1000 > now)
    return FALSE;

  self->now = dma->element_began + picoseconds / 1000;
  dma->element_began = self->now;
  dma->ps_left_over = picoseconds % 1000;
  if (carry (self, from, from_width, to, to_width))
    count_element (self, index);
  else /* RM0008 13.3.5, "Error management" */
    {
      raise_flag (self, index, ISR_TEIF);
      channel->ccr &= ~CCR_EN;
      dma->ready &= ~(1u << index);
    }

  return TRUE;
}

/* Whether time that goes by makes it move anything. */
gboolean
fk_sim_dma_is_moving (FkSimChip *self)
{
  return self->dma.ready != 0 && fk_sim_system_is_dma_clocked (self);
}

/* Does all that should have been done by now.  To be called before anybody looks at or changes what
 * the controller reads, writes, or is timed by. */
void
fk_sim_dma_settle (FkSimChip *self)
{
  FkSimDmaUnit *dma = &self->dma;
  guint64 now = self->now;

  /* Its own accesses come here as well. */
  if (dma->ready == 0 || dma->settling)
    return;

  dma->settling = TRUE;
  while (fk_sim_dma_is_moving (self) && move_element (self, now))
    ;
  if (!fk_sim_system_is_dma_clocked (self))
    {
      dma->element_began = now;
      dma->ps_left_over = 0;
    }
  self->now = now;
  dma->settling = FALSE;
}

static gboolean
can_move (FkSimChip *self, const FkSimDmaChannel *channel)
{
  return (channel->ccr & CCR_MEM2MEM) != 0 && (channel->ccr & CCR_CIRC) == 0 &&
         channel->cndtr > 0 && get_peripheral_width (channel) <= 4 &&
         get_memory_width (channel) <= 4 && self->config.dma != FK_SIM_DMA_STUCK;
}

/* "When PSIZE is 01, the PA[0] bit is ignored" (RM0008 13.4.5), and so on. */
static void
start_channel (FkSimChip *self, guint index)
{
  FkSimDmaUnit *dma = &self->dma;
  FkSimDmaChannel *channel = &dma->channels[index];

  channel->peripheral_at = channel->cpar & ~(get_peripheral_width (channel) - 1);
  channel->memory_at = channel->cmar & ~(get_memory_width (channel) - 1);
  channel->half = channel->cndtr / 2;
  if (!can_move (self, channel))
    return;
  if (dma->ready == 0)
    {
      dma->element_began = self->now;
      dma->ps_left_over = 0;
    }
  dma->ready |= 1u << index;
}

static void
write_ccr (FkSimChip *self, guint index, guint32 value)
{
  FkSimDmaChannel *channel = &self->dma.channels[index];
  gboolean was_on = (channel->ccr & CCR_EN) != 0;
  gboolean is_on = (value & CCR_EN) != 0;

  if (was_on && is_on)
    value = (value & CCR_FREE) | (channel->ccr & ~CCR_FREE);
  channel->ccr = value & CCR_ALL;
  if (!is_on)
    self->dma.ready &= ~(1u << index);
  else if (!was_on)
    start_channel (self, index);
}

/* CGIF clears all flags of its channel. */
static void
clear_flags (FkSimChip *self, guint32 value)
{
  for (guint i = 0; i < get_n_channels (self); i++)
    {
      guint32 flags = value >> (ISR_BITS * i) & 0xf;

      if (flags & ISR_GIF)
        flags = 0xf;
      self->dma.isr &= ~(flags << (ISR_BITS * i));
    }
}

/* @offset: in: of the register; out: the same in its channel.  (nullable): the channel */
static FkSimDmaChannel *
find_channel (FkSimChip *self, guint32 *offset, guint *index)
{
  if (*offset < CHANNEL_1)
    return NULL;
  *index = (*offset - CHANNEL_1) / CHANNEL_SIZE;
  *offset = (*offset - CHANNEL_1) % CHANNEL_SIZE;
  return *index < get_n_channels (self) ? &self->dma.channels[*index] : NULL;
}

static guint32
dma_read (FkSimChip *self, guint32 offset, FkSimMaster master)
{
  const FkSimDmaChannel *channel;
  guint index;

  if (!fk_sim_system_is_dma_clocked (self))
    return 0;
  if (offset == DMA_ISR)
    return self->dma.isr;
  channel = find_channel (self, &offset, &index);
  if (channel == NULL)
    return 0;

  switch (offset)
    {
    case CHANNEL_CCR:
      return channel->ccr;
    case CHANNEL_CNDTR:
      return channel->cndtr;
    case CHANNEL_CPAR:
      return channel->cpar;
    case CHANNEL_CMAR:
      return channel->cmar;
    default:
      return 0;
    }
}

static guint32
merge (guint32 old, guint32 value, guint32 mask)
{
  return (old & ~mask) | (value & mask);
}

static gboolean
dma_write (FkSimChip *self, guint32 offset, guint32 value, guint32 mask, FkSimMaster master)
{
  FkSimDmaChannel *channel;
  gboolean is_on;
  guint index;

  if (!fk_sim_system_is_dma_clocked (self))
    return TRUE;
  if (offset == DMA_IFCR)
    clear_flags (self, value & mask);
  channel = find_channel (self, &offset, &index);
  if (channel == NULL)
    return TRUE;

  is_on = (channel->ccr & CCR_EN) != 0;
  if (offset == CHANNEL_CCR)
    write_ccr (self, index, merge (channel->ccr, value, mask));
  else if (is_on)
    return TRUE; /* RM0008 13.4.4 to 13.4.6 */
  else if (offset == CHANNEL_CNDTR)
    channel->cndtr = merge (channel->cndtr, value, mask) & 0xffff;
  else if (offset == CHANNEL_CPAR)
    channel->cpar = merge (channel->cpar, value, mask);
  else if (offset == CHANNEL_CMAR)
    channel->cmar = merge (channel->cmar, value, mask);

  return TRUE;
}

const FkSimPeripheral fk_sim_dma_registers = { 0x40020000, 0x400, FALSE, dma_read, dma_write };

void
fk_sim_dma_reset (FkSimChip *self)
{
  gboolean settling = self->dma.settling;

  self->dma = (FkSimDmaUnit){ .settling = settling };
}
