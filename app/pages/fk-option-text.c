/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Option bytes in words: what a field is called, what a value means, and what comes of choosing it.
 * What the chip descriptions say of a value is translated here. */

#include "config.h"

#include "pages/fk-option-text.h"

#include <glib/gi18n.h>

#include "flash/fk-option-protection.h"

typedef struct
{
  const char *name; /* of the field, as in the manual */
  const char *title;
} OptionTitle;

typedef struct
{
  const char *names[6]; /* of fields of which this is true, as many as there are */
  const char *meaning;  /* of the value, as the descriptions say it; NULL: whatever it means */
  gboolean danger;      /* the board may not start, or not be changed, until it is undone */
  const char *effect;
} OptionEffect;

/* The formatter moves the strings of N_() to the right, row by row. */
/* clang-format off */
static const OptionTitle titles[] = {
  { "RDP", N_ ("Read Protection") },
  { "SPRMOD", N_ ("Kind of Sector Protection") },
  { "SEC_SIZE", N_ ("Pages to Hide") },
  { "SEC_SIZE2", N_ ("Pages to Hide in the Second Bank") },
  { "WPRMOD", N_ ("Kind of Sector Protection") },
  { "PCROP", N_ ("Code That May Only Be Run") },
  { "PCROP_RDP", N_ ("Hidden Code When Protection Ends") },
  { "TZEN", N_ ("TrustZone") },
  { "ESE", N_ ("Memory of the Second Core") },
  { "WDG_SW", N_ ("Watchdog") },
  { "IWDG_SW", N_ ("Watchdog") },
  { "IWDG1_SW", N_ ("Watchdog") },
  { "WWDG_SW", N_ ("Window Watchdog") },
  { "IWDG_STOP", N_ ("Watchdog in Stop Mode") },
  { "IWDG_STDBY", N_ ("Watchdog in Standby Mode") },
  { "FZ_IWDG_STOP", N_ ("Watchdog in Stop Mode") },
  { "FZ_IWDG_SDBY", N_ ("Watchdog in Standby Mode") },
  { "nRST_STOP", N_ ("Stop Mode") },
  { "NRST_STOP", N_ ("Stop Mode") },
  { "NRST_STOP_D1", N_ ("Stop Mode") },
  { "nRST_STDBY", N_ ("Standby Mode") },
  { "NRST_STBY", N_ ("Standby Mode") },
  { "NRST_STBY_D1", N_ ("Standby Mode") },
  { "NRST_STDBY", N_ ("Standby Mode") },
  { "nRST_SHDW", N_ ("Shutdown Mode") },
  { "NRST_MODE", N_ ("Reset Pin") },
  { "IRHEN", N_ ("Sign of a Reset") },
  { "BOR_EN", N_ ("Brown-Out Reset") },
  { "BORH_EN", N_ ("Brown-Out Reset") },
  { "BOR_LEV", N_ ("Brown-Out Reset") },
  { "BORR_LEV", N_ ("Start at Rising Supply") },
  { "BORF_LEV", N_ ("Reset at Falling Supply") },
  { "BFB2", N_ ("Start Bank") },
  { "DB1M", N_ ("Banks") },
  { "nDBANK", N_ ("Banks") },
  { "DUALBANK", N_ ("Banks") },
  { "DUAL_BANK", N_ ("Banks") },
  { "DBANK", N_ ("Banks") },
  { "DB256K", N_ ("Banks") },
  { "nSWAP_BANK", N_ ("Order of the Banks") },
  { "SWAP_BANK_OPT", N_ ("Order of the Banks") },
  { "nDBOOT", N_ ("Start Bank") },
  { "BOOT_ADD0", N_ ("Start While BOOT Is Low") },
  { "BOOT_ADD1", N_ ("Start While BOOT Is High") },
  { "NSBOOTADD0", N_ ("Start While BOOT0 Is 0") },
  { "NSBOOTADD1", N_ ("Start While BOOT0 Is 1") },
  { "NSBOOTADD", N_ ("Start While BOOT0 Is 0") },
  { "NSBOOT_LOCK", N_ ("Lock of the Start Address") },
  { "nBOOT0", N_ ("Start From (nBOOT0)") },
  { "nBOOT1", N_ ("Start Without Flash") },
  { "BOOT_SEL", N_ ("Choice of the Start") },
  { "nBOOT_SEL", N_ ("Choice of the Start") },
  { "nSWBOOT0", N_ ("Choice of the Start") },
  { "BOOT_LOCK", N_ ("Start From Flash Only") },
  { "VDDA_MONITOR", N_ ("Analog Supply Monitor") },
  { "SDADC12_VDD_MONITOR", N_ ("Converter Supply Monitor") },
  { "RAM_PARITY_CHECK", N_ ("RAM Parity Check") },
  { "SRAM_PE", N_ ("RAM Parity Check") },
  { "SRAM2_PE", N_ ("RAM Parity Check") },
  { "BKPRAM_ECC", N_ ("Error Check of Backup RAM") },
  { "SRAM1_ECC", N_ ("Error Check of SRAM1") },
  { "SRAM2_ECC", N_ ("Error Check of SRAM2") },
  { "SRAM3_ECC", N_ ("Error Check of SRAM3") },
  { "SRAM_RST", N_ ("RAM at a Reset") },
  { "SRAM2_RST", N_ ("SRAM2 at a Reset") },
  { "SRAM1_RST", N_ ("SRAM1 at a Reset") },
  { "SRAM1_3_RST", N_ ("SRAM1 and SRAM3 at a Reset") },
  { "CCMSRAM_RST", N_ ("CCM RAM at a Reset") },
  { "Data0", N_ ("First Free Byte") },
  { "Data1", N_ ("Second Free Byte") },
};

