# SPDX-License-Identifier: GPL-3.0-or-later
"""What nobody should do and somebody will: odd numbers, odd names, odd files, disks that are full,
programs that are interrupted.  Always an answer with a reason; never a crash, never half a file,
never half a backup."""

import os
import random
import re
import signal
import subprocess
import sys
import time

from bench import CTL, FLASH, Result, Skip, check, equal, main

KIB = 1024


def tmpfs(bench, options, script, *arguments):
    """Runs a shell script in a mount namespace of its own, with a tmpfs at $1"""
    folder = bench.path("disk")
    os.makedirs(folder, exist_ok=True)
    trial = subprocess.run(["unshare", "-m", "mount", "-t", "tmpfs", "-o", options, "none", folder],
                           stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if trial.returncode != 0:
        raise Skip("no mount namespace here: %s" % trial.stdout.decode().strip())
    line = ["unshare", "-m", "sh", "-c",
            'mount -t tmpfs -o %s none "$1" || exit 99; %s' % (options, script), "sh", folder, CTL]
    done = subprocess.run(line + list(arguments), env=bench.environment, cwd=bench.folder,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          timeout=60)
    return Result(line, done.returncode, done.stdout, done.stderr)


# --- numbers ---


def test_reads_at_any_address_and_length(bench):
    board = bench.board("f030")
    flash = bench.flash_of(board)
    path = bench.path("x.bin")
    dice = random.Random(5)
    cases = [(0, 1), (1, 1), (1, 2), (3, 3), (16 * KIB - 1, 1), (16 * KIB - 3, 3), (0, 16 * KIB - 1),
             (1, 16 * KIB - 1), (1023, 1026), (5, 4099)]
    cases += [(a, dice.randrange(1, 16 * KIB - a)) for a in
              (dice.randrange(0, 16 * KIB - 1) for i in range(6))]
    for offset, length in cases:
        document = bench.json(board, "--yes", "read", hex(FLASH + offset), length, path)
        equal((document["address"], document["length"]), (FLASH + offset, length))
        equal(bench.bytes(path), flash[offset:offset + length], "%d bytes at %d" % (length, offset))


def test_writes_at_any_address_and_length(bench):
    for name, size in (("f030", 16 * KIB), ("creator-pro", 1024 * KIB)):
        board = bench.board(name)
        shadow = bytearray(bench.flash_of(board))
        bench.backup(board)
        dice = random.Random(7)
        for offset, length in ((0, 1), (1, 1), (1023, 3), (size - 1, 1), (dice.randrange(size // 2),
                                                                        1 + dice.randrange(3000))):
            patch = bytes(dice.randrange(256) for i in range(length))
            path = bench.file("patch.bin", patch)
            bench.ok(board, "--yes", "write", path, "--address", hex(FLASH + offset),
                     "--no-safety-backup")
            shadow[offset:offset + length] = patch
            equal(bench.flash_of(board), bytes(shadow), "%d bytes at %d" % (length, offset))


def test_ranges_that_make_no_sense(bench):
    board = bench.board("f030")
    before = bench.bytes(board.path) if os.path.exists(board.path) else None
    path = bench.path("x.bin")
    for status, code, address, length, words in (
            (2, "usage", "0x08000000", "0", "0 bytes"),
            (3, "out-of-range", "0x08000000", "0x4001", "beyond the end of the flash, which has 16 KiB"),
            (3, "out-of-range", "0x08003fff", "2", "beyond the end of the flash"),
            (3, "out-of-range", "0xFFFFFFFF", "0xFFFFFFFF", "beyond the end of the address space"),
            (3, "out-of-range", "0xFFFFFFFF", "2", "beyond the end of the address space"),
            (3, "bus-fault", "0x60000000", "16", "Nothing answers at 0x60000000"),
            (3, "bus-fault", "0xFFFFFFFF", "1", "Nothing answers at 0xffffffff"),
            (2, "usage", "0x100000000", "1", "too large"),
            (2, "usage", "99999999999999999999999", "1", "too large"),
            (2, "usage", "0x", "1", "not a number"), (2, "usage", "", "1", "not a number"),
            (2, "usage", "0x08000000", "1.5", "not a number"),
            (2, "usage", "0x08000000", "4KB?", "not a number"),
            (2, "usage", "0x08000000", "5G", ""), (2, "usage", "--", "-1", ""),
            (2, "usage", "eight", "1", "not a number")):
        message = bench.error(board, "--yes", "read", address, length, path, status=status, code=code)
        check(words in message, "%s %s: %s" % (address, length, message))
        check(not os.path.exists(path), "a file of a read that failed")
    for address, length in (("0x08000000", "0"), ("0x08000000", "0x8000"), ("0x20000000", "0x400"),
                            ("0xFFFFFFFF", "0xFFFFFFFF"), ("0", "0x400")):
        bench.error(board, "--yes", "erase", address, length,
                    status=2 if length == "0" else 3)
    one = bench.file("one.bin", b"\x00")
    for address in ("0x08004000", "0x07ffffff", "0x20000000", "0xffffffff", "0"):
        bench.error(board, "--yes", "write", one, "--address", address)
        bench.error(board, "verify", one, "--address", address)
    if before is not None:
        equal(bench.bytes(board.path), before, "the chip")
    equal(bench.backups(), [], "a safety backup before a deed that never was")


# --- files ---


def test_empty_and_tiny_files(bench):
    board = bench.board("f030")
    empty = bench.file("empty.bin", b"")
    for line in (["--yes", "write", empty, "--address", "0x08000000"],
                 ["verify", empty, "--address", "0x08000000"], ["inspect", empty]):
        message = bench.error(board, *line, code="bad-file")
        check("empty" in message, message)
    for name in ("empty.hex", "empty.srec", "empty.elf"):
        path = bench.file(name, b"")
        bench.error(board, "inspect", path)
        bench.error(board, "--yes", "write", path)
    one = bench.file("one.bin", b"\x42")
    bench.ok(board, "--yes", "write", one, "--address", "0x08000001")
    bench.ok(board, "verify", one, "--address", "0x08000001")
    bench.ok(board, "inspect", one)
    bench.run(board, "compare", one, "chip").expect(1)
    bench.run(None, "compare", one, one).expect(0)
    bench.run(board, "--yes", "write", one).expect(2).says("--address")


def test_ten_megabytes_of_garbage(bench):
    board = bench.board("f030")
    flash = bench.flash_of(board)
    garbage = random.Random(1).randbytes(10 << 20)
    text = (b":10" + garbage[:40].hex().encode() + b"\n") * 100000
    files = [bench.file("garbage" + suffix, garbage)
             for suffix in (".bin", ".hex", ".srec", ".elf")]
    files.append(bench.file("garbage-elf", b"\x7fELF" + garbage))
    files.append(bench.file("garbage-lines.hex", text))
    files.append(bench.file("garbage-lines.srec", text.replace(b":10", b"S325")))
    files.append(bench.file("zeros.hex", bytes(10 << 20)))
    for path in files:
        start = time.monotonic()
        for line in (["--yes", "write", path, "--address", "0x08000000"], ["--yes", "write", path]):
            result = bench.run(board, *line)
            check(result.status in (2, 3), "took garbage", result)
            result.expect(result.status)
            check("flashkeepctl: " in result.err, "no reason", result)
        result = bench.run(board, "inspect", path)
        check(result.status in (0, 3), "inspected how?", result)
        check(time.monotonic() - start < 20, "too slow: %s" % path)
    equal(bench.flash_of(board), flash, "the chip")


def test_files_that_are_none(bench):
    board = bench.board("f030")
    os.mkdir(bench.path("folder"))
    for path, words in ((bench.path("nosuch.bin"), "nosuch.bin"), (bench.path("folder"), "folder"),
                        ("/dev/null", "empty"), ("/proc/self/mem", "")):
        message = bench.error(board, "--yes", "write", path, "--address", "0x08000000")
        check(words in message, message)
        bench.error(board, "verify", path, "--address", "0x08000000")
    result = bench.run(board, "--yes", "write", b"bad-\xff\xfe.bin", "--address", "0x08000000")
    result.expect(3).says("bad-")


def test_imports_that_are_none(bench):
    os.mkdir(bench.path("folder"))
    for place, code, said in (
            (bench.path("nowhere"), "file-access", "There is no folder or file"),
            (bench.path("folder"), "file-access", "it has no backup.ini"),
            (bench.file("empty.bin", b""), "bad-file", "the file is empty"),
            (bench.file("x.bin", b"x"), "usage", "does not look like firmware"),
            (bench.file("x.hex", b":10000000ZZ\n"), "bad-file", "is not a hexadecimal digit"),
            (bench.file("x.zip", b"PK\3\4junk"), "backup-damaged", "cannot be unpacked")):
        message = bench.error(None, "library", "import", place, code=code,
                              status=2 if code == "usage" else 3)
        check(said in message, message)
    # What is not there is said first, also where options would not go with a backup.
    message = bench.error(None, "library", "import", bench.path("stock.hex"), "--chip", "STM32F405RG",
                          code="file-access")
    check("There is no folder or file" in message, message)
    equal(bench.backups(), [], "backups")


def test_output_that_cannot_be_written(bench):
    board = bench.board("f030")
    message = bench.error(board, "--yes", "read", "0x08000000", "16", bench.path("no/where/x.bin"),
                          code="file-access")
    check("there is no folder" in message and "no/where" in message, message)
    os.mkdir(bench.path("folder"))
    message = bench.error(board, "--yes", "read", "0x08000000", "16", bench.path("folder"),
                          code="file-access")
    check("a folder has that name" in message, message)
    message = bench.error(board, "--yes", "read", "0x08000000", "16", "/dev/full", code="file-access")
    check("No space left" in message, message)
    with open("/dev/full", "wb") as full:
        for line in (["info"], ["--json", "info"], ["backup"], ["inspect", "chip"],
                     ["library", "list"]):
            result = bench.run(board, *line, stdout=full).expect(3)
            result.says("The output could not be written")
    # Closed: what is opened next must not become standard output.
    done = subprocess.run(["sh", "-c", 'exec "$@" >&-', "sh", CTL] +
                          bench.arguments(board, ["backup"]), env=bench.environment,
                          cwd=bench.folder, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL)
    Result(["backup"], done.returncode, b"", done.stderr).expect(3)
    done = subprocess.run(["sh", "-c", 'exec "$@" <&- >/dev/null 2>&-', "sh", CTL] +
                          bench.arguments(board, ["backup"]), env=bench.environment,
                          cwd=bench.folder)
    equal(done.returncode, 0, "exit status")
    bench.sound()
    # A reader that went away.
    process = bench.start(board, "--yes", "erase", "--all")
    process.stdout.close()
    process.stderr.close()
    check(process.wait() in (0, 3), "exit status %s" % process.returncode)
    equal(set(bench.flash_of(board)), {0xff}, "the chip")


def test_read_replaces_a_file_whole_or_not(bench):
    board = bench.board("f030")
    path = bench.file("precious.bin", b"precious")
    bench.error(board, "--yes", "read", "0x08000000", "0x8000", path)
    equal(bench.bytes(path), b"precious", "the file")
    bench.ok(board, "--yes", "read", "0x08000000", "16", path)
    equal(len(bench.bytes(path)), 16, "the file")
    equal(sorted(n for n in os.listdir(bench.folder) if "precious" in n), ["precious.bin"], "files")


# --- names ---


def test_names_and_notes_of_any_kind(bench):
    board = bench.board("f030")
    names = ["a/b/../../c", "two\nlines\n[Chip]\nUID=evil", "x" * 300, "käse ☕ 基板", " ", "", "-",
             "--yes", "=;#[]", "\t\\n\\", "%s%n%d"]
    for name in names:
        document = bench.json(board, "backup", "--name", name, "--note", name)
        shown = bench.json(None, "library", "show", document["id"])
        equal((shown["name"], shown["note"]), (name, name), "name and note")
        equal(shown["chip"]["uid"], "38001C000B434E5736363720")
        equal(shown["edited_from"], None, "what it was edited from")
        check(re.match(r"^[A-Za-z0-9_-]+$", document["id"]), document["id"])
        equal(os.path.dirname(document["path"]), bench.library, "where it is")
        bench.ok(None, "library", "list")
    path = os.path.join(document["path"], "backup.ini")
    with open(path, "rb") as ini:
        as_it_was = ini.read()
    with open(path, "ab") as ini:
        ini.write(b"\n[Backup]\nEditedFrom=another\n")
    equal(bench.json(None, "library", "show", document["id"])["edited_from"], "another")
    with open(path, "wb") as ini:
        ini.write(as_it_was)
    result = bench.run(board, "--json", "backup", "--name", b"bad \xff\xfe utf-8")
    if result.status == 0:
        bench.ok(None, "library", "show", result.document()["id"])
    else:
        result.expect(2)
        check("UTF-8" in result.error()["message"], "no reason", result)
    bench.sound()


def test_arguments_that_are_no_text(bench):
    board = bench.board("f030")
    for line in ([b"\xff\xfe"], ["info", b"\xff"], ["library", "show", b"\xff"],
                 ["compare", b"\xff", "chip"], ["restore", b"\xff"], ["options", "set", b"\xff=1"],
                 ["--probe", b"\xff", "info"], ["read", b"\xff", "1", "x"]):
        result = bench.run(board, "--json", *line)
        check(result.status in (2, 3), "took it", result)
        result.expect(result.status).error()
    bench.run(board, "info", "x" * 100000).expect(2)
    bench.run(board, "library", "show", "../../etc").expect(3)
    bench.run(board, "library", "show", "/").expect(3)
    bench.run(board, "--yes", "restore", ".").expect(3)


def test_boards_that_are_none(bench):
    message = bench.error("sim:nosuch", "info", status=2, code="usage")
    check("“nosuch”" in message and "creator-pro" in message, message)
    message = bench.error("sim:", "info", status=2, code="usage")
    message = bench.error("sim:f030?frob=1", "info", status=2, code="usage")
    check("no option “frob”" in message, message)
    for keys in ("flash=x", "rdp=3", "uid=12", "fault=x@1", "fault=unplug@", "millivolts=-1",
                 "nrst=maybe", "state=", "probe=v9", "firmware=V9", "mode=x", "access=x", "x"):
        bench.error("sim:f030?" + keys, "info", status=2, code="usage")
    bench.error("nosuch", "info", code="no-probe")


def test_state_that_is_damaged(bench):
    board = bench.board("f030")
    bench.ok(board, "--yes", "erase", "--all")
    good = bench.bytes(board.path)
    for bad in (b"", b"junk", good[:-1], good + b"x", good[:100], good[:50] + b"\x00\x01" + good[52:],
                b"\x00" * len(good)):
        bench.file(board.path, bad)
        message = bench.error(board, "info", code="bad-board-file")
        check("cannot be used as the state of a simulated board" in message, message)
        equal(bench.bytes(board.path), bad, "a file that we do not know")
    message = bench.error("sim:f030?state=" + bench.path("no/such/x"), "info", code="file-access")
    check("does not exist" in message, message)
    bench.file(board.path, good)
    other = bench.run("sim:creator-pro?state=" + board.path, "info").expect(3)
    other.says("cannot be used as the state of a simulated board")


# --- disks ---


def test_full_disk_during_a_backup(bench):
    board = bench.board("creator-pro")
    for size in ("300k", "1000k"):
        result = tmpfs(bench, "size=%s" % size,
                       '"$2" --library "$1/lib" --probe "$3" backup; s=$?; find "$1" -type f; '
                       'exit $s', board.spec())
        result.expect(3).says("The library cannot take a backup", "room")
        check("flash.bin" not in result.out and "partial" not in result.out, "leftovers", result)
    # There is room for one, but not for the safety backup of a second state: nothing is changed.
    result = tmpfs(bench, "size=1500k",
                   '"$2" -q --library "$1/lib" --probe "$3" backup >"$1/id" && '
                   'id=$(cat "$1/id") && '
                   '"$2" -q --library "$1/lib" --probe "$3" --yes erase --all && '
                   '"$2" -q --library "$1/lib" --probe "$3" --yes restore "$id"; s=$?; '
                   '"$2" -q --library "$1/lib" library verify || exit 98; ls -A "$1/lib"; exit $s',
                   board.spec())
    result.expect(3).says("Nothing was changed on the chip, because what it holds could not be backed "
                          "up first", "the disk is full")
    equal(set(bench.flash_of(board)), {0xff}, "the chip, for which there was no safety backup")
    check(".partial" not in result.out, "leftovers", result)


def test_full_disk_at_any_byte(bench):
    board = bench.board("f030")
    for size in (4, 20, 40, 60, 80, 100, 120):
        result = tmpfs(bench, "size=%dk" % size,
                       '"$2" --library "$1/lib" --probe "$3" backup; s=$?; ls -A "$1/lib"; '
                       '[ $s = 0 ] && { (cd "$1"/lib/*/ && sha256sum -c --quiet SHA256SUMS) || '
                       'exit 97; }; exit $s', board.spec())
        check(result.status in (0, 3), "ended how?", result)
        result.expect(result.status)
        check(".partial" not in result.out, "leftovers", result)
        if result.status == 3:
            check("STM32F0" not in result.out, "half a backup", result)
            check(result.err.count("flashkeepctl: ") == 1, "not one message", result)


def test_full_disk_for_a_file(bench):
    board = bench.board("creator-pro")
    result = tmpfs(bench, "size=300k", '"$2" --probe "$3" read 0x08000000 1M "$1/x.bin"; s=$?; '
                   'ls -A "$1"; exit $s', board.spec())
    result.expect(3).says("No space left on device", "x.bin")
    check("x.bin" not in result.out, "half a file", result)


def test_read_only_library(bench):
    board = bench.board("f030")
    script = '"$2" --library "$1/lib" --probe "$3" %s'
    result = tmpfs(bench, "ro", script % "backup", board.spec())
    result.expect(3).says("The library cannot take a backup", "the file system is read-only")
    # Without a safety backup there is no deed, unless it was told not to have one.
    flash = bench.flash_of(board)
    result = tmpfs(bench, "ro", script % "--yes erase --all", board.spec())
    result.expect(3).says("the file system is read-only")
    equal(bench.flash_of(board), flash, "the chip")
    tmpfs(bench, "ro", script % "--yes erase --all --no-safety-backup", board.spec()).expect(0)
    tmpfs(bench, "ro", script % "library list", board.spec()).expect(0)


def test_library_that_is_no_folder(bench):
    board = bench.board("f030")
    bench.file("library", b"a file")
    message = bench.error(board, "backup", code="library")
    check("library" in message, message)
    bench.error(None, "library", "list")
    equal(bench.bytes(bench.path("library")), b"a file")


# --- at once, and in the middle ---


def test_two_backups_at_once(bench):
    boards = [bench.board("creator-pro") for i in range(3)]
    processes = [bench.start(board, "--quiet", "backup", "--name", str(i))
                 for i, board in enumerate(boards)]
    ids = []
    for process in processes:
        out, err = process.communicate(timeout=60)
        Result(["backup"], process.returncode, out, err).expect(0)
        ids.append(out.decode().strip())
    equal(len(set(ids)), 3, "ids")
    equal(sorted(bench.backups()), sorted(ids), "the library")
    equal({bench.json(None, "library", "show", i)["name"] for i in ids}, {"0", "1", "2"})
    bench.sound()


def interrupt(bench, board, number, after, *line):
    """Sends a signal once the line @after was told and a moment more.  Returns: the result"""
    process = bench.start(board, *line)
    err = b""
    while after not in err:
        piece = os.read(process.stderr.fileno(), 4096)
        if not piece:
            break
        err += piece
    process.send_signal(number)
    out, rest = process.communicate(timeout=60)
    return Result(line, process.returncode, out, err + rest)


def test_interrupted_backup(bench):
    board = bench.board("creator-pro")
    n_cancelled = 0
    for number, after in ((signal.SIGINT, b"Connecting"), (signal.SIGINT, b"Reading flash"),
                          (signal.SIGTERM, b"Reading flash"), (signal.SIGHUP, b"Reading flash")):
        result = interrupt(bench, board, number, after, "backup")
        # Between two jobs the signal ends the program as it ends any other.
        check(result.status in (0, 3, -number), "ended how?", result)
        if result.status == 3:
            n_cancelled += 1
            result.expect(3).says("Cancelled; nothing was changed on the chip")
            check(result.out == "", "an id of no backup", result)
    check(n_cancelled > 0, "nothing was interrupted")
    bench.sound()
    bench.ok(board, "info").silent_about("locked up", "halted")


def test_interrupted_restore(bench):
    board = bench.board("skr-mini-e3")
    backup = bench.backup(board)
    wanted = bench.flash(backup)
    n_cancelled = 0
    for number, after in ((signal.SIGINT, b"Writing flash"), (signal.SIGHUP, b"Writing flash"),
                          (signal.SIGTERM, b"Reading flash"), (signal.SIGTERM, b"Writing flash"),
                          (signal.SIGTERM, b"Verifying"), (signal.SIGKILL, b"Writing flash")):
        bench.ok(board, "--yes", "erase", "--all", "--no-safety-backup")
        result = interrupt(bench, board, number, after, "--yes", "restore", backup)
        check(result.status in (0, 3, -number), "ended how?", result)
        if result.status == 3:
            n_cancelled += 1
            result.expect(3)
            check("nothing was changed on the chip" in result.err or
                  "run this again" in result.err or
                  "Verifying" in result.err, "no word on what the chip holds now", result)
        if result.status == 0:
            equal(bench.flash_of(board), wanted, "the chip, which was said to be done")
        # Once more heals it, whatever it was left in.
        bench.ok(board, "--yes", "restore", backup)
        equal(bench.flash_of(board), wanted, "the chip")
    check(n_cancelled > 0, "nothing was interrupted")
    bench.sound()


def test_killed_backup_leaves_nothing_behind(bench):
    board = bench.board("creator-pro")
    for after in (b"Connecting", b"Reading flash", b"Storing"):
        interrupt(bench, board, signal.SIGKILL, after, "backup")
        bench.ok(None, "library", "verify")
    # What is left of it is swept away by the next, once it is old; it never is listed.
    bench.backup(board)
    for entry in bench.backups():
        check(not entry.startswith("."), entry)
    bench.ok(None, "library", "verify")


def test_unplugged_and_restored_again(bench):
    board = bench.board("skr-mini-e3")
    backup = bench.backup(board)
    wanted = bench.flash(backup)
    bench.ok(board, "--yes", "erase", "--all", "--no-safety-backup")
    for fault in ("unplug@40", "swd-lost@120", "stall@200", "short@300", "unplug@500"):
        result = bench.run(board.spec(fault=fault), "--yes", "restore", backup)
        check(result.status in (0, 3), "ended how?", result)
        result.expect(result.status)
        if result.status == 0:
            equal(bench.flash_of(board), wanted, "the chip, which was said to be done")
    bench.ok(board, "--yes", "restore", backup)
    equal(bench.flash_of(board), wanted, "the chip")
    bench.sound()


if __name__ == "__main__":
    main(sys.modules[__name__])
