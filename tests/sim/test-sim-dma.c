/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chip-bench.h"

#include "base/fk-reader.h"
#include "sim/fk-sim.h"

/* The DMA controller of the simulated F0 and F1.  RM0008 13, RM0360 10. */

#define ISR  0x40020000u
#define IFCR 0x40020004u

/* Of channel n, from 1 on */
#define CCR(n)   (0x40020008u + 20 * ((n)-1))
#define CNDTR(n) (CCR (n) + 4)
#define CPAR(n)  (CCR (n) + 8)
#define CMAR(n)  (CCR (n) + 12)

#define EN      (1u << 0)
#define TCIE    (1u << 1)
#define HTIE    (1u << 2)
#define TEIE    (1u << 3)
#define DIR     (1u << 4)
#define CIRC    (1u << 5)
#define PINC    (1u << 6)
#define MINC    (1u << 7)
#define PSIZE8  (0u << 8)
#define PSIZE16 (1u << 8)
#define PSIZE32 (2u << 8)
#define MSIZE8  (0u << 10)
#define MSIZE16 (1u << 10)
#define MSIZE32 (2u << 10)
#define PL(n)   ((guint32)(n) << 12)
#define MEM2MEM (1u << 14)
#define WORDS   (MEM2MEM | PSIZE32 | MSIZE32)

#define GIF(n)  (1u << 4 * ((n)-1))
#define TCIF(n) (2u << 4 * ((n)-1))
#define HTIF(n) (4u << 4 * ((n)-1))
#define TEIF(n) (8u << 4 * ((n)-1))

#define CFGR    0x40021004u
#define AHBENR  0x40021014u
#define DMAEN   (1u << 0)
#define CRCEN   (1u << 6)
#define CRC_DR  0x40023000u
#define CRC_CR  0x40023008u
#define FPEC    0x40022000u
#define FPEC_SR 0x4002200cu
#define FPEC_CR 0x40022010u

#define FROM (RAM + 0x400)
#define TO   (RAM + 0x800)

/* HSI: 8 MHz; an element: 6 cycles, and what flash or the old CRC unit add. */
#define CYCLE   (125u)
#define ELEMENT (6u * CYCLE)

static const char *const models[] = { "stm32f103c8", "stm32f103rc", "stm32f030f4" };

static gboolean
is_f0 (const char *model)
{
  return g_str_has_prefix (model, "stm32f0");
}

/* Halted, with the clock of the controller and that of the CRC unit on, and something to move. */
static FkSimChip *
make_chip (const char *model)
{
  FkSimChip *chip = bench_new (model);

  reset_halt (chip);
  set (chip, AHBENR, 0x14 | DMAEN | CRCEN);
  for (guint i = 0; i < 0x100; i++)
    {
      set (chip, FROM + 4 * i, 0xa1000000u + i * 0x10203u);
      set (chip, TO + 4 * i, 0);
    }
  return chip;
}

static guint32
get_word_of_flash (guint i)
{
  return 0x08152a00u + i * 0x01000193u;
}

static void
fill_flash (FkSimChip *chip, guint n_words)
{
  for (guint i = 0; i < n_words; i++)
    {
      guint8 bytes[4];

      fk_store_u32le (bytes, get_word_of_flash (i));
      g_assert_true (fk_sim_chip_poke (chip, FLASH + 4 * i, bytes, sizeof bytes));
    }
}

static void
start (FkSimChip *chip, guint n, guint32 ccr, guint32 cpar, guint32 cmar, guint count)
{
  set (chip, CCR (n), 0);
  set (chip, CPAR (n), cpar);
  set (chip, CMAR (n), cmar);
  set (chip, CNDTR (n), count);
  set (chip, CCR (n), ccr | EN);
}

static void
assert_copied (FkSimChip *chip, guint n_words)
{
  for (guint i = 0; i < n_words; i++)
    g_assert_cmphex (get (chip, TO + 4 * i), ==, get (chip, FROM + 4 * i));
  g_assert_cmphex (get (chip, TO + 4 * n_words), ==, 0);
}

static void
test_registers (gconstpointer data)
{
  g_autoptr (FkSimChip) chip = make_chip (data);
  guint n_channels = is_f0 (data) ? 5 : 7;

  g_assert_cmphex (get (chip, ISR), ==, 0);
  set (chip, ISR, 0xffffffff);
  g_assert_cmphex (get (chip, ISR), ==, 0);
  g_assert_cmphex (get (chip, IFCR), ==, 0);
  for (guint n = 1; n <= 7; n++)
    {
      gboolean is_there = n <= n_channels;

      g_assert_cmphex (get (chip, CCR (n)), ==, 0);
      set (chip, CCR (n), 0xfffffffe);
      set (chip, CNDTR (n), 0xffffffff);
      set (chip, CPAR (n), 0x12345670 + n);
      set (chip, CMAR (n), 0x89abcde0 + n);
      g_assert_cmphex (get (chip, CCR (n)), ==, is_there ? 0x7ffe : 0);
      g_assert_cmphex (get (chip, CNDTR (n)), ==, is_there ? 0xffff : 0);
      g_assert_cmphex (get (chip, CPAR (n)), ==, is_there ? 0x12345670 + n : 0);
      g_assert_cmphex (get (chip, CMAR (n)), ==, is_there ? 0x89abcde0 + n : 0);
      set (chip, CMAR (n) + 4, 0xffffffff);
      g_assert_cmphex (get (chip, CMAR (n) + 4), ==, 0);
    }

  set_as (chip, CPAR (2) + 1, 1, 0xee);
  g_assert_cmphex (get (chip, CPAR (2)), ==, 0x1234ee72);
  set_as (chip, CPAR (2) + 2, 2, 0xaabb);
  g_assert_cmphex (get (chip, CPAR (2)), ==, 0xaabbee72);
  g_assert_cmphex (get_as (chip, CPAR (2) + 3, 1), ==, 0xaa);
}

