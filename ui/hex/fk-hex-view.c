/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The hex view: state, cursor and selection.  What else it does has a file each; where each byte
 * stands is in fk-hex-layout.c. */

#include "config.h"

#include "hex/fk-hex-view-private.h"

#include <adwaita.h>
#include <glib/gi18n.h>

enum
{
  PROP_0,
  PROP_SOURCE,
  PROP_CURSOR,
  PROP_TYPES_TEXT,
  PROP_ERASED_VALUE,
  N_PROPS,
  PROP_HADJUSTMENT = N_PROPS,
  PROP_VADJUSTMENT,
  PROP_HSCROLL_POLICY,
  PROP_VSCROLL_POLICY,
};

#define EDITED_DELAY_MS 400

static GParamSpec *properties[N_PROPS];

enum
{
  FOLD_ACTIVATED,
  MESSAGE,
  DECORATED,
  EDITED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE_WITH_CODE (FkHexView,
                               fk_hex_view,
                               GTK_TYPE_WIDGET,
                               G_IMPLEMENT_INTERFACE (GTK_TYPE_SCROLLABLE, NULL))

static void
fk_hex_view_css_changed (GtkWidget *widget, GtkCssStyleChange *change)
{
  FkHexView *self = FK_HEX_VIEW (widget);

  GTK_WIDGET_CLASS (fk_hex_view_parent_class)->css_changed (widget, change);
  fk_hex_view_measure_font (self);
  gtk_widget_queue_resize (widget);
}

static void
fk_hex_view_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  FkHexView *self = FK_HEX_VIEW (object);

