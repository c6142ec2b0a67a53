/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Drawings have five colours, which stand for roles and are exchanged before drawing, and words
 * between @ signs, which are translated.  A symbolic icon could do neither: GTK 4.8 recolours
 * filled shapes only, and knows no text. */

#include "config.h"

#include "widgets/fk-drawing.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#define MIN_WIDTH 160

struct _FkDrawing
{
  GtkWidget parent_instance;

  char *resource;
  gboolean has_size; /* the next two are known */
  int width;         /* as drawn, in pixels */
  int height;
  GdkTexture *texture; /* NULL until it is needed, or the style or size is another */
  int texture_width;   /* in device pixels */
};

enum
{
  PROP_0,
  PROP_RESOURCE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (FkDrawing, fk_drawing, GTK_TYPE_WIDGET)

typedef struct
{
  const char *drawn; /* as the file has it, which is how it looks in the light style */
  const char *dark;
  const char *light_contrast;
  const char *dark_contrast;
} Ink;

static const Ink inks[] = {
  { "#000000", "#ffffff", "#000000", "#ffffff" }, /* lines and words */
  { "#808080", "#9a9996", "#505050", "#c0bfbc" }, /* what does not matter */
  { "#3584e4", "#78aeed", "#1a5fb4", "#99c1f1" }, /* what belongs together */
  { "#e66100", "#ffa348", "#a53c00", "#ffbe6f" }, /* where the trouble is */
};

typedef struct
{
  const char *mark;
  const char *text;
} Word;

static const Word words[] = {
  { "@COMPUTER@", N_ ("Computer") },
  { "@PROBE@", N_ ("Probe") },
  { "@BOARD@", N_ ("Board") },
  { "@SUPPLY@", N_ ("Its own power supply") },
};

static const char *
choose_ink (const Ink *ink)
{
  AdwStyleManager *style = adw_style_manager_get_default ();
  gboolean dark = adw_style_manager_get_dark (style);

  if (adw_style_manager_get_high_contrast (style))
    return dark ? ink->dark_contrast : ink->light_contrast;
  return dark ? ink->dark : ink->drawn;
}

static GString *
load_text (FkDrawing *self)
{
  g_autoptr (GBytes) bytes = g_resources_lookup_data (self->resource, 0, NULL);
  GString *text;

  if (bytes == NULL)
    return NULL;
  text = g_string_new_len (g_bytes_get_data (bytes, NULL), (gssize)g_bytes_get_size (bytes));
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    {
      g_autofree char *word = g_markup_escape_text (_ (words[i].text), -1);

      g_string_replace (text, words[i].mark, word, 0);
    }
  /* In two steps: a colour may be what another one becomes. */
  for (guint i = 0; i < G_N_ELEMENTS (inks); i++)
    {
      char role[] = { '@', (char)('0' + i), '@', '\0' };

      g_string_replace (text, inks[i].drawn, role, 0);
    }
  for (guint i = 0; i < G_N_ELEMENTS (inks); i++)
    {
      char role[] = { '@', (char)('0' + i), '@', '\0' };

      g_string_replace (text, role, choose_ink (&inks[i]), 0);
    }
  return text;
}

static GdkTexture *
make_texture (GdkPixbuf *pixbuf)
{
  g_autoptr (GBytes) pixels = gdk_pixbuf_read_pixel_bytes (pixbuf);

  return gdk_memory_texture_new (gdk_pixbuf_get_width (pixbuf), gdk_pixbuf_get_height (pixbuf),
                                 gdk_pixbuf_get_has_alpha (pixbuf) ? GDK_MEMORY_R8G8B8A8
                                                                   : GDK_MEMORY_R8G8B8,
                                 pixels, (gsize)gdk_pixbuf_get_rowstride (pixbuf));
}

static void
on_size_known (GdkPixbufLoader *loader, int width, int height, gpointer user_data)
{
  int wanted = *(int *)user_data;

  if (wanted > 0)
    gdk_pixbuf_loader_set_size (loader, wanted, wanted * height / width);
}

/* Returns: (transfer full) (nullable): the drawing @width pixels wide, or as wide as it is drawn
 * for 0; %NULL where the machine cannot draw SVG */
static GdkPixbuf *
draw (FkDrawing *self, int width)
{
  g_autoptr (GString) text = self->resource != NULL ? load_text (self) : NULL;
  g_autoptr (GdkPixbufLoader) loader = gdk_pixbuf_loader_new ();
  gboolean drawn;

  g_signal_connect (loader, "size-prepared", G_CALLBACK (on_size_known), &width);
  drawn =
      text != NULL && gdk_pixbuf_loader_write (loader, (const guchar *)text->str, text->len, NULL);
  if (!gdk_pixbuf_loader_close (loader, NULL) || !drawn)
    return NULL;
  return g_object_ref (gdk_pixbuf_loader_get_pixbuf (loader));
}

/* Only once somebody asks: to draw takes long, and most drawings are never seen. */
static void
find_size (FkDrawing *self)
{
  g_autoptr (GdkPixbuf) pixbuf = NULL;

  if (self->has_size)
    return;
  self->has_size = TRUE;
  pixbuf = draw (self, 0);
  self->width = pixbuf != NULL ? gdk_pixbuf_get_width (pixbuf) : 0;
  self->height = pixbuf != NULL ? gdk_pixbuf_get_height (pixbuf) : 0;
  /* Where there is room and the scale is 1, this is what will be seen. */
  if (pixbuf != NULL)
    {
      self->texture = make_texture (pixbuf);
      self->texture_width = self->width;
    }
}

static GtkSizeRequestMode
fk_drawing_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
fk_drawing_measure (GtkWidget *widget,
                    GtkOrientation orientation,
                    int for_size,
                    int *minimum,
                    int *natural,
                    int *minimum_baseline,
                    int *natural_baseline)
{
  FkDrawing *self = FK_DRAWING (widget);

  find_size (self);
  if (self->width == 0)
    *minimum = *natural = 0;
  else if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      *minimum = MIN (MIN_WIDTH, self->width);
      *natural = self->width;
    }
  else
    *minimum = *natural =
        (for_size > 0 ? MIN (for_size, self->width) : self->width) * self->height / self->width;
}

