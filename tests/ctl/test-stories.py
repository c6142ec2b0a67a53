# SPDX-License-Identifier: GPL-3.0-or-later
"""The five stories of the people that the product is for, each with the message that its person
gets.  What a person reads in a story is asserted in words, because the words are the product."""

import hashlib
import os
import struct
import sys

from bench import FLASH, Bench, check, equal, main

KIB = 1024
SETTINGS = 2048  # the demo boards keep settings in the last 2 KiB (1 KiB on the smallest)


def used(contents):
    return len(contents.rstrip(b"\xff"))


# --- 1. The printer owner: STM32F405, FlashForge Creator Pro 2 ---


def test_story_1_printer_owner_backup_is_the_whole_chip(bench):
    """One click saves all of the megabyte, and never the 4 KB of the tool that everybody names."""
    board = bench.board("creator-pro")
    result = bench.ok(board, "backup", "--name", "Creator Pro 2")
    result.says("flash 0x08000000 1 MiB", "verified on the chip by checksum",
                "To put it back: flashkeepctl --probe", " restore ")
    backup = result.out.split()[0]
    flash = bench.flash(backup)
    equal(len(flash), 1024 * KIB, "length")
    equal(flash, bench.flash_of(board), "backup and chip")
    document = bench.json(None, "library", "show", backup)
    regions = {r["name"]: r for r in document["regions"]}
    equal(set(regions), {"flash", "option-bytes", "otp"}, "regions")
    equal(regions["flash"]["size"], 1024 * KIB, "size")
    equal(regions["flash"]["used"], used(flash), "used")
    equal(regions["flash"]["verified"], "crc")
    equal(regions["flash"]["sha256"], hashlib.sha256(flash).hexdigest(), "hash")
    bench.sound()


def test_story_1_printer_owner_settings_behind_the_blank(bench):
    """Was the part up to the FFs all of it?  No: there is a page of settings at the end."""
    board = bench.board("creator-pro")
    backup = bench.backup(board)
    flash = bench.flash(backup)
    settings = 1024 * KIB - SETTINGS
    blank = settings - used(flash[:settings])
    check(blank > 100 * KIB, "the demo board has no gap before its settings")
    result = bench.ok(None, "inspect", backup)
    result.says("After %d bytes of blank flash there are 148 bytes more, at 0x080ff800: probably "
                "settings. A copy that stops where the blank begins loses them." % blank)
    # Who stops at the FFs all the same, is told what is lost.
    cut = bench.file("up-to-the-ffs.bin", flash[:used(flash[:settings])])
    bench.run(None, "compare", cut, backup).expect(1).says(
        "the second goes on with blank flash, but there are more bytes behind it, such as settings, "
        "that the first does not cover")


def test_story_1_printer_owner_4_kb_of_the_other_tool(bench):
    """The file that the other tool saved is a truncated copy, and its default length is named."""
    board = bench.board("creator-pro")
    backup = bench.backup(board)
    short = bench.file("from-st-link-utility.bin", bench.flash(backup)[:0x1000])
    result = bench.run(board, "compare", short, "chip").expect(1)
    result.says("The first ends too early, after 0x08000fff: 1020 KiB that the second has are "
                "missing.",
                "4 KiB (0x1000) is what the ST-LINK Utility reads unless it is told otherwise.")
    document = bench.json(None, "compare", backup, short, status=1)
    equal(document["identical"], False)
    equal(document["differing_bytes"], 1020 * KIB, "bytes that differ")
    equal(document["ranges"], [{"address": FLASH + 0x1000, "length": 1020 * KIB}], "ranges")
    check("The second ends too early" in bench.findings(document)["truncated"], str(document))
    bench.ok(None, "inspect", short).says("4 KiB (0x1000) is what the ST-LINK Utility reads")


def test_story_1_printer_owner_upgrade_goes_wrong(bench):
    """The upgrade fails, one command puts all back, and another one shows that it did."""
    board = bench.board("creator-pro")
    backup = bench.backup(board)
    before = bench.flash(backup)
    upgrade = bench.file("upgrade.bin", bytes(range(256)) * 512)
    result = bench.ok(board, "--yes", "write", upgrade, "--address", "0x08010000")
    result.says("To undo: flashkeepctl", "restore %s" % backup)
    check(bench.flash_of(board) != before, "the upgrade was not written")
    result = bench.ok(board, "--yes", "restore", backup)
    result.says("To undo: flashkeepctl", "are right already",
                "verified on the chip by checksum")
    equal(bench.flash_of(board), before, "chip and backup")
    bench.ok(board, "compare", backup, "chip").says("Every byte is the same (1 MiB).")
    # The broken upgrade was saved as well; nothing is ever lost.
    equal(len(bench.backups()), 2, "backups")
    bench.sound()


