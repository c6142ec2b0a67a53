/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "sim/fk-sim-thumb.h"

#include "base/fk-reader.h"

/* A very small assembler for Thumb, after ARM DDI 0419C A6 (encodings T1). */

typedef struct
{
  guint at; /* offset of the LDR */
  guint32 value;
} Literal;

void
fk_sim_thumb_init (FkSimThumb *self, guint32 base)
{
  g_assert (base % 4 == 0);

  self->bytes = g_byte_array_new ();
  self->base = base;
  self->literals = g_array_new (FALSE, FALSE, sizeof (Literal));
}

void
fk_sim_thumb_clear (FkSimThumb *self)
{
  g_clear_pointer (&self->bytes, g_byte_array_unref);
  g_clear_pointer (&self->literals, g_array_unref);
}

guint32
fk_sim_thumb_get_address (FkSimThumb *self)
{
  return self->base + self->bytes->len;
}

void
fk_sim_thumb_put (FkSimThumb *self, guint16 code)
{
  fk_writer_u16le (self->bytes, code);
}

void
fk_sim_thumb_put_word (FkSimThumb *self, guint32 value)
{
  fk_writer_u32le (self->bytes, value);
}

void
fk_sim_thumb_set_word (FkSimThumb *self, guint32 address, guint32 value)
{
  g_assert (address - self->base + 4 <= self->bytes->len);

  fk_store_u32le (self->bytes->data + (address - self->base), value);
}

void
fk_sim_thumb_pad_to (FkSimThumb *self, guint32 address, guint8 fill)
{
  g_assert (address >= fk_sim_thumb_get_address (self));

  while (fk_sim_thumb_get_address (self) < address)
    fk_writer_u8 (self->bytes, fill);
}

/* LDR Rt, [PC, #…]; the offset follows when the pool is laid down. */
void
fk_sim_thumb_load_literal (FkSimThumb *self, guint reg, guint32 value)
{
  Literal literal = { self->bytes->len, value };

  g_assert (reg < 8);

  g_array_append_val (self->literals, literal);
  fk_sim_thumb_put (self, 0x4800 | reg << 8);
}

void
fk_sim_thumb_call (FkSimThumb *self, guint32 target)
{
  guint32 offset = (target & ~1u) - (fk_sim_thumb_get_address (self) + 4);

  fk_sim_thumb_put (self, 0xf000 | (offset >> 12 & 0x7ff));
  fk_sim_thumb_put (self, 0xf800 | (offset >> 1 & 0x7ff));
}

void
fk_sim_thumb_branch (FkSimThumb *self, guint32 target)
{
  guint32 offset = target - (fk_sim_thumb_get_address (self) + 4);

  fk_sim_thumb_put (self, 0xe000 | (offset >> 1 & 0x7ff));
}

guint
fk_sim_thumb_begin_skip (FkSimThumb *self, guint condition)
{
  fk_sim_thumb_put (self, 0xd000 | condition << 8);
  return self->bytes->len - 2;
}

void
fk_sim_thumb_end_skip (FkSimThumb *self, guint mark)
{
  guint distance = self->bytes->len - (mark + 4);

  g_assert (distance < 256);
  self->bytes->data[mark] = (guint8)(distance / 2);
}

void
fk_sim_thumb_branch_back (FkSimThumb *self, guint condition, guint32 target)
{
  guint32 offset = target - (fk_sim_thumb_get_address (self) + 4);

  fk_sim_thumb_put (self, 0xd000 | condition << 8 | (offset >> 1 & 0xff));
}

/* The literal pool: each value once, word-aligned, within 1020 bytes of its use. */
void
fk_sim_thumb_end_function (FkSimThumb *self)
{
  g_autoptr (GHashTable) places = g_hash_table_new (NULL, NULL);

  if (self->bytes->len % 4 != 0)
    fk_sim_thumb_put (self, 0x46c0); /* MOV R8, R8: the classic NOP */
  for (guint i = 0; i < self->literals->len; i++)
    {
      const Literal *literal = &g_array_index (self->literals, Literal, i);
      gpointer key = GUINT_TO_POINTER (literal->value);
      guint place = GPOINTER_TO_UINT (g_hash_table_lookup (places, key));
      guint pc = (literal->at + 4) & ~3u;

      if (place == 0)
        {
          place = self->bytes->len;
          fk_sim_thumb_put_word (self, literal->value);
          g_hash_table_insert (places, key, GUINT_TO_POINTER (place));
        }
      g_assert (place >= pc && place - pc <= 1020);
      self->bytes->data[literal->at] = (guint8)((place - pc) / 4);
    }
  g_array_set_size (self->literals, 0);
}
