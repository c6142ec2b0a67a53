/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "image/fk-image-format.h"

#include "base/fk-blank.h"
#include "base/fk-error.h"
#include "base/fk-reader.h"

#include <elf.h>
#include <string.h>

static void
assert_images_equal (FkImage *a, FkImage *b)
{
  guint i;

  g_assert_cmpuint (fk_image_get_n_segments (a), ==, fk_image_get_n_segments (b));
  for (i = 0; i < fk_image_get_n_segments (a); i++)
    {
      FkSegment left = fk_image_get_segment (a, i);
      FkSegment right = fk_image_get_segment (b, i);

      g_assert_cmphex (left.range.address, ==, right.range.address);
      g_assert_cmpmem (left.data, left.range.size, right.data, right.range.size);
    }
}

static FkImage *
parse_text (const char *format, const char *text, GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (text, strlen (text));

  return fk_image_format_find (format)->parse (bytes, 0, error);
}

static void
add_random (FkImage *image, guint32 address, guint32 size)
{
  g_autofree guint8 *data = g_malloc (size);
  guint32 i;

  for (i = 0; i < size; i++)
    data[i] = (guint8)g_test_rand_int ();
  fk_image_add_data (image, address, data, size, NULL);
}

static void
assert_round_trip (FkImage *image, const char *name)
{
  const FkImageFormat *format = fk_image_format_find (name);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = format->write (image, FK_BLANK, &error);
  g_autoptr (FkImage) back = NULL;

  g_assert_no_error (error);
  g_assert_true (fk_image_format_guess (bytes, NULL) == format);
  back = format->parse (bytes, 0, &error);
  g_assert_no_error (error);
  assert_images_equal (image, back);
}

static void
test_round_trip (void)
{
  static const guint32 bases[] = { 0, 0xfff0, 0xfffff0, 0x0800fff1, 0xffff0000 };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (bases); i++)
    {
      g_autoptr (FkImage) image = fk_image_new ();

      add_random (image, bases[i], 65536);
      assert_round_trip (image, "ihex");
      assert_round_trip (image, "srec");
    }
}

static void
test_round_trip_random (void)
{
  guint round;

  for (round = 0; round < 200; round++)
    {
      g_autoptr (FkImage) image = fk_image_new ();
      guint32 space = 1u << g_test_rand_int_range (10, 32);
      guint i;

      for (i = 0; i < 20; i++)
        add_random (image, (guint32)g_test_rand_int () & (space - 1),
                    (guint32)g_test_rand_int_range (0, 600));
      assert_round_trip (image, "ihex");
      assert_round_trip (image, "srec");
    }
}

static void
test_empty_image (void)
{
  g_autoptr (FkImage) image = fk_image_new ();

  assert_round_trip (image, "ihex");
  {
    const FkImageFormat *format = fk_image_format_find ("srec");
    g_autoptr (GBytes) bytes = format->write (image, FK_BLANK, NULL);
    g_autoptr (FkImage) back = format->parse (bytes, 0, NULL);

    g_assert_cmpuint (fk_image_get_size (back), ==, 0);
  }
}

