/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the program did, for a report: the last messages of its own, debug ones too, and what other
 * libraries warned of.  It is kept in memory only; nothing is written or sent unless somebody
 * asks. */

#include "config.h"

#include "fk-log.h"

static struct
{
  GMutex lock; /* guards what follows: messages come from any thread */
  GQueue lines;
  guint64 n_dropped;
} kept = { .lines = G_QUEUE_INIT };

static const char *
find_field (const GLogField *fields, gsize n_fields, const char *key)
{
  for (gsize i = 0; i < n_fields; i++)
    if (g_str_equal (fields[i].key, key) && fields[i].length < 0)
      return fields[i].value;
  return NULL;
}

static const char *
get_level_name (GLogLevelFlags level)
{
  if (level & (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL))
    return "critical";
  if (level & G_LOG_LEVEL_WARNING)
    return "warning";
  if (level & G_LOG_LEVEL_DEBUG)
    return "debug";
  return "info";
}

static void
keep (const char *domain, GLogLevelFlags level, const char *message)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *time = g_date_time_format (now, "%H:%M:%S.%f");
  char *line;

  /* Milliseconds are enough. */
  line = g_strdup_printf ("%.12s %s %s: %s", time, domain, get_level_name (level), message);
  g_mutex_lock (&kept.lock);
  g_queue_push_tail (&kept.lines, line);
  if (kept.lines.length > FK_LOG_MAX_LINES)
    {
      g_free (g_queue_pop_head (&kept.lines));
      kept.n_dropped++;
    }
  g_mutex_unlock (&kept.lock);
}

static GLogWriterOutput
write_log (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer user_data)
{
  const char *domain = find_field (fields, n_fields, "GLIB_DOMAIN");
  const char *message = find_field (fields, n_fields, "MESSAGE");
  gboolean is_warning =
      (level & (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_WARNING)) != 0;

  if (message != NULL && (is_warning || g_strcmp0 (domain, G_LOG_DOMAIN) == 0))
    keep (domain != NULL ? domain : "?", level, message);
  return g_log_writer_default (level, fields, n_fields, user_data);
}

/**
 * fk_log_start:
 *
 * Keeps what is logged from now on, and prints it as before.  To be called once, before any
 * message.
 */
void
fk_log_start (void)
{
  g_log_set_writer_func (write_log, NULL, NULL);
}

/**
 * fk_log_dup_text:
 *
 * Returns: (transfer full): what was kept, a message a line; times are UTC.  Any thread may ask
 */
char *
fk_log_dup_text (void)
{
  GString *text = g_string_new (NULL);

  g_mutex_lock (&kept.lock);
  if (kept.n_dropped > 0)
    g_string_append_printf (text, "(%" G_GUINT64_FORMAT " older messages left out)\n",
                            kept.n_dropped);
  for (GList *link = kept.lines.head; link != NULL; link = link->next)
    g_string_append_printf (text, "%s\n", (const char *)link->data);
  g_mutex_unlock (&kept.lock);
  return g_string_free (text, FALSE);
}
