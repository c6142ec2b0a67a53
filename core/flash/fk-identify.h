/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chip/fk-chip.h"
#include "flash/fk-option-bytes.h"
#include "target/fk-target.h"

G_BEGIN_DECLS

/**
 * FkIdentity:
 *
 * What a connected chip says of itself, checked.  Immutable.
 * Warnings are whole sentences: "The size register says 64 KiB, but 128 KiB answer."
 */
#define FK_TYPE_IDENTITY (fk_identity_get_type ())
G_DECLARE_FINAL_TYPE (FkIdentity, fk_identity, FK, IDENTITY, GObject)

FkIdentity *
fk_identify (FkTarget *target, FkProgress *progress, GCancellable *cancellable, GError **error);

FkChip *fk_identity_get_chip (FkIdentity *self); /* (nullable): NULL for an unknown chip, which can
                                                    only be read at explicit addresses */
FkCore fk_identity_get_core (FkIdentity *self);
guint16 fk_identity_get_designer (FkIdentity *self);
guint16 fk_identity_get_dev_id (FkIdentity *self); /* 12 bits */
guint16 fk_identity_get_rev_id (FkIdentity *self);
const char *fk_identity_get_uid (
    FkIdentity *self); /* 24 hex digits, upper case, in memory order; "" when it cannot be read */
GBytes *fk_identity_get_uid_bytes (FkIdentity *self); /* 12 bytes */
guint32 fk_identity_get_flash_size (
    FkIdentity *self); /* what the size register says after the sanity rules; chip's size */
FkProtection fk_identity_get_protection (FkIdentity *self);
gboolean fk_identity_get_locked_up (FkIdentity *self);
const char *const *fk_identity_get_warnings (FkIdentity *self);

G_END_DECLS