static void
test_binary (void)
{
  const FkImageFormat *format = fk_image_format_find ("binary");
  g_autoptr (GBytes) bytes = g_bytes_new_static ("abc", 3);
  g_autoptr (GError) error = NULL;
  g_autoptr (FkImage) image = format->parse (bytes, 0x08007000, &error);
  g_autoptr (GBytes) written = NULL;

  g_assert_no_error (error);
  g_assert_cmphex (fk_image_get_segment (image, 0).range.address, ==, 0x08007000);
  g_assert_true (fk_image_add_data (image, 0x08007004, (const guint8 *)"e", 1, NULL));
  written = format->write (image, FK_BLANK, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (g_bytes_get_data (written, NULL), g_bytes_get_size (written), "abc\377e", 5);

  g_assert_null (format->parse (bytes, 0xfffffffe, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_OUT_OF_RANGE);
  g_clear_error (&error);

  g_assert_true (fk_image_add_data (image, 0x1ffff800, (const guint8 *)"o", 1, NULL));
  g_assert_null (format->write (image, FK_BLANK, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_OUT_OF_RANGE);
}

/* Known answers: what the specifications' own rules give, worked out by hand. */
static void
test_ihex_known (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FkImage) image = parse_text ("ihex",
                                          "\r\n"
                                          "  :020000040800F2  \r\n"
                                          "\r"
                                          ":03000000616263D7\n"
                                          ":0400000508000101ED\n"
                                          ":020000021000EC\n"
                                          ":02fffe006465"
                                          "38\n"
                                          ":0400000300003800C1\n"
                                          ":00000000"
                                          "00\n"
                                          ":00000001FF\n"
                                          "\n",
                                          &error);
  FkSegment segment;

  g_assert_no_error (error);
  g_assert_cmpuint (fk_image_get_n_segments (image), ==, 2);
  segment = fk_image_get_segment (image, 0);
  g_assert_cmphex (segment.range.address, ==, 0x1fffe);
  g_assert_cmpmem (segment.data, segment.range.size, "de", 2);
  segment = fk_image_get_segment (image, 1);
  g_assert_cmphex (segment.range.address, ==, 0x08000000);
  g_assert_cmpmem (segment.data, segment.range.size, "abc", 3);
}

/* The last record before a 64 KiB boundary ends there, and the next says the new upper half. */
static void
test_ihex_boundary (void)
{
  g_autoptr (FkImage) image = fk_image_new ();
  g_autoptr (GBytes) bytes = NULL;

  fk_image_add_data (image, 0x0800fffd, (const guint8 *)"abcdef", 6, NULL);
  bytes = fk_image_format_find ("ihex")->write (image, FK_BLANK, NULL);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes),
                   ":020000040800F2\n"
                   ":03FFFD00616263DB\n"
                   ":020000040801F1\n"
                   ":03000000646566CE\n"
                   ":00000001FF\n",
                   strlen (":020000040800F2\n:03FFFD00616263DB\n:020000040801F1\n"
                           ":03000000646566CE\n:00000001FF\n"));
}

/* A linear record may cross: some programs write them. */
static void
test_ihex_crossing_linear (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FkImage) image =
      parse_text ("ihex", ":020000040800F2\n:04FFFE006162636475\n:00000001FF\n", &error);

  g_assert_no_error (error);
  g_assert_cmphex (fk_image_get_segment (image, 0).range.address, ==, 0x0800fffe);
  g_assert_cmpuint (fk_image_get_size (image), ==, 4);
}

static void
test_srec_known (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FkImage) image = parse_text ("srec",
                                          "S00600004844521B\r\n"
                                          "S10612346162638D\r\n"
                                          "\r\n"
                                          "s2060123456465c7\n"
                                          "S5030002FA\r\n"
                                          "S3070800000061622D\n"
                                          "S604000003F8\n"
                                          "S70508000101F0\n",
                                          &error);

  g_assert_no_error (error);
  g_assert_cmpuint (fk_image_get_n_segments (image), ==, 3);
  g_assert_cmphex (fk_image_get_segment (image, 0).range.address, ==, 0x1234);
  g_assert_cmphex (fk_image_get_segment (image, 1).range.address, ==, 0x012345);
  g_assert_cmphex (fk_image_get_segment (image, 2).range.address, ==, 0x08000000);
  g_assert_cmpmem (fk_image_get_segment (image, 1).data, 2, "de", 2);
  g_assert_cmpmem (fk_image_get_segment (image, 2).data, 2, "ab", 2);
}

typedef struct
{
  const char *format;
  const char *text;
  FkError code;
  const char *message;
} BadCase;

