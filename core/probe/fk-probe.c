/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The probe interface: who the probe is, and memory access at any address and length on top of the
 * aligned accesses that a driver offers.  A piece that is not made of whole words is split into a
 * head of bytes up to the first word boundary, words, and a tail of bytes, so that nothing outside
 * the piece is touched.  (ARM IHI 0031, "MEM-AP": an access must be aligned to its size.) */

#include "config.h"

#include "probe/fk-probe-private.h"

#include "base/fk-error.h"

#define SLOWEST_USEFUL_KHZ 100

typedef struct
{
  char *kind;
  char *port_path;
  char *serial;
  const char *firmware; /* interned; atomic, because the interface reads it while a job runs */
  int speed;            /* kHz; atomic for the same reason */
  int is_open;          /* likewise */
  guint auto_increment;
  guint8 ap;
  gboolean is_simulated;
} FkProbePrivate;

enum
{
  PROP_0,
  PROP_KIND,
  PROP_PORT_PATH,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (FkProbe, fk_probe, G_TYPE_OBJECT)

static FkProbePrivate *
get_private (FkProbe *self)
{
  return fk_probe_get_instance_private (self);
}

static void
fk_probe_finalize (GObject *object)
{
  FkProbePrivate *priv = get_private (FK_PROBE (object));

  g_free (priv->kind);
  g_free (priv->port_path);
  g_free (priv->serial);

  G_OBJECT_CLASS (fk_probe_parent_class)->finalize (object);
}

static void
fk_probe_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  FkProbePrivate *priv = get_private (FK_PROBE (object));

