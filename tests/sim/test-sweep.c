/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Every kind of fault, and a cancel, at every transfer of each job: what comes of it is a named
 * error within the time limit, or the right bytes; what the library holds is whole and right; the
 * chip is left as it should be wherever somebody can still reach it; and running the job again
 * heals what was left half done. */

#include "config.h"

#include "sweep-bench.h"

#include "base/fk-error.h"
#include "cutting-device.h"
#include "sim/fk-sim-stlink.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MAX_COMPLAINTS 15
/* What a person waits for at most until told of a failure, modelled. */
#define MAX_EXTRA_MS  20000
#define MAX_STUCK_MS  120000
#define WATCH_SECONDS 60
#define WRITE_LENGTH  333
/* How often what says little after a success is looked at all the same. */
#define RARELY    8
#define SETTLE_NS G_GUINT64_CONSTANT (200000000)

/* A sanitizer looks at fewer cases, but for those of the suite "every". */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SLOWNESS 23
#else
#define SLOWNESS 1
#endif

#define CANCEL (FK_SIM_FAULT_STUCK + 1)

static const char *const kinds[] = {
  [FK_SIM_FAULT_UNPLUG] = "unplug",     [FK_SIM_FAULT_STALL] = "stall",
  [FK_SIM_FAULT_TIMEOUT] = "timeout",   [FK_SIM_FAULT_SHORT] = "short",
  [FK_SIM_FAULT_SWD] = "swd",           [FK_SIM_FAULT_SWD_LOST] = "swd-lost",
  [FK_SIM_FAULT_FLIP] = "flip",         [FK_SIM_FAULT_DEAD_CELL] = "dead-cell",
  [FK_SIM_FAULT_CRC_LIES] = "crc-lies", [FK_SIM_FAULT_CRC_SLIP] = "crc-slip",
  [FK_SIM_FAULT_STUCK] = "stuck",       [CANCEL] = "cancel",
};

typedef struct _Sweep Sweep;

/* A job to be swept over. */
typedef struct
{
  const char *name;
  FkJob *(*make) (Sweep *sweep);
  /* What has been done to the board before. */
  void (*prepare) (Sweep *sweep, Rig *rig);
  /* (nullable): what the job itself says to its success, given the flash that it found or left */
  gboolean (*is_right) (Sweep *sweep, FkJob *job, GBytes *flash);
  /* The rest of a sector is lost when the job is cut off, and only the safety backup has it. */
  gboolean keeps_bytes;
  /* (nullable): an error that counts as success when the job is run once more */
  gboolean (*is_done_already) (const GError *error);
} Work;

struct _Sweep
{
  const char *board; /* its specification */
  const Work *work;
  guint stride;

  FkLibrary *library;
  char *dir;
  char *library_path;
  FkBackup *golden; /* of the board as new; always in the library */
  GBytes *pristine; /* flash as new */
  GBytes *found;    /* flash that the job finds */
  GBytes *wanted;   /* flash that it leaves */
  GBytes *ram;      /* as the job finds and leaves it; NULL: it leaves another one */
  FkRange ram_range;
  guint32 sector_size; /* of the first one */
  GBytes *options;     /* as it leaves them */
  guint64 n_transfers;
  guint64 normal_ms;

  char *label; /* of the case under way */
  gboolean again;
  gboolean cell_died;   /* there may be no healing */
  gboolean ram_is_lost; /* nobody could give it back */
  guint n_cases;
  guint n_complaints;
  GHashTable *outcomes; /* "kind: outcome" to number */
};

G_GNUC_PRINTF (2, 3)
static void
complain (Sweep *sweep, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  if (sweep->n_complaints++ < MAX_COMPLAINTS)
    g_test_message ("WRONG %s%s: %s", sweep->label, sweep->again ? " (run again)" : "", text);
  g_test_fail ();
}

/* --- the library ---------------------------------------------------------------------------- */

