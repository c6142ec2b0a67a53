/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hex/fk-hex-notes.h"

#include <glib/gi18n.h>
#include <string.h>

#include "base/fk-reader.h"
#include "compare/fk-vectors.h"

/* ARMv7-M has 16 entries of its own and at most 496 interrupts; no STM32 has more than 240. */
#define N_CORE_VECTORS 16
#define MAX_VECTORS    (N_CORE_VECTORS + 240)
#define VECTOR_SIZE    4

struct _FkHexNotes
{
  GObject parent_instance;

  GArray *notes[FK_HEX_N_NOTE_KINDS]; /* of FkHexNote, by start */
  guint frozen;
  gboolean is_changed; /* while frozen */
};

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (FkHexNotes, fk_hex_notes, G_TYPE_OBJECT)

static void
note_clear (gpointer data)
{
  g_free (((FkHexNote *)data)->text);
}

static void
fk_hex_notes_finalize (GObject *object)
{
  FkHexNotes *self = FK_HEX_NOTES (object);

  for (guint i = 0; i < FK_HEX_N_NOTE_KINDS; i++)
    g_clear_pointer (&self->notes[i], g_array_unref);
  G_OBJECT_CLASS (fk_hex_notes_parent_class)->finalize (object);
}

static void
fk_hex_notes_class_init (FkHexNotesClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = fk_hex_notes_finalize;
  signals[CHANGED] = g_signal_new ("changed", FK_TYPE_HEX_NOTES, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 0);
}

static void
fk_hex_notes_init (FkHexNotes *self)
{
  for (guint i = 0; i < FK_HEX_N_NOTE_KINDS; i++)
    {
      self->notes[i] = g_array_new (FALSE, FALSE, sizeof (FkHexNote));
      g_array_set_clear_func (self->notes[i], note_clear);
    }
}

FkHexNotes *
fk_hex_notes_new (void)
{
  return g_object_new (FK_TYPE_HEX_NOTES, NULL);
}

static void
changed (FkHexNotes *self)
{
  self->is_changed = self->frozen > 0;
  if (self->frozen == 0)
    g_signal_emit (self, signals[CHANGED], 0);
}

/**
 * fk_hex_notes_freeze:
 *
 * Changes are told once, at the matching fk_hex_notes_thaw().
 */
void
fk_hex_notes_freeze (FkHexNotes *self)
{
  g_return_if_fail (FK_IS_HEX_NOTES (self));

  self->frozen++;
}

void
fk_hex_notes_thaw (FkHexNotes *self)
{
  g_return_if_fail (FK_IS_HEX_NOTES (self));
  g_return_if_fail (self->frozen > 0);

  self->frozen--;
  if (self->frozen == 0 && self->is_changed)
    changed (self);
}

