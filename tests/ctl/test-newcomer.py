# SPDX-License-Identifier: GPL-3.0-or-later
"""What somebody sees who has never done this and fears for the printer: nothing false, nothing that
frightens without reason, and always the next step."""

import datetime
import os
import shlex
import signal
import sys

from bench import CTL, FLASH, check, equal, main


def test_restore_says_what_it_left(bench):
    """Flash is restored alone; option bytes that differ then are told, with the way to them."""
    board = bench.board("creator-pro")
    backup = bench.backup(board)
    bench.ok(board, "--yes", "restore", backup).silent_about("Option bytes")
    bench.ok(board, "options", "set", "nRST_STOP=0", "--yes")
    result = bench.ok(board, "--yes", "restore", backup)
    result.silent_about("had the right values")
    result.says("nRST_STOP 0x0, in the backup 0x1", "NOT restored",
                "restore %s --regions flash,option-bytes" % backup)
    result = bench.type(board, ["restore", backup, "--regions", "flash,option-bytes"], "y").expect(0)
    result.says("nRST_STOP from 0x0 to 0x1", "Option bytes: written and read back")
    result = bench.ok(board, "--yes", "restore", backup, "--regions", "flash,option-bytes")
    result.says("Option bytes: had the right values already")


def test_write_protection_is_no_read_protection(bench):
    for name, protect, lift, address in (("creator-pro", "nWRP0=0", "nWRP0=0x1", "0x08000000"),
                                         ("blue-pill", "WRP0=0xfe", "WRP0=0xff", "0x08000000")):
        board = bench.board(name)
        path = bench.file("x.bin", b"\x11" * 64)
        bench.ok(board, "options", "set", protect, "--yes")
        for line in (["write", path, "--address", address], ["erase", "--all"]):
            message = bench.error(board, "--yes", *line, code="write-protected")
            check(lift in message and "othing was changed" in message, message)
            result = bench.run(board, "--yes", *line).expect(3)
            result.says("options set", "Nothing is erased by that")
            result.silent_about("unlock", "run this again", "restore that backup")
        bench.ok(board, "options", "set", lift, "--yes")
        bench.ok(board, "--yes", "write", path, "--address", address)


def test_delete_asks_and_takes_whole_ids(bench):
    board = bench.board("f030")
    one = bench.backup(board, "--name", "My printer")
    bench.error(None, "library", "delete", one[:-2], "--yes", code="no-backup")
    equal(bench.backups(), [one], "the library")
    result = bench.type(None, ["library", "delete", one], "n").expect(3)
    result.says('Move "My printer" of', "to the trash? [y/N]", "ONLY backup", "Nothing was changed")
    equal(bench.backups(), [one], "the library")
    result = bench.ok(None, "library", "delete", one)
    equal(bench.backups(), [], "the library")
    line = [l for l in result.out.split("\n") if l.startswith("To undo: ")]
    equal(len(line), 1, "ways back")
    bench.ok(None, "library", "import", line[0].split("'")[-2])
    equal(bench.backups(), [one], "the library")
    bench.sound()


def test_text_is_no_firmware(bench):
    board = bench.board("creator-pro")
    note = bench.file("note.txt", b"hello")
    message = bench.error(board, "write", note, status=2, code="usage")
    check("does not look like firmware" in message and "0x08000000" not in message, message)


def test_stopped_after_a_mass_erase(bench):
    board = bench.board("skr-mini-e3")
    backup = bench.backup(board)
    bench.ok(board, "--yes", "write", bench.file("x.bin", b"\x55" * 3000), "--address", "0x08000000")
    n_erased = 0
    for _ in range(4):
        process = bench.start(board, "--yes", "restore", backup, "--full")
        text = b""
        while True:
            line = process.stderr.readline()
            text += line
            if not line or b"at once" in line:
                break
        process.send_signal(signal.SIGINT)
        rest = process.communicate(timeout=60)[1]
        text = " ".join((text + rest).decode().split())
        if process.returncode == 3 and "Erasing the whole flash" in text:
            check("0 of" not in text, text)
            if "IS ERASED" in text:
                n_erased += 1
                check("run this again" in text, text)
        bench.ok(board, "--yes", "restore", backup)
    check(n_erased > 0, "never stopped after the erase")
    equal(bench.flash_of(board), bench.flash(backup), "the chip")