static const OptionEffect effects[] = {
  { { "WDG_SW", "IWDG_SW", "IWDG1_SW", "WWDG_SW" }, "The hardware starts it at power-on", TRUE,
    N_ ("The watchdog runs from power-on. Firmware that was not written for this is reset again and "
        "again, and does not run.") },
  { { "WDG_SW", "IWDG_SW", "IWDG1_SW", "WWDG_SW" }, "The program starts it", FALSE,
    N_ ("The watchdog waits until the firmware starts it, as on most boards.") },
  { { "IWDG_STOP", "IWDG_STDBY", "FZ_IWDG_STOP", "FZ_IWDG_SDBY" }, "It stands still", FALSE,
    N_ ("Firmware that sleeps is not woken by a reset of the watchdog.") },
  { { "IWDG_STOP", "IWDG_STDBY", "FZ_IWDG_STOP", "FZ_IWDG_SDBY" }, "It runs on", FALSE,
    N_ ("Firmware that sleeps for longer than its watchdog allows is reset.") },
  { { "nRST_STOP", "NRST_STOP", "NRST_STOP_D1" }, "The chip is reset", TRUE,
    N_ ("Firmware that sleeps in Stop mode starts anew each time instead of waking up.") },
  { { "nRST_STOP", "NRST_STOP", "NRST_STOP_D1" }, "The chip stops", FALSE,
    N_ ("Firmware may sleep in Stop mode and wake up again.") },
  { { "nRST_STDBY", "NRST_STDBY", "NRST_STBY", "NRST_STBY_D1" }, "The chip is reset", TRUE,
    N_ ("Firmware that goes to Standby starts anew at once, so that the board never sleeps.") },
  { { "nRST_STDBY", "NRST_STDBY", "NRST_STBY", "NRST_STBY_D1" }, "The chip stands by", FALSE,
    N_ ("Firmware may switch the chip to Standby.") },
  { { "nRST_SHDW" }, "The chip is reset", TRUE,
    N_ ("Firmware that shuts the chip down starts anew at once, so that the board stays on.") },
  { { "nRST_SHDW" }, "The chip shuts down", FALSE, N_ ("Firmware may shut the chip down.") },
  { { "NRST_MODE" }, "Not described in the manual", TRUE,
    N_ ("The manual does not say what the chip does then.") },
  { { "NRST_MODE" }, "It resets the chip", FALSE,
    N_ ("Other chips on the board do not see this one's own resets.") },
  { { "NRST_MODE" }, "It is a pin like others, and resets nothing", TRUE,
    N_ ("Neither a reset button nor the probe's reset wire resets the chip any more.") },
  { { "NRST_MODE" }, "It resets the chip, and shows resets", FALSE,
    N_ ("The reset pin works as on most chips.") },
  { { "IRHEN" }, "By a short pulse", FALSE,
    N_ ("What else hangs on the reset wire may miss a short pulse.") },
  { { "IRHEN" }, "Until the pin is seen low", FALSE,
    N_ ("What else hangs on the reset wire sees each reset.") },
  { { "BOR_EN", "BORH_EN" }, "Not watched", FALSE,
    N_ ("The chip runs down to its lowest voltage; a slowly failing supply may leave it in disorder.") },
  { { "BOR_EN", "BORH_EN" }, "Watched", TRUE,
    N_ ("A board whose supply is lower than the voltages chosen for this does not start, and can only "
        "be reached with a better one.") },
  { { "BOR_LEV" }, "Level 5: below 3.0 V", TRUE,
    N_ ("Below 3.0 V the chip stays in reset. A board with a lower supply does not start, and can "
        "only be reached with a better one.") },
  { { "BOR_LEV" }, "Level 4: below 2.8 V", TRUE,
    N_ ("Below 2.8 V the chip stays in reset. A board with a lower supply does not start, and can "
        "only be reached with a better one.") },
  { { "BOR_LEV" }, "Level 4: below 2.7 V", TRUE,
    N_ ("Below 2.7 V the chip stays in reset. A board with a lower supply does not start, and can "
        "only be reached with a better one.") },
  { { "BOR_LEV" }, "Level 3: below 2.7 V", TRUE,
    N_ ("Below 2.7 V the chip stays in reset. A board with a lower supply does not start, and can "
        "only be reached with a better one.") },
  { { "BOR_LEV" }, "Level 3: below 2.5 V", FALSE, N_ ("Below 2.5 V the chip stays in reset.") },
  { { "BOR_LEV" }, "Level 2: below 2.4 V", FALSE, N_ ("Below 2.4 V the chip stays in reset.") },
  { { "BOR_LEV" }, "Level 2: below 2.2 V", FALSE, N_ ("Below 2.2 V the chip stays in reset.") },
  { { "BOR_LEV" }, "Level 2: below 2.1 V", FALSE, N_ ("Below 2.1 V the chip stays in reset.") },
  { { "BOR_LEV" }, "Level 1: below 2.1 V", FALSE, N_ ("Below 2.1 V the chip stays in reset.") },
  { { "BOR_LEV" }, "Level 1: below 2.0 V", FALSE, N_ ("Below 2.0 V the chip stays in reset.") },
  { { "BOR_LEV" }, "Level 1: below 1.8 V", FALSE, N_ ("Below 1.8 V the chip stays in reset.") },
  { { "BOR_LEV" }, "Level 0: below 1.7 V", FALSE, N_ ("Below 1.7 V the chip stays in reset.") },
  { { "BOR_LEV" }, "Off: only the power-on reset", FALSE,
    N_ ("The chip runs down to its lowest voltage; a slowly failing supply may leave it in disorder.") },
  { { "BORR_LEV" }, "2.1 V", FALSE, N_ ("The chip starts above 2.1 V.") },
  { { "BORR_LEV" }, "2.3 V", FALSE, N_ ("The chip starts above 2.3 V.") },
  { { "BORR_LEV" }, "2.6 V", FALSE, N_ ("The chip starts above 2.6 V.") },
  { { "BORR_LEV" }, "2.9 V", TRUE,
    N_ ("The chip starts above 2.9 V. A board with a lower supply does not start, and can only be "
        "reached with a better one.") },
  { { "BORF_LEV" }, "2.0 V", FALSE, N_ ("Below 2.0 V the chip stays in reset.") },
  { { "BORF_LEV" }, "2.2 V", FALSE, N_ ("Below 2.2 V the chip stays in reset.") },
  { { "BORF_LEV" }, "2.5 V", FALSE, N_ ("Below 2.5 V the chip stays in reset.") },
  { { "BORF_LEV" }, "2.8 V", TRUE,
    N_ ("Below 2.8 V the chip stays in reset. A board with a lower supply does not start, and can "
        "only be reached with a better one.") },
  { { "BFB2", "nDBOOT" }, NULL, TRUE,
    N_ ("Another bank may start, with another firmware or none.") },
  { { "DB1M" }, NULL, TRUE,
    N_ ("Firmware that keeps settings in the flash may erase the wrong part of it.") },
  { { "nBOOT0" }, "What nBOOT1 says", TRUE,
    N_ ("While the BOOT0 pin is not asked, the firmware in the flash does not start any more.") },
  { { "nBOOT0" }, "What NSBOOTADD1 says", TRUE,
    N_ ("While the BOOT0 pin is not asked, the firmware in the flash does not start any more.") },
  { { "nBOOT0" }, "What NSBOOTADD0 says", FALSE, N_ ("The firmware in the flash starts.") },
  { { "nBOOT0" }, "The flash", FALSE, N_ ("The firmware in the flash starts.") },
  { { "nBOOT1" }, "The RAM", FALSE,
    N_ ("With BOOT0 at 1 the chip starts from RAM; its built-in bootloader cannot be reached.") },
  { { "nBOOT1" }, "The built-in bootloader", FALSE,
    N_ ("With BOOT0 at 1 the built-in bootloader starts.") },
  { { "BOOT_SEL", "nBOOT_SEL", "nSWBOOT0" }, "The option nBOOT0", TRUE,
    N_ ("The BOOT0 pin and its jumper do nothing any more.") },
  { { "BOOT_SEL", "nBOOT_SEL", "nSWBOOT0" }, "The BOOT0 pin", TRUE,
    N_ ("The BOOT0 pin decides. On boards that leave it open the firmware may not start.") },
  { { "BOOT_ADD0", "BOOT_ADD1", "NSBOOTADD0", "NSBOOTADD1", "NSBOOTADD" }, "The flash at 0x08000000", FALSE,
    N_ ("The firmware in the flash starts.") },
  { { "BOOT_ADD0", "BOOT_ADD1" }, "The flash, seen at 0x00200000", FALSE,
    N_ ("The firmware in the flash starts.") },
  { { "BOOT_ADD0", "NSBOOTADD0", "NSBOOTADD" }, "The built-in bootloader", TRUE,
    N_ ("The built-in bootloader starts; the firmware in the flash does not.") },
  { { "BOOT_ADD1", "NSBOOTADD1" }, "The built-in bootloader", FALSE,
    N_ ("With the BOOT pin at 1 the built-in bootloader starts.") },
  { { "BOOT_ADD0", "BOOT_ADD1" }, "The RAM at 0x00000000", TRUE,
    N_ ("Nothing is in the RAM at power-on: the firmware in the flash does not start.") },
  { { "BOOT_ADD0", "BOOT_ADD1", "NSBOOTADD0", "NSBOOTADD1", "NSBOOTADD" }, "The RAM at 0x20000000", TRUE,
    N_ ("Nothing is in the RAM at power-on: the firmware in the flash does not start.") },
  { { "VDDA_MONITOR" }, "Not watched", FALSE, N_ ("A failing analog supply goes unnoticed.") },
  { { "VDDA_MONITOR" }, "Watched", FALSE,
    N_ ("The chip waits in reset until its analog supply is good.") },
  { { "SDADC12_VDD_MONITOR" }, "Not watched", FALSE,
    N_ ("A failing supply of the converters goes unnoticed.") },
  { { "SDADC12_VDD_MONITOR" }, "Watched", FALSE,
    N_ ("The chip waits in reset until the supply of its converters is good.") },
  { { "RAM_PARITY_CHECK", "SRAM_PE", "SRAM2_PE" }, "Checked", TRUE,
    N_ ("Firmware that reads RAM which it never wrote is stopped by a fault.") },
  { { "BKPRAM_ECC", "SRAM1_ECC", "SRAM2_ECC", "SRAM3_ECC" }, "Checked", TRUE,
    N_ ("Firmware that reads RAM which it never wrote is stopped by a fault.") },
  { { "RAM_PARITY_CHECK", "SRAM_PE", "SRAM2_PE" }, "Not checked", FALSE,
    N_ ("Errors in the RAM go unnoticed.") },
  { { "BKPRAM_ECC", "SRAM1_ECC", "SRAM2_ECC", "SRAM3_ECC" }, "Not checked", FALSE,
    N_ ("Errors in the RAM go unnoticed.") },
  { { "SRAM_RST", "SRAM1_RST", "SRAM1_3_RST", "SRAM2_RST", "CCMSRAM_RST" }, "It is erased", FALSE,
    N_ ("What the firmware leaves in this RAM for its next start is lost.") },
  { { "SRAM_RST", "SRAM1_RST", "SRAM1_3_RST", "SRAM2_RST", "CCMSRAM_RST" }, "It is kept", FALSE,
    N_ ("What the firmware leaves in this RAM is there after a reset.") },
};
/* clang-format on */

