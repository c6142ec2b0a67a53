/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "sim/fk-sim-chip.h"

#include <string.h>

#include "base/fk-crc32.h"
#include "base/fk-reader.h"
#include "sim/fk-sim-chip-private.h"
#include "sim/fk-sim-thumb.h"

/*
 * What the demo boards hold when they are new: a bootloader, an application at the offset that
 * boards of that kind use (field notes 4.3), a record of settings near the end of the flash.  All
 * made by us, by rule: real Thumb code that starts, copies its data, and counts for ever, in the
 * shape that compilers give such programs (functions with literal pools, tables of pointers,
 * strings), so that whatever looks at firmware finds here what it would find on a real board.
 */

#define FLASH 0x08000000u
#define RAM   0x20000000u

#define DATA_SIZE 0x40u
#define BSS_END   0x200u
#define SCRATCH   (RAM + 0x60)

#define N_STRINGS_MAX 400
#define COND_EQ       0
#define COND_NE       1
#define COND_CC       3

typedef struct
{
  const char *name;
  const char *product;
  guint32 boot_size; /* 0: no bootloader */
  guint32 app_offset;
  guint32 app_size;
  guint32 uid; /* where the chip has its unique ID, if the program is tied to it; or 0 */
} Board;

static const Board boards[] = {
  { "creator-pro", "Creator demo printer", 0x6200, 0x10000, 0x4b3c8, 0x1fff7a10 },
  { "skr-mini-e3", "SKR demo printer", 0x4c40, 0x7000, 0x2a5d0, 0 },
  { "blue-pill", "Blue Pill demo", 0x1380, 0x2000, 0x8f24, 0 },
  { "disco-f4", "Discovery demo", 0, 0, 0x16a90, 0 },
  { "f030", "Soldering station demo", 0, 0, 0x38a4, 0 },
  { "nucleo-f746", "Nucleo demo", 0, 0, 0x1b5e0, 0 },
  { "skr-mini-e3-v3", "SKR demo printer 3", 0x1b40, 0x2000, 0x2f1c8, 0 },
  { "disco-l1", "L1 Discovery demo", 0, 0, 0xd2c8, 0 },
  { "nucleo-l073", "L0 Nucleo demo", 0, 0, 0x9e34, 0 },
  { "meter-l1", "Meter demo", 0, 0, 0x1a6d0, 0 },
  { "nucleo-u575", "U5 Nucleo demo", 0, 0, 0x1e7b4, 0 },
  { "nucleo-l552", "L5 Nucleo demo", 0, 0, 0x17b28, 0 },
  { "nucleo-h503", "H5 Nucleo demo", 0, 0, 0xa1f0, 0 },
  { "nucleo-l476", "L4 Nucleo demo", 0, 0, 0x18a70, 0 },
  { "nucleo-l4r5", "L4+ Nucleo demo", 0, 0, 0x1d2e8, 0 },
  { "esc-g4", "Motor demo", 0, 0, 0x9c38, 0 },
  { "nucleo-g474", "G4 Nucleo demo", 0, 0, 0x1a3c4, 0 },
  { "skr-3", "SKR demo printer 4", 0x8c40, 0x20000, 0x3b5e8, 0 },
  { "octopus-h723", "Octopus demo printer", 0x7b80, 0x20000, 0x314d8, 0 },
  { "nucleo-h7a3", "H7 Nucleo demo", 0, 0, 0x1a2c4, 0 },
};

typedef struct
{
  FkSimChip *chip;
  const Board *board;
  FkSimThumb thumb;
  guint32 random;
  guint32 rodata; /* where the constants begin */
  GByteArray *constants;
  guint32 strings[N_STRINGS_MAX];
  guint n_strings;
  guint32 tables; /* where the tables of function pointers begin */
  GArray *functions;
} Builder;

static guint32
next_random (Builder *self, guint32 limit)
{
  self->random ^= self->random << 13;
  self->random ^= self->random >> 17;
  self->random ^= self->random << 5;

  return self->random % limit;
}

static guint
get_n_vectors (Builder *self)
{
  static const guint interrupts[] = { 32, 60, 82, 32, 98, 57, 125, 150 };

  return 16 + interrupts[self->chip->model->core];
}

