/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * FkAccess:
 *
 * The width of one access on the chip's bus.  Peripherals care: the F0/F1/F3 flash controller
 * programs by half-words only.
 */
typedef enum
{
  FK_ACCESS_8 = 1,
  FK_ACCESS_16 = 2,
  FK_ACCESS_32 = 4,
} FkAccess;

/**
 * FkProbeAccess:
 * @address: a multiple of 4
 * @value: what is written, or becomes what was read
 * @done: becomes whether it was carried out; of a list that failed, which access it failed at
 *
 * One access to a 32-bit register, in a list of them.
 */
typedef struct
{
  guint32 address;
  guint32 value;
  gboolean is_write;
  gboolean done;
} FkProbeAccess;

/* What fk_probe_read_dap() takes for the debug port itself instead of an access port. */
#define FK_PROBE_DEBUG_PORT 0xffff

/* How far every access port counts its address by itself, in bytes. */
#define FK_PROBE_MIN_AUTO_INCREMENT 1024

/**
 * FkProbe:
 *
 * What sits between computer and chip, speaking SWD for us.  All calls come from one thread, but
 * for the getters of kind, serial, firmware, port path and speed, which any thread may ask.
 * Errors: PROBE_LOST when USB fails, TIMEOUT, NO_TARGET when nothing answers on attach, TARGET_LOST
 * when SWD stops answering later, BUS_FAULT when the chip's bus refuses an address,
 * PROBE_FIRMWARE_OLD, NOT_SUPPORTED.  The message of a failed memory access names the address, so
 * callers need not.  After an error the probe is in step again or lost for good;
 * nothing has to be cleared by the caller.
 *
 * "kind" and "port-path" are construct-only properties; a derived class says serial number,
 * firmware and speed through fk-probe-private.h.
 */
#define FK_TYPE_PROBE (fk_probe_get_type ())
G_DECLARE_DERIVABLE_TYPE (FkProbe, fk_probe, FK, PROBE, GObject)

/**
 * FkProbeClass:
 * @open: claims the probe, learns its firmware, leaves whatever mode another program left it in
 * @close: leaves debug mode and lets go; never fails
 * @attach: takes up SWD at the present speed.  With @hold_reset NRST is low when it returns.  May
 * be called again without a detach in between
 * @detach: gives SWD up; NRST is released
 * @read: reads @length bytes at @address by accesses of @access; both are multiples of it, the
 * range does not pass 4 GiB, and @length is not 0.  Splits as the probe and the chip's
 * auto-increment need.
 * @write: the same the other way
 * @read_word: one 32-bit register, the cheapest way the probe has
 * @write_word: the same the other way
 * @run_list: (nullable): many such accesses in one exchange; %NULL does them one by one
 * @run_list_once: (nullable): the same, and nothing again after what is behind it, whatever goes
 *   wrong
 * @choose_ap: (nullable): which access port memory is behind from now on, until the next attach;
 *   PROBE_FIRMWARE_OLD where the probe knows only the first.  %NULL: it knows only the first
 * @try_out: (nullable): finds out by RAM that is nobody's how to write faster; never fails
 * @set_reset: drives NRST low or lets it float
 * @get_speeds: kHz, descending; what the probe offers is known once it is open
 * @set_speed: chooses the fastest speed of at most @khz, or the slowest there is; holds from the
 *   next attach or at once
 * @read_idcode: DPIDR of the debug port, as @attach was told it; when @steady, the same twice
 * running since then
 * @read_dap: a register of the debug port (@ap FK_PROBE_DEBUG_PORT) or of an access port;
 *   PROBE_FIRMWARE_OLD or NOT_SUPPORTED where the probe cannot
 * @wait: (nullable): lets time go by for who waits for the chip; %NULL sleeps
 * @get_voltage: measures the board's voltage, in mV; PROBE_FIRMWARE_OLD or NOT_SUPPORTED where the
 *   probe cannot
 */
struct _FkProbeClass
{
  GObjectClass parent_class;