/* Returns: which of the areas of its kind @area is, from 1 on, in the order of their fields */
static guint
count_area (FkChip *chip, const FkOptionArea *area)
{
  guint n_areas;
  const FkOptionArea *areas = fk_chip_get_option_areas (chip, &n_areas);
  guint number = 1;

  for (guint i = 0; i < n_areas; i++)
    number += areas[i].kind == area->kind && areas[i].first < area->first;
  return number;
}

/**
 * fk_option_text_dup_area_title:
 * @area: of @chip
 *
 * Returns: (transfer full): what a person calls it
 */
char *
fk_option_text_dup_area_title (FkChip *chip, const FkOptionArea *area)
{
  guint number;

  g_return_val_if_fail (FK_IS_CHIP (chip), NULL);
  g_return_val_if_fail (area != NULL, NULL);

  number = count_area (chip, area);
  switch (area->kind)
    {
    case FK_AREA_WRITE:
      return g_strdup_printf (_ ("Write Protection %u"), number);
    case FK_AREA_CODE:
      return g_strdup_printf (_ ("Code That May Only Be Run %u"), number);
    case FK_AREA_SECURE:
      return g_strdup_printf (_ ("Hidden Pages %u"), number);
    default:
      g_return_val_if_reached (NULL);
    }
}

