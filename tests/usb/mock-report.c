/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the boards of a mocked bus have lived through, for people and for programs (README.md lists
 * the keys). */

#include "config.h"

#include "mock-report.h"

#include <json-glib/json-glib.h>
#include <sys/resource.h>

#define NS_PER_SECOND 1e9

static gint64
get_us (const struct timeval *time)
{
  return time->tv_sec * G_USEC_PER_SEC + time->tv_usec;
}

/* Call before the program starts. */
void
mock_run_begin (MockRun *self)
{
  struct rusage usage;

  getrusage (RUSAGE_CHILDREN, &usage);
  self->wall_us = -g_get_monotonic_time ();
  self->user_us = -get_us (&usage.ru_utime);
  self->system_us = -get_us (&usage.ru_stime);
}

/* Call after it has been waited for. */
void
mock_run_end (MockRun *self, int exit_status)
{
  struct rusage usage;

  getrusage (RUSAGE_CHILDREN, &usage);
  self->exit_status = exit_status;
  self->wall_us += g_get_monotonic_time ();
  self->user_us += get_us (&usage.ru_utime);
  self->system_us += get_us (&usage.ru_stime);
}

static void
print_board (FkSimBoard *board)
{
  FkSimCounters c;

  fk_sim_board_get_counters (board, &c);
  g_printerr ("%s: %" G_GUINT64_FORMAT " transfers, %" G_GUINT64_FORMAT " bytes, %" G_GUINT64_FORMAT
              " commands, %" G_GUINT64_FORMAT
              " SWD words; modelled ms: USB %.1f, probe %.1f, SWD %.1f, in all %.1f\n",
              fk_sim_board_get_name (board), c.n_transfers, c.n_bytes, c.n_commands, c.n_swd_words,
              (double)c.usb_ns / 1e6, (double)c.probe_ns / 1e6, (double)c.swd_ns / 1e6,
              (double)c.total_ns / 1e6);
}

/* A line for each board, on standard error. */
void
mock_report_print (MockBus *bus)
{
  for (guint i = 0; i < mock_bus_get_n_boards (bus); i++)
    print_board (mock_bus_get_board (bus, i));
}

static void
add_count (JsonBuilder *builder, const char *name, guint64 value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_int_value (builder, (gint64)value);
}

static void
add_seconds (JsonBuilder *builder, const char *name, double value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_double_value (builder, value);
}

static void
add_board (JsonBuilder *builder, MockBus *bus, guint number)
{
  FkSimBoard *board = mock_bus_get_board (bus, number);
  FkSimCounters c;
  gint64 processor_ns, late_ns;

  mock_bus_get_cost (bus, number, &processor_ns, &late_ns);
  fk_sim_board_get_counters (board, &c);
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "name");
  json_builder_add_string_value (builder, fk_sim_board_get_name (board));
  add_count (builder, "transfers", c.n_transfers);
  add_count (builder, "bytes", c.n_bytes);
  add_count (builder, "commands", c.n_commands);
  add_count (builder, "swd_words", c.n_swd_words);
  add_count (builder, "sector_erases", c.chip.n_sector_erases);
  add_count (builder, "mass_erases", c.chip.n_mass_erases);
  add_count (builder, "option_erases", c.chip.n_option_erases);
  add_count (builder, "programmed", c.chip.n_programmed);
  add_count (builder, "option_programs", c.chip.n_option_programs);
  add_count (builder, "loader_cycles", c.chip.ram_code_cycles);
  add_seconds (builder, "loader_seconds", (double)c.chip.ram_code_ns / NS_PER_SECOND);
  add_seconds (builder, "flash_busy_seconds", (double)c.chip.flash_busy_ns / NS_PER_SECOND);
  add_seconds (builder, "usb_seconds", (double)c.usb_ns / NS_PER_SECOND);
  add_seconds (builder, "probe_seconds", (double)c.probe_ns / NS_PER_SECOND);
  add_seconds (builder, "swd_seconds", (double)c.swd_ns / NS_PER_SECOND);
  add_seconds (builder, "modelled_seconds", (double)c.total_ns / NS_PER_SECOND);
  add_seconds (builder, "simulator_seconds", (double)processor_ns / NS_PER_SECOND);
  add_seconds (builder, "late_seconds", (double)late_ns / NS_PER_SECOND);
  json_builder_end_object (builder);
}

/**
 * mock_report_write:
 *
 * Writes one JSON object to @path: what the program cost, and an array with what each board did.
 */
gboolean
mock_report_write (MockBus *bus, const MockRun *run, const char *path, GError **error)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *text = NULL;
  g_autofree char *line = NULL;

  json_builder_begin_object (builder);
  add_count (builder, "exit_status", (guint64)run->exit_status);
  add_seconds (builder, "wall_seconds", (double)run->wall_us / G_USEC_PER_SEC);
  add_seconds (builder, "client_user_seconds", (double)run->user_us / G_USEC_PER_SEC);
  add_seconds (builder, "client_system_seconds", (double)run->system_us / G_USEC_PER_SEC);
  json_builder_set_member_name (builder, "boards");
  json_builder_begin_array (builder);
  for (guint i = 0; i < mock_bus_get_n_boards (bus); i++)
    add_board (builder, bus, i);
  json_builder_end_array (builder);
  json_builder_end_object (builder);

  root = json_builder_get_root (builder);
  text = json_to_string (root, TRUE);
  line = g_strconcat (text, "\n", NULL);
  return g_file_set_contents (path, line, -1, error);
}
