/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sim/fk-sim-chip.h"

G_BEGIN_DECLS

/* A chip on the bench, and short words for what a debugger does to it. */

#define MS G_GUINT64_CONSTANT (1000000)
#define US G_GUINT64_CONSTANT (1000)

#define FLASH 0x08000000u
#define RAM   0x20000000u

#define DHCSR        0xe000edf0u
#define DCRSR        0xe000edf4u
#define DCRDR        0xe000edf8u
#define DEMCR        0xe000edfcu
#define DFSR         0xe000ed30u
#define CFSR         0xe000ed28u
#define HFSR         0xe000ed2cu
#define AIRCR        0xe000ed0cu
#define DEBUG_KEY    0xa05f0000u
#define C_DEBUGEN    (1u << 0)
#define C_HALT       (1u << 1)
#define C_STEP       (1u << 2)
#define C_MASKINTS   (1u << 3)
#define S_REGRDY     (1u << 16)
#define S_HALT       (1u << 17)
#define S_SLEEP      (1u << 18)
#define S_LOCKUP     (1u << 19)
#define S_RETIRE     (1u << 24)
#define S_RESET      (1u << 25)
#define VC_CORERESET (1u << 0)
#define VC_HARDERR   (1u << 10)
#define RESET_KEY    0x05fa0004u

#define KEY1 0x45670123u
#define KEY2 0xcdef89abu

static inline FkSimChip *
bench_new_with (FkSimChipConfig config)
{
  g_autoptr (GError) error = NULL;
  FkSimChip *chip;

  for (guint i = 0; i < sizeof config.uid; i++)
    config.uid[i] = (guint8)(0x30 + i);
  if (config.millivolts == 0)
    config.millivolts = 3300;
  chip = fk_sim_chip_new (&config, &error);
  g_assert_no_error (error);
  g_assert_nonnull (chip);

  return chip;
}

static inline FkSimChip *
bench_new (const char *model)
{
  return bench_new_with ((FkSimChipConfig){ .model = model });
}

static inline guint32
get_as (FkSimChip *chip, guint32 address, guint width)
{
  guint32 value = 0;

  g_assert_true (fk_sim_chip_read (chip, address, width, &value));
  return value;
}

static inline guint32
get (FkSimChip *chip, guint32 address)
{
  return get_as (chip, address, 4);
}

static inline void
set_as (FkSimChip *chip, guint32 address, guint width, guint32 value)
{
  g_assert_true (fk_sim_chip_write (chip, address, width, value));
}

static inline void
set (FkSimChip *chip, guint32 address, guint32 value)
{
  set_as (chip, address, 4, value);
}

static inline gboolean
faults (FkSimChip *chip, guint32 address, guint width)
{
  guint32 value;

  return !fk_sim_chip_read (chip, address, width, &value);
}

static inline guint32
get_core_register (FkSimChip *chip, guint number)
{
  set (chip, DCRSR, number);
  return get (chip, DCRDR);
}

static inline void
set_core_register (FkSimChip *chip, guint number, guint32 value)
{
  set (chip, DCRDR, value);
  set (chip, DCRSR, 1u << 16 | number);
}

/* Halted before the first instruction, as a debugger does it. */
static inline void
reset_halt (FkSimChip *chip)
{
  set (chip, DHCSR, DEBUG_KEY | C_DEBUGEN);
  set (chip, DEMCR, VC_CORERESET);
  set (chip, AIRCR, RESET_KEY);
  g_assert_cmphex (get (chip, DHCSR) & S_HALT, ==, S_HALT);
  set (chip, DEMCR, 0);
  set (chip, DFSR, 0x1f);
}

static inline void
put_code (FkSimChip *chip, guint32 address, const guint16 *code, guint n)
{
  for (guint i = 0; i < n; i++)
    set_as (chip, address + 2 * i, 2, code[i]);
}

#define PUT_CODE(chip, address, ...)                       \
  G_STMT_START                                             \
  {                                                        \
    static const guint16 code_[] = { __VA_ARGS__ };        \
    put_code (chip, address, code_, G_N_ELEMENTS (code_)); \
  }                                                        \
  G_STMT_END

/* The core must be halted; runs from @pc with interrupts masked. */
static inline void
run_from (FkSimChip *chip, guint32 pc)
{
  set_core_register (chip, 16, 0x01000000);
  set_core_register (chip, 15, pc);
  set (chip, DHCSR, DEBUG_KEY | C_DEBUGEN | C_MASKINTS);
}

static inline gboolean
is_halted (FkSimChip *chip)
{
  return (get (chip, DHCSR) & S_HALT) != 0;
}

static inline void
unlock_flash (FkSimChip *chip, guint32 controller)
{
  set (chip, controller + 0x04, KEY1);
  set (chip, controller + 0x04, KEY2);
  g_assert_false (fk_sim_chip_is_flash_locked (chip));
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (FkSimChip, fk_sim_chip_free)

G_END_DECLS
