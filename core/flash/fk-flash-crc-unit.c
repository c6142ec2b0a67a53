/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The chip's CRC unit on loan (RM0008 4, RM0090 4, RM0360 5): clocked, set so that our loader can
 * use it, and given back in the state in which it was, so that a program which was interrupted in
 * the middle of a sum goes on with the right one.
 *
 * The unit in the state s becomes T(s ^ word) by a word, where T is 32 shifts with the polynomial
 * and can be turned back.  So one word leads from any state to any other; INIT, and RESET in our
 * loader, which some chips take with a delay, are not needed.  A list of accesses may be carried
 * out twice, so the word is written by itself, and what came of it is looked at. */

#include "config.h"

#include "flash/fk-flash-private.h"

#include "base/fk-crc32.h"
#include "base/fk-error.h"
#include "base/fk-reader.h"

#include <string.h>

#define CRC_CR  0x08
#define CRC_POL 0x14

#define CRC_CR_RESET    (1u << 0)
#define CRC_CR_POLYSIZE (3u << 3)
#define CRC_CR_REVERSE  (7u << 5) /* REV_IN: whole words; REV_OUT */
#define CRC_CR_REV_OUT  (1u << 7)

#define POLYNOMIAL 0x04c11db7u
#define BLANK      0xffffffffu /* of the data register after a reset (RM0008, 4.4) */

#define TRIES 4

/* How many registers have its state, its clock's included. */
#define MAX_SAVED 4
G_STATIC_ASSERT (FK_CRC_UNIT_ERRANDS == 1 + 2 * MAX_SAVED);
G_STATIC_ASSERT (FK_CRC_UNIT_ERRANDS <= FK_TARGET_MAX_ERRANDS);

struct _FkCrcUnit
{
  FkProbe *probe;
  guint32 data;       /* address of CRC_DR */
  guint32 clock;      /* address of the register that clocks it */
  guint32 clock_bits; /* ... and how, with what else is wanted of it */
  guint32 off_before; /* those of them that were not set */
  gboolean reverses;
  gboolean returned;
  guint32 clock_value; /* of that register, while the unit is borrowed */
  gboolean is_saved;   /* the next two are known */
  guint32 state;
  guint32 control;
};

/* As RBIT does. */
static guint32
reverse_bits (guint32 value)
{
  value = (value >> 1 & 0x55555555) | (value & 0x55555555) << 1;
  value = (value >> 2 & 0x33333333) | (value & 0x33333333) << 2;
  value = (value >> 4 & 0x0f0f0f0f) | (value & 0x0f0f0f0f) << 4;
  return GUINT32_SWAP_LE_BE (value);
}

/* The word that leads from the state 0 to @state. */
static guint32
turn_back (guint32 state)
{
  for (guint i = 0; i < 32; i++)
    state = (state & 1) != 0 ? (state ^ POLYNOMIAL) >> 1 | 0x80000000u : state >> 1;
  return state;
}

/* Registers of which nobody else would tell that they were misread: each twice. */
static void
make_steady (FkProbeAccess *list, const guint32 *addresses, guint n)
{
  for (guint i = 0; i < 2 * n; i++)
    list[i] = (FkProbeAccess){ .address = addresses[i % n] };
}

/* Returns: whether what make_steady() made was read the same twice */
static gboolean
take_steady (const FkProbeAccess *list, guint32 *values, guint n)
{
  gboolean steady = TRUE;

  for (guint i = 0; i < n; i++)
    {
      values[i] = list[i].value;
      steady = steady && list[i].value == list[n + i].value;
    }
  return steady;
}

static gboolean
read_steady (FkCrcUnit *self, const guint32 *addresses, guint32 *values, guint n, GError **error)
{
  FkProbeAccess list[2 * MAX_SAVED];

  g_assert (n <= MAX_SAVED);
  for (guint try = 0; try < TRIES; try++)
    {
      make_steady (list, addresses, n);
      if (!fk_probe_run_list (self->probe, list, 2 * n, error))
        return FALSE;
      if (take_steady (list, values, n))
        return TRUE;
    }
  g_set_error_literal (error, FK_ERROR, FK_ERROR_VERIFY_MISMATCH,
                       "The registers of the CRC unit read differently each time");
  return FALSE;
}

