/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a board is called, and what it is doing, in the person's words: the core's jobs have English
 * titles and stages, which are translated here. */

#include "config.h"

#include "fk-board-words.h"

#include <glib/gi18n.h>
#include <string.h>

#include "fk-board-private.h"

/* What the core calls jobs and their stages. */
static const char *const texts[] = {
  N_ ("Backing up"),
  N_ ("Connecting"),
  N_ ("Erasing"),
  N_ ("Identifying the chip"),
  N_ ("Looking at the chip"),
  N_ ("Option bytes"),
  N_ ("Reading"),
  N_ ("Reading flash"),
  N_ ("Reading option bytes"),
  N_ ("Reading what is there"),
  N_ ("Resetting"),
  N_ ("Restoring"),
  N_ ("Storing the backup"),
  N_ ("Unlocking"),
  N_ ("Verifying"),
  N_ ("Working"),
  N_ ("Writing"),
  N_ ("Writing flash"),
};

/**
 * fk_board_words_translate:
 * @text: (nullable): title or stage of a job
 *
 * Returns: (nullable): the same in the person's language, as far as it is known
 */
const char *
fk_board_words_translate (const char *text)
{
  for (guint i = 0; text != NULL && i < G_N_ELEMENTS (texts); i++)
    if (g_str_equal (texts[i], text))
      return _ (texts[i]);
  return text;
}

/**
 * fk_board_dup_title:
 *
 * Returns: (transfer full): the chip's name, or the probe's kind until that is known
 */
char *
fk_board_dup_title (FkBoard *self)
{
  FkChip *chip;

  g_return_val_if_fail (FK_IS_BOARD (self), NULL);

  chip = self->identity != NULL ? fk_identity_get_chip (self->identity) : NULL;
  if (chip != NULL)
    return g_strdup (fk_chip_get_name (chip));
  if (self->identity != NULL)
    return g_strdup_printf (_ ("Unknown chip 0x%03x"), fk_identity_get_dev_id (self->identity));
  return g_strdup (fk_probe_get_kind (self->probe));
}

/**
 * fk_board_dup_probe_kind:
 *
 * Returns: (transfer full): "ST-LINK/V2"; and that it is simulated, where it is
 */
char *
fk_board_dup_probe_kind (FkBoard *self)
{
  const char *kind;

  g_return_val_if_fail (FK_IS_BOARD (self), NULL);

  kind = fk_probe_get_kind (self->probe);
  return fk_probe_is_simulated (self->probe) ? g_strdup_printf (_ ("Simulated %s"), kind)
                                             : g_strdup (kind);
}

#define SERIAL_END 6 /* enough to tell two probes on one desk apart */

/* "ST-LINK/V2 …451967", and its port where another one is called like that */
static char *
describe_probe (FkBoard *self)
{
  g_autofree char *kind = fk_board_dup_probe_kind (self);
  const char *serial = fk_probe_get_serial (self->probe);
  const char *port = fk_probe_get_port_path (self->probe);
  gsize length = serial != NULL ? strlen (serial) : 0;
  g_autofree char *name = NULL;

  if (length == 0)
    return g_strdup_printf ("%s %s", kind, port);
  name = length > SERIAL_END ? g_strdup_printf ("%s …%s", kind, serial + length - SERIAL_END)
                             : g_strdup_printf ("%s %s", kind, serial);
  return self->has_twin ? g_strdup_printf ("%s · %s", name, port) : g_steal_pointer (&name);
}

/**
 * fk_board_dup_subtitle:
 *
 * Returns: (transfer full): what is going on, or the probe, which tells equal boards apart
 */
char *
fk_board_dup_subtitle (FkBoard *self)
{
  g_return_val_if_fail (FK_IS_BOARD (self), NULL);

  switch (self->state)
    {
    case FK_BOARD_IDENTIFYING:
      return g_strdup (_ ("Connecting…"));
    case FK_BOARD_BUSY:
      /* What is being done, and how much of it: "Backing up, 45 %". */
      return g_strdup_printf (_ ("%s, %.0f %%"), fk_board_get_job_title (self),
                              self->fraction * 100);
    case FK_BOARD_TROUBLED:
      return g_strdup (_ ("No connection to the chip"));
    case FK_BOARD_GONE:
      return g_strdup (_ ("Unplugged"));
    case FK_BOARD_READY:
    default:
      return describe_probe (self);
    }
}

/**
 * fk_board_get_job_title:
 *
 * Returns: (nullable): of the running job, in the person's language
 */
const char *
fk_board_get_job_title (FkBoard *self)
{
  g_return_val_if_fail (FK_IS_BOARD (self), NULL);

  return self->job != NULL ? fk_board_words_translate (fk_job_get_title (self->job)) : NULL;
}
