/* SPDX-License-Identifier: GPL-3.0-or-later */

/* ST-LINK/V2, V2-1 and V3: opening one in whatever state it is, taking up SWD, reset line and
 * voltage.  After what OpenOCD, probe-rs, pyOCD and stlink agree on; ST publishes nothing.
 * The link under it is in fk-stlink-link.c, memory in fk-stlink-memory.c. */

#include "config.h"

#include "probe/fk-stlink-private.h"

#include "base/fk-reader.h"
#include "probe/fk-probe-private.h"

#define MAX_OPEN_TRIES   3
#define MAX_LEAVE_TRIES  3
#define LEAVE_WAIT_MS    10
#define MAX_IDCODE_TRIES 5
#define REFERENCE_MV     1200 /* of the probe's converter */

G_DEFINE_FINAL_TYPE (FkStlink, fk_stlink, FK_TYPE_PROBE)

/* One of the first questions.  @is_drained: no reply of anybody's is in front of its own any more
 */
static gboolean
ask_first (
    FkStlink *self, gboolean is_drained, guint8 code, guint8 *reply, gsize length, GError **error)
{
  FkStlinkCommand command = fk_stlink_command_single (code);

  if (is_drained)
    return fk_stlink_exchange (self, &command, reply, length, fk_stlink_get_timeout (self, 0),
                               error);
  return fk_stlink_exchange_first (self, &command, reply, length, error);
}

/* What may be somebody else's has to name the maker of the probe, too. */
static gboolean
ask_version (FkStlink *self, gboolean is_drained, GError **error)
{
  guint8 reply[STLINK_VERSION_SIZE];
  guint8 reply_ex[STLINK_VERSION_EX_SIZE];
  gboolean makes_sense;

  if (!ask_first (self, is_drained, STLINK_GET_VERSION, reply, sizeof reply, error))
    return FALSE;
  makes_sense =
      (is_drained || fk_load_u16le (reply + 2) == fk_usb_device_get_vendor_id (self->device)) &&
      fk_stlink_version_parse (&self->version, reply, sizeof reply, self->row->is_v2_1);
  if (makes_sense && self->version.hardware >= 3)
    {
      if (!ask_first (self, is_drained, STLINK_GET_VERSION_EX, reply_ex, sizeof reply_ex, error))
        return FALSE;
      makes_sense = fk_stlink_version_parse_ex (&self->version, reply_ex, sizeof reply_ex);
    }
  if (!makes_sense)
    {
      fk_stlink_drain (self);
      g_set_error_literal (error, FK_ERROR, FK_ERROR_PROBE_LOST,
                           "The probe's version number makes no sense");
    }
  return makes_sense;
}

static gboolean
ask_version_and_mode (FkStlink *self, gboolean is_drained, guint8 *mode, GError **error)
{
  guint8 reply[STLINK_MODE_SIZE];

  if (!ask_version (self, is_drained, error) ||
      !ask_first (self, is_drained, STLINK_GET_CURRENT_MODE, reply, sizeof reply, error))
    return FALSE;
  *mode = reply[0];
  return TRUE;
}

/* The first questions, and so the ones that find the probe in the middle of somebody else's
 * transfer.  A reply that an earlier program did not wait for comes in place of the first one, and
 * moves every later one on by one.  No two that follow each other have the same length, so that
 * shows at the second question at the latest, and all are asked anew: the version is believed once
 * the mode was told as well. */
static gboolean
read_version_and_mode (FkStlink *self, guint8 *mode, GError **error)
{
  g_autofree char *text = NULL;

  for (guint i = 0;; i++)
    {
      g_autoptr (GError) local_error = NULL;

      if (ask_version_and_mode (self, i > 0, mode, &local_error))
        break;
      if (self->is_lost || i + 1 >= MAX_OPEN_TRIES)
        {
          g_propagate_prefixed_error (error, g_steal_pointer (&local_error),
                                      "Asking the probe for its version: ");
          return FALSE;
        }
    }
  text = fk_stlink_version_to_string (&self->version);
  fk_probe_set_firmware (FK_PROBE (self), text);
  if (self->version.jtag == 0)
    {
      g_set_error (error, FK_ERROR, FK_ERROR_NOT_SUPPORTED,
                   "This ST-LINK's firmware %s has no SWD: it is for STM8 chips only", text);
      return FALSE;
    }
  return fk_stlink_version_require (&self->version, FK_STLINK_STATUS, error);
}

