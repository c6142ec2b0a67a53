#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""st-flash and st-info as Debian ships them, on the simulated boards.

Usage: test-st-flash.py FK-MOCK-BUS FLASHKEEPCTL [PART-OF-A-NAME].  Speaks TAP.
"""
import re
import sys

sys.dont_write_bytecode = True

from peers import BOARDS, FLASH, expect, expect_written, find, main, make_image


def check_identifies(bench):
    board = bench.board
    said = bench.run(["st-info", "--probe"])
    expect("Found 1 stlink programmers" in said, said)
    # It calls 2 KiB a page of an F7, "at least", and finds out the sector when it erases.
    page = 2048 if board.target == "stm32f7x" else board.get_pages()[0][0]
    expect(f"flash:      {board.flash_size} (pagesize: {page})" in said, said)
    expect(f"sram:       {board.ram << 10}" in said, said)
    expect(board.device_id == int(find(r"chipid: +(0x[0-9a-f]+)", said), 16), said)


def check_asks_stranger(bench):
    """A chip that it does not know tells it its device ID all the same."""
    said = bench.run(["st-info", "--probe"])
    expect(bench.board.device_id == int(find(r"chipid: +(0x[0-9a-f]+)", said), 16), said)


def check_lists_several(bench):
    bench.more_boards = ["skr-mini-e3", "disco-f4"]
    said = bench.run(["st-info", "--probe"])
    expect("Found 3 stlink programmers" in said, said)
    for words in ("53FF6C064884495148451967", "003A00233137510233333639", "0670FF555654846687182235",
                  "V2J29S7", "V3J9"):
        expect(words.lower() in said.lower(), f"no “{words}” in:\n{said}")
    ids = {int(number, 16) for number in re.findall(r"chipid: +(0x[0-9a-f]+)", said)}
    expect(ids == {0x410, 0x413, 0x414}, said)


def check_reads(bench):
    length = bench.board.flash_size
    expect(bench.st_read(0, length) == bench.flash, "the dump is not what is in flash")
    expect(bench.st_read(0x104, 0x1234) == bench.flash[0x104:0x104 + 0x1234], "not what is there")


def get_step(board):
    """It writes 64 bytes at a time to an H7, and whatever it has at hand behind the last ones."""
    return 64 if board.is_h7() else 4


def check_writes(bench):
    before = bench.look()
    step = get_step(bench.board)
    image = make_image(min(bench.board.flash_size // 3, 20001) // step * step, 2)
    file = bench.write("image", image)
    said = bench.st_flash("write", file, hex(FLASH))
    expect("jolly good" in said, said)
    expect_written(bench, image, 0, before, bench.board.get_pages())
    said = bench.openocd("hla", [f"verify_image {file} {FLASH:#x}"])
    expect(f"verified {len(image)} bytes" in said, said)


def check_writes_behind(bench):
    """From the second sector on, as somebody with a bootloader does; then a reset."""
    before = bench.look()
    offset = bench.board.get_sector_end(1)
    # Its loader for L4 copies eight bytes a turn as long as any are left (flashloaders/stm32l4.s of
    # 1.7.0), so behind half a double word it writes what the RAM happens to hold.
    image = make_image(0x1000 + (8 if bench.board.is_l4() else get_step(bench.board)), 8)
    said = bench.st_flash("--reset", "write", bench.write("image", image), hex(FLASH + offset))
    expect("jolly good" in said, said)
    expect_written(bench, image, offset, before, bench.board.get_pages())


def check_erases(bench):
    before = bench.look()
    bench.st_flash("erase")
    # Of an H7 with two it erases the first bank alone.
    size = bench.board.flash_size // bench.board.count_banks()
    expect(bench.flash == bench.board.make_blank(size) + before[size:], "the flash is not blank")


def check_resets(bench):
    before = bench.look()
    bench.st_flash("reset")
    bench.st_flash("--connect-under-reset", "reset")
    expect(bench.flash == before, "a reset changed the flash")


def check_reads_option_register(bench):
    said = bench.st_flash("--area=option", "read")
    expect("0fffaaed" in said, said)


def collect_cases():
    cases = []
    for board in BOARDS.values():
        if board.is_h5():
            continue
        if not board.is_known_to_st_flash():
            cases.append((board.name, "", check_asks_stranger, ()))
            continue
        # On an H7A3 it puts the number of the sector where other H7 have it, and erases another one
        # (RM0455, FLASH_CR1; ST's header and OpenOCD have it two bits lower).
        if board.device_id == 0x480:
            for check in (check_identifies, check_reads, check_erases, check_resets):
                cases.append((board.name, "", check, ()))
            continue
        for check in (check_identifies, check_reads, check_writes, check_writes_behind, check_erases,
                      check_resets):
            cases.append((board.name, "", check, ()))
    cases.append(("blue-pill", "", check_lists_several, ()))
    cases.append(("creator-pro", "", check_reads_option_register, ()))
    for probe in ("v2-1", "v3"):
        cases.append(("blue-pill", f"&probe={probe}", check_writes, ()))
    return cases


if __name__ == "__main__":
    main("st-flash", ["st-flash", "st-info", "openocd"], collect_cases())
