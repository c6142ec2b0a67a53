# SPDX-License-Identifier: GPL-3.0-or-later
"""The contract of the command line, as the design has it: commands, options, keys, exit status."""

import hashlib
import os
import re
import shutil
import sys
import zlib

from bench import FLASH, Skip, check, equal, main

ID = re.compile(r"^\d{8}T\d{6}Z-[A-Za-z0-9_]+-[0-9A-F]{6}(-\d+)?$")
HEX_ID = re.compile(r"^0x[0-9a-f]+$")
SHA256 = re.compile(r"^[0-9a-f]{64}$")


def of_type(document, **types):
    for key, type_ in types.items():
        check(key in document, "no key %s in %s" % (key, document))
        value = document[key]
        good = isinstance(value, type_) and not (isinstance(value, bool) and type_ is not bool)
        check(good, "%s is %r, not of %s" % (key, value, type_))


def check_change(document):
    of_type(document, sectors=dict, bytes=int, seconds=(int, float), verified=str)
    of_type(document["sectors"], total=int, unchanged=int, erased=int, programmed=int)
    check(document["verified"] in ("crc", "reread"), str(document))


# --- options, streams, exit status ---


def test_options_before_and_after_the_command(bench):
    board = bench.board("f030")
    probe = ["--probe", board.spec()]
    for line in (probe + ["--json", "info"], ["info"] + probe + ["--json"],
                 ["--json", "info"] + probe, probe + ["info", "--json"],
                 ["--probe=" + board.spec(), "--speed", "1000", "info", "--connect=normal",
                  "--json"]):
        equal(bench.run(None, *line).expect(0).document()["chip"]["dev_id"], "0x444")
    # The same of a command's own option, which only is known behind it.
    bench.run(None, *probe, "backup", "--name", "x", "--quiet").expect(0)


def test_json_is_one_document_also_on_failure(bench):
    board = bench.board("f030")
    for status, line in ((2, ["frobnicate"]), (2, []), (2, ["read", "1"]), (2, ["info", "--frob"]),
                         (2, ["--frob", "info"]), (2, ["read", "x", "1", "f"]),
                         (3, ["restore", "nosuch"]), (3, ["read", "0x08000000", "0x8000", "f"]),
                         (3, ["compare", "nosuch", "chip"]), (2, ["library", "frob"]),
                         (2, ["options", "frob"]), (2, ["erase"]), (3, ["erase", "--all"]),
                         (2, ["--connect", "x", "info"]), (2, ["--speed", "x", "info"]),
                         (2, ["--speed", "0", "info"]), (2, ["--speed", "-5", "info"]),
                         (2, ["--library", "", "library", "path"]),
                         (2, ["unlock", "--consent"]), (2, ["options", "set", "x"])):
        before = bench.run(board, "--json", *line).expect(status)
        before.error()
        behind = bench.run(board, *line, "--json").expect(before.status)
        behind.error()
        # Nothing of the failure on standard output without --json.
        plain = bench.run(board, *line).expect(before.status)
        equal(plain.out, "", "standard output")
        check(plain.err.startswith("flashkeepctl: ") or "\nflashkeepctl: " in plain.err,
              "no message", plain)


def test_exit_status(bench):
    board = bench.board("f030")
    backup = bench.backup(board)
    flash = os.path.join(bench.library, backup, "flash.bin")
    other = bench.file("other.bin", b"\x00" * 64)
    bench.run(board, "verify", flash, "--address", "0x08000000").expect(0)
    result = bench.run(board, "verify", other, "--address", "0x08000000").expect(1)
    result.says("bits that should be 0 are 1; if this was written just now")
    document = bench.json(board, "verify", other, "--address", "0x08000000", status=1)
    of_type(document, identical=bool, bytes=int, difference=str)
    equal(document["identical"], False)
    bench.run(board, "compare", backup, "chip").expect(0)
    bench.run(board, "compare", other, "chip").expect(1)
    bench.run(board, "compare", other).expect(2)
    bench.run(board, "compare", other, "nosuch").expect(3)
    bench.run("sim:nosuch", "info").expect(2)
    bench.run("no-such-serial", "info").expect(3)


def test_results_and_progress_are_apart(bench):
    board = bench.board("f030")
    result = bench.ok(board, "backup")
    check(ID.match(result.out.split("\n")[0]), "the id comes first", result)
    # Which stages are seen depends on how fast they pass.
    check(result.err != "", "no progress", result)
    lines = [line for line in result.err.split("\n") if line]
    equal(len(lines), len(set(lines)), "lines of progress, each once")
    quiet = bench.ok(board, "--quiet", "backup")
    equal(quiet.err, "", "standard error of --quiet")
    check(ID.match(quiet.out.strip()), "more than the id", quiet)
    quiet = bench.ok(board, "info", "-q")
    equal(quiet.err, "", "standard error of --quiet")
    quiet.says("STM32F03xx4")
    document = bench.run(board, "--json", "info").expect(0)
    document.document()
    check(document.err != "", "progress goes to standard error", document)


