/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "target/fk-target.h"

G_BEGIN_DECLS

/* Bits that were 0 before fk_target_hold_bits() set them. */
typedef struct
{
  guint32 address;
  guint32 bits;
  guint32 value;  /* of the whole register, as it was written last… */
  guint known_at; /* … which is true as long as n_runs is this */
} FkHeldBits;

/* What connecting leaves to be done with the next list: a core that stands still can wait for it.
 */
typedef struct
{
  FkHeldBits hold;   /* if it has bits: what keeps the chip awake */
  gboolean wants_pc; /* which tells whether the core had locked up */
  guint pc_at;       /* where the list reads it */
} FkPutOff;

/* Words that are to be foreseen when something else is done. */
typedef struct
{
  guint32 addresses[FK_TARGET_MAX_WANTED];
  guint n;
} FkWanted;

struct _FkTarget
{
  GObject parent_instance;

  FkProbe *probe;
  guint catch_limit_ms;

  /* Of the present connection. */
  gboolean connected;
  gboolean hot_plug;
  gboolean debug_on;    /* DHCSR was written, so that leaving has something to undo */
  gboolean masked;      /* C_MASKINTS is set */
  gboolean demcr_known; /* demcr is what DEMCR held before us */
  guint32 demcr;
  gboolean no_bpu;     /* the breakpoint unit was seen to be off… */
  guint no_bpu_at;     /* … which is true as long as n_runs is this */
  gboolean stopped;    /* we have stopped the core, and not let it go since */
  guint n_runs;        /* counts up each time that something may have changed behind our back */
  gboolean identified; /* designer and part were read already */
  gboolean awake;      /* the chip's clocks are held already */
  FkPutOff put_off;
  gboolean locked_up;   /* when we came; forgotten at a reset */
  gboolean was_stopped; /* when we came, by a debugger that is gone */
  guint n_resets;       /* counts up at each; what was borrowed before one is gone */
  gboolean abandoned;   /* since the last reset RAM and registers are nobody's */
  gboolean lent;        /* RAM is on loan, and control and xpsr are the program's… */
  guint lent_at;        /* … as long as n_resets is this */
  guint32 control;
  guint32 xpsr;
  guint n_starts;   /* counts up whenever code of ours is let go… */
  guint32 code_pc;  /* … where that began… */
  guint32 code_sp;  /* … with which stack… */
  gboolean at_bkpt; /* … and whether it was seen to have come to its BKPT since */
  GArray *held;     /* of FkHeldBits */
  FkWanted wanted_with_loan;
  FkWanted wanted_with_return;
  GArray *foreseen; /* of words that were read before they are asked for */
  FkWiring nrst;
  guint millivolts; /* 0: not known */
  guint noted_khz;  /* the SWD clock that the person knows of */
  char *connection;

  FkTargetMetFunc met_func;
  gpointer met_data;

  FkCore core;
  guint32 cpuid;
  guint32 dpidr;
  guint16 designer;
  guint16 part;
};

/* fk-target-speed.c */
#define FK_TARGET_MAX_SPEEDS 6
guint
fk_target_choose_speeds (FkTarget *self, guint wanted_khz, guint chosen[FK_TARGET_MAX_SPEEDS]);
void fk_target_note_slowest (FkTarget *self, guint wanted_khz, FkProgress *progress);
void fk_target_note_speed (FkTarget *self, FkProgress *progress);

/* fk-target.c */
gboolean fk_target_read_word (FkTarget *self, guint32 address, guint32 *value, GError **error);
gboolean
fk_target_read_steady_word (FkTarget *self, guint32 address, guint32 *value, GError **error);
gboolean fk_target_write_word (FkTarget *self, guint32 address, guint32 value, GError **error);

/* fk-target-registers.c: accesses that fk_probe_run_list() carries out together */
#define FK_ACCESS_LIST_MAX (3 * FK_TARGET_MAX_REGISTERS + 16)

typedef struct
{
  FkProbeAccess accesses[FK_ACCESS_LIST_MAX];
  guint n;
} FkAccessList;

void fk_access_list_add (FkAccessList *list, const FkProbeAccess *access);
void fk_access_list_read (FkAccessList *list, guint32 address);
void fk_access_list_write (FkAccessList *list, guint32 address, guint32 value);
guint fk_access_list_read_steady (FkAccessList *list, guint32 address);
guint fk_access_list_read_registers (FkAccessList *list, const guint8 *registers, guint n);
guint fk_access_list_read_registers_again (FkAccessList *list, const guint8 *registers, guint n);
guint fk_access_list_write_registers (FkAccessList *list,
                                      const guint8 *registers,
                                      const guint32 *values,
                                      guint n);
