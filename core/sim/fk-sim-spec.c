/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The simulated boards that there are, and the specification "NAME[?KEY=VALUE[&KEY=VALUE…]]" that
 * picks one and changes it.  A value may hold any byte as %XX, as in the query of a URI
 * (RFC 3986, 2.1). */

#include "config.h"

#include "sim/fk-sim-spec.h"

#include <string.h>

#include "base/fk-error.h"
#include "base/fk-number.h"

#define PREFIX "sim:"

static const FkSimBoardModel boards[] = {
  {
      .name = "creator-pro",
      .description = "3D printer board, STM32F405, 1 MB flash, on an ST-LINK/V2",
      .chip = "stm32f405",
      .probe = "v2",
      .serial = "37FF6E064E53373522330543",
      .uid = { 0x3a, 0x00, 0x27, 0x00, 0x0c, 0x51, 0x38, 0x33, 0x34, 0x37, 0x32, 0x38 },
      .millivolts = 3270,
  },
  {
      .name = "blue-pill",
      .description = "STM32F103C8 board, 64 KB flash, on an ST-LINK/V2 clone",
      .chip = "stm32f103c8",
      .probe = "v2",
      .firmware = "V2J29S7",
      .serial = "53FF6C064884495148451967",
      .raw_serial = TRUE,
      .uid = { 0x52, 0xff, 0x6b, 0x06, 0x50, 0x89, 0x49, 0x52, 0x13, 0x39, 0x10, 0x67 },
      .millivolts = 3230,
  },
  {
      .name = "disco-f4",
      .description = "STM32F407VG evaluation board, 1 MB flash, with its ST-LINK/V2-1",
      .chip = "stm32f407",
      .probe = "v2-1",
      .serial = "0670FF555654846687182235",
      .uid = { 0x2e, 0x00, 0x41, 0x00, 0x15, 0x47, 0x33, 0x32, 0x37, 0x33, 0x35, 0x35 },
      .millivolts = 2880,
  },
  {
      .name = "f030",
      .description = "controller board, STM32F030F4, 16 KB flash, on an ST-LINK/V2",
      .chip = "stm32f030f4",
      .probe = "v2",
      .firmware = "V2J24S4",
      .serial = "57FF72067265575742132067",
      .uid = { 0x38, 0x00, 0x1c, 0x00, 0x0b, 0x43, 0x4e, 0x57, 0x36, 0x36, 0x37, 0x20 },
      .millivolts = 3300,
  },
  {
      .name = "skr-mini-e3",
      .description = "3D printer board, STM32F103RC, 256 KB flash, on a STLINK-V3",
      .chip = "stm32f103rc",
      .probe = "v3",
      .serial = "003A00233137510233333639",
      .uid = { 0x34, 0xff, 0xd9, 0x05, 0x4e, 0x4e, 0x38, 0x39, 0x51, 0x25, 0x06, 0x43 },
      .millivolts = 3310,
  },
  {
      .name = "nucleo-f746",
      .description = "STM32F746ZG board, 1 MB flash, with its ST-LINK/V2-1",
      .chip = "stm32f746",
      .probe = "v2-1",
      .serial = "066DFF485550755187121723",
      .uid = { 0x33, 0x00, 0x2d, 0x00, 0x0e, 0x51, 0x36, 0x34, 0x38, 0x32, 0x37, 0x36 },
      .millivolts = 3260,
  },
  {
      .name = "skr-mini-e3-v3",
      .description = "3D printer board, STM32G0B1RE, 512 KB flash, on an ST-LINK/V2",
      .chip = "stm32g0b1",
      .probe = "v2",
      .serial = "37FF6C064E53373522331143",
      .uid = { 0x34, 0x00, 0x27, 0x00, 0x0c, 0x51, 0x38, 0x33, 0x34, 0x37, 0x32, 0x39 },
      .millivolts = 3290,
  },
  {
      .name = "disco-l1",
      .description = "STM32L152RC board, 256 KB flash and 8 KB EEPROM, with its ST-LINK/V2",
      .chip = "stm32l152rc",
      .probe = "v2",
      .serial = "37FF6F064E53373522340843",
      .uid = { 0x33, 0x0a, 0x31, 0x33, 0x32, 0x32, 0x32, 0x34, 0x3b, 0x00, 0x1d, 0x00 },
      .millivolts = 2940,
  },
  {
      .name = "nucleo-l073",
      .description = "STM32L073RZ board, 192 KB flash and 6 KB EEPROM, with its ST-LINK/V2-1",
      .chip = "stm32l073rz",
      .probe = "v2-1",
      .serial = "0672FF495051717867154021",
      .uid = { 0x30, 0x47, 0x34, 0x14, 0x31, 0x32, 0x35, 0x38, 0x2d, 0x00, 0x3c, 0x00 },
      .millivolts = 3270,
  },
  {
      .name = "meter-l1",
      .description = "STM32L151VD-X board, 384 KB flash in two parts, with an ST-LINK/V2",
      .chip = "stm32l151vdx",
      .probe = "v2",
      .serial = "51FF6E064884495541270187",
      .uid = { 0x2c, 0x17, 0x31, 0x34, 0x30, 0x34, 0x34, 0x30, 0x19, 0x00, 0x2e, 0x00 },
      .millivolts = 3010,
  },
  {
      .name = "nucleo-u575",
      .description = "STM32U575ZI board, 2 MB flash, with its STLINK-V3",
      .chip = "stm32u575",
      .probe = "v3",
      .serial = "0034003E3532510B31333430",
      .uid = { 0x36, 0x00, 0x29, 0x00, 0x0f, 0x50, 0x31, 0x52, 0x35, 0x38, 0x36, 0x20 },
      .millivolts = 3290,
  },
  {
      .name = "nucleo-l552",
      .description = "STM32L552ZE board, 512 KB flash, with its STLINK-V3",
      .chip = "stm32l552ze",
      .probe = "v3",
      .serial = "0031002F3532510731333437",
      .uid = { 0x2c, 0x00, 0x31, 0x00, 0x0f, 0x50, 0x4d, 0x55, 0x4b, 0x32, 0x39, 0x20 },
      .millivolts = 3300,
  },
  {
      .name = "nucleo-h503",
      .description = "STM32H503RB board, 128 KB flash, with its STLINK-V3",
      .chip = "stm32h503rb",
      .probe = "v3",
      .serial = "003800323532511331333430",
      .uid = { 0x3e, 0x00, 0x22, 0x00, 0x0a, 0x51, 0x33, 0x31, 0x34, 0x33, 0x38, 0x38 },
      .millivolts = 3300,
  },
  {
      .name = "nucleo-l476",
      .description = "STM32L476RG board, 1 MB flash, with its ST-LINK/V2-1",
      .chip = "stm32l476rg",
      .probe = "v2-1",
      .serial = "0670FF575251717867182533",
      .uid = { 0x27, 0x00, 0x3e, 0x00, 0x0c, 0x51, 0x35, 0x30, 0x31, 0x38, 0x39, 0x30 },
      .millivolts = 3280,
  },
  {
      .name = "nucleo-l4r5",
      .description = "STM32L4R5ZI board, 2 MB flash, with its ST-LINK/V2-1",
      .chip = "stm32l4r5zi",
      .probe = "v2-1",
      .serial = "066EFF555256827867153837",
      .uid = { 0x1f, 0x00, 0x2c, 0x00, 0x0a, 0x51, 0x36, 0x33, 0x36, 0x36, 0x38, 0x31 },
      .millivolts = 3270,
  },
  {
      .name = "esc-g4",
      .description = "Motor controller with an STM32G431CB, 128 KB flash, and its ST-LINK/V2-1",
      .chip = "stm32g431cb",
      .probe = "v2-1",
      .serial = "0669FF545071494867233518",
      .uid = { 0x41, 0x00, 0x2b, 0x00, 0x16, 0x50, 0x32, 0x54, 0x31, 0x30, 0x30, 0x20 },
      .millivolts = 3300,
  },
  {
      .name = "nucleo-g474",
      .description = "STM32G474RE board, 512 KB flash, with its STLINK-V3",
      .chip = "stm32g474re",
      .probe = "v3",
      .serial = "0036001A3137510339383538",
      .uid = { 0x49, 0x00, 0x33, 0x00, 0x13, 0x50, 0x32, 0x54, 0x37, 0x36, 0x31, 0x20 },
      .millivolts = 3300,
  },
  {
      .name = "skr-3",
      .description = "3D printer board, STM32H743VI, 2 MB flash, on a STLINK-V3",
      .chip = "stm32h743",
      .probe = "v3",
      .serial = "002E00413137510733333639",
      .uid = { 0x41, 0x00, 0x25, 0x00, 0x0e, 0x50, 0x42, 0x56, 0x56, 0x38, 0x34, 0x20 },
      .millivolts = 3300,
  },
  {
      .name = "octopus-h723",
      .description = "3D printer board, STM32H723ZG, 1 MB flash, on a STLINK-V3",
      .chip = "stm32h723",
      .probe = "v3",
      .serial = "003400303137511233333639",
      .uid = { 0x2f, 0x00, 0x1d, 0x00, 0x04, 0x51, 0x33, 0x33, 0x33, 0x33, 0x30, 0x39 },
      .millivolts = 3310,
  },
  {
      .name = "nucleo-h7a3",
      .description = "STM32H7A3ZI board, 2 MB flash, with its STLINK-V3",
      .chip = "stm32h7a3",
      .probe = "v3",
      .serial = "0026003A3438511234313939",
      .uid = { 0x1c, 0x00, 0x3c, 0x00, 0x0b, 0x50, 0x42, 0x56, 0x33, 0x37, 0x36, 0x20 },
      .millivolts = 3290,
  },
};

