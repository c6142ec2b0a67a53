/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chip-bench.h"

/* The core of a simulated chip by itself: that it is the core that it says it is, and that nothing
 * a program does to it outlasts a reset. */

#define NOISE_RUNS 1000
#define NOISE_SIZE 0x400
#define STACK      (RAM + 0x800)

#define XPSR_RESET 0x01000000u
#define XPSR_IT    0x0600fc00u
#define CFSR_NOCP  (1u << 19)

static const char *const models[] = { "stm32f030f4", "stm32f103c8", "stm32f405" };

static gboolean
is_v6m (const char *model)
{
  return g_str_equal (model, "stm32f030f4");
}

/* A program that shows that it was started: movs r5, #0x5a; b . */
static void
put_program (FkSimChip *chip)
{
  static const guint8 vectors[] = { 0x00, 0x08, 0x00, 0x20, 0x41, 0x00, 0x00, 0x08 };
  static const guint8 code[] = { 0x5a, 0x25, 0xfe, 0xe7 };

  g_assert_true (fk_sim_chip_poke (chip, FLASH, vectors, sizeof vectors));
  g_assert_true (fk_sim_chip_poke (chip, FLASH + 0x40, code, sizeof code));
}

static void
halt (FkSimChip *chip)
{
  set (chip, DHCSR, DEBUG_KEY | C_DEBUGEN | C_HALT);
  g_assert_true (is_halted (chip));
}

/* The core was reset, and the program of put_program() has run since. */
static void
assert_started (FkSimChip *chip)
{
  fk_sim_chip_advance (chip, 100 * US);
  g_assert_true (fk_sim_chip_is_running (chip));
  halt (chip);
  g_assert_cmphex (get_core_register (chip, 5), ==, 0x5a);
  g_assert_cmphex (get_core_register (chip, 15), ==, FLASH + 0x42);
  g_assert_cmphex (get_core_register (chip, 16), ==, XPSR_RESET);
  g_assert_cmphex (get_core_register (chip, 13), ==, STACK);
  g_assert_cmphex (get_core_register (chip, 17), ==, STACK);
  g_assert_cmphex (get_core_register (chip, 20), ==, 0);
}

/* Whatever state the core is in now, each kind of reset ends it. */
static void
assert_power_ends_it (FkSimChip *chip)
{
  halt (chip);
  set_core_register (chip, 5, 0);
  fk_sim_chip_power_cycle (chip);
  assert_started (chip);
}

static void
assert_resets_end_it (FkSimChip *chip, void (*disturb) (FkSimChip *chip))
{
  disturb (chip);
  halt (chip);
  set_core_register (chip, 5, 0);
  set (chip, AIRCR, RESET_KEY);
  assert_started (chip);

  disturb (chip);
  halt (chip);
  set_core_register (chip, 5, 0);
  fk_sim_chip_set_nrst (chip, TRUE);
  fk_sim_chip_set_nrst (chip, FALSE);
  assert_started (chip);

  disturb (chip);
  assert_power_ends_it (chip);
}

/* As a debugger that is thrown off leaves it: the core goes on in the midst of data.  Whatever it
 * comes upon, a chip that gets new power starts its program. */
static void
test_noise (gconstpointer data)
{
  g_autoptr (FkSimChip) chip = bench_new (data);
  g_autoptr (GRand) random = g_rand_new_with_seed (20240601);

  put_program (chip);
  for (guint run = 0; run < NOISE_RUNS; run++)
    {
      guint8 noise[NOISE_SIZE];

      for (guint i = 0; i < sizeof noise; i++)
        noise[i] = (guint8)g_rand_int (random);
      halt (chip);
      g_assert_true (fk_sim_chip_poke (chip, RAM, noise, sizeof noise));
      for (guint i = 0; i < 13; i++)
        set_core_register (chip, i, RAM + (g_rand_int (random) & 0x7fc));
      set_core_register (chip, 13, STACK);
      run_from (chip, RAM);
      fk_sim_chip_advance (chip, 20 * US);
      assert_power_ends_it (chip);
    }
}

