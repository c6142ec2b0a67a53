/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The simulated chips seen from the debug port: the core's debug registers, and what a program that
 * goes wrong does to it.  Every rule is one that a manual states; the section stands beside it. */

#include "config.h"

#include "chip-bench.h"
#include "sim-facts.h"

static void
test_halt_and_registers (gconstpointer data)
{
  const Facts *fact = data;
  g_autoptr (FkSimChip) chip = bench_new (fact->model);

  /* A write without the key does nothing (ARM DDI 0403E C1.6.2). */
  set (chip, DHCSR, C_DEBUGEN | C_HALT);
  g_assert_cmphex (get (chip, DHCSR) & (C_DEBUGEN | S_HALT), ==, 0);
  /* C_HALT without C_DEBUGEN neither. */
  set (chip, DHCSR, DEBUG_KEY | C_HALT);
  g_assert_cmphex (get (chip, DHCSR) & S_HALT, ==, 0);
  set (chip, DHCSR, DEBUG_KEY | C_DEBUGEN | C_HALT);
  g_assert_cmphex (get (chip, DHCSR) & (C_DEBUGEN | C_HALT | S_HALT | S_REGRDY), ==,
                   C_DEBUGEN | C_HALT | S_HALT | S_REGRDY);
  g_assert_true (fk_sim_chip_is_debug_enabled (chip));
  g_assert_false (fk_sim_chip_is_running (chip));

  for (guint i = 0; i < 13; i++)
    set_core_register (chip, i, 0x1000 + i);
  set_core_register (chip, 17, RAM + 0x400);
  set_core_register (chip, 18, RAM + 0x200);
  set_core_register (chip, 14, 0x08000123);
  set_core_register (chip, 15, RAM + 0x10);
  set_core_register (chip, 16, 0xa1000000);
  for (guint i = 0; i < 13; i++)
    g_assert_cmphex (get_core_register (chip, i), ==, 0x1000 + i);
  g_assert_cmphex (get_core_register (chip, 13), ==, RAM + 0x400);
  g_assert_cmphex (get_core_register (chip, 14), ==, 0x08000123);
  g_assert_cmphex (get_core_register (chip, 15), ==, RAM + 0x10);
  g_assert_cmphex (get_core_register (chip, 16), ==, 0xa1000000);
  g_assert_cmphex (get_core_register (chip, 17), ==, RAM + 0x400);
  g_assert_cmphex (get_core_register (chip, 18), ==, RAM + 0x200);
  /* CONTROL.SPSEL chooses the process stack; PRIMASK is the lowest byte. */
  set_core_register (chip, 20, 2u << 24 | 1);
  g_assert_cmphex (get_core_register (chip, 20), ==, (2u << 24 | 1));
  g_assert_cmphex (get_core_register (chip, 13), ==, RAM + 0x200);
}

/* S_REGRDY stays away while the core runs. */
static void
test_register_needs_halt (void)
{
  g_autoptr (FkSimChip) chip = bench_new ("stm32f103c8");

  fk_sim_chip_load_demo_firmware (chip, "blue-pill");
  set (chip, DHCSR, DEBUG_KEY | C_DEBUGEN);
  set (chip, DCRSR, 15);
  g_assert_cmphex (get (chip, DHCSR) & S_REGRDY, ==, 0);
  set (chip, DHCSR, DEBUG_KEY | C_DEBUGEN | C_HALT);
  g_assert_cmphex (get (chip, DHCSR) & S_REGRDY, ==, S_REGRDY);
}

static void
test_sticky_bits (void)
{
  g_autoptr (FkSimChip) chip = bench_new ("stm32f103c8");

  fk_sim_chip_load_demo_firmware (chip, "blue-pill");
  g_assert_cmphex (get (chip, DHCSR) & S_RESET, ==, S_RESET);
  g_assert_cmphex (get (chip, DHCSR) & S_RESET, ==, 0);
  fk_sim_chip_advance (chip, 1 * MS);
  g_assert_cmphex (get (chip, DHCSR) & S_RETIRE, ==, S_RETIRE);
  g_assert_cmphex (get (chip, DHCSR) & S_RETIRE, ==, 0);
  set (chip, AIRCR, RESET_KEY);
  g_assert_cmphex (get (chip, DHCSR) & S_RESET, ==, S_RESET);
}