static void
fk_drawing_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  FkDrawing *self = FK_DRAWING (widget);
  int width = MIN (gtk_widget_get_width (widget), self->width);
  int height = self->width > 0 ? width * self->height / self->width : 0;
  int device_width = width * gtk_widget_get_scale_factor (widget);

  if (device_width <= 0)
    return;
  if (self->texture == NULL || self->texture_width != device_width)
    {
      g_autoptr (GdkPixbuf) pixbuf = draw (self, device_width);

      g_clear_object (&self->texture);
      if (pixbuf == NULL)
        return;
      self->texture = make_texture (pixbuf);
      self->texture_width = device_width;
    }
  gtk_snapshot_translate (snapshot,
                          &GRAPHENE_POINT_INIT ((float)((gtk_widget_get_width (widget) - width) /
                                                        2),
                                                0));
  gdk_paintable_snapshot (GDK_PAINTABLE (self->texture), snapshot, width, height);
}

static void
redraw (FkDrawing *self)
{
  g_clear_object (&self->texture);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
fk_drawing_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  g_assert (id == PROP_RESOURCE);
  g_value_set_string (value, FK_DRAWING (object)->resource);
}

static void
fk_drawing_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  g_assert (id == PROP_RESOURCE);
  fk_drawing_set_resource (FK_DRAWING (object), g_value_get_string (value));
}

static void
fk_drawing_finalize (GObject *object)
{
  FkDrawing *self = FK_DRAWING (object);

  g_free (self->resource);
  g_clear_object (&self->texture);
  G_OBJECT_CLASS (fk_drawing_parent_class)->finalize (object);
}

static void
fk_drawing_class_init (FkDrawingClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->finalize = fk_drawing_finalize;
  object_class->get_property = fk_drawing_get_property;
  object_class->set_property = fk_drawing_set_property;
  widget_class->get_request_mode = fk_drawing_get_request_mode;
  widget_class->measure = fk_drawing_measure;
  widget_class->snapshot = fk_drawing_snapshot;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
  properties[PROP_RESOURCE] =
      g_param_spec_string ("resource", NULL, NULL, NULL,
                           G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
fk_drawing_init (FkDrawing *self)
{
  AdwStyleManager *style = adw_style_manager_get_default ();

  g_signal_connect_object (style, "notify::dark", G_CALLBACK (redraw), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (style, "notify::high-contrast", G_CALLBACK (redraw), self,
                           G_CONNECT_SWAPPED);
}

GtkWidget *
fk_drawing_new (const char *resource)
{
  return g_object_new (FK_TYPE_DRAWING, "resource", resource, NULL);
}

/**
 * fk_drawing_set_resource:
 * @resource: (nullable): path of an SVG; nothing is drawn for %NULL
 */
void
fk_drawing_set_resource (FkDrawing *self, const char *resource)
{
  g_return_if_fail (FK_IS_DRAWING (self));

  if (g_strcmp0 (self->resource, resource) == 0)
    return;
  g_free (self->resource);
  self->resource = g_strdup (resource);
  self->has_size = FALSE;
  g_clear_object (&self->texture);
  gtk_widget_queue_resize (GTK_WIDGET (self));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RESOURCE]);
}
