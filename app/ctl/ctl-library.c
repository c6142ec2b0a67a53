/* SPDX-License-Identifier: GPL-3.0-or-later */

/* library: what is done to backups without a board. */

#include "config.h"

#include "ctl-command.h"
#include "ctl-json.h"
#include "ctl-library-exchange.h"
#include "ctl-operand.h"
#include "ctl-words.h"

#include "base/fk-error.h"
#include "base/fk-number.h"
#include "library/fk-verdict.h"

#include <stdio.h>

typedef struct
{
  const char *name;
  guint min_arguments;
  guint max_arguments;
  CtlExit (*run) (CtlContext *context, char **arguments, GError **error);
} LibraryVerb;

static void
add_summary (JsonBuilder *builder, FkBackup *backup)
{
  g_autofree char *created = g_date_time_format_iso8601 (fk_backup_get_created (backup));
  const char *edited_from = fk_backup_get_edited_from (backup);

  ctl_json_string (builder, "name", fk_backup_get_name (backup));
  ctl_json_string (builder, "note", fk_backup_get_note (backup));
  ctl_json_string (builder, "created", created);
  ctl_json_bool (builder, "simulated", fk_backup_is_simulated (backup));
  ctl_json_string (builder, "edited_from", *edited_from != '\0' ? edited_from : NULL);
  ctl_json_begin_object (builder, "chip");
  ctl_json_string (builder, "name", fk_backup_get_chip_name (backup));
  ctl_json_string (builder, "family", fk_backup_get_family (backup));
  ctl_json_id (builder, "dev_id", fk_backup_get_dev_id (backup), 3);
  ctl_json_id (builder, "rev_id", fk_backup_get_rev_id (backup), 4);
  ctl_json_string (builder, "core", fk_backup_get_core (backup));
  ctl_json_string (builder, "uid", fk_backup_get_uid (backup));
  ctl_json_int (builder, "flash_size", fk_backup_get_flash_size (backup));
  ctl_json_string (builder, "protection", fk_backup_get_protection (backup));
  json_builder_end_object (builder);
}

/* What is left out of the list must not go unnoticed. */
static void
warn_of_damaged (CtlContext *context, GPtrArray *damaged)
{
  ctl_json_begin_array (ctl_context_get_builder (context), "damaged");
  for (guint i = 0; i < damaged->len; i++)
    {
      const char *text = g_ptr_array_index (damaged, i);

      json_builder_add_string_value (ctl_context_get_builder (context), text);
      ctl_context_warn (context, "%s", text);
    }
  json_builder_end_array (ctl_context_get_builder (context));
}

static void
print_row (CtlContext *context, FkBackup *backup, const char *problem)
{
  g_autofree char *size = fk_number_format_size (fk_backup_get_flash_size (backup));
  g_autofree char *date = ctl_words_for_date (backup);
  const char *name = fk_backup_get_name (backup);
  const char *note = fk_backup_get_note (backup);
  const char *uid = fk_backup_get_uid (backup);

  ctl_context_print (context, "%s  %s\n    %s, %s, %s%s%s%s%s\n", fk_backup_get_id (backup),
                     *name != '\0' ? name : "(no name)", date, fk_backup_get_chip_name (backup),
                     *uid != '\0' ? "unique ID " : "", uid, *uid != '\0' ? ", " : "", size,
                     ctl_words_is_blank (backup) ? ", BLANK: no firmware in it" : "");
  if (fk_backup_is_simulated (backup))
    ctl_context_print (context, "    Of a simulated board\n");
  if (*note != '\0')
    ctl_context_print (context, "    %s\n", note);
  if (problem != NULL)
    ctl_context_print (context, "    DAMAGED when last checked: %s\n", problem);
}

static CtlExit
run_list (CtlContext *context, char **arguments, GError **error)
{
  JsonBuilder *builder = ctl_context_get_builder (context);
  const char *path = fk_library_get_path (ctl_context_get_library (context));
  g_autoptr (GPtrArray) damaged = NULL;
  g_autoptr (GPtrArray) backups =
      fk_library_list (ctl_context_get_library (context), &damaged, NULL, error);
  g_autoptr (GHashTable) known = NULL;

  if (backups == NULL)
    return CTL_EXIT_FAILED;
  known = fk_library_list_known_damage (ctl_context_get_library (context));
  ctl_json_begin_array (builder, "backups");
  for (guint i = 0; i < backups->len; i++)
    {
      FkBackup *backup = g_ptr_array_index (backups, i);

      json_builder_begin_object (builder);
      ctl_json_backup (builder, backup);
      add_summary (builder, backup);
      ctl_json_string (builder, "problem", g_hash_table_lookup (known, fk_backup_get_id (backup)));
      json_builder_end_object (builder);
      print_row (context, backup, g_hash_table_lookup (known, fk_backup_get_id (backup)));
    }
  json_builder_end_array (builder);
  warn_of_damaged (context, damaged);
  if (!g_file_test (path, G_FILE_TEST_IS_DIR))
    ctl_context_remark (context,
                        "There is no library at %s: no such folder.  It is made by the first "
                        "backup; if you have backups, they are in another folder.\n",
                        path);
  else if (backups->len == 0)
    ctl_context_remark (context, "The library is empty: %s\n", path);
  return CTL_EXIT_DONE;
}