static void
test_locked (gconstpointer data)
{
  g_autoptr (FkSimChip) chip = make_chip (data);
  const guint32 ccr = PINC | PSIZE32 | MSIZE32;

  start (chip, 3, ccr, FROM, TO, 10);
  set (chip, CNDTR (3), 20);
  set (chip, CPAR (3), RAM);
  set (chip, CMAR (3), RAM);
  g_assert_cmpuint (get (chip, CNDTR (3)), ==, 10);
  g_assert_cmphex (get (chip, CPAR (3)), ==, FROM);
  g_assert_cmphex (get (chip, CMAR (3)), ==, TO);
  set (chip, CCR (3), EN | TCIE | HTIE | TEIE | MINC | MEM2MEM);
  g_assert_cmphex (get (chip, CCR (3)), ==, ccr | EN | TCIE | HTIE | TEIE);
  /* Another one is not. */
  set (chip, CNDTR (2), 20);
  g_assert_cmpuint (get (chip, CNDTR (2)), ==, 20);

  set (chip, CCR (3), MINC);
  g_assert_cmphex (get (chip, CCR (3)), ==, MINC);
  set (chip, CNDTR (3), 20);
  set (chip, CPAR (3), RAM);
  set (chip, CMAR (3), RAM + 4);
  g_assert_cmpuint (get (chip, CNDTR (3)), ==, 20);
  g_assert_cmphex (get (chip, CPAR (3)), ==, RAM);
  g_assert_cmphex (get (chip, CMAR (3)), ==, RAM + 4);
}

/* @ccr: with the direction */
static void
check_copy (FkSimChip *chip, guint n, guint32 ccr)
{
  guint32 cpar = ccr & DIR ? TO : FROM;
  guint32 cmar = ccr & DIR ? FROM : TO;
  guint8 bytes[8];

  start (chip, n, ccr | PINC | MINC, cpar, cmar, 100);
  g_assert_cmpuint (get (chip, CNDTR (n)), ==, 100);
  fk_sim_chip_advance (chip, ELEMENT - 1);
  g_assert_cmpuint (get (chip, CNDTR (n)), ==, 100);
  g_assert_cmphex (get (chip, TO), ==, 0);
  fk_sim_chip_advance (chip, 1);
  g_assert_cmpuint (get (chip, CNDTR (n)), ==, 99);
  assert_copied (chip, 1);
  fk_sim_chip_advance (chip, 48 * ELEMENT);
  g_assert_true (fk_sim_chip_peek (chip, TO + 4 * 48, bytes, sizeof bytes));
  g_assert_cmphex (fk_load_u32le (bytes), ==, get (chip, FROM + 4 * 48));
  g_assert_cmphex (fk_load_u32le (bytes + 4), ==, 0);
  g_assert_cmpuint (get (chip, CNDTR (n)), ==, 51);
  g_assert_cmphex (get (chip, ISR), ==, 0);
  fk_sim_chip_advance (chip, ELEMENT);
  g_assert_cmphex (get (chip, ISR), ==, GIF (n) | HTIF (n));
  assert_copied (chip, 50);
  fk_sim_chip_advance (chip, 49 * ELEMENT);
  g_assert_cmphex (get (chip, ISR), ==, GIF (n) | HTIF (n));
  assert_copied (chip, 99);
  fk_sim_chip_advance (chip, ELEMENT);
  g_assert_cmphex (get (chip, ISR), ==, GIF (n) | HTIF (n) | TCIF (n));
  fk_sim_chip_advance (chip, 10 * MS);
  assert_copied (chip, 100);

  /* The registers keep what was written, but for the count; and EN. */
  g_assert_cmpuint (get (chip, CNDTR (n)), ==, 0);
  g_assert_cmphex (get (chip, CPAR (n)), ==, cpar);
  g_assert_cmphex (get (chip, CMAR (n)), ==, cmar);
  g_assert_cmphex (get (chip, CCR (n)), ==, ccr | PINC | MINC | EN);
  set (chip, IFCR, GIF (n));
  g_assert_cmphex (get (chip, ISR), ==, 0);
}

static void
test_copy (gconstpointer data)
{
  g_autoptr (FkSimChip) chip = make_chip (data);
  g_autoptr (FkSimChip) other = make_chip (data);

  check_copy (chip, 1, WORDS);
  check_copy (other, 5, WORDS | DIR);
  /* The rest as before, from the start again */
  for (guint i = 0; i < 100; i++)
    set (chip, FROM + 4 * i, 77 + i);
  start (chip, 1, WORDS | PINC | MINC, FROM, TO, 100);
  fk_sim_chip_advance (chip, 100 * ELEMENT);
  assert_copied (chip, 100);
}

