/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

typedef enum
{
  FK_HEX_NOTE_SECTOR,
  FK_HEX_NOTE_VECTOR,
  FK_HEX_NOTE_BOOKMARK,
  FK_HEX_N_NOTE_KINDS,
} FkHexNoteKind;

/* Bookmarks have one of so many colours. */
#define FK_HEX_N_COLORS 5

/**
 * FkHexNote: what is known of a run of bytes
 */
typedef struct
{
  guint64 start;
  guint64 size;
  char *text;
  guint color;
} FkHexNote;

/**
 * FkHexNotes:
 *
 * What stands beside bytes in the margin: the flash's sectors, the entries of vector tables, the
 * person's bookmarks.  "changed" tells that something is different.
 */
#define FK_TYPE_HEX_NOTES (fk_hex_notes_get_type ())
G_DECLARE_FINAL_TYPE (FkHexNotes, fk_hex_notes, FK, HEX_NOTES, GObject)

FkHexNotes *fk_hex_notes_new (void);
guint fk_hex_notes_add (FkHexNotes *self,
                        FkHexNoteKind kind,
                        guint64 start,
                        guint64 size,
                        const char *text,
                        guint color);
void fk_hex_notes_replace (
    FkHexNotes *self, FkHexNoteKind kind, guint index, const char *text, guint color);
void fk_hex_notes_remove (FkHexNotes *self, FkHexNoteKind kind, guint index);
guint fk_hex_notes_add_vectors (FkHexNotes *self, guint64 start, const guint8 *data, gsize length);
void fk_hex_notes_freeze (FkHexNotes *self);
void fk_hex_notes_thaw (FkHexNotes *self);
void fk_hex_notes_clear (FkHexNotes *self, FkHexNoteKind kind);
guint fk_hex_notes_get_n (FkHexNotes *self, FkHexNoteKind kind);
const FkHexNote *fk_hex_notes_get (FkHexNotes *self, FkHexNoteKind kind, guint index);
const FkHexNote *
fk_hex_notes_find (FkHexNotes *self, FkHexNoteKind kind, guint64 address, guint *index);
char *fk_hex_notes_describe (FkHexNotes *self, guint64 start, guint64 size);
char *fk_hex_notes_describe_byte (FkHexNotes *self, guint64 address);

G_END_DECLS
