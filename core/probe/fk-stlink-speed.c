/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The SWD clock of an ST-LINK: a table for V2, a list from the probe itself for V3, and one fixed
 * clock for V2 firmware before J22.  Divisors after OpenOCD, probe-rs and pyOCD. */

#include "config.h"

#include "probe/fk-stlink-private.h"

#include "base/fk-reader.h"
#include "probe/fk-probe-private.h"

/* V2's clock: the divisor counts the rounds of a delay loop. */
static const struct
{
  guint khz;
  guint16 divisor;
} v2_speeds[] = {
  { 4000, 0 }, { 1800, 1 }, { 1200, 2 }, { 950, 3 },  { 650, 5 },  { 480, 7 },
  { 400, 9 },  { 360, 10 }, { 240, 15 }, { 150, 25 }, { 125, 31 }, { 100, 40 },
  { 50, 79 },  { 25, 158 }, { 15, 265 }, { 5, 798 },
};

#define V3_SAFE_KHZ 8000

static int
compare_descending (gconstpointer a, gconstpointer b)
{
  guint x = *(const guint *)a;
  guint y = *(const guint *)b;

  return x < y ? 1 : x > y ? -1 : 0;
}

/* Before J10, a V3 takes a WAIT for something else at its fastest clock, so that writes go wrong
 * (psdb); what it offers is not what can be used. */
static guint
get_v3_limit (FkStlink *self)
{
  return fk_stlink_version_has (&self->version, FK_STLINK_FAST_WAIT) ? G_MAXUINT : V3_SAFE_KHZ;
}

static gboolean
ask_v3_speeds (FkStlink *self, GError **error)
{
  FkStlinkCommand command = fk_stlink_command (STLINK_DEBUG, STLINK_GET_COM_FREQ);
  guint8 reply[STLINK_GET_COM_SIZE];
  FkReader reader = fk_reader_init (reply, sizeof reply);
  guint32 n_speeds = 0;
  guint8 status;

  fk_stlink_command_u8 (&command, STLINK_COM_SWD);
  if (!fk_stlink_ask (self, &command, reply, sizeof reply, &status, error))
    return FALSE;
  if (fk_stlink_status_get_meaning (status) != FK_STLINK_DONE)
    {
      fk_stlink_set_status_error (self, status, "Asking the probe for its clocks", error);
      return FALSE;
    }
  if (fk_reader_seek (&reader, 8) && fk_reader_u32le (&reader, &n_speeds))
    for (guint i = 0; i < MIN (n_speeds, STLINK_GET_COM_MAX); i++)
      {
        guint32 khz;

        if (fk_reader_u32le (&reader, &khz) && khz > 0 && khz <= get_v3_limit (self))
          g_array_append_val (self->speeds, khz);
      }
  g_array_sort (self->speeds, compare_descending);
  if (self->speeds->len > 0)
    return TRUE;
  g_set_error_literal (error, FK_ERROR, FK_ERROR_PROBE_LOST, "The probe names no SWD clock");
  return FALSE;
}

/* What the probe offers; once its version is known. */
gboolean
fk_stlink_learn_speeds (FkStlink *self, GError **error)
{
  const guint fixed = FK_STLINK_DEFAULT_KHZ;

  g_array_set_size (self->speeds, 0);
  if (self->version.hardware >= 3)
    return ask_v3_speeds (self, error);
  if (!fk_stlink_version_has (&self->version, FK_STLINK_SPEED))
    g_array_append_val (self->speeds, fixed);
  else
    for (guint i = 0; i < G_N_ELEMENTS (v2_speeds); i++)
      g_array_append_val (self->speeds, v2_speeds[i].khz);
  return TRUE;
}

static gboolean
send_v2_speed (FkStlink *self, guint khz, GError **error)
{
  FkStlinkCommand command = fk_stlink_command (STLINK_DEBUG, STLINK_SWD_SET_FREQ);

  if (!fk_stlink_version_has (&self->version, FK_STLINK_SPEED))
    return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (v2_speeds); i++)
    if (v2_speeds[i].khz == khz)
      fk_stlink_command_u16 (&command, v2_speeds[i].divisor);
  return fk_stlink_ask_done (self, &command, "Setting the SWD clock", error);
}

static gboolean
send_v3_speed (FkStlink *self, guint *khz, GError **error)
{
  FkStlinkCommand command = fk_stlink_command (STLINK_DEBUG, STLINK_SET_COM_FREQ);
  guint8 reply[STLINK_SET_COM_SIZE];
  guint32 really;
  guint8 status;

  fk_stlink_command_u8 (&command, STLINK_COM_SWD);
  fk_stlink_command_u8 (&command, 0);
  fk_stlink_command_u32 (&command, *khz);
  if (!fk_stlink_ask (self, &command, reply, sizeof reply, &status, error))
    return FALSE;
  if (fk_stlink_status_get_meaning (status) != FK_STLINK_DONE)
    {
      fk_stlink_set_status_error (self, status, "Setting the SWD clock", error);
      return FALSE;
    }
  really = fk_load_u32le (reply + 4);
  if (really > 0)
    *khz = really;
  return TRUE;
}

/* Returns: %TRUE if the probe has taken @khz, which it named itself */
gboolean
fk_stlink_send_speed (FkStlink *self, guint khz, GError **error)
{
  gboolean ok = self->version.hardware >= 3 ? send_v3_speed (self, &khz, error)
                                            : send_v2_speed (self, khz, error);

  self->is_speed_set = ok;
  if (ok)
    fk_probe_set_current_speed (FK_PROBE (self), khz);
  return ok;
}

/* Returns: the fastest clock of at most @khz, or the slowest that there is */
guint
fk_stlink_find_speed (FkStlink *self, guint khz)
{
  guint chosen = g_array_index (self->speeds, guint, self->speeds->len - 1);

  for (guint i = self->speeds->len; i-- > 0;)
    if (g_array_index (self->speeds, guint, i) <= khz)
      chosen = g_array_index (self->speeds, guint, i);
  return chosen;
}

/* FkProbeClass.set_speed */
gboolean
fk_stlink_set_speed (FkProbe *probe, guint khz, GError **error)
{
  FkStlink *self = FK_STLINK (probe);

  return fk_stlink_send_speed (self, fk_stlink_find_speed (self, khz), error);
}

/* FkProbeClass.get_speeds */
const guint *
fk_stlink_get_speeds (FkProbe *probe, guint *n_speeds)
{
  FkStlink *self = FK_STLINK (probe);

  *n_speeds = self->speeds->len;
  return (const guint *)(gpointer)self->speeds->data;
}
