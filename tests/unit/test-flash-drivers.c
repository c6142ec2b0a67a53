/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the drivers write into the controllers of chips that no simulated board has: two banks, F2,
 * F3. The probe is a notebook: words by address, and just enough of a controller behind them. */

#include "config.h"

#include "flash/fk-flash-driver.h"

#include "base/fk-error.h"
#include "base/fk-reader.h"
#include "chip/fk-chip-db.h"
#include "flash/fk-flash.h"
#include "known-chip.h"
#include "probe/fk-probe-private.h"
#include "target/fk-cortex-m.h"

#define F1_BASE 0x40022000u
#define F4_BASE 0x40023c00u
#define L4_BASE 0x40022000u
#define KEY1    0x45670123u
#define KEY2    0xcdef89abu

#define NOTEBOOK_TYPE_PROBE (notebook_probe_get_type ())
G_DECLARE_FINAL_TYPE (NotebookProbe, notebook_probe, NOTEBOOK, PROBE, FkProbe)

struct _NotebookProbe
{
  FkProbe parent_instance;

  GHashTable *words;
  GString *commands; /* "CR@ADDRESS=VALUE AR=VALUE;" for each start */
  guint32 lock_bit;
  guint32 start_bit;
  guint32 busy_bit;
  guint busy_reads; /* how often the status says busy after a start */
  guint busy_left;
  guint32 errors;   /* flags that the next start leaves behind */
  gboolean stuck;   /* busy for ever */
  gboolean jammed;  /* takes no key */
  guint shift;      /* from where F1 has its registers to where L4 has them */
  guint32 acr_seen; /* all bits ever written to FLASH_ACR of F4 */
  guint32 spoiled;  /* a register whose bit 0 reads wrong */
  gboolean started_options;
};

G_DEFINE_FINAL_TYPE (NotebookProbe, notebook_probe, FK_TYPE_PROBE)

static guint32
look_up (NotebookProbe *self, guint32 address)
{
  return GPOINTER_TO_UINT (g_hash_table_lookup (self->words, GUINT_TO_POINTER (address)));
}

static void
note (NotebookProbe *self, guint32 address, guint32 value)
{
  g_hash_table_insert (self->words, GUINT_TO_POINTER (address), GUINT_TO_POINTER (value));
}

/* Registers of one bank stand at the same offsets in two generations: KEYR 4, SR 0xc, CR 0x10, and
 * AR 0x14 on F1; the second bank of F1 is 0x40 higher.  On L4 all of them are 4 higher, and
 * there is no second set. */
static gboolean
is_register (NotebookProbe *self, guint32 address, guint offset)
{
  offset += self->shift;
  return address == F1_BASE + offset || (address == F1_BASE + 0x40 + offset && self->shift == 0) ||
         address == F4_BASE + offset;
}

static void
write_key (NotebookProbe *self, guint32 address, guint32 value)
{
  guint32 control = look_up (self, address + 0x0c);

  if (value == KEY2 && look_up (self, address) == KEY1 && !self->jammed)
    note (self, address + 0x0c, control & ~self->lock_bit);
  note (self, address, value);
}

static void
write_control (NotebookProbe *self, guint32 address, guint32 value)
{
  if ((look_up (self, address) & self->lock_bit) != 0)
    return;
  if ((value & self->start_bit) != 0)
    {
      g_string_append_printf (self->commands, "CR@%08x=%08x AR=%08x;", address, value,
                              look_up (self, address + 4));
      self->busy_left = self->busy_reads;
      note (self, address - 4, look_up (self, address - 4) | self->errors);
      value &= ~self->start_bit;
    }
  note (self, address, value);
}

static gboolean
notebook_read_word (FkProbe *probe, guint32 address, guint32 *value, GError **error)
{
  NotebookProbe *self = NOTEBOOK_PROBE (probe);

  *value = look_up (self, address) ^ (address == self->spoiled ? 1 : 0);
  if (address == FK_DHCSR)
    *value = FK_DHCSR_S_HALT | FK_DHCSR_S_REGRDY | FK_DHCSR_C_DEBUGEN | FK_DHCSR_C_HALT;
  else if (address == FK_SCB_CPUID)
    *value = 0x411fc231;
  else if (is_register (self, address, 0x0c) && (self->stuck || self->busy_left > 0))
    {
      *value |= self->busy_bit;
      self->busy_left -= self->busy_left > 0;
    }
  return TRUE;
}

static gboolean
notebook_write_word (FkProbe *probe, guint32 address, guint32 value, GError **error)
{
  NotebookProbe *self = NOTEBOOK_PROBE (probe);

  self->acr_seen |= address == F4_BASE ? value : 0;
  self->started_options |= address == F4_BASE + 0x14 && (value & 2) != 0;
  self->started_options |= address == L4_BASE + 0x14 && self->shift != 0 && (value & 1 << 17) != 0;
  if (is_register (self, address, 0x04))
    write_key (self, address, value);
  else if (is_register (self, address, 0x0c))
    note (self, address, look_up (self, address) & ~value);
  else if (is_register (self, address, 0x10))
    write_control (self, address, value);
  else
    note (self, address, value);
  return TRUE;
}