def test_read_keeps_what_is_there(bench):
    board = bench.board("f030")
    path = bench.file("dump.bin", b"yesterday's")
    bench.type(board, ["read", hex(FLASH), "64", path], "n").expect(3).says("is there already",
                                                                          "Replace it? [y/N]")
    equal(bench.bytes(path), b"yesterday's", "the file")
    bench.ok(board, "read", hex(FLASH), "64", path)
    equal(len(bench.bytes(path)), 64, "length")
    bench.run(board, "read", hex(FLASH), "64", "-").expect(2)
    check(not os.path.exists(bench.path("-")), "a file called -")


def test_no_is_an_answer(bench):
    board = bench.board("f030")
    result = bench.type(board, ["erase", "--all"], "n").expect(3)
    result.says("Nothing was changed").silent_about("--yes", "terminal")
    result = bench.type(board, ["erase", "--all"], "\x03").expect(3)
    result.says("Nothing was changed")
    locked = bench.board("f030", rdp=1)
    result = bench.type(locked, ["unlock"], "y").expect(3)
    result.says("Nothing was erased").silent_about("--yes")
    equal(bench.json(locked, "info")["chip"]["protection"], "read-protected")


def test_the_question_names_the_backup(bench):
    board = bench.board("creator-pro")
    backup = bench.backup(board, "--name", "My printer")
    bench.ok(board, "--yes", "write", bench.file("x.bin", b"\x55" * 64), "--address", "0x080e0000")
    result = bench.type(board, ["restore", backup], "y").expect(0)
    result.says('Put back "My printer" of', "onto this board? [y/N]", "of 12 sectors",
                "To undo: flashkeepctl", " restore ")
    result.silent_about("programmed", "sectors unchanged")
    bench.ok(board, "--yes", "erase", "--all")
    result = bench.ok(board, "--yes", "restore", backup)
    result.silent_about("To undo")
    bench.ok(board, "--yes", "erase", "0x08000000", "16K")
    result = bench.type(board, ["erase", "0x08000000", "0x20000"], "n").expect(3)
    result.says("empty already").silent_about("stay as they are")


def test_hints_fit(bench):
    board = bench.board("f030")
    backup = bench.backup(board)
    for line in (["restore", "nosuch"], ["compare", "nosuch", "chip"], ["inspect", "nosuch"]):
        bench.error(board, *line, code="no-backup")
        bench.run(board, *line).expect(3).says("library list").silent_about("room")
    message = bench.error(board, "verify", backup, status=2, code="usage")
    check("compare %s chip" % backup in message, message)
    other = bench.board("blue-pill")
    bench.error(other, "--yes", "restore", backup, code="incompatible")
    result = bench.run(other, "--yes", "restore", backup, "--any-chip").expect(3)
    result.silent_about("--any-chip")
    bench.file(os.path.join(bench.library, backup, "flash.bin"), b"rotten")
    result = bench.run(board, "--yes", "restore", backup).expect(3)
    result.says("another backup").silent_about("where it came from")
    locked = bench.board("f030", rdp=1)
    result = bench.run(locked, "backup").expect(3)
    result.says("Your board is fine", "cannot be backed up")


