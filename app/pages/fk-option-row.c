/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "pages/fk-option-row.h"

#include <glib/gi18n.h>
#include <math.h>

#include "base/fk-number.h"
#include "pages/fk-option-text.h"
#include "widgets/fk-drop-down.h"

struct _FkOptionRow
{
  FkOptionBox parent_instance;

  const FkOptionField *field; /* the chip's */
  gboolean updating;          /* what the control tells now is our own doing */

  GtkDropDown *choice;   /* (nullable): of the field's values */
  GtkSpinButton *number; /* (nullable) */
  GtkSwitch *bit;        /* (nullable) */
  GtkLabel *fixed;       /* instead of a control */
};

/* Bits of a field that is a list of meanings, even where some values have none. */
#define CHOICE_MAX_WIDTH 4

enum
{
  EDITED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (FkOptionRow, fk_option_row, FK_TYPE_OPTION_BOX)

static void
edited (FkOptionRow *self, guint32 value)
{
  if (!self->updating)
    g_signal_emit (self, signals[EDITED], 0, value);
}

static void
on_chosen (FkOptionRow *self)
{
  guint selected = gtk_drop_down_get_selected (self->choice);

  if (selected < self->field->n_values)
    edited (self, self->field->values[selected].value);
}

static void
on_number_changed (FkOptionRow *self)
{
  edited (self, (guint32)lround (gtk_spin_button_get_value (self->number)));
}

static void
on_switched (FkOptionRow *self)
{
  edited (self, gtk_switch_get_active (self->bit) ? 1 : 0);
}

static int
on_number_input (GtkSpinButton *number, double *value, gpointer user_data)
{
  guint32 parsed;

  if (!fk_number_parse_u32 (gtk_editable_get_text (GTK_EDITABLE (number)), &parsed, NULL))
    return GTK_INPUT_ERROR;
  *value = parsed;
  return TRUE;
}

static gboolean
on_number_output (GtkSpinButton *number, FkOptionRow *self)
{
  g_autofree char *text = g_strdup_printf ("0x%0*X", (self->field->width + 3) / 4,
                                           (guint)lround (gtk_spin_button_get_value (number)));

  if (g_strcmp0 (gtk_editable_get_text (GTK_EDITABLE (number)), text) != 0)
    gtk_editable_set_text (GTK_EDITABLE (number), text);
  return TRUE;
}

/* Meanings may be long, and the window narrow. */
static void
on_item_setup (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_list_item_set_child (item, label);
}

static void
on_item_bind (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  GtkStringObject *string = GTK_STRING_OBJECT (gtk_list_item_get_item (item));

  gtk_label_set_label (GTK_LABEL (gtk_list_item_get_child (item)),
                       gtk_string_object_get_string (string));
}

static GtkWidget *
make_choice (FkOptionRow *self)
{
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();
  GtkStringList *meanings = gtk_string_list_new (NULL);
  GtkWidget *choice;

  for (guint i = 0; i < self->field->n_values; i++)
    gtk_string_list_append (meanings, _ (self->field->values[i].meaning));
  choice = gtk_drop_down_new (G_LIST_MODEL (meanings), NULL);
  g_signal_connect (factory, "setup", G_CALLBACK (on_item_setup), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (on_item_bind), NULL);
  gtk_drop_down_set_factory (GTK_DROP_DOWN (choice), factory);
  self->choice = GTK_DROP_DOWN (choice);
  g_signal_connect_swapped (choice, "notify::selected", G_CALLBACK (on_chosen), self);
  return choice;
}

static GtkWidget *
make_number (FkOptionRow *self)
{
  GtkWidget *number = gtk_spin_button_new_with_range (0, (1u << self->field->width) - 1, 1);

  self->number = GTK_SPIN_BUTTON (number);
  gtk_widget_set_halign (number, GTK_ALIGN_START);
  gtk_widget_add_css_class (number, "numeric");
  gtk_spin_button_set_numeric (self->number, FALSE); /* the x of 0x… */
  /* What is no number changes nothing. */
  gtk_spin_button_set_update_policy (self->number, GTK_UPDATE_IF_VALID);
  g_signal_connect (number, "input", G_CALLBACK (on_number_input), NULL);
  g_signal_connect (number, "output", G_CALLBACK (on_number_output), self);
  g_signal_connect_swapped (number, "value-changed", G_CALLBACK (on_number_changed), self);
  return number;
}

static GtkWidget *
make_bit (FkOptionRow *self)
{
  GtkWidget *bit = gtk_switch_new ();

  self->bit = GTK_SWITCH (bit);
  gtk_widget_set_halign (bit, GTK_ALIGN_START);
  g_signal_connect_swapped (bit, "notify::active", G_CALLBACK (on_switched), self);
  return bit;
}

/* (nullable): what a value is chosen with; nothing where it is not chosen here */
static GtkWidget *
make_control (FkOptionRow *self)
{
  if (self->field->guarded)
    return NULL;
  /* Of a few values those that the manual knows are offered; of many, as an address, any is. */
  if (self->field->n_values > 0 &&
      (self->field->otherwise == NULL || self->field->width <= CHOICE_MAX_WIDTH))
    return make_choice (self);
  return self->field->width == 1 ? make_bit (self) : make_number (self);
}

static void
add_control (FkOptionRow *self, const char *title)
{
  GtkWidget *control = make_control (self);

  if (control == NULL)
    {
      self->fixed = fk_option_box_add_label (FK_OPTION_BOX (self), "body");
      return;
    }
  if (self->choice != NULL)
    fk_drop_down_set_name (self->choice, title);
  else
    gtk_accessible_update_property (GTK_ACCESSIBLE (control), GTK_ACCESSIBLE_PROPERTY_LABEL, title,
                                    -1);
  fk_option_box_add (FK_OPTION_BOX (self), control);
}

static void
fk_option_row_class_init (FkOptionRowClass *klass)
{
  signals[EDITED] = g_signal_new ("edited", FK_TYPE_OPTION_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                  NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
}

static void
fk_option_row_init (FkOptionRow *self)
{
}

/**
 * fk_option_row_new:
 * @field: lives as long as @chip, and that as long as the row's page
 *
 * Returns: (transfer floating): a row that is empty until fk_option_row_update()
 */
GtkWidget *
fk_option_row_new (FkChip *chip, const FkOptionField *field)
{
  FkOptionRow *self;
  g_autofree char *title = fk_option_text_dup_title (chip, field);
  g_autofree char *purpose = fk_option_field_dup_text (field);

  self = g_object_new (FK_TYPE_OPTION_ROW, NULL);
  self->field = field;
  fk_option_box_set_names (FK_OPTION_BOX (self), title, purpose);
  add_control (self, title);
  return GTK_WIDGET (self);
}

const FkOptionField *
fk_option_row_get_field (FkOptionRow *self)
{
  g_return_val_if_fail (FK_IS_OPTION_ROW (self), NULL);

  return self->field;
}

static void
show_value (FkOptionRow *self, FkOptionBytes *options, guint32 value)
{
  g_autofree char *meaning = NULL;
  g_autofree char *code = g_strdup_printf (self->field->width > 3 ? "%s = 0x%02X" : "%s = %u",
                                           self->field->name, value);

  fk_option_box_set_code (FK_OPTION_BOX (self), code);
  self->updating = TRUE;
  if (self->choice != NULL)
    {
      guint selected = GTK_INVALID_LIST_POSITION;

      for (guint i = 0; i < self->field->n_values; i++)
        if (self->field->values[i].value == value)
          selected = i;
      gtk_drop_down_set_selected (self->choice, selected);
    }
  if (self->number != NULL)
    {
      gtk_spin_button_set_value (self->number, value);
      on_number_output (self->number, self); /* also where the value is what it was */
    }
  if (self->bit != NULL)
    gtk_switch_set_active (self->bit, value != 0);
  if (self->fixed != NULL)
    {
      meaning = fk_option_text_explain (options, self->field, value);
      gtk_label_set_label (self->fixed, meaning);
    }
  self->updating = FALSE;
}

static void
show_note (FkOptionRow *self, const FkOptionsView *view, guint32 present, guint32 wanted)
{
  gboolean danger = FALSE;
  g_autofree char *meaning = NULL;
  const char *effect;

  if (present == wanted)
    {
      fk_option_box_hide_note (FK_OPTION_BOX (self));
      return;
    }
  effect = fk_option_text_get_effect (view->wanted, self->field, wanted, &danger);
  meaning = fk_option_text_explain (view->present, self->field, present);
  fk_option_box_show_note (FK_OPTION_BOX (self), meaning, effect, danger);
}

static void
show_reference (FkOptionRow *self, const FkOptionsView *view, guint32 wanted)
{
  guint32 value = wanted;
  g_autofree char *meaning = NULL;

  if (view->reference != NULL)
    fk_option_bytes_get (view->reference, self->field->name, &value, NULL);
  if (value != wanted)
    meaning = fk_option_text_explain (view->reference, self->field, value);
  fk_option_box_show_reference (FK_OPTION_BOX (self), view->reference_name, meaning);
}

void
fk_option_row_update (FkOptionRow *self, const FkOptionsView *view)
{
  guint32 present = 0;
  guint32 wanted = 0;
  gboolean editable = view->editable && !fk_option_bytes_is_guarded (view->present, self->field);

  g_return_if_fail (FK_IS_OPTION_ROW (self));

  fk_option_bytes_get (view->present, self->field->name, &present, NULL);
  fk_option_bytes_get (view->wanted, self->field->name, &wanted, NULL);
  show_value (self, view->wanted, wanted);
  show_note (self, view, present, wanted);
  show_reference (self, view, wanted);
  if (self->choice != NULL)
    gtk_widget_set_sensitive (GTK_WIDGET (self->choice), editable);
  if (self->number != NULL)
    gtk_widget_set_sensitive (GTK_WIDGET (self->number), editable);
  if (self->bit != NULL)
    gtk_widget_set_sensitive (GTK_WIDGET (self->bit), editable);
}
