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
  FK_CORE_CORTEX_M33,
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

/**
 * FkWiring:
 * @FK_WIRING_UNKNOWN: nobody has tried yet; a connection that needs no reset does not try
 * @FK_WIRING_YES: the chip was seen to reset when the probe drove the wire
 * @FK_WIRING_NO: the probe drove the wire and the chip went on as if nothing had happened
 */
typedef enum
{
  FK_WIRING_UNKNOWN,
  FK_WIRING_YES,
  FK_WIRING_NO,
} FkWiring;

/**
 * FkRegister:
 *
 * What DCRSR calls them (ARM DDI 0403E C1.6.3, DDI 0419C C1.6.4).  R2 to R12 are the numbers in
 * between.  FK_REG_CONTROL_PRIMASK has CONTROL in bits 31:24 and PRIMASK in bits 7:0, with
 * FAULTMASK and BASEPRI between them on ARMv7-M.
 */
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

#define FK_JEP106_ST  0x0020
#define FK_JEP106_ARM 0x043b

/**
 * FkTarget:
 *
 * A Cortex-M at the other end of a probe.  All calls come from the thread that owns the probe,
 * which must be open as long as the target is connected.  Besides what each function says, every
 * function that speaks to the chip may fail with PROBE_LOST, TARGET_LOST or TIMEOUT.
 */
#define FK_TYPE_TARGET (fk_target_get_type ())
G_DECLARE_FINAL_TYPE (FkTarget, fk_target, FK, TARGET, GObject)

FkTarget *fk_target_new (FkProbe *probe);

/**
 * FkTargetMetFunc:
 *
 * Called while connecting, on the same thread, as soon as it is known who made the chip and which
 * part it says that it is; to get ready for it.
 */
typedef void (*FkTargetMetFunc) (FkTarget *self, gpointer user_data);

void fk_target_set_met_func (FkTarget *self, FkTargetMetFunc func, gpointer user_data);
FkProbe *fk_target_get_probe (FkTarget *self);

/* Connecting and leaving: fk-target-connect.c */
gboolean fk_target_connect (FkTarget *self,
                            FkConnect how,
                            guint speed_khz,
                            FkProgress *progress,
                            GCancellable *cancellable,
                            GError **error);
gboolean fk_target_disconnect (FkTarget *self, FkLeave leave, GError **error);
gboolean fk_target_is_connected (FkTarget *self);
gboolean fk_target_is_hot_plugged (FkTarget *self);
gboolean fk_target_was_stopped (FkTarget *self);
const char *fk_target_get_connection (FkTarget *self);
guint fk_target_get_millivolts (FkTarget *self);
FkWiring fk_target_get_nrst (FkTarget *self);
void fk_target_set_catch_limit (FkTarget *self, guint milliseconds);
gboolean fk_target_settle (FkTarget *self, GError **error);
gboolean fk_target_hold_bits (FkTarget *self, guint32 address, guint32 bits, GError **error);
void fk_target_foresee_hold (FkTarget *self, guint32 address, guint32 bits);

/* The SWD clock: fk-target-speed.c */
gboolean fk_target_lower_speed (FkTarget *self, FkProgress *progress);

/* Who it is; valid while connected. */
FkCore fk_target_get_core (FkTarget *self);
const char *fk_core_get_name (FkCore core);
guint16 fk_target_get_designer (FkTarget *self);
const char *fk_target_get_designer_name (FkTarget *self);
guint16 fk_target_get_part (FkTarget *self);
guint32 fk_target_get_dpidr (FkTarget *self);
gboolean fk_target_prove_dpidr (FkTarget *self, GError **error);
guint32 fk_target_get_cpuid (FkTarget *self);
guint32 fk_target_get_dbgmcu (FkTarget *self);

/* Memory: any address, any length. */
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
#define FK_TARGET_MAX_FORESEEN 64

gboolean fk_target_foresee (FkTarget *self, const guint32 *addresses, guint n, GError **error);
gboolean fk_target_foresee_end (FkTarget *self, const guint32 *addresses, guint n, GError **error);
void fk_target_forget_all_but (FkTarget *self, const guint32 *addresses, guint n);
#define FK_TARGET_MAX_WANTED 8

void fk_target_foresee_with_loan (FkTarget *self, const guint32 *addresses, guint n);
void fk_target_foresee_with_return (FkTarget *self, const guint32 *addresses, guint n);
void fk_target_pass_time (FkTarget *self, guint microseconds);
gboolean fk_target_read_u32 (FkTarget *self, guint32 address, guint32 *value, GError **error);
gboolean fk_target_try_u32 (FkTarget *self, guint32 address, guint32 *value, GError **error);
gboolean fk_target_write_u32 (FkTarget *self, guint32 address, guint32 value, GError **error);
gboolean fk_target_read_u16 (FkTarget *self, guint32 address, guint16 *value, GError **error);
gboolean fk_target_write_u16 (FkTarget *self, guint32 address, guint16 value, GError **error);
gboolean fk_target_read_u8 (FkTarget *self, guint32 address, guint8 *value, GError **error);
gboolean fk_target_write_u8 (FkTarget *self, guint32 address, guint8 value, GError **error);