def test_list_tells_backups_apart(bench):
    board = bench.board("f030")
    bench.backup(board, "--name", "My printer", "--note", "before the upgrade")
    bench.ok(board, "--yes", "erase", "--all")
    bench.backup(board)
    result = bench.ok(None, "library", "list")
    result.says("My printer", "before the upgrade", "36363720, ", "BLANK")
    equal(result.out.count("BLANK"), 1, "blank ones")
    equal(result.out.count("(no name)"), 1, "those without a name")
    equal(result.out.count("Of a simulated board"), 2, "simulated ones")
    equal([b["simulated"] for b in bench.json(None, "library", "list")["backups"]], [True, True])
    path = bench.file("stock.bin", b"\x00\x10\x00\x20" + b"\x09\x00\x00\x08" * 64)
    bench.ok(None, "library", "import", path, "--chip", "STM32F030F4", "--address", "0x08000000")
    # The name that "info" prints will do, too.
    chip = bench.json(board, "info")["chip"]["name"]
    path = bench.file("other.bin", bench.bytes(path) + b"\x42")
    bench.ok(None, "library", "import", path, "--chip", chip.lower(), "--name", "by its chip",
             "--address", "0x08000000")
    equal(bench.json(None, "library", "show", "by its chip")["chip"]["name"], chip)
    bench.error(None, "library", "import", path, "--chip", "STM32F99xxZ", status=2, code="usage")
    equal([b["simulated"] for b in bench.json(None, "library", "list")["backups"]].count(False), 2)


def test_backups_that_are_not_found(bench):
    """A folder above, a name, a part of one, a library that is not there: what was meant is named."""
    board = bench.board("f030")
    one = bench.backup(board, "--name", "Creator Pro")
    stick = bench.path("stick")
    os.mkdir(stick)
    bench.ok(None, "library", "export", one, stick)
    inner = os.path.join(stick, one)
    message = bench.error(None, "library", "import", stick, code="file-access")
    check("is no backup" in message and "import that one: %s" % inner in message, message)
    bench.ok(None, "library", "import", inner)
    message = bench.error(board, "--yes", "restore", inner, code="no-backup")
    check("not in the library" in message and "library import" in message, message)

    bench.ok(board, "--yes", "restore", "creator pro")
    bench.ok(None, "library", "show", "Creator Pro").says(one)
    message = bench.error(None, "library", "show", "reator", code="no-backup")
    check('did you mean %s ("Creator Pro"' % one in message, message)
    bench.error(None, "library", "delete", "Creator Pro", "--yes", code="no-backup")
    bench.ok(board, "--yes", "erase", "0x08000000", "1024")
    bench.ok(board, "--yes", "write", bench.file("x.bin", b"\x11" * 64), "--address", "0x08002000")
    names = [b["name"] for b in bench.json(None, "library", "list")["backups"]]
    equal(names, ["Creator Pro, before writing 64 bytes to 0x08002000", "Creator Pro"], "names")
    message = bench.error(None, "library", "show", one[:8], status=2, code="ambiguous")
    check(message.count('("Creator Pro') == 2, message)

    # A restore is told by the name of what was restored; that of a safety backup is not repeated.
    bench.ok(board, "--yes", "restore", one)
    safety = bench.json(None, "library", "list")["backups"][0]
    equal(safety["name"], "Before restoring “Creator Pro”", "name")
    bench.ok(None, "library", "show", safety["id"]).says("before restoring backup %s." % one)
    bench.ok(board, "--yes", "erase", "0x08001000", "1024", "--no-safety-backup")
    bench.ok(board, "--yes", "restore", safety["id"])
    made = datetime.datetime.fromisoformat(safety["created"].replace("Z", "+00:00")).astimezone()
    equal(bench.json(None, "library", "list")["backups"][0]["name"],
          f"Creator Pro, before restoring the backup of {made.day} {made:%B %Y, %H:%M}", "name")

    gone = bench.path("nonexistent")
    result = bench.run(None, "--library", gone, "library", "list").expect(0)
    result.says("There is no library at %s: no such folder" % gone).silent_about("is empty")
    bench.run(None, "--library", gone, "library", "show", "x").expect(3).says("does not exist")