static gboolean
is_one_of (const char *digest, Sweep *sweep, GBytes *const *states, guint n_states)
{
  for (guint i = 0; i < n_states; i++)
    {
      g_autofree char *right = bench_digest_backup (fk_backup_get_path (sweep->golden), states[i]);

      if (g_str_equal (digest, right))
        return TRUE;
    }
  return FALSE;
}

/* Tells the lines that the backup of the board as new does not have. */
static void
complain_of_backup (Sweep *sweep, const char *digest)
{
  g_autofree char *right = bench_digest_backup (fk_backup_get_path (sweep->golden), NULL);
  g_auto (GStrv) right_lines = g_strsplit (right, "\n", -1);
  g_auto (GStrv) lines = g_strsplit (digest, "\n", -1);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; lines[i] != NULL; i++)
    if (!g_strv_contains ((const char *const *)right_lines, lines[i]))
      g_string_append_printf (text, " %s", lines[i]);
  complain (sweep, "the library holds a wrong backup:%s", text->str);
}

/* Each entry of the library is a whole backup of the chip in one of @states. */
static void
check_library (Sweep *sweep, GBytes *const *states, guint n_states)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) damaged = NULL;
  g_autoptr (GPtrArray) backups = fk_library_list (sweep->library, &damaged, NULL, &error);
  g_autoptr (GDir) dir = g_dir_open (sweep->library_path, 0, NULL);
  const char *name;

  g_assert_no_error (error);
  if (damaged->len > 0)
    complain (sweep, "%u damaged backups", damaged->len);
  while ((name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_prefix (name, ".partial-"))
      complain (sweep, "%s was left behind", name);
  for (guint i = 0; i < backups->len; i++)
    {
      FkBackup *backup = g_ptr_array_index (backups, i);
      g_autofree char *digest = bench_digest_backup (fk_backup_get_path (backup), NULL);

      if (!fk_library_check (sweep->library, backup, NULL, &error))
        complain (sweep, "%s", error->message);
      g_clear_error (&error);
      if (!is_one_of (digest, sweep, states, n_states))
        complain_of_backup (sweep, digest);
    }
}

/* Back to the backup of the board as new. */
static void
empty_library (Sweep *sweep)
{
  g_autoptr (GDir) dir = g_dir_open (sweep->library_path, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    if (!g_str_equal (name, fk_backup_get_id (sweep->golden)))
      {
        g_autofree char *path = g_build_filename (sweep->library_path, name, NULL);

        bench_remove_folder (path);
      }
}

/* --- one case ------------------------------------------------------------------------------- */

static void
count (Sweep *sweep, const char *kind, const char *outcome)
{
  char *key = g_strdup_printf ("%s: %s", kind, outcome);
  guint n = GPOINTER_TO_UINT (g_hash_table_lookup (sweep->outcomes, key));

  g_hash_table_insert (sweep->outcomes, key, GUINT_TO_POINTER (n + 1));
}

static GBytes *
peek_flash (Sweep *sweep, Rig *rig)
{
  return rig_peek (rig, FLASH, fk_backup_get_flash_size (sweep->golden));
}

static void
check_error (Sweep *sweep, guint kind, const GError *error)
{
  gboolean cancelled = g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);

  if (cancelled != (kind == CANCEL) || (!cancelled && error->domain != FK_ERROR) ||
      g_error_matches (error, FK_ERROR, FK_ERROR_USAGE) ||
      g_error_matches (error, FK_ERROR, FK_ERROR_LIBRARY) ||
      g_error_matches (error, FK_ERROR, FK_ERROR_UNKNOWN_CHIP) ||
      g_error_matches (error, FK_ERROR, FK_ERROR_WRONG_CHIP) ||
      g_error_matches (error, FK_ERROR, FK_ERROR_PROTECTED) ||
      g_error_matches (error, FK_ERROR, FK_ERROR_NO_POWER))
    complain (sweep, "an error that names something else: %s", error->message);
  if (strlen (error->message) < 20 || strstr (error->message, "(null)") != NULL)
    complain (sweep, "an error that says nothing: %s", error->message);
}

