#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Backups in and out: archives, firmware files, and what other programs make of them."""

import os
import shutil
import subprocess
import sys

from bench import FLASH, check, equal, main


def test_archive(bench):
    """Out as one file, looked at with unzip and sha256sum, and in again elsewhere."""
    one = bench.backup(bench.board("f030"), "--name", "one")
    path = bench.path("one.flashkeep")
    document = bench.json(None, "library", "export", one, path)
    equal((document["path"], document["was_there"]), (path, False))
    equal(bench.json(None, "library", "export", one, path)["was_there"], True, "once more")
    if shutil.which("unzip"):
        subprocess.run(["unzip", "-qq", path], check=True, cwd=bench.folder)
        subprocess.run(["sha256sum", "--quiet", "--strict", "-c", "SHA256SUMS"], check=True,
                       cwd=bench.path(one))
        equal(bench.bytes(bench.path(os.path.join(one, "flash.bin"))), bench.flash(one), "unzipped")
    document = bench.json(None, "library", "import", path)
    equal((document["id"], document["was_there"]), (one, True), "what is there")
    bench.ok(None, "library", "import", path).says('as "one"', "notes stay as they are")
    bench.ok(None, "library", "delete", one, "--yes")
    result = bench.ok(None, "library", "import", path)
    equal((result.out.strip(), result.err), (one, ""), "imported")
    bench.sound()
    # Something else in its place stays.
    other = bench.file("other.flashkeep", b"mine")
    bench.error(None, "library", "export", one, other, code="exists")
    equal(bench.bytes(other), b"mine")
    # Cut off, or no backup at all.
    cut = bench.file("cut.flashkeep", bench.bytes(path)[:2000])
    bench.error(None, "library", "import", cut, code="backup-damaged")
    message = bench.error(None, "library", "import", bench.file("not.bin", b""))
    check("empty" in message, message)
    bench.sound()


def test_firmware_out(bench):
    """The flash as a file, as other tools read it."""
    one = bench.backup(bench.board("f030"))
    flash = bench.flash(one)
    for suffix in ("bin", "hex", "srec"):
        path = bench.path("a." + suffix)
        bench.ok(None, "library", "export", one, path)
        bench.error(None, "library", "export", one, path, code="exists")
    equal(bench.bytes(bench.path("a.bin")), flash)
    for suffix, name in (("hex", "ihex"), ("srec", "srec")):
        if shutil.which("objcopy"):
            subprocess.run(["objcopy", "-I", name, "-O", "binary", "a." + suffix, "b.bin"],
                           check=True, cwd=bench.folder)
            equal(bench.bytes(bench.path("b.bin")), flash, suffix)
    folder = bench.path("stick")
    os.mkdir(folder)
    equal(bench.json(None, "library", "export", one, folder, "--format", "ihex")["path"],
          os.path.join(folder, one + ".hex"))
    equal(bench.json(None, "library", "export", one, folder, "--format", "archive")["path"],
          os.path.join(folder, one + ".flashkeep"))
    bench.error(None, "library", "export", one, folder, "--format", "elf", status=2)
    bench.error(None, "library", "export", one, bench.path("a.elf"), status=2)


def check_gaps_out(bench, gaps, own):
    """A raw file has to fill what lies between the two pieces, and says with what."""
    document = bench.json(None, "library", "export", gaps, bench.path("out.bin"))
    equal([w["kind"] for w in document["warnings"]], ["gaps-filled"], "kinds")
    text = document["warnings"][0]["text"]
    check("0x08000100-0x08003bff" in text and "0xff" in text and ".hex" in text, text)
    raw = bench.bytes(bench.path("out.bin"))
    equal(raw, own[:0x100] + b"\xff" * 0x3b00 + b"high" * 8, "filled")
    bench.ok(None, "library", "export", gaps, bench.path("again.bin")).says("Warning: " + text)
    equal(bench.json(None, "library", "export", gaps, bench.path("out.srec"))["warnings"], [])
    if shutil.which("srec_cat"):
        subprocess.run(["srec_cat", "out.srec", "-offset", "-" + hex(FLASH), "-fill", "0xff", "0",
                        hex(len(raw)), "-o", "filled.bin", "-binary"], check=True,
                       cwd=bench.folder)
        equal(bench.bytes(bench.path("filled.bin")), raw, "as srec_cat fills it")


