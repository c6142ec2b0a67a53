/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What chips are set to, by name.  What is the same is made when somebody asks for it: a page
 * of sentences takes GTK long to measure. */

#include "config.h"

#include "pages/fk-compare-fields-page.h"

#include <glib/gi18n.h>

#include "job/fk-report-fields.h"
#include "pages/fk-option-text.h"
#include "widgets/fk-list-focus.h"
#include "widgets/fk-opener-row.h"
#include "widgets/fk-value-row.h"

/* So many characters make a line of a sentence; it keeps GTK from trying every width. */
#define LINE 40

struct _FkCompareFieldsPage
{
  FkPage parent_instance;

  AdwPreferencesGroup *differing;
  AdwPreferencesGroup *same;
  FkOpenerRow *opener;

  GPtrArray *sides; /* of FkCompareSide */
  FkChip *chip;     /* of the kind whose options are compared; a side holds it */
  guint n_differing;
  GPtrArray *same_fields; /* of FkOptionField, which @chip holds */
};

G_DEFINE_FINAL_TYPE (FkCompareFieldsPage, fk_compare_fields_page, FK_TYPE_PAGE)

static GtkWidget *
add_label (GtkWidget *grid, const char *text, const char *css_class, int column, int row, int width)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_max_width_chars (GTK_LABEL (label), LINE);
  gtk_widget_set_valign (label, GTK_ALIGN_START);
  gtk_widget_set_hexpand (label, TRUE);
  if (css_class != NULL)
    gtk_widget_add_css_class (label, css_class);
  gtk_grid_attach (GTK_GRID (grid), label, column, row, width, 1);
  return label;
}

static const char *
get_title (FkCompareFieldsPage *self, guint side)
{
  return fk_compare_side_get_title (g_ptr_array_index (self->sides, side));
}

/* Which side, and below it what it has. */
static void
add_value (FkCompareFieldsPage *self, GtkWidget *grid, guint side, const char *value)
{
  GtkWidget *title = add_label (grid, get_title (self, side), "caption", (int)side, 2, 1);

  gtk_widget_set_margin_top (title, 6);
  gtk_widget_add_css_class (title, "dim-label");
  add_label (grid, value, NULL, (int)side, 3, 1);
}

static char *
make_spoken (FkCompareFieldsPage *self, const char *title, char *const *values)
{
  GString *spoken = g_string_new (title);

  for (guint side = 0; side < self->sides->len; side++)
    g_string_append_printf (spoken, ". %s: %s", get_title (self, side), values[side]);
  return g_string_free (spoken, FALSE);
}

static void
add_row (FkCompareFieldsPage *self, const char *title, const char *text, char *const *values)
{
  GtkWidget *row = adw_preferences_row_new (); /* any other row would stand outside the list */
  GtkWidget *grid = gtk_grid_new ();
  int n_sides = (int)self->sides->len;
  g_autofree char *spoken = make_spoken (self, title, values);

  gtk_grid_set_column_homogeneous (GTK_GRID (grid), TRUE);
  gtk_grid_set_column_spacing (GTK_GRID (grid), 12);
  gtk_grid_set_row_spacing (GTK_GRID (grid), 3);
  gtk_widget_set_margin_start (grid, 12);
  gtk_widget_set_margin_end (grid, 12);
  gtk_widget_set_margin_top (grid, 12);
  gtk_widget_set_margin_bottom (grid, 12);
  add_label (grid, title, "heading", 0, 0, n_sides);
  gtk_widget_add_css_class (add_label (grid, text, "caption", 0, 1, n_sides), "dim-label");
  for (guint side = 0; side < self->sides->len; side++)
    add_value (self, grid, side, values[side]);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), grid);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);
  adw_preferences_group_add (self->differing, row);
  self->n_differing++;
}

static FkReportSettings
get_settings (FkCompareFieldsPage *self, guint side)
{
  return fk_compare_side_get_settings (g_ptr_array_index (self->sides, side));
}

static void
add_option (FkCompareFieldsPage *self, const FkReportSettings *settings, const FkOptionField *field)
{
  guint32 values[FK_LINEUP_MAX_SIDES];
  gboolean known[FK_LINEUP_MAX_SIDES];
  char *meanings[FK_LINEUP_MAX_SIDES] = { NULL };
  g_autofree char *title = fk_option_text_dup_full_title (self->chip, field);
  g_autofree char *purpose = fk_option_field_dup_text (field);

  if (!fk_report_fields_get_values (self->chip, field->name, settings, self->sides->len, values,
                                    known))
    {
      g_ptr_array_add (self->same_fields, (gpointer)field);
      return;
    }
  for (guint side = 0; side < self->sides->len; side++)
    meanings[side] = known[side]
                         ? fk_option_text_explain (settings[side].options, field, values[side])
                         : g_strdup (_ ("Not known"));
  add_row (self, title, purpose, meanings);
  for (guint side = 0; side < self->sides->len; side++)
    g_free (meanings[side]);
}

