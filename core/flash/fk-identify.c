/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Which chip is connected.  In this order, because each step decides whether the next may be taken:
 * core and designer (known since connecting), device ID, protection level, flash size, UID.
 *
 * What is not proved to be an STM32 that is described is read-only: a chip by another designer may
 * have the memory map of the one that it imitates, so it can be backed up, but its flash controller
 * differs in page sizes, timing or worse.  What is not in the descriptions at all can be read at
 * explicit addresses.
 *
 * RM0008 30, 31.6; RM0091 32.4, 33; RM0090 38.6, 39. */

#include "config.h"

#include "flash/fk-identify.h"

#include <glib/gi18n.h>

#include "base/fk-error.h"
#include "base/fk-number.h"
#include "chip/fk-chip-areas.h"
#include "flash/fk-flash-driver.h"
#include "flash/fk-flash-private.h"
#include "flash/fk-identify-private.h"
#include "flash/fk-option-bytes-private.h"

#include <string.h>

#define STEADY_TRIES 5

/* The debug port that a family is known to have.  What passes for an F103 may copy ST's name in the
 * ROM table, but was made with a later core and has its debug port (stlink, issue 833); all that
 * were bought from makers who say who they are have it (CS32, APM32, CH32: blaatschaap.be, 32F103
 * comparison), so it does not tell whose chip it is. */
typedef struct
{
  const char *family;
  guint32 dpidr;
  guint32 clone_dpidr;
} DebugPortRow;

static const DebugPortRow debug_ports[] = {
  { "STM32F1", 0x1ba01477, 0x2ba01477 },
};

/* Reads the device ID where ST mostly puts it next to such a core, then wherever a described chip
 * with such a core has it.  0 where none can be read. */
static gboolean
read_idcode (FkIdentity *self, FkTarget *target, GError **error)
{
  FkChipDb *db = fk_chip_db_get_default ();
  const char *core = fk_core_get_name (self->core);
  guint32 usual = fk_target_get_dbgmcu (target);
  guint32 address = usual;

  for (guint i = 0; self->idcode == 0 && (i == 0 || address != 0); i++)
    {
      g_autoptr (GError) local_error = NULL;
      guint32 value = 0;

      if (address != 0 && (i == 0 || address != usual) &&
          !fk_target_read_u32 (target, address, &value, &local_error) &&
          !g_error_matches (local_error, FK_ERROR, FK_ERROR_BUS_FAULT))
        {
          g_propagate_prefixed_error (error, g_steal_pointer (&local_error),
                                      "Reading the device ID: ");
          return FALSE;
        }
      if (value != G_MAXUINT32)
        self->idcode = value;
      address = fk_chip_db_get_idcode_address (db, core, i);
    }
  return TRUE;
}

/* On some F1 the register reads 0 (ST's errata: DBGMCU_IDCODE not readable).  Their ROM table has
 * the same number; that of an F0 has not, so nothing else is taken from there. */
static void
mend_idcode (FkIdentity *self, FkTarget *target)
{
  guint16 part = fk_target_get_part (target);
  g_autofree char *text = NULL;

  if (self->idcode != 0 || self->core != FK_CORE_CORTEX_M3 || self->designer != FK_JEP106_ST ||
      fk_chip_db_find (fk_chip_db_get_default (), part, fk_core_get_name (self->core)) == NULL)
    return;
  text =
      g_strdup_printf (_ ("The device ID register reads 0, as it does on some STM32F1 (an "
                          "erratum); "
                          "device ID 0x%03X was taken from the ROM table, and the revision is not "
                          "known."),
                       part);
  fk_identity_add_warning (self, text);
  self->idcode = part;
}

/* Returns: (transfer full): why the chip is unknown */
static char *
explain_unknown (FkIdentity *self)
{
  const char *consequence = _ ("it can be read at explicit addresses, not written");

  if (self->core == FK_CORE_UNKNOWN)
    return g_strdup_printf (_ ("The chip's core is none that is known here (debug port 0x%08X, "
                               "designer %s): %s."),
                            self->dpidr, self->designer_name, consequence);
  if (self->idcode == 0)
    return g_strdup_printf (_ ("The device ID register reads 0, so the chip cannot be told (core "
                               "%s, designer %s): %s."),
                            fk_core_get_name (self->core), self->designer_name, consequence);
  return g_strdup_printf (_ ("Device ID 0x%03X is not in the descriptions (core %s, designer %s): "
                             "%s."),
                          fk_identity_get_dev_id (self), fk_core_get_name (self->core),
                          self->designer_name, consequence);
}

