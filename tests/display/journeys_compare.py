#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Journeys through comparisons.  Used as journeys.py is."""

import subprocess
import sys
import time

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
        window.wait(lambda: window.find("list", "^Backups$").n_children < 3,
                    "one backup", 20)
        check_names(window)
        window.key("Return")
        window.says(r"^[0-9]+ bytes differ in [0-9]+ places?$", 30)
        window.says("shifted up by 36 bytes", 10)  # the older one is the first
        window.picture("compared")
        if not window.all("label", "^Before the upgrade$"):
            raise Failure("a side has another name")
        window.resize(360, 640)
        window.picture("compared-360")


def point_at(window, thing):
    """With the mouse's other button."""
    left, top, _, height = thing.extents
    subprocess.run(["xdotool", "mousemove", "--window", window.xids()[0], str(left + 40),
                    str(top + height // 2), "click", "3"], check=True)


def search_for(window, text):
    """In the dialog: until one backup is left, which is taken."""
    window.find("entry", "^Search Backups$", 20).set_text(text)
    window.wait(lambda: window.find("list", "^Backups$").n_children < 3,
                "one backup", 20)
    window.key("Return")


def compare_three(journey):
    """Two backups and the chip; one is left out again."""
    journey.ctl("backup", "--name", "Before the upgrade")
    journey.upgrade_board()
    journey.ctl("backup", "--name", "After the upgrade")
    journey.break_board()
    with journey.window(journey.probe) as window:
        window.find("button", "^Back Up STM32F40xxG", 30)
        window.find("list", "^Library$", 60).select_row(0)
        window.click("^Compare with Another Backup or a File$", 30)
        search_for(window, "before")
        window.says(r"^[0-9]+ bytes differ in [0-9]+ places?$", 30)
        window.click("^Comparison Menu$")
        window.choose_item("^Add a Third")
        window.find("entry", "^Search Backups$", 20)
        window.says("^The Chip Now: STM32F40xxG$")
        window.centre_dialog()
        window.picture("third")
        check_names(window)
        window.key("shift+Tab", "Return")
        window.says("third differs: [0-9]+", 60)
        if len(window.all("button", "^Leave Out ")) != 3:
            raise Failure("three sides are wanted")
        window.key("F8")
        window.picture("three")
        check_names(window)
        window.resize(360, 640)
        window.picture("three-360")
        window.resize(1200, 800)
        window.picture("three-1200")
        window.click("^Leave Out After the upgrade$")
        window.says("[0-9]+ changed, 36 only in the first, 36 only in the second", 30)
        window.picture("two")
        point_at(window, window.find("list", "^Library$").children()[1])
        window.picture("menu")
        window.choose_item("^Compare with Previous Backup of This Board$")
        window.says("shifted up by 36 bytes", 30)
        for _ in range(4):  # one page after the other goes
            window.key("alt+Left")
            time.sleep(0.5)


if __name__ == "__main__":
    sys.exit(main({"compare-with": compare_with, "compare-three": compare_three}))