def test_commands_to_type_work(bench):
    """Who called it by a path that the shell does not know by its name is told that path."""
    board = bench.board("f030")
    path = bench.file("x.bin", b"\x11" * 64)
    line = ["--yes", "write", path, "--address", "0x08002000"]
    bench.ok(board, *line).says("To undo: flashkeepctl --probe")
    bench.ok(board, "--yes", "erase", "--all")
    elsewhere = dict(bench.environment, PATH="/usr/bin:/bin")
    result = bench.run(board, *line[:-1], "0x08003000", env=elsewhere).expect(0)
    result = bench.run(board, "--yes", "write", path, "--address", "0x08002000", env=elsewhere)
    undo = [l for l in result.expect(0).out.split("\n") if l.startswith("To undo: ")][0]
    equal(shlex.split(undo)[2], CTL, "the program")


def test_backup_says_what_can_be_done_with_it(bench):
    """What is printed to type works as it is, and names a probe only where one is needed."""
    board = bench.board("f030")
    lines = [l.split(": ", 1) for l in (lambda r: r.out + r.err)(bench.ok(board, "backup")).split("\n")
             if l.startswith("To ")]
    equal([l[0] for l in lines], ["To put it back", "To see what it holds"], "what can be done")
    check("--probe" in lines[0][1] and "--probe" not in lines[1][1], lines)
    for line in lines:
        bench.ok(None, "--yes", *shlex.split(line[1])[1:])


def test_what_cannot_be_written_is_not_put_back(bench):
    board = bench.board("blue-pill", designer="751", cpuid="412fc231", idcode="13030410")
    result = bench.ok(board, "backup")
    told = [l for l in (result.out + result.err).split("\n") if l.startswith("To ")]
    equal([l.split(": ")[0] for l in told], ["To see what it holds"], "what can be done")


def test_verify_says_no(bench):
    board = bench.board("f030")
    path = bench.file("x.bin", b"\x11" * 64)
    result = bench.run(board, "verify", path, "--address", "0x08002000").expect(1)
    result.says("NO, the chip does not hold what the file says", "To see all that differs:",
                "compare %s@0x08002000 chip" % path)


def test_backup_of_a_protected_board(bench):
    """Who has one need not look for the maker's firmware."""
    board = bench.board("f030", rdp=1)
    backup = bench.backup(bench.board("f030"))
    bench.run(board, "--yes", "restore", backup).expect(3).says("a backup of this very board")


def test_compare_places_files(bench):
    """A raw file lies where it was made to run, as for write and verify, and words come first."""
    board = bench.board("skr-mini-e3")
    flash = bench.flash_of(board)
    path = bench.file("app.bin", flash[0x7000:0x7000 + 0x2a5d0])
    bench.ok(board, "verify", path)
    result = bench.run(board, "compare", path, "chip")
    result.says("was linked to run at 0x08007000; that address is used")
    equal(bench.json(board, "compare", path + "@0x08007000", "chip", status=result.status)
          ["differing_bytes"],
          bench.json(board, "compare", path, "chip", status=result.status)["differing_bytes"])
    bench.ok(board, "--yes", "write", bench.file("x.bin", b"\x55" * 64), "--address", "0x08008000")
    text = bench.run(board, "compare", path, "chip").expect(1).out
    check(text.index("* ") < text.index("\n  0x"), text)