/* Without increments; at addresses that are not aligned; with a count of 0 */
static void
test_addresses (gconstpointer data)
{
  g_autoptr (FkSimChip) chip = make_chip (data);

  start (chip, 1, WORDS | PINC, FROM, TO, 5);
  fk_sim_chip_advance (chip, MS);
  g_assert_cmphex (get (chip, TO), ==, get (chip, FROM + 16));
  g_assert_cmphex (get (chip, TO + 4), ==, 0);
  start (chip, 1, WORDS | MINC, FROM, TO, 5);
  fk_sim_chip_advance (chip, MS);
  g_assert_cmphex (get (chip, TO), ==, get (chip, FROM));
  g_assert_cmphex (get (chip, TO + 16), ==, get (chip, FROM));
  g_assert_cmphex (get (chip, TO + 20), ==, 0);
  start (chip, 1, WORDS | PINC | MINC, FROM + 3, TO + 0x102, 2);
  fk_sim_chip_advance (chip, MS);
  g_assert_cmphex (get (chip, TO + 0x100), ==, get (chip, FROM));
  g_assert_cmphex (get (chip, TO + 0x104), ==, get (chip, FROM + 4));
  g_assert_cmphex (get (chip, CPAR (1)), ==, FROM + 3);
  start (chip, 1, MEM2MEM | PSIZE16 | MSIZE16 | PINC | MINC, FROM + 3, TO + 0x201, 1);
  fk_sim_chip_advance (chip, MS);
  g_assert_cmphex (get (chip, TO + 0x200), ==, get_as (chip, FROM + 2, 2));

  set (chip, IFCR, 0x1);
  start (chip, 1, WORDS | PINC | MINC, FROM, TO + 0x300, 0);
  fk_sim_chip_advance (chip, MS);
  g_assert_cmphex (get (chip, ISR), ==, 0);
  g_assert_cmphex (get (chip, TO + 0x300), ==, 0);
}

/* The table "Programmable data width & endian behavior": four elements, source and target. */
static void
test_widths (gconstpointer data)
{
  static const struct
  {
    guint32 ccr;
    guint width;
    guint32 words[4];
  } rows[] = {
    { PSIZE8 | MSIZE8, 1, { 0xb3b2b1b0 } },
    { PSIZE8 | MSIZE16, 2, { 0x00b100b0, 0x00b300b2 } },
    { PSIZE8 | MSIZE32, 4, { 0xb0, 0xb1, 0xb2, 0xb3 } },
    { PSIZE16 | MSIZE8, 1, { 0xb6b4b2b0 } },
    { PSIZE16 | MSIZE16, 2, { 0xb3b2b1b0, 0xb7b6b5b4 } },
    { PSIZE16 | MSIZE32, 4, { 0xb1b0, 0xb3b2, 0xb5b4, 0xb7b6 } },
    { PSIZE32 | MSIZE8, 1, { 0xbcb8b4b0 } },
    { PSIZE32 | MSIZE16, 2, { 0xb5b4b1b0, 0xbdbcb9b8 } },
    { PSIZE32 | MSIZE32, 4, { 0xb3b2b1b0, 0xb7b6b5b4, 0xbbbab9b8, 0xbfbebdbc } },
  };
  g_autoptr (FkSimChip) chip = make_chip (data);

  for (guint i = 0; i < 16; i++)
    set_as (chip, FROM + i, 1, 0xb0 + i);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    for (guint dir = 0; dir < 2; dir++)
      {
        guint32 sizes = rows[i].ccr;

        /* The other way round, the source is at the end of the memory. */
        if (dir == 1)
          sizes = (sizes >> 2 & 3u << 8) | (sizes << 2 & 3u << 10) | DIR;
        for (guint k = 0; k < 4; k++)
          set (chip, TO + 4 * k, 0xcccccccc);
        start (chip, 2, MEM2MEM | PINC | MINC | sizes, dir == 0 ? FROM : TO, dir == 0 ? TO : FROM,
               4);
        fk_sim_chip_advance (chip, MS);
        for (guint k = 0; k < 4; k++)
          g_assert_cmphex (get (chip, TO + 4 * k), ==,
                           k < rows[i].width ? rows[i].words[k] : 0xcccccccc);
      }
}

static void
test_flags (gconstpointer data)
{
  g_autoptr (FkSimChip) chip = make_chip (data);
  const guint32 ccr = WORDS | PINC | MINC;

  /* Of three, two are the half; of one, all. */
  start (chip, 1, ccr, FROM, TO, 3);
  fk_sim_chip_advance (chip, ELEMENT);
  g_assert_cmphex (get (chip, ISR), ==, 0);
  fk_sim_chip_advance (chip, ELEMENT);
  g_assert_cmphex (get (chip, ISR), ==, GIF (1) | HTIF (1));
  set (chip, IFCR, HTIF (1));
  g_assert_cmphex (get (chip, ISR), ==, GIF (1));
  fk_sim_chip_advance (chip, ELEMENT);
  g_assert_cmphex (get (chip, ISR), ==, GIF (1) | TCIF (1));
  start (chip, 4, ccr, FROM, TO, 1);
  fk_sim_chip_advance (chip, ELEMENT);
  g_assert_cmphex (get (chip, ISR), ==, GIF (1) | TCIF (1) | GIF (4) | HTIF (4) | TCIF (4));

  set (chip, IFCR, 0);
  set (chip, IFCR, TEIF (1) | HTIF (4) | GIF (2));
  g_assert_cmphex (get (chip, ISR), ==, GIF (1) | TCIF (1) | GIF (4) | TCIF (4));
  set (chip, IFCR, GIF (4));
  g_assert_cmphex (get (chip, ISR), ==, GIF (1) | TCIF (1));
  set (chip, IFCR, TCIF (1));
  g_assert_cmphex (get (chip, ISR), ==, GIF (1));
  set (chip, IFCR, 0xffffffff);
  g_assert_cmphex (get (chip, ISR), ==, 0);
}