# --- 2. The tinkerer: STM32F103C8 and STM32F407VG ---


def read_write_read(bench, name, size):
    """Reads, writes what was read, reads again: the hashes are the same, and nothing was erased."""
    board = bench.board(name)
    one = bench.path("one.bin")
    two = bench.path("two.bin")
    bench.ok(board, "--yes", "read", "0x08000000", size, one)
    equal(os.path.getsize(one), size, "length")
    document = bench.json(board, "--yes", "write", one, "--address", "0x08000000")
    equal(document["sectors"]["unchanged"], document["sectors"]["total"], "unchanged sectors")
    equal(document["sectors"]["erased"], 0, "erased sectors")
    bench.ok(board, "--yes", "read", "0x08000000", size, two)
    equal(bench.bytes(one), bench.bytes(two), "what was read")
    document = bench.json(None, "compare", one, two)
    equal((document["identical"], document["differing_bytes"]), (True, 0))
    check("identical" in bench.findings(document), str(document))
    equal(bench.json(None, "inspect", one)["sha256"],
          hashlib.sha256(bench.bytes(one)).hexdigest(), "hash")
    return board, one


def test_story_2_tinkerer_f103c8_hashes_are_equal(bench):
    """64 KB on a Blue Pill."""
    read_write_read(bench, "blue-pill", 64 * KIB)


def test_story_2_tinkerer_f407vg_hashes_are_equal(bench):
    """1 MB on a Discovery board."""
    read_write_read(bench, "disco-f4", 1024 * KIB)


def test_story_2_tinkerer_image_shorter_than_the_flash(bench):
    """The hash of the file and that of the chip differ: the file does not cover all of the chip."""
    board = bench.board("blue-pill")
    firmware = bench.file("firmware.bin", bench.flash(bench.backup(board))[:0x1380])
    bench.ok(board, "--yes", "erase", "--all")
    bench.ok(board, "--yes", "write", firmware, "--address", "0x08000000")
    bench.ok(board, "verify", firmware, "--address", "0x08000000").says(
        "The chip holds the same bytes.")
    bench.run(board, "compare", firmware, "chip").expect(1).says(
        "where the first ends, the second has only blank flash", "of 0xFF): nothing is missing.")


def test_story_2_tinkerer_rest_of_an_older_program(bench):
    """A part that the file does not cover is kept, and told."""
    board = bench.board("blue-pill")
    flash = bench.flash(bench.backup(board))
    new = bench.file("new.bin", b"\x5a" * 1000)
    bench.ok(board, "--yes", "write", new, "--address", "0x08000000")
    equal(bench.flash_of(board), b"\x5a" * 1000 + flash[1000:], "chip")
    bench.run(board, "compare", new, "chip").expect(1).says("The first ends too early, after "
                                                            "0x080003e7")


def test_story_2_tinkerer_program_rewrites_its_settings(bench):
    """Two reads of one chip differ in the page that the program itself writes: that is why."""
    board = bench.board("disco-f4")
    before = bench.backup(board)
    flash = bytearray(bench.flash(before))
    record = 1024 * KIB - SETTINGS
    flash[record + 8:record + 40] = os.urandom(32)
    settings = bench.file("settings.bin", bytes(flash[record:]))
    bench.ok(board, "--yes", "write", settings, "--address", hex(FLASH + record))
    result = bench.run(board, "compare", before, "chip").expect(1)
    result.says("All differences lie", "settings or counters that the program writes while it runs "
                "look like that")


# --- 3. The repairer: two boards with an STM32F030F4P6 ---


