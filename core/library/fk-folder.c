/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Reading a backup's folder, which may have come from anywhere: the files are opened relative to
 * the folder, never through a link, must be plain files of a sane size, and count only if
 * SHA256SUMS vouches for each. */

#include "config.h"

#include "library/fk-folder-private.h"

#include "base/fk-error.h"
#include "base/fk-number.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define CHUNK (1024 * 1024)

static const char *
explain_errno (int code)
{
  switch (code)
    {
    case ENOSPC:
    case EDQUOT:
      return "the disk is full";
    case EFBIG:
      return "the file would be larger than is allowed here";
    case EROFS:
      return "the file system is read-only";
    case EACCES:
    case EPERM:
      return "this user may not do that there";
    case ENOTDIR:
    case ELOOP:
      return "something that is not a folder is in the way";
    default:
      return g_strerror (code);
    }
}

/*
 * Sets %FK_ERROR_LIBRARY for errno @code at @path, in a person's words; where the disk is full,
 * with what is needed (bytes, 0 for not known) and what is free.
 */
void
fk_folder_set_io_error (GError **error, int code, const char *path, guint64 needed)
{
  struct statvfs room;

  if ((code == ENOSPC || code == EDQUOT) && needed > 0 && statvfs (path, &room) == 0)
    {
      g_autofree char *need = fk_number_format_size ((needed + 1023) / 1024 * 1024);
      g_autofree char *have =
          fk_number_format_size ((guint64)room.f_bavail * room.f_frsize / 1024 * 1024);

      g_set_error (error, FK_ERROR, FK_ERROR_LIBRARY, "%s: %s (%s needed, %s free)", path,
                   explain_errno (code), need, have);
    }
  else
    g_set_error (error, FK_ERROR, FK_ERROR_LIBRARY, "%s: %s", path, explain_errno (code));
}

/* Says of what the error tells, and that it is damaged when that is what the error means. */
void
fk_folder_prefix_error (GError **error, const char *what)
{
  gboolean damaged = error != NULL && *error != NULL &&
                     g_error_matches (*error, FK_ERROR, FK_ERROR_BACKUP_DAMAGED);

  g_prefix_error (error, damaged ? "%s is damaged: " : "%s: ", what);
}

/* Returns: (transfer full): the text of a backup.ini */
GBytes *
fk_folder_make_ini (GKeyFile *ini)
{
  gsize length;
  char *text = g_key_file_to_data (ini, &length, NULL);

  return g_bytes_new_take (text, length);
}

/* Whether @name is a file's name that is safe to use in a folder: no path, nothing hidden, nothing
 * that a terminal or SHA256SUMS would trip over. */
gboolean
fk_folder_is_plain_name (const char *name)
{
  if (*name == '\0' || *name == '.' || *name == '-' || strlen (name) > 200 ||
      !g_utf8_validate (name, -1, NULL))
    return FALSE;
  for (const char *c = name; *c != '\0'; c++)
    if (g_ascii_iscntrl (*c) || *c == '/' || *c == '\\')
      return FALSE;
  return TRUE;
}

