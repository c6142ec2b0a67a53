/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <archive.h>
#include <archive_entry.h>
#include <gio/gio.h>

G_BEGIN_DECLS

/* What is used of libarchive.  It brings a dozen libraries along, all of which would be loaded and
 * relocated at every start of a program that hardly ever packs an archive; so it is loaded when one
 * is packed or unpacked. */
#define FK_ARCHIVE_FUNCTIONS(X)             \
  X (archive_entry_filetype)                \
  X (archive_entry_free)                    \
  X (archive_entry_hardlink)                \
  X (archive_entry_new)                     \
  X (archive_entry_pathname_utf8)           \
  X (archive_entry_set_filetype)            \
  X (archive_entry_set_mtime)               \
  X (archive_entry_set_perm)                \
  X (archive_entry_set_size)                \
  X (archive_entry_symlink)                 \
  X (archive_entry_update_pathname_utf8)    \
  X (archive_error_string)                  \
  X (archive_read_data)                     \
  X (archive_read_free)                     \
  X (archive_read_new)                      \
  X (archive_read_next_header)              \
  X (archive_read_open_memory)              \
  X (archive_read_set_options)              \
  X (archive_read_support_format_zip)       \
  X (archive_write_close)                   \
  X (archive_write_data)                    \
  X (archive_write_free)                    \
  X (archive_write_header)                  \
  X (archive_write_new)                     \
  X (archive_write_open)                    \
  X (archive_write_set_bytes_in_last_block) \
  X (archive_write_set_format_zip)          \
  X (archive_write_set_options)

#define FK_ARCHIVE_POINTER(name) __typeof__ (name) *name;

/* The members are called as the functions. */
typedef struct
{
  FK_ARCHIVE_FUNCTIONS (FK_ARCHIVE_POINTER)
} FkArchiveLibrary;

const FkArchiveLibrary *fk_archive_library_load (GError **error);

G_END_DECLS
