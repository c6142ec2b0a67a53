/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "sim/fk-sim-flash-h7-private.h"
#include "sim/fk-sim-flash-l4-private.h"

#include <string.h>

#include "base/fk-reader.h"

/*
 * The chips that can be simulated, as data: memory maps after the memory organisation chapters
 * of RM0008 (3.3), RM0360 (2.2), RM0090 (2.3), RM0444 (2), RM0038 (2), RM0367 (2), RM0456 (2),
 * RM0433 (2), RM0468 (2), RM0455 (2), RM0351, RM0438, RM0440 and RM0492 (Memory organization),
 * sizes after the data sheets DS5319, DS5792, DS9773, DS8626, DS13560, DS10198, DS12023, DS12589,
 * DS12288, that of STM32L151xC and L152xC and that of STM32U575xx, identities after the chapters on
 * the debug support unit (RM0008 31.6.1, RM0360 26.4, RM0090 38.6.1).
 */

#define KIB 1024u

static const FkSimModel models[] = {
  { .name = "stm32f405",
    .family = FK_SIM_FAMILY_F4,
    .core = FK_SIM_CORE_M4,
    .idcode = 0x10076413, /* revision "2"/"Y" silicon of 0x413 */
    .flash_size = 1024 * KIB,
    .page_size = 16 * KIB,
    .ram_size = 128 * KIB,
    .ccm_size = 64 * KIB },
  { .name = "stm32f407",
    .family = FK_SIM_FAMILY_F4,
    .core = FK_SIM_CORE_M4,
    .idcode = 0x10076413,
    .flash_size = 1024 * KIB,
    .page_size = 16 * KIB,
    .ram_size = 128 * KIB,
    .ccm_size = 64 * KIB },
  { .name = "stm32f746",
    .family = FK_SIM_FAMILY_F7,
    .core = FK_SIM_CORE_M7,
    .idcode = 0x10016449, /* revision Z */
    .flash_size = 1024 * KIB,
    .page_size = 32 * KIB,
    .ram_size = 320 * KIB },
  { .name = "stm32f103c8",
    .family = FK_SIM_FAMILY_F1,
    .core = FK_SIM_CORE_M3,
    .idcode = 0x20036410, /* medium density, revision X */
    .flash_size = 64 * KIB,
    .page_size = 1 * KIB,
    .pages_per_wrp_bit = 4,
    .ram_size = 20 * KIB },
  { .name = "stm32f103rc",
    .family = FK_SIM_FAMILY_F1,
    .core = FK_SIM_CORE_M3,
    .idcode = 0x10036414, /* high density, revision Y */
    .flash_size = 256 * KIB,
    .page_size = 2 * KIB,
    .pages_per_wrp_bit = 2,
    .ram_size = 48 * KIB },
  { .name = "stm32f030f4",
    .family = FK_SIM_FAMILY_F0,
    .core = FK_SIM_CORE_M0,
    .idcode = 0x10006444, /* revision A */
    .flash_size = 16 * KIB,
    .page_size = 1 * KIB,
    .pages_per_wrp_bit = 4,
    .ram_size = 4 * KIB },
  { .name = "stm32g0b1",
    .family = FK_SIM_FAMILY_G0,
    .core = FK_SIM_CORE_M0_PLUS,
    .idcode = 0x10000467, /* revision A */
    .flash_size = 512 * KIB,
    .page_size = 2 * KIB,
    .ram_size = 128 * KIB }, /* … and 16 KiB more while parity is off, which nobody relies on */
  { .name = "stm32l152rc",
    .family = FK_SIM_FAMILY_L1,
    .core = FK_SIM_CORE_M3_R2,
    .idcode = 0x10186427, /* category 3, revision Y */
    .flash_size = 256 * KIB,
    .page_size = 256,
    .ram_size = 32 * KIB,
    .eeprom_size = 8 * KIB,
    .blank_is_zero = TRUE },
  { .name = "stm32l073rz",
    .family = FK_SIM_FAMILY_L0,
    .core = FK_SIM_CORE_M0_PLUS,
    .idcode = 0x20086447, /* category 5 */
    .flash_size = 192 * KIB,
    .page_size = 128,
    .ram_size = 20 * KIB,
    .eeprom_size = 6 * KIB,
    .blank_is_zero = TRUE },
  { .name = "stm32l552ze",
    .family = FK_SIM_FAMILY_L5,
    .core = FK_SIM_CORE_M33,
    .idcode = 0x20016472, /* revision Z */
    .flash_size = 512 * KIB,
    .page_size = 2 * KIB,
    .ram_size = 256 * KIB },
  { .name = "stm32l151vdx",
    .family = FK_SIM_FAMILY_L1,
    .core = FK_SIM_CORE_M3_R2,
    .idcode = 0x10006437, /* category 6 */
    .flash_size = 384 * KIB,
    .bank_distance = 256 * KIB,
    .page_size = 256,
    .ram_size = 80 * KIB,
    .eeprom_size = 16 * KIB,
    .blank_is_zero = TRUE },
  { .name = "stm32u575",
    .family = FK_SIM_FAMILY_U5,
    .core = FK_SIM_CORE_M33,
    .idcode = 0x30016482, /* revision W */
    .flash_size = 2048 * KIB,
    .page_size = 8 * KIB,
    .ram_size = 768 * KIB },
  { .name = "stm32l476rg",
    .family = FK_SIM_FAMILY_L4,
    .core = FK_SIM_CORE_M4,
    .idcode = 0x10076415, /* revision 4 */
    .flash_size = 1024 * KIB,
    .page_size = 2 * KIB,
    .ram_size = 96 * KIB,
    .ccm_size = 32 * KIB },
  { .name = "stm32l4r5zi",
    .family = FK_SIM_FAMILY_L4,
    .core = FK_SIM_CORE_M4,
    .idcode = 0x100f6470, /* revision W */
    .flash_size = 2048 * KIB,
    .page_size = 4 * KIB, /* with two banks */
    .ram_size = 640 * KIB,
    .ccm_size = 64 * KIB },
  { .name = "stm32g431cb",
    .family = FK_SIM_FAMILY_G4,
    .core = FK_SIM_CORE_M4,
    .idcode = 0x20010468, /* revision Z */
    .flash_size = 128 * KIB,
    .page_size = 2 * KIB,
    .ram_size = 32 * KIB }, /* CCM SRAM behind the others; it is not modelled at 0x10000000, too */
  { .name = "stm32g474re",
    .family = FK_SIM_FAMILY_G4,
    .core = FK_SIM_CORE_M4,
    .idcode = 0x20020469, /* revision Y */
    .flash_size = 512 * KIB,
    .page_size = 2 * KIB, /* with two banks */
    .ram_size = 128 * KIB },
  { .name = "stm32h503rb",
    .family = FK_SIM_FAMILY_H5,
    .core = FK_SIM_CORE_M33,
    .core_ap = 1,
    .idcode = 0x10006474, /* revision A */
    .flash_size = 128 * KIB,
    .page_size = 8 * KIB,
    .ram_size = 32 * KIB },
  { .name = "stm32h743",
    .family = FK_SIM_FAMILY_H7,
    .core = FK_SIM_CORE_M7_R1,
    .idcode = 0x20036450, /* revision V */
    .flash_size = 2048 * KIB,
    .bank_distance = 1024 * KIB,
    .page_size = 128 * KIB,
    .ram_size = 128 * KIB },
  { .name = "stm32h723",
    .family = FK_SIM_FAMILY_H7,
    .core = FK_SIM_CORE_M7_R1,
    .idcode = 0x10010483, /* revision Z */
    .flash_size = 1024 * KIB,
    .page_size = 128 * KIB,
    .ram_size = 128 * KIB },
  { .name = "stm32h7a3",
    .family = FK_SIM_FAMILY_H7,
    .core = FK_SIM_CORE_M7_R1,
    .idcode = 0x10000480, /* revision A */
    .flash_size = 2048 * KIB,
    .bank_distance = 1024 * KIB,
    .page_size = 8 * KIB,
    .ram_size = 128 * KIB },
};

