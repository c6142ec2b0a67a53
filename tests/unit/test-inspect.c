/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "base/fk-reader.h"
#include "compare/fk-board-offsets.h"
#include "compare/fk-compare.h"
#include "compare/fk-link-address.h"
#include "compare/fk-thumb.h"
#include "fake-program.h"
#include "image/fk-image-format.h"

#include <string.h>

static const FkFinding *
find (GPtrArray *findings, const char *kind)
{
  guint i;

  for (i = 0; i < findings->len; i++)
    {
      const FkFinding *finding = g_ptr_array_index (findings, i);

      if (g_str_equal (finding->kind, kind))
        return finding;
    }
  return NULL;
}

static FkInspection *
inspect_at (guint32 address, const void *data, gsize length, const FkCompareContext *context)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, length);
  g_autoptr (FkImage) image = fk_image_new_for_bytes (address, bytes, NULL);

  return fk_inspect (image, context);
}

static void
assert_text (FkInspection *inspection, const char *kind, const char *text)
{
  const FkFinding *finding = find (fk_inspection_get_findings (inspection), kind);

  g_assert_nonnull (finding);
  g_assert_cmpstr (finding->text, ==, text);
}

static void
test_linked_at (void)
{
  static const guint32 addresses[] = { 0x08000000, 0x08000800, 0x08002000, 0x08005000, 0x08007000,
                                       0x08008000, 0x0800c000, 0x08020200, 0x08100000 };
  static const gsize sizes[] = { 8 << 10, 50001, 256 << 10 };
  static const FakeProgramFlags flags[] = { FAKE_PROGRAM_PLAIN, FAKE_PROGRAM_MOVES,
                                            FAKE_PROGRAM_NO_STRINGS };
  guint i;
  guint k;
  guint m;

  for (i = 0; i < G_N_ELEMENTS (addresses); i++)
    for (k = 0; k < G_N_ELEMENTS (sizes); k++)
      for (m = 0; m < G_N_ELEMENTS (flags); m++)
        {
          g_autoptr (GBytes) bytes = fake_program_new (addresses[i], sizes[k], i + k, flags[m]);
          FkLinkAddress link;

          g_assert_true (fk_link_address_find (g_bytes_get_data (bytes, NULL),
                                               g_bytes_get_size (bytes), &link));
          g_assert_cmphex (link.address, ==, addresses[i]);
          g_assert_cmpuint (link.hits, >=, 4 * link.next_hits);
        }
}

/* Encodings as the GNU assembler makes them. */
static void
test_call (void)
{
  static const guint16 halves[] = { 0xbf00, 0xf000, 0xf803, 0xf7ff, 0xfffb,
                                    0xbf00, 0xf7ff, 0xfff8, 0xf3ff, 0xfffe };
  guint8 data[sizeof halves];
  gsize target = 0;

  for (guint i = 0; i < G_N_ELEMENTS (halves); i++)
    fk_store_u16le (data + 2 * i, halves[i]);

  g_assert_true (fk_thumb_read_call (data, sizeof data, 2, &target));
  g_assert_cmpuint (target, ==, 12);
  g_assert_true (fk_thumb_read_call (data, sizeof data, 6, &target));
  g_assert_cmpuint (target, ==, 0);
  g_assert_true (fk_thumb_read_call (data, sizeof data, 12, &target));
  g_assert_cmpuint (target, ==, 0);

  /* Neither a NOP nor the second half of a call; a call that leads outside; half a call. */
  g_assert_false (fk_thumb_read_call (data, sizeof data, 0, &target));
  g_assert_false (fk_thumb_read_call (data, sizeof data, 4, &target));
  g_assert_false (fk_thumb_read_call (data, sizeof data, 16, &target));
  g_assert_false (fk_thumb_read_call (data, 12, 2, &target));
  g_assert_false (fk_thumb_read_call (data, 14, 12, &target));
}

/* Nothing is claimed about what is no program. */
static void
test_linked_at_unknown (void)
{
  const gsize size = 256 << 10;
  g_autofree guint8 *data = g_malloc (size);
  g_autoptr (GBytes) program = fake_program_new (0x08007000, 64 << 10, 1, FAKE_PROGRAM_PLAIN);
  FkLinkAddress link;
  guint round;
  gsize i;

  g_assert_false (fk_link_address_find (NULL, 0, &link));
  memset (data, 0xff, size);
  g_assert_false (fk_link_address_find (data, size, &link));
  memset (data, 0, size);
  g_assert_false (fk_link_address_find (data, size, &link));

  for (round = 0; round < 10; round++)
    {
      for (i = 0; i < size; i++)
        data[i] = (guint8)g_test_rand_int ();
      fk_store_u32le (data, 0x20005000);
      fk_store_u32le (data + 4, 0x08007101);
      g_assert_false (fk_link_address_find (data, size, &link));
    }

  /* A table of addresses is no program, whatever it begins with. */
  for (i = 0; i + 4 <= size; i += 4)
    fk_store_u32le (data + i, 0x08000000 + (g_test_rand_int () & 0x3ffff));
  g_assert_false (fk_link_address_find (data, size, &link));

  for (i = 0; i < 300; i++)
    g_assert_false (fk_link_address_find (g_bytes_get_data (program, NULL), i, &link));
}