static const BadCase bad_cases[] = {
  { "binary", "", FK_ERROR_BAD_FILE, "the file is empty" },
  { "ihex", "", FK_ERROR_BAD_FILE, "the file is empty" },
  { "ihex", "\n \r\n", FK_ERROR_BAD_FILE, "the file is empty" },
  { "ihex", "x", FK_ERROR_BAD_FILE,
    "line 1: does not begin with ':' as every record of Intel HEX does" },
  { "ihex", ":", FK_ERROR_BAD_FILE, "line 1: too short for a record: it is cut off" },
  { "ihex", ":0000", FK_ERROR_BAD_FILE, "line 1: too short for a record: it is cut off" },
  { "ihex", ":03000000616263D7\n", FK_ERROR_BAD_FILE,
    "line 1: the file ends without an end-of-file record: the rest is missing" },
  { "ihex", "\r\n:03000000616263D8\n:00000001FF\n", FK_ERROR_BAD_FILE,
    "line 2: the checksum is D8, but the bytes of the record give D7" },
  { "ihex", ":030000006162D7\n", FK_ERROR_BAD_FILE,
    "line 1: promises 3 data bytes, but holds 2: the line is cut off" },
  { "ihex", ":03000000616263D700\n", FK_ERROR_BAD_FILE,
    "line 1: promises 3 data bytes, but holds 4" },
  { "ihex", ":03000000616263D", FK_ERROR_BAD_FILE,
    "line 1: ends in the middle of a byte: the line is cut off" },
  { "ihex", ":0300000061G263D7\n", FK_ERROR_BAD_FILE,
    "line 1: 'G' at character 12 is not a hexadecimal digit" },
  { "ihex", ":0300\0010061G263D7\n", FK_ERROR_BAD_FILE,
    "line 1: byte 0x01 at character 6 is not a hexadecimal digit" },
  { "ihex", ":00000001FF\n:00000001FF\n", FK_ERROR_BAD_FILE,
    "line 2: more data after the end-of-file record: two files in one?" },
  { "ihex", ":00000006FA\n", FK_ERROR_BAD_FILE, "line 1: a record of unknown type 06" },
  { "ihex", ":0100000108F6\n", FK_ERROR_BAD_FILE,
    "line 1: a record of type 01 has 0 data bytes, this one 1" },
  { "ihex", ":0100000408F3\n", FK_ERROR_BAD_FILE,
    "line 1: a record of type 04 has 2 data bytes, this one 1" },
  { "ihex", ":0100000508F2\n", FK_ERROR_BAD_FILE,
    "line 1: a record of type 05 has 4 data bytes, this one 1" },
  { "ihex",
    ":03000000616263D7\n:0100020061"
    "9C\n",
    FK_ERROR_BAD_FILE,
    "line 2: 0x00000002-0x00000002 overlaps 0x00000000-0x00000002, which is there already" },
  { "ihex",
    ":02000004FFFFFC\n:02FFFF00616"
    "23D\n",
    FK_ERROR_OUT_OF_RANGE,
    "line 2: 2 bytes at 0xffffffff reach past the end of the address space (4 GiB)" },
  { "ihex",
    ":020000021000EC\n:02FFFF00616"
    "23D\n",
    FK_ERROR_BAD_FILE, "line 2: the data runs over the end of its 64 KiB segment" },
  { "srec", "", FK_ERROR_BAD_FILE, "the file is empty" },
  { "srec", "S", FK_ERROR_BAD_FILE,
    "line 1: does not begin with 'S' and a digit as every S-record does" },
  { "srec", "SX00", FK_ERROR_BAD_FILE,
    "line 1: does not begin with 'S' and a digit as every S-record does" },
  { "srec", "S1", FK_ERROR_BAD_FILE, "line 1: too short for a record: it is cut off" },
  { "srec",
    "S1061234616"
    "2638D\n",
    FK_ERROR_BAD_FILE,
    "line 1: the file ends without an end record (S7, S8 or S9) or a count (S5): the rest is "
    "missing" },
  { "srec",
    "S106123461626"
    "38E\n",
    FK_ERROR_BAD_FILE, "line 1: the checksum is 8E, but the bytes of the record give 8D" },
  { "srec", "S10612346162638D00\n", FK_ERROR_BAD_FILE, "line 1: promises 6 bytes, but holds 7" },
  { "srec", "S106123461628D\n", FK_ERROR_BAD_FILE,
    "line 1: promises 6 bytes, but holds 5: the line is cut off" },
  { "srec", "S10212EB\n", FK_ERROR_BAD_FILE, "line 1: too short for an address of 2 bytes" },
  { "srec", "S30412345698\n", FK_ERROR_BAD_FILE, "line 1: too short for an address of 4 bytes" },
  { "srec", "S4030000FC\n", FK_ERROR_BAD_FILE, "line 1: a record of the reserved type S4" },
  { "srec", "S9030000FC\nS9030000FC\n", FK_ERROR_BAD_FILE,
    "line 2: more data after the end record: two files in one?" },
  { "srec", "S10612346162638D\nS5030002FA\nS9030000FC\n", FK_ERROR_BAD_FILE,
    "line 2: S5 counts 2 data records, but 1 came before it" },
  { "srec",
    "S10612346162638D\nS60400000"
    "2F9\nS9030000FC\n",
    FK_ERROR_BAD_FILE, "line 2: S6 counts 2 data records, but 1 came before it" },
  { "srec", "S10612346162638D\nS10612366162638B\nS9030000FC\n", FK_ERROR_BAD_FILE,
    "line 2: 0x00001236-0x00001238 overlaps 0x00001234-0x00001236, which is there already" },
  { "srec",
    "S307FFFFFFFF616"
    "239\n",
    FK_ERROR_OUT_OF_RANGE,
    "line 1: 2 bytes at 0xffffffff reach past the end of the address space (4 GiB)" },
  { "elf", "", FK_ERROR_BAD_FILE, "the file is empty" },
  { "elf", "hello", FK_ERROR_BAD_FILE, "offset 0: not the mark of an ELF file" },
  { "elf", "\177ELF\001", FK_ERROR_BAD_FILE, "offset 0x5: the file ends inside the ELF header" },
};

