/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A mailbox for one progress status, and one GSource that empties it.  The worker overwrites what
 * is in the mailbox and, if the source is asleep, sets it to wake at the next allowed moment: a job
 * that reports ten thousand times a second costs the main loop twenty.  Only remarks are not
 * overwritten: that the reset wire is missing is said once, and true until the end. */

#include "config.h"

#include "job/fk-progress-relay-private.h"

#include "base/fk-handover.h"

/* More remarks than that between two looks are no news for a person. */
#define MAX_MISSED_NOTES 32

struct _FkProgressRelay
{
  FkProgressFunc func;
  gpointer user_data;
  GDestroyNotify destroy;
  GSource *source;

  GMutex lock; /* guards what follows */
  FkProgressStatus status;
  char *note;
  gboolean note_told;
  GPtrArray *missed_notes; /* of char *, not NULL-terminated */
  gboolean pending;        /* the mailbox is full */
  gint64 last_told;
};

typedef struct
{
  GSource source;
  FkProgressRelay *relay;
} FkRelaySource;

static gboolean
relay_source_dispatch (GSource *source, GSourceFunc callback, gpointer user_data)
{
  fk_progress_relay_flush (((FkRelaySource *)source)->relay);
  return G_SOURCE_CONTINUE;
}

static GSourceFuncs relay_source_funcs = { .dispatch = relay_source_dispatch };

/*
 * @context: in which @func is called and @destroy, too
 * @func: (nullable) (scope notified)
 */
FkProgressRelay *
fk_progress_relay_new (GMainContext *context,
                       FkProgressFunc func,
                       gpointer user_data,
                       GDestroyNotify destroy)
{
  FkProgressRelay *self = g_new0 (FkProgressRelay, 1);

  self->func = func;
  self->user_data = user_data;
  self->destroy = destroy;
  self->missed_notes = g_ptr_array_new_with_free_func (g_free);
  g_mutex_init (&self->lock);
  self->source = g_source_new (&relay_source_funcs, sizeof (FkRelaySource));
  g_source_set_static_name (self->source, "[flashkeep] progress");
  ((FkRelaySource *)self->source)->relay = self;
  g_source_attach (self->source, context);
  return self;
}

/* In the listener's context, when the worker is done. */
void
fk_progress_relay_free (FkProgressRelay *self)
{
  g_source_destroy (self->source);
  g_source_unref (self->source);
  if (self->destroy != NULL)
    self->destroy (self->user_data);
  g_mutex_clear (&self->lock);
  g_ptr_array_unref (self->missed_notes);
  g_free (self->note);
  g_free (self);
}

/* With the lock held. */
static void
take_note (FkProgressRelay *self, const char *note)
{
  if (g_strcmp0 (self->note, note) == 0)
    return;
  if (self->note != NULL && !self->note_told && self->missed_notes->len < MAX_MISSED_NOTES)
    g_ptr_array_add (self->missed_notes, g_steal_pointer (&self->note));
  g_free (self->note);
  self->note = g_strdup (note);
  self->note_told = FALSE;
}

/* An #FkProgressFunc: on the worker's thread. */
void
fk_progress_relay_tell (const FkProgressStatus *status, gpointer relay)
{
  FkProgressRelay *self = relay;

  g_mutex_lock (&self->lock);
  fk_handover_take (self);
  self->status = *status;
  take_note (self, status->note);
  if (!self->pending)
    {
      self->pending = TRUE;
      g_source_set_ready_time (self->source,
                               self->last_told + FK_PROGRESS_INTERVAL_MS * G_TIME_SPAN_MILLISECOND);
    }
  fk_handover_give (self);
  g_mutex_unlock (&self->lock);
}

/* Tells what is in the mailbox, if anything; in the listener's context. */
void
fk_progress_relay_flush (FkProgressRelay *self)
{
  FkProgressStatus status;
  g_autofree char *note = NULL;
  g_autoptr (GPtrArray) missed_notes = NULL;
  gboolean pending;

  g_mutex_lock (&self->lock);
  fk_handover_take (self);
  g_source_set_ready_time (self->source, -1);
  pending = self->pending;
  self->pending = FALSE;
  if (pending)
    self->last_told = g_get_monotonic_time ();
  status = self->status;
  note = g_strdup (self->note);
  self->note_told = TRUE;
  missed_notes = g_steal_pointer (&self->missed_notes);
  self->missed_notes = g_ptr_array_new_with_free_func (g_free);
  fk_handover_give (self);
  g_mutex_unlock (&self->lock);

  g_ptr_array_add (missed_notes, NULL);
  status.note = note;
  status.missed_notes = (const char *const *)missed_notes->pdata;
  if (pending && self->func != NULL)
    self->func (&status, self->user_data);
}