def test_every_rung_is_told(bench):
    silent = bench.board("creator-pro", swd="off")
    bench.ok(silent, "info").says(
        "Connecting normally, at 4000 kHz", "trying again normally, at 1800 kHz",
        "trying again normally, at 950 kHz",
        "trying again normally, at 480 kHz", "trying again normally, at 100 kHz",
        "trying again under reset, at 4000 kHz", "Connected under reset, at 4000 kHz")
    bench.ok(bench.board("f030", firmware="V2J11S0"), "info", "--speed", "480").says(
        "The probe's firmware is too old to set the SWD clock; it has 1800 kHz, so that is taken "
        "instead of 480 kHz")
    bench.ok(bench.board("f030"), "info", "--speed", "480").silent_about("instead of")
    unwired = bench.board("creator-pro", nrst="no")
    bench.ok(unwired, "info", "--connect", "under-reset").says(
        "reset wire (NRST) does not reach the chip", "Connected under reset, at 4000 kHz")


def test_long_wires(bench):
    """Wires that are good for 1800 kHz: the copy is right, and the person is told."""
    board = bench.board("disco-f4", **{"max-khz": "1800"})
    backup = bench.ok(board, "backup")
    backup.says("Connected normally, at 4000 kHz",
                "The wires are not good for 4000 kHz; going on at 1800 kHz")
    bench.ok(board, "--json", "backup")


def test_help_and_version(bench):
    for command in ("probes", "info", "backup", "restore", "read", "write", "verify", "erase",
                    "options", "unlock", "reset", "compare", "inspect", "library"):
        check(command in bench.ok(None, "--help").out, command)
        result = bench.ok(None, command, "--help")
        result.says("flashkeepctl %s" % command, "--probe", "--json")
    for line in (["help"], ["help", "help"], ["help", "--help"], ["help", "-h"]):
        bench.ok(None, *line).says("Commands:", "Exit status:")
    bench.ok(None, "--version").says("flashkeepctl ")
    version = bench.json(None, "--version")
    of_type(version, version=str)
    # It is told in place of what stands beside it, wherever it stands.
    board = bench.board("f030")
    flash = bench.flash_of(board)
    for line in (["erase", "--all", "--yes", "--version"], ["--version", "erase", "--all", "--yes"]):
        equal(bench.json(board, *line), version)
        bench.ok(board, *line).says("flashkeepctl " + version["version"])
    equal(bench.flash_of(board), flash, "the chip")
    bench.run(None).expect(2).says("No command was given", "--help")


# --- keys ---


def test_keys_of_info(bench):
    board = bench.board("skr-mini-e3")
    document = bench.json(board, "info")
    of_type(document, probe=dict, chip=dict, regions=list)
    of_type(document["probe"], kind=str, serial=str, firmware=str, target_mv=int)
    of_type(document["chip"], name=str, family=str, dev_id=str, rev_id=str, core=str, uid=str,
            flash_size=int, protection=str)
    equal(document["chip"]["dev_id"], "0x414")
    equal(document["chip"]["clone"], None)
    check(HEX_ID.match(document["chip"]["rev_id"]), str(document))
    equal(document["chip"]["uid"], "34FFD9054E4E383951250643")
    equal(document["chip"]["flash_size"], 256 * 1024)
    equal(document["chip"]["protection"], "none")
    for region in document["regions"]:
        of_type(region, name=str, address=int, size=int)
    flash = [r for r in document["regions"] if r["name"] == "flash"][0]
    equal((flash["address"], flash["size"]), (FLASH, 256 * 1024))
    check("option-bytes" in [r["name"] for r in document["regions"]], str(document))
    # An unmeasured voltage is no number.
    old = bench.board("blue-pill", firmware="V2J11S0")
    equal(bench.json(old, "info")["probe"]["target_mv"], None)


def test_info_of_a_clone(bench):
    board = bench.board("blue-pill", designer="751", cpuid="412fc231", idcode="13030410")
    document = bench.json(board, "info")
    equal(document["chip"]["clone"], "GigaDevice GD32F10x or GD32F1x0")
    equal(document["chip"]["rev_id"], "0x1303")
    fits = "What this chip says of itself fits GigaDevice GD32F10x or GD32F1x0."
    check(any(warning["text"].startswith(fits) for warning in document["warnings"]), str(document))


