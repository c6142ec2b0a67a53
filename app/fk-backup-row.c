/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A list view keeps some 200 rows alive, and makes them all at once: a row is as little as it can
 * be, one label of several lines and one symbol. */

#include "config.h"

#include "fk-backup-row.h"

#include <glib/gi18n.h>

#include "base/fk-number.h"
#include "fk-backup-damage.h"
#include "fk-backup-search.h"

#define HASH_DIGITS 8
#define HEADING     "<b>%s</b>  <span size='smaller' alpha='70%%'>%s</span>"
#define BARE        "<b>%s</b>"
#define LINES       "%s\n<span size='smaller' alpha='70%%'>%s</span>"
#define NOTE        "\n<span size='smaller'>%s</span>"

struct _FkBackupRow
{
  AdwBin parent_instance;

  GtkLabel *label;
  GtkImage *symbol;

  FkBackupList *list;
  GObject *item; /* (nullable): FkBackup or FkBackupGroup */
};

G_DEFINE_FINAL_TYPE (FkBackupRow, fk_backup_row, ADW_TYPE_BIN)

/* GTK names rows itself, or lets us do it, from 4.12 on. */
static void
tell (FkBackupRow *self, const char *name, const char *description)
{
  GtkWidget *row = gtk_widget_get_parent (GTK_WIDGET (self));

  if (row != NULL)
    gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                    GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, description, -1);
}

/* A tooltip that is set makes GTK ask the display where the pointer is; one that is asked for does
 * not. */
static gboolean
on_query_tooltip (GtkWidget *widget, int x, int y, gboolean keyboard, GtkTooltip *tooltip)
{
  FkBackupRow *self = FK_BACKUP_ROW (widget);

  if (FK_IS_BACKUP_GROUP (self->item))
    gtk_tooltip_set_text (tooltip, fk_backup_group_get_uid (FK_BACKUP_GROUP (self->item)));
  else if (FK_IS_BACKUP (self->item) && fk_backup_damage_get (FK_BACKUP (self->item)) != NULL)
    gtk_tooltip_set_text (tooltip, _ ("Damaged"));
  else if (FK_IS_BACKUP (self->item))
    gtk_tooltip_set_text (tooltip, fk_backup_search_is_verified (FK_BACKUP (self->item))
                                       ? _ ("Verified against the chip")
                                       : _ ("Not verified against the chip"));
  return self->item != NULL;
}

static void
show_symbol (FkBackupRow *self, const char *icon, const char *style)
{
  if (g_strcmp0 (gtk_image_get_icon_name (self->symbol), icon) == 0)
    return;
  gtk_image_set_from_icon_name (self->symbol, icon);
  gtk_widget_set_css_classes (GTK_WIDGET (self->symbol), (const char *[]){ style, NULL });
}

static void
show_group (FkBackupRow *self, FkBackupGroup *group)
{
  const char *title = fk_backup_group_get_title (group);
  const char *chip = fk_backup_group_get_chip (group);
  gboolean connected = fk_backup_list_is_connected (self->list, fk_backup_group_get_uid (group));
  g_autofree char *markup = g_str_equal (title, chip)
                                ? g_markup_printf_escaped (BARE, title)
                                : g_markup_printf_escaped (HEADING, title, chip);
  g_autofree char *description = connected ? g_strdup_printf (_ ("Board with %s, connected"), chip)
                                           : g_strdup_printf (_ ("Board with %s"), chip);

  gtk_label_set_markup (self->label, markup);
  gtk_widget_set_visible (GTK_WIDGET (self->symbol), connected);
  show_symbol (self, "media-flash-symbolic", "accent");
  tell (self, title, description);
}

/* One line of what may be several. */
static char *
make_line (const char *text)
{
  return g_strstrip (g_strdelimit (g_strdup (text), "\r\n\t", ' '));
}

/* That no board holds it, the note and the tags. */
static char *
make_note (FkBackup *backup)
{
  g_autofree char *note = make_line (fk_backup_get_note (backup));
  g_autofree char *tags = g_strjoinv (", ", (char **)fk_backup_get_tags (backup));
  const char *parts[4] = { NULL };
  guint n = 0;

  if (fk_backup_is_simulated (backup))
    parts[n++] = _ ("Simulated");
  if (*note != '\0')
    parts[n++] = note;
  if (*tags != '\0')
    parts[n++] = tags;
  return g_strjoinv (" · ", (char **)parts);
}

/* What nobody named is told from its neighbours by when it was made: the chip is the same in all of
 * a group, and stands in its heading. */
static char *
make_title (FkBackup *backup)
{
  g_autoptr (GDateTime) local = g_date_time_to_local (fk_backup_get_created (backup));
  const char *name = fk_backup_get_name (backup);

  return *name != '\0' ? make_line (name) : g_date_time_format (local, _ ("%-e %B %Y, %H:%M"));
}

