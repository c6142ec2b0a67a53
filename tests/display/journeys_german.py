#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The window in German, page by page: pictures to look at, and nothing on them that is English.
Usage as journeys.py."""

import gettext
import os
import re
import shutil
import subprocess
import sys

from journeys import Failure, main
from journeys_board import act
from journeys_look import activate
from window_driver import plain

# What German does without.  Names of things are the same in both.
ENGLISH = re.compile(r"(?<![\w-])(the|of|is|are|were|and|with|not|this|that|from|to|no|bytes?"
                     r" (differ|lie|selected))(?![\w-])")
# Names that people gave, and what the chip and the program's own files are called.
FOREIGN = re.compile(r"(/|0x[0-9a-f]{8}|end of used flash|reset vector)")


class German:
    """The program with its own catalogue, in a locale that is made for it.  In "C.UTF-8", newer C
    libraries speak English, whatever LANGUAGE says."""

    def __init__(self, journey):
        catalogues = os.path.join(os.path.dirname(journey.flashkeep), "..", "po")
        path = os.path.join(catalogues, "de", "LC_MESSAGES", "flashkeep.mo")
        with open(path, "rb") as file:
            self.catalogue = gettext.GNUTranslations(file)
        self.english = {text for text, translated in self.catalogue._catalog.items()
                        if isinstance(text, str) and len(text) > 2 and text != translated}
        self.english -= set(self.catalogue._catalog.values())
        self.left = []  # in English
        folder = os.path.join(journey.folder, "locale")
        if shutil.which("localedef") is None or not os.path.isdir("/usr/share/i18n/locales"):
            print("skipped: no localedef, or no definitions of locales")
            sys.exit(77)
        os.makedirs(folder)
        subprocess.run(["localedef", "-i", "de_DE", "-f", "UTF-8", folder + "/de_DE.UTF-8"],
                       check=True)
        self.environment = {"LANGUAGE": "de", "FK_LOCALE_DIR": catalogues, "LOCPATH": folder,
                            "LC_ALL": "de_DE.UTF-8"}

    def name(self, text, beginning=False):
        """A pattern for what the window calls this in German."""
        translated = self.catalogue.ngettext(text, text, 2)
        if translated == text:
            translated = self.catalogue.gettext(text)
        if translated == text:
            raise Failure(f"“{text}” is not translated")
        pattern = re.sub(r"%(\w|\.\d+\w|lu)", ".*", re.sub(r"_(?=\w)", "", translated))
        pattern = ".*".join(re.escape(part) for part in pattern.split(".*"))
        return "^" + pattern + ("" if beginning else "$")

    def look(self, window, name, dialog=False):
        if dialog:
            window.wait(lambda: len(window.xids()) > 1, f"the dialog {name}")
            window.centre_dialog()
        window.picture(name)
        self.left += [f"{name}: {text}" for text in sorted(set(self.find_english(window)))]

    def find_english(self, window):
        for node in window.program.tree().walk():
            for text in map(plain, (node.name, node.description)):
                if text in self.english or ENGLISH.search(FOREIGN.sub("", text)):
                    yield f"{node.role} “{text}”"


def close_dialog(window):
    window.key("Escape")
    window.wait(lambda: len(window.xids()) == 1, "the dialog to go")


def look_at_board(here, window):
    window.find("button", here.name("Back Up %s · %s"), 30)
    here.look(window, "board")
    window.click(here.name("More Actions", beginning=True))
    here.look(window, "board-menu")
    window.key("Escape")
    act(window, "board.erase")
    window.says(here.name("Erase the Flash?"), 30)
    here.look(window, "erase", dialog=True)
    close_dialog(window)
    act(window, "board.compare")
    window.says(here.name("%s bytes differ in %u place"), 30)
    here.look(window, "compare")
    act(window, "win.back")
    act(window, "board.options")
    window.says(here.name("Write Protection"), 30)
    here.look(window, "options")


def look_at_backup(here, window):
    window.find("list", here.name("Library")).select_row(0)
    window.find("button", here.name("_Restore", beginning=True), 30)
    here.look(window, "backup")
    act(window, "backup.restore")
    window.says(here.name("Restore This Backup?"), 30)
    here.look(window, "plan", dialog=True)
    close_dialog(window)
    act(window, "backup.compare-with")
    window.find("entry", here.name("Search Backups"), 30)
    here.look(window, "compare-with", dialog=True)
    window.click(here.name("_Cancel"))
    window.wait(lambda: len(window.xids()) == 1, "the dialog to go")
    act(window, "backup.view")
    window.find("text", "^Bytes$", 30)
    window.key("ctrl+i")
    here.look(window, "bytes")
    window.key("ctrl+f")
    here.look(window, "find")
    activate("preferences")
    here.look(window, "preferences", dialog=True)
    close_dialog(window)
    window.key("ctrl+question")
    window.wait(lambda: len(window.xids()) > 1, "the shortcuts")
    window.picture("shortcuts")
    window.key("Escape")


def german(journey):
    """Every page once; what the pictures show is for people to judge."""
    here = German(journey)
    journey.watch = None  # its report would have German numbers
    with journey.window(**here.environment) as window:
        window.says(here.name("Plug In a Probe"), 30)
        here.look(window, "empty")
    journey.ctl("backup", "--name", "Drucker, wie geliefert")
    journey.upgrade_board()
    with journey.window(journey.probe, "sim:creator-pro?swd=off&nrst=no", **here.environment) as window:
        look_at_board(here, window)
        look_at_backup(here, window)
        window.find("list", here.name("Boards")).select_row(1)
        window.says(here.name("The Chip Does Not Answer"), 30)
        here.look(window, "no-answer")
    if here.left:
        raise Failure("in English:\n" + "\n".join(here.left))


if __name__ == "__main__":
    sys.exit(main({"german": german}))
