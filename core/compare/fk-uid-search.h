/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/fk-range.h"
#include "image/fk-image.h"

G_BEGIN_DECLS

#define FK_UID_SIZE 12u

/**
 * FkUidHit:
 * @range: where it stands
 * @form: how it is written, for a sentence: "as it is", "back to front"; static
 */
typedef struct
{
  FkRange range;
  const char *form;
} FkUidHit;

/**
 * FkUidReference:
 * @range: of the literal, or of the MOVW that begins the pair
 * @address: that it refers to
 * @families: (nullable): whose unique ID stands there; %NULL when it was asked for
 */
typedef struct
{
  FkRange range;
  guint32 address;
  const char *families;
} FkUidReference;

GArray *fk_uid_list_words (GBytes *uid);
gboolean fk_uid_find (FkImage *image, GBytes *uid, FkUidHit *first, guint *n_hits);
gboolean fk_uid_find_reference (FkImage *image,
                                guint32 uid_address,
                                FkUidReference *first,
                                guint *n_references);

G_END_DECLS
