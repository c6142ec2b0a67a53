/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "identify-bench.h"

#include "probe/fk-probe-list.h"

void
bench_open (Bench *bench, const char *specification)
{
  g_autoptr (GError) error = NULL;

  bench->board = fk_sim_board_new (specification, &error);
  g_assert_no_error (error);
  bench->inner = fk_probe_new_for_usb (fk_sim_board_get_usb_device (bench->board));
  bench->probe = lying_probe_new (bench->inner);
  fk_probe_open (bench->probe, NULL, &error);
  g_assert_no_error (error);
  bench->target = fk_target_new (bench->probe);
  bench->identity = NULL;
}

LyingProbe *
liar (Bench *bench)
{
  return LYING_PROBE (bench->probe);
}

FkIdentity *
identify_as (Bench *bench, FkConnect how)
{
  g_autoptr (GError) error = NULL;

  fk_target_connect (bench->target, how, 0, NULL, NULL, &error);
  g_assert_no_error (error);
  bench->identity = fk_identify (bench->target, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (bench->identity);
  return bench->identity;
}

FkIdentity *
identify (Bench *bench)
{
  return identify_as (bench, FK_CONNECT_AUTO);
}

void
bench_close (Bench *bench)
{
  g_autoptr (GError) error = NULL;

  fk_target_disconnect (bench->target, FK_LEAVE_RESUMED, &error);
  g_assert_no_error (error);
  /* A core that had locked up does so again, and one whose flash is closed to it because a debugger
   * came has nothing to run (RM0090 3.7.3). */
  g_assert_true (fk_sim_board_is_core_running (bench->board) ||
                 fk_identity_get_locked_up (bench->identity) ||
                 fk_identity_get_protection (bench->identity) == FK_PROTECTION_READ);
  g_assert_false (fk_sim_board_is_debug_enabled (bench->board));
  g_assert_true (fk_sim_board_is_flash_locked (bench->board));
  g_assert_finalize_object (bench->identity);
  g_assert_finalize_object (bench->target);
  fk_probe_close (bench->probe);
  g_assert_finalize_object (bench->probe);
  g_assert_finalize_object (bench->inner);
  g_assert_finalize_object (bench->board);
}

void
assert_warning (FkIdentity *identity, const char *part)
{
  g_autofree char *all = g_strjoinv ("\n", (char **)(gpointer)fk_identity_get_warnings (identity));

  if (strstr (all, part) == NULL)
    g_error ("no \"%s\" in the warnings:\n%s", part, all);
}

void
assert_no_warnings (FkIdentity *identity)
{
  g_autofree char *all = g_strjoinv ("\n", (char **)(gpointer)fk_identity_get_warnings (identity));

  g_assert_cmpstr (all, ==, "");
}