/* A blank chip: the reset vector is 0xffffffff, and the core locks up (ARM DDI 0403E B1.5.15). */
static void
test_blank_locks_up (gconstpointer data)
{
  const Facts *fact = data;
  g_autoptr (FkSimChip) chip = bench_new (fact->model);

  fk_sim_chip_advance (chip, 1 * MS);
  g_assert_cmphex (get (chip, DHCSR) & (S_LOCKUP | S_HALT), ==, S_LOCKUP);
  g_assert_false (fk_sim_chip_is_running (chip));
  /* A debugger gets it out of there, and finds the PC that means lock-up. */
  set (chip, DHCSR, DEBUG_KEY | C_DEBUGEN | C_HALT);
  g_assert_cmphex (get (chip, DHCSR) & (S_LOCKUP | S_HALT), ==, S_HALT);
  g_assert_cmphex (get_core_register (chip, 15), ==, 0xfffffffe);
  g_assert_cmphex (get_core_register (chip, 16) & 0x1ff, ==, 3);
  /* Code in RAM runs all the same. */
  PUT_CODE (chip, RAM, 0x2007, 0xbe00);
  run_from (chip, RAM);
  fk_sim_chip_advance (chip, 1 * MS);
  g_assert_true (is_halted (chip));
  g_assert_cmphex (get_core_register (chip, 0), ==, 7);
}

/* Story 3: the first 1 KiB of a program that is longer.  It starts, then runs into blank flash. */
static void
test_truncated_program_locks_up (void)
{
  g_autoptr (FkSimChip) chip = bench_new ("stm32f030f4");
  guint8 blank[0x4000 - 0x400];

  fk_sim_chip_load_demo_firmware (chip, "f030");
  fk_sim_chip_advance (chip, 5 * MS);
  g_assert_true (fk_sim_chip_is_running (chip));
  memset (blank, 0xff, sizeof blank);
  g_assert_true (fk_sim_chip_poke (chip, FLASH + 0x400, blank, sizeof blank));
  fk_sim_chip_power_cycle (chip);
  fk_sim_chip_advance (chip, 5 * MS);
  g_assert_cmphex (get (chip, DHCSR) & S_LOCKUP, ==, S_LOCKUP);
}

static void
test_vector_catch_reset (gconstpointer data)
{
  const Facts *fact = data;
  g_autoptr (FkSimChip) chip = bench_new (fact->model);
  guint8 vectors[8] = { 0x00, 0x08, 0x00, 0x20, 0x41, 0x01, 0x00, 0x08 };

  g_assert_true (fk_sim_chip_poke (chip, FLASH, vectors, sizeof vectors));
  set (chip, DHCSR, DEBUG_KEY | C_DEBUGEN | C_HALT);
  set (chip, DEMCR, VC_CORERESET);
  set (chip, AIRCR, RESET_KEY);
  g_assert_cmphex (get (chip, DHCSR) & (S_HALT | S_RESET), ==, S_HALT | S_RESET);
  g_assert_cmphex (get (chip, DFSR) & 8, ==, 8);
  g_assert_cmphex (get_core_register (chip, 15), ==, 0x08000140);
  g_assert_cmphex (get_core_register (chip, 13), ==, 0x20000800);
  g_assert_cmphex (get_core_register (chip, 16), ==, 0x01000000);
  /* DFSR: ones clear. */
  set (chip, DFSR, 8);
  g_assert_cmphex (get (chip, DFSR), ==, get (chip, DFSR) & ~8u);
  /* Without it the core starts. */
  set (chip, DEMCR, 0);
  set (chip, AIRCR, RESET_KEY);
  g_assert_cmphex (get (chip, DHCSR) & S_HALT, ==, 0);
  g_assert_true (fk_sim_chip_is_debug_enabled (chip));
}

