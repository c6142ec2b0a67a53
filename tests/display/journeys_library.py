#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Journeys through the library.  Used as journeys.py is."""

import os
import subprocess
import sys

from journeys import Failure, check_names, check_tab, main

HERE = os.path.dirname(os.path.abspath(__file__))


def make_library(journey, number):
    subprocess.run([os.path.join(HERE, "..", "tools", "make-library"), journey.library,
                    str(number)], check=True)


def many(journey):
    """10,000 backups are listed, searched, chosen."""
    make_library(journey, 10000)
    with journey.window() as window:
        backups = window.find("list", "^Library$", 60)
        window.picture("many")
        search = window.find("entry", "^Search backups$")
        search.set_text("voron f405 2026-11-1")
        window.wait(lambda: backups.accessible.get_child_count() < 40, "few backups", 30)
        window.picture("found")
        search.set_text("there is no such thing")
        window.says("^No backup matches$", 30)
        window.picture("none")
        window.click("^Show All$")
        window.wait(lambda: window.find("list", "^Library$").accessible.get_child_count() > 100,
                    "all backups", 30)
        window.find("list", "^Library$").select_row(0)
        window.find("button", "^Restore", 30)
        check_names(window)
        check_tab(window, ["^Search backups$", "^Order and Filter$", "^Creator Pro 2$"])
        window.click("^Order and Filter$")
        window.picture("order")
        window.key("Escape")
        window.resize(360, 640)
        window.click("^Back$")
        window.picture("many-360")
    if len(journey.backups()) != 10000:
        raise Failure("the library is not what it was")
    subprocess.run(["rm", "-r", journey.library], check=True)


if __name__ == "__main__":
    sys.exit(main({"library-many": many}))
