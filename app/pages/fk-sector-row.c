/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "pages/fk-sector-row.h"

#include <glib/gi18n.h>

#include "base/fk-number.h"
#include "flash/fk-option-protection.h"

struct _FkSectorRow
{
  AdwActionRow parent_instance;

  const FkOptionField *field; /* the chip's */
  guint bit;
  guint32 wanted; /* of the whole field */
  char *size;
  gboolean updating;

  GtkSwitch *protect;
};

enum
{
  EDITED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (FkSectorRow, fk_sector_row, ADW_TYPE_ACTION_ROW)

static gboolean
protects (FkSectorRow *self, guint32 value)
{
  return fk_option_field_bit_protects (self->field, value, self->bit);
}

static void
on_switched (FkSectorRow *self)
{
  guint32 mask = 1u << self->bit;

  if (!self->updating)
    g_signal_emit (self, signals[EDITED], 0,
                   gtk_switch_get_active (self->protect) == self->field->set_protects
                       ? self->wanted | mask
                       : self->wanted & ~mask);
}

static void
fk_sector_row_finalize (GObject *object)
{
  g_free (FK_SECTOR_ROW (object)->size);
  G_OBJECT_CLASS (fk_sector_row_parent_class)->finalize (object);
}

static void
fk_sector_row_class_init (FkSectorRowClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = fk_sector_row_finalize;

  signals[EDITED] = g_signal_new ("edited", FK_TYPE_SECTOR_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                  NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
}

static void
fk_sector_row_init (FkSectorRow *self)
{
  self->protect = GTK_SWITCH (gtk_switch_new ());
  gtk_widget_set_valign (GTK_WIDGET (self->protect), GTK_ALIGN_CENTER);
  /* The row stands for it: one list is one stop of Tab. */
  gtk_widget_set_can_focus (GTK_WIDGET (self->protect), FALSE);
  adw_action_row_add_suffix (ADW_ACTION_ROW (self), GTK_WIDGET (self->protect));
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (self), GTK_WIDGET (self->protect));
  /* Newer versions of libadwaita call it as the row is called, which does not say what it does. */
  gtk_accessible_reset_relation (GTK_ACCESSIBLE (self->protect),
                                 GTK_ACCESSIBLE_RELATION_LABELLED_BY);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (self), 0);
  g_signal_connect_swapped (self->protect, "notify::active", G_CALLBACK (on_switched), self);
}

/**
 * fk_sector_row_new:
 * @field: lives as long as its chip
 * @bit: of @field
 * @range: what it protects
 *
 * Returns: (transfer floating): a row that is empty until fk_sector_row_update()
 */
GtkWidget *
fk_sector_row_new (const FkOptionField *field, guint bit, FkRange range, guint n_sectors)
{
  FkSectorRow *self = g_object_new (FK_TYPE_SECTOR_ROW, NULL);
  g_autofree char *size = fk_number_format_size (range.size);
  g_autofree char *title =
      g_strdup_printf ("0x%08x – 0x%08x", (guint)range.address, (guint)(fk_range_end (range) - 1));
  g_autofree char *name = g_strdup_printf (_ ("Protect %s"), title);

  self->field = field;
  self->bit = bit;
  self->size =
      g_strdup_printf (ngettext ("%s, %u sector", "%s, %u sectors", n_sectors), size, n_sectors);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), title);
  gtk_widget_add_css_class (GTK_WIDGET (self), "numeric");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->protect), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  name, -1);
  return GTK_WIDGET (self);
}

const FkOptionField *
fk_sector_row_get_field (FkSectorRow *self)
{
  g_return_val_if_fail (FK_IS_SECTOR_ROW (self), NULL);

  return self->field;
}

static const char *
get_state_text (FkSectorRow *self, guint32 value)
{
  return protects (self, value) ? _ ("protected") : _ ("not protected");
}

void
fk_sector_row_update (FkSectorRow *self, const FkOptionsView *view)
{
  guint32 present = 0;
  guint32 reference;
  g_autoptr (GString) text = NULL;

  g_return_if_fail (FK_IS_SECTOR_ROW (self));

  fk_option_bytes_get (view->present, self->field->name, &present, NULL);
  fk_option_bytes_get (view->wanted, self->field->name, &self->wanted, NULL);
  self->updating = TRUE;
  gtk_switch_set_active (self->protect, protects (self, self->wanted));
  self->updating = FALSE;

  text = g_string_new (self->size);
  if (protects (self, present) != protects (self, self->wanted))
    {
      g_string_append (text, " · ");
      g_string_append_printf (text, _ ("at present %s"), get_state_text (self, present));
    }
  if (view->reference != NULL &&
      fk_option_bytes_get (view->reference, self->field->name, &reference, NULL) &&
      protects (self, reference) != protects (self, self->wanted))
    g_string_append_printf (text, " · %s: %s", view->reference_name,
                            get_state_text (self, reference));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self), text->str);
  gtk_widget_set_sensitive (GTK_WIDGET (self),
                            view->editable &&
                                !fk_option_bytes_is_guarded (view->present, self->field));
}
