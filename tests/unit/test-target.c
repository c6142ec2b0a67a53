/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The core and its memory, over a probe that is nothing but memory and the debug registers of a
 * Cortex-M3. */

#include "config.h"

#include "target-bench.h"

#include "base/fk-error.h"
#include "base/fk-reader.h"

static void
test_reset_halt (TargetBench *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  connect_as (fixture, FK_CONNECT_NORMAL);
  fk_target_reset_halt (fixture->target, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (fixture->probe->halted);
  g_assert_cmphex (fixture->probe->registers[FK_REG_PC], ==, FLASH + 0x144);
  g_assert_cmphex (fixture->probe->demcr & FK_DEMCR_VC_ALL, ==, 0);
  g_assert_true (fk_target_reset_run (fixture->target, NULL, NULL));
  g_assert_false (fixture->probe->halted);
}

static void
test_reset_by_nrst (TargetBench *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  connect_as (fixture, FK_CONNECT_NORMAL);
  fixture->probe->sysreset_works = FALSE;
  fk_target_reset_halt (fixture->target, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (fixture->probe->halted);
  g_assert_cmpuint (fk_target_get_nrst (fixture->target), ==, FK_WIRING_YES);
  g_assert_false (fixture->probe->nrst_low);
}

static void
test_reset_by_vectreset (TargetBench *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  connect_as (fixture, FK_CONNECT_NORMAL);
  fixture->probe->sysreset_works = FALSE;
  fixture->probe->nrst_wired = FALSE;
  fk_target_reset_halt (fixture->target, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (fk_target_get_nrst (fixture->target), ==, FK_WIRING_NO);
  /* VECTRESET is no reset of the chip, so a reset that lets it run does without. */
  g_assert_false (fk_target_reset_run (fixture->target, NULL, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_TIMEOUT);
}

static void
test_widths (TargetBench *fixture, gconstpointer data)
{
  guint8 bytes[16];
  guint16 half = 0;

  connect_as (fixture, FK_CONNECT_NORMAL);
  g_string_truncate (fixture->probe->widths, 0);
  g_assert_true (fk_target_read (fixture->target, RAM + 3, bytes, 10, NULL, NULL, NULL));
  g_assert_cmpmem (bytes, 10, fixture->probe->ram + 3, 10);
  g_assert_true (fk_target_write (fixture->target, RAM + 1, bytes, 1, NULL, NULL, NULL));
  g_assert_true (fk_target_read_u16 (fixture->target, RAM + 2, &half, NULL));
  g_assert_true (fk_target_write_u16 (fixture->target, RAM + 6, 0xbeef, NULL));
  g_assert_true (fk_target_write_u8 (fixture->target, RAM + 9, 0x5a, NULL));
  g_assert_true (fk_target_read (fixture->target, RAM + 3, bytes, 0, NULL, NULL, NULL));
  g_assert_cmpstr (fixture->probe->widths->str, ==, "r1:1 r4:8 r1:1 w1:1 r2:2 w2:2 w1:1 ");
  g_assert_cmpuint (fk_load_u16le (fixture->probe->ram + 6), ==, 0xbeef);
}

static void
test_bus_fault (TargetBench *fixture, gconstpointer data)
{
  g_autofree guint8 *bytes = g_malloc (FLASH_SIZE + 64);
  g_autoptr (GError) error = NULL;

  connect_as (fixture, FK_CONNECT_NORMAL);
  g_assert_false (
      fk_target_read (fixture->target, FLASH + 0x101, bytes, FLASH_SIZE, NULL, NULL, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_BUS_FAULT);
  g_assert_nonnull (strstr (error->message, "0x08010000"));
  g_clear_error (&error);

  g_assert_false (fk_target_read (fixture->target, 0xfffffff0, bytes, 32, NULL, NULL, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_OUT_OF_RANGE);
  g_clear_error (&error);

  /* A fault that does not come again is no fault. */
  fixture->probe->faults_once = 1;
  fk_target_read (fixture->target, FLASH, bytes, FLASH_SIZE, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (bytes, FLASH_SIZE, fixture->probe->flash, FLASH_SIZE);
}

static void
check_ram_loan (TargetBench *fixture)
{
  FakeProbe *probe = fixture->probe;
  g_autofree guint8 *before = g_memdup2 (probe->ram, RAM_SIZE);
  const guint32 arguments[4] = { 1, 2, 3, 4 };
  g_autoptr (GError) error = NULL;
  guint32 registers[21];
  FkTargetRam *ram;

  for (guint i = 0; i < 21; i++)
    probe->registers[i] = 0x1000 + i;
  probe->registers[FK_REG_CONTROL_PRIMASK] = 0x03000001;
  probe->registers[FK_REG_XPSR] = 0x0600000b;
  probe->registers[FK_REG_SP] = probe->registers[FK_REG_PSP];
  probe->mpu_ctrl = 0x5;
  memcpy (registers, probe->registers, sizeof registers);

  connect_as (fixture, FK_CONNECT_NORMAL);
  ram = fk_target_borrow_ram (fixture->target, RAM + 2, 0x101, FK_TARGET_ALL_REGISTERS, TRUE, NULL,
                              &error);
  g_assert_no_error (error);
  g_assert_cmphex (fk_target_ram_get_address (ram), ==, RAM + 2);
  g_assert_cmpuint (fk_target_ram_get_size (ram), ==, 0x101);
  g_assert_cmphex (probe->mpu_ctrl, ==, 0);
  memset (probe->ram + 2, 0xcc, 0x101);

  fk_target_start (fixture->target, RAM + 0x11, RAM + 0x100, arguments, &error);
  g_assert_no_error (error);
  g_assert_false (probe->halted);
  g_assert_cmphex (probe->control, ==, FK_DHCSR_C_DEBUGEN | FK_DHCSR_C_MASKINTS);
  g_assert_cmphex (probe->registers[FK_REG_PC], ==, RAM + 0x10);
  g_assert_cmphex (probe->registers[FK_REG_MSP], ==, RAM + 0x100);
  g_assert_cmphex (probe->registers[FK_REG_PSP], ==, registers[FK_REG_PSP]);
  g_assert_cmphex (probe->registers[3], ==, 4);
  g_assert_cmphex (probe->registers[FK_REG_CONTROL_PRIMASK], ==, 0x00000001);
  g_assert_cmphex (probe->registers[FK_REG_XPSR], ==, 0x0100000b);

  g_assert_false (fk_target_wait_halted (fixture->target, 5, NULL, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_TIMEOUT);
  g_clear_error (&error);
  g_assert_true (probe->halted);

  fk_target_ram_return (ram, &error);
  g_assert_no_error (error);
  fk_target_ram_free (ram);
  g_assert_cmpmem (probe->ram, RAM_SIZE, before, RAM_SIZE);
  g_assert_cmpmem (probe->registers, sizeof registers, registers, sizeof registers);
  g_assert_cmphex (probe->mpu_ctrl, ==, 0x5);
  g_assert_true (fk_target_disconnect (fixture->target, FK_LEAVE_RESUMED, NULL));
  assert_left (probe);
}

static void
test_ram_loan (TargetBench *fixture, gconstpointer data)
{
  check_ram_loan (fixture);
}

/* After trouble a probe may begin a list anew. */
static void
test_ram_loan_twice (TargetBench *fixture, gconstpointer data)
{
  fixture->probe->lists_twice = TRUE;
  check_ram_loan (fixture);
  g_assert_cmpuint (fixture->probe->n_lists, >, 0);
}

/* A core at 32 kHz gives a register some time after it was asked for it. */
static void
test_slow_registers (TargetBench *fixture, gconstpointer data)
{
  for (guint i = 1; i <= 19; i++)
    {
      fixture->probe->slow_after = i;
      check_ram_loan (fixture);
      g_assert_cmpuint (fixture->probe->n_slow, >=, i < 19 ? 2 : 1);
      fixture->probe->n_slow = fixture->probe->n_transfers = 0;
    }
}

static void
test_code_ends (TargetBench *fixture, gconstpointer data)
{
  FakeProbe *probe = fixture->probe;
  const guint32 arguments[4] = { 0x11, 0x22, 0x33, 0x44 };
  g_autoptr (FkTargetRam) ram = NULL;
  FkTargetEnd end;

  connect_as (fixture, FK_CONNECT_NORMAL);
  ram = fk_target_borrow_ram (fixture->target, RAM, 64, FK_TARGET_ALL_REGISTERS, TRUE, NULL, NULL);
  g_assert_true (fk_target_start (fixture->target, RAM, RAM + 64, arguments, NULL));
  probe->halted = TRUE;
  probe->registers[FK_REG_PC] = RAM + 0x20;
  probe->registers[FK_REG_R1] = 0x55;
  g_assert_true (fk_target_wait_ended (fixture->target, 50, &end, NULL, NULL));
  g_assert_cmphex (end.pc, ==, RAM + 0x20);
  g_assert_cmphex (end.registers[0], ==, 0x11);
  g_assert_cmphex (end.registers[1], ==, 0x55);
  g_assert_cmphex (end.registers[3], ==, 0x44);
}

/* After a reset the old registers are worth nothing. */
static void
test_ram_loan_reset (TargetBench *fixture, gconstpointer data)
{
  g_autoptr (FkTargetRam) ram = NULL;

  connect_as (fixture, FK_CONNECT_NORMAL);
  ram = fk_target_borrow_ram (fixture->target, RAM, 64, FK_TARGET_ALL_REGISTERS, FALSE, NULL, NULL);
  g_assert_nonnull (ram);
  g_assert_true (fk_target_reset_halt (fixture->target, NULL, NULL));
  g_assert_true (fk_target_ram_return (ram, NULL));
  g_assert_cmphex (fixture->probe->registers[FK_REG_PC], ==, FLASH + 0x144);
}

/* Who resets the chip in the end asks for nothing of it back; where it is let go without that, it
 * begins anew. */
static void
test_ram_abandoned (TargetBench *fixture, gconstpointer data)
{
  FakeProbe *probe = fixture->probe;
  const guint32 arguments[4] = { 1, 2, 3, 4 };
  g_autoptr (FkTargetRam) ram = NULL;
  guint n_lists;

  connect_as (fixture, FK_CONNECT_NORMAL);
  g_assert_true (fk_target_reset_halt (fixture->target, NULL, NULL));
  fk_target_abandon_program (fixture->target);
  n_lists = probe->n_lists;
  ram = fk_target_borrow_ram (fixture->target, RAM, 64, FK_TARGET_ALL_REGISTERS, TRUE, NULL, NULL);
  g_assert_nonnull (ram);
  g_assert_cmpuint (probe->n_lists, ==, n_lists);
  probe->registers[FK_REG_XPSR] = 3;
  g_assert_true (fk_target_start (fixture->target, RAM, RAM + 64, arguments, NULL));
  g_assert_cmphex (probe->registers[FK_REG_XPSR], ==, FK_XPSR_T);
  probe->halted = TRUE;
  g_assert_true (fk_target_ram_return (ram, NULL));
  g_assert_cmphex (probe->registers[FK_REG_PC], ==, RAM);
  fk_store_u32le (probe->flash, RAM + 0x400);
  fk_store_u32le (probe->flash + 4, FLASH + 0x201);
  g_assert_true (fk_target_disconnect (fixture->target, FK_LEAVE_RESUMED, NULL));
  g_assert_cmphex (probe->registers[FK_REG_PC], ==, FLASH + 0x200);
  g_assert_cmphex (probe->registers[FK_REG_MSP], ==, RAM + 0x400);
  g_assert_false (probe->halted);
  g_assert_cmphex (probe->control, ==, 0);
}

/* Another reset, and the registers are the program's again. */
static void
test_ram_abandoned_once (TargetBench *fixture, gconstpointer data)
{
  FakeProbe *probe = fixture->probe;
  g_autoptr (FkTargetRam) ram = NULL;

  connect_as (fixture, FK_CONNECT_NORMAL);
  g_assert_true (fk_target_reset_halt (fixture->target, NULL, NULL));
  fk_target_abandon_program (fixture->target);
  g_assert_true (fk_target_reset_halt (fixture->target, NULL, NULL));
  probe->registers[FK_REG_R0] = 0x1234;
  ram = fk_target_borrow_ram (fixture->target, RAM, 64, FK_TARGET_ALL_REGISTERS, TRUE, NULL, NULL);
  probe->registers[FK_REG_R0] = 0;
  probe->ram[5] ^= 0xff;
  g_assert_true (fk_target_ram_return (ram, NULL));
  g_assert_cmphex (probe->registers[FK_REG_R0], ==, 0x1234);
}

static void
test_code_faults (TargetBench *fixture, gconstpointer data)
{
  const guint32 arguments[4] = { 0 };
  g_autoptr (FkTargetRam) ram = NULL;
  g_autoptr (GError) error = NULL;

  connect_as (fixture, FK_CONNECT_NORMAL);
  ram = fk_target_borrow_ram (fixture->target, RAM, 64, FK_TARGET_ALL_REGISTERS, TRUE, NULL, NULL);
  g_assert_true (fk_target_start (fixture->target, RAM, RAM + 64, arguments, NULL));
  g_assert_cmphex (fixture->probe->demcr & FK_DEMCR_VC_HARDERR, !=, 0);
  fixture->probe->halted = TRUE;
  fixture->probe->dfsr = FK_DFSR_VCATCH;
  g_assert_false (fk_target_wait_halted (fixture->target, 50, NULL, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_CORE_LOCKED);
}

static void
test_lockup (TargetBench *fixture, gconstpointer data)
{
  FakeProbe *probe = fixture->probe;
  gboolean locked_up;

  fk_store_u32le (probe->flash + 4, FLASH + 0x7145);
  check_lockup (fixture, "the reset vector points to 0x08007145, but nothing is programmed there");
  fk_store_u32le (probe->flash + 4, FLASH + 0x20145);
  check_lockup (fixture, "points to 0x08020145, where there is no memory");
  fk_store_u32le (probe->flash + 4, FLASH + 0x144);
  check_lockup (fixture, "that of firmware is odd");
  fk_store_u32le (probe->flash + 4, FLASH + 0x145);
  fk_store_u32le (probe->flash, 0x30000000);
  check_lockup (fixture, "the stack pointer begins at 0x30000000");
  fk_store_u32le (probe->flash, RAM + RAM_SIZE);
  probe->cfsr = FK_CFSR_PRECISERR | FK_CFSR_BFARVALID;
  probe->bfar = 0x40001234;
  check_lockup (fixture, "data was accessed where nothing answers (address 0x40001234)");
  memset (probe->flash, 0xff, 8);
  check_lockup (fixture, "the vector table at 0x08000000 is blank: there is no program to run");
  check_lockup_of (fixture, 0, "the reset vector points to 0xffffffff");
  memset (probe->flash, 0, 8);
  check_lockup_of (fixture, 0,
                   "the vector table at 0x08000000 is blank: there is no program to run");

  probe->locked_up = FALSE;
  probe->registers[FK_REG_PC] = 0x08000200;
  connect_as (fixture, FK_CONNECT_NORMAL);
  g_assert_true (fk_target_is_locked_up (fixture->target, &locked_up, NULL));
  g_assert_false (locked_up);
}

static void
assert_word (TargetBench *fixture, guint32 address, guint32 expected)
{
  guint32 value = 0;

  g_assert_true (fk_target_read_u32 (fixture->target, address, &value, NULL));
  g_assert_cmphex (value, ==, expected);
}

/* What was foreseen is given once for each time that it was read, and not beyond a write. */
static void
test_foresee (TargetBench *fixture, gconstpointer data)
{
  static const guint32 wanted[] = { RAM, RAM + 4, RAM, RAM + 8 };
  static const guint32 missing[] = { RAM, 0x60000000 };
  guint8 *ram = fixture->probe->ram;
  guint8 bytes[8];
  guint16 half = 0;

  connect_as (fixture, FK_CONNECT_NORMAL);
  fk_store_u32le (ram, 1);
  fk_store_u32le (ram + 4, 0x22223333);
  fk_store_u32le (ram + 8, 4);
  g_assert_true (fk_target_foresee (fixture->target, wanted, G_N_ELEMENTS (wanted), NULL));
  memset (ram, 0xee, 12);
  assert_word (fixture, RAM, 1);
  g_assert_true (fk_target_read_u16 (fixture->target, RAM + 6, &half, NULL));
  g_assert_cmphex (half, ==, 0x2222);
  /* Not all of it is foreseen any more, so all of it is read. */
  g_assert_true (fk_target_read (fixture->target, RAM + 4, bytes, 8, NULL, NULL, NULL));
  g_assert_cmphex (fk_load_u32le (bytes + 4), ==, 0xeeeeeeee);
  assert_word (fixture, RAM, 1);
  assert_word (fixture, RAM, 0xeeeeeeee);
  assert_word (fixture, RAM + 8, 4);

  fk_store_u32le (ram, 5);
  g_assert_true (fk_target_foresee (fixture->target, wanted, 1, NULL));
  g_assert_true (fk_target_write_u32 (fixture->target, RAM, 6, NULL));
  assert_word (fixture, RAM, 6);

  /* What does not answer is not foreseen, nor is what stood beside it. */
  g_assert_true (fk_target_foresee (fixture->target, missing, G_N_ELEMENTS (missing), NULL));
  fk_store_u32le (ram, 7);
  assert_word (fixture, RAM, 7);
  g_assert_false (fk_target_read_u32 (fixture->target, 0x60000000, &(guint32){ 0 }, NULL));

  g_assert_true (fk_target_foresee (fixture->target, wanted, 1, NULL));
  g_assert_true (fk_target_reset_halt (fixture->target, NULL, NULL));
  fk_store_u32le (ram, 8);
  assert_word (fixture, RAM, 8);
}

/* The end of what answers is asked for once, and everything before it is foreseen as ever. */
static void
test_foresee_end (TargetBench *fixture, gconstpointer data)
{
  static const guint32 first[] = { RAM + 8 };
  static const guint32 wanted[] = { RAM, RAM, 0x60000000 };
  static const guint32 holed[] = { RAM, 0x60000000, RAM + 4 };
  guint8 *ram = fixture->probe->ram;
  g_autoptr (GError) error = NULL;
  guint32 value = 0;

  connect_as (fixture, FK_CONNECT_NORMAL);
  fk_store_u32le (ram, 1);
  fk_store_u32le (ram + 4, 2);
  fk_store_u32le (ram + 8, 3);
  g_assert_true (fk_target_foresee (fixture->target, first, G_N_ELEMENTS (first), NULL));
  g_assert_true (fk_target_foresee_end (fixture->target, wanted, G_N_ELEMENTS (wanted), NULL));
  memset (ram, 0xee, 12);
  for (guint i = 0; i < 2; i++)
    {
      g_assert_false (fk_target_try_u32 (fixture->target, 0x60000000, &value, &error));
      g_assert_error (error, FK_ERROR, FK_ERROR_BUS_FAULT);
      g_clear_error (&error);
      assert_word (fixture, RAM, 1);
    }
  assert_word (fixture, RAM, 0xeeeeeeee);
  assert_word (fixture, RAM + 8, 3);

  /* One that should have answered may have been disturbed. */
  g_assert_true (fk_target_foresee (fixture->target, NULL, 0, NULL));
  g_assert_true (fk_target_foresee_end (fixture->target, holed, G_N_ELEMENTS (holed), NULL));
  fixture->probe->n_words_read = 0;
  g_assert_false (fk_target_try_u32 (fixture->target, 0x60000000, &value, NULL));
  g_assert_cmpuint (fixture->probe->n_words_read, ==, 1);
  assert_word (fixture, RAM, 0xeeeeeeee);

  /* Where all answers, all is foreseen; and a write ends it. */
  g_assert_true (fk_target_foresee_end (fixture->target, wanted, 2, NULL));
  fk_store_u32le (ram, 4);
  assert_word (fixture, RAM, 0xeeeeeeee);
  g_assert_true (fk_target_write_u32 (fixture->target, RAM, 5, NULL));
  assert_word (fixture, RAM, 5);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  target_bench_add ("/target/core/reset-halt", test_reset_halt);
  target_bench_add ("/target/core/reset-by-nrst", test_reset_by_nrst);
  target_bench_add ("/target/core/reset-by-vectreset", test_reset_by_vectreset);
  target_bench_add ("/target/core/ram-loan", test_ram_loan);
  target_bench_add ("/target/core/ram-loan-twice", test_ram_loan_twice);
  target_bench_add ("/target/core/slow-registers", test_slow_registers);
  target_bench_add ("/target/core/code-ends", test_code_ends);
  target_bench_add ("/target/core/ram-loan-reset", test_ram_loan_reset);
  target_bench_add ("/target/core/ram-abandoned", test_ram_abandoned);
  target_bench_add ("/target/core/ram-abandoned-once", test_ram_abandoned_once);
  target_bench_add ("/target/core/code-faults", test_code_faults);
  target_bench_add ("/target/core/lockup", test_lockup);
  target_bench_add ("/target/memory/widths", test_widths);
  target_bench_add ("/target/memory/bus-fault", test_bus_fault);
  target_bench_add ("/target/memory/foresee", test_foresee);
  target_bench_add ("/target/memory/foresee-end", test_foresee_end);
  return g_test_run ();
}