const FkSimBoardModel *
fk_sim_spec_get_boards (gsize *n_boards)
{
  *n_boards = G_N_ELEMENTS (boards);
  return boards;
}

static gboolean
refuse (const char *key, const char *value, const char *expected, GError **error)
{
  g_set_error (error, FK_ERROR, FK_ERROR_USAGE,
               "%s=%s makes no sense for a simulated board: it takes %s", key, value, expected);
  return FALSE;
}

static gboolean
parse_number (const char *key,
              const char *value,
              guint64 max,
              const char *expected,
              guint64 *number,
              GError **error)
{
  const char *end = NULL;

  if (g_ascii_isdigit (value[0]))
    {
      *number = g_ascii_strtoull (value, (char **)&end, 10);
      if (*end == '\0' && *number <= max)
        return TRUE;
    }
  return refuse (key, value, expected, error);
}

static gboolean
set_state (FkSimSpec *self, const char *value, GError **error)
{
  if (*value == '\0')
    return refuse ("state", value, "the name of a file", error);
  g_free (self->state_path);
  self->state_path = g_strdup (value);
  return TRUE;
}

static gboolean
set_probe (FkSimSpec *self, const char *value, GError **error)
{
  g_autoptr (GString) names = NULL;
  gsize n_models;
  const FkSimStlinkModel *models = fk_sim_stlink_get_models (&n_models);

  self->probe = fk_sim_stlink_find_model (value);
  if (self->probe != NULL)
    return TRUE;
  names = g_string_new (NULL);
  for (gsize i = 0; i < n_models; i++)
    g_string_append_printf (names, "%s%s", i == 0 ? "" : ", ", models[i].name);
  return refuse ("probe", value, names->str, error);
}

