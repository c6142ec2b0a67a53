/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "fk-library-model.h"
#include "hex/fk-hex-notes.h"

G_BEGIN_DECLS

/**
 * FkBytesBookmarks:
 *
 * Keeps the bookmarks of some notes with a backup.  What it cannot read it does not overwrite.
 *
 * Signals: "failed" (a #GError): they were not saved; "settled": see
 * fk_bytes_bookmarks_are_settled(); "unreadable" (a #GError): what the backup has
 * is no list of bookmarks, so that new ones are not saved.
 */
/* Where they are in the folder of the backup. */
#define FK_BYTES_BOOKMARKS_FILE "bookmarks.ini"

#define FK_TYPE_BYTES_BOOKMARKS (fk_bytes_bookmarks_get_type ())
G_DECLARE_FINAL_TYPE (FkBytesBookmarks, fk_bytes_bookmarks, FK, BYTES_BOOKMARKS, GObject)

FkBytesBookmarks *
fk_bytes_bookmarks_new (FkHexNotes *notes, FkBackup *backup, FkLibraryModel *library);
void fk_bytes_bookmarks_load (FkBytesBookmarks *self);
void fk_bytes_bookmarks_save (FkBytesBookmarks *self);
gboolean fk_bytes_bookmarks_are_settled (FkBytesBookmarks *self);

G_END_DECLS