/* A chip without a program, or whose program may not be read any more, cannot run it. */
static gboolean
is_core_excused (Sweep *sweep, Rig *rig, const char *remains)
{
  g_autoptr (GBytes) vectors = rig_peek (rig, FLASH, 8);

  return g_str_equal (remains, REMAINS_CORE) &&
         (sweep->cell_died ||
          memcmp (g_bytes_get_data (vectors, NULL), "\xff\xff\xff\xff\xff\xff\xff\xff", 8) == 0 ||
          strstr (sweep->board, "rdp=1") != NULL);
}

static void
check_left (Sweep *sweep, Rig *rig, gboolean ok)
{
  g_autofree char *remains = rig_find_remains (rig);
  g_autoptr (GBytes) ram = NULL;

  if (remains != NULL && !is_core_excused (sweep, rig, remains))
    complain (sweep, "%s", remains);
  if (sweep->ram == NULL || sweep->ram_is_lost)
    return;
  ram = rig_peek (rig, sweep->ram_range.address, sweep->ram_range.size);
  if (!g_bytes_equal (ram, sweep->ram))
    complain (sweep, "the program's RAM is not what it was");
}

static gboolean
holds_image (Sweep *sweep, GBytes *flash)
{
  const guint8 *held = g_bytes_get_data (flash, NULL);
  const guint8 *wanted = g_bytes_get_data (sweep->wanted, NULL);
  gsize offset = sweep->sector_size - WRITE_LENGTH / 2 - 1;

  return memcmp (held + offset, wanted + offset, WRITE_LENGTH) == 0;
}

static void
check_success (Sweep *sweep, FkJob *job, GBytes *flash)
{
  if (sweep->again && sweep->work->keeps_bytes ? !holds_image (sweep, flash)
                                               : !g_bytes_equal (flash, sweep->wanted))
    complain (sweep, "done, with wrong bytes");
  if (sweep->work->is_right != NULL && !sweep->work->is_right (sweep, job, flash))
    complain (sweep, "done, with a wrong result");
}

/* Whoever waits for a loader does not know how fast the core is, and grants it more for more flash.
 */
static guint64
get_extra_ms (guint kind)
{
  return kind == FK_SIM_FAULT_STUCK ? MAX_STUCK_MS : MAX_EXTRA_MS;
}

static gboolean
run_spoilt (Sweep *sweep, Rig *rig, FkJob *job, guint kind, guint64 at, GError **error)
{
  g_autoptr (GCancellable) cancellable = NULL;
  guint64 start_ms = rig_get_time_ms (rig);
  gboolean ok;

  if (kind == CANCEL)
    {
      cancellable = g_cancellable_new ();
      cutting_device_cancel_at (rig->device, cancellable, at);
    }
  else
    fk_sim_board_set_fault (rig->board, kind, fk_sim_board_get_n_transfers (rig->board) + at);
  ok = rig_run (rig, job, cancellable, error);
  if (rig_get_time_ms (rig) - start_ms > sweep->normal_ms * 3 + get_extra_ms (kind))
    complain (sweep, "it took %u s", (guint)((rig_get_time_ms (rig) - start_ms) / 1000));
  return ok;
}

/* With all well again, the same job comes to the same end as if nothing had been. */
static void
run_again (Sweep *sweep, Rig *rig)
{
  g_autoptr (FkJob) job = sweep->work->make (sweep);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) flash = NULL;
  gboolean ok;

  sweep->again = TRUE;
  fk_sim_board_set_fault (rig->board, FK_SIM_FAULT_NONE, 0);
  fk_sim_board_set_unplugged (rig->board, FALSE);
  cutting_device_cancel_at (rig->device, NULL, 0);
  ok = rig_run (rig, job, NULL, &error) ||
       (sweep->work->is_done_already != NULL && sweep->work->is_done_already (error));
  flash = peek_flash (sweep, rig);
  if (ok && error == NULL)
    check_success (sweep, job, flash);
  else if (ok && !g_bytes_equal (flash, sweep->wanted))
    complain (sweep, "run again, left with wrong bytes: %s", error->message);
  else if (!ok &&
           !(sweep->cell_died && (g_error_matches (error, FK_ERROR, FK_ERROR_FLASH_FAULT) ||
                                  g_error_matches (error, FK_ERROR, FK_ERROR_VERIFY_MISMATCH))))
    complain (sweep, "run again: %s", error->message);
  check_left (sweep, rig, ok);
}