/* The first word of the unique ID, which says of some whose chip it is; 0 where it is not known. */
static guint32
get_unique_word (FkIdentity *self)
{
  return self->uid_bytes != NULL
             ? self->uid[0] | self->uid[1] << 8 | self->uid[2] << 16 | (guint32)self->uid[3] << 24
             : 0;
}

static const FkClone *
find_clone (FkIdentity *self, FkTarget *target)
{
  const FkCloneSigns signs = { .designer = self->designer,
                               .part = fk_target_get_part (target),
                               .cpuid = fk_target_get_cpuid (target),
                               .dpidr = self->dpidr,
                               .idcode = self->idcode,
                               .unique_id = get_unique_word (self) };

  return fk_clone_list_find (fk_clone_list_get_default (), &signs);
}

static const FkChipDesc *
find_desc (FkIdentity *self)
{
  const char *core = fk_core_get_name (self->core);
  guint16 dev_id = fk_identity_get_dev_id (self);
  const FkChipDesc *desc = fk_chip_db_find (fk_chip_db_get_default (), dev_id, core);

  /* A clone answers with the ID of the chip that it imitates, but may have another core (GD32E230
   * is a Cortex-M23 with the ID of a Cortex-M3). */
  if (desc == NULL && self->designer != FK_JEP106_ST && self->designer != 0)
    desc = fk_chip_db_find (fk_chip_db_get_default (), dev_id, NULL);
  if (desc == NULL)
    fk_identity_take_read_only (self, explain_unknown (self));
  return desc;
}

/* Returns: (nullable): what is known of the debug ports of the family */
static const DebugPortRow *
find_port_row (const FkChipDesc *desc)
{
  for (guint i = 0; i < G_N_ELEMENTS (debug_ports); i++)
    if (g_str_equal (fk_chip_desc_get_family (desc), debug_ports[i].family))
      return &debug_ports[i];
  return NULL;
}

/* Proves what is known of the debug port where something follows from it.  It was read once, and
 * that is believed if it is what ST's have: from a clone's it is two bits away. */
static gboolean
prove_port (FkIdentity *self, FkTarget *target, const FkChipDesc *desc, GError **error)
{
  const DebugPortRow *row = find_port_row (desc);

  if (row == NULL || self->dpidr == row->dpidr)
    return TRUE;
  if (!fk_target_prove_dpidr (target, error))
    return FALSE;
  self->dpidr = fk_target_get_dpidr (target);
  return TRUE;
}

/* Is it what it says it is? */
static void
judge_maker (FkIdentity *self, const FkChipDesc *desc)
{
  const DebugPortRow *port = find_port_row (desc);
  const char *line = fk_chip_desc_get_line (desc);
  const char *maker = fk_chip_desc_get_maker (desc);

  if (maker != NULL)
    fk_identity_take_read_only (
        self,
        g_strdup_printf (_ ("By what this chip says of itself it is not one of ST's, but %s by "
                            "%s. It can be backed up, without its option bytes, but is not "
                            "written, because how its flash is written is not proved."),
                         line, maker));
  else if (self->designer == 0)
    fk_identity_take_read_only (
        self, g_strdup_printf (_ ("This chip answers like %s, but does not say who made it. It "
                                  "can be backed up, but is not written, because its flash "
                                  "is not proved to work the same way."),
                               line));
  else if (self->designer == FK_JEP106_ARM)
    fk_identity_take_read_only (
        self, g_strdup_printf (_ ("This chip answers like %s, but its maker left ARM's name in "
                                  "it: it is a clone. It can be backed up, but is not "
                                  "written, because its flash is not proved to work the same "
                                  "way."),
                               line));
  else if (self->designer != FK_JEP106_ST)
    fk_identity_take_read_only (
        self,
        g_strdup_printf (_ ("This chip answers like %s, but is made by %s (JEP106 "
                            "0x%03X, %s). It can be backed up, but is not written, "
                            "because its flash is not proved to work the same way."),
                         line, self->designer_name, self->designer, fk_core_get_name (self->core)));
  if (port != NULL && self->dpidr == port->clone_dpidr)
    fk_identity_take_read_only (
        self, g_strdup_printf (_ ("This chip answers like %s, but has the debug port 0x%08X "
                                  "instead of 0x%08X: it is probably a clone. It can be backed "
                                  "up, but is not written."),
                               line, self->dpidr, port->dpidr));
}