/* AIRCR needs its own key (ARM DDI 0403E B3.2.6); VECTRESET is not there on ARMv6-M. */
static void
test_reset_requests (void)
{
  g_autoptr (FkSimChip) m3 = bench_new ("stm32f103c8");
  g_autoptr (FkSimChip) m0 = bench_new ("stm32f030f4");

  get (m3, DHCSR);
  set (m3, AIRCR, 0x12340004);
  g_assert_cmphex (get (m3, DHCSR) & S_RESET, ==, 0);
  unlock_flash (m3, 0x40022000);
  set (m3, AIRCR, 0x05fa0001);
  g_assert_cmphex (get (m3, DHCSR) & S_RESET, ==, S_RESET);
  g_assert_false (fk_sim_chip_is_flash_locked (m3)); /* the core alone was reset */
  set (m3, AIRCR, RESET_KEY);
  g_assert_true (fk_sim_chip_is_flash_locked (m3));
  get (m0, DHCSR);
  set (m0, AIRCR, 0x05fa0001);
  g_assert_cmphex (get (m0, DHCSR) & S_RESET, ==, 0);
}

static void
test_breakpoint_instruction (gconstpointer data)
{
  const Facts *fact = data;
  g_autoptr (FkSimChip) chip = bench_new (fact->model);

  reset_halt (chip);
  /* adds r0, r0, r1; bkpt #0; adds r0, #1 */
  PUT_CODE (chip, RAM + 0x20, 0x1840, 0xbe00, 0x3001);
  set_core_register (chip, 0, 40);
  set_core_register (chip, 1, 2);
  run_from (chip, RAM + 0x20);
  g_assert_false (is_halted (chip)); /* nothing happens until time goes by */
  fk_sim_chip_advance (chip, 10 * US);
  g_assert_cmphex (get (chip, DHCSR) & 0x0003000f, ==, 0x0003000b);
  g_assert_cmphex (get (chip, DFSR), ==, 2);
  g_assert_cmphex (get_core_register (chip, 0), ==, 42);
  g_assert_cmphex (get_core_register (chip, 15), ==, RAM + 0x22);
}

static void
test_step (gconstpointer data)
{
  const Facts *fact = data;
  g_autoptr (FkSimChip) chip = bench_new (fact->model);
  static const guint32 expected[] = { 0x42, 0x44, 0x48, 0x4a, 0x44, 0x48, 0x4a, 0x4c, 0x4c };

  reset_halt (chip);
  /* movs r0, #2; 44: bl 48; 48: subs r0, #1; 4a: bne 44; 4c: b . */
  PUT_CODE (chip, RAM + 0x40, 0x2002, 0x46c0, 0xf000, 0xf800, 0x3801, 0xd1fb, 0xe7fe);
  set_core_register (chip, 15, RAM + 0x40);
  set_core_register (chip, 16, 0x01000000);
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      set (chip, DHCSR, DEBUG_KEY | C_DEBUGEN | C_STEP | C_MASKINTS);
      g_assert_true (is_halted (chip));
      g_assert_cmphex (get_core_register (chip, 15), ==, RAM + expected[i]);
      g_assert_cmphex (get (chip, DFSR) & 1, ==, 1);
    }
}

/* Comparators of the breakpoint unit (ARM DDI 0403E C1.11), on both halves of a word; those of
 * version 2 hold the address as it is. */
