/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chip-bench.h"

/* The CRC units of the simulated chips, the time that code takes which feeds them, and how they and
 * the core fail on demand.  RM0008 4, RM0090 4 (old unit), RM0360 5 (new one). */

#define DR   0x40023000u
#define IDR  0x40023004u
#define CR   0x40023008u
#define INIT 0x40023010u

#define REV_IN_BYTES      (1u << 5)
#define REV_IN_HALF_WORDS (2u << 5)
#define REV_IN_WORD       (3u << 5)
#define REV_OUT           (1u << 7)

/* "12345678" as words, and its CRC-32. */
#define ONE_TO_FOUR   0x34333231u
#define FIVE_TO_EIGHT 0x38373635u
#define CRC_32        0x9ae0daafu

static const char *const old_models[] = { "stm32f103c8", "stm32f103rc", "stm32f405", "stm32f407" };

static guint32
reverse (guint32 value)
{
  guint32 result = 0;

  for (guint i = 0; i < 32; i++)
    result |= (value >> i & 1) << (31 - i);
  return result;
}

static gboolean
is_f4 (const char *model)
{
  return g_str_has_prefix (model, "stm32f4");
}

static void
set_clock (FkSimChip *chip, const char *model, gboolean on)
{
  guint32 address = is_f4 (model) ? 0x40023830 : 0x40021014;
  guint32 bit = is_f4 (model) ? 1u << 12 : 1u << 6;
  guint32 value = get (chip, address);

  set (chip, address, on ? value | bit : value & ~bit);
}

static void
test_old_words (gconstpointer data)
{
  g_autoptr (FkSimChip) chip = bench_new (data);

  set_clock (chip, data, TRUE);
  g_assert_cmphex (get (chip, DR), ==, 0xffffffff);
  /* Told by people who tried it on F1 and F407. */
  set (chip, DR, 0);
  g_assert_cmphex (get (chip, DR), ==, 0xc704dd7b);
  set (chip, CR, 1);
  set (chip, DR, 1);
  g_assert_cmphex (get (chip, DR), ==, 0xc3c5c0cc);

  set (chip, CR, 1);
  set (chip, DR, reverse (ONE_TO_FOUR));
  set (chip, DR, reverse (FIVE_TO_EIGHT));
  g_assert_cmphex (~reverse (get (chip, DR)), ==, CRC_32);
  /* Any state can be reached by one write, so what the program had there can be put back. */
  set (chip, DR, get (chip, DR));
  g_assert_cmphex (get (chip, DR), ==, 0);
}

/* Words alone, nothing to choose. */
static void
test_old_has_no_more (gconstpointer data)
{
  g_autoptr (FkSimChip) chip = bench_new (data);

  set_clock (chip, data, TRUE);
  set_as (chip, DR, 1, 0x12);
  set_as (chip, DR, 2, 0x1234);
  g_assert_cmphex (get (chip, DR), ==, 0xffffffff);
  set (chip, INIT, 0x12345678);
  g_assert_cmphex (get (chip, INIT), ==, 0);
  set (chip, CR, REV_IN_WORD | REV_OUT | 1);
  set (chip, DR, 0);
  g_assert_cmphex (get (chip, DR), ==, 0xc704dd7b);
  set (chip, IDR, 0x1a5);
  g_assert_cmphex (get (chip, IDR), ==, 0xa5);
  set (chip, CR, 1);
  g_assert_cmphex (get (chip, IDR), ==, 0xa5);
}

/* Without its clock it reads as 0, and what is written is lost (RM0008 7.3.6). */
static void
test_clock_gate (gconstpointer data)
{
  g_autoptr (FkSimChip) chip = bench_new (data);

  g_assert_cmphex (get (chip, DR), ==, 0);
  set (chip, DR, 0);
  set (chip, IDR, 0x5a);
  set_clock (chip, data, TRUE);
  g_assert_cmphex (get (chip, DR), ==, 0xffffffff);
  g_assert_cmphex (get (chip, IDR), ==, 0);
  set (chip, DR, 0);
  set_clock (chip, data, FALSE);
  set (chip, CR, 1);
  g_assert_cmphex (get (chip, DR), ==, 0);
  set_clock (chip, data, TRUE);
  g_assert_cmphex (get (chip, DR), ==, 0xc704dd7b);
  set (chip, AIRCR, RESET_KEY);
  set_clock (chip, data, TRUE);
  g_assert_cmphex (get (chip, DR), ==, 0xffffffff);
}

