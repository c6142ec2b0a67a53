/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Two panes that take turns below a width of their own.  libadwaita 1.2 has AdwLeaflet for this,
 * which later versions deprecate, and what replaces it is not in 1.2. */

#include "config.h"

#include "widgets/fk-fold-view.h"

#define FOLD_WIDTH    700
#define SIDEBAR_WIDTH 280

struct _FkFoldView
{
  GtkWidget parent_instance;

  GtkWidget *sidebar;
  GtkWidget *content;
  GtkWidget *separator;
  gboolean folded;
  gboolean show_content;
  guint notify_id;
};

enum
{
  PROP_0,
  PROP_SIDEBAR,
  PROP_CONTENT,
  PROP_FOLDED,
  PROP_SHOW_CONTENT,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (FkFoldView, fk_fold_view, GTK_TYPE_WIDGET)

static void
measure_child (
    GtkWidget *child, GtkOrientation orientation, int for_size, int *minimum, int *natural)
{
  *minimum = 0;
  *natural = 0;
  if (child != NULL)
    gtk_widget_measure (child, orientation, for_size, minimum, natural, NULL, NULL);
}

static void
fk_fold_view_measure (GtkWidget *widget,
                      GtkOrientation orientation,
                      int for_size,
                      int *minimum,
                      int *natural,
                      int *minimum_baseline,
                      int *natural_baseline)
{
  FkFoldView *self = FK_FOLD_VIEW (widget);
  int sidebar[2];
  int content[2];

  /* Folded is always possible, so that the larger one is enough. */
  measure_child (self->sidebar, orientation, -1, &sidebar[0], &sidebar[1]);
  measure_child (self->content, orientation, -1, &content[0], &content[1]);
  *minimum = MAX (sidebar[0], content[0]);
  *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? sidebar[1] + content[1]
                                                       : MAX (sidebar[1], content[1]);
}

static gboolean
notify_folded (gpointer data)
{
  FkFoldView *self = FK_FOLD_VIEW (data);

  self->notify_id = 0;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FOLDED]);
  return G_SOURCE_REMOVE;
}

/* Whoever hears of it changes widgets, which is not possible while they are given their size. */
static void
set_folded (FkFoldView *self, gboolean folded)
{
  if (self->folded == folded)
    return;
  self->folded = folded;
  if (self->notify_id == 0)
    self->notify_id = g_idle_add_full (GDK_PRIORITY_REDRAW - 1, notify_folded, self, NULL);
}

static void
allocate_child (GtkWidget *child, gboolean visible, int x, int width, int height)
{
  if (child == NULL)
    return;
  gtk_widget_set_child_visible (child, visible);
  if (visible)
    gtk_widget_size_allocate (child, &(GtkAllocation){ x, 0, width, height }, -1);
}

static void
fk_fold_view_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  FkFoldView *self = FK_FOLD_VIEW (widget);
  gboolean right_to_left = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  int sidebar_width;
  int content_width;
  int line;
  int natural;

  measure_child (self->sidebar, GTK_ORIENTATION_HORIZONTAL, -1, &sidebar_width, &natural);
  measure_child (self->content, GTK_ORIENTATION_HORIZONTAL, -1, &content_width, &natural);
  measure_child (self->separator, GTK_ORIENTATION_HORIZONTAL, -1, &line, &natural);
  sidebar_width = MAX (sidebar_width, SIDEBAR_WIDTH);
  set_folded (self, width < MAX (FOLD_WIDTH, sidebar_width + line + content_width));
  if (self->folded)
    {
      allocate_child (self->separator, FALSE, 0, 0, 0);
      allocate_child (self->sidebar, !self->show_content, 0, width, height);
      allocate_child (self->content, self->show_content, 0, width, height);
      return;
    }
  content_width = width - sidebar_width - line;
  allocate_child (self->sidebar, TRUE, right_to_left ? content_width + line : 0, sidebar_width,
                  height);
  allocate_child (self->separator, TRUE, right_to_left ? content_width : sidebar_width, line,
                  height);
  allocate_child (self->content, TRUE, right_to_left ? 0 : sidebar_width + line, content_width,
                  height);
}