/* What a person asks of the numbers in backup.ini. */
static void
print_used (CtlContext *context, FkBackup *backup)
{
  g_auto (CtlOperand) operand = { 0 };
  g_autoptr (FkChipFacts) facts = NULL;
  g_autofree char *used = NULL;

  if (!ctl_operand_load_backup (&operand, backup, NULL))
    return;
  facts = ctl_operand_make_facts (&operand);
  used = ctl_words_for_used (operand.image, facts->context.blank);
  ctl_context_print (context, "\nThe flash is %s%s.\n", used != NULL ? "used " : "blank",
                     used != NULL ? used : "");
}

static CtlExit
run_show (CtlContext *context, char **arguments, GError **error)
{
  JsonBuilder *builder = ctl_context_get_builder (context);
  g_autoptr (FkBackup) backup =
      fk_library_find (ctl_context_get_library (context), arguments[0], error);
  g_autofree char *ini = NULL;
  g_autofree char *text = NULL;

  if (backup == NULL)
    return CTL_EXIT_FAILED;
  ctl_json_backup (builder, backup);
  add_summary (builder, backup);
  ini = g_build_filename (fk_backup_get_path (backup), "backup.ini", NULL);
  if (!ctl_context_get_json (context) && g_file_get_contents (ini, &text, NULL, NULL))
    {
      ctl_context_print (context, "%s\n%s", fk_backup_get_path (backup), text);
      print_used (context, backup);
    }
  return CTL_EXIT_DONE;
}

/* Somebody else deleted it since it was listed: it is not damaged. */
static gboolean
is_gone (FkBackup *backup)
{
  return !g_file_test (fk_backup_get_path (backup), G_FILE_TEST_IS_DIR);
}

/* @named: whether the person asked for this one, and must hear of it whatever became of it */
static gboolean
verify_one (CtlContext *context, FkBackup *backup, gboolean named)
{
  JsonBuilder *builder = ctl_context_get_builder (context);
  const char *id = fk_backup_get_id (backup);
  g_autoptr (GError) error = NULL;
  g_autoptr (FkVerdict) verdict =
      fk_library_judge (ctl_context_get_library (context), id, NULL, &error);
  const char *problem = verdict != NULL ? verdict->problem : error->message;

  if (verdict == NULL && !named && is_gone (backup))
    return TRUE;
  json_builder_begin_object (builder);
  ctl_json_string (builder, "id", id);
  ctl_json_bool (builder, "whole", problem == NULL);
  ctl_json_string (builder, "problem", problem);
  json_builder_end_object (builder);
  ctl_context_print (context, "%s  %s\n", id, problem == NULL ? "whole" : problem);
  return problem == NULL;
}

static CtlExit
run_verify (CtlContext *context, char **arguments, GError **error)
{
  FkLibrary *library = ctl_context_get_library (context);
  g_autoptr (GPtrArray) backups = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) damaged = NULL;
  gboolean whole = TRUE;

  for (guint i = 0; arguments[i] != NULL; i++)
    {
      FkBackup *backup = fk_library_find (library, arguments[i], error);

      if (backup == NULL)
        return CTL_EXIT_FAILED;
      g_ptr_array_add (backups, backup);
    }
  if (arguments[0] == NULL)
    {
      g_clear_pointer (&backups, g_ptr_array_unref);
      backups = fk_library_list (library, &damaged, NULL, error);
      if (backups == NULL)
        return CTL_EXIT_FAILED;
    }

  ctl_json_begin_array (ctl_context_get_builder (context), "backups");
  for (guint i = 0; i < backups->len; i++)
    whole &= verify_one (context, g_ptr_array_index (backups, i), arguments[0] != NULL);
  json_builder_end_array (ctl_context_get_builder (context));
  if (damaged != NULL)
    warn_of_damaged (context, damaged);
  whole &= damaged == NULL || damaged->len == 0;
  return whole ? CTL_EXIT_DONE : CTL_EXIT_DIFFERENT;
}

/* Whether no other whole backup holds firmware of this chip. */
static gboolean
is_only_one (FkLibrary *library, FkBackup *backup)
{
  g_autoptr (GPtrArray) all = fk_library_list (library, NULL, NULL, NULL);

  for (guint i = 0; all != NULL && i < all->len; i++)
    {
      FkBackup *other = g_ptr_array_index (all, i);

      if (!g_str_equal (fk_backup_get_id (other), fk_backup_get_id (backup)) &&
          g_ascii_strcasecmp (fk_backup_get_uid (other), fk_backup_get_uid (backup)) == 0 &&
          !ctl_words_is_blank (other))
        return FALSE;
    }
  return !ctl_words_is_blank (backup);
}