static void
check_options (Sweep *sweep, Rig *rig)
{
  g_autoptr (FkJob) job = fk_info_job_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (FkOptionBytes) wanted = NULL;
  g_autoptr (GPtrArray) differing = NULL;
  FkOptionBytes *held;

  if (!rig_run (rig, job, NULL, &error))
    {
      complain (sweep, "info: %s", error->message);
      return;
    }
  held = fk_info_job_get_options (FK_INFO_JOB (job));
  wanted = fk_option_bytes_new (fk_option_bytes_get_chip (held), sweep->options, NULL);
  differing = fk_option_bytes_diff (wanted, held);
  if (differing->len > 0)
    complain (sweep, "another option %s",
              ((const FkOptionField *)g_ptr_array_index (differing, 0))->name);
  if (!fk_option_bytes_check_complements (held, &error))
    complain (sweep, "%s", error->message);
}

static void
run_case (Sweep *sweep, guint kind, guint64 at)
{
  g_autoptr (FkJob) job = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) flash = NULL;
  GBytes *states[3] = { sweep->pristine, sweep->found, NULL };
  gboolean ok;
  Rig rig;

  g_free (sweep->label);
  sweep->label =
      g_strdup_printf ("%s %s %s@%u", sweep->board, sweep->work->name, kinds[kind], (guint)at);
  sweep->n_cases++;
  sweep->again = FALSE;
  sweep->cell_died = FALSE;
  sweep->ram_is_lost = kind == FK_SIM_FAULT_UNPLUG || kind == FK_SIM_FAULT_SWD_LOST;
  bench_watch (WATCH_SECONDS, sweep->label);
  rig_open (&rig, sweep->board, sweep->library);
  sweep->work->prepare (sweep, &rig);
  job = sweep->work->make (sweep);
  ok = run_spoilt (sweep, &rig, job, kind, at, &error);
  /* What the chip still had to do comes to its end. */
  if (sweep->ram_is_lost)
    fk_sim_stlink_wait (fk_sim_board_get_stlink (rig.board), SETTLE_NS);
  flash = states[2] = peek_flash (sweep, &rig);
  sweep->cell_died = kind == FK_SIM_FAULT_DEAD_CELL && !ok;
  if (ok)
    check_success (sweep, job, flash);
  else
    check_error (sweep, kind, error);
  count (sweep, kinds[kind],
         ok               ? "right"
         : kind == CANCEL ? "cancelled"
                          : fk_error_get_nick (error));
  if (!sweep->ram_is_lost)
    check_left (sweep, &rig, ok);
  check_library (sweep, states, 2);

  if (!ok || at % RARELY == 0)
    run_again (sweep, &rig);
  if (at % RARELY == 0 && !sweep->cell_died)
    check_options (sweep, &rig);
  check_library (sweep, states, 3);
  empty_library (sweep);
  rig_close (&rig);
}

/* --- the sweep ------------------------------------------------------------------------------ */

