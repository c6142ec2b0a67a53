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
  const char *name;
  guint32 value;
  gboolean danger; /* the board may not start, or not be changed any more, until it is undone */
  const char *effect;
} OptionEffect;

/* The formatter moves the strings of N_() to the right, row by row. */
/* clang-format off */
static const OptionTitle titles[] = {
  { "RDP", N_ ("Read Protection") },
  { "SPRMOD", N_ ("Kind of Sector Protection") },
  { "WDG_SW", N_ ("Watchdog") },
  { "IWDG_SW", N_ ("Watchdog") },
  { "WWDG_SW", N_ ("Window Watchdog") },
  { "IWDG_STOP", N_ ("Watchdog in Stop Mode") },
  { "IWDG_STDBY", N_ ("Watchdog in Standby Mode") },
  { "nRST_STOP", N_ ("Stop Mode") },
  { "nRST_STDBY", N_ ("Standby Mode") },
  { "nRST_SHDW", N_ ("Shutdown Mode") },
  { "NRST_MODE", N_ ("Reset Pin") },
  { "BOR_EN", N_ ("Brown-Out Reset") },
  { "BOR_LEV", N_ ("Brown-Out Reset") },
  { "BFB2", N_ ("Start Bank") },
  { "DB1M", N_ ("Banks") },
  { "nDBANK", N_ ("Banks") },
  { "DUAL_BANK", N_ ("Banks") },
  { "nDBOOT", N_ ("Start Bank") },
  { "BOOT_ADD0", N_ ("Start While BOOT Is Low") },
  { "BOOT_ADD1", N_ ("Start While BOOT Is High") },
  { "nBOOT0", N_ ("Start From (nBOOT0)") },
  { "nBOOT1", N_ ("Start Without Flash") },
  { "BOOT_SEL", N_ ("Choice of the Start") },
  { "nBOOT_SEL", N_ ("Choice of the Start") },
  { "VDDA_MONITOR", N_ ("Analog Supply Monitor") },
  { "SDADC12_VDD_MONITOR", N_ ("Converter Supply Monitor") },
  { "RAM_PARITY_CHECK", N_ ("RAM Parity Check") },
  { "SRAM_PE", N_ ("RAM Parity Check") },
  { "Data0", N_ ("First Free Byte") },
  { "Data1", N_ ("Second Free Byte") },
};