/* The limits are for an optimised build on an idle computer, with -m perf; otherwise they only
 * catch what grows out of bounds. */
static void
test_speed (void)
{
  static const gsize sizes[] = { 256 << 10, 1 << 20, 2 << 20 };
  static const double limits[] = { 0.1, 0.5, 1.0 };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr (GBytes) bytes = fake_program_new (0x08000000, sizes[i], 7, FAKE_PROGRAM_PLAIN);
      g_autoptr (FkImage) image = fk_image_new_for_bytes (0x08000000, bytes, NULL);
      g_autoptr (FkInspection) inspection = NULL;
      double seconds;

      g_test_timer_start ();
      inspection = fk_inspect (image, NULL);
      seconds = g_test_timer_elapsed ();
      g_test_message ("inspect %" G_GSIZE_FORMAT " KiB: %.1f ms", sizes[i] >> 10, seconds * 1000);
      g_assert_true (fk_inspection_get_linked_at (inspection, NULL));
      g_assert_cmpfloat (seconds, <, g_test_perf () ? limits[i] : 50 * limits[i]);
    }
}

/* Firmware of real boards, which is not ours to ship. */
static void
test_real_firmware (void)
{
  static const struct
  {
    const char *name;
    guint32 address;
  } known[] = {
    { "skr-mini-e3-v1", 0x08007000 },
    { "skr-mini-e3-v3", 0x08002000 },
    { "skr-pro", 0x08008000 },
  };
  const char *folder = g_getenv ("FLASHKEEP_TEST_FIRMWARE");
  g_autoptr (GDir) dir = NULL;
  const char *name;
  guint i;

  if (folder == NULL)
    {
      g_test_skip ("FLASHKEEP_TEST_FIRMWARE names no folder");
      return;
    }
  dir = g_dir_open (folder, 0, NULL);
  g_assert_nonnull (dir);
  while ((name = g_dir_read_name (dir)) != NULL)
    for (i = 0; i < G_N_ELEMENTS (known); i++)
      {
        g_autofree char *path = g_build_filename (folder, name, NULL);
        g_autofree char *data = NULL;
        gsize length;
        FkLinkAddress link;

        if (!g_str_has_prefix (name, known[i].name))
          continue;
        g_assert_true (g_file_get_contents (path, &data, &length, NULL));
        g_assert_true (fk_link_address_find ((const guint8 *)data, length, &link));
        g_test_message ("%s: 0x%08x, %u hits of %u pointers; next best %u", name, link.address,
                        link.hits, link.n_pointers, link.next_hits);
        g_assert_cmphex (link.address, ==, known[i].address);
        g_assert_cmpuint (link.hits, >=, 10 * link.next_hits);
      }
}

static void
test_program (void)
{
  g_autoptr (GBytes) bytes = fake_program_new (0x08000000, 20000, 3, FAKE_PROGRAM_PLAIN);
  g_autoptr (FkImage) image = fk_image_new_for_bytes (0x08000000, bytes, NULL);
  g_autoptr (FkInspection) inspection = fk_inspect (image, NULL);
  guint32 stack;
  guint32 reset;
  guint32 address;

  g_assert_true (fk_inspection_get_vectors (inspection, &stack, &reset));
  g_assert_cmphex (stack, ==, 0x20005000);
  g_assert_cmphex (reset, ==, fk_load_u32le ((const guint8 *)g_bytes_get_data (bytes, NULL) + 4));
  g_assert_true (fk_inspection_get_linked_at (inspection, &address));
  g_assert_cmphex (address, ==, 0x08000000);
  g_assert_cmpuint (fk_inspection_get_findings (inspection)->len, ==, 1);
  assert_text (inspection, "program",
               "In this image, a program lies where it was made to run, at 0x08000000.");
  g_assert_finalize_object (g_steal_pointer (&inspection));
}

