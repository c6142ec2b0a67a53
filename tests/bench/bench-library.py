#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What it takes to list a library of 10,000 backups: first without an index, then with it; from
the disk where root can empty the page cache, else from memory; and the system calls.

Usage: bench-library.py LIST-LIBRARY [NUMBER]
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile

N_RUNS = 5
CALLS = ["newfstatat", "openat", "read", "getdents64", "close"]
MAKE_LIBRARY = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tools", "make-library")


class Bench:
    def __init__(self, program, folder, number):
        self.program = program
        self.number = number
        self.library = os.path.join(folder, "library")
        self.cache = os.path.join(folder, "cache")
        self.env = dict(os.environ, XDG_CACHE_HOME=self.cache)
        subprocess.run([MAKE_LIBRARY, self.library, str(number)], check=True)

    def list(self, *before):
        output = subprocess.run([*before, self.program, self.library], env=self.env, check=True,
                                capture_output=True, text=True).stdout
        number, *times = output.split()
        if int(number) != self.number:
            raise SystemExit(f"{number} backups are listed, not {self.number}")
        return [float(ms) for ms in times]

    def forget(self):
        shutil.rmtree(self.cache, ignore_errors=True)

    def measure(self, name, prepare):
        times = []
        for _ in range(N_RUNS):
            prepare()
            times.append(self.list())
        times.sort()
        clock, cpu = times[N_RUNS // 2]
        print(f"{name:44} {clock:8.1f} {times[0][0]:8.1f} {times[-1][0]:8.1f} {cpu:9.1f}")

    def count(self, name, prepare):
        report = os.path.join(self.cache + ".strace")
        prepare()
        self.list("strace", "-f", "-c", "-o", report)
        with open(report) as file:
            counts = {words[-1]: int(words[3]) for words in map(str.split, file)
                      if len(words) > 4 and re.fullmatch(r"\d+", words[3])}
        print(f"{name:44} " + ", ".join(f"{call} {counts.get(call, 0)}" for call in CALLS) +
              f", all {counts['total']}")


def drop_page_cache():
    subprocess.run(["sync"], check=True)
    try:
        with open("/proc/sys/vm/drop_caches", "w") as file:
            file.write("3\n")
    except OSError:
        return False
    return True


def main():
    program = os.path.abspath(sys.argv[1])
    number = int(sys.argv[2]) if len(sys.argv) > 2 else 10000
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(program, folder, number)
        print(f"{f'{number} backups, milliseconds':44} {'median':>8} {'least':>8} {'most':>8} {'processor':>9}")
        if drop_page_cache():
            bench.measure("no index, nothing in memory", lambda: (bench.forget(), drop_page_cache()))
        else:
            print("no index, nothing in memory: only root can empty the page cache")
        bench.measure("no index", bench.forget)
        bench.measure("index", lambda: None)
        if shutil.which("strace") is None:
            print("system calls: strace is not installed")
            return
        bench.count("system calls, no index", bench.forget)
        bench.count("system calls, index", lambda: None)


if __name__ == "__main__":
    main()
