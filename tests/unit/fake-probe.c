/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "fake-probe.h"

#include "base/fk-error.h"
#include "base/fk-reader.h"
#include "target/fk-cortex-m.h"
#include "target/fk-target.h"

G_DEFINE_FINAL_TYPE (FakeProbe, fake_probe, FK_TYPE_PROBE)

static void
fake_reset (FakeProbe *self)
{
  self->reset_seen = TRUE;
  self->locked_up = FALSE;
  self->control &= FK_DHCSR_C_DEBUGEN;
  self->registers[FK_REG_PC] = fk_load_u32le (self->flash + 4) & ~1u;
  self->registers[FK_REG_SP] = fk_load_u32le (self->flash);
  self->halted = self->control != 0 && (self->demcr & FK_DEMCR_VC_CORERESET) != 0;
  if (self->halted)
    self->dfsr |= FK_DFSR_VCATCH;
  self->silent = self->firmware_quiet && !self->halted;
}

static gboolean
fake_answers (FakeProbe *self)
{
  if (self->dies_in > 0 && --self->dies_in == 0)
    self->max_khz = 0;
  return self->attached && fk_probe_get_speed (FK_PROBE (self)) <= self->max_khz &&
         (!self->silent || (self->nrst_low && self->nrst_wired));
}

static void
fake_transfer (FakeProbe *self)
{
  if ((self->dcrsr & FK_DCRSR_WRITE) != 0)
    self->registers[self->dcrsr & 0x1f] = self->dcrdr;
  else
    self->dcrdr = self->registers[self->dcrsr & 0x1f];
}

/* One that is asked for while another is under way takes its place. */
static void
fake_write_dcrsr (FakeProbe *self, guint32 value)
{
  g_assert_true (self->halted);
  self->dcrsr = value;
  if (self->slow_after == 0 || ++self->n_transfers % self->slow_after != 0)
    {
      self->transfer = 0;
      fake_transfer (self);
      return;
    }
  self->n_slow++;
  self->transfer = 4;
  if ((value & FK_DCRSR_WRITE) == 0)
    self->dcrdr = 0xdead0000 + self->n_slow;
}

static guint32
fake_dhcsr (FakeProbe *self)
{
  gboolean in_reset = self->nrst_low && self->nrst_wired;
  guint32 value = self->control;

  if (self->transfer > 0 && --self->transfer == 0)
    fake_transfer (self);
  if (self->transfer == 0)
    value |= FK_DHCSR_S_REGRDY;
  if (self->stopping > 0 && --self->stopping == 0)
    self->halted = TRUE;
  if (self->halted)
    value |= FK_DHCSR_S_HALT;
  if (self->locked_up && !self->halted)
    value |= FK_DHCSR_S_LOCKUP;
  if (self->reset_seen || in_reset)
    value |= FK_DHCSR_S_RESET_ST;
  self->reset_seen = FALSE;
  return value;
}

static void
fake_write_dhcsr (FakeProbe *self, guint32 value)
{
  guint32 control = value & 0xffff;

  g_assert_cmphex (value & 0xffff0000, ==, FK_DHCSR_DBGKEY);
  self->ran_while_hot = TRUE;
  /* C_MASKINTS changes only in a halted core, and not together with C_HALT (C1.6.2). */
  if (((control ^ self->control) & FK_DHCSR_C_MASKINTS) != 0)
    g_assert_true (self->halted && (control & FK_DHCSR_C_HALT) != 0);
  self->control = control;
  if ((control & FK_DHCSR_C_DEBUGEN) == 0 || (control & FK_DHCSR_C_HALT) == 0)
    self->halted = FALSE;
  else if (self->stops_late > 0 && !self->halted)
    self->stopping = self->stops_late;
  else if (!self->never_halts && !(self->nrst_low && self->nrst_wired))
    {
      if (self->locked_up && !self->halted)
        self->registers[FK_REG_PC] = FK_LOCKUP_PC;
      self->halted = TRUE;
    }
}

