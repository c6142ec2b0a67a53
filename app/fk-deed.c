/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What restore, write and erase have in common in the window: plan, ask, do, tell. */

#include "config.h"

#include "fk-deed.h"

#include <glib/gi18n.h>

#include "base/fk-error.h"
#include "compare/fk-finding.h"
#include "dialogs/fk-plan-dialog.h"
#include "fk-error-text.h"
#include "widgets/fk-details.h"

/**
 * DeedKind:
 * @nothing_to_do: said where the chip is already as it would be
 * @make: (transfer full): the job, from the subject
 */
typedef struct
{
  FkPlanQuestion question;
  const char *nothing_to_do;
  FkJob *(*make) (gpointer subject);
} DeedKind;

typedef struct
{
  const DeedKind *kind;
  FkPage *page;
  FkBoard *board;
  GObject *subject;
  char *uid;
  FkDeedTellFunc tell;
} Deed;

static FkJob *
make_restore (gpointer subject)
{
  FkJob *job = fk_restore_job_new (FK_BACKUP (subject));

  /* Nobody knows which chip a firmware file is of; the plan says so before anything is done. */
  if (*fk_backup_get_source (FK_BACKUP (subject)) != '\0')
    fk_restore_job_set_any_chip (FK_RESTORE_JOB (job), TRUE);
  return job;
}

static FkJob *
make_copy (gpointer subject)
{
  FkJob *job = fk_restore_job_new (FK_BACKUP (subject));

  fk_restore_job_set_any_chip (FK_RESTORE_JOB (job), TRUE);
  return job;
}

static FkJob *
make_write (gpointer subject)
{
  return fk_write_job_new (FK_IMAGE (subject));
}

static FkJob *
make_erase (gpointer subject)
{
  return fk_erase_job_new_all ();
}

/* The formatter moves the strings of N_() to the right, row by row. */
/* clang-format off */
static const DeedKind restore = {
  { N_ ("Restore This Backup?"),
    N_ ("What the chip holds now is backed up first, unless the library has it already, so that this can be undone."),
    N_ ("_Restore"), FK_MESSAGE_SUGGESTED },
  N_ ("The flash holds exactly what this backup has of it already. There is nothing to do."),
  make_restore
};
static const DeedKind copy = {
  { N_ ("Copy Another Board’s Backup?"),
    N_ ("The backup is of another board. This one becomes a copy of it, which works if both are of the same make. What the chip holds now is backed up first, unless the library has it already, so that this can be undone."),
    N_ ("_Copy"), FK_MESSAGE_DESTRUCTIVE },
  N_ ("The flash holds exactly what this backup has of it already. There is nothing to do."),
  make_copy
};
static const DeedKind write_file = {
  { N_ ("Write This File?"),
    N_ ("What the chip holds now is backed up first, unless the library has it already, so that this can be undone. Sectors that the file does not touch stay as they are."),
    N_ ("_Write"), FK_MESSAGE_DESTRUCTIVE },
  N_ ("The chip holds exactly this file already. There is nothing to do."),
  make_write
};
static const DeedKind erase = {
  { N_ ("Erase the Flash?"),
    N_ ("The board does nothing any more until something is written to it. What the chip holds now is backed up first, unless the library has it already, so that this can be undone."),
    N_ ("_Erase"), FK_MESSAGE_DESTRUCTIVE },
  N_ ("The flash is blank already. There is nothing to do."),
  make_erase
};
/* clang-format on */

static void
deed_free (Deed *deed)
{
  g_object_unref (deed->page);
  g_object_unref (deed->board);
  g_clear_object (&deed->subject);
  g_free (deed->uid);
  g_free (deed);
}

static Deed *
deed_dup (const Deed *deed)
{
  Deed *dup = g_new0 (Deed, 1);

  dup->kind = deed->kind;
  dup->page = g_object_ref (deed->page);
  dup->board = g_object_ref (deed->board);
  dup->subject = deed->subject != NULL ? g_object_ref (deed->subject) : NULL;
  dup->uid = g_strdup (deed->uid);
  dup->tell = deed->tell;
  return dup;
}

static FkJob *
make_job (const Deed *deed)
{
  FkJob *job = deed->kind->make (deed->subject);

  fk_job_set_expected_uid (job, deed->uid);
  return job;
}

