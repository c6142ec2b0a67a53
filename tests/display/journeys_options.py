#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Journeys through the option bytes.  Usage as journeys.py."""

import os

from journeys import Failure, check_names, check_tab, main
from window_driver import act


def value(journey, name):
    """What the chip has, asked for by the other program."""
    return next(field["value"] for field in journey.ctl("options")["options"]
                if field["name"] == name)


def expect(journey, name, wanted):
    found = value(journey, name)
    if found != wanted:
        raise Failure(f"{name} is {found} on the chip, not {wanted}")


def open_page(window):
    window.click("^Options…$", 30)
    window.says("^Write Protection$")


def open_parts(window):
    act(window, "options.show-parts")
    window.find("check box", "^Protect 0x08000000")


def options(journey):
    """Options are changed: reviewed, refused, then written and read back, and made as new again."""
    with journey.window(journey.probe) as window:
        window.find("button", "^Back Up STM32F40xxG", 30)
        open_page(window)
        window.picture("options")
        check_names(window)
        check_tab(window, ["^Factory Values$", "^Read Again$", "^Watchdog$", "^Parts of the Flash$",
                           "^As the Chip Holds Them$"])
        open_parts(window)
        window.find("check box", "^Protect 0x08000000").act("toggle", "click")
        window.says("^1 change, not written yet$")
        window.find("check box", "^Protect 0x08004000").act("toggle", "click")
        window.says("^2 changes, not written yet$")
        window.pictures("options-changed")

        window.click("^Review…$")
        window.says("^Change 2 Options of This Chip")
        window.centre_dialog()
        window.pictures("options-question", dialog=True)
        window.click("^Cancel$")
        window.says("^2 changes, not written yet$")
    expect(journey, "nWRP0", 1)  # the board's file is written when the program ends

    with journey.window(journey.probe) as window:
        open_page(window)
        open_parts(window)
        window.find("check box", "^Protect 0x08000000").act("toggle", "click")
        window.click("^Review…$")
        window.click("^Change Options$")
        window.says("^Changed and read back: 1 option", 60)
        window.says("^Before the change: 1 option is different")
        window.pictures("options-written")
    expect(journey, "nWRP0", 0)

    with journey.window(journey.probe) as window:
        open_page(window)
        window.click("^Factory Values$")
        window.click("^Review…$")
        window.click("^Change Options$")
        window.says("^Changed and read back: 1 option", 60)
        window.click("^Take These Values Over$")
        window.says("^1 change, not written yet$")
        window.click("^Discard$")
        window.resize(360, 640)
        window.picture("options-360")
    expect(journey, "nWRP0", 1)


def options_backup(journey):
    """A backup's option bytes are shown, compared with those of the board, and put back."""
    journey.ctl("backup", "--name", "Before")
    journey.ctl("options", "set", "WDG_SW=0", "BOR_LEV=1")
    with journey.window(journey.probe) as window:
        window.find("button", "^Back Up STM32F40xxG", 30)
        open_page(window)
        window.click("^Compare with a Backup$")
        window.picture("options-menu")
        window.wait(lambda: [item for item in window.all("menu item") if item.is_seen()],
                    "the menu of backups")[-1].click()
        window.says("^In “Before”: 2 options are different", 30)
        window.picture("options-compared")
        window.click("^Take These Values Over$")
        window.says("^2 changes, not written yet$")
        window.click("^Review…$")
        window.click("^Change Options$")
        window.says("^Changed and read back: 2 options", 60)
    expect(journey, "WDG_SW", 1)
    expect(journey, "BOR_LEV", 3)


if __name__ == "__main__":
    main({"options": options, "options-backup": options_backup})
