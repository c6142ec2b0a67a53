/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define FK_ERROR (fk_error_quark ())

/**
 * FkError:
 *
 * Every failure of the core, named by what the person can do about it.  A cancelled job is
 * %G_IO_ERROR_CANCELLED of %G_IO_ERROR; nothing else leaves the core in another domain.
 *
 * @FK_ERROR_NO_PROBE: no probe is plugged in, or not the one that was asked for
 * @FK_ERROR_PROBE_DENIED: the probe is there, but this user may not open it (EACCES)
 * @FK_ERROR_PROBE_BUSY: another program holds the probe (EBUSY)
 * @FK_ERROR_PROBE_LOST: the probe was unplugged, or stopped answering on USB
 * @FK_ERROR_PROBE_FIRMWARE_OLD: the probe's firmware cannot do what is needed
 * @FK_ERROR_NO_POWER: the probe measures no voltage on the board
 * @FK_ERROR_NO_TARGET: nothing answers on SWD
 * @FK_ERROR_TARGET_LOST: the chip answered before, and does no longer
 * @FK_ERROR_BUS_FAULT: the chip answers, but nothing lives at this address
 * @FK_ERROR_CORE_LOCKED: the core has locked up (a fault inside a fault)
 * @FK_ERROR_UNKNOWN_CHIP: the chip is not in the descriptions; it can only be read
 * @FK_ERROR_WRONG_CHIP: another chip than the one that the plan or the backup is for
 * @FK_ERROR_INCOMPATIBLE: a backup or file that cannot run on this kind of chip at all
 * @FK_ERROR_PROTECTED: read protection (RDP level 1) forbids it
 * @FK_ERROR_LOCKED_FOR_EVER: RDP level 2 forbids it, and nothing can undo that
 * @FK_ERROR_WRITE_PROTECTED: an option byte protects sectors from being written
 * @FK_ERROR_GUARDED_OPTION: the option can lock the chip or erase it, and is not set like others
 * @FK_ERROR_OPTIONS_BROKEN: option bytes that an interrupted write left, and that protect the chip
 *   at its next reset
 * @FK_ERROR_NEEDS_CONSENT: it destroys something, and there is nobody to ask
 * @FK_ERROR_NEEDS_PHRASE: it destroys everything, and the chip's phrase was not given
 * @FK_ERROR_DECLINED: the person was asked, and said no
 * @FK_ERROR_OUT_OF_RANGE: the address or length lies outside what the chip has
 * @FK_ERROR_FLASH_FAULT: the flash controller reported an error
 * @FK_ERROR_VERIFY_MISMATCH: what was read differs from what should be there
 * @FK_ERROR_BAD_FILE: a file is damaged, truncated, or not of its format
 * @FK_ERROR_FILE_ACCESS: a file cannot be opened, read or saved (no such file, not permitted, full)
 * @FK_ERROR_EXISTS: something else is where a new file or folder was to be
 * @FK_ERROR_LIBRARY: the library cannot be read or written (full, read-only)
 * @FK_ERROR_NO_BACKUP: the library has no such backup
 * @FK_ERROR_AMBIGUOUS: what was named could be several backups
 * @FK_ERROR_BACKUP_DAMAGED: a backup is not what it was when it was made, or no backup at all
 * @FK_ERROR_BAD_BOARD_FILE: the file that keeps a simulated board is not one of this board
 * @FK_ERROR_BUSY: a job is already running on this probe
 * @FK_ERROR_TIMEOUT: no answer within the time limit
 * @FK_ERROR_NOT_SUPPORTED: this probe or chip has no such thing
 * @FK_ERROR_USAGE: the request itself makes no sense
 */
typedef enum
{
  FK_ERROR_NO_PROBE,
  FK_ERROR_PROBE_DENIED,
  FK_ERROR_PROBE_BUSY,
  FK_ERROR_PROBE_LOST,
  FK_ERROR_PROBE_FIRMWARE_OLD,
  FK_ERROR_NO_POWER,
  FK_ERROR_NO_TARGET,
  FK_ERROR_TARGET_LOST,
  FK_ERROR_BUS_FAULT,
  FK_ERROR_CORE_LOCKED,
  FK_ERROR_UNKNOWN_CHIP,
  FK_ERROR_WRONG_CHIP,
  FK_ERROR_INCOMPATIBLE,
  FK_ERROR_PROTECTED,
  FK_ERROR_LOCKED_FOR_EVER,
  FK_ERROR_WRITE_PROTECTED,
  FK_ERROR_GUARDED_OPTION,
  FK_ERROR_OPTIONS_BROKEN,
  FK_ERROR_NEEDS_CONSENT,
  FK_ERROR_NEEDS_PHRASE,
  FK_ERROR_DECLINED,
  FK_ERROR_OUT_OF_RANGE,
  FK_ERROR_FLASH_FAULT,
  FK_ERROR_VERIFY_MISMATCH,
  FK_ERROR_BAD_FILE,
  FK_ERROR_FILE_ACCESS,
  FK_ERROR_EXISTS,
  FK_ERROR_LIBRARY,
  FK_ERROR_NO_BACKUP,
  FK_ERROR_AMBIGUOUS,
  FK_ERROR_BACKUP_DAMAGED,
  FK_ERROR_BAD_BOARD_FILE,
  FK_ERROR_BUSY,
  FK_ERROR_TIMEOUT,
  FK_ERROR_NOT_SUPPORTED,
  FK_ERROR_USAGE,
} FkError;

GQuark fk_error_quark (void);
const char *fk_error_get_nick (const GError *error);
const char *fk_error_get_hint (const GError *error);

G_END_DECLS
