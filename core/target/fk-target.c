/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A Cortex-M behind a probe: the object itself, and its memory.  Long reads and writes go in
 * pieces, so that they can be cancelled and their progress shown; a bus fault in the middle of one
 * is narrowed down to the address that did not answer. */

#include "config.h"

#include "target/fk-target-private.h"

#include "base/fk-error.h"
#include "base/fk-reader.h"

#define STEADY_TRIES 4

/* Pieces are as long as their progress may be late.  They are whole numbers of a probe's blocks,
 * and end at borders of the access port's counter: anywhere else there would be one more block. */
#define PIECE_MS        100
#define CLOCKS_PER_WORD 54
#define BORDER          0x1000u
#define WHOLE_BLOCKS    0x3000u /* 2 of 6144 bytes, 3 of 4096 */
#define MAX_PIECE       0xf000u

#define DEFAULT_CATCH_LIMIT_MS 5000

G_DEFINE_FINAL_TYPE (FkTarget, fk_target, G_TYPE_OBJECT)

static void
fk_target_dispose (GObject *object)
{
  FkTarget *self = FK_TARGET (object);

  /* Nobody is left to tell of an error. */
  if (self->connected && fk_probe_is_open (self->probe))
    fk_target_disconnect (self, FK_LEAVE_RESUMED, NULL);

  G_OBJECT_CLASS (fk_target_parent_class)->dispose (object);
}

static void
fk_target_finalize (GObject *object)
{
  FkTarget *self = FK_TARGET (object);

  g_clear_object (&self->probe);
  g_clear_pointer (&self->held, g_array_unref);
  g_clear_pointer (&self->foreseen, g_array_unref);
  g_clear_pointer (&self->connection, g_free);

  G_OBJECT_CLASS (fk_target_parent_class)->finalize (object);
}

static void
fk_target_class_init (FkTargetClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = fk_target_dispose;
  object_class->finalize = fk_target_finalize;
}

static void
fk_target_init (FkTarget *self)
{
  self->catch_limit_ms = DEFAULT_CATCH_LIMIT_MS;
  self->held = g_array_new (FALSE, FALSE, sizeof (FkHeldBits));
  self->foreseen = fk_target_foreseen_new ();
}

/**
 * fk_target_new:
 * @probe: the probe to speak through; opened by the caller before anything else is asked of the
 *   target, and closed after it is disconnected
 *
 * Returns: (transfer full): a target that is not connected yet.  If it is still connected when its
 *   last reference goes, it is left running (%FK_LEAVE_RESUMED).
 */
FkTarget *
fk_target_new (FkProbe *probe)
{
  FkTarget *self;

  g_return_val_if_fail (FK_IS_PROBE (probe), NULL);

  self = g_object_new (FK_TYPE_TARGET, NULL);
  self->probe = g_object_ref (probe);
  return self;
}

/**
 * fk_target_set_met_func:
 * @func: (nullable) (scope forever)
 *
 * Tells whom to call.  It need not be called where the chip is hard to connect to.
 */
void
fk_target_set_met_func (FkTarget *self, FkTargetMetFunc func, gpointer user_data)
{
  g_return_if_fail (FK_IS_TARGET (self));

  self->met_func = func;
  self->met_data = user_data;
}

/* Returns: (transfer none): the probe that it was made for */
FkProbe *
fk_target_get_probe (FkTarget *self)
{
  g_return_val_if_fail (FK_IS_TARGET (self), NULL);

  return self->probe;
}

gboolean
fk_target_is_connected (FkTarget *self)
{
  g_return_val_if_fail (FK_IS_TARGET (self), FALSE);

  return self->connected;
}

/* Returns: whether it was connected by FK_CONNECT_HOT_PLUG, and so must not be stopped */
gboolean
fk_target_is_hot_plugged (FkTarget *self)
{
  g_return_val_if_fail (FK_IS_TARGET (self), FALSE);

  return self->hot_plug;
}

/* Returns: whether the core was found stopped, or running with its interrupts masked, by a debugger
 *   that is gone: what the program was doing cannot be gone on with */