static void
add_string (Builder *self, const char *text)
{
  g_assert (self->n_strings < N_STRINGS_MAX);

  self->strings[self->n_strings++] = self->rodata + self->constants->len;
  g_byte_array_append (self->constants, (const guint8 *)text, strlen (text) + 1);
  while (self->constants->len % 4 != 0)
    fk_writer_u8 (self->constants, 0);
}

/* Messages as firmware has them, put together from parts. */
static void
add_strings (Builder *self, guint wanted)
{
  static const char *const subjects[] = { "Nozzle", "Bed",  "X axis", "Y axis",  "Z axis",
                                          "Fan",    "Card", "Probe",  "Chamber", "Filament" };
  static const char *const states[] = {
    "ready",         "busy",      "too hot: %d", "not responding", "homed at %d.%02d",
    "limit reached", "target %d", "off",         "missing",        "stopped after %u s"
  };
  g_autofree char *banner =
      g_strdup_printf ("%s, firmware 1.%u", self->board->product, self->random % 7 + 1);

  add_string (self, banner);
  add_string (self, "Settings stored");
  add_string (self, "Settings invalid, using defaults");
  for (guint i = 0; i < wanted; i++)
    {
      const char *subject = subjects[i % G_N_ELEMENTS (subjects)];
      const char *state = states[i / G_N_ELEMENTS (subjects) % G_N_ELEMENTS (states)];
      g_autofree char *text = i < 100 ? g_strdup_printf ("%s %s", subject, state)
                                      : g_strdup_printf ("E%03u: %s %s", i, subject, state);

      add_string (self, text);
    }
}

/* Bitmaps, ramps and other numbers. */
static void
add_numbers (Builder *self, guint size)
{
  guint32 value = 0;

  for (guint i = 0; i < size; i += 4)
    {
      if (i % 512 == 0)
        value = next_random (self, 0xffff);
      value += 0x00010003 * (i % 64) + next_random (self, 32);
      fk_writer_u32le (self->constants, i % 512 < 256 ? value : value & 0x3f3f3f3f);
    }
}

static guint32
pick_string (Builder *self)
{
  return self->strings[next_random (self, self->n_strings)];
}

static guint32
pick_function (Builder *self)
{
  return g_array_index (self->functions, guint32, next_random (self, self->functions->len));
}

/* An address that the program talks to: a port, a timer, its own variables. */
static guint32
pick_place (Builder *self)
{
  static const guint32 f4[] = { 0x40020000, 0x40020400, 0x40011000, 0x40000400, 0x40023800 };
  static const guint32 f1[] = { 0x40010800, 0x40010c00, 0x40013800, 0x40000400, 0x40021000 };
  static const guint32 g0[] = { 0x50000000, 0x50000400, 0x40013800, 0x40000400, 0x40021000 };
  static const guint32 l1[] = { 0x40020000, 0x40020400, 0x40013800, 0x40000400, 0x40023800 };
  static const guint32 u5[] = { 0x42020000, 0x42020400, 0x40013800, 0x40000400, 0x46020c00 };
  static const guint32 l5[] = { 0x42020000, 0x42020400, 0x40013800, 0x40000400, 0x40021000 };
  static const guint32 h5[] = { 0x42020000, 0x42020400, 0x40013800, 0x40000400, 0x44020c00 };
  static const guint32 h7[] = { 0x58020000, 0x58020400, 0x40011000, 0x40000400, 0x58024400 };
  static const guint32 f0[] = { 0x48000000, 0x48000400, 0x40013800, 0x40000400, 0x40021000 };
  guint which = next_random (self, 8);

  if (which >= 5)
    return SCRATCH + 4 * next_random (self, 64);
  switch (self->chip->model->family)
    {
    case FK_SIM_FAMILY_F0:
    case FK_SIM_FAMILY_L4: /* whose ports are there, too */
    case FK_SIM_FAMILY_G4:
      return f0[which];
    case FK_SIM_FAMILY_F1:
      return f1[which];
    case FK_SIM_FAMILY_G0:
    case FK_SIM_FAMILY_L0:
      return g0[which];
    case FK_SIM_FAMILY_L1:
      return l1[which];
    case FK_SIM_FAMILY_L5:
      return l5[which];
    case FK_SIM_FAMILY_H5:
      return h5[which];
    case FK_SIM_FAMILY_U5:
      return u5[which];
    case FK_SIM_FAMILY_H7:
      return h7[which];
    case FK_SIM_FAMILY_F4:
    case FK_SIM_FAMILY_F7:
    default:
      return f4[which];
    }
}

