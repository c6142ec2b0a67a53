#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""OpenOCD as Debian ships it, on the simulated boards, with both of its drivers for an ST-LINK.

Usage: test-openocd.py FK-MOCK-BUS FLASHKEEPCTL [PART-OF-A-NAME].  Speaks TAP.
"""
import re
import sys

sys.dont_write_bytecode = True

from peers import BOARDS, FLASH, expect, expect_written, find, main, make_image


def check_identifies(bench, driver):
    said = bench.openocd(driver, ["flash probe 0", "reg pc"])
    flash = bench.flash
    size = bench.board.flash_size >> 10
    if bench.board.is_h7() or bench.board.target == "stm32l0":  # each bank by itself
        size //= bench.board.count_banks() if bench.board.is_h7() else 2
        bank = re.search(r"Bank \(0\) size is (\d+) ?kb, base address is (0x[0-9a-f]+)", said)
        expect(bank and int(bank[1]) == size and int(bank[2], 16) == FLASH, said)
    else:
        expect(f"flash size = {size} KiB" in said or f"flash size is {size}kb" in said, said)
    names = {0x447: "Device: STM32L0xx (Cat.5)", 0x427: "Device: STM32L1xx (Cat.3",
             0x450: "Device: STM32H74x/75x", 0x483: "Device: STM32H72x/73x",
             0x480: "Device: STM32H7Ax/7Bx"}
    if bench.board.device_id in names:
        expect(names[bench.board.device_id] in said, said)
    else:
        device = int(find(r"device id(?:code)? = (0x[0-9a-f]+)", said), 16)
        expect(device & 0xfff == bench.board.device_id, said)
    expect(flash.strip(bench.board.make_blank(1)) != b"", "a demo board should not be blank")
    # After a reset the program counter comes from the vector table.
    counter = int(find(r"pc \(/32\): (0x[0-9a-f]+)", said), 16)
    expect(counter == int.from_bytes(flash[4:8], "little") & ~1, said)


def check_reads(bench, driver):
    # With old firmware this driver has to read word by word.
    length = bench.board.flash_size if driver == "hla" else 8 << 10
    bench.openocd(driver, [f"dump_image {bench.path('dump')} {FLASH:#x} {length:#x}",
                           f"flash read_bank 0 {bench.path('odd')} 0x101 0x333"])
    expect(bench.file("dump") == bench.flash[:length], "the dump is not what is in flash")
    expect(bench.file("odd") == bench.flash[0x101:0x101 + 0x333], "the piece is not in flash")


def check_programs(bench, driver):
    before = bench.look()
    image = make_image(min(bench.board.flash_size // 3, 20001), 1)
    file = bench.write("image", image)
    said = bench.openocd(driver, [f"program {file} {FLASH:#x} verify"])
    expect("** Verified OK **" in said, said)
    expect_written(bench, image, 0, before)
    # The other program reads the same.
    if bench.board.is_known_to_st_flash():
        expect(bench.st_read(0, len(image)) == image, "st-flash reads something else")


def make_srec(pieces):
    """S3 records of {offset: bytes}."""
    lines = []
    for offset, data in pieces.items():
        for at in range(0, len(data), 32):
            part = data[at:at + 32]
            body = bytes([len(part) + 5]) + (FLASH + offset + at).to_bytes(4, "big") + part
            lines.append(f"S3{(body + bytes([~sum(body) & 0xff])).hex().upper()}")
    return "\r\n".join([*lines, "S70508000000F2", ""]).encode()


def check_programs_pieces(bench, driver):
    """Two pieces with a gap between them, neither at the border of a sector."""
    before = bench.look()
    second = bench.board.get_sector_end(1) + 0x104
    pieces = {0x40: make_image(301, 5), second: make_image(77, 6)}
    file = bench.write("image.s19", make_srec(pieces))
    bench.openocd(driver, [f"flash write_image erase {file}", f"verify_image {file}"])
    for offset, image in pieces.items():
        expect(bench.flash[offset:offset + len(image)] == image, f"not in flash: {offset:#x}")
    end = bench.board.get_sector_end(second)
    expect(bench.flash[end:] == before[end:], "something behind the pieces changed")


def check_erases(bench, driver):
    before = bench.look()
    first = bench.board.get_sector_end(1)
    last = bench.board.get_sector_end(first + 1)
    said = bench.openocd(driver, [f"flash erase_address {FLASH + first:#x} {last - first:#x}"])
    expect("erased address" in said, said)
    expect(bench.flash[:first] + bench.flash[last:] == before[:first] + before[last:],
           "other sectors changed")
    expect(bench.flash[first:last] == bench.board.make_blank(last - first), "the sector is not blank")

    name = bench.board.get_flash_driver()
    commands = ["flash probe 0", f"{name} mass_erase 0", "flash erase_check 0"]
    if bench.board.count_banks() > 1:
        commands += ["flash probe 1", f"{name} mass_erase 1"]
    said = bench.openocd(driver, commands)
    expect("mass erase complete" in said, said)
    expect(bench.flash == bench.board.make_blank(bench.board.flash_size), "the flash is not blank")


def check_runs(bench, driver):
    """After a reset the board's program runs: out of flash, and not where it began."""
    said = bench.openocd(driver, ["reset run", "sleep 20", "halt", "reg pc", "resume"])
    counter = int(find(r"pc \(/32\): (0x[0-9a-f]+)", said), 16)
    start = int.from_bytes(bench.flash[4:8], "little") & ~1
    expect(FLASH <= counter < FLASH + bench.board.flash_size and counter != start, said)