/* What waits for a peripheral waits for ever; what the manual forbids does not move. */
static void
test_still (gconstpointer data)
{
  static const guint32 ccrs[] = {
    PSIZE32 | MSIZE32 | PINC | MINC,        PSIZE32 | MSIZE32 | PINC | MINC | DIR,
    PSIZE32 | MSIZE32 | PINC | MINC | CIRC, WORDS | PINC | MINC | CIRC,
    MEM2MEM | PINC | MINC | 3u << 8,        MEM2MEM | PINC | MINC | 3u << 10,
  };
  g_autoptr (FkSimChip) chip = make_chip (data);

  for (guint i = 0; i < G_N_ELEMENTS (ccrs); i++)
    {
      start (chip, 1, ccrs[i], FROM, TO, 8);
      fk_sim_chip_advance (chip, MS);
      g_assert_cmpuint (get (chip, CNDTR (1)), ==, 8);
      g_assert_cmphex (get (chip, ISR), ==, 0);
      g_assert_cmphex (get (chip, TO), ==, 0);
    }
  start (chip, 1, WORDS | PINC | MINC, FROM, TO, 8);
  fk_sim_chip_advance (chip, 3 * ELEMENT);
  set (chip, CCR (1), WORDS | PINC | MINC);
  fk_sim_chip_advance (chip, MS);
  g_assert_cmpuint (get (chip, CNDTR (1)), ==, 5);
  assert_copied (chip, 3);
}

static void
test_priority (gconstpointer data)
{
  g_autoptr (FkSimChip) chip = make_chip (data);
  const guint32 ccr = WORDS | PINC | MINC;

  start (chip, 1, ccr | PL (1), FROM, TO, 10);
  start (chip, 4, ccr | PL (2), FROM, TO + 0x100, 10);
  start (chip, 5, ccr | PL (2), FROM, TO + 0x200, 10);
  fk_sim_chip_advance (chip, 4 * ELEMENT);
  g_assert_cmpuint (get (chip, CNDTR (4)), ==, 6);
  g_assert_cmpuint (get (chip, CNDTR (5)), ==, 10);
  g_assert_cmpuint (get (chip, CNDTR (1)), ==, 10);
  start (chip, 2, ccr | PL (3), FROM, TO + 0x300, 3);
  fk_sim_chip_advance (chip, 3 * ELEMENT);
  g_assert_cmpuint (get (chip, CNDTR (2)), ==, 0);
  g_assert_cmpuint (get (chip, CNDTR (4)), ==, 6);
  fk_sim_chip_advance (chip, 8 * ELEMENT);
  g_assert_cmpuint (get (chip, CNDTR (4)), ==, 0);
  g_assert_cmpuint (get (chip, CNDTR (5)), ==, 8);
  g_assert_cmpuint (get (chip, CNDTR (1)), ==, 10);
  fk_sim_chip_advance (chip, 18 * ELEMENT);
  g_assert_cmpuint (get (chip, CNDTR (1)), ==, 0);
  g_assert_cmphex (get (chip, ISR), ==, 0x00077077);
}

/* Flash into the CRC unit: the sum that the debugger gets when it writes the words itself, and the
 * time: the old unit holds the bus. */
static void
test_crc (gconstpointer data)
{
  g_autoptr (FkSimChip) chip = make_chip (data);
  guint element = (is_f0 (data) ? 6 : 10) * CYCLE;
  const guint n_words = 1000;
  guint32 expected;

  fill_flash (chip, n_words);
  set (chip, CRC_CR, 1);
  for (guint i = 0; i < n_words; i++)
    set (chip, CRC_DR, get_word_of_flash (i));
  expected = get (chip, CRC_DR);
  set (chip, CRC_CR, 1);
  for (guint i = 0; i < n_words / 2; i++)
    set (chip, CRC_DR, get_word_of_flash (i));
  g_assert_cmphex (get (chip, CRC_DR), !=, expected);

  for (guint dir = 0; dir < 2; dir++)
    {
      guint32 half = get (chip, CRC_DR);

      set (chip, CRC_CR, 1);
      start (chip, 1, WORDS | (dir == 0 ? PINC : MINC | DIR), dir == 0 ? FLASH : CRC_DR,
             dir == 0 ? CRC_DR : FLASH, n_words);
      fk_sim_chip_advance (chip, n_words / 2 * element);
      g_assert_cmpuint (get (chip, CNDTR (1)), ==, n_words / 2);
      if (dir == 0)
        g_assert_cmphex (get (chip, CRC_DR), ==, half);
      fk_sim_chip_advance (chip, n_words / 2 * element - 1);
      g_assert_cmphex (get (chip, ISR), ==, GIF (1) | HTIF (1));
      fk_sim_chip_advance (chip, 1);
      g_assert_cmphex (get (chip, ISR), ==, GIF (1) | HTIF (1) | TCIF (1));
      g_assert_cmphex (get (chip, CRC_DR), ==, expected);
      set (chip, IFCR, GIF (1));
    }

  /* Without its clock the unit takes nothing, and holds nothing. */
  set (chip, CRC_CR, 1);
  set (chip, AHBENR, 0x14 | DMAEN);
  start (chip, 1, WORDS | PINC, FLASH, CRC_DR, n_words);
  fk_sim_chip_advance (chip, n_words * ELEMENT);
  g_assert_cmphex (get (chip, ISR), ==, GIF (1) | HTIF (1) | TCIF (1));
  set (chip, AHBENR, 0x14 | DMAEN | CRCEN);
  g_assert_cmphex (get (chip, CRC_DR), ==, 0xffffffff);
}

