/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "fake-program.h"

#include "base/fk-reader.h"

#define N_VECTORS 60u

typedef struct
{
  guint8 *data;
  gsize size;
  guint32 address;
  GRand *rand;
  FakeProgramFlags flags;
  GArray *functions; /* of guint32: addresses, bit 0 set */
  GArray *strings;   /* of guint32: addresses */
  GArray *literals;  /* of guint32: offsets of words that are to become pointers */
  GArray *moves;     /* of guint32: offsets of pairs that are to load pointers */
} Maker;

static guint32
pick (Maker *maker, GArray *array)
{
  return g_array_index (array, guint32, g_rand_int_range (maker->rand, 0, (gint32)array->len));
}

static void
put_half (Maker *maker, gsize *offset, guint half)
{
  fk_store_u16le (maker->data + *offset, (guint16)half);
  *offset += 2;
}

static void
make_function (Maker *maker, gsize *offset)
{
  guint n = (guint)g_rand_int_range (maker->rand, 4, 40);
  guint n_literals = (guint)g_rand_int_range (maker->rand, 0, 4);
  guint32 entry = maker->address + (guint32)*offset + 1;
  guint32 at;
  guint i;

  g_array_append_val (maker->functions, entry);
  put_half (maker, offset, 0xb510); /* push {r4, lr} */
  for (i = 0; i < n; i++)
    put_half (maker, offset, 0x2000u | (g_rand_int (maker->rand) & 0x1fff)); /* movs, cmp, adds */
  for (i = 0; i < n_literals && (maker->flags & FAKE_PROGRAM_MOVES) != 0; i++)
    {
      at = (guint32)*offset;
      g_array_append_val (maker->moves, at);
      *offset += 8;
    }
  put_half (maker, offset, 0xbd10); /* pop {r4, pc} */
  if (*offset % 4 != 0)
    put_half (maker, offset, 0xbf00);
  for (i = 0; i < n_literals && (maker->flags & FAKE_PROGRAM_MOVES) == 0; i++)
    {
      at = (guint32)*offset;
      g_array_append_val (maker->literals, at);
      *offset += 4;
    }
}

static void
make_strings (Maker *maker, gsize offset)
{
  offset++; /* the first follows a NUL as well */
  while (offset + 32 < maker->size)
    {
      guint n = (guint)g_rand_int_range (maker->rand, 4, 28);
      guint32 start = maker->address + (guint32)offset;
      guint i;

      g_array_append_val (maker->strings, start);
      for (i = 0; i < n; i++)
        maker->data[offset++] = (guint8)g_rand_int_range (maker->rand, ' ', '~');
      offset++;
    }
}

static guint32
pick_pointer (Maker *maker)
{
  guint kind = (guint)g_rand_int_range (maker->rand, 0, 4);

  if (kind == 0)
    return 0x20000000 + (g_rand_int (maker->rand) & 0x3ffc);
  return pick (maker, kind == 1 || maker->strings->len == 0 ? maker->functions : maker->strings);
}

/* MOVW (T3) and MOVT (T1) to r3. */
static void
make_move (Maker *maker, gsize offset, guint opcode, guint32 value)
{
  put_half (maker, &offset, opcode | value >> 12 | ((value >> 11) & 1) << 10);
  put_half (maker, &offset, ((value >> 8) & 7) << 12 | 3 << 8 | (value & 0xff));
}

static void
make_vectors (Maker *maker)
{
  guint32 loop = pick (maker, maker->functions);
  guint i;

  fk_store_u32le (maker->data, 0x20005000);
  for (i = 1; i < N_VECTORS; i++)
    fk_store_u32le (maker->data + 4 * i,
                    i == 1 || i % 7 == 0 ? pick (maker, maker->functions) : loop);
}

GBytes *
fake_program_new (guint32 address, gsize size, guint32 seed, FakeProgramFlags flags)
{
  Maker maker = { g_malloc0 (size),
                  size,
                  address,
                  g_rand_new_with_seed (seed),
                  flags,
                  g_array_new (FALSE, FALSE, 4),
                  g_array_new (FALSE, FALSE, 4),
                  g_array_new (FALSE, FALSE, 4),
                  g_array_new (FALSE, FALSE, 4) };
  gsize offset = 4 * N_VECTORS;
  guint i;

  g_assert_cmpuint (size, >=, 1024);
  while (offset < size / 4 * 3 - 128)
    make_function (&maker, &offset);
  if ((flags & FAKE_PROGRAM_NO_STRINGS) == 0)
    make_strings (&maker, offset);
  for (i = 0; i < maker.literals->len; i++)
    fk_store_u32le (maker.data + g_array_index (maker.literals, guint32, i), pick_pointer (&maker));
  for (i = 0; i < maker.moves->len; i++)
    {
      guint32 value = pick_pointer (&maker);

      make_move (&maker, g_array_index (maker.moves, guint32, i), 0xf240, value & 0xffff);
      make_move (&maker, g_array_index (maker.moves, guint32, i) + 4, 0xf2c0, value >> 16);
    }
  make_vectors (&maker);

  g_array_unref (maker.functions);
  g_array_unref (maker.strings);
  g_array_unref (maker.literals);
  g_array_unref (maker.moves);
  g_rand_free (maker.rand);
  return g_bytes_new_take (maker.data, size);
}
