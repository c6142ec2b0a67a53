# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of flashkeepctl share: the real program on simulated boards, in a folder of their
own, and TAP as output.

A test is a function test_NAME (bench); its doc string says what it shows.  Every test has a fresh
library and fresh boards."""

import json
import os
import pty
import select
import shutil
import struct
import subprocess
import sys
import tempfile
import time
import traceback

# Meson says which one; by hand it is that of the usual build folder.
CTL = os.environ.get("FLASHKEEPCTL", os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                                  "../../build/app/ctl/flashkeepctl"))
TIME_LIMIT = 60

FLASH = 0x08000000


class Skip(Exception):
    """A test that this machine cannot run, with the reason."""


class Result:
    def __init__(self, arguments, status, out, err):
        self.arguments = arguments
        self.status = status
        self.raw = out
        self.out = out.decode("utf-8", "replace")
        self.err = err.decode("utf-8", "replace")

    def __str__(self):
        return "flashkeepctl %s\n-> %s\n%s%s" % (
            " ".join(map(str, self.arguments)), self.status, self.out, self.err)

    def expect(self, status):
        check(self.status == status, "expected exit status %d" % status, self)
        # A crash, a GLib warning or a sanitizer's report is never an answer.
        for trace in ("CRITICAL", "WARNING **", "runtime error", "Sanitizer", "assertion"):
            check(trace not in self.err, "%s in the output" % trace, self)
        return self

    def says(self, *parts):
        text = " ".join((self.out + " " + self.err).split())
        for part in parts:
            check(part in text, "does not say: %s" % part, self)
        return self

    def silent_about(self, *parts):
        text = " ".join((self.out + " " + self.err).split())
        for part in parts:
            check(part not in text, "should not say: %s" % part, self)
        return self

    def document(self):
        """The one JSON document of standard output."""
        try:
            return json.loads(self.out)
        except ValueError as problem:
            fail("not one JSON document: %s" % problem, self)

    def error(self):
        """The error of a document, after the contract of design.md."""
        document = self.document()
        check(list(document) == ["error"], "more than the error, or none", self)
        error = document["error"]
        check(set(error) == {"domain", "code", "message", "hint"}, "keys of the error", self)
        for key in error:
            check(isinstance(error[key], str), "%s is no string" % key, self)
        check(error["message"] != "", "an empty message", self)
        return error


class Board:
    """A simulated board that keeps its memories from one call to the next."""

    def __init__(self, bench, name, label, **keys):
        self.path = os.path.join(bench.folder, "%s.board" % label)
        self.keys = keys
        self.name = name

    def spec(self, **more):
        keys = dict(state=self.path, **self.keys)
        keys.update(more)
        return "sim:%s?%s" % (self.name, "&".join(
            "%s=%s" % (key.replace("_", "-"), value) for key, value in keys.items()))


class Bench:
    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="flashkeep-ctl-")
        self.library = os.path.join(self.folder, "library")
        self.environment = dict(os.environ, G_DEBUG="fatal-warnings", XDG_DATA_HOME=os.path.join(self.folder, "data"),
                                XDG_CACHE_HOME=os.path.join(self.folder, "cache"),
                                HOME=self.folder, LC_ALL="C.UTF-8",
                                PATH=os.path.dirname(os.path.abspath(CTL)) + ":" +
                                os.environ.get("PATH", "/usr/bin:/bin"))
        self.n_boards = 0

    def close(self):
        shutil.rmtree(self.folder, ignore_errors=True)

    def board(self, name, **keys):
        self.n_boards += 1
        return Board(self, name, "%s-%d" % (name, self.n_boards), **keys)

    def path(self, name):
        return os.path.join(self.folder, name)

    def file(self, name, contents):
        path = self.path(name)
        with open(path, "wb") as stream:
            stream.write(contents)
        return path

    def hex_file(self, name, address, contents):
        """An Intel HEX file: one that says itself where it belongs"""
        lines = []
        for offset in range(0, len(contents), 16):
            at = address + offset
            for kind, where, data in ((4, 0, struct.pack(">H", at >> 16)),
                                      (0, at & 0xffff, contents[offset:offset + 16])):
                row = struct.pack(">BHB", len(data), where, kind) + data
                lines.append(":%s%02X\n" % (row.hex().upper(), -sum(row) & 0xff))
        return self.file(name, "".join(lines + [":00000001FF\n"]).encode())

    def bytes(self, path):
        with open(path, "rb") as stream:
            return stream.read()

    def arguments(self, board, arguments):
        head = ["--library", self.library] if self.library is not None else []
        if board is not None:
            head += ["--probe", board if isinstance(board, str) else board.spec()]
        return head + [str(a) if not isinstance(a, bytes) else a for a in arguments]

    def run(self, board, *arguments, **options):
        line = self.arguments(board, arguments)
        options.setdefault("stdin", subprocess.DEVNULL)
        options.setdefault("stdout", subprocess.PIPE)
        options.setdefault("stderr", subprocess.PIPE)
        options.setdefault("env", self.environment)
        done = subprocess.run([CTL] + line, timeout=TIME_LIMIT, cwd=self.folder, **options)
        return Result(line, done.returncode, done.stdout or b"", done.stderr or b"")

    def start(self, board, *arguments):
        return subprocess.Popen([CTL] + self.arguments(board, arguments), cwd=self.folder,
                                env=self.environment, stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def ok(self, board, *arguments):
        return self.run(board, *arguments).expect(0)

    def json(self, board, *arguments, status=0):
        return self.run(board, "--json", *arguments).expect(status).document()

    def error(self, board, *arguments, status=3, code=None):
        """A failure, twice: as a document, and as a message with a remedy.  Returns the message."""
        error = self.run(board, "--json", *arguments).expect(status).error()
        if code is not None:
            check(error["code"] == code, "expected the code %s, not %s" % (code, error["code"]))
        plain = self.run(board, *arguments).expect(status)
        check(error["hint"] == "" or error["hint"] in plain.err, "no remedy on stderr", plain)
        return " ".join(error["message"].split())

    def backup(self, board, *arguments):
        """Returns: the id of a new backup of @board"""
        return self.json(board, "backup", *arguments)["id"]

    def flash(self, backup):
        """Returns: the flash that the library keeps"""
        return self.bytes(os.path.join(self.library, backup, "flash.bin"))

    def flash_of(self, board):
        """Returns: the flash that is on the chip now"""
        region = [r for r in self.json(board, "info")["regions"] if r["name"] == "flash"][0]
        path = self.path("flash-of.bin")
        self.ok(board, "--yes", "read", hex(region["address"]), region["size"], path)
        return self.bytes(path)

    def findings(self, document):
        """Returns: { kind: text } of compare or inspect"""
        return {f["kind"]: f["text"] for f in document["findings"]}

    def backups(self):
        return [b["id"] for b in self.json(None, "library", "list")["backups"]]

    def sound(self):
        """The library holds whole backups and nothing else."""
        self.ok(None, "library", "verify")
        names = sorted(os.listdir(self.library)) if os.path.isdir(self.library) else []
        check(names == sorted(self.backups()), "leftovers in the library: %s" % names)
        for name in names:
            done = subprocess.run(["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"],
                                  cwd=os.path.join(self.library, name), stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT)
            check(done.returncode == 0, "sha256sum: %s" % done.stdout)

    def type(self, board, arguments, *answers):
        """Runs with a terminal and types an answer at each question.  Returns: the result, with
        what the terminal showed as err"""
        line = self.arguments(board, arguments)
        master, slave = pty.openpty()
        process = subprocess.Popen([CTL] + line, stdin=slave, stderr=slave,
                                   stdout=subprocess.PIPE, cwd=self.folder, env=self.environment,
                                   start_new_session=True)
        os.close(slave)
        shown = b""
        waiting = list(answers)
        deadline = time.monotonic() + TIME_LIMIT
        asked = 0
        while time.monotonic() < deadline:
            if not select.select([master], [], [], 0.05)[0]:
                if process.poll() is not None:
                    break
                continue
            try:
                data = os.read(master, 4096)
            except OSError:
                break
            if not data:
                break
            shown += data
            tail = shown[asked:]
            if waiting and (b"[y/N] " in tail or b"to do it: " in tail):
                asked = len(shown)
                os.write(master, waiting.pop(0).encode() + b"\n")
        out = process.stdout.read()
        process.stdout.close()
        status = process.wait(timeout=TIME_LIMIT)
        os.close(master)
        result = Result(line, status, out, shown)
        check(not waiting, "was not asked", result)
        return result


def fail(why, result=None):
    raise AssertionError("%s\n%s" % (why, result if result is not None else ""))


def check(condition, why, result=None):
    if not condition:
        fail(why, result)


def equal(a, b, what="values"):
    check(a == b, "%s differ: %r, %r" % (what, a, b))


def main(module):
    """Runs every test of @module, or those that the command line names."""
    tests = [(n[len("test_"):].replace("_", "-"), f) for n, f in vars(module).items()
             if n.startswith("test_")]
    wanted = sys.argv[1:]
    if wanted:
        tests = [t for t in tests if t[0] in wanted]
    print("1..%d" % len(tests))
    failed = False
    for number, (name, function) in enumerate(tests, 1):
        bench = Bench()
        started = time.monotonic()
        try:
            function(bench)
            print("ok %d %s" % (number, name))
        except Skip as reason:
            print("ok %d %s # SKIP %s" % (number, name, reason))
        except Exception:
            failed = True
            print("not ok %d %s" % (number, name))
            for line in traceback.format_exc().splitlines():
                print("# %s" % line)
        finally:
            bench.close()
        print("# %.1f s" % (time.monotonic() - started))
        sys.stdout.flush()
    sys.exit(1 if failed else 0)