/* Story 5 and the printer boards: an application on its own. */
static void
test_linked_elsewhere (void)
{
  g_autoptr (GBytes) bytes = fake_program_new (0x0800c000, 20000, 3, FAKE_PROGRAM_PLAIN);
  g_autoptr (FkImage) wrong = fk_image_new_for_bytes (0x08000000, bytes, NULL);
  g_autoptr (FkImage) right = fk_image_new_for_bytes (0x0800c000, bytes, NULL);
  g_autoptr (FkInspection) wrong_inspection = fk_inspect (wrong, NULL);
  g_autoptr (FkInspection) right_inspection = fk_inspect (right, NULL);

  assert_text (wrong_inspection, "linked-elsewhere",
               "In this image, the program at 0x08000000 was made to run at 0x0800c000, and only "
               "starts there. It leaves the first 48 KiB of the flash to a bootloader, as on these "
               "boards: MKS Robin Nano v3, MKS Monster8, TH3D EZBoard, Artillery X3.");
  assert_text (right_inspection, "program",
               "In this image, a program lies where it was made to run, at 0x0800c000. It leaves "
               "the first 48 KiB of the flash to a bootloader, as on these boards: MKS Robin Nano "
               "v3, MKS Monster8, TH3D EZBoard, Artillery X3.");
}

static void
test_blank_and_odd (void)
{
  static const guint8 blank[4096] = { 0 };
  g_autoptr (FkImage) empty = fk_image_new ();
  g_autoptr (FkInspection) inspection = fk_inspect (empty, NULL);
  static const FkCompareContext zero = { .blank = 0 };

  g_assert_false (fk_inspection_get_vectors (inspection, NULL, NULL));
  g_assert_cmpuint (fk_inspection_get_used (inspection), ==, 0);
  g_assert_cmpuint (fk_inspection_get_findings (inspection)->len, ==, 0);
  g_clear_object (&inspection);

  inspection = inspect_at (0x08000000, blank, sizeof blank, &zero);
  assert_text (inspection, "blank",
               "This image is blank: nothing but 0x00, as after an erase. A board whose chip holds "
               "no firmware cannot start.");
  g_clear_object (&inspection);

  inspection = inspect_at (0x08000000, blank, sizeof blank, NULL);
  g_assert_nonnull (find (fk_inspection_get_findings (inspection), "no-vectors"));
  g_assert_cmpuint (fk_inspection_get_used (inspection), ==, sizeof blank);
  g_clear_object (&inspection);

  inspection = inspect_at (0xffffffff, "x", 1, NULL);
  g_assert_cmpuint (fk_inspection_get_used (inspection), ==, 1);
}

static void
test_encrypted (void)
{
  g_autofree guint8 *data = g_malloc (32 << 10);
  g_autoptr (FkInspection) inspection = NULL;
  gsize i;

  for (i = 0; i < 32 << 10; i++)
    data[i] = (guint8)g_test_rand_int ();
  data[3] = 0x55; /* no stack is there */
  inspection = inspect_at (0x08000000, data, 32 << 10, NULL);
  g_assert_nonnull (find (fk_inspection_get_findings (inspection), "looks-encrypted"));
  g_assert_false (fk_inspection_get_linked_at (inspection, NULL));
}

/* Story 3: the first KiB of the firmware of an STM32F030F4 on a new chip. */
static void
test_story_repairer_1k (void)
{
  g_autoptr (GBytes) bytes = fake_program_new (0x08000000, 14000, 5, FAKE_PROGRAM_PLAIN);
  g_autofree guint8 *data = g_memdup2 (g_bytes_get_data (bytes, NULL), 14000);
  FkCompareContext context = { .flash = { 0x08000000, 16384 }, .blank = 0xff };
  g_autoptr (FkInspection) inspection = NULL;

  fk_store_u32le (data + 4, 0x08001235);
  inspection = inspect_at (0x08000000, data, 0x400, &context);
  assert_text (inspection, "reset-outside",
               "The program starts at 0x08001234, but this image only reaches from 0x08000000 to "
               "0x080003ff: the rest is missing, or it lies at the wrong address. A chip that "
               "holds "
               "this much locks up when it starts.");
  assert_text (inspection, "truncated",
               "This image holds 1 KiB of a flash of 16 KiB. 1 KiB (0x400) is what "
               "STM32CubeProgrammer reads unless it is told otherwise.");
}