/* bxns r8: an instruction of another core, where this one has a BX that is UNPREDICTABLE (ARM DDI
 * 0403E A7.7.20, ARM DDI 0419C A6.7.15). */
static void
leave_security_state (FkSimChip *chip)
{
  reset_halt (chip);
  PUT_CODE (chip, RAM, 0x4744, 0xe7fe);
  set_core_register (chip, 8, RAM + 2);
  run_from (chip, RAM);
  fk_sim_chip_advance (chip, 20 * US);
}

static void
test_security_state (gconstpointer data)
{
  g_autoptr (FkSimChip) chip = bench_new (data);

  put_program (chip);
  assert_resets_end_it (chip, leave_security_state);
}

/* movs r0, #3; msr control, r0; isb; b . : no privileges, and the other stack. */
static void
give_up_privileges (FkSimChip *chip)
{
  reset_halt (chip);
  PUT_CODE (chip, RAM, 0x2003, 0xf380, 0x8814, 0xf3bf, 0x8f6f, 0xe7fe);
  run_from (chip, RAM);
  fk_sim_chip_advance (chip, 20 * US);
}

/* CONTROL is 0 after a reset (ARM DDI 0403E B1.4.4); Cortex-M0 knows privileged code alone. */
static void
test_privileges (gconstpointer data)
{
  g_autoptr (FkSimChip) chip = bench_new (data);

  put_program (chip);
  give_up_privileges (chip);
  halt (chip);
  g_assert_cmphex (get_core_register (chip, 20), ==, is_v6m (data) ? 0x02000000 : 0x03000000);
  assert_resets_end_it (chip, give_up_privileges);
}

/* cmp r0, r0; ittt eq; moveq r1, #1; bkpt */
static void
stop_in_it_block (FkSimChip *chip)
{
  reset_halt (chip);
  PUT_CODE (chip, RAM, 0x4280, 0xbf02, 0x2101, 0xbe00, 0x2102);
  run_from (chip, RAM);
  fk_sim_chip_advance (chip, 20 * US);
  g_assert_true (is_halted (chip));
  g_assert_cmphex (get_core_register (chip, 15), ==, RAM + 6);
}

/* EPSR.IT is seen and cleared through the xPSR (ARM DDI 0403E B1.4.2, C1.6.3), and is 0 after a
 * reset (B1.5.5). */
static void
test_it_block (gconstpointer data)
{
  g_autoptr (FkSimChip) chip = bench_new (data);

  put_program (chip);
  stop_in_it_block (chip);
  g_assert_cmphex (get_core_register (chip, 16) & XPSR_IT, ==, 0x400);
  PUT_CODE (chip, RAM + 0x40, 0x2307, 0xbe00); /* movs r3, #7; bkpt */
  run_from (chip, RAM + 0x40);
  fk_sim_chip_advance (chip, 20 * US);
  g_assert_true (is_halted (chip));
  g_assert_cmphex (get_core_register (chip, 3), ==, 7);
  assert_resets_end_it (chip, stop_in_it_block);
}

static void
put_vector (FkSimChip *chip, guint number, guint32 target)
{
  guint8 bytes[] = { target & 0xff, target >> 8 & 0xff, target >> 16 & 0xff, target >> 24 };

  g_assert_true (fk_sim_chip_poke (chip, FLASH + 4 * number, bytes, sizeof bytes));
}

/* A fault in an IT block: the handler is not part of it (ARM DDI 0403E B1.5.6), and finds the state
 * of the block on its stack. */
static void
test_it_block_fault (gconstpointer data)
{
  g_autoptr (FkSimChip) chip = bench_new (data);

  put_program (chip);
  put_vector (chip, 3, RAM + 0x81);
  reset_halt (chip);
  PUT_CODE (chip, RAM, 0x4280, 0xbf0a, 0xde00);        /* cmp r0, r0; itet eq; udf */
  PUT_CODE (chip, RAM + 0x80, 0x2401, 0x2602, 0xbe00); /* movs r4, #1; movs r6, #2; bkpt */
  set_core_register (chip, 4, 0);
  set_core_register (chip, 6, 0);
  run_from (chip, RAM);
  fk_sim_chip_advance (chip, 20 * US);
  g_assert_true (is_halted (chip));
  g_assert_cmphex (get_core_register (chip, 15), ==, RAM + 0x84);
  g_assert_cmphex (get_core_register (chip, 4), ==, 1);
  g_assert_cmphex (get_core_register (chip, 6), ==, 2);
  g_assert_cmphex (get (chip, STACK - 4) & XPSR_IT, ==, 0x04000800);
}