static void
put_arithmetic (Builder *self)
{
  FkSimThumb *thumb = &self->thumb;
  guint rd = next_random (self, 4);
  guint rn = 4 + next_random (self, 4);

  switch (next_random (self, 6))
    {
    case 0: /* MOVS Rd, #n */
      fk_sim_thumb_put (thumb, 0x2000 | rd << 8 | next_random (self, 256));
      break;
    case 1: /* ADDS Rd, #n */
      fk_sim_thumb_put (thumb, 0x3000 | rd << 8 | next_random (self, 64));
      break;
    case 2: /* LSLS Rn, Rd, #n */
      fk_sim_thumb_put (thumb, 0x0000 | next_random (self, 24) << 6 | rd << 3 | rn);
      break;
    case 3: /* ADDS Rd, Rn, Rd */
      fk_sim_thumb_put (thumb, 0x1800 | rd << 6 | rn << 3 | rd);
      break;
    case 4: /* EORS Rd, Rn */
      fk_sim_thumb_put (thumb, 0x4040 | rn << 3 | rd);
      break;
    default: /* UXTB Rn, Rd */
      fk_sim_thumb_put (thumb, 0xb2c0 | rd << 3 | rn);
      break;
    }
}

static void
put_statement (Builder *self, gboolean may_call)
{
  FkSimThumb *thumb = &self->thumb;
  guint reg = next_random (self, 4);
  guint mark;

  switch (next_random (self, 10))
    {
    case 0: /* says something */
      fk_sim_thumb_load_literal (thumb, 0, pick_string (self));
      if (may_call)
        fk_sim_thumb_call (thumb, pick_function (self));
      break;
    case 1: /* reads a place */
      fk_sim_thumb_load_literal (thumb, reg, pick_place (self));
      fk_sim_thumb_put (thumb, 0x6800 | reg << 3 | reg);
      break;
    case 2: /* sets a variable of its own */
      fk_sim_thumb_load_literal (thumb, 4, SCRATCH + 4 * next_random (self, 64));
      fk_sim_thumb_put (thumb, 0x6000 | 4 << 3 | reg);
      break;
    case 3: /* CMP Rn, #n; BEQ past a few */
      fk_sim_thumb_put (thumb, 0x2800 | reg << 8 | next_random (self, 32));
      mark = fk_sim_thumb_begin_skip (thumb, COND_EQ);
      put_arithmetic (self);
      put_arithmetic (self);
      fk_sim_thumb_end_skip (thumb, mark);
      break;
    case 4: /* spills to the stack and back */
      fk_sim_thumb_put (thumb, 0x9000 | reg << 8 | next_random (self, 4));
      put_arithmetic (self);
      fk_sim_thumb_put (thumb, 0x9800 | reg << 8 | next_random (self, 4));
      break;
    case 5:
      if (may_call)
        fk_sim_thumb_call (thumb, pick_function (self));
      break;
    default:
      put_arithmetic (self);
      break;
    }
}

/* Returns its address with the Thumb bit, as pointers have it. */
static guint32
put_function (Builder *self, gboolean leaf)
{
  FkSimThumb *thumb = &self->thumb;
  guint32 entry = fk_sim_thumb_get_address (thumb) | 1;
  guint n_statements = 6 + next_random (self, 40);

  fk_sim_thumb_put (thumb, 0xb5f0); /* PUSH {R4-R7, LR} */
  fk_sim_thumb_put (thumb, 0xb084); /* SUB SP, #16 */
  for (guint i = 0; i < n_statements; i++)
    put_statement (self, !leaf && self->functions->len > 0);
  fk_sim_thumb_put (thumb, 0xb004); /* ADD SP, #16 */
  fk_sim_thumb_put (thumb, 0xbdf0); /* POP {R4-R7, PC} */
  fk_sim_thumb_end_function (thumb);
  g_array_append_val (self->functions, entry);

  return entry;
}

