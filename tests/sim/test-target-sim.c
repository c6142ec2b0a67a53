/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The target on the simulated boards: through the ST-LINK driver, as on a real one. */

#include "config.h"

#include "target/fk-cortex-m.h"
#include "each-board.h"

#include "target/fk-target.h"

#include "base/fk-error.h"
#include "base/fk-reader.h"
#include "probe/fk-probe-list.h"
#include "sim/fk-sim.h"

#define FLASH 0x08000000u
#define RAM   0x20000000u

typedef struct
{
  FkSimBoard *board;
  FkProbe *probe;
  FkTarget *target;
} Bench;

static void
bench_open (Bench *bench, const char *specification)
{
  g_autoptr (GError) error = NULL;

  bench->board = fk_sim_board_new (specification, &error);
  g_assert_no_error (error);
  bench->probe = fk_probe_new_for_usb (fk_sim_board_get_usb_device (bench->board));
  fk_probe_open (bench->probe, NULL, &error);
  g_assert_no_error (error);
  bench->target = fk_target_new (bench->probe);
  fk_target_set_catch_limit (bench->target, 100);
}

/* A board that was on before we came: its program has done what it does at its start. */
static void
bench_open_late (Bench *bench, const char *specification)
{
  bench_open (bench, specification);
  fk_probe_wait (bench->probe, 20000);
}

static void
bench_close (Bench *bench)
{
  g_assert_finalize_object (bench->target);
  fk_probe_close (bench->probe);
  g_assert_finalize_object (bench->probe);
  g_assert_finalize_object (bench->board);
}

static void
connect_as (Bench *bench, FkConnect how)
{
  g_autoptr (GError) error = NULL;

  fk_target_connect (bench->target, how, 0, NULL, NULL, &error);
  g_assert_no_error (error);
}

static void
leave (Bench *bench, FkLeave how)
{
  g_autoptr (GError) error = NULL;

  fk_target_disconnect (bench->target, how, &error);
  g_assert_no_error (error);
}

static void
assert_left_running (Bench *bench)
{
  g_assert_true (fk_sim_board_is_core_running (bench->board));
  g_assert_false (fk_sim_board_is_debug_enabled (bench->board));
  g_assert_false (fk_sim_board_is_reset_held (bench->board));
}

static guint32
peek (Bench *bench, guint32 address)
{
  guint8 bytes[4];

  g_assert_true (fk_sim_board_peek (bench->board, address, bytes, sizeof bytes));
  return fk_load_u32le (bytes);
}

static void
poke (Bench *bench, guint32 address, guint32 value)
{
  guint8 bytes[4];

  fk_store_u32le (bytes, value);
  g_assert_true (fk_sim_board_poke (bench->board, address, bytes, sizeof bytes));
}

static guint32
read_register (Bench *bench, FkRegister reg)
{
  g_autoptr (GError) error = NULL;
  guint32 value = 0;

  fk_target_read_register (bench->target, reg, &value, &error);
  g_assert_no_error (error);
  return value;
}

/* Code that runs while a block comes sees its beginning before its end. */
static void
test_block_comes_in_time (gconstpointer data)
{
  /* 00: ldr r1, [r0]; cmp r1, #0; beq 00; ldr r2, [r3]; bkpt */
  static const guint8 code[] = { 0x01, 0x68, 0x00, 0x29, 0xfc, 0xd0, 0x1a, 0x68, 0x00, 0xbe };
  g_autoptr (GError) error = NULL;
  guint8 block[1024];
  gboolean halted = FALSE;
  Bench bench;

  bench_open (&bench, data);
  connect_as (&bench, FK_CONNECT_NORMAL);
  memset (block, 0, sizeof block);
  g_assert_true (
      fk_target_write (bench.target, RAM + 0x400, block, sizeof block, NULL, NULL, &error));
  g_assert_true (fk_target_write (bench.target, RAM, code, sizeof code, NULL, NULL, &error));
  fk_target_write_register (bench.target, FK_REG_R0, RAM + 0x400, &error);
  fk_target_write_register (bench.target, FK_REG_R3, RAM + 0x400 + sizeof block - 4, &error);
  fk_target_write_register (bench.target, FK_REG_PC, RAM, &error);
  g_assert_no_error (error);
  g_assert_true (fk_target_resume (bench.target, &error));

  memset (block, 0xff, sizeof block);
  g_assert_true (
      fk_target_write (bench.target, RAM + 0x400, block, sizeof block, NULL, NULL, &error));
  g_assert_true (fk_target_is_halted (bench.target, &halted, &error));
  g_assert_true (halted);
  g_assert_cmphex (read_register (&bench, FK_REG_R1), ==, 0xffffffff);
  g_assert_cmphex (read_register (&bench, FK_REG_R2), ==, 0);
  leave (&bench, FK_LEAVE_RESET);
  bench_close (&bench);
}