gboolean fk_target_excuse_fault (GError *local_error, GError **error);
gboolean fk_target_run_list (FkTarget *self, FkAccessList *list, GError **error);
gboolean fk_target_take_steady (
    FkTarget *self, const FkAccessList *list, guint first, guint32 *value, GError **error);
gboolean fk_target_take_registers (FkTarget *self,
                                   const FkAccessList *list,
                                   guint first,
                                   const guint8 *registers,
                                   guint32 *values,
                                   guint n,
                                   GError **error);
gboolean fk_target_take_registers_again (FkTarget *self,
                                         const FkAccessList *list,
                                         guint before,
                                         guint first,
                                         const guint8 *registers,
                                         guint32 *values,
                                         guint n,
                                         GError **error);
gboolean fk_target_finish_registers (FkTarget *self,
                                     const FkAccessList *list,
                                     guint first,
                                     const guint8 *registers,
                                     const guint32 *values,
                                     guint n,
                                     GError **error);

/* fk-target.c: bits held, written by a list */
void fk_target_add_hold (
    FkTarget *self, FkAccessList *list, guint32 address, guint32 value, guint32 bits);

/* fk-target-foresee.c */
GArray *fk_target_foreseen_new (void);
void fk_target_forget (FkTarget *self);
gboolean fk_target_run_list_and_foresee (FkTarget *self,
                                         FkAccessList *list,
                                         FkWanted *wanted,
                                         GError **error);
void fk_target_forget_word (FkTarget *self, guint32 address);
void fk_target_add_foreseen (FkTarget *self, guint32 address, guint32 value);
gboolean fk_target_foresees_fault (FkTarget *self, guint32 address);
gboolean fk_target_take_foreseen (FkTarget *self, guint32 address, guint8 *data, gsize length);

/* fk-target-core.c */
gboolean fk_target_is_armv7m (FkTarget *self);
gboolean fk_target_is_lockup_pc (FkTarget *self, guint32 pc);
gboolean fk_target_enable_debug (FkTarget *self, guint32 *dhcsr, GError **error);
gboolean fk_target_stop_core (FkTarget *self, GCancellable *cancellable, GError **error);
gboolean fk_target_poll_dhcsr (FkTarget *self,
                               guint32 bits,
                               guint timeout_ms,
                               guint32 *dhcsr,
                               GCancellable *cancellable,
                               GError **error);
gboolean fk_target_set_vector_catch (FkTarget *self, guint32 bits, GError **error);
void fk_target_add_halt (FkTarget *self, FkAccessList *list);
void fk_target_add_vector_catch (FkTarget *self, FkAccessList *list, guint32 bits);
gboolean fk_target_let_go (FkTarget *self, GError **error);
gboolean fk_target_run_core (FkTarget *self, GError **error);
gboolean
fk_target_reset_core (FkTarget *self, gboolean stop, GCancellable *cancellable, GError **error);

void fk_target_add_dhcsr (FkTarget *self, FkAccessList *list, guint32 control);

/* fk-target-attach.c */
gboolean fk_target_has_put_off (FkTarget *self);
void fk_target_add_put_off (FkTarget *self, FkAccessList *list);
gboolean fk_target_take_put_off (FkTarget *self, const FkAccessList *list, GError **error);
gboolean fk_target_attach_normally (FkTarget *self,
                                    gboolean halt,
                                    GCancellable *cancellable,
                                    GError **error);

/* fk-target-ap.c */
gboolean fk_target_try_other_ap (FkTarget *self, GError **error);

/* fk-target-identity.c */
gboolean fk_target_read_cpuid (FkTarget *self, GError **error);
gboolean fk_target_take_cpuid (FkTarget *self, guint32 cpuid, GError **error);
guint32 fk_core_get_dbgmcu (FkCore core);
gboolean fk_target_read_dpidr (FkTarget *self, gboolean steady, GError **error);
guint32 fk_target_guess_rom_table (FkTarget *self);
gboolean fk_target_find_rom_table (FkTarget *self, guint32 *table, GError **error);
guint fk_access_list_read_rom_table (FkAccessList *list, guint32 table);
void fk_target_compare_part (FkTarget *self, guint32 idcode);
void fk_target_take_rom_table (FkTarget *self, const FkAccessList *list, guint first);
gboolean fk_target_read_identity (FkTarget *self, GError **error);

/* fk-target-ram.c */
void fk_target_begin_abandoned (FkTarget *self);

/* fk-target-leave.c */
gboolean fk_target_leave (FkTarget *self, FkLeave leave, GError **error);

G_END_DECLS
