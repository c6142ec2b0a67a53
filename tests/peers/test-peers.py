#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""OpenOCD and st-flash as Debian ships them, on the simulated boards.

They identify, read, erase, write and verify with their own loaders and their own drivers (OpenOCD
has two for an ST-LINK).  What they did is looked at through the boards' back door, and by the
other program, and by Flashkeep: what one writes the others read.

Usage: test-peers.py FK-MOCK-BUS FLASHKEEPCTL [PART-OF-A-NAME].  Speaks TAP.
"""
import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time

FLASH = 0x08000000
TIME_LIMIT_S = 120
HASTE = 10  # an F4 erases for 16 s (data sheet)

# board: OpenOCD's target, flash size, device ID, size of an erased unit at the start
BOARDS = {
    "blue-pill": ("stm32f1x", 64 << 10, 0x410, 1 << 10),
    "skr-mini-e3": ("stm32f1x", 256 << 10, 0x414, 2 << 10),
    "f030": ("stm32f0x", 16 << 10, 0x444, 1 << 10),
    "creator-pro": ("stm32f4x", 1 << 20, 0x413, 16 << 10),
    "disco-f4": ("stm32f4x", 1 << 20, 0x413, 16 << 10),
}

DRIVERS = {
    "hla": ["-f", "interface/stlink.cfg"],
    "dap": ["-f", "interface/stlink-dap.cfg", "-c", "transport select dapdirect_swd"],
}


class Bench:
    """A folder, and a board that lives in it between two programs."""

    def __init__(self, mock_bus, flashkeepctl, board, options=""):
        self.mock_bus = mock_bus
        self.flashkeepctl = flashkeepctl
        self.name = board
        self.target, self.flash_size, self.device_id, self.unit = BOARDS[board]
        self.folder = tempfile.mkdtemp(prefix="fk-peers-")
        self.board = f"{board}?state={self.path('state')}{options}"

    def path(self, name):
        return os.path.join(self.folder, name)

    def file(self, name):
        with open(self.path(name), "rb") as file:
            return file.read()

    def write(self, name, data):
        with open(self.path(name), "wb") as file:
            file.write(data)
        return self.path(name)

    def run(self, command):
        """Runs a program; returns what it said, and leaves the flash's true contents in self.flash."""
        dump = self.path("flash")
        result = subprocess.run(
            [self.mock_bus, f"--haste={HASTE}", f"--dump={FLASH}:{self.flash_size}:{dump}",
             f"--board={self.board}", "--", *command],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=TIME_LIMIT_S)
        self.output = result.stdout.decode(errors="replace")
        said = self.output + result.stderr.decode(errors="replace")
        if result.returncode != 0:
            raise AssertionError(f"{command[0]} ended with {result.returncode}:\n{said}")
        self.flash = self.file("flash")
        return said

    def openocd(self, driver, commands, options=()):
        command = ["openocd", *DRIVERS[driver], "-f", f"target/{self.target}.cfg", *options,
                   "-c", "gdb_port disabled; tcl_port disabled; telnet_port disabled"]
        for part in ["init", "reset halt", *commands, "shutdown"]:
            command += ["-c", part]
        return self.run(command)

    def st_flash(self, *arguments):
        return self.run(["st-flash", *arguments])

    def flashkeep(self, *arguments):
        """Runs flashkeepctl; returns the document that it printed."""
        self.run([self.flashkeepctl, "--json", "--library", self.path("library"), *arguments])
        return json.loads(self.output)

    def close(self):
        shutil.rmtree(self.folder)


def expect(condition, message):
    if not condition:
        raise AssertionError(message)


def make_image(length, seed):
    return random.Random(seed).randbytes(length)