static CtlExit
run_delete (CtlContext *context, char **arguments, GError **error)
{
  FkLibrary *library = ctl_context_get_library (context);
  g_autoptr (FkBackup) backup = fk_library_find_exact (library, arguments[0], error);
  g_autofree char *text = NULL;
  g_autofree char *deed = NULL;
  g_autofree char *what = NULL;
  g_autofree char *command = ctl_context_make_library_command (context);
  g_autofree char *trashed = NULL;

  if (backup == NULL)
    return CTL_EXIT_FAILED;
  text = ctl_words_for_backup (backup);
  deed = g_strdup_printf ("Move %s to the trash", text);
  what = g_strdup_printf ("%s: %s%s", fk_backup_get_id (backup), fk_backup_get_chip_name (backup),
                          is_only_one (library, backup)
                              ? ".  It is the ONLY backup of the firmware of this chip."
                              : "");
  if (!ctl_context_confirm_if_asked (context, what, deed, error) ||
      !fk_library_trash (library, backup, NULL, error))
    return CTL_EXIT_FAILED;
  trashed = fk_library_find_trashed (library, backup);
  ctl_json_string (ctl_context_get_builder (context), "id", fk_backup_get_id (backup));
  ctl_json_string (ctl_context_get_builder (context), "trashed", trashed);
  ctl_context_remark (context, "Moved %s to the trash.\n", fk_backup_get_id (backup));
  if (trashed != NULL)
    ctl_context_remark (context, "To undo: %s library import '%s'\n", command, trashed);
  return CTL_EXIT_DONE;
}

/* The path alone is on standard output, for scripts; why it is that one, beside it. */
static CtlExit
run_path (CtlContext *context, char **arguments, GError **error)
{
  static const struct
  {
    const char *nick;
    const char *reason;
  } rows[] = {
    [CTL_LIBRARY_USUAL] = { "default", "the usual place: no other was chosen" },
    [CTL_LIBRARY_FROM_OPTION] = { "option", "given by --library" },
    [CTL_LIBRARY_FROM_PREFERENCES] = { "preferences", "chosen in the preferences of Flashkeep" },
  };
  const char *path = fk_library_get_path (ctl_context_get_library (context));
  CtlLibraryFrom from = ctl_context_get_library_from (context);

  ctl_json_string (ctl_context_get_builder (context), "path", path);
  ctl_json_string (ctl_context_get_builder (context), "from", rows[from].nick);
  if (ctl_context_get_json (context))
    return CTL_EXIT_DONE;
  puts (path);
  if (!ctl_context_get_quiet (context))
    fprintf (stderr, "(%s)\n", rows[from].reason);
  return CTL_EXIT_DONE;
}

static const LibraryVerb verbs[] = {
  { "list", 0, 0, run_list },
  { "show", 1, 1, run_show },
  { "verify", 0, G_MAXUINT, run_verify },
  { "import", 1, 1, ctl_library_import },
  { "export", 2, 2, ctl_library_export },
  { "delete", 1, 1, run_delete },
  { "path", 0, 0, run_path },
};

static CtlExit
run (CtlContext *context, char **arguments, GError **error)
{
  guint n_words = g_strv_length (arguments) - 1;

  for (guint i = 0; i < G_N_ELEMENTS (verbs); i++)
    if (g_str_equal (verbs[i].name, arguments[0]) && n_words >= verbs[i].min_arguments &&
        n_words <= verbs[i].max_arguments)
      return verbs[i].run (context, arguments + 1, error);
  g_set_error (error, FK_ERROR, FK_ERROR_USAGE,
               "library is used as: library list, show ID, verify [ID …], import PLACE, "
               "export ID PLACE, delete ID, or path");
  return CTL_EXIT_USAGE;
}

static const CtlOption options[] = {
  { "name", "NAME", "import: what a firmware file is called; its file name if not given" },
  { "chip", "PART",
    "import: what a firmware file is for: as printed on the chip (STM32F405RG) or by info" },
  { "address", "ADDRESS", "import: where a raw binary belongs" },
  { "format", "FORMAT",
    "export: folder, archive, binary, ihex or srec; by the suffix of PLACE if not given" },
  { NULL },
};

const CtlCommand ctl_command_library = {
  .name = "library",
  .arguments = "list | show ID | verify [ID …] | import PLACE | export ID PLACE | delete ID | path",
  .summary = "The library: list, show, verify, import, export, delete, path",
  .min_arguments = 1,
  .max_arguments = G_MAXUINT,
  .options = options,
  .run = run,
};