static guint32
feed_reversed (FkSimChip *chip, guint32 control, guint32 word)
{
  set (chip, CR, control | 1);
  set (chip, DR, word);
  return get (chip, DR);
}

static void
test_new (void)
{
  g_autoptr (FkSimChip) chip = bench_new ("stm32f030f4");

  set_clock (chip, "stm32f030f4", TRUE);
  g_assert_cmphex (feed_reversed (chip, 0, 0x12345678), ==, 0xdf8a8a2b);
  /* RM0360 5.3.3 has this word for an example. */
  g_assert_cmphex (feed_reversed (chip, REV_IN_BYTES, 0x1a2b3c4d), ==,
                   feed_reversed (chip, 0, 0x58d43cb2));
  g_assert_cmphex (feed_reversed (chip, REV_IN_HALF_WORDS, 0x1a2b3c4d), ==,
                   feed_reversed (chip, 0, 0xd458b23c));
  g_assert_cmphex (feed_reversed (chip, REV_IN_WORD, 0x1a2b3c4d), ==,
                   feed_reversed (chip, 0, 0xb23cd458));
  g_assert_cmphex (feed_reversed (chip, REV_OUT, 0x12345678), ==, reverse (0xdf8a8a2b));

  set (chip, CR, REV_IN_WORD | REV_OUT | 1);
  g_assert_cmphex (get (chip, CR), ==, REV_IN_WORD | REV_OUT);
  set (chip, DR, ONE_TO_FOUR);
  set (chip, DR, FIVE_TO_EIGHT);
  g_assert_cmphex (~get (chip, DR), ==, CRC_32);

  /* Bytes in their order, two at once, then the rest. */
  set (chip, CR, REV_IN_BYTES | REV_OUT | 1);
  for (guint i = 1; i <= 4; i++)
    set_as (chip, DR, 1, '0' + i);
  set (chip, CR, REV_IN_HALF_WORDS | REV_OUT);
  set_as (chip, DR, 2, 0x3635);
  set_as (chip, DR, 2, 0x3837);
  g_assert_cmphex (~get (chip, DR), ==, CRC_32);

  /* A start value of one's own is in force at once, and after a RESET. */
  set (chip, CR, 0);
  set (chip, INIT, 0);
  g_assert_cmphex (get (chip, DR), ==, 0);
  set (chip, DR, 0x04c11db7);
  g_assert_cmphex (get (chip, DR), !=, 0);
  set (chip, CR, 1);
  g_assert_cmphex (get (chip, DR), ==, 0);
}

/* Runs what is at RAM, to its BKPT.  Returns: cycles */
static guint64
run_code (FkSimChip *chip)
{
  FkSimChipCounters before, after;

  fk_sim_chip_get_counters (chip, &before);
  run_from (chip, RAM);
  fk_sim_chip_advance (chip, 10 * MS);
  g_assert_true (is_halted (chip));
  fk_sim_chip_get_counters (chip, &after);
  return (after.ram_code_ns - before.ram_code_ns) / 1000;
}

static void
put_rbit_loop (FkSimChip *chip, guint n_words)
{
  /* 00: ldmia r0!, {r4}; rbit r4, r4; str r4, [r3]; subs r1, #4; bne 00; bkpt */
  PUT_CODE (chip, RAM, 0xc810, 0xfa94, 0xf4a4, 0x601c, 0x3904, 0xd1f9, 0xbe00);
  for (guint i = 0; i < n_words; i++)
    set (chip, RAM + 0x100 + 4 * i, i % 2 == 0 ? ONE_TO_FOUR : FIVE_TO_EIGHT);
  set_core_register (chip, 0, RAM + 0x100);
  set_core_register (chip, 1, 4 * n_words);
  set_core_register (chip, 3, DR);
}

/* ARMv7-M reverses by RBIT.  A word costs 4 cycles in the unit, 3 of fetching for each pair of
 * instructions, and the rest of the loop. */