gboolean
fk_sim_model_is_v6m (const FkSimModel *model)
{
  return model->core == FK_SIM_CORE_M0 || model->core == FK_SIM_CORE_M0_PLUS;
}

gboolean
fk_sim_model_is_m7 (const FkSimModel *model)
{
  return model->core == FK_SIM_CORE_M7 || model->core == FK_SIM_CORE_M7_R1;
}

gboolean
fk_sim_model_has_fpu (const FkSimModel *model)
{
  return model->core == FK_SIM_CORE_M4 || model->core == FK_SIM_CORE_M33 ||
         fk_sim_model_is_m7 (model);
}

/* Whether its breakpoint unit is version 2, that of Cortex-M7 (ARM DDI 0403E C1.11.3) and M33 (ARM
 * DDI 0553, Flash Patch and Breakpoint unit). */
gboolean
fk_sim_model_has_new_breakpoints (const FkSimModel *model)
{
  return model->core == FK_SIM_CORE_M33 || fk_sim_model_is_m7 (model);
}

/* What a byte of flash is that was erased */
guint8
fk_sim_model_get_blank (const FkSimModel *model)
{
  return model->blank_is_zero ? 0x00 : 0xff;
}

const FkSimModel *
fk_sim_model_find (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (models); i++)
    {
      if (g_strcmp0 (models[i].name, name) == 0)
        return &models[i];
    }

  return NULL;
}

