/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chip/fk-chip-db.h"
#include "chip/fk-clone.h"
#include "flash/fk-identify.h"
#include "target/fk-target.h"

G_BEGIN_DECLS

/**
 * FkReach:
 * @secure_start: how far behind the start of the flash that of the second core begins, bytes;
 *   %G_MAXUINT32 where it has none
 *
 * What of the flash can be read.
 */
typedef struct
{
  guint32 secure_start;
} FkReach;

/* fk-identify-reach.c */
gboolean fk_identify_reach (FkTarget *target, FkChip *largest, FkReach *reach, GError **error);
gboolean fk_reach_is_all (const FkReach *self);
char *fk_reach_limit (const FkReach *self, FkChip *chip, guint32 *size);

#define FK_UID_WORDS  3
#define FK_UID_LENGTH (FK_UID_WORDS * 4)

struct _FkIdentity
{
  GObject parent_instance;

  FkChip *chip;
  FkCore core;
  guint16 designer;
  char *designer_name;
  guint32 dpidr;
  guint32 idcode;
  const FkClone *clone; /* not owned: of the list of clones */
  char *read_only_reason;
  guint8 uid[FK_UID_LENGTH];
  GBytes *uid_bytes;
  char *uid_text;
  guint32 flash_size;
  guint32 answering_size;
  FkProtection protection;
  gboolean locked_up;
  GPtrArray *warnings; /* NULL-terminated at the end */
};

/* fk-identity.c */
void fk_identity_add_warning (FkIdentity *self, const char *text);
void fk_identity_take_read_only (FkIdentity *self, char *reason);

/* fk-identify-size.c */
gboolean fk_identify_flash_size (FkTarget *target,
                                 const FkChipDesc *desc,
                                 FkChip *kind,
                                 gboolean readable,
                                 gboolean is_first,
                                 const guint32 *soon,
                                 guint n_soon,
                                 GPtrArray *warnings,
                                 guint32 *size,
                                 guint32 *answering,
                                 GCancellable *cancellable,
                                 GError **error);

G_END_DECLS
