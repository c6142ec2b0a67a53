/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Behind which access port the core is.  Nearly always behind the first one, so that nobody else is
 * asked until nothing is found there.  On STM32H5, STM32WBA and STM32H7R and H7S the first one is
 * that of the debug components, and the core's is the second (RM0481, Debug support; OpenOCD's
 * files for WBA and H7R).
 *
 * A port says what it is in its identification register (ARM IHI 0031E, C1.3 and C2.6.4): the core
 * of a Cortex-M is behind a MEM-AP on an AHB, and a register that reads 0 is no port. */

#include "config.h"

#include "target/fk-cortex-m.h"
#include "target/fk-target-private.h"

#include "base/fk-error.h"

#define SECOND_AP 1

static gboolean
is_on_ahb (guint32 idr)
{
  guint type = FK_AP_IDR_TYPE (idr);

  return FK_AP_IDR_CLASS (idr) == FK_AP_IDR_MEM_AP &&
         (type == FK_AP_IDR_AHB3 || type == FK_AP_IDR_AHB5 || type == FK_AP_IDR_AHB5_HPROT);
}

/* What is no answer from the core although the debug port gives one. */
static gboolean
is_worth_a_look (const GError *error)
{
  return g_error_matches (error, FK_ERROR, FK_ERROR_BUS_FAULT) ||
         g_error_matches (error, FK_ERROR, FK_ERROR_NO_TARGET) ||
         g_error_matches (error, FK_ERROR, FK_ERROR_TIMEOUT);
}

/*
 * fk_target_try_other_ap:
 * @error: (inout): why no core was found behind the present access port; taken away where it is
 *   worth looking again, and replaced where the probe cannot
 *
 * Chooses the access port behind which the core is, if that is not the present one.
 *
 * Returns: whether another one was chosen
 */
gboolean
fk_target_try_other_ap (FkTarget *self, GError **error)
{
  guint32 first;
  guint32 second;
  GError *local_error = NULL;

  if (!is_worth_a_look (*error) || fk_probe_get_ap (self->probe) != 0 ||
      !fk_probe_read_dap (self->probe, 0, FK_AP_IDR, &first, NULL) || is_on_ahb (first) ||
      !fk_probe_read_dap (self->probe, SECOND_AP, FK_AP_IDR, &second, NULL) || !is_on_ahb (second))
    return FALSE;
  fk_target_forget (self);
  if (fk_probe_choose_ap (self->probe, SECOND_AP, &local_error))
    {
      g_clear_error (error);
      return TRUE;
    }
  g_clear_error (error);
  g_propagate_prefixed_error (error, local_error,
                              "The chip's core is behind access port %u: ", SECOND_AP);
  return FALSE;
}