char *
fk_sim_model_list (void)
{
  g_autoptr (GString) list = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (models); i++)
    g_string_append_printf (list, "%s%s", i > 0 ? ", " : "", models[i].name);

  return g_strdup (list->str);
}

static FkSimMemory *
add_memory (
    FkSimChip *self, FkSimMemoryKind kind, guint32 base, guint32 size, guint8 fill, gboolean exec)
{
  FkSimMemory *memory = &self->memories[self->n_memories++];

  g_assert (self->n_memories <= FK_SIM_MAX_MEMORIES);

  memory->kind = kind;
  memory->base = base;
  memory->size = size;
  /* Unicorn maps whole pages; what is beyond size is never looked at. */
  memory->bytes = g_aligned_alloc0 (1, (size + 0xfff) & ~0xfffu, 4096);
  memory->executable = exec;
  memset (memory->bytes, fill, size);

  return memory;
}

/* BOOT0 is low on all boards, so address 0 shows the main flash (RM0008 3.4).  On F7 the flash is
 * at 0x00200000, too, on the bus of the ITCM (RM0385, Memory map).  On L5, U5 and H5 nothing is
 * at 0 (RM0438, RM0456 and RM0492, Memory organization). */
static void
add_boot_alias (FkSimChip *self)
{
  FkSimMemory *memory;

  if (self->model->core == FK_SIM_CORE_M33)
    return;
  memory = &self->memories[self->n_memories++];
  g_assert (self->n_memories <= FK_SIM_MAX_MEMORIES);

  *memory = *self->flash_memory;
  memory->base = self->model->family == FK_SIM_FAMILY_F7 ? 0x00200000 : 0;
  memory->alias = TRUE;
}

/* ST's bootloader is not ours to hand out: the system memory holds a vector table that points into
 * itself, and noise that is the same on every chip. */
static void
fill_system_memory (FkSimMemory *memory, guint32 stack)
{
  guint32 noise = memory->base ^ 0x5eed1234;

  for (guint32 i = 0; i < memory->size; i += 4)
    {
      noise = noise * 1664525u + 1013904223u;
      fk_store_u32le (memory->bytes + i, noise);
    }
  fk_store_u32le (memory->bytes, stack);
  for (guint i = 1; i < 16; i++)
    fk_store_u32le (memory->bytes + 4 * i, memory->base + 0x101);
}

static guint16
get_told_size (FkSimChip *self)
{
  if (self->config.size_register != 0)
    return self->config.size_register;
  return (guint16)((self->flash_memory->size - self->flash_memory->hole_size) / KIB);
}