/* Copies @size bytes from @source to RAM, then clears the rest up to BSS_END. */
static void
put_memory_setup (Builder *self, guint32 source)
{
  FkSimThumb *thumb = &self->thumb;
  guint32 loop;

  fk_sim_thumb_load_literal (thumb, 0, source);
  fk_sim_thumb_load_literal (thumb, 1, RAM);
  fk_sim_thumb_load_literal (thumb, 2, RAM + DATA_SIZE);
  loop = fk_sim_thumb_get_address (thumb);
  fk_sim_thumb_put (thumb, 0xc808); /* LDM R0!, {R3} */
  fk_sim_thumb_put (thumb, 0xc108); /* STM R1!, {R3} */
  fk_sim_thumb_put (thumb, 0x4291); /* CMP R1, R2 */
  fk_sim_thumb_branch_back (thumb, COND_CC, loop);
  fk_sim_thumb_load_literal (thumb, 2, RAM + BSS_END);
  fk_sim_thumb_put (thumb, 0x2300); /* MOVS R3, #0 */
  loop = fk_sim_thumb_get_address (thumb);
  fk_sim_thumb_put (thumb, 0xc108); /* STM R1!, {R3} */
  fk_sim_thumb_put (thumb, 0x4291); /* CMP R1, R2 */
  fk_sim_thumb_branch_back (thumb, COND_CC, loop);
}

static void
put_vector_offset (Builder *self, guint32 base)
{
  FkSimThumb *thumb = &self->thumb;

  if (self->chip->model->core == FK_SIM_CORE_M0) /* which has no VTOR */
    return;
  fk_sim_thumb_load_literal (thumb, 0, 0xe000ed08); /* VTOR */
  fk_sim_thumb_load_literal (thumb, 1, base);
  fk_sim_thumb_put (thumb, 0x6001); /* STR R1, [R0] */
}

/* Counts at FK_SIM_DEMO_COUNTER for ever. */
static void
put_idle_loop (Builder *self)
{
  FkSimThumb *thumb = &self->thumb;
  guint32 loop;

  fk_sim_thumb_load_literal (thumb, 0, FK_SIM_DEMO_COUNTER);
  loop = fk_sim_thumb_get_address (thumb);
  fk_sim_thumb_put (thumb, 0x6801); /* LDR R1, [R0] */
  fk_sim_thumb_put (thumb, 0x3101); /* ADDS R1, #1 */
  fk_sim_thumb_put (thumb, 0x6001); /* STR R1, [R0] */
  fk_sim_thumb_branch (thumb, loop);
}

static guint32
put_reset_handler (Builder *self, guint32 data)
{
  FkSimThumb *thumb = &self->thumb;
  guint32 entry = fk_sim_thumb_get_address (thumb) | 1;

  put_vector_offset (self, thumb->base);
  put_memory_setup (self, data);
  /* The first eight functions call nothing, so this comes to an end. */
  for (guint i = 0; i < 8; i++)
    fk_sim_thumb_call (thumb, g_array_index (self->functions, guint32, i));
  put_idle_loop (self);
  fk_sim_thumb_end_function (thumb);

  return entry;
}

/* A bootloader: if there is a stack pointer into RAM at @app, starts what lies there; else counts.
 */
static guint32
put_boot_handler (Builder *self, guint32 data, guint32 app)
{
  FkSimThumb *thumb = &self->thumb;
  guint32 entry = fk_sim_thumb_get_address (thumb) | 1;
  guint mark;

  put_memory_setup (self, data);
  for (guint i = 0; i < 4; i++)
    fk_sim_thumb_call (thumb, g_array_index (self->functions, guint32, i));
  fk_sim_thumb_load_literal (thumb, 4, app);
  fk_sim_thumb_put (thumb, 0x6820); /* LDR R0, [R4] */
  fk_sim_thumb_put (thumb, 0x0d01); /* LSRS R1, R0, #20 */
  fk_sim_thumb_load_literal (thumb, 2, RAM >> 20);
  fk_sim_thumb_put (thumb, 0x4291); /* CMP R1, R2 */
  mark = fk_sim_thumb_begin_skip (thumb, COND_NE);
  fk_sim_thumb_put (thumb, 0x6861); /* LDR R1, [R4, #4] */
  fk_sim_thumb_put (thumb, 0xf380); /* MSR MSP, R0 */
  fk_sim_thumb_put (thumb, 0x8808);
  fk_sim_thumb_put (thumb, 0x4708); /* BX R1 */
  fk_sim_thumb_end_skip (thumb, mark);
  put_idle_loop (self);
  fk_sim_thumb_end_function (thumb);

  return entry;
}