/* Each read of flash waits as FLASH_ACR says, one of RAM does not; a slower clock slows all. */
static void
test_waits (gconstpointer data)
{
  g_autoptr (FkSimChip) chip = make_chip (data);
  const guint32 ccr = WORDS | PINC | MINC;

  fill_flash (chip, 100);
  set (chip, FPEC, 1);
  start (chip, 1, ccr, FLASH, TO, 100);
  fk_sim_chip_advance (chip, 100 * (ELEMENT + CYCLE) - 1);
  g_assert_cmpuint (get (chip, CNDTR (1)), ==, 1);
  fk_sim_chip_advance (chip, 1);
  g_assert_cmpuint (get (chip, CNDTR (1)), ==, 0);
  g_assert_cmphex (get (chip, TO + 4 * 99), ==, get_word_of_flash (99));
  start (chip, 1, ccr, FROM, TO, 100);
  fk_sim_chip_advance (chip, 60 * ELEMENT);
  g_assert_cmpuint (get (chip, CNDTR (1)), ==, 40);

  set (chip, CFGR, 0x80); /* HCLK is SYSCLK / 2 */
  fk_sim_chip_advance (chip, 20 * ELEMENT);
  g_assert_cmpuint (get (chip, CNDTR (1)), ==, 30);
  set (chip, CFGR, 0);
  fk_sim_chip_advance (chip, 20 * ELEMENT);
  g_assert_cmpuint (get (chip, CNDTR (1)), ==, 10);
  set (chip, CCR (1), 0);

  /* 24 MHz by the PLL: 41.66 ns a cycle, none of it lost. */
  set (chip, CFGR, 4u << 18);
  set (chip, 0x40021000, 1u << 24 | 1);
  set (chip, CFGR, 4u << 18 | 2);
  start (chip, 1, ccr & ~(PINC | MINC), FROM, TO, 60000);
  fk_sim_chip_advance (chip, 30000 * ELEMENT / 3 - 1);
  g_assert_cmpuint (get (chip, CNDTR (1)), >=, 30000);
  fk_sim_chip_advance (chip, 1 * US);
  g_assert_cmpuint (get (chip, CNDTR (1)), <=, 30000);
  g_assert_cmpuint (get (chip, CNDTR (1)), >=, 29996);
}

/* Without its clock it reads as 0, takes nothing, and what moves stands still (RM0008 7.3.6). */
static void
test_clock_gate (gconstpointer data)
{
  g_autoptr (FkSimChip) chip = make_chip (data);
  const guint32 ccr = WORDS | PINC | MINC;

  start (chip, 1, ccr, FROM, TO, 10);
  fk_sim_chip_advance (chip, 6 * ELEMENT);
  set (chip, AHBENR, 0x14);
  g_assert_cmphex (get (chip, ISR), ==, 0);
  g_assert_cmphex (get (chip, CCR (1)), ==, 0);
  g_assert_cmphex (get (chip, CPAR (1)), ==, 0);
  set (chip, CCR (1), 0);
  set (chip, IFCR, 0xffffffff);
  set (chip, CPAR (2), 0x1234);
  fk_sim_chip_advance (chip, MS);
  assert_copied (chip, 6);
  set (chip, AHBENR, 0x14 | DMAEN);
  g_assert_cmphex (get (chip, CCR (1)), ==, ccr | EN);
  g_assert_cmphex (get (chip, ISR), ==, GIF (1) | HTIF (1));
  g_assert_cmphex (get (chip, CPAR (2)), ==, 0);
  g_assert_cmpuint (get (chip, CNDTR (1)), ==, 4);
  fk_sim_chip_advance (chip, ELEMENT);
  g_assert_cmpuint (get (chip, CNDTR (1)), ==, 3);
  fk_sim_chip_advance (chip, 3 * ELEMENT);
  assert_copied (chip, 10);
}