def test_firmware_in(bench):
    """A file becomes a backup that says where it is from; its gaps are left alone on a chip."""
    board = bench.board("f030")
    own = bench.flash(bench.backup(board))
    path = bench.file("stock.bin", own[:0x38a4])
    document = bench.json(None, "library", "import", path, "--chip", "stm32f030f4p6",
                          "--name", "stock", "--address", hex(FLASH))
    one = document["id"]
    equal([(r["address"], r["size"], r["verified"]) for r in document["regions"]],
          [(FLASH, 0x38a4, "no")])
    bench.ok(None, "library", "show", one).says("Source=" + path, "Name=stock", "FlashSize=16384")
    again = bench.json(None, "library", "import", path, "--address", hex(FLASH))
    equal((again["id"], again["was_there"]), (one, True), "the same bytes")

    # Whose chip it is nobody knows: it goes onto one of the kind if the person says so.
    bench.ok(board, "--yes", "erase", "--all")
    message = bench.error(board, "--yes", "restore", one, code="wrong-chip")
    check("imported from a file" in message, message)
    bench.ok(board, "--yes", "restore", one, "--any-chip").says("imported from " + path)
    equal(bench.flash_of(board)[:0x38a4], own[:0x38a4])

    # Two pieces of a HEX file; what lies between them on the chip stays.
    bench.ok(board, "--yes", "write", bench.file("mid.bin", b"settings"), "--address",
             hex(FLASH + 0x3400))
    low = bench.bytes(bench.hex_file("low.hex", FLASH, own[:0x100])).replace(b":00000001FF\n", b"")
    high = bench.bytes(bench.hex_file("high.hex", FLASH + 0x3c00, b"high" * 8))
    gaps = bench.json(None, "library", "import", bench.file("gaps.hex", low + high), "--chip",
                      "STM32F030F4")["id"]
    bench.ok(board, "--yes", "restore", gaps, "--any-chip")
    flash = bench.flash_of(board)
    equal((flash[:0x100], flash[0x3400:0x3408], flash[0x3c00:0x3c20]),
          (own[:0x100], b"settings", b"high" * 8), "pieces and gap")
    bench.ok(None, "library", "export", gaps, bench.path("out.hex"))
    equal(len(bench.json(None, "inspect", bench.path("out.hex"))["segments"]), 2, "segments")
    check_gaps_out(bench, gaps, own)
    bench.ok(None, "library", "export", gaps, bench.path("gaps.flashkeep")).silent_about("Warning")
    bench.sound()


def test_firmware_in_refused(bench):
    path = bench.file("x.bin", b"\x11" * 64)
    bench.error(None, "library", "import", path, status=2, code="usage")
    bench.error(None, "library", "import", path, "--address", "0x20000000", code="out-of-range")
    bench.error(None, "library", "import", path, "--address", hex(FLASH + 0x8000), "--chip",
                "STM32F030F4", code="out-of-range")
    bench.error(None, "library", "import", path, "--address", hex(FLASH), "--chip", "STM32", status=2)
    # Without its chip it is kept, but goes onto none.
    board = bench.board("f030")
    one = bench.json(None, "library", "import", path, "--address", hex(FLASH))["id"]
    message = bench.error(board, "--yes", "restore", one, "--any-chip", code="incompatible")
    check("nobody said which chip" in message, message)
    archive = bench.path("a.flashkeep")
    bench.ok(None, "library", "export", one, archive)
    bench.error(None, "library", "import", archive, "--name", "x", status=2)
    bench.sound()


if __name__ == "__main__":
    main(sys.modules[__name__])
