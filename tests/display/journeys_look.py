#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every page and dialog once, in one style each: pictures to look at, and in the first style dark
ones as well, and the lint of their names and of Tab.  Usage as journeys.py."""

import functools
import time

from gi.repository import Gio, GLib

from journeys import Failure, check_names, main, tab_stops
from window_driver import CLASS_NAME

STYLES = {
    "look": {},
    "look-contrast": {"ADW_DEBUG_HIGH_CONTRAST": "1"},
    "look-large": {"GDK_SCALE": "2"},
    "look-narrow": {},
}
BUS_NAME = "io.github.flashkeep.Flashkeep"


def activate(action):
    """An action of the program, as the desktop would activate it."""
    Gio.bus_get_sync(Gio.BusType.SESSION).call_sync(
        BUS_NAME, "/" + BUS_NAME.replace(".", "/"), "org.gtk.Actions", "Activate",
        GLib.Variant("(sava{sv})", (action, [], {})), None, Gio.DBusCallFlags.NONE, 10000)


class Look:
    """Goes to each page in turn."""

    def __init__(self, window, style):
        self.window, self.style = window, style
        self.narrow = style == "look-narrow"

    def to_sidebar(self):
        self.window.wait(self.is_at_sidebar, "the sidebar")

    def is_at_sidebar(self):
        library = self.window.all("list", "^Library$")
        if library and library[0].is_seen():
            return True
        for button in self.window.all("button", "^Back$"):
            if {"visible", "sensitive"} <= button.states:
                button.click()
                time.sleep(0.3)
                break
        return False

    def to_board(self):
        self.to_sidebar()
        self.window.find("list", "^Boards$").select_row(0)
        self.window.find("button", "^Back Up STM32F40xxG", 30)

    def to_backup(self):
        self.to_sidebar()
        self.window.find("list", "^Library$").select_row(1)
        self.window.find("button", "^Restore", 30)

    def look(self, name, dialog=False, ours=True):
        window = self.window
        if dialog:
            window.wait(lambda: len(window.xids()) > 1, f"the dialog {name}")
            window.centre_dialog()
        if self.style == "look":
            window.pictures(name, dialog=True)
        else:
            window.picture(name)
        if self.style != "look" or not ours:
            return
        check_names(window)
        if not dialog:
            stops = tab_stops(window)
            print(f"{name}:", " > ".join(stop[1] if stop else "?" for stop in stops))
            if len(stops) >= 60:
                raise Failure(f"on {name} Tab does not come round")
            # Where a text is typed into, GTK 4.8 tells of no focus.
            silent = [stop for stop in stops if stop and (not stop[1] or CLASS_NAME.match(stop[1]))]
            if silent:
                raise Failure(f"on {name} Tab comes to what has no name: {silent}")

    def close_dialog(self):
        self.window.key("Escape")
        self.window.wait(lambda: len(self.window.xids()) == 1, "the dialog to go")


def look(style, journey):
    journey.ctl("backup", "--name", "Creator Pro, printing well")
    journey.upgrade_board()
    with journey.window(journey.probe, **STYLES[style]) as window:
        here = Look(window, style)
        window.find("button", "^Back Up STM32F40xxG", 30)
        if here.narrow:
            window.resize(360, 720)
            window.click("^Back$")
            here.look("sidebar")
        here.to_board()
        here.look("board")
        window.click("^Options…$")
        window.says("^Write Protection$", 30)
        here.look("options")
        here.to_backup()
        here.look("backup")
        window.click("^Restore")
        window.says("^Restore This Backup", 30)
        here.look("plan", dialog=True)
        here.close_dialog()
        window.click("^Compare with Board$")
        window.says("bytes differ in", 30)
        here.look("compare")
        window.click("^Back$")
        window.click("^View Contents$")
        window.find("text", "^Bytes$", 30)
        here.look("bytes")
        activate("preferences")
        here.look("preferences", dialog=True)
        here.close_dialog()
        activate("about")
        here.look("about", dialog=True, ours=False)
        here.close_dialog()
        window.key("ctrl+question")
        here.look("shortcuts", dialog=True, ours=False)
        here.close_dialog()


if __name__ == "__main__":
    main({style: functools.partial(look, style) for style in STYLES})
