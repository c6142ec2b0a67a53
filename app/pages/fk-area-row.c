/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "pages/fk-area-row.h"

#include <glib/gi18n.h>
#include <math.h>

#include "base/fk-number.h"
#include "flash/fk-option-protection.h"
#include "pages/fk-option-text.h"

enum
{
  FIRST,
  LAST,
  N_ENDS
};

struct _FkAreaRow
{
  FkOptionBox parent_instance;

  const FkOptionArea *area; /* the chip's */
  FkRange bank;
  guint n_units;       /* that the bank has, and the fields can number */
  guint32 off[N_ENDS]; /* where they are while nothing is protected */
  gboolean updating;

  GtkSwitch *protect; /* (nullable): where it is not chosen here */
  GtkWidget *grid;    /* (nullable) of the ends */
  GtkSpinButton *ends[N_ENDS];
  GtkLabel *fixed; /* (nullable): instead of these */
};

enum
{
  EDITED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (FkAreaRow, fk_area_row, FK_TYPE_OPTION_BOX)

static guint
get_unit (FkAreaRow *self, guint end)
{
  return (guint)lround (gtk_spin_button_get_value (self->ends[end]));
}

static void
edited (FkAreaRow *self, guint first, guint last)
{
  if (!self->updating)
    g_signal_emit (self, signals[EDITED], 0, first, last);
}

/* Switched on it protects all of its bank, until the ends say otherwise. */
static void
on_switched (FkAreaRow *self)
{
  if (gtk_switch_get_active (self->protect))
    edited (self, 0, self->n_units - 1);
  else
    edited (self, self->off[FIRST], self->off[LAST]);
}

/* An end takes the other one along: an area that ends before it begins would protect nothing. */
static void
on_first_changed (FkAreaRow *self)
{
  edited (self, get_unit (self, FIRST), MAX (get_unit (self, FIRST), get_unit (self, LAST)));
}

static void
on_last_changed (FkAreaRow *self)
{
  edited (self, MIN (get_unit (self, FIRST), get_unit (self, LAST)), get_unit (self, LAST));
}

/* Returns: the address of the first or the last byte of @unit */
static guint32
get_address (FkAreaRow *self, guint end, guint unit)
{
  return self->bank.address + unit * self->area->unit + (end == LAST ? self->area->unit - 1 : 0);
}

/* Any address inside a unit means that unit. */
static int
on_end_input (GtkSpinButton *number, double *value, FkAreaRow *self)
{
  guint32 address;

  if (!fk_number_parse_address (gtk_editable_get_text (GTK_EDITABLE (number)), &address, NULL) ||
      address < self->bank.address || address >= fk_range_end (self->bank))
    return GTK_INPUT_ERROR;
  *value = (address - self->bank.address) / self->area->unit;
  return TRUE;
}

static gboolean
on_end_output (GtkSpinButton *number, FkAreaRow *self)
{
  guint end = number == self->ends[LAST] ? LAST : FIRST;
  guint unit = (guint)lround (gtk_spin_button_get_value (number));
  g_autofree char *text = g_strdup_printf ("0x%08x", (guint)get_address (self, end, unit));

  if (g_strcmp0 (gtk_editable_get_text (GTK_EDITABLE (number)), text) != 0)
    gtk_editable_set_text (GTK_EDITABLE (number), text);
  return TRUE;
}

static void
add_end (FkAreaRow *self, guint end, const char *title, GCallback on_changed)
{
  GtkWidget *label = gtk_label_new_with_mnemonic (title);
  GtkWidget *number = gtk_spin_button_new_with_range (0, self->n_units - 1, 1);

  self->ends[end] = GTK_SPIN_BUTTON (number);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_mnemonic_widget (GTK_LABEL (label), number);
  gtk_widget_set_halign (number, GTK_ALIGN_START);
  gtk_widget_add_css_class (number, "numeric");
  gtk_editable_set_width_chars (GTK_EDITABLE (number), 10);
  gtk_spin_button_set_numeric (self->ends[end], FALSE); /* the x of 0x… */
  /* What is no address of the bank changes nothing. */
  gtk_spin_button_set_update_policy (self->ends[end], GTK_UPDATE_IF_VALID);
  g_signal_connect (number, "input", G_CALLBACK (on_end_input), self);
  g_signal_connect (number, "output", G_CALLBACK (on_end_output), self);
  g_signal_connect_swapped (number, "value-changed", on_changed, self);
  gtk_grid_attach (GTK_GRID (self->grid), label, 0, (int)end, 1, 1);
  gtk_grid_attach (GTK_GRID (self->grid), number, 1, (int)end, 1, 1);
}

static void
add_controls (FkAreaRow *self, const char *title)
{
  g_autofree char *name = g_strdup_printf (_ ("Protect: %s"), title);

  self->protect = GTK_SWITCH (gtk_switch_new ());
  gtk_widget_set_halign (GTK_WIDGET (self->protect), GTK_ALIGN_START);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->protect), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  name, -1);
  g_signal_connect_swapped (self->protect, "notify::active", G_CALLBACK (on_switched), self);
  fk_option_box_add (FK_OPTION_BOX (self), GTK_WIDGET (self->protect));

  self->grid = gtk_grid_new ();
  gtk_grid_set_row_spacing (GTK_GRID (self->grid), 6);
  gtk_grid_set_column_spacing (GTK_GRID (self->grid), 12);
  add_end (self, FIRST, _ ("First address"), G_CALLBACK (on_first_changed));
  add_end (self, LAST, _ ("Last address"), G_CALLBACK (on_last_changed));
  fk_option_box_add (FK_OPTION_BOX (self), self->grid);
}

