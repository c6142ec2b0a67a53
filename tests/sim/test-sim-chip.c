/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chip-bench.h"

#include <string.h>

#include "base/fk-error.h"

/* The simulated chips seen from the debug port: memory map, identity, and the core's debug
 * registers. Every rule is one that a manual states; the section stands beside it. */

typedef struct
{
  const char *model;
  guint32 dpidr;
  guint32 ap_idr;
  guint32 cpuid;
  guint32 idcode_at;
  guint32 idcode;
  guint32 flash;
  guint32 ram;
  guint32 size_at;
  guint32 uid_at;
  guint32 flash_regs;
} Facts;

/* RM0090 38.6, 39; RM0008 30, 31.6; RM0360 26.4, 27 */
static const Facts facts[] = {
  { "stm32f405", 0x2ba01477, 0x24770011, 0x410fc241, 0xe0042000, 0x10076413, 0x100000, 0x20000,
    0x1fff7a22, 0x1fff7a10, 0x40023c00 },
  { "stm32f407", 0x2ba01477, 0x24770011, 0x410fc241, 0xe0042000, 0x10076413, 0x100000, 0x20000,
    0x1fff7a22, 0x1fff7a10, 0x40023c00 },
  { "stm32f103c8", 0x1ba01477, 0x14770011, 0x411fc231, 0xe0042000, 0x20036410, 0x10000, 0x5000,
    0x1ffff7e0, 0x1ffff7e8, 0x40022000 },
  { "stm32f103rc", 0x1ba01477, 0x14770011, 0x411fc231, 0xe0042000, 0x10036414, 0x40000, 0xc000,
    0x1ffff7e0, 0x1ffff7e8, 0x40022000 },
  { "stm32f030f4", 0x0bb11477, 0x04770021, 0x410cc200, 0x40015800, 0x10006444, 0x4000, 0x1000,
    0x1ffff7cc, 0x1ffff7ac, 0x40022000 },
};

static void
test_identity (gconstpointer data)
{
  const Facts *fact = data;
  g_autoptr (FkSimChip) chip = bench_new (fact->model);

  g_assert_cmphex (fk_sim_chip_get_dpidr (chip), ==, fact->dpidr);
  g_assert_cmphex (fk_sim_chip_get_ap_idr (chip), ==, fact->ap_idr);
  g_assert_cmphex (get (chip, 0xe000ed00), ==, fact->cpuid);
  g_assert_cmphex (get (chip, fact->idcode_at), ==, fact->idcode);
  g_assert_cmpuint (get_as (chip, fact->size_at, 2), ==, fact->flash / 1024);
  for (guint i = 0; i < 12; i++)
    g_assert_cmphex (get_as (chip, fact->uid_at + i, 1), ==, 0x30 + i);
}

/* The ROM table says STMicroelectronics (JEP106 0x20, no continuation) and the device. */
static void
test_rom_table (gconstpointer data)
{
  const Facts *fact = data;
  g_autoptr (FkSimChip) chip = bench_new (fact->model);
  guint32 rom = fk_sim_chip_get_ap_base (chip) & ~0xfffu;
  guint32 pidr[5];
  guint part;
  guint designer;

  pidr[0] = get (chip, rom + 0xfe0);
  pidr[1] = get (chip, rom + 0xfe4);
  pidr[2] = get (chip, rom + 0xfe8);
  pidr[4] = get (chip, rom + 0xfd0);
  part = pidr[0] | (pidr[1] & 0xf) << 8;
  designer = pidr[1] >> 4 | (pidr[2] & 7) << 4 | (pidr[4] & 0xf) << 8;
  g_assert_cmphex (part, ==, fact->idcode & 0xfff);
  g_assert_cmphex (designer, ==, 0x020);
  g_assert_cmphex (pidr[2] & 8, ==, 8);
  g_assert_cmphex (get (chip, rom + 0xff0), ==, 0x0d);
  g_assert_cmphex (get (chip, rom + 0xff4), ==, 0x10);
  g_assert_cmphex (get (chip, rom + 0xff8), ==, 0x05);
  g_assert_cmphex (get (chip, rom + 0xffc), ==, 0xb1);
  /* The first entry leads to the system control space. */
  g_assert_cmphex (rom + (get (chip, rom) & ~0xfffu), ==, 0xe000e000);
}

