/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The target over a probe that is nothing but memory and the debug registers of a Cortex-M3. */

#include "config.h"

#include "target/fk-cortex-m.h"
#include "target/fk-target.h"

#include "base/fk-error.h"
#include "base/fk-reader.h"
#include "probe/fk-probe-private.h"

#define FLASH      0x08000000u
#define FLASH_SIZE 0x10000u
#define RAM        0x20000000u
#define RAM_SIZE   0x5000u
#define DBGMCU_CR  0xe0042004u

#define FAKE_TYPE_PROBE (fake_probe_get_type ())
G_DECLARE_FINAL_TYPE (FakeProbe, fake_probe, FAKE, PROBE, FkProbe)

struct _FakeProbe
{
  FkProbe parent_instance;

  /* How it behaves. */
  guint max_khz;           /* SWD is silent above */
  gboolean firmware_quiet; /* the program turns SWD off; only a reset that is held brings it back */
  gboolean nrst_wired;
  gboolean sysreset_works;
  gboolean never_halts;
  guint stops_late; /* looks at DHCSR until the core has stopped */
  guint attach_at;  /* SWD is silent until this many attempts */
  guint dies_in;    /* accesses until SWD goes silent for good; 0 never */
  FkError death;
  guint millivolts;
  gboolean no_sense;    /* the probe cannot measure */
  guint faults_once;    /* spurious bus faults of reads */
  gboolean lists_twice; /* each list is carried out once more from its beginning */
  guint slow_after;     /* core registers until one takes longer; 0: never */

  /* What happened. */
  guint n_attaches;
  guint n_attaches_under_reset;
  guint n_words_read;
  guint n_words_written;
  guint n_lists;
  guint n_slow;
  gboolean attached;
  gboolean ran_while_hot; /* DHCSR was written */
  GString *widths;        /* of every access by read and write */

  /* The chip. */
  gboolean nrst_low;
  gboolean halted;
  gboolean locked_up;
  gboolean reset_seen;
  gboolean silent; /* its firmware has run and turned SWD off */
  guint32 control; /* DHCSR bits 15:0 */
  guint32 demcr;
  guint32 dfsr;
  guint32 dcrdr;
  guint stopping;
  guint32 dcrsr;
  guint transfer; /* looks at DHCSR until what DCRSR asked for is done */
  guint n_transfers;
  guint32 registers[21];
  guint32 fp_ctrl;
  guint32 dbgmcu_cr;
  guint32 cfsr;
  guint32 bfar;
  guint32 mpu_ctrl;
  guint8 designer[3]; /* PIDR4, PIDR2, PIDR1 */
  guint8 *flash;
  guint8 ram[RAM_SIZE];
};

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
fake_read_idcode (FkProbe *probe, guint32 *idcode, GError **error)
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

typedef struct
{
  FakeProbe *probe;
  FkTarget *target;
  FkProgress *progress;
  GString *notes;
} Fixture;

