/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Flash and RAM are fetched in pages of a kilobyte; everything else in rows, so that no register is
 * read that is not seen; neighbours together, as every job stops the core for a moment.  When
 * nobody looks any more nothing is read any more. */

#include "config.h"

#include "fk-chip-source.h"

#include <glib/gi18n.h>

#include "base/fk-error.h"
#include "fk-error-text.h"
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
  GCancellable *cancellable;
  GHashTable *reasons; /* of strings, by the address of a page that could not be read */
};

typedef struct
{
  GWeakRef self; /* nobody may look any more when it was read */
  FkPagedSource *source;
  guint64 position;
  gsize length;
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

static void
on_read (FkBoard *board, FkJob *job, const GError *error, gpointer user_data)
{
  Run *run = user_data;
  g_autoptr (FkChipSource) self = g_weak_ref_get (&run->self);
  g_autoptr (GBytes) bytes = NULL;

  if (self == NULL)
    return;
  if (error == NULL)
    bytes = fk_read_job_dup_bytes (FK_READ_JOB (job));
  else if (run->length <= (run->source == self->rows ? ROW : BLOCK))
    remember_reason (self, run->position, error);
  fk_paged_source_answer (run->source, bytes);
}

static void
run_free (gpointer data)
{
  Run *run = data;

  g_object_unref (run->source);
  g_weak_ref_clear (&run->self);
  g_free (run);
}

static void
load (FkPagedSource *source, guint64 position, gsize length, gpointer user_data)
{
  FkChipSource *self = FK_CHIP_SOURCE (user_data);
  g_autoptr (FkJob) job = fk_read_job_new ((FkRange){ (guint32)position, (guint32)length });
  Run *run = g_new (Run, 1);

  g_weak_ref_init (&run->self, self);
  run->source = g_object_ref (source);
  run->position = position;
  run->length = length;
  fk_board_run_quietly (self->board, job, self->cancellable, on_read, run, run_free);
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

  g_cancellable_cancel (self->cancellable);
  if (self->blocks != NULL)
    g_signal_handlers_disconnect_by_data (self->blocks, self);
  if (self->rows != NULL)
    g_signal_handlers_disconnect_by_data (self->rows, self);
  g_clear_object (&self->blocks);
  g_clear_object (&self->rows);
  g_clear_object (&self->board);
  g_clear_object (&self->cancellable);
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
  self->cancellable = g_cancellable_new ();
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