/* Returns: the first note that begins behind @address. */
static guint
find_behind (GArray *notes, guint64 address)
{
  guint low = 0;
  guint high = notes->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (g_array_index (notes, FkHexNote, middle).start <= address)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

/**
 * fk_hex_notes_add:
 * @size: at least 1; sectors and vectors do not overlap
 * @text: as a person reads it
 * @color: of a bookmark; one of %FK_HEX_N_COLORS, round at the end
 *
 * Returns: its place among those of its kind
 */
guint
fk_hex_notes_add (FkHexNotes *self,
                  FkHexNoteKind kind,
                  guint64 start,
                  guint64 size,
                  const char *text,
                  guint color)
{
  FkHexNote note = { start, size, NULL, color % FK_HEX_N_COLORS };
  guint index;

  g_return_val_if_fail (FK_IS_HEX_NOTES (self), 0);
  g_return_val_if_fail (kind < FK_HEX_N_NOTE_KINDS && size > 0 && text != NULL, 0);

  note.text = g_strdup (text);
  index = find_behind (self->notes[kind], start);
  g_array_insert_val (self->notes[kind], index, note);
  changed (self);
  return index;
}

void
fk_hex_notes_replace (
    FkHexNotes *self, FkHexNoteKind kind, guint index, const char *text, guint color)
{
  FkHexNote *note;

  g_return_if_fail (FK_IS_HEX_NOTES (self));
  g_return_if_fail (index < self->notes[kind]->len && text != NULL);

  note = &g_array_index (self->notes[kind], FkHexNote, index);
  g_free (note->text);
  note->text = g_strdup (text);
  note->color = color % FK_HEX_N_COLORS;
  changed (self);
}

void
fk_hex_notes_remove (FkHexNotes *self, FkHexNoteKind kind, guint index)
{
  g_return_if_fail (FK_IS_HEX_NOTES (self));
  g_return_if_fail (index < self->notes[kind]->len);

  g_array_remove_index (self->notes[kind], index);
  changed (self);
}

void
fk_hex_notes_clear (FkHexNotes *self, FkHexNoteKind kind)
{
  g_return_if_fail (FK_IS_HEX_NOTES (self));
  g_return_if_fail (kind < FK_HEX_N_NOTE_KINDS);

  g_array_set_size (self->notes[kind], 0);
  changed (self);
}

guint
fk_hex_notes_get_n (FkHexNotes *self, FkHexNoteKind kind)
{
  g_return_val_if_fail (FK_IS_HEX_NOTES (self), 0);

  return self->notes[kind]->len;
}

/**
 * fk_hex_notes_get:
 *
 * Returns: (transfer none): valid until the notes change
 */
const FkHexNote *
fk_hex_notes_get (FkHexNotes *self, FkHexNoteKind kind, guint index)
{
  g_return_val_if_fail (FK_IS_HEX_NOTES (self), NULL);
  g_return_val_if_fail (index < self->notes[kind]->len, NULL);

  return &g_array_index (self->notes[kind], FkHexNote, index);
}

/**
 * fk_hex_notes_find:
 * @index: (out) (optional): which one it is
 *
 * Returns: (transfer none) (nullable): the note that covers @address; of bookmarks, which may
 * overlap, the one that begins last
 */
const FkHexNote *
fk_hex_notes_find (FkHexNotes *self, FkHexNoteKind kind, guint64 address, guint *index)
{
  GArray *notes;

  g_return_val_if_fail (FK_IS_HEX_NOTES (self), NULL);

  notes = self->notes[kind];
  for (guint i = find_behind (notes, address); i > 0; i--)
    {
      const FkHexNote *note = &g_array_index (notes, FkHexNote, i - 1);

      if (address - note->start < note->size)
        {
          if (index != NULL)
            *index = i - 1;
          return note;
        }
      if (kind != FK_HEX_NOTE_BOOKMARK)
        break;
    }
  return NULL;
}

/* ARM DDI 0403E, table B1-4; an ARMv6-M core has fewer, and leaves those places empty. */
static const char *
get_core_vector (guint index)
{
  static const char *const names[N_CORE_VECTORS] = {
    N_ ("Initial stack"), N_ ("Reset"), "NMI",    "HardFault", "MemManage", "BusFault",
    "UsageFault",         NULL,         NULL,     NULL,        NULL,        "SVCall",
    "DebugMon",           NULL,         "PendSV", "SysTick",
  };

  return names[index] != NULL ? _ (names[index]) : NULL;
}

/* Returns: how many entries the table at @data has: up to the last handler, where empty places,
 * which are 0, may lie between. */
static guint
count_vectors (const guint8 *data, gsize length)
{
  guint n = N_CORE_VECTORS;

  for (guint i = N_CORE_VECTORS; i < MAX_VECTORS && (i + 1) * VECTOR_SIZE <= length; i++)
    {
      guint32 vector = fk_load_u32le (data + i * VECTOR_SIZE);

      if (vector == 0)
        continue;
      if ((vector & 1) == 0 || vector < FK_FLASH_START || vector >= FK_FLASH_START + FK_FLASH_MAX)
        break;
      n = i + 1;
    }
  return MIN (n, (guint)(length / VECTOR_SIZE));
}

/**
 * fk_hex_notes_add_vectors:
 * @start: of @data
 * @data: (array length=length): where a program may begin
 *
 * Names the entries of the vector table at @data, if there is one.
 *
 * Returns: how many it has, 0 if there is none
 */
guint
fk_hex_notes_add_vectors (FkHexNotes *self, guint64 start, const guint8 *data, gsize length)
{
  guint n;

  g_return_val_if_fail (FK_IS_HEX_NOTES (self), 0);

  if (!fk_vectors_read (data, length, NULL, NULL))
    return 0;
  n = count_vectors (data, length);
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *interrupt = g_strdup_printf (_ ("IRQ %u"), i - MIN (i, N_CORE_VECTORS));
      const char *name = i < N_CORE_VECTORS ? get_core_vector (i) : interrupt;

      if (name != NULL && (i < 2 || fk_load_u32le (data + i * VECTOR_SIZE) != 0))
        fk_hex_notes_add (self, FK_HEX_NOTE_VECTOR, start + i * VECTOR_SIZE, VECTOR_SIZE, name, 0);
    }
  return n;
}

