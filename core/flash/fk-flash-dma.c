/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Flash carried into the chip's CRC unit by its DMA controller (RM0008 13, RM0360 10), while the
 * probe reads the same bytes: neither code nor RAM of the chip is wanted, and the core stands still
 * the while.  One sum over all of a range is what comes of it: where that is the sum of what was
 * read, both are right, and a controller that does not do as it should proves nothing.
 *
 * DMA goes on while the core is halted, and the program's own channels are in use as they were;
 * ours is one that is off and has told nothing yet.  It is given back as it was. */

#include "config.h"

#include "flash/fk-flash-private.h"

#include "base/fk-error.h"
#include "target/fk-cortex-m.h"

#include <string.h>

#define DMA_ISR  0x00
#define DMA_IFCR 0x04

/* Of a channel, from 0x08 on every 0x14 bytes. */
#define CHANNEL_BASE 0x08
#define CHANNEL_SIZE 0x14

enum
{
  CCR,
  CNDTR,
  CPAR,
  CMAR,
  N_REGISTERS,
};

#define CCR_EN       (1u << 0)
#define CCR_PINC     (1u << 6)
#define CCR_PSIZE_32 (2u << 8)
#define CCR_MSIZE_32 (2u << 10)
#define CCR_MEM2MEM  (1u << 14)

/* From the peripheral's address, which counts up, to the memory's, which does not; of the lowest
 * priority. */
#define CCR_OURS (CCR_PINC | CCR_PSIZE_32 | CCR_MSIZE_32 | CCR_MEM2MEM)

/* Of a channel in ISR and IFCR, every 4 bits. */
#define FLAG_COMPLETE (1u << 1)
#define FLAG_ERROR    (1u << 3)
#define FLAGS         0xfu

/* What CNDTR counts. */
#define MAX_WORDS 0xffff

#define MAX_CHANNELS 7

/* How long the controller may get no further; it takes some 2 us for a word at 8 MHz. */
#define STUCK_US 100000
#define NAP_US   1000

/* SWD takes over 9 us for a word then, so that what was read has been summed long before. */
#define SLOW_READING_KHZ 5000

#define RETURN_TRIES 4

/* Reading the state of a channel; writing it, and reading it. */
#define CHANNEL_ACCESSES (1 + N_REGISTERS)
#define RETURN_ACCESSES  (N_REGISTERS + 2 + CHANNEL_ACCESSES)
#define LOOK_ACCESSES    3
G_STATIC_ASSERT (LOOK_ACCESSES + 1 + RETURN_ACCESSES + FK_CRC_UNIT_RETURN <= FK_TARGET_MAX_ERRANDS);

struct _FkDmaSum
{
  FkFlash *flash;
  FkProbe *probe;
  FkCrcUnit *unit;
  FkRange range;
  guint32 base;
  guint n_channels;
  guint channel; /* from 0; meaningful once it is taken */
  guint32 saved[N_REGISTERS];
  gboolean taken;
  gboolean returned;
};

static guint32
get_register (FkDmaSum *self, guint channel, guint number)
{
  return self->base + CHANNEL_BASE + channel * CHANNEL_SIZE + 4 * number;
}

static guint
get_shift (guint channel)
{
  return 4 * channel;
}

static gboolean
refuse (const char *why, GError **error)
{
  g_set_error (error, FK_ERROR, FK_ERROR_NOT_SUPPORTED,
               "The chip's DMA controller cannot be used: %s", why);
  return FALSE;
}

/**
 * fk_dma_sum_suits:
 *
 * Returns: whether the descriptions say how to use the DMA controller of @flash, and one run of it
 *   can do @range
 */
gboolean
fk_dma_sum_suits (FkFlash *flash, FkRange range)
{
  guint n_channels = fk_chip_get_number (flash->chip, "dma-channels", 0);

  return flash->use_ram && !flash->doubts_dma && !flash->doubts_unit &&
         fk_crc_unit_is_known (flash) && fk_chip_get_register (flash->chip, "dma") != 0 &&
         fk_chip_get_number (flash->chip, "dma-clock", 0) != 0 && n_channels >= 1 &&
         n_channels <= MAX_CHANNELS && range.address % 4 == 0 && range.size % 4 == 0 &&
         range.size / 4 <= MAX_WORDS;
}