static gboolean
set_firmware (FkSimSpec *self, const char *value, GError **error)
{
  if (!fk_sim_stlink_parse_firmware (value, &self->firmware))
    return refuse ("firmware", value, "a version such as V2J24S4, V2J37M26 or V3J9M3", error);
  self->has_firmware = TRUE;
  return TRUE;
}

static gboolean
set_serial (FkSimSpec *self, const char *value, GError **error)
{
  if (*value == '\0' || !g_utf8_validate (value, -1, NULL))
    return refuse ("serial", value, "a text", error);
  g_free (self->serial);
  self->serial = g_strdup (value);
  return TRUE;
}

static gboolean
set_serial_form (FkSimSpec *self, const char *value, GError **error)
{
  if (!g_str_equal (value, "raw") && !g_str_equal (value, "text"))
    return refuse ("serial-form", value, "raw or text", error);
  self->raw_serial = g_str_equal (value, "raw");
  return TRUE;
}

static gboolean
set_language (FkSimSpec *self, const char *value, GError **error)
{
  gboolean is_hex = strlen (value) == 4 && strspn (value, "0123456789abcdefABCDEF") == 4;
  guint64 number = is_hex ? g_ascii_strtoull (value, NULL, 16) : 0;

  if (number == 0)
    return refuse ("language", value, "four hexadecimal digits, not all 0", error);
  self->language = (guint16)number;
  return TRUE;
}

