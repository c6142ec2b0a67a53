/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * FkSimThumb:
 *
 * A program under construction: bytes that will lie at @base.  Only instructions of ARMv6-M, so
 * that it runs on every Cortex-M.  Literals are collected and laid down behind the function that
 * uses them, as compilers do.
 */
typedef struct
{
  GByteArray *bytes;
  guint32 base;
  GArray *literals; /* of struct { at, value } */
} FkSimThumb;

void fk_sim_thumb_init (FkSimThumb *self, guint32 base);
void fk_sim_thumb_clear (FkSimThumb *self);
guint32 fk_sim_thumb_get_address (FkSimThumb *self); /* where the next byte goes */
void fk_sim_thumb_put (FkSimThumb *self, guint16 code);
void fk_sim_thumb_put_word (FkSimThumb *self, guint32 value);
void fk_sim_thumb_set_word (FkSimThumb *self, guint32 address, guint32 value);
void fk_sim_thumb_pad_to (FkSimThumb *self, guint32 address, guint8 fill);

/* Instructions that need more than their bits. */
void fk_sim_thumb_load_literal (FkSimThumb *self, guint reg, guint32 value);
void fk_sim_thumb_call (FkSimThumb *self, guint32 target);
void fk_sim_thumb_branch (FkSimThumb *self, guint32 target);
guint fk_sim_thumb_begin_skip (FkSimThumb *self, guint condition); /* B<cond> forward, to … */
void fk_sim_thumb_end_skip (FkSimThumb *self, guint mark);         /* … here */
void fk_sim_thumb_branch_back (FkSimThumb *self, guint condition, guint32 target);
void fk_sim_thumb_end_function (FkSimThumb *self);

G_END_DECLS
