/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Option bytes as a value: raw bytes, and the fields that the chip's description finds in them.
 *
 * F0, F1 and F3 keep each option byte in the low half of a half-word and its complement in the high
 * half (PM0075, 2.5; RM0091, 4; RM0316, 5); when the two disagree the hardware takes the byte for
 * 0xFF and sets OPTERR.  So a change here always writes both, and a byte whose complement is wrong
 * counts as 0xFF.  F2 and F4 need none of this: their region is the register (RM0090, 3.9.10). */

#include "config.h"

#include "flash/fk-option-bytes.h"

#include <glib/gi18n.h>

#include "base/fk-error.h"
#include "base/fk-reader.h"
#include "flash/fk-flash-driver.h"
#include "flash/fk-option-bytes-private.h"
#include "flash/fk-option-protection.h"

#include <string.h>

/* Every value but two is level 1.  This one is what ST's own tools write; it is four bits away from
 * level 2 and eight from level 0. */
#define RDP_LEVEL_1 0x55
#define NO_SUCH_RDP G_MAXUINT /* F1 has no level 2 (RM0008, 3.3.4) */

#define RDP       "RDP"
#define SPRMOD    "SPRMOD"
#define BOOT_LOCK "BOOT_LOCK"

struct _FkOptionBytes
{
  GObject parent_instance;

  FkChip *chip;
  FkRange range;
  guint8 *raw;
  gboolean has_complements;
};

G_DEFINE_FINAL_TYPE (FkOptionBytes, fk_option_bytes, G_TYPE_OBJECT)

static void
fk_option_bytes_finalize (GObject *object)
{
  FkOptionBytes *self = FK_OPTION_BYTES (object);

  g_clear_object (&self->chip);
  g_free (self->raw);
  G_OBJECT_CLASS (fk_option_bytes_parent_class)->finalize (object);
}

static void
fk_option_bytes_class_init (FkOptionBytesClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = fk_option_bytes_finalize;
}

static void
fk_option_bytes_init (FkOptionBytes *self)
{
}

/**
 * fk_protection_get_nick:
 *
 * Returns: (transfer none): the word that backup.ini and the command line use: "none",
 *   "read-protected", "locked", "unknown"
 */
const char *
fk_protection_get_nick (FkProtection protection)
{
  switch (protection)
    {
    case FK_PROTECTION_NONE:
      return "none";
    case FK_PROTECTION_READ:
      return "read-protected";
    case FK_PROTECTION_PERMANENT:
      return "locked";
    case FK_PROTECTION_UNKNOWN:
    default:
      return "unknown";
    }
}

/**
 * fk_option_bytes_new:
 * @chip: whose they are
 * @raw: exactly as many bytes as the chip's option-bytes region has
 *
 * Wrong complements are no error here: see fk_option_bytes_check_complements().
 *
 * Errors: NOT_SUPPORTED when the chip's description has no option bytes; BAD_FILE when @raw has
 * another length.
 *
 * Returns: (transfer full): the option bytes, or %NULL with @error set
 */
FkOptionBytes *
fk_option_bytes_new (FkChip *chip, GBytes *raw, GError **error)
{
  const FkRegion *region;
  const FkFlashDriver *driver;
  FkOptionBytes *self;

  g_return_val_if_fail (FK_IS_CHIP (chip), NULL);
  g_return_val_if_fail (raw != NULL, NULL);

  region = fk_chip_find_region (chip, "option-bytes");
  driver = fk_flash_driver_find (fk_chip_get_driver (chip));
  if (region == NULL || driver == NULL)
    {
      g_set_error (error, FK_ERROR, FK_ERROR_NOT_SUPPORTED, "The option bytes of %s are not known",
                   fk_chip_get_name (chip));
      return NULL;
    }
  if (g_bytes_get_size (raw) != region->range.size)
    {
      g_set_error (error, FK_ERROR, FK_ERROR_BAD_FILE,
                   "These are %" G_GSIZE_FORMAT " bytes; %s has %u bytes of option bytes",
                   g_bytes_get_size (raw), fk_chip_get_name (chip), region->range.size);
      return NULL;
    }
  self = g_object_new (FK_TYPE_OPTION_BYTES, NULL);
  self->chip = g_object_ref (chip);
  self->range = region->range;
  self->raw = g_memdup2 (g_bytes_get_data (raw, NULL), g_bytes_get_size (raw));
  self->has_complements = driver->has_complements;
  return self;
}