static gboolean
fake_peek (FakeProbe *self, guint32 address, guint32 *value)
{
  /* What it boots from shows at 0, too. */
  if (address < FLASH_SIZE)
    *value = fk_load_u32le (self->flash + address);
  else if (address >= FLASH && address - FLASH < FLASH_SIZE)
    *value = fk_load_u32le (self->flash + (address - FLASH));
  else if (address >= RAM && address - RAM < RAM_SIZE)
    *value = fk_load_u32le (self->ram + (address - RAM));
  else
    switch (address)
      {
      case FK_SCB_CPUID:
        *value = 0x411fc231;
        break;
      case FK_DHCSR:
        *value = fake_dhcsr (self);
        break;
      case FK_DEMCR:
        *value = self->demcr;
        break;
      case FK_DCRDR:
        *value = self->dcrdr;
        break;
      case FK_SCB_DFSR:
        *value = self->dfsr;
        break;
      case FK_SCB_CFSR:
        *value = self->cfsr;
        break;
      case FK_SCB_BFAR:
        *value = self->bfar;
        break;
      case FK_SCB_HFSR:
      case FK_SCB_VTOR:
        *value = 0;
        break;
      case FK_MPU_TYPE:
        *value = 0x800;
        break;
      case FK_MPU_CTRL:
        *value = self->mpu_ctrl;
        break;
      case FK_FP_CTRL:
        *value = self->fp_ctrl;
        break;
      case FK_DBGMCU_CORTEX_M3:
        *value = 0x20036410;
        break;
      case DBGMCU_CR:
        *value = self->dbgmcu_cr;
        break;
      case FK_ROM_TABLE + 0xfd0:
        *value = self->designer[0];
        break;
      case FK_ROM_TABLE + 0xfe0:
        *value = 0x10;
        break;
      case FK_ROM_TABLE + 0xfe4:
        *value = self->designer[2];
        break;
      case FK_ROM_TABLE + 0xfe8:
        *value = self->designer[1];
        break;
      case FK_ROM_TABLE + 0xfec:
        *value = 0;
        break;
      case FK_ROM_TABLE + 0xff0:
        *value = 0x0d;
        break;
      case FK_ROM_TABLE + 0xff4:
        *value = 0x10;
        break;
      case FK_ROM_TABLE + 0xff8:
        *value = 0x05;
        break;
      case FK_ROM_TABLE + 0xffc:
        *value = 0xb1;
        break;
      default:
        return FALSE;
      }
  return TRUE;
}

static gboolean
fake_poke (FakeProbe *self, guint32 address, guint32 value)
{
  if (address >= RAM && address - RAM < RAM_SIZE)
    fk_store_u32le (self->ram + (address - RAM), value);
  else
    switch (address)
      {
      case FK_DHCSR:
        fake_write_dhcsr (self, value);
        break;
      case FK_DEMCR:
        self->demcr = value;
        break;
      case FK_DCRDR:
        self->dcrdr = value;
        break;
      case FK_DCRSR:
        fake_write_dcrsr (self, value);
        break;
      case FK_SCB_DFSR:
        self->dfsr &= ~value;
        break;
      case FK_SCB_AIRCR:
        g_assert_cmphex (value & 0xffff0000, ==, FK_AIRCR_VECTKEY);
        if ((value & FK_AIRCR_SYSRESETREQ) == 0 || self->sysreset_works)
          fake_reset (self);
        break;
      case FK_MPU_CTRL:
        self->mpu_ctrl = value;
        break;
      case FK_FP_CTRL:
        if ((value & FK_FP_CTRL_KEY) != 0)
          self->fp_ctrl = value & FK_FP_CTRL_ENABLE;
        break;
      case DBGMCU_CR:
        self->dbgmcu_cr = value;
        break;
      default:
        return FALSE;
      }
  return TRUE;
}

static gboolean
fake_open (FkProbe *probe, GCancellable *cancellable, GError **error)
{
  fk_probe_set_current_speed (probe, 4000);
  return TRUE;
}

static void
fake_close (FkProbe *probe)
{
}

static gboolean
fake_fail (FakeProbe *self, GError **error)
{
  g_set_error_literal (error, FK_ERROR, self->death, "silence");
  return FALSE;
}