  switch (id)
    {
    case PROP_SOURCE:
      g_value_set_object (value, self->source);
      break;
    case PROP_CURSOR:
      g_value_set_uint64 (value, self->cursor);
      break;
    case PROP_TYPES_TEXT:
      g_value_set_boolean (value, self->types_text);
      break;
    case PROP_ERASED_VALUE:
      g_value_set_uchar (value, self->erased_value);
      break;
    case PROP_HADJUSTMENT:
      g_value_set_object (value, self->hadjustment);
      break;
    case PROP_VADJUSTMENT:
      g_value_set_object (value, self->vadjustment);
      break;
    case PROP_HSCROLL_POLICY:
      g_value_set_enum (value, self->hscroll_policy);
      break;
    case PROP_VSCROLL_POLICY:
      g_value_set_enum (value, self->vscroll_policy);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
fk_hex_view_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  FkHexView *self = FK_HEX_VIEW (object);

  switch (id)
    {
    case PROP_SOURCE:
      fk_hex_view_set_source (self, g_value_get_object (value));
      break;
    case PROP_CURSOR:
      fk_hex_view_set_cursor (self, g_value_get_uint64 (value));
      break;
    case PROP_TYPES_TEXT:
      fk_hex_view_set_types_text (self, g_value_get_boolean (value));
      fk_hex_view_describe (self, self->types_text ? _ ("Typing text") : _ ("Typing hex digits"));
      break;
    case PROP_ERASED_VALUE:
      fk_hex_view_set_erased_value (self, g_value_get_uchar (value));
      break;
    case PROP_HADJUSTMENT:
      fk_hex_view_set_adjustment (self, &self->hadjustment, g_value_get_object (value));
      break;
    case PROP_VADJUSTMENT:
      fk_hex_view_set_adjustment (self, &self->vadjustment, g_value_get_object (value));
      break;
    case PROP_HSCROLL_POLICY:
      self->hscroll_policy = g_value_get_enum (value);
      break;
    case PROP_VSCROLL_POLICY:
      self->vscroll_policy = g_value_get_enum (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
fk_hex_view_dispose (GObject *object)
{
  FkHexView *self = FK_HEX_VIEW (object);

  if (self->source != NULL)
    g_signal_handlers_disconnect_by_data (self->source, self);
  self->edit = NULL;
  g_clear_object (&self->source);
  if (self->notes != NULL)
    g_signal_handlers_disconnect_by_data (self->notes, self);
  g_clear_object (&self->notes);
  fk_hex_view_clear_adjustment (self, &self->hadjustment);
  fk_hex_view_clear_adjustment (self, &self->vadjustment);
  g_clear_handle_id (&self->scroll_timeout, g_source_remove);
  g_clear_handle_id (&self->edited_timeout, g_source_remove);
  g_clear_pointer (&self->menu, gtk_widget_unparent);
  g_clear_object (&self->extra_menu);
  g_clear_pointer (&self->glyphs, fk_hex_glyphs_free);
  fk_hex_view_forget_rows (self);
  g_clear_pointer (&self->marks, g_array_unref);
  g_clear_pointer (&self->folds, g_array_unref);
  g_clear_pointer (&self->hits, g_array_unref);
  G_OBJECT_CLASS (fk_hex_view_parent_class)->dispose (object);
}

static void
fk_hex_view_class_init (FkHexViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = fk_hex_view_dispose;
  object_class->get_property = fk_hex_view_get_property;
  object_class->set_property = fk_hex_view_set_property;
  widget_class->measure = fk_hex_view_measure;
  widget_class->size_allocate = fk_hex_view_size_allocate;
  widget_class->snapshot = fk_hex_view_snapshot;
  widget_class->css_changed = fk_hex_view_css_changed;

  properties[PROP_SOURCE] = g_param_spec_object ("source", NULL, NULL, FK_TYPE_BYTE_SOURCE,
                                                 G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_CURSOR] =
      g_param_spec_uint64 ("cursor", NULL, NULL, 0, G_MAXINT64, 0,
                           G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_TYPES_TEXT] =
      g_param_spec_boolean ("types-text", NULL, NULL, FALSE,
                            G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_ERASED_VALUE] =
      g_param_spec_uchar ("erased-value", NULL, NULL, 0, 0xff, 0xff,
                          G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  g_object_class_override_property (object_class, PROP_HADJUSTMENT, "hadjustment");
  g_object_class_override_property (object_class, PROP_VADJUSTMENT, "vadjustment");
  g_object_class_override_property (object_class, PROP_HSCROLL_POLICY, "hscroll-policy");
  g_object_class_override_property (object_class, PROP_VSCROLL_POLICY, "vscroll-policy");

  signals[FOLD_ACTIVATED] = g_signal_new ("fold-activated", FK_TYPE_HEX_VIEW, G_SIGNAL_RUN_LAST, 0,
                                          NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT64);
  signals[MESSAGE] = g_signal_new ("message", FK_TYPE_HEX_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 1, G_TYPE_STRING);

  signals[DECORATED] = g_signal_new ("decorated", FK_TYPE_HEX_VIEW, G_SIGNAL_RUN_LAST, 0, NULL,
                                     NULL, NULL, G_TYPE_NONE, 0);
  /* A while after the last of several changes: for what looks through all bytes. */
  signals[EDITED] = g_signal_new ("edited", FK_TYPE_HEX_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                  NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_css_name (widget_class, "hexview");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_TEXT_BOX);
  fk_hex_view_install_actions (widget_class);
  fk_hex_view_install_edit_actions (widget_class);
}

static void
set_edit (FkHexView *self, FkHexEdit *edit)
{
  fk_hex_view_end_typing (self);
  self->edit = edit;
  self->is_locked = FALSE;
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_READ_ONLY,
                                  edit == NULL, -1);
  fk_hex_view_update_edit_actions (self);
}

static void
fk_hex_view_init (FkHexView *self)
{
  self->marks = g_array_new (FALSE, FALSE, sizeof (FkHexMark));
  self->folds = g_array_new (FALSE, FALSE, sizeof (FkHexFold));
  self->erased_value = 0xff;
  self->layout.columns = 16;
  self->layout.address_digits = 8;
  self->layout.cell = 8;
  self->layout.row_height = 18;
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  gtk_widget_add_css_class (GTK_WIDGET (self), "monospace");
  gtk_widget_add_css_class (GTK_WIDGET (self), "view");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Bytes"),
                                  -1);
  set_edit (self, NULL);
  fk_hex_view_install_input (self);
  g_signal_connect_object (adw_style_manager_get_default (), "notify::dark",
                           G_CALLBACK (gtk_widget_queue_draw), self, G_CONNECT_SWAPPED);
}

GtkWidget *
fk_hex_view_new (void)
{
  return g_object_new (FK_TYPE_HEX_VIEW, NULL);
}

static void
tell_edited (gpointer data)
{
  FkHexView *self = data;

  self->edited_timeout = 0;
  g_signal_emit (self, signals[EDITED], 0);
}

static void
on_source_changed (FkHexView *self)
{
  fk_hex_view_forget_rows (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  fk_hex_view_describe_cursor (self);
  if (self->edit == NULL)
    return;
  fk_hex_view_update_edit_actions (self);
  fk_hex_view_decorated (self);
  g_clear_handle_id (&self->edited_timeout, g_source_remove);
  self->edited_timeout = g_timeout_add_once (EDITED_DELAY_MS, tell_edited, self);
}

/**
 * fk_hex_view_set_source:
 * @source: (nullable): what to show; the view then spans its extent
 */
void
fk_hex_view_set_source (FkHexView *self, FkByteSource *source)
{
  guint64 start = 0;
  guint64 size = 0;

  g_return_if_fail (FK_IS_HEX_VIEW (self));
  g_return_if_fail (source == NULL || FK_IS_BYTE_SOURCE (source));

  if (self->source == source)
    return;
  if (self->source != NULL)
    g_signal_handlers_disconnect_by_data (self->source, self);
  /* Before the old source goes: it may be the edit, of which nobody else holds a reference. */
  set_edit (self, FK_IS_HEX_EDIT (source) ? FK_HEX_EDIT (source) : NULL);
  g_set_object (&self->source, source);
  if (source != NULL)
    {
      g_signal_connect_swapped (source, "changed", G_CALLBACK (on_source_changed), self);
      fk_byte_source_get_extent (source, &start, &size);
    }
  g_array_set_size (self->marks, 0);
  g_clear_pointer (&self->hits, g_array_unref);
  fk_hex_view_set_folds (self, NULL, 0);
  fk_hex_view_set_extent (self, start, size);
  fk_hex_view_set_cursor (self, start);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SOURCE]);
}

FkByteSource *
fk_hex_view_get_source (FkHexView *self)
{
  g_return_val_if_fail (FK_IS_HEX_VIEW (self), NULL);

  return self->source;
}

/**
 * fk_hex_view_set_extent:
 * @start: first address
 * @size: how many; at most 2^62
 *
 * Spans other addresses than the source has, so that two views beside each other line up.
 */
void
fk_hex_view_set_extent (FkHexView *self, guint64 start, guint64 size)
{
  g_return_if_fail (FK_IS_HEX_VIEW (self));

  fk_hex_layout_set_extent (&self->layout, start, size);
  fk_hex_view_forget_rows (self);
  fk_hex_view_configure_adjustments (self);
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

/**
 * fk_hex_view_say:
 *
 * Tells the person something; whoever shows the view chooses where.
 */
void
fk_hex_view_say (FkHexView *self, const char *text)
{
  g_signal_emit (self, signals[MESSAGE], 0, text);
}

/**
 * fk_hex_view_decorated:
 *
 * Marks, hits or notes are others now.
 */
void
fk_hex_view_decorated (FkHexView *self)
{
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_signal_emit (self, signals[DECORATED], 0);
}

void
fk_hex_view_emit_fold_activated (FkHexView *self, guint64 start)
{
  g_signal_emit (self, signals[FOLD_ACTIVATED], 0, start);
}

/**
 * fk_hex_view_set_editable:
 * @editable: whether the bytes of an #FkHexEdit can be overwritten now
 */
void
fk_hex_view_set_editable (FkHexView *self, gboolean editable)
{
  g_return_if_fail (FK_IS_HEX_VIEW (self));

  self->is_locked = !editable;
  fk_hex_view_update_edit_actions (self);
}

/**
 * fk_hex_view_set_erased_value:
 * @value: what erased bytes read as: what "hex.erase" leaves, and a map shows as blank
 */
void
fk_hex_view_set_erased_value (FkHexView *self, guint8 value)
{
  g_return_if_fail (FK_IS_HEX_VIEW (self));

  if (self->erased_value == value)
    return;
  self->erased_value = value;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ERASED_VALUE]);
}