static void
add_bytes (FkCompareFieldsPage *self, const FkReportSettings *settings)
{
  g_autoptr (GPtrArray) fields = fk_report_fields_new_empty ();

  fk_report_fields_add_bytes (fields, self->chip, settings, self->sides->len);
  for (guint i = 0; i < fields->len; i++)
    {
      const FkReportField *field = g_ptr_array_index (fields, i);
      char *values[FK_LINEUP_MAX_SIDES] = { NULL };

      for (guint side = 0; side < self->sides->len; side++)
        values[side] = field->values[side] != NULL ? field->values[side] : (char *)_ ("Not known");
      add_row (self, field->name, field->text, values);
    }
}

/* Returns: the options of a side that are of the kind that is compared */
static FkOptionBytes *
find_options (FkCompareFieldsPage *self)
{
  for (guint side = 0; side < self->sides->len; side++)
    {
      FkOptionBytes *options = get_settings (self, side).options;

      if (options != NULL && fk_option_bytes_get_chip (options) == self->chip)
        return options;
    }
  return NULL;
}

static void
on_opened (FkCompareFieldsPage *self)
{
  FkOptionBytes *options = find_options (self);

  for (guint i = 0; i < self->same_fields->len; i++)
    {
      const FkOptionField *field = g_ptr_array_index (self->same_fields, i);
      guint32 value = 0;
      g_autofree char *title = fk_option_text_dup_full_title (self->chip, field);
      g_autofree char *meaning = NULL;

      fk_option_bytes_get (options, field->name, &value, NULL);
      meaning = fk_option_text_explain (options, field, value);
      fk_opener_row_add (self->opener, fk_value_row_new_text (title, meaning));
    }
  g_ptr_array_set_size (self->same_fields, 0);
}

static void
show_fields (FkCompareFieldsPage *self)
{
  FkReportSettings settings[FK_LINEUP_MAX_SIDES];
  const FkOptionField *fields;
  guint n_fields;
  g_autofree char *subtitle = NULL;

  for (guint side = 0; side < self->sides->len; side++)
    settings[side] = get_settings (self, side);
  self->chip = fk_report_fields_get_chip (settings, self->sides->len);
  fields = fk_chip_get_option_fields (self->chip, &n_fields);
  for (guint i = 0; i < n_fields; i++)
    add_option (self, settings, &fields[i]);
  subtitle = g_strdup_printf (ngettext ("%u option", "%u options", self->same_fields->len),
                              self->same_fields->len);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->opener), subtitle);
  if (!fk_report_fields_are_whole (settings, self->sides->len))
    adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->opener),
                                   _ ("The Same, as Far as They Are Known"));
  add_bytes (self, settings);
  gtk_widget_set_visible (GTK_WIDGET (self->differing), self->n_differing > 0);
  gtk_widget_set_visible (GTK_WIDGET (self->same), self->same_fields->len > 0);
}

static void
fk_compare_fields_page_dispose (GObject *object)
{
  FkCompareFieldsPage *self = FK_COMPARE_FIELDS_PAGE (object);

  g_clear_pointer (&self->same_fields, g_ptr_array_unref);
  g_clear_pointer (&self->sides, g_ptr_array_unref);
  G_OBJECT_CLASS (fk_compare_fields_page_parent_class)->dispose (object);
}

static void
fk_compare_fields_page_class_init (FkCompareFieldsPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (FK_TYPE_OPENER_ROW);
  G_OBJECT_CLASS (klass)->dispose = fk_compare_fields_page_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/flashkeep/Flashkeep/pages/"
                                                             "fk-compare-fields-page.ui");
  gtk_widget_class_bind_template_child (widget_class, FkCompareFieldsPage, differing);
  gtk_widget_class_bind_template_child (widget_class, FkCompareFieldsPage, same);
  gtk_widget_class_bind_template_child (widget_class, FkCompareFieldsPage, opener);
  gtk_widget_class_bind_template_callback (widget_class, on_opened);
}

static void
fk_compare_fields_page_init (FkCompareFieldsPage *self)
{
  self->same_fields = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  fk_list_focus_make_group_one_stop (GTK_WIDGET (self->differing));
  fk_list_focus_make_group_one_stop (GTK_WIDGET (self->same));
}

/**
 * fk_compare_fields_page_new: (constructor)
 * @sides: (element-type FkCompareSide): loaded, two of them with option bytes of one kind of chip;
 *   not changed from now on
 */
FkPage *
fk_compare_fields_page_new (GPtrArray *sides)
{
  FkCompareFieldsPage *self;
  g_autofree char *subtitle = NULL;

  g_return_val_if_fail (sides != NULL && sides->len <= FK_LINEUP_MAX_SIDES, NULL);

  self = g_object_new (FK_TYPE_COMPARE_FIELDS_PAGE, NULL);
  self->sides = g_ptr_array_ref (sides);
  subtitle = fk_compare_side_list_titles (sides);
  fk_page_set_title (FK_PAGE (self), _ ("Options Compared"), subtitle);
  show_fields (self);
  return FK_PAGE (self);
}
