# SPDX-License-Identifier: GPL-3.0-or-later
"""Firmware that does not belong where it is to be written: of another chip, for another address, over
a bootloader.  It is told before the question, in the document, and by what looks at the chip later."""

import struct
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


def make_stray(application):
    """Returns: the application so that it locks up at once where the flash begins, whatever earlier
    programs have left in the RAM: its vectors lead to undefined instructions there (UDF, ARM DDI
    0403E A7.7.194)"""
    stray = bytearray(application)
    for vector in struct.unpack_from("<3I", application, 4):
        struct.pack_into("<H", stray, (vector & ~1) - FLASH, 0xde00)
    return bytes(stray)


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
    stray = bench.file("stray.bin", make_stray(flash[0x7000:0x7000 + 0x2a5d0]))
    found = kinds(bench.json(fresh, "--yes", "write", stray, "--address", "0x08000000"))
    check({"linked-elsewhere", "over-bootloader", "does-not-run"} <= set(found), str(found))
    result = bench.ok(fresh, "info").silent_about("the program failed while it ran")
    result.says("locked up: no firmware runs", "the program in the flash was made to run at "
                "0x08007000, but lies at 0x08000000.")


def before(result, first, second):
    text = " ".join(result.err.split())
    check(first in text and second in text and text.index(first) < text.index(second),
          "%s is not before %s" % (first, second), result)


def application(bench, name, start, length):
    """Returns: the application of the board @name, and what else its flash holds"""
    return bench.flash(bench.backup(bench.board(name)))[start:start + length]


def test_firmware_of_another_board(bench):
    """It begins where this board has its bootloader, or at least not where that one looks."""
    board = bench.board("creator-pro")
    flash = bench.flash_of(board)
    path = bench.file("skr.bin", application(bench, "skr-mini-e3", 0x7000, 0x2a5d0))
    words = ("The chip has a bootloader at 0x08000000-0x0800c00b",
             "The firmware of this board begins at 0x08010000, and this one begins at 0x08007000, "
             "as on these boards: BTT SKR Mini E3")
    before(bench.type(board, ["write", path], "n").expect(3).says(*words), words[1], "[y/N]")
    message = bench.error(board, "--yes", "write", path, status=2, code="usage")
    check("That is not done unasked" in message, message)
    equal(bench.flash_of(board), flash, "the chip")
    found = kinds(bench.json(board, "--yes", "write", path, "--address", "0x08007000"))
    check({"over-bootloader", "other-start"} <= set(found), str(found))

    # A program that needs no bootloader is none.
    disco = bench.board("disco-f4")
    result = bench.type(disco, ["write", path], "n").expect(3)
    result.says("The chip starts from a program at 0x08000000-0x08016a8f",
                "written into the middle of it")
    blank = bench.board("skr-mini-e3", blank="yes")
    bench.type(blank, ["write", path], "n").expect(3).says("needs a bootloader before it")