/* Which clone is it, now that all signs are read?  After who made it, so that this explains the
 * reason why it is not written, and is a reason by itself where a chip that is someone else's has
 * ST's name in it. */
static void
name_clone (FkIdentity *self, FkTarget *target)
{
  g_autofree char *text = NULL;

  self->clone = find_clone (self, target);
  if (self->clone == NULL)
    return;
  text = g_strdup_printf (_ ("What this chip says of itself fits %s. %s"), _ (self->clone->name),
                          _ (self->clone->differs));
  if (self->read_only_reason == NULL)
    fk_identity_take_read_only (
        self, g_strdup_printf (_ ("%s It can be backed up, but is not written, because "
                                  "its flash is not proved to work as ST's does."),
                               text));
  else
    fk_identity_add_warning (self, text);
}

/* An option that is in a register. */
static gboolean
read_field (FkTarget *target, const FkOptionField *field, guint32 *value, GError **error)
{
  guint32 word;

  if (!fk_target_read_u32 (target, field->address & ~3u, &word, error))
    {
      g_prefix_error (error, "Reading option %s: ", field->name);
      return FALSE;
    }
  word >>= field->shift + field->address % 4 * 8;
  *value = word & ((1u << field->width) - 1);
  return TRUE;
}

/* Where there is no driver: descriptions without one have option registers, which may be read at
 * any level. */
static gboolean
read_protection_field (FkIdentity *self, FkTarget *target, FkChip *chip, GError **error)
{
  guint32 rdp;

  if (!read_field (target, fk_chip_find_option_field (chip, "RDP"), &rdp, error))
    return FALSE;
  self->protection = fk_protection_from_rdp (chip, rdp);
  return TRUE;
}

/* The protection level, from a register that may always be read; by the driver of the largest chip
 * of this kind, because the size is not known yet. */
static gboolean
read_protection (FkIdentity *self, FkTarget *target, FkChip *chip, GError **error)
{
  FkFlashPort port = { .target = target, .chip = chip, .width = 1 };
  const FkFlashDriver *driver = fk_flash_driver_find (fk_chip_get_driver (chip));

  if (!(driver != NULL ? driver->get_protection (&port, &self->protection, error)
                       : read_protection_field (self, target, chip, error)))
    {
      g_prefix_error (error, "Reading the protection level: ");
      return FALSE;
    }
  if (self->protection == FK_PROTECTION_READ)
    fk_identity_add_warning (
        self, _ ("The chip is read-protected: nobody can read its flash through this port, and "
                 "removing the protection erases it. Its program may have stopped when the "
                 "probe connected; switching the board off and on starts it again."));
  return TRUE;
}

/* An option that decides on the sectors (DB1M) is in the chip's registers. */
static gboolean
take_layout (FkIdentity *self, FkTarget *target, GError **error)
{
  const FkOptionField *field = fk_chip_get_layout_field (self->chip);
  g_autoptr (FkChip) chip = NULL;
  guint32 value;

  if (field == NULL)
    return TRUE;
  if (!read_field (target, field, &value, error))
    return FALSE;
  chip = fk_chip_with_layout_field (self->chip, value);
  g_set_object (&self->chip, chip);
  return TRUE;
}

/* The chip ends where the second core's flash begins. */
static void
take_reach (FkIdentity *self, const FkReach *reach)
{
  g_autoptr (FkChip) chip = NULL;
  guint32 size;
  char *text = fk_reach_limit (reach, self->chip, &size);

  if (text == NULL)
    return;
  fk_identity_take_read_only (self, text);
  chip = fk_chip_with_flash_end (self->chip, size);
  g_set_object (&self->chip, chip);
}

/* Sectors that may be run but not read do not answer, and are there all the same. */
static gboolean
has_code_protection (FkTarget *target, FkChip *chip, gboolean *found, GError **error)
{
  const FkOptionField *field;
  guint n_areas;
  const FkOptionArea *areas = fk_chip_get_option_areas (chip, &n_areas);
  guint32 first = 0;
  guint32 last = 0;

  *found = FALSE;
  for (guint i = 0; !*found && (field = fk_chip_find_hiding_field (chip, i)) != NULL; i++)
    {
      if (!read_field (target, field, &first, error))
        return FALSE;
      *found = first != field->factory;
    }
  for (guint i = 0; i < n_areas && !*found; i++)
    {
      if (areas[i].kind == FK_AREA_WRITE)
        continue;
      if (!read_field (target, areas[i].first, &first, error) ||
          !read_field (target, areas[i].last, &last, error))
        return FALSE;
      *found = first <= last;
    }
  return TRUE;
}