/* The flags of all channels, and this one's registers. */
static guint
make_channel (FkDmaSum *self, guint channel, FkProbeAccess *list)
{
  list[0] = (FkProbeAccess){ .address = self->base + DMA_ISR };
  for (guint i = 0; i < N_REGISTERS; i++)
    list[1 + i] = (FkProbeAccess){ .address = get_register (self, channel, i) };
  return CHANNEL_ACCESSES;
}

/* Nobody else would tell that they were misread. */
static guint
make_channel_twice (FkDmaSum *self, guint channel, FkProbeAccess *list)
{
  guint n = make_channel (self, channel, list);

  return n + make_channel (self, channel, list + n);
}

/* Returns: whether the channel is free.  What reads differently twice running is taken for one in
 * use. */
static gboolean
take_channel (FkDmaSum *self, guint channel, const FkProbeAccess *list)
{
  for (guint i = 0; i < CHANNEL_ACCESSES; i++)
    if (list[i].value != list[CHANNEL_ACCESSES + i].value)
      return FALSE;
  for (guint i = 0; i < N_REGISTERS; i++)
    self->saved[i] = list[1 + i].value;
  self->channel = channel;
  return (list[0].value >> get_shift (channel) & FLAGS) == 0 && (self->saved[CCR] & CCR_EN) == 0;
}

/* The clocks go on, and the CRC unit and a channel are looked at: the last one first, which comes
 * after the others.  The program must not run: controller and unit are its own. */
static gboolean
take_all (FkDmaSum *self, GError **error)
{
  FkProbeAccess list[1 + FK_CRC_UNIT_ERRANDS + 2 * CHANNEL_ACCESSES] = { { .address = FK_DHCSR } };
  guint n = 1 + fk_crc_unit_make_errands (self->unit, list + 1);
  guint channel = self->n_channels - 1;
  guint n_all = n + make_channel_twice (self, channel, list + n);

  if (!fk_probe_run_list (self->probe, list, n_all, error))
    return FALSE;
  if ((list[0].value & FK_DHCSR_S_HALT) == 0)
    return refuse ("the core is not halted", error);
  if (!fk_crc_unit_take (self->unit, list + 1, error))
    return FALSE;
  if (take_channel (self, channel, list + n))
    return TRUE;
  while (channel-- > 0)
    {
      n = make_channel_twice (self, channel, list);
      if (!fk_probe_run_list (self->probe, list, n, error))
        return FALSE;
      if (take_channel (self, channel, list))
        return TRUE;
    }
  return refuse ("the program uses all of its channels", error);
}

/* A wrong address would be written to, so nothing starts before all have been read back. */
static gboolean
set_up (FkDmaSum *self, GError **error)
{
  const guint32 values[N_REGISTERS] = {
    [CCR] = CCR_OURS,
    [CNDTR] = self->range.size / 4,
    [CPAR] = self->range.address,
    [CMAR] = fk_crc_unit_get_data (self->unit),
  };
  FkProbeAccess list[2 * N_REGISTERS];

  for (guint i = 0; i < N_REGISTERS; i++)
    {
      guint32 address = get_register (self, self->channel, i);

      list[i] = (FkProbeAccess){ .address = address, .value = values[i], .is_write = TRUE };
      list[N_REGISTERS + i] = (FkProbeAccess){ .address = address };
    }
  self->taken = TRUE;
  if (!fk_probe_run_list (self->probe, list, G_N_ELEMENTS (list), error))
    return FALSE;
  for (guint i = 0; i < N_REGISTERS; i++)
    if (list[N_REGISTERS + i].value != values[i])
      return refuse ("its registers do not keep what is written", error);
  return fk_probe_write_word (self->probe, get_register (self, self->channel, CCR),
                              CCR_OURS | CCR_EN, error);
}

static gboolean
start (FkDmaSum *self, GError **error)
{
  guint32 clock[FK_CRC_UNIT_CLOCK];
  guint n = fk_crc_unit_list_clock (self->flash->chip, clock);

  if (!fk_target_foresee (self->flash->target, clock, n, error))
    return FALSE;
  self->unit = fk_crc_unit_borrow (self->flash,
                                   fk_chip_get_number (self->flash->chip, "dma-clock", 0), error);
  self->returned = self->unit == NULL;
  return self->unit != NULL && take_all (self, error) && set_up (self, error);
}