static void
make_golden (Sweep *sweep)
{
  g_autoptr (FkJob) job = fk_backup_job_new ("golden", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) stored = NULL;
  g_auto (GStrv) parts = g_strsplit (sweep->board, "?rdp", 2);
  const char *unprotected = parts[0];
  const FkRegion *ram;
  guint n_sectors;
  Rig rig;

  /* Of a board that is not protected. */
  rig_open (&rig, unprotected, sweep->library);
  rig_run (&rig, job, NULL, &error);
  g_assert_no_error (error);
  sweep->golden = g_object_ref (fk_backup_job_get_backup (FK_BACKUP_JOB (job)));
  sweep->pristine = peek_flash (sweep, &rig);
  stored = fk_backup_load_region (sweep->golden, "flash", NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (stored, sweep->pristine));
  ram =
      fk_chip_find_region (fk_identity_get_chip (fk_backup_job_get_identity (FK_BACKUP_JOB (job))),
                           "ram");
  sweep->ram_range = ram->range;
  sweep->sector_size =
      fk_chip_get_sectors (fk_identity_get_chip (fk_backup_job_get_identity (FK_BACKUP_JOB (job))),
                           &n_sectors)[0]
          .range.size;
  rig_close (&rig);
}

/* The job with nothing in its way. */
static void
run_well (Sweep *sweep)
{
  g_autoptr (FkJob) job = NULL;
  g_autoptr (FkJob) info = fk_info_job_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) ram_before = NULL;
  g_autoptr (GBytes) ram_after = NULL;
  guint64 n_before;
  guint64 ms_before;
  Rig rig;

  sweep->label = g_strdup_printf ("%s %s", sweep->board, sweep->work->name);
  rig_open (&rig, sweep->board, sweep->library);
  sweep->work->prepare (sweep, &rig);
  sweep->found = peek_flash (sweep, &rig);
  job = sweep->work->make (sweep);
  n_before = fk_sim_board_get_n_transfers (rig.board);
  ms_before = rig_get_time_ms (&rig);
  ram_before = rig_peek (&rig, sweep->ram_range.address, sweep->ram_range.size);
  rig_run (&rig, job, NULL, &error);
  g_assert_no_error (error);
  sweep->n_transfers = fk_sim_board_get_n_transfers (rig.board) - n_before;
  sweep->normal_ms = rig_get_time_ms (&rig) - ms_before;
  sweep->wanted = peek_flash (sweep, &rig);
  check_success (sweep, job, sweep->wanted);
  check_left (sweep, &rig, TRUE);
  ram_after = rig_peek (&rig, sweep->ram_range.address, sweep->ram_range.size);
  if (!fk_job_changes_chip (job) && g_bytes_equal (ram_before, ram_after))
    sweep->ram = g_steal_pointer (&ram_after);
  rig_run (&rig, info, NULL, &error);
  g_assert_no_error (error);
  sweep->options = fk_option_bytes_get_raw (fk_info_job_get_options (FK_INFO_JOB (info)));
  empty_library (sweep);
  rig_close (&rig);
}

static void
report (Sweep *sweep, double seconds)
{
  g_autoptr (GList) keys = g_hash_table_get_keys (sweep->outcomes);

  keys = g_list_sort (keys, (GCompareFunc)strcmp);
  g_test_message ("%s %s: %u transfers, %u cases in %.1f s, %u wrong", sweep->board,
                  sweep->work->name, (guint)sweep->n_transfers, sweep->n_cases, seconds,
                  sweep->n_complaints);
  for (GList *key = keys; key != NULL; key = key->next)
    g_test_message ("  %s %u", (const char *)key->data,
                    GPOINTER_TO_UINT (g_hash_table_lookup (sweep->outcomes, key->data)));
}

static void
clear (Sweep *sweep)
{
  bench_remove_folder (sweep->dir);
  g_assert_finalize_object (sweep->golden);
  g_assert_finalize_object (sweep->library);
  g_bytes_unref (sweep->pristine);
  g_bytes_unref (sweep->found);
  g_bytes_unref (sweep->wanted);
  g_bytes_unref (sweep->options);
  g_clear_pointer (&sweep->ram, g_bytes_unref);
  g_hash_table_unref (sweep->outcomes);
  g_free (sweep->library_path);
  g_free (sweep->label);
  g_free (sweep->dir);
}