static gboolean
set_clock (FkCrcUnit *self, gboolean on, GError **error)
{
  guint32 value;

  if (!read_steady (self, &self->clock, &value, 1, error))
    return FALSE;
  return fk_probe_write_word (self->probe, self->clock,
                              on ? value | self->off_before : value & ~self->off_before, error);
}

static gboolean
refuse (const char *why, GError **error)
{
  g_set_error (error, FK_ERROR, FK_ERROR_NOT_SUPPORTED, "The chip's CRC unit cannot be used: %s",
               why);
  return FALSE;
}

/* What there is to be saved.  Returns: how many */
static guint
list_saved (FkCrcUnit *self, guint32 addresses[MAX_SAVED])
{
  addresses[0] = self->clock;
  addresses[1] = self->data;
  addresses[2] = self->data + CRC_CR;
  addresses[3] = self->data + CRC_POL;
  return self->reverses ? MAX_SAVED : 2;
}

/* Takes down the state, of which @reads is the first reading.
 *
 * A unit of another polynomial is left alone: whether its state outlasts a change is not said.
 * Where there is no such register it may read as anything. */
static gboolean
save (FkCrcUnit *self, const FkProbeAccess *reads, GError **error)
{
  guint32 addresses[MAX_SAVED];
  guint32 values[MAX_SAVED] = { 0 };
  guint n = list_saved (self, addresses);

  if (!take_steady (reads, values, n) && !read_steady (self, addresses, values, n, error))
    return FALSE;
  if ((values[0] & self->clock_bits) != self->clock_bits)
    return refuse ("its clock does not go on", error);
  self->state = values[1];
  self->control = values[2] & ~CRC_CR_RESET;
  if (self->reverses &&
      ((self->control & CRC_CR_POLYSIZE) != 0 || (values[3] != POLYNOMIAL && values[3] != 0)))
    return refuse ("the program has given it another polynomial", error);
  if (self->reverses && (self->control & CRC_CR_REV_OUT) != 0)
    self->state = reverse_bits (self->state);
  self->is_saved = TRUE;
  return !self->reverses ||
         fk_probe_write_word (self->probe, self->data + CRC_CR, CRC_CR_REVERSE, error);
}

/**
 * fk_crc_unit_is_known:
 *
 * Returns: whether the descriptions say how to use the CRC unit of @flash
 */
gboolean
fk_crc_unit_is_known (FkFlash *flash)
{
  return fk_chip_get_register (flash->chip, "crc") != 0 &&
         fk_chip_get_register (flash->chip, "crc-clock") != 0 &&
         fk_chip_get_number (flash->chip, "crc-clock", 0) != 0;
}

/* Whether the unit can be set to turn words round by itself, and is while it is borrowed. */
gboolean
fk_crc_unit_reverses (FkFlash *flash)
{
  return fk_chip_get_number (flash->chip, "crc-reverses", 0) != 0;
}

/**
 * fk_crc_unit_list_clock:
 * @addresses: (array length=FK_CRC_UNIT_CLOCK) (out caller-allocates): what fk_crc_unit_borrow()
 *   asks for, and which may be foreseen
 *
 * Returns: how many; 0 where @chip has no unit that is described
 */
guint
fk_crc_unit_list_clock (FkChip *chip, guint32 *addresses)
{
  for (guint i = 0; i < FK_CRC_UNIT_CLOCK; i++)
    addresses[i] = fk_chip_get_register (chip, "crc-clock");
  return addresses[0] != 0 ? FK_CRC_UNIT_CLOCK : 0;
}

/* The register that clocks it: it may be foreseen. */
static gboolean
read_clock (FkCrcUnit *self, FkTarget *target, guint32 *value, GError **error)
{
  guint32 again;

  if (!fk_target_read_u32 (target, self->clock, value, error) ||
      !fk_target_read_u32 (target, self->clock, &again, error))
    return FALSE;
  return *value == again || read_steady (self, &self->clock, value, 1, error);
}

/**
 * fk_crc_unit_borrow:
 * @also: bits of the register that clocks it which shall be set as well; they are the unit's, as it
 *   were, until it is returned
 *
 * The core must be halted, and what it has to do is ours until the unit is returned.  That of an
 * abandoned program is not returned: the reset that is to come does that.
 *
 * Returns: (transfer full): the unit, for which fk_crc_unit_make_errands() has to be carried out
 *   before fk_crc_unit_take()
 */
