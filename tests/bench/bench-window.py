#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the window takes of time and memory, beside GHex where both do the same: the first frame,
opening a file of 2 MiB until nothing is drawn any more, scrolling through it by pages, memory at
rest.  Times of frames are processor time of the main thread, so that a busy machine counts little;
all others are of the clock and want a quiet one.  Then the same of a library of 10,000 backups: the
first frame, the last one before rest, when the list is full, and the longest turn of the main loop:
what of it is the program's own, and with what GTK does by itself (tests/tools/stall-watch.c).

Usage: with-display bench-window.py FLASHKEEP FRAME-WATCH STALL-WATCH
"""
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tools"))
from stalls import LAST  # noqa: E402

N_STARTS = 5
N_PAGES = 150
QUIET_S = 0.8
MAKE_LIBRARY = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tools", "make-library")


class Run:
    """A program while it runs, and the frames that it has drawn."""

    def __init__(self, command, watch, folder):
        self.report = os.path.join(folder, "frames")
        open(self.report, "w").close()
        start = time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000
        self.process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env=dict(os.environ, LD_PRELOAD=watch, FRAME_REPORT=self.report, FRAME_START=str(start)))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    def frames(self):
        """[(ms after the start, ms of processor time)]"""
        with open(self.report) as file:
            lines = [line.split() for line in file if line.endswith("\n")]
        return [(int(done) / 1000, int(used) / 1000) for done, _, used in lines]

    def wait_until_quiet(self, seconds=60):
        deadline = time.monotonic() + seconds
        n_frames, since = 0, time.monotonic()
        while time.monotonic() < deadline:
            time.sleep(0.05)
            if len(self.frames()) != n_frames:
                n_frames, since = len(self.frames()), time.monotonic()
            elif n_frames and time.monotonic() - since > QUIET_S:
                return self.frames()
        raise SystemExit(f"{self.process.args}: it draws for ever, or never")

    def focus(self):
        window = subprocess.run(["xdotool", "search", "--onlyvisible", "--pid", str(self.process.pid)],
                                capture_output=True, text=True, check=True).stdout.split()[-1]
        subprocess.run(["xdotool", "windowfocus", "--sync", window], check=True)
        return window

    def quit(self):
        """As a person does; the watch of the main loop reports at the end."""
        self.focus()
        subprocess.run(["xdotool", "key", "ctrl+q"], check=True)
        self.process.wait(30)

    def scroll(self):
        window = self.focus()
        subprocess.run(["xdotool", "windowsize", "--sync", window, "1200", "800"], check=False)
        before = len(self.wait_until_quiet())
        subprocess.run(["xdotool", "key", "--delay", "40"] + ["Next"] * N_PAGES, check=True)
        return [used for _, used in self.wait_until_quiet()[before:]]

    def pss_mib(self):
        with open(f"/proc/{self.process.pid}/smaps_rollup") as file:
            return next(int(line.split()[1]) for line in file if line.startswith("Pss:")) / 1024


def part(values, share):
    values = sorted(values)
    return values[min(len(values) - 1, int(share * len(values)))]


def measure(name, command, dump, watch, folder):
    first = []
    for _ in range(N_STARTS):
        with Run(command, watch, folder) as run:
            first.append(run.wait_until_quiet()[0][0])
            memory = run.pss_mib()
    with Run(command + [dump], watch, folder) as run:
        opened = run.wait_until_quiet()[-1][0]
        with_file = run.pss_mib()
        used = run.scroll()
    print(f"{name:10} {part(first, 0.5):10.0f} {opened:10.0f} {len(used):8} {part(used, 0.5):8.2f} "
          f"{part(used, 0.95):8.2f} {max(used):8.2f} {memory:10.1f} {with_file:10.1f}")


def measure_library(flashkeep, watches, folder):
    library = os.path.join(folder, "many")
    stalls = os.path.join(folder, "stalls")
    subprocess.run([MAKE_LIBRARY, library, "10000"], check=True)
    os.environ.update(XDG_CACHE_HOME=os.path.join(folder, "cache"), STALL_REPORT=stalls)
    print("10,000 backups   first frame  list full   longest turn: ours, with GTK's")
    for name in ["no index", "index", "index"]:
        with Run([flashkeep, "--library", library], watches, folder) as run:
            frames = run.wait_until_quiet()
            run.quit()
        with open(stalls) as file:
            _, own, whole = LAST.search(file.read()).groups()
        print(f"{name:16} {frames[0][0]:11.0f} {frames[-1][0]:10.0f} {own:>10} {whole:>10}")
        time.sleep(3)  # what changed just before is not kept in an index


def main():
    if shutil.which("xdotool") is None:
        print("skipped: no xdotool")
        sys.exit(77)
    flashkeep, watch, stall_watch = (os.path.abspath(path) for path in sys.argv[1:])
    folder = tempfile.mkdtemp()
    try:
        dump = os.path.join(folder, "dump.bin")
        with open(dump, "wb") as file:
            file.write(random.Random(1).randbytes(2 << 20))
        print("           first frame  opened   frames   p50 ms   p95 ms   max ms   MiB rest  MiB open")
        measure("flashkeep", [flashkeep, "--library", os.path.join(folder, "library")], dump, watch,
                folder)
        ghex = shutil.which("ghex")
        if ghex:
            measure("GHex", [ghex], dump, watch, folder)
        else:
            print("GHex       not installed (Debian package ghex)")
        measure_library(flashkeep, f"{watch} {stall_watch}", folder)
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
