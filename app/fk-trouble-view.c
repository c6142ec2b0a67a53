/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "fk-trouble-view.h"

#include <glib/gi18n.h>

#include "base/fk-error.h"
#include "fk-error-text.h"
#include "fk-trouble-cause.h"
#include "widgets/fk-details.h"
#include "widgets/fk-drawing.h"

#define DRAWINGS "/io/github/flashkeep/Flashkeep/drawings/"

struct _FkTroubleView
{
  AdwBin parent_instance;

  FkDrawing *drawing;
  GtkLabel *title;
  GtkLabel *advice;
  GtkLabel *fact;
  GtkWidget *command_box;
  GtkLabel *command;
  GtkWidget *under_reset_button;
  GtkWidget *wiring;
  FkDetails *details;

  GError *error; /* that is shown */
  GCancellable *cancellable;
};

G_DEFINE_FINAL_TYPE (FkTroubleView, fk_trouble_view, ADW_TYPE_BIN)

/**
 * TroubleRow:
 * @drawing: where in the chain from computer to chip it hangs
 * @tells_fact: the core's own sentence holds what the person needs, such as the volts
 * @wants_reset: connecting under reset may help
 * @wants_wiring: the wires may be wrong
 */
typedef struct
{
  FkError code;
  const char *drawing;
  gboolean tells_fact;
  gboolean wants_reset;
  gboolean wants_wiring;
} TroubleRow;

static const TroubleRow rows[] = {
  { FK_ERROR_NO_PROBE, DRAWINGS "unplugged.svg", FALSE, FALSE, FALSE },
  { FK_ERROR_PROBE_DENIED, DRAWINGS "denied.svg", FALSE, FALSE, FALSE },
  { FK_ERROR_PROBE_BUSY, DRAWINGS "busy.svg", FALSE, FALSE, FALSE },
  { FK_ERROR_PROBE_LOST, DRAWINGS "unplugged.svg", FALSE, FALSE, FALSE },
  { FK_ERROR_PROBE_FIRMWARE_OLD, DRAWINGS "firmware.svg", TRUE, FALSE, FALSE },
  { FK_ERROR_NO_POWER, DRAWINGS "no-power.svg", TRUE, FALSE, TRUE },
  { FK_ERROR_NO_TARGET, DRAWINGS "no-answer.svg", FALSE, TRUE, TRUE },
  { FK_ERROR_TARGET_LOST, DRAWINGS "lost.svg", FALSE, TRUE, TRUE },
  { FK_ERROR_CORE_LOCKED, DRAWINGS "crashed.svg", FALSE, TRUE, FALSE },
  { FK_ERROR_UNKNOWN_CHIP, DRAWINGS "unknown.svg", TRUE, FALSE, FALSE },
  { FK_ERROR_WRONG_CHIP, DRAWINGS "wrong-chip.svg", TRUE, FALSE, FALSE },
  { FK_ERROR_PROTECTED, DRAWINGS "protected.svg", FALSE, FALSE, FALSE },
  { FK_ERROR_LOCKED_FOR_EVER, DRAWINGS "locked.svg", FALSE, FALSE, FALSE },
  { FK_ERROR_TIMEOUT, DRAWINGS "no-answer.svg", FALSE, TRUE, TRUE },
};

static const TroubleRow other = { 0, DRAWINGS "trouble.svg", TRUE, FALSE, FALSE };

static const TroubleRow *
find_row (const GError *error)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    if (g_error_matches (error, FK_ERROR, (int)rows[i].code))
      return &rows[i];
  return &other;
}

/**
 * fk_trouble_view_get_drawing:
 *
 * Returns: the resource that shows where it hangs
 */
const char *
fk_trouble_view_get_drawing (const GError *error)
{
  return find_row (error)->drawing;
}