static void
test_lengths (void)
{
  static const struct
  {
    gsize length;
    guint32 flash;
    const char *text; /* NULL: nothing to say */
  } cases[] = {
    { 0x1000, 0,
      "This image is probably not whole: it holds 4 KiB and ends in the middle of something. 4 KiB "
      "(0x1000) is what the ST-LINK Utility reads unless it is told otherwise." },
    { 0x3ffff, 0,
      "This image is probably not whole: it holds 262143 bytes and ends in the middle of "
      "something. "
      "One byte is missing: the last address was probably typed where a length was asked for." },
    { 0x3ffff, 0x40000,
      "This image holds 262143 bytes of a flash of 256 KiB. One byte is missing: the last address "
      "was probably typed where a length was asked for." },
    { 0x10000, 0x40000,
      "This image holds 64 KiB of a flash of 256 KiB. It is a round number: the flash size of a "
      "smaller chip, typed or assumed." },
    { 0x10000, 0x10000, NULL },
    { 0x10000, 0, NULL },
  };
  g_autoptr (GBytes) bytes = fake_program_new (0x08000000, 0x40000, 5, FAKE_PROGRAM_PLAIN);
  guint i;

  for (i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree guint8 *data = g_memdup2 (g_bytes_get_data (bytes, NULL), cases[i].length);
      FkCompareContext context = { .flash = { 0x08000000, cases[i].flash }, .blank = 0xff };
      g_autoptr (FkInspection) inspection = NULL;

      data[cases[i].length - 1] = 0x12;
      inspection = inspect_at (0x08000000, data, cases[i].length, &context);
      if (cases[i].text != NULL)
        assert_text (inspection, "truncated", cases[i].text);
      else
        g_assert_null (find (fk_inspection_get_findings (inspection), "truncated"));
    }
}

/* Story 1: 50 KB of firmware, then blank, then a page of settings at the end of the flash. */
static void
test_story_printer_owner_settings (void)
{
  const gsize size = 1 << 20;
  g_autoptr (GBytes) bytes = fake_program_new (0x08000000, 50000, 5, FAKE_PROGRAM_PLAIN);
  g_autofree guint8 *data = g_malloc (size);
  g_autoptr (FkInspection) inspection = NULL;

  memset (data, 0xff, size);
  memcpy (data, g_bytes_get_data (bytes, NULL), 50000);
  data[49999] = 1;
  memset (data + 0xff800, 0x42, 212);
  inspection = inspect_at (0x08000000, data, size, NULL);
  g_assert_cmpuint (fk_inspection_get_used (inspection), ==, 0xff800 + 212);
  assert_text (inspection, "data-after-blank",
               "After 996528 bytes of blank flash there are 212 bytes more, at 0x080ff800: "
               "probably "
               "settings. A copy that stops where the blank begins loses them.");
}

/* Story 5: bootloader, settings at 0x08008000, application at 0x0800C000. */
static void
test_story_dfu_builder (void)
{
  const gsize size = 256 << 10;
  g_autoptr (GBytes) bootloader = fake_program_new (0x08000000, 12000, 5, FAKE_PROGRAM_PLAIN);
  g_autoptr (GBytes) application = fake_program_new (0x0800c000, 60000, 6, FAKE_PROGRAM_PLAIN);
  g_autofree guint8 *data = g_malloc (size);
  g_autoptr (FkInspection) inspection = NULL;
  const FkFinding *second;
  guint32 address;

  memset (data, 0xff, size);
  memcpy (data, g_bytes_get_data (bootloader, NULL), 12000);
  memset (data + 0x8000, 0x42, 100);
  memcpy (data + 0xc000, g_bytes_get_data (application, NULL), 60000);
  memset (data + 0x3f800, 0x42, 100);
  inspection = inspect_at (0x08000000, data, size, NULL);
  g_assert_true (fk_inspection_get_linked_at (inspection, &address));
  g_assert_cmphex (address, ==, 0x08000000);
  second = find (fk_inspection_get_findings (inspection), "second-program");
  g_assert_nonnull (second);
  g_assert_cmphex (second->range.address, ==, 0x0800c000);
  g_assert_cmpstr (second->text, ==,
                   "Another program begins at 0x0800c000. What lies before it, 48 KiB, is then a "
                   "bootloader, as on these boards: MKS Robin Nano v3, MKS Monster8, TH3D EZBoard, "
                   "Artillery X3. It has to stay when the program is replaced.");
  g_assert_nonnull (find (fk_inspection_get_findings (inspection), "data-after-blank"));
}

static void
test_repeats (void)
{
  g_autoptr (GBytes) bytes = fake_program_new (0x08000000, 65536, 5, FAKE_PROGRAM_PLAIN);
  g_autofree guint8 *data = g_malloc (131072);
  g_autoptr (FkInspection) inspection = NULL;

  memcpy (data, g_bytes_get_data (bytes, NULL), 65536);
  memcpy (data + 65536, g_bytes_get_data (bytes, NULL), 65536);
  inspection = inspect_at (0x08000000, data, 131072, NULL);
  assert_text (inspection, "repeats",
               "The second half is a copy of the first: the chip probably has 64 KiB only, and "
               "shows them again beyond its end.");
  data[131071] ^= 1;
  g_clear_object (&inspection);
  inspection = inspect_at (0x08000000, data, 131072, NULL);
  g_assert_null (find (fk_inspection_get_findings (inspection), "repeats"));
}

