/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Who only looks leaves everything as it was: the whole chip is compared before and after a job
 * that lets the running program go on.  Registers, all memories, the CRC unit that summed, the
 * clocks that it needed, the flash controller, and what debuggers use; seen from behind, where no
 * probe gets. */

#include "config.h"

#include "each-board.h"
#include "job-bench.h"

#include "base/fk-crc32.h"
#include "base/fk-reader.h"
#include "sim/fk-sim-chip-private.h"

#include <string.h>

/* --- Everything that a chip is --- */

typedef struct
{
  const char *name;
  gsize offset;
  guint n_words;
} Words;

#define CHIP(member)                                       \
  {                                                        \
#member, G_STRUCT_OFFSET(FkSimChip, member),           \
        sizeof((FkSimChip *)0)->member / (sizeof(guint32)) \
  }

static const Words all_words[] = {
  CHIP (rcc),
  CHIP (dbgmcu),
  CHIP (crc_data),
  CHIP (crc_init),
  CHIP (crc_cr),
  CHIP (crc_idr),
  CHIP (dma.isr),
  CHIP (iwdg_pr),
  CHIP (iwdg_rlr),
  CHIP (iwdg_unlocked),
  CHIP (iwdg_running),
  CHIP (flash.acr),
  CHIP (flash.cr),
  CHIP (flash.sr),
  CHIP (flash.ar),
  CHIP (flash.optcr),
  CHIP (flash.obr),
  CHIP (flash.wrpr),
  CHIP (flash.key_step),
  CHIP (flash.optkey_step),
  CHIP (flash.key_jammed),
  CHIP (flash.optkey_jammed),
  CHIP (core.state),
  CHIP (core.debug_enabled),
  CHIP (core.mask_interrupts),
  CHIP (core.step),
  CHIP (core.demcr),
  CHIP (core.dfsr),
  CHIP (core.fp_ctrl),
  CHIP (core.fp_comp),
  CHIP (core.dwt),
  CHIP (core.vtor),
  CHIP (core.aircr),
  CHIP (core.scr),
  CHIP (core.ccr),
  CHIP (core.shpr),
  CHIP (core.shcsr),
  CHIP (core.cfsr),
  CHIP (core.hfsr),
  CHIP (core.mmfar),
  CHIP (core.bfar),
  CHIP (core.cpacr),
  CHIP (core.icsr),
  CHIP (core.syst),
  CHIP (core.nvic_enable),
  CHIP (core.nvic_priority),
};

/* Returns: (transfer full): a line for each word, register and memory */
static GStrv
take_snapshot (FkSimChip *chip)
{
  g_autoptr (GStrvBuilder) lines = g_strv_builder_new ();
  guint32 value;

  for (guint i = 0; i < G_N_ELEMENTS (all_words); i++)
    for (guint j = 0; j < all_words[i].n_words; j++)
      {
        g_autofree char *line = NULL;

        value = fk_load_u32le ((const guint8 *)chip + all_words[i].offset + 4 * j);
        line = g_strdup_printf ("%s[%u] is 0x%08x", all_words[i].name, j, value);
        g_strv_builder_add (lines, line);
      }
  for (guint i = 0; i < FK_SIM_MAX_DMA_CHANNELS; i++)
    {
      const FkSimDmaChannel *channel = &chip->dma.channels[i];
      /* Not where it goes on from, which begins anew with EN. */
      g_autofree char *line =
          g_strdup_printf ("DMA channel %u is 0x%08x 0x%08x 0x%08x 0x%08x", i + 1, channel->ccr,
                           channel->cndtr, channel->cpar, channel->cmar);

      g_strv_builder_add (lines, line);
    }
  for (guint i = 0; i < 96; i++)
    if (fk_sim_core_get_register (chip, i, &value))
      {
        g_autofree char *line = g_strdup_printf ("register %u is 0x%08x", i, value);

        g_strv_builder_add (lines, line);
      }
  for (guint i = 0; i < chip->n_memories; i++)
    {
      const FkSimMemory *memory = &chip->memories[i];
      g_autofree char *line = g_strdup_printf ("memory at 0x%08x has sum 0x%08x", memory->base,
                                               fk_crc32 (memory->bytes, memory->size));

      g_strv_builder_add (lines, line);
    }
  return g_strv_builder_end (lines);
}

