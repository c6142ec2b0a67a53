#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A copy of a backup is edited by keyboard.  Used as journeys.py is."""

import os
import subprocess
import sys

from journeys import Failure, check_names, main


def edit_copy(journey):
    """Two bytes are changed, undone, done again and saved; leaving asks while they are not."""
    original = journey.ctl("backup", "--name", "Creator Pro")["id"]
    with journey.window() as window:
        window.find("list", "^Library$").select_row(0)
        window.click("^View Contents$", 30)
        view = window.find("text", "^Bytes$", 30)
        window.wait(lambda: view.description.startswith("Address 0x08000000"), "the bytes", 30)
        window.key("ctrl+e")
        window.says("^Editing a Copy$", 30)
        window.key("ctrl+End")
        window.wait(lambda: "0x080fffff" in view.description, "the last byte", 30)
        window.key("Left")
        window.type("5aa5")
        window.says("^2 bytes changed$", 30)
        window.wait(lambda: view.description == "Address 0x080fffff, changed from 0xff to 0xa5",
                    "the change to be told", 30)
        window.key("ctrl+z")
        window.wait(lambda: view.description ==
                    "Undone. 2 bytes from address 0x080ffffe on", "the undoing", 30)
        window.key("ctrl+shift+z")
        window.says("^2 bytes changed$", 30)
        check_names(window)
        window.picture("editing")
        window.key("alt+Left")
        window.says("^Save the Changes\\?$", 30)
        window.centre_dialog()
        window.picture("asks")
        window.key("Escape")
        window.wait(lambda: len(window.xids()) == 1, "the question to go", 30)
        window.resize(360, 640)
        window.picture("editing-360")
        window.resize(1100, 760)
        window.key("ctrl+q")
        window.says("^Save the Changes\\?$", 30)
        window.key("Escape")
        window.wait(lambda: len(window.xids()) == 1, "the question to go", 30)
        window.key("ctrl+s")
        window.says("^Saved as “Edited copy of Creator Pro”$", 30)
        window.wait(lambda: len(journey.backups()) == 2, "the copy", 30)
        window.picture("saved")
    copy = next(name for name in journey.backups() if name != original)
    found = journey.ctl("compare", original, copy, status=1)
    if found["differing_bytes"] != 2 or found["ranges"][0]["address"] not in (0x080ffffe,
                                                                            "0x080ffffe"):
        raise Failure(f"two bytes should differ: {found}")
    subprocess.run(["sha256sum", "--quiet", "-c", "SHA256SUMS"], check=True,
                   cwd=os.path.join(journey.library, copy))
    journey.ctl("library", "verify", original)


if __name__ == "__main__":
    sys.exit(main({"edit-copy": edit_copy}))