static void
test_uid_reference (void)
{
  g_autoptr (GBytes) bytes = fake_program_new (0x08000000, 20000, 3, FAKE_PROGRAM_PLAIN);
  g_autofree guint8 *data = g_memdup2 (g_bytes_get_data (bytes, NULL), 20000);
  FkCompareContext context = { .uid_address = 0x1fff7a10, .blank = 0xff };
  g_autoptr (FkInspection) inspection = NULL;

  fk_store_u32le (data + 0x1004, 0x1ffff7ec);
  inspection = inspect_at (0x08000000, data, 20000, NULL);
  assert_text (inspection, "uid-address",
               "In this image, the program reads the chip's unique ID: 0x1ffff7ec (STM32F1) is "
               "mentioned at 0x08001004. Often that is for a USB serial number only, but it can "
               "also tie the firmware to one chip.");
  g_clear_object (&inspection);

  /* The chip is known, and it is another family's address. */
  inspection = inspect_at (0x08000000, data, 20000, &context);
  g_assert_null (find (fk_inspection_get_findings (inspection), "uid-address"));
  assert_text (inspection, "foreign-uid-address",
               "The program reads the unique ID of another kind of chip: 0x1ffff7ec (STM32F1) is "
               "mentioned at 0x08001004, and this chip has its own at 0x1fff7a10. It was made for "
               "that other kind.");
  g_clear_object (&inspection);

  /* movw r3, #0x7a10; movs r0, #1; movt r3, #0x1fff */
  memcpy (data + 0x1006, "\x47\xf6\x10\x23\x01\x20\xc1\xf6\xff\x73", 10);
  inspection = inspect_at (0x08000000, data, 20000, &context);
  g_assert_cmphex (find (fk_inspection_get_findings (inspection), "uid-address")->range.address, ==,
                   0x08001006);
  /* Firmware for several families knows its own among them. */
  g_assert_null (find (fk_inspection_get_findings (inspection), "foreign-uid-address"));
}

/* The stack of a fake program begins at 0x20005000. */
static void
test_stack (void)
{
  static const struct
  {
    FkRange rams[2];
    guint n_rams;
    gboolean is_outside;
  } cases[] = {
    { { { 0 } }, 0, FALSE },
    { { { 0x20000000, 0x5000 } }, 1, FALSE },
    { { { 0x20000000, 0x4fff } }, 1, TRUE },
    { { { 0x20005000, 0x1000 } }, 1, TRUE },
    { { { 0x10000000, 0x1000 }, { 0x20000000, 0x10000 } }, 2, FALSE },
  };
  g_autoptr (GBytes) program = fake_program_new (0x08000000, 20000, 3, FAKE_PROGRAM_PLAIN);
  g_autoptr (GBytes) second = fake_program_new (0x08007000, 20000, 4, FAKE_PROGRAM_PLAIN);
  g_autofree guint8 *data = g_malloc (0x7000 + 20000);
  guint i;

  for (i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      FkCompareContext context = { .rams = cases[i].rams,
                                   .n_rams = cases[i].n_rams,
                                   .blank = 0xff };
      g_autoptr (FkInspection) inspection =
          inspect_at (0x08000000, g_bytes_get_data (program, NULL), 20000, &context);

      g_assert_cmpint (find (fk_inspection_get_findings (inspection), "stack-outside") != NULL, ==,
                       cases[i].is_outside);
      if (i == 2)
        assert_text (inspection, "stack-outside",
                     "The program at 0x08000000 begins with its stack at 0x20005000, where this "
                     "chip has no RAM (it has 0x20000000-0x20004ffe): it was made for another "
                     "chip, and does not start on this one.");
    }

  /* A bootloader is content with little, the application behind it is not. */
  memset (data, 0xff, 0x7000);
  memcpy (data, g_bytes_get_data (program, NULL), 20000);
  memcpy (data + 0x7000, g_bytes_get_data (second, NULL), 20000);
  fk_store_u32le (data, 0x20001000);
  {
    FkRange ram = { 0x20000000, 0x2000 };
    FkCompareContext context = { .rams = &ram, .n_rams = 1, .blank = 0xff };
    g_autoptr (FkInspection) inspection = inspect_at (0x08000000, data, 0x7000 + 20000, &context);

    g_assert_cmphex (find (fk_inspection_get_findings (inspection), "stack-outside")->range.address,
                     ==, 0x08007000);
  }
}