static gboolean
set_mode (FkSimSpec *self, const char *value, GError **error)
{
  static const char *const names[] = { "dfu", "mass", "swd", "jtag", "swim" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_str_equal (names[i], value))
      {
        self->mode = (FkSimStlinkMode)i;
        self->has_mode = TRUE;
        return TRUE;
      }
  return refuse ("mode", value, "dfu, mass, swd, jtag or swim", error);
}

static gboolean
set_access (FkSimSpec *self, const char *value, GError **error)
{
  if (g_str_equal (value, "denied"))
    self->access = FK_SIM_ACCESS_DENIED;
  else if (g_str_equal (value, "busy"))
    self->access = FK_SIM_ACCESS_BUSY;
  else
    return refuse ("access", value, "denied or busy", error);
  return TRUE;
}

static gboolean
set_flash (FkSimSpec *self, const char *value, GError **error)
{
  guint64 kib;

  if (!parse_number ("flash", value, 4096, "a number of KiB up to 4096", &kib, error))
    return FALSE;
  self->chip.flash_size = kib * 1024;
  return TRUE;
}

static gboolean
set_eeprom (FkSimSpec *self, const char *value, GError **error)
{
  guint64 bytes;

  if (!parse_number ("eeprom", value, 16384, "a number of bytes up to 16384", &bytes, error))
    return FALSE;
  self->chip.eeprom_size = (guint32)bytes / 4 * 4;
  return TRUE;
}

static gboolean
set_size_register (FkSimSpec *self, const char *value, GError **error)
{
  guint64 kib;

  if (!parse_number ("size-register", value, G_MAXUINT16, "a number of KiB up to 65535", &kib,
                     error))
    return FALSE;
  self->chip.size_register = kib;
  return TRUE;
}

/* Returns: success; @digits hexadecimal digits that are not all 0 */
static gboolean
parse_id (const char *name,
          const char *value,
          gsize digits,
          const char *expected,
          guint32 *out,
          GError **error)
{
  gboolean is_hex = strlen (value) == digits && strspn (value, "0123456789abcdefABCDEF") == digits;

  *out = is_hex ? (guint32)g_ascii_strtoull (value, NULL, 16) : 0;
  return *out != 0 || refuse (name, value, expected, error);
}

static gboolean
parse_short_id (const char *name, const char *value, guint16 *out, GError **error)
{
  guint32 number;

  if (!parse_id (name, value, 3, "three hexadecimal digits, not all 0", &number, error))
    return FALSE;
  *out = (guint16)number;
  return TRUE;
}

static gboolean
set_dev_id (FkSimSpec *self, const char *value, GError **error)
{
  return parse_short_id ("dev-id", value, &self->chip.dev_id, error);
}

static gboolean
set_designer (FkSimSpec *self, const char *value, GError **error)
{
  return parse_short_id ("designer", value, &self->chip.designer, error);
}

static gboolean
set_rom_part (FkSimSpec *self, const char *value, GError **error)
{
  return parse_short_id ("rom-part", value, &self->chip.rom_part, error);
}

static gboolean
set_idcode (FkSimSpec *self, const char *value, GError **error)
{
  return parse_id ("idcode", value, 8, "eight hexadecimal digits, not all 0", &self->chip.idcode,
                   error);
}

static gboolean
set_cpuid (FkSimSpec *self, const char *value, GError **error)
{
  return parse_id ("cpuid", value, 8, "eight hexadecimal digits, not all 0", &self->chip.cpuid,
                   error);
}

static gboolean
set_dpidr (FkSimSpec *self, const char *value, GError **error)
{
  return parse_id ("dpidr", value, 8, "eight hexadecimal digits, not all 0", &self->chip.dpidr,
                   error);
}

static gboolean
set_core_ap (FkSimSpec *self, const char *value, GError **error)
{
  guint64 ap;

  if (!parse_number ("core-ap", value, 1, "0 or 1", &ap, error))
    return FALSE;
  self->chip.core_ap = (guint)ap;
  return TRUE;
}

