/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Flash and RAM are fetched in pages of a kilobyte; everything else in rows, so that no register is
 * read that is not seen; neighbours together, as every job stops the core for a moment.  One job
 * follows the other, and waits while the person has the board do something else. */

#include "config.h"

#include "fk-chip-source.h"

#include <glib/gi18n.h>

#include "base/fk-error.h"
#include "fk-error-text.h"
#include "fk-job-watch.h"
#include "hex/fk-paged-source.h"

#define SPACE       (G_GUINT64_CONSTANT (1) << 32)
#define BLOCK       1024
#define ROW         16
#define MAX_ROWS    8
#define MAX_REASONS 4096

struct _FkChipSource
{
  GObject parent_instance;

  FkBoard *board;
  FkPagedSource *blocks; /* flash and RAM */
  FkPagedSource *rows;   /* everything else */
  GQueue requests;       /* of Request, each in its turn */
  gboolean is_running;
  GHashTable *reasons; /* of strings, by the address of a page that could not be read */
};

typedef struct
{
  FkPagedSource *source;
  guint64 position;
  gsize length;
} Request;

typedef struct
{
  FkChipSource *self;
  FkPagedSource *source;
} Run;

static void fk_chip_source_iface_init (FkByteSourceInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (FkChipSource,
                               fk_chip_source,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (FK_TYPE_BYTE_SOURCE,
                                                      fk_chip_source_iface_init))

/* Whether all of the block at @address is memory, which does not mind being read. */
static gboolean
is_memory (FkChipSource *self, guint32 address)
{
  FkIdentity *identity = fk_board_get_identity (self->board);
  FkChip *chip = identity != NULL ? fk_identity_get_chip (identity) : NULL;
  const FkRegion *region = chip != NULL ? fk_chip_find_region_at (chip, address) : NULL;

  return region != NULL && (region->kind == FK_REGION_FLASH || region->kind == FK_REGION_RAM) &&
         fk_range_covers (region->range, (FkRange){ address - address % BLOCK, BLOCK });
}

static char *
describe_error (const GError *error)
{
  const char *title;

  if (g_error_matches (error, FK_ERROR, FK_ERROR_BUS_FAULT))
    return g_strdup (_ ("nothing answers there"));
  title = fk_error_text_get_title (error);
  return g_strdup (title != NULL ? title : error->message);
}

static void
remember_reason (FkChipSource *self, guint64 position, const GError *error)
{
  if (g_hash_table_size (self->reasons) >= MAX_REASONS)
    g_hash_table_remove_all (self->reasons);
  g_hash_table_insert (self->reasons, g_memdup2 (&position, sizeof position),
                       describe_error (error));
}

static void run_next (FkChipSource *self);

static void
on_read (FkBoard *board, FkJob *job, const GError *error, gpointer user_data)
{
  Run *run = user_data;
  FkChipSource *self = run->self;
  Request *request = g_queue_pop_head (&self->requests);
  FkImage *image = error == NULL ? fk_read_job_get_image (FK_READ_JOB (job)) : NULL;
  g_autoptr (GBytes) bytes = NULL;

  self->is_running = FALSE;
  if (image != NULL)
    bytes = fk_image_to_bytes (image, 0xff, NULL);
  else if (request->length <= (run->source == self->rows ? ROW : BLOCK))
    remember_reason (self, request->position, error);
  fk_paged_source_answer (run->source, bytes);
  g_free (request);
  run_next (self);
}

static void
run_free (gpointer data)
{
  Run *run = data;

  g_object_unref (run->source);
  g_object_unref (run->self);
  g_free (run);
}

static void
run_next (FkChipSource *self)
{
  Request *request = g_queue_peek_head (&self->requests);
  g_autoptr (FkJob) job = NULL;
  Run *run;

  /* A board that is busy tells when it is not. */
  if (request == NULL || self->is_running || fk_board_is_working (self->board))
    return;
  self->is_running = TRUE;
  run = g_new (Run, 1);
  run->self = g_object_ref (self);
  run->source = g_object_ref (request->source);
  job = fk_read_job_new ((FkRange){ (guint32)request->position, (guint32)request->length });
  fk_job_watch_keep_quiet (job);
  fk_board_run (self->board, job, on_read, run, run_free);
}

static gboolean
on_idle (gpointer user_data)
{
  run_next (FK_CHIP_SOURCE (user_data));
  return G_SOURCE_REMOVE;
}

static void
run_next_later (FkChipSource *self)
{
  g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, on_idle, g_object_ref (self), g_object_unref);
}