static void
build_f4 (FkSimChip *self)
{
  FkSimMemory *system;
  FkSimMemory *ids;

  add_memory (self, FK_SIM_MEMORY_RAM, 0x20000000, self->model->ram_size, 0, TRUE);
  add_memory (self, FK_SIM_MEMORY_RAM, 0x10000000, self->model->ccm_size, 0, FALSE);
  add_memory (self, FK_SIM_MEMORY_RAM, 0x40024000, 4 * KIB, 0, FALSE); /* backup SRAM */
  system = add_memory (self, FK_SIM_MEMORY_SYSTEM, 0x1fff0000, 30 * KIB, 0, FALSE);
  fill_system_memory (system, 0x20002d40);
  /* 512 bytes of OTP and 16 lock bytes: RM0090, table 5 */
  self->otp_memory = add_memory (self, FK_SIM_MEMORY_OTP, 0x1fff7800, 528, 0xff, FALSE);
  /* UID at 0x1fff7a10, flash size at 0x1fff7a22: RM0090 39.1, 39.2 */
  ids = add_memory (self, FK_SIM_MEMORY_SYSTEM, 0x1fff7a10, 0x20, 0xff, FALSE);
  memcpy (ids->bytes, self->config.uid, 12);
  fk_store_u16le (ids->bytes + 0x12, get_told_size (self));
  self->options_memory = add_memory (self, FK_SIM_MEMORY_OPTIONS, 0x1fffc000, 16, 0xff, FALSE);
  /* RM0090, table 15: RDP 0xaa, watchdog by software, no reset in Stop and Standby, BOR off */
  fk_store_u16le (self->options_memory->bytes, 0xaaef);
  self->flash_ops = &fk_sim_flash_f4;
}

/* DTCM, SRAM1 and SRAM2 of an F74x stand in a row. */
static void
build_f7 (FkSimChip *self)
{
  FkSimMemory *system;
  FkSimMemory *ids;
  guint8 *options;

  add_memory (self, FK_SIM_MEMORY_RAM, 0x20000000, self->model->ram_size, 0, TRUE);
  add_memory (self, FK_SIM_MEMORY_RAM, 0x00000000, 16 * KIB, 0, TRUE); /* ITCM RAM */
  add_memory (self, FK_SIM_MEMORY_RAM, 0x40024000, 4 * KIB, 0, FALSE); /* backup SRAM */
  system = add_memory (self, FK_SIM_MEMORY_SYSTEM, 0x00100000, 60 * KIB, 0, FALSE);
  fill_system_memory (system, 0x20002d40);
  /* 1024 bytes of OTP, 16 lock bytes, and 16 that mean nothing */
  self->otp_memory = add_memory (self, FK_SIM_MEMORY_OTP, 0x1ff0f000, 1056, 0xff, FALSE);
  ids = add_memory (self, FK_SIM_MEMORY_SYSTEM, 0x1ff0f420, 0x30, 0xff, FALSE);
  memcpy (ids->bytes, self->config.uid, 12);
  fk_store_u16le (ids->bytes + 0x22, get_told_size (self));
  self->options_memory = add_memory (self, FK_SIM_MEMORY_OPTIONS, 0x1fff0000, 0x2c, 0xff, FALSE);
  options = self->options_memory->bytes;
  /* As F4's; starts from the flash, and with BOOT at 1 from the system memory */
  fk_store_u16le (options, 0xaaff);
  fk_store_u16le (options + 0x10, 0x0080);
  fk_store_u16le (options + 0x18, 0x0040);
  self->flash_ops = &fk_sim_flash_f4;
}

static void
build_f0_f1 (FkSimChip *self)
{
  gboolean f0 = self->model->family == FK_SIM_FAMILY_F0;
  guint32 base = f0 ? 0x1fffec00 : 0x1ffff000;
  FkSimMemory *system;

  add_memory (self, FK_SIM_MEMORY_RAM, 0x20000000, self->model->ram_size, 0, TRUE);
  system = add_memory (self, FK_SIM_MEMORY_SYSTEM, base, 0x1ffff800 - base, 0, FALSE);
  fill_system_memory (system, 0x20000ffc);
  /* RM0360 27.1, 27.2; RM0008 30.1, 30.2 */
  memcpy (system->bytes + ((f0 ? 0x1ffff7ac : 0x1ffff7e8) - base), self->config.uid, 12);
  fk_store_u16le (system->bytes + ((f0 ? 0x1ffff7cc : 0x1ffff7e0) - base), get_told_size (self));
  fk_store_u16le (system->bytes + ((f0 ? 0x1ffff7ce : 0x1ffff7e2) - base), 0xffff);

  self->options_memory = add_memory (self, FK_SIM_MEMORY_OPTIONS, 0x1ffff800, 16, 0, FALSE);
  /* Each byte is followed by its complement (PM0075 2.5, RM0360 4): RDP, USER, two of data, four of
   * write protection. */
  for (guint i = 0; i < 8; i++)
    {
      guint8 value = i == 0 ? (f0 ? 0xaa : 0xa5) : 0xff;

      self->options_memory->bytes[2 * i] = value;
      self->options_memory->bytes[2 * i + 1] = (guint8)~value;
    }
  self->flash_ops = &fk_sim_flash_f1;
}