static gboolean
parse_yes (const char *key, const char *value, gboolean *yes, GError **error)
{
  if (!g_str_equal (value, "yes") && !g_str_equal (value, "no"))
    return refuse (key, value, "yes or no", error);
  *yes = g_str_equal (value, "yes");
  return TRUE;
}

static gboolean
set_owner_key (FkSimSpec *self, const char *value, GError **error)
{
  return parse_yes ("owner-key", value, &self->chip.owner_key, error);
}

static gboolean
set_second_core (FkSimSpec *self, const char *value, GError **error)
{
  return parse_yes ("second-core", value, &self->chip.second_core, error);
}

static gboolean
set_rdp (FkSimSpec *self, const char *value, GError **error)
{
  guint64 level;

  if (!parse_number ("rdp", value, 2, "0, 1 or 2", &level, error))
    return FALSE;
  self->protection = level;
  return TRUE;
}

static gboolean
set_millivolts (FkSimSpec *self, const char *value, GError **error)
{
  guint64 millivolts;

  if (!parse_number ("millivolts", value, 5500, "a number up to 5500", &millivolts, error))
    return FALSE;
  self->chip.millivolts = millivolts;
  return TRUE;
}

/* One of three names.  @chosen: (out): which */
static gboolean
parse_choice (const char *key,
              const char *value,
              const char *const names[3],
              const char *expected,
              guint *chosen,
              GError **error)
{
  for (*chosen = 0; *chosen < 3; ++*chosen)
    if (g_str_equal (names[*chosen], value))
      return TRUE;
  return refuse (key, value, expected, error);
}

static gboolean
set_crc (FkSimSpec *self, const char *value, GError **error)
{
  static const char *const names[] = { "works", "none", "lies" };
  guint chosen;

  if (!parse_choice ("crc", value, names, "works, none or lies", &chosen, error))
    return FALSE;
  self->chip.crc = (FkSimCrc)chosen;
  return TRUE;
}

static gboolean
set_dma (FkSimSpec *self, const char *value, GError **error)
{
  static const char *const names[] = { "works", "none", "stuck" };
  guint chosen;

  if (!parse_choice ("dma", value, names, "works, none or stuck", &chosen, error))
    return FALSE;
  self->chip.dma = (FkSimDma)chosen;
  return TRUE;
}

static gboolean
set_dead_cell (FkSimSpec *self, const char *value, GError **error)
{
  if (fk_number_parse_address (value, &self->chip.dead_cell, NULL) && self->chip.dead_cell != 0)
    return TRUE;
  return refuse ("dead-cell", value, "an address in the flash, such as 0x08001234", error);
}

static gboolean
set_nrst (FkSimSpec *self, const char *value, GError **error)
{
  if (!g_str_equal (value, "yes") && !g_str_equal (value, "no"))
    return refuse ("nrst", value, "yes or no", error);
  self->nrst_wired = g_str_equal (value, "yes");
  return TRUE;
}

static gboolean
set_max_khz (FkSimSpec *self, const char *value, GError **error)
{
  guint64 khz;

  if (!parse_number ("max-khz", value, 100000, "a clock in kHz up to 100000", &khz, error))
    return FALSE;
  self->max_khz = khz;
  return TRUE;
}

static gboolean
set_wraps (FkSimSpec *self, const char *value, GError **error)
{
  if (!g_str_equal (value, "yes") && !g_str_equal (value, "no"))
    return refuse ("wraps", value, "yes or no", error);
  self->wraps = g_str_equal (value, "yes");
  return TRUE;
}

static gboolean
set_swd (FkSimSpec *self, const char *value, GError **error)
{
  if (!g_str_equal (value, "on") && !g_str_equal (value, "off"))
    return refuse ("swd", value, "on or off", error);
  self->chip.swd_off = g_str_equal (value, "off");
  return TRUE;
}

static gboolean
set_blank (FkSimSpec *self, const char *value, GError **error)
{
  if (!g_str_equal (value, "yes") && !g_str_equal (value, "no"))
    return refuse ("blank", value, "yes or no", error);
  self->blank = g_str_equal (value, "yes");
  return TRUE;
}

