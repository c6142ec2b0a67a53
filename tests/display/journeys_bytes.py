#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Journeys through the contents of a backup.  Used as journeys.py is."""

import hashlib
import os
import sys

from journeys import Failure, Window, check_names, check_tab, main


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
        window.resize(1100, 760)
        window.click("^What to Show")
        window.choose_item("^Texts$")
        window.find("entry", "^Filter Texts$", 30).set_text("FLASHKEEP T")
        window.says("^1 text$", 60)
        window.find("list", "^Texts$").select_row(0)
        window.wait(lambda: view.description == "Address 0x080207dd, value 0x66, 13 bytes selected",
                    "the text", 30)
        check_names(window)
        window.picture("texts")


def open_bytes(window):
    window.find("list", "^Library$").select_row(0)
    window.click("^View Contents$", 30)
    return window.find("text", "^Bytes$", 30)


def bookmarks(journey):
    """Bookmarks are kept with the backup, which stays whole; what cannot be read is not replaced."""
    backup = os.path.join(journey.library, journey.ctl("backup", "--name", "Marked")["id"])
    path = os.path.join(backup, "bookmarks.ini")
    with journey.window() as window:
        open_bytes(window)
        window.key("ctrl+d")
        window.find("text", "^Name of the Bookmark$", 30).set_text("Start of it all")
        window.key("Return")
        window.find("list item", "^Start of it all, 0x08000000$", 30)
        check_names(window)
        window.picture("bookmarks")
        window.wait(lambda: os.path.exists(path) and "Start of it all" in read(path),
                    "the bookmark to be kept", 30)
    journey.ctl("library", "verify", os.path.basename(backup))
    with journey.window() as window:
        view = open_bytes(window)
        window.wait(lambda: "Start of it all" in view.description, "the bookmark", 30)
    damage(backup)
    with journey.window() as window:
        open_bytes(window)
        window.says("^The Bookmarks Cannot Be Read$", 30)
        window.picture("malformed")
        window.key("Escape")
    if read(path) != BROKEN:
        raise Failure("bookmarks that could not be read were overwritten")


def files(journey):
    """A file is shown where it belongs: by its own addresses, by where it was linked; a huge one
    is not loaded, and searched nevertheless."""
    hex_file = os.path.join(journey.folder, "part.hex")
    with open(hex_file, "w", encoding="utf-8") as file:
        file.write(":020000040800F2\n:04800000DEADBEEF44\n:00000001FF\n")
    huge = os.path.join(journey.folder, "disk.img")
    with open(huge, "wb") as file:
        file.truncate(1 << 32)
        file.seek((1 << 32) - 16)
        file.write(b"the very last 16")
    with Window([journey.flashkeep, "--library", journey.library, hex_file], journey.folder,
                journey.watch) as window:
        view = window.find("text", "^Bytes$", 30)
        window.wait(lambda: view.description == "Address 0x08008000, value 0xde", "its address", 30)
    try:
        with Window([journey.flashkeep, "--library", journey.library, huge], journey.folder,
                    journey.watch) as window:
            view = window.find("text", "^Bytes$", 30)
            window.wait(lambda: view.description == "Address 0x00000000, value 0x00", "a byte", 30)
            window.key("ctrl+End")
            window.wait(lambda: view.description == "Address 0xffffffff, value 0x36", "the end", 30)
            window.picture("huge")
    finally:
        os.unlink(huge)


def memory(journey):
    """Any address of the chip is read when it is looked at; where nothing answers, it says so."""
    with journey.window(journey.probe) as window:
        window.find("button", "^Back Up STM32F40xxG", 30)
        window.click("^More")
        window.choose_item("^View Memory$")
        view = window.find("text", "^Bytes$", 30)
        go_to = window.find("text", "^Go to address$", 30)
        for place, wanted in (("0x08000000", "Address 0x08000000, value 0x00"),
                              ("ram", "Address 0x20000000, value 0x"),
                              ("unique id", "Address 0x1fff7a10, value 0x"),
                              ("0x60000000",
                               "Address 0x60000000, cannot be read: nothing answers there")):
            go_to.set_text(place)
            window.key("ctrl+l", "Return")
            window.wait(lambda: view.description.startswith(wanted), wanted, 60)
        window.picture("memory")
        check_names(window)
        window.click("^Read Again$")
        window.wait(lambda: "not read yet" not in view.description, "it to be read again", 60)


BROKEN = "[Bookmarks]\nFormat=99\n"


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def damage(backup):
    """Bookmarks that a newer version may have written; the sums are right."""
    with open(os.path.join(backup, "bookmarks.ini"), "w", encoding="utf-8") as file:
        file.write(BROKEN)
    sums = os.path.join(backup, "SHA256SUMS")
    lines = [line for line in read(sums).splitlines() if not line.endswith("bookmarks.ini")]
    lines.append(hashlib.sha256(BROKEN.encode()).hexdigest() + "  bookmarks.ini")
    with open(sums, "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    sys.exit(main({"bytes-find": find, "bytes-bookmarks": bookmarks,
                   "bytes-files": files, "bytes-memory": memory}))