static guint32
put_endless_loop (Builder *self)
{
  guint32 entry = fk_sim_thumb_get_address (&self->thumb);

  fk_sim_thumb_branch (&self->thumb, entry);
  fk_sim_thumb_end_function (&self->thumb);

  return entry | 1;
}

/* The program looks at its chip's unique ID, as some printers' do. */
static void
put_uid_check (Builder *self)
{
  FkSimThumb *thumb = &self->thumb;
  guint32 entry = fk_sim_thumb_get_address (thumb) | 1;

  fk_sim_thumb_put (thumb, 0xb510); /* PUSH {R4, LR} */
  fk_sim_thumb_load_literal (thumb, 0, self->board->uid);
  fk_sim_thumb_load_literal (thumb, 1, FK_SIM_DEMO_UID_RECORD);
  fk_sim_thumb_put (thumb, 0x6802); /* LDR R2, [R0] */
  fk_sim_thumb_put (thumb, 0x680b); /* LDR R3, [R1] */
  fk_sim_thumb_put (thumb, 0x1ad0); /* SUBS R0, R2, R3 */
  fk_sim_thumb_put (thumb, 0xbd10); /* POP {R4, PC} */
  fk_sim_thumb_end_function (thumb);
  g_array_append_val (self->functions, entry);
}

/* Rows of { name, function, number }, as command tables are. */
static void
put_tables (Builder *self, guint32 end)
{
  FkSimThumb *thumb = &self->thumb;
  guint i = 0;

  while (fk_sim_thumb_get_address (thumb) + 12 <= end)
    {
      fk_sim_thumb_put_word (thumb, self->strings[i % self->n_strings]);
      fk_sim_thumb_put_word (thumb, pick_function (self));
      fk_sim_thumb_put_word (thumb, i);
      i++;
    }
  fk_sim_thumb_pad_to (thumb, end, 0);
}

static void
put_vectors (Builder *self, guint32 reset, guint32 fault)
{
  FkSimThumb *thumb = &self->thumb;

  fk_sim_thumb_set_word (thumb, thumb->base, RAM + self->chip->model->ram_size);
  fk_sim_thumb_set_word (thumb, thumb->base + 4, reset);
  for (guint i = 2; i < get_n_vectors (self); i++)
    {
      guint32 handler = fault;

      if (i >= 7 && i <= 10)
        handler = 0;
      else if (i >= 14 && next_random (self, 4) == 0)
        handler = pick_function (self);
      fk_sim_thumb_set_word (thumb, thumb->base + 4 * i, handler);
    }
}

/* One program of @size bytes at @base: vectors, code, constants, tables, initial data. */
static void
build_program (Builder *self, guint32 base, guint32 size, guint32 app)
{
  FkSimThumb *thumb = &self->thumb;
  guint32 tables_size = size / 24 / 12 * 12;
  guint32 data;
  guint32 reset;
  guint32 fault;

  fk_sim_thumb_init (thumb, base);
  self->constants = g_byte_array_new ();
  self->functions = g_array_new (FALSE, FALSE, sizeof (guint32));
  self->n_strings = 0;
  self->rodata = base + (size / 100 * 72 & ~0xfu);

  add_strings (self, CLAMP (size / 400, 12, N_STRINGS_MAX - 4));
  g_assert (self->rodata + self->constants->len + tables_size + DATA_SIZE < base + size);
  add_numbers (self,
               (base + size - DATA_SIZE - tables_size - self->rodata - self->constants->len) & ~3u);
  data = base + size - DATA_SIZE;

  fk_sim_thumb_pad_to (thumb, base + 4 * get_n_vectors (self), 0);
  for (guint i = 0; i < 8; i++)
    put_function (self, TRUE);
  if (self->board->uid != 0)
    put_uid_check (self);
  reset = app != 0 ? put_boot_handler (self, data, app) : put_reset_handler (self, data);
  while (fk_sim_thumb_get_address (thumb) + 700 < self->rodata)
    put_function (self, FALSE);
  fault = put_endless_loop (self);
  fk_sim_thumb_pad_to (thumb, self->rodata, 0);
  g_byte_array_append (thumb->bytes, self->constants->data, self->constants->len);
  put_tables (self, data);
  for (guint i = 0; i < DATA_SIZE; i += 4)
    fk_sim_thumb_put_word (thumb, i % 16 == 0 ? pick_string (self) : next_random (self, 1000));
  put_vectors (self, reset, fault);
  g_assert (thumb->bytes->len == size);
  memcpy (self->chip->flash_memory->bytes + (base - FLASH), thumb->bytes->data, size);

  g_clear_pointer (&self->constants, g_byte_array_unref);
  g_clear_pointer (&self->functions, g_array_unref);
  fk_sim_thumb_clear (thumb);
}

