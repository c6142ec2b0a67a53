/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The simulated chips seen from the debug port: memory map, identity, and what stands around the
 * core.  Every rule is one that a manual states; the section stands beside it. */

#include "config.h"

#include "chip-bench.h"
#include "sim-facts.h"

#include "base/fk-error.h"

#include <string.h>

static void
test_identity (gconstpointer data)
{
  const Facts *fact = data;
  g_autoptr (FkSimChip) chip = bench_new (fact->model);

  g_assert_cmphex (fk_sim_chip_get_dpidr (chip), ==, fact->dpidr);
  g_assert_cmphex (fk_sim_chip_get_ap_idr (chip, 0), ==, fact->ap_idr);
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
  guint32 rom = fk_sim_chip_get_ap_base (chip, 0) & ~0xfffu;
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
  /* The first entry leads to the system control space; on Cortex-M7 through two tables of ARM's. */
  for (guint i = 0; fact->cpuid == 0x410fc271 && i < 2; i++)
    {
      rom += get (chip, rom) & ~0xfffu;
      g_assert_cmphex (rom, ==, 0xe00fe000 + 0x1000 * i);
      g_assert_cmphex (get (chip, rom + 0xfe0), ==, i == 0 ? 0xc8 : 0xc7);
      g_assert_cmphex (get (chip, rom + 0xff4), ==, 0x10);
    }
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
  /* BOOT0 is low: flash shows at 0 as well (RM0008 3.4); on F7 always at 0x00200000. */
  g_assert_true (fk_sim_chip_poke (chip, FLASH + 0x123, &byte, 1));
  g_assert_cmphex (get_as (chip, fact->cpuid == 0x410fc271 ? 0x00200123 : 0x123, 1), ==, 0x5a);
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

/* RM0008 4, RM0090 4: without its clock the unit answers 0; with it, the Ethernet polynomial. */
static void
test_crc_unit (gconstpointer data)
{
  const Facts *fact = data;
  g_autoptr (FkSimChip) chip = bench_new (fact->model);
  gboolean f4 = fact->cpuid == 0x410fc241 || fact->cpuid == 0x410fc271;

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
  gboolean f4 = fact->cpuid == 0x410fc241 || fact->cpuid == 0x410fc271;
  guint32 rcc = f4 ? 0x40023800 : 0x40021000;
  guint32 cfgr = rcc + (f4 ? 8 : 4);

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
  else if (fact->cpuid == 0x410fc271)
    g_assert_true (fk_sim_chip_poke (chip, 0x1fff0000, &f4, 1));
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

/* Banks that are apart: stm32l151xdx.h has the addresses.  What follows the first one, and what
 * precedes the second, is nobody's; nor is what lies between the words of the options (RM0038,
 * Option byte organization). */
static void
test_gap (void)
{
  g_autoptr (FkSimChip) chip = bench_new ("stm32l151vdx");
  guint8 bytes[8];

  g_assert_cmphex (get (chip, 0x0802fffc), ==, 0);
  g_assert_true (faults (chip, 0x08030000, 4));
  g_assert_true (faults (chip, 0x0803fffc, 4));
  g_assert_cmphex (get (chip, 0x08040000), ==, 0);
  g_assert_cmphex (get (chip, 0x0806fffc), ==, 0);
  g_assert_true (faults (chip, 0x08070000, 4));
  g_assert_true (faults (chip, 0x00030000, 4));
  g_assert_cmphex (get (chip, 0x00040000), ==, 0);
  g_assert_cmpuint (fk_sim_chip_read_block (chip, 0x0802fff8, 4, bytes, 8), ==, 8);
  g_assert_cmpuint (fk_sim_chip_read_block (chip, 0x0802fffc, 4, bytes, 8), ==, 4);
  g_assert_cmphex (get (chip, 0x1ff800cc) & 0xffff, ==, 384);
  g_assert_cmphex (get (chip, 0x1ff8001c), ==, 0xffff0000);
  g_assert_true (faults (chip, 0x1ff80020, 4));
  g_assert_cmphex (get (chip, 0x1ff80084), ==, 0xffff0000);
  g_assert_cmphex (get (chip, 0x40023c88), ==, 0);
}

static void
test_demo_firmware (gconstpointer data)
{
  static const char *const boards[][3] = {
    { "creator-pro", "stm32f405" },    { "skr-mini-e3", "stm32f103rc" },
    { "blue-pill", "stm32f103c8" },    { "disco-f4", "stm32f407" },
    { "f030", "stm32f030f4" },         { "nucleo-f746", "stm32f746" },
    { "skr-mini-e3-v3", "stm32g0b1" }, { "disco-l1", "stm32l152rc" },
    { "nucleo-u575", "stm32u575" },    { "nucleo-l476", "stm32l476rg" },
    { "esc-g4", "stm32g431cb" },       { "nucleo-g474", "stm32g474re" },
    { "skr-3", "stm32h743" },          { "nucleo-l073", "stm32l073rz" },
    { "octopus-h723", "stm32h723" },   { "nucleo-h7a3", "stm32h7a3" },
    { "nucleo-l552", "stm32l552ze" },  { "nucleo-l4r5", "stm32l4r5zi" },
    { "meter-l1", "stm32l151vdx" },    { "nucleo-h503", "stm32h503rb" },
  };
  static const guint32 apps[] = { 0x08010000, 0x08007000, 0x08002000, 0x08000000, 0x08000000,
                                  0x08000000, 0x08002000, 0x08000000, 0x08000000, 0x08000000,
                                  0x08000000, 0x08000000, 0x08020000, 0x08000000, 0x08020000,
                                  0x08000000, 0x08000000, 0x08000000, 0x08000000, 0x08000000 };

  G_STATIC_ASSERT (G_N_ELEMENTS (boards) == G_N_ELEMENTS (apps));

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
  add_for_each_chip ("crc-unit", test_crc_unit);
  add_for_each_chip ("clocks", test_clocks);
  g_test_add_func ("/sim-chip/watchdog", test_watchdog);
  add_for_each_chip ("fed-watchdog", test_fed_watchdog);
  add_for_each_chip ("hardware-watchdog", test_hardware_watchdog);
  g_test_add_func ("/sim-chip/f0-debug-unit", test_f0_debug_unit);
  g_test_add_func ("/sim-chip/gap", test_gap);
  g_test_add_data_func ("/sim-chip/demo-firmware", NULL, test_demo_firmware);
  g_test_add_func ("/sim-chip/save-and-load", test_save_and_load);

  return g_test_run ();
}
