/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the simulated ST-LINKs tell the USB about themselves.  After USB 2.0, 9.6 (descriptors), the
 * Interface Association Descriptor notice, and the classes for mass storage (bulk only) and
 * communication (CDC 1.2, PSTN 1.2).  Numbers of interfaces and endpoints are those that Linux
 * lists for the real ones. */

#include "config.h"

#include "sim/fk-sim-stlink-private.h"

#include <string.h>

#include "base/fk-reader.h"

#define VENDOR_ID 0x0483

#define STRING_VENDOR    1
#define STRING_PRODUCT   2
#define STRING_SERIAL    3
#define STRING_INTERFACE 4

#define TYPE_DEVICE        1
#define TYPE_CONFIGURATION 2
#define TYPE_STRING        3
#define TYPE_INTERFACE     4
#define TYPE_ENDPOINT      5
#define TYPE_ASSOCIATION   11
#define TYPE_CS_INTERFACE  0x24

#define CLASS_CDC      0x02
#define CLASS_STORAGE  0x08
#define CLASS_CDC_DATA 0x0a
#define CLASS_MISC     0xef
#define CLASS_VENDOR   0xff

#define ENDPOINT_BULK      2
#define ENDPOINT_INTERRUPT 3

static const FkSimStlinkModel models[] = {
  /* name, product, product ID, generation, endpoints, high speed, storage, ports, bridge, version
   */
  { "v2", "STM32 STLink", 0x3748, 2, 0x02, 0x83, FALSE, FALSE, 0, FALSE, "V2J37S7" },
  { "v2-1", "STM32 STLink", 0x374b, 2, 0x01, 0x82, FALSE, TRUE, 1, FALSE, "V2J37M27" },
  { "v2-1-audio", "STM32 STLink", 0x374a, 2, 0x01, 0x82, FALSE, FALSE, 0, FALSE, "V2J37M27" },
  { "v2-1-nomsd", "STM32 STLink", 0x3752, 2, 0x01, 0x82, FALSE, FALSE, 2, FALSE, "V2J37M27" },
  { "v3", "STLINK-V3", 0x374f, 3, 0x01, 0x82, TRUE, TRUE, 1, TRUE, "V3J9M3B5" },
  { "v3e", "STLINK-V3", 0x374e, 3, 0x01, 0x82, TRUE, TRUE, 1, FALSE, "V3J9M3" },
  { "v3-2vcp", "STLINK-V3", 0x3753, 3, 0x01, 0x82, TRUE, FALSE, 2, TRUE, "V3J9B5" },
  { "v3-nomsd", "STLINK-V3", 0x3754, 3, 0x01, 0x82, TRUE, FALSE, 1, FALSE, "V3J9" },
  { "v3pwr", "STLINK-V3PWR", 0x3757, 3, 0x01, 0x82, TRUE, TRUE, 1, TRUE, "V3J12M3B5" },
};

const FkSimStlinkModel *
fk_sim_stlink_get_models (gsize *n_models)
{
  *n_models = G_N_ELEMENTS (models);
  return models;
}

/* Returns: (nullable): the model of that name */
const FkSimStlinkModel *
fk_sim_stlink_find_model (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (models); i++)
    if (g_str_equal (models[i].name, name))
      return &models[i];
  return NULL;
}

/**
 * fk_sim_stlink_parse_firmware:
 * @text: such as "V2J37S7", "V2J37M26" or "V3J9M3B5S1"
 *
 * Returns: %FALSE if that is no version
 */
gboolean
fk_sim_stlink_parse_firmware (const char *text, FkSimStlinkFirmware *firmware)
{
  const struct
  {
    char letter;
    guint *number;
  } parts[] = {
    { 'V', &firmware->generation }, { 'J', &firmware->jtag },   { 'S', &firmware->swim },
    { 'M', &firmware->msd },        { 'B', &firmware->bridge },
  };

  *firmware = (FkSimStlinkFirmware){ 0 };
  while (*text != '\0')
    {
      guint *number = NULL;
      guint64 value;
      char *end;

      for (gsize i = 0; i < G_N_ELEMENTS (parts); i++)
        if (g_ascii_toupper (*text) == parts[i].letter)
          number = parts[i].number;
      if (number == NULL || !g_ascii_isdigit (text[1]))
        return FALSE;
      value = g_ascii_strtoull (text + 1, &end, 10);
      if (value > 63)
        return FALSE;
      *number = value;
      text = end;
    }
  return firmware->generation >= 2 && firmware->generation <= 3;
}

