#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Journeys through the window, from outside, as a person with a screen reader would go.

usage: with-display journeys.py NAME FLASHKEEP FLASHKEEPCTL STALL-WATCH FOLDER

Each leaves pictures, the program's log and what the main-loop watchdog found in FOLDER.
"""

import glob
import json
import os
import re
import shutil
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tools"))
try:
    import stalls
    from window_driver import Failure, Window, nameless, tab_stops
except (ImportError, ValueError) as missing:
    print(f"skipped: {missing}")
    sys.exit(77)


class Journey:
    """One simulated board, one library, and the programs."""

    def __init__(self, flashkeep, ctl, watch, folder):
        self.flashkeep, self.ctl_path, self.watch, self.folder = flashkeep, ctl, watch, folder
        self.board_file = os.path.join(folder, "board")
        self.library = os.path.join(folder, "library")
        self.probe = f"sim:creator-pro?state={self.board_file}"

    def ctl(self, *arguments, status=0):
        command = [self.ctl_path, "--probe", self.probe, "--library", self.library, "--json",
                   "--quiet", "--yes", *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != status:
            raise Failure(f"{command} ended with {done.returncode}: {done.stdout} {done.stderr}")
        return json.loads(done.stdout) if done.stdout else None

    def backups(self):
        if not os.path.isdir(self.library):
            return []
        return [name for name in os.listdir(self.library) if name[0] != "."]

    def break_board(self, length=40000):
        """Other bytes over the beginning of the program, as a wrong upgrade does."""
        path = os.path.join(self.folder, "wrong.bin")
        with open(path, "wb") as file:
            file.write(bytes((i * 37 + 11) & 0xFF for i in range(length)))
        self.ctl("write", path, "--address", "0x08000000", "--no-safety-backup")

    def upgrade_board(self):
        """A little is new in the middle, and what follows lies further on; settings change, too."""
        path = os.path.join(self.folder, "upgrade.bin")
        self.ctl("read", "0x08000000", "0x40000", path)
        with open(path, "rb") as file:
            old = file.read()
        new = bytearray(old[:0x3000] + bytes(range(0x40, 0x64)) + old[0x3000:-36])
        new[0x5000] ^= 0x5a
        new[0x3f000:0x3f004] = b"new!"
        with open(path, "wb") as file:
            file.write(new)
        self.ctl("write", path, "--address", "0x08000000", "--no-safety-backup")

    def window(self, *probes, **environment):
        command = [self.flashkeep, "--library", self.library]
        for probe in probes:
            command += ["--probe", probe]
        return Window(command, self.folder, self.watch, environment)


def check_names(window):
    bad = nameless(window)
    if bad:
        raise Failure("without a name for a screen reader: " + ", ".join(bad))


def check_tab(window, wanted):
    """Tab comes round, reaches what is wanted, and does not stick or walk through rows."""
    stops = tab_stops(window)
    print("Tab:", " > ".join(stop[1] if stop else "?" for stop in stops))
    if len(stops) >= 60:
        raise Failure(f"Tab does not come round: {stops}")
    for name in wanted:
        if not any(stop and re.search(name, stop[1]) for stop in stops):
            raise Failure(f"Tab does not reach {name}: {stops}")


def start(journey):
    """No probe: the guide; a simulated board can be tried."""
    with journey.window() as window:
        window.says("^Plug In a Probe$")
        window.says("^No backups yet$")
        window.pictures("empty")
        check_names(window)
        check_tab(window, ["^Main Menu$", "^Try a Simulated Board$"])
        window.click("^Try a Simulated Board$")
        window.find("button", "^Back Up STM32F40xxG", 20)
        window.pictures("board")
        window.resize(360, 640)
        window.click("^Back$")
        window.says("^Library$")
        window.picture("sidebar-360")
    with journey.window(journey.probe, ADW_DEBUG_HIGH_CONTRAST="1") as window:
        window.find("button", "^Back Up STM32F40xxG", 20)
        window.picture("board-contrast")


def backup(journey):
    """One click; the backup is whole, and equals the chip."""
    with journey.window(journey.probe) as window:
        window.says("^There is no backup of this board yet", 20)
        check_names(window)
        window.click("^Back Up STM32F40xxG")
        window.says("^Backed up, and verified", 60)
        window.says("^The flash holds exactly what this backup")
        window.pictures("backed-up")
        check_tab(window, ["^Back Up ", "^View Contents$", "^Identify Again$", "^STM32F40xxG$"])
        window.click("^View Contents$")
        view = window.find("text", "^Bytes$", 30)
        if not view.description.startswith("Address 0x08000000, value 0x"):
            raise Failure(f"the view says {view.description!r}")
        window.find("text", "^Go to address$").set_text("0x0800c000")
        window.picture("bytes")
        check_names(window)
        window.click("^Back$")
        window.find("list", "^Library$").select_row(0)
        window.find("button", "^Restore")
        check_names(window)
        window.pictures("backup")
    names = journey.backups()
    if len(names) != 1:
        raise Failure(f"the library holds {names}")
    journey.ctl("library", "verify", names[0])
    subprocess.run(["sha256sum", "--quiet", "-c", "SHA256SUMS"], check=True,
                   cwd=os.path.join(journey.library, names[0]))
    if not journey.ctl("compare", names[0], "chip")["identical"]:
        raise Failure("the backup is not what the chip holds")


def compare(journey):
    """An upgraded board beside its backup: counts, meaning, and the way through by key."""
    journey.ctl("backup", "--name", "Creator Pro, printing well")
    journey.upgrade_board()
    with journey.window(journey.probe) as window:
        window.click("^Compare with Last Backup$", 20)
        window.says(r"^[0-9]+ bytes differ in [0-9]+ places?$", 30)
        time.sleep(0.3)
        views = window.all("text", "^Bytes of")
        if len({view.name for view in views}) != 2:
            raise Failure(f"two views with a name each are wanted: {views}")
        window.says("shifted up by 36 bytes", 10)
        window.key("F8")
        window.wait(lambda: views[0].description.startswith("A gap") and
                    "0x08003000" in views[1].description, "what was put in")
        window.key("alt+Down")
        window.wait(lambda: "0x08004fdc" in views[0].description and
                    "0x08005000" in views[1].description, "the change in the shifted part")
        window.key("F7")
        window.wait(lambda: "0x08003000" in views[1].description, "the difference before")
        check_names(window)
        window.pictures("differences")
        window.resize(1024, 600)
        window.picture("differences-1024")
        # The board's page has learnt of it.
        window.click("^Back$")
        window.says("^The chip differs: ")


def restore(journey):
    """The plan, the deed, and that both backups are there afterwards."""
    kept = journey.ctl("backup", "--name", "Creator Pro, printing well")["id"]
    journey.break_board()
    with journey.window(journey.probe) as window:
        window.find("button", "^Back Up STM32F40xxG", 20)
        window.find("list", "^Library$").select_row(0)
        window.says("^Creator Pro, printing well$")
        window.click("^Restore")
        window.says("^Restore This Backup", 30)
        window.says("^Written$")
        window.centre_dialog()
        window.pictures("plan", dialog=True)
        check_names(window)
        window.click("^Restore$")
        window.says("^Restored and verified", 90)
        window.pictures("restored")
        window.click("^Compare with Board$")
        window.says("^Identical$", 30)
        window.click("^Back$")
        window.click("^Restore")
        window.says("holds exactly what this backup has of it already", 30)
    if not journey.ctl("compare", kept, "chip")["identical"]:
        raise Failure("the chip does not hold what was restored")
    if len(journey.backups()) != 2:
        raise Failure(f"no safety backup: {journey.backups()}")


def cancel(journey):
    """A backup that is cancelled midway leaves nothing; the next one works."""
    with journey.window(journey.probe + "&pace=200") as window:
        window.click("^Back Up STM32F40xxG", 20)
        bar = window.find("progress bar", "^Progress$")
        window.wait(lambda: bar.value > 0.2, "a fifth of the backup", 30)
        check_names(window)
        window.picture("backing-up", 0)
        window.click("^Cancel$", 5)
        window.says("^Cancelled. Nothing was saved", 20)
        window.picture("cancelled")
        if journey.backups():
            raise Failure(f"the library holds {journey.backups()}")
        window.click("^Back Up STM32F40xxG", 20)
        window.says("^Backed up, and verified", 120)
    if len(journey.backups()) != 1:
        raise Failure(f"the library holds {journey.backups()}")


def close(journey):
    """Closing asks while a board is worked on, and then waits until it is left in order."""
    with journey.window(journey.probe + "&pace=300") as window:
        window.click("^Back Up STM32F40xxG", 20)
        window.find("progress bar", "^Progress$")
        window.key("ctrl+q")
        window.says("^Cancel What Is Running", 10)
        window.centre_dialog()
        window.picture("asks")
        window.click("^Keep Running$")
        window.wait(lambda: len(window.xids()) == 1, "the dialog to go")
        window.key("ctrl+q")
        window.click("^Cancel and Close$")
        window.wait(lambda: window.process.poll() is not None, "the end of the program", 15)
    if journey.backups():
        raise Failure(f"the library holds {journey.backups()}")


def trouble(journey):
    """Each trouble says what it is and what to do."""
    for option, title in (("millivolts=0", "^The Board Has No Power$"),
                          ("access=denied", "^No Permission for the Probe$"),
                          ("access=busy", "^The Probe Is in Use$"),
                          ("swd=off&nrst=no", "^The Chip Does Not Answer$")):
        with journey.window(f"sim:creator-pro?{option}") as window:
            window.says(title, 30)
            window.find("button", "^Try Again$")
            window.click("^Details$")
            check_names(window)
            window.picture(option.split("&")[0].replace("=", "-"))


def unplug(journey):
    """The cable is pulled while a backup runs."""
    with journey.window("sim:creator-pro?fault=unplug@400") as window:
        window.click("^Back Up STM32F40xxG", 20)
        window.says("^The Probe Is Gone$", 30)
        window.centre_dialog()
        window.pictures("pulled", dialog=True)
        window.key("Escape")  # the window has a button of that name, too
        window.wait(lambda: len(window.xids()) == 1, "the dialog to go")
        window.pictures("unplugged")
    if journey.backups():
        raise Failure(f"the library holds {journey.backups()}")


def boards(journey):
    """Two boards: each its own row, and no switch without being asked."""
    with journey.window(journey.probe, "sim:blue-pill") as window:
        window.find("button", "^Back Up STM32F40xxG", 20)
        rows = window.find("list", "^Boards$")
        window.wait(lambda: [row.name for row in rows.children()][1].startswith("STM32F10"),
                    "the second board's name", 20)
        rows.select_row(1)
        window.find("button", "^Back Up STM32F10", 20)
        window.find_none("button", "^Back Up STM32F40")
        window.picture("two")


def report_stalls(journey):
    if journey.watch is None:
        return
    try:
        stalls.check(journey.folder, journey.flashkeep)
    except stalls.TooLong as failure:
        raise Failure(str(failure)) from failure


def main(known):
    name, flashkeep, ctl, watch, folder = sys.argv[1:]
    for program in ("xdotool", "import"):
        if shutil.which(program) is None:
            print(f"skipped: no {program}")
            sys.exit(77)
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    journey = Journey(flashkeep, ctl, watch, folder)
    try:
        known[name](journey)
        report_stalls(journey)
    except Failure as failure:
        print(f"failed: {failure}")
        sys.exit(1)


if __name__ == "__main__":
    main({"start": start, "backup": backup, "compare": compare, "restore": restore,
          "cancel": cancel, "close": close, "trouble": trouble, "unplug": unplug,
          "boards": boards})