static void
test_hardware_breakpoint (gconstpointer data)
{
  const Facts *fact = data;
  g_autoptr (FkSimChip) chip = bench_new (fact->model);
  gboolean v2 = fact->cpuid == 0x410fc271;
  guint8 code[] = { 0x00, 0x20, 0x01, 0x30, 0x01, 0x30, 0x01, 0x30, 0x01, 0x30, 0xfe, 0xe7 };

  g_assert_true (fk_sim_chip_poke (chip, FLASH + 0x100, code, sizeof code));
  reset_halt (chip);
  set (chip, 0xe0002000, 3);
  g_assert_cmphex (get (chip, 0xe0002000) >> 28, ==, v2 ? 1 : 0);
  set (chip, 0xe0002008, v2 ? 1 | (FLASH + 0x106) : 0x80000001 | (FLASH + 0x104));
  run_from (chip, FLASH + 0x100);
  fk_sim_chip_advance (chip, 1 * MS);
  g_assert_true (is_halted (chip));
  g_assert_cmphex (get_core_register (chip, 15), ==, FLASH + 0x106);
  g_assert_cmphex (get_core_register (chip, 0), ==, 2);
  g_assert_cmphex (get (chip, DFSR) & 2, ==, 2);
  /* Moved: goes on to the next. */
  set (chip, 0xe0002008, v2 ? 1 | (FLASH + 0x108) : 0x40000001 | (FLASH + 0x108));
  set (chip, DHCSR, DEBUG_KEY | C_DEBUGEN);
  fk_sim_chip_advance (chip, 1 * MS);
  g_assert_true (is_halted (chip));
  g_assert_cmphex (get_core_register (chip, 15), ==, FLASH + 0x108);
  set (chip, 0xe0002000, 2); /* unit off */
  set (chip, DHCSR, DEBUG_KEY | C_DEBUGEN);
  fk_sim_chip_advance (chip, 1 * MS);
  g_assert_false (is_halted (chip));
}

static void
test_fault_is_caught (gconstpointer data)
{
  const Facts *fact = data;
  g_autoptr (FkSimChip) chip = bench_new (fact->model);
  gboolean v6m = fact->cpuid == 0x410cc200;

  reset_halt (chip);
  set_core_register (chip, 17, RAM + 0x800);
  /* ldr r1, [r0]; b . */
  PUT_CODE (chip, RAM, 0x6801, 0xe7fe);
  set_core_register (chip, 0, 0x60000000);
  set (chip, DEMCR, VC_HARDERR);
  run_from (chip, RAM);
  fk_sim_chip_advance (chip, 1 * MS);
  g_assert_true (is_halted (chip));
  g_assert_cmphex (get (chip, DFSR) & 8, ==, 8);
  g_assert_cmphex (get_core_register (chip, 16) & 0x1ff, ==, 3);
  g_assert_cmphex (get_core_register (chip, 14), ==, 0xfffffff9);
  g_assert_cmphex (get_core_register (chip, 13), ==, RAM + 0x800 - 32);
  if (v6m)
    return;
  g_assert_cmphex (get (chip, CFSR), ==, 0x8200);
  g_assert_cmphex (get (chip, HFSR), ==, 0x40000000);
  g_assert_cmphex (get (chip, 0xe000ed38), ==, 0x60000000);
  set (chip, CFSR, 0xffffffff);
  set (chip, HFSR, 0xffffffff);
  g_assert_cmphex (get (chip, CFSR) | get (chip, HFSR), ==, 0);
}

/* Without vector catch and without a handler, the fault becomes a lock-up. */
static void
test_fault_locks_up (gconstpointer data)
{
  const Facts *fact = data;
  g_autoptr (FkSimChip) chip = bench_new (fact->model);

  reset_halt (chip);
  set_core_register (chip, 17, RAM + 0x800);
  PUT_CODE (chip, RAM, 0xde00); /* UDF */
  run_from (chip, RAM);
  fk_sim_chip_advance (chip, 1 * MS);
  g_assert_cmphex (get (chip, DHCSR) & (S_LOCKUP | S_HALT), ==, S_LOCKUP);
}