def expect_image(bench, image, offset, before):
    """The image is where it belongs; the rest is as before or, in touched units, blank."""
    end = offset + len(image)
    unit = bench.unit if bench.target != "stm32f4x" else 128 << 10
    expect(bench.flash[offset:end] == image, "the image is not in flash")
    expect(bench.flash[:offset] == before[:offset], "something before the image changed")
    for start in range(end, bench.flash_size):
        if start >= -(-end // unit) * unit:
            expect(bench.flash[start:] == before[start:], "something behind the image changed")
            break
        if bench.flash[start] not in (before[start], 0xff):
            raise AssertionError(f"garbage at offset {start:#x}")


def check_openocd_identifies(bench, driver):
    # Old firmware makes this driver read word by word.
    length = bench.flash_size if driver == "hla" else min(bench.flash_size, 8 << 10)
    said = bench.openocd(driver, ["flash probe 0",
                                  f"dump_image {bench.path('dump')} {FLASH:#x} {length:#x}"])
    expect(f"flash size = {bench.flash_size >> 10} KiB" in said, said)
    expect(f"{bench.device_id:03x}" in said.split("device id = ")[1].split()[0], said)
    expect(bench.file("dump") == bench.flash[:length], "the dump is not what is in flash")
    expect(bench.flash.strip(b"\xff") != b"", "a demo board should not be blank")


def check_openocd_programs(bench, driver):
    bench.openocd(driver, ["flash probe 0"])
    before = bench.flash
    image = make_image(min(bench.flash_size // 3, 20001), 1)
    file = bench.write("image", image)
    said = bench.openocd(driver, [f"program {file} {FLASH:#x} verify"])
    expect("** Verified OK **" in said, said)
    expect_image(bench, image, 0, before)
    # The other program reads the same, in whole words.
    bench.st_flash("read", bench.path("dump"), hex(FLASH), hex(len(image)))
    expect(bench.file("dump")[:len(image)] == image, "st-flash reads something else than OpenOCD wrote")


def check_openocd_erases(bench, driver):
    flash_driver = {"stm32f4x": "stm32f2x"}.get(bench.target, "stm32f1x")
    said = bench.openocd(driver, ["flash probe 0", f"{flash_driver} mass_erase 0"])
    expect("mass erase complete" in said, said)
    expect(bench.flash == b"\xff" * bench.flash_size, "the flash is not blank")


def check_openocd_under_reset(bench, driver):
    """Firmware that switches SWD off a moment after its start."""
    said = bench.openocd(driver, [f"dump_image {bench.path('dump')} {FLASH:#x} 0x1000"],
                         ["-c", "reset_config srst_only srst_nogate connect_assert_srst"])
    expect(bench.file("dump") == bench.flash[:0x1000], said)


def check_st_flash_reads(bench):
    said = bench.run(["st-info", "--probe"])
    expect(f"flash:      {bench.flash_size} " in said, said)
    expect(f"chipid:     0x{bench.device_id:04x}".lower() in said.lower(), said)
    bench.st_flash("read", bench.path("dump"), hex(FLASH), hex(bench.flash_size))
    expect(bench.file("dump") == bench.flash, "the dump is not what is in flash")


def check_st_flash_writes(bench):
    bench.run(["st-info", "--probe"])
    before = bench.flash
    image = make_image(min(bench.flash_size // 3, 20001) & ~3, 2)  # it writes whole words
    file = bench.write("image", image)
    said = bench.st_flash("write", file, hex(FLASH))
    expect("jolly good" in said, said)
    expect_image(bench, image, 0, before)
    said = bench.openocd("hla", [f"verify_image {file} {FLASH:#x}"])
    expect(f"verified {len(image)} bytes" in said, said)


def check_st_flash_erases(bench):
    bench.st_flash("erase")
    expect(bench.flash == b"\xff" * bench.flash_size, "the flash is not blank")


def check_flashkeep_backs_up(bench):
    """A backup is, byte for byte, what OpenOCD dumps."""
    backup = bench.flashkeep("backup", "--name", "Peers")
    with open(os.path.join(backup["path"], "flash.bin"), "rb") as file:
        flash = file.read()
    expect(flash == bench.flash, "the backup is not what is in flash")
    region = next(r for r in backup["regions"] if r["name"] == "flash")
    expect(region["sha256"] == hashlib.sha256(flash).hexdigest(), "wrong checksum in the answer")
    subprocess.run(["sha256sum", "--quiet", "-c", "SHA256SUMS"], cwd=backup["path"], check=True)
    bench.openocd("hla", [f"dump_image {bench.path('dump')} {FLASH:#x} {bench.flash_size:#x}"])
    expect(bench.file("dump") == flash, "OpenOCD dumps something else")


def check_flashkeep_writes(bench):
    """What Flashkeep writes both others find there."""
    bench.run(["st-info", "--probe"])
    before = bench.flash
    image = make_image(min(bench.flash_size // 3, 20001), 3)
    file = bench.write("image", image)
    bench.flashkeep("write", file, "--address", hex(FLASH), "--yes", "--no-safety-backup")
    expect(bench.flash[:len(image)] == image, "the image is not in flash")
    expect(bench.flash[len(image):] == before[len(image):], "something behind the image changed")
    said = bench.openocd("hla", [f"verify_image {file} {FLASH:#x}"])
    expect(f"verified {len(image)} bytes" in said, said)
    bench.st_flash("read", bench.path("dump"), hex(FLASH), hex(len(image)))
    expect(bench.file("dump")[:len(image)] == image, "st-flash reads something else")


def check_flashkeep_verifies(bench):
    """What the others write Flashkeep finds there, and puts back what was there before."""
    backup = bench.flashkeep("backup")
    before = bench.flash
    image = make_image(min(bench.flash_size // 3, 20001), 4)
    file = bench.write("image", image)
    bench.openocd("hla", [f"program {file} {FLASH:#x} verify"])
    bench.flashkeep("verify", file, "--address", hex(FLASH))
    bench.flashkeep("restore", backup["id"], "--yes", "--no-safety-backup")
    expect(bench.flash == before, "the restored flash is not as it was")


def collect_cases():
    cases = []
    for board in BOARDS:
        for driver in DRIVERS:
            for check in (check_openocd_identifies, check_openocd_programs, check_openocd_erases):
                cases.append((board, "", check, (driver,)))
        for check in (check_st_flash_reads, check_st_flash_writes, check_st_flash_erases):
            cases.append((board, "", check, ()))
        for check in (check_flashkeep_backs_up, check_flashkeep_writes, check_flashkeep_verifies):
            cases.append((board, "", check, ()))
    for driver in DRIVERS:
        cases.append(("creator-pro", "&swd=off", check_openocd_under_reset, (driver,)))
    for firmware in ("V2J14S0", "V2J28S7", "V2J33S7", "V2J43S7"):
        cases.append(("blue-pill", f"&firmware={firmware}", check_openocd_programs, ("hla",)))
    cases.append(("blue-pill", "&probe=v2-1", check_st_flash_writes, ()))
    cases.append(("blue-pill", "&probe=v3", check_st_flash_writes, ()))
    return cases


def main():
    mock_bus, flashkeepctl = sys.argv[1:3]
    wanted = sys.argv[3] if len(sys.argv) > 3 else ""
    for program in ("openocd", "st-flash", "st-info"):
        if shutil.which(program) is None:
            print(f"1..0 # SKIP {program} is not installed")
            return
    cases = collect_cases()
    print(f"1..{len(cases)}")
    for number, (board, options, check, arguments) in enumerate(cases, 1):
        name = "/".join(("", "peers", board + options.replace("&", "?"),
                         check.__name__[6:].replace("_", "-"), *arguments))
        if wanted not in name or (flashkeepctl == "" and "/flashkeep-" in name):
            print(f"ok {number} {name} # SKIP not asked for, or not built")
            continue
        bench = Bench(mock_bus, flashkeepctl, board, options)
        start = time.monotonic()
        try:
            check(bench, *arguments)
            print(f"ok {number} {name}", flush=True)
            print(f"# {time.monotonic() - start:.1f} s")
        except (AssertionError, OSError, ValueError, LookupError,
                subprocess.SubprocessError) as error:
            print(f"not ok {number} {name}", flush=True)
            for line in str(error).splitlines():
                print(f"# {line}")
        finally:
            bench.close()


if __name__ == "__main__":
    main()