def test_places_are_counted_as_they_are_listed(bench):
    """A few equal bytes do not part a place; the exact ranges are for scripts."""
    backup = bench.backup(bench.board("skr-mini-e3"))
    flash = bytearray(bench.flash(backup))
    for place in (0x7200, 0x7202, 0x7204, 0x9000):
        flash[place] ^= 0x41
    other = bench.file("other.bin", bytes(flash))
    text = bench.run(None, "compare", backup, other).expect(1).out
    equal(text.split("\n")[0], "4 bytes differ in 2 places", "the headline")
    equal([l for l in text.split("\n") if l.startswith("  ")],
          ["  0x08007200-0x08007204  5 bytes", "  0x08009000-0x08009000  1 byte"], "places")
    equal(len(bench.json(None, "compare", backup, other, status=1)["ranges"]), 4, "ranges")
    # What was put in moves the rest, which is no difference.
    longer = bench.file("longer.bin", bytes(flash[:0x4000]) + b"\x42" * 8 + bytes(flash[0x4000:0x8000]))
    shorter = bench.file("shorter.bin", bytes(flash[:0x8000]))
    text = bench.run(None, "compare", shorter + "@0x08000000", longer + "@0x08000000").expect(1).out
    equal(text.split("\n")[0], "8 bytes differ in 1 place", "the headline")
    check("  0x08004000-0x08004007  8 bytes, only in the second\n" in text, text)
    many = bytearray(flash)
    for place in range(0x1000, 0x1000 + 21 * 64, 64):
        many[place] ^= 1
    text = bench.run(None, "compare", bench.file("many.bin", bytes(many)) + "@0x08000000",
                     other + "@0x08000000").expect(1).out
    check("21 bytes differ in 21 places\n" in text, text)
    check("  and 1 more place (--report FILE lists all)\n" in text, text)


def test_address_without_0x(bench):
    board = bench.board("f030")
    flash = bench.flash_of(board)
    path = bench.file("x.bin", b"\x11" * 64)
    for line, address in ((["write", path, "--address", "8000000"], "0x08000000"),
                          (["verify", path, "--address", "8000400"], "0x08000400"),
                          (["read", "8000000", "1024", bench.path("y.bin")], "0x08000000"),
                          (["read", "1FFFF800", "16", bench.path("y.bin")], "0x1ffff800"),
                          (["erase", "8000000", "1024"], "0x08000000"),
                          (["compare", path + "@8000000", "chip"], "0x08000000")):
        message = bench.error(board, "--yes", *line, status=2, code="usage")
        check("did you mean %s?" % address in message, message)
    equal(bench.flash_of(board), flash, "the chip")
    # Decimal numbers that make sense stay what they are.
    bench.ok(board, "read", "134217728", "1024", bench.path("y.bin"))
    equal(bench.bytes(bench.path("y.bin")), flash[:1024], "the file")


def test_erase_off_the_borders(bench):
    """What would go is named whole, with the line to type; and that line works."""
    board = bench.board("creator-pro")
    flash = bench.flash_of(board)
    message = bench.error(board, "--yes", "erase", "0x0800C100", "0x100", code="out-of-range")
    check("The whole sector that 0x0800c100-0x0800c1ff touches is 0x0800c000-0x0800ffff (16 KiB)"
          in message and "Nothing was changed" in message, message)
    message = bench.error(board, "--yes", "erase", "0x0800C100", "0x20000", code="out-of-range")
    check("0x0800c000-0x0803ffff (208 KiB): 0x0800c000 (16 KiB), 0x08010000 (64 KiB), 0x08020000 "
          "(128 KiB)" in message, message)
    line = message.split("To erase them whole: ")[1]
    equal(line, "flashkeepctl --probe '%s' --library '%s' erase 0x0800c000 0x34000"
          % (board.spec(), bench.library), "the line")
    equal(bench.flash_of(board), flash, "the chip")
    bench.ok(None, "--yes", *shlex.split(line)[1:])
    equal(bench.flash_of(board), flash[:0xc000] + b"\xff" * 0x34000 + flash[0x40000:], "the chip")
    # Of what is not in the flash nothing is suggested.
    message = bench.error(board, "--yes", "erase", "0x080FFF00", "0x101", code="out-of-range")
    check("To erase" not in message, message)
    # Many sectors are not all listed.
    small = bench.board("blue-pill")
    message = bench.error(small, "--yes", "erase", "0x08001010", "0x4000", code="out-of-range")
    check("0x08001000-0x080053ff (17 KiB)" in message and "…" in message, message)