/**
 * fk_option_bytes_dup:
 *
 * Returns: (transfer full): a copy that can be changed
 */
FkOptionBytes *
fk_option_bytes_dup (FkOptionBytes *self)
{
  FkOptionBytes *copy;

  g_return_val_if_fail (FK_IS_OPTION_BYTES (self), NULL);

  copy = g_object_new (FK_TYPE_OPTION_BYTES, NULL);
  copy->chip = g_object_ref (self->chip);
  copy->range = self->range;
  copy->raw = g_memdup2 (self->raw, self->range.size);
  copy->has_complements = self->has_complements;
  return copy;
}

FkChip *
fk_option_bytes_get_chip (FkOptionBytes *self)
{
  g_return_val_if_fail (FK_IS_OPTION_BYTES (self), NULL);

  return self->chip;
}

/**
 * fk_option_bytes_get_raw:
 *
 * Returns: (transfer full): the bytes as they are now
 */
GBytes *
fk_option_bytes_get_raw (FkOptionBytes *self)
{
  g_return_val_if_fail (FK_IS_OPTION_BYTES (self), NULL);

  return g_bytes_new (self->raw, self->range.size);
}

static gboolean
complement_is_right (FkOptionBytes *self, guint offset)
{
  return (self->raw[offset] ^ self->raw[offset + 1]) == 0xff;
}

/* A field is at most 16 bits from bit 31 down, so the word at its address holds it; bytes past the
 * end of the region have no part in it. */
static guint32
load (FkOptionBytes *self, guint offset)
{
  guint8 word[4] = { 0 };

  memcpy (word, self->raw + offset, MIN (sizeof word, self->range.size - offset));
  return fk_load_u32le (word);
}

static void
store (FkOptionBytes *self, guint offset, guint32 value)
{
  guint8 word[4];

  fk_store_u32le (word, value);
  memcpy (self->raw + offset, word, MIN (sizeof word, self->range.size - offset));
}

static guint32
get_mask (const FkOptionField *field)
{
  return ((G_GUINT64_CONSTANT (1) << field->width) - 1);
}

guint32
fk_option_bytes_read_field (FkOptionBytes *self, const FkOptionField *field)
{
  guint offset = field->address - self->range.address;

  if (self->has_complements && !complement_is_right (self, offset))
    return get_mask (field);
  return load (self, offset) >> field->shift & get_mask (field);
}

static void
write_field (FkOptionBytes *self, const FkOptionField *field, guint32 value)
{
  guint offset = field->address - self->range.address;
  guint32 mask = get_mask (field) << field->shift;

  if (!self->has_complements)
    {
      store (self, offset, (load (self, offset) & ~mask) | value << field->shift);
      return;
    }
  if (!complement_is_right (self, offset))
    self->raw[offset] = 0xff; /* that is how the hardware took it */
  self->raw[offset] = (guint8)((self->raw[offset] & ~mask) | value << field->shift);
  self->raw[offset + 1] = (guint8)~self->raw[offset];
}

/* Takes over every field of @source, complements made right; bits that no field names stay. */
void
fk_option_bytes_assign (FkOptionBytes *self, FkOptionBytes *source)
{
  const FkOptionField *fields;
  guint n_fields;

  fields = fk_chip_get_option_fields (self->chip, &n_fields);
  for (guint i = 0; i < n_fields; i++)
    write_field (self, &fields[i], fk_option_bytes_read_field (source, &fields[i]));
}

/* What a chip fresh from the factory has; every bit that no field names is erased. */
FkOptionBytes *
fk_option_bytes_new_factory (FkChip *chip)
{
  gsize size = fk_chip_find_region (chip, "option-bytes")->range.size;
  g_autofree guint8 *blank = g_malloc (size);
  g_autoptr (GBytes) raw = NULL;
  FkOptionBytes *self;
  const FkOptionField *fields;
  guint n_fields;

  memset (blank, 0xff, size);
  raw = g_bytes_new (blank, size);
  self = fk_option_bytes_new (chip, raw, NULL);
  fields = fk_chip_get_option_fields (chip, &n_fields);
  for (guint i = 0; self != NULL && i < n_fields; i++)
    write_field (self, &fields[i], fields[i].factory);
  return self;
}