def test_story_3_repairer_copies_flash_and_option_bytes(bench):
    """From one board to its twin, with what it takes named at each step."""
    good = bench.board("f030")
    dead = bench.board("f030", uid="39001c000b434e5736363720", blank="yes")
    bench.ok(dead, "info").says("there is no program to run")
    bench.ok(good, "--yes", "options", "set", "Data0=0x5a")
    backup = bench.backup(good)
    message = bench.error(dead, "--yes", "restore", backup, code="wrong-chip")
    check("unique ID 38001C000B434E5736363720" in message, message)
    check("unique ID 39001C000B434E5736363720" in message, message)
    check("Nothing was changed" in message, message)
    bench.run(dead, "--yes", "restore", backup).expect(3).says("--any-chip")
    result = bench.ok(dead, "--yes", "restore", backup, "--any-chip", "--regions",
                      "flash,option-bytes")
    result.says("Option bytes: written and read back.").silent_about("locked up")
    bench.ok(dead, "compare", backup, "chip").says("Every byte is the same (16 KiB).")
    check("0x5a" in bench.ok(dead, "options").out, "the option bytes were not copied")
    bench.ok(dead, "info").silent_about("locked up")


def test_story_3_repairer_read_of_0x400(bench):
    """The read had the default length of 0x400: one sixteenth of the flash."""
    board = bench.board("f030")
    backup = bench.backup(board)
    short = bench.path("cubeprogrammer.bin")
    bench.ok(board, "--yes", "read", "0x08000000", "0x400", short).says(
        "Read 1024 bytes, 0x08000000 to 0x080003ff inclusive")
    bench.run(None, "compare", short, backup).expect(1).says(
        "The first ends too early, after 0x080003ff: 15 KiB that the second has are missing.",
        "1 KiB (0x400) is what STM32CubeProgrammer reads unless it is told otherwise.")


def test_story_3_repairer_core_is_locked_up(bench):
    """The truncated file is on the chip, and "core is locked up" has a reason."""
    good = bench.board("f030")
    copy = bench.board("f030", uid="39001c000b434e5736363720", blank="yes")
    short = bench.path("short.bin")
    bench.ok(good, "read", "0x08000000", "0x400", short)
    reset = struct.unpack_from("<I", bench.bytes(short), 4)[0]
    result = bench.ok(copy, "--yes", "write", short, "--address", "0x08000000")
    result.says("The program starts at 0x%08x, but this image only reaches from 0x08000000 to "
                "0x080003ff: the rest is missing" % (reset & ~1),
                "A chip that holds this much locks up when it starts.",
                "The core has locked up: the reset vector points to 0x%08x, but nothing is "
                "programmed there" % reset)
    bench.ok(copy, "info").says("locked up: no firmware runs",
                                "The core has locked up: the reset vector points to 0x%08x" % reset)
    bench.ok(copy, "--yes", "restore", bench.backup(good), "--any-chip").silent_about("locked up")
    bench.ok(copy, "info").silent_about("locked up")


# --- 4. The cloner: STM32F103RC ---


def test_story_4_cloner_64_k_first(bench):
    """64 K of 256 K: a round number, typed or assumed."""
    board = bench.board("skr-mini-e3")
    first = bench.path("first.bin")
    bench.ok(board, "--yes", "read", "0x08000000", "64K", first)
    equal(os.path.getsize(first), 64 * KIB, "length")
    bench.run(board, "compare", first, "chip").expect(1).says(
        "The first ends too early, after 0x0800ffff: 192 KiB that the second has are missing.",
        "It is a round number: the flash size of a smaller chip, typed or assumed.")


def test_story_4_cloner_one_byte_too_few(bench):
    """0x3FFFF instead of 0x40000: one byte is missing, and it is said how that happens."""
    board = bench.board("skr-mini-e3")
    second = bench.path("second.bin")
    bench.ok(board, "--yes", "read", "0x08000000", "0x3FFFF", second).says(
        "Read 262143 bytes, 0x08000000 to 0x0803fffe inclusive")
    equal(os.path.getsize(second), 0x3FFFF, "length")
    bench.run(board, "compare", second, "chip").expect(1).says(
        "1 byte differs", "The first is one byte too short: it ends with 0x0803fffe, the last but "
        "one. The last address was probably typed where a length was asked for.",
        "so no firmware is lost")
    # The same where that byte is not blank.
    last = bench.file("last.bin", b"\x42")
    bench.ok(board, "--yes", "write", last, "--address", "0x0803FFFF")
    bench.run(board, "compare", second, "chip").expect(1).says(
        "The first ends too early, after 0x0803fffe: 1 byte that the second has is missing. One "
        "byte is missing: the last address was probably typed where a length was asked for.")