def check_options_f1(bench, driver):
    said = bench.openocd(driver, ["stm32f1x options_read 0"])
    expect("read protection: off" in said and "watchdog: software" in said, said)
    expect("write protection register = 0xffffffff" in said, said)
    name = BOARDS[bench.board.name].target
    change = ["stm32f1x options_write 0 SWWDG NORSTSTNDBY RSTSTOP USEROPT 0x1234"]
    said = bench.openocd(driver, [*change, "reset halt", "stm32f1x options_read 0"])
    if name == "stm32f1x":  # on F0 the new ones count after a power cycle
        expect("stop mode: reset generated upon entry" in said, said)
        expect("user data = 0x1234" in said, said)
    expect(bench.option_bytes[0] == (0xa5 if name == "stm32f1x" else 0xaa), "read protection changed")
    expect(bench.option_bytes[4:8] == bytes([0x34, 0xcb, 0x12, 0xed]),
           f"the option bytes are {bench.option_bytes.hex()}")
    for i in range(0, 16 if bench.board.flash_size > 16 << 10 else 10, 2):
        low, high = bench.option_bytes[i:i + 2]
        expect(low ^ high == 0xff, f"byte {i} has no complement")


def expect_user_options(said, board, bits):
    wanted = int(board.get_user_options(bits).split()[0], 16)
    expect(f"user_options 0x{wanted:X}" in said, said)


def check_options_f4(bench, driver):
    said = bench.openocd(driver, ["stm32f2x options_read 0"])
    expect_user_options(said, bench.board, 0xec)
    said = bench.openocd(driver, [f"stm32f2x options_write 0 {bench.board.get_user_options(0xcc)}",
                                  "stm32f2x options_read 0"])
    expect_user_options(said, bench.board, 0xcc)
    expect(bench.option_bytes[0] & 0xec == 0xcc, bench.option_bytes.hex())


def check_options_l4(bench, driver):
    """SRAM2_RST or what else is bit 25; the word has its complement beside it."""
    factory, *_ = bench.board.get_factory_options()
    changed = factory & ~(1 << 25)
    said = bench.openocd(driver, ["stm32l4x option_read 0 0x20"])
    expect(f"{factory:#x}" in said, said)
    said = bench.openocd(driver, ["stm32l4x option_write 0 0x20 0 0x02000000",
                                  "stm32l4x option_load 0", "reset halt",
                                  "stm32l4x option_read 0 0x20"])
    expect(f"{changed:#x}" in said, said)
    expect(bench.option_bytes[:8] == changed.to_bytes(4, "little") +
           (changed ^ 0xffffffff).to_bytes(4, "little"), bench.option_bytes.hex())


def check_options_l5(bench, driver):
    """nBOOT0, and what is loaded of it."""
    factory, *_ = bench.board.get_factory_options()
    changed = factory & ~0x08000000
    said = bench.openocd(driver, ["stm32l4x option_read 0 0x40"])
    expect(f"{factory:#x}" in said, said)
    said = bench.openocd(driver, ["stm32l4x option_write 0 0x40 0 0x08000000",
                                  "stm32l4x option_load 0", "reset halt",
                                  "stm32l4x option_read 0 0x40"])
    expect(f"{changed:#x}" in said, said)
    expect(bench.option_bytes[:8] == changed.to_bytes(4, "little") + bytes.fromhex("7f000008"),
           bench.option_bytes.hex())


def check_protects(bench, driver):
    """A protected sector is not erased, and whoever tries is told."""
    before = bench.look()
    reload = bench.board.get_reload()
    said = bench.openocd(driver, ["flash protect 0 0 1 on", *reload, "flash probe 0",
                                  "catch {flash erase_sector 0 0 0} result",
                                  "flash protect 0 0 1 off", *reload,
                                  "flash erase_sector 0 0 0"])
    expect("stm32x device protected" in said, said)
    end = bench.board.get_sector_end(1)
    expect(bench.flash[:end] == b"\xff" * end, "without protection it is not erased")
    expect(bench.flash[end:] == before[end:], "more was erased")