gboolean
fk_target_was_stopped (FkTarget *self)
{
  g_return_val_if_fail (FK_IS_TARGET (self), FALSE);

  return self->was_stopped;
}

/* Returns: (nullable): the rung of the ladder that worked, such as "under reset at 480 kHz" */
const char *
fk_target_get_connection (FkTarget *self)
{
  g_return_val_if_fail (FK_IS_TARGET (self), NULL);

  return self->connection;
}

/* Returns: mV that the probe measured on the board when it connected; 0 where it cannot measure, or
 *   measured next to nothing although the chip answers (a clone without a sense wire) */
guint
fk_target_get_millivolts (FkTarget *self)
{
  g_return_val_if_fail (FK_IS_TARGET (self), 0);

  return self->millivolts;
}

/* Returns: whether the probe's reset wire reaches the chip, as far as that had to be tried */
FkWiring
fk_target_get_nrst (FkTarget *self)
{
  g_return_val_if_fail (FK_IS_TARGET (self), FK_WIRING_UNKNOWN);

  return self->nrst;
}

/**
 * fk_target_set_catch_limit:
 * @milliseconds: how long the catch loop of %FK_CONNECT_AUTO tries; 5000 unless told, 0 leaves the
 *   rung out
 */
void
fk_target_set_catch_limit (FkTarget *self, guint milliseconds)
{
  g_return_if_fail (FK_IS_TARGET (self));

  self->catch_limit_ms = milliseconds;
}

gboolean
fk_target_read_word (FkTarget *self, guint32 address, guint32 *value, GError **error)
{
  return fk_probe_read_word (self->probe, address, value, error);
}

/* Reads a word until it is the same twice running: for what decides about the chip, or is written
 * back to it, and is not proved later.  A bus fault counts as an answer. */
gboolean
fk_target_read_steady_word (FkTarget *self, guint32 address, guint32 *value, GError **error)
{
  gboolean last_ok = FALSE;
  guint32 last = 0;

  for (guint i = 0; i <= STEADY_TRIES; i++)
    {
      g_autoptr (GError) local_error = NULL;
      gboolean ok = fk_probe_read_word (self->probe, address, value, &local_error);

      if ((!ok && !g_error_matches (local_error, FK_ERROR, FK_ERROR_BUS_FAULT)) ||
          (i > 0 && !ok && !last_ok))
        {
          g_propagate_error (error, g_steal_pointer (&local_error));
          return FALSE;
        }
      if (i > 0 && ok && last_ok && *value == last)
        return TRUE;
      last_ok = ok;
      last = ok ? *value : 0;
    }
  g_set_error (error, FK_ERROR, FK_ERROR_VERIFY_MISMATCH,
               "The word at 0x%08x reads differently each time; the wires are bad, or SWD is too "
               "fast for them",
               address);
  return FALSE;
}

gboolean
fk_target_write_word (FkTarget *self, guint32 address, guint32 value, GError **error)
{
  fk_target_forget (self);
  return fk_probe_write_word (self->probe, address, value, error);
}

/* Finds the first word of a piece that does not answer, given that what is behind it does not
 * either: flash and RAM end once.  Returns FALSE if every word answers, or SWD does not. */
static gboolean
find_fault (FkTarget *self, guint32 address, gsize length, guint32 *fault)
{
  guint64 good = address & ~3u; /* all below answer */
  guint64 bad = (guint64)address + length;
  gboolean found = FALSE;

  while (good < bad)
    {
      guint64 middle = good + (bad - good) / 8 * 4;
      guint32 value;
      g_autoptr (GError) error = NULL;

      if (fk_probe_read_word (self->probe, (guint32)middle, &value, &error))
        good = middle + 4;
      else if (g_error_matches (error, FK_ERROR, FK_ERROR_BUS_FAULT))
        {
          bad = middle;
          found = TRUE;
        }
      else
        return FALSE;
    }
  *fault = MAX ((guint32)bad, address);
  return found;
}

