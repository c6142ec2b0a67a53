/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The last backup of this very board: which it is, whether the chip still holds it, and a name for
 * one that was just made. */

#include "config.h"

#include "pages/fk-board-page-private.h"

#include <glib/gi18n.h>

#include "fk-backup-search.h"
#include "pages/fk-backup-page.h"
#include "widgets/fk-list-focus.h"

#define HASH_DIGITS 8

static char *
format_time (GDateTime *time)
{
  g_autoptr (GDateTime) local = g_date_time_to_local (time);

  return g_date_time_format (local, _ ("%-e %B %Y, %H:%M"));
}

const char *
fk_board_page_get_backup_title (FkBackup *backup)
{
  const char *name = fk_backup_get_name (backup);

  return *name != '\0' ? name : fk_backup_get_chip_name (backup);
}

/* The row's name is its title already. */
static void
set_row (AdwActionRow *row, const char *title, const char *subtitle)
{
  g_autofree char *escaped = g_markup_escape_text (title, -1);
  g_autofree char *escaped_subtitle = g_markup_escape_text (subtitle, -1);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), escaped);
  adw_action_row_set_subtitle (row, escaped_subtitle);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  subtitle, -1);
}

static void
show_last (FkBoardPage *self, FkBackup *last)
{
  g_autofree char *date = last != NULL ? format_time (fk_backup_get_created (last)) : NULL;
  g_autofree char *facts = last != NULL ? g_strdup_printf ("%s · %.*s", date, HASH_DIGITS,
                                                           fk_backup_search_get_hash (last))
                                        : NULL;

  gtk_widget_set_visible (self->last_arrow, last != NULL);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (self->last_row), last != NULL);
  if (last != NULL)
    set_row (self->last_row, fk_board_page_get_backup_title (last), facts);
  else
    set_row (self->last_row, _ ("There is no backup of this board yet."),
             _ ("Make one now, while the board works."));
}

static gboolean
is_same (FkBackup *a, FkBackup *b)
{
  return a != NULL && b != NULL && g_str_equal (fk_backup_get_id (a), fk_backup_get_id (b));
}

/* In words: of the last backup, or of another one that the chip is known to hold. */
static char *
describe_verdict (FkBoardPage *self, FkBackup *last, FkCheckVerdict *verdict)
{
  FkBackup *checked = fk_board_check_get_backup (self->check);

  *verdict = fk_board_check_get_verdict (self->check);
  if (checked == NULL || is_same (checked, last))
    return fk_board_check_describe (self->check);
  if (*verdict == FK_CHECK_EQUAL)
    return g_strdup_printf (_ ("The chip holds another backup, “%s”."),
                            fk_board_page_get_backup_title (checked));
  *verdict = FK_CHECK_UNKNOWN;
  return g_strdup (_ ("Whether the chip still holds it was not checked."));
}

static void
show_symbol (FkBoardPage *self, FkCheckVerdict verdict)
{
  static const struct
  {
    const char *icon;
    const char *style;
  } symbols[] = {
    [FK_CHECK_UNKNOWN] = { NULL, NULL },
    [FK_CHECK_RUNNING] = { NULL, NULL },
    [FK_CHECK_EQUAL] = { "emblem-ok-symbolic", "success" },
    [FK_CHECK_DIFFERS] = { "dialog-warning-symbolic", "warning" },
  };

  gtk_widget_set_visible (GTK_WIDGET (self->verdict_image), symbols[verdict].icon != NULL);
  gtk_image_set_from_icon_name (self->verdict_image, symbols[verdict].icon);
  gtk_widget_set_css_classes (GTK_WIDGET (self->verdict_image),
                              (const char *[]){ symbols[verdict].style, NULL });
}

static void
show_verdict (FkBoardPage *self, FkBackup *last)
{
  FkCheckVerdict verdict;
  g_autofree char *text = describe_verdict (self, last, &verdict);
  GDateTime *time = fk_board_check_get_time (self->check);
  gboolean known = verdict == FK_CHECK_EQUAL || verdict == FK_CHECK_DIFFERS;
  g_autofree char *date = known && time != NULL ? format_time (time) : NULL;
  g_autofree char *checked = date != NULL ? g_strdup_printf (_ ("As of %s"), date) : g_strdup ("");

  gtk_widget_set_visible (GTK_WIDGET (self->verdict_row), last != NULL);
  gtk_widget_set_visible (self->check_button, last != NULL);
  set_row (self->verdict_row, text, checked);
  show_symbol (self, verdict);
}

void
fk_board_page_update_backup (FkBoardPage *self)
{
  g_autoptr (FkBackup) last = fk_board_check_dup_last_backup (self->check);
  FkIdentity *identity = fk_board_get_identity (self->board);
  gboolean ready = fk_board_get_state (self->board) == FK_BOARD_READY && identity != NULL &&
                   fk_identity_get_chip (identity) != NULL &&
                   fk_identity_get_protection (identity) == FK_PROTECTION_NONE;

  show_last (self, last);
  show_verdict (self, last);
  gtk_widget_set_visible (GTK_WIDGET (self->backup_group),
                          last != NULL || gtk_widget_get_visible (self->backup_button));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "board.show-backup", last != NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "board.compare", ready && last != NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "board.check",
                                 ready && last != NULL &&
                                     fk_board_check_get_verdict (self->check) != FK_CHECK_RUNNING);
}