def test_keys_of_backup(bench):
    board = bench.board("creator-pro")
    document = bench.json(board, "backup", "--name", "printer", "--note", "before the upgrade")
    of_type(document, id=str, path=str, regions=list)
    check(ID.match(document["id"]), document["id"])
    check(document["id"].endswith("-STM32F40xxG-3A0027"), document["id"])
    equal(document["path"], os.path.join(bench.library, document["id"]))
    for region in document["regions"]:
        of_type(region, name=str, address=int, size=int, used=int, sha256=str, verified=str)
        check(SHA256.match(region["sha256"]), str(region))
        check(region["verified"] in ("crc", "reread"), str(region))
        path = os.path.join(document["path"], region["name"] + ".bin")
        equal(os.path.getsize(path), region["size"], path)
        equal(hashlib.sha256(bench.bytes(path)).hexdigest(), region["sha256"], path)
        equal(len(bench.bytes(path).rstrip(b"\xff")), region["used"], "used of " + path)
    ini = bench.bytes(os.path.join(document["path"], "backup.ini")).decode()
    for line in ("[Backup]", "Format=1", "Id=" + document["id"], "Name=printer",
                 "Note=before the upgrade", "[Chip]", "Family=STM32F4", "DevId=0x413",
                 "UID=3A0027000C51383334373238", "FlashSize=1048576", "Protection=none", "[Probe]",
                 "Serial=37FF6E064E53373522330543", "TargetMillivolts=3270", "[Region flash]",
                 "Address=0x08000000", "Size=1048576", "File=flash.bin", "Verified=crc"):
        check(line in ini.split("\n"), "no %s in\n%s" % (line, ini))
    equal(document["warnings"], [], "warnings")
    liar = bench.board("blue-pill", size_register=65535)
    bench.ok(liar, "backup").says("The size register reads 0xFFFF, which is no size; 64 KiB answer")
    check(bench.json(liar, "backup")["warnings"], "no warning about a size that is none")
    bench.sound()


def test_keys_of_restore_and_write(bench):
    board = bench.board("f030")
    backup = bench.backup(board)
    short = bench.file("short.bin", b"\x11" * 100)
    document = bench.json(board, "--yes", "write", short, "--address", "0x08000000")
    check_change(document)
    equal(document["sectors"]["programmed"], 1, "programmed")
    document = bench.json(board, "--yes", "restore", backup)
    check_change(document)
    equal(document["sectors"], {"total": 16, "unchanged": 15, "erased": document["sectors"]["erased"],
                                "programmed": 1}, "sectors")
    document = bench.json(board, "--yes", "restore", backup, "--full")
    check_change(document)
    equal(document["sectors"]["unchanged"], 0, "unchanged with --full")
    check_change(bench.json(board, "--yes", "erase", "0x08000400", "0x400"))


def test_keys_of_inspect(bench):
    board = bench.board("skr-mini-e3")
    flash = bench.flash(bench.backup(board))
    path = bench.file("app.bin", flash[0x7000:0x7000 + 0x2a5d0])
    document = bench.json(None, "inspect", path)
    of_type(document, format=str, segments=list, used=int, sha256=str, vectors=dict, linked_at=str,
            findings=list)
    equal(document["format"], "binary")
    equal(document["linked_at"], "0x08007000")
    of_type(document["vectors"], stack=int, reset=int)
    for segment in document["segments"]:
        of_type(segment, address=int, length=int)
    equal(document["sha256"], hashlib.sha256(bench.bytes(path)).hexdigest())
    text = bench.json(None, "inspect", bench.file("text.txt", b"no firmware at all\n" * 9))
    equal((text["vectors"], text["linked_at"]), (None, None))


def test_keys_of_compare(bench):
    a = bench.file("a.bin", b"\x00" * 1000)
    b = bench.file("b.bin", b"\x00" * 500 + b"\x01" * 2 + b"\x00" * 498)
    document = bench.json(None, "compare", a, b, status=1)
    for suffix, start in (("txt", "Comparison\n"), ("html", "<!DOCTYPE html>")):
        report = f"{a}.{suffix}"
        bench.run(None, "compare", a, b, "--report", report).expect(1)
        with open(report, encoding="utf-8") as file:
            text = file.read()
        if not text.startswith(start) or os.path.basename(a) not in text:
            raise AssertionError(f"this is no report: {text}")
    bench.run(None, "compare", a, b, "--report", "/nosuch/folder/report").expect(3)
    of_type(document, identical=bool, differing_bytes=int, ranges=list, findings=list)
    equal(document["ranges"], [{"address": FLASH + 500, "length": 2}])
    for finding in document["findings"]:
        of_type(finding, kind=str, address=int, length=int, text=str)
    check(document["findings"], "nothing is said about the difference")
    # Three
    c = bench.file("c.bin", b"\x00" * 500 + b"\x01\x02" + b"\x00" * 498)
    document = bench.json(None, "compare", a, b, c, status=1)
    equal(document["ranges"], [{"address": FLASH + 500, "length": 2}])
    equal(document["counts"], {"same": 998, "first": 1, "second": 0, "third": 0, "all": 1})
    equal([(pair["a"], pair["b"], pair["differing_bytes"]) for pair in document["pairs"]],
          [(1, 2, 2), (1, 3, 2), (2, 3, 1)])
    for pair in document["pairs"]:
        check(pair["findings"], "nothing is said about a pair")
    equal(bench.json(None, "compare", a, a, a)["identical"], True)
    report = f"{a}-{os.path.basename(c)}.txt"
    bench.run(None, "compare", a, b, c, "--report", report).expect(1)
    with open(report, encoding="utf-8") as file:
        check("All differ          1\n" in file.read(), "the report does not tell of three")
    # FILE@ADDRESS
    document = bench.json(None, "compare", a + "@0x08001000", b + "@0x08001000", status=1)
    equal(document["ranges"], [{"address": FLASH + 0x1000 + 500, "length": 2}])


