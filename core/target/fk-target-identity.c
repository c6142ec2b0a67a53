/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Who is there: the core by its CPUID, and who made the chip by the ROM table that the access port
 * points to.  Many chips are sold as STM32 or pretend to be one; the designer in that table is what
 * their makers forget to change, or change most honestly.
 *
 * ARM DDI 0403E B3.2.3 (CPUID) and C1.3 (ROM table); ARM IHI 0029 D1.2 (peripheral identification);
 * names from JEDEC's JEP106. */

#include "config.h"

#include "target/fk-cortex-m.h"
#include "target/fk-target-private.h"

#include "base/fk-error.h"

#include <string.h>

typedef struct
{
  FkCore core;
  guint16 part; /* CPUID bits 15:4 */
  const char *name;
} CoreRow;

static const CoreRow cores[] = {
  { FK_CORE_CORTEX_M0, 0xc20, "Cortex-M0" }, { FK_CORE_CORTEX_M0_PLUS, 0xc60, "Cortex-M0+" },
  { FK_CORE_CORTEX_M3, 0xc23, "Cortex-M3" }, { FK_CORE_CORTEX_M4, 0xc24, "Cortex-M4" },
  { FK_CORE_CORTEX_M7, 0xc27, "Cortex-M7" }, { FK_CORE_CORTEX_M33, 0xd21, "Cortex-M33" },
};

typedef struct
{
  guint16 code;
  const char *name;
} DesignerRow;

/* Makers of STM32 and of chips that are met in their place.  0x555 is in no list: an HK32F103CB has
 * just these bits, with the one clear that says that they are JEDEC's (blaatschaap.be, Identifying
 * 32F103 clones), and chips that were sold as STM32 have it set.  CS32 has ARM's code (ibid.), as
 * most have whose maker left the table as it came.  WCH writes a code that JEDEC gave to somebody
 * else. */
static const DesignerRow designers[] = {
  { FK_JEP106_ST, "ST" },
  { FK_JEP106_ARM, "ARM" },
  { 0x0648, "GigaDevice" },
  { 0x0751, "GigaDevice" },
  { 0x093b, "Artery" },
  { 0x0b23, "Geehy (APM)" },
  { 0x072a, "WCH" },
  { 0x0b68, "Hangshun (HK)" },
  { 0x0905, "Puya" },
  { 0x094f, "Puya" },
  { 0x0d78, "Xiaohua (HDSC)" },
  { 0x0a75, "Arm China" },
  { 0x0c7f, "MindMotion" },
  { 0x0555, "Hangshun (HK), most likely" },
  { 0x0015, "NXP" },
  { 0x001f, "Atmel" },
  { 0x0017, "Texas Instruments" },
  { 0x0041, "Infineon" },
  { 0x0244, "Nordic Semiconductor" },
  { 0x0423, "Renesas" },
  { 0x0673, "Silicon Labs" },
  { 0x0913, "Raspberry Pi" },
};

#define IDENTITY_TRIES 5

/* DPIDR without its revision; 1 of Cortex-M3 until r1p1, 2 since and of -M4. */
#define DPIDR_PORT         0x0fffffffu
#define DPIDR_CORTEX_M3_M4 0x0ba01477u

/* How far the access port counts by itself: Cortex-M3's and -M4's has 12 bits for it (their
 * technical reference manuals, AHB-AP), and no other is promised to have more than 10. */
static guint
find_auto_increment (FkCore core)
{
  return core == FK_CORE_CORTEX_M3 || core == FK_CORE_CORTEX_M4 ? 4096
                                                                : FK_PROBE_MIN_AUTO_INCREMENT;
}

/* Takes in who the core is.  Nothing that makes sense there means that nothing is there. */
gboolean
fk_target_take_cpuid (FkTarget *self, guint32 cpuid, GError **error)
{
  if (cpuid == 0 || cpuid == G_MAXUINT32)
    {
      g_set_error (error, FK_ERROR, FK_ERROR_NO_TARGET,
                   "The debug port answers, but no core is behind it (CPUID 0x%08x)", cpuid);
      return FALSE;
    }
  self->core = FK_CORE_UNKNOWN;
  self->cpuid = cpuid;
  for (guint i = 0; i < G_N_ELEMENTS (cores); i++)
    if (cpuid >> 24 == 0x41 && (cpuid >> 4 & 0xfff) == cores[i].part)
      self->core = cores[i].core;
  fk_probe_set_auto_increment (self->probe, find_auto_increment (self->core));
  return TRUE;
}