static void
test_memory_map (gconstpointer data)
{
  const Facts *fact = data;
  g_autoptr (FkSimChip) chip = bench_new (fact->model);
  guint8 byte = 0x5a;

  g_assert_cmphex (get (chip, FLASH + fact->flash - 4), ==, 0xffffffff);
  g_assert_true (faults (chip, FLASH + fact->flash, 4));
  g_assert_true (faults (chip, FLASH - 4, 4));
  set (chip, RAM + fact->ram - 4, 0x12345678);
  g_assert_cmphex (get_as (chip, RAM + fact->ram - 2, 2), ==, 0x1234);
  g_assert_cmphex (get_as (chip, RAM + fact->ram - 1, 1), ==, 0x12);
  set_as (chip, RAM + fact->ram - 3, 1, 0xee);
  g_assert_cmphex (get (chip, RAM + fact->ram - 4), ==, 0x1234ee78);
  g_assert_true (faults (chip, RAM + fact->ram, 4));
  g_assert_false (fk_sim_chip_write (chip, RAM + fact->ram, 4, 0));
  g_assert_true (faults (chip, 0x60000000, 4));
  g_assert_true (faults (chip, 0xa0000000, 4));
  g_assert_true (faults (chip, 0xe0100000, 4));
  g_assert_true (faults (chip, 0xfffffffc, 4));
  /* BOOT0 is low: flash shows at 0 as well (RM0008 3.4). */
  g_assert_true (fk_sim_chip_poke (chip, FLASH + 0x123, &byte, 1));
  g_assert_cmphex (get_as (chip, 0x123, 1), ==, 0x5a);
  /* ST's memory cannot be written. */
  g_assert_false (fk_sim_chip_write (chip, fact->uid_at, 4, 0));
}

static void
test_f4_memories (void)
{
  g_autoptr (FkSimChip) chip = bench_new ("stm32f405");

  set (chip, 0x1000fffc, 0xcafe); /* CCM, RM0090 2.3.1 */
  g_assert_cmphex (get (chip, 0x1000fffc), ==, 0xcafe);
  g_assert_true (faults (chip, 0x10010000, 4));
  set (chip, 0x2001c000, 1); /* SRAM2 follows SRAM1 */
  g_assert_cmphex (get (chip, 0x1fff7800), ==, 0xffffffff);
  g_assert_cmphex (get (chip, 0x1fff7a0c), ==, 0xffffffff);
  g_assert_cmphex (get (chip, 0x1fffc000) & 0xffff, ==, 0xaaef);
  g_assert_true (faults (chip, 0x1fffc010, 4));
}

/* ARM DDI 0337E 4.3: a word for each bit, for debugger and program; not on Cortex-M0. */
static void
test_bit_band (void)
{
  g_autoptr (FkSimChip) chip = bench_new ("stm32f103c8");
  g_autoptr (FkSimChip) m0 = bench_new ("stm32f030f4");

  set (chip, RAM + 0x200, 0x00000100);
  g_assert_cmphex (get (chip, 0x22000000 + 0x200 * 32 + 8 * 4), ==, 1);
  g_assert_cmphex (get (chip, 0x22000000 + 0x200 * 32 + 9 * 4), ==, 0);
  set (chip, 0x22000000 + 0x200 * 32 + 31 * 4, 1);
  set (chip, 0x22000000 + 0x200 * 32 + 8 * 4, 0);
  g_assert_cmphex (get (chip, RAM + 0x200), ==, 0x80000000);
  g_assert_true (faults (chip, 0x22000000 + 0x5000 * 32, 4));
  g_assert_true (faults (m0, 0x22000000, 4));

  reset_halt (chip);
  PUT_CODE (chip, RAM, 0x6001, 0x6802, 0xbe00); /* str r1, [r0]; ldr r2, [r0] */
  set_core_register (chip, 0, 0x22000000 + 0x200 * 32 + 4 * 4);
  set_core_register (chip, 1, 0xffffffff);
  run_from (chip, RAM);
  fk_sim_chip_advance (chip, 1 * MS);
  g_assert_true (is_halted (chip));
  g_assert_cmphex (get_core_register (chip, 2), ==, 1);
  g_assert_cmphex (get (chip, RAM + 0x200), ==, 0x80000010);
}

