/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "sim-facts.h"

/* RM0090 38.6, 39; RM0385; RM0008 30, 31.6; RM0360 26.4, 27 */
static const Facts facts[] = {
  { "stm32f405", 0x2ba01477, 0x24770011, 0x410fc241, 0xe0042000, 0x10076413, 0x100000, 0x20000,
    0x1fff7a22, 0x1fff7a10, 0x40023c00 },
  { "stm32f407", 0x2ba01477, 0x24770011, 0x410fc241, 0xe0042000, 0x10076413, 0x100000, 0x20000,
    0x1fff7a22, 0x1fff7a10, 0x40023c00 },
  { "stm32f746", 0x5ba02477, 0x74770001, 0x410fc271, 0xe0042000, 0x10016449, 0x100000, 0x50000,
    0x1ff0f442, 0x1ff0f420, 0x40023c00 },
  { "stm32f103c8", 0x1ba01477, 0x14770011, 0x411fc231, 0xe0042000, 0x20036410, 0x10000, 0x5000,
    0x1ffff7e0, 0x1ffff7e8, 0x40022000 },
  { "stm32f103rc", 0x1ba01477, 0x14770011, 0x411fc231, 0xe0042000, 0x10036414, 0x40000, 0xc000,
    0x1ffff7e0, 0x1ffff7e8, 0x40022000 },
  { "stm32f030f4", 0x0bb11477, 0x04770021, 0x410cc200, 0x40015800, 0x10006444, 0x4000, 0x1000,
    0x1ffff7cc, 0x1ffff7ac, 0x40022000 },
};

void
add_for_each_chip (const char *name, GTestDataFunc func)
{
  for (guint i = 0; i < G_N_ELEMENTS (facts); i++)
    {
      g_autofree char *path = g_strdup_printf ("/sim-chip/%s/%s", name, facts[i].model);

      g_test_add_data_func (path, &facts[i], func);
    }
}
