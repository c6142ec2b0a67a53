/* SPDX-License-Identifier: GPL-3.0-or-later */

/* There is no button to save: a note is saved when one leaves it, however one leaves it. */

#include "config.h"

#include "pages/fk-backup-details.h"

#include <glib/gi18n.h>

struct _FkBackupDetails
{
  AdwBin parent_instance;

  AdwEntryRow *name;
  AdwEntryRow *new_tag;
  GtkFlowBox *tags;
  GtkTextView *note;

  FkBackup *backup;
  FkLibraryModel *library;
  GStrv wanted; /* (nullable): the tags as they shall be, also before they are stored */
  char *saved;  /* the note as it was handed on for saving */
};

enum
{
  EDITED,
  FAILED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (FkBackupDetails, fk_backup_details, ADW_TYPE_BIN)

static char *
dup_note (FkBackupDetails *self)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->note);
  GtkTextIter start;
  GtkTextIter end;

  gtk_text_buffer_get_bounds (buffer, &start, &end);
  return gtk_text_buffer_get_text (buffer, &start, &end, FALSE);
}

static void show_tags (FkBackupDetails *self);

static void
on_edited (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (FkBackupDetails) self = FK_BACKUP_DETAILS (user_data);
  g_autoptr (GError) error = NULL;
  g_autoptr (FkBackup) backup =
      fk_library_model_edit_finish (FK_LIBRARY_MODEL (source), result, &error);

  if (self->library == NULL)
    return;
  if (backup == NULL)
    {
      /* What is seen is what could not be saved; leaving it again tries again. */
      g_clear_pointer (&self->saved, g_free);
      self->saved = g_strdup (fk_backup_get_note (self->backup));
      g_signal_emit (self, signals[FAILED], 0, error);
      return;
    }
  g_set_object (&self->backup, backup);
  g_signal_emit (self, signals[EDITED], 0, backup);
}

static void
apply (FkBackupDetails *self, FkBackupEdit *edit)
{
  fk_library_model_edit_async (self->library, self->backup, edit, NULL, on_edited,
                               g_object_ref (self));
}

static void
on_name_applied (FkBackupDetails *self)
{
  FkBackupEdit *edit = fk_backup_edit_new ();

  fk_backup_edit_set_name (edit, gtk_editable_get_text (GTK_EDITABLE (self->name)));
  apply (self, edit);
}

static void
save_note (FkBackupDetails *self)
{
  g_autofree char *note = NULL;
  FkBackupEdit *edit;

  if (self->library == NULL)
    return;
  note = dup_note (self);
  if (g_strcmp0 (note, self->saved) == 0)
    return;
  edit = fk_backup_edit_new ();
  fk_backup_edit_set_note (edit, note);
  g_free (self->saved);
  self->saved = g_steal_pointer (&note);
  apply (self, edit);
}

static void
save_tags (FkBackupDetails *self)
{
  FkBackupEdit *edit = fk_backup_edit_new ();

  fk_backup_edit_set_tags (edit, (const char *const *)self->wanted);
  show_tags (self);
  apply (self, edit);
}

static gboolean
has_tag (FkBackupDetails *self, const char *tag)
{
  g_autofree char *wanted = g_utf8_casefold (tag, -1);

  for (guint i = 0; self->wanted[i] != NULL; i++)
    {
      g_autofree char *present = g_utf8_casefold (self->wanted[i], -1);

      if (g_str_equal (present, wanted))
        return TRUE;
    }
  return FALSE;
}

static void
on_tag_applied (FkBackupDetails *self)
{
  g_autofree char *tag = g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->new_tag)));
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  g_strstrip (tag);
  gtk_editable_set_text (GTK_EDITABLE (self->new_tag), "");
  if (*tag == '\0' || has_tag (self, tag))
    return;
  g_strv_builder_addv (builder, (const char **)self->wanted);
  g_strv_builder_add (builder, tag);
  g_strfreev (self->wanted);
  self->wanted = g_strv_builder_end (builder);
  save_tags (self);
}

static void
on_remove_tag (GtkWidget *widget, const char *action, GVariant *parameter)
{
  FkBackupDetails *self = FK_BACKUP_DETAILS (widget);
  const char *tag = g_variant_get_string (parameter, NULL);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; self->wanted[i] != NULL; i++)
    if (!g_str_equal (self->wanted[i], tag))
      g_strv_builder_add (builder, self->wanted[i]);
  g_strfreev (self->wanted);
  self->wanted = g_strv_builder_end (builder);
  gtk_widget_grab_focus (GTK_WIDGET (self->new_tag));
  save_tags (self);
}