static const OptionEffect effects[] = {
  { "WDG_SW", 0, TRUE,
    N_ ("The watchdog runs from power-on. Firmware that was not written for this is reset again and "
        "again, and does not run.") },
  { "WDG_SW", 1, FALSE, N_ ("The watchdog waits until the firmware starts it, as on most boards.") },
  { "IWDG_SW", 0, TRUE,
    N_ ("The watchdog runs from power-on. Firmware that was not written for this is reset again and "
        "again, and does not run.") },
  { "IWDG_SW", 1, FALSE, N_ ("The watchdog waits until the firmware starts it, as on most boards.") },
  { "WWDG_SW", 0, TRUE,
    N_ ("The watchdog runs from power-on. Firmware that was not written for this is reset again and "
        "again, and does not run.") },
  { "WWDG_SW", 1, FALSE, N_ ("The watchdog waits until the firmware starts it, as on most boards.") },
  { "nRST_STOP", 0, TRUE,
    N_ ("Firmware that sleeps in Stop mode starts anew each time instead of waking up.") },
  { "nRST_STOP", 1, FALSE, N_ ("Firmware may sleep in Stop mode and wake up again.") },
  { "nRST_STDBY", 0, TRUE,
    N_ ("Firmware that goes to Standby starts anew at once, so that the board never sleeps.") },
  { "nRST_STDBY", 1, FALSE, N_ ("Firmware may switch the chip to Standby.") },
  { "nRST_SHDW", 0, TRUE,
    N_ ("Firmware that shuts the chip down starts anew at once, so that the board stays on.") },
  { "nRST_SHDW", 1, FALSE, N_ ("Firmware may shut the chip down.") },
  { "NRST_MODE", 0, TRUE, N_ ("The manual does not say what the chip does then.") },
  { "NRST_MODE", 1, FALSE, N_ ("Other chips on the board do not see this one's own resets.") },
  { "NRST_MODE", 2, TRUE,
    N_ ("Neither a reset button nor the probe's reset wire resets the chip any more.") },
  { "NRST_MODE", 3, FALSE, N_ ("The reset pin works as on most chips.") },
  { "BOR_EN", 0, FALSE,
    N_ ("The chip runs down to its lowest voltage; a slowly failing supply may leave it in disorder.") },
  { "BOR_EN", 1, TRUE,
    N_ ("A board whose supply is lower than the voltages chosen for this does not start, and can only "
        "be reached with a better one.") },
  { "BOR_LEV", 0, TRUE,
    N_ ("Below 2.7 V the chip stays in reset. A board with a lower supply does not start, and can only "
        "be reached with a better one.") },
  { "BOR_LEV", 1, FALSE, N_ ("Below 2.4 V the chip stays in reset.") },
  { "BOR_LEV", 2, FALSE, N_ ("Below 2.1 V the chip stays in reset.") },
  { "BOR_LEV", 3, FALSE,
    N_ ("The chip runs down to its lowest voltage; a slowly failing supply may leave it in disorder.") },
  { "BFB2", 0, TRUE, N_ ("Another bank may start, with another firmware or none.") },
  { "BFB2", 1, TRUE, N_ ("Another bank may start, with another firmware or none.") },
  { "nDBOOT", 0, TRUE, N_ ("Another bank may start, with another firmware or none.") },
  { "nDBOOT", 1, TRUE, N_ ("Another bank may start, with another firmware or none.") },
  { "nBOOT0", 0, TRUE,
    N_ ("While the BOOT0 pin is not asked, the firmware in the flash does not start any more.") },
  { "nBOOT0", 1, FALSE, N_ ("The firmware in the flash starts.") },
  { "nBOOT1", 0, FALSE,
    N_ ("With BOOT0 at 1 the chip starts from RAM; its built-in bootloader cannot be reached.") },
  { "nBOOT1", 1, FALSE, N_ ("With BOOT0 at 1 the built-in bootloader starts.") },
  { "BOOT_SEL", 0, TRUE, N_ ("The BOOT0 pin and its jumper do nothing any more.") },
  { "BOOT_SEL", 1, TRUE,
    N_ ("The BOOT0 pin decides. On boards that leave it open the firmware may not start.") },
  { "nBOOT_SEL", 0, TRUE,
    N_ ("The BOOT0 pin decides. On boards that leave it open the firmware may not start.") },
  { "nBOOT_SEL", 1, TRUE, N_ ("The BOOT0 pin and its jumper do nothing any more.") },
  { "VDDA_MONITOR", 0, FALSE, N_ ("A failing analog supply goes unnoticed.") },
  { "VDDA_MONITOR", 1, FALSE,
    N_ ("The chip waits in reset until its analog supply is good.") },
  { "SDADC12_VDD_MONITOR", 0, FALSE, N_ ("A failing supply of the converters goes unnoticed.") },
  { "SDADC12_VDD_MONITOR", 1, FALSE,
    N_ ("The chip waits in reset until the supply of its converters is good.") },
  { "RAM_PARITY_CHECK", 0, TRUE,
    N_ ("Firmware that reads RAM which it never wrote is stopped by a fault.") },
  { "RAM_PARITY_CHECK", 1, FALSE, N_ ("Errors in the RAM go unnoticed.") },
  { "SRAM_PE", 0, TRUE, N_ ("Firmware that reads RAM which it never wrote is stopped by a fault.") },
  { "SRAM_PE", 1, FALSE, N_ ("Errors in the RAM go unnoticed.") },
};
/* clang-format on */

/**
 * fk_option_text_dup_title:
 *
 * Returns: (transfer full): what a person calls @field; its name in the manual where nothing better
 *   is known
 */
char *
fk_option_text_dup_title (const FkOptionField *field)
{
  g_return_val_if_fail (field != NULL, NULL);

  if (field->write_protects)
    return g_strdup (_ ("Write Protection"));
  for (guint i = 0; i < G_N_ELEMENTS (titles); i++)
    if (g_str_equal (titles[i].name, field->name))
      return g_strdup (_ (titles[i].title));
  return g_strdup (field->name);
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

  if (g_str_equal (field->name, list->name) && (list->value >> bit & 1) == 0)
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
    return value != (1u << field->width) - 1;
  then = fk_option_bytes_dup (options);
  /* Guarded ones are not changed among the others: they have the value already. */
  fk_option_bytes_set (then, field->name, value, NULL);
  return fk_option_bytes_get_area (then, area, &range);
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
  for (guint i = 0; i < G_N_ELEMENTS (effects); i++)
    if (g_str_equal (effects[i].name, field->name) && effects[i].value == value)
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
