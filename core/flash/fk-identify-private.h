/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chip/fk-chip-db.h"
#include "target/fk-target.h"

G_BEGIN_DECLS

/* fk-identify-size.c */
gboolean fk_identify_flash_size (FkTarget *target,
                                 const FkChipDesc *desc,
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