def check_protects_for_good(bench, driver):
    """The same with the flash looked at while it is protected."""
    before = bench.look()
    said = bench.openocd(driver, ["flash protect 0 0 1 on", *bench.board.get_reload(),
                                  "flash probe 0", "catch {flash erase_sector 0 0 0} result"])
    expect("stm32x device protected" in said, said)
    expect(bench.flash == before, "a protected sector changed")


def check_locks(bench, driver):
    """Read protection hides the flash; taking it away erases."""
    name = "stm32f2x" if bench.board.is_f4() else "stm32f1x"
    before = bench.look()
    said = bench.openocd(driver, [f"{name} lock 0", "reset halt",
                                  f"if {{![catch {{mdw {FLASH:#x}}}]}} {{echo readable}}"])
    expect("readable" not in said, said)
    expect(bench.flash == before, "locking changed the flash")
    expect(bench.option_bytes[1 if bench.board.is_f4() else 0] not in (0xa5, 0xaa, 0xcc),
           f"the option bytes are {bench.option_bytes.hex()}")

    said = bench.openocd(driver, ["flash probe 0", f"{name} unlock 0", "reset halt",
                                  f"mdw {FLASH:#x}"])
    expect("0x08000000: ffffffff" in said, said)
    expect(bench.flash == b"\xff" * bench.board.flash_size, "unlocking did not erase the flash")


def check_locks_l4(bench, driver):
    """The same where the new level counts from the next time that power comes."""
    unreadable = f"if {{![catch {{mdw {FLASH:#x}}}]}} {{echo readable}}"
    before = bench.look()
    bench.openocd(driver, ["flash probe 0", "stm32l4x lock 0"])
    expect(bench.option_bytes[0] not in (0xaa, 0xcc), bench.option_bytes.hex())
    said = bench.openocd(driver, [unreadable])
    expect("readable" not in said, said)
    expect(bench.flash == before, "locking changed the flash")

    bench.openocd(driver, ["flash probe 0", "stm32l4x unlock 0"])
    said = bench.openocd(driver, [f"mdw {FLASH:#x}"])
    expect("0x08000000: ffffffff" in said, said)
    expect(bench.flash == b"\xff" * bench.board.flash_size, "unlocking did not erase the flash")


def check_connects_under_reset(bench, driver):
    """Firmware that switches SWD off a moment after its start."""
    said = bench.openocd(driver, [f"dump_image {bench.path('dump')} {FLASH:#x} 0x1000"],
                         ["-c", "reset_config srst_only srst_nogate connect_assert_srst"])
    expect(bench.file("dump") == bench.flash[:0x1000], said)


SECOND_PORT = """adapter speed 1000
swd newdap chip cpu -expected-id 0x1ba01477
dap create chip.dap -chain-position chip.cpu
target create chip.ap0 mem_ap -dap chip.dap -ap-num 0
target create chip.cpu cortex_m -dap chip.dap -ap-num 1
chip.cpu configure -work-area-phys 0x20000000 -work-area-size 0x1000 -work-area-backup 0
flash bank chip.flash stm32f1x 0x08000000 0 0 0 chip.cpu
reset_config none
cortex_m reset_config sysresetreq
targets chip.cpu"""


def check_reaches_second_port(bench, driver):
    """A core behind the second access port, and the debug components behind the first."""
    before = bench.look()
    image = make_image(5001, 9)
    file = bench.write("image", image)
    said = bench.openocd(driver, ["chip.dap apid 0", "chip.dap apid 1", "chip.dap info 0",
                                  f"dump_image {bench.path('dump')} {FLASH:#x} 0x2000",
                                  f"program {file} {FLASH:#x} verify",
                                  f"if {{![catch {{chip.ap0 mdw {FLASH:#x}}}]}} {{echo readable}}",
                                  "chip.ap0 mdw 0xe0044000"], target=SECOND_PORT)
    expect("0x54770002" in said and "0x14770011" in said, said)
    expect("MEM-AP APB2 or APB3" in said and "Component base address 0xe00e4000" in said, said)
    expect(bench.file("dump") == before[:0x2000], "the dump is not what is in flash")
    expect("** Verified OK **" in said, said)
    expect_written(bench, image, 0, before)
    expect("readable" not in said and f"{0x20036000 | bench.board.device_id:08x}" in said, said)