/* Returns: how much of a long read or write at @address is one piece */
static gsize
get_piece (FkTarget *self, guint32 address)
{
  gsize n_words = (gsize)fk_probe_get_speed (self->probe) * PIECE_MS / CLOCKS_PER_WORD;
  gsize piece = CLAMP (n_words * 4, WHOLE_BLOCKS, MAX_PIECE) / WHOLE_BLOCKS * WHOLE_BLOCKS;

  return piece - address % BORDER;
}

/* Reads one piece.  A fault that is gone when the words are asked one by one was a disturbance on
 * the wire; the piece is read once more. */
static gboolean
read_piece (FkTarget *self,
            guint32 address,
            guint8 *data,
            gsize length,
            GCancellable *cancellable,
            GError **error)
{
  g_autoptr (GError) local_error = NULL;
  guint32 fault;

  if (fk_probe_read (self->probe, address, data, length, cancellable, &local_error))
    return TRUE;
  if (!g_error_matches (local_error, FK_ERROR, FK_ERROR_BUS_FAULT))
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  if (find_fault (self, address, length, &fault))
    {
      g_set_error (error, FK_ERROR, FK_ERROR_BUS_FAULT, "Nothing answers at 0x%08x", fault);
      return FALSE;
    }
  return fk_probe_read (self->probe, address, data, length, cancellable, error);
}

static gboolean
check_piece_of_memory (guint32 address, gsize length, GError **error)
{
  if (length <= G_GUINT64_CONSTANT (0x100000000) - address)
    return TRUE;
  g_set_error (error, FK_ERROR, FK_ERROR_OUT_OF_RANGE,
               "%" G_GSIZE_FORMAT " bytes from 0x%08x on would pass the end of the address space",
               length, address);
  return FALSE;
}

/**
 * fk_target_read:
 * @address: any address
 * @data: (out caller-allocates) (array length=length): what was read
 * @length: any length, 0 too
 *
 * Reads memory, by words wherever whole words are wanted.
 *
 * Returns: %TRUE if every byte was read; BUS_FAULT names the first address that does not answer
 */