/* Returns: a descriptor of the folder @path, itself not a link; -1 on error */
int
fk_folder_open (const char *path, GError **error)
{
  int fd = open (path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

  if (fd < 0)
    fk_folder_set_io_error (error, errno, path, 0);
  return fd;
}

/* Returns: a descriptor of the plain file, its size in @size; -1 on error */
static int
open_plain (int folder, const char *name, guint64 max, gsize *size, GError **error)
{
  /* O_NONBLOCK: a FIFO of that name must not stop us for ever. */
  int fd = openat (folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  int code = errno;
  struct stat info;

  if (fd < 0 && code == ENOENT)
    g_set_error (error, FK_ERROR, FK_ERROR_BACKUP_DAMAGED, "%s is missing", name);
  else if (fd < 0 && code == ELOOP)
    g_set_error (error, FK_ERROR, FK_ERROR_BACKUP_DAMAGED, "%s is a link, not a file", name);
  else if (fd < 0)
    g_set_error (error, FK_ERROR, FK_ERROR_LIBRARY, "%s cannot be read: %s", name,
                 explain_errno (code));
  if (fd < 0)
    return -1;

  if (fstat (fd, &info) != 0 || !S_ISREG (info.st_mode))
    g_set_error (error, FK_ERROR, FK_ERROR_BACKUP_DAMAGED, "%s is not a plain file", name);
  else if ((guint64)info.st_size > max)
    {
      g_autofree char *limit = fk_number_format_size (max);

      g_set_error (error, FK_ERROR, FK_ERROR_BACKUP_DAMAGED, "%s is larger than %s", name, limit);
    }
  else
    {
      *size = (gsize)info.st_size;
      return fd;
    }
  close (fd);
  return -1;
}

static gboolean
read_all (
    int fd, const char *name, guint8 *data, gsize size, GCancellable *cancellable, GError **error)
{
  gsize done = 0;

  while (done < size)
    {
      gssize got;

      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      got = read (fd, data + done, MIN (size - done, CHUNK));
      if (got < 0 && errno == EINTR)
        continue;
      if (got < 0)
        {
          g_set_error (error, FK_ERROR, FK_ERROR_LIBRARY, "%s cannot be read: %s", name,
                       explain_errno (errno));
          return FALSE;
        }
      if (got == 0)
        {
          g_set_error (error, FK_ERROR, FK_ERROR_BACKUP_DAMAGED,
                       "%s became shorter while it was read", name);
          return FALSE;
        }
      done += (gsize)got;
    }
  return TRUE;
}

/*
 * Reads the whole plain file @name of @folder, of at most @max bytes.
 *
 * Errors: %FK_ERROR_BACKUP_DAMAGED when it is missing, too large or no plain file,
 * %FK_ERROR_LIBRARY when the system cannot read it.
 */
GBytes *
fk_folder_read (
    int folder, const char *name, guint64 max, GCancellable *cancellable, GError **error)
{
  gsize size = 0;
  int fd = open_plain (folder, name, max, &size, error);
  g_autofree guint8 *data = NULL;
  gboolean ok;

  if (fd < 0)
    return NULL;
  data = g_try_malloc (MAX (size, 1));
  if (data == NULL)
    {
      close (fd);
      g_set_error (error, FK_ERROR, FK_ERROR_LIBRARY, "%s: not enough memory", name);
      return NULL;
    }
  ok = read_all (fd, name, data, size, cancellable, error);
  close (fd);
  return ok ? g_bytes_new_take (g_steal_pointer (&data), size) : NULL;
}

static int
compare_strings (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

/* Whether @entry is a folder itself, no link to one. */
static gboolean
is_folder (int fd, const struct dirent *entry)
{
  struct stat info;

  if (entry->d_type != DT_UNKNOWN)
    return entry->d_type == DT_DIR;
  return fstatat (fd, entry->d_name, &info, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR (info.st_mode);
}

static gboolean
is_wanted (int fd, const struct dirent *entry, FkFolderList what)
{
  const char *name = entry->d_name;

  if (strcmp (name, ".") == 0 || strcmp (name, "..") == 0)
    return FALSE;
  switch (what)
    {
    case FK_FOLDER_LIST_HIDDEN:
      return *name == '.';
    case FK_FOLDER_LIST_FOLDERS:
      return *name != '.' && is_folder (fd, entry);
    case FK_FOLDER_LIST_ALL:
    default:
      return TRUE;
    }
}

/* Returns: (transfer full): the names of what is in @folder, sorted */
GPtrArray *
fk_folder_list (int folder, FkFolderList what, GError **error)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  /* An own open file: a duplicate would share its position with other readers. */
  int fd = openat (folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *dir = fd >= 0 ? fdopendir (fd) : NULL;
  struct dirent *entry;

  if (dir == NULL)
    {
      g_set_error (error, FK_ERROR, FK_ERROR_LIBRARY, "the folder cannot be listed: %s",
                   explain_errno (errno));
      if (fd >= 0)
        close (fd);
      return NULL;
    }
  while ((entry = readdir (dir)) != NULL)
    if (is_wanted (fd, entry, what))
      g_ptr_array_add (names, g_strdup (entry->d_name));
  closedir (dir);
  g_ptr_array_sort (names, compare_strings);
  return g_steal_pointer (&names);
}

/* Adds one more to what is wrong. */
void
fk_folder_add_problem (GString *problems, const char *format, ...)
{
  va_list args;

  if (problems->len > 0)
    g_string_append (problems, "; ");
  va_start (args, format);
  g_string_append_vprintf (problems, format, args);
  va_end (args);
}

/* Reads one file that SHA256SUMS names and compares.  FALSE: stop (cancelled, or the system cannot
 * read); what is wrong with the file itself is added to @problems. */
static gboolean
load_one (int folder,
          const char *name,
          const char *sum,
          GHashTable *contents,
          GString *problems,
          GCancellable *cancellable,
          GError **error)
{
  gsize max = g_str_equal (name, FK_FOLDER_INI) ? FK_FOLDER_INI_MAX : FK_FOLDER_FILE_MAX;
  g_autoptr (GError) local_error = NULL;
  g_autoptr (GBytes) bytes = fk_folder_read (folder, name, max, cancellable, &local_error);

  if (bytes == NULL && g_error_matches (local_error, FK_ERROR, FK_ERROR_BACKUP_DAMAGED))
    {
      fk_folder_add_problem (problems, "%s", local_error->message);
      return TRUE;
    }
  if (bytes == NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  fk_sums_check_file (name, bytes, sum, problems);
  g_hash_table_insert (contents, g_strdup (name), g_steal_pointer (&bytes));
  return TRUE;
}

static GTree *
load_sums (int folder, GPtrArray *names, GCancellable *cancellable, GError **error)
{
  g_autoptr (GBytes) text = NULL;

  if (names->len > FK_FOLDER_FILES_MAX)
    {
      g_set_error (error, FK_ERROR, FK_ERROR_BACKUP_DAMAGED,
                   "it holds %u files; a backup has a handful", names->len);
      return NULL;
    }
  text = fk_folder_read (folder, FK_FOLDER_SUMS, FK_FOLDER_INI_MAX, cancellable, error);
  return text != NULL ? fk_sums_parse (text, error) : NULL;
}

static gboolean
collect_missing (gpointer name, gpointer sum, gpointer user_data)
{
  gpointer *data = user_data;

  if (!g_ptr_array_find_with_equal_func (data[0], name, g_str_equal, NULL))
    fk_folder_add_problem (data[1], "%s is missing", (const char *)name);
  return FALSE;
}

static GHashTable *
load_folder (int folder, GCancellable *cancellable, GError **error)
{
  g_autoptr (GHashTable) contents =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_bytes_unref);
  g_autoptr (GPtrArray) names = fk_folder_list (folder, FK_FOLDER_LIST_ALL, error);
  g_autoptr (GTree) sums = names != NULL ? load_sums (folder, names, cancellable, error) : NULL;
  g_autoptr (GString) problems = g_string_new (NULL);

  if (sums == NULL)
    return NULL;
  for (guint i = 0; i < names->len; i++)
    {
      const char *name = g_ptr_array_index (names, i);
      const char *sum = g_tree_lookup (sums, name);

      if (strcmp (name, FK_FOLDER_SUMS) == 0)
        continue;
      if (sum == NULL)
        fk_sums_check_file (name, NULL, NULL, problems);
      else if (!load_one (folder, name, sum, contents, problems, cancellable, error))
        return NULL;
    }
  g_tree_foreach (sums, collect_missing, (gpointer[]){ names, problems });
  if (problems->len == 0 && g_hash_table_lookup (contents, FK_FOLDER_INI) == NULL)
    fk_folder_add_problem (problems, FK_FOLDER_INI " is missing");
  if (problems->len > 0)
    {
      g_set_error_literal (error, FK_ERROR, FK_ERROR_BACKUP_DAMAGED, problems->str);
      return NULL;
    }
  return g_steal_pointer (&contents);
}

/*
 * Reads the whole folder of a backup and checks every byte of it against SHA256SUMS.
 *
 * Returns: (transfer full): its files but SHA256SUMS, name to #GBytes; %FK_ERROR_BACKUP_DAMAGED
 * lists all that is wrong
 */
GHashTable *
fk_folder_load (const char *path, GCancellable *cancellable, GError **error)
{
  int folder = fk_folder_open (path, error);
  GHashTable *contents;

  if (folder < 0)
    return NULL;
  contents = load_folder (folder, cancellable, error);
  close (folder);
  if (contents == NULL)
    fk_folder_prefix_error (error, path);
  return contents;
}