static gboolean
notebook_read (FkProbe *probe,
               guint32 address,
               guint8 *data,
               gsize length,
               FkAccess access,
               GCancellable *cancellable,
               GError **error)
{
  for (gsize i = 0; i < length; i++)
    {
      guint32 word;

      notebook_read_word (probe, (address + (guint32)i) & ~3u, &word, error);
      data[i] = word >> (address + i) % 4 * 8 & 0xff;
    }
  return TRUE;
}

static gboolean
notebook_write (FkProbe *probe,
                guint32 address,
                const guint8 *data,
                gsize length,
                FkAccess access,
                GCancellable *cancellable,
                GError **error)
{
  for (gsize i = 0; i + 3 < length; i += 4)
    notebook_write_word (probe, address + (guint32)i, fk_load_u32le (data + i), error);
  return TRUE;
}

static gboolean
notebook_open (FkProbe *probe, GCancellable *cancellable, GError **error)
{
  return TRUE;
}

static void
notebook_nothing (FkProbe *probe)
{
}

static gboolean
notebook_attach (FkProbe *probe, gboolean hold_reset, GCancellable *cancellable, GError **error)
{
  return TRUE;
}

static const guint *
notebook_get_speeds (FkProbe *probe, guint *n_speeds)
{
  static const guint speeds[] = { 1000 };

  *n_speeds = G_N_ELEMENTS (speeds);
  return speeds;
}

static gboolean
notebook_set_speed (FkProbe *probe, guint khz, GError **error)
{
  fk_probe_set_current_speed (probe, 1000);
  return TRUE;
}

static gboolean
notebook_set_reset (FkProbe *probe, gboolean low, GError **error)
{
  return TRUE;
}

static gboolean
notebook_read_idcode (FkProbe *probe, gboolean steady, guint32 *idcode, GError **error)
{
  *idcode = 0x1ba01477;
  return TRUE;
}

static gboolean
notebook_read_dap (FkProbe *probe, guint16 ap, guint16 reg, guint32 *value, GError **error)
{
  *value = 0;
  return TRUE;
}

static gboolean
notebook_get_voltage (FkProbe *probe, guint *millivolts, GError **error)
{
  *millivolts = 3300;
  return TRUE;
}

static void
notebook_probe_finalize (GObject *object)
{
  NotebookProbe *self = NOTEBOOK_PROBE (object);

  g_hash_table_unref (self->words);
  g_string_free (self->commands, TRUE);
  G_OBJECT_CLASS (notebook_probe_parent_class)->finalize (object);
}

static void
notebook_probe_class_init (NotebookProbeClass *klass)
{
  FkProbeClass *probe_class = FK_PROBE_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = notebook_probe_finalize;
  probe_class->open = notebook_open;
  probe_class->close = notebook_nothing;
  probe_class->attach = notebook_attach;
  probe_class->detach = notebook_nothing;
  probe_class->read = notebook_read;
  probe_class->write = notebook_write;
  probe_class->read_word = notebook_read_word;
  probe_class->write_word = notebook_write_word;
  probe_class->set_reset = notebook_set_reset;
  probe_class->get_speeds = notebook_get_speeds;
  probe_class->set_speed = notebook_set_speed;
  probe_class->read_idcode = notebook_read_idcode;
  probe_class->read_dap = notebook_read_dap;
  probe_class->get_voltage = notebook_get_voltage;
}

static void
notebook_probe_init (NotebookProbe *self)
{
  self->words = g_hash_table_new (NULL, NULL);
  self->commands = g_string_new (NULL);
  self->busy_reads = 3;
}

/* --- A bench --- */

typedef struct
{
  NotebookProbe *notebook;
  FkFlashPort port;
  const FkFlashDriver *driver;
} Bench;

static void
bench_open (Bench *bench, guint16 dev_id, const char *core, guint32 size, guint millivolts)
{
  g_autoptr (GError) error = NULL;
  gboolean is_f1;
  gboolean is_l4;

  bench->notebook = g_object_new (NOTEBOOK_TYPE_PROBE, NULL);
  g_assert_true (fk_probe_open (FK_PROBE (bench->notebook), NULL, NULL));
  bench->port.target = fk_target_new (FK_PROBE (bench->notebook));
  bench->port.chip = known_chip_new (dev_id, core, size);
  fk_target_connect (bench->port.target, FK_CONNECT_HOT_PLUG, 0, NULL, NULL, &error);
  g_assert_no_error (error);
  bench->driver = fk_flash_driver_find (fk_chip_get_driver (bench->port.chip));
  g_assert_nonnull (bench->driver);
  is_f1 = bench->driver->max_width == 2;
  bench->notebook->lock_bit = is_f1 ? 1u << 7 : 1u << 31;
  bench->notebook->start_bit = is_f1 ? 1u << 6 : 1u << 16;
  bench->notebook->busy_bit = is_f1 ? 1u << 0 : 1u << 16;
  is_l4 = bench->driver->max_width == 8;
  bench->notebook->shift = is_l4 ? 4 : 0;
  if (is_f1)
    {
      note (bench->notebook, F1_BASE + 0x10, 1u << 7);
      note (bench->notebook, F1_BASE + 0x50, 1u << 7);
    }
  if (is_l4)
    {
      note (bench->notebook, L4_BASE + 0x14, 1u << 31);
      note (bench->notebook, L4_BASE + 0x20, 0xfffffeaa);
    }
  note (bench->notebook, F4_BASE + 0x10, 1u << 31);
  note (bench->notebook, 0x40021000, 3); /* RCC_CR: HSI on and ready */
  bench->port.saved = 0;
  g_assert_true (
      bench->driver->choose_width (bench->port.chip, millivolts, &bench->port.width, &error));
}