static void
show_offer (FkBoardPage *self, FkBackup *backup)
{
  g_set_object (&self->unnamed, backup);
  gtk_widget_set_sensitive (GTK_WIDGET (self->name_row), TRUE);
  gtk_widget_set_visible (self->name_group, backup != NULL);
  gtk_editable_set_text (GTK_EDITABLE (self->name_row), "");
}

/**
 * Naming: a backup that is given a name
 */
typedef struct
{
  FkBoardPage *page;
  FkBackup *backup;
} Naming;

static void
naming_free (Naming *naming)
{
  g_object_unref (naming->page);
  g_object_unref (naming->backup);
  g_free (naming);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Naming, naming_free)

static void
on_named (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Naming) naming = user_data;
  FkBoardPage *self = naming->page;
  FkWindow *window = fk_page_get_window (FK_PAGE (self));
  g_autoptr (GError) error = NULL;
  g_autoptr (FkBackup) named =
      fk_library_model_edit_finish (FK_LIBRARY_MODEL (source), result, &error);

  gtk_widget_set_sensitive (GTK_WIDGET (self->name_row), TRUE);
  if (named == NULL)
    {
      fk_board_page_show_error (self, error);
      return;
    }
  /* The offer may be of the next backup by now. */
  if (self->unnamed == naming->backup)
    show_offer (self, NULL);
  fk_board_page_update_backup (self);
  if (window != NULL && !gtk_widget_get_mapped (GTK_WIDGET (self)))
    fk_window_toast (window, _ ("Name saved"));
}

static void
on_name_applied (FkBoardPage *self)
{
  g_autofree char *name =
      g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->name_row))));
  FkBackupEdit *edit;
  Naming *naming;

  /* Insensitive while it is being saved. */
  if (self->unnamed == NULL || *name == '\0' ||
      !gtk_widget_get_sensitive (GTK_WIDGET (self->name_row)))
    return;
  naming = g_new0 (Naming, 1);
  naming->page = g_object_ref (self);
  naming->backup = g_object_ref (self->unnamed);
  edit = fk_backup_edit_new ();
  fk_backup_edit_set_name (edit, name);
  /* To where the name will be. */
  if (gtk_widget_get_mapped (GTK_WIDGET (self)) &&
      fk_board_page_has_focus_inside (GTK_WIDGET (self->name_row)))
    gtk_widget_grab_focus (GTK_WIDGET (self->last_row));
  gtk_widget_set_sensitive (GTK_WIDGET (self->name_row), FALSE);
  fk_library_model_edit_async (self->library, self->unnamed, edit, NULL, on_named, naming);
}

/**
 * fk_board_page_offer_name:
 * @backup: (nullable): that was just made
 *
 * A name that was typed for the backup before and not applied is not lost: that one gets it.
 */
void
fk_board_page_offer_name (FkBoardPage *self, FkBackup *backup)
{
  on_name_applied (self);
  show_offer (self, backup);
}

/* Whoever leaves the page in the middle of a name means it. */
static void
fk_board_page_unmap (GtkWidget *widget)
{
  on_name_applied (FK_BOARD_PAGE (widget));
  GTK_WIDGET_CLASS (g_type_class_peek (FK_TYPE_PAGE))->unmap (widget);
}

static void
on_checked (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (FkBoardPage) self = FK_BOARD_PAGE (user_data);
  g_autoptr (GError) error = NULL;

  if (!fk_board_check_run_finish (FK_BOARD_CHECK (source), result, &error) && error != NULL)
    fk_board_page_show_error (self, error);
}

static void
on_check (GtkWidget *widget, const char *action, GVariant *parameter)
{
  FkBoardPage *self = FK_BOARD_PAGE (widget);
  g_autoptr (FkBackup) last = fk_board_check_dup_last_backup (self->check);

  fk_board_page_say (self, NULL);
  if (last != NULL)
    fk_board_check_run_async (self->check, last, FK_CHECK_WHERE, on_checked, g_object_ref (self));
}

static void
on_show_backup (GtkWidget *widget, const char *action, GVariant *parameter)
{
  FkBoardPage *self = FK_BOARD_PAGE (widget);
  FkWindow *window = fk_page_get_window (FK_PAGE (self));
  g_autoptr (FkBackup) last = fk_board_check_dup_last_backup (self->check);

  if (window != NULL && last != NULL)
    fk_window_push (window, fk_backup_page_new (last, self->library));
}

/* Rows rather than buttons with actions: what they say is worth reading also where it leads
 * nowhere. */
static void
on_row_activated (FkBoardPage *self, AdwActionRow *row)
{
  gtk_widget_activate_action (GTK_WIDGET (self),
                              row == self->last_row ? "board.show-backup" : "board.check", NULL);
}

void
fk_board_page_install_backup (GtkWidgetClass *widget_class)
{
  widget_class->unmap = fk_board_page_unmap;
  gtk_widget_class_install_action (widget_class, "board.check", NULL, on_check);
  gtk_widget_class_install_action (widget_class, "board.show-backup", NULL, on_show_backup);
  gtk_widget_class_bind_template_callback (widget_class, on_name_applied);
  gtk_widget_class_bind_template_callback (widget_class, on_row_activated);
}

void
fk_board_page_set_up_backup (FkBoardPage *self)
{
  fk_list_focus_make_group_one_stop (GTK_WIDGET (self->backup_group));
}
