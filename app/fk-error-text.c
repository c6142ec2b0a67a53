/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The one place where the window turns an error's code into a title and advice, translated.  The
 * core's own message, which names addresses and values, stands below them. */

#include "config.h"

#include "fk-error-text.h"

#include <glib/gi18n.h>

#include "base/fk-error.h"

typedef struct
{
  const char *title;
  const char *advice;
} ErrorText;

/* The formatter moves the strings of N_() to the right, row by row. */
/* clang-format off */
static const ErrorText rows[] = {
  [FK_ERROR_NO_PROBE] = {
      N_ ("No Probe"), N_ ("Plug the probe in. It appears at the side by itself.") },
  [FK_ERROR_PROBE_DENIED] = {
      N_ ("No Permission for the Probe"),
      N_ ("The system does not let you open it. Install Flashkeep's udev rule, then unplug the "
          "probe and plug it in again.") },
  [FK_ERROR_PROBE_BUSY] = {
      N_ ("The Probe Is in Use"),
      N_ ("Another program holds it. Close that program (OpenOCD, an IDE), then try again.") },
  [FK_ERROR_PROBE_LOST] = {
      N_ ("The Probe Is Gone"),
      N_ ("Check the USB cable and plug the probe in again. Nothing that was saved is lost.") },
  [FK_ERROR_PROBE_FIRMWARE_OLD] = {
      N_ ("The Probe's Firmware Is Too Old"),
      N_ ("Update it with ST's tool STSW-LINK007, or use another probe.") },
  [FK_ERROR_NO_POWER] = {
      N_ ("The Board Has No Power"),
      N_ ("Switch the board on, and check that its 3.3 V and GND reach the probe.") },
  [FK_ERROR_NO_TARGET] = {
      N_ ("The Chip Does Not Answer"),
      N_ ("Check SWDIO, SWCLK and GND. Firmware that sleeps or turns debugging off can be "
          "caught with NRST connected, or by pressing the board's reset button while "
          "connecting, or by starting the board with BOOT0 at 1. A chip that is locked for ever "
          "(RDP level 2) never answers.") },
  [FK_ERROR_TARGET_LOST] = {
      N_ ("The Connection Was Lost"),
      N_ ("A wire is loose, or the board lost power. Check both and try again.") },
  [FK_ERROR_BUS_FAULT] = {
      N_ ("Nothing Is at This Address"),
      N_ ("Choose an address that the chip has.") },
  [FK_ERROR_CORE_LOCKED] = {
      N_ ("The Core Is Locked Up"),
      N_ ("The firmware on the chip crashed. Restore a backup to bring it back.") },
  [FK_ERROR_UNKNOWN_CHIP] = {
      N_ ("Unknown Chip"),
      N_ ("Flashkeep does not know this chip yet and will not guess. It can only be read.") },
  [FK_ERROR_WRONG_CHIP] = {
      N_ ("Another Chip Is Connected"),
      N_ ("Nothing was changed. Connect the board that this is meant for.") },
  [FK_ERROR_INCOMPATIBLE] = {
      N_ ("Made for Another Kind of Chip"),
      N_ ("Nothing was changed. Choose a backup or firmware that is for this kind of chip.") },
  [FK_ERROR_PROTECTED] = {
      N_ ("The Chip Is Read-Protected"),
      N_ ("Your board is fine; leave it as it is. Its contents cannot be read, by no tool; removing "
          "the protection erases them, which only helps if you have its maker's complete firmware.") },
  [FK_ERROR_LOCKED_FOR_EVER] = {
      N_ ("The Chip Is Locked for Ever"),
      N_ ("Nothing was changed. It goes on working as it is; nothing can open it again.") },
  [FK_ERROR_WRITE_PROTECTED] = {
      N_ ("The Chip Is Write-Protected"),
      N_ ("Remove the write protection on the page of the option bytes, then try again. Nothing is "
          "erased by that.") },
  [FK_ERROR_GUARDED_OPTION] = {
      N_ ("This Option Stays as It Is"),
      N_ ("Nothing was changed. It can lock the chip for ever or erase it.") },
  [FK_ERROR_OPTIONS_BROKEN] = {
      N_ ("The Option Bytes Are Not Whole"),
      N_ ("Do not switch the board off. Write the option bytes first, from a backup or by hand.") },
  [FK_ERROR_NEEDS_CONSENT] = {
      N_ ("Not Confirmed"),
      N_ ("Nothing was changed.") },
  [FK_ERROR_NEEDS_PHRASE] = {
      N_ ("Not Confirmed"),
      N_ ("Nothing was changed. Type the phrase as it stands there.") },
  [FK_ERROR_DECLINED] = {
      N_ ("Not Confirmed"),
      N_ ("Nothing was changed.") },
  [FK_ERROR_OUT_OF_RANGE] = {
      N_ ("It Does Not Fit"),
      N_ ("Nothing was changed. Check that the file is for this chip.") },
  [FK_ERROR_FLASH_FAULT] = {
      N_ ("The Flash Reported an Error"),
      N_ ("Check the power supply, then run it again: what is done already is kept.") },
  [FK_ERROR_VERIFY_MISMATCH] = {
      N_ ("The Chip Holds Something Else"),
      N_ ("Run it again. If the same address fails again, the flash is worn there.") },
  [FK_ERROR_BAD_FILE] = {
      N_ ("The File Is Damaged"),
      N_ ("Get it again from where it came from.") },
  [FK_ERROR_FILE_ACCESS] = {
      N_ ("The File Cannot Be Used"),
      N_ ("Check that it is there, that you may open it, and that the disk has room.") },
  [FK_ERROR_EXISTS] = {
      N_ ("Something Else Is There Already"),
      N_ ("Choose another place, or move away what is there. Nothing was overwritten.") },
  [FK_ERROR_LIBRARY] = {
      N_ ("The Library Cannot Be Used"),
      N_ ("Check that its folder can be written and has room.") },
  [FK_ERROR_NO_BACKUP] = {
      N_ ("No Such Backup"),
      N_ ("It was deleted or renamed in the meantime. Look in the trash.") },
  [FK_ERROR_AMBIGUOUS] = {
      N_ ("Several Backups Fit"),
      N_ ("Choose one of them.") },
  [FK_ERROR_BACKUP_DAMAGED] = {
      N_ ("The Backup Is Damaged"),
      N_ ("Use another backup of this board, or import a copy that you exported.") },
  [FK_ERROR_BAD_BOARD_FILE] = {
      N_ ("Not a Simulated Board"),
      N_ ("The file holds something else. Choose another one.") },
  [FK_ERROR_BUSY] = {
      N_ ("A Job Is Running"),
      N_ ("Wait for it, or cancel it.") },
  [FK_ERROR_TIMEOUT] = {
      N_ ("No Answer in Time"),
      N_ ("Check wires and power, then try again.") },
  [FK_ERROR_NOT_SUPPORTED] = {
      N_ ("Not Possible Here"),
      N_ ("This probe or chip cannot do it.") },
  [FK_ERROR_USAGE] = { N_ ("This Makes No Sense Here"),
      N_ ("Nothing was changed.") },
};
/* clang-format on */

static const ErrorText *
find_row (const GError *error)
{
  if (error->domain != FK_ERROR || error->code < 0 || error->code >= (int)G_N_ELEMENTS (rows))
    return NULL;
  return rows[error->code].title != NULL ? &rows[error->code] : NULL;
}

/**
 * fk_error_text_get_title:
 *
 * Returns: a heading, translated
 */
const char *
fk_error_text_get_title (const GError *error)
{
  const ErrorText *row = find_row (error);

  return row != NULL ? _ (row->title) : _ ("Something Went Wrong");
}

/**
 * fk_error_text_get_advice:
 *
 * Returns: what to do now, translated
 */
const char *
fk_error_text_get_advice (const GError *error)
{
  const ErrorText *row = find_row (error);

  return row != NULL ? _ (row->advice) : _ ("The details below say more.");
}
