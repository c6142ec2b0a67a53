#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Journeys through the library.  Used as journeys.py is."""

import configparser
import os
import re
import subprocess
import sys
import time

from journeys import Failure, check_names, check_tab, main

HERE = os.path.dirname(os.path.abspath(__file__))


def make_library(journey, number):
    subprocess.run([os.path.join(HERE, "..", "tools", "make-library"), journey.library,
                    str(number)], check=True)


def list_names(window):
    """Of the rows at the beginning; GTK 4.18 tells of those in sight only."""
    return [row.name for row in window.find("list", "^Library$").children()[:20]]


def many(journey):
    """10,000 backups are listed, searched, chosen."""
    make_library(journey, 10000)
    with journey.window() as window:
        window.find("list", "^Library$", 60)
        window.wait(lambda: list_names(window)[:1] == ["Creator Pro 2"], "all backups", 60)
        window.pictures("many")
        search = window.find("entry", "^Search backups$")
        search.set_text("voron f405 2026-11-1")
        window.wait(lambda: set(list_names(window)) == {"Voron toolhead"}, "few backups", 30)
        window.picture("found")
        search.set_text("there is no such thing")
        window.says("^No backup matches$", 30)
        window.picture("none")
        window.click("^Show All$")
        window.wait(lambda: list_names(window)[:1] == ["Creator Pro 2"], "all backups", 30)
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


def tab_to(window, name):
    for _ in range(40):
        thing = window.focused()
        if thing is not None and re.search(name, thing.name):
            return
        window.key("Tab")
        time.sleep(0.2)
    raise Failure(f"Tab does not reach {name}")


def read_ini(journey, name):
    ini = configparser.ConfigParser(interpolation=None)
    ini.optionxform = str
    ini.read(os.path.join(journey.library, name, "backup.ini"))
    return ini["Backup"]


def rename(journey):
    """A name, a note and tags; each is on the disk, and the backup is whole."""
    make_library(journey, 3)
    with journey.window() as window:
        window.find("list", "^Library$", 30)
        name = max(journey.backups())
        window.wait(lambda: window.find("list", "^Library$").n_children == 6,
                    "three backups", 30)
        window.find("list", "^Library$").select_row(0)
        window.find("button", "^Restore", 30)
        tab_to(window, "^Add a Photo")
        window.key("Tab", "ctrl+a", *"Mine", "Return")
        window.wait(lambda: read_ini(journey, name)["Name"] == "Mine", "the name on the disk", 30)
        window.wait(lambda: list_names(window)[:2] == ["Mine", "Mine"], "the name in the library", 30)
        window.picture("renamed")
        window.find("text", "^Note$").set_text("one\nand two")
        window.find("button", "^Remove the Tag “stock”$").click()
        window.wait(lambda: read_ini(journey, name)["Tags"] == "printer;", "one tag", 30)
        tab_to(window, "^Remove the Tag “printer”$")
        window.key("shift+Tab", *"mine", "Return")
        window.wait(lambda: read_ini(journey, name)["Tags"] == "printer;mine;", "two tags", 30)
        window.find("button", "^Remove the Tag “mine”$")
        check_names(window)
        window.pictures("tagged")
        window.find("list", "^Library$").select_row(3)
        window.wait(lambda: read_ini(journey, name)["Note"] == "one\\nand two",
                    "the note on the disk", 30)
        window.find("entry", "^Search backups$").set_text("and two")
        window.wait(lambda: window.find("list", "^Library$").n_children == 2,
                    "the backup by its note", 30)
    for backup in journey.backups():
        journey.ctl("library", "verify", backup)
        subprocess.run(["sha256sum", "--quiet", "--strict", "-c", "SHA256SUMS"], check=True,
                       cwd=os.path.join(journey.library, backup))


def trash(journey):
    """A backup goes to the trash, and Undo brings it back."""
    make_library(journey, 1)
    name = journey.backups()[0]
    with journey.window() as window:
        window.wait(lambda: window.find("list", "^Library$").n_children == 2,
                    "the backup", 30)
        window.find("list", "^Library$").select_row(0)
        window.click("^Move to Trash$", 30)
        window.says("^No backups yet$", 30)
        window.picture("trashed")
        if journey.backups():
            raise Failure("the backup is still there")
        window.click("^Undo$", 30)
        window.wait(lambda: journey.backups() == [name], "the backup on the disk", 30)
        window.wait(lambda: window.find("list", "^Library$").n_children == 2,
                    "the backup in the list", 30)
        window.picture("back")
    journey.ctl("library", "verify", name)


