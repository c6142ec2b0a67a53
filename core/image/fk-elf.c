/* SPDX-License-Identifier: GPL-3.0-or-later */

/* ELF, after the System V ABI and ARM's "ELF for the ARM Architecture" (IHI 0044), read by libelf.
 *
 * What belongs into the chip are the loadable segments at their physical address: initialised data
 * lies in flash there, while its virtual address is in RAM.  A segment is not taken whole, though:
 * linkers like to begin the first one at a page boundary of the file, with the ELF header itself in
 * it, as far as 64 KiB below the flash.  Where the file has sections, only their bytes are taken,
 * which is what objcopy does too; and what is only reserved (.bss) is not in the file at all. */

#include "config.h"

#include "image/fk-image-format-private.h"

#include "base/fk-error.h"

#include <libelf.h>
#include <string.h>

/* Far above what a linked firmware has, and few enough that all pairs are looked at in no time. */
#define MAX_SEGMENTS 256u
#define MAX_SECTIONS 4096u

static const char *const suffixes[] = { "elf", "axf", "out", NULL };

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Elf, elf_end)

static gboolean
matches (GBytes *bytes)
{
  gsize size;
  const char *data = g_bytes_get_data (bytes, &size);

  return size >= SELFMAG && memcmp (data, ELFMAG, SELFMAG) == 0;
}

static gboolean
check_ident (const guint8 *data, gsize size, GError **error)
{
  if (size < SELFMAG || memcmp (data, ELFMAG, SELFMAG) != 0)
    g_set_error (error, FK_ERROR, FK_ERROR_BAD_FILE, "%s",
                 size == 0 ? "the file is empty" : "offset 0: not the mark of an ELF file");
  else if (size < sizeof (Elf32_Ehdr))
    g_set_error (error, FK_ERROR, FK_ERROR_BAD_FILE,
                 "offset 0x%" G_GSIZE_MODIFIER "x: the file ends inside the ELF header", size);
  else if (data[EI_CLASS] != ELFCLASS32)
    g_set_error (error, FK_ERROR, FK_ERROR_BAD_FILE,
                 "not a 32-bit program: it is not for an STM32 (built for the computer itself?)");
  else if (data[EI_DATA] != ELFDATA2LSB)
    g_set_error (error, FK_ERROR, FK_ERROR_BAD_FILE,
                 "not a little-endian program: it is not for an STM32");
  else
    return TRUE;
  return FALSE;
}

static gboolean
check_header (const Elf32_Ehdr *header, GError **error)
{
  if (header->e_machine != EM_ARM)
    g_set_error (error, FK_ERROR, FK_ERROR_BAD_FILE,
                 "a program for another processor than ARM (machine number %u): it is not for an "
                 "STM32",
                 header->e_machine);
  else if (header->e_type == ET_REL)
    g_set_error (error, FK_ERROR, FK_ERROR_BAD_FILE,
                 "an object file, not linked yet: it has no addresses");
  else if (header->e_type != ET_EXEC)
    g_set_error (error, FK_ERROR, FK_ERROR_BAD_FILE,
                 "not a program with fixed addresses (ELF type %u)", header->e_type);
  else if (header->e_phoff % 4 != 0 || header->e_shoff % 4 != 0) /* libelf hands out pointers */
    g_set_error (error, FK_ERROR, FK_ERROR_BAD_FILE,
                 "offset 0x%x: a table at an odd place (segments 0x%x, sections 0x%x)",
                 (guint)offsetof (Elf32_Ehdr, e_phoff), header->e_phoff, header->e_shoff);
  else
    return TRUE;
  return FALSE;
}

static gboolean
check_counts (Elf *elf, gsize *n_segments, GError **error)
{
  gsize n_sections;

  if (elf_getphdrnum (elf, n_segments) != 0 || elf_getshdrnum (elf, &n_sections) != 0)
    {
      g_set_error (error, FK_ERROR, FK_ERROR_BAD_FILE, "the tables of the ELF file: %s",
                   elf_errmsg (-1));
      return FALSE;
    }
  if (*n_segments > MAX_SEGMENTS || n_sections > MAX_SECTIONS)
    {
      g_set_error (error, FK_ERROR, FK_ERROR_BAD_FILE,
                   "%" G_GSIZE_FORMAT " segments and %" G_GSIZE_FORMAT
                   " sections are more than a firmware has (%u and %u)",
                   *n_segments, n_sections, MAX_SEGMENTS, MAX_SECTIONS);
      return FALSE;
    }
  return TRUE;
}

static gboolean
check_segment (const Elf32_Phdr *segment, gsize file_size, GError **error)
{
  if ((guint64)segment->p_offset + segment->p_filesz > file_size)
    {
      g_set_error (error, FK_ERROR, FK_ERROR_BAD_FILE,
                   "the bytes for 0x%08x should be at offset 0x%x to 0x%" G_GINT64_MODIFIER
                   "x, but the file ends at 0x%" G_GSIZE_MODIFIER "x: it is cut off",
                   segment->p_paddr, segment->p_offset,
                   (guint64)segment->p_offset + segment->p_filesz, file_size);
      return FALSE;
    }
  return TRUE;
}