FkProtection
fk_protection_from_rdp (FkChip *chip, guint32 value)
{
  if (value == fk_chip_get_number (chip, "rdp-none", NO_SUCH_RDP))
    return FK_PROTECTION_NONE;
  if (value == fk_chip_get_number (chip, "rdp-permanent", NO_SUCH_RDP))
    return FK_PROTECTION_PERMANENT;
  return FK_PROTECTION_READ;
}

/**
 * fk_option_bytes_get_protection:
 *
 * Returns: the protection that these bytes ask for.  What is in force is what the chip loaded at
 *   its last reset: fk_flash_get_protection().
 */
FkProtection
fk_option_bytes_get_protection (FkOptionBytes *self)
{
  const FkOptionField *field;

  g_return_val_if_fail (FK_IS_OPTION_BYTES (self), FK_PROTECTION_UNKNOWN);

  field = fk_chip_find_option_field (self->chip, RDP);
  if (field == NULL)
    return FK_PROTECTION_UNKNOWN;
  return fk_protection_from_rdp (self->chip, fk_option_bytes_read_field (self, field));
}

/* Level 1 opens again only by a debugger, which the two together shut out (RM0444, 3.5; RM0440,
 * 3.5). */
static gboolean
check_boot_lock (FkOptionBytes *self, GError **error)
{
  const FkOptionField *field = fk_chip_find_option_field (self->chip, BOOT_LOCK);

  if (field == NULL || fk_option_bytes_read_field (self, field) == 0)
    return TRUE;
  g_set_error (error, FK_ERROR, FK_ERROR_GUARDED_OPTION,
               "The option BOOT_LOCK is 1: with read protection, too, no debugger could ever reach "
               "the chip again; nothing was changed");
  return FALSE;
}

gboolean
fk_option_bytes_set_protection (FkOptionBytes *self, FkProtection level, GError **error)
{
  const FkOptionField *field = fk_chip_find_option_field (self->chip, RDP);

  g_assert (level == FK_PROTECTION_NONE || level == FK_PROTECTION_READ);
  if (field == NULL)
    {
      g_set_error (error, FK_ERROR, FK_ERROR_NOT_SUPPORTED, "%s has no read protection",
                   fk_chip_get_name (self->chip));
      return FALSE;
    }
  if (fk_chip_get_number (self->chip, "product-state", 0) != 0)
    {
      g_set_error (error, FK_ERROR, FK_ERROR_NOT_SUPPORTED,
                   "%s has a product state in place of read protection, which only ST's debug "
                   "authentication can undo; it is never changed",
                   fk_chip_get_name (self->chip));
      return FALSE;
    }
  if (level == FK_PROTECTION_READ && !check_boot_lock (self, error))
    return FALSE;
  write_field (self, field,
               level == FK_PROTECTION_NONE
                   ? fk_chip_get_number (self->chip, "rdp-none", RDP_LEVEL_1)
                   : fk_chip_get_number (self->chip, "rdp-read", RDP_LEVEL_1));
  return TRUE;
}

/**
 * fk_option_bytes_find_field:
 *
 * Returns: (transfer none) (nullable): the field with this name (the manual's; upper and lower case
 *   are the same), owned by the chip
 */
const FkOptionField *
fk_option_bytes_find_field (FkOptionBytes *self, const char *name)
{
  const FkOptionField *fields;
  guint n_fields;

  g_return_val_if_fail (FK_IS_OPTION_BYTES (self), NULL);
  g_return_val_if_fail (name != NULL, NULL);

  fields = fk_chip_get_option_fields (self->chip, &n_fields);
  for (guint i = 0; i < n_fields; i++)
    if (g_ascii_strcasecmp (fields[i].name, name) == 0)
      return &fields[i];
  return NULL;
}

