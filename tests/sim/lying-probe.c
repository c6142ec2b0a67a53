/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "lying-probe.h"

#include "base/fk-error.h"
#include "base/fk-reader.h"
#include "probe/fk-probe-private.h"

struct _LyingProbe
{
  FkProbe parent_instance;

  FkProbe *inner;
  GHashTable *words; /* address to value */
  GHashTable *faults;
  guint32 idcode; /* 0: the truth */
  guint32 mirror;
  guint32 mirror_size;
};

G_DEFINE_FINAL_TYPE (LyingProbe, lying_probe, FK_TYPE_PROBE)

static FkProbe *
inner (FkProbe *probe)
{
  return LYING_PROBE (probe)->inner;
}

static gboolean
lying_open (FkProbe *probe, GCancellable *cancellable, GError **error)
{
  if (!fk_probe_open (inner (probe), cancellable, error))
    return FALSE;
  fk_probe_set_current_speed (probe, fk_probe_get_speed (inner (probe)));
  return TRUE;
}

static void
lying_close (FkProbe *probe)
{
  fk_probe_close (inner (probe));
}

static gboolean
lying_attach (FkProbe *probe, gboolean hold_reset, GCancellable *cancellable, GError **error)
{
  return fk_probe_attach (inner (probe), hold_reset, cancellable, error);
}

static void
lying_detach (FkProbe *probe)
{
  fk_probe_detach (inner (probe));
}

static guint32
translate (LyingProbe *self, guint32 address)
{
  if (address - self->mirror < self->mirror_size)
    return address - self->mirror_size;
  return address;
}

static gboolean
lying_read (FkProbe *probe,
            guint32 address,
            guint8 *data,
            gsize length,
            FkAccess access,
            GCancellable *cancellable,
            GError **error)
{
  LyingProbe *self = LYING_PROBE (probe);

  if (!fk_probe_read_as (self->inner, translate (self, address), data, length, access, cancellable,
                         error))
    return FALSE;
  for (gsize i = 0; i < length; i++)
    {
      gpointer value;

      if (g_hash_table_lookup_extended (self->words,
                                        GUINT_TO_POINTER ((guint32)(address + i) & ~3u), NULL,
                                        &value))
        data[i] = GPOINTER_TO_UINT (value) >> ((address + i) % 4 * 8) & 0xff;
    }
  return TRUE;
}

static gboolean
lying_write (FkProbe *probe,
             guint32 address,
             const guint8 *data,
             gsize length,
             FkAccess access,
             GCancellable *cancellable,
             GError **error)
{
  return fk_probe_write_as (inner (probe), address, data, length, access, cancellable, error);
}

static gboolean
lying_read_word (FkProbe *probe, guint32 address, guint32 *value, GError **error)
{
  LyingProbe *self = LYING_PROBE (probe);
  gpointer lie;

  if (g_hash_table_contains (self->faults, GUINT_TO_POINTER (address)))
    {
      g_set_error_literal (error, FK_ERROR, FK_ERROR_BUS_FAULT, "fault");
      return FALSE;
    }
  if (!g_hash_table_lookup_extended (self->words, GUINT_TO_POINTER (address), NULL, &lie))
    return fk_probe_read_word (self->inner, translate (self, address), value, error);
  *value = GPOINTER_TO_UINT (lie);
  return TRUE;
}

static gboolean
lying_write_word (FkProbe *probe, guint32 address, guint32 value, GError **error)
{
  return fk_probe_write_word (inner (probe), address, value, error);
}

static gboolean
lying_set_reset (FkProbe *probe, gboolean low, GError **error)
{
  return fk_probe_set_reset (inner (probe), low, error);
}

static const guint *
lying_get_speeds (FkProbe *probe, guint *n_speeds)
{
  return fk_probe_get_speeds (inner (probe), n_speeds);
}

static gboolean
lying_set_speed (FkProbe *probe, guint khz, GError **error)
{
  if (!fk_probe_set_speed (inner (probe), khz, error))
    return FALSE;
  fk_probe_set_current_speed (probe, fk_probe_get_speed (inner (probe)));
  return TRUE;
}

static gboolean
lying_read_idcode (FkProbe *probe, gboolean steady, guint32 *idcode, GError **error)
{
  if (!fk_probe_read_idcode (inner (probe), steady, idcode, error))
    return FALSE;
  if (LYING_PROBE (probe)->idcode != 0)
    *idcode = LYING_PROBE (probe)->idcode;
  return TRUE;
}

static gboolean
lying_read_dap (FkProbe *probe, guint16 ap, guint16 reg, guint32 *value, GError **error)
{
  return fk_probe_read_dap (inner (probe), ap, reg, value, error);
}

static gboolean
lying_choose_ap (FkProbe *probe, guint8 ap, GError **error)
{
  return fk_probe_choose_ap (inner (probe), ap, error);
}

static gboolean
lying_get_voltage (FkProbe *probe, guint *millivolts, GError **error)
{
  return fk_probe_get_voltage (inner (probe), millivolts, error);
}

static void
lying_probe_finalize (GObject *object)
{
  LyingProbe *self = LYING_PROBE (object);

  g_object_unref (self->inner);
  g_hash_table_unref (self->words);
  g_hash_table_unref (self->faults);
  G_OBJECT_CLASS (lying_probe_parent_class)->finalize (object);
}

static void
lying_probe_class_init (LyingProbeClass *klass)
{
  FkProbeClass *probe_class = FK_PROBE_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = lying_probe_finalize;
  probe_class->open = lying_open;
  probe_class->close = lying_close;
  probe_class->attach = lying_attach;
  probe_class->detach = lying_detach;
  probe_class->read = lying_read;
  probe_class->write = lying_write;
  probe_class->read_word = lying_read_word;
  probe_class->write_word = lying_write_word;
  probe_class->set_reset = lying_set_reset;
  probe_class->get_speeds = lying_get_speeds;
  probe_class->set_speed = lying_set_speed;
  probe_class->read_idcode = lying_read_idcode;
  probe_class->read_dap = lying_read_dap;
  probe_class->choose_ap = lying_choose_ap;
  probe_class->get_voltage = lying_get_voltage;
}

static void
lying_probe_init (LyingProbe *self)
{
  self->words = g_hash_table_new (NULL, NULL);
  self->faults = g_hash_table_new (NULL, NULL);
}

FkProbe *
lying_probe_new (FkProbe *probe)
{
  LyingProbe *self = g_object_new (LYING_TYPE_PROBE, NULL);

  self->inner = g_object_ref (probe);
  return FK_PROBE (self);
}

/* What the word at @address, a multiple of 4, reads as from now on. */
void
lying_probe_set_word (LyingProbe *self, guint32 address, guint32 value)
{
  g_hash_table_insert (self->words, GUINT_TO_POINTER (address), GUINT_TO_POINTER (value));
}

/* Nothing answers at @address any more, when it is read as a word. */
void
lying_probe_set_fault (LyingProbe *self, guint32 address)
{
  g_hash_table_add (self->faults, GUINT_TO_POINTER (address));
}

void
lying_probe_set_idcode (LyingProbe *self, guint32 idcode)
{
  self->idcode = idcode;
}

/* @size bytes at @address are those right before it once more. */
void
lying_probe_set_mirror (LyingProbe *self, guint32 address, guint32 size)
{
  self->mirror = address;
  self->mirror_size = size;
}