typedef struct
{
  const char *board;
  const Work *work;
  guint stride;
} Plan;

/* "2/5": the second of five programs that share the cases */
static void
parse_part (const char *text, guint *part, guint *n_parts)
{
  *part = *n_parts = 1;
  g_assert_true (text == NULL ||
                 (sscanf (text, "%u/%u", part, n_parts) == 2 && *part > 0 && *part <= *n_parts));
}

static void
test_sweep (gconstpointer data)
{
  const Plan *plan = data;
  const char *only = g_getenv ("FK_SWEEP_ONLY"); /* kind@index */
  const char *stride = g_getenv ("FK_SWEEP_STRIDE");
  guint part, n_parts;
  guint n = 0;
  g_autoptr (GTimer) timer = g_timer_new ();
  Sweep sweep = { .board = plan->board, .work = plan->work, .stride = plan->stride * SLOWNESS };

  if (stride != NULL)
    sweep.stride = MAX (atoi (stride), 1);
  parse_part (g_getenv ("FK_SWEEP_PART"), &part, &n_parts);
  sweep.dir = g_dir_make_tmp ("fk-sweep-XXXXXX", NULL);
  sweep.library_path = g_build_filename (sweep.dir, "library", NULL);
  sweep.library = fk_library_new (sweep.library_path);
  sweep.outcomes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  make_golden (&sweep);
  run_well (&sweep);
  for (guint kind = FK_SIM_FAULT_UNPLUG; kind <= CANCEL; kind++)
    for (guint64 at = kind % sweep.stride; at < sweep.n_transfers; at += sweep.stride)
      {
        g_autofree char *name = g_strdup_printf ("%s@%u", kinds[kind], (guint)at);

        if (n++ % n_parts == part - 1 && (only == NULL || g_str_equal (name, only)))
          run_case (&sweep, kind, at);
      }
  bench_watch (0, "");
  report (&sweep, g_timer_elapsed (timer, NULL));
  clear (&sweep);
}

/* --- the jobs ------------------------------------------------------------------------------- */

static void
prepare_nothing (Sweep *sweep, Rig *rig)
{
}

/* Changes the flash in its first and in its last sector. */
static void
prepare_damage (Sweep *sweep, Rig *rig)
{
  guint32 size = fk_backup_get_flash_size (sweep->golden);
  guint8 bytes[64];

  memset (bytes, 0x5a, sizeof bytes);
  g_assert_true (fk_sim_board_poke (rig->board, FLASH + 0x104, bytes, 1));
  g_assert_true (fk_sim_board_poke (rig->board, FLASH + size - 64, bytes, sizeof bytes));
}

static void
prepare_small_damage (Sweep *sweep, Rig *rig)
{
  guint32 size = fk_backup_get_flash_size (sweep->golden);

  g_assert_true (fk_sim_board_poke (rig->board, FLASH + size - 100, (const guint8 *)"!", 1));
}

static FkJob *
make_backup (Sweep *sweep)
{
  return fk_backup_job_new ("swept", NULL);
}

static gboolean
is_backup_right (Sweep *sweep, FkJob *job, GBytes *flash)
{
  FkBackup *backup = fk_backup_job_get_backup (FK_BACKUP_JOB (job));
  g_autoptr (GBytes) stored = NULL;

  if (backup == NULL)
    return FALSE;
  stored = fk_backup_load_region (backup, "flash", NULL, NULL);
  return stored != NULL && g_bytes_equal (stored, flash);
}

static FkJob *
make_restore (Sweep *sweep)
{
  return fk_restore_job_new (sweep->golden);
}

static FkJob *
make_bare_restore (Sweep *sweep)
{
  FkJob *job = fk_restore_job_new (sweep->golden);

  fk_change_job_set_safety_backup (FK_CHANGE_JOB (job), FALSE);
  return job;
}

static gboolean
is_change_proved (Sweep *sweep, FkJob *job, GBytes *flash)
{
  return fk_change_job_get_result (FK_CHANGE_JOB (job))->verified != FK_VERIFIED_NO;
}

