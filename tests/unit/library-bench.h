/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "library/fk-library-private.h"

/* A library in a folder of its own, and short words for what is done to it. */
typedef struct
{
  char *dir;
  FkLibrary *library;
} LibraryBench;

typedef struct
{
  const char *name;
  void (*run) (LibraryBench *f, gconstpointer data);
} LibraryTest;

/* What main() does: runs @tests, each with a library of its own.  Home is a new folder, for the
 * trash of the tests must not be the person's. */
int library_bench_main (int argc, char **argv, const LibraryTest *tests, guint n_tests);

/* Fails the test unless the command succeeds. */
void run_shell (const char *format, ...) G_GNUC_PRINTF (1, 2);
GBytes *make_bytes (gsize size, guint8 seed);

/* Two regions: flash of 5000 bytes that follow from @seed, and option bytes. */
FkBackupDraft *make_draft (guint8 seed);
/* As make_draft(), stored. */
FkBackup *store (FkLibrary *library, guint8 seed);

guint count_entries (const char *path);
guint count_backups (FkLibrary *library);
void assert_sound (FkLibrary *library, FkBackup *backup);

/* Changes the texts that are not NULL; with @exchange the folders change places at once. */
FkBackup *edit_texts (FkLibrary *library,
                      FkBackup *backup,
                      const char *name,
                      const char *note,
                      gboolean exchange,
                      GError **error);
/* A copy with @bytes for its flash. */
FkBackup *copy (FkLibrary *library, FkBackup *backup, GBytes *bytes, GError **error);

/* Runs @check on a library on a real tiny disk, in a process and a mount namespace of its own. */
void on_small_disk (LibraryBench *f, void (*check) (FkLibrary *library, const char *path));
