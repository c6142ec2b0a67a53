#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Journeys that somebody thinks better of midway.  Used as journeys.py is."""

import sys

from journeys import Failure, check_names, main


def begin_restore(window):
    window.click("^Restore", 30)
    window.says("^Restore This Backup", 60)
    window.click("^Restore$")
    return window.find("progress bar", "^Progress$", 30)


def cancel_restore(journey):
    """Cancelled while the safety backup is made, nothing was changed; while the chip is written, it
    is said before what that means, and another restore makes the chip whole."""
    kept = journey.ctl("backup", "--name", "Creator Pro, printing well")["id"]
    journey.break_board(600000)
    with journey.window(journey.probe + "&pace=100") as window:
        window.find("button", "^Back Up STM32F40xxG", 30)
        window.find("list", "^Library$").select_row(0)
        begin_restore(window)
        window.find("label", "^Reading", 30)
        window.picture("backing-up-first", 0)
        window.click("^Cancel$", 30)
        window.says("^Cancelled. The chip was not changed.$", 60)
        window.pictures("not-changed")
        if journey.backups() != [kept]:
            raise Failure(f"the library holds {journey.backups()}")

        bar = begin_restore(window)
        window.says("^Stopping now leaves the board without its program", 120)
        window.wait(lambda: bar.value > 0.5, "some sectors", 60)
        check_names(window)
        window.picture("writing", 0)
        window.click("^Cancel$", 30)
        window.says("^Cancelled while the chip was being written", 60)
        window.pictures("half-written")
    journey.ctl("restore", kept)
    if not journey.ctl("compare", kept, "chip")["identical"]:
        raise Failure("the chip does not hold what was restored")


if __name__ == "__main__":
    sys.exit(main({"cancel-restore": cancel_restore}))