static void
test_malformed (void)
{
  guint i;

  for (i = 0; i < G_N_ELEMENTS (bad_cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (parse_text (bad_cases[i].format, bad_cases[i].text, &error));
      g_assert_error (error, FK_ERROR, (int)bad_cases[i].code);
      g_assert_cmpstr (error->message, ==, bad_cases[i].message);
    }
}

/* Every file that is cut short is refused: no prefix of a whole one is taken for whole. */
static void
test_truncated (void)
{
  static const char *const names[] = { "ihex", "srec" };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (names); i++)
    {
      const FkImageFormat *format = fk_image_format_find (names[i]);
      g_autoptr (FkImage) image = fk_image_new ();
      g_autoptr (GBytes) whole = NULL;
      gsize length;

      add_random (image, 0x08000005, 300);
      whole = format->write (image, FK_BLANK, NULL);
      for (length = 0; length < g_bytes_get_size (whole) - 1; length++)
        {
          const char *end = (const char *)g_bytes_get_data (whole, NULL) + length;

          g_autoptr (GBytes) cut = g_bytes_new_from_bytes (whole, 0, length);
          g_autoptr (GError) error = NULL;

          if (g_str_has_prefix (end, "\nS7") || g_str_has_prefix (end, "S7"))
            continue; /* the count stands, and says that nothing is missing */
          g_assert_null (format->parse (cut, 0, &error));
          g_assert_error (error, FK_ERROR, FK_ERROR_BAD_FILE);
        }
    }
}

/* Every single changed digit is noticed; that is what the checksums are for. */
static void
test_flipped (void)
{
  static const char *const names[] = { "ihex", "srec" };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (names); i++)
    {
      const FkImageFormat *format = fk_image_format_find (names[i]);
      g_autoptr (FkImage) image = fk_image_new ();
      g_autoptr (GBytes) whole = NULL;
      gsize length;
      gsize k;

      add_random (image, 0x08000005, 60);
      whole = format->write (image, FK_BLANK, NULL);
      length = g_bytes_get_size (whole);
      for (k = 0; k < length; k++)
        {
          g_autofree char *text = g_memdup2 (g_bytes_get_data (whole, NULL), length);
          g_autoptr (GBytes) changed = NULL;
          g_autoptr (GError) error = NULL;

          if (!g_ascii_isxdigit (text[k]) || (text[k - 1] == 'S' && i == 1))
            continue;
          text[k] = text[k] == '0' ? '1' : '0';
          changed = g_bytes_new (text, length);
          g_assert_null (format->parse (changed, 0, &error));
          g_assert_nonnull (error);
        }
    }
}

