/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What can be got ready while the chip is being connected, which is mostly waiting for the probe:
 * the descriptions of chips, and what the job wants to know first.  On a thread of its own; who
 * needs any of it sooner waits for it, or does it by himself. */

#include "config.h"

#include "job/fk-preparation-private.h"

#include "base/fk-handover.h"
#include "chip/fk-chip-db.h"
#include "chip/fk-clone.h"

/* What is pushed is never 0. */
#define MET    0x10000u
#define NOBODY 0x20000u

struct _FkPreparation
{
  FkJob *job;
  FkLibrary *library;
  GAsyncQueue *parts;
  GThread *thread; /* (nullable): NULL where the system has none to give */
};

static gpointer
prepare (gpointer data)
{
  FkPreparation *self = data;
  guint part;

  fk_handover_take (self);
  fk_clone_list_get_default ();
  fk_chip_db_get_default ();
  fk_job_prepare (self->job, self->library);
  part = GPOINTER_TO_UINT (g_async_queue_pop (self->parts));
  if (part != NOBODY)
    fk_chip_db_find (fk_chip_db_get_default (), part & 0xfff, NULL);
  fk_handover_give (self);
  return NULL;
}

/*
 * fk_preparation_new:
 * @job: about to be run; not to be touched before fk_preparation_end()
 *
 * Returns: (transfer full): to be given to fk_preparation_end()
 */
FkPreparation *
fk_preparation_new (FkJob *job, FkLibrary *library)
{
  FkPreparation *self = g_new0 (FkPreparation, 1);

  self->job = g_object_ref (job);
  self->library = g_object_ref (library);
  self->parts = g_async_queue_new ();
  fk_handover_give (self);
  self->thread = g_thread_try_new ("flashkeep-prepare", prepare, self, NULL);
  return self;
}

/*
 * fk_preparation_meet:
 * @part: the number in the ROM table of the chip that was found; ST's have their device ID there
 *
 * Has the description of that chip read.  From any thread.
 */
void
fk_preparation_meet (FkPreparation *self, guint16 part)
{
  g_async_queue_push (self->parts, GUINT_TO_POINTER (MET | part));
}

/* Waits until all is ready, or is no more wanted, and frees @self. */
void
fk_preparation_end (FkPreparation *self)
{
  g_async_queue_push (self->parts, GUINT_TO_POINTER (NOBODY));
  if (self->thread != NULL)
    g_thread_join (self->thread);
  fk_handover_take (self);
  g_async_queue_unref (self->parts);
  g_object_unref (self->library);
  g_object_unref (self->job);
  g_free (self);
}
