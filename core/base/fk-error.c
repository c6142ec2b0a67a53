/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The error domain of the core: one code for each remedy.  A message says what failed and why;
 * the hint says what to do next, and depends on nothing but the code, so that it is written (and
 * can be translated) once. */

#include "config.h"

#include "base/fk-error.h"

#include <gio/gio.h>

typedef struct
{
  const char *nick;
  const char *hint;
} FkErrorRow;

static const FkErrorRow rows[] = {
  [FK_ERROR_NO_PROBE] = { "no-probe",
                          "Plug in the probe; \"flashkeepctl probes\" lists what is found." },
  [FK_ERROR_PROBE_DENIED] = { "probe-denied",
                              "Install the udev rule 70-flashkeep-probes.rules, then unplug the "
                              "probe and plug it in again." },
  [FK_ERROR_PROBE_BUSY] = { "probe-busy",
                            "Close the other program that uses the probe (OpenOCD, st-util, an "
                            "IDE), then try again." },
  [FK_ERROR_PROBE_LOST] = { "probe-lost", "Check the USB cable, unplug the probe, plug it in "
                                          "again, and repeat." },
  [FK_ERROR_PROBE_FIRMWARE_OLD] = { "probe-firmware-old", "Update the probe's firmware with ST's "
                                                          "update tool (STSW-LINK007), "
                                                          "or use another probe." },
  [FK_ERROR_NO_POWER] = { "no-power",
                          "Switch the board on, and check that the probe's 3.3 V sense wire and "
                          "ground reach it." },
  [FK_ERROR_NO_TARGET] = { "no-target", "Check SWDIO, SWCLK and GND; connect NRST too, or hold the "
                                        "board's RESET "
                                        "button and let go when asked.  If the wires are right, "
                                        "set BOOT0 to 1 (a jumper or button on most boards) and "
                                        "switch the board off and on.  A chip that is locked for "
                                        "ever (RDP level 2) never answers." },
  [FK_ERROR_TARGET_LOST] = { "target-lost",
                             "Check the wires and the board's power, then repeat; a lower --speed "
                             "helps long wires." },
  [FK_ERROR_BUS_FAULT] = { "bus-fault", "Check the address against the regions that \"flashkeepctl "
                                        "info\" lists." },
  [FK_ERROR_CORE_LOCKED] = { "core-locked",
                             "The firmware on the chip cannot run as it is; restore a backup, or "
                             "write the whole firmware at its right address." },
  [FK_ERROR_UNKNOWN_CHIP] = { "unknown-chip",
                              "Reading at explicit addresses works; report the device ID so that "
                              "the chip can be added." },
  [FK_ERROR_WRONG_CHIP] = { "wrong-chip",
                            "Connect the board that this was made for; a backup also goes onto "
                            "another board with an equal chip if you add --any-chip." },
  [FK_ERROR_INCOMPATIBLE] = { "incompatible",
                              "Connect a board with the right kind of chip, or use a backup or "
                              "firmware that was made for this kind." },
  [FK_ERROR_PROTECTED] = { "protected",
                           "Your board is fine; leave it as it is.  It cannot be backed up, by no "
                           "tool.  Only if you have a backup of this very board, or its maker's "
                           "complete firmware, is there a way: \"flashkeepctl unlock\", which "
                           "erases the chip for good, and then \"flashkeepctl restore\" or "
                           "\"write\"." },
  [FK_ERROR_LOCKED_FOR_EVER] = { "locked-for-ever",
                                 "The board goes on working as it is; for other firmware it needs "
                                 "the update that its maker built in, or another chip." },
  [FK_ERROR_WRITE_PROTECTED] = { "write-protected",
                                 "Remove the write protection with \"flashkeepctl options set\" "
                                 "and the value that is named above, then repeat.  Nothing is "
                                 "erased by that." },
  [FK_ERROR_GUARDED_OPTION] = { "guarded-option", "Leave this option as it is, and set the others "
                                                  "without it." },
  [FK_ERROR_OPTIONS_BROKEN] = { "options-broken",
                                "Do not switch the board off.  Write the option bytes now: "
                                "\"flashkeepctl restore BACKUP --regions option-bytes\", or "
                                "\"flashkeepctl options set\"." },
  [FK_ERROR_NEEDS_CONSENT] = { "needs-consent",
                               "Run it in a terminal and answer the question, or add --yes." },
  [FK_ERROR_NEEDS_PHRASE] = { "needs-phrase",
                              "Run it in a terminal and type the phrase, or give the phrase with "
                              "--consent." },
  [FK_ERROR_DECLINED] = { "declined", NULL },
  [FK_ERROR_OUT_OF_RANGE] = { "out-of-range",
                              "Check address and length against the regions that \"flashkeepctl "
                              "info\" lists." },
  [FK_ERROR_FLASH_FAULT] = { "flash-fault",
                             "Check the supply voltage and write protection, then run it again; "
                             "what was done so far is kept." },
  [FK_ERROR_VERIFY_MISMATCH] = { "verify-mismatch",
                                 "Run it again; if the same address fails again, the flash is worn "
                                 "or protected there." },
  [FK_ERROR_BAD_FILE] = { "bad-file", "Get the file again from where it came from." },
  [FK_ERROR_FILE_ACCESS] = { "file-access", "Check the file's name, whether it may be read or "
                                            "written, and the free space." },
  [FK_ERROR_EXISTS] = { "exists", "Choose another place, or move away what is there; nothing is "
                                  "ever overwritten." },
  [FK_ERROR_LIBRARY] = { "library", "Check that the library's folder exists, may be written, and "
                                    "has room." },
  [FK_ERROR_NO_BACKUP] = { "no-backup", "\"flashkeepctl library list\" shows which backups there "
                                        "are." },
  [FK_ERROR_AMBIGUOUS] = { "ambiguous", "Give more of the backup's id." },
  [FK_ERROR_BACKUP_DAMAGED] = { "backup-damaged",
                                "Use another backup of this board, or import a copy that you "
                                "exported; \"flashkeepctl library verify\" tells which backups "
                                "are whole." },
  [FK_ERROR_BAD_BOARD_FILE] = { "bad-board-file",
                                "Name another file with state=, or move this one away to begin "
                                "with a fresh board." },
  [FK_ERROR_BUSY] = { "busy", "Wait for the running job, or cancel it." },
  [FK_ERROR_TIMEOUT] = { "timeout", "Check the wires and the board's power, then try again." },
  [FK_ERROR_NOT_SUPPORTED] = { "not-supported", "Use a probe or chip that has it." },
  [FK_ERROR_USAGE] = { "usage", "See \"flashkeepctl --help\"." },
};