static const FkOptionField *
require_field (FkOptionBytes *self, const char *name, GError **error)
{
  const FkOptionField *field = fk_option_bytes_find_field (self, name);
  g_autoptr (GString) known = NULL;
  const FkOptionField *fields;
  guint n_fields;

  if (field != NULL)
    return field;
  known = g_string_new (NULL);
  fields = fk_chip_get_option_fields (self->chip, &n_fields);
  for (guint i = 0; i < n_fields; i++)
    g_string_append_printf (known, "%s%s", i > 0 ? ", " : "", fields[i].name);
  g_set_error (error, FK_ERROR, FK_ERROR_USAGE, "%s has no option \"%s\"; it has %s",
               fk_chip_get_name (self->chip), name, known->str);
  return NULL;
}

/**
 * fk_option_bytes_get:
 * @name: of the field
 * @value: (out): its value; on F0/F1/F3 all ones when the complement is wrong, as the hardware
 * takes it
 *
 * Errors: USAGE when the chip has no such field; the message lists those that it has.
 */
gboolean
fk_option_bytes_get (FkOptionBytes *self, const char *name, guint32 *value, GError **error)
{
  const FkOptionField *field;

  g_return_val_if_fail (FK_IS_OPTION_BYTES (self), FALSE);
  g_return_val_if_fail (name != NULL, FALSE);
  g_return_val_if_fail (value != NULL, FALSE);

  field = require_field (self, name, error);
  if (field == NULL)
    return FALSE;
  *value = fk_option_bytes_read_field (self, field);
  return TRUE;
}

/**
 * fk_option_bytes_is_guarded:
 * @field: of the chip
 *
 * Returns: whether fk_option_bytes_set() refuses to change @field: it is guarded, or it is a bit of
 *   nWRP while SPRMOD is set.  Then that bit makes its sector unreadable, and it takes an erase of
 *   the chip to take it back (RM0090, 3.7.5).
 */
gboolean
fk_option_bytes_is_guarded (FkOptionBytes *self, const FkOptionField *field)
{
  const FkOptionField *mode;

  g_return_val_if_fail (FK_IS_OPTION_BYTES (self), TRUE);
  g_return_val_if_fail (field != NULL, TRUE);

  mode = fk_chip_find_option_field (self->chip, SPRMOD);
  return field->guarded ||
         (field->write_protects && mode != NULL && fk_option_bytes_read_field (self, mode) != 0);
}

/**
 * fk_option_bytes_set:
 * @name: of the field
 * @value: what it shall be
 *
 * Changes one field, its complement with it.  Nothing is written to a chip.
 *
 * Errors: PROTECTED for what fk_option_bytes_is_guarded(), unless it has the value already; USAGE
 * for a value that is too large or a name that the chip does not have.
 */
gboolean
fk_option_bytes_set (FkOptionBytes *self, const char *name, guint32 value, GError **error)
{
  const FkOptionField *field;

  g_return_val_if_fail (FK_IS_OPTION_BYTES (self), FALSE);
  g_return_val_if_fail (name != NULL, FALSE);

  field = require_field (self, name, error);
  if (field == NULL)
    return FALSE;
  if (value > get_mask (field))
    {
      g_set_error (error, FK_ERROR, FK_ERROR_USAGE,
                   "0x%x is too large for %s, which has %u %s: at most 0x%x", value, field->name,
                   field->width, field->width == 1 ? "bit" : "bits", get_mask (field));
      return FALSE;
    }
  if (fk_option_bytes_read_field (self, field) == value &&
      (!self->has_complements || complement_is_right (self, field->address - self->range.address)))
    return TRUE;
  if (fk_option_bytes_is_guarded (self, field))
    {
      g_set_error (error, FK_ERROR, FK_ERROR_GUARDED_OPTION,
                   field->guarded
                       ? "%s can erase the chip or lock it for ever, so it is not set among the "
                         "other options"
                       : "While SPRMOD is 1, %s decides whether its sector can be read at all, so "
                         "it is not set among the other options",
                   field->name);
      return FALSE;
    }
  write_field (self, field, value);
  return TRUE;
}

/**
 * fk_option_field_dup_text:
 *
 * Returns: (transfer full): what @field is, in a sentence in the person's language
 */
char *
fk_option_field_dup_text (const FkOptionField *field)
{
  g_autofree char *number = NULL;
  g_auto (GStrv) parts = NULL;

  g_return_val_if_fail (field != NULL, NULL);

  if (field->pattern == NULL)
    return g_strdup (_ (field->text));
  number = g_strdup_printf ("%u", field->number);
  parts = g_strsplit (_ (field->pattern), "{n}", -1);
  return g_strjoinv (number, parts);
}