static gboolean
set_uid (FkSimSpec *self, const char *value, GError **error)
{
  const char *expected = "24 hexadecimal digits";

  if (strlen (value) != 2 * sizeof self->chip.uid)
    return refuse ("uid", value, expected, error);
  for (guint i = 0; i < sizeof self->chip.uid; i++)
    {
      int high = g_ascii_xdigit_value (value[2 * i]);
      int low = g_ascii_xdigit_value (value[2 * i + 1]);

      if (high < 0 || low < 0)
        return refuse ("uid", value, expected, error);
      self->chip.uid[i] = high << 4 | low;
    }
  return TRUE;
}

static gboolean
set_pace (FkSimSpec *self, const char *value, GError **error)
{
  guint64 percent;

  if (!parse_number ("pace", value, 1000, "a number of percent up to 1000", &percent, error))
    return FALSE;
  self->pace = percent;
  return TRUE;
}

static gboolean
set_fault (FkSimSpec *self, const char *value, GError **error)
{
  static const struct
  {
    const char *name;
    FkSimFault fault;
  } kinds[] = {
    { "unplug", FK_SIM_FAULT_UNPLUG },     { "stall", FK_SIM_FAULT_STALL },
    { "timeout", FK_SIM_FAULT_TIMEOUT },   { "short", FK_SIM_FAULT_SHORT },
    { "swd", FK_SIM_FAULT_SWD },           { "swd-lost", FK_SIM_FAULT_SWD_LOST },
    { "flip", FK_SIM_FAULT_FLIP },         { "dead-cell", FK_SIM_FAULT_DEAD_CELL },
    { "crc-lies", FK_SIM_FAULT_CRC_LIES }, { "crc-slip", FK_SIM_FAULT_CRC_SLIP },
    { "stuck", FK_SIM_FAULT_STUCK },
  };
  const char *expected = "KIND@INDEX, with one of unplug, stall, timeout, short, swd, swd-lost, "
                         "flip, dead-cell, crc-lies, crc-slip and stuck, and the number of a "
                         "transfer";
  const char *at = strchr (value, '@');

  if (at == NULL)
    return refuse ("fault", value, expected, error);
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (strncmp (value, kinds[i].name, at - value) == 0 && kinds[i].name[at - value] == '\0')
      self->fault = kinds[i].fault;
  if (self->fault == FK_SIM_FAULT_NONE)
    return refuse ("fault", value, expected, error);
  return parse_number ("fault", at + 1, G_MAXUINT64, expected, &self->fault_at, error);
}

static const struct
{
  const char *name;
  gboolean (*set) (FkSimSpec *self, const char *value, GError **error);
} keys[] = {
  { "state", set_state },
  { "probe", set_probe },
  { "firmware", set_firmware },
  { "serial", set_serial },
  { "serial-form", set_serial_form },
  { "language", set_language },
  { "mode", set_mode },
  { "access", set_access },
  { "flash", set_flash },
  { "eeprom", set_eeprom },
  { "size-register", set_size_register },
  { "dev-id", set_dev_id },
  { "idcode", set_idcode },
  { "designer", set_designer },
  { "rom-part", set_rom_part },
  { "cpuid", set_cpuid },
  { "dpidr", set_dpidr },
  { "core-ap", set_core_ap },
  { "owner-key", set_owner_key },
  { "second-core", set_second_core },
  { "rdp", set_rdp },
  { "millivolts", set_millivolts },
  { "crc", set_crc },
  { "dma", set_dma },
  { "dead-cell", set_dead_cell },
  { "nrst", set_nrst },
  { "max-khz", set_max_khz },
  { "wraps", set_wraps },
  { "swd", set_swd },
  { "blank", set_blank },
  { "uid", set_uid },
  { "pace", set_pace },
  { "fault", set_fault },
};

