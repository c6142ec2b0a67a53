/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "stlink-bench.h"

Bench
bench_new (guint16 product_id)
{
  Bench bench;

  bench.usb = fake_usb_new (product_id, "1-2", "");
  bench.probe = fk_probe_new_for_usb (FK_USB_DEVICE (bench.usb));
  g_assert_nonnull (bench.probe);
  return bench;
}

void
bench_clear (Bench *bench)
{
  if (fk_probe_is_open (bench->probe))
    {
      fake_usb_allow (bench->usb, "f2 21");
      fk_probe_close (bench->probe);
    }
  fake_usb_assert_done (bench->usb);
  g_assert_false (fk_usb_device_is_open (FK_USB_DEVICE (bench->usb)));
  g_assert_finalize_object (bench->probe);
  g_assert_finalize_object (bench->usb);
}

void
bench_open (Bench *bench, const char *version)
{
  g_autoptr (GError) error = NULL;

  fake_usb_expect (bench->usb, "f1", version);
  fake_usb_expect (bench->usb, "f5", "01 00");
  fk_probe_open (bench->probe, NULL, &error);
  g_assert_no_error (error);
  fake_usb_assert_done (bench->usb);
}

void
bench_attach (Bench *bench)
{
  g_autoptr (GError) error = NULL;

  fake_usb_expect (bench->usb, "f2 43 01 00", OK);
  fake_usb_expect (bench->usb, "f2 30 a3", OK);
  fake_usb_expect (bench->usb, "f2 3c 01", OK);
  fake_usb_expect (bench->usb, "f2 31", IDCODES);
  fake_usb_expect (bench->usb, "f2 4b 00", OK);
  fk_probe_attach (bench->probe, FALSE, NULL, &error);
  g_assert_no_error (error);
  fake_usb_assert_done (bench->usb);
}

/* A V2 with recent firmware, attached to a chip. */
Bench
bench_ready (void)
{
  Bench bench = bench_new (0x3748);

  bench_open (&bench, V2J37S7);
  bench_attach (&bench);
  return bench;
}

void
fill (guint8 *data, gsize length)
{
  for (gsize i = 0; i < length; i++)
    data[i] = (guint8)(i * 7 + i / 256);
}

void
expect_memory (Bench *bench, guint8 code, guint32 address, gsize length)
{
  g_autofree char *command =
      g_strdup_printf ("f2 %02x %02x %02x %02x %02x %02x %02x", code, address & 0xff,
                       address >> 8 & 0xff, address >> 16 & 0xff, address >> 24,
                       (guint)length & 0xff, (guint)length >> 8);

  fake_usb_expect (bench->usb, command, NULL);
}