/**
 * fk_option_field_explain:
 * @field: of a chip
 * @value: one of its values
 *
 * Returns: (transfer none) (nullable): what @value means, in a few plain words; %NULL where the
 *   number says it all
 */
const char *
fk_option_field_explain (const FkOptionField *field, guint32 value)
{
  g_return_val_if_fail (field != NULL, NULL);

  for (guint i = 0; i < field->n_values; i++)
    if (field->values[i].value == value)
      return field->values[i].meaning;
  return field->otherwise;
}

/* Appends @range, or makes the last one longer where they touch. */
static void
append_range (GArray *ranges, FkRange range)
{
  FkRange *last = ranges->len > 0 ? &g_array_index (ranges, FkRange, ranges->len - 1) : NULL;

  if (last != NULL && fk_range_end (*last) == range.address)
    last->size += range.size;
  else
    g_array_append_val (ranges, range);
}

/* Returns: (transfer full): of #FkRange, the sectors whose bit in @field has the value @wanted */
static GArray *
find_sectors (FkChip *chip, const FkOptionField *field, guint32 value, gboolean protecting)
{
  GArray *ranges = g_array_new (FALSE, FALSE, sizeof (FkRange));
  guint n_sectors;
  const FkSector *sectors = fk_chip_get_sectors (chip, &n_sectors);

  for (guint i = 0; i < n_sectors; i++)
    {
      guint bit = 0;

      if (fk_chip_find_write_protection (chip, &sectors[i], &bit) == field &&
          fk_option_field_bit_protects (field, value, bit) == protecting)
        append_range (ranges, sectors[i].range);
    }
  return ranges;
}

/* What the chip's description says. */
static const char *
translate (const char *meaning)
{
  return meaning != NULL ? _ (meaning) : NULL;
}

/* Which part of the flash @area is while @field, one of its ends, is @value. */
static char *
explain_area (FkOptionBytes *self,
              const FkOptionArea *area,
              const FkOptionField *field,
              guint32 value)
{
  g_autoptr (FkOptionBytes) then = fk_option_bytes_dup (self);
  g_autofree char *text = NULL;
  FkRange range;

  write_field (then, field, value & get_mask (field));
  if (!fk_option_bytes_get_area (then, area, &range))
    return g_strdup (_ ("Not protected"));
  text = g_strdup_printf (FK_RANGE_FORMAT, FK_RANGE_ARGS (range));
  return area->kind == FK_AREA_WRITE
             ? g_strdup_printf (_ ("Protected: %s"), text)
             : g_strdup_printf (_ ("Can be run, but not read or written: %s"), text);
}

/**
 * fk_option_bytes_explain:
 * @field: of the chip
 * @value: one of its values
 *
 * As fk_option_field_explain(), but where bits stand for sectors it says which these are, where the
 * field is an end of an area, which part of the flash this is with its other end, and while SPRMOD
 * is set, what the bits mean then (RM0090, 3.9.10).
 *
 * Returns: (transfer full) (nullable): what @value means, in the person's language; %NULL where the
 *   number says it all
 */
char *
fk_option_bytes_explain (FkOptionBytes *self, const FkOptionField *field, guint32 value)
{
  const FkOptionArea *area;
  const FkOptionField *mode;
  gboolean unreadable;
  g_autoptr (GArray) ranges = NULL;
  g_autoptr (GString) text = NULL;

  g_return_val_if_fail (FK_IS_OPTION_BYTES (self), NULL);
  g_return_val_if_fail (field != NULL, NULL);

  area = fk_chip_find_option_area (self->chip, field);
  if (area != NULL)
    return explain_area (self, area, field, value);
  if (!field->write_protects)
    return g_strdup (translate (fk_option_field_explain (field, value)));
  mode = fk_chip_find_option_field (self->chip, SPRMOD);
  unreadable = mode != NULL && fk_option_bytes_read_field (self, mode) != 0;
  ranges = find_sectors (self->chip, field, value, !unreadable);
  if (ranges->len == 0)
    return g_strdup (
        unreadable ? _ ("Not protected")
                   : translate (fk_option_field_explain (field, fk_option_field_get_unprotecting (
                                                                    field))));
  text = g_string_new (NULL);
  for (guint i = 0; i < ranges->len; i++)
    g_string_append_printf (text, "%s" FK_RANGE_FORMAT, i > 0 ? ", " : "",
                            FK_RANGE_ARGS (g_array_index (ranges, FkRange, i)));
  return unreadable ? g_strdup_printf (_ ("Can be run, but not read or written: %s"), text->str)
                    : g_strdup_printf (_ ("Protected: %s"), text->str);
}