/* A watchdog that bites while the core is halted or a loader runs would undo the work.  The bits
 * are given back when the target is left. */
static gboolean
quieten_watchdogs (FkIdentity *self, FkTarget *target, GError **error)
{
  guint32 address = fk_chip_get_register (self->chip, "watchdog-freeze");
  guint bits = fk_chip_get_number (self->chip, "watchdog-freeze", 0);
  guint32 clock = fk_chip_get_register (self->chip, "debug-clock");
  g_autoptr (GError) local_error = NULL;

  if (address == 0 || bits == 0 || fk_target_is_hot_plugged (target))
    return TRUE;
  if (((clock == 0 ||
        fk_target_hold_bits (target, clock, fk_chip_get_number (self->chip, "debug-clock", 0),
                             &local_error)) &&
       fk_target_hold_bits (target, address, bits, &local_error)) ||
      g_error_matches (local_error, FK_ERROR, FK_ERROR_BUS_FAULT))
    return TRUE;
  g_propagate_prefixed_error (error, g_steal_pointer (&local_error), "Stopping the watchdogs: ");
  return FALSE;
}

/* Has that done with what is asked next, where it is certain already which chip it is: two of its
 * registers have said so. */
static void
foresee_watchdogs (FkIdentity *self, FkTarget *target, FkChip *chip)
{
  if (self->designer == FK_JEP106_ST && (self->idcode & 0xfff) == fk_target_get_part (target) &&
      fk_chip_get_register (chip, "debug-clock") == 0 && !fk_target_is_hot_plugged (target))
    fk_target_foresee_hold (target, fk_chip_get_register (chip, "watchdog-freeze"),
                            fk_chip_get_number (chip, "watchdog-freeze", 0));
}

/* Where a smaller flash of this kind ends may go by how an option divides it. */
static FkChip *
find_kind (FkTarget *target, FkChip *largest, GError **error)
{
  const FkOptionField *field = fk_chip_get_layout_field (largest);
  guint32 value;

  if (field == NULL || !fk_chip_may_have_gap (largest))
    return g_object_ref (largest);
  return read_field (target, field, &value, error) ? fk_chip_with_layout_field (largest, value)
                                                   : NULL;
}

static void
judge_driver (FkIdentity *self, const FkChipDesc *desc, FkChip *chip)
{
  if (fk_chip_desc_get_maker (desc) == NULL &&
      fk_flash_driver_find (fk_chip_get_driver (chip)) == NULL)
    fk_identity_take_read_only (
        self, g_strdup_printf (_ ("There is no way yet to write the flash of %s, or to "
                                  "read its option bytes: it can be backed up without "
                                  "them."),
                               fk_chip_desc_get_line (desc)));
}

static gboolean
read_size (FkIdentity *self,
           FkTarget *target,
           const FkChipDesc *desc,
           FkChip *largest,
           gboolean is_first,
           GCancellable *cancellable,
           GError **error)
{
  guint32 soon[FK_CRC_UNIT_CLOCK];
  guint n_soon = fk_crc_unit_list_clock (largest, soon);
  g_autoptr (FkChip) kind = NULL;
  gboolean code_protected;
  FkReach reach;

  if (!has_code_protection (target, largest, &code_protected, error) ||
      !fk_identify_reach (target, largest, &reach, error) ||
      (kind = find_kind (target, largest, error)) == NULL)
    return FALSE;
  if (is_first)
    foresee_watchdogs (self, target, largest);
  if (!fk_identify_flash_size (target, desc, kind,
                               self->protection == FK_PROTECTION_NONE && !code_protected &&
                                   fk_reach_is_all (&reach),
                               is_first, soon, n_soon, self->warnings, &self->flash_size,
                               &self->answering_size, cancellable, error))
    return FALSE;
  judge_driver (self, desc, largest);
  self->chip = fk_chip_desc_make_chip (desc, self->flash_size, error);
  if (self->chip == NULL || !take_layout (self, target, error))
    return FALSE;
  take_reach (self, &reach);
  return TRUE;
}

/* Zeros or ones all over are no identity, and they happen on genuine chips. */
static void
judge_uid (FkIdentity *self)
{
  guint8 first = self->uid[0];

  for (guint i = 0; i < FK_UID_LENGTH; i++)
    if (self->uid[i] != first || (first != 0 && first != 0xff))
      return;
  fk_identity_add_warning (self,
                           first == 0
                               ? _ ("The unique ID reads all zeros: it does not tell this chip "
                                    "from others like it.")
                               : _ ("The unique ID reads all FF: it does not tell this chip from "
                                    "others like it."));
}