static gboolean
is_allowed (const char *line, const char *const *allowed)
{
  for (guint i = 0; allowed != NULL && allowed[i] != NULL; i++)
    if (g_str_has_prefix (line, allowed[i]))
      return TRUE;
  return FALSE;
}

/* @allowed: (nullable): beginnings of lines that may differ */
static void
assert_same (GStrv before, GStrv after, const char *const *allowed)
{
  guint n_differ = 0;

  g_assert_cmpuint (g_strv_length (before), ==, g_strv_length (after));
  for (guint i = 0; before[i] != NULL; i++)
    if (strcmp (before[i], after[i]) != 0 && !is_allowed (before[i], allowed))
      {
        g_test_message ("%s, and then %s", before[i], after[i]);
        n_differ++;
      }
  g_assert_cmpuint (n_differ, ==, 0);
}

/* --- A program that has something to lose --- */

/* Registers that are all different, and then nothing any more; ARMv6-M. */
static const guint16 program[] = {
  0x2011, 0x2122, 0x2233, 0x2344, 0x2455, 0x2566, 0x2677, 0x2788, /* movs r0, #0x11 to r7 */
  0x4680, 0x4689, 0x4692, 0x469b, 0x46a4, 0x46ae,                 /* mov r8, r0 to lr, r5 */
  0xe7fe,                                                         /* b . */
};

#define CRC_DR   0x40023000u
#define CRC_IDR  0x40023004u
#define CRC_CR   0x40023008u
#define CRC_INIT 0x40023010u

static void
write_word (FkSimChip *chip, guint32 address, guint32 value)
{
  g_assert_true (fk_sim_chip_write (chip, address, 4, value));
}

static guint
get_crc_clock (FkSimChip *chip, guint32 *address)
{
  gboolean is_f4 =
      chip->model->family == FK_SIM_FAMILY_F4 || chip->model->family == FK_SIM_FAMILY_F7;

  gboolean is_g0 = chip->model->family == FK_SIM_FAMILY_G0;
  gboolean is_l4 =
      chip->model->family == FK_SIM_FAMILY_L4 || chip->model->family == FK_SIM_FAMILY_G4;

  *address = is_f4 ? 0x40023830u : is_g0 ? 0x40021038u : is_l4 ? 0x40021048u : 0x40021014u;
  return is_f4 || is_g0 || is_l4 ? 1u << 12 : 1u << 6;
}

typedef enum
{
  CRC_NEVER_USED,
  CRC_OFF_AGAIN,
  CRC_IN_USE,
} CrcUse;

/* In the middle of a sum of its own, or with the unit's clock off again; with settings of its own
 * where the unit has any. */
static void
use_crc_unit (FkSimChip *chip, CrcUse use)
{
  guint32 enable;
  guint bit = get_crc_clock (chip, &enable);
  guint32 before;

  g_assert_true (fk_sim_chip_read (chip, enable, 4, &before));
  write_word (chip, enable, before | bit);
  if (chip->model->family == FK_SIM_FAMILY_F0 || chip->model->family == FK_SIM_FAMILY_F7)
    {
      write_word (chip, CRC_INIT, 0x13572468);
      write_word (chip, CRC_CR, 0xa0);
    }
  write_word (chip, CRC_IDR, 0x5a);
  write_word (chip, CRC_DR, 0xcafe1234);
  if (use == CRC_OFF_AGAIN)
    write_word (chip, enable, before & ~bit);
}

static void
start_program (Bench *bench, CrcUse use)
{
  FkSimChip *chip = fk_sim_board_get_chip (bench->board);
  guint8 vector[4];
  g_autoptr (GRand) rand = g_rand_new_with_seed (4);

  g_assert_true (fk_sim_board_peek (bench->board, FLASH + 4, vector, sizeof vector));
  bench_poke (bench, fk_load_u32le (vector) & ~1u, program, sizeof program);
  fk_sim_board_power_cycle (bench->board);
  fk_sim_chip_advance (chip, 10 * 1000 * 1000);
  g_assert_true (fk_sim_board_is_core_running (bench->board));
  for (guint i = 0; i < chip->n_memories; i++)
    if (chip->memories[i].kind == FK_SIM_MEMORY_RAM)
      for (guint32 k = 0; k < chip->memories[i].size; k++)
        chip->memories[i].bytes[k] = (guint8)g_rand_int (rand);
  for (guint i = 0; i < G_N_ELEMENTS (chip->core.fpu); i++)
    chip->core.fpu[i] = 0x3f800000 + i;
  chip->core.nvic_enable[0] = 0x00000420;
  chip->core.nvic_priority[5] = 0x40;
  chip->core.shpr[1] = 0x30000000;
  chip->core.demcr = 0x01000000; /* TRCENA: it counts cycles */
  chip->core.dwt[0] |= 1;
  if (use != CRC_NEVER_USED)
    use_crc_unit (chip, use);
}