/* Half-words that no field uses stay 0xFFFF on chips which do not have those bytes. */
static gboolean
is_used (FkOptionBytes *self, guint offset)
{
  const FkOptionField *fields;
  guint n_fields;

  fields = fk_chip_get_option_fields (self->chip, &n_fields);
  for (guint i = 0; i < n_fields; i++)
    if (fields[i].address - self->range.address == offset)
      return TRUE;
  return FALSE;
}

/**
 * fk_option_bytes_check_complements:
 *
 * Checks on F0/F1/F3 that each option byte has its complement beside it; power that failed during
 * an earlier write is the usual reason when one has not.  F2/F4 have no complements and always
 * pass.
 *
 * Errors: VERIFY_MISMATCH names the first address.
 */
gboolean
fk_option_bytes_check_complements (FkOptionBytes *self, GError **error)
{
  g_return_val_if_fail (FK_IS_OPTION_BYTES (self), FALSE);

  if (!self->has_complements)
    return TRUE;
  for (guint offset = 0; offset + 1 < self->range.size; offset += 2)
    if (is_used (self, offset) && !complement_is_right (self, offset))
      {
        g_set_error (error, FK_ERROR, FK_ERROR_VERIFY_MISMATCH,
                     "The option byte at 0x%08x is 0x%02x, but its complement is 0x%02x instead of "
                     "0x%02x; an earlier write was cut short, and the chip takes it for 0xFF",
                     self->range.address + offset, self->raw[offset], self->raw[offset + 1],
                     (guint8)~self->raw[offset]);
        return FALSE;
      }
  return TRUE;
}

/**
 * fk_option_bytes_repair:
 *
 * Puts right what a write that was cut short has left: a byte whose complement is wrong becomes
 * what the hardware takes it for, and RDP level 0, because a chip that can be asked for this is
 * open.  Bytes that are whole stay, RDP too.
 */
void
fk_option_bytes_repair (FkOptionBytes *self)
{
  const FkOptionField *rdp;
  gboolean broken;

  g_return_if_fail (FK_IS_OPTION_BYTES (self));

  if (!self->has_complements)
    return;
  rdp = fk_chip_find_option_field (self->chip, RDP);
  broken = rdp != NULL && !complement_is_right (self, rdp->address - self->range.address);
  fk_option_bytes_assign (self, self);
  if (broken)
    fk_option_bytes_set_protection (self, FK_PROTECTION_NONE, NULL);
}

/**
 * fk_option_bytes_diff:
 * @before: option bytes
 * @after: those of the same kind of chip
 *
 * Returns: (transfer container) (element-type FkOptionField): the fields whose values differ, in
 * the chip's order; the fields belong to the chip of @before
 */
GPtrArray *
fk_option_bytes_diff (FkOptionBytes *before, FkOptionBytes *after)
{
  GPtrArray *differing;
  const FkOptionField *fields;
  guint n_fields;

  g_return_val_if_fail (FK_IS_OPTION_BYTES (before), NULL);
  g_return_val_if_fail (FK_IS_OPTION_BYTES (after), NULL);
  g_return_val_if_fail (before->range.address == after->range.address, NULL);
  g_return_val_if_fail (before->range.size == after->range.size, NULL);

  differing = g_ptr_array_new ();
  fields = fk_chip_get_option_fields (before->chip, &n_fields);
  for (guint i = 0; i < n_fields; i++)
    if (fk_option_bytes_read_field (before, &fields[i]) !=
        fk_option_bytes_read_field (after, &fields[i]))
      g_ptr_array_add (differing, (gpointer)&fields[i]);
  return differing;
}