/**
 * fk_option_text_dup_title:
 * @field: of @chip
 *
 * Returns: (transfer full): what a person calls @field; its name in the manual where nothing better
 *   is known
 */
char *
fk_option_text_dup_title (FkChip *chip, const FkOptionField *field)
{
  const FkOptionArea *area;

  g_return_val_if_fail (FK_IS_CHIP (chip), NULL);
  g_return_val_if_fail (field != NULL, NULL);

  area = fk_chip_find_option_area (chip, field);
  if (area != NULL)
    return fk_option_text_dup_area_title (chip, area);
  if (field->write_protects)
    return g_strdup (_ ("Write Protection"));
  for (guint i = 0; i < G_N_ELEMENTS (titles); i++)
    if (g_str_equal (titles[i].name, field->name))
      return g_strdup (_ (titles[i].title));
  return g_strdup (field->name);
}

/**
 * fk_option_text_dup_full_title:
 * @field: of @chip
 *
 * Returns: (transfer full): the same with its name in the manual: "Watchdog (WDG_SW)"
 */
char *
fk_option_text_dup_full_title (FkChip *chip, const FkOptionField *field)
{
  g_autofree char *title = fk_option_text_dup_title (chip, field);

  g_return_val_if_fail (title != NULL, NULL);

  return g_str_equal (title, field->name) ? g_steal_pointer (&title)
                                          : g_strdup_printf ("%s (%s)", title, field->name);
}