FkCrcUnit *
fk_crc_unit_borrow (FkFlash *flash, guint32 also, GError **error)
{
  g_autoptr (FkCrcUnit) self = g_new0 (FkCrcUnit, 1);
  guint32 clock;

  self->probe = g_object_ref (fk_target_get_probe (flash->target));
  self->data = fk_chip_get_register (flash->chip, "crc");
  self->clock = fk_chip_get_register (flash->chip, "crc-clock");
  self->clock_bits = fk_chip_get_number (flash->chip, "crc-clock", 0) | also;
  self->reverses = fk_crc_unit_reverses (flash);
  self->returned = TRUE;
  if (!read_clock (self, flash->target, &clock, error) ||
      !fk_target_foresee (flash->target, NULL, 0, error))
    return NULL;
  self->off_before = self->clock_bits & ~clock;
  self->clock_value = clock | self->clock_bits;
  self->returned = fk_target_is_abandoned (flash->target);
  return g_steal_pointer (&self);
}

/* Makes the access that switches its clock on.  Returns: 1, or 0 where it was on before */
guint
fk_crc_unit_make_clocking (FkCrcUnit *self, FkProbeAccess *access)
{
  *access = (FkProbeAccess){ .address = self->clock, .value = self->clock_value, .is_write = TRUE };
  return self->off_before != 0 ? 1 : 0;
}

/**
 * fk_crc_unit_make_errands:
 * @errands: (array length=FK_CRC_UNIT_ERRANDS) (out caller-allocates): accesses that switch its
 *   clock on where it is not, and ask for its state; doing them twice does no harm
 *
 * Returns: how many
 */
guint
fk_crc_unit_make_errands (FkCrcUnit *self, FkProbeAccess *errands)
{
  guint32 addresses[MAX_SAVED];
  guint n_saved = list_saved (self, addresses);
  guint n = fk_crc_unit_make_clocking (self, errands);

  make_steady (errands + n, addresses, n_saved);
  return n + 2 * n_saved;
}

/**
 * fk_crc_unit_take:
 * @errands: of fk_crc_unit_make_errands(), carried out
 *
 * Returns: whether the unit is ready for the loader; NOT_SUPPORTED where it is not what it should
 *   be
 */
gboolean
fk_crc_unit_take (FkCrcUnit *self, const FkProbeAccess *errands, GError **error)
{
  return save (self, errands + (self->off_before != 0 ? 1 : 0), error);
}

guint32
fk_crc_unit_get_data (FkCrcUnit *self)
{
  return self->data;
}

/**
 * fk_crc_unit_predict:
 * @length: bytes, a multiple of 4
 *
 * Returns: what CRC_DR reads as when @data have been written to it since fk_crc_unit_take(), as
 *   words of the chip's memory
 */
guint32
fk_crc_unit_predict (FkCrcUnit *self, const guint8 *data, gsize length)
{
  guint32 state = reverse_bits (self->state);

  if (self->reverses)
    return fk_crc32_update (state, data, length);
  for (gsize i = 0; i < length; i += 4)
    {
      guint8 word[4];

      fk_store_u32le (word, reverse_bits (fk_load_u32le (data + i)));
      state = fk_crc32_update (state, word, sizeof word);
    }
  return reverse_bits (state);
}

/* A unit that does not take it is broken, and whatever a program sums with it is wrong. */
static gboolean
give_state_back (FkCrcUnit *self, GError **error)
{
  for (guint try = 0; try < TRIES; try++)
    {
      guint32 state;

      if (!read_steady (self, &self->data, &state, 1, error))
        return FALSE;
      if (state == self->state)
        return TRUE;
      if (!fk_probe_write_word (self->probe, self->data, state ^ turn_back (self->state), error))
        return FALSE;
    }
  return TRUE;
}

/* The state that a reset makes, where no program has used the unit: RESET makes it, too. */
static gboolean
can_reset (FkCrcUnit *self)
{
  return self->is_saved && !self->reverses && self->state == BLANK;
}

/* Where its state was not taken down nothing has changed but the clock. */
static gboolean
give_clock_back (FkCrcUnit *self, GError **error)
{
  return self->off_before == 0 || set_clock (self, FALSE, error);
}