def test_story_4_cloner_two_boards_four_bytes(bench):
    """Equal firmware, four bytes apart: what that may be, and where."""
    one = bench.board("skr-mini-e3")
    backup = bench.backup(one)
    flash = bytearray(bench.flash(backup))
    for place in (0x7200, 0x7201, 0x7900, 0x7901):
        flash[place] ^= 0x41
    other = bench.file("other.bin", bytes(flash))
    document = bench.json(None, "compare", backup, other, status=1)
    equal(document["differing_bytes"], 4, "differing bytes")
    equal(document["ranges"], [{"address": FLASH + 0x7200, "length": 2},
                               {"address": FLASH + 0x7900, "length": 2}], "ranges")
    bench.run(None, "compare", backup, other).expect(1).says(
        "4 bytes differ", "a serial number, a counter, a checksum or a tie to the chip, not another "
        "firmware")


def tie(bench, form):
    """Returns: a board of which the unique ID stands in the firmware in this @form, its backup,
    and where"""
    uid = bytes.fromhex("34ffd9054e4e383951250643")
    words = [uid[i:i + 4] for i in range(0, 12, 4)]
    bytes_ = {"plain": uid, "reversed": uid[::-1],
              "swapped": b"".join(w[::-1] for w in words)}[form]
    board = bench.board("skr-mini-e3")
    lock = bench.file("lock.bin", bytes_)
    bench.ok(board, "--yes", "write", lock, "--address", "0x0803E000")
    return board, bench.backup(board)


def test_story_4_cloner_uid_in_the_image(bench):
    """The donor's unique ID is found, as it is, reversed or word by word."""
    for form, words in (("plain", "as it is"), ("reversed", "back to front"),
                        ("swapped", "with the bytes of each word swapped")):
        board, backup = tie(bench, form)
        text = bench.findings(bench.json(None, "inspect", backup)).get("uid-in-image", "")
        check("unique ID of the chip that it is from stands at 0x0803e000" in text, form + text)
        check(words in text, "%s: %s" % (form, text))
        check("usually runs on that one chip only" in text, text)
    # Beside another backup of the same chip it is no news; in a file of unknown origin it is.
    bench.ok(board, "compare", backup, "chip").silent_about("unique ID")
    dump = bench.file("dump.bin", bench.flash(backup))
    bench.ok(board, "compare", dump, "chip").says(
        "In the first, the unique ID of the chip that the second is from stands at 0x0803e000")
    clean = bytearray(bench.flash(backup))
    clean[0x3E000:0x3E00C] = bytes(12)
    clean[0x100] ^= 1
    bench.run(board, "compare", bench.file("clean.bin", bytes(clean)), "chip").expect(1).silent_about(
        "unique ID")


def test_story_4_cloner_twelve_byte_lock(bench):
    """Two boards of one firmware, each with its own ID in it: the twelve bytes are the lock."""
    uids = ("34ffd9054e4e383951250643", "41feda061b2c4d5e6f701829")
    backups = []
    for uid in uids:
        board = bench.board("skr-mini-e3", uid=uid)
        lock = bench.file("lock.bin", bytes.fromhex(uid))
        bench.ok(board, "--yes", "write", lock, "--address", "0x0803E000")
        backups.append(bench.backup(board))
    document = bench.json(None, "compare", *backups, status=1)
    equal(document["differing_bytes"], 12, "differing bytes")
    text = " ".join(bench.findings(document).values())
    check("0x0803e000" in text and "unique ID" in text, text)
    check("keep that board's own bytes there" in text or "usually runs on that one chip only" in text,
          text)
    # Also from plain files, when nobody knows the IDs any more.
    files = [bench.file("%d.bin" % i, bench.flash(b)) for i, b in enumerate(backups)]
    bench.run(None, "compare", *files).expect(1).says(
        "All differences lie within 12 bytes at 0x0803e000; a chip's unique ID is 12 bytes long.",
        "when copying to another board, keep that board's own bytes there.")


