/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a check of the library found: each damaged backup is a row that leads to it. */

#include "config.h"

#include "dialogs/fk-damage-dialog.h"

#include <glib/gi18n.h>

#include "dialogs/fk-message.h"
#include "library/fk-verdict.h"
#include "pages/fk-backup-page.h"
#include "widgets/fk-details.h"
#include "widgets/fk-list-focus.h"

/* After these it is the library's list, where all are marked, that one looks through. */
#define MAX_ROWS 30

/* More than these are scrolled. */
#define FEW    3
#define HEIGHT 240

static void
on_activated (GtkWidget *row, FkWindow *window)
{
  FkLibraryModel *library = fk_window_get_library (window);
  const char *id = g_object_get_data (G_OBJECT (row), "id");
  g_autoptr (FkBackup) backup = fk_library_model_find (library, id);

  gtk_window_close (GTK_WINDOW (gtk_widget_get_root (row)));
  if (backup != NULL)
    fk_window_open (window, fk_backup_page_new (backup, library));
}

static GtkWidget *
make_row (const char *title, const char *subtitle)
{
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle != NULL ? subtitle : "");
  return row;
}

static char *
describe (FkBackup *backup)
{
  g_autoptr (GDateTime) local = g_date_time_to_local (fk_backup_get_created (backup));
  g_autofree char *date = g_date_time_format (local, _ ("%-e %b %Y, %H:%M"));

  return g_strdup_printf ("%s · %s", date, fk_backup_get_chip_name (backup));
}

/* A backup whose description cannot be read is in no list, and leads nowhere. */
static GtkWidget *
make_verdict_row (FkWindow *window, const FkVerdict *verdict)
{
  g_autoptr (FkBackup) backup = fk_library_model_find (fk_window_get_library (window), verdict->id);
  gboolean has_name = verdict->name != NULL && *verdict->name != '\0';
  g_autofree char *facts = backup != NULL ? describe (backup) : NULL;
  GtkWidget *row = make_row (has_name ? verdict->name : verdict->id, facts);

  if (backup == NULL)
    return row;
  adw_action_row_add_suffix (ADW_ACTION_ROW (row),
                             gtk_image_new_from_icon_name ("go-next-symbolic"));
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  g_object_set_data_full (G_OBJECT (row), "id", g_strdup (verdict->id), g_free);
  g_signal_connect_object (row, "activated", G_CALLBACK (on_activated), window, 0);
  return row;
}

static GtkWidget *
make_scroller (GtkWidget *child)
{
  GtkWidget *scroller = gtk_scrolled_window_new ();

  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_min_content_height (GTK_SCROLLED_WINDOW (scroller), HEIGHT);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), child);
  return scroller;
}

static void
add_rest (GtkWidget *group, guint n_more)
{
  g_autofree char *text = g_strdup_printf (ngettext ("And %u More", "And %u More", n_more), n_more);

  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group),
                             make_row (text, _ ("The library marks all of them.")));
}

/* The rows, and folded away what exactly is wrong. */
static GtkWidget *
make_list (FkWindow *window, GPtrArray *verdicts, guint n_damaged)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  GtkWidget *group = adw_preferences_group_new ();
  g_autoptr (GString) problems = g_string_new (NULL);
  guint n_rows = 0;

  for (guint i = 0; i < verdicts->len && n_rows < MAX_ROWS; i++)
    {
      const FkVerdict *verdict = g_ptr_array_index (verdicts, i);

      if (verdict->problem == NULL)
        continue;
      adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), make_verdict_row (window, verdict));
      g_string_append_printf (problems, "%s%s", n_rows > 0 ? "\n\n" : "", verdict->problem);
      n_rows++;
    }
  if (n_rows < n_damaged)
    add_rest (group, n_damaged - n_rows);
  fk_list_focus_make_group_one_stop (group);
  gtk_box_append (GTK_BOX (box), n_rows > FEW ? make_scroller (group) : group);
  gtk_box_append (GTK_BOX (box), fk_details_new (problems->str));
  return box;
}

/**
 * fk_damage_dialog_present:
 * @verdicts: (element-type FkVerdict): of all backups; at least one is damaged
 */
void
fk_damage_dialog_present (FkWindow *window, GPtrArray *verdicts)
{
  g_autofree char *heading = NULL;
  guint n_damaged = 0;

  g_return_if_fail (FK_IS_WINDOW (window));
  g_return_if_fail (verdicts != NULL);

  for (guint i = 0; i < verdicts->len; i++)
    n_damaged += ((const FkVerdict *)g_ptr_array_index (verdicts, i))->problem != NULL;
  heading = g_strdup_printf (ngettext ("%u Backup Is Damaged", "%u Backups Are Damaged", n_damaged),
                             n_damaged);
  fk_message_show (GTK_WIDGET (window), heading,
                   _ ("The library marks what is damaged. Use another backup of the same board, or "
                      "import a copy that you exported. If the board still works, back it up again "
                      "now."),
                   make_list (window, verdicts, n_damaged));
}