static gboolean
read_cpuid (FkTarget *self, GError **error)
{
  guint32 cpuid;

  return fk_target_read_steady_word (self, FK_SCB_CPUID, &cpuid, error) &&
         fk_target_take_cpuid (self, cpuid, error);
}

/* Asks who the core is, behind the access port where it is. */
gboolean
fk_target_read_cpuid (FkTarget *self, GError **error)
{
  GError *local_error = NULL;

  if (read_cpuid (self, &local_error) ||
      (fk_target_try_other_ap (self, &local_error) && read_cpuid (self, &local_error)))
    return TRUE;
  g_propagate_error (error, local_error);
  return FALSE;
}

/* That a probe cannot ask, or that nothing lives at an address, only leaves a question open. */
static gboolean
is_harmless (const GError *error)
{
  return g_error_matches (error, FK_ERROR, FK_ERROR_NOT_SUPPORTED) ||
         g_error_matches (error, FK_ERROR, FK_ERROR_PROBE_FIRMWARE_OLD) ||
         g_error_matches (error, FK_ERROR, FK_ERROR_BUS_FAULT);
}

/* Where Cortex-M3 and -M4 have it (ARM DDI 0337H 7.1.1, DDI 0439B 8.1.1: ROM table identification
 * and entries); their debug ports tell them from others.  What is found there has to say that it is
 * a ROM table, or else the access port is asked after all.
 *
 * Returns: 0 where it has to be asked at once */
guint32
fk_target_guess_rom_table (FkTarget *self)
{
  return (self->dpidr & DPIDR_PORT) == DPIDR_CORTEX_M3_M4 ? FK_ROM_TABLE : 0;
}