/* A tag is a button that removes it. */
static GtkWidget *
make_tag (const char *tag)
{
  GtkWidget *button = gtk_button_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *label = gtk_label_new (tag);
  g_autofree char *deed = g_strdup_printf (_ ("Remove the Tag “%s”"), tag);

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 24);
  gtk_box_append (GTK_BOX (box), label);
  gtk_box_append (GTK_BOX (box), gtk_image_new_from_icon_name ("window-close-symbolic"));
  gtk_button_set_child (GTK_BUTTON (button), box);
  gtk_widget_set_halign (button, GTK_ALIGN_START);
  gtk_widget_add_css_class (button, "caption");
  gtk_widget_set_tooltip_text (button, deed);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, deed, -1);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "details.remove-tag");
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s", tag);
  return button;
}

static void
show_tags (FkBackupDetails *self)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->tags))) != NULL)
    gtk_flow_box_remove (self->tags, child);
  for (guint i = 0; self->wanted[i] != NULL; i++)
    {
      GtkWidget *item = gtk_flow_box_child_new ();

      gtk_flow_box_child_set_child (GTK_FLOW_BOX_CHILD (item), make_tag (self->wanted[i]));
      gtk_widget_set_focusable (item, FALSE);
      gtk_flow_box_insert (self->tags, item, -1);
    }
  gtk_widget_set_visible (GTK_WIDGET (self->tags), *self->wanted != NULL);
}

static void
fk_backup_details_unmap (GtkWidget *widget)
{
  save_note (FK_BACKUP_DETAILS (widget));
  GTK_WIDGET_CLASS (fk_backup_details_parent_class)->unmap (widget);
}

static void
fk_backup_details_dispose (GObject *object)
{
  FkBackupDetails *self = FK_BACKUP_DETAILS (object);

  g_clear_object (&self->backup);
  g_clear_object (&self->library);
  g_clear_pointer (&self->wanted, g_strfreev);
  g_clear_pointer (&self->saved, g_free);
  G_OBJECT_CLASS (fk_backup_details_parent_class)->dispose (object);
}

static void
fk_backup_details_class_init (FkBackupDetailsClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = fk_backup_details_dispose;
  widget_class->unmap = fk_backup_details_unmap;
  signals[EDITED] = g_signal_new ("edited", FK_TYPE_BACKUP_DETAILS, G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 1, FK_TYPE_BACKUP);
  signals[FAILED] = g_signal_new ("failed", FK_TYPE_BACKUP_DETAILS, G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/flashkeep/Flashkeep/pages/"
                                                             "fk-backup-details.ui");
  gtk_widget_class_bind_template_child (widget_class, FkBackupDetails, name);
  gtk_widget_class_bind_template_child (widget_class, FkBackupDetails, new_tag);
  gtk_widget_class_bind_template_child (widget_class, FkBackupDetails, tags);
  gtk_widget_class_bind_template_child (widget_class, FkBackupDetails, note);
  gtk_widget_class_bind_template_callback (widget_class, on_name_applied);
  gtk_widget_class_bind_template_callback (widget_class, on_tag_applied);
  gtk_widget_class_bind_template_callback (widget_class, save_note);
  gtk_widget_class_install_action (widget_class, "details.remove-tag", "s", on_remove_tag);
}

/* The buttons inside an AdwEntryRow have a tooltip and no name. */
static void
name_buttons (GtkWidget *widget)
{
  const char *tooltip = gtk_widget_get_tooltip_text (widget);

  if (GTK_IS_BUTTON (widget) && tooltip != NULL)
    gtk_accessible_update_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, tooltip,
                                    -1);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    name_buttons (child);
}

static void
fk_backup_details_init (FkBackupDetails *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  name_buttons (GTK_WIDGET (self->name));
  name_buttons (GTK_WIDGET (self->new_tag));
}

/**
 * fk_backup_details_set_backup:
 *
 * Whose details are shown.  To be called once.
 */
void
fk_backup_details_set_backup (FkBackupDetails *self, FkBackup *backup, FkLibraryModel *library)
{
  g_return_if_fail (FK_IS_BACKUP_DETAILS (self));
  g_return_if_fail (self->library == NULL);

  self->backup = g_object_ref (backup);
  self->library = g_object_ref (library);
  self->wanted = g_strdupv ((char **)fk_backup_get_tags (backup));
  self->saved = g_strdup (fk_backup_get_note (backup));
  gtk_editable_set_text (GTK_EDITABLE (self->name), fk_backup_get_name (backup));
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (self->note), self->saved, -1);
  show_tags (self);
}