def test_help_is_a_command(bench):
    equal(bench.ok(None, "help").out, bench.ok(None, "--help").out, "help")
    equal(bench.ok(None, "help", "help").out, bench.ok(None, "--help").out, "help")
    for command in ("restore", "library"):
        text = bench.ok(None, "help", command).out
        equal(text, bench.ok(None, command, "--help").out, "help of a command")
        check("flashkeepctl %s" % command in text, text)
    check("  help " in bench.ok(None, "help").out, "help is not in its list")
    bench.error(None, "help", "restore", "backup", status=2, code="usage")
    for typed, meant in (("bakup", "backup"), ("Restore", "restore"), ("restroe", "restore"),
                         ("lib", "library"), ("optoins", "options"), ("hepl", "help"),
                         ("erase-all", None), ("frobnicate", None), ("x", None), ("x" * 99, None)):
        for line in ([typed], ["help", typed]):
            message = bench.error(None, *line, status=2, code="usage")
            check('There is no command "%s"' % typed in message, message)
            equal("did you mean" in message, meant is not None, message)
            check(meant is None or 'did you mean "%s"?' % meant in message, message)


def test_a_chip_that_is_not_full(bench):
    """Settings in the last sector do not make the flash full: what is blank before them is told."""
    board = bench.board("skr-mini-e3")
    words = "used up to 0x0803f893 (254 KiB, of it 65 KiB blank)"
    result = bench.ok(board, "backup").says(words)
    backup = result.out.split()[0]
    bench.ok(None, "library", "show", backup).says("Used=260244", "The flash is %s." % words)
    bench.ok(None, "inspect", backup).says(words.replace("used up", "Used up"))
    equal(bench.json(None, "inspect", backup)["used"], 260244, "used")
    # Where hardly anything is blank there is nothing to tell.
    small = bench.file("small.bin", bench.flash(backup)[:0x4c40])
    bench.ok(None, "inspect", small).says("Used up to 0x08004c3f (19 KiB)").silent_about("blank)")
    bench.ok(board, "--yes", "erase", "--all")
    blank = bench.ok(board, "backup").says("256 KiB, blank, verified").out.split()[0]
    bench.ok(None, "library", "show", blank).says("The flash is blank.")
    bench.ok(None, "inspect", blank).says("Used nothing")


def test_export_twice(bench):
    """A second time is no error where the copy is whole; what is not the same is left alone."""
    board = bench.board("f030")
    backup = bench.backup(board)
    stick = bench.path("stick")
    os.mkdir(stick)
    document = bench.json(None, "library", "export", backup, stick)
    equal((document["path"], document["was_there"]), (os.path.join(stick, backup), False))
    bench.ok(None, "library", "export", backup, stick).says(
        "is in %s already, whole and the same" % os.path.join(stick, backup))
    equal(bench.json(None, "library", "export", backup, stick)["was_there"], True)
    bench.ok(None, "library", "export", backup, os.path.join(stick, "named"))
    bench.ok(None, "library", "export", backup, os.path.join(stick, "named"))
    equal(sorted(os.listdir(os.path.join(stick, "named"))), sorted(os.listdir(
        os.path.join(stick, backup))), "the files of the copy")
    copy = os.path.join(stick, backup, "flash.bin")
    bench.file(copy, b"rotten")
    message = bench.error(None, "library", "export", backup, stick, code="exists")
    check(os.path.join(stick, backup) + " is there already" in message, message)
    bench.run(None, "library", "export", backup, stick).expect(3).says(
        "Choose another place, or move away what is there").silent_about("has room")
    equal(bench.bytes(copy), b"rotten", "what was there")
    equal(sorted(os.listdir(stick)), sorted((backup, "named")), "the stick")


main(sys.modules[__name__])