static void
add_interface (GByteArray *array, guint number, guint n_endpoints, const guint8 class[3])
{
  const guint8 descriptor[] = { 9,        TYPE_INTERFACE, number,          0, n_endpoints, class[0],
                                class[1], class[2],       STRING_INTERFACE };

  g_byte_array_append (array, descriptor, sizeof descriptor);
}

static void
add_endpoint (GByteArray *array, guint8 address, guint8 kind, guint16 packet_size)
{
  const guint8 descriptor[] = { 7,
                                TYPE_ENDPOINT,
                                address,
                                kind,
                                packet_size & 0xff,
                                packet_size >> 8,
                                kind == ENDPOINT_INTERRUPT ? 10 : 0 };

  g_byte_array_append (array, descriptor, sizeof descriptor);
}

static void
add_debug (GByteArray *array, const FkSimStlinkModel *model, guint16 packet_size)
{
  const guint8 class[3] = { CLASS_VENDOR, 0xff, 0xff };

  add_interface (array, 0, 3, class);
  add_endpoint (array, 0x81, ENDPOINT_BULK, packet_size);
  add_endpoint (array, model->out_endpoint, ENDPOINT_BULK, packet_size);
  add_endpoint (array, model->trace_endpoint, ENDPOINT_BULK, packet_size);
}

static void
add_storage (GByteArray *array, guint number, guint16 packet_size)
{
  const guint8 class[3] = { CLASS_STORAGE, 0x06, 0x50 };

  add_interface (array, number, 2, class);
  add_endpoint (array, 0x83, ENDPOINT_BULK, packet_size);
  add_endpoint (array, 0x03, ENDPOINT_BULK, packet_size);
}

/* A serial port: control interface with its notifications, and the data. */
static void
add_serial_port (GByteArray *array, guint number, guint index, guint16 packet_size)
{
  const guint8 control_class[3] = { CLASS_CDC, 0x02, 0x01 };
  const guint8 data_class[3] = { CLASS_CDC_DATA, 0, 0 };
  const guint8 association[] = { 8, TYPE_ASSOCIATION, number, 2, CLASS_CDC, 0x02, 0x01, 0 };
  const guint8 functional[] = {
    5, TYPE_CS_INTERFACE, 0, 0x10,   0x01,       /* header, CDC 1.10 */
    5, TYPE_CS_INTERFACE, 1, 0,      number + 1, /* call management */
    4, TYPE_CS_INTERFACE, 2, 0x06,               /* abstract control: line coding, break */
    5, TYPE_CS_INTERFACE, 6, number, number + 1, /* union */
  };
  guint8 data_endpoint = 4 + 3 * index;

  g_byte_array_append (array, association, sizeof association);
  add_interface (array, number, 1, control_class);
  g_byte_array_append (array, functional, sizeof functional);
  add_endpoint (array, FK_USB_IN | (data_endpoint + 1), ENDPOINT_INTERRUPT, 10);
  add_interface (array, number + 1, 2, data_class);
  add_endpoint (array, data_endpoint, ENDPOINT_BULK, packet_size);
  add_endpoint (array, FK_USB_IN | data_endpoint, ENDPOINT_BULK, packet_size);
}

static void
add_bridge (GByteArray *array, guint number, guint16 packet_size)
{
  const guint8 class[3] = { CLASS_VENDOR, 0xff, 0xff };

  add_interface (array, number, 2, class);
  add_endpoint (array, 0x06, ENDPOINT_BULK, packet_size);
  add_endpoint (array, 0x86, ENDPOINT_BULK, packet_size);
}