def test_compare_settings(bench):
    """Equal flash is not all: two boards with other option bytes, or another OTP, are not the same."""
    board = bench.board("creator-pro")
    backups = [bench.backup(board) for _ in range(3)]
    keys = ("identical", "differing_bytes", "option_bytes_differ", "otp_differ")

    def compare(*names, status):
        document = bench.json(None, "compare", *names, status=status)
        return tuple(document[key] for key in keys)

    equal(compare(*backups[:2], status=0), (True, 0, False, False))
    forge_region(bench, backups[1], "otp", lambda otp: otp.__setitem__(0x21, 0x42))
    equal(compare(*backups[:2], status=1), (False, 0, False, True))
    bench.run(None, "compare", *backups[:2]).expect(1).says("The OTP differs").silent_about("option bytes")
    equal(compare(backups[0], backups[2], backups[1], status=1), (False, 0, False, True))
    forge_options(bench, backups[2], lambda options: options.__setitem__(0, options[0] ^ 0x20))
    equal(compare(backups[0], backups[2], status=1), (False, 0, True, False))
    equal(compare(backups[2], backups[1], status=1), (False, 0, True, True))


def test_rotten_settings(bench):
    """What has rotted beside the flash does not keep from looking at the flash."""
    board = bench.board("creator-pro")
    backups = [bench.backup(board) for _ in range(2)]
    path = os.path.join(bench.library, backups[1], "otp.bin")
    with open(path, "r+b") as file:
        file.write(b"\x55")
    result = bench.run(None, "compare", *backups).expect(0)
    result.says("otp.bin").says("its otp is not looked at")
    bench.run(None, "inspect", backups[1]).expect(0)
    bench.run(None, "library", "verify", backups[1]).expect(1).says("is damaged")


def test_keys_of_options(bench):
    board = bench.board("creator-pro")
    document = bench.json(board, "options")
    of_type(document, protection=str, options=list)
    for option in document["options"]:
        of_type(option, name=str, value=int, text=str)
    equal(document, bench.json(board, "options", "show"))
    document = bench.json(board, "--yes", "options", "set", "BOR_LEV=1")
    equal(document["changed"], [{"name": "BOR_LEV", "before": 3, "after": 1}])
    values = {o["name"]: o["value"] for o in bench.json(board, "options")["options"]}
    equal(values["BOR_LEV"], 1, "BOR_LEV on the chip")
    unchanged = bench.json(board, "options")
    bench.run(board, "options", "set", "BOR_LEV=1").expect(0).says(
        "They have these values already; nothing was changed.")
    message = bench.error(board, "--yes", "options", "set", "BOR_LEV=2", "bor_lev=3", code="usage",
                          status=2)
    check("given twice" in message, message)
    equal(bench.json(board, "options"), unchanged, "option bytes")


def damage_option_byte(board):
    """Spoils the complement of an F030's second option byte in the board's state: header with
    lengths and CRC, the chip's own CRC in its last word (core/sim)."""
    with open(board.path, "r+b") as stream:
        state = bytearray(stream.read())
        head = 16 + int.from_bytes(state[12:16], "little")
        chip = state[head + 8:]
        at = chip.index(bytes.fromhex("aa55ff00ff00ff00"))
        chip[at + 3] = 0x42
        chip[-4:] = zlib.crc32(chip[:-4]).to_bytes(4, "little")
        state[head + 4:head + 8] = zlib.crc32(chip).to_bytes(4, "little")
        state[head + 8:] = chip
        stream.seek(0)
        stream.write(state)


def option_bytes_of(bench, board):
    path = bench.path("option-bytes")
    bench.ok(board, "--yes", "read", "0x1ffff800", "16", path)
    return bench.bytes(path).hex()


def test_damaged_option_bytes_are_told_and_mended_with_consent(bench):
    board = bench.board("f030")
    backup = bench.backup(board)
    whole = option_bytes_of(bench, board)
    for line in (["options", "set", "DATA0=0xff"],
                 ["restore", backup, "--regions", "option-bytes"]):
        damage_option_byte(board)
        damaged = option_bytes_of(bench, board)
        check(damaged != whole, damaged)
        bench.ok(board, "options").says("The option byte at 0x1ffff802 is 0xff, but its complement "
                                        "is 0x42 instead of 0x00", "writes them whole again")
        for command in ("options", "info"):
            check("0x1ffff802" in bench.json(board, command)["warnings"][0]["text"], "no warning")
        bench.error(board, *line, code="needs-consent")
        equal(option_bytes_of(bench, board), damaged, "option bytes")
        bench.ok(board, "--yes", *line).says("written").silent_about("already")
        equal(option_bytes_of(bench, board), whole, "option bytes")
        equal(bench.json(board, "options")["warnings"], [], "warnings")