static char *
describe_cause (FkTroubleCause cause, const char *program)
{
  switch (cause)
    {
    case FK_CAUSE_NO_RULE:
      return g_strdup (_ (
          "This system does not let you use the probe yet: the rule for it is not installed. "
          "Run the command below in a terminal once, then unplug the probe and plug it in again."));
    case FK_CAUSE_NOT_REPLUGGED:
      return g_strdup (_ (
          "The rule for it is installed, but the probe was there before it. Unplug the probe and "
          "plug it in again."));
    case FK_CAUSE_REMOTE:
      return g_strdup (_ (
          "You are logged in from another computer, and the system gives probes only to the person "
          "who sits in front of it. Log in there."));
    case FK_CAUSE_PROGRAM:
      return g_strdup_printf (
          _ ("Another program holds it: %s. Close that program, then try again."), program);
    case FK_CAUSE_UNKNOWN:
    default:
      return NULL;
    }
}

static void
on_cause_found (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (FkTroubleView) self = FK_TROUBLE_VIEW (user_data);
  g_autofree char *program = NULL;
  FkTroubleCause cause = fk_trouble_cause_find_finish (result, &program);
  g_autofree char *text = describe_cause (cause, program);

  if (text != NULL)
    gtk_label_set_label (self->advice, text);
  gtk_widget_set_visible (self->command_box, cause == FK_CAUSE_NO_RULE);
}

static void
on_copy_command (FkTroubleView *self)
{
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), FK_UDEV_COMMAND);
}

static void
forget (FkTroubleView *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_error (&self->error);
}

static void
fk_trouble_view_dispose (GObject *object)
{
  forget (FK_TROUBLE_VIEW (object));
  G_OBJECT_CLASS (fk_trouble_view_parent_class)->dispose (object);
}

static void
fk_trouble_view_class_init (FkTroubleViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (FK_TYPE_DETAILS);
  g_type_ensure (FK_TYPE_DRAWING);
  G_OBJECT_CLASS (klass)->dispose = fk_trouble_view_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/flashkeep/Flashkeep/fk-trouble-view.ui");
  gtk_widget_class_bind_template_child (widget_class, FkTroubleView, drawing);
  gtk_widget_class_bind_template_child (widget_class, FkTroubleView, title);
  gtk_widget_class_bind_template_child (widget_class, FkTroubleView, advice);
  gtk_widget_class_bind_template_child (widget_class, FkTroubleView, fact);
  gtk_widget_class_bind_template_child (widget_class, FkTroubleView, command_box);
  gtk_widget_class_bind_template_child (widget_class, FkTroubleView, command);
  gtk_widget_class_bind_template_child (widget_class, FkTroubleView, under_reset_button);
  gtk_widget_class_bind_template_child (widget_class, FkTroubleView, wiring);
  gtk_widget_class_bind_template_child (widget_class, FkTroubleView, details);
  gtk_widget_class_bind_template_callback (widget_class, on_copy_command);
}

static void
fk_trouble_view_init (FkTroubleView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_label_set_label (self->command, FK_UDEV_COMMAND);
}

/**
 * fk_trouble_view_show:
 * @port_path: (nullable): of the probe, to find out who holds it
 */
void
fk_trouble_view_show (FkTroubleView *self, const GError *error, const char *port_path)
{
  const TroubleRow *row;

  g_return_if_fail (FK_IS_TROUBLE_VIEW (self));
  g_return_if_fail (error != NULL);

  if (self->error != NULL && g_error_matches (self->error, error->domain, error->code) &&
      g_str_equal (self->error->message, error->message))
    return;
  forget (self);
  row = find_row (error);
  self->error = g_error_copy (error);
  self->cancellable = g_cancellable_new ();
  fk_drawing_set_resource (self->drawing, row->drawing);
  gtk_label_set_label (self->title, fk_error_text_get_title (error));
  gtk_label_set_label (self->advice, fk_error_text_get_advice (error));
  gtk_label_set_label (self->fact, error->message);
  gtk_widget_set_visible (GTK_WIDGET (self->fact), row->tells_fact);
  gtk_widget_set_visible (self->under_reset_button, row->wants_reset);
  gtk_widget_set_visible (self->wiring, row->wants_wiring);
  gtk_widget_set_visible (self->command_box, FALSE);
  fk_details_set_text (self->details, error->message);
  fk_trouble_cause_find_async (error, port_path, self->cancellable, on_cause_found,
                               g_object_ref (self));
}