static void
bench_unlock (Bench *bench)
{
  g_autoptr (GError) error = NULL;

  bench->driver->unlock (&bench->port, &error);
  g_assert_no_error (error);
}

static void
bench_close (Bench *bench)
{
  fk_target_disconnect (bench->port.target, FK_LEAVE_RESUMED, NULL);
  g_assert_finalize_object (bench->port.target);
  g_assert_finalize_object (bench->port.chip);
  fk_probe_close (FK_PROBE (bench->notebook));
  g_assert_finalize_object (bench->notebook);
}

static void
expect_erase (Bench *bench, guint32 address, const char *command)
{
  const FkSector *sector = fk_chip_find_sector (bench->port.chip, address);
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (sector);
  g_string_truncate (bench->notebook->commands, 0);
  bench->driver->erase_sector (&bench->port, sector, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (bench->notebook->commands->str, ==, command);
}

static void
expect_erase_all (Bench *bench, const char *command)
{
  g_autoptr (GError) error = NULL;

  g_string_truncate (bench->notebook->commands, 0);
  bench->driver->erase_all (&bench->port, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (bench->notebook->commands->str, ==, command);
}

/* PM0068: the second half megabyte is erased, programmed and locked by registers of its own. */
static void
test_xl_density (void)
{
  g_autoptr (GError) error = NULL;
  FkFlashStatus status;
  Bench bench;

  bench_open (&bench, 0x430, "Cortex-M3", 1 << 20, 3300);
  bench_unlock (&bench);
  g_assert_cmphex (look_up (bench.notebook, F1_BASE + 0x10) & 0x80, ==, 0);
  g_assert_cmphex (look_up (bench.notebook, F1_BASE + 0x50) & 0x80, ==, 0);
  expect_erase (&bench, 0x0807f800, "CR@40022010=00000042 AR=0807f800;");
  expect_erase (&bench, 0x08080000, "CR@40022050=00000042 AR=08080000;");
  expect_erase (&bench, 0x080ff800, "CR@40022050=00000042 AR=080ff800;");
  expect_erase_all (&bench, "CR@40022010=00000044 AR=0807f800;CR@40022050=00000044 AR=080ff800;");
  g_assert_true (bench.driver->begin_program (&bench.port, 1, &status, &error));
  g_assert_cmphex (status.address, ==, F1_BASE + 0x4c);
  g_assert_cmphex (look_up (bench.notebook, F1_BASE + 0x50), ==, 1);
  g_assert_cmphex (look_up (bench.notebook, F1_BASE + 0x10), ==, 0);
  g_assert_true (bench.driver->lock (&bench.port, &error));
  g_assert_cmphex (look_up (bench.notebook, F1_BASE + 0x10), ==, 0x80);
  g_assert_cmphex (look_up (bench.notebook, F1_BASE + 0x50), ==, 0x80);
  bench_close (&bench);
}

/* RM0090, 3.9.8: sector 12, the first of the second bank, is 0b10000 in SNB; MER1 for its mass
 * erase. */
static void
test_two_banks_f4 (void)
{
  Bench bench;

  bench_open (&bench, 0x419, "Cortex-M4", 2 << 20, 3300);
  bench_unlock (&bench);
  expect_erase (&bench, 0x08000000, "CR@40023c10=00010202 AR=00000000;");
  expect_erase (&bench, 0x080e0000, "CR@40023c10=0001025a AR=00000000;");
  expect_erase (&bench, 0x08100000, "CR@40023c10=00010282 AR=00000000;");
  expect_erase (&bench, 0x081e0000, "CR@40023c10=000102da AR=00000000;");
  expect_erase_all (&bench, "CR@40023c10=00018204 AR=00000000;");
  bench_close (&bench);
}

/* RM0410, 3: nDBANK at 1 makes one bank of it, at 0 two, of which the second begins at 16; MER2 for
 * its mass erase. */
static void
test_banks_f7 (void)
{
  g_autoptr (FkChip) divided = NULL;
  Bench bench;

  bench_open (&bench, 0x451, "Cortex-M7", 2 << 20, 3300);
  bench_unlock (&bench);
  expect_erase (&bench, 0x08000000, "CR@40023c10=00010202 AR=00000000;");
  expect_erase (&bench, 0x081c0000, "CR@40023c10=0001025a AR=00000000;");
  expect_erase_all (&bench, "CR@40023c10=00010204 AR=00000000;");
  divided = fk_chip_with_layout_field (bench.port.chip, 0);
  g_set_object (&bench.port.chip, divided);
  g_clear_object (&divided);
  expect_erase (&bench, 0x080e0000, "CR@40023c10=0001025a AR=00000000;");
  expect_erase (&bench, 0x08100000, "CR@40023c10=00010282 AR=00000000;");
  expect_erase (&bench, 0x081e0000, "CR@40023c10=000102da AR=00000000;");
  expect_erase_all (&bench, "CR@40023c10=00018204 AR=00000000;");
  bench_close (&bench);
}

/* RM0431, 3: three registers, written together by OPTSTRT of the first. */
static void
test_options_f7 (void)
{
  static const guint32 words[] = { 0xc0feaadd, 0x20000080, 0x80000001 };
  g_autoptr (GError) error = NULL;
  guint8 raw[12];
  Bench bench;

  bench_open (&bench, 0x452, "Cortex-M7", 512 * 1024, 3300);
  note (bench.notebook, F4_BASE + 0x14, 0xc0ffaafc);
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    fk_store_u32le (raw + 4 * i, words[i]);
  bench.driver->write_options (&bench.port, raw, 1000, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    g_assert_cmphex (look_up (bench.notebook, F4_BASE + 0x14 + 4 * i), ==, words[i]);
  memset (raw, 0, sizeof raw);
  bench.driver->read_options (&bench.port, raw, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    g_assert_cmphex (fk_load_u32le (raw + 4 * i), ==, words[i]);
  bench_close (&bench);
}

/* The start bit is not given while one of the registers holds something else. */
static void
test_options_f7_garbled (void)
{
  g_autoptr (GError) error = NULL;
  guint8 raw[12];
  Bench bench;

  bench_open (&bench, 0x452, "Cortex-M7", 512 * 1024, 3300);
  note (bench.notebook, F4_BASE + 0x14, 0xc0ffaafc);
  fk_store_u32le (raw, 0xc0ffaafd);
  fk_store_u32le (raw + 4, 0x00400080);
  fk_store_u32le (raw + 8, 0x80000000);
  bench.notebook->spoiled = F4_BASE + 0x1c;
  g_assert_false (bench.driver->write_options (&bench.port, raw, 1000, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_FLASH_FAULT);
  g_assert_nonnull (strstr (error->message, "0x40023c1c took 0x80000001"));
  g_assert_false (bench.notebook->started_options);
  g_assert_cmphex (look_up (bench.notebook, F4_BASE + 0x14), ==, 0xc0ffaafd);
  bench_close (&bench);
}

/* RM0444, 3.7: PNB from bit 3, counted in each bank, and BKER, bit 13; MER1 and MER2 for all. */
static void
test_banks_g0 (void)
{
  g_autoptr (FkChip) one = NULL;
  Bench bench;

  bench_open (&bench, 0x467, "Cortex-M0+", 512 * 1024, 3300);
  g_assert_cmpuint (bench.port.width, ==, 8);
  bench_unlock (&bench);
  expect_erase (&bench, 0x08000000, "CR@40022014=00010002 AR=00000000;");
  expect_erase (&bench, 0x0803f800, "CR@40022014=000103fa AR=00000000;");
  expect_erase (&bench, 0x08040000, "CR@40022014=00012002 AR=00000000;");
  expect_erase (&bench, 0x0807f800, "CR@40022014=000123fa AR=00000000;");
  expect_erase_all (&bench, "CR@40022014=00018004 AR=00000000;");
  one = fk_chip_with_layout_field (bench.port.chip, 0);
  g_set_object (&bench.port.chip, one);
  g_clear_object (&one);
  expect_erase (&bench, 0x08040000, "CR@40022014=00010402 AR=00000000;");
  bench_close (&bench);
  bench_open (&bench, 0x460, "Cortex-M0+", 128 * 1024, 3300);
  bench_unlock (&bench);
  expect_erase (&bench, 0x0801f800, "CR@40022014=000101fa AR=00000000;");
  expect_erase_all (&bench, "CR@40022014=00010004 AR=00000000;");
  bench_close (&bench);
}

/* RM0351, FLASH_CR: PNB as on G0, and BKER, bit 11; G4 of category 2 has one bank. */
static void
test_banks_l4 (void)
{
  Bench bench;

  bench_open (&bench, 0x415, "Cortex-M4", 1024 * 1024, 3300);
  note (bench.notebook, L4_BASE + 0x20, 0xffeff8aa);
  g_assert_cmpuint (bench.port.width, ==, 8);
  bench_unlock (&bench);
  expect_erase (&bench, 0x0807f800, "CR@40022014=000107fa AR=00000000;");
  expect_erase (&bench, 0x08080000, "CR@40022014=00010802 AR=00000000;");
  expect_erase (&bench, 0x080ff800, "CR@40022014=00010ffa AR=00000000;");
  expect_erase_all (&bench, "CR@40022014=00018004 AR=00000000;");
  bench_close (&bench);
  bench_open (&bench, 0x468, "Cortex-M4", 128 * 1024, 3300);
  bench_unlock (&bench);
  expect_erase (&bench, 0x0801f800, "CR@40022014=000101fa AR=00000000;");
  expect_erase_all (&bench, "CR@40022014=00010004 AR=00000000;");
  bench_close (&bench);
}

/* With BFB2 the bootloader may have exchanged them. */
static void
test_second_bank_first (void)
{
  g_autoptr (GError) error = NULL;
  Bench bench;

  bench_open (&bench, 0x415, "Cortex-M4", 1024 * 1024, 3300);
  note (bench.notebook, L4_BASE + 0x20, 0xfffff8aa);
  g_assert_false (bench.driver->unlock (&bench.port, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_NOT_SUPPORTED);
  g_assert_nonnull (strstr (error->message, "BFB2"));
  g_assert_cmphex (look_up (bench.notebook, L4_BASE + 0x14), ==, 1u << 31);
  bench_close (&bench);
}

/* While banks are exchanged, nothing is unlocked; where there is one bank, none are. */
static void
test_exchanged_banks (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FkChip) one = NULL;
  Bench bench;

  bench_open (&bench, 0x467, "Cortex-M0+", 512 * 1024, 3300);
  note (bench.notebook, L4_BASE + 0x20, 0xffeffeaa);
  g_assert_false (bench.driver->unlock (&bench.port, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_NOT_SUPPORTED);
  g_assert_nonnull (strstr (error->message, "nSWAP_BANK"));
  g_assert_cmphex (look_up (bench.notebook, L4_BASE + 0x14), ==, 1u << 31);
  one = fk_chip_with_layout_field (bench.port.chip, 0);
  g_set_object (&bench.port.chip, one);
  g_clear_object (&one);
  bench_unlock (&bench);
  bench_close (&bench);
}

/* RM0444, 2: what the chip thinks of its flash is put right when there is something in it. */
static void
test_empty_flash (void)
{
  static const struct
  {
    guint32 first;
    guint32 access;
  } rows[] = { { 0x20000400, 0x00040600 }, { 0xffffffff, 0x00050600 } };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      Bench bench;

      bench_open (&bench, 0x460, "Cortex-M0+", 128 * 1024, 3300);
      note (bench.notebook, L4_BASE, 0x00050600);
      note (bench.notebook, 0x08000000, rows[i].first);
      bench_unlock (&bench);
      /* The cache is off; bit 10 is reserved. */
      g_assert_cmphex (look_up (bench.notebook, L4_BASE), ==, 0x00050400);
      g_assert_true (bench.driver->lock (&bench.port, NULL));
      g_assert_cmphex (look_up (bench.notebook, L4_BASE), ==, rows[i].access);
      g_assert_cmphex (look_up (bench.notebook, L4_BASE + 0x14), ==, 1u << 31);
      bench_close (&bench);
    }
}

/* RM0444, 3.4.2: the registers with described options, and no others, are written together. */
static void
test_options_g0 (void)
{
  g_autoptr (GError) error = NULL;
  guint8 raw[100];
  Bench bench;

  bench_open (&bench, 0x467, "Cortex-M0+", 512 * 1024, 3300);
  note (bench.notebook, L4_BASE + 0x24, 0x1ff);
  memset (raw, 0, sizeof raw);
  fk_store_u32le (raw, 0xffffbeaa);
  fk_store_u32le (raw + 0x30, 0x00120003);
  /* All but the reset in the end, which a connection that leaves programs running does not do. */
  g_assert_false (bench.driver->write_options (&bench.port, raw, 1000, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_NOT_SUPPORTED);
  g_clear_error (&error);
  g_assert_true (bench.notebook->started_options);
  g_assert_cmphex (look_up (bench.notebook, L4_BASE + 0x20), ==, 0xffffbeaa);
  g_assert_cmphex (look_up (bench.notebook, L4_BASE + 0x24), ==, 0x1ff);
  g_assert_cmphex (look_up (bench.notebook, L4_BASE + 0x50), ==, 0x00120003);
  bench_close (&bench);

  bench_open (&bench, 0x467, "Cortex-M0+", 512 * 1024, 3300);
  bench.notebook->spoiled = L4_BASE + 0x20;
  g_assert_false (bench.driver->write_options (&bench.port, raw, 1000, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_FLASH_FAULT);
  g_assert_nonnull (strstr (error->message, "0x40022020 took 0xffffbeab"));
  g_assert_false (bench.notebook->started_options);
  bench_close (&bench);
}

static void
test_one_bank_f2 (void)
{
  Bench bench;

  bench_open (&bench, 0x411, "Cortex-M3", 1 << 20, 2100);
  g_assert_cmpuint (bench.port.width, ==, 2);
  bench_unlock (&bench);
  expect_erase (&bench, 0x08010000, "CR@40023c10=00010122 AR=00000000;");
  expect_erase_all (&bench, "CR@40023c10=00010104 AR=00000000;");
  bench_close (&bench);
}

/* The caches are off while the flash is unlocked, and as they were afterwards. */
static void
test_caches (void)
{
  Bench bench;

  bench_open (&bench, 0x413, "Cortex-M4", 1 << 20, 3300);
  note (bench.notebook, F4_BASE, 0x705);
  bench_unlock (&bench);
  g_assert_cmphex (look_up (bench.notebook, F4_BASE), ==, 0x005);
  g_assert_cmphex (bench.notebook->acr_seen, ==, 0x1805);
  g_assert_true (bench.driver->lock (&bench.port, NULL));
  g_assert_cmphex (look_up (bench.notebook, F4_BASE), ==, 0x705);
  g_assert_cmphex (look_up (bench.notebook, F4_BASE + 0x10), ==, 1u << 31);
  bench_close (&bench);
  /* F7: ARTRST, bit 11, and nothing in reserved bits. */
  bench_open (&bench, 0x449, "Cortex-M7", 1 << 20, 3300);
  note (bench.notebook, F4_BASE, 0x307);
  bench_unlock (&bench);
  g_assert_cmphex (look_up (bench.notebook, F4_BASE), ==, 0x007);
  g_assert_cmphex (bench.notebook->acr_seen, ==, 0x807);
  g_assert_true (bench.driver->lock (&bench.port, NULL));
  g_assert_cmphex (look_up (bench.notebook, F4_BASE), ==, 0x307);
  bench_close (&bench);
}

/* PM0075, 2.3: the internal oscillator is switched on where the program runs without it. */
static void
test_oscillator (void)
{
  g_autoptr (GError) error = NULL;
  Bench bench;

  bench_open (&bench, 0x438, "Cortex-M4", 64 * 1024, 3300);
  note (bench.notebook, 0x40021000, 0x03030080);
  g_assert_false (bench.driver->unlock (&bench.port, &error)); /* it never gets ready here */
  g_assert_error (error, FK_ERROR, FK_ERROR_TIMEOUT);
  g_assert_nonnull (strstr (error->message, "oscillator"));
  g_assert_cmphex (look_up (bench.notebook, 0x40021000), ==, 0x03030081);
  bench_close (&bench);
}

/* What the program or a probe has set up is left alone; a PLL that does not lock is not used. */
static void
test_clock (void)
{
  static const guint32 others[][2] = {
    { 0x03030083, 0x001d040a }, { 0x00000083, 0x00000400 }, { 0x01000083, 0 }, { 0x00030080, 0 }
  };
  Bench bench;

  bench_open (&bench, 0x438, "Cortex-M4", 64 * 1024, 3300);
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    {
      note (bench.notebook, 0x40021000, others[i][0]);
      note (bench.notebook, 0x40021004, others[i][1]);
      bench.driver->raise_clock (&bench.port);
      g_assert_cmphex (look_up (bench.notebook, 0x40021000), ==, others[i][0]);
      g_assert_cmphex (look_up (bench.notebook, 0x40021004), ==, others[i][1]);
    }
  note (bench.notebook, 0x40021000, 0x00007d83);
  note (bench.notebook, 0x40021004, 0);
  bench.driver->raise_clock (&bench.port);
  g_assert_cmphex (look_up (bench.notebook, 0x40021000), ==, 0x00007d83);
  g_assert_cmphex (look_up (bench.notebook, 0x40021004) & 3, ==, 0);
  bench_close (&bench);
}

/* Old flags are cleared before the first command, so that nobody is blamed for them. */
static void
test_old_flags (void)
{
  Bench bench;

  bench_open (&bench, 0x410, "Cortex-M3", 64 * 1024, 3300);
  note (bench.notebook, F1_BASE + 0x0c, 0x14);
  bench_unlock (&bench);
  expect_erase (&bench, 0x08000400, "CR@40022010=00000042 AR=08000400;");
  bench_close (&bench);
  bench_open (&bench, 0x413, "Cortex-M4", 1 << 20, 0);
  note (bench.notebook, F4_BASE + 0x0c, 0xf2);
  bench_unlock (&bench);
  expect_erase (&bench, 0x08004000, "CR@40023c10=0001000a AR=00000000;");
  bench_close (&bench);
  bench_open (&bench, 0x460, "Cortex-M0+", 128 * 1024, 0);
  note (bench.notebook, L4_BASE + 0x10, 0xc3fb);
  bench_unlock (&bench);
  expect_erase (&bench, 0x08004000, "CR@40022014=00010042 AR=00000000;");
  bench_close (&bench);
}

static void
expect_fault (
    guint16 dev_id, const char *core, guint32 size, guint32 flags, int code, const char *says)
{
  g_autoptr (GError) error = NULL;
  Bench bench;

  bench_open (&bench, dev_id, core, size, 3300);
  bench_unlock (&bench);
  bench.notebook->errors = flags;
  g_assert_false (bench.driver->erase_sector (&bench.port,
                                              fk_chip_find_sector (bench.port.chip, 0x08004000),
                                              &error));
  g_assert_error (error, FK_ERROR, code);
  g_assert_nonnull (strstr (error->message, "0x08004000"));
  if (strstr (error->message, says) == NULL)
    g_error ("\"%s\" does not say \"%s\"", error->message, says);
  bench_close (&bench);
}

/* Every flag is an error with the address and a cause. */
static void
test_flags (void)
{
  expect_fault (0x410, "Cortex-M3", 65536, 1 << 2, FK_ERROR_FLASH_FAULT, "not erased");
  expect_fault (0x410, "Cortex-M3", 65536, 1 << 4, FK_ERROR_WRITE_PROTECTED, "WRP0=0xff");
  expect_fault (0x413, "Cortex-M4", 1 << 20, 1 << 1, FK_ERROR_FLASH_FAULT, "supply");
  expect_fault (0x413, "Cortex-M4", 1 << 20, 1 << 4, FK_ERROR_WRITE_PROTECTED, "nWRP1=0x1");
  expect_fault (0x413, "Cortex-M4", 1 << 20, 1 << 5, FK_ERROR_FLASH_FAULT, "refused");
  expect_fault (0x413, "Cortex-M4", 1 << 20, 1 << 6, FK_ERROR_FLASH_FAULT, "32 bits");
  expect_fault (0x413, "Cortex-M4", 1 << 20, 1 << 7, FK_ERROR_FLASH_FAULT, "refused");
  expect_fault (0x419, "Cortex-M4", 2 << 20, 1 << 8, FK_ERROR_FLASH_FAULT, "PCROP");
  expect_fault (0x460, "Cortex-M0+", 131072, 1 << 1, FK_ERROR_FLASH_FAULT, "supply");
  expect_fault (0x460, "Cortex-M0+", 131072, 1 << 3, FK_ERROR_FLASH_FAULT, "not erased");
  expect_fault (0x460, "Cortex-M0+", 131072, 1 << 4, FK_ERROR_WRITE_PROTECTED, "option");
  expect_fault (0x460, "Cortex-M0+", 131072, 0xa0, FK_ERROR_FLASH_FAULT, "PGAERR, PGSERR");
  expect_fault (0x460, "Cortex-M0+", 131072, 1 << 6, FK_ERROR_FLASH_FAULT, "SIZERR");
  expect_fault (0x460, "Cortex-M0+", 131072, 1 << 14, FK_ERROR_FLASH_FAULT, "PCROP");
}

static void
test_jammed (void)
{
  static const struct
  {
    guint16 dev_id;
    const char *core;
    guint32 size;
  } rows[] = { { 0x410, "Cortex-M3", 65536 },
               { 0x413, "Cortex-M4", 1 << 20 },
               { 0x460, "Cortex-M0+", 131072 } };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;
      Bench bench;

      bench_open (&bench, rows[i].dev_id, rows[i].core, rows[i].size, 3300);
      bench.notebook->jammed = TRUE;
      g_assert_false (bench.driver->unlock (&bench.port, &error));
      g_assert_error (error, FK_ERROR, FK_ERROR_FLASH_FAULT);
      g_assert_nonnull (strstr (error->message, "stays locked"));
      bench_close (&bench);
    }
}

/* A controller that never ends: an error after the limit, which is twice the data sheet's longest.
 */
static void
test_stuck (void)
{
  g_autoptr (GError) error = NULL;
  gint64 start;
  Bench bench;

  bench_open (&bench, 0x410, "Cortex-M3", 64 * 1024, 3300);
  bench_unlock (&bench);
  bench.notebook->stuck = TRUE;
  start = g_get_monotonic_time ();
  g_assert_false (bench.driver->erase_sector (&bench.port,
                                              fk_chip_find_sector (bench.port.chip, 0x08000000),
                                              &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_TIMEOUT);
  g_assert_cmpint (g_get_monotonic_time () - start, >=, 80 * 1000);
  g_assert_cmpint (g_get_monotonic_time () - start, <, 5000 * 1000);
  bench_close (&bench);
}

/* Time limits of every chip that is described: at least twice the longest time. */
static void
test_limits (void)
{
  FkChipDb *db = fk_chip_db_get_default ();

  for (guint i = 0; i < fk_chip_db_get_n_descs (db); i++)
    {
      const FkChipDesc *desc = fk_chip_db_get_desc (db, i);
      guint n_sizes;
      const guint32 *sizes = fk_chip_desc_get_flash_sizes (desc, &n_sizes);
      g_autoptr (FkChip) chip = fk_chip_desc_make_chip (desc, sizes[n_sizes - 1], NULL);
      const FkFlashDriver *driver = fk_flash_driver_find (fk_chip_get_driver (chip));

      if (g_str_equal (fk_chip_get_driver (chip), "none"))
        continue;
      g_assert_nonnull (driver);
      for (guint width = driver->max_width == 2 ? 2 : 1; width <= driver->max_width; width *= 2)
        {
          FkFlashPort port = { .chip = chip, .width = width };
          guint n_sectors, typical, max;
          const FkSector *sectors = fk_chip_get_sectors (chip, &n_sectors);

          for (guint s = 0; s < n_sectors; s++)
            {
              g_assert_true (
                  fk_chip_get_erase_time (chip, sectors[s].range.size, width * 8, &typical, &max));
              g_assert_cmpuint (fk_flash_port_get_erase_timeout (&port, sectors[s].range.size), >=,
                                2 * max);
            }
          /* Nothing erases all of an L1 at once. */
          g_assert_true (fk_chip_get_mass_erase_time (chip, width * 8, &typical, &max) ==
                         (driver->erase_all != NULL));
          if (driver->erase_all != NULL)
            g_assert_cmpuint (fk_flash_port_get_mass_erase_timeout (&port), >=, 2 * max);
          g_assert_true (fk_chip_get_program_time (chip, width * 8, &typical, &max));
          g_assert_cmpuint (fk_flash_port_get_program_timeout (&port, 4096), >=,
                            2 * (4096 / width) * max / 1000);
        }
    }
}

/* Units that the plan, the queue and the loader can work with. */
static void
test_units (void)
{
  FkChipDb *db = fk_chip_db_get_default ();

  for (guint i = 0; i < fk_chip_db_get_n_descs (db); i++)
    {
      const FkChipDesc *desc = fk_chip_db_get_desc (db, i);
      guint n_sizes, n_sectors;
      const guint32 *sizes = fk_chip_desc_get_flash_sizes (desc, &n_sizes);
      g_autoptr (FkChip) chip = fk_chip_desc_make_chip (desc, sizes[0], NULL);
      const FkSector *sectors = fk_chip_get_sectors (chip, &n_sectors);
      const FkFlashDriver *driver = fk_flash_driver_find (fk_chip_get_driver (chip));
      guint unit = fk_flash_driver_find_unit (chip);

      g_assert_cmpuint (unit & (unit - 1), ==, 0);
      g_assert_cmpuint (unit, >=, 4);
      g_assert_cmpuint (unit, <=, FK_FLASH_UNIT_MAX);
      for (guint s = 0; s < n_sectors; s++)
        g_assert_cmpuint (sectors[s].range.size % unit, ==, 0);
      if (driver != NULL)
        g_assert_cmpuint (unit % driver->max_width, ==, 0);
    }
}

/* A program whose window watchdog runs is not interrupted by code of ours. */
static void
test_window_watchdog (void)
{
  g_autoptr (FkFlash) flash = NULL;
  g_autoptr (GError) error = NULL;
  guint32 crc;
  Bench bench;

  bench_open (&bench, 0x410, "Cortex-M3", 64 * 1024, 3300);
  note (bench.notebook, 0x40002c00, 0xff);
  flash = fk_flash_new (bench.port.target, bench.port.chip, 3300);
  g_assert_false (fk_flash_checksum (flash, (FkRange){ 0x08000000, 4 }, &crc, NULL, NULL, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_NOT_SUPPORTED);
  g_assert_nonnull (strstr (error->message, "window watchdog"));
  g_clear_object (&flash);
  bench_close (&bench);
}

/* A sector that may be run but not read answers the same each time, and proves nothing. */
static void
test_code_protection (void)
{
  static const guint8 zeros[16] = { 0 };
  g_autoptr (GBytes) bytes = g_bytes_new_static (zeros, sizeof zeros);
  g_autoptr (FkImage) open = fk_image_new_for_bytes (0x08000000, bytes, NULL);
  g_autoptr (FkImage) closed = fk_image_new_for_bytes (0x08010000, bytes, NULL);
  g_autoptr (FkFlash) flash = NULL;
  g_autoptr (GError) error = NULL;
  FkVerified how;
  Bench bench;

  bench_open (&bench, 0x433, "Cortex-M4", 512 * 1024, 3300);
  note (bench.notebook, F4_BASE + 0x14, 0x8010aaed); /* SPRMOD, nWRP4 */
  flash = fk_flash_new (bench.port.target, bench.port.chip, 3300);
  fk_flash_set_use_ram (flash, FALSE);
  g_assert_true (fk_flash_verify (flash, open, &how, NULL, NULL, &error));
  g_assert_no_error (error);
  g_assert_false (fk_flash_verify (flash, closed, &how, NULL, NULL, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_PROTECTED);
  g_assert_nonnull (strstr (error->message, "0x08010000"));
  note (bench.notebook, F4_BASE + 0x14, 0x0010aaed);
  g_clear_error (&error);
  g_assert_true (fk_flash_verify (flash, closed, &how, NULL, NULL, &error));
  g_assert_no_error (error);
  g_clear_object (&flash);
  bench_close (&bench);
}

/* RM0090, 3.6.2, and what is not known counts as low. */
static void
test_widths (void)
{
  static const struct
  {
    guint millivolts;
    guint width;
  } rows[] = { { 0, 1 },    { 1700, 1 }, { 1800, 1 }, { 2099, 1 }, { 2100, 2 },
               { 2699, 2 }, { 2700, 4 }, { 3300, 4 }, { 3600, 4 } };
  g_autoptr (FkChip) f4 = known_chip_new (0x413, "Cortex-M4", 1 << 20);
  g_autoptr (FkChip) f1 = known_chip_new (0x410, "Cortex-M3", 65536);
  g_autoptr (GError) error = NULL;
  guint width;

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_assert_true (fk_flash_driver_f4.choose_width (f4, rows[i].millivolts, &width, NULL));
      g_assert_cmpuint (width, ==, rows[i].width);
      g_assert_true (fk_flash_driver_f1.choose_width (f1, rows[i].millivolts, &width, NULL));
      g_assert_cmpuint (width, ==, 2);
    }
  g_assert_false (fk_flash_driver_f4.choose_width (f4, 1500, &width, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_NO_POWER);
  g_assert_nonnull (strstr (error->message, "1.50 V"));
  g_assert_false (fk_flash_driver_f1.choose_width (f1, 1200, &width, NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/flash-drivers/xl-density", test_xl_density);
  g_test_add_func ("/flash-drivers/two-banks-f4", test_two_banks_f4);
  g_test_add_func ("/flash-drivers/banks-f7", test_banks_f7);
  g_test_add_func ("/flash-drivers/options-f7", test_options_f7);
  g_test_add_func ("/flash-drivers/options-f7-garbled", test_options_f7_garbled);
  g_test_add_func ("/flash-drivers/banks-g0", test_banks_g0);
  g_test_add_func ("/flash-drivers/banks-l4", test_banks_l4);
  g_test_add_func ("/flash-drivers/second-bank-first", test_second_bank_first);
  g_test_add_func ("/flash-drivers/exchanged-banks", test_exchanged_banks);
  g_test_add_func ("/flash-drivers/empty-flash", test_empty_flash);
  g_test_add_func ("/flash-drivers/options-g0", test_options_g0);
  g_test_add_func ("/flash-drivers/one-bank-f2", test_one_bank_f2);
  g_test_add_func ("/flash-drivers/caches", test_caches);
  g_test_add_func ("/flash-drivers/oscillator", test_oscillator);
  g_test_add_func ("/flash-drivers/clock", test_clock);
  g_test_add_func ("/flash-drivers/old-flags", test_old_flags);
  g_test_add_func ("/flash-drivers/flags", test_flags);
  g_test_add_func ("/flash-drivers/jammed", test_jammed);
  g_test_add_func ("/flash-drivers/stuck", test_stuck);
  g_test_add_func ("/flash-drivers/limits", test_limits);
  g_test_add_func ("/flash-drivers/units", test_units);
  g_test_add_func ("/flash-drivers/window-watchdog", test_window_watchdog);
  g_test_add_func ("/flash-drivers/code-protection", test_code_protection);
  g_test_add_func ("/flash-drivers/widths", test_widths);
  return g_test_run ();
}