static const Work work_backup = { "backup",        make_backup, prepare_nothing,
                                  is_backup_right, FALSE,       NULL };
static const Work work_restore = {
  "restore", make_bare_restore, prepare_small_damage, is_change_proved, FALSE, NULL
};
static const Work work_safe_restore = { "safe-restore",   make_restore, prepare_damage,
                                        is_change_proved, FALSE,        NULL };

/* Not aligned to anything, over the end of a sector. */
static FkJob *
make_write (Sweep *sweep)
{
  g_autofree guint8 *data = g_malloc (WRITE_LENGTH);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (FkImage) image = NULL;

  for (guint i = 0; i < WRITE_LENGTH; i++)
    data[i] = (guint8)(i * 7 + 1);
  bytes = g_bytes_new (data, WRITE_LENGTH);
  image = fk_image_new_for_bytes (FLASH + sweep->sector_size - WRITE_LENGTH / 2 - 1, bytes, NULL);
  return fk_write_job_new (image);
}

/* Reads no more than the sectors that it writes. */
static FkJob *
make_bare_write (Sweep *sweep)
{
  FkJob *job = make_write (sweep);

  fk_change_job_set_safety_backup (FK_CHANGE_JOB (job), FALSE);
  return job;
}

static FkJob *
make_erase (Sweep *sweep)
{
  return fk_erase_job_new_all ();
}

static const char *
get_watchdog_option (Sweep *sweep)
{
  return g_str_has_prefix (sweep->board, "skr-mini-e3-v3") ? "IWDG_SW" : "WDG_SW";
}

static FkJob *
make_options (Sweep *sweep)
{
  g_autofree char *watchdog = g_strdup_printf ("%s=0", get_watchdog_option (sweep));
  const char *const assignments[] = { "nRST_STOP=0", watchdog, NULL };

  return fk_options_job_new (assignments, FALSE);
}

static gboolean
is_options_right (Sweep *sweep, FkJob *job, GBytes *flash)
{
  FkOptionBytes *after = fk_options_job_get_after (FK_OPTIONS_JOB (job));
  guint32 value;

  /* It is told that the chip could not be asked any more. */
  if (after == NULL)
    return fk_options_job_get_warning (FK_OPTIONS_JOB (job)) != NULL;
  return fk_option_bytes_get (after, "nRST_STOP", &value, NULL) && value == 0 &&
         fk_option_bytes_get (after, get_watchdog_option (sweep), &value, NULL) && value == 0;
}

static FkJob *
make_unlock (Sweep *sweep)
{
  g_autofree char *phrase = fk_unlock_job_make_phrase (fk_backup_get_uid (sweep->golden));

  return fk_unlock_job_new (phrase);
}

static gboolean
is_unlocked_already (const GError *error)
{
  return g_error_matches (error, FK_ERROR, FK_ERROR_USAGE);
}

static FkJob *
make_info (Sweep *sweep)
{
  return fk_info_job_new ();
}

static gboolean
is_info_right (Sweep *sweep, FkJob *job, GBytes *flash)
{
  FkIdentity *identity = fk_info_job_get_identity (FK_INFO_JOB (job));
  FkOptionBytes *options = fk_info_job_get_options (FK_INFO_JOB (job));
  g_autoptr (GBytes) raw = options != NULL ? fk_option_bytes_get_raw (options) : NULL;

  return g_str_equal (fk_identity_get_uid (identity), fk_backup_get_uid (sweep->golden)) &&
         fk_identity_get_rev_id (identity) == fk_backup_get_rev_id (sweep->golden) &&
         fk_identity_get_flash_size (identity) == fk_backup_get_flash_size (sweep->golden) &&
         raw != NULL && (sweep->options == NULL || g_bytes_equal (raw, sweep->options));
}

static FkJob *
make_read (Sweep *sweep)
{
  return fk_read_job_new ((FkRange){ FLASH + 13, 2051 });
}