/* All at once where the words stand in a row. */
static gboolean
read_uid_words (FkIdentity *self, FkTarget *target, const guint32 *words, GError **error)
{
  if (words[FK_UID_WORDS - 1] - words[0] == FK_UID_LENGTH - 4)
    return fk_target_read (target, words[0], self->uid, FK_UID_LENGTH, NULL, NULL, error);
  for (guint i = 0; i < FK_UID_WORDS; i++)
    if (!fk_target_read (target, words[i], self->uid + i * 4, 4, NULL, NULL, error))
      return FALSE;
  return TRUE;
}

static gboolean
read_uid (FkIdentity *self, FkTarget *target, const FkChipDesc *desc, GError **error)
{
  g_autoptr (GError) local_error = NULL;

  if (!read_uid_words (self, target, fk_chip_desc_get_uid_words (desc), &local_error))
    {
      if (!g_error_matches (local_error, FK_ERROR, FK_ERROR_BUS_FAULT))
        {
          g_propagate_prefixed_error (error, g_steal_pointer (&local_error),
                                      "Reading the unique ID: ");
          return FALSE;
        }
      fk_identity_add_warning (self, _ ("The unique ID cannot be read."));
      return TRUE;
    }
  self->uid_bytes = g_bytes_new (self->uid, FK_UID_LENGTH);
  g_free (self->uid_text);
  self->uid_text = fk_number_format_hex (self->uid_bytes);
  judge_uid (self);
  return TRUE;
}

/* What will be asked for, twice each, in one exchange with a probe that can; but for the device ID,
 * which was asked for once already. */
static gboolean
foresee (
    FkIdentity *self, FkTarget *target, const FkChipDesc *desc, FkChip *largest, GError **error)
{
  const FkFlashDriver *driver = fk_flash_driver_find (fk_chip_get_driver (largest));
  const FkOptionField *fields[FK_CHIP_MAX_HIDING + 1] = { fk_chip_get_layout_field (largest) };
  const guint32 *uid = fk_chip_desc_get_uid_words (desc);
  guint32 addresses[FK_TARGET_MAX_FORESEEN];
  guint n = 0;

  for (guint i = 0; i < FK_CHIP_MAX_HIDING; i++)
    fields[1 + i] = fk_chip_find_hiding_field (largest, i);
  for (guint i = 0; i < 2; i++)
    {
      addresses[n++] = driver != NULL
                           ? fk_chip_get_register (largest, "flash") + driver->protection_register
                           : fk_chip_find_option_field (largest, "RDP")->address & ~3u;
      if (fk_chip_desc_get_size_register (desc) != 0)
        addresses[n++] = fk_chip_desc_get_size_register (desc) & ~3u;
      for (guint j = 0; j < G_N_ELEMENTS (fields); j++)
        if (fields[j] != NULL)
          addresses[n++] = fields[j]->address & ~3u;
      for (guint j = 0; j < FK_UID_WORDS; j++)
        addresses[n++] = uid[j];
    }
  if (fk_chip_desc_get_idcode_address (desc) != 0)
    addresses[n++] = fk_chip_desc_get_idcode_address (desc);
  if (fk_target_foresee (target, addresses, n, error))
    return TRUE;
  g_prefix_error (error, "Asking the chip about itself: ");
  return FALSE;
}

static gboolean
identify_described (FkIdentity *self,
                    FkTarget *target,
                    const FkChipDesc *desc,
                    gboolean is_first,
                    GCancellable *cancellable,
                    GError **error)
{
  g_autoptr (FkChip) largest =
      fk_chip_desc_make_chip (desc, fk_chip_desc_get_max_flash_size (desc), error);

  if (largest == NULL)
    return FALSE;
  return (!is_first || foresee (self, target, desc, largest, error)) &&
         read_protection (self, target, largest, error) &&
         read_size (self, target, desc, largest, is_first, cancellable, error) &&
         read_uid (self, target, desc, error);
}

static gboolean
look_for_lockup (FkIdentity *self, FkTarget *target, GCancellable *cancellable, GError **error)
{
  char *text;

  if (!fk_target_is_locked_up (target, &self->locked_up, error))
    return FALSE;
  if (!self->locked_up)
    return TRUE;
  text =
      fk_target_describe_lockup (target, fk_identity_get_erased_value (self), cancellable, error);
  if (text == NULL)
    return FALSE;
  g_ptr_array_add (self->warnings, text);
  return TRUE;
}