/* Leaves DFU (which a V2 starts in), SWIM or debug mode.  @mode: which it is in */
static gboolean
leave_mode (FkStlink *self, guint8 mode, GError **error)
{
  for (guint i = 0; i < MAX_LEAVE_TRIES; i++)
    {
      FkStlinkCommand command;

      if (mode == STLINK_MODE_DFU)
        command = fk_stlink_command (STLINK_DFU, STLINK_DFU_EXIT);
      else if (mode == STLINK_MODE_SWIM)
        command = fk_stlink_command (STLINK_SWIM, STLINK_SWIM_EXIT);
      else if (mode == STLINK_MODE_DEBUG)
        command = fk_stlink_command (STLINK_DEBUG, STLINK_EXIT);
      else
        return TRUE;
      if (i > 0)
        g_usleep (LEAVE_WAIT_MS * G_TIME_SPAN_MILLISECOND);
      if (!fk_stlink_send (self, &command, error))
        {
          g_prefix_error (error, "Leaving the probe's mode %u: ", mode);
          return FALSE;
        }
      if (!fk_stlink_get_mode (self, &mode, error))
        return FALSE;
    }
  if (mode != STLINK_MODE_DFU)
    return TRUE;
  g_set_error_literal (error, FK_ERROR, FK_ERROR_PROBE_LOST,
                       "The probe stays in its firmware update mode");
  return FALSE;
}

static gboolean
fk_stlink_open (FkProbe *probe, GCancellable *cancellable, GError **error)
{
  FkStlink *self = FK_STLINK (probe);
  guint8 mode;

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  if (self->row->refusal != NULL)
    {
      g_set_error_literal (error, FK_ERROR, (int)self->row->refusal_code, self->row->refusal);
      return FALSE;
    }
  if (!fk_usb_device_open (self->device, self->row->interface_number, error))
    return FALSE;

  self->is_lost = FALSE;
  self->has_no_lists = FALSE;
  self->is_attaching = FALSE;
  self->is_attached = FALSE;
  self->is_speed_set = FALSE;
  self->is_reset_known = FALSE;
  self->is_reset_low = FALSE;
  self->may_debug = FALSE;
  if (read_version_and_mode (self, &mode, error) && leave_mode (self, mode, error) &&
      fk_stlink_learn_speeds (self, error))
    {
      /* The probe is told when SWD is taken up, unless another clock is chosen before. */
      fk_probe_set_current_speed (probe, fk_stlink_find_speed (self, FK_STLINK_DEFAULT_KHZ));
      return TRUE;
    }
  fk_usb_device_close (self->device);
  return FALSE;
}

static gboolean
fk_stlink_set_reset (FkProbe *probe, gboolean low, GError **error)
{
  FkStlink *self = FK_STLINK (probe);
  FkStlinkCommand command = fk_stlink_command (STLINK_DEBUG, STLINK_DRIVE_NRST);

  fk_stlink_command_u8 (&command, low ? STLINK_NRST_LOW : STLINK_NRST_HIGH);
  if (!fk_stlink_ask_done (self, &command, low ? "Pulling NRST low" : "Releasing NRST", error))
    return FALSE;
  self->is_reset_known = TRUE;
  self->is_reset_low = low;
  return TRUE;
}

static gboolean
ask_idcode (FkStlink *self, guint32 *idcode, GError **error)
{
  FkStlinkCommand command = fk_stlink_command (STLINK_DEBUG, STLINK_READ_IDCODES);
  guint8 reply[STLINK_IDCODES_SIZE];
  guint8 status;

  if (!fk_stlink_ask (self, &command, reply, sizeof reply, &status, error))
    return FALSE;
  if (fk_stlink_status_get_meaning (status) != FK_STLINK_DONE)
    {
      fk_stlink_set_status_error (self, status, "Reading the debug port's ID", error);
      return FALSE;
    }
  *idcode = fk_load_u32le (reply + 4);
  if (*idcode != 0 && *idcode != G_MAXUINT32)
    {
      self->n_same_idcodes = *idcode == self->idcode ? self->n_same_idcodes + 1 : 1;
      self->idcode = *idcode;
      return TRUE;
    }
  /* Bit 0 of DPIDR is 1 and the others are not all (ARM IHI 0031, B2.2.5): the wire hangs. */
  g_set_error (error, FK_ERROR, self->is_attaching ? FK_ERROR_NO_TARGET : FK_ERROR_TARGET_LOST,
               "Reading the debug port's ID: 0x%08x is what an open wire gives; no chip answers",
               *idcode);
  return FALSE;
}

/* NRST is pulled before SWD comes up and once more behind it, because some firmware only then knows
 * which pin it is (OpenOCD). */