static void
fk_area_row_class_init (FkAreaRowClass *klass)
{
  signals[EDITED] = g_signal_new ("edited", FK_TYPE_AREA_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                  NULL, G_TYPE_NONE, 2, G_TYPE_UINT, G_TYPE_UINT);
}

static void
fk_area_row_init (FkAreaRow *self)
{
}

static const char *
get_purpose (const FkOptionArea *area)
{
  switch (area->kind)
    {
    case FK_AREA_WRITE:
      return _ ("Keeps pages from being erased and programmed.");
    case FK_AREA_CODE:
      return _ ("Lets pages be run, but neither read nor written.");
    case FK_AREA_SECURE:
      return _ ("Lets the program hide pages until the next reset.");
    default:
      g_return_val_if_reached (NULL);
    }
}

/**
 * fk_area_row_new:
 * @area: lives as long as @chip, and that as long as the row's page
 *
 * Returns: (transfer floating): a row that is empty until fk_area_row_update()
 */
GtkWidget *
fk_area_row_new (FkChip *chip, const FkOptionArea *area)
{
  FkAreaRow *self = g_object_new (FK_TYPE_AREA_ROW, NULL);
  g_autofree char *title = fk_option_text_dup_area_title (chip, area);

  self->area = area;
  fk_option_box_set_names (FK_OPTION_BOX (self), title, get_purpose (area));
  if (fk_option_area_find_bank (area, chip, &self->bank))
    self->n_units = MIN (self->bank.size / area->unit, 1u << area->last->width);
  if (area->first->guarded || self->n_units == 0)
    self->fixed = fk_option_box_add_label (FK_OPTION_BOX (self), "body");
  else
    add_controls (self, title);
  return GTK_WIDGET (self);
}

const FkOptionArea *
fk_area_row_get_area (FkAreaRow *self)
{
  g_return_val_if_fail (FK_IS_AREA_ROW (self), NULL);

  return self->area;
}

static void
read_ends (FkAreaRow *self, FkOptionBytes *options, guint32 *first, guint32 *last)
{
  fk_option_bytes_get (options, self->area->first->name, first, NULL);
  fk_option_bytes_get (options, self->area->last->name, last, NULL);
}