static void
add_device (GByteArray *array, const FkSimStlinkModel *model)
{
  gboolean composite = model->mass_storage || model->serial_ports > 0 || model->bridge;
  const guint8 head[] = {
    18, TYPE_DEVICE, 0x00, 0x02, composite ? CLASS_MISC : 0, composite ? 2 : 0, composite ? 1 : 0,
    64
  };
  const guint8 tail[] = { 0x00, 0x01, STRING_VENDOR, STRING_PRODUCT, STRING_SERIAL, 1 };

  g_byte_array_append (array, head, sizeof head);
  fk_writer_u16le (array, VENDOR_ID);
  fk_writer_u16le (array, model->product_id);
  g_byte_array_append (array, tail, sizeof tail);
}

/**
 * fk_sim_stlink_dup_descriptors:
 *
 * Returns: (transfer full): the device descriptor (18 bytes) and behind it the configuration with
 *   all that belongs to it, as a device node of usbfs reads
 */
GBytes *
fk_sim_stlink_dup_descriptors (FkSimStlink *self)
{
  const FkSimStlinkModel *model = self->model;
  guint16 packet_size = fk_sim_stlink_get_packet_size (self);
  guint max_power = model->high_speed ? 250 : 50; /* in units of 2 mA */
  g_autoptr (GByteArray) array = g_byte_array_new ();
  const guint8 header[] = { 9, TYPE_CONFIGURATION, 0, 0, 0, 1, 0, 0x80, max_power };
  guint n_interfaces = 1;
  guint start;

  add_device (array, model);
  start = array->len;
  g_byte_array_append (array, header, sizeof header);
  add_debug (array, model, packet_size);
  if (model->mass_storage)
    add_storage (array, n_interfaces++, packet_size);
  for (guint i = 0; i < model->serial_ports; i++, n_interfaces += 2)
    add_serial_port (array, n_interfaces, i, packet_size);
  if (model->bridge)
    add_bridge (array, n_interfaces++, packet_size);

  fk_store_u16le (array->data + start + 2, array->len - start);
  array->data[start + 4] = n_interfaces;
  return g_byte_array_free_to_bytes (g_steal_pointer (&array));
}

static void
add_text (GByteArray *array, const char *text)
{
  g_autofree gunichar2 *wide = NULL;
  glong length = 0;

  wide = g_utf8_to_utf16 (text, -1, NULL, &length, NULL);
  for (glong i = 0; i < length && array->len < 254; i++)
    fk_writer_u16le (array, wide[i]);
}

/* The bytes themselves where their digits should stand: a serial number with control characters
 * and others that nobody can type. */
static void
add_raw_serial (GByteArray *array, const char *digits)
{
  gsize length = strlen (digits);

  for (gsize i = 0; i + 1 < length; i += 2)
    {
      int high = g_ascii_xdigit_value (digits[i]);
      int low = g_ascii_xdigit_value (digits[i + 1]);

      if (high < 0 || low < 0)
        return;
      fk_writer_u16le (array, high << 4 | low);
    }
}

/**
 * fk_sim_stlink_dup_string:
 * @index: of the string descriptor; 0 lists the languages
 *
 * Returns: (transfer full) (nullable): the descriptor with its header of two bytes
 */
GBytes *
fk_sim_stlink_dup_string (FkSimStlink *self, guint index)
{
  g_autoptr (GByteArray) array = g_byte_array_new ();

  fk_writer_u8 (array, 0);
  fk_writer_u8 (array, TYPE_STRING);
  switch (index)
    {
    case 0:
      fk_writer_u16le (array, self->language);
      break;
    case STRING_VENDOR:
      add_text (array, "STMicroelectronics");
      break;
    case STRING_PRODUCT:
      add_text (array, self->model->description);
      break;
    case STRING_SERIAL:
      if (self->raw_serial)
        add_raw_serial (array, self->serial);
      else
        add_text (array, self->serial);
      break;
    case STRING_INTERFACE:
      add_text (array, "ST-Link Debug");
      break;
    default:
      return NULL;
    }
  array->data[0] = array->len;
  return g_byte_array_free_to_bytes (g_steal_pointer (&array));
}