def test_story_4_cloner_onto_another_board(bench):
    """Refused without --any-chip, with the reason; with it, the tie is named before the deed."""
    board, backup = tie(bench, "plain")
    twin = bench.board("skr-mini-e3", uid="41feda061b2c4d5e6f701829", blank="yes")
    message = bench.error(twin, "--yes", "restore", backup, code="wrong-chip")
    check("The backup is of another chip of the same kind" in message, message)
    equal(set(bench.flash_of(twin)), {0xff}, "the chip was touched")
    result = bench.ok(twin, "--yes", "restore", backup, "--any-chip")
    result.says("the unique ID of the chip that it is from stands at 0x0803e000",
                "usually runs on that one chip only")
    # A chip of another family is refused whatever is said.
    other = bench.board("creator-pro")
    message = bench.error(other, "--yes", "restore", backup, "--any-chip", code="incompatible")
    check("on which its firmware cannot run" in message, message)


# --- 5. The builder: bootloader, settings, application at 0x0800C000 ---


def application(base, size=20 * KIB):
    """A raw application that was linked to run at @base: vectors, and code that idles."""
    code = struct.pack("<HH", 0xbf00, 0xe7fd) * ((size - 0x200) // 4)
    vectors = [0x20020000, base + 0x201] + [base + 0x205] * 14 + [base + 0x209] * 112
    return struct.pack("<128I", *vectors) + code


def test_story_5_builder_application_leaves_what_is_before_it(bench):
    """The bootloader at 0x08000000 and the settings at 0x08008000 stay, byte for byte."""
    board = bench.board("creator-pro")
    settings = bench.file("settings.bin", b"settings of the machine " * 100)
    bench.ok(board, "--yes", "write", settings, "--address", "0x08008000")
    before = bench.flash_of(board)
    app = application(0x0800C000)
    path = bench.file("application.bin", app)
    document = bench.json(board, "--yes", "write", path, "--address", "0x0800C000")
    equal(document["sectors"]["programmed"], 2, "programmed sectors")
    after = bench.flash_of(board)
    equal(after[:0xC000], before[:0xC000], "bootloader and settings")
    equal(after[0xC000:0xC000 + len(app)], app, "application")
    equal(after[0xC000 + len(app):], before[0xC000 + len(app):], "what is behind it")


def test_story_5_builder_wrong_address_is_told(bench):
    """The file was linked for 0x0800C000; whoever writes it to 0x08000000 is told."""
    board = bench.board("creator-pro")
    flash = bench.flash(bench.backup(board))
    # The demo board's own application: real enough that its pointers tell where it belongs.
    path = bench.file("application.bin", flash[0x10000:0x10000 + 0x4b3c8])
    equal(bench.json(None, "inspect", path)["linked_at"], "0x08010000", "where it was linked")
    equal(bench.json(board, "--yes", "write", path)["address"], 0x08010000, "address")
    bench.ok(board, "--yes", "write", path).says("was linked to run at 0x08010000; that address is "
                                                 "used")
    equal(bench.flash_of(board), flash, "written where it belongs")
    bench.ok(board, "--yes", "write", path, "--address", "0x08000000").says(
        "Warning:", "was made to run at 0x08010000")


def test_story_5_builder_erase_errors_have_reasons(bench):
    """"Failed to erase memory", and why: protection, borders, the end of the flash."""
    board = bench.board("creator-pro")
    message = bench.error(board, "--yes", "erase", "0x0800C100", "0x100", code="out-of-range")
    check("0x0800c100 is inside the sector 0x0800c000-0x0800ffff; only whole sectors can be erased"
          in message, message)
    message = bench.error(board, "--yes", "erase", "0x08100000", "0x4000", code="out-of-range")
    check("not inside the chip's flash, 0x08000000-0x080fffff" in message, message)
    bench.ok(board, "--yes", "options", "set", "nWRP3=0")
    app = bench.file("application.bin", application(0x0800C000))
    message = bench.error(board, "--yes", "write", app, "--address", "0x0800C000")
    check("write-protected" in message or "write protect" in message, message)
    check("0x0800c000" in message, message)
    locked = bench.board("creator-pro", rdp=1)
    message = bench.error(locked, "--yes", "write", app, "--address", "0x0800C000",
                          code="protected")
    check("read-protected" in message and "erases it" in message, message)


if __name__ == "__main__":
    main(sys.modules[__name__])