static gboolean
is_read_right (Sweep *sweep, FkJob *job, GBytes *flash)
{
  FkSegment segment = fk_image_get_segment (fk_read_job_get_image (FK_READ_JOB (job)), 0);

  return segment.range.address == FLASH + 13 && segment.range.size == 2051 &&
         memcmp (segment.data, (const guint8 *)g_bytes_get_data (flash, NULL) + 13, 2051) == 0;
}

static FkJob *
make_verify (Sweep *sweep)
{
  g_autoptr (FkImage) image = fk_image_new_for_bytes (FLASH, sweep->pristine, NULL);

  return fk_verify_job_new (image);
}

static FkJob *
make_reset (Sweep *sweep)
{
  return fk_reset_job_new ();
}

static const Work work_write = {
  "write", make_write, prepare_nothing, is_change_proved, TRUE, NULL
};
static const Work work_bare_write = {
  "bare-write", make_bare_write, prepare_nothing, is_change_proved, TRUE, NULL
};
static const Work work_erase = {
  "erase", make_erase, prepare_nothing, is_change_proved, FALSE, NULL
};
static const Work work_options = { "options",        make_options, prepare_nothing,
                                   is_options_right, FALSE,        NULL };
static const Work work_unlock = { "unlock", make_unlock, prepare_nothing,
                                  NULL,     FALSE,       is_unlocked_already };
static const Work work_info = { "info", make_info, prepare_nothing, is_info_right, FALSE, NULL };
static const Work work_read = { "read", make_read, prepare_nothing, is_read_right, FALSE, NULL };
static const Work work_verify = { "verify", make_verify, prepare_nothing, NULL, FALSE, NULL };
static const Work work_reset = { "reset", make_reset, prepare_nothing, NULL, FALSE, NULL };

/* F030 has the controller of F0, F1 and F3, F405 that of F2 and F4, G0B1 that of L4 and its like.
 * Strides other than 1 keep the whole within two minutes; with FK_SWEEP_STRIDE=1 in the environment
 * every transfer of every job is taken, which takes hours for a chip of 1 MiB.  The suite "every"
 * does it for a backup and a restore on F030, which are only sampled here. */
static const Plan plans[] = {
  { "f030", &work_backup, 53 },
  { "f030?probe=v3", &work_backup, 7 },
  { "creator-pro", &work_backup, 499 },
  { "f030", &work_restore, 293 },
  { "f030?probe=v3", &work_restore, 37 },
  { "blue-pill", &work_restore, 59 },
  { "creator-pro", &work_restore, 2999 },
  { "f030", &work_safe_restore, 61 },
  { "f030", &work_info, 1 },
  { "f030", &work_reset, 1 },
  { "f030", &work_options, 3 },
  { "f030", &work_read, 5 },
  { "f030", &work_verify, 5 },
  { "f030", &work_erase, 29 },
  { "f030", &work_write, 29 },
  { "f030?rdp=1", &work_unlock, 3 },
  { "creator-pro", &work_options, 61 },
  { "creator-pro", &work_bare_write, 299 },
  { "creator-pro?rdp=1", &work_unlock, 1999 },
  { "skr-mini-e3-v3", &work_options, 97 },
  { "skr-mini-e3-v3", &work_bare_write, 499 },
  { "skr-mini-e3-v3?rdp=1", &work_unlock, 199 },
};

int
main (int argc, char **argv)
{
  if (g_access ("/dev/shm", W_OK) == 0)
    g_setenv ("TMPDIR", "/dev/shm", FALSE);
  g_test_init (&argc, &argv, NULL);
  g_test_set_nonfatal_assertions ();
  for (guint i = 0; i < G_N_ELEMENTS (plans); i++)
    {
      g_autofree char *path = g_strdup_printf ("/sweep/%s/%s", plans[i].work->name, plans[i].board);

      g_test_add_data_func (path, &plans[i], test_sweep);
    }
  return g_test_run ();
}
