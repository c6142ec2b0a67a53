# SPDX-License-Identifier: GPL-3.0-or-later
"""What the main-loop watchdog (stall-watch.c) found, and what of it is too much."""

import glob
import os
import re
import shutil
import subprocess

# What is the program's own: its handlers, its callbacks, what its widgets draw, and all that these
# make GTK do.  The aim is 30 ms, and what takes longer is printed; a third more fails, for beside
# others on the same processor the same work takes longer.
OWN_LIMIT_MS = 40
# A window that is closed is off the screen, and the program at its end, when all its widgets are
# freed in one turn: nobody waits for that.
END = "fk_window_dispose"
# What the pictures ask for, not the program: libadwaita reads a whole style sheet anew.
STYLE_SWITCH = "libstyle-switch.so"
# With what GTK does by itself in a frame, which on one slow processor, drawing without a graphics
# card, is to measure and draw a page of wrapping labels for the first time.
WHOLE_LIMIT_MS = 150
# Asleep within a turn: for the disk, for a lock.  The machine may be busy.
SLEEP_LIMIT_MS = 300

TURN = re.compile(r"^(own|toolkit|sleep): own ([\d.]+) of ([\d.]+) ms, slept ([\d.]+) ms\n"
                  r"((?:    [^\n]*\n)*)", re.MULTILINE)
LAST = re.compile(r"^turns (\d+) own ([\d.]+) whole ([\d.]+)$", re.MULTILINE)
FRAME = re.compile(r"^    (?P<object>[^(]*)\((?P<symbol>[^)]*)\)")


class TooLong(AssertionError):
    """The main loop stood still."""


def name_own(program, stack):
    """The stack's functions of the program, innermost first; by address without binutils."""
    offsets = []
    for line in stack.splitlines():
        frame = FRAME.match(line)
        if frame and os.path.basename(frame["object"]) == os.path.basename(program):
            offsets.append(frame["symbol"].split("+")[-1])
    if not offsets or shutil.which("addr2line") is None:
        return offsets
    # Where it returns to is the line after.
    addresses = [hex(int(offset, 16) - 1) for offset in offsets]
    answer = subprocess.run(["addr2line", "-f", "-s", "-e", program, *addresses],
                            capture_output=True, text=True, check=False)
    lines = answer.stdout.splitlines()
    return [f"{function} ({place})" for function, place in zip(lines[::2], lines[1::2])]


def check(folder, program):
    """Prints what was found; more than the limits is a failure."""
    turns, own, whole, sleep, bad = 0, 0.0, 0.0, 0.0, []
    for path in sorted(glob.glob(os.path.join(folder, "stalls-*.txt"))):
        with open(path) as file:
            report = file.read()
        last = LAST.search(report)
        if last is None:
            raise TooLong(f"the watchdog did not come to its end: {path}")
        turns += int(last[1])
        own, whole = max(own, float(last[2])), max(whole, float(last[3]))
        for kind, own_ms, whole_ms, slept_ms, stack in TURN.findall(report):
            asleep = 0.0
            if kind == "sleep":
                # The X server shares the machine, and what it does is not the program's doing.
                asleep = 0.0 if "xcb_wait_for_reply" in stack else float(slept_ms)
                sleep = max(sleep, asleep)
            names = name_own(program, stack)
            line = f"{kind}: own {own_ms} of {whole_ms} ms, slept {slept_ms} ms: " + \
                " < ".join(names[:6])
            print(line)
            own_limit_ms = WHOLE_LIMIT_MS if any(END in name for name in names) else OWN_LIMIT_MS
            if STYLE_SWITCH not in stack and (
                    float(own_ms) > own_limit_ms or float(whole_ms) > WHOLE_LIMIT_MS
                    or asleep > SLEEP_LIMIT_MS):
                bad.append(line + "\n" + stack)
    print(f"main loop: {turns} turns; the longest took {own} ms of ours, {whole} ms with GTK's "
          f"frames, and slept {sleep} ms")
    if turns == 0:
        raise TooLong("the watchdog saw nothing: was it loaded?")
    if bad:
        raise TooLong("the main loop stood still:\n" + "\n".join(bad))
