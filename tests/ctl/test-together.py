# SPDX-License-Identifier: GPL-3.0-or-later
"""Several flashkeepctl at once in one library, each a process of its own: nothing is lost, every
backup is whole and listed, and no file in the making stays behind."""

import os
import re
import subprocess
import sys

from bench import TIME_LIMIT, Result, check, equal, main

ROUNDS = 3


def together(bench, *commands):
    """Starts all of them before it waits for any.  Returns: their results"""
    started = [(command, bench.start(*command)) for command in commands]
    results = []
    for command, process in started:
        out, err = process.communicate(timeout=TIME_LIMIT)
        results.append(Result(command[1:], process.returncode, out, err))
    return results


def twins(bench, n):
    """Boards that nobody can tell apart, so that their backups want the same name"""
    return [bench.board("f030") for _ in range(n)]


def make_backups(bench, n):
    return [bench.backup(board, "--name", "old %d" % i)
            for i, board in enumerate(twins(bench, n))]


def whole(folder):
    done = subprocess.run(["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"],
                          cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    check(done.returncode == 0, "%s is not whole: %s" % (folder, done.stdout))


def in_trash(deleted):
    """Returns: the folder that is now in the trash, as the one who deleted it was told"""
    return re.search(r"library import '([^']+)'", deleted.out + deleted.err).group(1)


def test_backups_of_one_second(bench):
    """Several backups of like boards at the same second are as many backups, each of its own id"""
    ids = []
    for number in range(10):
        results = together(bench, *[(board, "--json", "backup", "--name", "round %d" % number)
                                    for board in twins(bench, 4)])
        ids += [result.expect(0).document()["id"] for result in results]
        if any(i.endswith("-2") for i in ids):
            break
    check(any(i.endswith("-2") for i in ids), "no two began in the same second: %s" % ids)
    equal(len(set(ids)), len(ids), "ids")
    equal(sorted(bench.backups()), sorted(ids), "backups")
    for name in ids:
        with open(os.path.join(bench.library, name, "backup.ini"), encoding="utf-8") as stream:
            check("Id=%s\n" % name in stream.read(), "%s has another id within" % name)
    bench.sound()


def test_first_backups(bench):
    """A library that is not there yet is made by whoever comes first"""
    check(not os.path.exists(bench.library), "the library is there already")
    boards = [bench.board("f030", uid="%024x" % number) for number in range(1, 4)]
    results = together(bench, *[(board, "--json", "backup") for board in boards])
    ids = [result.expect(0).document()["id"] for result in results]
    equal(sorted(bench.backups()), sorted(ids), "backups")
    bench.sound()


def test_backup_beside_all_else(bench):
    """While a chip is backed up, others delete, import, export, check and list"""
    for number in range(ROUNDS):
        gone, kept, packed = make_backups(bench, 3)
        before = set(bench.backups())
        archive = bench.path("packed-%d.tar.gz" % number)
        folder = bench.path("exported-%d" % number)
        bench.ok(None, "library", "export", packed, archive)
        bench.ok(None, "library", "delete", packed)
        before.discard(packed)

        results = together(
            bench,
            (bench.board("skr-mini-e3"), "--json", "backup"),
            (None, "library", "delete", gone),
            (None, "--json", "library", "import", archive),
            (None, "library", "export", kept, folder),
            (None, "--json", "library", "verify"),
            (None, "--json", "library", "list"),
            (bench.board("creator-pro"), "--json", "backup"))
        for result in results:
            result.expect(0)
        made = {results[i].document()["id"] for i in (0, 2, 6)}
        equal(bench.json(None, "library", "show", results[2].document()["id"])["name"], "old 2",
              "names of what was packed")
        equal(set(bench.backups()), (before - {gone}) | made, "backups")
        listed = {b["id"] for b in results[5].document()["backups"]}
        check(before - {gone} <= listed, "the list lacks backups: %s" % listed)
        whole(folder)
        whole(in_trash(results[1]))
    bench.sound()


def test_one_export_of_two(bench):
    """Two that export to one file: it is whole, and of one of them"""
    ids = make_backups(bench, 2)
    archive = bench.path("both.tar.gz")
    results = together(bench, *[(None, "library", "export", i, archive) for i in ids])
    check(any(r.status == 0 for r in results), "neither was exported", results[0])
    equal(sorted(n for n in os.listdir(bench.folder) if "both" in n), ["both.tar.gz"], "files")
    bench.library = bench.path("other")
    imported = bench.json(None, "library", "import", archive)["id"]
    check(imported in ids, "%s is none of %s" % (imported, ids))
    bench.sound()


def test_one_import_of_two(bench):
    """Two that import the same archive into one library lose nothing"""
    wanted = make_backups(bench, 1)[0]
    archive = bench.path("one.tar.gz")
    bench.ok(None, "library", "export", wanted, archive)
    bench.library = bench.path("other")
    results = together(bench, *[(None, "--json", "library", "import", archive)] * 2)
    check(any(r.status == 0 for r in results), "neither was imported", results[0])
    check(wanted in bench.backups(), "it is not in the library")
    bench.sound()


def test_deleted_twice(bench):
    """Of two that delete the same backup one does, and the other is told; it is in the trash"""
    # GLib forgets two strings where another moves a file to the trash at the same moment
    # (g_file_trash()); that deleting forgets nothing else is seen in other tests.
    bench.environment["ASAN_OPTIONS"] = "detect_leaks=0"
    for name in make_backups(bench, ROUNDS):
        results = together(bench, *[(None, "library", "delete", name)] * 2)
        done = [r for r in results if r.status == 0]
        told = [r for r in results if r.status != 0]
        equal(len(done), 1, "those that deleted it: %s" % "\n".join(map(str, results)))
        said = " ".join(told[0].expect(3).err.split())
        check("There is no backup" in said or "not in the library any more" in said,
              "the other is not told why", told[0])
        whole(in_trash(done[0]))
    equal(bench.backups(), [], "backups")
    bench.sound()


if __name__ == "__main__":
    main(sys.modules[__name__])
