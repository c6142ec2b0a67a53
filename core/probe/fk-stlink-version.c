/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Which ST-LINK firmware can do what.  Compiled from the version checks of OpenOCD, probe-rs, pyOCD
 * and stlink, which agree with each other.  One table; nobody else compares version numbers. */

#include "config.h"

#include "probe/fk-stlink-version.h"

#include "base/fk-error.h"
#include "base/fk-reader.h"
#include "probe/fk-stlink-protocol.h"

typedef struct
{
  guint min_v2; /* J of the first V2 firmware that has it */
  guint min_v3; /* the same for V3 and V4; 0: every one has it */
  const char *what;
} FeatureRow;

/* FK_STLINK_STATUS: the command set before J11 does not tell whether a memory transfer worked, so
 * nothing that it reads could be trusted. */
static const FeatureRow features[] = {
  [FK_STLINK_STATUS] = { 11, 0, "tell whether a transfer worked" },
  [FK_STLINK_VOLTAGE] = { 13, 0, "measure the board's voltage" },
  [FK_STLINK_STATUS2] = { 15, 0, "tell the address of a fault" },
  [FK_STLINK_SPEED] = { 22, 0, "change the SWD clock" },
  [FK_STLINK_DAP] = { 24, 0, "access registers of the debug port" },
  [FK_STLINK_MEM16] = { 26, 0, "write half-words" },
  [FK_STLINK_INIT_AP] = { 28, 0, "use other access ports than the first" },
  [FK_STLINK_COUNTING] = { 32, 2, "move a block across a border of the chip's address counter" },
  [FK_STLINK_MEMORY_AP] = { 32, 2, "access memory through other access ports than the first" },
  [FK_STLINK_LISTS] = { 32, 2, "access many registers at once" },
  [FK_STLINK_FAST_WAIT] = { 0, 10, "wait for the chip at the fastest clock" },
  [FK_STLINK_DP_BANKS] = { 32, 2, "access banked registers of the debug port" },
};

/* Bytes in one memory command.  By bytes it is one USB packet of a full-speed device; V3 is said to
 * take 512 from J6 on, but has been seen to fail above 255 (probe-rs #553), so stay well below.
 * Wider accesses fill the probe's buffer. */
#define MAX_BLOCK_8_FULL_SPEED 64
#define MAX_BLOCK_8_HIGH_SPEED 128
#define MIN_V3_FOR_LONG_8      6
#define MAX_BLOCK_16_32        6144

/* Items in one list (OpenOCD, psdb). */
#define MAX_LIST    64
#define MAX_LIST_V3 1227

/*
 * fk_stlink_version_parse:
 * @reply: of GET_VERSION
 * @is_v2_1: on a V2-1, the last field counts the disk's firmware, or the first one does and there
 *   is no debug part at all (boards for the STM8)
 *
 * Returns: %FALSE if this cannot be such a reply
 */
gboolean
fk_stlink_version_parse (FkStlinkVersion *self, const guint8 *reply, gsize length, gboolean is_v2_1)
{
  FkReader reader = fk_reader_init (reply, length);
  guint16 word;
  guint first;
  guint last;

  *self = (FkStlinkVersion){ 0 };
  if (!fk_reader_u16be (&reader, &word))
    return FALSE;
  self->hardware = word >> 12;
  first = word >> 6 & 0x3f;
  last = word & 0x3f;
  if (is_v2_1 && ((first <= 22 && last == 7) || (first >= 25 && last >= 7 && last <= 12)))
    {
      self->mass = first;
      self->swim = last;
    }
  else
    {
      self->jtag = first;
      *(is_v2_1 ? &self->mass : &self->swim) = last;
    }
  return self->hardware >= 1 && self->hardware <= 4;
}

/* The same for GET_VERSION_EX, which V3 has. */
gboolean
fk_stlink_version_parse_ex (FkStlinkVersion *self, const guint8 *reply, gsize length)
{
  FkReader reader = fk_reader_init (reply, length);
  guint8 fields[5];

  *self = (FkStlinkVersion){ 0 };
  if (!fk_reader_copy (&reader, fields, sizeof fields))
    return FALSE;
  self->hardware = fields[0];
  self->swim = fields[1];
  self->jtag = fields[2];
  self->mass = fields[3];
  self->bridge = fields[4];
  return self->hardware >= 3 && self->hardware <= 4;
}

/* Returns: (transfer full): such as "V2J37S7", "V2J33M25" or "V3J7M2" */
char *
fk_stlink_version_to_string (const FkStlinkVersion *self)
{
  GString *text = g_string_new (NULL);

  g_string_append_printf (text, "V%u", self->hardware);
  if (self->jtag > 0 || self->mass == 0)
    g_string_append_printf (text, "J%u", self->jtag);
  if (self->mass > 0)
    g_string_append_printf (text, "M%u", self->mass);
  if (self->bridge > 0)
    g_string_append_printf (text, "B%u", self->bridge);
  if (self->swim > 0 || self->mass == 0)
    g_string_append_printf (text, "S%u", self->swim);
  return g_string_free (text, FALSE);
}

static guint
find_minimum (const FkStlinkVersion *self, FkStlinkFeature feature)
{
  return self->hardware >= 3 ? features[feature].min_v3 : features[feature].min_v2;
}

gboolean
fk_stlink_version_has (const FkStlinkVersion *self, FkStlinkFeature feature)
{
  return self->jtag >= find_minimum (self, feature);
}

/* As fk_stlink_version_has(), with PROBE_FIRMWARE_OLD that says which firmware would have it. */
gboolean
fk_stlink_version_require (const FkStlinkVersion *self, FkStlinkFeature feature, GError **error)
{
  g_autofree char *text = NULL;

  if (fk_stlink_version_has (self, feature))
    return TRUE;
  text = fk_stlink_version_to_string (self);
  g_set_error (error, FK_ERROR, FK_ERROR_PROBE_FIRMWARE_OLD,
               "The probe's firmware %s is too old to %s; it needs at least V%uJ%u", text,
               features[feature].what, self->hardware, find_minimum (self, feature));
  return FALSE;
}

/*
 * fk_stlink_version_get_max_block:
 * @access: width of an access in bytes
 *
 * Returns: how many bytes one memory command may move
 */
gsize
fk_stlink_version_get_max_block (const FkStlinkVersion *self, guint access)
{
  if (access > 1)
    return MAX_BLOCK_16_32;
  if (self->hardware >= 3 && self->jtag >= MIN_V3_FOR_LONG_8)
    return MAX_BLOCK_8_HIGH_SPEED;
  return MAX_BLOCK_8_FULL_SPEED;
}

/* Returns: how many items one list may have; 0 where the firmware knows no lists */
guint
fk_stlink_version_get_max_list (const FkStlinkVersion *self)
{
  if (!fk_stlink_version_has (self, FK_STLINK_LISTS))
    return 0;
  return self->hardware >= 3 ? MAX_LIST_V3 : MAX_LIST;
}
