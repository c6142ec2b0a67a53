#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Journeys through the contents of a backup.  Used as journeys.py is."""

import sys

from journeys import check_names, check_tab, main


def find(journey):
    """Text is found in a backup by keyboard alone, every place listed."""
    path = journey.folder + "/text.bin"
    with open(path, "wb") as file:
        file.write(bytes(1000) + b"Flashkeep one" + bytes(1000) + b"flashkeep two" + bytes(1000))
    journey.ctl("write", path, "--address", "0x08020000", "--no-safety-backup")
    journey.ctl("backup", "--name", "With text")
    with journey.window() as window:
        window.find("list", "^Library$").select_row(0)
        window.click("^View Contents$", 30)
        view = window.find("text", "^Bytes$", 30)
        window.wait(lambda: view.description ==
                    "Address 0x08000000, value 0x00, Initial stack · Sector 0, 16 KiB",
                    "the first byte", 30)
        window.key("ctrl+f")
        window.find("entry", "^Find$", 30).set_text("flashkeep")
        window.says("^Found 2 times$", 30)
        window.key("Return")
        window.wait(lambda: view.description == "Address 0x080203e8, value 0x46, 9 bytes selected",
                    "the first place", 30)
        window.key("F3")
        window.wait(lambda: view.description == "Address 0x080207dd, value 0x66, 9 bytes selected",
                    "the second place", 30)
        check_names(window)
        check_tab(window, ["^Bytes$", "^Find$", "^0x080203e8", "^Map of the bytes$", "^Go to address$"])
        window.picture("found")
        window.resize(360, 640)
        window.picture("found-360")
        window.key("ctrl+f", "Escape", "Right")
        window.wait(lambda: view.description == "Address 0x080207de, value 0x6c, Sector 5, 128 KiB",
                    "the keys to go to the bytes again", 30)
        window.key("ctrl+l")
        window.type("end")
        window.key("Return")
        window.wait(lambda: view.description.startswith("Address 0x080fffff, value"),
                    "the last byte", 30)
        window.key("ctrl+i")
        window.find("list item", "^Address: none$", 30)
        check_names(window)
        window.picture("inspector-360")


if __name__ == "__main__":
    sys.exit(main({"bytes-find": find}))