static void
test_loop (gconstpointer data)
{
  g_autoptr (FkSimChip) chip = bench_new (data);
  guint hz_per_us = is_f4 (data) ? 16 : 8;
  guint64 us;

  reset_halt (chip);
  set_clock (chip, data, TRUE);
  put_rbit_loop (chip, 2);
  run_code (chip);
  g_assert_cmphex (~reverse (get (chip, DR)), ==, CRC_32);

  put_rbit_loop (chip, 400);
  us = run_code (chip);
  g_assert_cmpuint (us * hz_per_us, >, 400 * 11);
  g_assert_cmpuint (us * hz_per_us, <, 400 * 17);
}

static void
test_no_rbit (void)
{
  g_autoptr (FkSimChip) chip = bench_new ("stm32f030f4");

  reset_halt (chip);
  set (chip, DEMCR, VC_HARDERR);
  set_clock (chip, "stm32f030f4", TRUE);
  put_rbit_loop (chip, 2);
  run_from (chip, RAM);
  fk_sim_chip_advance (chip, 10 * MS);
  g_assert_true (is_halted (chip));
  g_assert_cmphex (get (chip, DFSR) & 8, ==, 8);
  g_assert_cmphex (get (chip, DR), ==, 0xffffffff);
}

/* A Cortex-M0 loads five words in 6 cycles and stores them in 10; with the loop that is the pace of
 * the unit. */
static void
test_loop_m0 (void)
{
  g_autoptr (FkSimChip) chip = bench_new ("stm32f030f4");
  guint64 us;

  reset_halt (chip);
  set_clock (chip, "stm32f030f4", TRUE);
  set (chip, CR, REV_IN_WORD | REV_OUT | 1);
  /* 00: ldmia r0!, {r3-r7}; str r3, [r2] … str r7, [r2]; subs r1, #20; bne 00; bkpt */
  PUT_CODE (chip, RAM, 0xc8f8, 0x6013, 0x6014, 0x6015, 0x6016, 0x6017, 0x3914, 0xd1f7, 0xbe00);
  set_core_register (chip, 0, FLASH);
  set_core_register (chip, 1, 4 * 500);
  set_core_register (chip, 2, DR);
  us = run_code (chip);
  g_assert_cmpuint (us * 8, >=, 500 * 4);
  g_assert_cmpuint (us * 8, <, 500 * 5);

  /* Faster than the unit: it waits. */
  for (guint i = 0; i < 100; i++)
    set_as (chip, RAM + 2 * i, 2, 0x6013);
  set_as (chip, RAM + 200, 2, 0xbe00);
  us = run_code (chip);
  g_assert_cmpuint (us * 8, >=, 98 * 4);
  g_assert_cmpuint (us * 8, <, 110 * 4);
}

/* What is written right after a RESET, or right after the clock came, is lost on F4. */
static void
test_too_early (gconstpointer data)
{
  g_autoptr (FkSimChip) chip = bench_new (data);
  gboolean lost = is_f4 (data);

  reset_halt (chip);
  set_clock (chip, data, TRUE);
  set_core_register (chip, 1, 1);
  set_core_register (chip, 2, 0);
  set_core_register (chip, 3, DR);
  /* str r1, [r3, #8]; str r2, [r3]; bkpt */
  PUT_CODE (chip, RAM, 0x6099, 0x601a, 0xbe00);
  run_code (chip);
  g_assert_cmphex (get (chip, DR), ==, lost ? 0xffffffff : 0xc704dd7b);
  /* … with two NOPs in between; with a branch */
  PUT_CODE (chip, RAM, 0x6099, 0xbf00, 0xbf00, 0x601a, 0xbe00);
  run_code (chip);
  g_assert_cmphex (get (chip, DR), ==, 0xc704dd7b);
  PUT_CODE (chip, RAM, 0x6099, 0xe7ff, 0x601a, 0xbe00);
  run_code (chip);
  g_assert_cmphex (get (chip, DR), ==, 0xc704dd7b);

  /* r4: the enable register, r5: its value */
  set_core_register (chip, 4, is_f4 (data) ? 0x40023830 : 0x40021014);
  set_core_register (chip, 5, get (chip, is_f4 (data) ? 0x40023830 : 0x40021014));
  set (chip, CR, 1);
  set_clock (chip, data, FALSE);
  /* str r5, [r4]; ldr r6, [r4]; str r2, [r3]; bkpt */
  PUT_CODE (chip, RAM, 0x6025, 0x6826, 0x601a, 0xbe00);
  run_code (chip);
  g_assert_cmphex (get (chip, DR), ==, lost ? 0xffffffff : 0xc704dd7b);
}

