/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "fake-usb.h"

#include "base/fk-error.h"
#include "probe/fk-probe-list-private.h"

#define SERIAL      "30 00 36 00 36 00 44 00 46 00 46 00"
#define RULES       "70-flashkeep-probes.rules"
#define DFU_PRODUCT 0xdf11

/* ux.md's list, and those that only other tools know. */
static const guint16 products[] = { 0x3744, 0x3748, 0x3742, 0x374a, 0x374b, 0x3752, 0x374d,
                                    0x374e, 0x374f, 0x3753, 0x3754, 0x3755, 0x3757 };

static void
test_registry (void)
{
  for (guint product = 0x3700; product < 0x3800; product++)
    {
      g_autoptr (FakeUsb) usb = fake_usb_new ((guint16)product, "1-1", "");
      g_autoptr (FkProbe) probe = fk_probe_new_for_usb (FK_USB_DEVICE (usb));
      gboolean known = FALSE;

      for (guint i = 0; i < G_N_ELEMENTS (products); i++)
        known = known || products[i] == product;
      g_assert_true ((probe != NULL) == known);
      if (known)
        g_assert_true (g_str_has_prefix (fk_probe_get_kind (probe), "ST-LINK/V"));
    }
}

/* The rules name each of them; never a mode; in time for logind's rule (73-seat-late.rules). */
static void
test_udev_rules (void)
{
  g_autofree char *path = g_build_filename (g_getenv ("FK_DATA_DIR"), RULES, NULL);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, &error));
  for (guint i = 0; i <= G_N_ELEMENTS (products); i++)
    {
      g_autofree char *line =
          g_strdup_printf ("ATTR{idProduct}==\"%04x\", TAG+=\"uaccess\"\n",
                           i < G_N_ELEMENTS (products) ? products[i] : DFU_PRODUCT);

      g_assert_nonnull (strstr (text, line));
    }
  g_assert_null (strstr (text, "MODE"));
  g_assert_cmpint (atoi (RULES), <, 73);
}

static void
on_items_changed (GListModel *model, guint position, guint removed, guint added, gpointer user_data)
{
  GString *log = user_data;

  g_string_append_printf (log, "%u-%u+%u ", position, removed, added);
}

static void
test_hotplug (void)
{
  g_autoptr (FkProbeList) list = fk_probe_list_new_empty ();
  g_autoptr (FakeUsb) first = fake_usb_new (0x3748, "1-1", SERIAL);
  g_autoptr (FakeUsb) second = fake_usb_new (0x374e, "1-2", NULL);
  g_autoptr (FakeUsb) mouse = fake_usb_new (0x1234, "1-3", "");
  g_autoptr (GString) log = g_string_new (NULL);
  g_autoptr (FkProbe) probe = NULL;

  g_signal_connect (list, "items-changed", G_CALLBACK (on_items_changed), log);
  fk_probe_list_add_device (list, FK_USB_DEVICE (first));
  fk_probe_list_add_device (list, FK_USB_DEVICE (mouse));
  fk_probe_list_add_device (list, FK_USB_DEVICE (second));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, 2);
  fk_probe_list_remove_device (list, FK_USB_DEVICE (mouse));
  fk_probe_list_remove_device (list, FK_USB_DEVICE (first));
  g_assert_cmpstr (log->str, ==, "0-0+1 1-0+1 0-1+0 ");
  probe = g_list_model_get_item (G_LIST_MODEL (list), 0);
  g_assert_cmpstr (fk_probe_get_port_path (probe), ==, "1-2");
  /* Not to be opened, but listed. */
  g_assert_null (fk_probe_get_serial (probe));
  g_assert_null (g_list_model_get_item (G_LIST_MODEL (list), 1));
}

static void
wait_for_items (FkProbeList *list, guint n_items)
{
  while (g_list_model_get_n_items (G_LIST_MODEL (list)) != n_items)
    g_main_context_iteration (NULL, TRUE);
}