  switch (prop_id)
    {
    case PROP_KIND:
      g_value_set_string (value, priv->kind);
      break;
    case PROP_PORT_PATH:
      g_value_set_string (value, priv->port_path);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
fk_probe_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  FkProbePrivate *priv = get_private (FK_PROBE (object));

  switch (prop_id)
    {
    case PROP_KIND:
      priv->kind = g_value_dup_string (value);
      break;
    case PROP_PORT_PATH:
      priv->port_path = g_value_dup_string (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
fk_probe_class_init (FkProbeClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;

  object_class->finalize = fk_probe_finalize;
  object_class->get_property = fk_probe_get_property;
  object_class->set_property = fk_probe_set_property;

  properties[PROP_KIND] = g_param_spec_string ("kind", NULL, NULL, "", flags);
  properties[PROP_PORT_PATH] = g_param_spec_string ("port-path", NULL, NULL, "", flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
fk_probe_init (FkProbe *self)
{
  get_private (self)->auto_increment = FK_PROBE_MIN_AUTO_INCREMENT;
}

/*
 * fk_probe_take_serial:
 * @serial: (transfer full) (nullable): as a person reads it
 *
 * Once, before anybody else sees the probe.
 */
void
fk_probe_take_serial (FkProbe *self, char *serial)
{
  g_assert (FK_IS_PROBE (self));
  g_assert (get_private (self)->serial == NULL);

  get_private (self)->serial = serial;
}

void
fk_probe_set_firmware (FkProbe *self, const char *firmware)
{
  g_assert (FK_IS_PROBE (self));

  g_atomic_pointer_set (&get_private (self)->firmware, (gpointer)g_intern_string (firmware));
}

void
fk_probe_set_current_speed (FkProbe *self, guint khz)
{
  g_assert (FK_IS_PROBE (self));

  g_atomic_int_set (&get_private (self)->speed, (int)khz);
}

/**
 * fk_probe_set_simulated:
 *
 * For whoever makes a probe on a simulated board, before anything uses it: the driver cannot tell.
 */
void
fk_probe_set_simulated (FkProbe *self)
{
  g_return_if_fail (FK_IS_PROBE (self));

  get_private (self)->is_simulated = TRUE;
}

gboolean
fk_probe_is_simulated (FkProbe *self)
{
  g_return_val_if_fail (FK_IS_PROBE (self), FALSE);

  return get_private (self)->is_simulated;
}

/* Returns: what kind of probe this is, such as "ST-LINK/V2-1" */
const char *
fk_probe_get_kind (FkProbe *self)
{
  g_return_val_if_fail (FK_IS_PROBE (self), NULL);

  return get_private (self)->kind;
}

/**
 * fk_probe_get_serial:
 *
 * Returns: (nullable): the serial number as text (raw bytes are shown in hexadecimal); %NULL where
 *   the probe has none, or may not be asked
 */
const char *
fk_probe_get_serial (FkProbe *self)
{
  g_return_val_if_fail (FK_IS_PROBE (self), NULL);

  return get_private (self)->serial;
}

/* Returns: (nullable): the probe's firmware, such as "V2J37S7"; NULL before the first open */
const char *
fk_probe_get_firmware (FkProbe *self)
{
  g_return_val_if_fail (FK_IS_PROBE (self), NULL);

  return g_atomic_pointer_get (&get_private (self)->firmware);
}

/* Returns: where the probe is plugged in, such as "1-2.3" */
const char *
fk_probe_get_port_path (FkProbe *self)
{
  g_return_val_if_fail (FK_IS_PROBE (self), NULL);

  return get_private (self)->port_path;
}

/* Returns: the SWD clock in kHz; 0 before the first open */
guint
fk_probe_get_speed (FkProbe *self)
{
  g_return_val_if_fail (FK_IS_PROBE (self), 0);

  return (guint)g_atomic_int_get (&get_private (self)->speed);
}

/**
 * fk_probe_open:
 *
 * Claims the probe for this program.
 *
 * Returns: %TRUE if the probe is open; otherwise NO_PROBE, PROBE_DENIED, PROBE_BUSY, PROBE_LOST,
 *   PROBE_FIRMWARE_OLD or NOT_SUPPORTED, and it is closed again
 */
gboolean
fk_probe_open (FkProbe *self, GCancellable *cancellable, GError **error)
{
  FkProbePrivate *priv;
  gboolean opened;

  g_return_val_if_fail (FK_IS_PROBE (self), FALSE);
  g_return_val_if_fail (!fk_probe_is_open (self), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  priv = get_private (self);
  priv->auto_increment = FK_PROBE_MIN_AUTO_INCREMENT;
  opened = FK_PROBE_GET_CLASS (self)->open (self, cancellable, error);
  g_atomic_int_set (&priv->is_open, opened);
  return opened;
}

/**
 * fk_probe_set_auto_increment:
 * @bytes: a power of two; at least FK_PROBE_MIN_AUTO_INCREMENT
 *
 * Says how far the chip's access port counts its address by itself (ARM IHI 0031,
 * "Auto-incrementing the TAR"): no transfer will cross a multiple of it.  1 KiB holds for every
 * chip, and again after each open; Cortex-M3 and -M4 are good for 4 KiB.
 */
void
fk_probe_set_auto_increment (FkProbe *self, guint bytes)
{
  g_return_if_fail (FK_IS_PROBE (self));
  g_return_if_fail (bytes >= FK_PROBE_MIN_AUTO_INCREMENT && (bytes & (bytes - 1)) == 0);

  get_private (self)->auto_increment = bytes;
}

guint
fk_probe_get_auto_increment (FkProbe *self)
{
  g_return_val_if_fail (FK_IS_PROBE (self), FK_PROBE_MIN_AUTO_INCREMENT);

  return get_private (self)->auto_increment;
}

/**
 * fk_probe_choose_ap:
 * @ap: number of an access port of the chip
 *
 * Says which access port memory and the core are behind (ARM IHI 0031, "The Access Port"): all
 * accesses to memory go through it, until SWD is taken up anew.  That is the first one, 0, unless
 * it is said.
 *
 * Returns: %TRUE if it is so from now on; PROBE_FIRMWARE_OLD or NOT_SUPPORTED where the probe
 *   reaches memory through the first one only
 */
gboolean
fk_probe_choose_ap (FkProbe *self, guint8 ap, GError **error)
{
  FkProbePrivate *priv;

  g_return_val_if_fail (fk_probe_is_open (self), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  priv = get_private (self);
  if (ap == priv->ap)
    return TRUE;
  if (FK_PROBE_GET_CLASS (self)->choose_ap == NULL)
    {
      g_set_error (error, FK_ERROR, FK_ERROR_NOT_SUPPORTED,
                   "This probe cannot reach memory behind access port %u", ap);
      return FALSE;
    }
  if (!FK_PROBE_GET_CLASS (self)->choose_ap (self, ap, error))
    return FALSE;
  priv->ap = ap;
  return TRUE;
}

/* Returns: the access port that accesses to memory go through */
guint8
fk_probe_get_ap (FkProbe *self)
{
  g_return_val_if_fail (FK_IS_PROBE (self), 0);

  return get_private (self)->ap;
}

/* Closing a probe that is not open does nothing. */
void
fk_probe_close (FkProbe *self)
{
  g_return_if_fail (FK_IS_PROBE (self));

  if (!fk_probe_is_open (self))
    return;
  FK_PROBE_GET_CLASS (self)->close (self);
  g_atomic_int_set (&get_private (self)->is_open, FALSE);
}

gboolean
fk_probe_is_open (FkProbe *self)
{
  g_return_val_if_fail (FK_IS_PROBE (self), FALSE);

  return g_atomic_int_get (&get_private (self)->is_open);
}

/**
 * fk_probe_attach:
 * @hold_reset: leave NRST low, so that the chip's program does not run until fk_probe_set_reset()
 *
 * Takes up SWD.  Says nothing about the core: it runs or not as it did before.  Memory is taken to
 * be behind the first access port again.
 *
 * Returns: %TRUE if a debug port answers; otherwise NO_TARGET or what went wrong with the probe
 */
gboolean
fk_probe_attach (FkProbe *self, gboolean hold_reset, GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (fk_probe_is_open (self), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  get_private (self)->ap = 0;
  return FK_PROBE_GET_CLASS (self)->attach (self, hold_reset, cancellable, error);
}

void
fk_probe_detach (FkProbe *self)
{
  g_return_if_fail (fk_probe_is_open (self));

  FK_PROBE_GET_CLASS (self)->detach (self);
}

static gboolean
check_range (guint32 address, gsize length, GError **error)
{
  if (length <= G_GUINT64_CONSTANT (0x100000000) - address)
    return TRUE;
  g_set_error (error, FK_ERROR, FK_ERROR_OUT_OF_RANGE,
               "%" G_GSIZE_FORMAT " bytes at 0x%08x would go past the end of the address space",
               length, address);
  return FALSE;
}

/* How the piece begins: as many bytes as stand before the first word boundary. */
static gsize
head_length (guint32 address, gsize length)
{
  return MIN ((4 - address % 4) % 4, length);
}

/**
 * fk_probe_read:
 * @address: any address
 * @data: (array length=length) (out caller-allocates): undefined after an error
 * @length: any length; 0 does nothing
 *
 * Reads memory: words where whole words are wanted, bytes before and behind them.
 *
 * Returns: %TRUE if every byte was read
 */
gboolean
fk_probe_read (FkProbe *self,
               guint32 address,
               guint8 *data,
               gsize length,
               GCancellable *cancellable,
               GError **error)
{
  gsize head = head_length (address, length);
  gsize words = (length - head) & ~(gsize)3;
  gsize tail = length - head - words;

  return fk_probe_read_as (self, address, data, head, FK_ACCESS_8, cancellable, error) &&
         fk_probe_read_as (self, (guint32)(address + head), data + head, words, FK_ACCESS_32,
                           cancellable, error) &&
         fk_probe_read_as (self, (guint32)(address + head + words), data + head + words, tail,
                           FK_ACCESS_8, cancellable, error);
}

/**
 * fk_probe_read_as:
 * @address: a multiple of @access
 * @length: a multiple of @access; 0 does nothing
 * @access: the width of every single access on the chip's bus
 */
gboolean
fk_probe_read_as (FkProbe *self,
                  guint32 address,
                  guint8 *data,
                  gsize length,
                  FkAccess access,
                  GCancellable *cancellable,
                  GError **error)
{
  g_return_val_if_fail (fk_probe_is_open (self), FALSE);
  g_return_val_if_fail (data != NULL || length == 0, FALSE);
  g_return_val_if_fail (access == FK_ACCESS_8 || access == FK_ACCESS_16 || access == FK_ACCESS_32,
                        FALSE);
  g_return_val_if_fail (length == 0 || (address % access == 0 && length % access == 0), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (!check_range (address, length, error))
    return FALSE;
  if (length == 0)
    return TRUE;
  return FK_PROBE_GET_CLASS (self)->read (self, address, data, length, access, cancellable, error);
}

/**
 * fk_probe_try_out:
 * @address: of RAM that nothing uses, neither the chip nor we, and that holds nothing of value
 * @length: bytes
 *
 * Lets the probe find out, by writing and reading there, whether it can write in larger blocks from
 * now on.  A probe to which that does not matter does nothing; where it cannot be found out, all
 * stays as it is.  What the RAM holds afterwards is anything.
 */
void
fk_probe_try_out (FkProbe *self, guint32 address, gsize length)
{
  g_return_if_fail (fk_probe_is_open (self));

  if (FK_PROBE_GET_CLASS (self)->try_out != NULL && check_range (address, length, NULL))
    FK_PROBE_GET_CLASS (self)->try_out (self, address, length);
}

/**
 * fk_probe_write:
 * @address: any address
 * @data: (array length=length): what to write
 * @length: any length; 0 does nothing
 *
 * Writes RAM or registers: words where whole words are given, bytes before and behind them.  This
 * does not program flash.
 *
 * Returns: %TRUE if every byte was written; after an error some of them may have been
 */
gboolean
fk_probe_write (FkProbe *self,
                guint32 address,
                const guint8 *data,
                gsize length,
                GCancellable *cancellable,
                GError **error)
{
  gsize head = head_length (address, length);
  gsize words = (length - head) & ~(gsize)3;
  gsize tail = length - head - words;

  return fk_probe_write_as (self, address, data, head, FK_ACCESS_8, cancellable, error) &&
         fk_probe_write_as (self, (guint32)(address + head), data + head, words, FK_ACCESS_32,
                            cancellable, error) &&
         fk_probe_write_as (self, (guint32)(address + head + words), data + head + words, tail,
                            FK_ACCESS_8, cancellable, error);
}

/* As fk_probe_read_as(), the other way. */
gboolean
fk_probe_write_as (FkProbe *self,
                   guint32 address,
                   const guint8 *data,
                   gsize length,
                   FkAccess access,
                   GCancellable *cancellable,
                   GError **error)
{
  g_return_val_if_fail (fk_probe_is_open (self), FALSE);
  g_return_val_if_fail (data != NULL || length == 0, FALSE);
  g_return_val_if_fail (access == FK_ACCESS_8 || access == FK_ACCESS_16 || access == FK_ACCESS_32,
                        FALSE);
  g_return_val_if_fail (length == 0 || (address % access == 0 && length % access == 0), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (!check_range (address, length, error))
    return FALSE;
  if (length == 0)
    return TRUE;
  return FK_PROBE_GET_CLASS (self)->write (self, address, data, length, access, cancellable, error);
}

/**
 * fk_probe_read_word:
 * @address: a multiple of 4
 *
 * Reads one 32-bit register; meant for single ones, such as DHCSR or a status register.
 */
gboolean
fk_probe_read_word (FkProbe *self, guint32 address, guint32 *value, GError **error)
{
  g_return_val_if_fail (fk_probe_is_open (self), FALSE);
  g_return_val_if_fail (address % 4 == 0, FALSE);
  g_return_val_if_fail (value != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return FK_PROBE_GET_CLASS (self)->read_word (self, address, value, error);
}

/* As fk_probe_read_word(), the other way. */
gboolean
fk_probe_write_word (FkProbe *self, guint32 address, guint32 value, GError **error)
{
  g_return_val_if_fail (fk_probe_is_open (self), FALSE);
  g_return_val_if_fail (address % 4 == 0, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return FK_PROBE_GET_CLASS (self)->write_word (self, address, value, error);
}

static gboolean
is_list (const FkProbeAccess *list, guint n)
{
  for (guint i = 0; i < n; i++)
    if (list == NULL || list[i].address % 4 != 0)
      return FALSE;
  return TRUE;
}

static gboolean
run_one_by_one (FkProbe *self, FkProbeAccess *list, guint n, GError **error)
{
  for (guint i = 0; i < n; i++)
    {
      list[i].done = list[i].is_write
                         ? fk_probe_write_word (self, list[i].address, list[i].value, error)
                         : fk_probe_read_word (self, list[i].address, &list[i].value, error);
      if (!list[i].done)
        return FALSE;
    }
  return TRUE;
}

static gboolean
run_list (FkProbe *self, FkProbeAccess *list, guint n, gboolean once, GError **error)
{
  FkProbeClass *klass = FK_PROBE_GET_CLASS (self);
  gboolean (*run) (FkProbe *, FkProbeAccess *, guint, GError **) =
      once ? klass->run_list_once : klass->run_list;

  for (guint i = 0; i < n; i++)
    list[i].done = FALSE;
  return n > 1 && run != NULL ? run (self, list, n, error) : run_one_by_one (self, list, n, error);
}

/**
 * fk_probe_run_list:
 * @list: (array length=n) (inout): accesses, carried out in this order
 * @n: how many, 0 too
 *
 * Accesses to many registers in as few exchanges with the probe as it can.  After trouble on USB or
 * SWD part of the list, or all of it, may be carried out once more from its beginning: it is not
 * for registers that count their accesses, such as a flash controller's keys.  After an error any
 * part of the list may have been carried out, also what is behind the access that failed.
 */
gboolean
fk_probe_run_list (FkProbe *self, FkProbeAccess *list, guint n, GError **error)
{
  g_return_val_if_fail (fk_probe_is_open (self), FALSE);
  g_return_val_if_fail (is_list (list, n), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return run_list (self, list, n, FALSE, error);
}

/**
 * fk_probe_run_list_once:
 *
 * As fk_probe_run_list(), but whatever goes wrong, no access is carried out again when one behind
 * it may have been: for a list of which the beginning is right only before its end.  Gives up
 * sooner.
 */
gboolean
fk_probe_run_list_once (FkProbe *self, FkProbeAccess *list, guint n, GError **error)
{
  g_return_val_if_fail (fk_probe_is_open (self), FALSE);
  g_return_val_if_fail (is_list (list, n), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return run_list (self, list, n, TRUE, error);
}

/**
 * fk_probe_set_reset:
 * @low: %TRUE drives NRST low, %FALSE lets it float
 *
 * The probe cannot see whether the wire is there: who needs to know reads a register that a reset
 * changes.
 */
gboolean
fk_probe_set_reset (FkProbe *self, gboolean low, GError **error)
{
  g_return_val_if_fail (fk_probe_is_open (self), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return FK_PROBE_GET_CLASS (self)->set_reset (self, low, error);
}

/**
 * fk_probe_get_speeds:
 * @n_speeds: (out): how many there are; at least one
 *
 * Returns: (transfer none) (array length=n_speeds): the SWD clocks in kHz, fastest first; valid
 *   until the probe is closed
 */
const guint *
fk_probe_get_speeds (FkProbe *self, guint *n_speeds)
{
  g_return_val_if_fail (fk_probe_is_open (self), NULL);
  g_return_val_if_fail (n_speeds != NULL, NULL);

  return FK_PROBE_GET_CLASS (self)->get_speeds (self, n_speeds);
}

/**
 * fk_probe_set_speed:
 * @khz: the fastest clock that is wanted; what was chosen is in fk_probe_get_speed()
 */
gboolean
fk_probe_set_speed (FkProbe *self, guint khz, GError **error)
{
  g_return_val_if_fail (fk_probe_is_open (self), FALSE);
  g_return_val_if_fail (khz > 0, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return FK_PROBE_GET_CLASS (self)->set_speed (self, khz, error);
}

/**
 * fk_probe_lower_speed:
 *
 * Takes the next slower clock that the probe has, down to 100 kHz: what wires cannot do then they
 * cannot do at all.
 *
 * Returns: whether there is one, and it was set
 */
gboolean
fk_probe_lower_speed (FkProbe *self)
{
  guint khz;
  guint n_speeds;
  const guint *speeds;

  g_return_val_if_fail (fk_probe_is_open (self), FALSE);

  khz = fk_probe_get_speed (self);
  speeds = fk_probe_get_speeds (self, &n_speeds);
  for (guint i = 0; i < n_speeds; i++)
    if (speeds[i] < khz)
      return speeds[i] >= SLOWEST_USEFUL_KHZ && fk_probe_set_speed (self, speeds[i], NULL);
  return FALSE;
}

/**
 * fk_probe_read_idcode:
 * @steady: whether it has to be the same twice running; %FALSE for what the probe was told when it
 *   attached
 * @idcode: (out): DPIDR (ARM IHI 0031, B2.2.5), such as 0x2ba01477
 */
gboolean
fk_probe_read_idcode (FkProbe *self, gboolean steady, guint32 *idcode, GError **error)
{
  g_return_val_if_fail (fk_probe_is_open (self), FALSE);
  g_return_val_if_fail (idcode != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return FK_PROBE_GET_CLASS (self)->read_idcode (self, steady, idcode, error);
}

/**
 * fk_probe_read_dap:
 * @ap: number of an access port, or FK_PROBE_DEBUG_PORT
 * @reg: address of the register, 0 to 0xfc; a multiple of 4
 */
gboolean
fk_probe_read_dap (FkProbe *self, guint16 ap, guint16 reg, guint32 *value, GError **error)
{
  g_return_val_if_fail (fk_probe_is_open (self), FALSE);
  g_return_val_if_fail (reg % 4 == 0, FALSE);
  g_return_val_if_fail (value != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return FK_PROBE_GET_CLASS (self)->read_dap (self, ap, reg, value, error);
}

/**
 * fk_probe_get_voltage:
 * @millivolts: (out): what the probe measures on the board's supply pin
 */
gboolean
fk_probe_get_voltage (FkProbe *self, guint *millivolts, GError **error)
{
  g_return_val_if_fail (fk_probe_is_open (self), FALSE);
  g_return_val_if_fail (millivolts != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return FK_PROBE_GET_CLASS (self)->get_voltage (self, millivolts, error);
}

/**
 * fk_probe_wait:
 *
 * Lets so much time go by: for who waits until the chip has done something, and has nothing to ask
 * meanwhile.  A simulated board lives through it at once.
 */
void
fk_probe_wait (FkProbe *self, guint microseconds)
{
  FkProbeClass *klass;

  g_return_if_fail (FK_IS_PROBE (self));

  klass = FK_PROBE_GET_CLASS (self);
  if (klass->wait != NULL)
    klass->wait (self, microseconds);
  else
    g_usleep (microseconds);
}