/* G0, L4 and G4 */
static void
build_l4 (FkSimChip *self)
{
  const FkSimL4Kind *kind = fk_sim_l4_get_kind (self);
  FkSimMemory *system;
  FkSimMemory *ids;

  add_memory (self, FK_SIM_MEMORY_RAM, 0x20000000, self->model->ram_size, 0, TRUE);
  if (self->model->ccm_size != 0)
    add_memory (self, FK_SIM_MEMORY_RAM, 0x10000000, self->model->ccm_size, 0, TRUE);
  system = add_memory (self, FK_SIM_MEMORY_SYSTEM, 0x1fff0000, 28 * KIB, 0, FALSE);
  fill_system_memory (system, 0x20002d40);
  /* RM0444 3.3.1: 1 KiB of OTP, each double word written once; the same on L4 and G4 */
  self->otp_memory = add_memory (self, FK_SIM_MEMORY_OTP, 0x1fff7000, KIB, 0xff, FALSE);
  /* Package at 0x1fff7500, UID at 0x1fff7590, flash size at 0x1fff75e0 (RM0444, Device electronic
   * signature); 0x1fff77dd tells G0x1 by 0xff. */
  ids = add_memory (self, FK_SIM_MEMORY_SYSTEM, 0x1fff7500, 0x300, 0xff, FALSE);
  memcpy (ids->bytes + 0x90, self->config.uid, 12);
  fk_store_u16le (ids->bytes + 0xe0, get_told_size (self));
  self->options_memory =
      add_memory (self, FK_SIM_MEMORY_OPTIONS, kind->option_bytes, 0x80, 0xff, FALSE);
  if (kind->second_options != 0)
    {
      system = add_memory (self, FK_SIM_MEMORY_SYSTEM, 0x1fff8000, 28 * KIB, 0, FALSE);
      fill_system_memory (system, 0x20002d40);
      add_memory (self, FK_SIM_MEMORY_OPTIONS, kind->option_bytes + kind->second_options, 0x80,
                  0xff, FALSE);
    }
  self->flash_ops = &fk_sim_flash_l4;
  self->flash_ops->make_options (self);
}

/* RM0038 3 (NVM organization) and 31 (Device electronic signature), of L0 the chapters of these
 * names in RM0367: the UID is three words, the third of which stands apart. */
static void
build_l1 (FkSimChip *self)
{
  gboolean l0 = self->model->family == FK_SIM_FAMILY_L0;
  FkSimMemory *system;
  FkSimMemory *ids;

  add_memory (self, FK_SIM_MEMORY_RAM, 0x20000000, self->model->ram_size, 0, TRUE);
  self->eeprom_memory = add_memory (self, FK_SIM_MEMORY_EEPROM, 0x08080000,
                                    self->config.eeprom_size != 0 ? self->config.eeprom_size
                                                                  : self->model->eeprom_size,
                                    0, FALSE);
  system = add_memory (self, FK_SIM_MEMORY_SYSTEM, 0x1ff00000, 8 * KIB, 0, FALSE);
  fill_system_memory (system, 0x20000ffc);
  ids = add_memory (self, FK_SIM_MEMORY_SYSTEM, l0 ? 0x1ff80040 : 0x1ff800c0, 0x40, 0, FALSE);
  fk_store_u16le (ids->bytes + (l0 ? 0x3c : 0x0c), get_told_size (self));
  memcpy (ids->bytes + 0x10, self->config.uid, 8);
  memcpy (ids->bytes + 0x24, self->config.uid + 8, 4);
  self->options_memory = add_memory (self, FK_SIM_MEMORY_OPTIONS, 0x1ff80000,
                                     fk_sim_l1_get_options_size (self), 0, FALSE);
  self->flash_ops = l0 ? &fk_sim_flash_l0 : &fk_sim_flash_l1;
  self->flash_ops->make_options (self);
}