static gboolean
set_key (FkSimSpec *self, const char *name, const char *value, GError **error)
{
  g_autoptr (GString) names = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    if (g_str_equal (keys[i].name, name))
      return keys[i].set (self, value, error);

  names = g_string_new (NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    g_string_append_printf (names, "%s%s", i == 0 ? "" : ", ", keys[i].name);
  g_set_error (error, FK_ERROR, FK_ERROR_USAGE, "A simulated board has no option “%s”; it has %s",
               name, names->str);
  return FALSE;
}

static gboolean
parse_options (FkSimSpec *self, const char *text, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (text, "&", -1);

  for (guint i = 0; parts[i] != NULL; i++)
    {
      char *equals = strchr (parts[i], '=');
      g_autofree char *value = NULL;

      if (*parts[i] == '\0')
        continue;
      if (equals == NULL)
        {
          g_set_error (error, FK_ERROR, FK_ERROR_USAGE,
                       "“%s” is not an option of a simulated board: expected KEY=VALUE", parts[i]);
          return FALSE;
        }
      *equals = '\0';
      value = g_uri_unescape_string (equals + 1, NULL);
      if (!set_key (self, parts[i], value != NULL ? value : equals + 1, error))
        return FALSE;
    }
  return TRUE;
}

static const FkSimBoardModel *
find_board (const char *name, gsize length, GError **error)
{
  g_autoptr (GString) names = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (boards); i++)
    if (strncmp (boards[i].name, name, length) == 0 && boards[i].name[length] == '\0')
      return &boards[i];

  names = g_string_new (NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (boards); i++)
    g_string_append_printf (names, "%s%s", i == 0 ? "" : ", ", boards[i].name);
  g_set_error (error, FK_ERROR, FK_ERROR_USAGE, "There is no simulated board “%.*s”; there are %s",
               (int)length, name, names->str);
  return NULL;
}

/* A generation's hardware runs only its own firmware. */
static gboolean
check_firmware (FkSimSpec *self, GError **error)
{
  const FkSimBoardModel *board = self->board;
  gboolean is_boards_own = g_str_equal (board->probe, self->probe->name);

  if (!self->has_firmware)
    return fk_sim_stlink_parse_firmware (is_boards_own && board->firmware != NULL
                                             ? board->firmware
                                             : self->probe->firmware,
                                         &self->firmware);
  if (self->firmware.generation == self->probe->generation)
    return TRUE;
  g_set_error (error, FK_ERROR, FK_ERROR_USAGE,
               "An ST-LINK of generation %u does not run firmware of generation %u",
               self->probe->generation, self->firmware.generation);
  return FALSE;
}

static gboolean
finish (FkSimSpec *self, GError **error)
{
  gboolean is_hex = strlen (self->serial) % 2 == 0;

  if (!check_firmware (self, error))
    return FALSE;
  for (const char *c = self->serial; *c != '\0'; c++)
    is_hex = is_hex && g_ascii_isxdigit (*c);
  if (self->raw_serial && !is_hex)
    return refuse ("serial", self->serial, "pairs of hexadecimal digits with serial-form=raw",
                   error);
  /* A V2 waits in its loader until a program wants it, the others know their other interfaces. */
  if (!self->has_mode)
    self->mode = self->probe->mass_storage ? FK_SIM_STLINK_MODE_MASS : FK_SIM_STLINK_MODE_DFU;
  return TRUE;
}

/**
 * fk_sim_spec_parse:
 *
 * Returns: (transfer full): the parts, or %NULL with USAGE that says what there is
 */
FkSimSpec *
fk_sim_spec_parse (const char *text, GError **error)
{
  g_autoptr (FkSimSpec) self = g_new0 (FkSimSpec, 1);
  gsize name_length;

  g_return_val_if_fail (text != NULL, NULL);

  if (g_str_has_prefix (text, PREFIX))
    text += strlen (PREFIX);
  name_length = strcspn (text, "?");
  self->board = find_board (text, name_length, error);
  if (self->board == NULL)
    return NULL;

  self->probe = fk_sim_stlink_find_model (self->board->probe);
  self->serial = g_strdup (self->board->serial);
  self->raw_serial = self->board->raw_serial;
  self->nrst_wired = TRUE;
  self->chip.model = self->board->chip;
  self->chip.millivolts = self->board->millivolts;
  memcpy (self->chip.uid, self->board->uid, sizeof self->chip.uid);
  if (text[name_length] == '?' && !parse_options (self, text + name_length + 1, error))
    return NULL;
  if (!finish (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

void
fk_sim_spec_free (FkSimSpec *self)
{
  if (self == NULL)
    return;
  g_free (self->serial);
  g_free (self->state_path);
  g_free (self);
}