/* What is still worth knowing when it is done.  All else was said before, when it could be heeded.
 */
static const char *const told_after[] = { "does-not-run", "options-left", "option-guarded",
                                          "eeprom-left",  "eeprom-kept",  NULL };

static void
append_told_after (GString *text, FkChangeJob *job)
{
  GPtrArray *warnings = fk_change_job_get_warnings (job);

  for (guint i = 0; i < warnings->len; i++)
    {
      const FkFinding *warning = g_ptr_array_index (warnings, i);

      if (g_strv_contains (told_after, warning->kind))
        g_string_append_printf (text, "\n%s", warning->text);
    }
}

static char *
describe_change (FkChangeJob *job)
{
  const FkChangeResult *result = fk_change_job_get_result (job);
  GString *text = g_string_new (NULL);

  if (FK_IS_ERASE_JOB (job))
    {
      g_string_append (text, _ ("Erased and verified: the flash is blank."));
      append_told_after (text, job);
      return g_string_free (text, FALSE);
    }
  if (FK_IS_RESTORE_JOB (job))
    g_string_append_printf (text,
                            ngettext ("Restored and verified: %u of %u sectors was written.",
                                      "Restored and verified: %u of %u sectors were written.",
                                      result->sectors_programmed),
                            result->sectors_programmed, result->sectors_total);
  else
    g_string_append_printf (text,
                            ngettext ("Written and verified: %u of %u sectors was written.",
                                      "Written and verified: %u of %u sectors were written.",
                                      result->sectors_programmed),
                            result->sectors_programmed, result->sectors_total);
  if (result->eeprom_bytes > 0)
    g_string_append_printf (text,
                            ngettext ("\n%u byte of the data EEPROM was changed.",
                                      "\n%u bytes of the data EEPROM were changed.",
                                      result->eeprom_bytes),
                            result->eeprom_bytes);
  append_told_after (text, job);
  return g_string_free (text, FALSE);
}

/**
 * fk_deed_describe:
 * @error: (nullable): why it failed
 *
 * Returns: (transfer full) (nullable): what became of @job, in a sentence; %NULL for jobs that only
 *   looked at something
 */
char *
fk_deed_describe (FkJob *job, const GError *error)
{
  gboolean changes = FK_IS_CHANGE_JOB (job);
  gboolean touched = changes && fk_change_job_is_chip_touched (FK_CHANGE_JOB (job));

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return g_strdup (touched ? _ ("Cancelled while the chip was being written. The board may not "
                                  "start until a backup is restored.")
                             : _ ("Cancelled. The chip was not changed."));
  if (error != NULL)
    return g_strdup (fk_error_text_get_title (error));
  if (FK_IS_BACKUP_JOB (job))
    return g_strdup (_ ("Backed up, and verified against the chip."));
  if (changes && fk_change_job_get_result (FK_CHANGE_JOB (job))->verified != FK_VERIFIED_NO)
    return describe_change (FK_CHANGE_JOB (job));
  return NULL;
}

/* In the middle of a change the connection broke: in which state the chip is, and what to do. */
static gboolean
is_left_half_done (FkChangeJob *job, const GError *error)
{
  if (!fk_change_job_is_chip_touched (job))
    return FALSE;
  return g_error_matches (error, FK_ERROR, FK_ERROR_PROBE_LOST) ||
         g_error_matches (error, FK_ERROR, FK_ERROR_TARGET_LOST) ||
         g_error_matches (error, FK_ERROR, FK_ERROR_TIMEOUT) ||
         g_error_matches (error, FK_ERROR, FK_ERROR_FLASH_FAULT);
}

static void
show_error (Deed *deed, FkJob *job, const GError *error)
{
  FkWindow *window = fk_page_get_window (deed->page);

  if (window == NULL)
    return;
  if (is_left_half_done (FK_CHANGE_JOB (job), error))
    fk_message_show (
        GTK_WIDGET (window), _ ("The Chip May Be Half Written"),
        _ ("The connection broke while it was being changed, so the board may not start. It is not "
           "broken: connect it again and restore a backup. What it held before is in the library."),
        fk_details_new (error->message));
  else
    fk_window_show_error (window, error);
}

/* What was odd about the chip may have been its contents: a program that crashed, say. */
static void
look_again (FkBoard *board)
{
  FkIdentity *identity = fk_board_get_identity (board);
  const char *const *warnings = identity != NULL ? fk_identity_get_warnings (identity) : NULL;

  if (warnings != NULL && warnings[0] != NULL)
    fk_board_identify (board);
}