/* --- Those who only look --- */

static FkJob *
make_read (Bench *bench)
{
  return fk_read_job_new_flash ();
}

static FkJob *
make_backup (Bench *bench)
{
  return fk_backup_job_new (NULL, NULL);
}

static FkJob *
make_info (Bench *bench)
{
  return fk_info_job_new ();
}

static GBytes *
peek_flash (Bench *bench)
{
  return bench_peek (bench, FLASH, fk_sim_board_get_chip (bench->board)->flash_memory->size);
}

static FkJob *
make_verify (Bench *bench)
{
  g_autoptr (GBytes) bytes = peek_flash (bench);
  g_autoptr (FkImage) image = fk_image_new_for_bytes (FLASH, bytes, NULL);

  return fk_verify_job_new (image);
}

/* A program from the first byte to the last, so that nothing but the chip's unique ID matters of
 * what it replaces: sums the flash, and has the chip look for that. */
static FkJob *
make_plan (Bench *bench)
{
  g_autoptr (GBytes) bytes = peek_flash (bench);
  const FkSimMemory *flash = fk_sim_board_get_chip (bench->board)->flash_memory;
  gsize size = g_bytes_get_size (bytes);
  g_autofree guint8 *other = g_malloc (size);
  g_autoptr (GRand) rand = g_rand_new_with_seed (9);
  g_autoptr (GBytes) wanted = NULL;
  g_autoptr (FkImage) image = NULL;
  FkJob *job;

  for (gsize i = 0; i < size; i++)
    other[i] = (guint8)g_rand_int (rand);
  memset (other, 0, 0x100);
  /* Between two parts of it a program is nothing. */
  memset (other + flash->hole, 0, flash->hole_size);
  for (gsize i = 0; i < 0x40; i += 4)
    fk_store_u32le (other + i, i == 0 ? 0x20000800 : FLASH + 0x101);
  fk_store_u16le (other + 0x100, 0xe7fe); /* b . */
  wanted = g_bytes_new (other, size);
  image = fk_image_new_for_bytes (FLASH, wanted, NULL);
  job = fk_write_job_new (image);
  fk_change_job_set_plan_only (FK_CHANGE_JOB (job), TRUE);
  fk_change_job_set_safety_backup (FK_CHANGE_JOB (job), FALSE);
  return job;
}

typedef FkJob *(*MakeJob) (Bench *bench);

/* The plan comes before a backup lets the library know what the chip holds. */
static const MakeJob lookers[] = { make_plan, make_backup, make_info, make_read, make_verify };

static void
check (Bench *bench, MakeJob make_job, CrcUse use, const char *const *allowed)
{
  g_autoptr (FkJob) job = NULL;
  g_auto (GStrv) before = NULL;
  g_auto (GStrv) after = NULL;

  start_program (bench, use);
  job = make_job (bench);
  before = take_snapshot (fk_sim_board_get_chip (bench->board));
  bench_run_well (bench, job);
  after = take_snapshot (fk_sim_board_get_chip (bench->board));
  g_test_message ("%s, use %d of the CRC unit:", fk_job_get_title (job), (int)use);
  assert_same (before, after, allowed);
}

static void
test_running (gconstpointer name)
{
  Bench bench;

  bench_open (&bench, name);
  for (guint i = 0; i < G_N_ELEMENTS (lookers); i++)
    {
      check (&bench, lookers[i], CRC_NEVER_USED, NULL);
      check (&bench, lookers[i], CRC_OFF_AGAIN, NULL);
      check (&bench, lookers[i], CRC_IN_USE, NULL);
    }
  bench_close (&bench);
}

/* Nobody halts the core, so that not even its RAM is borrowed. */
static void
test_hot_plug (gconstpointer name)
{
  Bench bench;

  bench_open (&bench, name);
  fk_session_set_connect (bench.session, FK_CONNECT_HOT_PLUG, 0);
  check (&bench, make_backup, CRC_IN_USE, NULL);
  check (&bench, make_info, CRC_IN_USE, NULL);
  bench_close (&bench);
}