def test_keys_of_probes(bench):
    document = bench.json(None, "probes")
    of_type(document, probes=list)


# --- consent ---


def test_refuses_without_terminal_and_yes(bench):
    board = bench.board("f030")
    backup = bench.backup(board)
    bench.ok(board, "--yes", "erase", "0x08000000", "0x400")
    before = bench.bytes(board.path)
    short = bench.file("short.bin", b"\x11" * 100)
    for line in (["restore", backup], ["write", short, "--address", "0x08000000"],
                 ["erase", "--all"], ["erase", "0x08000400", "0x400"],
                 ["options", "set", "WDG_SW=0"]):
        message = bench.error(board, *line, code="needs-consent")
        check("Nothing was changed" in message, message)
        bench.run(board, *line).expect(3).says("add --yes")
    equal(bench.bytes(board.path), before, "the chip")
    # What changes nothing needs no consent.
    bench.run(board, "erase", "0x08000000", "0x400").expect(0).says("nothing was changed")


def test_hot_plug_changes_nothing_and_asks_nothing(bench):
    board = bench.board("f030")
    backup = bench.backup(board)
    for line in (["restore", backup], ["erase", "--all"], ["options", "set", "WDG_SW=0"],
                 ["unlock"], ["reset"],
                 ["write", bench.file("x.bin", b"\x11" * 64), "--address", "0x08000000"]):
        for yes in ([], ["--yes"]):
            message = bench.error(board, "--connect", "hot-plug", *yes, *line, status=2)
            check("is never stopped, and so cannot be changed" in message, message)
        bench.type(board, ["--connect", "hot-plug"] + line).expect(2).silent_about("[y/N]")
    for line in (["info"], ["backup"], ["options"], ["compare", backup, "chip"]):
        bench.ok(board, "--connect", "hot-plug", *line)


def test_asks_on_a_terminal(bench):
    board = bench.board("f030")
    backup = bench.backup(board)
    flash = bench.flash(backup)
    for answer in ("n", "", "yess"):
        result = bench.type(board, ["erase", "--all"], answer).expect(3)
        result.says("STM32F03xx4 with the unique ID 38001C000B434E5736363720",
                    "The whole flash will be erased at once", "is backed up first", "Erase everything? [y/N]",
                    "Nothing was changed: the answer was not yes")
    equal(bench.flash_of(board), flash, "the chip")
    bench.type(board, ["erase", "--all"], "y").expect(0)
    equal(set(bench.flash_of(board)), {0xff}, "the chip")
    result = bench.type(board, ["restore", backup, "--no-safety-backup"], "yes").expect(0)
    result.says("NOT backed up and will be lost")
    equal(bench.flash_of(board), flash, "the chip")
    result = bench.type(board, ["options", "set", "WDG_SW=0"], "YES").expect(0)
    result.says("WDG_SW: 0x1 -> 0x0")
    # --yes does not ask there either.
    bench.type(board, ["erase", "--all", "--yes"]).expect(0).silent_about("[y/N]")


def test_unlock_wants_the_phrase(bench):
    board = bench.board("blue-pill", rdp=1)
    bench.ok(board, "info").says("read-protected")
    for line in (["unlock"], ["unlock", "--yes"], ["unlock", "--consent", "erase 52FF6C"],
                 ["unlock", "--consent", "yes"], ["unlock", "--consent", ""]):
        message = bench.error(board, *line, code="needs-phrase")
        check('"erase 52FF6B"' in message, message)
        bench.run(board, *line).expect(3).says("othing was", "--consent")
    bench.type(board, ["unlock", "--yes"], "y").expect(3).says("Nothing was erased")
    equal(bench.json(board, "info")["chip"]["protection"], "read-protected")
    for line in (["backup"], ["read", "0x08000000", "16", "x.bin"], ["erase", "--all", "--yes"]):
        message = bench.error(board, *line, code="protected")
        check("read-protected" in message, message)
    check(not os.path.exists(bench.path("x.bin")), "a file of a read that failed")
    equal(bench.backups(), [], "backups")
    result = bench.type(board, ["unlock"], "ERASE 52ff6b").expect(0)
    result.says("cannot be read before")
    info = bench.json(board, "info")
    equal(info["chip"]["protection"], "none")
    equal(set(bench.flash_of(board)), {0xff}, "the flash")
    bench.run(board, "unlock", "--consent", "erase 52FF6B").expect(2).says("nothing to unlock")
    other = bench.board("creator-pro", rdp=1)
    bench.ok(other, "unlock", "--consent", "erase 3A0027")
    equal(bench.json(other, "info")["chip"]["protection"], "none")


def test_locked_for_ever_looks_like_no_chip(bench):
    for name in ("creator-pro", "f030"):
        board = bench.board(name, rdp=2)
        bench.error(board, "info", "--connect", "under-reset", code="no-target")
        bench.run(board, "info", "--connect", "normal").expect(3).says(
            "No connection to the chip. The board has 3.", "BOOT0",
            "A chip that is locked for ever (RDP level 2) never answers.")