static gboolean
take_up_swd (FkStlink *self, gboolean hold_reset, GError **error)
{
  FkProbe *probe = FK_PROBE (self);
  guint32 idcode;

  self->n_same_idcodes = 0;
  if (!self->is_speed_set && !fk_stlink_send_speed (self, fk_probe_get_speed (probe), error))
    return FALSE;
  if (hold_reset)
    fk_stlink_set_reset (probe, TRUE, NULL);
  if (!fk_stlink_enter_swd (self, error))
    return FALSE;
  if (hold_reset || !self->is_reset_known)
    {
      g_autoptr (GError) local_error = NULL;

      if (!fk_stlink_set_reset (probe, hold_reset, &local_error) && hold_reset)
        {
          g_propagate_error (error, g_steal_pointer (&local_error));
          return FALSE;
        }
    }
  if (!ask_idcode (self, &idcode, error))
    return FALSE;
  /* Some chips' access port sleeps as long as NRST is low; it is tried again at the first access.
   */
  return fk_stlink_open_ap (self, 0, hold_reset ? NULL : error) || hold_reset;
}

static gboolean
fk_stlink_attach (FkProbe *probe, gboolean hold_reset, GCancellable *cancellable, GError **error)
{
  FkStlink *self = FK_STLINK (probe);

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  self->counting = FK_STLINK_MAY_WRAP;
  self->writes_count = FALSE;
  self->n_writes_tried = 0;
  self->n_trials = 0;
  self->is_attaching = TRUE;
  self->is_attached = take_up_swd (self, hold_reset, error);
  self->is_attaching = FALSE;
  if (!self->is_attached && hold_reset && self->is_reset_low)
    fk_stlink_set_reset (probe, FALSE, NULL);
  return self->is_attached;
}

static void
fk_stlink_detach (FkProbe *probe)
{
  FkStlink *self = FK_STLINK (probe);
  FkStlinkCommand command = fk_stlink_command (STLINK_DEBUG, STLINK_EXIT);
  guint8 mode;

  if (self->is_reset_low)
    fk_stlink_set_reset (probe, FALSE, NULL);
  self->is_attached = FALSE;
  /* No reply tells how that went; the next program that opens the probe asks for its mode, as we
   * do.  Where USB failed there may be more to put right. */
  if (self->may_debug && !self->is_lost &&
      (fk_stlink_send (self, &command, NULL) ||
       (fk_stlink_get_mode (self, &mode, NULL) && leave_mode (self, mode, NULL))))
    self->may_debug = FALSE;
  memset (self->open_aps, 0, sizeof self->open_aps);
}

static void
fk_stlink_close (FkProbe *probe)
{
  FkStlink *self = FK_STLINK (probe);

  fk_stlink_detach (probe);
  fk_usb_device_close (self->device);
}

/* Until it is the same twice running; attaching has asked once. */
static gboolean
fk_stlink_read_idcode (FkProbe *probe, gboolean steady, guint32 *idcode, GError **error)
{
  FkStlink *self = FK_STLINK (probe);
  guint n_wanted = steady ? 2 : 1;

  for (guint i = 0; i < MAX_IDCODE_TRIES; i++)
    {
      if (self->n_same_idcodes < n_wanted && !ask_idcode (self, idcode, error))
        return FALSE;
      *idcode = self->idcode;
      if (self->n_same_idcodes >= n_wanted)
        return TRUE;
    }
  g_set_error_literal (error, FK_ERROR, FK_ERROR_TARGET_LOST,
                       "Reading the debug port's ID: it is another one each time; the wires are "
                       "bad, or SWD is too fast for them");
  return FALSE;
}

static gboolean
fk_stlink_read_dap (FkProbe *probe, guint16 ap, guint16 reg, guint32 *value, GError **error)
{
  FkStlink *self = FK_STLINK (probe);
  FkStlinkCommand command = fk_stlink_command (STLINK_DEBUG, STLINK_READ_DAP_REG);
  guint8 reply[STLINK_VALUE_SIZE];
  g_autofree char *what = NULL;
  guint8 status;

  if (!fk_stlink_version_require (&self->version, FK_STLINK_DAP, error))
    return FALSE;
  if (ap == FK_PROBE_DEBUG_PORT && reg > 0x0f &&
      !fk_stlink_version_require (&self->version, FK_STLINK_DP_BANKS, error))
    return FALSE;
  /* What a port is can be asked before it is opened (OpenOCD), and where there is none. */
  if (ap != FK_PROBE_DEBUG_PORT && reg != AP_IDR && !fk_stlink_open_ap (self, ap, error))
    return FALSE;
  fk_stlink_command_u16 (&command, ap);
  fk_stlink_command_u16 (&command, reg);
  if (!fk_stlink_ask (self, &command, reply, sizeof reply, &status, error))
    return FALSE;
  if (fk_stlink_status_get_meaning (status) == FK_STLINK_DONE)
    {
      *value = fk_load_u32le (reply + 4);
      return TRUE;
    }
  fk_stlink_clear_sticky (self);
  what = g_strdup_printf ("Reading register 0x%02x of port 0x%x", reg, ap);
  fk_stlink_set_status_error (self, status, what, error);
  return FALSE;
}