/**
 * fk_dma_sum_start:
 * @range: as fk_dma_sum_suits() wants it
 *
 * Begins to sum @range.  The core must be halted, and stay so until fk_dma_sum_return(); memory can
 * be read meanwhile.
 *
 * Returns: (transfer full): what is under way; NOT_SUPPORTED where the chip cannot, and then
 *   nothing has changed
 */
FkDmaSum *
fk_dma_sum_start (FkFlash *flash, FkRange range, GError **error)
{
  g_autoptr (FkDmaSum) self = g_new0 (FkDmaSum, 1);
  g_autoptr (GError) local_error = NULL;
  g_autoptr (GError) return_error = NULL;

  self->flash = g_object_ref (flash);
  self->probe = g_object_ref (fk_target_get_probe (flash->target));
  self->range = range;
  self->base = fk_chip_get_register (flash->chip, "dma");
  self->n_channels = fk_chip_get_number (flash->chip, "dma-channels", 0);
  self->returned = TRUE;
  if (start (self, &local_error))
    return g_steal_pointer (&self);
  if (!fk_dma_sum_return (self, &return_error))
    g_propagate_error (error, g_steal_pointer (&return_error));
  else if (g_error_matches (local_error, FK_ERROR, FK_ERROR_BUS_FAULT))
    refuse (local_error->message, error);
  else
    g_propagate_error (error, g_steal_pointer (&local_error));
  return NULL;
}

/* Where the controller is, and what the unit has. */
typedef struct
{
  guint32 flags;
  guint32 n_left;
  guint32 sum;
} Look;

static guint
make_look (FkDmaSum *self, FkProbeAccess *list)
{
  const FkProbeAccess accesses[LOOK_ACCESSES] = {
    { .address = self->base + DMA_ISR },
    { .address = get_register (self, self->channel, CNDTR) },
    { .address = fk_crc_unit_get_data (self->unit) },
  };

  memcpy (list, accesses, sizeof accesses);
  return LOOK_ACCESSES;
}

static void
take_look (FkDmaSum *self, const FkProbeAccess *list, Look *now)
{
  now->flags = list[0].value >> get_shift (self->channel) & FLAGS;
  now->n_left = list[1].value;
  now->sum = list[2].value;
}

static gboolean
look (FkDmaSum *self, Look *now, GError **error)
{
  FkProbeAccess list[LOOK_ACCESSES];
  guint n = make_look (self, list);

  if (!fk_probe_run_list (self->probe, list, n, error))
    return FALSE;
  take_look (self, list, now);
  return TRUE;
}

/* @done: (out): whether all was summed; FALSE is returned if it never will be. */
static gboolean
judge (const Look *now, gboolean *done, GError **error)
{
  *done = (now->flags & FLAG_COMPLETE) != 0 && now->n_left == 0;
  return (now->flags & FLAG_ERROR) == 0 || refuse ("it met a bus error", error);
}

static gboolean
wait_until_done (FkDmaSum *self, Look *now, GCancellable *cancellable, GError **error)
{
  guint32 n_before = G_MAXUINT32;
  guint stuck_us = 0;
  gboolean done;

  for (;;)
    {
      if (g_cancellable_set_error_if_cancelled (cancellable, error) || !look (self, now, error) ||
          !judge (now, &done, error))
        return FALSE;
      if (done)
        return TRUE;
      stuck_us = now->n_left == n_before ? stuck_us + NAP_US : 0;
      n_before = now->n_left;
      if (stuck_us >= STUCK_US)
        return refuse ("it does not get on", error);
      fk_target_pass_time (self->flash->target, NAP_US);
    }
}

/* Off, and as it was before.  Doing it twice does no harm. */
static guint
make_channel_return (FkDmaSum *self, FkProbeAccess *list)
{
  const struct
  {
    guint number;
    guint32 value;
  } writes[] = {
    { CCR, CCR_OURS },           { CPAR, self->saved[CPAR] },
    { CMAR, self->saved[CMAR] }, { CNDTR, self->saved[CNDTR] },
    { CCR, self->saved[CCR] },
  };
  guint n = 0;

  for (guint i = 0; i < G_N_ELEMENTS (writes); i++)
    list[n++] = (FkProbeAccess){ .address = get_register (self, self->channel, writes[i].number),
                                 .value = writes[i].value,
                                 .is_write = TRUE };
  list[n++] = (FkProbeAccess){ .address = self->base + DMA_IFCR,
                               .value = FLAGS << get_shift (self->channel),
                               .is_write = TRUE };
  return n + make_channel (self, self->channel, list + n);
}