static void
test_reset (gconstpointer data)
{
  g_autoptr (FkSimChip) chip = make_chip (data);

  start (chip, 1, WORDS | PINC | MINC, FROM, TO, 10);
  fk_sim_chip_advance (chip, 6 * ELEMENT);
  if (!is_f0 (data)) /* VECTRESET: the core alone */
    {
      set (chip, DHCSR, DEBUG_KEY | C_DEBUGEN | C_HALT);
      set (chip, AIRCR, 0x05fa0001);
      fk_sim_chip_advance (chip, ELEMENT);
      g_assert_cmpuint (get (chip, CNDTR (1)), ==, 3);
    }
  set (chip, DEMCR, VC_CORERESET);
  set (chip, AIRCR, RESET_KEY);
  g_assert_cmphex (get (chip, AHBENR), ==, 0x14);
  set (chip, AHBENR, 0x14 | DMAEN);
  fk_sim_chip_advance (chip, MS);
  for (guint32 at = ISR; at < 0x40020094; at += 4)
    g_assert_cmphex (get (chip, at), ==, 0);
  assert_copied (chip, is_f0 (data) ? 6 : 7);
}

static void
check_error (FkSimChip *chip, guint32 cpar, guint32 cmar)
{
  const guint32 ccr = WORDS | PINC | MINC;

  start (chip, 2, ccr | TEIE, cpar, cmar, 8);
  fk_sim_chip_advance (chip, MS);
  g_assert_cmphex (get (chip, ISR), ==, GIF (2) | TEIF (2));
  g_assert_cmphex (get (chip, CCR (2)), ==, ccr | TEIE);
  g_assert_cmpuint (get (chip, CNDTR (2)), ==, 8);
  set (chip, IFCR, TEIF (2) | GIF (2));
  g_assert_cmphex (get (chip, ISR), ==, 0);
}

static void
test_errors (gconstpointer data)
{
  g_autoptr (FkSimChip) chip = make_chip (data);
  guint32 ram_end = RAM + (is_f0 (data)                        ? 0x1000
                           : g_str_equal (data, "stm32f103c8") ? 0x5000
                                                               : 0xc000);

  check_error (chip, 0x30000000, TO);
  check_error (chip, FROM, 0x30000000);
  check_error (chip, 0xe000ed00, TO); /* inside the core */
  check_error (chip, FROM, 0xe000ed08);
  check_error (chip, 0x22000000, TO);
  check_error (chip, FROM, FLASH); /* locked */
  g_assert_cmphex (get (chip, TO), ==, 0);

  /* On the way: what was done counts, and another channel goes on. */
  start (chip, 1, WORDS | PINC | MINC, FROM, ram_end - 8, 8);
  start (chip, 3, WORDS | PINC | MINC, FROM, TO, 8);
  fk_sim_chip_advance (chip, MS);
  g_assert_cmphex (get (chip, ISR), ==, GIF (1) | TEIF (1) | GIF (3) | HTIF (3) | TCIF (3));
  g_assert_cmpuint (get (chip, CNDTR (1)), ==, 6);
  g_assert_cmphex (get (chip, ram_end - 4), ==, get (chip, FROM + 4));
  assert_copied (chip, 8);
}

/* The program copies flash by DMA: it may while no debugger is there (PM0075 2.4.1, RM0360 3.3.1).
 */
static void
test_protection (gconstpointer data)
{
  /* 08: adr r7, 18; ldmia r7!, {r0-r6}; str r1, [r0]; str r3, [r2, #8]; str r4, [r2, #12];
   * str r5, [r2, #4]; str r6, [r2]; b . */
  static const guint16 code[] = { 0xa703, 0xcf7f, 0x6001, 0x6093, 0x60d4, 0x6055, 0x6016, 0xe7fe };
  const guint32 table[] = {
    AHBENR, 0x14 | DMAEN, CCR (1), FLASH, TO, 16, WORDS | PINC | MINC | EN,
  };
  g_autoptr (FkSimChip) chip = bench_new (data);
  guint8 image[8 + sizeof code + sizeof table];
  guint8 copied[64];
  guint8 flash[64];

  fk_store_u32le (image, RAM + 0x400);
  fk_store_u32le (image + 4, FLASH + 9);
  for (guint i = 0; i < G_N_ELEMENTS (code); i++)
    fk_store_u16le (image + 8 + 2 * i, code[i]);
  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    fk_store_u32le (image + 8 + sizeof code + 4 * i, table[i]);
  g_assert_true (fk_sim_chip_poke (chip, FLASH, image, sizeof image));
  fk_sim_chip_set_protection (chip, 1);
  fk_sim_chip_advance (chip, MS);
  g_assert_true (fk_sim_chip_peek (chip, FLASH, flash, sizeof flash));
  g_assert_true (fk_sim_chip_peek (chip, TO, copied, sizeof copied));
  g_assert_cmpmem (copied, sizeof copied, flash, sizeof flash);
  g_assert_cmpmem (copied, sizeof image, image, sizeof image);

  /* Now one is. */
  set (chip, AHBENR, 0x14 | DMAEN);
  set (chip, DHCSR, DEBUG_KEY | C_DEBUGEN | C_HALT);
  set (chip, IFCR, 0xffffffff);
  set (chip, TO, 0x1234);
  start (chip, 1, WORDS | PINC | MINC, FLASH, TO, 16);
  start (chip, 2, WORDS | PINC | MINC, 0, TO, 16);
  start (chip, 3, WORDS | PINC | MINC, RAM, RAM + 0x100, 16);
  fk_sim_chip_advance (chip, MS);
  g_assert_cmphex (get (chip, ISR), ==,
                   GIF (1) | TEIF (1) | GIF (2) | TEIF (2) | GIF (3) | HTIF (3) | TCIF (3));
  g_assert_cmphex (get (chip, TO), ==, 0x1234);
}