def exchange(journey):
    """An archive comes in and goes out again; a firmware file comes in after questions."""
    archive = os.path.join(journey.folder, "in.flashkeep")
    copy = os.path.join(journey.folder, "out.flashkeep")
    firmware = os.path.join(journey.folder, "stock.bin")
    name = journey.ctl("backup", "--name", "Creator")["id"]
    journey.ctl("library", "export", name, archive)
    journey.ctl("read", "0x08010000", "0x4b3c8", firmware)
    subprocess.run(["rm", "-r", journey.library], check=True)
    with journey.window(journey.probe) as window:
        window.says("^No backups yet$", 30)
        window.find("button", "^Back Up ", 30)
        window.picture("no-backups")
        window.click("^Import…$")
        window.choose_file(archive)
        window.wait(lambda: journey.backups() == [name], "the backup on the disk", 30)
        window.says("^1 backup imported$", 30)
        window.find("button", "^Restore", 30)
        window.pictures("imported")
        check_names(window)

        # A menu whose button is scrolled out of sight has no place.
        tab_to(window, "^Export")
        window.click("^Export")
        window.picture("export-menu")
        window.key("Return")
        window.wait(lambda: len(window.xids()) > 1, "the file chooser", 30)
        window.picture("export")
        window.choose_file(copy)
        # The toast that says so may be gone before a busy machine looks.
        window.wait(lambda: os.path.exists(copy), "the exported archive", 30)
        with open(archive, "rb") as first, open(copy, "rb") as second:
            if first.read() != second.read():
                raise Failure("the exported archive differs from the imported one")

        window.key("ctrl+i")
        window.choose_file(firmware)
        window.says("^Import a Firmware File$", 30)
        window.centre_dialog()
        address = window.find("text", "^Address$")
        if address.text != "0x08010000":
            raise Failure(f"the address offered is {address.text}")
        window.pictures("import-firmware", dialog=True)
        window.click("^Import$")
        window.wait(lambda: len(journey.backups()) == 2, "the firmware in the library", 30)
        window.says("^Imported From$", 30)
        window.pictures("firmware")
        window.key("ctrl+i")
        window.choose_file(archive)
        window.says("^In the library already, as “Creator”", 30)
        window.resize(360, 640)
        window.picture("firmware-360")
    for backup in journey.backups():
        journey.ctl("library", "verify", backup)
        if backup != name and read_ini(journey, backup)["Source"] != firmware:
            raise Failure("the backup does not say where it is from")


def damaged(journey):
    """A check finds what rotted; the list and the page say so, and a restore refuses."""
    name = journey.ctl("backup", "--name", "Creator")["id"]
    path = os.path.join(journey.library, name, "flash.bin")
    with journey.window(journey.probe) as window:
        window.wait(lambda: window.find("list", "^Library$").n_children == 2,
                    "the backup", 30)
        window.find("frame", "").act("win.check-library")
        window.says("^1 backup checked: it is whole$", 60)
        with open(path, "r+b") as file:
            file.seek(0x1234)
            byte = file.read(1)
            file.seek(0x1234)
            file.write(bytes([byte[0] ^ 1]))
        window.find("frame", "").act("win.check-library")
        window.says("^1 Backup Is Damaged$", 60)
        window.centre_dialog()
        window.picture("verdict")
        check_names(window)
        tab_to(window, "^Creator")
        window.key("Return")
        window.says("^This backup is damaged", 30)
        window.wait(lambda: any("damaged" in row.description for row in
                                window.find("list", "^Library$").children()), "the mark", 30)
        window.picture("page")
        check_names(window)
        window.click("^Restore")
        window.says("^The Backup Is Damaged$", 60)
        window.centre_dialog()
        window.picture("refused")
        window.key("Escape")
        subprocess.run(["rm", "-r", os.path.join(journey.library, name)], check=True)
        window.says("^No backups yet$", 60)
        window.says("^This backup is no longer in the library", 30)
        window.picture("vanished")
        window.resize(360, 640)
        window.picture("vanished-360")


if __name__ == "__main__":
    sys.exit(main({"library-damaged": damaged,
                   "library-exchange": exchange,
                   "library-many": many, "library-rename": rename,
                   "library-trash": trash}))