/* Every board: who it is, its whole flash, a reset to its first instruction, and left as found. */
static void
test_board (gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree guint8 *read = g_malloc (0x4000);
  g_autofree guint8 *real = g_malloc (0x4000);
  Bench bench;

  bench_open (&bench, data);
  connect_as (&bench, FK_CONNECT_AUTO);
  g_assert_false (fk_sim_board_is_core_running (bench.board));
  g_assert_cmphex (fk_target_get_designer (bench.target), ==, FK_JEP106_ST);
  g_assert_cmpuint (fk_target_get_core (bench.target), !=, FK_CORE_UNKNOWN);
  g_assert_cmphex (fk_target_get_dpidr (bench.target) & 0xfff, ==, 0x477);
  g_assert_cmpuint (fk_target_get_millivolts (bench.target), >, 2000);

  /* 16 KiB are what the smallest has. */
  fk_target_read (bench.target, FLASH, read, 0x4000, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (fk_sim_board_peek (bench.board, FLASH, real, 0x4000));
  g_assert_cmpmem (read, 0x4000, real, 0x4000);

  fk_target_reset_halt (bench.target, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmphex (read_register (&bench, FK_REG_PC), ==, peek (&bench, FLASH + 4) & ~1u);
  g_assert_cmphex (read_register (&bench, FK_REG_SP), ==, peek (&bench, FLASH));
  leave (&bench, FK_LEAVE_RESUMED);
  assert_left_running (&bench);

  connect_as (&bench, FK_CONNECT_UNDER_RESET);
  g_assert_cmpuint (fk_target_get_nrst (bench.target), ==, FK_WIRING_YES);
  g_assert_cmphex (read_register (&bench, FK_REG_PC), ==, peek (&bench, FLASH + 4) & ~1u);
  leave (&bench, FK_LEAVE_RESET);
  assert_left_running (&bench);

  connect_as (&bench, FK_CONNECT_NORMAL);
  leave (&bench, FK_LEAVE_HALTED);
  g_assert_false (fk_sim_board_is_core_running (bench.board));
  bench_close (&bench);
}

/* Bits that keep a sleeping chip awake are given back; on F0 they need a clock.  On G0 and L0 it is
 * another one, and on H7 they are elsewhere, which only who knows the chip can tell: there they
 * stay 0. */
static void
test_awake (gconstpointer data)
{
  gboolean is_elsewhere = is_h7 (data);
  guint32 wanted =
      is_elsewhere || g_str_equal (data, "skr-mini-e3-v3") || g_str_equal (data, "nucleo-l073") ? 0
                                                                                                : 6;
  g_autoptr (GError) error = NULL;
  guint32 before = 0;
  guint32 during = 0;
  guint32 after = 0;
  guint32 cr;
  Bench bench;

  bench_open (&bench, data);
  connect_as (&bench, FK_CONNECT_HOT_PLUG);
  cr = (is_elsewhere ? 0x5c001000 : fk_target_get_dbgmcu (bench.target)) + FK_DBGMCU_CR;
  g_assert_true (fk_target_read_u32 (bench.target, cr, &before, NULL));
  leave (&bench, FK_LEAVE_RESUMED);
  connect_as (&bench, FK_CONNECT_NORMAL);
  g_assert_true (fk_target_resume (bench.target, NULL));
  g_assert_true (fk_target_read_u32 (bench.target, cr, &during, NULL));
  g_assert_cmphex (during & 0x6, ==, wanted);
  g_assert_true (fk_target_reset_halt (bench.target, NULL, &error));
  leave (&bench, FK_LEAVE_RESET);
  connect_as (&bench, FK_CONNECT_HOT_PLUG);
  g_assert_true (fk_target_read_u32 (bench.target, cr, &after, NULL));
  g_assert_cmphex (after, ==, before);
  bench_close (&bench);
}

static void
test_hot_plug (void)
{
  guint8 bytes[64];
  Bench bench;

  bench_open (&bench, "creator-pro");
  connect_as (&bench, FK_CONNECT_HOT_PLUG);
  g_assert_true (fk_sim_board_is_core_running (bench.board));
  g_assert_true (fk_target_read (bench.target, FLASH, bytes, sizeof bytes, NULL, NULL, NULL));
  leave (&bench, FK_LEAVE_RESUMED);
  assert_left_running (&bench);
  bench_close (&bench);
}

/* Firmware that switches SWD off is met under reset. */
static void
test_swd_off (void)
{
  Bench bench;

  bench_open_late (&bench, "skr-mini-e3?swd=off");
  connect_as (&bench, FK_CONNECT_AUTO);
  g_assert_true (g_str_has_prefix (fk_target_get_connection (bench.target), "under reset"));
  g_assert_cmpuint (fk_target_get_nrst (bench.target), ==, FK_WIRING_YES);
  leave (&bench, FK_LEAVE_RESET);
  assert_left_running (&bench);
  bench_close (&bench);
}

static void
test_swd_off_normal (void)
{
  g_autoptr (GError) error = NULL;
  Bench bench;

  bench_open_late (&bench, "skr-mini-e3?swd=off");
  g_assert_false (fk_target_connect (bench.target, FK_CONNECT_NORMAL, 0, NULL, NULL, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_NO_TARGET);
  bench_close (&bench);
}

/* Without the reset wire nothing helps but somebody who presses RESET. */
static void
test_swd_off_unwired (void)
{
  g_autoptr (GError) error = NULL;
  Bench bench;

  bench_open_late (&bench, "skr-mini-e3?swd=off&nrst=no");
  g_assert_false (fk_target_connect (bench.target, FK_CONNECT_AUTO, 0, NULL, NULL, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_NO_TARGET);
  g_assert_nonnull (strstr (error->message, "under reset"));
  g_assert_nonnull (strstr (error->message, "catching the start"));
  g_assert_nonnull (strstr (error->message, "3.3"));
  bench_close (&bench);
}

/* Does as it is told: switches the board off and on. */
static void
obey (const FkProgressStatus *status, gpointer data)
{
  if (status->note != NULL && g_str_has_prefix (status->note, "Press the board's RESET button now"))
    fk_sim_board_power_cycle (data);
}

/* The person is asked to, switches the board off and on, and the chip is caught as it starts. */
static void
test_catch (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FkProgress) progress = NULL;
  Bench bench;

  bench_open_late (&bench, "skr-mini-e3?swd=off&nrst=no");
  g_assert_false (fk_target_connect (bench.target, FK_CONNECT_NORMAL, 0, NULL, NULL, NULL));
  progress = fk_progress_new (obey, bench.board, NULL);
  fk_target_connect (bench.target, FK_CONNECT_AUTO, 0, progress, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_str_has_prefix (fk_target_get_connection (bench.target), "catching the start"));
  leave (&bench, FK_LEAVE_RESUMED);
  bench_close (&bench);
}

static void
test_unwired (void)
{
  Bench bench;

  bench_open (&bench, "blue-pill?nrst=no");
  connect_as (&bench, FK_CONNECT_UNDER_RESET);
  g_assert_cmpuint (fk_target_get_nrst (bench.target), ==, FK_WIRING_NO);
  g_assert_cmphex (read_register (&bench, FK_REG_PC), ==, peek (&bench, FLASH + 4) & ~1u);
  leave (&bench, FK_LEAVE_RESET);
  assert_left_running (&bench);
  bench_close (&bench);
}

static void
test_no_power (void)
{
  g_autoptr (GError) error = NULL;
  Bench bench;

  bench_open (&bench, "blue-pill?millivolts=0");
  g_assert_false (fk_target_connect (bench.target, FK_CONNECT_AUTO, 0, NULL, NULL, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_NO_POWER);
  g_assert_nonnull (strstr (error->message, "0.0"));
  bench_close (&bench);
}

/* 5 is what the slowest probe has. */
static void
test_speed (void)
{
  Bench bench;

  bench_open (&bench, "blue-pill");
  g_assert_true (fk_target_connect (bench.target, FK_CONNECT_NORMAL, 240, NULL, NULL, NULL));
  g_assert_cmpuint (fk_probe_get_speed (bench.probe), ==, 240);
  bench_close (&bench);
}

static void
check_lockup (Bench *bench, const char *part)
{
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  gboolean locked_up = FALSE;

  fk_sim_board_power_cycle (bench->board);
  connect_as (bench, FK_CONNECT_NORMAL);
  g_assert_true (fk_target_is_locked_up (bench->target, &locked_up, NULL));
  g_assert_true (locked_up);
  text = fk_target_describe_lockup (bench->target, 0xff, NULL, &error);
  g_assert_no_error (error);
  if (strstr (text, part) == NULL)
    g_error ("no \"%s\" in: %s", part, text);
  g_assert_true (fk_target_reset_halt (bench->target, NULL, NULL));
  g_assert_true (fk_target_is_locked_up (bench->target, &locked_up, NULL));
  g_assert_false (locked_up);
  leave (bench, FK_LEAVE_RESUMED);
}

static void
test_lockup (gconstpointer data)
{
  gboolean is_f7 = g_str_equal (data, "nucleo-f746"); /* it starts from the flash's other place */
  Bench bench;

  bench_open (&bench, data);
  /* An application that was linked to run behind a bootloader, of which the first pages are there.
   */
  poke (&bench, FLASH + 4, FLASH + 0x3145);
  poke (&bench, FLASH + 12, FLASH + 0x3201); /* its HardFault handler */
  for (guint32 i = 0x3000; i < 0x4000; i += 4)
    poke (&bench, FLASH + i, G_MAXUINT32);
  check_lockup (&bench, "the reset vector points to 0x08003145, but nothing is programmed there");
  poke (&bench, FLASH, G_MAXUINT32);
  poke (&bench, FLASH + 4, G_MAXUINT32);
  check_lockup (&bench,
                is_f7 ? "the vector table at 0x00200000 is blank: there is no program to run"
                      : "the vector table at 0x08000000 is blank: there is no program to run");
  bench_close (&bench);
}

/* adds r0, r0, r1; bkpt */
static void
test_run (gconstpointer data)
{
  const guint32 arguments[4] = { 40, 2, 3, 4 };
  g_autofree guint8 *before = g_malloc (0x1000);
  g_autofree guint8 *after = g_malloc (0x1000);
  g_autoptr (GError) error = NULL;
  FkTargetRam *ram;
  guint32 pc;
  Bench bench;

  bench_open (&bench, data);
  connect_as (&bench, FK_CONNECT_NORMAL);
  g_assert_true (fk_sim_board_peek (bench.board, RAM, before, 0x1000));
  pc = read_register (&bench, FK_REG_PC);
  ram = fk_target_borrow_ram (bench.target, RAM + 0x100, 0x200, FK_TARGET_ALL_REGISTERS, TRUE, NULL,
                              &error);
  g_assert_no_error (error);

  poke (&bench, RAM + 0x100, 0xbe001840);
  fk_target_start (bench.target, RAM + 0x101, RAM + 0x300, arguments, &error);
  g_assert_no_error (error);
  fk_target_wait_halted (bench.target, 1000, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (read_register (&bench, FK_REG_R0), ==, 42);

  /* A loop without end is stopped. */
  poke (&bench, RAM + 0x100, 0xe7fee7fe);
  g_assert_true (fk_target_start (bench.target, RAM + 0x100, RAM + 0x300, arguments, NULL));
  g_assert_false (fk_target_wait_halted (bench.target, 20, NULL, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_TIMEOUT);
  g_clear_error (&error);

  /* ldr r0, [r2] where there is nothing. */
  poke (&bench, RAM + 0x100, 0xbe006810);
  g_assert_true (fk_target_start (bench.target, RAM + 0x100, RAM + 0x300,
                                  (const guint32[4]){ 0, 0, 0x90000000, 0 }, NULL));
  g_assert_false (fk_target_wait_halted (bench.target, 1000, NULL, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_CORE_LOCKED);
  g_clear_error (&error);

  fk_target_ram_return (ram, &error);
  g_assert_no_error (error);
  fk_target_ram_free (ram);
  g_assert_cmphex (read_register (&bench, FK_REG_PC), ==, pc);
  g_assert_true (fk_sim_board_peek (bench.board, RAM, after, 0x1000));
  g_assert_cmpmem (after, 0x1000, before, 0x1000);
  leave (&bench, FK_LEAVE_RESUMED);
  assert_left_running (&bench);
  bench_close (&bench);
}

static void
poke_code (Bench *bench, const guint16 *code, guint n)
{
  for (guint i = 0; i < n; i += 2)
    poke (bench, RAM + 0x100 + 2 * i, code[i] | (guint32)code[i + 1] << 16);
}

/* Returns the loan with an errand, and a word that is wanted behind it.  Both are had after code
 * that was seen at its end, and not otherwise, nor does the errand spoil anything that faults. */
static void
return_with_errands (Bench *bench, FkTargetRam *ram, gboolean at_end, gboolean faults)
{
  const guint32 place = RAM + 0xf00;
  const guint32 wanted = RAM + 0xf04;
  FkProbeAccess errands[] = {
    { .address = place, .value = 0x5eed5eed, .is_write = TRUE, .done = TRUE },
    { .address = place },
    { .address = faults ? 0x90000000 : place },
  };
  guint n = G_N_ELEMENTS (errands);
  g_autoptr (GError) error = NULL;
  guint32 value;

  poke (bench, place, 0);
  poke (bench, wanted, 1);
  fk_target_foresee_with_return (bench->target, &wanted, 1);
  fk_target_ram_return_with (ram, errands, n, &error);
  g_assert_no_error (error);
  fk_target_ram_free (ram);
  g_assert_cmpint (errands[n - 1].done, ==, at_end && !faults);
  if (!faults)
    {
      g_assert_cmphex (peek (bench, place), ==, at_end ? 0x5eed5eed : 0);
      g_assert_cmphex (errands[1].value, ==, at_end ? 0x5eed5eed : 0);
    }
  poke (bench, wanted, 2);
  g_assert_true (fk_target_foresee (bench->target, &wanted, 1, NULL));
  g_assert_true (fk_target_read_u32 (bench->target, wanted, &value, NULL));
  g_assert_cmphex (value, ==, at_end && !faults ? 1 : 2);
  g_assert_true (fk_target_read_u32 (bench->target, wanted, &value, NULL));
  g_assert_cmphex (value, ==, 2);
}

/* Code that saves registers by itself gives them back at its end; whoever stops it elsewhere finds
 * them on its stack. */
static void
test_run_saving (gconstpointer data)
{
  /* push {r0-r7, lr}; spoil all of them; ... */
  static const guint16 well[] = { 0xb5ff, 0x2001, 0x2102, 0x2503, 0x2704, 0x4686,
                                  0x46c0, 0x9808, 0x4686, 0xbcff, 0xbe00, 0xe7fd };
  static const guint16 stuck[] = { 0xb5ff, 0x2001, 0x2102, 0x2503, 0x2704, 0x4686, 0xe7fe, 0x46c0 };
  static const guint16 faulting[] = {
    0xb5ff, 0x2001, 0x2709, 0x4686, 0x2209, 0x0712, 0x6810, 0xbe00
  };
  static const guint16 at_once[] = { 0xe7fe, 0xb5ff }; /* is stopped at its first instruction */
  static const struct
  {
    const guint16 *code;
    guint n;
    gboolean looks;
    gboolean errand_faults;
  } rows[] = {
    { well, G_N_ELEMENTS (well), TRUE },        { well, G_N_ELEMENTS (well), FALSE },
    { stuck, G_N_ELEMENTS (stuck), TRUE },      { faulting, G_N_ELEMENTS (faulting), TRUE },
    { at_once, G_N_ELEMENTS (at_once), FALSE }, { NULL, 0, FALSE },
    { well, G_N_ELEMENTS (well), TRUE, TRUE },
  };
  guint8 numbers[FK_TARGET_GENERAL_REGISTERS + 5];
  guint32 before[G_N_ELEMENTS (numbers)];
  guint32 after[G_N_ELEMENTS (numbers)];
  guint n = 0;
  Bench bench;

  bench_open (&bench, data);
  connect_as (&bench, FK_CONNECT_NORMAL);
  for (guint8 i = 0; i < FK_TARGET_GENERAL_REGISTERS; i++)
    {
      numbers[n++] = i;
      g_assert_true (fk_target_write_register (bench.target, i, 0x11111111u * i, NULL));
    }
  for (guint8 i = FK_REG_SP; i <= FK_REG_MSP; i++)
    numbers[n++] = i;
  g_assert_true (fk_target_write_register (bench.target, FK_REG_LR, 0x0badc0de, NULL));
  g_assert_true (fk_target_read_registers (bench.target, numbers, before, n, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree guint8 *ram_before = g_malloc (0x1000);
      g_autofree guint8 *ram_after = g_malloc (0x1000);
      g_autoptr (GError) error = NULL;
      guint32 words[2];
      gboolean ended = FALSE;
      gboolean at_end = FALSE;
      FkTargetRam *ram;

      g_assert_true (fk_sim_board_peek (bench.board, RAM, ram_before, 0xf00));
      ram = fk_target_borrow_ram (bench.target, RAM + 0x100, 0x200, FK_TARGET_CODE_SAVES, TRUE,
                                  NULL, &error);
      g_assert_no_error (error);
      poke_code (&bench, rows[i].code, rows[i].n);
      if (rows[i].n > 0)
        g_assert_true (fk_target_start (bench.target, RAM + 0x101, RAM + 0x300, NULL, NULL));
      fk_target_pass_time (bench.target, 1000);
      if (rows[i].looks)
        {
          fk_target_has_ended_with (bench.target, RAM + 0x100, words, 2, &ended, &error);
          g_assert_no_error (error);
          g_assert_cmpint (ended, ==, rows[i].code != stuck);
          g_assert_cmphex (words[1], ==, rows[i].code[2] | (guint32)rows[i].code[3] << 16);
        }
      /* Only code that was seen at its end may be followed by other code on the same loan. */
      g_assert_cmpint (fk_target_ram_covers (ram, FK_TARGET_CODE_SAVES), ==,
                       rows[i].code == well && rows[i].looks);
      g_assert_false (fk_target_ram_covers (ram, FK_TARGET_ALL_REGISTERS));
      if (fk_target_ram_covers (ram, FK_TARGET_CODE_SAVES))
        {
          fk_target_ram_grow (ram, 0x400, NULL, &error);
          g_assert_no_error (error);
          g_assert_cmpuint (fk_target_ram_get_size (ram), ==, 0x400);
          poke_code (&bench, rows[i].code, rows[i].n);
          poke (&bench, RAM + 0x4fc, 0x600df00d);
          g_assert_true (fk_target_start (bench.target, RAM + 0x101, RAM + 0x4f0, NULL, NULL));
          g_assert_false (fk_target_ram_covers (ram, FK_TARGET_CODE_SAVES));
          fk_target_pass_time (bench.target, 1000);
          fk_target_has_ended_with (bench.target, RAM + 0x100, words, 2, &at_end, &error);
          g_assert_no_error (error);
        }
      return_with_errands (&bench, ram, at_end, rows[i].errand_faults);
      g_assert_true (fk_target_read_registers (bench.target, numbers, after, n, NULL));
      for (guint j = 0; j < n; j++)
        g_assert_cmphex (after[j], ==, before[j]);
      g_assert_true (fk_sim_board_peek (bench.board, RAM, ram_after, 0xf00));
      g_assert_cmpmem (ram_after, 0xf00, ram_before, 0xf00);
    }
  leave (&bench, FK_LEAVE_RESET);
  bench_close (&bench);
}

static void
test_end_of_flash (void)
{
  g_autofree guint8 *bytes = g_malloc (0x10001);
  g_autoptr (GError) error = NULL;
  Bench bench;

  bench_open (&bench, "blue-pill");
  connect_as (&bench, FK_CONNECT_NORMAL);
  g_assert_true (fk_target_read (bench.target, FLASH, bytes, 0x10000, NULL, NULL, NULL));
  g_assert_false (fk_target_read (bench.target, FLASH, bytes, 0x10001, NULL, NULL, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_BUS_FAULT);
  g_assert_nonnull (strstr (error->message, "0x08010000"));
  bench_close (&bench);
}

/* SWD goes silent, or the cable is pulled, in the middle: an error and no hang, and a next time. */
static void
test_lost (gconstpointer data)
{
  FkSimFault fault = GPOINTER_TO_INT (data);
  g_autofree guint8 *bytes = g_malloc (0x10000);
  g_autoptr (GError) error = NULL;
  gint64 start = g_get_monotonic_time ();
  Bench bench;

  bench_open (&bench, "blue-pill");
  connect_as (&bench, FK_CONNECT_NORMAL);
  fk_sim_board_set_fault (bench.board, fault, fk_sim_board_get_n_transfers (bench.board) + 9);
  g_assert_false (fk_target_read (bench.target, FLASH, bytes, 0x10000, NULL, NULL, &error));
  if (fault == FK_SIM_FAULT_UNPLUG)
    g_assert_error (error, FK_ERROR, FK_ERROR_PROBE_LOST);
  else
    g_assert_error (error, FK_ERROR, FK_ERROR_TARGET_LOST);
  g_clear_error (&error);
  g_assert_false (fk_target_disconnect (bench.target, FK_LEAVE_RESET, &error));
  g_assert_nonnull (error);
  g_assert_false (fk_target_is_connected (bench.target));
  g_assert_cmpint (g_get_monotonic_time () - start, <, 5 * G_USEC_PER_SEC);
  bench_close (&bench);
}

/* The wire is cut at every transfer in turn while connecting and leaving.  Whatever happened, a
 * target that comes after it finds a chip that it can use and leave. */
static void
test_cut_anywhere (void)
{
  gboolean whole = FALSE;

  for (guint i = 0; !whole; i += 5)
    {
      g_autoptr (GError) error = NULL;
      Bench bench;

      bench_open (&bench, "f030");
      fk_sim_board_set_fault (bench.board, FK_SIM_FAULT_SWD,
                              fk_sim_board_get_n_transfers (bench.board) + i);
      whole = fk_target_connect (bench.target, FK_CONNECT_NORMAL, 480, NULL, NULL, &error) &&
              fk_target_disconnect (bench.target, FK_LEAVE_RESET, &error);
      whole = whole && i > fk_sim_board_get_n_transfers (bench.board);
      g_assert_false (fk_target_is_connected (bench.target));
      connect_as (&bench, FK_CONNECT_AUTO);
      leave (&bench, FK_LEAVE_RESUMED);
      assert_left_running (&bench);
      bench_close (&bench);
    }
}

static gboolean
has_breakpoints (Bench *bench)
{
  guint32 value = 0;

  g_assert_true (fk_probe_attach (bench->probe, FALSE, NULL, NULL));
  g_assert_true (fk_probe_read_word (bench->probe, FK_FP_CTRL, &value, NULL));
  fk_probe_detach (bench->probe);
  return (value & FK_FP_CTRL_ENABLE) != 0;
}

static void
switch_breakpoints_on (Bench *bench)
{
  g_assert_true (
      fk_probe_write_word (bench->probe, FK_FP_CTRL, FK_FP_CTRL_KEY | FK_FP_CTRL_ENABLE, NULL));
}

/* The breakpoint unit is off afterwards, whether an earlier debugger left it on or it was switched
 * on while the program ran. */
static void
test_breakpoints (gconstpointer data)
{
  Bench bench;

  bench_open (&bench, data);
  g_assert_true (fk_probe_attach (bench.probe, FALSE, NULL, NULL));
  switch_breakpoints_on (&bench);
  g_assert_true (has_breakpoints (&bench));
  connect_as (&bench, FK_CONNECT_NORMAL);
  leave (&bench, FK_LEAVE_RESUMED);
  g_assert_false (has_breakpoints (&bench));

  connect_as (&bench, FK_CONNECT_NORMAL);
  g_assert_true (fk_target_resume (bench.target, NULL));
  switch_breakpoints_on (&bench);
  g_assert_true (fk_target_halt (bench.target, NULL, NULL));
  leave (&bench, FK_LEAVE_RESUMED);
  g_assert_false (has_breakpoints (&bench));
  assert_left_running (&bench);
  bench_close (&bench);
}

/* The answer to the write that keeps the chip awake gets lost: it is done once more. */
static void
test_awake_insists (void)
{
  guint32 value = 0;
  Bench bench;

  bench_open (&bench, "blue-pill");
  connect_as (&bench, FK_CONNECT_NORMAL);
  g_assert_true (g_str_has_suffix (fk_target_get_connection (bench.target), "4000 kHz"));
  fk_sim_board_set_fault (bench.board, FK_SIM_FAULT_SHORT,
                          fk_sim_board_get_n_transfers (bench.board) + 1);
  g_assert_true (fk_target_settle (bench.target, NULL));
  g_assert_true (
      fk_target_read_u32 (bench.target, FK_DBGMCU_CORTEX_M3 + FK_DBGMCU_CR, &value, NULL));
  g_assert_cmphex (value, ==, 7);
  leave (&bench, FK_LEAVE_RESUMED);
  bench_close (&bench);
}

/* With what is foreseen it costs no exchange, and where that fails it is done all the same. */
static void
test_awake_foreseen (void)
{
  static const guint32 address = FK_SCB_CPUID;

  for (guint i = 0; i < 2; i++)
    {
      guint32 value = 0;
      guint64 before;
      Bench bench;

      bench_open (&bench, "blue-pill");
      connect_as (&bench, FK_CONNECT_NORMAL);
      before = fk_sim_board_get_n_transfers (bench.board);
      if (i > 0)
        fk_sim_board_set_fault (bench.board, FK_SIM_FAULT_SWD, before + 2);
      g_assert_true (fk_target_foresee (bench.target, &address, 1, NULL));
      before = fk_sim_board_get_n_transfers (bench.board);
      g_assert_true (fk_target_settle (bench.target, NULL));
      if (i == 0)
        g_assert_cmpuint (fk_sim_board_get_n_transfers (bench.board), ==, before);
      g_assert_true (
          fk_target_read_u32 (bench.target, FK_DBGMCU_CORTEX_M3 + FK_DBGMCU_CR, &value, NULL));
      g_assert_cmphex (value, ==, 7);
      leave (&bench, FK_LEAVE_RESUMED);
      connect_as (&bench, FK_CONNECT_HOT_PLUG);
      g_assert_true (
          fk_target_read_u32 (bench.target, FK_DBGMCU_CORTEX_M3 + FK_DBGMCU_CR, &value, NULL));
      g_assert_cmphex (value, ==, 0);
      bench_close (&bench);
    }
}

/* Everything that can go wrong once while leaving, at every transfer. */
static void
test_leave_anywhere (gconstpointer data)
{
  static const FkSimFault faults[] = { FK_SIM_FAULT_SWD, FK_SIM_FAULT_SHORT, FK_SIM_FAULT_STALL,
                                       FK_SIM_FAULT_TIMEOUT };

  for (guint i = 0; i < 2 * G_N_ELEMENTS (faults); i++)
    {
      guint n = 1;

      for (guint at = 0; at < n; at++)
        {
          guint64 before;
          Bench bench;

          bench_open (&bench, data);
          g_assert_true (fk_probe_attach (bench.probe, FALSE, NULL, NULL));
          if (i % 2 != 0)
            switch_breakpoints_on (&bench);
          connect_as (&bench, FK_CONNECT_NORMAL);
          before = fk_sim_board_get_n_transfers (bench.board);
          fk_sim_board_set_fault (bench.board, faults[i / 2], before + at);
          leave (&bench, FK_LEAVE_RESUMED);
          n = MAX (n, (guint)(fk_sim_board_get_n_transfers (bench.board) - before));
          fk_sim_board_set_fault (bench.board, FK_SIM_FAULT_NONE, 0);
          assert_left_running (&bench);
          g_assert_false (has_breakpoints (&bench));
          bench_close (&bench);
        }
      g_assert_cmpuint (n, >=, 5);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add_for_each_board ("/target-sim/board/", test_board);
  add_for_each_board ("/target-sim/awake/", test_awake);
  add_for_each_board ("/target-sim/lockup/", test_lockup);
  add_for_each_board ("/target-sim/run/", test_run);
  add_for_each_board ("/target-sim/run-saving/", test_run_saving);
  add_for_each_board ("/target-sim/block-comes-in-time/", test_block_comes_in_time);
  g_test_add_func ("/target-sim/hot-plug", test_hot_plug);
  g_test_add_func ("/target-sim/swd-off/auto", test_swd_off);
  g_test_add_func ("/target-sim/swd-off/normal", test_swd_off_normal);
  g_test_add_func ("/target-sim/swd-off/unwired", test_swd_off_unwired);
  g_test_add_func ("/target-sim/swd-off/catch", test_catch);
  g_test_add_func ("/target-sim/unwired", test_unwired);
  g_test_add_func ("/target-sim/no-power", test_no_power);
  g_test_add_func ("/target-sim/speed", test_speed);
  g_test_add_func ("/target-sim/end-of-flash", test_end_of_flash);
  g_test_add_data_func ("/target-sim/lost/swd", GINT_TO_POINTER (FK_SIM_FAULT_SWD_LOST), test_lost);
  g_test_add_data_func ("/target-sim/lost/unplugged", GINT_TO_POINTER (FK_SIM_FAULT_UNPLUG),
                        test_lost);
  g_test_add_func ("/target-sim/cut-anywhere", test_cut_anywhere);
  g_test_add_func ("/target-sim/awake-insists", test_awake_insists);
  g_test_add_func ("/target-sim/awake-foreseen", test_awake_foreseen);
  g_test_add_data_func ("/target-sim/breakpoints/f1", "blue-pill", test_breakpoints);
  g_test_add_data_func ("/target-sim/breakpoints/f0", "f030", test_breakpoints);
  g_test_add_data_func ("/target-sim/leave-anywhere/f1", "blue-pill", test_leave_anywhere);
  g_test_add_data_func ("/target-sim/leave-anywhere/f0", "f030", test_leave_anywhere);
  return g_test_run ();
}
