/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How large the flash really is.  The chip has a register that says so, which reads 0 or 0xFFFF on
 * some, nonsense on others after a failed session, and too little on those that were sold as the
 * smaller part of the same silicon.  So what it says is compared with the sizes that exist, and
 * with where the flash ends: there the bus faults (RM0008 3.3.3, RM0090 2.3).
 *
 * Whatever is found beyond what the register says is told and never used by itself. */

#include "config.h"

#include "flash/fk-identify-private.h"

#include <glib/gi18n.h>

#include "base/fk-error.h"
#include "base/fk-number.h"

/* Enough of a program to tell the start of the flash from its mirror. */
#define SAMPLE 4096u

typedef enum
{
  BEYOND_NOTHING, /* a bus fault, or zeros that no erased flash has */
  BEYOND_MIRROR,  /* the start of the flash once more */
  BEYOND_BLANK,   /* blank, as the start is: memory or mirror */
  BEYOND_MEMORY,
} Beyond;

/* Returns TRUE through @answers if the word can be read.  Asked once: all that identifies a chip is
 * found out twice, but for the fault where the flash ends (foresee_end()). */
static gboolean
try_word (FkTarget *target, guint32 address, gboolean *answers, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  guint32 value;

  *answers = fk_target_try_u32 (target, address, &value, &local_error);
  if (*answers || g_error_matches (local_error, FK_ERROR, FK_ERROR_BUS_FAULT))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

/* Where the last word of a flash of @size is. */
static guint32
find_last_word (FkChip *kind, guint32 size)
{
  return (guint32)(fk_chip_find_flash_end (kind, size) - 4);
}

/* The largest of the sizes that exist, up to @limit, whose last word answers; 0 if none does. */
static gboolean
find_answering (FkTarget *target,
                const FkChipDesc *desc,
                FkChip *kind,
                guint32 limit,
                guint32 *size,
                GError **error)
{
  guint n;
  const guint32 *sizes = fk_chip_desc_get_flash_sizes (desc, &n);

  *size = 0;
  for (guint i = n; i > 0 && *size == 0; i--)
    {
      gboolean answers;

      if (sizes[i - 1] > limit)
        continue;
      if (!try_word (target, find_last_word (kind, sizes[i - 1]), &answers, error))
        return FALSE;
      if (answers)
        *size = sizes[i - 1];
    }
  return TRUE;
}

static gboolean
is_sold (const FkChipDesc *desc, guint32 size)
{
  guint n;
  const guint32 *sizes = fk_chip_desc_get_flash_sizes (desc, &n);

  for (guint i = 0; i < n; i++)
    if (sizes[i] == size)
      return TRUE;
  return FALSE;
}

static void warn (GPtrArray *warnings, const char *format, ...) G_GNUC_PRINTF (2, 3);

static void
warn (GPtrArray *warnings, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  g_ptr_array_add (warnings, g_strdup_vprintf (format, args));
  va_end (args);
}

/* Reads the size register, if there is one.  @told becomes 0 where what it says cannot be, and
 * @complaint why. */
static gboolean
ask_register (
    FkTarget *target, const FkChipDesc *desc, guint32 *told, char **complaint, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autofree char *text = NULL;
  guint64 size;
  guint16 raw;
  guint n;
  const guint32 *sizes = fk_chip_desc_get_flash_sizes (desc, &n);

  *told = 0;
  if (fk_chip_desc_get_size_register (desc) == 0)
    {
      if (n == 1)
        *told = sizes[0];
      else
        *complaint = g_strdup (_ ("This chip has no size register"));
      return TRUE;
    }
  if (!fk_target_read_u16 (target, fk_chip_desc_get_size_register (desc), &raw, &local_error))
    {
      if (!g_error_matches (local_error, FK_ERROR, FK_ERROR_BUS_FAULT))
        {
          g_propagate_prefixed_error (error, g_steal_pointer (&local_error),
                                      "Reading the flash size: ");
          return FALSE;
        }
      *complaint = g_strdup (_ ("The size register cannot be read"));
      return TRUE;
    }
  size = fk_chip_desc_decode_size (desc, raw);
  text = fk_number_format_size (size);
  if (size == 0)
    *complaint = g_strdup_printf (_ ("The size register reads 0x%04X, which is no size"), raw);
  else if (size > fk_chip_desc_get_max_flash_size (desc))
    *complaint = g_strdup_printf (_ ("The size register says %s, more than any %s has"), text,
                                  fk_chip_desc_get_line (desc));
  else if (!is_sold (desc, (guint32)size))
    *complaint = g_strdup_printf (_ ("The size register says %s, a size in which no %s exists"),
                                  text, fk_chip_desc_get_line (desc));
  else
    *told = (guint32)size;
  return TRUE;
}

static gboolean
is_filled_with (const guint8 *bytes, gsize length, guint8 value)
{
  for (gsize i = 0; i < length; i++)
    if (bytes[i] != value)
      return FALSE;
  return TRUE;
}

/* Looks at what lies right behind the flash, where something answers. */
static gboolean
compare_beyond (FkTarget *target,
                const FkChipDesc *desc,
                guint32 size,
                Beyond *beyond,
                GCancellable *cancellable,
                GError **error)
{
  guint32 base = fk_chip_desc_get_flash_base (desc);
  guint8 blank = fk_chip_desc_get_erased_value (desc);
  g_autofree guint8 *start = g_malloc (SAMPLE);
  g_autofree guint8 *behind = g_malloc (SAMPLE);

  if (!fk_target_read (target, base, start, SAMPLE, NULL, cancellable, error) ||
      !fk_target_read (target, base + size, behind, SAMPLE, NULL, cancellable, error))
    return FALSE;
  /* Some clones answer zeros wherever there is nothing; where erased flash reads as zeros, too,
   * that cannot be told, and it is told of rather than hidden. */
  if (blank != 0 && is_filled_with (behind, SAMPLE, 0))
    *beyond = BEYOND_NOTHING;
  else if (memcmp (start, behind, SAMPLE) != 0)
    *beyond = BEYOND_MEMORY;
  else
    *beyond = is_filled_with (start, SAMPLE, blank) ? BEYOND_BLANK : BEYOND_MIRROR;
  return TRUE;
}

/* The largest of the sizes that exist whose last word answers, as do those of all between @size and
 * it: what lies behind a hole is not this flash. */
static gboolean
find_beyond (FkTarget *target,
             const FkChipDesc *desc,
             FkChip *kind,
             guint32 size,
             guint32 *larger,
             GError **error)
{
  guint n;
  const guint32 *sizes = fk_chip_desc_get_flash_sizes (desc, &n);
  gboolean answers = TRUE;

  *larger = size;
  for (guint i = 0; i < n && answers; i++)
    {
      if (sizes[i] <= size)
        continue;
      if (!try_word (target, find_last_word (kind, sizes[i]), &answers, error))
        return FALSE;
      if (answers)
        *larger = sizes[i];
    }
  return TRUE;
}

/* Is there more flash than the register admits?  Where there should be a gap behind its first part,
 * that is not asked. */
static gboolean
look_beyond (FkTarget *target,
             const FkChipDesc *desc,
             FkChip *kind,
             guint32 size,
             guint32 *answering,
             GPtrArray *warnings,
             GCancellable *cancellable,
             GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autofree char *told = fk_number_format_size (size);
  g_autofree char *found = NULL;
  guint32 larger;
  FkRange rest;
  Beyond beyond;

  *answering = size;
  if (fk_chip_find_flash_end (kind, size) != fk_chip_desc_get_flash_base (desc) + (guint64)size)
    return TRUE;
  if (!find_beyond (target, desc, kind, size, &larger, error))
    return FALSE;
  if (larger == size)
    return TRUE;
  if (!compare_beyond (target, desc, size, &beyond, cancellable, &local_error))
    {
      /* A hole: what answers far behind is not this flash. */
      if (g_error_matches (local_error, FK_ERROR, FK_ERROR_BUS_FAULT))
        return TRUE;
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  if (beyond == BEYOND_NOTHING || beyond == BEYOND_MIRROR)
    return TRUE;
  *answering = larger;
  found = fk_number_format_size (larger);
  rest = (FkRange){ fk_chip_desc_get_flash_base (desc) + size, larger - size };
  warn (warnings,
        beyond == BEYOND_BLANK
            ? _ ("The size register says %s, but %s answer (blank, as the start is, so it may be a "
                 "mirror of it).  The register is believed, so backups end there; \"flashkeepctl "
                 "read 0x%08x 0x%x FILE\" saves what lies behind.")
            : _ ("The size register says %s, but %s answer.  The register is believed, so backups "
                 "end there; \"flashkeepctl read 0x%08x 0x%x FILE\" saves what lies behind."),
        told, found, rest.address, rest.size);
  return TRUE;
}

/* Where the flash should end, what is wanted @soon, and what lies behind the end, in one exchange
 * with a probe that can. */
static gboolean
foresee_end (FkTarget *target,
             const FkChipDesc *desc,
             FkChip *kind,
             guint32 size,
             const guint32 *soon,
             guint n_soon,
             GError **error)
{
  guint32 last = find_last_word (kind, size);
  guint32 addresses[FK_TARGET_MAX_FORESEEN] = { last, last };
  guint n = 2;
  guint n_sizes;
  const guint32 *sizes = fk_chip_desc_get_flash_sizes (desc, &n_sizes);

  for (guint i = 0; i < n_soon; i++)
    addresses[n++] = soon[i];
  for (guint i = 0; i < n_sizes && n == 2 + n_soon; i++)
    if (sizes[i] > size)
      addresses[n++] = find_last_word (kind, sizes[i]);
  return fk_target_foresee_end (target, addresses, n, error);
}

/* The register is of no use: what answers decides, or the largest size there is. */
static gboolean
guess_size (FkTarget *target,
            const FkChipDesc *desc,
            FkChip *kind,
            gboolean readable,
            const char *complaint,
            GPtrArray *warnings,
            guint32 *size,
            GError **error)
{
  g_autofree char *text = NULL;

  *size = 0;
  if (readable && !find_answering (target, desc, kind, G_MAXUINT32, size, error))
    return FALSE;
  if (*size != 0)
    {
      text = fk_number_format_size (*size);
      warn (warnings, _ ("%s; %s answer, so that is taken as the size."), complaint, text);
      return TRUE;
    }
  *size = fk_chip_desc_get_max_flash_size (desc);
  text = fk_number_format_size (*size);
  warn (warnings, _ ("%s; the largest size of this chip, %s, is assumed."), complaint, text);
  return TRUE;
}

/*
 * fk_identify_flash_size:
 * @kind: the largest of its kind, its flash divided as it is in this one
 * @readable: whether flash may be read (no read protection)
 * @is_first: whether the chip is asked about itself for the first time of two
 * @soon: (array length=n_soon): of words that are asked for next, as for fk_target_foresee()
 * @warnings: of strings; what the person should know is added
 * @size: (out): what the flash size is to be taken as, bytes; one that exists
 * @answering: (out): how much answers, bytes; more than @size on a chip that hides some
 */
gboolean
fk_identify_flash_size (FkTarget *target,
                        const FkChipDesc *desc,
                        FkChip *kind,
                        gboolean readable,
                        gboolean is_first,
                        const guint32 *soon,
                        guint n_soon,
                        GPtrArray *warnings,
                        guint32 *size,
                        guint32 *answering,
                        GCancellable *cancellable,
                        GError **error)
{
  g_autofree char *complaint = NULL;
  guint32 told;
  guint32 answers;

  if (!ask_register (target, desc, &told, &complaint, error))
    return FALSE;
  if (told == 0)
    {
      if (!guess_size (target, desc, kind, readable, complaint, warnings, size, error))
        return FALSE;
      *answering = *size;
      return TRUE;
    }
  *size = *answering = told;
  if (!readable)
    return TRUE;
  if ((is_first && !foresee_end (target, desc, kind, told, soon, n_soon, error)) ||
      !find_answering (target, desc, kind, told, &answers, error))
    return FALSE;
  if (answers != 0 && answers < told)
    {
      g_autofree char *said = fk_number_format_size (told);
      g_autofree char *real = fk_number_format_size (answers);

      warn (warnings, _ ("The size register says %s, but only %s answer; %s is taken as the size."),
            said, real, real);
      *size = *answering = answers;
      return TRUE;
    }
  return look_beyond (target, desc, kind, told, answering, warnings, cancellable, error);
}