  gboolean (*open) (FkProbe *self, GCancellable *cancellable, GError **error);
  void (*close) (FkProbe *self);
  gboolean (*attach) (FkProbe *self,
                      gboolean hold_reset,
                      GCancellable *cancellable,
                      GError **error);
  void (*detach) (FkProbe *self);
  gboolean (*read) (FkProbe *self,
                    guint32 address,
                    guint8 *data,
                    gsize length,
                    FkAccess access,
                    GCancellable *cancellable,
                    GError **error);
  gboolean (*write) (FkProbe *self,
                     guint32 address,
                     const guint8 *data,
                     gsize length,
                     FkAccess access,
                     GCancellable *cancellable,
                     GError **error);
  gboolean (*read_word) (FkProbe *self, guint32 address, guint32 *value, GError **error);
  gboolean (*write_word) (FkProbe *self, guint32 address, guint32 value, GError **error);
  gboolean (*run_list) (FkProbe *self, FkProbeAccess *list, guint n, GError **error);
  gboolean (*run_list_once) (FkProbe *self, FkProbeAccess *list, guint n, GError **error);
  gboolean (*choose_ap) (FkProbe *self, guint8 ap, GError **error);
  void (*try_out) (FkProbe *self, guint32 address, gsize length);
  gboolean (*set_reset) (FkProbe *self, gboolean low, GError **error);
  const guint *(*get_speeds) (FkProbe *self, guint *n_speeds);
  gboolean (*set_speed) (FkProbe *self, guint khz, GError **error);
  gboolean (*read_idcode) (FkProbe *self, gboolean steady, guint32 *idcode, GError **error);
  gboolean (*read_dap) (FkProbe *self, guint16 ap, guint16 reg, guint32 *value, GError **error);
  void (*wait) (FkProbe *self, guint microseconds);
  gboolean (*get_voltage) (FkProbe *self, guint *millivolts, GError **error);
};

const char *fk_probe_get_kind (FkProbe *self);
const char *fk_probe_get_serial (FkProbe *self);
const char *fk_probe_get_firmware (FkProbe *self);
const char *fk_probe_get_port_path (FkProbe *self);
guint fk_probe_get_speed (FkProbe *self);
void fk_probe_set_simulated (FkProbe *self);
gboolean fk_probe_is_simulated (FkProbe *self);

gboolean fk_probe_open (FkProbe *self, GCancellable *cancellable, GError **error);
void fk_probe_close (FkProbe *self);
gboolean fk_probe_is_open (FkProbe *self);
gboolean
fk_probe_attach (FkProbe *self, gboolean hold_reset, GCancellable *cancellable, GError **error);
void fk_probe_detach (FkProbe *self);
void fk_probe_set_auto_increment (FkProbe *self, guint bytes);
guint fk_probe_get_auto_increment (FkProbe *self);
gboolean fk_probe_choose_ap (FkProbe *self, guint8 ap, GError **error);
guint8 fk_probe_get_ap (FkProbe *self);
gboolean fk_probe_read (FkProbe *self,
                        guint32 address,
                        guint8 *data,
                        gsize length,
                        GCancellable *cancellable,
                        GError **error);
gboolean fk_probe_read_as (FkProbe *self,
                           guint32 address,
                           guint8 *data,
                           gsize length,
                           FkAccess access,
                           GCancellable *cancellable,
                           GError **error);
gboolean fk_probe_write (FkProbe *self,
                         guint32 address,
                         const guint8 *data,
                         gsize length,
                         GCancellable *cancellable,
                         GError **error);
gboolean fk_probe_write_as (FkProbe *self,
                            guint32 address,
                            const guint8 *data,
                            gsize length,
                            FkAccess access,
                            GCancellable *cancellable,
                            GError **error);
gboolean fk_probe_read_word (FkProbe *self, guint32 address, guint32 *value, GError **error);
gboolean fk_probe_write_word (FkProbe *self, guint32 address, guint32 value, GError **error);
gboolean fk_probe_run_list (FkProbe *self, FkProbeAccess *list, guint n, GError **error);
gboolean fk_probe_run_list_once (FkProbe *self, FkProbeAccess *list, guint n, GError **error);
void fk_probe_try_out (FkProbe *self, guint32 address, gsize length);
gboolean fk_probe_set_reset (FkProbe *self, gboolean low, GError **error);
const guint *fk_probe_get_speeds (FkProbe *self, guint *n_speeds);
gboolean fk_probe_set_speed (FkProbe *self, guint khz, GError **error);
gboolean fk_probe_lower_speed (FkProbe *self);
gboolean fk_probe_read_idcode (FkProbe *self, gboolean steady, guint32 *idcode, GError **error);
gboolean fk_probe_read_dap (FkProbe *self, guint16 ap, guint16 reg, guint32 *value, GError **error);
void fk_probe_wait (FkProbe *self, guint microseconds);
gboolean fk_probe_get_voltage (FkProbe *self, guint *millivolts, GError **error);

G_END_DECLS