/* @table becomes 0 where the access port says that there is none. */
gboolean
fk_target_find_rom_table (FkTarget *self, guint32 *table, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  guint32 base;

  *table = FK_ROM_TABLE;
  if (!fk_probe_read_dap (self->probe, fk_probe_get_ap (self->probe), FK_AP_BASE, &base,
                          &local_error))
    {
      if (is_harmless (local_error))
        return TRUE;
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  /* Bit 1: a format that has bit 0, "there is one" (ARM IHI 0031 7.5.2). */
  if (base == G_MAXUINT32 || (base & 3) == 2)
    *table = 0;
  else
    *table = base & 0xfffff000;
  return TRUE;
}

/* The identification registers of a ROM table, each of which has 8 bits: PIDR4, PIDR0 to 3, CIDR0
 * to 3. */
static const guint16 id_registers[] = {
  FK_ROM_TABLE_PIDR4,       FK_ROM_TABLE_PIDR0,       FK_ROM_TABLE_PIDR0 + 0x4,
  FK_ROM_TABLE_PIDR0 + 0x8, FK_ROM_TABLE_PIDR0 + 0xc, FK_ROM_TABLE_PIDR0 + 0x10,
  FK_ROM_TABLE_CIDR1,       FK_ROM_TABLE_CIDR1 + 0x4, FK_ROM_TABLE_CIDR1 + 0x8,
};

#define N_IDS G_N_ELEMENTS (id_registers)

typedef struct
{
  guint16 designer;
  guint16 part;
} Maker;

/* Returns: whether it is a ROM table that tells by JEDEC's code who designed the chip */
static gboolean
parse_ids (const FkProbeAccess *access, Maker *maker)
{
  static const guint8 rom_table[] = { 0x0d, 0x10, 0x05, 0xb1 }; /* CIDR, ARM IHI 0029 D1.2.1 */
  guint8 id[N_IDS];

  *maker = (Maker){ 0 };
  for (guint i = 0; i < N_IDS; i++)
    id[i] = access[i].value & 0xff;
  if (memcmp (id + 5, rom_table, sizeof rom_table) != 0 || (id[3] & 8) == 0)
    return FALSE;
  maker->designer = (guint16)((id[0] & 0xf) << 8 | (id[3] & 7) << 4 | id[2] >> 4);
  maker->part = (guint16)((id[2] & 0xf) << 8 | id[1]);
  return TRUE;
}

static void
add_ids (FkAccessList *list, guint32 table)
{
  for (guint i = 0; i < N_IDS; i++)
    fk_access_list_read (list, table + id_registers[i]);
}

/* Returns: where in the list that is, for fk_target_take_rom_table() */
guint
fk_access_list_read_rom_table (FkAccessList *list, guint32 table)
{
  guint first = list->n;

  add_ids (list, table);
  return first;
}

/* Takes what fk_access_list_read_rom_table() put into a list that was run, if that is a ROM table
 * of ST's: then its address is proved, too.  One reading will do, as long as the device ID turns
 * out to be the part number that is told here, see fk_target_compare_part().  Else
 * fk_target_read_identity() will ask. */
void
fk_target_take_rom_table (FkTarget *self, const FkAccessList *list, guint first)
{
  Maker maker;

  if (!parse_ids (&list->accesses[first], &maker) || maker.designer != FK_JEP106_ST)
    return;
  self->designer = maker.designer;
  self->part = maker.part;
  self->identified = TRUE;
}

/* @idcode: of DBGMCU; 0 where it does not tell */
void
fk_target_compare_part (FkTarget *self, guint32 idcode)
{
  self->identified = self->identified && (idcode & 0xfff) == self->part;
}

static gboolean
read_designer (FkTarget *self, guint32 table, GError **error)
{
  FkAccessList list = { 0 };
  Maker maker;

  add_ids (&list, table);
  if (!fk_target_run_list (self, &list, error))
    return FALSE;
  parse_ids (list.accesses, &maker);
  self->designer = maker.designer;
  self->part = maker.part;
  return TRUE;
}

/* What the probe was told when it attached, or the same twice running. */
gboolean
fk_target_read_dpidr (FkTarget *self, gboolean steady, GError **error)
{
  g_autoptr (GError) local_error = NULL;

  self->dpidr = 0;
  if (fk_probe_read_idcode (self->probe, steady, &self->dpidr, &local_error) ||
      is_harmless (local_error))
    return TRUE;
  g_propagate_prefixed_error (error, g_steal_pointer (&local_error),
                              "Reading the debug port's ID: ");
  return FALSE;
}

static gboolean
read_maker (FkTarget *self, GError **error)
{
  guint32 table;

  self->designer = 0;
  self->part = 0;
  return fk_target_find_rom_table (self, &table, error) &&
         (table == 0 || read_designer (self, table, error));
}

/* Reads who made it until that is the same twice running. */
static gboolean
read_maker_steadily (FkTarget *self, GError **error)
{
  for (guint i = 0; i < IDENTITY_TRIES; i++)
    {
      g_autoptr (GError) local_error = NULL;
      guint16 designer = self->designer;
      guint16 part = self->part;

      /* A disturbance on the wire looks like a fault, too, and must not make the chip nameless. */
      if (!read_maker (self, &local_error) &&
          g_error_matches (local_error, FK_ERROR, FK_ERROR_BUS_FAULT))
        {
          g_clear_error (&local_error);
          read_maker (self, &local_error);
        }
      if (local_error != NULL && !is_harmless (local_error))
        {
          g_propagate_prefixed_error (error, g_steal_pointer (&local_error),
                                      "Reading the ROM table: ");
          return FALSE;
        }
      if (i > 0 && designer == self->designer && part == self->part)
        return TRUE;
    }
  g_set_error (error, FK_ERROR, FK_ERROR_NO_TARGET,
               "The chip names another designer each time that it is asked; the wires are bad, or "
               "SWD is too fast for them");
  return FALSE;
}

/* Reads what does not change while connected, as far as that has not been done yet. */
gboolean
fk_target_read_identity (FkTarget *self, GError **error)
{
  return fk_target_read_dpidr (self, FALSE, error) &&
         (self->identified || read_maker_steadily (self, error));
}

/* Returns: which core it is; FK_CORE_UNKNOWN for one that is not in FkCore */
FkCore
fk_target_get_core (FkTarget *self)
{
  g_return_val_if_fail (FK_IS_TARGET (self), FK_CORE_UNKNOWN);

  return self->core;
}

/* Returns: the name as ARM writes it, such as "Cortex-M4"; "unknown core" for FK_CORE_UNKNOWN */
const char *
fk_core_get_name (FkCore core)
{
  for (guint i = 0; i < G_N_ELEMENTS (cores); i++)
    if (cores[i].core == core)
      return cores[i].name;
  return "unknown core";
}

/**
 * fk_target_get_designer:
 *
 * Returns: who designed the chip, by JEP106: number of continuation codes in bits 11:8, code
 * without its parity bit in bits 6:0, so 0x0020 for ST; 0 where the chip does not tell
 */
guint16
fk_target_get_designer (FkTarget *self)
{
  g_return_val_if_fail (FK_IS_TARGET (self), 0);

  return self->designer;
}

/* Returns: the designer's short name, such as "GigaDevice"; "unknown" for one that is not in the
 *   table */
const char *
fk_target_get_designer_name (FkTarget *self)
{
  g_return_val_if_fail (FK_IS_TARGET (self), NULL);

  for (guint i = 0; i < G_N_ELEMENTS (designers); i++)
    if (designers[i].code == self->designer)
      return designers[i].name;
  return "unknown";
}

/* Returns: the part number in the ROM table, 12 bits; on ST's chips mostly the device ID.  0 where
 *   the chip does not tell */
guint16
fk_target_get_part (FkTarget *self)
{
  g_return_val_if_fail (FK_IS_TARGET (self), 0);

  return self->part;
}

/* Returns: the debug port's DPIDR, such as 0x2ba01477, as it was read when connecting; 0 where the
 *   probe cannot tell */
guint32
fk_target_get_dpidr (FkTarget *self)
{
  g_return_val_if_fail (FK_IS_TARGET (self), 0);

  return self->dpidr;
}

/**
 * fk_target_prove_dpidr:
 *
 * Reads the debug port's DPIDR until it is the same twice running, for who draws conclusions from
 * it; fk_target_get_dpidr() gives that from then on.
 */
gboolean
fk_target_prove_dpidr (FkTarget *self, GError **error)
{
  g_return_val_if_fail (FK_IS_TARGET (self), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return fk_target_read_dpidr (self, TRUE, error);
}

/* Returns: SCB_CPUID, such as 0x411fc231 for a Cortex-M3 r1p1 (ARM DDI 0403E, B3.2.3) */
guint32
fk_target_get_cpuid (FkTarget *self)
{
  g_return_val_if_fail (FK_IS_TARGET (self), 0);

  return self->cpuid;
}

/* Returns: where ST puts its DBGMCU, whose first register is the device ID, next to such a core; 0
 *   for an unknown core */
guint32
fk_core_get_dbgmcu (FkCore core)
{
  switch (core)
    {
    case FK_CORE_CORTEX_M0:
    case FK_CORE_CORTEX_M0_PLUS:
      return FK_DBGMCU_CORTEX_M0;
    case FK_CORE_CORTEX_M3:
    case FK_CORE_CORTEX_M4:
    case FK_CORE_CORTEX_M7:
      return FK_DBGMCU_CORTEX_M3;
    case FK_CORE_CORTEX_M33:
      return FK_DBGMCU_CORTEX_M33;
    case FK_CORE_UNKNOWN:
    default:
      return 0;
    }
}

/* Whether the chip is an H5 by ST's ROM table, once that was read. */
static gboolean
is_h5 (FkTarget *self)
{
  return self->core == FK_CORE_CORTEX_M33 && self->designer == FK_JEP106_ST &&
         (self->part == 0x474 || self->part == 0x478 || self->part == 0x484);
}

/* Returns: as fk_core_get_dbgmcu(), for its core; but an H5 has it among its peripherals */
guint32
fk_target_get_dbgmcu (FkTarget *self)
{
  g_return_val_if_fail (FK_IS_TARGET (self), 0);

  return is_h5 (self) ? FK_DBGMCU_H5 : fk_core_get_dbgmcu (self->core);
}