static gboolean
fk_stlink_choose_ap (FkProbe *probe, guint8 ap, GError **error)
{
  FkStlink *self = FK_STLINK (probe);

  if (ap != 0)
    return fk_stlink_version_require (&self->version, FK_STLINK_MEMORY_AP, error) &&
           fk_stlink_open_ap (self, ap, error);
  /* Single registers go through the port that is opened last, see is_block(). */
  memset (self->open_aps, 0, sizeof self->open_aps);
  return TRUE;
}

static gboolean
fk_stlink_get_voltage (FkProbe *probe, guint *millivolts, GError **error)
{
  FkStlink *self = FK_STLINK (probe);
  FkStlinkCommand command = fk_stlink_command_single (STLINK_GET_TARGET_VOLTAGE);
  guint8 reply[STLINK_VOLTAGE_SIZE];
  guint32 reference;
  guint32 half;

  if (!fk_stlink_version_require (&self->version, FK_STLINK_VOLTAGE, error))
    return FALSE;
  if (!fk_stlink_exchange (self, &command, reply, sizeof reply, fk_stlink_get_timeout (self, 0),
                           error))
    {
      g_prefix_error (error, "Measuring the board's voltage: ");
      return FALSE;
    }
  reference = fk_load_u32le (reply);
  half = fk_load_u32le (reply + 4);
  if (reference == 0)
    {
      g_set_error_literal (error, FK_ERROR, FK_ERROR_NOT_SUPPORTED,
                           "This probe cannot measure the board's voltage (its converter gives "
                           "no reference)");
      return FALSE;
    }
  *millivolts = (guint)MIN ((guint64)half * 2 * REFERENCE_MV / reference, G_MAXUINT16);
  return TRUE;
}

static void
fk_stlink_finalize (GObject *object)
{
  FkStlink *self = FK_STLINK (object);

  if (fk_usb_device_is_open (self->device) && fk_probe_is_open (FK_PROBE (self)))
    fk_probe_close (FK_PROBE (self));
  g_object_unref (self->device);
  g_array_unref (self->speeds);

  G_OBJECT_CLASS (fk_stlink_parent_class)->finalize (object);
}

static void
fk_stlink_wait (FkProbe *probe, guint microseconds)
{
  fk_usb_device_wait (FK_STLINK (probe)->device, microseconds);
}

static void
fk_stlink_class_init (FkStlinkClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  FkProbeClass *probe_class = FK_PROBE_CLASS (klass);

  object_class->finalize = fk_stlink_finalize;

  probe_class->open = fk_stlink_open;
  probe_class->close = fk_stlink_close;
  probe_class->attach = fk_stlink_attach;
  probe_class->detach = fk_stlink_detach;
  probe_class->read = fk_stlink_read;
  probe_class->write = fk_stlink_write;
  probe_class->read_word = fk_stlink_read_word;
  probe_class->write_word = fk_stlink_write_word;
  probe_class->run_list = fk_stlink_run_list;
  probe_class->run_list_once = fk_stlink_run_list_once;
  probe_class->choose_ap = fk_stlink_choose_ap;
  probe_class->try_out = fk_stlink_try_out;
  probe_class->set_reset = fk_stlink_set_reset;
  probe_class->get_speeds = fk_stlink_get_speeds;
  probe_class->set_speed = fk_stlink_set_speed;
  probe_class->read_idcode = fk_stlink_read_idcode;
  probe_class->read_dap = fk_stlink_read_dap;
  probe_class->wait = fk_stlink_wait;
  probe_class->get_voltage = fk_stlink_get_voltage;
}

static void
fk_stlink_init (FkStlink *self)
{
  self->speeds = g_array_new (FALSE, FALSE, sizeof (guint));
}

/* FkProbeRow.create */
FkProbe *
fk_stlink_new (const FkProbeRow *row, FkUsbDevice *device)
{
  g_autoptr (GBytes) serial = fk_usb_device_dup_serial (device, FK_STLINK_SERIAL_UNITS, NULL);
  FkStlink *self = g_object_new (FK_TYPE_STLINK, "kind", row->kind, "port-path",
                                 fk_usb_device_get_port_path (device), NULL);

  self->row = row;
  self->device = g_object_ref (device);
  if (serial != NULL)
    fk_probe_take_serial (FK_PROBE (self), fk_stlink_format_serial (serial));
  return FK_PROBE (self);
}
