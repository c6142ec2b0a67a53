/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "fk-log.h"

#include <string.h>

static guint
count_lines (const char *text)
{
  guint n_lines = 0;

  for (const char *end = text; (end = strchr (end, '\n')) != NULL; end++)
    n_lines++;
  return n_lines;
}

/* Ours are all kept, in order; of others only what they warn of. */
static void
test_kept (void)
{
  g_autofree char *text = NULL;
  const char *first;
  const char *second;

  g_debug ("first of ours");
  g_log ("Other", G_LOG_LEVEL_DEBUG, "chatter of others");
  g_log ("Other", G_LOG_LEVEL_WARNING, "warning of others");
  g_info ("second of ours");

  text = fk_log_dup_text ();
  first = strstr (text, " Flashkeep debug: first of ours\n");
  second = strstr (text, " Flashkeep info: second of ours\n");
  g_assert_nonnull (first);
  g_assert_nonnull (second);
  g_assert_true (first < second);
  g_assert_nonnull (strstr (text, " Other warning: warning of others\n"));
  g_assert_null (strstr (text, "chatter"));
}

static void
test_bounded (void)
{
  g_autofree char *text = NULL;

  for (guint i = 0; i < FK_LOG_MAX_LINES + 10; i++)
    g_debug ("message %u", i);

  text = fk_log_dup_text ();
  g_assert_cmpuint (count_lines (text), ==, FK_LOG_MAX_LINES + 1);
  g_assert_true (g_str_has_prefix (text, "("));
  g_assert_nonnull (strstr (text, "older messages left out)\n"));
  g_assert_null (strstr (text, ": message 9\n"));
  g_assert_nonnull (strstr (text, ": message 10\n"));
  g_assert_nonnull (strstr (text, "message 2009\n"));
}

static gpointer
chatter (gpointer data)
{
  for (guint i = 0; i < 500; i++)
    g_debug ("from a thread");
  return NULL;
}

static void
test_threads (void)
{
  GThread *threads[4];
  g_autofree char *text = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("chatter", chatter, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);

  text = fk_log_dup_text ();
  g_assert_cmpuint (count_lines (text), ==, FK_LOG_MAX_LINES + 1);
  g_assert_null (strstr (text, ": message"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_log_set_always_fatal (G_LOG_FATAL_MASK);
  /* The one for tests passes nothing on (GLib 2.84). */
  g_log_set_default_handler (g_log_default_handler, NULL);
  fk_log_start ();
  g_test_add_func ("/log/kept", test_kept);
  g_test_add_func ("/log/bounded", test_bounded);
  g_test_add_func ("/log/threads", test_threads);
  return g_test_run ();
}