/* The macro makes a string of its argument, blanks included. */
/* clang-format off */
G_DEFINE_QUARK (fk-error, fk_error)
/* clang-format on */

static const FkErrorRow *
find_row (const GError *error)
{
  if (error->domain != FK_ERROR || error->code < 0 || error->code >= (int)G_N_ELEMENTS (rows))
    return NULL;
  return &rows[error->code];
}

/**
 * fk_error_get_nick:
 *
 * Returns: the machine-readable name of the error's code, such as "no-probe"; "cancelled" for a
 *   cancelled operation, "failed" for an error of a foreign domain
 */
const char *
fk_error_get_nick (const GError *error)
{
  const FkErrorRow *row;

  g_return_val_if_fail (error != NULL, NULL);

  row = find_row (error);
  if (row != NULL)
    return row->nick;
  return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) ? "cancelled" : "failed";
}

/**
 * fk_error_get_hint:
 *
 * Returns: (nullable): what to do next, one or two sentences in English; %NULL when there is
 *   nothing to advise (a cancelled operation, an error of a foreign domain)
 */
const char *
fk_error_get_hint (const GError *error)
{
  const FkErrorRow *row;

  g_return_val_if_fail (error != NULL, NULL);

  row = find_row (error);
  return row != NULL ? row->hint : NULL;
}
