/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A faster clock for code of ours on F0, F1 and F3, after a reset and until the next.  The core
 * comes out of it at 8 MHz (HSI), where what the write loader does between two half-words and the
 * checksums add up to a tenth of a second for 64 KiB.  What the flash itself takes is not changed:
 * it counts HSI.
 *
 * 20 MHz, by the PLL from HSI / 2, is the most that needs no wait states, whatever the tolerance of
 * HSI: those begin above 24 MHz (PM0075, 3.1; RM0091, 3.5.1; RM0316, 4.5.1).  The value line runs
 * at 24 MHz at most.  PLLMUL and PLLSRC are in the same place on all of them, and 0 stands for HSI
 * / 2 (RM0008, 7.3.2 and 8.3.2; RM0041, 6.3.2; RM0091, 6.4.2; RM0316, 9.4.2). */

#include "config.h"

#include "flash/fk-flash-driver.h"

/* Offsets from RCC_CR. */
#define CFGR 0x04

#define CR_HSION  (1u << 0)
#define CR_HSIRDY (1u << 1)
#define CR_PLLON  (1u << 24)

#define CFGR_SW_PLL      (2u << 0)
#define CFGR_SWS         (3u << 2)
#define CFGR_SWS_PLL     (2u << 2)
#define CFGR_PLLMUL_BY_5 (3u << 18)

/* It locks within 0.2 ms (DS5319, PLL characteristics), and each look takes the probe longer. */
#define LOOKS 4

/* The core goes over to a clock that is not there yet as soon as it is (RM0008, 7.2.6, and the
 * others under "System clock (SYSCLK) selection"), so all of it is one list.  That may be carried
 * out more than once: with the PLL on, its factor stays what it is. */
static gboolean
switch_to_pll (FkFlashPort *port, guint32 address, guint32 control, gboolean *done, GError **error)
{
  FkProbeAccess list[] = {
    { .address = address + CFGR, .value = CFGR_PLLMUL_BY_5, .is_write = TRUE },
    { .address = address, .value = control | CR_PLLON, .is_write = TRUE },
    { .address = address + CFGR, .value = CFGR_PLLMUL_BY_5 | CFGR_SW_PLL, .is_write = TRUE },
    { .address = address + CFGR },
  };
  guint32 configuration;

  if (!fk_target_foresee (port->target, NULL, 0, error) ||
      !fk_probe_run_list (fk_target_get_probe (port->target), list, G_N_ELEMENTS (list), error))
    return FALSE;
  configuration = list[3].value;
  for (guint i = 0; i < LOOKS && (configuration & CFGR_SWS) != CFGR_SWS_PLL; i++)
    if (!fk_target_read_u32 (port->target, address + CFGR, &configuration, error))
      return FALSE;
  *done = (configuration & CFGR_SWS) == CFGR_SWS_PLL;
  return TRUE;
}

/* Only where all is as a reset leaves it. */
static gboolean
raise_clock (FkFlashPort *port, gboolean *raised, GError **error)
{
  guint32 address = fk_chip_get_register (port->chip, "rcc");
  const guint32 hsi = CR_HSION | CR_HSIRDY;
  guint32 control, configuration;

  *raised = FALSE;
  if (!fk_target_read_u32 (port->target, address, &control, error) ||
      !fk_target_read_u32 (port->target, address + CFGR, &configuration, error))
    return FALSE;
  if ((control & (hsi | CR_PLLON)) != hsi || configuration != 0)
    return TRUE;
  if (!switch_to_pll (port, address, control, raised, error))
    return FALSE;
  return *raised || (fk_target_write_u32 (port->target, address + CFGR, 0, error) &&
                     fk_target_write_u32 (port->target, address, control, error));
}

/* FkFlashDriver.raise_clock */
void
fk_flash_f1_raise_clock (FkFlashPort *port)
{
  g_autoptr (GError) error = NULL;
  gboolean raised;

  if (!raise_clock (port, &raised, &error))
    g_debug ("The core's clock is not raised: %s", error->message);
  else if (!raised)
    g_debug ("The core's clock is not raised");
}
