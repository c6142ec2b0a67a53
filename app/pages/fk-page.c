/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "pages/fk-page.h"

typedef struct
{
  FkWindow *window; /* weak: a job may end after its window */
  char *title;
  char *subtitle;
  gboolean is_left;
} FkPagePrivate;

enum
{
  PROP_0,
  PROP_TITLE,
  PROP_SUBTITLE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_TYPE_WITH_PRIVATE (FkPage, fk_page, ADW_TYPE_BIN)

static void
fk_page_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  FkPagePrivate *priv = fk_page_get_instance_private (FK_PAGE (object));

  if (id == PROP_TITLE)
    g_value_set_string (value, priv->title);
  else if (id == PROP_SUBTITLE)
    g_value_set_string (value, priv->subtitle);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
fk_page_dispose (GObject *object)
{
  FkPagePrivate *priv = fk_page_get_instance_private (FK_PAGE (object));

  g_clear_weak_pointer (&priv->window);
  G_OBJECT_CLASS (fk_page_parent_class)->dispose (object);
}

static void
fk_page_finalize (GObject *object)
{
  FkPagePrivate *priv = fk_page_get_instance_private (FK_PAGE (object));

  g_free (priv->title);
  g_free (priv->subtitle);
  G_OBJECT_CLASS (fk_page_parent_class)->finalize (object);
}

static void
fk_page_class_init (FkPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = fk_page_get_property;
  object_class->dispose = fk_page_dispose;
  object_class->finalize = fk_page_finalize;

  properties[PROP_TITLE] =
      g_param_spec_string ("title", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_SUBTITLE] =
      g_param_spec_string ("subtitle", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
fk_page_init (FkPage *self)
{
}

/* What takes long to free, then the page's place in the window, then the page: each is a turn. */
static gboolean
on_turn (gpointer user_data)
{
  FkPage *self = FK_PAGE (user_data);
  FkPageClass *klass = FK_PAGE_GET_CLASS (self);
  GtkWidget *stack = gtk_widget_get_parent (GTK_WIDGET (self));

  if (stack == NULL)
    return G_SOURCE_REMOVE;
  if (klass->free_some == NULL || !klass->free_some (self))
    gtk_stack_remove (GTK_STACK (stack), GTK_WIDGET (self));
  return G_SOURCE_CONTINUE;
}

/**
 * fk_page_leave:
 *
 * Takes the page out of its #GtkStack, where it is seen no more, and frees it little by little.
 */
void
fk_page_leave (FkPage *self)
{
  FkPagePrivate *priv = fk_page_get_instance_private (self);

  g_return_if_fail (FK_IS_PAGE (self));
  g_return_if_fail (GTK_IS_STACK (gtk_widget_get_parent (GTK_WIDGET (self))));

  if (priv->is_left)
    return;
  priv->is_left = TRUE;
  g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, on_turn, g_object_ref (self), g_object_unref);
}

/**
 * fk_page_set_window:
 *
 * For whoever makes a page: which window it leads on in.
 */
void
fk_page_set_window (FkPage *self, FkWindow *window)
{
  FkPagePrivate *priv = fk_page_get_instance_private (self);

  g_return_if_fail (FK_IS_PAGE (self));
  g_return_if_fail (FK_IS_WINDOW (window));

  g_set_weak_pointer (&priv->window, window);
}

/**
 * fk_page_get_window:
 *
 * Returns: (transfer none) (nullable): %NULL once the window is gone, which a callback may see
 */
FkWindow *
fk_page_get_window (FkPage *self)
{
  FkPagePrivate *priv = fk_page_get_instance_private (self);

  g_return_val_if_fail (FK_IS_PAGE (self), NULL);

  return priv->window;
}

const char *
fk_page_get_title (FkPage *self)
{
  FkPagePrivate *priv = fk_page_get_instance_private (self);

  g_return_val_if_fail (FK_IS_PAGE (self), NULL);

  return priv->title != NULL ? priv->title : "";
}

const char *
fk_page_get_subtitle (FkPage *self)
{
  FkPagePrivate *priv = fk_page_get_instance_private (self);

  g_return_val_if_fail (FK_IS_PAGE (self), NULL);

  return priv->subtitle != NULL ? priv->subtitle : "";
}

/**
 * fk_page_set_title:
 * @subtitle: (nullable)
 *
 * What the header bar says while the page is seen.
 */
void
fk_page_set_title (FkPage *self, const char *title, const char *subtitle)
{
  FkPagePrivate *priv = fk_page_get_instance_private (self);

  g_return_if_fail (FK_IS_PAGE (self));

  if (g_strcmp0 (priv->title, title) != 0)
    {
      g_free (priv->title);
      priv->title = g_strdup (title);
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TITLE]);
    }
  if (g_strcmp0 (priv->subtitle, subtitle) != 0)
    {
      g_free (priv->subtitle);
      priv->subtitle = g_strdup (subtitle);
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SUBTITLE]);
    }
}

/**
 * fk_page_is_unsaved:
 *
 * Returns: whether something would be lost with the page; not once the page was left
 */
gboolean
fk_page_is_unsaved (FkPage *self)
{
  FkPagePrivate *priv = fk_page_get_instance_private (self);
  FkPageClass *klass;

  g_return_val_if_fail (FK_IS_PAGE (self), FALSE);

  klass = FK_PAGE_GET_CLASS (self);
  return !priv->is_left && klass->is_unsaved != NULL && klass->is_unsaved (self);
}

/**
 * fk_page_ask_to_leave_async:
 *
 * Asks the person what shall become of what would be lost, and does it.  Only for a page that
 * fk_page_is_unsaved().
 */
void
fk_page_ask_to_leave_async (FkPage *self, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task;

  g_return_if_fail (fk_page_is_unsaved (self));

  task = g_task_new (self, NULL, callback, user_data);
  FK_PAGE_GET_CLASS (self)->ask_to_leave (self, task);
}

/**
 * fk_page_ask_to_leave_finish:
 *
 * Returns: whether the page may go now; otherwise nothing has changed
 */
gboolean
fk_page_ask_to_leave_finish (FkPage *self, GAsyncResult *result)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), NULL);
}
