#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Journeys of a board: changes and their way back, cables, several probes.

usage: with-display journeys_board.py NAME FLASHKEEP FLASHKEEPCTL STALL-WATCH FOLDER [FK-MOCK-BUS]
"""

import os
import shutil
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from journeys import Failure, Journey, check_names, report_stalls  # noqa: E402
from window_driver import Window, act, list_xids  # noqa: E402


class Bench(Window):
    """The program on a USB bus of its own, with real libusb; cables are pulled and put in."""

    def __init__(self, mock_bus, journey, *boards, real_time=False):
        self.fifo = os.path.join(journey.folder, "control")
        os.mkfifo(self.fifo)
        command = [mock_bus, "--control", self.fifo]
        for board in boards:
            command += ["--board", board]
        if real_time:
            command += ["--real-time"]
        command += ["--", journey.flashkeep, "--library", journey.library]
        super().__init__(command, journey.folder)

    def is_ours(self, program):
        """It is not our child but that of the bus."""
        return program.root.name == "flashkeep"

    def xids(self):
        return list_xids(self.program.get_process_id()) if self.program is not None else []

    def order(self, text):
        with open(self.fifo, "w") as fifo:
            fifo.write(text + "\n")

    def boards(self):
        rows = self.find("list", "^Boards$").children()
        return [row.name for row in rows if row.role == "list item" and row.name.startswith("STM32")]


def erase(journey, _):
    """Everything erased, after a question that names the chip; one click puts it back."""
    kept = journey.ctl("backup", "--name", "Creator Pro, printing well")["id"]
    with journey.window(journey.probe) as window:
        window.find("button", "^Back Up STM32F40xxG", 30)
        window.click("^More")
        window.picture("menu")
        window.key("Escape")
        act(window, "board.erase")
        window.says("^Erase the Flash", 30)
        window.says("^Becomes Blank$")
        window.centre_dialog()
        window.picture("asks")
        check_names(window)
        window.click("^Erase$")
        window.says("^Erased and verified", 120)
        window.picture("erased")
        window.click("^Put Back What Was There$")
        window.says("^Restore This Backup", 30)
        window.click("^Restore$")
        window.says("^Restored and verified", 120)
        window.picture("put-back")
        act(window, "board.erase")
        window.says("^Erase the Flash", 30)
        window.click("^Cancel$")
    if not journey.ctl("compare", kept, "chip")["identical"]:
        raise Failure("the chip does not hold what was there")


def write(journey, _):
    """A raw file: where it belongs is asked, what would change is shown, and then it is done."""
    path = os.path.join(journey.folder, "notes.bin")
    with open(path, "wb") as file:
        file.write(bytes((i * 29 + 3) & 0xFF for i in range(5000)))
    with journey.window(journey.probe) as window:
        window.find("button", "^Back Up STM32F40xxG", 30)
        act(window, "board.write")
        window.choose_file(path)
        window.says("^Where Does It Belong", 30)
        window.centre_dialog()
        window.picture("where")
        window.find("text", "^Address$").set_text("0x080e0000")
        window.click("^Show What Would Change$")
        window.says("^Write This File", 60)
        window.centre_dialog()
        window.picture("plan")
        check_names(window)
        window.click("^Write$")
        window.says("^Written and verified: 1 of 1 sector", 120)
        window.picture("written")
    journey.ctl("verify", path, "--address", "0x080e0000")
    if len(journey.backups()) != 1:
        raise Failure(f"no safety backup: {journey.backups()}")


def hotplug(journey, mock_bus):
    """Cables through real libusb: in, out, two of them; what is looked at is never exchanged."""
    with Bench(mock_bus, journey, "creator-pro", "blue-pill") as window:
        window.wait(lambda: sorted(name[:7] for name in window.boards()) == ["STM32F1", "STM32F4"],
                    "both boards", 30)
        window.picture("two")
        first = window.boards()[0]
        number = 0 if first.startswith("STM32F4") else 1
        window.order(f"unplug {number}")
        started = time.monotonic()
        window.wait(lambda: first not in window.boards(), "the row to go", 20)
        print(f"seen to go after {time.monotonic() - started:.2f} s")
        window.says("^Unplugged$", 20)
        window.picture("unplugged")
        rows = window.find("list", "^Boards$")
        started = time.monotonic()
        window.order(f"plug {number}")
        window.wait(lambda: len([row for row in rows.children() if row.role == "list item"]) == 2,
                    "the row to come", 20)
        seconds = time.monotonic() - started
        window.wait(lambda: len(window.boards()) == 2, "the board to be identified", 30)
        print(f"seen to come after {seconds:.2f} s, and identified after "
              f"{time.monotonic() - started:.2f} s; the aim is 1 s for the row")
        if seconds > 3:
            raise Failure("that is no live hotplug")
        window.find("button", f"^Back Up {first}", 30)


def twins(journey, mock_bus):
    """Two clones of one batch, with one garbage serial number: two rows, and pulling one leaves the
    other as it is."""
    clones = ("blue-pill?serial=01ff7f80", "blue-pill?serial=01ff7f80&uid=52ff6b065089495213391068")
    with Bench(mock_bus, journey, *clones) as window:
        window.wait(lambda: len(window.boards()) == 2, "both boards", 60)
        rows = window.find("list", "^Boards$").children()
        texts = [row.description for row in rows if row.role == "list item"]
        if len(set(texts)) != 2:
            raise Failure(f"nothing tells the rows apart: {texts}")
        window.picture("twins")
        # Not every libusb tells of them in the order of their ports.
        other = [number for number, text in enumerate(texts) if text.endswith(" 1-2")]
        window.find("list", "^Boards$").select_row(other[0])
        window.click("^Back Up STM32F1", 30)
        window.says("^Backed up, and verified", 120)
        window.order("unplug 0")
        window.wait(lambda: len(window.boards()) == 1, "the other row to go", 30)
        window.says("^Backed up, and verified", 60)
        window.says("^The flash holds exactly what this backup")
        window.picture("one")


def close_dialog(window):
    """Not by its button, which is called as that of the window."""
    window.key("Escape")
    window.wait(lambda: len(window.xids()) == 1, "the dialog to go")


def ask_restore(window):
    window.find("list", "^Library$").select_row(0)
    window.says(", as it was$", 30)
    window.click("^Restore", 30)
    window.says("^Restore This Backup", 60)


def pulled(journey, mock_bus):
    """The cable is pulled while the chip is written: what that means, what to do, and that it helps."""
    journey.probe = f"sim:skr-mini-e3?state={journey.board_file}"
    kept = journey.ctl("backup", "--name", "SKR Mini, as it was")["id"]
    journey.break_board(200000)
    with Bench(mock_bus, journey, journey.probe, real_time=True) as window:
        window.find("button", "^Back Up STM32F1", 60)
        ask_restore(window)
        window.click("^Restore$")
        window.find("label", "^(Erasing|Writing)", 60)
        window.order("unplug 0")
        window.says("^The Chip May Be Half Written$", 60)
        window.centre_dialog()
        window.picture("pulled")
        check_names(window)
        close_dialog(window)
        window.picture("unplugged")
        window.order("plug 0")
        window.wait(window.boards, "the board", 60)
        window.click("^Restore", 30)
        window.says("^Restore This Backup", 60)
        window.click("^Restore$")
        window.says("^Restored and verified", 120)
    if not journey.ctl("compare", kept, "chip")["identical"]:
        raise Failure("the chip does not hold what was restored")


def moved(journey, mock_bus):
    """The wires are moved to another chip of the kind while the question stands: it stays as it is."""
    journey.probe = f"sim:blue-pill?state={journey.board_file}"
    kept = journey.ctl("backup", "--name", "Blue Pill, as it was")["id"]
    journey.break_board()
    with Bench(mock_bus, journey, journey.probe) as window:
        window.find("button", "^Back Up STM32F1", 60)
        ask_restore(window)
        window.order("chip 0 0a1b2c3d4e5f60718293a4b5")
        window.click("^Restore$")
        window.says("^Another Chip Is Connected$", 60)
        window.says("^Nothing was changed")
        window.centre_dialog()
        window.picture("moved")
        check_names(window)
        close_dialog(window)
    if journey.ctl("compare", kept, "chip", status=1)["identical"]:
        raise Failure("the other chip was written")
    if journey.backups() != [kept]:
        raise Failure(f"the library holds {journey.backups()}")


def hindered(journey, _):
    """Chips that cannot be backed up: each says why in place of the button.  One that is locked for
    ever does not answer."""
    for probe, title, name in (("creator-pro?dev-id=4ff", "^Unknown Chip$", "unknown"),
                               ("creator-pro?rdp=1", "^The Chip Is Read-Protected$", "protected"),
                               ("f030?rdp=2", "^The Chip Does Not Answer$", "locked")):
        with journey.window("sim:" + probe) as window:
            window.says(title, 60)
            window.find_none("button", "^Back Up STM32")
            check_names(window)
            window.picture(name)
            window.resize(360, 640)
            window.picture(name + "-360")


JOURNEYS = {"erase": erase, "write": write, "hindered": hindered, "hotplug": hotplug,
            "moved": moved, "pulled": pulled, "twins": twins}
ON_THE_BUS = ("hotplug", "moved", "pulled", "twins")


def main():
    name, flashkeep, ctl, watch, folder = sys.argv[1:6]
    for program in ("xdotool", "import"):
        if shutil.which(program) is None:
            print(f"skipped: no {program}")
            sys.exit(77)
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    journey = Journey(flashkeep, ctl, watch, folder)
    try:
        JOURNEYS[name](journey, (sys.argv[6:] or [None])[0])
        if name not in ON_THE_BUS:
            report_stalls(journey)
    except Failure as failure:
        print(f"failed: {failure}")
        sys.exit(1)


if __name__ == "__main__":
    main()