static void
build_l5_flash (FkSimChip *self)
{
  self->options_memory = add_memory (self, FK_SIM_MEMORY_OPTIONS, 0x40022040, 0x40, 0, FALSE);
  self->options_memory->hidden = TRUE;
  self->flash_ops = &fk_sim_flash_l5;
  self->flash_ops->make_options (self);
}

/* RM0438 2 (Memory organization), 6 (OTP area, double words that are written once) and Device
 * electronic signature: package at 0x0bfa0500, UID at 0x0bfa0590, flash size at 0x0bfa05e0. */
static void
build_l5 (FkSimChip *self)
{
  FkSimMemory *system;
  FkSimMemory *ids;

  add_memory (self, FK_SIM_MEMORY_RAM, 0x20000000, self->model->ram_size, 0, TRUE);
  system = add_memory (self, FK_SIM_MEMORY_SYSTEM, 0x0bf90000, 32 * KIB, 0, FALSE);
  fill_system_memory (system, 0x20002d40);
  self->otp_memory = add_memory (self, FK_SIM_MEMORY_OTP, 0x0bfa0000, 512, 0xff, FALSE);
  ids = add_memory (self, FK_SIM_MEMORY_SYSTEM, 0x0bfa0500, 0x100, 0xff, FALSE);
  memcpy (ids->bytes + 0x90, self->config.uid, 12);
  fk_store_u16le (ids->bytes + 0xe0, get_told_size (self));
  build_l5_flash (self);
}

/* SRAM1, 2 and 3 stand in a row; SRAM4 is by itself.  All as it is while TrustZone is off. */
static void
build_u5 (FkSimChip *self)
{
  FkSimMemory *system;
  FkSimMemory *ids;

  add_memory (self, FK_SIM_MEMORY_RAM, 0x20000000, self->model->ram_size, 0, TRUE);
  add_memory (self, FK_SIM_MEMORY_RAM, 0x28000000, 16 * KIB, 0, TRUE);
  system = add_memory (self, FK_SIM_MEMORY_SYSTEM, 0x0bf90000, 64 * KIB, 0, FALSE);
  fill_system_memory (system, 0x20002d40);
  /* 32 quad words, each written once (RM0456 7, OTP area) */
  self->otp_memory = add_memory (self, FK_SIM_MEMORY_OTP, 0x0bfa0000, 512, 0xff, FALSE);
  /* Package at 0x0bfa0500, UID at 0x0bfa0700, flash size at 0x0bfa07a0 (RM0456, Device electronic
   * signature) */
  ids = add_memory (self, FK_SIM_MEMORY_SYSTEM, 0x0bfa0500, 0x300, 0xff, FALSE);
  memcpy (ids->bytes + 0x200, self->config.uid, 12);
  fk_store_u16le (ids->bytes + 0x2a0, get_told_size (self));
  build_l5_flash (self);
}

/* RM0492, Memory organization and Device electronic signature: two RAMs in a row; UID at
 * 0x08fff800, flash size at 0x08fff80c.  What was never written of the OTP at 0x08fff000 does not
 * answer, so there is none here.  Option bytes as on H7. */
static void
build_h5 (FkSimChip *self)
{
  FkSimMemory *system;
  FkSimMemory *ids;

  add_memory (self, FK_SIM_MEMORY_RAM, 0x20000000, self->model->ram_size, 0, TRUE);
  system = add_memory (self, FK_SIM_MEMORY_SYSTEM, 0x0bf80000, 32 * KIB, 0, FALSE);
  fill_system_memory (system, 0x20002d40);
  ids = add_memory (self, FK_SIM_MEMORY_SYSTEM, 0x08fff800, 0x20, 0xff, FALSE);
  memcpy (ids->bytes, self->config.uid, 12);
  fk_store_u16le (ids->bytes + 0x0c, get_told_size (self));
  self->options_memory = add_memory (self, FK_SIM_MEMORY_OPTIONS, 0x40022050, 32, 0xff, FALSE);
  self->options_memory->hidden = TRUE;
  self->flash_ops = &fk_sim_flash_h5;
  self->flash_ops->make_options (self);
}