/* What the chip holds: a bootloader of 20000 bytes, and, where @with_application, what it starts.
 */
static FkImage *
make_flash (gboolean with_application)
{
  const gsize size = 128 << 10;
  g_autoptr (GBytes) boot = fake_program_new (0x08000000, 20000, 5, FAKE_PROGRAM_PLAIN);
  g_autoptr (GBytes) application = fake_program_new (0x08007000, 50000, 6, FAKE_PROGRAM_PLAIN);
  g_autoptr (GBytes) bytes = NULL;
  guint8 *data = g_malloc (size);

  memset (data, 0xff, size);
  memcpy (data, g_bytes_get_data (boot, NULL), 20000);
  if (with_application)
    memcpy (data + 0x7000, g_bytes_get_data (application, NULL), 50000);
  data[size - 1] = 0x42; /* settings */
  bytes = g_bytes_new_take (data, size);
  return fk_image_new_for_bytes (0x08000000, bytes, NULL);
}

/* Returns: (nullable): what is said of the bootloader */
static char *
describe_loss (FkImage *image, FkImage *present)
{
  FkCompareContext context = { .flash = { 0x08000000, 128 << 10 }, .blank = 0xff };
  g_autoptr (GPtrArray) findings = fk_findings_new ();
  const FkFinding *loss;

  fk_replacement_note (findings, image, present, &context);
  loss = find (findings, "over-bootloader");
  if (loss == NULL)
    return NULL;
  g_assert_cmphex (loss->range.address, ==, 0x08000000);
  return g_strdup (loss->text);
}

static void
test_over_bootloader (void)
{
  g_autoptr (GBytes) bytes = fake_program_new (0x08007000, 40000, 7, FAKE_PROGRAM_PLAIN);
  g_autoptr (GBytes) plain = fake_program_new (0x08000000, 40000, 8, FAKE_PROGRAM_PLAIN);
  g_autoptr (GBytes) noise = g_bytes_new_static ("no program", 10);
  const struct
  {
    GBytes *bytes;
    guint32 address;
    gboolean is_loss;
  } cases[] = {
    { bytes, 0x08000000, TRUE },  { bytes, 0x08004000, TRUE },  { bytes, 0x08005000, FALSE },
    { bytes, 0x08007000, FALSE }, { plain, 0x08000000, FALSE }, { noise, 0x08000000, TRUE },
    { noise, 0x08000800, TRUE },
  };
  guint i;
  guint with;

  for (with = 0; with < 2; with++)
    for (i = 0; i < G_N_ELEMENTS (cases); i++)
      {
        g_autoptr (FkImage) image = fk_image_new_for_bytes (cases[i].address, cases[i].bytes, NULL);
        g_autoptr (FkImage) present = make_flash (with == 1);
        g_autofree char *text = describe_loss (image, present);

        g_test_message ("%u, %u: %s", i, with, text);
        /* Only an application tells what is a bootloader, the one there or the one that comes. */
        g_assert_cmpint (text != NULL, ==,
                         cases[i].is_loss && (with == 1 || cases[i].bytes == bytes));
        if (i == 0)
          g_assert_true (
              g_str_has_prefix (text, "The chip has a bootloader at 0x08000000-0x08004"));
        if (i == 0)
          g_assert_nonnull (strstr (text, "this image, which was made to run at 0x08007000, would "
                                          "be written over it"));
      }
}

static FkImage *
make_image (guint32 address, GBytes *bytes)
{
  return fk_image_new_for_bytes (address, bytes, NULL);
}

/* "other-start no-vectors": what is said of writing @image over @present */
static char *
list_kinds (FkImage *image, FkImage *present, GBytes *uid)
{
  FkCompareContext context = { .flash = { 0x08000000, 128 << 10 }, .uid_a = uid, .blank = 0xff };
  g_autoptr (GPtrArray) findings = fk_findings_new ();
  GString *kinds = g_string_new (NULL);

  fk_replacement_note (findings, image, present, &context);
  for (guint i = 0; i < findings->len; i++)
    {
      const FkFinding *finding = g_ptr_array_index (findings, i);

      g_test_message ("%s", finding->text);
      g_string_append_printf (kinds, "%s%s", i > 0 ? " " : "", finding->kind);
    }
  return g_string_free (kinds, FALSE);
}