/* A fault in a handler: back to the handler, and back to the program; by POP and by BX. */
static void
test_nested_handlers (gconstpointer data)
{
  g_autoptr (FkSimChip) chip = bench_new (data);

  put_program (chip);
  put_vector (chip, 3, RAM + 0x81);
  put_vector (chip, 11, RAM + 0xc1);
  reset_halt (chip);
  PUT_CODE (chip, RAM, 0xdf00, 0x3005, 0xbe00); /* svc; adds r0, #5; bkpt */
  /* ldr r1, [sp, #24]; adds r1, #2; str r1, [sp, #24]; bx lr */
  PUT_CODE (chip, RAM + 0x80, 0x9906, 0x3102, 0x9106, 0x4770);
  PUT_CODE (chip, RAM + 0xc0, 0xb500, 0xde00, 0x2409, 0xbd00); /* push; udf; movs r4, #9; pop */
  set_core_register (chip, 0, 1);
  run_from (chip, RAM);
  fk_sim_chip_advance (chip, 1 * MS);
  g_assert_true (is_halted (chip));
  g_assert_cmphex (get_core_register (chip, 0), ==, 6);
  g_assert_cmphex (get_core_register (chip, 4), ==, 9);
  g_assert_cmphex (get_core_register (chip, 15), ==, RAM + 4);
  g_assert_cmphex (get_core_register (chip, 13), ==, STACK);
  g_assert_cmphex (get_core_register (chip, 16) & 0x1ff, ==, 0);
}

/* Outside a handler the same branch leads to where no code is (ARM DDI 0403E A2.3.1). */
static void
test_return_from_nothing (gconstpointer data)
{
  g_autoptr (FkSimChip) chip = bench_new (data);

  put_program (chip);
  reset_halt (chip);
  PUT_CODE (chip, RAM, 0x4770); /* bx lr */
  set_core_register (chip, 14, 0xfffffff9);
  set (chip, DEMCR, VC_HARDERR);
  run_from (chip, RAM);
  fk_sim_chip_advance (chip, 1 * MS);
  g_assert_true (is_halted (chip));
  g_assert_cmphex (get_core_register (chip, 16) & 0x1ff, ==, 3);
}

/* Flash that is locked does not change, however often it is stored to: in one run of code, and with
 * one instruction. */
static void
test_stores_to_flash (gconstpointer data)
{
  g_autoptr (FkSimChip) chip = bench_new (data);

  put_program (chip);
  reset_halt (chip);
  PUT_CODE (chip, RAM, 0x6001, 0x6001, 0xe7fe); /* str r1, [r0]; str r1, [r0]; b . */
  set_core_register (chip, 0, FLASH + 0x40);
  set_core_register (chip, 1, 0);
  run_from (chip, RAM);
  fk_sim_chip_advance (chip, 20 * US);
  g_assert_cmphex (get (chip, FLASH + 0x40), ==, 0xe7fe255a);

  halt (chip);
  PUT_CODE (chip, RAM, 0xb4ff, 0xb4ff, 0xe7fe); /* push {r0-r7}; push {r0-r7}; b . */
  set_core_register (chip, 13, FLASH + 0x60);
  run_from (chip, RAM);
  fk_sim_chip_advance (chip, 20 * US);
  g_assert_cmphex (get (chip, FLASH + 0x40), ==, 0xe7fe255a);
  g_assert_cmphex (get (chip, FLASH + 0x5c), ==, 0xffffffff);
  g_assert_cmphex (get (chip, FLASH + 0x20), ==, 0xffffffff);
}