static void
on_done (FkBoard *board, FkJob *job, const GError *error, gpointer user_data)
{
  Deed *deed = user_data;
  FkWindow *window = fk_page_get_window (deed->page);
  g_autofree char *text = fk_deed_describe (job, error);

  /* The safety backup is there now, however it ended. */
  if (window != NULL)
    fk_library_model_refresh (fk_window_get_library (window));
  if (error != NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      deed->tell (deed->page, NULL);
      show_error (deed, job, error);
    }
  else
    deed->tell (deed->page, text);
  if (error == NULL)
    look_again (board);
}

static void
on_answered (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Deed *deed = user_data;

  if (fk_plan_dialog_ask_finish (result))
    {
      g_autoptr (FkJob) job = make_job (deed);

      fk_board_run (deed->board, job, on_done, deed, (GDestroyNotify)deed_free);
    }
  else
    deed_free (deed);
}

static void
on_planned (FkBoard *board, FkJob *job, const GError *error, gpointer user_data)
{
  Deed *deed = user_data;
  const FkChangeResult *result = fk_change_job_get_result (FK_CHANGE_JOB (job));
  FkPlanQuestion question = deed->kind->question;
  FkWindow *window = fk_page_get_window (deed->page);

  if (error != NULL)
    {
      if (window != NULL)
        fk_window_show_error (window, error);
    }
  else if (result->sectors_unchanged == result->sectors_total && result->eeprom_bytes == 0)
    deed->tell (deed->page, _ (deed->kind->nothing_to_do));
  else if (gtk_widget_get_mapped (GTK_WIDGET (deed->page)))
    {
      question.heading = _ (question.heading);
      question.body = _ (question.body);
      question.deed = _ (question.deed);
      fk_plan_dialog_ask_async (GTK_WIDGET (deed->page), &question, FK_CHANGE_JOB (job),
                                on_answered, deed_dup (deed));
    }
}

static void
start (const DeedKind *kind, FkPage *page, FkBoard *board, gpointer subject, FkDeedTellFunc tell)
{
  FkIdentity *identity = fk_board_get_identity (board);
  Deed *deed = g_new0 (Deed, 1);
  g_autoptr (FkJob) job = NULL;

  deed->kind = kind;
  deed->page = g_object_ref (page);
  deed->board = g_object_ref (board);
  deed->subject = subject != NULL ? g_object_ref (subject) : NULL;
  deed->uid = g_strdup (identity != NULL ? fk_identity_get_uid (identity) : NULL);
  deed->tell = tell;
  tell (page, NULL);
  job = make_job (deed);
  fk_change_job_set_plan_only (FK_CHANGE_JOB (job), TRUE);
  fk_board_run (board, job, on_planned, deed, (GDestroyNotify)deed_free);
}

/**
 * fk_deed_restore:
 * @page: where the question and the outcome belong
 */
void
fk_deed_restore (FkPage *page, FkBoard *board, FkBackup *backup, FkDeedTellFunc tell)
{
  g_return_if_fail (FK_IS_PAGE (page));
  g_return_if_fail (FK_IS_BACKUP (backup));

  start (&restore, page, board, backup, tell);
}

/**
 * fk_deed_copy:
 * @backup: of another board with such a chip
 */
void
fk_deed_copy (FkPage *page, FkBoard *board, FkBackup *backup, FkDeedTellFunc tell)
{
  g_return_if_fail (FK_IS_PAGE (page));
  g_return_if_fail (FK_IS_BACKUP (backup));

  start (&copy, page, board, backup, tell);
}

/**
 * fk_deed_write:
 * @image: what is written; every byte that it does not have stays
 */
void
fk_deed_write (FkPage *page, FkBoard *board, FkImage *image, FkDeedTellFunc tell)
{
  g_return_if_fail (FK_IS_PAGE (page));
  g_return_if_fail (FK_IS_IMAGE (image));

  start (&write_file, page, board, image, tell);
}

void
fk_deed_erase (FkPage *page, FkBoard *board, FkDeedTellFunc tell)
{
  g_return_if_fail (FK_IS_PAGE (page));

  start (&erase, page, board, NULL, tell);
}