static gboolean
fake_set_reset (FkProbe *probe, gboolean low, GError **error)
{
  FakeProbe *self = FAKE_PROBE (probe);
  gboolean released = self->nrst_low && !low;

  self->nrst_low = low;
  if (low && self->nrst_wired)
    self->halted = FALSE;
  if (released && self->nrst_wired)
    fake_reset (self);
  return TRUE;
}

static gboolean
fake_attach (FkProbe *probe, gboolean hold_reset, GCancellable *cancellable, GError **error)
{
  FakeProbe *self = FAKE_PROBE (probe);

  self->attached = TRUE;
  self->n_attaches++;
  self->n_attaches_under_reset += hold_reset;
  fake_set_reset (probe, hold_reset, NULL);
  if (self->attach_at > 0 && self->n_attaches >= self->attach_at)
    self->silent = FALSE;
  if (self->death == FK_ERROR_PROBE_LOST && self->max_khz == 0)
    return fake_fail (self, error);
  if (fake_answers (self))
    return TRUE;
  g_set_error_literal (error, FK_ERROR, FK_ERROR_NO_TARGET, "nothing answers");
  return FALSE;
}

static void
fake_detach (FkProbe *probe)
{
  FakeProbe *self = FAKE_PROBE (probe);

  fake_set_reset (probe, FALSE, NULL);
  self->attached = FALSE;
}

static gboolean
fake_read_word (FkProbe *probe, guint32 address, guint32 *value, GError **error)
{
  FakeProbe *self = FAKE_PROBE (probe);

  self->n_words_read++;
  if (!fake_answers (self))
    return fake_fail (self, error);
  if (fake_peek (self, address, value))
    return TRUE;
  g_set_error (error, FK_ERROR, FK_ERROR_BUS_FAULT, "no memory at 0x%08x", address);
  return FALSE;
}

static gboolean
fake_write_word (FkProbe *probe, guint32 address, guint32 value, GError **error)
{
  FakeProbe *self = FAKE_PROBE (probe);

  self->n_words_written++;
  if (!fake_answers (self))
    return fake_fail (self, error);
  if (fake_poke (self, address, value))
    return TRUE;
  g_set_error (error, FK_ERROR, FK_ERROR_BUS_FAULT, "no memory at 0x%08x", address);
  return FALSE;
}

static gboolean
fake_run_list (FkProbe *probe, FkProbeAccess *list, guint n, GError **error)
{
  FakeProbe *self = FAKE_PROBE (probe);

  self->n_lists++;
  for (guint round = self->lists_twice ? 0 : 1; round < 2; round++)
    for (guint i = 0; i < n; i++)
      {
        list[i].done = list[i].is_write
                           ? fake_write_word (probe, list[i].address, list[i].value, error)
                           : fake_read_word (probe, list[i].address, &list[i].value, error);
        if (!list[i].done)
          return FALSE;
      }
  return TRUE;
}

static gboolean
fake_read (FkProbe *probe,
           guint32 address,
           guint8 *data,
           gsize length,
           FkAccess access,
           GCancellable *cancellable,
           GError **error)
{
  FakeProbe *self = FAKE_PROBE (probe);

  g_string_append_printf (self->widths, "r%u:%" G_GSIZE_FORMAT " ", access, length);
  for (gsize i = 0; i < length; i++)
    {
      guint32 at = (guint32)(address + i);
      guint32 word;

      if ((self->faults_once > 0 && self->faults_once-- > 0) ||
          !fk_probe_read_word (probe, at & ~3u, &word, NULL))
        {
          if (!fake_answers (self))
            return fake_fail (self, error);
          g_set_error_literal (error, FK_ERROR, FK_ERROR_BUS_FAULT, "fault");
          return FALSE;
        }
      data[i] = word >> (at % 4 * 8) & 0xff;
    }
  return TRUE;
}