static void
append (GString *text, const char *separator, const char *more)
{
  if (text->len > 0)
    g_string_append (text, separator);
  g_string_append (text, more);
}

/* Returns: @text without the words that it shares with @other: of "IRQ 7" beside "IRQ 4" the "7" */
static const char *
skip_shared (const char *text, const char *other)
{
  const char *last = strrchr (text, ' ');
  gsize length = last != NULL ? (gsize)(last - text) + 1 : 0;

  return length > 0 && strncmp (text, other, length) == 0 ? last + 1 : text;
}

/* More than two are told by the first and the last. */
static void
append_notes (GString *text, GArray *notes, guint64 start, guint64 size)
{
  guint first = start > 0 ? find_behind (notes, start - 1) : 0;
  guint end = find_behind (notes, start + size - 1);

  if (end - first > 2)
    {
      const char *begin = g_array_index (notes, FkHexNote, first).text;

      append (text, " · ", begin);
      append (text, " – ", skip_shared (g_array_index (notes, FkHexNote, end - 1).text, begin));
      return;
    }
  for (guint i = first; i < end; i++)
    append (text, " · ", g_array_index (notes, FkHexNote, i).text);
}

/**
 * fk_hex_notes_describe:
 * @size: at least 1
 *
 * Returns: (transfer full) (nullable): what begins in [@start, @start + @size), in words
 */
char *
fk_hex_notes_describe (FkHexNotes *self, guint64 start, guint64 size)
{
  g_autoptr (GString) text = g_string_new (NULL);

  g_return_val_if_fail (FK_IS_HEX_NOTES (self), NULL);

  append_notes (text, self->notes[FK_HEX_NOTE_BOOKMARK], start, size);
  append_notes (text, self->notes[FK_HEX_NOTE_SECTOR], start, size);
  append_notes (text, self->notes[FK_HEX_NOTE_VECTOR], start, size);
  return text->len > 0 ? g_string_free (g_steal_pointer (&text), FALSE) : NULL;
}

/**
 * fk_hex_notes_describe_byte:
 *
 * Returns: (transfer full) (nullable): what is known of the byte at @address
 */
char *
fk_hex_notes_describe_byte (FkHexNotes *self, guint64 address)
{
  const FkHexNote *bookmark = fk_hex_notes_find (self, FK_HEX_NOTE_BOOKMARK, address, NULL);
  const FkHexNote *vector = fk_hex_notes_find (self, FK_HEX_NOTE_VECTOR, address, NULL);
  const FkHexNote *sector = fk_hex_notes_find (self, FK_HEX_NOTE_SECTOR, address, NULL);
  const char *texts[4] = { NULL };
  guint n = 0;

  if (bookmark != NULL)
    texts[n++] = bookmark->text;
  if (vector != NULL)
    texts[n++] = vector->text;
  if (sector != NULL)
    texts[n++] = sector->text;
  return n > 0 ? g_strjoinv (" · ", (char **)texts) : NULL;
}