static void
set_child (FkFoldView *self, GtkWidget **place, GtkWidget *child, GtkWidget *before)
{
  g_clear_pointer (place, gtk_widget_unparent);
  *place = child;
  if (child != NULL)
    gtk_widget_insert_before (child, GTK_WIDGET (self), before);
}

static void
fk_fold_view_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  FkFoldView *self = FK_FOLD_VIEW (object);

  switch (id)
    {
    case PROP_SIDEBAR:
      g_value_set_object (value, self->sidebar);
      break;
    case PROP_CONTENT:
      g_value_set_object (value, self->content);
      break;
    case PROP_FOLDED:
      g_value_set_boolean (value, self->folded);
      break;
    case PROP_SHOW_CONTENT:
      g_value_set_boolean (value, self->show_content);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
fk_fold_view_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  FkFoldView *self = FK_FOLD_VIEW (object);

  switch (id)
    {
    case PROP_SIDEBAR:
      set_child (self, &self->sidebar, g_value_get_object (value), self->separator);
      break;
    case PROP_CONTENT:
      set_child (self, &self->content, g_value_get_object (value), NULL);
      break;
    case PROP_SHOW_CONTENT:
      fk_fold_view_set_show_content (self, g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
fk_fold_view_dispose (GObject *object)
{
  FkFoldView *self = FK_FOLD_VIEW (object);

  g_clear_handle_id (&self->notify_id, g_source_remove);
  g_clear_pointer (&self->sidebar, gtk_widget_unparent);
  g_clear_pointer (&self->separator, gtk_widget_unparent);
  g_clear_pointer (&self->content, gtk_widget_unparent);
  G_OBJECT_CLASS (fk_fold_view_parent_class)->dispose (object);
}

static void
fk_fold_view_class_init (FkFoldViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = fk_fold_view_dispose;
  object_class->get_property = fk_fold_view_get_property;
  object_class->set_property = fk_fold_view_set_property;
  widget_class->measure = fk_fold_view_measure;
  widget_class->size_allocate = fk_fold_view_size_allocate;

  properties[PROP_SIDEBAR] = g_param_spec_object ("sidebar", NULL, NULL, GTK_TYPE_WIDGET,
                                                  G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_CONTENT] = g_param_spec_object ("content", NULL, NULL, GTK_TYPE_WIDGET,
                                                  G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_FOLDED] =
      g_param_spec_boolean ("folded", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_SHOW_CONTENT] =
      g_param_spec_boolean ("show-content", NULL, NULL, TRUE,
                            G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
fk_fold_view_init (FkFoldView *self)
{
  self->show_content = TRUE;
  self->separator = gtk_separator_new (GTK_ORIENTATION_VERTICAL);
  gtk_widget_set_parent (self->separator, GTK_WIDGET (self));
}

gboolean
fk_fold_view_get_folded (FkFoldView *self)
{
  g_return_val_if_fail (FK_IS_FOLD_VIEW (self), FALSE);

  return self->folded;
}

gboolean
fk_fold_view_get_show_content (FkFoldView *self)
{
  g_return_val_if_fail (FK_IS_FOLD_VIEW (self), TRUE);

  return self->show_content;
}

/**
 * fk_fold_view_set_show_content:
 * @show_content: what is seen while the panes take turns
 */
void
fk_fold_view_set_show_content (FkFoldView *self, gboolean show_content)
{
  g_return_if_fail (FK_IS_FOLD_VIEW (self));

  if (self->show_content == show_content)
    return;
  self->show_content = show_content;
  gtk_widget_queue_allocate (GTK_WIDGET (self));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SHOW_CONTENT]);
}
