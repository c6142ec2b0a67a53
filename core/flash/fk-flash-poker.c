/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Half-words, one at a time.  The F0/F1/F3 controller takes nothing else, and an ST-LINK/V2 whose
 * firmware is older than J26 has no command for it; then three instructions on the chip do it.  The
 * program's RAM and registers are given back. */

#include "config.h"

#include "flash/fk-flash-driver.h"

#include "base/fk-error.h"
#include "base/fk-reader.h"
#include "flash/loaders/fk-loaders.h"

#include <string.h>

/* A word to try it on, and room for a fault on the way. */
#define SPARE 8
#define STACK 64

#define TIMEOUT_MS 500

struct _FkFlashPoker
{
  FkTarget *target;
  guint32 code;
  guint32 stack;
  FkTargetRam *ram; /* (nullable): %NULL while the probe does it */
};

static gboolean
run (FkFlashPoker *self, guint32 address, guint16 value, GError **error)
{
  guint32 registers[4] = { address, value, 0, 0 };

  return fk_target_start (self->target, self->code, self->stack, registers, error) &&
         fk_target_wait_halted (self->target, TIMEOUT_MS, NULL, error);
}

static gboolean
start_loader (FkFlashPoker *self, FkRange ram, GError **error)
{
  const FkLoader *loader = &fk_loader_poke;
  gsize size = loader->size + SPARE + STACK;
  guint32 spare = ram.address + (guint32)loader->size;
  guint8 back[16];
  guint32 tried;

  g_assert (loader->size <= sizeof back);
  self->ram =
      fk_target_borrow_ram (self->target, ram.address, size, loader->used, TRUE, NULL, error);
  if (self->ram == NULL)
    return FALSE;
  self->code = ram.address;
  self->stack = (guint32)(ram.address + size) & ~7u;
  if (!fk_target_write (self->target, self->code, loader->code, loader->size, NULL, NULL, error) ||
      !fk_target_write_u32 (self->target, spare, 0, error) ||
      !fk_target_read (self->target, self->code, back, loader->size, NULL, NULL, error))
    return FALSE;
  if (memcmp (back, loader->code, loader->size) == 0 && run (self, spare, 0x5aa5, NULL) &&
      fk_target_read_u32 (self->target, spare, &tried, NULL) && tried == 0x5aa5)
    return TRUE;
  g_set_error (error, FK_ERROR, FK_ERROR_PROBE_FIRMWARE_OLD,
               "The probe's firmware cannot write half-words, which this chip's flash needs, and "
               "code on the chip that would do it does not run");
  return FALSE;
}

/* The core is halted.  Changes nothing but a half-word of RAM, which it puts back. */
FkFlashPoker *
fk_flash_poker_new (FkFlashPort *port, gboolean may_use_ram, GError **error)
{
  FkRange ram = fk_chip_find_region (port->chip, "ram")->range;
  g_autoptr (FkFlashPoker) self = g_new0 (FkFlashPoker, 1);
  g_autoptr (GError) local_error = NULL;
  guint8 held[2];

  self->target = g_object_ref (port->target);
  if (!fk_target_read (self->target, ram.address, held, sizeof held, NULL, NULL, error))
    return NULL;
  if (fk_target_write_u16 (self->target, ram.address, fk_load_u16le (held), &local_error))
    return g_steal_pointer (&self);
  if (!may_use_ram || !g_error_matches (local_error, FK_ERROR, FK_ERROR_PROBE_FIRMWARE_OLD))
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }
  return start_loader (self, ram, error) ? g_steal_pointer (&self) : NULL;
}

gboolean
fk_flash_poker_write (FkFlashPoker *self, guint32 address, guint16 value, GError **error)
{
  return self->ram == NULL ? fk_target_write_u16 (self->target, address, value, error)
                           : run (self, address, value, error);
}

void
fk_flash_poker_free (FkFlashPoker *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->ram, fk_target_ram_free);
  g_object_unref (self->target);
  g_free (self);
}
