/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What fk_identify() found out: plain facts, with the sentences that a person should read. */

#include "config.h"

#include "flash/fk-identify-private.h"

#include <string.h>

G_DEFINE_FINAL_TYPE (FkIdentity, fk_identity, G_TYPE_OBJECT)

static void
fk_identity_finalize (GObject *object)
{
  FkIdentity *self = FK_IDENTITY (object);

  g_clear_object (&self->chip);
  g_clear_pointer (&self->designer_name, g_free);
  g_clear_pointer (&self->read_only_reason, g_free);
  g_clear_pointer (&self->uid_bytes, g_bytes_unref);
  g_clear_pointer (&self->uid_text, g_free);
  g_clear_pointer (&self->warnings, g_ptr_array_unref);

  G_OBJECT_CLASS (fk_identity_parent_class)->finalize (object);
}

static void
fk_identity_class_init (FkIdentityClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = fk_identity_finalize;
}

static void
fk_identity_init (FkIdentity *self)
{
  self->warnings = g_ptr_array_new_with_free_func (g_free);
  self->uid_text = g_strdup ("");
}

void
fk_identity_add_warning (FkIdentity *self, const char *text)
{
  g_ptr_array_add (self->warnings, g_strdup (text));
}

/* @reason: (transfer full): the first one counts; each is a warning too */
void
fk_identity_take_read_only (FkIdentity *self, char *reason)
{
  g_autofree char *owned = reason;

  fk_identity_add_warning (self, owned);
  if (self->read_only_reason == NULL)
    self->read_only_reason = g_steal_pointer (&owned);
}

/**
 * fk_identity_with_lockup:
 * @self: of a core that has locked up
 * @reason: a sentence that says why, better than the registers do
 *
 * Returns: (transfer full): the same, with @reason among the warnings instead
 */
FkIdentity *
fk_identity_with_lockup (FkIdentity *self, const char *reason)
{
  FkIdentity *copy;

  g_return_val_if_fail (FK_IS_IDENTITY (self) && self->locked_up, NULL);
  g_return_val_if_fail (reason != NULL, NULL);

  copy = g_object_new (FK_TYPE_IDENTITY, NULL);
  g_set_object (&copy->chip, self->chip);
  copy->core = self->core;
  copy->designer = self->designer;
  copy->designer_name = g_strdup (self->designer_name);
  copy->dpidr = self->dpidr;
  copy->idcode = self->idcode;
  copy->clone = self->clone;
  copy->read_only_reason = g_strdup (self->read_only_reason);
  memcpy (copy->uid, self->uid, sizeof copy->uid);
  copy->uid_bytes = self->uid_bytes != NULL ? g_bytes_ref (self->uid_bytes) : NULL;
  g_free (copy->uid_text);
  copy->uid_text = g_strdup (self->uid_text);
  copy->flash_size = self->flash_size;
  copy->answering_size = self->answering_size;
  copy->protection = self->protection;
  copy->locked_up = TRUE;
  /* The last, before the end, is what the registers said. */
  for (guint i = 0; i + 2 < self->warnings->len; i++)
    fk_identity_add_warning (copy, g_ptr_array_index (self->warnings, i));
  fk_identity_add_warning (copy, reason);
  g_ptr_array_add (copy->warnings, NULL);
  return copy;
}

/* Returns: (transfer none) (nullable): the chip as described; NULL for an unknown one, which can
 * only be read, at explicit addresses.  Whether it may be written says fk_identity_get_read_only().
 */
FkChip *
fk_identity_get_chip (FkIdentity *self)
{
  g_return_val_if_fail (FK_IS_IDENTITY (self), NULL);

  return self->chip;
}

/* Returns: what an erased byte of its flash reads as; 0xff, as of nearly all, for an unknown one */
guint8
fk_identity_get_erased_value (FkIdentity *self)
{
  g_return_val_if_fail (FK_IS_IDENTITY (self), 0xff);

  return self->chip != NULL ? fk_chip_get_erased_value (self->chip) : 0xff;
}

/* Returns: whether the chip must not be written: it is unknown, or not ST's */
gboolean
fk_identity_get_read_only (FkIdentity *self)
{
  g_return_val_if_fail (FK_IS_IDENTITY (self), TRUE);

  return self->read_only_reason != NULL;
}

/* Returns: (nullable): why, in a sentence that is among the warnings too */
const char *
fk_identity_get_read_only_reason (FkIdentity *self)
{
  g_return_val_if_fail (FK_IS_IDENTITY (self), NULL);

  return self->read_only_reason;
}