/* One that hangs keeps nobody waiting, and is not listed when it has gone before it answers. */
static void
test_meeting (void)
{
  g_autoptr (FkProbeList) list = fk_probe_list_new_empty ();
  g_autoptr (FakeUsb) slow = fake_usb_new (0x3748, "1-1", SERIAL);
  g_autoptr (FakeUsb) gone = fake_usb_new (0x3748, "1-2", SERIAL);
  g_autoptr (FakeUsb) quick = fake_usb_new (0x374e, "1-3", SERIAL);
  g_autoptr (FkProbe) first = NULL;
  g_autoptr (FkProbe) second = NULL;

  fake_usb_set_serial_delay (slow, 400);
  fake_usb_set_serial_delay (gone, 200);
  fk_probe_list_meet_device (list, FK_USB_DEVICE (slow));
  fk_probe_list_meet_device (list, FK_USB_DEVICE (gone));
  fk_probe_list_meet_device (list, FK_USB_DEVICE (quick));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, 0);
  wait_for_items (list, 1);
  fk_probe_list_remove_device (list, FK_USB_DEVICE (gone));
  wait_for_items (list, 2);
  first = g_list_model_get_item (G_LIST_MODEL (list), 0);
  second = g_list_model_get_item (G_LIST_MODEL (list), 1);
  g_assert_cmpstr (fk_probe_get_port_path (first), ==, "1-3");
  g_assert_cmpstr (fk_probe_get_port_path (second), ==, "1-1");
}

static void
assert_not_found (FkProbeList *list, const char *wanted, FkError code, const char *words)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (fk_probe_list_find (list, wanted, &error));
  g_assert_error (error, FK_ERROR, (int)code);
  if (strstr (error->message, words) == NULL)
    g_error ("\"%s\" does not say \"%s\"", error->message, words);
}

static void
assert_found (FkProbeList *list, const char *wanted, const char *port_path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FkProbe) probe = fk_probe_list_find (list, wanted, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (fk_probe_get_port_path (probe), ==, port_path);
}

static void
test_find (void)
{
  g_autoptr (FkProbeList) list = fk_probe_list_new_empty ();
  g_autoptr (FakeUsb) first = fake_usb_new (0x3748, "1-1", SERIAL);
  g_autoptr (FakeUsb) second = fake_usb_new (0x374e, "1-2.3", "41 00 42 00");
  g_autoptr (FakeUsb) twin = fake_usb_new (0x3748, "2-1", SERIAL);

  assert_not_found (list, NULL, FK_ERROR_NO_PROBE, "No probe is plugged in");
  assert_not_found (list, "066DFF", FK_ERROR_NO_PROBE, "No probe is plugged in");

  fk_probe_list_add_device (list, FK_USB_DEVICE (first));
  assert_found (list, NULL, "1-1");
  assert_found (list, "", "1-1");
  assert_found (list, "066dff", "1-1");
  assert_not_found (list, "066DF", FK_ERROR_NO_PROBE, "ST-LINK/V2 066DFF at 1-1");

  fk_probe_list_add_device (list, FK_USB_DEVICE (second));
  assert_not_found (list, NULL, FK_ERROR_USAGE, "ST-LINK/V2 066DFF at 1-1, ST-LINK/V3 AB at 1-2.3");
  assert_found (list, "AB", "1-2.3");
  assert_found (list, "1-2.3", "1-2.3");

  fk_probe_list_add_device (list, FK_USB_DEVICE (twin));
  assert_not_found (list, "066DFF", FK_ERROR_USAGE, "ST-LINK/V2 066DFF at 2-1");
  assert_found (list, "2-1", "2-1");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/probe/registry", test_registry);
  g_test_add_func ("/probe/udev-rules", test_udev_rules);
  g_test_add_func ("/probe/list/hotplug", test_hotplug);
  g_test_add_func ("/probe/list/meeting", test_meeting);
  g_test_add_func ("/probe/list/find", test_find);
  return g_test_run ();
}