/* The core.  What stops it is NOT_SUPPORTED on a hot-plugged target. */
gboolean fk_target_halt (FkTarget *self, GCancellable *cancellable, GError **error);
gboolean fk_target_resume (FkTarget *self, GError **error);
gboolean fk_target_is_halted (FkTarget *self, gboolean *halted, GError **error);
gboolean fk_target_reset_halt (FkTarget *self, GCancellable *cancellable, GError **error);
gboolean fk_target_reset_run (FkTarget *self, GCancellable *cancellable, GError **error);
gboolean fk_target_is_locked_up (FkTarget *self, gboolean *locked_up, GError **error);
char *fk_target_describe_lockup (FkTarget *self,
                                 guint8 erased_value,
                                 GCancellable *cancellable,
                                 GError **error);

/* The core's registers, while it is halted: fk-target-registers.c */
#define FK_TARGET_MAX_REGISTERS 40

gboolean fk_target_read_register (FkTarget *self, FkRegister reg, guint32 *value, GError **error);
gboolean fk_target_write_register (FkTarget *self, FkRegister reg, guint32 value, GError **error);
gboolean fk_target_read_registers (
    FkTarget *self, const guint8 *registers, guint32 *values, guint n, GError **error);
gboolean fk_target_write_registers (
    FkTarget *self, const guint8 *registers, const guint32 *values, guint n, GError **error);

/**
 * FkTargetEnd:
 * @pc: the BKPT that it stands at
 * @registers: R0 to R3
 *
 * What code of ours left when it ended.
 */
typedef struct
{
  guint32 pc;
  guint32 registers[4];
} FkTargetEnd;

/* Runs code of ours that ends in BKPT, with interrupts masked. */
#define FK_TARGET_MAX_ERRANDS 24

gboolean fk_target_prepare (FkTarget *self,
                            guint32 pc,
                            guint32 sp,
                            const guint32 *registers,
                            FkProbeAccess *errands,
                            guint n,
                            GError **error);
gboolean fk_target_go (FkTarget *self, GError **error);
gboolean
fk_target_start (FkTarget *self, guint32 pc, guint32 sp, const guint32 *registers, GError **error);
gboolean fk_target_has_ended (FkTarget *self, gboolean *ended, GError **error);
gboolean fk_target_has_ended_with (
    FkTarget *self, guint32 address, guint32 *words, guint n, gboolean *ended, GError **error);
gboolean
fk_target_wait_halted (FkTarget *self, guint timeout_ms, GCancellable *cancellable, GError **error);
gboolean fk_target_wait_ended (
    FkTarget *self, guint timeout_ms, FkTargetEnd *end, GCancellable *cancellable, GError **error);

/* R0 to R12; and all of them for fk_target_borrow_ram().  Or the code uses no more than R0 to R7
 * and LR, pushes those with its first instruction, and has given them back when it gets to its only
 * BKPT: then they need not go over the wires. */
#define FK_TARGET_GENERAL_REGISTERS 13
#define FK_TARGET_ALL_REGISTERS     ((1u << FK_TARGET_GENERAL_REGISTERS) - 1)
#define FK_TARGET_CODE_SAVES        (1u << 16)
#define FK_TARGET_SAVED_SIZE        36 /* bytes of its stack that this takes */

/**
 * FkTargetRam:
 *
 * RAM and core registers on loan: what they held is given back when the loan is returned or freed,
 * also after an error, as long as the chip answers.
 */
typedef struct _FkTargetRam FkTargetRam;

void fk_target_abandon_program (FkTarget *self);
gboolean fk_target_is_abandoned (FkTarget *self);
gboolean fk_target_ram_covers (FkTargetRam *ram, guint used);
gboolean
fk_target_ram_grow (FkTargetRam *ram, gsize size, GCancellable *cancellable, GError **error);
FkTargetRam *fk_target_borrow_ram (FkTarget *self,
                                   guint32 address,
                                   gsize size,
                                   guint used,
                                   gboolean give_back,
                                   GCancellable *cancellable,
                                   GError **error);
void fk_target_try_out (FkTarget *self, guint32 address, gsize length);
guint32 fk_target_ram_get_address (FkTargetRam *ram);
gsize fk_target_ram_get_size (FkTargetRam *ram);
gboolean fk_target_ram_return (FkTargetRam *ram, GError **error);
gboolean fk_target_run_errands (FkTarget *self, FkProbeAccess *errands, guint n, GError **error);
gboolean
fk_target_ram_return_with (FkTargetRam *ram, FkProbeAccess *errands, guint n, GError **error);
void fk_target_ram_free (FkTargetRam *ram);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FkTargetRam, fk_target_ram_free)

G_END_DECLS