/**
 * fk_option_text_diff:
 *
 * Returns: (transfer container) (element-type FkOptionField): as fk_option_bytes_diff(), as a
 * person counts: an area whose ends differ is its first end, once
 */
GPtrArray *
fk_option_text_diff (FkOptionBytes *before, FkOptionBytes *after)
{
  GPtrArray *differing = fk_option_bytes_diff (before, after);

  g_return_val_if_fail (differing != NULL, NULL);

  for (guint i = 0; i < differing->len;)
    {
      const FkOptionArea *area = fk_chip_find_option_area (fk_option_bytes_get_chip (before),
                                                           g_ptr_array_index (differing, i));

      if (area == NULL)
        i++;
      else if (g_ptr_array_find (differing, area->first, NULL) &&
               g_ptr_array_index (differing, i) != area->first)
        g_ptr_array_remove_index (differing, i);
      else
        g_ptr_array_index (differing, i++) = (gpointer)area->first;
    }
  return differing;
}

typedef struct
{
  const char *name; /* of the field, whichever object describes it */
  guint32 value;
  GString *text;
} ProtectedList;

static void
list_protected (
    const FkOptionField *field, guint bit, FkRange range, guint n_sectors, gpointer user_data)
{
  ProtectedList *list = user_data;

  if (g_str_equal (field->name, list->name) &&
      fk_option_field_bit_protects (field, list->value, bit))
    g_string_append_printf (list->text, "%s" FK_RANGE_FORMAT, list->text->len > 0 ? ", " : "",
                            FK_RANGE_ARGS (range));
}

/**
 * fk_option_text_explain:
 * @field: of the chip
 * @value: of @field
 *
 * Returns: (transfer full): what @value means: words if there are any, and else the number
 */
