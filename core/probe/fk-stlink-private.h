/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "probe/fk-stlink-protocol.h"
#include "probe/fk-stlink-status.h"
#include "probe/fk-stlink-version.h"
#include "probe/fk-stlink.h"

G_BEGIN_DECLS

/* A command under construction; the rest of its 16 bytes stays zero. */
typedef struct
{
  guint8 bytes[STLINK_COMMAND_SIZE];
  guint length;
} FkStlinkCommand;

/* Whether blocks may cross the borders up to which the chip's access port counts its address. */
typedef enum
{
  FK_STLINK_MAY_WRAP,
  FK_STLINK_COUNTS,
  FK_STLINK_WRAPS,
} FkStlinkCounting;

struct _FkStlink
{
  FkProbe parent_instance;

  FkUsbDevice *device;
  const FkProbeRow *row;
  FkStlinkVersion version;
  GArray *speeds;          /* guint, kHz, descending */
  gboolean is_lost;        /* does not answer any more; fail at once */
  gboolean is_attaching;   /* silence means that nobody was there, not that somebody left */
  gboolean is_attached;    /* in debug mode, as far as we know */
  gboolean may_debug;      /* debug mode was entered, or tried to be, and not left */
  gboolean is_speed_set;   /* the probe has our clock */
  gboolean is_reset_known; /* NRST is as we left it, not as some earlier program did */
  gboolean is_reset_low;
  guint32 idcode;            /* the last one */
  guint n_same_idcodes;      /* running, since attaching */
  gboolean has_no_lists;     /* although its version promises them */
  FkStlinkCounting counting; /* of reads */
  gboolean writes_count;     /* tried out, as is @counting */
  guint n_writes_tried;
  guint n_trials;      /* of finding that out */
  guint8 open_aps[32]; /* bits: access ports that INIT_AP has been sent for */
};

/* How often something was done again, and how often for a busy bus. */
typedef struct
{
  guint n_waits;
  guint n_repeats;
} FkStlinkPatience;

typedef enum
{
  FK_STLINK_GIVE_UP,
  FK_STLINK_REPEAT,
} FkStlinkVerdict;

#define FK_STLINK_MAX_REPEATS 2

/* fk-stlink-link.c */
FkStlinkCommand fk_stlink_command (guint8 first, guint8 second);
FkStlinkCommand fk_stlink_command_single (guint8 first);
void fk_stlink_command_u8 (FkStlinkCommand *command, guint8 value);
void fk_stlink_command_u16 (FkStlinkCommand *command, guint16 value);
void fk_stlink_command_u32 (FkStlinkCommand *command, guint32 value);
guint fk_stlink_get_timeout (FkStlink *self, gsize n_accesses);
void fk_stlink_drain (FkStlink *self);
gboolean fk_stlink_send (FkStlink *self, const FkStlinkCommand *command, GError **error);
gboolean fk_stlink_exchange (FkStlink *self,
                             const FkStlinkCommand *command,
                             guint8 *reply,
                             gsize length,
                             guint timeout_ms,
                             GError **error);
gboolean fk_stlink_exchange_first (
    FkStlink *self, const FkStlinkCommand *command, guint8 *reply, gsize length, GError **error);
gboolean fk_stlink_exchange_write (FkStlink *self,
                                   const FkStlinkCommand *command,
                                   const guint8 *data,
                                   gsize data_length,
                                   const FkStlinkCommand *status_command,
                                   guint8 *reply,
                                   gsize length,
                                   guint timeout_ms,
                                   gboolean *data_went,
                                   GError **error);
gboolean fk_stlink_run_chain (
    FkStlink *self, FkUsbTransfer *transfers, guint n_transfers, guint timeout_ms, GError **error);
void fk_stlink_back_off (guint n_waits);
gboolean fk_stlink_can_wait (FkStlink *self, guint n_waits);
gboolean fk_stlink_ask (FkStlink *self,
                        const FkStlinkCommand *command,
                        guint8 *reply,
                        gsize length,
                        guint8 *status,
                        GError **error);
gboolean fk_stlink_ask_done (FkStlink *self,
                             const FkStlinkCommand *command,
                             const char *what,
                             GError **error);
void fk_stlink_set_status_error (FkStlink *self, guint8 status, const char *what, GError **error);
void fk_stlink_set_bus_error (
    FkStlink *self, guint8 status, const char *verb, guint32 address, gsize length, GError **error);
gboolean fk_stlink_get_mode (FkStlink *self, guint8 *mode, GError **error);
gboolean fk_stlink_enter_swd (FkStlink *self, GError **error);

/* fk-stlink-speed.c */
#define FK_STLINK_DEFAULT_KHZ 1800 /* what a V2 starts with */
gboolean fk_stlink_learn_speeds (FkStlink *self, GError **error);
gboolean fk_stlink_send_speed (FkStlink *self, guint khz, GError **error);
guint fk_stlink_find_speed (FkStlink *self, guint khz);
gboolean fk_stlink_set_speed (FkProbe *probe, guint khz, GError **error);
const guint *fk_stlink_get_speeds (FkProbe *probe, guint *n_speeds);

/* fk-stlink-memory.c: FkProbeClass.read and so on */
gboolean fk_stlink_read (FkProbe *probe,
                         guint32 address,
                         guint8 *data,
                         gsize length,
                         FkAccess access,
                         GCancellable *cancellable,
                         GError **error);
gboolean fk_stlink_write (FkProbe *probe,
                          guint32 address,
                          const guint8 *data,
                          gsize length,
                          FkAccess access,
                          GCancellable *cancellable,
                          GError **error);
void fk_stlink_try_out (FkProbe *probe, guint32 address, gsize length);

/* fk-stlink-words.c */
gboolean fk_stlink_read_word (FkProbe *probe, guint32 address, guint32 *value, GError **error);
gboolean fk_stlink_write_word (FkProbe *probe, guint32 address, guint32 value, GError **error);
gboolean fk_stlink_open_ap (FkStlink *self, guint16 ap, GError **error);
gboolean fk_stlink_open_memory (FkStlink *self, GError **error);
void fk_stlink_clear_sticky (FkStlink *self);
gboolean fk_stlink_rejoin (FkStlink *self, FkStlinkPatience *patience);
FkStlinkVerdict fk_stlink_judge (FkStlink *self, guint8 status, FkStlinkPatience *patience);

/* fk-stlink-list.c */
gboolean fk_stlink_run_list (FkProbe *probe, FkProbeAccess *list, guint n, GError **error);
gboolean fk_stlink_run_list_once (FkProbe *probe, FkProbeAccess *list, guint n, GError **error);

G_END_DECLS
