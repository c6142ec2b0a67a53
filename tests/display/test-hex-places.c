/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hex/fk-hex-places.h"

#include "base/fk-blank.h"
#include "base/fk-error.h"

static FkHexPlaces *
make_places_erased (guint8 erased)
{
  /* Stack 0x20020000, reset handler 0x08000011, then code and blank flash. */
  static const guint8 data[64] = { 0x00, 0x00, 0x02, 0x20, 0x11, 0x00, 0x00, 0x08, 1, 2, 3, 4 };
  g_autofree guint8 *bytes = g_memdup2 (data, sizeof data);
  g_autoptr (GBytes) whole = NULL;
  g_autoptr (FkImage) image = NULL;
  FkHexPlaces *places;

  for (guint i = 48; i < sizeof data; i++)
    bytes[i] = erased;
  whole = g_bytes_new (bytes, sizeof data);
  image = fk_image_new_for_bytes (0x08000000, whole, NULL);
  places = fk_hex_places_new_for_image (image, erased);
  fk_hex_places_add (places, "Serial number", 0x08000020);
  fk_hex_places_add (places, "10", 0x08000021);
  return places;
}

static FkHexPlaces *
make_places (void)
{
  return make_places_erased (FK_BLANK);
}

/* Of a chip whose erased flash reads as zeros what is used ends before them. */
static void
test_erased_low (void)
{
  g_autoptr (FkHexPlaces) places = make_places_erased (0);
  g_autoptr (GError) error = NULL;
  guint64 address = 0;

  fk_hex_places_parse (places, "end of used flash", 0x08000010, &address, &error);
  g_assert_no_error (error);
  g_assert_cmphex (address, ==, 0x0800000b);
}

static void
test_accepted (void)
{
  static const struct
  {
    const char *text;
    guint64 address;
  } cases[] = {
    { "0x08000004", 0x08000004 },
    { "8000004", 0x08000004 },
    { "  0X800003F ", 0x0800003f },
    { "+16", 0x08000020 },
    { "+ 0x16", 0x08000026 },
    { "-16", 0x08000000 },
    { "-0x8", 0x08000008 },
    { "start", 0x08000000 },
    { "end", 0x0800003f },
    { "END", 0x0800003f },
    { "end of used flash", 0x0800002f },
    { "end of", 0x0800002f },
    { "stack", 0x08000000 },
    { "reset vector", 0x08000004 },
    { "Reset Handler", 0x08000010 },
    { "serial", 0x08000020 },
    { "10", 0x08000021 },
  };
  g_autoptr (FkHexPlaces) places = make_places ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      guint64 address = 0;

      fk_hex_places_parse (places, cases[i].text, 0x08000010, &address, &error);
      g_assert_no_error (error);
      g_assert_cmphex (address, ==, cases[i].address);
    }
}

static void
test_refused (void)
{
  static const struct
  {
    const char *text;
    int code;
  } cases[] = {
    { "", FK_ERROR_USAGE },
    { "   ", FK_ERROR_USAGE },
    { "+", FK_ERROR_USAGE },
    { "+1f", FK_ERROR_USAGE },
    { "--1", FK_ERROR_USAGE },
    { "0x", FK_ERROR_USAGE },
    { "0x08000004 4", FK_ERROR_USAGE },
    { "nowhere", FK_ERROR_USAGE },
    { "reset", FK_ERROR_AMBIGUOUS },
    { "0x20000000", FK_ERROR_OUT_OF_RANGE },
    { "8000040", FK_ERROR_OUT_OF_RANGE },
    { "+48", FK_ERROR_OUT_OF_RANGE },
    { "-17", FK_ERROR_OUT_OF_RANGE },
    { "-0x7fffffffffffffff", FK_ERROR_OUT_OF_RANGE },
    { "fffffffffffffffff", FK_ERROR_USAGE },
  };
  g_autoptr (FkHexPlaces) places = make_places ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      guint64 address;

      g_assert_false (fk_hex_places_parse (places, cases[i].text, 0x08000010, &address, &error));
      g_assert_error (error, FK_ERROR, cases[i].code);
    }
}

static void
test_empty (void)
{
  g_autoptr (FkImage) image = fk_image_new ();
  g_autoptr (FkHexPlaces) places = fk_hex_places_new_for_image (image, FK_BLANK);
  g_autoptr (GError) error = NULL;
  guint64 address;

  g_assert_false (fk_hex_places_parse (places, "0", 0, &address, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_OUT_OF_RANGE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/hex-places/accepted", test_accepted);
  g_test_add_func ("/hex-places/erased-low", test_erased_low);
  g_test_add_func ("/hex-places/refused", test_refused);
  g_test_add_func ("/hex-places/empty", test_empty);
  return g_test_run ();
}