/* The same with words that are not aligned (ARM DDI 0403E A3.2.1), again and again. */
static void
test_unaligned_stores_to_flash (gconstpointer data)
{
  g_autoptr (FkSimChip) chip = bench_new (data);

  put_program (chip);
  reset_halt (chip);
  PUT_CODE (chip, RAM, 0x6001, 0x8041, 0xe7fc); /* 0: str r1, [r0]; strh r1, [r0, #2]; b 0b */
  for (guint32 at = FLASH + 0x3d; at <= FLASH + 0x43; at += 2)
    {
      halt (chip);
      set_core_register (chip, 0, at);
      set_core_register (chip, 1, 0);
      run_from (chip, RAM);
      fk_sim_chip_advance (chip, 200 * US);
      g_assert_cmphex (get (chip, FLASH + 0x3c), ==, 0xffffffff);
      g_assert_cmphex (get (chip, FLASH + 0x40), ==, 0xe7fe255a);
      g_assert_cmphex (get (chip, FLASH + 0x44), ==, 0xffffffff);
    }
}

/* vstr d0, [r0]: two words in one go, at any word (ARM DDI 0403E A3.2.1). */
static void
test_double_store_to_flash (void)
{
  g_autoptr (FkSimChip) chip = bench_new ("stm32f405");

  put_program (chip);
  for (guint32 at = FLASH + 0x3c; at <= FLASH + 0x40; at += 4)
    {
      reset_halt (chip);
      PUT_CODE (chip, RAM, 0xed80, 0x0b00, 0xe7fe);
      set_core_register (chip, 0, at);
      run_from (chip, RAM);
      fk_sim_chip_advance (chip, 20 * US);
      g_assert_cmphex (get (chip, FLASH + 0x3c), ==, 0xffffffff);
      g_assert_cmphex (get (chip, FLASH + 0x40), ==, 0xe7fe255a);
      g_assert_cmphex (get (chip, FLASH + 0x44), ==, 0xffffffff);
      halt (chip);
      g_assert_cmphex (get_core_register (chip, 16) & 0x1ff, ==, 0);
      g_assert_cmphex (get_core_register (chip, 15), ==, RAM + 4);
    }
}

/* vadd.f32 s0, s0, s0: Cortex-M4 alone has what it takes (ARM DDI 0403E B1.5.14, NOCP). */
static void
test_floating_point (gconstpointer data)
{
  g_autoptr (FkSimChip) chip = bench_new (data);
  gboolean has_fpu = g_str_equal (data, "stm32f405");

  put_program (chip);
  reset_halt (chip);
  set (chip, DEMCR, VC_HARDERR);
  set (chip, 0xe000ed88, 0x00f00000); /* CPACR: on */
  PUT_CODE (chip, RAM, 0xee30, 0x0a00, 0xbe00);
  run_from (chip, RAM);
  fk_sim_chip_advance (chip, 1 * MS);
  g_assert_true (is_halted (chip));
  g_assert_cmphex (get_core_register (chip, 16) & 0x1ff, ==, has_fpu ? 0 : 3);
  if (!is_v6m (data))
    g_assert_cmphex (get (chip, CFSR), ==, has_fpu ? 0 : CFSR_NOCP);
}

static void
add_for_each_core (const char *name, guint first, GTestDataFunc func)
{
  for (guint i = first; i < G_N_ELEMENTS (models); i++)
    {
      g_autofree char *path = g_strdup_printf ("/sim-core/%s/%s", name, models[i]);

      g_test_add_data_func (path, models[i], func);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  add_for_each_core ("noise", 0, test_noise);
  add_for_each_core ("security-state", 0, test_security_state);
  add_for_each_core ("privileges", 0, test_privileges);
  add_for_each_core ("it-block", 1, test_it_block);
  add_for_each_core ("it-block-fault", 1, test_it_block_fault);
  add_for_each_core ("nested-handlers", 0, test_nested_handlers);
  add_for_each_core ("return-from-nothing", 0, test_return_from_nothing);
  add_for_each_core ("stores-to-flash", 0, test_stores_to_flash);
  add_for_each_core ("unaligned-stores-to-flash", 0, test_unaligned_stores_to_flash);
  g_test_add_func ("/sim-core/double-store-to-flash", test_double_store_to_flash);
  add_for_each_core ("floating-point", 0, test_floating_point);

  return g_test_run ();
}