static gboolean
lies_in_segment (const Elf32_Shdr *section, const Elf32_Phdr *segment)
{
  return (section->sh_flags & SHF_ALLOC) != 0 && section->sh_type != SHT_NOBITS &&
         section->sh_size > 0 && section->sh_offset >= segment->p_offset &&
         (guint64)section->sh_offset + section->sh_size <=
             (guint64)segment->p_offset + segment->p_filesz;
}

static gboolean
add_part (FkImage *image,
          const Elf32_Phdr *segment,
          const guint8 *data,
          guint32 offset,
          guint32 size,
          GError **error)
{
  guint64 address = (guint64)segment->p_paddr + (offset - segment->p_offset);

  if (address > G_MAXUINT32)
    {
      g_set_error (error, FK_ERROR, FK_ERROR_OUT_OF_RANGE,
                   "offset 0x%x: the data lies past the end of the address space (4 GiB)", offset);
      return FALSE;
    }
  if (!fk_image_add_data (image, (guint32)address, data + offset, size, error))
    {
      g_prefix_error (error, "offset 0x%x: ", offset);
      return FALSE;
    }
  return TRUE;
}

/* Adds what sections have in this segment, or all of a segment that no section describes. */
static gboolean
add_segment (
    FkImage *image, Elf *elf, const Elf32_Phdr *segment, const guint8 *data, GError **error)
{
  gboolean any = FALSE;
  Elf_Scn *scn = NULL;

  while ((scn = elf_nextscn (elf, scn)) != NULL)
    {
      const Elf32_Shdr *section = elf32_getshdr (scn);

      if (section == NULL || !lies_in_segment (section, segment))
        continue;
      any = TRUE;
      if (!add_part (image, segment, data, section->sh_offset, section->sh_size, error))
        return FALSE;
    }
  return any || add_part (image, segment, data, segment->p_offset, segment->p_filesz, error);
}

static FkImage *
load (Elf *elf, const guint8 *data, gsize size, GError **error)
{
  g_autoptr (FkImage) image = fk_image_new ();
  const Elf32_Ehdr *header = elf32_getehdr (elf);
  const Elf32_Phdr *segments;
  gsize n_segments;
  gsize i;

  if (header == NULL)
    {
      g_set_error (error, FK_ERROR, FK_ERROR_BAD_FILE, "the ELF header: %s", elf_errmsg (-1));
      return NULL;
    }
  if (!check_header (header, error) || !check_counts (elf, &n_segments, error))
    return NULL;

  segments = n_segments > 0 ? elf32_getphdr (elf) : NULL;
  if (segments == NULL && n_segments > 0)
    {
      g_set_error (error, FK_ERROR, FK_ERROR_BAD_FILE,
                   "offset 0x%x: the table of segments cannot be read: %s", header->e_phoff,
                   elf_errmsg (-1));
      return NULL;
    }
  for (i = 0; i < n_segments; i++)
    {
      if (segments[i].p_type != PT_LOAD || segments[i].p_filesz == 0)
        continue;
      if (!check_segment (&segments[i], size, error) ||
          !add_segment (image, elf, &segments[i], data, error))
        return NULL;
    }

  if (fk_image_get_size (image) == 0)
    {
      g_set_error (error, FK_ERROR, FK_ERROR_BAD_FILE, "nothing in it is meant for the chip");
      return NULL;
    }
  return g_steal_pointer (&image);
}

static FkImage *
parse (GBytes *bytes, guint32 base G_GNUC_UNUSED, GError **error)
{
  g_autofree char *copy = NULL;
  g_autoptr (Elf) elf = NULL; /* ends before the memory goes that it looks at */
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);

  if (!check_ident (data, size, error))
    return NULL;
  if (elf_version (EV_CURRENT) == EV_NONE)
    {
      g_set_error (error, FK_ERROR, FK_ERROR_NOT_SUPPORTED, "this libelf is too old");
      return NULL;
    }

  /* libelf wants aligned memory that it may write to. */
  copy = g_memdup2 (data, size);
  elf = elf_memory (copy, size);
  if (elf == NULL)
    {
      g_set_error (error, FK_ERROR, FK_ERROR_BAD_FILE, "not a usable ELF file: %s",
                   elf_errmsg (-1));
      return NULL;
    }
  return load (elf, data, size, error);
}

const FkImageFormat fk_elf_format = {
  .name = "elf",
  .title = "ELF",
  .suffixes = suffixes,
  .has_addresses = TRUE,
  .matches = matches,
  .parse = parse,
  .write = NULL,
};