/* With a handler, it runs, and what it returns to goes on. */
static void
test_fault_handler (void)
{
  g_autoptr (FkSimChip) chip = bench_new ("stm32f103c8");
  guint8 vectors[16] = { 0x00, 0x08, 0x00, 0x20, 0x41, 0x01, 0x00, 0x08,
                         0x41, 0x01, 0x00, 0x08, 0x81, 0x00, 0x00, 0x20 };

  g_assert_true (fk_sim_chip_poke (chip, FLASH, vectors, sizeof vectors));
  reset_halt (chip);
  PUT_CODE (chip, RAM, 0xde00, 0x3005, 0xbe00); /* udf; adds r0, #5; bkpt */
  /* ldr r1, [sp, #24]; adds r1, #2; str r1, [sp, #24]; movs r2, #9; bx lr */
  PUT_CODE (chip, RAM + 0x80, 0x9906, 0x3102, 0x9106, 0x2209, 0x4770);
  set_core_register (chip, 0, 1);
  set_core_register (chip, 1, 0x55);
  run_from (chip, RAM);
  fk_sim_chip_advance (chip, 1 * MS);
  g_assert_true (is_halted (chip));
  g_assert_cmphex (get_core_register (chip, 0), ==, 6);
  g_assert_cmphex (get_core_register (chip, 1), ==, 0x55);
  g_assert_cmphex (get_core_register (chip, 15), ==, RAM + 4);
  g_assert_cmphex (get_core_register (chip, 13), ==, 0x20000800);
  g_assert_cmphex (get_core_register (chip, 16) & 0x1ff, ==, 0);
}

/* ARM DDI 0419C: no Thumb-2, no unaligned access. */
static void
test_cortex_m0_limits (void)
{
  g_autoptr (FkSimChip) m0 = bench_new ("stm32f030f4");
  g_autoptr (FkSimChip) m3 = bench_new ("stm32f103c8");
  FkSimChip *const chips[] = { m0, m3 };

  for (guint i = 0; i < G_N_ELEMENTS (chips); i++)
    {
      FkSimChip *chip = chips[i];

      reset_halt (chip);
      set (chip, DEMCR, VC_HARDERR);
      set_core_register (chip, 17, RAM + 0x800);
      PUT_CODE (chip, RAM, 0x2105, 0xf240, 0x1023, 0xbe00); /* movs r1, #5; movw r0, #0x123 */
      run_from (chip, RAM);
      fk_sim_chip_advance (chip, 1 * MS);
      g_assert_true (is_halted (chip));
      g_assert_cmphex (get_core_register (chip, 1), ==, 5);
      g_assert_cmphex (get_core_register (chip, 15) == RAM + 6, ==, chip == m3);

      reset_halt (chip);
      set (chip, DEMCR, VC_HARDERR);
      set_core_register (chip, 17, RAM + 0x800);
      PUT_CODE (chip, RAM, 0x6801, 0xbe00); /* ldr r1, [r0] */
      set_core_register (chip, 0, RAM + 0x102);
      run_from (chip, RAM);
      fk_sim_chip_advance (chip, 1 * MS);
      g_assert_true (is_halted (chip));
      g_assert_cmphex (get_core_register (chip, 16) & 0x1ff, ==, chip == m3 ? 0 : 3);
    }
}

/* A core that was asked to sleep sleeps; time costs nothing. */
static void
test_sleep (void)
{
  g_autoptr (FkSimChip) chip = bench_new ("stm32f103c8");

  reset_halt (chip);
  PUT_CODE (chip, RAM, 0xbf30, 0xbe00); /* wfi */
  run_from (chip, RAM);
  fk_sim_chip_advance (chip, 1 * MS);
  g_assert_cmphex (get (chip, DHCSR) & (S_SLEEP | S_HALT), ==, S_SLEEP);
  g_assert_true (fk_sim_chip_is_running (chip));
  set (chip, DHCSR, DEBUG_KEY | C_DEBUGEN | C_HALT);
  g_assert_cmphex (get (chip, DHCSR) & (S_SLEEP | S_HALT), ==, S_HALT);
}