/* RESET, and the clock goes off in the same list, however often that is carried out. */
static guint
make_reset (FkCrcUnit *self, FkProbeAccess *list)
{
  const FkProbeAccess accesses[FK_CRC_UNIT_RETURN] = {
    { .address = self->data + CRC_CR, .value = CRC_CR_RESET, .is_write = 1 },
    { .address = self->data },
    { .address = self->data },
    { .address = self->clock },
    { .address = self->clock },
    { .address = self->clock, .value = self->clock_value & ~self->off_before, .is_write = 1 }
  };

  memcpy (list, accesses, sizeof accesses);
  return self->off_before == 0 ? FK_CRC_UNIT_RETURN - 1 : FK_CRC_UNIT_RETURN;
}

/* What came of make_reset().  @done: (out): %FALSE when the unit is not in that state; then the
 * clock is as it was before, for the long way. */
static gboolean
finish_reset (FkCrcUnit *self, const FkProbeAccess *list, gboolean *done, GError **error)
{
  gboolean is_steady = list[3].value == list[4].value;

  *done = is_steady && list[3].value == self->clock_value && list[1].value == BLANK &&
          list[2].value == BLANK;
  return *done || self->off_before == 0 ||
         fk_probe_write_word (self->probe, self->clock,
                              is_steady ? list[3].value : self->clock_value, error);
}

static gboolean
give_back_by_reset (FkCrcUnit *self, gboolean *done, GError **error)
{
  FkProbeAccess list[FK_CRC_UNIT_RETURN];
  guint n = make_reset (self, list);

  return fk_probe_run_list (self->probe, list, n, error) && finish_reset (self, list, done, error);
}

static gboolean
give_back (FkCrcUnit *self, GError **error)
{
  gboolean done = FALSE;
  guint32 clock;

  if (can_reset (self) && !give_back_by_reset (self, &done, error))
    return FALSE;
  if (done)
    return TRUE;
  if (!self->is_saved)
    return give_clock_back (self, error);
  if (!read_steady (self, &self->clock, &clock, 1, error))
    return FALSE;
  /* A reset came in between: there is nothing that anybody waits for. */
  if ((clock & self->clock_bits) != self->clock_bits)
    return TRUE;
  return (!self->reverses || fk_probe_write_word (self->probe, self->data + CRC_CR, 0, error)) &&
         give_state_back (self, error) &&
         (!self->reverses || self->control == 0 ||
          fk_probe_write_word (self->probe, self->data + CRC_CR, self->control, error)) &&
         (self->off_before == 0 ||
          fk_probe_write_word (self->probe, self->clock, clock & ~self->off_before, error));
}

/**
 * fk_crc_unit_return:
 *
 * Once is enough; the core must be halted.
 */
gboolean
fk_crc_unit_return (FkCrcUnit *self, GError **error)
{
  if (self->returned)
    return TRUE;
  self->returned = TRUE;
  if (give_back (self, NULL) || give_back (self, error))
    return TRUE;
  g_prefix_error (error, "Giving the CRC unit back: ");
  return FALSE;
}

/**
 * fk_crc_unit_make_return:
 * @list: (array length=FK_CRC_UNIT_RETURN) (out caller-allocates): accesses that return it, if all
 *   goes well, for fk_crc_unit_take_return(); doing them twice does no harm
 *
 * Returns: how many; 0 where it takes more than that, or nothing is to be done
 */
guint
fk_crc_unit_make_return (FkCrcUnit *self, FkProbeAccess *list)
{
  return !self->returned && can_reset (self) ? make_reset (self, list) : 0;
}

/* What came of fk_crc_unit_make_return().  Where it was not done, or did not do,
 * fk_crc_unit_return() is left. */
void
fk_crc_unit_take_return (FkCrcUnit *self, const FkProbeAccess *list, guint n)
{
  if (n > 0 && list[n - 1].done)
    finish_reset (self, list, &self->returned, NULL);
}

/**
 * fk_crc_unit_return_with:
 * @ram: what the loader was lent, whose code has ended, or runs no more
 *
 * Returns the unit and the loan, in one exchange where it can be.
 */
gboolean
fk_crc_unit_return_with (FkCrcUnit *self, FkTargetRam *ram, GError **error)
{
  FkProbeAccess list[FK_CRC_UNIT_RETURN];
  guint n = fk_crc_unit_make_return (self, list);
  gboolean ram_returned = fk_target_ram_return_with (ram, list, n, error);

  fk_crc_unit_take_return (self, list, n);
  return fk_crc_unit_return (self, ram_returned ? error : NULL) && ram_returned;
}

void
fk_crc_unit_free (FkCrcUnit *self)
{
  fk_crc_unit_return (self, NULL);
  g_object_unref (self->probe);
  g_free (self);
}