/* Flash that is busy makes it wait; it goes on where it was. */
static void
test_flash_busy (gconstpointer data)
{
  g_autoptr (FkSimChip) chip = make_chip (data);
  guint64 before;

  fill_flash (chip, 100);
  unlock_flash (chip, FPEC);
  start (chip, 1, WORDS | PINC | MINC, FLASH, TO, 100);
  fk_sim_chip_advance (chip, 10 * ELEMENT);
  set (chip, FPEC_CR, 2);
  set (chip, FPEC + 0x14, FLASH + 0x1000);
  set (chip, FPEC_CR, 0x42);
  fk_sim_chip_advance (chip, 29 * MS);
  g_assert_cmpuint (get (chip, CNDTR (1)), ==, 90);
  fk_sim_chip_advance (chip, 1 * MS + 5 * ELEMENT);
  g_assert_cmpuint (get (chip, CNDTR (1)), ==, 85);
  g_assert_cmphex (get (chip, FPEC_SR) & 1, ==, 0);
  fk_sim_chip_advance (chip, 85 * ELEMENT);
  for (guint i = 0; i < 100; i++)
    g_assert_cmphex (get (chip, TO + 4 * i), ==, get_word_of_flash (i));

  /* So it does when the core erases and polls.  00: str r1, [r0]; 02: ldr r2, [r3]; tst r2, r7;
   * bne 02; ldr r4, [r5]; bkpt */
  PUT_CODE (chip, RAM, 0x6001, 0x681a, 0x423a, 0xd1fc, 0x682c, 0xbe00);
  set_core_register (chip, 0, FPEC_CR);
  set_core_register (chip, 1, 0x42);
  set_core_register (chip, 3, FPEC_SR);
  set_core_register (chip, 5, CNDTR (1));
  set_core_register (chip, 7, 1);
  start (chip, 1, WORDS | PINC | MINC, FLASH, TO, 100);
  run_from (chip, RAM);
  fk_sim_chip_advance (chip, 40 * MS);
  g_assert_true (is_halted (chip));
  g_assert_cmpuint (get_core_register (chip, 4), >, 90);
  g_assert_cmpuint (get (chip, CNDTR (1)), ==, 0);

  /* It programs, a half-word after the other. */
  set (chip, FPEC_CR, 1);
  before = fk_sim_chip_get_n_programmed (chip);
  start (chip, 1, MEM2MEM | PSIZE16 | MSIZE16 | PINC | MINC, FROM, FLASH + 0x1000, 8);
  fk_sim_chip_advance (chip, 100 * US);
  g_assert_cmpuint (get (chip, CNDTR (1)), ==, 6);
  fk_sim_chip_advance (chip, MS);
  g_assert_cmpuint (get (chip, CNDTR (1)), ==, 0);
  g_assert_cmpuint (fk_sim_chip_get_n_programmed (chip) - before, ==, 8);
  for (guint i = 0; i < 4; i++)
    g_assert_cmphex (get (chip, FLASH + 0x1000 + 4 * i), ==, get (chip, FROM + 4 * i));
  g_assert_cmphex (get (chip, FLASH + 0x1010), ==, 0xffffffff);
}

/* Code in RAM starts it, polls, and reads what came. */
static void
test_core (gconstpointer data)
{
  g_autoptr (FkSimChip) chip = make_chip (data);
  FkSimChipCounters before, after;

  /* 00: str r6, [r0]; 02: ldr r1, [r2]; tst r1, r3; beq 02; ldr r4, [r5]; bkpt */
  PUT_CODE (chip, RAM, 0x6006, 0x6811, 0x4219, 0xd0fc, 0x682c, 0xbe00);
  set (chip, CPAR (1), FROM);
  set (chip, CMAR (1), TO);
  set (chip, CNDTR (1), 4000);
  set_core_register (chip, 0, CCR (1));
  set_core_register (chip, 2, ISR);
  set_core_register (chip, 3, TCIF (1));
  set_core_register (chip, 4, 0);
  set_core_register (chip, 5, TO);
  set_core_register (chip, 6, WORDS | EN);
  fk_sim_chip_get_counters (chip, &before);
  run_from (chip, RAM);
  fk_sim_chip_advance (chip, 10 * MS);
  g_assert_true (is_halted (chip));
  fk_sim_chip_get_counters (chip, &after);
  g_assert_cmphex (get_core_register (chip, 4), ==, get (chip, FROM));
  g_assert_cmpuint (after.ram_code_ns - before.ram_code_ns, >=, 4000 * ELEMENT);
  g_assert_cmpuint (after.ram_code_ns - before.ram_code_ns, <, 4010 * ELEMENT);

  /* Code that waits for memory, without asking the controller: 00: str; 02: ldr r1, [r5]; cmp r1,
   * #0; beq 02; ldr r4, [r7] (CNDTR); bkpt */
  for (guint i = 0; i < 200; i++)
    set (chip, TO + 4 * i, 0);
  set (chip, CCR (1), 0);
  set (chip, CNDTR (1), 200);
  PUT_CODE (chip, RAM, 0x6006, 0x6829, 0x2900, 0xd0fc, 0x683c, 0xbe00);
  set_core_register (chip, 5, TO + 4 * 99);
  set_core_register (chip, 6, WORDS | PINC | MINC | EN);
  set_core_register (chip, 7, CNDTR (1));
  run_from (chip, RAM);
  fk_sim_chip_advance (chip, 10 * MS);
  g_assert_true (is_halted (chip));
  g_assert_cmpuint (get_core_register (chip, 4), <=, 100);
  g_assert_cmpuint (get_core_register (chip, 4), >, 90);

  /* It runs what DMA has put over what it ran before. */
  PUT_CODE (chip, RAM, 0x2011, 0xbe00);
  PUT_CODE (chip, FROM, 0x2022, 0xbe00);
  run_from (chip, RAM);
  fk_sim_chip_advance (chip, MS);
  g_assert_cmphex (get_core_register (chip, 0), ==, 0x11);
  start (chip, 1, WORDS, FROM, RAM, 1);
  fk_sim_chip_advance (chip, MS);
  run_from (chip, RAM);
  fk_sim_chip_advance (chip, MS);
  g_assert_cmphex (get_core_register (chip, 0), ==, 0x22);
}