static void
test_size_register (void)
{
  g_autoptr (FkSimChip) hidden = bench_new_with (
      (FkSimChipConfig){ .model = "stm32f103c8", .flash_size = 128 * 1024, .size_register = 64 });
  g_autoptr (FkSimChip) mad =
      bench_new_with ((FkSimChipConfig){ .model = "stm32f103c8", .size_register = 0xffff });

  g_assert_cmpuint (get_as (hidden, 0x1ffff7e0, 2), ==, 64);
  g_assert_cmphex (get (hidden, FLASH + 0x1fffc), ==, 0xffffffff);
  g_assert_true (faults (hidden, FLASH + 0x20000, 4));
  g_assert_cmphex (get_as (mad, 0x1ffff7e0, 2), ==, 0xffff);
}

static void
test_bad_config (void)
{
  g_autoptr (GError) error = NULL;
  FkSimChipConfig config = { .model = "z80", .millivolts = 3300 };

  g_assert_null (fk_sim_chip_new (&config, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_USAGE);
  g_assert_nonnull (strstr (error->message, "stm32f103c8"));
  g_clear_error (&error);
  config = (FkSimChipConfig){ .model = "stm32f103c8", .flash_size = 1000 };
  g_assert_null (fk_sim_chip_new (&config, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_USAGE);
}

static void
test_blocks (void)
{
  g_autoptr (FkSimChip) chip = bench_new ("stm32f103c8");
  guint8 out[64];
  guint8 in[64];

  for (guint i = 0; i < sizeof in; i++)
    in[i] = (guint8)(i * 3 + 1);
  g_assert_cmpuint (fk_sim_chip_write_block (chip, RAM + 4, 4, in, sizeof in), ==, sizeof in);
  g_assert_cmpuint (fk_sim_chip_read_block (chip, RAM + 4, 2, out, sizeof out), ==, sizeof out);
  g_assert_cmpmem (in, sizeof in, out, sizeof out);
  /* Over the edge: as much as there is. */
  g_assert_cmpuint (fk_sim_chip_write_block (chip, RAM + 0x5000 - 32, 4, in, 64), ==, 32);
  g_assert_cmpuint (fk_sim_chip_read_block (chip, RAM + 0x5000 - 32, 1, out, 64), ==, 32);
  g_assert_cmpmem (in, 32, out, 32);
  g_assert_cmpuint (fk_sim_chip_read_block (chip, FLASH + 0x10000 - 8, 4, out, 64), ==, 8);
  g_assert_cmpuint (fk_sim_chip_read_block (chip, 0x70000000, 4, out, 64), ==, 0);
  /* A block of registers is read one by one. */
  g_assert_cmpuint (fk_sim_chip_read_block (chip, 0xe00ff000, 4, out, 8), ==, 8);
  g_assert_cmphex (out[1], ==, 0xf0);
}

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

/* Comparators of the breakpoint unit (ARM DDI 0403E C1.11), on both halves of a word. */
static void
test_hardware_breakpoint (gconstpointer data)
{
  const Facts *fact = data;
  g_autoptr (FkSimChip) chip = bench_new (fact->model);
  guint8 code[] = { 0x00, 0x20, 0x01, 0x30, 0x01, 0x30, 0x01, 0x30, 0x01, 0x30, 0xfe, 0xe7 };

  g_assert_true (fk_sim_chip_poke (chip, FLASH + 0x100, code, sizeof code));
  reset_halt (chip);
  set (chip, 0xe0002000, 3);
  set (chip, 0xe0002008, 0x80000001 | (FLASH + 0x104));
  run_from (chip, FLASH + 0x100);
  fk_sim_chip_advance (chip, 1 * MS);
  g_assert_true (is_halted (chip));
  g_assert_cmphex (get_core_register (chip, 15), ==, FLASH + 0x106);
  g_assert_cmphex (get_core_register (chip, 0), ==, 2);
  g_assert_cmphex (get (chip, DFSR) & 2, ==, 2);
  /* Moved: goes on to the next. */
  set (chip, 0xe0002008, 0x40000001 | (FLASH + 0x108));
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

/* RM0008 4, RM0090 4: without its clock the unit answers 0; with it, the Ethernet polynomial. */
static void
test_crc_unit (gconstpointer data)
{
  const Facts *fact = data;
  g_autoptr (FkSimChip) chip = bench_new (fact->model);
  gboolean f4 = fact->cpuid == 0x410fc241;

  set (chip, 0x40023000, 0x12345678);
  g_assert_cmphex (get (chip, 0x40023000), ==, 0);
  if (f4)
    set (chip, 0x40023830, get (chip, 0x40023830) | 1u << 12);
  else
    set (chip, 0x40021014, get (chip, 0x40021014) | 1u << 6);
  set (chip, 0x40023008, 1);
  set (chip, 0x40023000, 0x12345678);
  g_assert_cmphex (get (chip, 0x40023000), ==, 0xdf8a8a2b);
  set (chip, 0x40023008, 1);
  g_assert_cmphex (get (chip, 0x40023000), ==, 0xffffffff);
}

/* Oscillators are ready when they are on, and the multiplexer follows (RM0008 7.3.1, 7.3.2). */
static void
test_clocks (gconstpointer data)
{
  const Facts *fact = data;
  g_autoptr (FkSimChip) chip = bench_new (fact->model);
  guint32 rcc = fact->cpuid == 0x410fc241 ? 0x40023800 : 0x40021000;
  guint32 cfgr = rcc + (fact->cpuid == 0x410fc241 ? 8 : 4);

  g_assert_cmphex (get (chip, rcc) & 3, ==, 3);
  set (chip, rcc, get (chip, rcc) & ~1u);
  g_assert_cmphex (get (chip, rcc) & 3, ==, 3); /* feeds the core */
  set (chip, cfgr, 1);
  g_assert_cmphex (get (chip, cfgr) & 0xc, ==, 0); /* not ready yet */
  set (chip, rcc, get (chip, rcc) | 1u << 16);
  g_assert_cmphex (get (chip, rcc) & (1u << 17), ==, 1u << 17);
  set (chip, cfgr, 1);
  g_assert_cmphex (get (chip, cfgr) & 0xc, ==, 4);
  fk_sim_chip_set_nrst (chip, TRUE);
  fk_sim_chip_set_nrst (chip, FALSE);
  g_assert_cmphex (get (chip, cfgr), ==, 0);
}

/* RM0008 19: started, it resets the chip unless it is fed; DBG_IWDG_STOP holds it while halted. */
static void
test_watchdog (void)
{
  g_autoptr (FkSimChip) chip = bench_new ("stm32f103c8");

  reset_halt (chip);
  get (chip, DHCSR);
  set (chip, 0x40003000, 0xcccc); /* 4096 × 4 cycles of 40 kHz: 409.6 ms */
  fk_sim_chip_advance (chip, 300 * MS);
  set (chip, 0x40003000, 0xaaaa);
  fk_sim_chip_advance (chip, 300 * MS);
  g_assert_cmphex (get (chip, DHCSR) & S_RESET, ==, 0);
  set (chip, 0xe0042004, 1u << 8);
  fk_sim_chip_advance (chip, 5000 * MS);
  g_assert_cmphex (get (chip, DHCSR) & S_RESET, ==, 0);
  set (chip, 0xe0042004, 0);
  fk_sim_chip_advance (chip, 450 * MS);
  g_assert_cmphex (get (chip, DHCSR) & S_RESET, ==, S_RESET);
  g_assert_cmphex (get (chip, 0x40021024) & (1u << 29), ==, 1u << 29);
}

/* A loop that does nothing but feed it is not run round by round; it feeds it all the same. */
static void
test_fed_watchdog (gconstpointer data)
{
  const Facts *fact = data;
  g_autoptr (FkSimChip) chip = bench_new (fact->model);

  reset_halt (chip);
  get (chip, DHCSR);
  set (chip, 0x40003000, 0xcccc);
  PUT_CODE (chip, RAM, 0x6001, 0xe7fd); /* str r1, [r0]; b .-2 */
  set_core_register (chip, 0, 0x40003000);
  set_core_register (chip, 1, 0xaaaa);
  run_from (chip, RAM);
  for (guint i = 0; i < 10; i++)
    fk_sim_chip_advance (chip, 3000 * MS);
  g_assert_cmphex (get (chip, DHCSR) & (S_RESET | S_HALT), ==, 0);
  set (chip, DHCSR, DEBUG_KEY | C_DEBUGEN | C_HALT);
  fk_sim_chip_advance (chip, 300 * MS);
  g_assert_cmphex (get (chip, DHCSR) & S_RESET, ==, 0);
  fk_sim_chip_advance (chip, 300 * MS);
  g_assert_cmphex (get (chip, DHCSR) & S_RESET, ==, S_RESET);
}

/* The option WDG_SW at 0 starts it with the chip, debugger or not (RM0008 3.3.3, RM0090 3.7.1). */
static void
test_hardware_watchdog (gconstpointer data)
{
  const Facts *fact = data;
  g_autoptr (FkSimChip) chip = bench_new (fact->model);
  guint8 f1[2] = { 0xfe, 0x01 };
  guint8 f4 = 0xcf;

  if (fact->cpuid == 0x410fc241)
    g_assert_true (fk_sim_chip_poke (chip, 0x1fffc000, &f4, 1));
  else
    g_assert_true (fk_sim_chip_poke (chip, 0x1ffff802, f1, 2));
  reset_halt (chip);
  get (chip, DHCSR);
  fk_sim_chip_advance (chip, 390 * MS);
  g_assert_true (is_halted (chip));
  fk_sim_chip_advance (chip, 150 * MS);
  g_assert_cmphex (get (chip, DHCSR) & (S_RESET | S_HALT), ==, S_RESET);
}

/* On F0 the freeze register needs its clock, the identity does not (RM0360 7.4.7). */
static void
test_f0_debug_unit (void)
{
  g_autoptr (FkSimChip) chip = bench_new ("stm32f030f4");

  set (chip, 0x40015804, 6);
  g_assert_cmphex (get (chip, 0x40015804), ==, 0);
  set (chip, 0x40021018, 1u << 22);
  set (chip, 0x40015804, 6);
  g_assert_cmphex (get (chip, 0x40015804), ==, 6);
  g_assert_true (faults (chip, 0xe0042000, 4));
}

static void
test_demo_firmware (gconstpointer data)
{
  static const char *const boards[][3] = {
    { "creator-pro", "stm32f405" }, { "skr-mini-e3", "stm32f103rc" },
    { "blue-pill", "stm32f103c8" }, { "disco-f4", "stm32f407" },
    { "f030", "stm32f030f4" },
  };
  static const guint32 apps[] = { 0x08010000, 0x08007000, 0x08002000, 0x08000000, 0x08000000 };

  for (guint i = 0; i < G_N_ELEMENTS (boards); i++)
    {
      g_autoptr (FkSimChip) chip = bench_new (boards[i][1]);
      g_autoptr (FkSimChip) twin = bench_new (boards[i][1]);
      g_autoptr (GBytes) one = NULL;
      g_autoptr (GBytes) other = NULL;
      guint32 before;

      fk_sim_chip_load_demo_firmware (chip, boards[i][0]);
      fk_sim_chip_load_demo_firmware (twin, boards[i][0]);
      one = fk_sim_chip_save (chip);
      other = fk_sim_chip_save (twin);
      g_assert_true (g_bytes_equal (one, other));

      fk_sim_chip_advance (chip, 20 * MS);
      before = get (chip, FK_SIM_DEMO_COUNTER);
      fk_sim_chip_advance (chip, 20 * MS);
      g_assert_cmpuint (get (chip, FK_SIM_DEMO_COUNTER), >, before);
      g_assert_cmphex (get (chip, apps[i]) >> 20, ==, 0x200);
      if (g_strcmp0 (boards[i][0], "f030") != 0)
        g_assert_cmphex (get (chip, 0xe000ed08), ==, apps[i]);
      /* The program goes on where it was after a halt. */
      set (chip, DHCSR, DEBUG_KEY | C_DEBUGEN | C_HALT);
      before = get (chip, FK_SIM_DEMO_COUNTER);
      fk_sim_chip_advance (chip, 20 * MS);
      g_assert_cmpuint (get (chip, FK_SIM_DEMO_COUNTER), ==, before);
      set (chip, DHCSR, DEBUG_KEY);
      fk_sim_chip_advance (chip, 20 * MS);
      g_assert_cmpuint (get (chip, FK_SIM_DEMO_COUNTER), >, before);
    }
}

static void
test_save_and_load (void)
{
  g_autoptr (FkSimChip) chip = bench_new ("stm32f405");
  g_autoptr (FkSimChip) other = bench_new ("stm32f405");
  g_autoptr (FkSimChip) stranger = bench_new ("stm32f407");
  g_autoptr (GBytes) state = NULL;
  g_autoptr (GBytes) damaged = NULL;
  g_autoptr (GBytes) cut = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree guint8 *copy = NULL;
  guint8 mark[3] = { 1, 2, 3 };
  gsize length;

  fk_sim_chip_poke (chip, FLASH + 0xfffd, mark, 3);
  fk_sim_chip_poke (chip, 0x1fff7800, mark, 3);
  state = fk_sim_chip_save (chip);
  g_assert_true (fk_sim_chip_load (other, state, &error));
  g_assert_no_error (error);
  g_assert_cmphex (get_as (other, FLASH + 0xffff, 1), ==, 3);
  g_assert_cmphex (get_as (other, 0x1fff7801, 1), ==, 2);

  g_assert_false (fk_sim_chip_load (stranger, state, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_BAD_BOARD_FILE);
  g_clear_error (&error);
  copy = g_memdup2 (g_bytes_get_data (state, &length), g_bytes_get_size (state));
  copy[1000] ^= 1;
  damaged = g_bytes_new (copy, length);
  g_assert_false (fk_sim_chip_load (other, damaged, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_BAD_BOARD_FILE);
  g_clear_error (&error);
  cut = g_bytes_new (copy, 9);
  g_assert_false (fk_sim_chip_load (other, cut, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_BAD_BOARD_FILE);
  g_assert_cmphex (get_as (other, FLASH + 0xffff, 1), ==, 3);
}

static void
add_for_each_chip (const char *name, GTestDataFunc func)
{
  for (guint i = 0; i < G_N_ELEMENTS (facts); i++)
    {
      g_autofree char *path = g_strdup_printf ("/sim-chip/%s/%s", name, facts[i].model);

      g_test_add_data_func (path, &facts[i], func);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  add_for_each_chip ("identity", test_identity);
  add_for_each_chip ("rom-table", test_rom_table);
  add_for_each_chip ("memory-map", test_memory_map);
  g_test_add_func ("/sim-chip/f4-memories", test_f4_memories);
  g_test_add_func ("/sim-chip/bit-band", test_bit_band);
  g_test_add_func ("/sim-chip/size-register", test_size_register);
  g_test_add_func ("/sim-chip/bad-config", test_bad_config);
  g_test_add_func ("/sim-chip/blocks", test_blocks);
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
  add_for_each_chip ("crc-unit", test_crc_unit);
  add_for_each_chip ("clocks", test_clocks);
  g_test_add_func ("/sim-chip/watchdog", test_watchdog);
  add_for_each_chip ("fed-watchdog", test_fed_watchdog);
  add_for_each_chip ("hardware-watchdog", test_hardware_watchdog);
  g_test_add_func ("/sim-chip/f0-debug-unit", test_f0_debug_unit);
  g_test_add_data_func ("/sim-chip/demo-firmware", NULL, test_demo_firmware);
  g_test_add_func ("/sim-chip/save-and-load", test_save_and_load);

  return g_test_run ();
}