static void
test_lies (gconstpointer data)
{
  g_autoptr (FkSimChip) chip = bench_new (data);
  g_autoptr (FkSimChip) liar = bench_new_with ((FkSimChipConfig){
      .model = data,
      .crc = FK_SIM_CRC_LIES,
  });
  g_autoptr (FkSimChip) none = bench_new_with ((FkSimChipConfig){
      .model = data,
      .crc = FK_SIM_CRC_NONE,
  });

  set_clock (liar, data, TRUE);
  g_assert_cmphex (feed_reversed (liar, 0, 0), !=, 0xc704dd7b);
  set_clock (none, data, TRUE);
  g_assert_cmphex (feed_reversed (none, 0, 0), ==, 0);

  set_clock (chip, data, TRUE);
  fk_sim_chip_slip_crc (chip);
  g_assert_cmphex (feed_reversed (chip, 0, 0), !=, 0xc704dd7b);
  g_assert_cmphex (feed_reversed (chip, 0, 0), ==, 0xc704dd7b);
  fk_sim_chip_set_crc_lies (chip, TRUE);
  g_assert_cmphex (feed_reversed (chip, 0, 0), !=, 0xc704dd7b);
  g_assert_cmphex (feed_reversed (chip, 0, 0), !=, 0xc704dd7b);
  fk_sim_chip_set_crc_lies (chip, FALSE);
  g_assert_cmphex (feed_reversed (chip, 0, 0), ==, 0xc704dd7b);
}

/* The core seems to run, and gets nowhere; halting helps. */
static void
test_stuck (gconstpointer data)
{
  g_autoptr (FkSimChip) chip = bench_new (data);

  reset_halt (chip);
  /* 00: adds r0, #1; cmp r0, r1; bne 00; bkpt */
  PUT_CODE (chip, RAM, 0x3001, 0x4288, 0xd1fc, 0xbe00);
  set_core_register (chip, 0, 0);
  set_core_register (chip, 1, 20000);
  run_from (chip, RAM);
  fk_sim_chip_advance (chip, 1 * MS);
  fk_sim_chip_stall_core (chip);
  fk_sim_chip_advance (chip, 1000 * MS);
  g_assert_false (is_halted (chip));
  g_assert_true (fk_sim_chip_is_running (chip));

  set (chip, DHCSR, DEBUG_KEY | C_DEBUGEN | C_HALT);
  g_assert_true (is_halted (chip));
  g_assert_cmpuint (get_core_register (chip, 0), >, 0);
  g_assert_cmpuint (get_core_register (chip, 0), <, 20000);
  set (chip, DHCSR, DEBUG_KEY | C_DEBUGEN | C_MASKINTS);
  fk_sim_chip_advance (chip, 100 * MS);
  g_assert_true (is_halted (chip));
  g_assert_cmpuint (get_core_register (chip, 0), ==, 20000);
}

static void
add_for_each_old (const char *name, GTestDataFunc func, gboolean new_too)
{
  for (guint i = 0; i < G_N_ELEMENTS (old_models); i++)
    {
      g_autofree char *path = g_strdup_printf ("/sim-crc/%s/%s", name, old_models[i]);

      g_test_add_data_func (path, old_models[i], func);
    }
  if (new_too)
    {
      g_autofree char *path = g_strdup_printf ("/sim-crc/%s/stm32f030f4", name);

      g_test_add_data_func (path, "stm32f030f4", func);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  add_for_each_old ("words", test_old_words, TRUE);
  add_for_each_old ("no-more", test_old_has_no_more, FALSE);
  add_for_each_old ("clock-gate", test_clock_gate, TRUE);
  g_test_add_func ("/sim-crc/new", test_new);
  add_for_each_old ("loop", test_loop, FALSE);
  g_test_add_func ("/sim-crc/no-rbit", test_no_rbit);
  g_test_add_func ("/sim-crc/loop-m0", test_loop_m0);
  add_for_each_old ("too-early", test_too_early, TRUE);
  add_for_each_old ("lies", test_lies, TRUE);
  add_for_each_old ("stuck", test_stuck, TRUE);

  return g_test_run ();
}