/* Loops that wait must not burn the host's time: an hour of them here takes no time at all. */
static void
test_waiting_is_cheap (void)
{
  static const guint16 loops[][5] = {
    { 0xe7fe }, /* b . */
    { 0x6801, 0x6842, 0x4291,
      0xd0fb },         /* ldr r1, [r0]; ldr r2, [r0, #4]; cmp; beq: a ring buffer */
    { 0xbf20, 0xe7fd }, /* wfe; b */
  };
  gint64 began = g_get_monotonic_time ();

  for (guint i = 0; i < G_N_ELEMENTS (loops); i++)
    {
      g_autoptr (FkSimChip) chip = bench_new ("stm32f405");

      reset_halt (chip);
      put_code (chip, RAM, loops[i], 5);
      set (chip, RAM + 0x100, 7);
      set (chip, RAM + 0x104, 7);
      set_core_register (chip, 0, RAM + 0x100);
      run_from (chip, RAM);
      for (guint second = 0; second < 3600; second++)
        fk_sim_chip_advance (chip, 1000 * MS);
      g_assert_cmpuint (fk_sim_chip_get_time (chip), ==, 3600 * 1000 * MS);
      g_assert_true (fk_sim_chip_is_running (chip));
    }
  g_assert_cmpint (g_get_monotonic_time () - began, <, 2 * G_USEC_PER_SEC);
}

/* A loop that counts takes the time that it takes. */
static void
test_time_of_code (void)
{
  g_autoptr (FkSimChip) chip = bench_new ("stm32f103c8");
  guint ms = 0;

  reset_halt (chip);
  PUT_CODE (chip, RAM, 0x3801, 0xd1fd, 0xbe00); /* subs r0, #1; bne; bkpt */
  set_core_register (chip, 0, 1000000);
  run_from (chip, RAM);
  for (; ms < 2000 && !is_halted (chip); ms++)
    fk_sim_chip_advance (chip, 1 * MS);
  /* Some 3 cycles for each round at 8 MHz. */
  g_assert_cmpuint (ms, >, 200);
  g_assert_cmpuint (ms, <, 600);
}

/* The host changes code that has run before. */
static void
test_code_is_replaced (void)
{
  g_autoptr (FkSimChip) chip = bench_new ("stm32f103c8");

  reset_halt (chip);
  for (guint i = 0; i < 20; i++)
    {
      set_as (chip, RAM, 2, 0x2000 | i); /* movs r0, #i */
      set_as (chip, RAM + 2, 2, 0xbe00);
      run_from (chip, RAM);
      fk_sim_chip_advance (chip, 10 * US);
      g_assert_true (is_halted (chip));
      g_assert_cmpuint (get_core_register (chip, 0), ==, i);
    }
}

static void
test_nrst (gconstpointer data)
{
  const Facts *fact = data;
  g_autoptr (FkSimChip) chip = bench_new (fact->model);

  fk_sim_chip_advance (chip, 1 * MS);
  fk_sim_chip_set_nrst (chip, TRUE);
  g_assert_true (fk_sim_chip_swd_answers (chip));
  g_assert_cmphex (get (chip, DHCSR) & S_RESET, ==, S_RESET);
  g_assert_cmphex (get (chip, DHCSR) & S_RESET, ==, S_RESET); /* as long as it lasts */
  g_assert_true (faults (chip, FLASH, 4));
  g_assert_true (faults (chip, RAM, 4));
  g_assert_cmphex (get (chip, fact->idcode_at), ==, fact->idcode);
  /* The debug registers can be set up meanwhile; C_HALT does not hold. */
  set (chip, DHCSR, DEBUG_KEY | C_DEBUGEN | C_HALT);
  set (chip, DEMCR, VC_CORERESET);
  g_assert_false (is_halted (chip));
  fk_sim_chip_set_nrst (chip, FALSE);
  g_assert_true (is_halted (chip));
  g_assert_cmphex (get (chip, FLASH), ==, 0xffffffff);
}

/* Debug registers survive a reset and do not survive the loss of power (ARM DDI 0403E C1.4.1). */
static void
test_power_cycle (void)
{
  g_autoptr (FkSimChip) chip = bench_new ("stm32f103c8");

  set (chip, DHCSR, DEBUG_KEY | C_DEBUGEN | C_HALT);
  set (chip, DEMCR, VC_HARDERR);
  set (chip, 0xe0042004, 0x307);
  set (chip, RAM, 0x600dda7a);
  fk_sim_chip_set_nrst (chip, TRUE);
  fk_sim_chip_set_nrst (chip, FALSE);
  g_assert_true (fk_sim_chip_is_debug_enabled (chip));
  g_assert_cmphex (get (chip, DEMCR), ==, VC_HARDERR);
  g_assert_cmphex (get (chip, 0xe0042004), ==, 0x307);
  g_assert_cmphex (get (chip, RAM), ==, 0x600dda7a);
  fk_sim_chip_power_cycle (chip);
  g_assert_false (fk_sim_chip_is_debug_enabled (chip));
  g_assert_cmphex (get (chip, DEMCR), ==, 0);
  g_assert_cmphex (get (chip, 0xe0042004), ==, 0);
  g_assert_cmphex (get (chip, RAM), !=, 0x600dda7a);
}