def test_what_is_no_firmware(bench):
    board = bench.board("creator-pro")
    flash = bench.flash_of(board)
    noise = bench.file("noise.bin", bytes((i * i * 7 + i // 3) % 251 for i in range(5000)))
    page = bench.file("page.bin", b"<!DOCTYPE html><html><body>Not found</body></html>")
    words = "The bootloader of this board starts what lies at 0x08010000, and what this image puts"
    for path, more in ((noise, "no firmware"), (page, "a web page that was saved")):
        result = bench.type(board, ["write", path, "--address", "0x08010000"], "n").expect(3)
        before(result.says(words, more), words, "[y/N]")
    # Elsewhere it may be settings.
    bench.type(board, ["write", noise, "--address", "0x080e0000"], "n").silent_about("Warning")

    half = bench.file("half.bin", flash[0x10000:0x10000 + 100000])
    bench.ok(board, "--yes", "erase", "0x08020000", "128K")
    result = bench.type(board, ["write", half], "n").expect(3)
    before(result.says("The end of this program is missing"), "is missing", "[y/N]")
    bench.ok(None, "inspect", half).says("The end of this program is missing")


def test_bootloader_without_its_application(bench):
    """It is as dear when what it starts is broken already."""
    board = bench.board("skr-mini-e3")
    flash = bench.flash_of(board)
    noise = bench.file("noise.bin", bytes((i * i * 7 + i // 3) % 251 for i in range(5000)))
    bench.ok(board, "--yes", "write", noise, "--address", "0x08007000")
    words = "The chip has a bootloader at 0x08000000-0x08004c3f"
    bench.type(board, ["write", noise, "--address", "0x08000000"], "n").says(words)
    bench.ok(board, "write", noise, "--address", "0x08007000").silent_about(words)
    bench.type(board, ["erase", "0x08000000", "2048"], "n").says("The bootloader of the chip")
    right = bench.file("right.bin", flash[0x7000:0x7000 + 0x2a5d0])
    bench.ok(board, "--yes", "write", right).silent_about("Warning")


def test_erasing_what_starts_the_board(bench):
    board = bench.board("creator-pro")
    words = ("The bootloader of the chip, at 0x08000000-0x0800c00b, would be erased",
             "The firmware of the chip, at 0x08010000-0x0805b3c7, would be erased")
    for line, said in ((["0x08000000", "16K"], words[0]), (["--all"], words[0]),
                       (["0x08010000", "64K"], words[1]), (["0x08020000", "128K"], words[1])):
        result = bench.type(board, ["erase"] + line, "n").expect(3).says(said)
        before(result, said, "[y/N]")
    bench.type(board, ["erase", "0x080e0000", "128K"], "n").silent_about("Warning")
    bench.ok(board, "--yes", "erase", "--all").says(words[0])
    bench.ok(board, "--yes", "erase", "--all").silent_about("Warning")


def test_told_before_the_deed(bench):
    """With --yes nobody is asked, and still the warnings come first."""
    board = bench.board("skr-mini-e3")
    path = bench.file("noise.bin", b"\x55" * 5000)
    before(bench.ok(board, "--yes", "write", path, "--address", "0x08000000"),
           "Warning: This image does not begin", "The core has locked up")
    fresh = bench.board("skr-mini-e3")
    result = bench.ok(fresh, "--yes", "--quiet", "erase", "--all")
    equal(result.err.count("Warning: The bootloader"), 1, "told once, also when quiet")


def test_firmware_of_another_unique_id(bench):
    """What one board has in its backup is not another's, by whichever command it is written."""
    one = bench.board("creator-pro")
    backup = bench.backup(one)
    path = bench.path("library/%s/flash.bin" % backup)
    bench.ok(one, "--yes", "write", path, "--address", "0x08000000").silent_about("Warning")
    two = bench.board("creator-pro", uid="112233445566778899AABBCC")
    words = "This is of another board: it was read from a chip with the unique ID 3A"
    for line in (["write", path, "--address", "0x08000000"], ["restore", "--any-chip", backup]):
        before(bench.type(two, line, "n").expect(3).says(words), words, "[y/N]")
    # A bare file tells by what stands where the chip's own ID stands.
    bare = bench.file("bare.bin", bench.flash(backup))
    result = bench.type(two, ["write", bare, "--address", "0x08000000"], "n").expect(3)
    result.says("carries the chip's unique ID at 0x0800c000, and this image has something else")


def test_what_belongs_is_not_warned_of(bench):
    """The right firmware at its place, and a board's own backup."""
    for name, start, length in (("creator-pro", 0x10000, 0x4b3c8), ("skr-mini-e3", 0x7000, 0x2a5d0),
                                ("blue-pill", 0x2000, 0x8f24), ("disco-f4", 0, 0x16a90),
                                ("f030", 0, 0x38a4)):
        board = bench.board(name)
        own = bench.backup(board)
        path = bench.file("%s.bin" % name, bench.flash(own)[start:start + length])
        bench.ok(board, "--yes", "erase", hex(FLASH + start),
                 "64K" if name == "creator-pro" else "16K")
        bench.ok(board, "--yes", "write", path).silent_about("Warning")
        bench.ok(board, "--yes", "restore", own).silent_about("Warning")
        equal(bench.flash_of(board), bench.flash(own), name)
        bench.ok(board, "--yes", "erase", "--all")
        bench.ok(board, "--yes", "restore", own).silent_about("Warning")


if __name__ == "__main__":
    main(sys.modules[__name__])
