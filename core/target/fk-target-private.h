/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "target/fk-target.h"

G_BEGIN_DECLS

/* Bits that were 0 before fk_target_hold_bits() set them. */
typedef struct
{
  guint32 address;
  guint32 bits;
} FkHeldBits;

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
  gboolean locked_up;   /* when we came; forgotten at a reset */
  gboolean was_stopped; /* when we came, by a debugger that is gone */
  guint n_resets;       /* counts up at each; what was borrowed before one is gone */
  GArray *held;         /* of FkHeldBits */
  FkWiring nrst;
  guint millivolts; /* 0: not known */
  char *connection;

  FkCore core;
  guint32 dpidr;
  guint16 designer;
  guint16 part;
};

/* fk-target.c */
gboolean fk_target_read_word (FkTarget *self, guint32 address, guint32 *value, GError **error);
gboolean
fk_target_read_steady_word (FkTarget *self, guint32 address, guint32 *value, GError **error);
gboolean fk_target_write_word (FkTarget *self, guint32 address, guint32 value, GError **error);

/* fk-target-core.c */
gboolean fk_target_is_armv7m (FkTarget *self);
gboolean fk_target_enable_debug (FkTarget *self, guint32 *dhcsr, GError **error);
gboolean fk_target_stop_core (FkTarget *self, GCancellable *cancellable, GError **error);
gboolean fk_target_poll_dhcsr (FkTarget *self,
                               guint32 bits,
                               guint timeout_ms,
                               guint32 *dhcsr,
                               GCancellable *cancellable,
                               GError **error);
gboolean fk_target_set_vector_catch (FkTarget *self, guint32 bits, GError **error);
gboolean fk_target_run_core (FkTarget *self, GError **error);
gboolean
fk_target_reset_core (FkTarget *self, gboolean stop, GCancellable *cancellable, GError **error);

/* fk-target-identity.c */
gboolean fk_target_read_cpuid (FkTarget *self, GError **error);
gboolean fk_target_read_identity (FkTarget *self, GError **error);

/* fk-target-leave.c */
gboolean fk_target_leave (FkTarget *self, FkLeave leave, GError **error);

G_END_DECLS
