#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""flashkeepctl through real libusb, beside OpenOCD and st-flash: what one writes the others read.

Usage: test-flashkeep.py FK-MOCK-BUS FLASHKEEPCTL [PART-OF-A-NAME].  Speaks TAP.
"""
import hashlib
import json
import os
import subprocess
import sys

sys.dont_write_bytecode = True

from peers import BOARDS, FLASH, Bench, Failure, expect, find, main, make_image


def flashkeep(bench, *arguments, status=0, options=""):
    """Runs flashkeepctl; returns the document that it printed."""
    bench.run([bench.programs.flashkeepctl, "--json", "--library", bench.path("library"),
               *arguments], status, options)
    return json.loads(bench.output)


def list_backups(bench):
    folder = bench.path("library")
    return os.listdir(folder) if os.path.isdir(folder) else []


def check_backs_up(bench):
    """A backup is, byte for byte, what the others dump; sha256sum agrees."""
    backup = flashkeep(bench, "backup", "--name", "Peers")
    with open(os.path.join(backup["path"], "flash.bin"), "rb") as file:
        flash = file.read()
    expect(flash == bench.flash, "the backup is not what is in flash")
    region = next(r for r in backup["regions"] if r["name"] == "flash")
    expect(region["sha256"] == hashlib.sha256(flash).hexdigest(), "wrong checksum in the answer")
    subprocess.run(["sha256sum", "--quiet", "--strict", "-c", "SHA256SUMS"], cwd=backup["path"],
                   check=True)
    bench.openocd("hla", [f"dump_image {bench.path('dump')} {FLASH:#x} {len(flash):#x}"])
    expect(bench.file("dump") == flash, "OpenOCD dumps something else")
    if bench.board.is_known_to_st_flash():
        expect(bench.st_read(0, len(flash)) == flash, "st-flash dumps something else")


def check_writes(bench):
    """What Flashkeep writes both others find there."""
    before = bench.look()
    image = make_image(min(bench.board.flash_size // 3, 20001), 3)
    file = bench.write("image", image)
    flashkeep(bench, "write", file, "--address", hex(FLASH), "--yes", "--no-safety-backup")
    expect(bench.flash == image + before[len(image):], "not the image and what was behind it")
    said = bench.openocd("hla", [f"verify_image {file} {FLASH:#x}"])
    expect(f"verified {len(image)} bytes" in said, said)
    if bench.board.is_known_to_st_flash():
        expect(bench.st_read(0, len(image)) == image, "st-flash reads something else")


def check_restores(bench):
    """What OpenOCD wrote Flashkeep finds there, and puts back what was there before."""
    backup = flashkeep(bench, "backup")
    before = bench.flash
    image = make_image(min(bench.board.flash_size // 3, 20001), 4)
    file = bench.write("image", image)
    bench.openocd("hla", [f"program {file} {FLASH:#x} verify"])
    flashkeep(bench, "verify", file, "--address", hex(FLASH))
    flashkeep(bench, "restore", backup["id"], "--yes", "--no-safety-backup")
    expect(bench.flash == before, "the restored flash is not as it was")


def check_follows_st_flash(bench):
    """What st-flash wrote, or erased, Flashkeep reads and verifies."""
    image = make_image(4096, 7)
    file = bench.write("image", image)
    bench.st_flash("write", file, hex(FLASH))
    flashkeep(bench, "verify", file, "--address", hex(FLASH))
    flashkeep(bench, "read", hex(FLASH + 1), "4094", bench.path("piece"))
    expect(bench.file("piece") == image[1:4095], "Flashkeep reads something else")
    bench.st_flash("erase")
    answer = flashkeep(bench, "verify", file, "--address", hex(FLASH), status=1)
    expect(answer["identical"] is False and f"{FLASH:#010x}" in answer["difference"], str(answer))


def get_options(bench):
    return {o["name"]: o["value"] for o in flashkeep(bench, "options")["options"]}


def check_options_l4(bench):
    """The same of G0, G4 and L4: nRST_STDBY is a bit of FLASH_OPTR, areas of write protection are
    words."""
    factory, pages, reserved = bench.board.get_factory_options()
    bit = 14 if bench.board.target == "stm32g0x" else 13
    area, word = ("WRP2B", 0x50) if bench.board.device_id == 0x470 else ("WRP1B", 0x30)
    expect(get_options(bench)["nRST_STDBY"] == 1, "nRST_STDBY at first")
    bench.openocd("hla", [f"stm32l4x option_write 0 0x20 0 {1 << bit:#x}",
                          f"stm32l4x option_write 0 {word:#x} 0x00120003",
                          "stm32l4x option_load 0"])
    options = get_options(bench)
    expect(options["nRST_STDBY"] == 0, "nRST_STDBY that OpenOCD wrote")
    expect((options[f"{area}_STRT"], options[f"{area}_END"]) == (3, 0x12),
           f"{area} that OpenOCD wrote")
    flashkeep(bench, "options", "set", "nRST_STDBY=1", f"{area}_STRT={pages:#x}", f"{area}_END=0",
              "WRP1A_STRT=2", "WRP1A_END=5", "--yes")
    said = bench.openocd("hla", ["stm32l4x option_read 0 0x20", "stm32l4x option_read 0 0x2c",
                                 f"stm32l4x option_read 0 {word:#x}"])
    for value in (factory, reserved | pages, reserved | 0x50002):
        expect(f"= {value:#x}" in said, said)


def check_one_bank(bench):
    """What a G4 or an L4+ has once OpenOCD made one bank of its two: larger pages, which both erase,
    write and protect alike."""
    bench.openocd("hla", ["flash probe 0", "stm32l4x mass_erase 0",
                          "stm32l4x option_write 0 0x20 0 0x400000", "stm32l4x option_load 0"])
    expect(get_options(bench)["DBANK"] == 0, "DBANK that OpenOCD wrote")
    half = bench.board.flash_size // 2
    page = 2 * bench.board.sectors[0][0]
    image = make_image(20001, 12)
    file = bench.write("image", image)
    said = bench.openocd("hla", [f"program {file} {FLASH + half - page:#x} verify"])
    expect("flash mode : single-bank" in said, said)
    flashkeep(bench, "verify", file, "--address", hex(FLASH + half - page))
    before = bench.flash
    piece = make_image(5000, 13)
    file = bench.write("piece", piece)
    flashkeep(bench, "write", file, "--address", hex(FLASH + half + 0x900), "--yes",
              "--no-safety-backup")
    expect(bench.flash == before[:half + 0x900] + piece + before[half + 0x900 + 5000:],
           "not the image and what was around it")
    bench.openocd("hla", [f"verify_image {file} {FLASH + half + 0x900:#x}"])
    number = half // page + 1
    flashkeep(bench, "options", "set", f"WRP2B_STRT={number}", f"WRP2B_END={number}", "--yes")
    said = bench.openocd("hla", ["flash info 0"])
    size = f"{page:#x} {page >> 10}kB"
    for which, state in ((number, "protected"), (number + 1, "not protected")):
        expect(find(rf"# *{which}: {which * page:#010x} \({size}\) (.*)", said) == state, said)


def check_options_l5(bench):
    """The same of L5 and U5; the areas of a U5 have a bit besides that has to stay as it is."""
    factory, pages, reserved = bench.board.get_factory_options()
    bench.openocd("hla", ["stm32l4x option_write 0 0x40 0 0x2000",
                          "stm32l4x option_write 0 0x6c 0x80120003", "stm32l4x option_load 0"])
    options = get_options(bench)
    expect(options["nRST_STDBY"] == 0, "nRST_STDBY that OpenOCD wrote")
    expect((options["WRP2B_STRT"], options["WRP2B_END"]) == (3, 0x12), "WRP2B that OpenOCD wrote")
    flashkeep(bench, "options", "set", "nRST_STDBY=1", "WRP2B_STRT=0x7f", "WRP2B_END=0",
              "WRP1A_STRT=2", "WRP1A_END=5", "--yes")
    said = bench.openocd("hla", ["stm32l4x option_read 0 0x40", "stm32l4x option_read 0 0x6c",
                                 "stm32l4x option_read 0 0x58"])
    for word in (factory, reserved | pages, reserved | 0x50002):
        expect(f"= {word:#x}" in said, said)


def check_options_h7(bench):
    """The same of an H7, of which OpenOCD names the registers to write, and those in force."""
    n_banks = bench.board.count_banks()
    size = 32 if bench.board.device_id == 0x480 else 8
    last = n_banks * size - 1

    def get_word(bank, protected):
        return sum(1 << i for i in range(size) if bank * size + i not in protected)

    bench.openocd("hla", [c for bank in range(n_banks) for c in (
        f"flash probe {bank}",
        f"stm32h7x option_write {bank} 0x3c {get_word(bank, [2, last]):#x}")])
    options = get_options(bench)
    expect([i for i in range(last + 1) if options[f"nWRP{i}"] == 0] == [2, last],
           "sectors that OpenOCD protected")
    flashkeep(bench, "options", "set", "nWRP2=1", f"nWRP{last}=1", "nWRP4=0", f"nWRP{last - 1}=0",
              "--yes")
    said = bench.openocd("hla", ["flash probe 0", "stm32h7x option_read 0 0x1c"] + [
        c for bank in range(n_banks) for c in (f"flash probe {bank}",
                                               f"stm32h7x option_read {bank} 0x38")])
    expect("= 0x1bc6aaf0" in said, said)
    for bank in range(n_banks):
        expect(f"= {get_word(bank, [4, last - 1]):#x}" in said, said)


def check_options(bench):
    """Option bytes that OpenOCD changed are seen, and the other way round."""
    flash_driver = "stm32f2x" if bench.board.is_f4() else "stm32f1x"
    if bench.board.is_f4():
        expect(get_options(bench)["nRST_STDBY"] == 1, "nRST_STDBY at first")
        bench.openocd("hla", [f"{flash_driver} options_write 0 {bench.board.get_user_options(0x6c)}"])
        expect(get_options(bench)["nRST_STDBY"] == 0, "nRST_STDBY that OpenOCD wrote")
        flashkeep(bench, "options", "set", "nRST_STDBY=1", "--yes")
        said = bench.openocd("hla", [f"{flash_driver} options_read 0"])
        wanted = int(bench.board.get_user_options(0xec).split()[0], 16)
        expect(f"user_options 0x{wanted:X}" in said, said)
        return
    bench.openocd("hla", ["stm32f1x options_write 0 SWWDG RSTSTNDBY NORSTSTOP USEROPT 0x5A"])
    expect(get_options(bench)["nRST_STDBY"] == 0, "nRST_STDBY that OpenOCD wrote")
    flashkeep(bench, "options", "set", "nRST_STDBY=1", "--yes")
    said = bench.openocd("hla", ["stm32f1x options_read 0"])
    expect("standby mode: no reset generated upon entry" in said, said)
    expect(find(r"user data = 0x([0-9a-f]+)", said).endswith("5a"), said)


def check_protection(bench):
    """A chip that OpenOCD locked: named, not read; what was in it is still there."""
    before = bench.look()
    bench.openocd("hla", ["flash probe 0", f"{bench.board.get_flash_driver()} lock 0"])
    answer = flashkeep(bench, "info")
    expect(answer["chip"]["protection"] == "read-protected", str(answer["chip"]))
    answer = flashkeep(bench, "backup", status=3)
    expect(answer["error"]["code"] == "protected", str(answer))
    expect(list_backups(bench) == [], "a backup of a locked chip")
    expect(bench.flash == before, "the flash changed")


def check_errors(bench):
    """No permission, another program, no probe: three errors, three hints."""
    hints = set()
    for options, code in (("&access=denied", "probe-denied"), ("&access=busy", "probe-busy")):
        error = flashkeep(bench, "info", status=3, options=options)["error"]
        expect(error["code"] == code, str(error))
        hints.add(error["hint"])
    specification = bench.specification
    bench.run(["true"])
    result = subprocess.run([bench.programs.mock_bus, "--", bench.programs.flashkeepctl, "--json",
                             "info"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=60)
    error = json.loads(result.stdout)["error"]
    expect(result.returncode == 3 and error["code"] == "no-probe", str(error))
    hints.add(error["hint"])
    expect(len(hints) == 3 and None not in hints, str(hints))
    expect(bench.specification == specification, "the bench is as it was")


def check_picks_a_probe(bench):
    """Of several probes, two of them with one serial number."""
    bench.more_boards = ["disco-f4", "f030?serial=0670FF555654846687182235"]
    probes = flashkeep(bench, "probes")["probes"]
    expect(sorted(p["port"] for p in probes) == ["1-1", "1-2", "1-3"], str(probes))
    expect(flashkeep(bench, "info", status=2)["error"]["code"] == "usage", bench.output)
    answer = flashkeep(bench, "info", "--probe", "53ff6c064884495148451967")
    expect(answer["chip"]["dev_id"] == "0x410", str(answer))
    error = flashkeep(bench, "info", "--probe", "0670FF555654846687182235", status=2)["error"]
    expect("1-2" in error["message"] and "1-3" in error["message"], str(error))
    answer = flashkeep(bench, "info", "--probe", "1-3")
    expect(answer["chip"]["dev_id"] == "0x444", str(answer))


def check_survives(bench, fault):
    """A fault in the middle of a backup: a backup that is right, or none and a named error."""
    for index in (40, 90, 160):
        bench.run(["true"])
        try:
            backup = flashkeep(bench, "backup", options=f"&fault={fault}@{index}")
        except Failure:
            error = json.loads(bench.output)["error"]
            expect(error["domain"] in ("fk-error", "FK_ERROR"), str(error))
            expect(list_backups(bench) == [], "a backup although it failed")
            continue
        with open(os.path.join(backup["path"], "flash.bin"), "rb") as file:
            expect(file.read() == bench.look(), "a wrong backup")
        flashkeep(bench, "library", "delete", backup["id"], "--yes")
    backup = flashkeep(bench, "backup")
    subprocess.run(["sha256sum", "--quiet", "--strict", "-c", "SHA256SUMS"], cwd=backup["path"],
                   check=True)


def collect_cases():
    cases = []
    for board in BOARDS.values():
        if board.is_h5():
            continue
        if board.is_h7():
            for check in (check_backs_up, check_writes, check_restores, check_follows_st_flash,
                          check_options_h7, check_protection):
                cases.append((board.name, "", check, ()))
            continue
        if board.is_l1():
            for check in (check_backs_up, check_writes, check_restores, check_follows_st_flash,
                          check_protection):
                cases.append((board.name, "", check, ()))
            continue
        if board.is_l4():
            options = check_options_l5 if board.is_l5() else check_options_l4
            for check in (check_backs_up, check_writes, check_restores, options, check_protection):
                cases.append((board.name, "", check, ()))
            if board.is_known_to_st_flash():
                cases.append((board.name, "", check_follows_st_flash, ()))
            continue
        for check in (check_backs_up, check_writes, check_restores, check_follows_st_flash,
                      check_options):
            cases.append((board.name, "", check, ()))
    for board in ("nucleo-g474", "nucleo-l4r5"):
        cases.append((board, "", check_one_bank, ()))
    for board in ("blue-pill", "creator-pro", "nucleo-f746"):
        cases.append((board, "", check_protection, ()))
    cases.append(("blue-pill", "", check_errors, ()))
    cases.append(("blue-pill", "", check_picks_a_probe, ()))
    for fault in ("unplug", "stall", "short", "swd", "flip"):
        cases.append(("disco-f4", "", check_survives, (fault,)))
    return cases


if __name__ == "__main__":
    main("flashkeep", ["openocd", "st-flash", "sha256sum"], collect_cases())
