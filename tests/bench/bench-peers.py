#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Seconds that Flashkeep, OpenOCD and st-flash need for the same work, on the mocked USB bus in real
time: each transfer ends when it would with a real probe and chip of the model.  A quiet machine is
assumed.  Every program does what it does by itself: Flashkeep reads what is there, writes what
differs and proves it; OpenOCD was told to verify; st-flash always does.

Usage: bench-peers.py FK-MOCK-BUS FLASHKEEPCTL
"""
import os
import shutil
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "peers"))

from peers import BOARDS, FLASH, OPENOCD_DRIVERS, make_image


def measure(mock_bus, board, state, command):
    start = time.monotonic()
    result = subprocess.run(
        [mock_bus, "--real-time", f"--board={board}?state={state}", "--", *command],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=300)
    seconds = time.monotonic() - start
    return f"{seconds:7.2f}" if result.returncode == 0 else " failed"


def make_commands(flashkeepctl, board, folder):
    """{what: {who: command}}"""
    def flashkeep(*arguments):
        return [flashkeepctl, "--quiet", "--yes", "--library", os.path.join(folder, "library"),
                *arguments]

    def openocd(*commands):
        arguments = ["openocd", *OPENOCD_DRIVERS["hla"], "-f", f"target/{board.target}.cfg",
                     "-c", "gdb_port disabled; tcl_port disabled; telnet_port disabled"]
        for part in ("init", "reset halt", *commands, "shutdown"):
            arguments += ["-c", part]
        return arguments

    size = board.flash_size
    dump = os.path.join(folder, "dump")
    image = os.path.join(folder, "image")
    return {
        "read all": {
            "Flashkeep": flashkeep("read", hex(FLASH), str(size), dump),
            "OpenOCD": openocd(f"dump_image {dump} {FLASH:#x} {size:#x}"),
            "st-flash": ["st-flash", "read", dump, hex(FLASH), hex(size)],
        },
        "backup": {"Flashkeep": flashkeep("backup")},
        "write": {
            "Flashkeep": flashkeep("write", image, "--address", hex(FLASH), "--no-safety-backup"),
            "OpenOCD": openocd(f"program {image} {FLASH:#x} verify"),
            "st-flash": ["st-flash", "write", image, hex(FLASH)],
        },
    }


def main():
    mock_bus, flashkeepctl = sys.argv[1:3]
    who = ("Flashkeep", "OpenOCD", "st-flash")
    print(f"{'board':12} {'what':9}" + "".join(f"{name:>13}" for name in who) + "   (seconds)")
    for board in (BOARDS[name] for name in ("blue-pill", "skr-mini-e3", "creator-pro")):
        folder = tempfile.mkdtemp(prefix="fk-bench-")
        with open(os.path.join(folder, "image"), "wb") as file:
            file.write(make_image(board.flash_size * 3 // 4 & ~3, 9))
        for what, commands in make_commands(flashkeepctl, board, folder).items():
            cells = []
            for name in who:
                known = name in commands and shutil.which(commands[name][0])
                state = os.path.join(folder, f"state-{name}")
                cells.append(measure(mock_bus, board.name, state, commands[name]) if known else "-")
            print(f"{board.name:12} {what:9}" + "".join(f"{cell:>13}" for cell in cells), flush=True)
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