char *
fk_option_text_explain (FkOptionBytes *options, const FkOptionField *field, guint32 value)
{
  const char *meaning;

  g_return_val_if_fail (FK_IS_OPTION_BYTES (options), NULL);
  g_return_val_if_fail (field != NULL, NULL);

  if (fk_chip_find_option_area (fk_option_bytes_get_chip (options), field) != NULL)
    return fk_option_bytes_explain (options, field, value);
  if (field->write_protects)
    {
      g_autoptr (GString) text = g_string_new (NULL);
      ProtectedList list = { field->name, value, text };

      fk_option_text_foreach_protected (fk_option_bytes_get_chip (options), list_protected, &list);
      return text->len > 0 ? g_strdup_printf (_ ("Protected: %s"), text->str)
                           : g_strdup (_ ("Not protected"));
    }
  meaning = fk_option_field_explain (field, value);
  return meaning != NULL ? g_strdup (_ (meaning))
                         : g_strdup_printf ("0x%0*X", (field->width + 3) / 4, value);
}

/* Whether something is protected while @field, which protects, is @value. */
static gboolean
protects (FkOptionBytes *options, const FkOptionField *field, guint32 value)
{
  const FkOptionArea *area = fk_chip_find_option_area (fk_option_bytes_get_chip (options), field);
  g_autoptr (FkOptionBytes) then = NULL;
  FkRange range;

  if (area == NULL)
    return value != fk_option_field_get_unprotecting (field);
  then = fk_option_bytes_dup (options);
  /* Guarded ones are not changed among the others: they have the value already. */
  fk_option_bytes_set (then, field->name, value, NULL);
  return fk_option_bytes_get_area (then, area, &range);
}

static gboolean
is_of (const OptionEffect *effect, const FkOptionField *field)
{
  for (guint i = 0; i < G_N_ELEMENTS (effect->names) && effect->names[i] != NULL; i++)
    if (g_str_equal (effect->names[i], field->name))
      return TRUE;
  return FALSE;
}

/**
 * fk_option_text_get_effect:
 * @options: all that shall be set
 * @field: of their chip
 * @value: that @field shall have
 * @danger: (out): whether the board may not start, or not be changed any more, until it is undone
 *
 * Returns: (nullable): what comes of it
 */
const char *
fk_option_text_get_effect (FkOptionBytes *options,
                           const FkOptionField *field,
                           guint32 value,
                           gboolean *danger)
{
  const char *meaning;

  g_return_val_if_fail (FK_IS_OPTION_BYTES (options), NULL);
  g_return_val_if_fail (field != NULL, NULL);
  g_return_val_if_fail (danger != NULL, NULL);

  *danger = FALSE;
  if (field->write_protects ||
      fk_chip_find_option_area (fk_option_bytes_get_chip (options), field) != NULL)
    return protects (options, field, value)
               ? _ ("What is protected can be neither upgraded nor restored until the protection "
                    "is taken "
                    "away here.")
               : _ ("What is not protected can be changed by the firmware, too.");
  meaning = fk_option_field_explain (field, value);
  for (guint i = 0; i < G_N_ELEMENTS (effects); i++)
    if (is_of (&effects[i], field) &&
        (effects[i].meaning == NULL || g_strcmp0 (effects[i].meaning, meaning) == 0))
      {
        *danger = effects[i].danger;
        return _ (effects[i].effect);
      }
  if (field->n_values == 0)
    return _ ("Only firmware that uses this byte acts differently.");
  return NULL;
}

/**
 * fk_option_text_foreach_protected:
 * @func: (scope call): called for each bit that write-protects something, in the order of addresses
 */
void
fk_option_text_foreach_protected (FkChip *chip, FkProtectedRangeFunc func, gpointer user_data)
{
  guint n_sectors;
  const FkSector *sectors;

  g_return_if_fail (FK_IS_CHIP (chip));

  sectors = fk_chip_get_sectors (chip, &n_sectors);
  for (guint i = 0; i < n_sectors;)
    {
      guint bit = 0;
      const FkOptionField *field = fk_chip_find_write_protection (chip, &sectors[i], &bit);
      FkRange range = sectors[i].range;
      guint first = i++;

      for (; i < n_sectors; i++)
        {
          guint next_bit = 0;

          if (fk_chip_find_write_protection (chip, &sectors[i], &next_bit) != field ||
              next_bit != bit || fk_range_end (range) != sectors[i].range.address)
            break;
          range.size += sectors[i].range.size;
        }
      if (field != NULL)
        func (field, bit, range, i - first, user_data);
    }
}