def test_protection_is_found_before_anything_is_asked(bench):
    board = bench.board("blue-pill", rdp=1)
    for line in (["options", "set", "WDG_SW=0"], ["erase", "--all"],
                 ["write", bench.file("short.bin", b"\x11" * 100), "--address", "0x08000000"]):
        bench.error(board, *line, code="protected")
        bench.error(board, "--yes", *line, code="protected")
        bench.type(board, line).expect(3).silent_about("[y/N]")


def forge_region(bench, backup, name, change):
    """Gives a backup another region, with hashes that fit."""
    folder = os.path.join(bench.library, backup)
    os.chmod(folder, 0o755)
    file = name + ".bin"
    region = bytearray(bench.bytes(os.path.join(folder, file)))
    change(region)
    files = {name: bench.bytes(os.path.join(folder, name)) for name in os.listdir(folder)}
    old = hashlib.sha256(files[file]).hexdigest().encode()
    files[file] = bytes(region)
    new = hashlib.sha256(files[file]).hexdigest().encode()
    files["backup.ini"] = files["backup.ini"].replace(old, new)
    files["SHA256SUMS"] = "".join(
        "%s  %s\n" % (hashlib.sha256(files[name]).hexdigest(), name)
        for name in sorted(files) if name != "SHA256SUMS").encode()
    for name, contents in files.items():
        os.chmod(os.path.join(folder, name), 0o644)
        bench.file(os.path.join(folder, name), contents)
    bench.ok(None, "library", "verify", backup)


def forge_options(bench, backup, change):
    forge_region(bench, backup, "option-bytes", change)


def test_restoring_options_never_protects(bench):
    def f0_level_2(options):
        options[0:4] = b"\xcc\x33\xfe\x01"

    def f4_level_2(options):
        options[0:2] = bytes([options[0] & ~0x0c, 0xcc])

    def f1_level_1(options):
        options[0:4] = b"\x00\xff\xfe\x01"

    for name, change, option, told in (
            ("f030", f0_level_2, "WDG_SW", "stays 0xaa, although it is 0xcc in the backup"),
            ("blue-pill", f1_level_1, "WDG_SW", "stays 0xa5, although it is 0x0 in the backup"),
            ("creator-pro", f4_level_2, "BOR_LEV", "stays 0xaa, although it is 0xcc in the backup")):
        board = bench.board(name)
        backup = bench.backup(board)
        forge_options(bench, backup, change)
        bench.ok(board, "--yes", "restore", backup, "--regions", "flash,option-bytes").says(
            "no sector of the flash had to change", "The option RDP " + told)
        equal(bench.json(board, "info")["chip"]["protection"], "none", name)
        values = {o["name"]: o["value"] for o in bench.json(board, "options")["options"]}
        equal(values[option], 0, option)


def make_hex(*parts):
    """An Intel HEX file of (address, bytes)."""
    lines = []
    for address, data in parts:
        for kind, low, payload in ((4, 0, (address >> 16).to_bytes(2, "big")),
                                   (0, address & 0xffff, data)):
            record = bytes([len(payload), low >> 8, low & 0xff, kind]) + payload
            lines.append(":%s%02X" % (record.hex().upper(), -sum(record) & 0xff))
    return ("\n".join(lines) + "\n:00000001FF\n").encode()


def test_writing_never_reaches_option_bytes(bench):
    level_2 = b"\xcc\x33" + b"\xff\x00" * 7
    for name, addresses in (("creator-pro", (0x1fffc000, 0x40023c14)), ("f030", (0x1ffff800,)),
                            ("skr-mini-e3", (0x1ffff800,))):
        board = bench.board(name)
        backup = bench.backup(board)
        state = bench.bytes(board.path)
        for address in addresses:
            for path, place in ((bench.file("raw.bin", level_2), ["--address", hex(address)]),
                                (bench.file("options.hex", make_hex((address, level_2))), []),
                                (bench.file("both.hex", make_hex((FLASH, b"\x11" * 16),
                                                                 (address, level_2))), [])):
                message = bench.error(board, "--yes", "write", path, *place, code="out-of-range")
                check("Nothing was changed" in message, message)
                check(address == 0x1fffc000 or
                      'in its region "option-bytes", which no file is written to' in message, message)
            bench.error(board, "--yes", "erase", hex(address), "16", code="out-of-range")
        equal(bench.bytes(board.path), state, "the chip")
        equal(bench.backups(), [backup], "backups")
        bench.ok(None, "library", "delete", backup, "--yes")


def test_option_bytes_that_are_damaged_in_the_backup(bench):
    def break_complement(options):
        options[3] ^= 0xff

    board = bench.board("f030")
    backup = bench.backup(board)
    forge_options(bench, backup, break_complement)
    message = bench.error(board, "--yes", "restore", backup, "--regions", "option-bytes",
                          code="backup-damaged")
    check("0x1ffff802" in message and "Restore the flash alone" in message and
          "Nothing was changed" in message, message)
    bench.ok(board, "--yes", "restore", backup)


