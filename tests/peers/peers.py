# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests with other people's programs share: boards, a bench, TAP.

Each program runs by itself, unchanged, on a mocked USB bus (tests/usb/README.md).  A board keeps its
memories in a file from one program to the next; what is really in them is seen through the back door
(`fk-mock-bus --dump`), which no probe and no protection stands in the way of.
"""
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time

FLASH = 0x08000000
TIME_LIMIT_S = 120
HASTE = 10  # an F4 erases for 16 s (data sheet)


class Board:
    """A simulated board, and what others call its chip."""

    def __init__(self, name, target, flash_size, device_id, sectors, options, ram, blank=0xff):
        self.name = name
        self.target = target  # OpenOCD's
        self.flash_size = flash_size
        self.device_id = device_id
        self.sectors = sectors  # (size, how many)
        self.options = options  # where the option bytes are; there are 16
        self.ram = ram
        self.blank = blank  # what a byte is that was erased

    def is_l5(self):
        """Whether its flash is that of L5, or of U5."""
        return self.target in ("stm32l5x", "stm32u5x")

    def is_h5(self):
        """Whether its flash is that of H5, which neither OpenOCD 0.12 nor st-flash 1.7.0 knows."""
        return self.target is None

    def is_l4(self):
        """Whether OpenOCD drives its flash by the driver for that of L4."""
        return self.target in ("stm32g0x", "stm32g4x", "stm32l4x", "stm32l5x", "stm32u5x")

    def is_known_to_st_flash(self):
        """What st-flash 1.7.0 does not know are U5, L5, H5 and the larger chips of G0: it has a name for
        device ID 0x460 and 0x466, and takes 0x467 for a chip without flash."""
        return self.target not in (None, "stm32g0x", "stm32l5x", "stm32u5x")

    def get_factory_options(self):
        """FLASH_OPTR of a new chip, the bits of a page's number in a WRP register, and those of
        that register that are reserved and 1."""
        if self.target == "stm32g0x":
            return 0xfffffeaa, 0x7f, 0
        if self.is_l5():
            return ((0x1feff8aa, 0x7f, 0x80000000) if self.target == "stm32u5x" else
                    (0x7feff8aa, 0x7f, 0xff80ff80))
        pages = {0x415: 0xff, 0x470: 0xff, 0x468: 0x3f, 0x469: 0x7f}[self.device_id]
        return 0xffeff8aa, pages, 0xffffffff & ~(pages << 16 | pages)

    def is_l1(self):
        """Whether its flash is that of L0 or L1."""
        return self.target in ("stm32l0", "stm32l1")

    def is_h7(self):
        """Whether its flash is that of H7."""
        return self.target == "stm32h7x"

    def count_banks(self):
        """Of which OpenOCD and st-flash have each by itself."""
        return 2 if self.is_h7() and self.device_id != 0x483 else 1

    def get_settings(self):
        """What OpenOCD has to be told before it takes the file with the target."""
        return ["-c", "set DUAL_BANK 1"] if self.count_banks() > 1 else []

    def get_pages(self):
        """What st-flash erases at one go: of L0 and L1 single pages, where OpenOCD erases more."""
        page = {"stm32l0": 128, "stm32l1": 256}.get(self.target)
        return [(page, self.flash_size // page)] if page else self.sectors

    def make_blank(self, length):
        return bytes([self.blank]) * length

    def get_flash_driver(self):
        """OpenOCD's."""
        return ("stm32lx" if self.is_l1() else "stm32l4x" if self.is_l4() else
                "stm32h7x" if self.is_h7() else
                "stm32f2x" if self.is_f4() else "stm32f1x")

    def get_reload(self):
        """OpenOCD's commands after which options count."""
        return ["stm32l4x option_load 0", "reset halt"] if self.is_l4() else ["reset halt"]

    def is_f4(self):
        """Whether its flash is that of F4, or of F7, which OpenOCD's stm32f2x drives, too."""
        return self.target in ("stm32f4x", "stm32f7x")

    def get_user_options(self, bits):
        """What OpenOCD takes and gives as the user options of an F4 that has these; an F7 has a
        second watchdog, and start addresses."""
        return f"{0xc10 | bits:#x} 0x0080 0x0040" if self.target == "stm32f7x" else f"{bits:#x}"

    def get_sector_end(self, offset):
        """Where the sector ends that has the byte before offset."""
        end = 0
        for size, count in self.sectors:
            for _ in range(count):
                end += size
                if end >= offset:
                    return end
        raise ValueError(hex(offset))


