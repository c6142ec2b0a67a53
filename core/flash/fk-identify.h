/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chip/fk-chip.h"
#include "flash/fk-option-bytes.h"
#include "target/fk-target.h"

G_BEGIN_DECLS

/**
 * FkIdentity:
 *
 * What a connected chip says of itself, checked.  Immutable; may be shared between threads.
 * Warnings and reasons are whole sentences for the person: "The size register says 64 KiB, but 128
 * KiB answer."  What the getters return belongs to the identity.
 */
#define FK_TYPE_IDENTITY (fk_identity_get_type ())
G_DECLARE_FINAL_TYPE (FkIdentity, fk_identity, FK, IDENTITY, GObject)

FkIdentity *
fk_identify (FkTarget *target, FkProgress *progress, GCancellable *cancellable, GError **error);
FkIdentity *fk_identity_with_lockup (FkIdentity *self, const char *reason);

FkChip *fk_identity_get_chip (FkIdentity *self);
guint8 fk_identity_get_erased_value (FkIdentity *self);
gboolean fk_identity_get_read_only (FkIdentity *self);
const char *fk_identity_get_read_only_reason (FkIdentity *self);
FkCore fk_identity_get_core (FkIdentity *self);
guint16 fk_identity_get_designer (FkIdentity *self);
const char *fk_identity_get_designer_name (FkIdentity *self);
guint32 fk_identity_get_dpidr (FkIdentity *self);
const char *fk_identity_get_clone_name (FkIdentity *self);
guint16 fk_identity_get_dev_id (FkIdentity *self);
guint16 fk_identity_get_rev_id (FkIdentity *self);
const char *fk_identity_get_uid (FkIdentity *self);
GBytes *fk_identity_get_uid_bytes (FkIdentity *self);
guint32 fk_identity_get_flash_size (FkIdentity *self);
guint32 fk_identity_get_answering_size (FkIdentity *self);
FkProtection fk_identity_get_protection (FkIdentity *self);
gboolean fk_identity_can_unlock (FkIdentity *self);
gboolean fk_identity_get_locked_up (FkIdentity *self);
const char *const *fk_identity_get_warnings (FkIdentity *self);

G_END_DECLS