static void
test_no_power (void)
{
  FkSimChipConfig config = { .model = "stm32f103c8", .millivolts = 0 };
  FkSimChip *chip = fk_sim_chip_new (&config, NULL);
  guint32 value;

  g_assert_false (fk_sim_chip_swd_answers (chip));
  g_assert_false (fk_sim_chip_read (chip, RAM, 4, &value));
  fk_sim_chip_free (chip);
}

/* Firmware that gives the SWD pins away is caught under reset, or in its first milliseconds. */
static void
test_swd_off (void)
{
  g_autoptr (FkSimChip) chip =
      bench_new_with ((FkSimChipConfig){ .model = "stm32f103c8", .swd_off = TRUE });

  /* A blank chip has no program that could do that. */
  fk_sim_chip_advance (chip, 50 * MS);
  g_assert_true (fk_sim_chip_swd_answers (chip));
  fk_sim_chip_load_demo_firmware (chip, "blue-pill");
  g_assert_true (fk_sim_chip_swd_answers (chip));
  fk_sim_chip_advance (chip, 10 * MS);
  g_assert_false (fk_sim_chip_swd_answers (chip));
  g_assert_false (fk_sim_chip_write (chip, RAM, 4, 0));
  fk_sim_chip_set_nrst (chip, TRUE);
  g_assert_true (fk_sim_chip_swd_answers (chip));
  set (chip, DHCSR, DEBUG_KEY | C_DEBUGEN);
  set (chip, DEMCR, VC_CORERESET);
  fk_sim_chip_set_nrst (chip, FALSE);
  fk_sim_chip_advance (chip, 50 * MS);
  g_assert_true (fk_sim_chip_swd_answers (chip));
  g_assert_true (is_halted (chip));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  add_for_each_chip ("halt-and-registers", test_halt_and_registers);
  g_test_add_func ("/sim-chip/register-needs-halt", test_register_needs_halt);
  g_test_add_func ("/sim-chip/sticky-bits", test_sticky_bits);
  add_for_each_chip ("blank-locks-up", test_blank_locks_up);
  g_test_add_func ("/sim-chip/truncated-program-locks-up", test_truncated_program_locks_up);
  add_for_each_chip ("vector-catch-reset", test_vector_catch_reset);
  g_test_add_func ("/sim-chip/reset-requests", test_reset_requests);
  add_for_each_chip ("breakpoint-instruction", test_breakpoint_instruction);
  add_for_each_chip ("step", test_step);
  add_for_each_chip ("hardware-breakpoint", test_hardware_breakpoint);
  add_for_each_chip ("fault-is-caught", test_fault_is_caught);
  add_for_each_chip ("fault-locks-up", test_fault_locks_up);
  g_test_add_func ("/sim-chip/fault-handler", test_fault_handler);
  g_test_add_func ("/sim-chip/cortex-m0-limits", test_cortex_m0_limits);
  g_test_add_func ("/sim-chip/sleep", test_sleep);
  g_test_add_func ("/sim-chip/waiting-is-cheap", test_waiting_is_cheap);
  g_test_add_func ("/sim-chip/time-of-code", test_time_of_code);
  g_test_add_func ("/sim-chip/code-is-replaced", test_code_is_replaced);
  add_for_each_chip ("nrst", test_nrst);
  g_test_add_func ("/sim-chip/power-cycle", test_power_cycle);
  g_test_add_func ("/sim-chip/no-power", test_no_power);
  g_test_add_func ("/sim-chip/swd-off", test_swd_off);

  return g_test_run ();
}