/* 10 MB of noise, as text and as bytes, to each parser: an answer in no time, and no crash. */
static void
test_garbage (void)
{
  static const char digits[] = "0123456789ABCDEF:S\r\n";
  const gsize size = 10 << 20;
  g_autofree guint8 *noise = g_malloc (size);
  guint n_formats;
  const FkImageFormat *const *formats = fk_image_format_get_all (&n_formats);
  guint kind;
  guint i;

  for (kind = 0; kind < 5; kind++)
    {
      g_autoptr (GBytes) bytes = NULL;
      guint64 state = g_test_rand_int () | 1u;
      gsize k;

      for (k = 0; k < size; k++)
        {
          state = state * G_GUINT64_CONSTANT (6364136223846793005) + 1442695040888963407u;
          noise[k] = (guint8)(state >> 33);
          if (kind == 1)
            noise[k] = (guint8)digits[noise[k] % (sizeof digits - 1)];
        }
      if (kind >= 2)
        memcpy (noise, kind == 2 ? "\177ELF\001\001\001" : kind == 3 ? ":000000" : "S11300000", 7);

      bytes = g_bytes_new_static (noise, size);
      for (i = 0; i < n_formats; i++)
        {
          g_autoptr (GError) error = NULL;
          g_autoptr (FkImage) image = formats[i]->parse (bytes, 0x08000000, &error);

          g_assert_cmpint (image != NULL, ==, g_str_equal (formats[i]->name, "binary"));
          g_assert_cmpint (image == NULL, ==, error != NULL);
        }
    }
}

static void
test_guess (void)
{
  static const struct
  {
    const char *text;
    const char *path;
    const char *name;
  } cases[] = {
    { ":00000001FF\n", "firmware.bin", "ihex" },
    { "\r\n:00000001FE\n", NULL, "ihex" }, /* damaged, but Intel HEX */
    { "S9030000FC", "x.hex", "srec" },
    { "S2 and so on", "notes.bin", "binary" },
    { "\177ELF", "firmware", "elf" },
    { "garbage", "firmware.HEX", "ihex" },
    { "garbage", "/a.hex/firmware.s19", "srec" },
    { "garbage", "/a.hex/firmware", "binary" },
    { "garbage", "firmware.elf", "elf" },
    { "", NULL, "binary" },
    { ":", "a.bin", "binary" },
  };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) bytes = g_bytes_new_static (cases[i].text, strlen (cases[i].text));

      g_assert_cmpstr (fk_image_format_guess (bytes, cases[i].path)->name, ==, cases[i].name);
    }
  g_assert_null (fk_image_format_for_path ("x.unknown"));
  g_assert_null (fk_image_format_for_path ("hex"));
  g_assert_null (fk_image_format_find ("nonsense"));
}

/* An ELF file: header, segments, text, then sections. */
typedef struct
{
  Elf32_Ehdr header;
  Elf32_Phdr segments[2];
  guint8 text[8];
  guint8 data[4];
  Elf32_Shdr sections[5];
} ElfFile;