static gboolean
fake_write (FkProbe *probe,
            guint32 address,
            const guint8 *data,
            gsize length,
            FkAccess access,
            GCancellable *cancellable,
            GError **error)
{
  FakeProbe *self = FAKE_PROBE (probe);

  g_string_append_printf (self->widths, "w%u:%" G_GSIZE_FORMAT " ", access, length);
  if (!fake_answers (self))
    return fake_fail (self, error);
  if (address < RAM || address - RAM + length > RAM_SIZE)
    {
      g_set_error_literal (error, FK_ERROR, FK_ERROR_BUS_FAULT, "fault");
      return FALSE;
    }
  memcpy (self->ram + (address - RAM), data, length);
  return TRUE;
}

static const guint *
fake_get_speeds (FkProbe *probe, guint *n_speeds)
{
  static const guint speeds[] = { 4000, 1800, 950, 480, 240, 95, 5 };

  *n_speeds = G_N_ELEMENTS (speeds);
  return speeds;
}

static gboolean
fake_set_speed (FkProbe *probe, guint khz, GError **error)
{
  fk_probe_set_current_speed (probe, khz);
  return TRUE;
}

static gboolean
fake_read_idcode (FkProbe *probe, gboolean steady, guint32 *idcode, GError **error)
{
  *idcode = 0x1ba01477;
  return TRUE;
}

static gboolean
fake_read_dap (FkProbe *probe, guint16 ap, guint16 reg, guint32 *value, GError **error)
{
  g_set_error_literal (error, FK_ERROR, FK_ERROR_PROBE_FIRMWARE_OLD, "old");
  return FALSE;
}

static gboolean
fake_get_voltage (FkProbe *probe, guint *millivolts, GError **error)
{
  FakeProbe *self = FAKE_PROBE (probe);

  *millivolts = self->millivolts;
  if (self->no_sense)
    g_set_error_literal (error, FK_ERROR, FK_ERROR_NOT_SUPPORTED, "no sense wire");
  return !self->no_sense;
}

static void
fake_probe_finalize (GObject *object)
{
  g_string_free (FAKE_PROBE (object)->widths, TRUE);
  g_free (FAKE_PROBE (object)->flash);
  G_OBJECT_CLASS (fake_probe_parent_class)->finalize (object);
}

static void
fake_probe_class_init (FakeProbeClass *klass)
{
  FkProbeClass *probe_class = FK_PROBE_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = fake_probe_finalize;
  probe_class->open = fake_open;
  probe_class->close = fake_close;
  probe_class->attach = fake_attach;
  probe_class->detach = fake_detach;
  probe_class->read = fake_read;
  probe_class->write = fake_write;
  probe_class->read_word = fake_read_word;
  probe_class->write_word = fake_write_word;
  probe_class->run_list = fake_run_list;
  probe_class->set_reset = fake_set_reset;
  probe_class->get_speeds = fake_get_speeds;
  probe_class->set_speed = fake_set_speed;
  probe_class->read_idcode = fake_read_idcode;
  probe_class->read_dap = fake_read_dap;
  probe_class->get_voltage = fake_get_voltage;
}

static void
fake_probe_init (FakeProbe *self)
{
  self->max_khz = 4000;
  self->nrst_wired = TRUE;
  self->sysreset_works = TRUE;
  self->death = FK_ERROR_TARGET_LOST;
  self->millivolts = 3300;
  self->widths = g_string_new (NULL);
  self->demcr = FK_DEMCR_TRCENA;
  self->fp_ctrl = FK_FP_CTRL_ENABLE; /* left by an earlier debugger */
  self->dbgmcu_cr = 0x1;             /* the program's own choice */
  self->designer[1] = 0x0a;          /* ST, by JEDEC */
  self->designer[2] = 0x04;
  self->registers[FK_REG_PC] = 0x08000200;
  self->flash = g_malloc (FLASH_SIZE);
  memset (self->flash, 0xff, FLASH_SIZE);
  fk_store_u32le (self->flash, RAM + RAM_SIZE);
  fk_store_u32le (self->flash + 4, FLASH + 0x145);
  for (guint i = 0x100; i < 0x1000; i++)
    self->flash[i] = (guint8)(i * 7 + i / 256);
  for (guint i = 0; i < RAM_SIZE; i++)
    self->ram[i] = (guint8)(i * 3);
}