static FkIdentity *
identify_once (FkTarget *target, gboolean is_first, GCancellable *cancellable, GError **error)
{
  g_autoptr (FkIdentity) self = NULL;
  const FkChipDesc *desc;

  self = g_object_new (FK_TYPE_IDENTITY, NULL);
  self->core = fk_target_get_core (target);
  self->designer = fk_target_get_designer (target);
  self->designer_name = g_strdup (fk_target_get_designer_name (target));
  self->dpidr = fk_target_get_dpidr (target);
  if (g_cancellable_set_error_if_cancelled (cancellable, error) ||
      !read_idcode (self, target, error))
    return NULL;
  mend_idcode (self, target);
  self->clone = find_clone (self, target);
  desc = find_desc (self);
  if (desc != NULL)
    {
      if (!prove_port (self, target, desc, error))
        return NULL;
      judge_maker (self, desc);
    }
  if (desc != NULL && !identify_described (self, target, desc, is_first, cancellable, error))
    return NULL;
  name_clone (self, target);
  return g_steal_pointer (&self);
}

static gboolean
has_same_layout (FkChip *a, FkChip *b)
{
  guint n_a = 0;
  guint n_b = 0;

  if (a == NULL || b == NULL)
    return a == b;
  fk_chip_get_sectors (a, &n_a);
  fk_chip_get_sectors (b, &n_b);
  return n_a == n_b;
}

static gboolean
is_same (FkIdentity *a, FkIdentity *b)
{
  if (a->idcode != b->idcode || a->flash_size != b->flash_size ||
      a->answering_size != b->answering_size || a->protection != b->protection ||
      !g_str_equal (a->uid_text, b->uid_text) || a->warnings->len != b->warnings->len ||
      !has_same_layout (a->chip, b->chip))
    return FALSE;
  for (guint i = 0; i < a->warnings->len; i++)
    if (!g_str_equal (g_ptr_array_index (a->warnings, i), g_ptr_array_index (b->warnings, i)))
      return FALSE;
  return TRUE;
}

/* Nothing proves these few registers later, and one wrong bit makes another chip of it, or a backup
 * that belongs to none: so all is asked until it is the same twice running. */
static FkIdentity *
identify_steadily (FkTarget *target, GCancellable *cancellable, GError **error)
{
  g_autoptr (FkIdentity) last = NULL;

  for (guint i = 0; i < STEADY_TRIES; i++)
    {
      g_autoptr (FkIdentity) self = identify_once (target, i == 0, cancellable, error);

      if (self == NULL || (last != NULL && is_same (last, self)))
        return g_steal_pointer (&self);
      g_set_object (&last, self);
    }
  g_set_error (error, FK_ERROR, FK_ERROR_VERIFY_MISMATCH,
               "The chip tells something else about itself each time that it is asked; the wires "
               "are bad, or SWD is too fast for them");
  return NULL;
}

/**
 * fk_identify:
 * @target: connected; the core may run or not
 *
 * Finds out which chip it is.  Nothing is changed but that the watchdogs stand still while the core
 * does, until the target is disconnected; on a hot-plug connection not even that.  A chip that is
 * unknown, protected, cloned or locked up is no error.
 *
 * Returns: (transfer full): the identity; PROBE_LOST, TARGET_LOST or TIMEOUT if the chip cannot be
 *   asked
 */
FkIdentity *
fk_identify (FkTarget *target, FkProgress *progress, GCancellable *cancellable, GError **error)
{
  g_autoptr (FkIdentity) self = NULL;
  guint32 soon[FK_CRC_UNIT_CLOCK];
  guint n_soon;

  g_return_val_if_fail (FK_IS_TARGET (target) && fk_target_is_connected (target), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  self = identify_steadily (target, cancellable, error);
  if (self == NULL)
    return NULL;
  n_soon = self->chip != NULL ? fk_crc_unit_list_clock (self->chip, soon) : 0;
  fk_target_forget_all_but (target, soon, n_soon);
  if ((!fk_target_is_hot_plugged (target) && !fk_target_settle (target, error)) ||
      (self->chip != NULL && !quieten_watchdogs (self, target, error)) ||
      !look_for_lockup (self, target, cancellable, error))
    return NULL;
  g_ptr_array_add (self->warnings, NULL);
  if (self->chip != NULL)
    fk_progress_note (progress, _ ("Identified: %s"), fk_chip_get_name (self->chip));
  return g_steal_pointer (&self);
}