static void
init_elf (ElfFile *file)
{
  memset (file, 0, sizeof *file);
  memcpy (file->header.e_ident, ELFMAG "\001\001\001", 7);
  file->header.e_type = ET_EXEC;
  file->header.e_machine = EM_ARM;
  file->header.e_version = EV_CURRENT;
  file->header.e_ehsize = sizeof file->header;
  file->header.e_phoff = offsetof (ElfFile, segments);
  file->header.e_phentsize = sizeof file->segments[0];
  file->header.e_phnum = 2;
  file->header.e_shoff = offsetof (ElfFile, sections);
  file->header.e_shentsize = sizeof file->sections[0];
  file->header.e_shnum = 5;

  /* As GNU ld lays it out: the segment begins with the file. */
  file->segments[0].p_type = PT_LOAD;
  file->segments[0].p_paddr = 0x08000000 - offsetof (ElfFile, text);
  file->segments[0].p_vaddr = file->segments[0].p_paddr;
  file->segments[0].p_filesz = offsetof (ElfFile, data);
  file->segments[0].p_memsz = offsetof (ElfFile, data);
  file->segments[1].p_type = PT_LOAD;
  file->segments[1].p_offset = offsetof (ElfFile, data);
  file->segments[1].p_paddr = 0x08000100;
  file->segments[1].p_vaddr = 0x20000000;
  file->segments[1].p_filesz = 4;
  file->segments[1].p_memsz = 0x400;

  file->sections[1].sh_type = SHT_PROGBITS;
  file->sections[1].sh_flags = SHF_ALLOC | SHF_EXECINSTR;
  file->sections[1].sh_addr = 0x08000000;
  file->sections[1].sh_offset = offsetof (ElfFile, text);
  file->sections[1].sh_size = 8;
  file->sections[2].sh_type = SHT_PROGBITS;
  file->sections[2].sh_flags = SHF_ALLOC | SHF_WRITE;
  file->sections[2].sh_addr = 0x20000000;
  file->sections[2].sh_offset = offsetof (ElfFile, data);
  file->sections[2].sh_size = 4;
  file->sections[3].sh_type = SHT_NOBITS;
  file->sections[3].sh_flags = SHF_ALLOC | SHF_WRITE;
  file->sections[3].sh_addr = 0x20000004;
  file->sections[3].sh_offset = offsetof (ElfFile, data);
  file->sections[3].sh_size = 4;
  file->sections[4].sh_type = SHT_PROGBITS; /* debug information: not for the chip */
  file->sections[4].sh_offset = offsetof (ElfFile, text);
  file->sections[4].sh_size = 8;
  memcpy (file->text, "TEXTtext", 8);
  memcpy (file->data, "DATA", 4);
}

static FkImage *
parse_elf (const ElfFile *file, gsize size, GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new (file, size);

  return fk_image_format_find ("elf")->parse (bytes, 0, error);
}

static void
test_elf (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FkImage) image = NULL;
  ElfFile file;

  init_elf (&file);
  image = parse_elf (&file, sizeof file, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (fk_image_get_n_segments (image), ==, 2);
  g_assert_cmphex (fk_image_get_segment (image, 0).range.address, ==, 0x08000000);
  g_assert_cmpmem (fk_image_get_segment (image, 0).data, fk_image_get_segment (image, 0).range.size,
                   "TEXTtext", 8);
  g_assert_cmphex (fk_image_get_segment (image, 1).range.address, ==, 0x08000100);
  g_assert_cmpmem (fk_image_get_segment (image, 1).data, fk_image_get_segment (image, 1).range.size,
                   "DATA", 4);
}

/* Stripped of its sections, segments are all there is. */
static void
test_elf_without_sections (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FkImage) image = NULL;
  ElfFile file;

  init_elf (&file);
  file.header.e_shoff = 0;
  file.header.e_shnum = 0;
  file.segments[0].p_offset = offsetof (ElfFile, text);
  file.segments[0].p_paddr = 0x08000000;
  file.segments[0].p_filesz = 8;
  image = parse_elf (&file, offsetof (ElfFile, sections), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (fk_image_get_size (image), ==, 12);
  g_assert_cmpmem (fk_image_get_segment (image, 0).data, 8, "TEXTtext", 8);
}

static void
assert_elf_error (const ElfFile *file, gsize size, const char *message)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (parse_elf (file, size, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_BAD_FILE);
  g_assert_cmpstr (error->message, ==, message);
}