def test_protection_is_no_option_like_others(bench):
    for name, values in (("creator-pro", ("0xcc", "0x55", "0")), ("f030", ("0xcc", "0x55")),
                         ("blue-pill", ("0", "0xff"))):
        board = bench.board(name)
        for value in values:
            message = bench.error(board, "--yes", "options", "set", "RDP=" + value,
                                  code="guarded-option")
            check("RDP" in message, message)
        equal(bench.json(board, "info")["chip"]["protection"], "none", name)


# --- commands ---


def test_erase_takes_whole_sectors_only(bench):
    board = bench.board("creator-pro")
    flash = bench.flash_of(board)
    for address, length in (("0x08000100", "0x4000"), ("0x08000000", "0x3fff"),
                            ("0x08000000", "0x4001"), ("0x08004000", "1"),
                            ("0x08010001", "0xffff")):
        message = bench.error(board, "--yes", "erase", address, length, code="out-of-range")
        check("only whole sectors can be erased" in message, message)
    equal(bench.flash_of(board), flash, "the chip")
    bench.ok(board, "--yes", "erase", "0x08004000", "32K")
    equal(bench.flash_of(board), flash[:0x4000] + b"\xff" * 0x8000 + flash[0xc000:], "the chip")
    bench.run(board, "erase", "--all", "0x08000000", "0x4000").expect(2)
    bench.run(board, "erase", "0x08000000").expect(2)


def test_reset(bench):
    board = bench.board("disco-f4")
    bench.ok(board, "reset").says("The chip was reset and runs.")
    bench.json(board, "reset")
    for name in ("creator-pro", "f030", "blue-pill"):
        bench.ok(bench.board(name, rdp=1), "reset").says(
            "The chip is read-protected: its program may stand still",
            "Switch the board off and on").silent_about("locked up")
    bench.ok(board, "--halt", "reset").says("The chip was reset and stands at its first instruction.")
    bench.ok(board, "info", "--halt")
    bench.run(board, "info", "--halt", "--connect", "hot-plug").expect(2).says("never stopped")


def test_files_of_every_format(bench):
    board = bench.board("f030")
    flash = bench.flash_of(board)
    for name in ("x.hex", "x.srec", "x.bin"):
        path = bench.path(name)
        bench.ok(board, "--yes", "read", "0x08000000", "16K", path)
        address = [] if name != "x.bin" else ["--address", "0x08000000"]
        bench.ok(board, "verify", path, *address)
        bench.ok(board, "--yes", "erase", "--all")
        bench.ok(board, "--yes", "write", path, *address)
        equal(bench.flash_of(board), flash, name)
    bench.run(board, "--yes", "read", "0x08000000", "16", "y.bin", "--format", "frob").expect(2)
    bench.run(board, "verify", bench.path("x.hex"), "--address", "0x08000000").expect(2).says(
        "says itself where it belongs")


def test_library_folder(bench):
    """The folder that was chosen in the window, unless --library names another."""
    given, bench.library = bench.library, None
    usual = os.path.join(bench.environment["XDG_DATA_HOME"], "flashkeep", "library")
    chosen = bench.path("chosen")
    settings = bench.path("config/glib-2.0/settings")
    os.makedirs(settings)
    bench.environment.update(GSETTINGS_BACKEND="keyfile", XDG_CONFIG_HOME=bench.path("config"),
                             GSETTINGS_SCHEMA_DIR=os.environ.get("FK_SCHEMA_DIR", ""))
    equal(bench.json(None, "library", "path"), {"path": usual, "from": "default"})
    with open(os.path.join(settings, "keyfile"), "w") as file:
        file.write("[io/github/flashkeep/Flashkeep]\nlibrary-folder='%s'\n" % chosen)
    if not os.environ.get("FK_SCHEMA_DIR"):
        raise Skip("no schema")
    equal(bench.json(None, "library", "path"), {"path": chosen, "from": "preferences"})
    result = bench.ok(None, "library", "path").says("chosen in the preferences")
    equal(result.out, chosen + "\n", "for scripts")
    equal(bench.ok(None, "--quiet", "library", "path").err, "")
    # It may be on a disk that is not there; nobody makes it then.
    message = bench.error(None, "library", "list", code="library")
    check("is not there" in message and chosen in message, message)
    bench.error(bench.board("f030"), "backup", code="library")
    check(not os.path.exists(chosen), "the chosen folder was made")
    os.mkdir(chosen)
    one = bench.backup(bench.board("f030"))
    equal(os.listdir(chosen), [one])
    equal(bench.json(None, "--library", given, "library", "path"), {"path": given, "from": "option"})
    equal(bench.json(None, "--library", given, "library", "list")["backups"], [])


