# SPDX-License-Identifier: GPL-3.0-or-later
"""Firmware that does not belong where it is to be written: of another chip, for another address, over
a bootloader.  It is told before the question, in the document, and by what looks at the chip later."""

import sys

from bench import FLASH, check, equal, main


def kinds(document):
    """Returns: { kind: text } of the warnings"""
    for warning in document["warnings"]:
        equal(set(warning), {"kind", "text"}, "keys of a warning")
    return {w["kind"]: w["text"] for w in document["warnings"]}


def test_firmware_of_another_chip(bench):
    """Its stack lies where this chip has no RAM, and it asks another family for the unique ID."""
    printer = bench.board("creator-pro")
    flash = bench.flash(bench.backup(printer))
    # As much of it as fits; it lies where it was made to run.
    path = bench.file("f4.bin", flash[0x10000:0x10000 + 0x20000])
    other = bench.board("skr-mini-e3")
    before = bench.flash_of(other)
    words = ("stack at 0x20020000, where this chip has no RAM (it has 0x20000000-0x2000bfff)",
             "unique ID of another kind of chip: 0x1fff7a10 (STM32F2, F4)")
    result = bench.type(other, ["write", path, "--address", "0x08010000"], "n").expect(3)
    result.says("Warning:", *words)
    check(result.err.index(words[0][:20]) < result.err.index("[y/N]"), "warned too late", result)
    equal(bench.flash_of(other), before, "the chip")
    bench.ok(other, "--yes", "write", path, "--address", "0x08010000").says(*words)
    found = kinds(bench.json(other, "--yes", "write", path, "--address", "0x08010000"))
    check({"stack-outside", "foreign-uid-address"} <= set(found), str(found))
    start = bench.file("f4-boot.bin", flash[:0x6200])
    bench.ok(bench.board("skr-mini-e3", blank="yes"), "--yes", "write", start, "--address",
             "0x08000000").says("The core has locked up. The program at 0x08000000 begins with its "
                                "stack at 0x20020000, where this chip has no RAM")
    # A backup of that state says so too when it is to be put back.
    backup = bench.backup(other)
    bench.ok(other, "--yes", "erase", "--all")
    bench.type(other, ["restore", backup], "n").expect(3).says(*words)
    # Its own firmware is nothing to warn of.
    for name in ("creator-pro", "skr-mini-e3", "blue-pill", "disco-f4", "f030"):
        board = bench.board(name)
        own = bench.backup(board)
        bench.ok(board, "--yes", "erase", "0x08000000", "16K")
        bench.ok(board, "--yes", "restore", own).silent_about("Warning")


def test_application_over_the_bootloader(bench):
    board = bench.board("skr-mini-e3")
    flash = bench.flash(bench.backup(board))
    path = bench.file("app.bin", flash[0x7000:0x7000 + 0x2a5d0])
    words = ("was made to run at 0x08007000", "The chip has a bootloader at 0x08000000-0x08004c3f",
             "without its bootloader the board does not start")
    for line in (["--address", "0x08000000"], ["--address", "0x08000000", "--no-safety-backup"],
                 ["--address", "0x08004000"]):
        result = bench.type(board, ["write", path] + line, "n").expect(3).says(*words)
        check(result.err.index("bootloader at") < result.err.index("[y/N]"), "too late", result)
    # Left to itself it goes where it belongs, and there is nothing to warn of.
    bench.ok(board, "--yes", "write", path).silent_about("Warning")
    equal(bench.flash_of(board), flash, "the chip")

    # A file that names the wrong address itself: --yes alone does not decide that.
    wrong = bench.hex_file("app.hex", FLASH, flash[0x7000:0x7000 + 0x2a5d0])
    for line in ([], ["--no-safety-backup"]):
        message = bench.error(board, "--yes", "write", wrong, *line, status=2, code="usage")
        check("bootloader" in message and "Nothing was changed" in message, message)
    equal(bench.flash_of(board), flash, "the chip")
    bench.type(board, ["write", wrong], "n").expect(3).says(*words)
    # What is no application is only warned of.
    patch = bench.hex_file("patch.hex", FLASH, b"\x55" * 64)
    bench.ok(board, "--yes", "write", patch).says(words[1])
    bench.ok(board, "--yes", "restore", bench.backups()[-1])
    bench.type(board, ["write", wrong], "y").expect(0)
    right = bench.hex_file("right.hex", FLASH + 0x7000, flash[0x7000:0x7000 + 0x2a5d0])
    bench.ok(board, "--yes", "write", right).silent_about("bootloader at")

    # Whoever names the address with --yes decided; it is told all the same.
    fresh = bench.board("skr-mini-e3")
    found = kinds(bench.json(fresh, "--yes", "write", path, "--address", "0x08000000"))
    check({"linked-elsewhere", "over-bootloader", "does-not-run"} <= set(found), str(found))
    result = bench.ok(fresh, "info").silent_about("the program failed while it ran")
    result.says("locked up: no firmware runs", "the program in the flash was made to run at "
                "0x08007000, but lies at 0x08000000.")


if __name__ == "__main__":
    main(sys.modules[__name__])