/* What was read last in the list of make_channel_return() */
static gboolean
is_as_before (FkDmaSum *self, const FkProbeAccess *list)
{
  const FkProbeAccess *reads = list + RETURN_ACCESSES - CHANNEL_ACCESSES;

  for (guint i = 0; i < N_REGISTERS; i++)
    if (reads[1 + i].value != self->saved[i])
      return FALSE;
  return (reads[0].value >> get_shift (self->channel) & FLAGS) == 0;
}

/* Both in one exchange, where that will do for the unit.  The clock may be off since another try.
 *
 * @last: (nullable): becomes how it was before that.  Where the list was carried out twice it is
 *   how it was after the first time, which is not taken for done. */
static gboolean
give_back (FkDmaSum *self, Look *last, GError **error)
{
  FkProbeAccess list[FK_TARGET_MAX_ERRANDS];

  for (guint try = 0; self->taken && try < RETURN_TRIES; try++)
    {
      guint look_n = last != NULL && try == 0 ? make_look (self, list) : 0;
      guint channel_at = look_n + fk_crc_unit_make_clocking (self->unit, list + look_n);
      guint unit_at = channel_at + make_channel_return (self, list + channel_at);
      guint n = unit_at + fk_crc_unit_make_return (self->unit, list + unit_at);

      if (!fk_target_run_errands (self->flash->target, list, n, error))
        return FALSE;
      if (look_n > 0)
        take_look (self, list, last);
      self->taken = !is_as_before (self, list + channel_at);
      if (!self->taken)
        fk_crc_unit_take_return (self->unit, list + unit_at, n - unit_at);
    }
  if (!self->taken)
    return fk_crc_unit_return (self->unit, error);
  g_set_error_literal (error, FK_ERROR, FK_ERROR_VERIFY_MISMATCH,
                       "Its registers do not keep what the program had there");
  fk_crc_unit_return (self->unit, NULL);
  return FALSE;
}

/* In one exchange what is over for sure, as far as anything is. */
static gboolean
look_and_give_back (FkDmaSum *self, Look *last, GError **error)
{
  gboolean done;

  *last = (Look){ 0 };
  if (give_back (self, last, NULL))
    self->returned = TRUE;
  if (!judge (last, &done, error))
    return FALSE;
  return done || refuse ("it was not done in time", error);
}

/**
 * fk_dma_sum_finish:
 * @data: what was read of the range
 * @same: (out): whether that is what was summed
 *
 * Waits for the controller, or gives it back at once where it must be done.
 *
 * Errors: NOT_SUPPORTED where it does not do what it should
 */
gboolean
fk_dma_sum_finish (
    FkDmaSum *self, const guint8 *data, gboolean *same, GCancellable *cancellable, GError **error)
{
  guint32 expected = fk_crc_unit_predict (self->unit, data, self->range.size);
  gboolean is_slow = fk_probe_get_speed (self->probe) <= SLOW_READING_KHZ;
  Look last;

  *same = FALSE;
  if (!(is_slow ? look_and_give_back (self, &last, error)
                : wait_until_done (self, &last, cancellable, error)))
    return FALSE;
  *same = last.sum == expected;
  return TRUE;
}

/**
 * fk_dma_sum_return:
 *
 * Stops the controller where it still runs, and gives all back.  Once is enough.
 */
gboolean
fk_dma_sum_return (FkDmaSum *self, GError **error)
{
  if (self->returned)
    return TRUE;
  self->returned = TRUE;
  if (give_back (self, NULL, NULL) || give_back (self, NULL, error))
    return TRUE;
  g_prefix_error (error, "Giving the DMA controller back: ");
  return FALSE;
}

void
fk_dma_sum_free (FkDmaSum *self)
{
  if (self == NULL)
    return;
  fk_dma_sum_return (self, NULL);
  g_clear_pointer (&self->unit, fk_crc_unit_free);
  g_object_unref (self->flash);
  g_object_unref (self->probe);
  g_free (self);
}