static void
collect_note (const FkProgressStatus *status, gpointer user_data)
{
  GString *notes = user_data;

  if (status->note != NULL && !g_str_has_suffix (notes->str, status->note))
    g_string_append_printf (notes, "|%s", status->note);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->probe = g_object_new (FAKE_TYPE_PROBE, NULL);
  g_assert_true (fk_probe_open (FK_PROBE (fixture->probe), NULL, NULL));
  fixture->target = fk_target_new (FK_PROBE (fixture->probe));
  fk_target_set_catch_limit (fixture->target, 40);
  fixture->notes = g_string_new (NULL);
  fixture->progress = fk_progress_new (collect_note, fixture->notes, NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_assert_finalize_object (fixture->target);
  fk_probe_close (FK_PROBE (fixture->probe));
  g_assert_finalize_object (fixture->probe);
  fk_progress_free (fixture->progress);
  g_string_free (fixture->notes, TRUE);
}

static void
connect_as (Fixture *fixture, FkConnect how)
{
  g_autoptr (GError) error = NULL;

  fk_target_connect (fixture->target, how, 0, fixture->progress, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (fk_target_is_connected (fixture->target));
}

static void
assert_note (Fixture *fixture, const char *part)
{
  if (strstr (fixture->notes->str, part) == NULL)
    g_error ("no \"%s\" in the notes: %s", part, fixture->notes->str);
}

/* Nothing of ours is left behind, and the core runs. */
static void
assert_left (FakeProbe *probe)
{
  g_assert_false (probe->halted);
  g_assert_cmphex (probe->control, ==, 0);
  g_assert_cmphex (probe->demcr, ==, FK_DEMCR_TRCENA);
  g_assert_cmphex (probe->dbgmcu_cr, ==, 0x1);
  g_assert_cmphex (probe->fp_ctrl, ==, 0);
  g_assert_cmphex (probe->mpu_ctrl, ==, 0x5);
  g_assert_false (probe->nrst_low);
  g_assert_false (probe->attached);
}

static void
test_normal (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->probe->mpu_ctrl = 0x5;
  connect_as (fixture, FK_CONNECT_AUTO);
  assert_note (fixture, "Connecting normally, at 4000 kHz");
  g_assert_cmpstr (fk_target_get_connection (fixture->target), ==, "normally, at 4000 kHz");
  g_assert_true (fixture->probe->halted);
  g_assert_cmphex (fixture->probe->dbgmcu_cr, ==, 0x7);
  g_assert_cmpuint (fk_target_get_core (fixture->target), ==, FK_CORE_CORTEX_M3);
  g_assert_cmpstr (fk_core_get_name (fk_target_get_core (fixture->target)), ==, "Cortex-M3");
  g_assert_cmphex (fk_target_get_designer (fixture->target), ==, FK_JEP106_ST);
  g_assert_cmpstr (fk_target_get_designer_name (fixture->target), ==, "ST");
  g_assert_cmphex (fk_target_get_part (fixture->target), ==, 0x410);
  g_assert_cmphex (fk_target_get_dpidr (fixture->target), ==, 0x1ba01477);
  g_assert_cmpuint (fk_target_get_millivolts (fixture->target), ==, 3300);
  g_assert_cmpuint (fk_target_get_nrst (fixture->target), ==, FK_WIRING_UNKNOWN);
  g_assert_cmpuint (fixture->probe->n_attaches_under_reset, ==, 0);

  fk_target_disconnect (fixture->target, FK_LEAVE_RESUMED, &error);
  g_assert_no_error (error);
  g_assert_cmphex (fixture->probe->registers[FK_REG_PC], ==, 0x08000200);
  assert_left (fixture->probe);
}

/* GigaDevice: seven continuation codes. */
static void
test_designer (Fixture *fixture, gconstpointer data)
{
  fixture->probe->designer[0] = 0x07;
  fixture->probe->designer[1] = 0x0d;
  fixture->probe->designer[2] = 0x14;
  connect_as (fixture, FK_CONNECT_NORMAL);
  g_assert_cmphex (fk_target_get_designer (fixture->target), ==, 0x751);
  g_assert_cmpstr (fk_target_get_designer_name (fixture->target), ==, "GigaDevice");
}

static void
test_slower (Fixture *fixture, gconstpointer data)
{
  fixture->probe->max_khz = 100;
  connect_as (fixture, FK_CONNECT_NORMAL);
  assert_note (fixture, "trying again normally, at 950 kHz");
  g_assert_cmpstr (fk_target_get_connection (fixture->target), ==, "normally, at 95 kHz");
  g_assert_cmpuint (fixture->probe->n_attaches, ==, 5);
}

static void
test_fixed_speed (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->probe->max_khz = 100;
  g_assert_false (fk_target_connect (fixture->target, FK_CONNECT_NORMAL, 1000, NULL, NULL, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_NO_TARGET);
  g_assert_nonnull (strstr (error->message, "normally, at 950 kHz"));
  g_assert_cmpuint (fixture->probe->n_attaches, ==, 1);
}

static void
test_under_reset (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->probe->mpu_ctrl = 0x5;
  fixture->probe->firmware_quiet = fixture->probe->silent = TRUE;
  connect_as (fixture, FK_CONNECT_AUTO);
  assert_note (fixture, "trying again normally, at 95 kHz");
  g_assert_cmpstr (fk_target_get_connection (fixture->target), ==, "under reset, at 4000 kHz");
  g_assert_cmpuint (fk_target_get_nrst (fixture->target), ==, FK_WIRING_YES);
  g_assert_true (fixture->probe->halted);
  g_assert_cmphex (fixture->probe->registers[FK_REG_PC], ==, FLASH + 0x144);
  g_assert_cmphex (fixture->probe->demcr, ==, FK_DEMCR_TRCENA);
  g_assert_false (fixture->probe->nrst_low);

  fk_target_disconnect (fixture->target, FK_LEAVE_RESET, &error);
  g_assert_no_error (error);
  assert_left (fixture->probe);
}

static void
test_under_reset_unwired (Fixture *fixture, gconstpointer data)
{
  fixture->probe->nrst_wired = FALSE;
  connect_as (fixture, FK_CONNECT_UNDER_RESET);
  g_assert_cmpuint (fk_target_get_nrst (fixture->target), ==, FK_WIRING_NO);
  assert_note (fixture, "reset wire (NRST) does not reach the chip");
  /* It stands at the first instruction all the same. */
  g_assert_true (fixture->probe->halted);
  g_assert_cmphex (fixture->probe->registers[FK_REG_PC], ==, FLASH + 0x144);
}

static void
test_catch (Fixture *fixture, gconstpointer data)
{
  fixture->probe->silent = TRUE;
  fixture->probe->nrst_wired = FALSE;
  fixture->probe->attach_at = 12;
  connect_as (fixture, FK_CONNECT_AUTO);
  assert_note (fixture, "Press the board's RESET button now");
  g_assert_true (g_str_has_prefix (fk_target_get_connection (fixture->target), "catching"));
  g_assert_true (fixture->probe->halted);
}

static void
test_all_fail (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->probe->max_khz = 0;
  g_assert_false (
      fk_target_connect (fixture->target, FK_CONNECT_AUTO, 0, fixture->progress, NULL, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_NO_TARGET);
  g_assert_nonnull (strstr (error->message, "3.30 V"));
  g_assert_nonnull (strstr (error->message, "normally, at 4000 kHz"));
  g_assert_nonnull (strstr (error->message, "under reset, at 95 kHz"));
  g_assert_nonnull (strstr (error->message, "catching the start"));
  g_assert_false (fk_target_is_connected (fixture->target));
  g_assert_false (fixture->probe->nrst_low);
}

static void
test_no_power (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->probe->max_khz = 0;
  fixture->probe->millivolts = 40;
  g_assert_false (fk_target_connect (fixture->target, FK_CONNECT_AUTO, 0, NULL, NULL, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_NO_POWER);
  g_assert_nonnull (strstr (error->message, "0.04 V"));
  g_assert_cmpuint (fixture->probe->n_attaches, ==, 1);
}

/* A clone whose sense wire is missing. */
static void
test_no_sense_wire (Fixture *fixture, gconstpointer data)
{
  fixture->probe->millivolts = 0;
  connect_as (fixture, FK_CONNECT_AUTO);
  g_assert_cmpuint (fk_target_get_millivolts (fixture->target), ==, 0);
  g_assert_true (fk_target_disconnect (fixture->target, FK_LEAVE_RESUMED, NULL));

  fixture->probe->no_sense = TRUE;
  connect_as (fixture, FK_CONNECT_AUTO);
}

static void
test_never_halts (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->probe->mpu_ctrl = 0x5;
  fixture->probe->dbgmcu_cr = 0x1;
  fixture->probe->never_halts = TRUE;
  g_assert_false (fk_target_connect (fixture->target, FK_CONNECT_NORMAL, 480, NULL, NULL, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_NO_TARGET);
  g_assert_nonnull (strstr (error->message, "does not stop"));
  assert_left (fixture->probe);
}

static void
test_hot_plug (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  FkTargetRam *ram;
  guint32 value;

  connect_as (fixture, FK_CONNECT_HOT_PLUG);
  g_assert_true (fk_target_is_hot_plugged (fixture->target));
  g_assert_true (fk_target_read_u32 (fixture->target, FLASH + 4, &value, NULL));
  g_assert_cmphex (value, ==, FLASH + 0x145);
  g_assert_false (fk_target_halt (fixture->target, NULL, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_NOT_SUPPORTED);
  g_clear_error (&error);
  ram =
      fk_target_borrow_ram (fixture->target, RAM, 16, FK_TARGET_ALL_REGISTERS, TRUE, NULL, &error);
  g_assert_null (ram);
  g_assert_error (error, FK_ERROR, FK_ERROR_NOT_SUPPORTED);
  g_assert_true (fk_target_disconnect (fixture->target, FK_LEAVE_RESUMED, NULL));
  g_assert_false (fixture->probe->ran_while_hot);
  g_assert_cmpuint (fixture->probe->n_words_written, ==, 0);
}

static void
test_leave_halted (Fixture *fixture, gconstpointer data)
{
  connect_as (fixture, FK_CONNECT_NORMAL);
  g_assert_true (fk_target_disconnect (fixture->target, FK_LEAVE_HALTED, NULL));
  g_assert_true (fixture->probe->halted);
  g_assert_cmphex (fixture->probe->dbgmcu_cr, ==, 0x7);
  g_assert_cmphex (fixture->probe->fp_ctrl, ==, 0);
}

/* The last reference goes while connected. */
static void
test_leave_on_free (Fixture *fixture, gconstpointer data)
{
  fixture->probe->mpu_ctrl = 0x5;
  connect_as (fixture, FK_CONNECT_NORMAL);
  g_assert_finalize_object (fixture->target);
  assert_left (fixture->probe);
  fixture->target = fk_target_new (FK_PROBE (fixture->probe));
}

/* The chip goes silent at each access in turn: always an error or success, never a chip that
 * answers and stays halted, and never a hang. */
static void
test_dies_anywhere (Fixture *fixture, gconstpointer data)
{
  gboolean whole = FALSE;

  fixture->probe->mpu_ctrl = 0x5;
  for (guint i = 1; !whole; i++)
    {
      g_autoptr (GError) error = NULL;
      gint64 start = g_get_monotonic_time ();

      g_assert_cmpuint (i, <, 200);
      fixture->probe->max_khz = 4000;
      fixture->probe->dies_in = i;
      fixture->probe->death = i % 2 != 0 ? FK_ERROR_TARGET_LOST : FK_ERROR_PROBE_LOST;
      whole = fk_target_connect (fixture->target, FK_CONNECT_NORMAL, 480, NULL, NULL, &error) &&
              fk_target_disconnect (fixture->target, FK_LEAVE_RESET, &error);
      g_assert_true (whole == (error == NULL));
      g_assert_false (fk_target_is_connected (fixture->target));
      g_assert_cmpint (g_get_monotonic_time () - start, <, 3 * G_USEC_PER_SEC);
      if (whole)
        assert_left (fixture->probe);
      /* Takes a new chip. */
      fixture->probe->control = 0;
      fixture->probe->halted = FALSE;
      fixture->probe->demcr = FK_DEMCR_TRCENA;
      fixture->probe->dbgmcu_cr = 0x1;
    }
}

static void
test_reset_halt (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  connect_as (fixture, FK_CONNECT_NORMAL);
  fk_target_reset_halt (fixture->target, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (fixture->probe->halted);
  g_assert_cmphex (fixture->probe->registers[FK_REG_PC], ==, FLASH + 0x144);
  g_assert_cmphex (fixture->probe->demcr & FK_DEMCR_VC_ALL, ==, 0);
  g_assert_true (fk_target_reset_run (fixture->target, NULL, NULL));
  g_assert_false (fixture->probe->halted);
}

static void
test_reset_by_nrst (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  connect_as (fixture, FK_CONNECT_NORMAL);
  fixture->probe->sysreset_works = FALSE;
  fk_target_reset_halt (fixture->target, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (fixture->probe->halted);
  g_assert_cmpuint (fk_target_get_nrst (fixture->target), ==, FK_WIRING_YES);
  g_assert_false (fixture->probe->nrst_low);
}

static void
test_reset_by_vectreset (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  connect_as (fixture, FK_CONNECT_NORMAL);
  fixture->probe->sysreset_works = FALSE;
  fixture->probe->nrst_wired = FALSE;
  fk_target_reset_halt (fixture->target, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (fk_target_get_nrst (fixture->target), ==, FK_WIRING_NO);
  /* VECTRESET is no reset of the chip, so a reset that lets it run does without. */
  g_assert_false (fk_target_reset_run (fixture->target, NULL, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_TIMEOUT);
}

static void
test_widths (Fixture *fixture, gconstpointer data)
{
  guint8 bytes[16];
  guint16 half = 0;

  connect_as (fixture, FK_CONNECT_NORMAL);
  g_string_truncate (fixture->probe->widths, 0);
  g_assert_true (fk_target_read (fixture->target, RAM + 3, bytes, 10, NULL, NULL, NULL));
  g_assert_cmpmem (bytes, 10, fixture->probe->ram + 3, 10);
  g_assert_true (fk_target_write (fixture->target, RAM + 1, bytes, 1, NULL, NULL, NULL));
  g_assert_true (fk_target_read_u16 (fixture->target, RAM + 2, &half, NULL));
  g_assert_true (fk_target_write_u16 (fixture->target, RAM + 6, 0xbeef, NULL));
  g_assert_true (fk_target_write_u8 (fixture->target, RAM + 9, 0x5a, NULL));
  g_assert_true (fk_target_read (fixture->target, RAM + 3, bytes, 0, NULL, NULL, NULL));
  g_assert_cmpstr (fixture->probe->widths->str, ==, "r1:1 r4:8 r1:1 w1:1 r2:2 w2:2 w1:1 ");
  g_assert_cmpuint (fk_load_u16le (fixture->probe->ram + 6), ==, 0xbeef);
}

static void
test_bus_fault (Fixture *fixture, gconstpointer data)
{
  g_autofree guint8 *bytes = g_malloc (FLASH_SIZE + 64);
  g_autoptr (GError) error = NULL;

  connect_as (fixture, FK_CONNECT_NORMAL);
  g_assert_false (
      fk_target_read (fixture->target, FLASH + 0x101, bytes, FLASH_SIZE, NULL, NULL, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_BUS_FAULT);
  g_assert_nonnull (strstr (error->message, "0x08010000"));
  g_clear_error (&error);

  g_assert_false (fk_target_read (fixture->target, 0xfffffff0, bytes, 32, NULL, NULL, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_OUT_OF_RANGE);
  g_clear_error (&error);

  /* A fault that does not come again is no fault. */
  fixture->probe->faults_once = 1;
  fk_target_read (fixture->target, FLASH, bytes, FLASH_SIZE, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (bytes, FLASH_SIZE, fixture->probe->flash, FLASH_SIZE);
}

static void
test_cancel (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  guint8 bytes[8];

  g_cancellable_cancel (cancellable);
  g_assert_false (
      fk_target_connect (fixture->target, FK_CONNECT_AUTO, 0, NULL, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  connect_as (fixture, FK_CONNECT_AUTO);
  g_assert_false (fk_target_read (fixture->target, RAM, bytes, 8, NULL, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
check_ram_loan (Fixture *fixture)
{
  FakeProbe *probe = fixture->probe;
  g_autofree guint8 *before = g_memdup2 (probe->ram, RAM_SIZE);
  const guint32 arguments[4] = { 1, 2, 3, 4 };
  g_autoptr (GError) error = NULL;
  guint32 registers[21];
  FkTargetRam *ram;

  for (guint i = 0; i < 21; i++)
    probe->registers[i] = 0x1000 + i;
  probe->registers[FK_REG_CONTROL_PRIMASK] = 0x03000001;
  probe->registers[FK_REG_XPSR] = 0x0600000b;
  probe->registers[FK_REG_SP] = probe->registers[FK_REG_PSP];
  probe->mpu_ctrl = 0x5;
  memcpy (registers, probe->registers, sizeof registers);

  connect_as (fixture, FK_CONNECT_NORMAL);
  ram = fk_target_borrow_ram (fixture->target, RAM + 2, 0x101, FK_TARGET_ALL_REGISTERS, TRUE, NULL,
                              &error);
  g_assert_no_error (error);
  g_assert_cmphex (fk_target_ram_get_address (ram), ==, RAM + 2);
  g_assert_cmpuint (fk_target_ram_get_size (ram), ==, 0x101);
  g_assert_cmphex (probe->mpu_ctrl, ==, 0);
  memset (probe->ram + 2, 0xcc, 0x101);

  fk_target_start (fixture->target, RAM + 0x11, RAM + 0x100, arguments, &error);
  g_assert_no_error (error);
  g_assert_false (probe->halted);
  g_assert_cmphex (probe->control, ==, FK_DHCSR_C_DEBUGEN | FK_DHCSR_C_MASKINTS);
  g_assert_cmphex (probe->registers[FK_REG_PC], ==, RAM + 0x10);
  g_assert_cmphex (probe->registers[FK_REG_MSP], ==, RAM + 0x100);
  g_assert_cmphex (probe->registers[FK_REG_PSP], ==, registers[FK_REG_PSP]);
  g_assert_cmphex (probe->registers[3], ==, 4);
  g_assert_cmphex (probe->registers[FK_REG_CONTROL_PRIMASK], ==, 0x00000001);
  g_assert_cmphex (probe->registers[FK_REG_XPSR], ==, 0x0100000b);

  g_assert_false (fk_target_wait_halted (fixture->target, 5, NULL, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_TIMEOUT);
  g_clear_error (&error);
  g_assert_true (probe->halted);

  fk_target_ram_return (ram, &error);
  g_assert_no_error (error);
  fk_target_ram_free (ram);
  g_assert_cmpmem (probe->ram, RAM_SIZE, before, RAM_SIZE);
  g_assert_cmpmem (probe->registers, sizeof registers, registers, sizeof registers);
  g_assert_cmphex (probe->mpu_ctrl, ==, 0x5);
  g_assert_true (fk_target_disconnect (fixture->target, FK_LEAVE_RESUMED, NULL));
  assert_left (probe);
}

static void
test_ram_loan (Fixture *fixture, gconstpointer data)
{
  check_ram_loan (fixture);
}

/* After trouble a probe may begin a list anew. */
static void
test_ram_loan_twice (Fixture *fixture, gconstpointer data)
{
  fixture->probe->lists_twice = TRUE;
  check_ram_loan (fixture);
  g_assert_cmpuint (fixture->probe->n_lists, >, 0);
}

/* A core at 32 kHz gives a register some time after it was asked for it. */
static void
test_slow_registers (Fixture *fixture, gconstpointer data)
{
  for (guint i = 1; i <= 19; i++)
    {
      fixture->probe->slow_after = i;
      check_ram_loan (fixture);
      g_assert_cmpuint (fixture->probe->n_slow, >=, i < 19 ? 2 : 1);
      fixture->probe->n_slow = fixture->probe->n_transfers = 0;
    }
}

static void
test_code_ends (Fixture *fixture, gconstpointer data)
{
  FakeProbe *probe = fixture->probe;
  const guint32 arguments[4] = { 0x11, 0x22, 0x33, 0x44 };
  g_autoptr (FkTargetRam) ram = NULL;
  FkTargetEnd end;

  connect_as (fixture, FK_CONNECT_NORMAL);
  ram = fk_target_borrow_ram (fixture->target, RAM, 64, FK_TARGET_ALL_REGISTERS, TRUE, NULL, NULL);
  g_assert_true (fk_target_start (fixture->target, RAM, RAM + 64, arguments, NULL));
  probe->halted = TRUE;
  probe->registers[FK_REG_PC] = RAM + 0x20;
  probe->registers[FK_REG_R1] = 0x55;
  g_assert_true (fk_target_wait_ended (fixture->target, 50, &end, NULL, NULL));
  g_assert_cmphex (end.pc, ==, RAM + 0x20);
  g_assert_cmphex (end.registers[0], ==, 0x11);
  g_assert_cmphex (end.registers[1], ==, 0x55);
  g_assert_cmphex (end.registers[3], ==, 0x44);
}

/* After a reset the old registers are worth nothing. */
static void
test_ram_loan_reset (Fixture *fixture, gconstpointer data)
{
  g_autoptr (FkTargetRam) ram = NULL;

  connect_as (fixture, FK_CONNECT_NORMAL);
  ram = fk_target_borrow_ram (fixture->target, RAM, 64, FK_TARGET_ALL_REGISTERS, FALSE, NULL, NULL);
  g_assert_nonnull (ram);
  g_assert_true (fk_target_reset_halt (fixture->target, NULL, NULL));
  g_assert_true (fk_target_ram_return (ram, NULL));
  g_assert_cmphex (fixture->probe->registers[FK_REG_PC], ==, FLASH + 0x144);
}

/* Who resets the chip in the end asks for nothing of it back; where it is let go without that, it
 * begins anew. */
static void
test_ram_abandoned (Fixture *fixture, gconstpointer data)
{
  FakeProbe *probe = fixture->probe;
  const guint32 arguments[4] = { 1, 2, 3, 4 };
  g_autoptr (FkTargetRam) ram = NULL;
  guint n_lists;

  connect_as (fixture, FK_CONNECT_NORMAL);
  g_assert_true (fk_target_reset_halt (fixture->target, NULL, NULL));
  fk_target_abandon_program (fixture->target);
  n_lists = probe->n_lists;
  ram = fk_target_borrow_ram (fixture->target, RAM, 64, FK_TARGET_ALL_REGISTERS, TRUE, NULL, NULL);
  g_assert_nonnull (ram);
  g_assert_cmpuint (probe->n_lists, ==, n_lists);
  probe->registers[FK_REG_XPSR] = 3;
  g_assert_true (fk_target_start (fixture->target, RAM, RAM + 64, arguments, NULL));
  g_assert_cmphex (probe->registers[FK_REG_XPSR], ==, FK_XPSR_T);
  probe->halted = TRUE;
  g_assert_true (fk_target_ram_return (ram, NULL));
  g_assert_cmphex (probe->registers[FK_REG_PC], ==, RAM);
  fk_store_u32le (probe->flash, RAM + 0x400);
  fk_store_u32le (probe->flash + 4, FLASH + 0x201);
  g_assert_true (fk_target_disconnect (fixture->target, FK_LEAVE_RESUMED, NULL));
  g_assert_cmphex (probe->registers[FK_REG_PC], ==, FLASH + 0x200);
  g_assert_cmphex (probe->registers[FK_REG_MSP], ==, RAM + 0x400);
  g_assert_false (probe->halted);
  g_assert_cmphex (probe->control, ==, 0);
}

/* Another reset, and the registers are the program's again. */
static void
test_ram_abandoned_once (Fixture *fixture, gconstpointer data)
{
  FakeProbe *probe = fixture->probe;
  g_autoptr (FkTargetRam) ram = NULL;

  connect_as (fixture, FK_CONNECT_NORMAL);
  g_assert_true (fk_target_reset_halt (fixture->target, NULL, NULL));
  fk_target_abandon_program (fixture->target);
  g_assert_true (fk_target_reset_halt (fixture->target, NULL, NULL));
  probe->registers[FK_REG_R0] = 0x1234;
  ram = fk_target_borrow_ram (fixture->target, RAM, 64, FK_TARGET_ALL_REGISTERS, TRUE, NULL, NULL);
  probe->registers[FK_REG_R0] = 0;
  probe->ram[5] ^= 0xff;
  g_assert_true (fk_target_ram_return (ram, NULL));
  g_assert_cmphex (probe->registers[FK_REG_R0], ==, 0x1234);
}

static void
test_code_faults (Fixture *fixture, gconstpointer data)
{
  const guint32 arguments[4] = { 0 };
  g_autoptr (FkTargetRam) ram = NULL;
  g_autoptr (GError) error = NULL;

  connect_as (fixture, FK_CONNECT_NORMAL);
  ram = fk_target_borrow_ram (fixture->target, RAM, 64, FK_TARGET_ALL_REGISTERS, TRUE, NULL, NULL);
  g_assert_true (fk_target_start (fixture->target, RAM, RAM + 64, arguments, NULL));
  g_assert_cmphex (fixture->probe->demcr & FK_DEMCR_VC_HARDERR, !=, 0);
  fixture->probe->halted = TRUE;
  fixture->probe->dfsr = FK_DFSR_VCATCH;
  g_assert_false (fk_target_wait_halted (fixture->target, 50, NULL, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_CORE_LOCKED);
}

static void
check_lockup (Fixture *fixture, const char *part)
{
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  gboolean locked_up;

  fixture->probe->locked_up = TRUE;
  connect_as (fixture, FK_CONNECT_NORMAL);
  g_assert_true (fk_target_is_locked_up (fixture->target, &locked_up, NULL));
  g_assert_true (locked_up);
  text = fk_target_describe_lockup (fixture->target, NULL, &error);
  g_assert_no_error (error);
  if (strstr (text, part) == NULL)
    g_error ("no \"%s\" in: %s", part, text);
  g_assert_true (fk_target_disconnect (fixture->target, FK_LEAVE_RESUMED, NULL));
}

static void
test_lockup (Fixture *fixture, gconstpointer data)
{
  FakeProbe *probe = fixture->probe;
  gboolean locked_up;

  fk_store_u32le (probe->flash + 4, FLASH + 0x7145);
  check_lockup (fixture, "the reset vector points to 0x08007145, but nothing is programmed there");
  fk_store_u32le (probe->flash + 4, FLASH + 0x20145);
  check_lockup (fixture, "points to 0x08020145, where there is no memory");
  fk_store_u32le (probe->flash + 4, FLASH + 0x144);
  check_lockup (fixture, "that of firmware is odd");
  fk_store_u32le (probe->flash + 4, FLASH + 0x145);
  fk_store_u32le (probe->flash, 0x30000000);
  check_lockup (fixture, "the stack pointer begins at 0x30000000");
  fk_store_u32le (probe->flash, RAM + RAM_SIZE);
  probe->cfsr = FK_CFSR_PRECISERR | FK_CFSR_BFARVALID;
  probe->bfar = 0x40001234;
  check_lockup (fixture, "data was accessed where nothing answers (address 0x40001234)");
  memset (probe->flash, 0xff, 8);
  check_lockup (fixture, "the vector table at 0x08000000 is blank: there is no program to run");

  probe->locked_up = FALSE;
  probe->registers[FK_REG_PC] = 0x08000200;
  connect_as (fixture, FK_CONNECT_NORMAL);
  g_assert_true (fk_target_is_locked_up (fixture->target, &locked_up, NULL));
  g_assert_false (locked_up);
}

static void
test_held_bits (Fixture *fixture, gconstpointer data)
{
  guint32 value;

  connect_as (fixture, FK_CONNECT_NORMAL);
  fk_store_u32le (fixture->probe->ram, 0x00f0);
  g_assert_true (fk_target_hold_bits (fixture->target, RAM, 0x0ff0, NULL));
  g_assert_true (fk_target_read_u32 (fixture->target, RAM, &value, NULL));
  g_assert_cmphex (value, ==, 0x0ff0);
  /* The program changes a bit of its own meanwhile. */
  fk_store_u32le (fixture->probe->ram, 0x1ff0);
  g_assert_true (fk_target_disconnect (fixture->target, FK_LEAVE_RESUMED, NULL));
  g_assert_cmphex (fk_load_u32le (fixture->probe->ram), ==, 0x10f0);
}

static void
assert_word (Fixture *fixture, guint32 address, guint32 expected)
{
  guint32 value = 0;

  g_assert_true (fk_target_read_u32 (fixture->target, address, &value, NULL));
  g_assert_cmphex (value, ==, expected);
}

/* What was foreseen is given once for each time that it was read, and not beyond a write. */
static void
test_foresee (Fixture *fixture, gconstpointer data)
{
  static const guint32 wanted[] = { RAM, RAM + 4, RAM, RAM + 8 };
  static const guint32 missing[] = { RAM, 0x60000000 };
  guint8 *ram = fixture->probe->ram;
  guint8 bytes[8];
  guint16 half = 0;

  connect_as (fixture, FK_CONNECT_NORMAL);
  fk_store_u32le (ram, 1);
  fk_store_u32le (ram + 4, 0x22223333);
  fk_store_u32le (ram + 8, 4);
  g_assert_true (fk_target_foresee (fixture->target, wanted, G_N_ELEMENTS (wanted), NULL));
  memset (ram, 0xee, 12);
  assert_word (fixture, RAM, 1);
  g_assert_true (fk_target_read_u16 (fixture->target, RAM + 6, &half, NULL));
  g_assert_cmphex (half, ==, 0x2222);
  /* Not all of it is foreseen any more, so all of it is read. */
  g_assert_true (fk_target_read (fixture->target, RAM + 4, bytes, 8, NULL, NULL, NULL));
  g_assert_cmphex (fk_load_u32le (bytes + 4), ==, 0xeeeeeeee);
  assert_word (fixture, RAM, 1);
  assert_word (fixture, RAM, 0xeeeeeeee);
  assert_word (fixture, RAM + 8, 4);

  fk_store_u32le (ram, 5);
  g_assert_true (fk_target_foresee (fixture->target, wanted, 1, NULL));
  g_assert_true (fk_target_write_u32 (fixture->target, RAM, 6, NULL));
  assert_word (fixture, RAM, 6);

  /* What does not answer is not foreseen, nor is what stood beside it. */
  g_assert_true (fk_target_foresee (fixture->target, missing, G_N_ELEMENTS (missing), NULL));
  fk_store_u32le (ram, 7);
  assert_word (fixture, RAM, 7);
  g_assert_false (fk_target_read_u32 (fixture->target, 0x60000000, &(guint32){ 0 }, NULL));

  g_assert_true (fk_target_foresee (fixture->target, wanted, 1, NULL));
  g_assert_true (fk_target_reset_halt (fixture->target, NULL, NULL));
  fk_store_u32le (ram, 8);
  assert_word (fixture, RAM, 8);
}

/* The end of what answers is asked for once, and everything before it is foreseen as ever. */
static void
test_foresee_end (Fixture *fixture, gconstpointer data)
{
  static const guint32 first[] = { RAM + 8 };
  static const guint32 wanted[] = { RAM, RAM, 0x60000000 };
  static const guint32 holed[] = { RAM, 0x60000000, RAM + 4 };
  guint8 *ram = fixture->probe->ram;
  g_autoptr (GError) error = NULL;
  guint32 value = 0;

  connect_as (fixture, FK_CONNECT_NORMAL);
  fk_store_u32le (ram, 1);
  fk_store_u32le (ram + 4, 2);
  fk_store_u32le (ram + 8, 3);
  g_assert_true (fk_target_foresee (fixture->target, first, G_N_ELEMENTS (first), NULL));
  g_assert_true (fk_target_foresee_end (fixture->target, wanted, G_N_ELEMENTS (wanted), NULL));
  memset (ram, 0xee, 12);
  for (guint i = 0; i < 2; i++)
    {
      g_assert_false (fk_target_try_u32 (fixture->target, 0x60000000, &value, &error));
      g_assert_error (error, FK_ERROR, FK_ERROR_BUS_FAULT);
      g_clear_error (&error);
      assert_word (fixture, RAM, 1);
    }
  assert_word (fixture, RAM, 0xeeeeeeee);
  assert_word (fixture, RAM + 8, 3);

  /* One that should have answered may have been disturbed. */
  g_assert_true (fk_target_foresee (fixture->target, NULL, 0, NULL));
  g_assert_true (fk_target_foresee_end (fixture->target, holed, G_N_ELEMENTS (holed), NULL));
  fixture->probe->n_words_read = 0;
  g_assert_false (fk_target_try_u32 (fixture->target, 0x60000000, &value, NULL));
  g_assert_cmpuint (fixture->probe->n_words_read, ==, 1);
  assert_word (fixture, RAM, 0xeeeeeeee);

  /* Where all answers, all is foreseen; and a write ends it. */
  g_assert_true (fk_target_foresee_end (fixture->target, wanted, 2, NULL));
  fk_store_u32le (ram, 4);
  assert_word (fixture, RAM, 0xeeeeeeee);
  g_assert_true (fk_target_write_u32 (fixture->target, RAM, 5, NULL));
  assert_word (fixture, RAM, 5);
}

/* What the program cannot have changed is not read again when it is given back; what it may have
 * changed is. */
static void
test_held_given_back (Fixture *fixture, gconstpointer data)
{
  FakeProbe *probe = fixture->probe;

  probe->mpu_ctrl = 0x5;
  connect_as (fixture, FK_CONNECT_NORMAL);
  g_assert_cmphex (probe->dbgmcu_cr, ==, 0x7);
  probe->n_lists = 0;
  g_assert_true (fk_target_disconnect (fixture->target, FK_LEAVE_RESUMED, NULL));
  g_assert_cmphex (probe->dbgmcu_cr, ==, 0x1);
  g_assert_cmpuint (probe->n_lists, ==, 1);
  assert_left (probe);

  connect_as (fixture, FK_CONNECT_NORMAL);
  g_assert_true (fk_target_resume (fixture->target, NULL));
  probe->dbgmcu_cr |= 0x100;
  g_assert_true (fk_target_halt (fixture->target, NULL, NULL));
  g_assert_true (fk_target_disconnect (fixture->target, FK_LEAVE_RESUMED, NULL));
  g_assert_cmphex (probe->dbgmcu_cr, ==, 0x101);
}

/* A register whose value is known is not read again, unless something may have changed it. */
static void
test_held_again (Fixture *fixture, gconstpointer data)
{
  guint8 *ram = fixture->probe->ram;

  connect_as (fixture, FK_CONNECT_NORMAL);
  fk_store_u32le (ram, 0x10);
  g_assert_true (fk_target_hold_bits (fixture->target, RAM, 0x1, NULL));
  g_assert_true (fk_target_hold_bits (fixture->target, RAM, 0x12, NULL));
  g_assert_cmphex (fk_load_u32le (ram), ==, 0x13);
  g_assert_true (fk_target_resume (fixture->target, NULL));
  fk_store_u32le (ram, 0x1013);
  g_assert_true (fk_target_halt (fixture->target, NULL, NULL));
  g_assert_true (fk_target_hold_bits (fixture->target, RAM, 0x8, NULL));
  g_assert_cmphex (fk_load_u32le (ram), ==, 0x101b);
  g_assert_true (fk_target_disconnect (fixture->target, FK_LEAVE_RESUMED, NULL));
  g_assert_cmphex (fk_load_u32le (ram), ==, 0x1010);
}

/* The core takes some time to stop: it is waited for, and nothing is believed that was read before
 * it did. */
static void
test_stops_late (Fixture *fixture, gconstpointer data)
{
  fixture->probe->mpu_ctrl = 0x5;
  fixture->probe->stops_late = 3;
  connect_as (fixture, FK_CONNECT_NORMAL);
  g_assert_true (fixture->probe->halted);
  g_assert_cmphex (fixture->probe->dbgmcu_cr, ==, 0x7);
  g_assert_true (fk_target_disconnect (fixture->target, FK_LEAVE_RESUMED, NULL));
  assert_left (fixture->probe);
}

/* After trouble a probe may begin a list anew, also the one that stops the core. */
static void
test_lists_twice (Fixture *fixture, gconstpointer data)
{
  fixture->probe->mpu_ctrl = 0x5;
  fixture->probe->lists_twice = TRUE;
  connect_as (fixture, FK_CONNECT_NORMAL);
  g_assert_false (fk_target_was_stopped (fixture->target));
  g_assert_true (fk_target_disconnect (fixture->target, FK_LEAVE_RESUMED, NULL));
  assert_left (fixture->probe);
  check_lockup (fixture, "looks right");
}

#define ADD(name, function) g_test_add (name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/target/connect/normal", test_normal);
  ADD ("/target/connect/designer", test_designer);
  ADD ("/target/connect/slower", test_slower);
  ADD ("/target/connect/fixed-speed", test_fixed_speed);
  ADD ("/target/connect/under-reset", test_under_reset);
  ADD ("/target/connect/under-reset-unwired", test_under_reset_unwired);
  ADD ("/target/connect/catch", test_catch);
  ADD ("/target/connect/all-fail", test_all_fail);
  ADD ("/target/connect/no-power", test_no_power);
  ADD ("/target/connect/no-sense-wire", test_no_sense_wire);
  ADD ("/target/connect/never-halts", test_never_halts);
  ADD ("/target/connect/stops-late", test_stops_late);
  ADD ("/target/connect/lists-twice", test_lists_twice);
  ADD ("/target/connect/hot-plug", test_hot_plug);
  ADD ("/target/connect/cancel", test_cancel);
  ADD ("/target/leave/halted", test_leave_halted);
  ADD ("/target/leave/on-free", test_leave_on_free);
  ADD ("/target/leave/dies-anywhere", test_dies_anywhere);
  ADD ("/target/leave/held-bits", test_held_bits);
  ADD ("/target/leave/held-again", test_held_again);
  ADD ("/target/core/reset-halt", test_reset_halt);
  ADD ("/target/core/reset-by-nrst", test_reset_by_nrst);
  ADD ("/target/core/reset-by-vectreset", test_reset_by_vectreset);
  ADD ("/target/core/ram-loan", test_ram_loan);
  ADD ("/target/core/ram-loan-twice", test_ram_loan_twice);
  ADD ("/target/core/slow-registers", test_slow_registers);
  ADD ("/target/core/code-ends", test_code_ends);
  ADD ("/target/core/ram-loan-reset", test_ram_loan_reset);
  ADD ("/target/core/ram-abandoned", test_ram_abandoned);
  ADD ("/target/core/ram-abandoned-once", test_ram_abandoned_once);
  ADD ("/target/core/code-faults", test_code_faults);
  ADD ("/target/core/lockup", test_lockup);
  ADD ("/target/memory/widths", test_widths);
  ADD ("/target/memory/bus-fault", test_bus_fault);
  ADD ("/target/memory/foresee", test_foresee);
  ADD ("/target/memory/foresee-end", test_foresee_end);
  ADD ("/target/leave/held-given-back", test_held_given_back);
  return g_test_run ();
}