/* Whether what the chip has would start what is written to it, and what goes. */
static void
test_replacement (void)
{
  static const char page[] = "<!DOCTYPE html><html><head><title>404</title></head></html>";
  g_autoptr (GBytes) own = fake_program_new (0x08007000, 40000, 7, FAKE_PROGRAM_PLAIN);
  g_autoptr (GBytes) other = fake_program_new (0x08008000, 40000, 7, FAKE_PROGRAM_PLAIN);
  g_autoptr (GBytes) low = fake_program_new (0x08002000, 40000, 7, FAKE_PROGRAM_PLAIN);
  g_autoptr (GBytes) plain = fake_program_new (0x08000000, 40000, 8, FAKE_PROGRAM_PLAIN);
  g_autoptr (GBytes) text = g_bytes_new_static (page, sizeof page - 1);
  g_autoptr (FkImage) both = make_flash (TRUE);
  g_autoptr (FkImage) alone = make_image (0x08000000, plain);
  g_autoptr (FkImage) empty = fk_image_new ();
  g_autofree guint8 *blank = g_malloc (64 << 10);
  const struct
  {
    FkImage *present;
    guint32 address;
    GBytes *bytes;
    gsize n_blank; /* instead of @bytes */
    const char *kinds;
  } cases[] = {
    { both, 0x08007000, own, 0, "" },
    { both, 0x08000000, plain, 0, "" },
    { both, 0x08008000, other, 0, "other-start" },
    { both, 0x08002000, low, 0, "over-bootloader other-start" },
    { both, 0x08007000, text, 0, "no-vectors" },
    { both, 0x0801f000, text, 0, "" },
    { both, 0x08000000, NULL, 0x1000, "over-bootloader" },
    { both, 0x08007000, NULL, 0x1000, "over-program" },
    { both, 0x08010000, NULL, 0x1000, "over-program" },
    { both, 0x0801f800, NULL, 0x800, "" },
    { alone, 0x08007000, own, 0, "over-program" },
    { alone, 0x08000000, NULL, 0x10000, "over-program" },
    { alone, 0x08007000, text, 0, "" },
    { empty, 0x08007000, own, 0, "" },
  };

  memset (blank, 0xff, 64 << 10);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) bytes = cases[i].bytes != NULL ? g_bytes_ref (cases[i].bytes)
                                                        : g_bytes_new (blank, cases[i].n_blank);
      g_autoptr (FkImage) image = make_image (cases[i].address, bytes);
      g_autofree char *kinds = list_kinds (image, cases[i].present, NULL);

      g_test_message ("%u", i);
      g_assert_cmpstr (kinds, ==, cases[i].kinds);
    }
}

