/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The SWD clock: which are tried in which order, and going down when the wires turn out not to be
 * good for the present one.  The probe goes down by itself on the first disturbance that it sees;
 * what is not seen on the wire is found by proving what was read. */

#include "config.h"

#include "target/fk-target-private.h"

#include <glib/gi18n.h>

/* First the fastest that the probe has, since what is wrong with it shows soon: 4000 kHz on an
 * ST-LINK/V2, which is as fast as ST's program runs it, and whose next step is 1800; up to 24000 on
 * a V3.  Then what long wires still do. */
static const guint speeds_khz[FK_TARGET_MAX_SPEEDS] = { 24000, 8000, 3300, 1000, 480, 100 };

/*
 * fk_target_choose_speeds:
 * @wanted_khz: the only one to choose, or 0
 * @chosen: (out caller-allocates): the probe's own speeds that come nearest to the wanted ones,
 *   descending
 *
 * Returns: how many there are; at least 1
 */
guint
fk_target_choose_speeds (FkTarget *self, guint wanted_khz, guint chosen[FK_TARGET_MAX_SPEEDS])
{
  const guint *wanted = wanted_khz > 0 ? &wanted_khz : speeds_khz;
  guint n_wanted = wanted_khz > 0 ? 1 : G_N_ELEMENTS (speeds_khz);
  guint n_offered;
  const guint *offered = fk_probe_get_speeds (self->probe, &n_offered);
  guint n = 0;

  for (guint i = 0; i < n_wanted; i++)
    {
      guint best = n_offered > 0 ? offered[n_offered - 1] : wanted[i];

      for (guint j = n_offered; j > 0; j--)
        if (offered[j - 1] <= wanted[i])
          best = offered[j - 1];
      if (n == 0 || chosen[n - 1] != best)
        chosen[n++] = best;
    }
  return n;
}

/* Who asks for a slow clock has a reason, and may be told that this probe has none so slow. */
void
fk_target_note_slowest (FkTarget *self, guint wanted_khz, FkProgress *progress)
{
  guint n_offered;
  const guint *offered = fk_probe_get_speeds (self->probe, &n_offered);

  if (wanted_khz == 0 || offered[n_offered - 1] <= wanted_khz)
    return;
  fk_progress_note (progress,
                    n_offered > 1 ? _ ("The probe's slowest SWD clock is %u kHz, so that is taken "
                                       "instead of %u kHz")
                                  : _ ("The probe's firmware is too old to set the SWD clock; it "
                                       "has %u kHz, so that is taken instead of %u kHz"),
                    offered[n_offered - 1], wanted_khz);
}

/* Tells of a clock that was lowered since somebody was told. */
void
fk_target_note_speed (FkTarget *self, FkProgress *progress)
{
  guint khz = fk_probe_get_speed (self->probe);

  if (progress == NULL || khz >= self->noted_khz)
    return;
  fk_progress_note (progress, _ ("The wires are not good for %u kHz; going on at %u kHz"),
                    self->noted_khz, khz);
  self->noted_khz = khz;
}

/**
 * fk_target_lower_speed:
 * @progress: (nullable): is told
 *
 * Takes the next slower clock for the rest of the connection, as when what was read turned out to
 * be wrong although every transfer went well.
 *
 * Returns: whether there is a slower one, and the probe has taken it
 */
gboolean
fk_target_lower_speed (FkTarget *self, FkProgress *progress)
{
  g_return_val_if_fail (FK_IS_TARGET (self) && self->connected, FALSE);

  if (!fk_probe_lower_speed (self->probe))
    return FALSE;
  fk_target_note_speed (self, progress);
  return TRUE;
}