static void
test_elf_malformed (void)
{
  ElfFile file;

  init_elf (&file);
  file.header.e_ident[EI_CLASS] = ELFCLASS64;
  assert_elf_error (&file, sizeof file,
                    "not a 32-bit program: it is not for an STM32 (built for the computer "
                    "itself?)");
  init_elf (&file);
  file.header.e_ident[EI_DATA] = ELFDATA2MSB;
  assert_elf_error (&file, sizeof file, "not a little-endian program: it is not for an STM32");
  init_elf (&file);
  file.header.e_machine = EM_386;
  assert_elf_error (&file, sizeof file,
                    "a program for another processor than ARM (machine number 3): it is not for "
                    "an STM32");
  init_elf (&file);
  file.header.e_type = ET_REL;
  assert_elf_error (&file, sizeof file, "an object file, not linked yet: it has no addresses");
  init_elf (&file);
  file.header.e_phoff++;
  assert_elf_error (&file, sizeof file,
                    "offset 0x1c: a table at an odd place (segments 0x35, sections 0x80)");
  init_elf (&file);
  file.header.e_type = ET_DYN;
  assert_elf_error (&file, sizeof file, "not a program with fixed addresses (ELF type 3)");
  init_elf (&file);
  file.header.e_phnum = 0;
  assert_elf_error (&file, sizeof file, "nothing in it is meant for the chip");
  init_elf (&file);
  file.segments[0].p_type = PT_NOTE;
  file.segments[1].p_offset = 0x1000;
  assert_elf_error (&file, sizeof file,
                    "the bytes for 0x08000100 should be at offset 0x1000 to 0x1004, but the file "
                    "ends at 0x148: it is cut off");
  init_elf (&file);
  file.segments[1].p_paddr = 0x08000004;
  assert_elf_error (&file, sizeof file,
                    "offset 0x7c: 0x08000004-0x08000007 overlaps 0x08000000-0x08000007, which is "
                    "there already");
}

static void
test_elf_too_many_segments (void)
{
  gsize size = sizeof (ElfFile) + 300 * sizeof (Elf32_Phdr);
  g_autofree guint8 *data = g_malloc0 (size);
  g_autoptr (GError) error = NULL;
  ElfFile file;

  init_elf (&file);
  file.header.e_phoff = sizeof file;
  file.header.e_phnum = 300;
  memcpy (data, &file, sizeof file);
  g_assert_null (parse_elf ((const ElfFile *)(gpointer)data, size, &error));
  g_assert_error (error, FK_ERROR, FK_ERROR_BAD_FILE);
  g_assert_cmpstr (error->message, ==,
                   "300 segments and 5 sections are more than a firmware has (256 and 4096)");
}

/* A table of segments that the file ends in: an error, whoever notices it first. */
static void
test_elf_cut (void)
{
  gsize length;
  ElfFile file;

  init_elf (&file);
  for (length = 0; length < offsetof (ElfFile, sections); length++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (FkImage) image = parse_elf (&file, length, &error);

      g_assert_null (image);
      g_assert_error (error, FK_ERROR, FK_ERROR_BAD_FILE);
    }

  init_elf (&file);
  file.segments[1].p_paddr = 0xffffffff;
  file.segments[1].p_offset -= 4;
  file.segments[1].p_filesz += 4;
  {
    g_autoptr (GError) error = NULL;

    g_assert_null (parse_elf (&file, sizeof file, &error));
    g_assert_error (error, FK_ERROR, FK_ERROR_OUT_OF_RANGE);
    g_assert_cmpstr (error->message, ==,
                     "offset 0x7c: the data lies past the end of the address space (4 GiB)");
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/image-format/round-trip", test_round_trip);
  g_test_add_func ("/image-format/round-trip-random", test_round_trip_random);
  g_test_add_func ("/image-format/empty-image", test_empty_image);
  g_test_add_func ("/image-format/binary", test_binary);
  g_test_add_func ("/image-format/ihex-known", test_ihex_known);
  g_test_add_func ("/image-format/ihex-boundary", test_ihex_boundary);
  g_test_add_func ("/image-format/ihex-crossing-linear", test_ihex_crossing_linear);
  g_test_add_func ("/image-format/srec-known", test_srec_known);
  g_test_add_func ("/image-format/malformed", test_malformed);
  g_test_add_func ("/image-format/truncated", test_truncated);
  g_test_add_func ("/image-format/flipped", test_flipped);
  g_test_add_func ("/image-format/garbage", test_garbage);
  g_test_add_func ("/image-format/guess", test_guess);
  g_test_add_func ("/image-format/elf", test_elf);
  g_test_add_func ("/image-format/elf-without-sections", test_elf_without_sections);
  g_test_add_func ("/image-format/elf-malformed", test_elf_malformed);
  g_test_add_func ("/image-format/elf-too-many-segments", test_elf_too_many_segments);
  g_test_add_func ("/image-format/elf-cut", test_elf_cut);

  return g_test_run ();
}