FkCore
fk_identity_get_core (FkIdentity *self)
{
  g_return_val_if_fail (FK_IS_IDENTITY (self), FK_CORE_UNKNOWN);

  return self->core;
}

/* Returns: as fk_target_get_designer() */
guint16
fk_identity_get_designer (FkIdentity *self)
{
  g_return_val_if_fail (FK_IS_IDENTITY (self), 0);

  return self->designer;
}

/* Returns: as fk_target_get_designer_name() */
const char *
fk_identity_get_designer_name (FkIdentity *self)
{
  g_return_val_if_fail (FK_IS_IDENTITY (self), NULL);

  return self->designer_name;
}

/* Returns: as fk_target_get_dpidr() */
guint32
fk_identity_get_dpidr (FkIdentity *self)
{
  g_return_val_if_fail (FK_IS_IDENTITY (self), 0);

  return self->dpidr;
}

/* Returns: (nullable): what the chip is, or may be, if it is one of data/chips/clones.ini; in
 *   English, to be translated */
const char *
fk_identity_get_clone_name (FkIdentity *self)
{
  g_return_val_if_fail (FK_IS_IDENTITY (self), NULL);

  return self->clone != NULL ? self->clone->name : NULL;
}

/* Returns: bits 11:0 of DBGMCU_IDCODE, as the chip says it; 0 where it does not.  Of another
 * maker's chip whose number is in other bits, the ID by which it is described. */
guint16
fk_identity_get_dev_id (FkIdentity *self)
{
  g_return_val_if_fail (FK_IS_IDENTITY (self), 0);

  if (self->clone != NULL && self->clone->chip_id != 0)
    return (guint16)self->clone->chip_id;
  return self->idcode & 0xfff;
}

/* Returns: bits 31:16 of DBGMCU_IDCODE */
guint16
fk_identity_get_rev_id (FkIdentity *self)
{
  g_return_val_if_fail (FK_IS_IDENTITY (self), 0);

  return self->idcode >> 16;
}

/* Returns: 24 hexadecimal digits, upper case, in the order of memory; "" where it cannot be read */
const char *
fk_identity_get_uid (FkIdentity *self)
{
  g_return_val_if_fail (FK_IS_IDENTITY (self), NULL);

  return self->uid_text;
}

/* Returns: (transfer none) (nullable): the 12 bytes; NULL where they cannot be read */
GBytes *
fk_identity_get_uid_bytes (FkIdentity *self)
{
  g_return_val_if_fail (FK_IS_IDENTITY (self), NULL);

  return self->uid_bytes;
}

/* Returns: what the flash size is taken as after the sanity rules, bytes; 0 for an unknown chip */
guint32
fk_identity_get_flash_size (FkIdentity *self)
{
  g_return_val_if_fail (FK_IS_IDENTITY (self), 0);

  return self->flash_size;
}

/* Returns: how much flash answers, bytes; more than the flash size where a chip has more than it
 *   admits.  Not looked for on a read-protected chip, where it is the flash size. */
guint32
fk_identity_get_answering_size (FkIdentity *self)
{
  g_return_val_if_fail (FK_IS_IDENTITY (self), 0);

  return self->answering_size;
}

/* Returns: the level of read protection that is in force; unknown for an unknown chip */
FkProtection
fk_identity_get_protection (FkIdentity *self)
{
  g_return_val_if_fail (FK_IS_IDENTITY (self), FK_PROTECTION_UNKNOWN);

  return self->protection;
}

/* Returns: whether the chip is read-protected, and there is a way here to open it, which erases it
 */
gboolean
fk_identity_can_unlock (FkIdentity *self)
{
  g_return_val_if_fail (FK_IS_IDENTITY (self), FALSE);

  return self->protection == FK_PROTECTION_READ && self->chip != NULL &&
         self->read_only_reason == NULL && fk_chip_get_number (self->chip, "product-state", 0) == 0;
}

/* Returns: whether the core had locked up; why is among the warnings */
gboolean
fk_identity_get_locked_up (FkIdentity *self)
{
  g_return_val_if_fail (FK_IS_IDENTITY (self), FALSE);

  return self->locked_up;
}

/* Returns: (array zero-terminated=1): what the person should know, each a sentence */
const char *const *
fk_identity_get_warnings (FkIdentity *self)
{
  g_return_val_if_fail (FK_IS_IDENTITY (self), NULL);

  return (const char *const *)self->warnings->pdata;
}