F4_SECTORS = [(16 << 10, 4), (64 << 10, 1), (128 << 10, 7)]
F7_SECTORS = [(32 << 10, 4), (128 << 10, 1), (256 << 10, 3)]

BOARDS = {board.name: board for board in (
    Board("blue-pill", "stm32f1x", 64 << 10, 0x410, [(1 << 10, 64)], 0x1ffff800, 20),
    Board("skr-mini-e3", "stm32f1x", 256 << 10, 0x414, [(2 << 10, 128)], 0x1ffff800, 64),
    Board("f030", "stm32f0x", 16 << 10, 0x444, [(1 << 10, 16)], 0x1ffff800, 4),
    Board("creator-pro", "stm32f4x", 1 << 20, 0x413, F4_SECTORS, 0x1fffc000, 192),
    Board("disco-f4", "stm32f4x", 1 << 20, 0x413, F4_SECTORS, 0x1fffc000, 192),
    Board("nucleo-f746", "stm32f7x", 1 << 20, 0x449, F7_SECTORS, 0x1fff0000, 320),
    Board("skr-mini-e3-v3", "stm32g0x", 512 << 10, 0x467, [(2 << 10, 256)], 0x1fff7800, 128),
    Board("nucleo-u575", "stm32u5x", 2 << 20, 0x482, [(8 << 10, 256)], 0x40022040, 768),
    Board("nucleo-l552", "stm32l5x", 512 << 10, 0x472, [(2 << 10, 256)], 0x40022040, 256),
    Board("nucleo-h503", None, 128 << 10, 0x474, [(8 << 10, 16)], 0x40022050, 32),
    # OpenOCD erases 16 pages at a time, and of an L0 32.
    Board("disco-l1", "stm32l1", 256 << 10, 0x427, [(4 << 10, 64)], 0x1ff80000, 32, 0),
    Board("nucleo-l073", "stm32l0", 192 << 10, 0x447, [(4 << 10, 48)], 0x1ff80000, 20, 0),
    Board("nucleo-l476", "stm32l4x", 1 << 20, 0x415, [(2 << 10, 512)], 0x1fff7800, 96),
    # st-flash tells the RAM that its list has.
    Board("nucleo-l4r5", "stm32l4x", 2 << 20, 0x470, [(4 << 10, 512)], 0x1ff00000, 640),
    Board("esc-g4", "stm32g4x", 128 << 10, 0x468, [(2 << 10, 64)], 0x1fff7800, 32),
    # Without its CCM SRAM, which is seen once more behind this
    Board("nucleo-g474", "stm32g4x", 512 << 10, 0x469, [(2 << 10, 256)], 0x1fff7800, 96),
    # Its option bytes have no address; the back door has them at the first of their registers.
    Board("skr-3", "stm32h7x", 2 << 20, 0x450, [(128 << 10, 16)], 0x5200201c, 128),
    Board("octopus-h723", "stm32h7x", 1 << 20, 0x483, [(128 << 10, 8)], 0x5200201c, 128),
    Board("nucleo-h7a3", "stm32h7x", 2 << 20, 0x480, [(8 << 10, 256)], 0x5200201c, 128),
)}

OPENOCD_DRIVERS = {
    "hla": ["-f", "interface/stlink.cfg"],
    "dap": ["-f", "interface/stlink-dap.cfg", "-c", "transport select dapdirect_swd"],
}


class Failure(Exception):
    pass


def expect(condition, message):
    if not condition:
        raise Failure(message)


def make_image(length, seed):
    return random.Random(seed).randbytes(length)