/* A chip that protects nothing gets back what it has, and so is not changed at all. */
static void
keep_off (FkAreaRow *self, FkOptionBytes *present)
{
  FkRange range;

  if (!fk_option_bytes_get_area (present, self->area, &range))
    {
      read_ends (self, present, &self->off[FIRST], &self->off[LAST]);
      return;
    }
  self->off[FIRST] = self->area->first->factory;
  self->off[LAST] = self->area->last->factory;
}

static void
show_ends (FkAreaRow *self, FkOptionBytes *wanted)
{
  guint32 ends[N_ENDS] = { 0 };
  FkRange range;
  g_autofree char *code = NULL;
  gboolean protects = fk_option_bytes_get_area (wanted, self->area, &range);

  read_ends (self, wanted, &ends[FIRST], &ends[LAST]);
  code = g_strdup_printf ("%s = 0x%02X\n%s = 0x%02X", self->area->first->name, ends[FIRST],
                          self->area->last->name, ends[LAST]);
  fk_option_box_set_code (FK_OPTION_BOX (self), code);
  if (self->fixed != NULL)
    {
      g_autofree char *meaning = fk_option_text_explain (wanted, self->area->first, ends[FIRST]);

      gtk_label_set_label (self->fixed, meaning);
      return;
    }
  self->updating = TRUE;
  gtk_switch_set_active (self->protect, protects);
  gtk_widget_set_visible (self->grid, protects);
  for (guint i = 0; i < N_ENDS && protects; i++)
    {
      gtk_spin_button_set_value (self->ends[i], ends[i]);
      on_end_output (self->ends[i], self); /* also where the value is what it was */
    }
  self->updating = FALSE;
}

/* Areas that protect nothing are the same, whatever their ends are. */
static gboolean
is_same (FkAreaRow *self, FkOptionBytes *a, FkOptionBytes *b)
{
  FkRange range_a = { 0 };
  FkRange range_b = { 0 };

  fk_option_bytes_get_area (a, self->area, &range_a);
  fk_option_bytes_get_area (b, self->area, &range_b);
  return range_a.address == range_b.address && range_a.size == range_b.size;
}

static char *
explain (FkAreaRow *self, FkOptionBytes *options)
{
  guint32 first = 0;

  fk_option_bytes_get (options, self->area->first->name, &first, NULL);
  return fk_option_text_explain (options, self->area->first, first);
}

static void
show_note (FkAreaRow *self, const FkOptionsView *view)
{
  gboolean danger = FALSE;
  guint32 first = 0;
  g_autofree char *meaning = NULL;
  const char *effect;

  if (is_same (self, view->present, view->wanted))
    {
      fk_option_box_hide_note (FK_OPTION_BOX (self));
      return;
    }
  fk_option_bytes_get (view->wanted, self->area->first->name, &first, NULL);
  effect = fk_option_text_get_effect (view->wanted, self->area->first, first, &danger);
  meaning = explain (self, view->present);
  fk_option_box_show_note (FK_OPTION_BOX (self), meaning, effect, danger);
}

void
fk_area_row_update (FkAreaRow *self, const FkOptionsView *view)
{
  g_autofree char *reference = NULL;
  gboolean editable;

  g_return_if_fail (FK_IS_AREA_ROW (self));

  keep_off (self, view->present);
  show_ends (self, view->wanted);
  show_note (self, view);
  if (view->reference != NULL && !is_same (self, view->reference, view->wanted))
    reference = explain (self, view->reference);
  fk_option_box_show_reference (FK_OPTION_BOX (self), view->reference_name, reference);
  if (self->fixed != NULL)
    return;
  editable = view->editable && !fk_option_bytes_is_guarded (view->present, self->area->first);
  gtk_widget_set_sensitive (GTK_WIDGET (self->protect), editable);
  gtk_widget_set_sensitive (self->grid, editable);
}