/* 2 KiB before the end (1 KiB where a page is no longer): a record with a CRC over what precedes
 * it. */
static guint32
get_settings_distance (FkSimChip *chip)
{
  return chip->model->page_size == 1024 ? 1024 : 2048;
}

static void
write_settings (Builder *self)
{
  static const float numbers[] = {
    80.f, 80.f, 400.f, 93.f, 22.2f, 1.08f, 114.f, 500.f, 3000.f, 0.2f
  };
  g_autoptr (GByteArray) record = g_byte_array_new ();
  FkSimMemory *flash = self->chip->flash_memory;
  guint32 distance = get_settings_distance (self->chip);
  char name[32] = { 0 };

  g_strlcpy (name, self->board->product, sizeof name);
  fk_writer_u32le (record, 0x31534b46); /* "FKS1" */
  fk_writer_u32le (record, 4 + 4 + sizeof name + sizeof numbers + 64);
  g_byte_array_append (record, (const guint8 *)name, sizeof name);
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      guint32 bits;

      memcpy (&bits, &numbers[i], 4);
      fk_writer_u32le (record, bits);
    }
  for (guint i = 0; i < 16; i++)
    fk_writer_u32le (record, next_random (self, 2000));
  fk_writer_u32le (record, fk_crc32 (record->data, record->len));
  memcpy (flash->bytes + flash->size - distance, record->data, record->len);
}

/* What a program keeps where no page has to be erased for it: a serial number, hours of use, and a
 * table that a person once set, in the first half; the rest was never written. */
static void
fill_eeprom (Builder *self)
{
  FkSimMemory *eeprom = self->chip->eeprom_memory;

  memset (eeprom->bytes, 0, eeprom->size);
  fk_store_u32le (eeprom->bytes, 0x31534b46); /* "FKS1" */
  fk_store_u32le (eeprom->bytes + 4, next_random (self, 100000));
  fk_store_u32le (eeprom->bytes + 8, next_random (self, 5000));
  for (guint32 i = 64; i < eeprom->size / 2; i += 4)
    fk_store_u32le (eeprom->bytes + i, next_random (self, 4096) << 16 | i / 4);
}

void
fk_sim_chip_load_demo_firmware (FkSimChip *self, const char *board)
{
  Builder builder = { .chip = self, .board = &boards[0], .random = 0x2545f491 };
  const Board *found = NULL;
  guint32 room;

  g_return_if_fail (self != NULL);
  g_return_if_fail (board != NULL);

  for (guint i = 0; i < G_N_ELEMENTS (boards); i++)
    {
      if (strcmp (boards[i].name, board) == 0)
        found = &boards[i];
    }
  g_return_if_fail (found != NULL);
  g_return_if_fail (self->flash_memory->size >= found->app_offset + 8192);

  builder.board = found;
  /* A board that was told to have less flash than usual gets a shorter application. */
  room = (self->flash_memory->size - found->app_offset - get_settings_distance (self)) & ~0xffu;
  if (self->flash_memory->hole_size > 0)
    room = MIN (room, self->flash_memory->hole - found->app_offset);
  builder.random ^= g_str_hash (board);
  memset (self->flash_memory->bytes, fk_sim_model_get_blank (self->model),
          self->flash_memory->size);
  if (found->boot_size != 0)
    build_program (&builder, FLASH, found->boot_size, FLASH + found->app_offset);
  build_program (&builder, FLASH + found->app_offset, MIN (found->app_size, room), 0);
  if (found->uid != 0)
    memcpy (self->flash_memory->bytes + (FK_SIM_DEMO_UID_RECORD - FLASH), self->config.uid, 12);
  write_settings (&builder);
  if (self->eeprom_memory != NULL)
    fill_eeprom (&builder);
  fk_sim_core_memory_changed (self, FLASH, self->flash_memory->size);
  fk_sim_chip_power_cycle (self);
}
