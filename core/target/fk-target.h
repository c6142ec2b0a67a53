/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "base/fk-progress.h"
#include "probe/fk-probe.h"

G_BEGIN_DECLS

typedef enum
{
  FK_CORE_UNKNOWN,
  FK_CORE_CORTEX_M0,
  FK_CORE_CORTEX_M0_PLUS,
  FK_CORE_CORTEX_M3,
  FK_CORE_CORTEX_M4,
  FK_CORE_CORTEX_M7,
} FkCore;

/**
 * FkConnect:
 * @FK_CONNECT_AUTO: what a patient expert would try: normal, slower, under reset, and a catch loop
 * @FK_CONNECT_NORMAL: attach and halt; no reset
 * @FK_CONNECT_UNDER_RESET: with NRST low, stopped at the first instruction
 * @FK_CONNECT_HOT_PLUG: attach to a running program and never stop it
 */
typedef enum
{
  FK_CONNECT_AUTO,
  FK_CONNECT_NORMAL,
  FK_CONNECT_UNDER_RESET,
  FK_CONNECT_HOT_PLUG,
} FkConnect;

/**
 * FkLeave:
 * @FK_LEAVE_RESUMED: the program goes on where it was
 * @FK_LEAVE_RESET: the chip is reset and runs from the start (after its flash changed)
 * @FK_LEAVE_HALTED: stays halted
 */
typedef enum
{
  FK_LEAVE_RESUMED,
  FK_LEAVE_RESET,
  FK_LEAVE_HALTED,
} FkLeave;

/* ARMv7-M/ARMv6-M DCRSR register numbers (ARM DDI 0403E, C1.6.3). */
typedef enum
{
  FK_REG_R0 = 0,
  FK_REG_R1 = 1,
  FK_REG_R2 = 2,
  FK_REG_R3 = 3,
  FK_REG_SP = 13,
  FK_REG_LR = 14,
  FK_REG_PC = 15,
  FK_REG_XPSR = 16,
  FK_REG_MSP = 17,
  FK_REG_PSP = 18,
  FK_REG_CONTROL_PRIMASK = 20,
} FkRegister;

#define FK_TYPE_TARGET (fk_target_get_type ())
G_DECLARE_FINAL_TYPE (FkTarget, fk_target, FK, TARGET, GObject)

FkTarget *fk_target_new (FkProbe *probe);
FkProbe *fk_target_get_probe (FkTarget *self);

/* Connecting and leaving. speed_khz 0: the default ladder. */
gboolean fk_target_connect (FkTarget *self,
                            FkConnect how,
                            guint speed_khz,
                            FkProgress *progress,
                            GCancellable *cancellable,
                            GError **error);
gboolean fk_target_disconnect (FkTarget *self, FkLeave leave, GError **error);
gboolean fk_target_is_connected (FkTarget *self);

/* Who it is; valid while connected. */
FkCore fk_target_get_core (FkTarget *self);
const char *fk_core_get_name (FkCore core); /* "Cortex-M4" */
guint16 fk_target_get_designer (
    FkTarget *self); /* JEP106: continuation << 8 | id with parity bit stripped: ST 0x0020 */
const char *fk_target_get_designer_name (FkTarget *self);
guint32 fk_target_get_dpidr (FkTarget *self);

/* Memory: any address, any length; BUS_FAULT names the address. */
gboolean fk_target_read (FkTarget *self,
                         guint32 address,
                         guint8 *data,
                         gsize length,
                         FkProgress *progress,
                         GCancellable *cancellable,
                         GError **error);
gboolean fk_target_write (FkTarget *self,
                          guint32 address,
                          const guint8 *data,
                          gsize length,
                          FkProgress *progress,
                          GCancellable *cancellable,
                          GError **error);
gboolean fk_target_read_u32 (FkTarget *self, guint32 address, guint32 *value, GError **error);
gboolean fk_target_write_u32 (FkTarget *self, guint32 address, guint32 value, GError **error);
gboolean fk_target_read_u16 (FkTarget *self, guint32 address, guint16 *value, GError **error);
gboolean fk_target_write_u16 (FkTarget *self, guint32 address, guint16 value, GError **error);
gboolean fk_target_read_u8 (FkTarget *self, guint32 address, guint8 *value, GError **error);
gboolean fk_target_write_u8 (FkTarget *self, guint32 address, guint8 value, GError **error);

/* The core. */
gboolean fk_target_halt (FkTarget *self, GCancellable *cancellable, GError **error);
gboolean fk_target_resume (FkTarget *self, GError **error);
gboolean fk_target_is_halted (FkTarget *self, gboolean *halted, GError **error);
gboolean fk_target_reset_halt (FkTarget *self, GCancellable *cancellable, GError **error);
gboolean fk_target_reset_run (FkTarget *self, GCancellable *cancellable, GError **error);
gboolean fk_target_read_register (FkTarget *self, FkRegister reg, guint32 *value, GError **error);
gboolean fk_target_write_register (FkTarget *self, FkRegister reg, guint32 value, GError **error);
gboolean fk_target_is_locked_up (FkTarget *self, gboolean *locked_up, GError **error);
char *fk_target_describe_lockup (FkTarget *self, GCancellable *cancellable, GError **error);

/**
 * FkTargetRam:
 *
 * RAM and core registers on loan: what they held is given back when the loan is freed, also after
 * an error, as long as the chip answers.  The core must be halted.
 */
typedef struct _FkTargetRam FkTargetRam;

FkTargetRam *fk_target_borrow_ram (FkTarget *self,
                                   guint32 address,
                                   gsize size,
                                   gboolean give_back,
                                   GCancellable *cancellable,
                                   GError **error);
guint32 fk_target_ram_get_address (FkTargetRam *ram);
gsize fk_target_ram_get_size (FkTargetRam *ram);
gboolean fk_target_ram_return (FkTargetRam *ram, GError **error);
void fk_target_ram_free (FkTargetRam *ram);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FkTargetRam, fk_target_ram_free)

/* Starts code that ends in BKPT; interrupts masked.  registers: r0-r3. */
gboolean fk_target_start (
    FkTarget *self, guint32 pc, guint32 sp, const guint32 registers[4], GError **error);
gboolean
fk_target_wait_halted (FkTarget *self, guint timeout_ms, GCancellable *cancellable, GError **error);

G_END_DECLS