/* What follows a job that ended, such as its second step, goes first. */
static void
on_board_changed (FkChipSource *self)
{
  if (!self->is_running && !g_queue_is_empty (&self->requests))
    run_next_later (self);
}

/* It is asked while the view draws: nothing is begun before that is over. */
static void
load (FkPagedSource *source, guint64 position, gsize length, gpointer user_data)
{
  FkChipSource *self = FK_CHIP_SOURCE (user_data);
  Request *request = g_new (Request, 1);

  *request = (Request){ source, position, length };
  g_queue_push_tail (&self->requests, request);
  run_next_later (self);
}

static void
fk_chip_source_get_extent (FkByteSource *source, guint64 *start, guint64 *size)
{
  *start = 0;
  *size = SPACE;
}

static void
fk_chip_source_read (
    FkByteSource *source, guint64 position, guint8 *bytes, guint8 *present, gsize length)
{
  FkChipSource *self = FK_CHIP_SOURCE (source);
  gsize done = 0;

  while (done < length)
    {
      guint64 at = position + done;
      gsize n = MIN (length - done, BLOCK - at % BLOCK);
      gboolean memory = at < SPACE && is_memory (self, (guint32)at);

      fk_byte_source_read (FK_BYTE_SOURCE (memory ? self->blocks : self->rows), at, bytes + done,
                           present + done, n);
      done += n;
    }
}

static char *
fk_chip_source_dup_reason (FkByteSource *source, guint64 position)
{
  FkChipSource *self = FK_CHIP_SOURCE (source);
  guint size = position < SPACE && is_memory (self, (guint32)position) ? BLOCK : ROW;
  guint64 page = position - position % size;

  return g_strdup (g_hash_table_lookup (self->reasons, &page));
}

static void
fk_chip_source_iface_init (FkByteSourceInterface *iface)
{
  iface->get_extent = fk_chip_source_get_extent;
  iface->read = fk_chip_source_read;
  iface->dup_reason = fk_chip_source_dup_reason;
}

static void
fk_chip_source_dispose (GObject *object)
{
  FkChipSource *self = FK_CHIP_SOURCE (object);

  g_queue_clear_full (&self->requests, g_free);
  if (self->blocks != NULL)
    g_signal_handlers_disconnect_by_data (self->blocks, self);
  if (self->rows != NULL)
    g_signal_handlers_disconnect_by_data (self->rows, self);
  g_clear_object (&self->blocks);
  g_clear_object (&self->rows);
  if (self->board != NULL)
    g_signal_handlers_disconnect_by_data (self->board, self);
  g_clear_object (&self->board);
  g_clear_pointer (&self->reasons, g_hash_table_unref);
  G_OBJECT_CLASS (fk_chip_source_parent_class)->dispose (object);
}

static void
fk_chip_source_class_init (FkChipSourceClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = fk_chip_source_dispose;
}

static void
fk_chip_source_init (FkChipSource *self)
{
  g_queue_init (&self->requests);
  self->reasons = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
}

static FkPagedSource *
make_pages (FkChipSource *self, gsize size)
{
  FkByteSource *pages = fk_paged_source_new (0, SPACE, size, load, self, NULL);

  g_signal_connect_swapped (pages, "changed", G_CALLBACK (fk_byte_source_changed), self);
  return FK_PAGED_SOURCE (pages);
}

/**
 * fk_chip_source_new: (constructor)
 * @board: whose chip was identified
 */
FkChipSource *
fk_chip_source_new (FkBoard *board)
{
  FkChipSource *self;

  g_return_val_if_fail (FK_IS_BOARD (board), NULL);

  self = g_object_new (FK_TYPE_CHIP_SOURCE, NULL);
  self->board = g_object_ref (board);
  self->blocks = make_pages (self, BLOCK);
  self->rows = make_pages (self, ROW);
  fk_paged_source_set_max_together (self->rows, MAX_ROWS);
  g_signal_connect_swapped (board, "changed", G_CALLBACK (on_board_changed), self);
  return self;
}

/**
 * fk_chip_source_refresh:
 *
 * What is looked at is read again.
 */
void
fk_chip_source_refresh (FkChipSource *self)
{
  g_return_if_fail (FK_IS_CHIP_SOURCE (self));

  g_hash_table_remove_all (self->reasons);
  fk_paged_source_refresh (self->blocks);
  fk_paged_source_refresh (self->rows);
}