/* DTCM, then the RAM of each domain.  The option bytes are in no memory map: words in a row, for
 * the back door at the first of their registers. */
static void
build_h7 (FkSimChip *self)
{
  const FkSimH7Kind *kind = fk_sim_h7_get_kind (self);
  FkSimMemory *system;

  add_memory (self, FK_SIM_MEMORY_RAM, 0x20000000, self->model->ram_size, 0, TRUE);
  add_memory (self, FK_SIM_MEMORY_RAM, 0x00000000, 64 * KIB, 0, TRUE); /* ITCM */
  add_memory (self, FK_SIM_MEMORY_RAM, 0x24000000, kind->rams[0] * KIB, 0, TRUE);
  add_memory (self, FK_SIM_MEMORY_RAM, 0x30000000, kind->rams[1] * KIB, 0, TRUE);
  add_memory (self, FK_SIM_MEMORY_RAM, 0x38000000, kind->rams[2] * KIB, 0, TRUE);
  add_memory (self, FK_SIM_MEMORY_RAM, 0x38800000, 4 * KIB, 0, FALSE); /* backup SRAM */
  system = add_memory (self, FK_SIM_MEMORY_SYSTEM, 0x1ff00000, 128 * KIB, 0, FALSE);
  fill_system_memory (system, 0x20002d40);
  /* UID and flash size: RM0433, RM0455 (Device electronic signature).  Before those of H7A3 is OTP,
   * which does not answer as long as nobody has written it. */
  if (kind->uid < system->base)
    system = add_memory (self, FK_SIM_MEMORY_SYSTEM, kind->uid, 16, 0xff, FALSE);
  memcpy (system->bytes + (kind->uid - system->base), self->config.uid, 12);
  fk_store_u16le (system->bytes + (kind->size_register - system->base), get_told_size (self));
  self->options_memory = add_memory (self, FK_SIM_MEMORY_OPTIONS, 0x5200201c, 40, 0xff, FALSE);
  self->options_memory->hidden = TRUE;
  self->flash_ops = &fk_sim_flash_h7;
  self->flash_ops->make_options (self);
}

/* Between two banks that are apart nothing answers (RM0433, 4.3.4). */
static void
add_flash (FkSimChip *self)
{
  guint32 size = self->config.flash_size != 0 ? self->config.flash_size : self->model->flash_size;
  guint32 distance = self->model->bank_distance;
  guint32 gap = distance > size / 2 ? distance - size / 2 : 0;

  self->flash_memory = add_memory (self, FK_SIM_MEMORY_FLASH, 0x08000000, size + gap,
                                   fk_sim_model_get_blank (self->model), TRUE);
  self->flash_memory->hole = size / 2;
  self->flash_memory->hole_size = gap;
}

void
fk_sim_model_build (FkSimChip *self)
{
  add_flash (self);
  if (self->model->family == FK_SIM_FAMILY_F4)
    build_f4 (self);
  else if (self->model->family == FK_SIM_FAMILY_G0 || self->model->family == FK_SIM_FAMILY_L4 ||
           self->model->family == FK_SIM_FAMILY_G4)
    build_l4 (self);
  else if (self->model->family == FK_SIM_FAMILY_F7)
    build_f7 (self);
  else if (self->model->family == FK_SIM_FAMILY_L1 || self->model->family == FK_SIM_FAMILY_L0)
    build_l1 (self);
  else if (self->model->family == FK_SIM_FAMILY_L5)
    build_l5 (self);
  else if (self->model->family == FK_SIM_FAMILY_U5)
    build_u5 (self);
  else if (self->model->family == FK_SIM_FAMILY_H5)
    build_h5 (self);
  else if (self->model->family == FK_SIM_FAMILY_H7)
    {
      build_h7 (self);
      return;
    }
  else
    build_f0_f1 (self);
  add_boot_alias (self);
}