def test_library_commands(bench):
    board = bench.board("f030")
    bench.ok(None, "library", "list").says("There is no library at")
    equal(bench.ok(None, "library", "path").out.strip(), bench.library)
    one = bench.backup(board, "--name", "one")
    two = bench.backup(board, "--name", "two")
    equal(bench.backups(), sorted((one, two), reverse=True), "newest first")
    entry = bench.json(None, "library", "show", one)
    equal((entry["name"], entry["chip"]["uid"]), ("one", "38001C000B434E5736363720"))
    bench.ok(None, "library", "show", one).says("Name=one")
    exported = bench.path("exported")
    os.mkdir(exported)
    bench.ok(None, "library", "export", one, exported)
    folder = os.path.join(exported, one) if os.path.isdir(os.path.join(exported, one)) else exported
    equal(bench.bytes(os.path.join(folder, "flash.bin")), bench.flash(one), "the export")
    bench.ok(None, "library", "delete", one, "--yes")
    equal(bench.backups(), [two], "after deleting")
    bench.ok(None, "library", "import", folder)
    equal(sorted(bench.backups()), sorted((one, two)), "after importing")
    bench.sound()
    # Damage is found.
    path = os.path.join(bench.library, two, "flash.bin")
    contents = bytearray(bench.bytes(path))
    contents[77] ^= 4
    os.chmod(path, 0o644)
    bench.file(path, bytes(contents))
    document = bench.json(None, "library", "verify", status=1)
    equal({b["id"]: b["whole"] for b in document["backups"]}, {one: True, two: False})
    bench.run(None, "library", "verify", two).expect(1).says("flash.bin")
    # The list remembers it, until the file changes again.
    bench.ok(None, "library", "list").says("DAMAGED when last checked", "flash.bin was changed")
    listed = bench.json(None, "library", "list")["backups"]
    equal({b["id"]: b["problem"] is None for b in listed}, {one: True, two: False})
    contents[77] ^= 4
    bench.file(path, bytes(contents))
    bench.ok(None, "library", "list").silent_about("DAMAGED")
    bench.run(None, "library", "verify", two).expect(0)
    contents[77] ^= 4
    bench.file(path, bytes(contents))
    message = bench.error(board, "--yes", "restore", two)
    check("flash.bin" in message, message)
    # And so is a backup that cannot be understood at all.
    shutil.copytree(os.path.join(bench.library, one), os.path.join(bench.library, "broken"))
    bench.file(os.path.join(bench.library, "broken", "backup.ini"), b"[Backup]\nFormat=99\n")
    bench.ok(None, "library", "list").says("broken")
    bench.ok(None, "library", "delete", two, "--yes")
    document = bench.json(None, "library", "verify", status=1)
    equal((len(document["backups"]), len(document["damaged"])), (1, 1), "whole and damaged")
    bench.run(None, "library", "verify").expect(1).says("broken")
    bench.ok(None, "library", "verify", one)
    # Even one that has lost what says that it is one.
    os.remove(os.path.join(bench.library, "broken", "backup.ini"))
    bench.run(None, "library", "verify").expect(1).says("broken")
    bench.ok(None, "library", "list").says("broken", "backup.ini")


def test_library_option_is_heeded(bench):
    board = bench.board("f030")
    elsewhere = bench.path("else where")
    backup = bench.run(None, "--probe", board.spec(), "--json", "backup", "--library",
                       elsewhere).expect(0).document()
    equal(backup["path"], os.path.join(elsewhere, backup["id"]))
    equal(bench.backups(), [], "the other library")


def test_no_second_safety_backup_of_the_same_bytes(bench):
    board = bench.board("f030")
    backup = bench.backup(board)
    short = bench.file("short.bin", b"\x11" * 100)
    document = bench.json(board, "--yes", "write", short, "--address", "0x08000000")
    equal(document["safety_backup"], backup, "safety backup")
    equal(len(bench.backups()), 1, "backups")
    document = bench.json(board, "--yes", "restore", backup)
    safety = document["safety_backup"]
    equal(sorted(bench.backups()), sorted((backup, safety)), "backups")
    # The same again: both states are known by now.
    bench.ok(board, "--yes", "write", short, "--address", "0x08000000")
    bench.ok(board, "--yes", "restore", backup)
    equal(len(bench.backups()), 2, "backups")
    bench.ok(board, "--yes", "restore", backup)
    equal(len(bench.backups()), 2, "backups")
    document = bench.json(board, "--yes", "erase", "--all", "--no-safety-backup")
    equal(document["safety_backup"], None, "safety backup")
    bench.ok(board, "--yes", "restore", safety, "--no-safety-backup")
    equal(len(bench.backups()), 2, "backups")
    equal(bench.flash_of(board), bench.flash(safety), "the chip")


def test_backup_named_by_its_beginning(bench):
    board = bench.board("f030")
    backup = bench.backup(board)
    bench.ok(None, "library", "show", backup[:-3])
    second = bench.backup(board)
    bench.run(None, "library", "show", backup[:4]).expect(2).says(backup, second)
    bench.run(None, "library", "show", "").expect(2)


if __name__ == "__main__":
    main(sys.modules[__name__])