/* The date does not stand below a title that is the date. */
static char *
make_facts (FkBackup *backup)
{
  g_autoptr (GDateTime) local = g_date_time_to_local (fk_backup_get_created (backup));
  g_autofree char *date = g_date_time_format (local, _ ("%-e %b %Y, %H:%M"));
  g_autofree char *size = fk_number_format_size (fk_backup_get_flash_size (backup));
  gboolean has_name = *fk_backup_get_name (backup) != '\0';

  return g_strdup_printf ("%s%s%s · %.*s", has_name ? date : "", has_name ? " · " : "", size,
                          HASH_DIGITS, fk_backup_search_get_hash (backup));
}

static char *
describe (FkBackupRow *self, FkBackup *backup, const char *facts, const char *note)
{
  const char *verified = fk_backup_damage_get (backup) != NULL   ? _ ("damaged")
                         : fk_backup_search_is_verified (backup) ? _ ("verified")
                                                                 : _ ("not verified");
  g_autofree char *text = g_strjoin (", ", fk_backup_get_chip_name (backup), facts, verified,
                                     *note != '\0' ? note : NULL, NULL);

  return fk_backup_list_is_connected (self->list, fk_backup_get_uid (backup))
             ? g_strconcat (_ ("matches the connected board"), ", ", text, NULL)
             : g_steal_pointer (&text);
}

static void
show_backup (FkBackupRow *self, FkBackup *backup)
{
  g_autofree char *title = make_title (backup);
  g_autofree char *facts = make_facts (backup);
  g_autofree char *note = make_note (backup);
  g_autofree char *description = describe (self, backup, facts, note);
  g_autofree char *lines = g_markup_printf_escaped (LINES, title, facts);
  g_autofree char *last = *note != '\0' ? g_markup_printf_escaped (NOTE, note) : g_strdup ("");
  g_autofree char *markup = g_strconcat (lines, last, NULL);

  gtk_label_set_markup (self->label, markup);
  gtk_widget_set_visible (GTK_WIDGET (self->symbol), TRUE);
  if (fk_backup_damage_get (backup) != NULL)
    show_symbol (self, "dialog-error-symbolic", "error");
  else if (fk_backup_search_is_verified (backup))
    show_symbol (self, "object-select-symbolic", "success");
  else
    show_symbol (self, "dialog-warning-symbolic", "warning");
  tell (self, title, description);
}

static void
update (FkBackupRow *self)
{
  if (FK_IS_BACKUP (self->item))
    show_backup (self, FK_BACKUP (self->item));
  else if (FK_IS_BACKUP_GROUP (self->item))
    show_group (self, FK_BACKUP_GROUP (self->item));
}

/* A board may be called otherwise now. */
static void
update_heading (FkBackupRow *self)
{
  if (FK_IS_BACKUP_GROUP (self->item))
    update (self);
}

static void
fk_backup_row_dispose (GObject *object)
{
  FkBackupRow *self = FK_BACKUP_ROW (object);

  g_clear_object (&self->list);
  g_clear_object (&self->item);
  G_OBJECT_CLASS (fk_backup_row_parent_class)->dispose (object);
}

static void
fk_backup_row_class_init (FkBackupRowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = fk_backup_row_dispose;
}

static void
fk_backup_row_init (FkBackupRow *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  self->label = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_xalign (self->label, 0);
  gtk_label_set_ellipsize (self->label, PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (GTK_WIDGET (self->label), TRUE);
  gtk_widget_set_margin_top (box, 4);
  gtk_widget_set_margin_bottom (box, 4);
  self->symbol = GTK_IMAGE (gtk_image_new ());
  gtk_widget_set_valign (GTK_WIDGET (self->symbol), GTK_ALIGN_START);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->label));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->symbol));
  adw_bin_set_child (ADW_BIN (self), box);
  gtk_widget_set_has_tooltip (GTK_WIDGET (self), TRUE);
  g_signal_connect (self, "query-tooltip", G_CALLBACK (on_query_tooltip), NULL);
}

/**
 * fk_backup_row_new: (constructor)
 * @list: knows which boards are connected
 */
GtkWidget *
fk_backup_row_new (FkBackupList *list)
{
  FkBackupRow *self;

  g_return_val_if_fail (FK_IS_BACKUP_LIST (list), NULL);

  self = g_object_new (FK_TYPE_BACKUP_ROW, NULL);
  self->list = g_object_ref (list);
  g_signal_connect_object (list, "marks-changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (list, "items-changed", G_CALLBACK (update_heading), self,
                           G_CONNECT_SWAPPED);
  return GTK_WIDGET (self);
}

/**
 * fk_backup_row_set_item:
 * @item: (nullable): an #FkBackup or an #FkBackupGroup
 */
void
fk_backup_row_set_item (FkBackupRow *self, GObject *item)
{
  g_return_if_fail (FK_IS_BACKUP_ROW (self));

  g_set_object (&self->item, item);
  update (self);
}

/**
 * fk_backup_row_get_item:
 *
 * Returns: (transfer none) (nullable): what the row shows
 */
GObject *
fk_backup_row_get_item (FkBackupRow *self)
{
  g_return_val_if_fail (FK_IS_BACKUP_ROW (self), NULL);

  return self->item;
}
