#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Journeys through comparisons.  Used as journeys.py is."""

import sys

from journeys import Failure, check_names, main


def compare_with(journey):
    """A backup beside another one that is found by its name."""
    journey.ctl("backup", "--name", "Before the upgrade")
    journey.upgrade_board()
    journey.ctl("backup", "--name", "After the upgrade")
    with journey.window(journey.probe) as window:
        window.find("button", "^Back Up STM32F40xxG", 30)
        backups = window.find("list", "^Library$", 60)
        backups.select_row(0)
        window.find("button", "^Restore", 30)
        window.picture("backup")
        window.click("^Compare with Another Backup or a File$")
        search = window.find("entry", "^Search Backups$", 20)
        window.centre_dialog()
        window.picture("dialog")
        window.says("^The Backup Before This One$")
        window.says("^The Chip Now: STM32F40xxG$")
        search.set_text("no such backup")
        window.says("^No Backup Found$", 20)
        search.set_text("before")
        window.wait(lambda: window.find("list", "^Backups$").accessible.get_child_count() < 3,
                    "one backup", 20)
        check_names(window)
        window.key("Return")
        window.says(r"^[0-9]+ bytes differ in [0-9]+ places?$", 30)
        window.says("shifted down by 36 bytes", 10)
        window.picture("compared")
        if not window.all("label", "^Before the upgrade$"):
            raise Failure("the second side has another name")
        window.resize(360, 640)
        window.picture("compared-360")


if __name__ == "__main__":
    sys.exit(main({"compare-with": compare_with}))