H5 = SECOND_PORT.replace("0x1ba01477", "0x6ba02477").replace(
    "flash bank chip.flash stm32f1x 0x08000000 0 0 0 chip.cpu\n", "")
KEYS = (0x45670123, 0xcdef89ab)


def check_pokes_h5(bench, driver):
    """An H5, whose flash it does not know, written register by register through its core's port,
    after RM0492: the last sector erased, and a quad word programmed; and what Flashkeep wrote."""
    before = bench.look()
    last = FLASH + bench.board.flash_size - 0x2000
    unlock = [f"mww 0x40022004 {key:#x}" for key in KEYS]
    erase = [f"mww 0x40022028 {0x800001c4 | start:#x}" for start in (0, 0x20)]
    words = [f"mww {last + 0x40 + 4 * i:#x} {0x11223344 + i:#x}" for i in range(4)]
    said = bench.openocd(driver, ["chip.dap apid 0", "chip.dap apid 1", "mdw 0x44024000",
                                  "mdw 0x40022050", *unlock, *erase, "sleep 50", "mdw 0x40022020",
                                  "mww 0x40022028 2", *words, "sleep 10", "mww 0x40022028 1",
                                  "mdw 0x40022028",
                                  f"dump_image {bench.path('dump')} {FLASH:#x} 0x20000"], target=H5)
    expect("0x54770002" in said and "0x84770001" in said, said)
    expect("0x44024000: 10006474" in said and "0x40022050: 0030edf8" in said, said)
    expect("0x40022020: 00000000" in said and "0x40022028: 00000001" in said, said)
    quad = b"".join((0x11223344 + i).to_bytes(4, "little") for i in range(4))
    expect(bench.flash == before[:-0x2000] + b"\xff" * 0x40 + quad + b"\xff" * (0x2000 - 0x50),
           "not the quad word in an erased sector")
    expect(bench.file("dump") == bench.flash, "it dumps something else")
    image = make_image(20001, 3)
    file = bench.write("image", image)
    bench.run([bench.programs.flashkeepctl, "--library", bench.path("library"), "write", file,
               "--address", hex(FLASH + 0x8000), "--yes", "--no-safety-backup"])
    said = bench.openocd(driver, [f"verify_image {file} {FLASH + 0x8000:#x}"], target=H5)
    expect(f"verified {len(image)} bytes" in said, said)


def collect_cases():
    cases = []
    for board in BOARDS.values():
        if board.is_h5():
            cases.append((board.name, "", check_pokes_h5, ("dap",)))
            continue
        if board.is_l1():
            for driver in ("hla", "dap"):
                for check in (check_identifies, check_reads, check_programs, check_erases):
                    cases.append((board.name, "", check, (driver,)))
            # It refuses to program from the middle of a half page.
            cases.append((board.name, "", check_runs, ("hla",)))
            continue
        if board.is_h7():
            # By "dap" it goes to the access port 2, which is not simulated.
            for check in (check_identifies, check_reads, check_programs, check_programs_pieces,
                          check_erases, check_runs):
                cases.append((board.name, "", check, ("hla",)))
            continue
        options = (check_options_l5 if board.is_l5() else
                   check_options_l4 if board.is_l4() else
                   check_options_f4 if board.is_f4() else check_options_f1)
        for driver in ("hla", "dap"):
            for check in (check_identifies, check_reads, check_programs, check_erases):
                cases.append((board.name, "", check, (driver,)))
        for check in (check_programs_pieces, check_runs, options, check_protects_for_good):
            cases.append((board.name, "", check, ("hla",)))
    for board in ("blue-pill", "creator-pro", "nucleo-f746"):
        for check in (check_protects, check_locks):
            cases.append((board, "", check, ("hla",)))
    for board in ("skr-mini-e3-v3", "nucleo-l476", "esc-g4", "nucleo-g474", "nucleo-l552"):
        for check in (check_protects, check_locks_l4):
            cases.append((board, "", check, ("hla",)))
    # On U5 it clears UNLOCK of the area that it protects, and cannot undo that.
    cases.append(("nucleo-u575", "", check_locks_l4, ("hla",)))
    for driver in ("hla", "dap"):
        cases.append(("creator-pro", "&swd=off", check_connects_under_reset, (driver,)))
    cases.append(("blue-pill", "&core-ap=1&firmware=V2J37S7", check_reaches_second_port, ("dap",)))
    for firmware in ("V2J14S0", "V2J28S7", "V2J33S7", "V2J43S7"):
        cases.append(("blue-pill", f"&firmware={firmware}", check_programs, ("hla",)))
    return cases


if __name__ == "__main__":
    main("openocd", ["openocd", "st-flash"], collect_cases())
