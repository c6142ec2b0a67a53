#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Seconds and USB transfers that Flashkeep, OpenOCD and st-flash need for the same work, each as a
whole process, in turn, on the same simulated board behind a mocked USB bus in real time: a transfer
ends when it would with a real probe and chip of the model (tests/usb/README.md).

Beside them stands the limit, which nobody can pass: for reading, the bits on SWD at the probe's
fastest clock and on USB; for writing, the flash's own erase and program times.  What each program
left on the chip is looked at through the back door; a run that did not do its work prints "wrong".

Every program does what it does by itself.  OpenOCD is told to verify, and runs once as its target
files want it and once at the probe's fastest clock.  Flashkeep's backup is proved by sums and stored
in the library; it is told not to back up before it writes, because the others do not.  "restore" is
that with a backup: the library knows what the chip holds, and has what it shall hold.

A quiet machine is assumed.

Usage: bench-peers.py FK-MOCK-BUS FLASHKEEPCTL [--chip NAME]... [--probe NAME]... [--job NAME]...
       [--client NAME]... [--markdown FILE] [--json FILE]
"""
import argparse
import datetime
import json
import os
import shutil
import struct
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "peers"))

from peers import BOARDS, FLASH, OPENOCD_DRIVERS, make_image

TIME_LIMIT_S = 300
OTHER_SEED, WANTED_SEED = 1, 2

# RM0008 (PM0075) 2.5, RM0090 3.9.10, RM0444 3.7, RM0351, RM0440, RM0438, RM0456, RM0038, RM0367
# and RM0433: the byte among the first option bytes, and the bit
NRST_STDBY = {"stm32f1x": (2, 1 << 2), "stm32f4x": (0, 1 << 7), "stm32g0x": (1, 1 << 6),
              "stm32g4x": (1, 1 << 5), "stm32l4x": (1, 1 << 5), "stm32l1": (4, 1 << 6),
              "stm32l0": (4, 1 << 6), "stm32l5x": (1, 1 << 5), "stm32u5x": (1, 1 << 5),
              "stm32h7x": (0, 1 << 7)}

CLIENTS = ("flashkeep", "openocd", "openocd-fast", "st-flash")
TITLES = {"flashkeep": "Flashkeep", "openocd": "OpenOCD", "openocd-fast": "OpenOCD, fastest clock",
          "st-flash": "st-flash"}


class Probe:
    def __init__(self, name, firmware, fastest_khz, bytes_per_second):
        self.name = name
        self.firmware = firmware
        self.fastest_khz = fastest_khz
        self.bytes_per_second = bytes_per_second


# What USB carries: 19 bulk packets of 64 bytes a frame, 13 of 512 a microframe (USB 2.0, tables 5-9
# and 5-10).
FULL_SPEED = 19 * 64 * 1000
HIGH_SPEED = 13 * 512 * 8000
PROBES = (Probe("v2", "V2J37S7", 4000, FULL_SPEED), Probe("v2-1", "V2J37M27", 4000, FULL_SPEED),
          Probe("v3", "V3J12M3B5", 24000, HIGH_SPEED))

# 46 clocks on the wire and 8 idle ones (ARM IHI 0031, 4.2.2 and 4.1.4).
CLOCKS_PER_WORD = 54


class Flash:
    """The typical times of the data sheet, in seconds."""

    def __init__(self, unit, program, mass_erase, sector_erase):
        self.unit = unit  # bytes programmed at once
        self.program = program
        self.mass_erase = mass_erase  # None where nothing erases all at once
        self.sector_erase = sector_erase  # {size: seconds}


# DS5319 table 28 and DS5792 table 29 give 20 to 40 ms for an erase and no typical time: the middle, as
# on the simulated board; DS8626 table 40, x32; DS13560, DS10198, DS12589, DS6876 and DS10685, Flash
# memory characteristics; DS12110, table 53, x64, for H7, of which that of all was not looked up.
FLASHES = {
    "blue-pill": Flash(2, 52.5e-6, 30e-3, {1 << 10: 30e-3}),
    "skr-mini-e3": Flash(2, 52.5e-6, 30e-3, {2 << 10: 30e-3}),
    "disco-f4": Flash(4, 16e-6, 8.0, {16 << 10: 0.25, 64 << 10: 0.55, 128 << 10: 1.0}),
    "skr-mini-e3-v3": Flash(8, 85e-6, 22.1e-3, {2 << 10: 22e-3}),
    "nucleo-l476": Flash(8, 81.7e-6, 22.13e-3, {2 << 10: 22.02e-3}),
    "nucleo-l4r5": Flash(8, 81.7e-6, 22.13e-3, {4 << 10: 22.02e-3}),
    "esc-g4": Flash(8, 81.7e-6, 22.13e-3, {2 << 10: 22.02e-3}),
    "nucleo-g474": Flash(8, 81.7e-6, 22.13e-3, {2 << 10: 22.02e-3}),
    "disco-l1": Flash(128, 3.28e-3, None, {256: 3.28e-3}),
    "nucleo-l552": Flash(8, 81.7e-6, 22.13e-3, {2 << 10: 22.02e-3}),
    "nucleo-u575": Flash(16, 118e-6, 195e-3, {8 << 10: 1.5e-3}),
    "nucleo-l073": Flash(64, 3.28e-3, None, {128: 3.28e-3}),
    "skr-3": Flash(32, 100e-6, 10.0, {128 << 10: 1.0}),
    "octopus-h723": Flash(32, 100e-6, 5.0, {128 << 10: 1.0}),
}
CHIPS = {"blue-pill": "F103C8", "skr-mini-e3": "F103RC", "disco-f4": "F407VG",
         "skr-mini-e3-v3": "G0B1RE", "nucleo-l476": "L476RG", "esc-g4": "G431CB",
         "nucleo-g474": "G474RE", "disco-l1": "L152RC", "nucleo-l073": "L073RZ",
         "nucleo-l4r5": "L4R5ZI", "skr-3": "H743VI", "octopus-h723": "H723ZG",
         "nucleo-l552": "L552ZE", "nucleo-u575": "U575ZI"}


def make_program(size, seed):
    """Something that starts, and fills the flash: vectors, an endless loop, noise."""
    vectors = struct.pack("<16I", 0x20000800, *[FLASH + 0x101] * 15)
    loop = struct.pack("<H", 0xE7FE)  # b .
    return vectors.ljust(0x100, b"\0") + loop + make_image(size - 0x102, seed)


class Case:
    """One chip on one probe, the images, and a folder for them."""

    def __init__(self, arguments, chip, probe, folder):
        self.mock_bus = arguments.mock_bus
        self.flashkeepctl = arguments.flashkeepctl
        self.board = BOARDS[chip]
        self.probe = probe
        self.folder = folder
        self.other = make_program(self.board.flash_size, OTHER_SEED)
        self.wanted = make_program(self.board.flash_size, WANTED_SEED)
        changed = bytearray(self.wanted)
        changed[len(changed) // 2 + 5] ^= 0x10
        self.changed = bytes(changed)
        self.file("wanted", self.wanted)
        for name, contents in (("other", self.other), ("same", self.wanted),
                               ("byte", self.changed)):
            self.file(name, contents)
            self.play(self.make_start(name), self.path(f"on-{name}"))
        self.play(self.make_start(None), self.path("on-blank"))

    def make_start(self, name):
        """What fills the chip with an image, or erases it, before anything is measured: st-flash, or
        OpenOCD where that does not know the chip, or only its first bank."""
        if self.board.count_banks() > 1:
            erase = [c for bank in range(self.board.count_banks())
                     for c in (f"flash probe {bank}", f"stm32h7x mass_erase {bank}")]
            return self.openocd(True, *([f"program {self.path(name)} {FLASH:#x}"] if name else erase))
        if not self.knows("st-flash"):
            return self.openocd(True, "flash probe 0", f"program {self.path(name)} {FLASH:#x}" if name
                                else "stm32l4x mass_erase 0")
        return ["st-flash", "write", self.path(name), hex(FLASH)] if name else ["st-flash", "erase"]

    def path(self, name):
        return os.path.join(self.folder, name)

    def file(self, name, data):
        with open(self.path(name), "wb") as file:
            file.write(data)

    def get_board(self, state):
        return f"{self.board.name}?probe={self.probe.name}&firmware={self.probe.firmware}&state={state}"

    def play(self, command, state, real_time=False):
        """Runs a program on the board in that state; returns its exit status and the counters."""
        report = self.path("report.json")
        result = subprocess.run(
            [self.mock_bus, "--real-time" if real_time else "--haste=50",
             f"--report-json={report}", f"--dump={FLASH}:{self.board.flash_size}:{self.path('flash')}",
             f"--dump={self.board.options}:16:{self.path('options')}",
             f"--board={self.get_board(state)}", "--", *command],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
            timeout=TIME_LIMIT_S)
        if result.returncode != 0:
            sys.stderr.write(f"{' '.join(command)}: {result.stderr.decode(errors='replace')}\n")
        with open(report, encoding="utf-8") as file:
            return result.returncode, json.load(file)

    def get(self, name):
        with open(self.path(name), "rb") as file:
            return file.read()

    # --- What the clients are told ---

    def flashkeep(self, *arguments):
        return [self.flashkeepctl, "--quiet", "--yes", "--library", self.path("library"), *arguments]

    def openocd(self, fast, *commands):
        speed = [f"adapter speed {self.probe.fastest_khz}"] if fast else []
        arguments = ["openocd", *OPENOCD_DRIVERS["hla"], *self.board.get_settings(),
                     "-f", f"target/{self.board.target}.cfg"]
        if self.board.target == "stm32l0":  # its target file has the first bank alone
            arguments += ["-c", "flash bank second stm32lx 0x08018000 0 0 0 stm32l0.cpu"]
        for part in ("gdb_port disabled; tcl_port disabled; telnet_port disabled", *speed, "init",
                     "reset halt", *speed, *commands, "shutdown"):
            arguments += ["-c", part]
        return arguments

    def make_commands(self, job):
        """{client: command}"""
        size = hex(self.board.flash_size)
        dump = self.path("dump")
        image = self.path("wanted")
        flash = hex(FLASH)
        if job == "identify":
            return {"flashkeep": self.flashkeep("info"), "openocd": self.openocd(False, "flash probe 0"),
                    "openocd-fast": self.openocd(True, "flash probe 0"),
                    "st-flash": ["st-info", "--probe"]}
        if job == "backup":
            read = f"dump_image {dump} {flash} {size}"
            return {"flashkeep": self.flashkeep("backup"), "openocd": self.openocd(False, read),
                    "openocd-fast": self.openocd(True, read),
                    "st-flash": ["st-flash", "read", dump, flash, size]}
        if job == "option bytes" and self.board.is_l1():  # OpenOCD has no command for it
            return {"flashkeep": self.flashkeep("options", "set", "nRST_STDBY=0")}
        if job == "option bytes":
            write = ("stm32f2x options_write 0 0x6C" if self.board.is_f4() else
                     f"stm32l4x option_write 0 {0x40 if self.board.is_l5() else 0x20:#x} 0 {self.get_nrst_stdby():#x}"
                     if self.board.is_l4() else
                     "stm32h7x option_write 0 0x20 0 0x80" if self.board.is_h7() else
                     "stm32f1x options_write 0 SWWDG RSTSTNDBY NORSTSTOP")
            name = "NRST_STBY_D1" if self.board.is_h7() else "nRST_STDBY"
            return {"flashkeep": self.flashkeep("options", "set", f"{name}=0"),
                    "openocd": self.openocd(False, write), "openocd-fast": self.openocd(True, write)}
        if job == "restore":
            return {"flashkeep": self.flashkeep("restore", self.ids["same"])}
        write = f"program {image} {flash} verify"
        return {"flashkeep": self.flashkeep("write", image, "--address", flash, "--no-safety-backup"),
                "openocd": self.openocd(False, write), "openocd-fast": self.openocd(True, write),
                "st-flash": ["st-flash", "write", image, flash]}

    def knows(self, client):
        """Whether the client has a name for the chip, does not take it for one without flash, and
        writes all of it: of a G47x st-flash 1.7.0 erases the first bank twice, and not the second
        (https://github.com/stlink-org/stlink/issues/1456)."""
        return client != "st-flash" or (self.board.is_known_to_st_flash() and
                                        self.board.device_id != 0x469)

    def get_nrst_stdby(self):
        """The bit in the first word of the option bytes."""
        byte, bit = NRST_STDBY[self.board.target]
        return bit << 8 * byte

    # --- What must come of it ---

    def prepare(self, job, client):
        """The state of the chip before the job; the name of a file."""
        state = self.path(f"state-{client}")
        before = {"write, blank": "blank", "write, over other": "other", "write, one byte": "byte",
                  "restore": "other"}.get(job, "same")
        shutil.copy(self.path(f"on-{before}"), state)
        return state

    def prepare_library(self):
        """Backups of what the chip holds and of what it shall hold."""
        self.ids = {}
        for name in ("other", "same"):
            state = self.path("state")
            shutil.copy(self.path(f"on-{name}"), state)
            self.play(self.flashkeep("backup"), state)
            listed = subprocess.run(self.flashkeep("--json", "library", "list"), check=True,
                                    stdout=subprocess.PIPE)
            known = [entry["id"] for entry in json.loads(listed.stdout)["backups"]]
            self.ids[name] = next(i for i in known if i not in self.ids.values())

    def is_done(self, job, client):
        """Whether the chip is as it should be, and for reading the file."""
        if self.get("flash") != self.wanted:
            return False
        if job == "option bytes":
            byte, bit = NRST_STDBY[self.board.target]
            return self.get("options")[byte] & bit == 0
        if job == "backup" and client != "flashkeep":
            return self.get("dump") == self.wanted
        return True

    def measure(self, job, client, command):
        if job == "backup" and client == "flashkeep":
            shutil.rmtree(self.path("library"), ignore_errors=True)
        status, report = self.play(command, self.prepare(job, client), real_time=True)
        return {"ok": status == 0 and self.is_done(job, client), "seconds": report["wall_seconds"],
                "report": report}

    def get_limit(self, job):
        """Seconds, or None where no physics stands in the way."""
        size = self.board.flash_size
        flash = FLASHES[self.board.name]
        sectors = [flash.sector_erase[s] for s, count in self.board.get_pages() for _ in range(count)]
        erase = min([sum(sectors), *([flash.mass_erase] if flash.mass_erase else [])])
        program = size / flash.unit * flash.program
        if job == "backup":
            return (size / 4 * CLOCKS_PER_WORD / (self.probe.fastest_khz * 1000) +
                    size / self.probe.bytes_per_second)
        if job == "write, blank":
            return program
        if job in ("write, over other", "restore"):
            return program + erase
        if job == "write, one byte":
            sector = max(flash.sector_erase) # the one in the middle
            return flash.sector_erase[sector] + sector / flash.unit * flash.program
        return None


JOBS = ("identify", "backup", "write, blank", "write, over other", "write, same", "write, one byte",
        "option bytes", "restore")


def format_cell(result):
    if result is None:
        return "-"
    if not result["ok"]:
        return "wrong"
    return f"{result['seconds']:.2f} ({sum(b['transfers'] for b in result['report']['boards'])})"


def find_ratio(results, names):
    """How many times as long the fastest of those takes."""
    ours = results.get("flashkeep")
    times = [results[name]["seconds"] for name in names if results.get(name) and results[name]["ok"]]
    return min(times) / ours["seconds"] if ours and ours["ok"] and times else None


def make_row(case, job, results):
    limit = case.get_limit(job)
    ours = results.get("flashkeep")
    share = limit / ours["seconds"] if limit and ours and ours["ok"] else None
    default = find_ratio(results, ("openocd", "st-flash"))
    fast = find_ratio(results, ("openocd-fast",))
    return [CHIPS[case.board.name], case.probe.name, job, *(format_cell(results.get(c)) for c in CLIENTS),
            f"{limit:.2f}" if limit else "-", f"{share:.0%}" if share else "-",
            f"{default:.1f}" if default else "-", f"{fast:.1f}" if fast else "-"]


HEADER = ["chip", "probe", "job", *(TITLES[c] for c in CLIENTS), "limit", "limit/ours",
          "faster peer/ours", "OpenOCD fastest/ours"]
WIDTHS = [7, 6, 18, 13, 14, 22, 14, 7, 11, 17, 21]


def print_row(row):
    print("  ".join(f"{cell:<{width}}" if i < 3 else f"{cell:>{width}}"
                    for i, (cell, width) in enumerate(zip(row, WIDTHS))).rstrip(), flush=True)


def write_markdown(path, rows):
    with open(path, "w", encoding="utf-8") as file:
        for row in (HEADER, ["---"] * 3 + ["---:"] * (len(HEADER) - 3), *rows):
            file.write("| " + " | ".join(row) + " |\n")


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("mock_bus")
    parser.add_argument("flashkeepctl")
    parser.add_argument("--chip", action="append", choices=list(CHIPS))
    parser.add_argument("--probe", action="append", choices=[probe.name for probe in PROBES])
    parser.add_argument("--job", action="append", choices=JOBS)
    parser.add_argument("--client", action="append", choices=CLIENTS)
    parser.add_argument("--markdown", help="write the table to this file, too")
    parser.add_argument("--json", help="write all counters to this file")
    return parser.parse_args()


def main():
    arguments = parse_arguments()
    rows, everything = [], []
    print(f"{datetime.date.today().isoformat()}; seconds of the whole process (USB transfers)")
    print_row(HEADER)
    for chip in arguments.chip or CHIPS:
        for probe in PROBES:
            if arguments.probe and probe.name not in arguments.probe:
                continue
            folder = tempfile.mkdtemp(prefix="fk-bench-")
            case = Case(arguments, chip, probe, folder)
            for job in arguments.job or JOBS:
                if job == "restore":
                    case.prepare_library()
                commands = case.make_commands(job)
                results = {client: case.measure(job, client, commands[client])
                           for client in arguments.client or CLIENTS
                           if client in commands and case.knows(client) and
                           shutil.which(commands[client][0])}
                rows.append(make_row(case, job, results))
                print_row(rows[-1])
                everything.append({"chip": chip, "probe": probe.name, "job": job,
                                   "limit": case.get_limit(job), "results": results})
            shutil.rmtree(folder)
    if arguments.markdown:
        write_markdown(arguments.markdown, rows)
    if arguments.json:
        with open(arguments.json, "w", encoding="utf-8") as file:
            json.dump(everything, file, indent=1)


if __name__ == "__main__":
    main()