class Bench:
    """A folder, and a board that lives in it between two programs."""

    def __init__(self, programs, board, options=""):
        self.programs = programs
        self.board = BOARDS[board]
        self.folder = tempfile.mkdtemp(prefix="fk-peers-")
        self.specification = f"{board}?state={self.path('state')}{options}"
        self.more_boards = []
        self.flash = None  # true contents after the last program
        self.option_bytes = None
        self.output = None

    def close(self):
        shutil.rmtree(self.folder)

    def path(self, name):
        return os.path.join(self.folder, name)

    def file(self, name):
        with open(self.path(name), "rb") as file:
            return file.read()

    def write(self, name, data):
        with open(self.path(name), "wb") as file:
            file.write(data)
        return self.path(name)

    def run(self, command, status=0, options=""):
        """Runs a program that has to end with this status; returns all that it said."""
        result = subprocess.run(
            [self.programs.mock_bus, f"--haste={HASTE}",
             f"--dump={FLASH}:{self.board.flash_size}:{self.path('flash')}",
             f"--dump={self.board.options}:16:{self.path('options')}",
             *[f"--board={board}" for board in [self.specification + options, *self.more_boards]],
             "--", *command],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            timeout=TIME_LIMIT_S)
        self.output = result.stdout.decode(errors="replace")
        said = self.output + result.stderr.decode(errors="replace")
        if result.returncode != status:
            raise Failure(f"{command[0]} ended with {result.returncode}:\n{said}")
        self.flash = self.file("flash")
        self.option_bytes = self.file("options")
        return said

    def look(self):
        """What is in the flash, without anybody's help."""
        self.run(["true"])
        return self.flash

    def openocd(self, driver, commands, options=(), target=None):
        """target: commands that describe the chip, instead of those that it comes with."""
        chip = ["-c", target] if target else ["-f", f"target/{self.board.target}.cfg"]
        command = ["openocd", *OPENOCD_DRIVERS[driver], *self.board.get_settings(), *chip, *options,
                   "-c", "gdb_port disabled; tcl_port disabled; telnet_port disabled"]
        for part in ["init", "reset halt", *commands, "shutdown"]:
            command += ["-c", part]
        return self.run(command)

    def st_flash(self, *arguments, status=0):
        return self.run(["st-flash", *arguments], status)

    def st_read(self, offset, length):
        """It reads whole words."""
        self.st_flash("read", self.path("dump"), hex(FLASH + offset), hex(length + 3 & ~3))
        return self.file("dump")[:length]


def expect_written(bench, image, offset, before, sectors=None):
    """The image is where it belongs; the rest is as before or, in erased sectors, blank.  sectors:
    those of the program, if not the board's."""
    end = offset + len(image)
    start = 0
    expect(bench.flash[offset:end] == image, "the image is not in flash")
    for size, count in sectors or bench.board.sectors:
        for _ in range(count):
            stop = start + size
            touched = start < end and stop > offset
            for a, b in ((start, min(stop, offset)), (max(start, end), stop)):
                if a < b and bench.flash[a:b] != before[a:b]:
                    expect(touched, f"{FLASH + a:#x} and what follows changed")
                    expect(bench.flash[a:b] == bench.board.make_blank(b - a),
                           f"garbage at {FLASH + a:#x}")
            start = stop


def find(pattern, text):
    match = re.search(pattern, text)
    expect(match, f"no “{pattern}” in:\n{text}")
    return match.group(1)


class Programs:
    def __init__(self, arguments):
        self.mock_bus = arguments[0]
        self.flashkeepctl = arguments[1]


def run_case(programs, board, options, check, arguments):
    bench = Bench(programs, board, options)
    try:
        check(bench, *arguments)
        return None
    except (Failure, OSError, ValueError, LookupError, subprocess.SubprocessError) as error:
        return f"{type(error).__name__}: {error}"
    finally:
        bench.close()


def main(peer, needed, cases):
    """Runs all cases (board, options, check, arguments), or those with sys.argv[3] in their names."""
    sys.stdout.reconfigure(line_buffering=True)
    programs = Programs(sys.argv[1:])
    wanted = sys.argv[3] if len(sys.argv) > 3 else ""
    failed = False
    for program in needed:
        if shutil.which(program) is None:
            print(f"1..0 # SKIP {program} is not installed")
            return
    print(f"1..{len(cases)}")
    for number, (board, options, check, arguments) in enumerate(cases, 1):
        action = check.__name__.removeprefix("check_").replace("_", "-")
        name = "/".join(("", peer, board + options.replace("&", "?", 1), action, *arguments))
        if wanted not in name:
            print(f"ok {number} {name} # SKIP not asked for")
            continue
        start = time.monotonic()
        problem = run_case(programs, board, options, check, arguments)
        print(f"{'not ok' if problem else 'ok'} {number} {name}")
        print(f"# {time.monotonic() - start:.1f} s")
        if problem:
            failed = True
            for line in problem.splitlines():
                print(f"# {line}")
    sys.exit(1 if failed else 0)