/* A bootloader that mentions where its application belongs is one also without it. */
static void
test_bootloader_alone (void)
{
  g_autoptr (GBytes) noise = g_bytes_new_static ("no program", 10);
  g_autoptr (FkImage) present = make_flash (FALSE);
  g_autoptr (FkImage) known = NULL;
  g_autoptr (FkImage) image = make_image (0x08000000, noise);
  g_autoptr (FkImage) behind = make_image (0x08007000, noise);
  g_autoptr (GBytes) bytes = fk_image_to_bytes (present, 0xff, NULL);
  g_autofree guint8 *data = g_memdup2 (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  g_autoptr (GBytes) mentioning = NULL;
  g_autofree char *unknown = list_kinds (image, present, NULL);
  g_autofree char *lost = NULL;
  g_autofree char *no_program = NULL;

  g_assert_cmpstr (unknown, ==, "");
  fk_store_u32le (data + 19000, 0x08007000);
  data[0x7000] = 0; /* what is left of the application */
  mentioning = g_bytes_new (data, g_bytes_get_size (bytes));
  known = make_image (0x08000000, mentioning);
  lost = list_kinds (image, known, NULL);
  no_program = list_kinds (behind, known, NULL);
  g_assert_cmpstr (lost, ==, "over-bootloader");
  g_assert_cmpstr (no_program, ==, "no-vectors");
}

/* The unique ID that the chip's firmware carries, and another in its place. */
static void
test_other_uid (void)
{
  static const guint8 mine[] = {
    0x34, 0xff, 0xd9, 0x05, 0x4e, 0x4e, 0x38, 0x39, 0x51, 0x25, 6, 0x43
  };
  static const guint8 others[] = { 0x35, 0xff, 0xd9, 0x05, 0x4e, 0x4e,
                                   0x38, 0x39, 0x51, 0x25, 6,    0x44 };
  g_autoptr (GBytes) uid = g_bytes_new_static (mine, sizeof mine);
  g_autoptr (GBytes) plain = fake_program_new (0x08000000, 40000, 8, FAKE_PROGRAM_PLAIN);
  guint8 data[40000];
  FkImage *images[3];
  const char *kinds[] = { "", "other-uid", "" };

  memcpy (data, g_bytes_get_data (plain, NULL), sizeof data);
  for (guint i = 0; i < G_N_ELEMENTS (images); i++)
    {
      g_autoptr (GBytes) bytes = NULL;

      if (i < 2)
        memcpy (data + 30000, i == 0 ? mine : others, sizeof mine);
      else
        memset (data + 30000, 0xff, sizeof mine);
      bytes = g_bytes_new (data, sizeof data);
      images[i] = make_image (0x08000000, bytes);
    }
  for (guint i = 0; i < G_N_ELEMENTS (images); i++)
    {
      g_autofree char *found = list_kinds (images[i], images[0], uid);

      g_assert_cmpstr (found, ==, kinds[i]);
    }
  for (guint i = 0; i < G_N_ELEMENTS (images); i++)
    g_object_unref (images[i]);
}

/* Half a program points beyond its end; a whole one does not. */
static void
test_cut_off (void)
{
  g_autoptr (GBytes) program = fake_program_new (0x08007000, 50000, 6, FAKE_PROGRAM_PLAIN);

  for (gsize size = 20000; size <= 50000; size += 10000)
    {
      g_autoptr (FkInspection) inspection =
          inspect_at (0x08007000, g_bytes_get_data (program, NULL), size, NULL);

      g_assert_cmpint (find (fk_inspection_get_findings (inspection), "cut-off") != NULL, ==,
                       size < 50000);
    }
}

/* Where there is no bootloader none is lost: a blank chip, the same misplaced application, one
 * program over the whole of it. */
static void
test_no_bootloader (void)
{
  g_autoptr (GBytes) bytes = fake_program_new (0x08007000, 40000, 7, FAKE_PROGRAM_PLAIN);
  g_autoptr (GBytes) plain = fake_program_new (0x08000000, 100000, 8, FAKE_PROGRAM_PLAIN);
  g_autoptr (FkImage) image = fk_image_new_for_bytes (0x08000000, bytes, NULL);
  g_autoptr (FkImage) whole = fk_image_new_for_bytes (0x08000000, plain, NULL);
  g_autoptr (FkImage) empty = fk_image_new ();

  g_assert_null (describe_loss (image, empty));
  g_assert_null (describe_loss (image, image));
  g_assert_null (describe_loss (image, whole));
  g_assert_null (describe_loss (empty, whole));
}

static void
test_boards (void)
{
  guint n;
  const FkBoardOffset *rows = fk_board_offset_get_all (&n);
  guint i;

  g_assert_cmpuint (n, >, 5);
  for (i = 0; i < n; i++)
    {
      g_assert_true (fk_board_offset_find (rows[i].offset) == &rows[i]);
      g_assert_cmpuint (rows[i].offset % 0x100, ==, 0);
      if (i > 0)
        g_assert_cmpuint (rows[i].offset, >, rows[i - 1].offset);
    }
  g_assert_null (fk_board_offset_find (0));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/inspect/linked-at", test_linked_at);
  g_test_add_func ("/inspect/call", test_call);
  g_test_add_func ("/inspect/linked-at-unknown", test_linked_at_unknown);
  g_test_add_func ("/inspect/speed", test_speed);
  g_test_add_func ("/inspect/real-firmware", test_real_firmware);
  g_test_add_func ("/inspect/program", test_program);
  g_test_add_func ("/inspect/linked-elsewhere", test_linked_elsewhere);
  g_test_add_func ("/inspect/blank-and-odd", test_blank_and_odd);
  g_test_add_func ("/inspect/encrypted", test_encrypted);
  g_test_add_func ("/inspect/story-repairer-1k", test_story_repairer_1k);
  g_test_add_func ("/inspect/lengths", test_lengths);
  g_test_add_func ("/inspect/story-printer-owner-settings", test_story_printer_owner_settings);
  g_test_add_func ("/inspect/story-dfu-builder", test_story_dfu_builder);
  g_test_add_func ("/inspect/repeats", test_repeats);
  g_test_add_func ("/inspect/uid-reference", test_uid_reference);
  g_test_add_func ("/inspect/stack", test_stack);
  g_test_add_func ("/inspect/over-bootloader", test_over_bootloader);
  g_test_add_func ("/inspect/replacement", test_replacement);
  g_test_add_func ("/inspect/bootloader-alone", test_bootloader_alone);
  g_test_add_func ("/inspect/other-uid", test_other_uid);
  g_test_add_func ("/inspect/cut-off", test_cut_off);
  g_test_add_func ("/inspect/no-bootloader", test_no_bootloader);
  g_test_add_func ("/inspect/boards", test_boards);

  return g_test_run ();
}