gboolean
fk_target_read (FkTarget *self,
                guint32 address,
                guint8 *data,
                gsize length,
                FkProgress *progress,
                GCancellable *cancellable,
                GError **error)
{
  gsize done = 0;

  g_return_val_if_fail (FK_IS_TARGET (self) && self->connected, FALSE);
  g_return_val_if_fail (data != NULL || length == 0, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (!check_piece_of_memory (address, length, error))
    return FALSE;
  if (fk_target_take_foreseen (self, address, data, length))
    return TRUE;
  while (done < length)
    {
      guint32 at = (guint32)(address + done);
      gsize piece = MIN (length - done, get_piece (self, at));

      if (g_cancellable_set_error_if_cancelled (cancellable, error) ||
          !read_piece (self, at, data + done, piece, cancellable, error))
        return FALSE;
      done += piece;
      fk_target_note_speed (self, progress);
      fk_progress_set_bytes (progress, done, length);
    }
  return TRUE;
}

/**
 * fk_target_write:
 * @address: any address
 * @data: (array length=length): what to write
 * @length: any length, 0 too
 *
 * Writes RAM or registers, by words wherever whole words are given.  Flash is not programmed by
 * this.
 *
 * Returns: %TRUE if every byte was written; after an error some of them may have been
 */
gboolean
fk_target_write (FkTarget *self,
                 guint32 address,
                 const guint8 *data,
                 gsize length,
                 FkProgress *progress,
                 GCancellable *cancellable,
                 GError **error)
{
  gsize done = 0;

  g_return_val_if_fail (FK_IS_TARGET (self) && self->connected, FALSE);
  g_return_val_if_fail (data != NULL || length == 0, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (!check_piece_of_memory (address, length, error))
    return FALSE;
  fk_target_forget (self);
  while (done < length)
    {
      guint32 at = (guint32)(address + done);
      gsize piece = MIN (length - done, get_piece (self, at));

      if (g_cancellable_set_error_if_cancelled (cancellable, error) ||
          !fk_probe_write (self->probe, at, data + done, piece, cancellable, error))
        return FALSE;
      done += piece;
      fk_target_note_speed (self, progress);
      fk_progress_set_bytes (progress, done, length);
    }
  return TRUE;
}

/**
 * fk_target_pass_time:
 *
 * Lets so much time go by, for who waits until the chip has done something.
 */
void
fk_target_pass_time (FkTarget *self, guint microseconds)
{
  g_return_if_fail (FK_IS_TARGET (self));

  fk_probe_wait (self->probe, microseconds);
}

/**
 * fk_target_read_u32:
 * @address: a multiple of 4
 *
 * Reads one word by a single access of 32 bits; for registers.  A fault counts when it comes twice:
 * one alone may be a disturbance on the wire, and conclusions are drawn from what does not answer.
 */
gboolean
fk_target_read_u32 (FkTarget *self, guint32 address, guint32 *value, GError **error)
{
  g_autoptr (GError) local_error = NULL;

  if (fk_target_try_u32 (self, address, value, &local_error))
    return TRUE;
  if (g_error_matches (local_error, FK_ERROR, FK_ERROR_BUS_FAULT))
    return fk_target_read_word (self, address, value, error);
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

/* As fk_target_read_u32(), but a fault counts at once: for who asks everything twice anyway. */
gboolean
fk_target_try_u32 (FkTarget *self, guint32 address, guint32 *value, GError **error)
{
  guint8 bytes[4];

  g_return_val_if_fail (FK_IS_TARGET (self) && self->connected, FALSE);
  g_return_val_if_fail (address % 4 == 0 && value != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (!fk_target_take_foreseen (self, address, bytes, sizeof bytes))
    {
      if (!fk_target_foresees_fault (self, address))
        return fk_target_read_word (self, address, value, error);
      g_set_error (error, FK_ERROR, FK_ERROR_BUS_FAULT, "Nothing answers at 0x%08x", address);
      return FALSE;
    }
  *value = fk_load_u32le (bytes);
  return TRUE;
}

/* As fk_target_read_u32(), the other way. */
gboolean
fk_target_write_u32 (FkTarget *self, guint32 address, guint32 value, GError **error)
{
  g_return_val_if_fail (FK_IS_TARGET (self) && self->connected, FALSE);
  g_return_val_if_fail (address % 4 == 0, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return fk_target_write_word (self, address, value, error);
}

/**
 * fk_target_read_u16:
 * @address: a multiple of 2
 *
 * Reads a half-word by a single access of 16 bits; as with fk_target_read_u32(), twice before a
 * fault counts.
 */
gboolean
fk_target_read_u16 (FkTarget *self, guint32 address, guint16 *value, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  guint8 word[4];
  guint8 bytes[2];

  g_return_val_if_fail (FK_IS_TARGET (self) && self->connected, FALSE);
  g_return_val_if_fail (address % 2 == 0 && value != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (fk_target_take_foreseen (self, address & ~3u, word, sizeof word))
    {
      *value = fk_load_u16le (word + address % 4);
      return TRUE;
    }
  if (!fk_probe_read_as (self->probe, address, bytes, sizeof bytes, FK_ACCESS_16, NULL,
                         &local_error))
    {
      if (!g_error_matches (local_error, FK_ERROR, FK_ERROR_BUS_FAULT))
        {
          g_propagate_error (error, g_steal_pointer (&local_error));
          return FALSE;
        }
      if (!fk_probe_read_as (self->probe, address, bytes, sizeof bytes, FK_ACCESS_16, NULL, error))
        return FALSE;
    }
  *value = fk_load_u16le (bytes);
  return TRUE;
}

/* As fk_target_read_u16(), the other way. */
gboolean
fk_target_write_u16 (FkTarget *self, guint32 address, guint16 value, GError **error)
{
  guint8 bytes[2];

  g_return_val_if_fail (FK_IS_TARGET (self) && self->connected, FALSE);
  g_return_val_if_fail (address % 2 == 0, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  fk_target_forget (self);
  fk_store_u16le (bytes, value);
  return fk_probe_write_as (self->probe, address, bytes, sizeof bytes, FK_ACCESS_16, NULL, error);
}

/* Reads a byte by a single access of 8 bits. */
gboolean
fk_target_read_u8 (FkTarget *self, guint32 address, guint8 *value, GError **error)
{
  g_return_val_if_fail (FK_IS_TARGET (self) && self->connected, FALSE);
  g_return_val_if_fail (value != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return fk_probe_read_as (self->probe, address, value, 1, FK_ACCESS_8, NULL, error);
}

/* As fk_target_read_u8(), the other way. */
gboolean
fk_target_write_u8 (FkTarget *self, guint32 address, guint8 value, GError **error)
{
  g_return_val_if_fail (FK_IS_TARGET (self) && self->connected, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  fk_target_forget (self);
  return fk_probe_write_as (self->probe, address, &value, 1, FK_ACCESS_8, NULL, error);
}

static FkHeldBits *
find_held (FkTarget *self, guint32 address)
{
  for (guint i = 0; i < self->held->len; i++)
    {
      FkHeldBits *held = &g_array_index (self->held, FkHeldBits, i);

      if (held->address == address)
        return held;
    }
  return NULL;
}

/* Notes that @bits of a register that reads @value shall be set.  Before the write: one that was
 * carried out although its answer was lost is undone too.  Returns: whether to write @value | @bits
 */
static gboolean
note_held (FkTarget *self, guint32 address, guint32 value, guint32 bits)
{
  FkHeldBits *held = find_held (self, address);
  FkHeldBits added = { .address = address };

  if ((bits & ~value) == 0)
    return FALSE;
  if (held == NULL)
    {
      g_array_append_val (self->held, added);
      held = find_held (self, address);
    }
  held->bits |= bits & ~value;
  held->value = value | bits;
  held->known_at = self->n_runs;
  return TRUE;
}

/* As fk_target_hold_bits() by a list, of a register that was seen to read @value twice. */
void
fk_target_add_hold (
    FkTarget *self, FkAccessList *list, guint32 address, guint32 value, guint32 bits)
{
  if (note_held (self, address, value, bits))
    fk_access_list_write (list, address, value | bits);
}

/* What the register is known to hold, as nobody but us has run since.  Returns: whether it is */
static gboolean
get_held_value (FkTarget *self, guint32 address, guint32 *value)
{
  const FkHeldBits *held = find_held (self, address);

  if (held == NULL || !self->stopped || held->known_at != self->n_runs)
    return FALSE;
  *value = held->value;
  return TRUE;
}

/**
 * fk_target_hold_bits:
 * @address: of a register
 * @bits: to set
 *
 * Sets bits of a register for as long as the connection lasts: those that were 0 before are cleared
 * again by fk_target_disconnect().  For what keeps a sleeping chip reachable and a watchdog quiet.
 */
gboolean
fk_target_hold_bits (FkTarget *self, guint32 address, guint32 bits, GError **error)
{
  guint32 value;

  g_return_val_if_fail (FK_IS_TARGET (self), FALSE);
  g_return_val_if_fail (address % 4 == 0, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (!get_held_value (self, address, &value) &&
      !fk_target_read_steady_word (self, address, &value, error))
    return FALSE;
  fk_target_forget_word (self, address);
  return !note_held (self, address, value, bits) ||
         fk_probe_write_word (self->probe, address, value | bits, error);
}

/**
 * fk_target_foresee_hold:
 * @address: of a register
 * @bits: to set
 *
 * Has the next fk_target_foresee_end() do what fk_target_hold_bits() will be called for, where it
 * can: of a register that is held already, and of a core that stands still.
 */
void
fk_target_foresee_hold (FkTarget *self, guint32 address, guint32 bits)
{
  guint32 value;

  g_return_if_fail (FK_IS_TARGET (self));
  g_return_if_fail (address % 4 == 0);

  if (self->put_off.hold.bits == 0 && get_held_value (self, address, &value))
    self->put_off.hold = (FkHeldBits){ .address = address, .bits = bits & ~value, .value = value };
}