/* The core is left halted, as somebody wanted it, and the watchdogs with it; all else is as it was.
 */
static void
test_left_halted (gconstpointer name)
{
  /* On F0 and G0 the debug support unit, which stops the watchdogs, has a clock gate: APB2ENR and
   * APBENR1. */
  const char *allowed[] = { "core.state",
                            "core.debug_enabled",
                            "core.dfsr",
                            "dbgmcu",
                            strcmp (name, "f030") == 0             ? "rcc[6]"
                            : strcmp (name, "skr-mini-e3-v3") == 0 ? "rcc[15]"
                            : strcmp (name, "nucleo-l073") == 0    ? "rcc[13]"
                                                                   : NULL,
                            NULL };
  Bench bench;

  bench_open (&bench, name);
  fk_session_set_leave_halted (bench.session, TRUE);
  check (&bench, make_backup, CRC_NEVER_USED, allowed);
  check (&bench, make_backup, CRC_IN_USE, allowed);
  bench_close (&bench);
}

/* What went wrong on the way and was healed, and a backup that was not made for it, leave no trace
 * either. */
static gboolean
check_fault (Bench *bench, FkSimFault fault, guint64 at, CrcUse use)
{
  g_autoptr (FkJob) job = fk_backup_job_new (NULL, NULL);
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) before = NULL;
  g_auto (GStrv) after = NULL;
  gboolean done;

  start_program (bench, use);
  before = take_snapshot (fk_sim_board_get_chip (bench->board));
  fk_sim_board_set_fault (bench->board, fault, fk_sim_board_get_n_transfers (bench->board) + at);
  done = bench_run (bench, job, &error);
  fk_sim_board_set_fault (bench->board, FK_SIM_FAULT_NONE, 0);
  after = take_snapshot (fk_sim_board_get_chip (bench->board));
  g_test_message ("fault %d at %" G_GUINT64_FORMAT ": %s", (int)fault, at,
                  done ? "done" : error->message);
  assert_same (before, after, NULL);
  return done;
}

static void
test_faults (gconstpointer name)
{
  /* A unit that lies from now on does not take its state back, either. */
  static const FkSimFault faults[] = {
    FK_SIM_FAULT_STALL, FK_SIM_FAULT_SHORT, FK_SIM_FAULT_TIMEOUT,
    FK_SIM_FAULT_SWD,   FK_SIM_FAULT_FLIP,  FK_SIM_FAULT_CRC_SLIP
  };
  guint64 n_transfers;
  guint n_done = 0;
  guint n_failed = 0;
  guint64 step;
  Bench bench;

  bench_open (&bench, name);
  n_transfers = fk_sim_board_get_n_transfers (bench.board);
  g_assert_true (check_fault (&bench, FK_SIM_FAULT_NONE, 0, CRC_OFF_AGAIN));
  n_transfers = fk_sim_board_get_n_transfers (bench.board) - n_transfers;
  for (guint i = 0; i < G_N_ELEMENTS (faults); i++)
    {
      /* A write that is done although its answer is spoilt, and one that is not; the unit of an F0
       * has settings that have to be given back. */
      gboolean closely = g_str_has_prefix (name, "f030") &&
                         (faults[i] == FK_SIM_FAULT_SHORT || faults[i] == FK_SIM_FAULT_SWD);

      step = g_test_slow () || closely ? 1 : MAX (n_transfers / 25, 1);
      for (guint64 at = i % step; at < n_transfers; at += step)
        {
          CrcUse use = (at / step + i) % 2 != 0 ? CRC_IN_USE : CRC_OFF_AGAIN;

          *(check_fault (&bench, faults[i], at, use) ? &n_done : &n_failed) += 1;
        }
    }
  g_test_message ("of %" G_GUINT64_FORMAT " transfers: %u done, %u failed", n_transfers, n_done,
                  n_failed);
  bench_close (&bench);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add_for_each_board ("/untouched/running/", test_running);
  add_for_each_board ("/untouched/hot-plug/", test_hot_plug);
  add_for_each_board ("/untouched/left-halted/", test_left_halted);
  g_test_add_data_func ("/untouched/faults/f0", "f030?probe=v2-1", test_faults);
  g_test_add_data_func ("/untouched/faults/f1", "blue-pill", test_faults);
  g_test_add_data_func ("/untouched/faults/v3", "blue-pill?probe=v3", test_faults);
  return g_test_run ();
}
