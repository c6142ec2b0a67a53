/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "base/fk-estimator.h"

#define MS G_GINT64_CONSTANT (1000)

static void
test_nothing_yet (void)
{
  g_autoptr (FkEstimator) estimator = fk_estimator_new ();

  g_assert_cmpint (fk_estimator_get_seconds_left (estimator), ==, -1);
  g_assert_cmpfloat (fk_estimator_get_rate (estimator), ==, 0);
  fk_estimator_add (estimator, 5000 * MS, 0.0, 0);
  fk_estimator_add (estimator, 5500 * MS, 0.3, 1000);
  g_assert_cmpint (fk_estimator_get_seconds_left (estimator), ==, -1);
  g_assert_cmpfloat (fk_estimator_get_rate (estimator), ==, 0);
}

static void
test_steady (void)
{
  g_autoptr (FkEstimator) estimator = fk_estimator_new ();

  for (int i = 0; i <= 400; i++)
    fk_estimator_add (estimator, i * 50 * MS, i / 1000.0, (guint64)i * 500);
  /* 20 s for 40 %: 30 s are left; 500 bytes in 50 ms. */
  g_assert_cmpint (fk_estimator_get_seconds_left (estimator), >=, 30);
  g_assert_cmpint (fk_estimator_get_seconds_left (estimator), <=, 31);
  g_assert_cmpfloat_with_epsilon (fk_estimator_get_rate (estimator), 10000, 1);
  fk_estimator_add (estimator, 20100 * MS, 1.0, 200500);
  g_assert_cmpint (fk_estimator_get_seconds_left (estimator), ==, 0);
}

/* What was slow long ago is forgotten. */
static void
test_change_of_speed (void)
{
  g_autoptr (FkEstimator) estimator = fk_estimator_new ();

  for (int i = 0; i <= 600; i++)
    fk_estimator_add (estimator, i * 100 * MS, i * 0.0001, (guint64)i * 10);
  for (int i = 1; i <= 120; i++)
    fk_estimator_add (estimator, (60000 + i * 100) * MS, 0.06 + i * 0.002,
                      6000 + (guint64)i * 1000);
  g_assert_cmpint (fk_estimator_get_seconds_left (estimator), >=, 34);
  g_assert_cmpint (fk_estimator_get_seconds_left (estimator), <=, 37);
  g_assert_cmpfloat_with_epsilon (fk_estimator_get_rate (estimator), 10000, 100);
}

static void
test_new_stage (void)
{
  g_autoptr (FkEstimator) estimator = fk_estimator_new ();

  fk_estimator_add (estimator, 0, 0.0, 0);
  fk_estimator_add (estimator, 2000 * MS, 0.5, 200000);
  fk_estimator_add (estimator, 2100 * MS, 0.5, 0);
  g_assert_cmpfloat (fk_estimator_get_rate (estimator), ==, 0);
  fk_estimator_add (estimator, 4100 * MS, 0.6, 4000);
  g_assert_cmpfloat_with_epsilon (fk_estimator_get_rate (estimator), 2000, 1);
}

static void
test_stalled_and_odd (void)
{
  g_autoptr (FkEstimator) estimator = fk_estimator_new ();

  fk_estimator_add (estimator, 1000 * MS, 0.5, 10);
  fk_estimator_add (estimator, 60000 * MS, 0.5, 10);
  g_assert_cmpint (fk_estimator_get_seconds_left (estimator), ==, -1);
  g_assert_cmpfloat (fk_estimator_get_rate (estimator), ==, 0);
  fk_estimator_add (estimator, 100 * MS, 0.9, 1000); /* the clock went back */
  g_assert_cmpint (fk_estimator_get_seconds_left (estimator), ==, -1);
  fk_estimator_add (estimator, 61000 * MS, 0.5 + 1e-9, 11); /* years left */
  g_assert_cmpint (fk_estimator_get_seconds_left (estimator), ==, -1);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/estimator/nothing-yet", test_nothing_yet);
  g_test_add_func ("/estimator/steady", test_steady);
  g_test_add_func ("/estimator/change-of-speed", test_change_of_speed);
  g_test_add_func ("/estimator/new-stage", test_new_stage);
  g_test_add_func ("/estimator/stalled-and-odd", test_stalled_and_odd);
  return g_test_run ();
}