static void
test_botched (gconstpointer data)
{
  g_autoptr (FkSimChip) none = bench_new_with ((FkSimChipConfig){
      .model = data,
      .dma = FK_SIM_DMA_NONE,
  });
  g_autoptr (FkSimChip) stuck = bench_new_with ((FkSimChipConfig){
      .model = data,
      .dma = FK_SIM_DMA_STUCK,
  });

  set (none, AHBENR, 0x14 | DMAEN | CRCEN);
  g_assert_cmphex (get (none, AHBENR), ==, 0x14 | CRCEN);
  set (none, CPAR (1), FROM);
  g_assert_cmphex (get (none, CPAR (1)), ==, 0);

  set (stuck, AHBENR, 0x14 | DMAEN);
  g_assert_cmphex (get (stuck, AHBENR), ==, 0x14 | DMAEN);
  set (stuck, FROM, 1);
  set (stuck, TO, 2);
  start (stuck, 1, WORDS, FROM, TO, 1);
  fk_sim_chip_advance (stuck, 100 * MS);
  g_assert_cmpuint (get (stuck, CNDTR (1)), ==, 1);
  g_assert_cmphex (get (stuck, CCR (1)), ==, WORDS | EN);
  g_assert_cmphex (get (stuck, ISR), ==, 0);
  g_assert_cmphex (get (stuck, TO), ==, 2);
}

/* What a board's specification says reaches its chip. */
static void
test_boards (void)
{
  static const struct
  {
    const char *specification;
    guint32 enable;
    guint left;
  } rows[] = {
    { "blue-pill", 0x14 | DMAEN, 0 },
    { "blue-pill?dma=works", 0x14 | DMAEN, 0 },
    { "blue-pill?dma=stuck", 0x14 | DMAEN, 9 },
    { "f030?dma=none", 0x14, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (FkSimBoard) board = fk_sim_board_new (rows[i].specification, &error);
      FkSimChip *chip;

      g_assert_no_error (error);
      chip = fk_sim_board_get_chip (board);
      set (chip, AHBENR, 0x14 | DMAEN);
      g_assert_cmphex (get (chip, AHBENR), ==, rows[i].enable);
      start (chip, 1, WORDS, FROM, TO, 9);
      g_assert_cmpuint (get (chip, CNDTR (1)), ==, rows[i].enable & DMAEN ? 9 : 0);
      fk_sim_chip_advance (chip, MS);
      g_assert_cmpuint (get (chip, CNDTR (1)), ==, rows[i].left);
    }
}

/* F4 has another controller, which is not modelled. */
static void
test_elsewhere (void)
{
  g_autoptr (FkSimChip) chip = bench_new ("stm32f407");

  set (chip, 0x40023814, DMAEN);
  set (chip, CPAR (1), FROM);
  g_assert_cmphex (get (chip, CPAR (1)), ==, 0);
}

static void
add_for_each (const char *name, GTestDataFunc func)
{
  for (guint i = 0; i < G_N_ELEMENTS (models); i++)
    {
      g_autofree char *path = g_strdup_printf ("/sim-dma/%s/%s", name, models[i]);

      g_test_add_data_func (path, models[i], func);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  add_for_each ("registers", test_registers);
  add_for_each ("locked", test_locked);
  add_for_each ("copy", test_copy);
  add_for_each ("addresses", test_addresses);
  add_for_each ("widths", test_widths);
  add_for_each ("flags", test_flags);
  add_for_each ("still", test_still);
  add_for_each ("priority", test_priority);
  add_for_each ("crc", test_crc);
  add_for_each ("waits", test_waits);
  add_for_each ("clock-gate", test_clock_gate);
  add_for_each ("reset", test_reset);
  add_for_each ("errors", test_errors);
  add_for_each ("protection", test_protection);
  add_for_each ("flash-busy", test_flash_busy);
  add_for_each ("core", test_core);
  add_for_each ("botched", test_botched);
  g_test_add_func ("/sim-dma/boards", test_boards);
  g_test_add_func ("/sim-dma/elsewhere", test_elsewhere);

  return g_test_run ();
}
